#include <stdlib.h>
#include <string.h>

#include "loading.h"
#include "model/parameter.h"
#include "model/unit.h"
#include "plan.h"

/* ---- one point by itself ---- */

static bool complain_of_word(struct conf_mark at, const char *what, const char *word, const char *near,
                             const char *more, struct conf_mistakes *m)
{
    if (near == NULL)
        conf_mistake(m, at, "there is no %s \"%s\"%s", what, word, more);
    else
        conf_mistake(m, at, "there is no %s \"%s\"%s; did you mean \"%s\"?", what, word, more, near);
    return false;
}

/* The unit under `key`; NULL, and reported with its neighbour, when there is none. */
static const struct unit *known_unit(const struct conf_node *n, const char *key, const char *text,
                                     struct conf_mistakes *m)
{
    const struct unit *u = unit_find(text);

    if (u == NULL)
        (void)complain_of_word(conf_mark_at(n, key), "unit", text,
                               conf_mistakes_room(m) ? unit_nearest(text) : NULL, "", m);
    return u;
}

static bool check_parameter(const struct conf_node *n, const char *id, struct conf_mistakes *m)
{
    if (id[0] == '\0' || parameter_find(id) != NULL || parameter_own(id))
        return true;
    return complain_of_word(conf_mark_at(n, "parameter"), "parameter", id,
                            conf_mistakes_room(m) ? parameter_nearest(id) : NULL,
                            " (one of your own begins with x-)", m);
}

bool check_measure(const struct conf_node *n, const struct measure *x, struct conf_mistakes *m)
{
    const struct parameter_kind *p = parameter_find(x->parameter);
    const struct unit *unit = known_unit(n, "unit", x->unit, m), *as = unit;
    const char *key = x->unit_as[0] == '\0' ? "unit" : "unit_as";
    bool right = check_parameter(n, x->parameter, m);

    if (x->unit_as[0] != '\0')
        as = known_unit(n, key, x->unit_as, m);
    if (unit == NULL || as == NULL)
        return false;
    if (p == NULL || unit_converts(as, unit_find(p->unit)))
        return right;
    conf_mistake(m, conf_mark_at(n, key), "%s is measured in %s or what converts to it; \"%s\" does not",
                 p->id, p->unit, x->unit_as[0] == '\0' ? x->unit : x->unit_as);
    return false;
}

/* Where the point says it lies: in one of the two tables. */
static bool check_place(const struct conf_node *n, const struct point_row *row, struct conf_mistakes *m)
{
    bool holding = row->holding != CONF_NONE, input = row->input != CONF_NONE;

    if (holding && input)
        conf_mistake(m, conf_mark_at(n, "input"), "a point lies in one register: \"holding\" or \"input\"");
    else if (!holding && !input)
        conf_mistake(m, conf_mark(n), "say where it is: \"holding\" or \"input\" with a register number");
    return holding != input;
}

static bool check_no_value(const struct conf_node *n, const struct point_row *row, struct conf_mistakes *m)
{
    bool right = true;

    for (unsigned i = 0; i < row->no_value.count; i++)
        if (row->no_value.word[i] > UINT16_MAX) {
            conf_mistake(m, conf_mark_at(n, "no_value"), "%u does not fit into the one register of %s",
                         row->no_value.word[i], FIELD_KINDS[row->kind]);
            right = false;
        }
    return right;
}

/* A state is a word, not a measurement: it has no noise that could be missing. */
static bool is_a_state(const char *parameter)
{
    static const char *const STATES[] = { "status", "instrument_status", "pumps_running" };

    for (size_t i = 0; i < COUNT_OF(STATES); i++)
        if (strcmp(parameter, STATES[i]) == 0)
            return true;
    return false;
}

static bool check_doubt(const struct conf_node *n, const struct point_row *row, struct conf_mistakes *m)
{
    if (row->frozen_after_ms > 0 && is_a_state(row->parameter))
        conf_mistake(m, conf_mark_at(n, "frozen_after"), "%s is a state, which may stand still for ever",
                     row->parameter);
    else if (row->frozen_after_ms == 0 && row->frozen_unless[0] != '\0')
        conf_mistake(m, conf_mark_at(n, "frozen_unless"), "there is no frozen_after that it could excuse");
    else
        return true;
    return false;
}

