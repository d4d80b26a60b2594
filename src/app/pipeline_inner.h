/* What the files of the pipeline share: one owner, one thread, one record at a time. */
#ifndef PIPELINE_INNER_H
#define PIPELINE_INNER_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/log.h"
#include "base/queue.h"
#include "cases.h"
#include "incident/shifts.h"
#include "minutes.h"
#include "pipeline.h"
#include "promises.h"
#include "today.h"
#include "watch.h"

enum { PUBLISH_MS = 100 };   /* so often at most there is a new picture */
enum { NODE_STATE_KEY = 0 }; /* no point has this key: when the node was last alive */

/* Under NODE_STATE_KEY, in the machine's own order.  Earlier versions wrote `alive_ms` alone. */
struct node_state {
    int64_t alive_ms;  /* the node lived at that time */
    int64_t closed_ms; /* see struct minutes */
};

/* Readings and events lost before the journal: told as one gap event as soon as it takes records again. */
struct loss {
    uint64_t count;
    struct wall from, to;
};

struct pipeline {
    struct pipeline_settings set;
    struct queue *inbox;
    struct catalogue *catalogue; /* held; what indices mean */
    struct judge *judge;
    struct board *board;
    struct judged judged;
    struct minutes minutes;
    struct today *today;
    struct watch *watch;
    struct cases *cases;
    struct shifts *shifts;
    struct strbuf live, events, states;

    struct hand told; /* goes into this record, when has_told */
    bool has_told;
    struct audit_entry act; /* goes into this record, when has_act */
    bool has_act;
    struct audit_head head;   /* of the record of acts, with what the journal has taken */
    struct promises promises; /* answers that wait for the disk */

    struct mono next_tick, next_freeze, next_alive, next_remember;
    bool still_due;           /* the next record tells how long points have stood still */
    uint32_t still_next;      /* from which point on */
    uint64_t last_seq;        /* newest record given to the journal */
    struct snapshot *waiting; /* frozen, not yet durable */
    uint64_t waiting_seq;
    uint64_t alarms_frozen;            /* generation of the last list */
    struct alarm_list *alarms_waiting; /* likewise */
    uint64_t alarms_seq, alarms_shown; /* shown: seq of the one that is */
    struct modes modes_waiting;        /* likewise, when modes_wait */
    uint64_t modes_frozen, modes_seq, modes_shown;
    bool modes_wait;
    uint64_t incidents_frozen; /* likewise of incidents */
    struct incident_list *incidents_waiting;
    uint64_t incidents_seq, incidents_shown;
    struct mono next_cases;
    struct letter *letters_waiting; /* likewise, when letters_wait */
    size_t letters_waiting_count;
    uint64_t letters_frozen, letters_seq;
    bool letters_wait;
    struct shift_list *shifts_waiting; /* likewise of shifts */
    uint64_t shifts_frozen, shifts_seq, shifts_seen;
    struct prevention_desk *prevention;
    struct stopgap_desk *stopgaps;
    struct loss loss;
    struct damper damper;
    uint64_t refused_before; /* by the judges of earlier configurations */

    pthread_mutex_t lock; /* guards what follows */
    struct snapshot *shown;
    struct alarm_list *alarms;
    struct modes_shown modes;
    struct incident_list *incidents;
    struct letter *letters;
    size_t letter_count;
    uint64_t letters_lost;
    struct shift_list *shifts_shown;
    struct loss inbox_loss;
    struct hand_book *book;
    struct audit_head durable_head, next_head;
    uint64_t next_head_seq; /* the record that makes next_head durable */
    _Atomic uint64_t messages, readings, kept, lost_inbox, lost_journal, refused, retired;

    pthread_t thread;
    bool started;
};

/* ---- record.c: what goes into the journal, whole or not at all ---- */
/* One record of what is in judged, told and act.  ERR_FULL ...: nothing of it was taken. */
MUST_USE enum err record_append(struct pipeline *p, struct now now, struct fault *why);
/* A record of p->act and what it changed, alone and at once.  On an error nothing was recorded: whoever
 * changed something takes it back. */
MUST_USE enum err record_append_act(struct pipeline *p, struct now now, struct fault *why);
/* What the live body has, alone, and that the node lives. */
MUST_USE enum err record_append_live(struct pipeline *p, struct now now);
/* Records what was judged, or counts it as lost, and shows what is true now. */
void record_apply(struct pipeline *p, struct now now);
/* Rules look at what is shown; what changes an alarm is evidence. */
void record_evidence(struct pipeline *p, struct now now);
/* What rules and alarms have to say without a reading. */
void record_watch(struct pipeline *p, struct now now);
void record_event(struct pipeline *p, enum event_kind kind, const char *text, struct now now);
/* Minutes that are over, of points that had nothing to say since. */
void record_close_minutes(struct pipeline *p, struct now now);
/* What was held when the daemon died or stopped is not known to have lasted. */
void record_close_open(struct pipeline *p, struct wall at, struct now now);
void record_take_loss(struct pipeline *p); /* the inbox's */
void loss_count(struct loss *l, uint64_t count, struct wall at);

/* What incidents are told by. */
void clock_became_true(struct pipeline *p, const struct event *step, struct now now);
struct cases_from record_cases_from(const struct pipeline *p, struct now now);

/* ---- release.c: what is durable is shown, and answered ---- */
void release_durable(struct pipeline *p, struct now now);
/* Those that follow show what is durable, and give the record up to which all acts are shown: a list that is
 * frozen holds back those in it and those after it. */
static inline uint64_t shown_up_to(bool all, uint64_t seq)
{
    return all ? UINT64_MAX : seq;
}

