/* A year of duty and escalation, minute by minute: who was told of what is what a plain model says, which
 * paints each shift into a calendar of minutes and walks along it.  With holidays, people away, gaps, breaks
 * of the program, and restarts in the middle of steps. */
#include "bench.h"

enum {
    MINUTES = 365 * 24 * 60, /* 2027, local */
    DAYS = 367,              /* and the day before, and the one after */
    DESK = 0,
    OFFICE,
    P0,
    P1,
    P2,
    P3,
    P4,
    P5,
    P6,
    P7,
    CHIEF,
    NIGHT_CHIEF,
    LAB_CHIEF,
    AUTHORITY,
    PEOPLE,
    CASES = 1500,
    MEMBERS_PER_SHIFT = 8,
    STEPS = 6,
    BOOK = 64,
    LETTERS = 512
};

static const int64_t YEAR_MS = 1798736400000; /* 2027-01-01T00:00:00+07:00, a Friday */
static const int64_t MINUTE = CLOCK_MINUTE_MS;

/* ---------------------------------------------------------------- what the daemon is told */

struct shift_said {
    const char *days; /* of a week from Monday: 'x' where it begins; the eighth: on holidays */
    unsigned week, from, to;
    int people[3]; /* -1: no more */
    int leader;    /* -1: the roster's */
};

static const struct shift_said NETWORK[] = {
    { "xxxxxxx.", 1, 360, 840, { P0, P1, -1 }, -1 },
    { "xxxxxxx.", 2, 360, 840, { P2, P3, -1 }, -1 },
    { "xxxxxx..", 0, 840, 1320, { P4, P5, -1 }, NIGHT_CHIEF },
    { "xxxxxxx.", 1, 1320, 360, { P6, P0, -1 }, NIGHT_CHIEF },
    { "xxxxxxx.", 2, 1320, 360, { P7, P1, P2 }, NIGHT_CHIEF },
    { ".......x", 0, 420, 1140, { P2, P0, -1 }, -1 },
};
static const struct shift_said LAB[] = {
    { "xxxxx...", 0, 450, 990, { P5, P3, -1 }, -1 },
};

/* Days of the year from 0. */
static const struct {
    int who, by, from, to;
} AWAY[] = {
    { P0, P3, 10, 24 },   { P4, -1, 60, 64 },      { P6, P7, 90, 120 },  { P7, P6, 110, 112 },
    { P1, P4, 180, 190 }, { CHIEF, P5, 181, 200 }, { P2, P0, 200, 210 }, { NIGHT_CHIEF, -1, 205, 220 },
    { P5, P1, 300, 330 },
};
static const struct {
    int from, to;
} FREE[] = { { 0, 0 }, { 35, 41 }, { 105, 105 }, { 119, 120 }, { 244, 245 } };

static struct contacts CONTACTS;
static struct rosters ROSTERS;
static struct catalogue PLACES;

static int32_t day_number(int day)
{
    return (int32_t)((YEAR_MS + CLOCK_LOCAL_OFFSET_MS) / CLOCK_DAY_MS) + day;
}

static void say_shifts(struct roster *r, const struct shift_said *said, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        struct roster_shift *s = &r->shifts[r->shift_count++];
        for (unsigned d = 0; d < 8; d++)
            s->days = (uint8_t)(s->days | (said[k].days[d] == 'x') << d);
        s->week = (uint8_t)said[k].week;
        s->from_min = (uint16_t)said[k].from;
        s->to_min = (uint16_t)said[k].to;
        for (size_t n = 0; n < 3 && said[k].people[n] >= 0; n++)
            s->people[s->count++] = (uint8_t)said[k].people[n];
        s->leader = said[k].leader < 0 ? NO_CONTACT : (uint8_t)said[k].leader;
    }
    for (size_t k = 0; k < COUNT_OF(AWAY); k++)
        r->stand_ins[r->stand_in_count++] =
            (struct stand_in){ (uint8_t)AWAY[k].who, AWAY[k].by < 0 ? NO_CONTACT : (uint8_t)AWAY[k].by,
                               day_number(AWAY[k].from), day_number(AWAY[k].to) };
}

