/* Whom an incident may reach: each zone once, by the version of its day, and no number that nobody gave. */
#include <math.h>

#include "model/incident_reach.h"
#include "unit.h"

enum { HOSPITAL, CLINIC, SCHOOL, HIGH_RISE };

static struct zone_priority TOWN[] = { { .kind = HOSPITAL }, { .kind = CLINIC }, { .kind = SCHOOL } };
static struct zone_version OLD_AND_NEW[] = {
    { .from = 0, .connections = 900, .people = 3000, .lowest = NAN, .highest = 910 },
    { .from = 20000,
      .connections = 1200,
      .people = 4500,
      .lowest = NAN,
      .highest = 940,
      .priority = TOWN,
      .priority_count = 3 },
};
static struct zone_version HILL[] = {
    { .from = 0, .connections = -1, .people = -1, .lowest = NAN, .highest = NAN }
};
static struct zone ZONES[] = {
    { .id = "town", .system = 0, .versions = OLD_AND_NEW, .version_count = 2 },
    { .id = "hill", .system = 1, .versions = HILL, .version_count = 1 },
};
static struct system SYSTEMS[] = { { .id = "a", .kind = 0 }, { .id = "b", .kind = 1 } };
static struct site SITES[] = { { .id = "plant", .kind = "treatment_plant", .system = 0 },
                               { .id = "chamber", .kind = "chamber", .system = 0 } };
static const struct catalogue WORLD = {
    .zones = ZONES, .zone_count = 2, .systems = SYSTEMS, .system_count = 2, .sites = SITES, .site_count = 2
};

static const struct wall LATE = { 20001LL * CLOCK_DAY_MS }, EARLY = { 19000LL * CLOCK_DAY_MS };

static struct incident *with(void **state, const char *site, const char *zone)
{
    struct incident *i = *state;
    struct member *m = &i->members[i->member_count++];

    (void)snprintf(m->site, sizeof m->site, "%s", site);
    (void)snprintf(m->zone, sizeof m->zone, "%s", zone);
    return i;
}

static int set_up(void **state)
{
    *state = calloc(1, sizeof(struct incident));
    return *state == NULL;
}

static int tear_down(void **state)
{
    free(*state);
    return 0;
}

static void each_zone_counts_once_by_the_version_of_its_day(void **state)
{
    const struct incident *i;
    struct incident_reach r;

    (void)with(state, "", "town");
    i = with(state, "chamber", "town");
    r = incident_reach(i, &WORLD, LATE);
    assert_int_equal(r.zones, 1);
    assert_true(r.people_known && r.connections_known);
    assert_int_equal(r.most.people, 4500);
    assert_int_equal(r.most.hospitals, 2); /* and clinics */
    assert_int_equal(r.most.schools, 1);
    assert_true(r.highest_m == 940);
    r = incident_reach(i, &WORLD, EARLY);
    assert_int_equal(r.most.people, 3000);
    assert_int_equal(r.most.hospitals, 0);
    assert_false(r.most.rural);
}

static void what_nobody_counted_is_not_known(void **state)
{
    struct incident_reach r = incident_reach(with(state, "", "hill"), &WORLD, LATE);

    assert_int_equal(r.zones, 1);
    assert_false(r.people_known || r.connections_known);
    assert_true(isnan(r.highest_m));
    assert_true(r.most.rural);
    r = incident_reach(with(state, "", "town"), &WORLD, LATE);
    assert_int_equal(r.zones, 2);
    assert_true(r.people_known);
    assert_int_equal(r.most.people, 4500);
}

static void a_plant_reaches_the_zones_of_its_system_and_a_chamber_none(void **state)
{
    struct incident_reach r = incident_reach(with(state, "chamber", ""), &WORLD, LATE);

    assert_int_equal(r.zones, 0);
    r = incident_reach(with(state, "plant", ""), &WORLD, LATE);
    assert_int_equal(r.zones, 1);
    assert_int_equal(r.most.connections, 1200);
}

/* The site's own tank, else the shortest of its system; the zone's system where no site is named. */
static void bad_water_leaves_the_tank_of_its_place_or_of_its_system(void **state)
{
    static struct site sites[] = {
        { .id = "plant", .system = 0, .residence_ms = 9000000 },
        { .id = "tower", .system = 0, .residence_ms = 3600000 },
        { .id = "chamber", .system = 0 },
        { .id = "spring", .system = 1 },
    };
    const struct catalogue c = { .zones = ZONES,
                                 .zone_count = 2,
                                 .systems = SYSTEMS,
                                 .system_count = 2,
                                 .sites = sites,
                                 .site_count = 4 };

    (void)state;
    assert_int_equal(place_residence_ms(&c, "plant", ""), 9000000);
    assert_int_equal(place_residence_ms(&c, "tower", "hill"), 3600000);
    assert_int_equal(place_residence_ms(&c, "chamber", ""), 3600000);
    assert_int_equal(place_residence_ms(&c, "", "town"), 3600000);
    assert_int_equal(place_residence_ms(&c, "spring", ""), 0);
    assert_int_equal(place_residence_ms(&c, "", "hill"), 0);
    assert_int_equal(place_residence_ms(&c, "gone", "nowhere"), 0);
    assert_int_equal(place_residence_ms(&c, "", ""), 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(each_zone_counts_once_by_the_version_of_its_day),
        T(what_nobody_counted_is_not_known),
        T(bad_water_leaves_the_tank_of_its_place_or_of_its_system),
        T(a_plant_reaches_the_zones_of_its_system_and_a_chamber_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
