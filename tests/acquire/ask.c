#include "acquire/ask.h"

#include <math.h>
#include <pthread.h>

#include "acquire/wire.h"
#include "double/fake_line.h"
#include "unit.h"

enum { SEEN_MAX = 4096, DEVICES = 3 };

/* A meter with two blocks, another part of the same unit with a forbidden range, and a device of another. */
struct bench {
    struct fake_clock clock;
    struct fake_line line;
    struct tag tags[4];
    struct device devices[DEVICES];
    struct wire_settings settings;
    struct wire *wire;
    struct reading seen[SEEN_MAX];
    size_t count;
    unsigned events;
};

static void collect(void *self, const struct message *m)
{
    struct bench *b = self;

    b->events += m->kind == MESSAGE_EVENT;
    for (size_t i = 0; m->kind == MESSAGE_READINGS && i < m->count; i++) {
        assert_true(b->count < SEEN_MAX);
        b->seen[b->count++] = m->readings[i];
    }
}

static void make_wire(struct bench *b)
{
    struct fault why;

    if (wire_new(&b->wire, &b->settings, &b->line.line, (struct wire_sink){ b, collect },
                 fake_clock(&b->clock), &why) != ERR_NONE)
        fail_msg("%s", why.text);
}

static void make_devices(struct bench *b)
{
    static const uint16_t ADDRESSES[] = { 10, 500, 20, 30 };

    for (uint32_t i = 0; i < COUNT_OF(b->tags); i++) {
        b->tags[i] = (struct tag){ .point = i,
                                   .function = 3,
                                   .address = ADDRESSES[i],
                                   .kind = KIND_U16,
                                   .scale = 1,
                                   .low = NAN,
                                   .high = NAN };
        b->line.registers[ADDRESSES[i]] = (uint16_t)(100 * (i + 1));
    }
    b->devices[0] = (struct device){
        .id = "meter", .unit = 5, .every_ms = 1000, .max_registers = 20, .tags = b->tags, .tag_count = 2
    };
    b->devices[1] = (struct device){ .id = "meter-too",
                                     .unit = 5,
                                     .every_ms = 1000,
                                     .max_registers = 50,
                                     .forbidden = { { 3, 103, 2 } },
                                     .forbidden_count = 1,
                                     .tags = b->tags + 2,
                                     .tag_count = 1 };
    b->devices[2] = (struct device){
        .id = "pump", .unit = 9, .every_ms = 1000, .max_registers = 125, .tags = b->tags + 3, .tag_count = 1
    };
}

static int set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);

    if (b == NULL)
        return -1;
    b->clock.now = (struct now){ { 1000000 }, { 1700000000000 } };
    fake_line_init(&b->line, &b->clock);
    make_devices(b);
    b->settings = (struct wire_settings){ .id = "w",
                                          .host = "device",
                                          .port = "502",
                                          .answer_ms = 200,
                                          .devices = b->devices,
                                          .device_count = DEVICES };
    make_wire(b);
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

static struct asked *must_ask(struct bench *b, struct ask q)
{
    struct asked *a = NULL;
    struct fault why;

    if (wire_ask(b->wire, &q, &a, &why) != ERR_NONE)
        fail_msg("%s", why.text);
    return a;
}

static void step(struct bench *b)
{
    struct mono next = wire_turn(b->wire);

    fake_clock_advance(&b->clock, next.ms > b->clock.now.mono.ms ? next.ms - b->clock.now.mono.ms : 0);
}

static void run_until(struct bench *b, int64_t ms)
{
    while (b->clock.now.mono.ms < ms)
        step(b);
}

/* To a moment at which nothing is due. */
static void rest(struct bench *b)
{
    while (wire_turn(b->wire).ms <= b->clock.now.mono.ms)
        ;
}

static const struct ask FLOW = { .device = "meter", .function = 3, .address = 100, .quantity = 3 };

