#include "serve/check.h"

#include <math.h>

#include "base/csv.h"
#include "base/fold.h"
#include "choose.h"
#include "problem.h"

static const char *folded(const char *text)
{
    static char out[200];

    (void)fold_text(text, out, sizeof out);
    return out;
}

static void case_and_tone_marks_do_not_matter(void **state)
{
    (void)state;
    assert_string_equal(folded("Đài NƯỚC Lai Châu"), "dai nuoc lai chau");
    assert_string_equal(folded("ẠẢÃÀÁÂẦẤẨẪẬĂẰẮẲẴẶ ẹẻẽèéêềếểễệ"), "aaaaaaaaaaaaaaaaa eeeeeeeeeee");
    assert_string_equal(folded("ịỉĩìí ọỏõòóôồốổỗộơờớởỡợ ụủũùúưừứửữự ỵỷỹỳý đĐ"),
                        "iiiii ooooooooooooooooo uuuuuuuuuuu yyyyy dd");
    assert_string_equal(folded("a\xcc\x81\xcc\xa3 u\xcc\x9b\xcc\x80"), "a u"); /* combining marks */
    assert_string_equal(folded("m³/h Ω 水"), "m³/h Ω 水");
    assert_string_equal(folded("\xff\xc3"), "\xff\xc3"); /* not UTF-8: passes */
}

static void folding_never_writes_past_its_room(void **state)
{
    char out[4] = "xyz";

    (void)state;
    assert_int_equal(fold_text("Đường", out, sizeof out), 3);
    assert_string_equal(out, "duo");
    assert_int_equal(fold_text("abc", out, 1), 0);
    assert_string_equal(out, "");
}

static struct strbuf B;

static const char *cell(const char *text)
{
    strbuf_clear(&B);
    strbuf_init(&B, 1000);
    csv_text(&B, text);
    return B.text == NULL ? "" : B.text;
}

static void a_cell_never_becomes_a_formula(void **state)
{
    (void)state;
    assert_string_equal(cell("m3/h"), "m3/h");
    assert_string_equal(cell("=1+1"), "'=1+1");
    assert_string_equal(cell("+84"), "'+84");
    assert_string_equal(cell("-x"), "'-x");
    assert_string_equal(cell("@a,\"b\""), "\"'@a,\"\"b\"\"\"");
    assert_string_equal(cell("a\r\nb"), "\"a\r\nb\"");
    assert_string_equal(cell(""), "");
    strbuf_reset(&B);
    csv_number(&B, NAN);
    csv_number(&B, -1.5);
    assert_string_equal(B.text, "-1.5");
    strbuf_clear(&B);
}

static void every_problem_speaks_both_languages(void **state)
{
    (void)state;
    for (int kind = 0; kind < PROBLEM_COUNT; kind++)
        for (int lang = 0; lang < LANG_COUNT; lang++) {
            struct reply r = { .kind = REPLY_NOW };
            char status[24];
            problem(&r, (enum lang)lang, (enum problem_kind)kind, "x\"y", NULL);
            (void)snprintf(status, sizeof status, "\"status\":%u", r.status);
            assert_has(r.plain->bytes, status);
            assert_has(r.plain->bytes, "\"title\":\"");
            assert_has(r.plain->bytes, "\"field\":\"x\\\"y\"");
            assert_lacks(r.plain->bytes, "{}");
            assert_lacks(r.plain->bytes, "null");
            assert_int_equal(strncmp(problem_type((enum problem_kind)kind), "/problems/", 10), 0);
            assert_in_range(problem_status((enum problem_kind)kind), 400, 504);
            reply_clear(&r);
        }
}

static void a_word_that_is_none_is_answered_with_those_that_are(void **state)
{
    static const char *const WORDS[] = { "known", "report", NULL };
    struct reply r = { .kind = REPLY_NOW };

    (void)state;
    problem_word(&r, LANG_EN, "step", WORDS);
    assert_has(r.plain->bytes, "\"detail\":\"“step” must be one of: known, report.\",\"field\":\"step\"");
    problem_word(&r, LANG_VI, "step", WORDS);
    assert_has(r.plain->bytes, "\"detail\":\"“step” phải là một trong: known, report.\"");
    reply_clear(&r);
}

static void a_long_subject_is_cut_between_characters(void **state)
{
    struct reply r = { .kind = REPLY_NOW };
    char text[300];

    (void)state;
    for (size_t i = 0; i < 99; i++)
        memcpy(text + 3 * i, "ố", 4);
    problem(&r, LANG_VI, PROBLEM_VALUE_SITE, "site", text);
    assert_lacks(r.plain->bytes, "\xEF\xBF\xBD");
    assert_true(r.plain->size < 400);
    reply_clear(&r);
}

static void a_cursor_comes_back_as_its_id(void **state)
{
    char text[CURSOR_MAX], id[ID_MAX];
    static const char *const BAD[] = { "", "a", "zz", "00", "6100", "6C" };

    (void)state;
    cursor_text("lc.nmn.flow_out", text);
    assert_true(cursor_parse(text, id));
    assert_string_equal(id, "lc.nmn.flow_out");
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++)
        assert_false(cursor_parse(BAD[i], id));
    memset(text, '6', sizeof text);
    text[CURSOR_MAX - 1] = '\0';
    assert_false(cursor_parse(text, id));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(case_and_tone_marks_do_not_matter),
        cmocka_unit_test(folding_never_writes_past_its_room),
        cmocka_unit_test(a_cell_never_becomes_a_formula),
        cmocka_unit_test(every_problem_speaks_both_languages),
        cmocka_unit_test(a_word_that_is_none_is_answered_with_those_that_are),
        cmocka_unit_test(a_long_subject_is_cut_between_characters),
        cmocka_unit_test(a_cursor_comes_back_as_its_id),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
