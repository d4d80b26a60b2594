#include "reports.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "report_rows.h"
#include "sql.h"

enum { TURNS_MAX = 4, KEYS_MAX = 4 * 1024 * 1024, ABOUT_MAX = 2048 };

enum err reports_check(const struct report_ask *a, struct fault *why)
{
    if (a->verb == REPORT_LIST)
        return a->limit >= 1 && a->limit <= REPORT_PAGE_MAX
                   ? ERR_NONE
                   : fault_set(why, ERR_RANGE, "limit must be from 1 to %d", REPORT_PAGE_MAX);
    if (a->verb == REPORT_FETCH)
        return ERR_NONE;
    if (a->kind >= REPORT_KIND_COUNT)
        return fault_set(why, ERR_RANGE, "a report has a kind");
    if (a->from > a->to)
        return fault_set(why, ERR_RANGE, "the first day of a period comes before its last, or is it");
    return a->to - a->from < REPORT_DAYS_MAX
               ? ERR_NONE
               : fault_set(why, ERR_RANGE, "a period has %d days at most", REPORT_DAYS_MAX);
}

/* ---- issued ones ---- */

static void take_hash(const struct pg_result *r, size_t row, int column, struct seal_hash *out)
{
    if (!seal_hash_parse(pg_get_text(r, row, column, NULL), out))
        memset(out->bytes, 0xFF, sizeof out->bytes); /* none of ours */
}

/* False: it is of a later version of the program. */
static bool take_item(const struct pg_result *r, size_t row, struct report_item *out)
{
    *out = (struct report_item){ .version = (unsigned)pg_get_int(r, row, 5),
                                 .issued = pg_get_time(r, row, 7),
                                 .head.seq = (uint64_t)pg_get_int(r, row, 9) };
    (void)snprintf(out->id, sizeof out->id, "%s", pg_get_text(r, row, 0, NULL));
    (void)snprintf(out->supplier, sizeof out->supplier, "%s", pg_get_text(r, row, 4, NULL));
    (void)snprintf(out->node, sizeof out->node, "%s", pg_get_text(r, row, 6, NULL));
    (void)snprintf(out->by, sizeof out->by, "%s", pg_get_text(r, row, 8, NULL));
    take_hash(r, row, 10, &out->head.hash);
    for (int f = 0; f < REPORT_FORMAT_COUNT; f++) {
        take_hash(r, row, 11 + f, &out->hash[f]);
        out->size[f] = (size_t)pg_get_int(r, row, 14 + f);
    }
    return report_kind_parse(pg_get_text(r, row, 1, NULL), &out->kind) &&
           day_parse(pg_get_text(r, row, 2, NULL), &out->from) &&
           day_parse(pg_get_text(r, row, 3, NULL), &out->to);
}

static enum err list(struct pg *p, const struct report_ask *a, struct report_found *out, struct fault *why)
{
    static const struct wall END = { 253402300799999 }; /* of the year 9999 */
    struct pg_value v[] = { pg_time(a->before.ms > END.ms ? END : a->before), pg_text(a->before_id),
                            pg_int((int64_t)a->limit + 1), pg_text(a->supplier),
                            pg_text(a->kind < REPORT_KIND_COUNT ? REPORT_KINDS[a->kind] : "") };
    struct pg_result *r;
    enum err rc = pg_ask(p, sql_reports_list, v, COUNT_OF(v), &r, why);
    size_t n;

    if (rc != ERR_NONE)
        return rc;
    n = pg_rows(r) < a->limit ? pg_rows(r) : a->limit;
    out->answer.more = pg_rows(r) > a->limit;
    out->items = calloc(n + 1, sizeof *out->items);
    if (out->items == NULL)
        rc = fault_set(why, ERR_MEMORY, "history: no memory");
    for (size_t i = 0; i < n && out->items != NULL; i++)
        out->answer.count += take_item(r, i, &out->items[out->answer.count]);
    out->answer.items = out->items;
    pg_free(r);
    return rc;
}

static enum err fetch(struct pg *p, const struct report_ask *a, struct report_found *out, struct fault *why)
{
    struct pg_value v[] = { pg_text(a->id), pg_text(REPORT_FORMATS[a->format]), pg_text(a->supplier) };
    enum err rc = pg_ask(p, sql_report_body, v, COUNT_OF(v), &out->held, why);

