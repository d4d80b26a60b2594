/* The rows that a report is made of, as they are at one instant. */
#ifndef STORE_REPORT_ROWS_H
#define STORE_REPORT_ROWS_H

#include "model/report.h"
#include "pg.h"

/* What of the water is asked for: JSON arrays of the keys of this node's points, and of the parameters that
 * other nodes' points may have. */
struct report_wish {
    const char *node, *keys, *parameters;
};

/* ERR_RANGE: there are more than one report holds. *out is empty when it fails. */
MUST_USE enum err report_rows_read(struct pg *p, const struct report_ask *a, const struct report_wish *wish,
                                   struct report_rows *out, struct fault *why);
/* First instant of a local day. */
struct wall report_day(int32_t day);

#endif
