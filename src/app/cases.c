#include "cases.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "cases_again.h"
#include "model/incident_reach.h"
#include "model/lane.h"
#include "seal/seal.h"
#include "signs.h"

/* First bytes of what the journal keeps; no item of a lane begins so, nor does anything of watch.c. */
enum { TAG_INCIDENT = 0xB1, TAG_HEAD = 0xB2, TAG_LETTER = 0xB3 };

/* After each start ids go on from the minutes since then at least, so that those of a journal that was lost,
 * or put back from a copy, do not come again: a book gives out fewer than one a minute. */
static const int64_t FIRST_ID_MS = 1767225600000; /* 2026-01-01T00:00:00Z */

/* Bytes of incidents in one record, about; what is beyond waits for the next.  It takes a hundred full ones.
 */
enum { CASES_RECORD_MAX = 4 << 20 };

struct pending {
    size_t taken; /* of changed: in the record that is being made */
    size_t changed_count, gone_count, out_count;
    uint64_t changed[INCIDENTS_MAX]; /* ids that a record must hold; some may be gone */
    uint64_t gone[CASES_GONE_MAX];
    struct outgoing out[OUTBOX_MAX];
    size_t addressed; /* of out: they have their letters */
    bool has_caller;
    struct stored_caller caller;
};

struct cases {
    struct incidents *book;
    struct outbox *letters;
    const struct contacts *contacts; /* NULL: nobody is told */
    const struct rosters *rosters;   /* NULL: nobody is on duty */
    unsigned steps;                  /* of the escalation */
    struct incident_targets targets;
    struct pending pending;
    struct {
        size_t changed, gone, out;
    } before;          /* the last act */
    size_t followed;   /* steps of the watch that were told */
    bool owes_signs;   /* some found no room, or a drill began or ended */
    uint64_t modes;    /* generation of those that were looked at */
    uint64_t revision; /* of the last record that was made */
    uint64_t generation;
    struct damper full; /* how often it is said */

    unsigned char head[INCIDENTS_HEAD_BYTES]; /* as restored */
    bool has_head;

    struct incident_copy *copies[INCIDENTS_MAX]; /* as last frozen, by id */
    size_t copy_count;
};

enum err cases_new(struct cases **out, const struct incident_rules *rules, const struct outbox_rules *letters,
                   const struct contacts *contacts, const struct rosters *rosters, struct fault *why)
{
    struct cases *c = calloc(1, sizeof *c);

    if (c == NULL || incidents_new(&c->book, rules, INCIDENTS_MAX) != ERR_NONE ||
        outbox_new(&c->letters, letters) != ERR_NONE) {
        cases_free(c);
        return fault_set(why, ERR_MEMORY, "incidents: no memory");
    }
    c->targets = rules->targets;
    c->contacts = contacts;
    c->rosters = rosters;
    c->steps = rules->escalation.steps;
    *out = c;
    return ERR_NONE;
}

void cases_people(struct cases *c, const struct contacts *contacts, const struct rosters *rosters,
                  const struct escalation_rules *escalation)
{
    c->contacts = contacts;
    c->rosters = rosters;
    c->steps = escalation->steps;
    incidents_escalate(c->book, escalation);
}

void cases_free(struct cases *c)
{
    if (c == NULL)
        return;
    for (size_t i = 0; i < c->copy_count; i++)
        incident_copy_drop(c->copies[i]);
    incidents_free(c->book);
    outbox_free(c->letters);
    free(c);
}

/* ---- what changed ---- */

static size_t copy_place(const struct cases *c, uint64_t id)
{
    size_t n = 0;

    while (n < c->copy_count && c->copies[n]->is.id < id)
        n++;
    return n;
}

/* The picture of it that others hold is of the past. */
static void forget_copy(struct cases *c, uint64_t id)
{
    size_t n = copy_place(c, id);

    if (n == c->copy_count || c->copies[n]->is.id != id)
        return;
    incident_copy_drop(c->copies[n]);
    c->copy_count--;
    memmove(&c->copies[n], &c->copies[n + 1], (c->copy_count - n) * sizeof(struct incident_copy *));
}

static bool is_pending(const struct pending *p, uint64_t id)
{
    for (size_t i = 0; i < p->changed_count; i++)
        if (p->changed[i] == id)
            return true;
    return false;
}

