#include "base/err.h"

#include <stdbool.h>

#include "unit.h"
#include "utf8_check.h"

static void a_fault_returns_its_code_with_or_without_a_place_to_write(void **state)
{
    struct fault f;

    (void)state;
    assert_int_equal(fault_set(NULL, ERR_PEER, "lost %d", 1), ERR_PEER);
    assert_int_equal(fault_set(&f, ERR_FULL, "disk %s", "sda"), ERR_FULL);
    assert_int_equal(f.code, ERR_FULL);
    assert_string_equal(f.text, "disk sda");
}

static void control_characters_cannot_forge_a_line(void **state)
{
    struct fault f;

    (void)state;
    for (int c = 1; c < 256; c++) {
        char device[] = { 'a', (char)c, 'b', '\0' };
        bool control = c < 0x20 || c == 0x7F;
        assert_int_equal(fault_set(&f, ERR_PEER, "%s", device), ERR_PEER);
        assert_int_equal(strlen(f.text), 3);
        assert_int_equal((unsigned char)f.text[1], control ? '?' : c);
    }
}

static void a_text_that_fits_is_not_touched(void **state)
{
    char text[256];
    struct fault f;

    (void)state;
    for (size_t n = 0; n < sizeof text; n++) {
        memset(text, 'x', n);
        text[n] = '\0';
        assert_int_equal(fault_set(&f, ERR_IO, "%s", text), ERR_IO);
        assert_string_equal(f.text, text);
    }
}

/* Characters of 1 to 4 bytes, shifted through every alignment against the end of the buffer. */
static void a_long_text_ends_in_dots_between_two_characters(void **state)
{
    static const char *const CHARACTERS[] = { "x", "é", "ệ", "𝄞" };
    char text[1200];
    struct fault f;

    (void)state;
    for (size_t c = 0; c < COUNT_OF(CHARACTERS); c++)
        for (size_t shift = 0; shift < 8; shift++) {
            size_t len;
            memset(text, 'x', shift);
            text[shift] = '\0';
            for (int i = 0; i < 256; i++)
                strcat(text, CHARACTERS[c]);
            assert_int_equal(fault_set(&f, ERR_IO, "%s", text), ERR_IO);
            len = strlen(f.text);
            assert_true(utf8_valid(f.text));
            assert_string_equal(f.text + len - 3, "...");
            assert_memory_equal(f.text, text, len - 3);
            assert_true(len + strlen(CHARACTERS[c]) > 255); /* no more is lost than one character */
        }
}

static void every_code_has_its_own_name(void **state)
{
    (void)state;
    for (int a = 0; a < ERR_COUNT; a++) {
        assert_non_null(err_name((enum err)a));
        assert_string_not_equal(err_name((enum err)a), "unknown");
        for (int b = 0; b < a; b++)
            assert_string_not_equal(err_name((enum err)a), err_name((enum err)b));
    }
    assert_string_equal(err_name(ERR_COUNT), "unknown");
    assert_string_equal(err_name(ERR_TIMEOUT), "timeout");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fault_returns_its_code_with_or_without_a_place_to_write),
        cmocka_unit_test(control_characters_cannot_forge_a_line),
        cmocka_unit_test(a_text_that_fits_is_not_touched),
        cmocka_unit_test(a_long_text_ends_in_dots_between_two_characters),
        cmocka_unit_test(every_code_has_its_own_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
