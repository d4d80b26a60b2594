#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/attr.h"
#include "cell.h"
#include "conf/write.h"
#include "plant_book.h"

enum { KEY_MAX = 200, CELL_TEXT_MAX = 1 << 20, SHEET_NAME_MAX = 31, PATH_KEY_MAX = 2 * KEY_MAX + 2 };

/* One row to be. */
struct record {
    const char *kind;                      /* name of its sheet */
    const struct conf_node *wire, *device; /* ids it hangs on; NULL: on none */
    const char *key;                       /* in `plant`: its value is *node */
    const struct conf_node *node;          /* elsewhere: the mapping */
    const char *apart;                     /* key of the mapping that has rows of its own; NULL: none */
};

struct writer {
    struct book *book;
    struct conf_mistakes *m;
    struct fault *why;
    struct record *records;
    size_t count, cap;
    const char **columns; /* of the sheet in the making */
    size_t column_count;
    struct strbuf text;
};

static enum err no_memory(const struct writer *w)
{
    return fault_set(w->why, ERR_MEMORY, "no memory for the sheet");
}

/* ---- what becomes a row ---- */

static enum err add_record(struct writer *w, struct record r)
{
    if (w->count == w->cap) {
        size_t cap = w->cap == 0 ? 256 : 2 * w->cap;
        struct record *more = realloc(w->records, cap * sizeof *more);
        if (more == NULL)
            return no_memory(w);
        w->records = more;
        w->cap = cap;
    }
    w->records[w->count++] = r;
    return ERR_NONE;
}

static bool list_of_mappings(const struct conf_node *n)
{
    if (conf_kind(n) != CONF_SEQUENCE || conf_count(n) == 0)
        return false;
    for (size_t i = 0; i < conf_count(n); i++)
        if (conf_kind(conf_item(n, i)) != CONF_MAPPING || conf_count(conf_item(n, i)) == 0)
            return false;
    return true;
}

/* A word that can be a header or a key in `plant`, and comes back unchanged. */
static bool word_fits(const char *s)
{
    size_t len = strlen(s);

    return len > 0 && len <= KEY_MAX && s[0] != ' ' && s[len - 1] != ' ' && conf_write_printable(s);
}

/* Names that Excel takes, that mean nothing else here, and that differ in more than capitals from those
 * before. */
static bool sheet_fits(const struct conf_node *root, size_t i)
{
    const char *name = conf_entry(root, i)->key;
    static const char *const TAKEN[] = { "plant", "wires", "devices", "points", "history" };

    if (!word_fits(name) || strlen(name) > SHEET_NAME_MAX || strpbrk(name, "[]:*?/\\'") != NULL ||
        name[0] == '#' || strchr("=+-@", name[0]) != NULL)
        return false;
    for (size_t k = 0; k < COUNT_OF(TAKEN); k++)
        if (strcasecmp(name, TAKEN[k]) == 0)
            return false;
    for (size_t k = 0; k < conf_count(root);
         k++) /* whatever its order, so that it is the same on the way back */
        if (k != i && strcasecmp(name, conf_entry(root, k)->key) == 0)
            return false;
    return true;
}

static enum err add_list(struct writer *w, const char *kind, const struct conf_node *list)
{
    enum err rc = ERR_NONE;

    for (size_t i = 0; i < conf_count(list) && rc == ERR_NONE; i++)
        rc = add_record(w, (struct record){ .kind = kind, .node = conf_item(list, i) });
    return rc;
}

/* "supplier/id": one level, when all its keys allow it. */
static bool keys_split(const struct conf_node *n)
{
    if (conf_kind(n) != CONF_MAPPING || conf_count(n) == 0 || conf_count(n) > PLANT_NESTED_MAX)
        return false;
    for (size_t i = 0; i < conf_count(n); i++)
        if (strchr(conf_entry(n, i)->key, '/') != NULL || !word_fits(conf_entry(n, i)->key))
            return false;
    return true;
}

static enum err add_plant_keys(struct writer *w, const struct conf_entry *e)
{
    enum err rc = ERR_NONE;
    char path[PATH_KEY_MAX];
    size_t head = strlen(e->key);

