/* Commands with their times: a file of lines "SECONDS COMMAND", seconds since the start, never falling.
 * Empty lines and what follows a # are left out. */
#ifndef SIM_SCRIPT_H
#define SIM_SCRIPT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { SCRIPT_BYTES_MAX = 1 << 22 };

struct script_step {
    int64_t at_ms;
    const char *line;
};

struct script {
    char *text; /* the lines lie in it */
    struct script_step *steps;
    size_t count, next;
};

/* Takes text (malloc), also when it is refused.  ERR_RANGE with the line's number. */
MUST_USE enum err script_parse(struct script *out, char *text, struct fault *why);
MUST_USE enum err script_read(struct script *out, const char *path, struct fault *why);
void script_clear(struct script *s);
/* The next command that is due, or NULL. */
const char *script_due(struct script *s, int64_t since_start_ms);

#endif
