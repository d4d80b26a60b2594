/* One record of the journal: readings kept, events, acts, changed state; what could not be taken is counted.
 */
#include <math.h>
#include <string.h>

#include "acts.h"
#include "memory.h"
#include "pipeline_inner.h"

/* So often at least the journal learns that the node lives, and where every delay stands. */
enum { ALIVE_MS = 10000, REMEMBER_MS = 10000 };
/* Of points that stand still and are not frozen yet: so many at a time, one after the other. */
enum { STILL_STATES_MAX = 32 };
/* The points', what was told and of whom, acts, the node's, rules and alarms, incidents, shifts, a page of
 * today, measures, stopgaps. */
enum {
    RECORD_STATES_MAX = JUDGED_MAX + STILL_STATES_MAX + 5 + WATCH_STATES_MAX + CASES_STATES_MAX +
                        SHIFT_STATES_MAX + PREVENTION_STATES_MAX + STOPGAP_STATES_MAX
};

static void add_kept(struct pipeline *p, const struct reading *r, uint8_t verdict)
{
    const struct stored_reading s = { .key = p->catalogue->points[r->point].key,
                                      .at = r->at,
                                      .value = r->value,
                                      .quality = r->quality,
                                      .reason = r->reason };

    body_add_reading(&p->live, &s);
    verdict = mode_book_verdict(watch_modes(p->watch), p->catalogue, r, verdict);
    minutes_add(&p->minutes, r, (enum verdict_word)verdict, &p->live);
}

static void add_node_state(struct pipeline *p, struct wall now)
{
    const struct node_state s = { now.ms, p->minutes.closed.ms };

    strbuf_add(&p->states, &s, sizeof s);
}

static void add_point_state(struct pipeline *p, uint32_t point, const struct judge_state *s,
                            struct journal_state *state)
{
    memory_add(&p->states, p->catalogue->points[point].key, s, &p->minutes.states[point]);
    state->key = p->catalogue->points[point].key;
}

/* For how long a point has stood still changes while nothing of it is kept. */
static void add_still(struct pipeline *p, struct journal_state *states, size_t *ends, size_t *n)
{
    size_t count = p->catalogue->point_count, told = 0;

    for (size_t i = 0; p->still_due && i < count && told < STILL_STATES_MAX; i++) {
        struct judge_state s;

        if (p->still_next >= count)
            p->still_next = 0;
        if (p->catalogue->points[p->still_next].frozen_after_ms > 0) {
            judge_state(p->judge, p->still_next, &s);
            if (s.still_ms > 0 && s.still_ms <= p->catalogue->points[p->still_next].frozen_after_ms) {
                add_point_state(p, p->still_next, &s, &states[*n]);
                ends[(*n)++] = p->states.len;
                told++;
            }
        }
        p->still_next++;
    }
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
        add_point_state(p, point, &s, &states[n]);
        ends[n++] = p->states.len;
    }
    add_still(p, states, ends, &n);
    if (p->has_told) {
        uint32_t point = catalogue_by_key(p->catalogue, p->told.point);
        struct judge_state s;
        judge_state(p->judge, point, &s);
        add_point_state(p, point, &s, &states[n]);
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
    cases_add_states(p->cases, &p->states, states, ends, &n);
    shift_desk_add_states(p, states, ends, &n);
    if (today_put_down(p->today, now, &p->states, &states[n].key))
        ends[n++] = p->states.len;
    prevention_desk_add_states(p, &p->states, states, ends, &n);
    stopgap_desk_add_states(p, &p->states, states, ends, &n);
    for (size_t i = 0, from = 0; i < n; from = ends[i++]) { /* it grows no more: places hold */
        states[i].body = ends[i] == from ? NULL : p->states.text + from;
        states[i].len = ends[i] - from;
    }
    return n;
}

void loss_count(struct loss *l, uint64_t count, struct wall at)
{
    if (l->count == 0)
        l->from = at;
    l->to = at;
    l->count += count;
}

void record_take_loss(struct pipeline *p)
{
    struct loss l;

    (void)pthread_mutex_lock(&p->lock);
    l = p->inbox_loss;
    p->inbox_loss = (struct loss){ 0 };
    (void)pthread_mutex_unlock(&p->lock);
    if (l.count > 0) {
        loss_count(&p->loss, l.count, l.from);
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
    cases_add_entries(p->cases, &p->events, now);
    shift_desk_add_entries(p);
    prevention_desk_add_entries(p, &p->events);
}

static bool has_news(const struct pipeline *p)
{
    return watch_has_news(p->watch) || cases_has_news(p->cases) || stopgap_desk_has_news(p);
}

struct cases_from record_cases_from(const struct pipeline *p, struct now now)
{
    return (struct cases_from){ p->watch, watch_modes(p->watch), p->board, p->catalogue,
                                now.wall, p->set.clock_unsure };
}

static enum err append_whole(struct pipeline *p, struct now now, struct fault *why)
{
    struct journal_entry entries[2];
    struct journal_state states[RECORD_STATES_MAX];
    const struct cases_from from = record_cases_from(p, now);
    size_t n = 0, m;

    cases_follow(p->cases, &from);
    cases_address(p->cases, &from);
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
    return journal_append(p->set.journal, entries, n, states, m, p->judged.urgent || has_news(p),
                          &p->last_seq, why);
}

/* What is in the journal counts. */
static void count_today(struct pipeline *p)
{
    for (size_t i = 0; i < p->minutes.told_count; i++) {
        struct told_minute *m = &p->minutes.told[i];
        m->modes = mode_book_at(watch_modes(p->watch), p->catalogue, m->point, m->minute.at);
    }
    today_take(p->today, p->minutes.told, p->minutes.told_count);
    p->minutes.told_count = 0;
}

enum err record_append(struct pipeline *p, struct now now, struct fault *why)
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
    if (rc == ERR_NONE) {
        count_today(p);
        watch_recorded(p->watch);
        cases_recorded(p->cases);
        shifts_recorded(p->shifts);
        stopgap_desk_recorded(p);
    }
    p->has_act = false;
    return rc;
}

