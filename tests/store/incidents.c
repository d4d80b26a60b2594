/* Incidents in PostgreSQL: the latest picture of each, every fact and message once, whatever is delivered
 * again. */
#include "store/pgtest.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lanes_double.h"
#include "model/lane.h"

static struct pgtest T;
static struct lanes_double journal;
static struct catalogue catalogue;
static uint64_t entries;
static struct incident one, two;

static struct wall at(int64_t ms)
{
    return (struct wall){ PGTEST_NOW.ms + ms };
}

static void put(const struct incident *i, uint64_t revision)
{
    const struct stored_incident s = stored_incident_of(i, NULL, revision, at((int64_t)revision));
    struct strbuf body;

    strbuf_init(&body, 1 << 18);
    body_add_incident(&body, &s, i);
    (void)lanes_double_put(&journal, LANE_EVENTS, body.text, body.len);
    strbuf_clear(&body);
    entries++;
}

static void put_message_and_caller(void)
{
    const struct outgoing o = { .incident = 100,
                                .n = 50,
                                .kind = OUT_WARNING,
                                .mask = WARN_50,
                                .legal = true,
                                .size = NAN,
                                .at = at(7),
                                .due = at(8) };
    const struct stored_caller c = { 77, 100, at(9), "Sùng A Chu", "0912 345 678" };
    struct letter sent = {
        .about = o, .to = "truong-ca", .state = LETTER_SENT, .tries = 2, .settled = at(12)
    };
    struct letter waits = { .about = o, .to = "truong-ca", .tries = 1, .next = at(11), .why = "451" };
    struct strbuf body;

    strbuf_init(&body, 1 << 12);
    body_add_outgoing(&body, &o);
    body_add_caller(&body, &c);
    body_add_letter(&body, &waits);
    body_add_letter(&body, &sent);
    body_add_letter(&body, &waits); /* delivered late: what is settled stays */
    (void)lanes_double_put(&journal, LANE_EVENTS, body.text, body.len);
    strbuf_clear(&body);
    entries++;
}

static void add_fact(struct incident *i, enum fact_kind kind, int64_t ms, const char *who)
{
    struct fact *f = &i->facts[i->fact_count++];

    *f = (struct fact){ .kind = (uint8_t)kind, .claimed = at(ms), .recorded = at(ms + 1) };
    (void)snprintf(f->who, sizeof f->who, "%s", who);
    (void)snprintf(f->note, sizeof f->note, "vì \"thế\"");
}

static void make(struct incident *i, uint64_t id)
{
    memset(i, 0, sizeof *i);
    i->id = id;
    i->opened = at(1);
    i->members[0] = (struct member){ .id = id + 1,
                                     .alarm = 5,
                                     .point = INT64_MAX,
                                     .class = CLASS_SERVICE_NETWORK,
                                     .evidence = EVIDENCE_PRESSURE,
                                     .start = at(0),
                                     .evident = at(0),
                                     .size = NAN,
                                     .site = "s" };
    i->member_count = 1;
    add_fact(i, FACT_DETECTED, 0, "");
    i->duties[DUTY_PEOPLE] = (struct duty){ .since = at(1), .due = at(2) };
}

/* Two that become one; the picture before that comes last, as from quarantine. */
static void put_history(void)
{
    struct incident first;

    make(&one, 100);
    first = one;
    put(&one, 10);
    make(&two, 200);
    put(&two, 20);
    add_fact(&one, FACT_ASSIGNED, 30, "Lò Thị Hoa");
    one.members[one.member_count++] = two.members[0];
    two.member_count = 0;
    two.merged_into = 100;
    one.ties[one.tie_count++] = (struct tie){ 200, TIE_MERGED };
    put(&one, 30);
    put(&two, 30);
    put_message_and_caller();
    put(&first, 10);
}

static bool delivered(void *ctx)
{
    (void)ctx;
    return lanes_double_delivered(&journal, LANE_EVENTS) >= entries;
}

static void deliver(void)
{
    struct deliverer *d;
    struct fault why;

    assert_int_equal(
        deliverer_start(&d, &T.settings, &catalogue, lanes_double_port(&journal), pgtest_clock(), &why),
        ERR_NONE);
    assert_true(pgtest_until(delivered, NULL, 20000));
    deliverer_stop(d, 1000);
    deliverer_free(d);
}

