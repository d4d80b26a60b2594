#include "loading.h"

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
    return (registers > 1 || check_no_value(n, row, m)) && right;
}

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
