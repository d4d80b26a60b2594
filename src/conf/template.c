#include "conf/template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "chars.h"
#include "conf/csv.h"
#include "conf/make.h"
#include "conf/seen.h"

enum { VALUE_MAX = 1 << 20, PARAMETER_MAX = 63 };

struct column {
    const char *name;
    bool used;
};

struct conf_template {
    struct conf_file *file;
    struct csv *table;
    struct column *columns;
    const char **names; /* of the columns, for the nearest one */
    size_t column_count;
    bool *refused; /* rows that were reported already */
};

/* ---- ${name} ---- */

/* A piece of a value: text up to a parameter, or to the end. */
struct piece {
    const char *text;
    size_t len;
    const char *name; /* NULL: no parameter follows, this was the last piece */
    size_t name_len;
    const char *next;
    bool open;  /* "${" without "}" */
    bool brace; /* $${ : the text ends with its first $, and a brace belongs to it */
};

static struct piece next_piece(const char *s)
{
    struct piece p = { .text = s };
    const char *mark = strstr(s, "${"), *end;

    if (mark == NULL) {
        p.len = strlen(s);
        return p;
    }
    p.len = (size_t)(mark - s);
    p.brace = mark > s && mark[-1] == '$';
    if (p.brace) {
        p.next = mark + 2;
        return p;
    }
    end = strchr(mark, '}');
    p.open = end == NULL;
    if (p.open)
        return p;
    p.name = mark + 2;
    p.name_len = (size_t)(end - p.name);
    p.next = end + 1;
    return p;
}

static const struct column *find_column(const struct conf_template *t, const char *name, size_t len)
{
    for (size_t i = 0; i < t->column_count; i++)
        if (strlen(t->columns[i].name) == len && memcmp(t->columns[i].name, name, len) == 0)
            return &t->columns[i];
    return NULL;
}

/* ---- checking ---- */

static void unknown_parameter(const struct conf_template *t, const struct piece *p, struct conf_mark at,
                              struct conf_mistakes *m)
{
    char name[PARAMETER_MAX + 1], clip[CHARS_CLIP_MAX];
    const char *near;

    (void)snprintf(name, sizeof name, "%.*s",
                   (int)(p->name_len < PARAMETER_MAX ? p->name_len : PARAMETER_MAX), p->name);
    near = conf_nearest(name, t->names, t->column_count);
    conf_mistake(m, at, "the table has no column for ${%s}%s%s%s", chars_clip(name, clip),
                 near == NULL ? "" : "; did you mean ${", near == NULL ? "" : near, near == NULL ? "" : "}");
}

static void check_scalar(struct conf_template *t, const struct conf_node *n, struct conf_mistakes *m)
{
    const char *at = conf_text(n);

    while (at != NULL) {
        struct piece p = next_piece(at);
        const struct column *c = p.name == NULL ? NULL : find_column(t, p.name, p.name_len);
        if (p.open)
            conf_mistake(m, conf_mark(n),
                         "\"${\" without its \"}\"; $${ stands for the characters themselves");
        else if (p.name != NULL && c == NULL)
            unknown_parameter(t, &p, conf_mark(n), m);
        if (c != NULL)
            t->columns[c - t->columns].used = true;
        at = p.next;
    }
}

static void check_tree(struct conf_template *t, const struct conf_node *n, struct conf_mistakes *m)
{
    if (conf_kind(n) == CONF_SCALAR)
        check_scalar(t, n, m);
    for (size_t i = 0; i < conf_count(n); i++) {
        if (conf_kind(n) == CONF_SEQUENCE) {
            check_tree(t, conf_item(n, i), m);
            continue;
        }
        if (strstr(conf_entry(n, i)->key, "${") != NULL)
            conf_mistake(m, conf_key_mark(n, conf_entry(n, i)),
                         "a key cannot hold a parameter, only a value");
        check_tree(t, &conf_entry(n, i)->value, m);
    }
}

