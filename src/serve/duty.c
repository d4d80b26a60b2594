/* Who is on duty now, at a time, or in a stretch of time. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "choose.h"
#include "problem.h"
#include "routes.h"
#include "sees.h"
#include "stopgaps.h"

static void write_person(struct json_out *j, const struct duty_person *p)
{
    char change[24];

    if (p->id[0] == '\0') {
        json_null(j);
        return;
    }
    json_open_object(j);
    json_member_text(j, "id", p->id);
    json_member_text(j, "name", p->name);
    json_member_words(j, "account", p->account);
    json_member_words(j, "instead_of", p->instead_of);
    (void)snprintf(change, sizeof change, "%016llx", (unsigned long long)p->change);
    json_member_text(j, "change", p->change == 0 ? NULL : change);
    json_close_object(j);
}

static void write_on(struct json_out *j, const struct duty_person *people, size_t count,
                     const struct duty_person *leader)
{
    json_key(j, "people");
    json_open_array(j);
    for (size_t k = 0; k < count; k++)
        write_person(j, &people[k]);
    json_close_array(j);
    json_key(j, "leader");
    write_person(j, leader);
}

static void write_classes(struct json_out *j, uint16_t classes)
{
    json_key(j, "classes");
    json_open_array(j);
    for (unsigned c = 0; c < CLASS_COUNT; c++)
        if (classes == 0 || (classes >> c & 1) != 0)
            json_string(j, incident_limit((enum incident_class)c)->name);
    json_close_array(j);
}

static void write_gap(struct json_out *j, const struct duty_roster *d)
{
    json_key(j, "next_gap");
    if (d->gap_from.ms == 0) {
        json_null(j);
        return;
    }
    json_open_object(j);
    json_member_time(j, "from", d->gap_from);
    json_member_time(j, "to", d->gap_to);
    json_close_object(j);
}

static void write_duty(struct json_out *j, const struct duty_roster *d)
{
    json_open_object(j);
    json_member_text(j, "id", d->id);
    json_member_words(j, "name", d->name);
    json_member_words(j, "supplier", d->of.supplier);
    write_classes(j, d->of.classes);
    json_member_time(j, "until", d->until);
    json_member_bool(j, "gap", d->gap);
    write_on(j, d->people, d->count, &d->leader);
    json_key(j, "authority");
    write_person(j, &d->authority);
    write_gap(j, d);
    json_close_object(j);
}

void answer_duty(struct face *f, struct request *q, struct reply *r)
{
    const struct duty_port *port = &f->ports.duty;
    struct duty_roster *list;
    struct wall at;
    struct strbuf b;
    struct json_out j;
    size_t n;

    if (!choose_time(q, "at", q->now.wall, &at, r))
        return;
    list = calloc(ROSTERS_MAX, sizeof *list);
    if (list == NULL) {
        problem(r, q->lang, PROBLEM_NO_MEMORY, NULL, NULL);
        return;
    }
    n = port->at == NULL ? 0 : port->at(port->self, at, list, ROSTERS_MAX);
    strbuf_init(&b, REPLY_BODY_MAX);
    json_out_init(&j, &b);
    json_open_object(&j);
    json_member_time(&j, "at", at);
    json_key(&j, "rosters");
    json_open_array(&j);
    for (size_t k = 0; k < n; k++)
        if (visitor_sees_group(&q->visitor, list[k].of.supplier))
            write_duty(&j, &list[k]);
    json_close_array(&j);
    json_close_object(&j);
    free(list);
    reply_take(r, 200, TYPE_JSON, &b, q->lang);
}

/* ------------------------------------------------------------------ turns */

enum { GAPS_MAX = DUTY_TURNS_MAX };

struct turns {
    struct json_out *j;
    const struct visitor *visitor;
    bool among_members; /* else among turns */
    struct wall gaps[GAPS_MAX][2];
    size_t gap_count;
};

static bool begin_roster(void *self, const struct duty_roster *r)
{
    struct turns *t = self;

    if (!visitor_sees_group(t->visitor, r->of.supplier))
        return false;
    json_open_object(t->j);
    json_member_text(t->j, "id", r->id);
    json_member_words(t->j, "name", r->name);
    json_member_words(t->j, "supplier", r->of.supplier);
    write_classes(t->j, r->of.classes);
    json_key(t->j, "authority");
    write_person(t->j, &r->authority);
    json_key(t->j, "members");
    json_open_array(t->j);
    t->among_members = true;
    t->gap_count = 0;
    return true;
}

