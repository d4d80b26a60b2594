/* Minutes through the pipeline and the journal: whatever is killed when, they are those of the readings that
 * lie beside them in the lane. */
#include "double/fake_line.h"
#include "minute_model.h"
#include "model/lane.h"
#include "pipeline.h"
#include "slice.h"
#include "unit.h"
#include <math.h>

enum { POINTS = 300, ROWS_MAX = 4000, MINUTES_MAX = 1000 };
static const int64_t BEGIN_MS = INT64_C(1795604400000);
static const int64_t EVERY_MS[] = { 1000, 5000, 60000, 900000 };

struct past {
    struct reading rows[ROWS_MAX];
    size_t count;
    struct minute told[MINUTES_MAX];
    bool is_told[MINUTES_MAX], again[MINUTES_MAX];
};

struct scene {
    uint64_t seed;
    struct ground ground;
    struct journal *journal;
    struct pipeline *pipeline;
    struct past past[POINTS];
    double value[POINTS];
    unsigned compared, recounted;
};

static int make_world(void **state)
{
    struct scene *s = calloc(1, sizeof *s);

    *state = s;
    if (s == NULL || !ground_make(&s->ground))
        return -1;
    for (unsigned i = 0; i < POINTS; i++) {
        struct point p = { .revision = i + 1,
                           .every_ms = EVERY_MS[i % COUNT_OF(EVERY_MS)],
                           .heartbeat_ms = 600000,
                           .deadband = i % 3 };
        (void)snprintf(p.id, sizeof p.id, "p%u", i);
        if (catalogue_add_point(&s->ground.catalogue, &p, NULL) != ERR_NONE)
            return -1;
    }
    return catalogue_seal(&s->ground.catalogue, NULL) == ERR_NONE ? 0 : -1;
}

