/* What people tell goes through the pipeline: decided, durable, answered once, known again after a restart.
 */
#include "double/fake_line.h"
#include "pipeline.h"
#include "slice.h"
#include "unit.h"
#include <math.h>

enum { WELL, METER, TAP, POINTS };

struct scene {
    struct ground ground;
    struct journal *journal;
    struct pipeline *pipeline;
    unsigned answers;
    enum err code;
    bool known;
    struct hand is;
    struct fault why;
};

static int make_world(void **state)
{
    static const struct point RULES[POINTS] = {
        { .id = "well", .revision = 1, .manual = true, .low = 0, .high = 10 },
        { .id = "meter",
          .revision = 2,
          .every_ms = 5000,
          .heartbeat_ms = 300000,
          .total_max_flow = 60,
          .total_wraps_at = 10000 },
        { .id = "tap", .revision = 3, .every_ms = 5000, .heartbeat_ms = 300000 },
    };
    static const struct rule SERVICED = { .key = 5,
                                          .id = "hours",
                                          .point = TAP,
                                          .other = NO_INDEX,
                                          .cause = NO_INDEX,
                                          .text = NO_INDEX,
                                          .kind = RULE_RUN_HOURS,
                                          .n = 1,
                                          .limit = 500,
                                          .low = NAN };
    struct scene *s = calloc(1, sizeof *s);

    *state = s;
    if (s == NULL || !ground_make(&s->ground))
        return -1;
    for (size_t i = 0; i < POINTS; i++)
        if (catalogue_add_point(&s->ground.catalogue, &RULES[i], NULL) != ERR_NONE)
            return -1;
    if (catalogue_add_rule(&s->ground.catalogue, &SERVICED, NULL) != ERR_NONE)
        return -1;
    return catalogue_seal(&s->ground.catalogue, NULL) == ERR_NONE ? 0 : -1;
}

static int end_world(void **state)
{
    struct scene *s = *state;
    int rc = ground_clear(&s->ground);

    free(s);
    return rc;
}

static void start(struct scene *s)
{
    struct slice slice = slice_on(&s->ground);

    s->journal = slice.journal;
    s->pipeline = slice.pipeline;
}

static void end(struct scene *s, bool cleanly)
{
    slice_end((struct slice){ s->journal, s->pipeline }, cleanly);
}

static void answered(void *self, enum err code, bool known, const struct hand *is, const struct fault *why)
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

static struct hand reading(const struct scene *s, uint32_t point, const char *key, double value)
{
    struct hand h = { .kind = HAND_READING,
                      .point = s->ground.catalogue.points[point].key,
                      .at = { s->ground.clock.now.wall.ms - CLOCK_HOUR_MS },
                      .value = value,
                      .old_end = NAN,
                      .who = "Lò Thị Hoa",
                      .note = "thước đo mới" };

    (void)snprintf(h.key, sizeof h.key, "%s", key);
    return h;
}

/* Tells it and waits for the disk. */
static enum err tell(struct scene *s, const struct hand *h)
{
    const struct message_hand m = { *h, { .kind = ACTOR_ACCOUNT, .name = "lan" }, answered, s };
    unsigned before = s->answers;

    assert_int_equal(pipeline_tell(s->pipeline, &m, NULL), ERR_NONE);
    for (int i = 0; i < 20000 && s->answers == before; i++) {
        fake_clock_advance(&s->ground.clock, 1);
        (void)pipeline_step(s->pipeline, 1);
    }
    assert_int_equal(s->answers, before + 1);
    return s->code;
}

static struct reading shown(struct scene *s, uint32_t point)
{
    struct reading r;
    struct snapshot *p;

    for (int i = 0; i < 200; i++) {
        fake_clock_advance(&s->ground.clock, 10);
        (void)pipeline_step(s->pipeline, 1);
    }
    p = pipeline_snapshot(s->pipeline);
    assert_non_null(p);
    r = snapshot_point(p, point)->reading;
    snapshot_drop(p);
    return r;
}

