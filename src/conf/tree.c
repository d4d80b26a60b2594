#include "conf/tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/file.h"
#include "base/pages.h"
#include "chars.h"

/* Pieces of storage double, so that a small file takes little and a large one few. */
enum { CHUNK = 256 << 10, CHUNK_MAX = 8 << 20, SAME_KEYS = 256, FEW_KEYS = 32 };

/* ---------------------------------------------------------------- storage */

struct chunk {
    struct chunk *next;
    size_t used, size;
    _Alignas(16) char bytes[];
};

struct conf_file {
    struct chunk *chunks;
    const char *name;
    struct conf_node root;
};

static void *take(struct conf_file *f, size_t n, size_t align)
{
    struct chunk *c = f->chunks;
    size_t at = c == NULL ? 0 : (c->used + align - 1) & ~(align - 1);

    if (c == NULL || at > c->size || n > c->size - at) {
        size_t size = c == NULL ? CHUNK : c->size < CHUNK_MAX ? 2 * c->size : CHUNK_MAX;
        size = n > size ? n : size;
        c = malloc(sizeof *c + size);
        if (c == NULL)
            return NULL;
        pages_large(c, sizeof *c + size);
        *c = (struct chunk){ .next = f->chunks, .size = size };
        f->chunks = c;
        at = 0;
    }
    c->used = at + n;
    return c->bytes + at;
}

static const char *keep_text(struct conf_file *f, const char *text, size_t len)
{
    char *copy = take(f, len + 1, 1);

    if (copy == NULL)
        return NULL;
    memcpy(copy, text, len);
    copy[len] = '\0';
    return copy;
}

static enum err file_new(struct conf_file **out, const char *name, struct conf_mistakes *m)
{
    struct conf_file *f = calloc(1, sizeof *f);

    if (f != NULL)
        f->name = keep_text(f, name, strlen(name));
    if (f == NULL || f->name == NULL) {
        conf_file_free(f);
        conf_mistake(m, (struct conf_mark){ name, 0, 0 }, "no memory to read it");
        return ERR_MEMORY;
    }
    f->root = (struct conf_node){ .kind = CONF_MAPPING, .line = 1, .column = 1, .file = f->name };
    *out = f;
    return ERR_NONE;
}

void conf_file_free(struct conf_file *f)
{
    if (f == NULL)
        return;
    while (f->chunks != NULL) {
        struct chunk *next = f->chunks->next;
        free(f->chunks);
        f->chunks = next;
    }
    free(f);
}

const struct conf_node *conf_root(const struct conf_file *f)
{
    return &f->root;
}

const struct conf_entry *conf_find(const struct conf_node *mapping, const char *key)
{
    for (size_t i = 0; mapping->kind == CONF_MAPPING && i < mapping->count; i++)
        if (strcmp(mapping->entries[i].key, key) == 0)
            return &mapping->entries[i];
    return NULL;
}

const struct conf_node *conf_get(const struct conf_node *mapping, const char *key)
{
    const struct conf_entry *e = conf_find(mapping, key);

    return e == NULL ? NULL : &e->value;
}

struct conf_mark conf_mark_at(const struct conf_node *mapping, const char *key)
{
    const struct conf_node *value = conf_get(mapping, key);

    return conf_mark(value == NULL ? mapping : value);
}

/* ---------------------------------------------------------------- characters
 * Looked at before libyaml: it reports bytes, not places, and counts lines that no editor shows. */

struct reader {
    struct conf_file *file;
    struct conf_mistakes *m;
    const char *text;
    size_t len;
};

static struct conf_mark place(const struct conf_file *f, size_t line, size_t column)
{
    return (struct conf_mark){ f->name, (unsigned)line, (unsigned)column };
}

static bool plain_byte(unsigned char c)
{
    return (c >= 0x20 && c < 0x7f) || c == '\t';
}

