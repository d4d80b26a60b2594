/* The pipeline under changing configurations: whatever an old wire still sends, no reading lands on a point
 * it was not read for, and what did not change goes on. */
#include <math.h>
#include <unistd.h>

#include "double/fake_line.h"
#include "pipeline.h"
#include "seal/seal.h"
#include "unit.h"

enum { ROUNDS = 500, PLACES = 40, TRIES_MAX = 20000 };
static const int64_t START = 1764000000000;

struct scene {
    char folder[64];
    struct fake_clock clock;
    struct journal *journal;
    struct pipeline *pipeline;
    unsigned answers, refusals;
    int released; /* catalogues that were let go */
};

static struct scene S;

static void free_catalogue(struct catalogue *c)
{
    catalogue_clear(c);
    free(c);
    S.released++;
}

/* A point's number in these tests is its revision: what is read for it can be told from its value. */
static struct catalogue *new_catalogue(void)
{
    struct catalogue *c = calloc(1, sizeof *c);

    assert_non_null(c);
    catalogue_init(c);
    c->release = free_catalogue;
    return catalogue_hold(c);
}

static void add(struct catalogue *c, const char *id, const char *first_id, uint64_t revision)
{
    struct point p = { .every_ms = 1000, .heartbeat_ms = 300000, .revision = revision };

    (void)snprintf(p.id, sizeof p.id, "%s", id);
    (void)snprintf(p.first_id, sizeof p.first_id, "%s", first_id);
    assert_int_equal(catalogue_add_point(c, &p, NULL), ERR_NONE);
}

static void seal(struct catalogue *c)
{
    struct fault why;

    if (catalogue_seal(c, &why) != ERR_NONE)
        fail_msg("%s", why.text);
}

static void begin(struct catalogue *first)
{
    struct journal_settings js = {
        .max_bytes = 256 << 20, .keep_delivered_ms = CLOCK_HOUR_MS, .group_ms = 1, .pending_max = 64 << 20
    };
    struct pipeline_settings ps = { .catalogue = first, .node = "reload", .inbox = 1024 };
    struct fault why = { .text = "" };

    S = (struct scene){ .clock.now = { { 1000000 }, { START } } };
    (void)snprintf(S.folder, sizeof S.folder, "/tmp/capnuoc-reload-XXXXXX");
    assert_non_null(mkdtemp(S.folder));
    (void)snprintf(js.folder, sizeof js.folder, "%s/journal", S.folder);
    ps.clock = fake_clock(&S.clock);
    if (journal_open(&S.journal, &js, ps.clock, &why) != ERR_NONE)
        fail_msg("%s", why.text);
    ps.journal = S.journal;
    assert_int_equal(pipeline_new(&S.pipeline, &ps, &why), ERR_NONE);
    assert_int_equal(pipeline_restore(S.pipeline, &why), ERR_NONE);
}

static void end(void)
{
    char command[128];

    pipeline_stop(S.pipeline);
    pipeline_free(S.pipeline);
    journal_close(S.journal);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", S.folder);
    assert_int_equal(system(command), 0);
}

static void answered(void *self, enum err code, const struct fault *why)
{
    (void)why;
    assert_ptr_equal(self, &S);
    S.answers++;
    S.refusals += code != ERR_NONE;
}

static void reload(struct catalogue *c)
{
    struct message m = {
        .kind = MESSAGE_RELOAD,
        .reload = { c, NULL, event_make(EVENT_CONFIG, (struct wall){ 1 }, "An", 2, "another"), answered, &S }
    };

    pipeline_put(S.pipeline, &m);
}

/* One reading as a wire of configuration `c` sends it for that point; its value is the point's revision. */
static void read_point(const struct catalogue *c, uint32_t point)
{
    struct message m = { .kind = MESSAGE_READINGS, .count = 1 };

    m.readings[0] = reading_good(point, S.clock.now.wall, (double)c->points[point].revision);
    m.revisions[0] = c->points[point].revision;
    pipeline_put(S.pipeline, &m);
}

static void drain(void)
{
    struct pipeline_stats s;

    do {
        fake_clock_advance(&S.clock, 10);
        (void)pipeline_step(S.pipeline, 0);
        pipeline_stats(S.pipeline, &s);
    } while (s.inbox_length > 0);
}

/* The picture in which everything sent so far has its effect: the last point is read once more, to be seen.
 */
static struct snapshot *shown_of(const struct catalogue *c)
{
    uint32_t last = (uint32_t)c->point_count - 1;
    struct wall sent;

    fake_clock_advance(&S.clock, 10);
    sent = S.clock.now.wall;
    read_point(c, last);
    for (int i = 0; i < TRIES_MAX; i++) {
        struct snapshot *s;
        (void)pipeline_step(S.pipeline, 1);
        s = pipeline_snapshot(S.pipeline);
        if (s != NULL && snapshot_catalogue(s) == c && snapshot_point(s, last)->reading.at.ms == sent.ms)
            return s;
        snapshot_drop(s);
        fake_clock_advance(&S.clock, 200);
    }
    fail_msg("not shown");
    return NULL;
}

