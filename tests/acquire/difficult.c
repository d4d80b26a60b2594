/* Difficult devices on a virtual clock: busy, slow, frozen, with a gate, with the wrong unit in their
 * answers, with registers that are missing, and those that come and go. */
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "acquire/wire.h"
#include "base/log.h"
#include "double/fake_line.h"
#include "unit.h"

enum { DEVICES = 3, TAGS = 8, POINTS = DEVICES * TAGS, START_MS = 1000000 };

/* Three devices, of units 1, 2 and 3; of each two blocks of four registers, at 10 and at 500. */
struct bench {
    struct fake_clock clock;
    struct fake_line line;
    struct tag tags[DEVICES][TAGS + 2];
    struct device devices[DEVICES];
    struct wire_settings settings;
    struct wire *wire;
    struct reading last[POINTS];
    unsigned readings[POINTS];
    unsigned events[EVENT_COUNT];
    struct event event; /* the last one */
    char folder[64];
};

static unsigned lines_logged;

static void count_line(void *self, enum log_level level, const char *line)
{
    (void)self;
    (void)line;
    lines_logged += level >= LOG_LEVEL_INFO;
}

static void collect(void *self, const struct message *m)
{
    struct bench *b = self;

    if (m->kind == MESSAGE_EVENT)
        b->events[m->event.kind]++;
    if (m->kind == MESSAGE_EVENT)
        b->event = m->event;
    for (size_t i = 0; m->kind == MESSAGE_READINGS && i < m->count; i++) {
        assert_true(reading_is_sound(&m->readings[i]));
        assert_true(m->readings[i].point < POINTS);
        b->last[m->readings[i].point] = m->readings[i];
        b->readings[m->readings[i].point]++;
    }
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

static int set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);

    if (b == NULL)
        return -1;
    b->clock.now = (struct now){ { START_MS }, { 1700000000000 } };
    fake_line_init(&b->line, &b->clock);
    for (uint32_t d = 0; d < DEVICES; d++) {
        for (uint32_t i = 0; i < TAGS; i++) {
            uint16_t address = (uint16_t)(i < TAGS / 2 ? 10 + i : 500 + i);
            b->tags[d][i] = (struct tag){ .point = d * TAGS + i,
                                          .function = 3,
                                          .address = address,
                                          .kind = KIND_U16,
                                          .scale = 1,
                                          .low = NAN,
                                          .high = NAN };
            b->line.registers[address] = (uint16_t)(100 + i);
        }
        b->devices[d] = (struct device){
            .unit = d + 1, .every_ms = 1000, .max_registers = 125, .tags = b->tags[d], .tag_count = TAGS
        };
        (void)snprintf(b->devices[d].id, sizeof b->devices[d].id, "d%u", d + 1);
    }
    b->settings = (struct wire_settings){
        .id = "w", .host = "device", .port = "502", .answer_ms = 200, .devices = b->devices
    };
    lines_logged = 0;
    log_set_tee(count_line, NULL);
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

/* So much time passes on the wire, turn after turn. */
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

static void assert_device_is(const struct bench *b, size_t d, enum quality quality, enum reason reason)
{
    for (size_t i = d * TAGS; i < (d + 1) * TAGS; i++) {
        assert_int_equal(b->last[i].quality, quality);
        assert_int_equal(b->last[i].reason, reason);
    }
}

static void assert_good(const struct bench *b, size_t d)
{
    assert_device_is(b, d, QUALITY_GOOD, REASON_NONE);
}

/* ---- busy ---- */

