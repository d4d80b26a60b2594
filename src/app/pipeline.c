#include "pipeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline_inner.h"

enum { TICK_MS = 1000, STOP_WITHIN_MS = 10000, BURST_MAX = 256 };
enum { BODY_MAX = 32 * 1024 * 1024 }; /* every incident, as large as it can be */
enum { LIVE_MAX = 512 * 1024 };       /* each reading may end MINUTES_AT_ONCE minutes */

/* ---- steps ---- */

/* Not for ever: a journal that takes nothing leaves no room. */
static void tick_watch(struct pipeline *p, struct now now)
{
    uint32_t from = 0;
    bool more;

    do {
        more = watch_tick(p->watch, now, &from);
        record_watch(p, now);
    } while (more && !watch_has_news(p->watch));
}

static void tick(struct pipeline *p, struct now now)
{
    uint32_t from = 0;
    bool more;

    if (now.mono.ms < p->next_tick.ms)
        return;
    p->next_tick.ms = now.mono.ms + TICK_MS;
    do {
        more = judge_tick(p->judge, now, &from, &p->judged);
        record_evidence(p, now);
        record_apply(p, now);
    } while (more);
    tick_watch(p, now);
    if (stopgap_desk_tick(p, now))
        record_watch(p, now);
    if (tick_incidents(p, now))
        record_watch(p, now);
    record_close_minutes(p, now);
    atomic_store(&p->refused, p->refused_before + judge_refused(p->judge));
}

static void take_message(struct pipeline *p, struct message *m, struct now now)
{
    if (m->kind == MESSAGE_RELOAD) {
        succession_reload(p, &m->reload, now);
        return;
    }
    if (m->kind == MESSAGE_HAND) {
        desk_tell(p, &m->hand, now);
        return;
    }
    if (m->kind == MESSAGE_AUDIT) {
        desk_note(p, &m->note, now);
        return;
    }
    if (m->kind == MESSAGE_ALARM) {
        desk_act_on_alarm(p, &m->alarm, now);
        return;
    }
    if (m->kind == MESSAGE_MODE) {
        mode_desk_act(p, &m->mode, now);
        return;
    }
    if (m->kind == MESSAGE_SHIFT) {
        shift_desk_act(p, &m->shift, now);
        return;
    }
    if (m->kind == MESSAGE_PREVENTION) {
        prevention_desk_act(p, &m->prevention, now);
        return;
    }
    if (m->kind == MESSAGE_STOPGAP) {
        stopgap_desk_act(p, &m->stopgap, now);
        return;
    }
    if (m->kind == MESSAGE_INCIDENT) {
        desk_act_on_incident(p, &m->incident, now);
        return;
    }
    if (m->kind == MESSAGE_LETTER) {
        desk_letter(p, &m->letter, now);
        return;
    }
    if (m->kind == MESSAGE_READINGS) {
        atomic_fetch_add(&p->readings, m->count);
        succession_match(p, m);
    }
    if (m->kind == MESSAGE_EVENT && m->event.kind == EVENT_CLOCK_STEP)
        clock_became_true(p, &m->event, now);
    judge_fold(p->judge, m, now, &p->judged);
    record_evidence(p, now);
    record_apply(p, now);
}

bool pipeline_step(struct pipeline *p, int64_t wait_ms)
{
    struct message m;
    enum err rc = queue_take(p->inbox, &m, wait_ms);
    struct now now = clock_read(&p->set.clock);

    for (unsigned i = 0; rc == ERR_NONE && i < BURST_MAX; i++) {
        atomic_fetch_add(&p->messages, 1);
        take_message(p, &m, now);
        if (i + 1 == BURST_MAX)
            break;
        rc = queue_take(p->inbox, &m, 0);
        if (rc == ERR_NONE)
            now = clock_read(&p->set.clock);
    }
    tick(p, now);
    release_durable(p, now);
    return rc != ERR_STATE;
}

/* Soon when a picture waits to be taken or for the disk, else at the next tick. */
static int64_t patience(const struct pipeline *p, struct now now)
{
    int64_t tick_in = p->next_tick.ms - now.mono.ms;
    int64_t soon = p->waiting != NULL || p->promises.count > 0 ? PUBLISH_MS / 4 : PUBLISH_MS;

    return tick_in < soon ? (tick_in < 0 ? 0 : tick_in) : soon;
}

static void *run(void *self)
{
    struct pipeline *p = self;

    while (pipeline_step(p, patience(p, clock_read(&p->set.clock))))
        ;
    return NULL;
}

void pipeline_put(struct pipeline *p, const struct message *m)
{
    uint64_t lost = m->kind == MESSAGE_READINGS ? m->count : 1;

    if (queue_put(p->inbox, m) == ERR_NONE)
        return;
    atomic_fetch_add(&p->lost_inbox, lost);
    (void)pthread_mutex_lock(&p->lock);
    loss_count(&p->inbox_loss, lost, clock_read(&p->set.clock).wall);
    (void)pthread_mutex_unlock(&p->lock);
}

/* ---- life ---- */

enum err pipeline_new(struct pipeline **out, const struct pipeline_settings *s, struct fault *why)
{
    struct pipeline *p = calloc(1, sizeof *p);
    enum err rc;