/* One that is gone makes room for one that is not. */
static void drop_dead(struct cases *c)
{
    struct pending *p = &c->pending;
    size_t n = 0;

    for (size_t i = 0; i < p->changed_count; i++)
        if (incidents_find(c->book, p->changed[i]) != NULL)
            p->changed[n++] = p->changed[i];
    p->changed_count = n;
}

static void note_changed(struct cases *c, uint64_t id)
{
    struct pending *p = &c->pending;

    forget_copy(c, id);
    c->generation++;
    if (is_pending(p, id))
        return;
    if (p->changed_count == INCIDENTS_MAX)
        drop_dead(c); /* the book has no more than there are places */
    p->changed[p->changed_count++] = id;
}

/* TT 23/2022/TT-BNNPTNT holds where the system is rural, not where somebody thinks of saying so. */
static void say_rural(struct cases *c, const struct cases_from *from, const struct incident *i)
{
    if (!i->closed && i->merged_into == 0 && !i->impact.rural && incident_is_rural(i, from->catalogue))
        incidents_say_rural(c->book, i->id, from->now);
}

/* What is rural is so in the record that has what was opened, or came to it. */
static void collect(struct cases *c, const struct cases_from *from)
{
    struct pending *p = &c->pending;
    const struct incident *i;
    uint64_t gone;

    while ((i = incidents_take_changed(c->book)) != NULL) {
        note_changed(c, i->id);
        if (from != NULL)
            say_rural(c, from, i); /* it is taken again then */
    }
    while (p->gone_count < CASES_GONE_MAX && (gone = incidents_take_gone(c->book)) != 0) {
        forget_copy(c, gone);
        c->generation++;
        p->gone[p->gone_count++] = gone;
    }
    p->out_count += incidents_take_out(c->book, p->out + p->out_count, OUTBOX_MAX - p->out_count);
}

bool cases_has_news(const struct cases *c)
{
    const struct pending *p = &c->pending;

    return p->changed_count > 0 || p->gone_count > 0 || p->out_count > 0 || p->has_caller ||
           outbox_has_news(c->letters);
}

uint64_t cases_generation(const struct cases *c)
{
    return c->generation;
}

/* ---- what alarms say ---- */

/* Somewhere in the book, also where people closed it against what is measured.  An exercise hides nothing
 * that is true; what is true needs no exercise. */
static bool lasts_in_book(const struct cases *c, uint64_t alarm, bool drill)
{
    for (size_t n = 0; n < incidents_count(c->book); n++) {
        const struct incident *i = incidents_at(c->book, n);
        for (size_t k = 0; k < i->member_count && (drill || !i->drill); k++)
            if (i->members[k].alarm == alarm && i->members[k].cleared.ms == 0 &&
                i->members[k].evidence != EVIDENCE_CALL)
                return true;
    }
    return false;
}

static void tell(struct cases *c, const struct sign *s, struct wall now)
{
    unsigned swallowed = 0;

    if (s->change == SIGN_OPENED && lasts_in_book(c, s->alarm, s->drill))
        return;
    if (incidents_sign(c->book, s, now).refusal != REFUSED_FULL)
        return;
    c->owes_signs = true;
    if (damper_complain(&c->full, mono_read(), &swallowed))
        log_error("incidents: the book has no room, what came is told again until it has; refused=%" PRIu64
                  " unsaid=%u: close what is over",
                  incidents_refused(c->book), swallowed);
}

/* The device does not answer, as far as is shown. */
static bool is_unheard(const struct cases_from *f, const struct point *p)
{
    const struct reading *r = board_get(f->board, (uint32_t)(p - f->catalogue->points));

    return r->reason == REASON_NO_ANSWER || r->reason == REASON_NO_CONNECTION;
}

static bool is_drill(const struct cases_from *f, const struct point *p)
{
    const struct modes *all = mode_book_modes(f->modes);

    for (size_t i = 0; i < all->count; i++)
        if (all->list[i].kind == MODE_DRILL && all->list[i].end == MODE_OPEN &&
            mode_covers(&all->list[i], f->catalogue, (uint32_t)(p - f->catalogue->points)))
            return true;
    return false;
}

