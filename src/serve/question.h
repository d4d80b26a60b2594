/* A question about the past that is under way: its connection is suspended until a worker answers, or until
 * we give up on it.  Two holders: the request, and the history that will call back.  The second may outlive
 * the face itself, so a question owns everything it needs. */
#ifndef SERVE_QUESTION_H
#define SERVE_QUESTION_H

#include "alarm_batch.h"
#include "alarm_past.h"
#include "incident_past.h"
#include "ports/alarm_past.h"
#include "ports/alarms.h"
#include "ports/doors.h"
#include "ports/handed.h"
#include "ports/hands.h"
#include "ports/history.h"
#include "ports/incident_past.h"
#include "ports/incidents.h"
#include "ports/modes.h"
#include "ports/outbox.h"
#include "ports/prevention.h"
#include "ports/reports.h"
#include "ports/shifts.h"
#include "ports/spots.h"
#include "ports/stopgaps.h"
#include "ports/trail.h"
#include "ports/volumes.h"
#include "reply.h"
#include "spots.h"
#include "tally.h"

enum { QUESTION_WITHIN_MS = 30000, QUESTION_POINTS_MAX = 50 };

struct questions; /* those under way */

MUST_USE enum err questions_new(struct questions **out, const struct history_port *history,
                                struct tally *tally, struct fault *why);
void questions_free(struct questions *q); /* none is under way */
/* Gives up those older than QUESTION_WITHIN_MS, or all: their clients are told.  Returns when to come back.
 */
struct mono questions_sweep(struct questions *q, struct mono now, bool all);

struct question_ask {
    const struct point *point; /* its id and unit are copied */
    struct series_ask ask;
    enum lang lang;
    bool csv, gzip;
    bool goes_on; /* a page after the first */
};

/* NULL without memory. */
struct question *question_new(struct questions *q, const struct question_ask *ask);
/* Or of up to QUESTION_POINTS_MAX points, asked one after the other: they take one place among those that
 * wait. Of *ask, `point` is not used. */
struct question *question_several(struct questions *q, const struct point *const *points, size_t count,
                                  const struct question_ask *ask);
/* Or something to be told, answered when it is durable.  Borrows the port for the face's life; copies the
 * rest. */
struct question *question_tell(struct questions *q, const struct hands_port *hands, const struct hand *h,
                               const struct actor *by, const struct point *point, enum lang lang);
/* Or something to be done about an alarm; likewise. */
struct question *question_alarm(struct questions *q, const struct alarms_port *alarms,
                                const struct alarm_act *act, const struct actor *by, enum lang lang);
/* Or a channel to be tried; likewise. */
struct question *question_trial(struct questions *q, const struct letters_port *letters,
                                const struct trial_ask *trial, const struct actor *by, enum lang lang);
/* Or many to be acknowledged.  Takes the batch unless it returns NULL. */
struct question *question_batch(struct questions *q, const struct alarms_port *alarms,
                                struct alarm_batch *batch, enum lang lang);
/* Or a mode that begins or ends; likewise. */
struct question *question_mode(struct questions *q, const struct modes_port *modes,
                               const struct mode_act *act, const struct actor *by, enum lang lang);
/* Or who is on duty, changed for a while; likewise. */
struct question *question_stopgap(struct questions *q, const struct stopgaps_port *stopgaps,
                                  const struct stopgap_act *act, const struct actor *by, enum lang lang);
/* Or somebody takes a shift, hands it over, ...; likewise.  Holds the act's sheet. */
struct question *question_shift(struct questions *q, const struct shifts_port *shifts,
                                const struct shift_act *act, const struct actor *by, enum lang lang);
/* Or shifts of the past: `write` makes the reply.  Borrows the ports for the face's life. */
struct question *
question_shifts_past(struct questions *q, const struct shift_past_port *port,
                     const struct shift_past_ask *ask, enum lang lang,
                     void (*write)(struct reply *r, enum lang lang, const struct shift_past_ask *ask,
                                   const struct shift_list *l, const struct doors_port *doors),
                     const struct doors_port *doors);
/* Or something to be written into the register of measures and black spots; likewise. */
struct question *question_prevention(struct questions *q, const struct prevention_port *prevention,
                                     const struct prevention_act *act, const struct actor *by,
                                     enum lang lang);
/* Or candidates of black spots; holds the catalogue.  Borrows the port for the face's life. */
struct question *question_spots(struct questions *q, const struct spots_port *spots,
                                const struct spots_question *asked, struct catalogue *c, enum lang lang);
/* Or alarms of the past; holds the catalogue.  Borrows the port for the face's life. */
struct question *question_past(struct questions *q, const struct alarm_past_port *port,
                               const struct past_question *past, struct catalogue *c, enum lang lang);
/* Or incidents of the past; likewise. */
struct question *question_incident_past(struct questions *q, const struct incident_past_port *port,
                                        const struct incident_past_question *past, struct catalogue *c,
                                        enum lang lang);
/* Or a step for the incident of another node; likewise. */
struct question *question_handed(struct questions *q, const struct handed_port *port,
                                 const struct handed_ask *ask, enum lang lang);
/* Or something to be done about an incident; likewise.  Takes the list. */
struct question *question_incident(struct questions *q, const struct incidents_port *incidents,
                                   const struct incident_act *act, const struct actor *by,
                                   struct incident_list *list, enum lang lang);
/* Instead of the incident as JSON `write` makes the reply; before it is put. */
struct incident_done;
void question_incident_as(struct question *q,
                          void (*write)(struct reply *r, enum lang lang, const struct incident_done *d));
/* Or what a meter counted: of *ask, `ask` and `csv` are not used.  Borrows the port for the face's life. */
struct question *question_count(struct questions *q, const struct volumes_port *volumes,
                                const struct volume_ask *count, const struct question_ask *ask);
/* Or a page of the record of acts: `write` makes its text.  Borrows the port for the face's life. */
struct question *question_trail(struct questions *q, const struct trail_port *trail,
                                const struct trail_ask *page, const struct question_ask *ask,
                                void (*write)(struct strbuf *b, const struct trail_page *page));
/* Or a report: made, stored or found.  Borrows the port for the face's life; copies the ask. */
struct question *question_report(struct questions *q, const struct reports_port *reports,
                                 const struct report_ask *report, enum lang lang, bool gzip);
/* Or an act at the doors: `write` makes its reply.  Borrows the port for the face's life; copies the ask and
 * wipes it. */
struct question *question_act(struct questions *q, const struct doors_port *doors, const struct door_ask *ask,
                              enum lang lang,
                              void (*write)(struct reply *r, enum lang lang, const struct door_ask *ask,
                                            const struct door_answer *a));
/* The same question about the page that begins at `from`. */
struct question *question_again(const struct question *q, struct wall from);
/* Asks.  The connection must be suspended already; resume(connection) is called exactly once, perhaps before
 * this returns. */
void question_put(struct question *q, void *connection, int socket, void (*resume)(void *connection));
/* After resume: moves the answer to *r. */
void question_answer(struct question *q, struct reply *r);
/* The request's hold ends. */
void question_drop(struct question *q);

#endif
