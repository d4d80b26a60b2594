#include "shift_rows.h"

#include <stdlib.h>
#include <string.h>

#include "row_members.h"
#include "sql.h"

enum { SHIFT_ROWS_MAX = 256 << 20 };

/* ---- there ---- */

void shift_rows_init(struct shift_rows *r)
{
    *r = (struct shift_rows){ .shift_count = 0 };
    strbuf_init(&r->shifts, SHIFT_ROWS_MAX);
    strbuf_init(&r->entries, SHIFT_ROWS_MAX);
    strbuf_init(&r->sheets, SHIFT_ROWS_MAX);
}

void shift_rows_clear(struct shift_rows *r)
{
    strbuf_clear(&r->shifts);
    strbuf_clear(&r->entries);
    strbuf_clear(&r->sheets);
}

void shift_rows_begin(struct shift_rows *r)
{
    struct strbuf *const texts[] = { &r->shifts, &r->entries, &r->sheets };
    struct json_out *const outs[] = { &r->s, &r->e, &r->h };

    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        strbuf_reset(texts[i]);
        json_out_init(outs[i], texts[i]);
        json_open_array(outs[i]);
    }
    r->shift_count = r->entry_count = r->sheet_count = 0;
}

bool shift_rows_end(struct shift_rows *r)
{
    json_close_array(&r->s);
    json_close_array(&r->e);
    json_close_array(&r->h);
    return !r->shifts.failed && !r->entries.failed && !r->sheets.failed;
}

void shift_rows_shift(struct shift_rows *r, const struct shift *s, struct wall recorded)
{
    struct json_out *j = &r->s;

    json_open_object(j);
    row_number_or_none(j, "shift", s->id);
    row_number_or_none(j, "follows", s->before);
    json_member_int(j, "state", s->state);
    json_member_text(j, "supplier", s->supplier);
    json_member_text(j, "who", s->who);
    json_member_bool(j, "leads", s->leads);
    row_time(j, "from_ms", s->from, recorded);
    row_time(j, "taken_ms", s->taken, recorded);
    json_member_text(j, "to", s->to);
    if (s->offered.ms != 0)
        row_time(j, "offered_ms", s->offered, recorded);
    if (s->ended.ms != 0)
        row_time(j, "ended_ms", s->ended, recorded);
    json_member_int(j, "entries", s->entries);
    json_close_object(j);
    r->shift_count++;
}

void shift_rows_entry(struct shift_rows *r, const struct shift_entry *e, struct wall recorded)
{
    struct json_out *j = &r->e;

    json_open_object(j);
    row_number_or_none(j, "entry", e->id);
    row_number_or_none(j, "shift", e->shift);
    json_member_int(j, "n", e->n);
    json_member_int(j, "kind", e->kind);
    json_member_text(j, "key", e->key);
    row_time(j, "claimed_ms", e->claimed, recorded);
    row_time(j, "recorded_ms", e->recorded, recorded);
    json_member_text(j, "who", e->who);
    json_member_text(j, "to", e->to);
    json_member_text(j, "said", e->text);
    json_member_text(j, "site", e->site);
    json_member_text(j, "point", e->point);
    row_number_or_none(j, "incident", e->incident);
    row_number_or_none(j, "corrects", e->corrects);
    json_close_object(j);
    r->entry_count++;
}

void shift_rows_sheet(struct shift_rows *r, const struct shift_sheet_bytes *b, struct wall recorded)
{
    struct json_out *j = &r->h;
    char *text = strndup(b->text, b->len);

    json_open_object(j);
    row_number_or_none(j, "shift", b->shift);
    row_time(j, "made_ms", b->made, recorded);
    json_key(j, "sheet");
    json_string(j, text == NULL ? "" : text);
    json_close_object(j);
    j->to->failed = j->to->failed || text == NULL;
    free(text);
    r->sheet_count++;
}

