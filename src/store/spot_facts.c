#include "spot_facts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "model/mode.h"
#include "sql.h"

static enum err take_incidents(const struct pg_result *r, struct spot_facts *out, struct fault *why)
{
    const size_t n = pg_rows(r);

    out->incidents = calloc(n + 1, sizeof *out->incidents);
    if (out->incidents == NULL)
        return fault_set(why, ERR_MEMORY, "history: no memory");
    out->incident_count = n;
    for (size_t i = 0; i < n; i++) {
        struct spot_incident *one = &out->incidents[i];
        *one = (struct spot_incident){ .is_zone = pg_get_int(r, i, 0) != 0,
                                       .count = (unsigned)pg_get_int(r, i, 2),
                                       .incident = (uint64_t)pg_get_int(r, i, 4),
                                       .start = pg_get_time(r, i, 5),
                                       .class = (uint8_t)pg_get_int(r, i, 6) };
        (void)snprintf(one->place, ID_MAX, "%s", pg_get_text(r, i, 1, NULL));
        (void)snprintf(one->node, ID_MAX, "%s", pg_get_text(r, i, 3, NULL));
    }
    return ERR_NONE;
}

static enum err take_hours(const struct pg_result *r, struct spot_facts *out, struct fault *why)
{
    const size_t n = pg_rows(r);

    out->hours = calloc(n + 1, sizeof *out->hours);
    if (out->hours == NULL)
        return fault_set(why, ERR_MEMORY, "history: no memory");
    out->hour_count = n;
    for (size_t i = 0; i < n; i++)
        out->hours[i] =
            (struct spot_hours){ .point = (uint64_t)pg_get_int(r, i, 0),
                                 .low = (unsigned)pg_get_int(r, i, 1),
                                 .known = (unsigned)pg_get_int(r, i, 2),
                                 .lowest = pg_get_number(r, i, 3),
                                 .last = pg_is_null(r, i, 4) ? (struct wall){ 0 } : pg_get_time(r, i, 4) };
    return ERR_NONE;
}

static enum err read_incidents(struct pg *p, const struct spot_facts_ask *a, struct spot_facts *out,
                               struct fault *why)
{
    struct pg_value v[] = { pg_time(a->repeats_from),    pg_time(a->to),
                            pg_int(a->repeats),          pg_int(SPOT_INCIDENTS_MAX),
                            pg_int(SPOT_INCIDENTS_EACH), pg_int(CLASS_TELEMETRY),
                            pg_int(FACT_CAUSE_FOUND),    pg_int(CAUSE_NO_FAULT) };
    struct pg_result *r;
    enum err rc = pg_ask(p, sql_spot_incidents, v, COUNT_OF(v), &r, why);

    if (rc != ERR_NONE)
        return rc;
    rc = take_incidents(r, out, why);
    pg_free(r);
    return rc;
}

static void write_points(struct strbuf *b, const struct spot_facts_ask *a)
{
    struct json_out j;

    strbuf_init(b, 1 << 20);
    json_out_init(&j, b);
    json_open_array(&j);
    for (size_t i = 0; i < a->point_count; i++) {
        char key[24];
        (void)snprintf(key, sizeof key, "%" PRIu64, a->points[i].key);
        json_open_object(&j);
        json_member_text(&j, "key", key);
        json_member_number(&j, "low", a->points[i].low);
        json_close_object(&j);
    }
    json_close_array(&j);
}

static enum err read_hours(struct pg *p, const struct spot_facts_ask *a, struct spot_facts *out,
                           struct fault *why)
{
    struct pg_result *r;
    struct strbuf b;
    enum err rc;

    write_points(&b, a);
    if (b.failed) {
        strbuf_clear(&b);
        return fault_set(why, ERR_MEMORY, "history: no memory");
    }
    struct pg_value v[] = { pg_text(b.text), pg_time(a->low_from), pg_time(a->to), pg_int(MODE_BACKWASH) };
    rc = pg_ask(p, sql_spot_hours, v, COUNT_OF(v), &r, why);
    strbuf_clear(&b);
    if (rc != ERR_NONE)
        return rc;
    rc = take_hours(r, out, why);
    pg_free(r);
    return rc;
}

enum err spot_facts_read(struct pg *p, const struct spot_facts_ask *a, struct spot_facts *out,
                         struct fault *why)
{
    enum err rc;

    *out = (struct spot_facts){ NULL, 0, NULL, 0 };
    rc = read_incidents(p, a, out, why);
    if (rc == ERR_NONE)
        rc = read_hours(p, a, out, why);
    if (rc != ERR_NONE)
        spot_facts_clear(out);
    return rc;
}
