#include "pg.h"

#include <endian.h>
#include <errno.h>
#include <inttypes.h>
#include <libpq-fe.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hosts.h"
#include "sql.h"

enum { OID_BYTEA = 17, OID_INT8 = 20, OID_TEXT = 25, OID_FLOAT8 = 701, OID_TIMESTAMPTZ = 1184 };
enum { COPY_CHUNK = 65536, CONSTRAINT_MAX = 64 };

static const int64_t EPOCH_2000_MS = 946684800000; /* PostgreSQL counts from 2000-01-01T00:00:00Z */

struct pg {
    PGconn *conn; /* NULL once given up */
    const struct leash *leash;
    int64_t answer_ms;
    int client; /* watched for hang-up, -1: none */
    char sqlstate[6];
    char constraint[CONSTRAINT_MAX];
    char farewell[160]; /* what the server said unasked before it hung up */
};

/* ---- waiting ---- */

static struct mono after_ms(int64_t ms)
{
    return (struct mono){ mono_read().ms + ms };
}

static int poll_until(struct pollfd *set, nfds_t n, struct mono until)
{
    int rc;

    do {
        int64_t left = until.ms - mono_read().ms;
        rc = poll(set, n, left < 0 ? 0 : left > 60000 ? 60000 : (int)left);
    } while ((rc < 0 && errno == EINTR) || (rc == 0 && mono_read().ms < until.ms));
    return rc;
}

static void give_up(struct pg *p)
{
    PQfinish(p->conn);
    p->conn = NULL;
}

/* First line of libpq's words, without the end that libpq puts on every line. */
static enum err say(enum err code, const char *words, struct fault *why)
{
    size_t n = strcspn(words, "\n");

    return fault_set(why, code, "database: %.*s", n > 0 ? (int)n : 9, n > 0 ? words : "no reason");
}

static enum err lost(struct pg *p, struct fault *why)
{
    enum err rc = say(ERR_PEER, p->farewell[0] != '\0' ? p->farewell : PQerrorMessage(p->conn), why);

    give_up(p);
    return rc;
}

/* Waits for the socket.  Every way out but readiness ends the connection. */
static enum err wait_socket(struct pg *p, short events, struct mono until, short *got, struct fault *why)
{
    for (;;) {
        bool pulled = p->leash != NULL && leash_pulled(p->leash);
        struct mono bound = p->leash != NULL ? leash_bound(p->leash, until) : until;
        struct pollfd set[3] = { { .fd = PQsocket(p->conn), .events = events },
                                 { .fd = p->client, .events = POLLRDHUP },
                                 { .fd = p->leash != NULL && !pulled ? p->leash->fd : -1,
                                   .events = POLLIN } };
        int rc = poll_until(set, COUNT_OF(set), bound);

        if (set[1].revents != 0) {
            give_up(p);
            return fault_set(why, ERR_STATE, "the client has gone");
        }
        if (rc > 0 && set[0].revents != 0) {
            *got = set[0].revents;
            return ERR_NONE;
        }
        if (rc > 0 && set[2].revents != 0)
            continue; /* from now on bounded by the instant to leave */
        give_up(p);
        if (p->leash != NULL && leash_over(p->leash))
            return fault_set(why, ERR_STATE, "database: no answer before it was time to stop");
        return fault_set(why, ERR_TIMEOUT, "database: no answer within %" PRId64 " ms", p->answer_ms);
    }
}

/* Sends what is waiting and reads until a whole answer is here. */
static enum err await(struct pg *p, struct mono until, struct fault *why)
{
    for (;;) {
        int unsent = PQflush(p->conn);
        short got = 0;

        if (unsent < 0)
            return lost(p, why);
        if (unsent == 0 && !PQisBusy(p->conn))
            return ERR_NONE;
        enum err rc = wait_socket(p, (short)(unsent > 0 ? POLLIN | POLLOUT : POLLIN), until, &got, why);
        if (rc != ERR_NONE)
            return rc;
        if ((got & ~POLLOUT) != 0 && !PQconsumeInput(p->conn))
            return lost(p, why);
    }
}

/* ---- answers ---- */

static void forget_error(struct pg *p)
{
    p->sqlstate[0] = '\0';
    p->constraint[0] = '\0';
}

static enum err refused(struct pg *p, const PGresult *r, struct fault *why)
{
    const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
    const char *constraint = PQresultErrorField(r, PG_DIAG_CONSTRAINT_NAME);
    const char *words = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
    bool denied;

