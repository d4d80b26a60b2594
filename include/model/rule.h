/* What rules say of points.  The rules of judge decide when they hold, with their delays and deadbands;
 * alarms are made of what they say. */
#ifndef MODEL_RULE_H
#define MODEL_RULE_H

#include "model/reading.h"
#include "model/world.h"

/* The numbers are stored: add at the end, never renumber. */
enum severity { SEVERITY_LOW, SEVERITY_MEDIUM, SEVERITY_HIGH, SEVERITY_CRITICAL, SEVERITY_COUNT };

/* What is at stake; health and safety are shelved for a short time only, by who leads the shift. */
enum stake { STAKE_OPERATION, STAKE_SUPPLY, STAKE_HEALTH, STAKE_SAFETY, STAKE_SECURITY, STAKE_COUNT };

enum rule_word {
    RULE_RESTS,      /* what it watches for is not so */
    RULE_HOLDS,      /* it is so: an alarm */
    RULE_NOT_JUDGED, /* it may not speak now: a condition, a mode */
    RULE_UNKNOWN     /* there is nothing to judge by.  Never ends an alarm */
};

/* One word of one rule on one point; only changes are told, and steps further in the same direction. */
struct rule_turn {
    uint64_t rule;  /* key of its name, stable over configurations; 0 is none */
    uint32_t point; /* index in the catalogue */
    struct wall at; /* of the reading or of the tick that decided */
    uint8_t word;   /* enum rule_word */
    uint8_t severity, stake;
    double value; /* what decided; NaN: silence did */
    double limit; /* what it was held against; NaN: none */
};

/* ---- what a rule is, as configured ---- */

/* In the order of RULE_KINDS; not stored. */
enum rule_kind {
    RULE_LIMIT, /* the limit sets in force, where the point is a compliance point */
    RULE_LOW_LOW,
    RULE_LOW,
    RULE_HIGH,
    RULE_HIGH_HIGH,
    RULE_LEVEL,  /* a tank below low or above high */
    RULE_RATE,   /* changes faster than limit in `within` */
    RULE_STALE,  /* no number for `within` */
    RULE_FROZEN, /* its reading says so; likewise the next two */
    RULE_IMPLAUSIBLE,
    RULE_CLIPPED,
    RULE_DEVIATION,         /* further than limit from the other point */
    RULE_MISMATCH,          /* not as the other point, its command, says */
    RULE_PUMP_WITHOUT_FLOW, /* at or below limit while the other point is other_is */
    RULE_FLOW_WITHOUT_PUMP, /* above limit while the other point is other_is; likewise the next */
    RULE_VALVE_CLOSED_FLOW,
    RULE_MAINS,     /* at or below limit: the mains supply is lost */
    RULE_CONTACT,   /* equal to limit: a door, a flood switch */
    RULE_RUN_HOURS, /* limit hours since the service at `since` */
    RULE_KIND_COUNT
};
extern const char *const RULE_KINDS[], *const STAKES[], *const SEVERITIES[]; /* NULL-terminated */

/* Severity is looked up, not chosen: how bad it gets, and how soon. */
enum impact { IMPACT_MINOR, IMPACT_MAJOR, IMPACT_SEVERE, IMPACT_COUNT };
extern const char *const IMPACTS[];
enum severity severity_of(enum impact impact, int64_t respond_within_ms);

enum { RULE_TEXT_MAX = 400, RULE_N_MAX = 8, RULE_WHEN_MAX = 8 };

/* For people; several rules share one. */
struct rule_text {
    char name[NAME_MAX_BYTES], name_en[NAME_MAX_BYTES];
    char cause[RULE_TEXT_MAX], cause_en[RULE_TEXT_MAX];
    char consequence[RULE_TEXT_MAX], consequence_en[RULE_TEXT_MAX];
    char response[RULE_TEXT_MAX], response_en[RULE_TEXT_MAX]; /* what to do first; never empty */
};

/* One rule on one point. */
struct rule {
    uint64_t key;    /* seal_key63 of its id */
    char id[ID_MAX]; /* one point has it once */
    uint32_t point;
    uint32_t other; /* the second point of the kinds that have one, NO_INDEX else */
    uint32_t cause; /* the rule of which it is a consequence; NO_INDEX: of none */
    uint32_t text;  /* index in the catalogue's texts */
    uint8_t kind, severity, stake;
    uint8_t latched;    /* its alarm stays until somebody resets it */
    uint8_t n;          /* so many readings within window_ms; 1: the first */
    uint8_t when_count; /* conditions, all of which must hold that it may speak */
    uint32_t when_first;
    double limit, low; /* NaN: none.  low: of RULE_LEVEL */
    double deadband;
    double step;     /* so much further is told again; 0: never */
    double other_is; /* what the other point must be */
    double since;    /* counter at the last service */
    int64_t within_ms, on_delay_ms, off_delay_ms, window_ms, settle_ms, respond_ms;
};

#endif
