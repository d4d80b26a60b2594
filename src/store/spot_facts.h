/* What the database has to say of black spots. */
#ifndef STORE_SPOT_FACTS_H
#define STORE_SPOT_FACTS_H

#include "model/spots.h"
#include "pg.h"

/* *out is empty when it fails. */
MUST_USE enum err spot_facts_read(struct pg *p, const struct spot_facts_ask *a, struct spot_facts *out,
                                  struct fault *why);

#endif
