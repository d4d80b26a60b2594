#include "book.h"

#include <stdio.h>

#include "model/incident_duty.h"

static bool any_class(const struct incident *i, enum incident_class c)
{
    for (size_t k = 0; k < i->member_count; k++)
        if (i->members[k].class == c)
            return true;
    return false;
}

/* A device that is not heard is no incident of the works. */
static bool is_of_works(const struct incident *i)
{
    for (size_t k = 0; k < i->member_count; k++)
        if (i->members[k].class != CLASS_TELEMETRY)
            return true;
    return i->impact.people > 0;
}

static bool is_large(const struct incident *i, const struct incident_rules *r)
{
    const struct incident_impact *p = &i->impact;

    if (i->large_said != LARGE_BY_RULE)
        return i->large_said == LARGE_SAID_YES;
    return p->people >= r->large_people || p->hospitals > 0 || p->expected_min > r->large_min ||
           p->health_hazard;
}

/* Expected, or so already. */
static bool is_long(const struct incident *i, const struct incident_rules *r, struct wall now)
{
    if (i->impact.expected_min > r->large_min)
        return true;
    return !incident_all_restored(i) &&
           now.ms - incident_began(i).ms > (int64_t)r->large_min * CLOCK_MINUTE_MS;
}

static bool may_exceed(const struct incident *i, const struct incident_rules *r, struct wall now)
{
    int64_t ms = r->other_supply_ms;

    if ((int64_t)i->impact.expected_min * CLOCK_MINUTE_MS > ms)
        return true;
    return !incident_all_restored(i) && now.ms - incident_began(i).ms >= ms;
}

static bool lasts_bad(const struct member *m)
{
    return m->class == CLASS_WATER_QUALITY && m->restored.ms == 0;
}

static bool is_bad_now(const struct incident *i)
{
    for (size_t k = 0; k < i->member_count; k++)
        if (lasts_bad(&i->members[k]))
            return !i->closed;
    return false;
}

static bool is_owed(enum duty_kind k, const struct incident *i, const struct incident_rules *r,
                    struct wall now)
{
    const struct incident_impact *p = &i->impact;
    bool large = i->large_since.ms != 0;

    switch (k) {
    case DUTY_PARTNER_SUPPLIER: return p->partner;
    case DUTY_LOCAL_AUTHORITY: return p->wide || large;
    case DUTY_PEOPLE: return p->people > 0;
    case DUTY_REPORT_HANDLED: return i->controllability == CONTROLLABLE && incident_all_restored(i);
    case DUTY_REPORT_BEYOND_CONTROL: return i->controllability == BEYOND_CONTROL;
    case DUTY_REPORT_LARGE_EFFECT: return large;
    case DUTY_CDC:
    case DUTY_HEALTH_DEPARTMENT: return p->health_hazard || any_class(i, CLASS_WATER_QUALITY);
    case DUTY_POLICE: return p->source_threatened || any_class(i, CLASS_SECURITY);
    case DUTY_TRAFFIC_AUTHORITY: return p->road_opened;
    case DUTY_TEMPORARY_SUPPLY: return p->people > 0 && is_long(i, r, now);
    case DUTY_OTHER_SUPPLY: return p->rural && is_of_works(i) && may_exceed(i, r, now);
    case DUTY_WRITTEN_RECORD: return p->rural && is_of_works(i);
    case DUTY_ASSESS:
    case DUTY_SAMPLE:
    case DUTY_ISOLATE: return is_bad_now(i);
    case DUTY_COUNT: break;
    }
    return false;
}

/* ---- bad water ---- */

bool duties_are_of_quality(const struct incident *i)
{
    return any_class(i, CLASS_WATER_QUALITY);
}

/* Before what was in the tank when it was first seen has left it, whatever was known then; of what is good
 * again none has to be kept back. */
static struct wall isolated_by(const struct incident *i, const struct incident_rules *r)
{
    struct wall first = { INT64_MAX };

    for (size_t k = 0; k < i->member_count; k++) {
        const struct member *m = &i->members[k];
        int64_t ms = m->evident.ms + (m->residence_ms != 0 ? (int64_t)m->residence_ms : r->isolate_ms);
        if (lasts_bad(m) && ms < first.ms)
            first.ms = ms;
    }
    return first;
}

/* Once it became owed the others stay as they are. */
static struct wall due_of(enum duty_kind k, const struct incident *i, const struct incident_rules *r,
                          struct wall now)
{
    switch (k) {
    case DUTY_ASSESS: return (struct wall){ now.ms + r->assess_ms };
    case DUTY_SAMPLE: return (struct wall){ now.ms + r->sample_ms };
    case DUTY_ISOLATE: return isolated_by(i, r);
    default: return (struct wall){ now.ms + r->duty_within_ms };
    }
}

