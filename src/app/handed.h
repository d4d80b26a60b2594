/* Steps that other nodes handed over for our incidents: told to the pipeline, which decides. */
#ifndef APP_HANDED_H
#define APP_HANDED_H

#include "parts.h"

/* After the pipeline; ends before it. */
MUST_USE enum err handed_start(struct parts *d, struct fault *why);

#endif
