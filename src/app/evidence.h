/* Around incidents everything that is read is kept: of the points of their sites, whatever their deadband. */
#ifndef EVIDENCE_H
#define EVIDENCE_H

#include "judge/judge.h"
#include "model/incident_list.h"

/* From the incident on until 30 min after it was closed, a day after its start at most: the longer of the two
 * legal limits, for one that nobody closes.  A drill keeps nothing.  The pipeline's thread, when the list
 * changed. */
void evidence_mark(struct judge *j, const struct catalogue *c, const struct incident_list *l);

#endif
