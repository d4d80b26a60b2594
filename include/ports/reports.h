/* Reports: made, issued, listed and given again by a worker, never on the thread that asks. */
#ifndef PORTS_REPORTS_H
#define PORTS_REPORTS_H

#include "model/report.h"

struct report_answer {
    const struct report_item *items; /* of list; of issue and fetch the one; of preview none */
    size_t count;
    bool more;
    const char *text; /* of preview and fetch */
    size_t len;
};

struct reports_port {
    void *self; /* ask == NULL: there is none */
    /* As history_port's ask.  *answer is lent for the call, and only whole when code is ERR_NONE; from done:
     * ERR_MISSING (no such report), ERR_RANGE (more in that period than one report holds), ERR_PEER (database
     * away: also when nobody knows whether it was issued). */
    enum err (*ask)(void *self, const struct report_ask *ask, int client,
                    void (*done)(void *ticket, enum err code, const struct report_answer *answer,
                                 const struct fault *why),
                    void *ticket, struct fault *why);
};

#endif
