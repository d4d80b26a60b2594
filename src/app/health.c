#include "health.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channels.h"
#include "people.h"

/* ---- parts, for /readyz ---- */

static struct part journal_part(struct parts *d)
{
    struct part p = { .name = "journal" };
    struct journal_stats s;

    journal_stats(d->journal, &s);
    p.state = s.failing ? PART_DOWN : s.short_of_disk ? PART_DEGRADED : PART_OK;
    if (s.failing)
        (void)snprintf(p.text, sizeof p.text, "not written: %s", s.text);
    else if (s.short_of_disk)
        (void)snprintf(
            p.text, sizeof p.text,
            "the disk is full: the ballast is given up, the oldest readings go so that events fit");
    else
        (void)snprintf(p.text, sizeof p.text, "%llu records, %lld bytes, %llu readings wait for the database",
                       (unsigned long long)s.records, (long long)s.bytes,
                       (unsigned long long)s.undelivered[LANE_LIVE]);
    return p;
}

/* Without the database everything but the past goes on, so it does not take the node out of service. */
static struct part database_part(struct parts *d)
{
    struct part p = { .name = "database" };
    struct deliverer_stats s;

    deliverer_stats(atomic_load(&d->deliverer), &s);
    p.state = s.connected && s.text[0] == '\0' ? PART_OK : PART_DEGRADED;
    if (p.state == PART_OK && s.backlog > 0)
        (void)snprintf(p.text, sizeof p.text, "%llu rows delivered, %llu entries of the past on their way",
                       (unsigned long long)s.rows, (unsigned long long)s.backlog);
    else if (p.state == PART_OK)
        (void)snprintf(p.text, sizeof p.text, "%llu rows delivered", (unsigned long long)s.rows);
    else
        (void)snprintf(p.text, sizeof p.text, "%s", s.text[0] == '\0' ? "not connected" : s.text);
    return p;
}

static void say_upkeep(const struct upkeep_stats *s, struct part *p)
{
    char last[CLOCK_TEXT_MAX] = "nothing yet";

    if (s->last_step.ms != 0)
        wall_text(s->last_step, last);
    (void)snprintf(p->text, sizeof p->text, "%llu days wait to be packed; last done: %s; %.130s",
                   (unsigned long long)s->days_waiting, last, s->text[0] == '\0' ? "no trouble" : s->text);
}

/* Nothing hangs on it today: what it leaves undone takes room, no more. */
static struct part maintenance_part(struct parts *d)
{
    struct part p = { .name = "maintenance" };
    struct upkeep_stats s;

    upkeep_stats(d->upkeep, &s);
    p.state = s.connected && s.text[0] == '\0' ? PART_OK : PART_DEGRADED;
    if (s.elsewhere)
        (void)snprintf(p.text, sizeof p.text, "another node does it");
    else if (!s.connected)
        (void)snprintf(p.text, sizeof p.text, "%s", s.text[0] == '\0' ? "not connected" : s.text);
    else
        say_upkeep(&s, &p);
    return p;
}

static struct part wires_part(struct parts *d)
{
    struct part p = { .name = "wires" };
    size_t up = 0, count;

    (void)pthread_mutex_lock(&d->lock);
    count = d->wire_count;
    for (size_t i = 0; i < count; i++) {
        struct wire_status s;
        wire_status(d->wires[i].wire, &s, NULL, 0);
        up += s.state == WIRE_UP;
    }
    (void)pthread_mutex_unlock(&d->lock);
    p.state = up == count ? PART_OK : PART_DEGRADED;
    (void)snprintf(p.text, sizeof p.text, "%zu of %zu wires up", up, count);
    return p;
}

static struct part clock_part(struct parts *d)
{
    bool fine = steady_synchronised(d->steady);
    struct part p = { .name = "clock", .state = fine ? PART_OK : PART_DEGRADED };

    (void)snprintf(p.text, sizeof p.text, "%s",
                   fine ? "synchronised" : "the kernel does not say that its clock is synchronised");
    return p;
}

