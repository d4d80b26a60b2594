/* Scenarios told in words, and what the registers show of them. */
#include "scenario.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cm.h"
#include "devices.h"
#include "scenario_line.h"

enum { HOUR_S = 3600, ANSWER_MAX = 4096 };

static struct field F, G;
static char HEARD[32][1024]; /* lines of truth */
static unsigned LINES;

static void hear(void *self, const char *line)
{
    (void)self;
    (void)snprintf(HEARD[LINES++ % 32], sizeof HEARD[0], "%s", line);
}

static void run(struct field *f, int seconds)
{
    for (int s = 0; s < seconds; s++)
        field_second(f);
}

static void start(unsigned hour)
{
    field_begin(&F, 3, hour * 3600.0);
    LINES = 0;
    F.scenarios.truth.say = hear;
    run(&F, 900);
}

static const char *told(struct field *f, const char *line)
{
    static char answer[ANSWER_MAX];

    size_t len;

    assert_true(scenario_line_is(line));
    len = scenario_line(f, line, answer, sizeof answer);
    assert_int_equal(len, strlen(answer));
    return answer;
}

static void ok(const char *line)
{
    const char *answer = told(&F, line);

    if (strncmp(answer, "ok", 2) != 0)
        fail_msg("%s: %s", line, answer);
}

static double shown(const char *device, const char *sensor)
{
    return F.signals[devices_sensor(field_device((unsigned)field_named(device)), sensor)];
}

static unsigned word_of(const char *device, enum field_bank bank, uint16_t address)
{
    uint16_t word = 0;

    assert_int_equal(field_read(&F, (unsigned)field_named(device), bank, address, 1, &word), 0);
    return word;
}

static bool carried(const char *device, uint32_t *late_ms)
{
    *late_ms = 0;
    return field_carries(&F, (unsigned)field_named(device), late_ms);
}

static bool hears(const char *device)
{
    uint32_t late_ms;

    return carried(device, &late_ms);
}

/* ---- water ---- */

static void a_burst_lets_out_what_was_said_and_ends(void **state)
{
    double before, burst;

    (void)state;
    start(1);
    before = F.water.zones[ZONE_DONG_PHONG].flow_m3h;
    ok("burst zone-3 5 L/s place 50% for 1h");
    run(&F, 120);
    burst = F.water.zones[ZONE_DONG_PHONG].burst_m3h;
    assert_true(fabs(burst - 18.0) <
                1.0); /* 5 L/s at the pressure it had, a little less at the one it leaves */
    assert_true(shown("dh-dong-phong", "flow") > before + 14);
    ok("burst dong-phong 10.8 m3/h");
    run(&F, 60);
    assert_true(F.water.zones[ZONE_DONG_PHONG].burst_m3h > burst + 9);
    run(&F, HOUR_S);
    assert_true(F.water.zones[ZONE_DONG_PHONG].burst_m3h < 12);
    ok("end burst");
    run(&F, 1);
    assert_true(F.water.zones[ZONE_DONG_PHONG].burst_m3h == 0);
    assert_int_equal(LINES, 4);
    assert_non_null(strstr(HEARD[0], "\"event\":\"start\""));
    assert_non_null(strstr(HEARD[0], "\"zone\":\"dong-phong\",\"rate_lps\":5,"));
    assert_non_null(strstr(HEARD[0], "\"place\":0.5"));
    assert_non_null(strstr(HEARD[2], "\"name\":\"burst-1\""));
    assert_non_null(strstr(HEARD[2], "\"because\":\"time\",\"lasted_s\":3600"));
    assert_non_null(strstr(HEARD[3], "\"because\":\"command\""));
    /* what each lost, of an hour with 5 L/s and an hour and a minute with 3 */
    assert_true(fabs(strtod(strstr(HEARD[2], "\"lost_m3\":") + 10, NULL) - 18.0) < 1.0);
    assert_true(fabs(strtod(strstr(HEARD[3], "\"lost_m3\":") + 10, NULL) - 10.8 * 61 / 60) < 0.7);
}

