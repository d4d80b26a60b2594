#include "copy.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

static enum err pour(int in, int out)
{
    char block[65536];
    ssize_t n;

    while ((n = read(in, block, sizeof block)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return ERR_IO;
        for (ssize_t done = 0, k; done < n; done += k) {
            k = write(out, block + done, (size_t)(n - done));
            if (k < 0 && errno != EINTR)
                return ERR_IO;
            k = k < 0 ? 0 : k;
        }
    }
    return fsync(out) == 0 ? ERR_NONE : ERR_IO;
}

enum err copy_file(const char *from, const char *to, struct fault *why)
{
    char folder[PATH_MAX];
    int in, out;
    enum err rc;

    (void)snprintf(folder, sizeof folder, "%s", to);
    rc = file_make_folder(dirname(folder), why);
    if (rc != ERR_NONE)
        return rc;
    in = open(from, O_RDONLY | O_CLOEXEC);
    if (in < 0)
        return fault_set(why, ERR_MISSING, "%s: %s", from, strerror(errno));
    out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (out < 0 || pour(in, out) != ERR_NONE)
        rc = fault_set(why, ERR_IO, "%s: %s", to, strerror(errno));
    (void)close(in);
    if (out >= 0 && close(out) != 0 && rc == ERR_NONE)
        rc = fault_set(why, ERR_IO, "%s: %s", to, strerror(errno));
    return rc;
}

enum err copy_folder(const char *from, const char *to, struct fault *why)
{
    DIR *d = opendir(from);
    const struct dirent *e;
    char here[PATH_MAX], there[PATH_MAX];
    struct stat st;
    enum err rc = ERR_NONE;

    if (d == NULL)
        return errno == ENOENT ? ERR_NONE : fault_set(why, ERR_IO, "%s: %s", from, strerror(errno));
    while (rc == ERR_NONE && (e = readdir(d)) != NULL)
        if (snprintf(here, sizeof here, "%s/%s", from, e->d_name) < (int)sizeof here &&
            snprintf(there, sizeof there, "%s/%s", to, e->d_name) < (int)sizeof there &&
            lstat(here, &st) == 0 && S_ISREG(st.st_mode))
            rc = copy_file(here, there, why);
    (void)closedir(d);
    return rc;
}

bool copy_is_empty(const char *folder)
{
    DIR *d = opendir(folder);
    const struct dirent *e;
    bool empty = true;

    if (d == NULL)
        return errno == ENOENT;
    while (empty && (e = readdir(d)) != NULL)
        empty = strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0;
    (void)closedir(d);
    return empty;
}

void copy_plain_path(const char *path, char *out)
{
    size_t n = strlen(path);

    while (n > 1 && path[n - 1] == '/')
        n--;
    memcpy(out, path, n);
    out[n] = '\0';
}