enum err record_append_act(struct pipeline *p, struct now now, struct fault *why)
{
    enum err rc;

    p->has_act = true;
    p->judged.now_count = p->judged.kept_count = 0;
    p->judged.has_event = false;
    p->judged.urgent = true;
    record_take_loss(p);
    rc = record_append(p, now, why);
    if (rc == ERR_NONE)
        p->loss = (struct loss){ 0 };
    return rc;
}

/* What the live body has, alone, and that the node lives. */
enum err record_append_live(struct pipeline *p, struct now now)
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
void record_close_minutes(struct pipeline *p, struct now now)
{
    uint32_t from = 0;
    bool more;

    do {
        strbuf_reset(&p->live);
        minutes_begin(&p->minutes);
        more = minutes_close(&p->minutes, now.wall, &from, &p->live);
        if (record_append_live(p, now) != ERR_NONE) {
            minutes_undo(&p->minutes);
            return;
        }
        count_today(p);
    } while (more);
}

static void record_lost(struct pipeline *p, struct now now, const struct fault *why)
{
    uint64_t lost = p->judged.kept_count + p->judged.has_event;
    unsigned swallowed;

    judge_unkeep(p->judge, &p->judged);
    if (lost > 0)
        loss_count(&p->loss, lost, now.wall);
    atomic_fetch_add(&p->lost_journal, lost);
    if (damper_complain(&p->damper, now.mono, &swallowed))
        log_error("journal full lost=%llu last=\"%s\"", (unsigned long long)p->loss.count, why->text);
}

static void record(struct pipeline *p, struct now now)
{
    struct fault why;
    int64_t lasted_ms;
    bool more = false;

    record_take_loss(p);
    if (p->judged.kept_count == 0 && !p->judged.has_event && p->loss.count == 0 && !has_news(p) &&
        now.mono.ms < p->next_alive.ms && now.mono.ms < p->next_remember.ms)
        return;
    p->still_due = now.mono.ms >= p->next_remember.ms;
    if (p->still_due)
        more = watch_remember(p->watch);
    if (record_append(p, now, &why) != ERR_NONE) {
        record_lost(p, now, &why);
        p->still_due = false;
        return;
    }
    p->still_due = false;
    p->next_alive.ms = now.mono.ms + ALIVE_MS;
    if (now.mono.ms >= p->next_remember.ms)
        p->next_remember.ms = now.mono.ms + (more ? 0 : REMEMBER_MS);
    atomic_fetch_add(&p->kept, p->judged.kept_count);
    p->loss = (struct loss){ 0 };
    if (damper_end(&p->damper, now.mono, &lasted_ms))
        log_info("journal takes records again after=%llds", (long long)(lasted_ms / 1000));
}

void record_apply(struct pipeline *p, struct now now)
{
    record(p, now);
    for (size_t i = 0; i < p->judged.now_count; i++)
        if (board_set(p->board, &p->judged.now[i]) != ERR_NONE)
            log_error("present: no memory to show point=%s", p->catalogue->points[p->judged.now[i].point].id);
}

/* Rules look at what is shown; what changes an alarm is evidence. */
void record_evidence(struct pipeline *p, struct now now)
{
    for (size_t i = 0; i < p->judged.now_count; i++)
        if (watch_fold(p->watch, &p->judged.now[i], now))
            judge_keep(p->judge, p->judged.now[i].point, &p->judged);
}

/* What rules and alarms have to say without a reading. */
void record_watch(struct pipeline *p, struct now now)
{
    p->judged.now_count = p->judged.kept_count = 0;
    p->judged.has_event = p->judged.urgent = false;
    record(p, now);
}

/* What was held when the daemon died or stopped is not known to have lasted. */
void record_close_open(struct pipeline *p, struct wall at, struct now now)
{
    uint32_t from = 0;
    bool more;

    do {
        more = judge_stopped(p->judge, at, &from, &p->judged);
        record_apply(p, now);
    } while (more);
}

void record_event(struct pipeline *p, enum event_kind kind, const char *text, struct now now)
{
    p->judged.now_count = p->judged.kept_count = 0;
    p->judged.event = event_make(kind, now.wall, p->set.node, NAN, "%s", text);
    p->judged.has_event = p->judged.urgent = true;
    record_apply(p, now);
}
