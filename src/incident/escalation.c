#include "incident/escalation.h"

#include <string.h>

#include "incident/incidents.h"

/* ---- when ---- */

static bool takes(const struct fact *f)
{
    return f->kind == FACT_ACKNOWLEDGED || f->kind == FACT_ASSIGNED || f->kind == FACT_ON_SITE;
}

bool escalation_taken(const struct incident *i)
{
    for (size_t k = i->fact_count; k > 0; k--)
        if (takes(&i->facts[k - 1]) && i->facts[k - 1].recorded.ms >= i->asked.ms)
            return true;
    return !i->unacknowledged;
}

/* Whoever did not answer for a day is not awake: then a daily reminder, so that it never ends by itself. */
static int64_t repeated(const struct escalation_rules *r, int64_t since_last_ms)
{
    const int64_t day = since_last_ms < CLOCK_DAY_MS ? since_last_ms : CLOCK_DAY_MS;

    return r->again_ms <= 0 ? 0 : day / r->again_ms + (since_last_ms - day) / CLOCK_DAY_MS;
}

unsigned escalation_step(const struct escalation_rules *r, const struct incident *i, struct wall now)
{
    int64_t late_ms = now.ms - i->asked.ms - r->after_ms, n;

    if (r->after_ms <= 0 || i->asked.ms == 0 || late_ms < 0 || i->closed || incident_all_restored(i) ||
        escalation_taken(i))
        return 0;
    n = 1 + late_ms / r->every_ms;
    if (n >= r->steps)
        n = r->steps + repeated(r, late_ms - (r->steps - 1) * r->every_ms);
    return n < ESCALATION_TOLD_MAX ? (unsigned)n : ESCALATION_TOLD_MAX;
}

/* ---- who ---- */

static void put(uint8_t *out, size_t *n, uint8_t who)
{
    if (who != NO_CONTACT && memchr(out, who, *n) == NULL)
        out[(*n)++] = who;
}

size_t escalation_path(const struct roster *r, const struct rosters *all, const struct incident *i,
                       struct wall at, uint8_t out[ON_DUTY_MAX + 2])
{
    const struct on_duty d = roster_on_duty(r, all, at);
    size_t n = 0;

    for (size_t k = 0; k < d.count; k++)
        put(out, &n, d.people[k]);
    put(out, &n, d.leader);
    if (i->large_since.ms != 0 || i->controllability == BEYOND_CONTROL)
        put(out, &n, d.authority);
    return n;
}

/* How far along the path a message goes. */
static size_t reach(const struct addressing *a, const struct outgoing *o)
{
    if (o->kind == OUT_LARGE_EFFECT || (o->kind == OUT_ESCALATED && o->count >= a->steps))
        return ON_DUTY_MAX + 2;
    return o->kind == OUT_ESCALATED ? (size_t)o->count + 1 : 1;
}

/* What can hardly be helped by one alone any more. */
static bool is_for_the_leader(const struct outgoing *o)
{
    switch ((enum outgoing_kind)o->kind) {
    case OUT_WARNING: return o->n % OUT_OF_TARGET >= 90;
    case OUT_OVERDUE:
    case OUT_OVERDUE_AGAIN:
    case OUT_PASSED:
    case OUT_DUTY_LATE:
    case OUT_BEYOND_CONTROL: return true;
    default: return false;
    }
}

/* What is beyond control is to be reported at once (plan II.6.4), whoever took the incident: the authority
 * hears when it is said, and again when the report is late. */
static bool is_for_the_authority(const struct outgoing *o)
{
    if (o->kind == OUT_BEYOND_CONTROL)
        return true;
    return o->kind == OUT_DUTY_LATE && o->count == DUTY_REPORT_BEYOND_CONTROL;
}

static void tell(struct addressees *out, uint8_t who)
{
    if (who < CONTACTS_HELD_MAX)
        out->told[who] = true;
}

static void tell_duty(struct addressees *out, const struct addressing *a, const struct roster *r,
                      const struct incident *i, const struct outgoing *o)
{
    const struct on_duty d = roster_on_duty(r, a->rosters, o->at);
    uint8_t path[ON_DUTY_MAX + 2];
    size_t n = escalation_path(r, a->rosters, i, o->at, path);

    for (size_t k = 0; k < n && k < reach(a, o); k++)
        tell(out, path[k]);
    if (is_for_the_leader(o))
        tell(out, d.leader);
    if (is_for_the_authority(o))
        tell(out, d.authority);
    if (d.gap)
        out->gaps |= UINT32_C(1) << (r - a->rosters->list);
}

/* Of what passed while the program was down: the leaders, as it is of all incidents. */
static void tell_leaders(struct addressees *out, const struct addressing *a, const struct outgoing *o)
{
    for (size_t k = 0; k < a->rosters->count; k++)
        tell(out, roster_on_duty(&a->rosters->list[k], a->rosters, o->at).leader);
}

static void tell_account(struct addressees *out, const struct contacts *c, const char *account)
{
    for (size_t k = 0; k < c->count && account[0] != '\0'; k++)
        if (strcmp(contact_who(&c->list[k]), account) == 0)
            out->told[k] = true;
}

/* Whose it is: to whom it was assigned last, and who said last that it is theirs. */
static void tell_holder(struct addressees *out, const struct addressing *a, const struct incident *i)
{
    const struct fact *assigned = incident_last_fact(i, FACT_ASSIGNED);
    const struct fact *last = NULL;

    for (size_t k = 0; k < i->fact_count; k++)
        if (takes(&i->facts[k]) && i->facts[k].kind != FACT_ASSIGNED)
            last = &i->facts[k];
    if (assigned != NULL)
        tell_account(out, a->contacts, assigned->note);
    if (last != NULL)
        tell_account(out, a->contacts, last->who);
}

static bool is_about(const struct letter *l, const struct incident *i, const struct incidents *book)
{
    return l->about.incident == i->id ||
           (book != NULL && l->about.incident != 0 && incidents_living(book, l->about.incident) == i);
}

static void tell_the_told(struct addressees *out, const struct addressing *a, const struct incident *i,
                          const struct outbox *before)
{
    for (size_t n = 0; n < outbox_count(before); n++) {
        const struct letter *l = outbox_at(before, n);
        const bool is = is_about(l, i, a->book);
        for (size_t k = 0; is && k < a->contacts->count; k++)
            if (strcmp(a->contacts->list[k].id, l->to) == 0)
                out->told[k] = true;
    }
}

struct addressees addressees_of(const struct addressing *a, const struct incident *i,
                                const struct outgoing *o, const struct outbox *before)
{
    struct addressees out = { .gaps = 0 };
    size_t rosters = a->rosters == NULL ? 0 : a->rosters->count;

    for (size_t k = 0; k < a->contacts->count && o->kind != OUT_ESCALATED; k++)
        out.told[k] = is_told_of(&a->contacts->list[k].of, a->catalogue, i, o);
    if (i == NULL) {
        if (rosters > 0)
            tell_leaders(&out, a, o);
        return out;
    }
    if (o->kind == OUT_ENDED || o->kind == OUT_BACK)
        tell_the_told(&out, a, i, before);
    if (o->kind == OUT_ENDED)
        return out;
    for (size_t k = 0; k < rosters; k++)
        if (is_told_of(&a->rosters->list[k].of, a->catalogue, i, o))
            tell_duty(&out, a, &a->rosters->list[k], i, o);
    if (o->kind != OUT_ESCALATED)
        tell_holder(&out, a, i);
    return out;
}
