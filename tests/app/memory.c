/* What the judge remembers goes through the journal and comes back: by itself, and with the pipeline killed.
 */
#include "memory.h"

#include "double/fake_line.h"
#include "model/lane.h"
#include "pipeline.h"
#include "slice.h"
#include "unit.h"
#include <math.h>

enum { EVERY_MS = 5000, FROZEN_MS = 2 * CLOCK_HOUR_MS, HEARTBEAT_MS = 300000 };

struct scene {
    struct ground ground;
    struct journal *journal;
    struct pipeline *pipeline;
};

static int make_world(void **state)
{
    struct scene *s = calloc(1, sizeof *s);
    const struct point p = { .id = "level",
                             .revision = 1,
                             .every_ms = EVERY_MS,
                             .heartbeat_ms = HEARTBEAT_MS,
                             .frozen_after_ms = FROZEN_MS };

    *state = s;
    if (s == NULL || !ground_make(&s->ground))
        return -1;
    if (catalogue_add_point(&s->ground.catalogue, &p, NULL) != ERR_NONE)
        return -1;
    return catalogue_seal(&s->ground.catalogue, NULL) == ERR_NONE ? 0 : -1;
}

static int end_world(void **state)
{
    struct scene *s = *state;
    int rc = ground_clear(&s->ground);

    free(s);
    return rc;
}

static void what_is_remembered_comes_back(void **state)
{
    struct scene *s = *state;
    struct judge_state in = { .kept = reading_uncertain(0, (struct wall){ 77 }, 3, REASON_FROZEN),
                              .still = 2.5,
                              .still_ms = 99,
                              .trusted = 7,
                              .trusted_at = { 55 },
                              .total = { .raw = NAN },
                              .force = { 4.5, { 1000 }, "Lò Thị Hoa" } };
    struct judge_state out;
    struct minute_state minute = { 0 }, minute_out;
    struct strbuf body;
    uint64_t key = s->ground.catalogue.points[0].key;

    strbuf_init(&body, 1000);
    memory_add(&body, key, &in, &minute);
    assert_int_equal(memory_read(body.text, body.len, &s->ground.catalogue, &out, &minute_out), ERR_NONE);
    assert_true(reading_same_value(&in.kept, &out.kept) && out.kept.at.ms == 77);
    assert_true(out.still == 2.5 && out.still_ms == 99 && out.trusted == 7 && out.trusted_at.ms == 55);
    assert_true(isnan(out.total.raw));
    assert_true(out.force.value == 4.5 && out.force.until.ms == 1000);
    assert_string_equal(out.force.who, "Lò Thị Hoa");
    strbuf_reset(&body);
    in.total = (struct totalizer){ 5, { 1 }, { 2 }, 3, 4, { 6 } };
    memory_add(&body, key, &in, &minute);
    assert_int_equal(memory_read(body.text, body.len, &s->ground.catalogue, &out, &minute_out), ERR_NONE);
    assert_memory_equal(&in.total, &out.total, sizeof in.total);
    assert_true(minute_out.any && minute_out.mixed && minute_out.held.at.ms == 77); /* there was none */
    minute = (struct minute_state){ .held = in.kept, .begins_ms = 60000, .sum = 12.5, .n = 3, .any = true };
    for (int counts = 1; counts >= 0; counts--) {
        strbuf_reset(&body);
        in.total.raw = counts ? 5 : NAN;
        memory_add(&body, key, &in, &minute);
        assert_int_equal(memory_read(body.text, body.len, &s->ground.catalogue, &out, &minute_out), ERR_NONE);
        assert_memory_equal(&minute, &minute_out, sizeof minute);
        assert_true(isnan(out.total.raw) == !counts && out.still == 2.5);
    }
    strbuf_clear(&body);
}

static void a_reading_alone_as_earlier_versions_wrote_it_is_read(void **state)
{
    struct scene *s = *state;
    const struct stored_reading r = {
        s->ground.catalogue.points[0].key, { 77 }, 3, QUALITY_GOOD, REASON_NONE
    };
    struct judge_state out;
    struct minute_state minute_out;
    struct strbuf body;

    strbuf_init(&body, 1000);
    body_add_reading(&body, &r);
    assert_int_equal(memory_read(body.text, body.len, &s->ground.catalogue, &out, &minute_out), ERR_NONE);
    assert_true(out.kept.value == 3 && isnan(out.still) && isnan(out.trusted));
    assert_int_not_equal(memory_read(body.text, body.len - 1, &s->ground.catalogue, &out, &minute_out),
                         ERR_NONE);
    assert_int_not_equal(memory_read(body.text, 0, &s->ground.catalogue, &out, &minute_out), ERR_NONE);
    strbuf_clear(&body);
}

static void start(struct scene *s)
{
    struct slice slice = slice_on(&s->ground);

    s->journal = slice.journal;
    s->pipeline = slice.pipeline;
}

static void end(struct scene *s, bool cleanly)
{
    slice_end((struct slice){ s->journal, s->pipeline }, cleanly);
}

/* Reads the same number for so long; how it is shown at the end. */
static struct reading still(struct scene *s, int64_t ms)
{
    struct message m = { .kind = MESSAGE_READINGS, .count = 1, .revisions = { 1 } };
    struct snapshot *shown = NULL;
    struct reading is;

    for (int64_t passed = 0; passed < ms; passed += EVERY_MS) {
        fake_clock_advance(&s->ground.clock, EVERY_MS);
        m.readings[0] = reading_good(0, s->ground.clock.now.wall, 2.5);
        pipeline_put(s->pipeline, &m);
        (void)pipeline_step(s->pipeline, 0);
    }
    for (int i = 0; i < 20000; i++) { /* the disk: until the last is shown */
        snapshot_drop(shown);
        shown = pipeline_snapshot(s->pipeline);
        if (shown != NULL && snapshot_point(shown, 0)->reading.at.ms >= m.readings[0].at.ms)
            break;
        fake_clock_advance(&s->ground.clock, 1);
        (void)pipeline_step(s->pipeline, 1);
    }
    assert_non_null(shown);
    is = snapshot_point(shown, 0)->reading;
    snapshot_drop(shown);
    return is;
}

static void a_restart_adds_nothing_to_standing_still(void **state)
{
    struct scene *s = *state;

    start(s);
    assert_int_equal(still(s, FROZEN_MS - CLOCK_HOUR_MS).reason, REASON_NONE);
    end(s, true);
    fake_clock_advance(&s->ground.clock, 12 * CLOCK_HOUR_MS);
    start(s);
    assert_int_equal(still(s, CLOCK_HOUR_MS).reason, REASON_NONE);
    end(s, false); /* killed: at most ten seconds are forgotten, though nothing was kept for minutes */
    start(s);
    assert_int_equal(still(s, EVERY_MS).reason, REASON_NONE);
    assert_int_equal(still(s, 10000 + 3 * EVERY_MS).reason, REASON_FROZEN);
    end(s, true);
    start(s);
    assert_int_equal(still(s, 2 * EVERY_MS).reason, REASON_FROZEN);
    assert_true(still(s, EVERY_MS).value == 2.5);
    end(s, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_remembered_comes_back, make_world, end_world),
        cmocka_unit_test_setup_teardown(a_reading_alone_as_earlier_versions_wrote_it_is_read, make_world,
                                        end_world),
        cmocka_unit_test_setup_teardown(a_restart_adds_nothing_to_standing_still, make_world, end_world),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
