#include "control.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario_line.h"

enum { WORDS_MAX = 8, SECONDS_MAX = 86400 };

struct words {
    char copy[CONTROL_LINE_MAX];
    char *word[WORDS_MAX];
    size_t count;
};

enum err control_init(struct control *c, struct stand *stand, struct fault *why)
{
    c->stand = stand;
    c->mischief = calloc(stand->from.device_count, sizeof *c->mischief);
    c->until = calloc(stand->from.device_count, sizeof *c->until);
    if (c->mischief != NULL && c->until != NULL)
        return ERR_NONE;
    control_clear(c);
    return fault_set(why, ERR_MEMORY, "no memory for faults");
}

void control_clear(struct control *c)
{
    free(c->mischief);
    free(c->until);
    c->mischief = NULL;
    c->until = NULL;
}

static enum err device_named(const struct control *c, const char *name, unsigned *out, struct fault *why)
{
    int device = stand_named(c->stand, name);

    if (device < 0)
        return fault_set(why, ERR_MISSING, "no device '%s'", name);
    *out = (unsigned)device;
    return ERR_NONE;
}

static void release(struct control *c, unsigned device)
{
    c->mischief[device] = (struct mischief){ 0 };
    c->until[device].ms = 0;
    stand_release(c->stand, device);
}

/* ---- fault ---- */

static void spoil(struct control *c, unsigned device, struct mischief m)
{
    c->mischief[device] = m;
    if (m.kind == MISCHIEF_FROZEN)
        stand_warp(c->stand, device, STAND_FROZEN, 0);
    else if (m.kind == MISCHIEF_FILLED)
        stand_warp(c->stand, device, STAND_FILLED, (uint16_t)m.arg);
    else
        stand_warp(c->stand, device, STAND_TRUE, 0);
}

enum err control_option(struct control *c, const char *text, struct fault *why)
{
    char name[40];
    const char *colon = strchr(text, ':');
    unsigned device = 0;
    struct mischief m;
    enum err rc;

    if (colon == NULL || (size_t)(colon - text) >= sizeof name)
        return fault_set(why, ERR_RANGE, "'%s': a fault is DEVICE:KIND[:ARG[:COUNT]]", text);
    memcpy(name, text, (size_t)(colon - text));
    name[colon - text] = '\0';
    rc = device_named(c, name, &device, why);
    if (rc == ERR_NONE)
        rc = mischief_parse(colon + 1, &m, why);
    if (rc == ERR_NONE)
        spoil(c, device, m);
    return rc;
}

/* Takes "for SECONDS" off the end; 0: it is not there, -1: no number of seconds. */
static int64_t lasts_ms(struct words *w)
{
    double seconds;
    char *end;

    if (w->count < 3 || strcmp(w->word[w->count - 2], "for") != 0)
        return 0;
    seconds = strtod(w->word[w->count - 1], &end);
    if (*end != '\0' || !(seconds >= 0.001) || seconds > SECONDS_MAX)
        return -1;
    w->count -= 2;
    return (int64_t)(seconds * 1000);
}

static enum err fault(struct control *c, struct words *w, struct mono now, struct fault *why)
{
    int64_t for_ms = lasts_ms(w);
    char kind[CONTROL_LINE_MAX];
    size_t len = 0;
    unsigned device = 0;
    struct mischief m;
    enum err rc;

    if (w->count < 3 || w->count > 5 || for_ms < 0)
        return fault_set(why, ERR_RANGE, "fault DEVICE KIND[:ARG[:COUNT]] [for SECONDS]");
    for (size_t i = 2; i < w->count; i++)
        len += (size_t)snprintf(kind + len, sizeof kind - len, "%s%s", i > 2 ? ":" : "", w->word[i]);
    rc = device_named(c, w->word[1], &device, why);
    if (rc == ERR_NONE)
        rc = mischief_parse(kind, &m, why);
    if (rc != ERR_NONE)
        return rc;
    spoil(c, device, m);
    c->until[device].ms = for_ms > 0 ? now.ms + for_ms : 0;
    return ERR_NONE;
}

/* ---- registers ---- */

static bool number(const char *text, unsigned long *out)
{
    char *end;

    if (*text < '0' || *text > '9')
        return false;
    *out = strtoul(text, &end, 0);
    return *end == '\0' && *out <= 0xFFFF;
}

