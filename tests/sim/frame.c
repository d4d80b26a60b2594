#include "frame.h"
#include "answer.h"

#include <string.h>

#include "cm.h"

static const uint8_t READ_TWO[12] = { 0x12, 0x34, 0, 0, 0, 6, 1, 3, 0, 100, 0, 2 };

static const struct {
    const char *name;
    uint8_t bytes[16];
    size_t len;
    enum frame_found found;
    size_t used;
} STREAMS[] = {
    { "nothing", { 0 }, 0, FRAME_MORE, 0 },
    { "one byte", { 0x12 }, 1, FRAME_MORE, 0 },
    { "protocol id seen early", { 0, 1, 0, 7 }, 4, FRAME_GARBAGE, 0 },
    { "protocol id's high byte", { 0, 1, 1, 0, 0, 6 }, 6, FRAME_GARBAGE, 0 },
    { "length 0", { 0, 1, 0, 0, 0, 0 }, 6, FRAME_GARBAGE, 0 },
    { "length 1: a unit and no function", { 0, 1, 0, 0, 0, 1, 1 }, 7, FRAME_GARBAGE, 0 },
    { "length 2: a bare function code", { 0, 1, 0, 0, 0, 2, 1, 7 }, 8, FRAME_WHOLE, 8 },
    { "length 254 begins", { 0, 1, 0, 0, 0, 254, 1, 3 }, 8, FRAME_MORE, 0 },
    { "length 255", { 0, 1, 0, 0, 0, 255 }, 6, FRAME_GARBAGE, 0 },
    { "length 65535", { 0, 1, 0, 0, 255, 255 }, 6, FRAME_GARBAGE, 0 },
    { "letters", "GET / HTTP/1.1", 14, FRAME_GARBAGE, 0 },
    { "whole and the start of the next",
      { 0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 1, 0, 2, 0 },
      15,
      FRAME_WHOLE,
      12 },
};

static void a_stream_is_more_whole_or_garbage(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof STREAMS / sizeof STREAMS[0]; i++) {
        struct frame_request ask;
        size_t used = 0;

        if (frame_parse(STREAMS[i].bytes, STREAMS[i].len, &ask, &used) != STREAMS[i].found)
            fail_msg("%s", STREAMS[i].name);
        if (STREAMS[i].found == FRAME_WHOLE)
            assert_int_equal(used, STREAMS[i].used);
    }
}

static void a_request_split_anywhere_is_whole_only_at_its_last_byte(void **state)
{
    struct frame_request ask;
    size_t used;

    (void)state;
    for (size_t n = 0; n < sizeof READ_TWO; n++)
        assert_int_equal(frame_parse(READ_TWO, n, &ask, &used), FRAME_MORE);
    assert_int_equal(frame_parse(READ_TWO, sizeof READ_TWO, &ask, &used), FRAME_WHOLE);
    assert_int_equal(used, sizeof READ_TWO);
    assert_int_equal(ask.transaction, 0x1234);
    assert_int_equal(ask.unit, 1);
    assert_int_equal(ask.function, 3);
    assert_int_equal(ask.data_len, 4);
    assert_memory_equal(ask.data, READ_TWO + 8, 4);
}

static void the_longest_request_fits(void **state)
{
    uint8_t bytes[FRAME_MAX] = { 0, 1, 0, 0, 0, 254, 1, 16 };
    struct frame_request ask;
    size_t used;

    (void)state;
    assert_int_equal(frame_parse(bytes, sizeof bytes - 1, &ask, &used), FRAME_MORE);
    assert_int_equal(frame_parse(bytes, sizeof bytes, &ask, &used), FRAME_WHOLE);
    assert_int_equal(used, FRAME_MAX);
    assert_int_equal(ask.data_len, FRAME_PDU_MAX - 1);
}

