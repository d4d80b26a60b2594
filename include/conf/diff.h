/* What changed between two trees, as a person reads it: one line a change, things in lists known by their
 * `id`, not by their place. */
#ifndef CONF_DIFF_H
#define CONF_DIFF_H

#include <stddef.h>

#include "base/strbuf.h"
#include "conf/tree.h"

struct conf_changes {
    size_t added, removed, changed; /* things that came, that went, values that are another */
};

/* Appends "+ path", "- path" and "~ path: old -> new" lines, in the order of the new tree, what went after
 * what stayed.  Lines beyond the ceiling of *to are left out and only counted.  Borrows both during the call.
 * `to` may be NULL: only count. */
struct conf_changes conf_diff(const struct conf_node *was, const struct conf_node *is, struct strbuf *to);

#endif
