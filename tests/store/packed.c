/* Readings, packed, kept and forgotten in any order: what readers see is always what a plain model holds.
 *
 *   test_store_packed [rounds [seed]] */
#include "store/pgtest.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <inttypes.h>
#include <libpq-fe.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { POINTS = 5, DAYS = 4, ROWS_MAX = 40000, WINDOWS_MAX = 64, SQL_MAX = 1024 };

static const int64_t HOUR_US = 3600LL * 1000 * 1000;
static const int64_t DAY_US = 24 * HOUR_US;
static const int64_t FIRST_US = 1793293200000000; /* 2026-10-30T00:00+07:00: the month ends in between */

static size_t ROUNDS = 80;
static uint64_t SEED;
static struct pgtest T;

/* ---- chance ---- */

static uint64_t STATE;

static uint64_t dice(uint64_t sides)
{
    STATE ^= STATE << 13;
    STATE ^= STATE >> 7;
    STATE ^= STATE << 17;
    return (STATE >> 11) % sides;
}

/* ---- the model ---- */

enum place { RAW, PACKED, KEPT, FORGOTTEN };

struct row {
    int64_t key, at_us;
    double value; /* NaN: null */
    int quality, reason;
    enum place place;
};

struct window {
    int64_t key, from_us, until_us;
};

static struct model {
    struct row rows[ROWS_MAX];
    size_t count;
    struct window windows[WINDOWS_MAX];
    size_t window_count;
    int64_t last_day, last_key; /* what the packer was told it did last; last_key -1: nothing */
} M;

static int64_t day_index(const struct row *r)
{
    return (r->at_us - FIRST_US) / DAY_US;
}

static bool is_windowed(const struct row *r)
{
    for (size_t i = 0; i < M.window_count; i++) {
        const struct window *w = &M.windows[i];
        if (w->key == r->key && r->at_us >= w->from_us && r->at_us < w->until_us)
            return true;
    }
    return false;
}

/* ---- the database ---- */

static PGconn *connect_as(enum pgtest_role role)
{
    const char *const KEYS[] = { "host", "port", "dbname", "user", "password", NULL };
    const char *const VALUES[] = { T.host, T.port, T.database, T.logins[role].user, T.logins[role].password,
                                   NULL };
    PGconn *c = PQconnectdbParams(KEYS, VALUES, 0);

    assert_int_equal(PQstatus(c), CONNECTION_OK);
    PQclear(PQexec(c, "SET search_path = pg_catalog, pg_temp; SET client_min_messages = error"));
    return c;
}

static void must(PGconn *c, const char *sql)
{
    PGresult *r = PQexec(c, sql);

    if (PQresultStatus(r) != PGRES_COMMAND_OK && PQresultStatus(r) != PGRES_TUPLES_OK)
        fail_msg("seed %" PRIu64 ": %s: %s", SEED, sql, PQerrorMessage(c));
    PQclear(r);
}

/* 55P03: autovacuum is at the table; nothing has happened, and the next turn asks again. */
static PGresult *ask_or_wait(PGconn *c, const char *sql)
{
    PGresult *r = PQexec(c, sql);
    const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);

    if (PQresultStatus(r) == PGRES_TUPLES_OK)
        return r;
    if (state == NULL || strcmp(state, "55P03") != 0)
        fail_msg("seed %" PRIu64 ": %s: %s", SEED, sql, PQerrorMessage(c));
    PQclear(r);
    return NULL;
}

static void day_name(int64_t day, char out[16])
{
    time_t at = (time_t)((FIRST_US + day * DAY_US) / 1000000 + 7 * 3600);
    struct tm tm;

    (void)gmtime_r(&at, &tm);
    (void)strftime(out, 16, "%Y-%m-%d", &tm);
}

static int64_t day_of_name(const char *name)
{
    char text[16];

    for (int64_t day = 0; day < 40; day++) {
        day_name(day, text);
        if (strcmp(text, name) == 0)
            return day;
    }
    return -1;
}

/* ---- what happens ---- */

