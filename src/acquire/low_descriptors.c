#include "low_descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

struct low_descriptors {
    pthread_mutex_t lock;
    size_t free_count, count;
    int *free_fds;
};

static int open_blank(void)
{
    return open("/dev/null", O_RDWR | O_CLOEXEC);
}

enum err low_descriptors_reserve(struct low_descriptors **out, size_t count, struct fault *why)
{
    struct low_descriptors *d = calloc(1, sizeof *d);

    if (d == NULL || (d->free_fds = calloc(count + 1, sizeof *d->free_fds)) == NULL) {
        free(d);
        return fault_set(why, ERR_MEMORY, "no memory for %zu descriptors", count);
    }
    (void)pthread_mutex_init(&d->lock, NULL);
    for (; d->count < count; d->count++) {
        int fd = open_blank();
        if (fd < 0 || fd >= FD_SETSIZE) {
            enum err rc =
                fault_set(why, ERR_FULL,
                          "only %zu of %zu descriptors below %d are free for wires%s%s: use several nodes",
                          d->count, count, FD_SETSIZE, fd < 0 ? ", " : "", fd < 0 ? strerror(errno) : "");
            if (fd >= 0)
                (void)close(fd);
            low_descriptors_release(d);
            return rc;
        }
        d->free_fds[d->free_count++] = fd;
    }
    *out = d;
    return ERR_NONE;
}

void low_descriptors_release(struct low_descriptors *d)
{
    if (d == NULL)
        return;
    for (size_t i = 0; i < d->free_count; i++)
        (void)close(d->free_fds[i]);
    (void)pthread_mutex_destroy(&d->lock);
    free(d->free_fds);
    free(d);
}

int low_descriptors_take(struct low_descriptors *d)
{
    int fd = -1;

    (void)pthread_mutex_lock(&d->lock);
    if (d->free_count > 0)
        fd = d->free_fds[--d->free_count];
    (void)pthread_mutex_unlock(&d->lock);
    return fd;
}

void low_descriptors_blank(int fd)
{
    int blank = open_blank();

    if (blank < 0) { /* no descriptor left in the process: the socket is at least shut by the caller */
        return;
    }
    (void)dup3(blank, fd, O_CLOEXEC);
    (void)close(blank);
}

void low_descriptors_give(struct low_descriptors *d, int fd)
{
    low_descriptors_blank(fd);
    (void)pthread_mutex_lock(&d->lock);
    d->free_fds[d->free_count++] = fd;
    (void)pthread_mutex_unlock(&d->lock);
}
