#include "db.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"

enum { SYNCHRONOUS_FULL = 2, BUSY_MS = 5000, CHECK_MS = 2000, CHECK_STEPS = 1000 };

/* The lanes are tables of their own: rows are added at one end and dropped at the other. */
static const char SCHEMA[] =
    "CREATE TABLE meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;"
    "INSERT INTO meta VALUES ('clean', 1), ('dropped', 0);"
    "CREATE TABLE lane(lane INTEGER PRIMARY KEY, name TEXT NOT NULL, high INTEGER NOT NULL,"
    " delivered INTEGER NOT NULL);"
    "INSERT INTO lane VALUES (1, 'events', 0, 0), (2, 'live', 0, 0);"
    "CREATE TABLE events(seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, body BLOB NOT NULL);"
    "CREATE TABLE live(seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, body BLOB NOT NULL);"
    "CREATE TABLE state(key INTEGER PRIMARY KEY, body BLOB NOT NULL);";

enum err db_failed(sqlite3 *db, const char *doing, struct fault *why)
{
    int code = sqlite3_errcode(db) & 0xff, os = sqlite3_system_errno(db);
    bool says_more = os != 0 && (code == SQLITE_IOERR || code == SQLITE_FULL || code == SQLITE_CANTOPEN);
    enum err rc = ERR_IO;

    if (code == SQLITE_FULL)
        rc = ERR_FULL;
    else if (code == SQLITE_NOMEM)
        rc = ERR_MEMORY;
    else if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
        rc = ERR_STATE;
    else if (code == SQLITE_BUSY || code == SQLITE_LOCKED || code == SQLITE_INTERRUPT)
        rc = ERR_TIMEOUT;
    return fault_set(why, rc, "journal: %.60s: %s%s%s (%d)", doing, sqlite3_errmsg(db), says_more ? ": " : "",
                     says_more ? strerror(os) : "", sqlite3_extended_errcode(db));
}

enum err db_exec(sqlite3 *db, const char *sql, struct fault *why)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? ERR_NONE : db_failed(db, sql, why);
}

enum err db_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **out, struct fault *why)
{
    if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, out, NULL) != SQLITE_OK)
        return db_failed(db, sql, why);
    return ERR_NONE;
}

enum err db_number(sqlite3 *db, const char *sql, int64_t *out, struct fault *why)
{
    sqlite3_stmt *s = NULL;
    enum err rc = db_prepare(db, sql, &s, why);
    int step;

    if (rc != ERR_NONE)
        return rc;
    step = sqlite3_step(s);
    *out = step == SQLITE_ROW ? sqlite3_column_int64(s, 0) : 0;
    if (step != SQLITE_ROW && step != SQLITE_DONE)
        rc = db_failed(db, sql, why);
    (void)sqlite3_finalize(s);
    return rc;
}

/* ERR_STATE unless the first column of the first row is `want`. */
static enum err says(sqlite3 *db, const char *sql, const char *want, struct fault *why)
{
    sqlite3_stmt *s = NULL;
    enum err rc = db_prepare(db, sql, &s, why);
    const char *text;

    if (rc != ERR_NONE)
        return rc;
    if (sqlite3_step(s) != SQLITE_ROW)
        rc = db_failed(db, sql, why);
    else if ((text = (const char *)sqlite3_column_text(s, 0)) == NULL || strcmp(text, want) != 0)
        rc = fault_set(why, ERR_STATE, "journal: %s answers %.120s", sql, text != NULL ? text : "nothing");
    (void)sqlite3_finalize(s);
    return rc;
}

enum err db_run(sqlite3 *db, sqlite3_stmt *s, const char *doing, struct fault *why)
{
    enum err rc = sqlite3_step(s) == SQLITE_DONE ? ERR_NONE : db_failed(db, doing, why);

    (void)sqlite3_reset(s);
    (void)sqlite3_clear_bindings(s);
    return rc;
}

static enum err make_schema(sqlite3 *db, struct wall now, struct fault *why)
{
    char sql[256];
    enum err rc = db_exec(db, "BEGIN IMMEDIATE", why);

    if (rc == ERR_NONE)
        rc = db_exec(db, SCHEMA, why);
    (void)snprintf(
        sql, sizeof sql,
        "INSERT INTO meta VALUES ('epoch', %lld); PRAGMA application_id = %d; PRAGMA user_version = %d",
        (long long)(now.ms > 0 ? now.ms : 1), DB_APPLICATION_ID, DB_VERSION);
    if (rc == ERR_NONE)
        rc = db_exec(db, sql, why);
    return rc == ERR_NONE ? db_exec(db, "COMMIT", why) : rc;
}

/* Reads only: what is not a journal of this version is never written to.  Blank: an empty file, or one that
 * a power cut left before its first transaction. */
static enum err know_kind(sqlite3 *db, const char *path, bool *blank, struct fault *why)
{
    int64_t application, version, tables;
    enum err rc = db_number(db, "PRAGMA application_id", &application, why);