static double some_value(int64_t key)
{
    static const double ODD[] = { -0.0, 0,     1e300, -1e300,  5e-324, 9007199254740993.0,
                                  1e10, 8.9e9, 0.1,   1.0 / 3, 3e38 };

    if (dice(40) == 0)
        return ODD[dice(COUNT_OF(ODD))];
    switch (key) {
    case 0: return 7.2;
    case 1: return (double)dice(1000) / 10;
    case 2: return (double)(float)((double)dice(1000000) / 7);
    case 3: return (double)dice(1000000) / 7;
    default: return dice(3) == 0 ? NAN : (double)dice(4000000000U) - 2e9;
    }
}

static int64_t some_time(int64_t day)
{
    int64_t at = FIRST_US + day * DAY_US;

    switch (dice(6)) {
    case 0: return at; /* midnight itself */
    case 1: return at + DAY_US - 1000;
    case 2: return at + (int64_t)dice(24) * HOUR_US;
    case 3: return at + (int64_t)dice(24) * HOUR_US + (int64_t)dice(3600) * 1000;
    default: return at + (int64_t)dice(86400000) * 1000;
    }
}

static struct row some_row(int64_t key, int64_t at_us)
{
    struct row r = { key, at_us, some_value(key), 2, 0, RAW };

    if (dice(10) == 0) {
        r.quality = (int)dice(2);
        r.reason = (int)dice(20);
    }
    if (dice(200) == 0)
        r.at_us += (int64_t)dice(1000); /* no whole ms: by hand */
    if (dice(400) == 0)
        r.reason = 300; /* no code of ours */
    return r;
}

static void add(PGconn *c, const struct row *r)
{
    char sql[SQL_MAX], value[40] = "NULL";

    if (M.count == ROWS_MAX)
        return;
    if (!isnan(r->value))
        (void)snprintf(value, sizeof value, "'%.17g'", r->value);
    (void)snprintf(sql, sizeof sql,
                   "INSERT INTO capnuoc.reading VALUES (%" PRId64 ", 'epoch'::timestamptz + %" PRId64
                   " * interval '1 microsecond', %s, %d, %d)",
                   r->key, r->at_us, value, r->quality, r->reason);
    must(c, sql);
    M.rows[M.count++] = *r;
}

/* As from a busy device: enough for rows of one or two hours. */
static void add_run(PGconn *c, int64_t day, int64_t key)
{
    int64_t at = FIRST_US + day * DAY_US + (int64_t)dice(22) * HOUR_US, step = 1 + (int64_t)dice(5);

    for (size_t i = 0; i < 1500; i++) {
        struct row r = some_row(key, at);
        if (at < FIRST_US + (day + 1) * DAY_US)
            add(c, &r);
        at += step * 1000000 + (int64_t)dice(20) * 1000;
        if (dice(300) == 0)
            at += 200000000; /* a silence longer than two bytes of ms */
    }
}

/* Late or not: the day's partition is there, or made again. */
static void readings_arrive(PGconn *writer, PGconn *maintenance)
{
    int64_t day = (int64_t)dice(DAYS), key = (int64_t)dice(POINTS);
    size_t n = dice(4) == 0 ? 300 : dice(30);
    char sql[SQL_MAX], name[16];

    day_name(day, name);
    (void)snprintf(sql, sizeof sql, "SELECT capnuoc.make_reading_day('%s')", name);
    must(maintenance, sql);
    must(writer, "BEGIN");
    for (size_t i = 0; i < n; i++) {
        struct row r = some_row(key, some_time(day));
        add(writer, &r);
        if (dice(50) == 0)
            add(writer, &r); /* told twice */
    }
    if (dice(6) == 0)
        add_run(writer, day, key);
    must(writer, "COMMIT");
}

static void window_opens(PGconn *writer)
{
    struct window w = { (int64_t)dice(POINTS), some_time((int64_t)dice(DAYS)), 0 };
    char sql[SQL_MAX];

    if (M.window_count == WINDOWS_MAX)
        return;
    w.until_us = w.from_us + 1800LL * 1000 * 1000;
    (void)snprintf(sql, sizeof sql,
                   "INSERT INTO capnuoc.kept_window SELECT %" PRId64 ", 'epoch'::timestamptz + %" PRId64
                   " * interval '1 microsecond', 'epoch'::timestamptz + %" PRId64
                   " * interval '1 microsecond', 'test' ",
                   w.key, w.from_us, w.until_us);
    PGresult *r = PQexec(writer, sql);
    if (PQresultStatus(r) == PGRES_COMMAND_OK) /* else the same one again */
        M.windows[M.window_count++] = w;
    PQclear(r);
}

