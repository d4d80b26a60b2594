/* Rules and alarms go through the pipeline and its journal: what is open, seen, shelved or about to be is the
 * same after a restart. */
#include "pipeline.h"
#include "seal/seal.h"
#include "slice.h"
#include "unit.h"
#include <math.h>

enum { LEVEL, DOOR, POINTS };

struct scene {
    struct ground ground;
    struct catalogue other;
    struct slice slice;
    unsigned answers;
    enum err code;
    bool known;
    struct alarm is;
    struct fault why;
};

static int fill(struct catalogue *c, double limit)
{
    static const struct point RULES[POINTS] = {
        { .id = "level", .revision = 1, .every_ms = 1000, .heartbeat_ms = 300000, .deadband = 100 },
        { .id = "door", .revision = 2, .every_ms = 1000, .heartbeat_ms = 300000 },
    };
    const struct rule slow = { .key = seal_key63("slow"),
                               .id = "slow",
                               .point = DOOR,
                               .other = NO_INDEX,
                               .cause = NO_INDEX,
                               .kind = RULE_HIGH,
                               .severity = SEVERITY_HIGH,
                               .n = 1,
                               .limit = 10,
                               .low = NAN,
                               .on_delay_ms = CLOCK_MINUTE_MS };
    const struct rule high = { .key = seal_key63("high"),
                               .id = "high",
                               .point = LEVEL,
                               .other = NO_INDEX,
                               .cause = NO_INDEX,
                               .kind = RULE_HIGH,
                               .severity = SEVERITY_HIGH,
                               .n = 1,
                               .limit = limit,
                               .low = NAN,
                               .off_delay_ms = 0,
                               .on_delay_ms = 5000 };

    catalogue_init(c);
    for (size_t i = 0; i < POINTS; i++)
        if (catalogue_add_point(c, &RULES[i], NULL) != ERR_NONE)
            return -1;
    if (catalogue_add_rule(c, &high, NULL) != ERR_NONE || catalogue_add_rule(c, &slow, NULL) != ERR_NONE)
        return -1;
    return catalogue_seal(c, NULL) == ERR_NONE ? 0 : -1;
}

static int make_world(void **state)
{
    struct scene *s = calloc(1, sizeof *s);

    *state = s;
    if (s == NULL || !ground_make(&s->ground))
        return -1;
    return fill(&s->ground.catalogue, 10) == 0 && fill(&s->other, 11) == 0 ? 0 : -1;
}

static int end_world(void **state)
{
    struct scene *s = *state;
    int rc = ground_clear(&s->ground);

    catalogue_clear(&s->other);
    free(s);
    return rc;
}

static void start(struct scene *s)
{
    s->slice = slice_on(&s->ground);
}

static void pass(struct scene *s, int64_t ms)
{
    for (int64_t i = 0; i < ms; i += 500) {
        fake_clock_advance(&s->ground.clock, 500);
        (void)pipeline_step(s->slice.pipeline, 0);
    }
}

static void read_once(struct scene *s, uint32_t point, double value)
{
    struct message m = { .kind = MESSAGE_READINGS, .count = 1, .revisions = { point + 1 } };

    m.readings[0] = (struct reading){ point, QUALITY_GOOD, REASON_NONE, s->ground.clock.now.wall, value };
    pipeline_put(s->slice.pipeline, &m);
    pass(s, 1000);
}

/* One reading each second. */
static void read_level(struct scene *s, double value, int seconds)
{
    for (int i = 0; i < seconds; i++)
        read_once(s, LEVEL, value);
}

/* Likewise, each another one: every second has its record. */
static void read_door(struct scene *s, double value, int seconds)
{
    for (int i = 0; i < seconds; i++)
        read_once(s, DOOR, value + 0.01 * (i % 2));
}

/* Waits for the disk until so many are shown as open and the first, then in *first, is in that state. */
static void expect_open(struct scene *s, size_t n, enum alarm_state is, struct alarm *first)
{
    for (int i = 0; i < 10000; i++) {
        struct alarm_list *l = pipeline_alarms(s->slice.pipeline);
        bool so = l != NULL && l->count == n && (n == 0 || alarm_state(&l->items[0]) == is);
        if (so && n > 0)
            *first = l->items[0];
        alarm_list_drop(l);
        if (so)
            return;
        (void)pipeline_step(s->slice.pipeline, 1); /* the committer is another thread */
    }
    fail_msg("there are not %zu open alarms", n);
}

static void answered(void *self, enum err code, bool known, const struct alarm *is, const struct fault *why)
{
    struct scene *s = self;

    s->answers++;
    s->code = code;
    s->known = known;
    if (code == ERR_NONE)
        s->is = *is;
    else
        s->why = *why;
}

static enum err act(struct scene *s, enum alarm_event event, uint64_t id, const char *key)
{
    struct message_alarm m = {
        .act = { .event = (uint8_t)event, .alarm = id, .who = "lan", .why = "đang sửa bơm" },
        .by = { .kind = ACTOR_ACCOUNT, .name = "lan" },
        .answer = answered,
        .self = s
    };
    unsigned before = s->answers;

