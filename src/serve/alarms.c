#include "alarms.h"

#include <stdio.h>
#include <string.h>

#include "base/csv.h"
#include "choose.h"
#include "problem.h"
#include "routes.h"
#include "sees.h"

/* ------------------------------------------------------------------ out */

static void time_or_null(struct json_out *j, const char *key, struct wall at)
{
    json_key(j, key);
    if (at.ms == 0)
        json_null(j);
    else
        json_time(j, at);
}

static void both(struct json_out *j, const char *key, const char *vi, const char *en)
{
    json_key(j, key);
    json_open_object(j);
    json_member_text(j, "vi", vi);
    json_member_text(j, "en", en);
    json_close_object(j);
}

static const struct point *point_of(const struct catalogue *c, const struct alarm *a)
{
    uint32_t i = catalogue_by_key(c, a->point);

    return i == NO_INDEX ? NULL : &c->points[i];
}

static const struct rule *rule_of(const struct catalogue *c, const struct alarm *a)
{
    uint32_t i = catalogue_by_key(c, a->point);

    return i == NO_INDEX ? NULL : catalogue_rule(c, i, a->rule);
}

/* Whether that one rings, too, is told by its own alarm. */
static bool may_know(const struct visitor *reader, const struct catalogue *c, const struct rule *rule,
                     const struct rule *cause)
{
    const struct point *p = &c->points[cause->point];

    return reader == NULL ? p->site == c->points[rule->point].site : visitor_sees(reader, c, p);
}

static void write_cause(struct json_out *j, const struct catalogue *c, const struct rule *rule,
                        const struct visitor *reader)
{
    const struct rule *cause = rule == NULL || rule->cause == NO_INDEX ? NULL : &c->rules[rule->cause];

    json_key(j, "caused_by");
    if (cause == NULL || !may_know(reader, c, rule, cause)) {
        json_null(j);
        return;
    }
    json_open_object(j);
    json_member_text(j, "point", c->points[cause->point].id);
    json_member_text(j, "rule", cause->id);
    json_close_object(j);
}

void rule_text_json(struct json_out *j, const struct catalogue *c, const struct rule *rule)
{
    const struct rule_text *t =
        rule == NULL || rule->text >= c->rule_text_count ? NULL : &c->rule_texts[rule->text];

    if (t == NULL)
        return;
    both(j, "name", t->name, t->name_en);
    both(j, "cause", t->cause, t->cause_en);
    both(j, "consequence", t->consequence, t->consequence_en);
    both(j, "first_response", t->response, t->response_en);
}

void alarm_members(struct json_out *j, const struct alarm *a, const struct catalogue *c,
                   const struct visitor *reader)
{
    const struct point *p = point_of(c, a);
    char id[ALARM_ID_TEXT];

    json_member_text(j, "id", alarm_id_text(a->id, id));
    json_member_text(j, "point", p == NULL ? NULL : p->id);
    json_member_text(j, "point_name", p == NULL ? NULL : p->name);
    json_member_text(j, "site", p != NULL && p->site < c->site_count ? c->sites[p->site].id : NULL);
    json_member_text(j, "unit", p == NULL ? NULL : p->unit);
    json_member_text(j, "rule", a->name);
    json_member_text(j, "state", ALARM_STATES[alarm_state(a)]);
    json_member_text(j, "below", ALARM_STATES[a->core]);
    json_member_text(j, "severity", SEVERITIES[a->severity]);
    json_member_text(j, "stake", STAKES[a->stake]);
    json_member_number(j, "value", a->value);
    json_member_number(j, "limit", a->limit);
    time_or_null(j, "opened_at", a->opened);
    time_or_null(j, "changed_at", a->changed);
    time_or_null(j, "acknowledged_at", a->acknowledged);
    time_or_null(j, "shelved_until", a->shelved_until);
    json_key(j, "times");
    json_int(j, a->times);
    json_member_text(j, "ended", ALARM_ENDS[a->end]);
    write_cause(j, c, rule_of(c, a), reader);
    rule_text_json(j, c, rule_of(c, a));
}

void alarm_json(struct json_out *j, const struct alarm *a, const struct catalogue *c,
                const struct visitor *reader)
{
    json_open_object(j);
    alarm_members(j, a, c, reader);
    json_close_object(j);
}

void alarm_reply(struct reply *r, enum lang lang, enum err code, const struct alarm *is,
                 const struct catalogue *c, const struct visitor *reader, const struct fault *why)
{
    struct strbuf b;
    struct json_out j;

    if (code != ERR_NONE) {
        problem_of_act(r, lang, code, why, PROBLEM_NO_SUCH_ALARM, PROBLEM_LEADERS_ONLY);
        return;
    }
    strbuf_init(&b, REPLY_BODY_MAX);
    json_out_init(&j, &b);
    alarm_json(&j, is, c, reader);
    reply_take(r, 200, TYPE_JSON, &b, lang);
}

/* ------------------------------------------------------------------ the open ones */