/* ---- packing ---- */

static bool has_raw_after(int64_t day, int64_t key)
{
    for (size_t i = 0; i < M.count; i++)
        if (M.rows[i].place == RAW && day_index(&M.rows[i]) == day && M.rows[i].key > key)
            return true;
    return false;
}

static bool packs(const struct row *r)
{
    return !is_windowed(r) && r->at_us % 1000 == 0 && r->reason <= 255;
}

static bool has_raw(int64_t day, int64_t key)
{
    for (size_t i = 0; i < M.count; i++)
        if (M.rows[i].place == RAW && day_index(&M.rows[i]) == day && M.rows[i].key == key)
            return true;
    return false;
}

static void model_packs_point(int64_t day, int64_t key)
{
    if (!has_raw(day, key))
        return; /* nothing of it was touched */
    for (size_t i = 0; i < M.count; i++) {
        struct row *r = &M.rows[i];
        if (r->key == key && day_index(r) == day && (r->place == RAW || r->place == PACKED))
            r->place = packs(r) ? PACKED : KEPT;
    }
}

static void model_packs(int64_t day, int64_t upto)
{
    int64_t after = day == M.last_day ? M.last_key : -1;

    if (!has_raw_after(day, after))
        after = -1;
    for (int64_t key = after + 1; key <= upto; key++)
        model_packs_point(day, key);
    M.last_day = day;
    M.last_key = upto;
}

static void step_text(char *sql, const char *before)
{
    char last[16];

    day_name(M.last_day, last);
    if (M.last_key < 0)
        (void)snprintf(sql, SQL_MAX, "SELECT * FROM capnuoc.pack_step('%s', NULL, NULL, %d)", before,
                       (int)dice(400));
    else
        (void)snprintf(sql, SQL_MAX, "SELECT * FROM capnuoc.pack_step('%s', '%s', %" PRId64 ", %d)", before,
                       last, M.last_key, (int)dice(400));
}

static void some_day_packs(PGconn *maintenance)
{
    char sql[SQL_MAX], before[16];
    PGresult *r;

    day_name(1 + (int64_t)dice(DAYS), before);
    step_text(sql, before);
    r = PQexec(maintenance, sql);
    if (PQresultStatus(r) != PGRES_TUPLES_OK)
        fail_msg("seed %" PRIu64 ": %s: %s", SEED, sql, PQerrorMessage(maintenance));
    if (!PQgetisnull(r, 0, 0))
        model_packs(day_of_name(PQgetvalue(r, 0, 0)), strtoll(PQgetvalue(r, 0, 1), NULL, 10));
    PQclear(r);
}

/* Cut off anywhere: taken back by its client, by the server's clock, or killed.  Nothing has happened. */
static void packing_is_cut_off(void)
{
    PGconn *c = connect_as(PGTEST_MAINTENANCE), *killer = connect_as(PGTEST_SUPERUSER);
    char sql[SQL_MAX], before[16];
    uint64_t how = dice(3);

    day_name(DAYS, before);
    must(c, "BEGIN");
    if (how == 1) {
        (void)snprintf(sql, sizeof sql, "SET LOCAL statement_timeout = %d", 1 + (int)dice(30));
        must(c, sql);
    }
    step_text(sql, before);
    assert_int_equal(PQsendQuery(c, sql), 1);
    if (how == 2) {
        (void)snprintf(sql, sizeof sql, "SELECT pg_sleep(%f), pg_terminate_backend(%d, 5000)",
                       (double)dice(30) / 1000, PQbackendPID(c));
        must(killer, sql);
    }
    for (PGresult *r = PQgetResult(c); r != NULL; r = PQgetResult(c))
        PQclear(r);
    PQclear(PQexec(c, "ROLLBACK"));
    PQfinish(c);
    PQfinish(killer);
}

static void empty_days_go(PGconn *maintenance)
{
    char sql[SQL_MAX], before[16];

    day_name(1 + (int64_t)dice(DAYS), before);
    (void)snprintf(sql, sizeof sql, "SELECT capnuoc.drop_empty_day('%s')", before);
    PQclear(ask_or_wait(maintenance, sql));
}

/* ---- forgetting ---- */

