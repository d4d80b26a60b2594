/* Memory that will be used from end to end. */
#ifndef BASE_PAGES_H
#define BASE_PAGES_H

#include <stddef.h>

/* Asks the system for large pages, where it has them, for a fresh piece of memory that its owner is going to
 * fill: one fault for 2 MiB instead of 512.  Advice only, nothing to undo; small pieces are left alone. */
void pages_large(void *start, size_t size);

#endif
