/* Whom the water comes from, where it goes, and who lives there: supplier, administrative area, system, site,
 * zone.  Dated where the world is dated: districts ended on 01/07/2025, a zone is cut anew when a valve is
 * moved. */
#ifndef MODEL_WORLD_H
#define MODEL_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"

enum { ID_MAX = 64, NAME_MAX_BYTES = 160, ALIASES_MAX = 512, HOTLINE_MAX = 64, NO_INDEX = 0xFFFFFFFF };

/* A day of the local calendar (UTC+7), counted from 01/01/1970. */
#define DAY_NONE INT32_MIN
enum { DAY_ISO_MAX = 16 };
/* "2025-07-01", a day that exists, from 1900 to 2199.  False: *out is DAY_NONE. */
bool day_parse(const char *text, int32_t *out);
/* "" for DAY_NONE.  Returns out. */
const char *day_iso(int32_t day, char out[DAY_ISO_MAX]);
/* The local day of an instant. */
int32_t day_local(struct wall at);

/* NULL-terminated; what the words mean in Vietnamese stands beside each in world.c. */
extern const char *const SITE_KINDS[],
    *const SYSTEM_KINDS[], *const AREA_KINDS[], *const CHAIN_STEPS[], *const PLAN_STATES[],
                                                                          *const SUPPLY_MODES[],
                                                                              *const PRIORITY_KINDS[],
                                                                                  *const WATER_SOURCES[],
                                                                                      *const DISINFECTIONS[],
                                                                                          *const TERRAINS[];
/* Indices of the last three: which limits hold for the water. */
enum { SOURCE_SURFACE, SOURCE_GROUNDWATER, SOURCE_MIXED };
enum { DISINFECTION_CHLORINE, DISINFECTION_OTHER, DISINFECTION_NONE };
enum { TERRAIN_INLAND, TERRAIN_COASTAL };

struct supplier {
    char id[ID_MAX];
    char name[NAME_MAX_BYTES];
    char hotline[HOTLINE_MAX]; /* "" when not given */
};

/* Steps of treatment in the order the water takes them: indices of CHAIN_STEPS. */
enum { CHAIN_MAX = 12 };
struct chain {
    uint8_t steps[CHAIN_MAX];
    size_t count;
};

/* Water-safety plan (kế hoạch cấp nước an toàn). */
struct safety_plan {
    int status; /* index of PLAN_STATES */
    int32_t approved_on, valid_until, next_review;
};

struct system {
    char id[ID_MAX];
    char name[NAME_MAX_BYTES];
    uint32_t supplier; /* index */
    int kind;          /* index of SYSTEM_KINDS */
    double capacity;   /* m3 a day, NaN when not given */
    int64_t people;    /* served, -1 when not given */
    int source, disinfection, terrain;
    struct chain chain;
    struct safety_plan plan;
};

/* An area exists from `from` until the day before `until`. */
struct area {
    char id[ID_MAX]; /* the official code */
    char name[NAME_MAX_BYTES];
    int kind;                  /* index of AREA_KINDS */
    char parent[ID_MAX];       /* id, "" when none */
    int32_t from, until;       /* DAY_NONE: always was, still is */
    char aliases[ALIASES_MAX]; /* old names, one a line */
};

struct site {
    char id[ID_MAX];
    char name[NAME_MAX_BYTES];
    char kind[ID_MAX];          /* treatment_plant, booster_station, dma, ... */
    double latitude, longitude; /* degrees, NaN when not given */
    uint32_t system;            /* index */
    uint32_t area;              /* index, NO_INDEX when not given */
    double elevation;           /* m above sea, NaN when not given */
    uint32_t residence_ms;      /* of the water in its clear-water tank, 0 when not given */
    struct chain chain;
};

/* A main as it lies, for the map: from bend to bend. */
enum { MAIN_BENDS_MAX = 100 };
struct water_main {
    char id[ID_MAX];
    char name[NAME_MAX_BYTES];
    uint32_t system;    /* index */
    double diameter_mm; /* nominal, NaN when not given */
    struct main_bend {
        double latitude, longitude; /* degrees, WGS 84 */
    } bends[MAIN_BENDS_MAX];
    size_t bend_count; /* at least 2 */
};

/* A meter at the edge of a zone: its flow counts into it or out of it. */
struct zone_flow {
    uint32_t point; /* index */
    int sign;       /* +1 into the zone, -1 out of it */
};

struct zone_priority {
    int kind; /* index of PRIORITY_KINDS */
    char name[NAME_MAX_BYTES];
};

/* What a zone was from a day on, until the next version begins. */
struct zone_version {
    int32_t from;
    int64_t connections, people; /* -1 when not given */
    double lowest, highest;      /* elevation, m; NaN when not given */
    int supply;                  /* index of SUPPLY_MODES */
    struct zone_flow *flows;     /* owned */
    size_t flow_count;
    uint32_t *critical; /* owned: indices of pressure points */
    size_t critical_count;
    struct zone_priority *priority; /* owned */
    size_t priority_count;
};

struct zone {
    char id[ID_MAX];
    char name[NAME_MAX_BYTES];
    uint32_t system;               /* index */
    uint32_t area;                 /* index, NO_INDEX when not given */
    struct zone_version *versions; /* owned, by day, at least one */
    size_t version_count;
};

void zone_clear(struct zone *z);
/* The version in force on that day; NULL before the first. */
const struct zone_version *zone_on(const struct zone *z, int32_t day);
/* True when the area exists on that day. */
bool area_on(const struct area *a, int32_t day);

#endif
