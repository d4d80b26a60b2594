/* What the pipeline knows of rules and alarms: what readings and the clock make of them, what people do, and
 * what of it the next record must hold.  The pipeline's thread only. */
#ifndef WATCH_H
#define WATCH_H

#include "journal/journal.h"
#include "judge/alarms.h"
#include "judge/rules.h"
#include "mode_book.h"
#include "model/message.h"

/* Steps and rules that one record holds; what rules say beyond waits for the next tick. */
enum { WATCH_STEPS_MAX = 256, WATCH_RULES_MAX = 512, WATCH_ACTS_MAX = 1024 };
enum { WATCH_STATES_MAX = WATCH_STEPS_MAX + WATCH_RULES_MAX + 2 + MODE_BOOK_STATES_MAX };

struct watch;

MUST_USE enum err watch_new(struct watch **out, const struct catalogue *c, struct now now, struct fault *why);
void watch_free(struct watch *w); /* NULL is fine */

/* A reading as it is shown.  True: an alarm changed by it, or it is the first in another mode. */
bool watch_fold(struct watch *w, const struct reading *r, struct now now);
/* True: there is more, once what is here is recorded. */
bool watch_tick(struct watch *w, struct now now, uint32_t *from);
/* Is there something that a record must hold at once? */
bool watch_has_news(const struct watch *w);

/* What somebody wants, decided: *is is the alarm since.  ERR_NONE with *known: it was done before. */
MUST_USE enum err watch_act(struct watch *w, struct alarm_act *act, struct now now, bool *known,
                            struct alarm *is, struct fault *why);
/* The record of the last watch_act could not be taken. */
void watch_undo(struct watch *w);

/* ---- the next record ---- */
void watch_add_entries(const struct watch *w, struct strbuf *events);
/* Keys into states[*n..], where each ends in `to` into ends; one that ends where it begins is forgotten. */
void watch_add_states(const struct watch *w, struct strbuf *to, struct journal_state *states, size_t *ends,
                      size_t *n);
void watch_recorded(struct watch *w);
/* Rules with something under way, and those that the journal knows so and that have not any more: one round
 * through all rules, in as many records as it takes.  True: this one has no more room, call again after it.
 */
bool watch_remember(struct watch *w);
/* Every rule from *from on, before the end.  True: there are more. */
bool watch_remember_all(struct watch *w, uint32_t *from);

/* ---- life ---- */
/* False: that state is not of rules or alarms. */
bool watch_restore(struct watch *w, const struct journal_state *s, struct now now);
/* What is shown now, for another configuration; what was kept last, after a start. */
void watch_know(struct watch *w, const struct reading *shown);
void watch_recall(struct watch *w, const struct reading *kept);
/* What the point's counter showed at its last service; to be said again of another configuration. */
void watch_service(struct watch *w, uint32_t point, double counter);
/* After all that: alarms whose rules are no more end.  Also for another configuration, that then holds.
 * ERR_MEMORY: nothing changed. */
MUST_USE enum err watch_succeed(struct watch *w, const struct catalogue *c, struct now now,
                                struct fault *why);
/* Retires what has no rule any more.  True: there are more, once what is here is recorded. */
bool watch_retire(struct watch *w, struct now now);

const struct alarms *watch_alarms(const struct watch *w);
/* The last that somebody shelved that alarm with, as far as it is remembered; NULL: it is not. */
const struct alarm_act *watch_shelf(const struct watch *w, uint64_t alarm);
/* Their news stand in the same record. */
struct mode_book *watch_modes(struct watch *w);
/* Steps that the next record holds, in their order. */
const struct alarm_step *watch_steps(const struct watch *w, size_t *count);
/* Steps that the next record has no room for. */
uint64_t watch_lost(const struct watch *w);
/* Changes with each step, and with each configuration. */
uint64_t watch_generation(const struct watch *w);

#endif
