/* The pipeline: the one place where messages are folded, one after the other, each with one `now`.
 *
 * Journal before effect: what a message changes is shown (snapshot, stream) only when its record is
 * durable.  The pipeline waits neither for the disk, nor for PostgreSQL, nor for a browser. */
#ifndef PIPELINE_H
#define PIPELINE_H

#include "incident/incidents.h"
#include "incident/outbox.h"
#include "incident/stopgaps.h"
#include "journal/journal.h"
#include "judge/hand.h"
#include "judge/judge.h"
#include "judge/modes.h"
#include "model/alarm_list.h"
#include "model/contact.h"
#include "model/day_figure.h"
#include "model/incident_list.h"
#include "model/shift.h"
#include "model/snapshot.h"
#include "records/prevention.h"

struct pipeline;

/* Who is told of incidents; what they name is borrowed as long as the catalogue is held. */
struct pipeline_people {
    const struct contacts *contacts; /* NULL: nobody is told */
    const struct rosters *rosters;   /* NULL: nobody is on duty */
    struct escalation_rules escalation;
};

struct pipeline_settings {
    struct catalogue *catalogue; /* the first one; the pipeline holds it while it works by it */
    struct journal *journal;     /* borrowed */
    struct clock clock;
    bool clock_unsure; /* at the start; until an event says that the clock became true */
    char node[ID_MAX];
    struct seal_hash person_key; /* for the record of acts: see model/audit.h */
    size_t inbox;                /* messages that may wait */
    struct incident_rules incidents;
    struct outbox_rules outbox;
    struct prevention_rules prevention;
    double supplied_bar;             /* see today.h */
    const struct contacts *contacts; /* borrowed; NULL: nobody is told of incidents */
    const struct rosters *rosters;   /* borrowed; NULL: nobody is on duty */
    /* Called by the pipeline's thread with each new snapshot, already durable. */
    void (*publish)(void *self, struct snapshot *s);
    void (*publish_alarms)(void *self, struct alarm_list *l); /* likewise; NULL: nobody is told */
    void (*publish_incidents)(void *self, struct incident_list *l);
    void (*publish_shifts)(void *self, struct shift_list *l);
    void (*publish_letters)(void *self); /* letters changed, durably */
    void *publish_self;
};

struct pipeline_stats {
    uint64_t messages, readings, kept, refused;
    uint64_t retired;      /* readings of points that the configuration has no more, or not like that */
    uint64_t lost_inbox;   /* readings and events that came while the inbox was full */
    uint64_t lost_journal; /* readings and events that came while the journal could take no more */
    size_t inbox_length;
};

MUST_USE enum err pipeline_new(struct pipeline **out, const struct pipeline_settings *s, struct fault *why);
void pipeline_free(struct pipeline *p); /* NULL is fine */

/* Reads the judge's state back from the journal, closes what the last run left open, records the start. */
MUST_USE enum err pipeline_restore(struct pipeline *p, struct fault *why);

/* Any thread: copies *m into the inbox, or counts it as lost. */
void pipeline_put(struct pipeline *p, const struct message *m);

/* Any thread but the pipeline's: another configuration takes the place of the present one, between two
 * messages, whole or not at all.  Points with the same key and revision go on; others end with a reading that
 * says so, or begin anew.  Sets the
 * catalogue's `applied` and waits for the answer.  people NULL: they stay.  ERR_FULL: the inbox takes no
 * more. */
MUST_USE enum err pipeline_reload(struct pipeline *p, struct catalogue *c,
                                  const struct pipeline_people *people, const struct event *event,
                                  struct fault *why);
/* Any thread: the contact of that id, or with that number (digits), in the present configuration, copied.
 * False: there is none. */
bool pipeline_contact(struct pipeline *p, const char *id, struct contact *out);
bool pipeline_contact_of_number(struct pipeline *p, const char *digits, size_t nth, struct contact *out);
/* Any thread: somebody changes for a while who is on duty or how a contact is reached; as pipeline_tell. */
MUST_USE enum err pipeline_stopgap(struct pipeline *p, const struct message_stopgap *m, struct fault *why);
/* Any thread: copies these as they are durable, the newest first; those that ended lately, too. */
size_t pipeline_stopgaps(struct pipeline *p, struct stopgap_shown *out, size_t max);
/* Any thread: copies contacts and rosters, also with guests and substitutes whose time is over: for who looks
 * at other times than now. */
void pipeline_duty(struct pipeline *p, struct contacts *contacts, struct rosters *rosters);
/* Any thread: copies all of them, and the rosters, NULL: not these. */
void pipeline_people(struct pipeline *p, struct contacts *contacts, struct rosters *rosters);

/* Any thread: tells something.  `answer` is called once, from the pipeline's thread, unless this returns an
 * error: ERR_FULL, the inbox takes no more; ERR_STATE, it is closed. */
MUST_USE enum err pipeline_tell(struct pipeline *p, const struct message_hand *m, struct fault *why);
/* Any thread: copies the newest that were told, of that kind (0: any) and point key (0: any), newest first.
 */
size_t pipeline_told(struct pipeline *p, enum hand_kind kind, uint64_t point, struct hand *out, size_t max);

