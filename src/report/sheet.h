/* One table of figures after the other, into whichever text is asked for: so JSON, CSV and the printed page
 * cannot say different things. */
#ifndef SHEET_H
#define SHEET_H

#include "base/json.h"
#include "model/report.h"

struct column {
    const char *name, *vi, *en;
    const char *unit;                          /* ""; "1": a share, printed in per cent */
    const char *formula, *formula_en, *source; /* NULL: no figure, it says what is what */
    int decimals;                              /* printed; JSON and CSV have all */
    bool unprinted;                            /* left out of the page, where it would not fit */
};

struct section {
    const char *name, *vi, *en;
    const char *subject; /* of the first column, in print */
    const struct column *columns;
    size_t count;
    bool explained; /* its formulas were printed under an earlier table */
    size_t split;   /* printed as two tables, the second from this column on; 0: as one */
};

struct sheet {
    enum report_format format;
    struct strbuf *to;
    struct json_out j;
    const struct section *section;
    size_t column, row, first, last; /* columns that are printed: [first, last) */
    size_t mark;
    unsigned sections;
    bool annexed; /* the page was signed: what follows is its annex */
    const char *key, *subject;
};

void sheet_init(struct sheet *s, enum report_format format, struct strbuf *to);
/* `rows` is asked once or, where a table is printed in two, twice. */
void sheet_table(struct sheet *s, const struct section *of, void (*rows)(struct sheet *s, const void *self),
                 const void *self);
/* The same for a table that is never split. */
void sheet_open(struct sheet *s, const struct section *of);
void sheet_close(struct sheet *s);
/* Cells follow in the order of the columns.  Borrows both texts until the end of the row. */
void sheet_row(struct sheet *s, const char *key, const char *subject);
void sheet_row_end(struct sheet *s);
void sheet_count(struct sheet *s, int64_t n);
void sheet_number(struct sheet *s, double value); /* NaN: not known */
/* NaN: unknown coverage, and no value then. */
void sheet_figure(struct sheet *s, double value, double coverage);
void sheet_text(struct sheet *s, const char *text);
/* A word of the API, and what people read. */
void sheet_word(struct sheet *s, const char *word, const char *vi);
void sheet_time(struct sheet *s, struct wall at);
void sheet_flag(struct sheet *s, bool is);
/* Words under a table, or instead of one. */
void sheet_note(struct sheet *s, const char *name, const char *vi, const char *en);

/* "14:05 28/11/2026", "28/11/2026", "1.234,50" */
void print_time(struct strbuf *b, struct wall at);
void print_day(struct strbuf *b, int32_t day);
void print_number(struct strbuf *b, double value, int decimals);

#endif
