/* What was set aside, for people: seen, delivered after all, or given up. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "batch.h"
#include "pg.h"
#include "sql.h"
#include "store/store.h"

enum { MOST = 1000 };

/* One visit: connections of its own, so that delivery does not wait for a person. */
struct visit {
    const struct store_settings *settings;
    const struct quarantine_ask *ask;
    struct pg *writer, *maintenance;
    struct batch batch;
    struct strbuf *told;
    size_t done, refused;
};

struct aside {
    enum lane lane;
    int64_t epoch, seq;
    struct wall at;
    const char *reason;
    int reason_len;
    const void *body;
    size_t len;
};

static struct aside aside_of(const struct pg_result *r, size_t row)
{
    size_t reason_len;
    struct aside a = { .lane = (enum lane)pg_get_int(r, row, 0),
                       .epoch = pg_get_int(r, row, 1),
                       .seq = pg_get_int(r, row, 2),
                       .at = pg_get_time(r, row, 3) };

    a.reason = pg_get_bytes(r, row, 4, &reason_len);
    a.reason_len = (int)reason_len;
    a.body = pg_get_bytes(r, row, 5, &a.len);
    return a;
}

static void tell(struct visit *v, const struct aside *a, const char *what, int what_len)
{
    char line[512], at[CLOCK_TEXT_MAX];
    int n;

    wall_text(a->at, at);
    n = snprintf(line, sizeof line, "%s/%" PRId64 "/%" PRId64 "  %s  %zu bytes  %.*s\n", lane_name(a->lane),
                 a->epoch, a->seq, at, a->len, what_len < 300 ? what_len : 300, what);
    strbuf_add(v->told, line, n < (int)sizeof line ? (size_t)n : sizeof line - 1);
}

static enum err open_as(struct visit *v, const struct store_login *login, struct pg **out, struct fault *why)
{
    const struct pg_options o = { .connect = v->settings->connect,
                                  .login = login,
                                  .name = "capnuoc quarantine",
                                  .answer_ms = v->settings->answer_ms };

    return *out != NULL ? ERR_NONE : pg_open(out, &o, why);
}

/* ---- delivered after all ---- */

static enum err make_rows(struct visit *v, const struct aside *a, struct fault *why)
{
    struct batch *b = &v->batch;
    enum err rc;

    batch_hold(b, a->lane, (uint64_t)a->seq, a->body, a->len);
    if (b->bodies.failed)
        return fault_set(why, ERR_MEMORY, "quarantine: no memory");
    rc = batch_make(b, (uint64_t)a->seq - 1, (struct batch_times){ v->ask->now, { 0 } }, why);
    if (rc == ERR_NONE && (b->used == 0 || a->lane != LANE_LIVE))
        rc = fault_set(why, ERR_RANGE, "%s", b->used == 0 ? b->unusable : "it is no entry of readings");
    return rc;
}

static enum err make_days(struct visit *v, struct fault *why)
{
    enum err rc = ERR_NONE;

    if (v->settings->maintenance.user[0] == '\0')
        return ERR_NONE;
    for (size_t i = 0; i < v->batch.day_count && rc == ERR_NONE; i++) {
        char text[DAY_TEXT_MAX];
        day_text(v->batch.days[i], text);
        struct pg_value day = pg_text(text);
        rc = open_as(v, &v->settings->maintenance, &v->maintenance, why);
        if (rc == ERR_NONE)
            rc = pg_ask(v->maintenance, sql_reading_day, &day, 1, NULL, why);
    }
    return rc;
}

/* ERR_MISSING: somebody else has decided meanwhile. */
static enum err settle(struct visit *v, const struct aside *a, const char *how, struct fault *why)
{
    struct pg_value values[] = {
        pg_text(v->settings->node), pg_int(a->lane),     pg_int(a->epoch), pg_int(a->seq), pg_text(how),
        pg_text(v->ask->by),        pg_time(v->ask->now)
    };
    struct pg_result *r = NULL;
    enum err rc = pg_ask(v->writer, sql_quarantine_settle, values, COUNT_OF(values), &r, why);

