/* Measures and black spots in PostgreSQL: one row each, and what is over stays as it was. */
#include "store/pgtest.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "delivery_scene.h"
#include "model/lane.h"

static struct pgtest T;
static struct delivery_scene scene;

static struct prevention one(uint64_t id, enum prevention_kind kind)
{
    struct prevention p = { .id = id,
                            .kind = (uint8_t)kind,
                            .entered = PGTEST_NOW,
                            .on = day_local(PGTEST_NOW),
                            .due = day_local(PGTEST_NOW) + 90,
                            .ended_on = DAY_NONE,
                            .site = "plant",
                            .key = "m-1",
                            .who = "Vàng A Páo",
                            .responsible = "Đội \"mạng lưới\"",
                            .what = "thay van" };

    if (kind != PREVENTION_ROUND)
        return p;
    p.spot = 5;
    p.state = PREVENTION_DONE;
    p.closed = p.entered;
    p.ended_on = p.on;
    return p;
}

static struct prevention over(struct prevention p, enum prevention_state how)
{
    p.state = (uint8_t)how;
    p.closed.ms = p.entered.ms + 60000;
    p.ended_on = p.on + 1;
    (void)snprintf(p.ended_by, sizeof p.ended_by, "hùng");
    return p;
}

static void put(struct prevention p)
{
    struct strbuf body;

    strbuf_init(&body, 1 << 16);
    body_add_prevention(&body, &p);
    delivery_scene_put(&scene, &body);
}

static int set_up(void **state)
{
    (void)state;
    delivery_scene_make(&scene, &T);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    delivery_scene_end(&scene);
    return 0;
}

static void each_has_one_row_with_how_it_ended(void **state)
{
    (void)state;
    put(one(5, PREVENTION_SPOT));
    put(one(6, PREVENTION_MEASURE));
    put(one(7, PREVENTION_ROUND));
    delivery_scene_deliver(&scene);
    put(over(one(6, PREVENTION_MEASURE), PREVENTION_DONE));
    put(one(8, PREVENTION_MEASURE));
    put(over(one(8, PREVENTION_MEASURE), PREVENTION_DROPPED));
    delivery_scene_deliver(&scene);
    assert_string_equal(
        pgtest_ask(&T, PGTEST_READER,
                   "SELECT string_agg(concat_ws(' ', prevention, kind, state, site, spot, due_on - told_on, "
                   "ended_on - told_on, ended_by), ',' ORDER BY prevention) FROM capnuoc.prevention"),
        "5 2 0 plant 90 ,6 1 1 plant 90 1 hùng,7 3 1 plant 5 90 0 ,8 1 2 plant 90 1 hùng");
    assert_string_equal(
        pgtest_ask(&T, PGTEST_READER,
                   "SELECT responsible || told_on FROM capnuoc.prevention WHERE prevention = 5"),
        "Đội \"mạng lưới\"2026-11-23");
}

static void what_is_over_stays_so(void **state)
{
    (void)state;
    put(over(one(6, PREVENTION_MEASURE), PREVENTION_DONE));
    delivery_scene_deliver(&scene);
    put(one(6, PREVENTION_MEASURE)); /* late, and again */
    put(over(one(6, PREVENTION_MEASURE), PREVENTION_DROPPED));
    delivery_scene_deliver(&scene);
    assert_int_equal(pgtest_count(&T, "SELECT state FROM capnuoc.prevention"), PREVENTION_DONE);
    assert_string_equal(
        pgtest_ask(&T, PGTEST_OWNER, "UPDATE capnuoc.prevention SET who = 'x' RETURNING 'done'"), "!P0001");
    assert_string_equal(pgtest_ask(&T, PGTEST_OWNER, "DELETE FROM capnuoc.prevention RETURNING 'done'"),
                        "!P0001");
    assert_string_equal(pgtest_ask(&T, PGTEST_OWNER, "TRUNCATE capnuoc.prevention"), "!P0001");
}

/* ---- what the database has to say of black spots ---- */

static bool asked;
static struct spot_facts facts;
static enum err code;

