#include "incidents.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "choose.h"
#include "model/incident_duty.h"
#include "model/incident_reach.h"
#include "model/incident_words.h"
#include "problem.h"
#include "routes.h"
#include "sees.h"

enum { LIST_DEFAULT = 50, LIST_MAX = 1000, ID_TEXT = 24, WORDS_MAX = 32 };

/* ------------------------------------------------------------------ members of objects */

static void id_member(struct json_out *j, const char *key, uint64_t id)
{
    char text[ID_TEXT];

    (void)snprintf(text, sizeof text, "%" PRIu64, id);
    json_member_text(j, key, id == 0 ? NULL : text);
}

/* Of an incident: whose number it is says who is asked for it. */
static void ref_member(struct json_out *j, const char *key, const struct incident_list *l, uint64_t id)
{
    char text[ID_MAX + ID_TEXT];

    (void)snprintf(text, sizeof text, "%s%s%" PRIu64, l->node, l->node[0] == '\0' ? "" : ":", id);
    json_member_text(j, key, id == 0 ? NULL : text);
}

static const char *node_name(const struct incident_list *l)
{
    if (l->node[0] != '\0')
        return l->node;
    return l->catalogue->node_count > 0 ? l->catalogue->nodes[0] : NULL;
}

static void both(struct json_out *j, const char *key, const char *name, const char *vi)
{
    json_key(j, key);
    json_open_object(j);
    json_member_text(j, "word", name);
    json_member_text(j, "vi", vi);
    json_close_object(j);
}

/* ------------------------------------------------------------------ parts */

static const char *repair_name(enum repair r)
{
    static const char *const NAMES[] = { "none", "claimed", "unconfirmed", "confirmed" };

    return NAMES[r];
}

static const char *point_name(const struct incident_list *l, uint64_t key)
{
    uint32_t i = key == 0 ? NO_INDEX : catalogue_by_key(l->catalogue, key);

    return i == NO_INDEX ? NULL : l->catalogue->points[i].id;
}

static void write_member(struct json_out *j, const struct member *m, const struct incident_list *l,
                         struct wall now)
{
    struct incident_clock c = member_clock(m, &l->targets);

    json_open_object(j);
    id_member(j, "id", m->id);
    json_member_text(j, "evidence", evidence_name(m->evidence));
    json_member_text(j, "point", point_name(l, m->point));
    json_member_words(j, "site", m->site);
    json_member_words(j, "zone", m->zone);
    id_member(j, "cause", m->cause);
    json_member_text(j, "class", incident_limit(m->class)->name);
    json_member_bool(j, "class_confirmed", m->confirmed);
    json_member_bool(j, "legal", c.legal);
    json_member_bool(j, "loosened", m->loosened);
    json_member_int(j, "step", m->step);
    json_member_number(j, "size", m->size);
    json_member_time(j, "start_at", m->start);
    json_member_time(j, "evident_at", m->evident);
    json_member_bool(j, "clock_unsure", m->unsure);
    json_member_time(j, "due_at", c.due);
    json_member_time(j, "cleared_at", m->cleared);
    json_member_time(j, "repaired_at", m->repaired);
    json_member_time(j, "restored_at", m->restored);
    json_member_text(j, "repair", repair_name(member_repair(m, now)));
    json_member_text(j, "on_time", on_time_name(member_on_time(m, now)));
    json_close_object(j);
}

/* What stands in `detail` and `code` depends on the kind. */
static void write_detail(struct json_out *j, const struct fact *f)
{
    switch (f->kind) {
    case FACT_CLASS_CONFIRMED:
    case FACT_RECLASSIFIED: json_member_text(j, "class", incident_limit(f->detail)->name); break;
    case FACT_CAUSE_FOUND:
        json_member_text(j, "controllability", incident_word_of(WORDS_OF_CONTROL, f->detail));
        json_member_text(j, "cause", cause_word(f->code).name);
        break;
    case FACT_MEASURE: json_member_text(j, "measure", measure_word(f->code).name); break;
    case FACT_DETECTED:
        if (f->code != FINDER_NOT_SAID)
            json_member_text(j, "finder", finder_word(f->code).name);
        break;
    case FACT_DUTY_DONE:
    case FACT_DUTY_WAIVED: json_member_text(j, "duty", duty_row(f->detail)->name); break;
    case FACT_LARGE_EFFECT: json_member_bool(j, "large", f->detail == LARGE_SAID_YES); break;
    default: break;
    }
}

