/* Time has one owner per turn: the loop reads its clock once, makes a `struct now`, hands it down.
 *
 * Two instants are two types, so they cannot be mixed by accident.  UTC inside; Asia/Ho_Chi_Minh, a
 * constant +07:00 since 1975, at the edges: no TZ, no locale. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct mono {
    int64_t ms;
}; /* since boot, never steps: intervals, timeouts, delays */
struct wall {
    int64_t ms;
}; /* UTC since 1970, may step: records, promises made to people */

struct now {
    struct mono mono;
    struct wall wall;
};

enum { CLOCK_SECOND_MS = 1000, CLOCK_MINUTE_MS = 60000, CLOCK_HOUR_MS = 3600000, CLOCK_DAY_MS = 86400000 };
enum { CLOCK_LOCAL_OFFSET_MS = 7 * 3600000 }; /* Asia/Ho_Chi_Minh */

/* A clock as a port: the daemon plugs in the steady clock, a test its own variable. */
struct clock {
    struct now (*read)(void *self);
    void *self;
};

static inline struct now clock_read(const struct clock *c)
{
    return c->read(c->self);
}

/* The kernel's clocks, unsmoothed. */
struct mono mono_read(void);
struct wall wall_read(void);

/* The steady UTC of the process: wall at start + monotonic.  Safe to read from any thread. */
struct steady;

MUST_USE enum err steady_new(struct steady **out, struct fault *why);
void steady_free(struct steady *s);
struct clock steady_clock(struct steady *s);

/* Compares with the kernel's wall clock and adopts a step of 1 s or more only when the kernel says it is
 * synchronised.  Returns the step adopted in ms (0: none).  One caller (the pipeline's tick). */
int64_t steady_adopt(struct steady *s);
/* False until the kernel's clock is synchronised for the first time, or when it has lost that since. */
bool steady_synchronised(const struct steady *s);

/* The pure rule behind steady_adopt: what to add to the offset. */
int64_t steady_step_ms(int64_t offset_ms, struct mono mono, struct wall wall, bool synchronised);

/* ---- text ---- */
enum { CLOCK_TEXT_MAX = 32 };

/* "2026-11-23T19:10:38.123+07:00".  Years 0001..9999; outside, the nearest end is printed. */
void wall_text(struct wall at, char out[CLOCK_TEXT_MAX]);
/* "2026-11-23T12:10:38.123Z", for logs and SQL. */
void wall_text_utc(struct wall at, char out[CLOCK_TEXT_MAX]);
/* RFC 3339 with a zone ("Z" or +hh:mm), seconds optional-fraction.  ERR_RANGE when it is not one. */
MUST_USE enum err wall_parse(const char *text, struct wall *out);
/* First instant of the local day that holds `at`. */
struct wall wall_local_midnight(struct wall at);
/* Year, month, day of the local day that holds `at`. */
void wall_local_date(struct wall at, int *year, int *month, int *day);

#endif
