/* Who a device says it is: the text of its registers, when it is asked for it, and that another text is told
 * once; on a virtual clock. */
#include "identity.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "acquire/wire.h"
#include "double/fake_line.h"
#include "unit.h"
#include "utf8_check.h"

/* ---- the text ---- */

static void a_text_is_what_its_bytes_say_and_nothing_else(void **state)
{
    static const struct {
        uint16_t registers;
        bool low_first;
        const uint16_t words[5];
        const char *is;
    } CASES[] = {
        { 4, false, { 0x534E, 0x3430, 0x3231, 0x3300 }, "SN40213" },
        { 4, true, { 0x4E53, 0x3034, 0x3132, 0x0033 }, "SN40213" },
        { 4, false, { 0x534E, 0x3430, 0x3231, 0x3378 }, "SN40213x" }, /* full to the last byte */
        { 2, false, { 0x534E, 0x3430, 0x3231 }, "SN40" },             /* and not beyond */
        { 3, false, { 0x4100, 0x4243, 0x4445 }, "A" },                /* what stands behind the NUL */
        { 3, false, { 0x0041, 0x4243, 0x4445 }, "" },
        { 3, true, { 0x0041, 0x4243, 0x4445 }, "A" },
        { 3, false, { 0, 0, 0 }, "" },
        { 3, false, { 0x2020, 0x2020, 0x2020 }, "" },
        { 3, false, { 0x2041, 0x2042, 0x2020 }, " A B" }, /* blanks: only those at its end */
        { 3, false, { 0x4142, 0x0D0A, 0x0020 }, "AB" },
        { 3, false, { 0x4109, 0x420A, 0x4300 }, "A?B?C" }, /* control characters */
        { 3, false, { 0x417F, 0x1B42, 0x0143 }, "A??B?C" },
        { 3, false, { 0xFFFF, 0xFFFF, 0xFFFF }, "??????" },
        { 4, false, { 0x4DC3, 0xA179, 0x2031, 0x0000 }, "Máy 1" },
        { 4, true, { 0xC34D, 0x79A1, 0x3120, 0x0000 }, "Máy 1" },
        { 2, false, { 0xE1BB, 0x8700 }, "ệ" },
        { 1, false, { 0xE1BB, 0x8700 }, "??" },   /* half a character */
        { 2, false, { 0x41E1, 0xBB42 }, "A??B" }, /* the same within */
        { 2, false, { 0xC285, 0x4100 }, "??A" },  /* U+0085, a control character */
        { 2,
          false,
          { 0xC2A0, 0x4100 },
          "\xC2\xA0"
          "A" },                                  /* U+00A0 is none */
        { 2, false, { 0xC0AF, 0x4100 }, "??A" },  /* "/", overlong */
        { 2, false, { 0xEDA0, 0x8041 }, "???A" }, /* half of a pair */
        { 3, false, { 0xF09D, 0x849E, 0x2100 }, "𝄞!" },
        { 2, false, { 0xF4A0, 0x8080 }, "????" }, /* beyond U+10FFFF */
        /* 16 characters of SunSpec's common model, Md (SunSpec Device Information Model 1.2), cut to five */
        { 5, false, { 0x496E, 0x7665, 0x7274, 0x6572, 0x2D37 }, "Inverter-7" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        const struct identity where = { .registers = CASES[i].registers, .low_first = CASES[i].low_first };
        char text[IDENTITY_TEXT_MAX];
        memset(text, 'x', sizeof text);
        identity_text(&where, CASES[i].words, text);
        if (strcmp(text, CASES[i].is) != 0)
            fail_msg("case %zu: wanted \"%s\", got \"%s\"", i, CASES[i].is, text);
    }
}

/* Whatever the registers hold: valid UTF-8 without control characters, and what was kept is what was read. */
static void any_registers_make_a_text_that_reads_back(void **state)
{
    struct device d = { .id = "d", .identity = { .function = 3, .address = 7 } };
    uint64_t seed = 20261125;

    (void)state;
    for (int i = 0; i < 20000; i++) {
        uint16_t words[IDENTITY_REGISTERS_MAX];
        char text[IDENTITY_TEXT_MAX], again[IDENTITY_TEXT_MAX] = "";
        struct strbuf line;
        d.identity.registers = (uint16_t)(1 + test_below(&seed, IDENTITY_REGISTERS_MAX));
        d.identity.low_first = test_below(&seed, 2) == 1;
        for (size_t k = 0; k < COUNT_OF(words); k++)
            words[k] = (uint16_t)(test_below(&seed, 65536) | (i % 2 == 0 ? 0x0101u : 0u));
        identity_text(&d.identity, words, text);
        assert_true(utf8_valid(text));
        for (const char *c = text; *c != '\0'; c++)
            assert_false((unsigned char)*c < ' ' || *c == 0x7F);
        strbuf_init(&line, 1024);
        identity_write(&d, text, &line);
        if (text[0] != '\0') {
            line.text[line.len - 1] = '\0';
            assert_true(identity_read_line(line.text, &d, again));
        }
        assert_string_equal(again, text);
        strbuf_clear(&line);
    }
}

static void what_was_kept_is_of_this_device_and_these_registers_only(void **state)
{
    static const struct {
        const char *line, *is; /* NULL: not this device's */
    } CASES[] = {
        { "identity meter-3 3 200 4 high_first SN 40213", "SN 40213" },
        { "identity meter-3 3 200 4 high_first  SN", " SN" },
        { "identity meter-3 3 200 4 high_first A\x01\xFF", "A??" },
        { "identity meter-3 3 200 4 high_first ", "" },
        { "identity meter-3 3 200 4 high_first", NULL },
        { "identity meter-3 3 200 4 low_first SN", NULL },
        { "identity meter-3 3 200 5 high_first SN", NULL },
        { "identity meter-3 3 201 4 high_first SN", NULL },
        { "identity meter-3 4 200 4 high_first SN", NULL },
        { "identity meter-33 3 200 4 high_first SN", NULL },
        { "identity meter 3 200 4 high_first SN", NULL },
        { "identity ", NULL },
        { "", NULL },
    };
    const struct device none = { .id = "meter-3" };
    const struct device d = { .id = "meter-3",
                              .identity = { .function = 3, .address = 200, .registers = 4 } };
    char much[300] = "identity meter-3 3 200 4 high_first ", text[IDENTITY_TEXT_MAX];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        memcpy(text, "-", 2);
        assert_int_equal(identity_read_line(CASES[i].line, &d, text), CASES[i].is != NULL);
        assert_string_equal(text, CASES[i].is != NULL ? CASES[i].is : "-");
        assert_false(identity_read_line(CASES[i].line, &none, text));
    }
    memset(much + strlen(much), 'x', sizeof much - 1 - strlen(much));
    assert_true(identity_read_line(much, &d, text));
    assert_int_equal(strlen(text), IDENTITY_TEXT_MAX - 1);
}

