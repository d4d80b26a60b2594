/* Signs and time: which incident a sign belongs to, and when a consequence stands alone. */
#include "book.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---------------------------------------------------------------- members by what they are */

struct found {
    struct incident *i;
    struct member *m;
};

/* Calls have numbers of their own. */
static bool is_alarm(const struct member *m, uint64_t alarm)
{
    return m->alarm == alarm && m->evidence != EVIDENCE_CALL;
}

static bool same_thing(const struct member *m, const struct sign *s)
{
    return is_alarm(m, s->alarm) || (s->point != 0 && m->point == s->point && m->evidence == s->evidence &&
                                     !sides_differ(m->side, s->side));
}

/* The youngest that is this alarm, or was one of its point; a lasting alarm goes before an older one of its
 * point. */
static struct found find_sign(const struct incidents *b, const struct sign *s, bool living)
{
    struct found f = { NULL, NULL };

    for (size_t k = 0; k < b->count; k++) {
        struct incident *i = &b->all[k]->i;
        for (size_t n = 0; n < i->member_count && incident_lives(i) == living && i->drill == s->drill; n++) {
            struct member *m = &i->members[n];
            if (same_thing(m, s) && (f.m == NULL || f.m->alarm != s->alarm || is_alarm(m, s->alarm)))
                f = (struct found){ i, m };
        }
    }
    return f;
}

static struct member member_of(const struct sign *s, struct wall now)
{
    struct member m = { .alarm = s->alarm,
                        .point = s->point,
                        .class = (uint8_t)s->class,
                        .evidence = (uint8_t)s->evidence,
                        .side = (uint8_t)s->side,
                        .confirmed = s->certain,
                        .unsure = s->unsure,
                        .residence_ms = s->residence_ms,
                        .start = s->at.ms < now.ms ? s->at : now,
                        .size = s->size };

    m.evident = m.start;
    (void)snprintf(m.site, sizeof m.site, "%s", s->site);
    (void)snprintf(m.zone, sizeof m.zone, "%s", s->zone);
    return m;
}

static bool is_dangerous(const struct member *m)
{
    return m->class == CLASS_WATER_QUALITY || m->class == CLASS_SAFETY;
}

/* ---------------------------------------------------------------- causes */

static int rank(const struct incidents *b, const struct member *cause, const struct member *effect)
{
    return cause_rank(b->rules.causes, b->rules.cause_count, cause, effect);
}

static struct found best_cause(const struct incidents *b, const struct member *effect, bool drill)
{
    struct found best = { NULL, NULL };
    int best_rank = -1;

    for (size_t k = 0; k < b->count; k++) {
        struct incident *i = &b->all[k]->i;
        for (size_t n = 0; n < i->member_count && incident_lives(i) && i->drill == drill; n++) {
            int r = rank(b, &i->members[n], effect);
            if (r < 0 || (best_rank >= 0 && r >= best_rank))
                continue;
            best = (struct found){ i, &i->members[n] };
            best_rank = r;
        }
    }
    return best;
}

/* Whether `above` explains m, over however many others. */
static bool comes_from(struct incident *i, const struct member *m, uint64_t above)
{
    for (size_t n = 0; n < i->member_count && m != NULL && m->cause != 0; n++) {
        if (m->cause == above)
            return true;
        m = incident_member(i, m->cause);
    }
    return false;
}

/* A nearer cause than the one a member had. */
static void take_nearer(const struct incidents *b, struct incident *i, uint64_t id)
{
    const struct member *news = incident_member(i, id);

    for (size_t k = 0; k < i->member_count; k++) {
        struct member *m = &i->members[k];
        const struct member *had = m->cause != 0 ? incident_member(i, m->cause) : NULL;
        int r = m->id != id ? rank(b, news, m) : -1;
        if (r >= 0 && (had == NULL || r < rank(b, had, m)) && !comes_from(i, news, m->id))
            m->cause = id;
    }
}

/* Whether everything that nobody explains in i yet is explained by the new member. */
static bool explains_all(const struct incidents *b, const struct member *news, const struct incident *i)
{
    bool any = false;

    for (size_t k = 0; k < i->member_count; k++) {
        const struct member *m = &i->members[k];
        if (m->cause != 0)
            continue;
        if (m->apart || rank(b, news, m) < 0)
            return false;
        any = true;
    }
    return any;
}

static void say_merged(struct incident *into, uint64_t from, struct wall now)
{
    const struct fact f = {
        .kind = FACT_MERGED, .source = CLOCK_TELEMETRY, .about = from, .claimed = now, .recorded = now
    };
    book_add_fact(into, &f);
}

