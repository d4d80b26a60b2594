#include "store/grants.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/log.h"
#include "leash.h"
#include "pg.h"
#include "schema.h"
#include "sql.h"

enum { MEET_MS = 10000, RETRY_MS = 5000, ONCE_MS = 3000, HASH_TEXT = API_TOKEN_HASH_BYTES };

struct grants {
    struct store_settings store;
    struct grants_port port;
    struct clock clock;
    struct leash leash;
    int poke;
    pthread_t thread;
    struct pg *pg; /* the thread's own */
    struct damper damper;
    pthread_mutex_t lock;
    char text[GRANTS_TEXT_MAX]; /* under lock */
};

/* ---- rows ---- */

static void text(const struct pg_result *r, size_t row, int column, char *out, size_t size)
{
    const char *value = pg_get_text(r, row, column, NULL);

    (void)snprintf(out, size, "%s", strlen(value) < size ? value : "");
}

static struct pg_value time_or_null(struct wall at)
{
    return at.ms == 0 ? (struct pg_value){ .kind = PG_NULL } : pg_time(at);
}

static void read_account(const struct pg_result *r, size_t row, struct account *a)
{
    memset(a, 0, sizeof *a);
    text(r, row, 0, a->name, sizeof a->name);
    text(r, row, 1, a->full_name, sizeof a->full_name);
    text(r, row, 2, a->hash, sizeof a->hash);
    a->role = role_parse(pg_get_text(r, row, 3, NULL));
    text(r, row, 4, a->supplier, sizeof a->supplier);
    text(r, row, 5, a->language, sizeof a->language);
    a->leads = pg_get_int(r, row, 6) != 0;
    a->disabled = pg_get_int(r, row, 7) != 0;
    a->must_change = pg_get_int(r, row, 8) != 0;
    a->removed = pg_get_int(r, row, 9) != 0;
    a->made = pg_get_time_or_none(r, row, 10);
    a->password_set = pg_get_time_or_none(r, row, 11);
    a->disabled_set = pg_get_time_or_none(r, row, 12);
    a->changed = pg_get_time_or_none(r, row, 13);
    text(r, row, 14, a->changed_by, sizeof a->changed_by);
}

static enum err put_account(struct pg *p, const struct account *a, struct fault *why)
{
    const struct pg_value v[] = {
        pg_text(a->name),         pg_text(a->full_name), pg_text(a->hash),       pg_text(role_name(a->role)),
        pg_text(a->supplier),     pg_text(a->language),  pg_int(a->leads),       pg_int(a->disabled),
        pg_int(a->must_change),   pg_int(a->removed),    pg_time(a->made),       pg_time(a->password_set),
        pg_time(a->disabled_set), pg_time(a->changed),   pg_text(a->changed_by),
    };

    return pg_ask(p, sql_doors_account_put, v, COUNT_OF(v), NULL, why);
}

static void read_token(const struct pg_result *r, size_t row, struct api_token *t)
{
    size_t len;
    const void *hash = pg_get_bytes(r, row, 1, &len);

    memset(t, 0, sizeof *t);
    text(r, row, 0, t->prefix, sizeof t->prefix);
    if (len == HASH_TEXT)
        memcpy(t->hash, hash, HASH_TEXT);
    text(r, row, 2, t->purpose, sizeof t->purpose);
    t->role = role_parse(pg_get_text(r, row, 3, NULL));
    text(r, row, 4, t->supplier, sizeof t->supplier);
    text(r, row, 5, t->sites, sizeof t->sites);
    text(r, row, 6, t->addresses, sizeof t->addresses);
    t->revoked = pg_get_int(r, row, 7) != 0;
    t->made = pg_get_time_or_none(r, row, 8);
    t->expires = pg_get_time_or_none(r, row, 9);
    t->used = pg_get_time_or_none(r, row, 10);
    t->changed = pg_get_time_or_none(r, row, 11);
    text(r, row, 12, t->changed_by, sizeof t->changed_by);
}

static enum err put_token(struct pg *p, const struct api_token *t, struct fault *why)
{
    const struct pg_value v[] = {
        pg_text(t->prefix),          pg_bytes(t->hash, HASH_TEXT), pg_text(t->purpose),
        pg_text(role_name(t->role)), pg_text(t->supplier),         pg_text(t->sites),
        pg_text(t->addresses),       pg_int(t->revoked),           pg_time(t->made),
        time_or_null(t->expires),    time_or_null(t->used),        pg_time(t->changed),
        pg_text(t->changed_by),
    };

    return pg_ask(p, sql_doors_token_put, v, COUNT_OF(v), NULL, why);
}

/* ---- meeting ---- */

