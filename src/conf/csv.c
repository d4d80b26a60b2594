#include "conf/csv.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "chars.h"

struct csv {
    char *name;
    char *bytes; /* the file; each cell is unquoted in place and ended with a NUL over its separator */
    struct csv_cell *cells;
    uint32_t *first; /* of each row in cells; one more for the end */
    size_t rows, rows_cap, cells_count, cells_cap;
};

struct scanner {
    struct csv *c;
    struct conf_mistakes *m;
    char *at, *end; /* end: one NUL behind the text */
    char separator;
    uint32_t line, column;
};

static struct conf_mark here(const struct scanner *s)
{
    return (struct conf_mark){ s->c->name, s->line, s->column };
}

static enum err no_memory(const char *name, struct conf_mistakes *m)
{
    conf_mistake(m, (struct conf_mark){ name, 0, 0 }, "no memory to read it");
    return ERR_MEMORY;
}

/* ---- storage ---- */

static void *grown(void *list, size_t *cap, size_t size)
{
    size_t more = *cap == 0 ? 64 : 2 * *cap;
    void *bigger = realloc(list, more * size);

    if (bigger != NULL)
        *cap = more;
    return bigger;
}

static enum err add_cell(struct scanner *s, struct csv_cell cell)
{
    struct csv *c = s->c;

    if (c->cells_count - c->first[c->rows] >= CSV_COLUMNS_MAX || c->cells_count >= CSV_CELLS_MAX) {
        conf_mistake(s->m, (struct conf_mark){ c->name, cell.line, cell.column },
                     "more than %d cells in one row, or %d in one file", CSV_COLUMNS_MAX, CSV_CELLS_MAX);
        return ERR_RANGE;
    }
    if (c->cells_count == c->cells_cap) {
        struct csv_cell *more = grown(c->cells, &c->cells_cap, sizeof *more);
        if (more == NULL)
            return no_memory(c->name, s->m);
        c->cells = more;
    }
    c->cells[c->cells_count++] = cell;
    return ERR_NONE;
}

/* Ends the row that its cells have begun; a line without a character was none. */
static enum err end_row(struct scanner *s)
{
    struct csv *c = s->c;
    const struct csv_cell *only = &c->cells[c->first[c->rows]];

    if (c->cells_count - c->first[c->rows] == 1 && only->text[0] == '\0' && !only->quoted) {
        c->cells_count--;
        return ERR_NONE;
    }
    if (c->rows == CSV_ROWS_MAX) {
        conf_mistake(s->m, (struct conf_mark){ c->name, only->line, only->column }, "more than %d rows",
                     CSV_ROWS_MAX);
        return ERR_RANGE;
    }
    if (c->rows + 1 == c->rows_cap) {
        uint32_t *more = grown(c->first, &c->rows_cap, sizeof *more);
        if (more == NULL)
            return no_memory(c->name, s->m);
        c->first = more;
    }
    c->first[++c->rows] = (uint32_t)c->cells_count;
    return ERR_NONE;
}

/* ---- characters ---- */

/* The length of a line end here, 0 when there is none. */
static size_t line_end(const struct scanner *s)
{
    if (*s->at == '\n')
        return 1;
    return s->at[0] == '\r' && s->at[1] == '\n' ? 2 : 0;
}

static void next_line(struct scanner *s, size_t n)
{
    s->at += n;
    s->line++;
    s->column = 1;
}

/* Copies one character to *to; what is refused becomes '?'. */
static char *take_char(struct scanner *s, char *to)
{
    uint32_t code;
    size_t n = chars_next(s->at, (size_t)(s->end - s->at), &code);

    if (n == 0)
        conf_mistake(s->m, here(s), "byte 0x%02X is not valid UTF-8", (unsigned char)*s->at);
    else if (code != '\t' && !chars_printable(code))
        conf_mistake(s->m, here(s), "the character U+%04X is not allowed here", (unsigned)code);
    s->column++;
    if (n == 0 || (code != '\t' && !chars_printable(code))) {
        s->at += n == 0 ? 1 : n;
        *to = '?';
        return to + 1;
    }
    memmove(to, s->at, n);
    s->at += n;
    return to + n;
}

static bool cell_ends(const struct scanner *s)
{
    return s->at == s->end || *s->at == s->separator || line_end(s) > 0;
}

/* ---- cells ---- */

/* Behind the opening quote.  ERR_CONFIG: the closing one is missing, and nothing behind can be trusted. */
static enum err take_quoted(struct scanner *s, char **to, struct conf_mark began)
{
    while (s->at < s->end) {
        size_t n = line_end(s);
        if (n > 0) {
            *(*to)++ = '\n';
            next_line(s, n);
        } else if (*s->at != '"') {
            *to = take_char(s, *to);
        } else if (s->at[1] == '"') {
            *(*to)++ = '"';
            s->at += 2;
            s->column += 2;
        } else {
            s->at++;
            s->column++;
            return ERR_NONE;
        }
    }
    conf_mistake(s->m, began, "the quote that opens this cell is never closed");
    return ERR_CONFIG;
}

