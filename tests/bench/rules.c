/* 100,000 points, read and judged each second: verdicts, rules with delays and conditions, the tick; against
 * a loop that only reads the values.  Prints both and their quotient; fails when a second's work takes a
 * second. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "judge/judge.h"
#include "judge/rules.h"

enum { POINTS = 100000, SECONDS = 10, REGULATED_EACH = 10 };

struct load {
    struct catalogue c;
    struct judge *judge;
    struct rules *rules;
    struct reading *values;
    size_t turns, kept;
};

static _Noreturn void die(const char *what)
{
    (void)fprintf(stderr, "%s\n", what);
    exit(1);
}

static void must(enum err rc)
{
    if (rc != ERR_NONE)
        die("no memory");
}

static double cpu_s(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void add_world(struct catalogue *c)
{
    static const struct limit TURBIDITY = {
        .row = "5", .parameter = "turbidity", .unit = "NTU", .low = NAN, .high = 2
    };
    struct standard set = { .id = "set", .from = 0, .until = DAY_NONE, .limit_count = 1 };
    struct system system = { .id = "system" };
    struct site site = { .id = "site" };

    set.limits = malloc(sizeof TURBIDITY);
    if (set.limits == NULL)
        die("no memory");
    *set.limits = TURBIDITY;
    must(catalogue_add_standard(c, &set, NULL));
    must(catalogue_add_system(c, &system, NULL));
    must(catalogue_add_site(c, &site, NULL));
}

static void add_rules(struct catalogue *c, uint32_t i, bool regulated)
{
    struct condition k = {
        .value = -1, .point = i, .how = COMPARE_GE, .from = CONDITION_ANY_TIME, .until = CONDITION_ANY_TIME
    };
    struct rule high = { .key = 1,
                         .point = i,
                         .other = NO_INDEX,
                         .cause = NO_INDEX,
                         .kind = RULE_HIGH,
                         .n = 1,
                         .limit = 2.4,
                         .deadband = 0.1,
                         .on_delay_ms = 5000,
                         .off_delay_ms = 5000 };
    struct rule low = high, stale = high, limit = high;

    if (i % 10 == 0)
        must(catalogue_add_when(c, &high, &k));
    must(catalogue_add_rule(c, &high, NULL));
    low.key = 2;
    low.kind = RULE_LOW;
    low.limit = 0.5;
    must(catalogue_add_rule(c, &low, NULL));
    stale.key = 3;
    stale.kind = RULE_STALE;
    must(catalogue_add_rule(c, &stale, NULL));
    limit.key = 4;
    limit.kind = RULE_LIMIT;
    if (regulated)
        must(catalogue_add_rule(c, &limit, NULL));
}

static void set_up(struct load *l)
{
    catalogue_init(&l->c);
    add_world(&l->c);
    for (uint32_t i = 0; i < POINTS; i++) {
        struct point p = { .key = i + 1,
                           .unit = "NTU",
                           .accepted = DAY_NONE,
                           .every_ms = 1000,
                           .heartbeat_ms = 300000,
                           .deadband = 0.2,
                           .low = NAN,
                           .high = NAN,
                           .at = AT_TREATED };
        (void)snprintf(p.id, sizeof p.id, "p%u", i);
        if (i % REGULATED_EACH == 0)
            (void)snprintf(p.parameter, sizeof p.parameter, "turbidity");
        must(catalogue_add_point(&l->c, &p, NULL));
        add_rules(&l->c, i, i % REGULATED_EACH == 0);
    }
    must(catalogue_seal(&l->c, NULL));
    must(judge_new(&l->judge, &l->c, NULL));
    must(rules_new(&l->rules, &l->c, (struct now){ { 1000 }, { 1795604400000 } }, NULL));
    l->values = calloc(POINTS, sizeof *l->values);
    if (l->values == NULL)
        die("no memory");
}

/* Slow waves about the limits. */
static void new_values(struct load *l, int64_t second)
{
    for (uint32_t i = 0; i < POINTS; i++)
        l->values[i] = reading_good(i, (struct wall){ 1795604400000 + second * 1000 },
                                    1.45 + sin((double)second / 3 + i));
}

static void fold(struct load *l, const struct reading *r, struct rules_now when)
{
    struct rule_turns out;
    uint32_t from = 0;
    bool more;

    do {
        more = rules_fold(l->rules, r, when, &from, &out);
        l->turns += out.count;
    } while (more);
}

static void judge_second(struct load *l, int64_t second)
{
    static struct message m = { .kind = MESSAGE_READINGS };
    static struct judged out;
    struct rules_now when = { { { 1000 + second * 1000 }, { 1795604400000 + second * 1000 } }, NULL };
    struct rule_turns turns;
    uint32_t from = 0;
    bool more;

    for (uint32_t i = 0; i < POINTS; i += m.count) {
        m.count = POINTS - i < MESSAGE_READINGS_MAX ? (uint16_t)(POINTS - i) : MESSAGE_READINGS_MAX;
        memcpy(m.readings, &l->values[i], m.count * sizeof m.readings[0]);
        judge_fold(l->judge, &m, when.now, &out);
        l->kept += out.kept_count;
        for (size_t k = 0; k < out.now_count; k++)
            fold(l, &out.now[k], when);
    }
    do {
        more = rules_tick(l->rules, when, &from, &turns);
        l->turns += turns.count;
    } while (more);
}

static double only_read(const struct load *l)
{
    double sum = 0;

    for (uint32_t i = 0; i < POINTS; i++)
        sum += l->values[i].value;
    return sum;
}

int main(void)
{
    static struct load l;
    double judged = 0, read = 0, sum = 0, begun;

    set_up(&l);
    for (int64_t s = 1; s <= SECONDS; s++) {
        new_values(&l, s);
        begun = cpu_s();
        sum += only_read(&l);
        read += cpu_s() - begun;
        begun = cpu_s();
        judge_second(&l, s);
        judged += cpu_s() - begun;
    }
    printf(
        "%d points and %zu rules a second: %.1f %% of a core; reading the values alone %.3f %%: %.0f times "
        "(%zu turns, %zu kept, mean %.2f)\n",
        POINTS, l.c.rule_count, judged * 100 / SECONDS, read * 100 / SECONDS, judged / read, l.turns, l.kept,
        sum / POINTS / SECONDS);
    rules_free(l.rules);
    judge_free(l.judge);
    catalogue_clear(&l.c);
    free(l.values);
    return judged < SECONDS ? 0 : 1;
}
