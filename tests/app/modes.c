/* Modes go through the pipeline and its journal: who is in one stays in it over a restart, and one that
 * somebody forgot ends by itself. */
#include "judge/verdict.h"
#include "mode_book.h"
#include "model/lane.h"
#include "pipeline.h"
#include "seal/seal.h"
#include "slice.h"
#include "unit.h"
#include <math.h>

enum { CHLORINE, DOOR, POINTS };

struct scene {
    struct ground ground;
    struct slice slice;
    unsigned answers;
    enum err code;
    bool known;
    struct mode is;
    struct fault why;
    size_t begun, ended; /* events in the journal */
};

static int add_rule(struct catalogue *c, uint32_t point, const char *id, enum rule_kind kind,
                    enum stake stake)
{
    struct rule r = { .key = seal_key63(id),
                      .point = point,
                      .other = NO_INDEX,
                      .cause = NO_INDEX,
                      .kind = (uint8_t)kind,
                      .severity = SEVERITY_HIGH,
                      .stake = (uint8_t)stake,
                      .n = 1,
                      .limit = kind == RULE_LOW ? 0.2 : 1,
                      .low = NAN };

    (void)snprintf(r.id, sizeof r.id, "%s", id);
    return catalogue_add_rule(c, &r, NULL) == ERR_NONE ? 0 : -1;
}

static int make_world(void **state)
{
    static const struct point RULES[POINTS] = {
        { .id = "chlorine", .device = "probe", .revision = 1, .every_ms = 1000, .heartbeat_ms = 300000 },
        { .id = "door", .device = "plc", .revision = 2, .every_ms = 1000, .heartbeat_ms = 300000 },
    };
    struct scene *s = calloc(1, sizeof *s);

    *state = s;
    if (s == NULL || !ground_make(&s->ground))
        return -1;
    for (size_t i = 0; i < POINTS; i++)
        if (catalogue_add_point(&s->ground.catalogue, &RULES[i], NULL) != ERR_NONE)
            return -1;
    if (add_rule(&s->ground.catalogue, CHLORINE, "low", RULE_LOW, STAKE_HEALTH) != 0 ||
        add_rule(&s->ground.catalogue, DOOR, "open", RULE_CONTACT, STAKE_SECURITY) != 0)
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
    s->slice = slice_on(&s->ground);
}

static void read_both(struct scene *s, double chlorine, double door, int seconds)
{
    for (int i = 0; i < seconds; i++) {
        struct message m = { .kind = MESSAGE_READINGS, .count = 2, .revisions = { 1, 2 } };
        m.readings[0] = reading_good(CHLORINE, s->ground.clock.now.wall, chlorine);
        m.readings[1] = reading_good(DOOR, s->ground.clock.now.wall, door);
        pipeline_put(s->slice.pipeline, &m);
        for (int k = 0; k < 2; k++) {
            fake_clock_advance(&s->ground.clock, 500);
            (void)pipeline_step(s->slice.pipeline, 0);
        }
    }
}

/* Waits for the disk. */
static void expect_alarms(struct scene *s, size_t n, enum alarm_state newest)
{
    for (int i = 0; i < 10000; i++) {
        struct alarm_list *l = pipeline_alarms(s->slice.pipeline);
        bool so = l != NULL && l->count == n && (n == 0 || alarm_state(&l->items[0]) == newest);
        alarm_list_drop(l);
        if (so)
            return;
        (void)pipeline_step(s->slice.pipeline, 1);
    }
    fail_msg("there are not %zu open alarms, the newest %s", n, ALARM_STATES[newest]);
}

/* Likewise: the newest is in that state. */
static struct mode expect_mode(struct scene *s, enum mode_end how)
{
    struct mode m;

    for (int i = 0; i < 10000; i++) {
        if (pipeline_modes(s->slice.pipeline, &m, 1) == 1 && m.end == how)
            return m;
        (void)pipeline_step(s->slice.pipeline, 1);
    }
    fail_msg("the mode is not %s", MODE_ENDS[how]);
    return m;
}

static void answered(void *self, enum err code, bool known, const struct mode *is, const struct fault *why)
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

static enum err wants(struct scene *s, const struct mode_act *act)
{
    const struct message_mode m = {
        .act = *act, .by = { .kind = ACTOR_ACCOUNT, .name = "lan" }, .answer = answered, .self = s
    };
    unsigned before = s->answers;

    assert_int_equal(pipeline_mode(s->slice.pipeline, &m, NULL), ERR_NONE);
    for (int i = 0; i < 5000 && s->answers == before; i++)
        (void)pipeline_step(s->slice.pipeline, 1);
    assert_int_equal(s->answers, before + 1);
    return s->code;
}

