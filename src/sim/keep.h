/* What the field remembers over a restart: levels, totalizers, counters.  A small text file, written
 * beside and renamed, so that it is either the old one or the new one. */
#ifndef SIM_KEEP_H
#define SIM_KEEP_H

#include "base/err.h"
#include "base/strbuf.h"
#include "field.h"

enum { KEEP_TEXT_MAX = 16384 };

/* One "name value" a line. */
void keep_print(const struct field *f, struct strbuf *to);

/* Takes over what the text names, then renders.  A text of another kind or with a number out of its range
 * is ERR_STATE and changes nothing. */
MUST_USE enum err keep_scan(struct field *f, const char *text, struct fault *why);

/* The same with the file `field.state` in a folder, which is made when missing.
 * keep_load: ERR_MISSING when there is no file yet. */
MUST_USE enum err keep_save(const struct field *f, const char *folder, struct fault *why);
MUST_USE enum err keep_load(struct field *f, const char *folder, struct fault *why);

#endif
