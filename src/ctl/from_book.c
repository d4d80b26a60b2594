#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "cell.h"
#include "conf/seen.h"
#include "plant_book.h"

enum { NOWHERE = -1 };

/* What a column of a sheet is for. */
enum use { USE_NONE, USE_REMARK, USE_KIND, USE_WIRE, USE_DEVICE, USE_KEY, USE_VALUE, USE_OWN };

struct column {
    enum use use;
    const char *name; /* the key, when it is the row's own */
};

/* One row of a sheet. */
struct entry {
    const struct book_sheet *sheet;
    const struct book_row *row;
    const struct column *columns;
    const char *kind;
    struct conf_mark at;
    const char *id;                          /* scalar under `id`, NULL: none */
    ptrdiff_t next, first_child, last_child; /* rows that hang on this one, by index */
    size_t children;
};

struct reader {
    const struct book *book;
    struct conf_file *out;
    struct conf_mistakes *m;
    struct fault *why;
    struct entry *entries;
    size_t count, cap;
    struct column **columns;            /* of each sheet */
    const char *kinds[BOOK_SHEETS_MAX]; /* in the order of their first row */
    size_t kind_count;
};

static enum err no_memory(const struct reader *r)
{
    return fault_set(r->why, ERR_MEMORY, "no memory for the plant file");
}

static struct conf_mark mark_of(const struct book_sheet *s, const struct book_cell *c)
{
    return (struct conf_mark){ s->file, c->line, c->place };
}

/* ---- headers ---- */

static enum use use_of(const struct reader *r, const struct book_sheet *s, const char *name)
{
    bool one = r->book->one_table, plant = strcmp(s->name, "plant") == 0,
         points = strcmp(s->name, "points") == 0, devices = strcmp(s->name, "devices") == 0;
    const struct {
        const char *name;
        bool here;
        enum use use;
    } words[] = { { "kind", one, USE_KIND },
                  { "wire", one || points || devices, USE_WIRE },
                  { "device", one || points, USE_DEVICE },
                  { "key", one || plant, USE_KEY },
                  { "value", one || plant, USE_VALUE } };

    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (words[i].here && strcmp(name, words[i].name) == 0)
            return words[i].use;
    return USE_OWN;
}

static enum err read_header_cell(struct reader *r, const struct book_sheet *s, const struct book_cell *cell,
                                 struct column *column, struct conf_seen *seen)
{
    const char *name = cell_read_word(r->out, cell->text);

    if (name == NULL)
        return no_memory(r);
    if (name[0] == '\0')
        return ERR_NONE; /* as if nothing stood there */
    *column = (struct column){ USE_REMARK, name };
    if (cell->text[0] == '#' || !conf_seen_once(seen, "column", name, mark_of(s, cell), r->m))
        return ERR_NONE;
    column->use = use_of(r, s, name);
    if (column->use == USE_OWN && strncmp(name, PLANT_OWN, strlen(PLANT_OWN)) == 0)
        column->name += strlen(PLANT_OWN);
    return ERR_NONE;
}

static bool has_use(const struct column *columns, enum use use)
{
    for (size_t i = 0; i < BOOK_COLUMNS_MAX; i++)
        if (columns[i].use == use)
            return true;
    return false;
}

static void require_columns(const struct reader *r, const struct book_sheet *s, const struct column *columns)
{
    struct conf_mark at = { s->file, s->rows[0].line, 1 };
    bool plant = strcmp(s->name, "plant") == 0;

    if (r->book->one_table && !has_use(columns, USE_KIND))
        conf_mistake(r->m, at, "the column \"kind\" is missing");
    if (plant && !(has_use(columns, USE_KEY) && has_use(columns, USE_VALUE)))
        conf_mistake(r->m, at, "the columns \"key\" and \"value\" are missing");
    if (strcmp(s->name, "devices") == 0 && !has_use(columns, USE_WIRE))
        conf_mistake(r->m, at, "the column \"wire\" is missing");
    if (strcmp(s->name, "points") == 0 && !has_use(columns, USE_DEVICE))
        conf_mistake(r->m, at, "the column \"device\" is missing");
}

static enum err read_header(struct reader *r, const struct book_sheet *s, struct column *columns)
{
    struct conf_seen seen;
    enum err rc = ERR_NONE;

    conf_seen_init(&seen);
    for (size_t i = 0; i < s->rows[0].count && rc == ERR_NONE; i++) {
        const struct book_cell *cell = &s->cells[s->rows[0].first + i];
        rc = read_header_cell(r, s, cell, &columns[cell->column], &seen);
    }
    conf_seen_clear(&seen);
    if (rc == ERR_NONE)
        require_columns(r, s, columns);
    return rc;
}

