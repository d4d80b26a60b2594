/* A database that an earlier program made and filled becomes this program's, with everything in it. */
#include "store/pgtest.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "store/lanes_double.h"

enum { LONG_MS = 20000 };

/* What a program of version `since` on writes, as the role that writes it. */
static const struct {
    int since;
    enum pgtest_role role;
    const char *sql;
} DATA[] = {
    { 1, PGTEST_MAINTENANCE, "SELECT capnuoc.make_reading_day('2026-11-23')" },
    { 1, PGTEST_WRITER, "INSERT INTO capnuoc.supplier (id, name) VALUES ('s', 'Cấp nước')" },
    { 1, PGTEST_WRITER, "INSERT INTO capnuoc.system (id, supplier, name) VALUES ('y', 's', 'Hệ thống')" },
    { 1, PGTEST_WRITER,
      "INSERT INTO capnuoc.site (id, system, name, kind, latitude, longitude)"
      " VALUES ('h', 'y', 'Trạm', 'treatment_plant', 22.4, NULL)" },
    { 1, PGTEST_WRITER,
      "INSERT INTO capnuoc.node (id, epoch, version, seen) VALUES ('test-node', 10, '0.0.1',"
      " '2026-11-23 12:00+07')" },
    { 1, PGTEST_WRITER,
      "INSERT INTO capnuoc.point (point_key, id, name, site, node, wire, device, parameter, unit, decimals,"
      " every_ms, deadband, heartbeat_ms, low, high) SELECT 4000000000000000000 + i, 'p.' || i, 'Điểm', 'h',"
      " 'test-node', 'w', 'd', NULL, 'bar', 1, 1000, 0, 3600000, NULL, NULL FROM generate_series(1, 10) AS "
      "i" },
    { 1, PGTEST_WRITER,
      "INSERT INTO capnuoc.reading (point_key, at, value, quality, reason) SELECT 4000000000000000000 + i % "
      "10 + 1,"
      " '2026-11-23 06:00+07'::timestamptz + i * interval '1 second', CASE WHEN i % 7 = 0 THEN NULL ELSE i / "
      "8.0 END,"
      " CASE WHEN i % 7 = 0 THEN 0 ELSE 2 END, CASE WHEN i % 7 = 0 THEN 2 ELSE 0 END"
      " FROM generate_series(1, 5000) AS i" },
    { 1, PGTEST_WRITER,
      "INSERT INTO capnuoc.event (node, epoch, seq, item, at, kind, subject, number, text) SELECT "
      "'test-node',"
      " 10, i, 0, '2026-11-23 06:00+07', 2, 'w', NULL, 'đường ' || i FROM generate_series(1, 50) AS i" },
    { 1, PGTEST_WRITER,
      "INSERT INTO capnuoc.delivery_cursor (node, lane, epoch, seq) VALUES ('test-node', 1, 10, 0),"
      " ('test-node', 2, 10, 3)" },
    { 1, PGTEST_WRITER,
      "INSERT INTO capnuoc.quarantine (node, lane, epoch, seq, reason, body, at) VALUES ('test-node', 2, 10, "
      "2,"
      " 'year', '\\x0102', '2026-11-23 06:00+07')" },
    { 2, PGTEST_WRITER,
      "INSERT INTO capnuoc.config_version (node, version, at, author, digest, difference)"
      " VALUES ('test-node', 1, '2026-11-23 06:00+07', 'start', 'ab', '10 points')" },
    { 2, PGTEST_WRITER,
      "INSERT INTO capnuoc.point_version (point_key, from_at, revision, unit, node, version)"
      " VALUES (4000000000000000001, '2026-11-23 06:00+07', '9000000000000000001', 'bar', 'test-node', 1)" },
    { 3, PGTEST_WRITER,
      "INSERT INTO capnuoc.area (id, name, kind, aliases) VALUES ('a', 'Phường', 'ward', '')" },
    { 3, PGTEST_WRITER,
      "INSERT INTO capnuoc.zone (id, system, name, area, node) VALUES ('z', 'y', 'Vùng', 'a', 'test-node')" },
    { 3, PGTEST_WRITER,
      "INSERT INTO capnuoc.zone_version (zone, from_day, supply, flows, critical, priority)"
      " VALUES ('z', '2026-01-01', 'continuous', '[]', '[]', '[]')" },
    { 4, PGTEST_WRITER,
      "INSERT INTO capnuoc.manual_reading (node, key, point_key, at, value, quality, reason, who, note, "
      "entered_at)"
      " VALUES ('test-node', 'k', 4000000000000000001, '2026-11-23 06:00+07', 1.5, 2, 0, 'An', '',"
      " '2026-11-23 07:00+07')" },
    { 4, PGTEST_WRITER,
      "INSERT INTO capnuoc.meter_exchange (node, key, point_key, at, old_end, new_start, who, note, "
      "entered_at)"
      " VALUES ('test-node', 'x', 4000000000000000001, '2026-11-23 06:00+07', 99, 0, 'An', '',"
      " '2026-11-23 07:00+07')" },
    { 8, PGTEST_MAINTENANCE, "SELECT capnuoc.make_minute_day('2026-11-23')" },
    { 8, PGTEST_WRITER,
      "INSERT INTO capnuoc.minute (point_key, at, n, sum, min, max, first, last, good_ms, uncertain_ms)"
      " VALUES (4000000000000000000, '2026-11-23 12:00+07', 1, 750000, 12.5, 12.5, 12.5, 12.5, 60000, 0)" },
    { 8, PGTEST_WRITER,
      "INSERT INTO capnuoc.dirty_hour (point_key, at, recount)"
      " VALUES (4000000000000000000, '2026-11-23 12:00+07', false)" },
    { 20, PGTEST_WRITER,
      "INSERT INTO capnuoc.report (id, kind, from_day, to_day, supplier, version, node, issued_at, issued_by,"
      " chain_seq, chain_hash, json, csv, html, json_hash, csv_hash, html_hash) VALUES ('r-v1', 'incidents',"
      " '2026-10-01', '2026-10-31', '', 1, 'test-node', '2026-11-23 12:00+07', 'lan', 7, '\\x01', '{}', "
      "'a,b',"
      " '<p>', '\\x02', '\\x03', '\\x04')" },
};

