/* A simulated day of the slice: three wires, forty points, a device that dies and returns, the daemon
 * restarted at noon.  Registers, wire, fold and journal are the real ones; clock and line are doubles. */
#include <math.h>
#include <unistd.h>

#include "acquire/wire.h"
#include "double/fake_line.h"
#include "pipeline.h"
#include "unit.h"

enum { WIRES = 3, POINTS_PER_WIRE = 14, POINTS = WIRES * POINTS_PER_WIRE, EVERY_MS = 5000 };
enum { MORNING_MS = 12 * CLOCK_HOUR_MS };
static const int64_t MIDNIGHT = 1699981200000; /* 15/11/2023 00:00 +07:00 */

struct day {
    char folder[64];
    struct fake_clock clock;
    struct catalogue catalogue;
    struct tag tags[WIRES][POINTS_PER_WIRE];
    struct device devices[WIRES];
    struct wire_settings settings[WIRES];
    struct fake_line lines[WIRES];
    struct wire *wires[WIRES];
    struct journal *journal;
    struct pipeline *pipeline;
    uint64_t readings_seen;
    uint64_t last_generation;
};

static void make_points(struct day *d)
{
    for (uint32_t w = 0; w < WIRES; w++) {
        for (uint32_t i = 0; i < POINTS_PER_WIRE; i++) {
            struct point p = { .every_ms = EVERY_MS, .heartbeat_ms = 300000, .deadband = i % 2 == 0 ? 0 : 3 };
            (void)snprintf(p.id, sizeof p.id, "w%u.p%u", w, i);
            d->tags[w][i] = (struct tag){ .function = 3,
                                          .address = (uint16_t)(2 * i),
                                          .kind = KIND_U16,
                                          .scale = 1,
                                          .low = NAN,
                                          .high = NAN };
            assert_int_equal(catalogue_add_point(&d->catalogue, &p, &d->tags[w][i].point), ERR_NONE);
        }
        d->devices[w] = (struct device){ .id = "device",
                                         .unit = 1,
                                         .every_ms = EVERY_MS,
                                         .max_registers = 125,
                                         .holes = 20,
                                         .tags = d->tags[w],
                                         .tag_count = POINTS_PER_WIRE };
        d->settings[w] = (struct wire_settings){
            .host = "h", .port = "502", .answer_ms = 300, .devices = &d->devices[w], .device_count = 1
        };
        (void)snprintf(d->settings[w].id, sizeof d->settings[w].id, "w%u", w);
    }
    assert_int_equal(catalogue_seal(&d->catalogue, NULL), ERR_NONE);
}

static void to_pipeline(void *self, const struct message *m)
{
    struct day *d = self;

    d->readings_seen += m->kind == MESSAGE_READINGS ? m->count : 0;
    pipeline_put(d->pipeline, m);
}

static void shown(void *self, struct snapshot *s)
{
    struct day *d = self;

    assert_true(snapshot_generation(s) > d->last_generation);
    d->last_generation = snapshot_generation(s);
}

static void start(struct day *d)
{
    struct journal_settings js = {
        .max_bytes = 256 << 20, .keep_delivered_ms = CLOCK_HOUR_MS, .group_ms = 250, .pending_max = 64 << 20
    };
    struct pipeline_settings ps = { .catalogue = &d->catalogue,
                                    .clock = fake_clock(&d->clock),
                                    .node = "day",
                                    .inbox = 4096,
                                    .publish = shown,
                                    .publish_self = d };
    struct fault why = { .text = "" };

    (void)snprintf(js.folder, sizeof js.folder, "%s", d->folder);
    if (journal_open(&d->journal, &js, ps.clock, &why) != ERR_NONE)
        fail_msg("%s", why.text);
    ps.journal = d->journal;
    d->last_generation = 0;
    assert_int_equal(pipeline_new(&d->pipeline, &ps, &why), ERR_NONE);
    assert_int_equal(pipeline_restore(d->pipeline, &why), ERR_NONE);
    for (size_t w = 0; w < WIRES; w++) {
        uint16_t kept[2 * POINTS_PER_WIRE];
        memcpy(kept, d->lines[w].registers, sizeof kept);
        fake_line_init(&d->lines[w], &d->clock);
        memcpy(d->lines[w].registers, kept, sizeof kept);
        assert_int_equal(wire_new(&d->wires[w], &d->settings[w], &d->lines[w].line,
                                  (struct wire_sink){ d, to_pipeline }, ps.clock, &why),
                         ERR_NONE);
    }
}

