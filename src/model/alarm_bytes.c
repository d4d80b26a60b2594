#include <math.h>
#include <string.h>

#include "model/alarm.h"

/* Two bytes of length, then fixed numbers, then texts with a byte of length each. */
enum { ALARM_FIXED = 4 * 8 + 6 + 2 * 4 + 4 * 8 + 3 * 8, STEP_FIXED = 8 + 1, ACT_FIXED = 2 + 3 * 8 };
enum { ITEM_MAX = 1024 };

_Static_assert(ALARM_FIXED + STEP_FIXED + ID_MAX + HAND_WHO_MAX + HAND_NOTE_MAX < ITEM_MAX,
               "an item is too long");

struct pen {
    unsigned char bytes[ITEM_MAX];
    size_t len;
};

static void put(struct pen *p, uint64_t v, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        p->bytes[p->len++] = (unsigned char)(v >> (8 * i));
}

static void put_number(struct pen *p, double d)
{
    uint64_t bits;

    memcpy(&bits, &d, sizeof bits);
    put(p, bits, 8);
}

static void put_text(struct pen *p, const char *text)
{
    size_t n = strlen(text);

    put(p, n, 1);
    memcpy(p->bytes + p->len, text, n);
    p->len += n;
}

static void put_alarm(struct pen *p, const struct alarm *a)
{
    const uint64_t keys[] = { a->id, a->point, a->rule, a->revision };
    const uint8_t small[] = { a->core, a->quiet, a->severity, a->stake, a->latched, a->end };
    const struct wall times[] = { a->opened, a->changed, a->acknowledged, a->shelved_until };
    const double numbers[] = { a->value, a->limit, a->seen };

    for (size_t i = 0; i < COUNT_OF(keys); i++)
        put(p, keys[i], 8);
    for (size_t i = 0; i < COUNT_OF(small); i++)
        put(p, small[i], 1);
    put(p, a->steps, 4);
    put(p, a->times, 4);
    for (size_t i = 0; i < COUNT_OF(times); i++)
        put(p, (uint64_t)times[i].ms, 8);
    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        put_number(p, numbers[i]);
    put_text(p, a->name);
}

static void write(struct strbuf *to, struct pen *p)
{
    p->bytes[0] = (unsigned char)((p->len - 2) & 0xFF);
    p->bytes[1] = (unsigned char)((p->len - 2) >> 8);
    strbuf_add(to, p->bytes, p->len);
}

void alarm_write(struct strbuf *to, const struct alarm *a)
{
    struct pen p = { .len = 2 };

    put_alarm(&p, a);
    write(to, &p);
}

void alarm_step_write(struct strbuf *to, const struct alarm_step *s)
{
    struct pen p = { .len = 2 };

    put_alarm(&p, &s->alarm);
    put(&p, (uint64_t)s->at.ms, 8);
    put(&p, s->event, 1);
    put_text(&p, s->who);
    put_text(&p, s->why);
    write(to, &p);
}

void alarm_act_write(struct strbuf *to, const struct alarm_act *a)
{
    struct pen p = { .len = 2 };

    put(&p, a->event, 1);
    put(&p, a->leads, 1);
    put(&p, a->alarm, 8);
    put(&p, (uint64_t)a->until.ms, 8);
    put(&p, (uint64_t)a->at.ms, 8);
    put_text(&p, a->key);
    put_text(&p, a->who);
    put_text(&p, a->why);
    write(to, &p);
}

/* ---- reading ---- */

struct eye {
    const unsigned char *at, *end;
    bool short_of;
    bool wrong;
};

static uint64_t get(struct eye *e, size_t bytes)
{
    uint64_t v = 0;

    if ((size_t)(e->end - e->at) < bytes) {
        e->short_of = true;
        return 0;
    }
    for (size_t i = bytes; i-- > 0;)
        v = v << 8 | e->at[i];
    e->at += bytes;
    return v;
}

static double get_number(struct eye *e)
{
    uint64_t bits = get(e, 8);
    double d;

    memcpy(&d, &bits, sizeof d);
    e->wrong = e->wrong || isinf(d);
    return d;
}

static struct wall get_time(struct eye *e)
{
    return (struct wall){ (int64_t)get(e, 8) };
}

