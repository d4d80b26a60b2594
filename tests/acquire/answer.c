#include "answer.h"

#include "unit.h"

static const struct request ASKED = {
    .transaction = 258, .unit = 5, .function = FUNCTION_READ_HOLDING, .address = 10, .quantity = 2
};

static struct answer right_answer(void)
{
    return (struct answer){ .has_transaction = true,
                            .framed = true,
                            .transaction = 258,
                            .unit = 5,
                            .pdu = { 3, 4, 0x12, 0x34, 0xFF, 0xFE },
                            .pdu_len = 6 };
}

static enum answer_verdict verdict_of(const struct answer *a)
{
    uint16_t words[REGISTERS_MAX];
    uint8_t exception;
    struct fault why;

    return answer_check(&ASKED, a, words, &exception, &why);
}

static void the_right_answer_gives_its_words(void **state)
{
    struct answer a = right_answer();
    uint16_t words[REGISTERS_MAX] = { 0 };
    uint8_t exception;
    struct fault why;

    (void)state;
    assert_int_equal(answer_check(&ASKED, &a, words, &exception, &why), ANSWER_GOOD);
    assert_int_equal(words[0], 0x1234);
    assert_int_equal(words[1], 0xFFFE);
}

static const struct request ASKED_BITS = {
    .transaction = 258, .unit = 5, .function = FUNCTION_READ_DISCRETE, .address = 100, .quantity = 19
};

/* The example of Modbus application protocol 1.1b3, 6.1: coils 20 to 38 read CD 6B 05. */
static struct answer bits_answer(void)
{
    return (struct answer){ .has_transaction = true,
                            .framed = true,
                            .transaction = 258,
                            .unit = 5,
                            .pdu = { 2, 3, 0xCD, 0x6B, 0x05 },
                            .pdu_len = 5 };
}

static void bits_come_eight_in_a_byte_and_spare_ones_mean_nothing(void **state)
{
    struct answer a = bits_answer();
    uint16_t words[REGISTERS_MAX] = { 0 };
    uint8_t exception;
    struct fault why;

    (void)state;
    assert_int_equal(answer_check(&ASKED_BITS, &a, words, &exception, &why), ANSWER_GOOD);
    assert_int_equal(words[0], 0x6BCD);
    assert_int_equal(words[1], 0x0005);
    a.pdu[4] = 0xFD;
    assert_int_equal(answer_check(&ASKED_BITS, &a, words, &exception, &why), ANSWER_GOOD);
    assert_int_equal(words[1], 0x0005);
}

static void bits_of_another_count_or_function_are_wrong(void **state)
{
    struct answer a;
    uint16_t words[REGISTERS_MAX];
    uint8_t exception;
    struct fault why;

    (void)state;
    a = bits_answer(), a.pdu[1] = 2, a.pdu_len = 4;
    assert_int_equal(answer_check(&ASKED_BITS, &a, words, &exception, &why), ANSWER_WRONG);
    a = bits_answer(), a.pdu[1] = 38, a.pdu_len = 40; /* as if they were registers */
    assert_int_equal(answer_check(&ASKED_BITS, &a, words, &exception, &why), ANSWER_WRONG);
    a = bits_answer(), a.pdu_len = 4;
    assert_int_equal(answer_check(&ASKED_BITS, &a, words, &exception, &why), ANSWER_WRONG);
    a = bits_answer(), a.pdu[0] = 1;
    assert_int_equal(answer_check(&ASKED_BITS, &a, words, &exception, &why), ANSWER_WRONG);
}

static void two_thousand_bits_fill_the_frame_and_the_words(void **state)
{
    struct request asked = ASKED_BITS;
    struct answer a = bits_answer();
    uint16_t words[REGISTERS_MAX] = { 0 };
    uint8_t exception;
    struct fault why;

    (void)state;
    asked.quantity = BITS_MAX;
    a.pdu[1] = 250;
    a.pdu_len = 252;
    memset(a.pdu + 2, 0xFF, 250);
    assert_int_equal(answer_check(&asked, &a, words, &exception, &why), ANSWER_GOOD);
    assert_int_equal(words[REGISTERS_MAX - 1], 0xFFFF);
}

