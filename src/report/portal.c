#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "portal_inner.h"

/* Earlier versions' had no modes, or no time either. */
enum { CURSOR_PARTS = 6, CURSOR_PARTS_FEWEST = 4, CURSOR_TEXT = PORTAL_SINCE_MAX + 1 };

static const char *const NAMES[PORTAL_KIND_COUNT] = { "summary", "water-quality", "supply", "incidents",
                                                      "systems" };

/* ---- what the bodies share ---- */

struct reading portal_reading(const struct portal_from *f, uint32_t point, uint64_t *generation)
{
    uint32_t i = f->present == NULL
                     ? UINT32_MAX
                     : catalogue_by_key(snapshot_catalogue(f->present), f->catalogue->points[point].key);
    struct reading r = reading_bad(point, (struct wall){ 0 }, REASON_NEVER_READ);

    *generation = UINT64_MAX;
    if (i != UINT32_MAX && i < snapshot_points(f->present)) {
        const struct present *p = snapshot_point(f->present, i);
        r = p->reading;
        r.point = point;
        *generation = p->generation;
    }
    return r;
}

bool portal_today(const struct portal_from *f, uint64_t key, struct day_figure *out)
{
    return f->today(f->self, key, day_local(f->now), out);
}

int64_t portal_elapsed_ms(struct wall now, const struct day_figure *d, bool known)
{
    int64_t told = known ? day_figure_elapsed_ms(d) : 0;
    int64_t passed = now.ms - PORTAL_TOLD_WITHIN_MS - wall_local_midnight(now).ms;

    return told > passed ? told : passed > 0 ? passed : 0;
}

void portal_share(struct json_out *j, const char *name, int64_t part_ms, int64_t whole_ms, double coverage)
{
    json_member_number(
        j, name, whole_ms > 0 && coverage >= PORTAL_COVERAGE ? (double)part_ms / (double)whole_ms : NAN);
}

void portal_owner(struct json_out *j, const struct catalogue *c, uint32_t system)
{
    const struct system *s = system < c->system_count ? &c->systems[system] : NULL;

    json_member_text(j, "system", s == NULL ? NULL : s->id);
    json_member_text(j, "supplier",
                     s != NULL && s->supplier < c->supplier_count ? c->suppliers[s->supplier].id : NULL);
}

void portal_id(struct json_out *j, const char *name, uint64_t id)
{
    char text[24];

    (void)snprintf(text, sizeof text, "%" PRIu64, id);
    json_member_text(j, name, id == 0 ? NULL : text);
}

/* ---- cursor: run, picture, incidents, today, when, modes ---- */

static uint64_t newest_revision(const struct incident_list *l)
{
    uint64_t newest = 0;

    for (size_t i = 0; l != NULL && i < l->count; i++)
        newest = l->items[i]->revision > newest ? l->items[i]->revision : newest;
    return newest;
}

static void cursor_text(const struct portal_from *f, char out[CURSOR_TEXT])
{
    (void)snprintf(out, CURSOR_TEXT, "%" PRIx64 "-%" PRIx64 "-%" PRIx64 "-%" PRIx64 "-%" PRIx64 "-%" PRIx64,
                   (uint64_t)f->epoch, f->present == NULL ? 0 : snapshot_generation(f->present),
                   newest_revision(f->incidents), f->today_turn, (uint64_t)f->now.ms, f->modes_turn);
}

static bool cursor_parts(const char *text, uint64_t part[CURSOR_PARTS])
{
    for (size_t i = 0; i < CURSOR_PARTS; i++) {
        size_t n = strspn(text, "0123456789abcdef");
        bool last = text[n] == '\0';
        if (n == 0 || n > 16 || (!last && text[n] != '-'))
            return false;
        part[i] = strtoull(text, NULL, 16);
        if (last)
            return i + 1 >= CURSOR_PARTS_FEWEST;
        text += n + 1;
    }
    return false;
}

/* What was seen of another run, of another configuration, or later than now, is no help: everything is told.
 */
static enum err read_since(const struct portal_from *f, struct portal_seen *seen, struct fault *why)
{
    uint64_t part[CURSOR_PARTS] = { 0 };

    *seen = (struct portal_seen){ .any = false };
    if (f->since == NULL)
        return ERR_NONE;
    if (!cursor_parts(f->since, part))
        return fault_set(why, ERR_RANGE, "since must be the cursor of an earlier answer");
    if (part[0] == (uint64_t)f->epoch && f->present != NULL && part[1] >= snapshot_first(f->present) &&
        part[1] <= snapshot_generation(f->present) && part[4] <= (uint64_t)f->now.ms &&
        part[5] <= f->modes_turn)
        *seen = (struct portal_seen){ true, part[1], part[2], part[3], part[5], { (int64_t)part[4] } };
    return ERR_NONE;
}

/* ---- summary ---- */

static void write_summary(struct json_out *j, const struct portal_from *f)
{
    const struct portal_systems_count n = portal_count_systems(f);

    json_key(j, "systems");
    json_open_object(j);
    json_member_int(j, "existing", n.existing);
    json_member_int(j, "connected", n.connected);
    json_member_int(j, "reporting", n.reporting);
    json_member_number(j, "connected_share", n.existing == 0 ? NAN : (double)n.connected / n.existing);
    json_close_object(j);
    portal_count_water(j, f);
    portal_count_zones(j, f);
    portal_count_incidents(j, f);
}

/* ---- whole ---- */

static void write_head(struct json_out *j, enum portal_kind kind, const struct portal_from *f, bool complete)
{
    char cursor[CURSOR_TEXT], hash[2 * SEAL_HASH_BYTES + 1];

    cursor_text(f, cursor);
    seal_hash_text(&f->audit.hash, hash);
    json_member_text(j, "schema", PORTAL_SCHEMA);
    json_member_text(j, "kind", NAMES[kind]);
    json_member_text(j, "node", f->node);
    json_member_time(j, "generated_at", f->now);
    json_member_time(j, "present_at", f->present == NULL ? (struct wall){ 0 } : snapshot_at(f->present));
    json_member_int(j, "configuration", f->catalogue->version);
    json_member_bool(j, "complete", complete);
    json_member_text(j, "cursor", cursor);
    json_key(j, "record_of_acts");
    json_open_object(j);
    portal_id(j, "seq", f->audit.seq);
    json_member_text(j, "hash", f->audit.seq == 0 ? NULL : hash);
    json_close_object(j);
}

enum err portal_write(struct strbuf *to, enum portal_kind kind, const struct portal_from *f,
                      struct fault *why)
{
    struct portal_seen seen;
    struct json_out j;
    enum err rc = read_since(f, &seen, why);

    if (rc != ERR_NONE)
        return rc;
    json_out_init(&j, to);
    json_open_object(&j);
    write_head(&j, kind, f, !seen.any || (kind != PORTAL_WATER_QUALITY && kind != PORTAL_INCIDENTS));
    switch (kind) {
    case PORTAL_WATER_QUALITY: portal_water(&j, f, &seen); break;
    case PORTAL_SUPPLY: portal_supply(&j, f); break;
    case PORTAL_INCIDENTS: portal_incidents(&j, f, &seen); break;
    case PORTAL_SYSTEMS: portal_systems(&j, f); break;
    case PORTAL_SUMMARY:
    case PORTAL_KIND_COUNT: write_summary(&j, f); break;
    }
    json_close_object(&j);
    return ERR_NONE;
}
