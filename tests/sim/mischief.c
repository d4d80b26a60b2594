#include "mischief.h"

#include <stdio.h>
#include <string.h>

#include "cm.h"
#include "control.h"

static const struct frame_request ASK = {
    .transaction = 0x0102, .unit = 5, .function = 3, .data = { 0, 10, 0, 3 }, .data_len = 4
};
static struct noise CHANCE;
static struct sent BEFORE;

static struct reply right_reply(void)
{
    const uint16_t words[] = { 0x1111, 0x2222, 0x3333 };
    struct reply r = { .len = 0 };

    r.len = frame_registers(r.bytes, &ASK, words, 3);
    return r;
}

static void apply(struct mischief *m, struct reply *r, bool rtu)
{
    struct exchange x = { .reply = r, .ask = &ASK, .rtu = rtu, .chance = &CHANCE, .before = &BEFORE };

    mischief_apply(m, &x);
}

static struct reply spoiled_as(const char *text, bool rtu)
{
    struct mischief m;
    struct fault why;
    struct reply r = right_reply();

    assert_int_equal(mischief_parse(text, &m, &why), ERR_NONE);
    apply(&m, &r, rtu);
    return r;
}

static struct reply spoiled(const char *text)
{
    return spoiled_as(text, false);
}

static struct reply spoiled_rtu(const char *text)
{
    return spoiled_as(text, true);
}

static void each_fault_does_what_its_name_says(void **state)
{
    const struct reply right = right_reply();
    struct reply r;

    (void)state;
    assert_int_equal(spoiled("silence").len, 0);
    r = spoiled("late:700");
    assert_int_equal(r.delay_ms, 700);
    assert_memory_equal(r.bytes, right.bytes, right.len);
    r = spoiled("exception:6");
    assert_int_equal(r.len, 9);
    assert_int_equal(r.bytes[5], 3);
    assert_int_equal(r.bytes[7], 0x83);
    assert_int_equal(r.bytes[8], 6);
    assert_int_equal(spoiled("unit").bytes[6], 6);
    assert_int_equal(spoiled("transaction:1").bytes[1], 3);
    r = spoiled("transaction"); /* the one before */
    assert_int_equal(r.bytes[0] << 8 | r.bytes[1], 0x0101);
    assert_int_equal(spoiled("function").bytes[7], 4);
    assert_int_equal(spoiled("protocol:7").bytes[3], 7);
    r = spoiled("short:2");
    assert_int_equal(r.len, 11);
    assert_int_equal(r.bytes[8], 2);
    assert_int_equal(r.bytes[5], 5);
    r = spoiled("short:99");
    assert_int_equal(r.len, 9);
    assert_int_equal(r.bytes[8], 0);
    r = spoiled("long:2");
    assert_int_equal(r.len, right.len + 4);
    assert_int_equal(r.bytes[8], 10);
    assert_int_equal(spoiled("long:60000").len, 9 + 254);
    r = spoiled("byte-count:2");
    assert_int_equal(r.len, right.len);
    assert_int_equal(r.bytes[8], 8);
    assert_int_equal(spoiled("truncated:4").len, right.len - 4);
    assert_int_equal(spoiled("truncated:400").len, 0);
    assert_int_equal(spoiled("pieces").piece, 1);
    assert_int_equal(spoiled("twice").len, 2 * right.len);
    assert_int_equal(spoiled("garbage:20").len, 20);
    assert_int_equal(spoiled("garbage:100000").len, FRAME_MAX);
    assert_true(spoiled("close").close);
    r = spoiled("none");
    assert_memory_equal(&r, &right, sizeof r);
}

