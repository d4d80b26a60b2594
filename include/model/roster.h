/* Who is on duty when: weekly shifts in local time, who stands in for whom, holidays.  People are places in
 * the list of contacts. */
#ifndef MODEL_ROSTER_H
#define MODEL_ROSTER_H

#include "model/contact.h"

enum {
    ROSTERS_MAX = 16,
    ROSTER_SHIFTS_MAX = 64,
    ROSTER_STAND_INS_MAX = 64,
    HOLIDAYS_MAX = 64,
    SHIFT_PEOPLE_MAX = 8,
    SHIFT_HOLIDAY = 7, /* the bit of `days` behind Monday (0) ... Sunday (6) */
    NO_CONTACT = 255
};

/* A shift belongs to the local day on which it begins.  to_min <= from_min: it ends on the next day. */
struct roster_shift {
    uint8_t days;                     /* bits */
    uint8_t week;                     /* of the roster's cycle, from 1; 0: every */
    uint16_t from_min, to_min;        /* of the day, local; to_min up to 24 h */
    uint8_t people[SHIFT_PEOPLE_MAX]; /* who is told first stands first */
    uint8_t count;
    uint8_t leader; /* NO_CONTACT: the roster's */
};

/* In shifts that begin on these days, both included.  Days count from 1970-01-01, local. */
struct stand_in {
    uint8_t who, by; /* by NO_CONTACT: nobody comes instead */
    int32_t from_day, to_day;
};

/* Likewise between two times, whatever shift it is: said when it came up (model/stopgap.h).  Goes before the
 * stand-ins of the configuration. */
struct cover {
    uint64_t stopgap;
    uint8_t who, by;         /* who NO_CONTACT: whoever is on duty; by as of a stand-in */
    struct wall from, until; /* until: not in it */
    bool over;               /* it holds no more: for who looks at times when it did */
};

struct holiday {
    int32_t from_day, to_day;
    char name[NAME_MAX_BYTES];
};

struct roster {
    char id[ID_MAX];
    char name[NAME_MAX_BYTES];
    struct told_of of; /* the incidents it is for */
    uint8_t leader;    /* of shifts without one, and told where there is a gap */
    uint8_t authority; /* NO_CONTACT: none */
    uint8_t weeks;     /* of the cycle; 1: each week is like the other */
    int32_t since_day; /* a day of the cycle's first week */
    size_t shift_count, stand_in_count, cover_count;
    struct roster_shift shifts[ROSTER_SHIFTS_MAX];
    struct stand_in stand_ins[ROSTER_STAND_INS_MAX];
    struct cover covers[STOPGAPS_HELD_MAX]; /* in the order they were said: the last holds */
};

struct rosters {
    size_t count, holiday_count;
    struct roster list[ROSTERS_MAX];
    struct holiday holidays[HOLIDAYS_MAX];
};

#endif