/* Of the one that the point was in at that time and is no more; else that time. */
static struct wall end_of_drill(const struct cases_from *f, const struct point *p, struct wall at)
{
    const struct modes *all = mode_book_modes(f->modes);

    for (size_t i = 0; i < all->count; i++) {
        const struct mode *m = &all->list[i];
        if (m->kind == MODE_DRILL && m->end != MODE_OPEN && m->from.ms <= at.ms && m->ended.ms > at.ms &&
            mode_covers(m, f->catalogue, (uint32_t)(p - f->catalogue->points)))
            return m->ended;
    }
    return at;
}

/* Since when what opened then is no exercise: the end of its drill, or of the last that followed on it. */
static struct wall true_since(const struct cases_from *f, const struct point *p, struct wall opened)
{
    struct wall at = opened, end;

    while ((end = end_of_drill(f, p, at)).ms > at.ms)
        at = end;
    return at;
}

/* Further out: a second burst. */
static bool is_step(const struct alarm_step *step, const struct sense *s)
{
    return step->event == ALARM_FURTHER && (s->evidence == EVIDENCE_FLOW || s->evidence == EVIDENCE_PRESSURE);
}

static double step_size(const struct alarm *a)
{
    return fabs(a->value - (isnan(a->seen) ? a->limit : a->seen));
}

static bool alarm_lasts(struct cases *c, const struct cases_from *f, const struct alarm *a,
                        const struct alarm_step *step)
{
    struct wall at = step != NULL ? step->at : a->opened;
    const struct point *p;
    struct sense sense;
    struct sign s;

    if (!sense_of_alarm(f->catalogue, a, &p, &sense))
        return false;
    if (step == NULL && !is_drill(f, p))
        at = true_since(f, p, at);
    if (sense.evidence == EVIDENCE_SILENCE && is_unheard(f, p)) {
        s = sign_of_link(f->catalogue, p, at);
        s.drill = is_drill(f, p);
        s.unsure = f->unsure;
        tell(c, &s, f->now);
    }
    s = sign_of(f->catalogue, p, &sense, at);
    s.drill = is_drill(f, p);
    s.unsure = f->unsure;
    if (step != NULL && is_step(step, &sense)) {
        s.change = SIGN_STEPPED;
        s.size = step_size(a);
        s.drill = s.drill && !lasts_in_book(c, s.alarm, false); /* a true burst that grows is no exercise */
    }
    tell(c, &s, f->now);
    return true;
}

/* Does some alarm still say what the member is? */
static bool is_said(const struct cases_from *f, const struct member *m)
{
    const struct alarms *all = watch_alarms(f->watch);

    for (size_t i = 0; i < alarms_count(all); i++) {
        const struct point *p;
        struct sense s;
        if (!sense_of_alarm(f->catalogue, alarms_at(all, i), &p, &s))
            continue;
        if (m->point != 0 ? p->key == m->point && s.evidence == m->evidence && !sides_differ(s.side, m->side)
                          : s.evidence == EVIDENCE_SILENCE && link_key(f->catalogue, p) == m->alarm)
            return true;
    }
    return false;
}

static bool may_be_over(const struct member *m, uint64_t point)
{
    return m->alarm != 0 && m->cleared.ms == 0 && m->evidence != EVIDENCE_CALL &&
           (m->point == 0 || m->point == point);
}

/* Where the members of this point have no alarm any more, they are cleared; one sign clears all that it
 * names. */
static void alarm_is_over(struct cases *c, const struct cases_from *f, const struct alarm_step *step)
{
    for (size_t n = 0; n < incidents_count(c->book); n++) {
        const struct incident *i = incidents_at(c->book, n);
        for (size_t k = 0; k < i->member_count; k++) {
            const struct member *m = &i->members[k];
            const struct sign s = { .change = SIGN_CLEARED, .alarm = m->alarm, .at = step->at, .size = NAN };
            if (may_be_over(m, step->alarm.point) && !is_said(f, m))
                tell(c, &s, f->now);
        }
    }
}

void cases_follow(struct cases *c, const struct cases_from *from)
{
    size_t count;
    const struct alarm_step *steps = watch_steps(from->watch, &count);

    for (; c->followed < count; c->followed++) {
        const struct alarm_step *s = &steps[c->followed];
        if (!alarm_lasts(c, from, &s->alarm, s))
            alarm_is_over(c, from, s);
    }
    c->followed = count;
    c->owes_signs = c->owes_signs || watch_lost(from->watch) > 0;
    collect(c, from);
}