/* The cause came after its consequences: incidents that it explains become one, under the number that people
 * saw first.  Where people found the cause themselves, it stays as they said. */
static struct incident *adopt(struct incidents *b, struct incident *i, uint64_t id, struct wall now)
{
    for (size_t k = 0; k < b->count; k++) {
        struct incident *other = &b->all[k]->i;
        const struct member *news = incident_member(i, id);
        struct incident *into, *from;
        if (other == i || !parts_fit(i, other) || incident_fact(other, FACT_CAUSE_FOUND) != NULL ||
            !explains_all(b, news, other))
            continue;
        for (size_t n = 0; n < other->member_count; n++)
            if (other->members[n].cause == 0)
                other->members[n].cause = id;
        into = other->id < i->id ? other : i;
        from = into == i ? other : i;
        parts_absorb(b, into, from);
        say_merged(into, from->id, now);
        i = into;
    }
    return i;
}

/* ---------------------------------------------------------------- signs */

static struct outcome refused(enum refusal r)
{
    return (struct outcome){ .refusal = r };
}

static struct outcome went_to(struct incidents *b, struct incident *i, struct wall now)
{
    duties_settle(b, i, now);
    tell_now(b, i, now);
    return (struct outcome){ .incident = i->id };
}

static struct incident *open_for(struct incidents *b, const struct member *m, bool drill, struct wall now)
{
    struct fact seen = {
        .kind = FACT_DETECTED, .source = CLOCK_TELEMETRY, .claimed = m->start, .recorded = now
    };
    struct incident *i = book_open(b, now);

    if (i == NULL)
        return NULL;
    i->drill = drill;
    book_add_fact(i, &seen);
    return i;
}

/* It came back: the same member, and what was said of its repair does not hold. */
static struct outcome comes_back(struct incidents *b, struct found f, const struct sign *s, struct wall now)
{
    if (f.m->alarm != s->alarm)
        f.m->step = 0;
    f.m->alarm = s->alarm;
    f.m->cleared = f.m->restored = f.m->repaired = (struct wall){ 0 };
    f.m->claim_recorded = f.m->repair_confirmed = (struct wall){ 0 };
    f.i->unacknowledged = true;
    f.i->told_unconfirmed = false;
    f.i->owes_step = f.i->owes_step || is_dangerous(f.m);
    book_touch(f.i);
    return went_to(b, f.i, now);
}

/* The incident that this point had before; 0: none that is known. */
static uint64_t closed_before(const struct incidents *b, const struct sign *s)
{
    const struct found f = find_sign(b, s, false);

    return f.i != NULL && f.i->closed ? f.i->id : 0;
}

static struct outcome begins(struct incidents *b, const struct sign *s, struct wall now)
{
    struct member m = member_of(s, now);
    struct found cause = best_cause(b, &m, s->drill);
    uint64_t before = closed_before(b, s);
    bool joins = cause.i != NULL && cause.i->member_count < INCIDENT_MEMBERS_MAX;
    struct incident *i = joins ? cause.i : open_for(b, &m, s->drill, now);
    const struct member *put;

    if (i == NULL)
        return refused(REFUSED_FULL);
    m.cause = joins ? cause.m->id : 0;
    put = book_add_member(b, i, &m);
    if (put == NULL)
        return refused(REFUSED_FULL);
    m.id = put->id;
    if (cause.i != NULL && !joins) {
        book_tie(i, cause.i->id, TIE_OVERFLOW);
        book_tie(cause.i, i->id, TIE_OVERFLOW);
    }
    if (before != 0)
        book_tie(i, before, TIE_FOLLOWS);
    i->owes_step = i->owes_step || (joins && is_dangerous(&m));
    take_nearer(b, i, m.id);
    return went_to(b, adopt(b, i, m.id, now), now);
}

static struct outcome opened(struct incidents *b, const struct sign *s, struct wall now)
{
    struct found f = find_sign(b, s, true);

    if (f.m != NULL && f.m->alarm == s->alarm && f.m->cleared.ms == 0)
        return (struct outcome){ .incident = f.i->id, .again = true };
    if (f.m != NULL && f.m->cleared.ms != 0 && s->at.ms - f.m->cleared.ms <= b->rules.again_ms)
        return comes_back(b, f, s, now);
    return begins(b, s, now);
}

/* A further burst is a member of its own, with its own clock: people may split it off. */
static struct outcome stepped(struct incidents *b, const struct sign *s, struct wall now)
{
    struct found f = find_sign(b, s, true);
    struct member m = member_of(s, now);
    struct incident *i;

