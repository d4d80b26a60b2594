#include "row_members.h"

#include <inttypes.h>
#include <stdio.h>

#include "days.h"

void row_number(struct json_out *j, const char *key, uint64_t value)
{
    char text[24];

    (void)snprintf(text, sizeof text, "%" PRIu64, value);
    json_member_text(j, key, text);
}

void row_number_or_none(struct json_out *j, const char *key, uint64_t value)
{
    if (value != 0)
        row_number(j, key, value);
}

void row_time(struct json_out *j, const char *key, struct wall at, struct wall recorded)
{
    json_member_int(j, key, (day_is_storable(day_of(at)) ? at : recorded).ms);
}

void row_time_or_none(struct json_out *j, const char *key, struct wall at)
{
    if (at.ms != 0 && day_is_storable(day_of(at)))
        json_member_int(j, key, at.ms);
}
