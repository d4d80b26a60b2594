/* The embedded HTTP face (libmicrohttpd): JSON, event stream, the page.  It holds ports and snapshots; no
 * wire, no writer, no connection to a database. */
#ifndef SERVE_SERVE_H
#define SERVE_SERVE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "ports/alarm_past.h"
#include "ports/alarms.h"
#include "ports/assets.h"
#include "ports/doors.h"
#include "ports/duty.h"
#include "ports/handed.h"
#include "ports/hands.h"
#include "ports/health.h"
#include "ports/history.h"
#include "ports/incident_past.h"
#include "ports/incidents.h"
#include "ports/modes.h"
#include "ports/outbox.h"
#include "ports/passes.h"
#include "ports/portal.h"
#include "ports/present.h"
#include "ports/prevention.h"
#include "ports/reports.h"
#include "ports/shifts.h"
#include "ports/spots.h"
#include "ports/stopgaps.h"
#include "ports/trail.h"
#include "ports/versions.h"
#include "ports/volumes.h"

enum { SERVE_LIST_MAX = 1024, SERVE_PATH_MAX = 1024 };

struct serve_settings {
    char listen[80]; /* "127.0.0.1:8480": plain text; only loopback, unless plain_on_network */
    bool plain_on_network;
    char tls_listen[80];                                   /* the same, encrypted; any address; "": none */
    char certificate[SERVE_PATH_MAX], key[SERVE_PATH_MAX]; /* PEM, of tls_listen */
    unsigned certificate_look_ms; /* so often both files are looked at; another pair is taken */
    char operations[80]; /* health and figures for everybody who reaches it: loopback only; "": `listen` has
                            them, unless others reach it, too */
    char hosts[SERVE_LIST_MAX];   /* names and addresses to be asked as, besides those of this machine; blanks
                                     between */
    char proxies[SERVE_LIST_MAX]; /* ranges of addresses whose X-Forwarded-For and -Proto are believed */
    unsigned rate_known, rate_address; /* requests a minute: of one account or token; of one address without;
                                          0: no limit */
    unsigned connections_each; /* connections of one address, loopback and proxies aside; 0: no limit */
    unsigned connections_max;  /* 1000 */
    unsigned header_within_ms, body_within_ms; /* total deadlines: 10 s, 30 s */
};

struct serve_ports {
    struct present_port present;
    struct history_port history;       /* ask == NULL: there is no history */
    struct volumes_port volumes;       /* ask == NULL: as without history */
    struct trail_port trail;           /* ask == NULL: as without history */
    struct versions_port versions;     /* visit == NULL: none are told */
    struct hands_port hands;           /* tell == NULL: nobody may tell anything */
    struct alarms_port alarms;         /* open == NULL: there are none, nobody may act */
    struct alarm_past_port alarm_past; /* ask == NULL: as without history */
    struct modes_port modes;           /* known == NULL: likewise */
    struct shifts_port shifts;         /* likewise */
    struct shift_past_port shift_past; /* ask == NULL: as without history */
    struct prevention_port prevention; /* likewise */
    struct spots_port spots;           /* ask == NULL: as without history */
    struct incidents_port incidents;   /* likewise */
    struct stopgaps_port stopgaps;     /* known == NULL: likewise */
    struct duty_port duty;             /* at == NULL: there are no rosters */
    struct letters_port letters;       /* of == NULL: there are none */
    struct passes_port passes;         /* find == NULL: likewise */
    struct portal_port portal;         /* make == NULL: there is none */
    struct reports_port reports;       /* ask == NULL: there are none */
    struct doors_port doors;
    struct health_port health;
    const struct assets *assets; /* NULL: no page */
    struct clock clock;
    /* ask == NULL: as without history */
    struct incident_past_port incident_past;
    struct handed_port handed; /* likewise */
};

struct serve;

/* What does not go together, as far as it can be told without listening: ERR_CONFIG with a sentence. */
MUST_USE enum err serve_check(const struct serve_settings *s, struct fault *why);

/* Listens and answers from its own threads until serve_stop.  Borrows what the ports point to until then;
 * only history, volumes, trail and reports may call back later, for a question that was given up.  ERR_CONFIG
 * as serve_check; or a certificate that cannot be used. */
MUST_USE enum err serve_start(struct serve **out, const struct serve_settings *s,
                              const struct serve_ports *ports, struct fault *why);
/* A new snapshot: streams get the difference.  Borrows (holds its own count).  One caller thread; returns at
 * once, rendering and waking happen on a thread of the face. */
void serve_publish(struct serve *s, struct snapshot *snapshot);
void serve_publish_alarms(struct serve *s, struct alarm_list *alarms); /* likewise */
void serve_publish_incidents(struct serve *s, struct incident_list *incidents);
void serve_publish_shifts(struct serve *s, struct shift_list *shifts);
/* The hand-over sheet of that shift: as it was handed over, else as it is now; the page to print, or JSON.
 * False: no memory, or it is not known, or over. */
bool serve_shift_sheet(struct serve *s, uint64_t shift, bool page, struct strbuf *out);
/* Ends streams cleanly, answers what is under way for at most 5 s, closes.  NULL is fine. */
void serve_stop(struct serve *s);
/* The port it listens on (useful when asked for port 0). */
unsigned serve_port(const struct serve *s);
unsigned serve_tls_port(const struct serve *s);        /* 0: none */
unsigned serve_operations_port(const struct serve *s); /* 0: none */
/* Requests, streams, refusals ...  GET /metrics writes the health port's metrics and then these by itself:
 * the health port must not repeat them.  For others who want the figures. */
void serve_metrics(struct serve *s, void (*sample)(void *ctx, const struct metric *m), void *ctx);

#endif
