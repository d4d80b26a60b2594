#include "doubt.h"

bool is_frozen(const struct point *rule, struct doubt *d, double value, int64_t lasted_ms, bool excused)
{
    if (rule->frozen_after_ms <= 0)
        return false;
    if (excused || value != d->still) { /* also when there was none */
        d->still = value;
        d->still_ms = 0;
        return false;
    }
    d->still_ms += lasted_ms;
    return d->still_ms > rule->frozen_after_ms;
}
