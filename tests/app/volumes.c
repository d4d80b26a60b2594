/* A meter's rows become its days: judge's rule over whatever the store gives. */
#include "volumes.h"

#include <math.h>

#include "model/quality.h"
#include "unit.h"

enum { ROWS_MAX = 4096, FIRST_DAY = 20780 }; /* 2026-11-23 */

/* A store that has these rows, answers at once, and perhaps loses its connection half-way. */
struct store {
    struct meter_row rows[ROWS_MAX];
    size_t count;
    enum err refuses, fails;
    bool stumbles;
    struct meter_ask asked;
};

struct got {
    int times;
    enum err code;
    size_t days, corrections;
    uint64_t left_out;
    struct volume_day day[VOLUME_ASK_DAYS_MAX];
    struct volume_correction correction[VOLUME_CORRECTIONS_MAX];
};

static struct wall hour(double h)
{
    return (struct wall){ (int64_t)FIRST_DAY * CLOCK_DAY_MS - CLOCK_LOCAL_OFFSET_MS +
                          (int64_t)(h * CLOCK_HOUR_MS) };
}

static enum err read_rows(void *self, const struct meter_ask *ask, int client, const struct meter_fold *fold,
                          struct fault *why)
{
    struct store *s = self;
    struct fault told = { .code = s->fails };

    (void)client;
    s->asked = *ask;
    if (s->refuses != ERR_NONE)
        return fault_set(why, s->refuses, "no");
    if (s->fails == ERR_NONE) {
        fold->begin(fold->self);
        for (size_t i = 0; s->stumbles && i < s->count / 2; i++)
            fold->row(fold->self, &s->rows[i]);
        if (s->stumbles)
            fold->begin(fold->self);
        for (size_t i = 0; i < s->count; i++)
            fold->row(fold->self, &s->rows[i]);
    }
    fold->done(fold->self, s->fails, &told);
    return ERR_NONE;
}

static void done(void *ticket, enum err code, const struct volume_answer *a, const struct fault *why)
{
    struct got *g = ticket;

    (void)why;
    g->times++;
    g->code = code;
    if (code != ERR_NONE) {
        assert_null(a);
        return;
    }
    g->days = a->day_count;
    g->corrections = a->correction_count;
    g->left_out = a->corrections_left_out;
    memcpy(g->day, a->days, a->day_count * sizeof *a->days);
    memcpy(g->correction, a->corrections, a->correction_count * sizeof *a->corrections);
}

static enum err ask_days(struct store *s, unsigned days, struct got *g)
{
    struct meters_port meters = { s, read_rows };
    const struct volumes_port port = volumes_port(&meters);
    const struct volume_ask ask = { 7, FIRST_DAY, days, 60, 10000, 0.1, false };
    struct fault why;

    memset(g, 0, sizeof *g);
    return port.ask(port.self, &ask, -1, done, g, &why);
}

static void expect(struct store *s, unsigned days, struct got *g)
{
    assert_int_equal(ask_days(s, days, g), ERR_NONE);
    assert_int_equal(g->times, 1);
    assert_int_equal(g->code, ERR_NONE);
    assert_int_equal(g->days, days);
}

static void add(struct store *s, double h, double value, enum quality quality, enum reason reason)
{
    assert_true(s->count < ROWS_MAX);
    s->rows[s->count++] = (struct meter_row){
        .at = hour(h), .value = value, .old_end = NAN, .quality = (uint8_t)quality, .reason = (uint8_t)reason
    };
}

/* One reading an hour from `from` to `to`, `flow` an hour. */
static void run(struct store *s, double from, double to, double begin, double flow)
{
    for (int i = 0; from + i <= to; i++)
        add(s, from + i, begin + i * flow, QUALITY_GOOD, REASON_NONE);
}

static int set_up(void **state)
{
    *state = calloc(1, sizeof(struct store));
    return *state == NULL ? -1 : 0;
}

static int tear_down(void **state)
{
    free(*state);
    return 0;
}

