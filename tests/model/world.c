/* The world of a plant file: what is read, what is refused and where, and that it prints back the same. */
#include <math.h>

#include "model/world_file.h"
#include "seal/seal.h"
#include "unit.h"

static void days_are_days_of_the_calendar(void **state)
{
    static const struct {
        const char *text;
        int32_t day;
    } RIGHT[] = { { "1970-01-01", 0 },     { "1970-01-02", 1 },     { "1969-12-31", -1 },
                  { "2000-02-29", 11016 }, { "2025-07-01", 20270 }, { "2100-02-28", 47540 },
                  { "1900-01-01", -25567 } };
    static const char *const WRONG[] = { "",           "2025-7-1",   "2025-02-29", "2100-02-29",
                                         "2025-13-01", "2025-00-10", "2025-01-00", "2025-04-31",
                                         "1899-12-31", "2200-01-01", "2025/07/01", "2025-07-01 ",
                                         "20250701",   "-025-07-01" };
    char text[DAY_ISO_MAX];
    int32_t day;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(RIGHT); i++) {
        assert_true(day_parse(RIGHT[i].text, &day));
        assert_int_equal(day, RIGHT[i].day);
        assert_string_equal(day_iso(day, text), RIGHT[i].text);
    }
    for (size_t i = 0; i < COUNT_OF(WRONG); i++) {
        assert_false(day_parse(WRONG[i], &day));
        assert_int_equal(day, DAY_NONE);
    }
    assert_string_equal(day_iso(DAY_NONE, text), "");
    for (int32_t d = -25567; d < 84006; d++) { /* every day of the range, there and back */
        assert_true(day_parse(day_iso(d, text), &day));
        assert_int_equal(day, d);
    }
    assert_int_equal(day_local((struct wall){ 17 * CLOCK_HOUR_MS - 1 }), 0);
    assert_int_equal(day_local((struct wall){ 17 * CLOCK_HOUR_MS }), 1);
    assert_int_equal(day_local((struct wall){ -7 * CLOCK_HOUR_MS - 1 }), -1);
}

struct reading_of {
    struct catalogue c;
    struct conf_mistakes m;
    struct conf_file *file;
    struct strbuf said;
};

static void add_point(struct catalogue *c, const char *id, const char *parameter)
{
    struct point p = { .unit = "m" };

    (void)snprintf(p.id, sizeof p.id, "%s", id);
    (void)snprintf(p.parameter, sizeof p.parameter, "%s", parameter);
    assert_int_equal(catalogue_add_point(c, &p, NULL), ERR_NONE);
}

static void read_text(struct reading_of *r, const char *text)
{
    struct world_reader *w;
    struct world_sections s = { 0 };

    catalogue_init(&r->c);
    conf_mistakes_init(&r->m, 0);
    strbuf_init(&r->said, 1 << 20);
    assert_int_equal(conf_load_text("w.yaml", text, strlen(text), &r->file, &r->m), ERR_NONE);
    s.root = conf_root(r->file);
    s.supplier = conf_get(s.root, "supplier");
    s.system = conf_get(s.root, "system");
    s.suppliers = conf_get(s.root, "suppliers");
    s.systems = conf_get(s.root, "systems");
    s.areas = conf_get(s.root, "areas");
    s.sites = conf_get(s.root, "sites");
    s.mains = conf_get(s.root, "mains");
    s.zones = conf_get(s.root, "zones");
    assert_int_equal(world_reader_new(&w, &r->c), ERR_NONE);
    assert_int_equal(world_read(w, &s, &r->m), ERR_NONE);
    add_point(&r->c, "in.flow", "flow");
    add_point(&r->c, "out.total", "volume");
    add_point(&r->c, "far.pressure", "pressure");
    assert_int_equal(world_finish(w, &r->m), ERR_NONE);
    world_reader_free(w);
    conf_mistakes_write(&r->m, &r->said);
}

static void clear(struct reading_of *r)
{
    catalogue_clear(&r->c);
    conf_mistakes_clear(&r->m);
    conf_file_free(r->file);
    strbuf_clear(&r->said);
}