static void a_key_that_an_older_act_has_is_counted_and_said(void **state)
{
    struct prevention other = one(6, PREVENTION_MEASURE);

    (void)state;
    put(one(6, PREVENTION_MEASURE));
    delivery_scene_deliver(&scene);
    put(over(one(6, PREVENTION_MEASURE), PREVENTION_DONE));
    put(one(6, PREVENTION_MEASURE)); /* late */
    delivery_scene_deliver(&scene);
    assert_int_equal(scene.used_keys, 0);
    other.entered.ms += 400 * (int64_t)CLOCK_DAY_MS;
    put(other);
    delivery_scene_deliver(&scene);
    assert_int_equal(scene.used_keys, 1);
    assert_int_equal(pgtest_count(&T, "SELECT count(*) FROM capnuoc.prevention"), 1);
}

static void answer(void *ticket, enum err rc, struct spot_facts *found, const struct fault *why)
{
    (void)ticket;
    (void)why;
    code = rc;
    if (rc == ERR_NONE)
        facts = *found;
    asked = true;
}

static bool is_answered(void *ctx)
{
    (void)ctx;
    return asked;
}

static void ask(unsigned repeats)
{
    struct spot_facts_ask a = { .repeats_from = { PGTEST_NOW.ms - INT64_C(365) * CLOCK_DAY_MS },
                                .low_from = { PGTEST_NOW.ms - INT64_C(30) * CLOCK_DAY_MS },
                                .to = PGTEST_NOW,
                                .repeats = repeats,
                                .point_count = 1 };
    struct spot_facts_port port;
    struct historian *h;
    struct fault why;

    a.points[0].key = pgtest_key(&scene.catalogue, 0);
    a.points[0].low = 1.0;
    asked = false;
    assert_int_equal(historian_start(&h, &T.settings, pgtest_clock(), &why), ERR_NONE);
    port = historian_spots(h);
    assert_int_equal(port.ask(port.self, &a, -1, answer, NULL, &why), ERR_NONE);
    assert_true(pgtest_until(is_answered, NULL, 20000));
    historian_stop(h);
    assert_int_equal(code, ERR_NONE);
}

/* `days` ago at that site and zone. */
static void had_incident(int id, int days, const char *site, const char *zone, const char *other)
{
    char sql[1500];

    (void)snprintf(sql, sizeof sql,
                   "INSERT INTO capnuoc.incident (node, incident, revision, recorded_at, opened_at, "
                   "start_at, due_at, limit_ms, "
                   "legal, class, class_confirmed, state, on_time, unconfirmed, drill, closed, "
                   "unacknowledged, controllability, "
                   "large_said, people, connections, hospitals, expected_min, health_hazard) "
                   "SELECT 'n', %d, 1, at, at, at, at, 1, true, 0, true, 0, 0, false, false, true, false, 0, "
                   "0, 0, 0, 0, 0, "
                   "false FROM (VALUES (timestamptz '2026-11-23T10:00:00Z' - %d * interval '1 day')) v(at);"
                   "INSERT INTO capnuoc.incident_member (node, member, incident, revision, class, evidence, "
                   "confirmed, loosened, "
                   "apart, step, site, zone, start_at, evident_at) SELECT 'n', %d, %d, 1, 0, 0, true, false, "
                   "false, 0, '%s', "
                   "'%s', now(), now();%s",
                   id, days, id, id, site, zone, other);
    assert_string_equal(pgtest_ask(&T, PGTEST_OWNER, sql), "");
}

#define UPDATE(what, id) "UPDATE capnuoc.incident SET " what " WHERE incident = " #id

