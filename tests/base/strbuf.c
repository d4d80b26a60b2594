#include "base/strbuf.h"

#include <stdbool.h>

#include "unit.h"

static void a_text_grows_to_its_ceiling_and_no_further(void **state)
{
    struct strbuf b;

    (void)state;
    strbuf_init(&b, 300);
    for (int i = 0; i < 300; i++)
        strbuf_putc(&b, 'x');
    assert_false(b.failed);
    assert_int_equal(b.len, 300);
    assert_int_equal(strlen(b.text), 300);
    strbuf_putc(&b, 'y');
    assert_true(b.failed);
    assert_int_equal(b.len, 300);
    strbuf_clear(&b);
}

static void a_failed_text_stays_failed_and_takes_nothing_more(void **state)
{
    struct strbuf b;

    (void)state;
    strbuf_init(&b, 4);
    strbuf_puts(&b, "abc");
    strbuf_puts(&b, "de"); /* would cross the ceiling: nothing of it is taken */
    strbuf_puts(&b, "f");  /* would fit */
    strbuf_putc(&b, 'g');
    strbuf_printf(&b, "%d", 1);
    assert_null(strbuf_reserve(&b, 0));
    assert_true(b.failed);
    assert_string_equal(b.text, "abc");
    assert_null(strbuf_give(&b));
    assert_false(b.failed); /* given up: empty again */
    strbuf_puts(&b, "wxyz");
    assert_string_equal(b.text, "wxyz");
    strbuf_clear(&b);
}

static void each_way_to_append_respects_the_ceiling(void **state)
{
    struct strbuf b;

    (void)state;
    strbuf_init(&b, 3);
    strbuf_add(&b, "abcd", 4);
    assert_true(b.failed);
    strbuf_reset(&b);
    strbuf_puts(&b, "abcd");
    assert_true(b.failed);
    strbuf_reset(&b);
    strbuf_printf(&b, "%s", "abcd");
    assert_true(b.failed);
    strbuf_reset(&b);
    assert_null(strbuf_reserve(&b, 4));
    assert_true(b.failed);
    strbuf_reset(&b);
    assert_null(strbuf_reserve(&b, SIZE_MAX));
    assert_true(b.failed);
    strbuf_reset(&b);
    strbuf_printf(&b, "%s", "abc");
    assert_false(b.failed);
    assert_string_equal(b.text, "abc");
    strbuf_clear(&b);
}

static void a_reset_forgets_text_and_failure_but_keeps_storage(void **state)
{
    struct strbuf b;
    char *storage;

    (void)state;
    strbuf_init(&b, 100);
    strbuf_printf(&b, "%0*d", 90, 7);
    storage = b.text;
    strbuf_printf(&b, "%0*d", 90, 7);
    assert_true(b.failed);
    strbuf_reset(&b);
    assert_false(b.failed);
    assert_int_equal(b.len, 0);
    assert_string_equal(b.text, "");
    strbuf_puts(&b, "again");
    assert_ptr_equal(b.text, storage);
    assert_string_equal(b.text, "again");
    strbuf_clear(&b);
}

static void giving_hands_over_the_text_and_starts_empty(void **state)
{
    struct strbuf b;
    char *text;

    (void)state;
    strbuf_init(&b, 10);
    text = strbuf_give(&b);
    assert_string_equal(text, ""); /* nothing is a text too */
    free(text);
    strbuf_puts(&b, "abc");
    text = strbuf_give(&b);
    assert_string_equal(text, "abc");
    free(text);
    assert_null(b.text);
    assert_int_equal(b.len, 0);
    assert_int_equal(b.max, 10);
}

static void reserved_room_counts_only_when_it_grew(void **state)
{
    struct strbuf b;
    char *room;

    (void)state;
    strbuf_init(&b, 10);
    strbuf_puts(&b, "ab");
    room = strbuf_reserve(&b, 8);
    assert_non_null(room);
    memcpy(room, "cdefghij", 8);
    assert_int_equal(b.len, 2);
    strbuf_grew(&b, 3);
    assert_string_equal(b.text, "abcde");
    strbuf_clear(&b);
}

/* Against a plain array, with bytes of every kind. */
static void any_sequence_of_appends_is_their_concatenation(void **state)
{
    uint64_t seed = test_seed(__func__);

    (void)state;
    for (int round = 0; round < 2000; round++) {
        unsigned char all[600], piece[80];
        size_t len = 0, max = test_below(&seed, 500);
        bool failed = false;
        struct strbuf b;
        strbuf_init(&b, max);
        for (int i = 0; i < 20; i++) {
            size_t n = test_below(&seed, sizeof piece);
            for (size_t k = 0; k < n; k++)
                piece[k] = (unsigned char)test_random(&seed);
            strbuf_add(&b, piece, n);
            failed = failed || len + n > max;
            if (!failed) {
                memcpy(all + len, piece, n);
                len += n;
            }
        }
        assert_int_equal(b.failed, failed);
        assert_int_equal(b.len, len);
        if (b.text != NULL) {
            assert_memory_equal(b.text, all, len);
            assert_int_equal(b.text[len], '\0');
        }
        strbuf_clear(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_grows_to_its_ceiling_and_no_further),
        cmocka_unit_test(a_failed_text_stays_failed_and_takes_nothing_more),
        cmocka_unit_test(each_way_to_append_respects_the_ceiling),
        cmocka_unit_test(a_reset_forgets_text_and_failure_but_keeps_storage),
        cmocka_unit_test(giving_hands_over_the_text_and_starts_empty),
        cmocka_unit_test(reserved_room_counts_only_when_it_grew),
        cmocka_unit_test(any_sequence_of_appends_is_their_concatenation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