/* The length of the character at text[i], 0 when it is refused; that has been reported then. */
static size_t check_one(const struct reader *r, size_t i, struct conf_mark at)
{
    uint32_t code;
    size_t n = chars_next(r->text + i, r->len - i, &code);

    if (n == 0) {
        conf_mistake(r->m, at, "byte 0x%02X is not valid UTF-8", (unsigned char)r->text[i]);
        return 0;
    }
    if (chars_printable(code) || (code == '\r' && i + 1 < r->len && r->text[i + 1] == '\n'))
        return n;
    conf_mistake(r->m, at, "the character U+%04X is not allowed here", code);
    return 0;
}

static enum err check_chars(const struct reader *r)
{
    size_t line = 1, column = 1;

    for (size_t i = 0, n; i < r->len; i += n) {
        unsigned char c = (unsigned char)r->text[i];
        n = 1;
        if (c == '\n') {
            line++;
            column = 1;
            continue;
        }
        if (!plain_byte(c) && (n = check_one(r, i, place(r->file, line, column))) == 0)
            return ERR_CONFIG;
        column++;
    }
    return ERR_NONE;
}

/* ---------------------------------------------------------------- building
 * Finished values wait on one stack until their parent ends; then its children move together into the file's
 * storage.  A list uses only the value of an entry. */

struct level {
    bool mapping;
    bool has_key;
    uint32_t line, column;
    size_t first; /* of its children on the stack */
    struct conf_entry key;
};

struct builder {
    struct reader r;
    yaml_parser_t parser;
    struct level levels[CONF_DEPTH_MAX];
    unsigned depth;
    struct conf_entry *stack;
    size_t count, cap;
    size_t nodes;
    unsigned documents;
    const char *keys[SAME_KEYS]; /* keys repeat: one copy each, mostly */
};

static enum err no_memory(struct builder *b)
{
    conf_mistake(b->r.m, place(b->r.file, 0, 0), "no memory to read it");
    return ERR_MEMORY;
}

static struct conf_mark mark_of(const struct builder *b, yaml_mark_t mark)
{
    return place(b->r.file, mark.line + 1, mark.column + 1);
}

static const char *keep_key(struct builder *b, const char *key, size_t len)
{
    unsigned hash = (unsigned)len;
    const char **slot;

    for (size_t i = 0; i < len; i++)
        hash = hash * 31 + (unsigned char)key[i];
    slot = &b->keys[(hash ^ hash >> 8) % SAME_KEYS];
    if (*slot == NULL || strcmp(*slot, key) != 0)
        *slot = keep_text(b->r.file, key, len);
    return *slot;
}

static bool stack_room(struct builder *b)
{
    size_t cap = b->cap == 0 ? 256 : 2 * b->cap;
    struct conf_entry *grown;

    if (b->count < b->cap)
        return true;
    grown = realloc(b->stack, cap * sizeof *grown);
    if (grown == NULL)
        return false;
    b->stack = grown;
    b->cap = cap;
    return true;
}

/* A finished value joins its parent, or is the root. */
static enum err add_value(struct builder *b, struct conf_node node)
{
    struct level *top = b->depth == 0 ? NULL : &b->levels[b->depth - 1];

    node.file = b->r.file->name;
    if (++b->nodes > CONF_NODES_MAX) {
        conf_mistake(b->r.m, conf_mark(&node), "more than %d values in one file", CONF_NODES_MAX);
        return ERR_CONFIG;
    }
    if (top == NULL) {
        /* "---" and nothing else is as empty as no bytes at all */
        if (node.kind != CONF_SCALAR || node.quoted || node.count > 0)
            b->r.file->root = node;
        return ERR_NONE;
    }
    if (!stack_room(b))
        return no_memory(b);
    b->stack[b->count] = top->key;
    b->stack[b->count++].value = node;
    top->has_key = false;
    return ERR_NONE;
}

static void refuse_decoration(struct builder *b, const yaml_event_t *e, const yaml_char_t *anchor,
                              const yaml_char_t *tag)
{
    char clip[CHARS_CLIP_MAX];

    if (anchor != NULL)
        conf_mistake(b->r.m, mark_of(b, e->start_mark), "anchors (&%s) are not allowed: write the value out",
                     chars_clip((const char *)anchor, clip));
    if (tag != NULL)
        conf_mistake(b->r.m, mark_of(b, e->start_mark), "tags (%s) are not allowed",
                     chars_clip((const char *)tag, clip));
}

