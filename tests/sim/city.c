#include "city.h"

#include <math.h>

#include "cm.h"

enum { DAY_S = 86400 };

static struct physics P;
static struct city C;

static void start(unsigned seed)
{
    physics_init(&P, seed, 0);
    city_init(&C, seed, &P);
}

static void second(void)
{
    physics_step(&P, 1.0);
    city_step(&C, &P, 1.0);
}

static void the_filters_share_the_water_and_one_washes_at_a_time(void **state)
{
    unsigned washed[CITY_FILTERS] = { 0 }, together = 0;

    (void)state;
    start(3);
    for (int s = 0; s < 3 * DAY_S; s++) {
        double sum = 0;
        unsigned washing = 0, own = 0;

        second();
        for (unsigned i = 0; i < CITY_FILTERS; i++) {
            const struct city_filter *f = &C.filters[i];
            bool now = f->washing_left_s > 0;

            sum += f->flow_m3h;
            washing += now;
            own += now && i > 0;
            washed[i] += now;
            assert_true(!now || f->flow_m3h == 0.0);
            assert_true(f->head_loss_m > 0.3 && f->head_loss_m < 3.0);
        }
        assert_true(own <= 1);
        together += washing > 1;
        assert_true(fabs(sum - P.raw_m3h * 0.98) < 1e-9 * (1.0 + sum));
    }
    for (unsigned i = 0; i < CITY_FILTERS; i++)
        assert_true(washed[i] > 0);
    assert_true(together < 1300); /* the first keeps its own time, and may meet one other */
}

static void each_step_makes_the_water_clearer(void **state)
{
    double raw = 0, presettled = 0, settled = 0, filtered = 0;

    (void)state;
    start(4);
    for (int s = 0; s < DAY_S; s++) {
        second();
        raw += P.raw_ntu;
        presettled += C.presettled_ntu;
        settled += C.settled_ntu[0] + C.settled_ntu[1];
        for (unsigned i = 0; i < CITY_FILTERS; i++)
            filtered += C.filters[i].out_ntu;
    }
    assert_true(presettled < 0.8 * raw && settled / 2 < 0.5 * presettled && filtered / 4 < 0.4 * settled / 2);
}

/* A raw-water pump takes its share of the flow against the raw main: rho g Q H over its efficiency. */
static void a_raw_pump_draws_power_for_flow_and_head(void **state)
{
    unsigned seen = 0;

    (void)state;
    start(4);
    for (int s = 0; s < DAY_S; s++) {
        second();
        for (unsigned i = 0; i < PHYSICS_RAW_PUMPS; i++) {
            double w = P.raw_m3h / P.raw_pumps_on / 3600.0 * (C.raw_main_bar + 0.2) * 1e5 / 0.64;
            assert_true(P.raw_on[i] || C.raw_pump_kw[i] == 0);
            assert_true(!P.raw_on[i] || fabs(C.raw_pump_kw[i] * 1000.0 - 300.0 - w) < 1.0);
            seen += P.raw_on[i];
        }
    }
    assert_true(seen > DAY_S / 2);
}

/* The chlorine that left the cylinders is what was dosed; an empty one is changed. */
static void supplies_are_used_up_and_changed(void **state)
{
    bool changed = false, refilled = false;
    unsigned cylinder;
    double level;

    (void)state;
    start(6);
    cylinder = C.cylinder;
    for (int s = 0; s < 20 * DAY_S; s++) {
        double was = C.cylinder_kg[C.cylinder];
        unsigned in_use = C.cylinder;

        level = C.pac_level_m;
        second();
        if (in_use == C.cylinder)
            assert_true(fabs(was - C.cylinder_kg[in_use] - P.dose_mgl * P.treated_m3h / 3.6e6) < 1e-9);
        changed = changed || C.cylinder != cylinder;
        refilled = refilled || C.pac_level_m > level;
        assert_true(C.pac_level_m > 0.3 && C.soda_level_m > 0.3 && C.wash_tank_m >= 0);
    }
    assert_true(changed && refilled);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_filters_share_the_water_and_one_washes_at_a_time),
        cmocka_unit_test(each_step_makes_the_water_clearer),
        cmocka_unit_test(a_raw_pump_draws_power_for_flow_and_head),
        cmocka_unit_test(supplies_are_used_up_and_changed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