static void say_all(void)
{
    struct roster *network = &ROSTERS.list[0], *lab = &ROSTERS.list[1];

    for (unsigned k = 0; k < PEOPLE; k++) {
        struct contact *c = &CONTACTS.list[CONTACTS.count++];
        (void)snprintf(c->id, sizeof c->id, "c%u", k);
        (void)snprintf(c->account, sizeof c->account, "account-%u", k);
        c->of.weight = k == DESK ? WEIGHT_ALL : k == OFFICE ? WEIGHT_GRAVE : WEIGHT_DUTY;
    }
    *network = (struct roster){
        .leader = CHIEF, .authority = AUTHORITY, .weeks = 2, .since_day = day_number(3) /* 2027-01-04 */
    };
    *lab = (struct roster){ .leader = LAB_CHIEF,
                            .authority = NO_CONTACT,
                            .weeks = 1,
                            .of = { .classes = 1 << CLASS_WATER_QUALITY } };
    say_shifts(network, NETWORK, COUNT_OF(NETWORK));
    say_shifts(lab, LAB, COUNT_OF(LAB));
    ROSTERS.count = 2;
    for (size_t k = 0; k < COUNT_OF(FREE); k++)
        ROSTERS.holidays[ROSTERS.holiday_count++] =
            (struct holiday){ day_number(FREE[k].from), day_number(FREE[k].to), "" };
    catalogue_init(&PLACES);
}

/* ---------------------------------------------------------------- the model's calendar */

struct painted {
    int16_t people[MEMBERS_PER_SHIFT];
    int16_t count, leader;
    bool gap;
};

static struct painted *CALENDAR[2];

static int comes(int who, int day)
{
    bool seen[PEOPLE] = { false };

    while (who >= 0) {
        int by = who;
        if (seen[who])
            return -1;
        seen[who] = true;
        for (size_t k = 0; k < COUNT_OF(AWAY) && by == who; k++)
            if (AWAY[k].who == who && day >= AWAY[k].from && day <= AWAY[k].to)
                by = AWAY[k].by;
        if (by == who)
            return who;
        who = by;
    }
    return -1;
}

static void paint_person(struct painted *p, int who)
{
    for (int k = 0; k < p->count; k++)
        if (p->people[k] == who)
            return;
    if (who >= 0)
        p->people[p->count++] = (int16_t)who;
}

static void paint_day(struct painted *all, const struct shift_said *said, size_t count, int day,
                      unsigned kind, unsigned week)
{
    for (size_t k = 0; k < count; k++) {
        int begins = day * 1440 + (int)said[k].from;
        int ends = day * 1440 + (int)said[k].to + (said[k].to <= said[k].from ? 1440 : 0);
        if (said[k].days[kind] != 'x' || (said[k].week != 0 && said[k].week != week))
            continue;
        for (int m = begins < 0 ? 0 : begins; m < ends && m < MINUTES; m++) {
            for (size_t n = 0; n < 3 && said[k].people[n] >= 0; n++)
                paint_person(&all[m], comes(said[k].people[n], day));
            if (all[m].leader < 0 && said[k].leader >= 0)
                all[m].leader = (int16_t)comes(said[k].leader, day);
        }
    }
}

static void paint(struct painted *all, const struct shift_said *said, size_t count, int leader)
{
    unsigned week_day = 3, week = 2; /* 2026-12-31 is a Thursday, of the week before the first */
    bool own_holidays = false;

    for (size_t k = 0; k < count; k++)
        own_holidays = own_holidays || said[k].days[7] == 'x';
    for (int m = 0; m < MINUTES; m++)
        all[m] = (struct painted){ .leader = -1 };
    for (int day = -1; day < 365; day++) {
        unsigned kind = week_day;
        for (size_t k = 0; k < COUNT_OF(FREE); k++)
            if (own_holidays && day >= FREE[k].from && day <= FREE[k].to)
                kind = 7;
        paint_day(all, said, count, day, kind, week);
        if (++week_day == 7) {
            week_day = 0;
            week = 3 - week;
        }
    }
    for (int m = 0; m < MINUTES; m++) {
        if (all[m].leader < 0)
            all[m].leader = (int16_t)comes(leader, m / 1440);
        if (all[m].leader < 0)
            all[m].leader = (int16_t)leader;
        all[m].gap = all[m].count == 0;
        if (all[m].gap)
            paint_person(&all[m], all[m].leader);
    }
}

