/* Reports: brings what a report is made of (configuration, limits, the head of the record of acts) to
 * report/, and records that one was issued. */
#ifndef REPORTS_H
#define REPORTS_H

#include "conf/table.h"
#include "pipeline.h"
#include "ports/present.h"
#include "ports/report_maker.h"
#include "report/report.h"

struct reports {
    char node[ID_MAX];
    struct pipeline *pipeline;
    struct present_port present;
    struct report_words words;
};

/* Borrows *r as long as reports are made. */
struct report_maker reports_maker(struct reports *r);

/* ---- the section `report` of the daemon file ---- */
void reports_load(const struct conf_node *n, struct report_words *w, struct conf_mistakes *m);
void reports_print(const struct report_words *w, struct strbuf *to);
void reports_document(struct strbuf *to);

#endif