/* ---- rows ---- */

/* The words of the row that name other rows, and its own id. */
static enum err read_word(struct reader *r, const struct entry *e, enum use use, const char **out,
                          struct conf_mark *at)
{
    *out = NULL;
    for (size_t i = 0; i < e->row->count; i++) {
        const struct book_cell *cell = &e->sheet->cells[e->row->first + i];
        if (e->columns[cell->column].use != use)
            continue;
        *out = cell_read_word(r->out, cell->text);
        *at = mark_of(e->sheet, cell);
        if (*out == NULL)
            return no_memory(r);
        if ((*out)[0] == '\0')
            *out = NULL;
        return ERR_NONE;
    }
    return ERR_NONE;
}

/* Makes *kind the one pointer for its word. */
static enum err note_kind(struct reader *r, const char **kind)
{
    for (size_t i = 0; i < r->kind_count; i++)
        if (strcmp(r->kinds[i], *kind) == 0) {
            *kind = r->kinds[i];
            return ERR_NONE;
        }
    if (r->kind_count == BOOK_SHEETS_MAX)
        return fault_set(r->why, ERR_RANGE, "more than %d kinds of rows", BOOK_SHEETS_MAX);
    r->kinds[r->kind_count++] = *kind;
    return ERR_NONE;
}

static enum err add_entry(struct reader *r, struct entry e)
{
    enum err rc = note_kind(r, &e.kind);

    if (rc != ERR_NONE)
        return rc;
    if (r->count == r->cap) {
        size_t cap = r->cap == 0 ? 256 : 2 * r->cap;
        struct entry *more = realloc(r->entries, cap * sizeof *more);
        if (more == NULL)
            return no_memory(r);
        r->entries = more;
        r->cap = cap;
    }
    e.next = e.first_child = e.last_child = NOWHERE;
    r->entries[r->count++] = e;
    return ERR_NONE;
}

static bool blank(const char *text)
{
    return text[strspn(text, " \t\r\n")] == '\0';
}

/* Nothing in it, or a remark: its first filled cell begins with '#'. */
static bool no_row(const struct book_sheet *s, const struct book_row *row)
{
    for (size_t i = 0; i < row->count; i++)
        if (!blank(s->cells[row->first + i].text))
            return s->cells[row->first + i].text[0] == '#';
    return true;
}

static enum err read_row(struct reader *r, const struct book_sheet *s, const struct book_row *row,
                         const struct column *columns)
{
    struct entry e = { .sheet = s, .row = row, .columns = columns, .kind = s->name };
    struct conf_mark at;
    enum err rc = ERR_NONE;

    e.at = (struct conf_mark){ s->file, row->line, row->count == 0 ? 1 : s->cells[row->first].place };
    if (no_row(s, row))
        return ERR_NONE;
    if (r->book->one_table)
        rc = read_word(r, &e, USE_KIND, &e.kind, &at);
    if (rc != ERR_NONE)
        return rc;
    if (e.kind == NULL) {
        if (has_use(columns, USE_KIND))
            conf_mistake(r->m, e.at, "\"kind\" is missing in this row");
        return ERR_NONE;
    }
    return add_entry(r, e);
}

static enum err read_sheet(struct reader *r, size_t i)
{
    const struct book_sheet *s = &r->book->sheets[i];
    enum err rc;

    if (s->name[0] == '#' || s->row_count == 0) /* a sheet of remarks, or an empty one */
        return ERR_NONE;
    r->columns[i] = calloc(BOOK_COLUMNS_MAX, sizeof *r->columns[i]);
    if (r->columns[i] == NULL)
        return no_memory(r);
    rc = read_header(r, s, r->columns[i]);
    for (size_t k = 1; k < s->row_count && rc == ERR_NONE; k++)
        rc = read_row(r, s, &s->rows[k], r->columns[i]);
    return rc;
}

/* ---- who hangs on whom ---- */

static bool is(const struct entry *e, const char *kind)
{
    return strcmp(e->kind, kind) == 0;
}

static enum err find_id(struct reader *r, struct entry *e)
{
    struct conf_mistakes silent; /* the value is read, and complained about, with the row */
    struct conf_node id;
    enum cell found = CELL_EMPTY;

