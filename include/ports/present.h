/* The present, as the face and others may see it: copies and counted pictures, never live structs. */
#ifndef PORTS_PRESENT_H
#define PORTS_PRESENT_H

#include <stdbool.h>
#include <stdint.h>

#include "model/catalogue.h"
#include "model/snapshot.h"

enum { LESSONS_SHOWN = 16 };
enum { IDENTITY_TEXT_MAX = 65 }; /* two bytes in each of 32 registers, and the end */
enum wire_state { WIRE_CONNECTING, WIRE_UP, WIRE_SUSPECT, WIRE_DOWN, WIRE_STATE_COUNT };
enum device_state { DEVICE_UNKNOWN, DEVICE_UP, DEVICE_SUSPECT, DEVICE_DOWN, DEVICE_STATE_COUNT };

/* What a device taught about its map. */
struct lessons_status {
    unsigned most; /* registers it gives in one answer; 0: as many as the settings say */
    unsigned cuts, missing;
    struct {
        uint8_t function;
        uint16_t address;
    } first[LESSONS_SHOWN]; /* of the missing registers */
};

/* Times with .ms == 0 mean "never" or "none". */
struct device_status {
    char id[ID_MAX];
    int unit;
    enum device_state state;
    struct wall last_valid_reply, next_try;
    int64_t every_ms;
    size_t points;
    unsigned trust;    /* 0..10: one more per answered cycle, half per silence */
    bool stands_still; /* it answers, but what should move in it does not */
    uint64_t overruns;
    struct lessons_status lessons;
    char identity[IDENTITY_TEXT_MAX]; /* the text it last said of itself, UTF-8; "": none is known */
    char last_error[160];             /* "" when there was none */
};

struct wire_status {
    char id[ID_MAX];
    char endpoint[192];
    enum wire_state state;
    struct wall since, last_valid_reply, next_try;
    double p50_ms, p99_ms; /* NaN before the first answer */
    uint64_t transactions; /* requests sent */
    uint64_t timeouts;
    uint64_t exceptions;
    uint64_t refused_answers; /* wrong transaction, unit, function, length */
    uint64_t reconnects;
    uint64_t overruns;     /* cycles that could not start in time */
    uint64_t busy_answers; /* exceptions 6 */
    uint64_t other_units;  /* answers that named another unit, and were tolerated */
    double load_planned;   /* share of its time, 0..1, that the settings sum up to */
    double load_measured;  /* share of the last minute in which it was busy */
    char last_error[160];
    size_t device_count;
};

struct present_port {
    void *self;
    /* The present configuration's, held: catalogue_drop it.  For questions that need no snapshot. */
    struct catalogue *(*catalogue)(void *self);
    /* A held snapshot (snapshot_drop it), NULL before the first. */
    struct snapshot *(*take)(void *self);
    size_t (*wire_count)(void *self);
    /* Copies wire number i (nothing when there are not so many any more: out is cleared); at most `max` of
     * its devices into *devices. */
    void (*wire)(void *self, size_t i, struct wire_status *out, struct device_status *devices, size_t max);
};

#endif
