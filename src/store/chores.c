#include "chores.h"

#include "days.h"
#include "rollup.h"
#include "sql.h"

enum { DAYS_AHEAD = 3 };

/* ---- partitions ---- */

static enum err days_ahead(struct chore_turn *t, size_t *done, struct fault *why)
{
    enum err rc = ERR_NONE;

    *done = 0;
    for (int64_t day = t->today; day <= t->today + DAYS_AHEAD && rc == ERR_NONE; day++) {
        char text[DAY_TEXT_MAX];
        day_text(day, text);
        struct pg_value v = pg_text(text);
        rc = pg_ask(t->db, sql_reading_day, &v, 1, NULL, why);
    }
    return rc;
}

/* ---- packing ---- */

static enum err count_waiting(struct chore_turn *t, int64_t before, struct fault *why)
{
    struct pg_value v = pg_int(before);
    struct pg_result *r = NULL;
    enum err rc = pg_ask(t->db, sql_upkeep_waiting, &v, 1, &r, why);

    if (rc == ERR_NONE)
        t->stats->days_waiting = (uint64_t)pg_get_int(r, 0, 0);
    pg_free(r);
    return rc;
}

static void note_packed(struct chore_turn *t, const struct pg_result *r, size_t *done)
{
    *t->place = (struct pack_place){ .known = pg_rows(r) == 1 && !pg_is_null(r, 0, 0) };
    if (!t->place->known)
        return;
    t->place->day = pg_get_int(r, 0, 0);
    t->place->key = pg_get_int(r, 0, 1);
    t->stats->packed += (uint64_t)pg_get_int(r, 0, 2);
    t->stats->kept += (uint64_t)pg_get_int(r, 0, 3);
    *done = 1;
}

/* A day is closed at its end; pack_after days later it is packed. */
static enum err pack(struct chore_turn *t, size_t *done, struct fault *why)
{
    const struct pg_value none = { .kind = PG_NULL };
    int64_t before = t->today - t->keep->pack_after;
    struct pg_result *r = NULL;

    *done = 0;
    if (t->keep->pack_after == 0)
        return ERR_NONE;
    struct pg_value v[] = { pg_int(before), t->place->known ? pg_int(t->place->day) : none,
                            t->place->known ? pg_int(t->place->key) : none, pg_int(t->budget) };
    enum err rc = pg_ask(t->db, sql_upkeep_pack, v, COUNT_OF(v), &r, why);
    if (rc == ERR_NONE)
        note_packed(t, r, done);
    pg_free(r);
    return rc == ERR_NONE ? count_waiting(t, before, why) : rc;
}

/* ---- hours and days ---- */

static enum err roll_up(struct chore_turn *t, size_t *done, struct fault *why)
{
    enum { HOURS = 100 };

    return rollup_step(t->db, HOURS, done, why);
}

/* ---- what stays ---- */

/* Before anything is let go, what was read around incidents is marked. */
static enum err keep_incidents(struct chore_turn *t, size_t *done, struct fault *why)
{
    enum { INCIDENTS = 50 };
    const struct pg_value v = pg_int(INCIDENTS);
    struct pg_result *r = NULL;
    enum err rc = pg_ask(t->db, sql_upkeep_keep_incidents, &v, 1, &r, why);

    *done = rc == ERR_NONE ? (size_t)pg_get_int(r, 0, 0) : 0;
    pg_free(r);
    return rc;
}

/* ---- letting go ---- */

/* One partition that ends before that day, if there is one. */
static enum err drop_one(struct chore_turn *t, const char *sql, int64_t before, size_t *done,
                         struct fault *why)
{
    struct pg_value v = pg_int(before);
    struct pg_result *r = NULL;
    enum err rc = pg_ask(t->db, sql, &v, 1, &r, why);

    *done = rc == ERR_NONE && pg_rows(r) == 1 && !pg_is_null(r, 0, 0);
    t->stats->days_dropped += *done;
    pg_free(r);
    return rc;
}

static enum err forget(struct chore_turn *t, const char *sql, int64_t keep_days, size_t *done,
                       struct fault *why)
{
    *done = 0;
    return keep_days == 0 ? ERR_NONE : drop_one(t, sql, t->today - keep_days, done, why);
}

static enum err drop_packed_days(struct chore_turn *t, size_t *done, struct fault *why)
{
    int64_t before = t->today - t->keep->pack_after;
    enum err rc;

    *done = 0;
    if (t->keep->pack_after == 0)
        return ERR_NONE;
    rc = drop_one(t, sql_upkeep_drop_empty_day, before, done, why);
    return rc == ERR_NONE && *done > 0 ? count_waiting(t, before, why) : rc;
}

/* A day that waits to be packed stays as long as one that is. */
static enum err forget_raw(struct chore_turn *t, size_t *done, struct fault *why)
{
    return forget(t, sql_upkeep_forget_readings,
                  t->keep->pack_after == 0 ? t->keep->keep_raw : t->keep->keep_packed, done, why);
}

static enum err forget_packed(struct chore_turn *t, size_t *done, struct fault *why)
{
    return forget(t, sql_upkeep_forget_packed, t->keep->keep_packed, done, why);
}

static enum err forget_minutes(struct chore_turn *t, size_t *done, struct fault *why)
{
    return forget(t, sql_upkeep_forget_minutes, t->keep->keep_minutes, done, why);
}

const struct chore CHORES[] = {
    { "days ahead", CLOCK_HOUR_MS, days_ahead, false },
    { "hours and days", 5LL * CLOCK_SECOND_MS, roll_up, false },
    { "windows of incidents", CLOCK_MINUTE_MS, keep_incidents, false },
    { "packing", 5LL * CLOCK_MINUTE_MS, pack, true },
    { "days that are packed", 5LL * CLOCK_MINUTE_MS, drop_packed_days, false },
    { "old readings", CLOCK_HOUR_MS, forget_raw, false },
    { "old packed months", CLOCK_HOUR_MS, forget_packed, false },
    { "old minutes", CLOCK_HOUR_MS, forget_minutes, false },
};
const size_t CHORE_COUNT = COUNT_OF(CHORES);

_Static_assert(COUNT_OF(CHORES) <= CHORES_MAX, "upkeep has a turn for each");
