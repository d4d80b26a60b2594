/* What there is: supplier, system, sites, points.  Made from configuration, then immutable: threads
 * share it without a lock until the daemon ends. */
#ifndef MODEL_CATALOGUE_H
#define MODEL_CATALOGUE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { ID_MAX = 64, NAME_MAX_BYTES = 160, UNIT_MAX = 24, CATALOGUE_POINTS_MAX = 100000 };

struct site {
    char id[ID_MAX];
    char name[NAME_MAX_BYTES];
    char kind[ID_MAX];          /* treatment_plant, booster_station, dma, ... */
    double latitude, longitude; /* degrees, NaN when not given */
};

struct point {
    char id[ID_MAX];
    uint64_t key; /* seal_key63(id): the database's key, the same on every node */
    char name[NAME_MAX_BYTES];
    uint32_t site; /* index in sites */
    char wire[ID_MAX];
    char device[ID_MAX];
    char parameter[ID_MAX]; /* "" when it is none of the regulated or standard ones */
    char unit[UNIT_MAX];
    int decimals;         /* to show, 0..6 */
    int64_t every_ms;     /* how often it is read */
    double deadband;      /* in the unit; a change must be larger to be stored; 0: every change is */
    int64_t heartbeat_ms; /* stored at least this often while it is read */
    double low, high;     /* plausible range, NaN: open */
};

struct catalogue {
    char supplier_id[ID_MAX], supplier_name[NAME_MAX_BYTES];
    char system_id[ID_MAX], system_name[NAME_MAX_BYTES];
    struct site *sites;
    size_t site_count;
    struct point *points;
    size_t point_count, point_room;
    uint32_t *by_id, *by_key; /* point indices in that order; made by catalogue_seal */
};

void catalogue_init(struct catalogue *c);
void catalogue_clear(struct catalogue *c);
/* Appends a copy; ERR_FULL above CATALOGUE_POINTS_MAX points.  *index may be NULL. */
MUST_USE enum err catalogue_add_site(struct catalogue *c, const struct site *s, uint32_t *index);
MUST_USE enum err catalogue_add_point(struct catalogue *c, const struct point *p, uint32_t *index);
/* Makes room for so many more points at once; the ceiling stays.  ERR_MEMORY: nothing changed. */
MUST_USE enum err catalogue_expect(struct catalogue *c, size_t more);
/* Computes keys and the index of ids.  ERR_CONFIG names a duplicate id or a collision of keys. */
MUST_USE enum err catalogue_seal(struct catalogue *c, struct fault *why);
/* NULL when there is none.  Sites by plain search, points by the sealed index. */
const struct point *catalogue_point(const struct catalogue *c, const char *id);
const struct site *catalogue_site(const struct catalogue *c, const char *id);
/* Index of the point with that key, by the sealed index; UINT32_MAX when there is none. */
uint32_t catalogue_by_key(const struct catalogue *c, uint64_t key);

#endif
