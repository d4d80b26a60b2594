#include "store/store.h"

#include "pg.h"
#include "schema.h"
#include "sql.h"

static const struct {
    const char *name, *sql;
} MIGRATIONS[] = {
    { "first", sql_0001_first }, /* version 1, and so on: add at the end, never change one that was released
                                  */
    { "versions", sql_0002_versions }, { "world", sql_0003_world },
    { "field", sql_0004_field },       { "rollups", sql_0006_rollups },
};

enum { MIGRATION_MS = 600000 }; /* a migration may have to rewrite */

int store_schema_version(void)
{
    return (int)COUNT_OF(MIGRATIONS);
}

static enum err apply(struct pg *p, int version, struct fault *why)
{
    struct pg_value v[] = { pg_int(version), pg_text(MIGRATIONS[version - 1].name), pg_time(wall_read()) };
    enum err rc = pg_script(p, MIGRATIONS[version - 1].sql, MIGRATION_MS, why);

    return rc != ERR_NONE ? rc : pg_ask(p, sql_schema_applied, v, COUNT_OF(v), NULL, why);
}

/* One step in one transaction, or nothing: two programs that migrate at once take turns at the lock. */
static enum err step(struct pg *p, int *version, struct fault *why)
{
    enum err rc = pg_begin(p, why);

    if (rc == ERR_NONE)
        rc =
            pg_script(p, "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '5s'", MIGRATION_MS, why);
    if (rc == ERR_NONE)
        rc = pg_ask(p, sql_schema_lock, NULL, 0, NULL, why);
    if (rc == ERR_NONE)
        rc = schema_read(p, version, why);
    if (rc == ERR_NONE && *version < store_schema_version()) {
        rc = apply(p, *version + 1, why);
        *version += rc == ERR_NONE;
    }
    if (rc == ERR_NONE)
        rc = pg_commit(p, why);
    if (rc != ERR_NONE)
        pg_rollback(p);
    return rc;
}

static enum err climb(struct pg *p, int *from, int *to, struct fault *why)
{
    enum err rc = schema_read(p, from, why);

    *to = *from;
    while (rc == ERR_NONE && *to < store_schema_version())
        rc = step(p, to, why);
    return rc != ERR_NONE ? rc : schema_fits(*to, why);
}

enum err store_migrate(const struct store_settings *s, int *from, int *to, struct fault *why)
{
    const struct pg_options o = {
        .connect = s->connect, .login = &s->owner, .name = "capnuoc migrate", .answer_ms = s->answer_ms
    };
    struct pg *p;
    enum err rc = pg_open(&p, &o, why);

    if (rc != ERR_NONE)
        return rc;
    rc = climb(p, from, to, why);
    pg_close(p);
    return rc;
}