static bool find_account(const struct pg_result *r, const char *name, struct account *out)
{
    for (size_t row = 0; row < pg_rows(r); row++)
        if (strcmp(pg_get_text(r, row, 0, NULL), name) == 0) {
            read_account(r, row, out);
            return true;
        }
    return false;
}

static bool find_token(const struct pg_result *r, const char *prefix, struct api_token *out)
{
    for (size_t row = 0; row < pg_rows(r); row++)
        if (strcmp(pg_get_text(r, row, 0, NULL), prefix) == 0) {
            read_token(r, row, out);
            return true;
        }
    return false;
}

/* What ours says more than theirs.  A role that only a newer program knows is never written back as nobody.
 */
static enum err tell_accounts(struct pg *p, const struct pg_result *theirs, const struct grants_port *port,
                              struct fault *why)
{
    struct account *mine, is;
    size_t count;
    enum err rc = port->accounts(port->self, &mine, &count);

    if (rc != ERR_NONE)
        return fault_set(why, rc, "accounts: no memory");
    for (size_t i = 0; i < count && rc == ERR_NONE; i++) {
        struct account merged = mine[i];
        if ((!find_account(theirs, mine[i].name, &is) || account_merge(&merged, &is)) &&
            merged.role != ROLE_NOBODY)
            rc = put_account(p, &merged, why);
    }
    explicit_bzero(mine, count * sizeof *mine);
    free(mine);
    return rc;
}

static enum err tell_tokens(struct pg *p, const struct pg_result *theirs, const struct grants_port *port,
                            struct fault *why)
{
    struct api_token *mine, is;
    size_t count;
    enum err rc = port->tokens(port->self, &mine, &count);

    if (rc != ERR_NONE)
        return fault_set(why, rc, "tokens: no memory");
    for (size_t i = 0; i < count && rc == ERR_NONE; i++) {
        struct api_token merged = mine[i];
        if ((!find_token(theirs, mine[i].prefix, &is) || api_token_merge(&merged, &is)) &&
            merged.role != ROLE_NOBODY)
            rc = put_token(p, &merged, why);
    }
    explicit_bzero(mine, count * sizeof *mine);
    free(mine);
    return rc;
}

static enum err meet_accounts(struct pg *p, const struct grants_port *port, struct fault *why)
{
    struct pg_result *theirs;
    struct account a;
    enum err rc = pg_ask(p, sql_doors_accounts, NULL, 0, &theirs, why);

    if (rc != ERR_NONE)
        return rc;
    for (size_t row = 0; row < pg_rows(theirs) && rc == ERR_NONE; row++) {
        read_account(theirs, row, &a);
        rc = account_name_is_fine(a.name) ? port->hear_account(port->self, &a) : ERR_NONE;
    }
    if (rc != ERR_NONE)
        rc = fault_set(why, rc, "accounts: there are more than a node can have");
    if (rc == ERR_NONE)
        rc = tell_accounts(p, theirs, port, why);
    pg_free(theirs);
    return rc;
}

static enum err meet_tokens(struct pg *p, const struct grants_port *port, struct fault *why)
{
    struct pg_result *theirs;
    struct api_token t;
    enum err rc = pg_ask(p, sql_doors_tokens, NULL, 0, &theirs, why);

    if (rc != ERR_NONE)
        return rc;
    for (size_t row = 0; row < pg_rows(theirs) && rc == ERR_NONE; row++) {
        read_token(theirs, row, &t);
        rc = t.prefix[0] != '\0' ? port->hear_token(port->self, &t) : ERR_NONE;
    }
    if (rc != ERR_NONE)
        rc = fault_set(why, rc, "tokens: there are more than a node can have");
    if (rc == ERR_NONE)
        rc = tell_tokens(p, theirs, port, why);
    pg_free(theirs);
    return rc;
}

/* One transaction; nodes take turns at the lock. */
static enum err meet(struct pg *p, const struct grants_port *port, struct clock clock, struct fault *why)
{
    struct wall at = clock_read(&clock).wall;
    enum err rc = schema_check(p, why);

    if (rc != ERR_NONE)
        return rc;
    rc = pg_begin(p, why);
    if (rc == ERR_NONE)
        rc = pg_ask(p, sql_doors_lock, NULL, 0, NULL, why);
    if (rc == ERR_NONE)
        rc = meet_accounts(p, port, why);
    if (rc == ERR_NONE)
        rc = meet_tokens(p, port, why);
    if (rc == ERR_NONE)
        rc = pg_commit(p, why);
    if (rc != ERR_NONE) {
        pg_rollback(p);
        return rc;
    }
    port->agreed(port->self, at);
    return ERR_NONE;
}