/* The question and its end; the text of the reason when there is no answer. */
static enum err ask_through(struct bench *b, struct ask q, uint16_t words[REGISTERS_MAX], struct fault *why)
{
    struct asked *a = must_ask(b, q);

    for (int i = 0; i < 10 && !asked_is_over(a, 0); i++)
        step(b);
    return asked_end(a, words, why);
}

static void the_registers_come_as_the_device_holds_them(void **state)
{
    struct bench *b = *state;
    uint16_t words[REGISTERS_MAX];
    struct fault why;

    for (uint16_t i = 0; i < 3; i++)
        b->line.registers[100 + i] = (uint16_t)(0xA000 + i);
    assert_int_equal(ask_through(b, FLOW, words, &why), ERR_NONE);
    for (uint16_t i = 0; i < 3; i++)
        assert_int_equal(words[i], 0xA000 + i);
    assert_int_equal(
        ask_through(b, (struct ask){ .unit = 9, .function = 1, .address = 100, .quantity = 17 }, words, &why),
        ERR_NONE);
    assert_int_equal(words[0], 7);
    assert_int_equal(words[1], 0);
    assert_int_equal(b->line.connects, 1);
}

struct refused {
    struct ask q;
    enum err code;
    const char *text;
};

static void what_must_not_be_asked_is_refused_with_a_sentence(void **state)
{
    static const struct refused REFUSALS[] = {
        { { "meter", 0, 3, 100, 0 }, ERR_RANGE, "0 is nothing to ask for: at least 1" },
        { { "meter", 0, 3, 100, -1 }, ERR_RANGE, "-1 is nothing to ask for: at least 1" },
        { { "meter", 0, 3, 200, 21 }, ERR_RANGE, "21 registers: meter gives at most 20 at once" },
        { { "meter-too", 0, 3, 200, 21 }, ERR_RANGE, "21 registers: meter gives at most 20 at once" },
        { { "pump", 0, 4, 0, 126 }, ERR_RANGE, "126 registers: pump gives at most 125 at once" },
        { { "pump", 0, 2, 0, 2001 }, ERR_RANGE, "2001 bits: pump gives at most 2000 at once" },
        { { "pump", 0, 3, 65535, 2 }, ERR_RANGE, "2 from 65535 on reach beyond address 65535" },
        { { "pump", 0, 3, 0, INT64_MAX },
          ERR_RANGE,
          "9223372036854775807 from 0 on reach beyond address 65535" },
        { { "pump", 0, 3, 65536, 1 }, ERR_RANGE, "there is no address 65536: 0 to 65535, as on the wire" },
        { { "pump", 0, 3, -1, 1 }, ERR_RANGE, "there is no address -1: 0 to 65535, as on the wire" },
        { { "pump", 0, 6, 0, 1 }, ERR_RANGE, "only coil, discrete, holding and input are read" },
        { { "pump", 0, 0, 0, 1 }, ERR_RANGE, "only coil, discrete, holding and input are read" },
        { { "valve", 0, 3, 0, 1 }, ERR_MISSING, "wire w has no device \"valve\"" },
        { { NULL, 7, 3, 0, 1 }, ERR_MISSING, "wire w has no device with unit 7" },
        { { "meter-too", 0, 3, 104, 1 },
          ERR_DENIED,
          "holding 104 to 104 touch what must not be read of meter-too: 103 to 104" },
        { { "meter", 0, 3, 100, 4 },
          ERR_DENIED,
          "holding 100 to 103 touch what must not be read of meter-too: 103 to 104" },
        { { NULL, 5, 3, 100, 10 },
          ERR_DENIED,
          "holding 100 to 109 touch what must not be read of meter-too: 103 to 104" },
    };
    struct bench *b = *state;
    uint16_t words[REGISTERS_MAX];
    struct fault reason;

    for (size_t i = 0; i < COUNT_OF(REFUSALS); i++) {
        struct asked *a = NULL;
        struct fault why;
        assert_int_equal(wire_ask(b->wire, &REFUSALS[i].q, &a, &why), REFUSALS[i].code);
        assert_string_equal(why.text, REFUSALS[i].text);
        assert_null(a);
    }
    assert_int_equal(b->line.requests, 0);
    /* of another unit it is allowed */
    assert_int_equal(ask_through(b, (struct ask){ NULL, 9, 3, 103, 2 }, words, &reason), ERR_NONE);
}

