/* The journal's folder and the lock that keeps every other process out of it. */
#ifndef JOURNAL_FOLDER_H
#define JOURNAL_FOLDER_H

#include "base/err.h"

/* Makes the folder when missing and takes journal.lock in it; *fd holds the lock until it is closed, or
 * the process ends, however it ends.  ERR_STATE: another process holds it, named in the sentence. */
MUST_USE enum err folder_lock(const char *folder, int *fd, struct fault *why);
/* Makes names in the folder, and the folder itself, survive a power cut. */
MUST_USE enum err folder_sync(const char *folder, struct fault *why);

#endif
