/* What is done so that it does not happen again: preventive measures (biện pháp phòng ngừa, the plan's
 * II.6.5), black spots (điểm đen, II.6.3) and the rounds that look at them.  People write it; it is kept for
 * ever. */
#ifndef MODEL_PREVENTION_H
#define MODEL_PREVENTION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/strbuf.h"
#include "model/hand.h"
#include "model/world.h"

/* The numbers of this file's enums are stored: add at the end, never renumber. */
enum prevention_kind { PREVENTION_MEASURE = 1, PREVENTION_SPOT, PREVENTION_ROUND, PREVENTION_KIND_END };

/* A measure is done or dropped, a spot is closed; a round is over as it is written. */
enum prevention_state { PREVENTION_OPEN, PREVENTION_DONE, PREVENTION_DROPPED, PREVENTION_STATE_COUNT };

/* Why a place is a black spot. */
enum spot_reason {
    SPOT_REPEATED, /* incidents, again and again */
    SPOT_LOW_PRESSURE,
    SPOT_END_OF_NETWORK,
    SPOT_HIGH_PLACE,
    SPOT_MISSING_PIPES, /* people whom no pipe reaches: missing distribution */
    SPOT_OTHER,
    SPOT_REASON_COUNT
};
extern const char *const SPOT_REASONS[]; /* NULL-terminated: the words of the API */

enum { PREVENTION_EVIDENCE_MAX = 241, PREVENTION_MAX = 1024 };

struct prevention {
    uint64_t id;
    uint8_t kind, state;
    uint8_t reason;                  /* enum spot_reason, of a spot */
    uint64_t incident, spot;         /* what it comes from; 0: none.  A round has its spot */
    struct wall entered;             /* when the node took it */
    struct wall closed;              /* when the node took its end; .ms 0: it is open */
    int32_t on;                      /* local day: of a round, when they looked; else when it was written */
    int32_t due;                     /* of a measure; of a spot and a round, when to look again */
    int32_t ended_on;                /* as claimed; DAY_NONE while it is open */
    char site[ID_MAX], zone[ID_MAX]; /* "": none; one at least */
    char key[HAND_KEY_MAX];          /* the teller's own name for it: told twice is told once */
    char who[HAND_WHO_MAX];          /* who told it */
    char responsible[HAND_WHO_MAX];  /* of a measure, who is to do it; of a round, who looked */
    char what[HAND_NOTE_MAX];        /* the measure, the trouble, what was found */
    char evidence[PREVENTION_EVIDENCE_MAX]; /* of a spot: what speaks for it, as it was known then */
    char end_key[HAND_KEY_MAX];             /* likewise, of its end */
    char ended_by[HAND_WHO_MAX], end_why[HAND_NOTE_MAX];
    uint32_t revision;            /* rises with each change; 0: as it was written */
    char amend_key[HAND_KEY_MAX]; /* likewise, of the last change of a spot; "": none */
    char amended_by[HAND_WHO_MAX];
};

/* The same for the same key, on every node. */
uint64_t prevention_id(const char *key);

/* What people want: one is written, or the one of that id ends; or a spot is amended: reason, what, evidence
 * and due as they are given. */
struct prevention_act {
    bool ends, amends;
    bool keeps_reason; /* of one that is amended; likewise a text "", and DAY_NONE */
    bool of_revision;  /* only while it has that one */
    uint32_t revision;
    int32_t after; /* the default due day of a measure is the next one after it; DAY_NONE: after today */
    struct prevention is;
};

/* Is it open, and is its day over? */
bool prevention_overdue(const struct prevention *p, int32_t today);
/* Of a measure: not done by its day, whether or not it was done since.  One that was dropped is not late. */
bool prevention_late(const struct prevention *p, int32_t today);
/* The day to look at a spot again: as its last round says, else as the spot says.  DAY_NONE: the spot is
 * closed. */
int32_t prevention_next_round(const struct prevention *spot, const struct prevention *last);

/* The first day after `after` that is that day of that month: 30 April, before summer.  A day that a month
 * does not have is its last. */
int32_t prevention_due(int32_t after, int month, int day);
/* "04-30".  False: no day of any year. */
bool prevention_yearly(const char *text, int *month, int *day);

/* As kept and delivered: says how long it is, a later version may add to its end.  A reader takes one from
 * *at and moves it; ERR_SHORT, ERR_RANGE: it is none. */
void prevention_write(struct strbuf *to, const struct prevention *p);
MUST_USE enum err prevention_read(const unsigned char **at, const unsigned char *end, struct prevention *out);

#endif
