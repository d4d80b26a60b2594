#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/still.h"

enum { LINE_MAX_BYTES = 1024 };

static atomic_int LEAST = LOG_LEVEL_INFO;
static void (*TEE)(void *self, enum log_level level, const char *line);
static void *TEE_SELF;

const char *log_level_name(enum log_level level)
{
    static const char *const NAMES[LOG_LEVEL_COUNT] = { "debug", "info", "warn", "error" };

    return (unsigned)level < LOG_LEVEL_COUNT ? NAMES[level] : "?";
}

void log_set_level(enum log_level least)
{
    atomic_store(&LEAST, (int)least);
}

void log_set_tee(void (*tee)(void *self, enum log_level level, const char *line), void *self)
{
    TEE = tee;
    TEE_SELF = self;
}

/* One write per line, so that lines of several threads do not mix. */
static void write_line(char *line, size_t len)
{
    ssize_t done;

    line[len] = '\n';
    do
        done = write(STDERR_FILENO, line, len + 1);
    while (done < 0 && errno == EINTR);
}

static void emit(enum log_level level, const char *fmt, va_list args)
{
    char line[LINE_MAX_BYTES + 2];
    int head, body;
    size_t len;

    if ((int)level < atomic_load(&LEAST))
        return;
    wall_text_utc(wall_read(), line);
    head = (int)strlen(line);
    head += snprintf(line + head, LINE_MAX_BYTES - (size_t)head, " %-5s ", log_level_name(level));
    body = vsnprintf(line + head, LINE_MAX_BYTES - (size_t)head, fmt, args);
    if (body < 0)
        return;
    len = (size_t)head + (size_t)body;
    if (len >= LINE_MAX_BYTES) {
        len = LINE_MAX_BYTES - 1;
        memcpy(line + len - 3, "...", 4);
    }
    still(line, len);
    if (TEE != NULL)
        TEE(TEE_SELF, level, line + head);
    write_line(line, len);
}

#define LOG_FUNCTION(name, level)                                                                            \
    void name(const char *fmt, ...)                                                                          \
    {                                                                                                        \
        va_list args;                                                                                        \
        va_start(args, fmt);                                                                                 \
        emit(level, fmt, args);                                                                              \
        va_end(args);                                                                                        \
    }

LOG_FUNCTION(log_debug, LOG_LEVEL_DEBUG)
LOG_FUNCTION(log_info, LOG_LEVEL_INFO)
LOG_FUNCTION(log_warn, LOG_LEVEL_WARN)
LOG_FUNCTION(log_error, LOG_LEVEL_ERROR)

bool damper_complain(struct damper *d, struct mono now, unsigned *swallowed)
{
    *swallowed = d->silent;
    if (d->gap_ms == 0) {
        d->since = now;
        d->gap_ms = CLOCK_MINUTE_MS;
    } else if (now.ms < d->next.ms) {
        d->silent++;
        return false;
    } else if (d->gap_ms < CLOCK_HOUR_MS) {
        d->gap_ms = d->gap_ms * 2 > CLOCK_HOUR_MS ? CLOCK_HOUR_MS : d->gap_ms * 2;
    }
    d->next.ms = now.ms + d->gap_ms;
    d->silent = 0;
    return true;
}

bool damper_end(struct damper *d, struct mono now, int64_t *lasted_ms)
{
    if (d->gap_ms == 0)
        return false;
    *lasted_ms = now.ms - d->since.ms;
    *d = (struct damper){ 0 };
    return true;
}
