#include "base/log.h"

#include "unit.h"

static void a_complaint_every_second_is_written_with_doubling_gaps(void **state)
{
    static const int64_t GAPS_MIN[] = { 1, 2, 4, 8, 16, 32, 60, 60, 60 };
    struct damper d = { 0 };
    int64_t spoke = -1, now = 5000;
    size_t gap = 0;

    (void)state;
    for (; gap < COUNT_OF(GAPS_MIN); now += CLOCK_SECOND_MS) {
        unsigned swallowed = 77;
        if (!damper_complain(&d, (struct mono){ now }, &swallowed))
            continue;
        if (spoke < 0) {
            assert_int_equal(now, 5000); /* at once */
            assert_int_equal(swallowed, 0);
        } else {
            assert_int_equal(now - spoke, GAPS_MIN[gap] * CLOCK_MINUTE_MS);
            assert_int_equal(swallowed, GAPS_MIN[gap] * 60 - 1);
            gap++;
        }
        spoke = now;
    }
}

static void the_gap_is_over_exactly_at_its_end(void **state)
{
    struct damper d = { 0 };
    unsigned swallowed;

    (void)state;
    assert_true(damper_complain(&d, (struct mono){ 0 }, &swallowed));
    assert_false(damper_complain(&d, (struct mono){ CLOCK_MINUTE_MS - 1 }, &swallowed));
    assert_true(damper_complain(&d, (struct mono){ CLOCK_MINUTE_MS }, &swallowed));
    assert_int_equal(swallowed, 1);
}

static void the_end_is_reported_once_with_how_long_it_lasted(void **state)
{
    struct damper d = { 0 };
    unsigned swallowed;
    int64_t lasted = -1;

    (void)state;
    assert_false(damper_end(&d, (struct mono){ 10 }, &lasted));
    assert_int_equal(lasted, -1);
    assert_true(damper_complain(&d, (struct mono){ 1000 }, &swallowed));
    assert_false(damper_complain(&d, (struct mono){ 2000 }, &swallowed));
    assert_true(damper_end(&d, (struct mono){ 91000 }, &lasted));
    assert_int_equal(lasted, 90000);
    assert_false(damper_end(&d, (struct mono){ 92000 }, &lasted));
}

static void new_trouble_speaks_at_once_again(void **state)
{
    struct damper d = { 0 };
    unsigned swallowed;
    int64_t lasted;

    (void)state;
    assert_true(damper_complain(&d, (struct mono){ 0 }, &swallowed));
    assert_false(damper_complain(&d, (struct mono){ 1 }, &swallowed));
    assert_true(damper_end(&d, (struct mono){ 2 }, &lasted));
    assert_true(damper_complain(&d, (struct mono){ 3 }, &swallowed));
    assert_int_equal(swallowed, 0);
    assert_false(damper_complain(&d, (struct mono){ 3 + CLOCK_MINUTE_MS - 1 }, &swallowed));
    assert_true(damper_complain(&d, (struct mono){ 3 + CLOCK_MINUTE_MS }, &swallowed));
}

struct heard {
    unsigned lines;
    enum log_level level;
    char last[2048];
};

static void hear(void *self, enum log_level level, const char *line)
{
    struct heard *h = self;

    h->lines++;
    h->level = level;
    (void)snprintf(h->last, sizeof h->last, "%s", line);
}

static void a_line_stays_one_line_and_has_a_ceiling(void **state)
{
    struct heard h = { 0 };
    char flood[4096];

    (void)state;
    memset(flood, 'x', sizeof flood - 1);
    flood[sizeof flood - 1] = '\0';
    log_set_tee(hear, &h);
    log_warn("device=%s", "a\nerror forged=1\x1B[2J");
    assert_string_equal(h.last, "device=a?error forged=1?[2J");
    assert_int_equal(h.level, LOG_LEVEL_WARN);
    log_error("%s", flood);
    assert_true(strlen(h.last) < 1024);
    assert_string_equal(h.last + strlen(h.last) - 3, "...");
    log_set_tee(NULL, NULL);
    assert_int_equal(h.lines, 2);
}

static void what_is_below_the_level_is_not_written(void **state)
{
    struct heard h = { 0 };

    (void)state;
    log_set_tee(hear, &h);
    log_debug("a=%d", 1);
    log_set_level(LOG_LEVEL_ERROR);
    log_warn("a=%d", 2);
    log_error("a=%d", 3);
    log_set_level(LOG_LEVEL_INFO);
    log_set_tee(NULL, NULL);
    assert_int_equal(h.lines, 1);
    assert_string_equal(h.last, "a=3");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_complaint_every_second_is_written_with_doubling_gaps),
        cmocka_unit_test(the_gap_is_over_exactly_at_its_end),
        cmocka_unit_test(the_end_is_reported_once_with_how_long_it_lasted),
        cmocka_unit_test(new_trouble_speaks_at_once_again),
        cmocka_unit_test(a_line_stays_one_line_and_has_a_ceiling),
        cmocka_unit_test(what_is_below_the_level_is_not_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