/* What is not in quotes; behind a closing quote there should be nothing. */
static void take_bare(struct scanner *s, char **to, bool behind_quotes)
{
    bool said = false;

    while (!cell_ends(s)) {
        if (!said && (behind_quotes || *s->at == '"')) {
            said = true;
            conf_mistake(s->m, here(s),
                         behind_quotes ? "text behind the closing quote of this cell"
                                       : "a quote within a cell: quote the whole cell and double this one");
        }
        *to = take_char(s, *to);
    }
}

/* *more: a separator follows, so the row has a further cell, be it empty. */
static enum err take_cell(struct scanner *s, bool *more)
{
    struct csv_cell cell = { .text = s->at, .line = s->line, .column = s->column, .quoted = *s->at == '"' };
    char *to = s->at;
    enum err rc = ERR_NONE;

    if (cell.quoted) {
        struct conf_mark began = here(s);
        s->at++;
        s->column++;
        rc = take_quoted(s, &to, began);
    }
    if (rc != ERR_NONE)
        return rc;
    take_bare(s, &to, cell.quoted);
    /* the separator or line end is looked at before the NUL may go over it */
    *more = s->at < s->end && *s->at == s->separator;
    if (*more) {
        s->at++;
        s->column++;
    } else {
        next_line(s, s->at == s->end ? 0 : line_end(s));
    }
    *to = '\0';
    rc = add_cell(s, cell);
    return rc != ERR_NONE || *more ? rc : end_row(s);
}

static enum err scan(struct scanner *s)
{
    enum err rc = ERR_NONE;
    bool more = false;

    while (rc == ERR_NONE && (more || s->at < s->end))
        rc = take_cell(s, &more);
    return rc;
}

static char find_separator(const char *text, const char *end)
{
    char found = ',';
    bool quoted = false;

    for (; text < end && (quoted || *text != '\n'); text++) {
        if (*text == '"')
            quoted = !quoted;
        else if (!quoted && *text == ',')
            return ',';
        else if (!quoted && (*text == ';' || (*text == '\t' && found != ';')))
            found = *text;
    }
    return found;
}

/* ---- the file ---- */

static struct csv *csv_new(const char *name, const char *text, size_t len)
{
    struct csv *c = calloc(1, sizeof *c);

    if (c == NULL)
        return NULL;
    c->name = strdup(name);
    c->bytes = malloc(len + 2);
    c->first = grown(NULL, &c->rows_cap, sizeof *c->first);
    if (c->name == NULL || c->bytes == NULL || c->first == NULL) {
        csv_free(c);
        return NULL;
    }
    memcpy(c->bytes, text, len);
    c->bytes[len] = c->bytes[len + 1] = '\0';
    c->first[0] = 0;
    return c;
}

void csv_free(struct csv *c)
{
    if (c == NULL)
        return;
    free(c->name);
    free(c->bytes);
    free(c->cells);
    free(c->first);
    free(c);
}

enum err csv_load_text(const char *name, const char *text, size_t len, struct csv **out,
                       struct conf_mistakes *m)
{
    struct scanner s = { .m = m, .line = 1, .column = 1 };
    enum err rc;

    if (len > CSV_FILE_MAX) {
        conf_mistake(m, (struct conf_mark){ name, 0, 0 }, "longer than %d bytes", CSV_FILE_MAX);
        return ERR_RANGE;
    }
    if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) { /* spreadsheets put it in front */
        text += 3;
        len -= 3;
    }
    s.c = csv_new(name, text, len);
    if (s.c == NULL)
        return no_memory(name, m);
    s.at = s.c->bytes;
    s.end = s.at + len;
    s.separator = find_separator(s.at, s.end);
    rc = scan(&s);
    if (rc != ERR_NONE) {
        csv_free(s.c);
        return rc;
    }
    *out = s.c;
    return ERR_NONE;
}

enum err csv_load(const char *path, struct csv **out, struct conf_mistakes *m)
{
    struct fault why;
    char *text;
    size_t len;
    enum err rc = file_read(path, CSV_FILE_MAX, &text, &len, &why);

    if (rc != ERR_NONE) {
        conf_mistake(m, (struct conf_mark){ NULL, 0, 0 }, "%s", why.text); /* names the file itself */
        return rc;
    }
    rc = csv_load_text(path, text, len, out, m);
    free(text);
    return rc;
}

size_t csv_rows(const struct csv *c)
{
    return c->rows;
}

size_t csv_width(const struct csv *c, size_t row)
{
    return c->first[row + 1] - c->first[row];
}

const struct csv_cell *csv_cell(const struct csv *c, size_t row, size_t column)
{
    return &c->cells[c->first[row] + column];
}

struct conf_mark csv_mark(const struct csv *c, const struct csv_cell *cell)
{
    return (struct conf_mark){ c->name, cell->line, cell->column };
}

void csv_put(const char *text, struct strbuf *to)
{
    size_t len = strlen(text);

    if (strpbrk(text, ",;\t\"\r\n") == NULL && (len == 0 || (text[0] != ' ' && text[len - 1] != ' '))) {
        strbuf_puts(to, text);
        return;
    }
    strbuf_putc(to, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"')
            strbuf_putc(to, '"');
        strbuf_putc(to, *text);
    }
    strbuf_putc(to, '"');
}
