/* The deliverer's layout, for the files of this room that are parts of it: link.c has its connections,
 * shown.c what it tells of the configuration, place.c the cursors, lane.c the transactions, deliver.c the
 * loop. */
#ifndef STORE_DELIVERER_H
#define STORE_DELIVERER_H

#include <pthread.h>

#include "backlog.h"
#include "batch.h"
#include "days.h"
#include "leash.h"
#include "pg.h"
#include "store/store.h"
#include "trouble.h"

struct lane_state {
    enum lane lane;
    bool past;  /* the backlog: entries of `lane` before its cursor; known and seq are those of the lane */
    bool known; /* seq is what PostgreSQL said on this connection */
    bool no_partition; /* the last refusal was a missing partition */
    uint64_t seq;
    size_t entries_max; /* per transaction: halved by a refusal of data, doubled by success, and the backlog's
                           by its pace */
    struct trouble trouble;
};

/* Configurations that followed one another faster than the database took them: each gave points a meaning for
 * a while, and readings of that while say so only by their time. */
enum { SHOWN_WAITING_MAX = 256, SHOWN_POINTS_MAX = 400000 }; /* points of all of them: about 300 MB */

/* Acts whose key the database has from an older act, that is forgotten where it was told: theirs is not
 * written. */
struct used_keys {
    uint64_t count;
    char key[HAND_KEY_MAX]; /* one of them */
};

struct deliverer {
    struct store_settings settings;
    struct lanes_port lanes;
    struct clock clock;
    int64_t epoch;
    struct leash leash;
    int poke;
    pthread_t thread;

    /* the thread's own */
    struct pg *writer, *maintenance;
    struct trouble link, catalogue_trouble;
    struct lane_state state[LANE_END], past;
    struct backlog backlog; /* as known as the live lane is */
    struct batch batch;
    struct used_keys used; /* in the transaction that is under way */
    struct days days;
    struct mono next_seen;
    struct wall seen; /* node.seen, as read with the cursor; .ms == 0: never */
    bool was_connected;

    pthread_mutex_t lock;
    struct deliverer_stats stats; /* under lock */
    struct catalogue
        *catalogues[SHOWN_WAITING_MAX]; /* under lock: held, oldest first, the last is the present one */
    size_t catalogue_count;             /* under lock: 1 when all were shown */
    bool catalogue_new;                 /* under lock: not all shown yet */
    struct versions_port versions;      /* under lock */
};

/* ---- link.c ---- */
MUST_USE enum err link_connect(struct deliverer *d, struct fault *why);
void link_hang_up(struct deliverer *d);
/* Days not known to have a partition get one.  Without a maintenance login somebody else makes them. */
MUST_USE enum err link_make_days(struct deliverer *d, const int64_t *days, size_t n, struct fault *why);
/* Tomorrow's partition is there before midnight; when it cannot be made now, the batch that needs it will say
 * so. */
void link_make_days_ahead(struct deliverer *d);

/* ---- shown.c ---- */
/* Points and sites are for people who read: readings do not wait for them; a failure is tried again. */
void shown_write(struct deliverer *d);
bool shown_waits(struct deliverer *d);
/* Takes its turn after those that were not shown yet; when too many wait, or too large ones, the oldest
 * never is, and the log says so. */
void shown_add(struct deliverer *d, struct catalogue *c);
void shown_drop(struct deliverer *d);

/* ---- place.c ---- */
/* Where this connection starts: PostgreSQL's cursor is the authority. */
MUST_USE enum err place_find(struct deliverer *d, struct lane_state *l, struct fault *why);
/* In the transaction of a batch: nobody else has moved the row.  When somebody has, *moved. */
MUST_USE enum err place_hold(struct deliverer *d, const struct lane_state *l, bool *moved, struct fault *why);
MUST_USE enum err place_move(struct deliverer *d, enum lane lane, uint64_t seq, struct fault *why);
void place_tell_journal(struct deliverer *d, const struct lane_state *l);

/* ---- lane.c ---- */
/* One batch of one lane.  *more: there may be another.  A lane's own trouble keeps only that lane back; an
 * error is a lost connection, which is everybody's. */
MUST_USE enum err lane_turn(struct deliverer *d, struct lane_state *l, bool *more, struct fault *why);

#endif
