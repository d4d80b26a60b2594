#include "book.h"

#include <stdlib.h>
#include <string.h>

static enum err no_memory(struct fault *why)
{
    return fault_set(why, ERR_MEMORY, "no memory for the sheet");
}

enum err book_init(struct book *b, const char *name, struct fault *why)
{
    *b = (struct book){ .store = conf_make(name) };
    return b->store == NULL ? no_memory(why) : ERR_NONE;
}

void book_clear(struct book *b)
{
    for (size_t i = 0; i < b->sheet_count; i++) {
        free(b->sheets[i].rows);
        free(b->sheets[i].cells);
    }
    free(b->sheets);
    conf_file_free(b->store);
    *b = (struct book){ 0 };
}

const char *book_text(struct book *b, const char *text, size_t len)
{
    return conf_make_text(b->store, text, len);
}

enum err book_add_sheet(struct book *b, const char *name, const char *file, struct book_sheet **out,
                        struct fault *why)
{
    struct book_sheet s = { .name = book_text(b, name, strlen(name)),
                            .file = book_text(b, file, strlen(file)) };
    struct book_sheet *more;

    if (b->sheet_count == BOOK_SHEETS_MAX)
        return fault_set(why, ERR_RANGE, "more than %d sheets", BOOK_SHEETS_MAX);
    more = realloc(b->sheets, (b->sheet_count + 1) * sizeof *more);
    if (more != NULL)
        b->sheets = more;
    if (more == NULL || s.name == NULL || s.file == NULL)
        return no_memory(why);
    b->sheets[b->sheet_count++] = s;
    *out = &b->sheets[b->sheet_count - 1];
    return ERR_NONE;
}

static bool room(void *list, size_t count, size_t *cap, size_t size)
{
    void **at = list, *more;
    size_t wanted = *cap == 0 ? 64 : 2 * *cap;

    if (count < *cap)
        return true;
    more = realloc(*at, wanted * size);
    if (more == NULL)
        return false;
    *at = more;
    *cap = wanted;
    return true;
}

enum err book_add_row(struct book *b, struct book_sheet *s, uint32_t line, struct fault *why)
{
    if (b->rows == BOOK_ROWS_MAX)
        return fault_set(why, ERR_RANGE, "more than %d rows", BOOK_ROWS_MAX);
    if (!room(&s->rows, s->row_count, &s->row_cap, sizeof *s->rows))
        return no_memory(why);
    s->rows[s->row_count++] = (struct book_row){ .first = s->cell_count, .line = line };
    b->rows++;
    return ERR_NONE;
}

enum err book_add_cell(struct book *b, struct book_sheet *s, uint32_t column, const char *text,
                       uint32_t place, struct fault *why)
{
    struct book_row *row = &s->rows[s->row_count - 1];

    if (text[0] == '\0')
        return ERR_NONE;
    if (column >= BOOK_COLUMNS_MAX)
        return fault_set(why, ERR_RANGE, "row %u holds more than %d columns", row->line, BOOK_COLUMNS_MAX);
    if (row->count > 0 && s->cells[s->cell_count - 1].column >= column)
        return fault_set(why, ERR_RANGE, "row %u: its cells are not in order", row->line);
    if (b->cells == BOOK_CELLS_MAX)
        return fault_set(why, ERR_RANGE, "more than %d cells", BOOK_CELLS_MAX);
    if (!room(&s->cells, s->cell_count, &s->cell_cap, sizeof *s->cells))
        return no_memory(why);
    s->cells[s->cell_count++] =
        (struct book_cell){ .text = text, .column = column, .line = row->line, .place = place };
    row->count++;
    b->cells++;
    return ERR_NONE;
}

const struct book_cell *book_find(const struct book_sheet *s, const struct book_row *row, uint32_t column)
{
    for (size_t i = 0; i < row->count && s->cells[row->first + i].column <= column; i++)
        if (s->cells[row->first + i].column == column)
            return &s->cells[row->first + i];
    return NULL;
}
