/* Until somebody takes an incident it is told again, to ever more people: which step is due, and who is told
 * of what.  Pure: both follow from the incident, the message, the rosters and the letters already made. */
#ifndef INCIDENT_ESCALATION_H
#define INCIDENT_ESCALATION_H

#include "incident/outbox.h"
#include "incident/roster.h"

/* ESCALATION_TOLD_MAX: steps and what repeats the last; as many are counted with an incident. */
enum { ESCALATION_STEPS_MAX = 48, ESCALATION_TOLD_MAX = UINT8_MAX };

struct escalation_rules {
    int64_t after_ms; /* since it was told and nobody took it; 0: never */
    int64_t every_ms; /* between two steps */
    unsigned steps;   /* each reaches one more; the last is repeated */
    int64_t again_ms; /* from the last step on, so often for a day, then once a day; 0: it is not repeated */
};

/* Somebody said since it was told that it is theirs: acknowledged, assigned, on site. */
bool escalation_taken(const struct incident *i);
/* The last step whose time has come, 0: none; beyond r->steps: the last, repeated.  Those before it that were
 * not told are not told any more. */
unsigned escalation_step(const struct escalation_rules *r, const struct incident *i, struct wall now);

/* Whom of a roster step n is told to: those on duty one by one, their leader, then the authority where the
 * effect is large or the cause beyond control.  Step 0 is the first message; each later step is told to one
 * more, and again to all before; the last one to all. */
size_t escalation_path(const struct roster *r, const struct rosters *all, const struct incident *i,
                       struct wall at, uint8_t out[ON_DUTY_MAX + 2]);

struct addressing {
    const struct contacts *contacts;
    const struct rosters *rosters; /* NULL: none */
    const struct catalogue *catalogue;
    unsigned steps;               /* of the rules */
    const struct incidents *book; /* which were merged; NULL: none were */
};

struct addressees {
    bool told[CONTACTS_HELD_MAX]; /* by place in the contacts */
    uint32_t gaps;                /* bits of rosters on which nobody was on duty */
};

/* Whom the message is for.  i NULL: the one that is of no incident.  before: letters already made; whoever
 * has one of this incident, or of one that is part of it now, hears its end. */
struct addressees addressees_of(const struct addressing *a, const struct incident *i,
                                const struct outgoing *o, const struct outbox *before);

#endif
