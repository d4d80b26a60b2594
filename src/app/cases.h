/* What the pipeline knows of incidents: alarms and people's steps are told to the book, and what of it the
 * next record must hold is kept until it is recorded.  The pipeline's thread only. */
#ifndef CASES_H
#define CASES_H

#include "incident/incidents.h"
#include "incident/outbox.h"
#include "journal/journal.h"
#include "mode_book.h"
#include "model/contact.h"
#include "model/incident_list.h"
#include "model/snapshot.h"
#include "watch.h"

enum {
    CASES_GONE_MAX = 64,
    CASES_STATES_MAX = INCIDENTS_MAX + CASES_GONE_MAX + 1 + OUTBOX_RECORD_MAX + OUTBOX_GONE_MAX
};

struct cases;

/* contacts, rosters: borrowed; NULL: nobody is told, nobody is on duty. */
MUST_USE enum err cases_new(struct cases **out, const struct incident_rules *rules,
                            const struct outbox_rules *letters, const struct contacts *contacts,
                            const struct rosters *rosters, struct fault *why);
void cases_free(struct cases *c); /* NULL is fine */
/* Others from now on. */
void cases_people(struct cases *c, const struct contacts *contacts, const struct rosters *rosters,
                  const struct escalation_rules *escalation);

/* What alarms are told by. */
struct cases_from {
    const struct watch *watch;
    const struct mode_book *modes;
    const struct board *board;
    const struct catalogue *catalogue;
    struct wall now;
    bool unsure; /* now is of a clock that is not synchronised */
};

/* The steps of the next record that were not told yet. */
void cases_follow(struct cases *c, const struct cases_from *from);
/* The last step was taken back before it was recorded: another may stand in its place. */
void cases_step_undone(struct cases *c);
/* Another configuration: what is shown next is of it, though no incident changed. */
void cases_renamed(struct cases *c);
/* The clock became true by such a step. */
void cases_clock_true(struct cases *c, int64_t step_ms, struct wall now);
/* Time passes; what found no room is told again. */
void cases_tick(struct cases *c, const struct cases_from *from);
/* Is there something that a record must hold? */
bool cases_has_news(const struct cases *c);

struct case_answer {
    enum refusal refusal;
    bool known; /* it was done before, under the same key */
    uint64_t incident;
};

/* What somebody wants, done.  ERR_STATE: refused, or (refusal is REFUSED_NOTHING) its key was used for
 * something else; why says it. */
MUST_USE enum err cases_act(struct cases *c, const struct cases_from *from, const struct incident_act *act,
                            struct case_answer *out, struct fault *why);
/* The record of the last cases_act could not be taken. */
void cases_undo(struct cases *c);
/* NULL: no such one.  Borrowed, until something is told. */
const struct incident *cases_find(const struct cases *c, uint64_t incident);
/* NULL: no such one, or no memory. */
struct incident_copy *cases_copy(struct cases *c, uint64_t incident);

/* ---- letters ---- */
/* True: it is news, and a record is due. */
bool cases_letter(struct cases *c, const struct letter_report *r, struct wall now);
const struct outbox *cases_outbox(const struct cases *c);

/* ---- the next record ---- */
/* What is to be told since gets its letters, one for each who shall have it; before the entries are made. */
void cases_address(struct cases *c, const struct cases_from *from);
void cases_add_entries(struct cases *c, struct strbuf *events, struct wall now);
/* As watch_add_states. */
void cases_add_states(struct cases *c, struct strbuf *to, struct journal_state *states, size_t *ends,
                      size_t *n);
void cases_recorded(struct cases *c);

/* ---- life ---- */
/* False: that state is not of incidents. */
bool cases_restore(struct cases *c, const struct journal_state *s);
/* After all that: what passed meanwhile is one message; alarms that the book does not know are told to it. */
void cases_resume(struct cases *c, const struct cases_from *from);

/* Changes with each change of an incident. */
uint64_t cases_generation(const struct cases *c);
/* All of them as they are.  NULL: no memory. */
struct incident_list *cases_freeze(struct cases *c, struct catalogue *catalogue, struct wall now);

#endif
