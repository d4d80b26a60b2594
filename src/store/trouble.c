#include "trouble.h"

#include <inttypes.h>
#include <stdio.h>

enum { BACKOFF_MIN_MS = 200, BACKOFF_MAX_MS = 5000 };

void trouble_complain(struct trouble *t, const char *what, const struct fault *why)
{
    struct mono now = mono_read();
    unsigned swallowed;

    t->gap_ms = t->gap_ms == 0                   ? BACKOFF_MIN_MS
                : t->gap_ms * 2 > BACKOFF_MAX_MS ? BACKOFF_MAX_MS
                                                 : t->gap_ms * 2;
    t->next_try.ms = now.ms + t->gap_ms;
    (void)snprintf(t->text, sizeof t->text, "%s", why->text);
    if (damper_complain(&t->damper, now, &swallowed))
        log_warn("delivery %s waits: last=\"%s\" swallowed=%u", what, why->text, swallowed);
}

void trouble_relieve(struct trouble *t, const char *what)
{
    int64_t lasted_ms;

    t->text[0] = '\0';
    t->gap_ms = 0;
    t->next_try.ms = 0;
    if (damper_end(&t->damper, mono_read(), &lasted_ms))
        log_info("delivery %s goes on: after_ms=%" PRId64, what, lasted_ms);
}

bool trouble_is_due(const struct trouble *t)
{
    return t->gap_ms == 0 || mono_read().ms >= t->next_try.ms;
}
