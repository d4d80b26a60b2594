#include "model/incident_past.h"

#include <stdlib.h>

void incident_past_clear(struct incident_past *p)
{
    for (size_t i = 0; i < p->count; i++)
        free(p->items[i].is);
    free(p->items);
    free(p->letters);
    free(p->lines);
    *p = (struct incident_past){ .count = 0 };
}