static void add_other(struct part *p, const struct other_status *s)
{
    size_t used = strlen(p->text);

    if (s->silent)
        (void)snprintf(p->text + used, sizeof p->text - used, "%s%s not heard %s %lld s",
                       used == 0 ? "" : "; ", s->id, s->ever ? "for" : "since the start,",
                       (long long)(s->unheard_ms / 1000));
    else if (s->clock_wrong)
        (void)snprintf(p->text + used, sizeof p->text - used, "%sclock of %s %lld s %s ours",
                       used == 0 ? "" : "; ", s->id,
                       (long long)(s->ahead_ms < 0 ? -s->ahead_ms : s->ahead_ms) / 1000,
                       s->ahead_ms < 0 ? "behind" : "ahead of");
}

/* A node that has no points, and was not heard since we started, is none of ours. */
static struct part nodes_part(struct parts *d)
{
    static const char OWN[] = "our clock differs from the database's by %lld s";
    struct part p = { .name = "nodes", .state = PART_OK };
    struct others *others = atomic_load(&d->others);
    struct others_status s = { .count = 0 };
    size_t known = 0;

    if (others != NULL)
        others_status(others, &s);
    for (size_t i = 0; i < s.count; i++)
        if (s.nodes[i].ever || s.nodes[i].points > 0) {
            known++;
            add_other(&p, &s.nodes[i]);
        }
    if (p.text[0] == '\0' && s.text[0] != '\0')
        (void)snprintf(p.text, sizeof p.text, "%s", s.text);
    if (p.text[0] == '\0' && llabs((long long)s.ahead_ms) > d->config->others.clock_within_ms)
        (void)snprintf(p.text, sizeof p.text, OWN, (long long)s.ahead_ms / 1000);
    if (p.text[0] != '\0')
        p.state = PART_DEGRADED;
    else if (known == 0)
        (void)snprintf(p.text, sizeof p.text, "no others");
    else
        (void)snprintf(p.text, sizeof p.text, "%zu others, all heard", known);
    return p;
}

static size_t collect_parts(void *self, struct part *out)
{
    struct parts *d = self;
    size_t n = 0;

    out[n++] = journal_part(d);
    out[n++] = database_part(d);
    out[n++] = maintenance_part(d);
    out[n++] = wires_part(d);
    out[n++] = clock_part(d);
    out[n++] = nodes_part(d);
    out[n++] = people_part(d);
    out[n++] = channels_part(d);
    return n;
}

/* ---- metrics ---- */

struct sampling {
    void (*sample)(void *ctx, const struct metric *m);
    void *ctx;
};

static void give(const struct sampling *to, const char *name, const char *type, const char *help,
                 double value)
{
    const struct metric m = { .name = name, .help = help, .type = type, .value = value };

    to->sample(to->ctx, &m);
}

static void pipeline_metrics(struct parts *d, const struct sampling *to)
{
    struct pipeline_stats s;

    pipeline_stats(d->pipeline, &s);
    give(to, "capnuoc_messages_total", "counter", "messages folded", (double)s.messages);
    give(to, "capnuoc_readings_total", "counter", "readings folded", (double)s.readings);
    give(to, "capnuoc_readings_kept_total", "counter", "readings given to the journal", (double)s.kept);
    give(to, "capnuoc_readings_refused_total", "counter", "readings that contradicted themselves",
         (double)s.refused);
    give(to, "capnuoc_readings_lost_inbox_total", "counter",
         "readings and events lost because the inbox was full", (double)s.lost_inbox);
    give(to, "capnuoc_readings_retired_total", "counter",
         "readings of points that the configuration has no more, or not like that", (double)s.retired);
    give(to, "capnuoc_readings_lost_journal_total", "counter",
         "readings and events lost because the journal took no more", (double)s.lost_journal);
    give(to, "capnuoc_inbox_messages", "gauge", "messages waiting", (double)s.inbox_length);
}