    (void)snprintf(p->sqlstate, sizeof p->sqlstate, "%s", state != NULL ? state : "");
    (void)snprintf(p->constraint, sizeof p->constraint, "%s", constraint != NULL ? constraint : "");
    denied = strcmp(p->sqlstate, "42501") == 0;
    return say(denied ? ERR_DENIED : ERR_PEER, words != NULL ? words : PQresultErrorMessage(r), why);
}

static enum err judge(struct pg *p, const PGresult *r, struct fault *why)
{
    switch (PQresultStatus(r)) {
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
    case PGRES_EMPTY_QUERY: return ERR_NONE;
    case PGRES_FATAL_ERROR: return refused(p, r, why);
    default: return fault_set(why, ERR_PEER, "database: an answer of another kind than asked for");
    }
}

/* Takes every answer to what was sent; the last one goes to *last (may be NULL), the first error wins.
 * Each answer may take as long as `wait_ms`. */
static enum err collect(struct pg *p, int64_t wait_ms, PGresult **last, struct fault *why)
{
    PGresult *kept = NULL;
    enum err rc = ERR_NONE;

    for (;;) {
        PGresult *r;
        enum err waited = await(p, after_ms(wait_ms), rc == ERR_NONE ? why : NULL);

        if (waited != ERR_NONE) {
            PQclear(kept);
            return rc != ERR_NONE ? rc : waited;
        }
        r = PQgetResult(p->conn);
        if (r == NULL)
            break;
        if (rc == ERR_NONE)
            rc = judge(p, r, why);
        PQclear(kept);
        kept = r;
        if (PQresultStatus(r) == PGRES_COPY_IN || PQresultStatus(r) == PGRES_COPY_OUT) {
            give_up(p); /* nobody here asked for that: PQgetResult would offer it for ever */
            break;
        }
    }
    if (p->conn != NULL && PQstatus(p->conn) != CONNECTION_OK)
        give_up(p);
    if (rc == ERR_NONE && last != NULL)
        *last = kept;
    else
        PQclear(kept);
    return rc;
}

static enum err gone(struct fault *why)
{
    return fault_set(why, ERR_PEER, "database: not connected");
}

/* ---- values ---- */

struct pg_value pg_int(int64_t i)
{
    return (struct pg_value){ .kind = PG_INT, .i = i };
}

struct pg_value pg_number(double d)
{
    return (struct pg_value){ .kind = isnan(d) ? PG_NULL : PG_NUMBER, .d = d };
}

struct pg_value pg_text(const char *text)
{
    return (struct pg_value){ .kind = PG_TEXT, .bytes = text, .len = strlen(text) };
}

struct pg_value pg_bytes(const void *bytes, size_t len)
{
    return (struct pg_value){ .kind = PG_BYTES, .bytes = bytes, .len = len };
}

struct pg_value pg_time(struct wall at)
{
    return (struct pg_value){ .kind = PG_TIME, .at = at };
}

/* libpq's view of the values: types, addresses, lengths; numbers in network order. */
struct wire_values {
    Oid types[PG_VALUES_MAX];
    const char *at[PG_VALUES_MAX];
    int lengths[PG_VALUES_MAX];
    int binary[PG_VALUES_MAX];
    uint64_t numbers[PG_VALUES_MAX];
};

static void put_number(struct wire_values *w, size_t i, Oid type, uint64_t bits)
{
    w->types[i] = type;
    w->numbers[i] = htobe64(bits);
    w->at[i] = (const char *)&w->numbers[i];
    w->lengths[i] = 8;
}

static void put_value(struct wire_values *w, size_t i, const struct pg_value *v)
{
    uint64_t bits;

    w->binary[i] = 1;
    switch (v->kind) {
    case PG_NULL: break;
    case PG_INT: put_number(w, i, OID_INT8, (uint64_t)v->i); break;
    case PG_NUMBER:
        memcpy(&bits, &v->d, sizeof bits);
        put_number(w, i, OID_FLOAT8, bits);
        break;
    case PG_TIME: put_number(w, i, OID_TIMESTAMPTZ, (uint64_t)((v->at.ms - EPOCH_2000_MS) * 1000)); break;
    case PG_TEXT:
    case PG_BYTES:
        w->types[i] = v->kind == PG_TEXT ? OID_TEXT : OID_BYTEA;
        w->at[i] = v->bytes;
        w->lengths[i] = (int)v->len;
        break;
    }
}

