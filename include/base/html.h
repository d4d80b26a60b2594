/* The one encoder of text in HTML: in elements and in quoted attributes it is text and nothing else. */
#ifndef BASE_HTML_H
#define BASE_HTML_H

#include "base/strbuf.h"

/* Bytes that are no character of text (controls but tab and line feed) are left out. */
void html_text(struct strbuf *b, const char *text);

#endif
