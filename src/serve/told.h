/* What people tell, as JSON in and out. */
#ifndef SERVE_TOLD_H
#define SERVE_TOLD_H

#include "base/json.h"
#include "model/catalogue.h"
#include "model/hand.h"
#include "reply.h"

/* A text that people give, NULL: none.  False: it has less than `least` bytes, or does not fit. */
bool told_text(const char *given, size_t least, char *out, size_t size);
/* Their own name for what they tell: 8 characters or more of those that a key may have. */
bool told_key(const char *given, char *out, size_t size);

/* The object of one; `point` is what the configuration says of it, NULL when it is configured no more. */
void told_json(struct json_out *j, const struct hand *h, const struct point *point);
/* The answer to who told it. */
void told_reply(struct reply *r, enum lang lang, enum err code, bool known, const struct hand *is,
                const struct point *point, const struct fault *why);

#endif