/* ---------------------------------------------------------------- what happens */

struct happening {
    int opens, taken, large, beyond, over; /* minutes; taken, large, beyond: INT32_MAX never */
    bool quality;
    enum step_kind word; /* that takes it */
    int to;              /* whom it is assigned to, or who says so */
    /* the model's */
    int told, steps, last_over;
    bool ended, closed;
    uint32_t heard; /* bits of contacts */
    uint64_t id;
};

static struct happening *THINGS;
static int FIRST, END; /* of those that may be open: they begin in their order, about */
static bool *DOWN;     /* by minute: the program does not run */

static int up_from(int m)
{
    while (m < MINUTES - 1 && DOWN[m])
        m++;
    return m;
}

static int perhaps(uint64_t *seed, unsigned of, int after, unsigned within)
{
    return test_below(seed, of) == 0 ? up_from(after + 1 + (int)test_below(seed, within)) : INT32_MAX;
}

static void draw(uint64_t *seed)
{
    static const enum step_kind WORDS[] = { STEP_ACKNOWLEDGE, STEP_ASSIGN, STEP_ON_SITE };

    for (int k = 0; k < 40; k++) {
        int from = (int)test_below(seed, MINUTES), length = 1 + (int)test_below(seed, 90);
        for (int m = from; m < from + length && m < MINUTES; m++)
            DOWN[m] = true;
    }
    for (int k = 0; k < CASES; k++) {
        struct happening *h = &THINGS[k];
        h->opens = up_from((int)((int64_t)k * (MINUTES - 3000) / CASES + test_below(seed, 300)));
        h->quality = test_below(seed, 4) == 0;
        h->taken = test_below(seed, 5) == 0 ? INT32_MAX : up_from(h->opens + 3 + (int)test_below(seed, 150));
        h->large = perhaps(seed, 6, h->opens + 2, 100);
        h->beyond = perhaps(seed, 6, h->opens + 2, 100);
        h->over = up_from(h->opens + 200 + (int)test_below(seed, 1500));
        h->word = WORDS[test_below(seed, 3)];
        h->to = P0 + (int)test_below(seed, 8);
        h->told = -1;
    }
}

/* ---------------------------------------------------------------- the book under test */

struct run {
    struct incidents *b;
    struct outbox *letters;
    struct strbuf kept[BOOK];
    uint64_t kept_id[BOOK];
    unsigned char head[INCIDENTS_HEAD_BYTES];
    unsigned made, restarts, escalated, minutes, gaps;
    struct {
        struct outgoing o;
        uint32_t to; /* bits of contacts */
    } told[64];      /* in this minute */
    size_t told_count;
};

static const struct escalation_rules RULES = { 10 * 60000, 15 * 60000, STEPS, 60 * 60000 };

static void new_book(struct run *r)
{
    struct incident_rules rules = incident_rules_default();
    struct outbox_rules letters = outbox_rules_default();

    letters.keep_ms = CLOCK_DAY_MS; /* shorter than an incident, at times */
    rules.escalation = RULES;
    assert_int_equal(incidents_new(&r->b, &rules, BOOK), ERR_NONE);
    assert_int_equal(outbox_new(&r->letters, &letters), ERR_NONE);
}

static void keep(struct run *r)
{
    const struct incident *i;
    uint64_t gone;

    while ((gone = incidents_take_gone(r->b)) != 0)
        for (size_t k = 0; k < BOOK; k++)
            if (r->kept_id[k] == gone)
                r->kept_id[k] = 0;
    while ((i = incidents_take_changed(r->b)) != NULL) {
        size_t at = 0;
        while (at < BOOK && r->kept_id[at] != i->id)
            at++;
        for (size_t k = 0; k < BOOK && at == BOOK; k++)
            at = r->kept_id[k] == 0 ? k : at;
        assert_true(at < BOOK);
        r->kept_id[at] = i->id;
        strbuf_reset(&r->kept[at]);
        incident_write(&r->kept[at], i);
        incidents_written(r->b, i->id);
    }
    incidents_write_head(r->b, r->head);
}