static void a_reading_is_answered_when_it_is_durable_and_shown(void **state)
{
    struct scene *s = *state;
    struct hand h = reading(s, WELL, "k-1", 4.2), told[8];

    start(s);
    assert_int_equal(tell(s, &h), ERR_NONE);
    assert_false(s->known);
    assert_true(hand_same(&h, &s->is));
    assert_int_equal(s->is.quality, QUALITY_GOOD);
    assert_true(s->is.entered.ms > h.at.ms);
    assert_true(shown(s, WELL).value == 4.2);
    assert_int_equal(shown(s, WELL).at.ms, h.at.ms);
    h = reading(s, WELL, "k-2", 44); /* a slip of the pen, perhaps: it stays, uncertain */
    h.at.ms++;
    assert_int_equal(tell(s, &h), ERR_NONE);
    assert_int_equal(shown(s, WELL).reason, REASON_IMPLAUSIBLE);
    h = reading(s, WELL, "k-0", 4); /* found in a drawer */
    h.at.ms -= CLOCK_DAY_MS;
    assert_int_equal(tell(s, &h), ERR_NONE);
    assert_true(shown(s, WELL).value == 44);
    assert_int_equal(pipeline_told(s->pipeline, HAND_READING, 0, told, 8), 3);
    assert_string_equal(told[0].key, "k-0");
    assert_string_equal(told[2].key, "k-1");
    assert_int_equal(pipeline_told(s->pipeline, HAND_EXCHANGE, 0, told, 8), 0);
    assert_int_equal(pipeline_told(s->pipeline, 0, s->ground.catalogue.points[METER].key, told, 8), 0);
    end(s, true);
}

static void told_twice_is_told_once_also_after_a_kill(void **state)
{
    struct scene *s = *state;
    struct hand h = reading(s, WELL, "k-1", 4.2), told[8];

    start(s);
    assert_int_equal(tell(s, &h), ERR_NONE);
    end(s, false);
    start(s);
    assert_true(shown(s, WELL).value == 4.2);
    assert_int_equal(tell(s, &h), ERR_NONE);
    assert_true(s->known);
    assert_int_equal(pipeline_told(s->pipeline, 0, 0, told, 8), 1);
    h.value = 4.3;
    assert_int_equal(tell(s, &h), ERR_STATE);
    end(s, true);
    start(s);
    assert_true(shown(s, WELL).value == 4.2); /* a stop is nothing to what people read */
    assert_int_equal(shown(s, WELL).quality, QUALITY_GOOD);
    end(s, true);
}

static void what_cannot_be_is_refused_with_a_sentence(void **state)
{
    struct scene *s = *state;
    struct hand h;

    start(s);
    h = reading(s, TAP, "k", 1);
    assert_int_equal(tell(s, &h), ERR_RANGE);
    assert_non_null(strstr(s->why.text, "read from a device"));
    h = reading(s, WELL, "k", 1);
    h.at.ms = s->ground.clock.now.wall.ms + CLOCK_HOUR_MS;
    assert_int_equal(tell(s, &h), ERR_RANGE);
    h = reading(s, WELL, "k", 1);
    h.point = 77;
    assert_int_equal(tell(s, &h), ERR_MISSING);
    h = reading(s, TAP, "k", 1);
    h.kind = HAND_EXCHANGE;
    h.old_end = 5;
    assert_int_equal(tell(s, &h), ERR_RANGE);
    assert_non_null(strstr(s->why.text, "no counter"));
    h = reading(s, METER, "k", 0);
    h.kind = HAND_EXCHANGE;
    h.old_end = 10000;
    assert_int_equal(tell(s, &h), ERR_RANGE);
    assert_non_null(strstr(s->why.text, "cannot show 10000"));
    end(s, true);
}

static enum reason meter_shows(struct scene *s, double value)
{
    struct message m = { .kind = MESSAGE_READINGS, .count = 1, .revisions = { 2 } };

