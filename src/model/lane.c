#include "model/lane.h"

#include <math.h>
#include <string.h>

enum { READING_BYTES = 8 + 8 + 8 + 1 + 1, HAND_BYTES = 3 + 5 * 8 };
/* Of the first version, which had no verdicts, and of this one. */
enum { MINUTE_LEAST = 7 * 8 + 3 * 4, MINUTE_BYTES = MINUTE_LEAST + 3 * 4, RECOUNT_BYTES = 3 * 8 };

const char *lane_name(enum lane l)
{
    return l == LANE_EVENTS ? "events" : l == LANE_LIVE ? "live" : "unknown";
}

static void put64(unsigned char *to, uint64_t v)
{
    for (int i = 0; i < 8; i++)
        to[i] = (unsigned char)(v >> (8 * i));
}

static uint64_t get64(const unsigned char *from)
{
    uint64_t v = 0;

    for (int i = 7; i >= 0; i--)
        v = v << 8 | from[i];
    return v;
}

static void put32(unsigned char *to, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        to[i] = (unsigned char)(v >> (8 * i));
}

static uint32_t get32(const unsigned char *from)
{
    return (uint32_t)from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16 | (uint32_t)from[3] << 24;
}

static uint64_t bits_of(double d)
{
    uint64_t bits;

    memcpy(&bits, &d, sizeof bits);
    return bits;
}

static double double_of(uint64_t bits)
{
    double d;

    memcpy(&d, &bits, sizeof d);
    return d;
}

void body_add_reading(struct strbuf *body, const struct stored_reading *r)
{
    unsigned char bytes[1 + READING_BYTES];

    bytes[0] = BODY_READING;
    put64(bytes + 1, r->key);
    put64(bytes + 9, (uint64_t)r->at.ms);
    put64(bytes + 17, bits_of(r->value));
    bytes[25] = r->quality;
    bytes[26] = r->reason;
    strbuf_add(body, bytes, sizeof bytes);
}

static void add_text(struct strbuf *body, const char *text)
{
    size_t n = strlen(text);

    strbuf_putc(body, (char)(unsigned char)n);
    strbuf_add(body, text, n);
}

void body_add_event(struct strbuf *body, const struct event *e)
{
    unsigned char head[1 + 1 + 8 + 8];

    head[0] = BODY_EVENT;
    head[1] = e->kind;
    put64(head + 2, (uint64_t)e->at.ms);
    put64(head + 10, bits_of(e->number));
    strbuf_add(body, head, sizeof head);
    add_text(body, e->subject);
    add_text(body, e->text);
}

void body_add_hand(struct strbuf *body, const struct hand *h)
{
    unsigned char head[1 + HAND_BYTES];

    head[0] = BODY_HAND;
    head[1] = h->kind;
    head[2] = h->quality;
    head[3] = h->reason;
    put64(head + 4, h->point);
    put64(head + 12, (uint64_t)h->at.ms);
    put64(head + 20, (uint64_t)h->entered.ms);
    put64(head + 28, bits_of(h->value));
    put64(head + 36, bits_of(h->old_end));
    strbuf_add(body, head, sizeof head);
    add_text(body, h->key);
    add_text(body, h->who);
    add_text(body, h->note);
}

void body_add_minute(struct strbuf *body, const struct minute *m)
{
    const double numbers[] = { m->sum, m->min, m->max, m->first, m->last };
    unsigned char bytes[2 + MINUTE_BYTES];

    bytes[0] = BODY_MINUTE;
    bytes[1] = MINUTE_BYTES;
    put64(bytes + 2, m->key);
    put64(bytes + 10, (uint64_t)m->at.ms);
    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        put64(bytes + 18 + 8 * i, bits_of(numbers[i]));
    put32(bytes + 58, m->n);
    put32(bytes + 62, m->good_ms);
    put32(bytes + 66, m->uncertain_ms);
    put32(bytes + 70, m->within_ms);
    put32(bytes + 74, m->outside_ms);
    put32(bytes + 78, m->unjudged_ms);
    strbuf_add(body, bytes, sizeof bytes);
}

void body_add_recount(struct strbuf *body, const struct recount *r)
{
    unsigned char bytes[2 + RECOUNT_BYTES];

    bytes[0] = BODY_RECOUNT;
    bytes[1] = RECOUNT_BYTES;
    put64(bytes + 2, r->key);
    put64(bytes + 10, (uint64_t)r->from.ms);
    put64(bytes + 18, (uint64_t)r->to.ms);
    strbuf_add(body, bytes, sizeof bytes);
}

void body_add_audit(struct strbuf *body, const struct audit_row *r)
{
    strbuf_putc(body, BODY_AUDIT);
    audit_write(body, r);
}

