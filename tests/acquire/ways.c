/* How wires may be reached, what is refused, and what a serial line's speed means for what it can carry. */
#include "acquire/field.h"
#include "rtu.h"
#include "seal/seal.h"
#include "unit.h"

struct plant {
    struct conf_mistakes mistakes;
    struct conf_file *file;
    struct catalogue catalogue;
    struct field field;
    struct strbuf said;
};

static void load(struct plant *p, const char *text)
{
    *p = (struct plant){ 0 };
    conf_mistakes_init(&p->mistakes, 0);
    catalogue_init(&p->catalogue);
    field_init(&p->field);
    strbuf_init(&p->said, 1 << 16);
    if (conf_load_text("p", text, strlen(text), &p->file, &p->mistakes) == ERR_NONE) {
        assert_int_equal(field_load(conf_root(p->file), NULL, &p->catalogue, &p->field, &p->mistakes),
                         ERR_NONE);
        assert_int_equal(field_check(&p->field, (struct conf_mark){ "p", 0, 0 }, &p->mistakes), ERR_NONE);
    }
    conf_mistakes_write(&p->mistakes, &p->said);
}

static void unload(struct plant *p)
{
    conf_file_free(p->file);
    conf_mistakes_clear(&p->mistakes);
    field_clear(&p->field);
    catalogue_clear(&p->catalogue);
    strbuf_clear(&p->said);
}

#define HEAD                                                                                                 \
    "supplier: { id: s, name: S }\nsystem: { id: t, name: T }\n"                                             \
    "sites: [ { id: a, name: A, kind: dma } ]\nwires:\n"
#define WIRE(n)                                                                                              \
    "  - { id: w" #n ", devices: [ { id: d" #n ", site: a, unit: 1, points: [ { id: p" #n                    \
    ", name: P, unit: m, holding: 0, type: u16 } ] } ], "

/* Plants of one wire that ends in `way`; nothing to say, or one mistake or warning with these words. */
static void ways_are_right_or_told_why_not(void **state)
{
    static const struct {
        const char *way, *words;
    } CASES[] = {
        { "tcp: h:1", "" },
        { "rtu_over_tcp: h:1, late_window: 3s", "" },
        { "serial: { device: /dev/ttyUSB0, baud: 9600, parity: none }", "" },
        { "serial: { device: /dev/ttyUSB0, baud: 115200, parity: odd, stop_bits: 2, data_bits: 8, echo: true "
          "}",
          "" },
        { "listen: { on: 127.0.0.1:502 }", "" },
        { "listen: { on: \"[::]:502\", from: \"fe80::1\", protocol: rtu }", "" },
        { "connect_within: 1s", "say where the wire goes" },
        { "tcp: h:1, rtu_over_tcp: h:2", "goes one way: \"tcp\" or \"rtu_over_tcp\"" },
        { "serial: { device: /dev/a, baud: 9600, parity: none }, listen: { on: 127.0.0.1:1 }",
          "goes one way" },
        { "rtu_over_tcp: h", "is not host:port" },
        { "tcp: h:1, late_window: 1s", "carry a number" },
        { "listen: { on: 127.0.0.1:1 }, late_window: 1s", "carry a number" },
        { "serial: /dev/ttyUSB0", "must be a section" },
        { "serial: { baud: 9600, parity: none }", "\"device\" is missing" },
        { "serial: { device: /dev/a, parity: none }", "\"baud\" is missing" },
        { "serial: { device: /dev/a, baud: 9600 }", "\"parity\" is missing" },
        { "serial: { device: ttyUSB0, baud: 9600, parity: none }", "no path of a port" },
        { "serial: { device: /dev/a, baud: 9601, parity: none }", "baud: " },
        { "serial: { device: /dev/a, baud: 9600, parity: mark }", "parity: " },
        { "serial: { device: /dev/a, baud: 9600, parity: none, stop_bits: 3 }", "stop_bits: 3" },
        { "serial: { device: /dev/a, baud: 9600, parity: none, data_bits: 7 }", "data_bits: " },
        { "listen: { on: \"gate.example.vn:502\" }", "is not address:port" },
        { "listen: { on: \"0.0.0.0\" }", "is not address:port" },
        { "listen: { on: 127.0.0.1:502, from: modem-7 }", "\"modem-7\" is no address" },
        { "listen: { on: 0.0.0.0:502 }", "warning: whoever calls here is believed" },
    };
    char text[1024];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct plant p;
        (void)snprintf(text, sizeof text, "%s%s%s }\n", HEAD, WIRE(0), CASES[i].way);
        load(&p, text);
        if ((CASES[i].words[0] == '\0' ? p.said.len > 0 : p.mistakes.mistakes + p.mistakes.warnings != 1) ||
            (p.said.len > 0 && strstr(p.said.text, CASES[i].words) == NULL))
            fail_msg("%s\n should say \"%s\", says %s", CASES[i].way, CASES[i].words,
                     p.said.len > 0 ? p.said.text : "nothing");
        unload(&p);
    }
}

