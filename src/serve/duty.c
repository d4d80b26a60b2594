/* Who is on duty now, or at a time. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "choose.h"
#include "problem.h"
#include "routes.h"
#include "sees.h"

static void write_person(struct json_out *j, const struct duty_person *p)
{
    if (p->id[0] == '\0') {
        json_null(j);
        return;
    }
    json_open_object(j);
    json_member_text(j, "id", p->id);
    json_member_text(j, "name", p->name);
    json_member_words(j, "account", p->account);
    json_member_words(j, "instead_of", p->instead_of);
    json_close_object(j);
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
    json_key(j, "people");
    json_open_array(j);
    for (size_t k = 0; k < d->count; k++)
        write_person(j, &d->people[k]);
    json_close_array(j);
    json_key(j, "leader");
    write_person(j, &d->leader);
    json_key(j, "authority");
    write_person(j, &d->authority);
    write_gap(j, d);
    json_close_object(j);
}

/* Whom single sites were named to sees none: a roster is for a supplier, or for all. */
static bool sees_duty(const struct visitor *v, const struct duty_roster *d)
{
    return visitor_sees_all(v) ||
           (v->sites[0] == '\0' && v->supplier[0] != '\0' && strcmp(v->supplier, d->of.supplier) == 0);
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
        if (sees_duty(&q->visitor, &list[k]))
            write_duty(&j, &list[k]);
    json_close_array(&j);
    json_close_object(&j);
    free(list);
    reply_take(r, 200, TYPE_JSON, &b, q->lang);
}
