#include <string.h>

#include "conf/csv.h"
#include "formats.h"

static enum err add_row(const struct csv *c, size_t row, struct book *b, struct book_sheet *s,
                        struct fault *why)
{
    enum err rc = book_add_row(b, s, csv_cell(c, row, 0)->line, why);

    for (size_t i = 0; i < csv_width(c, row) && rc == ERR_NONE; i++) {
        const struct csv_cell *cell = csv_cell(c, row, i);
        const char *text = book_text(b, cell->text, strlen(cell->text));
        if (text == NULL)
            return fault_set(why, ERR_MEMORY, "no memory for the sheet");
        rc = book_add_cell(b, s, (uint32_t)i, text, cell->column, why);
        /* a cell may begin lines below its row when one before it holds line ends */
        if (rc == ERR_NONE && text[0] != '\0')
            s->cells[s->cell_count - 1].line = cell->line;
    }
    return rc;
}

enum err csv_to_book(const char *name, const char *bytes, size_t len, struct book *b, struct conf_mistakes *m,
                     struct fault *why)
{
    struct csv *c;
    struct book_sheet *s;
    enum err rc = csv_load_text(name, bytes, len, &c, m);

    if (rc != ERR_NONE)
        return fault_set(why, rc, "%s: cannot be read as CSV", name);
    b->one_table = true;
    rc = book_add_sheet(b, "", name, &s, why);
    for (size_t row = 0; row < csv_rows(c) && rc == ERR_NONE; row++)
        rc = add_row(c, row, b, s, why);
    csv_free(c);
    return rc;
}

enum err csv_from_book(const struct book *b, struct strbuf *to, struct fault *why)
{
    strbuf_puts(to, "\xef\xbb\xbf");
    for (size_t i = 0; i < b->sheet_count; i++) {
        const struct book_sheet *s = &b->sheets[i];
        for (size_t k = 0; k < s->row_count; k++) {
            const struct book_row *row = &s->rows[k];
            uint32_t column = 0;
            for (size_t j = 0; j < row->count; j++) {
                const struct book_cell *cell = &s->cells[row->first + j];
                for (; column < cell->column; column++)
                    strbuf_putc(to, ',');
                csv_put(cell->text, to);
            }
            for (; column + 1 < s->rows[0].count;
                 column++) /* rows of one width, as other readers want them */
                strbuf_putc(to, ',');
            strbuf_puts(to, "\r\n");
        }
    }
    return to->failed ? fault_set(why, ERR_RANGE, "the sheet is longer than %zu bytes", to->max) : ERR_NONE;
}
