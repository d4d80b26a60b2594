#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/rule_file.h"
#include "rule_rows.h"

static const struct rules_table TABLES[] = { { "rule", RULE, COUNT_OF(RULE) } };

size_t rules_tables(const struct rules_table **out)
{
    *out = TABLES;
    return COUNT_OF(TABLES);
}

static void conditions_into(const struct catalogue *c, const struct rule *r, char *out, size_t size)
{
    struct strbuf text;

    strbuf_init(&text, size - 1);
    for (size_t i = 0; i < r->when_count; i++) {
        const struct condition *k = &c->conditions[r->when_first + i];
        strbuf_puts(&text, i == 0 ? "" : " and ");
        condition_print(k,
                        k->point == CONDITION_MODE ? NULL
                        : k->point == r->point     ? "value"
                                                   : c->points[k->point].id,
                        &text);
    }
    (void)snprintf(out, size, "%s", text.len > 0 ? text.text : "");
    strbuf_clear(&text);
}

/* Of all that give the same severity the one that asks least: impact itself is not kept. */
static int impact_of(const struct rule *r)
{
    int impact = IMPACT_MINOR;

    while (impact + 1 < IMPACT_COUNT && severity_of((enum impact)impact, r->respond_ms) != r->severity)
        impact++;
    return impact;
}

static int64_t or_none(int64_t ms)
{
    return ms == 0 ? CONF_NONE : ms;
}

static void row_of(const struct catalogue *c, const struct rule *r, struct rule_row *row)
{
    *row = (struct rule_row){ .kind = r->kind,
                              .impact = impact_of(r),
                              .stake = r->stake,
                              .limit = r->limit,
                              .low = r->low,
                              .deadband = r->deadband,
                              .step = r->step,
                              .other_is = r->other_is,
                              .since = r->since,
                              .respond_ms = r->respond_ms,
                              .within_ms = or_none(r->within_ms),
                              .on_delay_ms = r->on_delay_ms,
                              .off_delay_ms = r->off_delay_ms,
                              .n = r->n,
                              .window_ms = or_none(r->window_ms),
                              .settle_ms = r->settle_ms,
                              .latched = r->latched != 0,
                              .text = c->rule_texts[r->text] };
    memcpy(row->id, r->id, sizeof row->id);
    if (r->other != NO_INDEX)
        memcpy(row->other, c->points[r->other].id, sizeof row->other);
    if (r->cause != NO_INDEX)
        (void)snprintf(row->caused_by, sizeof row->caused_by, "%s/%s", c->points[c->rules[r->cause].point].id,
                       c->rules[r->cause].id);
    conditions_into(c, r, row->judge_when, sizeof row->judge_when);
}

void rules_print(const struct catalogue *c, uint32_t point, unsigned indent, struct strbuf *to)
{
    struct rule_row row;
    size_t low = 0, high = c->rule_count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (c->rules[mid].point < point)
            low = mid + 1;
        else
            high = mid;
    }
    if (low == c->rule_count || c->rules[low].point != point)
        return;
    strbuf_printf(to, "%*srules:\n", (int)indent, "");
    for (; low < c->rule_count && c->rules[low].point == point; low++) {
        row_of(c, &c->rules[low], &row);
        strbuf_printf(to, "%*s-\n", (int)indent + 2, "");
        conf_print(RULE, COUNT_OF(RULE), &row, indent + 4, to);
    }
}
