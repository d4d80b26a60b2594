/* The maintenance thread on a real PostgreSQL: it does its work, waits where it must, and is in nobody's way.
 */
#include "store/upkeep.h"

#include "store/pgtest.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>

#include "store/lanes_double.h"

enum { LONG_MS = 60000 };

static struct pgtest T;
static struct catalogue CATALOGUE;
static struct upkeep *U;

static const struct upkeep_settings KEEP = { .pack_after = 2 };

/* ---- doing and waiting ---- */

static void begin(const struct upkeep_settings *keep)
{
    struct fault why = { 0 };

    if (upkeep_start(&U, &T.settings, keep, pgtest_clock(), &why) != ERR_NONE)
        fail_msg("%s", why.text);
}

static void end(void)
{
    upkeep_stop(U);
    upkeep_free(U);
    U = NULL;
}

static bool is_true(void *sql)
{
    return strcmp(pgtest_ask(&T, PGTEST_OWNER, sql), "t") == 0;
}

static void expect(const char *sql)
{
    char copy[1024];

    (void)snprintf(copy, sizeof copy, "%s", sql);
    if (!pgtest_until(is_true, copy, LONG_MS)) {
        struct upkeep_stats s;
        upkeep_stats(U, &s);
        fail_msg("never true: %s; maintenance says \"%s\"", sql, s.text);
    }
}

static bool says(void *words)
{
    struct upkeep_stats s;

    upkeep_stats(U, &s);
    return strstr(s.text, words) != NULL;
}

static bool says_nothing(void *unused)
{
    struct upkeep_stats s;

    (void)unused;
    upkeep_stats(U, &s);
    return s.connected && !s.elsewhere && s.text[0] == '\0';
}

/* Rows of point 77 on a local day: every 10 min, 144 of them. */
static void fill_day(const char *day)
{
    char sql[512];

    (void)snprintf(sql, sizeof sql, "SELECT capnuoc.make_reading_day('%s')", day);
    (void)pgtest_ask(&T, PGTEST_OWNER, sql);
    (void)snprintf(
        sql, sizeof sql,
        "INSERT INTO capnuoc.reading SELECT 77, capnuoc.local_midnight('%s') + i * interval '10 min', "
        "i / 10.0, 2, 0 FROM generate_series(0, 143) AS i",
        day);
    assert_string_equal(pgtest_ask(&T, PGTEST_OWNER, sql), "");
}

/* ---- by itself ---- */

static void today_and_three_days_have_their_partition(void **state)
{
    (void)state;
    begin(&KEEP);
    expect("SELECT count(*) = 4 AND to_regclass('capnuoc.reading_20261126') IS NOT NULL FROM "
           "capnuoc.partitions_of('reading')");
    end();
}

/* It is the 23rd: what ended two days before its beginning, the 20th and older, is packed. */
static void closed_days_are_packed_and_their_partitions_go(void **state)
{
    (void)state;
    fill_day("2026-10-31");
    fill_day("2026-11-01");
    fill_day("2026-11-20");
    fill_day("2026-11-21");
    begin(&KEEP);
    expect("SELECT min(begins) = '2026-11-21 00:00+07' FROM capnuoc.partitions_of('reading')");
    assert_int_equal(pgtest_count(&T, "SELECT count(*) FROM capnuoc.packed"), 3);
    assert_int_equal(pgtest_count(&T, "SELECT count(*) FROM capnuoc.packed_202610"), 1);
    assert_int_equal(pgtest_count(&T, "SELECT count(*) FROM capnuoc.reading"), 144);
    assert_int_equal(
        pgtest_count(&T, "SELECT count(*) FROM capnuoc.reading_all(77, '2026-10-01', '2026-12-01')"),
        4 * 144);
    assert_true(pgtest_until(says_nothing, NULL, LONG_MS));
    end();
}

static void numbers_say_what_was_done(void **state)
{
    struct upkeep_stats s;

    (void)state;
    fill_day("2026-11-18");
    begin(&KEEP);
    expect("SELECT NOT EXISTS (SELECT FROM capnuoc.partitions_of('reading') WHERE begins < '2026-11-20')");
    assert_true(pgtest_until(says_nothing, NULL, LONG_MS));
    upkeep_stop(U);
    upkeep_stats(U, &s);
    assert_int_equal(s.packed, 144);
    assert_int_equal(s.kept, 0);
    assert_int_equal(s.days_dropped, 1);
    assert_int_equal(s.days_waiting, 0);
    assert_int_equal(s.last_step.ms, PGTEST_NOW.ms);
    upkeep_free(U);
    U = NULL;
}

