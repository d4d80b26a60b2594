#include "model/merged.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct source {
    char node[ID_MAX];
    struct catalogue *of; /* held */
    uint32_t *to;         /* index of its point i in the whole, NO_INDEX: not shown */
    uint64_t has;         /* generation up to which it is in the board; 0: nothing */
    bool silent;
};

struct merged {
    uint64_t first;
    struct board *board; /* NULL before the first */
    struct source sources[MERGED_NODES_MAX];
    size_t count;
};

/* ---- the whole catalogue ---- */

/* Its points share what our own catalogue owns. */
struct whole {
    struct catalogue catalogue; /* first */
    struct catalogue *own;      /* held */
};

static void release(struct catalogue *c)
{
    struct whole *w = (struct whole *)c;

    catalogue_drop(w->own);
    catalogue_clear(&w->catalogue);
    free(w);
}

static enum err copy_places(struct catalogue *to, const struct catalogue *from)
{
    enum err rc = ERR_NONE;

    for (size_t i = 0; i < from->supplier_count && rc == ERR_NONE; i++)
        rc = catalogue_add_supplier(to, &from->suppliers[i], NULL);
    for (size_t i = 0; i < from->area_count && rc == ERR_NONE; i++)
        rc = catalogue_add_area(to, &from->areas[i], NULL);
    for (size_t i = 0; i < from->system_count && rc == ERR_NONE; i++)
        rc = catalogue_add_system(to, &from->systems[i], NULL);
    for (size_t i = 0; i < from->site_count && rc == ERR_NONE; i++)
        rc = catalogue_add_site(to, &from->sites[i], NULL);
    for (size_t i = 0; i < from->main_count && rc == ERR_NONE; i++)
        rc = catalogue_add_main(to, &from->mains[i]);
    return rc;
}

static enum err place_of(struct catalogue *to, const struct site *site, uint32_t *index)
{
    const struct site *there = catalogue_site(to, site->id);
    struct site copy = *site;

    if (there != NULL) {
        *index = (uint32_t)(there - to->sites);
        return ERR_NONE;
    }
    copy.area = copy.system = NO_INDEX; /* those are not told */
    return catalogue_add_site(to, &copy, index);
}

/* A point that moved from node to node may be in two lists for a moment: the earlier part has it. */
static bool is_known(const struct merged_part *parts, size_t before, const struct point *p)
{
    for (size_t i = 0; i < before; i++) {
        const struct catalogue *c = snapshot_catalogue(parts[i].snapshot);
        if (catalogue_point(c, p->id) != NULL || catalogue_by_key(c, p->key) != UINT32_MAX)
            return true;
    }
    return false;
}

static enum err add_point(struct catalogue *to, const struct catalogue *from, const struct point *p,
                          uint16_t node, uint32_t *index)
{
    struct point copy = *p;
    enum err rc = place_of(to, &from->sites[p->site], &copy.site);

    copy.node = node;
    copy.unless_count = 0; /* conditions are for who judges */
    copy.revision = 0;
    return rc != ERR_NONE ? rc : catalogue_add_point(to, &copy, index);
}

static enum err add_part(struct catalogue *to, const struct merged_part *parts, size_t i, uint32_t *index)
{
    const struct catalogue *from = snapshot_catalogue(parts[i].snapshot);
    uint16_t node;
    enum err rc = catalogue_add_node(to, parts[i].node, &node);

    for (size_t k = 0; k < from->point_count && rc == ERR_NONE; k++) {
        index[k] = NO_INDEX;
        if (to->point_count < CATALOGUE_POINTS_MAX && !is_known(parts, i, &from->points[k]))
            rc = add_point(to, from, &from->points[k], node, &index[k]);
    }
    return rc;
}

/* ---- sources ---- */

static void forget(struct merged *m)
{
    for (size_t i = 0; i < m->count; i++) {
        catalogue_drop(m->sources[i].of);
        free(m->sources[i].to);
    }
    m->count = 0;
}

static enum err remember(struct merged *m, const struct merged_part *parts, size_t n)
{
    forget(m);
    for (; m->count < n; m->count++) {
        struct catalogue *c = snapshot_catalogue(parts[m->count].snapshot);
        struct source *s = &m->sources[m->count];

        *s = (struct source){ .to = calloc(c->point_count + 1, sizeof *s->to) };
        if (s->to == NULL)
            return ERR_MEMORY;
        s->of = catalogue_hold(c);
        (void)snprintf(s->node, sizeof s->node, "%s", parts[m->count].node);
    }
    return ERR_NONE;
}