/* Everything that was there, one number for each table: md5 of its old columns in order. */
static const struct {
    int since;
    const char *sql;
} SUMS[] = {
    { 1, "SELECT md5(string_agg(r.point_key || '|' || r.at || '|' || coalesce(r.value::text, '-') || "
         "r.quality || "
         "r.reason, ',' ORDER BY r.at, r.point_key)) FROM capnuoc.reading r" },
    { 1,
      "SELECT md5(string_agg(e.seq || e.text || e.kind || e.at, ',' ORDER BY e.seq)) FROM capnuoc.event e" },
    { 1, "SELECT md5(string_agg(p.point_key || p.id || p.name || p.site || p.node || p.unit, ',' ORDER BY "
         "p.id)) "
         "FROM capnuoc.point p" },
    { 1, "SELECT s.id || s.name || y.id || y.supplier || y.name || h.id || h.system || h.name || h.latitude "
         "FROM capnuoc.supplier s, capnuoc.system y, capnuoc.site h" },
    { 1, "SELECT id || epoch || version || seen FROM capnuoc.node" },
    { 1, "SELECT string_agg(lane || ':' || epoch || ':' || seq, ',' ORDER BY lane) FROM "
         "capnuoc.delivery_cursor" },
    { 1, "SELECT reason || body::text || at FROM capnuoc.quarantine" },
    { 2, "SELECT author || difference || at FROM capnuoc.config_version" },
    { 2, "SELECT point_key || revision || unit FROM capnuoc.point_version" },
    { 3, "SELECT a.name || z.name || z.node || v.supply FROM capnuoc.area a, capnuoc.zone z, "
         "capnuoc.zone_version v" },
    { 4, "SELECT value || who || entered_at FROM capnuoc.manual_reading" },
    { 4, "SELECT old_end || who || entered_at FROM capnuoc.meter_exchange" },
    { 8, "SELECT md5(string_agg(m.point_key || '|' || m.at || m.n || m.sum || m.good_ms, ',' ORDER BY m.at)) "
         "FROM capnuoc.minute m" },
    { 20, "SELECT id || version || issued_by || json::text || html_hash::text FROM capnuoc.report" },
};

static struct pgtest T;

static int empty_database(void **state)
{
    (void)state;
    pgtest_make(&T, false);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    pgtest_drop(&T);
    return 0;
}

static enum err climb(int upto, bool force, struct fault *why)
{
    const struct store_climb how = { upto, force };
    int from, to;

    return store_climb(&T.settings, &how, &from, &to, why);
}

static void build(int version)
{
    struct fault why = { 0 };

    if (climb(version, false, &why) != ERR_NONE)
        fail_msg("%s", why.text);
    assert_int_equal(pgtest_count(&T, "SELECT max(version) FROM capnuoc.schema_version"), version);
    for (size_t i = 0; i < COUNT_OF(DATA); i++) {
        const char *said = DATA[i].since > version ? "" : pgtest_ask(&T, DATA[i].role, DATA[i].sql);
        if (said[0] == '!')
            fail_msg("%s: %s", said, DATA[i].sql);
    }
}

static void sums(int version, char out[COUNT_OF(SUMS)][PGTEST_TEXT])
{
    for (size_t i = 0; i < COUNT_OF(SUMS); i++) {
        const char *said = SUMS[i].since > version ? "" : pgtest_ask(&T, PGTEST_OWNER, SUMS[i].sql);
        if (said[0] == '!' || (SUMS[i].since <= version && said[0] == '\0'))
            fail_msg("%s: %s", said, SUMS[i].sql);
        (void)snprintf(out[i], PGTEST_TEXT, "%s", said);
    }
}

