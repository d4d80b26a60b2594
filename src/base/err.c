#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Cuts back to the start of the UTF-8 sequence that the end of the buffer went through. */
static void end_in_dots(char *text, size_t size)
{
    size_t end = size - 4;

    while (end > 0 && ((unsigned char)text[end] & 0xC0) == 0x80)
        end--;
    memcpy(text + end, "...", 4);
}

static enum err fill(struct fault *f, enum err code, const char *vi, const char *fmt, va_list args)
{
    int n;

    if (f == NULL)
        return code;
    f->code = code;
    f->vi = vi;
    n = vsnprintf(f->text, sizeof f->text, fmt, args);
    if (n < 0)
        f->text[0] = '\0';
    else if ((size_t)n >= sizeof f->text)
        end_in_dots(f->text, sizeof f->text);
    for (char *c = f->text; *c != '\0'; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7F)
            *c = '?';
    return code;
}

enum err fault_set(struct fault *f, enum err code, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    code = fill(f, code, NULL, fmt, args);
    va_end(args);
    return code;
}

enum err fault_say(struct fault *f, enum err code, const char *vi, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    code = fill(f, code, vi, fmt, args);
    va_end(args);
    return code;
}

const char *err_name(enum err code)
{
    static const char *const NAMES[ERR_COUNT] = {
        [ERR_NONE] = "none", [ERR_RANGE] = "range", [ERR_SHORT] = "short",   [ERR_TIMEOUT] = "timeout",
        [ERR_PEER] = "peer", [ERR_FULL] = "full",   [ERR_MEMORY] = "memory", [ERR_CONFIG] = "config",
        [ERR_IO] = "io",     [ERR_STATE] = "state", [ERR_DENIED] = "denied", [ERR_MISSING] = "missing",
    };

    return (unsigned)code < ERR_COUNT ? NAMES[code] : "unknown";
}
