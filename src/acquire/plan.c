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
    for (size_t i = 0; i < d->tag_count; i++) {
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

static int64_t longest(const struct device *d, uint8_t function)
{
    return function_reads_bits(function) ? BITS_MAX : d->max_registers;
}

/* A block grown over one more tag: true when it may be. */
static bool joins(const struct block *b, const struct tag *t, unsigned *holes_left, const struct device *d)
{
    unsigned end = (unsigned)b->address + b->quantity, reach = tag_end(t) > end ? tag_end(t) : end;
    unsigned hole = t->address > end ? t->address - end : 0;

    if (t->function != b->function || hole > *holes_left || reach - b->address > longest(d, t->function))
        return false;
    if (hole > 0 && device_forbids(d, b->function, end, t->address) != NULL)
        return false;
    *holes_left -= hole;
    return true;
}

static void cut_into_blocks(struct plan *p, const struct device *d)
{
    unsigned holes_left = 0;

    for (size_t i = 0; i < p->tag_count; i++) {
        const struct tag *t = &d->tags[p->order[i]];
        struct block *b = p->block_count == 0 ? NULL : &p->blocks[p->block_count - 1];

        if (b != NULL && joins(b, t, &holes_left, d)) {
            unsigned reach = tag_end(t) - b->address;
            b->quantity = (uint16_t)(reach > b->quantity ? reach : b->quantity);
            b->count++;
            continue;
        }
        holes_left = (unsigned)d->holes;
        p->blocks[p->block_count++] = (struct block){ .function = t->function,
                                                      .address = t->address,
                                                      .quantity = (uint16_t)(tag_end(t) - t->address),
                                                      .first = i,
                                                      .count = 1 };
    }
}

enum err plan_make(struct plan *p, const struct device *d, struct fault *why)
{
    enum err rc = check(d, why);

    *p = (struct plan){ 0 };
    if (rc != ERR_NONE)
        return rc;
    p->tag_count = d->tag_count;
    p->order = calloc(d->tag_count + 1, sizeof *p->order);
    p->blocks = calloc(d->tag_count + 1, sizeof *p->blocks); /* one per tag is the most it can become */
    if (p->order == NULL || p->blocks == NULL) {
        plan_clear(p);
        return fault_set(why, ERR_MEMORY, "device %s: no memory for its plan", d->id);
    }
    for (size_t i = 0; i < d->tag_count; i++)
        p->order[i] = (uint32_t)i;
    qsort_r(p->order, p->tag_count, sizeof *p->order, by_place, d->tags);
    cut_into_blocks(p, d);
    return ERR_NONE;
}

void plan_clear(struct plan *p)
{
    free(p->order);
    free(p->blocks);
    *p = (struct plan){ 0 };
}

/* The block that holds exactly these tags. */
static struct block around(const struct plan *p, const struct device *d, size_t first, size_t count)
{
    const struct tag *t = &d->tags[p->order[first]];
    unsigned end = 0;

    for (size_t i = first; i < first + count; i++)
        if (tag_end(&d->tags[p->order[i]]) > end)
            end = tag_end(&d->tags[p->order[i]]);
    return (struct block){ t->function, t->address, (uint16_t)(end - t->address), first, count };
}

bool plan_split(struct plan *p, const struct device *d, size_t i)
{
    struct block whole = p->blocks[i];
    size_t half = whole.count / 2;

    if (whole.count < 2)
        return false;
    memmove(&p->blocks[i + 2], &p->blocks[i + 1], (p->block_count - i - 1) * sizeof *p->blocks);
    p->blocks[i] = around(p, d, whole.first, half);
    p->blocks[i + 1] = around(p, d, whole.first + half, whole.count - half);
    p->block_count++;
    return true;
}
