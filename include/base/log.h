/* Log lines for the person at three in the morning: one event, one line, key=value, subject first.
 *
 * Lines go to stderr with time and level.  Any thread.  Control characters are replaced, so that
 * nothing a device or client sends can forge a line. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/attr.h"
#include "base/clock.h"

enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARN, LOG_LEVEL_ERROR, LOG_LEVEL_COUNT };

void log_set_level(enum log_level least);
void log_debug(const char *fmt, ...) PRINTF_LIKE(1, 2);
void log_info(const char *fmt, ...) PRINTF_LIKE(1, 2);
void log_warn(const char *fmt, ...) PRINTF_LIKE(1, 2);
void log_error(const char *fmt, ...) PRINTF_LIKE(1, 2);
const char *log_level_name(enum log_level level);

/* Every line also goes to `tee` when set (tests, counters).  Set before threads start. */
void log_set_tee(void (*tee)(void *self, enum log_level level, const char *line), void *self);

/* A damper decides whether a repeated complaint may speak: at once, then with a gap that doubles from
 * one minute to one hour; the end of the trouble is reported once.  Plain data, one owner. */
struct damper {
    struct mono since; /* of the first complaint */
    struct mono next;  /* not before this */
    int64_t gap_ms;    /* 0: quiet */
    unsigned silent;   /* complaints swallowed since the last line */
};

/* True when this complaint should be written; *swallowed then says how many were not. */
bool damper_complain(struct damper *d, struct mono now, unsigned *swallowed);
/* True once when trouble had been written; *lasted_ms says how long it lasted. */
bool damper_end(struct damper *d, struct mono now, int64_t *lasted_ms);

#endif
