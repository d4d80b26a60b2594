/* What every register showed when: the field's own journal, for whoever checks a reader of it.
 *
 * A text file, appended, one record a line; times are milliseconds, monotonic and UTC, and the UTC is the
 * one of the start plus monotonic time, so it never steps:
 *
 *   H MONO UTC DEVICE h|i ADDRESS VALUE   from then on this register shows VALUE
 *   E MONO UTC TEXT                       a command was carried out, or ended
 *
 * A file begins with an H for every register.  At its greatest size it becomes PATH.1 (an older PATH.1
 * goes) and a new one begins, so that at most two such files and one picture of all registers are kept. */
#ifndef SIM_CHRONICLE_H
#define SIM_CHRONICLE_H

#include "base/clock.h"
#include "base/err.h"
#include "stand.h"

enum { CHRONICLE_LEAST_BYTES = 1 << 16 };

struct chronicle;

/* Borrows path.  ERR_IO. */
MUST_USE enum err chronicle_open(struct chronicle **out, const char *path, uint64_t max_bytes,
                                 const struct stand *s, struct now now, struct fault *why);
/* Writes what changed since it looked last.  A disk that fails is logged once; when it works again, all is
 * written anew. */
void chronicle_see(struct chronicle *c, const struct stand *s, struct now now);
void chronicle_note(struct chronicle *c, struct now now, const char *text);
void chronicle_close(struct chronicle *c);

#endif
