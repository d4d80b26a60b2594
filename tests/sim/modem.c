#include "modem.h"

#include "cm.h"

enum { DAY_MS = 86400 * 1000, STEP_MS = 500 };

static void answers_are_late_and_the_carrier_goes_now_and_then(void **state)
{
    struct modem m = modem_dialled(1, 1000);
    int64_t lost_ms = 0, losses = 0;
    uint32_t late, earliest = 10000, latest = 0;
    bool was = true;

    (void)state;
    for (int64_t now = 1000; now < 1000 + DAY_MS; now += STEP_MS) {
        bool carries;

        late = 0;
        carries = modem_carries(&m, now, &late);
        if (now < 1000 + MODEM_GOOD_LEAST_MS)
            assert_true(carries); /* a start sees every point */
        lost_ms += carries ? 0 : STEP_MS;
        losses += was && !carries;
        was = carries;
        earliest = late < earliest ? late : earliest;
        latest = late > latest ? late : latest;
    }
    assert_in_range(earliest, MODEM_LATE_LEAST_MS, MODEM_LATE_LEAST_MS + 10);
    assert_in_range(latest, MODEM_LATE_MOST_MS - 10, MODEM_LATE_MOST_MS);
    assert_in_range(losses, 90, 360);
    assert_in_range(lost_ms / losses, MODEM_LOST_LEAST_MS, MODEM_LOST_MOST_MS);
}

static void the_same_seed_drops_at_the_same_time(void **state)
{
    struct modem a = modem_dialled(7, 0), b = modem_dialled(7, 0), c = modem_dialled(8, 0);
    uint32_t late_a, late_b, late_c;
    unsigned differ = 0;

    (void)state;
    for (int64_t now = 0; now < DAY_MS / 10; now += STEP_MS) {
        bool carries;

        late_a = late_b = late_c = 0;
        carries = modem_carries(&a, now, &late_a);
        assert_int_equal(modem_carries(&b, now, &late_b), carries);
        assert_int_equal(late_a, late_b);
        differ += modem_carries(&c, now, &late_c) != carries;
    }
    assert_true(differ > 0);
}

/* Nobody asked for a whole day: it plans its way to now, and goes on. */
static void a_long_silence_is_caught_up(void **state)
{
    struct modem m = modem_dialled(3, 0);
    uint32_t late = 5000;

    (void)state;
    (void)modem_carries(&m, (int64_t)10 * DAY_MS, &late);
    assert_int_equal(late, 5000); /* what made it later still stays */
    assert_true(m.lost_until_ms > (int64_t)10 * DAY_MS);
    assert_true(m.lost_from_ms < (int64_t)10 * DAY_MS + MODEM_GOOD_MOST_MS + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_late_and_the_carrier_goes_now_and_then),
        cmocka_unit_test(the_same_seed_drops_at_the_same_time),
        cmocka_unit_test(a_long_silence_is_caught_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