static const struct reading *shown(struct snapshot *s, const char *id)
{
    const struct catalogue *c = snapshot_catalogue(s);
    const struct point *p = catalogue_point(c, id);

    assert_non_null(p);
    return &snapshot_point(s, (uint32_t)(p - c->points))->reading;
}

static void what_did_not_change_goes_on_wherever_it_stands_now(void **state)
{
    struct catalogue *one = new_catalogue(), *two = new_catalogue();
    struct pipeline_stats stats;
    struct snapshot *s;

    (void)state;
    add(one, "a", "", 11);
    add(one, "b", "", 12);
    add(one, "c", "", 13);
    add(one, "d", "", 14);
    seal(one);
    add(two, "new", "", 20); /* every index moves */
    add(two, "c", "", 33);   /* another scale */
    add(two, "b", "", 12);
    add(two, "e", "d", 14); /* a new name */
    seal(two);
    begin(one);
    for (uint32_t i = 0; i < 4; i++)
        read_point(one, i);
    reload(two);
    drain();
    s = shown_of(two);
    assert_true(snapshot_first(s) <= snapshot_generation(s));
    assert_true(shown(s, "b")->value == 12);
    assert_true(shown(s, "e")->value == 14);
    assert_int_equal(shown(s, "c")->reason, REASON_STOPPED); /* 13 was of another scale */
    assert_int_equal(shown(s, "new")->reason, REASON_NEVER_READ);
    snapshot_drop(s);
    for (uint32_t i = 0; i < 4; i++)
        read_point(one, i); /* a wire that has not heard of it yet */
    read_point(two, 1);
    drain();
    pipeline_stats(S.pipeline, &stats);
    assert_int_equal(stats.retired, 2); /* a is gone, c is another */
    assert_int_equal(stats.refused, 0);
    assert_int_equal(S.answers, 1);
    assert_int_equal(S.refusals, 0);
    catalogue_drop(one);
    end();
    assert_int_equal(S.released, 1);
    catalogue_drop(two);
    assert_int_equal(S.released, 2);
}

/* A fresh configuration: each place is taken by some point under some of its meanings, in a new order. */
static struct catalogue *any_catalogue(uint64_t *random)
{
    struct catalogue *c = new_catalogue();
    uint32_t turn = test_below(random, PLACES);

    for (uint32_t i = 0; i < PLACES; i++) {
        uint32_t n = (i + turn) % PLACES;
        char id[32], first[32];
        bool renamed = test_below(random, 8) == 0;
        if (test_below(random, 4) == 0)
            continue;
        (void)snprintf(first, sizeof first, "p%02u", n);
        (void)snprintf(id, sizeof id, renamed ? "p%02u.moved" : "p%02u", n);
        add(c, id, renamed ? first : "", 1 + n * 10u + test_below(random, 2));
    }
    seal(c);
    return c;
}

static void no_reading_lands_on_another_point_over_five_hundred_reloads(void **state)
{
    uint64_t random = test_seed("reloads");
    struct catalogue *before = any_catalogue(&random), *now;
    struct pipeline_stats stats;
    uint64_t checked = 0;

    (void)state;
    begin(before);
    for (unsigned round = 0; round < ROUNDS; round++, before = now) {
        struct snapshot *s;
        now = any_catalogue(&random);
        for (uint32_t i = 0; i < before->point_count; i++)
            read_point(before, i);
        reload(now);
        for (uint32_t i = 0; i < before->point_count; i++)
            read_point(before, i);
        for (uint32_t i = 0; i < now->point_count; i++)
            if (test_below(&random, 2) == 0)
                read_point(now, i);
        drain();
        s = shown_of(now);
        for (uint32_t i = 0; i < now->point_count; i++) {
            const struct reading *r = &snapshot_point(s, i)->reading;
            assert_int_equal(r->point, i);
            if (r->quality != QUALITY_BAD)
                assert_true(r->value == (double)now->points[i].revision);
            checked += r->quality != QUALITY_BAD;
        }
        snapshot_drop(s);
        catalogue_drop(before);
    }
    pipeline_stats(S.pipeline, &stats);
    print_message("%u reloads, %llu readings shown and right, %llu counted out, %llu refused\n", S.answers,
                  (unsigned long long)checked, (unsigned long long)stats.retired,
                  (unsigned long long)stats.refused);
    assert_int_equal(S.answers, ROUNDS);
    assert_int_equal(S.refusals, 0);
    assert_int_equal(stats.refused, 0);
    assert_int_equal(stats.lost_inbox, 0);
    assert_true(stats.retired > 0 && checked > ROUNDS);
    end();
    catalogue_drop(before);
    assert_int_equal(S.released, ROUNDS + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_did_not_change_goes_on_wherever_it_stands_now),
        cmocka_unit_test(no_reading_lands_on_another_point_over_five_hundred_reloads),
    };
    struct fault why;

    if (seal_start(&why) != ERR_NONE)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
