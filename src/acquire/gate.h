/* A register by which a device says whether its values count: pure. */
#ifndef GATE_H
#define GATE_H

#include "acquire/field.h"
#include "model/reading.h"

bool gate_is_open(const struct gate *g, uint64_t raw);
/* What a value behind a gate is that is not open: without a number, or uncertain when the gate says so.
 * `why` is the reason; a value that has no number keeps its own. */
struct reading gate_apply(const struct gate *g, struct reading r, enum reason why);

#endif
