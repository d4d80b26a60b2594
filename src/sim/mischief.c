#include "mischief.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static unsigned u16_at(const uint8_t *bytes)
{
    return (unsigned)bytes[0] << 8 | bytes[1];
}

static void put_u16(uint8_t *bytes, unsigned x)
{
    bytes[0] = (uint8_t)(x >> 8);
    bytes[1] = (uint8_t)x;
}

static void silence(struct reply *r, uint32_t arg)
{
    (void)arg;
    r->len = 0;
}

static void late(struct reply *r, uint32_t arg)
{
    r->delay_ms = arg;
}

static void exception(struct reply *r, uint32_t arg)
{
    put_u16(r->bytes + 4, 3);
    r->bytes[7] |= 0x80;
    r->bytes[8] = (uint8_t)arg;
    r->len = 9;
}

static void unit(struct reply *r, uint32_t arg)
{
    r->bytes[6] = (uint8_t)(r->bytes[6] + arg);
}

static void transaction(struct reply *r, uint32_t arg)
{
    put_u16(r->bytes, u16_at(r->bytes) + arg);
}

static void function(struct reply *r, uint32_t arg)
{
    r->bytes[7] = (uint8_t)(r->bytes[7] + arg);
}

static void protocol(struct reply *r, uint32_t arg)
{
    put_u16(r->bytes + 2, arg);
}

/* Changes how many registers a reply holds and keeps its counts right; an exception has none. */
static void resize(struct reply *r, long registers)
{
    long has = r->bytes[8] / 2;

    if ((r->bytes[7] & 0x80) != 0)
        return;
    registers = registers < 0 ? 0 : registers > 127 ? 127 : registers;
    if (registers > has)
        memset(r->bytes + 9 + 2 * has, 0x5A, (size_t)(registers - has) * 2);
    r->bytes[8] = (uint8_t)(2 * registers);
    put_u16(r->bytes + 4, (unsigned)(3 + 2 * registers));
    r->len = (size_t)(9 + 2 * registers);
}

static void shorter(struct reply *r, uint32_t arg)
{
    resize(r, r->bytes[8] / 2 - (long)(arg & 0xFFFF));
}

static void longer(struct reply *r, uint32_t arg)
{
    resize(r, r->bytes[8] / 2 + (long)(arg & 0xFFFF));
}

static void byte_count(struct reply *r, uint32_t arg)
{
    r->bytes[8] = (uint8_t)(r->bytes[8] + arg);
}

static void truncated(struct reply *r, uint32_t arg)
{
    r->len = arg < r->len ? r->len - arg : 0;
}

static void pieces(struct reply *r, uint32_t arg)
{
    r->piece = arg > 0 ? arg : 1;
}

static void twice(struct reply *r, uint32_t arg)
{
    (void)arg;
    memcpy(r->bytes + r->len, r->bytes, r->len);
    r->len *= 2;
}

static void garbage(struct reply *r, uint32_t arg)
{
    uint32_t x = 0xC0FFEE11u ^ (uint32_t)u16_at(r->bytes);

    r->len = arg < FRAME_MAX ? arg : FRAME_MAX;
    for (size_t i = 0; i < r->len; i++) {
        x = x * 1664525u + 1013904223u;
        r->bytes[i] = (uint8_t)(x >> 24);
    }
}

static void ends(struct reply *r, uint32_t arg)
{
    (void)arg;
    r->len = 0;
    r->close = true;
}

static const struct {
    const char *name;
    uint32_t arg; /* when none is given */
    void (*spoil)(struct reply *r, uint32_t arg);
} KINDS[MISCHIEF_COUNT] = {
    [MISCHIEF_NONE] = { "none", 0, NULL },
    [MISCHIEF_SILENCE] = { "silence", 0, silence },
    [MISCHIEF_LATE] = { "late", 1500, late },
    [MISCHIEF_EXCEPTION] = { "exception", 4, exception },
    [MISCHIEF_UNIT] = { "unit", 1, unit },
    [MISCHIEF_TRANSACTION] = { "transaction", 0xFFFF, transaction },
    [MISCHIEF_FUNCTION] = { "function", 1, function },
    [MISCHIEF_PROTOCOL] = { "protocol", 7, protocol },
    [MISCHIEF_SHORT] = { "short", 1, shorter },
    [MISCHIEF_LONG] = { "long", 1, longer },
    [MISCHIEF_BYTE_COUNT] = { "byte-count", 2, byte_count },
    [MISCHIEF_TRUNCATED] = { "truncated", 3, truncated },
    [MISCHIEF_PIECES] = { "pieces", 1, pieces },
    [MISCHIEF_TWICE] = { "twice", 0, twice },
    [MISCHIEF_GARBAGE] = { "garbage", 12, garbage },
    [MISCHIEF_CLOSE] = { "close", 0, ends },
};

const char *mischief_name(enum mischief_kind kind)
{
    return KINDS[kind].name;
}

const char *mischief_list(void)
{
    return "none, silence, late:MS, exception:CODE, unit:PLUS, transaction:PLUS, function:PLUS, protocol:ID, "
           "short:N, long:N, byte-count:PLUS, truncated:N, pieces:N, twice, garbage:N, close";
}

static bool number(const char *text, uint32_t *out, const char **rest)
{
    char *end;
    unsigned long x;

    if (*text < '0' || *text > '9')
        return false;
    errno = 0;
    x = strtoul(text, &end, 0);
    if (errno != 0 || x > 0xFFFFFFu || (*end != '\0' && *end != ':'))
        return false;
    *out = (uint32_t)x;
    *rest = *end == ':' ? end + 1 : end;
    return true;
}

enum err mischief_parse(const char *text, struct mischief *out, struct fault *why)
{
    const char *rest;
    size_t len = strcspn(text, ":");
    unsigned kind = 0;
    struct mischief m = { 0 };

    while (kind < MISCHIEF_COUNT &&
           (strncmp(KINDS[kind].name, text, len) != 0 || KINDS[kind].name[len] != '\0'))
        kind++;
    if (kind == MISCHIEF_COUNT)
        return fault_set(why, ERR_RANGE, "no fault '%.*s'; there are: %s", (int)len, text, mischief_list());
    m.kind = kind;
    m.arg = KINDS[kind].arg;
    rest = text[len] == ':' ? text + len + 1 : text + len;
    if (*rest != '\0' && !number(rest, &m.arg, &rest))
        return fault_set(why, ERR_RANGE, "fault '%s': the argument is a number up to 16777215", text);
    if (*rest != '\0' && (!number(rest, &m.left, &rest) || *rest != '\0'))
        return fault_set(why, ERR_RANGE, "fault '%s': the count is a number up to 16777215", text);
    *out = m;
    return ERR_NONE;
}

void mischief_apply(struct mischief *m, struct reply *r)
{
    if (m->kind == MISCHIEF_NONE || r->len == 0)
        return;
    KINDS[m->kind].spoil(r, m->arg);
    if (m->left > 0 && --m->left == 0)
        m->kind = MISCHIEF_NONE;
}
