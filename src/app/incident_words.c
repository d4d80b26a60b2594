#include "incident_words.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/columns.h"
#include "base/still.h"
#include "incident_fields.h"
#include "model/incident_duty.h"
#include "parts.h"
#include "waiting.h"
#include "words.h"

/* ---- telling ---- */

static const char *const HEADS[] = { "id",  "state",   "class",   "limit", "start",
                                     "due", "on time", "members", "place", "remark" };

static void tell_line(const struct incident *i, const struct incident_list *l, struct wall now,
                      struct columns *to)
{
    struct incident_clock c = incident_clock(i, &l->targets);
    char start[CLOCK_TEXT_MAX], due[CLOCK_TEXT_MAX];

    wall_text(c.start, start);
    wall_text(c.due, due);
    columns_cell(to, "%" PRIu64, i->id);
    columns_cell(to, "%s", incident_state_name(incident_state(i, now)));
    columns_cell(to, "%s", incident_limit(c.class)->name);
    columns_cell(to, "%s", c.legal ? "law" : "target");
    columns_cell(to, "%s", start);
    columns_cell(to, "%s", due);
    columns_cell(to, "%s", on_time_name(incident_on_time(i, now)));
    columns_cell(to, "%u", (unsigned)i->member_count);
    columns_cell(to, "%s",
                 i->member_count == 0            ? ""
                 : i->members[0].site[0] != '\0' ? i->members[0].site
                                                 : i->members[0].zone);
    columns_cell(to, "%s%s%s", i->unacknowledged ? "unacknowledged" : "",
                 i->unacknowledged && i->drill ? ", " : "", i->drill ? "drill" : "");
}

static void tell_duties(const struct incident *i, struct wall now, struct strbuf *told)
{
    char due[CLOCK_TEXT_MAX], done[CLOCK_TEXT_MAX];

    for (unsigned k = 0; k < DUTY_COUNT; k++) {
        const struct duty *d = &i->duties[k];
        const struct duty_row *row = duty_row((enum duty_kind)k);
        if (d->since.ms == 0)
            continue;
        wall_text(d->due, due);
        wall_text(d->done, done);
        strbuf_printf(told, "  %s %s due=%s", row->target ? "target" : "duty", row->name, due);
        if (d->done.ms != 0)
            strbuf_printf(told, " %s=%s", d->voided ? "void" : d->waived ? "waived" : "done", done);
        else if (now.ms >= d->due.ms)
            strbuf_puts(told, " overdue");
        strbuf_putc(told, '\n');
    }
}

static void tell_whole(const struct incident *i, struct wall now, struct strbuf *told)
{
    char at[CLOCK_TEXT_MAX];

    for (size_t k = 0; k < i->member_count; k++) {
        const struct member *m = &i->members[k];
        wall_text(m->start, at);
        strbuf_printf(told, "  member %" PRIu64 " %s %s start=%s%s\n", m->id, evidence_name(m->evidence),
                      incident_limit(m->class)->name, at, m->restored.ms != 0 ? " restored" : "");
    }
    tell_duties(i, now, told);
    for (size_t k = 0; k < i->fact_count; k++) {
        const struct fact *f = &i->facts[k];
        wall_text(f->claimed, at);
        strbuf_printf(told, "  %s %s by=\"", at, fact_name(f->kind));
        strbuf_puts_still(told, f->who);
        strbuf_puts(told, "\" note=\"");
        strbuf_puts_still(told, f->note);
        strbuf_puts(told, "\"\n");
    }
}

enum err incident_words_list(struct parts *d, const char *id, struct strbuf *told, struct fault *why)
{
    struct incident_list *l = pipeline_incidents(d->pipeline);
    struct wall now = clock_read(&d->clock).wall;
    uint64_t wanted = strtoull(id, NULL, 10);
    struct columns to;
    size_t n = 0;