static bool check_total(const struct conf_node *n, const struct point_row *row, struct conf_mistakes *m)
{
    bool width = row->total_width != CONF_NONE, wraps = row->total_wraps_at > 0;

    if (width && wraps)
        conf_mistake(m, conf_mark_at(n, "total_width"),
                     "a counter begins again in one place: \"total_width\" or \"total_wraps_at\"");
    else if (row->total_max_flow == 0 && (width || wraps))
        conf_mistake(m, conf_mark_at(n, width ? "total_width" : "total_wraps_at"),
                     "say the most it can count in an hour: \"total_max_flow\"");
    else
        return true;
    return false;
}

bool check_point(const struct conf_node *n, const struct point_row *row, int64_t max_registers,
                 struct conf_mistakes *m)
{
    unsigned registers = kind_registers((enum register_kind)row->kind);
    bool right = check_place(n, row, m);
    int64_t address = row->holding != CONF_NONE ? row->holding : row->input;

    if (right && address + registers > 65536) {
        conf_mistake(m, conf_mark_at(n, row->holding != CONF_NONE ? "holding" : "input"),
                     "a value of two registers at 65535 would end beyond the last");
        right = false;
    }
    if (registers > max_registers) {
        conf_mistake(m, conf_mark_at(n, "type"),
                     "needs two registers in one answer, but the device's max_registers is %lld",
                     (long long)max_registers);
        right = false;
    }
    if (row->scale == 0) {
        conf_mistake(m, conf_mark_at(n, "scale"), "a scale of 0 would make every value the same");
        right = false;
    }
    right = check_measure(n, &(struct measure){ row->parameter, row->unit, row->unit_as }, m) && right;
    right = check_doubt(n, row, m) && right;
    right = check_total(n, row, m) && right;
    return (registers > 1 || check_no_value(n, row, m)) && right;
}

/* ---- forbidden registers ---- */

static bool load_range(const struct conf_node *n, struct forbidden *to, struct conf_mistakes *m)
{
    struct forbidden_row row;
    bool right = conf_apply(FORBIDDEN, COUNT_OF(FORBIDDEN), n, &row, m);
    bool holding = row.holding != CONF_NONE, input = row.input != CONF_NONE;

    if (!right)
        return false;
    if (holding == input) {
        conf_mistake(m, conf_mark(n), "say which registers: either \"holding\" or \"input\", and \"count\"");
        return false;
    }
    *to = (struct forbidden){ .function = holding ? FUNCTION_READ_HOLDING : FUNCTION_READ_INPUT,
                              .address = (uint16_t)(holding ? row.holding : row.input),
                              .count = (uint32_t)row.count };
    if (to->address + to->count > 65536) {
        conf_mistake(m, conf_mark_at(n, "count"), "%u registers from %u on end beyond the last",
                     (unsigned)to->count, to->address);
        return false;
    }
    return true;
}

void load_forbidden(const struct conf_node *list, struct forbidden out[FORBIDDEN_MAX], size_t *count,
                    struct conf_mistakes *m)
{
    *count = 0;
    if (list == NULL)
        return;
    if (conf_count(list) > FORBIDDEN_MAX) {
        conf_mistake(m, conf_mark(list), "at most %d ranges, here are %zu", FORBIDDEN_MAX, conf_count(list));
        return;
    }
    for (size_t i = 0; i < conf_count(list); i++)
        *count += load_range(conf_item(list, i), &out[*count], m);
}

/* ---- the points of one device together ---- */

static unsigned end_of(const struct tag *t)
{
    return t->address + kind_registers((enum register_kind)t->kind);
}

static struct conf_mark place_mark(const struct conf_node *n, const struct tag *t)
{
    return conf_mark_at(n, t->function == FUNCTION_READ_HOLDING ? "holding" : "input");
}

