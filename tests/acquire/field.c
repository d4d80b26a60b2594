#include "acquire/field.h"

#include <math.h>
#include <stdbool.h>

#include "conf/mistakes.h"
#include "conf/tree.h"
#include "seal/seal.h"
#include "unit.h"

/* ---- a plant, loaded ---- */

struct plant {
    struct conf_file *file;
    struct conf_mistakes mistakes;
    struct catalogue catalogue;
    struct field field;
    struct strbuf said; /* the mistakes as a person reads them */
};

/* Without the end: more files may follow. */
static void load_first(struct plant *p, const char *name, const char *text, size_t len,
                       const struct profiles *profiles)
{
    enum err rc;

    *p = (struct plant){ 0 };
    conf_mistakes_init(&p->mistakes, 0);
    catalogue_init(&p->catalogue);
    field_init(&p->field);
    strbuf_init(&p->said, 1 << 20);
    rc = text == NULL ? conf_load(name, &p->file, &p->mistakes)
                      : conf_load_text(name, text, len, &p->file, &p->mistakes);
    if (rc == ERR_NONE)
        assert_int_equal(field_load(conf_root(p->file), profiles, &p->catalogue, &p->field, &p->mistakes),
                         ERR_NONE);
}

static void load_with(struct plant *p, const char *name, const char *text, size_t len,
                      const struct profiles *profiles)
{
    load_first(p, name, text, len, profiles);
    if (p->file != NULL)
        assert_int_equal(field_check(&p->field, (struct conf_mark){ name, 0, 0 }, &p->mistakes), ERR_NONE);
    conf_mistakes_write(&p->mistakes, &p->said);
}

static void load(struct plant *p, const char *name, const char *text, size_t len)
{
    load_with(p, name, text, len, NULL);
}

static void load_right(struct plant *p, const char *name, const char *text, size_t len)
{
    struct fault why = { 0 };

    load(p, name, text, len);
    if (p->mistakes.mistakes + p->mistakes.warnings > 0)
        fail_msg("%s\n%s", p->said.text, text == NULL ? "" : text);
    if (catalogue_seal(&p->catalogue, &why) != ERR_NONE)
        fail_msg("%s", why.text);
}

static void unload(struct plant *p)
{
    field_clear(&p->field);
    catalogue_clear(&p->catalogue);
    conf_mistakes_clear(&p->mistakes);
    strbuf_clear(&p->said);
    if (p->file != NULL)
        conf_file_free(p->file);
}

static int start(void **state)
{
    struct fault why;

    (void)state;
    return seal_start(&why) != ERR_NONE;
}

/* ---- right plants ---- */

static void the_demonstration_plant_loads_without_a_mistake(void **state)
{
    struct plant p;
    const struct point *flow;
    const struct tag *tag;

    (void)state;
    load_right(&p, DEMO_PLANT, NULL, 0);
    assert_int_equal(p.catalogue.site_count, 5);
    assert_int_equal(p.field.wire_count, 4);
    assert_int_equal(p.field.wires[0].device_count, 10);
    assert_int_equal(p.field.wires[1].device_count, 3);
    assert_int_equal(p.field.wires[2].device_count, 3);
    assert_int_equal(p.field.wires[3].device_count, 6);
    assert_string_equal(p.field.wires[0].host, "127.0.0.1");
    assert_string_equal(p.field.wires[0].port, "8490");
    assert_int_equal(p.field.wires[0].answer_ms, 800);
    flow = catalogue_point(&p.catalogue, "lc.nmn.flow_out");
    assert_non_null(flow);
    assert_string_equal(flow->name, "Lưu lượng phát ra mạng");
    assert_string_equal(flow->unit, "m3/h");
    assert_string_equal(flow->device, "plc-nmn");
    assert_string_equal(flow->wire, "tcp-nmn-lai-chau");
    assert_string_equal(p.catalogue.sites[flow->site].id, "nmn-lai-chau");
    assert_int_equal(flow->every_ms, 2000);
    assert_int_equal(flow->heartbeat_ms, 300000); /* its default */
    tag = &p.field.wires[0].devices[0].tags[1];
    assert_int_equal(tag->point, flow - p.catalogue.points);
    assert_int_equal(tag->function, FUNCTION_READ_HOLDING);
    assert_int_equal(tag->address, 100);
    assert_int_equal(tag->kind, KIND_F32);
    assert_int_equal(tag->order, ORDER_CDAB);
    assert_int_equal(tag->no_value.count, 1);
    assert_int_equal(tag->no_value.word[0], 0x7FC00000);
    unload(&p);
}

static const char *const RIGHT[] = {
    "supplier: { id: sup, name: Nhà cung cấp }",
    "system: { id: sys, name: Hệ thống }",
    "sites:",
    "  - { id: plant, name: Nhà máy, kind: treatment_plant, location: [22.4, 103.5] }",
    "  - { id: tower, name: Đài nước, kind: reservoir }",
    "wires:",
    "  - id: w1",
    "    tcp: 127.0.0.1:502",
    "    answer_within: 800ms",
    "    devices:",
    "      - id: d1",
    "        site: plant",
    "        unit: 1",
    "        every: 2s",
    "        max_registers: 100",
    "        points:",
    "          - { id: p1, name: Một, unit: bar, holding: 10, type: f32 }",
    "          - { id: p2, name: Hai, unit: \"-\", input: 20, type: u16 }",
    "      - id: d2",
    "        site: tower",
    "        order: dcba",
    "        points:",
    "          - { id: p3, name: Ba, unit: m, holding: 65535, type: i16 }",
    "  - id: w2",
    "    tcp: \"[::1]:65535\"",
    "    devices:",
    "      - id: d3",
    "        site: tower",
    "        points:",
    "          - { id: p4, name: Bốn, unit: m, holding: 65534, type: u32, order: badc }",
};

/* RIGHT, with lines from..to (from 1; 0: none) replaced by `text` and blank lines. */
static void write_plant(struct strbuf *to, size_t from, size_t until, const char *text)
{
    strbuf_reset(to);
    for (size_t line = 1; line <= COUNT_OF(RIGHT); line++)
        strbuf_printf(to, "%s\n", line == from ? text : line > from && line <= until ? "" : RIGHT[line - 1]);
}

