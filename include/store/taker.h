/* Takes the steps that other nodes handed over for our incidents out of the database, has them done, and says
 * there what became of each.  One that was done and not yet said so is done again: its key makes that once.
 * One thread, one connection. */
#ifndef STORE_TAKER_H
#define STORE_TAKER_H

#include "model/handed.h"
#include "store/store.h"

enum taken { TAKEN_DONE, TAKEN_REFUSED, TAKEN_LATER };

struct taker_hands {
    void *self;
    /* Called from the thread; answers when it is durable.  TAKEN_REFUSED: `reason` says why, a stable name.
     * TAKEN_LATER: it could not be told now. */
    enum taken (*take)(void *self, const struct handed_step *h, char reason[HANDED_REASON_MAX]);
};

struct taker;

MUST_USE enum err taker_start(struct taker **out, const struct store_settings *s, struct clock clock,
                              const struct taker_hands *hands, struct fault *why);
/* Whoever takes steps must still do so.  NULL is fine. */
void taker_stop(struct taker *t);

#endif
