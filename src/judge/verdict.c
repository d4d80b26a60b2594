#include "judge/verdict.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "holds.h"

const char *const VERDICTS[] = { "unknown", "not_judged", "within", "outside", NULL };
const char *const UNJUDGED[] = { "",          "no_parameter", "not_supplied",  "other_water", "unit",
                                 "no_number", "no_set",       "commissioning", "forced",      NULL };

/* Devices send floats of 32 bits, and 0.3 is none of them: what such a float cannot tell from the bound is on
 * the bound. */
static bool is_on(double value, double bound)
{
    return fabs(value - bound) <= 0x1p-24 * fabs(bound);
}

static bool is_above(const struct limit *row, double value)
{
    return !isnan(row->high) && (is_on(value, row->high) ? row->strict : value > row->high);
}

static bool is_below(const struct limit *row, double value)
{
    return !isnan(row->low) && (is_on(value, row->low) ? row->strict : value < row->low);
}

static struct verdict word(enum verdict_word w, const struct held *by, double value, double limit)
{
    return (struct verdict){ .word = (uint8_t)w, .by = by, .value = value, .limit = limit };
}

static struct verdict unjudged(enum unjudged why, const struct held *by)
{
    return (struct verdict){
        .word = VERDICT_NOT_JUDGED, .why = (uint8_t)why, .by = by, .value = NAN, .limit = NAN
    };
}

static bool has_number(const struct reading *r)
{
    return r != NULL && r->quality != QUALITY_BAD && r->reason != REASON_STALE && r->reason != REASON_FORCED;
}

static struct verdict by_row(const struct held *h, const struct reading *r)
{
    double value;

    if (h->row->pass[0] != '\0')
        return unjudged(UNJUDGED_NO_NUMBER, h);
    if (h->to == NULL)
        return unjudged(UNJUDGED_UNIT, h);
    value = unit_convert(h->from, h->to, r->value);
    if (is_above(h->row, value))
        return word(VERDICT_OUTSIDE, h, value, h->row->high);
    if (is_below(h->row, value))
        return word(VERDICT_OUTSIDE, h, value, h->row->low);
    return word(VERDICT_WITHIN, h, value, NAN);
}

/* What is known of it may be enough to be outside, never enough to be within. */
static struct verdict by_sum(const struct catalogue *c, const struct held *h, const struct reading *r,
                             const struct verdict_seen *others)
{
    double sum = 0;
    bool whole = true;

    for (size_t i = 0; i < h->sum->term_count; i++) {
        const struct reading *term = h->other[i] == r->point ? r
                                     : others == NULL        ? NULL
                                                             : others->of(others->self, h->other[i]);
        const struct unit *from = unit_find(holds_unit(&c->points[h->other[i]]));
        const struct unit *to = holds_term_unit(h->set, h->sum->parameter[i]);
        whole = whole && has_number(term);
        if (has_number(term))
            sum += unit_convert(from, to, term->value) / h->sum->limit[i];
    }
    if (sum > 1 && !is_on(sum, 1))
        return word(VERDICT_OUTSIDE, h, sum, 1);
    return whole ? word(VERDICT_WITHIN, h, sum, NAN) : word(VERDICT_UNKNOWN, h, NAN, NAN);
}

struct verdict verdict_by(const struct catalogue *c, const struct holding *h, size_t i,
                          const struct reading *r, const struct verdict_seen *others)
{
    const struct held *by = &h->list[i];
    struct verdict v;

    if (r->reason == REASON_FORCED)
        return unjudged(UNJUDGED_FORCED, by);
    if (!has_number(r))
        return word(VERDICT_UNKNOWN, by, NAN, NAN);
    v = by->sum != NULL ? by_sum(c, by, r, others) : by_row(by, r);
    v.at_least = r->reason == REASON_CLIPPED;
    return v;
}

/* Outside before unknown before within; what is not judged only when nothing is. */
static int rank(const struct verdict *v)
{
    static const int RANK[VERDICT_COUNT] = {
        [VERDICT_NOT_JUDGED] = 0, [VERDICT_WITHIN] = 1, [VERDICT_UNKNOWN] = 2, [VERDICT_OUTSIDE] = 3
    };

    return RANK[v->word];
}

struct verdict verdict_of(const struct catalogue *c, const struct holding *h, const struct reading *r,
                          const struct verdict_seen *others)
{
    struct verdict worst = unjudged((enum unjudged)h->why, NULL);
    bool any = false;

    for (size_t i = 0; i < h->count; i++) {
        struct verdict v;
        if (h->list[i].set->advisory)
            continue;
        v = verdict_by(c, h, i, r, others);
        if (!any || rank(&v) > rank(&worst))
            worst = v;
        any = true;
    }
    return worst;
}

const char *verdict_expired(const struct held *h, char out[VERDICT_NOTE_MAX])
{
    char iso[DAY_ISO_MAX]; /* the first day on which it holds no more, day before month before year */

    out[0] = '\0';
    if (h->expired && day_iso(h->set->until + 1, iso)[0] != '\0')
        (void)snprintf(out, VERDICT_NOTE_MAX, "quy chuẩn đã hết hiệu lực %.2s/%.2s/%.4s", iso + 8, iso + 5,
                       iso);
    return out;
}
