/* Turns of the maintenance, on a clock of ours. */
#include "unit.h"

#include "turns.h"

static const struct mono NOON = { 1000000 };

static struct mono later(int64_t ms)
{
    return (struct mono){ NOON.ms + ms };
}

static void longest_due_comes_first(void **state)
{
    const struct turn t[] = { { .due = { NOON.ms + 1 } },
                              { .due = { NOON.ms - 5 } },
                              { .due = { NOON.ms - 9 } } };

    (void)state;
    assert_int_equal(turns_next(t, 3, NOON), 2);
    assert_int_equal(turns_next(t, 2, NOON), 1);
    assert_int_equal(turns_next(t, 1, NOON), -1);
    assert_int_equal(turns_next(t, 1, later(1)), 0);
    assert_int_equal(turns_until(t, 3).ms, NOON.ms - 9);
}

static void rests_as_long_as_it_worked(void **state)
{
    struct turn t = { 0 };

    (void)state;
    turn_worked(&t, NOON, 700);
    assert_int_equal(t.due.ms, later(700).ms);
    turn_worked(&t, NOON, 0);
    assert_int_equal(t.due.ms, later(TURN_REST_MIN_MS).ms);
    turn_idle(&t, NOON, 5000);
    assert_int_equal(t.due.ms, later(5000).ms);
}

static void failure_waits_ever_longer_and_does_less(void **state)
{
    struct turn t = { 0 };
    int64_t gap = 1000;

    (void)state;
    for (int i = 0; i < 40; i++) {
        turn_failed(&t, NOON);
        assert_int_equal(t.due.ms, later(gap).ms);
        gap = gap * 2 > TURN_RETRY_MAX_MS ? TURN_RETRY_MAX_MS : gap * 2;
    }
    assert_int_equal(turn_budget(&t), 1);
    turn_worked(&t, NOON, 1);
    assert_int_equal(turn_budget(&t), 2);
    turn_failed(&t, NOON);
    assert_int_equal(t.due.ms, later(TURN_RETRY_MIN_MS).ms);
}

static void budget_comes_back_to_the_whole(void **state)
{
    struct turn t = { 0 };

    (void)state;
    assert_int_equal(turn_budget(&t), TURN_BUDGET);
    turn_failed(&t, NOON);
    assert_int_equal(turn_budget(&t), TURN_BUDGET / 2);
    turn_worked(&t, NOON, 1);
    assert_int_equal(turn_budget(&t), TURN_BUDGET);
    turn_worked(&t, NOON, 1);
    assert_int_equal(turn_budget(&t), TURN_BUDGET);
}

/* A day of three jobs: none starves another, none is asked for nothing more often than it wants. */
static void a_day_of_turns(void **state)
{
    static const int64_t EVERY[] = { 3600000, 300000, 300000 };
    struct turn t[3] = { { { 0 }, 0, 0 } };
    unsigned taken[3] = { 0 }, backlog = 100;
    struct mono now = { 0 };

    (void)state;
    while (now.ms < 86400000) {
        int i = turns_next(t, 3, now);
        if (i < 0) {
            now = turns_until(t, 3);
            continue;
        }
        taken[i]++;
        if (i == 1 && backlog > 0) {
            backlog--;
            now.ms += 400;
            turn_worked(&t[i], now, 400);
        } else {
            turn_idle(&t[i], now, EVERY[i]);
        }
    }
    assert_int_equal(taken[0], 24);
    assert_in_range(taken[1], 100 + 286, 100 + 288);
    assert_in_range(taken[2], 287, 288);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(longest_due_comes_first),
        cmocka_unit_test(rests_as_long_as_it_worked),
        cmocka_unit_test(failure_waits_ever_longer_and_does_less),
        cmocka_unit_test(budget_comes_back_to_the_whole),
        cmocka_unit_test(a_day_of_turns),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
