#include "halt.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

enum err halt_open(struct halt *h, struct fault *why)
{
    atomic_init(&h->set, false);
    h->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return h->fd >= 0 ? ERR_NONE : fault_set(why, ERR_FULL, "eventfd: %s", strerror(errno));
}

void halt_close(struct halt *h)
{
    (void)close(h->fd);
}

void halt_now(struct halt *h)
{
    const uint64_t one = 1;
    ssize_t done;

    /* the flag first: a wait that has not begun sees it */
    atomic_store(&h->set, true);
    done = write(h->fd, &one, sizeof one);
    (void)done; /* it can only be full, and then it is readable already */
}

bool halt_set(const struct halt *h)
{
    return atomic_load(&h->set);
}

int64_t halt_clock_us(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

enum err halt_wait(const struct halt *h, int fd, short events, int64_t until_us, struct fault *why)
{
    struct pollfd p[2] = { { .fd = fd, .events = events }, { .fd = h->fd, .events = POLLIN } };

    for (;;) {
        int64_t left = until_us - halt_clock_us();
        struct timespec t = { .tv_sec = left <= 0 ? 0 : left / 1000000,
                              .tv_nsec = left <= 0 ? 0 : left % 1000000 * 1000 };
        int n = ppoll(p, 2, &t, NULL);
        if (n < 0 && errno == EINTR)
            continue;
        if (p[1].revents != 0 || halt_set(h))
            return fault_set(why, ERR_STATE, "stopping");
        if (n < 0)
            return fault_set(why, ERR_PEER, "poll: %s", strerror(errno));
        if (n == 0 && left <= 0)
            return ERR_TIMEOUT;
        if (n > 0)
            return ERR_NONE;
    }
}