static void what_is_not_said_has_its_default(void **state)
{
    struct strbuf text;
    struct plant p;
    const struct device *d;

    (void)state;
    strbuf_init(&text, 1 << 16);
    write_plant(&text, 0, 0, NULL);
    load_right(&p, "plant.yaml", text.text, text.len);
    d = &p.field.wires[0].devices[1];
    assert_int_equal(d->unit, 1);
    assert_int_equal(d->every_ms, 5000);
    assert_int_equal(d->max_registers, REGISTERS_MAX);
    assert_int_equal(d->holes, 0);
    assert_int_equal(d->tags[0].order, ORDER_CDAB); /* its device's, without the swap */
    assert_int_equal(d->tags[0].address, 65535);
    assert_true(d->tags[0].scale == 1 && d->tags[0].offset == 0);
    assert_true(isnan(d->tags[0].low) && isnan(d->tags[0].high));
    assert_int_equal(d->tags[0].no_value.count, 0);
    assert_int_equal(p.field.wires[1].devices[0].tags[0].order, ORDER_BADC); /* its own */
    assert_string_equal(p.field.wires[1].host, "::1");
    assert_string_equal(p.field.wires[1].port, "65535");
    assert_string_equal(catalogue_point(&p.catalogue, "p2")->unit, ""); /* - is no unit */
    assert_true(isnan(p.catalogue.sites[1].latitude));
    assert_int_equal(p.field.wires[0].devices[0].tags[1].function, FUNCTION_READ_INPUT);
    unload(&p);
    strbuf_clear(&text);
}

/* ---- wrong plants ---- */

/* The last point's line, and one that is counted behind it. */
#define COUNTED(row, word)                                                                                   \
    {                                                                                                        \
        30, 30,                                                                                              \
            "          - { id: p4, name: Bốn, unit: m, holding: 0, type: u32 }\ncounted:\n"                \
            "  - { id: c1, name: Giờ chạy, " row " }",                                                       \
            32, word, 0                                                                                      \
    }

