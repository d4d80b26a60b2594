#include "incident_past.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "choose.h"
#include "incidents.h"
#include "model/incident_words.h"
#include "problem.h"
#include "question.h"
#include "routes.h"
#include "sees.h"

enum { LIMIT_DEFAULT = 50, NEXT_MAX = ID_MAX + 48 };
static const struct span_rule SPAN = { 31LL * CLOCK_DAY_MS, 3653LL * CLOCK_DAY_MS, PROBLEM_VALUE_SPAN };

/* ------------------------------------------------------------------ out */

/* As a list of its node would have it: with its own targets, as far as the row tells them. */
static struct incident_list list_of(const struct incident_past_question *q, const struct past_incident *p,
                                    struct catalogue *c)
{
    struct incident_list l = { .at = q->now, .catalogue = c };

    if (p->node[0] == '\0')
        l.targets = q->targets;
    if (p->target_ms > 0)
        l.targets.ms[p->class] = p->target_ms;
    (void)snprintf(l.node, sizeof l.node, "%s", p->node);
    return l;
}

/* NULL: this was the last page. */
static const char *next_of(const struct incident_past *p, char next[NEXT_MAX])
{
    const struct past_incident *last = p->count == 0 ? NULL : &p->items[p->count - 1];

    if (!p->more || last == NULL)
        return NULL;
    (void)snprintf(next, NEXT_MAX, "%" PRId64 "-%" PRIu64 "-%s", last->start.ms, last->is->id, last->node);
    return next;
}

static void reply_list(struct reply *r, enum lang lang, const struct incident_past_question *q,
                       const struct incident_past *p, struct catalogue *c)
{
    char next[NEXT_MAX];
    struct strbuf b;
    struct json_out j;

    strbuf_init(&b, REPLY_BODY_MAX);
    json_out_init(&j, &b);
    json_open_object(&j);
    json_member_time(&j, "at", q->now);
    json_member_time(&j, "from", q->ask.from);
    json_member_time(&j, "to", q->ask.to);
    json_key(&j, "items");
    json_open_array(&j);
    for (size_t i = 0; i < p->count; i++) {
        const struct incident_list l = list_of(q, &p->items[i], c);
        incident_json(&j, p->items[i].is, &l, INCIDENT_BRIEF, q->now);
    }
    json_close_array(&j);
    json_member_text(&j, "next", next_of(p, next));
    json_close_object(&j);
    reply_take(r, 200, TYPE_JSON, &b, lang);
}

void incident_past_reply(struct reply *r, enum lang lang, const struct incident_past_question *q,
                         const struct incident_past *p, struct catalogue *c)
{
    struct incident_list l;

    if (q->shape >= PAST_BOOK) {
        operation_book_reply(r, lang, q, p, c);
        return;
    }
    if (q->shape == PAST_LIST) {
        reply_list(r, lang, q, p, c);
        return;
    }
    if (p->count == 0) {
        problem(r, lang, PROBLEM_NO_SUCH_INCIDENT, NULL, NULL);
        return;
    }
    l = list_of(q, &p->items[0], c);
    if (q->shape == PAST_RECORD)
        incident_record_reply(r, lang, p->items[0].is, &l, q->now, q->doors);
    else if (q->shape == PAST_LETTERS)
        letters_reply(r, lang, p->letters, p->letter_count);
    else
        incident_whole_reply(r, lang, 200, p->items[0].is, &l, q->now);
}

/* ------------------------------------------------------------------ in */

/* "<ms>-<id>-<node>" of an earlier page. */
static bool cursor_of(const struct request *q, struct incident_past_ask *ask, struct reply *r)
{
    const char *text = target_value(&q->target, "next");
    char *end = NULL;

    if (text == NULL)
        return true;
    ask->before.ms = strtoll(text, &end, 10);
    if (end != text && *end == '-' && ask->before.ms > 0) {
        char id[24];
        const char *from = end + 1, *dash = strchr(from, '-');
        size_t n = dash == NULL ? sizeof id : (size_t)(dash - from);
        if (n < sizeof id && strlen(dash + 1) < sizeof ask->before_node) {
            memcpy(id, from, n);
            id[n] = '\0';
            (void)snprintf(ask->before_node, sizeof ask->before_node, "%s", dash + 1);
            if (incident_id_parse(id, &ask->before_id))
                return true;
        }
    }
    problem(r, q->lang, PROBLEM_VALUE_CURSOR, "next", NULL);
    return false;
}

