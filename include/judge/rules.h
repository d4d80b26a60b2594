/* Rules: what is said of points, decided reading by reading and by the clock.  Pure; one owner.
 *
 * A rule rests or holds, or there is nothing to judge by, or it may not speak.  Silence and doubt never end
 * what holds: only a number that is right does, for as long as its off_delay asks.  Delays are elapsed
 * milliseconds kept in the state: a restart adds nothing to them and takes nothing away. */
#ifndef JUDGE_RULES_H
#define JUDGE_RULES_H

#include <stddef.h>

#include "model/catalogue.h"
#include "model/mode.h"
#include "model/rule.h"

struct rules; /* one owner */

/* When, and in which modes the points are: by index, NULL: none in any. */
struct rules_now {
    struct now now;
    const mode_set *modes;
};

enum { RULE_TURNS_MAX = 64 };

struct rule_turns {
    struct rule_turn list[RULE_TURNS_MAX];
    size_t count;
};

/* Borrows the catalogue for its life; silence counts from `now`. */
MUST_USE enum err rules_new(struct rules **out, const struct catalogue *c, struct now now, struct fault *why);
void rules_free(struct rules *r); /* NULL is fine */

/* A reading as it is shown: doubted, perhaps forced.  Goes on from *from (0 at first), stops when *out is
 * full: call again with the same while it returns true.  *out is made anew. */
bool rules_fold(struct rules *r, const struct reading *reading, struct rules_now when, uint32_t *from,
                struct rule_turns *out);
/* At least each second: delays pass, silence speaks.  As rules_fold. */
bool rules_tick(struct rules *r, struct rules_now when, uint32_t *from, struct rule_turns *out);

/* What a point shows, when rules begin that others have judged by until now: nothing is judged. */
void rules_know(struct rules *r, const struct reading *reading);
/* What was kept of a point before a kill.  It may have been elsewhere since, so until it is heard of again
 * nothing is concluded from that: delays and settling stand still, silence goes on.  For no longer than it
 * takes to go stale, since rules_new. */
void rules_recall(struct rules *r, const struct reading *kept);

/* RULE_RUN_HOURS counts from what the point's counter showed at its last service, if one was told, and else
 * from the rule's own `since`.  From the next reading on. */
void rules_service(struct rules *r, uint32_t point, double counter);

/* What is remembered of one rule on one point over a restart. */
struct rule_state {
    uint64_t rule;               /* its key */
    uint32_t point;              /* index; who keeps it keeps the point's key */
    uint8_t word;                /* enum rule_word, told last */
    uint8_t on;                  /* it holds, whether or not it may say so now */
    uint8_t raw;                 /* enum rule_raw, at the last look */
    uint8_t begun;               /* the point was ever read */
    uint8_t hits;                /* readings within the window */
    uint32_t hit_ms[RULE_N_MAX]; /* how long ago, the newest first */
    int64_t pending_ms;          /* how long it has been about to change */
    int64_t settled_ms;          /* how long its conditions have held */
    int64_t silent_ms;           /* since the last number */
    double told;                 /* the number told last; NaN: none */
    double before;               /* the number before; NaN: none */
    struct wall before_at;
};

enum rule_raw { RAW_RESTS, RAW_HOLDS, RAW_UNKNOWN };

/* Of the i-th rule of the catalogue. */
void rules_state(const struct rules *r, uint32_t index, struct rule_state *out);
/* Of the i-th rule: is there something under way in this state, that a start after a kill would have to begin
 * anew? */
bool rules_is_midway(const struct rules *r, uint32_t index, const struct rule_state *s);
/* At the start, or when another configuration takes over: its delays go on at `now`.  False: there is no such
 * rule any more, or the state is none. */
bool rules_restore(struct rules *r, const struct rule_state *s, struct now now);

enum { RULE_STATE_BYTES = 8 + 8 + 5 + 4 * RULE_N_MAX + 3 * 8 + 3 * 8 };
/* Little-endian, with the key of the point.  Returns out. */
unsigned char *rule_state_encode(const struct rule_state *s, uint64_t point_key,
                                 unsigned char out[RULE_STATE_BYTES]);
/* The point of that key is found in the catalogue.  False: it is gone, or these are no such bytes. */
bool rule_state_decode(const unsigned char *bytes, size_t len, const struct catalogue *c,
                       struct rule_state *out);

#endif
