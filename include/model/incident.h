/* An incident: what went wrong as members, what people told as facts, what is owed as duties.  The start, the
 * limit, when it is due, the state and whether it was on time are derived from these and never kept, so no
 * step can put one at odds with another. */
#ifndef MODEL_INCIDENT_H
#define MODEL_INCIDENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/strbuf.h"
#include "model/world.h"

/* The numbers of this file's enums are stored: add at the end, never renumber. */
enum incident_class {
    CLASS_SERVICE_NETWORK,
    CLASS_DISTRIBUTION_MAIN,
    CLASS_TRANSMISSION_MAIN,
    CLASS_PLANT_EQUIPMENT,
    CLASS_SOURCE_LOSS,
    CLASS_POWER_SUPPLY,
    CLASS_WATER_QUALITY,
    CLASS_TELEMETRY,
    CLASS_SECURITY,
    CLASS_SAFETY,
    CLASS_COUNT
};

struct incident_limit {
    const char *name, *name_vi;
    int64_t limit_ms;
    bool legal;         /* else the supplier's own target */
    const char *source; /* where it is written; "": nowhere, it is a target */
    const char *words;  /* as they stand there */
};

const struct incident_limit *incident_limit(enum incident_class c);

/* What says that something is wrong. */
enum evidence {
    EVIDENCE_POWER,     /* the mains are away */
    EVIDENCE_LINK,      /* a wire or a device does not answer */
    EVIDENCE_SILENCE,   /* a point has no value */
    EVIDENCE_PUMP,      /* a pump stands, or tripped */
    EVIDENCE_EQUIPMENT, /* other machines of a plant */
    EVIDENCE_FLOW,
    EVIDENCE_PRESSURE,
    EVIDENCE_LEVEL,
    EVIDENCE_QUALITY,
    EVIDENCE_SOURCE, /* intake, spring, well */
    EVIDENCE_INTRUSION,
    EVIDENCE_LEAK,   /* chlorine in the air */
    EVIDENCE_CALL,   /* a customer */
    EVIDENCE_PERSON, /* found by the supplier's own people */
    EVIDENCE_COUNT
};

const char *evidence_name(enum evidence e);

/* On which side of its limit a flow, pressure or level was. */
enum limit_side { SIDE_UNKNOWN, SIDE_BELOW, SIDE_ABOVE, SIDE_COUNT };

bool sides_differ(unsigned a, unsigned b); /* both are known */

enum fact_kind {
    FACT_OCCURRED, /* began earlier than was seen */
    FACT_CALLED,
    FACT_DETECTED,
    FACT_KNOWN, /* at the centre */
    FACT_REPORTED,
    FACT_ASSIGNED,
    FACT_ON_SITE,
    FACT_VERIFIED,
    FACT_CLASS_CONFIRMED,
    FACT_CAUSE_FOUND,
    FACT_REMEDY_PROPOSED,
    FACT_REMEDY_APPROVED,
    FACT_REPAIR_BEGUN,
    FACT_REPAIRED,         /* a claim */
    FACT_REPAIR_CONFIRMED, /* by a second person */
    FACT_RESTORED,
    FACT_EVALUATED,
    FACT_CLOSED,
    FACT_REOPENED,
    FACT_WAITING, /* for what */
    FACT_WAITING_OVER,
    FACT_RECLASSIFIED,
    FACT_LINKED,
    FACT_UNLINKED,
    FACT_MERGED,
    FACT_SPLIT,
    FACT_IMPACT,
    FACT_LARGE_EFFECT, /* said by a person, either way */
    FACT_DUTY_DONE,
    FACT_DUTY_WAIVED,
    FACT_ACKNOWLEDGED,
    FACT_MEASURE,         /* taken meanwhile: valves, water by the hour, tankers */
    FACT_PROGRESS,        /* reported to whoever was told of a large effect */
    FACT_CLOCK_CORRECTED, /* the node's clock became true: its own times moved, by the note */
    FACT_COUNT
};

const char *fact_name(enum fact_kind k);

enum clock_source { CLOCK_TELEMETRY, CLOCK_PHONE, CLOCK_OPERATOR, CLOCK_PAPER, CLOCK_SOURCE_COUNT };

const char *clock_source_name(enum clock_source s);

enum { INCIDENT_WHO_MAX = 65, INCIDENT_NOTE_MAX = 241 };

