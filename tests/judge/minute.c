/* Minutes against a model that looks at all readings at once, whatever cut the stream. */
#include "judge/minute.h"

#include <math.h>

#include "minute_model.h"
#include "unit.h"

enum { KEY = 42, ROWS_MAX = 4000, MINUTES_MAX = 4000 };

static const int64_t BEGIN_MS = INT64_C(1795435200000); /* a full hour */

static const struct minutes_out *fold(struct minute_state *s, int64_t at_ms, double value, enum reason why)
{
    static struct minutes_out out;
    const struct reading r = isnan(value)         ? reading_bad(0, (struct wall){ at_ms }, why)
                             : why == REASON_NONE ? reading_good(0, (struct wall){ at_ms }, value)
                                                  : reading_uncertain(0, (struct wall){ at_ms }, value, why);

    minute_fold(s, KEY, &r, minute_model_verdict(&r), &out);
    return &out;
}

static const struct minutes_out *close_until(struct minute_state *s, int64_t until_ms)
{
    static struct minutes_out out;

    minute_close(s, KEY, (struct wall){ until_ms }, &out);
    return &out;
}

static void a_minute_is_time_weighted(void **state)
{
    struct minute_state s = { 0 };
    const struct minutes_out *out;

    (void)state;
    assert_int_equal(fold(&s, BEGIN_MS, 10, REASON_NONE)->whole_count, 0);
    assert_int_equal(fold(&s, BEGIN_MS + 15000, 20, REASON_FROZEN)->whole_count, 0);
    assert_int_equal(fold(&s, BEGIN_MS + 30000, NAN, REASON_NO_ANSWER)->whole_count, 0);
    out = fold(&s, BEGIN_MS + 60000, 7, REASON_NONE);
    assert_int_equal(out->whole_count, 1);
    assert_int_equal(out->again_count, 0);
    assert_true(minute_is_sound(&out->whole[0]));
    assert_int_equal(out->whole[0].key, KEY);
    assert_int_equal(out->whole[0].at.ms, BEGIN_MS);
    assert_int_equal(out->whole[0].n, 3);
    assert_int_equal(out->whole[0].good_ms, 15000);
    assert_int_equal(out->whole[0].uncertain_ms, 15000);
    assert_true(out->whole[0].sum == 450000 && out->whole[0].min == 10 && out->whole[0].max == 20);
    assert_true(out->whole[0].first == 10 && out->whole[0].last == 20);
}

static void a_quiet_minute_is_held_for_two_hours_and_then_unknown(void **state)
{
    struct minute_state s = { 0 };
    const struct minutes_out *out;
    size_t quiet = 0;

    (void)state;
    (void)fold(&s, BEGIN_MS + 30000, 5, REASON_NONE);
    for (int64_t at = BEGIN_MS + 60000; at <= BEGIN_MS + 3 * CLOCK_HOUR_MS; at += CLOCK_MINUTE_MS) {
        out = close_until(&s, at);
        quiet += out->whole_count;
        if (quiet == 121 && out->whole_count == 1)
            assert_int_equal(out->whole[0].good_ms, 30000); /* the last one */
    }
    assert_int_equal(quiet, 121);
}

/* Sunday, 31 October 2021 had 25 hours where the clock is set back: the inflow of a district there (l/s),
 * 02:00 twice, told apart by the zone it is written with.  Each is an hour of its own, neither is late. */
static void the_doubled_hour_of_a_clock_set_back_is_two_hours(void **state)
{
    static const struct {
        const char *at;
        double value;
    } ROWS[] = { { "2021-10-31T01:00:00+02:00", 6.683 },
                 { "2021-10-31T02:00:00+02:00", 6.55 },
                 { "2021-10-31T02:00:00+01:00", 6.482 },
                 { "2021-10-31T03:00:00+01:00", 6.225 } };
    struct minute_state s = { 0 };
    double litres[COUNT_OF(ROWS)] = { 0 };
    size_t minutes = 0;
    struct wall first, at;

    (void)state;
    assert_int_equal(wall_parse(ROWS[0].at, &first), ERR_NONE);
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        assert_int_equal(wall_parse(ROWS[i].at, &at), ERR_NONE);
        assert_int_equal(at.ms, first.ms + (int64_t)i * CLOCK_HOUR_MS);
        assert_int_equal(fold(&s, at.ms, ROWS[i].value, REASON_NONE)->again_count, 0);
        for (int64_t end = at.ms + CLOCK_MINUTE_MS; end <= at.ms + CLOCK_HOUR_MS; end += CLOCK_MINUTE_MS) {
            const struct minutes_out *out = close_until(&s, end);
            assert_int_equal(out->again_count, 0);
            for (size_t k = 0; k < out->whole_count; k++, minutes++)
                litres[i] += out->whole[k].sum / 1000;
        }
    }
    assert_int_equal(minutes, 240);
    for (size_t i = 0; i < COUNT_OF(ROWS); i++)
        assert_true(fabs(litres[i] - ROWS[i].value * 3600) < 1e-6);
}

