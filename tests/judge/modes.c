#include "judge/modes.h"

#include "unit.h"

enum { HOUR = CLOCK_HOUR_MS, POINTS = 4 };

static struct catalogue plant;
static const struct wall NOW = { 1795604400000 };

/* Two sites; the second and third point are of one device. */
static int make_plant(void **state)
{
    static const char *const DEVICES[POINTS] = { "plc", "probe", "probe", "far" };
    struct fault why;

    (void)state;
    catalogue_init(&plant);
    for (int i = 0; i < 2; i++) {
        struct site s = { .name = "x" };
        (void)snprintf(s.id, sizeof s.id, "s%d", i);
        assert_int_equal(catalogue_add_site(&plant, &s, NULL), ERR_NONE);
    }
    for (unsigned i = 0; i < POINTS; i++) {
        struct point p = { .every_ms = 1000, .site = i == 3 };
        (void)snprintf(p.id, sizeof p.id, "p%u", i);
        (void)snprintf(p.device, sizeof p.device, "%s", DEVICES[i]);
        assert_int_equal(catalogue_add_point(&plant, &p, NULL), ERR_NONE);
    }
    return catalogue_seal(&plant, &why) == ERR_NONE ? 0 : -1;
}

static int drop_plant(void **state)
{
    (void)state;
    catalogue_clear(&plant);
    return 0;
}

static struct mode_act begins(enum mode_kind kind, enum mode_place place, const char *subject,
                              const char *key, int64_t lasts_ms)
{
    struct mode_act a = { .mode = { .kind = (uint8_t)kind,
                                    .place = (uint8_t)place,
                                    .until = { NOW.ms + lasts_ms },
                                    .who = "lan",
                                    .why = "hiệu chuẩn" } };

    (void)snprintf(a.mode.subject, sizeof a.mode.subject, "%s", subject);
    (void)snprintf(a.mode.key, sizeof a.mode.key, "%s", key);
    return a;
}

static struct mode_act ends(uint64_t id, const char *key)
{
    struct mode_act a = { .ends = true, .mode = { .id = id, .ended_by = "hùng" } };

    (void)snprintf(a.mode.end_key, sizeof a.mode.end_key, "%s", key);
    return a;
}

static enum err does(struct modes *s, struct mode_act a, struct wall now, struct mode_news *out)
{
    struct fault why;
    bool known;
    enum err rc = modes_act(s, &plant, &a, now, &known, out, &why);

    if (rc == ERR_NONE)
        assert_int_equal(known, out->count == 0);
    return rc;
}

static void a_mode_is_of_a_site_a_device_or_a_point(void **state)
{
    static const struct {
        enum mode_place place;
        const char *subject;
        mode_set of[POINTS];
    } CASES[] = { { MODE_AT_SITE, "s0", { 1, 1, 1, 0 } },
                  { MODE_AT_SITE, "s1", { 0, 0, 0, 1 } },
                  { MODE_AT_DEVICE, "probe", { 0, 1, 1, 0 } },
                  { MODE_AT_POINT, "p2", { 0, 0, 1, 0 } } };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct modes *s = calloc(1, sizeof *s);
        mode_set of[POINTS];
        struct mode_news n;
        assert_int_equal(
            does(s, begins(MODE_CALIBRATION, CASES[i].place, CASES[i].subject, "k-1", HOUR), NOW, &n),
            ERR_NONE);
        modes_of_points(s, &plant, of);
        assert_memory_equal(of, CASES[i].of, sizeof of);
        assert_int_equal(does(s, ends(n.is.id, "k-2"), NOW, &n), ERR_NONE);
        modes_of_points(s, &plant, of);
        for (int p = 0; p < POINTS; p++)
            assert_int_equal(of[p], 0);
        free(s);
    }
}

static void what_cannot_be_is_refused(void **state)
{
    struct mode_act no_reason = begins(MODE_ROTA, MODE_AT_SITE, "s0", "k", HOUR);
    struct mode_act long_one = begins(MODE_MAINTENANCE, MODE_AT_SITE, "s0", "k", 9 * HOUR);
    struct modes *s = calloc(1, sizeof *s);
    struct mode_news n;

    (void)state;
    no_reason.mode.why[0] = '\0';
    assert_int_equal(does(s, no_reason, NOW, &n), ERR_RANGE);
    assert_int_equal(does(s, begins(MODE_ROTA, MODE_AT_SITE, "s9", "k", HOUR), NOW, &n), ERR_MISSING);
    assert_int_equal(does(s, begins(MODE_ROTA, MODE_AT_DEVICE, "p1", "k", HOUR), NOW, &n), ERR_MISSING);
    assert_int_equal(does(s, begins(MODE_ROTA, MODE_AT_POINT, "s0", "k", HOUR), NOW, &n), ERR_MISSING);
    assert_int_equal(does(s, begins(MODE_ROTA, MODE_AT_SITE, "s0", "k", 0), NOW, &n), ERR_RANGE);
    assert_int_equal(does(s, begins(MODE_BACKWASH, MODE_AT_SITE, "s0", "k", 5 * HOUR), NOW, &n), ERR_RANGE);
    assert_int_equal(does(s, long_one, NOW, &n), ERR_DENIED);
    assert_int_equal(does(s, ends(7, "k"), NOW, &n), ERR_MISSING);
    assert_int_equal(s->count, 0);
    long_one.leads = true;
    assert_int_equal(does(s, long_one, NOW, &n), ERR_NONE);
    assert_int_equal(does(s, begins(MODE_ROTA, MODE_AT_SITE, "s0", "k2", 30LL * 24 * HOUR), NOW, &n),
                     ERR_NONE);
    free(s);
}