static void each_mistake_is_named_at_its_line(void **state)
{
    static const struct {
        size_t from, until;
        const char *text;
        unsigned line; /* of the first mistake; 0: the file as a whole */
        const char *word;
        unsigned more; /* that follow from it */
    } CASES[] = {
        /* points */
        { 17, 17, "          - { name: Một, unit: bar, holding: 10, type: f32 }", 17, "\"id\" is missing",
          0 },
        { 17, 17, "          - { id: p1, name: Một, unit: bar, holding: 10 }", 17, "\"type\" is missing", 0 },
        { 17, 17, "          - { id: p1, unit: bar, holding: 10, type: f32 }", 17, "\"name\" is missing", 0 },
        { 17, 17, "          - { id: p1, name: Một, holding: 10, type: f32 }", 17, "\"unit\" is missing", 0 },
        { 17, 17, "          - { id: P 1, name: Một, unit: bar, holding: 10, type: f32 }", 17, "id:", 0 },
        { 17, 17, "          - { id: p1, name: Một, unit: bar, holding: 10, type: f32, skale: 2 }", 17,
          "did you mean \"scale\"", 0 },
        { 17, 17, "          - { id: p1, name: Một, unit: bar, holding: 10, input: 10, type: f32 }", 17,
          "one place", 0 },
        { 17, 17, "          - { id: p1, name: Một, unit: bar, type: f32 }", 17, "say where it is", 0 },
        { 17, 17, "          - { id: p1, name: Một, unit: bar, holding: 10, type: f46 }", 17, "type:", 0 },
        { 17, 17, "          - { id: p1, name: Một, unit: bar, holding: 10, type: f32, order: acbd }", 17,
          "order:", 0 },
        { 17, 17, "          - { id: p1, name: Một, unit: bar, holding: 10, type: f32, scale: 0 }", 17,
          "scale of 0", 0 },
        { 17, 17, "          - { id: p1, name: Một, unit: bar, holding: 65535, type: f32 }", 17,
          "beyond the last", 0 },
        { 17, 17, "          - { id: p1, name: Một, unit: bar, holding: 65536, type: u16 }", 17,
          "holding: 65536 is out of bounds", 0 },
        { 17, 17, "          - { id: p1, name: Một, unit: bar, holding: -1, type: u16 }", 17, "holding:", 0 },
        { 17, 17, "          - { id: p1, name: Một, unit: bar, holding: 10, type: f32, decimals: 7 }", 17,
          "decimals: 7", 0 },
        { 17, 17, "          - { id: p1, name: Một, unit: bar, holding: 10, type: f32, deadband: -0.1 }", 17,
          "deadband: -0.1", 0 },
        { 17, 17, "          - { id: p1, name: Một, unit: bar, holding: 10, type: f32, plausible: [5, 1] }",
          17, "low end", 0 },
        { 17, 17, "          - { id: p1, name: Một, unit: bar, holding: 10, type: f32, heartbeat: 2h }", 17,
          "heartbeat: 2h", 0 },
        { 18, 18, "          - { id: p2, name: Hai, unit: bar, input: 20, type: u16, no_value: 0x10000 }", 18,
          "65536 does not fit", 0 },
        { 18, 18, "          - { id: p2, name: Hai, unit: bar, input: 65536, type: u16 }", 18,
          "input: 65536 is out of bounds", 0 },
        { 18, 18, "          - { id: p1, name: Hai, unit: bar, input: 20, type: u16 }", 18,
          "point \"p1\" stands twice, first at plant.yaml:17", 0 },
        { 30, 30, "          - { id: p1, name: Bốn, unit: m, holding: 0, type: u32 }", 30,
          "point \"p1\" stands twice, first at plant.yaml:17", 0 },
        { 17, 17, "          - { id: p1, name: Một, unit: bar, holding: 65533, type: f64 }", 17,
          "four registers at 65533", 0 },
        { 17, 17, "          - { id: p1, name: Một, unit: \"-\", coil: 10, type: u16 }", 17,
          "a coil is a bool", 0 },
        { 17, 17, "          - { id: p1, name: Một, unit: \"-\", coil: 10, discrete: 10, type: bool }", 17,
          "a point lies in one place", 0 },
        { 17, 17, "          - { id: p1, name: Một, unit: \"-\", coil: 10, type: bool, bit: 1 }", 17,
          "no bits in a bit", 0 },
        { 17, 17, "          - { id: p1, name: Một, unit: \"-\", holding: 10, type: u16, bit: 1 }", 17,
          "only the type bool", 0 },
        { 17, 17, "          - { id: p1, name: Một, unit: \"-\", holding: 10, type: bool, bit: 16 }", 17,
          "bit: 16 is out of bounds", 0 },
        { 17, 17, "          - { id: p1, name: Một, unit: \"-\", input: 17, type: f64 }", 18, "overlaps with",
          0 },
        { 17, 17, "          - { id: p1, name: Một, unit: \"-\", holding: 10, type: u16, states: 3 }", 17,
          "{ 0: stopped, 1: running }", 0 },
        { 17, 17,
          "          - { id: p1, name: Một, unit: \"-\", holding: 10, type: u16, states: { a: stopped } }",
          17, "\"a\" is no whole number", 0 },
        { 17, 17,
          "          - { id: p1, name: Một, unit: \"-\", holding: 10, type: u16, states: { 01: stopped } }",
          17, "\"01\" is no whole number", 0 },
        { 17, 17,
          "          - { id: p1, name: Một, unit: \"-\", holding: 10, type: u16, states: { 9007199254740993: "
          "stopped } }",
          17, "is no whole number", 0 },
        { 17, 17,
          "          - { id: p1, name: Một, unit: \"-\", holding: 10, type: u16, states: { 1: stopped, 0x1: "
          "fault } }",
          17, "state 1 stands twice", 0 },
        { 17, 17,
          "          - { id: p1, name: Một, unit: \"-\", holding: 10, type: u16, states: { 1: \"\" } }", 17,
          "states: must not be empty", 0 },
        { 17, 17,
          "          - { id: p1, name: Một, unit: \"-\", holding: 10, type: u16, states: { 1: [a] } }", 17,
          "states: must be", 0 },
        { 17, 17,
          "          - { id: p1, name: Một, unit: \"-\", holding: 10, type: u16, states: { 65536: stopped } "
          "}",
          17, "u16 is never 65536", 0 },
        { 17, 17,
          "          - { id: p1, name: Một, unit: \"-\", holding: 10, type: u16, states: { -1: stopped } }",
          17, "u16 is never -1", 0 },
        { 17, 17,
          "          - { id: p1, name: Một, unit: \"-\", holding: 10, type: u16, scale: 0.1, states: "
          "[stopped] }",
          17, "no scale and no offset", 0 },
        { 17, 17, "          - { id: p1, name: Một, unit: bar, holding: 10, type: f32, states: [stopped] }",
          17, "f32 are not", 0 },
        { 18, 18, "          - p2", 18, "section", 0 },
        { 18, 18,
          "          - { id: p2, name: Hai, unit: bar, input: 20, type: u16, frozen_unless: value == 0 }", 18,
          "no frozen_after", 0 },
        { 18, 18,
          "          - { id: p2, name: Hai, unit: bar, input: 20, type: u16, frozen_after: 1h, "
          "frozen_unless: "
          "p9 == 0 }",
          18, "no point \"p9\"", 0 },
        { 18, 18,
          "          - { id: p2, name: Hai, unit: bar, input: 20, type: u16, frozen_after: 1h, "
          "frozen_unless: "
          "p1 = 0 }",
          18, "is not like", 0 },
        { 18, 18,
          "          - { id: p2, name: Hai, unit: \"-\", parameter: status, input: 20, type: u16, "
          "frozen_after: "
          "1h }",
          18, "a state (status)", 0 },
        { 18, 18, "          - { id: p2, name: Hai, unit: m3, input: 20, type: u16, total_width: 16 }", 18,
          "say the most it can count", 0 },
        { 18, 18,
          "          - { id: p2, name: Hai, unit: m3, input: 20, type: u16, total_max_flow: 9, total_width: "
          "16, "
          "total_wraps_at: 10000 }",
          18, "in one place", 0 },
        { 18, 18, "          - { id: p2, name: Hai, unit: bar, input: 20, type: u16, max_rate: -1 }", 18,
          "max_rate: -1", 0 },
        /* devices */
        { 19, 19, "      - id: d1", 19, "device \"d1\" stands twice, first at plant.yaml:11", 0 },
        { 27, 27, "      - id: d1", 27, "device \"d1\" stands twice, first at plant.yaml:11", 0 },
        { 12, 12, "        site: nowhere", 12, "no site \"nowhere\"", 0 },
        { 12, 12, "", 11, "\"site\" is missing", 0 },
        { 13, 13, "        unit: 256", 13, "unit: 256", 0 },
        { 14, 14, "        every: 99ms", 14, "every: 99ms", 0 },
        { 14, 14, "        every: 2", 14, "every:", 0 },
        { 15, 15, "        max_registers: 1", 17, "max_registers is 1", 0 },
        { 15, 15, "        max_registers: 126", 15, "max_registers: 126", 0 },
        { 15, 15, "        hole: 3", 15, "did you mean \"holes\"", 0 },
        { 16, 18, "        points: []", 16, "1 to 10000 points, here are 0", 0 },
        /* wires */
        { 24, 24, "  - id: w1", 24, "wire \"w1\" stands twice, first at plant.yaml:7", 0 },
        { 8, 8, "    tcp: 127.0.0.1:0", 8, "port of 1..65535", 0 },
        { 8, 8, "    tcp: 127.0.0.1:70000", 8, "port of 1..65535", 0 },
        { 8, 8, "    tcp: 127.0.0.1", 8, "port of 1..65535", 0 },
        { 8, 8, "    tcp: \"127.0.0.1:\"", 8, "port of 1..65535", 0 },
        { 8, 8, "    tcp: \":502\"", 8, "port of 1..65535", 0 },
        { 8, 8, "    tcp: 127.0.0.1:modbus", 8, "port of 1..65535", 0 },
        { 8, 8, "    tcp: 127.0.0.1:-502", 8, "port of 1..65535", 0 },
        { 8, 8, "    tcp: 127.0.0.1:99999999999999999999", 8, "port of 1..65535", 0 },
        { 8, 8, "", 7, "say where the wire goes", 0 },
        { 9, 9, "    answer_within: 5ms", 9, "answer_within: 5ms", 0 },
        { 10, 23, "    devices: []", 10, "1 to 247 devices, here are 0", 0 },
        { 25, 25, "    tcp: 127.0.0.1:502", 25,
          "wire \"w2\" goes to the endpoint of the wire at plant.yaml:8:10", 0 },
        { 6, 30, "wires: []", 0, "nothing to read", 0 },
        /* what is counted of others */
        COUNTED("while: p9 == 1", "while: there is no point \"p9\""),
        COUNTED("while: p1 = 1", "while: "),
        COUNTED("while: p1 == 1 or p2 == 1", "one condition alone"),
        COUNTED("while: c1 > 3", "not counted again"),
        COUNTED("while: value > 3", "not counted again"),
        COUNTED("while: \"p1 == 1 at 22:00-05:00\"", "at all hours"),
        COUNTED("counts: days, while: p1 == 1", "counts:"),
        COUNTED("counts: starts", "\"while\" is missing"),
        COUNTED("while: p1 == 1, from: -1", "from: -1"),
        COUNTED("while: p1 == 1, site: plant", "unknown key \"site\""),
        /* sites and names */
        { 4, 4, "  - { id: plant, name: Nhà máy, kind: treatment_plant, location: [90.1, 103.5] }", 4,
          "no such place", 0 },
        { 4, 4, "  - { id: plant, name: Nhà máy, kind: treatment_plant, location: [22.4, 180.1] }", 4,
          "no such place", 0 },
        { 4, 4, "  - { id: plant, name: Nhà máy, kind: treatment_plant, location: [22.4] }", 4,
          "[latitude, longitude]", 0 },
        { 4, 4, "  - { id: plant, name: Nhà máy, kind: treatment_plant, location: [22.4, east] }", 4,
          "longitude", 0 },
        { 5, 5, "  - { id: plant, name: Đài nước, kind: reservoir }", 5,
          "site \"plant\" stands twice, first at plant.yaml:4", 2 },
        { 5, 5, "  - { id: tower, name: Đài nước, kind: pond }", 5, "kind:", 0 },
        { 1, 1, "supplier: { name: Nhà cung cấp }", 1, "\"id\" is missing", 0 },
        { 2, 2, "", 1, "say whose it is", 0 },
    };
    struct strbuf text;
    char place[32];

    (void)state;
    strbuf_init(&text, 1 << 16);
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct plant p;
        const char *end;
        write_plant(&text, CASES[i].from, CASES[i].until, CASES[i].text);
        load(&p, "plant.yaml", text.text, text.len);
        (void)snprintf(place, sizeof place,
                       CASES[i].line == 0 ? "plant.yaml: " : "plant.yaml:%u:", CASES[i].line);
        end = p.said.text == NULL ? NULL : strchr(p.said.text, '\n');
        if (end == NULL || strncmp(p.said.text, place, strlen(place)) != 0 ||
            memmem(p.said.text, (size_t)(end - p.said.text), CASES[i].word, strlen(CASES[i].word)) == NULL ||
            p.mistakes.mistakes != 1 + CASES[i].more)
            fail_msg("%s\n  should say %s %s (and %u more), says:\n%s", CASES[i].text, place, CASES[i].word,
                     CASES[i].more, p.said.text == NULL ? "nothing" : p.said.text);
        unload(&p);
    }
    strbuf_clear(&text);
}

