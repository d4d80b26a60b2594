/* The names of the province's places, as scenarios call them: zones, pumps, sites.  Tables. */
#ifndef SIM_PLACES_H
#define SIM_PLACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "physics.h"
#include "works.h"

enum { PLACES_TOWN = -1 }; /* instead of a works_id: the town's own plant and booster station */
enum { PLACES_ZONES = ZONE_COUNT + WORKS_COUNT };

/* A zone of supply; "zone-N" names it too, counted from 1. */
struct place_zone {
    const char *name;
    double most_lps; /* what its pipe can lose at most */
};

enum place_pump_kind { PLACE_RAW_PUMP, PLACE_BOOSTER, PLACE_WORKS_PUMP };

struct place_pump {
    const char *name; /* of its device; the town's raw-water pumps have none */
    enum place_pump_kind kind;
    enum works_id works; /* of PLACE_WORKS_PUMP */
    unsigned number;     /* from 0 */
};

struct place_site {
    const char *name;
    int works;            /* PLACES_TOWN or a works_id */
    bool station;         /* the town's booster station, not its plant */
    bool mains;           /* false: on sun and battery */
    bool doses, stream;   /* gives chlorine; takes raw water */
    unsigned filters;     /* that are washed */
    const char *dark[12]; /* devices that go out with the mains; the others have a UPS or a battery */
};

const struct place_zone *places_zone(unsigned zone); /* zone < PLACES_ZONES */
int places_zone_named(const char *name);             /* -1: none */
const struct place_pump *places_pump_named(const char *name);
const struct place_site *places_site_named(const char *name);

/* "doan-ket, quyet-thang, ...": what there is, for a sentence. */
enum { PLACES_LIST_MAX = 256 };
void places_list_zones(char out[PLACES_LIST_MAX]);
void places_list_pumps(char out[PLACES_LIST_MAX]);
void places_list_sites(char out[PLACES_LIST_MAX]);

#endif
