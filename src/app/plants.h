/* The files a daemon file names: profiles, limit sets, areas, then plants. */
#ifndef PLANTS_H
#define PLANTS_H

#include "acquire/field.h"

enum { PLANTS_FILES_MAX = 256, PLANTS_FOLDER_FILES_MAX = 1000, PLANTS_ROWS_MAX = 10000 };

/* Lists in the daemon file; NULL: not given.  A path of a profile or a limit set may be a folder; a plant is
 * a path, or a template with a table whose rows give one plant each. */
struct plants_lists {
    const struct conf_node *profiles, *standards, *areas, *plants;
};

/* All mistakes of all files are in *m; the return value is ERR_NONE or ERR_MEMORY. */
MUST_USE enum err plants_load(const struct plants_lists *lists, struct catalogue *c, struct field *f,
                              struct conf_mistakes *m);
void plants_document(struct strbuf *to);

#endif