static void two_wires_never_end_in_one_place(void **state)
{
    static const struct {
        const char *first, *second, *words;
    } CASES[] = {
        { "tcp: h:1", "rtu_over_tcp: H:1", "goes to the endpoint of the wire at p:5:" },
        { "serial: { device: /dev/a, baud: 9600, parity: none }",
          "serial: { device: /dev/a, baud: 1200, parity: even }",
          "goes to the endpoint of the wire at p:5:" },
        { "serial: { device: /dev/a, baud: 9600, parity: none }",
          "serial: { device: /dev/A, baud: 9600, parity: none }", "" },
        { "listen: { on: 127.0.0.1:502 }", "listen: { on: 127.0.0.2:502 }",
          "listens on the port of the wire at p:5:" },
        { "listen: { on: 127.0.0.1:502 }", "listen: { on: 127.0.0.1:503 }", "" },
        { "listen: { on: 127.0.0.1:502 }", "tcp: 127.0.0.1:502", "" },
    };
    char text[1024];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct plant p;
        (void)snprintf(text, sizeof text, "%s%s%s }\n%s%s }\n", HEAD, WIRE(0), CASES[i].first, WIRE(1),
                       CASES[i].second);
        load(&p, text);
        if (p.mistakes.mistakes != (CASES[i].words[0] != '\0') ||
            (p.said.len > 0 && strstr(p.said.text, CASES[i].words) == NULL))
            fail_msg("%s and %s\n should say \"%s\", says %s", CASES[i].first, CASES[i].second,
                     CASES[i].words, p.said.len > 0 ? p.said.text : "nothing");
        unload(&p);
    }
}

static void a_broadcast_is_never_asked(void **state)
{
    static const struct {
        const char *way;
        int unit;
        const char *words;
    } CASES[] = {
        { "tcp: h:1", 0, "" }, /* some servers are reached by 0 only */
        { "rtu_over_tcp: h:1", 0, "speaks to all devices" },
        { "serial: { device: /dev/a, baud: 9600, parity: none }", 0, "speaks to all devices" },
        { "listen: { on: 127.0.0.1:1, protocol: rtu }", 0, "speaks to all devices" },
        { "serial: { device: /dev/a, baud: 9600, parity: none }", 248, "warning: units of a serial line" },
        { "serial: { device: /dev/a, baud: 9600, parity: none }", 247, "" },
    };
    char text[1024];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct plant p;
        (void)snprintf(
            text, sizeof text,
            "%s  - { id: w, %s, devices: [ { id: d, site: a, unit: %d, points: [ { id: p, name: P, "
            "unit: m, holding: 0, type: u16 } ] } ] }\n",
            HEAD, CASES[i].way, CASES[i].unit);
        load(&p, text);
        if (CASES[i].words[0] == '\0' ? p.said.len > 0 : strstr(p.said.text, CASES[i].words) == NULL)
            fail_msg("%s unit %d: says %s", CASES[i].way, CASES[i].unit,
                     p.said.len > 0 ? p.said.text : "nothing");
        unload(&p);
    }
}

/* One device with one block of `count` registers, read every `every`. */
static void assert_load(const char *serial, unsigned count, const char *more, const char *words)
{
    char text[1024];
    struct plant p;

    (void)snprintf(text, sizeof text,
                   "%s  - id: w\n    serial: { device: /dev/a, parity: even, %s }\n    %s\n    devices:\n"
                   "      - id: d\n        site: a\n        unit: 1\n        holes: 125\n        every: 1s\n"
                   "        points:\n"
                   "          - { id: p, name: P, unit: m, holding: 0, type: u16 }\n"
                   "          - { id: q, name: P, unit: m, holding: %u, type: u16 }\n",
                   HEAD, serial, more, count - 1);
    load(&p, text);
    if (words[0] == '\0' ? p.said.len > 0 : p.said.len == 0 || strstr(p.said.text, words) == NULL)
        fail_msg("%s %u registers: should say \"%s\", says %s", serial, count, words,
                 p.said.len > 0 ? p.said.text : "nothing");
    unload(&p);
}

