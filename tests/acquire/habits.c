/* What a file may say of difficult devices: read, checked, printed and read again, and noticed by a reload.
 */
#include <math.h>
#include <string.h>

#include "acquire/field.h"
#include "conf/mistakes.h"
#include "conf/tree.h"
#include "seal/seal.h"
#include "unit.h"

static const char HEAD[] = "supplier: { id: s, name: S }\n"
                           "system: { id: y, name: Y }\n"
                           "sites: [ { id: t, name: T, kind: treatment_plant } ]\n"
                           "wires:\n";

static const char PROFILE[] =
    "profile:\n"
    "  id: make\n"
    "  name: M\n"
    "  source: a manual\n"
    "  answer_within: 4s\n"
    "  busy_retries: 5\n"
    "  busy_pause: 1s\n"
    "  reply_unit: 255\n"
    "  close_after_cycle: true\n"
    "  gate: { holding: 40, mask: 6 }\n"
    "  alive: { input: 7, within: 1min }\n"
    "  identity: { input: 300, registers: 8, order: low_first }\n"
    "points:\n"
    "  - { use: flow, name: Q, parameter: flow, unit: m3/h, holding: 0, type: f32 }\n";

struct plant {
    struct conf_file *file, *profile;
    struct conf_mistakes mistakes;
    struct profiles profiles;
    struct catalogue catalogue;
    struct field field;
    struct strbuf said;
};

static void load(struct plant *p, const char *wires)
{
    char text[4096];
    int len = snprintf(text, sizeof text, "%s%s", strncmp(wires, "supplier", 8) == 0 ? "" : HEAD, wires);

    *p = (struct plant){ 0 };
    assert_true(len > 0 && (size_t)len < sizeof text);
    conf_mistakes_init(&p->mistakes, 0);
    catalogue_init(&p->catalogue);
    profiles_init(&p->profiles);
    field_init(&p->field);
    strbuf_init(&p->said, 1 << 16);
    assert_int_equal(conf_load_text("m.yaml", PROFILE, sizeof PROFILE - 1, &p->profile, &p->mistakes),
                     ERR_NONE);
    assert_int_equal(profiles_load(&p->profiles, conf_root(p->profile), &p->mistakes), ERR_NONE);
    conf_file_free(p->profile); /* what it says must have been kept */
    assert_int_equal(conf_load_text("p.yaml", text, (size_t)len, &p->file, &p->mistakes), ERR_NONE);
    assert_int_equal(field_load(conf_root(p->file), &p->profiles, &p->catalogue, &p->field, &p->mistakes),
                     ERR_NONE);
    assert_int_equal(field_check(&p->field, (struct conf_mark){ "p.yaml", 0, 0 }, &p->mistakes), ERR_NONE);
    conf_mistakes_write(&p->mistakes, &p->said);
}

static void unload(struct plant *p)
{
    field_clear(&p->field);
    profiles_clear(&p->profiles);
    catalogue_clear(&p->catalogue);
    conf_mistakes_clear(&p->mistakes);
    strbuf_clear(&p->said);
    conf_file_free(p->file);
}

static void load_right(struct plant *p, const char *wires)
{
    load(p, wires);
    if (p->mistakes.mistakes + p->mistakes.warnings > 0)
        fail_msg("%s", p->said.text);
}

#define WIRE(wire, device, more)                                                                             \
    "  - id: w\n    tcp: h:502\n" wire "    devices:\n      - id: d\n        site: t\n" device               \
    "        points:\n          - { id: a, name: A, unit: mA, holding: 10, type: u16" more " }\n"            \
    "          - { id: b, name: B, unit: '-', holding: 20, type: u32 }\n"

static const struct device *first_device(const struct plant *p)
{
    return &p->field.wires[0].devices[0];
}

static void what_is_not_said_changes_nothing(void **state)
{
    struct plant p;
    const struct device *d;

    (void)state;
    load_right(&p, WIRE("", "", ""));
    d = first_device(&p);
    assert_int_equal(d->answer_ms, 0);
    assert_int_equal(d->busy_retries, 2);
    assert_int_equal(d->busy_pause_ms, 200);
    assert_false(d->tolerates || d->close_after_cycle || d->gate.on || d->tags[0].current.on);
    assert_int_equal(d->alive.within_ms, 0);
    assert_int_equal(d->watched, 0);
    assert_int_equal(d->identity.function, 0);
    assert_true(p.field.wires[0].load > 0 && p.field.wires[0].load < 0.05); /* two requests of 30 ms in 5 s */
    unload(&p);
}

