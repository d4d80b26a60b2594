/* What rules say and people do, made into alarms: pure, one owner.
 *
 * At most one alarm is open of one rule on one point.  It is open until it is over and somebody has seen it;
 * nothing unknown ends it, and no time of it is before an earlier one.  A shelved alarm is open until its
 * shelf ends, however often it comes and goes meanwhile. */
#ifndef JUDGE_ALARMS_H
#define JUDGE_ALARMS_H

#include <stddef.h>

#include "model/alarm.h"
#include "model/catalogue.h"

/* More than people could ever look at: what holds beyond is counted and taken up when there is room. */
enum { ALARMS_MAX = 4096 };

/* ---- one alarm ---- */

enum alarm_doing { ALARM_STAYS, ALARM_STEPS, ALARM_REFUSES };

struct alarm_happens {
    enum alarm_event event;
    struct wall at;
    double value, limit; /* what the rule said; of others not looked at */
    uint8_t severity;    /* likewise */
    struct wall until;   /* of ALARM_SHELVE */
};

/* ALARM_REFUSES: *a is as it was.  ALARM_STEPS: one more step of its history; a->end says whether it is over.
 */
enum alarm_doing alarm_next(struct alarm *a, const struct alarm_happens *h);
/* What a word of its rule means for an alarm.  out: the place is out of service. */
enum alarm_event alarm_event_of(const struct alarm *a, const struct rule_turn *t, bool out);

/* ---- all of them ---- */

struct alarms;

struct alarms *alarms_new(void);    /* NULL without memory */
void alarms_free(struct alarms *s); /* NULL is fine */
size_t alarms_count(const struct alarms *s);
const struct alarm *alarms_at(const struct alarms *s, size_t i); /* in no order; until the next change */
const struct alarm *alarms_find(const struct alarms *s, uint64_t id);
const struct alarm *alarms_of_rule(const struct alarms *s, uint64_t point, uint64_t rule);
/* How often an alarm found no room. */
uint64_t alarms_missed(const struct alarms *s);

/* True: *out is the step that follows.  out: the place is out of service. */
bool alarms_turn(struct alarms *s, const struct catalogue *c, const struct rule_turn *t, bool out_of_service,
                 struct alarm_step *out);
/* What people want.  Refused with a sentence: ERR_MISSING no such alarm is open; ERR_STATE it cannot be done
 * as the alarm is; ERR_RANGE the shelf has no end, or one too far off, or no reason is given; ERR_DENIED
 * health and safety are shelved by who leads the shift. */
MUST_USE enum err alarms_act(struct alarms *s, struct alarm_act *act, struct wall now, struct alarm_step *out,
                             struct fault *why);
/* The record could not be taken: *was as before. */
void alarms_undo(struct alarms *s, const struct alarm *was);
/* One shelf whose time is over ends; false: there is none any more. */
bool alarms_tick(struct alarms *s, struct wall now, struct alarm_step *out);
/* One alarm whose rule is no more, or is not what it was when the alarm began, ends as retired. */
bool alarms_retire(struct alarms *s, const struct catalogue *c, struct wall now, struct alarm_step *out);
/* As it was before a restart.  True: there are two of one rule on one point, and *out ends the older. */
bool alarms_restore(struct alarms *s, const struct alarm *a, struct wall now, struct alarm_step *out);

#endif
