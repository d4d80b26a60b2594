#include "mischief.h"

#include <string.h>

#include "cm.h"
#include "control.h"

static struct reply right_reply(void)
{
    const struct frame_request ask = { .transaction = 0x0102, .unit = 5, .function = 3 };
    const uint16_t words[] = { 0x1111, 0x2222, 0x3333 };
    struct reply r = { .len = 0 };

    r.len = frame_registers(r.bytes, &ask, words, 3);
    return r;
}

static struct reply spoiled(const char *text)
{
    struct mischief m;
    struct fault why;
    struct reply r = right_reply();

    assert_int_equal(mischief_parse(text, &m, &why), ERR_NONE);
    mischief_apply(&m, &r);
    return r;
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

static void a_count_ends_by_itself(void **state)
{
    struct mischief m;
    struct fault why;

    (void)state;
    assert_int_equal(mischief_parse("exception:2:2", &m, &why), ERR_NONE);
    for (int i = 0; i < 4; i++) {
        struct reply r = right_reply();
        mischief_apply(&m, &r);
        assert_int_equal(r.bytes[7], i < 2 ? 0x83 : 3);
    }
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
        { "clear all", "ok" },
        { "devices", "plc-nmn wire=plant unit=1 fault=none:0 left=0" },
        { "clear", "error: clear" },
    };
    static struct field f;
    struct mischief mischief[FIELD_DEVICES] = { { 0 } };
    char answer[CONTROL_ANSWER_MAX];

    (void)state;
    field_init(&f, 1, 0);
    for (size_t i = 0; i < COUNT_OF(SAID); i++) {
        size_t len = control_line(&f, mischief, SAID[i].line, answer);
        if (strncmp(answer, SAID[i].starts, strlen(SAID[i].starts)) != 0)
            fail_msg("'%s': %s", SAID[i].line, answer);
        assert_int_equal(len, strlen(answer));
    }
    assert_int_equal(f.pin_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fault_does_what_its_name_says),
        cmocka_unit_test(a_count_ends_by_itself),
        cmocka_unit_test(nonsense_is_refused_in_words),
        cmocka_unit_test(commands_are_carried_out_or_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
