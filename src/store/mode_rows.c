#include "mode_rows.h"

#include "row_members.h"
#include "sql.h"

void mode_rows_add(struct json_out *j, const struct mode *m, struct wall recorded)
{
    json_open_object(j);
    row_number(j, "mode", m->id);
    json_member_text(j, "key", m->key);
    json_member_int(j, "kind", m->kind);
    json_member_int(j, "place", m->place);
    json_member_text(j, "subject", m->subject);
    row_time(j, "from_ms", m->from, recorded);
    row_time(j, "until_ms", m->until, recorded);
    if (m->end != MODE_OPEN)
        row_time(j, "ended_ms", m->ended, recorded);
    json_member_int(j, "ended_as", m->end);
    json_member_text(j, "who", m->who);
    json_member_text(j, "why", m->why);
    json_member_text(j, "ended_by", m->ended_by);
    json_member_text(j, "end_why", m->end_why);
    json_close_object(j);
}

enum err mode_rows_write(struct pg *p, const char *rows, const char *node, struct fault *why)
{
    struct pg_value v[] = { pg_text(rows), pg_text(node) };

    return pg_ask(p, sql_modes_upsert, v, COUNT_OF(v), NULL, why);
}
