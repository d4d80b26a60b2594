/* What is changed for a while in who is on duty and how contacts are reached, as JSON. */
#ifndef SERVE_STOPGAPS_H
#define SERVE_STOPGAPS_H

#include "base/json.h"
#include "face.h"
#include "ports/stopgaps.h"
#include "reply.h"

/* acts: the reader may do such things; reasons are told to these alone. */
void stopgap_json(struct json_out *j, const struct stopgap_shown *s, bool acts);
/* The answer to who began or withdrew one. */
void stopgap_reply(struct reply *r, enum lang lang, enum err code, const char *field, bool known,
                   const struct stopgap_shown *is, const struct fault *why);
/* Those that are seen and that `wants` says yes to, the newest first, as the array `changes`. */
void stopgaps_json(struct json_out *j, struct face *f, const struct request *q,
                   bool (*wants)(const struct stopgap *s, const void *how), const void *how);

#endif
