/* Answers to people that wait until what they told is durable, and what they did is shown. */
#ifndef PROMISES_H
#define PROMISES_H

#include <stddef.h>

#include "model/message.h"

enum { PROMISES_MAX = 64 };

struct promise {
    uint64_t seq; /* of the record */
    bool known;
    struct hand hand;
    void (*answer)(void *self, enum err code, bool known, const struct hand *is, const struct fault *why);
    struct alarm alarm; /* when answer_alarm is not NULL: that is answered */
    void (*answer_alarm)(void *self, enum err code, bool known, const struct alarm *is,
                         const struct fault *why);
    struct mode mode; /* likewise */
    void (*answer_mode)(void *self, enum err code, bool known, const struct mode *is,
                        const struct fault *why);
    struct prevention prevention; /* likewise */
    void (*answer_prevention)(void *self, enum err code, bool known, const struct prevention *is,
                              const struct fault *why);
    struct stopgap_shown stopgap; /* likewise */
    void (*answer_stopgap)(void *self, enum err code, const char *field, bool known,
                           const struct stopgap_shown *is, const struct fault *why);
    struct incident_copy *incident; /* when answer_incident is not NULL: that is answered; held */
    void (*answer_incident)(void *self, enum err code, enum refusal refusal, bool known,
                            struct incident_copy *is, const struct fault *why);
    struct shift_told *shift; /* when answer_shift is not NULL: that is answered; owned */
    void (*answer_shift)(void *self, enum err code, bool known, const struct shift_told *is,
                         const struct fault *why);
    void (*answer_note)(void *self, enum err code, const struct fault *why); /* likewise; says only that */
    void *self;
};

struct promises { /* all zero: none */
    size_t count;
    struct promise list[PROMISES_MAX]; /* by seq */
};

/* Acts up to these records are shown, whoever looks. */
struct shown {
    uint64_t alarms, modes, incidents, shifts, preventions, stopgaps;
};

bool promises_full(const struct promises *p);
void promises_add(struct promises *p, const struct promise *one);
/* Answers what is durable and shown. */
void promises_keep(struct promises *p, uint64_t durable, const struct shown *shown);
/* The end: the others are told that nobody knows. */
void promises_break(struct promises *p);

#endif
