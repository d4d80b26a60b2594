#include "versions.h"

#include "sql.h"

enum { AT_ONCE = 100 };

struct writing {
    struct pg *pg;
    const char *node;
    uint32_t last;
    size_t written;
    struct fault *why;
};

static enum err write_one(void *ctx, const struct config_version *v)
{
    struct writing *w = ctx;
    struct pg_value values[] = { pg_text(w->node),   pg_int(v->number),  pg_time(v->at),
                                 pg_text(v->author), pg_text(v->digest), pg_text(v->difference) };
    enum err rc = pg_ask(w->pg, sql_config_version_insert, values, COUNT_OF(values), NULL, w->why);

    if (rc == ERR_NONE) {
        w->last = v->number;
        w->written++;
    }
    return rc;
}

static enum err last_known(struct pg *p, const char *node, uint32_t *out, struct fault *why)
{
    struct pg_value v = pg_text(node);
    struct pg_result *r;
    enum err rc = pg_ask(p, sql_config_version_last, &v, 1, &r, why);

    if (rc != ERR_NONE)
        return rc;
    *out = pg_rows(r) == 1 ? (uint32_t)pg_get_int(r, 0, 0) : 0;
    pg_free(r);
    return ERR_NONE;
}

enum err versions_write(struct pg *p, const char *node, const struct versions_port *versions,
                        struct fault *why)
{
    struct writing w = { .pg = p, .node = node, .why = why };
    enum err rc;

    if (versions->visit == NULL)
        return ERR_NONE;
    rc = last_known(p, node, &w.last, why);
    do {
        w.written = 0;
        if (rc == ERR_NONE)
            rc = versions->visit(versions->self, w.last, AT_ONCE, write_one, &w, why);
    } while (rc == ERR_NONE && w.written == AT_ONCE);
    return rc;
}