    if (f.m == NULL || f.m->alarm != s->alarm)
        return opened(b, s, now);
    m.step = (uint8_t)(f.m->step < UINT8_MAX ? f.m->step + 1 : UINT8_MAX);
    i = f.i;
    if (i->member_count == INCIDENT_MEMBERS_MAX) {
        i = open_for(b, &m, s->drill, now);
        if (i == NULL)
            return refused(REFUSED_FULL);
        book_tie(i, f.i->id, TIE_OVERFLOW);
        book_tie(f.i, i->id, TIE_OVERFLOW);
    }
    (void)book_add_member(b, i, &m);
    i->unacknowledged = i->owes_step = true;
    return went_to(b, i, now);
}

static struct outcome cleared(struct incidents *b, const struct sign *s, struct wall now)
{
    struct outcome o = refused(REFUSED_MISSING);

    for (size_t k = 0; k < b->count; k++) {
        struct incident *i = &b->all[k]->i;
        bool any = false;
        for (size_t n = 0; n < i->member_count; n++) {
            struct member *m = &i->members[n];
            if (!is_alarm(m, s->alarm) || m->cleared.ms != 0)
                continue;
            m->cleared = s->at.ms > m->evident.ms ? s->at : m->evident;
            if (m->restored.ms == 0)
                m->restored = m->cleared;
            any = true;
        }
        if (!any)
            continue;
        tell_eased(b, i, now);
        book_touch(i);
        o = went_to(b, i, now);
    }
    return o;
}

struct outcome incidents_sign(struct incidents *b, const struct sign *s, struct wall now)
{
    if (s->alarm == 0 || s->evidence >= EVIDENCE_COUNT || s->class >= CLASS_COUNT || s->side >= SIDE_COUNT ||
        s->at.ms <= 0)
        return refused(REFUSED_BAD);
    switch (s->change) {
    case SIGN_OPENED: return opened(b, s, now);
    case SIGN_STEPPED: return stepped(b, s, now);
    case SIGN_CLEARED: return cleared(b, s, now);
    }
    return refused(REFUSED_BAD);
}

/* ---------------------------------------------------------------- consequences that outlive their cause */

/* Another one that lasts and explains it as well; 0: none. */
static uint64_t lasting_cause(const struct incidents *b, struct incident *i, const struct member *m)
{
    for (size_t k = 0; k < i->member_count; k++) {
        const struct member *c = &i->members[k];
        if (c != m && c->restored.ms == 0 && rank(b, c, m) >= 0 && !comes_from(i, c, m->id))
            return c->id;
    }
    return 0;
}

/* Two that saw one event, not a cause and what it did. */
static bool are_peers(const struct incidents *b, const struct member *cause, const struct member *m)
{
    for (size_t k = 0; k < b->rules.cause_count; k++) {
        const struct cause_rule *r = &b->rules.causes[k];
        if (r->cause == cause->evidence && r->effect == m->evidence)
            return r->within_ms != 0;
    }
    return false;
}

static bool leave_alone(struct incidents *b, struct incident *i, const struct member *m, struct wall now)
{
    bool leaves[INCIDENT_MEMBERS_MAX] = { false };

    for (size_t k = 0; k < i->member_count; k++) {
        const struct member *o = &i->members[k];
        leaves[k] = o == m || (o->restored.ms == 0 && comes_from(i, o, m->id));
    }
    return parts_leave(b, i, leaves, TIE_OUTLIVED, now) != NULL;
}

/* The cause ended so long ago, and the consequence had as long since it was seen. */
static bool is_over(const struct incidents *b, const struct member *cause, const struct member *m,
                    struct wall now)
{
    int64_t since = cause->restored.ms > m->evident.ms ? cause->restored.ms : m->evident.ms;

    return cause->restored.ms != 0 && now.ms - since >= b->rules.outlives_ms;
}

/* True: something changed, look again. */
static bool outlive_one(struct incidents *b, struct incident *i, struct wall now)
{
    for (size_t k = 0; k < i->member_count; k++) {
        struct member *m = &i->members[k];
        const struct member *c = m->cause != 0 ? incident_member(i, m->cause) : NULL;
        if (c == NULL || m->restored.ms != 0 || !is_over(b, c, m, now))
            continue;
        m->cause = lasting_cause(b, i, m);
        book_touch(i);
        if (m->cause != 0 || are_peers(b, c, m))
            return true;
        if (leave_alone(b, i, m, now))
            return true;
        m->cause = c->id; /* the book is full: later */
    }
    return false;
}

/* ---------------------------------------------------------------- a clock that becomes true */

