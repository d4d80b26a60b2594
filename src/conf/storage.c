#include "storage.h"

#include <stdlib.h>
#include <string.h>

#include "base/pages.h"

enum { CHUNK_FIRST = 4 << 10, CHUNK_MOST = 8 << 20 };

struct storage_chunk {
    struct storage_chunk *next;
    size_t used, size;
    _Alignas(16) char bytes[];
};

void *storage_take(struct conf_file *f, size_t n, size_t align)
{
    struct storage_chunk *c = f->chunks;
    size_t at = c == NULL ? 0 : (c->used + align - 1) & ~(align - 1);

    if (c == NULL || at > c->size || n > c->size - at) {
        size_t size = n > f->chunk_size ? n : f->chunk_size;
        c = malloc(sizeof *c + size);
        if (c == NULL)
            return NULL;
        pages_large(c, sizeof *c + size);
        *c = (struct storage_chunk){ .next = f->chunks, .size = size };
        f->chunks = c;
        if (f->chunk_size < CHUNK_MOST)
            f->chunk_size *= 2;
        at = 0;
    }
    c->used = at + n;
    return c->bytes + at;
}

const char *storage_text(struct conf_file *f, const char *text, size_t len)
{
    char *copy = storage_take(f, len + 1, 1);

    if (copy == NULL)
        return NULL;
    memcpy(copy, text, len);
    copy[len] = '\0';
    return copy;
}

struct conf_file *storage_new(const char *name)
{
    struct conf_file *f = calloc(1, sizeof *f);

    if (f == NULL)
        return NULL;
    f->chunk_size = CHUNK_FIRST;
    f->name = storage_text(f, name, strlen(name));
    if (f->name == NULL) {
        conf_file_free(f);
        return NULL;
    }
    f->root = (struct conf_node){ .kind = CONF_MAPPING, .line = 1, .column = 1, .file = f->name };
    return f;
}

void conf_file_free(struct conf_file *f)
{
    if (f == NULL)
        return;
    while (f->chunks != NULL) {
        struct storage_chunk *next = f->chunks->next;
        free(f->chunks);
        f->chunks = next;
    }
    free(f);
}
