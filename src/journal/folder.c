#include "folder.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"

static enum err held_by_another(const char *folder, int fd, struct fault *why)
{
    char text[32] = "";
    ssize_t n = pread(fd, text, sizeof text - 1, 0);
    long pid = n > 0 ? strtol(text, NULL, 10) : 0;

    if (pid > 0)
        return fault_set(
            why, ERR_STATE,
            "journal %s: process %ld uses it; stop that one first, or give this node a folder of "
            "its own",
            folder, pid);
    return fault_set(why, ERR_STATE, "journal %s: another process uses it; stop that one first", folder);
}

enum err folder_lock(const char *folder, int *fd, struct fault *why)
{
    char path[PATH_MAX], pid[32];
    int n, lock;
    enum err rc = file_make_folder(folder, why);

    if (rc != ERR_NONE)
        return rc;
    (void)snprintf(path, sizeof path, "%s/journal.lock", folder);
    lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (lock < 0)
        return fault_set(why, ERR_IO, "%s: %s; the daemon's account must be able to write there", path,
                         strerror(errno));
    if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        rc = errno == EWOULDBLOCK ? held_by_another(folder, lock, why)
                                  : fault_set(why, ERR_IO, "%s: %s", path, strerror(errno));
        (void)close(lock);
        return rc;
    }
    /* only for the sentence above: a full disk must not keep the daemon from starting */
    n = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
    if (ftruncate(lock, 0) != 0 || pwrite(lock, pid, (size_t)n, 0) != n)
        errno = 0;
    *fd = lock;
    return ERR_NONE;
}

static enum err sync_one(const char *folder, struct fault *why)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    enum err rc = ERR_NONE;

    if (fd < 0)
        return fault_set(why, ERR_IO, "%s: %s", folder, strerror(errno));
    if (fsync(fd) != 0)
        rc = fault_set(why, ERR_IO, "%s: %s", folder, strerror(errno));
    (void)close(fd);
    return rc;
}

enum err folder_sync(const char *folder, struct fault *why)
{
    char copy[PATH_MAX];
    struct fault ignored;
    enum err rc = sync_one(folder, why);

    if (rc != ERR_NONE)
        return rc;
    (void)snprintf(copy, sizeof copy, "%s", folder);
    /* the parent may be somebody else's, and then it is not new either */
    (void)sync_one(dirname(copy), &ignored);
    return ERR_NONE;
}
