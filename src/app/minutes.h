/* The minutes of all points, as the pipeline makes them: what a record adds to them is taken back when the
 * journal cannot take the record. */
#ifndef MINUTES_H
#define MINUTES_H

#include "base/strbuf.h"
#include "judge/judge.h"
#include "judge/minute.h"
#include "model/catalogue.h"
#include "model/mode.h"

/* A minute is told so long after its end: a reading may bring its predecessor, which is as old as its point
 * may be silent before it is stale, and 5 s more.  Longer than MINUTES_LATE_MS nobody waits. */
enum { MINUTES_SLACK_MS = 5000, MINUTES_LATE_MS = 600000 };
enum { MINUTES_CHANGES_MAX = 256 };
/* Whole minutes that one record is remembered to have told; what is beyond is in the record alone. */
enum { MINUTES_TOLD_MAX = 1024 };

struct told_minute {
    uint32_t point;
    mode_set modes; /* of the point then: who takes it fills it in */
    struct minute minute;
};

struct minutes {
    const struct catalogue *catalogue; /* borrowed */
    struct minute_state *states;       /* one a point */
    struct wall closed;                /* minutes_close went through all points at that time */
    struct {
        uint32_t point;
        struct minute_state was;
    } changes[MINUTES_CHANGES_MAX]; /* since minutes_begin */
    size_t change_count;
    struct minutes_out out;
    struct told_minute *told; /* since minutes_begin, MINUTES_TOLD_MAX at most */
    size_t told_count;
};

MUST_USE enum err minutes_init(struct minutes *m, const struct catalogue *c, struct fault *why);
void minutes_clear(struct minutes *m);

/* A record begins; minutes_undo makes everything as it was here. */
void minutes_begin(struct minutes *m);
void minutes_undo(struct minutes *m);
/* What follows of a kept reading goes into the body. */
void minutes_add(struct minutes *m, const struct reading *kept, enum verdict_word verdict,
                 struct strbuf *body);
/* Minutes that are over by now, of points from *from on, as many as one record takes; true: there are more.
 */
bool minutes_close(struct minutes *m, struct wall now, uint32_t *from, struct strbuf *body);
/* The point is measured no more. */
void minutes_end(struct minutes *m, uint32_t point, struct strbuf *body);
/* After a restart: `alive` is when the last run is last known to have lived. */
void minutes_resume(struct minutes *m, struct wall closed, struct wall alive);

#endif
