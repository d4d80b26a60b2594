/* Migrations and roles, under the real roles of a real PostgreSQL. */
#include "store/pgtest.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#define DENIED "!42501"

static struct pgtest T;

static int database(void **state)
{
    (void)state;
    pgtest_make(&T, true);
    return 0;
}

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

static const char *as(enum pgtest_role role, const char *sql)
{
    return pgtest_ask(&T, role, sql);
}

static void migration_starts_from_nothing_and_again_changes_nothing(void **state)
{
    struct fault why = { 0 };
    int from = -1, to = -1;

    (void)state;
    assert_int_equal(store_migrate(&T.settings, &from, &to, &why), ERR_NONE);
    assert_int_equal(from, 0);
    assert_int_equal(to, store_schema_version());
    assert_int_equal(store_migrate(&T.settings, &from, &to, &why), ERR_NONE);
    assert_int_equal(from, store_schema_version());
    assert_int_equal(pgtest_count(&T, "SELECT count(*) FROM capnuoc.schema_version"), store_schema_version());
}

static void newer_schema_is_refused_with_a_sentence(void **state)
{
    struct fault why = { 0 };
    int from, to;

    (void)state;
    assert_string_equal(as(PGTEST_OWNER, "INSERT INTO capnuoc.schema_version VALUES (999, 'x', 'epoch')"),
                        "");
    assert_int_equal(store_migrate(&T.settings, &from, &to, &why), ERR_STATE);
    assert_non_null(strstr(why.text, "999"));
}

static void wrong_password_is_a_sentence(void **state)
{
    struct store_settings s = T.settings;
    struct fault why = { 0 };
    int from, to;

    (void)state;
    (void)snprintf(s.owner.password, sizeof s.owner.password, "wrong");
    assert_int_equal(store_migrate(&s, &from, &to, &why), ERR_PEER);
    assert_non_null(strstr(why.text, "password"));
}

static void writer_writes_and_owns_nothing(void **state)
{
    (void)state;
    assert_string_equal(as(PGTEST_OWNER, "SELECT capnuoc.make_reading_day('2026-11-23')"), "t");
    assert_string_equal(
        as(PGTEST_WRITER, "INSERT INTO capnuoc.reading VALUES (1, '2026-11-23 12:00+07', 1, 2, 0)"), "");
    assert_string_equal(
        as(PGTEST_WRITER, "INSERT INTO capnuoc.event VALUES ('n', 1, 1, 0, 'epoch', 0, 's', NULL, 't')"), "");
    assert_string_equal(as(PGTEST_WRITER, "INSERT INTO capnuoc.delivery_cursor VALUES ('n', 1, 1, 0)"), "");
    assert_string_equal(as(PGTEST_WRITER, "UPDATE capnuoc.delivery_cursor SET seq = 1"), "");
    assert_int_equal(
        pgtest_count(&T, "SELECT count(*) FROM pg_class WHERE relowner = 'capnuoc_writer'::regrole"), 0);
}

static void writer_is_refused_the_rest(void **state)
{
    static const char *const REFUSED[] = {
        "SELECT * FROM capnuoc.reading",
        "UPDATE capnuoc.reading SET value = 0",
        "DELETE FROM capnuoc.reading",
        "TRUNCATE capnuoc.reading",
        "DELETE FROM capnuoc.event",
        "UPDATE capnuoc.event SET text = ''",
        "DELETE FROM capnuoc.delivery_cursor",
        "DELETE FROM capnuoc.point",
        "DELETE FROM capnuoc.quarantine",
        "UPDATE capnuoc.delivery_backlog SET upto = 9",
        "INSERT INTO capnuoc.schema_version VALUES (9, 'x', 'epoch')",
        "SELECT capnuoc.make_reading_day('2026-11-25')",
        "SELECT capnuoc.pack_step('2026-11-25', NULL, NULL, 1)",
        "SELECT capnuoc.forget_readings('2026-11-25')",
        "DELETE FROM capnuoc.kept_window",
        "INSERT INTO capnuoc.reading_kept VALUES (1, '2026-11-23 12:00+07', 1, 2, 0)",
        "CREATE TABLE capnuoc.mine (i int)",
        "CREATE TABLE public.mine (i int)",
        "CREATE TEMP TABLE mine (i int)",
        "CREATE SCHEMA mine",
        "DROP TABLE capnuoc.reading",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(REFUSED); i++) {
        print_message("%s\n", REFUSED[i]);
        assert_string_equal(as(PGTEST_WRITER, REFUSED[i]), DENIED);
    }
}