static void a_busy_device_is_asked_again_and_is_not_dead(void **state)
{
    static const struct {
        int64_t retries;
        unsigned busy; /* times; then it answers */
        unsigned requests;
        enum reason first_block;
    } CASES[] = {
        { 0, 1, 2, REASON_BUSY }, { 2, 1, 3, REASON_NONE }, { 2, 2, 4, REASON_NONE },
        { 2, 3, 4, REASON_BUSY }, { 5, 5, 7, REASON_NONE },
    };
    struct bench *b = *state;

    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        fake_line_init(&b->line, &b->clock);
        b->line.answer = FAKE_EXCEPTION;
        b->line.exception = 6;
        b->line.answer_times = CASES[i].busy;
        b->devices[0].busy_retries = CASES[i].retries;
        b->devices[0].busy_pause_ms = 50;
        make_wire(b, 1);
        run_for(b, 900);
        assert_int_equal(b->line.requests, CASES[i].requests);
        assert_int_equal(b->last[0].reason, CASES[i].first_block);
        assert_int_equal(b->last[TAGS - 1].reason, REASON_NONE);
        assert_int_equal(device_now(b, 0).state, DEVICE_UP);
        assert_int_equal(wire_now(b).busy_answers, CASES[i].busy);
        if (CASES[i].retries > 0)
            assert_true(b->line.sent >= START_MS);
        wire_free(b->wire);
    }
    b->wire = NULL;
}

static void while_a_device_is_busy_others_are_asked(void **state)
{
    struct bench *b = *state;

    b->devices[0].busy_retries = 10;
    b->devices[0].busy_pause_ms = 10000; /* d1 is refused once, and asked again in ten seconds */
    b->line.answer = FAKE_EXCEPTION;
    b->line.exception = 6;
    b->line.answer_times = 1;
    make_wire(b, DEVICES);
    run_for(b, 9000);
    assert_int_equal(b->readings[0], 0);
    assert_in_range(b->readings[TAGS], 8, 10);
    run_for(b, 3000);
    assert_good(b, 0);
}

/* ---- slow ---- */

static void a_slow_device_costs_others_on_its_wire_one_request_at_a_time(void **state)
{
    struct bench *b = *state;

    b->line.slow_ms[1] = 4000;
    b->devices[0].answer_ms = 60000;
    b->devices[0].every_ms = 20000;
    make_wire(b, DEVICES);
    (void)wire_turn(b->wire);
    assert_int_equal(b->line.of_unit[1], 1); /* of two, and the others' time has come meanwhile */
    (void)wire_turn(b->wire);
    (void)wire_turn(b->wire);
    assert_int_equal(b->line.of_unit[1], 1);
    assert_good(b, 1);
    assert_good(b, 2);
    (void)wire_turn(b->wire);
    assert_int_equal(b->line.of_unit[1], 2);
    run_for(b, 192000);
    assert_good(b, 0);
    assert_good(b, 1);
    assert_in_range(b->readings[0], 10, 11);
    assert_in_range(b->readings[TAGS], 115, 200); /* 8 s of 20 are lost, not one more */
    assert_int_equal(wire_now(b).timeouts, 0);
}

static void a_device_may_take_longer_than_its_wire_says(void **state)
{
    static const struct {
        int64_t own_ms, takes_ms;
        enum reason is;
    } CASES[] = {
        { 0, 100, REASON_NONE },       { 0, 300, REASON_NO_ANSWER },       { 60000, 300, REASON_NONE },
        { 60000, 40000, REASON_NONE }, { 60000, 61000, REASON_NO_ANSWER }, { 50, 100, REASON_NO_ANSWER },
    };
    struct bench *b = *state;

    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        fake_line_init(&b->line, &b->clock);
        b->devices[0].answer_ms = CASES[i].own_ms;
        b->line.slow_ms[1] = CASES[i].takes_ms;
        make_wire(b, 1);
        run_for(b, 1);
        run_for(b, 100000);
        assert_int_equal(b->last[0].reason, CASES[i].is);
        wire_free(b->wire);
    }
    b->wire = NULL;
}

/* A line whose device thinks until it is let go. */
struct stuck_line {
    struct line line;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool asked, let_go;
};

static enum err stuck_connect(struct line *l, struct fault *why)
{
    (void)l;
    (void)why;
    return ERR_NONE;
}

