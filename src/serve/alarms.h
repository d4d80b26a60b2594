/* Alarms as JSON. */
#ifndef SERVE_ALARMS_H
#define SERVE_ALARMS_H

#include "base/json.h"
#include "model/alarm_list.h"
#include "ports/doors.h"
#include "reply.h"

/* What the rule says to people comes from the catalogue, as far as it still has it.  Its cause is named to
 * who sees that point; reader NULL, not known: when it is of the same site. */
void alarm_json(struct json_out *j, const struct alarm *a, const struct catalogue *c,
                const struct visitor *reader);
/* Likewise, the members of an object that is open. */
void alarm_members(struct json_out *j, const struct alarm *a, const struct catalogue *c,
                   const struct visitor *reader);
/* What a rule says to people: members of an object that is open. */
void rule_text_json(struct json_out *j, const struct catalogue *c, const struct rule *rule);
/* The answer to who asked for one, or did something about it; reader as above. */
void alarm_reply(struct reply *r, enum lang lang, enum err code, const struct alarm *is,
                 const struct catalogue *c, const struct visitor *reader, const struct fault *why);

#endif
