#include "alarm_past.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarms.h"
#include "choose.h"
#include "problem.h"
#include "question.h"
#include "routes.h"
#include "sees.h"

enum { LIMIT_DEFAULT = 100, OPERATORS_MAX = 100, NEXT_MAX = 64 };
static const struct span_rule RINGS = { CLOCK_DAY_MS, 31LL * CLOCK_DAY_MS, PROBLEM_VALUE_MONTH };
static const struct span_rule CLOSED = { CLOCK_DAY_MS, 3653LL * CLOCK_DAY_MS, PROBLEM_VALUE_SPAN };

/* ------------------------------------------------------------------ out */

static const char *point_id(const struct catalogue *c, uint64_t key)
{
    uint32_t i = catalogue_by_key(c, key);

    return i == NO_INDEX ? NULL : c->points[i].id;
}

/* "": this was the last page. */
static void next_of(const struct alarm_past *p, char next[NEXT_MAX])
{
    next[0] = '\0';
    if (p->more && p->count > 0)
        (void)snprintf(next, NEXT_MAX, "%" PRId64 "-%016" PRIx64, p->alarms[p->count - 1].closed.ms,
                       p->alarms[p->count - 1].alarm.id);
}

/* Who acknowledged it and who shelved it, the last time that somebody did. */
static void write_acts(struct json_out *j, const struct past_alarm *p)
{
    json_member_text(j, "acknowledged_by", p->saw.at.ms == 0 ? NULL : p->saw.who);
    json_key(j, "shelved");
    if (p->put_away.at.ms == 0) {
        json_null(j);
        return;
    }
    json_open_object(j);
    json_member_time(j, "at", p->put_away.at);
    json_key(j, "until");
    json_time(j, p->put_away.until);
    json_member_text(j, "by", p->put_away.who);
    json_member_words(j, "why", p->put_away.why);
    json_close_object(j);
}

static void write_closed(struct json_out *j, const struct alarm_past *p, const struct catalogue *c,
                         const char *next)
{
    json_key(j, "items");
    json_open_array(j);
    for (size_t i = 0; i < p->count; i++) {
        struct alarm a = p->alarms[i].alarm;
        a.changed = p->alarms[i].closed;
        json_open_object(j);
        alarm_members(j, &a, c, NULL);
        write_acts(j, &p->alarms[i]);
        json_close_object(j);
    }
    json_close_array(j);
    json_member_words(j, "next", next);
}

static void write_often(struct json_out *j, const char *key, const struct alarm_often *list, size_t n,
                        const struct catalogue *c)
{
    json_key(j, key);
    json_open_array(j);
    for (size_t i = 0; i < n; i++) {
        json_open_object(j);
        json_member_text(j, "point", point_id(c, list[i].point));
        json_member_text(j, "rule", list[i].name);
        json_member_count(j, "alarms", list[i].count);
        json_close_object(j);
    }
    json_close_array(j);
}

static void write_stale(struct json_out *j, const struct alarm_past *p, const struct catalogue *c)
{
    char id[ALARM_ID_TEXT];

    json_member_count(j, "stale", p->all);
    json_key(j, "oldest");
    json_open_array(j);
    for (size_t i = 0; i < p->count && i < ALARM_WORST; i++) {
        const struct alarm *a = &p->alarms[i].alarm;
        json_open_object(j);
        json_member_text(j, "id", alarm_id_text(a->id, id));
        json_member_text(j, "point", point_id(c, a->point));
        json_member_text(j, "rule", a->name);
        json_member_text(j, "severity", SEVERITIES[a->severity]);
        json_member_time(j, "opened_at", a->opened);
        json_close_object(j);
    }
    json_close_array(j);
}

static void write_figures(struct json_out *j, const struct past_question *q, const struct alarm_figures *f)
{
    json_member_number(j, "operators", q->operators);
    json_member_count(j, "alarms", f->rings);
    json_key(j, "by_severity");
    json_open_object(j);
    for (int i = 0; i < SEVERITY_COUNT; i++)
        json_member_count(j, SEVERITIES[i], f->of_severity[i]);
    json_close_object(j);
    json_member_number(j, "mean_in_10min", f->mean);
    json_member_number(j, "most_in_10min", f->most);
    json_member_count(j, "floods", f->floods);
    json_member_number(j, "flood_share", f->spans == 0 ? 0 : (double)f->flood_spans / (double)f->spans);
    json_member_count(j, "chattering", f->chattering);
}

static bool write_rings(struct json_out *j, const struct past_question *q, const struct alarm_past *p,
                        const struct catalogue *c)
{
    struct alarm_figures f;

    if (alarm_figures(&f, p, q->ask.from, q->ask.to, q->operators) != ERR_NONE)
        return false;
    write_figures(j, q, &f);
    write_often(j, "chatter", f.chatter, f.chatter_count, c);
    write_often(j, "worst", f.worst, f.worst_count, c);
    write_stale(j, p, c);
    return true;
}

