#include <stdlib.h>
#include <string.h>

#include "decode.h"
#include "loading.h"
#include "model/known.h"
#include "model/parameter.h"
#include "plan.h"
#include "rtu.h"

/* ---- one point by itself ---- */

bool check_measure(const struct conf_node *n, const struct measure *x, struct conf_mistakes *m)
{
    const struct parameter_kind *p = parameter_find(x->parameter);
    const struct unit *unit = known_unit(n, "unit", x->unit, m), *as = unit;
    const char *key = x->unit_as[0] == '\0' ? "unit" : "unit_as";
    bool right = x->parameter[0] == '\0' || known_parameter(n, "parameter", x->parameter, m);

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

static uint8_t last_function(const int64_t place[FUNCTION_COUNT])
{
    static const uint8_t AS_WRITTEN[] = { FUNCTION_READ_DISCRETE, FUNCTION_READ_COILS, FUNCTION_READ_INPUT };

    for (size_t i = 0; i < COUNT_OF(AS_WRITTEN); i++)
        if (place[AS_WRITTEN[i]] != CONF_NONE)
            return AS_WRITTEN[i];
    return 0;
}

/* Where the point says it lies: in one of the four tables. */
static bool check_place(const struct conf_node *n, const struct point_row *row, struct conf_mistakes *m)
{
    uint8_t last = last_function(row->place);

    if (place_function(row->place) != 0)
        return true;
    if (last != 0)
        conf_mistake(m, conf_mark_at(n, function_key(last)),
                     "a point lies in one place: \"holding\", \"input\", \"coil\" or \"discrete\"");
    else
        conf_mistake(
            m, conf_mark(n),
            "say where it is: \"holding\", \"input\", \"coil\" or \"discrete\" with its number on the wire");
    return false;
}

static bool check_no_value(const struct conf_node *n, const struct point_row *row, struct conf_mistakes *m)
{
    unsigned registers = kind_registers((enum register_kind)row->kind);
    bool right = true;

    for (unsigned i = 0; registers < VALUE_REGISTERS_MAX && i < row->no_value.count; i++)
        if (row->no_value.word[i] >> 16 * registers != 0) {
            conf_mistake(m, conf_mark_at(n, "no_value"), "%llu does not fit into the %s of %s",
                         (unsigned long long)row->no_value.word[i],
                         registers == 1 ? "one register" : "two registers", FIELD_KINDS[row->kind]);
            right = false;
        }
    return right;
}

/* A state is a word, not a measurement: it has no noise that could be missing. */
static bool is_a_state(const char *parameter)
{
    static const char *const STATES[] = { "status", "instrument_status", "pump_status", "pumps_running" };

    for (size_t i = 0; i < COUNT_OF(STATES); i++)
        if (strcmp(parameter, STATES[i]) == 0)
            return true;
    return false;
}

static bool check_doubt(const struct conf_node *n, const struct point_row *row, struct conf_mistakes *m)
{
    if (row->frozen_after_ms > 0 && (row->state_count > 0 || is_a_state(row->parameter)))
        conf_mistake(m, conf_mark_at(n, "frozen_after"), "a state (%s) may stand still for ever",
                     row->parameter[0] != '\0' ? row->parameter : "states");
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

/* A bit has no type but bool, and only a bool of a register says which bit it is. */
static bool check_bits(const struct conf_node *n, const struct point_row *row, uint8_t function,
                       struct conf_mistakes *m)
{
    bool bits = function != 0 && function_reads_bits(function);

    if (bits && row->kind != KIND_BOOL) {
        conf_mistake(m, conf_mark_at(n, "type"), "a %s is a bool", function_key(function));
        return false;
    }
    if (row->bit != CONF_NONE && (bits || row->kind != KIND_BOOL)) {
        conf_mistake(m, conf_mark_at(n, "bit"),
                     bits ? "there are no bits in a bit: \"bit\" is for registers"
                          : "only the type bool is one bit of its register");
        return false;
    }
    return true;
}

/* A state is a number as it stands in the register, and one that the type can hold. */
static bool check_states(const struct conf_node *n, const struct point_row *row, struct conf_mistakes *m)
{
    int64_t low, high;

    if (row->state_count == 0)
        return true;
    if (!kind_whole((enum register_kind)row->kind, &low, &high)) {
        conf_mistake(m, conf_mark_at(n, "states"), "states are whole numbers, %s are not",
                     FIELD_KINDS[row->kind]);
        return false;
    }
    if (row->scale != 1 || row->offset != 0) {
        conf_mistake(m, conf_mark_at(n, "states"),
                     "states are raw numbers: they have no scale and no offset");
        return false;
    }
    if (row->deadband != 0) {
        conf_mistake(m, conf_mark_at(n, "deadband"), "a deadband would hide changes of state: leave it out");
        return false;
    }
    for (unsigned i = 0; i < row->state_count; i++)
        if (row->state[i].raw < low || row->state[i].raw > high) {
            conf_mistake(m, conf_mark_at(n, "states"), "%s is never %lld", FIELD_KINDS[row->kind],
                         (long long)row->state[i].raw);
            return false;
        }
    return true;
}

bool check_point(const struct conf_node *n, const struct point_row *row, int64_t max_registers,
                 struct conf_mistakes *m)
{
    unsigned registers = kind_registers((enum register_kind)row->kind);
    bool right = check_place(n, row, m);
    uint8_t function = place_function(row->place);

    if (right && row->place[function] + registers > 65536) {
        conf_mistake(m, conf_mark_at(n, function_key(function)),
                     "a value of %s registers at %lld would end beyond the last",
                     registers == 2 ? "two" : "four", (long long)row->place[function]);
        right = false;
    }
    if (registers > max_registers) {
        conf_mistake(m, conf_mark_at(n, "type"),
                     "needs %s registers in one answer, but the device's max_registers is %lld",
                     registers == 2 ? "two" : "four", (long long)max_registers);
        right = false;
    }
    right = check_bits(n, row, function, m) && right;
    if (row->scale == 0) {
        conf_mistake(m, conf_mark_at(n, "scale"), "a scale of 0 would make every value the same");
        right = false;
    }
    if (row->fault_below >= row->fault_above) {
        conf_mistake(m, conf_mark_at(n, "fault_above"), "fault_above must be more than fault_below");
        right = false;
    }
    right = check_measure(n, &(struct measure){ row->parameter, row->unit, row->unit_as }, m) && right;
    right = check_doubt(n, row, m) && right;
    right = check_total(n, row, m) && right;
    right = check_states(n, row, m) && right;
    return check_no_value(n, row, m) && right;
}

/* ---- forbidden registers ---- */

static bool load_range(const struct conf_node *n, struct forbidden *to, struct conf_mistakes *m)
{
    struct forbidden_row row;
    bool right = conf_apply(FORBIDDEN, COUNT_OF(FORBIDDEN), n, &row, m);
    uint8_t function;

    if (!right)
        return false;
    function = place_function(row.place);
    if (function == 0) {
        conf_mistake(m, conf_mark(n),
                     "say which: one of \"holding\", \"input\", \"coil\" and \"discrete\", and \"count\"");
        return false;
    }
    *to = (struct forbidden){ .function = function,
                              .address = (uint16_t)row.place[function],
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
    return conf_mark_at(n, function_key(t->function));
}

static void check_forbidden(const struct device *d, const struct conf_node *const *nodes,
                            struct conf_mistakes *m)
{
    for (size_t i = 0; i < d->tag_count + d->watched; i++) {
        const struct tag *t = &d->tags[i];
        const struct forbidden *f = device_forbids(d, t->function, t->address, end_of(t));
        if (f != NULL)
            conf_mistake(m, place_mark(nodes[i], t),
                         "register %u lies in the range %u..%u that must not be read", t->address, f->address,
                         f->address + (unsigned)f->count - 1);
    }
}

static bool same_meaning(const struct tag *a, const struct tag *b)
{
    if (end_of(a) == a->address + 1u && end_of(b) == b->address + 1u)
        return a->kind == b->kind || a->kind >= KIND_BOOL || b->kind >= KIND_BOOL;
    return a->kind == b->kind && a->order == b->order;
}

/* One register may be read twice, say as a value and as a status, when both take it for the same thing: same
 * first register, type and order; and once for each of its bits and bytes.  Anything else that overlaps is a
 * slip of the pen. */
static bool agree(const struct tag *a, const struct tag *b)
{
    return a->function != b->function || b->address >= end_of(a) ||
           (a->address == b->address && same_meaning(a, b));
}

static void complain_of_overlap(const struct device *d, uint32_t first, uint32_t second,
                                const struct conf_node *const *nodes, struct conf_mistakes *m)
{
    char place[CONF_PLACE_MAX];

    if (first > second) { /* the later line is the wrong one */
        uint32_t earlier = second;
        second = first;
        first = earlier;
    }
    conf_mistake(m, place_mark(nodes[second], &d->tags[second]),
                 "overlaps with the value at %s: one register is one thing",
                 conf_place(place_mark(nodes[first], &d->tags[first]), place));
}

/* In the order of the plan each is compared with its neighbour and with the one that reaches farthest. */
static void check_overlaps(const struct device *d, const struct plan *p, const struct conf_node *const *nodes,
                           struct conf_mistakes *m)
{
    uint32_t farthest = p->tag_count == 0 ? 0 : p->order[0];

    for (size_t i = 1; i < p->tag_count; i++) {
        uint32_t before = p->order[i - 1], here = p->order[i];
        const struct tag *t = &d->tags[here], *far = &d->tags[farthest];
        if (!agree(&d->tags[before], t))
            complain_of_overlap(d, before, here, nodes, m);
        else if (!agree(far, t))
            complain_of_overlap(d, farthest, here, nodes, m);
        if (far->function != t->function || end_of(t) >= end_of(far))
            farthest = here;
    }
}

/* A wire sends the next request when the last was answered, and not before its pause is over. */
static int64_t cycle_ms(const struct wire_settings *w, const struct plan *p)
{
    int64_t sum_us = 0;

    for (size_t i = 0; i < p->block_count; i++) {
        int64_t one_us = w->typical_ms * 1000;
        if (w->kind == WIRE_SERIAL && w->serial.baud > 0)
            one_us += rtu_exchange_us(w->serial.baud, p->blocks[i].quantity);
        sum_us += one_us > w->pause_ms * 1000 ? one_us : w->pause_ms * 1000;
    }
    return (sum_us + 999) / 1000;
}

static unsigned longest_answer(const struct device *d, const struct plan *p)
{
    unsigned most = d->identity.registers;

    for (size_t i = 0; i < p->block_count; i++)
        most = p->blocks[i].quantity > most ? p->blocks[i].quantity : most;
    return most;
}

/* At 1200 baud 125 registers take more than two seconds: no answer would ever be in time. */
static void check_answer_time(const struct conf_node *n, const struct wire_settings *w, unsigned most,
                              struct conf_mistakes *m)
{
    int64_t takes_ms;

    if (w->kind != WIRE_SERIAL || w->serial.baud == 0)
        return;
    takes_ms = rtu_exchange_us(w->serial.baud, most) / 1000;
    if (takes_ms >= w->answer_ms)
        conf_mistake(
            m, conf_mark_at(n, "id"),
            "%u registers in one answer take %lld ms at %lld baud, answer_within is %lld ms: make it "
            "longer, or max_registers less",
            most, (long long)takes_ms, (long long)w->serial.baud, (long long)w->answer_ms);
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
    check_answer_time(n, w, longest_answer(d, &p), m);
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
