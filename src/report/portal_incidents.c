/* Incidents as an agency asks for them: class, clocks, on time, what is owed, what was done meanwhile. */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "model/incident_duty.h"
#include "model/incident_reach.h"
#include "model/incident_words.h"
#include "portal_inner.h"

static const struct catalogue *world(const struct portal_from *f)
{
    return f->incidents->catalogue;
}

/* ---- where ---- */

static uint32_t area_of(const struct catalogue *c, const struct member *m)
{
    const struct site *s = m->site[0] == '\0' ? NULL : catalogue_site(c, m->site);
    const struct zone *z = catalogue_zone(c, m->zone);

    return z != NULL ? z->area : s != NULL ? s->area : NO_INDEX;
}

static const char *site_word(const struct catalogue *c, const struct member *m)
{
    (void)c;
    return m->site;
}

static const char *zone_word(const struct catalogue *c, const struct member *m)
{
    (void)c;
    return m->zone;
}

static const char *area_word(const struct catalogue *c, const struct member *m)
{
    uint32_t i = area_of(c, m);

    return i < c->area_count ? c->areas[i].id : "";
}

static const char *supplier_word(const struct catalogue *c, const struct member *m)
{
    uint32_t i = member_system(c, m);

    return i < c->system_count && c->systems[i].supplier < c->supplier_count
               ? c->suppliers[c->systems[i].supplier].id
               : "";
}

/* Each once. */
static void write_places(struct json_out *j, const char *name, const struct portal_from *f,
                         const struct incident *i,
                         const char *(*word)(const struct catalogue *c, const struct member *m))
{
    json_key(j, name);
    json_open_array(j);
    for (size_t k = 0; k < i->member_count; k++) {
        const char *place = word(world(f), &i->members[k]);
        bool before = place[0] == '\0';
        for (size_t n = 0; n < k && !before; n++)
            before = strcmp(word(world(f), &i->members[n]), place) == 0;
        if (!before)
            json_string(j, place);
    }
    json_close_array(j);
}

/* ---- parts ---- */

static void write_impact(struct json_out *j, const struct incident_impact *p)
{
    json_key(j, "impact");
    json_open_object(j);
    json_member_int(j, "people", p->people);
    json_member_int(j, "connections", p->connections);
    json_member_int(j, "hospitals", p->hospitals);
    json_member_int(j, "schools", p->schools);
    json_member_int(j, "high_rises", p->high_rises);
    json_member_number(j, "expected_min", p->expected_min == 0 ? NAN : (double)p->expected_min);
    json_member_bool(j, "health_hazard", p->health_hazard);
    json_close_object(j);
}

static void write_duties(struct json_out *j, const struct incident *i, struct wall now)
{
    json_key(j, "duties");
    json_open_array(j);
    for (size_t k = 0; k < DUTY_COUNT; k++) {
        const struct duty *d = &i->duties[k];
        const struct duty_row *row = duty_row((enum duty_kind)k);
        if (d->since.ms == 0)
            continue;
        json_open_object(j);
        json_member_text(j, "duty", row->name);
        json_member_text(j, "name_vi", row->name_vi);
        json_member_text(j, "source", row->source);
        json_member_bool(j, "target", row->target);
        json_member_time(j, "owed_since", d->since);
        json_member_time(j, "due_at", d->due);
        json_member_time(j, "done_at", d->waived ? (struct wall){ 0 } : d->done);
        json_member_bool(j, "waived", d->waived && !d->voided);
        json_member_bool(j, "voided", d->voided);
        json_member_bool(j, "late", (d->done.ms == 0 ? now.ms : d->done.ms) > d->due.ms);
        json_close_object(j);
    }
    json_close_array(j);
}

static void write_measures(struct json_out *j, const struct incident *i)
{
    json_key(j, "measures");
    json_open_array(j);
    for (size_t k = 0; k < i->fact_count; k++) {
        struct incident_word word;
        if (i->facts[k].kind != FACT_MEASURE)
            continue;
        word = measure_word((enum measure_kind)i->facts[k].code);
        json_open_object(j);
        json_member_text(j, "measure", word.name);
        json_member_text(j, "name_vi", word.name_vi);
        json_member_time(j, "at", i->facts[k].claimed);
        json_close_object(j);
    }
    json_close_array(j);
}

static struct wall restored(const struct member *m)
{
    return m->restored;
}

/* What works again without anybody having said so was repaired then, at the latest. */
static struct wall repaired(const struct member *m)
{
    return m->repaired.ms != 0 ? m->repaired : m->restored;
}

/* When the last of its members was; .ms 0: not all are. */
static struct wall last_of(const struct incident *i, struct wall (*ended)(const struct member *m))
{
    struct wall last = { 0 };

    for (size_t k = 0; k < i->member_count; k++) {
        const struct wall at = ended(&i->members[k]);
        if (at.ms == 0)
            return at;
        last = at.ms > last.ms ? at : last;
    }
    return last;
}

/* The facts an agency asks after; null: not told.  Of several of a kind the first, as what is judged by it
 * does; a cause or a remedy may be found anew. */