/* ---- on the wire ---- */

enum { DEVICES = 2, TAGS = 2, START_MS = 1000000, TEXT_AT = 200, MINUTE = 60000, HOUR = 60 * MINUTE };

/* Two devices of units 1 and 2, each with two registers at 10; the text, of both, is at 200. */
struct bench {
    struct fake_clock clock;
    struct fake_line line;
    struct line_ops ops;
    const struct line_ops *inner;
    struct tag tags[DEVICES][TAGS];
    struct device devices[DEVICES];
    struct wire_settings settings;
    struct wire *wire;
    struct reading last[DEVICES * TAGS];
    unsigned readings[DEVICES * TAGS], bad, events[EVENT_COUNT];
    struct event event; /* the last one that told of an exchange */
    unsigned asked;     /* for the text */
    struct request request;
    bool silent_there; /* it hears nothing of these registers */
    char folder[64];
};

static void collect(void *self, const struct message *m)
{
    struct bench *b = self;

    if (m->kind == MESSAGE_EVENT) {
        b->events[m->event.kind]++;
        if (m->event.kind == EVENT_DEVICE_EXCHANGED)
            b->event = m->event;
    }
    for (size_t i = 0; m->kind == MESSAGE_READINGS && i < m->count; i++) {
        assert_true(reading_is_sound(&m->readings[i]));
        assert_true(m->readings[i].point < DEVICES * TAGS); /* never a reading of the text */
        b->last[m->readings[i].point] = m->readings[i];
        b->readings[m->readings[i].point]++;
        b->bad += m->readings[i].quality != QUALITY_GOOD;
    }
}

static struct bench *bench; /* that the line's own ops know */

static enum err note_and_send(struct line *line, const struct request *r, struct fault *why)
{
    if (r->address == TEXT_AT) {
        bench->asked++;
        bench->request = *r;
    }
    bench->line.answer = r->address == TEXT_AT && bench->silent_there ? FAKE_SILENT : FAKE_RIGHT;
    return bench->inner->send(line, r, why);
}

