/* Devices that dial in: a modem behind a provider's network cannot be reached, it calls.
 *
 * Who calls while one is connected waits in the system's queue: if the one connected answers, the caller is
 * sent away; if it does not, the caller takes its place.  So a modem that lost its connection, which we may
 * not notice for long, comes in again, and a stranger does not push out the one that works. */
#include <arpa/inet.h>
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

#include "base/log.h"
#include "way.h"

enum { BACKLOG = 8, KEEP_IDLE_S = 30, KEEP_EVERY_S = 10, KEEP_TRIES = 3 };

struct way_listen {
    struct way way; /* first: a struct way * is a struct way_listen * */
    const struct listen_settings *settings;
    int64_t wait_ms;
    int listener; /* -1: not yet; kept while the line lives, so that callers can queue */
    int next;     /* who is to take the place of the one connected; -1: nobody */
    unsigned long long refused;
    struct damper refusals;
    char name[sizeof((struct listen_settings *)0)->host + 24];
};

/* An address as one text, whichever family the socket has. */
static void text_of(const struct sockaddr_storage *a, socklen_t len, char *out, size_t size)
{
    static const char MAPPED[] = "::ffff:";

    if (getnameinfo((const struct sockaddr *)a, len, out, (socklen_t)size, NULL, 0, NI_NUMERICHOST) != 0)
        (void)snprintf(out, size, "?");
    if (strncmp(out, MAPPED, sizeof MAPPED - 1) == 0)
        memmove(out, out + sizeof MAPPED - 1, strlen(out) - (sizeof MAPPED - 1) + 1);
}

static bool same_address(const char *a, const char *b)
{
    unsigned char x[sizeof(struct in6_addr)], y[sizeof(struct in6_addr)];

    if (inet_pton(AF_INET, a, x) == 1 && inet_pton(AF_INET, b, y) == 1)
        return memcmp(x, y, sizeof(struct in_addr)) == 0;
    return inet_pton(AF_INET6, a, x) == 1 && inet_pton(AF_INET6, b, y) == 1 && memcmp(x, y, sizeof x) == 0;
}

static void refuse(struct way_listen *l, int fd, const char *who, const char *why)
{
    unsigned swallowed;
    const struct mono now = { halt_clock_us() / 1000 };

    (void)close(fd);
    l->refused++;
    if (damper_complain(&l->refusals, now, &swallowed))
        log_warn("listen=%s refused=%llu last=%s why=\"%s\"", l->name, l->refused, who, why);
}

static void make_watchful(int fd)
{
    int on = 1, idle = KEEP_IDLE_S, every = KEEP_EVERY_S, tries = KEEP_TRIES;
    unsigned most_ms = 1000u * (KEEP_IDLE_S + KEEP_EVERY_S * KEEP_TRIES);

    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    (void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &every, sizeof every);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &tries, sizeof tries);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &most_ms, sizeof most_ms);
}

static bool hung_up(int fd)
{
    char c;

    return recv(fd, &c, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

enum { CALLER_MAX = 64 };

/* The next in the queue that may come in; -1: nobody. */
static int next_caller(struct way_listen *l, char who[CALLER_MAX])
{
    for (;;) {
        struct sockaddr_storage a;
        socklen_t len = sizeof a;
        int fd = accept4(l->listener, (struct sockaddr *)&a, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0)
            return -1;
        text_of(&a, len, who, CALLER_MAX);
        if (l->settings->from[0] == '\0' || same_address(who, l->settings->from))
            return fd;
        refuse(l, fd, who, "not the address under from");
    }
}

static int bind_one(const struct addrinfo *a)
{
    int fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP), on = 1;
    int problem;

    if (fd < 0)
        return -1;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, a->ai_addr, a->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    problem = errno;
    (void)close(fd);
    errno = problem;
    return -1;
}

static enum err begin_listening(struct way_listen *l, struct fault *why)
{
    const struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
                                    .ai_flags = AI_NUMERICSERV | AI_NUMERICHOST | AI_PASSIVE };
    struct addrinfo *found;
    int problem = getaddrinfo(l->settings->host, l->settings->port, &hints, &found);

    if (problem != 0)
        return fault_set(why, ERR_PEER, "listen on %s: %s", l->name, gai_strerror(problem));
    l->listener = bind_one(found);
    problem = errno;
    freeaddrinfo(found);
    return l->listener >= 0 ? ERR_NONE
                            : fault_set(why, ERR_PEER, "listen on %s: %s", l->name, strerror(problem));
}

/* The last in the queue: of several calls of one modem only the latest is alive. */
static int latest_caller(struct way_listen *l)
{
    char who[CALLER_MAX], last[CALLER_MAX] = "";
    int fd, chosen = -1;

    while ((fd = next_caller(l, who)) >= 0) {
        if (hung_up(fd)) {
            (void)close(fd);
            continue;
        }
        if (chosen >= 0)
            refuse(l, chosen, last, "it has called again, or another has");
        memcpy(last, who, sizeof last);
        chosen = fd;
    }
    return chosen;
}

static enum err listen_open(struct way *way, const struct halt *h, int *out, struct fault *why)
{
    struct way_listen *l = (struct way_listen *)way;
    int64_t until_us = halt_clock_us() + l->wait_ms * 1000;
    enum err rc = l->listener >= 0 ? ERR_NONE : begin_listening(l, why);

    while (rc == ERR_NONE) {
        *out = l->next >= 0 ? l->next : latest_caller(l);
        l->next = -1;
        if (*out >= 0) {
            make_watchful(*out);
            return ERR_NONE;
        }
        rc = halt_wait(h, l->listener, POLLIN, until_us, why);
    }
    if (rc != ERR_TIMEOUT)
        return rc;
    return fault_set(why, ERR_PEER, "nobody calls on %s (refused so far: %llu)", l->name, l->refused);
}

/* The one connected is silent: a caller takes its place. */
static bool listen_still(struct way *way, int fd)
{
    struct way_listen *l = (struct way_listen *)way;

    if (l->next < 0)
        l->next = latest_caller(l);
    return l->next < 0 && !hung_up(fd);
}

static void listen_proven(struct way *way)
{
    struct way_listen *l = (struct way_listen *)way;
    char who[CALLER_MAX];
    int fd;

    while ((fd = next_caller(l, who)) >= 0)
        refuse(l, fd, who, "the one connected answers");
}

static void listen_free(struct way *way)
{
    struct way_listen *l = (struct way_listen *)way;

    if (l->next >= 0)
        (void)close(l->next);
    if (l->listener >= 0)
        (void)close(l->listener);
    free(l);
}

static const struct way_ops OPS = { listen_open, listen_proven, listen_still, listen_free };

enum err way_listen_new(struct way **out, const struct listen_settings *s, int64_t wait_ms, struct fault *why)
{
    struct way_listen *l = calloc(1, sizeof *l);

    if (l == NULL)
        return fault_set(why, ERR_MEMORY, "line %s:%s: no memory", s->host, s->port);
    *l = (struct way_listen){ .way = { &OPS, .called = true, .keep = true },
                              .settings = s,
                              .wait_ms = wait_ms,
                              .listener = -1,
                              .next = -1 };
    (void)snprintf(l->name, sizeof l->name, strchr(s->host, ':') != NULL ? "[%s]:%s" : "%s:%s", s->host,
                   s->port);
    l->way.name = l->name;
    *out = &l->way;
    return ERR_NONE;
}
