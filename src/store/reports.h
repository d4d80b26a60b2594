/* Reports: the rows that one is made of, those that were issued. */
#ifndef STORE_REPORTS_H
#define STORE_REPORTS_H

#include "pg.h"
#include "ports/report_maker.h"
#include "ports/reports.h"

/* What is found for one question; its answer points into it. */
struct report_found {
    struct report_answer answer;
    struct report_item *items;
    struct strbuf texts[REPORT_FORMAT_COUNT];
    struct pg_result *held;
};

/* ERR_RANGE at once for what is no question. */
MUST_USE enum err reports_check(const struct report_ask *a, struct fault *why);
/* *out is cleared before.  As reports_port says; `s` and `leash` for a connection of its own, under which an
 * issued one is written. reports_clear in any case. */
MUST_USE enum err reports_answer(struct pg *p, const struct store_settings *s, const struct leash *leash,
                                 const struct report_maker *maker, const struct report_ask *a,
                                 struct report_found *out, struct fault *why);
void reports_clear(struct report_found *f);

#endif
