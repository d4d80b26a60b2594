/* Anything in any order: what must hold whatever happens, and a book that is put back after every step is the
 * same book. */
#include "bench.h"

enum { STEPS = 2500, ROUNDS = 3, ALARMS = 40, KEYS_MAX = 40000, BOOK = 24 };

/* What a journal keeps to start from. */
struct kept {
    uint64_t id;
    struct strbuf bytes;
};

struct world {
    uint64_t seed;
    struct incidents *live, *again; /* the second is written and put back after each step */
    struct wall now;
    struct kept kept[BOOK];
    size_t kept_count;
    unsigned char head[INCIDENTS_HEAD_BYTES];
    char (*keys)[OUTGOING_KEY_MAX]; /* of everything that was told */
    size_t key_count;
    uint8_t *told;           /* masks of warnings, by incident */
    uint64_t alarms[ALARMS]; /* open ones; 0: clear */
    uint64_t next_alarm;
    size_t taken, refused;
};

static struct incidents *new_book(void)
{
    const struct incident_rules rules = incident_rules_default();
    struct incidents *b = NULL;

    assert_int_equal(incidents_new(&b, &rules, BOOK), ERR_NONE);
    return b;
}

/* ---------------------------------------------------------------- writing and putting back */

static struct kept *keep_for(struct world *w, uint64_t id)
{
    size_t n = 0;

    while (n < w->kept_count && w->kept[n].id < id)
        n++;
    if (n < w->kept_count && w->kept[n].id == id)
        return &w->kept[n];
    assert_true(w->kept_count < BOOK);
    memmove(&w->kept[n + 1], &w->kept[n], (w->kept_count - n) * sizeof w->kept[0]);
    w->kept_count++;
    w->kept[n] = (struct kept){ .id = id };
    strbuf_init(&w->kept[n].bytes, INCIDENT_BYTES_MAX);
    return &w->kept[n];
}

static void forget(struct world *w, uint64_t id)
{
    for (size_t n = 0; n < w->kept_count; n++) {
        if (w->kept[n].id != id)
            continue;
        strbuf_clear(&w->kept[n].bytes);
        memmove(&w->kept[n], &w->kept[n + 1], (w->kept_count - n - 1) * sizeof w->kept[0]);
        w->kept_count--;
        return;
    }
}

static void write_down(struct world *w, struct incidents *b)
{
    const struct incident *i;
    uint64_t gone;

    while ((gone = incidents_take_gone(b)) != 0)
        forget(w, gone);
    while ((i = incidents_take_changed(b)) != NULL) {
        struct kept *k = keep_for(w, i->id);
        strbuf_reset(&k->bytes);
        incident_write(&k->bytes, i);
        assert_false(k->bytes.failed);
        incidents_written(b, i->id);
    }
    incidents_write_head(b, w->head);
}

static void restart(struct world *w)
{
    write_down(w, w->again);
    incidents_free(w->again);
    w->again = new_book();
    for (size_t n = 0; n < w->kept_count; n++)
        assert_int_equal(incidents_put(w->again, w->kept[n].bytes.text, w->kept[n].bytes.len), ERR_NONE);
    assert_int_equal(incidents_read_head(w->again, w->head, sizeof w->head), ERR_NONE);
}

static void same_bytes(const struct incident *a, const struct incident *z)
{
    struct strbuf one, two;

    strbuf_init(&one, INCIDENT_BYTES_MAX);
    strbuf_init(&two, INCIDENT_BYTES_MAX);
    incident_write(&one, a);
    incident_write(&two, z);
    assert_int_equal(one.len, two.len);
    assert_memory_equal(one.text, two.text, one.len);
    strbuf_clear(&one);
    strbuf_clear(&two);
}

static void both_are_the_same(const struct world *w)
{
    assert_int_equal(incidents_count(w->live), incidents_count(w->again));
    for (size_t n = 0; n < incidents_count(w->live); n++)
        same_bytes(incidents_at(w->live, n), incidents_at(w->again, n));
}