static void what_is_kept_outlives_what_is_let_go(void **state)
{
    const struct upkeep_settings keep = { .keep_raw = 30 };

    (void)state;
    fill_day("2026-10-01");
    fill_day("2026-11-10");
    assert_string_equal(pgtest_ask(&T, PGTEST_WRITER,
                                   "INSERT INTO capnuoc.kept_window VALUES (77, '2026-10-01 10:00+07', "
                                   "'2026-10-01 10:30+07', 'incident')"),
                        "");
    assert_string_equal(
        pgtest_ask(&T, PGTEST_OWNER, "INSERT INTO capnuoc.node VALUES ('n', 1, 'v', '2026-11-23 12:00+07')"),
        "");
    begin(&keep);
    expect("SELECT min(begins) = '2026-11-10 00:00+07' FROM capnuoc.partitions_of('reading')");
    assert_int_equal(
        pgtest_count(&T, "SELECT count(*) FROM capnuoc.reading_all(77, '2026-09-01', '2026-11-01')"), 3);
    assert_int_equal(pgtest_count(&T, "SELECT count(*) FROM capnuoc.reading"), 144);
    end();
}

/* ---- around incidents ---- */

/* Point 77 is of another site than its neighbour 78; incident 5 is about the site of 77. */
static void make_incident_world(void)
{
    static const char *const SQL[] = {
        "INSERT INTO capnuoc.supplier (id, name) VALUES ('s', 'S')",
        "INSERT INTO capnuoc.system (id, name, supplier) VALUES ('y', 'Y', 's')",
        "INSERT INTO capnuoc.site (id, name, system, kind) VALUES ('here', 'H', 'y', 'plant'), ('there', "
        "'T', 'y', 'plant')",
        "INSERT INTO capnuoc.point (point_key, id, name, site, node, wire, device, unit, decimals, every_ms, "
        "deadband, "
        "heartbeat_ms) SELECT k, 'p' || k, 'P', CASE k WHEN 77 THEN 'here' ELSE 'there' END, 'n', 'w', 'd', "
        "'m3/h', 1, "
        "1000, 0, 300000 FROM unnest('{77,78,79}'::int8[]) AS k",
        "INSERT INTO capnuoc.zone (id, system, name, node) VALUES ('z', 'y', 'Z', 'n')",
        "INSERT INTO capnuoc.zone_version (zone, from_day, supply, flows, critical, priority) VALUES ('z', "
        "'2026-01-01', "
        "'continuous', '[{\"point\": \"p79\", \"sign\": 1}]', '[]', '[]')",
        "INSERT INTO capnuoc.node VALUES ('n', 1, 'v', '2026-11-23 12:00+07')",
        "INSERT INTO capnuoc.incident_member (node, member, incident, revision, class, evidence, confirmed, "
        "loosened, "
        "apart, step, site, zone, start_at, evident_at) VALUES ('n', 50, 5, 1, 1, 1, false, false, false, 0, "
        "'here', '', "
        "'2026-10-01 10:30+07', '2026-10-01 10:30+07')",
    };

    for (size_t i = 0; i < COUNT_OF(SQL); i++)
        assert_string_equal(pgtest_ask(&T, PGTEST_OWNER, SQL[i]), "");
}

/* As delivery writes a later picture of incident 5. */
static void write_incident(int revision, const char *recorded, bool closed, bool drill)
{
    char sql[1200];

    (void)snprintf(sql, sizeof sql,
                   "INSERT INTO capnuoc.incident (node, incident, revision, recorded_at, opened_at, "
                   "start_at, due_at, limit_ms, legal, "
                   "class, class_confirmed, state, on_time, unconfirmed, drill, closed, unacknowledged, "
                   "controllability, large_said, "
                   "people, connections, hospitals, expected_min, health_hazard) VALUES ('n', 5, %d, '%s', "
                   "'2026-10-01 10:31+07', "
                   "'2026-10-01 10:30+07', '2026-10-01 22:30+07', 43200000, true, 1, true, 1, 1, false, %s, "
                   "%s, false, 0, 0, 0, 0, 0, "
                   "0, false) ON CONFLICT (node, incident) DO UPDATE SET revision = excluded.revision, "
                   "recorded_at = excluded.recorded_at, closed = excluded.closed",
                   revision, recorded, drill ? "true" : "false", closed ? "true" : "false");
    assert_string_equal(pgtest_ask(&T, PGTEST_WRITER, sql), "");
}

