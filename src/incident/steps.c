/* What people do.  One row a step: the fact that it leaves, what must be so before, and what it changes. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "book.h"

struct turn {
    struct incidents *b;
    struct incident *i;
    const struct incident_step *s;
    struct wall claimed, now;
    uint64_t about; /* of the fact */
    uint8_t detail;
};

/* ---------------------------------------------------------------- members meant */

static bool means(const struct turn *t, const struct member *m)
{
    return t->s->member == 0 || t->s->member == m->id;
}

/* The one whose start is shown. */
static struct member *starter(struct turn *t)
{
    struct incident_clock shown = incident_clock(t->i, &t->b->rules.targets);

    for (size_t k = 0; k < t->i->member_count; k++) {
        struct member *m = &t->i->members[k];
        struct incident_clock c = member_clock(m, &t->b->rules.targets);
        if (c.legal == shown.legal && c.start.ms == shown.start.ms && (c.legal || c.due.ms == shown.due.ms))
            return m;
    }
    return &t->i->members[0];
}

/* ---------------------------------------------------------------- class */

/* Leaves a legal limit, or gets a longer one. */
static bool is_looser(enum incident_class from, enum incident_class to)
{
    const struct incident_limit *a = incident_limit(from), *z = incident_limit(to);

    return a->legal && (!z->legal || z->limit_ms > a->limit_ms);
}

/* Without a member: those of the class which the incident shows; to be confirmed, of the strictest that is
 * not. */
static uint8_t class_meant(const struct turn *t, bool confirm)
{
    const struct member *found = NULL;

    for (size_t k = 0; k < t->i->member_count && confirm; k++) {
        const struct member *m = &t->i->members[k];
        const struct incident_limit *l = incident_limit(m->class);
        if (!m->confirmed && l->legal &&
            (found == NULL || l->limit_ms < incident_limit(found->class)->limit_ms))
            found = m;
    }
    return found != NULL ? found->class : incident_clock(t->i, &t->b->rules.targets).class;
}

static bool class_means(const struct turn *t, const struct member *m, uint8_t shown)
{
    return t->s->member != 0 ? t->s->member == m->id : m->class == shown;
}

static enum refusal set_class(struct turn *t, bool confirm)
{
    uint8_t shown = class_meant(t, confirm);

    if (t->s->class >= CLASS_COUNT)
        return REFUSED_BAD;
    for (size_t k = 0; k < t->i->member_count; k++)
        if (class_means(t, &t->i->members[k], shown) && t->s->note[0] == '\0' &&
            is_looser(t->i->members[k].class, t->s->class))
            return REFUSED_NO_REASON;
    for (size_t k = 0; k < t->i->member_count; k++) {
        struct member *m = &t->i->members[k];
        if (!class_means(t, m, shown))
            continue;
        m->loosened = m->loosened || is_looser(m->class, t->s->class);
        m->class = (uint8_t)t->s->class;
        m->confirmed = m->confirmed || confirm;
    }
    duties_void(t->i, t->s->who, t->claimed, t->now);
    t->detail = (uint8_t)t->s->class;
    return REFUSED_NOTHING;
}

static enum refusal confirm_class(struct turn *t)
{
    return set_class(t, true);
}

static enum refusal reclassify(struct turn *t)
{
    return set_class(t, false);
}

/* ---------------------------------------------------------------- cause and remedy */

static enum refusal cause(struct turn *t)
{
    if (t->s->controllability != CONTROLLABLE && t->s->controllability != BEYOND_CONTROL)
        return REFUSED_NO_CONTROLLABILITY;
    if (t->s->code >= CAUSE_KIND_COUNT)
        return REFUSED_BAD;
    t->i->controllability = t->detail = (uint8_t)t->s->controllability;
    return REFUSED_NOTHING;
}

static enum refusal measure(struct turn *t)
{
    return t->s->code > MEASURE_NOT_SAID && t->s->code < MEASURE_COUNT ? REFUSED_NOTHING : REFUSED_BAD;
}

static enum refusal approve(struct turn *t)
{
    return incident_fact(t->i, FACT_REMEDY_PROPOSED) != NULL ? REFUSED_NOTHING : REFUSED_NO_REMEDY;
}

