/* A value set by hand: shown until its end, over a restart too, and what the device says is judged and
 * counted all the same. */
#include <math.h>

#include "judge/hand.h"
#include "judge/judge.h"
#include "unit.h"

enum { LEVEL, TOTAL, WELL, POINTS };
enum { EVERY_S = 10, HOUR_S = 3600, DAY_S = 86400 };

static const int64_t START_MS = 1795604400000; /* 2026-11-25T11:00:00Z, 18:00 here */

struct bench {
    struct catalogue catalogue;
    struct judge *judge;
    struct judged out;
    int64_t now_s;
    size_t ends; /* events of ticks */
};

static int set_up(void **state)
{
    static const struct point RULES[POINTS] = {
        { .id = "level", .revision = 1, .deadband = 0.5, .frozen_after_ms = 2 * CLOCK_HOUR_MS },
        { .id = "total", .revision = 2, .total_max_flow = 60 },
        { .id = "well", .revision = 3, .manual = true },
    };
    struct bench *b = calloc(1, sizeof *b);

    if (b == NULL)
        return -1;
    *state = b;
    catalogue_init(&b->catalogue);
    for (size_t i = 0; i < POINTS; i++) {
        struct point p = RULES[i];
        p.every_ms = EVERY_S * 1000;
        p.heartbeat_ms = CLOCK_HOUR_MS;
        (void)snprintf(p.unit, sizeof p.unit, "m");
        if (catalogue_add_point(&b->catalogue, &p, NULL) != ERR_NONE)
            return -1;
    }
    return catalogue_seal(&b->catalogue, NULL) == ERR_NONE &&
                   judge_new(&b->judge, &b->catalogue, NULL) == ERR_NONE
               ? 0
               : -1;
}

static int tear_down(void **state)
{
    struct bench *b = *state;

    judge_free(b->judge);
    catalogue_clear(&b->catalogue);
    free(b);
    return 0;
}

static struct now now_of(const struct bench *b)
{
    return (struct now){ { (b->now_s + 1000) * 1000 }, { START_MS + b->now_s * 1000 } };
}

static struct reading see(struct bench *b, struct reading r)
{
    struct message m = { .kind = MESSAGE_READINGS, .count = 1 };

    m.readings[0] = r;
    judge_fold(b->judge, &m, now_of(b), &b->out);
    assert_int_equal(b->out.now_count, 1);
    return b->out.now[0];
}

static struct reading value(struct bench *b, uint32_t point, double v)
{
    return see(b, reading_good(point, now_of(b).wall, v));
}

static void tick(struct bench *b)
{
    uint32_t from = 0;

    while (judge_tick(b->judge, now_of(b), &from, &b->out))
        b->ends += b->out.has_event;
    b->ends += b->out.has_event;
}

static struct hand hand(const struct bench *b, enum hand_kind kind, uint32_t point)
{
    struct hand h = { .kind = (uint8_t)kind,
                      .point = b->catalogue.points[point].key,
                      .value = NAN,
                      .old_end = NAN,
                      .key = "k-1",
                      .who = "Lò Thị Hoa" };

    return h;
}

static enum err force(struct bench *b, uint32_t point, double v, int64_t for_s)
{
    struct hand h = hand(b, HAND_FORCE, point);
    enum err rc;

    h.value = v;
    h.at.ms = now_of(b).wall.ms + for_s * 1000;
    rc = hand_decide(&b->catalogue, &h, now_of(b).wall, NULL);
    if (rc == ERR_NONE)
        judge_hand(b->judge, point, &h, &b->out);
    return rc;
}

static void assert_forced(const struct reading *r, double v)
{
    assert_int_equal(r->quality, QUALITY_UNCERTAIN);
    assert_int_equal(r->reason, REASON_FORCED);
    assert_true(r->value == v);
}

