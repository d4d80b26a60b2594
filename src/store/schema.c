#include "schema.h"

#include "sql.h"

enum err schema_read(struct pg *p, int *version, struct fault *why)
{
    struct pg_result *r;
    bool present;

    enum err rc = pg_ask(p, sql_schema_present, NULL, 0, &r, why);
    if (rc != ERR_NONE)
        return rc;
    present = pg_get_int(r, 0, 0) != 0;
    pg_free(r);
    *version = 0;
    if (!present)
        return ERR_NONE;
    rc = pg_ask(p, sql_schema_version, NULL, 0, &r, why);
    if (rc != ERR_NONE)
        return rc;
    *version = (int)pg_get_int(r, 0, 0);
    pg_free(r);
    return ERR_NONE;
}

enum err schema_fits(int version, struct fault *why)
{
    int ours = store_schema_version();

    if (version == ours)
        return ERR_NONE;
    if (version == 0)
        return fault_set(why, ERR_STATE, "the database has no capnuoc schema yet: run the migration");
    if (version < ours)
        return fault_set(why, ERR_STATE,
                         "the database has schema version %d, this program needs %d: run the migration",
                         version, ours);
    return fault_set(
        why, ERR_STATE,
        "the database has schema version %d, this program knows only %d: start the newer program", version,
        ours);
}

enum err schema_check(struct pg *p, struct fault *why)
{
    int version;
    enum err rc = schema_read(p, &version, why);

    return rc != ERR_NONE ? rc : schema_fits(version, why);
}
