#include "incident_rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "row_members.h"
#include "seal/seal.h"
#include "sql.h"

enum err incident_rows_init(struct incident_rows *r, struct fault *why)
{
    *r = (struct incident_rows){ .read = malloc(sizeof *r->read) };
    strbuf_init(&r->incidents, INCIDENT_ROWS_MAX);
    strbuf_init(&r->messages, INCIDENT_ROWS_MAX);
    strbuf_init(&r->callers, INCIDENT_ROWS_MAX);
    strbuf_init(&r->letters, INCIDENT_ROWS_MAX);
    return r->read != NULL ? ERR_NONE : fault_set(why, ERR_MEMORY, "delivery: no memory for incidents");
}

void incident_rows_clear(struct incident_rows *r)
{
    free(r->read);
    strbuf_clear(&r->incidents);
    strbuf_clear(&r->messages);
    strbuf_clear(&r->callers);
    strbuf_clear(&r->letters);
}

void incident_rows_begin(struct incident_rows *r)
{
    struct strbuf *const texts[] = { &r->incidents, &r->messages, &r->callers, &r->letters };
    struct json_out *const outs[] = { &r->i, &r->m, &r->c, &r->l };

    for (size_t k = 0; k < COUNT_OF(texts); k++) {
        strbuf_reset(texts[k]);
        json_out_init(outs[k], texts[k]);
        json_open_array(outs[k]);
    }
    r->incident_count = r->message_count = r->caller_count = r->letter_count = 0;
}

bool incident_rows_end(struct incident_rows *r)
{
    json_close_array(&r->i);
    json_close_array(&r->m);
    json_close_array(&r->c);
    json_close_array(&r->l);
    return !r->incidents.failed && !r->messages.failed && !r->callers.failed && !r->letters.failed;
}

bool incident_rows_sound(struct incident_rows *r, const struct stored_incident *s)
{
    return incident_read(s->bytes, s->len, r->read) == ERR_NONE;
}

/* ---- one incident ---- */

static void add_member(struct json_out *j, const struct member *m, struct wall recorded)
{
    json_open_object(j);
    row_number(j, "member", m->id);
    row_number_or_none(j, "point", m->point);
    row_number_or_none(j, "cause", m->cause);
    json_member_int(j, "class", m->class);
    json_member_int(j, "evidence", m->evidence);
    json_member_bool(j, "confirmed", m->confirmed);
    json_member_bool(j, "loosened", m->loosened);
    json_member_bool(j, "apart", m->apart);
    json_member_int(j, "step", m->step);
    json_member_number(j, "step_size", m->size);
    json_member_text(j, "site", m->site);
    json_member_text(j, "zone", m->zone);
    json_member_bool(j, "clock_unsure", m->unsure);
    row_time(j, "start_ms", m->start, recorded);
    row_time(j, "evident_ms", m->evident, recorded);
    row_time_or_none(j, "cleared_ms", m->cleared);
    row_time_or_none(j, "repaired_ms", m->repaired);
    row_time_or_none(j, "claimed_ms", m->claim_recorded);
    row_time_or_none(j, "repair_confirmed_ms", m->repair_confirmed);
    row_time_or_none(j, "restored_ms", m->restored);
    json_close_object(j);
}

/* Made of all that it says: the same wherever it stands. */
static uint64_t fact_number(const struct fact *f)
{
    char text[INCIDENT_WHO_MAX + INCIDENT_NOTE_MAX + 160];

    (void)snprintf(text, sizeof text,
                   "fact %u %u %u %u %" PRIu64 " %" PRIu64 " %" PRId64 " %" PRId64 "\n%s\n%s", f->kind,
                   f->source, f->detail, f->code, f->key, f->about, f->claimed.ms, f->recorded.ms, f->who,
                   f->note);
    return seal_key63(text);
}

