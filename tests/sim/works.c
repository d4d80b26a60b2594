#include "works.h"

#include <math.h>
#include <string.h>

#include "cm.h"

enum { DAY_S = 86400 };

static struct works W[WORKS_COUNT], V[WORKS_COUNT];

static void second(struct works all[WORKS_COUNT], struct noise *chance, int s)
{
    works_step(all, chance, s % DAY_S, 1.0);
}

/* What went in less what went out and over the edge is what the tank gained. */
static void every_tank_closes_its_balance_over_a_day(void **state)
{
    struct noise chance = noise_seeded(5);
    double start[WORKS_COUNT], in[WORKS_COUNT] = { 0 }, out[WORKS_COUNT] = { 0 }, total[WORKS_COUNT];

    (void)state;
    works_init(W);
    for (unsigned id = 0; id < WORKS_COUNT; id++) {
        start[id] = W[id].tank_m3;
        total[id] = W[id].out_total_m3;
    }
    for (int s = 0; s < DAY_S; s++) {
        second(W, &chance, s);
        for (unsigned id = 0; id < WORKS_COUNT; id++) {
            in[id] += W[id].treated_m3h / 3600.0;
            out[id] += W[id].zone.flow_m3h / 3600.0;
        }
    }
    for (unsigned id = 0; id < WORKS_COUNT; id++) {
        assert_true(in[id] > 20 && out[id] > 20);
        assert_true(fabs(in[id] - out[id] - W[id].spilled_total_m3 - (W[id].tank_m3 - start[id])) <
                    1e-6 * in[id]);
        assert_true(fabs(W[id].out_total_m3 - total[id] - out[id]) < 1e-3);
    }
}

/* Two days of five seeds: water everywhere, and within what a person would believe. */
static void ordinary_days_stay_ordinary(void **state)
{
    (void)state;
    for (unsigned seed = 0; seed < 5; seed++) {
        struct noise chance = noise_seeded(seed);

        works_init(W);
        for (int s = 0; s < 2 * DAY_S; s++) {
            second(W, &chance, s);
            for (unsigned id = 0; s > 600 && id < WORKS_COUNT; id++) {
                const struct works_sizes *z = works_sizes(id);
                double full = works_level_m(&W[id], id) / z->tank_top_m;

                if (!(full > 0.12 && full < 1.0))
                    fail_msg("seed %u works %u second %d: tank %g", seed, id, s, full);
                if (!(W[id].out_bar > 1.5 && W[id].out_bar < 7 && W[id].zone.far_bar > 0.2 &&
                      W[id].zone.far_bar < W[id].out_bar))
                    fail_msg("seed %u works %u second %d: %g bar, far %g", seed, id, s, W[id].out_bar,
                             W[id].zone.far_bar);
                if (!(W[id].chlorine_mgl > 0.2 && W[id].chlorine_mgl < 1.0))
                    fail_msg("seed %u works %u second %d: chlorine %g", seed, id, s, W[id].chlorine_mgl);
            }
        }
    }
}

static void pumps_take_turns_and_do_not_chatter(void **state)
{
    struct noise chance = noise_seeded(3);
    unsigned starts[WORKS_COUNT][WORKS_PUMPS_MAX] = { { 0 } };
    bool was[WORKS_COUNT][WORKS_PUMPS_MAX] = { { false } };

    (void)state;
    works_init(W);
    for (int s = 0; s < DAY_S; s++) {
        second(W, &chance, s);
        for (unsigned id = 0; id < WORKS_COUNT; id++)
            for (unsigned i = 0; i < WORKS_PUMPS_MAX; i++) {
                const struct works_pump *p = &W[id].pumps[i];
                starts[id][i] += p->on && !was[id][i];
                was[id][i] = p->on;
                assert_true(p->ramp > 0 || (p->flow_m3h == 0 && p->power_w == 0));
            }
    }
    for (unsigned id = 0; id < WORKS_COUNT; id++)
        for (unsigned i = 0; i < WORKS_PUMPS_MAX; i++) {
            if (i < works_sizes(id)->pumps)
                assert_in_range(starts[id][i], 1, 40);
            else
                assert_int_equal(starts[id][i], 0);
        }
}

/* A spring cannot be asked for more than it has: the tank runs dry and no water is made. */
static void an_empty_tank_gives_what_comes(void **state)
{
    struct noise chance = noise_seeded(2);

    (void)state;
    works_init(W);
    for (unsigned id = 0; id < WORKS_COUNT; id++)
        W[id].tank_m3 = 0;
    for (int s = 18 * 3600; s < 19 * 3600; s++) {
        double before[WORKS_COUNT];

        for (unsigned id = 0; id < WORKS_COUNT; id++)
            before[id] = W[id].tank_m3;
        second(W, &chance, s);
        for (unsigned id = 0; id < WORKS_COUNT; id++) {
            assert_true(W[id].tank_m3 >= 0);
            assert_true(
                fabs(W[id].tank_m3 - before[id] - (W[id].treated_m3h - W[id].zone.flow_m3h) / 3600.0) < 1e-9);
        }
    }
}

static void a_well_falls_while_its_pump_runs(void **state)
{
    struct noise chance = noise_seeded(4);
    const struct works_pump *p = &W[WORKS_BINH_LU].pumps[0];
    double running = 0, standing = 99;

    (void)state;
    works_init(W);
    for (int s = 0; s < DAY_S; s++) {
        second(W, &chance, s);
        running = p->on && p->well_m > running ? p->well_m : running;
        standing = !p->on && p->well_m < standing ? p->well_m : standing;
    }
    assert_true(running > standing + 3.0);
}

static void the_same_chance_is_the_same_run(void **state)
{
    struct noise a = noise_seeded(9), b = noise_seeded(9);

    (void)state;
    works_init(W);
    works_init(V);
    for (int s = 0; s < 7200; s++) {
        second(W, &a, s);
        second(V, &b, s);
    }
    assert_memory_equal(W, V, sizeof W);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_tank_closes_its_balance_over_a_day),
        cmocka_unit_test(ordinary_days_stay_ordinary),
        cmocka_unit_test(pumps_take_turns_and_do_not_chatter),
        cmocka_unit_test(an_empty_tank_gives_what_comes),
        cmocka_unit_test(a_well_falls_while_its_pump_runs),
        cmocka_unit_test(the_same_chance_is_the_same_run),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
