#include "plan.h"

#include <stdlib.h>
#include <string.h>

static unsigned tag_end(const struct tag *t)
{
    return t->address + kind_registers((enum register_kind)t->kind);
}

static int by_place(const void *a, const void *b, void *tags)
{
    const struct tag *x = (const struct tag *)tags + *(const uint32_t *)a;
    const struct tag *y = (const struct tag *)tags + *(const uint32_t *)b;

    if (x->function != y->function)
        return x->function - y->function;
    if (x->address != y->address)
        return x->address - y->address;
    if (tag_end(x) != tag_end(y))
        return (int)tag_end(x) - (int)tag_end(y);
    if (x->kind != y->kind)
        return x->kind - y->kind;
    return (x > y) - (x < y); /* qsort is not stable, plans are */
}

const struct forbidden *device_forbids(const struct device *d, uint8_t function, unsigned first, unsigned end)
{
    for (size_t i = 0; i < d->forbidden_count; i++) {
        const struct forbidden *f = &d->forbidden[i];
        if (f->function == function && first < f->address + f->count && f->address < end)
            return f;
    }
    return NULL;
}

static enum err check(const struct device *d, struct fault *why)
{
    for (size_t i = 0; i < d->tag_count + d->watched; i++) {
        const struct tag *t = &d->tags[i];
        if (tag_end(t) > 65536)
            return fault_set(why, ERR_RANGE, "device %s: register %u: its value ends beyond 65535", d->id,
                             t->address);
        if (kind_registers((enum register_kind)t->kind) > d->max_registers)
            return fault_set(why, ERR_RANGE, "device %s: register %u: longer than max_registers", d->id,
                             t->address);
    }
    return ERR_NONE;
}

static bool is_missing(const struct learned *l, const struct tag *t)
{
    return l != NULL && learned_has(l, (struct lesson){ LESSON_MISSING, t->function, t->address });
}

static bool is_cut(const struct learned *l, const struct tag *t)
{
    return l != NULL && learned_has(l, (struct lesson){ LESSON_CUT, t->function, t->address });
}

/* A value may be longer than the shortest that a device taught: it is asked all the same. */
static int64_t most_of(const struct device *d, uint8_t function, const struct learned *l)
{
    if (function_reads_bits(function))
        return BITS_MAX;
    return l != NULL && l->most > 0 && l->most < d->max_registers ? l->most : d->max_registers;
}

/* A block grown over one more tag: true when it may be. */
static bool joins(const struct block *b, const struct tag *t, unsigned *holes_left, const struct device *d,
                  const struct learned *l)
{
    unsigned end = (unsigned)b->address + b->quantity, reach = tag_end(t) > end ? tag_end(t) : end;
    unsigned hole = t->address > end ? t->address - end : 0;

    if (t->function == b->function && t->address == b->address && tag_end(t) == end)
        return true; /* the same place */
    if (t->function != b->function || hole > *holes_left || reach - b->address > most_of(d, t->function, l))
        return false;
    if (b->missing || is_missing(l, t) || (t->address > b->address && is_cut(l, t)))
        return false;
    if (hole > 0 && device_forbids(d, b->function, end, t->address) != NULL)
        return false;
    *holes_left -= hole;
    return true;
}

struct block plan_block_from(const struct plan *p, const struct device *d, const struct learned *l,
                             size_t first)
{
    const struct tag *t = &d->tags[p->order[first]];
    unsigned holes_left = (unsigned)d->holes;
    struct block b = { .function = t->function,
                       .address = t->address,
                       .quantity = (uint16_t)(tag_end(t) - t->address),
                       .first = first,
                       .count = 1,
                       .missing = is_missing(l, t) };

    for (size_t i = first + 1; i < p->tag_count; i++) {
        unsigned reach;
        t = &d->tags[p->order[i]];
        if (!joins(&b, t, &holes_left, d, l))
            break;
        reach = tag_end(t) - b.address;
        b.quantity = (uint16_t)(reach > b.quantity ? reach : b.quantity);
        b.count++;
    }
    return b;
}

void plan_cut(struct plan *p, const struct device *d, const struct learned *l)
{
    p->block_count = 0;
    for (size_t i = 0; i < p->tag_count; i += p->blocks[p->block_count++].count)
        p->blocks[p->block_count] = plan_block_from(p, d, l, i);
}

enum err plan_make(struct plan *p, const struct device *d, struct fault *why)
{
    enum err rc = check(d, why);

    *p = (struct plan){ 0 };
    if (rc != ERR_NONE)
        return rc;
    p->tag_count = d->tag_count + d->watched;
    p->order = calloc(p->tag_count + 1, sizeof *p->order);
    p->blocks = calloc(p->tag_count + 1, sizeof *p->blocks); /* one per tag is the most it can become */
    if (p->order == NULL || p->blocks == NULL) {
        plan_clear(p);
        return fault_set(why, ERR_MEMORY, "device %s: no memory for its plan", d->id);
    }
    for (size_t i = 0; i < p->tag_count; i++)
        p->order[i] = (uint32_t)i;
    qsort_r(p->order, p->tag_count, sizeof *p->order, by_place, d->tags);
    plan_cut(p, d, NULL);
    return ERR_NONE;
}

void plan_clear(struct plan *p)
{
    free(p->order);
    free(p->blocks);
    *p = (struct plan){ 0 };
}

bool plan_half(const struct plan *p, const struct device *d, size_t i, uint16_t *address)
{
    const struct block *b = &p->blocks[i];
    size_t middle = b->first + b->count / 2, end = b->first + b->count;

    /* tags of one place stay together: the next place after the middle, else the last before it */
    for (size_t k = middle; k < end; k++)
        if (k > b->first && d->tags[p->order[k]].address != d->tags[p->order[k - 1]].address) {
            *address = d->tags[p->order[k]].address;
            return true;
        }
    *address = d->tags[p->order[middle]].address;
    return *address != b->address;
}