static void assert_windows(const char *want)
{
    (void)pgtest_ask(&T, PGTEST_MAINTENANCE, "SELECT capnuoc.keep_incidents(10)");
    assert_string_equal(
        pgtest_ask(
            &T, PGTEST_OWNER,
            "SELECT string_agg(point_key || ' ' || to_char(from_at AT TIME ZONE 'UTC', 'HH24:MI') || ' ' || "
            "CASE until_at WHEN 'infinity' THEN 'open' ELSE to_char(until_at AT TIME ZONE 'UTC', 'HH24:MI') "
            "END, "
            "', ' ORDER BY point_key) FROM capnuoc.kept_window"),
        want);
}

static void window_follows_its_incident(void **state)
{
    (void)state;
    make_incident_world();
    write_incident(1, "2026-10-01 10:31+07", false, false);
    assert_windows("77 03:00 open");
    write_incident(2, "2026-10-01 12:00+07", true, false);
    assert_windows("77 03:00 05:30");
    write_incident(3, "2026-10-01 15:00+07", true, false); /* its evaluation is written */
    assert_windows("77 03:00 05:30");
    write_incident(4, "2026-10-01 16:00+07", false, false); /* opened again */
    assert_windows("77 03:00 open");
    assert_string_equal(
        pgtest_ask(&T, PGTEST_OWNER,
                   "INSERT INTO capnuoc.incident_member SELECT node, 51, incident, 5, NULL, NULL, class, "
                   "evidence, confirmed, loosened, apart, step, NULL, 'there', 'z', start_at, evident_at "
                   "FROM capnuoc.incident_member WHERE member = 50"),
        "");
    write_incident(5, "2026-10-01 17:00+07", true, false);
    assert_windows("77 03:00 10:30, 78 03:00 10:30, 79 03:00 10:30");
    assert_string_equal(pgtest_ask(&T, PGTEST_MAINTENANCE, "SELECT capnuoc.keep_incidents(10)"), "0");
}

static void drill_keeps_nothing(void **state)
{
    (void)state;
    make_incident_world();
    write_incident(1, "2026-10-01 10:31+07", false, true);
    assert_string_equal(pgtest_ask(&T, PGTEST_MAINTENANCE, "SELECT capnuoc.keep_incidents(10)"), "1");
    assert_int_equal(pgtest_count(&T, "SELECT count(*) FROM capnuoc.kept_window"), 0);
}

/* From 10:00 to 12:30 and 10 min apart: 15 readings stay of the day, packed or not, one way or the other. */
static void what_was_read_around_an_incident_outlives_what_is_let_go(void **state)
{
    static const struct upkeep_settings KEEPS[] = { { .keep_raw = 30 },
                                                    { .pack_after = 2, .keep_packed = 30 } };

    for (size_t i = 0; i < COUNT_OF(KEEPS); i++) {
        if (i > 0) {
            pgtest_drop(&T);
            pgtest_make(&T, true);
        }
        make_incident_world();
        fill_day("2026-09-30");
        fill_day("2026-10-01");
        fill_day("2026-11-10");
        write_incident(2, "2026-10-01 12:00+07", true, false);
        begin(&KEEPS[i]);
        expect("SELECT count(*) = 15 FROM capnuoc.reading_all(77, '2026-09-01', '2026-11-01')");
        assert_int_equal(
            pgtest_count(&T, "SELECT count(*) FROM capnuoc.reading_all(77, '2026-11-01', '2026-12-01')"),
            144);
        end();
    }
    (void)state;
}

/* ---- in nobody's way ---- */

static bool is_delivered(void *ctx)
{
    struct lanes_double *journal = ctx;

    return lanes_double_delivered(journal, LANE_LIVE) == journal->count[LANE_LIVE];
}

static PGconn *long_reader(void)
{
    const char *const KEYS[] = { "host", "port", "dbname", "user", "password", NULL };
    const char *const VALUES[] = {
        T.host, T.port, T.database, T.logins[PGTEST_READER].user, T.logins[PGTEST_READER].password, NULL
    };
    PGconn *c = PQconnectdbParams(KEYS, VALUES, 0);
    PGresult *r = PQexec(c, "BEGIN; SELECT count(*) FROM capnuoc.reading");

    assert_int_equal(PQresultStatus(r), PGRES_TUPLES_OK);
    PQclear(r);
    return c;
}

