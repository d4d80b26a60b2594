#include "pipeline.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "acts.h"
#include "base/log.h"
#include "base/queue.h"
#include "memory.h"
#include "minutes.h"
#include "promises.h"
#include "watch.h"

enum { TICK_MS = 1000, PUBLISH_MS = 100, STOP_WITHIN_MS = 10000, BURST_MAX = 256 };
enum { ALIVE_MS = 10000 };   /* so often at least the journal learns that the node lives */
enum { NODE_STATE_KEY = 0 }; /* no point has this key: when the node was last alive */
enum { BODY_MAX = 512 * 1024 };
enum { LIVE_MAX = 512 * 1024 }; /* each reading may end MINUTES_AT_ONCE minutes */
/* The points', what was told and of whom, acts, the node's, rules and alarms. */
enum { RECORD_STATES_MAX = JUDGED_MAX + 4 + WATCH_STATES_MAX };
enum { NOTE_TRIES = 25, NOTE_WAIT_MS = 20 };

/* Readings and events lost before the journal: told as one gap event as soon as it takes records again. */
struct loss {
    uint64_t count;
    struct wall from, to;
};

struct pipeline {
    struct pipeline_settings set;
    struct queue *inbox;
    struct catalogue *catalogue; /* held; what indices mean */
    struct judge *judge;
    struct board *board;
    struct judged judged;
    struct minutes minutes;
    struct watch *watch;
    struct strbuf live, events, states;

    struct hand told; /* goes into this record, when has_told */
    bool has_told;
    struct audit_entry act; /* goes into this record, when has_act */
    bool has_act;
    struct audit_head head;   /* of the record of acts, with what the journal has taken */
    struct promises promises; /* answers that wait for the disk */

    struct mono next_tick, next_freeze, next_alive;
    uint64_t last_seq;        /* newest record given to the journal */
    struct snapshot *waiting; /* frozen, not yet durable */
    uint64_t waiting_seq;
    uint64_t alarms_frozen;            /* generation of the last list */
    struct alarm_list *alarms_waiting; /* likewise */
    uint64_t alarms_seq;
    struct loss loss;
    struct damper damper;
    uint64_t refused_before; /* by the judges of earlier configurations */

    pthread_mutex_t lock; /* guards what follows */
    struct snapshot *shown;
    struct alarm_list *alarms;
    struct loss inbox_loss;
    struct hand_book *book;
    struct audit_head durable_head, next_head;
    uint64_t next_head_seq; /* the record that makes next_head durable */
    _Atomic uint64_t messages, readings, kept, lost_inbox, lost_journal, refused, retired;

    pthread_t thread;
    bool started;
};

/* ---- one record ---- */

static void add_kept(struct pipeline *p, const struct reading *r, uint8_t verdict)
{
    const struct stored_reading s = { .key = p->catalogue->points[r->point].key,
                                      .at = r->at,
                                      .value = r->value,
                                      .quality = r->quality,
                                      .reason = r->reason };

    body_add_reading(&p->live, &s);
    minutes_add(&p->minutes, r, (enum verdict_word)verdict, &p->live);
}

/* Under NODE_STATE_KEY, in the machine's own order.  Earlier versions wrote `alive_ms` alone. */
struct node_state {
    int64_t alive_ms;  /* the node lived at that time */
    int64_t closed_ms; /* see struct minutes */
};

static void add_node_state(struct pipeline *p, struct wall now)
{
    const struct node_state s = { now.ms, p->minutes.closed.ms };

    strbuf_add(&p->states, &s, sizeof s);
}

/* The states of the points that something was kept of, and of the node, that it lived at this time. */
static size_t add_states(struct pipeline *p, struct wall now, struct journal_state states[RECORD_STATES_MAX])
{
    size_t ends[RECORD_STATES_MAX], n = 0;

    for (size_t i = 0; i < p->judged.kept_count; i++) {
        struct judge_state s;
        uint32_t point = p->judged.kept[i].point;
        if (i + 1 < p->judged.kept_count && p->judged.kept[i + 1].point == point)
            continue; /* its predecessor came along */
        if (p->has_told && p->catalogue->points[point].key == p->told.point)
            continue; /* comes below */
        judge_state(p->judge, point, &s);
        memory_add(&p->states, p->catalogue->points[point].key, &s, &p->minutes.states[point]);
        states[n].key = p->catalogue->points[point].key;
        ends[n++] = p->states.len;
    }
    if (p->has_told) {
        uint32_t point = catalogue_by_key(p->catalogue, p->told.point);
        struct judge_state s;
        judge_state(p->judge, point, &s);
        memory_add(&p->states, p->told.point, &s, &p->minutes.states[point]);
        states[n].key = p->told.point;
        ends[n++] = p->states.len;
        body_add_hand(&p->states, &p->told);
        states[n].key = memory_hand_key(&p->told);
        ends[n++] = p->states.len;
    }
    if (p->has_act) {
        strbuf_add(&p->states, &p->head, sizeof p->head);
        states[n].key = MEMORY_AUDIT_KEY;
        ends[n++] = p->states.len;
    }
    add_node_state(p, now);
    states[n].key = NODE_STATE_KEY;
    ends[n++] = p->states.len;
    watch_add_states(p->watch, &p->states, states, ends, &n);
    for (size_t i = 0, from = 0; i < n; from = ends[i++]) { /* it grows no more: places hold */
        states[i].body = ends[i] == from ? NULL : p->states.text + from;
        states[i].len = ends[i] - from;
    }
    return n;
}

