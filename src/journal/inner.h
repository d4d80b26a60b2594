/* The journal's layout, for the files of this room. */
#ifndef INNER_H
#define INNER_H

#include <pthread.h>

#include "base/log.h"
#include "base/wake.h"
#include "group.h"
#include "journal/journal.h"

struct journal {
    struct journal_settings settings;
    struct clock clock;
    int lock_fd;

    /* the committer's own */
    sqlite3 *writer_db;
    struct group_writer writer;
    struct strbuf writing; /* the group on its way to the disk */
    struct damper damper;
    struct mono next_house;
    struct wake retry;
    pthread_t thread;

    pthread_mutex_t lock; /* guards down to the gap */
    pthread_cond_t some, became_durable;
    struct strbuf pending;
    struct mono oldest; /* when the oldest pending record came */
    uint64_t pending_records, appended, durable;
    bool hurry, stopping;
    void (*told)(void *self, uint64_t seq);
    void *told_self;
    struct journal_stats stats;
    uint64_t high[LANE_END], delivered[LANE_END];

    pthread_mutex_t reader_lock; /* guards the second connection */
    sqlite3 *reader_db;
    sqlite3_stmt *read, *first;
};

MUST_USE enum err lanes_open(struct journal *j, struct fault *why);
void lanes_close(struct journal *j);

#endif