static enum err stuck_send(struct line *line, const struct request *r, struct fault *why)
{
    struct stuck_line *l = (struct stuck_line *)line;

    (void)r;
    (void)why;
    (void)pthread_mutex_lock(&l->lock);
    l->asked = true;
    (void)pthread_cond_broadcast(&l->changed);
    (void)pthread_mutex_unlock(&l->lock);
    return ERR_NONE;
}

static enum err stuck_receive(struct line *line, struct answer *a, int64_t within_ms, struct fault *why)
{
    struct stuck_line *l = (struct stuck_line *)line;

    (void)a;
    (void)within_ms;
    (void)pthread_mutex_lock(&l->lock);
    while (!l->let_go)
        (void)pthread_cond_wait(&l->changed, &l->lock);
    (void)pthread_mutex_unlock(&l->lock);
    return fault_set(why, ERR_STATE, "stopped");
}

static void stuck_interrupt(struct line *line)
{
    struct stuck_line *l = (struct stuck_line *)line;

    (void)pthread_mutex_lock(&l->lock);
    l->let_go = true;
    (void)pthread_cond_broadcast(&l->changed);
    (void)pthread_mutex_unlock(&l->lock);
}

static void stuck_nothing(struct line *l)
{
    (void)l;
}

static void ignore(void *self, const struct message *m)
{
    (void)self;
    (void)m;
}

static void a_device_that_answers_after_forty_seconds_delays_no_other_wire(void **state)
{
    static const struct line_ops OPS = { stuck_connect, stuck_send,      stuck_receive,
                                         stuck_nothing, stuck_interrupt, stuck_nothing };
    struct bench *b = *state;
    struct stuck_line l = { .line.ops = &OPS,
                            .lock = PTHREAD_MUTEX_INITIALIZER,
                            .changed = PTHREAD_COND_INITIALIZER };
    struct fake_clock own = b->clock;
    struct wire_settings settings = b->settings;
    struct wire *slow;
    struct wire_status s;
    struct fault why;

    settings.device_count = 1;
    assert_int_equal(
        wire_new(&slow, &settings, &l.line, (struct wire_sink){ NULL, ignore }, fake_clock(&own), &why),
        ERR_NONE);
    assert_int_equal(wire_start(slow, &why), ERR_NONE);
    (void)pthread_mutex_lock(&l.lock);
    while (!l.asked)
        (void)pthread_cond_wait(&l.changed, &l.lock);
    (void)pthread_mutex_unlock(&l.lock);
    make_wire(b, 1);
    run_for(b, 40000); /* while the other waits */
    assert_in_range(b->readings[0], 40, 41);
    assert_int_equal(wire_now(b).overruns, 0);
    fake_clock_advance(&own, 30000);
    wire_status(slow, &s, NULL, 0); /* who asks is not kept waiting either, and sees that it is busy */
    assert_true(s.load_measured > 0.99);
    wire_stop(slow);
    wire_free(slow);
}

static void requests_keep_the_pause_of_their_wire(void **state)
{
    static const int64_t PAUSES[] = { 0, 5, 50, 400 };
    struct bench *b = *state;

    for (size_t i = 0; i < COUNT_OF(PAUSES); i++) {
        fake_line_init(&b->line, &b->clock);
        b->settings.pause_ms = PAUSES[i];
        make_wire(b, DEVICES);
        run_for(b, 30000);
        assert_true(b->line.least_gap >= PAUSES[i]);
        assert_true(b->line.requests > 60);
        assert_good(b, DEVICES - 1);
        wire_free(b->wire);
    }
    b->wire = NULL;
}

/* ---- units ---- */

static void every_unit_may_be_asked(void **state)
{
    static const int64_t UNITS[] = { 0, 1, 247, 248, 255 };
    struct bench *b = *state;

    for (size_t i = 0; i < COUNT_OF(UNITS); i++) {
        fake_line_init(&b->line, &b->clock);
        b->devices[0].unit = UNITS[i];
        make_wire(b, 1);
        run_for(b, 900);
        assert_int_equal(b->line.of_unit[UNITS[i]], 2);
        assert_good(b, 0);
        wire_free(b->wire);
    }
    b->wire = NULL;
}

