/* Whoever is answered finds what they did: in the very moment of the answer, and whatever the disk does. */
#include <math.h>

#include "model/lane.h"
#include "pipeline.h"
#include "seal/seal.h"
#include "slice.h"
#include "unit.h"

enum { LEVEL, POINTS, ROUNDS = 20 };

struct scene {
    struct ground ground;
    struct slice slice;
    unsigned answers, unseen, notes, stumbles;
    struct mode mode;
    struct alarm alarm;
};

static int fill(struct catalogue *c)
{
    const struct site site = { .id = "plant" };
    const struct point level = {
        .id = "level", .device = "probe", .revision = 1, .every_ms = 1000, .heartbeat_ms = 300000
    };
    const struct rule high = { .key = seal_key63("high"),
                               .id = "high",
                               .point = LEVEL,
                               .other = NO_INDEX,
                               .cause = NO_INDEX,
                               .kind = RULE_HIGH,
                               .severity = SEVERITY_HIGH,
                               .n = 1,
                               .limit = 10,
                               .low = NAN };

    if (catalogue_add_site(c, &site, NULL) != ERR_NONE || catalogue_add_point(c, &level, NULL) != ERR_NONE ||
        catalogue_add_rule(c, &high, NULL) != ERR_NONE)
        return -1;
    return catalogue_seal(c, NULL) == ERR_NONE ? 0 : -1;
}

static int make_world(void **state)
{
    struct scene *s = calloc(1, sizeof *s);

    *state = s;
    if (s == NULL || !ground_make(&s->ground) || fill(&s->ground.catalogue) != 0)
        return -1;
    s->slice = slice_on(&s->ground);
    return 0;
}

static int end_world(void **state)
{
    struct scene *s = *state;
    int rc;

    slice_end(s->slice, true);
    rc = ground_clear(&s->ground);
    free(s);
    return rc;
}

/* ---- the disk is between two records ---- */

/* What was recorded so far is durable. */
static void settle(struct scene *s)
{
    const struct journal_state nothing = { seal_key63("a test's own"), NULL, 0 };
    uint64_t seq;

    assert_int_equal(journal_append(s->slice.journal, NULL, 0, &nothing, 1, true, &seq, NULL), ERR_NONE);
    assert_int_equal(journal_wait(s->slice.journal, seq, 20000), ERR_NONE);
}

static void noted(void *self, enum err code, bool known, const struct shift_told *is, const struct fault *why)
{
    struct scene *s = self;
    struct shift_list *l = pipeline_shifts(s->slice.pipeline);
    bool found = false;

    (void)known;
    (void)why;
    assert_int_equal(code, ERR_NONE);
    for (size_t i = 0; l != NULL && i < l->entry_count; i++)
        found = found || l->entries[i].id == is->entry.id;
    s->answers++;
    s->unseen += !found;
    shift_list_drop(l);
}

/* An act that is refused is answered in the middle of a burst. */
static void stumbled(void *self, enum err code, bool known, const struct shift_told *is,
                     const struct fault *why)
{
    (void)known;
    (void)is;
    (void)why;
    assert_int_not_equal(code, ERR_NONE);
    ((struct scene *)self)->stumbles++;
    settle(self);
}

static void shift(struct scene *s, enum shift_kind kind, uint64_t of,
                  void (*answer)(void *self, enum err code, bool known, const struct shift_told *is,
                                 const struct fault *why))
{
    const struct actor by = { .kind = ACTOR_ACCOUNT, .name = "lan" };
    struct shift_act a = { .kind = (uint8_t)kind, .entry = { .shift = of, .who = "lan", .text = "xả cặn" } };

    (void)snprintf(a.entry.key, sizeof a.entry.key, "key-%u", ++s->notes);
    assert_int_equal(pipeline_shift(s->slice.pipeline, &a, &by, answer, s, NULL), ERR_NONE);
}

static void step_until(struct scene *s, unsigned answers)
{
    for (int i = 0; i < 5000 && s->answers < answers; i++)
        (void)pipeline_step(s->slice.pipeline, 1);
    assert_int_equal(s->answers, answers);
}

static void take_the_shift(struct scene *s)
{
    shift(s, SHIFT_TAKEN, 0, noted);
    step_until(s, 1);
}

