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

/* Never 0, so that what it is added to becomes another. */
static unsigned other(struct exchange *x, unsigned below)
{
    return 1 + (unsigned)(noise_next(x->chance) % (below - 1));
}

static void noise_into(struct exchange *x, uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        bytes[i] = (uint8_t)(noise_next(x->chance) >> 24);
}

/* Opens room for n bytes ahead of the reply, or fewer when they do not fit; returns how many. */
static size_t make_room(struct reply *r, size_t n)
{
    if (n > sizeof r->bytes - r->len)
        n = sizeof r->bytes - r->len;
    memmove(r->bytes + n, r->bytes, r->len);
    r->len += n;
    return n;
}

/* ---- what the device says, still in TCP's form ---- */

static void silence(struct exchange *x, uint32_t arg)
{
    (void)arg;
    x->reply->len = 0;
}

static void late(struct exchange *x, uint32_t arg)
{
    x->reply->delay_ms = arg;
}

static void exception(struct exchange *x, uint32_t arg)
{
    put_u16(x->reply->bytes + 4, 3);
    x->reply->bytes[7] |= 0x80;
    x->reply->bytes[8] = (uint8_t)arg;
    x->reply->len = 9;
}

static void unit(struct exchange *x, uint32_t arg)
{
    x->reply->bytes[6] = (uint8_t)(x->reply->bytes[6] + arg);
}

static void unit_fixed(struct exchange *x, uint32_t arg)
{
    x->reply->bytes[6] = (uint8_t)arg;
}

static void unit_random(struct exchange *x, uint32_t arg)
{
    (void)arg;
    unit(x, other(x, 0x100));
}