static void another_unit_in_the_answer_is_tolerated_only_when_it_is_the_one_named(void **state)
{
    static const struct {
        bool tolerates;
        uint8_t reply_unit, answers_as;
        enum reason is;
    } CASES[] = {
        { false, 0, 255, REASON_BAD_ANSWER }, { false, 0, 0, REASON_BAD_ANSWER },
        { true, 255, 255, REASON_NONE },      { true, 0, 0, REASON_NONE },
        { true, 255, 0, REASON_BAD_ANSWER },  { true, 255, 1, REASON_NONE },
    };
    struct bench *b = *state;

    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        fake_line_init(&b->line, &b->clock);
        b->line.answer = FAKE_AS_UNIT;
        b->line.as_unit = CASES[i].answers_as;
        b->devices[0].tolerates = CASES[i].tolerates;
        b->devices[0].reply_unit = CASES[i].reply_unit;
        make_wire(b, 1);
        run_for(b, 900);
        assert_int_equal(b->last[0].reason, CASES[i].is);
        assert_int_equal(wire_now(b).other_units,
                         CASES[i].is == REASON_NONE && CASES[i].answers_as != 1 ? 2 : 0);
        wire_free(b->wire);
    }
    b->wire = NULL;
}

static void a_wire_may_be_hung_up_after_each_cycle(void **state)
{
    struct bench *b = *state;

    b->devices[0].close_after_cycle = true;
    make_wire(b, 1);
    run_for(b, 10000);
    assert_good(b, 0);
    assert_int_equal(b->line.closes, b->readings[0]);
    assert_int_equal(b->line.connects, b->readings[0]);
    assert_int_equal(device_now(b, 0).state, DEVICE_UP);
}

/* ---- alive and gate ---- */

static void what_is_behind_something_that_stands_still_is_stale(void **state)
{
    struct bench *b = *state;
    uint16_t *counter = &b->line.registers[10];

    b->devices[0].alive = (struct alive_rule){ .within_ms = 5000, .tag = 0 };
    make_wire(b, 1);
    for (int i = 0; i < 20; i++) {
        ++*counter;
        run_for(b, 1000);
        assert_good(b, 0);
    }
    run_for(b, 4000); /* the gateway answers from its memory from now on */
    assert_good(b, 0);
    run_for(b, 3000);
    assert_device_is(b, 0, QUALITY_UNCERTAIN, REASON_STALE);
    assert_true(device_now(b, 0).stands_still);
    lines_logged = 0;
    run_for(b, 30000);
    assert_int_equal(lines_logged, 0); /* told once */
    ++*counter;
    run_for(b, 2000);
    assert_good(b, 0);
    assert_false(device_now(b, 0).stands_still);
    assert_int_equal(lines_logged, 1);
}

static void a_register_besides_the_points_is_read_and_gives_no_reading(void **state)
{
    struct bench *b = *state;
    struct device *d = &b->devices[0];

    d->tags[TAGS] =
        (struct tag){ .point = NO_INDEX, .function = 3, .address = 14, .kind = KIND_U16, .scale = 1 };
    d->watched = 1;
    d->alive = (struct alive_rule){ .within_ms = 3000, .tag = TAGS };
    make_wire(b, 1);
    run_for(b, 2000);
    assert_good(b, 0);
    assert_int_equal(b->line.of_unit[1], 4); /* it joined the first block */
    run_for(b, 4000);
    assert_device_is(b, 0, QUALITY_UNCERTAIN, REASON_STALE);
}