/* ---- asking ---- */

enum err pg_ask(struct pg *p, const char *sql, const struct pg_value *values, size_t n,
                struct pg_result **rows, struct fault *why)
{
    struct wire_values w = { 0 };

    if (rows != NULL)
        *rows = NULL;
    if (!pg_alive(p))
        return gone(why);
    for (size_t i = 0; i < n && i < PG_VALUES_MAX; i++)
        put_value(&w, i, &values[i]);
    forget_error(p);
    if (!PQsendQueryParams(p->conn, sql, (int)n, w.types, w.at, w.lengths, w.binary, 1))
        return lost(p, why);
    return collect(p, p->answer_ms, rows, why);
}

enum err pg_script(struct pg *p, const char *sql, int64_t wait_ms, struct fault *why)
{
    if (!pg_alive(p))
        return gone(why);
    forget_error(p);
    if (!PQsendQuery(p->conn, sql))
        return lost(p, why);
    return collect(p, wait_ms, NULL, why);
}

enum err pg_begin(struct pg *p, struct fault *why)
{
    return pg_ask(p, "BEGIN ISOLATION LEVEL READ COMMITTED", NULL, 0, NULL, why);
}

enum err pg_commit(struct pg *p, struct fault *why)
{
    struct pg_result *r;
    enum err rc = pg_ask(p, "COMMIT", NULL, 0, &r, why);

    if (rc == ERR_NONE && strcmp(PQcmdStatus(r), "COMMIT") != 0)
        rc = fault_set(why, ERR_PEER, "database: it rolled back instead of committing");
    pg_free(r);
    return rc;
}

void pg_rollback(struct pg *p)
{
    char sqlstate[sizeof p->sqlstate];
    char constraint[sizeof p->constraint];

    if (!pg_alive(p) || PQtransactionStatus(p->conn) == PQTRANS_IDLE)
        return;
    memcpy(sqlstate, p->sqlstate, sizeof sqlstate);
    memcpy(constraint, p->constraint, sizeof constraint);
    if (pg_ask(p, "ROLLBACK", NULL, 0, NULL, NULL) != ERR_NONE && p->conn != NULL)
        give_up(p);
    memcpy(p->sqlstate, sqlstate, sizeof sqlstate);
    memcpy(p->constraint, constraint, sizeof constraint);
}

/* ---- COPY ---- */

/* Takes the server's "go on"; anything else is its refusal. */
static enum err copy_begin(struct pg *p, const char *sql, struct fault *why)
{
    PGresult *r;
    enum err rc;

    if (!PQsendQuery(p->conn, sql))
        return lost(p, why);
    rc = await(p, after_ms(p->answer_ms), why);
    if (rc != ERR_NONE)
        return rc;
    r = PQgetResult(p->conn);
    if (PQresultStatus(r) == PGRES_COPY_IN) {
        PQclear(r);
        return ERR_NONE;
    }
    rc = judge(p, r, why);
    PQclear(r);
    if (collect(p, p->answer_ms, NULL, NULL) != ERR_NONE || rc != ERR_NONE)
        return rc != ERR_NONE ? rc : gone(why);
    give_up(p);
    return fault_set(why, ERR_PEER, "database: it did not accept a COPY");
}

/* Chunk by chunk, so that no more than one waits in libpq's buffer.  The deadline is per chunk: slow is not
 * hung. */
static enum err copy_send(struct pg *p, const char *bytes, size_t len, struct fault *why)
{
    for (size_t done = 0; done < len;) {
        size_t n = len - done < COPY_CHUNK ? len - done : COPY_CHUNK;
        int unsent;

        if (PQputCopyData(p->conn, bytes + done, (int)n) < 1)
            return lost(p, why);
        done += n;
        while ((unsent = PQflush(p->conn)) > 0) {
            short got = 0;
            enum err rc = wait_socket(p, POLLIN | POLLOUT, after_ms(p->answer_ms), &got, why);
            if (rc != ERR_NONE)
                return rc;
            if ((got & ~POLLOUT) != 0 && !PQconsumeInput(p->conn))
                return lost(p, why);
        }
        if (unsent < 0)
            return lost(p, why);
    }
    return ERR_NONE;
}

enum err pg_copy_in(struct pg *p, const char *sql, const void *bytes, size_t len, uint64_t *rows,
                    struct fault *why)
{
    PGresult *r = NULL;
    enum err rc;