/* A record that holds them, then the channel takes each. */
static void send(struct run *r, struct wall now)
{
    while (outbox_has_news(r->letters)) {
        outbox_begin(r->letters);
        outbox_recorded(r->letters);
    }
    for (size_t n = 0; n < outbox_count(r->letters); n++) {
        const struct letter *l = outbox_at(r->letters, n);
        struct letter_report said = { .about = l->about, .channel = l->channel, .tries = l->tries };
        if (l->state != LETTER_WAITS)
            continue;
        memcpy(said.to, l->to, sizeof said.to);
        assert_int_equal(outbox_report(r->letters, &said, now), ERR_NONE);
    }
}

static void listen(struct run *r, struct wall now)
{
    const struct addressing a = { &CONTACTS, &ROSTERS, &PLACES, STEPS, r->b };
    struct outgoing o;

    while (incidents_take_out(r->b, &o, 1) == 1) {
        const struct incident *i = o.incident == 0 ? NULL : incidents_find(r->b, o.incident);
        const struct addressees who = addressees_of(&a, i, &o, r->letters);
        uint32_t to = 0;
        for (unsigned k = 0; k < PEOPLE; k++)
            if (who.told[k]) {
                assert_int_equal(outbox_put(r->letters, &o, CONTACTS.list[k].id, CHANNEL_EMAIL, now),
                                 ERR_NONE); /* nothing is made twice */
                to |= 1U << k;
                r->made++;
            }
        assert_true(r->told_count < COUNT_OF(r->told));
        r->told[r->told_count].o = o;
        r->told[r->told_count++].to = to;
        r->gaps += who.gaps != 0;
    }
    keep(r);
    if (r->told_count > 0)
        send(r, now);
}

static void restart(struct run *r)
{
    struct letter *all = calloc(OUTBOX_PLACES, sizeof *all);
    size_t n = outbox_count(r->letters);

    for (size_t k = 0; k < n; k++)
        all[k] = *outbox_at(r->letters, k);
    incidents_free(r->b);
    outbox_free(r->letters);
    new_book(r);
    for (size_t k = 0; k < BOOK; k++)
        if (r->kept_id[k] != 0)
            assert_int_equal(incidents_put(r->b, r->kept[k].text, r->kept[k].len), ERR_NONE);
    assert_int_equal(incidents_read_head(r->b, r->head, sizeof r->head), ERR_NONE);
    for (size_t k = 0; k < n; k++)
        assert_int_equal(outbox_restore(r->letters, &all[k]), ERR_NONE);
    free(all);
    r->restarts++;
}

static void do_step(struct run *r, const struct happening *h, struct incident_step s, int m)
{
    struct outcome o;
    struct wall now = { YEAR_MS + m * MINUTE };

    s.incident = h->id;
    s.who = s.who != NULL ? s.who : "trực ban";
    s.note = s.note != NULL ? s.note : "biên bản";
    o = incidents_step(r->b, &s, now);
    assert_taken(o.refusal);
    listen(r, now);
}

/* ---------------------------------------------------------------- what should be told */

static bool is_large(const struct happening *h, int m)
{
    return m >= h->large;
}

static uint32_t path_bits(const struct happening *h, int m, int reach)
{
    uint32_t bits = 0;

    for (int r = 0; r < (h->quality ? 2 : 1); r++) {
        const struct painted *p = &CALENDAR[r][m];
        int order[MEMBERS_PER_SHIFT + 2], n = 0;
        bool has_leader = false;
        for (int k = 0; k < p->count; k++) {
            order[n++] = p->people[k];
            has_leader = has_leader || p->people[k] == p->leader;
        }
        if (!has_leader)
            order[n++] = p->leader;
        if (r == 0 && (is_large(h, m) || m >= h->beyond))
            order[n++] = AUTHORITY;
        for (int k = 0; k < n && k <= reach; k++)
            bits |= 1U << order[k];
    }
    return bits;
}

