/* What a device's refusals teach about its map, and how that is unlearned.
 *
 * Exception 2 or 3 on a block that was never answered cuts it, until what is missing stands alone; exception
 * 3 on one longer than any that was answered says how long an answer may be.  A block that had been answered
 * is only judged by the third refusal in a row, and nothing is missing while nothing else is answered: a
 * device that starts refuses everything for a while. */
#include <string.h>

#include "wire_inner.h"

enum { REFUSALS_TAUGHT = 3, SHORTEST_LIMIT = 4 /* registers, the longest value */ };

void teach_cut(struct unit *u)
{
    struct history *was = u->histories;
    size_t before = u->plan.block_count, k = 0;

    u->histories = u->older;
    u->older = was;
    plan_cut(&u->plan, u->device, &u->learned);
    for (size_t i = 0; i < u->plan.block_count; i++) {
        const struct block *b = &u->plan.blocks[i];
        while (k < before && (was[k].function < b->function ||
                              (was[k].function == b->function && was[k].address < b->address)))
            k++;
        u->histories[i] = (struct history){ b->function, b->address, b->quantity, .good = false };
        if (k < before && was[k].function == b->function && was[k].address == b->address &&
            was[k].quantity == b->quantity)
            u->histories[i] = was[k];
    }
}

void teach_good(struct unit *u, size_t block)
{
    struct history *h = &u->histories[block];

    h->good = true;
    h->refusals = 0;
    if (h->quantity > u->longest_good)
        u->longest_good = h->quantity;
}

void teach_refused(struct unit *u, size_t block, uint8_t exception)
{
    struct history *h = &u->histories[block];

    if (exception != EXCEPTION_ADDRESS && exception != EXCEPTION_VALUE)
        return;
    h->refused_now = true;
    h->exception = exception;
    if (h->refusals < UINT8_MAX)
        h->refusals++;
}

/* ---- learning ---- */

static bool learn_limit(struct wire *w, struct unit *u, const struct block *b)
{
    uint16_t half = (uint16_t)((b->quantity + 1) / 2);

    if (b->function < FUNCTION_READ_HOLDING || b->quantity <= u->longest_good || half < SHORTEST_LIMIT)
        return false;
    if (u->learned.most > 0 && b->quantity > u->learned.most)
        return true; /* another block of this cycle has taught it */
    u->learned.most = half > u->longest_good ? half : u->longest_good;
    log_info("wire=%s device=%s refuses %u registers in one answer: asked for %u from now on",
             w->settings->id, u->device->id, b->quantity, u->learned.most);
    return true;
}

static bool learn_missing(struct wire *w, struct unit *u, const struct block *b)
{
    if (!learned_add(&u->learned, (struct lesson){ LESSON_MISSING, b->function, b->address }))
        return false;
    u->probes = u->learned.count; /* the cuts that led here may go */
    log_warn("wire=%s device=%s register %u of function %u is missing: asked for once an hour from now on",
             w->settings->id, u->device->id, b->address, b->function);
    return true;
}

static bool learn_from(struct wire *w, struct unit *u, size_t block)
{
    const struct block *b = &u->plan.blocks[block];
    const struct history *h = &u->histories[block];
    uint16_t middle;

    if (!h->refused_now || b->missing || (h->good && h->refusals < REFUSALS_TAUGHT))
        return false;
    if (h->exception == EXCEPTION_VALUE && !function_reads_bits(b->function) && learn_limit(w, u, b))
        return true;
    if (!plan_half(&u->plan, u->device, block, &middle))
        return u->way.good > 0 && h->refusals >= REFUSALS_TAUGHT && learn_missing(w, u, b);
    if (!learned_add(&u->learned, (struct lesson){ LESSON_CUT, b->function, middle }))
        return false;
    log_info("wire=%s device=%s refuses %s %u to %u: cut at %u", w->settings->id, u->device->id,
             function_reads_bits(b->function) ? function_key(b->function) : "registers", b->address,
             (unsigned)b->address + b->quantity - 1, middle);
    return true;
}

/* ---- unlearning ---- */

static bool is_answered(struct wire *w, struct unit *u, const struct block *b)
{
    struct outcome o;

    wire_exchange(w, u, b, &o);
    if (o.line == ERR_NONE && (o.verdict == ANSWER_GOOD || o.verdict == ANSWER_EXCEPTION))
        return o.verdict == ANSWER_GOOD;
    w->status.timeouts += o.line == ERR_TIMEOUT;
    wire_hang_up(w);
    return false;
}

/* Is the cut before block i still needed?  Not when the blocks would not join anyway. */
static bool cut_holds(struct wire *w, struct unit *u, size_t i, struct lesson what)
{
    const struct block *left = &u->plan.blocks[i - (i > 0)], *right = &u->plan.blocks[i];
    struct learned without = u->learned;
    struct block joined;

    if (i == 0 || left->function != right->function || left->missing || right->missing)
        return false;
    learned_drop(&without, what);
    joined = plan_block_from(&u->plan, u->device, &without, left->first);
    return joined.quantity != left->quantity && !is_answered(w, u, &joined);
}

static bool still_holds(struct wire *w, struct unit *u, struct lesson what)
{
    for (size_t i = 0; i < u->plan.block_count; i++) {
        const struct block *b = &u->plan.blocks[i];
        if (b->function == what.function && b->address == what.address)
            return what.kind == LESSON_CUT ? cut_holds(w, u, i, what) : !is_answered(w, u, b);
    }
    return false;
}

static void try_one_again(struct wire *w, struct unit *u, struct mono now)
{
    struct lesson what;

    if (u->learned.count == 0 || (u->probes == 0 && now.ms < u->probe_next.ms))
        return;
    if (u->probes == 0 || u->probes > u->learned.count)
        u->probes = u->learned.count;
    what = u->learned.list[--u->probes];
    if (u->probes == 0)
        u->probe_next.ms = now.ms + CLOCK_HOUR_MS;
    if (still_holds(w, u, what))
        return;
    learned_drop(&u->learned, what);
    teach_cut(u);
    w->lessons_changed = true;
    if (what.kind == LESSON_MISSING)
        log_info("wire=%s device=%s register %u of function %u answers again", w->settings->id, u->device->id,
                 what.address, what.function);
}

void teach_cycle_over(struct wire *w, struct unit *u)
{
    struct mono now = clock_read(&w->clock).mono;
    bool learned = false;

    for (size_t i = 0; i < u->plan.block_count; i++) {
        learned = learn_from(w, u, i) || learned;
        u->histories[i].refused_now = false;
    }
    if (!learned) {
        try_one_again(w, u, now);
        return;
    }
    u->probe_next.ms = now.ms + CLOCK_HOUR_MS;
    w->lessons_changed = true;
    teach_cut(u);
}

void teach_forget(struct wire *w, struct unit *u)
{
    log_info("wire=%s device=%s forgets what it taught: cuts=%u missing=%u", w->settings->id, u->device->id,
             learned_count(&u->learned, LESSON_CUT), learned_count(&u->learned, LESSON_MISSING));
    memset(&u->learned, 0, sizeof u->learned);
    u->probes = u->longest_good = 0;
    teach_cut(u);
    for (size_t i = 0; i < u->plan.block_count; i++)
        u->histories[i].good = false;
    w->lessons_changed = true;
    keep_lessons_now(w);
}
