#include "acquire/profile.h"

#include <math.h>
#include <stdbool.h>

#include "acquire/field.h"
#include "seal/seal.h"
#include "unit.h"

static const char METER[] =
    "profile:\n"
    "  id: tuf-2000m\n"
    "  name: TUF-2000M ultrasonic flow meter\n"
    "  source: of no manual, made for this test\n"
    "  order: cdab\n"
    "  max_registers: 60\n"
    "  holes: 8\n"
    "  forbidden: [ { holding: 9472 }, { input: 100, count: 5 } ]\n"
    "points:\n"
    "  - { use: flow, name: Lưu lượng, parameter: flow, unit: m3/h, holding: 0, type: f32, decimals: 1 }\n"
    "  - { use: total, name: Tổng lượng, unit: m3, holding: 8, type: u32, order: abcd, plausible: [0, 9] }\n";

static const char HEAD[] = "supplier: { id: sup, name: Nhà cung cấp }\n"
                           "system: { id: sys, name: Hệ thống }\n"
                           "sites: [ { id: plant, name: Nhà máy, kind: treatment_plant } ]\n"
                           "wires:\n"
                           "  - id: w\n"
                           "    tcp: 127.0.0.1:502\n"
                           "    devices:\n"
                           "      - id: d\n"
                           "        site: plant\n";

/* A plant of one device, read with profiles. */
struct world {
    struct profiles profiles;
    struct conf_mistakes mistakes;
    struct catalogue catalogue;
    struct field field;
    struct strbuf said, text;
};

static void world_init(struct world *w)
{
    profiles_init(&w->profiles);
    conf_mistakes_init(&w->mistakes, 0);
    catalogue_init(&w->catalogue);
    field_init(&w->field);
    strbuf_init(&w->said, 1 << 16);
    strbuf_init(&w->text, 1 << 16);
}

static void world_clear(struct world *w)
{
    profiles_clear(&w->profiles);
    conf_mistakes_clear(&w->mistakes);
    catalogue_clear(&w->catalogue);
    field_clear(&w->field);
    strbuf_clear(&w->said);
    strbuf_clear(&w->text);
}

static void profile(struct world *w, const char *name, const char *text)
{
    struct conf_file *file;

    assert_int_equal(conf_load_text(name, text, strlen(text), &file, &w->mistakes), ERR_NONE);
    assert_int_equal(profiles_load(&w->profiles, conf_root(file), &w->mistakes), ERR_NONE);
    conf_file_free(file);
}

static void plant_text(struct world *w, const char *text)
{
    struct conf_file *file;

    assert_int_equal(conf_load_text("plant.yaml", text, strlen(text), &file, &w->mistakes), ERR_NONE);
    assert_int_equal(field_load(conf_root(file), &w->profiles, &w->catalogue, &w->field, &w->mistakes),
                     ERR_NONE);
    assert_int_equal(field_check(&w->field, (struct conf_mark){ "plant.yaml", 0, 0 }, &w->mistakes),
                     ERR_NONE);
    conf_file_free(file);
    conf_mistakes_write(&w->mistakes, &w->said);
}

/* The rest of the device, from line 10 on. */
static void device(struct world *w, const char *rest)
{
    strbuf_printf(&w->text, "%s%s", HEAD, rest);
    plant_text(w, w->text.text);
}

static void must_be_right(const struct world *w)
{
    if (w->mistakes.mistakes + w->mistakes.warnings > 0)
        fail_msg("%s", w->said.text);
}

static void must_say(const struct world *w, const char *all)
{
    assert_string_equal(w->said.text == NULL ? "" : w->said.text, all);
}