static void what_is_forced_is_shown_until_its_end(void **state)
{
    struct bench *b = *state;

    (void)value(b, LEVEL, 2);
    b->now_s++;
    assert_int_equal(force(b, LEVEL, 7.5, HOUR_S), ERR_NONE);
    assert_forced(&b->out.now[0], 7.5);
    assert_forced(&b->out.kept[b->out.kept_count - 1], 7.5);
    assert_true(b->out.has_event && b->out.urgent);
    assert_int_equal(b->out.event.kind, EVENT_FORCE);
    assert_string_equal(b->out.event.subject, "level");
    assert_string_equal(b->out.event.text, "set to 7.5 m by Lò Thị Hoa until 2026-11-25T19:00:01.000+07:00");
    for (; b->now_s < HOUR_S; b->now_s += EVERY_S) {
        struct reading r = value(b, LEVEL, 3 + (double)b->now_s / 1e4);
        assert_forced(&r, 7.5);
        tick(b);
        assert_int_equal(b->out.now_count, 0);
    }
    b->now_s = HOUR_S;
    tick(b);
    assert_int_equal(b->out.now_count, 0); /* a second before */
    b->now_s++;
    tick(b);
    assert_int_equal(b->ends, 1);
    assert_int_equal(b->out.now_count, 1);
    assert_int_equal(b->out.now[0].quality, QUALITY_GOOD); /* what the device said last */
    assert_true(b->out.now[0].value > 3 && b->out.now[0].value < 3.4);
    assert_non_null(strstr(b->out.event.text, "its time is over: no longer 7.5 m, set by Lò Thị Hoa"));
    assert_int_equal(value(b, LEVEL, 3.36).reason, REASON_NONE);
}

static void forced_anew_within_the_deadband_is_kept(void **state)
{
    struct bench *b = *state;

    assert_int_equal(force(b, LEVEL, 7.5, HOUR_S), ERR_NONE); /* and was never read */
    b->now_s++;
    assert_int_equal(force(b, LEVEL, 7.6, HOUR_S), ERR_NONE);
    assert_int_equal(b->out.kept_count, 1);
    assert_forced(&b->out.kept[0], 7.6);
}

static void a_release_shows_what_the_device_says(void **state)
{
    struct bench *b = *state;
    struct hand h = hand(b, HAND_RELEASE, LEVEL);

    (void)value(b, LEVEL, 2);
    assert_int_equal(force(b, LEVEL, 7.5, HOUR_S), ERR_NONE);
    b->now_s += EVERY_S;
    (void)see(b, reading_bad(LEVEL, now_of(b).wall, REASON_NO_ANSWER));
    assert_forced(&b->out.now[0], 7.5);
    b->now_s++;
    assert_int_equal(hand_decide(&b->catalogue, &h, now_of(b).wall, NULL), ERR_NONE);
    judge_hand(b->judge, LEVEL, &h, &b->out);
    assert_int_equal(b->out.now[0].reason, REASON_NO_ANSWER);
    assert_int_equal(b->out.event.kind, EVENT_FORCE);
    assert_non_null(strstr(b->out.event.text, "released by Lò Thị Hoa: no longer 7.5 m"));
    assert_false(force_is_on(judge_force(b->judge, LEVEL)));
    tick(b);
    assert_int_equal(b->ends, 0);
}

static void the_device_is_doubted_and_counted_meanwhile(void **state)
{
    struct bench *b = *state;
    struct judge_state s;

    (void)value(b, LEVEL, 2);
    (void)value(b, TOTAL, 1000);
    assert_int_equal(force(b, LEVEL, 7.5, 3 * HOUR_S), ERR_NONE);
    assert_int_equal(force(b, TOTAL, 5, 3 * HOUR_S), ERR_NONE);
    for (; b->now_s < 3 * HOUR_S; b->now_s += EVERY_S) {
        (void)value(b, LEVEL, 2); /* frozen after two hours */
        (void)value(b, TOTAL, 1000 + (double)b->now_s / HOUR_S * 30);
    }
    judge_state(b->judge, TOTAL, &s);
    assert_true(s.total.raw > 1089 && s.total.offset == 0);
    tick(b);
    assert_int_equal(b->ends, 2); /* one event each */
    assert_int_equal(value(b, LEVEL, 2).reason, REASON_FROZEN);
    assert_int_equal(value(b, TOTAL, 1090).reason, REASON_NONE);
}