void cases_step_undone(struct cases *c)
{
    c->followed -= c->followed > 0;
}

void cases_clock_true(struct cases *c, int64_t step_ms, struct wall now)
{
    incidents_clock_true(c->book, step_ms, now);
    collect(c, NULL);
}

void cases_renamed(struct cases *c)
{
    c->generation++;
}

/* Members whose alarm ended in a step that no record had room for. */
static void tell_what_is_over(struct cases *c, const struct cases_from *f)
{
    for (size_t n = 0; n < incidents_count(c->book); n++) {
        const struct incident *i = incidents_at(c->book, n);
        for (size_t k = 0; k < i->member_count; k++) {
            const struct member *m = &i->members[k];
            const struct sign s = { .change = SIGN_CLEARED, .alarm = m->alarm, .at = f->now, .size = NAN };
            if (may_be_over(m, m->point) && !is_said(f, m))
                tell(c, &s, f->now);
        }
    }
}

static void tell_all(struct cases *c, const struct cases_from *from)
{
    const struct alarms *all = watch_alarms(from->watch);

    c->owes_signs = false;
    for (size_t i = 0; i < alarms_count(all); i++)
        (void)alarm_lasts(c, from, alarms_at(all, i), NULL);
    tell_what_is_over(c, from);
}

static void pass_on_what_is_stuck(struct cases *c, struct wall now);

void cases_tick(struct cases *c, const struct cases_from *from)
{
    c->owes_signs = c->owes_signs || c->modes != mode_book_generation(from->modes);
    c->modes = mode_book_generation(from->modes);
    if (c->owes_signs)
        tell_all(c, from);
    incidents_tick(c->book, from->now);
    outbox_tick(c->letters, c->book, from->now);
    pass_on_what_is_stuck(c, from->now);
    collect(c, from);
}

/* ---- what people do ---- */

static void keep_caller(struct cases *c, const struct incident_act *act, uint64_t incident, struct wall now)
{
    struct pending *p = &c->pending;

    p->has_caller = act->kind == STEP_CALL && (act->caller[0] != '\0' || act->phone[0] != '\0');
    if (!p->has_caller)
        return;
    p->caller = (struct stored_caller){ .call = incident_call(act->key), .incident = incident, .at = now };
    memcpy(p->caller.name, act->caller, sizeof p->caller.name);
    memcpy(p->caller.phone, act->phone, sizeof p->caller.phone);
}

enum err cases_act(struct cases *c, const struct cases_from *from, const struct incident_act *act,
                   struct case_answer *out, struct fault *why)
{
    struct incident_step s = incident_act_step(act);
    struct outcome o;

    s.unsure = from->unsure;
    if (s.kind == STEP_OPEN || s.kind == STEP_CALL)
        s.residence_ms = place_residence_ms(from->catalogue, act->site, act->zone);
    cases_follow(c, from);
    c->before.changed = c->pending.changed_count;
    c->before.gone = c->pending.gone_count;
    c->before.out = c->pending.out_count;
    o = incidents_step(c->book, &s, from->now);
    *out = (struct case_answer){ o.refusal, o.again, o.incident };
    if (o.refusal != REFUSED_NOTHING)
        return fault_set(why, o.refusal == REFUSED_MISSING && s.kind != STEP_MERGE ? ERR_MISSING : ERR_STATE,
                         "%s", refusal_sentence(o.refusal));
    if (o.again)
        return cases_is_again(c->book, &s, o.incident)
                   ? ERR_NONE
                   : fault_set(why, ERR_STATE, "this key was used before, for something else");
    keep_caller(c, act, o.incident, from->now);
    collect(c, from);
    return ERR_NONE;
}

void cases_undo(struct cases *c)
{
    struct pending *p = &c->pending;

    incidents_undo(c->book);
    for (size_t i = c->before.changed; i < p->changed_count; i++)
        forget_copy(c, p->changed[i]);
    drop_dead(c);
    for (size_t k = c->before.out; k < p->addressed; k++)
        outbox_take_back(c->letters, &p->out[k]);
    p->addressed = p->addressed < c->before.out ? p->addressed : c->before.out;
    p->out_count = c->before.out;
    p->has_caller = false;
    c->generation++;
}

