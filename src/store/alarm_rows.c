#include "alarm_rows.h"

#include "row_members.h"
#include "sql.h"

static void add_alarm(struct json_out *j, const struct alarm *a, struct wall recorded)
{
    row_number(j, "alarm", a->id);
    row_number(j, "point_key", a->point);
    row_number(j, "rule_key", a->rule);
    json_member_text(j, "rule", a->name);
    json_member_int(j, "step", a->steps);
    json_member_int(j, "times", a->times);
    json_member_int(j, "state", alarm_state(a));
    json_member_int(j, "core", a->core);
    json_member_int(j, "severity", a->severity);
    json_member_int(j, "stake", a->stake);
    json_member_bool(j, "latched", a->latched != 0);
    json_member_number(j, "value", a->value);
    json_member_number(j, "rule_limit", a->limit);
    row_time(j, "opened_ms", a->opened, recorded);
    row_time_or_none(j, "acknowledged_ms", a->acknowledged);
    row_time_or_none(j, "shelved_until_ms", a->shelved_until);
    json_member_int(j, "closed_as", a->end);
}

void alarm_rows_add(struct json_out *j, const struct alarm_step *s, struct wall recorded)
{
    json_open_object(j);
    add_alarm(j, &s->alarm, recorded);
    row_time(j, "at_ms", s->at, recorded);
    json_member_int(j, "event", s->event);
    json_member_text(j, "who", s->who);
    json_member_text(j, "why", s->why);
    json_close_object(j);
}

enum err alarm_rows_write(struct pg *p, const char *rows, const char *node, struct fault *why)
{
    struct pg_value v[] = { pg_text(rows), pg_text(node) };
    enum err rc = pg_ask(p, sql_alarm_steps_insert, v, COUNT_OF(v), NULL, why);

    if (rc == ERR_NONE)
        rc = pg_ask(p, sql_alarms_close, v, 1, NULL, why);
    return rc == ERR_NONE ? pg_ask(p, sql_alarms_upsert, v, COUNT_OF(v), NULL, why) : rc;
}
