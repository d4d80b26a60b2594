#include <string.h>

#include "standard_rows.h"

#define COPY(to, from) memcpy((to), (from), sizeof(to))

static void print_limit(const struct limit *l, struct strbuf *to)
{
    struct limit_row row = { .low = l->low,
                             .high = l->high,
                             .strict = l->strict,
                             .group = l->group,
                             .only_if = l->only_if,
                             .seen_in = l->seen_in };

    COPY(row.row, l->row);
    COPY(row.parameter, l->parameter);
    COPY(row.instead, l->instead);
    COPY(row.name, l->name);
    COPY(row.name_en, l->name_en);
    COPY(row.cas, l->cas);
    COPY(row.subgroup, l->subgroup);
    COPY(row.unit, l->unit);
    COPY(row.pass, l->pass);
    COPY(row.basis, l->basis);
    COPY(row.unverified, l->unverified);
    strbuf_puts(to, "      -\n");
    conf_print(LIMIT, COUNT_OF(LIMIT), &row, 8, to);
}

static void print_sum(const struct limit_sum *s, struct strbuf *to)
{
    struct sum_row row = { .terms = NULL };

    COPY(row.row, s->row);
    COPY(row.unverified, s->unverified);
    strbuf_puts(to, "      -\n");
    conf_print(LIMIT_SUM, COUNT_OF(LIMIT_SUM), &row, 8, to);
    strbuf_puts(to, "        terms:\n");
    for (size_t i = 0; i < s->term_count; i++) {
        struct term_row term = { .limit = s->limit[i] };
        COPY(term.parameter, s->parameter[i]);
        strbuf_puts(to, "          -\n");
        conf_print(SUM_TERM, COUNT_OF(SUM_TERM), &term, 12, to);
    }
}

static void print_set(const struct standard *s, struct strbuf *to)
{
    struct standard_row row = { .layer = s->layer, .advisory = s->advisory, .partial = s->partial };

    COPY(row.id, s->id);
    COPY(row.name, s->name);
    COPY(row.name_en, s->name_en);
    COPY(row.series, s->series);
    COPY(row.issued_by, s->issued_by);
    (void)day_iso(s->from, row.from);
    (void)day_iso(s->until, row.until);
    strbuf_puts(to, "  -\n");
    conf_print(STANDARD, COUNT_OF(STANDARD), &row, 4, to);
    strbuf_puts(to, "    limits:\n");
    for (size_t i = 0; i < s->limit_count; i++)
        print_limit(&s->limits[i], to);
    if (s->sum_count > 0)
        strbuf_puts(to, "    sums:\n");
    for (size_t i = 0; i < s->sum_count; i++)
        print_sum(&s->sums[i], to);
}

void standards_print(const struct catalogue *c, struct strbuf *to)
{
    if (c->standard_count > 0)
        strbuf_puts(to, "standards:\n");
    for (size_t i = 0; i < c->standard_count; i++)
        print_set(&c->standards[i], to);
}