static void make_wire(struct bench *b, size_t devices)
{
    struct fault why;

    b->settings.device_count = devices;
    assert_int_equal(wire_new(&b->wire, &b->settings, &b->line.line, (struct wire_sink){ b, collect },
                              fake_clock(&b->clock), &why),
                     ERR_NONE);
    if (b->folder[0] != '\0')
        wire_keep_lessons_in(b->wire, b->folder);
}

static void say(struct bench *b, const char *text)
{
    char bytes[8] = { 0 };

    (void)snprintf(bytes, sizeof bytes, "%s", text);
    for (size_t i = 0; i < 4; i++)
        b->line.registers[TEXT_AT + i] =
            (uint16_t)((unsigned char)bytes[2 * i] << 8 | (unsigned char)bytes[2 * i + 1]);
}

static int set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);

    if (b == NULL)
        return -1;
    bench = b;
    b->clock.now = (struct now){ { START_MS }, { 1700000000000 } };
    fake_line_init(&b->line, &b->clock);
    b->inner = b->line.line.ops;
    b->ops = *b->inner;
    b->ops.send = note_and_send;
    b->line.line.ops = &b->ops;
    for (uint32_t d = 0; d < DEVICES; d++) {
        for (uint32_t i = 0; i < TAGS; i++)
            b->tags[d][i] = (struct tag){ .point = d * TAGS + i,
                                          .function = 3,
                                          .address = (uint16_t)(10 + i),
                                          .kind = KIND_U16,
                                          .scale = 1,
                                          .low = NAN,
                                          .high = NAN };
        b->devices[d] = (struct device){
            .unit = d + 1, .every_ms = 1000, .max_registers = 125, .tags = b->tags[d], .tag_count = TAGS
        };
        (void)snprintf(b->devices[d].id, sizeof b->devices[d].id, "d%u", d + 1);
    }
    b->devices[0].identity = (struct identity){ .function = 4, .address = TEXT_AT, .registers = 4 };
    b->settings = (struct wire_settings){
        .id = "w", .host = "device", .port = "502", .answer_ms = 200, .devices = b->devices
    };
    say(b, "SN-1");
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *b = *state;

    wire_free(b->wire);
    free(b);
    return 0;
}

static void run_for(struct bench *b, int64_t ms)
{
    int64_t end = b->clock.now.mono.ms + ms;

    while (b->clock.now.mono.ms < end) {
        struct mono next = wire_turn(b->wire);
        int64_t wait = next.ms - b->clock.now.mono.ms;
        if (wait > 0)
            fake_clock_advance(&b->clock,
                               wait < end - b->clock.now.mono.ms ? wait : end - b->clock.now.mono.ms);
    }
}

static void restart(struct bench *b)
{
    wire_free(b->wire);
    fake_clock_advance(&b->clock, 1000);
    b->asked = 0;
    make_wire(b, 1);
}

static struct device_status device_now(struct bench *b, size_t i)
{
    struct wire_status s;
    struct device_status d[DEVICES];

    wire_status(b->wire, &s, d, DEVICES);
    return d[i];
}

static struct wire_status wire_now(struct bench *b)
{
    struct wire_status s;

    wire_status(b->wire, &s, NULL, 0);
    return s;
}

static void assert_says(struct bench *b, const char *text)
{
    assert_string_equal(device_now(b, 0).identity, text);
}

static void it_is_asked_when_it_comes_up_and_once_an_hour(void **state)
{
    struct bench *b = *state;

    make_wire(b, DEVICES);
    assert_says(b, "");
    run_for(b, 900);
    assert_says(b, "SN-1");
    assert_string_equal(device_now(b, 1).identity, "");
    assert_int_equal(b->asked, 1);
    assert_int_equal(b->request.unit, 1);
    assert_int_equal(b->request.function, 4);
    assert_int_equal(b->request.quantity, 4);
    run_for(b, HOUR - 2000);
    assert_int_equal(b->asked, 1);
    run_for(b, 4000);
    assert_int_equal(b->asked, 2);
    assert_int_equal(b->bad, 0);
    assert_int_equal(b->events[EVENT_DEVICE_EXCHANGED], 0);

    b->line.slow_ms[1] = 500; /* it is silent until it is down, and comes back */
    run_for(b, MINUTE);
    assert_int_equal(device_now(b, 0).state, DEVICE_DOWN);
    assert_int_equal(b->asked, 2);
    assert_says(b, "SN-1"); /* as it last said */
    b->line.slow_ms[1] = 0;
    run_for(b, MINUTE);
    assert_int_equal(b->asked, 3);
}

