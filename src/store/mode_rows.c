#include "mode_rows.h"

#include <inttypes.h>
#include <stdio.h>

#include "days.h"
#include "sql.h"

static struct wall storable(struct wall at, struct wall recorded)
{
    return day_is_storable(day_of(at)) ? at : recorded;
}

void mode_rows_add(struct json_out *j, const struct mode *m, struct wall recorded)
{
    char id[24];

    (void)snprintf(id, sizeof id, "%" PRIu64, m->id); /* as text: JSON's numbers have 53 bits */
    json_open_object(j);
    json_member_text(j, "mode", id);
    json_member_text(j, "key", m->key);
    json_member_int(j, "kind", m->kind);
    json_member_int(j, "place", m->place);
    json_member_text(j, "subject", m->subject);
    json_member_int(j, "from_ms", storable(m->from, recorded).ms);
    json_member_int(j, "until_ms", storable(m->until, recorded).ms);
    json_key(j, "ended_ms");
    if (m->end == MODE_OPEN)
        json_null(j);
    else
        json_int(j, storable(m->ended, recorded).ms);
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
