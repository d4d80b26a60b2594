/* Alarms in PostgreSQL: each step once, one row of each, one open of one rule on one point. */
#include "store/pgtest.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "delivery_scene.h"
#include "model/alarm.h"

enum { OPENED, SEEN, PUT_AWAY, OVER, NEXT, OTHER, ENTRIES };

static struct pgtest T;
static struct delivery_scene scene;

static struct alarm_step step_of(uint64_t id, uint32_t n, int64_t at, enum alarm_event event)
{
    struct alarm_step s = { .alarm = { .id = id,
                                       .point = 7,
                                       .rule = 9,
                                       .name = "cao\"",
                                       .core = ALARM_UNACKNOWLEDGED,
                                       .severity = SEVERITY_HIGH,
                                       .stake = STAKE_HEALTH,
                                       .steps = n,
                                       .times = 1,
                                       .opened = { PGTEST_NOW.ms + (int64_t)id },
                                       .changed = { PGTEST_NOW.ms + at },
                                       .value = 5.5,
                                       .limit = 5,
                                       .seen = NAN },
                            .at = { PGTEST_NOW.ms + at },
                            .event = (uint8_t)event };

    return s;
}

static void put(const struct alarm_step *s)
{
    struct strbuf body;

    strbuf_init(&body, 1 << 16);
    body_add_alarm(&body, s);
    delivery_scene_put(&scene, &body);
}

/* One that is seen and over, the next of its rule, and one that another node opened meanwhile. */
static void put_history(void)
{
    struct alarm_step s = step_of(1, 1, 1, ALARM_HOLDS);

    put(&s);
    s = step_of(1, 2, 10, ALARM_ACKNOWLEDGE);
    s.alarm.core = ALARM_ACKNOWLEDGED;
    s.alarm.acknowledged = s.at;
    (void)snprintf(s.who, sizeof s.who, "Vàng A Páo");
    put(&s);
    s = step_of(1, 3, 12, ALARM_SHELVE);
    s.alarm.core = ALARM_ACKNOWLEDGED;
    s.alarm.acknowledged.ms = PGTEST_NOW.ms + 10;
    s.alarm.shelved_until.ms = PGTEST_NOW.ms + 900;
    (void)snprintf(s.who, sizeof s.who, "lan");
    (void)snprintf(s.why, sizeof s.why, "thay đầu đo");
    put(&s);
    s = step_of(1, 4, 20, ALARM_RESTS);
    s.alarm.core = ALARM_NORMAL;
    s.alarm.acknowledged.ms = PGTEST_NOW.ms + 10;
    s.alarm.end = ALARM_ENDED;
    put(&s);
    s = step_of(30, 1, 30, ALARM_HOLDS);
    put(&s);
    s = step_of(40, 1, 40, ALARM_HOLDS);
    put(&s);
}

static int set_up(void **state)
{
    (void)state;
    delivery_scene_make(&scene, &T);
    put_history();
    delivery_scene_deliver(&scene);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    delivery_scene_end(&scene);
    return 0;
}

static void check_rows(void)
{
    assert_int_equal(pgtest_count(&T, "SELECT count(*) FROM capnuoc.alarm_transition"), ENTRIES);
    assert_string_equal(
        pgtest_ask(&T, PGTEST_READER,
                   "SELECT concat_ws(' ', rule, step, closed_as, acknowledged_at IS NOT NULL, "
                   "closed_at = changed_at) FROM capnuoc.alarm WHERE alarm = 1"),
        "cao\" 4 1 t t");
    assert_int_equal(pgtest_count(&T, "SELECT closed_as FROM capnuoc.alarm WHERE alarm = 30"), 3);
    assert_int_equal(pgtest_count(&T, "SELECT count(*) FROM capnuoc.alarm WHERE closed_at IS NULL"), 1);
    assert_int_equal(
        pgtest_count(&T, "SELECT count(*) FROM capnuoc.alarm_transition WHERE who = 'Vàng A Páo'"), 1);
}

static void each_has_one_row_and_its_history(void **state)
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
    lanes_double_clear(&scene.journal);
    lanes_double_init(&scene.journal, 1);
    put_history();
    delivery_scene_deliver(&scene);
    check_rows();
}

static void an_older_one_that_comes_late_is_superseded(void **state)
{
    struct alarm_step s = step_of(35, 1, 50, ALARM_HOLDS);

    (void)state;
    put(&s);
    delivery_scene_deliver(&scene);
    for (int i = 0; i < 200 && lanes_double_delivered(&scene.journal, LANE_EVENTS) < ENTRIES + 1; i++)
        delivery_scene_deliver(&scene);
    assert_int_equal(pgtest_count(&T, "SELECT closed_as FROM capnuoc.alarm WHERE alarm = 35"), 3);
    assert_int_equal(pgtest_count(&T, "SELECT alarm FROM capnuoc.alarm WHERE closed_at IS NULL"), 40);
}

static void nobody_changes_the_history(void **state)
{
    static const char *const CHANGES[] = { "UPDATE capnuoc.alarm_transition SET who = 'x' RETURNING 'done'",
                                           "DELETE FROM capnuoc.alarm_transition RETURNING 'done'",
                                           "TRUNCATE capnuoc.alarm_transition" };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CHANGES); i++)
        assert_string_equal(pgtest_ask(&T, PGTEST_OWNER, CHANGES[i]), "!P0001");
    assert_int_equal(pgtest_count(&T, "SELECT count(*) FROM capnuoc.alarm_transition"), ENTRIES);
}