static void reader_reads_and_changes_nothing(void **state)
{
    static const char *const REFUSED[] = {
        "INSERT INTO capnuoc.reading VALUES (1, '2026-11-23 12:00+07', 1, 2, 0)",
        "UPDATE capnuoc.node SET epoch = 0",
        "UPDATE capnuoc.delivery_cursor SET seq = 0",
        "SELECT * FROM capnuoc.delivery_cursor FOR UPDATE",
        "DELETE FROM capnuoc.event",
        "SELECT capnuoc.make_reading_day('2026-11-25')",
        "SELECT capnuoc.pack_step('2026-11-25', NULL, NULL, 1)",
        "INSERT INTO capnuoc.kept_window VALUES (1, '2026-11-23 12:00+07', '2026-11-23 13:00+07', '')",
        "CREATE TABLE capnuoc.mine (i int)",
        "CREATE TEMP TABLE mine (i int)",
    };

    (void)state;
    assert_string_equal(as(PGTEST_READER, "SELECT count(*) FROM capnuoc.reading"), "0");
    assert_string_equal(as(PGTEST_READER, "SELECT count(*) FROM capnuoc.point"), "0");
    for (size_t i = 0; i < COUNT_OF(REFUSED); i++) {
        print_message("%s\n", REFUSED[i]);
        assert_string_equal(as(PGTEST_READER, REFUSED[i]), DENIED);
    }
}

static void maintenance_makes_days_and_nothing_else(void **state)
{
    static const char *const REFUSED[] = {
        "SELECT * FROM capnuoc.reading",
        "SELECT * FROM capnuoc.packed",
        "DELETE FROM capnuoc.packed",
        "DELETE FROM capnuoc.reading_kept",
        "DELETE FROM capnuoc.kept_window",
        "SELECT capnuoc.drop_partition('reading', 'reading_20261123')",
        "SELECT capnuoc.pack_points('reading_20261123', '2026-11-23', '{1}')",
        "SELECT capnuoc.make_packed_month('2026-11-23')",
        "DELETE FROM capnuoc.manual_reading",
        "DELETE FROM capnuoc.config_version",
        "INSERT INTO capnuoc.reading VALUES (1, '2026-11-23 12:00+07', 1, 2, 0)",
        "DELETE FROM capnuoc.event",
        "DROP TABLE capnuoc.reading_20261123",
        "CREATE TABLE capnuoc.mine (i int)",
    };

    (void)state;
    assert_string_equal(as(PGTEST_MAINTENANCE, "SELECT capnuoc.make_reading_day('2026-11-23')"), "t");
    assert_string_equal(as(PGTEST_MAINTENANCE, "SELECT capnuoc.make_reading_day('2026-11-23')"), "f");
    assert_string_equal(as(PGTEST_MAINTENANCE, "SELECT capnuoc.make_reading_day('1999-12-31')"), "!22023");
    assert_string_equal(as(PGTEST_MAINTENANCE, "SELECT capnuoc.make_reading_day('2100-01-01')"), "!22023");
    assert_string_equal(as(PGTEST_MAINTENANCE, "SELECT capnuoc.make_reading_day('infinity')"), "!22023");
    for (size_t i = 0; i < COUNT_OF(REFUSED); i++) {
        print_message("%s\n", REFUSED[i]);
        assert_string_equal(as(PGTEST_MAINTENANCE, REFUSED[i]), DENIED);
    }
}

/* A name of the caller's own making must not run with the owner's rights. */
static void owner_functions_ignore_the_callers_search_path(void **state)
{
    (void)state;
    assert_int_equal(
        pgtest_count(&T, "SELECT count(*) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
                         "WHERE n.nspname = 'capnuoc' AND p.prosecdef AND NOT EXISTS (SELECT FROM "
                         "unnest(p.proconfig) AS c WHERE c LIKE 'search_path=pg_catalog%')"),
        0);
    assert_int_equal(
        pgtest_count(&T, "SELECT count(*) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
                         "WHERE n.nspname = 'capnuoc' AND EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, "
                         "acldefault('f', p.proowner))) AS a WHERE a.grantee = 0)"),
        0);
}

static void partition_is_a_local_day_with_its_index(void **state)
{
    (void)state;
    assert_string_equal(as(PGTEST_MAINTENANCE, "SELECT capnuoc.make_reading_day('2026-11-24')"), "t");
    assert_string_equal(
        as(PGTEST_OWNER,
           "SELECT pg_get_expr(relpartbound, oid) = 'FOR VALUES FROM (''2026-11-23 17:00:00+00'') TO "
           "(''2026-11-24 17:00:00+00'')' FROM pg_class WHERE relname = 'reading_20261124'"),
        "t");
    assert_int_equal(pgtest_count(&T, "SELECT count(*) FROM pg_inherits WHERE inhparent = "
                                      "'capnuoc.reading_point_at'::regclass"),
                     1);
}

