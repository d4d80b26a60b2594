#include "encode.h"

#include <math.h>
#include <stdio.h>

#include "cm.h"

/* Golden registers, worked out by hand from IEEE 754 and the letters of the order. */
static const struct {
    enum encode_type type;
    enum encode_order order;
    double raw;
    uint16_t words[2];
} GOLDEN[] = {
    /* 123.456f = 0x42F6E979 */
    { ENCODE_F32, ENCODE_ABCD, 123.456, { 0x42F6, 0xE979 } },
    { ENCODE_F32, ENCODE_CDAB, 123.456, { 0xE979, 0x42F6 } },
    { ENCODE_F32, ENCODE_BADC, 123.456, { 0xF642, 0x79E9 } },
    { ENCODE_F32, ENCODE_DCBA, 123.456, { 0x79E9, 0xF642 } },
    { ENCODE_F32, ENCODE_ABCD, -0.8598, { 0xBF5C, 0x1BDA } },
    { ENCODE_F32, ENCODE_CDAB, 0.0, { 0x0000, 0x0000 } },
    { ENCODE_F32, ENCODE_ABCD, NAN, { 0x7FC0, 0x0000 } },
    { ENCODE_F32, ENCODE_CDAB, INFINITY, { 0x0000, 0x7FC0 } },
    { ENCODE_F32, ENCODE_ABCD, 1e300, { 0x7FC0, 0x0000 } },
    { ENCODE_U32, ENCODE_ABCD, 305419896.0, { 0x1234, 0x5678 } },
    { ENCODE_U32, ENCODE_CDAB, 305419896.0, { 0x5678, 0x1234 } },
    { ENCODE_U32, ENCODE_BADC, 305419896.0, { 0x3412, 0x7856 } },
    { ENCODE_U32, ENCODE_DCBA, 305419896.0, { 0x7856, 0x3412 } },
    { ENCODE_U32, ENCODE_ABCD, 4294967295.0, { 0xFFFF, 0xFFFF } },
    { ENCODE_U32, ENCODE_ABCD, 4294967298.0, { 0x0000, 0x0002 } }, /* wraps */
    { ENCODE_U32, ENCODE_ABCD, NAN, { 0xFFFF, 0xFFFF } },
    { ENCODE_I32, ENCODE_CDAB, -2.0, { 0xFFFE, 0xFFFF } },
    { ENCODE_I32, ENCODE_ABCD, NAN, { 0x8000, 0x0000 } },
    { ENCODE_U16, ENCODE_ABCD, 65535.4, { 0xFFFF } },
    { ENCODE_U16, ENCODE_DCBA, 258.0, { 0x0102 } }, /* 16 bits have no order */
    { ENCODE_U16, ENCODE_ABCD, 70000.0, { 0xFFFF } },
    { ENCODE_U16, ENCODE_ABCD, -3.0, { 0x0000 } },
    { ENCODE_U16, ENCODE_ABCD, NAN, { 0xFFFF } },
    { ENCODE_I16, ENCODE_ABCD, -1.0, { 0xFFFF } },
    { ENCODE_I16, ENCODE_ABCD, -40000.0, { 0x8000 } },
    { ENCODE_I16, ENCODE_ABCD, 40000.0, { 0x7FFF } },
    { ENCODE_I16, ENCODE_ABCD, NAN, { 0x8000 } },
};

static void every_order_gives_its_golden_registers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof GOLDEN / sizeof GOLDEN[0]; i++) {
        uint16_t words[ENCODE_WORDS_MAX] = { 0, 0 };
        size_t n = encode_value(GOLDEN[i].type, GOLDEN[i].order, GOLDEN[i].raw, words);

        if (words[0] != GOLDEN[i].words[0] || words[1] != GOLDEN[i].words[1])
            print_error("row %zu: %04x %04x\n", i, words[0], words[1]);
        assert_int_equal(n, encode_words(GOLDEN[i].type));
        assert_int_equal(words[0], GOLDEN[i].words[0]);
        assert_int_equal(words[1], GOLDEN[i].words[1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(every_order_gives_its_golden_registers) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
