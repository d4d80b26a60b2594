/* What the bodies of the portal share. */
#ifndef PORTAL_INNER_H
#define PORTAL_INNER_H

#include "base/json.h"
#include "report/portal.h"

/* What a client of ours has seen: generations of this run. */
struct portal_seen {
    bool any; /* else everything is news */
    uint64_t present, incidents, today, modes;
    struct wall at; /* when it was told */
};

/* The reading of a point now; as never read where the picture has it not. */
struct reading portal_reading(const struct portal_from *f, uint32_t point, uint64_t *generation);
bool portal_today(const struct portal_from *f, uint64_t key, struct day_figure *out);
/* How much of the day of `now` has passed for it, until its minutes are told. */
int64_t portal_elapsed_ms(struct wall now, const struct day_figure *d, bool known);
/* part / whole, null where too little is known. */
void portal_share(struct json_out *j, const char *name, int64_t part_ms, int64_t whole_ms, double coverage);
/* "name": {"id": ..., "name": ...} of the place that a site, system or zone lies in. */
void portal_owner(struct json_out *j, const struct catalogue *c, uint32_t system);
void portal_id(struct json_out *j, const char *name, uint64_t id);

void portal_water(struct json_out *j, const struct portal_from *f, const struct portal_seen *seen);
void portal_supply(struct json_out *j, const struct portal_from *f);
void portal_systems(struct json_out *j, const struct portal_from *f);
void portal_incidents(struct json_out *j, const struct portal_from *f, const struct portal_seen *seen);

/* Counts for the summary. */
struct portal_systems_count {
    unsigned existing, connected, reporting;
};
struct portal_systems_count portal_count_systems(const struct portal_from *f);
void portal_count_water(struct json_out *j, const struct portal_from *f);
void portal_count_incidents(struct json_out *j, const struct portal_from *f);
void portal_count_zones(struct json_out *j, const struct portal_from *f);

#endif
