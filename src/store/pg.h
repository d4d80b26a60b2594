/* One connection to PostgreSQL, never waited for longer than we said.
 *
 * libpq in its non-blocking form with deadlines of ours: a frozen server ignores every timeout that libpq
 * or the server itself could keep.  Whatever takes too long ends the connection; the caller opens another.
 * One thread owns it.  Resolving a host name is the one thing libpq does in its caller's time: give
 * addresses or a socket folder where that matters. */
#ifndef STORE_PG_H
#define STORE_PG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "leash.h"
#include "store/store.h"

struct pg;
struct pg_result; /* rows, owned by whoever asked: pg_free */

struct pg_options {
    const char *connect; /* libpq keywords */
    const struct store_login *login;
    const char *name;          /* as pg_stat_activity shows it */
    int64_t answer_ms;         /* longest silence */
    const struct leash *leash; /* ends any wait; NULL: nothing does */
};

/* Connects and sets the session up.  ERR_PEER: refused or not there; ERR_TIMEOUT; ERR_STATE: told to leave.
 */
MUST_USE enum err pg_open(struct pg **out, const struct pg_options *o, struct fault *why);
/* Never waits.  NULL is fine. */
void pg_close(struct pg *p);
/* False once the connection was lost or given up; only pg_close remains. */
bool pg_alive(const struct pg *p);
/* SQLSTATE of the last error the server reported, "" when it came from elsewhere. */
const char *pg_sqlstate(const struct pg *p);
/* Name of the constraint that the last error was about, "" when none. */
const char *pg_constraint(const struct pg *p);
/* Waits end with ERR_STATE, and the connection with them, when that client socket hangs up; -1: nobody.
 * The server cancels the query of a connection that is gone: PQcancel would block. */
void pg_watch(struct pg *p, int client);

enum pg_kind { PG_NULL, PG_INT, PG_NUMBER, PG_TEXT, PG_BYTES, PG_TIME };

struct pg_value {
    enum pg_kind kind;
    union {
        int64_t i;
        double d;
        struct wall at;
        struct {
            const void *bytes;
            size_t len;
        };
    };
};

struct pg_value pg_int(int64_t i);
struct pg_value pg_number(double d); /* NaN: null */
struct pg_value pg_text(const char *text);
struct pg_value pg_bytes(const void *bytes, size_t len);
struct pg_value pg_time(struct wall at);

enum { PG_VALUES_MAX = 16 };

/* One statement with typed parameters, answered in binary.  rows may be NULL.  An error of the server's is
 * ERR_PEER (ERR_DENIED: not allowed) with pg_sqlstate; the connection may live on. */
MUST_USE enum err pg_ask(struct pg *p, const char *sql, const struct pg_value *values, size_t n,
                         struct pg_result **rows, struct fault *why);
/* A script of statements without parameters; the whole of it may take wait_ms. */
MUST_USE enum err pg_script(struct pg *p, const char *sql, int64_t wait_ms, struct fault *why);
/* COPY ... FROM STDIN with these bytes; `rows` (may be NULL) is what the server counted. */
MUST_USE enum err pg_copy_in(struct pg *p, const char *sql, const void *bytes, size_t len, uint64_t *rows,
                             struct fault *why);
MUST_USE enum err pg_begin(struct pg *p, struct fault *why);
/* ERR_NONE only when the server said that it did commit. */
MUST_USE enum err pg_commit(struct pg *p, struct fault *why);
/* Ends the transaction; a connection on which even that fails is given up. */
void pg_rollback(struct pg *p);
/* Sleeps until `until`, until `poke` becomes readable, or the leash is pulled (all ERR_NONE); ERR_PEER when
 * the server hangs up meanwhile.  p may be NULL: nothing to watch but the others. */
MUST_USE enum err pg_rest(struct pg *p, const struct leash *leash, int poke, struct mono until,
                          struct fault *why);

size_t pg_rows(const struct pg_result *r);
bool pg_is_null(const struct pg_result *r, size_t row, int column);
int64_t pg_get_int(const struct pg_result *r, size_t row, int column);   /* int8; 0 for null */
double pg_get_number(const struct pg_result *r, size_t row, int column); /* float8; NaN for null */
/* text or bytea, valid until pg_free, without an end */
const void *pg_get_bytes(const struct pg_result *r, size_t row, int column, size_t *len);
struct wall pg_get_time(const struct pg_result *r, size_t row, int column); /* timestamptz, to the ms below */
/* 0 for null. */
struct wall pg_get_time_or_none(const struct pg_result *r, size_t row, int column);
/* text or bytea, with a NUL behind it, until pg_free; *len may be NULL.  "" for null. */
const char *pg_get_text(const struct pg_result *r, size_t row, int column, size_t *len);
/* pg_get_text into out; false: it was cut. */
bool pg_copy_text(const struct pg_result *r, size_t row, int column, char *out, size_t size);
void pg_free(struct pg_result *r); /* NULL is fine */

#endif
