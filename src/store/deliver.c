#include "deliverer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "sql.h"

enum { SEEN_EVERY_MS = 5000, SEEN_SLACK_MS = 2000, PAST_FIRST = 256 };

/* What an operator reads: the connection's trouble first, then the lanes'. */
static void publish(struct deliverer *d)
{
    const char *text = d->link.text;

    for (int lane = LANE_EVENTS; lane < LANE_END && text[0] == '\0'; lane++)
        text = d->state[lane].trouble.text;
    if (text[0] == '\0')
        text = d->past.trouble.text;
    if (text[0] == '\0')
        text = d->catalogue_trouble.text;
    (void)pthread_mutex_lock(&d->lock);
    d->stats.connected = pg_alive(d->writer) && d->link.text[0] == '\0';
    for (int lane = LANE_EVENTS; lane < LANE_END; lane++)
        d->stats.cursor[lane] = d->state[lane].seq;
    d->stats.backlog = backlog_entries(&d->backlog);
    (void)snprintf(d->stats.text, sizeof d->stats.text, "%s", text);
    (void)pthread_mutex_unlock(&d->lock);
}

/* Everything recorded before a moment ago is in the database: readers may hold a point's last value until
 * then. */
static enum err tell_seen(struct deliverer *d, struct wall asked_at, struct fault *why)
{
    struct pg_value v[] = { pg_text(d->settings.node), pg_int(d->epoch),
                            pg_time((struct wall){ asked_at.ms - SEEN_SLACK_MS }) };

    if (mono_read().ms < d->next_seen.ms || d->state[LANE_LIVE].trouble.text[0] != '\0' ||
        d->backlog.count > 0)
        return ERR_NONE;
    d->next_seen.ms = mono_read().ms + SEEN_EVERY_MS;
    link_make_days_ahead(d);
    return pg_ask(d->writer, sql_node_seen, v, COUNT_OF(v), NULL, why);
}

/* *more: look again.  *clear: what was durable when it began is delivered, or cannot be now.  With a slow
 * database something newer is always there: who waited for "no more" would wait for ever. */
static enum err serve(struct deliverer *d, enum lane lane, bool *more, bool *clear, struct fault *why)
{
    uint64_t first, last;
    enum err rc = ERR_NONE;

    *clear = false;
    if (!pg_alive(d->writer)) /* left by the lane before */
        return ERR_NONE;
    rc = d->lanes.span(d->lanes.self, lane, &first, &last, why);
    if (rc == ERR_NONE)
        rc = lane_turn(d, &d->state[lane], more, why);
    *clear = rc == ERR_NONE && (!*more || d->state[lane].seq >= last);
    return rc;
}

/* The backlog waits for the live lane to be well. */
static bool past_may_go(const struct deliverer *d)
{
    const struct lane_state *live = &d->state[LANE_LIVE];

    return d->backlog.count > 0 && live->known && live->trouble.text[0] == '\0';
}

/* Events, then readings of now, then a batch of the past; each is gone through before the next has its turn.
 */
static enum err round_of_lanes(struct deliverer *d, bool *more, struct fault *why)
{
    struct wall asked_at = clock_read(&d->clock).wall;
    bool events = false, readings = false, past = false, clear;
    enum err rc = serve(d, LANE_EVENTS, &events, &clear, why);

    if (rc == ERR_NONE && clear)
        rc = serve(d, LANE_LIVE, &readings, &clear, why);
    if (rc == ERR_NONE && clear && past_may_go(d))
        rc = lane_turn(d, &d->past, &past, why);
    if (rc == ERR_NONE && clear && !past)
        rc = tell_seen(d, asked_at, why);
    *more = events || readings || past;
    return rc;
}

static enum err deliver_all(struct deliverer *d, struct fault *why)
{
    bool more = true;
    enum err rc = ERR_NONE;

    while (rc == ERR_NONE && more && !leash_over(&d->leash)) {
        rc = round_of_lanes(d, &more, why);
        if (rc == ERR_NONE)
            publish(d);
    }
    return rc;
}

static enum err turn(struct deliverer *d, struct fault *why)
{
    enum err rc = pg_alive(d->writer) ? ERR_NONE : link_connect(d, why);

    if (rc != ERR_NONE)
        return rc;
    trouble_relieve(&d->link, "to the database");
    if (shown_waits(d))
        shown_write(d);
    return deliver_all(d, why);
}

static struct mono earliest_duty(const struct deliverer *d)
{
    struct mono until = { mono_read().ms + SEEN_EVERY_MS };

    if (d->link.gap_ms != 0)
        return d->link.next_try;
    if (d->catalogue_trouble.gap_ms != 0 && d->catalogue_trouble.next_try.ms < until.ms)
        until = d->catalogue_trouble.next_try;
    for (int lane = LANE_EVENTS; lane < LANE_END; lane++) {
        const struct trouble *t = &d->state[lane].trouble;
        if (t->gap_ms != 0 && t->next_try.ms < until.ms)
            until = t->next_try;
    }
    if (d->past.trouble.gap_ms != 0 && d->past.trouble.next_try.ms < until.ms)
        until = d->past.trouble.next_try;
    return until;
}

