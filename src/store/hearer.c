#include "hearer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "page.h"
#include "sql.h"

enum { FRESH_MS = 5000 }; /* a beat is at most so old when we looked that recently before */

void hearer_init(struct hearer *h, const char *self, const struct others_settings *set,
                 const struct others_ears *ears)
{
    *h = (struct hearer){ .set = *set, .ears = *ears, .looked = { INT64_MIN / 2 } };
    (void)snprintf(h->self, sizeof h->self, "%s", self);
}

void hearer_clear(struct hearer *h)
{
    for (size_t i = 0; i < h->count; i++) {
        snapshot_drop(h->nodes[i].now);
        board_free(h->nodes[i].board);
        catalogue_drop(h->nodes[i].catalogue);
    }
    h->count = 0;
}

void hearer_forget(struct hearer *h)
{
    for (size_t i = 0; i < h->count; i++)
        h->nodes[i].gen = 0;
}

bool hearer_has_company(const struct hearer *h)
{
    for (size_t i = 0; i < h->count; i++)
        if (!h->nodes[i].silent)
            return true;
    return false;
}

static struct heard *node_of(struct hearer *h, const char *id, struct mono now)
{
    struct heard *n;

    for (size_t i = 0; i < h->count; i++)
        if (strcmp(h->nodes[i].id, id) == 0)
            return &h->nodes[i];
    if (h->count == OTHERS_MAX)
        return NULL;
    n = &h->nodes[h->count++];
    *n = (struct heard){ .beat = -1, .version = -1, .silent = true, .known = now, .last = now };
    (void)snprintf(n->id, sizeof n->id, "%s", id);
    return n;
}

/* ---- its points ---- */

static void release(struct catalogue *c)
{
    catalogue_clear(c);
    free(c);
}

static enum err add_site(struct catalogue *c, const struct pg_result *r, size_t row, uint32_t *index)
{
    struct site s = { .latitude = 0, .area = NO_INDEX, .system = NO_INDEX };
    const char *id = pg_get_text(r, row, 14, NULL);

    *index = (uint32_t)c->site_count - 1; /* rows come by site */
    if (c->site_count > 0 && strcmp(c->sites[*index].id, id) == 0)
        return ERR_NONE;
    pg_copy_text(r, row, 14, s.id, sizeof s.id);
    pg_copy_text(r, row, 15, s.name, sizeof s.name);
    pg_copy_text(r, row, 16, s.kind, sizeof s.kind);
    return catalogue_add_site(c, &s, index);
}

static enum err add_point(struct catalogue *c, const struct pg_result *r, size_t row)
{
    struct point p = { .key = (uint64_t)pg_get_int(r, row, 0),
                       .decimals = (int)pg_get_int(r, row, 7),
                       .every_ms = pg_get_int(r, row, 8),
                       .deadband = pg_get_number(r, row, 9),
                       .heartbeat_ms = pg_get_int(r, row, 10),
                       .low = pg_get_number(r, row, 11),
                       .high = pg_get_number(r, row, 12),
                       .manual = pg_get_int(r, row, 13) != 0 };
    enum err rc = add_site(c, r, row, &p.site);

    pg_copy_text(r, row, 1, p.id, sizeof p.id);
    pg_copy_text(r, row, 2, p.name, sizeof p.name);
    pg_copy_text(r, row, 3, p.wire, sizeof p.wire);
    pg_copy_text(r, row, 4, p.device, sizeof p.device);
    pg_copy_text(r, row, 5, p.parameter, sizeof p.parameter);
    pg_copy_text(r, row, 6, p.unit, sizeof p.unit);
    return rc != ERR_NONE ? rc : catalogue_add_point(c, &p, NULL);
}

static size_t room_for(const struct hearer *h, const struct heard *n)
{
    size_t taken = 0;

    for (size_t i = 0; i < h->count; i++)
        if (&h->nodes[i] != n && h->nodes[i].catalogue != NULL)
            taken += h->nodes[i].catalogue->point_count;
    return taken < h->set.points_max ? h->set.points_max - taken : 0;
}

