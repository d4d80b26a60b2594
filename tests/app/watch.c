/* What of the rules the records hold, when there is more than one record takes. */
#include "watch.h"

#include "unit.h"
#include <math.h>
#include <stdio.h>

enum { POINTS = WATCH_RULES_MAX + 100, EVERY_MS = 1000, DELAY_MS = CLOCK_HOUR_MS };

struct scene {
    struct catalogue catalogue;
    struct watch *watch;
    struct now now;
};

static int add_point(struct catalogue *c, uint32_t n)
{
    struct point p = { .revision = 1, .every_ms = EVERY_MS, .heartbeat_ms = 300000 };
    struct rule r = { .key = 1,
                      .id = "high",
                      .point = n,
                      .other = NO_INDEX,
                      .cause = NO_INDEX,
                      .kind = RULE_HIGH,
                      .severity = SEVERITY_HIGH,
                      .n = 1,
                      .limit = 10,
                      .low = NAN,
                      .on_delay_ms = DELAY_MS };

    (void)snprintf(p.id, sizeof p.id, "p%03u", (unsigned)n);
    return catalogue_add_point(c, &p, NULL) == ERR_NONE && catalogue_add_rule(c, &r, NULL) == ERR_NONE ? 0
                                                                                                       : -1;
}

static int make_world(void **state)
{
    struct scene *s = calloc(1, sizeof *s);
    struct fault why;

    *state = s;
    if (s == NULL)
        return -1;
    catalogue_init(&s->catalogue);
    s->now = (struct now){ { 1000000 }, { 1795604400000 } };
    for (uint32_t n = 0; n < POINTS; n++)
        if (add_point(&s->catalogue, n) != 0)
            return -1;
    return catalogue_seal(&s->catalogue, NULL) == ERR_NONE &&
                   watch_new(&s->watch, &s->catalogue, s->now, &why) == ERR_NONE
               ? 0
               : -1;
}

static int end_world(void **state)
{
    struct scene *s = *state;

    watch_free(s->watch);
    catalogue_clear(&s->catalogue);
    free(s);
    return 0;
}

/* All points, at the next second. */
static void read_all(struct scene *s, double value)
{
    s->now.mono.ms += EVERY_MS;
    s->now.wall.ms += EVERY_MS;
    for (uint32_t p = 0; p < POINTS; p++) {
        const struct reading r = { p, QUALITY_GOOD, REASON_NONE, s->now.wall, value };
        (void)watch_fold(s->watch, &r, s->now);
    }
}

/* How many rules the next record holds; it is taken. */
static size_t record(struct scene *s)
{
    static struct journal_state states[WATCH_STATES_MAX];
    static size_t ends[WATCH_STATES_MAX];
    struct strbuf to;
    size_t n = 0;

    strbuf_init(&to, 1 << 20);
    watch_add_states(s->watch, &to, states, ends, &n);
    assert_false(to.failed);
    strbuf_clear(&to);
    watch_recorded(s->watch);
    return n;
}

enum { RECORDS_MAX = 10 }; /* more than a round takes */

static void remember_all(struct scene *s)
{
    for (int n = 0; watch_remember(s->watch); n++) {
        assert_int_equal(record(s), WATCH_RULES_MAX);
        assert_in_range(n, 0, RECORDS_MAX);
    }
    (void)record(s);
}

static void delays_that_one_record_cannot_hold_are_remembered_in_one_round(void **state)
{
    struct scene *s = *state;

    read_all(s, 5);
    remember_all(s);
    read_all(s, 12);
    read_all(s, 12);
    for (int round = 0; round < 3; round++) {
        assert_true(watch_remember(s->watch));
        assert_int_equal(record(s), WATCH_RULES_MAX);
        assert_false(watch_remember(s->watch));
        assert_int_equal(record(s), POINTS - WATCH_RULES_MAX);
        read_all(s, 12);
    }
}

static void delays_that_were_broken_off_are_remembered_once_more(void **state)
{
    struct scene *s = *state;

    read_all(s, 5);
    read_all(s, 12);
    read_all(s, 12);
    remember_all(s);
    read_all(s, 5);
    assert_true(watch_remember(s->watch));
    assert_int_equal(record(s), WATCH_RULES_MAX);
    assert_false(watch_remember(s->watch));
    assert_int_equal(record(s), POINTS - WATCH_RULES_MAX);
    read_all(s, 5);
    assert_false(watch_remember(s->watch));
    assert_int_equal(record(s), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(delays_that_one_record_cannot_hold_are_remembered_in_one_round,
                                        make_world, end_world),
        cmocka_unit_test_setup_teardown(delays_that_were_broken_off_are_remembered_once_more, make_world,
                                        end_world),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