/* ---- incidents.c ---- */
uint64_t release_incidents(struct pipeline *p, struct now now, uint64_t durable);
void desk_act_on_incident(struct pipeline *p, const struct message_incident *m, struct now now);
/* True: a record is due. */
bool tick_incidents(struct pipeline *p, struct now now);

/* ---- letters.c ---- */
void desk_letter(struct pipeline *p, const struct letter_report *r, struct now now);
void release_letters(struct pipeline *p, uint64_t durable);

/* ---- desk.c: what people tell and do ---- */
void desk_tell(struct pipeline *p, const struct message_hand *m, struct now now);
/* After a start, and when another configuration took over: counters go on from their last services. */
void desk_know_services(struct pipeline *p);
void desk_act_on_alarm(struct pipeline *p, const struct message_alarm *m, struct now now);
/* Likewise, with nobody who waits for an answer.  Refused: false. */
bool desk_saw_alarm(struct pipeline *p, const struct message_alarm *m, struct now now);
void desk_note(struct pipeline *p, const struct message_note *m, struct now now);

/* ---- mode_desk.c: modes, likewise, and as they are durable ---- */
void mode_desk_act(struct pipeline *p, const struct message_mode *m, struct now now);
uint64_t mode_desk_release(struct pipeline *p, uint64_t durable);

/* ---- shift_desk.c: shifts and their log, likewise ---- */
enum { SHIFT_STATES_MAX = SHIFTS_GONE_MAX + 4 };
void shift_desk_act(struct pipeline *p, struct message_shift *m, struct now now);
uint64_t shift_desk_release(struct pipeline *p, uint64_t durable);
/* The next record: as of watch and cases.  There is news only while an act is kept. */
void shift_desk_add_entries(struct pipeline *p);
void shift_desk_add_states(struct pipeline *p, struct journal_state *states, size_t *ends, size_t *n);
/* False: that state is of no shift. */
bool shift_desk_restore(struct pipeline *p, const struct journal_state *s);
/* ---- prevention_desk.c: measures and black spots, likewise ---- */
enum { PREVENTION_STATES_MAX = 2 * PLANNED_MAX };
struct prevention_desk *prevention_desk_new(void);    /* NULL without memory */
void prevention_desk_free(struct prevention_desk *d); /* NULL is fine */
void prevention_desk_act(struct pipeline *p, const struct message_prevention *m, struct now now);
/* Measures that the evaluation of an incident plans: all, or none.  Then they stand in the next record; when
 * that is not taken, prevention_desk_unplan, else prevention_desk_planned. */
MUST_USE enum err prevention_desk_plan(struct pipeline *p, const struct incident_act *act,
                                       const struct incident *i, struct now now, struct fault *why);
/* Of one that is told again: were these planned by it, and no others? */
bool prevention_desk_has_planned(const struct pipeline *p, const struct incident_act *act);
void prevention_desk_unplan(struct pipeline *p);
void prevention_desk_planned(struct pipeline *p);
void prevention_desk_add_entries(const struct pipeline *p, struct strbuf *events);
void prevention_desk_add_states(const struct pipeline *p, struct strbuf *to, struct journal_state *states,
                                size_t *ends, size_t *n);
/* False: that state is of something else. */
bool prevention_desk_restore(struct pipeline *p, const struct journal_state *s);
void prevention_desk_resume(struct pipeline *p); /* after the last of them */
uint64_t prevention_desk_release(struct pipeline *p, uint64_t durable);

/* ---- stopgap_desk.c: who is on duty and how contacts are reached, changed for a while, likewise; contacts
 * and rosters as everybody here works by them ---- */
enum { STOPGAP_STATES_MAX = 2 * STOPGAPS_MAX };
struct stopgap_desk *stopgap_desk_new(const struct contacts *contacts, const struct rosters *rosters);
void stopgap_desk_free(struct stopgap_desk *d); /* NULL is fine */
void stopgap_desk_act(struct pipeline *p, const struct message_stopgap *m, struct now now);
/* Ends what has come to its end.  True: a record is due. */
bool stopgap_desk_tick(struct pipeline *p, struct now now);
bool stopgap_desk_has_news(const struct pipeline *p);
void stopgap_desk_add_states(const struct pipeline *p, struct strbuf *to, struct journal_state *states,
                             size_t *ends, size_t *n);
void stopgap_desk_recorded(struct pipeline *p);
/* False: that state is of something else. */
bool stopgap_desk_restore(struct pipeline *p, const struct journal_state *s);
void stopgap_desk_resume(struct pipeline *p); /* after the last of them */
uint64_t stopgap_desk_release(struct pipeline *p, uint64_t durable);
/* Other contacts and rosters are configured; borrowed. */
void stopgap_desk_succeed(struct pipeline *p, const struct contacts *contacts, const struct rosters *rosters);
/* The pipeline's thread: as of all that was said. */
const struct contacts *stopgap_desk_contacts(const struct stopgap_desk *d);
const struct rosters *stopgap_desk_rosters(const struct stopgap_desk *d);
/* Holding the lock: as of what is durable. */
const struct contacts *stopgap_desk_shown_contacts(const struct stopgap_desk *d);
const struct rosters *stopgap_desk_shown_rosters(const struct stopgap_desk *d);

/* ---- succession.c: another configuration takes the place of this one ---- */
void succession_match(struct pipeline *p, struct message *m);
void succession_reload(struct pipeline *p, const struct message_reload *m, struct now now);
void succession_retire(struct pipeline *p, struct now now); /* alarms of rules that are no more */

#endif