    if (l == NULL)
        return fault_set(why, ERR_STATE, "the daemon is only starting");
    columns_init(&to, HEADS, COUNT_OF(HEADS));
    for (size_t k = l->count; k > 0; k--) {
        const struct incident *i = &l->items[k - 1]->is;
        if (id[0] != '\0' ? i->id != wanted : i->closed || i->merged_into != 0)
            continue;
        tell_line(i, l, now, &to);
        n++;
    }
    columns_write(&to, told);
    for (size_t k = l->count; k > 0 && id[0] != '\0'; k--)
        if (l->items[k - 1]->is.id == wanted)
            tell_whole(&l->items[k - 1]->is, now, told);
    incident_list_drop(l);
    if (id[0] != '\0' && n == 0)
        return fault_set(why, ERR_MISSING, "there is no such incident in memory");
    return id[0] != '\0' ? ERR_NONE : words_count(why, n, "incident is open", "incidents are open");
}

/* ---- doing ---- */

struct stepped {
    struct waiting waiting;
    uint64_t incident;
    enum incident_state state;
    struct wall now;
};

static void answered(void *self, enum err code, enum refusal refusal, bool known, struct incident_copy *is,
                     const struct fault *why)
{
    struct stepped *s = self;
    struct fault said;

    (void)known;
    if (is != NULL) {
        s->incident = is->is.id;
        s->state = incident_state(&is->is, s->now);
    }
    if (code == ERR_STATE && refusal != REFUSED_NOTHING) {
        code = fault_set(&said, code, "%s: %s%s", refusal_name(refusal), refusal_sentence(refusal),
                         refusal == REFUSED_NO_REASON ? " (note=\"...\")" : "");
        why = &said;
    }
    waiting_answer(&s->waiting, code, why);
}

static enum err act(struct parts *d, const struct incident_act *a, struct strbuf *told, struct fault *why)
{
    struct stepped s = { .waiting = WAITING_INIT, .now = clock_read(&d->clock).wall };
    struct message_incident m = { .act = *a, .by = { .kind = ACTOR_LOCAL }, .answer = answered, .self = &s };
    enum err rc;

    (void)snprintf(m.by.name, sizeof m.by.name, "%s", a->who);
    if (m.act.key[0] == '\0')
        (void)snprintf(m.act.key, sizeof m.act.key, "ctl-%u-%" PRIu64 "-%" PRId64, a->kind, a->incident,
                       s.now.ms);
    rc = pipeline_incident(d->pipeline, &m, why);
    if (rc == ERR_NONE)
        rc = waiting_wait(&s.waiting, why);
    if (rc == ERR_NONE)
        strbuf_printf(told, "incident %" PRIu64 " is %s\n", s.incident, incident_state_name(s.state));
    return rc;
}

static enum err check_place(struct parts *d, const struct incident_act *a, struct fault *why)
{
    struct incident_list *l = pipeline_incidents(d->pipeline);
    enum err rc;

    if (l == NULL)
        return fault_set(why, ERR_STATE, "the daemon is only starting");
    rc = incident_fields_place(a, l->catalogue, why);
    incident_list_drop(l);
    return rc;
}

/* Clears what was taken: it may name a caller. */
static enum err take_act(struct parts *d, struct incident_act *a, enum err taken, struct strbuf *told,
                         struct fault *why)
{
    enum err rc = taken;

    if (rc == ERR_NONE)
        rc = check_place(d, a, why);
    if (rc == ERR_NONE)
        rc = act(d, a, told, why);
    explicit_bzero(a, sizeof *a);
    return rc;
}

enum err incident_words_step(struct parts *d, const char *words, struct strbuf *told, struct fault *why)
{
    struct incident_act a;
    enum err rc = incident_fields_step(&a, words, why);

    return take_act(d, &a, rc, told, why);
}

enum err incident_words_call(struct parts *d, const char *words, struct strbuf *told, struct fault *why)
{
    struct incident_act a;
    enum err rc = incident_fields_call(&a, words, why);

    return take_act(d, &a, rc, told, why);
}
