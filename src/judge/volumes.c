#include "judge/volumes.h"

#include <math.h>

void volumes_init(struct day_volume *days, size_t count, struct wall from)
{
    struct wall begins = wall_local_midnight(from);

    for (size_t i = 0; i < count; i++)
        days[i] = (struct day_volume){ .begins = { begins.ms + (int64_t)i * CLOCK_DAY_MS } };
}

static bool is_covered(const struct counted *c, int64_t inside_ms, int64_t silence_ms)
{
    int64_t span = c->to.ms - c->from.ms;

    return c->whole && (inside_ms == span || span <= silence_ms);
}

static void add_part(struct day_volume *d, const struct counted *c, int64_t silence_ms)
{
    int64_t span = c->to.ms - c->from.ms;
    int64_t from = c->from.ms > d->begins.ms ? c->from.ms : d->begins.ms;
    int64_t end = d->begins.ms + CLOCK_DAY_MS, to = c->to.ms < end ? c->to.ms : end;

    if (span <= 0 && c->to.ms >= d->begins.ms && c->to.ms < end)
        d->volume += c->volume; /* a step of the counter at one instant */
    if (from >= to)
        return;
    double part = c->volume * (double)(to - from) / (double)span;
    d->volume += part;
    if (to - from < span)
        d->divided += part;
    if (is_covered(c, to - from, silence_ms))
        d->coverage += (double)(to - from) / CLOCK_DAY_MS;
}

/* The one that holds `at`, or the nearest. */
static size_t day_near(const struct day_volume *days, size_t count, struct wall at)
{
    int64_t n = (at.ms - days[0].begins.ms) / CLOCK_DAY_MS;

    return n <= 0 ? 0 : n >= (int64_t)count ? count - 1 : (size_t)n;
}

void volumes_add(struct day_volume *days, size_t count, const struct counted *c, int64_t silence_ms)
{
    if (c->what == CORRECTION_DOUBTED || count == 0)
        return; /* its time is told with what follows */
    for (size_t i = day_near(days, count, c->from), last = day_near(days, count, c->to); i <= last; i++)
        add_part(&days[i], c, silence_ms);
}

void volumes_close(struct day_volume *days, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (days[i].coverage > 1)
            days[i].coverage = 1; /* rounding */
        if (days[i].coverage < VOLUME_COVERAGE_LEAST - 1e-9)
            days[i].volume = days[i].divided = NAN;
    }
}