static void model_forgets(enum place place, int64_t from_day, int64_t until_day)
{
    for (size_t i = 0; i < M.count; i++) {
        struct row *r = &M.rows[i];
        if (r->place == place && day_index(r) >= from_day && day_index(r) < until_day)
            r->place = is_windowed(r) ? KEPT : FORGOTTEN;
    }
}

static void something_is_forgotten(PGconn *maintenance)
{
    bool packed = dice(2) == 0;
    char sql[SQL_MAX], before[16];
    PGresult *r;
    int64_t day;

    day_name(1 + (int64_t)dice(DAYS), before);
    (void)snprintf(sql, sizeof sql, "SELECT capnuoc.forget_%s('%s')", packed ? "packed" : "readings", before);
    r = ask_or_wait(maintenance, sql);
    if (r == NULL)
        return;
    day = PQgetisnull(r, 0, 0) ? -1 : day_of_name(PQgetvalue(r, 0, 0));
    if (!PQgetisnull(r, 0, 0) && packed)
        model_forgets(PACKED, -100, 2); /* October, the 1st of November is day 2 */
    else if (day >= 0)
        model_forgets(RAW, day, day + 1);
    PQclear(r);
}

/* ---- what readers see ---- */

static int by_all(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    int64_t xv, yv;

    memcpy(&xv, &x->value, sizeof xv);
    memcpy(&yv, &y->value, sizeof yv);
    if (x->at_us != y->at_us)
        return x->at_us < y->at_us ? -1 : 1;
    if (x->quality != y->quality)
        return x->quality - y->quality;
    if (x->reason != y->reason)
        return x->reason - y->reason;
    return (xv > yv) - (xv < yv);
}

static struct row row_of(const PGresult *r, int i, int64_t key)
{
    return (struct row){ .key = key,
                         .at_us = strtoll(PQgetvalue(r, i, 0), NULL, 10),
                         .value = PQgetisnull(r, i, 1) ? NAN : strtod(PQgetvalue(r, i, 1), NULL),
                         .quality = (int)strtol(PQgetvalue(r, i, 2), NULL, 10),
                         .reason = (int)strtol(PQgetvalue(r, i, 3), NULL, 10) };
}

static size_t model_span(int64_t key, int64_t from_us, int64_t until_us, struct row *out)
{
    size_t n = 0;

    for (size_t i = 0; i < M.count; i++) {
        const struct row *r = &M.rows[i];
        if (r->key == key && r->place != FORGOTTEN && r->at_us >= from_us && r->at_us < until_us)
            out[n++] = *r;
    }
    qsort(out, n, sizeof *out, by_all);
    return n;
}

static void span_is_as_in_the_model(PGconn *reader, int64_t key, int64_t from_us, int64_t until_us)
{
    static struct row want[ROWS_MAX], is[ROWS_MAX];
    size_t n = model_span(key, from_us, until_us, want);
    char sql[SQL_MAX];
    PGresult *r;

    (void)snprintf(sql, sizeof sql,
                   "SELECT (extract(epoch FROM at) * 1000000)::bigint, value, quality, reason FROM "
                   "capnuoc.reading_all(%" PRId64 ", 'epoch'::timestamptz + %" PRId64
                   " * interval '1 microsecond', 'epoch'::timestamptz + %" PRId64
                   " * interval '1 microsecond')",
                   key, from_us, until_us);
    r = PQexec(reader, sql);
    if (PQresultStatus(r) != PGRES_TUPLES_OK)
        fail_msg("seed %" PRIu64 ": %s: %s", SEED, sql, PQerrorMessage(reader));
    if ((size_t)PQntuples(r) != n)
        fail_msg("seed %" PRIu64 ": point %" PRId64 " has %d rows, not %zu", SEED, key, PQntuples(r), n);
    for (int i = 0; i < PQntuples(r); i++)
        is[i] = row_of(r, i, key);
    qsort(is, n, sizeof *is, by_all);
    for (size_t i = 0; i < n; i++)
        if (by_all(&want[i], &is[i]) != 0)
            fail_msg("seed %" PRIu64 ": point %" PRId64 " at %" PRId64 ": %.17g q%d r%d, not %.17g q%d r%d",
                     SEED, key, is[i].at_us, is[i].value, is[i].quality, is[i].reason, want[i].value,
                     want[i].quality, want[i].reason);
    PQclear(r);
}