static void write_fact(struct json_out *j, const struct fact *f)
{
    json_open_object(j);
    json_member_text(j, "fact", fact_name(f->kind));
    json_member_time(j, "claimed_at", f->claimed);
    json_member_time(j, "recorded_at", f->recorded);
    json_member_text(j, "source", clock_source_name(f->source));
    json_member_words(j, "who", f->who);
    json_member_words(j, "note", f->note);
    id_member(j, "about", f->about);
    write_detail(j, f);
    json_close_object(j);
}

static void write_duty(struct json_out *j, const struct duty *d, enum duty_kind kind, struct wall now)
{
    const struct duty_row *row = duty_row(kind);

    json_open_object(j);
    both(j, "duty", row->name, row->name_vi);
    json_member_text(j, "source", row->source);
    json_member_bool(j, "target", row->target);
    if (row->target)
        json_member_text(j, "words", row->words);
    json_member_time(j, "owed_since", d->since);
    json_member_time(j, "due_at", d->due);
    json_member_time(j, "done_at", d->done);
    json_member_bool(j, "waived", d->waived && !d->voided);
    json_member_bool(j, "voided", d->voided);
    json_member_bool(j, "overdue", d->done.ms == 0 && now.ms >= d->due.ms);
    json_member_words(j, "who", d->who);
    json_close_object(j);
}

static void write_tie(struct json_out *j, const struct tie *t, const struct incident_list *l)
{
    static const char *const KINDS[TIE_COUNT] = { "outlived", "split", "merged", "follows", "overflow" };

    json_open_object(j);
    ref_member(j, "incident", l, t->incident);
    json_member_text(j, "kind", KINDS[t->kind < TIE_COUNT ? t->kind : TIE_OVERFLOW]);
    json_close_object(j);
}

static void write_impact(struct json_out *j, const struct incident_impact *p)
{
    json_key(j, "impact");
    json_open_object(j);
    json_member_int(j, "people", p->people);
    json_member_int(j, "connections", p->connections);
    json_member_int(j, "hospitals", p->hospitals);
    json_member_int(j, "schools", p->schools);
    json_member_int(j, "high_rises", p->high_rises);
    json_member_int(j, "expected_min", p->expected_min);
    json_member_bool(j, "health_hazard", p->health_hazard);
    json_member_bool(j, "wide", p->wide);
    json_member_bool(j, "source_threatened", p->source_threatened);
    json_member_bool(j, "road_opened", p->road_opened);
    json_member_bool(j, "rural", p->rural);
    json_member_bool(j, "partner", p->partner);
    json_close_object(j);
}

static void write_reach(struct json_out *j, const struct incident_reach *r)
{
    json_key(j, "reach");
    json_open_object(j);
    json_member_int(j, "zones", (int64_t)r->zones);
    json_member_number(j, "people", r->people_known ? (double)r->most.people : NAN);
    json_member_number(j, "connections", r->connections_known ? (double)r->most.connections : NAN);
    json_member_int(j, "hospitals", r->most.hospitals);
    json_member_int(j, "schools", r->most.schools);
    json_member_int(j, "high_rises", r->most.high_rises);
    json_member_number(j, "highest_m", r->highest_m);
    json_member_bool(j, "rural", r->most.rural);
    json_close_object(j);
}

static void write_whole(struct json_out *j, const struct incident *i, const struct incident_list *l,
                        struct wall now)
{
    const struct incident_reach reach = incident_reach(i, l->catalogue, incident_began(i));

