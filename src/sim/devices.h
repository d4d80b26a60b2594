/* The tables of the field: its wires and devices, and every register of each kind of device. */
#ifndef SIM_DEVICES_H
#define SIM_DEVICES_H

#include "field.h"

extern const struct field_wire DEVICES_WIRES[FIELD_WIRES];
extern const struct field_device DEVICES[FIELD_DEVICES];

#endif
