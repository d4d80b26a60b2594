/* The journal's layout, for the files of this room. */
#ifndef INNER_H
#define INNER_H

#include <pthread.h>

#include "ballast.h"
#include "base/log.h"
#include "base/wake.h"
#include "group.h"
#include "journal/journal.h"
#include "keep.h"

struct journal {
    struct journal_settings settings;
    struct clock clock;
    int lock_fd;

    /* the committer's own */
    sqlite3 *writer_db;
    struct group_writer writer;
    struct strbuf writing; /* the group on its way to the disk */
    size_t part_bytes;     /* of it, at most, go into one transaction */
    struct damper damper, tidy_damper;
    struct ballast ballast;
    struct wake retry;
    pthread_t thread;

    pthread_mutex_t lock; /* guards down to the gap */
    pthread_cond_t some, became_durable;
    struct strbuf pending;
    size_t under_way;   /* bytes of `writing` */
    struct mono oldest; /* when the oldest pending record came */
    uint64_t appended, durable;
    bool hurry, stopping;
    bool clock_true; /* nothing is too old before */
    void (*told)(void *self, uint64_t seq);
    void *told_self;
    struct journal_stats stats;
    struct lane_marks lanes[LANE_END]; /* as durable; delivered as told */
    struct keep keep[LANE_END];

    pthread_mutex_t reader_lock; /* guards the second connection */
    sqlite3 *reader_db;
    sqlite3_stmt *read[LANE_END];
};

MUST_USE enum err lanes_open(struct journal *j, struct fault *why);
void lanes_close(struct journal *j);

#endif