static uint32_t always(const struct happening *h, int m)
{
    return 1U << DESK | (h->quality || is_large(h, m) ? 1U << OFFICE : 0);
}

static uint32_t leaders(const struct happening *h, int m)
{
    return 1U << CALENDAR[0][m].leader | (h->quality ? 1U << CALENDAR[1][m].leader : 0);
}

static uint32_t holder(const struct happening *h, int m)
{
    return m >= h->taken ? 1U << h->to : 0;
}

static struct happening *thing_of(uint64_t id)
{
    for (int k = END - 1; k >= 0; k--)
        if (THINGS[k].id == id)
            return &THINGS[k];
    return NULL;
}

static void expect(struct run *r, struct happening *h, int m, enum outgoing_kind kind, uint16_t count,
                   uint32_t to)
{
    size_t found = 0;

    for (size_t k = 0; k < r->told_count; k++) {
        const struct outgoing *o = &r->told[k].o;
        if (o->incident != h->id || o->kind != kind)
            continue;
        found++;
        if (r->told[k].to != to || o->count != count)
            print_error("minute %d incident %llu %s: count %u for %u, to %x for %x\n", m,
                        (unsigned long long)h->id, outgoing_kind_name(kind), o->count, count, r->told[k].to,
                        to);
        assert_int_equal(o->count, count);
        assert_int_equal(r->told[k].to, to);
    }
    if (found != 1)
        print_error("minute %d incident %llu: no %s\n", m, (unsigned long long)h->id,
                    outgoing_kind_name(kind));
    assert_int_equal(found, 1);
    h->heard |= to;
}

/* By the plain rules: told; while nobody took it and it lasts, a step after 10 min and each 15, the last
 * again each hour for a day; its end. */
static size_t expect_of(struct run *r, struct happening *h, int m)
{
    size_t expected = 0;

    if (h->told < 0) {
        if (!h->quality && m == h->opens)
            return 0; /* half a minute for its cause */
        h->told = m;
        expect(r, h, m, OUT_OPENED, 0, always(h, m) | path_bits(h, m, 0));
        expected++;
    }
    if (m == h->large) {
        expect(r, h, m, OUT_LARGE_EFFECT, 0, always(h, m) | path_bits(h, m, 99) | holder(h, m));
        expected++;
    }
    if (m < h->taken && m < h->over && m >= h->told + 10) {
        const int late = m - h->told - 10, beyond = late - (STEPS - 1) * 15;
        int step = 1 + late / 15;
        if (step >= STEPS)
            step = STEPS + (beyond < 1440 ? beyond / 60 : 24 + (beyond - 1440) / 1440);
        if (step > h->steps) {
            expect(r, h, m, OUT_ESCALATED, (uint16_t)step, path_bits(h, m, step >= STEPS ? 99 : step));
            h->steps = step;
            r->escalated++;
            expected++;
        }
    }
    if (!h->ended && m >= h->over + 5) {
        h->ended = true;
        expect(r, h, m, OUT_ENDED, 0, h->heard | always(h, m));
        expected++;
    }
    return expected;
}

/* All others are of clocks and duties: whose turn it is, whose it became, and late the leader. */
static bool is_other(enum outgoing_kind k)
{
    return k != OUT_OPENED && k != OUT_ESCALATED && k != OUT_ENDED && k != OUT_LARGE_EFFECT &&
           k != OUT_DIGEST;
}

static void compare(struct run *r, int m)
{
    size_t expected = 0, others = 0;

    for (size_t k = 0; k < r->told_count; k++) {
        const struct outgoing *o = &r->told[k].o;
        struct happening *h = thing_of(o->incident);
        uint32_t to;
        assert_non_null(h);
        if (!is_other((enum outgoing_kind)o->kind))
            continue;
        others++;
        to = always(h, m) | path_bits(h, m, 0) | holder(h, m);
        if (o->kind != OUT_DUE_MOVED && o->kind != OUT_UNCONFIRMED && o->kind != OUT_STEP &&
            (o->kind != OUT_WARNING || o->n % 1000 >= 90))
            to |= leaders(h, m);
        if (o->kind == OUT_BEYOND_CONTROL ||
            (o->kind == OUT_DUTY_LATE && o->count == DUTY_REPORT_BEYOND_CONTROL))
            to |= 1U << AUTHORITY | 1U << OFFICE;
        if (r->told[k].to != to)
            print_error("minute %d incident %llu %s %u: to %x for %x\n", m, (unsigned long long)h->id,
                        outgoing_kind_name((enum outgoing_kind)o->kind), o->n, r->told[k].to, to);
        assert_int_equal(r->told[k].to, to);
        h->heard |= to;
    }
    for (int k = FIRST; k < END; k++)
        if (THINGS[k].id != 0 && !THINGS[k].closed)
            expected += expect_of(r, &THINGS[k], m);
    assert_int_equal(r->told_count, expected + others);
    r->told_count = 0;
}

