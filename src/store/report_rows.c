#include "report_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sql.h"

/* The facts that a report speaks of. */
static const char FACTS[] = "[8,9,11,21,31]", FACTS_WITH_WORDS[] = "[8,21]"; /* of these: */
_Static_assert(FACT_CLASS_CONFIRMED == 8 && FACT_CAUSE_FOUND == 9 && FACT_REMEDY_APPROVED == 11 &&
                   FACT_RECLASSIFIED == 21 && FACT_MEASURE == 31,
               "the numbers of facts are stored");

struct wall report_day(int32_t day)
{
    return (struct wall){ (int64_t)day * CLOCK_DAY_MS - CLOCK_LOCAL_OFFSET_MS };
}

static struct wall time_or_none(const struct pg_result *r, size_t i, int column)
{
    return pg_is_null(r, i, column) ? (struct wall){ 0 } : pg_get_time(r, i, column);
}

static enum err too_many(const char *what, size_t most, struct fault *why)
{
    return fault_set(why, ERR_RANGE, "more than %zu %s: ask for a shorter period or one supplier", most,
                     what);
}

/* ---- incidents ---- */

struct period {
    struct wall from, until;
    const char *supplier;
};

static enum err ask_of(struct pg *p, const char *sql, const struct period *of, const char *what, size_t most,
                       struct pg_result **r, struct fault *why)
{
    struct pg_value v[] = { pg_time(of->from),         pg_time(of->until), pg_text(of->supplier),
                            pg_int((int64_t)most + 1), pg_text(FACTS),     pg_text(FACTS_WITH_WORDS) };
    enum err rc = pg_ask(p, sql, v, sql == sql_report_facts ? 6 : 4, r, why);

    if (rc != ERR_NONE || pg_rows(*r) <= most)
        return rc;
    pg_free(*r);
    *r = NULL;
    return too_many(what, most, why);
}

/* Storage for as many as there are rows, at least one. */
static void *room(const struct pg_result *r, size_t each)
{
    return calloc(pg_rows(r) + 1, each);
}

static enum err no_memory(struct fault *why)
{
    return fault_set(why, ERR_MEMORY, "history: no memory for a report");
}

static void take_incident(const struct pg_result *r, size_t i, struct report_incident *out)
{
    (void)snprintf(out->node, sizeof out->node, "%s", pg_get_text(r, i, 0, NULL));
    out->id = (uint64_t)pg_get_int(r, i, 1);
    out->opened = pg_get_time(r, i, 2);
    out->start = pg_get_time(r, i, 3);
    out->due = pg_get_time(r, i, 4);
    out->limit_ms = pg_get_int(r, i, 5);
    out->legal = pg_get_int(r, i, 6) != 0;
    out->class = (uint8_t)pg_get_int(r, i, 7);
    out->state = (uint8_t)pg_get_int(r, i, 8);
    out->closed = pg_get_int(r, i, 9) != 0;
    out->controllability = (uint8_t)pg_get_int(r, i, 10);
    out->large_since = time_or_none(r, i, 11);
    out->people = pg_get_int(r, i, 12);
}

static enum err read_incidents(struct pg *p, const struct period *of, struct report_rows *out,
                               struct fault *why)
{
    struct pg_result *r;
    enum err rc = ask_of(p, sql_report_incidents, of, "incidents", REPORT_INCIDENTS_MAX, &r, why);

    if (rc != ERR_NONE)
        return rc;
    out->incidents = room(r, sizeof *out->incidents);
    out->incident_count = out->incidents == NULL ? 0 : pg_rows(r);
    for (size_t i = 0; i < out->incident_count; i++)
        take_incident(r, i, &out->incidents[i]);
    pg_free(r);
    return out->incidents != NULL ? ERR_NONE : no_memory(why);
}

/* Rows come in the order of the incidents.  False: of none that was read. */
static bool belongs(const struct report_rows *rows, const struct pg_result *r, size_t i, uint32_t *at)
{
    const char *node = pg_get_text(r, i, 0, NULL);
    const uint64_t id = (uint64_t)pg_get_int(r, i, 1);

    for (uint32_t k = *at; k < rows->incident_count; k++)
        if (rows->incidents[k].id == id && strcmp(rows->incidents[k].node, node) == 0) {
            *at = k;
            return true;
        }
    return false;
}