static void check_forbidden(const struct device *d, const struct conf_node *const *nodes,
                            struct conf_mistakes *m)
{
    for (size_t i = 0; i < d->tag_count; i++) {
        const struct tag *t = &d->tags[i];
        const struct forbidden *f = device_forbids(d, t->function, t->address, end_of(t));
        if (f != NULL)
            conf_mistake(m, place_mark(nodes[i], t),
                         "register %u lies in the range %u..%u that must not be read", t->address, f->address,
                         f->address + (unsigned)f->count - 1);
    }
}

/* One register may be read twice, say as a value and as a status, when both take it for the same thing: same
 * first register, type and order.  Anything else that overlaps is a slip of the pen. */
static bool agree(const struct tag *a, const struct tag *b)
{
    return a->function != b->function || b->address >= end_of(a) ||
           (a->address == b->address && a->kind == b->kind &&
            (a->order == b->order || kind_registers((enum register_kind)a->kind) == 1));
}

/* In the order of the plan it is enough to look at neighbours: no value is longer than two registers, so
 * whatever lies between two that overlap overlaps too. */
static void check_overlaps(const struct device *d, const struct plan *p, const struct conf_node *const *nodes,
                           struct conf_mistakes *m)
{
    char place[CONF_PLACE_MAX];

    for (size_t i = 1; i < p->tag_count; i++) {
        uint32_t first = p->order[i - 1], second = p->order[i];
        if (agree(&d->tags[first], &d->tags[second]))
            continue;
        if (first > second) { /* the later line is the wrong one */
            first = p->order[i];
            second = p->order[i - 1];
        }
        conf_mistake(m, place_mark(nodes[second], &d->tags[second]),
                     "overlaps with the value at %s: one register is one thing",
                     conf_place(place_mark(nodes[first], &d->tags[first]), place));
    }
}

/* A wire sends the next request when the last was answered, and not before its pause is over. */
static int64_t cycle_ms(const struct wire_settings *w, const struct plan *p)
{
    return (int64_t)p->block_count * (w->typical_ms > w->pause_ms ? w->typical_ms : w->pause_ms);
}

/* The device's share of its wire's time; 0 when it alone has been complained of. */
static double check_period(const struct conf_node *n, const struct wire_settings *w, const struct device *d,
                           const struct plan *p, struct conf_mistakes *m)
{
    int64_t cycle = cycle_ms(w, p);

    if (cycle <= d->every_ms)
        return (double)cycle / (double)d->every_ms;
    conf_mistake(m, conf_mark_at(n, "every"),
                 "reading this device takes %zu requests, about %lld ms; it cannot be read every %lld ms",
                 p->block_count, (long long)cycle, (long long)d->every_ms);
    return 0;
}

enum err check_device(const struct conf_node *n, const struct wire_settings *w, const struct device *d,
                      const struct conf_node *const *nodes, double *share, struct conf_mistakes *m)
{
    struct plan p;
    enum err rc = plan_make(&p, d, NULL);

    *share = 0;
    if (rc != ERR_NONE) /* what a plan refuses has been reported at its point */
        return rc == ERR_MEMORY ? rc : ERR_NONE;
    check_forbidden(d, nodes, m);
    check_overlaps(d, &p, nodes, m);
    *share = check_period(n, w, d, &p, m);
    plan_clear(&p);
    return ERR_NONE;
}

/* ---- the devices of one wire together ---- */

/* Above 80 % one device that times out makes all others late; above 60 % there is no room to grow. */
enum { LOAD_MISTAKE = 80, LOAD_WARNING = 60 };

void check_load(const struct conf_node *n, const struct wire_settings *w, double share,
                struct conf_mistakes *m)
{
    double percent = 100 * share;

    if (percent > LOAD_MISTAKE)
        conf_mistake(
            m, conf_mark_at(n, "id"),
            "wire \"%s\" would be busy %.0f %% of the time, at most %d %% leave room for trouble: read "
            "less often, span holes, or say what its typical_answer really is",
            w->id, percent, LOAD_MISTAKE);
    else if (percent > LOAD_WARNING)
        conf_warning(m, conf_mark_at(n, "id"), "wire \"%s\" will be busy %.0f %% of the time", w->id,
                     percent);
}
