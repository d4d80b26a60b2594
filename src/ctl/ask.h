/* Asks the running daemon: by the socket in its journal's folder, which the daemon file names. */
#ifndef CTL_ASK_H
#define CTL_ASK_H

#include <stdio.h>

enum { ASK_MAX = 256, NAME_LONGEST = 63 };

/* One line, with its end.  What a right answer says goes to `to`, what is wrong to stderr; returns the exit
 * code. */
int ask_daemon(const char *config, const char *line, FILE *to);

#endif
