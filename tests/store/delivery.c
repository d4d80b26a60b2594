/* Delivery into a real PostgreSQL: once, in order, fenced, and in words when it cannot. */
#include "store/pgtest.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <inttypes.h>
#include <libpq-fe.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "store/lanes_double.h"

enum { LONG_MS = 20000 };

struct scene {
    struct pgtest pg;
    struct catalogue catalogue;
    struct lanes_double journal;
    struct deliverer *deliverer;
};

static struct scene S;

static int up(void **state)
{
    (void)state;
    pgtest_make(&S.pg, true);
    pgtest_catalogue(&S.catalogue, 5);
    lanes_double_init(&S.journal, 10);
    return 0;
}

static int down(void **state)
{
    (void)state;
    deliverer_stop(S.deliverer, 0);
    deliverer_free(S.deliverer);
    S.deliverer = NULL;
    lanes_double_clear(&S.journal);
    catalogue_clear(&S.catalogue);
    pgtest_drop(&S.pg);
    return 0;
}

static void start(void)
{
    struct fault why = { 0 };

    if (deliverer_start(&S.deliverer, &S.pg.settings, &S.catalogue, lanes_double_port(&S.journal),
                        pgtest_clock(), &why) != ERR_NONE)
        fail_msg("%s", why.text);
}

static void stop(int64_t drain_ms)
{
    deliverer_stop(S.deliverer, drain_ms);
    deliverer_free(S.deliverer);
    S.deliverer = NULL;
}

static bool all_delivered(void *ctx)
{
    (void)ctx;
    return lanes_double_delivered(&S.journal, LANE_LIVE) == S.journal.count[LANE_LIVE] &&
           lanes_double_delivered(&S.journal, LANE_EVENTS) == S.journal.count[LANE_EVENTS];
}

struct said {
    const char *words;
};

static bool says(void *ctx)
{
    const struct said *said = ctx;
    struct deliverer_stats s;

    deliverer_stats(S.deliverer, &s);
    return strstr(s.text, said->words) != NULL;
}

static bool says_nothing(void *ctx)
{
    struct deliverer_stats s;

    (void)ctx;
    deliverer_stats(S.deliverer, &s);
    return s.connected && s.text[0] == '\0';
}

static void expect_said(const char *words)
{
    struct said said = { words };
    struct deliverer_stats s;

    if (pgtest_until(says, &said, LONG_MS))
        return;
    deliverer_stats(S.deliverer, &s);
    fail_msg("expected \"%s\", it says \"%s\"", words, s.text);
}

static void expect_delivered(void)
{
    struct deliverer_stats s;

    deliverer_poke(S.deliverer);
    if (pgtest_until(all_delivered, NULL, LONG_MS))
        return;
    deliverer_stats(S.deliverer, &s);
    fail_msg("not delivered: live %" PRIu64 " of %zu, says \"%s\"",
             lanes_double_delivered(&S.journal, LANE_LIVE), S.journal.count[LANE_LIVE], s.text);
}

static int64_t rows(void)
{
    return pgtest_count(&S.pg, "SELECT count(*) FROM capnuoc.reading");
}

static const char *owner(const char *sql)
{
    return pgtest_ask(&S.pg, PGTEST_OWNER, sql);
}

static void put_readings(int n)
{
    for (int i = 0; i < n; i++)
        (void)lanes_double_reading(&S.journal, pgtest_key(&S.catalogue, 0),
                                   (struct wall){ PGTEST_NOW.ms + (int64_t)i * 1000 }, i);
}

/* ---- what arrives ---- */

static void values_and_the_lack_of_them_arrive_as_they_were(void **state)
{
    (void)state;
    (void)lanes_double_reading(&S.journal, pgtest_key(&S.catalogue, 0), PGTEST_NOW, 0.1);
    (void)lanes_double_reading(&S.journal, pgtest_key(&S.catalogue, 1), PGTEST_NOW, NAN);
    (void)lanes_double_reading(&S.journal, pgtest_key(&S.catalogue, 2), (struct wall){ PGTEST_NOW.ms + 1 },
                               -0.0);
    start();
    expect_delivered();
    assert_string_equal(
        owner("SELECT string_agg(concat_ws(' ', p.id, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD "
              "HH24:MI:SS.MS'), "
              "coalesce(value::text, 'null'), quality, reason), ',' ORDER BY p.id) FROM capnuoc.reading "
              "JOIN capnuoc.point p USING (point_key)"),
        "test.p0 2026-11-23 10:00:00.000 0.1 2 0,test.p1 2026-11-23 10:00:00.000 null 0 2,"
        "test.p2 2026-11-23 10:00:00.001 -0 2 0");
}

static void catalogue_is_shown_and_kept_up_to_date(void **state)
{
    (void)state;
    start();
    expect_said("");
    assert_true(pgtest_until(says_nothing, NULL, LONG_MS));
    assert_int_equal(
        pgtest_count(&S.pg, "SELECT count(*) FROM capnuoc.point WHERE node = 'test-node' AND high = 1000 "
                            "AND low IS NULL AND parameter IS NULL"),
        5);
    assert_string_equal(owner("SELECT name FROM capnuoc.supplier"), "Công ty \"thử\"");
    stop(0);
    (void)snprintf(S.catalogue.points[3].name, sizeof S.catalogue.points[3].name, "tên mới");
    start();
    assert_true(pgtest_until(says_nothing, NULL, LONG_MS));
    assert_string_equal(owner("SELECT name FROM capnuoc.point WHERE id = 'test.p3'"), "tên mới");
}