/* ---------------------------------------------------------------- what must hold */

static void never_told_before(struct world *w, const struct outgoing *o)
{
    char key[OUTGOING_KEY_MAX];
    uint8_t mask;

    outgoing_key(o, key);
    for (size_t n = 0; n < w->key_count; n++)
        assert_string_not_equal(w->keys[n], key);
    assert_true(w->key_count < KEYS_MAX);
    memcpy(w->keys[w->key_count++], key, sizeof key);
    if (o->kind != OUT_WARNING && o->kind != OUT_OVERDUE && o->kind != OUT_PASSED)
        return;
    assert_true(o->incident < KEYS_MAX);
    mask = (uint8_t)(o->legal ? o->mask : o->mask << WARN_TARGET);
    assert_int_equal(w->told[o->incident] & mask, 0);
    w->told[o->incident] |= mask;
}

static void outboxes_are_the_same(struct world *w)
{
    struct outgoing a, z;

    while (incidents_take_out(w->live, &a, 1) == 1) {
        assert_int_equal(incidents_take_out(w->again, &z, 1), 1);
        assert_true(a.incident == z.incident && a.kind == z.kind && a.n == z.n && a.mask == z.mask);
        assert_true(a.at.ms == z.at.ms && a.due.ms == z.due.ms && a.legal == z.legal);
        never_told_before(w, &a);
    }
    assert_int_equal(incidents_take_out(w->again, &z, 1), 0);
}

static int64_t strictest_law(const struct incident *i, bool all)
{
    int64_t ms = INT64_MAX;

    for (size_t n = 0; n < i->member_count; n++) {
        const struct incident_limit *l = incident_limit(i->members[n].class);
        if (l->legal && (all || i->members[n].restored.ms == 0) && l->limit_ms < ms)
            ms = l->limit_ms;
    }
    return ms;
}

/* Some member that has a legal limit starts when the clock of the law does. */
static bool starts_legally(const struct incident *i)
{
    struct wall start = incident_clock(i, NULL).start;

    for (size_t n = 0; n < i->member_count; n++)
        if (incident_limit(i->members[n].class)->legal && i->members[n].start.ms == start.ms)
            return true;
    return false;
}

static void clocks_are_sound(const struct world *w, const struct incident *i)
{
    struct incident_clock c = incident_clock(i, NULL);
    int64_t law = strictest_law(i, incident_all_restored(i));

    assert_true(i->member_count > 0);
    assert_int_equal(c.legal, law != INT64_MAX);
    if (c.legal)
        assert_true(c.due.ms <= c.start.ms + law && starts_legally(i));
    for (size_t n = 0; n < i->member_count; n++) {
        const struct member *m = &i->members[n];
        struct incident_clock own = member_clock(m, NULL);
        assert_true(m->start.ms > 0 && m->start.ms <= m->evident.ms && own.due.ms > own.start.ms);
        assert_true(incident_began(i).ms <= m->start.ms);
        if (c.legal && own.legal)
            assert_true(c.start.ms <= m->start.ms);
        if (!c.legal && (m->restored.ms == 0 || incident_all_restored(i)))
            assert_true(!own.legal && c.due.ms <= own.due.ms);
        assert_true(m->cause == 0 || incident_member((struct incident *)i, m->cause) != NULL);
        if (incident_on_time(i, w->now) == ON_TIME_YES && incident_limit(m->class)->legal)
            assert_int_equal(member_on_time(m, w->now), ON_TIME_YES);
        if (c.legal && own.legal && m->restored.ms == 0)
            assert_true(c.due.ms <= own.due.ms); /* no folding gives anybody more time */
    }
    if (i->closed)
        assert_true(incident_all_restored(i));
}

static size_t places_of(const struct incidents *b, uint64_t alarm)
{
    size_t places = 0;

    for (size_t n = 0; n < incidents_count(b); n++) {
        const struct incident *i = incidents_at(b, n);
        for (size_t k = 0; k < i->member_count; k++)
            places += i->members[k].alarm == alarm && i->members[k].step == 0 &&
                      i->members[k].evidence != EVIDENCE_CALL;
    }
    return places;
}

