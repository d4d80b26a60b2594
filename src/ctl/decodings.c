#include "decodings.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acquire/field.h"
#include "base/attr.h"

enum { CELL_MAX = 32 };

#define FLOAT_LEAST 1e-6
#define FLOAT_MOST  1e12

/* ---- one cell: false when no meter would mean it ---- */

bool number_is_meant(double number)
{
    return number == 0 || (isfinite(number) && fabs(number) >= FLOAT_LEAST && fabs(number) < FLOAT_MOST);
}

/* As few digits as are read back as the same number. */
static bool f32_text(uint64_t raw, char out[CELL_MAX])
{
    uint32_t bits = (uint32_t)raw;
    float f;

    memcpy(&f, &bits, sizeof f);
    for (int digits = 1; digits <= 9; digits++) {
        (void)snprintf(out, CELL_MAX, "%.*g", digits, (double)f);
        if (strtof(out, NULL) == f)
            break;
    }
    return number_is_meant(f);
}

static bool f64_text(uint64_t raw, char out[CELL_MAX])
{
    double f;

    memcpy(&f, &raw, sizeof f);
    for (int digits = 1; digits <= 17; digits++) {
        (void)snprintf(out, CELL_MAX, "%.*g", digits, f);
        if (strtod(out, NULL) == f)
            break;
    }
    return number_is_meant(f);
}

static bool unsigned_text(uint64_t raw, char out[CELL_MAX])
{
    (void)snprintf(out, CELL_MAX, "%" PRIu64, raw);
    return true;
}

static bool i32_text(uint64_t raw, char out[CELL_MAX])
{
    (void)snprintf(out, CELL_MAX, "%" PRId32, (int32_t)raw);
    return true;
}

static bool i64_text(uint64_t raw, char out[CELL_MAX])
{
    (void)snprintf(out, CELL_MAX, "%" PRId64, (int64_t)raw);
    return true;
}

/* Its decimal digits are its hexadecimal ones. */
static bool bcd_text(uint64_t raw, char out[CELL_MAX])
{
    (void)snprintf(out, CELL_MAX, "%" PRIX64, raw);
    return strpbrk(out, "ABCDEF") == NULL;
}

/* ---- tables ---- */

struct table {
    const char *title;
    unsigned registers;
    int width; /* of a column */
    bool (*text)(uint64_t raw, char out[CELL_MAX]);
};

static const struct table TABLES[] = {
    { "f32", 2, 17, f32_text },   { "u32", 2, 17, unsigned_text }, { "i32", 2, 17, i32_text },
    { "bcd32", 2, 17, bcd_text }, { "f64", 4, 24, f64_text },      { "u64", 4, 22, unsigned_text },
    { "i64", 4, 22, i64_text },
};

static const char *const ORDERS[ORDER_COUNT] = {
    [ORDER_ABCD] = "abcd", [ORDER_CDAB] = "cdab", [ORDER_BADC] = "badc", [ORDER_DCBA] = "dcba"
};

static void print_head(const struct table *t, struct strbuf *to)
{
    strbuf_printf(to, "\n%-7s", t->title);
    for (unsigned o = 0; o < ORDER_COUNT; o++)
        strbuf_printf(to, "%*s", t->width, ORDERS[o]);
    strbuf_putc(to, '\n');
}

static void print_row(const struct table *t, unsigned address, const uint16_t *words, struct strbuf *to)
{
    strbuf_printf(to, "%-7u", address);
    for (unsigned o = 0; o < ORDER_COUNT; o++) {
        char text[CELL_MAX];
        bool right = t->text(order_raw((enum word_order)o, words, t->registers), text);
        strbuf_printf(to, "%*s", t->width, right ? text : "-");
    }
    strbuf_putc(to, '\n');
}

static int shown(int byte)
{
    return byte >= ' ' && byte <= '~' ? byte : '.';
}

static void print_single(unsigned address, uint16_t word, struct strbuf *to)
{
    char bcd[CELL_MAX];
    bool packed = bcd_text(word, bcd);

    strbuf_printf(to, "%-7u%8s%04X%8u%8d%8s    %c%c\n", address, "", word, word, (int16_t)word,
                  packed ? bcd : "-", shown(word >> 8), shown(word & 0xFF));
}

void decodings_print(unsigned address, const uint16_t *words, size_t count, struct strbuf *to)
{
    strbuf_printf(to, "%-7s%12s%8s%8s%8s    %s\n", "", "hex", "u16", "i16", "bcd16", "ASCII");
    for (size_t i = 0; i < count; i++)
        print_single(address + (unsigned)i, words[i], to);
    for (size_t t = 0; t < COUNT_OF(TABLES); t++) {
        if (count < TABLES[t].registers)
            continue;
        print_head(&TABLES[t], to);
        for (size_t i = 0; i + TABLES[t].registers <= count; i++)
            print_row(&TABLES[t], address + (unsigned)i, words + i, to);
    }
}

void bits_print(unsigned address, const uint16_t *words, size_t count, struct strbuf *to)
{
    for (size_t i = 0; i < count; i++)
        strbuf_printf(to, "%-7u%d\n", address + (unsigned)i, words[i / 16] >> i % 16 & 1);
}
