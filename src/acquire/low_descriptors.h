/* Taking and giving back of the reserved descriptors; for lines. */
#ifndef LOW_DESCRIPTORS_H
#define LOW_DESCRIPTORS_H

#include "acquire/line.h"

/* A descriptor below FD_SETSIZE that is open on /dev/null; -1: none left.  dup2() a socket onto it. */
int low_descriptors_take(struct low_descriptors *d);
/* Puts /dev/null back in its place: the number stays ours, so that nobody else's socket gets it. */
void low_descriptors_blank(int fd);
/* Returns it to the pool, blank. */
void low_descriptors_give(struct low_descriptors *d, int fd);

#endif
