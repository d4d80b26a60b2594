/* What of the world somebody may see: a supplier's, single sites', or all.
 *
 * What belongs to no supplier that is known here (the points of another node, whose systems are not told) is
 * seen by those alone who see all. */
#ifndef MODEL_SCOPE_H
#define MODEL_SCOPE_H

#include "model/catalogue.h"
#include "model/incident_list.h"

/* Borrows its texts. */
struct scope {
    const char *supplier; /* its id; "": of any */
    const char *sites;    /* ids with blanks between; "": any */
};

bool scope_is_all(const struct scope *s);
bool scope_sees_supplier(const struct scope *s, const struct supplier *of);
/* Whom single sites were named to sees the systems that these are in. */
bool scope_sees_system(const struct scope *s, const struct catalogue *c, const struct system *of);
bool scope_sees_site(const struct scope *s, const struct catalogue *c, const struct site *of);
bool scope_sees_zone(const struct scope *s, const struct catalogue *c, const struct zone *of);
bool scope_sees_point(const struct scope *s, const struct catalogue *c, const struct point *of);
/* All that is in it is theirs to see; what became part of another is seen with that. */
bool scope_sees_incident(const struct scope *s, const struct incident_list *l, const struct incident *i);

#endif