static void people_want_more_or_less_for_a_while(void **state)
{
    const struct zone *z = &F.water.zones[ZONE_DONG_PHONG], *village = &F.works[WORKS_PHIN_HO].zone;
    double ordinary, there;

    (void)state;
    start(9);
    ordinary = z->demand_m3h;
    there = village->demand_m3h;
    ok("demand zone-3 140% for 1h");
    run(&F, 60);
    assert_true(fabs(z->demand_m3h / ordinary - 1.4) < 0.1);
    assert_true(z->leak_m3h > 0 && fabs(village->demand_m3h / there - 1) < 0.1);
    ok("demand all 50%");
    run(&F, 60);
    assert_true(fabs(z->demand_m3h / ordinary - 0.9) < 0.1);
    assert_true(fabs(village->demand_m3h / there - 0.5) < 0.1);
    ok("demand dong-phong 0");
    run(&F, 60);
    assert_true(z->demand_m3h == 0 && z->flow_m3h == z->leak_m3h); /* never below nothing */
    ok("end all");
    run(&F, 60);
    assert_true(fabs(z->demand_m3h / ordinary - 1) < 0.1 && fabs(village->demand_m3h / there - 1) < 0.1);
    assert_non_null(strstr(HEARD[0], "\"zone\":\"dong-phong\",\"percent\":140"));
    assert_non_null(strstr(HEARD[1], "\"zone\":\"all\",\"percent\":50"));
}

static void a_shut_zone_has_neither_water_nor_pressure(void **state)
{
    const struct zone *z = &F.water.zones[ZONE_DONG_PHONG], *village = &F.works[WORKS_PHIN_HO].zone;
    double out_m3h, flow_m3h;

    (void)state;
    start(9);
    flow_m3h = z->flow_m3h;
    out_m3h = F.water.out_m3h;
    ok("burst zone-3 5 L/s");
    ok("shut zone-3 for 1h");
    ok("shut phin-ho");
    run(&F, 60);
    assert_true(z->flow_m3h == 0 && z->burst_m3h == 0 && z->in_bar == 0 && z->far_bar == 0);
    assert_true(shown("dh-dong-phong", "flow") == 0);
    assert_true(village->flow_m3h == 0 && F.water.out_m3h < out_m3h - 0.8 * flow_m3h);
    assert_non_null(strstr(told(&F, "burst phin-ho 1 L/s"), "phin-ho has no pressure now"));
    run(&F, HOUR_S);
    assert_true(z->flow_m3h > flow_m3h && z->burst_m3h > 10 && z->far_bar > 1);
    assert_non_null(strstr(HEARD[1], "\"kind\":\"shut\""));
    assert_non_null(strstr(HEARD[1], "\"zone\":\"dong-phong\""));
}

static void it_begins_by_the_clock_of_the_field(void **state)
{
    (void)state;
    start(1);
    ok("at 02:00 burst zone-6 2 L/s for 3h");
    run(&F, HOUR_S - 900 - 1);
    assert_true(F.works[WORKS_BINH_LU].zone.burst_m3h == 0 && LINES == 0);
    run(&F, 2);
    assert_true(F.works[WORKS_BINH_LU].zone.burst_m3h > 0);
    assert_non_null(strstr(HEARD[0], "\"local\":\"02:00:"));
    run(&F, 3 * HOUR_S - 2);
    assert_true(F.works[WORKS_BINH_LU].zone.burst_m3h > 0);
    run(&F, 3);
    assert_true(F.works[WORKS_BINH_LU].zone.burst_m3h == 0 && LINES == 2);
}

static void a_tripped_pump_says_so_and_another_takes_over(void **state)
{
    (void)state;
    start(6);
    ok("pump-trip bom-1");
    ok("pump-trip gieng-2");
    run(&F, 4 * HOUR_S);
    assert_int_equal(word_of("bom-1", FIELD_INPUT, 200) >> 8, 5); /* remote and alarm, not on */
    assert_true(shown("bom-1", "flow") == 0 && F.water.boosters[1].energy_kwh > 39811);
    assert_int_equal(word_of("gieng-2", FIELD_HOLDING, 1) >> 8, 5);
    assert_true(physics_tower_level_m(&F.water) > 0.5);
}

