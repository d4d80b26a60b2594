#include "decode.h"

#include <math.h>

#include "unit.h"

static const struct wall AT = { 1000 };

static struct tag tag_of(enum register_kind kind, enum word_order order)
{
    return (struct tag){
        .point = 7, .kind = (uint8_t)kind, .order = (uint8_t)order, .scale = 1, .low = NAN, .high = NAN
    };
}

/* Golden bytes: 0x41424344 stands in every order; the two registers are given as the device sends them. */
static void each_order_finds_the_same_32_bits(void **state)
{
    static const struct {
        enum word_order order;
        uint16_t words[2];
    } CASES[] = {
        { ORDER_ABCD, { 0x4142, 0x4344 } },
        { ORDER_CDAB, { 0x4344, 0x4142 } },
        { ORDER_BADC, { 0x4241, 0x4443 } },
        { ORDER_DCBA, { 0x4443, 0x4241 } },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++)
        for (int kind = KIND_U32; kind <= KIND_F32; kind++) {
            struct tag t = tag_of((enum register_kind)kind, CASES[i].order);
            assert_int_equal(decode_raw(&t, CASES[i].words), 0x41424344);
        }
}

static void swapped_bytes_apply_to_16_bits_too(void **state)
{
    static const uint16_t WORD[] = { 0x1234 };
    struct tag plain = tag_of(KIND_U16, ORDER_CDAB), swapped = tag_of(KIND_U16, ORDER_BADC);

    (void)state;
    assert_int_equal(decode_raw(&plain, WORD), 0x1234);
    assert_int_equal(decode_raw(&swapped, WORD), 0x3412);
}

static void numbers_keep_their_sign_and_width(void **state)
{
    static const struct {
        enum register_kind kind;
        uint16_t words[2];
        double value;
    } CASES[] = {
        { KIND_U16, { 0 }, 0 },
        { KIND_U16, { 0xFFFF }, 65535 },
        { KIND_I16, { 0x8000 }, -32768 },
        { KIND_I16, { 0x7FFF }, 32767 },
        { KIND_I16, { 0xFFFF }, -1 },
        { KIND_U32, { 0xFFFF, 0xFFFF }, 4294967295.0 },
        { KIND_I32, { 0x8000, 0 }, -2147483648.0 },
        { KIND_I32, { 0xFFFF, 0xFFFE }, -2 },
        { KIND_F32, { 0x3F80, 0 }, 1.0 },
        { KIND_F32, { 0xC2F6, 0xE979 }, -123.456 },
        { KIND_F32, { 0x8000, 0 }, 0.0 }, /* -0 */
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct tag t = tag_of(CASES[i].kind, ORDER_ABCD);
        struct reading r = decode_reading(&t, CASES[i].words, AT);
        assert_true(reading_is_sound(&r));
        assert_int_equal(r.quality, QUALITY_GOOD);
        assert_true(r.value == CASES[i].value);
        assert_int_equal(r.point, 7);
        assert_int_equal(r.at.ms, AT.ms);
    }
}

/* The TUF-2000M dump of 11/01/2017 that a maker's challenge published: registers 1 and 2 are 7579, 48988
 * and mean -0.8598 m3/h with the low word first. */
static void a_published_meter_dump_decodes_as_published(void **state)
{
    static const uint16_t WORDS[] = { 7579, 48988 };
    struct tag right = tag_of(KIND_F32, ORDER_CDAB), wrong = tag_of(KIND_F32, ORDER_ABCD);

    (void)state;
    assert_true(fabs(decode_reading(&right, WORDS, AT).value - -0.859827) < 1e-6);
    assert_true(fabs(decode_reading(&wrong, WORDS, AT).value) < 1e-19);
}

static void what_is_no_number_has_no_value(void **state)
{
    static const struct {
        uint16_t words[2];
        enum reason reason;
    } CASES[] = {
        { { 0x7FC0, 0 }, REASON_NOT_FINITE },
        { { 0xFFC0, 1 }, REASON_NOT_FINITE },
        { { 0x7F80, 0 }, REASON_NOT_FINITE },
        { { 0xFF80, 0 }, REASON_NOT_FINITE },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct tag t = tag_of(KIND_F32, ORDER_ABCD);
        struct reading r = decode_reading(&t, CASES[i].words, AT);
        assert_true(reading_is_sound(&r));
        assert_int_equal(r.quality, QUALITY_BAD);
        assert_int_equal(r.reason, CASES[i].reason);
    }
}