static void a_gate_decides_whether_values_count(void **state)
{
    static const struct {
        uint64_t mask, equals;
        bool uncertain;
        uint16_t holds;
        enum quality quality;
        enum reason reason;
    } CASES[] = {
        { UINT64_MAX, 1, false, 1, QUALITY_GOOD, REASON_NONE },
        { UINT64_MAX, 1, false, 3, QUALITY_BAD, REASON_NOT_VALID },
        { UINT64_MAX, 1, true, 3, QUALITY_UNCERTAIN, REASON_NOT_VALID },
        { 0x6, 0x6, false, 0xFF, QUALITY_GOOD, REASON_NONE }, /* has both bits */
        { 0x6, 0x6, false, 0xFB, QUALITY_BAD, REASON_NOT_VALID },
        { 0x8000, 0, true, 0x7FFF, QUALITY_GOOD, REASON_NONE }, /* has not the bit of trouble */
        { 0x8000, 0, true, 0x8000, QUALITY_UNCERTAIN, REASON_NOT_VALID },
    };
    struct bench *b = *state;

    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        b->devices[0].gate = (struct gate){ .on = true,
                                            .tag = TAGS - 1, /* in the last block: the others wait for it */
                                            .mask = CASES[i].mask,
                                            .equals = CASES[i].equals,
                                            .uncertain = CASES[i].uncertain };
        fake_line_init(&b->line, &b->clock);
        b->line.registers[500 + TAGS - 1] = CASES[i].holds;
        make_wire(b, 1);
        run_for(b, 900);
        for (size_t k = 0; k + 1 < TAGS; k++) {
            assert_int_equal(b->last[k].quality, CASES[i].quality);
            assert_int_equal(b->last[k].reason, CASES[i].reason);
        }
        assert_int_equal(b->last[TAGS - 1].quality, QUALITY_GOOD); /* what it says itself */
        wire_free(b->wire);
    }
    b->wire = NULL;
}

static void a_gate_that_cannot_be_read_is_shut(void **state)
{
    struct bench *b = *state;

    b->devices[0].gate = (struct gate){ .on = true, .tag = TAGS - 1, .mask = 1, .equals = 1 };
    b->line.missing_from = b->line.missing_to = 500 + TAGS - 1;
    make_wire(b, 1);
    run_for(b, 20000);
    assert_device_is(b, 0, QUALITY_BAD, REASON_EXCEPTION);
    b->line.missing_from = b->line.missing_to = 0;
    b->line.slow_ms[1] = 1000000;
    run_for(b, 2000);
    assert_device_is(b, 0, QUALITY_BAD, REASON_NO_ANSWER);
}

static void a_broken_sensor_wire_has_no_number_and_its_raw_one_is_told(void **state)
{
    static const struct {
        uint16_t ua;
        enum reason is;
    } CASES[] = {
        { 3600, REASON_WIRE_FAULT }, { 3601, REASON_NONE },  { 4000, REASON_NONE },
        { 20500, REASON_NONE },      { 20999, REASON_NONE }, { 21000, REASON_WIRE_FAULT },
        { 0, REASON_WIRE_FAULT },
    };
    struct bench *b = *state;

    b->tags[0][0].current = (struct current){ .on = true, .below = 3600, .above = 21000 };
    make_wire(b, 1);
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        b->line.registers[10] = CASES[i].ua;
        run_for(b, 1000);
        assert_int_equal(b->last[0].reason, CASES[i].is);
        assert_int_equal(b->last[1].reason, REASON_NONE);
    }
    assert_non_null(strstr(device_now(b, 0).last_error, "register 10 holds 0"));
}