static void the_head_of_tcp_is_spoiled_in_every_way(void **state)
{
    static const unsigned LENGTHS[] = { 0, 1, 2, 260, 65535 };
    struct reply r;
    char text[32];

    (void)state;
    CHANCE = noise_seeded(7);
    assert_int_equal(spoiled("unit-fixed:9").bytes[6], 9);
    assert_int_equal(spoiled("transaction-fixed:4660").bytes[0], 0x12);
    r = spoiled("transaction-swapped");
    assert_int_equal(r.bytes[0] << 8 | r.bytes[1], 0x0201);
    for (int i = 0; i < 1000; i++) {
        assert_int_not_equal(spoiled("unit-random").bytes[6], ASK.unit);
        r = spoiled("transaction-random");
        assert_int_not_equal(r.bytes[0] << 8 | r.bytes[1], ASK.transaction);
    }
    for (size_t i = 0; i < COUNT_OF(LENGTHS); i++) {
        (void)snprintf(text, sizeof text, "length:%u", LENGTHS[i]);
        r = spoiled(text);
        assert_int_equal(r.bytes[4] << 8 | r.bytes[5], LENGTHS[i]);
        assert_int_equal(r.len, right_reply().len);
    }
}

static void the_bytes_on_their_way_are_spoiled_in_every_way(void **state)
{
    const struct reply right = right_reply();
    struct reply r;

    (void)state;
    CHANCE = noise_seeded(7);
    r = spoiled("extra:5");
    assert_int_equal(r.len, right.len + 5);
    assert_memory_equal(r.bytes, right.bytes, right.len);
    r = spoiled("noise-before:3");
    assert_int_equal(r.len, right.len + 3);
    assert_memory_equal(r.bytes + 3, right.bytes, right.len);
    assert_int_equal(spoiled("noise-after:16000000").len, MISCHIEF_REPLY_MAX);
    assert_int_equal(spoiled("noise-before:16000000").len, MISCHIEF_REPLY_MAX);
    r = spoiled("drip:1000");
    assert_int_equal(r.piece, 1);
    assert_int_equal(r.piece_ms, 1000);
    r = spoiled("gap:50");
    assert_int_equal(r.piece, right.len / 2 + 1);
    r = spoiled("cut:4");
    assert_int_equal(r.len, 4);
    assert_true(r.close && !r.reset);
    r = spoiled("reset:4");
    assert_true(r.close && r.reset);
    r = spoiled("echo");
    assert_int_equal(r.len, right.len + 12);
    assert_memory_equal(r.bytes, "\x01\x02\0\0\0\x06\x05\x03\0\x0A\0\x03", 12);
    r = spoiled("unsolicited");
    assert_int_equal(r.len, right.len + 13);
    assert_int_not_equal(r.bytes[0] << 8 | r.bytes[1], ASK.transaction);
    assert_memory_equal(r.bytes + 13, right.bytes, right.len);
    r = spoiled("collision");
    assert_int_equal(r.len, right.len);
    assert_memory_not_equal(r.bytes, right.bytes, right.len);
}

static void the_reply_before_comes_again(void **state)
{
    const struct reply right = right_reply();
    struct reply r = right, older;
    struct mischief m = { 0 };

    (void)state;
    BEFORE = (struct sent){ .len = 0 };
    assert_int_equal(spoiled("previous").len, 0); /* there was none */
    r.bytes[10] = 0x77;
    older = r;
    apply(&m, &r, false);
    r = spoiled("previous");
    assert_int_equal(r.len, older.len);
    assert_memory_equal(r.bytes, older.bytes, older.len);
    r = spoiled("previous-first"); /* the one before is a right one by now */
    assert_int_equal(r.len, 2 * right.len);
    assert_memory_equal(r.bytes, right.bytes, right.len);
}

