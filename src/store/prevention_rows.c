#include "prevention_rows.h"

#include "row_members.h"
#include "sql.h"

static void day_member(struct json_out *j, const char *key, int32_t day)
{
    char text[DAY_ISO_MAX];

    json_member_words(j, key, day_iso(day, text));
}

void prevention_rows_add(struct json_out *j, const struct prevention *p, struct wall recorded)
{
    json_open_object(j);
    row_number(j, "prevention", p->id);
    json_member_text(j, "key", p->key);
    json_member_int(j, "kind", p->kind);
    json_member_int(j, "state", p->state);
    json_member_int(j, "reason", p->reason);
    row_number_or_none(j, "incident", p->incident);
    row_number_or_none(j, "spot", p->spot);
    json_member_text(j, "site", p->site);
    json_member_text(j, "zone", p->zone);
    row_time(j, "entered_ms", p->entered, recorded);
    day_member(j, "told_on", p->on);
    day_member(j, "due_on", p->due);
    if (p->closed.ms != 0)
        row_time(j, "closed_ms", p->closed, recorded);
    day_member(j, "ended_on", p->ended_on);
    json_member_text(j, "who", p->who);
    json_member_text(j, "responsible", p->responsible);
    json_member_text(j, "what", p->what);
    json_member_text(j, "evidence", p->evidence);
    json_member_text(j, "ended_by", p->ended_by);
    json_member_text(j, "end_why", p->end_why);
    json_member_int(j, "revision", p->revision);
    json_member_text(j, "amended_by", p->amended_by);
    json_close_object(j);
}

enum err prevention_rows_write(struct pg *p, const char *rows, const char *node, struct fault *why)
{
    struct pg_value v[] = { pg_text(rows), pg_text(node) };

    return pg_ask(p, sql_preventions_upsert, v, COUNT_OF(v), NULL, why);
}
