/* Who is on duty at a time, and when nobody is.  Pure. */
#ifndef INCIDENT_ROSTER_H
#define INCIDENT_ROSTER_H

#include "model/roster.h"

enum { ON_DUTY_MAX = 16 };

/* Each once, in the order in which they are told. */
struct on_duty {
    uint8_t people[ON_DUTY_MAX];
    uint8_t planned[ON_DUTY_MAX]; /* whose place each takes; most their own; NO_CONTACT: nobody's */
    uint64_t covers[ON_DUTY_MAX]; /* the stopgap by which each came last; 0: as the configuration has it */
    size_t count;
    uint8_t leader; /* of the shift; where it has none, or that one is away, the roster's */
    uint64_t leader_cover;
    uint8_t authority; /* the roster's, or who comes instead; NO_CONTACT: it has none */
    uint64_t authority_cover;
    bool gap; /* no shift has anybody: the leader alone is on duty */
};

struct on_duty roster_on_duty(const struct roster *r, const struct rosters *all, struct wall at);

/* When somebody else is on duty than at `at`, before `until`.  .ms 0: nobody. */
struct wall roster_changes(const struct roster *r, const struct rosters *all, struct wall at,
                           struct wall until);

/* A stretch in which the same people are on duty in the same places. */
struct roster_turn {
    struct wall from, to; /* to: not in it; the end of what was looked at, when it lasts longer */
    struct on_duty on;
};

/* The one at `from`, before `until`. */
struct roster_turn roster_turn(const struct roster *r, const struct rosters *all, struct wall from,
                               struct wall until);
/* Is the contact in a shift of it, its leader, its authority, or one who stands in by the configuration? */
bool roster_has(const struct roster *r, uint8_t who);
/* Likewise, or does it come by a cover that holds, some time between these two? */
bool roster_may_have(const struct roster *r, uint8_t who, struct wall from, struct wall until);

struct roster_gap {
    struct wall from, to; /* to: not in it; the end of what was looked at, when it lasts longer */
};

/* The first gap from `from` on, before `until`.  False: none. */
bool roster_gap(const struct roster *r, const struct rosters *all, struct wall from, struct wall until,
                struct roster_gap *out);

#endif
