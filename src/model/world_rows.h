/* What a file may say of the world: the tables' structs. */
#ifndef WORLD_ROWS_H
#define WORLD_ROWS_H

#include "conf/table.h"
#include "model/world_file.h"

struct supplier_row {
    char id[ID_MAX], name[NAME_MAX_BYTES], hotline[HOTLINE_MAX];
};

struct system_row {
    char id[ID_MAX], name[NAME_MAX_BYTES], supplier[ID_MAX];
    int kind, source, disinfection, terrain;
    double capacity;
    int64_t people;
    const struct conf_node *chain, *plan;
};

struct plan_row {
    int status;
    char approved_on[DAY_ISO_MAX], valid_until[DAY_ISO_MAX], next_review[DAY_ISO_MAX];
};

struct area_row {
    char id[ID_MAX], name[NAME_MAX_BYTES], parent[ID_MAX], from[DAY_ISO_MAX], until[DAY_ISO_MAX];
    int kind;
    const struct conf_node *aliases;
};

struct site_row {
    char id[ID_MAX], name[NAME_MAX_BYTES], system[ID_MAX], area[ID_MAX];
    int kind;
    double elevation;
    int64_t residence_ms;
    const struct conf_node *location, *chain, *rules;
};

struct main_row {
    char id[ID_MAX], name[NAME_MAX_BYTES], system[ID_MAX];
    double diameter_mm;
    const struct conf_node *path;
};

struct zone_row {
    char id[ID_MAX], name[NAME_MAX_BYTES], system[ID_MAX], area[ID_MAX];
    const struct conf_node *versions;
};

struct version_row {
    char from[DAY_ISO_MAX];
    int64_t connections, people;
    struct conf_range elevation;
    int supply;
    const struct conf_node *flows, *critical, *priority;
};

struct flow_row {
    char point[ID_MAX];
    int sign;
};

struct priority_row {
    int kind;
    char name[NAME_MAX_BYTES];
};

extern const char *const FLOW_SIGNS[]; /* in, out */

extern const struct conf_setting SUPPLIER[3], SYSTEM[11], PLAN[4], AREA[7], SITE[10], MAIN[5], ZONE[5],
    ZONE_VERSION[8], ZONE_FLOW[2], ZONE_PRIORITY[2];

#endif
