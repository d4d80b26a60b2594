#include "store/dump.h"

#include <stdio.h>
#include <stdlib.h>

#include "pg.h"
#include "schema.h"
#include "sql.h"

struct dump_snapshot {
    struct pg *pg;
};

static enum err open_owner(const struct store_settings *s, struct pg **out, struct fault *why)
{
    const struct pg_options o = {
        .connect = s->connect, .login = &s->owner, .name = "capnuoc backup", .answer_ms = s->answer_ms
    };

    return pg_open(out, &o, why);
}

/* The session's own limit on idleness would end the transaction while the journal is copied. */
static enum err hold(struct pg *p, char name[DUMP_NAME_MAX], int *version, struct fault *why)
{
    struct pg_result *r;
    enum err rc = pg_script(p,
                            "SET idle_in_transaction_session_timeout = 0;"
                            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
                            10000, why);

    if (rc == ERR_NONE)
        rc = schema_read(p, version, why);
    if (rc == ERR_NONE && *version == 0)
        rc = fault_set(why, ERR_STATE, "the database has no capnuoc schema: nothing to back up");
    if (rc == ERR_NONE)
        rc = pg_ask(p, sql_dump_hold, NULL, 0, &r, why);
    if (rc != ERR_NONE)
        return rc;
    (void)snprintf(name, DUMP_NAME_MAX, "%s", pg_get_text(r, 0, 0, NULL));
    pg_free(r);
    return ERR_NONE;
}

enum err dump_hold(struct dump_snapshot **out, const struct store_settings *s, char name[DUMP_NAME_MAX],
                   int *version, struct fault *why)
{
    struct dump_snapshot *h = calloc(1, sizeof *h);
    enum err rc;

    *out = NULL;
    if (h == NULL)
        return fault_set(why, ERR_MEMORY, "no memory");
    rc = open_owner(s, &h->pg, why);
    if (rc == ERR_NONE)
        rc = hold(h->pg, name, version, why);
    if (rc != ERR_NONE) {
        dump_release(h);
        return rc;
    }
    *out = h;
    return ERR_NONE;
}

void dump_release(struct dump_snapshot *h)
{
    if (h == NULL)
        return;
    pg_close(h->pg);
    free(h);
}

enum err dump_check_empty(const struct store_settings *s, struct fault *why)
{
    struct pg_result *r;
    struct pg *p;
    enum err rc = open_owner(s, &p, why);

    if (rc != ERR_NONE)
        return rc;
    rc = pg_ask(p, sql_dump_tables, NULL, 0, &r, why);
    if (rc == ERR_NONE) {
        if (pg_get_int(r, 0, 0) > 0)
            rc = fault_set(why, ERR_STATE,
                           "the database is not empty: restore into a new one, made with CREATE DATABASE");
        pg_free(r);
    }
    pg_close(p);
    return rc;
}

enum err dump_finish(const struct store_settings *s, int *version, struct fault *why)
{
    struct pg *p;
    enum err rc = open_owner(s, &p, why);

    if (rc != ERR_NONE)
        return rc;
    rc = pg_script(p, sql_dump_finish, 10000, why);
    if (rc == ERR_NONE)
        rc = schema_read(p, version, why);
    if (rc == ERR_NONE && *version > store_schema_version())
        rc = schema_fits(*version, why);
    pg_close(p);
    return rc;
}
