/* Event streams: a full picture first, then what changed, at most every 250 ms.  A reader that was away or
 * is slow gets one difference from the generation it has to the newest, never a backlog.
 *
 * Texts are rendered by the pulse thread only and shared by the streams that need the same; the event
 * thread copies bytes.  The hub knows no library: it stops and wakes a connection through two functions. */
#ifndef SERVE_HUB_H
#define SERVE_HUB_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/wake.h"
#include "model/alarm_list.h"
#include "model/catalogue.h"
#include "model/incident_list.h"
#include "model/shift.h"
#include "model/snapshot.h"
#include "ports/doors.h"
#include "tally.h"

enum {
    HUB_FRAME_MS = 250,
    HUB_KEEP_ALIVE_MS = 15000,
    HUB_LOOK_MS = 1000,
    HUB_LOOK_TOGETHER = 256,
    HUB_SLICE = 100,
    HUB_SLICE_MS = 10
};
enum { HUB_PARKED = 0, HUB_END = -1 };
/* What a stream is about, one bit each. */
enum hub_topic { HUB_POINTS = 1, HUB_ALARMS = 2, HUB_INCIDENTS = 4, HUB_SHIFTS = 8 };

struct hub;
struct stream;

struct hub_settings {
    int64_t epoch; /* of this process: ids of another one are not ours */
    size_t streams_max;
    struct wake *pulse; /* poked when there is something for hub_turn */
    struct tally *tally;
    struct doors_port doors; /* asked again while a stream lives: a session may end */
    struct clock clock;
    void (*park)(void *connection); /* called with the hub locked */
    void (*resume)(void *connection);
};

MUST_USE enum err hub_new(struct hub **out, const struct hub_settings *s, struct fault *why);
void hub_free(struct hub *h); /* no streams are left */
/* Borrows the snapshot. */
void hub_publish(struct hub *h, struct snapshot *snapshot);
void hub_publish_alarms(struct hub *h, struct alarm_list *alarms); /* likewise */
void hub_publish_incidents(struct hub *h, struct incident_list *incidents);
void hub_publish_shifts(struct hub *h, struct shift_list *shifts);
/* What the pulse thread does: adopts the newest picture, gives texts, wakes readers in slices.  Returns when
 * it wants to be called again. */
struct mono hub_turn(struct hub *h, struct mono now);
/* Streams end after what they are writing; new ones are refused. */
void hub_stop(struct hub *h);

struct stream_ask {
    void *connection;
    int socket;                  /* of the connection: to see that its client left */
    unsigned topics;             /* enum hub_topic */
    const char *site;            /* id; "": all */
    const char *last_event_id;   /* NULL: none */
    const char *token, *session; /* "": none */
    struct peer peer;
    const struct visitor *visitor; /* copied: gives what they see */
};

/* ERR_FULL at the ceiling, ERR_STATE while stopping. */
MUST_USE enum err stream_new(struct stream **out, struct hub *h, const struct stream_ask *ask);
/* Takes a connection after all (made before it is known). */
void stream_free(void *stream);
/* Bytes for the connection, HUB_PARKED after park() was called, HUB_END. */
ssize_t stream_read(struct stream *s, char *buf, size_t max);

#endif