static void without_mains_the_pumps_stand_and_only_what_has_a_battery_speaks(void **state)
{
    uint64_t alive;

    (void)state;
    start(6);
    ok("mains-failure lai-chau for 30min");
    run(&F, 120);
    assert_true(!hears("pt-nmn") && !hears("tl-2") && !hears("clo-nmn"));
    assert_true(hears("plc-nmn") && hears("plc-xu-ly") && hears("dien-nmn") && hears("al-dau-vao") &&
                hears("bom-1"));
    assert_true(shown("plc-nmn", "flow") < 0.01 && F.signals[SIGNAL_RAW_PUMPS] == 0);
    assert_true(F.signals[SIGNAL_CHAIN + CHAIN_VOLTS1] == 0 && shown("al-dau-vao", "pressure") < 0.05);
    run(&F, 1800);
    assert_true(hears("pt-nmn") && shown("plc-nmn", "pressure") > 3);
    alive = F.alive_s[field_named("pt-nmn")];
    assert_true(alive > 0 && alive < 200); /* it started anew */
    ok("mains-failure nam-nhun");
    run(&F, 60);
    assert_true(F.works[WORKS_NAM_NHUN].zone.flow_m3h < 0.01 &&
                F.signals[SIGNAL_WORKS + WORKS_SIGNALS + WORKS_KW] == 0);
}

static void without_a_dose_chlorine_ends_at_exactly_nothing(void **state)
{
    int s = 0;

    (void)state;
    start(6);
    ok("dosing-failure lai-chau");
    run(&F, 1);
    assert_int_equal(word_of("plc-nmn", FIELD_HOLDING, 114), 0);
    while (s < 40 && shown("pt-nmn", "chlorine") > 0) {
        run(&F, HOUR_S);
        s++;
    }
    assert_in_range(s, 2, 30);
    run(&F, HOUR_S);
    for (int i = 0; i < 600; i++) {
        run(&F, 1);
        assert_true(shown("pt-nmn", "chlorine") == 0.0);
    }
    assert_int_equal(word_of("pt-nmn", FIELD_HOLDING, 0) | word_of("pt-nmn", FIELD_HOLDING, 1), 0);
}

static void turbid_water_goes_through_the_plant(void **state)
{
    double filtered;

    (void)state;
    start(6);
    filtered = F.water.filtered_ntu;
    ok("turbid lai-chau 900 NTU for 4h");
    run(&F, 2 * HOUR_S);
    assert_true(shown("dd-nuoc-tho", "turbidity") > 700 && F.water.filtered_ntu > filtered + 1);
    run(&F, 12 * HOUR_S);
    assert_true(shown("dd-nuoc-tho", "turbidity") < 100 && F.water.filtered_ntu < filtered + 1);
}

static void a_filter_is_washed_on_command(void **state)
{
    (void)state;
    start(6);
    for (unsigned i = 0; i < CITY_FILTERS; i++)
        F.city.filters[i].washing_left_s = 0;
    ok("backwash lai-chau 2");
    run(&F, 60);
    assert_int_equal(word_of("tl-2", FIELD_HOLDING, 1), 2);
    assert_non_null(strstr(told(&F, "backwash lai-chau 3"), "cannot be washed now"));
    run(&F, 700);
    assert_int_equal(word_of("tl-2", FIELD_HOLDING, 1), 1);
    assert_int_equal(F.scenarios.count, 0);
    assert_non_null(strstr(HEARD[1], "\"event\":\"end\""));
}

/* ---- instruments ---- */