/* Golden frame: unit 5, function 3, three registers; the checksum's own test is in frame.c. */
static void on_rtu_there_is_no_head_and_a_checksum(void **state)
{
    struct frame_request ask;
    struct reply right = spoiled_rtu("none"), r;
    size_t used;

    (void)state;
    assert_int_equal(right.len, 11);
    assert_memory_equal(right.bytes, "\x05\x03\x06\x11\x11\x22\x22\x33\x33", 9);
    assert_int_equal(spoiled_rtu("transaction-random").len, 11);
    assert_memory_equal(spoiled_rtu("protocol:7").bytes, right.bytes, 11);
    r = spoiled_rtu("crc");
    assert_memory_equal(r.bytes, right.bytes, 10);
    assert_int_not_equal(r.bytes[10], right.bytes[10]);
    assert_memory_equal(spoiled("crc").bytes, right_reply().bytes, right_reply().len);
    for (int i = 0; i < 50; i++) { /* one byte, whichever: 0, and was another */
        unsigned differ = 0;
        r = spoiled_rtu("parity");
        assert_int_equal(r.len, right.len);
        for (size_t j = 0; j < r.len; j++)
            if (r.bytes[j] != right.bytes[j]) {
                assert_int_equal(r.bytes[j], 0);
                differ++;
            }
        assert_int_equal(differ, 1);
    }
    r = spoiled_rtu("parity:1000");
    for (size_t j = 0; j < r.len; j++)
        assert_int_equal(r.bytes[j], 0);
    assert_memory_equal(spoiled("parity").bytes, right_reply().bytes, right_reply().len);
    r = spoiled_rtu("exception:2");
    assert_int_equal(r.len, 5);
    assert_memory_equal(r.bytes, "\x05\x83\x02", 3);
    r = spoiled_rtu("echo");
    assert_int_equal(r.len, 8 + 11);
    assert_int_equal(frame_parse_rtu(r.bytes, 8, &ask, &used), FRAME_WHOLE);
    assert_memory_equal(r.bytes + 8, right.bytes, 11);
    r = spoiled_rtu("unit");
    assert_int_equal(r.bytes[0], 6);
    assert_int_equal(frame_parse_rtu(r.bytes, 2, &ask, &used), FRAME_MORE);
}

static void a_count_ends_by_itself(void **state)
{
    struct mischief m;
    struct fault why;

    (void)state;
    assert_int_equal(mischief_parse("exception:2:2", &m, &why), ERR_NONE);
    for (int i = 0; i < 4; i++) {
        struct reply r = right_reply();
        apply(&m, &r, false);
        assert_int_equal(r.bytes[7], i < 2 ? 0x83 : 3);
    }
}

static void a_fault_ends_when_its_time_is_up(void **state)
{
    static struct field f;
    static char answer[CONTROL_ANSWER_MAX];
    struct stand stand;
    struct control c;
    struct fault why;
    int bom;

    (void)state;
    field_begin(&f, 1, 0);
    assert_int_equal(stand_init(&stand, stand_province(&f), &why), ERR_NONE);
    assert_int_equal(control_init(&c, &stand, &why), ERR_NONE);
    bom = stand_named(&stand, "bom-1");
    assert_int_equal(control_next(&c).ms, INT64_MAX);
    (void)control_line(&c, "fault bom-1 filled 0x8000 for 2.5", (struct mono){ 1000 }, answer);
    assert_string_equal(answer, "ok\n");
    assert_int_equal(control_next(&c).ms, 3500);
    assert_int_equal(control_expired(&c, (struct mono){ 3499 }), -1);
    assert_int_equal(stand.shown[bom][0], 0x8000);
    assert_int_equal(control_expired(&c, (struct mono){ 3500 }), bom);
    assert_int_equal(control_expired(&c, (struct mono){ 3500 }), -1);
    assert_int_equal(c.mischief[bom].kind, MISCHIEF_NONE);
    assert_int_not_equal(stand.shown[bom][0], 0x8000);
    control_clear(&c);
    stand_clear(&stand);
}

static void nonsense_is_refused_in_words(void **state)
{
    static const char *const BAD[] = { "",        ":",       "lat",        "latest",        "late:x",
                                       "late:-1", "late::2", "late:1:2:3", "late:99999999", "LATE" };
    struct mischief m;
    struct fault why;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(BAD); i++) {
        if (mischief_parse(BAD[i], &m, &why) != ERR_RANGE)
            fail_msg("taken: '%s'", BAD[i]);
    }
}

