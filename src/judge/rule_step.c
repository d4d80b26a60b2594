#include <math.h>

#include "rule_inner.h"

void rule_state_init(const struct rule *rule, struct rule_state *s)
{
    *s = (struct rule_state){ .rule = rule->key,
                              .point = rule->point,
                              .word = RULE_RESTS,
                              .raw = RAW_UNKNOWN,
                              .told = NAN,
                              .before = NAN };
}

static bool is_turning(const struct rule_state *s)
{
    return s->raw != RAW_UNKNOWN && (s->raw == RAW_HOLDS) != (s->on != 0);
}

static bool turn_when_due(const struct rule *rule, struct rule_state *s)
{
    if (!is_turning(s) || s->pending_ms < (s->on ? rule->off_delay_ms : rule->on_delay_ms))
        return false;
    s->on = !s->on;
    s->pending_ms = 0;
    return true;
}

static void age_hits(const struct rule *rule, struct rule_state *s, int64_t dt_ms)
{
    for (uint8_t i = 0; i < s->hits; i++) {
        int64_t age = s->hit_ms[i] + dt_ms;
        if (age >= rule->window_ms) { /* so are all behind it */
            s->hits = i;
            return;
        }
        s->hit_ms[i] = (uint32_t)age;
    }
}

bool rule_passes(const struct rule *rule, struct rule_state *s, int64_t dt_ms)
{
    age_hits(rule, s, dt_ms);
    if (is_turning(s))
        s->pending_ms += dt_ms;
    return turn_when_due(rule, s);
}

/* While nothing is known a delay neither grows nor begins anew: a link that flaps must not put off what is
 * wrong. */
bool rule_takes(const struct rule *rule, struct rule_state *s, uint8_t raw)
{
    s->raw = raw;
    if (raw == RAW_UNKNOWN)
        return false;
    if (!is_turning(s))
        s->pending_ms = 0;
    return turn_when_due(rule, s);
}

uint8_t rule_counts(const struct rule *rule, struct rule_state *s, uint8_t raw, bool sampled)
{
    if (rule->n <= 1)
        return raw;
    if (sampled && raw == RAW_HOLDS) {
        uint8_t kept = s->hits < RULE_N_MAX ? s->hits : RULE_N_MAX - 1;
        for (uint8_t i = kept; i > 0; i--)
            s->hit_ms[i] = s->hit_ms[i - 1];
        s->hit_ms[0] = 0;
        s->hits = kept + 1;
    }
    if (s->hits >= rule->n)
        return RAW_HOLDS;
    return raw == RAW_UNKNOWN ? RAW_UNKNOWN : RAW_RESTS;
}