    if (rc == ERR_NONE && pg_rows(r) != 1)
        rc = fault_set(why, ERR_MISSING, "somebody else was quicker");
    pg_free(r);
    return rc;
}

/* Its rows and the mark that it has been delivered: together or not at all. */
static enum err settle_one(struct visit *v, const struct aside *a, struct fault *why)
{
    bool retry = v->ask->verb == QUARANTINE_RETRY;
    enum err rc = retry ? make_rows(v, a, why) : ERR_NONE;

    if (rc == ERR_NONE && retry)
        rc = make_days(v, why);
    if (rc == ERR_NONE)
        rc = pg_begin(v->writer, why);
    if (rc == ERR_NONE)
        rc = settle(v, a, retry ? "retried" : "discarded", why);
    if (rc == ERR_NONE && retry)
        rc = pg_copy_in(v->writer, sql_reading_copy, v->batch.rows.text, v->batch.rows.len, NULL, why);
    if (rc == ERR_NONE && retry)
        rc = minute_rows_write(v->writer, &v->batch.minutes, why);
    if (rc == ERR_NONE)
        rc = pg_commit(v->writer, why);
    if (rc != ERR_NONE)
        pg_rollback(v->writer);
    return rc;
}

/* ---- the visit ---- */

/* A refusal of one entry is told and the next is tried; a lost connection ends it. */
static enum err visit_all(struct visit *v, const struct pg_result *r, struct fault *why)
{
    enum err rc = ERR_NONE;

    for (size_t i = 0; i < pg_rows(r) && rc == ERR_NONE; i++) {
        struct aside a = aside_of(r, i);
        struct fault refusal = { 0 };

        if (v->ask->verb == QUARANTINE_LIST) {
            tell(v, &a, a.reason, a.reason_len);
            v->done++;
        } else if (settle_one(v, &a, &refusal) == ERR_NONE) {
            v->done++;
        } else {
            v->refused++;
            tell(v, &a, refusal.text, (int)strlen(refusal.text));
            if (!pg_alive(v->writer))
                rc = fault_set(why, refusal.code, "%s", refusal.text);
        }
    }
    return rc;
}

static enum err look(struct visit *v, struct fault *why)
{
    const struct quarantine_ask *a = v->ask;
    struct pg_value values[] = { pg_text(v->settings->node), pg_int(a->all ? 0 : a->lane), pg_int(a->epoch),
                                 pg_int((int64_t)a->seq), pg_int(MOST) };
    struct pg_result *r = NULL;
    enum err rc = pg_ask(v->writer, sql_quarantine_list, values, COUNT_OF(values), &r, why);

    if (rc == ERR_NONE && pg_rows(r) == 0 && !a->all)
        rc = fault_set(why, ERR_MISSING, "no such entry is in quarantine");
    if (rc == ERR_NONE)
        rc = visit_all(v, r, why);
    pg_free(r);
    return rc;
}

enum err store_quarantine(const struct store_settings *s, const struct quarantine_ask *ask,
                          struct strbuf *told, struct fault *why)
{
    static const char *const DONE[] = { "in quarantine", "delivered", "given up" };
    struct visit v = { .settings = s, .ask = ask, .told = told };
    enum err rc = batch_init(&v.batch, why);

    if (rc == ERR_NONE)
        rc = open_as(&v, &s->writer, &v.writer, why);
    if (rc == ERR_NONE)
        rc = look(&v, why);
    if (rc == ERR_NONE && v.refused > 0)
        rc = fault_set(why, ERR_RANGE, "%zu %s, %zu not", v.done, DONE[ask->verb], v.refused);
    else if (rc == ERR_NONE)
        rc = fault_set(why, ERR_NONE, "%zu %s", v.done, DONE[ask->verb]);
    pg_close(v.maintenance);
    pg_close(v.writer);
    batch_clear(&v.batch);
    return rc;
}
