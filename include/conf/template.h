/* One plant file for many alike: a YAML file with ${name} in its values, and a CSV table whose header names
 * the parameters and whose rows give one file each.
 *
 * Replacing happens in the values of the tree that was read, never in the text: a cell cannot add a key or
 * end a quote.  A value is plain or quoted as the template has it, so `unit: ${unit}` can be a number and
 * `name: "${name}"` is always text.  $${ stands for ${ .  A quoted empty cell ("") is an empty text, an empty
 * one is missing. */
#ifndef CONF_TEMPLATE_H
#define CONF_TEMPLATE_H

#include "conf/tree.h"

struct conf_template;

/* Reads both files and checks them against each other: a parameter without a column, a column nobody uses
 * (warning), a name twice, rows of another width, missing cells.  ERR_NONE gives *out (free with
 * conf_template_free) even when there were mistakes: ask m->mistakes before using it; otherwise m holds the
 * reason, as for conf_load. */
MUST_USE enum err conf_template_load(const char *template_path, const char *table_path,
                                     struct conf_template **out, struct conf_mistakes *m);
/* The same from memory; borrows all. */
MUST_USE enum err conf_template_load_text(const char *template_name, const char *text, size_t len,
                                          const char *table_name, const char *table, size_t table_len,
                                          struct conf_template **out, struct conf_mistakes *m);
void conf_template_free(struct conf_template *t);

size_t conf_template_rows(const struct conf_template *t);

/* The file that row i gives, i < conf_template_rows; gives *out (free with conf_file_free), which needs *t no
 * more.  Its marks read "village.yaml (villages.csv:3)" with line and column of the template.  A row that was
 * refused (wrong width, missing cell) gives an ERR_CONFIG that has been reported; ERR_MEMORY is reported
 * too. */
MUST_USE enum err conf_template_row(const struct conf_template *t, size_t i, struct conf_file **out,
                                    struct conf_mistakes *m);

#endif
