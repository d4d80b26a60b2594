/* The pipeline as the journal remembers it. */
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "pipeline_inner.h"

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
    if (today_restore(r->pipeline->today, state->key, state->body, state->len))
        return ERR_NONE;
    if (watch_restore(r->pipeline->watch, state, r->now))
        return ERR_NONE;
    if (cases_restore(r->pipeline->cases, state))
        return ERR_NONE;
    if (shift_desk_restore(r->pipeline, state))
        return ERR_NONE;
    if (prevention_desk_restore(r->pipeline, state))
        return ERR_NONE;
    if (stopgap_desk_restore(r->pipeline, state))
        return ERR_NONE;
    if (memory_is_hand(state->key))
        return restore_told(r, state);
    if (memory_read(state->body, state->len, r->pipeline->catalogue, &s, &minute) != ERR_NONE)
        return ERR_NONE; /* of no use, and no reason not to start: the point begins anew */
    r->foreign += s.kept.point == UINT32_MAX;
    if (s.kept.point != UINT32_MAX && reading_is_sound(&s.kept)) {
        judge_restore(r->pipeline->judge, &s);
        watch_recall(r->pipeline->watch, &s.kept);
        if (!r->pipeline->catalogue->points[s.kept.point].manual)
            r->pipeline->minutes.states[s.kept.point] = minute;
        r->restored++;
        return board_set(r->pipeline->board, &s.kept); /* until it is read: not "never read" */
    }
    return ERR_NONE;
}

enum err pipeline_restore(struct pipeline *p, struct fault *why)
{
    struct restoring r = { .pipeline = p, .told = calloc(HAND_BOOK_MAX, sizeof *r.told) };
    struct now now = clock_read(&p->set.clock);
    struct cases_from from;
    enum err rc;

    r.now = now;
    if (r.told == NULL)
        return fault_set(why, ERR_MEMORY, "pipeline: no memory for what was told");
    rc = journal_states(p->set.journal, restore_one, &r, why);
    fill_book(p, &r);
    shifts_resume(p->shifts);
    prevention_desk_resume(p);
    stopgap_desk_resume(p);
    free(r.told);
    if (rc != ERR_NONE)
        return rc;
    minutes_resume(&p->minutes, (struct wall){ r.node.closed_ms }, (struct wall){ r.node.alive_ms });
    if (r.node.alive_ms != 0)
        record_close_open(p, (struct wall){ r.node.alive_ms }, now);
    desk_know_services(p);
    succession_retire(p, now);
    from = record_cases_from(p, now);
    cases_resume(p->cases, &from);
    record_event(p, EVENT_NODE_START, "node started, version " CAPNUOC_VERSION, now);
    log_info("node=%s restored=%zu of=%zu retired=%zu", p->set.node, r.restored, p->catalogue->point_count,
             r.foreign);
    return ERR_NONE;
}
