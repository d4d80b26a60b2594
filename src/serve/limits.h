/* A limit set as JSON. */
#ifndef LIMITS_H
#define LIMITS_H

#include "base/json.h"
#include "model/standard.h"

/* Writes the members of an object that is open; `whole` adds its rows. */
void limits_write(struct json_out *j, const struct standard *s, int32_t today, bool whole);

#endif
