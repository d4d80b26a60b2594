/* A request and the field make a reply, the way the device would say it. */
#ifndef SIM_ANSWER_H
#define SIM_ANSWER_H

#include "frame.h"
#include "mischief.h"
#include "stand.h"

/* Fills *out with the right reply and returns the index of the device that gives it.  -1: nobody there,
 * out->len is 0 (like many gateways, an unknown unit is met with silence).
 * Exceptions: 1 for functions other than 3 and 4 or a bank the device does not have, 2 for registers it
 * does not know, 3 for 0 or too many registers or a request of the wrong length. */
int answer_request(const struct stand *s, unsigned wire, const struct frame_request *ask, struct reply *out);

#endif