static void number_that_is_none_cannot_be_stored(void **state)
{
    (void)state;
    assert_string_equal(as(PGTEST_OWNER, "SELECT capnuoc.make_reading_day('2026-11-23')"), "t");
    assert_string_equal(
        as(PGTEST_WRITER, "INSERT INTO capnuoc.reading VALUES (1, '2026-11-23 12:00+07', 'NaN', 2, 0)"),
        "!23514");
    assert_string_equal(
        as(PGTEST_WRITER, "INSERT INTO capnuoc.reading VALUES (1, '2026-11-23 12:00+07', 'Infinity', 2, 0)"),
        "!23514");
    assert_string_equal(
        as(PGTEST_WRITER, "INSERT INTO capnuoc.reading VALUES (1, '2026-11-23 12:00+07', NULL, 0, 2)"), "");
}

/* docs/scaling.md: what can be distributed stays so.  A table with a point's key is distributed by it, but
 * for the list of points itself, what people told and members of incidents, which are small; another table
 * with a node, by that, but for reports, which are few and of all nodes together. */
static void unique_keys_contain_what_one_would_distribute_by(void **state)
{
    static const char WITHOUT[] =
        "SELECT coalesce(string_agg(i.indexrelid::regclass::text, ' '), 'none') FROM pg_index i"
        " JOIN pg_class c ON c.oid = i.indrelid AND c.relnamespace = 'capnuoc'::regnamespace"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped AND a.attname = %s"
        " WHERE i.indisunique AND a.attnum <> ALL (i.indkey) AND c.relname NOT IN (%s)";
    char sql[640];

    (void)state;
    (void)snprintf(
        sql, sizeof sql, WITHOUT, "'point_key'",
        "'point', 'manual_reading', 'meter_exchange', 'service', 'forced_value', 'incident_member'");
    assert_string_equal(as(PGTEST_OWNER, sql), "none");
    (void)snprintf(sql, sizeof sql, WITHOUT, "'node'",
                   "'system', 'site', 'zone', 'point', 'point_version', 'alarm', 'alarm_transition', "
                   "'kept_window', 'report'");
    assert_string_equal(as(PGTEST_OWNER, sql), "none");
    assert_int_equal(
        pgtest_count(&T, "SELECT count(*) FROM pg_index WHERE indrelid = 'capnuoc.reading'::regclass "
                         "AND indisunique"),
        0);
}

static void no_foreign_key_touches_what_is_recorded(void **state)
{
    (void)state;
    assert_string_equal(as(PGTEST_MAINTENANCE, "SELECT capnuoc.make_reading_day('2026-11-23')"), "t");
    assert_string_equal(
        as(PGTEST_OWNER,
           "SELECT coalesce(string_agg(conname, ' '), 'none') FROM pg_constraint WHERE contype = 'f' AND "
           "connamespace = 'capnuoc'::regnamespace AND NOT (conrelid, confrelid) IN (SELECT a.oid, b.oid "
           "FROM pg_class "
           "a, pg_class b WHERE a.relname IN ('system', 'site', 'zone', 'zone_version', 'point') AND "
           "b.relname IN "
           "('supplier', 'system', 'site', 'zone'))"),
        "none");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(migration_starts_from_nothing_and_again_changes_nothing,
                                        empty_database, drop),
        cmocka_unit_test_setup_teardown(newer_schema_is_refused_with_a_sentence, database, drop),
        cmocka_unit_test_setup_teardown(wrong_password_is_a_sentence, database, drop),
        cmocka_unit_test_setup_teardown(writer_writes_and_owns_nothing, database, drop),
        cmocka_unit_test_setup_teardown(writer_is_refused_the_rest, database, drop),
        cmocka_unit_test_setup_teardown(reader_reads_and_changes_nothing, database, drop),
        cmocka_unit_test_setup_teardown(maintenance_makes_days_and_nothing_else, database, drop),
        cmocka_unit_test_setup_teardown(owner_functions_ignore_the_callers_search_path, database, drop),
        cmocka_unit_test_setup_teardown(partition_is_a_local_day_with_its_index, database, drop),
        cmocka_unit_test_setup_teardown(number_that_is_none_cannot_be_stored, database, drop),
        cmocka_unit_test_setup_teardown(unique_keys_contain_what_one_would_distribute_by, database, drop),
        cmocka_unit_test_setup_teardown(no_foreign_key_touches_what_is_recorded, database, drop),
    };

    if (!pgtest_find(&T, PG_ENV))
        return PGTEST_SKIP;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
