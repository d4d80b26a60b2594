/* What is to be told of an incident: each once.  A message is owed until it found room in the outbox. */
#include "book.h"

#include <math.h>

#include "model/contact.h"
#include "model/incident_duty.h"

static bool send(struct incidents *b, struct incident *i, enum outgoing_kind kind, unsigned n, uint8_t mask,
                 struct wall now)
{
    struct incident_clock c = incident_clock(i, &b->rules.targets);
    struct outgoing *o;

    if (b->out_count == OUTBOX_MAX)
        return false;
    o = &b->out[b->out_count++];
    *o = (struct outgoing){ .incident = i->id,
                            .kind = (uint8_t)kind,
                            .n = n,
                            .mask = mask,
                            .legal = c.legal,
                            .drill = i->drill,
                            .grave = incident_is_grave(i),
                            .over = incident_all_restored(i),
                            .size = NAN,
                            .at = now,
                            .due = c.due };
    book_touch(i);
    return true;
}

/* One that may come more than once: numbered by the incident's own count. */
static bool send_again(struct incidents *b, struct incident *i, enum outgoing_kind kind, uint8_t mask,
                       struct wall now)
{
    if (!send(b, i, kind, i->told, mask, now))
        return false;
    i->told++;
    return true;
}

static bool is_critical(const struct incident *i)
{
    for (size_t k = 0; k < i->member_count; k++)
        if (i->members[k].class == CLASS_WATER_QUALITY || i->members[k].class == CLASS_SAFETY)
            return true;
    return false;
}

/* From now on somebody is to take it. */
static void ask(struct incident *i, struct wall now)
{
    i->asked = now;
    i->escalated = 0;
}

static void tell_opened(struct incidents *b, struct incident *i, struct wall now)
{
    if (!is_critical(i) && now.ms < i->opened.ms + b->rules.cause_wait_ms && now.ms >= i->opened.ms)
        return;
    if (!send(b, i, OUT_OPENED, 0, 0, now))
        return;
    i->told_open = true;
    i->told_end = incident_all_restored(i); /* it said so */
    ask(i, now);
    i->owes_step = false; /* it was told with the opening */
    i->told_due = incident_clock(i, &b->rules.targets).due;
}

static double last_size(const struct incident *i)
{
    double size = NAN;

    for (size_t k = 0; k < i->member_count; k++)
        if (i->members[k].step > 0)
            size = i->members[k].size;
    return size;
}

static void tell_events(struct incidents *b, struct incident *i, struct wall now)
{
    if (i->owes_step && send_again(b, i, OUT_STEP, 0, now)) {
        b->out[b->out_count - 1].size = last_size(i);
        i->owes_step = false;
        if (i->unacknowledged)
            ask(i, now);
    }
    if (i->large_since.ms != 0 && !i->told_large)
        i->told_large = send_again(b, i, OUT_LARGE_EFFECT, 0, now);
    if (i->controllability == BEYOND_CONTROL && !i->told_beyond)
        i->told_beyond = send(b, i, OUT_BEYOND_CONTROL, 0, 0, now);
    if (!i->told_unconfirmed && incident_unconfirmed(i, now))
        i->told_unconfirmed = send_again(b, i, OUT_UNCONFIRMED, 0, now);
}

/* Of targets nobody is told when the incident is closed: the water is good. */
static bool duty_is_late(const struct incident *i, unsigned k, struct wall now)
{
    const struct duty *d = &i->duties[k];

    if (i->closed && duty_row((enum duty_kind)k)->target)
        return false;
    return d->since.ms != 0 && d->done.ms == 0 && !d->told_late && now.ms >= d->due.ms;
}

static void tell_duties(struct incidents *b, struct incident *i, struct wall now)
{
    for (unsigned k = 0; k < DUTY_COUNT; k++)
        if (duty_is_late(i, k, now) && send_again(b, i, OUT_DUTY_LATE, 0, now)) {
            b->out[b->out_count - 1].count = (uint16_t)k;
            i->duties[k].told_late = true;
        }
}

/* ---------------------------------------------------------------- warnings */

static uint8_t fresh_warnings(const struct incident *i, const struct incident_clock *c, struct wall now)
{
    return warnings_passed(c, now) & (uint8_t) ~(i->warned | i->passed);
}

/* As people are told it. */
static uint8_t in_words(uint8_t mask)
{
    return (uint8_t)((mask | mask >> WARN_TARGET) & WARN_ALL);
}

/* The one warning in the mask, when it is one and just passed; 4: they are told in a sum. */
static unsigned punctual(uint8_t fresh, const struct incident_clock *c, int64_t punctual_ms, struct wall now)
{
    for (unsigned n = 0; n < 4; n++)
        if (in_words(fresh) == 1U << n)
            return now.ms - warning_at(c, n).ms <= punctual_ms ? n : 4;
    return 4;
}

static bool tell_fresh(struct incidents *b, struct incident *i, const struct incident_clock *c,
                       struct wall now)
{
    uint8_t fresh = fresh_warnings(i, c, now);
    unsigned n = punctual(fresh, c, b->rules.punctual_ms, now);

