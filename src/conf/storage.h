/* Where a tree keeps its texts and children: chunks that only grow and are freed together. */
#ifndef CONF_STORAGE_H
#define CONF_STORAGE_H

#include "conf/tree.h"

struct storage_chunk;

struct conf_file {
    struct storage_chunk *chunks;
    size_t chunk_size; /* of the next chunk; grows, so that a small tree stays small */
    const char *name;
    struct conf_node root;
};

/* An empty mapping under that name; NULL: no memory.  Freed by conf_file_free. */
struct conf_file *storage_new(const char *name);
/* n bytes that live as long as the file, uninitialised; NULL: no memory. */
void *storage_take(struct conf_file *f, size_t n, size_t align);
/* A NUL-terminated copy; NULL: no memory. */
const char *storage_text(struct conf_file *f, const char *text, size_t len);

#endif
