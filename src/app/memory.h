/* What the judge remembers of a point, as the journal keeps it: the last kept reading as in a lane, and, for
 * a point that is doubted by what was before, or forced, that too. */
#ifndef MEMORY_H
#define MEMORY_H

#include "base/strbuf.h"
#include "judge/judge.h"
#include "judge/minute.h"

void memory_add(struct strbuf *to, uint64_t key, const struct judge_state *s, const struct minute_state *m);
/* The point is UINT32_MAX when the catalogue has it no more.  Reads what earlier versions wrote: a reading
 * alone, or one without a minute in the making, of which the reading is all that is known.  ERR_RANGE or
 * ERR_SHORT for what is no state. */
MUST_USE enum err memory_read(const void *body, size_t len, const struct catalogue *c,
                              struct judge_state *out, struct minute_state *minute);

/* What a person told, under a key that no point has. */
uint64_t memory_hand_key(const struct hand *h);
bool memory_is_hand(uint64_t key);
MUST_USE enum err memory_read_hand(const void *body, size_t len, struct hand *out);

/* Where the record of acts ends (struct audit_head, in the machine's own order). */
#define MEMORY_AUDIT_KEY (UINT64_C(1) << 63) /* no hand has this key: theirs have more bits */

#endif
