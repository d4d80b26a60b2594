/* What there is: supplier, system, sites, points.  Made from configuration, then immutable and counted:
 * threads share it without a lock, and each configuration lives as long as something still speaks of it. */
#ifndef MODEL_CATALOGUE_H
#define MODEL_CATALOGUE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "model/condition.h"
#include "model/rule.h"
#include "model/standard.h"
#include "model/states.h"
#include "model/world.h"

enum { UNIT_MAX = 24, CATALOGUE_POINTS_MAX = 100000, CATALOGUE_RULES_MAX = 1000000 };

struct point {
    char id[ID_MAX];
    char first_id[ID_MAX]; /* the id it had first, when it was renamed; "" else */
    uint64_t key;      /* seal_key63 of the first id: the database's key, the same on every node; one that is
                          not 0 stays: the database said it */
    uint64_t revision; /* of what its numbers mean and where they come from; 0: not told */
    char name[NAME_MAX_BYTES];
    uint32_t site; /* index in sites */
    uint16_t node; /* index in nodes: whose it is */
    char wire[ID_MAX];
    char device[ID_MAX];
    char parameter[ID_MAX]; /* "" when it is none of the regulated or standard ones */
    char unit[UNIT_MAX];
    char unit_as[UNIT_MAX]; /* the unit its own is declared to be the same as; "": none */
    uint8_t at;             /* enum sampled_at */
    bool manual;            /* people read it and tell: no wire, no device, never telemetry */
    int decimals;           /* to show, 0..6 */
    int64_t every_ms;       /* how often it is read */
    double deadband;        /* in the unit; a change must be larger to be stored; 0: every change is */
    int64_t heartbeat_ms;   /* stored at least this often while it is read */
    double low, high;       /* plausible range, NaN: open */
    int32_t accepted;       /* the local day from which its numbers count; DAY_NONE: always; NOT_ACCEPTED */
    const struct point_states *states; /* of catalogue_add_states; NULL: its numbers are quantities */

    double span_low, span_high; /* what the sensor can measure; low < high, else not told */
    double max_rate;            /* fastest it can change, in the unit per rate_per; 0: not told */
    uint8_t rate_per;           /* enum rate_per */
    uint8_t
        unless_count; /* conditions from unless_first on: while one of them holds, standing still is
                         right;       of a point that is counted, the one condition while which it counts */
    uint32_t unless_first;
    uint8_t counts;          /* enum counts: made of what another point shows, read from nothing */
    double counted_from;     /* what it had counted before it was first counted here */
    double total_max_flow;   /* it counts: most in an hour; 0: it is no counter */
    double total_wraps_at;   /* and begins again from 0 there; 0: it does not */
    double total_step;       /* smallest difference it shows; 0: of its kind of number */
    int64_t frozen_after_ms; /* the same number for longer is a fault; 0: it may stand still */
};

/* After the last of all days: it is being commissioned. */
#define NOT_ACCEPTED INT32_MAX

static inline bool point_is_commissioning(const struct point *p)
{
    return p->accepted == NOT_ACCEPTED;
}

/* May a report rest on what was read on that local day? */
static inline bool point_counts_on(const struct point *p, int32_t day)
{
    return p->accepted != NOT_ACCEPTED && day >= p->accepted;
}

/* Which water a point sees: in treatment, raw (nước thô), treated (sau xử lý), in the network, at the tap.
 * Limits of a regulation hold from AT_TREATED on: nobody drinks the others. */
enum sampled_at { AT_PROCESS, AT_RAW, AT_TREATED, AT_NETWORK, AT_TAP };
extern const char *const SAMPLED_AT[]; /* NULL-terminated */

static inline bool point_is_compliance(const struct point *p)
{
    return p->at >= AT_TREATED;
}

enum rate_per { RATE_PER_SECOND, RATE_PER_MINUTE, RATE_PER_HOUR, RATE_PER_COUNT };
enum { UNLESS_MAX = 8 };

/* What is counted of the point that the condition speaks of. */
enum counts {
    COUNTED_NOTHING,
    COUNTED_HOURS /* that it holds */,
    COUNTED_STARTS /* times it began to hold */
};
const char *point_counts(const struct point *p); /* "hours", "starts"; "": nothing */