static enum err read_points(struct pg *p, const struct heard *n, size_t room, struct catalogue *c,
                            struct fault *why)
{
    struct pg_value v[] = { pg_text(n->id), pg_int((int64_t)room) };
    struct pg_result *r;
    enum err rc = pg_ask(p, sql_others_points, v, COUNT_OF(v), &r, why);

    if (rc != ERR_NONE)
        return rc;
    for (size_t i = 0; i < pg_rows(r) && rc == ERR_NONE; i++)
        rc = add_point(c, r, i);
    if (rc != ERR_NONE)
        rc = fault_set(why, rc, "no memory for the points of node %s", n->id);
    if (rc == ERR_NONE && pg_rows(r) == room)
        log_warn("nodes node=%s: not all of its points are shown: others.points is reached", n->id);
    pg_free(r);
    return rc == ERR_NONE ? catalogue_seal(c, why) : rc;
}

static enum err load_points(struct hearer *h, struct pg *p, struct heard *n, struct fault *why)
{
    struct catalogue *c = calloc(1, sizeof *c);
    struct board *board = NULL;
    enum err rc;

    if (c == NULL)
        return fault_set(why, ERR_MEMORY, "no memory for the points of node %s", n->id);
    catalogue_init(c);
    c->release = release;
    (void)catalogue_hold(c);
    rc = read_points(p, n, room_for(h, n), c, why);
    if (rc == ERR_NONE)
        rc = n->board == NULL ? board_new(&board, c, why) : board_after(&board, c, n->board, why);
    if (rc != ERR_NONE) {
        catalogue_drop(c);
        return rc;
    }
    board_free(n->board);
    catalogue_drop(n->catalogue);
    n->board = board;
    n->catalogue = c;
    n->gen = 0;
    return ERR_NONE;
}

/* ---- its pages ---- */

static void take(void *self, uint64_t key, const struct reading *r)
{
    struct heard *n = self;
    struct reading mine = *r;

    mine.point = catalogue_by_key(n->catalogue, key);
    if (mine.point != UINT32_MAX && board_set(n->board, &mine) != ERR_NONE)
        log_warn("nodes node=%s: no memory for a reading", n->id);
}

static enum err read_pages(struct pg *p, struct heard *n, struct fault *why)
{
    struct pg_value v[] = { pg_text(n->id), pg_int(n->gen) };
    struct pg_result *r;
    enum err rc = pg_ask(p, sql_others_pages, v, COUNT_OF(v), &r, why);

    if (rc != ERR_NONE)
        return rc;
    for (size_t i = 0; i < pg_rows(r); i++) {
        size_t len;
        const char *body = pg_get_text(r, i, 1, &len);
        if (page_read(body, len, take, n) != ERR_NONE)
            log_debug("nodes node=%s: a page that we do not understand", n->id);
        if (pg_get_int(r, i, 0) > n->gen)
            n->gen = pg_get_int(r, i, 0);
    }
    pg_free(r);
    return ERR_NONE;
}

static void freeze(struct hearer *h, struct heard *n, struct wall now)
{
    struct snapshot *s = board_freeze(n->board, now);

    if (s == NULL)
        return;
    snapshot_drop(n->now);
    n->now = s;
    h->changed = true;
}

/* ---- its life ---- */

static void say(const struct hearer *h, enum event_kind kind, const struct heard *n, double number,
                const char *text)
{
    log_warn("nodes node=%s: %s", n->id, text);
    h->ears.happened(h->ears.self, kind, n->id, number, text);
}