static void events_arrive_before_readings_and_keep_their_place(void **state)
{
    struct event one = event_make(EVENT_WIRE_DOWN, PGTEST_NOW, "w1", NAN, "mất kết nối \"%s\"", "a\\b");
    struct event two = event_make(EVENT_WIRE_UP, PGTEST_NOW, "w1", 0.1, "bad bytes \xff\x01");
    struct strbuf body;

    (void)state;
    strbuf_init(&body, 4096);
    body_add_event(&body, &one);
    body_add_event(&body, &two);
    (void)lanes_double_put(&S.journal, LANE_EVENTS, body.text, body.len);
    strbuf_clear(&body);
    put_readings(3);
    start();
    expect_delivered();
    assert_string_equal(
        owner("SELECT string_agg(concat_ws(' ', epoch, seq, item, kind, subject, coalesce(number::text, "
              "'null')), ',' ORDER BY item) FROM capnuoc.event"),
        "10 1 0 2 w1 null,10 1 1 3 w1 0.1");
    assert_string_equal(owner("SELECT text FROM capnuoc.event WHERE item = 0"), "mất kết nối \"a\\b\"");
    assert_int_equal(rows(), 3);
}

static void what_people_tell_arrives_once_and_apart(void **state)
{
    struct hand reading = {
        HAND_READING, QUALITY_UNCERTAIN, REASON_IMPLAUSIBLE, 7, PGTEST_NOW, PGTEST_NOW, 44.5, NAN,
        "k-1",        "Lò Thị \"Hoa\"",  "ghi\\chú"
    };
    struct hand exchange = { HAND_EXCHANGE, 0, 0, 9, PGTEST_NOW, PGTEST_NOW, 12, 5000.5, "k-2",
                             "Vàng A Páo",  "" };
    struct hand force = { HAND_FORCE, 0, 0, 9, PGTEST_NOW, PGTEST_NOW, 7.5, NAN, "k-3", "Lò Thị Hoa", "" };
    struct hand release = { HAND_RELEASE, 0, 0, 9, PGTEST_NOW, PGTEST_NOW, NAN, NAN, "k-4", "Páo", "xong" };
    struct hand service = { HAND_SERVICE, 0,   0,     9,     PGTEST_NOW, PGTEST_NOW,
                            812.5,        NAN, "k-5", "Páo", "thay phớt" };
    struct strbuf body;

    (void)state;
    strbuf_init(&body, 4096);
    body_add_hand(&body, &reading);
    body_add_hand(&body, &exchange);
    body_add_hand(&body, &force);
    body_add_hand(&body, &release);
    body_add_hand(&body, &service);
    (void)lanes_double_put(&S.journal, LANE_EVENTS, body.text, body.len);
    (void)lanes_double_put(&S.journal, LANE_EVENTS, body.text, body.len); /* a journal that told it again */
    strbuf_clear(&body);
    put_readings(3);
    start();
    expect_delivered();
    assert_string_equal(owner("SELECT string_agg(concat_ws('|', node, key, point_key, at AT TIME ZONE 'UTC', "
                              "value, quality, reason, "
                              "who, note), ',') FROM capnuoc.manual_reading"),
                        "test-node|k-1|7|2026-11-23 10:00:00|44.5|1|8|Lò Thị \"Hoa\"|ghi\\chú");
    assert_string_equal(
        owner("SELECT string_agg(concat_ws('|', key, point_key, old_end, new_start, who, note), ',') "
              "FROM capnuoc.meter_exchange"),
        "k-2|9|5000.5|12|Vàng A Páo|");
    assert_string_equal(owner("SELECT string_agg(concat_ws('|', key, point_key, coalesce(value::text, '-'), "
                              "until AT TIME ZONE 'UTC', who, note), ',' ORDER BY key) FROM "
                              "capnuoc.forced_value"),
                        "k-3|9|7.5|2026-11-23 10:00:00|Lò Thị Hoa|,k-4|9|-|2026-11-23 10:00:00|Páo|xong");
    assert_string_equal(
        owner("SELECT string_agg(concat_ws('|', key, point_key, at AT TIME ZONE 'UTC', counter, who, "
              "note), ',') FROM capnuoc.service"),
        "k-5|9|2026-11-23 10:00:00|812.5|Páo|thay phớt");
    assert_int_equal(rows(), 3); /* none of it among what devices said */
}

static void days_get_their_partition_at_local_midnight(void **state)
{
    struct wall midnight;

    (void)state;
    assert_int_equal(wall_parse("2026-12-01T00:00:00+07:00", &midnight), ERR_NONE);
    (void)lanes_double_reading(&S.journal, 7, (struct wall){ midnight.ms - 1 }, 1);
    (void)lanes_double_reading(&S.journal, 7, midnight, 2);
    start();
    expect_delivered();
    assert_string_equal(owner("SELECT value FROM capnuoc.reading_20261130"), "1");
    assert_string_equal(owner("SELECT value FROM capnuoc.reading_20261201"), "2");
}

static void partition_dropped_meanwhile_is_made_again(void **state)
{
    (void)state;
    put_readings(1);
    start();
    expect_delivered();
    assert_string_equal(owner("DROP TABLE capnuoc.reading_20261123"), "");
    put_readings(1);
    expect_delivered();
    assert_int_equal(rows(), 1);
    assert_int_equal(pgtest_count(&S.pg, "SELECT count(*) FROM capnuoc.quarantine"), 0);
}

static void stop_delivers_what_is_durable(void **state)
{
    struct fault why = { 0 };

    (void)state;
    S.pg.settings.batch_bytes = 2000;
    put_readings(5000);
    assert_int_equal(deliverer_start(&S.deliverer, &S.pg.settings, &S.catalogue,
                                     lanes_double_port(&S.journal), pgtest_clock(), &why),
                     ERR_NONE);
    stop(LONG_MS);
    assert_int_equal(rows(), 5000);
}

static void seen_says_until_when_all_is_delivered(void **state)
{
    (void)state;
    put_readings(1);
    start();
    expect_delivered();
    stop(LONG_MS);
    assert_string_equal(
        owner("SELECT seen = '2026-11-23 09:59:58+00' FROM capnuoc.node WHERE id = 'test-node'"), "t");
}

/* ---- the cursor ---- */