static int end_world(void **state)
{
    struct scene *s = *state;
    int rc = ground_clear(&s->ground);

    free(s);
    return rc;
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

static void read_point(struct scene *s, uint32_t i)
{
    struct message m = { .kind = MESSAGE_READINGS, .count = 1, .revisions = { i + 1 } };

    if (test_below(&s->seed, 3) == 0)
        s->value[i] += (test_below(&s->seed, 2001) - 1000.0) / 700;
    m.readings[0] = test_below(&s->seed, 50) == 0 ? reading_bad(i, s->ground.clock.now.wall, REASON_NO_ANSWER)
                                                  : reading_good(i, s->ground.clock.now.wall, s->value[i]);
    pipeline_put(s->pipeline, &m);
}

/* Seconds; some points fall silent for a while. */
static void live(struct scene *s, unsigned seconds, uint64_t silent)
{
    for (unsigned t = 0; t < seconds; t++) {
        fake_clock_advance(&s->ground.clock, 1000);
        for (uint32_t i = 0; i < POINTS; i++)
            if ((silent >> i % 64 & 1) == 0 &&
                (i < 8 ? s->ground.clock.now.wall.ms / 1000 * 1000 % EVERY_MS[i % 4] == 0 : t % 60 == i % 60))
                read_point(s, i);
        (void)pipeline_step(s->pipeline, 0);
    }
}

/* ---- what is in the lane ---- */

static size_t place(int64_t ms)
{
    int64_t i = (ms - BEGIN_MS) / CLOCK_MINUTE_MS;

    assert_true(i >= 0 && i < MINUTES_MAX);
    return (size_t)i;
}

static void take_item(struct past *p, enum body_item item, const struct stored_reading *r,
                      const struct body_reader *b)
{
    size_t at;

    switch (item) {
    case BODY_READING:
        assert_true(p->count < ROWS_MAX);
        p->rows[p->count++] = (struct reading){ 0, r->quality, r->reason, r->at, r->value };
        break;
    case BODY_MINUTE:
        at = place(b->minute.at.ms);
        if (p->is_told[at])
            assert_true(minute_model_same(&p->told[at], &b->minute));
        p->told[at] = b->minute;
        p->is_told[at] = true;
        break;
    case BODY_RECOUNT:
        for (size_t m = place(b->recount.from.ms); m <= place(b->recount.to.ms); m++)
            p->again[m] = true;
        break;
    default: fail();
    }
}

static enum err take_entry(void *ctx, const struct lane_entry *e)
{
    struct scene *s = ctx;
    struct body_reader b;
    struct stored_reading r;
    struct event event;
    enum body_item item;

    body_read(&b, e->body, e->len);
    for (;;) {
        assert_int_equal(body_next(&b, &item, &r, &event), ERR_NONE);
        if (item == BODY_END)
            return ERR_NONE;
        uint64_t key = item == BODY_READING ? r.key : item == BODY_MINUTE ? b.minute.key : b.recount.key;
        uint32_t point = catalogue_by_key(&s->ground.catalogue, key);
        assert_true(point < POINTS);
        take_item(&s->past[point], item, &r, &b);
    }
}

static void read_lane(struct scene *s)
{
    struct lanes_port lanes = journal_lanes(s->journal);
    uint64_t first, last, after;
    struct fault why;

    assert_int_equal(journal_wait(s->journal, 1, 10000), ERR_NONE);
    assert_int_equal(lanes.span(lanes.self, LANE_LIVE, &first, &last, &why), ERR_NONE);
    assert_int_equal(first, 1);
    for (after = 0; after < last; after++) /* one at a time: how many fit is not our question */
        assert_int_equal(lanes.read(lanes.self, LANE_LIVE, after, 1, take_entry, s, &why), ERR_NONE);
}

/* Of points that no limit holds for. */
static enum verdict_word no_limit(const struct reading *r)
{
    (void)r;
    return VERDICT_NOT_JUDGED;
}

static void compare_point(struct scene *s, struct past *p, uint64_t key)
{
    int64_t until = s->ground.clock.now.wall.ms - 11 * CLOCK_MINUTE_MS;

    qsort(p->rows, p->count, sizeof *p->rows, minute_model_compare);
    for (size_t i = 0; BEGIN_MS + ((int64_t)i + 1) * CLOCK_MINUTE_MS <= until; i++) {
        struct minute want =
            minute_model_by(key, p->rows, p->count, BEGIN_MS + (int64_t)i * CLOCK_MINUTE_MS, no_limit);
        bool anything = want.n + want.good_ms + want.uncertain_ms > 0;
        s->recounted += p->again[i];
        if (p->again[i])
            continue;
        if (p->is_told[i] != anything || (anything && !minute_model_same(&want, &p->told[i])))
            fail_msg("minute %zu: told %d sum %.17g n %u, wanted %d sum %.17g n %u", i, p->is_told[i],
                     p->told[i].sum, p->told[i].n, anything, want.sum, want.n);
        s->compared += anything;
    }
}

static void minutes_are_those_of_the_readings_over_any_restart(void **state)
{
    struct scene *s = *state;

    s->seed = test_seed(__func__);
    start(s);
    for (int part = 0; part < 12; part++) {
        uint32_t how = test_below(&s->seed, 3);
        live(s, 60 + test_below(&s->seed, 900), test_random(&s->seed) & test_random(&s->seed));
        if (how == 0)
            continue;
        end(s, how == 1);
        fake_clock_advance(&s->ground.clock, test_below(&s->seed, 200000));
        start(s);
    }
    live(s, 60, 0);
    end(s, true);
    start(s);
    read_lane(s);
    for (uint32_t i = 0; i < POINTS; i++)
        compare_point(s, &s->past[i], s->ground.catalogue.points[i].key);
    print_message("compared %u minutes, %u to be counted again\n", s->compared, s->recounted);
    assert_true(s->compared > 10000 && s->recounted < s->compared / 10);
    end(s, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(minutes_are_those_of_the_readings_over_any_restart, make_world,
                                        end_world),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
