#include "spots.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "choose.h"
#include "prevention.h"
#include "problem.h"
#include "routes.h"
#include "sees.h"

/* ------------------------------------------------------------------ out */

static void write_incident(struct json_out *j, const struct spot_incident *i)
{
    char id[24];

    (void)snprintf(id, sizeof id, "%" PRIu64, i->incident);
    json_open_object(j);
    json_member_text(j, "incident", id);
    json_member_text(j, "node", i->node);
    json_member_time(j, "start_at", i->start);
    json_member_text(j, "class", i->class < CLASS_COUNT ? incident_limit(i->class)->name : NULL);
    json_close_object(j);
}

static void write_candidate(struct json_out *j, const struct spot_candidate *c, const struct spot_facts *f)
{
    const bool pressure = c->point[0] != '\0';

    json_open_object(j);
    json_member_text(j, "reason", SPOT_REASONS[c->reason]);
    json_member_words(j, "site", c->site);
    json_member_words(j, "zone", c->zone);
    json_member_words(j, "point", c->point);
    json_member_count(j, "count", c->count);
    json_member_count(j, "known_hours", c->known);
    json_member_number(j, "low_limit", c->low);
    json_member_number(j, pressure ? "lowest_hour" : "lowest_m", c->lowest);
    json_member_number(j, "highest_m", c->highest);
    json_member_time(j, "last_at", c->last);
    json_key(j, "incidents");
    json_open_array(j);
    for (size_t i = 0; i < c->incident_count; i++)
        write_incident(j, &f->incidents[c->first + i]);
    json_close_array(j);
    json_close_object(j);
}

static void write_rule(struct json_out *j, const struct spot_rules *r)
{
    json_key(j, "rule");
    json_open_object(j);
    json_member_count(j, "repeats", r->repeats);
    json_member_int(j, "repeats_within_days", r->repeats_days);
    json_member_count(j, "low_pressure_hours", r->low_hours);
    json_member_int(j, "low_pressure_within_days", r->low_days);
    json_member_number(j, "high_place_m", r->high_m);
    json_close_object(j);
}

static bool is_shown(const struct spots_question *q, const struct spot_candidate *one,
                     const struct catalogue *c)
{
    return (q->site[0] == '\0' || strcmp(q->site, one->site) == 0) &&
           (visitor_sees_all(&q->visitor) || sees_place(&q->visitor, c, one->site, one->zone));
}

void spots_reply(struct reply *r, enum lang lang, const struct spots_question *q,
                 const struct spot_candidates *found, const struct catalogue *c)
{
    struct strbuf b;
    struct json_out j;

    strbuf_init(&b, REPLY_BODY_MAX);
    json_out_init(&j, &b);
    json_open_object(&j);
    json_member_time(&j, "at", found->at);
    write_rule(&j, &found->rules);
    json_key(&j, "items");
    json_open_array(&j);
    for (size_t i = 0; i < found->count; i++)
        if (is_shown(q, &found->list[i], c))
            write_candidate(&j, &found->list[i], &found->facts);
    json_close_array(&j);
    json_close_object(&j);
    reply_take(r, 200, TYPE_JSON, &b, lang);
}

/* ------------------------------------------------------------------ asking */

void answer_spot_candidates(struct face *f, struct request *q, struct reply *r)
{
    struct spots_question asked = { .visitor = q->visitor, .now = q->now.wall };
    struct catalogue *c;
    uint32_t site;

    if (f->ports.spots.ask == NULL) {
        problem(r, q->lang, PROBLEM_NO_HISTORY, NULL, NULL);
        r->retry_after_s = 5;
        return;
    }
    c = f->ports.present.catalogue(f->ports.present.self);
    if (choose_site(&site, c, q, r)) {
        if (site != UINT32_MAX)
            memcpy(asked.site, c->sites[site].id, sizeof asked.site);
        r->question = question_spots(f->questions, &f->ports.spots, &asked, c, q->lang);
        if (r->question == NULL)
            problem(r, q->lang, PROBLEM_NO_MEMORY, NULL, NULL);
        else
            r->kind = REPLY_LATER;
    }
    catalogue_drop(c);
}
