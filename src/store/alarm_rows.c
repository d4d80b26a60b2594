#include "alarm_rows.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "days.h"
#include "sql.h"

static void add_key(struct json_out *j, const char *key, uint64_t value)
{
    char text[24];

    (void)snprintf(text, sizeof text, "%" PRIu64, value); /* as text: JSON's numbers have 53 bits */
    json_key(j, key);
    json_string(j, text);
}

/* None when it never was. */
static void add_time(struct json_out *j, const char *key, struct wall at)
{
    json_key(j, key);
    if (at.ms == 0 || !day_is_storable(day_of(at)))
        json_null(j);
    else
        json_int(j, at.ms);
}

static struct wall storable(struct wall at, struct wall recorded)
{
    return day_is_storable(day_of(at)) ? at : recorded;
}

static void add_alarm(struct json_out *j, const struct alarm *a, struct wall recorded)
{
    add_key(j, "alarm", a->id);
    add_key(j, "point_key", a->point);
    add_key(j, "rule_key", a->rule);
    json_member_text(j, "rule", a->name);
    json_member_int(j, "step", a->steps);
    json_member_int(j, "times", a->times);
    json_member_int(j, "state", alarm_state(a));
    json_member_int(j, "core", a->core);
    json_member_int(j, "severity", a->severity);
    json_member_int(j, "stake", a->stake);
    json_key(j, "latched");
    json_bool(j, a->latched != 0);
    json_member_number(j, "value", a->value);
    json_member_number(j, "rule_limit", a->limit);
    json_member_int(j, "opened_ms", storable(a->opened, recorded).ms);
    add_time(j, "acknowledged_ms", a->acknowledged);
    add_time(j, "shelved_until_ms", a->shelved_until);
    json_member_int(j, "closed_as", a->end);
}

void alarm_rows_add(struct json_out *j, const struct alarm_step *s, struct wall recorded)
{
    json_open_object(j);
    add_alarm(j, &s->alarm, recorded);
    json_member_int(j, "at_ms", storable(s->at, recorded).ms);
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