static void readers_see_the_model(PGconn *reader)
{
    int64_t from = some_time((int64_t)dice(DAYS)), until = from + (int64_t)dice((uint64_t)(2 * DAY_US));

    for (int64_t key = 0; key < POINTS; key++)
        span_is_as_in_the_model(reader, key, FIRST_US - DAY_US, FIRST_US + (DAYS + 1) * DAY_US);
    span_is_as_in_the_model(reader, (int64_t)dice(POINTS), from, until);
    span_is_as_in_the_model(reader, (int64_t)dice(POINTS), FIRST_US + (int64_t)dice(DAYS) * DAY_US,
                            FIRST_US + (int64_t)dice(DAYS + 1) * DAY_US);
}

static void good_neighbour(PGconn *reader, bool last)
{
    int64_t from = some_time((int64_t)dice(DAYS)), until = from + (int64_t)dice((uint64_t)(2 * DAY_US));
    int64_t key = (int64_t)dice(POINTS), want = -1;
    char sql[SQL_MAX];
    PGresult *r;

    for (size_t i = 0; i < M.count; i++) {
        const struct row *x = &M.rows[i];
        bool counts = x->key == key && x->place != FORGOTTEN && x->quality == 2 && !isnan(x->value) &&
                      x->at_us >= from && x->at_us < until;
        if (counts && (want < 0 || (last ? x->at_us > want : x->at_us < want)))
            want = x->at_us;
    }
    (void)snprintf(sql, sizeof sql,
                   "SELECT (extract(epoch FROM at) * 1000000)::bigint FROM capnuoc.reading_%s_good(%" PRId64
                   ", 'epoch'::timestamptz + %" PRId64
                   " * interval '1 microsecond', 'epoch'::timestamptz + %" PRId64
                   " * interval '1 microsecond')",
                   last ? "last" : "first", key, from, until);
    r = PQexec(reader, sql);
    assert_int_equal(PQresultStatus(r), PGRES_TUPLES_OK);
    assert_int_equal(PQntuples(r) == 0 ? -1 : strtoll(PQgetvalue(r, 0, 0), NULL, 10), want);
    PQclear(r);
}

static void one_round(PGconn *writer, PGconn *maintenance, PGconn *reader)
{
    switch (dice(12)) {
    case 0:
    case 1:
    case 2: readings_arrive(writer, maintenance); break;
    case 3: window_opens(writer); break;
    case 4: packing_is_cut_off(); break;
    case 5: empty_days_go(maintenance); break;
    case 6:
        if (dice(3) == 0)
            something_is_forgotten(maintenance);
        break;
    default: some_day_packs(maintenance); break;
    }
    readers_see_the_model(reader);
    good_neighbour(reader, true);
    good_neighbour(reader, false);
}

static void readers_always_see_what_the_model_holds(void **state)
{
    PGconn *writer = connect_as(PGTEST_WRITER), *maintenance = connect_as(PGTEST_MAINTENANCE);
    PGconn *reader = connect_as(PGTEST_READER);
    int64_t packed;

    (void)state;
    M.last_key = -1;
    must(writer, "INSERT INTO capnuoc.node VALUES ('n', 1, 'v', '2026-12-20 00:00+07')");
    for (size_t i = 0; i < ROUNDS; i++)
        one_round(writer, maintenance, reader);
    packed = pgtest_count(&T, "SELECT count(*) FROM capnuoc.packed");
    print_message("%zu readings, %zu windows, %" PRId64 " packed rows at the end\n", M.count, M.window_count,
                  packed);
    PQfinish(writer);
    PQfinish(maintenance);
    PQfinish(reader);
}

/* ---- the rest of the rule ---- */

static void fill_one_day(void)
{
    assert_string_equal(pgtest_ask(&T, PGTEST_OWNER, "SELECT capnuoc.make_reading_day('2026-12-10')"), "t");
    assert_string_equal(
        pgtest_ask(
            &T, PGTEST_OWNER,
            "INSERT INTO capnuoc.reading SELECT 77, capnuoc.local_midnight('2026-12-10') + i * interval "
            "'5 s', i / 10.0, 2, 0 FROM generate_series(0, 17279) AS i"),
        "");
}