/* One act waits in the inbox.  Its record is durable when another's is not: both are in one burst. */
static void one_round(struct scene *s)
{
    unsigned before = s->answers, stumbles = s->stumbles;

    shift(s, SHIFT_ACCEPTED, 77, stumbled); /* there is no such shift */
    shift(s, SHIFT_NOTE, 0, noted);
    step_until(s, before + 2);
    assert_int_equal(s->stumbles, stumbles + 1);
    fake_clock_advance(&s->ground.clock, 500);
}

/* ---- acts ---- */

static void a_note_in_the_log_is_shown_when_it_is_answered(void **state)
{
    struct scene *s = *state;

    take_the_shift(s);
    for (int i = 0; i < ROUNDS; i++) {
        shift(s, SHIFT_NOTE, 0, noted);
        one_round(s);
    }
    assert_int_equal(s->unseen, 0);
}

static void moded(void *self, enum err code, bool known, const struct mode *is, const struct fault *why)
{
    struct scene *s = self;
    struct mode list[4];
    size_t n = pipeline_modes(s->slice.pipeline, list, COUNT_OF(list));
    bool found = false;

    (void)known;
    (void)why;
    assert_int_equal(code, ERR_NONE);
    for (size_t i = 0; i < n; i++)
        found = found || (list[i].id == is->id && list[i].end == is->end);
    s->answers++;
    s->unseen += !found;
    s->mode = *is;
}

static void a_mode_is_shown_when_it_is_answered(void **state)
{
    struct scene *s = *state;

    take_the_shift(s);
    for (int i = 0; i < ROUNDS; i++) {
        struct message_mode m = { .by = { .kind = ACTOR_ACCOUNT, .name = "lan" },
                                  .answer = moded,
                                  .self = s };
        if (i % 2 == 0)
            m.act.mode = (struct mode){ .kind = MODE_CALIBRATION,
                                        .place = MODE_AT_DEVICE,
                                        .subject = "probe",
                                        .until = { s->ground.clock.now.wall.ms + CLOCK_HOUR_MS },
                                        .who = "lan",
                                        .why = "hiệu chuẩn đầu đo" };
        else
            m.act = (struct mode_act){ .ends = true, .mode = { .id = s->mode.id, .ended_by = "lan" } };
        (void)snprintf(i % 2 == 0 ? m.act.mode.key : m.act.mode.end_key, sizeof m.act.mode.key, "m-%d", i);
        assert_int_equal(pipeline_mode(s->slice.pipeline, &m, NULL), ERR_NONE);
        one_round(s);
    }
    assert_int_equal(s->unseen, 0);
}

static void called(void *self, enum err code, enum refusal refusal, bool known, struct incident_copy *is,
                   const struct fault *why)
{
    struct scene *s = self;
    struct incident_list *l = pipeline_incidents(s->slice.pipeline);
    bool found = false;

    (void)refusal;
    (void)known;
    (void)why;
    assert_int_equal(code, ERR_NONE);
    for (size_t i = 0; l != NULL && i < l->count; i++)
        found = found || (l->items[i]->is.id == is->is.id && l->items[i]->is.fact_count == is->is.fact_count);
    s->answers++;
    s->unseen += !found;
    incident_list_drop(l);
}

static void a_call_and_its_incident_are_shown_when_it_is_answered(void **state)
{
    struct scene *s = *state;

    take_the_shift(s);
    for (int i = 0; i < ROUNDS; i++) {
        struct message_incident m = { .act = { .kind = STEP_CALL,
                                               .source = CLOCK_PHONE,
                                               .class = CLASS_SERVICE_NETWORK,
                                               .who = "lan",
                                               .note = "mất nước",
                                               .site = "plant" },
                                      .by = { .kind = ACTOR_ACCOUNT, .name = "lan" },
                                      .answer = called,
                                      .self = s };
        m.act.claimed = s->ground.clock.now.wall;
        (void)snprintf(m.act.key, sizeof m.act.key, "call-%04d", i);
        assert_int_equal(pipeline_incident(s->slice.pipeline, &m, NULL), ERR_NONE);
        one_round(s);
    }
    assert_int_equal(s->unseen, 0);
}

