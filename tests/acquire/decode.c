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

/* Golden bytes: ABCDEFGH, of which a kind takes as many as it is wide, stands in every order; the registers
 * are given as the device sends them. */
static const struct {
    enum word_order order;
    uint16_t one[1], two[2], four[4];
} GOLDEN[] = {
    { ORDER_ABCD, { 0x4142 }, { 0x4142, 0x4344 }, { 0x4142, 0x4344, 0x4546, 0x4748 } },
    { ORDER_CDAB, { 0x4142 }, { 0x4344, 0x4142 }, { 0x4748, 0x4546, 0x4344, 0x4142 } },
    { ORDER_BADC, { 0x4241 }, { 0x4241, 0x4443 }, { 0x4241, 0x4443, 0x4645, 0x4847 } },
    { ORDER_DCBA, { 0x4241 }, { 0x4443, 0x4241 }, { 0x4847, 0x4645, 0x4443, 0x4241 } },
};

static void each_order_finds_the_same_bits(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(GOLDEN); i++)
        for (int kind = 0; kind < KIND_COUNT; kind++) {
            struct tag t = tag_of((enum register_kind)kind, GOLDEN[i].order);
            switch (kind_registers((enum register_kind)kind)) {
            case 1: assert_true(decode_raw(&t, GOLDEN[i].one) == 0x4142); break;
            case 2: assert_true(decode_raw(&t, GOLDEN[i].two) == 0x41424344); break;
            default: assert_true(decode_raw(&t, GOLDEN[i].four) == 0x4142434445464748); break;
            }
        }
}

