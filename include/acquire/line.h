/* The transport under a wire, as a port: sends one request, receives one answer.  It frames; it does not
 * judge: answer_check() does. */
#ifndef ACQUIRE_LINE_H
#define ACQUIRE_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"

struct request {
    uint16_t transaction; /* of the wire's own count; serial lines do not carry it */
    uint8_t unit;
    uint8_t function; /* FUNCTION_READ_...: no function that writes exists here */
    uint16_t address, quantity;
    bool tolerates;     /* an answer that names another unit, on lines that carry transactions: */
    uint8_t other_unit; /* this one */
};

enum { PDU_MAX = 253 };

struct answer {
    bool has_transaction; /* false on serial lines */
    bool framed;          /* the frame's own fields (protocol, length) agree with its bytes */
    uint16_t transaction;
    uint8_t unit;
    uint8_t pdu[PDU_MAX];
    size_t pdu_len;
    int64_t took_us; /* from the last byte sent to the last received */
};

struct line;

struct line_ops {
    /* Connects within its own time.  ERR_PEER, ERR_TIMEOUT. */
    enum err (*connect)(struct line *l, struct fault *why);
    /* ERR_PEER: the connection is lost. */
    enum err (*send)(struct line *l, const struct request *r, struct fault *why);
    /* The next frame, be it the answer or not: only its transaction tells.  ERR_TIMEOUT: nothing whole within
     * within_ms; ERR_PEER: connection lost; ERR_RANGE: not a frame. */
    enum err (*receive)(struct line *l, struct answer *a, int64_t within_ms, struct fault *why);
    void (*close)(struct line *l);
    /* From another thread: whatever waits returns soon, with an error. */
    void (*interrupt)(struct line *l);
    void (*free)(struct line *l);
};

struct line {
    const struct line_ops *ops;
    bool called; /* the other end dials: to look for it often costs nobody anything */
};

/* Descriptors below FD_SETSIZE, held from the start for the sockets of wires: libmodbus 3.1.6 waits with
 * select(), and glibc ends a process that does so on descriptor 1024 or above. */
struct low_descriptors;

MUST_USE enum err low_descriptors_reserve(struct low_descriptors **out, size_t count, struct fault *why);
void low_descriptors_release(struct low_descriptors *d); /* after the last line is freed; NULL is fine */

/* Modbus TCP by libmodbus.  Borrows host and port; takes one descriptor for its life: ERR_FULL when none is
 * left. */
MUST_USE enum err line_tcp_new(struct line **out, const char *host, const char *port, int64_t connect_ms,
                               struct low_descriptors *pool, struct fault *why);

struct wire_settings;

/* The line that these settings ask for.  Borrows them for its life.  Nothing is opened yet. */
MUST_USE enum err line_new(struct line **out, const struct wire_settings *s, struct low_descriptors *pool,
                           struct fault *why);

#endif
