/* Who is it?  The text of a device's identity registers is read as a block of its own when the device comes
 * up and once an hour; when it is another than it was, the device was exchanged.  One that does not say is
 * left alone for a while. */
#include <stdio.h>
#include <string.h>

#include "wire_inner.h"

enum { MOST_DOUBLINGS = 6 }; /* of a minute: then it is an hour */

bool naming_is_due(struct unit *u, enum device_state was, struct mono now)
{
    struct naming *n = &u->naming;

    if (u->device->identity.function == 0)
        return false;
    if (was == DEVICE_UNKNOWN || was == DEVICE_DOWN)
        n->next = n->not_before;
    return now.ms >= n->next.ms;
}

/* ---- it does not say ---- */

static void leave_alone(struct unit *u, struct mono now, int64_t for_ms)
{
    u->naming.next = u->naming.not_before = (struct mono){ now.ms + for_ms };
}

static void tell_once(struct wire *w, struct unit *u, const char *why)
{
    const struct identity *i = &u->device->identity;
    char text[160];

    if (u->naming.told)
        return;
    u->naming.told = true;
    (void)snprintf(text, sizeof text, "identity, registers %u to %u: %s", i->address,
                   (unsigned)i->address + i->registers - 1, why);
    tell_error(w, u, text);
    log_warn("wire=%s device=%s does not say who it is: %s", w->settings->id, u->device->id, text);
}

/* Silence here is not the device's: some hear only of registers that they have.  If it is gone, its next
 * cycle tells. */
static void no_word(struct wire *w, struct unit *u, const char *why)
{
    unsigned n = u->naming.failures;
    int64_t gap_ms = n < MOST_DOUBLINGS ? CLOCK_MINUTE_MS << n : CLOCK_HOUR_MS;

    u->naming.failures++;
    leave_alone(u, clock_read(&w->clock).mono, gap_ms);
    tell_once(w, u, why);
}

static void take_exception(struct wire *w, struct unit *u, uint8_t exception)
{
    bool gateway = exception == EXCEPTION_GATEWAY_PATH || exception == EXCEPTION_GATEWAY_TARGET;
    char why[80];

    w->status.exceptions++;
    w->status.busy_answers += exception == EXCEPTION_BUSY;
    (void)snprintf(why, sizeof why, "exception %u, %s", exception, exception_text(exception));
    if (gateway || exception == EXCEPTION_BUSY) {
        no_word(w, u, why);
        return;
    }
    u->naming.failures = 0;
    leave_alone(u, clock_read(&w->clock).mono, CLOCK_HOUR_MS);
    tell_once(w, u, why);
}

/* As after any question: what may still come on the connection must not become another's answer. */
static void no_answer(struct wire *w, struct unit *u, const struct outcome *o)
{
    w->status.timeouts += o->line == ERR_TIMEOUT;
    w->status.refused_answers += o->line == ERR_NONE || o->line == ERR_RANGE;
    wire_hang_up(w);
    no_word(w, u, o->why.text);
}

/* ---- it says ---- */

/* Another text counts when it is heard twice: devices that start say all kinds of things. */
static void hear_another(struct wire *w, struct unit *u, const char *text, struct now now)
{
    struct naming *n = &u->naming;

    if (strcmp(n->heard, text) != 0) {
        memcpy(n->heard, text, sizeof n->heard);
        n->next = now.mono; /* with the next cycle */
        return;
    }
    tell_exchanged(w, u, text, now.wall);
    memcpy(n->text, text, sizeof n->text);
    w->lessons_changed = true;
    keep_lessons_now(w); /* a restart shall not tell it again */
}

static void hear_first(struct wire *w, struct unit *u, const char *text)
{
    memcpy(u->naming.text, text, sizeof u->naming.text);
    log_info("wire=%s device=%s is \"%s\"", w->settings->id, u->device->id, text);
    w->lessons_changed = true;
}

static void hear(struct wire *w, struct unit *u, const uint16_t *words)
{
    struct now now = clock_read(&w->clock);
    struct naming *n = &u->naming;
    char text[IDENTITY_TEXT_MAX] = "";

    n->failures = 0;
    n->told = false;
    n->not_before = (struct mono){ 0 };
    n->next.ms = now.mono.ms + CLOCK_HOUR_MS;
    identity_text(&u->device->identity, words, text);
    if (text[0] == '\0') /* nobody's name: what is known stays */
        return;
    if (n->text[0] == '\0')
        hear_first(w, u, text);
    else if (strcmp(n->text, text) != 0)
        hear_another(w, u, text, now);
    else
        n->heard[0] = '\0';
}

void naming_ask(struct wire *w, struct unit *u)
{
    const struct identity *i = &u->device->identity;
    const struct block b = { .function = i->function, .address = i->address, .quantity = i->registers };
    struct outcome o;

    if (!wire_connect(w)) {
        no_word(w, u, "no connection");
        return;
    }
    wire_exchange(w, u, &b, &o);
    if (o.line == ERR_STATE) /* we are being stopped */
        return;
    if (o.line != ERR_NONE || o.verdict == ANSWER_WRONG || o.verdict == ANSWER_OTHER) {
        no_answer(w, u, &o);
        return;
    }
    w->fresh = false;
    if (o.verdict == ANSWER_EXCEPTION)
        take_exception(w, u, o.exception);
    else
        hear(w, u, o.words);
}