    if (rc == ERR_NONE)
        rc = db_number(db, "PRAGMA user_version", &version, why);
    if (rc == ERR_NONE)
        rc = db_number(db, "SELECT count(*) FROM sqlite_schema", &tables, why);
    if (rc != ERR_NONE)
        return rc;
    *blank = tables == 0 && application == 0 && version == 0;
    if (!*blank && application != DB_APPLICATION_ID)
        return fault_set(why, ERR_STATE, "%s is not a journal of this program: move it away", path);
    if (!*blank && version != DB_VERSION)
        return fault_set(why, ERR_STATE,
                         "%s is of version %lld, this program speaks %d: start the program that wrote it",
                         path, (long long)version, DB_VERSION);
    if (sqlite3_db_readonly(db, "main") == 1)
        return fault_set(why, ERR_IO, "%s can be read but not written: check its owner and the disk", path);
    return ERR_NONE;
}

/* Both promises are read back: a build of SQLite or a file system that does otherwise must not go unnoticed.
 * secure_delete, on in Debian, would write every dropped page once more. */
static enum err set_pragmas(sqlite3 *db, int64_t max_bytes, struct fault *why)
{
    char sql[320];
    int64_t synchronous;
    enum err rc;

    (void)snprintf(sql, sizeof sql,
                   "PRAGMA page_size = %d; PRAGMA synchronous = FULL; PRAGMA secure_delete = OFF;"
                   "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY;"
                   "PRAGMA max_page_count = %lld; PRAGMA cache_size = -8192",
                   DB_PAGE, (long long)(max_bytes / DB_PAGE));
    rc = db_exec(db, sql, why);
    if (rc == ERR_NONE)
        rc = says(db, "PRAGMA journal_mode = WAL", "wal", why);
    if (rc == ERR_NONE)
        rc = db_exec(db, "PRAGMA journal_size_limit = 16777216", why);
    if (rc == ERR_NONE)
        rc = db_number(db, "PRAGMA synchronous", &synchronous, why);
    if (rc == ERR_NONE && synchronous != SYNCHRONOUS_FULL)
        rc = fault_set(why, ERR_STATE, "journal: SQLite does not take synchronous=FULL");
    return rc;
}

static enum err damaged(const char *path, struct fault *why)
{
    return fault_set(
        why, ERR_STATE,
        "%s is damaged or no journal: move it and its -wal away to begin a new one, and keep them", path);
}

static int out_of_time(void *until_ms)
{
    return mono_read().ms >= *(const int64_t *)until_ms;
}

/* A kill or a power cut leaves a sound file; a failing disk does not, and finding out means reading all of
 * it.  So this runs only after an end that was not orderly, and not for longer than the wires can wait. */
static enum err check_after_a_crash(sqlite3 *db, const char *path, struct fault *why)
{
    int64_t clean, until_ms = mono_read().ms + CHECK_MS;
    enum err rc = db_number(db, "SELECT value FROM meta WHERE name = 'clean'", &clean, why);

    if (rc != ERR_NONE || clean != 0)
        return rc;
    sqlite3_progress_handler(db, CHECK_STEPS, out_of_time, &until_ms);
    rc = says(db, "PRAGMA quick_check(1)", "ok", why);
    sqlite3_progress_handler(db, 0, NULL, NULL);
    if (rc != ERR_TIMEOUT)
        return rc == ERR_STATE ? damaged(path, why) : rc;
    log_info("journal file=%s checked=partly within_ms=%d", path, CHECK_MS);
    return ERR_NONE;
}

static enum err make_ready(sqlite3 *db, const char *path, int64_t max_bytes, struct wall now,
                           struct fault *why)
{
    bool blank = false;
    enum err rc = know_kind(db, path, &blank, why);

    if (rc == ERR_NONE)
        rc = set_pragmas(db, max_bytes, why);
    if (rc == ERR_NONE && blank)
        rc = make_schema(db, now, why);
    return rc == ERR_NONE ? check_after_a_crash(db, path, why) : rc;
}

static enum err open_file(sqlite3 **out, const char *path, int flags, const char *vfs, struct fault *why)
{
    sqlite3 *db = NULL;

    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | flags, vfs) != SQLITE_OK) {
        enum err rc =
            db == NULL ? fault_set(why, ERR_MEMORY, "journal: no memory") : db_failed(db, path, why);
        (void)sqlite3_close(db);
        return rc;
    }
    (void)sqlite3_extended_result_codes(db, 1);
    (void)sqlite3_busy_timeout(db, BUSY_MS);
    *out = db;
    return ERR_NONE;
}

enum err db_open_writer(sqlite3 **out, const char *path, const char *vfs, int64_t max_bytes, struct wall now,
                        struct fault *why)
{
    sqlite3 *db = NULL;
    enum err rc = open_file(&db, path, SQLITE_OPEN_CREATE, vfs, why);
    int damage;

    if (rc != ERR_NONE)
        return rc;
    rc = make_ready(db, path, max_bytes, now, why);
    damage = sqlite3_errcode(db) & 0xff;
    if (rc == ERR_STATE && (damage == SQLITE_CORRUPT || damage == SQLITE_NOTADB))
        rc = damaged(path, why);
    if (rc == ERR_NONE)
        *out = db;
    else
        (void)sqlite3_close(db);
    return rc;
}

enum err db_open_reader(sqlite3 **out, const char *path, const char *vfs, struct fault *why)
{
    enum err rc = open_file(out, path, 0, vfs, why);

    if (rc != ERR_NONE)
        return rc;
    rc = db_exec(*out, "PRAGMA query_only = ON; PRAGMA cache_size = -2048", why);
    if (rc != ERR_NONE)
        (void)sqlite3_close(*out);
    return rc;
}