/* A program of this version goes on from the cursor that the old one left. */
static void delivery_goes_on(int64_t rows_before)
{
    struct catalogue catalogue;
    struct lanes_double journal;
    struct deliverer *d;
    struct fault why = { 0 };

    pgtest_catalogue(&catalogue, 2);
    lanes_double_init(&journal, 10);
    for (int i = 0; i < 5; i++) /* the cursor says that three of them are there */
        (void)lanes_double_reading(&journal, pgtest_key(&catalogue, 0),
                                   (struct wall){ PGTEST_NOW.ms + i * 1000 }, i);
    (void)lanes_double_event(&journal, EVENT_WIRE_UP, PGTEST_NOW, "w");
    if (deliverer_start(&d, &T.settings, &catalogue, lanes_double_port(&journal), pgtest_clock(), &why) !=
        ERR_NONE)
        fail_msg("%s", why.text);
    deliverer_stop(d, LONG_MS);
    deliverer_free(d);
    assert_int_equal(pgtest_count(&T, "SELECT count(*) FROM capnuoc.reading"), rows_before + 2);
    assert_int_equal(
        pgtest_count(&T, "SELECT count(*) FROM capnuoc.delivery_cursor WHERE lane = 2 AND seq = 5"), 1);
    assert_int_equal(pgtest_count(&T, "SELECT count(*) FROM capnuoc.point WHERE id LIKE 'test.p%'"), 2);
    lanes_double_clear(&journal);
    catalogue_clear(&catalogue);
}

static void from_version(int version)
{
    static char before[COUNT_OF(SUMS)][PGTEST_TEXT], after[COUNT_OF(SUMS)][PGTEST_TEXT];
    struct fault why = { 0 };
    int from, to;

    print_message("from version %d\n", version);
    build(version);
    sums(version, before);
    if (store_migrate(&T.settings, &from, &to, &why) != ERR_NONE)
        fail_msg("%s", why.text);
    assert_int_equal(from, version);
    assert_int_equal(to, store_schema_version());
    sums(version, after);
    for (size_t i = 0; i < COUNT_OF(SUMS); i++)
        assert_string_equal(before[i], after[i]);
    delivery_goes_on(5000);
}

static void every_earlier_version_is_brought_up_with_its_data(void **state)
{
    (void)state;
    for (int version = 1; version < store_schema_version(); version++) {
        pgtest_drop(&T);
        pgtest_make(&T, false);
        from_version(version);
    }
}

/* ---- nodes that would be left behind ---- */

static void says(const char *sql)
{
    assert_string_equal(pgtest_ask(&T, PGTEST_OWNER, sql), "");
}

static void refused(const char *node)
{
    struct fault why = { 0 };
    int version = (int)pgtest_count(&T, "SELECT max(version) FROM capnuoc.schema_version");

    assert_int_equal(climb(0, false, &why), ERR_STATE);
    assert_non_null(strstr(why.text, node));
    assert_non_null(strstr(why.text, "--force"));
    assert_int_equal(pgtest_count(&T, "SELECT max(version) FROM capnuoc.schema_version"), version);
}

static void node_of_an_old_program_holds_the_migration_up(void **state)
{
    struct fault why = { 0 };

    (void)state;
    build(4);
    says("INSERT INTO capnuoc.node (id, epoch, version, seen) VALUES"
         " ('long-gone', 1, '0.0.1', clock_timestamp() - interval '25 hours'),"
         " ('far-valley', 1, '0.0.1', clock_timestamp() - interval '23 hours')");
    refused("far-valley");
    assert_int_equal(climb(0, true, &why), ERR_NONE);
    assert_int_equal(pgtest_count(&T, "SELECT max(version) FROM capnuoc.schema_version"),
                     store_schema_version());
}

static void node_that_speaks_the_new_version_does_not(void **state)
{
    struct fault why = { 0 };
    char sql[160];

    (void)state;
    build(store_schema_version());
    says("DELETE FROM capnuoc.schema_version WHERE version = (SELECT max(version) FROM "
         "capnuoc.schema_version)");
    says("INSERT INTO capnuoc.node (id, epoch, version, heard_at) VALUES ('far-valley', 1, '0.0.2',"
         " clock_timestamp() - interval '1 minute')");
    refused("far-valley");
    (void)snprintf(sql, sizeof sql, "UPDATE capnuoc.node SET speaks = %d WHERE id = 'far-valley'",
                   store_schema_version());
    says(sql);
    (void)climb(0, false, &why); /* whatever else: this step had been done already */
    assert_null(strstr(why.text, "far-valley"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_earlier_version_is_brought_up_with_its_data, empty_database,
                                        drop),
        cmocka_unit_test_setup_teardown(node_of_an_old_program_holds_the_migration_up, empty_database, drop),
        cmocka_unit_test_setup_teardown(node_that_speaks_the_new_version_does_not, empty_database, drop),
    };

    if (!pgtest_find(&T, PG_ENV))
        return PGTEST_SKIP;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
