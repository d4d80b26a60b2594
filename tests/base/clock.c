#include "base/clock.h"

#include "unit.h"

static const int64_t FIRST_MS = -62135596800000; /* 0001-01-01T00:00:00Z */
static const int64_t LAST_MS = 253402300799999;  /* 9999-12-31T23:59:59.999Z */

/* Milliseconds computed with Python's datetime. */
static void instants_are_written_in_local_time_with_their_zone(void **state)
{
    static const struct {
        int64_t ms;
        const char *local, *utc;
    } CASES[] = {
        { 0, "1970-01-01T07:00:00.000+07:00", "1970-01-01T00:00:00.000Z" },
        { -1, "1970-01-01T06:59:59.999+07:00", "1969-12-31T23:59:59.999Z" },
        { 1795435838123, "2026-11-23T19:10:38.123+07:00", "2026-11-23T12:10:38.123Z" },
        { 1709225999999, "2024-02-29T23:59:59.999+07:00", "2024-02-29T16:59:59.999Z" },
        { 951757200000, "2000-02-29T00:00:00.000+07:00", "2000-02-28T17:00:00.000Z" },
        { -2203916400000, "1900-03-01T00:00:00.000+07:00", "1900-02-28T17:00:00.000Z" },
        { 4107517199999, "2100-02-28T23:59:59.999+07:00", "2100-02-28T16:59:59.999Z" },
        { 946659599999, "1999-12-31T23:59:59.999+07:00", "1999-12-31T16:59:59.999Z" },
        { 1767200400000, "2026-01-01T00:00:00.000+07:00", "2025-12-31T17:00:00.000Z" },
        { -62135596800000, "0001-01-01T07:00:00.000+07:00", "0001-01-01T00:00:00.000Z" },
        { 253402275599999, "9999-12-31T23:59:59.999+07:00", "9999-12-31T16:59:59.999Z" },
    };
    char text[CLOCK_TEXT_MAX];
    struct wall back;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        wall_text((struct wall){ CASES[i].ms }, text);
        assert_string_equal(text, CASES[i].local);
        wall_text_utc((struct wall){ CASES[i].ms }, text);
        assert_string_equal(text, CASES[i].utc);
        assert_int_equal(wall_parse(CASES[i].local, &back), ERR_NONE);
        assert_int_equal(back.ms, CASES[i].ms);
        assert_int_equal(wall_parse(CASES[i].utc, &back), ERR_NONE);
        assert_int_equal(back.ms, CASES[i].ms);
    }
}

static void what_lies_outside_is_written_as_the_nearest_end(void **state)
{
    static const int64_t AFTER[] = { 253402275600000, 253402300800000, INT64_MAX };
    static const int64_t BEFORE[] = { -62135622000001, -62167219200000, INT64_MIN };
    char text[CLOCK_TEXT_MAX];

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        wall_text((struct wall){ AFTER[i] }, text);
        assert_string_equal(text, "9999-12-31T23:59:59.999+07:00");
        wall_text((struct wall){ BEFORE[i] }, text);
        assert_string_equal(text, "0001-01-01T00:00:00.000+07:00");
    }
    wall_text_utc((struct wall){ INT64_MAX }, text);
    assert_string_equal(text, "9999-12-31T23:59:59.999Z");
    wall_text_utc((struct wall){ INT64_MIN }, text);
    assert_string_equal(text, "0001-01-01T00:00:00.000Z");
}

static void what_is_written_reads_back(void **state)
{
    uint64_t seed = test_seed(__func__);
    char text[CLOCK_TEXT_MAX];
    struct wall back;

    (void)state;
    for (int i = 0; i < 300000; i++) {
        int64_t ms = FIRST_MS + (int64_t)(test_random(&seed) % (uint64_t)(LAST_MS - FIRST_MS + 1));
        struct wall local = { ms - CLOCK_LOCAL_OFFSET_MS }, utc = { ms };
        wall_text(local, text);
        assert_int_equal(strlen(text), 29);
        assert_int_equal(wall_parse(text, &back), ERR_NONE);
        assert_int_equal(back.ms, local.ms);
        wall_text_utc(utc, text);
        assert_int_equal(wall_parse(text, &back), ERR_NONE);
        assert_int_equal(back.ms, utc.ms);
    }
}

static int days_in(int year, int month)
{
    static const int DAYS[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

    if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))
        return 29;
    return DAYS[month - 1];
}

