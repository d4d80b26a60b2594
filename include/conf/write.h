/* A tree as YAML text that reads back as the same tree: the same keys in the same order, every scalar's exact
 * text, quoted where it was quoted.  A plain scalar that only some place allows to be plain (a comma, a colon
 * and a blank, ...) is written in quotes; comments and layout are not kept. */
#ifndef CONF_WRITE_H
#define CONF_WRITE_H

#include "base/strbuf.h"
#include "conf/tree.h"

/* A whole file: lists of mappings one item a line, what holds such lists in block style. */
void conf_write(const struct conf_node *root, struct strbuf *to);
/* On one line: { id: x, plausible: [0, 5], name: "a, b" }. */
void conf_write_flow(const struct conf_node *n, struct strbuf *to);
/* The text in double quotes, with whatever YAML wants escaped. */
void conf_write_quoted(const char *text, struct strbuf *to);
/* Whether the text may stand without quotes wherever a value may stand. */
bool conf_write_plain(const char *text);
/* Whether every character may stand in a file as it is: no control, no line end, no byte order mark. */
bool conf_write_printable(const char *text);

#endif
