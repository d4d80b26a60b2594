#include "manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/strbuf.h"
#include "seal/seal.h"

enum { MANIFEST_MAX = 64 << 20 };

static const char NAME[] = "manifest";

static enum err hash_of(const char *path, char out[SEAL_SHA256_TEXT], struct fault *why)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    enum err rc = fd < 0 ? ERR_IO : seal_sha256(fd, out);

    if (rc != ERR_NONE)
        rc = fault_set(why, rc, "%s: %s", path, strerror(errno));
    if (fd >= 0)
        (void)close(fd);
    return rc;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

static enum err list_files(const char *folder, struct strbuf *to, struct fault *why)
{
    char root[PATH_MAX], hash[SEAL_SHA256_TEXT];
    char *roots[] = { root, NULL };
    FTS *walk;
    FTSENT *e;
    enum err rc = ERR_NONE;

    (void)snprintf(root, sizeof root, "%s", folder);
    walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
    if (walk == NULL)
        return fault_set(why, ERR_IO, "%s: %s", folder, strerror(errno));
    while (rc == ERR_NONE && (e = fts_read(walk)) != NULL) {
        if (e->fts_info != FTS_F)
            continue;
        rc = hash_of(e->fts_path, hash, why);
        if (rc == ERR_NONE)
            strbuf_printf(to, "%s  %s\n", hash, e->fts_path + strlen(folder) + 1);
    }
    (void)fts_close(walk);
    return rc;
}

enum err manifest_write(const char *folder, const char *about, struct fault *why)
{
    char path[PATH_MAX];
    struct strbuf b;
    enum err rc;

    strbuf_init(&b, MANIFEST_MAX);
    strbuf_puts(&b, about);
    rc = list_files(folder, &b, why);
    if (rc == ERR_NONE && b.failed)
        rc = fault_set(why, ERR_MEMORY, "no memory for the manifest");
    (void)snprintf(path, sizeof path, "%s/%s", folder, NAME);
    if (rc == ERR_NONE)
        rc = file_write(path, b.text, b.len, 0600, why);
    strbuf_clear(&b);
    return rc;
}

/* "HASH  PATH", the path within the folder. */
static enum err check_line(const char *folder, const char *line, struct fault *why)
{
    const size_t digits = SEAL_SHA256_TEXT - 1;
    char path[PATH_MAX], hash[SEAL_SHA256_TEXT];
    const char *name = line + digits + 2;
    enum err rc;

    if (strspn(line, "0123456789abcdef") != digits || strncmp(line + digits, "  ", 2) != 0 || *name == '\0' ||
        *name == '/' || strstr(name, "..") != NULL)
        return fault_set(why, ERR_STATE, "the manifest has a line that is none: %.80s", line);
    if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
        return fault_set(why, ERR_RANGE, "the manifest has a path that is too long");
    rc = hash_of(path, hash, why);
    if (rc == ERR_NONE && strncmp(hash, line, digits) != 0)
        rc = fault_set(why, ERR_STATE, "%s is not what was backed up: its hash differs", path);
    return rc;
}

enum err manifest_check(const char *folder, struct fault *why)
{
    char path[PATH_MAX];
    char *text, *at, *line;
    size_t len;
    enum err rc;

    (void)snprintf(path, sizeof path, "%s/%s", folder, NAME);
    rc = file_read(path, MANIFEST_MAX, &text, &len, why);
    if (rc != ERR_NONE)
        return fault_set(why, rc, "%s has no manifest: it is no backup, or one that was not finished",
                         folder);
    at = text;
    while (rc == ERR_NONE && (line = strsep(&at, "\n")) != NULL)
        if (line[0] != '#' && line[0] != '\0')
            rc = check_line(folder, line, why);
    free(text);
    return rc;
}
