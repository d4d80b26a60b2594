#include "conf/make.h"

#include <string.h>

#include "storage.h"

struct conf_file *conf_make(const char *name)
{
    return storage_new(name);
}

void conf_make_root(struct conf_file *f, struct conf_node root)
{
    f->root = root;
}

const char *conf_make_text(struct conf_file *f, const char *text, size_t len)
{
    return storage_text(f, text, len);
}

bool conf_make_scalar(struct conf_file *f, struct conf_node *out, const char *text, bool quoted,
                      struct conf_mark at)
{
    size_t len = strlen(text);

    *out = (struct conf_node){ .kind = CONF_SCALAR,
                               .quoted = quoted,
                               .line = at.line,
                               .column = at.column,
                               .count = (uint32_t)len,
                               .file = at.file };
    out->text = storage_text(f, text, len);
    return out->text != NULL;
}

struct conf_node *conf_make_list(struct conf_file *f, struct conf_node *out, size_t n, struct conf_mark at)
{
    struct conf_node *items = storage_take(f, n * sizeof *items, _Alignof(struct conf_node));

    *out = (struct conf_node){ .kind = CONF_SEQUENCE,
                               .line = at.line,
                               .column = at.column,
                               .count = items == NULL ? 0 : (uint32_t)n,
                               .file = at.file };
    out->items = items;
    return items;
}

struct conf_entry *conf_make_mapping(struct conf_file *f, struct conf_node *out, size_t n,
                                     struct conf_mark at)
{
    struct conf_entry *entries = storage_take(f, n * sizeof *entries, _Alignof(struct conf_entry));

    *out = (struct conf_node){ .kind = CONF_MAPPING,
                               .line = at.line,
                               .column = at.column,
                               .count = entries == NULL ? 0 : (uint32_t)n,
                               .file = at.file };
    out->entries = entries;
    return entries;
}

/* ---- copies ---- */

struct copier {
    struct conf_file *f;
    const char *file;
    const struct conf_mark *at;
    const struct conf_make_change *change;
};

static struct conf_mark mark_for(const struct copier *c, uint32_t line, uint32_t column)
{
    return c->at == NULL ? (struct conf_mark){ c->file, line, column }
                         : (struct conf_mark){ c->file, c->at->line, c->at->column };
}

static bool copy(const struct copier *c, struct conf_node *out, const struct conf_node *from);

static bool copy_scalar(const struct copier *c, struct conf_node *out, const struct conf_node *from)
{
    const char *text = conf_text(from);

    if (c->change != NULL && !c->change->scalar(c->change->me, from, &text))
        return false;
    return conf_make_scalar(c->f, out, text, from->quoted, mark_for(c, from->line, from->column));
}

static bool copy_list(const struct copier *c, struct conf_node *out, const struct conf_node *from)
{
    struct conf_node *items =
        conf_make_list(c->f, out, conf_count(from), mark_for(c, from->line, from->column));

    if (items == NULL)
        return false;
    for (size_t i = 0; i < conf_count(from); i++)
        if (!copy(c, &items[i], conf_item(from, i)))
            return false;
    return true;
}

static bool copy_mapping(const struct copier *c, struct conf_node *out, const struct conf_node *from)
{
    struct conf_entry *entries =
        conf_make_mapping(c->f, out, conf_count(from), mark_for(c, from->line, from->column));

    if (entries == NULL)
        return false;
    for (size_t i = 0; i < conf_count(from); i++) {
        const struct conf_entry *e = conf_entry(from, i);
        struct conf_mark at = mark_for(c, e->line, e->column);
        entries[i] = (struct conf_entry){ .line = at.line, .column = at.column };
        entries[i].key = storage_text(c->f, e->key, strlen(e->key));
        if (entries[i].key == NULL || !copy(c, &entries[i].value, &e->value))
            return false;
    }
    return true;
}

static bool copy(const struct copier *c, struct conf_node *out, const struct conf_node *from)
{
    switch (conf_kind(from)) {
    case CONF_SCALAR: return copy_scalar(c, out, from);
    case CONF_SEQUENCE: return copy_list(c, out, from);
    case CONF_MAPPING: return copy_mapping(c, out, from);
    case CONF_BROKEN: break;
    }
    *out = *from;
    out->file = c->file;
    return true;
}

bool conf_make_copy(struct conf_file *f, struct conf_node *out, const struct conf_node *from,
                    const char *file, const struct conf_mark *at, const struct conf_make_change *change)
{
    const struct copier c = { f, file, at, change };

    return copy(&c, out, from);
}