static void one_at_a_time(void **state)
{
    struct bench *b = *state;
    struct asked *a = must_ask(b, FLOW), *other = NULL;
    uint16_t words[REGISTERS_MAX];
    struct fault why;

    assert_int_equal(wire_ask(b->wire, &FLOW, &other, &why), ERR_STATE);
    assert_string_equal(why.text, "wire w is being asked something by hand already");
    step(b);
    other = must_ask(b, FLOW); /* the answer need not be taken before */
    assert_true(asked_is_over(a, 0));
    assert_int_equal(asked_end(a, words, &why), ERR_NONE);
    assert_false(asked_is_over(other, 0));
    assert_int_equal(asked_end(other, words, &why), ERR_TIMEOUT);
}

static void what_nobody_waits_for_any_more_is_not_asked(void **state)
{
    struct bench *b = *state;
    uint16_t words[REGISTERS_MAX];
    struct fault why;
    unsigned requests;

    run_until(b, 1010000);
    assert_int_equal(asked_end(must_ask(b, FLOW), words, &why), ERR_TIMEOUT);
    assert_string_equal(why.text, "the wire did not come to it in time; try again");
    requests = b->line.requests;
    b->line.asked.address = 0;
    while (b->line.requests == requests)
        step(b);
    assert_int_not_equal(b->line.asked.address, 100);
    assert_int_equal(ask_through(b, FLOW, words, &why), ERR_NONE);
}

static void an_exception_and_silence_are_told_in_words(void **state)
{
    struct bench *b = *state;
    uint16_t words[REGISTERS_MAX];
    struct fault why;

    run_until(b, 1003000);
    rest(b);
    b->line.missing_from = 100;
    b->line.missing_to = 110;
    assert_int_equal(ask_through(b, FLOW, words, &why), ERR_PEER);
    assert_string_equal(why.text, "exception 2, illegal data address");
    b->line.missing_from = b->line.missing_to = 0;
    rest(b);
    b->line.answer = FAKE_SILENT;
    b->line.answer_times = 1;
    assert_int_equal(ask_through(b, FLOW, words, &why), ERR_TIMEOUT);
    assert_string_equal(why.text, "no answer in 200 ms");
    rest(b);
    b->line.answer = FAKE_SHORT;
    b->line.answer_times = 1;
    assert_int_equal(ask_through(b, FLOW, words, &why), ERR_PEER);
    b->line.refuse_connect = true;
    assert_int_equal(ask_through(b, FLOW, words, &why), ERR_PEER);
    assert_non_null(strstr(why.text, "no connection to device:502, next try in 1 s"));
    assert_non_null(strstr(why.text, "Connection refused"));
}

