/* Modbus TCP.  We connect and send ourselves: libmodbus' connect has select() in it and aborts on a high
 * descriptor, and its raw request always carries transaction 0, so that an answer to an earlier question
 * could not be told from the one awaited.  Receiving and finding the end of a frame is libmodbus'. */
#include "acquire/line.h"

#include <errno.h>
#include <fcntl.h>
#include <modbus/modbus.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "low_descriptors.h"

enum { MBAP_BYTES = 7, REQUEST_BYTES = MBAP_BYTES + 5 };

struct line_tcp {
    struct line line; /* first: a struct line * is a struct line_tcp * */
    const char *host, *port;
    int64_t connect_ms;
    struct low_descriptors *pool;
    int fd;        /* reserved for our life; a socket while connected, /dev/null otherwise */
    int interrupt; /* eventfd, for a connect under way: readable once someone wants us to stop */
    atomic_bool stopping;
    bool connected;
    int64_t sent_us;
    modbus_t *ctx;
};

static int64_t now_us(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* Waits for `events` on fd, for the interrupt, or until the deadline. */
static enum err wait_for(const struct line_tcp *l, int fd, short events, int64_t until_us, struct fault *why)
{
    struct pollfd p[2] = { { .fd = fd, .events = events }, { .fd = l->interrupt, .events = POLLIN } };

    for (;;) {
        int64_t left = until_us - now_us();
        int n = poll(p, 2, left <= 0 ? 0 : (int)((left + 999) / 1000));
        if (n < 0 && errno == EINTR)
            continue;
        if (p[1].revents != 0)
            return fault_set(why, ERR_STATE, "stopping");
        if (n < 0)
            return fault_set(why, ERR_PEER, "poll: %s", strerror(errno));
        if (n == 0 && left <= 0)
            return ERR_TIMEOUT;
        if (n > 0)
            return ERR_NONE;
    }
}

static enum err connect_one(struct line_tcp *l, const struct addrinfo *a, int64_t until_us, int *out,
                            struct fault *why)
{
    int fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP), one = 1,
        error = 0;
    socklen_t len = sizeof error;
    enum err rc;

    if (fd < 0)
        return fault_set(why, ERR_PEER, "socket: %s", strerror(errno));
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    (void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof one);
    if (connect(fd, a->ai_addr, a->ai_addrlen) != 0 && errno != EINPROGRESS) {
        rc = fault_set(why, ERR_PEER, "connect %s:%s: %s", l->host, l->port, strerror(errno));
        goto close_fd;
    }
    rc = wait_for(l, fd, POLLOUT, until_us, why);
    if (rc == ERR_TIMEOUT)
        rc = fault_set(why, ERR_TIMEOUT, "connect %s:%s: no answer in %lld ms", l->host, l->port,
                       (long long)l->connect_ms);
    if (rc != ERR_NONE)
        goto close_fd;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0 || error != 0) {
        rc = fault_set(why, ERR_PEER, "connect %s:%s: %s", l->host, l->port, strerror(error));
        goto close_fd;
    }
    *out = fd;
    return ERR_NONE;

close_fd:
    (void)close(fd);
    return rc;
}

static enum err tcp_connect(struct line *line, struct fault *why)
{
    struct line_tcp *l = (struct line_tcp *)line;
    const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV };
    struct addrinfo *found;
    int64_t until_us = now_us() + l->connect_ms * 1000;
    int problem = getaddrinfo(l->host, l->port, &hints, &found), fd = -1;
    enum err rc = ERR_PEER;

    if (problem != 0)
        return fault_set(why, ERR_PEER, "look up %s: %s", l->host, gai_strerror(problem));
    for (const struct addrinfo *a = found; a != NULL && fd < 0 && rc != ERR_STATE; a = a->ai_next)
        rc = connect_one(l, a, until_us, &fd, why);
    freeaddrinfo(found);
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