static void count_loss(struct loss *l, uint64_t count, struct wall at)
{
    if (l->count == 0)
        l->from = at;
    l->to = at;
    l->count += count;
}

static void take_inbox_loss(struct pipeline *p)
{
    struct loss l;

    (void)pthread_mutex_lock(&p->lock);
    l = p->inbox_loss;
    p->inbox_loss = (struct loss){ 0 };
    (void)pthread_mutex_unlock(&p->lock);
    if (l.count > 0) {
        count_loss(&p->loss, l.count, l.from);
        p->loss.to = l.to;
    }
}

static void add_act(struct pipeline *p, struct wall now)
{
    struct audit_row row;

    p->act.at = now;
    audit_chain(&p->head, p->set.node, &p->act, &p->set.person_key, &row);
    body_add_audit(&p->events, &row);
}

static void add_events(struct pipeline *p, struct wall now)
{
    char from[CLOCK_TEXT_MAX], to[CLOCK_TEXT_MAX];

    if (p->loss.count > 0) {
        struct event gap;
        wall_text(p->loss.from, from);
        wall_text(p->loss.to, to);
        gap = event_make(EVENT_GAP, now, p->set.node, (double)p->loss.count,
                         "%llu readings and events lost before the journal, from %s to %s",
                         (unsigned long long)p->loss.count, from, to);
        body_add_event(&p->events, &gap);
    }
    if (p->judged.has_event)
        body_add_event(&p->events, &p->judged.event);
    if (p->has_told)
        body_add_hand(&p->events, &p->told);
    if (p->has_act)
        add_act(p, now);
    watch_add_entries(p->watch, &p->events);
}

static enum err append_whole(struct pipeline *p, struct now now, struct fault *why)
{
    struct journal_entry entries[2];
    struct journal_state states[RECORD_STATES_MAX];
    size_t n = 0, m;

    strbuf_reset(&p->live);
    strbuf_reset(&p->events);
    strbuf_reset(&p->states);
    for (size_t i = 0; i < p->judged.kept_count; i++)
        add_kept(p, &p->judged.kept[i], p->judged.verdict[i]);
    add_events(p, now.wall);
    if (p->live.failed || p->events.failed)
        return fault_set(why, ERR_MEMORY, "no memory for a record");
    m = add_states(p, now.wall, states);
    if (p->states.failed)
        return fault_set(why, ERR_MEMORY, "no memory for a record");
    if (p->events.len > 0)
        entries[n++] = (struct journal_entry){ LANE_EVENTS, p->events.text, p->events.len };
    if (p->live.len > 0)
        entries[n++] = (struct journal_entry){ LANE_LIVE, p->live.text, p->live.len };
    return journal_append(p->set.journal, entries, n, states, m, p->judged.urgent || watch_has_news(p->watch),
                          &p->last_seq, why);
}

static enum err append(struct pipeline *p, struct now now, struct fault *why)
{
    const struct audit_head before = p->head;
    enum err rc;

    minutes_begin(&p->minutes);
    rc = append_whole(p, now, why);
    if (rc != ERR_NONE) {
        minutes_undo(&p->minutes);
        p->head = before;
    } else if (p->has_act) {
        (void)pthread_mutex_lock(&p->lock);
        p->next_head = p->head;
        p->next_head_seq = p->last_seq;
        (void)pthread_mutex_unlock(&p->lock);
    }
    if (rc == ERR_NONE)
        watch_recorded(p->watch);
    p->has_act = false;
    return rc;
}

/* What the live body has, alone, and that the node lives. */
static enum err append_live(struct pipeline *p, struct now now)
{
    const struct journal_entry entry = { LANE_LIVE, p->live.text, p->live.len };
    struct journal_state state = { .key = NODE_STATE_KEY };
    struct fault why;

