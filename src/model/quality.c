#include "model/quality.h"

#include <string.h>

static const char *const QUALITIES[QUALITY_COUNT] = { "bad", "uncertain", "good" };

static const char *const REASONS[REASON_COUNT] = {
    [REASON_NONE] = "none",
    [REASON_NEVER_READ] = "never_read",
    [REASON_NO_ANSWER] = "no_answer",
    [REASON_NO_CONNECTION] = "no_connection",
    [REASON_EXCEPTION] = "exception",
    [REASON_BAD_ANSWER] = "bad_answer",
    [REASON_SENTINEL] = "sentinel",
    [REASON_NOT_FINITE] = "not_finite",
    [REASON_IMPLAUSIBLE] = "implausible",
    [REASON_STALE] = "stale",
    [REASON_TIME_UNCERTAIN] = "time_uncertain",
    [REASON_STOPPED] = "stopped",
    [REASON_BAD_DIGIT] = "bad_digit",
    [REASON_INEXACT] = "inexact",
    [REASON_UNKNOWN_STATE] = "unknown_state",
    [REASON_BUSY] = "busy",
    [REASON_NOT_VALID] = "not_valid",
    [REASON_WIRE_FAULT] = "wire_fault",
    [REASON_CLIPPED] = "clipped",
    [REASON_FROZEN] = "frozen",
    [REASON_FORCED] = "forced",
};

const char *quality_name(enum quality q)
{
    return (unsigned)q < QUALITY_COUNT ? QUALITIES[q] : "unknown";
}

const char *reason_name(enum reason r)
{
    return (unsigned)r < REASON_COUNT ? REASONS[r] : "unknown";
}

bool quality_parse(const char *word, enum quality *out)
{
    for (int q = 0; q < QUALITY_COUNT; q++)
        if (strcmp(word, QUALITIES[q]) == 0) {
            *out = (enum quality)q;
            return true;
        }
    return false;
}
