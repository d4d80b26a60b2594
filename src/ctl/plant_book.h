/* A plant file's tree as a spreadsheet, and back.  The keys are not known here: a column is a key.
 *
 * Sheets: `plant` (key, value) for what is no list of mappings, one sheet for each list of mappings, and
 * `wires`, `devices` (column wire), `points` (columns wire, device) for what is nested in each other.
 * In one table (CSV) the column `kind` names the sheet instead.  docs/io-list.md is the reader's side. */
#ifndef CTL_PLANT_BOOK_H
#define CTL_PLANT_BOOK_H

#include "book.h"

/* Fills *b, which book_init has made; ERR_CONFIG: something cannot stand in a sheet, reported with its place.
 * The texts are the book's own.  one_table: as for CSV. */
MUST_USE enum err plant_to_book(const struct conf_node *root, bool one_table, struct book *b,
                                struct conf_mistakes *m, struct fault *why);

/* Gives *out (free with conf_file_free), marked with the places of the sheet, whose file names stay the
 * book's.  Mistakes of the sheet are all in *m, and ERR_CONFIG is returned. */
MUST_USE enum err plant_from_book(const struct book *b, const char *name, struct conf_file **out,
                                  struct conf_mistakes *m, struct fault *why);

/* Keys below one key that `plant` spells out, as in supplier/id. */
enum { PLANT_NESTED_MAX = 256 };

/* In front of a header that is a key of the row itself although its sheet has a meaning for the word:
 * "./wire". */
#define PLANT_OWN "./"

#endif
