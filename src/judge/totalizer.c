#include "judge/totalizer.h"

#include <math.h>

#include "base/attr.h"

static const char *const NAMES[CORRECTION_COUNT] = {
    [CORRECTION_NONE] = "none",           [CORRECTION_FIRST] = "first", [CORRECTION_WRAP] = "wrap",
    [CORRECTION_DOUBTED] = "doubted",     [CORRECTION_RESET] = "reset", [CORRECTION_SET] = "set",
    [CORRECTION_EXCHANGED] = "exchanged",
};

const char *correction_name(enum correction c)
{
    return (unsigned)c < CORRECTION_COUNT ? NAMES[c] : "unknown";
}

void totalizer_init(struct totalizer *t)
{
    *t = (struct totalizer){ .raw = NAN, .doubted = NAN };
}

double totalizer_total(const struct totalizer *t)
{
    return t->offset + t->raw;
}

/* A counter that moves in steps may have been a whole step behind, and one that is sent as a 32-bit float
 * knows no more than 24 bits of its number. */
static double slack(const struct totalizer_rule *rule, double raw)
{
    return fmax(rule->step, fabs(raw) * 0x1p-23) * (1 + 1e-9);
}

static double most(const struct totalizer_rule *rule, double raw, struct wall since, struct wall at)
{
    return rule->max_flow * (double)(at.ms - since.ms) / CLOCK_HOUR_MS + slack(rule, raw);
}

static bool explains(const struct totalizer_rule *rule, double from, struct wall since, double to,
                     struct wall at)
{
    return to >= from && to - from <= most(rule, to, since, at);
}

/* Stands at `raw` now.  It is at most a step further than it shows since it shows it. */
static void stand(struct totalizer *t, double raw, struct wall at)
{
    if (raw != t->raw)
        t->raw_at = at;
    t->raw = raw;
    t->seen = at;
    t->doubted = NAN;
}

static struct counted report(const struct totalizer *was, const struct totalizer *is, enum correction what,
                             struct wall at, double raw)
{
    double volume = isnan(was->raw) ? 0 : totalizer_total(is) - totalizer_total(was);

    return (struct counted){ what, was->seen, at, volume > 0 ? volume : 0, was->raw, raw, true };
}

static struct counted first(struct totalizer *t, struct wall at, double raw)
{
    stand(t, raw, at);
    return (struct counted){ CORRECTION_FIRST, at, at, 0, NAN, raw, true };
}

static bool wrapped(const struct totalizer_rule *rule, const struct totalizer *t, double raw, struct wall at)
{
    return rule->wraps_at > 0 && raw >= 0 && explains(rule, t->raw, t->raw_at, raw + rule->wraps_at, at);
}

/* Two readings agree that it stands elsewhere.  From 0 it counted what it shows, if that can be; the step to
 * any other place was no water.  What it counted before it was set, nobody saw. */
static struct counted believe(const struct totalizer_rule *rule, struct totalizer *t, struct wall at,
                              double raw)
{
    const struct totalizer was = *t;
    bool reset = t->doubted < t->raw && t->doubted >= 0 &&
                 t->doubted <= most(rule, t->doubted, t->seen, t->doubted_at);
    struct counted c;

    t->offset = totalizer_total(t) - (reset ? 0 : t->doubted);
    t->raw = t->doubted;
    t->raw_at = t->doubted_at;
    stand(t, raw, at);
    c = report(&was, t, reset ? CORRECTION_RESET : CORRECTION_SET, at, raw);
    c.whole = false;
    return c;
}

static struct counted doubted(struct totalizer *t, struct wall at, double raw)
{
    t->doubted = raw;
    t->doubted_at = at;
    return (struct counted){ CORRECTION_DOUBTED, t->seen, at, 0, t->raw, raw, true };
}

struct counted totalizer_read(const struct totalizer_rule *rule, struct totalizer *t, struct wall at,
                              double raw)
{
    const struct totalizer was = *t;

    if (isnan(t->raw))
        return first(t, at, raw);
    if (at.ms < t->seen.ms || (!isnan(t->doubted) && at.ms < t->doubted_at.ms))
        return (struct counted){ CORRECTION_DOUBTED, at, at, 0, t->raw, raw, true };
    if (explains(rule, t->raw, t->raw_at, raw, at)) {
        stand(t, raw, at);
        return report(&was, t, CORRECTION_NONE, at, raw);
    }
    if (wrapped(rule, t, raw, at) && (raw > 0 || t->doubted == 0)) { /* a single 0 says nothing, there too */
        t->offset += rule->wraps_at;
        stand(t, raw, at);
        return report(&was, t, CORRECTION_WRAP, at, raw);
    }
    if (!isnan(t->doubted) && explains(rule, t->doubted, t->doubted_at, raw, at))
        return believe(rule, t, at, raw);
    return doubted(t, at, raw);
}

/* What the old one counted until then is counted if its flow explains it; who wrote it down may have been
 * wrong by a digit. */
struct counted totalizer_exchange(const struct totalizer_rule *rule, struct totalizer *t, struct wall at,
                                  double old_end, double new_start)
{
    struct totalizer was = *t;
    struct counted end = totalizer_read(rule, t, at, old_end);
    double total = isnan(was.raw) ? new_start : totalizer_total(t);

    t->offset = total - new_start;
    t->raw = new_start;
    t->raw_at = t->seen = at;
    t->doubted = NAN;
    return (struct counted){ CORRECTION_EXCHANGED,
                             end.from,
                             at,
                             end.volume,
                             old_end,
                             new_start,
                             end.what != CORRECTION_DOUBTED && end.whole };
}
