#include "probe.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acquire/ask.h"
#include "base/log.h"
#include "parts.h"

enum { WHAT_MAX = 256, SLICE_MS = 100, DIGITS_MAX = 9 };

enum { WORD_WIRE, WORD_DEVICE, WORD_TABLE, WORD_ADDRESS, WORD_COUNT, WORDS };

static const char UNIT[] = "unit:";

static enum err split(char *what, const char *words[WORDS], struct fault *why)
{
    char *rest = NULL, *word = strtok_r(what, " ", &rest);
    size_t n = 0;

    for (; word != NULL && n < WORDS; word = strtok_r(NULL, " ", &rest))
        words[n++] = word;
    if (n < WORDS || word != NULL)
        return fault_set(why, ERR_RANGE, "probe takes WIRE DEVICE|unit:N TABLE ADDRESS COUNT");
    return ERR_NONE;
}

static enum err read_number(const char *text, int64_t *out, struct fault *why)
{
    size_t digits = strspn(text, "0123456789");

    if (digits == 0 || digits > DIGITS_MAX || text[digits] != '\0')
        return fault_set(why, ERR_RANGE, "\"%s\" is no whole number, in decimal, of at most %d digits", text,
                         DIGITS_MAX);
    *out = strtoll(text, NULL, 10);
    return ERR_NONE;
}

static enum err read_table(const char *text, uint8_t *out, struct fault *why)
{
    for (int f = FUNCTION_READ_COILS; f < FUNCTION_COUNT; f++)
        if (strcmp(text, function_key((uint8_t)f)) == 0) {
            *out = (uint8_t)f;
            return ERR_NONE;
        }
    return fault_set(why, ERR_RANGE, "there is no table \"%s\": coil, discrete, holding or input", text);
}

static enum err read_ask(const char *const words[WORDS], struct ask *out, struct fault *why)
{
    bool by_unit = strncmp(words[WORD_DEVICE], UNIT, sizeof UNIT - 1) == 0;
    enum err rc;

    *out = (struct ask){ .device = by_unit ? NULL : words[WORD_DEVICE] };
    rc = by_unit ? read_number(words[WORD_DEVICE] + sizeof UNIT - 1, &out->unit, why) : ERR_NONE;
    if (rc == ERR_NONE)
        rc = read_table(words[WORD_TABLE], &out->function, why);
    if (rc == ERR_NONE)
        rc = read_number(words[WORD_ADDRESS], &out->address, why);
    if (rc == ERR_NONE)
        rc = read_number(words[WORD_COUNT], &out->quantity, why);
    return rc;
}

/* Only this needs the wire to stay: it may end while one waits for its answer. */
static enum err ask_wire(struct parts *d, const char *id, const struct ask *q, struct asked **out,
                         struct fault *why)
{
    struct wire *w;
    enum err rc;

    (void)pthread_mutex_lock(&d->lock);
    w = parts_wire(d, id);
    rc = w == NULL ? fault_set(why, ERR_MISSING, "there is no wire \"%s\"", id) : wire_ask(w, q, out, why);
    (void)pthread_mutex_unlock(&d->lock);
    return rc;
}

static enum err await(struct asked *a, int stop, uint16_t words[REGISTERS_MAX], struct fault *why)
{
    struct pollfd p = { .fd = stop, .events = POLLIN };
    struct mono until = { mono_read().ms + asked_patience_ms(a) };

    while (!asked_is_over(a, SLICE_MS) && mono_read().ms < until.ms && poll(&p, 1, 0) == 0)
        ;
    return asked_end(a, words, why);
}

static void tell_words(const struct ask *q, const uint16_t *words, struct strbuf *to)
{
    int64_t count = function_reads_bits(q->function) ? (q->quantity + 15) / 16 : q->quantity;

    for (int64_t i = 0; i < count; i++)
        strbuf_printf(to, "%s%04X", i == 0 ? "" : " ", words[i]);
    strbuf_putc(to, '\n');
}

enum err probe(struct parts *d, const char *what, int stop, struct strbuf *to, struct fault *why)
{
    char text[WHAT_MAX];
    const char *words[WORDS] = { "", "", "", "", "" };
    uint16_t registers[REGISTERS_MAX];
    struct ask q;
    struct asked *a = NULL;
    enum err rc;

    (void)snprintf(text, sizeof text, "%s", what);
    rc = split(text, words, why);
    if (rc == ERR_NONE)
        rc = read_ask(words, &q, why);
    if (rc == ERR_NONE)
        rc = ask_wire(d, words[WORD_WIRE], &q, &a, why);
    if (rc != ERR_NONE)
        return rc;
    rc = await(a, stop, registers, why);
    log_info("wire=%s device=%s asked by hand: %s %s count=%s: %s", words[WORD_WIRE], words[WORD_DEVICE],
             words[WORD_TABLE], words[WORD_ADDRESS], words[WORD_COUNT],
             rc == ERR_NONE ? "answered" : why->text);
    if (rc == ERR_NONE)
        tell_words(&q, registers, to);
    return rc;
}
