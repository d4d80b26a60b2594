/* Commands to a running field, one line each; pure text in, text out.
 *
 *   fault DEVICE KIND[:ARG[:COUNT]]     spoil the replies of a device (mischief.h)
 *   raw DEVICE [holding|input] ADDRESS VALUE   hold a register at a value
 *   clear DEVICE|all                    end faults and held registers
 *   devices                             names, units and faults
 *
 * and those of scenarios (scenario_line.h). */
#ifndef SIM_CONTROL_H
#define SIM_CONTROL_H

#include "field.h"
#include "mischief.h"

enum { CONTROL_LINE_MAX = 256, CONTROL_ANSWER_MAX = 8192 };

/* Carries out one line; `answer` becomes "ok\n", "error: sentence\n" or the list.  Returns its length. */
size_t control_line(struct field *f, struct mischief mischief[FIELD_DEVICES], const char *line,
                    char answer[CONTROL_ANSWER_MAX]);

/* "DEVICE:KIND[:ARG[:COUNT]]" of the command line. */
MUST_USE enum err control_option(struct mischief mischief[FIELD_DEVICES], const char *text,
                                 struct fault *why);

#endif
