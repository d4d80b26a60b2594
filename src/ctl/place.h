/* What a daemon file says about where things are, without reading its plants: a backup must work also when
 * those have mistakes. */
#ifndef CTL_PLACE_H
#define CTL_PLACE_H

#include <limits.h>

#include "conf/tree.h"
#include "store/store.h"

struct place {
    char config[PATH_MAX]; /* of the daemon file, absolute */
    char journal[PATH_MAX - 64];
    struct store_settings store; /* node, connect, answer_ms, owner */
    struct conf_file *file;
};

/* ERR_CONFIG: says what is missing. */
MUST_USE enum err place_find(const char *config, struct place *out, struct fault *why);
void place_clear(struct place *p);
/* Visits the absolute path of every file that the daemon file names, itself first: plants, templates, tables,
 * profiles, limit sets, areas.  No secrets. */
MUST_USE enum err place_files(const struct place *p,
                              enum err (*visit)(void *self, const char *path, struct fault *why), void *self,
                              struct fault *why);

#endif