/* Of the past only what it ended as is known by a word. */
static bool words_of(const struct request *q, struct incident_past_ask *ask, struct reply *r)
{
    static const char *const STATES[] = {
        [PAST_OPEN] = "open", [PAST_CLOSED] = "closed", [PAST_MERGED] = "merged", NULL
    };
    const char *state = target_value(&q->target, "state"), *class = target_value(&q->target, "class");
    unsigned n = 0;

    for (uint8_t s = PAST_OPEN; state != NULL && s <= PAST_MERGED; s++)
        if (strcmp(state, STATES[s]) == 0)
            ask->state = s;
    if (state != NULL && ask->state == PAST_ANY) {
        problem_word(r, q->lang, "state", &STATES[PAST_OPEN]);
        return false;
    }
    if (class != NULL && !incident_word_parse(WORDS_OF_CLASS, class, &n)) {
        problem_incident_word(r, q->lang, "class", WORDS_OF_CLASS);
        return false;
    }
    ask->class = class == NULL ? -1 : (int)n;
    return true;
}

/* The site is one that they see: no other passes. */
static bool site_of(struct face *f, const struct request *q, struct incident_past_ask *ask, struct reply *r)
{
    struct catalogue *c = face_catalogue(f, NULL, target_value(&q->target, "site"));
    uint32_t site;
    bool right = choose_site(&site, c, q, r);

    if (right && site != UINT32_MAX)
        (void)snprintf(ask->site, sizeof ask->site, "%s", c->sites[site].id);
    catalogue_drop(c);
    return right;
}

void put_incident_past(struct face *f, const struct request *q, struct incident_past_question *past,
                       struct catalogue *c, struct reply *r)
{
    (void)snprintf(past->ask.supplier, sizeof past->ask.supplier, "%s", q->visitor.supplier);
    (void)snprintf(past->ask.sites, sizeof past->ask.sites, "%s", q->visitor.sites);
    past->doors = &f->ports.doors;
    if (f->ports.incident_past.ask == NULL) {
        problem(r, q->lang, PROBLEM_NO_HISTORY, NULL, NULL);
        return;
    }
    r->question = question_incident_past(f->questions, &f->ports.incident_past, past, c, q->lang);
    if (r->question == NULL)
        problem(r, q->lang, PROBLEM_NO_MEMORY, NULL, NULL);
    else
        r->kind = REPLY_LATER;
}

bool incidents_of_past(const struct request *q)
{
    return target_value(&q->target, "from") != NULL || target_value(&q->target, "to") != NULL;
}

void answer_past_incidents(struct face *f, const struct request *q, const struct incident_list *l,
                           struct reply *r)
{
    struct incident_past_question past = { .ask.limit = LIMIT_DEFAULT,
                                           .targets = l->targets,
                                           .now = q->now.wall };

    if (site_of(f, q, &past.ask, r) && words_of(q, &past.ask, r) &&
        choose_span(q, &SPAN, &past.ask.from, &past.ask.to, r) && cursor_of(q, &past.ask, r) &&
        choose_number(q, "limit", INCIDENT_PAST_MAX, PROBLEM_VALUE_PAGE, &past.ask.limit, r))
        put_incident_past(f, q, &past, l->catalogue, r);
}

/* ------------------------------------------------------------------ one */

bool incident_ref_of(const struct request *q, const struct catalogue *c, struct incident_past_ask *ask)
{
    const char *text = q->target.segments[3];
    const char *colon = strchr(text, ':');
    size_t n = colon == NULL ? 0 : (size_t)(colon - text);

    if (n >= sizeof ask->node || (colon != NULL && n == 0))
        return false;
    memcpy(ask->node, text, n);
    ask->node[n] = '\0';
    if (c->node_count > 0 && strcmp(ask->node, c->nodes[0]) == 0)
        ask->node[0] = '\0';
    return incident_id_parse(colon == NULL ? text : colon + 1, &ask->id);
}

/* Of another node, what is shown of all of them knows the points. */
struct catalogue *incident_places(struct face *f, const struct incident_past_ask *ask,
                                  const struct incident_list *l)
{
    struct snapshot *s = ask->node[0] == '\0' ? NULL : f->ports.present.take(f->ports.present.self);
    struct catalogue *c = catalogue_hold(s == NULL ? l->catalogue : snapshot_catalogue(s));

    snapshot_drop(s);
    return c;
}

void answer_past_incident(struct face *f, const struct request *q, const struct incident_list *l,
                          enum incident_past_shape shape, struct reply *r)
{
    struct incident_past_question past = { .ask = { .class = -1, .letters = shape == PAST_LETTERS },
                                           .shape = shape,
                                           .targets = l->targets,
                                           .now = q->now.wall };
    struct catalogue *c;

    /* one that is in the book is there, and was not theirs to see */
    if (f->ports.incident_past.ask == NULL || !incident_ref_of(q, l->catalogue, &past.ask) ||
        (past.ask.node[0] == '\0' && incident_list_find(l, past.ask.id) != NULL)) {
        problem(r, q->lang, PROBLEM_NO_SUCH_INCIDENT, NULL, NULL);
        return;
    }
    c = incident_places(f, &past.ask, l);
    put_incident_past(f, q, &past, c, r);
    catalogue_drop(c);
}