    if (p->live.len == 0 && !p->live.failed)
        return ERR_NONE;
    strbuf_reset(&p->states);
    add_node_state(p, now.wall);
    if (p->live.failed || p->states.failed)
        return ERR_MEMORY;
    state.body = p->states.text;
    state.len = p->states.len;
    return journal_append(p->set.journal, &entry, 1, &state, 1, false, &p->last_seq, &why);
}

/* Minutes that are over, of points that had nothing to say since.  What the journal cannot take is tried
 * again with the next tick. */
static void close_minutes(struct pipeline *p, struct now now)
{
    uint32_t from = 0;
    bool more;

    do {
        strbuf_reset(&p->live);
        minutes_begin(&p->minutes);
        more = minutes_close(&p->minutes, now.wall, &from, &p->live);
        if (append_live(p, now) != ERR_NONE) {
            minutes_undo(&p->minutes);
            return;
        }
    } while (more);
}

static void record_lost(struct pipeline *p, struct now now, const struct fault *why)
{
    uint64_t lost = p->judged.kept_count + p->judged.has_event;
    unsigned swallowed;

    judge_unkeep(p->judge, &p->judged);
    if (lost > 0)
        count_loss(&p->loss, lost, now.wall);
    atomic_fetch_add(&p->lost_journal, lost);
    if (damper_complain(&p->damper, now.mono, &swallowed))
        log_error("journal full lost=%llu last=\"%s\"", (unsigned long long)p->loss.count, why->text);
}

static void record(struct pipeline *p, struct now now)
{
    struct fault why;
    int64_t lasted_ms;

    take_inbox_loss(p);
    if (p->judged.kept_count == 0 && !p->judged.has_event && p->loss.count == 0 &&
        !watch_has_news(p->watch) && now.mono.ms < p->next_alive.ms)
        return;
    if (now.mono.ms >= p->next_alive.ms) {
        uint32_t from = 0;
        (void)watch_remember(p->watch, &from, false);
    }
    if (append(p, now, &why) != ERR_NONE) {
        record_lost(p, now, &why);
        return;
    }
    p->next_alive.ms = now.mono.ms + ALIVE_MS;
    atomic_fetch_add(&p->kept, p->judged.kept_count);
    p->loss = (struct loss){ 0 };
    if (damper_end(&p->damper, now.mono, &lasted_ms))
        log_info("journal takes records again after=%llds", (long long)(lasted_ms / 1000));
}

static void apply(struct pipeline *p, struct now now)
{
    record(p, now);
    for (size_t i = 0; i < p->judged.now_count; i++)
        if (board_set(p->board, &p->judged.now[i]) != ERR_NONE)
            log_error("present: no memory to show point=%s", p->catalogue->points[p->judged.now[i].point].id);
}

/* Rules look at what is shown; what changes an alarm is evidence. */
static void watch_judged(struct pipeline *p, struct now now)
{
    for (size_t i = 0; i < p->judged.now_count; i++)
        if (watch_fold(p->watch, &p->judged.now[i], now))
            judge_keep(p->judge, p->judged.now[i].point, &p->judged);
}

/* What rules and alarms have to say without a reading. */
static void record_watch(struct pipeline *p, struct now now)
{
    p->judged.now_count = p->judged.kept_count = 0;
    p->judged.has_event = p->judged.urgent = false;
    record(p, now);
}

/* ---- release ---- */

static void freeze_alarms(struct pipeline *p, struct wall now)
{
    const struct alarms *all = watch_alarms(p->watch);
    struct alarm_list *l;

    if (p->alarms_waiting != NULL || p->alarms_frozen == watch_generation(p->watch) + 1)
        return;
    l = alarm_list_new(alarms_count(all), p->catalogue);
    if (l == NULL)
        return;
    for (size_t i = 0; i < l->count; i++)
        l->items[i] = *alarms_at(all, i);
    alarm_list_sort(l);
    l->at = now;
    l->generation = p->alarms_frozen = watch_generation(p->watch) + 1;
    p->alarms_waiting = l;
    p->alarms_seq = p->last_seq;
}

static void show_alarms(struct pipeline *p)
{
    struct alarm_list *old;

    if (p->alarms_waiting == NULL || watch_has_news(p->watch) ||
        journal_durable(p->set.journal) < p->alarms_seq)
        return;
    (void)pthread_mutex_lock(&p->lock);
    old = p->alarms;
    p->alarms = p->alarms_waiting;
    (void)pthread_mutex_unlock(&p->lock);
    p->alarms_waiting = NULL;
    alarm_list_drop(old);
}

struct alarm_list *pipeline_alarms(struct pipeline *p)
{
    struct alarm_list *l;