enum err shift_rows_write(struct pg *p, const struct shift_rows *r, const char *node, struct fault *why)
{
    const struct {
        const char *sql;
        const struct strbuf *rows;
        uint64_t count;
    } ALL[] = { { sql_shifts_upsert, &r->shifts, r->shift_count },
                { sql_shift_entries_insert, &r->entries, r->entry_count },
                { sql_shift_sheets_insert, &r->sheets, r->sheet_count } };
    enum err rc = ERR_NONE;

    for (size_t i = 0; i < COUNT_OF(ALL) && rc == ERR_NONE; i++) {
        struct pg_value v[] = { pg_text(ALL[i].count == 0 ? "" : ALL[i].rows->text), pg_text(node) };
        if (ALL[i].count > 0)
            rc = pg_ask(p, ALL[i].sql, v, COUNT_OF(v), NULL, why);
    }
    return rc;
}

/* ---- and back ---- */

enum err shift_past_check(const struct shift_past_ask *a, struct fault *why)
{
    if (a->limit < 1 || a->limit > SHIFT_PAST_MAX)
        return fault_set(why, ERR_RANGE, "limit must be from 1 to %d", SHIFT_PAST_MAX);
    if (a->site[0] != '\0' && a->id != 0)
        return fault_set(why, ERR_RANGE, "either one shift or a site");
    if (a->before.ms < -2208988800000 || a->before.ms > 253402300799999 || a->before_id > INT64_MAX ||
        a->id > INT64_MAX)
        return fault_set(why, ERR_RANGE, "there is no such shift");
    return ERR_NONE;
}

static void take_shift(const struct pg_result *r, size_t i, struct shift *out)
{
    *out = (struct shift){ .id = (uint64_t)pg_get_int(r, i, 0),
                           .before = (uint64_t)pg_get_int(r, i, 1),
                           .state = (uint8_t)pg_get_int(r, i, 2),
                           .leads = pg_get_int(r, i, 5) != 0,
                           .from = { pg_get_int(r, i, 6) },
                           .taken = { pg_get_int(r, i, 7) },
                           .offered = { pg_get_int(r, i, 9) },
                           .ended = { pg_get_int(r, i, 10) },
                           .entries = (uint16_t)pg_get_int(r, i, 11) };
    pg_copy_text(r, i, 3, out->supplier, sizeof out->supplier);
    pg_copy_text(r, i, 4, out->who, sizeof out->who);
    pg_copy_text(r, i, 8, out->to, sizeof out->to);
    if (out->state >= SHIFT_STATE_COUNT) /* a later version's: it is over, at least */
        out->state = SHIFT_RELIEVED;
}

static void take_entry(const struct pg_result *r, size_t i, uint64_t shift, struct shift_entry *out)
{
    *out = (struct shift_entry){ .id = (uint64_t)pg_get_int(r, i, 0),
                                 .shift = shift,
                                 .n = (uint16_t)pg_get_int(r, i, 1),
                                 .kind = (uint8_t)pg_get_int(r, i, 2),
                                 .claimed = { pg_get_int(r, i, 3) },
                                 .recorded = { pg_get_int(r, i, 4) },
                                 .incident = (uint64_t)pg_get_int(r, i, 11),
                                 .corrects = (uint64_t)pg_get_int(r, i, 12) };
    pg_copy_text(r, i, 5, out->key, sizeof out->key);
    pg_copy_text(r, i, 6, out->who, sizeof out->who);
    pg_copy_text(r, i, 7, out->to, sizeof out->to);
    pg_copy_text(r, i, 8, out->text, sizeof out->text);
    pg_copy_text(r, i, 9, out->site, sizeof out->site);
    pg_copy_text(r, i, 10, out->point, sizeof out->point);
    if (out->kind >= SHIFT_KIND_COUNT)
        out->kind = SHIFT_NOTE;
}

static enum err read_sheet(struct pg *p, const char *node, uint64_t shift, struct shift_sheet **out,
                           struct fault *why)
{
    struct pg_value v[] = { pg_text(node), pg_int((int64_t)shift) };
    struct pg_result *r;
    const char *text;
    size_t len;
    enum err rc = pg_ask(p, sql_shift_sheet_of, v, COUNT_OF(v), &r, why);

