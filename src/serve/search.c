#include "search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fold.h"

enum { FOLDED_MAX = ID_MAX + 2 * NAME_MAX_BYTES + ID_MAX + 8 };

void search_clear(struct search *s)
{
    for (size_t i = 0; s->folded != NULL && i < s->of->point_count; i++)
        free(s->folded[i]);
    free(s->folded);
    catalogue_drop(s->of);
    *s = (struct search){ 0 };
}

static char *folded_point(const struct catalogue *c, const struct point *p)
{
    const struct site *site = p->site < c->site_count ? &c->sites[p->site] : NULL;
    char text[FOLDED_MAX], folded[FOLDED_MAX];

    (void)snprintf(text, sizeof text, "%s\n%s\n%s\n%s", p->id, p->name, site == NULL ? "" : site->id,
                   site == NULL ? "" : site->name);
    (void)fold_text(text, folded, sizeof folded);
    return strdup(folded);
}

char *const *search_texts(struct search *s, struct catalogue *c)
{
    if (s->of == c)
        return s->folded;
    search_clear(s);
    s->folded = calloc(c->point_count + 1, sizeof *s->folded);
    if (s->folded == NULL)
        return NULL;
    s->of = catalogue_hold(c);
    for (size_t i = 0; i < c->point_count; i++) {
        s->folded[i] = folded_point(c, &c->points[i]);
        if (s->folded[i] == NULL) {
            search_clear(s);
            return NULL;
        }
    }
    return s->folded;
}