/* ---------------------------------------------------------------- repair */

/* What began later is not meant, unless it is named.  People write whole minutes, and clocks differ; a start
 * that nobody is sure of forbids nothing. */
static bool began_by_then(const struct turn *t, const struct member *m)
{
    return m->unsure || m->start.ms <= t->claimed.ms + STEP_EARLY_MS;
}

static bool is_named_too_early(const struct turn *t)
{
    for (size_t k = 0; k < t->i->member_count && t->s->member != 0; k++)
        if (means(t, &t->i->members[k]) && !began_by_then(t, &t->i->members[k]))
            return true;
    return false;
}

/* Nothing ends before it begins. */
static struct wall ended_at(const struct turn *t, const struct member *m)
{
    return m->unsure || t->claimed.ms > m->start.ms ? t->claimed : m->start;
}

static enum refusal repaired(struct turn *t)
{
    bool any = false;

    if (is_named_too_early(t))
        return REFUSED_BEFORE_START;
    for (size_t k = 0; k < t->i->member_count; k++) {
        struct member *m = &t->i->members[k];
        /* a claim that nobody agreed with may be made anew */
        if (!means(t, m) || !began_by_then(t, m) || member_repair(m, t->now) == REPAIR_CONFIRMED)
            continue;
        m->repaired = ended_at(t, m);
        m->claim_recorded = t->now;
        any = true;
    }
    t->i->told_unconfirmed = t->i->told_unconfirmed && !any;
    return any ? REFUSED_NOTHING : REFUSED_NOTHING_TO_DO;
}

/* Its end may be later than was claimed: nothing ends before it begins. */
static bool is_claim_of(const struct fact *f, const struct member *m)
{
    return f->recorded.ms == m->claim_recorded.ms && f->claimed.ms <= m->repaired.ms;
}

/* The one that the member has, of whichever incident it came from; when the clock was corrected since, the
 * last. */
static const struct fact *claim_about(const struct incident *i, const struct member *m)
{
    const struct fact *last = NULL;

    for (size_t n = i->fact_count; n > 0; n--) {
        const struct fact *f = &i->facts[n - 1];
        if (f->kind != FACT_REPAIRED || (f->about != 0 && f->about != m->id))
            continue;
        if (is_claim_of(f, m))
            return f;
        last = last == NULL ? f : last;
    }
    return last;
}

static bool awaits_second(const struct turn *t, const struct member *m)
{
    return means(t, m) && member_repair(m, t->now) != REPAIR_NONE && m->repair_confirmed.ms == 0;
}

static enum refusal confirm_repair(struct turn *t)
{
    enum refusal r = REFUSED_NO_CLAIM;

    for (size_t k = 0; k < t->i->member_count; k++) {
        const struct fact *claim = claim_about(t->i, &t->i->members[k]);
        if (!awaits_second(t, &t->i->members[k]))
            continue;
        if (claim != NULL && strcmp(claim->who, t->s->who) == 0)
            return REFUSED_SAME_PERSON;
        r = REFUSED_NOTHING;
    }
    for (size_t k = 0; k < t->i->member_count && r == REFUSED_NOTHING; k++)
        if (awaits_second(t, &t->i->members[k]))
            t->i->members[k].repair_confirmed = t->now; /* nobody can say that it was earlier */
    return r;
}

/* What is measured contradicts it: then a person says why. */
static bool contradicted(const struct member *m)
{
    return m->alarm != 0 && m->cleared.ms == 0 && m->evidence != EVIDENCE_CALL;
}

static bool may_be_restored(const struct turn *t, const struct member *m)
{
    return means(t, m) && m->restored.ms == 0 && began_by_then(t, m);
}

static enum refusal restored(struct turn *t)
{
    bool any = false;

