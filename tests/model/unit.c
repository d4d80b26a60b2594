#include "model/unit.h"

#include <math.h>
#include <stdbool.h>

#include "base/attr.h"
#include "model/parameter.h"
#include "unit.h"

static double convert(double value, const char *from, const char *to)
{
    const struct unit *f = unit_find(from), *t = unit_find(to);

    if (f == NULL || t == NULL)
        fail_msg("%s or %s is unknown", from, to);
    return unit_convert(f, t, value);
}

static void a_unit_converts_by_its_definition(void **state)
{
    static const struct {
        double value;
        const char *from, *to;
        double is;
    } CASES[] = {
        { 1, "L/s", "m3/h", 3.6 },
        { 24, "m3/d", "m3/h", 1 },
        { 1, "m³/s", "m3/h", 3600 },
        { 1, "MPa", "bar", 10 },
        { 250, "kPa", "bar", 2.5 },
        { 10, "mH2O", "bar", 0.980665 },
        { 1, "kgf/cm2", "bar", 0.980665 },
        { 2.5, "bar", "kPa", 250 },
        { 1000, "psi", "bar", 68.94757293168361 },
        { 1, "gpm", "m3/h", 0.22712470704 },
        { 37, "mg/L", "µg/L", 37000 },
        { 1, "ft", "m", 0.3048 },
        { 212, "°F", "°C", 100 },
        { 100, "°C", "°F", 212 },
        { 0, "°C", "K", 273.15 },
        { 1500, "W", "kW", 1.5 },
        { 90, "phút", "h", 1.5 },
        { 7, "mS/m", "µS/cm", 70 },
        { 1450, "rpm", "vòng/phút", 1450 },
        { 5, "g/m3", "mg/L", 5 },
        { 1, "atm", "bar", 1.01325 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        double is = convert(CASES[i].value, CASES[i].from, CASES[i].to);
        if (fabs(is - CASES[i].is) > 2e-16 * fabs(CASES[i].is) + 1e-300)
            fail_msg("%g %s are %.17g %s, not %.17g", CASES[i].value, CASES[i].from, CASES[i].is, CASES[i].to,
                     is);
    }
}

static void what_is_not_the_same_thing_does_not_convert(void **state)
{
    static const char *const PAIRS[][2] = { { "NTU", "FNU" }, { "mg/L", "ppm" }, { "bar", "m" },
                                            { "kW", "kVA" },  { "-", "%" },      { "m3", "m3/h" },
                                            { "bơm", "lần" }, { "kW", "kWh" } };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(PAIRS); i++)
        assert_true(isnan(convert(1, PAIRS[i][0], PAIRS[i][1])));
}

static void an_unknown_unit_has_its_neighbour(void **state)
{
    (void)state;
    assert_null(unit_find("m3/g"));
    assert_null(unit_find(""));
    assert_null(unit_find("M3/H"));
    assert_string_equal(unit_nearest("m3/hh"), "m3/h");
    assert_string_equal(unit_nearest("NTUU"), "NTU");
    assert_null(unit_nearest("chiếc xe đạp"));
}

static void every_parameter_has_a_unit_that_exists(void **state)
{
    static const char *const IDS[] = { "flow",          "volume",    "pressure", "level",
                                       "free_chlorine", "turbidity", "ph",       "temperature",
                                       "power",         "energy",    "run_time", "speed" };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(IDS); i++) {
        const struct parameter_kind *p = parameter_find(IDS[i]);
        assert_non_null(p);
        assert_non_null(unit_find(p->unit));
    }
    assert_null(parameter_find("flwo"));
    assert_string_equal(parameter_nearest("flwo"), "flow");
    assert_true(parameter_own("x-algae"));
    assert_false(parameter_own("x-"));
    assert_false(parameter_own("xflow"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_unit_converts_by_its_definition),
        cmocka_unit_test(what_is_not_the_same_thing_does_not_convert),
        cmocka_unit_test(an_unknown_unit_has_its_neighbour),
        cmocka_unit_test(every_parameter_has_a_unit_that_exists),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