    write_impact(j, &i->impact);
    write_reach(j, &reach);
    json_key(j, "members");
    json_open_array(j);
    for (size_t k = 0; k < i->member_count; k++)
        write_member(j, &i->members[k], l, now);
    json_close_array(j);
    json_key(j, "facts");
    json_open_array(j);
    for (size_t k = 0; k < i->fact_count; k++)
        write_fact(j, &i->facts[k]);
    json_close_array(j);
    json_key(j, "duties");
    json_open_array(j);
    for (size_t k = 0; k < DUTY_COUNT; k++)
        if (i->duties[k].since.ms != 0)
            write_duty(j, &i->duties[k], (enum duty_kind)k, now);
    json_close_array(j);
    json_key(j, "ties");
    json_open_array(j);
    for (size_t k = 0; k < i->tie_count; k++)
        write_tie(j, &i->ties[k], l);
    json_close_array(j);
}

/* ------------------------------------------------------------------ one */

/* Each place once. */
static void write_places(struct json_out *j, const char *key, const struct incident *i, size_t offset)
{
    json_key(j, key);
    json_open_array(j);
    for (size_t k = 0; k < i->member_count; k++) {
        const char *place = (const char *)&i->members[k] + offset;
        bool before = place[0] == '\0';
        for (size_t n = 0; n < k && !before; n++)
            before = strcmp((const char *)&i->members[n] + offset, place) == 0;
        if (!before)
            json_string(j, place);
    }
    json_close_array(j);
}

static void write_clock(struct json_out *j, const struct incident *i, const struct incident_list *l,
                        struct wall now)
{
    struct incident_clock c = incident_clock(i, &l->targets);

    both(j, "class", incident_limit(c.class)->name, incident_limit(c.class)->name_vi);
    json_member_bool(j, "class_confirmed", incident_class_confirmed(i));
    json_member_bool(j, "legal", c.legal);
    json_member_number(j, "limit_h", (double)c.limit_ms / CLOCK_HOUR_MS);
    json_member_time(j, "start_at", c.start);
    json_member_time(j, "due_at", c.due);
    json_member_text(j, "on_time", on_time_name(incident_on_time(i, now)));
    json_member_bool(j, "overdue", !incident_all_ended(i, now) && now.ms > c.due.ms);
}

void incident_json(struct json_out *j, const struct incident *i, const struct incident_list *l,
                   enum incident_extent extent, struct wall now)
{
    const struct fact *waiting = incident_waiting(i);

    json_open_object(j);
    ref_member(j, "id", l, i->id);
    json_member_text(j, "node", node_name(l));
    json_member_text(j, "state", incident_state_name(incident_state(i, now)));
    write_clock(j, i, l, now);
    json_member_bool(j, "clock_unsure", incident_unsure(i));
    json_member_time(j, "opened_at", i->opened);
    json_member_bool(j, "drill", i->drill);
    json_member_bool(j, "closed", i->closed);
    json_member_bool(j, "unacknowledged", i->unacknowledged);
    json_member_bool(j, "repair_unconfirmed", incident_unconfirmed(i, now));
    json_member_bool(j, "approved_late", incident_approved_late(i, &l->targets));
    json_member_text(j, "controllability", incident_word_of(WORDS_OF_CONTROL, i->controllability));
    json_member_time(j, "large_since", i->large_since);
    json_member_text(j, "waiting_for", waiting == NULL ? NULL : waiting->note);
    ref_member(j, "merged_into", l, i->merged_into);
    write_places(j, "sites", i, offsetof(struct member, site));
    write_places(j, "zones", i, offsetof(struct member, zone));
    json_member_int(j, "member_count", i->member_count);
    if (extent == INCIDENT_WHOLE)
        write_whole(j, i, l, now);
    json_close_object(j);
}

/* ------------------------------------------------------------------ who sees */

bool sees_incident(const struct visitor *v, const struct incident_list *l, const struct incident *i)
{
    const struct scope scope = visitor_scope(v);

    return scope_sees_incident(&scope, l, i);
}

void problem_incident_word(struct reply *r, enum lang lang, const char *field, enum incident_words of)
{
    const char *words[WORDS_MAX + 1] = { NULL };

    for (unsigned n = 0; n < WORDS_MAX && (words[n] = incident_word_of(of, n)) != NULL;)
        n++;
    problem_word(r, lang, field, words);
}

