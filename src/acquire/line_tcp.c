/* Modbus TCP.  We connect and send ourselves: libmodbus' connect has select() in it and aborts on a high
 * descriptor, and its raw request always carries transaction 0, so that an answer to an earlier question
 * could not be told from the one awaited.  Receiving and finding the end of a frame is libmodbus'. */
#include "acquire/line.h"

#include <errno.h>
#include <fcntl.h>
#include <modbus/modbus.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "line_kinds.h"
#include "low_descriptors.h"

enum { MBAP_BYTES = 7, REQUEST_BYTES = MBAP_BYTES + 5, UNASKED_READS_MAX = 16 };

struct line_tcp {
    struct line line; /* first: a struct line * is a struct line_tcp * */
    struct way *way;
    struct low_descriptors *pool;
    int fd; /* reserved for our life; a socket while connected, /dev/null otherwise */
    struct halt halt;
    bool connected;
    bool silent; /* the last question had no answer, and what came was no nonsense either */
    int64_t sent_us;
    modbus_t *ctx;
};

static void hang_up(struct line_tcp *l)
{
    if (!l->connected)
        return;
    l->connected = false;
    (void)shutdown(l->fd, SHUT_RDWR);
    low_descriptors_blank(l->fd);
}

static enum err tcp_connect(struct line *line, struct fault *why)
{
    struct line_tcp *l = (struct line_tcp *)line;
    int fd;
    enum err rc;

    if (l->connected && l->way->ops->still(l->way, l->fd))
        return ERR_NONE;
    hang_up(l);
    rc = l->way->ops->open(l->way, &l->halt, &fd, why);
    if (rc != ERR_NONE)
        return rc;
    if (dup3(fd, l->fd, O_CLOEXEC) < 0)
        rc = fault_set(why, ERR_PEER, "descriptor %d: %s", l->fd, strerror(errno));
    (void)close(fd);
    if (rc != ERR_NONE)
        return rc;
    l->connected = true;
    if (modbus_set_socket(l->ctx, l->fd) != 0)
        return fault_set(why, ERR_PEER, "modbus: %s", modbus_strerror(errno));
    return ERR_NONE;
}

/* A modem that was hung up on may take minutes to call again, for one of its devices that is silent; what is
 * late is told by its transaction. */
static void tcp_close(struct line *line)
{
    struct line_tcp *l = (struct line_tcp *)line;

    if (!l->way->keep || !l->silent)
        hang_up(l);
}

/* What modems say of themselves, unasked, would be taken for the head of a frame. */
static void drop_what_was_not_asked(const struct line_tcp *l)
{
    unsigned char bytes[256];

    for (int i = 0; i < UNASKED_READS_MAX && recv(l->fd, bytes, sizeof bytes, MSG_DONTWAIT) > 0; i++)
        ;
}

static enum err tcp_send(struct line *line, const struct request *r, struct fault *why)
{
    struct line_tcp *l = (struct line_tcp *)line;
    const unsigned char frame[REQUEST_BYTES] = {
        (unsigned char)(r->transaction >> 8),
        (unsigned char)r->transaction,
        0,
        0,
        0,
        REQUEST_BYTES - 6,
        r->unit,
        r->function,
        (unsigned char)(r->address >> 8),
        (unsigned char)r->address,
        (unsigned char)(r->quantity >> 8),
        (unsigned char)r->quantity,
    };
    ssize_t n;

    if (l->way->called)
        drop_what_was_not_asked(l);
    /* in one write: some servers drop a request that comes in pieces */
    n = send(l->fd, frame, sizeof frame, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (halt_set(&l->halt))
        return fault_set(why, ERR_STATE, "stopping");
    if (n != (ssize_t)sizeof frame)
        return fault_set(why, ERR_PEER, "send to %s: %s", l->way->name,
                         n < 0 ? strerror(errno) : "not taken whole");
    l->sent_us = halt_clock_us();
    return ERR_NONE;
}

/* Takes libmodbus' frame apart.  Its own length field is checked against what came: libmodbus goes by the
 * function code and does not look. */
static void unframe(const uint8_t *frame, size_t len, struct answer *a)
{
    a->has_transaction = true;
    a->transaction = (uint16_t)(frame[0] << 8 | frame[1]);
    a->unit = frame[6];
    a->pdu_len = len - MBAP_BYTES;
    a->framed = frame[2] == 0 && frame[3] == 0 && (size_t)(frame[4] << 8 | frame[5]) == len - 6;
    memcpy(a->pdu, frame + MBAP_BYTES, a->pdu_len);
}

static enum err receive_failed(const struct line_tcp *l, int problem, int64_t within_ms, struct fault *why)
{
    switch (problem) {
    case ETIMEDOUT: return fault_set(why, ERR_TIMEOUT, "no whole answer in %lld ms", (long long)within_ms);
    case ECONNRESET:
    case ECONNREFUSED:
    case EBADF:
    case EPIPE: return fault_set(why, ERR_PEER, "%s closed the connection", l->way->name);
    default: break;
    }
    if (problem < MODBUS_ENOBASE) /* the system's own: the way there is broken, the device said nothing */
        return fault_set(why, ERR_PEER, "receive from %s: %s", l->way->name, strerror(problem));
    return fault_set(why, ERR_RANGE, "answer is not a frame: %s", modbus_strerror(problem));
}

static enum err tcp_receive(struct line *line, struct answer *a, int64_t within_ms, struct fault *why)
{
    struct line_tcp *l = (struct line_tcp *)line;
    uint8_t frame[MODBUS_TCP_MAX_ADU_LENGTH];
    int n;

