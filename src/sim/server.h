/* The wires of the field: one poll() loop over a listener per wire, its connections, and a control
 * socket.  Single-threaded; signals arrive through a descriptor. */
#ifndef SIM_SERVER_H
#define SIM_SERVER_H

#include <stdint.h>

#include "base/err.h"
#include "field.h"
#include "mischief.h"

enum { SERVER_PER_WIRE = 16, SERVER_PENDING = 8 };
enum { SERVER_CONNECTIONS = (FIELD_WIRES + 1) * SERVER_PER_WIRE }; /* and the control socket's */

struct server_setup {
    uint16_t port_base;  /* wire w listens on 127.0.0.1:port_base + w */
    const char *folder;  /* for the state; NULL: nothing is kept */
    const char *control; /* path of the control socket; NULL: none */
    double speed;        /* simulated seconds per second */
    uint64_t seed;       /* of the modem on the slow wire */
    struct mischief mischief[FIELD_DEVICES];
};

/* Serves until SIGTERM or SIGINT.  Borrows all.  ERR_PEER when a port is taken. */
MUST_USE enum err server_run(struct field *f, const struct server_setup *setup, struct fault *why);

#endif