/* ---------------------------------------------------------------- minute by minute */

static void opens(struct run *r, struct happening *h, uint64_t alarm, int m)
{
    struct sign s = bench_sign(h->quality ? EVIDENCE_QUALITY : EVIDENCE_EQUIPMENT,
                               h->quality ? CLASS_WATER_QUALITY : CLASS_PLANT_EQUIPMENT, alarm, "", "");
    struct wall now = { YEAR_MS + m * MINUTE };
    struct outcome o;

    (void)snprintf(s.site, sizeof s.site, "s%llu", (unsigned long long)alarm);
    s.at = now;
    s.certain = true;
    o = incidents_sign(r->b, &s, now);
    assert_int_equal(o.refusal, REFUSED_NOTHING);
    h->id = o.incident;
    listen(r, now);
}

static void takes(struct run *r, const struct happening *h, int m)
{
    char account[24];

    (void)snprintf(account, sizeof account, "account-%d", h->to);
    if (h->word == STEP_ASSIGN)
        do_step(r, h, (struct incident_step){ .kind = STEP_ASSIGN, .note = account }, m);
    else
        do_step(r, h, (struct incident_step){ .kind = h->word, .who = account }, m);
}

static void closes(struct run *r, struct happening *h, int m)
{
    if (m < h->beyond)
        do_step(r, h, (struct incident_step){ .kind = STEP_CAUSE, .controllability = CONTROLLABLE }, m);
    do_step(r, h,
            (struct incident_step){ .kind = STEP_CONFIRM_CLASS,
                                    .class = h->quality ? CLASS_WATER_QUALITY : CLASS_PLANT_EQUIPMENT },
            m);
    do_step(r, h, (struct incident_step){ .kind = STEP_CLOSE }, m);
}

static void happens(struct run *r, struct happening *h, uint64_t alarm, int m)
{
    struct wall now = { YEAR_MS + m * MINUTE };

    if (m == h->opens)
        opens(r, h, alarm, m);
    if (h->id == 0 || h->closed)
        return;
    if (m == h->taken)
        takes(r, h, m);
    if (m == h->beyond)
        do_step(r, h, (struct incident_step){ .kind = STEP_CAUSE, .controllability = BEYOND_CONTROL }, m);
    if (m == h->over) {
        const struct sign s = { .change = SIGN_CLEARED, .alarm = alarm, .at = now, .size = NAN };
        (void)incidents_sign(r->b, &s, now);
        listen(r, now);
    }
    if (m == h->large)
        do_step(r, h, (struct incident_step){ .kind = STEP_LARGE, .large = LARGE_SAID_YES }, m);
}

static void minute(struct run *r, int m)
{
    struct wall now = { YEAR_MS + m * MINUTE };

    while (FIRST < CASES && THINGS[FIRST].closed)
        FIRST++;
    while (END < CASES && (int64_t)END * (MINUTES - 3000) / CASES <= m)
        END++;
    for (int k = FIRST; k < END; k++)
        happens(r, &THINGS[k], (uint64_t)k + 1, m);
    incidents_tick(r->b, now);
    if (m % 30 == 0)
        outbox_tick(r->letters, r->b, now);
    listen(r, now);
    compare(r, m);
    for (int k = FIRST; k < END; k++) {
        struct happening *h = &THINGS[k];
        if (!h->ended || h->closed || m < h->over + 120)
            continue;
        closes(r, h, m);
        h->closed = true;
        r->told_count = 0; /* the duty to report that it is over is no part of this */
    }
    r->minutes++;
}

