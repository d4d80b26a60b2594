#include "mode_book.h"

#include <stdlib.h>
#include <string.h>

#include "judge/verdict.h"
#include "model/lane.h"

/* First byte of what the journal keeps; no item of a lane, and nothing of rules and alarms begins so. */
enum { TAG_MODE = 0xA4 };

/* The modes that the point was in until then. */
struct since {
    int64_t ms;
    mode_set before;
    bool fresh; /* no reading has come since */
};

/* What the points of one catalogue are in, by index. */
struct view {
    const struct catalogue *catalogue;
    mode_set *sets, *spare;
    struct since *since;
};

struct mode_book {
    struct modes modes, before; /* before the last act */
    struct view now, last;      /* last: of the catalogue before, whose readings may still be told */
    uint64_t generation;
    struct mode news[MODE_BOOK_NEWS_MAX];
    size_t news_count, news_before;
    uint64_t forgotten[MODE_BOOK_NEWS_MAX];
    size_t forgotten_count, forgotten_before;
};

struct mode_book *mode_book_new(void)
{
    return calloc(1, sizeof(struct mode_book));
}

static void view_clear(struct view *v)
{
    free(v->sets);
    free(v->spare);
    free(v->since);
    *v = (struct view){ NULL, NULL, NULL, NULL };
}

static bool view_make(struct view *v, const struct catalogue *c)
{
    size_t n = c->point_count + 1;

    *v = (struct view){ c, calloc(n, sizeof *v->sets), calloc(n, sizeof *v->spare),
                        calloc(n, sizeof *v->since) };
    if (v->sets != NULL && v->spare != NULL && v->since != NULL)
        return true;
    view_clear(v);
    return false;
}

void mode_book_free(struct mode_book *b)
{
    if (b == NULL)
        return;
    view_clear(&b->now);
    view_clear(&b->last);
    free(b);
}

enum err mode_book_works_by(struct mode_book *b, const struct catalogue *c)
{
    struct view fresh;

    if (!view_make(&fresh, c))
        return ERR_MEMORY;
    view_clear(&b->last);
    b->last = b->now;
    b->now = fresh;
    modes_of_points(&b->modes, c, b->now.sets);
    return ERR_NONE;
}

/* Which points are in which modes now, after something changed at that time. */
static void look(struct mode_book *b, struct wall at)
{
    struct view *v = &b->now;
    mode_set *was = v->sets;

    v->sets = v->spare;
    v->spare = was;
    modes_of_points(&b->modes, v->catalogue, v->sets);
    for (uint32_t i = 0; i < v->catalogue->point_count; i++)
        if (v->sets[i] != was[i])
            v->since[i] = (struct since){ at.ms, was[i], true };
}

const struct modes *mode_book_modes(const struct mode_book *b)
{
    return &b->modes;
}

uint64_t mode_book_generation(const struct mode_book *b)
{
    return b->generation;
}

const mode_set *mode_book_sets(const struct mode_book *b)
{
    return b->now.sets;
}

mode_set mode_book_at(const struct mode_book *b, const struct catalogue *c, uint32_t point, struct wall at)
{
    const struct view *v = c == b->now.catalogue ? &b->now : &b->last;

    return at.ms >= v->since[point].ms ? v->sets[point] : v->since[point].before;
}

/* A sensor in a standard solution says nothing of the water. */
uint8_t mode_book_verdict(const struct mode_book *b, const struct catalogue *c, const struct reading *r,
                          uint8_t verdict)
{
    mode_set in = mode_book_at(b, c, r->point, r->at);

    return mode_silences(in, STAKE_HEALTH) != MODE_COUNT ? VERDICT_NOT_JUDGED : verdict;
}

bool mode_book_is_fresh(struct mode_book *b, uint32_t point)
{
    bool is = b->now.since[point].fresh;

    b->now.since[point].fresh = false;
    return is;
}

/* ---- what changes ---- */

static bool has_room(const struct mode_book *b)
{
    return b->news_count + MODE_NEWS_MAX <= MODE_BOOK_NEWS_MAX && b->forgotten_count < MODE_BOOK_NEWS_MAX;
}

static void take(struct mode_book *b, const struct mode_news *news)
{
    struct wall at = news->is.end == MODE_OPEN ? news->is.from : news->is.ended;

    for (size_t i = 0; i < news->count; i++)
        b->news[b->news_count++] = news->changed[i];
    if (news->forgotten != 0)
        b->forgotten[b->forgotten_count++] = news->forgotten;
    b->generation++;
    look(b, at);
}

enum err mode_book_act(struct mode_book *b, const struct mode_act *act, struct wall now, bool *known,
                       struct mode *is, struct fault *why)
{
    struct mode_news news;
    enum err rc;

    *known = false;
    if (!has_room(b))
        return fault_set(why, ERR_FULL, "the journal takes nothing");
    b->before = b->modes;
    b->news_before = b->news_count;
    b->forgotten_before = b->forgotten_count;
    rc = modes_act(&b->modes, b->now.catalogue, act, now, known, &news, why);
    *is = news.is;
    if (rc == ERR_NONE && !*known)
        take(b, &news);
    return rc;
}

void mode_book_undo(struct mode_book *b)
{
    b->modes = b->before;
    b->news_count = b->news_before;
    b->forgotten_count = b->forgotten_before;
    b->generation++;
    modes_of_points(&b->modes, b->now.catalogue, b->now.sets);
}

bool mode_book_tick(struct mode_book *b, struct wall now)
{
    struct mode_news news;
    bool any = false;

    while (has_room(b) && modes_tick(&b->modes, now, &news)) {
        take(b, &news);
        any = true;
    }
    return any;
}

/* ---- the next record ---- */

bool mode_book_has_news(const struct mode_book *b)
{
    return b->news_count > 0;
}

void mode_book_add_entries(const struct mode_book *b, struct strbuf *events)
{
    for (size_t i = 0; i < b->news_count; i++) {
        struct event e = mode_event(&b->news[i]);
        body_add_mode(events, &b->news[i]);
        body_add_event(events, &e);
    }
}

static bool has_later(const struct mode_book *b, size_t i)
{
    for (size_t k = i + 1; k < b->news_count; k++)
        if (b->news[k].id == b->news[i].id)
            return true;
    return false;
}

void mode_book_add_states(const struct mode_book *b, struct strbuf *to, struct journal_state *states,
                          size_t *ends, size_t *n)
{
    for (size_t i = 0; i < b->news_count; i++) {
        if (has_later(b, i))
            continue;
        strbuf_putc(to, (char)TAG_MODE);
        mode_write(to, &b->news[i]);
        states[*n].key = b->news[i].id;
        ends[(*n)++] = to->len;
    }
    for (size_t i = 0; i < b->forgotten_count; i++) {
        states[*n].key = b->forgotten[i];
        ends[(*n)++] = to->len;
    }
}

void mode_book_recorded(struct mode_book *b)
{
    b->news_count = b->forgotten_count = 0;
}

bool mode_book_restore(struct mode_book *b, const struct journal_state *s)
{
    const unsigned char *at = s->body, *end = at + s->len;
    struct mode m;

    if (s->len < 1 || *at != TAG_MODE)
        return false;
    at++;
    if (mode_read(&at, end, &m) == ERR_NONE) {
        modes_restore(&b->modes, &m);
        b->generation++;
    }
    return true;
}

void mode_book_resume(struct mode_book *b)
{
    modes_of_points(&b->modes, b->now.catalogue, b->now.sets);
}
