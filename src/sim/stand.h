/* What hangs on the wires and what it shows: the province or a grid of generated devices, and over it what
 * was held, set to count on, frozen or filled by command.  A source makes words once a simulated second;
 * what is shown is copied from them, so that a request never sees a mixture.  Pure. */
#ifndef SIM_STAND_H
#define SIM_STAND_H

#include "field.h"

enum { STAND_HELD_MAX = 256 };

enum stand_warp {
    STAND_TRUE,
    STAND_FROZEN, /* the registers do not change */
    STAND_FILLED  /* every register shows the same word */
};

/* Registers set by command: held at a number, or counting on from one as their source counts. */
struct stand_held {
    unsigned device;
    enum field_bank bank;
    uint16_t address;
    enum encode_type type;
    enum encode_order order;
    uint32_t bits;
    bool counts;
    uint32_t since; /* what the source showed then */
};

struct stand_source {
    const struct field_wire *wires;
    unsigned wire_count;
    const struct field_device *devices;
    unsigned device_count;
    const uint16_t (*words)[FIELD_WORDS_MAX]; /* by device */
    void (*second)(void *self);
    /* False: the device does not answer, or its answer is lost; else it comes *late_ms later.  NULL: all do.
     */
    bool (*carries)(const void *self, unsigned device, uint32_t *late_ms);
    void *self;
};

struct stand {
    struct stand_source from;
    uint16_t (*shown)[FIELD_WORDS_MAX];
    struct {
        enum stand_warp warp;
        uint16_t word;
    } * warps;
    struct stand_held held[STAND_HELD_MAX];
    size_t held_count;
};

/* Borrows what `from` points to.  ERR_MEMORY. */
MUST_USE enum err stand_init(struct stand *s, struct stand_source from, struct fault *why);
void stand_clear(struct stand *s);

/* The province's devices; the field must outlive them. */
struct stand_source stand_province(struct field *f);

/* One more second of the source, and what is shown of it. */
void stand_second(struct stand *s);
/* What is shown, anew; after a command. */
void stand_show(struct stand *s);

/* Index of the device with this unit on this wire, of that name, or -1. */
int stand_find(const struct stand *s, unsigned wire, uint8_t unit);
int stand_named(const struct stand *s, const char *name);

/* Modbus exception code, 0 when the device answers; then `count` registers are in out. */
unsigned stand_read(const struct stand *s, unsigned device, enum field_bank bank, uint16_t address,
                    uint16_t count, uint16_t *out);

/* False: the device does not answer, or its answer is lost; else it comes *late_ms later. */
bool stand_carries(const struct stand *s, unsigned device, uint32_t *late_ms);

/* Takes a copy; one for the same registers is replaced.  `since` is filled in.  ERR_RANGE: the device has no
 * such registers.  ERR_FULL: STAND_HELD_MAX are set already. */
MUST_USE enum err stand_hold(struct stand *s, struct stand_held held);
void stand_warp(struct stand *s, unsigned device, enum stand_warp warp, uint16_t word);
/* The device shows what it is again. */
void stand_release(struct stand *s, unsigned device);

#endif
