/* How long water was within its limits and outside: of what is kept, the very same as of every sample. */
#include <math.h>

#include "judge/judge.h"
#include "judge/minute.h"
#include "minute_model.h"
#include "unit.h"

enum { SAMPLES = 20000, MINUTES_MAX = 4000, KEY = 7 };

static const int64_t BEGIN_MS = INT64_C(1795435200000);

struct works {
    struct catalogue c;
    struct judge *judge;
    struct judged out;
    uint64_t seed;
    struct reading all[SAMPLES];
    size_t count, kept;
    double value;
    struct minute_state minute;
    struct minute told[MINUTES_MAX];
    bool is_told[MINUTES_MAX];
};

static void set_up(struct works *w)
{
    static const struct limit TURBIDITY = {
        .row = "5", .parameter = "turbidity", .unit = "NTU", .low = NAN, .high = 2
    };
    struct standard set = { .id = "set", .from = 0, .until = DAY_NONE, .limit_count = 1 };
    struct system system = { .id = "system" };
    struct site site = { .id = "site" };
    struct point p = { .id = "p",
                       .key = KEY,
                       .parameter = "turbidity",
                       .unit = "NTU",
                       .at = AT_TREATED,
                       .accepted = DAY_NONE,
                       .every_ms = 5000,
                       .heartbeat_ms = 5LL * CLOCK_MINUTE_MS,
                       .deadband = 0.5,
                       .span_low = 0,
                       .span_high = 4 };

    catalogue_init(&w->c);
    set.limits = malloc(sizeof TURBIDITY);
    assert_non_null(set.limits);
    *set.limits = TURBIDITY;
    assert_int_equal(catalogue_add_standard(&w->c, &set, NULL), ERR_NONE);
    assert_int_equal(catalogue_add_system(&w->c, &system, NULL), ERR_NONE);
    assert_int_equal(catalogue_add_site(&w->c, &site, NULL), ERR_NONE);
    assert_int_equal(catalogue_add_point(&w->c, &p, NULL), ERR_NONE);
    assert_int_equal(catalogue_seal(&w->c, NULL), ERR_NONE);
    assert_int_equal(judge_new(&w->judge, &w->c, NULL), ERR_NONE);
    w->value = 1.9;
}

/* About the limit, mostly within the deadband; at times nothing, at times at the sensor's end. */
static struct reading next_sample(struct works *w, struct wall at)
{
    uint32_t what = test_below(&w->seed, 60);

    if (what == 0)
        return reading_bad(0, at, REASON_NO_ANSWER);
    if (what == 1)
        return reading_good(0, at, 4);
    w->value += (test_below(&w->seed, 201) - 100.0) / 1000;
    w->value = fmin(fmax(w->value, 1.5), 2.5);
    return reading_good(0, at, w->value);
}

static void take(struct works *w, const struct minutes_out *out)
{
    assert_int_equal(out->again_count, 0);
    for (size_t i = 0; i < out->whole_count; i++) {
        int64_t at = (out->whole[i].at.ms - BEGIN_MS) / CLOCK_MINUTE_MS;
        assert_true(at >= 0 && at < MINUTES_MAX && minute_is_sound(&out->whole[i]));
        w->told[at] = out->whole[i];
        w->is_told[at] = true;
    }
}

static void sample(struct works *w, int64_t at_ms)
{
    struct message m = { .kind = MESSAGE_READINGS, .count = 1 };
    struct minutes_out out;

    m.readings[0] = next_sample(w, (struct wall){ at_ms });
    judge_fold(w->judge, &m, (struct now){ { at_ms - BEGIN_MS + 1000 }, { at_ms } }, &w->out);
    w->all[w->count++] = w->out.now[0];
    w->kept += w->out.kept_count;
    for (size_t i = 0; i < w->out.kept_count; i++) {
        minute_fold(&w->minute, KEY, &w->out.kept[i], (enum verdict_word)w->out.verdict[i], &out);
        take(w, &out);
    }
}

static enum verdict_word by_the_limit(const struct reading *r)
{
    if (r->quality == QUALITY_BAD)
        return VERDICT_UNKNOWN;
    return r->value > 2.000001 ? VERDICT_OUTSIDE : VERDICT_WITHIN;
}

static void compare(const struct works *w)
{
    uint64_t outside = 0, minutes = 0;

    for (size_t i = 0; i < MINUTES_MAX; i++) {
        struct minute want;
        if (!w->is_told[i])
            continue;
        want = minute_model_by(KEY, w->all, w->count, BEGIN_MS + (int64_t)i * CLOCK_MINUTE_MS, by_the_limit);
        if (w->told[i].within_ms != want.within_ms)
            fail_msg("minute %zu: within %u ms, %u of every sample (outside %u, %u; good %u, %u)", i,
                     w->told[i].within_ms, want.within_ms, w->told[i].outside_ms, want.outside_ms,
                     w->told[i].good_ms, want.good_ms);
        assert_int_equal(w->told[i].outside_ms, want.outside_ms);
        assert_int_equal(w->told[i].unjudged_ms, 0);
        outside += want.outside_ms;
        minutes++;
    }
    print_message("%zu of %zu samples kept, %llu minutes, %.1f %% of the time outside\n", w->kept, w->count,
                  (unsigned long long)minutes, (double)outside / (double)minutes / 600);
    assert_true(minutes > 1000 && outside > 0);
    assert_true(w->kept < w->count * 3 / 4); /* the deadband still saves something */
}

static void of_what_is_kept_as_of_every_sample(void **state)
{
    struct works *w = calloc(1, sizeof *w);

    (void)state;
    assert_non_null(w);
    w->seed = test_seed(__func__);
    set_up(w);
    for (int64_t at = BEGIN_MS + 1234; w->count < SAMPLES; at += 4000 + test_below(&w->seed, 2000))
        sample(w, at);
    compare(w);
    judge_free(w->judge);
    catalogue_clear(&w->c);
    free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(of_what_is_kept_as_of_every_sample) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