static void add_fact(struct json_out *j, const struct fact *f, struct wall recorded)
{
    json_open_object(j);
    row_number(j, "fact", fact_number(f));
    json_member_int(j, "kind", f->kind);
    json_member_int(j, "source", f->source);
    json_member_int(j, "detail", f->detail);
    json_member_int(j, "code", f->code);
    row_number_or_none(j, "about", f->about);
    row_time(j, "claimed_ms", f->claimed, recorded);
    row_time(j, "recorded_ms", f->recorded, recorded);
    json_member_text(j, "who", f->who);
    json_member_text(j, "note", f->note);
    json_close_object(j);
}

static void add_duty(struct json_out *j, const struct duty *d, size_t kind, struct wall recorded)
{
    if (d->since.ms == 0)
        return;
    json_open_object(j);
    json_member_int(j, "duty", (int64_t)kind);
    row_time(j, "since_ms", d->since, recorded);
    row_time(j, "due_ms", d->due, recorded);
    row_time_or_none(j, "done_ms", d->done);
    row_time_or_none(j, "recorded_ms", d->recorded);
    json_member_bool(j, "waived", d->waived);
    json_member_text(j, "who", d->who);
    json_close_object(j);
}

static void add_parts(struct json_out *j, const struct incident *i, struct wall recorded)
{
    json_key(j, "members");
    json_open_array(j);
    for (size_t k = 0; k < i->member_count; k++)
        add_member(j, &i->members[k], recorded);
    json_close_array(j);
    json_key(j, "facts");
    json_open_array(j);
    for (size_t k = 0; k < i->fact_count; k++)
        add_fact(j, &i->facts[k], recorded);
    json_close_array(j);
    json_key(j, "duties");
    json_open_array(j);
    for (size_t k = 0; k < DUTY_COUNT; k++)
        add_duty(j, &i->duties[k], k, recorded);
    json_close_array(j);
    json_key(j, "ties");
    json_open_array(j);
    for (size_t k = 0; k < i->tie_count; k++) {
        json_open_object(j);
        row_number(j, "other", i->ties[k].incident);
        json_member_int(j, "kind", i->ties[k].kind);
        json_close_object(j);
    }
    json_close_array(j);
}

static void add_derived(struct json_out *j, const struct stored_incident *s, struct wall recorded)
{
    row_time(j, "recorded_ms", s->at, recorded);
    row_time(j, "start_ms", s->clock.start, recorded);
    row_time(j, "due_ms", s->clock.due, recorded);
    json_member_int(j, "limit_ms", s->clock.limit_ms);
    json_member_bool(j, "legal", s->clock.legal);
    json_member_int(j, "class", s->clock.class);
    json_member_bool(j, "class_confirmed", s->class_confirmed);
    json_member_int(j, "state", s->state);
    json_member_int(j, "on_time", s->on_time);
    json_member_bool(j, "unconfirmed", s->unconfirmed);
}

static void add_said(struct json_out *j, const struct incident *i, struct wall recorded)
{
    row_time(j, "opened_ms", i->opened, recorded);
    json_member_bool(j, "drill", i->drill);
    json_member_bool(j, "closed", i->closed);
    json_member_bool(j, "unacknowledged", i->unacknowledged);
    row_number_or_none(j, "merged_into", i->merged_into);
    json_member_int(j, "controllability", i->controllability);
    json_member_int(j, "large_said", i->large_said);
    row_time_or_none(j, "large_ms", i->large_since);
    json_member_int(j, "people", i->impact.people);
    json_member_int(j, "connections", i->impact.connections);
    json_member_int(j, "hospitals", i->impact.hospitals);
    json_member_int(j, "expected_min", i->impact.expected_min);
    json_member_bool(j, "health_hazard", i->impact.health_hazard);
    json_member_int(j, "schools", i->impact.schools);
    json_member_int(j, "high_rises", i->impact.high_rises);
    json_member_bool(j, "wide", i->impact.wide);
    json_member_bool(j, "source_threatened", i->impact.source_threatened);
    json_member_bool(j, "road_opened", i->impact.road_opened);
    json_member_bool(j, "rural", i->impact.rural);
    json_member_bool(j, "partner", i->impact.partner);
    json_member_bool(j, "clock_unsure", incident_unsure(i));
}