    if (rc != ERR_NONE)
        return rc;
    out->items = calloc(1, sizeof *out->items);
    if (out->items == NULL)
        return fault_set(why, ERR_MEMORY, "history: no memory");
    if (pg_rows(out->held) == 0 || !take_item(out->held, 0, out->items))
        return fault_set(why, ERR_MISSING, "there is no such report");
    out->answer = (struct report_answer){ .items = out->items, .count = 1 };
    out->answer.text = pg_get_bytes(out->held, 0, 17, &out->answer.len);
    return ERR_NONE;
}

/* ---- making ---- */

static enum err read_version(struct pg *p, const struct report_ask *a, struct report_item *is,
                             struct fault *why)
{
    char from[DAY_ISO_MAX], to[DAY_ISO_MAX];
    struct pg_value v[] = { pg_text(REPORT_KINDS[a->kind]), pg_text(day_iso(a->from, from)),
                            pg_text(day_iso(a->to, to)), pg_text(a->supplier) };
    struct pg_result *r;
    enum err rc = pg_ask(p, sql_report_version, v, COUNT_OF(v), &r, why);

    if (rc != ERR_NONE)
        return rc;
    is->version = (unsigned)(pg_rows(r) > 0 ? pg_get_int(r, 0, 0) : 0) + 1;
    pg_free(r);
    return ERR_NONE;
}

static void write_about(const struct report_item *is, struct strbuf *b)
{
    char day[DAY_ISO_MAX], seq[24], hash[2 * SEAL_HASH_BYTES + 1];
    struct json_out j;

    json_out_init(&j, b);
    json_open_object(&j);
    json_member_text(&j, "id", is->id);
    json_member_text(&j, "kind", REPORT_KINDS[is->kind]);
    json_member_text(&j, "from", day_iso(is->from, day));
    json_member_text(&j, "to", day_iso(is->to, day));
    json_member_text(&j, "supplier", is->supplier);
    json_member_int(&j, "version", is->version);
    json_member_text(&j, "node", is->node);
    json_member_text(&j, "by", is->by);
    (void)snprintf(seq, sizeof seq, "%" PRIu64, is->head.seq);
    json_member_text(&j, "seq", seq);
    seal_hash_text(&is->head.hash, hash);
    json_member_text(&j, "chain", hash);
    json_close_object(&j);
}

/* *taken: somebody else issued that version meanwhile. */
static enum err insert(struct pg *p, const struct report_found *f, bool *taken, struct fault *why)
{
    const struct report_item *is = f->items;
    struct pg_value v[8];
    struct strbuf about;
    enum err rc;

    strbuf_init(&about, ABOUT_MAX);
    write_about(is, &about);
    v[0] = pg_text(about.failed ? "" : about.text);
    v[1] = pg_time(is->issued);
    for (size_t i = 0; i < REPORT_FORMAT_COUNT; i++) {
        v[2 + i] = pg_bytes(f->texts[i].text, f->texts[i].len);
        v[5 + i] = pg_bytes(is->hash[i].bytes, sizeof is->hash[i].bytes);
    }
    rc = about.failed ? fault_set(why, ERR_MEMORY, "history: no memory")
                      : pg_ask(p, sql_report_insert, v, COUNT_OF(v), NULL, why);
    *taken = rc != ERR_NONE && strcmp(pg_sqlstate(p), "23505") == 0;
    strbuf_clear(&about);
    return rc;
}

/* Under the writer's role, which the reader has not: it changes nothing. */
static enum err keep(const struct store_settings *s, const struct leash *leash, const struct report_found *f,
                     bool *taken, struct fault *why)
{
    const struct pg_options o = { .connect = s->connect,
                                  .login = &s->writer,
                                  .name = "capnuoc report",
                                  .answer_ms = s->answer_ms,
                                  .leash = leash };
    struct pg *p;
    enum err rc = pg_open(&p, &o, why);

    *taken = false;
    if (rc != ERR_NONE)
        return rc;
    rc = insert(p, f, taken, why);
    pg_close(p);
    return rc == ERR_PEER && !*taken ? ERR_IO : rc; /* nobody knows: it is not tried again */
}

