#include "acquire/wire.h"

#include <math.h>

#include "double/fake_line.h"
#include "unit.h"

enum { SEEN_MAX = 4096 };

/* One wire, one device with two blocks of the same length, so that a mix-up would look right. */
struct bench {
    struct fake_clock clock;
    struct fake_line line;
    struct tag tags[4];
    struct device device;
    struct wire_settings settings;
    struct wire *wire;
    struct reading seen[SEEN_MAX];
    size_t count;
    unsigned events[EVENT_COUNT];
};

static void collect(void *self, const struct message *m)
{
    struct bench *b = self;

    if (m->kind == MESSAGE_EVENT)
        b->events[m->event.kind]++;
    for (size_t i = 0; m->kind == MESSAGE_READINGS && i < m->count; i++) {
        assert_true(reading_is_sound(&m->readings[i]));
        assert_true(b->count < SEEN_MAX);
        b->seen[b->count++] = m->readings[i];
    }
}

static int set_up(void **state)
{
    static const uint16_t ADDRESSES[] = { 10, 11, 500, 501 };
    struct bench *b = calloc(1, sizeof *b);
    struct fault why;

    if (b == NULL)
        return -1;
    b->clock.now = (struct now){ { 1000000 }, { 1700000000000 } };
    fake_line_init(&b->line, &b->clock);
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
    b->device = (struct device){
        .id = "meter", .unit = 5, .every_ms = 1000, .max_registers = 125, .tags = b->tags, .tag_count = 4
    };
    b->settings = (struct wire_settings){
        .id = "w", .host = "device", .port = "502", .answer_ms = 200, .devices = &b->device, .device_count = 1
    };
    if (wire_new(&b->wire, &b->settings, &b->line.line, (struct wire_sink){ b, collect },
                 fake_clock(&b->clock), &why) != ERR_NONE)
        return -1;
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

/* The next cycle, from its due time on; only its readings are in b->seen afterwards. */
static void cycle(struct bench *b)
{
    struct wire_status s;
    struct device_status d;

    b->count = 0;
    do {
        struct mono next = wire_turn(b->wire);
        if (b->count > 0)
            break;
        fake_clock_advance(&b->clock, next.ms > b->clock.now.mono.ms ? next.ms - b->clock.now.mono.ms : 0);
    } while (b->count == 0);
    assert_int_equal(b->count, 4); /* a cycle speaks of every point, whatever happened */
    wire_status(b->wire, &s, &d, 1);
}

static void assert_all_good(const struct bench *b)
{
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(b->seen[i].quality, QUALITY_GOOD);
        assert_true(b->seen[i].value == 100.0 * (b->seen[i].point + 1));
    }
}

static void assert_all_bad(const struct bench *b, enum reason reason)
{
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(b->seen[i].quality, QUALITY_BAD);
        assert_int_equal(b->seen[i].reason, reason);
    }
}

static enum wire_state state_now(const struct bench *b)
{
    struct wire_status s;
    struct device_status d;

    wire_status(b->wire, &s, &d, 1);
    return s.state;
}

static void make_again(struct bench *b)
{
    struct fault why;

    wire_free(b->wire);
    if (wire_new(&b->wire, &b->settings, &b->line.line, (struct wire_sink){ b, collect },
                 fake_clock(&b->clock), &why) != ERR_NONE)
        fail_msg("%s", why.text);
}

static const char *device_error(const struct bench *b)
{
    static struct wire_status s;
    struct device_status d;

    wire_status(b->wire, &s, &d, 1);
    return s.last_error;
}

static void every_point_is_read_with_its_own_value(void **state)
{
    struct bench *b = *state;

    cycle(b);
    assert_all_good(b);
    assert_int_equal(b->line.requests, 2);
    assert_int_equal(state_now(b), WIRE_UP);
}

static void silence_gives_readings_without_value_and_skips_the_rest(void **state)
{
    struct bench *b = *state;

    cycle(b);
    b->line.answer = FAKE_SILENT;
    b->line.requests = 0;
    cycle(b);
    assert_all_bad(b, REASON_NO_ANSWER);
    assert_int_equal(b->line.requests, 1); /* one time-out a cycle, not one a block */
    assert_int_equal(state_now(b), WIRE_SUSPECT);
}

static void a_late_answer_never_becomes_another_blocks_value(void **state)
{
    struct bench *b = *state;

    cycle(b);
    b->line.answer = FAKE_LATE;
    b->line.answer_times = 1;
    cycle(b);
    assert_all_bad(b, REASON_NO_ANSWER);
    cycle(b);
    assert_all_good(b); /* recovered in one cycle */
    assert_int_equal(b->line.connects, 2);
}