    if (!keys_split(&e->value))
        return add_record(w, (struct record){ .kind = "plant", .key = e->key, .node = &e->value });
    memcpy(path, e->key, head);
    path[head] = '/';
    for (size_t i = 0; i < conf_count(&e->value) && rc == ERR_NONE; i++) {
        const struct conf_entry *child = conf_entry(&e->value, i);
        size_t len = strlen(child->key);
        const char *kept;
        memcpy(path + head + 1, child->key, len);
        kept = book_text(w->book, path, head + 1 + len);
        if (kept == NULL)
            return no_memory(w);
        rc = add_record(w, (struct record){ .kind = "plant", .key = kept, .node = &child->value });
    }
    return rc;
}

/* What the children are found by; a mistake when it cannot serve. */
static const struct conf_node *id_of(struct writer *w, const struct conf_node *n, const char *what)
{
    const struct conf_node *id = conf_get(n, "id");

    if (id != NULL && conf_kind(id) == CONF_SCALAR && word_fits(conf_text(id)))
        return id;
    conf_mistake(w->m, conf_mark_at(n, "id"), "a %s needs an id to be put in a sheet", what);
    return NULL;
}

/* Children have rows of their own when they are a list of mappings; otherwise they stay in a cell. */
static const char *apart(const struct conf_node *n, const char *key)
{
    const struct conf_node *list = conf_get(n, key);

    return list != NULL && list_of_mappings(list) ? key : NULL;
}

static enum err add_wires(struct writer *w, const struct conf_node *wires)
{
    enum err rc = ERR_NONE;

    for (size_t i = 0; i < conf_count(wires) && rc == ERR_NONE; i++) {
        const struct conf_node *n = conf_item(wires, i);
        rc = add_record(w, (struct record){ .kind = "wires", .node = n, .apart = apart(n, "devices") });
    }
    return rc;
}

static enum err add_devices(struct writer *w, const struct conf_node *wire)
{
    const struct conf_node *list = conf_get(wire, "devices"), *id;
    enum err rc = ERR_NONE;

    if (apart(wire, "devices") == NULL)
        return ERR_NONE;
    id = id_of(w, wire, "wire");
    for (size_t i = 0; i < conf_count(list) && rc == ERR_NONE; i++) {
        const struct conf_node *n = conf_item(list, i);
        rc = add_record(
            w, (struct record){ .kind = "devices", .wire = id, .node = n, .apart = apart(n, "points") });
    }
    return rc;
}

static enum err add_points(struct writer *w, const struct conf_node *wire)
{
    const struct conf_node *devices = conf_get(wire, "devices");
    enum err rc = ERR_NONE;

    if (apart(wire, "devices") == NULL)
        return ERR_NONE;
    for (size_t i = 0; i < conf_count(devices) && rc == ERR_NONE; i++) {
        const struct conf_node *device = conf_item(devices, i), *id;
        if (apart(device, "points") == NULL)
            continue;
        id = id_of(w, device, "device");
        for (size_t k = 0; k < conf_count(conf_get(device, "points")) && rc == ERR_NONE; k++)
            rc = add_record(w, (struct record){ .kind = "points",
                                                .wire = conf_get(wire, "id"),
                                                .device = id,
                                                .node = conf_item(conf_get(device, "points"), k) });
    }
    return rc;
}

static enum err add_field(struct writer *w, const struct conf_node *wires)
{
    enum err rc = wires == NULL ? ERR_NONE : add_wires(w, wires);

    for (size_t i = 0; wires != NULL && i < conf_count(wires) && rc == ERR_NONE; i++)
        rc = add_devices(w, conf_item(wires, i));
    for (size_t i = 0; wires != NULL && i < conf_count(wires) && rc == ERR_NONE; i++)
        rc = add_points(w, conf_item(wires, i));
    return rc;
}

static enum err collect(struct writer *w, const struct conf_node *root)
{
    const struct conf_node *wires = NULL;
    enum err rc = ERR_NONE;