static bool same_sources(const struct merged *m, const struct merged_part *parts, size_t n)
{
    bool same = m->board != NULL && m->count == n;

    for (size_t i = 0; i < n && same; i++)
        same = m->sources[i].of == snapshot_catalogue(parts[i].snapshot) &&
               strcmp(m->sources[i].node, parts[i].node) == 0;
    return same;
}

static enum err fill_whole(struct merged *m, struct whole *w, const struct merged_part *parts, size_t n,
                           struct fault *why)
{
    enum err rc = copy_places(&w->catalogue, w->own);

    for (size_t i = 0; i < n && rc == ERR_NONE; i++)
        rc = add_part(&w->catalogue, parts, i, m->sources[i].to);
    return rc == ERR_NONE ? catalogue_seal(&w->catalogue, why) : rc;
}

/* Another list of nodes, or another configuration of one of them: a board that takes the place of this one.
 */
static enum err rebuild(struct merged *m, const struct merged_part *parts, size_t n, struct fault *why)
{
    struct whole *w = calloc(1, sizeof *w);
    struct board *board = NULL;
    enum err rc = ERR_MEMORY;

    if (w == NULL)
        return rc;
    catalogue_init(&w->catalogue);
    w->catalogue.release = release;
    w->own = catalogue_hold(snapshot_catalogue(parts[0].snapshot));
    (void)catalogue_hold(&w->catalogue);
    rc = remember(m, parts, n);
    if (rc == ERR_NONE)
        rc = fill_whole(m, w, parts, n, why);
    if (rc == ERR_NONE)
        rc = m->board == NULL ? board_from(&board, &w->catalogue, m->first, why)
                              : board_after(&board, &w->catalogue, m->board, why);
    catalogue_drop(&w->catalogue); /* the board holds it now */
    if (rc != ERR_NONE) {
        forget(m);
        return rc;
    }
    board_free(m->board);
    m->board = board;
    return ERR_NONE;
}

/* ---- what changed ---- */

static enum err set(struct merged *m, const struct source *s, const struct reading *now, bool silent)
{
    struct reading r = *now;

    r.point = s->to[now->point];
    if (r.point == NO_INDEX)
        return ERR_NONE;
    if (silent && r.quality != QUALITY_BAD)
        r = reading_uncertain(r.point, r.at, r.value, REASON_STALE);
    return board_set(m->board, &r);
}

static enum err bring_up(struct merged *m, struct source *s, const struct merged_part *part)
{
    uint64_t from = s->silent == part->silent ? s->has : 0;
    size_t n = snapshot_points(part->snapshot);
    enum err rc = ERR_NONE;

    for (uint32_t i = 0; i < n && rc == ERR_NONE; i++) {
        const struct present *p = snapshot_point(part->snapshot, i);
        if (i % SNAPSHOT_PAGE == 0 && snapshot_page_generation(part->snapshot, i) <= from)
            i += SNAPSHOT_PAGE - 1;
        else if (p->generation > from)
            rc = set(m, s, &p->reading, part->silent);
    }
    if (rc == ERR_NONE) {
        s->has = snapshot_generation(part->snapshot);
        s->silent = part->silent;
    }
    return rc;
}

enum err merged_next(struct merged *m, const struct merged_part *parts, size_t n, struct snapshot **out,
                     struct fault *why)
{
    enum err rc = ERR_NONE;

    *out = NULL;
    if (n > MERGED_NODES_MAX)
        n = MERGED_NODES_MAX;
    if (!same_sources(m, parts, n))
        rc = rebuild(m, parts, n, why);
    for (size_t i = 0; i < n && rc == ERR_NONE; i++)
        rc = bring_up(m, &m->sources[i], &parts[i]);
    if (rc != ERR_NONE)
        return rc == ERR_MEMORY ? fault_set(why, rc, "no memory to show other nodes' points") : rc;
    *out = board_freeze(m->board, snapshot_at(parts[0].snapshot));
    return ERR_NONE;
}

enum err merged_new(struct merged **out, uint64_t generation, struct fault *why)
{
    *out = calloc(1, sizeof **out);
    if (*out == NULL)
        return fault_set(why, ERR_MEMORY, "no memory to show other nodes' points");
    (*out)->first = generation;
    return ERR_NONE;
}

void merged_free(struct merged *m)
{
    if (m == NULL)
        return;
    forget(m);
    board_free(m->board);
    free(m);
}
