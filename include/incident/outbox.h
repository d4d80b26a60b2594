/* Letters on their way: who is owed which message, what the channel said, when it is tried again, when it is
 * given up.  Pure: time is an argument, sending is somebody else's.  Bounded; what finds no room is counted.
 */
#ifndef INCIDENT_OUTBOX_H
#define INCIDENT_OUTBOX_H

#include "model/letter.h"

enum {
    OUTBOX_LETTERS_MAX = 1024,
    OUTBOX_DANGERS_MAX = 64, /* places beyond these for dangers to health or life */
    OUTBOX_PLACES = OUTBOX_LETTERS_MAX + OUTBOX_DANGERS_MAX
};
/* As many may go between two records as there are: whatever is settled makes room.  A record takes all that
 * are new: that they were made is in it too, and without them they would never be made again. */
enum { OUTBOX_GONE_MAX = OUTBOX_PLACES, OUTBOX_RECORD_MAX = OUTBOX_PLACES };

struct outbox;
struct incidents;

struct outbox_rules {
    int64_t again_ms;      /* after the first failure; doubled with each that follows */
    int64_t again_most_ms; /* longest wait between two tries */
    int64_t give_up_ms;    /* after the message was made; of one that was held, after it was let on */
    int64_t keep_ms;       /* settled letters are shown so long, when there is room */
    int64_t next_after_ms; /* not taken for so long, it goes by the contact's next channel; 0: never */
    unsigned next_tries;   /* likewise, put off so often; 0: however often */
    unsigned flood;        /* so many letters to one contact in flood_ms; what is beyond is summed; 0: none */
    int64_t flood_ms;      /* also the least from one summary to the next */
    int64_t flood_wait_ms; /* the first summary comes so long after the letter that was too many */
};

struct outbox_rules outbox_rules_default(void);

MUST_USE enum err outbox_new(struct outbox **out, const struct outbox_rules *rules);
void outbox_free(struct outbox *b); /* NULL is fine */

/* ERR_STATE: there is such a letter already, settled or not.  ERR_FULL: no room, counted as lost. */
MUST_USE enum err outbox_put(struct outbox *b, const struct outgoing *o, const char *to, enum channel c,
                             struct wall now);
struct posting {
    struct wall quiet_until; /* it may wait for that; .ms 0: it may not */
    bool always;             /* a flood does not hold it */
};

/* As outbox_put, but it may be held: then it is sent alone, or in a summary when there are several. */
MUST_USE enum err outbox_post(struct outbox *b, const struct outgoing *o, const char *to, enum channel c,
                              struct posting how, struct wall now);
/* The message was not made after all: its letters that no record holds go. */
void outbox_take_back(struct outbox *b, const struct outgoing *o);
/* ERR_MISSING: no such letter.  ERR_STATE: it was told already, or the letter is settled. */
MUST_USE enum err outbox_report(struct outbox *b, const struct letter_report *r, struct wall now);
/* The channel has had its chance: it refused the letter, or did not take it for long or often enough. */
bool outbox_is_stuck(const struct outbox *b, const struct letter *l, struct wall now);
/* Its message goes by another channel: such a letter is made, and the one that waited is settled.  When the
 * first channel took it after all before the other was tried, the other is settled instead.  ERR_STATE: it
 * went that way before.  ERR_FULL: no room, it stays as it is. */
MUST_USE enum err outbox_pass_on(struct outbox *b, const struct letter *l, enum channel by, struct wall now);
/* Time passes: what was held goes on, letters expire, and settled ones that were shown long enough go, but
 * for those of incidents that are open in the book (NULL: none are): whoever was told of these hears their
 * end. */
void outbox_tick(struct outbox *b, const struct incidents *open, struct wall now);

size_t outbox_count(const struct outbox *b);
const struct letter *outbox_at(const struct outbox *b, size_t n);
uint64_t outbox_lost(const struct outbox *b);       /* letters that found no room, since the start */
uint64_t outbox_generation(const struct outbox *b); /* changes with each change of a letter */

/* ---- the next record: outbox_begin chooses what goes into it, outbox_recorded says that it is there ---- */
bool outbox_has_news(const struct outbox *b);
void outbox_begin(struct outbox *b);
/* The next after *at (start with 0) that was chosen; NULL: no more. */
const struct letter *outbox_chosen(const struct outbox *b, size_t *at);
const struct letter *outbox_gone(const struct outbox *b, size_t n); /* NULL: no more */
bool outbox_gone_is_news(const struct outbox *b, size_t n);         /* no record has what became of it */
void outbox_recorded(struct outbox *b);

/* As the journal has it, in whatever order.  ERR_FULL: no room; one that still waited is counted as lost. */
MUST_USE enum err outbox_restore(struct outbox *b, const struct letter *l);

#endif
