/* Settings of gates and of what should move: which register of a device says whether its values count, and
 * which shows that the device itself still answers. */
#ifndef WATCHES_H
#define WATCHES_H

#include "loading.h"

struct profile;

enum { WATCHES_MAX = 2 }; /* tags that a device may get for them */

/* Gate and alive of *d, from the sections of its own row, or else from its profile (NULL: none).  The tags of
 * *d are read; behind them is room for WATCHES_MAX more, as in nodes, which gets where each stands.  n is
 * where the device stands. */
void load_watches(struct loading *l, const struct conf_node *n, const struct habits_row *row,
                  const struct profile *profile, struct device *d, const struct conf_node **nodes);

/* The sections of a profile, which name registers, not points. */
struct watch_rows load_watch_rows(const struct habits_row *habits, struct conf_mistakes *m);

void print_watches(const struct catalogue *c, const struct device *d, struct strbuf *to);

#endif