static enum err begins(struct scene *s, enum mode_kind kind, const char *key, int64_t lasts_ms)
{
    struct mode_act a = { .mode = { .kind = (uint8_t)kind,
                                    .place = MODE_AT_DEVICE,
                                    .subject = "probe",
                                    .until = { s->ground.clock.now.wall.ms + lasts_ms },
                                    .who = "lan",
                                    .why = "hiệu chuẩn đầu đo" } };

    (void)snprintf(a.mode.key, sizeof a.mode.key, "%s", key);
    return wants(s, &a);
}

static enum err ends(struct scene *s, uint64_t id, const char *key)
{
    struct mode_act a = { .ends = true, .mode = { .id = id, .ended_by = "hùng" } };

    (void)snprintf(a.mode.end_key, sizeof a.mode.end_key, "%s", key);
    return wants(s, &a);
}

static enum err count_entry(void *ctx, const struct lane_entry *entry)
{
    struct scene *s = ctx;
    struct body_reader r;
    struct stored_reading reading;
    struct event event;
    enum body_item item;

    body_read(&r, entry->body, entry->len);
    while (body_next(&r, &item, &reading, &event) == ERR_NONE && item != BODY_END) {
        if (item == BODY_EVENT && event.kind == EVENT_MODE)
            s->ended += strstr(event.text, "ended by") != NULL;
        if (item == BODY_MODE)
            s->begun += r.mode.end == MODE_OPEN;
    }
    return ERR_NONE;
}

static void look_into_the_journal(struct scene *s)
{
    struct lanes_port lanes = journal_lanes(s->slice.journal);
    struct fault why;

    s->begun = s->ended = 0;
    for (int l = LANE_EVENTS; l < LANE_END; l++)
        assert_int_equal(lanes.read(lanes.self, (enum lane)l, 0, 64 << 20, count_entry, s, &why), ERR_NONE);
}

/* A sensor in a standard solution shows nothing of the water; a door speaks on. */
static void a_forgotten_calibration_ends_by_itself_and_the_alarm_comes(void **state)
{
    struct scene *s = *state;
    struct mode m;

    start(s);
    read_both(s, 0.5, 0, 5);
    assert_int_equal(begins(s, MODE_CALIBRATION, "cal-1", CLOCK_HOUR_MS), ERR_NONE);
    assert_false(s->known);
    read_both(s, 0, 0, 5);
    expect_alarms(s, 0, ALARM_NORMAL);
    read_both(s, 0, 1, 2);
    expect_alarms(s, 1, ALARM_UNACKNOWLEDGED); /* the door */
    m = expect_mode(s, MODE_OPEN);
    slice_end(s->slice, false);

    start(s);
    assert_int_equal(expect_mode(s, MODE_OPEN).until.ms, m.until.ms);
    read_both(s, 0, 1, 1800);
    expect_alarms(s, 1, ALARM_UNACKNOWLEDGED);
    slice_end(s->slice, true);
    start(s);
    read_both(s, 0, 1, 1800);
    m = expect_mode(s, MODE_RAN_OUT);
    assert_int_equal(m.ended.ms, m.until.ms);
    expect_alarms(s, 2, ALARM_UNACKNOWLEDGED);
    assert_int_equal(begins(s, MODE_CALIBRATION, "cal-1", CLOCK_HOUR_MS), ERR_STATE); /* another end */
    slice_end(s->slice, true);
    start(s);
    look_into_the_journal(s);
    assert_int_equal(s->begun, 1);
    assert_int_equal(s->ended, 1);
    slice_end(s->slice, true);
}

static void an_alarm_open_before_stays_open_under_its_mode(void **state)
{
    struct scene *s = *state;
    uint64_t id;

    start(s);
    read_both(s, 0, 0, 3);
    expect_alarms(s, 1, ALARM_UNACKNOWLEDGED);
    assert_int_equal(begins(s, MODE_MAINTENANCE, "m-1", CLOCK_HOUR_MS), ERR_NONE);
    id = s->is.id;
    read_both(s, 0.5, 0, 3);
    expect_alarms(s, 1, ALARM_SUPPRESSED);
    assert_int_equal(begins(s, MODE_OUT_OF_SERVICE, "o-1", CLOCK_HOUR_MS), ERR_NONE);
    read_both(s, 0.5, 0, 3);
    expect_alarms(s, 1, ALARM_OUT_OF_SERVICE);
    assert_int_equal(ends(s, s->is.id, "o-2"), ERR_NONE);
    read_both(s, 0.5, 0, 3);
    expect_alarms(s, 1, ALARM_SUPPRESSED);
    slice_end(s->slice, false);
    start(s);
    read_both(s, 0, 0, 3);
    expect_alarms(s, 1, ALARM_SUPPRESSED);
    assert_int_equal(ends(s, id, "m-2"), ERR_NONE);
    assert_int_equal(ends(s, id, "m-2"), ERR_NONE);
    assert_true(s->known);
    read_both(s, 0, 0, 3);
    expect_alarms(s, 1, ALARM_UNACKNOWLEDGED);
    read_both(s, 0.5, 0, 3);
    expect_alarms(s, 1, ALARM_RETURNED);
    slice_end(s->slice, true);
}

