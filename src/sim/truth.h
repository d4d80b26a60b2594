/* The truth log: what scenarios really did, for whoever looks back at how the watchers judged it.  A text
 * file, appended, one JSON object a line.  Not for a test that sets a rule: a rule that has seen the answers
 * is none. */
#ifndef SIM_TRUTH_H
#define SIM_TRUTH_H

#include "base/err.h"
#include "scenario.h"

struct truth;

/* Appends to path.  ERR_IO. */
MUST_USE enum err truth_open(struct truth **out, const char *path, struct fault *why);
/* For struct scenarios; the log must outlive them. */
struct scenario_truth truth_ear(struct truth *t);
void truth_close(struct truth *t);

#endif