static void all_mistakes_are_named_in_one_run(void **state)
{
    struct strbuf text;
    struct plant p;

    (void)state;
    strbuf_init(&text, 1 << 16);
    write_plant(
        &text, 17, 18,
        "          - { id: p1, unit: bar, type: f46, scale: x }\n          - { name: Hai, colour: red }");
    load(&p, "plant.yaml", text.text, text.len);
    assert_non_null(strstr(p.said.text, "plant.yaml:17:13: \"name\" is missing"));
    assert_non_null(strstr(p.said.text, "plant.yaml:17:40: type:"));
    assert_non_null(strstr(p.said.text, "plant.yaml:17:52: scale:"));
    assert_non_null(strstr(p.said.text, "plant.yaml:18:26: unknown key \"colour\""));
    assert_non_null(strstr(p.said.text, "plant.yaml:18:13: \"id\" is missing"));
    unload(&p);
    strbuf_clear(&text);
}

static void a_plant_cut_anywhere_is_refused_or_loads_without_harm(void **state)
{
    struct strbuf text;

    (void)state;
    strbuf_init(&text, 1 << 16);
    write_plant(&text, 0, 0, NULL);
    for (size_t n = 0; n < text.len; n += 3) {
        char *part = malloc(n + 1); /* its own storage: one byte too far is seen */
        struct plant p;
        assert_non_null(part);
        memcpy(part + 1, text.text, n);
        load(&p, "plant.yaml", part + 1, n);
        unload(&p);
        free(part);
    }
    strbuf_clear(&text);
}

static void a_second_file_may_be_another_suppliers_but_not_call_it_differently(void **state)
{
    static const char OTHER[] =
        "suppliers: [ { id: other, name: Khác }, { id: sup, name: Tên khác } ]\n"
        "systems: [ { id: sys2, name: Hệ thống, supplier: other } ]\nsites: []\nwires: []\n";
    struct strbuf text;
    struct conf_file *file;
    struct plant p;

    (void)state;
    strbuf_init(&text, 1 << 16);
    write_plant(&text, 0, 0, NULL);
    load_first(&p, "plant.yaml", text.text, text.len, NULL);
    assert_int_equal(conf_load_text("other.yaml", OTHER, sizeof OTHER - 1, &file, &p.mistakes), ERR_NONE);
    assert_int_equal(field_load(conf_root(file), NULL, &p.catalogue, &p.field, &p.mistakes), ERR_NONE);
    conf_mistakes_write(&p.mistakes, &p.said);
    assert_int_equal(p.mistakes.mistakes, 1);
    assert_non_null(strstr(p.said.text, "other.yaml:1:"));
    assert_non_null(strstr(p.said.text, "supplier \"sup\" is called"));
    assert_int_equal(p.catalogue.supplier_count, 2);
    assert_int_equal(p.catalogue.system_count, 2);
    conf_file_free(file);
    unload(&p);
    strbuf_clear(&text);
}

/* ---- print and load again ---- */

/* Two sites of one id would keep the whole catalogue out of the database. */
static void an_id_that_stands_in_two_files_is_refused(void **state)
{
    struct strbuf text;
    struct conf_file *file;
    struct plant p;

    (void)state;
    strbuf_init(&text, 1 << 16);
    write_plant(&text, 0, 0, NULL);
    load_first(&p, "plant.yaml", text.text, text.len, NULL);
    assert_int_equal(conf_load_text("again.yaml", text.text, text.len, &file, &p.mistakes), ERR_NONE);
    assert_int_equal(field_load(conf_root(file), NULL, &p.catalogue, &p.field, &p.mistakes), ERR_NONE);
    assert_int_equal(field_check(&p.field, (struct conf_mark){ "all", 0, 0 }, &p.mistakes), ERR_NONE);
    conf_mistakes_write(&p.mistakes, &p.said);
    assert_non_null(strstr(p.said.text, "site \"plant\" stands twice, first at plant.yaml:"));
    assert_non_null(
        strstr(p.said.text, "again.yaml:7:9: wire \"w1\" stands twice, first at plant.yaml:7:9\n"));
    assert_non_null(strstr(p.said.text, "device \"d1\" stands twice, first at plant.yaml:11:13\n"));
    assert_non_null(strstr(p.said.text, "point \"p3\" stands twice, first at plant.yaml:23:19\n"));
    conf_file_free(file);
    unload(&p);
    strbuf_clear(&text);
}

