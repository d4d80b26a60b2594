#include "watches.h"

#include <string.h>

#include "model/quality.h"
#include "profile_lookup.h"

/* ---- reading a section ---- */

static bool check_register(const struct conf_node *n, const struct watch_row *row, bool may_name_point,
                           struct conf_mistakes *m)
{
    int said = (row->point[0] != '\0') + (row->holding != CONF_NONE) + (row->input != CONF_NONE);

    if (row->point[0] != '\0' && !may_name_point)
        conf_mistake(m, conf_mark_at(n, "point"), "a profile names a register here: its points have no ids");
    else if (said != 1)
        conf_mistake(m, conf_mark(n), "say which: %s\"holding\" or \"input\" with a register number",
                     may_name_point ? "\"point\" with the id of a point of this device, or " : "");
    else
        return true;
    return false;
}

static bool read_gate(const struct conf_node *n, bool may_name_point, struct gate_row *row,
                      struct conf_mistakes *m)
{
    if (!conf_apply(GATE, COUNT_OF(GATE), n, row, m) || !check_register(n, &row->watch, may_name_point, m))
        return false;
    if (row->equals == CONF_NONE && row->mask == CONF_NONE) {
        conf_mistake(m, conf_mark(n), "say when it is open: \"equals\" a number, or all bits of a \"mask\"");
        return false;
    }
    if (row->equals != CONF_NONE && row->mask != CONF_NONE && (row->equals & ~row->mask) != 0) {
        conf_mistake(m, conf_mark_at(n, "equals"),
                     "it would never be open: %lld has bits that the mask has not", (long long)row->equals);
        return false;
    }
    return true;
}

static bool read_alive(const struct conf_node *n, bool may_name_point, struct alive_row *row,
                       struct conf_mistakes *m)
{
    return conf_apply(ALIVE, COUNT_OF(ALIVE), n, row, m) && check_register(n, &row->watch, may_name_point, m);
}

static struct watch_rows read_rows(const struct habits_row *habits, bool may_name_point,
                                   struct conf_mistakes *m)
{
    struct watch_rows rows = { .gated = false };

    if (habits->gate != NULL)
        rows.gated = read_gate(habits->gate, may_name_point, &rows.gate, m);
    if (habits->alive != NULL)
        rows.moves = read_alive(habits->alive, may_name_point, &rows.alive, m);
    return rows;
}

struct watch_rows load_watch_rows(const struct habits_row *habits, struct conf_mistakes *m)
{
    return read_rows(habits, false, m);
}

/* ---- which tag it is ---- */

static bool covers(const struct tag *t, uint8_t function, uint16_t address)
{
    return t->function == function && address >= t->address &&
           address < t->address + kind_registers((enum register_kind)t->kind);
}

static bool find_point(const struct loading *l, const struct device *d, const char *id, uint32_t *tag)
{
    for (uint32_t i = 0; i < d->tag_count; i++)
        if (strcmp(l->catalogue->points[d->tags[i].point].id, id) == 0) {
            *tag = i;
            return true;
        }
    return false;
}

/* A register that is read anyway, or one more behind the points. */
static uint32_t tag_for(struct device *d, const struct watch_row *row, bool whole, const struct conf_node *n,
                        const struct conf_node **nodes)
{
    bool holding = row->holding != CONF_NONE;
    uint8_t function = holding ? FUNCTION_READ_HOLDING : FUNCTION_READ_INPUT;
    uint16_t address = (uint16_t)(holding ? row->holding : row->input);
    uint32_t last = (uint32_t)(d->tag_count + d->watched);

    for (uint32_t i = 0; i < last; i++)
        if (covers(&d->tags[i], function, address) &&
            (whole || kind_registers((enum register_kind)d->tags[i].kind) == 1))
            return i;
    nodes[last] = n;
    d->tags[last] = (struct tag){
        .point = NO_INDEX, .function = function, .address = address, .kind = KIND_U16, .scale = 1
    };
    d->watched++;
    return last;
}