    if (conf_kind(root) != CONF_MAPPING) {
        conf_mistake(w->m, conf_mark(root), "this is no plant file: keys are expected here");
        return ERR_NONE;
    }
    /* first `plant`, so that its rows stand together in one table too */
    for (int lists = 0; lists <= 1; lists++)
        for (size_t i = 0; i < conf_count(root) && rc == ERR_NONE; i++) {
            const struct conf_entry *e = conf_entry(root, i);
            bool is_wires = strcmp(e->key, "wires") == 0 && list_of_mappings(&e->value);
            bool is_list = !is_wires && list_of_mappings(&e->value) && sheet_fits(root, i);
            if (is_wires)
                wires = &e->value;
            else if (lists == 1 && is_list)
                rc = add_list(w, e->key, &e->value);
            else if (lists == 0 && !is_list && (!word_fits(e->key) || strchr(e->key, '/') != NULL))
                conf_mistake(w->m, conf_key_mark(root, e), "this key cannot stand in a sheet");
            else if (lists == 0 && !is_list)
                rc = add_plant_keys(w, e);
        }
    return rc != ERR_NONE ? rc : add_field(w, wires);
}

/* ---- columns ---- */

/* Among the columns from..to; `to` when it is not there. */
static size_t find_column(const struct writer *w, size_t from, size_t to, const char *key)
{
    while (from < to && strcmp(w->columns[from], key) != 0)
        from++;
    return from;
}

static enum err insert_column(struct writer *w, size_t at, const char *key)
{
    if (w->column_count == BOOK_COLUMNS_MAX)
        return fault_set(w->why, ERR_RANGE, "more than %d columns in one sheet", BOOK_COLUMNS_MAX);
    for (size_t i = w->column_count; i > at; i--)
        w->columns[i] = w->columns[i - 1];
    w->columns[at] = key;
    w->column_count++;
    return ERR_NONE;
}

/* A new key gets its column before the key behind it, the last one at the end.  Rows that come back from the
 * sheet have their keys in the order of its columns, and so give the same columns again. */
static enum err add_columns(struct writer *w, const struct record *r, size_t fixed)
{
    size_t before = w->column_count;
    enum err rc = ERR_NONE;

    for (size_t i = r->key != NULL ? 0 : conf_count(r->node); i-- > 0 && rc == ERR_NONE;) {
        const struct conf_entry *e = conf_entry(r->node, i);
        size_t at = find_column(w, fixed, w->column_count, e->key);
        if (r->apart != NULL && strcmp(e->key, r->apart) == 0)
            continue;
        if (!word_fits(e->key)) {
            conf_mistake(w->m, conf_key_mark(r->node, e), "this key cannot be the name of a column");
            continue;
        }
        if (at == w->column_count) {
            at = before;
            rc = insert_column(w, at, e->key);
        }
        before = at;
    }
    return rc;
}

static enum err fixed_columns(struct writer *w, const char *kind, size_t *fixed)
{
    static const char *const ALL[] = { "kind", "wire", "device", "key", "value" };
    bool one = w->book->one_table, plant = strcmp(kind, "plant") == 0, points = strcmp(kind, "points") == 0;
    const bool wanted[] = { one, one || points || strcmp(kind, "devices") == 0, one || points, one || plant,
                            one || plant };
    enum err rc = ERR_NONE;

    w->column_count = 0;
    for (size_t i = 0; i < COUNT_OF(ALL) && rc == ERR_NONE; i++)
        if (wanted[i])
            rc = insert_column(w, w->column_count, ALL[i]);
    *fixed = w->column_count;
    return rc;
}

/* ---- rows ---- */

/* What stands in w->text becomes a cell. */
static enum err end_cell(struct writer *w, struct book_sheet *s, size_t column)
{
    const char *kept;

    if (w->text.failed)
        return fault_set(w->why, ERR_RANGE, "a value does not fit in a cell");
    kept = book_text(w->book, w->text.text == NULL ? "" : w->text.text, w->text.len);
    strbuf_reset(&w->text);
    if (kept == NULL)
        return no_memory(w);
    return book_add_cell(w->book, s, (uint32_t)column, kept, (uint32_t)column + 1, w->why);
}

static enum err write_header(struct writer *w, struct book_sheet *s, size_t fixed)
{
    enum err rc = book_add_row(w->book, s, 1, w->why);

    for (size_t i = 0; i < w->column_count && rc == ERR_NONE; i++) {
        bool ours = find_column(w, 0, fixed, w->columns[i]) < fixed;
        if (i >= fixed && (ours || strncmp(w->columns[i], PLANT_OWN, strlen(PLANT_OWN)) == 0))
            strbuf_puts(&w->text, PLANT_OWN);
        cell_write_word(w->columns[i], &w->text);
        rc = end_cell(w, s, i);
    }
    return rc;
}