/* As a kill would leave it: what was journalled is there, nothing else is said. */
static void end(struct day *d, bool cleanly)
{
    for (size_t w = 0; w < WIRES; w++)
        wire_free(d->wires[w]);
    if (cleanly)
        pipeline_stop(d->pipeline);
    pipeline_free(d->pipeline);
    journal_close(d->journal);
}

/* Odd points count every cycle, even ones move slowly. */
static void field_moves(struct day *d, int64_t ms)
{
    for (size_t w = 0; w < WIRES; w++)
        for (unsigned i = 0; i < POINTS_PER_WIRE; i++)
            d->lines[w].registers[2 * i] =
                (uint16_t)(i == 0 ? (double)(ms / EVERY_MS) : 1000 + 100 * sin((double)ms / 3e6 + i));
}

static void live_until(struct day *d, int64_t end_ms)
{
    while (d->clock.now.wall.ms < MIDNIGHT + end_ms) {
        int64_t next_ms = INT64_MAX, ms = d->clock.now.wall.ms - MIDNIGHT;
        field_moves(d, ms);
        d->lines[1].answer = ms >= 9 * CLOCK_HOUR_MS && ms < 10 * CLOCK_HOUR_MS ? FAKE_SILENT : FAKE_RIGHT;
        for (size_t w = 0; w < WIRES; w++) {
            struct mono next = wire_turn(d->wires[w]);
            next_ms = next.ms < next_ms ? next.ms : next_ms;
        }
        while (pipeline_step(d->pipeline, 0) && d->clock.now.mono.ms >= next_ms)
            next_ms = d->clock.now.mono.ms + 1;
        fake_clock_advance(&d->clock, next_ms > d->clock.now.mono.ms ? next_ms - d->clock.now.mono.ms : 1);
    }
}

/* ---- what the journal holds afterwards ---- */

struct history {
    const struct day *day;
    uint64_t next_seq, readings, events[EVENT_COUNT];
    uint64_t per_point[POINTS], stopped[POINTS], bad[POINTS];
    struct stored_reading last[POINTS];
    int64_t longest_gap_ms;
};

static void check_reading(struct history *h, const struct stored_reading *r)
{
    uint32_t point = catalogue_by_key(&h->day->catalogue, r->key);
    struct stored_reading *last = &h->last[point];

    assert_true(point < POINTS);
    assert_true(r->at.ms > last->at.ms); /* order kept, nothing twice */
    if (last->at.ms != 0 && r->at.ms - last->at.ms > h->longest_gap_ms)
        h->longest_gap_ms = r->at.ms - last->at.ms;
    if (point % POINTS_PER_WIRE == 0 && r->quality == QUALITY_GOOD && last->quality == QUALITY_GOOD)
        assert_true(r->value == last->value + 1); /* the counter misses no cycle while it answers */
    h->stopped[point] += r->reason == REASON_STOPPED;
    h->bad[point] += r->reason == REASON_NO_ANSWER;
    h->per_point[point]++;
    h->readings++;
    *last = *r;
}

static enum err check_entry(void *ctx, const struct lane_entry *e)
{
    struct history *h = ctx;
    struct body_reader r;
    struct stored_reading reading;
    struct event event;
    enum body_item item;

    assert_int_equal(e->seq, ++h->next_seq);
    body_read(&r, e->body, e->len);
    do {
        assert_int_equal(body_next(&r, &item, &reading, &event), ERR_NONE);
        if (item == BODY_READING)
            check_reading(h, &reading);
        else if (item == BODY_EVENT)
            h->events[event.kind]++;
    } while (item != BODY_END);
    return ERR_NONE;
}