    if (is_named_too_early(t))
        return REFUSED_BEFORE_START;
    for (size_t k = 0; k < t->i->member_count; k++) {
        const struct member *m = &t->i->members[k];
        if (!may_be_restored(t, m))
            continue;
        if (contradicted(m) && t->s->note[0] == '\0')
            return REFUSED_ALARM_OPEN;
        any = true;
    }
    for (size_t k = 0; k < t->i->member_count; k++)
        if (may_be_restored(t, &t->i->members[k]))
            t->i->members[k].restored = ended_at(t, &t->i->members[k]);
    duties_void(t->i, t->s->who, t->claimed, t->now);
    tell_eased(t->b, t->i, t->now);
    return any ? REFUSED_NOTHING : REFUSED_NOTHING_TO_DO;
}

static enum refusal may_close(const struct incident *i)
{
    if (!incident_all_restored(i))
        return REFUSED_NOT_RESTORED;
    if (incident_fact(i, FACT_CAUSE_FOUND) == NULL)
        return REFUSED_NO_CAUSE;
    return incident_class_confirmed(i) ? REFUSED_NOTHING : REFUSED_CLASS_UNCONFIRMED;
}

/* One that closed itself has no cause, and may be learned from all the same. */
static enum refusal evaluate(struct turn *t)
{
    return t->i->closed ? REFUSED_NOTHING : may_close(t->i);
}

static enum refusal close_it(struct turn *t)
{
    enum refusal r = may_close(t->i);

    t->i->closed = r == REFUSED_NOTHING;
    return r;
}

/* Start and due stay: the members are as if they had never been restored. */
static enum refusal reopen(struct turn *t)
{
    if (!t->i->closed)
        return REFUSED_NOT_CLOSED;
    t->i->closed = false;
    t->i->told_unconfirmed = false;
    t->i->unacknowledged = true;
    for (size_t k = 0; k < t->i->member_count; k++) {
        struct member *m = &t->i->members[k];
        m->restored = m->repaired = m->claim_recorded = m->repair_confirmed = (struct wall){ 0 };
    }
    return REFUSED_NOTHING;
}

static enum refusal stop_waiting(struct turn *t)
{
    return incident_waiting(t->i) != NULL ? REFUSED_NOTHING : REFUSED_NOT_WAITING;
}

/* ---------------------------------------------------------------- parts */

static bool marks(const struct incident *i, uint64_t id, bool leaves[INCIDENT_MEMBERS_MAX])
{
    for (size_t k = 0; k < i->member_count; k++) {
        if (i->members[k].id != id)
            continue;
        leaves[k] = true;
        return true;
    }
    return false;
}

static enum refusal leave(struct turn *t, const bool leaves[INCIDENT_MEMBERS_MAX])
{
    size_t n = 0;
    struct incident *part;

    for (size_t k = 0; k < t->i->member_count; k++)
        n += leaves[k];
    if (n == t->i->member_count)
        return REFUSED_LAST_MEMBER;
    part = parts_leave(t->b, t->i, leaves, TIE_SPLIT, t->now);
    if (part == NULL)
        return REFUSED_FULL;
    for (size_t k = 0; k < part->member_count; k++)
        part->members[k].apart = true;
    for (size_t k = 0; k < t->i->member_count; k++)
        t->i->members[k].apart = true; /* nor do these two find each other again through a cause */
    duties_void(t->i, t->s->who, t->claimed, t->now);
    t->about = part->id;
    duties_settle(t->b, part, t->now);
    tell_now(t->b, part, t->now);
    return REFUSED_NOTHING;
}

static enum refusal unlink_one(struct turn *t)
{
    bool leaves[INCIDENT_MEMBERS_MAX] = { false };

    return marks(t->i, t->s->member, leaves) ? leave(t, leaves) : REFUSED_MEMBER_MISSING;
}

static enum refusal split(struct turn *t)
{
    bool leaves[INCIDENT_MEMBERS_MAX] = { false };

    for (size_t k = 0; k < t->s->member_count; k++)
        if (!marks(t->i, t->s->members[k], leaves))
            return REFUSED_MEMBER_MISSING;
    return t->s->member_count > 0 ? leave(t, leaves) : REFUSED_NOTHING_TO_DO;
}

static enum refusal merge(struct turn *t)
{
    struct incident *from = book_find(t->b, t->s->other);

