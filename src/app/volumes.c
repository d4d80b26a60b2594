#include "volumes.h"

#include <math.h>
#include <stdlib.h>

#include "judge/volumes.h"
#include "model/quality.h"

/* What is read beside the span, so that a doubt at its edge is settled as it would be in a longer one. */
static const int64_t BESIDE_MS = CLOCK_DAY_MS;

_Static_assert((int)VOLUME_ASK_DAYS_MAX <= (int)VOLUME_DAYS_MAX, "every question can be folded");

/* One question under way; its own until done. */
struct counting {
    struct totalizer_rule rule;
    struct totalizer meter;
    int32_t first;
    size_t count;
    struct wall from, to; /* of the days asked for */
    int64_t silence_ms;
    struct day_volume days[VOLUME_ASK_DAYS_MAX];
    struct volume_day answer[VOLUME_ASK_DAYS_MAX];
    struct volume_correction corrections[VOLUME_CORRECTIONS_MAX];
    size_t correction_count;
    uint64_t left_out;
    void (*done)(void *ticket, enum err code, const struct volume_answer *result, const struct fault *why);
    void *ticket;
};

/* ---- rows ---- */

static void begin(void *self)
{
    struct counting *c = self;

    totalizer_init(&c->meter);
    volumes_init(c->days, c->count, c->from);
    c->correction_count = 0;
    c->left_out = 0;
}

static void note(struct counting *c, const struct counted *n, struct wall at)
{
    if (n->what == CORRECTION_NONE || n->what == CORRECTION_FIRST || at.ms < c->from.ms || at.ms >= c->to.ms)
        return;
    if (c->correction_count == VOLUME_CORRECTIONS_MAX) {
        c->left_out++;
        return;
    }
    c->corrections[c->correction_count++] =
        (struct volume_correction){ at, correction_name(n->what), n->before, n->after, n->volume };
}

/* As the judge counts live: what is good, and what was doubted for how it moved or stood. */
static bool counts(const struct meter_row *r)
{
    if (r->exchanged)
        return isfinite(r->value) && isfinite(r->old_end);
    return isfinite(r->value) &&
           (r->quality == QUALITY_GOOD || (r->quality == QUALITY_UNCERTAIN &&
                                           (r->reason == REASON_IMPLAUSIBLE || r->reason == REASON_FROZEN)));
}

static void row(void *self, const struct meter_row *r)
{
    struct counting *c = self;
    struct counted n;

    if (!counts(r))
        return;
    n = r->exchanged ? totalizer_exchange(&c->rule, &c->meter, r->at, r->old_end, r->value)
                     : totalizer_read(&c->rule, &c->meter, r->at, r->value);
    volumes_add(c->days, c->count, &n, c->silence_ms);
    note(c, &n, r->at);
}

static void done(void *self, enum err code, const struct fault *why)
{
    struct counting *c = self;
    const struct volume_answer answer = { .days = c->answer,
                                          .day_count = c->count,
                                          .corrections = c->corrections,
                                          .correction_count = c->correction_count,
                                          .corrections_left_out = c->left_out };

    if (code == ERR_NONE)
        volumes_close(c->days, c->count);
    for (size_t i = 0; i < c->count && code == ERR_NONE; i++)
        c->answer[i] = (struct volume_day){ c->first + (int32_t)i, c->days[i].volume, c->days[i].divided,
                                            c->days[i].coverage };
    c->done(c->ticket, code, code == ERR_NONE ? &answer : NULL, why);
    free(c);
}

/* ---- port ---- */

static enum err check(const struct volume_ask *a, struct fault *why)
{
    if (a->days < 1 || a->days > VOLUME_ASK_DAYS_MAX)
        return fault_set(why, ERR_RANGE, "days must be from 1 to %d", VOLUME_ASK_DAYS_MAX);
    if (!(a->max_flow > 0))
        return fault_set(why, ERR_RANGE, "the point is no counter");
    return ERR_NONE;
}

static struct wall begins(int64_t day)
{
    return (struct wall){ day * CLOCK_DAY_MS - CLOCK_LOCAL_OFFSET_MS };
}

static enum err ask(void *self, const struct volume_ask *a, int client,
                    void (*answer)(void *ticket, enum err code, const struct volume_answer *result,
                                   const struct fault *why),
                    void *ticket, struct fault *why)
{
    const struct meters_port *meters = self;
    enum err rc = check(a, why);
    struct counting *c = rc == ERR_NONE ? calloc(1, sizeof *c) : NULL;

    if (rc != ERR_NONE)
        return rc;
    if (c == NULL)
        return fault_set(why, ERR_MEMORY, "volumes: no memory");
    c->rule = (struct totalizer_rule){ a->max_flow, a->wraps_at, a->step };
    c->first = a->first;
    c->count = a->days;
    c->from = begins(a->first);
    c->to = begins((int64_t)a->first + a->days);
    c->silence_ms = a->by_hand ? VOLUME_SILENCE_BY_HAND_MS : VOLUME_SILENCE_MS;
    c->done = answer;
    c->ticket = ticket;
    const struct meter_fold fold = { c, begin, row, done };
    const struct meter_ask rows = { a->key, { c->from.ms - BESIDE_MS }, { c->to.ms + BESIDE_MS } };
    rc = meters->read(meters->self, &rows, client, &fold, why);
    if (rc != ERR_NONE)
        free(c);
    return rc;
}

struct volumes_port volumes_port(struct meters_port *meters)
{
    return (struct volumes_port){ meters, ask };
}