    (void)pthread_mutex_lock(&p->lock);
    l = alarm_list_hold(p->alarms);
    (void)pthread_mutex_unlock(&p->lock);
    return l;
}

static void show(struct pipeline *p)
{
    struct snapshot *old, *s = p->waiting;

    p->waiting = NULL;
    (void)pthread_mutex_lock(&p->lock);
    old = p->shown;
    p->shown = s;
    (void)pthread_mutex_unlock(&p->lock);
    snapshot_drop(old);
    if (p->set.publish != NULL)
        p->set.publish(p->set.publish_self, s);
}

/* One snapshot at most waits for the disk; what changes meanwhile goes into the next. */
static void release(struct pipeline *p, struct now now)
{
    if (p->waiting == NULL && now.mono.ms >= p->next_freeze.ms) {
        p->waiting = board_freeze(p->board, now.wall);
        p->waiting_seq = p->last_seq;
        p->next_freeze.ms = now.mono.ms + PUBLISH_MS;
    }
    if (p->waiting != NULL && journal_durable(p->set.journal) >= p->waiting_seq)
        show(p);
    if (!watch_has_news(p->watch)) /* else a record failed: what is there is not durable */
        freeze_alarms(p, now.wall);
    show_alarms(p);
    promises_keep(&p->promises, journal_durable(p->set.journal));
    if (p->next_head.seq != p->durable_head.seq && journal_durable(p->set.journal) >= p->next_head_seq) {
        (void)pthread_mutex_lock(&p->lock);
        p->durable_head = p->next_head;
        (void)pthread_mutex_unlock(&p->lock);
    }
}

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
        watch_judged(p, now);
        apply(p, now);
    } while (more);
    tick_watch(p, now);
    close_minutes(p, now);
    atomic_store(&p->refused, p->refused_before + judge_refused(p->judge));
}

/* ---- what people tell ---- */

/* Into the book; what it forgets, the journal may forget too, with the next record. */
static void note_in_book(struct pipeline *p, const struct hand *h)
{
    struct hand forgotten;

    (void)pthread_mutex_lock(&p->lock);
    if (hand_book_add(p->book, h, &forgotten)) {
        const struct journal_state state = { memory_hand_key(&forgotten), NULL, 0 };
        struct fault why;
        if (journal_append(p->set.journal, NULL, 0, &state, 1, false, &p->last_seq, &why) != ERR_NONE)
            log_warn("journal keeps one told too many: %s", why.text);
    }
    (void)pthread_mutex_unlock(&p->lock);
}

/* The record is everything here: when the journal cannot take it, nothing was told. */
static enum err keep_told(struct pipeline *p, const struct hand *h, const struct actor *by, struct now now,
                          struct fault *why)
{
    uint32_t point = catalogue_by_key(p->catalogue, h->point);
    struct judge_state before;
    enum err rc;

    judge_state(p->judge, point, &before);
    p->told = *h;
    p->has_told = true;
    acts_of_hand(&p->act, h, &p->catalogue->points[point], by);
    p->has_act = true;
    take_inbox_loss(p);
    judge_hand(p->judge, point, h, &p->judged);
    watch_judged(p, now);
    rc = append(p, now, why);
    p->has_told = false;
    if (rc != ERR_NONE) {
        judge_restore(p->judge, &before);
        return rc;
    }
    atomic_fetch_add(&p->kept, p->judged.kept_count);
    p->loss = (struct loss){ 0 };
    note_in_book(p, h);
    for (size_t i = 0; i < p->judged.now_count; i++)
        if (board_set(p->board, &p->judged.now[i]) != ERR_NONE)
            log_error("present: no memory to show what was told");
    return ERR_NONE;
}

static enum err again(const struct hand *was, struct hand *h, struct fault *why)
{
    if (!hand_same(was, h))
        return fault_set(why, ERR_STATE, "this key was told before, with something else");
    *h = *was;
    return ERR_NONE;
}

static enum err decide(const struct pipeline *p, struct hand *h, struct now now, struct fault *why)
{
    enum err rc = hand_decide(p->catalogue, h, now.wall, why);

    if (rc == ERR_NONE && h->kind == HAND_RELEASE &&
        !force_is_on(judge_force(p->judge, catalogue_by_key(p->catalogue, h->point))))
        return fault_set(why, ERR_RANGE, "no value is set by hand here");
    return rc;
}