static void a_device_takes_over_what_its_profile_says_and_may_say_otherwise(void **state)
{
    struct plant p;
    const struct device *d;

    (void)state;
    load_right(&p, WIRE("", "        profile: make\n", ""));
    d = first_device(&p);
    assert_int_equal(d->answer_ms, 4000);
    assert_int_equal(d->busy_retries, 5);
    assert_int_equal(d->busy_pause_ms, 1000);
    assert_true(d->tolerates && d->reply_unit == 255 && d->close_after_cycle);
    assert_int_equal(d->watched, 2);
    assert_true(d->gate.on && d->gate.mask == 6 && d->gate.equals == 6 && !d->gate.uncertain);
    assert_int_equal(d->tags[d->gate.tag].address, 40);
    assert_int_equal(d->alive.within_ms, 60000);
    assert_int_equal(d->tags[d->alive.tag].function, FUNCTION_READ_INPUT);
    assert_int_equal(d->tags[d->alive.tag].point, NO_INDEX);
    assert_int_equal(d->identity.function, FUNCTION_READ_INPUT);
    assert_true(d->identity.address == 300 && d->identity.registers == 8 && d->identity.low_first);
    unload(&p);
    load_right(&p, WIRE("",
                        "        profile: make\n        answer_within: 1min\n        busy_retries: 0\n"
                        "        reply_unit: 0\n        close_after_cycle: false\n"
                        "        gate: { point: a, equals: 3, otherwise: uncertain }\n"
                        "        alive: { holding: 21, within: 10s }\n"
                        "        identity: { holding: 65504, registers: 32 }\n",
                        ""));
    d = first_device(&p);
    assert_int_equal(d->answer_ms, 60000);
    assert_int_equal(d->busy_retries, 0);
    assert_true(d->tolerates && d->reply_unit == 0 && !d->close_after_cycle);
    assert_int_equal(d->watched, 0); /* both are registers that are read anyway */
    assert_int_equal(d->gate.tag, 0);
    assert_true(d->gate.mask == UINT64_MAX && d->gate.equals == 3 && d->gate.uncertain);
    assert_int_equal(d->alive.tag, 1);
    assert_int_equal(d->identity.function, FUNCTION_READ_HOLDING);
    assert_true(d->identity.address == 65504 && d->identity.registers == 32 && !d->identity.low_first);
    unload(&p);
}

static void a_wire_that_hangs_up_does_so_for_devices_that_say_nothing(void **state)
{
    struct plant p;

    (void)state;
    load_right(&p, WIRE("    close_after_cycle: true\n", "", ""));
    assert_true(first_device(&p)->close_after_cycle);
    unload(&p);
    load_right(&p, WIRE("    close_after_cycle: true\n", "        close_after_cycle: false\n", ""));
    assert_false(first_device(&p)->close_after_cycle);
    unload(&p);
}

static void the_limits_of_a_current_are_those_of_ne_43_in_the_registers_own_numbers(void **state)
{
    static const struct {
        const char *more;
        bool on;
        double below, above;
    } CASES[] = {
        { "", false, 0, 0 },
        { ", signal: 4-20mA", true, 3.6, 21 },
        { ", signal: 4-20mA, signal_per_ma: 1000", true, 3600, 21000 },
        { ", signal: 4-20mA, signal_per_ma: 1000, fault_above: 22", true, 3600, 22000 },
        { ", fault_below: 120, fault_above: 60000", true, 120, 60000 },
        { ", fault_below: 120", true, 120, NAN },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        char text[1024];
        struct plant p;
        const struct current *c;
        (void)snprintf(text, sizeof text, WIRE("", "", "%s"), CASES[i].more);
        load_right(&p, text);
        c = &first_device(&p)->tags[0].current;
        assert_int_equal(c->on, CASES[i].on);
        if (c->on) {
            assert_true(fabs(c->below - CASES[i].below) < 1e-9);
            assert_true(isnan(CASES[i].above) ? isnan(c->above) : fabs(c->above - CASES[i].above) < 1e-9);
        }
        unload(&p);
    }
}

