/* Scenarios: what goes wrong in the province, for how long, and what follows from it for the water, the
 * instruments and the wires.
 *
 * Every second all effects are made anew from the scenarios that run, so they may overlap and end in any
 * order. Time is the field's own second: the same commands at the same second give the same field, whatever
 * the speed. What really happens is told to `truth` (truth.h).  Pure. */
#ifndef SIM_SCENARIO_H
#define SIM_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "city.h"
#include "meters.h"
#include "noise.h"
#include "physics.h"
#include "places.h"
#include "sense.h"
#include "works.h"

enum scenario_kind {
    SCENARIO_BURST,
    SCENARIO_DEMAND,
    SCENARIO_SHUT,
    SCENARIO_PUMP_TRIP,
    SCENARIO_MAINS_FAILURE,
    SCENARIO_DOSING_FAILURE,
    SCENARIO_TURBID,
    SCENARIO_DRIFT,
    SCENARIO_FROZEN,
    SCENARIO_CLIPPED,
    SCENARIO_CALIBRATION,
    SCENARIO_NO_SAMPLE,
    SCENARIO_BACKWASH,
    SCENARIO_METER_EXCHANGE,
    SCENARIO_CACHED_GATEWAY,
    SCENARIO_DEAD_DEVICE,
    SCENARIO_DEAD_GATEWAY,
    SCENARIO_SLOW_MODEM,
    SCENARIO_FLAPPING,
    SCENARIO_COUNT
};

enum { SCENARIOS_MAX = 32, SCENARIO_SIGNALS = 16, SCENARIO_NAME_MAX = 32, SCENARIO_TEXT_MAX = 128 };
enum { SCENARIO_WIRES = 8, SCENARIO_DEVICES = 64 }; /* at most; bits of a mask */

struct scenario {
    enum scenario_kind kind;
    char name[SCENARIO_NAME_MAX]; /* "burst-1" */
    char text[SCENARIO_TEXT_MAX]; /* as it was told */
    int64_t begins_s, lasts_s;    /* field seconds; lasts 0: until ended */
    bool runs, over;

    /* what it is about, as far as the kind has it */
    unsigned zone; /* PLACES_ZONES: all of them */
    unsigned filter, wire, meter;
    const struct place_pump *pump;
    const struct place_site *site;
    uint64_t devices;                   /* mask */
    unsigned signals[SCENARIO_SIGNALS]; /* sensors */
    unsigned signal_count;
    double amount,
        other;    /* rate L/s, share, NTU, m3, ms, per hour, limit; up and down seconds of a flapping wire */
    double place; /* of a burst; below 0: by chance */

    /* what it made of that when it began */
    double hole_m3h, bar, lost_m3;
    double held[SCENARIO_SIGNALS];
    bool holds;
};

/* Where scenarios say what is true; `say` may be NULL.  A line is one JSON object without its line end. */
struct scenario_truth {
    void (*say)(void *self, const char *line);
    void *self;
};

/* What the scenarios make of the devices and wires this second. */
struct scenario_effects {
    uint64_t dark, dead;     /* devices without power, devices that are broken: neither answers */
    uint64_t uncertain, bad; /* analysers by what they say of themselves */
    uint8_t silent_wires, cached_wires;
    uint32_t late_ms[SCENARIO_WIRES];
};

struct scenarios {
    struct scenario list[SCENARIOS_MAX];
    size_t count;
    unsigned told[SCENARIO_COUNT]; /* so far, for the names */
    int64_t second;
    struct noise chance;
    struct scenario_truth truth;
    struct scenario_effects effects;
};

/* What scenarios lay hands on. */
struct scenario_world {
    struct physics *water;
    struct city *city;
    struct works *works; /* WORKS_COUNT */
    double *meters_m3;   /* METERS_COUNT */
};

const char *scenario_name(enum scenario_kind kind);
/* "burst ZONE RATE [place PERCENT]" */
const char *scenario_usage(enum scenario_kind kind);

void scenarios_init(struct scenarios *all, uint64_t seed);

/* Takes a copy, names it, and begins it at once when its time has come; *name is its name.  ERR_FULL:
 * SCENARIOS_MAX run or wait already.  ERR_STATE: it cannot begin, with the reason. */
MUST_USE enum err scenarios_add(struct scenarios *all, const struct scenario_world *w, struct scenario told,
                                char name[SCENARIO_NAME_MAX], struct fault *why);
/* By name, by kind when there is one of it, or "all".  ERR_MISSING, ERR_RANGE with the reason. */
MUST_USE enum err scenarios_end(struct scenarios *all, const struct scenario_world *w, const char *name,
                                struct fault *why);

/* All of them, because the field stops. */
void scenarios_stop(struct scenarios *all, const struct scenario_world *w);

/* Before the water goes on by a second: begins and ends what is due, and makes all effects anew. */
void scenarios_second(struct scenarios *all, const struct scenario_world *w);
/* After the instruments have looked: those that are bent. */
void scenarios_bend(struct scenarios *all, double signals[SIGNAL_COUNT]);

#endif
