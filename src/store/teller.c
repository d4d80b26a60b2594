#include "teller.h"

#include <inttypes.h>
#include <stdio.h>

#include "page.h"
#include "schema.h"
#include "sql.h"

void teller_init(struct teller *t, const char *node, int64_t epoch)
{
    *t = (struct teller){ .epoch = epoch };
    (void)snprintf(t->node, sizeof t->node, "%s", node);
    strbuf_init(&t->body, PAGE_BYTES_MAX);
}

void teller_clear(struct teller *t)
{
    strbuf_clear(&t->body);
}

void teller_forget(struct teller *t)
{
    t->written = 0;
    t->pages = 0;
}

static enum err write_beat(const struct teller *t, struct pg *p, struct wall now, struct beat *out,
                           struct fault *why)
{
    struct pg_value v[] = { pg_text(t->node), pg_int(t->epoch), pg_text(CAPNUOC_VERSION),
                            pg_int(store_schema_version()), pg_time(now) };
    struct pg_result *r;
    enum err rc = pg_ask(p, sql_node_beat, v, COUNT_OF(v), &r, why);

    if (rc != ERR_NONE)
        return rc;
    if (pg_rows(r) == 1)
        *out =
            (struct beat){ pg_get_int(r, 0, 0), (int)pg_get_int(r, 0, 1), now.ms - pg_get_time(r, 0, 2).ms };
    else
        rc = fault_set(why, ERR_STATE, "node %s: a later journal has this name", t->node);
    pg_free(r);
    return rc;
}

static enum err write_page(struct teller *t, struct pg *p, const struct snapshot *own, size_t page,
                           int64_t beat, struct fault *why)
{
    strbuf_reset(&t->body);
    page_write(own, page, &t->body);
    if (t->body.failed)
        return fault_set(why, ERR_MEMORY, "no memory for a page of the present");
    struct pg_value v[] = { pg_text(t->node), pg_int((int64_t)page), pg_int(beat),
                            pg_bytes(t->body.text, t->body.len) };
    return pg_ask(p, sql_present_upsert, v, COUNT_OF(v), NULL, why);
}

/* Pages of points that are no more, also those of an earlier run. */
static enum err cut(const struct teller *t, struct pg *p, size_t pages, int64_t beat, struct fault *why)
{
    struct pg_value v[] = { pg_text(t->node), pg_int((int64_t)pages), pg_int(beat) };

    return pg_ask(p, sql_present_cut, v, COUNT_OF(v), NULL, why);
}

static enum err write_pages(struct teller *t, struct pg *p, const struct snapshot *own, int64_t beat,
                            struct fault *why)
{
    size_t pages = (snapshot_points(own) + SNAPSHOT_PAGE - 1) / SNAPSHOT_PAGE;
    enum err rc = ERR_NONE;

    for (size_t i = 0; i < pages && rc == ERR_NONE; i++)
        if (snapshot_page_generation(own, (uint32_t)(i * SNAPSHOT_PAGE)) > t->written)
            rc = write_page(t, p, own, i, beat, why);
    if (rc == ERR_NONE && (t->written == 0 || pages < t->pages))
        rc = cut(t, p, pages, beat, why);
    return rc;
}

/* The beat is written whatever the schema, so that who migrates knows what we speak. */
static enum err write_all(struct teller *t, struct pg *p, const struct snapshot *own, struct wall now,
                          struct beat *out, struct fault *why)
{
    enum err rc = write_beat(t, p, now, out, why);

    if (rc == ERR_NONE && own != NULL && out->schema == store_schema_version())
        rc = write_pages(t, p, own, out->number, why);
    return rc;
}

enum err teller_beat(struct teller *t, struct pg *p, const struct snapshot *own, struct wall now,
                     struct beat *out, struct fault *why)
{
    enum err rc = pg_begin(p, why);

    if (rc == ERR_NONE)
        rc = write_all(t, p, own, now, out, why);
    if (rc == ERR_NONE)
        rc = pg_commit(p, why);
    if (rc != ERR_NONE) {
        pg_rollback(p);
        return rc;
    }
    rc = schema_fits(out->schema, why);
    if (rc != ERR_NONE || own == NULL)
        return rc;
    t->written = snapshot_generation(own);
    t->pages = (snapshot_points(own) + SNAPSHOT_PAGE - 1) / SNAPSHOT_PAGE;
    return ERR_NONE;
}