static void places_with_repeated_incidents_are_found_and_drills_are_none(void **state)
{
    (void)state;
    had_incident(1, 1, "plant", "hill", "");
    had_incident(2, 100, "plant", "", UPDATE("class = 2", 2));
    had_incident(3, 364, "plant", "hill", "");
    had_incident(4, 366, "plant", "hill", ""); /* too long ago */
    had_incident(5, 2, "plant", "hill", UPDATE("drill = true", 5));
    had_incident(6, 3, "plant", "hill", UPDATE("merged_into = 1", 6));
    had_incident(7, 4, "plant", "hill", UPDATE("class = 7", 7));
    had_incident(
        8, 5, "plant", "hill",
        "INSERT INTO capnuoc.incident_fact (node, incident, fact, kind, source, detail, code, claimed_at, "
        "recorded_at, who, note) VALUES ('n', 8, 1, 9, 0, 0, 18, now(), now(), '', '')");
    had_incident(9, 6, "other", "", "");
    /* a second member at the same site is the same incident */
    assert_string_equal(
        pgtest_ask(&T, PGTEST_OWNER,
                   "INSERT INTO capnuoc.incident_member (node, member, incident, revision, class, "
                   "evidence, confirmed, loosened, apart, step, site, zone, start_at, evident_at) "
                   "SELECT 'n', 100, 1, 1, 0, 0, true, false, false, 0, 'plant', 'hill', now(), now()"),
        "");
    ask(3);
    assert_int_equal(facts.incident_count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_false(facts.incidents[i].is_zone);
        assert_string_equal(facts.incidents[i].place, "plant");
        assert_int_equal(facts.incidents[i].incident, i + 1); /* the newest first */
        assert_int_equal(facts.incidents[i].count, 3);
    }
    assert_int_equal(facts.incidents[1].class, CLASS_TRANSMISSION_MAIN);
    spot_facts_clear(&facts);
    ask(2); /* then the hill has two */
    assert_int_equal(facts.incident_count, 5);
    assert_true(facts.incidents[3].is_zone);
    assert_string_equal(facts.incidents[3].place, "hill");
    spot_facts_clear(&facts);
}

static void hours_of_low_pressure_are_counted_where_they_are_known(void **state)
{
    char sql[3000];
    long long key = (long long)pgtest_key(&scene.catalogue, 0);

    (void)state;
    delivery_scene_deliver(&scene); /* the world */
    (void)snprintf(
        sql, sizeof sql,
        "INSERT INTO capnuoc.hour (point_key, at, n, sum, good_ms, uncertain_ms) "
        "SELECT %lld, timestamptz '2026-11-22T00:00:00Z' + i * interval '1 hour', 1, mean * (good + unsure), "
        "good, unsure "
        "FROM (VALUES (0, 0.5, 3600000, 0), (1, 1.0, 3600000, 0), (2, 0.9, 1800000, 1800000), (3, 0.1, "
        "1799999, 0), "
        "(4, 0.2, 3600000, 0), (5, 0.3, 3600000, 0), (6, 2.0, 3600000, 0)) v(i, mean, good, unsure);"
        "INSERT INTO capnuoc.mode SELECT i, 'n', 'key-' || i, kind, place, subject, timestamptz "
        "'2026-11-22T00:00:00Z' + "
        "i * interval '1 hour' + interval '30 min', timestamptz '2026-11-22T00:00:00Z' + i * interval '1 "
        "hour' + "
        "interval '40 min', NULL, 0, '', '', '', '' FROM (VALUES (4, 4, 3, (SELECT id FROM capnuoc.point "
        "WHERE point_key "
        "= %lld)), (5, 5, 1, (SELECT site FROM capnuoc.point WHERE point_key = %lld))) m(i, kind, place, "
        "subject)",
        key, key, key);
    assert_string_equal(pgtest_ask(&T, PGTEST_SUPERUSER, sql), "");
    ask(3);
    assert_int_equal(facts.incident_count, 0);
    assert_int_equal(facts.hour_count, 1);
    assert_int_equal(facts.hours[0].point, key);
    assert_int_equal(facts.hours[0].low, 3); /* 0, 2 and, in a backwash, 5; 4 was a drill, 3 is not known */
    assert_int_equal(facts.hours[0].known, 5);
    assert_true(facts.hours[0].lowest > 0.29 && facts.hours[0].lowest < 0.31);
    spot_facts_clear(&facts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_key_that_an_older_act_has_is_counted_and_said, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_has_one_row_with_how_it_ended, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_over_stays_so, set_up, tear_down),
        cmocka_unit_test_setup_teardown(places_with_repeated_incidents_are_found_and_drills_are_none, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(hours_of_low_pressure_are_counted_where_they_are_known, set_up,
                                        tear_down),
    };

    if (!pgtest_find(&T, PG_ENV)) {
        (void)fprintf(stderr, "no PostgreSQL here: skipped\n");
        return PGTEST_SKIP;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