struct catalogue {
    uint32_t version;           /* of this node's configurations; 0: not numbered */
    struct wall applied;        /* since when it holds */
    struct standard *standards; /* in the order of their files */
    size_t standard_count;
    struct supplier *suppliers;
    size_t supplier_count;
    struct area *areas;
    size_t area_count;
    struct system *systems;
    size_t system_count;
    struct site *sites;
    size_t site_count;
    struct zone *zones;
    size_t zone_count;
    struct water_main *mains;
    size_t main_count;
    struct point *points;
    size_t point_count, point_room;
    char (*nodes)[ID_MAX]; /* the first is this node; none: not told */
    size_t node_count;
    struct point_states **states; /* what points share */
    size_t state_count;
    struct condition *conditions; /* of points, those of one beside each other */
    size_t condition_count;
    struct rule *rules; /* those of one point beside each other */
    size_t rule_count, rule_room;
    struct rule_text *rule_texts;
    size_t rule_text_count;
    uint32_t *by_id, *by_key, *by_revision; /* point indices in that order; made by catalogue_seal */
    atomic_uint holders;
    void (*release)(struct catalogue *c); /* called when the last holder let go; NULL: nobody is told */
};

void catalogue_init(struct catalogue *c);
void catalogue_clear(struct catalogue *c);
/* Appends a copy; ERR_FULL above CATALOGUE_POINTS_MAX of one sort.  *index may be NULL. */
MUST_USE enum err catalogue_add_supplier(struct catalogue *c, const struct supplier *s, uint32_t *index);
MUST_USE enum err catalogue_add_area(struct catalogue *c, const struct area *a, uint32_t *index);
MUST_USE enum err catalogue_add_system(struct catalogue *c, const struct system *s, uint32_t *index);
/* These two take over what the thing owns when they return ERR_NONE. */
MUST_USE enum err catalogue_add_standard(struct catalogue *c, const struct standard *s, uint32_t *index);
MUST_USE enum err catalogue_add_main(struct catalogue *c, const struct water_main *m);
MUST_USE enum err catalogue_add_zone(struct catalogue *c, const struct zone *z, uint32_t *index);
MUST_USE enum err catalogue_add_site(struct catalogue *c, const struct site *s, uint32_t *index);
MUST_USE enum err catalogue_add_point(struct catalogue *c, const struct point *p, uint32_t *index);
/* Of the node with that id, made when there is none. */
MUST_USE enum err catalogue_add_node(struct catalogue *c, const char *id, uint16_t *index);
/* Whose point it is, NULL: not told. */
const char *catalogue_node(const struct catalogue *c, const struct point *p);
/* Keeps a copy for its points, one for all that are the same as one of the last given. */
MUST_USE enum err catalogue_add_states(struct catalogue *c, const struct point_states *s,
                                       const struct point_states **out);
/* The next condition of a point, before any of another point; ERR_FULL above UNLESS_MAX. */
MUST_USE enum err catalogue_add_unless(struct catalogue *c, uint32_t point, const struct condition *k);
/* ERR_FULL above CATALOGUE_RULES_MAX.  Conditions of a rule, all before those of another, stand in
 * `conditions`. */
MUST_USE enum err catalogue_add_rule(struct catalogue *c, const struct rule *r, uint32_t *index);
MUST_USE enum err catalogue_add_rule_text(struct catalogue *c, const struct rule_text *t, uint32_t *index);
MUST_USE enum err catalogue_add_when(struct catalogue *c, struct rule *r, const struct condition *k);
/* The rule of that key on that point; NULL when there is none. */
const struct rule *catalogue_rule(const struct catalogue *c, uint32_t point, uint64_t key);
/* Makes room for so many more points at once; the ceiling stays.  ERR_MEMORY: nothing changed. */
MUST_USE enum err catalogue_expect(struct catalogue *c, size_t more);
/* Computes keys and the index of ids.  ERR_CONFIG names a duplicate id or a collision of keys. */
MUST_USE enum err catalogue_seal(struct catalogue *c, struct fault *why);
/* The first row of a set that decides, for that parameter; NULL: it is not regulated. */
const struct limit *catalogue_limit(const struct catalogue *c, const char *parameter);
/* NULL when there is none.  Points by the sealed index, the others, of which there are few, by plain search.
 */
const struct point *catalogue_point(const struct catalogue *c, const char *id);
const struct site *catalogue_site(const struct catalogue *c, const char *id);
const struct zone *catalogue_zone(const struct catalogue *c, const char *id);
const struct system *catalogue_system(const struct catalogue *c, const char *id);
const struct supplier *catalogue_supplier(const struct catalogue *c, const char *id);
/* Index of the point with that key, by the sealed index; UINT32_MAX when there is none. */
uint32_t catalogue_by_key(const struct catalogue *c, uint64_t key);
/* Index of the point of that revision: `guess` when it is that one, else by the sealed index; UINT32_MAX when
 * the catalogue has it not, or no longer. */
uint32_t catalogue_by_revision(const struct catalogue *c, uint64_t revision, uint32_t guess);

/* Any thread.  One that is never held is its maker's alone. */
struct catalogue *catalogue_hold(struct catalogue *c); /* NULL is fine */
void catalogue_drop(struct catalogue *c);              /* NULL is fine */

#endif
