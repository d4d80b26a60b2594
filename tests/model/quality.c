#include "model/quality.h"

#include <math.h>
#include <stdbool.h>

#include "model/reading.h"
#include "unit.h"

static const struct wall AT = { 1000 };

/* Stored and spoken: numbers and words stay as they are. */
static void qualities_and_reasons_keep_their_numbers_and_words(void **state)
{
    static const char *const QUALITIES[] = { "bad", "uncertain", "good" };
    static const char *const REASONS[] = {
        "none",          "never_read",  "no_answer", "no_connection",  "exception", "bad_answer", "sentinel",
        "not_finite",    "implausible", "stale",     "time_uncertain", "stopped",   "bad_digit",  "inexact",
        "unknown_state", "busy",        "not_valid", "wire_fault",     "clipped",   "frozen",     "forced",
    };

    (void)state;
    assert_int_equal(COUNT_OF(QUALITIES), QUALITY_COUNT);
    assert_int_equal(COUNT_OF(REASONS), REASON_COUNT);
    for (size_t i = 0; i < COUNT_OF(QUALITIES); i++)
        assert_string_equal(quality_name((enum quality)i), QUALITIES[i]);
    for (size_t i = 0; i < COUNT_OF(REASONS); i++)
        assert_string_equal(reason_name((enum reason)i), REASONS[i]);
    assert_string_equal(quality_name(QUALITY_COUNT), "unknown");
    assert_string_equal(quality_name((enum quality)255), "unknown");
    assert_string_equal(reason_name(REASON_COUNT), "unknown");
    assert_string_equal(reason_name((enum reason)255), "unknown");
}

static void only_the_words_of_qualities_are_qualities(void **state)
{
    static const char *const NONE[] = { "", "Good", "goo", "goods", "unknown", "none" };
    enum quality q;

    (void)state;
    for (int i = 0; i < QUALITY_COUNT; i++) {
        assert_true(quality_parse(quality_name((enum quality)i), &q));
        assert_int_equal(q, i);
    }
    for (size_t i = 0; i < COUNT_OF(NONE); i++)
        assert_false(quality_parse(NONE[i], &q));
}

static void readings_are_made_sound(void **state)
{
    struct reading good = reading_good(3, AT, -1.5), bad = reading_bad(3, AT, REASON_NO_ANSWER);
    struct reading uncertain = reading_uncertain(3, AT, 9e9, REASON_IMPLAUSIBLE);

    (void)state;
    assert_true(reading_is_sound(&good) && reading_is_sound(&bad) && reading_is_sound(&uncertain));
    assert_int_equal(good.quality, QUALITY_GOOD);
    assert_int_equal(good.reason, REASON_NONE);
    assert_true(good.value == -1.5);
    assert_true(isnan(bad.value)); /* no value is not zero */
    assert_int_equal(bad.reason, REASON_NO_ANSWER);
    assert_true(uncertain.value == 9e9);
    assert_int_equal(uncertain.point, 3);
    assert_int_equal(uncertain.at.ms, AT.ms);
}

/* Every combination, against the sentence in the header. */
static void a_contradiction_is_not_sound(void **state)
{
    static const double VALUES[] = { 0, 1.5, NAN, INFINITY, -INFINITY };

    (void)state;
    for (unsigned quality = 0; quality < 256; quality++)
        for (unsigned reason = 0; reason < 256; reason++)
            for (size_t v = 0; v < COUNT_OF(VALUES); v++) {
                struct reading r = { 0, (uint8_t)quality, (uint8_t)reason, AT, VALUES[v] };
                bool good = quality == QUALITY_GOOD && reason == REASON_NONE && isfinite(VALUES[v]);
                bool some_reason = reason != REASON_NONE && reason < REASON_COUNT;
                bool uncertain = quality == QUALITY_UNCERTAIN && some_reason && isfinite(VALUES[v]);
                bool bad = quality == QUALITY_BAD && some_reason && isnan(VALUES[v]);
                assert_int_equal(reading_is_sound(&r), good || uncertain || bad);
            }
}

static void the_same_value_is_the_same_quality_reason_and_number(void **state)
{
    struct reading a = reading_good(1, AT, 0.0), b = reading_good(2, (struct wall){ 5 }, -0.0);
    struct reading none = reading_bad(1, AT, REASON_STALE), other = none;

    (void)state;
    assert_true(reading_same_value(&a, &b)); /* point and time do not count */
    b.value = 5e-324;
    assert_false(reading_same_value(&a, &b));
    assert_true(reading_same_value(&none, &other));
    other.value = -NAN;
    assert_true(reading_same_value(&none, &other));
    other.reason = REASON_STOPPED;
    assert_false(reading_same_value(&none, &other));
    b = reading_uncertain(1, AT, 0.0, REASON_STALE);
    assert_false(reading_same_value(&a, &b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(qualities_and_reasons_keep_their_numbers_and_words),
        cmocka_unit_test(only_the_words_of_qualities_are_qualities),
        cmocka_unit_test(readings_are_made_sound),
        cmocka_unit_test(a_contradiction_is_not_sound),
        cmocka_unit_test(the_same_value_is_the_same_quality_reason_and_number),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