    *out = NULL;
    if (rc != ERR_NONE)
        return rc;
    if (pg_rows(r) > 0) {
        text = pg_get_text(r, 0, 1, &len);
        *out = shift_sheet_new(text, len < SHIFT_SHEET_MAX ? len : SHIFT_SHEET_MAX);
        if (*out == NULL)
            rc = fault_set(why, ERR_MEMORY, "history: no memory");
        else {
            (*out)->shift = shift;
            (*out)->made.ms = pg_get_int(r, 0, 0);
        }
    }
    pg_free(r);
    return rc;
}

/* Of the one that was asked for: its log and its sheet. */
static enum err read_whole(struct pg *p, const char *node, const struct shift *s, struct shift_list **out,
                           struct fault *why)
{
    struct pg_value v[] = { pg_text(node), pg_int((int64_t)s->id), pg_int(SHIFT_LOG_MAX) };
    struct pg_result *r;
    enum err rc = pg_ask(p, sql_shift_entries_of, v, COUNT_OF(v), &r, why);

    if (rc != ERR_NONE)
        return rc;
    *out = shift_list_new(1, pg_rows(r));
    if (*out == NULL) {
        rc = fault_set(why, ERR_MEMORY, "history: no memory");
    } else {
        (*out)->shifts[0] = *s;
        for (size_t i = 0; i < (*out)->entry_count; i++)
            take_entry(r, i, s->id, &(*out)->entries[i]);
        rc = read_sheet(p, node, s->id, &(*out)->sheets[0], why);
    }
    pg_free(r);
    if (rc == ERR_NONE)
        return rc;
    shift_list_drop(*out);
    *out = NULL;
    return rc;
}

static enum err read_of_site(struct pg *p, const char *node, const struct shift_past_ask *a,
                             struct shift_list **out, struct fault *why)
{
    struct pg_value v[] = { pg_text(node),
                            pg_text(a->site),
                            pg_int(a->any ? 0 : 1),
                            pg_text(a->supplier),
                            pg_time(a->before),
                            pg_int((int64_t)a->before_id),
                            pg_int((int64_t)a->limit + 1) };
    struct pg_result *r;
    enum err rc = pg_ask(p, sql_shift_entries_at, v, COUNT_OF(v), &r, why);

    if (rc != ERR_NONE)
        return rc;
    *out = shift_list_new(0, pg_rows(r));
    if (*out == NULL)
        rc = fault_set(why, ERR_MEMORY, "history: no memory");
    else
        for (size_t i = 0; i < (*out)->entry_count; i++)
            take_entry(r, i, (uint64_t)pg_get_int(r, i, 13), &(*out)->entries[i]);
    pg_free(r);
    return rc;
}

static enum err take_all(const struct pg_result *r, struct shift_list **out, struct fault *why)
{
    *out = shift_list_new(pg_rows(r), 0);
    if (*out == NULL)
        return fault_set(why, ERR_MEMORY, "history: no memory");
    for (size_t i = 0; i < (*out)->shift_count; i++)
        take_shift(r, i, &(*out)->shifts[i]);
    return ERR_NONE;
}

enum err shift_past_read(struct pg *p, const char *node, const struct shift_past_ask *a,
                         struct shift_list **out, struct fault *why)
{
    struct pg_value v[] = { pg_text(node),
                            pg_int(a->any ? 0 : 1),
                            pg_time(a->before),
                            pg_int((int64_t)a->before_id),
                            pg_int((int64_t)a->id),
                            pg_text(a->supplier),
                            pg_int((int64_t)a->limit + 1) };
    struct pg_result *r;
    struct shift one;
    enum err rc;

    *out = NULL;
    if (a->site[0] != '\0')
        return read_of_site(p, node, a, out, why);
    rc = pg_ask(p, sql_shifts_page, v, COUNT_OF(v), &r, why);
    if (rc != ERR_NONE)
        return rc;
    if (a->id == 0 || pg_rows(r) == 0) {
        rc = take_all(r, out, why);
    } else {
        take_shift(r, 0, &one);
        rc = read_whole(p, node, &one, out, why);
    }
    pg_free(r);
    return rc;
}