static void each_broken_sensor_is_an_event_with_its_raw_number(void **state)
{
    struct bench *b = *state;

    for (size_t i = 0; i < 2; i++)
        b->tags[0][i].current = (struct current){ .on = true, .below = 3600, .above = 21000 };
    b->line.registers[10] = b->line.registers[11] = 12000;
    make_wire(b, 1);
    run_for(b, 3000);
    assert_int_equal(b->events[EVENT_WIRE_FAULT], 0);
    b->line.registers[10] = 3500;
    run_for(b, 3000);
    assert_int_equal(b->events[EVENT_WIRE_FAULT], 1);
    assert_string_equal(b->event.subject, "d1");
    assert_true(b->event.number == 3500);
    assert_non_null(strstr(b->event.text, "register 10 holds 3500"));
    assert_int_equal(b->last[0].quality, QUALITY_BAD);
    b->line.registers[11] = 21500; /* its neighbour, not hidden by the first */
    run_for(b, 3000);
    assert_int_equal(b->events[EVENT_WIRE_FAULT], 2);
    assert_true(b->event.number == 21500);
    for (int i = 0; i < 60; i++) { /* an hour of both at the edge */
        b->line.registers[10] = b->line.registers[11] = i % 2 == 0 ? 12000 : 3600;
        run_for(b, 60000);
    }
    assert_int_equal(b->events[EVENT_WIRE_FAULT], 2);
    b->line.registers[10] = b->line.registers[11] = 12000;
    run_for(b, 11 * 60000);
    b->line.registers[10] = 3400; /* mended, and broken anew */
    run_for(b, 3000);
    assert_int_equal(b->events[EVENT_WIRE_FAULT], 3);
}

/* ---- trust ---- */

static void a_device_that_comes_and_goes_fills_no_log(void **state)
{
    struct bench *b = *state;

    make_wire(b, 1);
    run_for(b, 60000);
    lines_logged = 0;
    for (int i = 0; i < 60; i++) { /* an hour: half a minute of silence, half a minute of answers */
        b->line.slow_ms[1] = 1000000;
        run_for(b, 30000);
        b->line.slow_ms[1] = 0;
        run_for(b, 30000);
    }
    assert_true(b->events[EVENT_DEVICE_DOWN] > 10);
    assert_int_equal(b->events[EVENT_DEVICE_DOWN], b->events[EVENT_DEVICE_UP]);
    assert_true(lines_logged <= 30); /* losses, returns, of the wire as of the device, with doubling gaps */
    run_for(b, 3600000);
    assert_int_equal(device_now(b, 0).trust, 10);
    lines_logged = 0;
    b->line.slow_ms[1] = 1000000; /* long after, it is news again */
    run_for(b, 30000);
    assert_int_equal(lines_logged, 2);
}

static void one_that_was_down_must_answer_three_cycles(void **state)
{
    struct bench *b = *state;
    unsigned cycles = 0;

    make_wire(b, 1);
    run_for(b, 20000);
    b->line.slow_ms[1] = 1000000;
    run_for(b, 20000);
    assert_int_equal(device_now(b, 0).state, DEVICE_DOWN);
    assert_true(device_now(b, 0).next_try.ms > b->clock.now.wall.ms);
    assert_true(device_now(b, 0).next_try.ms <= b->clock.now.wall.ms + 30000);
    b->line.slow_ms[1] = 0;
    while (b->last[0].quality != QUALITY_GOOD)
        run_for(b, 1000);
    for (; device_now(b, 0).state != DEVICE_UP; cycles++) {
        assert_good(b, 0); /* values count meanwhile */
        run_for(b, 1000);
    }
    assert_int_equal(cycles, 2); /* after the first one */
}

static void the_measured_load_is_what_was_used(void **state)
{
    struct bench *b = *state;

    b->line.answer_ms = 50;
    make_wire(b, 1); /* two requests of 50 ms a second */
    run_for(b, 120000);
    assert_true(fabs(wire_now(b).load_measured - 0.1) < 0.01);
    b->line.slow_ms[1] = 1000000; /* 200 ms a second, and rarely */
    run_for(b, 240000);
    assert_true(wire_now(b).load_measured < 0.02);
}

/* ---- lessons ---- */

