/* Steps for the incidents of other nodes: answered 202, and what became of them. */
#ifndef SERVE_HANDED_H
#define SERVE_HANDED_H

#include "ports/handed.h"
#include "reply.h"

void handed_reply(struct reply *r, enum lang lang, const struct handed_ask *ask,
                  const struct handed_answer *a);

#endif
