#include "paged.h"

#include <stdlib.h>

#include "sql.h"

/* Each look opens the packed rows of its window, so a window is not much longer than what fills a page: it
 * grows while little is found. */
enum { LOOKS_MAX = 12, LITTLE = SERIES_PAGE_MAX / 4 };

static const int64_t FIRST_MS = CLOCK_DAY_MS, WINDOW_MAX_MS = 64LL * CLOCK_DAY_MS;

static void take(const struct pg_result *r, size_t n, struct series *out)
{
    for (size_t i = 0; i < n; i++)
        out->samples[out->count++] = (struct series_sample){ .at = pg_get_time(r, i, 0),
                                                             .value = pg_get_number(r, i, 1),
                                                             .quality = (uint8_t)pg_get_int(r, i, 2),
                                                             .reason = (uint8_t)pg_get_int(r, i, 3) };
}

/* How many rows go out: all, or when there are more than fit, those before the last moment. */
static size_t whole(const struct pg_result *r, size_t room)
{
    size_t n = pg_rows(r);

    if (n <= room)
        return n;
    while (n > 0 && pg_get_time(r, n - 1, 0).ms == pg_get_time(r, room, 0).ms)
        n--;
    return n;
}

static enum err look(struct pg *p, uint64_t key, struct wall until, struct series *out, struct fault *why)
{
    size_t room = SERIES_PAGE_MAX - out->count, rows, n;
    struct pg_value v[] = { pg_int((int64_t)key), pg_time(out->until), pg_time(until),
                            pg_int((int64_t)room + 1) };
    struct pg_result *r;
    enum err rc = pg_ask(p, sql_series_page, v, COUNT_OF(v), &r, why);

    if (rc != ERR_NONE)
        return rc;
    rows = pg_rows(r);
    n = whole(r, room);
    take(r, n, out);
    if (n < rows)
        out->until = pg_get_time(r, n, 0);
    else
        out->until = until;
    if (n < rows && n == 0 && out->count == 0)
        rc = fault_set(why, ERR_RANGE, "history: more than %d readings of one point in one millisecond",
                       SERIES_PAGE_MAX);
    pg_free(r);
    return rc;
}

enum err paged_ask(struct pg *p, const struct series_ask *a, struct series *out, struct fault *why)
{
    int64_t window = FIRST_MS;
    enum err rc = ERR_NONE;

    *out = (struct series){ .raw = true, .until = a->from };
    out->samples = calloc(SERIES_PAGE_MAX, sizeof *out->samples);
    if (out->samples == NULL)
        return fault_set(why, ERR_MEMORY, "history: no memory");
    for (unsigned i = 0; i < LOOKS_MAX && rc == ERR_NONE && out->count < LITTLE; i++) {
        int64_t end = out->until.ms + window;
        if (out->until.ms >= a->to.ms)
            break;
        rc = look(p, a->key, (struct wall){ end < a->to.ms ? end : a->to.ms }, out, why);
        window = window * 2 > WINDOW_MAX_MS ? WINDOW_MAX_MS : window * 2;
    }
    if (rc != ERR_NONE)
        series_clear(out);
    return rc;
}