static void tell(struct pipeline *p, const struct message_hand *m, struct now now)
{
    struct promise promise = { .answer = m->answer, .self = m->self, .hand = m->hand };
    const struct hand *was = hand_book_find(p->book, m->hand.key); /* only this thread changes it */
    struct fault why = { .text = "" };
    enum err rc = ERR_NONE;

    if (promises_full(&p->promises))
        rc = fault_set(&why, ERR_FULL, "too much is being told at once");
    else if (was != NULL)
        rc = again(was, &promise.hand, &why);
    else
        rc = decide(p, &promise.hand, now, &why);
    if (rc == ERR_NONE && was == NULL)
        rc = keep_told(p, &promise.hand, &m->by, now, &why);
    if (rc != ERR_NONE) {
        m->answer(m->self, rc, false, NULL, &why);
        return;
    }
    promise.known = was != NULL;
    promise.seq = p->last_seq;
    promises_add(&p->promises, &promise);
}

enum err pipeline_tell(struct pipeline *p, const struct message_hand *m, struct fault *why)
{
    struct message message = { .kind = MESSAGE_HAND, .hand = *m };
    enum err rc = queue_put(p->inbox, &message);

    return rc == ERR_NONE ? rc : fault_set(why, rc, "the inbox takes no more; nothing was told");
}

size_t pipeline_told(struct pipeline *p, enum hand_kind kind, uint64_t point, struct hand *out, size_t max)
{
    size_t n = 0;

    (void)pthread_mutex_lock(&p->lock);
    for (size_t i = 0; i < hand_book_count(p->book) && n < max; i++) {
        const struct hand *h = hand_book_at(p->book, i);
        if ((kind == 0 || h->kind == kind) && (point == 0 || h->point == point))
            out[n++] = *h;
    }
    (void)pthread_mutex_unlock(&p->lock);
    return n;
}

/* ---- what people do about alarms ---- */

static enum err keep_act(struct pipeline *p, const struct message_alarm *m, struct promise *promise,
                         struct now now, struct fault *why)
{
    struct alarm_act act = m->act;
    enum err rc = watch_act(p->watch, &act, now, &promise->known, &promise->alarm, why);
    uint32_t point;

    if (rc != ERR_NONE || promise->known)
        return rc;
    point = catalogue_by_key(p->catalogue, promise->alarm.point);
    acts_of_alarm(&p->act, &act, &promise->alarm, point == NO_INDEX ? NULL : p->catalogue->points[point].id,
                  &m->by);
    p->has_act = true;
    p->judged.now_count = p->judged.kept_count = 0;
    p->judged.has_event = false;
    p->judged.urgent = true;
    take_inbox_loss(p);
    rc = append(p, now, why);
    if (rc != ERR_NONE)
        watch_undo(p->watch);
    else
        p->loss = (struct loss){ 0 };
    return rc;
}

static void act_on_alarm(struct pipeline *p, const struct message_alarm *m, struct now now)
{
    struct promise promise = { .answer_alarm = m->answer, .self = m->self };
    struct fault why = { .text = "" };
    enum err rc = promises_full(&p->promises) ? fault_set(&why, ERR_FULL, "too much is being told at once")
                                              : keep_act(p, m, &promise, now, &why);

    if (rc != ERR_NONE) {
        m->answer(m->self, rc, false, NULL, &why);
        return;
    }
    promise.seq = p->last_seq;
    promises_add(&p->promises, &promise);
}

enum err pipeline_alarm(struct pipeline *p, const struct message_alarm *m, struct fault *why)
{
    struct message message = { .kind = MESSAGE_ALARM, .alarm = *m };
    enum err rc = queue_put(p->inbox, &message);

    return rc == ERR_NONE ? rc : fault_set(why, rc, "the inbox takes no more; nothing was done");
}

/* ---- another configuration ---- */

/* A sender may still be of an earlier configuration: its readings find their points by what they mean, or are
 * counted out.  None lands on a neighbour that has its old place in the list now. */
static void match(struct pipeline *p, struct message *m)
{
    uint16_t kept = 0;

    for (uint16_t i = 0; i < m->count && i < MESSAGE_READINGS_MAX; i++) {
        uint32_t point = catalogue_by_revision(p->catalogue, m->revisions[i], m->readings[i].point);
        if (point == UINT32_MAX)
            continue;
        m->readings[kept] = m->readings[i];
        m->readings[kept++].point = point;
    }
    atomic_fetch_add(&p->retired, (uint64_t)(m->count - kept));
    m->count = kept;
}

/* The configuration that is on its way in. */
struct succession {
    struct catalogue *catalogue;
    struct judge *judge;
    struct board *board;
    struct minutes minutes;
};

static enum err prepare(const struct pipeline *p, struct catalogue *c, struct succession *next,
                        struct fault *why)
{
    enum err rc;

