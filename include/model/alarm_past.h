/* Alarms of the past: those that are over, and how they rang.  What operators are asked to bear is counted by
 * ISA-18.2 (IEC 62682) and EEMUA 191. */
#ifndef MODEL_ALARM_PAST_H
#define MODEL_ALARM_PAST_H

#include <stddef.h>

#include "model/account.h"
#include "model/alarm.h"

enum { ALARM_PAST_MAX = 1000, ALARM_RINGS_MAX = 100000, ALARM_WORST = 10 };

/* What is asked of [from, to), of what somebody may see. */
struct alarm_past_ask {
    bool rings; /* how they rang, and what has been open for a day at `to`; else those that closed in it */
    struct wall from, to;
    char supplier[ID_MAX];          /* "": any, likewise the next two */
    char sites[API_TOKEN_LIST_MAX]; /* ids with blanks between */
    char site[ID_MAX];
    unsigned limit;     /* of those that closed, the last first: at most ALARM_PAST_MAX */
    struct wall before; /* only those that closed before it, or then with a smaller id; .ms == 0: all */
    uint64_t before_id;
};

/* The last of what somebody did about it. */
struct alarm_did {
    struct wall at, until; /* at.ms == 0: nobody did; until: of a shelf */
    char who[HAND_WHO_MAX], why[HAND_NOTE_MAX];
};

struct past_alarm {
    struct alarm alarm;
    struct wall closed;             /* .ms == 0: it is open */
    struct alarm_did saw, put_away; /* acknowledged, shelved: of those that closed */
};

/* It began, came back, went further or got graver, and nobody had put it aside. */
struct alarm_ring {
    struct wall at;
    uint64_t point, rule;
    char name[ID_MAX]; /* of the rule */
    uint8_t severity;
};

struct alarm_past {
    struct past_alarm *alarms; /* those that closed; of rings, those that have been open for longest */
    size_t count, all;         /* all: of those open for a day */
    bool more;                 /* there are earlier ones */
    struct alarm_ring *rings;  /* in order of time */
    size_t ring_count;
};
void alarm_past_clear(struct alarm_past *p); /* frees what it holds */

/* ---- what they add up to ---- */

struct alarm_often {
    uint64_t point;
    char name[ID_MAX];
    size_t count;
};

struct alarm_figures {
    size_t rings, of_severity[SEVERITY_COUNT];
    size_t spans;       /* of 10 minutes, the last may be shorter */
    double mean, most;  /* in 10 minutes, of one operator */
    size_t floods;      /* from more than 10 in a span until fewer than 5 */
    size_t flood_spans; /* of those */
    size_t chattering;  /* rules that rang 3 times within a minute */
    struct alarm_often chatter[ALARM_WORST], worst[ALARM_WORST]; /* the most often first */
    size_t chatter_count, worst_count;
};

/* Of [from, to), shared by so many operators.  ERR_MEMORY. */
MUST_USE enum err alarm_figures(struct alarm_figures *out, const struct alarm_past *p, struct wall from,
                                struct wall to, double operators);

#endif
