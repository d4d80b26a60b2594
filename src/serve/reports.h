/* How reports are answered, once a worker has made, stored or found them. */
#ifndef SERVE_REPORTS_H
#define SERVE_REPORTS_H

#include "ports/reports.h"
#include "reply.h"

void reports_reply(struct reply *r, enum lang lang, bool gzip, enum err code, const struct report_ask *ask,
                   const struct report_answer *a);

#endif