static void function(struct exchange *x, uint32_t arg)
{
    x->reply->bytes[7] = (uint8_t)(x->reply->bytes[7] + arg);
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

static void shorter(struct exchange *x, uint32_t arg)
{
    resize(x->reply, x->reply->bytes[8] / 2 - (long)(arg & 0xFFFF));
}

static void longer(struct exchange *x, uint32_t arg)
{
    resize(x->reply, x->reply->bytes[8] / 2 + (long)(arg & 0xFFFF));
}

static void byte_count(struct exchange *x, uint32_t arg)
{
    x->reply->bytes[8] = (uint8_t)(x->reply->bytes[8] + arg);
}

/* ---- the head of TCP ---- */

static void transaction(struct exchange *x, uint32_t arg)
{
    put_u16(x->reply->bytes, u16_at(x->reply->bytes) + arg);
}

static void transaction_fixed(struct exchange *x, uint32_t arg)
{
    put_u16(x->reply->bytes, arg);
}

static void transaction_random(struct exchange *x, uint32_t arg)
{
    (void)arg;
    transaction(x, other(x, 0x10000));
}

static void transaction_swapped(struct exchange *x, uint32_t arg)
{
    uint8_t first = x->reply->bytes[0];

    (void)arg;
    x->reply->bytes[0] = x->reply->bytes[1];
    x->reply->bytes[1] = first;
}

static void protocol(struct exchange *x, uint32_t arg)
{
    put_u16(x->reply->bytes + 2, arg);
}

static void length_field(struct exchange *x, uint32_t arg)
{
    put_u16(x->reply->bytes + 4, arg);
}

/* ---- the bytes as they travel ---- */

static void truncated(struct exchange *x, uint32_t arg)
{
    x->reply->len = arg < x->reply->len ? x->reply->len - arg : 0;
}

static void noise_after(struct exchange *x, uint32_t arg)
{
    struct reply *r = x->reply;
    size_t n = arg < sizeof r->bytes - r->len ? arg : sizeof r->bytes - r->len;

    noise_into(x, r->bytes + r->len, n);
    r->len += n;
}

static void noise_before(struct exchange *x, uint32_t arg)
{
    noise_into(x, x->reply->bytes, make_room(x->reply, arg));
}

static void pieces(struct exchange *x, uint32_t arg)
{
    x->reply->piece = arg > 0 ? arg : 1;
    x->reply->piece_ms = MISCHIEF_PIECE_MS;
}

static void drip(struct exchange *x, uint32_t arg)
{
    x->reply->piece = 1;
    x->reply->piece_ms = arg;
}

static void gap(struct exchange *x, uint32_t arg)
{
    x->reply->piece = x->reply->len / 2 + 1;
    x->reply->piece_ms = arg;
}

static void twice(struct exchange *x, uint32_t arg)
{
    struct reply *r = x->reply;

    (void)arg;
    memcpy(r->bytes + r->len, r->bytes, r->len);
    r->len *= 2;
}

static void garbage(struct exchange *x, uint32_t arg)
{
    x->reply->len = arg < FRAME_MAX ? arg : FRAME_MAX;
    noise_into(x, x->reply->bytes, x->reply->len);
}

static void cut(struct exchange *x, uint32_t arg)
{
    x->reply->len = arg < x->reply->len ? arg : x->reply->len;
    x->reply->close = true;
}

static void ends(struct exchange *x, uint32_t arg)
{
    (void)arg;
    cut(x, 0);
}

static void broken(struct exchange *x, uint32_t arg)
{
    cut(x, arg);
    x->reply->reset = true;
}

/* As right as can be, but for its number and its registers. */
static void unsolicited(struct exchange *x, uint32_t arg)
{
    struct frame_request ask = *x->ask;
    uint16_t words[2];
    uint8_t frame[FRAME_MAX];
    size_t len;

    (void)arg;
    ask.transaction = (uint16_t)(ask.transaction + other(x, 0x10000));
    noise_into(x, (uint8_t *)words, sizeof words);
    len = frame_registers(frame, &ask, words, 2);
    if (x->rtu)
        len = frame_to_rtu(frame, len);
    memcpy(x->reply->bytes, frame, make_room(x->reply, len));
}

static void previous(struct exchange *x, uint32_t arg)
{
    (void)arg;
    memcpy(x->reply->bytes, x->before->bytes, x->before->len);
    x->reply->len = x->before->len;
}

static void previous_first(struct exchange *x, uint32_t arg)
{
    (void)arg;
    memcpy(x->reply->bytes, x->before->bytes, make_room(x->reply, x->before->len));
}

static void crc(struct exchange *x, uint32_t arg)
{
    (void)arg;
    if (x->rtu)
        x->reply->bytes[x->reply->len - 1] ^= 0x55;
}

/* What termios says of INPCK without PARMRK: such a byte is read as 0.  One that was 0 would tell of nothing.
 */
static void parity(struct exchange *x, uint32_t arg)
{
    struct reply *r = x->reply;

    for (size_t lost = 0; x->rtu && r->len > 0 && lost < arg && lost < r->len; lost++) {
        size_t at = (size_t)noise_next(x->chance) % r->len;
        for (size_t i = 0; i < r->len && r->bytes[at] == 0; i++)
            at = (at + 1) % r->len;
        r->bytes[at] = 0;
    }
}

static void echo(struct exchange *x, uint32_t arg)
{
    const struct frame_request *ask = x->ask;
    uint8_t frame[FRAME_MAX] = { 0 };
    size_t len = FRAME_HEAD + 1 + ask->data_len;

    (void)arg;
    put_u16(frame, ask->transaction);
    put_u16(frame + 4, (unsigned)(2 + ask->data_len));
    frame[6] = ask->unit;
    frame[7] = ask->function;
    memcpy(frame + 8, ask->data, ask->data_len);
    if (x->rtu)
        len = frame_to_rtu(frame, len);
    memcpy(x->reply->bytes, frame, make_room(x->reply, len));
}

static void collision(struct exchange *x, uint32_t arg)
{
    uint8_t louder[MISCHIEF_REPLY_MAX];

    (void)arg;
    noise_into(x, louder, x->reply->len);
    for (size_t i = 0; i < x->reply->len; i++)
        x->reply->bytes[i] &= louder[i];
}

/* ---- the table ---- */

enum when { ON_PDU, ON_HEAD, ON_BYTES, ON_WIRE, ON_VALUES };

static const struct {
    const char *name;
    enum when when;
    uint32_t arg; /* when none is given */
    void (*spoil)(struct exchange *x, uint32_t arg);
} KINDS[MISCHIEF_COUNT] = {
    [MISCHIEF_NONE] = { "none", ON_PDU, 0, NULL },
    [MISCHIEF_SILENCE] = { "silence", ON_PDU, 0, silence },
    [MISCHIEF_LATE] = { "late", ON_PDU, 1500, late },
    [MISCHIEF_EXCEPTION] = { "exception", ON_PDU, 4, exception },
    [MISCHIEF_UNIT] = { "unit", ON_PDU, 1, unit },
    [MISCHIEF_UNIT_FIXED] = { "unit-fixed", ON_PDU, 255, unit_fixed },
    [MISCHIEF_UNIT_RANDOM] = { "unit-random", ON_PDU, 0, unit_random },
    [MISCHIEF_FUNCTION] = { "function", ON_PDU, 1, function },
    [MISCHIEF_SHORT] = { "short", ON_PDU, 1, shorter },
    [MISCHIEF_LONG] = { "long", ON_PDU, 1, longer },
    [MISCHIEF_BYTE_COUNT] = { "byte-count", ON_PDU, 2, byte_count },
    [MISCHIEF_TRANSACTION] = { "transaction", ON_HEAD, 0xFFFF, transaction },
    [MISCHIEF_TRANSACTION_FIXED] = { "transaction-fixed", ON_HEAD, 0, transaction_fixed },
    [MISCHIEF_TRANSACTION_RANDOM] = { "transaction-random", ON_HEAD, 0, transaction_random },
    [MISCHIEF_TRANSACTION_SWAPPED] = { "transaction-swapped", ON_HEAD, 0, transaction_swapped },
    [MISCHIEF_PROTOCOL] = { "protocol", ON_HEAD, 7, protocol },
    [MISCHIEF_LENGTH] = { "length", ON_HEAD, 0, length_field },
    [MISCHIEF_TRUNCATED] = { "truncated", ON_BYTES, 3, truncated },
    [MISCHIEF_EXTRA] = { "extra", ON_BYTES, 4, noise_after },
    [MISCHIEF_PIECES] = { "pieces", ON_BYTES, 1, pieces },
    [MISCHIEF_DRIP] = { "drip", ON_BYTES, 1000, drip },
    [MISCHIEF_TWICE] = { "twice", ON_BYTES, 0, twice },
    [MISCHIEF_GARBAGE] = { "garbage", ON_BYTES, 12, garbage },
    [MISCHIEF_CLOSE] = { "close", ON_BYTES, 0, ends },
    [MISCHIEF_CUT] = { "cut", ON_BYTES, 6, cut },
    [MISCHIEF_RESET] = { "reset", ON_BYTES, 6, broken },
    [MISCHIEF_UNSOLICITED] = { "unsolicited", ON_BYTES, 0, unsolicited },
    [MISCHIEF_PREVIOUS] = { "previous", ON_BYTES, 0, previous },
    [MISCHIEF_PREVIOUS_FIRST] = { "previous-first", ON_BYTES, 0, previous_first },
    [MISCHIEF_CRC] = { "crc", ON_BYTES, 0, crc },
    [MISCHIEF_PARITY] = { "parity", ON_BYTES, 1, parity },
    [MISCHIEF_ECHO] = { "echo", ON_BYTES, 0, echo },
    [MISCHIEF_NOISE_BEFORE] = { "noise-before", ON_BYTES, 3, noise_before },
    [MISCHIEF_NOISE_AFTER] = { "noise-after", ON_BYTES, 3, noise_after },
    [MISCHIEF_GAP] = { "gap", ON_BYTES, 50, gap },
    [MISCHIEF_COLLISION] = { "collision", ON_BYTES, 0, collision },
    [MISCHIEF_DEAF] = { "deaf", ON_WIRE, 0, NULL },
    [MISCHIEF_REFUSE] = { "refuse", ON_WIRE, 0, NULL },
    [MISCHIEF_BLACK_HOLE] = { "black-hole", ON_WIRE, 0, NULL },
    [MISCHIEF_DROP_AFTER] = { "drop-after", ON_WIRE, 10, NULL },
    [MISCHIEF_CONNECTIONS] = { "connections", ON_WIRE, 1, NULL },
    [MISCHIEF_HALF_OPEN] = { "half-open", ON_WIRE, 0, NULL },
    [MISCHIEF_UNPLUG] = { "unplug", ON_WIRE, 0, NULL },
    [MISCHIEF_FROZEN] = { "frozen", ON_VALUES, 0, NULL },
    [MISCHIEF_FILLED] = { "filled", ON_VALUES, 0, NULL },
};

const char *mischief_name(enum mischief_kind kind)
{
    return KINDS[kind].name;
}

const char *mischief_list(void)
{
    return "none, silence, late:MS, exception:CODE, unit:PLUS, unit-fixed:UNIT, unit-random, function:PLUS, "
           "short:N, long:N, byte-count:PLUS, transaction:PLUS, transaction-fixed:ID, transaction-random, "
           "transaction-swapped, protocol:ID, length:LENGTH, truncated:N, extra:N, pieces:N, drip:MS, twice, "
           "garbage:N, close, cut:N, reset:N, unsolicited, previous, previous-first, crc, parity:N, echo, "
           "noise-before:N, noise-after:N, gap:MS, collision, deaf, refuse, black-hole, drop-after:N, "
           "connections:N, "
           "half-open, unplug, frozen, filled:WORD";
}

enum mischief_stage mischief_stage(enum mischief_kind kind)
{
    if (KINDS[kind].when == ON_WIRE)
        return MISCHIEF_ON_WIRE;
    return KINDS[kind].when == ON_VALUES ? MISCHIEF_ON_VALUES : MISCHIEF_ON_REPLY;
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
        return fault_set(why, ERR_RANGE, "no fault '%.*s': capnuoc-sim --help lists them", (int)len, text);
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

static void remember(struct sent *to, const struct reply *r)
{
    to->len = r->len < sizeof to->bytes ? r->len : sizeof to->bytes;
    memcpy(to->bytes, r->bytes, to->len);
}

void mischief_apply(struct mischief *m, struct exchange *x)
{
    enum when when = KINDS[m->kind].when;
    struct sent right;

    if (x->reply->len == 0)
        return;
    if (when == ON_PDU && KINDS[m->kind].spoil != NULL)
        KINDS[m->kind].spoil(x, m->arg);
    if (when == ON_HEAD && !x->rtu)
        KINDS[m->kind].spoil(x, m->arg);
    if (x->rtu && x->reply->len > 0)
        x->reply->len = frame_to_rtu(x->reply->bytes, x->reply->len);
    remember(&right, x->reply);
    if (when == ON_BYTES)
        KINDS[m->kind].spoil(x, m->arg);
    if (right.len > 0)
        *x->before = right;
    if (when <= ON_BYTES && m->left > 0 && --m->left == 0)
        m->kind = MISCHIEF_NONE;
}
