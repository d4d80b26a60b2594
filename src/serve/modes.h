/* Modes as JSON. */
#ifndef SERVE_MODES_H
#define SERVE_MODES_H

#include "base/json.h"
#include "model/mode.h"
#include "reply.h"

void mode_json(struct json_out *j, const struct mode *m);
/* The answer to who began or ended one. */
void mode_reply(struct reply *r, enum lang lang, enum err code, bool known, const struct mode *is,
                const struct fault *why);

#endif
