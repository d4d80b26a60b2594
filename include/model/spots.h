/* Candidates of black spots, by rule, with what speaks for each. */
#ifndef MODEL_SPOTS_H
#define MODEL_SPOTS_H

#include <stddef.h>

#include "model/incident.h"
#include "model/prevention.h"

struct spot_rules {
    unsigned repeats;     /* so many incidents at one site or zone */
    int64_t repeats_days; /* within so many days */
    unsigned low_hours;   /* so many hours of low pressure at a critical point */
    int64_t low_days;
    double high_m; /* a zone of which one place is so much higher than another, m */
};

enum { SPOT_POINTS_MAX = 256, SPOT_INCIDENTS_MAX = 500, SPOT_INCIDENTS_EACH = 10 };

/* What is asked of the database. */
struct spot_facts_ask {
    struct wall repeats_from, low_from, to;
    unsigned repeats;
    size_t point_count;
    struct {
        uint64_t key;
        double low; /* below it is low */
    } points[SPOT_POINTS_MAX];
};

/* An incident at a place that has so many of them; the newest of one place come first. */
struct spot_incident {
    bool is_zone;
    char place[ID_MAX], node[ID_MAX];
    uint64_t incident;
    struct wall start;
    uint8_t class;
    unsigned count; /* of the place */
};

struct spot_hours {
    uint64_t point;
    unsigned low, known; /* hours below the limit, of those with data; in no mode */
    double lowest;       /* mean of an hour */
    struct wall last;    /* low hour; .ms 0: none */
};

struct spot_facts {
    struct spot_incident *incidents; /* SPOT_INCIDENTS_MAX at most, SPOT_INCIDENTS_EACH of a place */
    size_t incident_count;
    struct spot_hours *hours;
    size_t hour_count;
};
void spot_facts_clear(struct spot_facts *f); /* frees what it holds */

struct spot_candidate {
    uint8_t reason; /* enum spot_reason */
    char site[ID_MAX], zone[ID_MAX], point[ID_MAX];
    unsigned count; /* incidents, or hours of low pressure */
    unsigned known; /* hours with data */
    double low;     /* limit of the pressure; NaN: there is none */
    double lowest,
        highest; /* the lowest pressure of an hour; of a high place, its elevations, m; NaN: not known */
    struct wall last;
    size_t first, incident_count; /* of the facts' incidents */
};

struct spot_candidates {
    struct wall at;
    struct spot_rules rules;
    struct spot_facts facts; /* owned */
    struct spot_candidate *list;
    size_t count;
};
void spot_candidates_free(struct spot_candidates *c); /* NULL is fine */

#endif