static bool somebody_waived(const struct incident *i, enum duty_kind k)
{
    for (size_t n = 0; n < i->fact_count; n++)
        if (i->facts[n].kind == FACT_DUTY_WAIVED && i->facts[n].detail == k)
            return true;
    return false;
}

/* When the first of what is bad now was seen; .ms INT64_MAX: none is. */
static struct wall bad_since(const struct incident *i)
{
    struct wall first = { INT64_MAX };

    for (size_t n = 0; n < i->member_count && !i->closed; n++) {
        const struct member *m = &i->members[n];
        if (m->class == CLASS_WATER_QUALITY && m->restored.ms == 0 && m->evident.ms < first.ms)
            first = m->evident;
    }
    return first;
}

static bool has_quality(const struct incident *i)
{
    for (size_t n = 0; n < i->member_count; n++)
        if (i->members[n].class == CLASS_WATER_QUALITY)
            return true;
    return false;
}

/* Bad water owes its targets, whatever was before, and nothing else has one that is open and not missed. */
static void targets_are_of_bad_water(const struct incident *i, struct wall now)
{
    static const enum duty_kind TARGETS[] = { DUTY_ASSESS, DUTY_SAMPLE, DUTY_ISOLATE };
    const struct wall first = bad_since(i);

    for (size_t k = 0; k < COUNT_OF(TARGETS); k++) {
        const struct duty *d = &i->duties[TARGETS[k]];
        if (first.ms == INT64_MAX) {
            if (d->since.ms != 0 && d->done.ms == 0)
                assert_true(has_quality(i) && (i->closed || now.ms >= d->due.ms));
            continue;
        }
        assert_int_not_equal(d->since.ms, 0);
        assert_true(!d->waived || somebody_waived(i, TARGETS[k]));
        assert_false(d->voided);
    }
    if (first.ms != INT64_MAX && i->duties[DUTY_ISOLATE].done.ms == 0)
        assert_int_equal(i->duties[DUTY_ISOLATE].due.ms, first.ms + CLOCK_HOUR_MS);
}

static void everything_holds(const struct world *w)
{
    for (size_t n = 0; n < incidents_count(w->live); n++)
        if (incidents_at(w->live, n)->merged_into == 0) {
            clocks_are_sound(w, incidents_at(w->live, n));
            targets_are_of_bad_water(incidents_at(w->live, n), w->now);
        }
    for (size_t k = 0; k < ALARMS; k++)
        if (w->alarms[k] != 0)
            assert_true(places_of(w->live, w->alarms[k]) > 0);
}

/* ---------------------------------------------------------------- what happens */

static struct outcome sign_both(struct world *w, const struct sign *s)
{
    struct outcome a = incidents_sign(w->live, s, w->now), z = incidents_sign(w->again, s, w->now);

    assert_true(a.refusal == z.refusal && a.incident == z.incident && a.again == z.again);
    return a;
}