    if (fresh == 0)
        return false;
    if (n == 4) {
        if (send_again(b, i, OUT_PASSED, in_words(fresh), now))
            i->passed |= fresh;
        return true;
    }
    if (send(b, i, n == 3 ? OUT_OVERDUE : OUT_WARNING, warning_percent(n) + (c->legal ? 0 : OUT_OF_TARGET),
             in_words(fresh), now))
        i->warned |= fresh;
    return true;
}

/* Its overdue was told, and now it is due later: the new end is told too. */
static void owe_again(struct incident *i, const struct incident_clock *c, struct wall now)
{
    uint8_t over = (uint8_t)(c->legal ? WARN_100 : WARN_100 << WARN_TARGET);

    if (c->due.ms == i->told_due.ms || now.ms >= c->due.ms || ((i->warned | i->passed) & over) == 0)
        return;
    i->owes_again = true;
    book_touch(i);
}

void tell_eased(const struct incidents *b, struct incident *i, struct wall now)
{
    struct incident_clock c = incident_clock(i, &b->rules.targets);

    if (!i->told_open || i->merged_into != 0)
        return;
    owe_again(i, &c, now);
    i->told_due = c.due;
    book_touch(i);
}

static void tell_clock(struct incidents *b, struct incident *i, struct wall now)
{
    struct incident_clock c = incident_clock(i, &b->rules.targets);
    bool moved = c.due.ms != i->told_due.ms;

    if (i->closed || incident_all_ended(i, now))
        return;
    owe_again(i, &c, now);
    if (tell_fresh(b, i, &c, now) || (moved && send_again(b, i, OUT_DUE_MOVED, 0, now))) {
        i->told_due = c.due; /* each message carries it; with the outbox full the warning itself is owed */
        return;
    }
    if (i->owes_again && now.ms >= c.due.ms && send_again(b, i, OUT_OVERDUE_AGAIN, 0, now))
        i->owes_again = false;
}

/* ---------------------------------------------------------------- until somebody takes it, and the end */

static void tell_escalation(struct incidents *b, struct incident *i, struct wall now)
{
    unsigned n = escalation_step(&b->rules.escalation, i, now);

    if (n <= i->escalated || !send_again(b, i, OUT_ESCALATED, 0, now))
        return;
    b->out[b->out_count - 1].count = (uint16_t)n;
    i->escalated = (uint8_t)n;
}

static struct wall last_restored(const struct incident *i)
{
    struct wall last = { 0 };

    for (size_t k = 0; k < i->member_count; k++)
        if (i->members[k].restored.ms > last.ms)
            last = i->members[k].restored;
    return last;
}

/* What comes and goes is told when it has stayed away for a while. */
static void tell_end(struct incidents *b, struct incident *i, struct wall now)
{
    bool ended = i->closed || incident_all_restored(i);

    if (ended == i->told_end || (ended && !i->closed && now.ms < last_restored(i).ms + b->rules.end_wait_ms))
        return;
    if (!send_again(b, i, ended ? OUT_ENDED : OUT_BACK, 0, now))
        return;
    b->out[b->out_count - 1].count = ended && i->closed;
    i->told_end = ended;
    if (!ended)
        ask(i, now);
}

void tell_now(struct incidents *b, struct incident *i, struct wall now)
{
    if (i->merged_into != 0 || i->member_count == 0)
        return;
    if (!i->told_open)
        tell_opened(b, i, now);
    if (!i->told_open)
        return;
    tell_events(b, i, now);
    tell_duties(b, i, now);
    tell_clock(b, i, now);
    tell_end(b, i, now);
    tell_escalation(b, i, now);
}

/* ---------------------------------------------------------------- after a start */

/* What passed too long ago to be told by itself. */
static uint8_t missed(const struct incidents *b, const struct incident *i, struct wall now)
{
    struct incident_clock c = incident_clock(i, &b->rules.targets);
    struct wall then = { now.ms - b->rules.punctual_ms };

    if (!i->told_open || i->closed || i->merged_into != 0 || i->member_count == 0 ||
        incident_all_ended(i, now))
        return 0;
    return fresh_warnings(i, &c, then);
}

static bool miss_duties(struct incident *i, struct wall then)
{
    bool any = false;

    for (unsigned k = 0; k < DUTY_COUNT && i->merged_into == 0; k++) {
        if (!duty_is_late(i, k, then))
            continue;
        i->duties[k].told_late = any = true;
    }
    return any;
}

void incidents_resume(struct incidents *b, struct wall now)
{
    struct outgoing digest = {
        .kind = OUT_DIGEST, .n = outgoing_second(now), .at = now, .due = now, .size = NAN
    };

    if (b->out_count == OUTBOX_MAX)
        return; /* each will be told by itself */
    for (size_t k = 0; k < b->count; k++) {
        struct incident *i = &b->all[k]->i;
        uint8_t mask = missed(b, i, now);
        bool duties = miss_duties(i, (struct wall){ now.ms - b->rules.punctual_ms });
        if (mask == 0 && !duties)
            continue;
        i->passed |= mask;
        digest.mask |= in_words(mask);
        digest.count++;
        book_touch(i);
    }
    if (digest.count == 0)
        return;
    b->out[b->out_count++] = digest;
}
