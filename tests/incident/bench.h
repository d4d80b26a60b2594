/* A book, a clock that is a variable, and signs and steps in few words. */
#ifndef TESTS_INCIDENT_BENCH_H
#define TESTS_INCIDENT_BENCH_H

#include <math.h>

#include "incident/clocks.h"
#include "incident/incidents.h"
#include "unit.h"

enum { BENCH_OUT = 4096 };

struct bench {
    struct incidents *b;
    struct wall now;
    struct outgoing out[BENCH_OUT]; /* everything that was told */
    size_t out_count;
};

static const int64_t BENCH_T0 = 1795604400000; /* 2026-11-25T11:00:00Z */

static inline struct wall hour(double h)
{
    return (struct wall){ BENCH_T0 + (int64_t)(h * CLOCK_HOUR_MS) };
}

static inline int bench_set_up(void **state)
{
    const struct incident_rules rules = incident_rules_default();
    struct bench *t = calloc(1, sizeof *t);

    *state = t;
    if (t == NULL || incidents_new(&t->b, &rules, 64) != ERR_NONE)
        return -1;
    t->now = hour(0);
    return 0;
}

static inline int bench_tear_down(void **state)
{
    struct bench *t = *state;

    incidents_free(t->b);
    free(t);
    return 0;
}

static inline void bench_listen(struct bench *t)
{
    t->out_count += incidents_take_out(t->b, t->out + t->out_count, BENCH_OUT - t->out_count);
}

static inline void bench_tick(struct bench *t, double h)
{
    t->now = hour(h);
    incidents_tick(t->b, t->now);
    bench_listen(t);
}

/* A tick a minute until then. */
static inline void bench_pass(struct bench *t, double h)
{
    while (t->now.ms + CLOCK_MINUTE_MS <= hour(h).ms) {
        t->now.ms += CLOCK_MINUTE_MS;
        incidents_tick(t->b, t->now);
        bench_listen(t);
    }
    bench_tick(t, h);
}

static inline size_t bench_told(const struct bench *t, uint64_t incident, enum outgoing_kind kind)
{
    size_t n = 0;

    for (size_t k = 0; k < t->out_count; k++)
        n += t->out[k].incident == incident && t->out[k].kind == kind;
    return n;
}

static inline struct sign bench_sign(enum evidence e, enum incident_class class, uint64_t alarm,
                                     const char *site, const char *zone)
{
    struct sign s = { .alarm = alarm, .point = alarm + 1000, .evidence = e, .class = class, .size = NAN };

    (void)snprintf(s.site, sizeof s.site, "%s", site);
    (void)snprintf(s.zone, sizeof s.zone, "%s", zone);
    return s;
}

static inline uint64_t bench_opens(struct bench *t, struct sign s, double h)
{
    struct outcome o;

    s.at = t->now = hour(h);
    o = incidents_sign(t->b, &s, t->now);
    assert_int_equal(o.refusal, REFUSED_NOTHING);
    bench_listen(t);
    return o.incident;
}

static inline void bench_clears(struct bench *t, uint64_t alarm, double h)
{
    struct sign s = { .change = SIGN_CLEARED, .alarm = alarm, .size = NAN };

    s.at = t->now = hour(h);
    (void)incidents_sign(t->b, &s, t->now);
    bench_listen(t);
}

/* A pressure of a zone: a service pipe until it is known better. */
static inline uint64_t bench_pressure(struct bench *t, uint64_t alarm, const char *zone, double h)
{
    return bench_opens(t, bench_sign(EVIDENCE_PRESSURE, CLASS_SERVICE_NETWORK, alarm, "", zone), h);
}

static inline struct outcome bench_take(struct bench *t, struct incident_step s, double h)
{
    struct outcome o;

    t->now = hour(h);
    if (s.who == NULL)
        s.who = "an";
    o = incidents_step(t->b, &s, t->now);
    bench_listen(t);
    return o;
}

static inline enum refusal bench_step(struct bench *t, uint64_t incident, struct incident_step s, double h)
{
    s.incident = incident;
    return bench_take(t, s, h).refusal;
}

static inline enum refusal bench_do(struct bench *t, uint64_t incident, enum step_kind kind, double h)
{
    return bench_step(
        t, incident,
        (struct incident_step){ .kind = kind, .note = "vì vậy", .controllability = CONTROLLABLE }, h);
}

static inline const struct incident *bench_find(const struct bench *t, uint64_t id)
{
    const struct incident *i = incidents_find(t->b, id);

    assert_non_null(i);
    return i;
}

static inline struct incident_clock bench_clock(const struct bench *t, uint64_t id)
{
    return incident_clock(bench_find(t, id), NULL);
}

static inline enum incident_state bench_state(const struct bench *t, uint64_t id)
{
    return incident_state(bench_find(t, id), t->now);
}

#define assert_refused(what, why) assert_string_equal(refusal_name(what), refusal_name(why))
#define assert_taken(what)        assert_refused(what, REFUSED_NOTHING)

#endif
