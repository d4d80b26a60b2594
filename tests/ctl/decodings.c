/* What registers may mean: each expected number was worked out elsewhere (Python's struct), not here. */
#include "decodings.h"

#include "base/attr.h"
#include "unit.h"

enum { TEXT_MAX = 1 << 18, CELLS_MAX = 8 };

static void decode(const uint16_t *words, size_t count, struct strbuf *to)
{
    strbuf_init(to, TEXT_MAX);
    decodings_print(100, words, count, to);
    assert_false(to->failed);
}

/* The cells of the row that begins with `address`, in the table that begins with `title` ("": the first). */
static bool find_row(const char *text, const char *title, const char *address, char cells[CELLS_MAX][32])
{
    char head[32];
    const char *at = text;
    int used;

    (void)snprintf(head, sizeof head, "\n%s ", title);
    if (title[0] != '\0' && (at = strstr(text, head)) == NULL)
        return false;
    at = strchr(at + 1, '\n');
    while (at != NULL && at[1] != '\n' && at[1] != '\0') {
        at++;
        if (strncmp(at, address, strlen(address)) == 0 && at[strlen(address)] == ' ') {
            for (int i = 0; i < CELLS_MAX && *at != '\n' && sscanf(at, "%31s%n", cells[i], &used) == 1; i++)
                at += used;
            return true;
        }
        at = strchr(at, '\n');
    }
    return false;
}

struct expected {
    const char *what;
    uint16_t words[4];
    size_t count;
    const char *title;
    const char *cells[5];
};

static const struct expected TABLE[] = {
    { "a float, low word first", { 0x999A, 0x42FA }, 2, "f32", { "-", "125.3", "-", "-" } },
    { "a float, high word first", { 0x42FA, 0x999A }, 2, "f32", { "125.3", "-", "-", "-" } },
    { "bytes swapped", { 0xFA42, 0x9A99 }, 2, "f32", { "-", "-", "125.3", "-" } },
    { "both", { 0x9A99, 0xFA42 }, 2, "f32", { "-", "-", "-", "125.3" } },
    { "nothing flows", { 0, 0 }, 2, "f32", { "0", "0", "0", "0" } },
    { "NaN", { 0x7FC0, 0x7F80 }, 2, "f32", { "-", "-", "-3.9922178", "-" } },
    { "infinity", { 0x7F80, 0x0000 }, 2, "f32", { "-", "-", "-", "-" } },
    { "a counter", { 0xD687, 0x0012 }, 2, "u32", { "3599171602", "1234567", "2278953472", "302024662" } },
    { "and as signed",
      { 0xD687, 0x0012 },
      2,
      "i32",
      { "-695795694", "1234567", "-2016013824", "302024662" } },
    { "packed", { 0x1234, 0x5678 }, 2, "bcd32", { "12345678", "56781234", "34127856", "78563412" } },
    { "not packed", { 0x123A, 0x5678 }, 2, "bcd32", { "-", "-", "-", "-" } },
    { "a double", { 0x405F, 0x5333, 0x3333, 0x3333 }, 4, "f64", { "125.3", "-", "-", "-" } },
    { "a double, reversed", { 0x3333, 0x3333, 0x3353, 0x5F40 }, 4, "f64", { "-", "-", "-", "125.3" } },
    { "64 bits",
      { 0x0001, 0x0203, 0x0405, 0x0607 },
      4,
      "u64",
      { "283686952306183", "434320308619640833", "72060901246895878", "506097522914230528" } },
    { "64 bits, signed",
      { 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFE },
      4,
      "i64",
      { "-2", "-281474976710657", "-257", "-72057594037927937" } },
    { "alone", { 0xFFFE }, 1, "", { "FFFE", "65534", "-2", "-", ".." } },
    { "text", { 0x4D31 }, 1, "", { "4D31", "19761", "19761", "-", "M1" } },
    { "digits", { 0x0123 }, 1, "", { "0123", "291", "291", "123", ".#" } },
};

static void each_meaning_is_shown(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(TABLE); i++) {
        char cells[CELLS_MAX][32] = { "" };
        struct strbuf text;
        decode(TABLE[i].words, TABLE[i].count, &text);
        if (!find_row(text.text, TABLE[i].title, "100", cells))
            fail_msg("%s: no such row in\n%s", TABLE[i].what, text.text);
        for (size_t c = 0; c < COUNT_OF(TABLE[i].cells) && TABLE[i].cells[c] != NULL; c++)
            if (strcmp(cells[c + 1], TABLE[i].cells[c]) != 0)
                fail_msg("%s: cell %zu is \"%s\" in\n%s", TABLE[i].what, c, cells[c + 1], text.text);
        strbuf_clear(&text);
    }
}

static void what_needs_more_registers_than_there_are_is_not_shown(void **state)
{
    static const uint16_t WORDS[5] = { 1, 2, 3, 4, 5 };
    char cells[CELLS_MAX][32];
    struct strbuf text;

    (void)state;
    decode(WORDS, 1, &text);
    assert_null(strstr(text.text, "f32"));
    strbuf_clear(&text);
    decode(WORDS, 3, &text);
    assert_true(find_row(text.text, "u32", "101", cells));
    assert_false(find_row(text.text, "u32", "102", cells));
    assert_null(strstr(text.text, "u64"));
    strbuf_clear(&text);
    decode(WORDS, 5, &text);
    assert_true(find_row(text.text, "u64", "101", cells));
    assert_false(find_row(text.text, "u64", "102", cells));
    strbuf_clear(&text);
}

/* No two columns run into each other, whatever the registers hold. */
static void columns_stay_apart(void **state)
{
    uint64_t seed = test_seed("columns");
    uint16_t words[125];

    (void)state;
    for (int round = 0; round < 50; round++) {
        struct strbuf text;
        size_t width = 0;
        for (size_t i = 0; i < COUNT_OF(words); i++)
            words[i] =
                (uint16_t)(test_below(&seed, 4) == 0 ? 0xB5A0 + test_below(&seed, 9) : test_random(&seed));
        decode(words, COUNT_OF(words), &text);
        for (const char *at = strstr(text.text, "\n\nf32") + 2, *end; *at != '\0'; at = end + 1) {
            end = strchr(at, '\n');
            if (at[0] >= 'a' && at[0] <= 'z')
                width = (size_t)(end - at); /* of a head */
            else if (end > at)
                assert_int_equal(end - at, width);
        }
        strbuf_clear(&text);
    }
}

static void bits_are_one_a_line(void **state)
{
    static const uint16_t WORDS[] = { 0x8001, 0x0001 };
    struct strbuf text;

    (void)state;
    strbuf_init(&text, TEXT_MAX);
    bits_print(65519, WORDS, 17, &text);
    assert_string_equal(text.text, "65519  1\n65520  0\n65521  0\n65522  0\n65523  0\n65524  0\n65525  0\n"
                                   "65526  0\n65527  0\n65528  0\n65529  0\n65530  0\n65531  0\n65532  0\n"
                                   "65533  0\n65534  1\n65535  1\n");
    strbuf_clear(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_meaning_is_shown),
        cmocka_unit_test(what_needs_more_registers_than_there_are_is_not_shown),
        cmocka_unit_test(columns_stay_apart),
        cmocka_unit_test(bits_are_one_a_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