static void replies_are_what_the_standard_says(void **state)
{
    static const uint8_t GOOD[] = { 0x12, 0x34, 0, 0, 0, 7, 1, 3, 4, 0xAB, 0xCD, 0x00, 0x01 };
    static const uint8_t REFUSED[] = { 0x12, 0x34, 0, 0, 0, 3, 1, 0x83, 2 };
    const uint16_t words[] = { 0xABCD, 0x0001 };
    const struct frame_request ask = { .transaction = 0x1234, .unit = 1, .function = 3 };
    uint8_t out[FRAME_MAX];

    (void)state;
    assert_int_equal(frame_registers(out, &ask, words, 2), sizeof GOOD);
    assert_memory_equal(out, GOOD, sizeof GOOD);
    assert_int_equal(frame_exception(out, &ask, 2), sizeof REFUSED);
    assert_memory_equal(out, REFUSED, sizeof REFUSED);
}

/* wire, unit, function, address, quantity -> exception; 0 good, -1 silence */
static const struct {
    unsigned wire, unit, function, address, count;
    int expect;
} ASKED[] = {
    { 0, 1, 3, 0, 1, 0 },       { 0, 1, 3, 100, 2, 0 },     { 0, 1, 3, 0, 125, 0 },
    { 0, 1, 3, 0, 0, 3 },       { 0, 1, 3, 0, 126, 3 },     { 0, 1, 3, 0, 65535, 3 },
    { 0, 1, 3, 159, 1, 0 },     { 0, 1, 3, 159, 2, 2 },     { 0, 1, 3, 160, 1, 2 },
    { 0, 1, 3, 65535, 1, 2 },   { 0, 1, 3, 65535, 125, 2 }, { 0, 1, 4, 0, 1, 1 },
    { 0, 1, 1, 0, 1, 1 },       { 0, 1, 6, 0, 1, 1 },       { 0, 1, 16, 0, 1, 1 },
    { 0, 1, 65, 0, 1, 1 },      { 0, 0, 3, 0, 1, -1 },      { 0, 99, 3, 0, 1, -1 },
    { 0, 255, 3, 0, 1, -1 },    { 0, 3, 3, 0x2600, 4, 0 },  { 0, 3, 3, 0x2600, 5, 2 },
    { 0, 3, 3, 0x2600, 17, 3 }, { 1, 1, 4, 301, 1, 0 },     { 1, 1, 3, 301, 1, 1 },
    { 1, 3, 3, 10, 6, 0 },      { 2, 2, 3, 2, 2, 0 },       { 2, 2, 3, 2, 6, 2 },
    { 2, 2, 3, 0x0100, 4, 2 },  { 7, 1, 3, 0, 16, 0 },      { 7, 1, 3, 0, 21, 3 },
    { 0, 10, 4, 0, 6, 0 },      { 0, 10, 3, 0, 6, 1 },
};

static void wrong_requests_get_their_exception_and_strangers_silence(void **state)
{
    static struct field f;
    struct stand stand;
    struct fault why;

    (void)state;
    field_begin(&f, 1, 0);
    assert_int_equal(stand_init(&stand, stand_province(&f), &why), ERR_NONE);
    for (size_t i = 0; i < sizeof ASKED / sizeof ASKED[0]; i++) {
        struct frame_request ask = { .transaction = 7,
                                     .unit = (uint8_t)ASKED[i].unit,
                                     .function = (uint8_t)ASKED[i].function,
                                     .data_len = 4 };
        struct reply r;
        int device, got;

        ask.data[0] = (uint8_t)(ASKED[i].address >> 8);
        ask.data[1] = (uint8_t)ASKED[i].address;
        ask.data[2] = (uint8_t)(ASKED[i].count >> 8);
        ask.data[3] = (uint8_t)ASKED[i].count;
        device = answer_request(&stand, ASKED[i].wire, &ask, &r);
        got = device < 0 ? -1 : (r.bytes[7] & 0x80) != 0 ? r.bytes[8] : 0;
        if (got != ASKED[i].expect)
            fail_msg("row %zu: %d instead of %d", i, got, ASKED[i].expect);
        if (got == 0)
            assert_int_equal(r.len, 9 + 2 * ASKED[i].count);
        assert_int_equal(r.len == 0, device < 0);
    }
    stand_clear(&stand);
}