static void a_device_has_what_its_profile_says(void **state)
{
    struct world w;
    const struct device *d;
    const struct point *flow;

    (void)state;
    world_init(&w);
    profile(&w, "meter.yaml", METER);
    device(&w, "        profile: tuf-2000m\n        points:\n          - { id: p.flow, use: flow }\n"
               "          - { id: p.total, use: total }\n");
    must_be_right(&w);
    d = &w.field.wires[0].devices[0];
    assert_int_equal(d->max_registers, 60);
    assert_int_equal(d->holes, 8);
    assert_int_equal(d->forbidden_count, 2);
    assert_int_equal(d->forbidden[0].function, FUNCTION_READ_HOLDING);
    assert_int_equal(d->forbidden[0].address, 9472);
    assert_int_equal(d->forbidden[0].count, 1);
    assert_int_equal(d->forbidden[1].function, FUNCTION_READ_INPUT);
    assert_int_equal(d->forbidden[1].count, 5);
    assert_int_equal(d->tags[0].order, ORDER_CDAB);
    assert_int_equal(d->tags[1].order, ORDER_ABCD);
    assert_int_equal(d->tags[1].address, 8);
    assert_true(d->tags[1].low == 0 && d->tags[1].high == 9);
    flow = &w.catalogue.points[d->tags[0].point];
    assert_string_equal(flow->id, "p.flow");
    assert_string_equal(flow->name, "Lưu lượng");
    assert_string_equal(flow->parameter, "flow");
    assert_string_equal(flow->unit, "m3/h");
    assert_int_equal(flow->decimals, 1);
    world_clear(&w);
}

static void what_a_plant_says_itself_counts(void **state)
{
    struct world w;
    const struct device *d;
    const struct point *flow;

    (void)state;
    world_init(&w);
    profile(&w, "meter.yaml", METER);
    device(&w, "        profile: tuf-2000m\n        order: dcba\n        holes: 0\n        forbidden: []\n"
               "        points:\n"
               "          - { id: a, use: flow, name: Của tôi, input: 7, decimals: 3, unit: L/s }\n"
               "          - { id: b, use: total, order: badc }\n"
               "          - { id: c, name: Riêng, unit: bar, holding: 40, type: u16 }\n");
    must_be_right(&w);
    d = &w.field.wires[0].devices[0];
    assert_int_equal(d->max_registers, 60);
    assert_int_equal(d->holes, 0);
    assert_int_equal(d->forbidden_count, 0);
    assert_int_equal(d->tags[0].order, ORDER_DCBA);
    assert_int_equal(d->tags[0].function, FUNCTION_READ_INPUT);
    assert_int_equal(d->tags[0].address, 7);
    assert_int_equal(d->tags[0].kind, KIND_F32);
    assert_int_equal(d->tags[1].order, ORDER_BADC);
    flow = &w.catalogue.points[0];
    assert_string_equal(flow->name, "Của tôi");
    assert_string_equal(flow->unit, "L/s");
    assert_int_equal(flow->decimals, 3);
    assert_string_equal(w.catalogue.points[2].name, "Riêng");
    world_clear(&w);
}

static void the_print_needs_no_profile(void **state)
{
    struct world w, again;
    struct strbuf first, second;

    (void)state;
    world_init(&w);
    world_init(&again);
    strbuf_init(&first, 1 << 16);
    strbuf_init(&second, 1 << 16);
    profile(&w, "meter.yaml", METER);
    device(&w, "        profile: tuf-2000m\n        points:\n          - { id: a, use: flow }\n"
               "          - { id: b, use: total, input: 20 }\n");
    must_be_right(&w);
    field_print(&w.catalogue, &w.field, &first);
    assert_null(strstr(first.text, "profile"));
    assert_null(strstr(first.text, " use:"));
    plant_text(&again, first.text);
    must_be_right(&again);
    field_print(&again.catalogue, &again.field, &second);
    assert_string_equal(first.text, second.text);
    assert_non_null(strstr(first.text, "- { input: 100, count: 5 }"));
    strbuf_clear(&first);
    strbuf_clear(&second);
    world_clear(&w);
    world_clear(&again);
}