/* The text of a day, its date and the distance of one day to the next, for each of 3,652,059 days. */
static void the_calendar_walks_through_every_day_of_9999_years(void **state)
{
    int64_t midnight = FIRST_MS - CLOCK_LOCAL_OFFSET_MS;

    (void)state;
    for (int year = 1; year <= 9999; year++)
        for (int month = 1; month <= 12; month++)
            for (int day = 1; day <= days_in(year, month); day++) {
                int y, m, d;
                wall_local_date((struct wall){ midnight }, &y, &m, &d);
                if (y != year || m != month || d != day)
                    fail_msg("%04d-%02d-%02d became %04d-%02d-%02d", year, month, day, y, m, d);
                midnight += CLOCK_DAY_MS;
            }
    assert_int_equal(midnight, LAST_MS + 1 - CLOCK_LOCAL_OFFSET_MS);
}

static void years_end_where_the_next_begin(void **state)
{
    char text[CLOCK_TEXT_MAX];
    struct wall last, first;

    (void)state;
    for (int year = 1; year < 9999; year++) {
        (void)snprintf(text, sizeof text, "%04d-12-31T23:59:59.999+07:00", year);
        assert_int_equal(wall_parse(text, &last), ERR_NONE);
        (void)snprintf(text, sizeof text, "%04d-01-01T00:00:00.000+07:00", year + 1);
        assert_int_equal(wall_parse(text, &first), ERR_NONE);
        assert_int_equal(first.ms - last.ms, 1);
    }
}

static void only_leap_years_have_a_29th_of_february(void **state)
{
    char text[CLOCK_TEXT_MAX];
    struct wall at;

    (void)state;
    for (int year = 1; year <= 9999; year++) {
        (void)snprintf(text, sizeof text, "%04d-02-29T12:00:00Z", year);
        assert_int_equal(wall_parse(text, &at), days_in(year, 2) == 29 ? ERR_NONE : ERR_RANGE);
    }
}

static void each_way_rfc_3339_allows_is_read(void **state)
{
    static const struct {
        const char *text;
        int64_t ms;
    } CASES[] = {
        { "2026-11-23T12:10:38.123Z", 1795435838123 },
        { "2026-11-23t12:10:38.123z", 1795435838123 },
        { "2026-11-23 12:10:38.123Z", 1795435838123 },
        { "2026-11-23T12:10:38.123+00:00", 1795435838123 },
        { "2026-11-23T12:10:38.123-00:00", 1795435838123 },
        { "2026-11-23T19:10:38.123+07:00", 1795435838123 },
        { "2026-11-23T12:10:38-11:30", 1795477238000 },
        { "2026-11-23T00:00:00+23:59", 1795305660000 },
        { "2026-11-23T12:10:38Z", 1795435838000 },
        { "2026-11-23T12:10:38.1Z", 1795435838100 },
        { "2026-11-23T12:10:38.12Z", 1795435838120 },
        { "2026-11-23T12:10:38.123999999Z", 1795435838123 }, /* cut, not rounded */
        { "2016-12-31T23:59:60Z", 1483228799999 },           /* a leap second ends the minute */
        { "2016-12-31T23:59:60.5Z", 1483228799999 },
        { "0001-01-01T00:00:00Z", -62135596800000 },
        { "9999-12-31T23:59:59.999Z", 253402300799999 },
    };
    struct wall at;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        assert_int_equal(wall_parse(CASES[i].text, &at), ERR_NONE);
        if (at.ms != CASES[i].ms)
            fail_msg("%s became %lld", CASES[i].text, (long long)at.ms);
    }
}

