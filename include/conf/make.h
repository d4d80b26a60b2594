/* A tree that was not read from YAML: built by hand, every node marked with the place it came from.
 *
 * All storage belongs to the file made; nothing is shared with the trees copied from.  One thread while it is
 * made; immutable after.  Lack of memory is a false or NULL; the file is still fit for conf_file_free. */
#ifndef CONF_MAKE_H
#define CONF_MAKE_H

#include "conf/tree.h"

/* An empty mapping under that name; gives it, free with conf_file_free.  NULL: no memory. */
struct conf_file *conf_make(const char *name);
void conf_make_root(struct conf_file *f, struct conf_node root);

/* A copy that lives as long as the file, NUL-terminated; NULL: no memory. */
const char *conf_make_text(struct conf_file *f, const char *text, size_t len);

/* at.file must live as long as the file (conf_make_text, or a name the caller keeps).  Borrows text. */
MUST_USE bool conf_make_scalar(struct conf_file *f, struct conf_node *out, const char *text, bool quoted,
                               struct conf_mark at);
/* A list or a mapping of n children, all to be filled by the caller through the pointer returned; a mapping's
 * keys must be unique and come from conf_make_text.  n 0 gives a pointer too. */
struct conf_node *conf_make_list(struct conf_file *f, struct conf_node *out, size_t n, struct conf_mark at);
struct conf_entry *conf_make_mapping(struct conf_file *f, struct conf_node *out, size_t n,
                                     struct conf_mark at);

/* What conf_make_copy does with a scalar: may change *text, which is copied then.  False stops the copy. */
struct conf_make_change {
    bool (*scalar)(void *me, const struct conf_node *from, const char **text);
    void *me;
};

/* A deep copy of `from`.  `file` is the name in the marks of the copy (as at.file above); `at` NULL keeps
 * lines and columns, otherwise all nodes get that line and column.  `change` may be NULL. */
MUST_USE bool conf_make_copy(struct conf_file *f, struct conf_node *out, const struct conf_node *from,
                             const char *file, const struct conf_mark *at,
                             const struct conf_make_change *change);

#endif
