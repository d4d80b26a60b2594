/* All readings of a span, page by page, in memory that does not grow with it. */
#ifndef STORE_PAGED_H
#define STORE_PAGED_H

#include "model/series.h"
#include "pg.h"

/* A page of a->from on: at most SERIES_PAGE_MAX readings, none of its last moment left for the next;
 * out->until is where the next begins, a->to when there is none.  May be empty before that, where nothing is
 * stored. */
MUST_USE enum err paged_ask(struct pg *p, const struct series_ask *a, struct series *out, struct fault *why);

#endif