    *next = (struct succession){ .catalogue = c };
    rc = judge_new(&next->judge, c, why);
    if (rc == ERR_NONE)
        rc = board_after(&next->board, c, p->board, why);
    if (rc == ERR_NONE && (rc = minutes_init(&next->minutes, c, why)) != ERR_NONE)
        board_free(next->board);
    if (rc != ERR_NONE)
        judge_free(next->judge);
    return rc;
}

static void end_minutes(struct pipeline *p, uint32_t point, struct now now)
{
    strbuf_reset(&p->live);
    minutes_end(&p->minutes, point, &p->live);
    if (append_live(p, now) != ERR_NONE)
        log_warn("reload: the last minute of point=%s is not rolled up", p->catalogue->points[point].id);
}

/* What ends, or no longer means the same, is not known to have lasted. */
static void close_what_ends(struct pipeline *p, const struct catalogue *next, struct now now)
{
    for (uint32_t i = 0; i < p->catalogue->point_count; i++) {
        const struct point *was = &p->catalogue->points[i];
        uint32_t is = catalogue_by_key(next, was->key);
        if (is != UINT32_MAX && next->points[is].revision == was->revision)
            continue;
        judge_close(p->judge, i, now.wall, &p->judged);
        apply(p, now);
        if (is == UINT32_MAX)
            end_minutes(p, i, now);
    }
}

static enum err inherit(const struct pipeline *p, struct succession *next)
{
    enum err rc = ERR_NONE;

    next->minutes.closed = p->minutes.closed;
    for (uint32_t i = 0; i < next->catalogue->point_count && rc == ERR_NONE; i++) {
        uint32_t was = catalogue_by_key(p->catalogue, next->catalogue->points[i].key);
        struct reading now;
        if (was == UINT32_MAX)
            continue;
        judge_inherit(next->judge, i, p->judge, was);
        next->minutes.states[i] = p->minutes.states[was];
        now = *board_get(p->board, was);
        now.point = i;
        watch_know(p->watch, &now); /* its rules are of that catalogue already */
        rc = board_set(next->board, &now);
    }
    return rc;
}

static void succeed(struct pipeline *p, const struct succession *next)
{
    p->refused_before += judge_refused(p->judge);
    judge_free(p->judge);
    board_free(p->board);
    catalogue_drop(p->catalogue);
    minutes_clear(&p->minutes);
    p->judge = next->judge;
    p->board = next->board;
    p->minutes = next->minutes;
    p->catalogue = catalogue_hold(next->catalogue);
}

/* Alarms of rules that are no more. */
static void retire(struct pipeline *p, struct now now)
{
    bool more;

    do {
        more = watch_retire(p->watch, now);
        record_watch(p, now);
    } while (more && !watch_has_news(p->watch));
}

static void reload(struct pipeline *p, const struct message_reload *m, struct now now)
{
    struct succession next;
    struct fault why = { .text = "" };
    enum err rc = prepare(p, m->catalogue, &next, &why);

    if (rc == ERR_NONE && (rc = watch_succeed(p->watch, m->catalogue, now, &why)) != ERR_NONE) {
        judge_free(next.judge);
        board_free(next.board);
        minutes_clear(&next.minutes);
    }
    if (rc == ERR_NONE) {
        p->judged.now_count = p->judged.kept_count = 0;
        m->catalogue->applied.ms = now.wall.ms + 1; /* what came in until now was of the other */
        p->judged.event = m->event;
        p->judged.event.at = now.wall;
        p->judged.has_event = p->judged.urgent = true;
        acts_of_reload(&p->act, &m->event);
        p->has_act = true;
        apply(p, now);
        close_what_ends(p, m->catalogue, now);
        if (inherit(p, &next) != ERR_NONE) /* its pages are its own: nothing to copy */
            log_error("reload: points begin anew, no memory to show them");
        succeed(p, &next);
        retire(p, now);
    }
    m->answer(m->self, rc, &why);
}

/* ---- acts done elsewhere ---- */

static void note(struct pipeline *p, const struct audit_entry *e, struct now now)
{
    struct fault why;

    p->judged.now_count = p->judged.kept_count = 0;
    p->judged.has_event = false;
    p->judged.urgent = true;
    p->act = *e;
    p->has_act = true;
    take_inbox_loss(p);
    if (append(p, now, &why) == ERR_NONE) {
        p->loss = (struct loss){ 0 };
        return;
    }
    count_loss(&p->loss, 1, now.wall);
    log_error("journal full, an act is not recorded act=%s on=%s by=%s", e->action, e->subject, e->by.name);
}

