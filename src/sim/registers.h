/* Where a device's registers lie in its row of words, and how a request for them is met.  Pure. */
#ifndef SIM_REGISTERS_H
#define SIM_REGISTERS_H

#include "field.h"

/* Place of `address` in the device's words when `count` registers from there lie in one range, or -1. */
int registers_place(const struct field_device *d, enum field_bank bank, unsigned address, unsigned count);

/* Words of all ranges together. */
unsigned registers_count(const struct field_device *d);

/* Modbus exception code, 0 when the device answers; then `count` registers are in out. */
unsigned registers_read(const struct field_device *d, const uint16_t *words, enum field_bank bank,
                        uint16_t address, uint16_t count, uint16_t *out);

#endif
