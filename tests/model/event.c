#include "model/event.h"

#include <math.h>

#include "unit.h"
#include "utf8_check.h"

static const struct wall AT = { 1795435838123 };

static void kinds_keep_their_numbers_and_words(void **state)
{
    static const char *const KINDS[] = { "node_start",  "node_stop",        "wire_down",   "wire_up",
                                         "device_down", "device_up",        "clock_step",  "gap",
                                         "config",      "wire_fault",       "node_silent", "node_heard",
                                         "node_clock",  "device_exchanged", "force",       "mode" };

    (void)state;
    assert_int_equal(COUNT_OF(KINDS), EVENT_COUNT);
    for (size_t i = 0; i < COUNT_OF(KINDS); i++)
        assert_string_equal(event_kind_name((enum event_kind)i), KINDS[i]);
    assert_string_equal(event_kind_name(EVENT_COUNT), "unknown");
    assert_string_equal(event_kind_name((enum event_kind)255), "unknown");
}

static void an_event_holds_what_it_was_made_of(void **state)
{
    struct event e = event_make(EVENT_GAP, AT, "node", 12, "lost %d of %s", 12, "live");

    (void)state;
    assert_int_equal(e.kind, EVENT_GAP);
    assert_int_equal(e.at.ms, AT.ms);
    assert_string_equal(e.subject, "node");
    assert_true(e.number == 12);
    assert_string_equal(e.text, "lost 12 of live");
    assert_true(isnan(event_make(EVENT_NODE_STOP, AT, "n", NAN, "%s", "").number));
}

/* PostgreSQL refuses half a character.  Characters of 1 to 4 bytes at every alignment against the end, in
 * texts that fit, fit exactly, and do not. */
static void a_cut_never_goes_through_a_character(void **state)
{
    static const char *const CHARACTERS[] = { "x", "é", "ệ", "𝄞" };
    const size_t text_room = sizeof((struct event *)0)->text - 1, subject_room = ID_MAX - 1;
    char text[1300];

    (void)state;
    for (size_t c = 0; c < COUNT_OF(CHARACTERS); c++)
        for (size_t shift = 0; shift < 8; shift++)
            for (size_t n = 0; n < 240; n++) {
                size_t width = strlen(CHARACTERS[c]), whole = shift + n * width;
                struct event e;
                memset(text, 'a', shift);
                for (size_t i = 0; i < n; i++)
                    memcpy(text + shift + i * width, CHARACTERS[c], width);
                text[whole] = '\0';
                e = event_make(EVENT_WIRE_DOWN, AT, text, NAN, "%s", text);
                assert_true(utf8_valid(e.text) && utf8_valid(e.subject));
                assert_memory_equal(e.text, text, strlen(e.text));
                assert_memory_equal(e.subject, text, strlen(e.subject));
                assert_true(whole <= text_room ? strlen(e.text) == whole
                                               : strlen(e.text) + width > text_room);
                assert_true(whole <= subject_room ? strlen(e.subject) == whole
                                                  : strlen(e.subject) + width > subject_room);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_keep_their_numbers_and_words),
        cmocka_unit_test(an_event_holds_what_it_was_made_of),
        cmocka_unit_test(a_cut_never_goes_through_a_character),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