const struct incident *cases_find(const struct cases *c, uint64_t incident)
{
    return incidents_find(c->book, incident);
}

struct incident_copy *cases_copy(struct cases *c, uint64_t incident)
{
    const struct incident *i = incidents_find(c->book, incident);

    return i == NULL ? NULL : incident_copy_new(i, c->revision);
}

/* ---- letters ---- */

/* By the next channel of its contact, when there is one. */
static void pass_on(struct cases *c, const struct letter *l, struct wall now)
{
    const struct contact *to = c->contacts == NULL ? NULL : contact_find(c->contacts, l->to);
    enum channel by = to == NULL ? CHANNEL_COUNT : contact_next_channel(to, (enum channel)l->channel);

    if (by != CHANNEL_COUNT && outbox_pass_on(c->letters, l, by, now) == ERR_NONE)
        log_info("letter incident=%" PRIu64 " kind=%s to=%s goes on by %s", l->about.incident,
                 outgoing_kind_name((enum outgoing_kind)l->about.kind), to->id, channel_name(by));
}

static const struct letter *reported(const struct cases *c, const struct letter_report *r)
{
    struct letter like = { .about = r->about, .channel = r->channel };

    memcpy(like.to, r->to, sizeof like.to);
    for (size_t n = 0; n < outbox_count(c->letters); n++)
        if (letter_is(outbox_at(c->letters, n), &like))
            return outbox_at(c->letters, n);
    return NULL;
}

bool cases_letter(struct cases *c, const struct letter_report *r, struct wall now)
{
    const struct letter *l;

    if (outbox_report(c->letters, r, now) != ERR_NONE)
        return false;
    l = reported(c, r);
    if (l != NULL && outbox_is_stuck(c->letters, l, now)) {
        const struct letter stuck = *l;
        pass_on(c, &stuck, now);
    }
    return true;
}

/* Those that were refused went on when they were. */
static void pass_on_what_is_stuck(struct cases *c, struct wall now)
{
    for (size_t n = 0; n < outbox_count(c->letters); n++) {
        const struct letter l = *outbox_at(c->letters, n);
        if (l.state == LETTER_WAITS && outbox_is_stuck(c->letters, &l, now))
            pass_on(c, &l, now);
    }
}

const struct outbox *cases_outbox(const struct cases *c)
{
    return c->letters;
}

static void say_gaps(const struct cases *c, const struct outgoing *o, uint32_t gaps)
{
    for (size_t k = 0; k < ROSTERS_MAX; k++)
        if ((gaps >> k & 1) != 0)
            log_warn("roster=%s gap: nobody is on duty, the leader is told incident=%" PRIu64 " kind=%s",
                     c->rosters->list[k].id, o->incident, outgoing_kind_name((enum outgoing_kind)o->kind));
}

static void post(struct cases *c, const struct outgoing *o, const struct incident *i,
                 const struct contact *to, struct wall now)
{
    struct posting how = { .always = o->kind == OUT_LARGE_EFFECT || o->kind == OUT_BEYOND_CONTROL };

    if (to->channel_count == 0)
        return;
    if (!outgoing_is_urgent(o, i))
        how.quiet_until = contact_quiet_until(to, now);
    if (outbox_post(c->letters, o, to->id, (enum channel)to->channels[0], how, now) == ERR_FULL)
        log_error("letters: no room for incident=%" PRIu64 " to=%s lost=%" PRIu64, o->incident, to->id,
                  outbox_lost(c->letters));
}

static void address(struct cases *c, const struct cases_from *from, const struct outgoing *o)
{
    const struct incident *i = o->incident == 0 ? NULL : incidents_find(c->book, o->incident);
    const struct addressing a = { c->contacts, c->rosters, from->catalogue, c->steps, c->book };
    struct addressees who;

    who = addressees_of(&a, i, o, c->letters);
    say_gaps(c, o, who.gaps);
    for (size_t k = 0; k < c->contacts->count; k++)
        if (who.told[k])
            post(c, o, i, &c->contacts->list[k], from->now);
}

void cases_address(struct cases *c, const struct cases_from *from)
{
    struct pending *p = &c->pending;

    for (; p->addressed < p->out_count; p->addressed++)
        if (c->contacts != NULL)
            address(c, from, &p->out[p->addressed]);
}

