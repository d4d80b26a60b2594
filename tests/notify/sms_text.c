/* What an SMS has room for. */
#include "notify/sms_text.h"

#include "unit.h"

static char *put(const char *text, unsigned parts, bool marks)
{
    struct strbuf b;

    strbuf_init(&b, 4096);
    sms_put(&b, text, &(struct sms_room){ parts, marks });
    assert_false(b.failed);
    return strbuf_give(&b);
}

static char *many(const char *what, size_t times)
{
    struct strbuf b;

    strbuf_init(&b, 8192);
    for (size_t i = 0; i < times; i++)
        strbuf_puts(&b, what);
    return strbuf_give(&b);
}

static void without_marks_every_character_is_one_unit(void **state)
{
    char *text = put("[QUÁ HẠN] Độ đục ≤ 2 NTU – “Nhà máy”\nm³/h {a|b}\\ ~^` Ω水😀", 1, false);

    (void)state;
    assert_string_equal(text, "(QUA HAN) Do duc <= 2 NTU - \"Nha may\" m3/h (a/b)/ -'' ???");
    free(text);
}

static void with_marks_they_stay_and_no_line_ends(void **state)
{
    char *text = put("Độ đục\r\nTo: 1", 1, true);

    (void)state;
    assert_string_equal(text, "Độ đục  To: 1");
    free(text);
}

static void parts_are_counted_as_the_network_does(void **state)
{
    static const struct {
        size_t n;
        bool marks;
        unsigned parts;
    } ROWS[] = { { 1, false, 1 }, { 160, false, 1 }, { 161, false, 2 }, { 306, false, 2 }, { 307, false, 3 },
                 { 70, true, 1 }, { 71, true, 2 },   { 134, true, 2 },  { 135, true, 3 } };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        char *text = many("ố", ROWS[i].n);
        assert_int_equal(sms_parts(text, ROWS[i].marks), ROWS[i].parts);
        free(text);
    }
    assert_int_equal(sms_parts("", false), 1);
}

static void what_is_longer_than_its_room_is_cut_at_a_whole_letter(void **state)
{
    char *text = many("ố", 700);

    (void)state;
    for (unsigned parts = 1; parts <= SMS_PARTS_MAX; parts++)
        for (int marks = 0; marks < 2; marks++) {
            char *sms = put(text, parts, marks == 1);
            assert_int_equal(sms_parts(sms, marks == 1), parts);
            assert_string_equal(sms + strlen(sms) - 3, "...");
            assert_int_equal((strlen(sms) - 3) % (marks == 1 ? strlen("ố") : 1), 0);
            free(sms);
        }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_marks_every_character_is_one_unit),
        cmocka_unit_test(with_marks_they_stay_and_no_line_ends),
        cmocka_unit_test(parts_are_counted_as_the_network_does),
        cmocka_unit_test(what_is_longer_than_its_room_is_cut_at_a_whole_letter),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
