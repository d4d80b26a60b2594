/* What rules say of points.  The rules of judge decide when they hold, with their delays and deadbands;
 * alarms are made of what they say. */
#ifndef MODEL_RULE_H
#define MODEL_RULE_H

#include "model/reading.h"

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

#endif
