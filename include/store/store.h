/* PostgreSQL: a projection of the journal, and the past for whoever asks.
 *
 * It may be absent, hung or slow at any time: every wait has a deadline of ours, and nobody but this
 * room's own threads ever waits for it. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/strbuf.h"
#include "model/catalogue.h"
#include "ports/alarm_past.h"
#include "ports/handed.h"
#include "ports/history.h"
#include "ports/incident_past.h"
#include "ports/lanes.h"
#include "ports/meters.h"
#include "ports/report_maker.h"
#include "ports/reports.h"
#include "ports/shifts.h"
#include "ports/spots.h"
#include "ports/trail.h"
#include "ports/versions.h"

enum { STORE_CONNECT_MAX = 512, STORE_PASSWORD_MAX = 128 };

struct store_login {
    char user[64];
    char password[STORE_PASSWORD_MAX]; /* "": none */
};

struct store_settings {
    char connect[STORE_CONNECT_MAX];                       /* libpq keywords without user and password */
    struct store_login owner, maintenance, writer, reader; /* user "": that part is not used */
    char node[ID_MAX];
    int64_t answer_ms;  /* a server silent for so long is left; 10 s */
    size_t batch_bytes; /* of journal bodies per transaction; 1 MiB */
    unsigned readers;   /* worker threads for history; 2 */
    unsigned questions; /* longest queue of questions; 64 */
};

/* ---- schema ---- */
struct store_climb {
    int upto;   /* a version; 0: the newest */
    bool force; /* also past nodes that cannot follow */
};

/* Brings the schema to a version as its owner; *from and *to say the versions.  ERR_STATE when the database
 * is newer than this program, and when a node other than s->node that was there within 24 h does not speak
 * the version yet: nothing has changed then. */
MUST_USE enum err store_climb(const struct store_settings *s, const struct store_climb *how, int *from,
                              int *to, struct fault *why);
/* To the newest, without force. */
MUST_USE enum err store_migrate(const struct store_settings *s, int *from, int *to, struct fault *why);
/* The schema version this program speaks. */
int store_schema_version(void);

/* ---- quarantine: entries that PostgreSQL refused, for people ---- */
enum quarantine_verb { QUARANTINE_LIST, QUARANTINE_RETRY, QUARANTINE_DISCARD };

struct quarantine_ask {
    enum quarantine_verb verb;
    bool all; /* at most a thousand; else the one of: */
    enum lane lane;
    int64_t epoch;
    uint64_t seq;
    const char *by; /* who decides */
    struct wall now;
};

/* Entries of this node that nobody has decided about.  Retry: its rows, and the mark that it was delivered,
 * in one transaction.  Discard: only the mark; the row stays.  Opens connections of its own and waits for
 * them.  *told grows by a line for each that is listed or refused; why->text says how it went, also on
 * ERR_NONE.  ERR_RANGE: some were refused again. */
MUST_USE enum err store_quarantine(const struct store_settings *s, const struct quarantine_ask *ask,
                                   struct strbuf *told, struct fault *why);

/* ---- delivery: one thread ---- */
struct deliverer;

struct deliverer_stats {
    bool connected;
    uint64_t rows, events, transactions, reconnects, quarantined_entries;
    uint64_t cursor[LANE_END]; /* last delivered sequence */
    uint64_t used_keys;        /* acts of people that are not there: an older one has their key */
    uint64_t backlog;          /* entries before the live cursor that are still to come */
    struct wall last_delivery; /* .ms == 0: never */
    char text[256];            /* what is wrong now, "" when nothing */
};

MUST_USE enum err deliverer_start(struct deliverer **out, const struct store_settings *s,
                                  struct catalogue *catalogue, struct lanes_port lanes, struct clock clock,
                                  struct fault *why);
/* Where the node's configurations are told from; before the first catalogue of one: none are told. */
void deliverer_versions(struct deliverer *d, struct versions_port versions);
/* Another configuration: holds the catalogue and shows it in the database, with its version, as soon as that
 * is there.  Any thread. */
void deliverer_catalogue(struct deliverer *d, struct catalogue *catalogue);
/* New durable entries: look again now. Any thread. */
void deliverer_poke(struct deliverer *d);
void deliverer_stats(struct deliverer *d, struct deliverer_stats *out);
/* Delivers what is durable for at most drain_ms, then its thread leaves; poke and stats still work.  NULL is
 * fine. */
void deliverer_stop(struct deliverer *d, int64_t drain_ms);
/* After deliverer_stop, once nobody can poke or ask any more.  NULL is fine. */
void deliverer_free(struct deliverer *d);

/* ---- history: a few threads, read-only role ---- */
struct historian;

MUST_USE enum err historian_start(struct historian **out, const struct store_settings *s, struct clock clock,
                                  struct fault *why);
struct history_port historian_port(struct historian *h);
struct meters_port historian_meters(struct historian *h);
struct trail_port historian_trail(struct historian *h);
struct alarm_past_port historian_alarms(struct historian *h);
struct incident_past_port historian_incidents(struct historian *h);
struct shift_past_port historian_shifts(struct historian *h);
struct handed_port historian_handed(struct historian *h);
struct spot_facts_port historian_spots(struct historian *h);
/* Before anybody asks; copies the maker. */
struct reports_port historian_reports(struct historian *h, const struct report_maker *maker);
/* Answers what is queued with ERR_STATE, cancels what runs, joins.  NULL is fine. */
void historian_stop(struct historian *h);

#endif