static void nothing_is_asked_of_one_without(void **state)
{
    struct bench *b = *state;

    b->devices[0].identity.function = 0;
    make_wire(b, DEVICES);
    run_for(b, 2LL * HOUR);
    assert_int_equal(b->asked, 0);
}

/* Its values do not wait for it, others on the wire come first, and no cycle is lost. */
static void it_is_a_turn_of_its_own(void **state)
{
    struct bench *b = *state;

    b->settings.pause_ms = 50;
    make_wire(b, DEVICES);
    (void)wire_turn(b->wire);
    assert_int_equal(b->readings[0], 1);
    assert_int_equal(b->asked, 0);
    run_for(b, 900);
    assert_int_equal(b->asked, 1);
    assert_true(b->line.least_gap >= 50);
    run_for(b, MINUTE);
    assert_int_equal(wire_now(b).overruns, 0);
    assert_in_range(b->readings[0], 60, 62);
    assert_in_range(b->readings[TAGS], 60, 62);
}

static void with_a_gate_its_values_are_given_once(void **state)
{
    struct bench *b = *state;

    b->devices[0].gate = (struct gate){ .on = true, .tag = 0, .mask = 1, .equals = 1 };
    b->line.registers[10] = 1;
    make_wire(b, 1);
    run_for(b, 900);
    assert_int_equal(b->asked, 1);
    assert_int_equal(b->readings[1], 1);
    assert_int_equal(b->last[1].quality, QUALITY_GOOD);
}

static void a_wire_that_hangs_up_does_so_after_it(void **state)
{
    struct bench *b = *state;

    b->devices[0].close_after_cycle = true;
    make_wire(b, 1);
    run_for(b, 900);
    assert_int_equal(b->asked, 1);
    assert_int_equal(b->line.connects, 1);
    assert_int_equal(b->line.closes, 1);
}

/* ---- another text ---- */

static void another_text_heard_twice_is_told_once_with_both(void **state)
{
    struct bench *b = *state;

    make_wire(b, 1);
    run_for(b, 2000);
    say(b, "SN-2");
    run_for(b, HOUR + MINUTE);
    assert_says(b, "SN-2");
    assert_int_equal(b->events[EVENT_DEVICE_EXCHANGED], 1);
    assert_string_equal(b->event.subject, "d1");
    assert_true(isnan(b->event.number));
    assert_string_equal(b->event.text,
                        "it was \"SN-1\", it is \"SN-2\": another device, or another firmware");
    run_for(b, 3LL * HOUR);
    assert_int_equal(b->events[EVENT_DEVICE_EXCHANGED], 1);
    say(b, "SN-1");
    run_for(b, HOUR + MINUTE);
    assert_int_equal(b->events[EVENT_DEVICE_EXCHANGED], 2);
    assert_int_equal(b->bad, 0);
}

static void one_that_starts_is_not_another(void **state)
{
    static const char *const STARTS[] = { "", "boot", "\xFF\xFF" };
    struct bench *b = *state;

    make_wire(b, 1);
    run_for(b, 2000);
    for (size_t i = 0; i < COUNT_OF(STARTS); i++) {
        unsigned asked = b->asked;
        say(b, STARTS[i]);
        while (b->asked == asked)
            run_for(b, 100);
        say(b, "SN-1");
        run_for(b, MINUTE);
        assert_says(b, "SN-1");
    }
    assert_int_equal(b->events[EVENT_DEVICE_EXCHANGED], 0);
}

