/* Ranges of addresses: "10.1.0.0/16 2001:db8::/32 192.0.2.7". */
#ifndef DOORS_RANGE_H
#define DOORS_RANGE_H

#include "doors/doors.h"

/* A whole list, blanks between; "" is fine.  ERR_RANGE names the one that is not a range: not an address,
 * bits behind its length, or a length that is none. */
MUST_USE enum err ranges_check(const char *list, struct fault *why);
/* Is the address in one of them?  "" holds every address. */
bool ranges_hold(const char *list, const struct peer *peer);

#endif