static void assert_same_double(double a, double b, const char *what)
{
    if (!(isnan(a) && isnan(b)) && a != b)
        fail_msg("%s: %.17g became %.17g", what, a, b);
}

static void assert_same_doubts(const struct catalogue *a, const struct catalogue *b, size_t point)
{
    const struct point *x = &a->points[point], *y = &b->points[point];

    assert_same_double(x->span_low, y->span_low, x->id);
    assert_same_double(x->span_high, y->span_high, x->id);
    assert_same_double(x->max_rate, y->max_rate, x->id);
    assert_int_equal(x->rate_per, y->rate_per);
    assert_int_equal(x->frozen_after_ms, y->frozen_after_ms);
    assert_same_double(x->total_max_flow, y->total_max_flow, x->id);
    assert_same_double(x->total_wraps_at, y->total_wraps_at, x->id);
    assert_same_double(x->total_step, y->total_step, x->id);
    assert_int_equal(x->unless_count, y->unless_count);
    for (unsigned i = 0; i < x->unless_count; i++) {
        const struct condition *k = &a->conditions[x->unless_first + i];
        const struct condition *l = &b->conditions[y->unless_first + i];
        assert_int_equal(k->point, l->point);
        assert_int_equal(k->how, l->how);
        assert_int_equal(k->from, l->from);
        assert_int_equal(k->until, l->until);
        assert_true(k->value == l->value);
    }
}

static void assert_same_catalogue(const struct catalogue *a, const struct catalogue *b)
{
    assert_int_equal(a->supplier_count, b->supplier_count);
    assert_int_equal(a->system_count, b->system_count);
    for (size_t i = 0; i < a->supplier_count; i++) {
        assert_string_equal(a->suppliers[i].id, b->suppliers[i].id);
        assert_string_equal(a->suppliers[i].name, b->suppliers[i].name);
    }
    for (size_t i = 0; i < a->system_count; i++) {
        assert_string_equal(a->systems[i].id, b->systems[i].id);
        assert_string_equal(a->systems[i].name, b->systems[i].name);
    }
    assert_int_equal(a->site_count, b->site_count);
    assert_int_equal(a->point_count, b->point_count);
    for (size_t i = 0; i < a->site_count; i++) {
        const struct site *x = &a->sites[i], *y = &b->sites[i];
        assert_string_equal(x->id, y->id);
        assert_string_equal(x->name, y->name);
        assert_string_equal(x->kind, y->kind);
        assert_same_double(x->latitude, y->latitude, x->id);
        assert_same_double(x->longitude, y->longitude, x->id);
    }
    for (size_t i = 0; i < a->point_count; i++) {
        const struct point *x = &a->points[i], *y = &b->points[i];
        assert_string_equal(x->id, y->id);
        assert_int_equal(x->key, y->key);
        assert_string_equal(x->name, y->name);
        assert_int_equal(x->site, y->site);
        assert_string_equal(x->wire, y->wire);
        assert_string_equal(x->device, y->device);
        assert_string_equal(x->parameter, y->parameter);
        assert_string_equal(x->unit, y->unit);
        assert_int_equal(x->decimals, y->decimals);
        assert_int_equal(x->every_ms, y->every_ms);
        assert_int_equal(x->heartbeat_ms, y->heartbeat_ms);
        assert_true(states_same(x->states, y->states));
        assert_same_double(x->deadband, y->deadband, x->id);
        assert_same_double(x->low, y->low, x->id);
        assert_same_double(x->high, y->high, x->id);
        assert_same_doubts(a, b, i);
        assert_int_equal(x->manual, y->manual);
        assert_int_equal(x->counts, y->counts);
        assert_same_double(x->counted_from, y->counted_from, x->id);
        assert_int_equal(x->revision, y->revision);
    }
}

static void assert_same_tag(const struct tag *x, const struct tag *y)
{
    assert_int_equal(x->point, y->point);
    assert_int_equal(x->function, y->function);
    assert_int_equal(x->address, y->address);
    assert_int_equal(x->kind, y->kind);
    assert_int_equal(x->order, y->order);
    assert_int_equal(x->bit, y->bit);
    assert_true(x->revision == y->revision);
    assert_true(states_same(x->states, y->states));
    assert_same_double(x->scale, y->scale, "scale");
    assert_same_double(x->offset, y->offset, "offset");
    assert_same_double(x->low, y->low, "low");
    assert_same_double(x->high, y->high, "high");
    assert_string_equal(x->unit_as, y->unit_as);
    assert_int_equal(x->no_value.count, y->no_value.count);
    for (unsigned i = 0; i < x->no_value.count; i++)
        assert_int_equal(x->no_value.word[i], y->no_value.word[i]);
}

static void assert_same_device(const struct device *x, const struct device *y)
{
    assert_string_equal(x->id, y->id);
    assert_int_equal(x->unit, y->unit);
    assert_int_equal(x->every_ms, y->every_ms);
    assert_int_equal(x->max_registers, y->max_registers);
    assert_int_equal(x->holes, y->holes);
    assert_int_equal(x->forbidden_count, y->forbidden_count);
    for (size_t i = 0; i < x->forbidden_count; i++) {
        assert_int_equal(x->forbidden[i].function, y->forbidden[i].function);
        assert_int_equal(x->forbidden[i].address, y->forbidden[i].address);
        assert_int_equal(x->forbidden[i].count, y->forbidden[i].count);
    }
    assert_int_equal(x->tag_count, y->tag_count);
    for (size_t i = 0; i < x->tag_count; i++)
        assert_same_tag(&x->tags[i], &y->tags[i]);
}