/* Everything that can come of a question by hand, again and again, on a wire that is otherwise well. */
static void readings_lessons_and_health_know_nothing_of_it(void **state)
{
    static const enum fake_answer HOW[] = { FAKE_RIGHT, FAKE_EXCEPTION,  FAKE_SILENT, FAKE_LATE,
                                            FAKE_SHORT, FAKE_OTHER_UNIT, FAKE_CLOSES };
    struct bench *b = *state;
    struct device_status devices[DEVICES];
    struct wire_status s;
    uint16_t words[REGISTERS_MAX];
    struct fault why;

    b->line.exception = 2;
    run_until(b, 1005000);
    b->count = b->events = 0;
    for (unsigned i = 0; i < 70; i++) {
        struct asked *a = must_ask(b, FLOW);
        unsigned requests = b->line.requests;
        b->line.answer = HOW[i % COUNT_OF(HOW)];
        b->line.answer_times = 1;
        while (!asked_is_over(a, 0))
            wire_turn(b->wire);
        assert_in_range(b->line.requests - requests, 1, 2);
        (void)!asked_end(a, words, &why);
        run_until(b, b->clock.now.mono.ms + 700);
    }
    wire_status(b->wire, &s, devices, DEVICES);
    assert_in_range(b->count, 4 * 45, SEEN_MAX);
    for (size_t i = 0; i < b->count; i++) {
        assert_int_equal(b->seen[i].quality, QUALITY_GOOD);
        assert_true(b->seen[i].value == 100.0 * (b->seen[i].point + 1));
    }
    assert_int_equal(b->events, 0);
    assert_int_equal(s.state, WIRE_UP);
    assert_string_equal(s.last_error, "");
    for (size_t i = 0; i < DEVICES; i++) {
        assert_int_equal(devices[i].state, DEVICE_UP);
        assert_int_equal(devices[i].lessons.missing + devices[i].lessons.cuts + devices[i].lessons.most, 0);
        assert_int_equal(devices[i].overruns, 0);
        assert_string_equal(devices[i].last_error, "");
    }
}

/* An answer that came too late lies there first: the next question must not get it. */
static void a_late_answer_is_nobodys(void **state)
{
    struct bench *b = *state;
    uint16_t words[REGISTERS_MAX];
    struct fault why;

    run_until(b, 1003000);
    rest(b);
    b->line.answer = FAKE_LATE;
    b->line.answer_times = 1;
    assert_int_equal(ask_through(b, FLOW, words, &why), ERR_TIMEOUT);
    assert_false(b->line.connected);
    run_until(b, b->clock.now.mono.ms + 1000);
    assert_int_equal(b->line.connects, 2);
}

static void the_pause_is_kept(void **state)
{
    struct bench *b = *state;
    uint16_t words[REGISTERS_MAX];
    struct fault why;

    b->settings.pause_ms = 50;
    for (unsigned i = 0; i < 50; i++)
        assert_int_equal(ask_through(b, FLOW, words, &why), ERR_NONE);
    assert_int_equal(b->line.least_gap, 50);
}

static void who_asks_on_and_on_keeps_no_device_from_its_turn(void **state)
{
    struct bench *b = *state;
    struct asked *a = must_ask(b, FLOW);
    uint16_t words[REGISTERS_MAX];
    struct fault why;

    b->settings.pause_ms = 100; /* the devices' own requests need 40 % of the time */
    while (b->clock.now.mono.ms < 1060000) {
        step(b);
        if (asked_is_over(a, 0)) {
            assert_int_equal(asked_end(a, words, &why), ERR_NONE);
            a = must_ask(b, FLOW);
        }
    }
    assert_int_equal(asked_end(a, words, &why), ERR_TIMEOUT);
    assert_in_range(b->count, 4 * 58, 4 * 62);
}

static void it_comes_between_the_requests_of_a_slow_device(void **state)
{
    struct bench *b = *state;
    struct asked *a;
    uint16_t words[REGISTERS_MAX];
    struct fault why;

    b->settings.device_count = 1;
    wire_free(b->wire);
    make_wire(b);
    b->settings.answer_ms = 1000;
    b->line.slow_ms[5] = 900;
    a = must_ask(b, FLOW);
    (void)wire_turn(b->wire);
    assert_int_equal(asked_end(a, words, &why), ERR_NONE);
    a = must_ask(b, FLOW);
    (void)wire_turn(b->wire); /* the first block of two: then it gives way */
    assert_false(asked_is_over(a, 0));
    assert_int_equal(b->line.requests, 2);
    (void)wire_turn(b->wire);
    assert_true(asked_is_over(a, 0));
    assert_int_equal(asked_end(a, words, &why), ERR_NONE);
    run_until(b, b->clock.now.mono.ms + 2000);
    for (size_t i = 0; i < b->count; i++)
        assert_int_equal(b->seen[i].quality, QUALITY_GOOD);
}