struct fact {
    uint8_t kind;   /* enum fact_kind */
    uint8_t source; /* enum clock_source: of the claimed time */
    uint8_t detail; /* the class, the controllability, the duty, ... */
    uint8_t code;   /* enum cause_kind, measure_kind or finder_kind, as the kind wants */
    uint64_t key;   /* the teller's own for it, so that told twice is told once; 0: none */
    uint64_t about; /* the member or the other incident; 0: the whole */
    uint64_t told;  /* a hash of what was told with the key and is kept nowhere else; 0: there was nothing */
    struct wall claimed, recorded;
    char who[INCIDENT_WHO_MAX];
    char note[INCIDENT_NOTE_MAX];
};

/* The catalogue of causes. */
enum cause_kind {
    CAUSE_NOT_SAID,
    CAUSE_BURST,
    CAUSE_LEAKAGE,
    CAUSE_VALVE,
    CAUSE_THIRD_PARTY,
    CAUSE_ROAD_WORKS,
    CAUSE_LANDSLIDE,
    CAUSE_FLOOD,
    CAUSE_DROUGHT,
    CAUSE_POLLUTION,
    CAUSE_MAINS_AWAY,
    CAUSE_ELECTRICAL,
    CAUSE_PUMP,
    CAUSE_TREATMENT,
    CAUSE_INSTRUMENT,
    CAUSE_TELEMETRY,
    CAUSE_OPERATION,
    CAUSE_SABOTAGE,
    CAUSE_NO_FAULT, /* nothing was wrong */
    CAUSE_OTHER,
    CAUSE_KIND_COUNT
};

/* Plan II.6.2. */
enum measure_kind {
    MEASURE_NOT_SAID,
    MEASURE_VALVES,
    MEASURE_ROTA,
    MEASURE_TANKERS,
    MEASURE_INTERCONNECTION,
    MEASURE_FLUSHING,
    MEASURE_BOTTLED,
    MEASURE_OTHER,
    MEASURE_COUNT
};

/* Plan II.6.1: who finds it. */
enum finder_kind {
    FINDER_NOT_SAID,
    FINDER_VALVE_CREW,
    FINDER_NETWORK_CREW,
    FINDER_METER_READER,
    FINDER_TELEMETRY_STAFF,
    FINDER_CUSTOMER,
    FINDER_OTHER,
    FINDER_COUNT
};

struct incident_word {
    const char *name, *name_vi;
};

struct incident_word cause_word(enum cause_kind k);
struct incident_word measure_word(enum measure_kind k);
struct incident_word finder_word(enum finder_kind k);

enum controllability { CONTROL_UNKNOWN, CONTROLLABLE, BEYOND_CONTROL, CONTROLLABILITY_COUNT };

/* One thing that went wrong.  Keeps its class, its evidence and its clock, in whatever incident it is. */
struct member {
    uint64_t id;          /* among incidents and members of a book */
    uint64_t alarm;       /* the alarm or call that it is; 0: told by a person */
    uint64_t point;       /* its key; 0: none */
    uint64_t cause;       /* the member that explains it; 0: none does */
    uint8_t class;        /* enum incident_class */
    uint8_t evidence;     /* enum evidence */
    uint8_t side;         /* enum limit_side */
    bool confirmed;       /* the class, by a person */
    bool loosened;        /* a person gave it a longer legal limit */
    bool apart;           /* people took it out: it is not folded again by itself */
    bool unsure;          /* its times are of a node's clock that was not synchronised */
    uint8_t step;         /* 0: the alarm; 1, 2, ...: its further bursts */
    struct wall start;    /* where its clock starts */
    struct wall evident;  /* when it was first seen */
    struct wall cleared;  /* .ms 0: not, by what is measured */
    struct wall repaired; /* .ms 0: not, as is claimed */
    struct wall claim_recorded;
    struct wall repair_confirmed; /* by a second person: when that was told */
    struct wall restored;         /* customers have water, or the thing works: seen or said; .ms 0: not */
    uint32_t residence_ms;        /* of the water in the clear-water tank of its place; 0: not known */
    double size;                  /* of the step; NaN: it has none */
    char site[ID_MAX], zone[ID_MAX];
};