/* ---- duplicate keys ---- */

static void report_twice(struct builder *b, struct conf_entry *again, const struct conf_entry *first)
{
    char where[CONF_PLACE_MAX], clip[CHARS_CLIP_MAX];

    conf_mistake(b->r.m, place(b->r.file, again->line, again->column), "key \"%s\" stands twice, first at %s",
                 chars_clip(again->key, clip),
                 conf_place(place(b->r.file, first->line, first->column), where));
    again->key = NULL;
}

static int by_key_and_place(const void *va, const void *vb)
{
    const struct conf_entry *const *a = va, *const *b = vb;
    int order = strcmp((*a)->key, (*b)->key);

    return order != 0 ? order : (*a > *b) - (*a < *b);
}

static enum err find_twice_in_many(struct builder *b, struct conf_entry *entries, size_t n)
{
    struct conf_entry **sorted =
        calloc(n, sizeof *sorted); /* NOLINT(bugprone-sizeof-expression): of pointers */
    size_t first = 0;

    if (sorted == NULL)
        return no_memory(b);
    for (size_t i = 0; i < n; i++)
        sorted[i] = &entries[i];
    qsort(sorted, n, sizeof *sorted, by_key_and_place); /* NOLINT(bugprone-sizeof-expression): of pointers */
    for (size_t i = 1; i < n; i++) {
        if (strcmp(sorted[i]->key, sorted[first]->key) == 0)
            report_twice(b, sorted[i], sorted[first]);
        else
            first = i;
    }
    free(sorted);
    return ERR_NONE;
}

static void find_twice_in_few(struct builder *b, struct conf_entry *entries, size_t n)
{
    for (size_t i = 1; i < n; i++)
        for (size_t j = 0; j < i; j++)
            if (entries[j].key != NULL && strcmp(entries[i].key, entries[j].key) == 0) {
                report_twice(b, &entries[i], &entries[j]);
                break;
            }
}

/* Keeps the first of each key; *n becomes how many those are. */
static enum err drop_twice(struct builder *b, struct conf_entry *entries, size_t *n)
{
    size_t kept = 0;
    enum err rc = ERR_NONE;

    if (*n <= FEW_KEYS)
        find_twice_in_few(b, entries, *n);
    else
        rc = find_twice_in_many(b, entries, *n);
    for (size_t i = 0; rc == ERR_NONE && i < *n; i++)
        if (entries[i].key != NULL)
            entries[kept++] = entries[i];
    *n = kept;
    return rc;
}

/* ---- events ---- */

static enum err refuse_key(struct builder *b, const yaml_event_t *e)
{
    conf_mistake(b->r.m, mark_of(b, e->start_mark), "a key must be a plain word");
    return ERR_CONFIG;
}

static bool wants_key(const struct builder *b)
{
    return b->depth > 0 && b->levels[b->depth - 1].mapping && !b->levels[b->depth - 1].has_key;
}

static enum err on_open(struct builder *b, const yaml_event_t *e, bool mapping)
{
    if (wants_key(b))
        return refuse_key(b, e);
    if (b->depth == CONF_DEPTH_MAX) {
        conf_mistake(b->r.m, mark_of(b, e->start_mark), "nested deeper than %d levels", CONF_DEPTH_MAX);
        return ERR_CONFIG;
    }
    if (mapping)
        refuse_decoration(b, e, e->data.mapping_start.anchor, e->data.mapping_start.tag);
    else
        refuse_decoration(b, e, e->data.sequence_start.anchor, e->data.sequence_start.tag);
    b->levels[b->depth++] = (struct level){ .mapping = mapping,
                                            .line = (uint32_t)e->start_mark.line + 1,
                                            .column = (uint32_t)e->start_mark.column + 1,
                                            .first = b->count };
    return ERR_NONE;
}

