/* A CSV file as a table of cells, each knowing its place: RFC 4180 with what spreadsheets make of it.
 *
 * UTF-8, with or without a mark at the beginning; lines end in LF or CRLF; the separator is the comma, or the
 * semicolon or tab when the first line holds one of those and no comma outside quotes.  Lines without any
 * character are skipped.  The table is immutable; threads may share it. */
#ifndef CONF_CSV_H
#define CONF_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/strbuf.h"
#include "conf/mistakes.h"

enum { CSV_FILE_MAX = 64 << 20, CSV_ROWS_MAX = 200000, CSV_COLUMNS_MAX = 1024, CSV_CELLS_MAX = 4000000 };

struct csv_cell {
    const char *text; /* NUL-terminated UTF-8; may hold line ends when it was quoted */
    uint32_t line, column;
    bool quoted;
};

struct csv;

/* Reads a file.  ERR_NONE gives *out (free with csv_free) even when mistakes were found that leave the other
 * cells readable (a stray quote, a character that is not allowed): ask m->mistakes before using it.
 * Otherwise m holds the reason: ERR_CONFIG, ERR_MISSING, ERR_IO, ERR_RANGE (too large), ERR_MEMORY. */
MUST_USE enum err csv_load(const char *path, struct csv **out, struct conf_mistakes *m);
/* The same from memory; borrows all. */
MUST_USE enum err csv_load_text(const char *name, const char *text, size_t len, struct csv **out,
                                struct conf_mistakes *m);
void csv_free(struct csv *c);

size_t csv_rows(const struct csv *c);
/* Cells of a row, at least 1; row < csv_rows. */
size_t csv_width(const struct csv *c, size_t row);
/* column < csv_width(row) */
const struct csv_cell *csv_cell(const struct csv *c, size_t row, size_t column);
struct conf_mark csv_mark(const struct csv *c, const struct csv_cell *cell);

/* Appends one cell, in quotes when it needs them.  Separators and line ends are the caller's. */
void csv_put(const char *text, struct strbuf *to);

#endif
