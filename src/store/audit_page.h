/* Rows of the record of acts out of answers of the database. */
#ifndef STORE_AUDIT_PAGE_H
#define STORE_AUDIT_PAGE_H

#include "pg.h"
#include "ports/trail.h"

/* Columns 0 to 13 as sql/queries/audit_read.sql has them.  A row that cannot be one of ours comes with a hash
 * that none has; ERR_RANGE: its node's name is longer than any, *out has the beginning. */
MUST_USE enum err audit_take(const struct pg_result *r, size_t row, struct audit_stored *out,
                             struct fault *why);

struct audit_page {
    struct trail_page page;
    struct audit_stored *rows;
};

MUST_USE enum err audit_page_read(struct pg *p, const struct trail_ask *ask, struct audit_page *out,
                                  struct fault *why);
void audit_page_clear(struct audit_page *page);

#endif
