/* The tables of the field: its wires and devices, and every register of each kind of device. */
#ifndef SIM_DEVICES_H
#define SIM_DEVICES_H

#include "field.h"

extern const struct field_wire DEVICES_WIRES[FIELD_WIRES];
extern const struct field_device DEVICES[FIELD_DEVICES];

/* The signal behind a slot of a device; its own (SIGNAL_FIXED to SIGNAL_STATUS) stay what they are. */
unsigned devices_signal(const struct field_device *d, const struct field_slot *slot);
/* The signal a sensor of the device measures, by its name or the address of its register; -1: it has none
 * such, or what stands there is counted or fixed, not measured. */
int devices_sensor(const struct field_device *d, const char *name);
/* "chlorine, turbidity, ...": the names of its sensors. */
enum { DEVICES_LIST_MAX = 200 };
void devices_list_sensors(const struct field_device *d, char out[DEVICES_LIST_MAX]);
/* The measuring inputs of an analyser, at most `max`; 0: it is none. */
unsigned devices_inputs(const struct field_device *d, unsigned *signals, unsigned max);
/* The first totalizer of the device (meters.h), or -1. */
int devices_meter(const struct field_device *d);

#endif
