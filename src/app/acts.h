/* The words in which acts are recorded. */
#ifndef ACTS_H
#define ACTS_H

#include "model/alarm.h"
#include "model/audit.h"
#include "model/event.h"
#include "model/hand.h"
#include "model/incident_step.h"
#include "model/mode.h"
#include "model/prevention.h"
#include "model/shift.h"
#include "model/stopgap.h"

/* Words that name people, as many whole characters as fit. */
void acts_person(char out[AUDIT_PERSON_MAX], const char *all);

/* Somebody told something of a point. */
void acts_of_hand(struct audit_entry *out, const struct hand *h, const struct point *point,
                  const struct actor *by);
/* Somebody did something about an alarm, that is as *is since; point: its id, NULL: not known. */
void acts_of_alarm(struct audit_entry *out, const struct alarm_act *act, const struct alarm *is,
                   const char *point, const struct actor *by);
/* Somebody did something about an incident.  from, told: the node that handed it over, and when it was told
 * there; "": here. */
void acts_of_incident(struct audit_entry *out, const struct incident_act *act, uint64_t incident,
                      const struct actor *by, const char *from, struct wall told);
/* Another configuration was applied. */
void acts_of_reload(struct audit_entry *out, const struct event *e);

/* A mode began or ended. */
void acts_of_mode(struct audit_entry *out, const struct mode_act *act, const struct mode *is,
                  const struct actor *by);
/* Who is on duty or how a contact is reached was changed for a while, or that was withdrawn. */
void acts_of_stopgap(struct audit_entry *out, const struct stopgap_act *act, const struct stopgap *is,
                     const struct actor *by);
/* A measure, a black spot or a round was written, or ended. */
void acts_of_prevention(struct audit_entry *out, const struct prevention_act *act,
                        const struct prevention *is, const struct actor *by);

/* Somebody took a shift, wrote into its log, ...; sheet: what is kept with it, NULL: none. */
void acts_of_shift(struct audit_entry *out, const struct shift_told *told, const struct shift_sheet *sheet,
                   const struct actor *by);

#endif
