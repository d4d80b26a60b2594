/* Where others come in: listening sockets, pseudo-terminals, signals.  Descriptors do not block. */
#ifndef SIM_DOOR_H
#define SIM_DOOR_H

#include <limits.h>
#include <stdint.h>

#include "base/err.h"

/* All give a descriptor.  ERR_PEER when a port is taken. */
MUST_USE enum err door_tcp(int *out, uint16_t port, struct fault *why);
/* A black hole: of a queue that is full, and that nobody takes from, the kernel drops what else wants in.  A
 * backlog of 0 has one place; the second plug stands ready for whoever lets go of it.  The port listens as
 * before afterwards. */
enum { DOOR_PLUGS = 2 };
void door_block(int listener, uint16_t port, int plugs[DOOR_PLUGS]);
void door_unblock(int listener, int plugs[DOOR_PLUGS]);
MUST_USE enum err door_unix(int *out, const char *path, struct fault *why);
/* Readable once SIGTERM or SIGINT came. */
MUST_USE enum err door_signals(int *out, struct fault *why);

/* A serial line: clients open `path`, a symbolic link to a terminal.  The far side is held open too, so that
 * a client that leaves is no end of the line. */
struct door_terminal {
    int near, far; /* -1: unplugged */
    char path[PATH_MAX];
};

MUST_USE enum err door_plug(struct door_terminal *t, struct fault *why);
void door_unplug(struct door_terminal *t);

#endif
