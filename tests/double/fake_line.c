#include "fake_line.h"

#include <string.h>

#include "acquire/field.h"

static struct now read_fake(void *self)
{
    struct fake_clock *c = self;

    return (struct now){ { __atomic_load_n(&c->now.mono.ms, __ATOMIC_SEQ_CST) },
                         { __atomic_load_n(&c->now.wall.ms, __ATOMIC_SEQ_CST) } };
}

struct clock fake_clock(struct fake_clock *c)
{
    return (struct clock){ read_fake, c };
}

void fake_clock_advance(struct fake_clock *c, int64_t ms)
{
    (void)__atomic_fetch_add(&c->now.mono.ms, ms, __ATOMIC_SEQ_CST); /* a journal's committer reads it too */
    (void)__atomic_fetch_add(&c->now.wall.ms, ms, __ATOMIC_SEQ_CST);
}

static enum err fake_connect(struct line *line, struct fault *why)
{
    struct fake_line *l = (struct fake_line *)line;

    l->connects++;
    fake_clock_advance(l->clock, l->connect_ms);
    if (l->refuse_connect)
        return fault_set(why, ERR_PEER, "connect: Connection refused");
    l->connected = true;
    l->has_late = false;
    return ERR_NONE;
}

static enum err fake_send(struct line *line, const struct request *r, struct fault *why)
{
    struct fake_line *l = (struct fake_line *)line;

    if (!l->connected)
        return fault_set(why, ERR_PEER, "not connected");
    l->asked = *r;
    if (l->requests > 0 && l->clock->now.mono.ms - l->sent < l->least_gap)
        l->least_gap = l->clock->now.mono.ms - l->sent;
    l->sent = l->clock->now.mono.ms;
    l->requests++;
    l->of_unit[r->unit]++;
    return ERR_NONE;
}

static void give_bits(const struct fake_line *l, const struct request *r, struct answer *a)
{
    a->pdu[0] = r->function;
    a->pdu[1] = (uint8_t)((r->quantity + 7) / 8);
    for (unsigned i = 0; i < r->quantity; i++)
        if (l->registers[(uint16_t)(r->address + i)] != 0)
            a->pdu[2 + i / 8] = (uint8_t)(a->pdu[2 + i / 8] | 1 << i % 8);
    a->pdu_len = 2u + a->pdu[1];
}

static void refuse(struct answer *a, const struct request *r, uint8_t exception)
{
    a->pdu[0] = r->function | 0x80;
    a->pdu[1] = exception;
    a->pdu_len = 2;
}

static void answer_to(const struct fake_line *l, const struct request *r, struct answer *a)
{
    *a = (struct answer){
        .has_transaction = true, .framed = true, .transaction = r->transaction, .unit = r->unit
    };
    if (l->most > 0 && r->quantity > l->most) {
        refuse(a, r, 3);
        return;
    }
    if (l->missing_to > 0 && r->address <= l->missing_to && r->address + r->quantity > l->missing_from) {
        refuse(a, r, 2);
        return;
    }
    a->took_us = l->answer_ms * 1000;
    if (function_reads_bits(r->function)) {
        give_bits(l, r, a);
        return;
    }
    a->pdu[0] = r->function;
    a->pdu[1] = (uint8_t)(2 * r->quantity);
    for (unsigned i = 0; i < r->quantity; i++) {
        uint16_t w = l->registers[(uint16_t)(r->address + i)];
        a->pdu[2 + 2 * i] = (uint8_t)(w >> 8);
        a->pdu[3 + 2 * i] = (uint8_t)w;
    }
    a->pdu_len = 2u + a->pdu[1];
}

static enum err silence(struct fake_line *l, int64_t within_ms, struct fault *why)
{
    fake_clock_advance(l->clock, within_ms);
    return fault_set(why, ERR_TIMEOUT, "no answer in %lld ms", (long long)within_ms);
}

static enum fake_answer next_answer(struct fake_line *l)
{
    enum fake_answer how = l->answer;

    if (how != FAKE_RIGHT && l->answer_times > 0 && --l->answer_times == 0)
        l->answer = FAKE_RIGHT;
    return how;
}

static enum err fake_receive(struct line *line, struct answer *a, int64_t within_ms, struct fault *why)
{
    struct fake_line *l = (struct fake_line *)line;
    struct request old = l->asked;
    int64_t slow_ms = l->slow_ms[l->asked.unit];

    if (l->has_late) { /* what was late lies there first */
        l->has_late = false;
        answer_to(l, &l->late, a);
        return ERR_NONE;
    }
    if (slow_ms >= within_ms)
        return silence(l, within_ms, why);
    fake_clock_advance(l->clock, slow_ms);
    switch (next_answer(l)) {
    case FAKE_SILENT: return silence(l, within_ms, why);
    case FAKE_LATE:
        l->late = l->asked;
        l->has_late = true;
        return silence(l, within_ms, why);
    case FAKE_CLOSES: l->connected = false; return fault_set(why, ERR_PEER, "closed the connection");
    case FAKE_OLD_TRANSACTION:
        old.transaction--;
        answer_to(l, &old, a);
        l->answer = FAKE_SILENT;
        l->answer_times = 1;
        break;
    case FAKE_OTHER_UNIT:
        answer_to(l, &l->asked, a);
        a->unit ^= 1;
        break;
    case FAKE_OTHER_FUNCTION:
        answer_to(l, &l->asked, a);
        a->pdu[0] ^= 7;
        break;
    case FAKE_SHORT:
        answer_to(l, &l->asked, a);
        a->pdu[1] = (uint8_t)(a->pdu[1] - 2);
        a->pdu_len -= 2;
        break;
    case FAKE_EXCEPTION:
        answer_to(l, &l->asked, a);
        refuse(a, &l->asked, l->exception);
        break;
    case FAKE_AS_UNIT:
        answer_to(l, &l->asked, a);
        a->unit = l->as_unit;
        break;
    case FAKE_RIGHT: answer_to(l, &l->asked, a); break;
    }
    fake_clock_advance(l->clock, l->answer_ms);
    return ERR_NONE;
}

static void fake_close(struct line *line)
{
    struct fake_line *l = (struct fake_line *)line;

    l->closes += l->connected;
    l->connected = false;
}

static void fake_nothing(struct line *line)
{
    (void)line;
}

static const struct line_ops OPS = { fake_connect, fake_send,    fake_receive,
                                     fake_close,   fake_nothing, fake_nothing };

void fake_line_init(struct fake_line *l, struct fake_clock *c)
{
    memset(l, 0, sizeof *l);
    l->line.ops = &OPS;
    l->clock = c;
    l->answer_ms = 1;
    l->least_gap = INT64_MAX;
}
