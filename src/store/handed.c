#include "handed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "past_incidents.h"
#include "sql.h"

/* ---- whose it is ---- */

static bool is_assigned(const struct incident *i, const char *name)
{
    for (size_t n = 0; n < i->fact_count; n++)
        if (i->facts[n].kind == FACT_ASSIGNED && strcmp(i->facts[n].note, name) == 0)
            return true;
    return false;
}

/* As the database knows it, in the sight of who asks. */
static enum err look(struct pg *p, const struct store_settings *s, const struct incident_past_ask *of,
                     const char *assigned_to, enum handed_outcome *out, struct fault *why)
{
    struct incident_past found = { .count = 0 };
    enum err rc = past_incidents_read(p, s->node, of, &found, why);

    if (rc != ERR_NONE)
        return rc;
    if (found.count == 0)
        *out = HANDED_NO_INCIDENT;
    else if (assigned_to[0] != '\0' && !is_assigned(found.items[0].is, assigned_to))
        *out = HANDED_NOT_ASSIGNED;
    incident_past_clear(&found);
    return rc;
}

static enum err look_at_both(struct pg *p, const struct store_settings *s, const struct handed_ask *a,
                             enum handed_outcome *out, struct fault *why)
{
    struct incident_past_ask other = a->of;
    enum err rc = look(p, s, &a->of, a->assigned_to, out, why);

    if (rc != ERR_NONE || *out != HANDED_IS || a->verb != HANDED_PUT || a->step.act.other == 0)
        return rc;
    other.id = a->step.act.other;
    return look(p, s, &other, "", out, why);
}

/* ---- rows ---- */

static struct wall time_or_none(const struct pg_result *r, size_t row, int column)
{
    return pg_is_null(r, row, column) ? (struct wall){ 0 } : pg_get_time(r, row, column);
}

static void take_row(const struct pg_result *r, size_t i, struct handed_row *out)
{
    (void)pg_copy_text(r, i, 0, out->key, sizeof out->key);
    (void)pg_copy_text(r, i, 1, out->from, sizeof out->from);
    out->step = (uint8_t)pg_get_int(r, i, 2);
    out->state = (uint8_t)pg_get_int(r, i, 3);
    (void)pg_copy_text(r, i, 4, out->reason, sizeof out->reason);
    (void)pg_copy_text(r, i, 5, out->who, sizeof out->who);
    (void)pg_copy_text(r, i, 6, out->note, sizeof out->note);
    out->claimed = time_or_none(r, i, 7);
    out->told = pg_get_time(r, i, 8);
    out->settled = time_or_none(r, i, 9);
}

/* *body: the bytes of the first have to be those, or it is another step. */
static enum err read_rows(struct pg *p, const char *node, const struct handed_ask *a, const char *key,
                          const struct strbuf *body, struct handed_found *out, struct fault *why)
{
    struct pg_value v[] = { pg_text(node), pg_int((int64_t)a->of.id), pg_text(key), pg_int(HANDED_LIST_MAX) };
    struct pg_result *r;
    enum err rc = pg_ask(p, sql_handed_of, v, COUNT_OF(v), &r, why);
    size_t len;

    if (rc != ERR_NONE)
        return rc;
    out->rows = calloc(pg_rows(r) + 1, sizeof *out->rows);
    if (out->rows == NULL)
        rc = fault_set(why, ERR_MEMORY, "history: no memory");
    for (size_t i = 0; i < pg_rows(r) && out->rows != NULL; i++) {
        struct handed_row *row = &out->rows[out->answer.count];
        take_row(r, i, row);
        out->answer.count += row->step < STEP_COUNT && row->state < HANDED_STATE_COUNT; /* else a later one */
    }
    if (body != NULL && pg_rows(r) > 0) {
        const void *is = pg_get_bytes(r, 0, 10, &len);
        if (len != body->len || memcmp(is, body->text, len) != 0)
            out->answer.outcome = HANDED_KEY_TAKEN;
    }
    out->answer.rows = out->rows;
    pg_free(r);
    return rc;
}

/* ---- handing over ---- */

static enum err insert(struct pg *p, const char *from, const char *node, const struct handed_step *h,
                       const struct strbuf *body, bool *is_new, struct fault *why)
{
    const struct incident_act *a = &h->act;
    struct pg_value v[] = { pg_text(node),
                            pg_int((int64_t)a->incident),
                            pg_text(a->key),
                            pg_text(from),
                            pg_int(a->kind),
                            pg_text(a->who),
                            pg_text(a->note),
                            a->claimed.ms == 0 ? (struct pg_value){ .kind = PG_NULL } : pg_time(a->claimed),
                            pg_time(h->told),
                            pg_int(h->by.kind),
                            pg_text(h->by.name),
                            pg_text(h->by.address),
                            pg_bytes(body->text, body->len),
                            pg_int(HANDED_WAIT_MAX) };
    struct pg_result *r;
    enum err rc = pg_ask(p, sql_handed_insert, v, COUNT_OF(v), &r, why);

    if (rc != ERR_NONE)
        return rc;
    *is_new = pg_get_int(r, 0, 0) > 0;
    pg_free(r);
    return rc;
}

/* Under the writer's role, and read back there: when that is answered it is committed.  Who is not answered
 * tells it again with its key. */
static enum err put_over(const struct store_settings *s, const struct leash *leash,
                         const struct handed_ask *a, const struct strbuf *body, struct handed_found *out,
                         struct fault *why)
{
    const struct pg_options o = { .connect = s->connect,
                                  .login = &s->writer,
                                  .name = "capnuoc handed",
                                  .answer_ms = s->answer_ms,
                                  .leash = leash };
    const char *node = a->of.node[0] == '\0' ? s->node : a->of.node;
    bool is_new = false;
    struct pg *p;
    enum err rc = pg_open(&p, &o, why);

    if (rc != ERR_NONE)
        return rc;
    rc = insert(p, s->node, node, &a->step, body, &is_new, why);
    if (rc == ERR_NONE)
        rc = read_rows(p, node, a, a->step.act.key, body, out, why);
    if (rc == ERR_NONE && out->answer.outcome == HANDED_IS && out->answer.count == 0)
        out->answer.outcome = HANDED_TOO_MANY;
    pg_close(p);
    return rc == ERR_PEER ? ERR_IO : rc; /* it is the writer's connection, not the reader's, that was lost */
}

static enum err hand_over(const struct store_settings *s, const struct leash *leash,
                          const struct handed_ask *a, struct handed_found *out, struct fault *why)
{
    struct strbuf body;
    enum err rc;

    strbuf_init(&body, HANDED_BYTES_MAX);
    handed_write(&body, &a->step);
    rc = body.failed ? fault_set(why, ERR_MEMORY, "history: no memory")
                     : put_over(s, leash, a, &body, out, why);
    strbuf_clear(&body);
    return rc;
}

enum err handed_answer_read(struct pg *p, const struct store_settings *s, const struct leash *leash,
                            const struct handed_ask *a, struct handed_found *out, struct fault *why)
{
    enum err rc;

    handed_clear(out); /* it may be asked again after a connection was lost */
    rc = look_at_both(p, s, a, &out->answer.outcome, why);
    if (rc != ERR_NONE || out->answer.outcome != HANDED_IS)
        return rc;
    return a->verb == HANDED_PUT
               ? hand_over(s, leash, a, out, why)
               : read_rows(p, a->of.node[0] == '\0' ? s->node : a->of.node, a, a->key, NULL, out, why);
}

void handed_clear(struct handed_found *f)
{
    free(f->rows);
    *f = (struct handed_found){ .rows = NULL };
}