static void report_holds_up_maintenance_and_not_delivery(void **state)
{
    struct lanes_double journal;
    struct deliverer *d;
    struct deliverer_stats s;
    struct fault why;
    PGconn *report;

    (void)state;
    fill_day("2026-11-20");
    report = long_reader();
    lanes_double_init(&journal, 1);
    assert_int_equal(
        deliverer_start(&d, &T.settings, &CATALOGUE, lanes_double_port(&journal), pgtest_clock(), &why),
        ERR_NONE);
    begin(&KEEP);
    assert_true(pgtest_until(says, "waits for whoever uses the table", LONG_MS));
    assert_int_equal(pgtest_count(&T, "SELECT count(*) FROM capnuoc.packed"), 1); /* packed all the same */
    for (int64_t i = 0; i < 200; i++) {
        (void)lanes_double_reading(&journal, pgtest_key(&CATALOGUE, 0), (struct wall){ PGTEST_NOW.ms + i },
                                   1.5);
        deliverer_poke(d);
        assert_true(pgtest_until(is_delivered, &journal, LONG_MS));
    }
    deliverer_stats(d, &s);
    assert_string_equal(s.text, "");
    assert_int_equal(s.reconnects, 0);
    assert_true(says("waits for whoever uses the table"));
    PQfinish(report);
    expect("SELECT NOT EXISTS (SELECT FROM capnuoc.partitions_of('reading') WHERE begins < '2026-11-20')");
    assert_true(pgtest_until(says_nothing, NULL, LONG_MS));
    end();
    deliverer_stop(d, 0);
    deliverer_free(d);
    lanes_double_clear(&journal);
}

static void cut_connection_is_made_again(void **state)
{
    (void)state;
    begin(&KEEP);
    assert_true(pgtest_until(says_nothing, NULL, LONG_MS));
    assert_string_equal(pgtest_ask(&T, PGTEST_SUPERUSER,
                                   "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE "
                                   "application_name = 'capnuoc upkeep' AND datname = current_database()"),
                        "1");
    expect("SELECT count(*) = 1 FROM pg_locks l JOIN pg_database b ON b.oid = l.database WHERE l.locktype = "
           "'advisory' AND b.datname = current_database()");
    assert_true(pgtest_until(says_nothing, NULL, LONG_MS));
    end();
}

static bool is_elsewhere(void *other)
{
    struct upkeep_stats s;

    upkeep_stats(other, &s);
    return s.elsewhere;
}

static void one_node_at_a_time(void **state)
{
    struct upkeep *other;
    struct fault why;

    (void)state;
    begin(&KEEP);
    assert_true(pgtest_until(says_nothing, NULL, LONG_MS));
    assert_int_equal(upkeep_start(&other, &T.settings, &KEEP, pgtest_clock(), &why), ERR_NONE);
    assert_true(pgtest_until(is_elsewhere, other, LONG_MS));
    upkeep_stop(other);
    upkeep_free(other);
    end();
}

static void without_a_database_it_says_so_and_stops_at_once(void **state)
{
    struct store_settings s = T.settings;
    struct fault why;

    (void)state;
    (void)snprintf(s.connect, sizeof s.connect, "host=/nowhere dbname=x");
    assert_int_equal(upkeep_start(&U, &s, &KEEP, pgtest_clock(), &why), ERR_NONE);
    assert_true(pgtest_until(says, "connection", LONG_MS));
    end();
    s.maintenance.user[0] = '\0';
    assert_int_equal(upkeep_start(&U, &s, &KEEP, pgtest_clock(), &why), ERR_CONFIG);
}

static int up(void **state)
{
    (void)state;
    pgtest_make(&T, true);
    pgtest_catalogue(&CATALOGUE, 1);
    return 0;
}

static int down(void **state)
{
    (void)state;
    end();
    catalogue_clear(&CATALOGUE);
    pgtest_drop(&T);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(today_and_three_days_have_their_partition, up, down),
        cmocka_unit_test_setup_teardown(closed_days_are_packed_and_their_partitions_go, up, down),
        cmocka_unit_test_setup_teardown(numbers_say_what_was_done, up, down),
        cmocka_unit_test_setup_teardown(what_is_kept_outlives_what_is_let_go, up, down),
        cmocka_unit_test_setup_teardown(window_follows_its_incident, up, down),
        cmocka_unit_test_setup_teardown(drill_keeps_nothing, up, down),
        cmocka_unit_test_setup_teardown(what_was_read_around_an_incident_outlives_what_is_let_go, up, down),
        cmocka_unit_test_setup_teardown(report_holds_up_maintenance_and_not_delivery, up, down),
        cmocka_unit_test_setup_teardown(cut_connection_is_made_again, up, down),
        cmocka_unit_test_setup_teardown(one_node_at_a_time, up, down),
        cmocka_unit_test_setup_teardown(without_a_database_it_says_so_and_stops_at_once, up, down),
    };

    if (!pgtest_find(&T, PG_ENV))
        return PGTEST_SKIP;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