static void tcp_close(struct line *line)
{
    struct line_tcp *l = (struct line_tcp *)line;

    if (!l->connected)
        return;
    l->connected = false;
    (void)shutdown(l->fd, SHUT_RDWR);
    low_descriptors_blank(l->fd);
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

    /* in one write: some servers drop a request that comes in pieces */
    n = send(l->fd, frame, sizeof frame, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (atomic_load(&l->stopping))
        return fault_set(why, ERR_STATE, "stopping");
    if (n != (ssize_t)sizeof frame)
        return fault_set(why, ERR_PEER, "send to %s:%s: %s", l->host, l->port,
                         n < 0 ? strerror(errno) : "not taken whole");
    l->sent_us = now_us();
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
    case EPIPE: return fault_set(why, ERR_PEER, "%s:%s closed the connection", l->host, l->port);
    default: break;
    }
    if (problem < MODBUS_ENOBASE) /* the system's own: the way there is broken, the device said nothing */
        return fault_set(why, ERR_PEER, "receive from %s:%s: %s", l->host, l->port, strerror(problem));
    return fault_set(why, ERR_RANGE, "answer is not a frame: %s", modbus_strerror(problem));
}

static enum err tcp_receive(struct line *line, struct answer *a, int64_t within_ms, struct fault *why)
{
    struct line_tcp *l = (struct line_tcp *)line;
    uint8_t frame[MODBUS_TCP_MAX_ADU_LENGTH];
    int n;

    if (atomic_load(&l->stopping))
        return fault_set(why, ERR_STATE, "stopping");
    /* with a byte time-out of 0 this one governs the whole frame, so a slow drip ends in time */
    (void)modbus_set_response_timeout(l->ctx, (uint32_t)(within_ms / 1000),
                                      (uint32_t)(within_ms % 1000) * 1000);
    errno = 0;
    n = modbus_receive_confirmation(l->ctx, frame);
    if (atomic_load(&l->stopping))
        return fault_set(why, ERR_STATE, "stopping");
    if (n < 0)
        return receive_failed(l, errno, within_ms, why);
    if (n < MBAP_BYTES + 2)
        return fault_set(why, ERR_RANGE, "answer of %d bytes", n);
    unframe(frame, (size_t)n, a);
    a->took_us = now_us() - l->sent_us;
    return ERR_NONE;
}

static void tcp_interrupt(struct line *line)
{
    struct line_tcp *l = (struct line_tcp *)line;
    const uint64_t one = 1;
    ssize_t done;

    /* The flag first: a receive that has not begun sees it; one that waits is ended by the shutdown.  The
     * descriptor is ours for life, so this can hit no one else's socket. */
    atomic_store(&l->stopping, true);
    (void)shutdown(l->fd, SHUT_RDWR);
    done = write(l->interrupt, &one, sizeof one);
    (void)done; /* it can only be full, and then it is readable already */
}

static void tcp_free(struct line *line)
{
    struct line_tcp *l = (struct line_tcp *)line;

    tcp_close(line);
    modbus_free(l->ctx);
    (void)close(l->interrupt);
    low_descriptors_give(l->pool, l->fd);
    free(l);
}

static const struct line_ops OPS = { tcp_connect, tcp_send, tcp_receive, tcp_close, tcp_interrupt, tcp_free };

enum err line_tcp_new(struct line **out, const char *host, const char *port, int64_t connect_ms,
                      struct low_descriptors *pool, struct fault *why)
{
    struct line_tcp *l = calloc(1, sizeof *l);
    enum err rc;

    if (l == NULL)
        return fault_set(why, ERR_MEMORY, "line %s:%s: no memory", host, port);
    *l = (struct line_tcp){
        .line.ops = &OPS, .host = host, .port = port, .connect_ms = connect_ms, .pool = pool
    };
    l->fd = low_descriptors_take(pool);
    if (l->fd < 0) {
        rc = fault_set(why, ERR_FULL, "line %s:%s: no descriptor below 1024 left", host, port);
        goto free_line;
    }
    l->interrupt = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (l->interrupt < 0) {
        rc = fault_set(why, ERR_FULL, "line %s:%s: eventfd: %s", host, port, strerror(errno));
        goto give_fd;
    }
    l->ctx = modbus_new_tcp("127.0.0.1", MODBUS_TCP_DEFAULT_PORT); /* its address is never used: we connect */
    if (l->ctx == NULL) {
        rc = fault_set(why, ERR_MEMORY, "line %s:%s: %s", host, port, modbus_strerror(errno));
        goto close_interrupt;
    }
    (void)modbus_set_byte_timeout(l->ctx, 0, 0);
    (void)modbus_set_error_recovery(l->ctx, MODBUS_ERROR_RECOVERY_NONE);
    *out = &l->line;
    return ERR_NONE;

close_interrupt:
    (void)close(l->interrupt);
give_fd:
    low_descriptors_give(pool, l->fd);
free_line:
    free(l);
    return rc;
}
