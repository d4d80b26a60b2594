/* A field for benches: answers "read holding registers" on every loopback address of one port, cheaply.
 * Register a holds (seconds since the epoch + a) modulo 65536, so every one changes every second.
 *
 *     registers PORT
 *
 * One thread, epoll; ends on SIGTERM.  On SIGUSR1 it prints how many requests and registers it answered. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { REQUEST = 12, VISITORS = 65536, EVENTS = 256, REGISTERS = 125 };

struct visitor {
    uint8_t bytes[REQUEST];
    size_t have;
};

static struct visitor visitors[VISITORS]; /* by descriptor */
static unsigned long long requests, registers;

static _Noreturn void die(const char *what)
{
    perror(what);
    exit(1);
}

static void put16(uint8_t *to, unsigned value)
{
    to[0] = (uint8_t)(value >> 8);
    to[1] = (uint8_t)value;
}

static unsigned get16(const uint8_t *from)
{
    return (unsigned)from[0] << 8 | from[1];
}

static bool answer(int fd, const uint8_t *q)
{
    uint8_t a[9 + 2 * REGISTERS];
    unsigned address = get16(q + 8), count = get16(q + 10), now = (unsigned)time(NULL);

    if (q[7] != 3 || count < 1 || count > REGISTERS)
        return false;
    memcpy(a, q, 8);
    put16(a + 4, 3 + 2 * count);
    a[8] = (uint8_t)(2 * count);
    for (unsigned i = 0; i < count; i++)
        put16(a + 9 + (size_t)2 * i, (now + address + i) & 0xFFFF);
    requests++;
    registers += count;
    return send(fd, a, 9 + (size_t)2 * count, MSG_NOSIGNAL) == (ssize_t)(9 + (size_t)2 * count);
}

static void serve(int fd)
{
    struct visitor *v = &visitors[fd];
    ssize_t n = recv(fd, v->bytes + v->have, REQUEST - v->have, 0);

    if (n > 0)
        v->have += (size_t)n;
    if (n == 0 || (n < 0 && errno != EAGAIN) || (v->have == REQUEST && !answer(fd, v->bytes)))
        (void)close(fd);
    else if (v->have == REQUEST)
        v->have = 0;
}

static void watch(int epoll, int fd)
{
    struct epoll_event e = { .events = EPOLLIN, .data.fd = fd };

    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e) != 0)
        die("epoll_ctl");
}

static void welcome(int epoll, int listener)
{
    int fd, one = 1;

    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        if (fd >= VISITORS) {
            (void)close(fd);
            continue;
        }
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        visitors[fd].have = 0;
        watch(epoll, fd);
    }
}

static int listen_on(unsigned port)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;

    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0 ||
        bind(fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(fd, SOMAXCONN) != 0)
        die("listen");
    return fd;
}

static int signals(void)
{
    sigset_t set;
    int fd;

    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGUSR1);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0 || (fd = signalfd(-1, &set, SFD_CLOEXEC)) < 0)
        die("signals");
    return fd;
}

/* False: it is time to go. */
static bool obey(int fd)
{
    struct signalfd_siginfo s;

    if (read(fd, &s, sizeof s) != (ssize_t)sizeof s || s.ssi_signo == SIGTERM)
        return false;
    (void)printf("%llu %llu\n", requests, registers);
    (void)fflush(stdout);
    return true;
}

static void loop(int epoll, int listener, int orders)
{
    struct epoll_event events[EVENTS];

    for (;;) {
        int n = epoll_wait(epoll, events, EVENTS, -1);
        for (int i = 0; i < n; i++) {
            int fd = events[i].data.fd;
            if (fd == listener)
                welcome(epoll, listener);
            else if (fd != orders)
                serve(fd);
            else if (!obey(orders))
                return;
        }
    }
}

int main(int argc, char **argv)
{
    struct rlimit files = { VISITORS, VISITORS };
    unsigned long port = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;
    int epoll = epoll_create1(EPOLL_CLOEXEC), listener, orders;

    if (port == 0 || port > 65535)
        die("usage: registers PORT");
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max < VISITORS ? files.rlim_max : VISITORS;
        (void)setrlimit(RLIMIT_NOFILE, &files);
    }
    listener = listen_on((unsigned)port);
    orders = signals();
    watch(epoll, listener);
    watch(epoll, orders);
    (void)puts("listening");
    (void)fflush(stdout);
    loop(epoll, listener, orders);
    return 0;
}
