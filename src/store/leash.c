#include "leash.h"

#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum err leash_init(struct leash *l, struct fault *why)
{
    atomic_init(&l->leave_at_ms, INT64_MAX);
    l->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (l->fd < 0)
        return fault_set(why, ERR_IO, "store: eventfd: %s", strerror(errno));
    return ERR_NONE;
}

void leash_clear(struct leash *l)
{
    if (l->fd >= 0)
        (void)close(l->fd);
    l->fd = -1;
}

void leash_pull(struct leash *l, struct mono leave_at)
{
    atomic_store(&l->leave_at_ms, leave_at.ms);
    (void)eventfd_write(l->fd, 1);
}

bool leash_pulled(const struct leash *l)
{
    return atomic_load(&l->leave_at_ms) != INT64_MAX;
}

bool leash_over(const struct leash *l)
{
    int64_t leave_at = atomic_load(&l->leave_at_ms);

    return leave_at != INT64_MAX && mono_read().ms >= leave_at;
}

struct mono leash_bound(const struct leash *l, struct mono until)
{
    int64_t leave_at = atomic_load(&l->leave_at_ms);

    return leave_at < until.ms ? (struct mono){ leave_at } : until;
}
