#include "model/spots.h"

#include <stdlib.h>

void spot_facts_clear(struct spot_facts *f)
{
    free(f->incidents);
    free(f->hours);
    *f = (struct spot_facts){ NULL, 0, NULL, 0 };
}

void spot_candidates_free(struct spot_candidates *c)
{
    if (c == NULL)
        return;
    spot_facts_clear(&c->facts);
    free(c->list);
    free(c);
}
