/* The book of incidents: signs and people's steps are folded into it, the clock is told to it.  Pure: no
 * clock, no log, no file.
 *
 * Ceiling: `max` incidents, of about 55 kB each while they exist.  Where the book is full, the closed one
 * that is oldest is let go; when all are open, a sign or a step is refused (REFUSED_FULL) and counted: the
 * caller keeps the alarm and may tell it again.  A member for which an incident has no room opens an incident
 * of its own, tied to it.  Messages wait in an outbox of OUTBOX_MAX: what finds no room there is owed, and
 * told by a later tick. */
#ifndef INCIDENT_INCIDENTS_H
#define INCIDENT_INCIDENTS_H

#include "incident/cause.h"
#include "incident/escalation.h"
#include "incident/sign.h"
#include "incident/step.h"
#include "model/outgoing.h"

enum { INCIDENTS_MAX = 256, OUTBOX_MAX = 512, INCIDENTS_HEAD_BYTES = 1 + 8 + 2 };

struct incident_rules {
    struct incident_targets targets;
    int64_t duty_within_ms; /* "at once" */
    int64_t assess_ms;      /* bad water is to be assessed and sampled within so long */
    int64_t sample_ms;
    int64_t isolate_ms;      /* likewise isolated, where the residence time of no clear-water tank is known */
    int64_t other_supply_ms; /* TT 23/2022/TT-BNNPTNT Art. 12: an interruption of 48 h */
    int64_t outlives_ms;   /* a consequence that is still there so long after its cause ended stands alone */
    int64_t again_ms;      /* the same alarm within this is the same event */
    int64_t cause_wait_ms; /* a message that is not critical waits so long for a cause */
    int64_t punctual_ms;   /* a warning told later than this is told as passed */
    int64_t settles_ms;    /* lost telemetry that came back by itself closes itself so long after; 0: never */
    int64_t end_wait_ms;   /* the end is told so long after all was restored; closing tells it at once */
    struct escalation_rules escalation;
    uint32_t large_people, large_min;
    const struct cause_rule *causes; /* borrows, for the life of the book */
    size_t cause_count;
};

struct incident_rules incident_rules_default(void);

struct incidents;

MUST_USE enum err incidents_new(struct incidents **out, const struct incident_rules *rules, size_t max);
/* Other steps from now on; those that were told stay told. */
void incidents_escalate(struct incidents *b, const struct escalation_rules *rules);
void incidents_free(struct incidents *b);

struct outcome {
    enum refusal refusal;
    bool again;        /* it had been told before: nothing changed */
    uint64_t incident; /* the one that it went to, or that it made; 0: none */
};

/* ERR of any kind is a refusal; REFUSED_NOTHING otherwise. */
struct outcome incidents_sign(struct incidents *b, const struct sign *s, struct wall now);
struct outcome incidents_step(struct incidents *b, const struct incident_step *s, struct wall now);
/* Its works are rural, as the catalogue says: what is owed for that is. */
void incidents_say_rural(struct incidents *b, uint64_t incident, struct wall now);
/* The last step could not be kept: all is as it was before it, but for what made room.  Nothing but
 * incidents_take_..., and incidents_say_rural of what it changed, may have happened since. */
void incidents_undo(struct incidents *b);
/* Time passes: warnings, consequences that outlive their causes, duties, unconfirmed repairs. */
void incidents_tick(struct incidents *b, struct wall now);
/* The clock that `unsure` was said of became true, by a step of so many ms; `now` is of the true one.  Times
 * that were taken from it move; facts, which stay as they were told, get one that says by how much. */
void incidents_clock_true(struct incidents *b, int64_t step_ms, struct wall now);
/* Once after a start, when all incidents were put back: what passed meanwhile is one message. */
void incidents_resume(struct incidents *b, struct wall now);

size_t incidents_count(const struct incidents *b);
const struct incident *incidents_at(const struct incidents *b, size_t n); /* by id, rising */
const struct incident *incidents_find(const struct incidents *b, uint64_t id);
/* Likewise, but where it was merged the one that it is part of now. */
const struct incident *incidents_living(const struct incidents *b, uint64_t id);
/* Open ones at the site or in the zone, the newest first: offered to whoever takes a call. */
size_t incidents_near(const struct incidents *b, const char *site, const char *zone, uint64_t *out,
                      size_t max);
uint64_t incidents_refused(const struct incidents *b); /* for want of room, since the start */

/* One that changed since it was last taken here, NULL: none.  What is written of all of these and of the
 * head, in one record with what is taken from the outbox, is the whole state. */
const struct incident *incidents_take_changed(struct incidents *b);
/* What was taken so is kept where it outlives the program: only then is it let go to make room. */
void incidents_written(struct incidents *b, uint64_t id);
/* One that was let go to make room: what is kept to start from forgets it; 0: none. */
uint64_t incidents_take_gone(struct incidents *b);
size_t incidents_take_out(struct incidents *b, struct outgoing *out, size_t max);

void incidents_write_head(const struct incidents *b, unsigned char out[INCIDENTS_HEAD_BYTES]);
MUST_USE enum err incidents_read_head(struct incidents *b, const void *bytes, size_t len);
/* An incident as incident_write() wrote it.  ERR_FULL: no room; else as incident_read(). */
MUST_USE enum err incidents_put(struct incidents *b, const void *bytes, size_t len);

#endif
