#include "store/audit.h"

#include <string.h>

#include "audit_page.h"
#include "sql.h"

enum { PAGE = 1000 };

/* A hash that is none is no hash of ours: all 0xFF, which no row can have. */
static void hash_of(const struct pg_result *r, size_t row, int column, struct seal_hash *out)
{
    if (!seal_hash_parse(pg_get_text(r, row, column, NULL), out))
        memset(out->bytes, 0xFF, sizeof out->bytes);
}

static bool take_texts(const struct pg_result *r, size_t row, struct audit_entry *e)
{
    bool whole = pg_copy_text(r, row, 5, e->by.name, sizeof e->by.name);

    whole &= pg_copy_text(r, row, 6, e->by.address, sizeof e->by.address);
    whole &= pg_copy_text(r, row, 7, e->action, sizeof e->action);
    whole &= pg_copy_text(r, row, 8, e->subject, sizeof e->subject);
    whole &= pg_copy_text(r, row, 9, e->before, sizeof e->before);
    return whole & pg_copy_text(r, row, 10, e->after, sizeof e->after);
}

/* What our fields cannot hold would be cut to what was recorded and pass as that: a kind of 257 for 1, a
 * microsecond on top, letters behind the longest text.  Such a row loses its hash and is found by that. */
enum err audit_take(const struct pg_result *r, size_t row, struct audit_stored *out, struct fault *why)
{
    struct audit_entry *e = &out->row.entry;
    int64_t kind = pg_get_int(r, row, 4);
    bool whole;

    memset(out, 0, sizeof *out);
    if (!pg_copy_text(r, row, 0, out->node, sizeof out->node)) /* the next page is asked for by it */
        return fault_set(why, ERR_RANGE, "record of acts: a row of a node that cannot be: %s...", out->node);
    out->epoch = pg_get_int(r, row, 1);
    out->row.seq = (uint64_t)pg_get_int(r, row, 2);
    e->at.ms = pg_get_int(r, row, 3);
    e->by.kind = (uint8_t)kind;
    hash_of(r, row, 11, &out->row.person);
    hash_of(r, row, 12, &out->row.hash);
    whole = take_texts(r, row, e);
    if (!whole || kind != e->by.kind || pg_get_int(r, row, 13) != 1)
        memset(out->row.hash.bytes, 0xFF, sizeof out->row.hash.bytes);
    return ERR_NONE;
}

static enum err read_page(struct pg *p, struct audit_stored *last, size_t *count,
                          enum err (*visit)(void *self, const struct audit_stored *a), void *self,
                          struct fault *why)
{
    struct pg_value v[] = { pg_text(last->node), pg_int(last->epoch), pg_int((int64_t)last->row.seq),
                            pg_int(PAGE) };
    struct pg_result *r;
    enum err rc = pg_ask(p, sql_audit_read, v, COUNT_OF(v), &r, why);

    if (rc != ERR_NONE)
        return rc;
    *count = pg_rows(r);
    for (size_t i = 0; i < *count && rc == ERR_NONE; i++) {
        rc = audit_take(r, i, last, why);
        if (rc == ERR_NONE)
            rc = visit(self, last);
    }
    pg_free(r);
    return rc;
}

enum err store_audit_read(const struct store_settings *s,
                          enum err (*visit)(void *self, const struct audit_stored *a), void *self,
                          struct fault *why)
{
    const struct pg_options o = {
        .connect = s->connect, .login = &s->owner, .name = "capnuoc audit", .answer_ms = s->answer_ms
    };
    struct audit_stored last;
    size_t count = PAGE;
    struct pg *p;
    enum err rc = pg_open(&p, &o, why);

    if (rc != ERR_NONE)
        return rc;
    memset(&last, 0, sizeof last);
    last.epoch = INT64_MIN;
    while (rc == ERR_NONE && count == PAGE)
        rc = read_page(p, &last, &count, visit, self, why);
    pg_close(p);
    return rc;
}