    if (from == NULL)
        return REFUSED_MISSING;
    if (from == t->i)
        return REFUSED_SAME_INCIDENT;
    if (from->merged_into != 0)
        return REFUSED_MERGED;
    if (from->closed)
        return REFUSED_CLOSED;
    if (from->drill != t->i->drill)
        return REFUSED_DRILL;
    if (!parts_fit(t->i, from))
        return REFUSED_FULL;
    parts_absorb(t->b, t->i, from);
    t->about = from->id;
    return REFUSED_NOTHING;
}

static enum refusal backdate(struct turn *t)
{
    struct member *m = t->s->member != 0 ? incident_member(t->i, t->s->member) : starter(t);

    if (t->claimed.ms >= m->start.ms)
        return REFUSED_START_LATER;
    m->start = t->claimed;
    return REFUSED_NOTHING;
}

/* ---------------------------------------------------------------- effect and duties */

static enum refusal set_impact(struct turn *t)
{
    t->i->impact = t->s->impact;
    return REFUSED_NOTHING;
}

static enum refusal say_large(struct turn *t)
{
    struct duty *d = &t->i->duties[DUTY_REPORT_LARGE_EFFECT];

    if (t->s->large >= LARGE_COUNT)
        return REFUSED_BAD;
    t->i->large_said = t->detail = (uint8_t)t->s->large;
    if (t->s->large == LARGE_SAID_NO && d->since.ms != 0 && d->done.ms == 0)
        duty_end(d, t->s->who, t->claimed, t->now, true);
    /* said no, then not any more: owed anew */
    if (t->s->large != LARGE_SAID_NO && d->waived)
        *d = (struct duty){ 0 };
    return REFUSED_NOTHING;
}

/* What is void may have been done all the same: a sample of what was bad is evidence. */
static enum refusal end_duty(struct turn *t, bool waived)
{
    struct duty *d;

    if (t->s->duty >= DUTY_COUNT)
        return REFUSED_BAD;
    d = &t->i->duties[t->s->duty];
    if (d->since.ms == 0 || (d->done.ms != 0 && !d->voided))
        return REFUSED_DUTY_NOT_OWED;
    duty_end(d, t->s->who, t->claimed, t->now, waived);
    t->detail = (uint8_t)t->s->duty;
    return REFUSED_NOTHING;
}

static enum refusal duty_done(struct turn *t)
{
    return end_duty(t, false);
}

static enum refusal duty_waived(struct turn *t)
{
    return end_duty(t, true);
}

static enum refusal acknowledge(struct turn *t)
{
    return t->i->unacknowledged ? REFUSED_NOTHING : REFUSED_NOTHING_TO_DO;
}

/* ---------------------------------------------------------------- by hand, by telephone */

static struct member told_member(const struct turn *t)
{
    const struct incident_step *s = t->s;
    struct member m = { .alarm = s->kind == STEP_CALL ? s->other : 0,
                        .class = (uint8_t)s->class,
                        .evidence = s->kind == STEP_CALL ? EVIDENCE_CALL : EVIDENCE_PERSON,
                        .unsure = s->unsure && s->claimed.ms == 0,
                        .residence_ms = s->residence_ms,
                        .start = t->claimed,
                        .evident = t->claimed,
                        .size = NAN };

    (void)snprintf(m.site, sizeof m.site, "%s", s->site != NULL ? s->site : "");
    (void)snprintf(m.zone, sizeof m.zone, "%s", s->zone != NULL ? s->zone : "");
    return m;
}

static enum refusal join_told(struct turn *t)
{
    struct member m = told_member(t);
    const struct member *put;

    if (t->s->class >= CLASS_COUNT)
        return REFUSED_BAD;
    put = book_add_member(t->b, t->i, &m);
    if (put == NULL)
        return REFUSED_FULL;
    t->about = put->id;
    return REFUSED_NOTHING;
}

/* ---------------------------------------------------------------- the steps */

/* SEES: who says that has seen what is wrong, so it is acknowledged as well.
 * EARLIER: may have been before the incident is known to have begun, and moves its start back.
 * ASSESSES: who says that has looked at bad water. */
enum need { NEED_NOTE = 1, CLOSED_TOO = 2, OPENS = 4, VITAL = 8, SEES = 16, EARLIER = 32, ASSESSES = 64 };