enum err grants_once(const struct store_settings *s, const struct grants_port *port, struct clock clock,
                     struct fault *why)
{
    const struct pg_options o = { .connect = s->connect,
                                  .login = &s->writer,
                                  .name = "capnuoc doors",
                                  .answer_ms = s->answer_ms < ONCE_MS ? s->answer_ms : ONCE_MS };
    struct pg *p;
    enum err rc = pg_open(&p, &o, why);

    if (rc != ERR_NONE)
        return rc;
    rc = meet(p, port, clock, why);
    pg_close(p);
    return rc;
}

/* ---- the thread ---- */

static enum err turn(struct grants *g, struct fault *why)
{
    const struct pg_options o = { .connect = g->store.connect,
                                  .login = &g->store.writer,
                                  .name = "capnuoc doors",
                                  .answer_ms = g->store.answer_ms,
                                  .leash = &g->leash };
    enum err rc = ERR_NONE;

    if (g->pg == NULL || !pg_alive(g->pg)) {
        pg_close(g->pg);
        g->pg = NULL;
        rc = pg_open(&g->pg, &o, why);
    }
    return rc != ERR_NONE ? rc : meet(g->pg, &g->port, g->clock, why);
}

static void note(struct grants *g, enum err rc, const struct fault *why)
{
    struct mono now = mono_read();
    unsigned unsaid;
    int64_t lasted_ms;

    (void)pthread_mutex_lock(&g->lock);
    (void)snprintf(g->text, sizeof g->text, "%s", rc == ERR_NONE ? "" : why->text);
    (void)pthread_mutex_unlock(&g->lock);
    if (rc == ERR_NONE && damper_end(&g->damper, now, &lasted_ms))
        log_info("doors database is back: after_ms=%lld", (long long)lasted_ms);
    else if (rc != ERR_NONE && damper_complain(&g->damper, now, &unsaid))
        log_warn("doors accounts are not compared with the database: %s unsaid=%u", why->text, unsaid);
}

static void *run(void *self)
{
    struct grants *g = self;
    uint64_t pokes;

    while (!leash_pulled(&g->leash)) {
        struct fault why = { .text = "" };
        enum err rc = turn(g, &why);
        struct mono until = { mono_read().ms + (rc == ERR_NONE ? MEET_MS : RETRY_MS) };

        if (!leash_pulled(&g->leash))
            note(g, rc, &why);
        if (pg_rest(g->pg, &g->leash, g->poke, until, &why) != ERR_NONE)
            log_debug("doors: %s", why.text);
        (void)!read(g->poke, &pokes, sizeof pokes);
    }
    pg_close(g->pg);
    g->pg = NULL;
    return NULL;
}

enum err grants_start(struct grants **out, const struct store_settings *s, const struct grants_port *port,
                      struct clock clock, struct fault *why)
{
    struct grants *g = calloc(1, sizeof *g);
    enum err rc;

    if (g == NULL)
        return fault_set(why, ERR_MEMORY, "doors: no memory");
    g->store = *s;
    g->port = *port;
    g->clock = clock;
    g->poke = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    rc = g->poke < 0 ? fault_set(why, ERR_IO, "doors: no descriptor") : leash_init(&g->leash, why);
    if (rc != ERR_NONE)
        goto free_self;
    (void)pthread_mutex_init(&g->lock, NULL);
    if (pthread_create(&g->thread, NULL, run, g) != 0) {
        rc = fault_set(why, ERR_FULL, "doors: no thread");
        goto clear_lock;
    }
    *out = g;
    return ERR_NONE;

clear_lock:
    (void)pthread_mutex_destroy(&g->lock);
    leash_clear(&g->leash);
free_self:
    if (g->poke >= 0)
        (void)close(g->poke);
    free(g);
    return rc;
}

void grants_poke(struct grants *g)
{
    (void)eventfd_write(g->poke, 1);
}

void grants_text(struct grants *g, char out[GRANTS_TEXT_MAX])
{
    (void)pthread_mutex_lock(&g->lock);
    memcpy(out, g->text, GRANTS_TEXT_MAX);
    (void)pthread_mutex_unlock(&g->lock);
}

/* What did not go out any more is in the node's file, and goes out after the next start. */
void grants_stop(struct grants *g)
{
    if (g == NULL)
        return;
    leash_pull(&g->leash, mono_read());
    (void)pthread_join(g->thread, NULL);
}

void grants_free(struct grants *g)
{
    if (g == NULL)
        return;
    (void)pthread_mutex_destroy(&g->lock);
    leash_clear(&g->leash);
    (void)close(g->poke);
    free(g);
}