/* What the golden bytes are as numbers, computed by hand. */
static void each_kind_makes_its_number_of_the_golden_bytes_in_each_order(void **state)
{
    static const struct {
        enum register_kind kind;
        double value;
    } CASES[] = {
        { KIND_U16, 0x4142 },
        { KIND_I16, 0x4142 },
        { KIND_U32, 0x41424344 },
        { KIND_I32, 0x41424344 },
        { KIND_F32, 12.141422 }, /* of six decimals the one that is this float */
        { KIND_F64, 2393736.541207228 },
        { KIND_BCD16, 4142 },
        { KIND_BCD32, 41424344 },
        { KIND_HIGH_BYTE, 0x41 },
        { KIND_LOW_BYTE, 0x42 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++)
        for (size_t o = 0; o < COUNT_OF(GOLDEN); o++) {
            struct tag t = tag_of(CASES[i].kind, GOLDEN[o].order);
            unsigned registers = kind_registers(CASES[i].kind);
            struct reading r = decode_reading(&t,
                                              registers == 1   ? GOLDEN[o].one
                                              : registers == 2 ? GOLDEN[o].two
                                                               : GOLDEN[o].four,
                                              AT);
            assert_int_equal(r.quality, QUALITY_GOOD);
            if (r.value != CASES[i].value)
                fail_msg("kind %d order %d: %.17g, not %.17g", CASES[i].kind, GOLDEN[o].order, r.value,
                         CASES[i].value);
        }
}

static void numbers_keep_their_sign_and_width(void **state)
{
    static const struct {
        enum register_kind kind;
        uint16_t words[4];
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
        { KIND_F32, { 0x8000, 0 }, 0.0 },                   /* -0 */
        { KIND_F32, { 0, 1 }, 0x1p-149 },                   /* the least subnormal */
        { KIND_F32, { 0x807F, 0xFFFF }, -0x1.fffffcp-127 }, /* and the largest */
        { KIND_F32, { 0x7F7F, 0xFFFF }, 0x1.fffffep+127 },
        { KIND_U64, { 0, 0, 0, 0 }, 0 },
        { KIND_U64, { 0, 0x0001, 0, 0x0002 }, 4294967298.0 },
        { KIND_U64, { 0x0020, 0, 0, 0 }, 0x1p53 },
        { KIND_I64, { 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF }, -1 },
        { KIND_I64, { 0xFFE0, 0, 0, 0 }, -0x1p53 },
        { KIND_F64, { 0x3FF0, 0, 0, 0 }, 1.0 },
        { KIND_F64, { 0xC05E, 0xDD2F, 0x1A9F, 0xBE77 }, -123.456 },
        { KIND_F64, { 0x8000, 0, 0, 0 }, 0.0 }, /* -0 */
        { KIND_F64, { 0, 0, 0, 1 }, 0x1p-1074 },
        { KIND_F64, { 0x7FEF, 0xFFFF, 0xFFFF, 0xFFFF }, 0x1.fffffffffffffp+1023 },
        { KIND_BCD16, { 0 }, 0 },
        { KIND_BCD16, { 0x9999 }, 9999 },
        { KIND_BCD32, { 0x9999, 0x9999 }, 99999999 },
        { KIND_BCD32, { 0x0012, 0x3405 }, 123405 },
        { KIND_HIGH_BYTE, { 0xFF00 }, 255 },
        { KIND_LOW_BYTE, { 0xFF00 }, 0 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct tag t = tag_of(CASES[i].kind, ORDER_ABCD);
        struct reading r = decode_reading(&t, CASES[i].words, AT);
        assert_true(reading_is_sound(&r));
        assert_int_equal(r.quality, QUALITY_GOOD);
        assert_true(r.value == CASES[i].value && signbit(r.value) == (CASES[i].value < 0));
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
        enum register_kind kind;
        uint16_t words[4];
        enum reason reason;
    } CASES[] = {
        { KIND_F32, { 0x7FC0, 0 }, REASON_NOT_FINITE },
        { KIND_F32, { 0xFFC0, 1 }, REASON_NOT_FINITE },
        { KIND_F32, { 0x7F80, 0 }, REASON_NOT_FINITE },
        { KIND_F32, { 0xFF80, 0 }, REASON_NOT_FINITE },
        { KIND_F64, { 0x7FF8, 0, 0, 0 }, REASON_NOT_FINITE },
        { KIND_F64, { 0xFFF0, 0, 0, 1 }, REASON_NOT_FINITE },
        { KIND_F64, { 0x7FF0, 0, 0, 0 }, REASON_NOT_FINITE },
        { KIND_F64, { 0xFFF0, 0, 0, 0 }, REASON_NOT_FINITE },
        { KIND_BCD16, { 0x000A }, REASON_BAD_DIGIT },
        { KIND_BCD16, { 0xF000 }, REASON_BAD_DIGIT },
        { KIND_BCD16, { 0xFFFF }, REASON_BAD_DIGIT },
        { KIND_BCD32, { 0x1234, 0x56B8 }, REASON_BAD_DIGIT },
        { KIND_BCD32, { 0xC000, 0 }, REASON_BAD_DIGIT },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct tag t = tag_of(CASES[i].kind, ORDER_ABCD);
        struct reading r = decode_reading(&t, CASES[i].words, AT);
        assert_true(reading_is_sound(&r));
        assert_int_equal(r.quality, QUALITY_BAD);
        assert_int_equal(r.reason, CASES[i].reason);
    }
}

/* 2^53 + 1 is no double: the counter one further would look as if it stood still. */
static void a_count_with_more_digits_than_a_number_keeps_is_uncertain(void **state)
{
    static const struct {
        enum register_kind kind;
        uint16_t words[4];
        double value;
        enum quality quality;
    } CASES[] = {
        { KIND_U64, { 0x001F, 0xFFFF, 0xFFFF, 0xFFFF }, 0x1.fffffffffffffp+52, QUALITY_GOOD },
        { KIND_U64, { 0x0020, 0, 0, 0 }, 0x1p53, QUALITY_GOOD },
        { KIND_U64, { 0x0020, 0, 0, 1 }, 0x1p53, QUALITY_UNCERTAIN },
        { KIND_U64, { 0x0020, 0, 0, 2 }, 0x1p53 + 2, QUALITY_UNCERTAIN },
        { KIND_U64, { 0x0020, 0, 0, 3 }, 0x1p53 + 4, QUALITY_UNCERTAIN },
        { KIND_U64, { 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF }, 0x1p64, QUALITY_UNCERTAIN },
        { KIND_I64, { 0x7FFF, 0xFFFF, 0xFFFF, 0xFFFF }, 0x1p63, QUALITY_UNCERTAIN },
        { KIND_I64, { 0x8000, 0, 0, 0 }, -0x1p63, QUALITY_UNCERTAIN },
        { KIND_I64, { 0xFFE0, 0, 0, 0 }, -0x1p53, QUALITY_GOOD },
        { KIND_I64, { 0xFFDF, 0xFFFF, 0xFFFF, 0xFFFF }, -0x1p53, QUALITY_UNCERTAIN },
        { KIND_I64, { 0x0020, 0, 0, 1 }, 0x1p53, QUALITY_UNCERTAIN },
        { KIND_I64, { 0xFFDF, 0xFFFF, 0xFFFF, 0xFFFD }, -0x1p53 - 4, QUALITY_UNCERTAIN },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct tag t = tag_of(CASES[i].kind, ORDER_ABCD);
        struct reading r = decode_reading(&t, CASES[i].words, AT);
        assert_true(reading_is_sound(&r));
        assert_int_equal(r.quality, CASES[i].quality);
        assert_int_equal(r.reason, CASES[i].quality == QUALITY_GOOD ? REASON_NONE : REASON_INEXACT);
        assert_true(r.value == CASES[i].value);
        t.high = 10;
        assert_int_equal(decode_reading(&t, CASES[i].words, AT).quality,
                         r.value < 0 ? r.quality : QUALITY_UNCERTAIN);
    }
}

static void a_bool_is_one_bit_or_whether_there_is_any(void **state)
{
    static const struct {
        uint8_t bit;
        uint16_t word;
        double value;
    } CASES[] = {
        { BIT_NONE, 0, 0 }, { BIT_NONE, 1, 1 }, { BIT_NONE, 0x8000, 1 }, { 0, 1, 1 },
        { 0, 0xFFFE, 0 },   { 15, 0x8000, 1 },  { 15, 0x7FFF, 0 },       { 8, 0x0100, 1 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct tag t = tag_of(KIND_BOOL, ORDER_ABCD);
        t.bit = CASES[i].bit;
        assert_true(decode_reading(&t, &CASES[i].word, AT).value == CASES[i].value);
    }
}

/* A status word of all ones is "no value" for each of its bits. */
static void no_value_of_a_bit_is_that_of_its_register(void **state)
{
    static const uint16_t NONE[] = { 0xFFFF }, SOME[] = { 0x0008 };
    struct tag t = tag_of(KIND_BOOL, ORDER_ABCD);

    (void)state;
    t.bit = 3;
    t.no_value = (struct conf_words){ { 0xFFFF }, 1 };
    assert_int_equal(decode_reading(&t, NONE, AT).reason, REASON_SENTINEL);
    assert_true(decode_reading(&t, SOME, AT).value == 1);
}

static void a_number_that_is_no_state_is_uncertain_and_keeps_itself(void **state)
{
    static const struct point_state PUMP[] = { { 0, "stopped" }, { 1, "running" }, { 2, "fault" } };
    static const uint16_t RUNNING[] = { 1 }, UNKNOWN[] = { 3 };
    struct tag t = tag_of(KIND_U16, ORDER_ABCD);
    struct reading r;

    (void)state;
    t.states = states_new(PUMP, COUNT_OF(PUMP));
    assert_int_equal(decode_reading(&t, RUNNING, AT).quality, QUALITY_GOOD);
    r = decode_reading(&t, UNKNOWN, AT);
    assert_true(reading_is_sound(&r));
    assert_int_equal(r.quality, QUALITY_UNCERTAIN);
    assert_int_equal(r.reason, REASON_UNKNOWN_STATE);
    assert_true(r.value == 3);
    free(t.states);
}

static void a_bit_of_a_block_is_found_at_its_place(void **state)
{
    struct block bits = { .function = FUNCTION_READ_COILS, .address = 100, .quantity = 40 };
    struct block registers = { .function = FUNCTION_READ_INPUT, .address = 10, .quantity = 3 };
    static const uint16_t WORDS[] = { 0x0001, 0x8000, 0x0080 };

    (void)state;
    for (uint16_t i = 0; i < bits.quantity; i++) {
        struct tag t = tag_of(KIND_BOOL, ORDER_ABCD);
        t.function = FUNCTION_READ_COILS;
        t.address = (uint16_t)(100 + i);
        t.bit = BIT_NONE;
        assert_true(decode_in_block(&bits, &t, WORDS, AT).value == (i == 0 || i == 31 || i == 39));
    }
    for (uint16_t i = 0; i < registers.quantity; i++) {
        struct tag t = tag_of(KIND_U16, ORDER_ABCD);
        t.address = (uint16_t)(10 + i);
        assert_true(decode_in_block(&registers, &t, WORDS, AT).value == WORDS[i]);
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

/* The other direction, written apart from the decoder. */
static void encode(uint64_t raw, unsigned registers, enum word_order order, uint16_t *words)
{
    unsigned char bytes[8];
    unsigned n = 2 * registers;

    for (unsigned i = 0; i < n; i++)
        bytes[i] = (unsigned char)(raw >> 8 * (n - 1 - i));
    for (unsigned i = 0; i < registers; i++) {
        unsigned from = order == ORDER_CDAB || order == ORDER_DCBA ? registers - 1 - i : i;
        unsigned char high = bytes[2 * from], low = bytes[2 * from + 1];
        bool swapped = order == ORDER_BADC || order == ORDER_DCBA;
        words[i] = (uint16_t)(swapped ? low << 8 | high : high << 8 | low);
    }
}

static uint64_t packed(uint64_t number)
{
    uint64_t raw = 0;

    for (int shift = 0; number > 0; shift += 4, number /= 10)
        raw |= number % 10 << shift;
    return raw;
}

/* A number of the kind and its bits. */
static double any_number(enum register_kind kind, uint64_t *seed, uint64_t *raw)
{
    uint64_t random = test_random(seed) >> test_below(seed, 64);
    double d;
    float f;

    switch (kind) {
    case KIND_U16: *raw = random & 0xFFFF; return (double)*raw;
    case KIND_I16: *raw = random & 0xFFFF; return *raw < 0x8000 ? (double)*raw : (double)*raw - 65536;
    case KIND_U32: *raw = random & 0xFFFFFFFF; return (double)*raw;
    case KIND_I32:
        *raw = random & 0xFFFFFFFF;
        return *raw < 0x80000000 ? (double)*raw : (double)*raw - 4294967296.0;
    case KIND_F32:
        f = (float)((int)test_below(seed, 2000001) - 1000000) / 1024;
        *raw = 0;
        memcpy(raw, &f, sizeof f);
        return f;
    case KIND_U64: *raw = random >> 11; return (double)*raw;
    case KIND_I64: *raw = 0 - (random >> 11); return -(double)(random >> 11);
    case KIND_F64:
        d = (double)random / 4096;
        memcpy(raw, &d, sizeof d);
        return d;
    case KIND_BCD16: *raw = packed(random % 10000); return (double)(random % 10000);
    case KIND_BCD32: *raw = packed(random % 100000000); return (double)(random % 100000000);
    case KIND_BOOL: *raw = random & 0xFFFF; return *raw != 0;
    case KIND_HIGH_BYTE: *raw = random & 0xFFFF; return (double)(*raw / 256);
    default: *raw = random & 0xFFFF; return (double)(*raw % 256);
    }
}

static void what_is_encoded_is_decoded(void **state)
{
    uint64_t seed = test_seed(__func__);

    (void)state;
    for (int i = 0; i < 200000; i++) {
        enum register_kind kind = (enum register_kind)test_below(&seed, KIND_COUNT);
        struct tag t = tag_of(kind, (enum word_order)test_below(&seed, ORDER_COUNT));
        uint16_t words[VALUE_REGISTERS_MAX];
        uint64_t raw;
        double number = any_number(kind, &seed, &raw);
        struct reading r;
        t.bit = BIT_NONE;
        encode(raw, kind_registers(kind), (enum word_order)t.order, words);
        assert_true(decode_raw(&t, words) == raw);
        r = decode_reading(&t, words, AT);
        assert_true(reading_is_sound(&r));
        assert_int_equal(r.quality, QUALITY_GOOD);
        if (kind == KIND_F32) /* the decimal that the float is nearest to */
            assert_true((float)r.value == (float)number);
        else
            assert_true(r.value == number);
    }
}

/* Whatever the registers hold, there is a sound reading of it. */
static void any_registers_make_a_sound_reading(void **state)
{
    uint64_t seed = test_seed(__func__);

    (void)state;
    for (int i = 0; i < 200000; i++) {
        struct tag t = tag_of((enum register_kind)test_below(&seed, KIND_COUNT),
                              (enum word_order)test_below(&seed, ORDER_COUNT));
        uint64_t random = test_random(&seed);
        uint16_t words[VALUE_REGISTERS_MAX];
        struct reading r;
        memcpy(words, &random, sizeof words);
        t.bit = (uint8_t)(test_below(&seed, 2) == 0 ? BIT_NONE : test_below(&seed, 16));
        r = decode_reading(&t, words, AT);
        assert_true(reading_is_sound(&r));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_order_finds_the_same_bits),
        cmocka_unit_test(each_kind_makes_its_number_of_the_golden_bytes_in_each_order),
        cmocka_unit_test(numbers_keep_their_sign_and_width),
        cmocka_unit_test(a_published_meter_dump_decodes_as_published),
        cmocka_unit_test(what_is_no_number_has_no_value),
        cmocka_unit_test(a_count_with_more_digits_than_a_number_keeps_is_uncertain),
        cmocka_unit_test(a_bool_is_one_bit_or_whether_there_is_any),
        cmocka_unit_test(no_value_of_a_bit_is_that_of_its_register),
        cmocka_unit_test(a_number_that_is_no_state_is_uncertain_and_keeps_itself),
        cmocka_unit_test(a_bit_of_a_block_is_found_at_its_place),
        cmocka_unit_test(what_is_encoded_is_decoded),
        cmocka_unit_test(any_registers_make_a_sound_reading),
        cmocka_unit_test(scaling_to_infinity_has_no_value),
        cmocka_unit_test(a_declared_no_value_is_not_a_measurement),
        cmocka_unit_test(an_implausible_value_stays_visible_as_uncertain),
        cmocka_unit_test(a_float_reads_back_as_the_register),
        cmocka_unit_test(decimals_of_a_float_are_what_the_device_meant),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
