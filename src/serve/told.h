/* What people tell, as JSON in and out. */
#ifndef SERVE_TOLD_H
#define SERVE_TOLD_H

#include "base/json.h"
#include "model/catalogue.h"
#include "model/hand.h"
#include "reply.h"

/* The object of one; `point` is what the configuration says of it, NULL when it is configured no more. */
void told_json(struct json_out *j, const struct hand *h, const struct point *point);
/* The answer to who told it. */
void told_reply(struct reply *r, enum lang lang, enum err code, bool known, const struct hand *is,
                const struct point *point, const struct fault *why);

#endif