static void move(struct wall *at, int64_t ms)
{
    if (at->ms != 0)
        at->ms = at->ms + ms > 1 ? at->ms + ms : 1;
}

/* What a person said the time of was not of the node's clock. */
static void move_times(struct member *m, int64_t ms)
{
    bool own_start = m->start.ms == m->evident.ms, own_claim = m->repaired.ms == m->claim_recorded.ms;

    move(&m->evident, ms);
    if (own_start || m->start.ms > m->evident.ms)
        m->start = m->evident;
    if (m->restored.ms == m->cleared.ms)
        move(&m->restored, ms);
    move(&m->cleared, ms);
    if (own_claim)
        move(&m->repaired, ms);
    move(&m->claim_recorded, ms);
    move(&m->repair_confirmed, ms);
    m->unsure = false;
}

/* The first that a member of a clock that was not true was seen at. */
static struct wall first_unsure(const struct incident *i)
{
    struct wall first = { INT64_MAX };

    for (size_t k = 0; k < i->member_count; k++)
        if (i->members[k].unsure && i->members[k].evident.ms < first.ms)
            first = i->members[k].evident;
    return first;
}

/* What became owed since then did so by that clock. */
static void move_duties(struct incident *i, struct wall since, int64_t ms)
{
    for (size_t k = 0; k < DUTY_COUNT; k++) {
        struct duty *d = &i->duties[k];
        bool own = d->done.ms == d->recorded.ms;
        if (d->since.ms == 0 || d->since.ms < since.ms)
            continue;
        move(&d->since, ms);
        move(&d->due, ms);
        if (own)
            move(&d->done, ms);
        move(&d->recorded, ms);
    }
}

static void say_corrected(struct incident *i, int64_t ms, struct wall now)
{
    struct fact f = {
        .kind = FACT_CLOCK_CORRECTED, .source = CLOCK_TELEMETRY, .claimed = now, .recorded = now
    };

    (void)snprintf(f.note, sizeof f.note, "%+.3f s", (double)ms / CLOCK_SECOND_MS);
    book_add_fact(i, &f);
}

void incidents_clock_true(struct incidents *b, int64_t step_ms, struct wall now)
{
    for (size_t k = 0; k < b->count; k++) {
        struct incident *i = &b->all[k]->i;
        if (!incident_unsure(i))
            continue;
        move_duties(i, first_unsure(i), step_ms);
        for (size_t n = 0; n < i->member_count; n++)
            if (i->members[n].unsure)
                move_times(&i->members[n], step_ms);
        if (step_ms != 0)
            say_corrected(i, step_ms, now);
        book_touch(i);
        if (!i->closed)
            duties_settle(b, i, now);
        tell_now(b, i, now);
    }
}

/* ---------------------------------------------------------------- what settles by itself */

/* Nothing is owed for it and nobody took it up: only telemetry was lost, and what is measured says that it is
 * back.  All else is closed by people, with its cause. */
static bool has_settled(const struct incidents *b, const struct incident *i, struct wall now)
{
    for (size_t k = 0; k < i->fact_count; k++)
        if (i->facts[k].kind != FACT_DETECTED && i->facts[k].kind != FACT_MERGED &&
            i->facts[k].kind != FACT_ACKNOWLEDGED && i->facts[k].kind != FACT_CLOCK_CORRECTED)
            return false;
    for (size_t k = 0; k < i->member_count; k++) {
        const struct member *m = &i->members[k];
        if (m->class != CLASS_TELEMETRY || m->alarm == 0 || m->cleared.ms == 0 ||
            now.ms - m->cleared.ms < b->rules.settles_ms)
            return false;
    }
    return i->member_count > 0;
}

static void settle(struct incidents *b, struct incident *i, struct wall now)
{
    const struct fact closed = {
        .kind = FACT_CLOSED, .source = CLOCK_TELEMETRY, .claimed = now, .recorded = now
    };

    if (b->rules.settles_ms <= 0 || !incident_lives(i) || !has_settled(b, i, now))
        return;
    i->closed = true;
    i->unacknowledged = false;
    book_add_fact(i, &closed);
}

void incidents_tick(struct incidents *b, struct wall now)
{
    for (size_t k = 0; k < b->count; k++) {
        struct incident *i = &b->all[k]->i;
        while (incident_lives(i) && outlive_one(b, i, now)) {
        }
        settle(b, i, now);
    }
    for (size_t k = 0; k < b->count; k++) {
        if (!b->all[k]->i.closed) /* time makes nothing owed any more */
            duties_settle(b, &b->all[k]->i, now);
        tell_now(b, &b->all[k]->i, now);
    }
}