static uint32_t place_of(const struct report_rows *rows, enum report_place_kind kind, const char *id)
{
    for (uint32_t i = 0; i < rows->place_count; i++)
        if (rows->places[i].kind == kind && strcmp(rows->places[i].id, id) == 0)
            return i;
    return NO_INDEX;
}

static void take_member(const struct report_rows *rows, const struct pg_result *r, size_t i,
                        struct report_member *out)
{
    out->is.id = (uint64_t)pg_get_int(r, i, 2);
    out->is.class = (uint8_t)pg_get_int(r, i, 3);
    out->is.confirmed = pg_get_int(r, i, 4) != 0;
    out->is.loosened = pg_get_int(r, i, 5) != 0;
    out->is.start = pg_get_time(r, i, 6);
    out->is.repaired = time_or_none(r, i, 7);
    out->is.claim_recorded = time_or_none(r, i, 8);
    out->is.repair_confirmed = time_or_none(r, i, 9);
    out->is.restored = time_or_none(r, i, 10);
    out->supplier = place_of(rows, PLACE_SUPPLIER, pg_get_text(r, i, 11, NULL));
    out->area = place_of(rows, PLACE_AREA, pg_get_text(r, i, 12, NULL));
}

static enum err read_members(struct pg *p, const struct period *of, struct report_rows *out,
                             struct fault *why)
{
    uint32_t at = 0;
    struct pg_result *r;
    enum err rc = ask_of(p, sql_report_members, of, "parts of incidents", REPORT_MEMBERS_MAX, &r, why);

    if (rc != ERR_NONE)
        return rc;
    out->members = room(r, sizeof *out->members);
    for (size_t i = 0; i < pg_rows(r) && out->members != NULL; i++) {
        if (!belongs(out, r, i, &at) || pg_get_int(r, i, 3) >= CLASS_COUNT)
            continue; /* of a later version */
        out->members[out->member_count].incident = at;
        take_member(out, r, i, &out->members[out->member_count++]);
    }
    pg_free(r);
    return out->members != NULL ? ERR_NONE : no_memory(why);
}

/* False: no memory. */
static bool take_fact(const struct pg_result *r, size_t i, uint32_t incident, struct report_fact *out)
{
    const char *note = pg_get_text(r, i, 6, NULL);

    *out = (struct report_fact){ .incident = incident,
                                 .kind = (uint8_t)pg_get_int(r, i, 2),
                                 .detail = (uint8_t)pg_get_int(r, i, 3),
                                 .code = (uint8_t)pg_get_int(r, i, 4),
                                 .claimed = pg_get_time(r, i, 5),
                                 .note = note[0] == '\0' ? NULL : strdup(note) };
    return note[0] == '\0' || out->note != NULL;
}

static enum err read_facts(struct pg *p, const struct period *of, struct report_rows *out, struct fault *why)
{
    uint32_t at = 0;
    bool whole = true;
    struct pg_result *r;
    enum err rc = ask_of(p, sql_report_facts, of, "facts", REPORT_FACTS_MAX, &r, why);

    if (rc != ERR_NONE)
        return rc;
    out->facts = room(r, sizeof *out->facts);
    for (size_t i = 0; i < pg_rows(r) && out->facts != NULL; i++)
        if (belongs(out, r, i, &at))
            whole = take_fact(r, i, at, &out->facts[out->fact_count++]) && whole;
    pg_free(r);
    return out->facts != NULL && whole ? ERR_NONE : no_memory(why);
}

static enum err read_duties(struct pg *p, const struct period *of, struct report_rows *out, struct fault *why)
{
    uint32_t at = 0;
    struct pg_result *r;
    enum err rc = ask_of(p, sql_report_duties, of, "duties", REPORT_DUTIES_MAX, &r, why);

