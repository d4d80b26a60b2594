/* The text by which a device tells who it is: pure. */
#ifndef IDENTITY_H
#define IDENTITY_H

#include "acquire/field.h"
#include "base/strbuf.h"
#include "ports/present.h"

/* Up to the first NUL and without blanks at its end.  Valid UTF-8: each byte that is none, and each control
 * character, is a '?'.  words: as many as the identity has registers. */
void identity_text(const struct identity *i, const uint16_t *words, char out[IDENTITY_TEXT_MAX]);

/* One line of text that says whose it is and where it stood; nothing when text is "". */
void identity_write(const struct device *d, const char *text, struct strbuf *to);
/* Such a line without its end.  False, and out is not touched, unless it is this device's and from where the
 * text stands today. */
bool identity_read_line(const char *line, const struct device *d, char out[IDENTITY_TEXT_MAX]);

#endif
