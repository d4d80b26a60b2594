/* A value that reached its device as a current: is the wire of the sensor whole?  Pure.
 *
 * NAMUR NE 43 keeps 3.8 to 20.5 mA for the measurement; a current at or below 3.6 mA or at or above 21 mA
 * says that the sensor has failed or its wire is broken or shorted. */
#ifndef CURRENT_H
#define CURRENT_H

#include "acquire/field.h"

#define CURRENT_FAULT_LOW_MA  3.6
#define CURRENT_FAULT_HIGH_MA 21.0

/* The number is the register's, before scale and offset; NaN is no fault of a wire. */
bool current_is_fault(const struct current *c, double number);

#endif
