/* Asks the running daemon: by the socket in its journal's folder, which the daemon file names. */
#ifndef CTL_ASK_H
#define CTL_ASK_H

#include <stdio.h>

#include "base/err.h"

enum { ASK_MAX = 1024, NAME_LONGEST = 63 };

/* One line, with its end.  What a right answer says goes to `right`, what stands below a refusal to `wrong`
 * (NULL: nowhere).  ERR_STATE: the daemon refuses, *why has its sentence; anything else: nobody could be
 * asked. */
MUST_USE enum err ask(const char *config, const char *line, FILE *right, FILE *wrong, struct fault *why);

/* The same for a command that is this one question.  What a right answer says goes to `to`, what is wrong to
 * stderr; returns the exit code. */
int ask_daemon(const char *config, const char *line, FILE *to);

/* The same, to stdout, where the question is words with tabs between them, none of which may hold one. */
int ask_tabbed(const char *config, const char *const *words, size_t n);

#endif
