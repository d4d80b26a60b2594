/* What today has been for every point so far: minutes, added up in memory, for who asks while the database is
 * away.  The journal has them page by page, each as it was within the last minutes: what a kill takes of a
 * day is those, and they are unknown then. */
#ifndef TODAY_H
#define TODAY_H

#include "base/err.h"
#include "base/strbuf.h"
#include "minutes.h"
#include "model/day_figure.h"

struct today;

/* A zone has water while the pressure of a whole minute is above supplied_bar, on average.  No regulation
 * names one (NĐ 117/2007 does not).  Holds the catalogue.  ERR_MEMORY. */
MUST_USE enum err today_new(struct today **out, struct catalogue *c, double supplied_bar, struct fault *why);
void today_free(struct today *t); /* NULL is fine */
/* The pipeline's thread: minutes that are recorded. */
void today_take(struct today *t, const struct told_minute *list, size_t count);
/* Points of a page, and how long what changed in one waits to be put down. */
enum { TODAY_PAGE = 128, TODAY_WAITS_MS = 5 * CLOCK_MINUTE_MS };
/* The pipeline's thread: appends a page that has waited long enough, and gives its key; false: none has. Keys
 * are those of no point and nothing that was told (memory.h). */
bool today_put_down(struct today *t, struct wall now, struct strbuf *to, uint64_t *key);
/* Before the first minute.  False: it is no page; what another version wrote is left out. */
bool today_restore(struct today *t, uint64_t key, const void *body, size_t len);
/* Another configuration takes the place; points with the same key go on.  ERR_MEMORY: all is as before. */
MUST_USE enum err today_succeed(struct today *t, struct catalogue *c);
/* Any thread.  False: nothing was counted on that day. */
bool today_read(struct today *t, uint64_t key, int32_t day, struct day_figure *out);
uint64_t today_turn(struct today *t);

#endif