static void sensors_drift_freeze_and_clip(void **state)
{
    double level, at;

    (void)state;
    start(6);
    ok("drift pt-nmn ph 0.5/h");
    ok("frozen plc-nmn level");
    ok("clipped dd-nuoc-tho turbidity 10");
    run(&F, 1);
    level = shown("plc-nmn", "level");
    run(&F, 2 * HOUR_S - 1);
    assert_true(fabs(shown("pt-nmn", "ph") - F.water.ph - 1.0) < 0.03);
    assert_true(shown("plc-nmn", "level") == level && fabs(level - physics_clear_level_m(&F.water)) > 0.01);
    assert_true(shown("dd-nuoc-tho", "turbidity") <= 10);
    at = F.meters[0];
    ok("frozen plc-nmn flow");
    run(&F, HOUR_S);
    assert_true(fabs(F.meters[0] - at - shown("plc-nmn", "flow")) < 1e-6); /* its totalizer believes it */
    ok("end all");
    run(&F, 1);
    assert_true(fabs(shown("pt-nmn", "ph") - F.water.ph) < 0.03 && shown("plc-nmn", "level") != level);
    assert_true(shown("dd-nuoc-tho", "turbidity") > 10 || F.water.raw_ntu < 10.5);
}

static void an_analyser_says_when_it_does_not_see_the_water(void **state)
{
    double ph;

    (void)state;
    start(6);
    ok("calibration pt-nmn for 20min");
    run(&F, 1);
    ph = shown("pt-nmn", "ph");
    run(&F, 300);
    assert_int_equal(word_of("pt-nmn", FIELD_HOLDING, 2), 1);
    assert_int_equal(word_of("pt-nmn", FIELD_HOLDING, 18), 1);
    assert_int_equal(word_of("pt-nmn", FIELD_HOLDING, 22), 3); /* not assigned stays that */
    assert_true(shown("pt-nmn", "ph") == ph);
    run(&F, 1200);
    assert_int_equal(word_of("pt-nmn", FIELD_HOLDING, 2), 0);
    ok("no-sample pt-binh-lu");
    run(&F, 2 * HOUR_S);
    assert_int_equal(word_of("pt-binh-lu", FIELD_HOLDING, 2), 2);
    assert_true(shown("pt-binh-lu", "chlorine") == 0 && F.works[WORKS_BINH_LU].chlorine_mgl > 0.3);
}

static void a_new_meter_counts_from_its_own_number(void **state)
{
    (void)state;
    start(6);
    ok("meter-exchange dh-doan-ket 12.5");
    run(&F, 1);
    assert_true(F.signals[SIGNAL_DMA_TOTAL] == 12);
    run(&F, HOUR_S);
    assert_true(F.signals[SIGNAL_DMA_TOTAL] > 20 && F.signals[SIGNAL_DMA_TOTAL] < 200);
    assert_non_null(strstr(HEARD[0], "\"old_m3\":6112"));
    assert_non_null(strstr(HEARD[0], "\"new_m3\":12.5"));
    assert_int_equal(F.scenarios.count, 0);
}

/* ---- wires ---- */

static void a_cached_gateway_answers_as_if_nothing_had_happened(void **state)
{
    uint16_t before[64], after[64];
    unsigned device;

    (void)state;
    start(6);
    device = (unsigned)field_named("al-dau-vao");
    ok("cached-gateway dma for 10min");
    run(&F, 1);
    assert_int_equal(field_read(&F, device, FIELD_HOLDING, 0x300, 1, before), 0);
    run(&F, 300);
    assert_int_equal(field_read(&F, device, FIELD_HOLDING, 0x300, 1, after), 0);
    assert_int_equal(before[0], after[0]);
    assert_true(hears("al-dau-vao"));
    run(&F, 300);
    assert_int_equal(field_read(&F, device, FIELD_HOLDING, 0x300, 1, after), 0);
    assert_int_equal((uint16_t)(after[0] - before[0]), 601); /* the device had gone on */
}