    if (!pg_alive(p))
        return gone(why);
    forget_error(p);
    rc = copy_begin(p, sql, why);
    if (rc == ERR_NONE)
        rc = copy_send(p, bytes, len, why);
    if (rc != ERR_NONE)
        return rc;
    if (PQputCopyEnd(p->conn, NULL) < 1)
        return lost(p, why);
    rc = collect(p, p->answer_ms, &r, why);
    if (rc == ERR_NONE && rows != NULL)
        *rows = strtoull(PQcmdTuples(r), NULL, 10);
    PQclear(r);
    return rc;
}

/* ---- connection ---- */

/* Notices are nothing to us, but for the reason why a server ends a session (class 57: "terminating
 * connection due to administrator command" and its kind), which comes unasked. */
static void hear_notice(void *self, const PGresult *r)
{
    struct pg *p = self;
    const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
    const char *words = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);

    if (state != NULL && words != NULL && strncmp(state, "57", 2) == 0)
        (void)snprintf(p->farewell, sizeof p->farewell, "%s", words);
}

/* one: NULL when the string names one host only.  A later keyword wins; an empty one is none. */
static PGconn *start(const struct pg_options *o, const struct host *one)
{
    const char *keys[] = { "gssencmode", "client_encoding",  "dbname", "user", "password", "host", "hostaddr",
                           "port",       "application_name", NULL };
    const char *values[] = { "disable",
                             "UTF8",
                             o->connect,
                             o->login->user,
                             o->login->password[0] != '\0' ? o->login->password : NULL,
                             one != NULL ? one->host : NULL,
                             one != NULL ? one->hostaddr : NULL,
                             one != NULL ? one->port : NULL,
                             o->name,
                             NULL };

    return PQconnectStartParams(keys, values, 1);
}

static enum err finish_connecting(struct pg *p, struct fault *why)
{
    PostgresPollingStatusType step = PGRES_POLLING_WRITING;
    struct mono until = after_ms(p->answer_ms);

    if (PQstatus(p->conn) == CONNECTION_BAD)
        return lost(p, why);
    while (step != PGRES_POLLING_OK) {
        short got = 0;
        enum err rc = wait_socket(p, step == PGRES_POLLING_READING ? POLLIN : POLLOUT, until, &got, why);
        if (rc != ERR_NONE)
            return rc;
        step = PQconnectPoll(p->conn);
        if (step == PGRES_POLLING_FAILED)
            return lost(p, why);
    }
    (void)PQsetNoticeReceiver(p->conn, hear_notice, p);
    return PQsetnonblocking(p->conn, 1) == 0 ? ERR_NONE : lost(p, why);
}

/* The server's own limits are nets under ours: a lock is given up while the connection is still worth
 * something, a query and an open transaction whose client is gone do not live on. */
static enum err set_session(struct pg *p, struct fault *why)
{
    char lock[24], statement[24], idle[24];
    struct pg_value v[3];

    (void)snprintf(lock, sizeof lock, "%" PRId64, p->answer_ms / 2 + 1);
    (void)snprintf(statement, sizeof statement, "%" PRId64, p->answer_ms);
    (void)snprintf(idle, sizeof idle, "%" PRId64, p->answer_ms * 2);
    v[0] = pg_text(lock);
    v[1] = pg_text(statement);
    v[2] = pg_text(idle);
    return pg_ask(p, sql_session, v, COUNT_OF(v), NULL, why);
}

static enum err connect_to(struct pg *p, const struct pg_options *o, const struct host *one,
                           struct fault *why)
{
    p->conn = start(o, one);
    return p->conn != NULL ? finish_connecting(p, why)
                           : fault_set(why, ERR_MEMORY, "database: no memory for a connection");
}

/* The first host that answers and is what target_session_attrs wants.  They share the time. */
static enum err connect_any(struct pg *p, const struct pg_options *o, struct fault *why)
{
    struct hosts hosts;
    enum err rc = ERR_PEER;

    hosts_of(o->connect, &hosts);
    if (hosts.count == 0)
        return connect_to(p, o, NULL, why);
    p->answer_ms = o->answer_ms / (int64_t)hosts.count;
    for (size_t i = 0; i < hosts.count && rc != ERR_NONE && rc != ERR_STATE; i++) {
        if (p->conn != NULL)
            give_up(p);
        rc = connect_to(p, o, &hosts.of[i], why);
    }
    p->answer_ms = o->answer_ms;
    return rc;
}