static void any_sign(struct world *w)
{
    static const enum incident_class CLASSES[EVIDENCE_COUNT] = {
        [EVIDENCE_POWER] = CLASS_POWER_SUPPLY,
        [EVIDENCE_LINK] = CLASS_TELEMETRY,
        [EVIDENCE_SILENCE] = CLASS_TELEMETRY,
        [EVIDENCE_PUMP] = CLASS_PLANT_EQUIPMENT,
        [EVIDENCE_EQUIPMENT] = CLASS_PLANT_EQUIPMENT,
        [EVIDENCE_QUALITY] = CLASS_WATER_QUALITY,
        [EVIDENCE_SOURCE] = CLASS_SOURCE_LOSS,
        [EVIDENCE_INTRUSION] = CLASS_SECURITY,
        [EVIDENCE_LEAK] = CLASS_SAFETY,
    };
    unsigned k = test_below(&w->seed, ALARMS);
    struct sign s = { .evidence = (enum evidence)(k % EVIDENCE_CALL), .point = k + 1, .size = NAN };

    s.class = CLASSES[s.evidence];
    (void)snprintf(s.site, sizeof s.site, "s%u", k % 4);
    (void)snprintf(s.zone, sizeof s.zone, "z%u", k % 3);
    s.drill = k == 7;
    s.at.ms = w->now.ms - test_below(&w->seed, 4) * (int64_t)CLOCK_MINUTE_MS;
    s.alarm = w->alarms[k];
    s.change = s.alarm == 0 ? SIGN_OPENED : test_below(&w->seed, 4) == 0 ? SIGN_STEPPED : SIGN_CLEARED;
    if (s.alarm == 0)
        s.alarm = ++w->next_alarm;
    if (sign_both(w, &s).refusal == REFUSED_NOTHING)
        w->alarms[k] = s.change == SIGN_CLEARED ? 0 : s.alarm;
}

static uint64_t any_incident(struct world *w)
{
    size_t n = incidents_count(w->live);

    return n == 0 ? 1 : incidents_at(w->live, test_below(&w->seed, (uint32_t)n))->id;
}

static uint64_t any_member(struct world *w, uint64_t id)
{
    const struct incident *i = incidents_find(w->live, id);

    return i == NULL || i->member_count == 0 || test_below(&w->seed, 2) == 0
               ? 0
               : i->members[test_below(&w->seed, i->member_count)].id;
}

/* The row of the algebra that a step is under; ACT_COUNT: none, or it depends. */
static enum clock_act act_of(enum step_kind k)
{
    switch (k) {
    case STEP_APPROVE: return ACT_APPROVE;
    case STEP_BACKDATE: return ACT_BACKDATE;
    case STEP_REOPEN: return ACT_REOPEN;
    case STEP_MERGE: return ACT_MERGE;
    case STEP_CALL: return ACT_LINK;
    case STEP_UNLINK: return ACT_UNLINK;
    default: return ACT_COUNT;
    }
}

struct before {
    struct incident_clock mine, other;
    enum on_time on_time;
    bool known;
};

static struct before look(const struct world *w, const struct incident_step *s)
{
    const struct incident *i = incidents_find(w->live, s->incident), *o = incidents_find(w->live, s->other);
    struct before b = { .known = i != NULL && i->member_count > 0 };

    if (!b.known)
        return b;
    b.mine = b.other = incident_clock(i, NULL);
    b.on_time = incident_on_time(i, w->now);
    if (o != NULL && o->member_count > 0)
        b.other = incident_clock(o, NULL);
    /* all restored: it shows the limit of all; with one that is not, the limit of that */
    if (s->kind != STEP_APPROVE && s->kind != STEP_BACKDATE && s->kind != STEP_REOPEN)
        b.known = !incident_all_restored(i) && (o == NULL || !incident_all_restored(o));
    return b;
}

static void act_is_its_row(const struct world *w, const struct incident_step *s, const struct before *b)
{
    const struct incident *i = incidents_find(w->live, s->incident);
    enum clock_act act = act_of(s->kind);
    struct incident_clock after;

    if (i == NULL || !b->known || act == ACT_COUNT)
        return;
    if (act == ACT_UNLINK && incident_all_restored(i))
        return;
    after = incident_clock(i, NULL);
    assert_true(clock_row_holds(act, &b->mine, &b->other, &after));
    if (act == ACT_APPROVE)
        assert_int_equal(incident_on_time(i, w->now), b->on_time);
}

