#include <math.h>
#include <stdio.h>
#include <string.h>

#include "conf/write.h"
#include "field_context.h"
#include "field_identity.h"
#include "loading.h"
#include "model/rule_file.h"
#include "watches.h"

static void print_states(const struct point_states *s, struct strbuf *to)
{
    if (s == NULL)
        return;
    strbuf_puts(to, "            states: {");
    for (unsigned i = 0; i < s->count; i++) {
        strbuf_printf(to, "%s%lld: ", i == 0 ? " " : ", ", (long long)s->list[i].raw);
        conf_write_quoted(s->list[i].word, to);
    }
    strbuf_puts(to, " }\n");
}

/* Nothing for what was always accepted, as nothing is said of most. */
static void day_into(int32_t day, char out[ACCEPTED_MAX])
{
    char text[DAY_ISO_MAX];

    (void)snprintf(out, ACCEPTED_MAX, "%s", day_iso(day, text));
}

static void print_point(const struct catalogue *c, const struct point *p, const struct tag *t,
                        struct strbuf *to)
{
    struct point_row row = { .bit = t->bit == BIT_NONE || t->kind != KIND_BOOL ? CONF_NONE : t->bit,
                             .total_width = CONF_NONE,
                             .signal = -1,
                             .per_ma = NAN,
                             .fault_below = t->current.on ? t->current.below : NAN,
                             .fault_above = t->current.on ? t->current.above : NAN };

    for (size_t f = 0; f < FUNCTION_COUNT; f++)
        row.place[f] = f == t->function ? t->address : CONF_NONE;
    memcpy(row.id, p->id, sizeof row.id);
    memcpy(row.was, p->first_id, sizeof row.was);
    memcpy(row.name, p->name, sizeof row.name);
    memcpy(row.parameter, p->parameter, sizeof row.parameter);
    (void)snprintf(row.unit, sizeof row.unit, "%s", p->unit[0] == '\0' ? "-" : p->unit);
    row.decimals = p->decimals;
    row.at = p->at;
    row.heartbeat_ms = p->heartbeat_ms;
    row.kind = t->kind;
    row.order = t->order;
    row.scale = t->scale;
    row.offset = t->offset;
    row.deadband = p->deadband;
    row.plausible = (struct conf_range){ t->low, t->high };
    row.no_value = t->no_value;
    row.span = (struct conf_range){ p->span_low, p->span_high };
    row.max_rate = p->max_rate;
    row.rate_per = p->rate_per;
    row.frozen_after_ms = p->frozen_after_ms;
    row.total_max_flow = p->total_max_flow;
    row.total_wraps_at = p->total_wraps_at;
    context_text(c, p, row.frozen_unless, sizeof row.frozen_unless);
    if (point_is_commissioning(p))
        (void)snprintf(row.accepted, sizeof row.accepted, "not_yet");
    else
        day_into(p->accepted, row.accepted);
    memcpy(row.unit_as, t->unit_as, sizeof row.unit_as);
    strbuf_puts(to, "          -\n");
    conf_print(POINT, COUNT_OF(POINT), &row, 12, to);
    print_states(t->states, to);
    rules_print(c, t->point, 12, to);
}

static void print_forbidden(const struct device *d, struct strbuf *to)
{
    if (d->forbidden_count > 0)
        strbuf_puts(to, "        forbidden:\n");
    for (size_t i = 0; i < d->forbidden_count; i++)
        strbuf_printf(to, "          - { %s: %u, count: %u }\n", function_key(d->forbidden[i].function),
                      d->forbidden[i].address, (unsigned)d->forbidden[i].count);
}

static void print_device(const struct catalogue *c, const struct device *d, struct strbuf *to)
{
    struct device_row row = {
        .unit = d->unit, .every_ms = d->every_ms, .max_registers = d->max_registers, .holes = d->holes
    };

    row.habits = (struct habits_row){ .answer_ms = d->answer_ms == 0 ? CONF_NONE : d->answer_ms,
                                      .busy_retries = d->busy_retries,
                                      .busy_pause_ms = d->busy_pause_ms,
                                      .reply_unit = d->tolerates ? d->reply_unit : CONF_NONE,
                                      .close_after_cycle = d->close_after_cycle };
    memcpy(row.id, d->id, sizeof row.id);
    memcpy(row.site, c->sites[c->points[d->tags[0].point].site].id, sizeof row.site);
    strbuf_puts(to, "      -\n");
    conf_print(DEVICE, COUNT_OF(DEVICE), &row, 8, to);
    print_forbidden(d, to);
    print_watches(c, d, to);
    print_identity(&d->identity, to);
    strbuf_puts(to, "        points:\n");
    for (size_t i = 0; i < d->tag_count; i++)
        print_point(c, &c->points[d->tags[i].point], &d->tags[i], to);
}

void print_wire(const struct catalogue *c, const struct wire_settings *w, struct strbuf *to)
{
    struct wire_row row = { .connect_ms = w->connect_ms,
                            .answer_ms = w->answer_ms,
                            .pause_ms = w->pause_ms,
                            .typical_ms = w->typical_ms,
                            .late_ms = wire_is_rtu(w) ? w->late_ms : CONF_NONE,
                            .close_after_cycle = w->close_after_cycle };

    memcpy(row.id, w->id, sizeof row.id);
    if (w->kind == WIRE_TCP)
        wire_endpoint(w, row.tcp, sizeof row.tcp);
    if (w->kind == WIRE_RTU_OVER_TCP)
        (void)host_and_port(w->host, w->port, row.rtu_over_tcp, sizeof row.rtu_over_tcp);
    strbuf_puts(to, "  -\n");
    conf_print(WIRE, COUNT_OF(WIRE), &row, 4, to);
    print_way(w, to);
    strbuf_puts(to, "    devices:\n");
    for (size_t d = 0; d < w->device_count; d++)
        print_device(c, &w->devices[d], to);
}
