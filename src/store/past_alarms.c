#include "past_alarms.h"

#include <math.h>
#include <stdlib.h>

#include "sql.h"

/* ISA-18.2: an alarm that stays for longer than a day is stale. */
static const int64_t STALE_MS = CLOCK_DAY_MS;
enum { STALE_SHOWN = 100 };

enum err past_alarms_check(const struct alarm_past_ask *a, struct fault *why)
{
    if (a->from.ms >= a->to.ms)
        return fault_set(why, ERR_RANGE, "the span is empty: it must end after it begins");
    if (a->from.ms < -2208988800000 || a->to.ms > 253402300799999)
        return fault_set(why, ERR_RANGE, "the span must lie between the years 1900 and 9999");
    if (!a->rings && (a->limit < 1 || a->limit > ALARM_PAST_MAX))
        return fault_set(why, ERR_RANGE, "limit must be from 1 to %d", ALARM_PAST_MAX);
    return ERR_NONE;
}

/* ---- rows ---- */

static void take_alarm(const struct pg_result *r, size_t i, struct past_alarm *out)
{
    *out = (struct past_alarm){ .alarm = { .id = (uint64_t)pg_get_int(r, i, 0),
                                           .point = (uint64_t)pg_get_int(r, i, 1),
                                           .rule = (uint64_t)pg_get_int(r, i, 2),
                                           .steps = (uint32_t)pg_get_int(r, i, 4),
                                           .times = (uint32_t)pg_get_int(r, i, 5),
                                           .severity = (uint8_t)pg_get_int(r, i, 6),
                                           .stake = (uint8_t)pg_get_int(r, i, 7),
                                           .value = pg_get_number(r, i, 8),
                                           .limit = pg_get_number(r, i, 9),
                                           .opened = pg_get_time(r, i, 10),
                                           .changed = pg_get_time(r, i, 11),
                                           .acknowledged = pg_get_time_or_none(r, i, 12),
                                           .seen = NAN,
                                           .end = (uint8_t)pg_get_int(r, i, 14) },
                                .closed = pg_get_time_or_none(r, i, 13) };
    pg_copy_text(r, i, 3, out->alarm.name, ID_MAX);
}

static void take_did(const struct pg_result *r, size_t i, int column, struct alarm_did *out)
{
    out->at = pg_get_time_or_none(r, i, column);
    if (out->at.ms == 0)
        return;
    pg_copy_text(r, i, column + 1, out->who, sizeof out->who);
    pg_copy_text(r, i, column + 2, out->why, sizeof out->why);
}

/* What a later version wrote has no word here. */
static bool has_words(const struct past_alarm *a)
{
    return a->alarm.severity < SEVERITY_COUNT && a->alarm.stake < STAKE_COUNT &&
           a->alarm.end < ALARM_END_COUNT;
}

static enum err take_alarms(const struct pg_result *r, size_t most, bool acts, struct alarm_past *out,
                            struct fault *why)
{
    size_t n = pg_rows(r) < most ? pg_rows(r) : most;

    out->alarms = calloc(n + 1, sizeof *out->alarms);
    if (out->alarms == NULL)
        return fault_set(why, ERR_MEMORY, "history: no memory");
    for (size_t i = 0; i < n; i++) {
        take_alarm(r, i, &out->alarms[out->count]);
        if (acts) {
            take_did(r, i, 15, &out->alarms[out->count].saw);
            take_did(r, i, 18, &out->alarms[out->count].put_away);
            out->alarms[out->count].put_away.until = pg_get_time_or_none(r, i, 21);
        }
        out->count += has_words(&out->alarms[out->count]);
    }
    out->more = pg_rows(r) > most;
    return ERR_NONE;
}

static enum err take_rings(const struct pg_result *r, struct alarm_past *out, struct fault *why)
{
    size_t n = pg_rows(r);

    if (n > ALARM_RINGS_MAX)
        return fault_set(why, ERR_RANGE, "more than %d alarms: ask for a shorter span", ALARM_RINGS_MAX);
    out->rings = calloc(n + 1, sizeof *out->rings);
    if (out->rings == NULL)
        return fault_set(why, ERR_MEMORY, "history: no memory");
    out->ring_count = n;
    for (size_t i = 0; i < n; i++) {
        out->rings[i] = (struct alarm_ring){ .at = pg_get_time(r, i, 0),
                                             .point = (uint64_t)pg_get_int(r, i, 1),
                                             .rule = (uint64_t)pg_get_int(r, i, 2),
                                             .severity = (uint8_t)pg_get_int(r, i, 4) };
        pg_copy_text(r, i, 3, out->rings[i].name, ID_MAX);
    }
    return ERR_NONE;
}

/* ---- questions ---- */

static enum err read_closed(struct pg *p, const struct alarm_past_ask *a, struct alarm_past *out,
                            struct fault *why)
{
    struct wall before = a->before.ms == 0 ? a->to : a->before;
    struct pg_value v[] = { pg_time(a->from),
                            pg_time(a->to),
                            pg_int((int64_t)a->limit + 1),
                            pg_text(a->supplier),
                            pg_text(a->sites),
                            pg_text(a->site),
                            pg_time(before),
                            pg_int(a->before.ms == 0 ? INT64_MAX : (int64_t)a->before_id) };
    struct pg_result *r;
    enum err rc = pg_ask(p, sql_alarms_closed, v, COUNT_OF(v), &r, why);

    if (rc != ERR_NONE)
        return rc;
    rc = take_alarms(r, a->limit, true, out, why);
    pg_free(r);
    return rc;
}

static enum err read_stale(struct pg *p, const struct alarm_past_ask *a, struct alarm_past *out,
                           struct fault *why)
{
    struct pg_value v[] = { pg_time((struct wall){ a->to.ms - STALE_MS }),
                            pg_time(a->to),
                            pg_int(STALE_SHOWN),
                            pg_text(a->supplier),
                            pg_text(a->sites),
                            pg_text(a->site) };
    struct pg_result *r;
    enum err rc = pg_ask(p, sql_alarms_stale, v, COUNT_OF(v), &r, why);

    if (rc != ERR_NONE)
        return rc;
    rc = take_alarms(r, STALE_SHOWN, false, out, why);
    if (pg_rows(r) > 0)
        out->all = (size_t)pg_get_int(r, 0, 15);
    pg_free(r);
    return rc;
}

static enum err read_rings(struct pg *p, const struct alarm_past_ask *a, struct alarm_past *out,
                           struct fault *why)
{
    struct pg_value v[] = { pg_time(a->from),     pg_time(a->to),    pg_int(ALARM_RINGS_MAX + 1),
                            pg_text(a->supplier), pg_text(a->sites), pg_text(a->site) };
    struct pg_result *r;
    enum err rc = read_stale(p, a, out, why);

    if (rc == ERR_NONE)
        rc = pg_ask(p, sql_alarms_rang, v, COUNT_OF(v), &r, why);
    if (rc != ERR_NONE)
        return rc;
    rc = take_rings(r, out, why);
    pg_free(r);
    return rc;
}

enum err past_alarms_read(struct pg *p, const struct alarm_past_ask *a, struct alarm_past *out,
                          struct fault *why)
{
    enum err rc;

    *out = (struct alarm_past){ .count = 0 };
    rc = a->rings ? read_rings(p, a, out, why) : read_closed(p, a, out, why);
    if (rc != ERR_NONE)
        alarm_past_clear(out);
    return rc;
}
