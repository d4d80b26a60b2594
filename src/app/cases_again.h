/* Is a step that comes with a key of before the step that was done then?  What a fact and its member hold of
 * it is compared, of an effect by the hash that its fact has. */
#ifndef CASES_AGAIN_H
#define CASES_AGAIN_H

#include "incident/incidents.h"

/* incident: where the book found the key. */
bool cases_is_again(const struct incidents *b, const struct incident_step *s, uint64_t incident);

#endif