/* What belongs to no point that is known here is seen by those alone who see all. */
static bool sees(const struct request *q, const struct catalogue *c, const struct alarm *a)
{
    const struct point *p = point_of(c, a);

    return p == NULL ? visitor_sees_all(&q->visitor) : visitor_sees(&q->visitor, c, p);
}

/* NULL: refused. */
static struct alarm_list *take(struct face *f, const struct request *q, struct reply *r)
{
    struct alarm_list *l = f->ports.alarms.open == NULL ? NULL : f->ports.alarms.open(f->ports.alarms.self);

    if (l != NULL)
        return l;
    if (f->ports.alarms.open == NULL)
        problem(r, q->lang, PROBLEM_NOT_FOUND, NULL, NULL);
    else
        problem(r, q->lang, PROBLEM_BUSY, NULL, NULL);
    if (r->status == 503)
        r->retry_after_s = 5;
    return NULL;
}

static void write_open(struct strbuf *b, const struct request *q, const struct alarm_list *l, uint32_t site)
{
    struct json_out j;

    json_out_init(&j, b);
    json_open_object(&j);
    json_key(&j, "at");
    json_time(&j, l->at);
    json_key(&j, "items");
    json_open_array(&j);
    for (size_t i = 0; i < l->count; i++) {
        const struct point *p = point_of(l->catalogue, &l->items[i]);
        if (sees(q, l->catalogue, &l->items[i]) && (site == UINT32_MAX || (p != NULL && p->site == site)))
            alarm_json(&j, &l->items[i], l->catalogue, &q->visitor);
    }
    json_close_array(&j);
    json_close_object(&j);
}

static void answer_open(struct face *f, struct request *q, struct reply *r)
{
    struct alarm_list *l = take(f, q, r);
    struct strbuf b;
    uint32_t site;

    if (l == NULL)
        return;
    if (choose_site(&site, l->catalogue, q, r)) {
        strbuf_init(&b, REPLY_BODY_MAX);
        write_open(&b, q, l, site);
        reply_take(r, 200, TYPE_JSON, &b, q->lang);
    }
    alarm_list_drop(l);
}

/* The open ones, all of them, or those that are over, of a time and page by page. */
void answer_alarms(struct face *f, struct request *q, struct reply *r)
{
    static const char *const PAST[] = { "from", "to", "limit", "next" };
    const char *state = target_value(&q->target, "state");

    if (state != NULL && strcmp(state, "closed") == 0) {
        answer_closed_alarms(f, q, r);
        return;
    }
    if (state != NULL && strcmp(state, "open") != 0) {
        problem(r, q->lang, PROBLEM_VALUE_STATE, "state", "open, closed");
        return;
    }
    for (size_t i = 0; i < COUNT_OF(PAST); i++)
        if (target_value(&q->target, PAST[i]) != NULL) {
            problem(r, q->lang, PROBLEM_UNKNOWN_PARAMETER, PAST[i], NULL);
            return;
        }
    answer_open(f, q, r);
}

/* The one in the path; NULL: not open, or not theirs to see. */
static const struct alarm *asked_for(const struct request *q, const struct alarm_list *l)
{
    uint64_t id;

    if (!alarm_id_parse(q->target.segments[3], &id))
        return NULL;
    for (size_t i = 0; i < l->count; i++)
        if (l->items[i].id == id)
            return sees(q, l->catalogue, &l->items[i]) ? &l->items[i] : NULL;
    return NULL;
}

void answer_alarm(struct face *f, struct request *q, struct reply *r)
{
    struct alarm_list *l = take(f, q, r);
    const struct alarm *a = l == NULL ? NULL : asked_for(q, l);

    if (a != NULL)
        alarm_reply(r, q->lang, ERR_NONE, a, l->catalogue, &q->visitor, NULL);
    else if (l != NULL)
        problem(r, q->lang, PROBLEM_NO_SUCH_ALARM, NULL, NULL);
    alarm_list_drop(l);
}

/* ------------------------------------------------------------------ acting */

static bool bad(struct reply *r, const struct request *q, const char *field, enum problem_kind kind)
{
    problem(r, q->lang, kind, field, NULL);
    return false;
}

/* Required unless `least` is 0. */
static bool take_text(const struct json_in *doc, const char *field, size_t least, char *out, size_t size)
{
    const char *given = json_in_string(doc, field);
    size_t n = given == NULL ? 0 : strlen(given);

    out[0] = '\0';
    if (given == NULL)
        return least == 0 && json_in_kind(doc, field) == JSON_ABSENT;
    if (n < least || n >= size)
        return false;
    memcpy(out, given, n + 1);
    return true;
}

static enum alarm_event event_of(const struct request *q)
{
    static const enum alarm_event CAN[] = { ALARM_ACKNOWLEDGE, ALARM_RESET, ALARM_SHELVE, ALARM_UNSHELVE };

    for (size_t i = 0; i < COUNT_OF(CAN); i++)
        if (strcmp(q->target.segments[4], ALARM_EVENTS[CAN[i]]) == 0)
            return CAN[i];
    return ALARM_EVENT_COUNT; /* the table of routes knows no other */
}