static void get_text(struct eye *e, char *out, size_t size)
{
    size_t n = get(e, 1);

    out[0] = '\0';
    if ((size_t)(e->end - e->at) < n)
        e->short_of = true;
    else if (n >= size || memchr(e->at, '\0', n) != NULL)
        e->wrong = true;
    if (e->short_of || e->wrong)
        return;
    memcpy(out, e->at, n);
    out[n] = '\0';
    e->at += n;
}

static uint8_t get_word(struct eye *e, unsigned count)
{
    uint8_t v = (uint8_t)get(e, 1);

    e->wrong = e->wrong || v >= count;
    return v;
}

static void get_alarm(struct eye *e, struct alarm *a)
{
    memset(a, 0, sizeof *a);
    a->id = get(e, 8);
    a->point = get(e, 8);
    a->rule = get(e, 8);
    a->revision = get(e, 8);
    a->core = get_word(e, ALARM_CORE_COUNT);
    a->quiet = get_word(e, ALARM_STATE_COUNT);
    a->severity = get_word(e, SEVERITY_COUNT);
    a->stake = get_word(e, STAKE_COUNT);
    a->latched = get_word(e, 2);
    a->end = get_word(e, ALARM_END_COUNT);
    a->steps = (uint32_t)get(e, 4);
    a->times = (uint32_t)get(e, 4);
    a->opened = get_time(e);
    a->changed = get_time(e);
    a->acknowledged = get_time(e);
    a->shelved_until = get_time(e);
    a->value = get_number(e);
    a->limit = get_number(e);
    a->seen = get_number(e);
    get_text(e, a->name, sizeof a->name);
    e->wrong = e->wrong || a->id == 0 || a->id > INT64_MAX || a->point == 0 || a->point > INT64_MAX ||
               a->rule == 0 || a->rule > INT64_MAX || (a->quiet != 0 && a->quiet < ALARM_SUPPRESSED) ||
               a->changed.ms < a->opened.ms || a->steps == 0;
}

/* The bytes of one item; *at moves behind it, whatever a later version added to its end. */
static enum err open_item(const unsigned char **at, const unsigned char *end, struct eye *e)
{
    size_t len;

    if (end - *at < 2)
        return ERR_SHORT;
    len = (size_t)(*at)[0] | (size_t)(*at)[1] << 8;
    if ((size_t)(end - *at) - 2 < len)
        return ERR_SHORT;
    *e = (struct eye){ *at + 2, *at + 2 + len, false, false };
    *at = e->end;
    return ERR_NONE;
}

static enum err verdict(const struct eye *e)
{
    return e->short_of ? ERR_SHORT : e->wrong ? ERR_RANGE : ERR_NONE;
}

enum err alarm_read(const unsigned char **at, const unsigned char *end, struct alarm *out)
{
    struct eye e;
    enum err rc = open_item(at, end, &e);

    if (rc != ERR_NONE)
        return rc;
    get_alarm(&e, out);
    return verdict(&e);
}

enum err alarm_step_read(const unsigned char **at, const unsigned char *end, struct alarm_step *out)
{
    struct eye e;
    enum err rc = open_item(at, end, &e);

    if (rc != ERR_NONE)
        return rc;
    get_alarm(&e, &out->alarm);
    out->at = get_time(&e);
    out->event = get_word(&e, ALARM_EVENT_COUNT);
    get_text(&e, out->who, sizeof out->who);
    get_text(&e, out->why, sizeof out->why);
    return verdict(&e);
}

enum err alarm_act_read(const unsigned char **at, const unsigned char *end, struct alarm_act *out)
{
    struct eye e;
    enum err rc = open_item(at, end, &e);

    if (rc != ERR_NONE)
        return rc;
    memset(out, 0, sizeof *out);
    out->event = get_word(&e, ALARM_EVENT_COUNT);
    out->leads = get_word(&e, 2) != 0;
    out->alarm = get(&e, 8);
    out->until = get_time(&e);
    out->at = get_time(&e);
    get_text(&e, out->key, sizeof out->key);
    get_text(&e, out->who, sizeof out->who);
    get_text(&e, out->why, sizeof out->why);
    e.wrong = e.wrong || out->key[0] == '\0';
    return verdict(&e);
}
