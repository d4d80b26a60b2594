/* What wires, devices, points and profiles may say in a file: the tables, and the structs they fill. */
#ifndef FIELD_ROWS_H
#define FIELD_ROWS_H

#include "acquire/field.h"

/* How devices of a make behave on a wire. */
struct habits_row {
    int64_t answer_ms, busy_retries, busy_pause_ms, reply_unit;
    bool close_after_cycle;
    const struct conf_node *gate, *alive;
};

/* A register that is looked at besides the points. */
struct watch_row {
    char point[ID_MAX];
    int64_t holding, input;
};

struct gate_row {
    struct watch_row watch;
    int64_t equals, mask;
    int otherwise; /* enum quality */
};

struct alive_row {
    struct watch_row watch;
    int64_t within_ms;
};

struct watch_rows {
    bool gated, moves; /* which of them count */
    struct gate_row gate;
    struct alive_row alive;
};

struct wire_row {
    char id[ID_MAX], tcp[80];
    int64_t connect_ms, answer_ms, pause_ms, typical_ms;
    bool close_after_cycle;
    const struct conf_node *devices;
};

struct device_row {
    char id[ID_MAX], site[ID_MAX], profile[ID_MAX];
    int64_t unit, every_ms, max_registers, holes;
    int order;
    struct habits_row habits;
    const struct conf_node *forbidden, *points;
};

struct forbidden_row {
    int64_t holding, input, count;
};

struct point_row {
    char id[ID_MAX], was[ID_MAX], use[ID_MAX], name[NAME_MAX_BYTES], parameter[ID_MAX], unit[UNIT_MAX],
        unit_as[UNIT_MAX];
    int64_t holding, input, decimals, heartbeat_ms;
    int kind, order;
    double scale, offset, deadband;
    int signal;
    double per_ma, fault_below, fault_above;
    struct conf_range plausible;
    struct conf_words no_value;
};

struct profile_file_row {
    const struct conf_node *profile, *points;
};

struct profile_row {
    char id[ID_MAX], name[NAME_MAX_BYTES], source[400];
    int64_t max_registers, holes;
    int order;
    struct habits_row habits;
    const struct conf_node *forbidden;
};

extern const char *const FIELD_KINDS[KIND_COUNT + 1];
extern const char *const FIELD_ORDERS[ORDER_COUNT + 1];

/* Their sizes stand here so that COUNT_OF knows them; the compiler compares. */
extern const struct conf_setting WIRE[8], DEVICE[17], FORBIDDEN[3], POINT[22];
extern const struct conf_setting PROFILE_FILE[2], PROFILE[14], PROFILE_POINT[20];
extern const struct conf_setting GATE[6], ALIVE[4];

#endif