    (void)snprintf(m.act.key, sizeof m.act.key, "%s", key);
    if (event == ALARM_SHELVE)
        m.act.until.ms = 1795604400000 + CLOCK_HOUR_MS;
    assert_int_equal(pipeline_alarm(s->slice.pipeline, &m, NULL), ERR_NONE);
    for (int i = 0; i < 5000 && s->answers == before; i++)
        (void)pipeline_step(s->slice.pipeline, 1);
    assert_int_equal(s->answers, before + 1);
    return s->code;
}

static void check_same(const struct alarm *a, const struct alarm *b)
{
    assert_int_equal(a->id, b->id);
    assert_int_equal(alarm_state(a), alarm_state(b));
    assert_int_equal(a->core, b->core);
    assert_int_equal(a->steps, b->steps);
    assert_int_equal(a->opened.ms, b->opened.ms);
    assert_int_equal(a->changed.ms, b->changed.ms);
    assert_int_equal(a->acknowledged.ms, b->acknowledged.ms);
    assert_int_equal(a->shelved_until.ms, b->shelved_until.ms);
    assert_true(a->value == b->value && a->limit == b->limit);
}

static void an_alarm_is_acknowledged_and_shelved_over_restarts(void **state)
{
    struct scene *s = *state;
    struct alarm a, b;

    start(s);
    read_level(s, 9, 3);
    expect_open(s, 0, ALARM_NORMAL, &a);
    read_level(s, 12, 8);
    expect_open(s, 1, ALARM_UNACKNOWLEDGED, &a);
    assert_string_equal(a.name, "high");
    assert_int_equal(alarm_state(&a), ALARM_UNACKNOWLEDGED);
    assert_true(a.value == 12 && a.limit == 10);

    slice_end(s->slice, false);
    start(s);
    expect_open(s, 1, ALARM_UNACKNOWLEDGED, &b);
    check_same(&a, &b);
    assert_int_equal(act(s, ALARM_ACKNOWLEDGE, a.id, "ack-1"), ERR_NONE);
    assert_false(s->known);
    assert_int_equal(act(s, ALARM_ACKNOWLEDGE, a.id, "ack-2"), ERR_STATE);
    assert_int_equal(act(s, ALARM_SHELVE, a.id, "shelf-1"), ERR_NONE);
    expect_open(s, 1, ALARM_SHELVED, &a);
    assert_int_equal(alarm_state(&a), ALARM_SHELVED);

    slice_end(s->slice, true);
    start(s);
    expect_open(s, 1, ALARM_SHELVED, &b);
    check_same(&a, &b);
    assert_int_equal(act(s, ALARM_ACKNOWLEDGE, a.id, "ack-1"), ERR_NONE);
    assert_true(s->known);
    assert_int_equal(act(s, ALARM_RESET, a.id, "ack-1"), ERR_STATE);
    pass(s, 5000); /* silence ends nothing */
    expect_open(s, 1, ALARM_SHELVED, &a);
    read_level(s, 5, 3);
    expect_open(s, 1, ALARM_SHELVED, &a); /* over and seen, on its shelf */
    pass(s, CLOCK_HOUR_MS);
    expect_open(s, 0, ALARM_NORMAL, &a);
    slice_end(s->slice, true);
}

static void a_delay_goes_on_after_a_stop_where_it_was(void **state)
{
    struct scene *s = *state;
    struct alarm a;

    start(s);
    read_level(s, 9, 2);
    read_level(s, 12, 3);
    slice_end(s->slice, true);
    fake_clock_advance(&s->ground.clock, 60000);
    start(s);
    expect_open(s, 0, ALARM_NORMAL, &a);
    read_level(s, 12, 1);
    expect_open(s, 0, ALARM_NORMAL, &a); /* what passed while it was off is not counted */
    read_level(s, 12, 4);
    expect_open(s, 1, ALARM_UNACKNOWLEDGED, &a);
    slice_end(s->slice, true);
}

/* A node that records something each second is no less careful. */
static void a_delay_goes_on_after_a_kill_but_for_ten_seconds(void **state)
{
    struct scene *s = *state;
    struct alarm a;

    start(s);
    read_door(s, 5, 2);
    read_door(s, 12, 50);
    slice_end(s->slice, false);
    start(s);
    read_door(s, 12, 8);
    expect_open(s, 0, ALARM_NORMAL, &a);
    read_door(s, 12, 14);
    expect_open(s, 1, ALARM_UNACKNOWLEDGED, &a);
    assert_string_equal(a.name, "slow");
    slice_end(s->slice, true);
}

