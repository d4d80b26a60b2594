/* The configurations this node has worked by, one small file each in a folder of the journal's, and the
 * effective text of the newest, to tell what the next one changes. */
#ifndef VERSIONS_H
#define VERSIONS_H

#include "base/err.h"
#include "base/strbuf.h"
#include "ports/versions.h"

enum {
    VERSIONS_KEPT = 1000,
    VERSIONS_TEXT_MAX = 256 << 20,     /* of an effective configuration */
    VERSIONS_DIFFERENCE_MAX = 1 << 20, /* bytes kept of a difference; more is counted in its last line */
    VERSIONS_AUTHOR_MAX = 64
};

struct versions;

/* Makes the folder when it is missing. */
MUST_USE enum err versions_open(struct versions **out, const char *folder, struct fault *why);
void versions_close(struct versions *v); /* NULL is fine */

/* What `text` (an effective configuration) changes against the newest version, one change a line; empty when
 * nothing.  *summary is one sentence. */
enum { VERSIONS_SUMMARY_MAX = 160 };
MUST_USE enum err versions_difference(struct versions *v, const char *text, size_t len,
                                      struct strbuf *difference, char summary[VERSIONS_SUMMARY_MAX],
                                      struct fault *why);
/* The number the next version will have. */
uint32_t versions_next(struct versions *v);
/* Keeps it, durably, as version versions_next(); the oldest beyond VERSIONS_KEPT goes. */
MUST_USE enum err versions_add(struct versions *v, const char *author, struct wall at, const char *text,
                               size_t len, const char *difference, struct fault *why);
/* When the newest was applied; .ms == 0: there is none. */
struct wall versions_since(struct versions *v);
struct versions_port versions_port(struct versions *v);

#endif