static void delivery_continues_from_the_row(void **state)
{
    (void)state;
    put_readings(10);
    assert_string_equal(owner("INSERT INTO capnuoc.delivery_cursor VALUES ('test-node', 2, 10, 4)"), "");
    start();
    expect_delivered();
    assert_int_equal(rows(), 6);
    assert_int_equal(pgtest_count(&S.pg, "SELECT count(*) FROM capnuoc.event"), 0);
}

static void cursor_that_went_back_is_followed(void **state)
{
    (void)state;
    put_readings(10);
    start();
    expect_delivered();
    assert_string_equal(owner("WITH gone AS (DELETE FROM capnuoc.reading WHERE value >= 6) "
                              "UPDATE capnuoc.delivery_cursor SET seq = 6 WHERE lane = 2"),
                        "");
    put_readings(1);
    expect_delivered();
    assert_int_equal(rows(), 11);
}

static void new_journal_starts_its_own_count(void **state)
{
    (void)state;
    put_readings(3);
    assert_string_equal(owner("INSERT INTO capnuoc.delivery_cursor VALUES ('test-node', 2, 9, 4000)"), "");
    start();
    expect_delivered();
    assert_int_equal(rows(), 3);
    assert_string_equal(owner("SELECT epoch FROM capnuoc.delivery_cursor WHERE lane = 2"), "10");
}

static void later_journal_fences_the_older(void **state)
{
    (void)state;
    put_readings(3);
    assert_string_equal(owner("INSERT INTO capnuoc.delivery_cursor VALUES ('test-node', 2, 11, 1)"), "");
    start();
    expect_said("later journal (epoch 11, ours is 10)");
    assert_int_equal(rows(), 0);
    assert_string_equal(owner("SELECT epoch || ' ' || seq FROM capnuoc.delivery_cursor WHERE lane = 2"),
                        "11 1");
}

static void fence_works_in_the_middle_of_a_session(void **state)
{
    (void)state;
    put_readings(3);
    start();
    expect_delivered();
    assert_string_equal(owner("UPDATE capnuoc.delivery_cursor SET epoch = 12, seq = 0"), "");
    put_readings(3);
    deliverer_poke(S.deliverer);
    expect_said("later journal (epoch 12");
    assert_int_equal(rows(), 3);
}

static void restored_journal_is_refused_and_the_other_lane_goes_on(void **state)
{
    (void)state;
    put_readings(3);
    (void)lanes_double_event(&S.journal, EVENT_NODE_START, PGTEST_NOW, "n");
    assert_string_equal(owner("INSERT INTO capnuoc.delivery_cursor VALUES ('test-node', 2, 10, 50)"), "");
    start();
    expect_said("entry 50 of this journal, which ends at 3");
    assert_int_equal(rows(), 0);
    assert_int_equal(pgtest_count(&S.pg, "SELECT count(*) FROM capnuoc.event"), 1);
}

static void entries_no_longer_kept_become_a_stated_gap(void **state)
{
    (void)state;
    put_readings(20);
    lanes_double_keep_from(&S.journal, LANE_LIVE, 11);
    assert_string_equal(owner("INSERT INTO capnuoc.delivery_cursor VALUES ('test-node', 2, 10, 4)"), "");
    start();
    expect_delivered();
    assert_int_equal(rows(), 10);
    assert_string_equal(owner("SELECT concat_ws(' ', seq, item, kind, subject, number) FROM capnuoc.event"),
                        "5 -2 7 live 6");
    assert_string_equal(owner("SELECT text ~ 'recorded from an unknown time to 2026-11-23T17:00:00' FROM "
                              "capnuoc.event"),
                        "t");
}

/* ---- the past and the present ---- */

static const struct wall AN_HOUR_AGO = { 1795428000000 - CLOCK_HOUR_MS };

/* Of values n to below m: the first and the last transaction. */
static int64_t transaction(const char *which, int n, int m)
{
    char sql[200];

    (void)snprintf(sql, sizeof sql,
                   "SELECT %s(xmin::text::bigint) FROM capnuoc.reading WHERE value >= %d AND value < %d",
                   which, n, m);
    return pgtest_count(&S.pg, sql);
}

static int64_t stretches(void)
{
    return pgtest_count(&S.pg, "SELECT count(*) FROM capnuoc.delivery_backlog");
}

static bool live_is_there(void *ctx)
{
    struct deliverer_stats s;

    (void)ctx;
    deliverer_stats(S.deliverer, &s);
    return s.cursor[LANE_LIVE] == S.journal.count[LANE_LIVE];
}

static void the_present_does_not_queue_behind_the_past(void **state)
{
    (void)state;
    S.journal.recorded = AN_HOUR_AGO;
    put_readings(3000);
    (void)lanes_double_event(&S.journal, EVENT_NODE_START, PGTEST_NOW, "n");
    S.journal.recorded.ms = PGTEST_NOW.ms - 1000;
    for (int i = 0; i < 10; i++)
        (void)lanes_double_reading(&S.journal, 7, PGTEST_NOW, 5000 + i);
    start();
    expect_delivered();
    assert_int_equal(rows(), 3010);
    assert_int_equal(stretches(), 0);
    assert_true(transaction("max", 5000, 6000) < transaction("min", 0, 3000));
    assert_true(pgtest_count(&S.pg, "SELECT xmin::text::bigint FROM capnuoc.event") <
                transaction("min", 5000, 6000));
    /* in steps that the present can get between, and in order */
    assert_true(transaction("max", 0, 256) < transaction("min", 256, 3000));
    assert_string_equal(owner("SELECT epoch || ' ' || seq FROM capnuoc.delivery_cursor WHERE lane = 2"),
                        "10 3010");
}