static void a_missing_register_is_found_and_then_asked_for_once_an_hour(void **state)
{
    struct bench *b = *state;
    unsigned before;

    b->line.missing_from = b->line.missing_to = 12;
    make_wire(b, 1);
    run_for(b, 60000);
    assert_int_equal(device_now(b, 0).lessons.missing, 1);
    assert_int_equal(device_now(b, 0).lessons.first[0].address, 12);
    assert_int_equal(device_now(b, 0).lessons.cuts, 0); /* those that led there have gone */
    for (size_t i = 0; i < TAGS; i++)
        assert_int_equal(b->last[i].reason, i == 2 ? REASON_EXCEPTION : REASON_NONE);
    before = b->line.requests;
    run_for(b, 60000);
    assert_in_range(b->line.requests - before, 3 * 59, 3 * 61); /* 10-11, 13, 504-507 */
    b->line.missing_from = b->line.missing_to = 0;              /* mended */
    run_for(b, 3700000);
    assert_int_equal(device_now(b, 0).lessons.missing, 0);
    assert_good(b, 0);
    before = b->line.requests;
    run_for(b, 60000);
    assert_in_range(b->line.requests - before, 2 * 59, 2 * 61);
}

static void a_device_that_gives_fewer_registers_is_asked_for_fewer(void **state)
{
    struct tag tags[200];
    struct bench *b = *state;
    struct reading *r = &b->last[0];

    for (uint32_t i = 0; i < COUNT_OF(tags); i++) {
        tags[i] = b->tags[0][0];
        tags[i].address = (uint16_t)(1000 + i);
        tags[i].point = i % POINTS;
    }
    b->devices[0].tags = tags;
    b->devices[0].tag_count = COUNT_OF(tags);
    b->line.most = 60;
    make_wire(b, 1);
    run_for(b, 20000);
    assert_int_equal(r->quality, QUALITY_GOOD);
    assert_in_range(device_now(b, 0).lessons.most, 32, 60);
    assert_int_equal(device_now(b, 0).lessons.missing, 0);
    wire_free(b->wire);
    b->wire = NULL;
}

static void a_device_that_starts_and_refuses_everything_teaches_nothing_missing(void **state)
{
    struct bench *b = *state;

    make_wire(b, 1);
    run_for(b, 10000);
    b->line.answer = FAKE_EXCEPTION;
    b->line.exception = 2;
    run_for(b, 30000);
    b->line.answer = FAKE_RIGHT;
    run_for(b, 2000);
    assert_int_equal(device_now(b, 0).lessons.missing, 0);
    assert_good(b, 0);
    run_for(b, 2 * 3600000);
    assert_int_equal(device_now(b, 0).lessons.cuts, 0); /* tried again, one by one */
    assert_int_equal(b->last[0].quality, QUALITY_GOOD);
}

static void restart(struct bench *b)
{
    wire_free(b->wire);
    fake_clock_advance(&b->clock, 1000);
    make_wire(b, 1);
}

static void lessons_are_kept_over_a_restart_and_forgotten_with_another_map_or_when_told(void **state)
{
    struct bench *b = *state;
    char folder[] = "/tmp/capnuoc-lessons-XXXXXX", file[80];
    unsigned exceptions;

    assert_non_null(mkdtemp(folder));
    (void)snprintf(b->folder, sizeof b->folder, "%s/learned", folder);
    (void)snprintf(file, sizeof file, "%s/w", b->folder);
    b->line.missing_from = b->line.missing_to = 12;
    make_wire(b, 1);
    run_for(b, 200000);
    restart(b);
    run_for(b, 10000);
    assert_int_equal(wire_now(b).exceptions, 0); /* nothing had to be found again */
    assert_int_equal(device_now(b, 0).lessons.missing, 1);
    assert_int_equal(b->last[3].quality, QUALITY_GOOD);

    b->tags[0][TAGS - 1].address = 600; /* another map: other lessons */
    b->line.registers[600] = 1;
    restart(b);
    run_for(b, 1);
    assert_int_equal(device_now(b, 0).lessons.missing, 0);
    b->tags[0][TAGS - 1].address = 500 + TAGS - 1;
    restart(b);

    run_for(b, 200000);
    assert_int_equal(device_now(b, 0).lessons.missing, 1);
    exceptions = (unsigned)wire_now(b).exceptions;
    assert_false(wire_forget(b->wire, "d9"));
    assert_true(wire_forget(b->wire, "d1"));
    b->line.missing_from = b->line.missing_to = 0;
    run_for(b, 2000);
    assert_good(b, 0);
    assert_int_equal(wire_now(b).exceptions, exceptions);
    restart(b);
    run_for(b, 2000);
    assert_int_equal(device_now(b, 0).lessons.missing, 0);
    (void)unlink(file);
    (void)rmdir(b->folder);
    (void)rmdir(folder);
}