struct incident_list *incidents_take(struct face *f, const struct request *q, struct reply *r)
{
    const struct incidents_port *port = &f->ports.incidents;
    struct incident_list *l = port->open == NULL ? NULL : port->open(port->self);

    if (l != NULL)
        return l;
    if (port->open == NULL) {
        problem(r, q->lang, PROBLEM_NOT_FOUND, NULL, NULL);
        return NULL;
    }
    problem(r, q->lang, PROBLEM_BUSY, NULL, NULL);
    r->retry_after_s = 5;
    return NULL;
}

bool incident_id_parse(const char *text, uint64_t *out)
{
    size_t n = strlen(text);

    *out = 0;
    if (n == 0 || n > 18 || strspn(text, "0123456789") != n)
        return false;
    *out = strtoull(text, NULL, 10);
    return *out != 0;
}

bool incident_own_parse(const char *text, const struct catalogue *c, uint64_t *out)
{
    const char *node = c->node_count > 0 ? c->nodes[0] : "";
    size_t n = strlen(node);

    return incident_id_parse(n > 0 && strncmp(text, node, n) == 0 && text[n] == ':' ? text + n + 1 : text,
                             out);
}

const struct incident *incident_asked_for(const struct request *q, const struct incident_list *l)
{
    uint64_t id;
    const struct incident_copy *c =
        incident_own_parse(q->target.segments[3], l->catalogue, &id) ? incident_list_find(l, id) : NULL;

    return c != NULL && sees_incident(&q->visitor, l, &c->is) ? &c->is : NULL;
}

/* ------------------------------------------------------------------ asked for */

struct wish {
    bool open, any;
    enum incident_state state;
    const char *site;
    uint64_t below; /* ids */
    unsigned limit;
};

static bool state_of(const char *given, struct wish *w)
{
    w->any = given == NULL;
    w->open = given != NULL && strcmp(given, "open") == 0;
    for (unsigned s = 0; s < INCIDENT_STATE_COUNT && given != NULL && !w->open; s++) {
        if (strcmp(given, incident_state_name((enum incident_state)s)) != 0)
            continue;
        w->state = (enum incident_state)s;
        return true;
    }
    return w->any || w->open;
}

static void no_state(const struct request *q, struct reply *r)
{
    const char *words[INCIDENT_STATE_COUNT + 2] = { "open" };

    for (unsigned s = 0; s < INCIDENT_STATE_COUNT; s++)
        words[s + 1] = incident_state_name((enum incident_state)s);
    problem_word(r, q->lang, "state", words);
}

static bool wish_of(struct wish *w, const struct request *q, const struct incident_list *l, struct reply *r)
{
    const char *next = target_value(&q->target, "next");
    char last[ID_MAX];
    uint32_t site;

    *w = (struct wish){ .below = UINT64_MAX, .limit = LIST_DEFAULT };
    if (!state_of(target_value(&q->target, "state"), w)) {
        no_state(q, r);
        return false;
    }
    if (!choose_site(&site, l->catalogue, q, r))
        return false;
    w->site = site == UINT32_MAX ? NULL : l->catalogue->sites[site].id;
    if (next != NULL && (!cursor_parse(next, last) || !incident_id_parse(last, &w->below))) {
        problem(r, q->lang, PROBLEM_VALUE_CURSOR, "next", NULL);
        return false;
    }
    return target_value(&q->target, "limit") == NULL ||
           choose_number(q, "limit", LIST_MAX, PROBLEM_VALUE_LIMIT, &w->limit, r);
}

static bool is_at(const struct incident *i, const char *site)
{
    for (size_t k = 0; k < i->member_count; k++)
        if (strcmp(i->members[k].site, site) == 0)
            return true;
    return false;
}

static bool is_wanted(const struct wish *w, const struct incident *i, struct wall now)
{
    enum incident_state s = incident_state(i, now);

    if (i->id >= w->below || (w->site != NULL && !is_at(i, w->site)))
        return false;
    if (w->open)
        return s != INCIDENT_CLOSED && s != INCIDENT_MERGED;
    return w->any || s == w->state;
}