/* Any thread: somebody does something about an alarm; as pipeline_tell. */
MUST_USE enum err pipeline_alarm(struct pipeline *p, const struct message_alarm *m, struct fault *why);
/* Any thread: the open alarms as they are durable, held; NULL before the first record. */
struct alarm_list *pipeline_alarms(struct pipeline *p);

/* Any thread: somebody puts a place into a mode, or ends one; as pipeline_tell. */
MUST_USE enum err pipeline_mode(struct pipeline *p, const struct message_mode *m, struct fault *why);
/* Any thread: copies the modes as they are durable, the newest first; those that ended lately, too. */
size_t pipeline_modes(struct pipeline *p, struct mode *out, size_t max);
/* The modes of a moment, the newest first, each with the turn in which it was last told as changed. */
struct modes_shown {
    struct modes all;
    uint64_t turns[MODES_MAX];
    uint64_t turn; /* the last one, 0 before the first change */
    uint64_t lost; /* the last turn of those that are there no more, 0: none went */
};
/* Any thread: copies them. */
void pipeline_modes_shown(struct pipeline *p, struct modes_shown *out);
/* Any thread: somebody takes a shift, or whatever else people do with one; as pipeline_tell.  Copies the act
 * and holds its sheet. */
MUST_USE enum err pipeline_shift(struct pipeline *p, const struct shift_act *act, const struct actor *by,
                                 void (*answer)(void *self, enum err code, bool known,
                                                const struct shift_told *is, const struct fault *why),
                                 void *self, struct fault *why);
/* Any thread: the shifts as they are durable, held; NULL before the first record. */
struct shift_list *pipeline_shifts(struct pipeline *p);
/* Any thread: somebody writes into the register of measures and black spots; as pipeline_tell. */
MUST_USE enum err pipeline_prevention(struct pipeline *p, const struct message_prevention *m,
                                      struct fault *why);
/* Any thread: copies the register as it is durable, the newest first. */
size_t pipeline_preventions(struct pipeline *p, struct prevention *out, size_t max);
/* Any thread: what that local day has been for the point with that key, as of the minutes that are told.
 * False: nothing was counted of it. */
bool pipeline_today(struct pipeline *p, uint64_t key, int32_t day, struct day_figure *out);
/* Any thread: rises when any of these change. */
uint64_t pipeline_today_turn(struct pipeline *p);
/* Any thread: somebody does something about an incident; as pipeline_tell. */
MUST_USE enum err pipeline_incident(struct pipeline *p, const struct message_incident *m, struct fault *why);
/* Any thread: the incidents as they are durable, held; NULL before the first record. */
struct incident_list *pipeline_incidents(struct pipeline *p);

/* Any thread: what a channel made of a letter.  ERR_FULL: the inbox takes no more, say it again. */
MUST_USE enum err pipeline_letter(struct pipeline *p, const struct letter_report *r);
/* Any thread: letters as they are durable, copied.  Due: those of the channel that wait and whose time has
 * come, the most urgent first. */
size_t pipeline_letters_due(struct pipeline *p, enum channel c, struct wall now, struct letter *out,
                            size_t max);
size_t pipeline_letters_summed(struct pipeline *p, const struct letter *summary, struct letter *out,
                               size_t max); /* the worst first */
/* The first that `is` says yes to; under a lock, so soon. */
bool pipeline_letter_find(struct pipeline *p, bool (*is)(void *self, const struct letter *l), void *self,
                          struct letter *out);
size_t pipeline_letters_of(struct pipeline *p, uint64_t incident, struct letter *out, size_t max);
struct letters_count {
    size_t waiting; /* of the channel */
    uint64_t lost;  /* of all: they found no room, since the start */
};
void pipeline_letters_count(struct pipeline *p, enum channel c, struct letters_count *out);

/* Any thread: an act that was done elsewhere goes into the record of acts; its time is set.  Waits a little
 * when the inbox is full; what does not fit then is lost, counted and told as a gap. */
void pipeline_note(struct pipeline *p, const struct audit_entry *e);
/* Any thread but the pipeline's: an act that is going to be done elsewhere; waits until that is durable.  On
 * an error nothing is recorded for certain, and the act must not be done. */
MUST_USE enum err pipeline_note_first(struct pipeline *p, const struct audit_entry *e, struct fault *why);
/* Any thread: where the durable record of acts ends. */
struct audit_head pipeline_audit_head(struct pipeline *p);

/* One step by the owner: waits at most wait_ms for a message, folds what is there, releases what became
 * durable.  False once stopped and empty. */
bool pipeline_step(struct pipeline *p, int64_t wait_ms);

/* The pipeline's own thread. */
MUST_USE enum err pipeline_start(struct pipeline *p, struct fault *why);
/* After the wires: folds what is in the inbox, records the stop, waits until it is durable (10 s at most). */
void pipeline_stop(struct pipeline *p);

/* Any thread: a held snapshot, or NULL before the first. */
struct snapshot *pipeline_snapshot(struct pipeline *p);
void pipeline_stats(struct pipeline *p, struct pipeline_stats *out);

#endif