static void a_serial_answer_needs_no_transaction(void **state)
{
    struct answer a = right_answer();

    (void)state;
    a.has_transaction = false;
    a.transaction = 0;
    assert_int_equal(verdict_of(&a), ANSWER_GOOD);
}

static void another_transaction_is_another_answer(void **state)
{
    struct answer a = right_answer();

    (void)state;
    a.transaction = 257;
    assert_int_equal(verdict_of(&a), ANSWER_OTHER);
}

static void any_other_difference_is_wrong(void **state)
{
    struct answer a;

    (void)state;
    a = right_answer(), a.unit = 6;
    assert_int_equal(verdict_of(&a), ANSWER_WRONG);
    a = right_answer(), a.unit = 0;
    assert_int_equal(verdict_of(&a), ANSWER_WRONG);
    a = right_answer(), a.framed = false;
    assert_int_equal(verdict_of(&a), ANSWER_WRONG);
    a = right_answer(), a.pdu[0] = 4;
    assert_int_equal(verdict_of(&a), ANSWER_WRONG);
    a = right_answer(), a.pdu[1] = 2;
    assert_int_equal(verdict_of(&a), ANSWER_WRONG);
    a = right_answer(), a.pdu[1] = 6;
    assert_int_equal(verdict_of(&a), ANSWER_WRONG);
    for (size_t n = 0; n < 6; n++) {
        a = right_answer(), a.pdu_len = n;
        assert_int_equal(verdict_of(&a), ANSWER_WRONG);
    }
    a = right_answer(), a.pdu_len = 7;
    assert_int_equal(verdict_of(&a), ANSWER_WRONG);
}

static void an_exception_names_its_code(void **state)
{
    struct answer a = right_answer();
    uint16_t words[REGISTERS_MAX];
    uint8_t exception = 0;
    struct fault why;

    (void)state;
    a.pdu[0] = 0x83;
    a.pdu[1] = 6;
    a.pdu_len = 2;
    assert_int_equal(answer_check(&ASKED, &a, words, &exception, &why), ANSWER_EXCEPTION);
    assert_int_equal(exception, 6);
    assert_string_equal(exception_text(6), "device busy");
    assert_string_equal(exception_text(200), "unknown exception");
    a.pdu[0] = 0x84; /* of another function */
    assert_int_equal(verdict_of(&a), ANSWER_WRONG);
}

/* Whatever comes, it is good only when every field is as asked. */
static void random_answers_are_good_only_when_they_fit(void **state)
{
    uint64_t seed = test_seed(__func__);

    (void)state;
    for (int i = 0; i < 500000; i++) {
        struct answer a = right_answer();
        for (unsigned changes = test_below(&seed, 4); changes > 0; changes--)
            switch (test_below(&seed, 5)) {
            case 0: a.pdu[test_below(&seed, 2)] = (uint8_t)test_random(&seed); break;
            case 1: a.pdu_len = test_below(&seed, PDU_MAX + 1); break;
            case 2: a.unit = (uint8_t)test_random(&seed); break;
            case 3: a.transaction = (uint16_t)test_random(&seed); break;
            default: a.framed = test_below(&seed, 2) == 0; break;
            }
        if (verdict_of(&a) == ANSWER_GOOD)
            assert_true(a.framed && a.transaction == 258 && a.unit == 5 && a.pdu[0] == 3 && a.pdu[1] == 4 &&
                        a.pdu_len == 6);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_right_answer_gives_its_words),
        cmocka_unit_test(bits_come_eight_in_a_byte_and_spare_ones_mean_nothing),
        cmocka_unit_test(bits_of_another_count_or_function_are_wrong),
        cmocka_unit_test(two_thousand_bits_fill_the_frame_and_the_words),
        cmocka_unit_test(a_serial_answer_needs_no_transaction),
        cmocka_unit_test(another_transaction_is_another_answer),
        cmocka_unit_test(any_other_difference_is_wrong),
        cmocka_unit_test(an_exception_names_its_code),
        cmocka_unit_test(random_answers_are_good_only_when_they_fit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