static void what_it_said_is_kept_over_a_restart(void **state)
{
    struct bench *b = *state;
    char folder[] = "/tmp/capnuoc-identity-XXXXXX", file[80];

    assert_non_null(mkdtemp(folder));
    (void)snprintf(b->folder, sizeof b->folder, "%s", folder);
    (void)snprintf(file, sizeof file, "%s/w", folder);
    make_wire(b, 1);
    run_for(b, 2000);
    b->tags[0][1].address = 30; /* another map forgets lessons, not who it is */
    restart(b);
    (void)wire_turn(b->wire);
    assert_says(b, "SN-1"); /* before it was asked */
    assert_int_equal(b->asked, 0);
    run_for(b, 2000);
    assert_int_equal(b->events[EVENT_DEVICE_EXCHANGED], 0);

    say(b, "SN-2"); /* exchanged while we were down */
    restart(b);
    run_for(b, 3000);
    assert_int_equal(b->events[EVENT_DEVICE_EXCHANGED], 1);
    restart(b);
    run_for(b, 3000);
    assert_int_equal(b->events[EVENT_DEVICE_EXCHANGED], 1);

    b->devices[0].identity.registers = 2; /* another text is no other device when it stands elsewhere */
    restart(b);
    run_for(b, 3000);
    assert_says(b, "SN-2");
    b->devices[0].identity.registers = 1;
    restart(b);
    run_for(b, 3000);
    assert_says(b, "SN");
    assert_int_equal(b->events[EVENT_DEVICE_EXCHANGED], 1);
    (void)unlink(file);
    (void)rmdir(folder);
}

/* ---- it does not say ---- */

static void one_that_refuses_is_left_alone_for_an_hour_and_its_values_go_on(void **state)
{
    struct bench *b = *state;

    b->line.missing_from = b->line.missing_to = TEXT_AT + 3;
    make_wire(b, 1);
    run_for(b, 5000);
    assert_int_equal(b->asked, 1);
    assert_int_equal(wire_now(b).exceptions, 1);
    assert_int_equal(device_now(b, 0).state, DEVICE_UP);
    assert_string_equal(device_now(b, 0).last_error,
                        "identity, registers 200 to 203: exception 2, illegal data address");
    assert_int_equal(device_now(b, 0).lessons.cuts + device_now(b, 0).lessons.missing, 0);
    b->line.slow_ms[1] = 500; /* down and back: that is no reason to ask again */
    run_for(b, MINUTE);
    assert_int_equal(device_now(b, 0).state, DEVICE_DOWN);
    b->line.slow_ms[1] = 0;
    run_for(b, MINUTE);
    assert_int_equal(device_now(b, 0).state, DEVICE_UP);
    b->bad = 0;
    run_for(b, HOUR - 4LL * MINUTE);
    assert_int_equal(b->asked, 1);
    run_for(b, 3LL * MINUTE);
    assert_int_equal(b->asked, 2);
    assert_string_not_equal(device_now(b, 0).last_error,
                            "identity, registers 200 to 203: exception 2, illegal data address"); /* once */
    b->line.missing_from = b->line.missing_to = 0;
    run_for(b, HOUR + 2000);
    assert_says(b, "SN-1");
    assert_int_equal(b->bad, 0);
}

/* Some devices are silent when asked for what they have not: that is not their end. */
static void one_that_is_silent_there_is_asked_less_and_less_and_stays_up(void **state)
{
    struct bench *b = *state;

    b->silent_there = true;
    make_wire(b, 1);
    run_for(b, 5000);
    assert_int_equal(b->asked, 1);
    assert_int_equal(wire_now(b).timeouts, 1);
    run_for(b, HOUR);
    assert_in_range(b->asked, 5, 6); /* after 1, 2, 4, 8, 16 and 32 minutes */
    run_for(b, 10LL * HOUR);
    assert_in_range(b->asked, 15, 17);
    assert_int_equal(device_now(b, 0).state, DEVICE_UP);
    assert_int_equal(b->bad, 0);
    assert_int_equal(b->events[EVENT_DEVICE_DOWN], 0);
    b->silent_there = false;
    run_for(b, HOUR + 2000);
    assert_says(b, "SN-1");
}

int main(void)
{
#define WIRE_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_is_what_its_bytes_say_and_nothing_else),
        cmocka_unit_test(any_registers_make_a_text_that_reads_back),
        cmocka_unit_test(what_was_kept_is_of_this_device_and_these_registers_only),
        WIRE_TEST(it_is_asked_when_it_comes_up_and_once_an_hour),
        WIRE_TEST(nothing_is_asked_of_one_without),
        WIRE_TEST(it_is_a_turn_of_its_own),
        WIRE_TEST(with_a_gate_its_values_are_given_once),
        WIRE_TEST(a_wire_that_hangs_up_does_so_after_it),
        WIRE_TEST(another_text_heard_twice_is_told_once_with_both),
        WIRE_TEST(one_that_starts_is_not_another),
        WIRE_TEST(what_it_said_is_kept_over_a_restart),
        WIRE_TEST(one_that_refuses_is_left_alone_for_an_hour_and_its_values_go_on),
        WIRE_TEST(one_that_is_silent_there_is_asked_less_and_less_and_stays_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