static struct got G;

static void assert_day(size_t i, double volume, double coverage)
{
    assert_int_equal(G.day[i].day, FIRST_DAY + (int)i);
    if (isnan(volume) ? !isnan(G.day[i].volume) : !(fabs(G.day[i].volume - volume) < 1e-6))
        fail_msg("day %zu: volume %.10g, expected %.10g", i, G.day[i].volume, volume);
    if (!(fabs(G.day[i].coverage - coverage) < 1e-6))
        fail_msg("day %zu: coverage %.10g, expected %.10g", i, G.day[i].coverage, coverage);
}

static void nothing_stored_is_empty_days(void **state)
{
    struct store *s = *state;

    expect(s, 400, &G);
    for (size_t i = 0; i < 400; i++)
        assert_day(i, NAN, 0);
    assert_int_equal(G.corrections, 0);
    assert_true(s->asked.key == 7);
    assert_int_equal(s->asked.from.ms, hour(-24).ms);
    assert_int_equal(s->asked.to.ms, hour(401 * 24).ms);
}

static void what_a_person_forced_is_never_counted(void **state)
{
    struct store *s = *state;

    run(s, -1, 11, 98, 2);
    add(s, 11.5, 500, QUALITY_UNCERTAIN, REASON_FORCED);
    add(s, 12, 500, QUALITY_UNCERTAIN, REASON_FORCED);
    run(s, 12.5, 24.5, 125, 2);
    expect(s, 1, &G);
    assert_day(0, 48, 1);
    assert_int_equal(G.corrections, 0);
}

static void whole_days_are_counted_from_what_lies_beside_them_too(void **state)
{
    struct store *s = *state;

    run(s, -0.5, 48.5, 100, 2); /* no reading at midnight itself */
    expect(s, 2, &G);
    assert_day(0, 48, 1);
    assert_day(1, 48, 1);
    assert_int_equal(G.corrections, 0);
}

static void a_day_that_is_covered_too_little_has_no_volume(void **state)
{
    struct store *s = *state;

    run(s, 0, 36, 100, 2);
    expect(s, 2, &G);
    assert_day(0, 48, 1);
    assert_day(1, NAN, 0.5);
}

static void the_end_of_the_scale_is_counted_and_told(void **state)
{
    struct store *s = *state;

    run(s, 0, 11, 9977, 2);
    run(s, 12, 24, 1, 2);
    expect(s, 1, &G);
    assert_day(0, 48, 1);
    assert_int_equal(G.corrections, 1);
    assert_string_equal(G.correction[0].kind, "wrap");
}

static void a_reading_that_nothing_explains_is_doubted_and_not_counted(void **state)
{
    struct store *s = *state;

    run(s, 0, 10, 100, 2);
    add(s, 10.5, 0, QUALITY_UNCERTAIN, REASON_IMPLAUSIBLE); /* as the judge had it stored */
    run(s, 11, 24, 122, 2);
    expect(s, 1, &G);
    assert_day(0, 48, 1);
    assert_int_equal(G.corrections, 1);
    assert_string_equal(G.correction[0].kind, "doubted");
    assert_int_equal(G.correction[0].at.ms, hour(10.5).ms);
}

static void what_was_not_read_is_no_reading(void **state)
{
    struct store *s = *state;

    run(s, 0, 10, 100, 2);
    add(s, 10.5, 5, QUALITY_UNCERTAIN, REASON_STALE);
    add(s, 10.6, 9, QUALITY_UNCERTAIN, REASON_CLIPPED);
    add(s, 10.7, 9, QUALITY_BAD, REASON_NOT_VALID);
    add(s, 10.8, NAN, QUALITY_BAD, REASON_NO_ANSWER);
    run(s, 11, 24, 122, 2);
    expect(s, 1, &G);
    assert_day(0, 48, 1);
    assert_int_equal(G.corrections, 0);
}

/* The old one ends at 125 at noon, the new one begins at 0. */
static void change_meter(struct store *s)
{
    run(s, 0, 12, 100, 2);
    run(s, 13, 24, 2, 2);
}

