/* Names that may stand only once, with the place where each stood first. */
#ifndef CONF_SEEN_H
#define CONF_SEEN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "conf/mistakes.h"

struct conf_seen_slot;

struct conf_seen {
    struct conf_seen_slot *slots;
    size_t count, cap;
};

void conf_seen_init(struct conf_seen *s);
void conf_seen_clear(struct conf_seen *s);
/* Borrows name and mark for the life of *s.  True when the name is new.  Otherwise reports "what "name"
 * stands twice, first at file:line:column" and returns false; out of memory is reported too. */
bool conf_seen_once(struct conf_seen *s, const char *what, const char *name, struct conf_mark at,
                    struct conf_mistakes *m);

/* The same without a word, for those who have more to say: where a name stood first, and how many other names
 * had been noted before it. */
struct conf_seen_first {
    size_t number;
    struct conf_mark at;
};

/* ERR_NONE: the name is new.  ERR_RANGE: it stood before.  Both give *first.  ERR_MEMORY does not.
 * Borrows as conf_seen_once. */
MUST_USE enum err conf_seen_note(struct conf_seen *s, const char *name, struct conf_mark at,
                                 struct conf_seen_first *first);
bool conf_seen_find(const struct conf_seen *s, const char *name, struct conf_seen_first *first);

#endif