static void assert_same_field(const struct field *a, const struct field *b)
{
    assert_int_equal(a->wire_count, b->wire_count);
    for (size_t w = 0; w < a->wire_count; w++) {
        const struct wire_settings *x = &a->wires[w], *y = &b->wires[w];
        assert_string_equal(x->id, y->id);
        assert_int_equal(x->kind, y->kind);
        assert_string_equal(x->host, y->host);
        assert_string_equal(x->port, y->port);
        assert_memory_equal(&x->serial, &y->serial, sizeof x->serial);
        assert_memory_equal(&x->listen, &y->listen, sizeof x->listen);
        assert_int_equal(x->late_ms, y->late_ms);
        assert_int_equal(x->connect_ms, y->connect_ms);
        assert_int_equal(x->answer_ms, y->answer_ms);
        assert_int_equal(x->pause_ms, y->pause_ms);
        assert_int_equal(x->typical_ms, y->typical_ms);
        assert_int_equal(x->device_count, y->device_count);
        for (size_t d = 0; d < x->device_count; d++)
            assert_same_device(&x->devices[d], &y->devices[d]);
    }
}

static void assert_prints_and_loads_again(const struct plant *p)
{
    struct strbuf first, second;
    struct plant again;

    strbuf_init(&first, 1 << 20);
    strbuf_init(&second, 1 << 20);
    field_print(&p->catalogue, &p->field, &first);
    assert_false(first.failed);
    load_right(&again, "printed.yaml", first.text, first.len);
    assert_same_catalogue(&p->catalogue, &again.catalogue);
    assert_same_field(&p->field, &again.field);
    field_print(&again.catalogue, &again.field, &second);
    assert_string_equal(first.text, second.text);
    unload(&again);
    strbuf_clear(&first);
    strbuf_clear(&second);
}

static void the_demonstration_plant_prints_and_loads_again(void **state)
{
    struct plant p;

    (void)state;
    load_right(&p, DEMO_PLANT, NULL, 0);
    assert_prints_and_loads_again(&p);
    unload(&p);
}

static void a_plant_of_defaults_prints_and_loads_again(void **state)
{
    struct strbuf text;
    struct plant p;

    (void)state;
    strbuf_init(&text, 1 << 16);
    write_plant(&text, 0, 0, NULL);
    load_right(&p, "plant.yaml", text.text, text.len);
    assert_prints_and_loads_again(&p);
    unload(&p);
    strbuf_clear(&text);
}

/* What YAML could take for something else when it stands without quotes. */
static const char *const NAMES[] = {
    "Một", "yes",        "null",  "~",    "1.5",  "0x10", "- a",    "a: b", "a #b", "#",
    "%",   "@x",         "`x`",   "[a]",  "{a}",  "&a",   "*a",     "!a",   "|",    ">",
    "'",   "\\\"q\\\"",  "\\\\",  "it's", "a, b", "? a",  " a ",    "---",  "...",  "=",
    "<<",  "2026-11-23", "12:30", "°C",   "𝄞",    "true", "a\\\\n", ":",    "a:",   "-",
};

static double any_number(uint64_t *seed)
{
    double bits;
    uint64_t random = test_random(seed);

    switch (test_below(seed, 4)) {
    case 0: return (double)test_below(seed, 2000) / 100 - 10;
    case 1: return (double)(test_random(seed) % 1000000007) * 1e-7;
    case 2: return test_below(seed, 2) == 0 ? 1e-9 : -3e12;
    default: memcpy(&bits, &random, sizeof bits); return isfinite(bits) ? bits : 0.5;
    }
}

static const char *const UNITS[] = { "-", "m3/h", "m³", "bar", "mg/L", "NTU", "°C", "%", "vòng/phút" };

static void any_doubt(uint64_t *seed, unsigned n, struct strbuf *to)
{
    static const char *const SIGNS[] = { "==", "!=", "<", "<=", ">", ">=" };
    static const char *const RATES[] = { "second", "minute", "hour" };

    strbuf_printf(to, ", span: [%d, %u]", -(int)test_below(seed, 9), 1 + test_below(seed, 99));
    strbuf_printf(to, ", max_rate: %.17g, max_rate_per: %s", fabs(any_number(seed)),
                  RATES[test_below(seed, 3)]);
    strbuf_printf(to, ", frozen_after: %umin, frozen_unless: \"value%s%.17g", 1 + test_below(seed, 9999),
                  SIGNS[test_below(seed, COUNT_OF(SIGNS))], any_number(seed));
    for (unsigned i = test_below(seed, 5); i > 0; i--) /* p0 stands before, its neighbour may not */
        strbuf_printf(to, " or p%u %s %.17g at %02u:%02u-24:00", i % 2 == 0 ? 0 : n,
                      SIGNS[test_below(seed, COUNT_OF(SIGNS))], any_number(seed), test_below(seed, 24),
                      test_below(seed, 60));
    strbuf_puts(to, "\"");
    if (test_below(seed, 2) == 0)
        strbuf_printf(to, ", total_max_flow: %.17g", fabs(any_number(seed)) + 1);
    else
        strbuf_printf(to, ", total_max_flow: 7, %s: %u",
                      test_below(seed, 2) == 0 ? "total_width" : "total_wraps_at", 8 + test_below(seed, 25));
}

static void any_states(uint64_t *seed, struct strbuf *to)
{
    unsigned count = 1 + test_below(seed, STATES_MAX);

    strbuf_puts(to, ", states: {");
    for (unsigned i = 0; i < count; i++)
        strbuf_printf(to, "%s%u: \"%s\"", i == 0 ? " " : ", ", 7 * i + test_below(seed, 7),
                      NAMES[test_below(seed, COUNT_OF(NAMES))]);
    strbuf_puts(to, " }");
}

