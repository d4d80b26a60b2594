#include "pages.h"

#include <stdio.h>
#include <string.h>

static void empty(struct page_entry *e)
{
    blob_drop(e->plain);
    blob_drop(e->gzip);
    memset(e, 0, sizeof *e);
}

struct page_entry *pages_find(struct pages *p, const char *key, uint64_t generation)
{
    for (size_t i = 0; i < PAGES_MAX; i++) {
        struct page_entry *e = &p->entries[i];
        if (e->generation == generation && e->plain != NULL && strcmp(e->key, key) == 0) {
            e->used = ++p->turn;
            return e;
        }
    }
    return NULL;
}

struct page_entry *pages_put(struct pages *p, const char *key, uint64_t generation, struct blob *plain)
{
    struct page_entry *oldest = &p->entries[0];

    for (size_t i = 1; i < PAGES_MAX; i++)
        if (p->entries[i].used < oldest->used)
            oldest = &p->entries[i];
    empty(oldest);
    (void)snprintf(oldest->key, sizeof oldest->key, "%s", key);
    oldest->generation = generation;
    oldest->used = ++p->turn;
    oldest->plain = plain;
    return oldest;
}

struct blob *pages_gzip(struct page_entry *e)
{
    if (!e->gzip_tried) {
        e->gzip_tried = 1;
        e->gzip = blob_gzip(e->plain);
    }
    return e->gzip;
}

void pages_clear(struct pages *p)
{
    for (size_t i = 0; i < PAGES_MAX; i++)
        empty(&p->entries[i]);
}
