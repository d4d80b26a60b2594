/* One value of a plant file as the text of one cell, and back.
 *
 * A plain value stands as it is: 12, 2s, Trạm bơm số 1.  A quoted one stands without its quotes when it
 * begins with a letter and is no word such as true; otherwise in double quotes ("007", "-", "" for an empty
 * text). Lists and mappings are YAML on one line: [0, 500].  A text that a spreadsheet might take for a
 * formula gets an apostrophe in front, which reading takes away again. */
#ifndef CTL_CELL_H
#define CTL_CELL_H

#include "base/strbuf.h"
#include "conf/make.h"

void cell_write(const struct conf_node *n, struct strbuf *to);
/* A word that is no value: a header, an id that names another row. */
void cell_write_word(const char *word, struct strbuf *to);

/* Without blanks and line ends around it and without the apostrophe; gives a copy in f.  NULL: no memory. */
const char *cell_read_word(struct conf_file *f, const char *text);

enum cell { CELL_EMPTY, CELL_VALUE, CELL_WRONG, CELL_NO_MEMORY };

/* Fills *out, marked `at` throughout (at.file must live as long as f).  CELL_EMPTY: nothing but blanks.
 * CELL_WRONG has been reported. */
enum cell cell_read(struct conf_file *f, const char *text, struct conf_mark at, struct conf_node *out,
                    struct conf_mistakes *m);

#endif
