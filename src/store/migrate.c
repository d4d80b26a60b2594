#include "store/store.h"

#include "pg.h"
#include "schema.h"
#include "sql.h"

static const struct {
    const char *name, *sql;
} MIGRATIONS[] = {
    { "first", sql_0001_first }, /* version 1, and so on: add at the end, never change one that was released
                                  */
    { "versions", sql_0002_versions },
    { "world", sql_0003_world },
    { "field", sql_0004_field },
    { "lanes", sql_0005_lanes },
    { "nodes", sql_0006_nodes },
    { "packed", sql_0007_packed },
    { "rollups", sql_0008_rollups },
    { "force", sql_0009_force },
    { "audit", sql_0010_audit },
    { "doors", sql_0011_doors },
    { "verdicts", sql_0012_verdicts },
    { "alarms", sql_0013_alarms },
    { "incidents", sql_0014_incidents },
    { "modes", sql_0015_modes },
    { "kept", sql_0016_kept },
    { "services", sql_0017_services },
    { "letters", sql_0018_letters },
    { "shifts", sql_0019_shifts },
    { "reports", sql_0020_reports },
    { "whole", sql_0021_whole },
    { "prevention", sql_0022_prevention },
    { "handed", sql_0023_handed },
    { "amended", sql_0024_amended },
    { "site_notes", sql_0025_site_notes },
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
static enum err step(struct pg *p, int upto, int *version, struct fault *why)
{
    enum err rc = pg_begin(p, why);

    if (rc == ERR_NONE)
        rc =
            pg_script(p, "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '5s'", MIGRATION_MS, why);
    if (rc == ERR_NONE)
        rc = pg_ask(p, sql_schema_lock, NULL, 0, NULL, why);
    if (rc == ERR_NONE)
        rc = schema_read(p, version, why);
    if (rc == ERR_NONE && *version < upto) {
        rc = apply(p, *version + 1, why);
        *version += rc == ERR_NONE;
    }
    if (rc == ERR_NONE)
        rc = pg_commit(p, why);
    if (rc != ERR_NONE)
        pg_rollback(p);
    return rc;
}

/* A node whose program does not know the new schema would deliver nothing from now on. */
static enum err refuse_to_leave_behind(struct pg *p, const char *own, int upto, struct fault *why)
{
    struct pg_value v[] = { pg_text(own), pg_int(upto) };
    struct pg_result *r;
    enum err rc = pg_ask(p, sql_nodes_behind, v, COUNT_OF(v), &r, why);

    if (rc != ERR_NONE)
        return rc;
    if (pg_rows(r) > 0)
        rc = fault_set(
            why, ERR_STATE,
            "%zu nodes cannot speak schema %d; node %s (%s, there at %s): start this version of the "
            "program on it first, or --force",
            pg_rows(r), upto, pg_get_text(r, 0, 0, NULL), pg_get_text(r, 0, 1, NULL),
            pg_get_text(r, 0, 2, NULL));
    pg_free(r);
    return rc;
}

static enum err climb(struct pg *p, const struct store_climb *how, const char *own, int *from, int *to,
                      struct fault *why)
{
    int upto = how->upto == 0 ? store_schema_version() : how->upto;
    enum err rc = schema_read(p, from, why);

    *to = *from;
    if (rc == ERR_NONE && *from > 0 && *from < upto && !how->force)
        rc = refuse_to_leave_behind(p, own, upto, why);
    while (rc == ERR_NONE && *to < upto)
        rc = step(p, upto, to, why);
    return rc != ERR_NONE || how->upto != 0 ? rc : schema_fits(*to, why);
}

enum err store_climb(const struct store_settings *s, const struct store_climb *how, int *from, int *to,
                     struct fault *why)
{
    const struct pg_options o = {
        .connect = s->connect, .login = &s->owner, .name = "capnuoc migrate", .answer_ms = s->answer_ms
    };
    struct pg *p;
    enum err rc = pg_open(&p, &o, why);

    if (rc != ERR_NONE)
        return rc;
    rc = climb(p, how, s->node, from, to, why);
    pg_close(p);
    return rc;
}

enum err store_migrate(const struct store_settings *s, int *from, int *to, struct fault *why)
{
    return store_climb(s, &(struct store_climb){ 0 }, from, to, why);
}