static void what_cannot_be_meant_is_refused_where_it_stands(void **state)
{
    static const struct {
        const char *device, *more, *says;
    } CASES[] = {
        { "        unit: 256\n", "", "unit: 256 is out of bounds, allowed is 0 to 255" },
        { "        reply_unit: 256\n", "", "reply_unit: 256 is out of bounds" },
        { "        answer_within: 61s\n", "", "answer_within: 61s is out of bounds" },
        { "        busy_retries: 21\n", "", "busy_retries: 21 is out of bounds" },
        { "        gate: { holding: 40 }\n", "", "say when it is open" },
        { "        gate: { equals: 1 }\n", "", "say which: \"point\" with the id of a point of this device" },
        { "        gate: { holding: 40, input: 1, equals: 1 }\n", "", "say which" },
        { "        gate: { holding: 40, equals: 3, mask: 2 }\n", "", "it would never be open" },
        { "        gate: { holding: 40, mask: 0 }\n", "", "mask: 0 is out of bounds" },
        { "        gate: { point: zz, equals: 1 }\n", "", "this device has no point \"zz\"" },
        { "        gate: { holding: 21, equals: 1 }\n", "", "overlaps with the value" },
        { "        alive: { point: a }\n", "", "\"within\" is missing" },
        { "        alive: { point: a, within: 8s }\n", "", "less than two looks" },
        { "        forbidden: [ { holding: 40 } ]\n        gate: { holding: 40, equals: 1 }\n", "",
          "register 40 lies in the range 40..40 that must not be read" },
        { "        identity: { holding: 40 }\n", "", "\"registers\" is missing" },
        { "        identity: { holding: 40, registers: 33 }\n", "", "registers: 33 is out of bounds" },
        { "        identity: { holding: 40, registers: 0 }\n", "", "registers: 0 is out of bounds" },
        { "        identity: { registers: 8 }\n", "", "say where it is: \"holding\" or \"input\"" },
        { "        identity: { holding: 1, input: 40, registers: 8 }\n", "", "say where it is" },
        { "        identity: { coil: 40, registers: 8 }\n", "", "unknown key \"coil\"" },
        { "        identity: { holding: 40, registers: 8, order: abcd }\n", "", "order: must be one of" },
        { "        identity: { input: 65505, registers: 32 }\n", "",
          "32 registers from 65505 on end beyond" },
        { "        max_registers: 7\n        identity: { holding: 40, registers: 8 }\n", "",
          "identity: needs 8 registers in one answer, but the device's max_registers is 7" },
        { "        forbidden: [ { holding: 47 } ]\n        identity: { holding: 40, registers: 8 }\n", "",
          "identity: it touches the range 47..47 that must not be read" },
        { "        profile: make\n        forbidden: [ { input: 306, count: 9 } ]\n", "",
          "identity: it touches the range 306..314" },
        { "        profile: make\n        max_registers: 6\n", "", "identity: needs 8 registers" },
        { "        identity: { holding: 21, registers: 8 }\n", "", "register 20 is read as a number too" },
        { "        identity: { holding: 3, registers: 8 }\n", "", "register 10 is read as a number too" },
        { "", ", fault_below: 5, fault_above: 4", "fault_above must be more than fault_below" },
        { "", ", signal: 0-20mA", "4-20mA" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        char text[1024];
        struct plant p;
        (void)snprintf(text, sizeof text, WIRE("", "%s", "%s"), CASES[i].device, CASES[i].more);
        load(&p, text);
        if (p.said.text == NULL || strstr(p.said.text, CASES[i].says) == NULL || p.mistakes.mistakes != 1)
            fail_msg("%s%s: wanted \"%s\", got\n%s", CASES[i].device, CASES[i].more, CASES[i].says,
                     p.said.text == NULL ? "nothing" : p.said.text);
        unload(&p);
    }
}

static const char *const HABITS[] = {
    "        answer_within: 40s\n",
    "        busy_retries: 7\n",
    "        busy_pause: 3s\n",
    "        reply_unit: 0\n",
    "        close_after_cycle: true\n",
    "        gate: { holding: 40, mask: 6 }\n",
    "        gate: { holding: 40, mask: 6, equals: 2 }\n",
    "        gate: { holding: 40, mask: 6, otherwise: uncertain }\n",
    "        gate: { point: a, equals: 6 }\n",
    "        alive: { input: 7, within: 1min }\n",
    "        alive: { input: 7, within: 2min }\n",
    "        alive: { point: b, within: 1min }\n",
    "        identity: { holding: 11, registers: 9 }\n",
    "        identity: { holding: 11, registers: 8 }\n",
    "        identity: { input: 10, registers: 32, order: low_first }\n",
};

static void each_is_printed_reads_back_and_makes_another_wire(void **state)
{
    struct plant plain;

    (void)state;
    load_right(&plain, WIRE("", "", ""));
    for (size_t i = 0; i <= COUNT_OF(HABITS); i++) {
        char text[1024];
        struct plant p, again;
        struct strbuf first, second;
        strbuf_init(&first, 1 << 16);
        strbuf_init(&second, 1 << 16);
        (void)snprintf(text, sizeof text, WIRE("", "%s", "%s"), i < COUNT_OF(HABITS) ? HABITS[i] : "",
                       i < COUNT_OF(HABITS) ? "" : ", signal: 4-20mA");
        load_right(&p, text);
        field_print(&p.catalogue, &p.field, &first);
        load_right(&again, first.text);
        field_print(&again.catalogue, &again.field, &second);
        assert_string_equal(first.text, second.text);
        assert_true(wire_settings_same(&p.field.wires[0], &again.field.wires[0]));
        assert_false(wire_settings_same(&p.field.wires[0], &plain.field.wires[0]));
        strbuf_clear(&first);
        strbuf_clear(&second);
        unload(&p);
        unload(&again);
    }
    unload(&plain);
}

/* ---- accepted ---- */

static const struct accepted_case {
    const char *wire, *device, *point;
    const char *a, *b; /* "": always */
} ACCEPTED[] = {
    { "", "", "", "", "" },
    { "    accepted: not_yet\n", "", "", "not_yet", "not_yet" },
    { "    accepted: not_yet\n", "        accepted: 2026-11-20\n", "", "2026-11-20", "2026-11-20" },
    { "", "        accepted: not_yet\n", ", accepted: 2026-11-21", "2026-11-21", "not_yet" },
    { "", "        accepted: not_yet\n", ", accepted: always", "", "not_yet" },
    { "    accepted: 2026-11-19\n", "        profile: make\n", ", accepted: not_yet", "not_yet",
      "2026-11-19" },
};

static int32_t day_of(const char *text)
{
    int32_t day = DAY_NONE;

    if (strcmp(text, "not_yet") == 0)
        return NOT_ACCEPTED;
    (void)day_parse(text, &day);
    return day;
}

static void what_is_accepted_is_said_by_the_point_its_device_or_its_wire(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ACCEPTED); i++) {
        const struct accepted_case *t = &ACCEPTED[i];
        char text[1024];
        struct plant p, again;
        struct strbuf first;
        strbuf_init(&first, 1 << 16);
        (void)snprintf(text, sizeof text, WIRE("%s", "%s", "%s"), t->wire, t->device, t->point);
        load_right(&p, text);
        field_print(&p.catalogue, &p.field, &first);
        load_right(&again, first.text);
        for (size_t k = 0; k < 2; k++) {
            const char *wanted = k == 0 ? t->a : t->b;
            assert_int_equal(p.catalogue.points[k].accepted, day_of(wanted));
            assert_int_equal(again.catalogue.points[k].accepted, day_of(wanted));
            assert_true(point_is_commissioning(&p.catalogue.points[k]) == (strcmp(wanted, "not_yet") == 0));
        }
        if (t->a[0] == '\0' && t->b[0] == '\0')
            assert_null(strstr(first.text, "accepted")); /* no version of the past changes */
        strbuf_clear(&first);
        unload(&p);
        unload(&again);
    }
}

