#include "ballast.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { TRY_EVERY_MS = 10000 };

void ballast_init(struct ballast *b, const char *folder, int64_t bytes)
{
    struct stat is;

    *b = (struct ballast){ .bytes = bytes };
    (void)snprintf(b->path, sizeof b->path, "%s/ballast", folder);
    b->there = bytes > 0 && stat(b->path, &is) == 0 && is.st_size == bytes;
    if (!b->there)
        (void)unlink(b->path); /* of another size, or no more wanted */
}

static bool has_room(const struct ballast *b, int fd)
{
    struct statvfs disk;

    return fstatvfs(fd, &disk) == 0 &&
           (int64_t)disk.f_bavail > 2 * b->bytes / (int64_t)(disk.f_frsize > 0 ? disk.f_frsize : 1);
}

bool ballast_keep(struct ballast *b, struct mono now)
{
    int fd;

    if (b->there || b->bytes == 0 || now.ms < b->next_try.ms)
        return b->there;
    b->next_try.ms = now.ms + TRY_EVERY_MS;
    fd = open(b->path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return false;
    b->there = has_room(b, fd) && posix_fallocate(fd, 0, b->bytes) == 0;
    (void)close(fd);
    if (!b->there)
        (void)unlink(b->path);
    return b->there;
}

bool ballast_give_up(struct ballast *b, struct mono now)
{
    bool had = b->there && unlink(b->path) == 0;

    b->there = false;
    b->next_try.ms = now.ms + TRY_EVERY_MS;
    return had;
}
