/* Whom an incident may reach, from what is known of its zones: shown beside what people say that it does. */
#ifndef MODEL_INCIDENT_REACH_H
#define MODEL_INCIDENT_REACH_H

#include "model/catalogue.h"
#include "model/incident.h"

struct incident_reach {
    struct incident_impact most; /* people, connections, hospitals and clinics, schools, high-rise, rural */
    bool people_known, connections_known;
    double highest_m; /* above sea: loses water first; NaN: not known */
    size_t zones;     /* of which these are; 0: nothing is known */
};

/* By the versions in force at `at`: of the zones that its members name, each once; where one names only a
 * site that feeds others (intake, plant), of all zones of its system. */
struct incident_reach incident_reach(const struct incident *i, const struct catalogue *c, struct wall at);
/* What people say of it takes these figures. */
void incident_reach_count(const struct incident_reach *r, struct incident_impact *out);
/* A member of it is of a rural system: TT 23/2022/TT-BNNPTNT holds, whatever people say of the effect. */
bool incident_is_rural(const struct incident *i, const struct catalogue *c);
/* Of the water in the clear-water tank of that place: the site's own, else the shortest of its system, or of
 * the zone's.  0: not known. */
uint32_t place_residence_ms(const struct catalogue *c, const char *site, const char *zone);
/* The system of the member's site, else of its zone, as an index.  NO_INDEX: neither is known any more. */
uint32_t member_system(const struct catalogue *c, const struct member *m);

#endif