static bool is_bank(const char *word)
{
    return strcmp(word, "input") == 0 || strcmp(word, "holding") == 0;
}

/* The bank when it is said, else holding; *at moves behind it. */
static enum field_bank bank_said(const struct words *w, size_t *at)
{
    const char *word = w->word[*at];

    *at += is_bank(word);
    return strcmp(word, "input") == 0 ? FIELD_INPUT : FIELD_HOLDING;
}

/* DEVICE [holding|input] ADDRESS; *at is the word behind it. */
static enum err place_said(const struct control *c, const struct words *w, struct stand_held *out, size_t *at,
                           struct fault *why)
{
    unsigned long address;
    enum err rc = device_named(c, w->word[1], &out->device, why);

    if (rc != ERR_NONE)
        return rc;
    *at = 2;
    out->bank = bank_said(w, at);
    if (*at >= w->count || !number(w->word[*at], &address))
        return fault_set(why, ERR_RANGE, "address and value are numbers from 0 to 65535");
    out->address = (uint16_t)address;
    ++*at;
    return ERR_NONE;
}

static enum err hold(struct control *c, const struct stand_held *held, struct fault *why)
{
    enum err rc = stand_hold(c->stand, *held);

    if (rc == ERR_RANGE)
        return fault_set(why, rc, "%s has no %s register %u", c->stand->from.devices[held->device].name,
                         held->bank == FIELD_INPUT ? "input" : "holding", held->address);
    if (rc == ERR_FULL)
        return fault_set(why, rc, "%d registers are held already", STAND_HELD_MAX);
    return rc;
}

static enum err raw(struct control *c, const struct words *w, struct fault *why)
{
    struct stand_held held = { .type = ENCODE_U16 };
    unsigned long value;
    size_t at;
    enum err rc;

    if (w->count < 4 || w->count > 5 || (w->count == 5 && !is_bank(w->word[2])))
        return fault_set(why, ERR_RANGE, "raw DEVICE [holding|input] ADDRESS VALUE");
    rc = place_said(c, w, &held, &at, why);
    if (rc != ERR_NONE)
        return rc;
    if (at + 1 != w->count || !number(w->word[at], &value))
        return fault_set(why, ERR_RANGE, "address and value are numbers from 0 to 65535");
    held.bits = (uint32_t)value;
    return hold(c, &held, why);
}

/* "TYPE[:ORDER]" */
static bool type_said(const char *text, struct stand_held *out)
{
    size_t len = strcspn(text, ":");
    const char *order = text[len] == ':' ? text + len + 1 : "abcd";
    unsigned t = 0, o = 0;

    while (t < ENCODE_TYPE_COUNT && (strncmp(encode_type_name(t), text, len) != 0 || len != 3))
        t++;
    while (o < ENCODE_ORDER_COUNT && strcmp(encode_order_name(o), order) != 0)
        o++;
    out->type = t;
    out->order = o;
    return t < ENCODE_TYPE_COUNT && o < ENCODE_ORDER_COUNT;
}

/* Integers by their bits; a float may be nan, inf, -inf or -0. */
static bool number_said(const char *text, enum encode_type type, uint32_t *bits)
{
    char *end;
    double x = strtod(text, &end);
    float f = (float)x;
    uint16_t words[ENCODE_WORDS_MAX];

    if (end == text || *end != '\0' || (type != ENCODE_F32 && !isfinite(x)))
        return false;
    if (type == ENCODE_F32 && !isnan(x)) {
        memcpy(bits, &f, sizeof f);
        return true;
    }
    (void)encode_value(type, ENCODE_ABCD, x, words);
    *bits = encode_back(type, ENCODE_ABCD, words);
    return true;
}

/* hold and count */
static enum err set_number(struct control *c, const struct words *w, bool counts, struct fault *why)
{
    struct stand_held held = { .counts = counts };
    size_t at;
    enum err rc;

