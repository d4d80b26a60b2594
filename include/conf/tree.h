/* A YAML file as a small tree in which every node knows its place.
 *
 * Of YAML only what a plain reader expects: mappings with plain keys, lists, scalars.  Anchors, aliases,
 * tags, directives, several documents, duplicate keys, NUL, invalid UTF-8 and raw control characters are
 * refused with their place; so are more than CONF_DEPTH_MAX levels, CONF_NODES_MAX values and CONF_FILE_MAX
 * bytes.
 * The tree is immutable; threads may share it. */
#ifndef CONF_TREE_H
#define CONF_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "conf/mistakes.h"

enum { CONF_DEPTH_MAX = 16, CONF_NODES_MAX = 4000000, CONF_FILE_MAX = 64 << 20 };

/* CONF_BROKEN stands where a refused alias was: it has been reported, so say nothing more about it. */
enum conf_kind { CONF_SCALAR, CONF_SEQUENCE, CONF_MAPPING, CONF_BROKEN };

/* The layout is here only for the accessors below. */
struct conf_node {
    uint8_t kind;
    bool quoted;
    uint32_t line, column;
    uint32_t count; /* children; bytes of a scalar */
    const char *file;
    union {
        const char *text; /* NUL-terminated, valid UTF-8 */
        const struct conf_node *items;
        const struct conf_entry *entries;
    };
};

struct conf_entry {
    const char *key;
    uint32_t line, column; /* of the key */
    struct conf_node value;
};

struct conf_file;

/* Reads a file.  ERR_NONE gives *out (free with conf_file_free), even when mistakes were found that leave the
 * tree readable (duplicate key: the first counts; anchor, tag: as if not there; alias: CONF_BROKEN), so that
 * the rest can be checked in the same run: ask m->mistakes before using it.  Otherwise there is no tree and
 * m holds the reason: ERR_CONFIG, ERR_MISSING, ERR_IO, ERR_RANGE (too large), ERR_MEMORY.
 * An empty file is an empty mapping. */
MUST_USE enum err conf_load(const char *path, struct conf_file **out, struct conf_mistakes *m);
/* The same from memory; borrows all.  `name` stands for the file in marks and for relative paths. */
MUST_USE enum err conf_load_text(const char *name, const char *text, size_t len, struct conf_file **out,
                                 struct conf_mistakes *m);
void conf_file_free(struct conf_file *f);
const struct conf_node *conf_root(const struct conf_file *f);

static inline enum conf_kind conf_kind(const struct conf_node *n)
{
    return (enum conf_kind)n->kind;
}

static inline struct conf_mark conf_mark(const struct conf_node *n)
{
    return (struct conf_mark){ n->file, n->line, n->column };
}

/* The text of a scalar; "" for any other kind. */
static inline const char *conf_text(const struct conf_node *n)
{
    return n->kind == CONF_SCALAR ? n->text : "";
}

/* True for a scalar in quotes or as a block: text, whatever it looks like. */
static inline bool conf_quoted(const struct conf_node *n)
{
    return n->quoted;
}

/* Children of a list or a mapping; 0 for any other kind. */
static inline size_t conf_count(const struct conf_node *n)
{
    return n->kind == CONF_SEQUENCE || n->kind == CONF_MAPPING ? n->count : 0;
}

/* The i-th child of a list, i < conf_count. */
static inline const struct conf_node *conf_item(const struct conf_node *list, size_t i)
{
    return &list->items[i];
}

/* The i-th entry of a mapping in the order of the file, i < conf_count. */
static inline const struct conf_entry *conf_entry(const struct conf_node *mapping, size_t i)
{
    return &mapping->entries[i];
}

static inline struct conf_mark conf_key_mark(const struct conf_node *mapping, const struct conf_entry *e)
{
    return (struct conf_mark){ mapping->file, e->line, e->column };
}

/* NULL when there is no such key or the node is no mapping.  Plain search. */
const struct conf_entry *conf_find(const struct conf_node *mapping, const char *key);
const struct conf_node *conf_get(const struct conf_node *mapping, const char *key);
/* The place of the value under `key`, or of the mapping when it is not given: where to complain. */
struct conf_mark conf_mark_at(const struct conf_node *mapping, const char *key);

#endif