/* The newest first. */
static void write_list(struct strbuf *b, const struct request *q, const struct incident_list *l,
                       const struct wish *w)
{
    struct json_out j;
    uint64_t last = 0;
    unsigned n = 0;
    bool more = false;

    json_out_init(&j, b);
    json_open_object(&j);
    json_member_time(&j, "at", l->at);
    json_key(&j, "items");
    json_open_array(&j);
    for (size_t k = l->count; k > 0 && !more; k--) {
        const struct incident *i = &l->items[k - 1]->is;
        if (!is_wanted(w, i, q->now.wall) || !sees_incident(&q->visitor, l, i))
            continue;
        more = n == w->limit;
        if (more)
            break;
        incident_json(&j, i, l, INCIDENT_BRIEF, q->now.wall);
        last = i->id;
        n++;
    }
    json_close_array(&j);
    if (more) {
        char id[ID_TEXT], cursor[CURSOR_MAX];
        (void)snprintf(id, sizeof id, "%" PRIu64, last);
        cursor_text(id, cursor);
        json_member_text(&j, "next", cursor);
    } else {
        json_member_text(&j, "next", NULL);
    }
    json_close_object(&j);
}

void answer_incidents(struct face *f, struct request *q, struct reply *r)
{
    struct incident_list *l = incidents_take(f, q, r);
    struct strbuf b;
    struct wish w;

    if (l == NULL)
        return;
    if (incidents_of_past(q)) {
        answer_past_incidents(f, q, l, r);
    } else if (target_value(&q->target, "class") != NULL) {
        problem(r, q->lang, PROBLEM_VALUE_NEEDS_SPAN, "class", NULL);
    } else if (wish_of(&w, q, l, r)) {
        strbuf_init(&b, REPLY_BODY_MAX);
        write_list(&b, q, l, &w);
        reply_take(r, 200, TYPE_JSON, &b, q->lang);
    }
    incident_list_drop(l);
}

void incident_whole_reply(struct reply *r, enum lang lang, unsigned status, const struct incident *i,
                          const struct incident_list *l, struct wall now)
{
    struct strbuf b;
    struct json_out j;

    strbuf_init(&b, REPLY_BODY_MAX);
    json_out_init(&j, &b);
    incident_json(&j, i, l, INCIDENT_WHOLE, now);
    reply_take(r, status, TYPE_JSON, &b, lang);
}

void answer_incident(struct face *f, struct request *q, struct reply *r)
{
    struct incident_list *l = incidents_take(f, q, r);
    const struct incident *i = l == NULL ? NULL : incident_asked_for(q, l);

    if (i != NULL)
        incident_whole_reply(r, q->lang, 200, i, l, q->now.wall);
    else if (l != NULL)
        answer_past_incident(f, q, l, PAST_WHOLE, r);
    incident_list_drop(l);
}

/* ------------------------------------------------------------------ done */

void incident_reply(struct reply *r, enum lang lang, const struct incident_done *d)
{
    bool opens = d->kind == STEP_OPEN || d->kind == STEP_CALL;

    if (d->code == ERR_NONE) {
        incident_whole_reply(r, lang, opens && !d->known ? 201 : 200, d->is, d->list, d->now);
        return;
    }
    if (d->code == ERR_MISSING) {
        problem(r, lang, PROBLEM_NO_SUCH_INCIDENT, NULL, NULL);
    } else if (d->code == ERR_STATE && d->refusal != REFUSED_NOTHING) {
        problem_refused(r, lang, d->refusal);
    } else if (d->code == ERR_STATE) {
        problem(r, lang, PROBLEM_KEY_TAKEN, "key", NULL);
    } else if (d->code == ERR_RANGE) {
        problem(r, lang, PROBLEM_CANNOT_BE, NULL, problem_words(lang, d->why));
    } else {
        problem(r, lang, PROBLEM_BUSY, NULL, NULL); /* the journal: full, or the end came first */
        r->retry_after_s = 5;
    }
}
