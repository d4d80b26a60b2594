/* Profiles as the reader of plants needs them. */
#ifndef PROFILE_LOOKUP_H
#define PROFILE_LOOKUP_H

#include "field_rows.h"

struct profile_point {
    struct point_row row; /* row.use is its name, row.id is "" */
    bool broken;          /* its mistakes are reported at the profile */
};

struct profile {
    char id[ID_MAX];
    char place[CONF_PLACE_MAX]; /* file:line:column; the file itself is gone */
    int order;
    int64_t max_registers, holes;
    struct habits_row habits; /* its sections are in watches */
    struct watch_rows watches;
    struct identity identity;
    struct forbidden forbidden[FORBIDDEN_MAX];
    size_t forbidden_count;
    struct profile_point *points;
    size_t point_count;
    struct conf_seen uses; /* its numbers are indices of points */
};

/* NULL, and reported at n with the nearest known name, when there is none. */
const struct profile *profile_find(const struct profiles *p, const struct conf_node *n,
                                   struct conf_mistakes *m);
const struct profile_point *profile_point_find(const struct profile *p, const struct conf_node *n,
                                               struct conf_mistakes *m);

#endif