static void devices_gateways_and_links_fail(void **state)
{
    uint32_t late_ms;
    unsigned down = 0;

    (void)state;
    start(6);
    ok("dead-device bom-2");
    ok("dead-gateway areas for 5min");
    ok("slow-modem villages 4000");
    ok("flapping dma 60s 20s");
    run(&F, 1);
    assert_true(!hears("bom-2") && hears("bom-1") && !hears("dh-quyet-thang") && !hears("al-dong-phong-xa"));
    assert_true(carried("rtu-phin-ho", &late_ms) && late_ms == 4000);
    assert_true(carried("plc-nmn", &late_ms) && late_ms == 0);
    for (int s = 0; s < 800; s++) {
        run(&F, 1);
        down += !hears("dh-doan-ket");
    }
    assert_int_equal(down, 200);
    assert_true(hears("dh-quyet-thang") && !hears("bom-2"));
}

/* ---- words ---- */

static void what_cannot_be_is_refused_in_a_sentence(void **state)
{
    static const struct {
        const char *line, *sentence;
    } WRONG[] = {
        { "burst", "burst takes: burst ZONE RATE" },
        { "burst zone-12 3 L/s", "no zone 'zone-12'; zone-1 to zone-11 are: doan-ket, " },
        { "burst zone-0 3 L/s", "no zone 'zone-0'" },
        { "burst zone-3", "a burst has a rate" },
        { "burst zone-3 12", "a burst has a rate" },
        { "burst zone-3 12 bar", "a burst has a rate" },
        { "burst zone-3 0x12 L/s", "a burst has a rate" },
        { "burst zone-3 -1 L/s", "a burst of -1 L/s is none" },
        { "burst phin-ho 12 L/s", "the pipe of phin-ho loses at most 2 L/s, not 12" },
        { "burst zone-3 12 L/s place 101", "a place is from 0 %" },
        { "burst zone-3 12 L/s somewhere", "burst takes" },
        { "demand", "demand takes: demand ZONE|all PERCENT" },
        { "demand zone-3", "how much of an ordinary day's demand?" },
        { "demand all -1", "how much of an ordinary day's demand?" },
        { "demand all 301%", "how much of an ordinary day's demand? 0 % to 300 %" },
        { "demand al 120%", "no zone 'al'" },
        { "shut", "shut takes: shut ZONE" },
        { "shut all", "no zone 'all'" },
        { "shut zone-3 50", "'50' is too much" },
        { "burst zone-3 12 L/s for ever", "for how long?" },
        { "burst zone-3 12 L/s for 0s", "for how long?" },
        { "burst zone-3 12 L/s for 3", "for how long?" },
        { "at 24:00 burst zone-3 12 L/s", "at what time of the day?" },
        { "at 2 burst zone-3 12 L/s", "at what time of the day?" },
        { "at 02:00x burst zone-3 12 L/s", "at what time of the day?" },
        { "at 02:00", "no scenario ''" },
        { "in -3s burst zone-3 12 L/s", "in what time?" },
        { "in 3h flood zone-3", "no scenario 'flood'; 'scenarios' lists them" },
        { "pump-trip bom-9", "no pump 'bom-9'; there are: bom-tho-1, " },
        { "mains-failure ta-phin", "ta-phin runs on sun and battery" },
        { "mains-failure ha-noi", "no site 'ha-noi'; there are: lai-chau, " },
        { "dosing-failure tan-uyen", "tan-uyen gives no chlorine" },
        { "turbid tan-phong 800", "tan-phong takes no raw water" },
        { "turbid lai-chau", "how turbid?" },
        { "turbid lai-chau 1e9", "how turbid?" },
        { "drift pt-nmn clo 0.1/h", "pt-nmn measures no 'clo'; it measures: chlorine, turbidity, ph" },
        { "drift pt-nmn chlorine 0/h", "how much an hour?" },
        { "drift pt-nmn", "drift takes" },
        { "drift pt-nmn ph 1e300/h", "how much an hour?" },
        { "clipped pt-nmn ph 1e300", "where is the sensor's end?" },
        { "frozen plc-nmn 110", "plc-nmn measures no '110'" },
        { "frozen plc-nmn 0", "plc-nmn measures no '0'" },
        { "frozen pt-xx ph", "no device 'pt-xx'; 'devices' lists them" },
        { "clipped pt-nmn ph", "where is the sensor's end?" },
        { "calibration plc-nmn", "plc-nmn is no analyser" },
        { "backwash tan-phong 1", "tan-phong has no filter to wash" },
        { "backwash lai-chau 5", "which filter of lai-chau? 1 to 4" },
        { "backwash lai-chau 1 for 3h", "backwash takes the time it takes" },
        { "meter-exchange al-dau-vao", "al-dau-vao has no totalizer" },
        { "meter-exchange dh-doan-ket -4", "the new meter shows 0 to" },
        { "dead-gateway lan", "no wire 'lan'; there are: plant, " },
        { "slow-modem villages 5", "how late? 100 to 60000 ms" },
        { "flapping dma 60s", "up for how long" },
        { "cached-gateway dma now", "'now' is too much" },
        { "end", "end NAME, end KIND or end all" },
        { "end burst-1", "no scenario 'burst-1' runs or waits" },
    };

    (void)state;
    start(6);
    for (size_t i = 0; i < COUNT_OF(WRONG); i++) {
        const char *answer = told(&F, WRONG[i].line);
        if (strncmp(answer, "error: ", 7) != 0 || strstr(answer, WRONG[i].sentence) == NULL)
            fail_msg("%s: %s", WRONG[i].line, answer);
    }
    assert_int_equal(F.scenarios.count, 0);
    assert_int_equal(LINES, 0);
    assert_true(!scenario_line_is("") && !scenario_line_is("fault bom-1 silence") &&
                !scenario_line_is("devices"));
}