/* Entries 21 to 60 of an earlier interruption are still to come when there is another one. */
static void another_interruption_makes_another_stretch(void **state)
{
    (void)state;
    put_readings(100);
    S.journal.recorded = AN_HOUR_AGO;
    for (int i = 100; i < 110; i++)
        (void)lanes_double_reading(&S.journal, 7, PGTEST_NOW, i);
    S.journal.recorded = PGTEST_NOW;
    for (int i = 110; i < 120; i++)
        (void)lanes_double_reading(&S.journal, 7, PGTEST_NOW, i);
    assert_string_equal(
        owner("WITH here AS (INSERT INTO capnuoc.delivery_cursor VALUES ('test-node', 2, 10, 100))"
              "INSERT INTO capnuoc.delivery_backlog VALUES ('test-node', 10, 60, 20)"),
        "");
    start();
    expect_delivered();
    assert_int_equal(rows(), 60);
    assert_int_equal(pgtest_count(&S.pg, "SELECT count(DISTINCT value) FROM capnuoc.reading"), 60);
    assert_true(transaction("max", 110, 120) < transaction("min", 20, 60));
    assert_true(transaction("max", 20, 60) < transaction("min", 100, 110));
    assert_int_equal(stretches(), 0);
    assert_int_equal(pgtest_count(&S.pg, "SELECT count(*) FROM capnuoc.event"), 0);
}

static bool past_waits_in_words(void *ctx)
{
    struct deliverer_stats s;

    (void)ctx;
    deliverer_stats(S.deliverer, &s);
    return s.backlog == 40 && s.text[0] != '\0';
}

/* The journal must keep what waits, and a stop in between must not lose or double it. */
static void what_waits_is_not_told_to_the_journal_as_delivered(void **state)
{
    (void)state;
    put_readings(100);
    assert_string_equal(owner("ALTER TABLE capnuoc.reading ADD CONSTRAINT wait CHECK (value <> 30)"), "");
    assert_string_equal(
        owner("WITH here AS (INSERT INTO capnuoc.delivery_cursor VALUES ('test-node', 2, 10, 90))"
              "INSERT INTO capnuoc.delivery_backlog VALUES ('test-node', 10, 60, 20)"),
        "");
    assert_string_equal(owner("REVOKE UPDATE (seq), DELETE ON capnuoc.delivery_backlog FROM capnuoc_writer"),
                        "");
    start();
    assert_true(pgtest_until(past_waits_in_words, NULL, LONG_MS));
    assert_true(pgtest_until(live_is_there, NULL, LONG_MS));
    expect_said("permission denied");
    assert_int_equal(lanes_double_delivered(&S.journal, LANE_LIVE), 20);
    assert_int_equal(rows(), 10);
    assert_string_equal(owner("SELECT seen IS NULL FROM capnuoc.node WHERE id = 'test-node'"),
                        "t"); /* not all is there */
    stop(0);
    assert_string_equal(owner("GRANT UPDATE (seq), DELETE ON capnuoc.delivery_backlog TO capnuoc_writer"),
                        "");
    start();
    expect_delivered();
    assert_int_equal(rows(), 49); /* 40 and 10, one of them in quarantine */
    assert_string_equal(owner("SELECT lane || ' ' || seq FROM capnuoc.quarantine"), "2 31");
    assert_int_equal(stretches(), 0);
}

static void stretch_the_journal_gave_up_is_a_stated_gap(void **state)
{
    (void)state;
    put_readings(100);
    lanes_double_keep_from(&S.journal, LANE_LIVE, 51);
    assert_string_equal(
        owner("WITH here AS (INSERT INTO capnuoc.delivery_cursor VALUES ('test-node', 2, 10, 90))"
              "INSERT INTO capnuoc.delivery_backlog VALUES ('test-node', 10, 40, 20),"
              "('test-node', 10, 60, 45)"),
        "");
    start();
    expect_delivered();
    assert_int_equal(rows(), 20);
    assert_string_equal(owner("SELECT string_agg(concat_ws(' ', seq, item, kind, number), ',' ORDER BY seq) "
                              "FROM capnuoc.event"),
                        "21 -2 7 20,46 -2 7 5");
    assert_int_equal(stretches(), 0);
}

static void stretches_of_an_older_journal_are_forgotten(void **state)
{
    (void)state;
    put_readings(5);
    assert_string_equal(
        owner("WITH here AS (INSERT INTO capnuoc.delivery_cursor VALUES ('test-node', 2, 9, 90))"
              "INSERT INTO capnuoc.delivery_backlog VALUES ('test-node', 9, 60, 20),"
              "('another', 9, 60, 20)"),
        "");
    start();
    expect_delivered();
    assert_int_equal(rows(), 5);
    assert_string_equal(owner("SELECT node FROM capnuoc.delivery_backlog"), "another");
}

/* A backup of before the interruption: what was the past then is the past again. */
static void cursor_that_went_back_far_does_not_keep_the_present_waiting(void **state)
{
    (void)state;
    S.journal.recorded = AN_HOUR_AGO;
    put_readings(1000);
    start();
    expect_delivered();
    assert_string_equal(owner("WITH gone AS (DELETE FROM capnuoc.reading WHERE value >= 100) "
                              "UPDATE capnuoc.delivery_cursor SET seq = 100 WHERE lane = 2"),
                        "");
    S.journal.recorded = PGTEST_NOW;
    (void)lanes_double_reading(&S.journal, 7, PGTEST_NOW, 5000);
    expect_delivered();
    assert_int_equal(rows(), 1001);
    assert_true(transaction("max", 5000, 6000) < transaction("min", 100, 1000));
}

/* ---- several hosts ---- */

static void connect_by(const char *hosts, const char *ports)
{
    (void)snprintf(S.pg.settings.connect, sizeof S.pg.settings.connect,
                   "host=%s port=%s dbname=%s target_session_attrs=read-write", hosts, ports, S.pg.database);
}

static void dead_host_is_passed_over(void **state)
{
    char hosts[600], ports[64];

    (void)state;
    put_readings(3);
    (void)snprintf(hosts, sizeof hosts, "/nowhere,%s", S.pg.host);
    (void)snprintf(ports, sizeof ports, "1,%s", S.pg.port);
    connect_by(hosts, ports);
    start();
    expect_delivered();
    assert_int_equal(rows(), 3);
}

