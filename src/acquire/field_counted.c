#include <math.h>
#include <stdio.h>
#include <string.h>

#include "field_context.h"
#include "loading.h"
#include "model/rule_file.h"
#include "revision.h"

static const struct {
    const char *parameter, *unit;
} MEASURE[] = { [COUNTED_HOURS] = { "run_time", "h" }, [COUNTED_STARTS] = { "starts", "lần" } };

static void point_of(const struct counted_row *row, struct point *p)
{
    bool hours = row->counts + 1 == COUNTED_HOURS;

    *p = (struct point){ .counts = (uint8_t)(row->counts + 1),
                         .counted_from = row->from,
                         .accepted = DAY_NONE,
                         .decimals = hours ? (int)row->decimals : 0,
                         .deadband = hours ? row->deadband : 0,
                         .heartbeat_ms = row->heartbeat_ms,
                         .low = NAN,
                         .high = NAN };
    memcpy(p->id, row->id, sizeof p->id);
    memcpy(p->first_id, row->was, sizeof p->first_id);
    memcpy(p->name, row->name, sizeof p->name);
    (void)snprintf(p->parameter, sizeof p->parameter, "%s", MEASURE[p->counts].parameter);
    (void)snprintf(p->unit, sizeof p->unit, "%s", MEASURE[p->counts].unit);
    p->revision = revision_counted(p);
}

static enum err load_one(struct loading *l, const struct conf_node *n)
{
    struct counted_row row;
    struct point p;
    bool right = conf_apply(COUNTED, COUNT_OF(COUNTED), n, &row, l->mistakes);
    uint32_t index;
    enum err rc;

    if (!point_once(l, n, row.id) || !right)
        return ERR_NONE;
    point_of(&row, &p);
    rc = add_point(l, n, &p, &index);
    if (rc == ERR_NONE)
        rc = keep_condition(l, n, index, "while", row.condition);
    return rc == ERR_NONE ? rules_of_point(l->field->rules, index, row.rules) : rc;
}

enum err load_counted(struct loading *l, const struct conf_node *list)
{
    enum err rc = ERR_NONE;

    for (size_t i = 0; list != NULL && i < conf_count(list) && rc == ERR_NONE; i++)
        rc = load_one(l, conf_item(list, i));
    return rc;
}

static void print_one(const struct catalogue *c, const struct point *p, struct strbuf *to)
{
    struct counted_row row = { .counts = p->counts - 1,
                               .from = p->counted_from,
                               .decimals = p->counts == COUNTED_HOURS ? p->decimals : 1,
                               .deadband = p->counts == COUNTED_HOURS ? p->deadband : 0.1,
                               .heartbeat_ms = p->heartbeat_ms };

    memcpy(row.id, p->id, sizeof row.id);
    memcpy(row.was, p->first_id, sizeof row.was);
    memcpy(row.name, p->name, sizeof row.name);
    context_text(c, p, row.condition, sizeof row.condition);
    strbuf_puts(to, "  -\n");
    conf_print(COUNTED, COUNT_OF(COUNTED), &row, 4, to);
    rules_print(c, (uint32_t)(p - c->points), 4, to);
}

void print_counted(const struct catalogue *c, struct strbuf *to)
{
    bool first = true;

    for (size_t i = 0; i < c->point_count; i++) {
        if (c->points[i].counts == COUNTED_NOTHING)
            continue;
        if (first)
            strbuf_puts(to, "counted:\n");
        first = false;
        print_one(c, &c->points[i], to);
    }
}
