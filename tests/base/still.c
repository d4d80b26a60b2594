/* What is shown on a terminal does not move it. */
#include "base/still.h"

#include "unit.h"

static void assert_still(const char *text, const char *shown)
{
    struct strbuf b;

    strbuf_init(&b, 4096);
    strbuf_puts(&b, "\x1b");
    strbuf_puts_still(&b, text);
    assert_string_equal(b.text + 1, shown);
    assert_int_equal(b.text[0], '\x1b'); /* what stood there before is somebody else's */
    assert_int_equal(still_is(text), strcmp(text, shown) == 0);
    strbuf_clear(&b);
}

static void words_stay_as_they_are(void **state)
{
    (void)state;
    assert_still("", "");
    assert_still("Lò Thị Hoa: áp lực 3,5 bar ≥ 2 µS/cm", "Lò Thị Hoa: áp lực 3,5 bar ≥ 2 µS/cm");
    assert_still("\xC2\xA0 no break", "\xC2\xA0 no break");
}

static void what_moves_a_terminal_is_a_question_mark(void **state)
{
    (void)state;
    assert_still("\x1b[31mđỏ\x1b]0;title\x07", "?[31mđỏ?]0;title?");
    assert_still("a\xC2\x9B"
                 "31m",
                 "a??31m");
    assert_still("\x7f\x01", "??");
    assert_still("giá \xE2\x80\xAE"
                 "51",
                 "giá ???51");
    assert_still("\xE2\x81\xA6", "???");
    assert_still("cut \xC2", "cut \xC2");
}

static void one_line_stays_one(void **state)
{
    (void)state;
    assert_still("một\nhai\r\nba\tbốn", "một hai  ba bốn");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_stay_as_they_are),
        cmocka_unit_test(what_moves_a_terminal_is_a_question_mark),
        cmocka_unit_test(one_line_stays_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