/* libpq itself would wait for it for ever. */
static void silent_host_is_passed_over(void **state)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof at;
    int silent = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    char hosts[600], ports[64];

    (void)state;
    assert_int_equal(bind(silent, (struct sockaddr *)&at, len), 0);
    assert_int_equal(listen(silent, 16), 0);
    assert_int_equal(getsockname(silent, (struct sockaddr *)&at, &len), 0);
    put_readings(3);
    S.pg.settings.answer_ms = 1000;
    (void)snprintf(hosts, sizeof hosts, "127.0.0.1,%s", S.pg.host);
    (void)snprintf(ports, sizeof ports, "%d,%s", ntohs(at.sin_port), S.pg.port);
    connect_by(hosts, ports);
    start();
    expect_delivered();
    (void)close(silent);
}

static void read_only_host_is_not_chosen(void **state)
{
    char hosts[600], sql[160];

    (void)state;
    put_readings(3);
    (void)snprintf(hosts, sizeof hosts, "%s,%s", S.pg.host, S.pg.host);
    (void)snprintf(sql, sizeof sql, "ALTER DATABASE %s SET default_transaction_read_only = on",
                   S.pg.database);
    assert_string_equal(owner(sql), "");
    connect_by(hosts, S.pg.port);
    start();
    expect_said("read-only");
    (void)snprintf(sql, sizeof sql,
                   "SET transaction_read_only = off; ALTER DATABASE %s RESET default_transaction_read_only",
                   S.pg.database);
    assert_string_equal(owner(sql), "");
    expect_delivered();
}

/* A backend whose client was given up, in the middle of a transaction that delivers entries 1 to 7. */
static PGconn *zombie_up(void)
{
    const char *const KEYS[] = { "host", "port", "dbname", "user", "password", NULL };
    const char *const VALUES[] = { S.pg.host,
                                   S.pg.port,
                                   S.pg.database,
                                   S.pg.logins[PGTEST_WRITER].user,
                                   S.pg.logins[PGTEST_WRITER].password,
                                   NULL };
    PGconn *zombie;

    assert_string_equal(owner("INSERT INTO capnuoc.delivery_cursor VALUES ('test-node', 2, 10, 0)"), "");
    assert_string_equal(owner("SELECT capnuoc.make_reading_day('2026-11-23')"), "t");
    zombie = PQconnectdbParams(KEYS, VALUES, 0);
    PQclear(PQexec(zombie, "BEGIN"));
    PQclear(PQexec(zombie, "SELECT seq FROM capnuoc.delivery_cursor WHERE lane = 2 FOR UPDATE"));
    PQclear(PQexec(zombie, "INSERT INTO capnuoc.reading SELECT 1, timestamptz '2026-11-23 10:00Z', i, 2, 0 "
                           "FROM generate_series(1, 7) i"));
    PQclear(PQexec(zombie, "UPDATE capnuoc.delivery_cursor SET seq = 7 WHERE lane = 2"));
    return zombie;
}

static void zombie_backend_that_stays_is_waited_for(void **state)
{
    PGconn *zombie;

    (void)state;
    S.pg.settings.answer_ms = 600;
    put_readings(10);
    zombie = zombie_up();
    start();
    expect_said("lock timeout");
    assert_int_equal(rows(), 0);
    PQclear(PQexec(zombie, "COMMIT"));
    PQfinish(zombie);
    expect_delivered();
    assert_int_equal(rows(), 10);
}

static bool delivery_waits_for_a_lock(void *ctx)
{
    (void)ctx;
    return strcmp(
               pgtest_ask(&S.pg, PGTEST_SUPERUSER,
                          "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'capnuoc delivery' "
                          "AND wait_event_type = 'Lock' AND datname = current_database()"),
               "1") == 0;
}

/* The commit in doubt: reading the cursor without its lock would deliver 1 to 7 again. */
static void commit_of_a_zombie_while_we_wait_doubles_nothing(void **state)
{
    PGconn *zombie;

    (void)state;
    S.pg.settings.answer_ms = LONG_MS;
    put_readings(10);
    zombie = zombie_up();
    start();
    assert_true(pgtest_until(delivery_waits_for_a_lock, NULL, LONG_MS));
    PQclear(PQexec(zombie, "COMMIT"));
    PQfinish(zombie);
    expect_delivered();
    assert_int_equal(rows(), 10);
}

/* ---- what cannot be stored ---- */

static void refused_entry_goes_to_quarantine_alone(void **state)
{
    (void)state;
    assert_string_equal(
        owner("ALTER TABLE capnuoc.reading ADD CONSTRAINT never_this CHECK (value IS DISTINCT FROM 1234.5)"),
        "");
    put_readings(300);
    (void)lanes_double_reading(&S.journal, 7, PGTEST_NOW, 1234.5);
    put_readings(300);
    (void)lanes_double_put(&S.journal, LANE_LIVE, "\1garbage", 8);
    (void)lanes_double_reading(&S.journal, 7, (struct wall){ 1 }, 1);
    put_readings(100);
    start();
    expect_delivered();
    assert_int_equal(rows(), 700);
    assert_string_equal(owner("SELECT string_agg(seq::text, ' ' ORDER BY seq) FROM capnuoc.quarantine"),
                        "301 602 603");
    assert_string_equal(owner("SELECT reason LIKE '23514: %never_this%' FROM capnuoc.quarantine WHERE "
                              "seq = 301"),
                        "t");
    assert_string_equal(owner("SELECT body = '\\x0167617262616765' FROM capnuoc.quarantine WHERE seq = 602"),
                        "t");
    struct deliverer_stats s;
    deliverer_stats(S.deliverer, &s);
    assert_int_equal(s.quarantined_entries, 3);
    assert_int_equal(s.rows, 700);
}

