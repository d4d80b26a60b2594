/* Which requests read a device: pure.
 *
 * Every tag lies in exactly one block; no value is split over two; no block is longer than the device
 * takes, of bits than a frame does (a device that takes fewer refuses, and the block is split); registers
 * nobody asked for are spanned only within the device's budget of holes, and forbidden ones never. */
#ifndef PLAN_H
#define PLAN_H

#include "acquire/field.h"

struct block {
    uint8_t function;
    uint16_t address, quantity;
    size_t first, count; /* its tags, in plan->order */
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

/* ERR_MEMORY; ERR_RANGE when a tag reaches beyond register 65535 or is longer than max_registers. */
MUST_USE enum err plan_make(struct plan *p, const struct device *d, struct fault *why);
void plan_clear(struct plan *p);

/* Replaces block i by two that hold half of its tags each: what one does when a device refuses a block
 * because one of its registers is missing.  False when the block has one tag only. */
bool plan_split(struct plan *p, const struct device *d, size_t i);

#endif
