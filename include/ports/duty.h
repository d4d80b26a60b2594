/* Who is on duty, by the rosters of the present configuration. */
#ifndef PORTS_DUTY_H
#define PORTS_DUTY_H

#include "model/roster.h"

enum { DUTY_PEOPLE_MAX = 16, DUTY_LOOK_DAYS = 7, DUTY_TURNS_MAX = 500 };

struct duty_person {
    char id[ID_MAX]; /* of a contact; "": nobody */
    char name[NAME_MAX_BYTES];
    char account[ID_MAX];            /* "": none */
    char instead_of[NAME_MAX_BYTES]; /* whose place they take, as people say it; "": their own */
    uint64_t change;                 /* the stopgap by which they came last; 0: as the configuration has it */
};

/* Of one roster. */
struct duty_roster {
    char id[ID_MAX], name[NAME_MAX_BYTES];
    struct told_of of;                          /* the incidents it is for */
    struct duty_person people[DUTY_PEOPLE_MAX]; /* who is told first stands first */
    size_t count;
    struct duty_person leader, authority;
    bool gap;                     /* no shift has anybody: the leader alone is on duty */
    struct wall until;            /* it stays so; .ms 0: for DUTY_LOOK_DAYS and longer */
    struct wall gap_from, gap_to; /* the next gap within DUTY_LOOK_DAYS, or this one; .ms 0: none */
};

/* A stretch in which the same people are on duty in the same places. */
struct duty_turn {
    struct wall from, to; /* to: not in it */
    struct duty_person people[DUTY_PEOPLE_MAX];
    size_t count;
    struct duty_person leader;
    bool gap;
};

/* Who is told of the turns, roster by roster, in this order. */
struct duty_reader {
    void *self;
    bool (*roster)(void *self, const struct duty_roster *r); /* as at the beginning; false: not this one */
    void (*member)(void *self, const struct duty_person *p); /* each who may be on it */
    void (*turn)(void *self, const struct duty_turn *t);     /* without a hole; the first DUTY_TURNS_MAX */
    void (*end)(void *self, struct wall until);              /* its turns were told up to then */
};

struct duty_port {
    void *self; /* at == NULL: there are no rosters */
    /* At most max rosters, in the order of the configuration.  Any thread. */
    size_t (*at)(void *self, struct wall at, struct duty_roster *out, size_t max);
    /* Any thread; false: no memory. */
    bool (*turns)(void *self, struct wall from, struct wall to, const struct duty_reader *reader);
};

#endif
