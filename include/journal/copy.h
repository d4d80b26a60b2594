/* A copy of a journal for a backup. */
#ifndef JOURNAL_COPY_H
#define JOURNAL_COPY_H

#include "base/err.h"

enum { JOURNAL_PATH_MAX = 4096 };

/* Makes the file `to` as the journal in `folder` is at one instant between its commits, also while a daemon
 * writes there: that goes on.  `to` must not be there yet.  The copy is synced.  ERR_MISSING: no journal. */
MUST_USE enum err journal_copy(const char *folder, const char *to, struct fault *why);

#endif
