/* A journal in memory: lanes as the deliverer sees them, and what it told them. */
#ifndef TESTS_STORE_LANES_DOUBLE_H
#define TESTS_STORE_LANES_DOUBLE_H

#include <pthread.h>

#include "model/lane.h"
#include "ports/lanes.h"

struct lanes_double_entry {
    struct wall at;
    void *body;
    size_t len;
};

struct lanes_double {
    pthread_mutex_t lock;
    int64_t epoch;
    struct lanes_double_entry *entries[LANE_END]; /* entry i has sequence i + 1 */
    size_t count[LANE_END], cap[LANE_END];
    uint64_t first[LANE_END];     /* first kept */
    uint64_t delivered[LANE_END]; /* as told */
    struct wall recorded;         /* of what is put from now on; at first: later than any clock says */
};

void lanes_double_init(struct lanes_double *l, int64_t epoch);
void lanes_double_clear(struct lanes_double *l);
struct lanes_port lanes_double_port(struct lanes_double *l);
/* Any thread; returns the sequence. */
uint64_t lanes_double_put(struct lanes_double *l, enum lane lane, const void *body, size_t len);
uint64_t lanes_double_reading(struct lanes_double *l, uint64_t key, struct wall at, double value);
uint64_t lanes_double_event(struct lanes_double *l, enum event_kind kind, struct wall at,
                            const char *subject);
/* Entries before `first` are forgotten. */
void lanes_double_keep_from(struct lanes_double *l, enum lane lane, uint64_t first);
uint64_t lanes_double_delivered(struct lanes_double *l, enum lane lane);

#endif