static void what_is_no_instant_is_refused(void **state)
{
    static const char *const CASES[] = {
        "",
        "now",
        "1795435838123",
        "2026-11-23",
        "2026-11-23T12:10Z",
        "2026-11-23T12:10:38",       /* no zone */
        "2026-11-23T12:10:38.Z",     /* no digit after the point */
        "2026-11-23T12:10:38,5Z",    /* comma */
        "2026-11-23T12:10:38.123ZZ", /* more than one */
        "2026-11-23T12:10:38Z ",
        " 2026-11-23T12:10:38Z",
        "2026-11-23T12:10:38+0700",
        "2026-11-23T12:10:38+07",
        "2026-11-23T12:10:38+7:00",
        "2026-11-23T12:10:38+24:00",
        "2026-11-23T12:10:38+07:60",
        "2026-11-23T12:10:38 07:00", /* a + that a URL turned into a blank */
        "2026-11-23_12:10:38Z",
        "2026-11-23T24:00:00Z",
        "2026-11-23T12:60:00Z",
        "2026-11-23T12:10:61Z",
        "2026-00-23T12:10:38Z",
        "2026-13-23T12:10:38Z",
        "2026-11-00T12:10:38Z",
        "2026-11-31T12:10:38Z",
        "2026-02-29T12:10:38Z",
        "2100-02-29T12:10:38Z",
        "0000-01-01T00:00:00Z",
        "-001-01-01T00:00:00Z",
        "+2026-11-23T12:10:38Z",
        "12026-11-23T12:10:38Z",
        "2026-1-23T12:10:38Z",
        "2026-11-23T1:10:38Z",
        "2026-11-23T12:10:3 Z",
        "2026/11/23T12:10:38Z",
        "２０２６-11-23T12:10:38Z",
    };
    struct wall at;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++)
        if (wall_parse(CASES[i], &at) != ERR_RANGE)
            fail_msg("\"%s\" was taken", CASES[i]);
}

static void no_beginning_of_an_instant_is_an_instant(void **state)
{
    static const char WHOLE[] = "2026-11-23T19:10:38.123+07:00";
    struct wall at;

    (void)state;
    for (size_t n = 0; n < sizeof WHOLE - 1; n++) {
        char *part = strndup(WHOLE, n); /* its own storage: one byte too far is seen */
        assert_non_null(part);
        assert_int_equal(wall_parse(part, &at), ERR_RANGE);
        free(part);
    }
}

static void a_spoilt_instant_is_refused_or_reads_back(void **state)
{
    uint64_t seed = test_seed(__func__);

    (void)state;
    for (int i = 0; i < 200000; i++) {
        char text[] = "2026-11-23T19:10:38.123+07:00", again[CLOCK_TEXT_MAX];
        struct wall at, back;
        for (uint32_t n = 1 + test_below(&seed, 3); n > 0; n--)
            text[test_below(&seed, sizeof text - 1)] = (char)test_random(&seed);
        if (wall_parse(text, &at) != ERR_NONE || at.ms > LAST_MS)
            continue;
        wall_text_utc(at, again);
        assert_int_equal(wall_parse(again, &back), ERR_NONE);
        assert_int_equal(back.ms, at.ms < FIRST_MS ? FIRST_MS : at.ms);
    }
}

