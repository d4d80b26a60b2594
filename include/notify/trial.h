/* Channels tried by hand: one message that is marked as a test, of no incident, to one contact.  A thread of
 * its own, so that a channel that hangs is seen to hang and no letter waits for it. */
#ifndef NOTIFY_TRIAL_H
#define NOTIFY_TRIAL_H

#include "model/contact.h"
#include "notify/carrier.h"
#include "ports/outbox.h"

enum { TRIALS_IN_A_WHILE = 5, TRIAL_WHILE_MS = 10 * 60000, TRIAL_ANSWER_MS = 15000 };

struct trial_way {
    struct carrier carrier; /* send NULL: there is no such channel.  Besides the sender's thread, ours calls
                               it; waits TRIAL_ANSWER_MS at most */
    unsigned parts;         /* of a brief */
    bool marks;
};

struct trial_settings {
    struct trial_way ways[CHANNEL_COUNT];
    char node[ID_MAX];
    struct clock clock;
    /* From our thread: a channel took one, so it is reached. */
    void (*reached)(void *self, enum channel channel);
    void *self;
};

struct trials;

MUST_USE enum err trials_start(struct trials **out, const struct trial_settings *s, struct fault *why);
void trials_stop(struct trials *t); /* answers what is under way; NULL is fine */
void trials_free(struct trials *t); /* after the stop; NULL is fine */

typedef void trial_answer(void *ticket, enum err code, const struct channel_trial *is);

/* Any thread.  ERR_NONE: `answer` is called from ours, once, with ERR_NONE, or ERR_STATE when it stops;
 * at once, from this one, and *known is true, where the last of the channel had the same key.
 * ERR_MISSING: no such channel, or the contact has no address in it.  ERR_FULL: one is under way, or there
 * were TRIALS_IN_A_WHILE lately.  ERR_STATE: it is stopping. */
MUST_USE enum err trials_ask(struct trials *t, const struct trial_ask *ask, const struct contact *to,
                             const char *by, trial_answer *answer, void *ticket, bool *known);
/* Any thread: the last of that channel. */
void trials_last(struct trials *t, enum channel channel, struct channel_trial *out);

#endif