static void who_is_told_is_what_the_calendar_says_minute_by_minute(void **state)
{
    uint64_t seed = test_seed("a year of duty");
    struct run *r = calloc(1, sizeof *r);

    (void)state;
    THINGS = calloc(CASES, sizeof *THINGS);
    DOWN = calloc(MINUTES, sizeof *DOWN);
    assert_true(r != NULL && THINGS != NULL && DOWN != NULL);
    draw(&seed);
    for (size_t k = 0; k < BOOK; k++)
        strbuf_init(&r->kept[k], INCIDENT_BYTES_MAX);
    new_book(r);
    for (int m = 0; m < MINUTES; m++) {
        if (DOWN[m])
            continue;
        if (test_below(&seed, 500) == 0 || (m > 0 && DOWN[m - 1]))
            restart(r);
        minute(r, m);
    }
    print_message("%u minutes, %d incidents, %u restarts: %u letters, %u steps, %u messages in gaps\n",
                  r->minutes, CASES, r->restarts, r->made, r->escalated, r->gaps);
    assert_true(r->escalated > 500 && r->gaps > 100 && r->restarts > 500);
    for (size_t k = 0; k < BOOK; k++)
        strbuf_clear(&r->kept[k]);
    incidents_free(r->b);
    outbox_free(r->letters);
    free(r);
    free(THINGS);
    free(DOWN);
}

static void on_duty_is_what_was_painted_in_each_minute_of_the_year(void **state)
{
    unsigned gaps[2] = { 0, 0 };

    (void)state;
    for (int n = 0; n < 2; n++)
        for (int m = 0; m < MINUTES; m++) {
            const struct on_duty d =
                roster_on_duty(&ROSTERS.list[n], &ROSTERS, (struct wall){ YEAR_MS + m * MINUTE });
            const struct painted *p = &CALENDAR[n][m];
            assert_int_equal(d.count, p->count);
            for (size_t k = 0; k < d.count; k++)
                assert_int_equal(d.people[k], p->people[k]);
            assert_int_equal(d.leader, p->leader);
            assert_int_equal(d.gap, p->gap);
            gaps[n] += d.gap;
        }
    print_message("minutes without anybody on duty: %u of the network, %u of the laboratory\n", gaps[0],
                  gaps[1]);
    assert_true(gaps[0] > 0 && gaps[1] > gaps[0]);
}

/* The gaps that are reported are all of them, minute by minute. */
static void gaps_are_those_of_the_calendar(void **state)
{
    struct wall end = { YEAR_MS + MINUTES * MINUTE };
    struct roster_gap g = { .from = { 0 }, .to = { YEAR_MS } };
    int m = 0;

    (void)state;
    while (roster_gap(&ROSTERS.list[0], &ROSTERS, g.to, end, &g)) {
        for (; m < (g.from.ms - YEAR_MS) / MINUTE; m++)
            assert_false(CALENDAR[0][m].gap);
        for (; m < (g.to.ms - YEAR_MS) / MINUTE; m++)
            assert_true(CALENDAR[0][m].gap);
    }
    for (; m < MINUTES; m++)
        assert_false(CALENDAR[0][m].gap);
}

static int set_up(void **state)
{
    (void)state;
    say_all();
    for (int k = 0; k < 2; k++) {
        CALENDAR[k] = calloc(MINUTES, sizeof(struct painted));
        if (CALENDAR[k] == NULL)
            return -1;
    }
    paint(CALENDAR[0], NETWORK, COUNT_OF(NETWORK), CHIEF);
    paint(CALENDAR[1], LAB, COUNT_OF(LAB), LAB_CHIEF);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (int k = 0; k < 2; k++)
        free(CALENDAR[k]);
    catalogue_clear(&PLACES);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(on_duty_is_what_was_painted_in_each_minute_of_the_year),
        cmocka_unit_test(gaps_are_those_of_the_calendar),
        cmocka_unit_test(who_is_told_is_what_the_calendar_says_minute_by_minute),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