static const char WORLD[] =
    "suppliers:\n"
    "  - { id: a, name: \"Cấp nước \\\"A\\\"\", hotline: 0213 3876 000 }\n"
    "  - { id: b, name: Trung tâm nước sạch }\n"
    "systems:\n"
    "  - { id: city, name: Thành phố, supplier: a, capacity: 9000, people: 21000, chain: [mixing, "
    "sedimentation],\n"
    "      safety_plan: { status: approved, approved_on: 2025-05-20, valid_until: 2030-05-20 } }\n"
    "  - { id: ban, name: Bản Mới, supplier: b, kind: rural }\n"
    "areas:\n"
    "  - { id: \"03388\", name: Đoàn Kết, kind: ward, from: 2025-07-01, aliases: [Phường Quyết Tiến, \"Xã "
    "#7\"] }\n"
    "  - { id: \"104\", name: Huyện Tam Đường, kind: district, until: 2025-07-01 }\n"
    "sites:\n"
    "  - { id: nmn, name: Nhà máy, system: city, kind: treatment_plant, area: \"03388\", elevation: 940,\n"
    "      location: [22.39, 103.46], residence: 150min, chain: [disinfection] }\n"
    "  - { id: be, name: Bể, system: ban, kind: reservoir }\n"
    "zones:\n"
    "  - id: dk\n"
    "    name: Đoàn Kết\n"
    "    system: city\n"
    "    versions:\n"
    "      - { from: 2026-01-01, connections: 1200, flows: [ { point: in.flow, sign: in } ] }\n"
    "      - from: 2026-06-01\n"
    "        people: 4800\n"
    "        elevation: [905, 962]\n"
    "        supply: rota\n"
    "        flows: [ { point: in.flow, sign: in }, { point: out.total, sign: out } ]\n"
    "        critical: [ far.pressure ]\n"
    "        priority: [ { kind: hospital, name: \"Bệnh viện: tỉnh\" } ]\n"
    "mains:\n"
    "  - { id: dn200, name: \"Tuyến DN200\", system: ban, diameter: 200, path: [ [22.39, 103.46], [22.4, "
    "103.4625], "
    "[22.41, 103.46] ] }\n";

static void check_world(const struct catalogue *c)
{
    const struct zone_version *v;
    int32_t day;

    assert_int_equal(c->supplier_count, 2);
    assert_int_equal(c->system_count, 2);
    assert_string_equal(c->suppliers[c->systems[1].supplier].id, "b");
    assert_string_equal(SYSTEM_KINDS[c->systems[1].kind], "rural");
    assert_true(c->systems[0].capacity == 9000 && isnan(c->systems[1].capacity));
    assert_int_equal(c->systems[1].people, -1);
    assert_string_equal(CHAIN_STEPS[c->systems[0].chain.steps[1]], "sedimentation");
    assert_string_equal(PLAN_STATES[c->systems[0].plan.status], "approved");
    assert_true(day_parse("2025-06-30", &day));
    assert_false(area_on(&c->areas[0], day));
    assert_true(area_on(&c->areas[1], day));
    assert_true(area_on(&c->areas[0], day + 1));
    assert_false(area_on(&c->areas[1], day + 1));
    assert_string_equal(c->areas[0].aliases, "Phường Quyết Tiến\nXã #7");
    assert_int_equal(c->sites[0].area, 0);
    assert_int_equal(c->sites[1].area, NO_INDEX);
    assert_int_equal(c->sites[1].system, 1);
    assert_int_equal(c->sites[0].residence_ms, 150 * CLOCK_MINUTE_MS);
    assert_int_equal(c->sites[1].residence_ms, 0);
    assert_int_equal(c->main_count, 1);
    assert_int_equal(c->mains[0].system, 1);
    assert_int_equal(c->mains[0].bend_count, 3);
    assert_true(c->mains[0].diameter_mm == 200 && c->mains[0].bends[1].longitude == 103.4625);
    assert_true(day_parse("2026-05-31", &day));
    assert_null(zone_on(&c->zones[0], day - 151));
    assert_int_equal(zone_on(&c->zones[0], day)->connections, 1200);
    v = zone_on(&c->zones[0], day + 1);
    assert_int_equal(v->flow_count, 2);
    assert_int_equal(v->flows[1].sign, -1);
    assert_string_equal(c->points[v->critical[0]].id, "far.pressure");
    assert_string_equal(v->priority[0].name, "Bệnh viện: tỉnh");
    assert_string_equal(SUPPLY_MODES[v->supply], "rota");
    assert_true(v->highest == 962);
}

static void a_world_is_read_and_prints_back_the_same(void **state)
{
    struct reading_of one, two;
    struct strbuf text, again;

    (void)state;
    read_text(&one, WORLD);
    assert_string_equal(one.said.text == NULL ? "" : one.said.text, "");
    check_world(&one.c);
    strbuf_init(&text, 1 << 20);
    world_print(&one.c, &text);
    read_text(&two, text.text);
    assert_string_equal(two.said.text == NULL ? "" : two.said.text, "");
    check_world(&two.c);
    strbuf_init(&again, 1 << 20);
    world_print(&two.c, &again);
    assert_string_equal(text.text, again.text);
    strbuf_clear(&text);
    strbuf_clear(&again);
    clear(&one);
    clear(&two);
}