struct step_row {
    enum fact_kind fact;
    unsigned needs;
    enum refusal (*change)(struct turn *t); /* NULL: the fact is all */
};

static const struct step_row ROWS[STEP_COUNT] = {
    [STEP_OPEN] = { FACT_DETECTED, OPENS | EARLIER, join_told },
    [STEP_CALL] = { FACT_CALLED, OPENS | EARLIER, join_told },
    [STEP_KNOWN] = { FACT_KNOWN, 0, NULL },
    [STEP_REPORT] = { FACT_REPORTED, 0, NULL },
    [STEP_ASSIGN] = { FACT_ASSIGNED, SEES, NULL },
    [STEP_ON_SITE] = { FACT_ON_SITE, SEES, NULL },
    [STEP_VERIFY] = { FACT_VERIFIED, ASSESSES, NULL },
    [STEP_CONFIRM_CLASS] = { FACT_CLASS_CONFIRMED, VITAL | ASSESSES, confirm_class },
    [STEP_RECLASSIFY] = { FACT_RECLASSIFIED, CLOSED_TOO | VITAL, reclassify },
    [STEP_CAUSE] = { FACT_CAUSE_FOUND, NEED_NOTE | VITAL | ASSESSES, cause },
    [STEP_PROPOSE] = { FACT_REMEDY_PROPOSED, NEED_NOTE, NULL },
    [STEP_APPROVE] = { FACT_REMEDY_APPROVED, CLOSED_TOO | VITAL, approve },
    [STEP_BEGIN_REPAIR] = { FACT_REPAIR_BEGUN, SEES, NULL },
    [STEP_REPAIRED] = { FACT_REPAIRED, VITAL | SEES, repaired },
    [STEP_CONFIRM_REPAIR] = { FACT_REPAIR_CONFIRMED, VITAL | SEES, confirm_repair },
    [STEP_RESTORED] = { FACT_RESTORED, VITAL | SEES, restored },
    [STEP_EVALUATE] = { FACT_EVALUATED, NEED_NOTE | CLOSED_TOO | VITAL, evaluate },
    [STEP_CLOSE] = { FACT_CLOSED, VITAL | SEES, close_it },
    [STEP_REOPEN] = { FACT_REOPENED, NEED_NOTE | CLOSED_TOO | VITAL, reopen },
    [STEP_WAIT] = { FACT_WAITING, NEED_NOTE, NULL },
    [STEP_WAIT_OVER] = { FACT_WAITING_OVER, 0, stop_waiting },
    [STEP_UNLINK] = { FACT_UNLINKED, NEED_NOTE, unlink_one },
    [STEP_SPLIT] = { FACT_SPLIT, NEED_NOTE, split },
    [STEP_MERGE] = { FACT_MERGED, 0, merge },
    [STEP_BACKDATE] = { FACT_OCCURRED, CLOSED_TOO | EARLIER, backdate },
    [STEP_IMPACT] = { FACT_IMPACT, 0, set_impact },
    [STEP_LARGE] = { FACT_LARGE_EFFECT, NEED_NOTE, say_large },
    [STEP_DUTY_DONE] = { FACT_DUTY_DONE, CLOSED_TOO | VITAL, duty_done },
    [STEP_DUTY_WAIVE] = { FACT_DUTY_WAIVED, NEED_NOTE | CLOSED_TOO | VITAL, duty_waived },
    [STEP_ACKNOWLEDGE] = { FACT_ACKNOWLEDGED, SEES, acknowledge },
    [STEP_MEASURE] = { FACT_MEASURE, 0, measure },
    [STEP_PROGRESS] = { FACT_PROGRESS, NEED_NOTE, NULL },
};

enum {
    FACTS_FOR_VITAL = 24, /* places that only the steps which end an incident may take */
    CALLS_MAX = 40        /* so that many calls leave room for what is done about them */
};

bool step_sees(enum step_kind k)
{
    return k < STEP_COUNT && (ROWS[k].needs & SEES) != 0;
}

