/* What is in a backup, with hashes: a file "manifest" as sha256sum -c reads it.  It is written last: a folder
 * without one is no backup. */
#ifndef CTL_MANIFEST_H
#define CTL_MANIFEST_H

#include "base/err.h"

/* `about`: lines that begin with "# ". */
MUST_USE enum err manifest_write(const char *folder, const char *about, struct fault *why);
/* Every file it names is there as it was; ERR_STATE names the one that is not. */
MUST_USE enum err manifest_check(const char *folder, struct fault *why);

#endif