    conf_mistakes_init(&silent, 1);
    for (size_t i = 0; i < e->row->count; i++) {
        const struct book_cell *cell = &e->sheet->cells[e->row->first + i];
        const struct column *column = &e->columns[cell->column];
        if (column->use == USE_OWN && strcmp(column->name, "id") == 0)
            found = cell_read(r->out, cell->text, e->at, &id, &silent);
    }
    conf_mistakes_clear(&silent);
    if (found == CELL_VALUE && conf_kind(&id) == CONF_SCALAR)
        e->id = conf_text(&id);
    return found == CELL_NO_MEMORY ? no_memory(r) : ERR_NONE;
}

static int by_id(const void *va, const void *vb)
{
    const struct entry *const *a = va, *const *b = vb;

    return strcmp((*a)->id, (*b)->id);
}

struct index {
    struct entry **sorted;
    const char **names; /* in the same order, for the nearest one */
    size_t count;
};

static void index_clear(struct index *x)
{
    free((void *)x->sorted);
    free((void *)x->names);
}

static enum err index_kind(struct reader *r, const char *kind, struct index *x)
{
    struct conf_seen seen;
    enum err rc = ERR_NONE;

    *x = (struct index){ 0 };
    x->sorted = calloc(r->count + 1, sizeof *x->sorted); /* NOLINT(bugprone-sizeof-expression): pointers */
    x->names = calloc(r->count + 1, sizeof *x->names);   /* NOLINT(bugprone-sizeof-expression): pointers */
    if (x->sorted == NULL || x->names == NULL)
        return no_memory(r);
    conf_seen_init(&seen);
    for (size_t i = 0; i < r->count && rc == ERR_NONE; i++) {
        struct entry *e = &r->entries[i];
        if (!is(e, kind))
            continue;
        rc = find_id(r, e);
        if (rc != ERR_NONE || e->id == NULL)
            continue;
        if (conf_seen_once(&seen, kind, e->id, e->at, r->m))
            x->sorted[x->count++] = e;
    }
    conf_seen_clear(&seen);
    qsort(x->sorted, x->count, sizeof *x->sorted, by_id); /* NOLINT(bugprone-sizeof-expression): pointers */
    for (size_t i = 0; i < x->count; i++)
        x->names[i] = x->sorted[i]->id;
    return rc;
}

static struct entry *index_find(const struct index *x, const char *id)
{
    struct entry key = { .id = id }, *at = &key, **found;

    found = bsearch(&at, x->sorted, x->count, sizeof *x->sorted, by_id);
    return found == NULL ? NULL : *found;
}

static void hang(struct reader *r, struct entry *parent, struct entry *child)
{
    ptrdiff_t index = child - r->entries;

    if (parent->last_child == NOWHERE)
        parent->first_child = index;
    else
        r->entries[parent->last_child].next = index;
    parent->last_child = index;
    parent->children++;
}

static void unknown(struct reader *r, const struct index *x, const char *what, const char *id,
                    struct conf_mark at)
{
    const char *near = conf_mistakes_room(r->m) ? conf_nearest(id, x->names, x->count) : NULL;

    conf_mistake(r->m, at, "there is no %s \"%.64s\"%s%s%s", what, id,
                 near == NULL ? "" : "; did you mean \"", near == NULL ? "" : near, near == NULL ? "" : "\"");
}

/* The row that e's column names; NULL was reported. */
static enum err parent_of(struct reader *r, struct entry *e, enum use use, const char *what,
                          const struct index *x, struct entry **parent)
{
    struct conf_mark at = e->at;
    const char *id;
    enum err rc = read_word(r, e, use, &id, &at);

    *parent = NULL;
    if (rc != ERR_NONE)
        return rc;
    if (id == NULL) {
        if (r->book->one_table || has_use(e->columns, use)) /* else the header was complained of */
            conf_mistake(r->m, e->at, "\"%s\" is missing in this row", what);
        return ERR_NONE;
    }
    *parent = index_find(x, id);
    if (*parent == NULL)
        unknown(r, x, what, id, at);
    return ERR_NONE;
}

static enum err hang_points(struct reader *r, const struct index *devices)
{
    enum err rc = ERR_NONE;

