#include "physics.h"

#include <math.h>
#include <string.h>

#include "cm.h"

enum { DAY_S = 86400 };

/* What went in less what went out must be what the tank gained; judged against what went through. */
static void both_tanks_close_their_balance_over_a_day(void **state)
{
    static const double STARTS[] = { 0, 5.5 * 3600, 17.9 * 3600 };

    (void)state;
    for (size_t run = 0; run < 3; run++) {
        struct physics p;
        double clear0, tower0, clear_in = 0, clear_out = 0, tower_in = 0, tower_out = 0;

        physics_init(&p, 40 + run, STARTS[run]);
        clear0 = p.clear_m3;
        tower0 = p.tower_m3;
        for (int s = 0; s < DAY_S; s++) {
            physics_step(&p, 1.0);
            clear_in += p.raw_m3h * PHYSICS_TREATED_SHARE / 3600.0;
            clear_out += (p.dma_m3h + p.town_m3h + p.boosters[0].flow_m3h + p.boosters[1].flow_m3h) / 3600.0;
            tower_in += (p.boosters[0].flow_m3h + p.boosters[1].flow_m3h) / 3600.0;
            tower_out += p.zone_m3h / 3600.0;
        }
        assert_true(clear_in > 1000 && tower_in > 100);
        assert_true(p.spilled_total_m3 == 0.0);
        assert_true(fabs(clear_in - clear_out - (p.clear_m3 - clear0)) < 0.001 * clear_in);
        assert_true(fabs(tower_in - tower_out - (p.tower_m3 - tower0)) < 0.001 * tower_in);
    }
}

static void the_totalizer_is_the_integral_of_the_flow(void **state)
{
    struct physics p;
    double out = 0, dma = 0, out0, dma0;

    (void)state;
    physics_init(&p, 3, 0);
    out0 = p.out_total_m3;
    dma0 = p.dma_total_m3;
    for (int s = 0; s < DAY_S; s++) {
        physics_step(&p, 1.0);
        out += p.out_m3h / 3600.0;
        dma += p.dma_m3h / 3600.0;
    }
    assert_true(fabs(p.out_total_m3 - out0 - out) < 1e-3);
    assert_true(fabs(p.dma_total_m3 - dma0 - dma) < 1e-3);
}

/* Ordinary days of 30 seeds: water everywhere, and within what a person would believe. */
static void ordinary_days_stay_ordinary(void **state)
{
    (void)state;
    for (unsigned seed = 0; seed < 30; seed++) {
        struct physics p;

        physics_init(&p, seed, 0);
        for (int s = 0; s < DAY_S; s++) {
            physics_step(&p, 1.0);
            if (s < 600)
                continue; /* it starts from levels that need not fit the hour */
            if (!(physics_clear_level_m(&p) > 0.8 && physics_clear_level_m(&p) < PHYSICS_CLEAR_TOP_M))
                fail_msg("seed %u second %d clear level %g", seed, s, physics_clear_level_m(&p));
            if (!(physics_tower_level_m(&p) > 0.4 && physics_tower_level_m(&p) < PHYSICS_TOWER_TOP_M))
                fail_msg("seed %u second %d tower level %g", seed, s, physics_tower_level_m(&p));
            if (!(p.out_bar > 2.5 && p.out_bar < 6.0 && p.dma_far_bar > 0.5 && p.dma_far_bar < p.dma_in_bar))
                fail_msg("seed %u second %d pressure %g far %g", seed, s, p.out_bar, p.dma_far_bar);
            if (!(p.treated_cl_mgl > 0.4 && p.treated_cl_mgl < 1.0 &&
                  p.tower_cl_mgl < p.treated_cl_mgl + 0.05))
                fail_msg("seed %u second %d chlorine %g tower %g", seed, s, p.treated_cl_mgl, p.tower_cl_mgl);
            if (!(p.filtered_ntu > 0.05 && p.filtered_ntu < 2.0 && p.settled_ntu < p.raw_ntu))
                fail_msg("seed %u second %d turbidity %g %g %g", seed, s, p.raw_ntu, p.settled_ntu,
                         p.filtered_ntu);
            assert_true(p.ph > 6.0 && p.ph < 8.5 && p.water_c > 15 && p.water_c < 27);
        }
    }
}

static void pumps_follow_the_level_with_hysteresis(void **state)
{
    struct physics p;
    unsigned switches[PHYSICS_BOOSTERS] = { 0, 0 };
    bool was[PHYSICS_BOOSTERS] = { false, false };

    (void)state;
    physics_init(&p, 11, 0);
    for (int s = 0; s < DAY_S; s++) {
        double level = physics_tower_level_m(&p);
        bool on;

        physics_step(&p, 1.0);
        on = p.boosters[0].on || p.boosters[1].on;
        assert_true(level > 1.89 || on);
        assert_true(level < 2.61 || !on);
        for (unsigned i = 0; i < PHYSICS_BOOSTERS; i++) {
            switches[i] += p.boosters[i].on != was[i];
            was[i] = p.boosters[i].on;
            assert_true(p.boosters[i].ramp > 0 ||
                        (p.boosters[i].flow_m3h == 0 && p.boosters[i].power_w == 0));
        }
    }
    /* both take turns, and nobody chatters */
    assert_in_range(switches[0], 4, 300);
    assert_in_range(switches[1], 4, 300);
}