static void read_lane(struct history *h, struct lanes_port lanes, enum lane lane)
{
    struct fault why;
    uint64_t before;

    h->next_seq = 0;
    do {
        before = h->next_seq;
        assert_int_equal(lanes.read(lanes.self, lane, before, 1 << 20, check_entry, h, &why), ERR_NONE);
    } while (h->next_seq > before);
}

static void a_day_passes_and_its_history_is_whole(void **state)
{
    struct day *d = calloc(1, sizeof *d);
    struct history *h = calloc(1, sizeof *h);
    struct journal_settings js = {
        .max_bytes = 256 << 20, .keep_delivered_ms = CLOCK_HOUR_MS, .group_ms = 250, .pending_max = 1 << 20
    };

    (void)state;
    assert_true(d != NULL && h != NULL);
    (void)snprintf(d->folder, sizeof d->folder, "/tmp/capnuoc-day-XXXXXX");
    assert_non_null(mkdtemp(d->folder));
    d->clock.now = (struct now){ { 5000000 }, { MIDNIGHT } };
    make_points(d);

    start(d);
    live_until(d, MORNING_MS);
    end(d, false);
    fake_clock_advance(&d->clock, 60000); /* the daemon is away for a minute */
    start(d);
    live_until(d, CLOCK_DAY_MS);
    end(d, true);

    (void)snprintf(js.folder, sizeof js.folder, "%s", d->folder);
    assert_int_equal(journal_open(&d->journal, &js, fake_clock(&d->clock), NULL), ERR_NONE);
    h->day = d;
    read_lane(h, journal_lanes(d->journal), LANE_LIVE);
    read_lane(h, journal_lanes(d->journal), LANE_EVENTS);
    journal_close(d->journal);

    print_message("%llu readings seen, %llu kept\n", (unsigned long long)d->readings_seen,
                  (unsigned long long)h->readings);
    assert_true(d->readings_seen > (uint64_t)POINTS * (CLOCK_DAY_MS / EVERY_MS - 30));
    assert_true(h->longest_gap_ms <= 300000 + EVERY_MS); /* heartbeat */
    assert_int_equal(h->events[EVENT_NODE_START], 2);
    assert_int_equal(h->events[EVENT_NODE_STOP], 1);
    assert_int_equal(h->events[EVENT_DEVICE_DOWN], 1);
    assert_int_equal(h->events[EVENT_DEVICE_UP], 1);
    assert_int_equal(h->events[EVENT_GAP], 0);
    for (size_t i = 0; i < POINTS; i++) {
        assert_int_equal(h->stopped[i], 2);
        if (i / POINTS_PER_WIRE == 1)
            assert_true(h->bad[i] >= 12 && h->bad[i] <= 14); /* an hour of heartbeats without value */
        else
            assert_int_equal(h->bad[i], 0);
    }
    assert_true(h->per_point[0] > CLOCK_DAY_MS / EVERY_MS - 30);
    assert_true(h->per_point[1] <
                CLOCK_DAY_MS / EVERY_MS / 4); /* the deadband saves three in four at least */
    catalogue_clear(&d->catalogue);
    free(h);
    free(d);
}

static enum err find_stopped(void *ctx, const struct lane_entry *e)
{
    struct stored_reading *found = ctx, reading;
    struct body_reader r;
    struct event event;
    enum body_item item;

    body_read(&r, e->body, e->len);
    while (body_next(&r, &item, &reading, &event) == ERR_NONE && item != BODY_END)
        if (item == BODY_READING && reading.reason == REASON_STOPPED)
            *found = reading;
    return ERR_NONE;
}

/* A value that never changes is journalled once in five minutes; how long it held before the daemon was
 * killed must be known better than that. */