static enum err make(const struct report_maker *maker, void *job, const struct report_rows *rows,
                     const struct report_ask *a, struct report_found *out, struct fault *why)
{
    const bool issue = a->verb == REPORT_ISSUE;
    const unsigned formats = issue ? (1U << REPORT_FORMAT_COUNT) - 1 : 1U << a->format;
    enum err rc;

    for (size_t i = 0; i < REPORT_FORMAT_COUNT; i++)
        strbuf_reset(&out->texts[i]);
    rc = maker->make(job, rows, out->items, formats, out->texts, why);
    for (size_t i = 0; i < REPORT_FORMAT_COUNT && rc == ERR_NONE; i++) {
        if ((formats & 1U << i) == 0)
            continue;
        if (out->texts[i].failed || out->texts[i].text == NULL)
            return fault_set(why, ERR_RANGE, "the report would be too long: ask for a shorter period");
        out->items->hash[i] = seal_hash(out->texts[i].text, out->texts[i].len);
        out->items->size[i] = out->texts[i].len;
    }
    return rc;
}

/* Versions are counted before and told apart when it is written: whoever comes second makes the next. */
static enum err issue(struct pg *p, const struct store_settings *s, const struct leash *leash,
                      const struct report_maker *maker, void *job, const struct report_rows *rows,
                      const struct report_ask *a, struct report_found *out, struct fault *why)
{
    bool taken = true;
    enum err rc = ERR_NONE;

    for (int turn = 0; turn < TURNS_MAX && taken; turn++) {
        rc = read_version(p, a, out->items, why);
        if (rc != ERR_NONE)
            return rc;
        report_id(out->items);
        rc = make(maker, job, rows, a, out, why);
        if (rc == ERR_NONE)
            rc = maker->prepare(job, out->items, why);
        if (rc != ERR_NONE)
            return rc;
        rc = keep(s, leash, out, &taken, why);
    }
    if (rc == ERR_NONE)
        maker->issued(job, out->items);
    return rc;
}

static enum err make_one(struct pg *p, const struct store_settings *s, const struct leash *leash,
                         const struct report_maker *maker, const struct report_ask *a,
                         struct report_found *out, struct fault *why)
{
    struct report_rows rows;
    struct report_wish wish;
    struct strbuf keys, parameters;
    void *job;
    enum err rc;

    out->items = calloc(1, sizeof *out->items);
    strbuf_init(&keys, KEYS_MAX);
    strbuf_init(&parameters, KEYS_MAX);
    job = out->items == NULL ? NULL : maker->begin(maker->self, a, &keys, &parameters);
    if (job == NULL || keys.failed || parameters.failed) {
        rc = fault_set(why, ERR_MEMORY, "history: no memory for a report");
        goto end_job;
    }
    *out->items = (struct report_item){ .kind = a->kind, .from = a->from, .to = a->to, .issued = a->now };
    memcpy(out->items->supplier, a->supplier, sizeof out->items->supplier);
    memcpy(out->items->by, a->by.name, sizeof out->items->by);
    wish = (struct report_wish){ s->node, keys.text, parameters.text };
    rc = report_rows_read(p, a, &wish, &rows, why);
    if (rc != ERR_NONE)
        goto end_job;
    rc = a->verb == REPORT_ISSUE ? issue(p, s, leash, maker, job, &rows, a, out, why)
                                 : make(maker, job, &rows, a, out, why);
    if (rc == ERR_NONE && a->verb == REPORT_ISSUE)
        out->answer = (struct report_answer){ .items = out->items, .count = 1 };
    else if (rc == ERR_NONE)
        out->answer =
            (struct report_answer){ .text = out->texts[a->format].text, .len = out->texts[a->format].len };
    report_rows_clear(&rows);

end_job:
    if (job != NULL)
        maker->end(job);
    strbuf_clear(&keys);
    strbuf_clear(&parameters);
    return rc;
}

enum err reports_answer(struct pg *p, const struct store_settings *s, const struct leash *leash,
                        const struct report_maker *maker, const struct report_ask *a,
                        struct report_found *out, struct fault *why)
{
    reports_clear(out); /* it may be asked again after a connection was lost */
    for (size_t i = 0; i < REPORT_FORMAT_COUNT; i++)
        strbuf_init(&out->texts[i], REPORT_BYTES_MAX);
    switch (a->verb) {
    case REPORT_LIST: return list(p, a, out, why);
    case REPORT_FETCH: return fetch(p, a, out, why);
    case REPORT_PREVIEW:
    case REPORT_ISSUE: break;
    }
    return make_one(p, s, leash, maker, a, out, why);
}

void reports_clear(struct report_found *f)
{
    for (size_t i = 0; i < REPORT_FORMAT_COUNT; i++)
        strbuf_clear(&f->texts[i]);
    free(f->items);
    pg_free(f->held);
    *f = (struct report_found){ .items = NULL };
}
