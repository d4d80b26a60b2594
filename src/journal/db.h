/* One SQLite connection to the journal's file; the only place that includes sqlite3.h with group.c and
 * lanes.c, which hold its statements. */
#ifndef DB_H
#define DB_H

#include <sqlite3.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"

enum { DB_APPLICATION_ID = 0x636E6A6C, DB_VERSION = 1, DB_PAGE = 4096 }; /* "cnjl" */

/* Opens for writing and makes what is missing; max_bytes bounds the file.  ERR_STATE for a file that is not a
 * journal, is one of another version, or is damaged. */
MUST_USE enum err db_open_writer(sqlite3 **out, const char *path, const char *vfs, int64_t max_bytes,
                                 struct wall now, struct fault *why);
/* A second connection that only reads what is committed. */
MUST_USE enum err db_open_reader(sqlite3 **out, const char *path, const char *vfs, struct fault *why);

MUST_USE enum err db_exec(sqlite3 *db, const char *sql, struct fault *why);
MUST_USE enum err db_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **out, struct fault *why);
/* The first column of the first row; 0 when there is none. */
MUST_USE enum err db_number(sqlite3 *db, const char *sql, int64_t *out, struct fault *why);
/* The sentence for what just failed: ERR_FULL for a full disk, ERR_IO, ERR_STATE for damage. */
MUST_USE enum err db_failed(sqlite3 *db, const char *doing, struct fault *why);
/* Runs a statement that gives no rows, and makes it ready for the next time. */
MUST_USE enum err db_run(sqlite3 *db, sqlite3_stmt *s, const char *doing, struct fault *why);

#endif