static void what_is_not_known_is_said_once_with_its_neighbour(void **state)
{
    static const struct {
        const char *rest, *says;
    } CASES[] = {
        { "        profile: tuf-200m\n        points: [ { id: a, use: flow }, { id: b, use: total } ]\n",
          "plant.yaml:10:18: there is no profile \"tuf-200m\"; did you mean \"tuf-2000m\"?\n" },
        { "        profile: tuf-2000m\n        points: [ { id: a, use: flwo } ]\n",
          "plant.yaml:11:33: there is no point in profile tuf-2000m called \"flwo\"; did you mean "
          "\"flow\"?\n" },
        { "        profile: tuf-2000m\n        points: [ { id: a, use: zzzzzz } ]\n",
          "plant.yaml:11:33: there is no point in profile tuf-2000m called \"zzzzzz\"\n" },
        { "        points: [ { id: a, use: flow } ]\n",
          "plant.yaml:10:33: this device has no profile to use \"flow\" of\n" },
        { "        profile: tuf-2000m\n        points: [ { use: flow } ]\n",
          "plant.yaml:11:19: \"id\" is missing here\n" },
        { "        profile: tuf-2000m\n        points: [ { id: a, use: flow, scale: x } ]\n",
          "plant.yaml:11:46: scale: must be a finite number, not \"x\"\n" },
        { "        profile: tuf-2000m\n        max_registers: 1\n        points: [ { id: a, use: flow } ]\n",
          "plant.yaml:12:19: needs two registers in one answer, but the device's max_registers is 1\n" },
        { "        profile: tuf-2000m\n        colour: red\n        points: [ { id: a, use: flow } ]\n",
          "plant.yaml:11:9: unknown key \"colour\"\n" },
        { "        profile: tuf-2000m\n", "plant.yaml:8:9: \"points\" is missing here\n" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct world w;
        world_init(&w);
        profile(&w, "meter.yaml", METER);
        device(&w, CASES[i].rest);
        must_say(&w, CASES[i].says);
        world_clear(&w);
    }
}

static void a_wrong_profile_is_blamed_itself_and_its_plants_are_not(void **state)
{
    static const char WRONG[] =
        "profile: { id: tuf-2000m, name: X, source: y, oder: cdab, forbidden: [ { count: 3 } ] }\n"
        "points:\n"
        "  - { use: flow, name: Lưu lượng, unit: m3/h, holding: 65535, type: f32 }\n"
        "  - { use: total, name: Tổng lượng, unit: m3, holding: 8, type: u46 }\n"
        "  - { use: total, name: Tổng lượng, unit: m3, holding: 10, type: u32 }\n";
    struct world w;

    (void)state;
    world_init(&w);
    profile(&w, "meter.yaml", WRONG);
    profile(&w, "again.yaml", METER);
    device(&w, "        profile: tuf-2000m\n        points:\n          - { id: p.flow, use: flow }\n"
               "          - { id: p.total, use: total }\n");
    must_say(
        &w,
        "meter.yaml:1:47: unknown key \"oder\"; did you mean \"order\"?\n"
        "meter.yaml:1:72: say which: one of \"holding\", \"input\", \"coil\" and \"discrete\", and "
        "\"count\"\n"
        "meter.yaml:3:56: a value of two registers at 65535 would end beyond the last\n"
        "meter.yaml:4:65: type: must be one of u16 i16 u32 i32 f32 u64 i64 f64 bcd16 bcd32 bool high_byte "
        "low_byte, not \"u46\"; did you mean \"u16\"?\n"
        "meter.yaml:5:12: point to use \"total\" stands twice, first at meter.yaml:4:12\n"
        "again.yaml:2:7: profile \"tuf-2000m\" stands twice, first at meter.yaml:1:16\n");
    world_clear(&w);
}

static int start(void **state)
{
    struct fault why;

    (void)state;
    return seal_start(&why) != ERR_NONE;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_device_has_what_its_profile_says),
        cmocka_unit_test(what_a_plant_says_itself_counts),
        cmocka_unit_test(the_print_needs_no_profile),
        cmocka_unit_test(what_is_not_known_is_said_once_with_its_neighbour),
        cmocka_unit_test(a_wrong_profile_is_blamed_itself_and_its_plants_are_not),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
