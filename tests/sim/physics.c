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
            for (unsigned z = 0; z < PHYSICS_ZONES_ON_MAIN; z++)
                clear_out += p.zones[z].flow_m3h / 3600.0;
            clear_out += (p.boosters[0].flow_m3h + p.boosters[1].flow_m3h) / 3600.0;
            tower_in += (p.boosters[0].flow_m3h + p.boosters[1].flow_m3h) / 3600.0;
            tower_out += p.zones[ZONE_TAN_PHONG].flow_m3h / 3600.0;
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
    dma0 = p.zone_total_m3[ZONE_DOAN_KET];
    for (int s = 0; s < DAY_S; s++) {
        physics_step(&p, 1.0);
        out += p.out_m3h / 3600.0;
        dma += p.zones[ZONE_DOAN_KET].flow_m3h / 3600.0;
    }
    assert_true(fabs(p.out_total_m3 - out0 - out) < 1e-3);
    assert_true(fabs(p.zone_total_m3[ZONE_DOAN_KET] - dma0 - dma) < 1e-3);
}

/* What enters a zone is what people and leaks take there, and the pressures of a second fit its flows. */
static void inflow_is_demand_and_leaks_at_the_pressure_they_leave(void **state)
{
    struct physics p;

    (void)state;
    physics_init(&p, 6, 0);
    p.zones[ZONE_DONG_PHONG].bursts[1] = (struct burst){ 20.0, 0.4 };
    for (int s = 0; s < DAY_S; s++) {
        double sum;

        physics_step(&p, 1.0);
        sum = p.booster_m3h;
        for (unsigned i = 0; i < ZONE_COUNT; i++) {
            const struct zone *z = &p.zones[i];
            double leak = physics_zone_sizes(i)->leak_m3h * sqrt(z->in_bar);

            assert_true(z->flow_m3h == z->demand_m3h + z->leak_m3h + z->burst_m3h);
            assert_true(fabs(z->leak_m3h - leak) < 1e-9);
            assert_true((z->burst_m3h > 0) == (i == ZONE_DONG_PHONG) && z->far_bar < z->in_bar);
            sum += i < PHYSICS_ZONES_ON_MAIN ? z->flow_m3h : 0.0;
        }
        assert_true(fabs(p.out_m3h - sum) < 1e-9);
        /* the inlet is what the plant gives, less the main's loss at that very flow */
        assert_true(fabs(p.zones[ZONE_DOAN_KET].in_bar -
                         (p.out_bar - 0.5 * (p.out_m3h / 250.0) * (p.out_m3h / 250.0) + 0.4)) < 1e-6);
    }
}

static void a_burst_takes_pressure_where_it_is_and_water_from_the_tank(void **state)
{
    struct physics a, b;

    (void)state;
    physics_init(&a, 6, 2 * 3600);
    physics_step(&a, 1200.0);
    b = a;
    b.zones[ZONE_DOAN_KET].bursts[0] = (struct burst){ 20.0, 1.0 };
    physics_step(&a, 600.0);
    physics_step(&b, 600.0);
    assert_true(b.out_m3h > a.out_m3h + 30 && b.clear_m3 < a.clear_m3 - 4);
    assert_true(b.zones[ZONE_DOAN_KET].far_bar < a.zones[ZONE_DOAN_KET].far_bar - 0.2);
    assert_true(b.zones[ZONE_QUYET_THANG].far_bar < a.zones[ZONE_QUYET_THANG].far_bar);
    /* the same hole near the inlet is not felt at the far end */
    a = b;
    a.zones[ZONE_DOAN_KET].bursts[0].place = 0.1;
    physics_step(&a, 1.0);
    assert_true(a.zones[ZONE_DOAN_KET].far_bar > b.zones[ZONE_DOAN_KET].far_bar + 0.2);
}

