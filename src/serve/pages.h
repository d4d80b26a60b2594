/* Lists of points that were asked for before and are still true: made once per snapshot and question, as
 * text and gzip.  One thread at a time. */
#ifndef SERVE_PAGES_H
#define SERVE_PAGES_H

#include <stdint.h>

#include "blob.h"

enum { PAGES_MAX = 16, PAGE_KEY_MAX = 400 };

struct page_entry {
    char key[PAGE_KEY_MAX];
    uint64_t generation; /* 0: empty */
    uint64_t used;
    struct blob *plain, *gzip; /* gzip may be NULL: made when first asked for, or not worth it */
    int gzip_tried;
};

struct pages {
    struct page_entry entries[PAGES_MAX];
    uint64_t turn;
};

/* The page of that key and generation, NULL when there is none. */
struct page_entry *pages_find(struct pages *p, const char *key, uint64_t generation);
/* Takes plain; the page used longest ago makes room. */
struct page_entry *pages_put(struct pages *p, const char *key, uint64_t generation, struct blob *plain);
/* The gzip of the page, made once; NULL when not worth it.  Borrowed. */
struct blob *pages_gzip(struct page_entry *e);
void pages_clear(struct pages *p);

#endif
