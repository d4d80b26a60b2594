/* What the two kinds of report share. */
#ifndef REPORT_INNER_H
#define REPORT_INNER_H

#include "report/report.h"
#include "sheet.h"

void report_incidents(struct sheet *s, const struct report_from *f);
void report_water_quality(struct sheet *s, const struct report_from *f);

/* On the page: the report is signed here, and what follows is its annex of that title. */
void report_annex(struct sheet *s, const struct report_from *f, const char *title);

/* part / whole; NaN where there is no whole. */
double report_part(int64_t part, int64_t whole);

#endif