struct place {
    const struct conf_node *node; /* of the section, or of the device when its profile says it */
    bool whole;                   /* any value that holds the register will do */
};

static bool place(struct loading *l, struct device *d, const struct watch_row *row, struct place at,
                  const struct conf_node **nodes, uint32_t *tag)
{
    if (row->point[0] == '\0') {
        *tag = tag_for(d, row, at.whole, at.node, nodes);
        return true;
    }
    if (find_point(l, d, row->point, tag))
        return true;
    conf_mistake(l->mistakes, conf_mark_at(at.node, "point"), "this device has no point \"%s\"", row->point);
    return false;
}

static void place_gate(struct loading *l, const struct gate_row *row, const struct conf_node *at,
                       struct device *d, const struct conf_node **nodes)
{
    uint64_t mask = row->mask == CONF_NONE ? UINT64_MAX : (uint64_t)row->mask;

    d->gate = (struct gate){ .mask = mask,
                             .equals = row->equals == CONF_NONE ? mask : (uint64_t)row->equals,
                             .uncertain = row->otherwise == QUALITY_UNCERTAIN };
    d->gate.on = place(l, d, &row->watch, (struct place){ at, false }, nodes, &d->gate.tag);
}

static void place_alive(struct loading *l, const struct alive_row *row, const struct conf_node *at,
                        struct device *d, const struct conf_node **nodes)
{
    if (row->within_ms < 2 * d->every_ms) {
        conf_mistake(l->mistakes, conf_mark_at(at, "within"),
                     "it is looked at every %lld ms: less than two looks cannot tell that it stands still",
                     (long long)d->every_ms);
        return;
    }
    if (place(l, d, &row->watch, (struct place){ at, true }, nodes, &d->alive.tag))
        d->alive.within_ms = row->within_ms;
}

void load_watches(struct loading *l, const struct conf_node *n, const struct habits_row *row,
                  const struct profile *profile, struct device *d, const struct conf_node **nodes)
{
    const struct watch_rows own = read_rows(row, true, l->mistakes);

    if (own.gated)
        place_gate(l, &own.gate, row->gate, d, nodes);
    else if (row->gate == NULL && profile != NULL && profile->watches.gated)
        place_gate(l, &profile->watches.gate, n, d, nodes);
    if (own.moves)
        place_alive(l, &own.alive, row->alive, d, nodes);
    else if (row->alive == NULL && profile != NULL && profile->watches.moves)
        place_alive(l, &profile->watches.alive, n, d, nodes);
}

/* ---- printing ---- */

static struct watch_row row_of(const struct catalogue *c, const struct device *d, uint32_t tag)
{
    const struct tag *t = &d->tags[tag];
    struct watch_row row = { .holding = CONF_NONE, .input = CONF_NONE };

    if (t->point != NO_INDEX)
        memcpy(row.point, c->points[t->point].id, sizeof row.point);
    else if (t->function == FUNCTION_READ_HOLDING)
        row.holding = t->address;
    else
        row.input = t->address;
    return row;
}

void print_watches(const struct catalogue *c, const struct device *d, struct strbuf *to)
{
    if (d->gate.on) {
        struct gate_row row = { .watch = row_of(c, d, d->gate.tag),
                                .equals = (int64_t)d->gate.equals,
                                .mask = d->gate.mask == UINT64_MAX ? CONF_NONE : (int64_t)d->gate.mask,
                                .otherwise = d->gate.uncertain ? QUALITY_UNCERTAIN : QUALITY_BAD };
        strbuf_puts(to, "        gate:\n");
        conf_print(GATE, COUNT_OF(GATE), &row, 10, to);
    }
    if (d->alive.within_ms > 0) {
        struct alive_row row = { .watch = row_of(c, d, d->alive.tag), .within_ms = d->alive.within_ms };
        strbuf_puts(to, "        alive:\n");
        conf_print(ALIVE, COUNT_OF(ALIVE), &row, 10, to);
    }
}