enum fact_kind step_fact(enum step_kind k)
{
    return k < STEP_COUNT ? ROWS[k].fact : FACT_COUNT;
}

static const struct fact *fact_by_key(const struct incident *i, uint64_t key)
{
    for (size_t n = 0; key != 0 && n < i->fact_count; n++)
        if (i->facts[n].key == key)
            return &i->facts[n];
    return NULL;
}

static enum refusal time_is_fine(const struct turn *t)
{
    if (t->claimed.ms > t->now.ms + STEP_FUTURE_MS)
        return REFUSED_FUTURE;
    return t->claimed.ms < t->now.ms - (int64_t)STEP_PAST_DAYS * CLOCK_DAY_MS ? REFUSED_TOO_OLD
                                                                              : REFUSED_NOTHING;
}

static enum refusal words_are_fine(const struct incident_step *s)
{
    if (s->who == NULL || s->who[0] == '\0')
        return REFUSED_NO_WHO;
    return (ROWS[s->kind].needs & NEED_NOTE) != 0 && s->note[0] == '\0' ? REFUSED_NO_REASON : REFUSED_NOTHING;
}

/* People write whole minutes, and clocks differ.  A start that nobody is sure of forbids nothing. */
static bool is_before_start(const struct turn *t)
{
    return t->s->claimed.ms != 0 && (ROWS[t->s->kind].needs & EARLIER) == 0 && !incident_unsure(t->i) &&
           t->claimed.ms < incident_began(t->i).ms - STEP_EARLY_MS;
}

static enum refusal may_step(const struct turn *t)
{
    const struct step_row *row = &ROWS[t->s->kind];
    size_t room = INCIDENT_FACTS_MAX - ((row->needs & VITAL) != 0 ? 0 : FACTS_FOR_VITAL);

    if (t->i->merged_into != 0)
        return REFUSED_MERGED;
    if (t->i->closed && (row->needs & CLOSED_TOO) == 0)
        return REFUSED_CLOSED;
    if (t->s->member != 0 && incident_member(t->i, t->s->member) == NULL)
        return REFUSED_MEMBER_MISSING;
    if (is_before_start(t))
        return REFUSED_BEFORE_START;
    return t->i->fact_count < room ? REFUSED_NOTHING : REFUSED_FULL;
}

static struct fact fact_of(const struct turn *t)
{
    const struct incident_step *s = t->s;
    struct fact f = { .kind = (uint8_t)ROWS[s->kind].fact,
                      .source = (uint8_t)s->source,
                      .detail = t->detail,
                      .code = (uint8_t)s->code,
                      .key = s->key,
                      .about = t->about,
                      .told = s->told,
                      .claimed = t->claimed,
                      .recorded = t->now };

    (void)snprintf(f.who, sizeof f.who, "%s", s->who);
    (void)snprintf(f.note, sizeof f.note, "%s", s->note);
    return f;
}

static enum refusal take(struct turn *t)
{
    const struct step_row *row = &ROWS[t->s->kind];
    enum refusal r = may_step(t);
    struct fact f;

    if (r == REFUSED_NOTHING && row->change != NULL)
        r = row->change(t);
    if (r != REFUSED_NOTHING)
        return r;
    if ((row->needs & SEES) != 0)
        t->i->unacknowledged = false;
    f = fact_of(t);
    book_add_fact(t->i, &f);
    book_touch(t->i);
    duties_settle(t->b, t->i, t->now);
    if ((row->needs & ASSESSES) != 0)
        duties_assessed(t->i, &f);
    tell_now(t->b, t->i, t->now);
    return REFUSED_NOTHING;
}

/* Told again by its key, of whichever incident, as it may have been merged since. */
static struct incident *told_before(const struct incidents *b, uint64_t key)
{
    for (size_t k = 0; key != 0 && k < b->count; k++)
        if (fact_by_key(&b->all[k]->i, key) != NULL)
            return &b->all[k]->i;
    return NULL;
}

static struct outcome outcome_of(enum refusal r, uint64_t incident)
{
    return (struct outcome){ .refusal = r, .incident = incident };
}

/* ---------------------------------------------------------------- what an incident has no room for */