static void scaling_to_infinity_has_no_value(void **state)
{
    static const uint16_t WORDS[] = { 0x7F7F, 0xFFFF };
    struct tag t = tag_of(KIND_F32, ORDER_ABCD);

    (void)state;
    t.scale = 1e300;
    assert_int_equal(decode_reading(&t, WORDS, AT).reason, REASON_NOT_FINITE);
}

static void a_declared_no_value_is_not_a_measurement(void **state)
{
    static const uint16_t SENTINEL[] = { 0x8000 }, OTHER[] = { 0x8001 };
    struct tag t = tag_of(KIND_I16, ORDER_ABCD);

    (void)state;
    t.no_value = (struct conf_words){ { 0xFFFF, 0x8000 }, 2 };
    assert_int_equal(decode_reading(&t, SENTINEL, AT).reason, REASON_SENTINEL);
    assert_true(isnan(decode_reading(&t, SENTINEL, AT).value));
    assert_int_equal(decode_reading(&t, OTHER, AT).quality, QUALITY_GOOD);
}

static void an_implausible_value_stays_visible_as_uncertain(void **state)
{
    static const struct {
        uint16_t raw;
        enum quality quality;
    } CASES[] = {
        { 9, QUALITY_UNCERTAIN }, { 10, QUALITY_GOOD }, { 20, QUALITY_GOOD }, { 21, QUALITY_UNCERTAIN }
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct tag t = tag_of(KIND_U16, ORDER_ABCD);
        struct reading r;
        t.low = 10;
        t.high = 20;
        r = decode_reading(&t, &CASES[i].raw, AT);
        assert_int_equal(r.quality, CASES[i].quality);
        assert_true(r.value == CASES[i].raw);
        assert_true(reading_is_sound(&r));
    }
}

/* Every float keeps its bits: the decimal chosen for it reads back as the same float. */
static void a_float_reads_back_as_the_register(void **state)
{
    uint64_t seed = test_seed(__func__);
    struct tag t = tag_of(KIND_F32, ORDER_ABCD);

    (void)state;
    for (int i = 0; i < 200000; i++) {
        uint32_t raw = (uint32_t)test_random(&seed), back;
        uint16_t words[2] = { (uint16_t)(raw >> 16), (uint16_t)raw };
        struct reading r = decode_reading(&t, words, AT);
        float f = (float)r.value;
        memcpy(&back, &f, sizeof back);
        if (r.quality == QUALITY_GOOD)
            assert_int_equal(back, raw);
    }
}

static void decimals_of_a_float_are_what_the_device_meant(void **state)
{
    (void)state;
    for (int hundredths = -2000; hundredths <= 2000; hundredths++) {
        float f = (float)(hundredths / 100.0);
        struct tag t = tag_of(KIND_F32, ORDER_ABCD);
        uint32_t raw;
        memcpy(&raw, &f, sizeof raw);
        uint16_t words[2] = { (uint16_t)(raw >> 16), (uint16_t)raw };
        assert_true(decode_reading(&t, words, AT).value == hundredths / 100.0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_order_finds_the_same_32_bits),
        cmocka_unit_test(swapped_bytes_apply_to_16_bits_too),
        cmocka_unit_test(numbers_keep_their_sign_and_width),
        cmocka_unit_test(a_published_meter_dump_decodes_as_published),
        cmocka_unit_test(what_is_no_number_has_no_value),
        cmocka_unit_test(scaling_to_infinity_has_no_value),
        cmocka_unit_test(a_declared_no_value_is_not_a_measurement),
        cmocka_unit_test(an_implausible_value_stays_visible_as_uncertain),
        cmocka_unit_test(a_float_reads_back_as_the_register),
        cmocka_unit_test(decimals_of_a_float_are_what_the_device_meant),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