void body_add_alarm(struct strbuf *body, const struct alarm_step *s)
{
    strbuf_putc(body, BODY_ALARM);
    alarm_step_write(body, s);
}

void body_add_mode(struct strbuf *body, const struct mode *m)
{
    strbuf_putc(body, BODY_MODE);
    mode_write(body, m);
}

void body_add_incident(struct strbuf *body, const struct stored_incident *s, const struct incident *i)
{
    strbuf_putc(body, BODY_INCIDENT);
    incident_item_write(body, s, i);
}

void body_add_outgoing(struct strbuf *body, const struct outgoing *o)
{
    strbuf_putc(body, BODY_OUTGOING);
    outgoing_item_write(body, o);
}

void body_add_letter(struct strbuf *body, const struct letter *l)
{
    strbuf_putc(body, BODY_LETTER);
    letter_write(body, l);
}

void body_add_prevention(struct strbuf *body, const struct prevention *p)
{
    strbuf_putc(body, BODY_PREVENTION);
    prevention_write(body, p);
}

void body_add_caller(struct strbuf *body, const struct stored_caller *c)
{
    strbuf_putc(body, BODY_CALLER);
    caller_item_write(body, c);
}

void body_add_shift(struct strbuf *body, const struct shift *s)
{
    strbuf_putc(body, BODY_SHIFT);
    shift_write(body, s);
}

void body_add_shift_entry(struct strbuf *body, const struct shift_entry *e)
{
    strbuf_putc(body, BODY_SHIFT_ENTRY);
    shift_entry_write(body, e);
}

void body_add_shift_sheet(struct strbuf *body, const struct shift_sheet *s)
{
    strbuf_putc(body, BODY_SHIFT_SHEET);
    shift_sheet_write(body, s);
}

void body_read(struct body_reader *r, const void *body, size_t len)
{
    r->at = body;
    r->end = r->at + len;
}

/* What no sound reading can be.  Reasons that a later version added are let through. */
static bool contradicts_itself(const struct stored_reading *r)
{
    if (r->quality == QUALITY_BAD)
        return !isnan(r->value) || r->reason == REASON_NONE;
    return !isfinite(r->value) || (r->quality == QUALITY_GOOD) != (r->reason == REASON_NONE);
}

static enum err take_reading(struct body_reader *r, struct stored_reading *out)
{
    const unsigned char *p = r->at;

    if (r->end - p < READING_BYTES)
        return ERR_SHORT;
    out->key = get64(p);
    out->at.ms = (int64_t)get64(p + 8);
    out->value = double_of(get64(p + 16));
    out->quality = p[24];
    out->reason = p[25];
    r->at = p + READING_BYTES;
    if (out->quality >= QUALITY_COUNT || out->key == 0 || out->key > INT64_MAX || contradicts_itself(out))
        return ERR_RANGE;
    return ERR_NONE;
}

static enum err take_text(struct body_reader *r, char *out, size_t size)
{
    size_t n;

    if (r->at == r->end)
        return ERR_SHORT;
    n = *r->at++;
    if ((size_t)(r->end - r->at) < n)
        return ERR_SHORT;
    if (n >= size || memchr(r->at, '\0', n) != NULL)
        return ERR_RANGE;
    memcpy(out, r->at, n);
    out[n] = '\0';
    r->at += n;
    return ERR_NONE;
}

static enum err take_event(struct body_reader *r, struct event *out)
{
    const unsigned char *p = r->at;
    enum err rc;

    if (r->end - p < 17)
        return ERR_SHORT;
    out->kind = p[0];
    out->at.ms = (int64_t)get64(p + 1);
    out->number = double_of(get64(p + 9));
    r->at = p + 17;
    rc = take_text(r, out->subject, sizeof out->subject);
    return rc != ERR_NONE ? rc : take_text(r, out->text, sizeof out->text);
}

static bool hand_is_sound(const struct hand *h)
{
    bool judged = h->quality < QUALITY_COUNT && h->quality != QUALITY_BAD;
    bool plain = h->quality == 0 && h->reason == 0;

    if (h->point == 0 || h->point > INT64_MAX || h->key[0] == '\0')
        return false;
    switch (h->kind) {
    case HAND_READING: return judged && isfinite(h->value) && isnan(h->old_end);
    case HAND_EXCHANGE: return plain && isfinite(h->value) && isfinite(h->old_end);
    case HAND_FORCE:
    case HAND_SERVICE: return plain && isfinite(h->value) && isnan(h->old_end);
    case HAND_RELEASE: return plain && isnan(h->value) && isnan(h->old_end);
    default: return false;
    }
}

static enum err take_hand(struct body_reader *r, struct hand *out)
{
    const unsigned char *p = r->at;
    enum err rc;

