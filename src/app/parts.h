/* The parts of a running daemon, as its assembly sees them. */
#ifndef PARTS_H
#define PARTS_H

#include <pthread.h>
#include <stdatomic.h>

#include "acquire/wire.h"
#include "config.h"
#include "doors/doors.h"
#include "heads.h"
#include "neighbours.h"
#include "notify/sender.h"
#include "notify/sms_spool.h"
#include "notify/trial.h"
#include "passes.h"
#include "pipeline.h"
#include "portal.h"
#include "ports/meters.h"
#include "reports.h"
#include "spots.h"
#include "store/grants.h"
#include "store/others.h"
#include "store/taker.h"
#include "store/upkeep.h"
#include "versions.h"

/* A wire goes on over reloads that do not touch it, by the settings it was made with. */
struct running_wire {
    struct wire *wire;
    const struct wire_settings *settings; /* of this configuration: */
    struct catalogue *of;                 /* held */
};

struct parts {
    const char *path;      /* of the daemon file */
    struct config *config; /* the one it started with: node, journal, database and face stay as it says */
    struct low_descriptors *low;
    struct steady *steady;
    bool clock_unsure; /* the kernel never said yet that it is synchronised; start, then the main thread */
    struct clock clock;
    struct now started;
    struct doors *doors;
    struct audit_entry first_act; /* done before there was a pipeline, when has_first_act */
    bool has_first_act;
    struct journal *journal;
    struct versions *versions;
    struct heads *heads;
    struct pipeline *pipeline;
    _Atomic(struct deliverer *) deliverer; /* the committer may poke before it is there */
    _Atomic(struct grants *) grants;       /* the clerk may poke before it is there */
    struct historian *historian;
    struct upkeep *upkeep;
    struct taker *taker;
    struct meters_port meters;
    struct spots spots;
    struct neighbours *neighbours;
    _Atomic(struct others *) others; /* NULL while it is not started: the face may ask before */
    struct passes *passes;           /* NULL: there are no links that act */
    struct portal *portal;
    struct reports reports;
    struct reports_port ask_reports;
    struct serve *serve;
    _Atomic(struct sender *) senders[CHANNEL_COUNT]; /* NULL: there is none, or it is not started */
    _Atomic(struct trials *) trials;                 /* NULL: nobody is told, or it is not started */
    struct trial_sets *trial_sets;
    struct spool *spool;     /* NULL: no modem */
    struct answers *answers; /* likewise */
    struct control *control;

    pthread_mutex_t reloading;   /* one reload at a time */
    pthread_mutex_t lock;        /* guards what follows */
    struct catalogue *catalogue; /* held: the present configuration's */
    struct running_wire *wires;
    size_t wire_count;
};

/* NULL: there is none.  While the lock is held no wire ends. */
struct wire *parts_wire(const struct parts *d, const char *id);

#endif
