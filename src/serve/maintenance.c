/* What is due for service: the counters of run hours, held against their intervals. */
#include "maintenance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alarms.h"
#include "choose.h"
#include "problem.h"
#include "routes.h"
#include "sees.h"
#include "told.h"

/* The soonest first, what is not known last. */
static int compare(const void *a, const void *b)
{
    double x = ((const struct service_due *)a)->left, y = ((const struct service_due *)b)->left;

    if (isnan(x) || isnan(y))
        return isnan(x) - isnan(y);
    return (x > y) - (x < y);
}

static double shown(const struct snapshot *s, uint64_t key)
{
    uint32_t i = catalogue_by_key(snapshot_catalogue(s), key);
    const struct reading *r = i < snapshot_points(s) ? &snapshot_point(s, i)->reading : NULL;

    return r == NULL || r->quality == QUALITY_BAD ? NAN : r->value;
}

static bool last_service(const struct face *f, uint64_t point, struct hand *out)
{
    const struct hands_port *hands = &f->ports.hands;

    return hands->told != NULL && hands->told(hands->self, HAND_SERVICE, point, out, 1) == 1;
}

static size_t count_counters(const struct catalogue *c)
{
    size_t n = 0;

    for (size_t i = 0; i < c->rule_count; i++)
        n += c->rules[i].kind == RULE_RUN_HOURS;
    return n;
}

struct service_due *maintenance_gather(const struct face *f, const struct catalogue *c,
                                       const struct snapshot *s, const struct visitor *v, uint32_t site,
                                       size_t *count)
{
    struct service_due *list = calloc(count_counters(c) + 1, sizeof *list);

    *count = 0;
    for (size_t i = 0; list != NULL && i < c->rule_count; i++) {
        const struct rule *rule = &c->rules[i];
        const struct point *p = &c->points[rule->point];
        struct service_due *d = &list[*count];
        if (rule->kind != RULE_RUN_HOURS || !visitor_sees(v, c, p) || (site != UINT32_MAX && p->site != site))
            continue;
        *d = (struct service_due){ .rule = rule, .shows = shown(s, p->key), .since = rule->since };
        d->serviced = last_service(f, p->key, &d->service);
        if (d->serviced)
            d->since = d->service.value;
        d->left = rule->limit - (d->shows - d->since);
        ++*count;
    }
    if (*count > 1)
        qsort(list, *count, sizeof *list, compare);
    return list;
}

static void write_one(struct json_out *j, const struct catalogue *c, const struct service_due *d)
{
    const struct point *p = &c->points[d->rule->point];

    json_open_object(j);
    json_member_text(j, "point", p->id);
    json_member_text(j, "point_name", p->name);
    json_member_text(j, "site", p->site < c->site_count ? c->sites[p->site].id : NULL);
    json_member_text(j, "device", p->device);
    json_member_text(j, "rule", d->rule->id);
    json_member_number(j, "run_hours", d->shows);
    json_member_number(j, "since", d->since);
    json_member_number(j, "interval", d->rule->limit);
    json_member_number(j, "left", d->left);
    json_key(j, "due");
    if (isnan(d->left))
        json_null(j);
    else
        json_bool(j, d->left <= 0);
    rule_text_json(j, c, d->rule);
    json_key(j, "service");
    if (d->serviced)
        told_json(j, &d->service, p);
    else
        json_null(j);
    json_close_object(j);
}

static void list(const struct face *f, const struct catalogue *c, const struct snapshot *s,
                 const struct request *q, struct reply *r)
{
    struct service_due *due;
    struct json_out j;
    struct strbuf b;
    uint32_t site;
    size_t n;

    if (!choose_site(&site, c, q, r))
        return;
    due = maintenance_gather(f, c, s, &q->visitor, site, &n);
    if (due == NULL) {
        problem(r, q->lang, PROBLEM_NO_MEMORY, NULL, NULL);
        return;
    }
    strbuf_init(&b, REPLY_BODY_MAX);
    json_out_init(&j, &b);
    json_open_object(&j);
    json_member_time(&j, "at", snapshot_at(s));
    json_key(&j, "items");
    json_open_array(&j);
    for (size_t i = 0; i < n; i++)
        write_one(&j, c, &due[i]);
    json_close_array(&j);
    json_close_object(&j);
    free(due);
    reply_take(r, 200, TYPE_JSON, &b, q->lang);
}

void answer_maintenance(struct face *f, struct request *q, struct reply *r)
{
    struct snapshot *s = f->ports.present.take(f->ports.present.self);
    struct catalogue *c;

    if (s == NULL) {
        problem(r, q->lang, PROBLEM_NOT_READY, NULL, NULL);
        r->retry_after_s = 1;
        return;
    }
    c = f->ports.present.catalogue(f->ports.present.self);
    list(f, c, s, q, r);
    catalogue_drop(c);
    snapshot_drop(s);
}