/* Lines with a letter changed, left out or doubled: carried out or refused, never anything else. */
static void damaged_lines_are_met_with_an_answer(void **state)
{
    struct noise chance = noise_seeded(1);
    unsigned refused = 0;

    (void)state;
    start(6);
    for (unsigned i = 0; i < 20000; i++) {
        static const char *const WHOLE[] = {
            "at 02:00 burst zone-3 12.5 L/s place 50% for 1h30m",
            "in 90s flapping dma 60s 20s for 2d",
            "drift pt-nmn chlorine -0.05/h for 15min",
            "meter-exchange dh-doan-ket 12.5",
            "turbid lai-chau 800 NTU for 3h",
            "demand zone-4 140% for 3d",
            "backwash lai-chau 2",
            "mains-failure tan-phong for 20min",
            "end all",
        };
        char line[SCENARIO_LINE_MAX], answer[ANSWER_MAX];
        size_t len = (size_t)snprintf(line, sizeof line, "%s", WHOLE[i % COUNT_OF(WHOLE)]);

        for (unsigned k = 0; k < 1 + i % 3; k++) {
            size_t at = (size_t)(noise_unit(&chance) * (double)len);
            line[at] = (char)(1 + (int)(noise_unit(&chance) * 255.0));
        }
        assert_true(scenario_line(&F, line, answer, sizeof answer) < sizeof answer);
        assert_true(strncmp(answer, "ok", 2) == 0 || strncmp(answer, "error: ", 7) == 0);
        assert_non_null(strchr(answer, '\n'));
        refused += *answer == 'e';
        if (i % 500 == 0)
            run(&F, 1);
    }
    assert_in_range(refused, 10000, 19999);
}