static bool sees(const struct visitor *v, const struct catalogue *c, uint64_t point)
{
    uint32_t i = catalogue_by_key(c, point);

    return i == NO_INDEX ? visitor_sees_all(v) : visitor_sees(v, c, &c->points[i]);
}

static void leave_out(struct alarm_past *p, const struct visitor *v, const struct catalogue *c)
{
    size_t alarms = 0, rings = 0;

    for (size_t i = 0; i < p->count; i++)
        if (sees(v, c, p->alarms[i].alarm.point))
            p->alarms[alarms++] = p->alarms[i];
    for (size_t i = 0; i < p->ring_count; i++)
        if (sees(v, c, p->rings[i].point))
            p->rings[rings++] = p->rings[i];
    p->all -= p->all < p->count - alarms ? p->all : p->count - alarms;
    p->count = alarms;
    p->ring_count = rings;
}

void past_reply(struct reply *r, enum lang lang, const struct past_question *q, struct alarm_past *p,
                const struct catalogue *c)
{
    char next[NEXT_MAX];
    struct strbuf b;
    struct json_out j;

    next_of(p, next);
    leave_out(p, &q->visitor, c);
    strbuf_init(&b, REPLY_BODY_MAX);
    json_out_init(&j, &b);
    json_open_object(&j);
    json_member_time(&j, "from", q->ask.from);
    json_member_time(&j, "to", q->ask.to);
    if (!q->ask.rings)
        write_closed(&j, p, c, next);
    else if (!write_rings(&j, q, p, c))
        b.failed = true;
    json_close_object(&j);
    reply_take(r, 200, TYPE_JSON, &b, lang);
}

/* ------------------------------------------------------------------ in */

/* "<ms>-<id>" of an earlier page. */
static bool cursor_of(const struct request *q, struct alarm_past_ask *ask, struct reply *r)
{
    const char *text = target_value(&q->target, "next"), *dash = text == NULL ? NULL : strchr(text, '-');
    char *end = NULL;

    if (text == NULL)
        return true;
    if (dash != NULL)
        ask->before.ms = strtoll(text, &end, 10);
    if (dash != NULL && end == dash && ask->before.ms > 0 && alarm_id_parse(dash + 1, &ask->before_id))
        return true;
    problem(r, q->lang, PROBLEM_VALUE_CURSOR, "next", NULL);
    return false;
}

/* The site is one that they see: no other passes. */
static bool sight_of(const struct request *q, const struct catalogue *c, struct alarm_past_ask *ask,
                     struct reply *r)
{
    uint32_t site;

    if (!choose_site(&site, c, q, r))
        return false;
    (void)snprintf(ask->supplier, sizeof ask->supplier, "%s", q->visitor.supplier);
    (void)snprintf(ask->sites, sizeof ask->sites, "%s", q->visitor.sites);
    if (site != UINT32_MAX)
        (void)snprintf(ask->site, sizeof ask->site, "%s", c->sites[site].id);
    return true;
}

static void put(struct face *f, const struct request *q, const struct past_question *past,
                struct catalogue *c, struct reply *r)
{
    if (f->ports.alarm_past.ask == NULL) {
        problem(r, q->lang, PROBLEM_NO_HISTORY, NULL, NULL);
        return;
    }
    r->question = question_past(f->questions, &f->ports.alarm_past, past, c, q->lang);
    if (r->question == NULL)
        problem(r, q->lang, PROBLEM_NO_MEMORY, NULL, NULL);
    else
        r->kind = REPLY_LATER;
}

void answer_closed_alarms(struct face *f, struct request *q, struct reply *r)
{
    struct catalogue *c = face_catalogue(f, NULL, target_value(&q->target, "site"));
    struct past_question past = { .ask.limit = LIMIT_DEFAULT, .visitor = q->visitor };

    if (sight_of(q, c, &past.ask, r) && choose_span(q, &CLOSED, &past.ask.from, &past.ask.to, r) &&
        cursor_of(q, &past.ask, r) &&
        choose_number(q, "limit", ALARM_PAST_MAX, PROBLEM_VALUE_LIMIT, &past.ask.limit, r))
        put(f, q, &past, c, r);
    catalogue_drop(c);
}

void answer_alarm_figures(struct face *f, struct request *q, struct reply *r)
{
    struct catalogue *c = face_catalogue(f, NULL, target_value(&q->target, "site"));
    struct past_question past = { .ask.rings = true, .visitor = q->visitor };
    unsigned operators = 1;

    if (sight_of(q, c, &past.ask, r) && choose_span(q, &RINGS, &past.ask.from, &past.ask.to, r) &&
        choose_number(q, "operators", OPERATORS_MAX, PROBLEM_VALUE_OPERATORS, &operators, r)) {
        past.operators = operators;
        put(f, q, &past, c, r);
    }
    catalogue_drop(c);
}