static void the_speed_of_a_line_is_part_of_its_work(void **state)
{
    (void)state;
    /* 8 + 5 + 250 characters of 11 bits and twice 3.5 of silence at 9600 baud: 309 ms, 30 more to think */
    assert_int_equal(rtu_exchange_us(9600, 125) / 1000, 309);
    assert_load("baud: 9600", 125, "answer_within: 1s", "");
    assert_load("baud: 9600", 125, "typical_answer: 330ms", "warning: wire \"w\" will be busy 64 %");
    assert_load("baud: 4800", 125, "answer_within: 1s", "warning: wire \"w\" will be busy 65 %");
    assert_load("baud: 4800", 125, "typical_answer: 200ms", "would be busy 82 % of the time");
    assert_load("baud: 9600", 125, "pause: 900ms", "would be busy 90 %");
    assert_load("baud: 2400", 125, "answer_within: 1s", "answer_within is 1000 ms: make it longer");
    assert_load("baud: 115200", 125, "answer_within: 1s", "");
}

static void silence_is_of_the_standard(void **state)
{
    (void)state;
    assert_int_equal(rtu_silence_us(9600), 4011);
    assert_int_equal(rtu_silence_us(19200), 2005);
    assert_int_equal(rtu_silence_us(38400), 1750);
    assert_int_equal(rtu_silence_us(921600), 1750);
}

static void a_place_reads_as_people_write_it(void **state)
{
    static const struct {
        const char *way, *text;
    } CASES[] = {
        { "tcp: h:1", "h:1" },
        { "tcp: \"[::1]:1\"", "[::1]:1" },
        { "rtu_over_tcp: h:1", "rtu h:1" },
        { "serial: { device: /dev/a, baud: 9600, parity: none }", "/dev/a 9600 8N1" },
        { "serial: { device: /dev/a, baud: 19200, parity: even, echo: true }", "/dev/a 19200 8E1 echo" },
        { "listen: { on: 127.0.0.1:502, from: 127.0.0.1, protocol: rtu }",
          "listen 127.0.0.1:502 from 127.0.0.1 rtu" },
        { "listen: { on: 127.0.0.1:502 }", "listen 127.0.0.1:502" },
    };
    char text[1024], place[192];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct plant p;
        (void)snprintf(text, sizeof text, "%s%s%s }\n", HEAD, WIRE(0), CASES[i].way);
        load(&p, text);
        wire_endpoint(&p.field.wires[0], place, sizeof place);
        assert_string_equal(place, CASES[i].text);
        unload(&p);
    }
}

/* What a reload goes by: any of these is another wire. */
static void another_way_is_another_wire(void **state)
{
    static const char *const WAYS[] = {
        "tcp: h:1",
        "tcp: h:2",
        "rtu_over_tcp: h:1",
        "rtu_over_tcp: h:1, late_window: 2s",
        "serial: { device: /dev/a, baud: 9600, parity: none }",
        "serial: { device: /dev/b, baud: 9600, parity: none }",
        "serial: { device: /dev/a, baud: 4800, parity: none }",
        "serial: { device: /dev/a, baud: 9600, parity: odd }",
        "serial: { device: /dev/a, baud: 9600, parity: none, stop_bits: 2 }",
        "serial: { device: /dev/a, baud: 9600, parity: none, echo: true }",
        "listen: { on: 127.0.0.1:1 }",
        "listen: { on: 127.0.0.1:2 }",
        "listen: { on: 127.0.0.2:1 }",
        "listen: { on: 127.0.0.1:1, from: 127.0.0.1 }",
        "listen: { on: 127.0.0.1:1, protocol: rtu }",
    };
    static struct plant p[COUNT_OF(WAYS)];
    char text[1024];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(WAYS); i++) {
        (void)snprintf(text, sizeof text, "%s%s%s }\n", HEAD, WIRE(0), WAYS[i]);
        load(&p[i], text);
    }
    for (size_t i = 0; i < COUNT_OF(WAYS); i++)
        for (size_t k = 0; k < COUNT_OF(WAYS); k++)
            assert_int_equal(wire_settings_same(&p[i].field.wires[0], &p[k].field.wires[0]), i == k);
    for (size_t i = 0; i < COUNT_OF(WAYS); i++)
        unload(&p[i]);
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
        cmocka_unit_test(ways_are_right_or_told_why_not),
        cmocka_unit_test(two_wires_never_end_in_one_place),
        cmocka_unit_test(a_broadcast_is_never_asked),
        cmocka_unit_test(the_speed_of_a_line_is_part_of_its_work),
        cmocka_unit_test(silence_is_of_the_standard),
        cmocka_unit_test(a_place_reads_as_people_write_it),
        cmocka_unit_test(another_way_is_another_wire),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
