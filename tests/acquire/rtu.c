/* Frames of a serial line: what is one, and what everything else is called. */
#include "rtu.h"

#include "acquire/field.h"

#include "unit.h"

static const uint8_t ANSWER[] = { 0x01, 0x03, 0x04, 0x00, 0x01, 0x00, 0x02, 0x2a, 0x32 };
static const uint8_t REFUSAL[] = { 0x01, 0x83, 0x02, 0xc0, 0xf1 };

static void a_request_is_what_the_standard_shows(void **state)
{
    /* registers 108 to 110 of unit 17: Modbus_over_serial_line and the manuals of many makers count alike */
    static const uint8_t RIGHT[RTU_REQUEST_BYTES] = { 0x11, 0x03, 0x00, 0x6b, 0x00, 0x03, 0x76, 0x87 };
    const struct request r = {
        .unit = 17, .function = FUNCTION_READ_HOLDING, .address = 0x6b, .quantity = 3
    };
    uint8_t frame[RTU_REQUEST_BYTES];

    (void)state;
    rtu_request(&r, frame);
    assert_memory_equal(frame, RIGHT, sizeof frame);
}

static void one_whole_frame_is_an_answer(void **state)
{
    struct answer a;

    (void)state;
    assert_int_equal(rtu_parse(ANSWER, sizeof ANSWER, &a, NULL), ERR_NONE);
    assert_int_equal(a.unit, 1);
    assert_int_equal(a.pdu_len, 6);
    assert_memory_equal(a.pdu, ANSWER + 1, 6);
    assert_false(a.has_transaction);
    assert_true(a.framed);
    assert_int_equal(rtu_parse(REFUSAL, sizeof REFUSAL, &a, NULL), ERR_NONE);
    assert_int_equal(a.pdu_len, 2);
}

static void assert_refused(const uint8_t *bytes, size_t n, const char *words)
{
    struct answer a;
    struct fault why;

    assert_int_equal(rtu_parse(bytes, n, &a, &why), ERR_RANGE);
    if (strstr(why.text, words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", why.text, words);
}

static void everything_else_is_called_by_its_name(void **state)
{
    uint8_t b[RTU_FRAME_MAX + 8] = { 0 };
    const uint8_t other_baud[] = { 0xe6, 0x1e, 0x98, 0x00, 0xfe };

    (void)state;
    memcpy(b + 1, ANSWER, sizeof ANSWER);
    assert_refused(b, sizeof ANSWER + 1, "1 bytes of noise before");
    memcpy(b, ANSWER, sizeof ANSWER);
    b[sizeof ANSWER] = 0xff;
    assert_refused(b, sizeof ANSWER + 1, "1 bytes behind");
    memcpy(b + sizeof ANSWER, ANSWER, sizeof ANSWER);
    assert_refused(b, 2 * sizeof ANSWER, "noise before"); /* which of the two, nobody knows */
    for (size_t n = 1; n < sizeof ANSWER; n++)
        assert_refused(ANSWER, n, n < 3 ? "breaks off" : "of 9 bytes");
    assert_refused(other_baud, sizeof other_baud, "no answer: e6 1e 98 00 fe (");
    memset(b, 0, sizeof b);
    assert_refused(b, sizeof b, "264 bytes that are no answer: 00 00 00 00 00 00 00 00 ...");
}

static void no_flipped_bit_gets_through(void **state)
{
    uint8_t b[sizeof ANSWER];
    struct answer a;

    (void)state;
    for (size_t bit = 0; bit < 8 * sizeof ANSWER; bit++) {
        memcpy(b, ANSWER, sizeof b);
        b[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_equal(rtu_parse(b, sizeof b, &a, NULL), ERR_RANGE);
    }
    memcpy(b, ANSWER, sizeof b);
    b[4] ^= 4;
    assert_refused(b, sizeof b, "check sum 322a where");
}

static void the_longest_answer_fits(void **state)
{
    uint8_t b[RTU_FRAME_MAX] = { 9, 4, PDU_MAX - 2 };
    uint16_t crc = rtu_crc(b, sizeof b - 2);
    struct answer a;

    (void)state;
    b[sizeof b - 2] = (uint8_t)crc;
    b[sizeof b - 1] = (uint8_t)(crc >> 8);
    assert_int_equal(rtu_parse(b, sizeof b, &a, NULL), ERR_NONE);
    assert_int_equal(a.pdu_len, PDU_MAX);
    b[2]++;
    assert_int_equal(rtu_length(b, sizeof b), RTU_NO_ANSWER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_what_the_standard_shows),
        cmocka_unit_test(one_whole_frame_is_an_answer),
        cmocka_unit_test(everything_else_is_called_by_its_name),
        cmocka_unit_test(no_flipped_bit_gets_through),
        cmocka_unit_test(the_longest_answer_fits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