/* Into one of the fixed columns, when this sheet has it. */
static enum err write_word(struct writer *w, struct book_sheet *s, size_t fixed, const char *column,
                           const char *word)
{
    size_t at = find_column(w, 0, fixed, column);

    if (word == NULL || at == fixed)
        return ERR_NONE;
    cell_write_word(word, &w->text);
    return end_cell(w, s, at);
}

static enum err write_value(struct writer *w, struct book_sheet *s, size_t column, const struct conf_node *n)
{
    cell_write(n, &w->text);
    return end_cell(w, s, column);
}

static enum err write_record(struct writer *w, struct book_sheet *s, const struct record *r, size_t fixed)
{
    enum err rc = book_add_row(w->book, s, (uint32_t)s->row_count + 1, w->why);

    if (rc == ERR_NONE)
        rc = write_word(w, s, fixed, "kind", r->kind);
    if (rc == ERR_NONE)
        rc = write_word(w, s, fixed, "wire", r->wire == NULL ? NULL : conf_text(r->wire));
    if (rc == ERR_NONE)
        rc = write_word(w, s, fixed, "device", r->device == NULL ? NULL : conf_text(r->device));
    if (rc == ERR_NONE)
        rc = write_word(w, s, fixed, "key", r->key);
    if (rc == ERR_NONE && r->key != NULL)
        return write_value(w, s, find_column(w, 0, fixed, "value"), r->node);
    for (size_t i = fixed; i < w->column_count && rc == ERR_NONE; i++) {
        const struct conf_node *n = conf_get(r->node, w->columns[i]);
        if (n != NULL && (r->apart == NULL || strcmp(w->columns[i], r->apart) != 0))
            rc = write_value(w, s, i, n);
    }
    return rc;
}

/* The records from..to in one sheet. */
static enum err write_sheet(struct writer *w, const char *name, size_t from, size_t to)
{
    struct book_sheet *s;
    size_t fixed;
    enum err rc = book_add_sheet(w->book, name, name, &s, w->why);

    if (rc == ERR_NONE)
        rc = fixed_columns(w, w->records[from].kind, &fixed);
    for (size_t i = from; i < to && rc == ERR_NONE; i++)
        rc = add_columns(w, &w->records[i], fixed);
    if (rc == ERR_NONE)
        rc = write_header(w, s, fixed);
    for (size_t i = from; i < to && rc == ERR_NONE; i++)
        rc = write_record(w, s, &w->records[i], fixed);
    return rc;
}

static enum err write_all(struct writer *w)
{
    enum err rc = ERR_NONE;

    if (w->count == 0 && w->m->mistakes == 0)
        return fault_set(w->why, ERR_CONFIG, "the plant file is empty");
    if (w->count > 0 && w->book->one_table)
        return write_sheet(w, "", 0, w->count);
    for (size_t from = 0, to = 0; from < w->count && rc == ERR_NONE; from = to) {
        while (to < w->count && strcmp(w->records[to].kind, w->records[from].kind) == 0)
            to++;
        rc = write_sheet(w, w->records[from].kind, from, to);
    }
    return rc;
}

enum err plant_to_book(const struct conf_node *root, bool one_table, struct book *b, struct conf_mistakes *m,
                       struct fault *why)
{
    struct writer w = { .book = b, .m = m, .why = why };
    enum err rc;

    b->one_table = one_table;
    strbuf_init(&w.text, CELL_TEXT_MAX);
    w.columns =
        calloc(BOOK_COLUMNS_MAX, sizeof *w.columns); /* NOLINT(bugprone-sizeof-expression): pointers */
    rc = w.columns == NULL ? no_memory(&w) : collect(&w, root);
    if (rc == ERR_NONE)
        rc = write_all(&w);
    if (rc == ERR_NONE && m->mistakes > 0)
        rc = fault_set(why, ERR_CONFIG, "%zu mistakes", m->mistakes);
    strbuf_clear(&w.text);
    free(w.records);
    free((void *)w.columns);
    return rc;
}