enum duty_kind {
    DUTY_PARTNER_SUPPLIER,
    DUTY_LOCAL_AUTHORITY,
    DUTY_PEOPLE,
    DUTY_REPORT_HANDLED,
    DUTY_REPORT_BEYOND_CONTROL,
    DUTY_REPORT_LARGE_EFFECT,
    DUTY_CDC,
    DUTY_HEALTH_DEPARTMENT,
    DUTY_POLICE,
    DUTY_TRAFFIC_AUTHORITY,
    DUTY_TEMPORARY_SUPPLY,
    DUTY_OTHER_SUPPLY,
    DUTY_WRITTEN_RECORD,
    DUTY_ASSESS, /* this one and the next two answer bad water: see struct duty_row */
    DUTY_SAMPLE,
    DUTY_ISOLATE,
    DUTY_COUNT
};

struct duty {
    struct wall since;    /* when it became owed; .ms 0: it is not */
    struct wall due;      /* an internal target: the plan says "at once", or nothing */
    struct wall done;     /* as claimed; .ms 0: not */
    struct wall recorded; /* when that was told */
    bool waived;          /* not needed: `done` is when that was said */
    bool voided;          /* so with no word on it: what it was owed for is no more; may be owed anew */
    bool told_late;
    char who[INCIDENT_WHO_MAX];
};

/* Computed by the caller from the zone's data. */
struct incident_impact {
    uint32_t people, connections;
    uint16_t hospitals, schools, high_rises; /* hospitals: and clinics */
    uint32_t expected_min;                   /* without water, in all; 0: not known */
    bool health_hazard;
    bool wide;              /* water is lost over a wide area, or the mains of a plant */
    bool source_threatened; /* pollution or intrusion at the source */
    bool road_opened;       /* the repair does */
    bool rural;             /* rural works: TT 23/2022/TT-BNNPTNT */
    bool partner;           /* another supplier gives or takes water here */
};

enum large_effect { LARGE_BY_RULE, LARGE_SAID_YES, LARGE_SAID_NO, LARGE_COUNT };

enum incident_tie { TIE_OUTLIVED, TIE_SPLIT, TIE_MERGED, TIE_FOLLOWS, TIE_OVERFLOW, TIE_COUNT };

struct tie {
    uint64_t incident;
    uint8_t kind; /* enum incident_tie */
};

/* Warnings in per cent of the time allowed.  An incident keeps those of a legal limit so, and those of a
 * target shifted by WARN_TARGET: what was told of the one was not told of the other. */
enum { WARN_50 = 1, WARN_75 = 2, WARN_90 = 4, WARN_100 = 8, WARN_ALL = 15, WARN_TARGET = 4 };

enum { INCIDENT_MEMBERS_MAX = 64, INCIDENT_FACTS_MAX = 96, INCIDENT_TIES_MAX = 32 };

struct incident {
    uint64_t id;
    uint64_t merged_into; /* 0: it was not */
    struct wall opened;   /* when the book took it */
    bool drill;           /* an exercise: marked everywhere, counted nowhere */
    bool closed;
    bool unacknowledged;
    uint8_t controllability;
    uint8_t large_said;      /* enum large_effect */
    struct wall large_since; /* .ms 0: it has no large effect */
    struct incident_impact impact;
    uint8_t warned, passed; /* masks: sent one by one; known to be over and told in a sum */
    bool told_open, told_large, told_unconfirmed;
    bool owes_again;      /* the due time moved on after it was told as over: its end is told again */
    bool owes_step;       /* a further burst, or a dangerous member, is to be told */
    uint16_t told;        /* counts messages that may come more than once */
    struct wall told_due; /* what people were last told; .ms 0: nothing */
    bool told_end;        /* that it is over */
    bool told_beyond;     /* that it is beyond control: once */
    uint8_t duty_kinds;   /* the first so many may be owed: those that the version which opened it knew */
    uint8_t escalated;    /* steps that were told since `asked` */
    struct wall asked;    /* when somebody was last asked to take it; .ms 0: never */
    struct member members[INCIDENT_MEMBERS_MAX]; /* by time of joining */
    struct fact facts[INCIDENT_FACTS_MAX];       /* by recorded time */
    struct tie ties[INCIDENT_TIES_MAX];
    struct duty duties[DUTY_COUNT];
    uint16_t member_count, fact_count, tie_count;
};

/* ---- derived ---- */