static void commands_are_carried_out_or_refused(void **state)
{
    static const struct {
        const char *line, *starts;
    } SAID[] = {
        { "fault plc-nmn late:1500:1", "ok" },
        { "fault nobody late", "error: no device 'nobody'" },
        { "fault plc-nmn", "error: fault DEVICE" },
        { "raw plc-nmn 0 77\r", "ok" },
        { "raw bom-1 input 900 0x10", "ok" },
        { "fault rtu-ta-phin silence:1:3", "ok" },
        { "raw gieng-3 2 0xFFFF", "ok" },
        { "raw gieng-3 input 2 1", "error: gieng-3 has no input register 2" },
        { "raw plc-nmn 300 1", "error: plc-nmn has no holding register 300" },
        { "raw plc-nmn input 0 1", "error: plc-nmn has no input register 0" },
        { "raw plc-nmn coil 0 1", "error: raw DEVICE" },
        { "raw plc-nmn 0 65536", "error: address and value" },
        { "", "error: commands" },
        { "a b c d e f g h", "error: commands" },
        { "devices", "plc-nmn wire=plant unit=1 fault=late:1500 left=1" },
        { "fault bom-1 late 1500 2 for 3", "ok" },
        { "fault bom-1 late 1500 2 3 4", "error: fault DEVICE" },
        { "fault bom-1 late for x", "error: fault DEVICE" },
        { "fault bom-1 late for 0", "error: fault DEVICE" },
        { "hold dh-doan-ket 0 f32:cdab nan", "ok" },
        { "hold dh-doan-ket 0 f32:cdab -inf", "ok" },
        { "hold dh-doan-ket 0 f64 1", "error: types" },
        { "hold dh-doan-ket 0 f32:acbd 1", "error: types" },
        { "hold dh-doan-ket 0 u32 nan", "error: 'nan' is no u32" },
        { "hold dh-doan-ket 115 u32 1", "error: dh-doan-ket has no holding register 115" },
        { "count dh-doan-ket 8 i32:cdab 4294967290", "ok" },
        { "count dh-doan-ket 0 f32:cdab 0", "error: types" },
        { "count dh-doan-ket 8", "error: count DEVICE" },
        { "clear all", "ok" },
        { "devices", "plc-nmn wire=plant unit=1 fault=none:0 left=0" },
        { "clear", "ok" },
        { "clear a b", "error: clear" },
    };
    static struct field f;
    static char answer[CONTROL_ANSWER_MAX];
    struct stand stand;
    struct control c;
    struct fault why;

    (void)state;
    field_begin(&f, 1, 0);
    assert_int_equal(stand_init(&stand, stand_province(&f), &why), ERR_NONE);
    assert_int_equal(control_init(&c, &stand, &why), ERR_NONE);
    for (size_t i = 0; i < COUNT_OF(SAID); i++) {
        size_t len = control_line(&c, SAID[i].line, (struct mono){ 0 }, answer);
        if (strncmp(answer, SAID[i].starts, strlen(SAID[i].starts)) != 0)
            fail_msg("'%s': %s", SAID[i].line, answer);
        assert_int_equal(len, strlen(answer));
    }
    assert_int_equal(stand.held_count, 0);
    control_clear(&c);
    stand_clear(&stand);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fault_does_what_its_name_says),
        cmocka_unit_test(the_head_of_tcp_is_spoiled_in_every_way),
        cmocka_unit_test(the_bytes_on_their_way_are_spoiled_in_every_way),
        cmocka_unit_test(the_reply_before_comes_again),
        cmocka_unit_test(on_rtu_there_is_no_head_and_a_checksum),
        cmocka_unit_test(a_count_ends_by_itself),
        cmocka_unit_test(a_fault_ends_when_its_time_is_up),
        cmocka_unit_test(nonsense_is_refused_in_words),
        cmocka_unit_test(commands_are_carried_out_or_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