static void what_has_no_number_is_counted_and_not_repeated(void **state)
{
    struct minute_state s = { 0 };
    const struct minutes_out *out;

    (void)state;
    (void)fold(&s, BEGIN_MS, NAN, REASON_NO_ANSWER);
    out = close_until(&s, BEGIN_MS + 10 * CLOCK_MINUTE_MS);
    assert_int_equal(out->whole_count, 1);
    assert_int_equal(out->whole[0].n, 1);
    assert_true(isnan(out->whole[0].min) && out->whole[0].sum == 0 && minute_is_sound(&out->whole[0]));
}

static void a_number_that_cannot_be_added_up_is_unknown(void **state)
{
    struct minute_state s = { 0 };
    const struct minutes_out *out;

    (void)state;
    (void)fold(&s, BEGIN_MS, -MINUTE_VALUE_MAX, REASON_NONE);
    (void)fold(&s, BEGIN_MS + 1000, 2, REASON_NONE);
    out = close_until(&s, BEGIN_MS + CLOCK_MINUTE_MS);
    assert_int_equal(out->whole[0].good_ms, 59000);
    assert_true(out->whole[0].min == 2);
}

static void a_late_reading_asks_for_a_recount(void **state)
{
    struct minute_state s = { 0 };
    const struct minutes_out *out;

    (void)state;
    (void)fold(&s, BEGIN_MS, 1, REASON_NONE);
    (void)fold(&s, BEGIN_MS + 70000, 2, REASON_NONE);
    out = fold(&s, BEGIN_MS + 30000, 3, REASON_NONE); /* before one that is there */
    assert_int_equal(out->again_count, 1);
    assert_int_equal(out->again[0].from.ms, BEGIN_MS + 30000);
    assert_int_equal(out->again[0].to.ms, BEGIN_MS + 70000);
    out = close_until(&s, BEGIN_MS + 120000); /* what began in that minute is not what it seems */
    assert_int_equal(out->whole_count, 0);
    assert_int_equal(out->again_count, 1);
    assert_int_equal(out->again[0].from.ms, BEGIN_MS + 60000);
    out = fold(&s, BEGIN_MS + 119000, 4, REASON_NONE); /* newest, but of a minute that was told */
    assert_int_equal(out->again[0].to.ms, BEGIN_MS + 120000 - 1);
    out = close_until(&s, BEGIN_MS + 180000); /* and holds from there on */
    assert_int_equal(out->whole_count, 1);
    assert_true(out->whole[0].first == 4 && out->whole[0].n == 0 && out->whole[0].good_ms == 60000);
}

static void a_jump_of_the_clock_is_counted_of_the_stored(void **state)
{
    struct minute_state s = { 0 };
    const struct minutes_out *out;

    (void)state;
    (void)fold(&s, BEGIN_MS, 1, REASON_NONE);
    out = fold(&s, BEGIN_MS + 9 * CLOCK_HOUR_MS, 1, REASON_NONE);
    assert_int_equal(out->whole_count, 0);
    assert_int_equal(out->again_count, 1);
    assert_int_equal(out->again[0].from.ms, BEGIN_MS);
    assert_int_equal(out->again[0].to.ms, BEGIN_MS + MINUTE_HOLD_MS - 1);
}

static void a_point_that_ends_has_its_last_minute_counted(void **state)
{
    struct minute_state s = { 0 };
    struct minutes_out out;

    (void)state;
    minute_end(&s, KEY, &out);
    assert_int_equal(out.again_count, 0);
    (void)fold(&s, BEGIN_MS + 61000, 1, REASON_NONE);
    minute_end(&s, KEY, &out);
    assert_int_equal(out.again[0].from.ms, BEGIN_MS + 60000);
}

/* ---- the model ---- */

struct life {
    uint64_t seed;
    struct reading rows[ROWS_MAX];
    size_t count;
    struct minute told[MINUTES_MAX];
    bool is_told[MINUTES_MAX], again[MINUTES_MAX];
    struct minute_state now, kept; /* kept: as of the last reading, in the journal */
    int64_t at_ms, closed_ms;
};

static size_t place(int64_t ms)
{
    int64_t i = (ms - BEGIN_MS) / CLOCK_MINUTE_MS;

    assert_true(i >= 0 && i < MINUTES_MAX);
    return (size_t)i;
}

static void take(struct life *l, const struct minutes_out *out)
{
    for (size_t i = 0; i < out->whole_count; i++) {
        size_t at = place(out->whole[i].at.ms);
        assert_true(minute_is_sound(&out->whole[i]));
        if (l->is_told[at] && !l->again[at]) /* told again after a restart: the very same */
            assert_true(minute_model_same(&l->told[at], &out->whole[i]));
        l->told[at] = out->whole[i];
        l->is_told[at] = true;
    }
    for (size_t i = 0; i < out->again_count; i++)
        for (size_t m = place(out->again[i].from.ms); m <= place(out->again[i].to.ms); m++)
            l->again[m] = true;
}

