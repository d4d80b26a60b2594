/* Limits on water as a regulation sets them: named, dated sets of rows.  Data, from files; nothing here knows
 * a number of its own. */
#ifndef MODEL_STANDARD_H
#define MODEL_STANDARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/world.h"

enum { LIMIT_ROW_MAX = 16, LIMIT_NOTE_MAX = 240, LIMIT_UNIT_MAX = 24, CAS_MAX = 16, SUM_TERMS_MAX = 8 };

/* NULL-terminated.  Who set it; what a row is for; which water it holds for. */
extern const char *const STANDARD_LAYERS[], *const LIMIT_GROUPS[], *const LIMIT_CONDITIONS[];
enum limit_group { LIMIT_GROUP_A, LIMIT_GROUP_B, LIMIT_GROUP_NONE };
enum limit_condition {
    LIMIT_ALWAYS,
    LIMIT_IF_GROUNDWATER,
    LIMIT_IF_CHLORINE, /* where chlorine disinfects */
    LIMIT_IF_COASTAL,  /* coast and islands */
    LIMIT_IF_INLAND
};

/* One row: a value in `unit` is within it from low to high. */
struct limit {
    char row[LIMIT_ROW_MAX]; /* as the regulation numbers it */
    char parameter[ID_MAX];
    char instead[ID_MAX]; /* parameter that may be tested in its place, under the same limit; "" none */
    char name[NAME_MAX_BYTES], name_en[NAME_MAX_BYTES];
    char cas[CAS_MAX]; /* registry number of the substance, "" none */
    char subgroup[ID_MAX];
    char unit[LIMIT_UNIT_MAX];
    double low, high;                /* NaN: open */
    bool strict;                     /* a value on the bound itself is outside */
    char pass[LIMIT_NOTE_MAX];       /* what is asked of a row without a number; "" when it has bounds */
    char basis[LIMIT_NOTE_MAX];      /* what the number counts: as N, as CaCO3; "" the thing itself */
    int group;                       /* index of LIMIT_GROUPS */
    int only_if;                     /* enum limit_condition */
    int64_t seen_in;                 /* public copies of the regulation this row was read in */
    char unverified[LIMIT_NOTE_MAX]; /* what of it nobody has checked against a copy; "" nothing */
};

/* Several that act alike: the sum of value / limit stays within 1. */
struct limit_sum {
    char row[LIMIT_ROW_MAX];
    char parameter[SUM_TERMS_MAX][ID_MAX];
    double limit[SUM_TERMS_MAX]; /* each in the unit of its parameter's row in the set, above 0 */
    size_t term_count;
    char unverified[LIMIT_NOTE_MAX];
};

struct standard {
    char id[ID_MAX];
    char name[NAME_MAX_BYTES], name_en[NAME_MAX_BYTES];
    char series[ID_MAX]; /* successive sets share it: the next takes the place of the one before */
    char issued_by[LIMIT_NOTE_MAX];
    int layer;            /* index of STANDARD_LAYERS */
    bool advisory;        /* shown beside the others, decides nothing */
    bool partial;         /* holds some of the regulation's rows only */
    int32_t from, until;  /* first and last local day in force; until DAY_NONE: no end is known */
    struct limit *limits; /* owned */
    size_t limit_count;
    struct limit_sum *sums; /* owned */
    size_t sum_count;
};

void standard_clear(struct standard *s);
bool standard_in_force(const struct standard *s, int32_t day);
/* True for a CAS number whose check digit is right. */
bool cas_is_sound(const char *text);

#endif