static void silence_is_known_when_the_force_ends(void **state)
{
    struct bench *b = *state;

    (void)value(b, LEVEL, 2);
    assert_int_equal(force(b, LEVEL, 7.5, 120), ERR_NONE);
    for (int i = 0; i <= 120; i++, b->now_s++)
        tick(b);
    assert_int_equal(b->ends, 1);
    assert_int_equal(b->out.now[0].reason, REASON_STALE);
    assert_true(b->out.now[0].value == 2);
}

static void restart(struct bench *b, int64_t after_s)
{
    struct judge *next;
    uint32_t from = 0;

    assert_int_equal(judge_new(&next, &b->catalogue, NULL), ERR_NONE);
    for (uint32_t i = 0; i < POINTS; i++) {
        struct judge_state s;
        judge_state(b->judge, i, &s);
        judge_restore(next, &s);
    }
    judge_free(b->judge);
    b->judge = next;
    b->now_s++;
    assert_false(judge_stopped(b->judge, now_of(b).wall, &from, &b->out));
    b->now_s += after_s;
}

static void a_restart_neither_ends_nor_hides_it(void **state)
{
    struct bench *b = *state;

    (void)value(b, LEVEL, 2);
    assert_int_equal(force(b, LEVEL, 7.5, DAY_S), ERR_NONE);
    restart(b, HOUR_S);
    assert_int_equal(b->out.kept[0].reason, REASON_STOPPED); /* nobody saw it meanwhile */
    tick(b);
    assert_forced(&b->out.now[0], 7.5); /* before its device answers */
    b->now_s += EVERY_S;
    (void)value(b, LEVEL, 3);
    assert_forced(&b->out.now[0], 7.5);
    restart(b, DAY_S);
    tick(b);
    assert_int_equal(b->ends, 1);
    assert_int_equal(b->out.now[0].reason, REASON_STOPPED);
    assert_int_equal(value(b, LEVEL, 3).quality, QUALITY_GOOD);
}

static void another_meaning_of_the_point_ends_it(void **state)
{
    struct bench *b = *state;

    (void)value(b, LEVEL, 2);
    assert_int_equal(force(b, LEVEL, 7.5, DAY_S), ERR_NONE);
    b->now_s++;
    judge_close(b->judge, LEVEL, now_of(b).wall, &b->out);
    assert_non_null(strstr(b->out.event.text, "no longer the same"));
    assert_false(force_is_on(judge_force(b->judge, LEVEL)));
}

static void it_has_an_end_within_seven_days(void **state)
{
    struct bench *b = *state;

    assert_int_equal(force(b, LEVEL, 7.5, 7 * DAY_S), ERR_NONE);
    assert_int_equal(force(b, LEVEL, 7.5, 7 * DAY_S + 1), ERR_RANGE);
    assert_int_equal(force(b, LEVEL, 7.5, 0), ERR_RANGE);
    assert_int_equal(force(b, LEVEL, 7.5, -DAY_S), ERR_RANGE);
    assert_int_equal(force(b, LEVEL, INFINITY, HOUR_S), ERR_RANGE);
    assert_int_equal(force(b, WELL, 7.5, HOUR_S), ERR_RANGE); /* people read it already */
}

int main(void)
{
#define FORCE_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        FORCE_TEST(what_is_forced_is_shown_until_its_end),
        FORCE_TEST(forced_anew_within_the_deadband_is_kept),
        FORCE_TEST(a_release_shows_what_the_device_says),
        FORCE_TEST(the_device_is_doubted_and_counted_meanwhile),
        FORCE_TEST(silence_is_known_when_the_force_ends),
        FORCE_TEST(a_restart_neither_ends_nor_hides_it),
        FORCE_TEST(another_meaning_of_the_point_ends_it),
        FORCE_TEST(it_has_an_end_within_seven_days),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
