/* Members of the JSON objects that queries make rows of: what is left out is null in its row. */
#ifndef STORE_ROW_MEMBERS_H
#define STORE_ROW_MEMBERS_H

#include "base/clock.h"
#include "base/json.h"

/* As text: JSON's numbers have 53 bits. */
void row_number(struct json_out *j, const char *key, uint64_t value);
/* Left out when it is 0. */
void row_number_or_none(struct json_out *j, const char *key, uint64_t value);
/* In ms; recorded, when the journal took it, stands for a time that cannot be stored. */
void row_time(struct json_out *j, const char *key, struct wall at, struct wall recorded);
/* Left out when it never was (0), or cannot be stored. */
void row_time_or_none(struct json_out *j, const char *key, struct wall at);

#endif
