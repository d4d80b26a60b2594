/* Incidents as streams are given them: all that are open first, then what changed.  Pure; one owner. */
#ifndef SERVE_INCIDENT_FRAME_H
#define SERVE_INCIDENT_FRAME_H

#include "base/strbuf.h"
#include "model/incident_list.h"
#include "ports/doors.h"

struct incident_frame;

struct incident_frame *incident_frame_new(void);    /* NULL without memory */
void incident_frame_free(struct incident_frame *f); /* NULL is fine */
/* 1, 2, ...; 0: no list was adopted. */
uint64_t incident_frame_generation(const struct incident_frame *f);
/* Holds the list.  ERR_MEMORY: it is as it was. */
MUST_USE enum err incident_frame_adopt(struct incident_frame *f, struct incident_list *l);

/* Whose sight it is, and with something at which site ("": any). */
struct incident_of {
    const struct visitor *visitor;
    const char *site;
    uint64_t from; /* what they have; 0: nothing */
    struct wall now;
};

/* What they go on from; 0: they get all anew, also when it is nothing: with another configuration, and when
 * something may have left the sight of somebody who does not see all. */
uint64_t incident_frame_start(const struct incident_frame *f, const struct incident_of *of);

/* Appends one event: `incidents` with all that are open, or `incidents-change`.  Returns how many incidents
 * it speaks of. */
size_t incident_frame_event(struct strbuf *b, const struct incident_frame *f, const struct incident_of *of);

#endif