    if (rc != ERR_NONE)
        return rc;
    out->duties = room(r, sizeof *out->duties);
    for (size_t i = 0; i < pg_rows(r) && out->duties != NULL; i++)
        if (belongs(out, r, i, &at) && pg_get_int(r, i, 2) < DUTY_COUNT)
            out->duties[out->duty_count++] = (struct report_duty){ .incident = at,
                                                                   .duty = (uint8_t)pg_get_int(r, i, 2),
                                                                   .due = pg_get_time(r, i, 3),
                                                                   .done = time_or_none(r, i, 4),
                                                                   .waived = pg_get_int(r, i, 5) != 0 };
    pg_free(r);
    return out->duties != NULL ? ERR_NONE : no_memory(why);
}

static enum err read_drills(struct pg *p, const struct period *of, struct report_rows *out, struct fault *why)
{
    struct pg_value v[] = { pg_time(of->from), pg_time(of->until), pg_text(of->supplier) };
    struct pg_result *r;
    enum err rc = pg_ask(p, sql_report_drills, v, COUNT_OF(v), &r, why);

    if (rc != ERR_NONE)
        return rc;
    out->drills = pg_rows(r) > 0 ? pg_get_int(r, 0, 0) : 0;
    pg_free(r);
    return ERR_NONE;
}

/* ---- what both kinds name ---- */

static enum err read_places(struct pg *p, struct report_rows *out, struct fault *why)
{
    struct pg_result *r;
    enum err rc = pg_ask(p, sql_report_places, NULL, 0, &r, why);

    if (rc != ERR_NONE)
        return rc;
    out->places = room(r, sizeof *out->places);
    out->place_count = out->places == NULL ? 0 : pg_rows(r);
    for (size_t i = 0; i < out->place_count; i++) {
        struct report_place *is = &out->places[i];
        is->kind = (uint8_t)pg_get_int(r, i, 0);
        (void)snprintf(is->id, sizeof is->id, "%s", pg_get_text(r, i, 1, NULL));
        (void)snprintf(is->name, sizeof is->name, "%s", pg_get_text(r, i, 2, NULL));
    }
    pg_free(r);
    return out->places != NULL ? ERR_NONE : no_memory(why);
}

static enum err read_nodes(struct pg *p, struct report_rows *out, struct fault *why)
{
    struct pg_result *r;
    enum err rc = pg_ask(p, sql_report_nodes, NULL, 0, &r, why);

    if (rc != ERR_NONE)
        return rc;
    for (size_t i = 0; i < pg_rows(r) && out->node_count < REPORT_NODES_MAX; i++) {
        struct report_node *is = &out->nodes[out->node_count++];
        (void)snprintf(is->id, sizeof is->id, "%s", pg_get_text(r, i, 0, NULL));
        is->seen = time_or_none(r, i, 1);
    }
    pg_free(r);
    return ERR_NONE;
}

/* ---- water ---- */

static struct report_water take_water(const struct pg_result *r, size_t i, int first)
{
    return (struct report_water){ .days = pg_get_int(r, i, first),
                                  .sum = pg_get_number(r, i, first + 1),
                                  .least = pg_get_number(r, i, first + 2),
                                  .most = pg_get_number(r, i, first + 3),
                                  .good_ms = pg_get_int(r, i, first + 4),
                                  .uncertain_ms = pg_get_int(r, i, first + 5),
                                  .within_ms = pg_get_int(r, i, first + 6),
                                  .outside_ms = pg_get_int(r, i, first + 7),
                                  .unjudged_ms = pg_get_int(r, i, first + 8),
                                  .waiting_hours = pg_get_int(r, i, first + 9),
                                  .units = pg_get_int(r, i, first + 10) };
}

static enum err read_water(struct pg *p, const char *keys, const struct period *of, struct report_rows *out,
                           struct fault *why)
{
    struct pg_value v[] = { pg_text(keys), pg_time(of->from), pg_time(of->until) };
    struct pg_result *r;
    enum err rc = pg_ask(p, sql_report_water, v, COUNT_OF(v), &r, why);

