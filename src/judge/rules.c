#include "judge/rules.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "judge/judge.h"
#include "rule_inner.h"

/* One rule on one point, as it runs. */
struct running {
    struct rule_state state;
    struct mono looked; /* when */
    uint32_t holding;   /* of RULE_LIMIT: which limits hold today */
};

struct rules {
    const struct catalogue *catalogue;
    struct running *list;    /* in the order of the catalogue's rules */
    struct holding *holding; /* of those of RULE_LIMIT */
    struct reading *seen;    /* by point */
    bool *unheard;           /* by point: since the start, see rules_recall */
    struct mono began;
    double *serviced;      /* by point: what it showed at its last service; NaN: none was told */
    uint32_t *first;       /* of the rules of a point; one more at the end */
    uint32_t *other_first; /* of by_other, likewise */
    uint32_t *by_other;    /* rules whose second point it is */
};

/* ---- making ---- */

static void sum_up(uint32_t *first, size_t points)
{
    uint32_t sum = 0;

    for (size_t i = 0; i <= points; i++) {
        uint32_t here = first[i];
        first[i] = sum;
        sum += here;
    }
}

static void index_rules(struct rules *r)
{
    const struct catalogue *c = r->catalogue;

    for (size_t i = 0; i < c->rule_count; i++) {
        r->first[c->rules[i].point]++;
        if (c->rules[i].other != NO_INDEX)
            r->other_first[c->rules[i].other]++;
    }
    sum_up(r->first, c->point_count);
    sum_up(r->other_first, c->point_count);
    for (size_t i = 0; i < c->rule_count; i++)
        if (c->rules[i].other != NO_INDEX)
            r->by_other[r->other_first[c->rules[i].other]++] = (uint32_t)i;
    /* each has moved on to where the next begins */
    memmove(r->other_first + 1, r->other_first, c->point_count * sizeof *r->other_first);
    r->other_first[0] = 0;
}

static size_t count_limits(const struct catalogue *c)
{
    size_t n = 0;

    for (size_t i = 0; i < c->rule_count; i++)
        n += c->rules[i].kind == RULE_LIMIT;
    return n;
}

static bool make_room(struct rules *r)
{
    size_t points = r->catalogue->point_count, rules = r->catalogue->rule_count;

    r->holding = calloc(count_limits(r->catalogue) + 1, sizeof *r->holding);
    r->list = calloc(rules + 1, sizeof *r->list);
    r->seen = calloc(points + 1, sizeof *r->seen);
    r->unheard = calloc(points + 1, sizeof *r->unheard);
    r->serviced = calloc(points + 1, sizeof *r->serviced);
    r->first = calloc(points + 1, sizeof *r->first);
    r->other_first = calloc(points + 1, sizeof *r->other_first);
    r->by_other = calloc(rules + 1, sizeof *r->by_other);
    return r->holding != NULL && r->list != NULL && r->seen != NULL && r->unheard != NULL &&
           r->serviced != NULL && r->first != NULL && r->other_first != NULL && r->by_other != NULL;
}

static void begin_rules(struct rules *r, struct now now)
{
    uint32_t limits = 0;

    r->began = now.mono;
    for (size_t i = 0; i < r->catalogue->rule_count; i++) {
        struct running *run = &r->list[i];
        rule_state_init(&r->catalogue->rules[i], &run->state);
        run->looked = now.mono;
        if (r->catalogue->rules[i].kind != RULE_LIMIT)
            continue;
        run->holding = limits;
        r->holding[limits++].day = DAY_NONE;
    }
}

enum err rules_new(struct rules **out, const struct catalogue *c, struct now now, struct fault *why)
{
    struct rules *r = calloc(1, sizeof *r);

    if (r != NULL)
        r->catalogue = c;
    if (r == NULL || !make_room(r)) {
        rules_free(r);
        return fault_set(why, ERR_MEMORY, "rules: no memory for %zu rules", c->rule_count);
    }
    for (size_t i = 0; i < c->point_count; i++)
        r->seen[i] = reading_bad((uint32_t)i, (struct wall){ 0 }, REASON_NEVER_READ);
    for (size_t i = 0; i < c->point_count; i++)
        r->serviced[i] = NAN;
    begin_rules(r, now);
    index_rules(r);
    *out = r;
    return ERR_NONE;
}

void rules_free(struct rules *r)
{
    if (r == NULL)
        return;
    free(r->list);
    free(r->holding);
    free(r->seen);
    free(r->unheard);
    free(r->serviced);
    free(r->first);
    free(r->other_first);
    free(r->by_other);
    free(r);
}

/* ---- what nobody has heard of since the start ---- */

static bool is_unheard(const struct rules *r, uint32_t point, struct mono now)
{
    return point != NO_INDEX && point != CONDITION_MODE && r->unheard[point] &&
           now.ms - r->began.ms < judge_stale_after_ms(&r->catalogue->points[point]);
}