    for (size_t i = 0; i < r->count && rc == ERR_NONE; i++) {
        struct entry *e = &r->entries[i], *device;
        struct conf_mark at, device_at;
        const char *wire, *devices_wire;
        if (!is(e, "points"))
            continue;
        rc = parent_of(r, e, USE_DEVICE, "device", devices, &device);
        if (rc != ERR_NONE || device == NULL)
            continue;
        hang(r, device, e);
        /* the wire is there for the reader's eye; it may be left out, but not be wrong */
        rc = read_word(r, e, USE_WIRE, &wire, &at);
        if (rc == ERR_NONE)
            rc = read_word(r, device, USE_WIRE, &devices_wire, &device_at);
        if (rc == ERR_NONE && wire != NULL && devices_wire != NULL && strcmp(wire, devices_wire) != 0)
            conf_mistake(r->m, at, "the device \"%s\" hangs on the wire \"%.64s\", not on this one",
                         device->id, devices_wire);
    }
    return rc;
}

static enum err hang_devices(struct reader *r, const struct index *wires)
{
    enum err rc = ERR_NONE;

    for (size_t i = 0; i < r->count && rc == ERR_NONE; i++) {
        struct entry *wire;
        if (!is(&r->entries[i], "devices"))
            continue;
        rc = parent_of(r, &r->entries[i], USE_WIRE, "wire", wires, &wire);
        if (rc == ERR_NONE && wire != NULL)
            hang(r, wire, &r->entries[i]);
    }
    return rc;
}

static enum err hang_all(struct reader *r)
{
    struct index wires = { 0 }, devices = { 0 };
    enum err rc = index_kind(r, "wires", &wires);

    if (rc == ERR_NONE)
        rc = index_kind(r, "devices", &devices);
    if (rc == ERR_NONE)
        rc = hang_devices(r, &wires);
    if (rc == ERR_NONE)
        rc = hang_points(r, &devices);
    index_clear(&wires);
    index_clear(&devices);
    return rc;
}

/* ---- the tree ---- */

static enum err make_row(struct reader *r, const struct entry *e, const char *children,
                         struct conf_node *out);

static enum err make_children(struct reader *r, const struct entry *e, const char *grandchildren,
                              struct conf_node *out)
{
    struct conf_node *items = conf_make_list(r->out, out, e->children, e->at);
    enum err rc = ERR_NONE;
    size_t n = 0;

    if (items == NULL)
        return no_memory(r);
    for (ptrdiff_t i = e->first_child; i != NOWHERE && rc == ERR_NONE; i = r->entries[i].next)
        rc = make_row(r, &r->entries[i], grandchildren, &items[n++]);
    return rc;
}

static void complain_of_cell(const struct reader *r, const struct entry *e, const struct book_cell *cell)
{
    const struct column *column = &e->columns[cell->column];

    if (column->use == USE_NONE)
        conf_mistake(r->m, mark_of(e->sheet, cell), "this column has no name in the header");
    else if (column->use == USE_KEY || column->use == USE_VALUE)
        conf_mistake(r->m, mark_of(e->sheet, cell), "\"%s\" belongs to rows of kind plant", column->name);
    else if (column->use == USE_DEVICE && !is(e, "points"))
        conf_mistake(r->m, mark_of(e->sheet, cell), "\"device\" belongs to rows of kind points");
    else if (column->use == USE_WIRE && !is(e, "points") && !is(e, "devices"))
        conf_mistake(r->m, mark_of(e->sheet, cell), "\"wire\" belongs to rows of kind devices and points");
}

/* One cell as one entry of the row's mapping; *made stays false when it gives none. */
static enum err make_cell(struct reader *r, const struct entry *e, const struct book_cell *cell,
                          const char *children, struct conf_entry *out, bool *made)
{
    const struct column *column = &e->columns[cell->column];
    struct conf_mark at = mark_of(e->sheet, cell);
    enum cell found;

    *made = false;
    if (blank(cell->text))
        return ERR_NONE;
    if (column->use != USE_OWN) {
        complain_of_cell(r, e, cell);
        return ERR_NONE;
    }
    if (e->children > 0 && children != NULL && strcmp(column->name, children) == 0) {
        conf_mistake(r->m, at, "\"%s\" stands in this cell and in rows of its own", children);
        return ERR_NONE;
    }
    *out = (struct conf_entry){ .key = column->name, .line = at.line, .column = at.column };
    found = cell_read(r->out, cell->text, at, &out->value, r->m);
    *made = found == CELL_VALUE;
    return found == CELL_NO_MEMORY ? no_memory(r) : ERR_NONE;
}

static enum err make_row(struct reader *r, const struct entry *e, const char *children, struct conf_node *out)
{
    size_t n = 0;
    struct conf_entry *entries = conf_make_mapping(r->out, out, e->row->count + 1, e->at);
    enum err rc = ERR_NONE;

