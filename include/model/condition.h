/* A comparison of a point with a number, perhaps at certain hours only: "lc.tank.level >= 3.9",
 * "value == 0 at 22:00-05:00"; or whether the place is in a mode: "mode != backwash".  Plain data; whoever
 * knows the points' values and the modes asks whether it holds. */
#ifndef MODEL_CONDITION_H
#define MODEL_CONDITION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/strbuf.h"

enum comparison { COMPARE_EQ, COMPARE_NE, COMPARE_LE, COMPARE_GE, COMPARE_LT, COMPARE_GT, COMPARE_COUNT };

enum { CONDITION_ANY_TIME = -1, CONDITION_ID_MAX = 64 };

/* In the place of a point: `value` is an enum mode_kind, `how` says whether it must be in that mode or not.
 */
#define CONDITION_MODE (UINT32_MAX - 1)

struct condition {
    double value;
    uint32_t point;      /* index in the catalogue */
    uint8_t how;         /* enum comparison */
    int16_t from, until; /* minutes of the local day, [from, until), over midnight when from > until;
                            CONDITION_ANY_TIME: always */
};

/* Reads one condition from the front of *text: up to " or " or the end, where *text stands afterwards.  Gives
 * the id as written; the point is the caller's to find.  ERR_RANGE with a sentence when it is none. */
MUST_USE enum err condition_parse(const char **text, struct condition *out, char id[CONDITION_ID_MAX],
                                  struct fault *why);
/* Whether it is one of a mode, alone: "mode == rota".  ERR_RANGE with a sentence: of a mode that there is
 * none. */
MUST_USE enum err condition_parse_mode(const char *text, struct condition *out, bool *is, struct fault *why);
void condition_print(const struct condition *c, const char *id, struct strbuf *to);

/* `value` is the point's, NaN when it has none: then nothing is known to hold. */
bool condition_holds(const struct condition *c, double value, struct wall at);
/* Of one of a mode; modes: the bits of those the place is in. */
bool condition_mode_holds(const struct condition *c, unsigned modes);

#endif
