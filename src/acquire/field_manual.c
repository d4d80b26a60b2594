#include <stdio.h>
#include <string.h>

#include "loading.h"
#include "model/rule_file.h"
#include "revision.h"

static void point_of(const struct manual_row *row, struct point *p)
{
    *p = (struct point){ .manual = true,
                         .accepted = DAY_NONE,
                         .at = (uint8_t)(row->at < 0 ? AT_PROCESS : row->at),
                         .decimals = (int)row->decimals,
                         .low = row->plausible.low,
                         .high = row->plausible.high,
                         .total_max_flow = row->total_max_flow,
                         .total_wraps_at = row->total_wraps_at };
    memcpy(p->id, row->id, sizeof p->id);
    memcpy(p->first_id, row->was, sizeof p->first_id);
    memcpy(p->name, row->name, sizeof p->name);
    memcpy(p->parameter, row->parameter, sizeof p->parameter);
    (void)snprintf(p->unit, sizeof p->unit, "%s", strcmp(row->unit, "-") == 0 ? "" : row->unit);
}

static bool check(const struct conf_node *n, const struct manual_row *row, struct conf_mistakes *m)
{
    bool right = check_measure(n, &(struct measure){ row->parameter, row->unit, "" }, m);

    if (row->total_wraps_at == 0 || row->total_max_flow > 0)
        return right;
    conf_mistake(m, conf_mark_at(n, "total_wraps_at"),
                 "say the most it can count in an hour: \"total_max_flow\"");
    return false;
}

static enum err load_one(struct loading *l, const struct conf_node *n)
{
    struct manual_row row;
    struct point p;
    bool right = conf_apply(MANUAL, COUNT_OF(MANUAL), n, &row, l->mistakes);
    uint32_t index;
    enum err rc;

    right = right && check(n, &row, l->mistakes);
    if (!point_once(l, n, row.id) || !right)
        return ERR_NONE;
    point_of(&row, &p);
    p.site = site_index(l, n, row.site);
    p.revision = revision_by_hand(&p);
    rc = add_point(l, n, &p, &index);
    return rc == ERR_NONE ? rules_of_point(l->field->rules, index, row.rules) : rc;
}

enum err load_manual(struct loading *l, const struct conf_node *list)
{
    enum err rc = ERR_NONE;

    for (size_t i = 0; list != NULL && i < conf_count(list) && rc == ERR_NONE; i++)
        rc = load_one(l, conf_item(list, i));
    return rc;
}

static void print_one(const struct catalogue *c, const struct point *p, struct strbuf *to)
{
    struct manual_row row = { .decimals = p->decimals,
                              .at = p->at,
                              .plausible = { p->low, p->high },
                              .total_max_flow = p->total_max_flow,
                              .total_wraps_at = p->total_wraps_at };

    memcpy(row.id, p->id, sizeof row.id);
    memcpy(row.was, p->first_id, sizeof row.was);
    memcpy(row.site, c->sites[p->site].id, sizeof row.site);
    memcpy(row.name, p->name, sizeof row.name);
    memcpy(row.parameter, p->parameter, sizeof row.parameter);
    (void)snprintf(row.unit, sizeof row.unit, "%s", p->unit[0] == '\0' ? "-" : p->unit);
    strbuf_puts(to, "  -\n");
    conf_print(MANUAL, COUNT_OF(MANUAL), &row, 4, to);
    rules_print(c, (uint32_t)(p - c->points), 4, to);
}

void print_manual(const struct catalogue *c, struct strbuf *to)
{
    bool first = true;

    for (size_t i = 0; i < c->point_count; i++) {
        if (!c->points[i].manual)
            continue;
        if (first)
            strbuf_puts(to, "manual:\n");
        first = false;
        print_one(c, &c->points[i], to);
    }
}