    m.readings[0] = reading_good(METER, s->ground.clock.now.wall, value);
    pipeline_put(s->pipeline, &m);
    return (enum reason)shown(s, METER).reason;
}

static void a_new_meter_that_was_told_is_not_doubted(void **state)
{
    struct scene *s = *state;
    struct hand h;

    start(s);
    assert_int_equal(meter_shows(s, 5000), REASON_NONE);
    h = reading(s, METER, "x", 12);
    h.kind = HAND_EXCHANGE;
    h.old_end = 5000;
    h.at = s->ground.clock.now.wall;
    assert_int_equal(tell(s, &h), ERR_NONE);
    end(s, false); /* and a kill does not forget it */
    start(s);
    assert_int_equal(meter_shows(s, 12), REASON_NONE);
    assert_int_equal(meter_shows(s, 900), REASON_IMPLAUSIBLE);
    end(s, true);
}

static enum reason tap_shows(struct scene *s, double value)
{
    struct message m = { .kind = MESSAGE_READINGS, .count = 1, .revisions = { 3 } };

    m.readings[0] = reading_good(TAP, s->ground.clock.now.wall, value);
    pipeline_put(s->pipeline, &m);
    return (enum reason)shown(s, TAP).reason;
}

static void a_forced_value_outlives_a_kill_and_ends(void **state)
{
    struct scene *s = *state;
    struct hand h, told[8];

    start(s);
    assert_int_equal(tap_shows(s, 2), REASON_NONE);
    h = reading(s, TAP, "f-1", 9);
    h.kind = HAND_FORCE;
    h.at.ms = s->ground.clock.now.wall.ms + CLOCK_HOUR_MS;
    assert_int_equal(tell(s, &h), ERR_NONE);
    assert_int_equal(tap_shows(s, 3), REASON_FORCED);
    end(s, false);
    start(s);
    assert_true(shown(s, TAP).value == 9);
    assert_int_equal(tell(s, &h), ERR_NONE);
    assert_true(s->known);
    assert_int_equal(pipeline_told(s->pipeline, HAND_FORCE, s->ground.catalogue.points[TAP].key, told, 8), 1);
    assert_int_equal(told[0].at.ms, h.at.ms);
    fake_clock_advance(&s->ground.clock, CLOCK_HOUR_MS);
    assert_int_equal(tap_shows(s, 4), REASON_NONE);
    assert_true(shown(s, TAP).value == 4);
    end(s, true);
}

static void a_forced_value_is_released_once(void **state)
{
    struct scene *s = *state;
    struct hand h;

    start(s);
    h = reading(s, TAP, "f-1", 9);
    h.kind = HAND_FORCE;
    h.at.ms = s->ground.clock.now.wall.ms + CLOCK_HOUR_MS;
    assert_int_equal(tell(s, &h), ERR_NONE);
    h = reading(s, TAP, "f-2", NAN);
    h.kind = HAND_RELEASE;
    assert_int_equal(tell(s, &h), ERR_NONE);
    assert_false(s->known);
    assert_int_equal(tap_shows(s, 3), REASON_NONE);
    h.at.ms++;
    assert_int_equal(tell(s, &h), ERR_NONE); /* its answer was lost */
    assert_true(s->known);
    (void)snprintf(h.key, sizeof h.key, "f-3");
    assert_int_equal(tell(s, &h), ERR_RANGE);
    assert_non_null(strstr(s->why.text, "no value is set by hand"));
    end(s, true);
}

/* ---- services ---- */

static struct hand service(const struct scene *s, uint32_t point, const char *key, double counter)
{
    struct hand h = reading(s, point, key, counter);

    h.kind = HAND_SERVICE;
    return h;
}

static size_t open_alarms(struct scene *s)
{
    struct alarm_list *l;
    size_t n = 0;

    l = pipeline_alarms(s->pipeline);
    for (size_t i = 0; l != NULL && i < l->count; i++)
        n += alarm_is_live(&l->items[i]);
    alarm_list_drop(l);
    return n;
}