    if (halt_set(&l->halt))
        return fault_set(why, ERR_STATE, "stopping");
    /* with a byte time-out of 0 this one governs the whole frame, so a slow drip ends in time */
    (void)modbus_set_response_timeout(l->ctx, (uint32_t)(within_ms / 1000),
                                      (uint32_t)(within_ms % 1000) * 1000);
    errno = 0;
    n = modbus_receive_confirmation(l->ctx, frame);
    if (halt_set(&l->halt))
        return fault_set(why, ERR_STATE, "stopping");
    l->silent = n < 0 && errno == ETIMEDOUT;
    if (n < 0)
        return receive_failed(l, errno, within_ms, why);
    if (n < MBAP_BYTES + 2)
        return fault_set(why, ERR_RANGE, "answer of %d bytes", n);
    unframe(frame, (size_t)n, a);
    a->took_us = halt_clock_us() - l->sent_us;
    if (l->way->ops->proven != NULL)
        l->way->ops->proven(l->way);
    return ERR_NONE;
}

static void tcp_interrupt(struct line *line)
{
    struct line_tcp *l = (struct line_tcp *)line;

    /* The flag first: a receive that has not begun sees it; one that waits is ended by the shutdown.  The
     * descriptor is ours for life, so this can hit no one else's socket. */
    halt_now(&l->halt);
    (void)shutdown(l->fd, SHUT_RDWR);
}

static void tcp_free(struct line *line)
{
    struct line_tcp *l = (struct line_tcp *)line;

    hang_up(l);
    modbus_free(l->ctx);
    halt_close(&l->halt);
    way_free(l->way);
    low_descriptors_give(l->pool, l->fd);
    free(l);
}

static const struct line_ops OPS = { tcp_connect, tcp_send, tcp_receive, tcp_close, tcp_interrupt, tcp_free };

enum err line_mbap_new(struct line **out, struct way *way, struct low_descriptors *pool, struct fault *why)
{
    struct line_tcp *l = calloc(1, sizeof *l);
    enum err rc;

    if (l == NULL)
        return fault_set(why, ERR_MEMORY, "line %s: no memory", way->name);
    *l = (struct line_tcp){ .line = { &OPS, way->called }, .pool = pool };
    l->fd = low_descriptors_take(pool);
    if (l->fd < 0) {
        rc = fault_set(why, ERR_FULL, "line %s: no descriptor below 1024 left", way->name);
        goto free_line;
    }
    rc = halt_open(&l->halt, why);
    if (rc != ERR_NONE)
        goto give_fd;
    l->ctx = modbus_new_tcp("127.0.0.1", MODBUS_TCP_DEFAULT_PORT); /* its address is never used: we connect */
    if (l->ctx == NULL) {
        rc = fault_set(why, ERR_MEMORY, "line %s: %s", way->name, modbus_strerror(errno));
        goto close_halt;
    }
    (void)modbus_set_byte_timeout(l->ctx, 0, 0);
    (void)modbus_set_error_recovery(l->ctx, MODBUS_ERROR_RECOVERY_NONE);
    l->way = way;
    *out = &l->line;
    return ERR_NONE;

close_halt:
    halt_close(&l->halt);
give_fd:
    low_descriptors_give(pool, l->fd);
free_line:
    free(l);
    return rc;
}

enum err line_tcp_new(struct line **out, const char *host, const char *port, int64_t connect_ms,
                      struct low_descriptors *pool, struct fault *why)
{
    struct way *way;
    enum err rc = way_dial_new(&way, host, port, connect_ms, why);

    if (rc != ERR_NONE)
        return rc;
    rc = line_mbap_new(out, way, pool, why);
    if (rc != ERR_NONE)
        way_free(way);
    return rc;
}
