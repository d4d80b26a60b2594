/* Conditions of points that speak of other points (`frozen_unless`, `while`), found when all plant files are
 * read. */
#ifndef FIELD_CONTEXT_H
#define FIELD_CONTEXT_H

#include "conf/mistakes.h"
#include "model/catalogue.h"

struct context;

/* Keeps a copy of the text, makes *x when it is NULL; borrows the rest until it is resolved.  key: the
 * setting it stands in.  ERR_MEMORY. */
MUST_USE enum err context_keep(struct context **x, struct catalogue *c, uint32_t point, const char *key,
                               const char *text, struct conf_mark at);
/* Into the catalogue; what is wrong is reported.  NULL is fine. */
MUST_USE enum err context_resolve(struct context *x, struct conf_mistakes *m);
void context_free(struct context *x); /* NULL is fine */

/* The point's conditions as one would write them. */
void context_text(const struct catalogue *c, const struct point *p, char *out, size_t size);

#endif