static void an_exchange_that_is_told_later_changes_the_answer(void **state)
{
    struct store *s = *state;
    size_t place = 13;

    change_meter(s);
    expect(s, 1, &G); /* what the counter shows alone is a reset: what the old one still counted nobody saw */
    assert_int_equal(G.corrections, 2);
    assert_string_equal(G.correction[0].kind, "doubted");
    assert_string_equal(G.correction[1].kind, "reset");
    assert_true(G.day[0].coverage < 1);

    memmove(&s->rows[place + 1], &s->rows[place], (s->count - place) * sizeof *s->rows);
    s->rows[place] = (struct meter_row){ .exchanged = true, .at = hour(12.5), .old_end = 125, .value = 0 };
    s->count++;
    expect(s, 1, &G);
    assert_day(0, 49, 1); /* 24 until noon, 1 more of the old one, 24 of the new one */
    assert_int_equal(G.corrections, 1);
    assert_string_equal(G.correction[0].kind, "exchanged");
    assert_int_equal(G.correction[0].at.ms, hour(12.5).ms);
    assert_true(G.correction[0].before == 125 && G.correction[0].after == 0);
}

static void rows_that_come_anew_are_counted_once(void **state)
{
    struct store *s = *state;

    run(s, 0, 10, 100, 2);
    add(s, 10.5, 0, QUALITY_GOOD, REASON_NONE);
    run(s, 11, 24, 122, 2);
    s->stumbles = true;
    expect(s, 1, &G);
    assert_day(0, 48, 1);
    assert_int_equal(G.corrections, 1);
}

static void corrections_outside_are_not_told_and_many_are_counted(void **state)
{
    struct store *s = *state;
    const size_t many = VOLUME_CORRECTIONS_MAX + 5;

    add(s, -2, 100, QUALITY_GOOD, REASON_NONE);
    add(s, -1.5, 9000, QUALITY_GOOD, REASON_NONE);
    for (size_t i = 0; i < many; i++) {
        add(s, (double)i / 100, 100, QUALITY_GOOD, REASON_NONE);
        add(s, ((double)i + 0.5) / 100, 9000, QUALITY_GOOD, REASON_NONE);
    }
    add(s, 24, 100, QUALITY_GOOD, REASON_NONE);
    add(s, 24.5, 9000, QUALITY_GOOD, REASON_NONE);
    expect(s, 1, &G);
    assert_int_equal(G.corrections, VOLUME_CORRECTIONS_MAX);
    assert_int_equal(G.left_out, 5);
}

static void failures_are_passed_on_and_refusals_answer_nobody(void **state)
{
    struct store *s = *state;

    s->fails = ERR_RANGE;
    assert_int_equal(ask_days(s, 1, &G), ERR_NONE);
    assert_int_equal(G.times, 1);
    assert_int_equal(G.code, ERR_RANGE);
    s->refuses = ERR_FULL;
    assert_int_equal(ask_days(s, 1, &G), ERR_FULL);
    assert_int_equal(G.times, 0);
    s->refuses = ERR_NONE;
    assert_int_equal(ask_days(s, 0, &G), ERR_RANGE);
    assert_int_equal(ask_days(s, 401, &G), ERR_RANGE);
    assert_int_equal(G.times, 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(nothing_stored_is_empty_days),
        T(what_a_person_forced_is_never_counted),
        T(whole_days_are_counted_from_what_lies_beside_them_too),
        T(a_day_that_is_covered_too_little_has_no_volume),
        T(the_end_of_the_scale_is_counted_and_told),
        T(a_reading_that_nothing_explains_is_doubted_and_not_counted),
        T(what_was_not_read_is_no_reading),
        T(an_exchange_that_is_told_later_changes_the_answer),
        T(rows_that_come_anew_are_counted_once),
        T(corrections_outside_are_not_told_and_many_are_counted),
        T(failures_are_passed_on_and_refusals_answer_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