static void journal_metrics(struct parts *d, const struct sampling *to)
{
    struct journal_stats s;

    journal_stats(d->journal, &s);
    give(to, "capnuoc_journal_records_total", "counter", "durable records since start", (double)s.records);
    give(to, "capnuoc_journal_commits_total", "counter", "commits since start", (double)s.commits);
    give(to, "capnuoc_journal_failed_commits_total", "counter", "commits that failed",
         (double)s.failed_commits);
    give(to, "capnuoc_journal_dropped_entries_total", "counter", "entries given up at the ceiling",
         (double)s.dropped_entries);
    give(to, "capnuoc_journal_bytes", "gauge", "size of the journal", (double)s.bytes);
    give(to, "capnuoc_journal_short_of_disk", "gauge", "1 while the ballast is given up for a full disk",
         s.short_of_disk);
    give(to, "capnuoc_journal_undelivered_entries", "gauge", "entries the database does not have yet",
         (double)(s.undelivered[LANE_EVENTS] + s.undelivered[LANE_LIVE]));
}

static void delivery_metrics(struct parts *d, const struct sampling *to)
{
    struct deliverer_stats s;

    deliverer_stats(atomic_load(&d->deliverer), &s);
    give(to, "capnuoc_database_connected", "gauge", "1 while the deliverer has a connection", s.connected);
    give(to, "capnuoc_delivered_rows_total", "counter", "readings delivered", (double)s.rows);
    give(to, "capnuoc_delivered_events_total", "counter", "events delivered", (double)s.events);
    give(to, "capnuoc_delivery_reconnects_total", "counter", "connections made", (double)s.reconnects);
    give(to, "capnuoc_delivery_backlog_entries", "gauge",
         "entries of the past that are delivered behind those of now", (double)s.backlog);
    give(to, "capnuoc_quarantined_entries_total", "counter", "entries the database cannot accept",
         (double)s.quarantined_entries);
    give(to, "capnuoc_used_keys_total", "counter",
         "acts of people that are not in the database: an older one has their key", (double)s.used_keys);
}

static void upkeep_metrics(struct parts *d, const struct sampling *to)
{
    struct upkeep_stats s;

    upkeep_stats(d->upkeep, &s);
    give(to, "capnuoc_maintenance_active", "gauge", "1 while this node keeps the database in order",
         s.connected && !s.elsewhere);
    give(to, "capnuoc_maintenance_steps_total", "counter", "steps that did something", (double)s.steps);
    give(to, "capnuoc_maintenance_failures_total", "counter", "steps that failed or found the table in use",
         (double)s.failures);
    give(to, "capnuoc_packed_readings_total", "counter", "readings packed", (double)s.packed);
    give(to, "capnuoc_kept_readings_total", "counter", "readings set aside for ever", (double)s.kept);
    give(to, "capnuoc_dropped_partitions_total", "counter", "partitions that were packed or too old",
         (double)s.days_dropped);
    give(to, "capnuoc_days_waiting", "gauge", "closed days that wait to be packed", (double)s.days_waiting);
}

enum wire_figure {
    FIGURE_UP,
    FIGURE_TRANSACTIONS,
    FIGURE_TIMEOUTS,
    FIGURE_EXCEPTIONS,
    FIGURE_REFUSED,
    FIGURE_OVERRUNS,
    FIGURE_BUSY,
    FIGURE_COUNT
};

static double figure_of(const struct wire_status *s, enum wire_figure f)
{
    switch (f) {
    case FIGURE_UP: return s->state == WIRE_UP;
    case FIGURE_TRANSACTIONS: return (double)s->transactions;
    case FIGURE_TIMEOUTS: return (double)s->timeouts;
    case FIGURE_EXCEPTIONS: return (double)s->exceptions;
    case FIGURE_REFUSED: return (double)s->refused_answers;
    case FIGURE_OVERRUNS: return (double)s->overruns;
    case FIGURE_BUSY: return s->load_measured;
    case FIGURE_COUNT: break;
    }
    return NAN;
}

