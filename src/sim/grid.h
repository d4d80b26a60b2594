/* A grid of generated devices: every register says whose it is.
 *
 * 32-bit registers hold (number of the device) << 20 | place << 16 | counter, the float (number << 14 |
 * counter of 14 bits, all of it exact), 16-bit ones the counter alone.  Each counter starts somewhere else
 * (by seed) and rises by one a second, so that a value from another register, device or second is told. */
#ifndef SIM_GRID_H
#define SIM_GRID_H

#include "field.h"
#include "stand.h"

enum { GRID_DEVICES_MAX = 1000, GRID_PER_WIRE_MAX = 247, GRID_WIRES_MAX = 256 };

struct grid;

/* Devices g-001 ..., units 1 to per_wire on wires w-001 ...; ERR_RANGE when there are too many. */
MUST_USE enum err grid_new(struct grid **out, unsigned devices, unsigned per_wire, uint64_t seed,
                           struct fault *why);
void grid_free(struct grid *g);
/* For stand_init; the grid must outlive it. */
struct stand_source grid_source(struct grid *g);

#endif