static void write_facts(struct json_out *j, const struct incident *i)
{
    static const struct {
        const char *name;
        enum fact_kind kind;
        const struct fact *(*which)(const struct incident *i, enum fact_kind k);
    } FACTS[] = {
        { "detected_at", FACT_DETECTED, incident_fact },
        { "known_at", FACT_KNOWN, incident_fact },
        { "on_site_at", FACT_ON_SITE, incident_fact },
        { "cause_found_at", FACT_CAUSE_FOUND, incident_last_fact },
        { "remedy_proposed_at", FACT_REMEDY_PROPOSED, incident_last_fact },
        { "remedy_approved_at", FACT_REMEDY_APPROVED, incident_fact },
    };
    const struct fact *closed = i->closed ? incident_last_fact(i, FACT_CLOSED) : NULL;

    for (size_t k = 0; k < sizeof FACTS / sizeof FACTS[0]; k++) {
        const struct fact *fact = FACTS[k].which(i, FACTS[k].kind);
        json_member_time(j, FACTS[k].name, fact == NULL ? (struct wall){ 0 } : fact->claimed);
    }
    json_member_time(j, "repaired_at", last_of(i, repaired));
    json_member_time(j, "restored_at", last_of(i, restored));
    json_member_time(j, "closed_at", closed == NULL ? (struct wall){ 0 } : closed->claimed);
}

static void write_clocks(struct json_out *j, const struct portal_from *f, const struct incident *i)
{
    const struct incident_clock c = incident_clock(i, &f->incidents->targets);
    const struct incident_limit *limit = incident_limit((enum incident_class)c.class);

    json_member_text(j, "class", limit->name);
    json_member_text(j, "class_vi", limit->name_vi);
    json_member_bool(j, "class_confirmed", incident_class_confirmed(i));
    json_member_bool(j, "reclassified", incident_fact(i, FACT_RECLASSIFIED) != NULL);
    json_member_bool(j, "legal", c.legal);
    json_member_number(j, "limit_h", (double)c.limit_ms / CLOCK_HOUR_MS);
    json_member_words(j, "limit_source", limit->source);
    json_member_time(j, "start_at", c.start);
    json_member_time(j, "due_at", c.due);
    json_member_text(j, "on_time", on_time_name(incident_on_time(i, f->now)));
    json_member_bool(j, "overdue", !incident_all_ended(i, f->now) && f->now.ms > c.due.ms);
    json_member_bool(j, "repair_unconfirmed", incident_unconfirmed(i, f->now));
    write_facts(j, i);
    json_member_bool(j, "approved_late", incident_approved_late(i, &f->incidents->targets));
}

static void write_incident(struct json_out *j, const struct portal_from *f, const struct incident *i)
{
    const struct fact *cause = incident_last_fact(i, FACT_CAUSE_FOUND);

    json_open_object(j);
    portal_id(j, "id", i->id);
    json_member_text(j, "state", incident_state_name(incident_state(i, f->now)));
    portal_id(j, "merged_into", i->merged_into);
    json_member_bool(j, "drill", i->drill);
    json_member_time(j, "opened_at", i->opened);
    write_clocks(j, f, i);
    json_member_text(j, "controllability", incident_word_of(WORDS_OF_CONTROL, i->controllability));
    json_member_text(j, "cause", cause == NULL ? NULL : cause_word((enum cause_kind)cause->code).name);
    json_member_time(j, "large_effect_since", i->large_since);
    write_places(j, "suppliers", f, i, supplier_word);
    write_places(j, "areas", f, i, area_word);
    write_places(j, "sites", f, i, site_word);
    write_places(j, "zones", f, i, zone_word);
    write_impact(j, &i->impact);
    write_duties(j, i, f->now);
    write_measures(j, i);
    json_close_object(j);
}

/* A clock that runs is news at any time. */
static bool is_news(const struct portal_from *f, const struct portal_seen *seen,
                    const struct incident_copy *c)
{
    return !seen->any || c->revision > seen->incidents ||
           (c->is.merged_into == 0 && !incident_all_ended(&c->is, f->now));
}

void portal_incidents(struct json_out *j, const struct portal_from *f, const struct portal_seen *seen)
{
    const struct incident_list *l = f->incidents;

    json_key(j, "incidents");
    json_open_array(j);
    for (size_t i = 0; l != NULL && i < l->count; i++)
        if (is_news(f, seen, l->items[i]) && scope_sees_incident(&f->scope, l, &l->items[i]->is))
            write_incident(j, f, &l->items[i]->is);
    json_close_array(j);
}

static unsigned duties_overdue(const struct incident *i, bool targets, struct wall now)
{
    unsigned n = 0;

    for (size_t k = 0; k < DUTY_COUNT && !(targets && i->closed); k++)
        n += duty_row((enum duty_kind)k)->target == targets && i->duties[k].since.ms != 0 &&
             i->duties[k].done.ms == 0 && now.ms > i->duties[k].due.ms;
    return n;
}

/* Drills are in no sum.  Duties stay owed when their incident is closed; targets are of water that is bad. */
void portal_count_incidents(struct json_out *j, const struct portal_from *f)
{
    const struct incident_list *l = f->incidents;
    unsigned open = 0, overdue = 0, unconfirmed = 0, large = 0, duties = 0, class_open = 0, targets = 0;

    for (size_t n = 0; l != NULL && n < l->count; n++) {
        const struct incident *i = &l->items[n]->is;
        if (i->drill || i->merged_into != 0 || !scope_sees_incident(&f->scope, l, i))
            continue;
        duties += duties_overdue(i, false, f->now);
        targets += duties_overdue(i, true, f->now);
        if (i->closed)
            continue;
        open++;
        overdue += !incident_all_ended(i, f->now) && f->now.ms > incident_clock(i, &l->targets).due.ms;
        unconfirmed += incident_unconfirmed(i, f->now);
        class_open += !incident_class_confirmed(i);
        large += i->large_since.ms != 0;
    }
    json_key(j, "incidents");
    json_open_object(j);
    json_member_int(j, "open", open);
    json_member_int(j, "overdue", overdue);
    json_member_int(j, "repair_unconfirmed", unconfirmed);
    json_member_int(j, "class_unconfirmed", class_open);
    json_member_int(j, "large_effect", large);
    json_member_int(j, "duties_overdue", duties);
    json_member_int(j, "targets_overdue", targets);
    json_close_object(j);
}
