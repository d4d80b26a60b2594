/* What `q` searches: names without tone marks, made once per configuration. */
#ifndef SERVE_SEARCH_H
#define SERVE_SEARCH_H

#include "model/catalogue.h"

struct search {
    struct catalogue *of; /* held; NULL: none yet */
    char **folded;        /* per point */
};

/* The folded texts of the catalogue's points; NULL without memory.  Valid until the next call. */
char *const *search_texts(struct search *s, struct catalogue *c);
void search_clear(struct search *s);

#endif
