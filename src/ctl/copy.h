/* Files copied durably, for backups. */
#ifndef CTL_COPY_H
#define CTL_COPY_H

#include <stdbool.h>

#include "base/err.h"

/* A new file of mode 0600, synced, its folder made when missing.  A file that is there already is an error.
 */
MUST_USE enum err copy_file(const char *from, const char *to, struct fault *why);
/* The plain files of a folder into another.  A folder that is not there has none. */
MUST_USE enum err copy_folder(const char *from, const char *to, struct fault *why);
/* Without slashes at its end; out has room for it. */
void copy_plain_path(const char *path, char *out);
/* True when there is nothing in it, or no such folder. */
bool copy_is_empty(const char *folder);

#endif