    if (rc != ERR_NONE)
        return rc;
    out->water = room(r, sizeof *out->water);
    out->water_count = out->water == NULL ? 0 : pg_rows(r);
    for (size_t i = 0; i < out->water_count; i++)
        out->water[i] = take_water(r, i, 1);
    pg_free(r);
    return out->water != NULL ? ERR_NONE : no_memory(why);
}

static void take_text(const struct pg_result *r, size_t i, int column, char *out, size_t size)
{
    (void)snprintf(out, size, "%s", pg_get_text(r, i, column, NULL));
}

static void take_other(const struct pg_result *r, size_t i, struct report_other *o)
{
    take_text(r, i, 0, o->node, sizeof o->node);
    take_text(r, i, 1, o->id, sizeof o->id);
    take_text(r, i, 2, o->name, sizeof o->name);
    take_text(r, i, 3, o->site, sizeof o->site);
    take_text(r, i, 4, o->site_name, sizeof o->site_name);
    take_text(r, i, 5, o->parameter, sizeof o->parameter);
    take_text(r, i, 6, o->unit, sizeof o->unit);
    o->manual = pg_get_int(r, i, 7) != 0;
    o->water = take_water(r, i, 8);
}

static enum err read_others(struct pg *p, const struct report_wish *wish, const struct period *of,
                            struct report_rows *out, struct fault *why)
{
    struct pg_value v[] = { pg_time(of->from),     pg_time(of->until),        pg_text(wish->node),
                            pg_text(of->supplier), pg_text(wish->parameters), pg_int(REPORT_OTHERS_MAX + 1) };
    struct pg_result *r;
    enum err rc = pg_ask(p, sql_report_others, v, COUNT_OF(v), &r, why);

    if (rc != ERR_NONE)
        return rc;
    if (pg_rows(r) > REPORT_OTHERS_MAX) {
        pg_free(r);
        return too_many("points of other nodes", REPORT_OTHERS_MAX, why);
    }
    out->others = room(r, sizeof *out->others);
    out->other_count = out->others == NULL ? 0 : pg_rows(r);
    for (size_t i = 0; i < out->other_count; i++) {
        take_other(r, i, &out->others[i]);
        out->judged_others += out->others[i].water.within_ms + out->others[i].water.outside_ms > 0;
    }
    pg_free(r);
    return out->others != NULL ? ERR_NONE : no_memory(why);
}

static enum err read_all(struct pg *p, const struct report_ask *a, const struct report_wish *wish,
                         struct report_rows *out, struct fault *why)
{
    const int32_t today = day_local(a->now);
    const struct period whole = { report_day(a->from), report_day(a->to + 1), a->supplier };
    const struct period days = { whole.from, report_day(a->to < today ? a->to + 1 : today), a->supplier };
    enum err rc = read_places(p, out, why);

    if (rc == ERR_NONE)
        rc = read_nodes(p, out, why);
    if (a->kind == REPORT_WATER_QUALITY) {
        if (rc == ERR_NONE)
            rc = read_water(p, wish->keys, &days, out, why);
        return rc == ERR_NONE ? read_others(p, wish, &days, out, why) : rc;
    }
    if (rc == ERR_NONE)
        rc = read_incidents(p, &whole, out, why);
    if (rc == ERR_NONE)
        rc = read_members(p, &whole, out, why);
    if (rc == ERR_NONE)
        rc = read_facts(p, &whole, out, why);
    if (rc == ERR_NONE)
        rc = read_duties(p, &whole, out, why);
    return rc == ERR_NONE ? read_drills(p, &whole, out, why) : rc;
}

/* One snapshot for all questions: no figure knows more than another. */
enum err report_rows_read(struct pg *p, const struct report_ask *a, const struct report_wish *wish,
                          struct report_rows *out, struct fault *why)
{
    enum err rc = pg_ask(p, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", NULL, 0, NULL, why);

    *out = (struct report_rows){ .incidents = NULL };
    if (rc != ERR_NONE)
        return rc;
    rc = read_all(p, a, wish, out, why);
    if (rc == ERR_NONE)
        rc = pg_commit(p, why);
    if (rc != ERR_NONE) {
        pg_rollback(p);
        report_rows_clear(out);
    }
    return rc;
}