static struct reading some_reading(struct life *l, int64_t at_ms)
{
    double value = (test_below(&l->seed, 2001) - 1000.0) / 7;

    switch (test_below(&l->seed, 8)) {
    case 0: return reading_bad(0, (struct wall){ at_ms }, REASON_NO_ANSWER);
    case 1: return reading_uncertain(0, (struct wall){ at_ms }, value, REASON_FROZEN);
    default: return reading_good(0, (struct wall){ at_ms }, value);
    }
}

static void read_one(struct life *l, int64_t at_ms)
{
    struct minutes_out out;
    struct reading r = some_reading(l, at_ms);

    minute_fold(&l->now, KEY, &r, minute_model_verdict(&r), &out);
    take(l, &out);
    l->rows[l->count++] = r;
    l->kept = l->now;
}

/* From a dense stream to a silent one; now and then the same instant, and, where asked for, an earlier one.
 */
static void live_on(struct life *l, bool disorder)
{
    static const uint32_t STEPS_MS[] = { 900, 20000, 200000, 7000000, 11000000 };
    struct minutes_out out;
    uint32_t what = test_below(&l->seed, 100);

    if (what > 2)
        l->at_ms += test_below(&l->seed, STEPS_MS[what < 60   ? 0
                                                  : what < 80 ? 1
                                                  : what < 97 ? 2
                                                  : what < 99 ? 3
                                                              : 4]);
    if (disorder && what > 90 && l->count > 0)
        read_one(l, minute_model_later(BEGIN_MS, l->at_ms - test_below(&l->seed, 300000)));
    else if (l->at_ms >= l->closed_ms)
        read_one(l, l->at_ms);
    if (test_below(&l->seed, 4) == 0) {
        l->closed_ms = minute_model_later(l->closed_ms, l->at_ms - test_below(&l->seed, 100000));
        minute_close(&l->now, KEY, (struct wall){ l->closed_ms }, &out);
        take(l, &out);
    }
    if (test_below(&l->seed, 10) == 0) { /* killed: all but the journal is gone */
        l->now = l->kept;
        minute_resume(&l->now, (struct wall){ l->closed_ms - 660000 }, (struct wall){ l->closed_ms });
    }
}

static unsigned compare_all(struct life *l)
{
    unsigned compared = 0;

    qsort(l->rows, l->count, sizeof *l->rows, minute_model_compare);
    for (size_t i = 0; BEGIN_MS + ((int64_t)i + 1) * CLOCK_MINUTE_MS <= l->closed_ms; i++) {
        struct minute want = minute_model(KEY, l->rows, l->count, BEGIN_MS + (int64_t)i * CLOCK_MINUTE_MS);
        bool anything = want.n + want.good_ms + want.uncertain_ms > 0;
        if (l->again[i])
            continue;
        if (l->is_told[i] != anything || (anything && !minute_model_same(&want, &l->told[i])))
            fail_msg("minute %zu: told %d sum %.17g, wanted %d sum %.17g", i, l->is_told[i], l->told[i].sum,
                     anything, want.sum);
        compared += anything;
    }
    return compared;
}

static unsigned one_life(uint64_t seed, bool disorder)
{
    static struct life l;

    l = (struct life){ .seed = seed, .at_ms = BEGIN_MS, .closed_ms = BEGIN_MS };
    for (int i = 0; i < 1500 && l.at_ms < BEGIN_MS + INT64_C(3500) * CLOCK_MINUTE_MS; i++)
        live_on(&l, disorder);
    minute_close(&l.now, KEY, (struct wall){ l.closed_ms }, &(struct minutes_out){ 0 });
    return compare_all(&l);
}

static void minutes_are_those_of_the_model_however_the_stream_is_cut(void **state)
{
    uint64_t seed = test_seed(__func__);
    unsigned compared = 0;

    (void)state;
    for (int life = 0; life < 100; life++)
        compared += one_life(test_random(&seed), life % 2 == 1);
    print_message("compared %u minutes\n", compared);
    assert_true(compared > 10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_minute_is_time_weighted),
        cmocka_unit_test(a_quiet_minute_is_held_for_two_hours_and_then_unknown),
        cmocka_unit_test(the_doubled_hour_of_a_clock_set_back_is_two_hours),
        cmocka_unit_test(what_has_no_number_is_counted_and_not_repeated),
        cmocka_unit_test(a_number_that_cannot_be_added_up_is_unknown),
        cmocka_unit_test(a_late_reading_asks_for_a_recount),
        cmocka_unit_test(a_jump_of_the_clock_is_counted_of_the_stored),
        cmocka_unit_test(a_point_that_ends_has_its_last_minute_counted),
        cmocka_unit_test(minutes_are_those_of_the_model_however_the_stream_is_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