/* One line of the world is replaced; the complaint stands at that line. */
static void each_mistake_of_the_world_has_its_line(void **state)
{
    static const struct {
        const char *was, *is, *place, *says;
    } CASES[] = {
        { "supplier: b, kind", "supplier: x, kind", "w.yaml:7:", "there is no supplier \"x\"" },
        { "kind: rural", "kind: village", "w.yaml:7:", "must be one of urban rural" },
        { "mixing, sedimentation", "mixing, sedimentatio", "w.yaml:5:", "\"sedimentation\"?" },
        { "approved_on: 2025-05-20", "approved_on: 2025-05-32", "w.yaml:6:", "is no day" },
        { "valid_until: 2030-05-20", "valid_until: 2020-05-20", "w.yaml:6:", "before it is approved" },
        { "id: \"104\"", "id: \"03388\"", "w.yaml:10:", "stands twice, first at w.yaml:9:" },
        { "until: 2025-07-01", "from: 2025-07-01, until: 2025-07-01", "w.yaml:10:", "end before it begins" },
        { "area: \"03388\"", "area: \"99\"", "w.yaml:12:", "there is no area \"99\"" },
        { "elevation: 940", "elevation: 9400", "w.yaml:12:", "elevation" },
        { "residence: 150min", "residence: 5s", "w.yaml:13:", "residence" },
        { "residence: 150min", "residence: 31d", "w.yaml:13:", "residence" },
        { "residence: 150min", "residence: 800", "w.yaml:13:", "residence" },
        { "system: ban, kind", "kind", "w.yaml:14:", "say which system" },
        { "id: be", "id: nmn", "w.yaml:14:", "site \"nmn\" stands twice" },
        { "system: city\n    versions", "system: town\n    versions",
          "w.yaml:18:", "there is no system \"town\"" },
        { "from: 2026-06-01", "from: 2025-06-01", "w.yaml:21:", "begins before the last" },
        { "sign: in } ] }", "sign: out } ] }", "w.yaml:20:", "no meter lets water into this zone" },
        { "point: out.total", "point: other.node",
          "w.yaml:25:", "there is no point \"other.node\" in this node" },
        { "[ far.pressure ]", "[ in.flow ]", "w.yaml:26:", "measures flow, not pressure" },
        { "kind: hospital", "kind: palace", "w.yaml:27:", "must be one of hospital" },
        { "supply: rota", "supply: sometimes", "w.yaml:24:", "must be one of continuous rota" },
        { "[22.4, 103.4625]", "[22.4, 183.4625]", "w.yaml:29:", "no such place on earth" },
        { "[22.4, 103.4625]", "[22.4]", "w.yaml:29:", "an end or a bend is [latitude, longitude]" },
        { ", [22.4, 103.4625], [22.41, 103.46] ]", "]", "w.yaml:29:", "2 to 100 ends and bends, here are 1" },
        { "diameter: 200", "diameter: 5", "w.yaml:29:", "diameter" },
        { "connections: 1200", "conections: 1200", "w.yaml:20:", "connections" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        const char *at = strstr(WORLD, CASES[i].was);
        char text[sizeof WORLD + 200];
        struct reading_of r;
        assert_non_null(at);
        (void)snprintf(text, sizeof text, "%.*s%s%s", (int)(at - WORLD), WORLD, CASES[i].is,
                       at + strlen(CASES[i].was));
        read_text(&r, text);
        if (r.m.mistakes != 1 || strncmp(r.said.text, CASES[i].place, strlen(CASES[i].place)) != 0 ||
            strstr(r.said.text, CASES[i].says) == NULL)
            fail_msg("%s\nshould be one mistake at %s that says %s, is:\n%s", CASES[i].is, CASES[i].place,
                     CASES[i].says, r.said.text == NULL ? "" : r.said.text);
        clear(&r);
    }
}

static void a_file_says_whose_it_is(void **state)
{
    struct reading_of r;

    (void)state;
    read_text(&r, "sites: [ { id: s, name: S, kind: dma } ]\n");
    assert_int_equal(r.m.mistakes, 1);
    assert_non_null(strstr(r.said.text, "say whose it is"));
    clear(&r);
    read_text(&r, "supplier: { id: a, name: A }\nsystem: { id: s, name: S }\nsites: [ { id: x, name: X, "
                  "kind: dma } ]\n");
    assert_int_equal(r.m.mistakes, 0);
    assert_int_equal(r.c.sites[0].system, 0);
    clear(&r);
}

static void its_tables_are_sound(void **state)
{
    const struct world_table *tables;
    size_t n = world_tables(&tables);

    (void)state;
    for (size_t i = 0; i < n; i++) {
        const char *wrong = conf_table_wrong(tables[i].rows, tables[i].count);
        if (wrong != NULL)
            fail_msg("%s: %s", tables[i].title, wrong);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_are_days_of_the_calendar),
        cmocka_unit_test(a_world_is_read_and_prints_back_the_same),
        cmocka_unit_test(each_mistake_of_the_world_has_its_line),
        cmocka_unit_test(a_file_says_whose_it_is),
        cmocka_unit_test(its_tables_are_sound),
    };
    struct fault why;

    if (seal_start(&why) != ERR_NONE)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
