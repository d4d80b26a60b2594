/* One client: the bytes it sent that are no request yet, and the replies on their way to it. */
#ifndef SIM_CONNECTION_H
#define SIM_CONNECTION_H

#include "base/clock.h"
#include "mischief.h"

enum { CONNECTION_IN_MAX = 2 * FRAME_MAX, CONNECTION_PENDING = 8 };

enum connection_kind { CONNECTION_TCP, CONNECTION_RTU, CONNECTION_TERMINAL, CONNECTION_CONTROL };

struct pending {
    struct reply reply;
    size_t sent;
    struct mono due;
};

struct connection {
    int fd; /* -1: free */
    enum connection_kind kind;
    unsigned wire;
    uint8_t in[CONNECTION_IN_MAX];
    size_t in_len;
    struct mono last_in;
    struct pending out[CONNECTION_PENDING];
    size_t out_count;
    unsigned answered; /* the server counts */
    bool blocked;      /* the peer does not read: wait for POLLOUT */
    bool forgotten;    /* half open: what it sends is never answered */
};

struct connection connection_new(int fd, enum connection_kind kind, unsigned wire);
/* The end, with a FIN or an RST.  A terminal has none: only what is under way on it is dropped. */
void connection_end(struct connection *c, bool reset);

/* Reads what is there; a silent pause makes what stood before nothing on RTU.  Ends it when the peer did. */
void connection_read(struct connection *c, struct mono now);
void connection_consume(struct connection *c, size_t n);

/* False: CONNECTION_PENDING replies are waiting already, this one is lost. */
bool connection_queue(struct connection *c, const struct reply *reply, struct mono now);
void connection_send_due(struct connection *c, struct mono now);
/* When there is something to send; INT64_MAX: nothing, or the peer does not read. */
struct mono connection_due(const struct connection *c);

#endif
