/* Commands to a running field, one line each; pure text in, text out.
 *
 *   fault DEVICE KIND[:ARG[:COUNT]] [for SECONDS]       spoil the replies of a device (mischief.h)
 *   raw DEVICE [holding|input] ADDRESS VALUE            hold a register at a word
 *   hold DEVICE [holding|input] ADDRESS TYPE[:ORDER] NUMBER    registers at a number, nan, inf, -inf or -0
 *   count DEVICE [holding|input] ADDRESS TYPE[:ORDER] NUMBER   a counter goes on from NUMBER
 *   clear [DEVICE|all]                                  end faults and set registers
 *   devices                                             names, units and faults
 *
 * Words after KIND may stand apart: "fault DEVICE late 1500 1".  After SECONDS the device is cleared.
 * Scenarios have their own words (scenario_line.h). */
#ifndef SIM_CONTROL_H
#define SIM_CONTROL_H

#include "base/clock.h"
#include "mischief.h"
#include "stand.h"

enum { CONTROL_LINE_MAX = 256, CONTROL_ANSWER_MAX = 65536 };

struct control {
    struct stand *stand;
    struct field *field;       /* of the scenarios; NULL: there are none */
    struct mischief *mischief; /* by device */
    struct mono *until;        /* by device: when it is cleared by itself; 0: not */
};

/* Borrows the stand.  ERR_MEMORY. */
MUST_USE enum err control_init(struct control *c, struct stand *stand, struct fault *why);
void control_clear(struct control *c);

/* Carries out one line; `answer` becomes "ok\n", "error: sentence\n" or the list.  Returns its length. */
size_t control_line(struct control *c, const char *line, struct mono now, char answer[CONTROL_ANSWER_MAX]);
/* Clears a device whose time is up and returns it; -1: none.  Call it until then. */
int control_expired(struct control *c, struct mono now);
/* The next such time; INT64_MAX: none. */
struct mono control_next(const struct control *c);

/* "DEVICE:KIND[:ARG[:COUNT]]" of the command line. */
MUST_USE enum err control_option(struct control *c, const char *text, struct fault *why);

#endif