static bool condition_is_unheard(const struct rules *r, const struct rule *rule, struct mono now)
{
    for (size_t i = 0; i < rule->when_count; i++)
        if (is_unheard(r, r->catalogue->conditions[rule->when_first + i].point, now))
            return true;
    return false;
}

/* ---- may it speak? ---- */

/* What is not known keeps no rule silent: a lost flow meter must not hide a failed dosing pump. */
static bool conditions_hold(const struct rules *r, const struct rule *rule, struct rules_now when)
{
    const struct wall at = when.now.wall;
    const unsigned modes = when.modes == NULL ? 0 : when.modes[rule->point];

    for (size_t i = 0; i < rule->when_count; i++) {
        const struct condition *k = &r->catalogue->conditions[rule->when_first + i];
        const struct reading *seen = k->point == CONDITION_MODE ? NULL : &r->seen[k->point];
        if (seen == NULL && !condition_mode_holds(k, modes))
            return false;
        if (seen != NULL && seen->quality != QUALITY_BAD && !reading_is_old(seen) &&
            !condition_holds(k, seen->value, at))
            return false;
    }
    return true;
}

static bool may_speak(struct rules *r, const struct rule *rule, struct rule_state *s, struct rules_now when,
                      int64_t dt_ms)
{
    const struct point *p = &r->catalogue->points[rule->point];
    bool quiet = when.modes != NULL && mode_silences(when.modes[rule->point], rule->stake) != MODE_COUNT;

    if (quiet || point_is_commissioning(p) || r->seen[rule->point].reason == REASON_FORCED)
        return false;
    if (rule->when_count == 0)
        return true;
    if (condition_is_unheard(r, rule, when.now.mono)) /* as it was */
        return s->settled_ms >= rule->settle_ms;
    if (!conditions_hold(r, rule, when)) {
        s->settled_ms = -1;
        return false;
    }
    s->settled_ms = s->settled_ms < 0 ? 0 : s->settled_ms + dt_ms;
    return s->settled_ms >= rule->settle_ms;
}

/* ---- limits ---- */

static const struct reading *seen_of(void *self, uint32_t point)
{
    return &((struct rules *)self)->seen[point];
}

/* What holds changes at local midnight. */
static struct verdict verdict_now(struct rules *r, const struct running *run, struct wall at)
{
    struct holding *h = &r->holding[run->holding];
    uint32_t point = run->state.point;
    int32_t day = day_local(at);
    struct verdict_seen others = { seen_of, r };

    if (h->day != day)
        verdict_holding(r->catalogue, point, day, h);
    return verdict_of(r->catalogue, h, &r->seen[point], &others);
}

/* ---- one look ---- */

static bool is_further(const struct rule *rule, const struct rule_state *s, double value)
{
    int way = rule_direction((enum rule_kind)rule->kind);

    return rule->step > 0 && way != 0 && (value - s->told) * way >= rule->step;
}

static void tell(const struct rule *rule, struct rule_state *s, uint8_t word, const struct answer *a,
                 struct wall at, struct rule_turns *out)
{
    if (word == s->word && !(word == RULE_HOLDS && is_further(rule, s, a->value)))
        return;
    s->word = word;
    s->told = a->value;
    out->list[out->count++] = (struct rule_turn){ .rule = rule->key,
                                                  .point = rule->point,
                                                  .at = at,
                                                  .word = word,
                                                  .severity = rule->severity,
                                                  .stake = rule->stake,
                                                  .value = a->value,
                                                  .limit = a->limit };
}

/* While it is about to begin it neither holds nor rests: nothing new is said. */
static uint8_t word_of(const struct rule_state *s)
{
    if (s->raw == RAW_UNKNOWN)
        return RULE_UNKNOWN;
    if (s->on)
        return RULE_HOLDS;
    return s->raw == RAW_HOLDS ? s->word : RULE_RESTS;
}

static void remember_number(struct rule_state *s, const struct reading *own, int64_t dt_ms, bool sampled)
{
    bool fresh = sampled && own->quality != QUALITY_BAD && !reading_is_old(own);

    s->silent_ms = fresh ? 0 : s->silent_ms + dt_ms;
    s->begun = s->begun || sampled;
}

static void remember_before(struct rule_state *s, const struct reading *own)
{
    if (own->quality == QUALITY_BAD || reading_is_old(own)) {
        s->before = NAN;
        return;
    }
    s->before = own->value;
    s->before_at = own->at;
}

/* First what the time since the last look has brought about, then what is so now: an alarm that was due is
 * told, though the very next reading ends it. */
static void judge_it(const struct asking *q, struct rule_state *s, int64_t dt_ms, struct wall at,
                     struct rule_turns *out)
{
    struct answer was = { s->raw, q->sampled ? s->before : q->own->value, q->rule->limit }, a;

    if (rule_passes(q->rule, s, dt_ms))
        tell(q->rule, s, word_of(s), &was, at, out);
    a = rule_ask(q);
    (void)rule_takes(q->rule, s, rule_counts(q->rule, s, a.raw, q->sampled));
    tell(q->rule, s, word_of(s), &a, at, out);
}