/* rho g Q H over an efficiency, with rho g = 9806.65 N/m3, and what the motor takes for itself. */
static void a_pump_draws_power_for_flow_and_head(void **state)
{
    struct physics p;
    unsigned seen = 0;

    (void)state;
    physics_init(&p, 7, 6 * 3600);
    for (int s = 0; s < DAY_S; s++) {
        double head_bar = p.booster_out_bar - p.booster_in_bar, kwh = p.boosters[0].energy_kwh;
        const struct booster *b = &p.boosters[0];

        physics_step(&p, 1.0);
        assert_true(fabs(p.boosters[0].energy_kwh - kwh - b->power_w / 3.6e6) < 1e-9);
        if (b->ramp < 0.999)
            continue;
        seen++;
        assert_true(fabs(b->power_w - 350.0 - b->flow_m3h / 3600.0 * head_bar * 1e5 / 0.62) <
                    0.01 * b->power_w);
    }
    assert_true(seen > 3600);
}

/* Nothing comes in, nothing is dosed: an hour later there is less, two hours later less again, and in the
 * end nothing. */
static void chlorine_decays_with_the_time_it_stays(void **state)
{
    struct physics p;
    double first, second, third;

    (void)state;
    physics_init(&p, 7, 6 * 3600);
    first = p.treated_cl_mgl;
    for (unsigned i = 0; i < PHYSICS_RAW_PUMPS; i++)
        p.trouble.raw_tripped[i] = true;
    physics_step(&p, 3600.0);
    second = p.treated_cl_mgl;
    physics_step(&p, 3600.0);
    third = p.treated_cl_mgl;
    assert_true(p.raw_m3h == 0.0 && second < first && third < second);
    assert_true(first - second > 0.01 && first - second < 0.08 && second - third < first - second + 1e-3);
    physics_init(&p, 7, 6 * 3600);
    p.trouble.dosing_failed = true;
    for (int h = 0; h < 30; h++)
        physics_step(&p, 3600.0);
    assert_true(p.dose_mgl == 0.0 && p.treated_cl_mgl == 0.0);
}

static void without_mains_nothing_is_pumped_and_it_comes_back(void **state)
{
    struct physics p;

    (void)state;
    physics_init(&p, 7, 6 * 3600);
    physics_step(&p, 600.0);
    p.trouble.plant_dark = true;
    physics_step(&p, 60.0);
    assert_true(p.raw_m3h == 0 && p.inverter_hz == 0 && p.out_m3h < 1e-6 && p.out_bar == 0 && p.out_kw == 0);
    assert_true(p.zones[ZONE_DOAN_KET].in_bar == 0 && p.zones[ZONE_TAN_PHONG].flow_m3h > 1);
    p.trouble.plant_dark = false;
    physics_step(&p, 300.0);
    assert_true(p.out_bar > 3.5 && p.out_m3h > 50);
}

static void a_tripped_pump_is_stood_in_for(void **state)
{
    struct physics p;

    (void)state;
    physics_init(&p, 7, 6 * 3600);
    p.trouble.raw_tripped[0] = true;
    p.trouble.booster_tripped[1] = true;
    for (int s = 0; s < DAY_S; s++) {
        physics_step(&p, 1.0);
        assert_true(!p.raw_on[0] && p.boosters[1].ramp == 0);
        assert_true(physics_clear_level_m(&p) > 0.5);
        assert_true(s < 3600 || physics_tower_level_m(&p) > 0.2);
    }
}

/* Ordinary days of twelve seeds: water everywhere, and within what a person would believe. */
static void ordinary_days_stay_ordinary(void **state)
{
    (void)state;
    for (unsigned seed = 0; seed < 12; seed++) {
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
            if (!(p.out_bar > 2.5 && p.out_bar < 6.0 && p.zones[ZONE_DOAN_KET].far_bar > 0.5 &&
                  p.zones[ZONE_DOAN_KET].far_bar < p.zones[ZONE_DOAN_KET].in_bar))
                fail_msg("seed %u second %d pressure %g far %g", seed, s, p.out_bar,
                         p.zones[ZONE_DOAN_KET].far_bar);
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
        cmocka_unit_test(inflow_is_demand_and_leaks_at_the_pressure_they_leave),
        cmocka_unit_test(a_burst_takes_pressure_where_it_is_and_water_from_the_tank),
        cmocka_unit_test(a_pump_draws_power_for_flow_and_head),
        cmocka_unit_test(chlorine_decays_with_the_time_it_stays),
        cmocka_unit_test(without_mains_nothing_is_pumped_and_it_comes_back),
        cmocka_unit_test(a_tripped_pump_is_stood_in_for),
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
