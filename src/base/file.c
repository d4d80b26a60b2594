#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/pages.h"

/* What to ask memory for at first: the file's size when it says one, never more than `max` allows. */
static size_t first_room(int fd, size_t max)
{
    struct stat st;
    size_t said = fstat(fd, &st) == 0 && st.st_size > 0 ? (size_t)st.st_size + 1 : 4096;

    return said > max + 1 ? max + 1 : said;
}

static enum err read_all(int fd, const char *path, size_t max, char **text, size_t *len, struct fault *why)
{
    size_t n = 0, room = first_room(fd, max);
    char *bytes = malloc(room + 1);

    if (bytes == NULL)
        return fault_set(why, ERR_MEMORY, "%s: no memory to read it", path);
    pages_large(bytes, room + 1);
    while (n <= max) {
        ssize_t got;
        if (n == room) { /* it grew, or never said its size */
            char *more;
            room = room > max / 2 ? max + 1 : 2 * room;
            more = realloc(bytes, room + 1);
            if (more == NULL) {
                free(bytes);
                return fault_set(why, ERR_MEMORY, "%s: no memory to read it", path);
            }
            bytes = more;
        }
        got = read(fd, bytes + n, room - n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            free(bytes);
            return fault_set(why, ERR_IO, "%s: %s", path, strerror(errno));
        }
        if (got == 0)
            break;
        n += (size_t)got;
    }
    if (n > max) {
        free(bytes);
        return fault_set(why, ERR_RANGE, "%s: longer than %zu bytes", path, max);
    }
    bytes[n] = '\0';
    *text = bytes;
    *len = n;
    return ERR_NONE;
}

enum err file_read(const char *path, size_t max, char **text, size_t *len, struct fault *why)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    enum err rc;

    if (fd < 0)
        return fault_set(why, errno == ENOENT ? ERR_MISSING : ERR_IO, "%s: %s", path, strerror(errno));
    rc = read_all(fd, path, max, text, len, why);
    (void)close(fd);
    return rc;
}

enum err file_read_secret(const char *path, char *out, size_t size, struct fault *why)
{
    struct stat st;
    char *text = NULL;
    size_t len = 0;
    enum err rc;

    if (stat(path, &st) != 0)
        return fault_set(why, errno == ENOENT ? ERR_MISSING : ERR_IO, "%s: %s", path, strerror(errno));
    if ((st.st_mode & 077) != 0)
        return fault_set(why, ERR_DENIED, "%s: others may read this secret; chmod 600 it", path);
    rc = file_read(path, size, &text, &len, why);
    if (rc != ERR_NONE || text == NULL)
        return rc;
    while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
        text[--len] = '\0';
    if (len == 0 || len >= size || strlen(text) != len || strpbrk(text, "\r\n") != NULL)
        rc = fault_set(why, ERR_RANGE, "%s: must hold one line of 1 to %zu characters", path, size - 1);
    else
        memcpy(out, text, len + 1);
    explicit_bzero(text, len);
    free(text);
    return rc;
}

static enum err write_all(int fd, const char *path, const char *bytes, size_t len, struct fault *why)
{
    while (len > 0) {
        ssize_t done = write(fd, bytes, len);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return fault_set(why, errno == ENOSPC ? ERR_FULL : ERR_IO, "%s: %s", path, strerror(errno));
        bytes += done;
        len -= (size_t)done;
    }
    return ERR_NONE;
}

/* The rename itself must survive a power cut. */
static void sync_folder_of(const char *path)
{
    char folder[PATH_MAX];
    int fd;

    (void)snprintf(folder, sizeof folder, "%s", path);
    fd = open(dirname(folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    (void)fsync(fd);
    (void)close(fd);
}

enum err file_write(const char *path, const void *bytes, size_t len, unsigned mode, struct fault *why)
{
    char beside[PATH_MAX];
    int fd;
    enum err rc;

    if (snprintf(beside, sizeof beside, "%s.new", path) >= (int)sizeof beside)
        return fault_set(why, ERR_RANGE, "%s: the path is too long", path);
    (void)unlink(beside);
    fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode);
    if (fd < 0)
        return fault_set(why, ERR_IO, "%s: %s", beside, strerror(errno));
    rc = write_all(fd, beside, bytes, len, why);
    if (rc == ERR_NONE && fsync(fd) != 0)
        rc = fault_set(why, ERR_IO, "%s: %s", beside, strerror(errno));
    (void)close(fd);
    if (rc == ERR_NONE && rename(beside, path) != 0)
        rc = fault_set(why, ERR_IO, "%s: %s", path, strerror(errno));
    if (rc != ERR_NONE) {
        (void)unlink(beside);
        return rc;
    }
    sync_folder_of(path);
    return ERR_NONE;
}

enum err file_make_folder(const char *path, struct fault *why)
{
    char partial[PATH_MAX];
    struct stat st;
    size_t n = strlen(path);

    if (n == 0 || n >= sizeof partial)
        return fault_set(why, ERR_RANGE, "folder name of %zu bytes", n);
    memcpy(partial, path, n + 1);
    for (size_t i = 1; i <= n; i++) {
        if (partial[i] != '/' && partial[i] != '\0')
            continue;
        partial[i] = '\0';
        if (mkdir(partial, 0700) != 0 && errno != EEXIST)
            return fault_set(why, ERR_IO, "folder %s: %s", partial, strerror(errno));
        partial[i] = path[i];
    }
    if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode)) /* EEXIST is also what a file in its place says */
        return fault_set(why, ERR_IO, "folder %s: something else has that name", path);
    return ERR_NONE;
}

void file_socket_in(int folder, const char *name, struct sockaddr_un *out)
{
    *out = (struct sockaddr_un){ .sun_family = AF_UNIX };
    (void)snprintf(out->sun_path, sizeof out->sun_path, "/proc/self/fd/%d/%.80s", folder, name);
}