static void gap_before_an_entry_set_aside_is_stated(void **state)
{
    (void)state;
    put_readings(4);
    (void)lanes_double_put(&S.journal, LANE_LIVE, "\1garbage", 8);
    put_readings(2);
    lanes_double_keep_from(&S.journal, LANE_LIVE, 5);
    start();
    expect_delivered();
    assert_int_equal(rows(), 2);
    assert_int_equal(pgtest_count(&S.pg, "SELECT count(*) FROM capnuoc.quarantine WHERE seq = 5"), 1);
    assert_string_equal(owner("SELECT concat_ws(' ', seq, item, kind, subject, number) FROM capnuoc.event"),
                        "1 -2 7 live 4");
}

static void undecodable_event_is_set_aside_and_the_lane_goes_on(void **state)
{
    (void)state;
    (void)lanes_double_put(&S.journal, LANE_EVENTS, "\2x", 2);
    (void)lanes_double_event(&S.journal, EVENT_NODE_START, PGTEST_NOW, "n");
    start();
    expect_delivered();
    assert_int_equal(pgtest_count(&S.pg, "SELECT count(*) FROM capnuoc.event"), 1);
    assert_int_equal(pgtest_count(&S.pg, "SELECT count(*) FROM capnuoc.quarantine WHERE lane = 1"), 1);
}

/* ---- a database that does not want ---- */

static void other_schema_version_is_said_and_nothing_written(void **state)
{
    (void)state;
    assert_string_equal(owner("INSERT INTO capnuoc.schema_version VALUES (99, 'later', 'epoch')"), "");
    put_readings(3);
    start();
    expect_said("schema version 99");
    assert_int_equal(rows(), 0);
    assert_int_equal(pgtest_count(&S.pg, "SELECT count(*) FROM capnuoc.delivery_cursor"), 0);
    assert_string_equal(owner("DELETE FROM capnuoc.schema_version WHERE version = 99"), "");
    expect_delivered();
    assert_int_equal(rows(), 3);
}

static void schema_that_changes_under_us_stops_delivery(void **state)
{
    (void)state;
    put_readings(3);
    start();
    expect_delivered();
    assert_string_equal(owner("INSERT INTO capnuoc.schema_version VALUES (99, 'later', 'epoch')"), "");
    put_readings(3);
    deliverer_poke(S.deliverer);
    expect_said("schema version 99");
    assert_int_equal(rows(), 3);
}

static void database_without_schema_is_said(void **state)
{
    (void)state;
    assert_string_equal(owner("DROP SCHEMA capnuoc CASCADE"), "");
    start();
    expect_said("run the migration");
}

static void read_only_database_is_waited_for(void **state)
{
    char sql[200];

    (void)state;
    put_readings(3);
    (void)snprintf(sql, sizeof sql, "ALTER DATABASE %s SET default_transaction_read_only = on",
                   S.pg.database);
    assert_string_equal(owner(sql), "");
    start();
    expect_said("read-only transaction");
    (void)snprintf(sql, sizeof sql,
                   "SET transaction_read_only = off; ALTER DATABASE %s RESET default_transaction_read_only",
                   S.pg.database);
    assert_string_equal(owner(sql), "");
    (void)owner("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid <> "
                "pg_backend_pid()");
    (void)pgtest_ask(
        &S.pg, PGTEST_SUPERUSER,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid "
        "<> pg_backend_pid()");
    expect_delivered();
    assert_true(pgtest_until(says_nothing, NULL, LONG_MS));
    assert_int_equal(rows(), 3);
}

static void no_connection_left_is_waited_for(void **state)
{
    char sql[200];

    (void)state;
    put_readings(3);
    (void)snprintf(sql, sizeof sql, "ALTER DATABASE %s CONNECTION LIMIT 0", S.pg.database);
    assert_string_equal(owner(sql), "");
    start();
    expect_said("too many connections");
    (void)snprintf(sql, sizeof sql, "ALTER DATABASE %s CONNECTION LIMIT -1", S.pg.database);
    (void)pgtest_ask(&S.pg, PGTEST_SUPERUSER, sql);
    expect_delivered();
    assert_int_equal(rows(), 3);
}

/* Holds a table so that nobody else gets at it; PQfinish lets go. */
static PGconn *lock_table(const char *table)
{
    const char *const KEYS[] = { "host", "port", "dbname", "user", "password", NULL };
    const char *const VALUES[] = { S.pg.host,
                                   S.pg.port,
                                   S.pg.database,
                                   S.pg.logins[PGTEST_OWNER].user,
                                   S.pg.logins[PGTEST_OWNER].password,
                                   NULL };
    PGconn *other = PQconnectdbParams(KEYS, VALUES, 0);
    char sql[120];

    (void)snprintf(sql, sizeof sql, "BEGIN; LOCK TABLE %s IN ACCESS EXCLUSIVE MODE", table);
    PQclear(PQexec(other, sql));
    assert_int_equal(PQtransactionStatus(other), PQTRANS_INTRANS);
    return other;
}

static void catalogue_that_could_not_be_shown_is_tried_again(void **state)
{
    PGconn *other = lock_table("capnuoc.site");

    (void)state;
    S.pg.settings.answer_ms = 600;
    put_readings(3);
    start();
    expect_said("lock timeout");
    expect_delivered(); /* readings do not wait for it */
    PQfinish(other);
    assert_true(pgtest_until(says_nothing, NULL, LONG_MS));
    assert_int_equal(pgtest_count(&S.pg, "SELECT count(*) FROM capnuoc.point"), 5);
}