static void wrong_answers_are_never_good(void **state)
{
    static const enum fake_answer WRONG[] = { FAKE_OTHER_UNIT, FAKE_OTHER_FUNCTION, FAKE_SHORT };
    struct bench *b = *state;

    for (size_t i = 0; i < COUNT_OF(WRONG); i++) {
        b->line.answer = WRONG[i];
        b->line.answer_times = 1;
        cycle(b);
        assert_all_bad(b, REASON_BAD_ANSWER);
        cycle(b);
        assert_all_good(b);
    }
}

static void an_old_answer_is_let_go_by_and_the_right_one_awaited(void **state)
{
    struct bench *b = *state;

    cycle(b);
    b->line.answer = FAKE_OLD_TRANSACTION;
    cycle(b);
    assert_all_bad(b, REASON_NO_ANSWER);
    cycle(b);
    assert_all_good(b);
}

static void a_connection_closed_while_idle_costs_no_reading(void **state)
{
    struct bench *b = *state;

    cycle(b);
    b->line.answer = FAKE_CLOSES;
    b->line.answer_times = 1;
    cycle(b);
    assert_all_good(b);
    assert_int_equal(b->line.connects, 2);
}

static void an_exception_spoils_its_block_only(void **state)
{
    struct bench *b = *state;
    unsigned good = 0, refused = 0;

    b->line.answer = FAKE_EXCEPTION;
    b->line.exception = 4;
    b->line.answer_times = 1;
    cycle(b);
    for (size_t i = 0; i < 4; i++) {
        good += b->seen[i].quality == QUALITY_GOOD;
        refused += b->seen[i].reason == REASON_EXCEPTION;
    }
    assert_int_equal(good, 2);
    assert_int_equal(refused, 2);
    assert_int_equal(state_now(b), WIRE_UP); /* it answers */
    cycle(b);
    assert_all_good(b);
}

static void a_gateway_that_hears_nothing_from_a_device_says_the_device_is_silent(void **state)
{
    struct bench *b = *state;

    cycle(b);
    b->line.answer = FAKE_EXCEPTION;
    b->line.exception = 11;
    b->line.requests = 0;
    for (int i = 0; i < 3; i++) {
        cycle(b);
        assert_all_bad(b, REASON_NO_ANSWER);
    }
    assert_int_equal(b->line.requests, 3); /* its other blocks are not asked */
    assert_int_equal(b->line.closes, 0);   /* the connection serves others */
    assert_int_equal(b->events[EVENT_DEVICE_DOWN], 1);
}

static void a_missing_register_costs_its_neighbour_one_cycle(void **state)
{
    struct bench *b = *state;

    b->line.missing_from = b->line.missing_to = 11;
    cycle(b);
    cycle(b); /* now asked apart */
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(b->seen[i].reason, b->seen[i].point == 1 ? REASON_EXCEPTION : REASON_NONE);
}

static void a_dead_device_is_told_once_probed_rarely_and_its_return_told_once(void **state)
{
    struct bench *b = *state;
    unsigned asked;

    cycle(b);
    b->line.answer = FAKE_SILENT;
    b->line.requests = 0;
    for (int i = 0; i < 600; i++) { /* ten minutes */
        cycle(b);
        assert_int_equal(b->seen[0].quality, QUALITY_BAD);
    }
    asked = b->line.requests;
    assert_true(asked > 20 && asked < 40); /* 30 s cap */
    assert_int_equal(b->events[EVENT_DEVICE_DOWN], 1);
    assert_int_equal(b->events[EVENT_WIRE_DOWN], 1);
    assert_int_equal(state_now(b), WIRE_DOWN);
    b->line.answer = FAKE_RIGHT;
    for (int i = 0; i < 32; i++)
        cycle(b);
    assert_all_good(b);
    assert_int_equal(b->events[EVENT_DEVICE_UP], 1);
    assert_int_equal(b->events[EVENT_WIRE_UP], 1);
    assert_int_equal(state_now(b), WIRE_UP);
}

static void a_refused_connection_says_so_and_is_tried_again_within_the_cap(void **state)
{
    struct bench *b = *state;

    b->line.refuse_connect = true;
    for (int i = 0; i < 300; i++) {
        cycle(b);
        assert_all_bad(b, REASON_NO_CONNECTION);
    }
    assert_true(b->line.connects > 8 && b->line.connects < 25);
    assert_int_equal(state_now(b), WIRE_DOWN);
    b->line.refuse_connect = false;
    for (int i = 0; i < 32; i++)
        cycle(b);
    assert_all_good(b);
}

