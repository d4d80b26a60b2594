/* What is measured in a water works, and the unit each is counted in. */
#ifndef MODEL_PARAMETER_H
#define MODEL_PARAMETER_H

#include <stdbool.h>

struct parameter_kind {
    const char *id;   /* flow, free_chlorine */
    const char *unit; /* symbol of its unit, see unit.h */
    const char *name; /* for people, in Vietnamese */
};

/* NULL when there is none of that id. */
const struct parameter_kind *parameter_find(const char *id);
/* The known id nearest to it, NULL when none is near. */
const char *parameter_nearest(const char *id);
/* True for "x-...": a parameter of the operator's own, of which nothing is known. */
bool parameter_own(const char *id);

#endif
