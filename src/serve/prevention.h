/* Measures and black spots as JSON, and who sees them. */
#ifndef SERVE_PREVENTION_H
#define SERVE_PREVENTION_H

#include "base/json.h"
#include "model/catalogue.h"
#include "model/prevention.h"
#include "ports/doors.h"
#include "reply.h"

/* All places that it names are theirs to see; what is known here no more is seen by those who see all. */
bool sees_prevention(const struct visitor *v, const struct catalogue *c, const struct prevention *p);
/* Is there a site and a zone of these ids, "" for none, that they see? */
bool sees_place(const struct visitor *v, const struct catalogue *c, const char *site, const char *zone);

/* The answer to who wrote something. */
void prevention_reply(struct reply *r, enum lang lang, enum err code, bool known, const struct prevention *is,
                      const struct fault *why);

enum { PREVENTION_ID_TEXT = 24 };
const char *prevention_id_text(uint64_t id, char out[PREVENTION_ID_TEXT]);

#endif
