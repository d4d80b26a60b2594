#include "model/alarm_past.h"

#include <stdlib.h>
#include <string.h>

enum { SPAN_MS = 10 * CLOCK_MINUTE_MS, CHATTER = 3, CHATTER_MS = CLOCK_MINUTE_MS };
/* EEMUA 191: a flood begins with more than 10 alarms in 10 minutes and is over with fewer than 5. */
enum { FLOOD_BEGINS = 10, FLOOD_ENDS = 5 };

void alarm_past_clear(struct alarm_past *p)
{
    free(p->alarms);
    free(p->rings);
    *p = (struct alarm_past){ .count = 0 };
}

/* ---- by time ---- */

struct flood {
    bool is_on;
};

static void add_span(struct alarm_figures *f, struct flood *flood, size_t rings, double operators)
{
    double each = (double)rings / operators;

    f->most = each > f->most ? each : f->most;
    if (!flood->is_on && each > FLOOD_BEGINS) {
        flood->is_on = true;
        f->floods++;
    } else if (flood->is_on && each < FLOOD_ENDS) {
        flood->is_on = false;
    }
    f->flood_spans += flood->is_on;
}

static void count_spans(struct alarm_figures *f, const struct alarm_past *p, struct wall from,
                        double operators)
{
    struct flood flood = { false };
    size_t next = 0;

    for (size_t s = 0; s < f->spans; s++) {
        int64_t end = from.ms + (int64_t)(s + 1) * SPAN_MS;
        size_t first = next;
        while (next < p->ring_count && p->rings[next].at.ms < end)
            next++;
        add_span(f, &flood, next - first, operators);
    }
}

/* ---- by rule ---- */

static int compare(const void *a, const void *b)
{
    const struct alarm_ring *x = *(const struct alarm_ring *const *)a,
                            *y = *(const struct alarm_ring *const *)b;

    if (x->point != y->point)
        return x->point < y->point ? -1 : 1;
    if (x->rule != y->rule)
        return x->rule < y->rule ? -1 : 1;
    return (x->at.ms > y->at.ms) - (x->at.ms < y->at.ms);
}

/* Keeps the ALARM_WORST most often, those that came first among the same. */
static void insert(struct alarm_often list[ALARM_WORST], size_t *count, const struct alarm_often *one)
{
    size_t at = *count;

    while (at > 0 && list[at - 1].count < one->count)
        at--;
    if (at == ALARM_WORST)
        return;
    *count += *count < ALARM_WORST;
    memmove(&list[at + 1], &list[at], (*count - 1 - at) * sizeof *list);
    list[at] = *one;
}

static bool chatters(const struct alarm_ring *const *of, size_t n)
{
    for (size_t i = CHATTER - 1; i < n; i++)
        if (of[i]->at.ms - of[i - (CHATTER - 1)]->at.ms < CHATTER_MS)
            return true;
    return false;
}

static void add_rule(struct alarm_figures *f, const struct alarm_ring *const *of, size_t n)
{
    struct alarm_often one = { .point = of[0]->point, .count = n };

    memcpy(one.name, of[0]->name, sizeof one.name);
    insert(f->worst, &f->worst_count, &one);
    if (!chatters(of, n))
        return;
    f->chattering++;
    insert(f->chatter, &f->chatter_count, &one);
}

static void count_rules(struct alarm_figures *f, const struct alarm_ring **sorted, size_t n)
{
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1;
             end < n && sorted[end]->point == sorted[i]->point && sorted[end]->rule == sorted[i]->rule; end++)
            ;
        add_rule(f, sorted + i, end - i);
    }
}

enum err alarm_figures(struct alarm_figures *out, const struct alarm_past *p, struct wall from,
                       struct wall to, double operators)
{
    const struct alarm_ring **sorted = calloc(p->ring_count + 1, sizeof *sorted);

    if (sorted == NULL)
        return ERR_MEMORY;
    *out = (struct alarm_figures){ .rings = p->ring_count,
                                   .spans = (size_t)((to.ms - from.ms + SPAN_MS - 1) / SPAN_MS) };
    for (size_t i = 0; i < p->ring_count; i++) {
        sorted[i] = &p->rings[i];
        if (p->rings[i].severity < SEVERITY_COUNT)
            out->of_severity[p->rings[i].severity]++;
    }
    out->mean = (double)p->ring_count * SPAN_MS / (double)(to.ms - from.ms) / operators;
    count_spans(out, p, from, operators);
    if (p->ring_count > 1)
        qsort(sorted, p->ring_count, sizeof *sorted, compare);
    count_rules(out, sorted, p->ring_count);
    free(sorted);
    return ERR_NONE;
}
