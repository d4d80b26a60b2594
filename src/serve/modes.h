/* Modes as JSON. */
#ifndef SERVE_MODES_H
#define SERVE_MODES_H

#include "base/json.h"
#include "model/catalogue.h"
#include "model/mode.h"
#include "ports/doors.h"
#include "reply.h"

void mode_json(struct json_out *j, const struct mode *m);
/* What is known here no more is seen by those who see all. */
bool visitor_sees_mode(const struct visitor *v, const struct catalogue *c, const struct mode *m);
/* The answer to who began or ended one. */
void mode_reply(struct reply *r, enum lang lang, enum err code, bool known, const struct mode *is,
                const struct fault *why);

#endif
