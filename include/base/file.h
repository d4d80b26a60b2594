/* Small files: secrets, configuration, markers. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stddef.h>

#include "base/err.h"

/* The whole file, NUL-terminated, at most `max` bytes; gives *text (free() it).  A longer file is ERR_RANGE.
 */
MUST_USE enum err file_read(const char *path, size_t max, char **text, size_t *len, struct fault *why);
/* As file_read, for a one-line secret: without its line end, and refused when others may read the file. */
MUST_USE enum err file_read_secret(const char *path, char *out, size_t size, struct fault *why);
/* Writes a new file beside, syncs it, renames it into place.  mode as for open(). */
MUST_USE enum err file_write(const char *path, const void *bytes, size_t len, unsigned mode,
                             struct fault *why);
/* Makes the folder and its parents (mode 0700 for new ones). */
MUST_USE enum err file_make_folder(const char *path, struct fault *why);

/* The address of a local socket in an open folder, while that stays open: a socket's name may have 107 bytes,
 * a folder's 4,000.  name: at most 80 bytes. */
struct sockaddr_un;
void file_socket_in(int folder, const char *name, struct sockaddr_un *out);

#endif
