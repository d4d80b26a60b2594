#include "meter_rows.h"

#include "sql.h"

/* A chunk is a few hundred kilobytes.  Over a longer silence than HELD_MS a neighbour tells nothing. */
enum { CHUNK_ROWS = 10000 };
static const int64_t HELD_MS = 30LL * CLOCK_DAY_MS;
static const char FETCH[] = "FETCH FORWARD 10000 FROM meter_rows";

enum err meter_rows_check(const struct meter_ask *a, struct fault *why)
{
    if (a->from.ms >= a->to.ms)
        return fault_set(why, ERR_RANGE, "the span is empty: it must end after it begins");
    if (a->key == 0 || a->key > INT64_MAX)
        return fault_set(why, ERR_RANGE, "there is no such point");
    /* years 1899 to 9999, inside what PostgreSQL's timestamps hold with HELD_MS on either side */
    if (a->from.ms < -2240524800000 || a->to.ms > 253402300799999)
        return fault_set(why, ERR_RANGE, "the span must lie between the years 1899 and 9999");
    return ERR_NONE;
}

static enum err declare(struct pg *p, const struct meter_ask *a, struct fault *why)
{
    struct pg_value v[] = {
        pg_int((int64_t)a->key), pg_time((struct wall){ a->from.ms - HELD_MS }), pg_time(a->from),
        pg_time(a->to),          pg_time((struct wall){ a->to.ms + HELD_MS }),   pg_int(METER_ROWS_MAX + 1)
    };

    return pg_ask(p, sql_meter_rows, v, COUNT_OF(v), NULL, why);
}

static void give(const struct pg_result *r, size_t i, const struct meter_fold *fold)
{
    const struct meter_row row = { .at = pg_get_time(r, i, 0),
                                   .value = pg_get_number(r, i, 1),
                                   .quality = (uint8_t)pg_get_int(r, i, 2),
                                   .reason = (uint8_t)pg_get_int(r, i, 3),
                                   .old_end = pg_get_number(r, i, 4),
                                   .exchanged = pg_get_int(r, i, 5) != 0 };

    fold->row(fold->self, &row);
}

/* *n: rows of this chunk, 0 after the last. */
static enum err chunk(struct pg *p, const struct meter_fold *fold, size_t *n, struct fault *why)
{
    struct pg_result *r = NULL;
    enum err rc = pg_ask(p, FETCH, NULL, 0, &r, why);

    *n = rc == ERR_NONE ? pg_rows(r) : 0;
    for (size_t i = 0; i < *n; i++)
        give(r, i, fold);
    pg_free(r);
    return rc;
}

static enum err chunks(struct pg *p, const struct meter_fold *fold, struct fault *why)
{
    size_t n = CHUNK_ROWS, all = 0;

    while (n == CHUNK_ROWS) {
        enum err rc = chunk(p, fold, &n, why);
        if (rc != ERR_NONE)
            return rc;
        all += n;
        if (all > METER_ROWS_MAX)
            return fault_set(why, ERR_RANGE, "more than %d readings: ask for a shorter span", METER_ROWS_MAX);
    }
    return ERR_NONE;
}

enum err meter_rows_read(struct pg *p, const struct meter_ask *a, const struct meter_fold *fold,
                         struct fault *why)
{
    enum err rc = pg_begin(p, why);

    if (rc == ERR_NONE)
        rc = declare(p, a, why);
    if (rc == ERR_NONE) {
        fold->begin(fold->self);
        rc = chunks(p, fold, why);
    }
    if (rc == ERR_NONE)
        return pg_commit(p, why);
    pg_rollback(p); /* keeps what the server said of the first error */
    return rc;
}
