/* Incidents that become one, and one that becomes two.  Members move as they are: each keeps its class, its
 * evidence and its clock. */
#include "book.h"

#include <string.h>

bool parts_fit(const struct incident *into, const struct incident *from)
{
    return into != from && into->drill == from->drill && incident_lives(into) && incident_lives(from) &&
           into->member_count + from->member_count <= INCIDENT_MEMBERS_MAX &&
           into->fact_count + from->fact_count < INCIDENT_FACTS_MAX;
}

static bool is_open(const struct duty *d)
{
    return d->since.ms != 0 && d->done.ms == 0;
}

static bool is_done(const struct duty *d)
{
    return d->done.ms != 0 && !d->waived;
}

/* A reason is more than none. */
static bool says_more(const struct duty *mine, const struct duty *other)
{
    if (mine->since.ms == 0)
        return true;
    return mine->waived && (is_open(other) || is_done(other) || (mine->voided && !other->voided));
}

/* What is done for the one is for both; what was not needed for the one may be for the other. */
static void join_duty(struct duty *mine, const struct duty *other)
{
    if (other->since.ms == 0)
        return;
    if (says_more(mine, other)) {
        *mine = *other;
        return;
    }
    if (other->voided) /* its times are of what is no more */
        return;
    if (other->since.ms < mine->since.ms) {
        mine->since = other->since;
        mine->due = other->due;
    }
    mine->told_late |= other->told_late;
    if (is_open(mine) && is_done(other))
        duty_end(mine, other->who, other->done, other->recorded, false);
}

/* Who said that the effect is not large decided on the report of it too. */
static void keep_not_large(struct incident *i)
{
    struct duty *d = &i->duties[DUTY_REPORT_LARGE_EFFECT];

    for (size_t k = i->fact_count; k > 0 && i->large_said == LARGE_SAID_NO && is_open(d); k--) {
        const struct fact *f = &i->facts[k - 1];
        if (f->kind == FACT_LARGE_EFFECT && f->detail == LARGE_SAID_NO)
            duty_end(d, f->who, f->claimed, f->recorded, true);
    }
}

#define GREATER(field) mine->field = mine->field > other->field ? mine->field : other->field
#define EITHER(field)  mine->field = mine->field || other->field

/* The greater of each: adding would count people twice. */
static void join_impact(struct incident_impact *mine, const struct incident_impact *other)
{
    GREATER(people);
    GREATER(connections);
    GREATER(hospitals);
    GREATER(schools);
    GREATER(high_rises);
    GREATER(expected_min);
    EITHER(health_hazard);
    EITHER(wide);
    EITHER(source_threatened);
    EITHER(road_opened);
    EITHER(rural);
    EITHER(partner);
}

static void join_told(struct incident *mine, const struct incident *other)
{
    mine->warned = warnings_after(ACT_MERGE, mine->warned, other->warned, 0);
    mine->passed = warnings_after(ACT_MERGE, mine->passed, other->passed, 0);
    EITHER(told_open);
    EITHER(told_large);
    EITHER(told_beyond);
    EITHER(told_unconfirmed);
    EITHER(owes_step);
    EITHER(owes_again);
    EITHER(unacknowledged);
    if (mine->told_due.ms == 0)
        mine->told_due = other->told_due;
    mine->told_end = mine->told_end && other->told_end;
    if (other->asked.ms > mine->asked.ms) {
        mine->asked = other->asked;
        mine->escalated = other->escalated;
    }
}

static void join_said(struct incident *mine, const struct incident *other)
{
    if (mine->large_said == LARGE_BY_RULE)
        mine->large_said = other->large_said;
    if (mine->controllability == CONTROL_UNKNOWN)
        mine->controllability = other->controllability;
    if (other->large_since.ms != 0 &&
        (mine->large_since.ms == 0 || other->large_since.ms < mine->large_since.ms))
        mine->large_since = other->large_since;
    if (other->opened.ms < mine->opened.ms)
        mine->opened = other->opened;
}

/* The one that an earlier version opened goes on without what that did not know, where it would be owed. */
static uint8_t joined_kinds(const struct incident *a, const struct incident *z)
{
    const struct incident *fewer = a->duty_kinds < z->duty_kinds ? a : z, *more = fewer == a ? z : a;

    return duties_are_of_quality(fewer) ? fewer->duty_kinds : more->duty_kinds;
}

void parts_absorb(struct incidents *b, struct incident *into, struct incident *from)
{
    (void)b;
    into->duty_kinds = joined_kinds(into, from);
    memcpy(&into->members[into->member_count], from->members, from->member_count * sizeof *from->members);
    into->member_count = (uint16_t)(into->member_count + from->member_count);
    from->member_count = 0;
    for (size_t k = 0; k < from->fact_count; k++)
        book_add_fact(into, &from->facts[k]);
    for (size_t k = 0; k < DUTY_COUNT; k++)
        join_duty(&into->duties[k], &from->duties[k]);
    join_impact(&into->impact, &from->impact);
    join_told(into, from);
    join_said(into, from);
    keep_not_large(into);
    from->merged_into = into->id;
    book_tie(into, from->id, TIE_MERGED);
    book_tie(from, into->id, TIE_MERGED);
    book_touch(into);
    book_touch(from);
}

/* A member whose cause is elsewhere now has none here. */
static void drop_far_causes(struct incident *i)
{
    for (size_t k = 0; k < i->member_count; k++)
        if (i->members[k].cause != 0 && incident_member(i, i->members[k].cause) == NULL)
            i->members[k].cause = 0;
}

static void move_members(struct incident *from, struct incident *part,
                         const bool leaves[INCIDENT_MEMBERS_MAX])
{
    uint16_t stay = 0;

    for (size_t k = 0; k < from->member_count; k++) {
        if (leaves[k])
            part->members[part->member_count++] = from->members[k];
        else
            from->members[stay++] = from->members[k];
    }
    from->member_count = stay;
    drop_far_causes(from);
    drop_far_causes(part);
}

struct incident *parts_leave(struct incidents *b, struct incident *from,
                             const bool leaves[INCIDENT_MEMBERS_MAX], enum incident_tie tie, struct wall now)
{
    enum clock_act act = tie == TIE_SPLIT ? ACT_SPLIT_OFF : ACT_UNLINKED;
    struct incident *part = book_open(b, now);
    struct incident_clock clock;
    struct fact seen = {
        .kind = FACT_DETECTED, .source = CLOCK_TELEMETRY, .about = from->id, .recorded = now
    };

    if (part == NULL)
        return NULL;
    part->drill = from->drill;
    part->impact.rural = from->impact.rural;
    part->duty_kinds = from->duty_kinds;
    move_members(from, part, leaves);
    duties_follow(part, from);
    clock = incident_clock(part, &b->rules.targets);
    part->passed = warnings_after(act, 0, from->warned | from->passed, warnings_passed(&clock, now));
    seen.claimed = clock.start;
    book_add_fact(part, &seen);
    book_tie(part, from->id, tie);
    book_tie(from, part->id, tie);
    book_touch(from);
    return part;
}