static bool act_of(const struct request *q, const struct json_in *doc, struct alarm_act *a, struct reply *r)
{
    static const char *const PLAIN[] = { "key", "why" }, *const SHELF[] = { "key", "why", "until" };
    static const char ALPHABET[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
    bool shelf = a->event == ALARM_SHELVE;
    const char *unknown =
        json_in_unknown(doc, shelf ? SHELF : PLAIN, shelf ? COUNT_OF(SHELF) : COUNT_OF(PLAIN));
    const char *until = shelf ? json_in_string(doc, "until") : NULL;

    if (unknown != NULL)
        return bad(r, q, unknown, PROBLEM_UNKNOWN_FIELD);
    if (!take_text(doc, "key", 8, a->key, sizeof a->key) || strspn(a->key, ALPHABET) != strlen(a->key))
        return bad(r, q, "key", PROBLEM_VALUE_TOLD_TEXT);
    if (!take_text(doc, "why", shelf ? 1 : 0, a->why, sizeof a->why))
        return bad(r, q, "why", PROBLEM_VALUE_WHY);
    if (shelf && (until == NULL || wall_parse(until, &a->until) != ERR_NONE))
        return bad(r, q, "until", PROBLEM_VALUE_TIME);
    (void)snprintf(a->who, sizeof a->who, "%s", q->visitor.name);
    a->leads = q->visitor.leads;
    return true;
}

/* One that is open no more is asked for all the same: it may have been done before, under this key. */
static void act(struct face *f, const struct request *q, const struct alarm_list *l, struct alarm_act *a,
                struct reply *r)
{
    struct actor by;

    if (!alarm_id_parse(q->target.segments[3], &a->alarm) ||
        (asked_for(q, l) == NULL && !visitor_sees_all(&q->visitor))) {
        problem(r, q->lang, PROBLEM_NO_SUCH_ALARM, NULL, NULL);
        return;
    }
    request_actor(q, &by);
    r->question = question_alarm(f->questions, &f->ports.alarms, a, &by, q->lang);
    if (r->question == NULL)
        problem(r, q->lang, PROBLEM_NO_MEMORY, NULL, NULL);
    else
        r->kind = REPLY_LATER;
}

void answer_alarm_act(struct face *f, struct request *q, struct reply *r)
{
    struct alarm_act a = { .event = (uint8_t)event_of(q) };
    struct alarm_list *l = take(f, q, r);
    struct json_in *doc = NULL;
    struct fault why;

    if (l == NULL)
        return;
    if (json_parse_told(q->body, q->body_len, &doc, &why) != ERR_NONE)
        problem(r, q->lang, PROBLEM_BODY_JSON, NULL, NULL);
    else if (act_of(q, doc, &a, r))
        act(f, q, l, &a, r);
    json_in_free(doc);
    alarm_list_drop(l);
}

/* ------------------------------------------------------------------ the sheet for review */

static void cell(struct strbuf *b, const char *value)
{
    strbuf_putc(b, ',');
    csv_text(b, value);
}

static void number_cell(struct strbuf *b, double value)
{
    strbuf_putc(b, ',');
    csv_number(b, value);
}

static void sheet_row(struct strbuf *b, const struct catalogue *c, const struct rule *rule)
{
    const struct point *p = &c->points[rule->point];
    const struct rule_text none = { .name = "" };
    const struct rule_text *t = rule->text < c->rule_text_count ? &c->rule_texts[rule->text] : &none;

    csv_text(b, p->id);
    cell(b, rule->id);
    cell(b, RULE_KINDS[rule->kind]);
    cell(b, SEVERITIES[rule->severity]);
    cell(b, STAKES[rule->stake]);
    number_cell(b, rule->limit);
    number_cell(b, rule->deadband);
    number_cell(b, (double)rule->on_delay_ms / 1000);
    number_cell(b, (double)rule->off_delay_ms / 1000);
    number_cell(b, (double)rule->respond_ms / 1000);
    cell(b, t->name);
    cell(b, t->cause);
    cell(b, t->consequence);
    cell(b, t->response);
    strbuf_puts(b, "\r\n");
}

void answer_alarm_sheet(struct face *f, struct request *q, struct reply *r)
{
    struct catalogue *c = f->ports.present.catalogue(f->ports.present.self);
    struct strbuf b;

    strbuf_init(&b, REPLY_BODY_MAX);
    strbuf_puts(&b,
                "\xEF\xBB\xBFpoint,rule,kind,severity,stake,limit,deadband,on_delay_s,off_delay_s,respond_s,"
                "name,cause,consequence,first_response\r\n");
    for (size_t i = 0; i < c->rule_count; i++)
        if (visitor_sees(&q->visitor, c, &c->points[c->rules[i].point]))
            sheet_row(&b, c, &c->rules[i]);
    catalogue_drop(c);
    reply_take(r, 200, TYPE_CSV, &b, q->lang);
    if (r->status == 200)
        (void)snprintf(r->disposition, sizeof r->disposition, "attachment; filename=\"alarm-rules.csv\"");
}