static void wire_metrics(struct parts *d, const struct sampling *to)
{
    static const struct metric FIGURES[FIGURE_COUNT] = {
        [FIGURE_UP] = { "capnuoc_wire_up", "1 while every device on the wire answers", "gauge", "", 0 },
        [FIGURE_TRANSACTIONS] = { "capnuoc_wire_transactions_total", "requests sent", "counter", "", 0 },
        [FIGURE_TIMEOUTS] = { "capnuoc_wire_timeouts_total", "requests without an answer", "counter", "", 0 },
        [FIGURE_EXCEPTIONS] = { "capnuoc_wire_exceptions_total", "answers that were exceptions", "counter",
                                "", 0 },
        [FIGURE_REFUSED] = { "capnuoc_wire_refused_answers_total", "answers that were not the answer",
                             "counter", "", 0 },
        [FIGURE_OVERRUNS] = { "capnuoc_wire_overruns_total", "cycles that could not start in time", "counter",
                              "", 0 },
        [FIGURE_BUSY] = { "capnuoc_wire_busy_ratio", "share of the last minute the wire was busy", "gauge",
                          "", 0 },
    };

    (void)pthread_mutex_lock(&d->lock);
    for (int f = 0; f < FIGURE_COUNT; f++)
        for (size_t i = 0; i < d->wire_count; i++) {
            struct metric m = FIGURES[f];
            struct wire_status s;
            wire_status(d->wires[i].wire, &s, NULL, 0);
            (void)snprintf(m.labels, sizeof m.labels, "wire=\"%s\"", s.id);
            m.value = figure_of(&s, (enum wire_figure)f);
            to->sample(to->ctx, &m);
        }
    (void)pthread_mutex_unlock(&d->lock);
}

static const struct metric CHANNEL_FIGURES[] = {
    { .name = "capnuoc_channel_up",
      .type = "gauge",
      .help = "1 unless the last try did not reach the channel" },
    { .name = "capnuoc_channel_waiting_letters", .type = "gauge", .help = "letters that wait" },
    { .name = "capnuoc_channel_taken_total", .type = "counter", .help = "letters the channel took" },
    { .name = "capnuoc_channel_later_total", .type = "counter", .help = "letters it put off" },
    { .name = "capnuoc_channel_refused_total", .type = "counter", .help = "letters it refused" },
    { .name = "capnuoc_channel_down_total", .type = "counter", .help = "tries that did not reach it" },
    { .name = "capnuoc_channel_heard_total", .type = "counter", .help = "answers of people that are facts" },
    { .name = "capnuoc_channel_aside_total",
      .type = "counter",
      .help = "what came and changed nothing: unknown numbers, wrong codes" },
    { .name = "capnuoc_channel_forgotten_total",
      .type = "counter",
      .help = "files of what came that are kept no more" },
};

static double channel_figure(const struct channel_status *s, size_t f)
{
    const uint64_t figures[COUNT_OF(CHANNEL_FIGURES)] = { s->up,    s->waiting, s->taken,
                                                          s->later, s->refused, s->down,
                                                          s->heard, s->aside,   s->forgotten };

    return (double)figures[f];
}

static void give_of(const struct sampling *to, const struct metric *of, const struct channel_status *s,
                    double value)
{
    struct metric m = *of;

    m.value = value;
    (void)snprintf(m.labels, sizeof m.labels, "channel=\"%s\"", channel_name((enum channel)s->channel));
    to->sample(to->ctx, &m);
}

static void channel_metrics(struct parts *d, const struct sampling *to)
{
    struct letters_port port = channels_port(d);
    struct channel_status s[CHANNEL_COUNT];
    struct letters_count n;
    size_t count;

    pipeline_letters_count(d->pipeline, CHANNEL_EMAIL, &n);
    give(to, "capnuoc_letters_lost_total", "counter", "letters that found no room in the outbox",
         (double)n.lost);
    count = port.channels(port.self, s);
    for (size_t f = 0; f < COUNT_OF(CHANNEL_FIGURES); f++)
        for (size_t i = 0; i < count; i++)
            give_of(to, &CHANNEL_FIGURES[f], &s[i], channel_figure(&s[i], f));
}

static void collect_metrics(void *self, void (*sample)(void *ctx, const struct metric *m), void *ctx)
{
    struct parts *d = self;
    const struct sampling to = { sample, ctx };
    struct now now = clock_read(&d->clock);

    give(&to, "capnuoc_uptime_seconds", "gauge", "since start",
         (double)(now.mono.ms - d->started.mono.ms) / 1000.0);
    pipeline_metrics(d, &to);
    journal_metrics(d, &to);
    delivery_metrics(d, &to);
    upkeep_metrics(d, &to);
    channel_metrics(d, &to);
    wire_metrics(d, &to);
}

struct health_port health_of(struct parts *d)
{
    return (struct health_port){ d, collect_parts, collect_metrics };
}