    if (entries == NULL)
        return no_memory(r);
    for (size_t i = 0; i < e->row->count && rc == ERR_NONE; i++) {
        bool made;
        rc = make_cell(r, e, &e->sheet->cells[e->row->first + i], children, &entries[n], &made);
        n += rc == ERR_NONE && made;
    }
    if (rc == ERR_NONE && e->children > 0) {
        entries[n] = (struct conf_entry){ .key = children, .line = e->at.line, .column = e->at.column };
        rc = make_children(r, e, is(e, "wires") ? "points" : NULL, &entries[n++].value);
    }
    out->count = (uint32_t)n;
    return rc;
}

/* ---- the root ---- */

/* Keys of the root in the order they come. */
struct root {
    struct conf_entry *entries;
    size_t count, cap;
    struct conf_seen seen;
};

static enum err add_key(struct reader *r, struct root *root, struct conf_entry entry)
{
    struct conf_mark at = { entry.value.file, entry.line, entry.column };

    if (!conf_seen_once(&root->seen, "key", entry.key, at, r->m))
        return ERR_NONE;
    if (root->count == root->cap) {
        size_t cap = root->cap == 0 ? 32 : 2 * root->cap;
        struct conf_entry *more = realloc(root->entries, cap * sizeof *more);
        if (more == NULL)
            return no_memory(r);
        root->entries = more;
        root->cap = cap;
    }
    root->entries[root->count++] = entry;
    return ERR_NONE;
}

/* "supplier/id": rows of one head that follow each other make one mapping, which grows here. */
static enum err add_nested(struct reader *r, struct root *root, const char *head, struct conf_entry child)
{
    struct conf_mark at = { child.value.file, child.line, child.column };
    struct conf_entry *last = root->count == 0 ? NULL : &root->entries[root->count - 1], *entries;
    struct conf_node whole;
    size_t n = last != NULL && strcmp(last->key, head) == 0 && conf_kind(&last->value) == CONF_MAPPING
                   ? conf_count(&last->value)
                   : 0;

    for (size_t i = 0; i < n; i++)
        if (strcmp(conf_entry(&last->value, i)->key, child.key) == 0) {
            conf_mistake(r->m, at, "key \"%s/%s\" stands twice", head, child.key);
            return ERR_NONE;
        }
    if (n == PLANT_NESTED_MAX) {
        conf_mistake(r->m, at, "more than %d keys in \"%s\"", PLANT_NESTED_MAX, head);
        return ERR_NONE;
    }
    entries = conf_make_mapping(r->out, &whole, n + 1, n == 0 ? at : conf_mark(&last->value));
    if (entries == NULL)
        return no_memory(r);
    if (n > 0)
        memcpy(entries, last->value.entries, n * sizeof *entries);
    entries[n] = child;
    if (n > 0) {
        last->value = whole;
        return ERR_NONE;
    }
    return add_key(r, root,
                   (struct conf_entry){ .key = head, .line = at.line, .column = at.column, .value = whole });
}

static enum err make_plant_value(struct reader *r, const struct entry *e, struct conf_node *out, bool *made)
{
    enum cell found = CELL_EMPTY;

    for (size_t i = 0; i < e->row->count; i++) {
        const struct book_cell *cell = &e->sheet->cells[e->row->first + i];
        enum use use = e->columns[cell->column].use;
        if (use == USE_VALUE)
            found = cell_read(r->out, cell->text, mark_of(e->sheet, cell), out, r->m);
        else if (use == USE_OWN || use == USE_WIRE || use == USE_DEVICE || use == USE_NONE)
            if (!blank(cell->text))
                conf_mistake(r->m, mark_of(e->sheet, cell), "a row of kind plant has only a key and a value");
    }
    if (found == CELL_EMPTY && (r->book->one_table || has_use(e->columns, USE_VALUE)))
        conf_mistake(r->m, e->at, "\"value\" is missing in this row");
    *made = found == CELL_VALUE;
    return found == CELL_NO_MEMORY ? no_memory(r) : ERR_NONE;
}

static enum err make_plant_row(struct reader *r, struct root *root, const struct entry *e)
{
    struct conf_mark at = e->at;
    struct conf_entry entry = { .line = at.line, .column = at.column };
    const char *key, *slash;
    bool made;
    enum err rc = read_word(r, e, USE_KEY, &key, &at);