/* Something is wrong with packing itself: the original stays. */
static void packing_that_changes_a_reading_takes_itself_back(void **state)
{
    (void)state;
    fill_one_day();
    assert_string_equal(
        pgtest_ask(&T, PGTEST_OWNER,
                   "CREATE FUNCTION capnuoc.spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                   "NEW.base := NEW.base + 1; RETURN NEW; END $$"),
        "");
    assert_string_equal(
        pgtest_ask(&T, PGTEST_OWNER,
                   "CREATE TRIGGER spoil BEFORE INSERT ON capnuoc.packed FOR EACH ROW EXECUTE "
                   "FUNCTION capnuoc.spoil()"),
        "");
    assert_string_equal(
        pgtest_ask(&T, PGTEST_MAINTENANCE, "SELECT capnuoc.pack_step('2026-12-11', NULL, NULL, 1000)"),
        "!XX001");
    assert_int_equal(pgtest_count(&T, "SELECT count(*) FROM capnuoc.reading"), 17280);
    assert_int_equal(pgtest_count(&T, "SELECT count(*) FROM capnuoc.packed"), 0);
}

/* A jump of one clock to next year must not empty the history. */
static void nothing_young_is_forgotten(void **state)
{
    (void)state;
    fill_one_day();
    assert_string_equal(pgtest_ask(&T, PGTEST_MAINTENANCE, "SELECT capnuoc.forget_readings('2030-01-01')"),
                        "");
    assert_string_equal(
        pgtest_ask(&T, PGTEST_OWNER, "INSERT INTO capnuoc.node VALUES ('n', 1, 'v', '2026-12-17 12:00+07')"),
        "");
    assert_string_equal(pgtest_ask(&T, PGTEST_MAINTENANCE, "SELECT capnuoc.forget_readings('2026-12-11')"),
                        "");
    assert_string_equal(pgtest_ask(&T, PGTEST_OWNER, "UPDATE capnuoc.node SET seen = '2026-12-18 12:00+07'"),
                        "");
    assert_string_equal(pgtest_ask(&T, PGTEST_MAINTENANCE, "SELECT capnuoc.forget_readings('2026-12-11')"),
                        "2026-12-10");
    assert_int_equal(pgtest_count(&T, "SELECT count(*) FROM capnuoc.reading"), 0);
}

/* What is asked for prunes: neither the raw days nor the packed months beside it are touched. */
static void question_touches_only_its_own_days(void **state)
{
    (void)state;
    fill_one_day();
    assert_string_equal(pgtest_ask(&T, PGTEST_OWNER, "SELECT capnuoc.make_reading_day('2026-12-11')"), "t");
    PGconn *c = connect_as(PGTEST_READER);
    PGresult *r = PQexec(c, "EXPLAIN SELECT * FROM capnuoc.reading_all(77, '2026-12-10 03:00+07', "
                            "'2026-12-10 04:00+07')");
    bool found = false;
    for (int i = 0; i < PQntuples(r); i++) {
        found |= strstr(PQgetvalue(r, i, 0), "Scan") != NULL &&
                 strstr(PQgetvalue(r, i, 0), "reading_20261210") != NULL;
        assert_null(strstr(PQgetvalue(r, i, 0), "reading_20261211"));
        assert_null(strstr(PQgetvalue(r, i, 0), "Function Scan on reading_all"));
    }
    assert_true(found);
    PQclear(r);
    PQfinish(c);
}

static int up(void **state)
{
    (void)state;
    pgtest_make(&T, true);
    return 0;
}

static int down(void **state)
{
    (void)state;
    pgtest_drop(&T);
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(readers_always_see_what_the_model_holds, up, down),
        cmocka_unit_test_setup_teardown(packing_that_changes_a_reading_takes_itself_back, up, down),
        cmocka_unit_test_setup_teardown(nothing_young_is_forgotten, up, down),
        cmocka_unit_test_setup_teardown(question_touches_only_its_own_days, up, down),
    };

    SEED = (uint64_t)time(NULL);
    if (argc > 1)
        ROUNDS = strtoul(argv[1], NULL, 10);
    if (argc > 2)
        SEED = strtoull(argv[2], NULL, 10);
    STATE = SEED * 2654435761U + 1;
    (void)printf("seed %" PRIu64 "\n", SEED);
    if (!pgtest_find(&T, PG_ENV))
        return PGTEST_SKIP;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
