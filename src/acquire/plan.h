/* Which requests read a device: pure.
 *
 * Every tag lies in exactly one block; no value is split over two; no block is longer than the device
 * takes, of bits than a frame does (a device that takes fewer refuses, and the block is split); registers
 * nobody asked for are spanned only within the device's budget of holes, and forbidden ones never; and what
 * the device taught (learned.h) is kept to. */
#ifndef PLAN_H
#define PLAN_H

#include "acquire/field.h"
#include "learned.h"

struct block {
    uint8_t function;
    uint16_t address, quantity;
    size_t first, count; /* its tags, in plan->order */
    bool missing;        /* one place that the device has taught it does not have */
};

struct plan {
    struct block *blocks;
    size_t block_count;
    uint32_t *order; /* tag indices by function and address */
    size_t tag_count;
};

/* The first forbidden range of the device that registers first..end-1 touch, NULL when they touch none. */
const struct forbidden *device_forbids(const struct device *d, uint8_t function, unsigned first,
                                       unsigned end);

/* By the settings alone.  ERR_MEMORY; ERR_RANGE when a tag reaches beyond register 65535 or is longer than
 * max_registers. */
MUST_USE enum err plan_make(struct plan *p, const struct device *d, struct fault *why);
void plan_clear(struct plan *p);

/* Cuts the blocks anew, by what was learned (NULL: nothing). */
void plan_cut(struct plan *p, const struct device *d, const struct learned *l);
/* The block that would begin with tag number `first` of the order. */
struct block plan_block_from(const struct plan *p, const struct device *d, const struct learned *l,
                             size_t first);
/* Where block i would be cut into two with about half of its tags each: what one does when a device refuses
 * it because one of its registers is missing.  False when it is one place only. */
bool plan_half(const struct plan *p, const struct device *d, size_t i, uint16_t *address);

#endif