    if (w->count < 5)
        return fault_set(why, ERR_RANGE, "%s DEVICE [holding|input] ADDRESS TYPE[:ORDER] NUMBER", w->word[0]);
    rc = place_said(c, w, &held, &at, why);
    if (rc != ERR_NONE)
        return rc;
    if (at + 2 != w->count || !type_said(w->word[at], &held) || (counts && held.type == ENCODE_F32))
        return fault_set(why, ERR_RANGE, "types: u16, i16, u32, i32%s; orders: abcd, cdab, badc, dcba",
                         counts ? "" : ", f32");
    if (!number_said(w->word[at + 1], held.type, &held.bits))
        return fault_set(why, ERR_RANGE, "'%s' is no %s", w->word[at + 1], encode_type_name(held.type));
    return hold(c, &held, why);
}

/* ---- the rest ---- */

static enum err clear(struct control *c, const struct words *w, struct fault *why)
{
    unsigned device = 0;
    enum err rc;

    if (w->count > 2)
        return fault_set(why, ERR_RANGE, "clear [DEVICE|all]");
    if (w->count == 1 || strcmp(w->word[1], "all") == 0) {
        for (unsigned i = 0; i < c->stand->from.device_count; i++)
            release(c, i);
        return ERR_NONE;
    }
    rc = device_named(c, w->word[1], &device, why);
    if (rc == ERR_NONE)
        release(c, device);
    return rc;
}

static size_t list(const struct control *c, char *answer)
{
    const struct stand_source *from = &c->stand->from;
    size_t len = 0;

    for (unsigned i = 0; i < from->device_count && len < CONTROL_ANSWER_MAX; i++) {
        const struct field_device *d = &from->devices[i];
        const struct mischief *m = &c->mischief[i];
        len += (size_t)snprintf(answer + len, CONTROL_ANSWER_MAX - len,
                                "%s wire=%s unit=%u fault=%s:%u left=%u\n", d->name,
                                from->wires[d->wire].name, d->unit, mischief_name(m->kind), m->arg, m->left);
    }
    return len < CONTROL_ANSWER_MAX ? len : CONTROL_ANSWER_MAX - 1;
}

static void split(struct words *w, const char *line)
{
    char *rest = NULL;

    w->count = 0;
    (void)snprintf(w->copy, sizeof w->copy, "%s", line);
    for (char *word = strtok_r(w->copy, " \t\r\n", &rest); word != NULL && w->count < WORDS_MAX;
         word = strtok_r(NULL, " \t\r\n", &rest))
        w->word[w->count++] = word;
}

static enum err carry_out(struct control *c, struct words *w, struct mono now, struct fault *why)
{
    const char *verb = w->count > 0 ? w->word[0] : "";

    if (strcmp(verb, "fault") == 0)
        return fault(c, w, now, why);
    if (strcmp(verb, "raw") == 0)
        return raw(c, w, why);
    if (strcmp(verb, "hold") == 0 || strcmp(verb, "count") == 0)
        return set_number(c, w, *verb == 'c', why);
    if (strcmp(verb, "clear") == 0)
        return clear(c, w, why);
    return fault_set(why, ERR_RANGE, "commands: fault, raw, hold, count, clear, devices, scenarios");
}

size_t control_line(struct control *c, const char *line, struct mono now, char answer[CONTROL_ANSWER_MAX])
{
    struct words w;
    struct fault why = { 0 };

    if (c->field != NULL && scenario_line_is(line))
        return scenario_line(c->field, line, answer, CONTROL_ANSWER_MAX);
    split(&w, line);
    if (w.count == 1 && strcmp(w.word[0], "devices") == 0)
        return list(c, answer);
    if (carry_out(c, &w, now, &why) == ERR_NONE)
        return (size_t)snprintf(answer, CONTROL_ANSWER_MAX, "ok\n");
    return (size_t)snprintf(answer, CONTROL_ANSWER_MAX, "error: %s\n", why.text);
}

int control_expired(struct control *c, struct mono now)
{
    for (unsigned i = 0; i < c->stand->from.device_count; i++)
        if (c->until[i].ms != 0 && now.ms >= c->until[i].ms) {
            release(c, i);
            return (int)i;
        }
    return -1;
}

struct mono control_next(const struct control *c)
{
    struct mono next = { INT64_MAX };

    for (unsigned i = 0; i < c->stand->from.device_count; i++)
        if (c->until[i].ms != 0 && c->until[i].ms < next.ms)
            next = c->until[i];
    return next;
}