static void they_are_listed_named_and_called_off(void **state)
{
    const char *list;

    (void)state;
    start(6);
    ok("burst zone-1 2 L/s for 1h30m");
    assert_string_equal(told(&F, "burst zone-1 3 L/s"), "ok burst-2\n");
    ok("in 2h pump-trip bom-1");
    run(&F, 60);
    list = told(&F, "scenarios");
    assert_non_null(strstr(list, "burst-1 runs since 0:01:00 still 1:29:00: burst zone-1 2 L/s for 1h30m\n"));
    assert_non_null(strstr(list, "burst-2 runs since 0:01:00: burst zone-1 3 L/s\n"));
    assert_non_null(strstr(list, "pump-trip-1 begins in 1:59:00: in 2h pump-trip bom-1\n"));
    assert_non_null(strstr(list, "  flapping WIRE [UP DOWN]\n"));
    assert_non_null(strstr(told(&F, "end burst"), "more than one burst"));
    ok("end burst-1");
    ok("end pump-trip");
    assert_non_null(strstr(HEARD[3], "\"event\":\"cancel\""));
    for (int i = 0; i < SCENARIOS_MAX - 1; i++)
        ok("slow-modem dma");
    assert_non_null(strstr(told(&F, "slow-modem dma"), "32 scenarios run or wait already"));
    ok("end all");
    assert_int_equal(F.scenarios.count, 0);
    ok("burst zone-2 1 L/s");
    ok("burst zone-2 1 L/s");
    ok("burst zone-2 1 L/s");
    ok("burst zone-2 1 L/s");
    assert_non_null(strstr(told(&F, "burst zone-2 1 L/s"), "quyet-thang has 4 bursts already"));
    ok("end all");
    ok("mains-failure lai-chau");
    run(&F, 60);
    assert_non_null(strstr(told(&F, "burst zone-2 1 L/s"), "has no pressure now"));
}