static void journal_learns_that_the_database_was_set_back_to_nothing(void **state)
{
    PGconn *other;

    (void)state;
    put_readings(3);
    start();
    expect_delivered();
    stop(0);
    assert_string_equal(owner("DELETE FROM capnuoc.delivery_cursor"), "");
    assert_string_equal(owner("TRUNCATE capnuoc.reading"), "");
    S.pg.settings.answer_ms = 600;
    other = lock_table("capnuoc.reading");
    start();
    expect_said("lock timeout");
    assert_int_equal(lanes_double_delivered(&S.journal, LANE_LIVE), 0);
    PQfinish(other);
    expect_delivered();
    assert_int_equal(rows(), 3);
}

static void locked_table_is_waited_for(void **state)
{
    PGconn *other;

    (void)state;
    S.pg.settings.answer_ms = 600;
    put_readings(3);
    assert_string_equal(owner("SELECT capnuoc.make_reading_day('2026-11-23')"), "t");
    other = lock_table("capnuoc.reading");
    start();
    expect_said("lock timeout");
    PQfinish(other);
    expect_delivered();
    assert_int_equal(rows(), 3);
}

static void server_that_is_not_there_is_waited_for_and_stop_is_prompt(void **state)
{
    struct mono began;

    (void)state;
    (void)snprintf(S.pg.settings.connect, sizeof S.pg.settings.connect,
                   "host=127.0.0.1 port=9409 dbname=nowhere");
    put_readings(3);
    start();
    expect_said("database: ");
    began = mono_read();
    stop(5000);
    assert_true(mono_read().ms - began.ms < 2000);
}

/* The committer may poke and the face may ask until both have ended, which is later. */
static void after_stop_it_may_still_be_poked_and_asked(void **state)
{
    struct deliverer_stats s;

    (void)state;
    put_readings(3);
    start();
    expect_delivered();
    deliverer_stop(S.deliverer, LONG_MS);
    deliverer_poke(S.deliverer);
    deliverer_stats(S.deliverer, &s);
    assert_false(s.connected);
    assert_int_equal(s.rows, 3);
    deliverer_free(S.deliverer);
    S.deliverer = NULL;
}

/* ------------------------------------------------------------------ the world, versions */

static enum err two_versions(void *self, uint32_t after, size_t max,
                             enum err (*one)(void *ctx, const struct config_version *v), void *ctx,
                             struct fault *why)
{
    const struct config_version V[] = { { 1, PGTEST_NOW, "start", "aa", "+ wires w\n" },
                                        { 2, PGTEST_NOW, "Nguyễn An", "bb", "~ wires w every: 1s -> 2s\n" } };
    enum err rc = ERR_NONE;

    (void)self;
    (void)why;
    for (size_t i = after; i < COUNT_OF(V) && max > 0 && rc == ERR_NONE; i++, max--)
        rc = one(ctx, &V[i]);
    return rc;
}

static uint32_t second(void *self)
{
    (void)self;
    return 2;
}

static void add_zone(struct catalogue *c)
{
    struct zone z = { .id = "dma", .name = "DMA \"1\"", .area = 0, .version_count = 1 };
    const struct area a = { .id = "03388",
                            .name = "Đoàn Kết",
                            .kind = 2,
                            .from = 20270,
                            .until = DAY_NONE,
                            .aliases = "Phường Quyết Tiến" };

    z.versions = calloc(1, sizeof *z.versions);
    assert_non_null(z.versions);
    z.versions[0] = (struct zone_version){ .from = 20270,
                                           .connections = 12,
                                           .people = -1,
                                           .lowest = NAN,
                                           .highest = NAN,
                                           .flow_count = 1,
                                           .critical_count = 1 };
    z.versions[0].flows = calloc(1, sizeof *z.versions[0].flows);
    z.versions[0].critical = calloc(1, sizeof *z.versions[0].critical);
    assert_true(z.versions[0].flows != NULL && z.versions[0].critical != NULL);
    z.versions[0].flows[0] = (struct zone_flow){ 1, -1 };
    z.versions[0].critical[0] = 2;
    assert_int_equal(catalogue_add_area(c, &a, NULL), ERR_NONE);
    assert_int_equal(catalogue_add_zone(c, &z, NULL), ERR_NONE);
}

static bool is_there(void *ctx)
{
    return pgtest_count(&S.pg, ctx) == 1;
}

static void expect_one(const char *sql)
{
    char copy[600];

    (void)snprintf(copy, sizeof copy, "%s", sql);
    if (!pgtest_until(is_there, copy, LONG_MS))
        fail_msg("never one: %s", sql);
}

/* What is compared with everything that is known must not be compared pair by pair. */
static void a_large_catalogue_is_told_in_time(void **state)
{
    enum { MANY = 40000 };
    struct catalogue many;

    (void)state;
    pgtest_catalogue(&many, MANY);
    start();
    deliverer_catalogue(S.deliverer, &many);
    expect_one("SELECT count(*) / 40000 FROM capnuoc.point WHERE retired_at IS NULL");
    stop(0);
    catalogue_clear(&many);
}