static void a_kill_is_dated_to_seconds_though_nothing_changed(void **state)
{
    struct day *d = calloc(1, sizeof *d);
    struct message m = { .kind = MESSAGE_READINGS, .count = 1 };
    struct stored_reading stopped = { 0 };
    struct snapshot *shown;
    struct fault why;

    (void)state;
    assert_non_null(d);
    (void)snprintf(d->folder, sizeof d->folder, "/tmp/capnuoc-day-XXXXXX");
    assert_non_null(mkdtemp(d->folder));
    d->clock.now = (struct now){ { 5000000 }, { MIDNIGHT } };
    make_points(d);
    start(d);
    for (int s = 0; s < 200; s++) {
        m.readings[0] = reading_good(0, d->clock.now.wall, 7);
        pipeline_put(d->pipeline, &m);
        assert_true(pipeline_step(d->pipeline, 0));
        fake_clock_advance(&d->clock, 1000);
    }
    end(d, false);
    fake_clock_advance(&d->clock, CLOCK_HOUR_MS);
    start(d);
    end(d, false);
    start(d); /* it is stopped for the journal already: the page must know that, too */
    while ((shown = pipeline_snapshot(d->pipeline)) == NULL)
        assert_true(pipeline_step(d->pipeline, 10));
    assert_int_equal(snapshot_point(shown, 0)->reading.reason, REASON_STOPPED);
    assert_int_equal(snapshot_point(shown, 1)->reading.reason, REASON_NEVER_READ);
    snapshot_drop(shown);
    end(d, false);
    {
        struct journal_settings js = { .max_bytes = 256 << 20,
                                       .keep_delivered_ms = CLOCK_HOUR_MS,
                                       .group_ms = 250,
                                       .pending_max = 1 << 20 };
        (void)snprintf(js.folder, sizeof js.folder, "%s", d->folder);
        assert_int_equal(journal_open(&d->journal, &js, fake_clock(&d->clock), &why), ERR_NONE);
        struct lanes_port lanes = journal_lanes(d->journal);
        assert_int_equal(lanes.read(lanes.self, LANE_LIVE, 0, 1 << 20, find_stopped, &stopped, &why),
                         ERR_NONE);
        journal_close(d->journal);
    }
    assert_in_range(stopped.at.ms, MIDNIGHT + 188000, MIDNIGHT + 200000);
    catalogue_clear(&d->catalogue);
    free(d);
}

/* With no reading beside it, its loss would leave no trace. */
static void an_event_that_the_journal_refuses_is_counted(void **state)
{
    struct journal_settings js = { .max_bytes = 256 << 20, .group_ms = 250, .pending_max = 1 };
    struct pipeline_settings ps = { .node = "day", .inbox = 16 };
    struct message m = { .kind = MESSAGE_EVENT };
    struct day *d = calloc(1, sizeof *d);
    struct pipeline_stats stats;

    (void)state;
    assert_non_null(d);
    (void)snprintf(js.folder, sizeof js.folder, "/tmp/capnuoc-day-XXXXXX");
    assert_non_null(mkdtemp(js.folder));
    d->clock.now = (struct now){ { 5000000 }, { MIDNIGHT } };
    make_points(d);
    ps.catalogue = &d->catalogue;
    ps.clock = fake_clock(&d->clock);
    assert_int_equal(journal_open(&d->journal, &js, ps.clock, NULL), ERR_NONE);
    ps.journal = d->journal;
    assert_int_equal(pipeline_new(&d->pipeline, &ps, NULL), ERR_NONE);
    m.event = event_make(EVENT_WIRE_DOWN, d->clock.now.wall, "w0", NAN, "wire down");
    pipeline_put(d->pipeline, &m);
    assert_true(pipeline_step(d->pipeline, 0));
    pipeline_stats(d->pipeline, &stats);
    assert_int_equal(stats.lost_journal, 1);
    end(d, true);
    catalogue_clear(&d->catalogue);
    free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_passes_and_its_history_is_whole),
        cmocka_unit_test(a_kill_is_dated_to_seconds_though_nothing_changed),
        cmocka_unit_test(an_event_that_the_journal_refuses_is_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