/* Seconds are what people compare clocks by. */
static void compare_clocks(struct hearer *h, struct heard *n, int64_t ahead_ms)
{
    bool wrong = ahead_ms > h->set.clock_within_ms || ahead_ms < -h->set.clock_within_ms;
    char text[160];

    n->ahead_ms = ahead_ms;
    if (wrong == n->clock_wrong)
        return;
    n->clock_wrong = wrong;
    if (wrong)
        (void)snprintf(text, sizeof text, "its clock is %" PRId64 " s %s ours",
                       (ahead_ms < 0 ? -ahead_ms : ahead_ms) / 1000, ahead_ms < 0 ? "behind" : "ahead of");
    else
        (void)snprintf(text, sizeof text, "its clock agrees with ours again");
    say(h, EVENT_NODE_CLOCK, n, wrong ? (double)ahead_ms : 0, text);
}

static void hear_beat(struct hearer *h, struct heard *n, struct now now)
{
    char text[160];

    if (n->silent && n->ever) {
        (void)snprintf(text, sizeof text, "heard again after %" PRId64 " s",
                       (now.mono.ms - n->last.ms) / 1000);
        say(h, EVENT_NODE_HEARD, n, (double)(now.mono.ms - n->last.ms), text);
    }
    h->changed = h->changed || n->silent;
    n->silent = false;
    n->ever = true;
    n->last = now.mono;
}

static enum err hear_node(struct hearer *h, struct pg *p, struct heard *n, const struct pg_result *r,
                          size_t row, struct now now, struct fault *why)
{
    int64_t beat = pg_get_int(r, row, 1), version = pg_get_int(r, row, 3);
    bool first = n->beat < 0, beats = !first && beat != n->beat;
    enum err rc = ERR_NONE;

    n->beat = beat;
    if (beats) /* the first sight says nothing: it may be long dead */
        hear_beat(h, n, now);
    if (beats && now.mono.ms - h->looked.ms < FRESH_MS)
        compare_clocks(h, n, pg_get_time(r, row, 2).ms - now.wall.ms);
    if (version != n->version)
        rc = load_points(h, p, n, why);
    if (rc != ERR_NONE)
        return rc;
    n->version = version;
    if (beats || n->gen == 0)
        rc = read_pages(p, n, why);
    freeze(h, n, now.wall);
    return rc;
}

enum err hearer_listen(struct hearer *h, struct pg *p, struct now now, struct fault *why)
{
    struct pg_value v = pg_text(h->self);
    struct pg_result *r;
    enum err rc = pg_ask(p, sql_others_nodes, &v, 1, &r, why);

    if (rc != ERR_NONE)
        return rc;
    for (size_t i = 0; i < pg_rows(r) && rc == ERR_NONE; i++) {
        struct heard *n = node_of(h, pg_get_text(r, i, 0, NULL), now.mono);
        if (n != NULL)
            rc = hear_node(h, p, n, r, i, now, why);
    }
    pg_free(r);
    if (rc == ERR_NONE)
        h->looked = now.mono;
    return rc;
}

static void find_silent(struct hearer *h, struct mono now)
{
    char text[160];

    for (size_t i = 0; i < h->count; i++) {
        struct heard *n = &h->nodes[i];
        int64_t unheard_ms = now.ms - n->last.ms;
        if (n->silent || unheard_ms <= h->set.silent_after_ms)
            continue;
        n->silent = true;
        h->changed = true;
        (void)snprintf(text, sizeof text, "not heard of for %" PRId64 " s: its points are uncertain",
                       unheard_ms / 1000);
        say(h, EVENT_NODE_SILENT, n, (double)unheard_ms, text);
    }
}

void hearer_tell(struct hearer *h, struct now now)
{
    struct merged_part parts[OTHERS_MAX];
    size_t n = 0;

    find_silent(h, now.mono);
    if (!h->changed)
        return;
    for (size_t i = 0; i < h->count; i++)
        if (h->nodes[i].now != NULL && h->nodes[i].catalogue->point_count > 0)
            parts[n++] = (struct merged_part){ h->nodes[i].id, h->nodes[i].now, h->nodes[i].silent };
    h->changed = false;
    h->ears.heard(h->ears.self, parts, n);
}
