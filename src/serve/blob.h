/* Bytes that many readers share: made once, counted, never changed. */
#ifndef SERVE_BLOB_H
#define SERVE_BLOB_H

#include <stdatomic.h>
#include <stddef.h>

#include "base/strbuf.h"

struct blob {
    atomic_uint holders;
    size_t size;
    char *bytes; /* freed with the blob, or somebody else's for ever when borrowed */
    int borrowed;
};

/* Takes the text of *b (empty after).  NULL when it failed or there is no memory. */
struct blob *blob_take(struct strbuf *b);
/* Of bytes that outlive every blob: files in the program. */
struct blob *blob_borrow(const void *bytes, size_t size);
/* The same, gzipped at a cheap level.  NULL when it would not be smaller or there is no memory. */
struct blob *blob_gzip(const struct blob *plain);
struct blob *blob_hold(struct blob *b);
void blob_drop(void *blob); /* NULL is fine; void * so that it can be a free callback */

#endif