    if (p == NULL)
        return fault_set(why, ERR_MEMORY, "pipeline: no memory");
    p->set = *s;
    p->catalogue = catalogue_hold(s->catalogue);
    (void)pthread_mutex_init(&p->lock, NULL);
    strbuf_init(&p->live, LIVE_MAX);
    strbuf_init(&p->events, BODY_MAX);
    strbuf_init(&p->states, BODY_MAX);
    p->book = hand_book_new();
    p->prevention = prevention_desk_new();
    p->stopgaps = stopgap_desk_new(s->contacts, s->rosters);
    rc = p->book == NULL || p->prevention == NULL || p->stopgaps == NULL
             ? fault_set(why, ERR_MEMORY, "pipeline: no memory for what is told")
             : ERR_NONE;
    if (rc == ERR_NONE)
        rc = queue_new(&p->inbox, sizeof(struct message), s->inbox, why);
    if (rc == ERR_NONE)
        rc = judge_new(&p->judge, s->catalogue, why);
    if (rc == ERR_NONE)
        rc = board_new(&p->board, s->catalogue, why);
    if (rc == ERR_NONE)
        rc = minutes_init(&p->minutes, s->catalogue, why);
    if (rc == ERR_NONE)
        rc = today_new(&p->today, s->catalogue, s->supplied_bar, why);
    if (rc == ERR_NONE)
        rc = watch_new(&p->watch, s->catalogue, clock_read(&p->set.clock), why);
    if (rc == ERR_NONE)
        rc = cases_new(&p->cases, &s->incidents, &s->outbox, stopgap_desk_contacts(p->stopgaps),
                       stopgap_desk_rosters(p->stopgaps), why);
    if (rc == ERR_NONE) {
        p->shifts = shifts_new();
        rc = p->shifts == NULL ? fault_set(why, ERR_MEMORY, "pipeline: no memory for shifts") : ERR_NONE;
    }
    if (rc == ERR_NONE) {
        p->letters = calloc(OUTBOX_PLACES, sizeof *p->letters);
        p->letters_waiting = calloc(OUTBOX_PLACES, sizeof *p->letters_waiting);
        if (p->letters == NULL || p->letters_waiting == NULL)
            rc = fault_set(why, ERR_MEMORY, "pipeline: no memory for letters");
    }
    if (rc != ERR_NONE) {
        pipeline_free(p);
        return rc;
    }
    p->next_tick = clock_read(&p->set.clock).mono;
    *out = p;
    return ERR_NONE;
}

void pipeline_free(struct pipeline *p)
{
    if (p == NULL)
        return;
    snapshot_drop(p->waiting);
    snapshot_drop(p->shown);
    board_free(p->board);
    judge_free(p->judge);
    minutes_clear(&p->minutes);
    today_free(p->today);
    watch_free(p->watch);
    cases_free(p->cases);
    shifts_free(p->shifts);
    shift_list_drop(p->shifts_waiting);
    shift_list_drop(p->shifts_shown);
    free(p->letters);
    free(p->letters_waiting);
    incident_list_drop(p->incidents_waiting);
    incident_list_drop(p->incidents);
    alarm_list_drop(p->alarms_waiting);
    alarm_list_drop(p->alarms);
    catalogue_drop(p->catalogue);
    queue_free(p->inbox);
    hand_book_free(p->book);
    prevention_desk_free(p->prevention);
    stopgap_desk_free(p->stopgaps);
    strbuf_clear(&p->live);
    strbuf_clear(&p->events);
    strbuf_clear(&p->states);
    (void)pthread_mutex_destroy(&p->lock);
    free(p);
}

enum err pipeline_start(struct pipeline *p, struct fault *why)
{
    int problem = pthread_create(&p->thread, NULL, run, p);

    if (problem != 0)
        return fault_set(why, ERR_FULL, "pipeline: thread: %s", strerror(problem));
    p->started = true;
    return ERR_NONE;
}

/* Where every delay stands, for the next start. */
static void remember_rules(struct pipeline *p, struct now now)
{
    uint32_t from = 0;
    bool more;

    do {
        more = watch_remember_all(p->watch, &from);
        record_watch(p, now);
    } while (more && !watch_has_news(p->watch));
}

void pipeline_stop(struct pipeline *p)
{
    struct now now;

    queue_close(p->inbox);
    if (p->started)
        (void)pthread_join(p->thread, NULL);
    p->started = false;
    while (pipeline_step(p, 0))
        ;
    now = clock_read(&p->set.clock);
    remember_rules(p, now);
    record_close_open(p, now.wall, now);
    record_event(p, EVENT_NODE_STOP, "node stopped", now);
    if (journal_wait(p->set.journal, p->last_seq, STOP_WITHIN_MS) != ERR_NONE)
        log_error("node=%s stopped before its last records were durable", p->set.node);
    p->next_freeze = now.mono;
    release_durable(p, now);
    promises_break(&p->promises);
}

void pipeline_stats(struct pipeline *p, struct pipeline_stats *out)
{
    *out = (struct pipeline_stats){ .messages = atomic_load(&p->messages),
                                    .readings = atomic_load(&p->readings),
                                    .kept = atomic_load(&p->kept),
                                    .refused = atomic_load(&p->refused),
                                    .retired = atomic_load(&p->retired),
                                    .lost_inbox = atomic_load(&p->lost_inbox),
                                    .lost_journal = atomic_load(&p->lost_journal),
                                    .inbox_length = queue_length(p->inbox) };
}
