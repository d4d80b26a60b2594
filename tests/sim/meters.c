#include "meters.h"

#include <math.h>

#include "cm.h"
#include "field.h"

static struct field F;

static double total_shown(unsigned total, unsigned fraction)
{
    return F.signals[total] + (fraction == 0 ? 0.0 : F.signals[fraction]);
}

/* For a day, of a plant's meter and of one that shows its total in two parts: what the total gains in a
 * second is what the flow beside it said. */
static void a_total_is_the_integral_of_the_flow_beside_it(void **state)
{
    static const unsigned METERS[][3] = {
        { SIGNAL_OUT_FLOW, SIGNAL_OUT_TOTAL, 0 },
        { SIGNAL_DMA_FLOW, SIGNAL_DMA_TOTAL, SIGNAL_DMA_FRACTION },
        { SIGNAL_WORKS + WORKS_RAW_FLOW, SIGNAL_WORKS + WORKS_RAW_TOTAL, 0 },
    };
    double was[3], start[3], sum[3] = { 0 };

    (void)state;
    field_begin(&F, 3, 0);
    for (unsigned i = 0; i < 3; i++)
        was[i] = start[i] = total_shown(METERS[i][1], METERS[i][2]);
    for (int s = 0; s < 86400; s++) {
        field_second(&F);
        for (unsigned i = 0; i < 3; i++) {
            double now = total_shown(METERS[i][1], METERS[i][2]), flow = F.signals[METERS[i][0]];

            assert_true(fabs(now - was[i] - flow / 3600.0) < 1e-8);
            was[i] = now;
            sum[i] += flow / 3600.0;
        }
    }
    for (unsigned i = 0; i < 3; i++)
        assert_true(sum[i] > 100 && fabs(was[i] - start[i] - sum[i]) < 1e-4);
    /* and close to what really flowed */
    assert_true(fabs(F.meters[0] - F.water.out_total_m3) < 0.001 * sum[0]);
}

static void a_total_is_found_by_where_it_is_shown(void **state)
{
    (void)state;
    assert_int_equal(meters_showing(SIGNAL_OUT_TOTAL), 0);
    assert_int_equal(meters_showing(SIGNAL_AREAS + AREA_TOTAL), 3);
    assert_int_equal(meters_showing(SIGNAL_WORKS + 5 * WORKS_SIGNALS + WORKS_OUT_TOTAL), METERS_COUNT - 1);
    assert_int_equal(meters_showing(SIGNAL_OUT_FLOW), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_total_is_the_integral_of_the_flow_beside_it),
        cmocka_unit_test(a_total_is_found_by_where_it_is_shown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
