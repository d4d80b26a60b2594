/* What the database refused, and what people decide about it. */
#include "store/pgtest.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

static struct scene {
    struct pgtest pg;
} S;

static int up(void **state)
{
    (void)state;
    pgtest_make(&S.pg, true);
    return 0;
}

static int down(void **state)
{
    (void)state;
    pgtest_drop(&S.pg);
    return 0;
}

static const char *owner(const char *sql)
{
    return pgtest_ask(&S.pg, PGTEST_OWNER, sql);
}

static int64_t rows(void)
{
    return pgtest_count(&S.pg, "SELECT count(*) FROM capnuoc.reading");
}

/* As delivery does it. */
static void set_aside(int seq, const void *body, size_t len)
{
    char sql[400];

    (void)snprintf(sql, sizeof sql,
                   "INSERT INTO capnuoc.quarantine VALUES ('test-node', 2, 10, %d, 'why %d', '\\x", seq, seq);
    for (size_t i = 0; i < len; i++)
        (void)snprintf(sql + strlen(sql), sizeof sql - strlen(sql), "%02x", ((const unsigned char *)body)[i]);
    (void)snprintf(sql + strlen(sql), sizeof sql - strlen(sql), "', '2026-11-23T10:00:00Z')");
    assert_string_equal(pgtest_ask(&S.pg, PGTEST_WRITER, sql), "");
}

static void set_aside_reading(int seq, struct wall at, double value)
{
    struct stored_reading r = { 7, at, value, QUALITY_GOOD, REASON_NONE };
    struct strbuf body;

    strbuf_init(&body, 4096);
    body_add_reading(&body, &r);
    set_aside(seq, body.text, body.len);
    strbuf_clear(&body);
}

static struct strbuf TOLD;
static struct fault SAID;

static enum err people(enum quarantine_verb verb, uint64_t seq)
{
    const struct quarantine_ask ask = { .verb = verb,
                                        .all = seq == 0,
                                        .lane = LANE_LIVE,
                                        .epoch = 10,
                                        .seq = seq,
                                        .by = "Lò Văn Ín",
                                        .now = PGTEST_NOW };

    strbuf_clear(&TOLD);
    strbuf_init(&TOLD, 1 << 16);
    SAID = (struct fault){ 0 };
    return store_quarantine(&S.pg.settings, &ask, &TOLD, &SAID);
}

static void what_was_refused_is_listed_retried_or_given_up(void **state)
{
    (void)state;
    assert_string_equal(
        owner("ALTER TABLE capnuoc.reading ADD CONSTRAINT never_this CHECK (value IS DISTINCT FROM 1234.5)"),
        "");
    set_aside_reading(3, PGTEST_NOW, 1234.5);
    set_aside(4, "\1garbage", 8);
    assert_int_equal(people(QUARANTINE_LIST, 0), ERR_NONE);
    assert_string_equal(SAID.text, "2 in quarantine");
    assert_non_null(strstr(TOLD.text, "live/10/3  2026-11-23T17:00:00"));
    assert_non_null(strstr(TOLD.text, "why 3"));
    assert_non_null(strstr(TOLD.text, "live/10/4"));

    /* refused again: it stays, and the reason is said */
    assert_int_equal(people(QUARANTINE_RETRY, 0), ERR_RANGE);
    assert_string_equal(SAID.text, "0 delivered, 2 not");
    assert_non_null(strstr(TOLD.text, "never_this"));
    assert_non_null(strstr(TOLD.text, "does not decode"));
    assert_int_equal(rows(), 0);

    assert_string_equal(owner("ALTER TABLE capnuoc.reading DROP CONSTRAINT never_this"), "");
    assert_int_equal(people(QUARANTINE_RETRY, 3), ERR_NONE);
    assert_string_equal(SAID.text, "1 delivered");
    assert_int_equal(people(QUARANTINE_RETRY, 3), ERR_MISSING); /* once */
    assert_int_equal(people(QUARANTINE_DISCARD, 0), ERR_NONE);
    assert_string_equal(SAID.text, "1 given up");
    assert_int_equal(people(QUARANTINE_LIST, 0), ERR_NONE);
    assert_string_equal(SAID.text, "0 in quarantine");
    assert_int_equal(rows(), 1);
    assert_string_equal(
        owner("SELECT string_agg(concat_ws(' ', seq, settled, settled_by), ', ' ORDER BY seq) FROM "
              "capnuoc.quarantine"),
        "3 retried Lò Văn Ín, 4 discarded Lò Văn Ín");
    strbuf_clear(&TOLD);
}

/* Its day, which delivery has never seen, is made for it. */
static void retry_goes_into_the_day_it_belongs_to(void **state)
{
    (void)state;
    set_aside_reading(3, (struct wall){ PGTEST_NOW.ms - (int64_t)90 * CLOCK_DAY_MS }, 5);
    assert_int_equal(people(QUARANTINE_RETRY, 3), ERR_NONE);
    assert_int_equal(pgtest_count(&S.pg, "SELECT count(*) FROM capnuoc.reading_20260825"), 1);
    strbuf_clear(&TOLD);
}

static void another_nodes_is_nobodys_business_here(void **state)
{
    (void)state;
    set_aside_reading(3, PGTEST_NOW, 5);
    (void)owner("UPDATE capnuoc.quarantine SET node = 'another'");
    assert_int_equal(people(QUARANTINE_DISCARD, 0), ERR_NONE);
    assert_string_equal(SAID.text, "0 given up");
    assert_int_equal(people(QUARANTINE_RETRY, 3), ERR_MISSING);
    strbuf_clear(&TOLD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_refused_is_listed_retried_or_given_up, up, down),
        cmocka_unit_test_setup_teardown(retry_goes_into_the_day_it_belongs_to, up, down),
        cmocka_unit_test_setup_teardown(another_nodes_is_nobodys_business_here, up, down),
    };

    if (!pgtest_find(&S.pg, PG_ENV))
        return PGTEST_SKIP;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
