#include "modes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "choose.h"
#include "problem.h"
#include "routes.h"
#include "sees.h"
#include "told.h"

/* ------------------------------------------------------------------ out */

void mode_json(struct json_out *j, const struct mode *m)
{
    char id[24];

    (void)snprintf(id, sizeof id, "%016llx", (unsigned long long)m->id);
    json_open_object(j);
    json_member_text(j, "id", id);
    json_member_text(j, "kind", MODE_KINDS[m->kind]);
    json_member_text(j, MODE_PLACES[m->place - MODE_AT_SITE], m->subject);
    json_member_time(j, "from", m->from);
    json_member_time(j, "until", m->until);
    json_member_text(j, "ended", MODE_ENDS[m->end]);
    json_key(j, "ended_at");
    if (m->end == MODE_OPEN)
        json_null(j);
    else
        json_time(j, m->ended);
    json_member_text(j, "key", m->key);
    json_member_text(j, "who", m->who);
    json_member_text(j, "why", m->why);
    json_member_text(j, "ended_by", m->end == MODE_ENDED ? m->ended_by : NULL);
    json_member_text(j, "end_why", m->end == MODE_ENDED ? m->end_why : NULL);
    json_close_object(j);
}

void mode_reply(struct reply *r, enum lang lang, enum err code, bool known, const struct mode *is,
                const struct fault *why)
{
    struct strbuf b;
    struct json_out j;

    if (code != ERR_NONE) {
        problem_of_act(r, lang, code, why, PROBLEM_NO_SUCH_MODE, PROBLEM_LEADERS_MODE);
        return;
    }
    strbuf_init(&b, REPLY_BODY_MAX);
    json_out_init(&j, &b);
    mode_json(&j, is);
    reply_take(r, known || is->end != MODE_OPEN ? 200 : 201, TYPE_JSON, &b, lang);
}

/* ------------------------------------------------------------------ who sees which */

static bool sees_device(const struct visitor *v, const struct catalogue *c, const char *device)
{
    for (size_t i = 0; i < c->point_count; i++)
        if (strcmp(c->points[i].device, device) == 0)
            return visitor_sees(v, c, &c->points[i]);
    return false;
}

bool visitor_sees_mode(const struct visitor *v, const struct catalogue *c, const struct mode *m)
{
    const struct site *site;

    if (visitor_sees_all(v))
        return true;
    switch (m->place) {
    case MODE_AT_POINT: return seen_point(v, c, m->subject) != NULL;
    case MODE_AT_DEVICE: return sees_device(v, c, m->subject);
    default: site = catalogue_site(c, m->subject); return site != NULL && visitor_sees_site(v, c, site);
    }
}

static bool is_at(const struct catalogue *c, const struct mode *m, uint32_t site)
{
    const struct point *p = m->place == MODE_AT_POINT ? catalogue_point(c, m->subject) : NULL;

    if (m->place == MODE_AT_SITE)
        return strcmp(c->sites[site].id, m->subject) == 0;
    if (m->place == MODE_AT_POINT)
        return p != NULL && p->site == site;
    for (size_t i = 0; i < c->point_count; i++)
        if (c->points[i].site == site && strcmp(c->points[i].device, m->subject) == 0)
            return true;
    return false;
}

/* ------------------------------------------------------------------ list */

static bool wants_ended(const struct request *q, bool *ended, struct reply *r)
{
    const char *state = target_value(&q->target, "state");

    *ended = state != NULL && strcmp(state, "all") == 0;
    if (state == NULL || *ended || strcmp(state, "open") == 0)
        return true;
    problem(r, q->lang, PROBLEM_VALUE_STATE, "state", "open, all");
    return false;
}

static void list(struct face *f, const struct request *q, const struct catalogue *c, struct reply *r)
{
    const struct modes_port *port = &f->ports.modes;
    struct mode *known = calloc(MODES_SHOWN_MAX, sizeof *known);
    size_t n = known == NULL ? 0 : port->known(port->self, known, MODES_SHOWN_MAX);
    struct json_out j;
    struct strbuf b;
    uint32_t site;
    bool ended;

    if (!choose_site(&site, c, q, r) || !wants_ended(q, &ended, r)) {
        free(known);
        return;
    }
    strbuf_init(&b, REPLY_BODY_MAX);
    json_out_init(&j, &b);
    json_open_object(&j);
    json_key(&j, "items");
    json_open_array(&j);
    for (size_t i = 0; i < n; i++)
        if ((ended || known[i].end == MODE_OPEN) && visitor_sees_mode(&q->visitor, c, &known[i]) &&
            (site == UINT32_MAX || is_at(c, &known[i], site)))
            mode_json(&j, &known[i]);
    json_close_array(&j);
    json_close_object(&j);
    free(known);
    reply_take(r, 200, TYPE_JSON, &b, q->lang);
}

void answer_modes(struct face *f, struct request *q, struct reply *r)
{
    struct catalogue *c;

    if (f->ports.modes.known == NULL) {
        problem(r, q->lang, PROBLEM_NOT_FOUND, NULL, NULL);
        return;
    }
    c = f->ports.present.catalogue(f->ports.present.self);
    list(f, q, c, r);
    catalogue_drop(c);
}

/* ------------------------------------------------------------------ acting */

static bool bad(struct reply *r, const struct request *q, const char *field, enum problem_kind kind)
{
    problem(r, q->lang, kind, field, NULL);
    return false;
}

