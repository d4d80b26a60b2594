/* The wires of the field: one poll() loop over a listener per wire, its connections and terminals, and a
 * control socket.  Single-threaded; signals arrive through a descriptor. */
#ifndef SIM_SERVER_H
#define SIM_SERVER_H

#include <stdint.h>

#include "base/err.h"
#include "control.h"
#include "field.h"
#include "script.h"
#include "stand.h"

enum { SERVER_PER_WIRE = 16, SERVER_CONNECTIONS_MAX = 512 };

struct server_setup {
    struct stand *stand;
    struct control *orders;
    struct script *script;  /* may be empty */
    struct field *field;    /* what is saved; NULL: nothing */
    uint16_t port_base;     /* wire w listens on 127.0.0.1:port_base + w */
    uint16_t rtu_port_base; /* and, framed as RTU, there; 0: not */
    const char *terminals;  /* folder of a link per wire to a terminal; NULL: none */
    const char *folder;     /* for the state; NULL: nothing is kept */
    const char *control;    /* path of the control socket; NULL: none */
    const char *chronicle;  /* what every register showed when; NULL: nowhere */
    uint64_t chronicle_max; /* bytes */
    double speed;           /* simulated seconds per second */
    uint64_t seed;          /* of the modem on the slow wire, and of faults */
};

/* Serves until SIGTERM or SIGINT.  Borrows all.  ERR_PEER when a port is taken. */
MUST_USE enum err server_run(const struct server_setup *setup, struct fault *why);

#endif