enum err pg_open(struct pg **out, const struct pg_options *o, struct fault *why)
{
    struct pg *p = calloc(1, sizeof *p);
    enum err rc;

    *out = NULL;
    if (p == NULL)
        return fault_set(why, ERR_MEMORY, "database: no memory for a connection");
    p->leash = o->leash;
    p->answer_ms = o->answer_ms;
    p->client = -1;
    rc = connect_any(p, o, why);
    if (rc == ERR_NONE)
        rc = set_session(p, why);
    if (rc != ERR_NONE) {
        pg_close(p);
        return rc;
    }
    *out = p;
    return ERR_NONE;
}

void pg_close(struct pg *p)
{
    if (p == NULL)
        return;
    if (p->conn != NULL)
        give_up(p);
    free(p);
}

bool pg_alive(const struct pg *p)
{
    return p != NULL && p->conn != NULL && PQstatus(p->conn) == CONNECTION_OK;
}

const char *pg_sqlstate(const struct pg *p)
{
    return p != NULL ? p->sqlstate : "";
}

const char *pg_constraint(const struct pg *p)
{
    return p != NULL ? p->constraint : "";
}

void pg_watch(struct pg *p, int client)
{
    p->client = client;
}

enum err pg_rest(struct pg *p, const struct leash *leash, int poke, struct mono until, struct fault *why)
{
    struct pollfd set[3] = { { .fd = pg_alive(p) ? PQsocket(p->conn) : -1, .events = POLLIN },
                             { .fd = poke, .events = POLLIN },
                             { .fd = leash->fd, .events = POLLIN } };

    (void)poll_until(set, COUNT_OF(set), until);
    if (set[0].revents == 0)
        return ERR_NONE;
    if (!PQconsumeInput(p->conn))
        return lost(p, why);
    if (!PQisBusy(p->conn))
        PQclear(PQgetResult(p->conn)); /* a farewell of the server's */
    return PQstatus(p->conn) == CONNECTION_OK ? ERR_NONE : lost(p, why);
}

/* ---- rows ---- */

static uint64_t bits_at(const struct pg_result *r, size_t row, int column)
{
    uint64_t bits;

    if (pg_is_null(r, row, column) || PQgetlength(r, (int)row, column) != 8)
        return 0;
    memcpy(&bits, PQgetvalue(r, (int)row, column), sizeof bits);
    return be64toh(bits);
}

size_t pg_rows(const struct pg_result *r)
{
    return (size_t)PQntuples(r);
}

bool pg_is_null(const struct pg_result *r, size_t row, int column)
{
    return PQgetisnull(r, (int)row, column);
}

int64_t pg_get_int(const struct pg_result *r, size_t row, int column)
{
    return (int64_t)bits_at(r, row, column);
}

double pg_get_number(const struct pg_result *r, size_t row, int column)
{
    uint64_t bits = bits_at(r, row, column);
    double d;

    if (pg_is_null(r, row, column))
        return NAN;
    memcpy(&d, &bits, sizeof d);
    return d;
}

const void *pg_get_bytes(const struct pg_result *r, size_t row, int column, size_t *len)
{
    *len = (size_t)PQgetlength(r, (int)row, column);
    return PQgetvalue(r, (int)row, column);
}

struct wall pg_get_time(const struct pg_result *r, size_t row, int column)
{
    int64_t us = (int64_t)bits_at(r, row, column);

    return (struct wall){ us / 1000 - (us % 1000 < 0) + EPOCH_2000_MS };
}

struct wall pg_get_time_or_none(const struct pg_result *r, size_t row, int column)
{
    return pg_is_null(r, row, column) ? (struct wall){ 0 } : pg_get_time(r, row, column);
}

const char *pg_get_text(const struct pg_result *r, size_t row, int column, size_t *len)
{
    if (len != NULL)
        *len = (size_t)PQgetlength(r, (int)row, column);
    return PQgetvalue(r, (int)row, column);
}

bool pg_copy_text(const struct pg_result *r, size_t row, int column, char *out, size_t size)
{
    size_t len;
    const char *text = pg_get_text(r, row, column, &len);

    (void)snprintf(out, size, "%s", text);
    return len < size;
}

void pg_free(struct pg_result *r)
{
    PQclear(r);
}