/* While the database is away new entries are no reason to look again sooner. */
static void rest(struct deliverer *d)
{
    struct fault why = { 0 };
    eventfd_t pokes;
    int poke = d->link.gap_ms != 0 ? -1 : d->poke;

    if (pg_rest(d->writer, &d->leash, poke, earliest_duty(d), &why) != ERR_NONE) {
        trouble_complain(&d->link, "to the database", &why);
        publish(d);
    }
    (void)eventfd_read(d->poke, &pokes);
}

static void *run(void *self)
{
    struct deliverer *d = self;
    bool last_turn;

    do {
        struct fault why = { 0 };

        last_turn = leash_pulled(&d->leash);
        if (leash_over(&d->leash))
            break;
        if (turn(d, &why) != ERR_NONE && !leash_over(&d->leash)) {
            link_hang_up(d);
            trouble_complain(&d->link, "to the database", &why);
        }
        publish(d);
        if (!last_turn)
            rest(d);
    } while (!last_turn);
    link_hang_up(d);
    pg_close(d->maintenance);
    publish(d);
    return NULL;
}

/* ---- birth and end ---- */

static void fill(struct deliverer *d, const struct store_settings *s, struct catalogue *catalogue,
                 struct lanes_port lanes, struct clock clock)
{
    d->settings = *s;
    d->catalogues[d->catalogue_count++] = catalogue_hold(catalogue);
    d->catalogue_new = true;
    d->lanes = lanes;
    d->clock = clock;
    d->epoch = lanes.epoch(lanes.self);
    for (int lane = LANE_EVENTS; lane < LANE_END; lane++)
        d->state[lane] = (struct lane_state){ .lane = (enum lane)lane, .entries_max = BATCH_ENTRIES_MAX };
    d->past = (struct lane_state){ .lane = LANE_LIVE, .past = true, .entries_max = PAST_FIRST };
}

static enum err check_settings(const struct store_settings *s, struct fault *why)
{
    if (s->node[0] == '\0' || s->writer.user[0] == '\0')
        return fault_set(why, ERR_CONFIG, "delivery: the node's name or the writer's login is missing");
    if (s->answer_ms < 1 || s->batch_bytes < 1)
        return fault_set(why, ERR_CONFIG, "delivery: answer_ms and batch_bytes must be above 0");
    return ERR_NONE;
}

enum err deliverer_start(struct deliverer **out, const struct store_settings *s, struct catalogue *catalogue,
                         struct lanes_port lanes, struct clock clock, struct fault *why)
{
    struct deliverer *d;
    enum err rc = check_settings(s, why);

    *out = NULL;
    if (rc != ERR_NONE)
        return rc;
    d = calloc(1, sizeof *d);
    if (d == NULL)
        return fault_set(why, ERR_MEMORY, "delivery: no memory");
    fill(d, s, catalogue, lanes, clock);
    rc = batch_init(&d->batch, why);
    if (rc != ERR_NONE)
        goto free_self;
    rc = leash_init(&d->leash, why);
    if (rc != ERR_NONE)
        goto clear_batch;
    d->poke = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    (void)pthread_mutex_init(&d->lock, NULL);
    if (d->poke < 0 || pthread_create(&d->thread, NULL, run, d) != 0) {
        rc = fault_set(why, ERR_IO, "delivery: no thread or descriptor could be had");
        goto clear_leash;
    }
    *out = d;
    return ERR_NONE;

clear_leash:
    (void)pthread_mutex_destroy(&d->lock);
    if (d->poke >= 0)
        (void)close(d->poke);
    leash_clear(&d->leash);
clear_batch:
    batch_clear(&d->batch);
free_self:
    shown_drop(d);
    free(d);
    return rc;
}

void deliverer_versions(struct deliverer *d, struct versions_port versions)
{
    (void)pthread_mutex_lock(&d->lock);
    d->versions = versions;
    d->catalogue_new = true;
    (void)pthread_mutex_unlock(&d->lock);
    deliverer_poke(d);
}

void deliverer_catalogue(struct deliverer *d, struct catalogue *catalogue)
{
    shown_add(d, catalogue);
    deliverer_poke(d);
}

void deliverer_poke(struct deliverer *d)
{
    (void)eventfd_write(d->poke, 1);
}

void deliverer_stats(struct deliverer *d, struct deliverer_stats *out)
{
    (void)pthread_mutex_lock(&d->lock);
    *out = d->stats;
    (void)pthread_mutex_unlock(&d->lock);
}

void deliverer_stop(struct deliverer *d, int64_t drain_ms)
{
    if (d == NULL)
        return;
    leash_pull(&d->leash, (struct mono){ mono_read().ms + drain_ms });
    (void)pthread_join(d->thread, NULL);
}

void deliverer_free(struct deliverer *d)
{
    if (d == NULL)
        return;
    (void)pthread_mutex_destroy(&d->lock);
    (void)close(d->poke);
    leash_clear(&d->leash);
    batch_clear(&d->batch);
    shown_drop(d);
    free(d);
}