static int set_up(void **state)
{
    (void)state;
    pgtest_make(&T, true);
    pgtest_catalogue(&catalogue, 1);
    lanes_double_init(&journal, 1);
    entries = 0;
    put_history();
    deliver();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    lanes_double_clear(&journal);
    catalogue_clear(&catalogue);
    pgtest_drop(&T);
    return 0;
}

static void assert_reads(const char *sql, const char *is)
{
    assert_string_equal(pgtest_ask(&T, PGTEST_READER, sql), is);
}

static void check_rows(void)
{
    assert_reads(
        "SELECT string_agg(concat_ws(' ', incident, revision, state, class, legal, merged_into), ', ' ORDER "
        "BY incident) FROM capnuoc.incident",
        "100 30 2 0 t, 200 30 14 7 f 100");
    assert_reads("SELECT due_at - start_at = interval '12 hours' FROM capnuoc.incident WHERE incident = 100",
                 "t");
    assert_reads(
        "SELECT string_agg(concat_ws(' ', member, incident, point_key, site), ', ' ORDER BY member) FROM "
        "capnuoc.incident_member",
        "101 100 9223372036854775807 s, 201 100 9223372036854775807 s");
    assert_reads("SELECT count(*) || ' ' || max(who) FROM capnuoc.incident_fact", "3 Lò Thị Hoa");
    assert_reads("SELECT string_agg(concat_ws(' ', incident, duty, revision), ', ' ORDER BY incident) FROM "
                 "capnuoc.incident_duty",
                 "100 2 30, 200 2 30");
    assert_reads("SELECT concat_ws(' ', incident, other, kind) FROM capnuoc.incident_tie", "100 200 2");
    assert_reads("SELECT concat_ws(' ', incident, kind, n, warnings, legal) FROM capnuoc.incident_message",
                 "100 1 50 1 t");
    assert_reads(
        "SELECT concat_ws(' ', incident, kind, n, recipient, channel, state, tries, settled_at > made_at) "
        "FROM capnuoc.incident_letter",
        "100 1 50 truong-ca 0 1 2 t");
}

static void each_has_its_latest_picture_and_all_its_history(void **state)
{
    (void)state;
    check_rows();
}

static void what_is_delivered_again_changes_nothing(void **state)
{
    (void)state;
    assert_string_equal(
        pgtest_ask(&T, PGTEST_OWNER,
                   "UPDATE capnuoc.delivery_cursor SET seq = 0 WHERE lane = 1 RETURNING 'done'"),
        "done");
    lanes_double_clear(&journal);
    lanes_double_init(&journal, 1);
    entries = 0;
    put_history();
    deliver();
    check_rows();
}

static void who_called_is_erasable_and_not_for_readers(void **state)
{
    (void)state;
    assert_string_equal(pgtest_ask(&T, PGTEST_READER, "SELECT name FROM capnuoc.call_person"), "!42501");
    assert_string_equal(pgtest_ask(&T, PGTEST_WRITER, "SELECT name FROM capnuoc.call_person"), "!42501");
    assert_string_equal(pgtest_ask(&T, PGTEST_MAINTENANCE, "DELETE FROM capnuoc.call_person RETURNING phone"),
                        "0912 345 678");
}

static void nobody_changes_the_history(void **state)
{
    static const char *const CHANGES[] = { "UPDATE capnuoc.incident_fact SET who = 'x' RETURNING 'done'",
                                           "DELETE FROM capnuoc.incident_fact RETURNING 'done'",
                                           "TRUNCATE capnuoc.incident_fact",
                                           "DELETE FROM capnuoc.incident_message RETURNING 'done'",
                                           "TRUNCATE capnuoc.incident_message" };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CHANGES); i++)
        assert_string_equal(pgtest_ask(&T, PGTEST_OWNER, CHANGES[i]), "!P0001");
    assert_string_equal(pgtest_ask(&T, PGTEST_WRITER, "DELETE FROM capnuoc.incident RETURNING 'done'"),
                        "!42501");
    check_rows();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_has_its_latest_picture_and_all_its_history, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_delivered_again_changes_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_called_is_erasable_and_not_for_readers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nobody_changes_the_history, set_up, tear_down),
    };

    if (!pgtest_find(&T, PG_ENV)) {
        (void)fprintf(stderr, "no PostgreSQL here: skipped\n");
        return PGTEST_SKIP;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