void pipeline_note(struct pipeline *p, const struct audit_entry *e)
{
    const struct timespec a_little = { .tv_nsec = NOTE_WAIT_MS * 1000000L };
    struct message m = { .kind = MESSAGE_AUDIT, .audit = *e };

    for (int i = 0; i < NOTE_TRIES; i++) {
        enum err rc = queue_put(p->inbox, &m);
        if (rc == ERR_NONE || rc == ERR_STATE)
            return; /* or it is stopping: nothing is recorded any more */
        (void)nanosleep(&a_little, NULL);
    }
    pipeline_put(p, &m); /* counts it as lost, if it still does not fit */
}

struct audit_head pipeline_audit_head(struct pipeline *p)
{
    struct audit_head h;

    (void)pthread_mutex_lock(&p->lock);
    h = p->durable_head;
    (void)pthread_mutex_unlock(&p->lock);
    return h;
}

static void take_message(struct pipeline *p, struct message *m, struct now now)
{
    if (m->kind == MESSAGE_RELOAD) {
        reload(p, &m->reload, now);
        return;
    }
    if (m->kind == MESSAGE_HAND) {
        tell(p, &m->hand, now);
        return;
    }
    if (m->kind == MESSAGE_AUDIT) {
        note(p, &m->audit, now);
        return;
    }
    if (m->kind == MESSAGE_ALARM) {
        act_on_alarm(p, &m->alarm, now);
        return;
    }
    if (m->kind == MESSAGE_READINGS) {
        atomic_fetch_add(&p->readings, m->count);
        match(p, m);
    }
    judge_fold(p->judge, m, now, &p->judged);
    watch_judged(p, now);
    apply(p, now);
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
    release(p, now);
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
    count_loss(&p->inbox_loss, lost, clock_read(&p->set.clock).wall);
    (void)pthread_mutex_unlock(&p->lock);
}

/* ---- asking for another configuration ---- */

struct waiting {
    pthread_mutex_t lock;
    pthread_cond_t answered;
    bool done;
    enum err code;
    struct fault why;
};

static void answer(void *self, enum err code, const struct fault *why)
{
    struct waiting *w = self;

    (void)pthread_mutex_lock(&w->lock);
    w->done = true;
    w->code = code;
    w->why = *why;
    (void)pthread_cond_signal(&w->answered);
    (void)pthread_mutex_unlock(&w->lock);
}

enum err pipeline_reload(struct pipeline *p, struct catalogue *c, const struct event *event,
                         struct fault *why)
{
    struct waiting w = { .lock = PTHREAD_MUTEX_INITIALIZER, .answered = PTHREAD_COND_INITIALIZER };
    struct message m = { .kind = MESSAGE_RELOAD, .reload = { c, *event, answer, &w } };
    enum err rc = queue_put(p->inbox, &m);

    if (rc != ERR_NONE)
        return fault_set(why, rc, "reload: the inbox takes no more; nothing was changed");
    (void)pthread_mutex_lock(&w.lock);
    while (!w.done)
        (void)pthread_cond_wait(&w.answered, &w.lock);
    (void)pthread_mutex_unlock(&w.lock);
    if (w.code != ERR_NONE)
        return fault_set(why, w.code, "%s", w.why.text);
    return ERR_NONE;
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
    rc = p->book == NULL ? fault_set(why, ERR_MEMORY, "pipeline: no memory for what is told") : ERR_NONE;
    if (rc == ERR_NONE)
        rc = queue_new(&p->inbox, sizeof(struct message), s->inbox, why);
    if (rc == ERR_NONE)
        rc = judge_new(&p->judge, s->catalogue, why);
    if (rc == ERR_NONE)
        rc = board_new(&p->board, s->catalogue, why);
    if (rc == ERR_NONE)
        rc = minutes_init(&p->minutes, s->catalogue, why);
    if (rc == ERR_NONE)
        rc = watch_new(&p->watch, s->catalogue, clock_read(&p->set.clock), why);
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
    watch_free(p->watch);
    alarm_list_drop(p->alarms_waiting);
    alarm_list_drop(p->alarms);
    catalogue_drop(p->catalogue);
    queue_free(p->inbox);
    hand_book_free(p->book);
    strbuf_clear(&p->live);
    strbuf_clear(&p->events);
    strbuf_clear(&p->states);
    (void)pthread_mutex_destroy(&p->lock);
    free(p);
}

struct restoring {
    struct pipeline *pipeline;
    struct node_state node;
    struct now now;
    size_t restored, foreign;
    struct hand *told; /* HAND_BOOK_MAX of them */
    size_t told_count;
};

/* In the order of their keys; the book wants them in the order they were told. */
static enum err restore_told(struct restoring *r, const struct journal_state *state)
{
    struct hand *h = &r->told[r->told_count];