/* One after the other they are one silence: its length counts from where it began. */
static void health_is_not_kept_silent_in_turns(void **state)
{
    struct modes *s = calloc(1, sizeof *s);
    struct wall later = { NOW.ms + 7 * HOUR };
    struct mode_act longer = begins(MODE_MAINTENANCE, MODE_AT_SITE, "s0", "k-2", 0);
    struct mode_news n;

    (void)state;
    assert_int_equal(does(s, begins(MODE_MAINTENANCE, MODE_AT_SITE, "s0", "k-1", 8 * HOUR), NOW, &n),
                     ERR_NONE);
    longer.mode.until.ms = NOW.ms + 9 * HOUR;
    assert_int_equal(does(s, longer, later, &n), ERR_DENIED);
    longer.mode.kind = MODE_CALIBRATION;
    assert_int_equal(does(s, longer, later, &n), ERR_DENIED);
    longer.mode.until.ms = NOW.ms + 8 * HOUR; /* not beyond it */
    assert_int_equal(does(s, longer, later, &n), ERR_NONE);
    later.ms = NOW.ms + 9 * HOUR; /* both are over, an hour has not passed */
    (void)modes_tick(s, later, &n);
    longer = begins(MODE_MAINTENANCE, MODE_AT_SITE, "s0", "k-3", 0);
    longer.mode.until.ms = later.ms + HOUR;
    assert_int_equal(does(s, longer, later, &n), ERR_DENIED);
    longer.leads = true;
    assert_int_equal(does(s, longer, later, &n), ERR_NONE);
    free(s);
}

static void told_twice_is_done_once(void **state)
{
    const struct wall later = { NOW.ms + 1000 };
    struct modes *s = calloc(1, sizeof *s);
    struct mode_news n;
    uint64_t id;

    (void)state;
    assert_int_equal(does(s, begins(MODE_DRILL, MODE_AT_SITE, "s0", "k-1", HOUR), NOW, &n), ERR_NONE);
    id = n.is.id;
    assert_int_equal(does(s, begins(MODE_DRILL, MODE_AT_SITE, "s0", "k-1", HOUR), later, &n), ERR_NONE);
    assert_int_equal(n.count, 0);
    assert_int_equal(n.is.id, id);
    assert_int_equal(n.is.from.ms, NOW.ms);
    assert_int_equal(does(s, begins(MODE_DRILL, MODE_AT_SITE, "s0", "k-1", HOUR + 1), NOW, &n), ERR_STATE);
    assert_int_equal(does(s, ends(id, "k-1"), NOW, &n), ERR_STATE);
    assert_int_equal(does(s, ends(id, "k-2"), later, &n), ERR_NONE);
    assert_int_equal(n.is.end, MODE_ENDED);
    assert_int_equal(n.is.ended.ms, later.ms);
    assert_int_equal(does(s, ends(id, "k-2"), later, &n), ERR_NONE);
    assert_int_equal(n.count, 0);
    assert_int_equal(does(s, ends(id, "k-3"), later, &n), ERR_STATE);
    assert_int_equal(does(s, begins(MODE_DRILL, MODE_AT_SITE, "s0", "k-2", HOUR), NOW, &n), ERR_STATE);
    free(s);
}

static void another_of_the_kind_takes_its_place_with_its_own_end(void **state)
{
    struct modes *s = calloc(1, sizeof *s);
    struct mode_news n;

    (void)state;
    assert_int_equal(does(s, begins(MODE_DRILL, MODE_AT_SITE, "s0", "k-1", HOUR), NOW, &n), ERR_NONE);
    assert_int_equal(does(s, begins(MODE_ROTA, MODE_AT_SITE, "s0", "k-2", HOUR), NOW, &n), ERR_NONE);
    assert_int_equal(n.count, 1);
    assert_int_equal(does(s, begins(MODE_DRILL, MODE_AT_SITE, "s0", "k-3", 2 * HOUR), NOW, &n), ERR_NONE);
    assert_int_equal(n.count, 2);
    assert_int_equal(n.changed[0].end, MODE_REPLACED);
    assert_int_equal(n.changed[0].id, mode_id("k-1"));
    assert_int_equal(n.changed[1].end, MODE_OPEN);
    assert_false(modes_tick(s, (struct wall){ NOW.ms + HOUR - 1 }, &n));
    assert_true(modes_tick(s, (struct wall){ NOW.ms + HOUR }, &n));
    assert_int_equal(n.is.kind, MODE_ROTA);
    assert_false(modes_tick(s, (struct wall){ NOW.ms + HOUR }, &n));
    free(s);
}

