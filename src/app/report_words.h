/* Reports on the command line of the node's machine. */
#ifndef REPORT_WORDS_H
#define REPORT_WORDS_H

#include "parts.h"

/* "report" and, each after a tab: "list"; "print" ID FORMAT; "preview" KIND FROM TO FORMAT SUPPLIER; "issue"
 * NAME KIND FROM TO SUPPLIER.  A supplier may be empty. */
MUST_USE enum err report_words(struct parts *d, const char *line, struct strbuf *told, struct fault *why);

#endif
