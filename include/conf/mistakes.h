/* What is wrong with the configuration: collected, so that one run names every mistake with its place.
 *
 * One owner, one thread.  A mistake copies what it is given, so it outlives the file it speaks of. */
#ifndef CONF_MISTAKES_H
#define CONF_MISTAKES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/strbuf.h"

/* A place in a file.  Lines and columns count from 1, columns in characters.  file NULL: no place;
 * line 0: the file as a whole. */
struct conf_mark {
    const char *file; /* borrowed from the struct conf_file */
    unsigned line, column;
};

enum { CONF_MISTAKES_MAX = 1000, CONF_SENTENCE_MAX = 512 };

struct conf_complaint;

struct conf_mistakes {
    struct conf_complaint *list; /* both kinds, at most `max` */
    size_t kept, cap, max;
    char **files; /* names seen, in the order of their first mention */
    size_t file_count;
    size_t mistakes, warnings; /* all of them, kept or not */
};

/* max 0: CONF_MISTAKES_MAX.  What comes after the ceiling, or after lack of memory, is only counted. */
void conf_mistakes_init(struct conf_mistakes *m, size_t max);
void conf_mistakes_clear(struct conf_mistakes *m); /* frees; may be used again */

/* One sentence without the place and without a final full stop.  Control characters become '?'.
 * A mistake refuses the configuration, a warning does not. */
void conf_mistake(struct conf_mistakes *m, struct conf_mark at, const char *fmt, ...) PRINTF_LIKE(3, 4);
void conf_warning(struct conf_mistakes *m, struct conf_mark at, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* True while a further complaint would be kept: for work that only serves the sentence. */
bool conf_mistakes_room(const struct conf_mistakes *m);

/* "file:line:column: sentence\n" each, "file:line:column: warning: sentence\n" for warnings, sorted by
 * file (in the order of first mention), line and column; then "… and 12 more" when some were only counted. */
void conf_mistakes_write(struct conf_mistakes *m, struct strbuf *to);

/* "file:line:column", to name another place within a sentence.  Shortened from the left when it does not
 * fit; returns out. */
enum { CONF_PLACE_MAX = 160 };
const char *conf_place(struct conf_mark at, char out[CONF_PLACE_MAX]);

/* The known word nearest to `word`, near enough that it was probably meant; NULL when none is. */
const char *conf_nearest(const char *word, const char *const *known, size_t n);

#endif
