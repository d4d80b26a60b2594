/* A spreadsheet in memory: sheets of rows of cells, texts only.  Rows and cells are appended in order and
 * keep the place they came from. */
#ifndef CTL_BOOK_H
#define CTL_BOOK_H

#include "conf/make.h"

/* What a file may hold; the same for reading and writing. */
enum { BOOK_ROWS_MAX = 200000, BOOK_COLUMNS_MAX = 1000, BOOK_CELLS_MAX = 4000000, BOOK_SHEETS_MAX = 256 };

struct book_cell {
    const char *text;     /* not empty; belongs to the book */
    uint32_t column;      /* from 0 */
    uint32_t line, place; /* of a mark: row and column for a person */
};

struct book_row {
    size_t first, count; /* in the sheet's cells */
    uint32_t line;
};

struct book_sheet {
    const char *name; /* "" in a CSV file */
    const char *file; /* as marks name it: "list.xlsx (points)" */
    struct book_row *rows;
    size_t row_count, row_cap;
    struct book_cell *cells;
    size_t cell_count, cell_cap;
};

struct book {
    struct conf_file *store; /* every text */
    struct book_sheet *sheets;
    size_t sheet_count;
    size_t rows, cells; /* of all sheets */
    bool one_table;     /* CSV: all kinds in one sheet, with a column `kind` */
};

MUST_USE enum err book_init(struct book *b, const char *name, struct fault *why);
void book_clear(struct book *b);

/* Appends an empty sheet; borrows both names, copies them.  The pointer is good until the next sheet. */
MUST_USE enum err book_add_sheet(struct book *b, const char *name, const char *file, struct book_sheet **out,
                                 struct fault *why);
MUST_USE enum err book_add_row(struct book *b, struct book_sheet *s, uint32_t line, struct fault *why);
/* To the last row; columns must rise.  An empty text is no cell.  The text is kept as it is: it must belong
 * to the book (book_text) or outlive it. */
MUST_USE enum err book_add_cell(struct book *b, struct book_sheet *s, uint32_t column, const char *text,
                                uint32_t place, struct fault *why);
/* A copy that belongs to the book; NULL: no memory. */
const char *book_text(struct book *b, const char *text, size_t len);

/* The cell of that column; NULL when it is empty. */
const struct book_cell *book_find(const struct book_sheet *s, const struct book_row *row, uint32_t column);

#endif
