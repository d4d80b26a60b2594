/* Where to listen: "127.0.0.1:8480", "[::1]:8480". */
#ifndef SERVE_ADDRESS_H
#define SERVE_ADDRESS_H

#include <stdbool.h>

#include "base/err.h"

/* Is it an address, and of this machine only where that is asked?  ERR_CONFIG. */
MUST_USE enum err address_check(const char *text, bool local_only, struct fault *why);
/* Gives a listening socket.  ERR_CONFIG for what is no address. */
MUST_USE enum err address_listen(const char *text, int backlog, int *socket, unsigned *port,
                                 struct fault *why);

#endif
