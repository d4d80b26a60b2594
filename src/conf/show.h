/* One value of one row as text: for the printed configuration, the manual, and the sentences of bounds. */
#ifndef CONF_SHOW_H
#define CONF_SHOW_H

#include "conf/table.h"

/* "2s", "64KiB": the largest unit that leaves a whole number. */
enum { SHOW_MAX = 48 };
const char *show_amount(enum conf_type type, double amount, char out[SHOW_MAX]);
/* "0 to 255", "at least 1s", "at most 10": of a bounded row. */
enum { SHOW_BOUNDS_MAX = 2 * SHOW_MAX + 16 };
const char *show_bounds(const struct conf_setting *row, char out[SHOW_BOUNDS_MAX]);
/* Appends the member's value; false (nothing appended) when it is "not given" or a node. */
bool show_value(const struct conf_setting *row, const void *member, struct strbuf *to);

#endif
