/* One value of one row: from a node into the member of the target. */
#ifndef CONF_VALUE_H
#define CONF_VALUE_H

#include "conf/table.h"

/* Reads n into *member as the row says; reports and returns false when it is wrong, *member is then as it
 * was or "none". */
bool value_read(const struct conf_setting *row, const struct conf_node *n, void *member,
                struct conf_mistakes *m);
/* Sets *member to the row's default; `near` (or NULL) gives the file for paths and the place for complaints.
 */
bool value_default(const struct conf_setting *row, const struct conf_node *near, void *member,
                   struct conf_mistakes *m);
/* Sets *member to "not given". */
void value_none(const struct conf_setting *row, void *member);

bool value_bounded(const struct conf_setting *row);

struct value_unit {
    const char *name;
    int64_t factor;
};

/* Smallest first, ended by a NULL name. */
extern const struct value_unit VALUE_TIMES[];
extern const struct value_unit VALUE_SIZES[];

#endif