/* ---- the next record ---- */

static uint64_t incident_key(uint64_t id)
{
    char text[40];

    (void)snprintf(text, sizeof text, "incident %" PRIu64, id);
    return seal_key63(text);
}

static uint64_t letter_key(const struct letter *l)
{
    char name[LETTER_NAME_MAX], text[LETTER_NAME_MAX + 8];

    letter_name(l, name);
    (void)snprintf(text, sizeof text, "letter %s", name);
    return seal_key63(text);
}

static uint64_t head_key(void)
{
    return seal_key63("incidents head");
}

static void add_letters(const struct cases *c, struct strbuf *events)
{
    const struct letter *l;
    size_t at = 0;

    for (size_t k = 0; (l = outbox_gone(c->letters, k)) != NULL; k++)
        if (outbox_gone_is_news(c->letters, k))
            body_add_letter(events, l);
    while ((l = outbox_chosen(c->letters, &at)) != NULL)
        body_add_letter(events, l);
}

void cases_add_entries(struct cases *c, struct strbuf *events, struct wall now)
{
    struct pending *p = &c->pending;
    size_t start = events->len;

    p->taken = 0;
    outbox_begin(c->letters);
    if (!cases_has_news(c))
        return;
    c->revision = now.ms > 0 && (uint64_t)now.ms > c->revision ? (uint64_t)now.ms : c->revision + 1;
    for (size_t k = 0; k < p->changed_count && events->len - start < CASES_RECORD_MAX; k++) {
        const struct incident *i = incidents_find(c->book, p->changed[k]);
        struct stored_incident s;
        p->taken = k + 1;
        if (i == NULL)
            continue;
        s = stored_incident_of(i, &c->targets, c->revision, now);
        body_add_incident(events, &s, i);
    }
    for (size_t k = 0; k < p->out_count; k++)
        body_add_outgoing(events, &p->out[k]);
    add_letters(c, events);
    if (p->has_caller)
        body_add_caller(events, &p->caller);
}

static void add_state(struct journal_state *states, size_t *ends, size_t *n, uint64_t key, size_t end)
{
    states[*n].key = key;
    ends[(*n)++] = end;
}

static void add_head(const struct cases *c, struct strbuf *to)
{
    unsigned char head[INCIDENTS_HEAD_BYTES];

    incidents_write_head(c->book, head);
    strbuf_putc(to, (char)TAG_HEAD);
    strbuf_add(to, &c->revision, sizeof c->revision); /* a journal stays on its machine */
    strbuf_add(to, head, sizeof head);
}

static void add_letter_states(const struct cases *c, struct strbuf *to, struct journal_state *states,
                              size_t *ends, size_t *n)
{
    const struct letter *l;
    size_t at = 0;

    for (size_t k = 0; (l = outbox_gone(c->letters, k)) != NULL; k++)
        add_state(states, ends, n, letter_key(l), to->len);
    while ((l = outbox_chosen(c->letters, &at)) != NULL) {
        strbuf_putc(to, (char)TAG_LETTER);
        letter_write(to, l);
        add_state(states, ends, n, letter_key(l), to->len);
    }
}

void cases_add_states(struct cases *c, struct strbuf *to, struct journal_state *states, size_t *ends,
                      size_t *n)
{
    const struct pending *p = &c->pending;

    if (!cases_has_news(c))
        return;
    for (size_t k = 0; k < p->gone_count; k++)
        add_state(states, ends, n, incident_key(p->gone[k]), to->len);
    for (size_t k = 0; k < p->taken; k++) {
        const struct incident *i = incidents_find(c->book, p->changed[k]);
        if (i == NULL)
            continue;
        strbuf_putc(to, (char)TAG_INCIDENT);
        incident_write(to, i);
        add_state(states, ends, n, incident_key(i->id), to->len);
    }
    add_letter_states(c, to, states, ends, n);
    add_head(c, to);
    add_state(states, ends, n, head_key(), to->len);
}

void cases_recorded(struct cases *c)
{
    struct pending *p = &c->pending;

    for (size_t k = 0; k < p->taken; k++)
        incidents_written(c->book, p->changed[k]);
    p->changed_count -= p->taken;
    memmove(p->changed, p->changed + p->taken, p->changed_count * sizeof *p->changed);
    p->taken = p->gone_count = p->out_count = p->addressed = 0;
    outbox_recorded(c->letters);
    p->has_caller = false;
    c->followed = 0;
}