static void a_slow_device_counts_overruns_and_keeps_its_beat(void **state)
{
    struct bench *b = *state;
    struct wire_status s;
    struct device_status d;

    b->line.answer_ms = 700; /* two blocks: 1.4 s each second; the time-out is not what is tested */
    for (int i = 0; i < 10; i++)
        cycle(b);
    wire_status(b->wire, &s, &d, 1);
    assert_true(s.overruns >= 8);
    assert_true((d.next_try.ms - 1700000000000) % 1000 == 0);
}

static void two_devices_on_one_wire_each_keep_their_own_period(void **state)
{
    struct bench *b = *state;
    struct device both[2] = { b->device, b->device };
    struct wire_settings settings = b->settings;
    struct fault why;
    struct wire *wire;
    unsigned fast = 0, slow = 0;
    struct wire_status s;

    both[0].tags = &b->tags[0];
    both[1].tags = &b->tags[2];
    both[0].tag_count = both[1].tag_count = 2;
    both[1].every_ms = 5000;
    settings.devices = both;
    settings.device_count = 2;
    assert_int_equal(wire_new(&wire, &settings, &b->line.line, (struct wire_sink){ b, collect },
                              fake_clock(&b->clock), &why),
                     ERR_NONE);
    for (int64_t end = b->clock.now.mono.ms + 100000; b->clock.now.mono.ms < end;) {
        struct mono next;
        b->count = 0;
        next = wire_turn(wire);
        fast += b->count > 0 && b->seen[0].point < 2;
        slow += b->count > 0 && b->seen[0].point >= 2;
        fake_clock_advance(&b->clock, next.ms > b->clock.now.mono.ms ? next.ms - b->clock.now.mono.ms : 0);
    }
    assert_in_range(fast, 99, 101);
    assert_in_range(slow, 19, 21);
    wire_status(wire, &s, NULL, 0);
    assert_int_equal(s.overruns, 0);
    assert_true(s.p50_ms >= 0 && s.p99_ms >= s.p50_ms);
    wire_free(wire);
}

/* Coils, discrete inputs and registers of one address in one cycle: three requests, none mixed up. */
static void bits_and_registers_of_one_device_are_each_asked_by_their_function(void **state)
{
    static const struct {
        uint8_t function, kind;
        uint16_t address;
        double value;
    } WANTED[] = {
        { 3, KIND_U16, 10, 100 }, { 1, KIND_BOOL, 500, 1 }, { 2, KIND_BOOL, 501, 1 }, { 1, KIND_BOOL, 516, 0 }
    };
    struct bench *b = *state;

    for (size_t i = 0; i < COUNT_OF(WANTED); i++) {
        b->tags[i].function = WANTED[i].function;
        b->tags[i].kind = WANTED[i].kind;
        b->tags[i].address = WANTED[i].address;
        b->tags[i].bit = BIT_NONE;
    }
    b->device.holes = 20;
    b->line.missing_from = b->line.missing_to =
        516; /* and a refusal of bits is split like one of registers */
    make_again(b);
    cycle(b);
    assert_int_equal(b->line.requests, 3);
    assert_non_null(strstr(device_error(b), "coil 500 to 516: exception 2"));
    b->line.missing_to = 0;
    cycle(b);
    assert_int_equal(b->line.requests, 7);
    for (size_t i = 0; i < b->count; i++) {
        assert_int_equal(b->seen[i].quality, QUALITY_GOOD);
        assert_true(b->seen[i].value == WANTED[b->seen[i].point].value);
    }
}

int main(void)
{
#define WIRE_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        WIRE_TEST(every_point_is_read_with_its_own_value),
        WIRE_TEST(silence_gives_readings_without_value_and_skips_the_rest),
        WIRE_TEST(a_late_answer_never_becomes_another_blocks_value),
        WIRE_TEST(wrong_answers_are_never_good),
        WIRE_TEST(an_old_answer_is_let_go_by_and_the_right_one_awaited),
        WIRE_TEST(a_connection_closed_while_idle_costs_no_reading),
        WIRE_TEST(an_exception_spoils_its_block_only),
        WIRE_TEST(a_gateway_that_hears_nothing_from_a_device_says_the_device_is_silent),
        WIRE_TEST(a_missing_register_costs_its_neighbour_one_cycle),
        WIRE_TEST(a_dead_device_is_told_once_probed_rarely_and_its_return_told_once),
        WIRE_TEST(a_refused_connection_says_so_and_is_tried_again_within_the_cap),
        WIRE_TEST(bits_and_registers_of_one_device_are_each_asked_by_their_function),
        WIRE_TEST(two_devices_on_one_wire_each_keep_their_own_period),
        WIRE_TEST(a_slow_device_counts_overruns_and_keeps_its_beat),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
