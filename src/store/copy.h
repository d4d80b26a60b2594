/* Rows of `reading` in PostgreSQL's binary COPY format. */
#ifndef STORE_COPY_H
#define STORE_COPY_H

#include "base/strbuf.h"
#include "model/lane.h"

void copy_begin_rows(struct strbuf *to);
void copy_add_reading(struct strbuf *to, const struct stored_reading *r);
void copy_end_rows(struct strbuf *to);

#endif
