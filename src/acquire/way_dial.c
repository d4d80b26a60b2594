/* A connection that we make: to a Modbus TCP server, or to a converter that passes a serial line on. */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "way.h"

struct way_dial {
    struct way way; /* first: a struct way * is a struct way_dial * */
    const char *host, *port;
    int64_t connect_ms;
    char name[sizeof((struct wire_settings *)0)->host + 16];
};

static enum err dial_one(const struct way_dial *d, const struct addrinfo *a, const struct halt *h,
                         int64_t until_us, int *out, struct fault *why)
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
        rc = fault_set(why, ERR_PEER, "connect %s: %s", d->name, strerror(errno));
        goto close_fd;
    }
    rc = halt_wait(h, fd, POLLOUT, until_us, why);
    if (rc == ERR_TIMEOUT)
        rc = fault_set(why, ERR_TIMEOUT, "connect %s: no answer in %lld ms", d->name,
                       (long long)d->connect_ms);
    if (rc != ERR_NONE)
        goto close_fd;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0 || error != 0) {
        rc = fault_set(why, ERR_PEER, "connect %s: %s", d->name, strerror(error));
        goto close_fd;
    }
    *out = fd;
    return ERR_NONE;

close_fd:
    (void)close(fd);
    return rc;
}

static enum err dial_open(struct way *way, const struct halt *h, int *fd, struct fault *why)
{
    const struct way_dial *d = (const struct way_dial *)way;
    const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV };
    struct addrinfo *found;
    int64_t until_us = halt_clock_us() + d->connect_ms * 1000;
    int problem = getaddrinfo(d->host, d->port, &hints, &found);
    enum err rc = ERR_PEER;

    if (problem != 0)
        return fault_set(why, ERR_PEER, "look up %s: %s", d->host, gai_strerror(problem));
    for (const struct addrinfo *a = found; a != NULL && rc != ERR_NONE && rc != ERR_STATE; a = a->ai_next)
        rc = dial_one(d, a, h, until_us, fd, why);
    freeaddrinfo(found);
    return rc;
}

static void dial_free(struct way *way)
{
    free(way);
}

static const struct way_ops OPS = { dial_open, NULL, NULL, dial_free };

enum err way_dial_new(struct way **out, const char *host, const char *port, int64_t connect_ms,
                      struct fault *why)
{
    struct way_dial *d = calloc(1, sizeof *d);

    if (d == NULL)
        return fault_set(why, ERR_MEMORY, "line %s:%s: no memory", host, port);
    *d = (struct way_dial){ .way.ops = &OPS, .host = host, .port = port, .connect_ms = connect_ms };
    (void)snprintf(d->name, sizeof d->name, "%s:%s", host, port);
    d->way.name = d->name;
    *out = &d->way;
    return ERR_NONE;
}

void way_free(struct way *w)
{
    if (w != NULL)
        w->ops->free(w);
}
