#include "records/spots.h"

#include <math.h>

#include "unit.h"

static struct catalogue world;
static const struct wall NOW = { 1795604400000 };
static const struct spot_rules RULES = { 3, 365, 24, 30, 40 };

static void add_rule(const char *id, uint32_t point, enum rule_kind kind, double limit)
{
    struct rule r = { .point = point,
                      .other = NO_INDEX,
                      .cause = NO_INDEX,
                      .text = NO_INDEX,
                      .kind = (uint8_t)kind,
                      .n = 1,
                      .limit = limit,
                      .low = NAN };

    (void)snprintf(r.id, sizeof r.id, "%s", id);
    r.key = point * 10 + kind + 1;
    assert_int_equal(catalogue_add_rule(&world, &r, NULL), ERR_NONE);
}

/* Three points at one site; a hill whose zone has p0 and p1 as critical points since today, and p2 before. */
static int up(void **state)
{
    struct site site = { .id = "plant" };
    struct zone z = { .id = "hill", .version_count = 2 };
    struct fault why;

    (void)state;
    catalogue_init(&world);
    assert_int_equal(catalogue_add_site(&world, &site, NULL), ERR_NONE);
    for (int i = 0; i < 3; i++) {
        struct point p = { .every_ms = 1000 };
        (void)snprintf(p.id, sizeof p.id, "p%d", i);
        assert_int_equal(catalogue_add_point(&world, &p, NULL), ERR_NONE);
    }
    add_rule("low", 0, RULE_LOW, 1.0);
    add_rule("lowlow", 0, RULE_LOW_LOW, 0.5);
    add_rule("high", 1, RULE_HIGH, 9.0);
    z.versions = calloc(2, sizeof *z.versions);
    for (int v = 0; v < 2; v++) {
        struct zone_version *one = &z.versions[v];
        *one = (struct zone_version){ .from = day_local(NOW) - 10 + 10 * v,
                                      .lowest = 800,
                                      .highest = v == 0 ? NAN : 840 };
        one->critical = calloc(2, sizeof *one->critical);
        one->critical_count = v == 0 ? 1 : 2;
        one->critical[0] = v == 0 ? 2 : 0;
        one->critical[1] = 1;
    }
    assert_int_equal(catalogue_add_zone(&world, &z, NULL), ERR_NONE);
    return catalogue_seal(&world, &why) == ERR_NONE ? 0 : -1;
}

static int down(void **state)
{
    (void)state;
    catalogue_clear(&world);
    return 0;
}

static void the_first_warning_says_what_is_low(void **state)
{
    (void)state;
    assert_float_equal(spots_low(&world, 0), 1.0, 0);
    assert_true(isnan(spots_low(&world, 1)));
    assert_true(isnan(spots_low(&world, 2)));
}

static void critical_points_of_today_with_a_limit_are_asked_for(void **state)
{
    struct spot_facts_ask a;

    (void)state;
    spots_ask(&a, &world, &RULES, NOW);
    assert_int_equal(a.point_count, 1);
    assert_int_equal(a.points[0].key, world.points[0].key);
    assert_int_equal(a.repeats_from.ms, NOW.ms - INT64_C(365) * CLOCK_DAY_MS);
    assert_int_equal(a.low_from.ms, NOW.ms - INT64_C(30) * CLOCK_DAY_MS);
    spots_ask(&a, &world, &RULES, (struct wall){ NOW.ms - INT64_C(5) * CLOCK_DAY_MS });
    assert_int_equal(a.point_count, 0);
}

static struct spot_candidates *judge(unsigned low_hours, const struct spot_incident *incidents, size_t n)
{
    struct spot_facts f = { .incidents = calloc(n + 1, sizeof *incidents),
                            .hours = calloc(1, sizeof *f.hours) };
    struct spot_candidates *out = NULL;

    if (n > 0)
        memcpy(f.incidents, incidents, n * sizeof *incidents);
    f.incident_count = n;
    f.hours[0] = (struct spot_hours){ world.points[0].key, low_hours, 700, 0.3, NOW };
    f.hour_count = 1;
    assert_int_equal(spots_judge(&out, &world, &RULES, NOW, &f), ERR_NONE);
    assert_null(f.incidents);
    return out;
}

static void as_many_hours_as_the_rule_says_make_low_pressure(void **state)
{
    struct spot_candidates *s = judge(23, NULL, 0);

    (void)state;
    assert_int_equal(s->count, 3);
    assert_int_equal(s->list[0].reason, SPOT_HIGH_PLACE); /* exactly as high as the rule says */
    assert_int_equal(s->list[1].reason, SPOT_END_OF_NETWORK);
    assert_int_equal(s->list[1].count, 23);
    assert_string_equal(s->list[1].point, "p0");
    assert_string_equal(s->list[2].point, "p1");
    assert_true(isnan(s->list[2].low));
    spot_candidates_free(s);
    s = judge(24, NULL, 0);
    assert_int_equal(s->list[0].reason, SPOT_LOW_PRESSURE);
    assert_string_equal(s->list[0].zone, "hill");
    assert_string_equal(s->list[0].site, "plant");
    assert_int_equal(s->list[0].known, 700);
    spot_candidates_free(s);
}

static void a_place_has_its_incidents_together_and_the_most_come_first(void **state)
{
    static const struct spot_incident FOUND[] = {
        { .place = "plant", .incident = 9, .count = 3 },
        { .place = "plant", .incident = 8, .count = 3 },
        { .place = "plant", .incident = 7, .count = 3 },
        { .is_zone = true, .place = "plant", .incident = 9, .count = 12 },
        { .is_zone = true, .place = "plant", .incident = 8, .count = 12 },
    };
    struct spot_candidates *s = judge(0, FOUND, COUNT_OF(FOUND));

    (void)state;
    assert_int_equal(s->count, 5);
    assert_string_equal(s->list[0].zone, "plant");
    assert_int_equal(s->list[0].count, 12);
    assert_int_equal(s->list[0].first, 3);
    assert_int_equal(s->list[0].incident_count, 2);
    assert_string_equal(s->list[1].site, "plant");
    assert_int_equal(s->list[1].incident_count, 3);
    spot_candidates_free(s);
    spot_candidates_free(NULL);
}

int main(void)
{
#define EACH(test) cmocka_unit_test_setup_teardown(test, up, down)
    const struct CMUnitTest tests[] = {
        EACH(the_first_warning_says_what_is_low),
        EACH(critical_points_of_today_with_a_limit_are_asked_for),
        EACH(as_many_hours_as_the_rule_says_make_low_pressure),
        EACH(a_place_has_its_incidents_together_and_the_most_come_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
