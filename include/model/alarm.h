/* An alarm: what a rule says of a point, until it is over and somebody has seen it (ISA-18.2, IEC 62682). */
#ifndef MODEL_ALARM_H
#define MODEL_ALARM_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "model/hand.h"
#include "model/rule.h"

/* The numbers of all enums here are stored: add at the end, never renumber. */
enum alarm_state {
    ALARM_NORMAL,         /* over and seen */
    ALARM_UNACKNOWLEDGED, /* it is so, nobody has said that they saw it */
    ALARM_ACKNOWLEDGED,   /* it is so, and seen */
    ALARM_RETURNED,       /* over, not seen */
    ALARM_LATCHED,        /* over and seen, and stays until somebody resets it */
    ALARM_CORE_COUNT,     /* the next three lie over one of those */
    ALARM_SHELVED = ALARM_CORE_COUNT,
    ALARM_SUPPRESSED,     /* by design: a condition or a mode says that the rule may not speak */
    ALARM_OUT_OF_SERVICE, /* likewise, the mode of that name */
    ALARM_STATE_COUNT
};
extern const char *const ALARM_STATES[]; /* NULL-terminated: the words of the API, likewise the next */

/* What happens to an alarm. */
enum alarm_event {
    ALARM_HOLDS,       /* its rule says so, no further than known */
    ALARM_FURTHER,     /* further out than when it was acknowledged */
    ALARM_WORSE,       /* graver than it was */
    ALARM_RESTS,       /* its rule says that it is over */
    ALARM_UNKNOWN,     /* there is nothing to judge by */
    ALARM_NOT_JUDGED,  /* its rule may not speak */
    ALARM_TAKEN_OUT,   /* likewise, as the place is out of service */
    ALARM_ACKNOWLEDGE, /* somebody has seen it; likewise the next three */
    ALARM_RESET,
    ALARM_SHELVE,
    ALARM_UNSHELVE,
    ALARM_SHELF_ENDS, /* its time is over */
    ALARM_RETIRE,     /* its rule is no more, or is another */
    ALARM_SUPERSEDE,  /* there is a newer one of the same rule on the same point */
    ALARM_EVENT_COUNT
};
extern const char *const ALARM_EVENTS[];

/* How an alarm ended. */
enum alarm_end { ALARM_OPEN, ALARM_ENDED, ALARM_RETIRED, ALARM_SUPERSEDED, ALARM_END_COUNT };
extern const char *const ALARM_ENDS[];

struct alarm {
    uint64_t id;
    uint64_t point, rule; /* their keys */
    uint64_t revision;    /* of the rule as it was when the alarm began */
    char name[ID_MAX];    /* of the rule */
    uint8_t core;         /* enum alarm_state below ALARM_CORE_COUNT */
    uint8_t quiet;        /* ALARM_SUPPRESSED or ALARM_OUT_OF_SERVICE, 0: neither */
    uint8_t severity, stake, latched;
    uint8_t end;                 /* enum alarm_end */
    uint32_t steps;              /* of its history so far; each has a number, from 1 */
    uint32_t times;              /* how often it began: more than once when it came back before it was over */
    struct wall opened, changed; /* .ms == 0, below: never, none */
    struct wall acknowledged, shelved_until;
    double value, limit; /* what its rule said last */
    double seen;         /* the value when it was acknowledged; NaN: none */
};

/* The word for what it is now: out of service before suppressed before shelved before what lies below. */
enum alarm_state alarm_state(const struct alarm *a);
/* Does the rule still hold, as far as is known? */
bool alarm_is_live(const struct alarm *a);

/* The same for the same point, rule and time, on every node and after every restart. */
uint64_t alarm_id(uint64_t point, uint64_t rule, struct wall opened);
enum { ALARM_ID_TEXT = 17 };
const char *alarm_id_text(uint64_t id, char out[ALARM_ID_TEXT]); /* 16 hex digits.  Returns out */
bool alarm_id_parse(const char *text, uint64_t *out);
struct catalogue;
/* Changes with whatever decides when the rule speaks and how grave it is, also with the points it is held
 * against and the conditions in which it may speak; not with its words. */
uint64_t alarm_rule_revision(const struct catalogue *c, const struct rule *r);

/* What people want of an alarm. */
struct alarm_act {
    uint8_t event;          /* ALARM_ACKNOWLEDGE, _RESET, _SHELVE or _UNSHELVE */
    bool leads;             /* they lead the shift */
    uint64_t alarm;         /* its id */
    struct wall until;      /* of ALARM_SHELVE */
    struct wall at;         /* when the node took it */
    char key[HAND_KEY_MAX]; /* their own name for it: told twice is done once */
    char who[HAND_WHO_MAX];
    char why[HAND_NOTE_MAX]; /* never empty for ALARM_SHELVE */
};
/* Wants the same, whenever it was taken. */
bool alarm_act_same(const struct alarm_act *a, const struct alarm_act *b);

/* One step of its history: what happened, and what it is since. */
struct alarm_step {
    struct alarm alarm;
    struct wall at;
    uint8_t event;
    char who[HAND_WHO_MAX]; /* "": its rule or the clock */
    char why[HAND_NOTE_MAX];
};

/* As they are kept and delivered: little-endian, they say how long they are, a later version may add to
 * their end.  A reader takes one from *at and moves it; ERR_SHORT, ERR_RANGE: it is none. */
void alarm_step_write(struct strbuf *to, const struct alarm_step *s);
MUST_USE enum err alarm_step_read(const unsigned char **at, const unsigned char *end, struct alarm_step *out);
void alarm_write(struct strbuf *to, const struct alarm *a);
MUST_USE enum err alarm_read(const unsigned char **at, const unsigned char *end, struct alarm *out);
void alarm_act_write(struct strbuf *to, const struct alarm_act *a);
MUST_USE enum err alarm_act_read(const unsigned char **at, const unsigned char *end, struct alarm_act *out);

#endif