static bool kind_of(const char *word, struct mode *m)
{
    for (int k = 0; word != NULL && k < MODE_COUNT; k++)
        if (strcmp(word, MODE_KINDS[k]) == 0) {
            m->kind = (uint8_t)k;
            return true;
        }
    return false;
}

/* Exactly one of site, device and point. */
static bool place_of(const struct json_in *doc, struct mode *m)
{
    unsigned given = 0;

    for (int i = 0; MODE_PLACES[i] != NULL; i++) {
        const char *id = json_in_string(doc, MODE_PLACES[i]);
        if (json_in_kind(doc, MODE_PLACES[i]) == JSON_ABSENT)
            continue;
        given++;
        m->place = (uint8_t)(MODE_AT_SITE + i);
        if (!told_text(id, 1, m->subject, sizeof m->subject))
            return false;
    }
    return given == 1;
}

static bool beginning_of(const struct request *q, const struct json_in *doc, struct mode *m, struct reply *r)
{
    static const char *const FIELDS[] = { "key", "kind", "site", "device", "point", "until", "why" };
    const char *unknown = json_in_unknown(doc, FIELDS, COUNT_OF(FIELDS));
    const char *until = json_in_string(doc, "until");

    if (unknown != NULL)
        return bad(r, q, unknown, PROBLEM_UNKNOWN_FIELD);
    if (!told_key(json_in_string(doc, "key"), m->key, sizeof m->key))
        return bad(r, q, "key", PROBLEM_VALUE_TOLD_TEXT);
    if (!kind_of(json_in_string(doc, "kind"), m))
        return bad(r, q, "kind", PROBLEM_VALUE_MODE);
    if (!place_of(doc, m))
        return bad(r, q, "site", PROBLEM_VALUE_MODE_PLACE);
    if (until == NULL || wall_parse(until, &m->until) != ERR_NONE)
        return bad(r, q, "until", PROBLEM_VALUE_TIME);
    if (!told_text(json_in_string(doc, "why"), 1, m->why, sizeof m->why))
        return bad(r, q, "why", PROBLEM_VALUE_WHY);
    (void)snprintf(m->who, sizeof m->who, "%s", q->visitor.name);
    return true;
}

static bool ending_of(const struct request *q, struct mode *m, struct reply *r)
{
    if (!told_key(target_value(&q->target, "key"), m->end_key, sizeof m->end_key))
        return bad(r, q, "key", PROBLEM_VALUE_TOLD_TEXT);
    if (!told_text(target_told(&q->target, "why"), 0, m->end_why, sizeof m->end_why))
        return bad(r, q, "why", PROBLEM_VALUE_WHY);
    (void)snprintf(m->ended_by, sizeof m->ended_by, "%s", q->visitor.name);
    return true;
}

static void put(struct face *f, const struct request *q, const struct mode_act *act, struct reply *r)
{
    struct actor by;

    request_actor(q, &by);
    r->question = question_mode(f->questions, &f->ports.modes, act, &by, q->lang);
    if (r->question == NULL)
        problem(r, q->lang, PROBLEM_NO_MEMORY, NULL, NULL);
    else
        r->kind = REPLY_LATER;
}

static void begin(struct face *f, const struct request *q, const struct catalogue *c, struct reply *r)
{
    struct mode_act act = { .leads = q->visitor.leads };
    struct json_in *doc = NULL;
    struct fault why;

    if (json_parse_told(q->body, q->body_len, &doc, &why) != ERR_NONE)
        problem(r, q->lang, PROBLEM_BODY_JSON, NULL, NULL);
    else if (beginning_of(q, doc, &act.mode, r)) {
        if (visitor_sees_mode(&q->visitor, c, &act.mode))
            put(f, q, &act, r);
        else
            problem(r, q->lang, PROBLEM_NO_SUCH_MODE, NULL, NULL);
    }
    json_in_free(doc);
}

/* The one in the path; false: there is none that they see. */
static bool asked_for(struct face *f, const struct request *q, const struct catalogue *c, uint64_t *id)
{
    const struct modes_port *port = &f->ports.modes;
    struct mode *known = calloc(MODES_SHOWN_MAX, sizeof *known);
    size_t n = known == NULL ? 0 : port->known(port->self, known, MODES_SHOWN_MAX);
    const char *text = q->target.segments[3];
    char *end;
    bool found = false;

    *id = strtoull(text, &end, 16);
    for (size_t i = 0; i < n && *end == '\0' && strlen(text) == 16 && !found; i++)
        found = known[i].id == *id && visitor_sees_mode(&q->visitor, c, &known[i]);
    free(known);
    return found;
}

static void finish(struct face *f, const struct request *q, const struct catalogue *c, struct reply *r)
{
    struct mode_act act = { .ends = true };

    if (!ending_of(q, &act.mode, r))
        return;
    if (asked_for(f, q, c, &act.mode.id))
        put(f, q, &act, r);
    else
        problem(r, q->lang, PROBLEM_NO_SUCH_MODE, NULL, NULL);
}

void answer_mode_act(struct face *f, struct request *q, struct reply *r)
{
    struct catalogue *c;

    if (f->ports.modes.act == NULL) {
        problem(r, q->lang, PROBLEM_NOT_FOUND, NULL, NULL);
        return;
    }
    c = f->ports.present.catalogue(f->ports.present.self);
    if (q->method == METHOD_DELETE)
        finish(f, q, c, r);
    else
        begin(f, q, c, r);
    catalogue_drop(c);
}
