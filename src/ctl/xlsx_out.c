#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <xlsxwriter.h>

#include "formats.h"

enum { CELL_CHARS_MAX = 32767, WIDTH_MIN = 8, WIDTH_MAX = 40 };

static size_t characters(const char *s)
{
    size_t n = 0;

    for (; *s != '\0'; s++)
        n += ((unsigned char)*s & 0xc0) != 0x80;
    return n;
}

static bool hex4(const char *s)
{
    return strspn(s, "0123456789abcdefABCDEF") >= 4;
}

/* Readers of this format take "_x0041_" for a character, so its first underscore is itself written so.
 * ECMA-376 part 1, 22.9.2.19.  Gives the text, free it; NULL: no memory. */
static char *escaped(const char *text)
{
    struct strbuf out;

    strbuf_init(&out, strlen(text) * 7);
    strbuf_puts(&out, "");
    for (const char *s = text; *s != '\0'; s++) {
        if (s[0] == '_' && s[1] == 'x' && hex4(s + 2) && s[6] == '_')
            strbuf_puts(&out, "_x005F");
        strbuf_putc(&out, *s);
    }
    return strbuf_give(&out);
}

static enum err write_cell(lxw_worksheet *sheet, lxw_row_t row, const struct book_cell *cell,
                           lxw_format *format, struct fault *why)
{
    char *text;
    lxw_error rc;

    if (characters(cell->text) > CELL_CHARS_MAX)
        return fault_set(why, ERR_RANGE, "a value of more than %d characters does not fit in a cell",
                         CELL_CHARS_MAX);
    text = escaped(cell->text);
    if (text == NULL)
        return fault_set(why, ERR_MEMORY, "no memory for the sheet");
    rc = worksheet_write_string(sheet, row, (lxw_col_t)cell->column, text, format);
    free(text);
    return rc == LXW_NO_ERROR ? ERR_NONE : fault_set(why, ERR_RANGE, "%s", lxw_strerror(rc));
}

/* Columns as wide as their texts, within reason. */
static void set_widths(lxw_worksheet *sheet, const struct book_sheet *s)
{
    size_t widths[BOOK_COLUMNS_MAX] = { 0 };

    for (size_t i = 0; i < s->cell_count; i++) {
        size_t n = characters(s->cells[i].text);
        if (n > widths[s->cells[i].column])
            widths[s->cells[i].column] = n;
    }
    for (size_t i = 0; i < s->rows[0].count; i++) {
        double width = (double)(widths[i] > WIDTH_MAX ? WIDTH_MAX : widths[i]) + 2;
        (void)worksheet_set_column(sheet, (lxw_col_t)i, (lxw_col_t)i, width < WIDTH_MIN ? WIDTH_MIN : width,
                                   NULL);
    }
}

static enum err write_sheet(lxw_workbook *w, const struct book_sheet *s, lxw_format *head, lxw_format *plain,
                            struct fault *why)
{
    lxw_worksheet *sheet = workbook_add_worksheet(w, s->name);
    enum err rc = ERR_NONE;

    if (sheet == NULL)
        return fault_set(why, ERR_RANGE, "no sheet can be named \"%s\"", s->name);
    set_widths(sheet, s);
    worksheet_freeze_panes(sheet, 1, 0);
    for (size_t k = 0; k < s->row_count; k++)
        for (size_t j = 0; j < s->rows[k].count && rc == ERR_NONE; j++)
            rc = write_cell(sheet, (lxw_row_t)k, &s->cells[s->rows[k].first + j], k == 0 ? head : plain, why);
    return rc;
}

static enum err write_book(lxw_workbook *w, const struct book *b, struct fault *why)
{
    /* a fixed date: the same plant gives the same bytes, so that a list can be kept under version control */
    lxw_doc_properties properties = { .created = 946684800 };
    lxw_format *head = workbook_add_format(w), *plain = workbook_add_format(w);
    enum err rc = ERR_NONE;

    if (head == NULL || plain == NULL)
        return fault_set(why, ERR_MEMORY, "no memory for the sheet");
    (void)workbook_set_properties(w, &properties);
    format_set_bold(head);
    format_set_num_format(head, "@"); /* text: what is typed over a cell stays what was typed */
    format_set_num_format(plain, "@");
    for (size_t i = 0; i < b->sheet_count && rc == ERR_NONE; i++)
        rc = write_sheet(w, &b->sheets[i], head, plain, why);
    return rc;
}

enum err xlsx_from_book(const struct book *b, const char *path, struct fault *why)
{
    char beside[4096];
    lxw_workbook *w;
    lxw_error closed;
    enum err rc;

    if (snprintf(beside, sizeof beside, "%s.%ld.new", path, (long)getpid()) >= (int)sizeof beside)
        return fault_set(why, ERR_RANGE, "%s: the path is too long", path);
    w = workbook_new(beside);
    if (w == NULL)
        return fault_set(why, ERR_MEMORY, "no memory for the sheet");
    rc = write_book(w, b, why);
    closed = workbook_close(w); /* writes, and frees w whatever happens */
    if (rc == ERR_NONE && closed != LXW_NO_ERROR)
        rc = fault_set(why, ERR_IO, "%s: %s", path, lxw_strerror(closed));
    if (rc == ERR_NONE && rename(beside, path) != 0)
        rc = fault_set(why, ERR_IO, "%s: %s", path, strerror(errno));
    if (rc != ERR_NONE)
        (void)unlink(beside);
    return rc;
}