/* ---- life ---- */

static void restore_incident(struct cases *c, const unsigned char *at, size_t len)
{
    enum err rc = incidents_put(c->book, at, len);

    if (rc != ERR_NONE)
        log_error("incidents one in the journal is not read code=%d", (int)rc);
}

static void restore_head(struct cases *c, const unsigned char *at, size_t len)
{
    if (len != sizeof c->revision + sizeof c->head)
        return;
    memcpy(&c->revision, at, sizeof c->revision);
    memcpy(c->head, at + sizeof c->revision, sizeof c->head);
    c->has_head = true;
}

static void restore_letter(struct cases *c, const unsigned char *at, size_t len)
{
    struct letter l;
    const unsigned char *end = at + len;

    if (letter_read(&at, end, &l) != ERR_NONE)
        log_error("letters: one in the journal is not read");
    else if (outbox_restore(c->letters, &l) != ERR_NONE)
        log_error("letters: no room for one of the journal, incident=%" PRIu64 " to=%s lost=%" PRIu64,
                  l.about.incident, l.to, outbox_lost(c->letters));
}

bool cases_restore(struct cases *c, const struct journal_state *s)
{
    const unsigned char *at = s->body;

    if (s->len < 1)
        return false;
    switch (*at++) {
    case TAG_INCIDENT: restore_incident(c, at, s->len - 1); return true;
    case TAG_LETTER: restore_letter(c, at, s->len - 1); return true;
    case TAG_HEAD: restore_head(c, at, s->len - 1); return true;
    default: return false;
    }
}

/* See FIRST_ID_MS. */
static enum err skip_ids(struct cases *c, struct wall now)
{
    uint64_t next = now.ms > FIRST_ID_MS ? (uint64_t)((now.ms - FIRST_ID_MS) / CLOCK_MINUTE_MS) + 1 : 1;
    unsigned char head[INCIDENTS_HEAD_BYTES];

    incidents_write_head(c->book, head);
    for (size_t k = 0; k < 8; k++)
        head[1 + k] = (unsigned char)(next >> (8 * k));
    return incidents_read_head(c->book, head, sizeof head); /* never back */
}

void cases_resume(struct cases *c, const struct cases_from *from)
{
    enum err rc = c->has_head ? incidents_read_head(c->book, c->head, sizeof c->head) : ERR_NONE;

    if (rc == ERR_NONE)
        rc = skip_ids(c, from->now);
    if (rc != ERR_NONE)
        log_error("incidents the number of the next is not read code=%d", (int)rc);
    incidents_resume(c->book, from->now);
    for (size_t n = 0; n < incidents_count(c->book); n++) /* of an earlier version */
        say_rural(c, from, incidents_at(c->book, n));
    tell_all(c, from);
    collect(c, from);
}

/* ---- the list that others see ---- */

static struct incident_copy *fresh_or_shared(struct cases *c, const struct incident *i)
{
    size_t n = copy_place(c, i->id);

    if (n < c->copy_count && c->copies[n]->is.id == i->id)
        return incident_copy_hold(c->copies[n]);
    return incident_copy_new(i, c->revision);
}

static void keep_copies(struct cases *c, const struct incident_list *l)
{
    for (size_t i = 0; i < c->copy_count; i++)
        incident_copy_drop(c->copies[i]);
    for (size_t i = 0; i < l->count; i++)
        c->copies[i] = incident_copy_hold(l->items[i]);
    c->copy_count = l->count;
}

struct incident_list *cases_freeze(struct cases *c, struct catalogue *catalogue, struct wall now)
{
    size_t count = incidents_count(c->book);
    struct incident_list *l = incident_list_new(count, catalogue);

    for (size_t n = 0; n < count && l != NULL; n++) {
        l->items[n] = fresh_or_shared(c, incidents_at(c->book, n));
        if (l->items[n] == NULL) {
            incident_list_drop(l);
            l = NULL;
        }
    }
    if (l == NULL)
        return NULL;
    l->at = now;
    l->targets = c->targets;
    keep_copies(c, l);
    return l;
}
