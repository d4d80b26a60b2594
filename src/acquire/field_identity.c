#include "field_identity.h"

#include "plan.h"
#include "profile_lookup.h"

void load_identity(const struct conf_node *n, struct identity *to, struct conf_mistakes *m)
{
    struct identity_row row;
    bool holding;
    int64_t first;

    *to = (struct identity){ .function = 0 };
    if (n == NULL || !conf_apply(IDENTITY, COUNT_OF(IDENTITY), n, &row, m))
        return;
    holding = row.holding != CONF_NONE;
    first = holding ? row.holding : row.input;
    if (holding == (row.input != CONF_NONE))
        conf_mistake(m, conf_mark(n), "say where it is: \"holding\" or \"input\" with its first register");
    else if (first + row.registers > UINT16_MAX + 1)
        conf_mistake(m, conf_mark_at(n, "registers"), "%lld registers from %lld on end beyond the last",
                     (long long)row.registers, (long long)first);
    else
        *to = (struct identity){ .function = holding ? FUNCTION_READ_HOLDING : FUNCTION_READ_INPUT,
                                 .address = (uint16_t)first,
                                 .registers = (uint16_t)row.registers,
                                 .low_first = row.order != 0 };
}

/* ---- in its device ---- */

static unsigned end_of(const struct identity *i)
{
    return (unsigned)i->address + i->registers;
}

/* A text is no number. */
static const struct tag *find_overlap(const struct device *d)
{
    const struct identity *i = &d->identity;

    for (size_t k = 0; k < d->tag_count + d->watched; k++) {
        const struct tag *t = &d->tags[k];
        if (t->function == i->function && t->address < end_of(i) &&
            t->address + kind_registers((enum register_kind)t->kind) > i->address)
            return t;
    }
    return NULL;
}

static void check(const struct conf_node *at, const struct device *d, struct conf_mistakes *m)
{
    const struct identity *i = &d->identity;
    const struct forbidden *f = device_forbids(d, i->function, i->address, end_of(i));
    const struct tag *t = find_overlap(d);

    if (i->registers > d->max_registers)
        conf_mistake(m, conf_mark_at(at, "registers"),
                     "identity: needs %u registers in one answer, but the device's max_registers is %lld",
                     i->registers, (long long)d->max_registers);
    if (f != NULL)
        conf_mistake(m, conf_mark(at), "identity: it touches the range %u..%u that must not be read",
                     f->address, f->address + (unsigned)f->count - 1);
    if (t != NULL)
        conf_mistake(m, conf_mark(at),
                     "identity: register %u is read as a number too: one register is one thing", t->address);
}

void identity_of(const struct conf_node *n, const struct conf_node *own, const struct profile *profile,
                 struct device *d, struct conf_mistakes *m)
{
    if (own == NULL && profile != NULL)
        d->identity = profile->identity;
    else
        load_identity(own, &d->identity, m);
    if (d->identity.function != 0)
        check(own == NULL ? n : own, d, m);
}

/* ---- printing ---- */

void print_identity(const struct identity *i, struct strbuf *to)
{
    struct identity_row row = { .holding = i->function == FUNCTION_READ_HOLDING ? i->address : CONF_NONE,
                                .input = i->function == FUNCTION_READ_INPUT ? i->address : CONF_NONE,
                                .registers = i->registers,
                                .order = i->low_first };

    if (i->function == 0)
        return;
    strbuf_puts(to, "        identity:\n");
    conf_print(IDENTITY, COUNT_OF(IDENTITY), &row, 10, to);
}
