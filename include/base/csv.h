/* The one encoder of CSV cells (RFC 4180): text never becomes a formula in a spreadsheet. */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include "base/clock.h"
#include "base/strbuf.h"

/* One cell of text, quoted when needed.  A text that a spreadsheet would take for a formula gets a leading
 * apostrophe. */
void csv_text(struct strbuf *b, const char *text);
/* The number as JSON prints it; an empty cell for NaN: no value is not zero. */
void csv_number(struct strbuf *b, double value);
/* wall_text; an empty cell for 0. */
void csv_time(struct strbuf *b, struct wall at);

#endif