static void a_read_of_the_wrong_length_is_exception_3(void **state)
{
    static struct field f;
    struct frame_request ask = { .unit = 1, .function = 3 };
    struct reply r;
    struct stand stand;
    struct fault why;

    (void)state;
    field_begin(&f, 1, 0);
    assert_int_equal(stand_init(&stand, stand_province(&f), &why), ERR_NONE);
    for (size_t n = 0; n <= 8; n++) {
        ask.data_len = n;
        memset(ask.data, 0, sizeof ask.data);
        ask.data[3] = 1;
        assert_int_equal(answer_request(&stand, 0, &ask, &r), 0);
        assert_int_equal(r.bytes[7], n == 4 ? 3 : 0x83);
        assert_true(n == 4 || r.bytes[8] == 3);
    }
    stand_clear(&stand);
}

/* The frame everybody prints: unit 1, holding register 0, one of them. */
static const uint8_t RTU_READ[8] = { 1, 3, 0, 0, 0, 1, 0x84, 0x0A };

static void an_rtu_request_is_found_by_its_checksum(void **state)
{
    const uint8_t noisy[11] = { 1, 3, 0xFF, 1, 3, 0, 0, 0, 1, 0x84, 0x0A };
    uint8_t broken[8], long_one[FRAME_RTU_MAX + 8] = { 1, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
    struct frame_request ask;
    size_t used = 0, at = 0;

    (void)state;
    for (size_t n = 0; n < sizeof RTU_READ; n++)
        assert_int_equal(frame_parse_rtu(RTU_READ, n, &ask, &used), FRAME_MORE);
    assert_int_equal(frame_parse_rtu(RTU_READ, 8, &ask, &used), FRAME_WHOLE);
    assert_int_equal(used, 8);
    assert_int_equal(ask.unit, 1);
    assert_int_equal(ask.function, 3);
    assert_int_equal(ask.data_len, 4);
    assert_memory_equal(ask.data, RTU_READ + 2, 4);
    while (frame_parse_rtu(noisy + at, sizeof noisy - at, &ask, &used) == FRAME_GARBAGE)
        at += used;
    assert_int_equal(at, 3);
    assert_int_equal(used, 8);
    memcpy(broken, RTU_READ, sizeof broken);
    broken[6] ^= 1;
    assert_int_equal(frame_parse_rtu(broken, 8, &ask, &used), FRAME_GARBAGE);
    /* a request of another function may have any length, but not without end */
    assert_int_equal(frame_parse_rtu(long_one, 20, &ask, &used), FRAME_MORE);
    assert_int_equal(frame_parse_rtu(long_one, sizeof long_one, &ask, &used), FRAME_GARBAGE);
}

static void an_rtu_reply_is_what_the_standard_says(void **state)
{
    /* unit 1 answers 0x000A to the read above; the checksum was calculated with another program */
    static const uint8_t GOOD[] = { 1, 3, 2, 0, 10, 0x38, 0x43 };
    const uint16_t words[] = { 10 };
    const struct frame_request ask = { .unit = 1, .function = 3 };
    uint8_t out[FRAME_MAX + 2];
    size_t len = frame_registers(out, &ask, words, 1);

    (void)state;
    assert_int_equal(frame_to_rtu(out, len), sizeof GOOD);
    assert_memory_equal(out, GOOD, sizeof GOOD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stream_is_more_whole_or_garbage),
        cmocka_unit_test(a_request_split_anywhere_is_whole_only_at_its_last_byte),
        cmocka_unit_test(the_longest_request_fits),
        cmocka_unit_test(replies_are_what_the_standard_says),
        cmocka_unit_test(wrong_requests_get_their_exception_and_strangers_silence),
        cmocka_unit_test(a_read_of_the_wrong_length_is_exception_3),
        cmocka_unit_test(an_rtu_request_is_found_by_its_checksum),
        cmocka_unit_test(an_rtu_reply_is_what_the_standard_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
