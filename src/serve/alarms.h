/* Alarms as JSON. */
#ifndef SERVE_ALARMS_H
#define SERVE_ALARMS_H

#include "base/json.h"
#include "model/alarm_list.h"
#include "reply.h"

/* What the rule says to people comes from the catalogue, as far as it still has it. */
void alarm_json(struct json_out *j, const struct alarm *a, const struct catalogue *c);
/* What a rule says to people: members of an object that is open. */
void rule_text_json(struct json_out *j, const struct catalogue *c, const struct rule *rule);
/* The answer to who did something about one. */
void alarm_reply(struct reply *r, enum lang lang, enum err code, const struct alarm *is,
                 const struct catalogue *c, const struct fault *why);

#endif
