#include "model/snapshot.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct page {
    atomic_uint holders;
    uint64_t generation; /* newest of its points */
    struct present points[SNAPSHOT_PAGE];
};

struct snapshot {
    atomic_uint holders;
    uint64_t generation;
    struct wall at;
    struct catalogue *catalogue; /* held */
    uint64_t first;
    size_t points;
    struct page *pages[];
};

struct board {
    struct catalogue *catalogue; /* held */
    uint64_t first;
    uint64_t next; /* generation of the next freeze */
    bool changed;
    size_t points;
    struct page *pages[];
};

static size_t pages_for(size_t points)
{
    return (points + SNAPSHOT_PAGE - 1) / SNAPSHOT_PAGE;
}

static void page_drop(struct page *p)
{
    if (p != NULL && atomic_fetch_sub(&p->holders, 1) == 1)
        free(p);
}

static struct page *page_new(uint32_t first_point, uint64_t generation)
{
    struct page *p = calloc(1, sizeof *p);

    if (p == NULL)
        return NULL;
    atomic_init(&p->holders, 1);
    p->generation = generation;
    for (uint32_t i = 0; i < SNAPSHOT_PAGE; i++) {
        p->points[i].reading = reading_bad(first_point + i, (struct wall){ 0 }, REASON_NEVER_READ);
        p->points[i].generation = generation;
    }
    return p;
}

static enum err make(struct board **out, struct catalogue *c, uint64_t first, struct fault *why)
{
    size_t points = c->point_count, n = pages_for(points);
    struct board *b = calloc(1, sizeof *b + n * sizeof(struct page *));

    if (b == NULL)
        return fault_set(why, ERR_MEMORY, "board: no memory for %zu points", points);
    b->catalogue = catalogue_hold(c);
    b->first = b->next = first;
    b->changed = true;
    b->points = points;
    for (size_t i = 0; i < n; i++) {
        b->pages[i] = page_new((uint32_t)(i * SNAPSHOT_PAGE), first);
        if (b->pages[i] == NULL) {
            board_free(b);
            return fault_set(why, ERR_MEMORY, "board: no memory for %zu points", points);
        }
    }
    *out = b;
    return ERR_NONE;
}

enum err board_new(struct board **out, struct catalogue *c, struct fault *why)
{
    return make(out, c, 1, why);
}

enum err board_from(struct board **out, struct catalogue *c, uint64_t generation, struct fault *why)
{
    return make(out, c, generation, why);
}

enum err board_after(struct board **out, struct catalogue *c, const struct board *before, struct fault *why)
{
    return make(out, c, before->next, why);
}

void board_free(struct board *b)
{
    if (b == NULL)
        return;
    for (size_t i = 0; i < pages_for(b->points); i++)
        page_drop(b->pages[i]);
    catalogue_drop(b->catalogue);
    free(b);
}

/* The page to write on: a copy of its own when a snapshot still holds it. */
static struct page *own_page(struct board *b, size_t i)
{
    struct page *old = b->pages[i], *copy;

    if (atomic_load(&old->holders) == 1)
        return old;
    copy = malloc(sizeof *copy);
    if (copy == NULL)
        return NULL;
    atomic_init(&copy->holders, 1);
    copy->generation = old->generation;
    memcpy(copy->points, old->points, sizeof copy->points);
    page_drop(old);
    b->pages[i] = copy;
    return copy;
}

static bool is_still_bad(const struct reading *was, const struct reading *is)
{
    return was->quality == QUALITY_BAD && is->quality == QUALITY_BAD && was->reason == is->reason;
}

enum err board_set(struct board *b, const struct reading *r)
{
    struct page *page;
    struct present *was;
    bool again;

    if (r->point >= b->points)
        return ERR_RANGE;
    was = &b->pages[r->point / SNAPSHOT_PAGE]->points[r->point % SNAPSHOT_PAGE];
    if (was->reading.at.ms == r->at.ms && reading_same_value(&was->reading, r))
        return ERR_NONE;
    again = is_still_bad(&was->reading, r);
    page = own_page(b, r->point / SNAPSHOT_PAGE);
    if (page == NULL)
        return ERR_MEMORY;
    if (again) { /* asked in vain again is no news */
        page->points[r->point % SNAPSHOT_PAGE].reading.at = r->at;
        return ERR_NONE;
    }
    page->points[r->point % SNAPSHOT_PAGE] = (struct present){ *r, b->next };
    page->generation = b->next;
    b->changed = true;
    return ERR_NONE;
}

const struct reading *board_get(const struct board *b, uint32_t point)
{
    return &b->pages[point / SNAPSHOT_PAGE]->points[point % SNAPSHOT_PAGE].reading;
}

uint64_t board_generation(const struct board *b)
{
    return b->next;
}

struct snapshot *board_freeze(struct board *b, struct wall at)
{
    size_t n = pages_for(b->points);
    struct snapshot *s;

    if (!b->changed)
        return NULL;
    s = malloc(sizeof *s + n * sizeof(struct page *));
    if (s == NULL)
        return NULL;
    atomic_init(&s->holders, 1);
    s->generation = b->next++;
    s->at = at;
    s->catalogue = catalogue_hold(b->catalogue);
    s->first = b->first;
    s->points = b->points;
    for (size_t i = 0; i < n; i++) {
        atomic_fetch_add(&b->pages[i]->holders, 1);
        s->pages[i] = b->pages[i];
    }
    b->changed = false;
    return s;
}

struct snapshot *snapshot_hold(struct snapshot *s)
{
    if (s != NULL)
        atomic_fetch_add(&s->holders, 1);
    return s;
}

void snapshot_drop(struct snapshot *s)
{
    if (s == NULL || atomic_fetch_sub(&s->holders, 1) != 1)
        return;
    for (size_t i = 0; i < pages_for(s->points); i++)
        page_drop(s->pages[i]);
    catalogue_drop(s->catalogue);
    free(s);
}

uint64_t snapshot_generation(const struct snapshot *s)
{
    return s->generation;
}

struct wall snapshot_at(const struct snapshot *s)
{
    return s->at;
}

size_t snapshot_points(const struct snapshot *s)
{
    return s->points;
}

const struct present *snapshot_point(const struct snapshot *s, uint32_t point)
{
    return &s->pages[point / SNAPSHOT_PAGE]->points[point % SNAPSHOT_PAGE];
}

uint64_t snapshot_page_generation(const struct snapshot *s, uint32_t point)
{
    return s->pages[point / SNAPSHOT_PAGE]->generation;
}

struct catalogue *snapshot_catalogue(const struct snapshot *s)
{
    return s->catalogue;
}

uint64_t snapshot_first(const struct snapshot *s)
{
    return s->first;
}