static void the_local_day_turns_at_17_utc(void **state)
{
    static const struct {
        const char *at, *midnight;
        int year, month, day;
    } CASES[] = {
        { "2026-11-23T16:59:59.999Z", "2026-11-22T17:00:00Z", 2026, 11, 23 },
        { "2026-11-23T17:00:00.000Z", "2026-11-23T17:00:00Z", 2026, 11, 24 },
        { "2026-11-23T17:00:00.001Z", "2026-11-23T17:00:00Z", 2026, 11, 24 },
        { "2026-11-24T00:00:00.000Z", "2026-11-23T17:00:00Z", 2026, 11, 24 },
        { "2025-12-31T16:59:59.999Z", "2025-12-30T17:00:00Z", 2025, 12, 31 },
        { "2025-12-31T17:00:00.000Z", "2025-12-31T17:00:00Z", 2026, 1, 1 },
        { "2024-02-28T17:00:00.000Z", "2024-02-28T17:00:00Z", 2024, 2, 29 },
        { "2026-02-28T17:00:00.000Z", "2026-02-28T17:00:00Z", 2026, 3, 1 },
        { "1969-12-31T16:59:59.999Z", "1969-12-30T17:00:00Z", 1969, 12, 31 },
        { "1969-12-31T17:00:00.000Z", "1969-12-31T17:00:00Z", 1970, 1, 1 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct wall at, midnight;
        int y, m, d;
        assert_int_equal(wall_parse(CASES[i].at, &at), ERR_NONE);
        assert_int_equal(wall_parse(CASES[i].midnight, &midnight), ERR_NONE);
        assert_int_equal(wall_local_midnight(at).ms, midnight.ms);
        wall_local_date(at, &y, &m, &d);
        assert_int_equal(y, CASES[i].year);
        assert_int_equal(m, CASES[i].month);
        assert_int_equal(d, CASES[i].day);
    }
}

static void midnight_is_the_last_not_after(void **state)
{
    uint64_t seed = test_seed(__func__);

    (void)state;
    for (int i = 0; i < 100000; i++) {
        struct wall at = { FIRST_MS + (int64_t)(test_random(&seed) % (uint64_t)(LAST_MS - FIRST_MS)) };
        struct wall m = wall_local_midnight(at);
        assert_true(m.ms <= at.ms && at.ms - m.ms < CLOCK_DAY_MS);
        assert_int_equal(wall_local_midnight(m).ms, m.ms);
        assert_int_equal(wall_local_midnight((struct wall){ m.ms - 1 }).ms, m.ms - CLOCK_DAY_MS);
    }
}

static void a_step_is_adopted_from_one_second_and_only_when_synchronised(void **state)
{
    static const struct {
        int64_t offset, mono, wall;
        bool synchronised;
        int64_t step;
    } CASES[] = {
        { 1000000, 500, 1000500, true, 0 },
        { 1000000, 500, 1001499, true, 0 },
        { 1000000, 500, 1001500, true, 1000 },
        { 1000000, 500, 999501, true, 0 },
        { 1000000, 500, 999500, true, -1000 },
        { 1000000, 500, 1001500, false, 0 },
        { 1000000, 500, 999500, false, 0 },
        { 1000000, 500, 1000500 + 365LL * CLOCK_DAY_MS, true, 365LL * CLOCK_DAY_MS },
        { 1000000, 500, 1000500 + 365LL * CLOCK_DAY_MS, false, 0 },
        { 1795435838123, 86400000, 500, true, 500 - 86400000 - 1795435838123 }, /* back to 1970 */
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++)
        assert_int_equal(steady_step_ms(CASES[i].offset, (struct mono){ CASES[i].mono },
                                        (struct wall){ CASES[i].wall }, CASES[i].synchronised),
                         CASES[i].step);
}

static void an_adopted_step_leaves_nothing_to_adopt(void **state)
{
    uint64_t seed = test_seed(__func__);

    (void)state;
    for (int i = 0; i < 100000; i++) {
        int64_t offset = (int64_t)(test_random(&seed) >> 20), mono = (int64_t)(test_random(&seed) >> 30);
        int64_t wall = (int64_t)(test_random(&seed) >> 20);
        int64_t step = steady_step_ms(offset, (struct mono){ mono }, (struct wall){ wall }, true);
        assert_int_equal(steady_step_ms(offset + step, (struct mono){ mono }, (struct wall){ wall }, true),
                         0);
    }
}

static void the_steady_clock_never_runs_back(void **state)
{
    struct steady *s;
    struct fault why;
    struct clock clock;
    struct now before, now;

    (void)state;
    assert_int_equal(steady_new(&s, &why), ERR_NONE);
    clock = steady_clock(s);
    before = clock_read(&clock);
    assert_true(llabs(before.wall.ms - wall_read().ms) < CLOCK_MINUTE_MS);
    for (int i = 0; i < 10000; i++, before = now) {
        now = clock_read(&clock);
        assert_true(now.mono.ms >= before.mono.ms);
        assert_int_equal(now.wall.ms - before.wall.ms, now.mono.ms - before.mono.ms);
    }
    steady_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(instants_are_written_in_local_time_with_their_zone),
        cmocka_unit_test(what_lies_outside_is_written_as_the_nearest_end),
        cmocka_unit_test(what_is_written_reads_back),
        cmocka_unit_test(the_calendar_walks_through_every_day_of_9999_years),
        cmocka_unit_test(years_end_where_the_next_begin),
        cmocka_unit_test(only_leap_years_have_a_29th_of_february),
        cmocka_unit_test(each_way_rfc_3339_allows_is_read),
        cmocka_unit_test(what_is_no_instant_is_refused),
        cmocka_unit_test(no_beginning_of_an_instant_is_an_instant),
        cmocka_unit_test(a_spoilt_instant_is_refused_or_reads_back),
        cmocka_unit_test(the_local_day_turns_at_17_utc),
        cmocka_unit_test(midnight_is_the_last_not_after),
        cmocka_unit_test(a_step_is_adopted_from_one_second_and_only_when_synchronised),
        cmocka_unit_test(an_adopted_step_leaves_nothing_to_adopt),
        cmocka_unit_test(the_steady_clock_never_runs_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
