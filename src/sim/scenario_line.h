/* Scenarios in words, one line each; pure text in, text out.
 *
 *   [at HH:MM[:SS] | in TIME] KIND ARGUMENTS [for TIME]   begins one (scenario_usage)
 *   end NAME|KIND|all                                     ends one, or calls off one that waits
 *   scenarios                                             what runs, what waits, what there is
 *
 * at: when the local clock of the field shows that next.  TIME: 90s, 15min, 3h, 1h30m, 2d; of the field's own
 * clock. */
#ifndef SIM_SCENARIO_LINE_H
#define SIM_SCENARIO_LINE_H

#include "field.h"

enum { SCENARIO_LINE_MAX = 256 };

/* True: the line begins with a word of the above. */
bool scenario_line_is(const char *line);
/* Carries it out; `answer` becomes "ok NAME\n", "ok\n", "error: sentence\n" or the list.  Returns its length.
 */
size_t scenario_line(struct field *f, const char *line, char *answer, size_t size);

/* "HH:MM" or "HH:MM:SS" in seconds of the day, or -1.  text may be NULL. */
int64_t scenario_clock_s(const char *text);

/* Lines of a file: comments from # on and empty lines are left out.  ERR_RANGE with the line's number. */
MUST_USE enum err scenario_file(struct field *f, const char *path, struct fault *why);

#endif