static void a_damaged_file_of_lessons_is_no_harm(void **state)
{
    static const char *const TEXTS[] = {
        "", "\n\n", "something else\nmissing 3 12\n", "capnuoc lessons 1\ndevice d1\nmissing 3 12\n",
        "capnuoc lessons 1\ndevice d1 0\nmissing 3 12\ncut 3\nmost 70000\n"
    };
    struct bench *b = *state;
    char folder[] = "/tmp/capnuoc-lessons-XXXXXX", file[80];

    assert_non_null(mkdtemp(folder));
    (void)snprintf(b->folder, sizeof b->folder, "%s", folder);
    (void)snprintf(file, sizeof file, "%s/w", folder);
    for (size_t i = 0; i < COUNT_OF(TEXTS); i++) {
        FILE *f = fopen(file, "w");
        assert_non_null(f);
        assert_true(fputs(TEXTS[i], f) >= 0);
        assert_int_equal(fclose(f), 0);
        make_wire(b, 1);
        run_for(b, 900);
        assert_good(b, 0);
        wire_free(b->wire);
    }
    b->wire = NULL;
    (void)unlink(file);
    (void)rmdir(folder);
}

int main(void)
{
#define WIRE_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        WIRE_TEST(a_busy_device_is_asked_again_and_is_not_dead),
        WIRE_TEST(while_a_device_is_busy_others_are_asked),
        WIRE_TEST(a_slow_device_costs_others_on_its_wire_one_request_at_a_time),
        WIRE_TEST(a_device_may_take_longer_than_its_wire_says),
        WIRE_TEST(a_device_that_answers_after_forty_seconds_delays_no_other_wire),
        WIRE_TEST(requests_keep_the_pause_of_their_wire),
        WIRE_TEST(every_unit_may_be_asked),
        WIRE_TEST(another_unit_in_the_answer_is_tolerated_only_when_it_is_the_one_named),
        WIRE_TEST(a_wire_may_be_hung_up_after_each_cycle),
        WIRE_TEST(what_is_behind_something_that_stands_still_is_stale),
        WIRE_TEST(a_register_besides_the_points_is_read_and_gives_no_reading),
        WIRE_TEST(a_gate_decides_whether_values_count),
        WIRE_TEST(a_gate_that_cannot_be_read_is_shut),
        WIRE_TEST(a_broken_sensor_wire_has_no_number_and_its_raw_one_is_told),
        WIRE_TEST(each_broken_sensor_is_an_event_with_its_raw_number),
        WIRE_TEST(a_device_that_comes_and_goes_fills_no_log),
        WIRE_TEST(one_that_was_down_must_answer_three_cycles),
        WIRE_TEST(the_measured_load_is_what_was_used),
        WIRE_TEST(a_missing_register_is_found_and_then_asked_for_once_an_hour),
        WIRE_TEST(a_device_that_gives_fewer_registers_is_asked_for_fewer),
        WIRE_TEST(a_device_that_starts_and_refuses_everything_teaches_nothing_missing),
        WIRE_TEST(lessons_are_kept_over_a_restart_and_forgotten_with_another_map_or_when_told),
        WIRE_TEST(a_damaged_file_of_lessons_is_no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