static void a_delay_that_was_broken_off_before_a_kill_does_not_go_on_after_it(void **state)
{
    struct scene *s = *state;
    struct alarm a;

    start(s);
    for (int held = 45; held < 59; held++) {
        read_door(s, 12, held);
        read_door(s, 5, 12);
        slice_end(s->slice, false);
        start(s);
        read_door(s, 12, 47);
        read_door(s, 5, 12);
    }
    slice_end(s->slice, true);
    start(s); /* one that began would be open, unseen */
    expect_open(s, 0, ALARM_NORMAL, &a);
    slice_end(s->slice, true);
}

static void what_was_kept_before_a_kill_begins_and_ends_no_alarm(void **state)
{
    struct scene *s = *state;
    struct alarm a;

    start(s);
    read_level(s, 12, 8);
    read_level(s, 5, 3);
    expect_open(s, 1, ALARM_RETURNED, &a);
    read_level(s, 9, 297);
    read_level(s, 12, 2); /* kept, after 300 s */
    read_level(s, 9, 30); /* within the deadband: not kept */
    slice_end(s->slice, false);
    start(s);
    pass(s, 8000);
    assert_int_equal(act(s, ALARM_ACKNOWLEDGE, a.id, "ack-1"), ERR_NONE);
    assert_int_equal(s->is.core, ALARM_NORMAL); /* it was over */
    assert_int_equal(s->is.times, 1);
    slice_end(s->slice, true);
}

static void another_configuration_retires_what_its_rules_are_not(void **state)
{
    struct scene *s = *state;
    struct alarm a;

    start(s);
    read_level(s, 9, 1);
    read_level(s, 20, 7);
    expect_open(s, 1, ALARM_UNACKNOWLEDGED, &a);
    slice_end(s->slice, false);
    s->slice = slice_start(s->ground.folder, &s->other, &s->ground.clock);
    expect_open(s, 0, ALARM_NORMAL, &a);
    read_level(s, 20, 7); /* it holds by the new rule, too: another alarm */
    expect_open(s, 1, ALARM_UNACKNOWLEDGED, &a);
    assert_true(a.limit == 11);
    slice_end(s->slice, true);
}

struct steps {
    unsigned alarms, readings;
    struct alarm_step last;
};

static enum err look(void *ctx, const struct lane_entry *e)
{
    struct steps *t = ctx;
    struct body_reader r;
    struct stored_reading reading;
    struct event event;
    enum body_item item;

    body_read(&r, e->body, e->len);
    while (body_next(&r, &item, &reading, &event) == ERR_NONE && item != BODY_END) {
        t->readings += item == BODY_READING;
        if (item == BODY_ALARM) {
            t->alarms++;
            t->last = r.alarm;
        }
    }
    return ERR_NONE;
}

static void each_step_is_delivered_with_its_evidence(void **state)
{
    struct scene *s = *state;
    struct lanes_port lanes;
    struct steps steps = { 0 };
    struct fault why;
    struct alarm a;

    start(s);
    read_level(s, 9, 1);
    read_level(s, 12, 8); /* within the deadband: only the rule wants it */
    expect_open(s, 1, ALARM_UNACKNOWLEDGED, &a);
    read_level(s, 8, 2);
    expect_open(s, 1, ALARM_RETURNED, &a);
    assert_int_equal(act(s, ALARM_ACKNOWLEDGE, a.id, "ack-1"), ERR_NONE);
    expect_open(s, 0, ALARM_NORMAL, &a);
    lanes = journal_lanes(s->slice.journal);
    assert_int_equal(lanes.read(lanes.self, LANE_EVENTS, 0, 1 << 20, look, &steps, &why), ERR_NONE);
    assert_int_equal(steps.alarms, 3);
    assert_int_equal(steps.last.event, ALARM_ACKNOWLEDGE);
    assert_string_equal(steps.last.who, "lan");
    assert_int_equal(steps.last.alarm.end, ALARM_ENDED);
    assert_int_equal(lanes.read(lanes.self, LANE_LIVE, 0, 1 << 20, look, &steps, &why), ERR_NONE);
    assert_true(steps.readings >= 4); /* the first; what ended it and the one before */
    slice_end(s->slice, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_alarm_is_acknowledged_and_shelved_over_restarts, make_world,
                                        end_world),
        cmocka_unit_test_setup_teardown(a_delay_goes_on_after_a_stop_where_it_was, make_world, end_world),
        cmocka_unit_test_setup_teardown(a_delay_goes_on_after_a_kill_but_for_ten_seconds, make_world,
                                        end_world),
        cmocka_unit_test_setup_teardown(a_delay_that_was_broken_off_before_a_kill_does_not_go_on_after_it,
                                        make_world, end_world),
        cmocka_unit_test_setup_teardown(what_was_kept_before_a_kill_begins_and_ends_no_alarm, make_world,
                                        end_world),
        cmocka_unit_test_setup_teardown(another_configuration_retires_what_its_rules_are_not, make_world,
                                        end_world),
        cmocka_unit_test_setup_teardown(each_step_is_delivered_with_its_evidence, make_world, end_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