static void acceptance_is_no_matter_of_the_wire(void **state)
{
    struct plant p, other;

    (void)state;
    load_right(&p, WIRE("", "", ""));
    load_right(&other, WIRE("    accepted: not_yet\n", "", ""));
    assert_true(wire_settings_same(&p.field.wires[0], &other.field.wires[0]));
    assert_true(p.catalogue.points[0].revision == other.catalogue.points[0].revision);
    unload(&p);
    unload(&other);
}

static void reports_rest_on_days_from_the_acceptance_on(void **state)
{
    struct point p = { .accepted = day_of("2026-11-20") };

    (void)state;
    assert_false(point_counts_on(&p, day_of("2026-11-19")));
    assert_true(point_counts_on(&p, day_of("2026-11-20")));
    p.accepted = NOT_ACCEPTED;
    assert_false(point_counts_on(&p, day_of("2026-11-20")));
    p.accepted = DAY_NONE;
    assert_true(point_counts_on(&p, day_of("1900-01-01")));
}

static void a_wrong_acceptance_is_refused_where_it_stands(void **state)
{
    struct plant p;

    (void)state;
    load(&p, WIRE("    accepted: no\n", "        accepted: 2026-02-30\n", ", accepted: soon"));
    assert_non_null(
        strstr(p.said.text, "p.yaml:7:15: accepted is not_yet, a day as 2026-11-20 or always, not \"no\""));
    assert_non_null(strstr(p.said.text, "not \"2026-02-30\""));
    assert_non_null(strstr(p.said.text, "not \"soon\""));
    assert_int_equal(p.mistakes.mistakes, 3);
    unload(&p);
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
        cmocka_unit_test(what_is_not_said_changes_nothing),
        cmocka_unit_test(a_device_takes_over_what_its_profile_says_and_may_say_otherwise),
        cmocka_unit_test(a_wire_that_hangs_up_does_so_for_devices_that_say_nothing),
        cmocka_unit_test(the_limits_of_a_current_are_those_of_ne_43_in_the_registers_own_numbers),
        cmocka_unit_test(what_cannot_be_meant_is_refused_where_it_stands),
        cmocka_unit_test(each_is_printed_reads_back_and_makes_another_wire),
        cmocka_unit_test(what_is_accepted_is_said_by_the_point_its_device_or_its_wire),
        cmocka_unit_test(acceptance_is_no_matter_of_the_wire),
        cmocka_unit_test(reports_rest_on_days_from_the_acceptance_on),
        cmocka_unit_test(a_wrong_acceptance_is_refused_where_it_stands),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