static void a_service_ends_what_was_due_and_outlives_a_kill(void **state)
{
    struct scene *s = *state;
    struct hand h = service(s, TAP, "service-1", 520), told[4];

    start(s);
    assert_int_equal(tap_shows(s, 530), REASON_NONE);
    assert_int_equal(open_alarms(s), 1);
    assert_int_equal(tell(s, &h), ERR_NONE);
    assert_int_equal(tap_shows(s, 531), REASON_NONE);
    assert_int_equal(open_alarms(s), 0);
    end(s, false);
    start(s);
    assert_int_equal(tap_shows(s, 1019), REASON_NONE);
    assert_int_equal(open_alarms(s), 0);
    assert_int_equal(pipeline_told(s->pipeline, HAND_SERVICE, h.point, told, 4), 1);
    assert_true(told[0].value == 520);
    assert_int_equal(tell(s, &h), ERR_NONE);
    assert_true(s->known);
    assert_int_equal(tap_shows(s, 1020), REASON_NONE);
    assert_int_equal(open_alarms(s), 1);
    end(s, true);
}

static void a_service_that_cannot_be_is_refused(void **state)
{
    struct scene *s = *state;
    struct hand h = service(s, METER, "service-1", 520);

    start(s);
    assert_int_equal(tell(s, &h), ERR_RANGE); /* no rule counts there */
    h = service(s, TAP, "service-2", -1);
    assert_int_equal(tell(s, &h), ERR_RANGE);
    h = service(s, TAP, "service-3", 1);
    h.note[0] = '\0';
    assert_int_equal(tell(s, &h), ERR_RANGE);
    h = service(s, TAP, "service-4", 520);
    assert_int_equal(tell(s, &h), ERR_NONE);
    h = service(s, TAP, "service-5", 510);
    h.at.ms -= CLOCK_DAY_MS; /* before the last one */
    assert_int_equal(tell(s, &h), ERR_RANGE);
    end(s, true);
}

/* The oldest are forgotten, but not the service that a counter goes on from. */
static void what_a_counter_goes_on_from_is_never_forgotten(void **state)
{
    struct scene *s = *state;
    struct hand_book *b = hand_book_new();
    struct hand forgotten;
    char key[16];

    assert_non_null(b);
    for (int i = 0; i < 3 * HAND_BOOK_MAX; i++) {
        struct hand h = reading(s, WELL, "", 1);
        (void)snprintf(key, sizeof key, "k-%d", i);
        if (i < 2)
            h = service(s, TAP, "", i);
        (void)snprintf(h.key, sizeof h.key, "%s", key);
        if (hand_book_add(b, &h, &forgotten))
            assert_string_not_equal(forgotten.key, "k-1");
    }
    assert_null(hand_book_find(b, "k-0"));
    assert_true(hand_book_service(b, s->ground.catalogue.points[TAP].key)->value == 1);
    assert_null(hand_book_service(b, s->ground.catalogue.points[METER].key));
    assert_int_equal(hand_book_count(b), HAND_BOOK_MAX);
    hand_book_free(b);
}

int main(void)
{
#define TOLD_TEST(f) cmocka_unit_test_setup_teardown(f, make_world, end_world)
    const struct CMUnitTest tests[] = {
        TOLD_TEST(a_reading_is_answered_when_it_is_durable_and_shown),
        TOLD_TEST(told_twice_is_told_once_also_after_a_kill),
        TOLD_TEST(what_cannot_be_is_refused_with_a_sentence),
        TOLD_TEST(a_new_meter_that_was_told_is_not_doubted),
        TOLD_TEST(a_forced_value_outlives_a_kill_and_ends),
        TOLD_TEST(a_forced_value_is_released_once),
        TOLD_TEST(a_service_ends_what_was_due_and_outlives_a_kill),
        TOLD_TEST(a_service_that_cannot_be_is_refused),
        TOLD_TEST(what_a_counter_goes_on_from_is_never_forgotten),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
