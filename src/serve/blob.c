#include "blob.h"

#include <stdint.h>
#include <stdlib.h>
#include <zlib.h>

enum { GZIP_LEVEL = 1, GZIP_WINDOW = 15 + 16, GZIP_MEMORY = 8, GZIP_WORTH_IT = 512 };

static struct blob *blob_new(char *bytes, size_t size, int borrowed)
{
    struct blob *b = malloc(sizeof *b);

    if (b == NULL)
        return NULL;
    atomic_init(&b->holders, 1);
    b->size = size;
    b->bytes = bytes;
    b->borrowed = borrowed;
    return b;
}

struct blob *blob_take(struct strbuf *b)
{
    size_t size = b->len;
    char *text = strbuf_give(b);
    struct blob *made;

    if (text == NULL)
        return NULL;
    made = blob_new(text, size, 0);
    if (made == NULL)
        free(text);
    return made;
}

struct blob *blob_borrow(const void *bytes, size_t size)
{
    return blob_new((char *)bytes, size, 1);
}

struct blob *blob_hold(struct blob *b)
{
    atomic_fetch_add(&b->holders, 1);
    return b;
}

void blob_drop(void *blob)
{
    struct blob *b = blob;

    if (b == NULL || atomic_fetch_sub(&b->holders, 1) != 1)
        return;
    if (!b->borrowed)
        free(b->bytes);
    free(b);
}

/* Into room for `size` bytes; 0 when it does not fit there, which means: not worth it. */
/* NOLINTNEXTLINE(readability-non-const-parameter): zlib writes there */
static size_t deflate_into(unsigned char *room, size_t size, const struct blob *plain)
{
    z_stream z = { .next_in = (unsigned char *)plain->bytes,
                   .avail_in = (unsigned)plain->size,
                   .next_out = room,
                   .avail_out = (unsigned)size };
    size_t made = 0;

    if (deflateInit2(&z, GZIP_LEVEL, Z_DEFLATED, GZIP_WINDOW, GZIP_MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
        return 0;
    if (deflate(&z, Z_FINISH) == Z_STREAM_END)
        made = z.total_out;
    (void)deflateEnd(&z);
    return made;
}

struct blob *blob_gzip(const struct blob *plain)
{
    char *room;
    size_t size;
    struct blob *made;

    if (plain->size < GZIP_WORTH_IT || plain->size > UINT32_MAX)
        return NULL;
    room = malloc(plain->size);
    if (room == NULL)
        return NULL;
    size = deflate_into((unsigned char *)room, plain->size, plain);
    made = size == 0 ? NULL : blob_new(room, size, 0);
    if (made == NULL)
        free(room);
    return made;
}