static void write_member(void *self, const struct duty_person *p)
{
    struct turns *t = self;

    json_open_object(t->j);
    json_member_text(t->j, "id", p->id);
    json_member_text(t->j, "name", p->name);
    json_close_object(t->j);
}

static void end_members(struct turns *t)
{
    if (!t->among_members)
        return;
    t->among_members = false;
    json_close_array(t->j);
    json_key(t->j, "turns");
    json_open_array(t->j);
}

/* Two that follow one another are one. */
static void note_gap(struct turns *t, const struct duty_turn *turn)
{
    if (t->gap_count > 0 && t->gaps[t->gap_count - 1][1].ms == turn->from.ms)
        t->gaps[t->gap_count - 1][1] = turn->to;
    else if (t->gap_count < GAPS_MAX) {
        t->gaps[t->gap_count][0] = turn->from;
        t->gaps[t->gap_count++][1] = turn->to;
    }
}

static void write_turn(void *self, const struct duty_turn *turn)
{
    struct turns *t = self;

    end_members(t);
    json_open_object(t->j);
    json_member_time(t->j, "from", turn->from);
    json_member_time(t->j, "to", turn->to);
    json_member_bool(t->j, "gap", turn->gap);
    write_on(t->j, turn->people, turn->gap ? 0 : turn->count, &turn->leader);
    json_close_object(t->j);
    if (turn->gap)
        note_gap(t, turn);
}

static void end_roster(void *self, struct wall until)
{
    struct turns *t = self;

    end_members(t);
    json_close_array(t->j);
    json_key(t->j, "gaps");
    json_open_array(t->j);
    for (size_t k = 0; k < t->gap_count; k++) {
        json_open_object(t->j);
        json_member_time(t->j, "from", t->gaps[k][0]);
        json_member_time(t->j, "to", t->gaps[k][1]);
        json_close_object(t->j);
    }
    json_close_array(t->j);
    json_member_time(t->j, "until", until);
    json_close_object(t->j);
}

struct span {
    struct wall from, to;
};

static bool span_of(const struct request *q, struct span *s, struct reply *r)
{
    if (!choose_time(q, "from", q->now.wall, &s->from, r) ||
        !choose_time(q, "to", (struct wall){ s->from.ms + DUTY_LOOK_DAYS * (int64_t)CLOCK_DAY_MS }, &s->to,
                     r))
        return false;
    if (s->from.ms >= s->to.ms)
        problem(r, q->lang, PROBLEM_VALUE_ORDER, "from", NULL);
    else if (s->to.ms - s->from.ms > STOPGAP_DAYS_MAX * (int64_t)CLOCK_DAY_MS)
        problem(r, q->lang, PROBLEM_VALUE_ROSTER_SPAN, "from", NULL);
    else
        return true;
    return false;
}

/* Those that hold in it. */
static bool is_within(const struct stopgap *s, const void *how)
{
    const struct span *span = how;
    int64_t end = s->end == STOPGAP_OPEN || s->ended.ms > s->until.ms ? s->until.ms : s->ended.ms;

    return s->kind == STOPGAP_SUBSTITUTE && s->from.ms < span->to.ms && end > span->from.ms;
}

void answer_roster(struct face *f, struct request *q, struct reply *r)
{
    const struct duty_port *port = &f->ports.duty;
    struct turns *t;
    struct strbuf b;
    struct json_out j;
    struct span span;
    bool told = true;

    if (!span_of(q, &span, r))
        return;
    strbuf_init(&b, REPLY_BODY_MAX);
    json_out_init(&j, &b);
    t = calloc(1, sizeof *t);
    if (t != NULL) {
        const struct duty_reader reader = { t, begin_roster, write_member, write_turn, end_roster };
        t->j = &j;
        t->visitor = &q->visitor;
        json_open_object(&j);
        json_member_time(&j, "from", span.from);
        json_member_time(&j, "to", span.to);
        json_key(&j, "rosters");
        json_open_array(&j);
        told = port->turns == NULL || port->turns(port->self, span.from, span.to, &reader);
        json_close_array(&j);
        stopgaps_json(&j, f, q, is_within, &span);
        json_close_object(&j);
    }
    if (t != NULL && told) {
        reply_take(r, 200, TYPE_JSON, &b, q->lang);
    } else {
        strbuf_clear(&b);
        problem(r, q->lang, PROBLEM_NO_MEMORY, NULL, NULL);
    }
    free(t);
}
