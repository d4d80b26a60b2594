/* What people do to an incident, and why it may be refused. */
#ifndef MODEL_INCIDENT_STEP_H
#define MODEL_INCIDENT_STEP_H

#include "model/hand.h"
#include "model/incident.h"

enum step_kind {
    STEP_OPEN, /* by hand; with an incident: something else that belongs to it */
    STEP_CALL, /* a customer's: to an incident, or (incident 0) opening one */
    STEP_KNOWN,
    STEP_REPORT,
    STEP_ASSIGN,
    STEP_ON_SITE,
    STEP_VERIFY,
    STEP_CONFIRM_CLASS,
    STEP_RECLASSIFY,
    STEP_CAUSE,
    STEP_PROPOSE,
    STEP_APPROVE,
    STEP_BEGIN_REPAIR,
    STEP_REPAIRED,
    STEP_CONFIRM_REPAIR,
    STEP_RESTORED,
    STEP_EVALUATE,
    STEP_CLOSE,
    STEP_REOPEN,
    STEP_WAIT,
    STEP_WAIT_OVER,
    STEP_UNLINK,
    STEP_SPLIT,
    STEP_MERGE,
    STEP_BACKDATE,
    STEP_IMPACT,
    STEP_LARGE,
    STEP_DUTY_DONE,
    STEP_DUTY_WAIVE,
    STEP_ACKNOWLEDGE,
    STEP_MEASURE,
    STEP_PROGRESS,
    STEP_COUNT
};

enum refusal {
    REFUSED_NOTHING,
    REFUSED_MISSING, /* no such incident in the book */
    REFUSED_MEMBER_MISSING,
    REFUSED_CLOSED,
    REFUSED_NOT_CLOSED,
    REFUSED_MERGED,
    REFUSED_FULL,
    REFUSED_FUTURE,
    REFUSED_TOO_OLD,
    REFUSED_BEFORE_START,
    REFUSED_START_LATER,
    REFUSED_NO_REASON,
    REFUSED_NO_WHO,
    REFUSED_NO_CONTROLLABILITY,
    REFUSED_NO_REMEDY,
    REFUSED_NO_CLAIM,
    REFUSED_SAME_PERSON,
    REFUSED_ALARM_OPEN,
    REFUSED_NOT_RESTORED,
    REFUSED_NO_CAUSE,
    REFUSED_CLASS_UNCONFIRMED,
    REFUSED_LAST_MEMBER,
    REFUSED_SAME_INCIDENT,
    REFUSED_DRILL,
    REFUSED_NOT_WAITING,
    REFUSED_DUTY_NOT_OWED,
    REFUSED_NOTHING_TO_DO,
    REFUSED_BAD, /* a number that means nothing */
    REFUSAL_COUNT
};

/* What a claimed time may be ahead of now, before the start of its incident, and behind now. */
enum { STEP_FUTURE_MS = 5 * CLOCK_MINUTE_MS, STEP_EARLY_MS = 5 * CLOCK_MINUTE_MS, STEP_PAST_DAYS = 366 };

struct incident_step {
    enum step_kind kind;
    uint64_t incident;
    uint64_t member;     /* 0: all that it may mean */
    uint64_t other;      /* the incident that is merged into this one; the call */
    uint64_t key;        /* told twice is told once; 0: none */
    struct wall claimed; /* .ms 0: now */
    enum clock_source source;
    const char *who, *note; /* borrows; the note is the reason, the cause, the remedy, ... */
    enum incident_class class;
    enum controllability controllability;
    enum large_effect large;
    enum duty_kind duty;
    unsigned code; /* of STEP_CAUSE its kind, of STEP_MEASURE the measure, of STEP_OPEN who found it */
    struct incident_impact impact;
    uint64_t told;           /* see struct fact */
    const char *site, *zone; /* of STEP_OPEN, STEP_CALL */
    uint32_t residence_ms;   /* likewise: of the clear-water tank there; 0: not known */
    bool drill;
    bool unsure;             /* now is of a clock that is not synchronised */
    const uint64_t *members; /* of STEP_SPLIT */
    size_t member_count;
};

const char *step_name(enum step_kind k); /* "confirm_class" */
/* Stable: "member_not_restored".  Its sentence for people. */
const char *refusal_name(enum refusal r);
const char *refusal_sentence(enum refusal r);
const char *refusal_sentence_vi(enum refusal r);

/* ---- a step as it travels: by value, with what lies beside the book ---- */

enum { CALLER_NAME_MAX = 81, CALLER_PHONE_MAX = 33 };

/* Of STEP_EVALUATE: what is to be done so that it does not happen again. */
enum { PLANNED_MAX = 4 };

struct planned_measure {
    char what[HAND_NOTE_MAX], responsible[HAND_WHO_MAX];
    int32_t due; /* local day; DAY_NONE: as of any measure of an incident */
};

struct incident_act {
    uint8_t kind, source, class, controllability, large, duty; /* as in struct incident_step */
    bool drill;
    uint16_t code, member_count;
    uint64_t incident, member, other;
    struct wall claimed;
    struct incident_impact impact;
    bool counted;           /* whom it reaches nobody said: the zones' data did */
    char key[HAND_KEY_MAX]; /* their own name for it: told twice is done once */
    char who[INCIDENT_WHO_MAX], note[INCIDENT_NOTE_MAX];
    char site[ID_MAX], zone[ID_MAX];
    /* Of STEP_CALL: who called.  Neither the incident nor the record of acts has it. */
    char caller[CALLER_NAME_MAX], phone[CALLER_PHONE_MAX];
    uint64_t members[INCIDENT_MEMBERS_MAX];
    /* Of STEP_EVALUATE: written into the register in the same record, or nothing is. */
    struct planned_measure planned[PLANNED_MAX];
    uint8_t planned_count;
};

/* Borrows it.  The number of a call is made of its key. */
struct incident_step incident_act_step(const struct incident_act *a);
uint64_t incident_call(const char *key);
bool step_parse(const char *name, enum step_kind *out);

#endif