static void chlorine_is_less_after_the_longer_way(void **state)
{
    struct physics p;
    double treated = 0, tower = 0;

    (void)state;
    physics_init(&p, 5, 0);
    for (int s = 0; s < DAY_S; s++) {
        physics_step(&p, 1.0);
        treated += p.treated_cl_mgl;
        tower += p.tower_cl_mgl;
    }
    assert_true(tower < 0.97 * treated);
}

static void a_filter_clogs_and_is_washed(void **state)
{
    struct physics p;
    double highest = 0, lowest = 9;
    unsigned washes = 0;
    bool washing = false;

    (void)state;
    physics_init(&p, 8, 0);
    for (int s = 0; s < 3 * DAY_S; s++) {
        physics_step(&p, 1.0);
        highest = fmax(highest, p.head_loss_m);
        lowest = fmin(lowest, p.head_loss_m);
        washes += p.washing_left_s > 0 && !washing;
        washing = p.washing_left_s > 0;
    }
    assert_true(washes >= 1);
    assert_true(highest > 1.79 && highest < 1.85 && lowest < 0.42);
}

static void demand_has_mean_one_and_a_quiet_night(void **state)
{
    double sum = 0;

    (void)state;
    for (int s = 0; s < DAY_S; s++)
        sum += physics_demand_share(s);
    assert_true(fabs(sum / DAY_S - 1.0) < 0.005);
    assert_true(physics_demand_share(2 * 3600) < 0.3);
    assert_true(physics_demand_share(18 * 3600) > 1.7);
    assert_true(fabs(physics_demand_share(86399.999) - physics_demand_share(0)) < 0.001);
}

static void the_same_seed_is_the_same_run_and_another_is_not(void **state)
{
    static struct physics a, b, c;

    (void)state;
    memset(&a, 0, sizeof a);
    memset(&b, 0, sizeof b);
    physics_init(&a, 77, 1000);
    physics_init(&b, 77, 1000);
    physics_init(&c, 78, 1000);
    for (int s = 0; s < 7200; s++) {
        physics_step(&a, 1.0);
        physics_step(&b, 1.0);
        physics_step(&c, 1.0);
    }
    assert_true(a.clear_m3 == b.clear_m3 && a.out_bar == b.out_bar && a.treated_cl_mgl == b.treated_cl_mgl);
    assert_int_equal(a.chance.state, b.chance.state);
    assert_true(a.out_m3h != c.out_m3h);
}

static void a_long_step_is_many_short_ones(void **state)
{
    struct physics a, b;

    (void)state;
    physics_init(&a, 9, 0);
    physics_init(&b, 9, 0);
    physics_step(&a, 600.0);
    for (int s = 0; s < 600; s++)
        physics_step(&b, 1.0);
    assert_true(a.clear_m3 == b.clear_m3 && a.out_bar == b.out_bar);
}

static void an_empty_tank_gives_no_water_and_none_is_made(void **state)
{
    struct physics p;
    double before;

    (void)state;
    physics_init(&p, 2, 18 * 3600);
    p.clear_m3 = 0;
    p.tower_m3 = 0;
    for (int s = 0; s < 3600; s++) {
        before = p.clear_m3;
        physics_step(&p, 1.0);
        assert_true(p.clear_m3 >= 0 && p.tower_m3 >= 0);
        assert_true(fabs(p.clear_m3 - before - (p.treated_m3h - p.out_m3h) / 3600.0) < 1e-9);
        assert_true(fabs(p.booster_m3h - p.boosters[0].flow_m3h - p.boosters[1].flow_m3h) < 1e-9);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_tanks_close_their_balance_over_a_day),
        cmocka_unit_test(the_totalizer_is_the_integral_of_the_flow),
        cmocka_unit_test(ordinary_days_stay_ordinary),
        cmocka_unit_test(pumps_follow_the_level_with_hysteresis),
        cmocka_unit_test(chlorine_is_less_after_the_longer_way),
        cmocka_unit_test(a_filter_clogs_and_is_washed),
        cmocka_unit_test(demand_has_mean_one_and_a_quiet_night),
        cmocka_unit_test(the_same_seed_is_the_same_run_and_another_is_not),
        cmocka_unit_test(a_long_step_is_many_short_ones),
        cmocka_unit_test(an_empty_tank_gives_no_water_and_none_is_made),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