static void any_step(struct world *w)
{
    static const char *const PEOPLE[] = { "an", "binh", "chi", "" };
    uint64_t split[2];
    struct incident_step s = { .kind = (enum step_kind)test_below(&w->seed, STEP_COUNT),
                               .incident = any_incident(w),
                               .other = any_incident(w),
                               .source = (enum clock_source)test_below(&w->seed, CLOCK_SOURCE_COUNT),
                               .who = PEOPLE[test_below(&w->seed, COUNT_OF(PEOPLE))],
                               .note = test_below(&w->seed, 4) == 0 ? "" : "vì vậy",
                               .class = (enum incident_class)test_below(&w->seed, CLASS_COUNT),
                               .controllability =
                                   (enum controllability)test_below(&w->seed, CONTROLLABILITY_COUNT),
                               .large = (enum large_effect)test_below(&w->seed, LARGE_COUNT),
                               .duty = (enum duty_kind)test_below(&w->seed, DUTY_COUNT),
                               .zone = "z1",
                               .members = split,
                               .member_count = test_below(&w->seed, 3) };
    struct before b;
    struct outcome a, z;

    s.member = any_member(w, s.incident);
    split[0] = any_member(w, s.incident);
    split[1] = any_member(w, s.incident);
    if (s.kind == STEP_OPEN || test_below(&w->seed, 8) == 0)
        s.incident = s.kind == STEP_CALL || s.kind == STEP_OPEN ? 0 : s.incident;
    s.impact =
        (struct incident_impact){ .people = test_below(&w->seed, 900), .wide = test_below(&w->seed, 2) == 0 };
    if (test_below(&w->seed, 2) == 0)
        s.claimed.ms = w->now.ms - test_below(&w->seed, 20 * 60) * (int64_t)CLOCK_MINUTE_MS;
    b = look(w, &s);
    a = incidents_step(w->live, &s, w->now);
    z = incidents_step(w->again, &s, w->now);
    assert_true(a.refusal == z.refusal && a.incident == z.incident && a.again == z.again);
    w->taken += a.refusal == REFUSED_NOTHING;
    w->refused += a.refusal != REFUSED_NOTHING;
    if (a.refusal == REFUSED_NOTHING)
        act_is_its_row(w, &s, &b);
}

static void happens(struct world *w)
{
    uint32_t what = test_below(&w->seed, 10);

    w->now.ms += (int64_t)test_below(&w->seed, 20) * CLOCK_MINUTE_MS;
    if (test_below(&w->seed, 200) == 0)
        w->now.ms -= CLOCK_HOUR_MS; /* a clock that is stepped */
    if (what < 4)
        any_sign(w);
    else if (what < 8)
        any_step(w);
    incidents_tick(w->live, w->now);
    incidents_tick(w->again, w->now);
}

static void turn_over(struct world *w)
{
    const struct incident *i;

    happens(w);
    outboxes_are_the_same(w);
    both_are_the_same(w);
    everything_holds(w);
    while ((i = incidents_take_changed(w->live)) != NULL)
        incidents_written(w->live, i->id);
    while (incidents_take_gone(w->live) != 0) {
    }
    restart(w);
}

static void any_year(uint64_t seed)
{
    struct world *w = calloc(1, sizeof *w);

    assert_non_null(w);
    w->seed = seed;
    w->now.ms = BENCH_T0;
    w->live = new_book();
    w->again = new_book();
    w->keys = calloc(KEYS_MAX, sizeof *w->keys);
    w->told = calloc(KEYS_MAX, 1);
    assert_true(w->keys != NULL && w->told != NULL);
    for (unsigned n = 0; n < STEPS; n++)
        turn_over(w);
    print_message("%zu steps taken, %zu refused, %zu messages\n", w->taken, w->refused, w->key_count);
    assert_true(w->taken > 100 && w->refused > 100 && w->key_count > 100);
    while (w->kept_count > 0)
        forget(w, w->kept[0].id);
    incidents_free(w->live);
    incidents_free(w->again);
    free(w->keys);
    free(w->told);
    free(w);
}

static void whatever_happens_the_law_holds_and_a_restart_changes_nothing(void **state)
{
    uint64_t seed = test_seed("whatever_happens");

    (void)state;
    for (unsigned n = 0; n < ROUNDS; n++)
        any_year(seed + n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_happens_the_law_holds_and_a_restart_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
