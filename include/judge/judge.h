/* The fold: one message and one `now` in, what follows from it out.  Pure: no clock, no I/O, no log.
 *
 * For every reading it decides whether history needs it: a value is kept when it left the deadband, when
 * quality or reason changed (together with the reading before, so that the moment of change is known), and
 * at least once per heartbeat.  What lies between two kept readings is the first of them, held.
 *
 * Where a limit holds, a value is kept when its verdict changed, too, with the one before: how long water was
 * outside is known from what is kept, as exactly as from all.
 *
 * Before that it doubts the number: at the end of the sensor's span, faster than it can change, frozen.  A
 * doubted number stays, uncertain, with its reason.
 *
 * While a person forces a point it shows that number; what the device says is doubted and counted all the
 * same, and comes back when the force ends. */
#ifndef JUDGE_JUDGE_H
#define JUDGE_JUDGE_H

#include <stddef.h>

#include "judge/force.h"
#include "judge/totalizer.h"
#include "model/catalogue.h"
#include "model/message.h"

struct judge; /* one owner */

/* A reading of a message can bring its predecessor along. */
enum { JUDGED_MAX = 2 * MESSAGE_READINGS_MAX };

struct judged {
    struct reading now[MESSAGE_READINGS_MAX]; /* what is true at present, one per reading that came in */
    size_t now_count;
    struct reading kept[JUDGED_MAX]; /* what history needs, in order per point */
    uint8_t verdict[JUDGED_MAX];     /* enum verdict_word, on each of these */
    size_t kept_count;
    struct event event; /* when has_event */
    bool has_event;
    bool urgent; /* something changed that must not wait for company: a quality, an event */
};

/* Borrows the catalogue for its life. */
MUST_USE enum err judge_new(struct judge **out, const struct catalogue *c, struct fault *why);
void judge_free(struct judge *j);

/* MESSAGE_READINGS and MESSAGE_EVENT.  A reading of an unknown point, or one that contradicts itself, is
 * left out and counted. */
void judge_fold(struct judge *j, const struct message *m, struct now now, struct judged *out);

/* What a person read of a point, that its meter was exchanged, a force or its release, decided and to be
 * kept; a service changes nothing here. *out has the point's present when that changed: an older reading than
 * the last changes nothing. */
void judge_hand(struct judge *j, uint32_t point, const struct hand *h, struct judged *out);
/* Lives until the next call. */
const struct force *judge_force(const struct judge *j, uint32_t point);

/* MESSAGE_TICK: points nobody has heard of for three periods (30 s at least) become uncertain, stale; a
 * force whose time is over ends, one that a restart interrupted is shown again.  Looks at points from *from
 * on, stops when *out is full; call again while it returns true. */
bool judge_tick(struct judge *j, struct now now, uint32_t *from, struct judged *out);

/* So long is a point silent before it is stale. */
int64_t judge_stale_after_ms(const struct point *rule);

/* The point's last reading is evidence: it is kept, and the one before it, whatever the deadband says. */
void judge_keep(struct judge *j, uint32_t point, struct judged *out);

/* What is read of the point before that instant is kept, every reading of it, whatever the deadband says. */
void judge_keep_whole(struct judge *j, uint32_t point, struct wall until);

/* The record could not be taken: what was kept in it must be kept again. */
void judge_unkeep(struct judge *j, const struct judged *lost);

/* What was known of a point under an earlier configuration goes on under this one. */
void judge_inherit(struct judge *j, uint32_t point, const struct judge *before, uint32_t was);
/* The point is measured no more, or no longer means the same: as judge_stopped, for one point.  A force ends.
 */
void judge_close(struct judge *j, uint32_t point, struct wall at, struct judged *out);

/* What is remembered of one point over a restart.  It goes into the journal with each reading that is kept;
 * what came in since then is forgotten, and never counted twice. */
struct judge_state {
    struct reading kept;    /* the last reading that was kept */
    double still;           /* the number it shows; NaN: none */
    int64_t still_ms;       /* for how long it has stood still; a restart adds nothing */
    double trusted;         /* the last number that was possible after the one before; NaN: none */
    struct wall trusted_at; /* when */
    struct totalizer total; /* of a point that counts: where it stands */
    struct force force;     /* set by a person */
};

void judge_state(const struct judge *j, uint32_t point, struct judge_state *out);
void judge_restore(struct judge *j, const struct judge_state *s);
/* The daemon was not running from `at` on: every point whose held value would bridge that has a reading that
 * says so.  As judge_tick. */
bool judge_stopped(struct judge *j, struct wall at, uint32_t *from, struct judged *out);

uint64_t judge_refused(const struct judge *j); /* readings left out by judge_fold */

#endif