static void a_device_that_wants_its_connection_closed_has_it_closed(void **state)
{
    struct bench *b = *state;
    uint16_t words[REGISTERS_MAX];
    struct fault why;

    b->devices[0].close_after_cycle = true;
    assert_int_equal(ask_through(b, FLOW, words, &why), ERR_NONE);
    assert_false(b->line.connected);
}

static void a_device_that_is_down_is_asked_all_the_same(void **state)
{
    struct bench *b = *state;
    struct device_status devices[DEVICES];
    struct wire_status s;
    uint16_t words[REGISTERS_MAX];
    struct fault why;

    b->line.answer = FAKE_SILENT;
    run_until(b, 1060000);
    b->line.answer = FAKE_RIGHT;
    assert_int_equal(ask_through(b, FLOW, words, &why), ERR_NONE);
    wire_status(b->wire, &s, devices, DEVICES);
    assert_int_equal(devices[0].state, DEVICE_DOWN); /* its own cycles decide that */
}

static void a_wire_that_ends_says_so(void **state)
{
    struct bench *b = *state;
    struct asked *a = must_ask(b, FLOW);
    uint16_t words[REGISTERS_MAX];
    struct fault why;

    wire_free(b->wire);
    b->wire = NULL;
    assert_true(asked_is_over(a, 0));
    assert_int_equal(asked_end(a, words, &why), ERR_STATE);
    assert_string_equal(why.text, "the wire is being stopped");
}

static void it_is_not_waited_for_longer_than_two_minutes(void **state)
{
    struct bench *b = *state;
    struct asked *a = must_ask(b, FLOW);
    uint16_t words[REGISTERS_MAX];
    struct fault why;

    assert_int_equal(asked_patience_ms(a), 4 * 2 * 200 + 5000);
    assert_int_equal(asked_end(a, words, &why), ERR_TIMEOUT);
    (void)wire_turn(b->wire);
    b->devices[2].answer_ms = 60000;
    a = must_ask(b, FLOW);
    assert_int_equal(asked_patience_ms(a), 120000);
    assert_int_equal(asked_end(a, words, &why), ERR_TIMEOUT);
}

/* ---- threads ---- */

static void *ask_often(void *self)
{
    struct bench *b = self;
    uint16_t words[REGISTERS_MAX];
    struct fault why;

    for (unsigned i = 0; i < 300; i++) {
        struct asked *a;
        if (wire_ask(b->wire, &FLOW, &a, &why) != ERR_NONE)
            continue;
        (void)asked_is_over(a, i % 3);
        (void)!asked_end(a, words, &why);
    }
    return NULL;
}

/* For the sanitizers: who asks may go at any moment. */
static void asking_and_leaving_from_other_threads(void **state)
{
    struct bench *b = *state;
    pthread_t askers[2];

    for (size_t i = 0; i < COUNT_OF(askers); i++)
        assert_int_equal(pthread_create(&askers[i], NULL, ask_often, b), 0);
    for (unsigned i = 0; i < 2000; i++)
        (void)wire_turn(b->wire);
    for (size_t i = 0; i < COUNT_OF(askers); i++)
        assert_int_equal(pthread_join(askers[i], NULL), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_registers_come_as_the_device_holds_them),
        TEST(what_must_not_be_asked_is_refused_with_a_sentence),
        TEST(one_at_a_time),
        TEST(what_nobody_waits_for_any_more_is_not_asked),
        TEST(an_exception_and_silence_are_told_in_words),
        TEST(readings_lessons_and_health_know_nothing_of_it),
        TEST(a_late_answer_is_nobodys),
        TEST(the_pause_is_kept),
        TEST(who_asks_on_and_on_keeps_no_device_from_its_turn),
        TEST(it_comes_between_the_requests_of_a_slow_device),
        TEST(a_device_that_wants_its_connection_closed_has_it_closed),
        TEST(a_device_that_is_down_is_asked_all_the_same),
        TEST(a_wire_that_ends_says_so),
        TEST(it_is_not_waited_for_longer_than_two_minutes),
        TEST(asking_and_leaving_from_other_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