/* What it was about to say begins anew afterwards; what holds goes on. */
static void keep_silent(const struct rule *rule, struct rule_state *s, const struct reading *own,
                        struct wall at, struct rule_turns *out)
{
    struct answer nothing = { RAW_UNKNOWN, own->value, NAN };

    s->pending_ms = 0;
    s->hits = 0;
    s->raw = RAW_UNKNOWN;
    tell(rule, s, RULE_NOT_JUDGED, &nothing, at, out);
}

static void look(struct rules *r, uint32_t index, struct rules_now when, bool sampled, struct rule_turns *out)
{
    const struct rule *rule = &r->catalogue->rules[index];
    struct running *run = &r->list[index];
    struct rule_state *s = &run->state;
    const struct reading *own = &r->seen[rule->point];
    struct asking q = { .rule = rule,
                        .state = s,
                        .point = &r->catalogue->points[rule->point],
                        .own = own,
                        .other = rule->other == NO_INDEX ? NULL : &r->seen[rule->other],
                        .sampled = sampled,
                        .serviced = r->serviced[rule->point] };
    struct wall at = sampled ? own->at : when.now.wall;
    int64_t dt_ms = when.now.mono.ms - run->looked.ms;

    run->looked = when.now.mono;
    remember_number(s, own, dt_ms, sampled);
    if (!s->begun && rule->kind != RULE_STALE)
        return; /* nothing was ever read */
    if (is_unheard(r, rule->point, when.now.mono) || is_unheard(r, rule->other, when.now.mono))
        return;
    if (rule->kind == RULE_LIMIT)
        q.verdict = verdict_now(r, run, at);
    if (may_speak(r, rule, s, when, dt_ms) && q.verdict.word != VERDICT_NOT_JUDGED)
        judge_it(&q, s, dt_ms, at, out);
    else
        keep_silent(rule, s, own, at, out);
    if (sampled)
        remember_before(s, own);
}

enum { TURNS_OF_ONE_LOOK = 2 };

static bool has_room(const struct rule_turns *out)
{
    return out->count + TURNS_OF_ONE_LOOK <= RULE_TURNS_MAX;
}

bool rules_fold(struct rules *r, const struct reading *reading, struct rules_now when, uint32_t *from,
                struct rule_turns *out)
{
    uint32_t p = reading->point, own, all;

    out->count = 0;
    if (p >= r->catalogue->point_count || !reading_is_sound(reading))
        return false;
    own = r->first[p + 1] - r->first[p];
    all = own + r->other_first[p + 1] - r->other_first[p];
    if (*from == 0) {
        r->seen[p] = *reading;
        r->unheard[p] = false;
    }
    for (; *from < all; ++*from) {
        if (!has_room(out))
            return true;
        if (*from < own)
            look(r, r->first[p] + *from, when, true, out);
        else
            look(r, r->by_other[r->other_first[p] + *from - own], when, false, out);
    }
    return false;
}

bool rules_tick(struct rules *r, struct rules_now when, uint32_t *from, struct rule_turns *out)
{
    out->count = 0;
    for (; *from < r->catalogue->rule_count; ++*from) {
        if (!has_room(out))
            return true;
        look(r, *from, when, false, out);
    }
    return false;
}

/* ---- over a restart ---- */

void rules_know(struct rules *r, const struct reading *reading)
{
    if (reading->point < r->catalogue->point_count && reading_is_sound(reading))
        r->seen[reading->point] = *reading;
}

void rules_recall(struct rules *r, const struct reading *kept)
{
    rules_know(r, kept);
    if (kept->point < r->catalogue->point_count)
        r->unheard[kept->point] = !r->catalogue->points[kept->point].manual; /* it is what was told */
}

bool rules_is_midway(const struct rules *r, uint32_t index, const struct rule_state *s)
{
    const struct rule *rule = &r->catalogue->rules[index];
    bool settling = rule->when_count > 0 && s->settled_ms >= 0 && s->settled_ms < rule->settle_ms;
    /* between two readings everything is silent */
    bool falling_silent =
        rule->kind == RULE_STALE && s->on == 0 && s->silent_ms > r->catalogue->points[rule->point].every_ms;

    return s->pending_ms > 0 || s->hits > 0 || settling || falling_silent;
}

void rules_service(struct rules *r, uint32_t point, double counter)
{
    if (point < r->catalogue->point_count)
        r->serviced[point] = counter;
}

void rules_state(const struct rules *r, uint32_t index, struct rule_state *out)
{
    *out = r->list[index].state;
}

bool rules_restore(struct rules *r, const struct rule_state *s, struct now now)
{
    const struct rule *rule = catalogue_rule(r->catalogue, s->point, s->rule);
    struct running *run;

    if (rule == NULL || !rule_state_is_sound(s))
        return false;
    run = &r->list[rule - r->catalogue->rules];
    run->state = *s;
    run->looked = now.mono;
    return true;
}