static size_t calls_of(const struct incident *i)
{
    size_t n = 0;

    for (size_t k = 0; k < i->fact_count; k++)
        n += i->facts[k].kind == FACT_CALLED;
    return n;
}

static bool has_room_for(const struct incident *i, enum step_kind k)
{
    return i->member_count < INCIDENT_MEMBERS_MAX && i->fact_count < INCIDENT_FACTS_MAX - FACTS_FOR_VITAL &&
           (k != STEP_CALL || calls_of(i) < CALLS_MAX);
}

static bool took_what_had_no_room(const struct incident *i, const struct incident *full)
{
    bool tied = false;

    for (size_t k = 0; k < i->tie_count; k++)
        tied = tied || (i->ties[k].incident == full->id && i->ties[k].kind == TIE_OVERFLOW);
    return tied && i->id > full->id && i->drill == full->drill && i->member_count > 0 &&
           (i->members[0].evidence == EVIDENCE_CALL || i->members[0].evidence == EVIDENCE_PERSON);
}

/* Where it goes: the incident that is meant, or one beside it.  NULL: a new one. */
static struct incident *room_beside(const struct incidents *b, struct incident *meant, enum step_kind k)
{
    if (meant == NULL || !incident_lives(meant) || has_room_for(meant, k))
        return meant;
    for (size_t n = 0; n < b->count; n++) {
        struct incident *i = &b->all[n]->i;
        if (incident_lives(i) && has_room_for(i, k) && took_what_had_no_room(i, meant))
            return i;
    }
    return NULL;
}

static bool joins(const struct incident_step *s)
{
    return (ROWS[s->kind].needs & OPENS) != 0 && s->incident != 0 && s->class < CLASS_COUNT;
}

/* The incident that the step is of. */
static struct incident *incident_for(struct turn *t, bool opens)
{
    const struct incident_step *s = t->s;
    struct incident *meant = opens ? NULL : book_find(t->b, s->incident);
    struct incident *i = !opens && joins(s) ? room_beside(t->b, meant, s->kind) : meant;

    book_mark(t->b, meant, s->kind == STEP_MERGE ? book_find(t->b, s->other) : i);
    if (i != NULL || (!opens && meant == NULL))
        return i;
    i = book_open(t->b, t->now);
    if (i == NULL)
        return NULL;
    i->drill = meant != NULL ? meant->drill : s->drill;
    if (meant != NULL) {
        book_tie(i, meant->id, TIE_OVERFLOW);
        book_tie(meant, i->id, TIE_OVERFLOW);
    }
    return i;
}

struct outcome incidents_step(struct incidents *b, const struct incident_step *told, struct wall now)
{
    struct incident_step s = *told;
    struct turn t = {
        .b = b, .s = &s, .claimed = s.claimed.ms != 0 ? s.claimed : now, .now = now, .about = s.member
    };
    const struct incident *before = told_before(b, s.key);
    enum refusal r;
    bool opens = s.kind < STEP_COUNT && (ROWS[s.kind].needs & OPENS) != 0 && s.incident == 0;

    s.note = s.note != NULL ? s.note : "";
    b->undo.any = false;
    if (before != NULL)
        return (struct outcome){ .incident = before->id, .again = true };
    if (s.kind >= STEP_COUNT || s.source >= CLOCK_SOURCE_COUNT ||
        (opens && (s.class >= CLASS_COUNT || s.code >= FINDER_COUNT)) || s.code > UINT8_MAX)
        return outcome_of(REFUSED_BAD, 0);
    r = words_are_fine(&s);
    if (r == REFUSED_NOTHING)
        r = time_is_fine(&t);
    if (r != REFUSED_NOTHING)
        return outcome_of(r, s.incident);
    if (opens || joins(&s)) { /* nothing else of it is meant */
        t.about = s.member = 0;
        t.claimed = t.claimed.ms < now.ms ? t.claimed : now;
    }
    t.i = incident_for(&t, opens);
    if (t.i == NULL)
        return outcome_of(opens || book_find(b, s.incident) != NULL ? REFUSED_FULL : REFUSED_MISSING,
                          s.incident);
    return outcome_of(take(&t), t.i->id);
}