    if (r->end - p < HAND_BYTES)
        return ERR_SHORT;
    *out = (struct hand){ .kind = p[0], .quality = p[1], .reason = p[2], .point = get64(p + 3) };
    out->at.ms = (int64_t)get64(p + 11);
    out->entered.ms = (int64_t)get64(p + 19);
    out->value = double_of(get64(p + 27));
    out->old_end = double_of(get64(p + 35));
    r->at = p + HAND_BYTES;
    rc = take_text(r, out->key, sizeof out->key);
    if (rc == ERR_NONE)
        rc = take_text(r, out->who, sizeof out->who);
    if (rc == ERR_NONE)
        rc = take_text(r, out->note, sizeof out->note);
    if (rc != ERR_NONE)
        return rc;
    return hand_is_sound(out) ? ERR_NONE : ERR_RANGE;
}

/* An item that says how long it is, with at least the bytes that we know. */
static const unsigned char *take_sized(struct body_reader *r, size_t known)
{
    const unsigned char *p = r->at;

    if (p == r->end || (size_t)(r->end - p) < (size_t)1 + p[0] || p[0] < known)
        return NULL;
    r->at = p + 1 + p[0];
    return p + 1;
}

static enum err take_minute(struct body_reader *r)
{
    const unsigned char *p = take_sized(r, MINUTE_LEAST);

    if (p == NULL)
        return ERR_SHORT;
    r->minute = (struct minute){ .key = get64(p),
                                 .at = { (int64_t)get64(p + 8) },
                                 .sum = double_of(get64(p + 16)),
                                 .min = double_of(get64(p + 24)),
                                 .max = double_of(get64(p + 32)),
                                 .first = double_of(get64(p + 40)),
                                 .last = double_of(get64(p + 48)),
                                 .n = get32(p + 56),
                                 .good_ms = get32(p + 60),
                                 .uncertain_ms = get32(p + 64) };
    if (r->at - p >= MINUTE_BYTES) {
        r->minute.within_ms = get32(p + 68);
        r->minute.outside_ms = get32(p + 72);
        r->minute.unjudged_ms = get32(p + 76);
    }
    return minute_is_sound(&r->minute) ? ERR_NONE : ERR_RANGE;
}

static enum err take_recount(struct body_reader *r)
{
    const unsigned char *p = take_sized(r, RECOUNT_BYTES);

    if (p == NULL)
        return ERR_SHORT;
    r->recount = (struct recount){ get64(p), { (int64_t)get64(p + 8) }, { (int64_t)get64(p + 16) } };
    return recount_is_sound(&r->recount) ? ERR_NONE : ERR_RANGE;
}

enum err body_next(struct body_reader *r, enum body_item *item, struct stored_reading *reading,
                   struct event *event)
{
    if (r->at == r->end) {
        *item = BODY_END;
        return ERR_NONE;
    }
    switch (*r->at++) {
    case BODY_READING: *item = BODY_READING; return take_reading(r, reading);
    case BODY_EVENT: *item = BODY_EVENT; return take_event(r, event);
    case BODY_HAND: *item = BODY_HAND; return take_hand(r, &r->hand);
    case BODY_MINUTE: *item = BODY_MINUTE; return take_minute(r);
    case BODY_RECOUNT: *item = BODY_RECOUNT; return take_recount(r);
    case BODY_AUDIT: *item = BODY_AUDIT; return audit_read(&r->at, r->end, &r->audit);
    case BODY_ALARM: *item = BODY_ALARM; return alarm_step_read(&r->at, r->end, &r->alarm);
    case BODY_MODE: *item = BODY_MODE; return mode_read(&r->at, r->end, &r->mode);
    case BODY_INCIDENT: *item = BODY_INCIDENT; return incident_item_read(&r->at, r->end, &r->incident);
    case BODY_OUTGOING: *item = BODY_OUTGOING; return outgoing_item_read(&r->at, r->end, &r->outgoing);
    case BODY_LETTER: *item = BODY_LETTER; return letter_read(&r->at, r->end, &r->letter);
    case BODY_PREVENTION: *item = BODY_PREVENTION; return prevention_read(&r->at, r->end, &r->prevention);
    case BODY_CALLER: *item = BODY_CALLER; return caller_item_read(&r->at, r->end, &r->caller);
    case BODY_SHIFT: *item = BODY_SHIFT; return shift_read(&r->at, r->end, &r->shift);
    case BODY_SHIFT_ENTRY: *item = BODY_SHIFT_ENTRY; return shift_entry_read(&r->at, r->end, &r->shift_entry);
    case BODY_SHIFT_SHEET: *item = BODY_SHIFT_SHEET; return shift_sheet_read(&r->at, r->end, &r->shift_sheet);
    default: return ERR_RANGE;
    }
}