static void any_point(uint64_t *seed, unsigned n, struct strbuf *to)
{
    static const char *const TYPES[] = { "u16", "i16",   "u32",   "i32",       "f32",      "u64", "i64",
                                         "f64", "bcd16", "bcd32", "high_byte", "low_byte", "bool" };
    static const char *const TABLES[] = { "holding", "input", "coil", "discrete" };
    static const char *const WORD_ORDERS[] = { "abcd", "cdab", "badc", "dcba" };
    unsigned type = test_below(seed, COUNT_OF(TYPES));
    unsigned table = test_below(seed, strcmp(TYPES[type], "bool") == 0 ? 4 : 2);
    double a = any_number(seed), b = any_number(seed), scale = any_number(seed);

    strbuf_printf(to, "          - { id: p%u, name: \"%s\", unit: \"%s\", type: %s, %s: %u", n,
                  NAMES[test_below(seed, COUNT_OF(NAMES))], UNITS[test_below(seed, COUNT_OF(UNITS))],
                  TYPES[type], TABLES[table],
                  1000 * (n % 50) + test_below(seed, 990)); /* never two in one place */
    if (type == COUNT_OF(TYPES) - 1 && table < 2 && test_below(seed, 2) == 0)
        strbuf_printf(to, ", bit: %u", test_below(seed, 16));
    if (strcmp(TYPES[type], "u32") == 0)
        any_states(seed, to);
    else
        strbuf_printf(to, ", scale: %.17g, offset: %.17g", scale != 0 ? scale : 1, any_number(seed));
    if (test_below(seed, 4) == 0)
        strbuf_printf(to, ", unit_as: \"%s\"", UNITS[test_below(seed, COUNT_OF(UNITS))]);
    if (test_below(seed, 2) == 0)
        strbuf_printf(to, ", order: %s", WORD_ORDERS[test_below(seed, 4)]);
    if (a != b && test_below(seed, 2) == 0)
        strbuf_printf(to, ", plausible: [%.17g, %.17g]", fmin(a, b), fmax(a, b));
    if (test_below(seed, 2) == 0)
        strbuf_printf(to, ", parameter: x-flow, decimals: %u, deadband: %.17g, heartbeat: %us",
                      test_below(seed, 7), strcmp(TYPES[type], "u32") == 0 ? 0 : fabs(any_number(seed)),
                      1 + test_below(seed, 3600));
    if (test_below(seed, 2) == 0)
        strbuf_printf(to, ", no_value: [0x%X, %u]", type >= 2 && type < 8 ? 0xFFFFFFFF : 0xFFFF,
                      test_below(seed, 65536));
    if (strcmp(TYPES[type], "u32") != 0 && test_below(seed, 3) == 0)
        any_doubt(seed, n, to);
    strbuf_puts(to, " }\n");
}

/* One of the ways; those of two wires never end in one place. */
static void any_way(uint64_t *seed, unsigned w, struct strbuf *to)
{
    static const char *const HOSTS[] = { "[fe80::1]", "plc.example.vn" };
    static const char *const BAUDS[] = { "1200", "9600", "19200", "115200", "921600" };
    static const char *const PARITIES[] = { "none", "even", "odd" };
    unsigned port = 1 + test_below(seed, 32000) + 32000 * w;

    switch (test_below(seed, 4)) {
    case 0: strbuf_printf(to, "    tcp: \"%s:%u\"\n", HOSTS[w], port); return;
    case 1: strbuf_printf(to, "    rtu_over_tcp: \"%s:%u\"\n", HOSTS[w], port); break;
    case 2:
        strbuf_printf(to, "    answer_within: 5s\n    serial:\n      device: /dev/serial/by-id/usb-%u\n", w);
        strbuf_printf(to, "      baud: %s\n      parity: %s\n      stop_bits: %u\n      echo: %s\n",
                      BAUDS[test_below(seed, COUNT_OF(BAUDS))],
                      PARITIES[test_below(seed, COUNT_OF(PARITIES))], 1 + test_below(seed, 2),
                      test_below(seed, 2) == 0 ? "true" : "false");
        break;
    default:
        strbuf_printf(to, "    listen: { on: \"%s:%u\", from: \"%s\", protocol: rtu }\n",
                      w == 0 ? "[::]" : "0.0.0.0", port, w == 0 ? "fe80::7" : "10.1.2.3");
    }
    if (test_below(seed, 2) == 0)
        strbuf_printf(to, "    late_window: %ums\n", 10 + test_below(seed, 59990));
}

static void any_plant(uint64_t *seed, struct strbuf *to)
{
    unsigned point = 0;

    strbuf_reset(to);
    strbuf_printf(to, "supplier: { id: s, name: \"%s\" }\nsystem: { id: t, name: \"%s\" }\nsites:\n",
                  NAMES[test_below(seed, COUNT_OF(NAMES))], NAMES[test_below(seed, COUNT_OF(NAMES))]);
    for (unsigned s = 0; s < 3; s++)
        strbuf_printf(to, "  - { id: s%u, name: \"%s\", kind: dma, location: [%.17g, %.17g] }\n", s,
                      NAMES[test_below(seed, COUNT_OF(NAMES))], (double)test_random(seed) / 0x1p64 * 180 - 90,
                      (double)test_random(seed) / 0x1p64 * 360 - 180);
    strbuf_puts(to, "wires:\n");
    for (unsigned w = 0; w < 2; w++) {
        strbuf_printf(to, "  - id: w%u\n", w);
        any_way(seed, w, to);
        strbuf_printf(to,
                      "    connect_within: %ums\n    pause: %ums\n    typical_answer: %ums\n    devices:\n",
                      10 + test_below(seed, 59990), test_below(seed, 10001), 1 + test_below(seed, 900));
        for (unsigned d = 0; d < 2; d++) {
            strbuf_printf(to, "      - id: d%u%u\n        site: s%u\n        unit: %u\n", w, d,
                          test_below(seed, 3), 1 + test_below(seed, 247));
            strbuf_printf(to, "        every: %ums\n        max_registers: %u\n        holes: %u\n",
                          200000 + test_below(seed, 86200001), 4 + test_below(seed, 122),
                          test_below(seed, 126));
            if (test_below(seed, 2) == 0)
                strbuf_printf(to, "        forbidden: [ { holding: %u, count: %u }, { input: 65535 } ]\n",
                              60000 + test_below(seed, 1000), 1 + test_below(seed, 1000));
            strbuf_puts(to, "        points:\n");
            for (unsigned n = 1 + test_below(seed, 4); n > 0; n--)
                any_point(seed, point++, to);
        }
    }
    if (test_below(seed, 2) == 0) {
        strbuf_puts(to, "counted:\n");
        for (unsigned n = test_below(seed, 3) + 1; n > 0; n--)
            strbuf_printf(
                to, "  - { id: counted-%u, name: Giờ chạy, counts: %s, while: \"p%u %s %u\", from: %u.5 }\n",
                n, test_below(seed, 2) == 0 ? "hours" : "starts", test_below(seed, point),
                test_below(seed, 2) == 0 ? ">" : "==", test_below(seed, 100), test_below(seed, 9000));
    }
    if (test_below(seed, 2) == 0)
        return;
    strbuf_puts(to, "manual:\n");
    for (unsigned n = 1 + test_below(seed, 4); n > 0; n--)
        strbuf_printf(to,
                      "  - { id: by-hand-%u, site: s%u, name: \"%s\", unit: \"%s\", total_max_flow: %u, "
                      "plausible: [-1, %u] }\n",
                      n, test_below(seed, 3), NAMES[test_below(seed, COUNT_OF(NAMES))],
                      UNITS[test_below(seed, COUNT_OF(UNITS))], test_below(seed, 100), test_below(seed, 100));
}

