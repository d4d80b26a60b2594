#include "model/outgoing.h"

#include <inttypes.h>
#include <stdio.h>

const char *outgoing_kind_name(enum outgoing_kind k)
{
    static const char *const NAMES[] = { "opened",      "warning",      "overdue",       "passed",
                                         "digest",      "due_moved",    "overdue_again", "step",
                                         "unconfirmed", "large_effect", "duty_late",     "escalated",
                                         "ended",       "back",         "summary",       "beyond_control" };
    _Static_assert(COUNT_OF(NAMES) == OUT_COUNT, "each kind has a name");
    return k < OUT_COUNT ? NAMES[k] : "unknown";
}

bool outgoing_is_danger(const struct outgoing *o)
{
    return o->grave && !o->over && !o->drill && o->kind != OUT_ENDED && o->kind != OUT_DUE_MOVED;
}

void outgoing_key(const struct outgoing *o, char out[OUTGOING_KEY_MAX])
{
    (void)snprintf(out, OUTGOING_KEY_MAX, "%" PRIu64 "/%s/%" PRIu32, o->incident, outgoing_kind_name(o->kind),
                   o->n);
}

uint32_t outgoing_second(struct wall now)
{
    static const int64_t FROM_MS = 1767225600000; /* 2026-01-01T00:00:00Z */
    int64_t s = (now.ms - FROM_MS) / CLOCK_SECOND_MS;

    return (uint32_t)(s < 0 ? 0 : s > INT32_MAX ? INT32_MAX : s);
}
