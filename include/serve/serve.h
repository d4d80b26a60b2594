/* The embedded HTTP face (libmicrohttpd): JSON, event stream, the page.  It holds ports and snapshots; no
 * wire, no writer, no connection to a database. */
#ifndef SERVE_SERVE_H
#define SERVE_SERVE_H

#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "ports/assets.h"
#include "ports/doors.h"
#include "ports/hands.h"
#include "ports/health.h"
#include "ports/history.h"
#include "ports/present.h"
#include "ports/versions.h"
#include "ports/volumes.h"

struct serve_settings {
    char listen[80]; /* "127.0.0.1:8480" or "[::1]:8480"; any address that is not loopback is refused */
    unsigned connections_max;                  /* 1000 */
    unsigned header_within_ms, body_within_ms; /* total deadlines: 10 s, 30 s */
};

struct serve_ports {
    struct present_port present;
    struct history_port history;   /* ask == NULL: there is no history */
    struct volumes_port volumes;   /* ask == NULL: as without history */
    struct versions_port versions; /* visit == NULL: none are told */
    struct hands_port hands;       /* tell == NULL: nobody may tell anything */
    struct doors_port doors;
    struct health_port health;
    const struct assets *assets; /* NULL: no page */
    struct clock clock;
};

struct serve;

/* Listens and answers from its own threads until serve_stop.  Borrows what the ports point to until then;
 * only history and volumes may call back later, for a question that was given up.  ERR_CONFIG for a setting
 * that is out of bounds or an address that is not loopback. */
MUST_USE enum err serve_start(struct serve **out, const struct serve_settings *s,
                              const struct serve_ports *ports, struct fault *why);
/* A new snapshot: streams get the difference.  Borrows (holds its own count).  One caller thread; returns at
 * once, rendering and waking happen on a thread of the face. */
void serve_publish(struct serve *s, struct snapshot *snapshot);
/* Ends streams cleanly, answers what is under way for at most 5 s, closes.  NULL is fine. */
void serve_stop(struct serve *s);
/* The port it listens on (useful when asked for port 0). */
unsigned serve_port(const struct serve *s);
/* Requests, streams, refusals ...  GET /metrics writes the health port's metrics and then these by itself:
 * the health port must not repeat them.  For others who want the figures. */
void serve_metrics(struct serve *s, void (*sample)(void *ctx, const struct metric *m), void *ctx);

#endif