void incident_rows_add(struct incident_rows *r, const struct stored_incident *s, struct wall recorded)
{
    struct json_out *j = &r->i;

    if (!incident_rows_sound(r, s))
        return; /* it was looked at before */
    json_open_object(j);
    row_number(j, "incident", r->read->id);
    row_number(j, "revision", s->revision);
    add_derived(j, s, recorded);
    add_said(j, r->read, recorded);
    add_parts(j, r->read, recorded);
    json_close_object(j);
    r->incident_count++;
}

void incident_rows_message(struct incident_rows *r, const struct outgoing *o, struct wall recorded)
{
    struct json_out *j = &r->m;

    json_open_object(j);
    row_number(j, "incident", o->incident);
    json_member_int(j, "kind", o->kind);
    json_member_int(j, "n", o->n);
    row_time(j, "at_ms", o->at, recorded);
    row_time(j, "due_ms", o->due, recorded);
    json_member_int(j, "warnings", o->mask);
    json_member_int(j, "count", o->count);
    json_member_number(j, "step_size", o->size);
    json_member_bool(j, "legal", o->legal);
    json_member_bool(j, "drill", o->drill);
    json_member_bool(j, "over", o->over);
    json_close_object(j);
    r->message_count++;
}

void incident_rows_caller(struct incident_rows *r, const struct stored_caller *c, struct wall recorded)
{
    struct json_out *j = &r->c;

    json_open_object(j);
    row_number(j, "call", c->call);
    row_number(j, "incident", c->incident);
    row_time(j, "at_ms", c->at, recorded);
    json_member_text(j, "name", c->name);
    json_member_text(j, "phone", c->phone);
    json_close_object(j);
    r->caller_count++;
}

void incident_rows_letter(struct incident_rows *r, const struct letter *l, struct wall recorded)
{
    struct json_out *j = &r->l;

    json_open_object(j);
    row_number(j, "incident", l->about.incident);
    json_member_int(j, "kind", l->about.kind);
    json_member_int(j, "n", l->about.n);
    json_member_text(j, "recipient", l->to);
    json_member_int(j, "channel", l->channel);
    json_member_int(j, "state", l->state);
    json_member_int(j, "tries", l->tries);
    row_time(j, "made_ms", l->about.at, recorded);
    if (l->state != LETTER_WAITS)
        row_time(j, "settled_ms", l->settled, recorded);
    json_member_text(j, "said", l->why);
    json_close_object(j);
    r->letter_count++;
}

/* ---- into the database ---- */

enum err incident_rows_write(struct pg *p, const struct incident_rows *r, const char *node, struct fault *why)
{
    const char *const whole[] = { sql_incidents_upsert, sql_incident_members_upsert,
                                  sql_incident_facts_insert, sql_incident_duties_upsert,
                                  sql_incident_ties_insert };
    struct pg_value v[] = { pg_text(r->incidents.text), pg_text(node) };
    enum err rc = ERR_NONE;

    for (size_t k = 0; k < COUNT_OF(whole) && r->incident_count > 0 && rc == ERR_NONE; k++)
        rc = pg_ask(p, whole[k], v, COUNT_OF(v), NULL, why);
    v[0] = pg_text(r->messages.text);
    if (rc == ERR_NONE && r->message_count > 0)
        rc = pg_ask(p, sql_incident_messages_insert, v, COUNT_OF(v), NULL, why);
    v[0] = pg_text(r->letters.text);
    if (rc == ERR_NONE && r->letter_count > 0)
        rc = pg_ask(p, sql_incident_letters_upsert, v, COUNT_OF(v), NULL, why);
    v[0] = pg_text(r->callers.text);
    if (rc == ERR_NONE && r->caller_count > 0)
        rc = pg_ask(p, sql_call_persons_insert, v, COUNT_OF(v), NULL, why);
    return rc;
}
