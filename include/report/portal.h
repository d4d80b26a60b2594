/* The bodies of /api/v1/portal: what a node knows, for an agency, whole in one text.  Pure: everything is
 * given.
 *
 * A figure of which less than PORTAL_COVERAGE of its time is known is null, with its coverage beside it. */
#ifndef REPORT_PORTAL_H
#define REPORT_PORTAL_H

#include "model/audit.h"
#include "model/day_figure.h"
#include "model/incident_list.h"
#include "model/snapshot.h"
#include "model/standard.h"
#include "ports/portal.h"

#define PORTAL_SCHEMA   "capnuoc-portal-1"
#define PORTAL_COVERAGE 0.9
/* Minutes are told so late at most: what is older and was not told is unknown. */
enum { PORTAL_TOLD_WITHIN_MS = 11 * CLOCK_MINUTE_MS };

/* As judge/verdict.h says it, in words. */
struct portal_verdict {
    const char *word, *why;     /* why: "" */
    const struct standard *set; /* NULL: none decided */
    const char *row, *unverified;
    const char *unit; /* of value and limit; NULL: none */
    bool in_force, at_least;
    char note[64]; /* "": the set is in force */
    double value, limit;
};

struct portal_from {
    const struct catalogue *catalogue;     /* of this node */
    const struct snapshot *present;        /* may have other nodes' points, too */
    const struct incident_list *incidents; /* NULL: none are known */
    struct wall now;
    const char *node;
    int64_t epoch; /* of the run: another one knows other generations */
    struct audit_head audit;
    uint64_t today_turn;
    uint64_t modes_turn; /* rises when a mode begins, gets another end, or ends */
    struct scope scope;
    const char *since;   /* NULL: all */
    double supplied_bar; /* above it a zone has water */
    void *self;          /* of these: */
    void (*judge)(void *self, uint32_t point, const struct reading *r, struct portal_verdict *out);
    bool (*today)(void *self, uint64_t key, int32_t day, struct day_figure *out);
    /* The turn in which a mode that the point is or was in changed last; 0: none is known. */
    uint64_t (*modes_changed)(void *self, uint32_t point);
    bool (*planned_off)(void *self, uint32_t point); /* a mode says that it need not have water now */
};

/* ERR_RANGE: `since` is none of ours.  Whether the text is whole is the strbuf's to say. */
MUST_USE enum err portal_write(struct strbuf *to, enum portal_kind kind, const struct portal_from *from,
                               struct fault *why);

#endif