static void the_world_is_told_and_what_goes_is_marked(void **state)
{
    struct catalogue next;

    (void)state;
    add_zone(&S.catalogue);
    S.catalogue.points[1].revision = 77;
    S.catalogue.version = 1;
    S.catalogue.applied = PGTEST_NOW;
    start();
    deliverer_versions(S.deliverer, (struct versions_port){ NULL, second, two_versions });
    expect_one(
        "SELECT count(*) FROM capnuoc.zone_version WHERE zone = 'dma' AND from_day = '2025-07-01' AND people "
        "IS NULL AND connections = 12 AND flows = '[{\"point\": \"test.p1\", \"sign\": -1}]' AND critical = "
        "'[\"test.p2\"]' AND priority = '[]'");
    expect_one(
        "SELECT count(*) FROM capnuoc.area WHERE id = '03388' AND kind = 'ward' AND until_day IS NULL");
    expect_one(
        "SELECT count(*) FROM capnuoc.config_version WHERE node = 'test-node' AND version = 2 AND author = "
        "'Nguyễn An'");
    expect_one(
        "SELECT count(*) FROM capnuoc.point_version v JOIN capnuoc.point p USING (point_key) WHERE p.id = "
        "'test.p1' AND v.revision = '77' AND v.unit = 'm3/h'");
    pgtest_catalogue(&next, 4); /* the last point and the zone are gone, one point means something else */
    next.points[1].revision = 78;
    next.version = 2;
    next.applied = (struct wall){ PGTEST_NOW.ms + 1000 };
    deliverer_catalogue(S.deliverer, &next);
    expect_one("SELECT count(*) FROM capnuoc.zone WHERE id = 'dma' AND retired_at = '2026-11-23T10:00:01Z'");
    expect_one("SELECT count(*) FROM capnuoc.point WHERE id = 'test.p4' AND retired_at IS NOT NULL");
    assert_int_equal(pgtest_count(&S.pg, "SELECT count(*) FROM capnuoc.point WHERE retired_at IS NULL"), 4);
    assert_int_equal(pgtest_count(&S.pg,
                                  "SELECT count(*) FROM capnuoc.point_version v JOIN capnuoc.point p USING "
                                  "(point_key) WHERE p.id = 'test.p1'"),
                     2);
    deliverer_catalogue(S.deliverer, &S.catalogue); /* and back */
    expect_one("SELECT count(*) FROM capnuoc.zone WHERE id = 'dma' AND retired_at IS NULL");
    expect_one("SELECT count(*) FROM capnuoc.point WHERE id = 'test.p4' AND retired_at IS NULL");
    assert_int_equal(pgtest_count(&S.pg, "SELECT count(*) FROM capnuoc.config_version"), 2);
    stop(0);
    catalogue_clear(&next);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(values_and_the_lack_of_them_arrive_as_they_were, up, down),
        cmocka_unit_test_setup_teardown(catalogue_is_shown_and_kept_up_to_date, up, down),
        cmocka_unit_test_setup_teardown(events_arrive_before_readings_and_keep_their_place, up, down),
        cmocka_unit_test_setup_teardown(what_people_tell_arrives_once_and_apart, up, down),
        cmocka_unit_test_setup_teardown(days_get_their_partition_at_local_midnight, up, down),
        cmocka_unit_test_setup_teardown(partition_dropped_meanwhile_is_made_again, up, down),
        cmocka_unit_test_setup_teardown(stop_delivers_what_is_durable, up, down),
        cmocka_unit_test_setup_teardown(after_stop_it_may_still_be_poked_and_asked, up, down),
        cmocka_unit_test_setup_teardown(seen_says_until_when_all_is_delivered, up, down),
        cmocka_unit_test_setup_teardown(delivery_continues_from_the_row, up, down),
        cmocka_unit_test_setup_teardown(cursor_that_went_back_is_followed, up, down),
        cmocka_unit_test_setup_teardown(new_journal_starts_its_own_count, up, down),
        cmocka_unit_test_setup_teardown(later_journal_fences_the_older, up, down),
        cmocka_unit_test_setup_teardown(fence_works_in_the_middle_of_a_session, up, down),
        cmocka_unit_test_setup_teardown(restored_journal_is_refused_and_the_other_lane_goes_on, up, down),
        cmocka_unit_test_setup_teardown(entries_no_longer_kept_become_a_stated_gap, up, down),
        cmocka_unit_test_setup_teardown(dead_host_is_passed_over, up, down),
        cmocka_unit_test_setup_teardown(silent_host_is_passed_over, up, down),
        cmocka_unit_test_setup_teardown(read_only_host_is_not_chosen, up, down),
        cmocka_unit_test_setup_teardown(the_present_does_not_queue_behind_the_past, up, down),
        cmocka_unit_test_setup_teardown(another_interruption_makes_another_stretch, up, down),
        cmocka_unit_test_setup_teardown(what_waits_is_not_told_to_the_journal_as_delivered, up, down),
        cmocka_unit_test_setup_teardown(stretch_the_journal_gave_up_is_a_stated_gap, up, down),
        cmocka_unit_test_setup_teardown(stretches_of_an_older_journal_are_forgotten, up, down),
        cmocka_unit_test_setup_teardown(cursor_that_went_back_far_does_not_keep_the_present_waiting, up,
                                        down),
        cmocka_unit_test_setup_teardown(zombie_backend_that_stays_is_waited_for, up, down),
        cmocka_unit_test_setup_teardown(commit_of_a_zombie_while_we_wait_doubles_nothing, up, down),
        cmocka_unit_test_setup_teardown(refused_entry_goes_to_quarantine_alone, up, down),
        cmocka_unit_test_setup_teardown(undecodable_event_is_set_aside_and_the_lane_goes_on, up, down),
        cmocka_unit_test_setup_teardown(other_schema_version_is_said_and_nothing_written, up, down),
        cmocka_unit_test_setup_teardown(schema_that_changes_under_us_stops_delivery, up, down),
        cmocka_unit_test_setup_teardown(database_without_schema_is_said, up, down),
        cmocka_unit_test_setup_teardown(read_only_database_is_waited_for, up, down),
        cmocka_unit_test_setup_teardown(no_connection_left_is_waited_for, up, down),
        cmocka_unit_test_setup_teardown(locked_table_is_waited_for, up, down),
        cmocka_unit_test_setup_teardown(catalogue_that_could_not_be_shown_is_tried_again, up, down),
        cmocka_unit_test_setup_teardown(journal_learns_that_the_database_was_set_back_to_nothing, up, down),
        cmocka_unit_test_setup_teardown(gap_before_an_entry_set_aside_is_stated, up, down),
        cmocka_unit_test_setup_teardown(server_that_is_not_there_is_waited_for_and_stop_is_prompt, up, down),
        cmocka_unit_test_setup_teardown(a_large_catalogue_is_told_in_time, up, down),
        cmocka_unit_test_setup_teardown(the_world_is_told_and_what_goes_is_marked, up, down),
    };

    if (!pgtest_find(&S.pg, PG_ENV))
        return PGTEST_SKIP;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
