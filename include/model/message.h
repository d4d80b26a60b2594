/* What comes in through the one door: readings of a poll, health of a wire, the tick of the clock.
 * By value, so that a sender never waits for a receiver. */
#ifndef MODEL_MESSAGE_H
#define MODEL_MESSAGE_H

#include "model/alarm.h"
#include "model/audit.h"
#include "model/event.h"
#include "model/hand.h"
#include "model/incident_list.h"
#include "model/incident_step.h"
#include "model/letter.h"
#include "model/mode.h"
#include "model/prevention.h"
#include "model/reading.h"
#include "model/shift.h"
#include "model/stopgap.h"

enum message_kind {
    MESSAGE_READINGS,
    MESSAGE_EVENT,
    MESSAGE_TICK,
    MESSAGE_RELOAD,
    MESSAGE_HAND,
    MESSAGE_AUDIT,
    MESSAGE_ALARM,
    MESSAGE_MODE,
    MESSAGE_INCIDENT,
    MESSAGE_LETTER,
    MESSAGE_SHIFT,
    MESSAGE_PREVENTION,
    MESSAGE_STOPGAP
};

enum { MESSAGE_READINGS_MAX = 32 };

struct pipeline_people;

/* Another configuration, whole.  Whoever sends it holds the catalogue and waits for the answer. */
struct message_reload {
    struct catalogue *catalogue;
    const struct pipeline_people *people; /* NULL: as they are; what it names lives as the catalogue does */
    struct event event;                   /* what history is told of it */
    void (*answer)(void *self, enum err code, const struct fault *why);
    void *self;
};

/* Somebody tells something.  The answer comes when it is durable, or refused: known, it had been told before;
 * *is is what is kept, when code is ERR_NONE.  ERR_STATE: the same key was told with something else. */
struct message_hand {
    struct hand hand;
    struct actor by;
    void (*answer)(void *self, enum err code, bool known, const struct hand *is, const struct fault *why);
    void *self;
};

/* Somebody does something about an alarm.  As of a hand; *is is the alarm since. */
struct message_alarm {
    struct alarm_act act;
    struct actor by;
    void (*answer)(void *self, enum err code, bool known, const struct alarm *is, const struct fault *why);
    void *self;
};

/* Somebody puts a place into a mode, or ends one.  As of a hand; *is is the mode since. */
struct message_mode {
    struct mode_act act;
    struct actor by;
    void (*answer)(void *self, enum err code, bool known, const struct mode *is, const struct fault *why);
    void *self;
};

/* Somebody writes into the register of measures and black spots.  As of a hand; *is is what stands there
 * since. */
struct message_prevention {
    struct prevention_act act;
    struct actor by;
    void (*answer)(void *self, enum err code, bool known, const struct prevention *is,
                   const struct fault *why);
    void *self;
};

/* Somebody changes for a while who is on duty or how a contact is reached, or withdraws that.  As of a hand;
 * field: what of it was refused (incident/stopgaps.h). */
struct message_stopgap {
    struct stopgap_act act;
    struct actor by;
    void (*answer)(void *self, enum err code, const char *field, bool known, const struct stopgap_shown *is,
                   const struct fault *why);
    void *self;
};

/* Somebody does something about an incident.  code ERR_STATE with a refusal: that is why not; without one,
 * its key was used for something else.  *is, when code is ERR_NONE, is the incident since: hold it to keep
 * it. */
struct message_incident {
    struct incident_act act;
    struct actor by;
    char from[ID_MAX]; /* the node that handed it over; "": it was told here */
    struct wall told;  /* of one that was handed over: when it was told there */
    void (*answer)(void *self, enum err code, enum refusal refusal, bool known, struct incident_copy *is,
                   const struct fault *why);
    void *self;
};

/* Somebody takes a shift, hands it over, accepts it, or writes into its log.  As of a hand; *is, borrowed, is
 * the shift and the entry since.  The pipeline frees the act and drops its sheet. */
struct message_shift {
    struct shift_act *act;
    struct actor by;
    void (*answer)(void *self, enum err code, bool known, const struct shift_told *is,
                   const struct fault *why);
    void *self;
};

/* An act that was done elsewhere, for the record of acts; its time is set.  answer NULL: nobody waits for it.
 */
struct message_note {
    struct audit_entry act;
    void (*answer)(void *self, enum err code, const struct fault *why);
    void *self;
};

struct message {
    enum message_kind kind;
    uint16_t count; /* of readings */
    union {
        struct {
            struct reading readings[MESSAGE_READINGS_MAX];
            /* Of the point as the sender knows it: the sender may be of an earlier configuration, and then
             * the index in the reading is only a guess. */
            uint64_t revisions[MESSAGE_READINGS_MAX];
        };
        struct event event;
        struct message_reload reload;
        struct message_hand hand;
        struct message_alarm alarm;
        struct message_mode mode;
        struct message_prevention prevention;
        struct message_stopgap stopgap;
        struct message_incident incident;
        struct message_shift shift;
        struct letter_report letter; /* what a channel made of one */
        struct message_note note;
    };
};

#endif