static const void *move_children(struct builder *b, const struct level *top, size_t n)
{
    const struct conf_entry *from = b->stack + top->first;
    struct conf_node *items;

    if (top->mapping) {
        struct conf_entry *entries = take(b->r.file, n * sizeof *entries, _Alignof(struct conf_entry));
        return entries == NULL ? NULL : memcpy(entries, from, n * sizeof *entries);
    }
    items = take(b->r.file, n * sizeof *items, _Alignof(struct conf_node));
    for (size_t i = 0; items != NULL && i < n; i++)
        items[i] = from[i].value;
    return items;
}

static enum err on_close(struct builder *b)
{
    const struct level *top = &b->levels[b->depth - 1];
    struct conf_node node = { .kind = top->mapping ? CONF_MAPPING : CONF_SEQUENCE,
                              .line = top->line,
                              .column = top->column };
    size_t n = b->count - top->first;
    enum err rc = ERR_NONE;

    if (top->mapping && n > 1)
        rc = drop_twice(b, b->stack + top->first, &n);
    if (rc != ERR_NONE)
        return rc;
    node.count = (uint32_t)n;
    if (n > 0) {
        const void *children = move_children(b, top, n);
        if (children == NULL)
            return no_memory(b);
        if (top->mapping)
            node.entries = children;
        else
            node.items = children;
    }
    b->count = top->first;
    b->depth--;
    return add_value(b, node);
}

static enum err on_key(struct builder *b, const yaml_event_t *e)
{
    struct level *top = &b->levels[b->depth - 1];

    top->key = (struct conf_entry){ .line = (uint32_t)e->start_mark.line + 1,
                                    .column = (uint32_t)e->start_mark.column + 1 };
    top->key.key = keep_key(b, (const char *)e->data.scalar.value, e->data.scalar.length);
    top->has_key = true;
    return top->key.key == NULL ? no_memory(b) : ERR_NONE;
}

static enum err on_scalar(struct builder *b, const yaml_event_t *e)
{
    const char *text = (const char *)e->data.scalar.value;
    size_t len = e->data.scalar.length;
    struct conf_node node = { .kind = CONF_SCALAR,
                              .quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE,
                              .line = (uint32_t)e->start_mark.line + 1,
                              .column = (uint32_t)e->start_mark.column + 1,
                              .count = (uint32_t)len };

    refuse_decoration(b, e, e->data.scalar.anchor, e->data.scalar.tag);
    if (memchr(text, '\0', len) != NULL) {
        conf_mistake(b->r.m, mark_of(b, e->start_mark), "the text holds a NUL character");
        return ERR_CONFIG;
    }
    if (wants_key(b))
        return on_key(b, e);
    node.text = keep_text(b->r.file, text, len);
    if (node.text == NULL)
        return no_memory(b);
    return add_value(b, node);
}

static enum err on_alias(struct builder *b, const yaml_event_t *e)
{
    char clip[CHARS_CLIP_MAX];

    conf_mistake(b->r.m, mark_of(b, e->start_mark), "aliases (*%s) are not allowed: write the value out",
                 chars_clip((const char *)e->data.alias.anchor, clip));
    if (wants_key(b))
        return ERR_CONFIG;
    return add_value(b, (struct conf_node){ .kind = CONF_BROKEN,
                                            .line = (uint32_t)e->start_mark.line + 1,
                                            .column = (uint32_t)e->start_mark.column + 1 });
}

static enum err on_document(struct builder *b, const yaml_event_t *e)
{
    if (b->documents++ > 0) {
        conf_mistake(b->r.m, mark_of(b, e->start_mark), "a second document begins: one file, one document");
        return ERR_CONFIG;
    }
    if (e->data.document_start.version_directive != NULL ||
        e->data.document_start.tag_directives.start != e->data.document_start.tag_directives.end)
        conf_mistake(b->r.m, mark_of(b, e->start_mark), "directives (%%) are not allowed");
    return ERR_NONE;
}

static enum err on_event(struct builder *b, const yaml_event_t *e)
{
    switch (e->type) {
    case YAML_DOCUMENT_START_EVENT: return on_document(b, e);
    case YAML_MAPPING_START_EVENT: return on_open(b, e, true);
    case YAML_SEQUENCE_START_EVENT: return on_open(b, e, false);
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT: return on_close(b);
    case YAML_SCALAR_EVENT: return on_scalar(b, e);
    case YAML_ALIAS_EVENT: return on_alias(b, e);
    default: return ERR_NONE;
    }
}

