#include "model/event.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *event_kind_name(enum event_kind k)
{
    static const char *const NAMES[EVENT_COUNT] = {
        [EVENT_NODE_START] = "node_start",
        [EVENT_NODE_STOP] = "node_stop",
        [EVENT_WIRE_DOWN] = "wire_down",
        [EVENT_WIRE_UP] = "wire_up",
        [EVENT_DEVICE_DOWN] = "device_down",
        [EVENT_DEVICE_UP] = "device_up",
        [EVENT_CLOCK_STEP] = "clock_step",
        [EVENT_GAP] = "gap",
        [EVENT_CONFIG] = "config",
        [EVENT_WIRE_FAULT] = "wire_fault",
        [EVENT_NODE_SILENT] = "node_silent",
        [EVENT_NODE_HEARD] = "node_heard",
        [EVENT_NODE_CLOCK] = "node_clock",
        [EVENT_DEVICE_EXCHANGED] = "device_exchanged",
        [EVENT_FORCE] = "force",
        [EVENT_MODE] = "mode",
    };

    return (unsigned)k < EVENT_COUNT ? NAMES[k] : "unknown";
}

/* A cut inside a UTF-8 sequence would make text that PostgreSQL refuses. */
static void trim_half_sequence(char *text, size_t size)
{
    size_t n = strlen(text), last = n, whole;

    if (n + 1 < size)
        return;
    do
        last--;
    while (last > 0 && ((unsigned char)text[last] & 0xC0) == 0x80);
    whole = (unsigned char)text[last] < 0xC0   ? 1
            : (unsigned char)text[last] < 0xE0 ? 2
            : (unsigned char)text[last] < 0xF0 ? 3
                                               : 4;
    if (n - last < whole)
        text[last] = '\0';
}

struct event event_make(enum event_kind kind, struct wall at, const char *subject, double number,
                        const char *fmt, ...)
{
    struct event e = { .kind = (uint8_t)kind, .at = at, .number = number };
    va_list args;

    (void)snprintf(e.subject, sizeof e.subject, "%s", subject);
    va_start(args, fmt);
    (void)vsnprintf(e.text, sizeof e.text, fmt, args);
    va_end(args);
    trim_half_sequence(e.text, sizeof e.text);
    trim_half_sequence(e.subject, sizeof e.subject);
    return e;
}
