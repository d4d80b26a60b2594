#include "rolled.h"

#include <math.h>
#include <stdlib.h>

#include "model/minute.h"
#include "sql.h"

/* A span so short is made of the stored rows whatever is asked: they are few, and its buckets are all the
 * same. */
enum { SHORT_MS = 6 * CLOCK_HOUR_MS };

static const struct {
    enum series_resolution resolution;
    int64_t unit_ms;
} COARSEST_FIRST[] = {
    { SERIES_DAY, CLOCK_DAY_MS },
    { SERIES_HOUR, CLOCK_HOUR_MS },
    { SERIES_MINUTE, CLOCK_MINUTE_MS },
};

/* Of local days; minutes and hours begin where they begin in UTC. */
static int64_t unit_of(int64_t ms, int64_t unit_ms)
{
    int64_t past = (ms + CLOCK_LOCAL_OFFSET_MS) % unit_ms;

    return ms - (past < 0 ? past + unit_ms : past);
}

static int64_t parts(int64_t whole, int64_t part)
{
    return (whole - 1) / part + 1;
}

struct rolled_plan rolled_choose(const struct series_ask *a)
{
    for (size_t i = 0; i < COUNT_OF(COARSEST_FIRST) && a->to.ms - a->from.ms > SHORT_MS; i++) {
        int64_t unit_ms = COARSEST_FIRST[i].unit_ms;
        int64_t base = unit_of(a->from.ms, unit_ms);
        int64_t width_ms = parts(parts(a->to.ms - base, unit_ms), a->buckets) * unit_ms;
        int64_t count = parts(a->to.ms - base, width_ms);
        if ((a->to.ms - a->from.ms) / a->buckets >= unit_ms && 4 * count >= 3 * (int64_t)a->buckets)
            return (struct rolled_plan){ COARSEST_FIRST[i].resolution,
                                         unit_ms,
                                         { base },
                                         { unit_of(a->from.ms + unit_ms - 1, unit_ms) },
                                         width_ms,
                                         (size_t)count };
    }
    return (struct rolled_plan){ .resolution = SERIES_RAW };
}

static enum err make_buckets(const struct series_ask *a, const struct rolled_plan *plan, struct series *out,
                             struct fault *why)
{
    *out =
        (struct series){ .resolution = plan->resolution, .width_ms = plan->width_ms, .count = plan->count };
    out->buckets = calloc(out->count, sizeof *out->buckets);
    if (out->buckets == NULL)
        return fault_set(why, ERR_MEMORY, "history: no memory");
    for (size_t i = 0; i < out->count; i++)
        out->buckets[i] = (struct series_bucket){
            .at = { plan->base.ms + (int64_t)i * plan->width_ms }, .min = NAN, .max = NAN, .mean = NAN
        };
    out->buckets[0].at = a->from;
    return ERR_NONE;
}

static int64_t end_of(const struct series_ask *a, const struct series *s, size_t i)
{
    return i + 1 < s->count ? s->buckets[i + 1].at.ms : a->to.ms;
}

static void take_row(const struct pg_result *r, size_t row, const struct series_ask *a, struct series *out)
{
    int64_t i = pg_get_int(r, row, 0);
    struct series_bucket *b;
    double share;

    if (i < 0 || (uint64_t)i >= out->count)
        return;
    b = &out->buckets[i];
    b->min = pg_get_number(r, row, 1);
    b->max = pg_get_number(r, row, 2);
    b->mean = pg_get_number(r, row, 3);
    share = (double)pg_get_int(r, row, 4) / (double)(end_of(a, out, (size_t)i) - b->at.ms);
    b->good_share = share > 1.0 ? 1.0 : share;
    b->rows = (uint32_t)pg_get_int(r, row, 5);
}

enum err rolled_ask(struct pg *p, const struct series_ask *a, const struct rolled_plan *plan,
                    struct series *out, struct fault *why)
{
    const struct pg_value v[] = { pg_int((int64_t)a->key), pg_time(a->from),     pg_time(a->to),
                                  pg_time(plan->head),     pg_time(plan->base),  pg_int(plan->width_ms),
                                  pg_int(MINUTE_HOLD_MS),  pg_int(plan->unit_ms) };
    struct pg_result *r = NULL;
    enum err rc = make_buckets(a, plan, out, why);

    if (rc != ERR_NONE)
        return rc;
    rc = pg_ask(p, sql_series_rolled, v, COUNT_OF(v), &r, why);
    for (size_t row = 0; rc == ERR_NONE && row < pg_rows(r); row++)
        take_row(r, row, a, out);
    if (rc != ERR_NONE)
        series_clear(out);
    pg_free(r);
    return rc;
}