static bool good_name(const char *s)
{
    if (!((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') || *s == '_'))
        return false;
    return strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == strlen(s) &&
           strlen(s) <= PARAMETER_MAX;
}

static void check_header(struct conf_template *t, struct conf_mistakes *m)
{
    struct conf_seen seen;
    char clip[CHARS_CLIP_MAX];

    conf_seen_init(&seen);
    for (size_t i = 0; i < t->column_count; i++) {
        const struct csv_cell *cell = csv_cell(t->table, 0, i);
        struct conf_mark at = csv_mark(t->table, cell);
        t->columns[i].name = t->names[i] = cell->text;
        if (!good_name(cell->text))
            conf_mistake(m, at, "\"%s\" is no name of a parameter: letters without marks, digits, _",
                         chars_clip(cell->text, clip));
        else
            (void)conf_seen_once(&seen, "column", cell->text, at, m);
    }
    conf_seen_clear(&seen);
}

static void check_unused(const struct conf_template *t, struct conf_mistakes *m)
{
    for (size_t i = 0; i < t->column_count; i++)
        if (!t->columns[i].used && good_name(t->columns[i].name))
            conf_warning(m, csv_mark(t->table, csv_cell(t->table, 0, i)),
                         "the template does not use the column \"%s\"", t->columns[i].name);
}

/* True when the row can be used. */
static bool check_row(const struct conf_template *t, size_t row, struct conf_mistakes *m)
{
    size_t width = csv_width(t->table, row);
    bool right = true;

    if (width != t->column_count) {
        conf_mistake(m, csv_mark(t->table, csv_cell(t->table, row, 0)),
                     "%zu cells in this row, the header has %zu", width, t->column_count);
        return false;
    }
    for (size_t i = 0; i < width; i++) {
        const struct csv_cell *cell = csv_cell(t->table, row, i);
        if (cell->text[0] != '\0' || cell->quoted || !t->columns[i].used)
            continue;
        conf_mistake(m, csv_mark(t->table, cell), "\"%s\" is missing in this row", t->columns[i].name);
        right = false;
    }
    return right;
}

static void check_rows(struct conf_template *t, struct conf_mistakes *m)
{
    if (csv_rows(t->table) == 1)
        conf_mistake(m, csv_mark(t->table, csv_cell(t->table, 0, 0)), "the table has a header and no rows");
    for (size_t row = 1; row < csv_rows(t->table); row++)
        t->refused[row] = !check_row(t, row, m);
}

/* ---- reading ---- */

static enum err no_memory(const char *name, struct conf_mistakes *m)
{
    conf_mistake(m, (struct conf_mark){ name, 0, 0 }, "no memory to read it");
    return ERR_MEMORY;
}

static enum err check_all(struct conf_template *t, const char *table_name, struct conf_mistakes *m)
{
    if (csv_rows(t->table) == 0) {
        conf_mistake(m, (struct conf_mark){ table_name, 0, 0 }, "the table is empty: not even a header");
        return ERR_CONFIG;
    }
    t->column_count = csv_width(t->table, 0);
    t->columns = calloc(t->column_count, sizeof *t->columns);
    t->names =
        calloc(t->column_count, sizeof *t->names); /* NOLINT(bugprone-sizeof-expression): of pointers */
    t->refused = calloc(csv_rows(t->table), sizeof *t->refused);
    if (t->columns == NULL || t->names == NULL || t->refused == NULL)
        return no_memory(table_name, m);
    check_header(t, m);
    check_tree(t, conf_root(t->file), m);
    check_unused(t, m);
    check_rows(t, m);
    return ERR_NONE;
}

/* Both were tried, so that the mistakes of both are known. */
static enum err finish(struct conf_template *t, enum err file_rc, enum err table_rc, const char *table_name,
                       struct conf_template **out, struct conf_mistakes *m)
{
    enum err rc = file_rc != ERR_NONE ? file_rc : table_rc;

    if (rc == ERR_NONE)
        rc = check_all(t, table_name, m);
    if (rc != ERR_NONE) {
        conf_template_free(t);
        return rc;
    }
    *out = t;
    return ERR_NONE;
}

enum err conf_template_load(const char *template_path, const char *table_path, struct conf_template **out,
                            struct conf_mistakes *m)
{
    struct conf_template *t = calloc(1, sizeof *t);
    enum err file_rc, table_rc;

    if (t == NULL)
        return no_memory(template_path, m);
    file_rc = conf_load(template_path, &t->file, m);
    table_rc = csv_load(table_path, &t->table, m);
    return finish(t, file_rc, table_rc, table_path, out, m);
}

enum err conf_template_load_text(const char *template_name, const char *text, size_t len,
                                 const char *table_name, const char *table, size_t table_len,
                                 struct conf_template **out, struct conf_mistakes *m)
{
    struct conf_template *t = calloc(1, sizeof *t);
    enum err file_rc, table_rc;

    if (t == NULL)
        return no_memory(template_name, m);
    file_rc = conf_load_text(template_name, text, len, &t->file, m);
    table_rc = csv_load_text(table_name, table, table_len, &t->table, m);
    return finish(t, file_rc, table_rc, table_name, out, m);
}

void conf_template_free(struct conf_template *t)
{
    if (t == NULL)
        return;
    conf_file_free(t->file);
    csv_free(t->table);
    free(t->columns);
    free((void *)t->names);
    free(t->refused);
    free(t);
}

size_t conf_template_rows(const struct conf_template *t)
{
    return csv_rows(t->table) - 1;
}

/* ---- expanding ---- */

struct expansion {
    const struct conf_template *t;
    size_t row;
    struct strbuf value;
    struct conf_mistakes *m;
    bool reported;
};

static bool expand_scalar(void *me, const struct conf_node *from, const char **text)
{
    struct expansion *e = me;
    const char *at = *text;

    if (strstr(at, "${") == NULL)
        return true;
    strbuf_reset(&e->value);
    strbuf_puts(&e->value, "");
    while (at != NULL) {
        struct piece p = next_piece(at);
        const struct column *c = p.name == NULL ? NULL : find_column(e->t, p.name, p.name_len);
        strbuf_add(&e->value, p.text, p.len);
        if (c != NULL)
            strbuf_puts(&e->value, csv_cell(e->t->table, e->row, (size_t)(c - e->t->columns))->text);
        if (p.brace)
            strbuf_putc(&e->value, '{');
        at = p.next;
    }
    if (e->value.failed) {
        conf_mistake(e->m, conf_mark(from), "longer than %d bytes with its parameters", VALUE_MAX);
        e->reported = true;
        return false;
    }
    *text = e->value.text;
    return true;
}

/* "dir/village.yaml (villages.csv:3)": the folder in front is that of the template, for its relative paths.
 */
static const char *row_name(const struct conf_template *t, size_t row, struct conf_file *f)
{
    const struct csv_cell *first = csv_cell(t->table, row, 0);
    const char *table = csv_mark(t->table, first).file, *slash = strrchr(table, '/');
    struct strbuf name;
    const char *kept = NULL;

    strbuf_init(&name, VALUE_MAX);
    strbuf_printf(&name, "%s (%s:%u)", conf_root(t->file)->file, slash == NULL ? table : slash + 1,
                  first->line);
    if (!name.failed)
        kept = conf_make_text(f, name.text, name.len);
    strbuf_clear(&name);
    return kept;
}

enum err conf_template_row(const struct conf_template *t, size_t i, struct conf_file **out,
                           struct conf_mistakes *m)
{
    struct expansion e = { .t = t, .row = i + 1, .m = m };
    const struct conf_make_change change = { expand_scalar, &e };
    const char *template_name = conf_root(t->file)->file, *name;
    struct conf_file *f;
    struct conf_node root;
    bool made;

    if (t->refused[i + 1])
        return ERR_CONFIG;
    f = conf_make(template_name);
    if (f == NULL)
        return no_memory(template_name, m);
    strbuf_init(&e.value, VALUE_MAX);
    name = row_name(t, i + 1, f);
    made = name != NULL && conf_make_copy(f, &root, conf_root(t->file), name, NULL, &change);
    strbuf_clear(&e.value);
    if (!made) {
        conf_file_free(f);
        return e.reported ? ERR_CONFIG : no_memory(template_name, m);
    }
    conf_make_root(f, root);
    *out = f;
    return ERR_NONE;
}