/* ---- what libyaml refuses ---- */

static bool tab_at(const struct reader *r, size_t line, size_t column)
{
    const char *at = r->text, *end = r->text + r->len;

    while (line-- > 0 && at != NULL) {
        at = memchr(at, '\n', (size_t)(end - at));
        at = at == NULL ? NULL : at + 1;
    }
    while (at != NULL && at < end && column > 0 && *at != '\n') {
        at++;
        while (at < end && ((unsigned char)*at & 0xc0) == 0x80)
            at++;
        column--;
    }
    return at != NULL && at < end && *at == '\t';
}

static enum err report_syntax(struct builder *b)
{
    const yaml_parser_t *p = &b->parser;
    const char *problem = p->problem == NULL ? "unreadable" : p->problem;
    struct conf_mark at = mark_of(b, p->problem_mark);

    if (p->error == YAML_MEMORY_ERROR)
        return no_memory(b);
    if (tab_at(&b->r, p->problem_mark.line, p->problem_mark.column))
        conf_mistake(b->r.m, at, "not valid YAML: a tab cannot indent or begin a value; use blanks");
    else if (p->context != NULL && p->context_mark.line != p->problem_mark.line)
        conf_mistake(b->r.m, at, "not valid YAML: %s %s that began in line %zu", problem, p->context,
                     p->context_mark.line + 1);
    else
        conf_mistake(b->r.m, at, "not valid YAML: %s%s%s", problem, p->context == NULL ? "" : " ",
                     p->context == NULL ? "" : p->context);
    return ERR_CONFIG;
}

static enum err build(struct builder *b)
{
    yaml_event_t event;
    enum err rc = ERR_NONE;
    bool more = true;

    yaml_parser_set_encoding(&b->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&b->parser, (const unsigned char *)b->r.text, b->r.len);
    while (rc == ERR_NONE && more) {
        if (!yaml_parser_parse(&b->parser, &event))
            return report_syntax(b);
        more = event.type != YAML_STREAM_END_EVENT;
        rc = on_event(b, &event);
        yaml_event_delete(&event);
    }
    return rc;
}

static enum err parse(const struct reader *r)
{
    struct builder *b = calloc(1, sizeof *b);
    enum err rc;

    if (b == NULL || !yaml_parser_initialize(&b->parser)) {
        free(b);
        conf_mistake(r->m, place(r->file, 0, 0), "no memory to read it");
        return ERR_MEMORY;
    }
    b->r = *r;
    rc = build(b);
    yaml_parser_delete(&b->parser);
    free(b->stack);
    free(b);
    return rc;
}

enum err conf_load_text(const char *name, const char *text, size_t len, struct conf_file **out,
                        struct conf_mistakes *m)
{
    struct reader r = { .m = m, .text = text, .len = len };
    enum err rc;

    if (len > CONF_FILE_MAX) {
        conf_mistake(m, (struct conf_mark){ name, 0, 0 }, "longer than %d bytes", CONF_FILE_MAX);
        return ERR_RANGE;
    }
    if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) { /* what some editors put in front */
        r.text += 3;
        r.len -= 3;
    }
    rc = file_new(&r.file, name, m);
    if (rc != ERR_NONE)
        return rc;
    rc = check_chars(&r);
    if (rc == ERR_NONE)
        rc = parse(&r);
    if (rc != ERR_NONE) {
        conf_file_free(r.file);
        return rc;
    }
    *out = r.file;
    return ERR_NONE;
}

enum err conf_load(const char *path, struct conf_file **out, struct conf_mistakes *m)
{
    struct fault why;
    char *text;
    size_t len;
    enum err rc = file_read(path, CONF_FILE_MAX, &text, &len, &why);

    if (rc != ERR_NONE) {
        conf_mistake(m, (struct conf_mark){ NULL, 0, 0 }, "%s", why.text); /* names the file itself */
        return rc;
    }
    rc = conf_load_text(path, text, len, out, m);
    free(text);
    return rc;
}
