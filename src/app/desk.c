/* What people tell and do: decided, recorded in one piece with its state, answered when that is durable. */
#include <string.h>
#include <time.h>

#include "acts.h"
#include "memory.h"
#include "pipeline_inner.h"
#include "waiting.h"

enum { NOTE_TRIES = 25, NOTE_WAIT_MS = 20 };

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

static void know_service(struct pipeline *p, const struct hand *h)
{
    uint32_t point = h->kind == HAND_SERVICE ? catalogue_by_key(p->catalogue, h->point) : UINT32_MAX;

    if (point != UINT32_MAX)
        watch_service(p->watch, point, h->value);
}

/* Only this thread changes the book. */
void desk_know_services(struct pipeline *p)
{
    for (size_t i = hand_book_count(p->book); i > 0; i--)
        know_service(p, hand_book_at(p->book, i - 1));
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
    record_take_loss(p);
    judge_hand(p->judge, point, h, &p->judged);
    record_evidence(p, now);
    rc = record_append(p, now, why);
    p->has_told = false;
    if (rc != ERR_NONE) {
        judge_restore(p->judge, &before);
        return rc;
    }
    atomic_fetch_add(&p->kept, p->judged.kept_count);
    p->loss = (struct loss){ 0 };
    note_in_book(p, h);
    know_service(p, h);
    for (size_t i = 0; i < p->judged.now_count; i++)
        if (board_set(p->board, &p->judged.now[i]) != ERR_NONE)
            log_error("present: no memory to show what was told");
    return ERR_NONE;
}

static enum err again(const struct hand *was, struct hand *h, struct fault *why)
{
    if (!hand_same(was, h))
        return fault_say(why, ERR_STATE, "mã này đã dùng để báo việc khác",
                         "this key was told before, with something else");
    *h = *was;
    return ERR_NONE;
}

static enum err decide(const struct pipeline *p, struct hand *h, struct now now, struct fault *why)
{
    enum err rc = hand_decide(p->catalogue, h, now.wall, why);

    if (rc == ERR_NONE && h->kind == HAND_RELEASE &&
        !force_is_on(judge_force(p->judge, catalogue_by_key(p->catalogue, h->point))))
        return fault_say(why, ERR_RANGE, "ở đây không có giá trị nào đặt tay",
                         "no value is set by hand here");
    if (rc == ERR_NONE && h->kind == HAND_SERVICE) {
        const struct hand *last = hand_book_service(p->book, h->point);
        if (last != NULL && last->at.ms > h->at.ms)
            return fault_say(why, ERR_RANGE, "đã có lần bảo dưỡng sau đó: bộ đếm tính từ lần ấy",
                             "a later service is known: the counter goes on from that");
    }
    return rc;
}

void desk_tell(struct pipeline *p, const struct message_hand *m, struct now now)
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
    rc = record_append_act(p, now, why);
    if (rc != ERR_NONE) {
        watch_undo(p->watch);
        cases_step_undone(p->cases);
    }
    return rc;
}

void desk_act_on_alarm(struct pipeline *p, const struct message_alarm *m, struct now now)
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

bool desk_saw_alarm(struct pipeline *p, const struct message_alarm *m, struct now now)
{
    struct promise unsaid = { .self = NULL };
    struct fault why;

    return keep_act(p, m, &unsaid, now, &why) == ERR_NONE;
}

enum err pipeline_alarm(struct pipeline *p, const struct message_alarm *m, struct fault *why)
{
    struct message message = { .kind = MESSAGE_ALARM, .alarm = *m };
    enum err rc = queue_put(p->inbox, &message);

    return rc == ERR_NONE ? rc : fault_set(why, rc, "the inbox takes no more; nothing was done");
}

/* ---- acts done elsewhere ---- */

static enum err keep_note(struct pipeline *p, const struct message_note *m, struct now now, struct fault *why)
{
    if (m->answer != NULL && promises_full(&p->promises))
        return fault_set(why, ERR_FULL, "too much is being told at once");
    p->act = m->act;
    return record_append_act(p, now, why);
}

void desk_note(struct pipeline *p, const struct message_note *m, struct now now)
{
    const struct audit_entry *e = &m->act;
    struct fault why;
    enum err rc = keep_note(p, m, now, &why);

    if (rc == ERR_NONE && m->answer != NULL) {
        const struct promise promise = { .seq = p->last_seq, .answer_note = m->answer, .self = m->self };
        promises_add(&p->promises, &promise);
        return;
    }
    if (m->answer != NULL)
        m->answer(m->self, rc, &why); /* it will not be done */
    else if (rc != ERR_NONE) {
        loss_count(&p->loss, 1, now.wall);
        log_error("journal full, an act is not recorded act=%s on=%s by=%s", e->action, e->subject,
                  e->by.name);
    }
}

void pipeline_note(struct pipeline *p, const struct audit_entry *e)
{
    const struct timespec a_little = { .tv_nsec = NOTE_WAIT_MS * 1000000L };
    struct message m = { .kind = MESSAGE_AUDIT, .note.act = *e };

    for (int i = 0; i < NOTE_TRIES; i++) {
        enum err rc = queue_put(p->inbox, &m);
        if (rc == ERR_NONE || rc == ERR_STATE)
            return; /* or it is stopping: nothing is recorded any more */
        (void)nanosleep(&a_little, NULL);
    }
    pipeline_put(p, &m); /* counts it as lost, if it still does not fit */
}

static void noted(void *self, enum err code, const struct fault *why)
{
    waiting_answer(self, code, why);
}

enum err pipeline_note_first(struct pipeline *p, const struct audit_entry *e, struct fault *why)
{
    struct waiting w = WAITING_INIT;
    const struct message m = { .kind = MESSAGE_AUDIT, .note = { *e, noted, &w } };
    enum err rc = queue_put(p->inbox, &m);

    if (rc != ERR_NONE)
        return fault_set(why, rc, "the inbox takes no more; nothing was done");
    return waiting_wait(&w, why);
}

struct audit_head pipeline_audit_head(struct pipeline *p)
{
    struct audit_head h;

    (void)pthread_mutex_lock(&p->lock);
    h = p->durable_head;
    (void)pthread_mutex_unlock(&p->lock);
    return h;
}