static void shelved(void *self, enum err code, bool known, const struct alarm *is, const struct fault *why)
{
    struct scene *s = self;
    struct alarm_list *l = pipeline_alarms(s->slice.pipeline);

    (void)known;
    (void)why;
    assert_int_equal(code, ERR_NONE);
    assert_non_null(l);
    assert_int_equal(l->count, 1);
    s->answers++;
    s->unseen += alarm_state(&l->items[0]) != alarm_state(is);
    s->alarm = *is;
    alarm_list_drop(l);
}

/* Until the disk has it. */
static void raise_an_alarm(struct scene *s)
{
    struct message m = { .kind = MESSAGE_READINGS, .count = 1, .revisions = { 1 } };
    struct alarm_list *l = NULL;

    m.readings[0] = reading_good(LEVEL, s->ground.clock.now.wall, 12);
    pipeline_put(s->slice.pipeline, &m);
    for (int i = 0; i < 5000 && (l == NULL || l->count == 0); i++) {
        alarm_list_drop(l);
        (void)pipeline_step(s->slice.pipeline, 1);
        l = pipeline_alarms(s->slice.pipeline);
    }
    assert_non_null(l);
    assert_int_equal(l->count, 1);
    s->alarm = l->items[0];
    alarm_list_drop(l);
}

static void an_act_on_an_alarm_is_shown_when_it_is_answered(void **state)
{
    struct scene *s = *state;

    take_the_shift(s);
    raise_an_alarm(s);
    for (int i = 0; i < ROUNDS; i++) {
        struct message_alarm m = { .act = { .event = i % 2 == 0 ? ALARM_SHELVE : ALARM_UNSHELVE,
                                            .alarm = s->alarm.id,
                                            .who = "lan",
                                            .why = "đang sửa bơm" },
                                   .by = { .kind = ACTOR_ACCOUNT, .name = "lan" },
                                   .answer = shelved,
                                   .self = s };
        if (i % 2 == 0)
            m.act.until.ms = s->ground.clock.now.wall.ms + CLOCK_HOUR_MS;
        (void)snprintf(m.act.key, sizeof m.act.key, "shelf-%d", i);
        assert_int_equal(pipeline_alarm(s->slice.pipeline, &m, NULL), ERR_NONE);
        one_round(s);
    }
    assert_int_equal(s->unseen, 0);
}

static void prevented(void *self, enum err code, bool known, const struct prevention *is,
                      const struct fault *why)
{
    static struct prevention list[PREVENTION_MAX];
    struct scene *s = self;
    size_t n = pipeline_preventions(s->slice.pipeline, list, PREVENTION_MAX);
    bool found = false;

    (void)known;
    (void)why;
    assert_int_equal(code, ERR_NONE);
    for (size_t i = 0; i < n; i++)
        found = found || list[i].id == is->id;
    s->answers++;
    s->unseen += !found;
}

static void a_measure_is_shown_when_it_is_answered(void **state)
{
    struct scene *s = *state;

    take_the_shift(s);
    for (int i = 0; i < ROUNDS; i++) {
        struct message_prevention m = { .act = { .after = DAY_NONE,
                                                 .is = { .kind = PREVENTION_MEASURE,
                                                         .on = DAY_NONE,
                                                         .due = DAY_NONE,
                                                         .ended_on = DAY_NONE,
                                                         .site = "plant",
                                                         .who = "lan",
                                                         .responsible = "Hùng",
                                                         .what = "thay bơm" } },
                                        .answer = prevented,
                                        .self = s };
        struct fault why;
        (void)snprintf(m.act.is.key, sizeof m.act.is.key, "measure-%d", i);
        assert_int_equal(pipeline_prevention(s->slice.pipeline, &m, &why), ERR_NONE);
        one_round(s);
    }
    assert_int_equal(s->unseen, 0);
}

#define ANSWERED_TEST(test) cmocka_unit_test_setup_teardown(test, make_world, end_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ANSWERED_TEST(a_note_in_the_log_is_shown_when_it_is_answered),
        ANSWERED_TEST(a_mode_is_shown_when_it_is_answered),
        ANSWERED_TEST(a_call_and_its_incident_are_shown_when_it_is_answered),
        ANSWERED_TEST(an_act_on_an_alarm_is_shown_when_it_is_answered),
        ANSWERED_TEST(a_measure_is_shown_when_it_is_answered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
