/* Series as text: JSON or CSV, of one point or of many. */
#ifndef SERVE_SERIES_TEXT_H
#define SERVE_SERIES_TEXT_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "model/series.h"

struct series_about {
    const char *id, *unit;
};

void series_text(struct strbuf *b, const struct series_about *about, const struct series_ask *ask,
                 const struct series *s, bool csv);

/* The text of many points, part by part. */
void series_text_begin(struct strbuf *b, const struct series_ask *ask, bool csv);
void series_text_several(struct strbuf *b, const struct series_about *about, const struct series *s,
                         bool first, bool csv);
void series_text_end(struct strbuf *b, bool csv);

/* The rows of a page of readings; the heading before those of the first. */
void series_text_page(struct strbuf *b, const char *unit, const struct series *s, bool first);

#endif