/* ---- the past ---- */

struct answer {
    pthread_mutex_t lock;
    pthread_cond_t cond;
    bool is_here;
    enum err code;
    struct alarm_past past;
};

static void got(void *self, enum err code, struct alarm_past *result, const struct fault *why)
{
    struct answer *a = self;

    (void)why;
    (void)pthread_mutex_lock(&a->lock);
    a->code = code;
    a->past = *result;
    a->is_here = true;
    (void)pthread_cond_signal(&a->cond);
    (void)pthread_mutex_unlock(&a->lock);
}

static struct alarm_past past_of(struct historian *h, const struct alarm_past_ask *ask)
{
    struct answer a = { .lock = PTHREAD_MUTEX_INITIALIZER, .cond = PTHREAD_COND_INITIALIZER };
    const struct alarm_past_port port = historian_alarms(h);
    struct fault why;

    assert_int_equal(port.ask(port.self, ask, -1, got, &a, &why), ERR_NONE);
    (void)pthread_mutex_lock(&a.lock);
    while (!a.is_here)
        (void)pthread_cond_wait(&a.cond, &a.lock);
    (void)pthread_mutex_unlock(&a.lock);
    assert_int_equal(a.code, ERR_NONE);
    return a.past;
}

static struct alarm_past_ask span(bool rings, unsigned limit)
{
    return (struct alarm_past_ask){
        .rings = rings, .from = PGTEST_NOW, .to = { PGTEST_NOW.ms + 1000 }, .limit = limit
    };
}

static void those_that_closed_come_page_by_page_the_last_first(void **state)
{
    struct alarm_past_ask ask = span(false, 1);
    struct alarm_past past;
    struct historian *h;
    struct fault why;

    (void)state;
    assert_int_equal(historian_start(&h, &T.settings, pgtest_clock(), &why), ERR_NONE);
    past = past_of(h, &ask);
    assert_int_equal(past.count, 1);
    assert_true(past.more);
    assert_int_equal(past.alarms[0].alarm.id, 30);
    assert_int_equal(past.alarms[0].alarm.end, ALARM_SUPERSEDED);
    assert_int_equal(past.alarms[0].saw.at.ms, 0); /* nobody did */
    assert_int_equal(past.alarms[0].put_away.at.ms, 0);
    ask.before = past.alarms[0].closed;
    ask.before_id = past.alarms[0].alarm.id;
    alarm_past_clear(&past);
    past = past_of(h, &ask);
    assert_int_equal(past.count, 1);
    assert_false(past.more);
    assert_int_equal(past.alarms[0].alarm.id, 1);
    assert_int_equal(past.alarms[0].closed.ms, PGTEST_NOW.ms + 20);
    assert_int_equal(past.alarms[0].alarm.acknowledged.ms, PGTEST_NOW.ms + 10);
    assert_string_equal(past.alarms[0].alarm.name, "cao\"");
    assert_int_equal(past.alarms[0].saw.at.ms, PGTEST_NOW.ms + 10);
    assert_string_equal(past.alarms[0].saw.who, "Vàng A Páo");
    assert_int_equal(past.alarms[0].put_away.at.ms, PGTEST_NOW.ms + 12);
    assert_int_equal(past.alarms[0].put_away.until.ms, PGTEST_NOW.ms + 900);
    assert_string_equal(past.alarms[0].put_away.who, "lan");
    assert_string_equal(past.alarms[0].put_away.why, "thay đầu đo");
    alarm_past_clear(&past);
    (void)snprintf(ask.supplier, sizeof ask.supplier, "somebody-else"); /* the point is nobody's here */
    past = past_of(h, &ask);
    assert_int_equal(past.count, 0);
    alarm_past_clear(&past);
    historian_stop(h);
}

static void what_rang_is_told_in_order_and_what_stays_for_a_day(void **state)
{
    struct alarm_past_ask ask = span(true, 0);
    struct alarm_past past;
    struct historian *h;
    struct fault why;

    (void)state;
    assert_int_equal(historian_start(&h, &T.settings, pgtest_clock(), &why), ERR_NONE);
    past = past_of(h, &ask);
    assert_int_equal(past.ring_count, 3);
    assert_int_equal(past.rings[0].at.ms, PGTEST_NOW.ms + 1);
    assert_int_equal(past.rings[2].at.ms, PGTEST_NOW.ms + 40);
    assert_int_equal(past.rings[0].severity, SEVERITY_HIGH);
    assert_int_equal(past.all, 0);
    alarm_past_clear(&past);
    ask.to.ms += 2LL * CLOCK_DAY_MS;
    past = past_of(h, &ask);
    assert_int_equal(past.all, 1);
    assert_int_equal(past.alarms[0].alarm.id, 40);
    assert_int_equal(past.alarms[0].closed.ms, 0);
    alarm_past_clear(&past);
    historian_stop(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_has_one_row_and_its_history, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_delivered_again_changes_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_older_one_that_comes_late_is_superseded, set_up, tear_down),
        cmocka_unit_test_setup_teardown(those_that_closed_come_page_by_page_the_last_first, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_rang_is_told_in_order_and_what_stays_for_a_day, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(nobody_changes_the_history, set_up, tear_down),
    };

    if (!pgtest_find(&T, PG_ENV)) {
        (void)fprintf(stderr, "no PostgreSQL here: skipped\n");
        return PGTEST_SKIP;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