static void a_file_of_them_is_read_or_refused_with_its_line(void **state)
{
    char path[] = "/tmp/capnuoc-scenarios-XXXXXX";
    int fd = mkstemp(path);
    struct fault why;
    FILE *file = fdopen(fd, "w");

    (void)state;
    assert_non_null(file);
    start(6);
    assert_true(
        fputs("# a night\n\nat 02:00 burst zone-3 12 L/s for 3h  # the big one\nin 5min pump-trip bom-1",
              file) >= 0);
    assert_int_equal(fflush(file), 0);
    assert_int_equal(scenario_file(&F, path, &why), ERR_NONE);
    assert_int_equal(F.scenarios.count, 2);
    assert_true(fputs("\nburst zone-3 12 L/s\nburst zone-99 1 L/s\n", file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(scenario_file(&F, path, &why), ERR_MISSING);
    assert_non_null(strstr(why.text, "line 6: no zone 'zone-99'"));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(scenario_file(&F, path, &why), ERR_MISSING);
}

/* Same seed, same commands at the same seconds: every register, every second, bit by bit; and in whatever
 * steps the field is let go on. */
static void the_same_seed_and_commands_are_the_same_field(void **state)
{
    static const struct {
        int second;
        const char *line;
    } TOLD[] = {
        { 0, "at 02:00 burst zone-3 12 L/s for 3h" },
        { 100, "drift pt-nmn chlorine -0.05/h" },
        { 5000, "burst zone-7 3 L/s" },
        { 7000, "mains-failure tan-phong for 20min" },
        { 9000, "end burst-2" },
        { 9000, "flapping dma 30s 10s" },
    };
    size_t next = 0;

    (void)state;
    field_begin(&F, 5, 0);
    field_begin(&G, 5, 0);
    for (int s = 0; s < 4 * HOUR_S; s++) {
        for (; next < COUNT_OF(TOLD) && TOLD[next].second == s; next++) {
            ok(TOLD[next].line);
            assert_int_equal(strncmp(told(&G, TOLD[next].line), "ok", 2), 0);
        }
        field_second(&F);
        field_second(&G);
        if (memcmp(F.words, G.words, sizeof F.words) != 0)
            fail_msg("second %d", s);
    }
    assert_memory_equal(F.signals, G.signals, sizeof F.signals);
    field_begin(&G, 6, 0);
    run(&G, 4 * HOUR_S);
    assert_memory_not_equal(F.words, G.words, sizeof F.words);
}

/* A day with much at once: every tank still closes its balance, and nothing is left behind. */
static void a_bad_day_loses_no_water(void **state)
{
    static const char *const LINES_TOLD[] = {
        "burst zone-1 12 L/s for 6h",
        "in 1h burst zone-1 8 L/s for 3h",
        "in 2h mains-failure lai-chau for 2h",
        "in 3h mains-failure tan-phong for 2h",
        "in 3h pump-trip bom-tho-1",
        "in 5h turbid lai-chau 1500",
        "burst zone-6 15 L/s",
        "burst zone-9 8 L/s for 9h",
        "in 7h dosing-failure binh-lu",
        "mains-failure nam-nhun for 5h",
    };
    double clear, tower, in, out, pumped, zone, tank[WORKS_COUNT], w_in[WORKS_COUNT], w_out[WORKS_COUNT];

    (void)state;
    start(6);
    for (size_t i = 0; i < COUNT_OF(LINES_TOLD); i++)
        ok(LINES_TOLD[i]);
    clear = F.water.clear_m3;
    tower = F.water.tower_m3;
    in = out = pumped = zone = F.water.spilled_total_m3;
    assert_true(in == 0);
    for (unsigned i = 0; i < WORKS_COUNT; i++) {
        tank[i] = F.works[i].tank_m3 + F.works[i].spilled_total_m3;
        w_in[i] = w_out[i] = 0;
    }
    for (int s = 0; s < 24 * HOUR_S; s++) {
        run(&F, 1);
        in += F.water.treated_m3h / 3600;
        out += F.water.out_m3h / 3600;
        pumped += F.water.booster_m3h / 3600;
        zone += F.water.zones[ZONE_TAN_PHONG].flow_m3h / 3600;
        for (unsigned i = 0; i < WORKS_COUNT; i++) {
            const struct zone *z = &F.works[i].zone;
            w_in[i] += F.works[i].treated_m3h / 3600;
            w_out[i] += z->flow_m3h / 3600;
            assert_true(fabs(z->flow_m3h - z->demand_m3h - z->leak_m3h - z->burst_m3h) < 1e-9);
        }
    }
    assert_true(fabs(in - out + pumped - zone - (F.water.clear_m3 - clear) - (F.water.tower_m3 - tower) -
                     F.water.spilled_total_m3) < 0.001 * in);
    for (unsigned i = 0; i < WORKS_COUNT; i++)
        assert_true(fabs(w_in[i] - w_out[i] - (F.works[i].tank_m3 + F.works[i].spilled_total_m3 - tank[i])) <
                    0.001 * (w_in[i] + 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_burst_lets_out_what_was_said_and_ends),
        cmocka_unit_test(people_want_more_or_less_for_a_while),
        cmocka_unit_test(a_shut_zone_has_neither_water_nor_pressure),
        cmocka_unit_test(it_begins_by_the_clock_of_the_field),
        cmocka_unit_test(a_tripped_pump_says_so_and_another_takes_over),
        cmocka_unit_test(without_mains_the_pumps_stand_and_only_what_has_a_battery_speaks),
        cmocka_unit_test(without_a_dose_chlorine_ends_at_exactly_nothing),
        cmocka_unit_test(turbid_water_goes_through_the_plant),
        cmocka_unit_test(a_filter_is_washed_on_command),
        cmocka_unit_test(sensors_drift_freeze_and_clip),
        cmocka_unit_test(an_analyser_says_when_it_does_not_see_the_water),
        cmocka_unit_test(a_new_meter_counts_from_its_own_number),
        cmocka_unit_test(a_cached_gateway_answers_as_if_nothing_had_happened),
        cmocka_unit_test(devices_gateways_and_links_fail),
        cmocka_unit_test(what_cannot_be_is_refused_in_a_sentence),
        cmocka_unit_test(damaged_lines_are_met_with_an_answer),
        cmocka_unit_test(they_are_listed_named_and_called_off),
        cmocka_unit_test(a_file_of_them_is_read_or_refused_with_its_line),
        cmocka_unit_test(the_same_seed_and_commands_are_the_same_field),
        cmocka_unit_test(a_bad_day_loses_no_water),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
