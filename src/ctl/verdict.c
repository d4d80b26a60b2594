#include "verdict.h"

#include <math.h>

#include "decodings.h"

static bool has_range(const struct point *p, const struct tag *t)
{
    return !isnan(t->low) || !isnan(t->high) || p->span_low < p->span_high || t->states != NULL;
}

/* As the daemon judges it: 0 at the end of a span that begins there is rest. */
static bool is_at_end(const struct point *p, double value)
{
    if (!(p->span_low < p->span_high) || (p->span_low == 0 && value == 0))
        return false;
    return value <= p->span_low || value >= p->span_high;
}

/* What the registers say before scale and range. */
static bool no_meter_means_it(const struct tag *t, const uint16_t *words)
{
    struct tag plain = { .kind = t->kind, .order = t->order, .scale = 1, .low = NAN, .high = NAN };
    struct reading r;

    if (t->kind != KIND_F32 && t->kind != KIND_F64)
        return false;
    r = decode_reading(&plain, words, (struct wall){ 0 });
    return !number_is_meant(r.value);
}

static enum verdict of_reason(const struct reading *r)
{
    static const enum verdict OF[REASON_COUNT] = {
        [REASON_IMPLAUSIBLE] = VERDICT_IMPLAUSIBLE,     [REASON_SENTINEL] = VERDICT_SENTINEL,
        [REASON_NOT_FINITE] = VERDICT_NOT_FINITE,       [REASON_BAD_DIGIT] = VERDICT_BAD_DIGIT,
        [REASON_UNKNOWN_STATE] = VERDICT_UNKNOWN_STATE, [REASON_INEXACT] = VERDICT_INEXACT,
        [REASON_WIRE_FAULT] = VERDICT_WIRE_FAULT,
    };

    return OF[r->reason];
}

enum verdict verdict_of(const struct point *p, const struct tag *t, const uint16_t *words, double *value)
{
    struct reading r = decode_reading(t, words, (struct wall){ 0 });

    *value = r.value;
    if (r.quality == QUALITY_BAD)
        return of_reason(&r);
    if (no_meter_means_it(t, words))
        return VERDICT_NOT_MEANT;
    if (r.quality != QUALITY_GOOD)
        return of_reason(&r);
    if (is_at_end(p, r.value))
        return VERDICT_CLIPPED;
    return has_range(p, t) ? VERDICT_RIGHT : VERDICT_NO_RANGE;
}

/* ---- other ways to read them ---- */

static const uint8_t ALONE[] = { KIND_U16, KIND_I16, KIND_BCD16 };
static const uint8_t TWO[] = { KIND_F32, KIND_U32, KIND_I32, KIND_BCD32 };
static const uint8_t FOUR[] = { KIND_F64, KIND_U64, KIND_I64 };

static bool is_new(const struct other *list, size_t n, double value)
{
    for (size_t i = 0; i < n; i++)
        if (list[i].value == value)
            return false;
    return true;
}

/* A "no value" is of its own kind's width: what the others hold there is a number. */
static size_t try_kind(const struct point *p, struct tag t, const uint16_t *words, struct other *out,
                       size_t n)
{
    unsigned step =
        kind_registers((enum register_kind)t.kind) == 1 ? ORDER_BADC : 1; /* two bytes, two ways */

    for (unsigned o = 0; o < ORDER_COUNT && n < OTHERS_MAX; o += step) {
        double value;
        t.order = (uint8_t)o;
        if (verdict_of(p, &t, words, &value) == VERDICT_RIGHT && is_new(out, n, value))
            out[n++] = (struct other){ t.kind, (uint8_t)o, value };
    }
    return n;
}

static size_t try_kinds(const struct point *p, const struct tag *t, const uint16_t *words,
                        const uint8_t *kinds, size_t count, struct other *out, size_t n)
{
    for (size_t i = 0; i < count; i++) {
        struct tag other = *t;
        other.kind = kinds[i];
        if (other.kind != t->kind)
            other.no_value.count = 0;
        n = try_kind(p, other, words, out, n);
    }
    return n;
}

size_t verdict_others(const struct point *p, const struct tag *t, const uint16_t *words,
                      struct other out[OTHERS_MAX])
{
    unsigned have = kind_registers((enum register_kind)t->kind);
    size_t n = 0;

    if (!has_range(p, t) || function_reads_bits(t->function) || t->kind >= KIND_BOOL)
        return 0;
    n = try_kinds(p, t, words, FOUR, have >= 4 ? COUNT_OF(FOUR) : 0, out, n);
    n = try_kinds(p, t, words, TWO, have >= 2 ? COUNT_OF(TWO) : 0, out, n);
    return try_kinds(p, t, words, ALONE, COUNT_OF(ALONE), out, n);
}