static void what_is_refused_leaves_nothing(void **state)
{
    struct scene *s = *state;

    start(s);
    assert_int_equal(begins(s, MODE_MAINTENANCE, "m-1", 9LL * CLOCK_HOUR_MS), ERR_DENIED);
    assert_int_equal(begins(s, MODE_MAINTENANCE, "m-1", -1), ERR_RANGE);
    assert_int_equal(ends(s, 12345, "m-2"), ERR_MISSING);
    slice_end(s->slice, true);
    start(s);
    look_into_the_journal(s);
    assert_int_equal(s->begun + s->ended, 0);
    slice_end(s->slice, true);
}

static uint8_t verdict_at(const struct mode_book *b, const struct scene *s, uint32_t point, int64_t at)
{
    const struct reading r = reading_good(point, (struct wall){ at }, 0);

    return mode_book_verdict(b, &s->ground.catalogue, &r, VERDICT_OUTSIDE);
}

/* What is said in a standard solution is counted as not judged, from its first sample to its last. */
static void verdicts_of_samples_follow_the_modes_of_their_time(void **state)
{
    struct scene *s = *state;
    struct mode_book *b = mode_book_new();
    struct mode_act a = { .mode = { .kind = MODE_CALIBRATION,
                                    .place = MODE_AT_POINT,
                                    .subject = "chlorine",
                                    .until = { 60000 },
                                    .key = "k",
                                    .why = "x" } };
    struct mode is;
    struct fault why;
    bool known;

    assert_int_equal(mode_book_works_by(b, &s->ground.catalogue), ERR_NONE);
    assert_int_equal(mode_book_act(b, &a, (struct wall){ 10000 }, &known, &is, &why), ERR_NONE);
    assert_true(mode_book_is_fresh(b, CHLORINE));
    assert_false(mode_book_is_fresh(b, CHLORINE));
    assert_false(mode_book_is_fresh(b, DOOR));
    assert_int_equal(verdict_at(b, s, CHLORINE, 9999), VERDICT_OUTSIDE);
    assert_int_equal(verdict_at(b, s, CHLORINE, 10000), VERDICT_NOT_JUDGED);
    assert_int_equal(verdict_at(b, s, DOOR, 10000), VERDICT_OUTSIDE);
    mode_book_recorded(b);
    assert_true(mode_book_tick(b, (struct wall){ 60500 }));
    assert_true(mode_book_is_fresh(b, CHLORINE));
    assert_int_equal(verdict_at(b, s, CHLORINE, 59999), VERDICT_NOT_JUDGED);
    assert_int_equal(verdict_at(b, s, CHLORINE, 60000), VERDICT_OUTSIDE);
    {
        struct catalogue smaller;
        catalogue_init(&smaller);
        assert_int_equal(mode_book_works_by(b, &smaller), ERR_NONE); /* readings of the other are told yet */
        assert_int_equal(verdict_at(b, s, DOOR, 59999), VERDICT_OUTSIDE);
        assert_int_equal(verdict_at(b, s, CHLORINE, 59999), VERDICT_NOT_JUDGED);
        assert_int_equal(mode_book_works_by(b, &s->ground.catalogue), ERR_NONE);
        catalogue_clear(&smaller);
    }
    mode_book_undo(b); /* the record of the act did not go out after all */
    assert_int_equal(mode_book_sets(b)[CHLORINE], 0);
    assert_int_equal(mode_book_modes(b)->count, 0);
    mode_book_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_forgotten_calibration_ends_by_itself_and_the_alarm_comes,
                                        make_world, end_world),
        cmocka_unit_test_setup_teardown(an_alarm_open_before_stays_open_under_its_mode, make_world,
                                        end_world),
        cmocka_unit_test_setup_teardown(verdicts_of_samples_follow_the_modes_of_their_time, make_world,
                                        end_world),
        cmocka_unit_test_setup_teardown(what_is_refused_leaves_nothing, make_world, end_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
