#include "journal/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db.h"

/* One read transaction over the whole file.  The backup calls of SQLite would begin anew with every commit of
 * the daemon's. */
static enum err vacuum_into(sqlite3 *db, const char *to, struct fault *why)
{
    sqlite3_stmt *s = NULL;
    enum err rc = db_exec(db, "PRAGMA query_only = OFF", why); /* the copy is written through it */

    if (rc == ERR_NONE)
        rc = db_prepare(db, "VACUUM INTO ?1", &s, why);
    if (rc == ERR_NONE && sqlite3_bind_text(s, 1, to, -1, SQLITE_STATIC) != SQLITE_OK)
        rc = db_failed(db, "naming the copy", why);
    if (rc == ERR_NONE)
        rc = db_run(db, s, "copying", why);
    (void)sqlite3_finalize(s);
    return rc;
}

static enum err sync_file(const char *path, struct fault *why)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    enum err rc = ERR_NONE;

    if (fd < 0 || fchmod(fd, 0600) != 0 || fsync(fd) != 0)
        rc = fault_set(why, ERR_IO, "%s: %s", path, strerror(errno));
    if (fd >= 0)
        (void)close(fd);
    return rc;
}

enum err journal_copy(const char *folder, const char *to, struct fault *why)
{
    char path[JOURNAL_PATH_MAX];
    sqlite3 *db;
    enum err rc;

    if (snprintf(path, sizeof path, "%s/journal.db", folder) >= (int)sizeof path || access(path, R_OK) != 0)
        return fault_set(why, ERR_MISSING, "%s: no journal can be read there", folder);
    rc = db_open_reader(&db, path, NULL, why);
    if (rc != ERR_NONE)
        return rc;
    rc = vacuum_into(db, to, why);
    (void)sqlite3_close(db);
    return rc == ERR_NONE ? sync_file(to, why) : rc;
}