static bool is_open(const struct duty *d)
{
    return d->since.ms != 0 && d->done.ms == 0;
}

/* It follows what the incident is made of, as the clocks do.  Due later than was told as late, it may be late
 * once more. */
static void settle_isolation(struct incident *i, const struct incident_rules *r, struct wall now)
{
    struct duty *d = &i->duties[DUTY_ISOLATE];
    struct wall due;

    if (!is_open(d) || !is_bad_now(i))
        return;
    due = isolated_by(i, r);
    if (due.ms == d->due.ms)
        return;
    d->due = due;
    d->told_late = d->told_late && due.ms <= now.ms;
    book_touch(i);
}

void duty_end(struct duty *d, const char *who, struct wall claimed, struct wall now, bool waived)
{
    d->done = claimed;
    d->recorded = now;
    d->waived = waived;
    d->voided = false;
    (void)snprintf(d->who, sizeof d->who, "%s", who);
}

static bool speaks_of_quality(const struct incident *i, const struct fact *f)
{
    if (f->kind == FACT_CLASS_CONFIRMED)
        return f->detail == CLASS_WATER_QUALITY;
    for (size_t k = 0; k < i->member_count; k++)
        if (i->members[k].id == f->about)
            return i->members[k].class == CLASS_WATER_QUALITY;
    return true;
}

void duties_assessed(struct incident *i, const struct fact *by)
{
    struct duty *d = &i->duties[DUTY_ASSESS];

    if (is_open(d) && speaks_of_quality(i, by))
        duty_end(d, by->who, by->claimed, by->recorded, false);
}

/* One that is late when the water is good again was missed, and stays so; where no water was bad, none was.
 */
void duties_void(struct incident *i, const char *who, struct wall claimed, struct wall now)
{
    if (is_bad_now(i))
        return;
    for (enum duty_kind k = 0; k < DUTY_COUNT; k++) {
        struct duty *d = &i->duties[k];
        if (!duty_row(k)->target || !is_open(d) || (now.ms >= d->due.ms && duties_are_of_quality(i)))
            continue;
        duty_end(d, who, claimed, now, true);
        d->voided = true;
        book_touch(i);
    }
}

/* Bad water after all, or again. */
static void owe_anew(struct incident *i)
{
    for (enum duty_kind k = 0; k < DUTY_COUNT && is_bad_now(i); k++) {
        if (!i->duties[k].voided)
            continue;
        i->duties[k] = (struct duty){ 0 };
        book_touch(i);
    }
}

static void carry_reason(struct incident *part, const struct incident *from, enum duty_kind k)
{
    struct fact f;

    for (size_t n = from->fact_count; n > 0; n--) {
        if (from->facts[n - 1].kind != FACT_DUTY_WAIVED || from->facts[n - 1].detail != k)
            continue;
        f = from->facts[n - 1];
        f.key = f.told = 0; /* the step was told to `from` */
        book_add_fact(part, &f);
        return;
    }
}

void duties_follow(struct incident *part, const struct incident *from)
{
    if (!duties_are_of_quality(part) || (!is_bad_now(part) && is_bad_now(from)))
        return;
    for (enum duty_kind k = 0; k < DUTY_COUNT; k++) {
        const struct duty *d = &from->duties[k];
        if (!duty_row(k)->target)
            continue;
        part->duties[k] = *d;
        if (d->waived && !d->voided)
            carry_reason(part, from, k);
    }
}

/* ---- what is owed ---- */

static void settle_large(struct incident *i, const struct incident_rules *r, struct wall now)
{
    bool large = is_large(i, r);

    if (large == (i->large_since.ms != 0))
        return;
    i->large_since = large ? now : (struct wall){ 0 };
    i->told_large = false;
    book_touch(i);
}

/* What is owed once stays owed, until it is done or somebody says why not. */
void duties_settle(const struct incidents *b, struct incident *i, struct wall now)
{
    if (i->merged_into != 0 || i->member_count == 0)
        return;
    settle_large(i, &b->rules, now);
    owe_anew(i);
    duties_void(i, "", now, now);
    for (enum duty_kind k = 0; k < DUTY_COUNT && k < i->duty_kinds; k++) {
        struct duty *d = &i->duties[k];
        if (d->since.ms != 0 || !is_owed(k, i, &b->rules, now))
            continue;
        d->since = now;
        d->due = due_of(k, i, &b->rules, now);
        book_touch(i);
    }
    settle_isolation(i, &b->rules, now);
}

void incidents_say_rural(struct incidents *b, uint64_t incident, struct wall now)
{
    struct incident *i = book_find(b, incident);

    if (i == NULL || i->impact.rural)
        return;
    i->impact.rural = true;
    book_touch(i);
    duties_settle(b, i, now);
    tell_now(b, i, now);
}