static void a_forgotten_one_ends_by_itself_when_it_should_have_and_says_so(void **state)
{
    struct modes *s = calloc(1, sizeof *s);
    struct mode_news n;
    struct event e;

    (void)state;
    assert_int_equal(does(s, begins(MODE_CALIBRATION, MODE_AT_POINT, "p1", "k-1", HOUR), NOW, &n), ERR_NONE);
    e = mode_event(&n.is);
    assert_string_equal(e.subject, "p1");
    assert_non_null(strstr(e.text, "calibration of this point until"));
    assert_true(modes_tick(s, (struct wall){ NOW.ms + 100 * HOUR }, &n)); /* the daemon was off */
    assert_int_equal(n.is.end, MODE_RAN_OUT);
    assert_int_equal(n.is.ended.ms, NOW.ms + HOUR);
    e = mode_event(&n.is);
    assert_int_equal(e.kind, EVENT_MODE);
    assert_int_equal(e.at.ms, NOW.ms + HOUR);
    assert_non_null(strstr(e.text, "ended by itself"));
    free(s);
}

static void those_that_ended_make_room_and_open_ones_do_not(void **state)
{
    struct modes *s = calloc(1, sizeof *s);
    struct mode_news n;
    char key[24];

    (void)state;
    for (int i = 0; i < MODES_MAX; i++) {
        struct mode m = {
            .id = (uint64_t)i + 1, .kind = MODE_DRILL, .place = MODE_AT_POINT, .subject = "p0"
        };
        m.end = i < 2 ? MODE_ENDED : MODE_OPEN;
        m.ended.ms = i < 2 ? 10 - i : 0;
        modes_restore(s, &m);
    }
    for (int i = 0; i < 2; i++) {
        (void)snprintf(key, sizeof key, "k-%d", i);
        assert_int_equal(does(s, begins(MODE_ROTA, MODE_AT_POINT, i ? "p1" : "p0", key, HOUR), NOW, &n),
                         ERR_NONE);
        assert_int_equal(n.forgotten, i == 0 ? 2 : 1); /* the longest ended first */
    }
    assert_int_equal(does(s, begins(MODE_ROTA, MODE_AT_POINT, "p2", "k-9", HOUR), NOW, &n), ERR_FULL);
    assert_int_equal(s->count, MODES_MAX);
    free(s);
}

static void a_mode_is_read_again_as_it_was_written(void **state)
{
    struct mode m = begins(MODE_ROTA, MODE_AT_DEVICE, "probe", "k-1", HOUR).mode, back;
    const unsigned char *at, *end;
    struct strbuf b;

    (void)state;
    m.id = 7;
    m.from = NOW;
    strbuf_init(&b, 4096);
    mode_write(&b, &m);
    at = (const unsigned char *)b.text;
    end = at + b.len;
    assert_int_equal(mode_read(&at, end, &back), ERR_NONE);
    assert_ptr_equal(at, end);
    assert_memory_equal(&m.from, &back.from, sizeof m.from);
    assert_string_equal(back.why, m.why);
    assert_string_equal(back.subject, "probe");
    assert_int_equal(back.place, MODE_AT_DEVICE);
    for (size_t n = 0; n < b.len; n++) {
        at = (const unsigned char *)b.text;
        assert_int_not_equal(mode_read(&at, at + n, &back), ERR_NONE);
    }
    strbuf_clear(&b);
    m.end = MODE_ENDED; /* without its time */
    strbuf_init(&b, 4096);
    mode_write(&b, &m);
    at = (const unsigned char *)b.text;
    assert_int_equal(mode_read(&at, at + b.len, &back), ERR_RANGE);
    strbuf_clear(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mode_is_of_a_site_a_device_or_a_point),
        cmocka_unit_test(what_cannot_be_is_refused),
        cmocka_unit_test(health_is_not_kept_silent_in_turns),
        cmocka_unit_test(told_twice_is_done_once),
        cmocka_unit_test(another_of_the_kind_takes_its_place_with_its_own_end),
        cmocka_unit_test(a_forgotten_one_ends_by_itself_when_it_should_have_and_says_so),
        cmocka_unit_test(those_that_ended_make_room_and_open_ones_do_not),
        cmocka_unit_test(a_mode_is_read_again_as_it_was_written),
    };
    return cmocka_run_group_tests(tests, make_plant, drop_plant);
}