    if (rc == ERR_NONE)
        rc = make_plant_value(r, e, &entry.value, &made);
    if (rc != ERR_NONE || !made)
        return rc;
    if (key == NULL) {
        conf_mistake(r->m, e->at, "\"key\" is missing in this row");
        return ERR_NONE;
    }
    slash = strchr(key, '/');
    entry.key = slash == NULL ? key : slash + 1;
    if (slash == NULL)
        return add_key(r, root, entry);
    key = conf_make_text(r->out, key, (size_t)(slash - key));
    return key == NULL ? no_memory(r) : add_nested(r, root, key, entry);
}

/* All rows of one kind as one list. */
static enum err make_list(struct reader *r, struct root *root, const char *kind)
{
    const char *children = strcmp(kind, "wires") == 0 ? "devices" : NULL;
    struct conf_entry entry = { .key = kind };
    const struct entry *first = NULL;
    struct conf_node *items;
    size_t n = 0, filled = 0;
    enum err rc = ERR_NONE;

    for (size_t i = r->count; i-- > 0;)
        if (is(&r->entries[i], kind)) {
            first = &r->entries[i];
            n++;
        }
    if (first == NULL)
        return ERR_NONE;
    entry.line = first->at.line;
    entry.column = first->at.column;
    items = conf_make_list(r->out, &entry.value, n, first->at);
    if (items == NULL)
        return no_memory(r);
    for (size_t i = 0; i < r->count && rc == ERR_NONE; i++)
        if (is(&r->entries[i], kind))
            rc = make_row(r, &r->entries[i], children, &items[filled++]);
    return rc != ERR_NONE ? rc : add_key(r, root, entry);
}

static bool stands_apart(const char *kind)
{
    static const char *const APART[] = { "plant", "wires", "devices", "points" };

    for (size_t i = 0; i < COUNT_OF(APART); i++)
        if (strcmp(kind, APART[i]) == 0)
            return true;
    return false;
}

static enum err make_root(struct reader *r, struct root *root)
{
    enum err rc = ERR_NONE;

    for (size_t i = 0; i < r->count && rc == ERR_NONE; i++)
        if (is(&r->entries[i], "plant"))
            rc = make_plant_row(r, root, &r->entries[i]);
    for (size_t i = 0; i < r->kind_count && rc == ERR_NONE; i++)
        if (!stands_apart(r->kinds[i]))
            rc = make_list(r, root, r->kinds[i]);
    return rc != ERR_NONE ? rc : make_list(r, root, "wires"); /* last: it is long */
}

static enum err finish(struct reader *r, const struct root *root)
{
    struct conf_mark at = { conf_root(r->out)->file, 1, 1 };
    struct conf_node whole;
    struct conf_entry *entries = conf_make_mapping(r->out, &whole, root->count, at);

    if (entries == NULL)
        return no_memory(r);
    if (root->count > 0)
        memcpy(entries, root->entries, root->count * sizeof *entries);
    conf_make_root(r->out, whole);
    if (r->count == 0 && r->m->mistakes == 0)
        conf_mistake(r->m, (struct conf_mark){ at.file, 0, 0 }, "there is no row in it");
    return r->m->mistakes == 0 ? ERR_NONE : fault_set(r->why, ERR_CONFIG, "%zu mistakes", r->m->mistakes);
}

static enum err read_book(struct reader *r)
{
    struct root root = { 0 };
    enum err rc = ERR_NONE;

    for (size_t i = 0; i < r->book->sheet_count && rc == ERR_NONE; i++)
        rc = read_sheet(r, i);
    if (rc == ERR_NONE)
        rc = hang_all(r);
    conf_seen_init(&root.seen);
    if (rc == ERR_NONE)
        rc = make_root(r, &root);
    if (rc == ERR_NONE)
        rc = finish(r, &root);
    conf_seen_clear(&root.seen);
    free(root.entries);
    return rc;
}

enum err plant_from_book(const struct book *b, const char *name, struct conf_file **out,
                         struct conf_mistakes *m, struct fault *why)
{
    struct reader r = { .book = b, .m = m, .why = why, .out = conf_make(name) };
    enum err rc;

    r.columns =
        calloc(b->sheet_count + 1, sizeof *r.columns); /* NOLINT(bugprone-sizeof-expression): pointers */
    rc = r.out == NULL || r.columns == NULL ? no_memory(&r) : read_book(&r);
    for (size_t i = 0; r.columns != NULL && i < b->sheet_count; i++)
        free(r.columns[i]);
    free((void *)r.columns);
    free(r.entries);
    if (rc != ERR_NONE) {
        conf_file_free(r.out);
        return rc;
    }
    *out = r.out;
    return ERR_NONE;
}