    if (r->told_count < HAND_BOOK_MAX && memory_read_hand(state->body, state->len, h) == ERR_NONE)
        r->told_count++;
    return ERR_NONE;
}

static int compare_entered(const void *a, const void *b)
{
    int64_t x = ((const struct hand *)a)->entered.ms, y = ((const struct hand *)b)->entered.ms;

    return (x > y) - (x < y);
}

static void fill_book(struct pipeline *p, struct restoring *r)
{
    struct hand unused;

    qsort(r->told, r->told_count, sizeof *r->told, compare_entered);
    for (size_t i = 0; i < r->told_count; i++)
        (void)hand_book_add(p->book, &r->told[i], &unused);
}

static enum err restore_one(void *ctx, const struct journal_state *state)
{
    struct restoring *r = ctx;
    struct judge_state s;
    struct minute_state minute;

    if (state->key == NODE_STATE_KEY && state->len <= sizeof r->node) {
        memcpy(&r->node, state->body, state->len);
        return ERR_NONE;
    }
    if (state->key == MEMORY_AUDIT_KEY && state->len == sizeof r->pipeline->head) {
        memcpy(&r->pipeline->head, state->body, state->len);
        r->pipeline->durable_head = r->pipeline->next_head = r->pipeline->head;
        return ERR_NONE;
    }
    if (watch_restore(r->pipeline->watch, state, r->now))
        return ERR_NONE;
    if (memory_is_hand(state->key))
        return restore_told(r, state);
    if (memory_read(state->body, state->len, r->pipeline->catalogue, &s, &minute) != ERR_NONE)
        return ERR_NONE; /* of no use, and no reason not to start: the point begins anew */
    r->foreign += s.kept.point == UINT32_MAX;
    if (s.kept.point != UINT32_MAX && reading_is_sound(&s.kept)) {
        judge_restore(r->pipeline->judge, &s);
        watch_know(r->pipeline->watch, &s.kept);
        if (!r->pipeline->catalogue->points[s.kept.point].manual)
            r->pipeline->minutes.states[s.kept.point] = minute;
        r->restored++;
        return board_set(r->pipeline->board, &s.kept); /* until it is read: not "never read" */
    }
    return ERR_NONE;
}

/* What was held when the daemon died or stopped is not known to have lasted. */
static void close_open_values(struct pipeline *p, struct wall at, struct now now)
{
    uint32_t from = 0;
    bool more;

    do {
        more = judge_stopped(p->judge, at, &from, &p->judged);
        apply(p, now);
    } while (more);
}

static void record_event(struct pipeline *p, enum event_kind kind, const char *text, struct now now)
{
    p->judged.now_count = p->judged.kept_count = 0;
    p->judged.event = event_make(kind, now.wall, p->set.node, NAN, "%s", text);
    p->judged.has_event = p->judged.urgent = true;
    apply(p, now);
}

enum err pipeline_restore(struct pipeline *p, struct fault *why)
{
    struct restoring r = { .pipeline = p, .told = calloc(HAND_BOOK_MAX, sizeof *r.told) };
    struct now now = clock_read(&p->set.clock);
    enum err rc;

    r.now = now;
    if (r.told == NULL)
        return fault_set(why, ERR_MEMORY, "pipeline: no memory for what was told");
    rc = journal_states(p->set.journal, restore_one, &r, why);
    fill_book(p, &r);
    free(r.told);
    if (rc != ERR_NONE)
        return rc;
    minutes_resume(&p->minutes, (struct wall){ r.node.closed_ms }, (struct wall){ r.node.alive_ms });
    if (r.node.alive_ms != 0)
        close_open_values(p, (struct wall){ r.node.alive_ms }, now);
    retire(p, now);
    record_event(p, EVENT_NODE_START, "node started, version " CAPNUOC_VERSION, now);
    log_info("node=%s restored=%zu of=%zu retired=%zu", p->set.node, r.restored, p->catalogue->point_count,
             r.foreign);
    return ERR_NONE;
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
        more = watch_remember(p->watch, &from, true);
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
    close_open_values(p, now.wall, now);
    record_event(p, EVENT_NODE_STOP, "node stopped", now);
    if (journal_wait(p->set.journal, p->last_seq, STOP_WITHIN_MS) != ERR_NONE)
        log_error("node=%s stopped before its last records were durable", p->set.node);
    p->next_freeze = now.mono;
    release(p, now);
    promises_break(&p->promises);
}

struct snapshot *pipeline_snapshot(struct pipeline *p)
{
    struct snapshot *s;

    (void)pthread_mutex_lock(&p->lock);
    s = snapshot_hold(p->shown);
    (void)pthread_mutex_unlock(&p->lock);
    return s;
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
