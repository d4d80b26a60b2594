/* The field: wires, the devices on them, and what each register holds now.
 *
 * Registers change once per simulated second, all of a device together, so a reading of several
 * registers never sees two seconds.  Pure: no clock, no sockets, no log. */
#ifndef SIM_FIELD_H
#define SIM_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "encode.h"
#include "meters.h"
#include "noise.h"
#include "physics.h"
#include "scenario.h"
#include "sense.h"

enum field_bank { FIELD_HOLDING, FIELD_INPUT };

enum { FIELD_WIRES = 8, FIELD_DEVICES = 44, FIELD_WORDS_MAX = 256 };

/* A run of registers the device knows; outside of its runs it answers exception 2. */
struct field_range {
    enum field_bank bank;
    uint16_t first, count; /* PDU address, 0-based */
};

/* One value in the registers: raw = (value - offset) / scale. */
struct field_slot {
    enum field_bank bank;
    uint16_t address;
    enum encode_type type;
    enum encode_order order;
    double scale, offset;
    unsigned from; /* enum signal, or FIELD_LOCAL + the place in the device's own block of signals */
    double fixed;  /* for SIGNAL_FIXED */
};

enum { FIELD_LOCAL = 4096 };

struct field_wire {
    const char *name;
    bool slow; /* behind a modem (modem.h) */
};

struct field_device {
    const char *name;
    unsigned wire; /* port = base + wire */
    uint8_t unit;
    uint16_t max_registers; /* more in one request is exception 3 */
    const struct field_range *ranges;
    size_t range_count;
    const struct field_slot *slots;
    size_t slot_count;
    unsigned base;   /* where the device's own block begins in the row of signals */
    uint32_t serial; /* 0: it shows none */
};

struct field {
    struct physics water;
    struct city city;
    struct works works[WORKS_COUNT];
    struct scenarios scenarios;
    struct noise sensors, works_chance, far_sensors;
    double signals[SIGNAL_COUNT];
    double meters[METERS_COUNT]; /* what the totalizers show, m3 */
    uint64_t alive_s[FIELD_DEVICES];
    uint16_t words[FIELD_DEVICES][FIELD_WORDS_MAX]; /* the ranges of a device, one after the other */
};

const struct field_wire *field_wire(unsigned wire);       /* wire < FIELD_WIRES */
const struct field_device *field_device(unsigned device); /* device < FIELD_DEVICES */
/* Index of the device with this unit on this wire, or -1. */
int field_find(unsigned wire, uint8_t unit);
/* Index of the device with this name, or -1. */
int field_named(const char *name);

/* An ordinary day at local_s seconds after local midnight; registers are filled. */
void field_begin(struct field *f, uint64_t seed, double local_s);
/* One more second of water, instruments and registers. */
void field_second(struct field *f);
/* Seconds that instruments may be taken together: their noise and what meters count change once in them. */
enum { FIELD_COARSEST_S = 25 };
/* 1 to FIELD_COARSEST_S seconds more, but the registers stay: field_render makes them, for whoever looks only
 * now and then. */
void field_unseen(struct field *f, unsigned seconds);
/* What the scenarios of this field lay hands on. */
struct scenario_world field_world(struct field *f);
/* True: the device hears and its answer comes through, *late_ms later than else.  False: it does not. */
bool field_carries(const struct field *f, unsigned device, uint32_t *late_ms);
/* Writes the registers anew from what is known; for after a restored state. */
void field_render(struct field *f);

/* Modbus exception code, 0 when the device answers; then `count` registers are in out. */
unsigned field_read(const struct field *f, unsigned device, enum field_bank bank, uint16_t address,
                    uint16_t count, uint16_t *out);

#endif
