/* One question by hand: somebody wants to see registers of a device that is being read.  The wire asks it in
 * its own turn, with its pause, its late window and its connection; readings, lessons and health know nothing
 * of it. */
#ifndef ACQUIRE_ASK_H
#define ACQUIRE_ASK_H

#include "acquire/field.h"

struct wire;
struct asked; /* shared by who asks and the wire: either may be gone first */

struct ask {
    const char *device; /* id; NULL: whichever has this unit: */
    int64_t unit;
    uint8_t function;
    int64_t address, quantity; /* as somebody typed them */
};

/* Any thread; borrows q.  Refused with a sentence: a device or unit that the wire has not, a quantity of 0 or
 * beyond what the device gives at once, addresses beyond 65535, a range that is forbidden in any device of
 * that unit (ERR_MISSING, ERR_RANGE, ERR_DENIED); while another question waits (ERR_STATE). */
MUST_USE enum err wire_ask(struct wire *w, const struct ask *q, struct asked **out, struct fault *why);

/* How long one may have to wait, by the settings of the wire. */
int64_t asked_patience_ms(const struct asked *a);
/* Waits at most so long; true when there is an answer or the reason why there is none. */
bool asked_is_over(struct asked *a, int64_t within_ms);
/* Takes a.  The words as answer_check() gives them; else the device's or the line's own reason.  When it is
 * not over: ERR_TIMEOUT, and what was not asked yet never is. */
MUST_USE enum err asked_end(struct asked *a, uint16_t words[REGISTERS_MAX], struct fault *why);

#endif