static void a_devices_order_swaps_no_single_register_and_a_points_own_does(void **state)
{
    static const struct {
        const char *devices, *point;
        enum word_order order;
    } CASES[] = {
        { "badc", "type: u16", ORDER_ABCD },
        { "dcba", "type: u16", ORDER_CDAB }, /* which is the same for one register */
        { "cdab", "type: i16", ORDER_CDAB },
        { "dcba", "type: bool, bit: 3", ORDER_CDAB },
        { "dcba", "type: bcd16", ORDER_CDAB },
        { "abcd", "type: u16, order: badc", ORDER_BADC },
        { "dcba", "type: low_byte, order: dcba", ORDER_DCBA },
        { "dcba", "type: u32", ORDER_DCBA },
        { "dcba", "type: f64", ORDER_DCBA },
        { "badc", "type: u64, order: abcd", ORDER_ABCD },
    };
    struct strbuf text;
    char lines[256];

    (void)state;
    strbuf_init(&text, 1 << 16);
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct plant p;
        (void)snprintf(
            lines, sizeof lines,
            "        order: %s\n        points:\n          - { id: p1, name: A, unit: m, holding: 0, %s }",
            CASES[i].devices, CASES[i].point);
        write_plant(&text, 15, 18, lines);
        load_right(&p, "plant.yaml", text.text, text.len);
        assert_int_equal(p.field.wires[0].devices[0].tags[0].order, CASES[i].order);
        assert_prints_and_loads_again(&p);
        unload(&p);
    }
    strbuf_clear(&text);
}

static void one_register_may_be_a_number_and_all_its_bits_and_bytes(void **state)
{
    static const char POINTS[] =
        "        points:\n"
        "          - { id: a, name: A, unit: \"-\", holding: 10, type: u16 }\n"
        "          - { id: b, name: B, unit: \"-\", holding: 10, type: bool, bit: 0 }\n"
        "          - { id: c, name: C, unit: \"-\", holding: 10, type: bool, bit: 9 }\n"
        "          - { id: d, name: D, unit: \"-\", holding: 10, type: low_byte }\n"
        "          - { id: e, name: E, unit: \"-\", holding: 10, type: high_byte }\n"
        "          - { id: f, name: F, unit: \"-\", coil: 10, type: bool }\n"
        "          - { id: g, name: G, unit: \"-\", discrete: 10, type: bool }";
    struct strbuf text;
    struct plant p;
    const struct tag *tags;

    (void)state;
    strbuf_init(&text, 1 << 16);
    write_plant(&text, 16, 18, POINTS);
    load_right(&p, "plant.yaml", text.text, text.len);
    tags = p.field.wires[0].devices[0].tags;
    assert_true(tags[1].revision != tags[2].revision);
    assert_int_equal(tags[5].function, FUNCTION_READ_COILS);
    assert_int_equal(tags[6].function, FUNCTION_READ_DISCRETE);
    assert_prints_and_loads_again(&p);
    unload(&p);
    strbuf_clear(&text);
}

static uint64_t revision_with(const char *more)
{
    struct strbuf text;
    char line[256];
    struct plant p;
    uint64_t revision;

    strbuf_init(&text, 1 << 16);
    (void)snprintf(line, sizeof line, "          - { id: p1, name: A, unit: m, holding: 10, type: i16%s }",
                   more);
    write_plant(&text, 17, 17, line);
    load_right(&p, "plant.yaml", text.text, text.len);
    revision = p.catalogue.points[0].revision;
    assert_true(revision == p.field.wires[0].devices[0].tags[0].revision);
    assert_prints_and_loads_again(&p);
    unload(&p);
    strbuf_clear(&text);
    return revision;
}

static void states_of_another_meaning_make_another_revision(void **state)
{
    uint64_t none = revision_with(""), first = revision_with(", states: { 0: stopped, 1: running }");

    (void)state;
    assert_true(none != first);
    assert_true(first == revision_with(", states: [ stopped, running ]"));
    assert_true(first == revision_with(", states: { 0x1: running, 0: stopped }"));
    assert_true(first != revision_with(", states: { 0: stopped, 1: running, 2: fault }"));
    assert_true(first != revision_with(", states: { 1: stopped, 0: running }"));
    assert_true(first != revision_with(", states: { -1: stopped, 1: running }"));
    assert_true(none == revision_with(", states: {}"));
}

static void any_plant_prints_and_loads_again(void **state)
{
    uint64_t seed = test_seed(__func__);
    struct strbuf text;

    (void)state;
    strbuf_init(&text, 1 << 20);
    for (int i = 0; i < 500; i++) {
        struct plant p;
        any_plant(&seed, &text);
        load_right(&p, "random.yaml", text.text, text.len);
        assert_prints_and_loads_again(&p);
        unload(&p);
    }
    strbuf_clear(&text);
}

static void the_tables_have_no_mistakes_of_our_own(void **state)
{
    const struct field_table *tables;
    size_t n = field_tables(&tables);

    (void)state;
    assert_true(n > 0);
    for (size_t i = 0; i < n; i++) {
        const char *wrong = conf_table_wrong(tables[i].rows, tables[i].count);
        if (wrong != NULL)
            fail_msg("%s: %s", tables[i].title, wrong);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_demonstration_plant_loads_without_a_mistake),
        cmocka_unit_test(what_is_not_said_has_its_default),
        cmocka_unit_test(each_mistake_is_named_at_its_line),
        cmocka_unit_test(all_mistakes_are_named_in_one_run),
        cmocka_unit_test(a_plant_cut_anywhere_is_refused_or_loads_without_harm),
        cmocka_unit_test(a_second_file_may_be_another_suppliers_but_not_call_it_differently),
        cmocka_unit_test(an_id_that_stands_in_two_files_is_refused),
        cmocka_unit_test(the_demonstration_plant_prints_and_loads_again),
        cmocka_unit_test(a_plant_of_defaults_prints_and_loads_again),
        cmocka_unit_test(a_devices_order_swaps_no_single_register_and_a_points_own_does),
        cmocka_unit_test(one_register_may_be_a_number_and_all_its_bits_and_bytes),
        cmocka_unit_test(states_of_another_meaning_make_another_revision),
        cmocka_unit_test(any_plant_prints_and_loads_again),
        cmocka_unit_test(the_tables_have_no_mistakes_of_our_own),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
