/* What wires, devices, points and profiles may say in a file: the tables, and the structs they fill. */
#ifndef FIELD_ROWS_H
#define FIELD_ROWS_H

#include "acquire/field.h"

enum { ACCEPTED_MAX = 12 }; /* "not_yet", "always" or a day */

/* How devices of a make behave on a wire. */
struct habits_row {
    int64_t answer_ms, busy_retries, busy_pause_ms, reply_unit;
    bool close_after_cycle;
    const struct conf_node *gate, *alive, *identity;
};

/* Where a device says who it is. */
struct identity_row {
    int64_t holding, input, registers;
    int order; /* index in FIELD_BYTES */
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
    char id[ID_MAX], tcp[80], rtu_over_tcp[80];
    int64_t connect_ms, answer_ms, pause_ms, typical_ms, late_ms;
    bool close_after_cycle;
    char accepted[ACCEPTED_MAX];
    const struct conf_node *serial, *listen, *devices;
};

struct serial_row {
    char device[sizeof((struct serial_settings *)0)->device];
    int baud, parity, data_bits; /* indices in FIELD_BAUDS, FIELD_PARITIES, "8" */
    int64_t stop_bits;
    bool echo;
};

struct listen_row {
    char on[80], from[sizeof((struct listen_settings *)0)->from];
    int protocol; /* index in FIELD_PROTOCOLS */
};

enum { BAUD_COUNT = 11 };

struct device_row {
    char id[ID_MAX], site[ID_MAX], profile[ID_MAX];
    int64_t unit, every_ms, max_registers, holes;
    int order;
    struct habits_row habits;
    char accepted[ACCEPTED_MAX];
    const struct conf_node *forbidden, *points, *rules;
};

struct forbidden_row {
    int64_t place[FUNCTION_COUNT]; /* by function; CONF_NONE: not in that table */
    int64_t count;
};

enum { FROZEN_UNLESS_MAX = 480 };

struct point_row {
    char id[ID_MAX], was[ID_MAX], use[ID_MAX], name[NAME_MAX_BYTES], parameter[ID_MAX], unit[UNIT_MAX],
        unit_as[UNIT_MAX];
    int64_t place[FUNCTION_COUNT]; /* by function; CONF_NONE: not in that table */
    int64_t bit, decimals, heartbeat_ms;
    int kind, order;
    double scale, offset, deadband;
    int signal;
    double per_ma, fault_below, fault_above;
    struct conf_range plausible;
    struct conf_words no_value;
    const struct conf_node *states; /* as written; read into what follows */
    struct point_state state[STATES_MAX];
    unsigned state_count;

    struct conf_range span;
    double max_rate;
    int rate_per;
    int64_t frozen_after_ms, total_width;
    double total_max_flow, total_wraps_at;
    char frozen_unless[FROZEN_UNLESS_MAX];
    char accepted[ACCEPTED_MAX];
    int at;                        /* enum sampled_at */
    const struct conf_node *rules; /* read when all points are known */
};

/* A point without a device. */
struct manual_row {
    char id[ID_MAX], was[ID_MAX], site[ID_MAX], name[NAME_MAX_BYTES], parameter[ID_MAX], unit[UNIT_MAX];
    int64_t decimals;
    double total_max_flow, total_wraps_at;
    struct conf_range plausible;
    int at; /* enum sampled_at */
    const struct conf_node *rules;
};

/* A point that is counted of what another shows. */
struct counted_row {
    char id[ID_MAX], was[ID_MAX], name[NAME_MAX_BYTES], condition[FROZEN_UNLESS_MAX];
    int64_t decimals, heartbeat_ms;
    double deadband, from;
    int counts; /* index in COUNTS */
    const struct conf_node *rules;
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

extern const char *const FIELD_BAUDS[BAUD_COUNT + 1];
extern const char *const FIELD_PARITIES[PARITY_COUNT + 1];
extern const char *const FIELD_PROTOCOLS[3]; /* of those who call: tcp, rtu */
extern const char *const FIELD_KINDS[KIND_COUNT + 1];
extern const char *const FIELD_ORDERS[ORDER_COUNT + 1];
extern const char *const FIELD_RATES[RATE_PER_COUNT + 1];

/* Their sizes stand here so that COUNT_OF knows them; the compiler compares. */
extern const struct conf_setting WIRE[13], SERIAL[6], LISTEN[3];
extern const struct conf_setting DEVICE[20], FORBIDDEN[5], POINT[37];
extern const struct conf_setting PROFILE_FILE[2], PROFILE[15], PROFILE_POINT[32];
extern const struct conf_setting MANUAL[12], COUNTED[10];
extern const char *const COUNTS[]; /* enum counts, less one; NULL-terminated */
extern const struct conf_setting GATE[6], ALIVE[4], IDENTITY[4];

/* The one table that is given; 0 when there is none or more than one. */
uint8_t place_function(const int64_t place[FUNCTION_COUNT]);

#endif
