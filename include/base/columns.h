/* A list for people at a terminal: a head, then rows, in columns as wide as their widest cell. */
#ifndef BASE_COLUMNS_H
#define BASE_COLUMNS_H

#include <stddef.h>

#include "base/attr.h"
#include "base/strbuf.h"

enum { COLUMNS_MAX = 16 };

struct columns {
    struct strbuf cells; /* the head first; each ends with a line end */
    size_t count;
};

void columns_init(struct columns *c, const char *const *heads, size_t count); /* 1 to COLUMNS_MAX */
/* The next cell, row by row; stilled (base/still.h).  An empty one is shown as "-". */
void columns_cell(struct columns *c, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Appends all rows that are whole; nothing at all, and no head, when there is none.  Clears *c. */
void columns_write(struct columns *c, struct strbuf *to);

#endif