/* An unconfirmed claim of a repair stands for so long. */
enum { REPAIR_CONFIRM_MS = 30 * CLOCK_MINUTE_MS };

/* Lengths of the supplier's own targets by class; legal limits are not his to set. */
struct incident_targets {
    int64_t ms[CLASS_COUNT]; /* 0: the default of incident_limit() */
};

struct incident_clock {
    struct wall start, due;
    int64_t limit_ms;
    uint8_t class;
    bool legal;
};

/* What the incident shows: the strictest legal limit of the members that are not restored (of all, when all
 * are), from the earliest start of all members that have a legal limit.  When none of these has one, the
 * target that is due first, from its member's own start. */
struct incident_clock incident_clock(const struct incident *i, const struct incident_targets *t);
/* The earliest start of all its members, whatever their class: since when something is wrong. */
struct wall incident_began(const struct incident *i);
/* The member's own. */
struct incident_clock member_clock(const struct member *m, const struct incident_targets *t);

enum repair { REPAIR_NONE, REPAIR_CLAIMED, REPAIR_UNCONFIRMED, REPAIR_CONFIRMED };

enum repair member_repair(const struct member *m, struct wall now);
/* When its clock stopped; .ms 0: it runs.  A claim stops it as long as it may still be confirmed; one that
 * nobody confirmed does not, and one that a person confirmed later than that stops it then. */
struct wall member_end(const struct member *m, struct wall now);

/* Against 12 and 24 h, for ever: no approval, no target and no confirmation changes it. */
enum on_time { ON_TIME_NO_LIMIT, ON_TIME_RUNNING, ON_TIME_YES, ON_TIME_NO };

const char *on_time_name(enum on_time o);
enum on_time member_on_time(const struct member *m, struct wall now);
/* Every member that has a legal limit ended within it, counted from the earliest start of these. */
enum on_time incident_on_time(const struct incident *i, struct wall now);

bool incident_unsure(const struct incident *i); /* some member's times are */
bool incident_all_restored(const struct incident *i);
bool incident_all_ended(const struct incident *i, struct wall now);
bool incident_class_confirmed(const struct incident *i); /* of all members that have a legal limit */
bool incident_unconfirmed(const struct incident *i, struct wall now); /* a repair that is not restored */

enum incident_state {
    INCIDENT_DETECTED,
    INCIDENT_REPORTED,
    INCIDENT_ASSIGNED,
    INCIDENT_ON_SITE,
    INCIDENT_VERIFIED,
    INCIDENT_CAUSE_FOUND,
    INCIDENT_REMEDY_PROPOSED,
    INCIDENT_REMEDY_APPROVED,
    INCIDENT_REPAIRING,
    INCIDENT_REPAIRED,
    INCIDENT_REPAIR_UNCONFIRMED,
    INCIDENT_RESTORED,
    INCIDENT_EVALUATED,
    INCIDENT_CLOSED,
    INCIDENT_MERGED,
    INCIDENT_STATE_COUNT
};

const char *incident_state_name(enum incident_state s);
/* From the facts and what is measured; a fact that comes late does not turn it back. */
enum incident_state incident_state(const struct incident *i, struct wall now);
/* The last reason people wait for, NULL: they do not. */
const struct fact *incident_waiting(const struct incident *i);
/* The first approval came after the due time. */
bool incident_approved_late(const struct incident *i, const struct incident_targets *t);

const struct fact *incident_fact(const struct incident *i, enum fact_kind k);      /* the first */
const struct fact *incident_last_fact(const struct incident *i, enum fact_kind k); /* the last */
struct member *incident_member(struct incident *i, uint64_t id);

/* ---- as bytes, for the journal and the lanes: little-endian, texts with their length, a version first ----
 */
enum {
    /* 1: without `unsure`; 2: without `told_end`, `escalated`, `asked`; 3: without `side`; 4: without
     * `residence_ms`, `told`, `told_beyond`, `duty_kinds`, `voided` */
    INCIDENT_BYTES_VERSION = 5,
    INCIDENT_BYTES_MAX = 128 * 1024
};

void incident_write(struct strbuf *to, const struct incident *i);
/* ERR_STATE: of a later version.  ERR_SHORT, ERR_RANGE: not one.  Then *out is undefined. */
MUST_USE enum err incident_read(const void *bytes, size_t len, struct incident *out);

#endif
