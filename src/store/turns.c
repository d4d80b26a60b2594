#include "turns.h"

int turns_next(const struct turn *t, size_t n, struct mono now)
{
    int next = -1;

    for (size_t i = 0; i < n; i++)
        if (t[i].due.ms <= now.ms && (next < 0 || t[i].due.ms < t[next].due.ms))
            next = (int)i;
    return next;
}

struct mono turns_until(const struct turn *t, size_t n)
{
    struct mono until = { INT64_MAX };

    for (size_t i = 0; i < n; i++)
        if (t[i].due.ms < until.ms)
            until = t[i].due;
    return until;
}

unsigned turn_budget(const struct turn *t)
{
    return t->budget == 0 ? TURN_BUDGET : t->budget;
}

static void went_well(struct turn *t)
{
    unsigned budget = turn_budget(t);

    t->budget = budget > TURN_BUDGET / 2 ? TURN_BUDGET : budget * 2;
    t->gap_ms = 0;
}

void turn_worked(struct turn *t, struct mono now, int64_t took_ms)
{
    went_well(t);
    t->due.ms = now.ms + (took_ms < TURN_REST_MIN_MS ? TURN_REST_MIN_MS : took_ms);
}

void turn_idle(struct turn *t, struct mono now, int64_t every_ms)
{
    went_well(t);
    t->due.ms = now.ms + every_ms;
}

void turn_failed(struct turn *t, struct mono now)
{
    unsigned budget = turn_budget(t);

    t->gap_ms = t->gap_ms == 0                      ? TURN_RETRY_MIN_MS
                : t->gap_ms * 2 > TURN_RETRY_MAX_MS ? TURN_RETRY_MAX_MS
                                                    : t->gap_ms * 2;
    t->due.ms = now.ms + t->gap_ms;
    t->budget = budget > 1 ? budget / 2 : 1;
}
