/* Where to listen: "127.0.0.1:8480", "[::1]:8480". */
#ifndef SERVE_ADDRESS_H
#define SERVE_ADDRESS_H

#include "base/err.h"

/* Gives a listening socket.  ERR_CONFIG for what is no address, or is not of this machine only. */
MUST_USE enum err address_listen(const char *text, int backlog, int *socket, unsigned *port,
                                 struct fault *why);

#endif
