#include "serve/check.h"

#include "target.h"

static struct target T;

static enum target_fault parse(const char *raw)
{
    return target_parse(&T, raw);
}

static void path_and_query_are_split_and_decoded(void **state)
{
    (void)state;
    assert_int_equal(parse("/api/v1/points/lc%2Enmn/series?q=%C4%91i%E1%BB%81u+ap&limit=5&wire="),
                     TARGET_FINE);
    assert_int_equal(T.segment_count, 5);
    assert_string_equal(T.segments[0], "api");
    assert_string_equal(T.segments[3], "lc.nmn");
    assert_string_equal(T.segments[4], "series");
    assert_string_equal(T.path, "/api/v1/points/lc%2Enmn/series");
    assert_int_equal(T.parameter_count, 3);
    assert_string_equal(target_value(&T, "q"), "điều ap");
    assert_string_equal(target_value(&T, "limit"), "5");
    assert_string_equal(target_value(&T, "wire"), "");
    assert_null(target_value(&T, "site"));
}

static void a_blank_word_of_a_person_is_none(void **state)
{
    (void)state;
    assert_int_equal(parse("/a?who=%20+%C2%A0%E3%80%80&note=&why=+x+"), TARGET_FINE);
    assert_string_equal(target_told(&T, "who"), "");
    assert_string_equal(target_told(&T, "note"), "");
    assert_string_equal(target_told(&T, "why"), " x ");
    assert_null(target_told(&T, "key"));
}

static void an_encoded_slash_stays_inside_its_segment(void **state)
{
    (void)state;
    assert_int_equal(parse("/a%2Fb/c"), TARGET_FINE);
    assert_int_equal(T.segment_count, 2);
    assert_string_equal(T.segments[0], "a/b");
}

static void a_plus_in_the_path_is_a_plus(void **state)
{
    (void)state;
    assert_int_equal(parse("/a+b?c=a+b%2B"), TARGET_FINE);
    assert_string_equal(T.segments[0], "a+b");
    assert_string_equal(target_value(&T, "c"), "a b+");
}

static void empty_pieces_are_kept_in_the_path_and_dropped_in_the_query(void **state)
{
    (void)state;
    assert_int_equal(parse("//a/?&&x=1&"), TARGET_FINE);
    assert_int_equal(T.segment_count, 3);
    assert_string_equal(T.segments[0], "");
    assert_string_equal(T.segments[2], "");
    assert_int_equal(T.parameter_count, 1);
    assert_int_equal(parse("/"), TARGET_FINE);
    assert_int_equal(T.segment_count, 1);
}

static void what_could_cut_or_forge_a_text_is_refused(void **state)
{
    static const char *const BAD[] = { "/a%00b",        "/a?x=%00",   "/%",   "/%4",     "/%zz",
                                       "/a?%0d%0a=1",   "/a\x7f",     "/%c3", "/%c0%af", "/%ed%a0%80",
                                       "/a?x=%ff",      "a",          "",     "*",       "http://h/",
                                       "/%f4%90%80%80", "/%e0%80%af", "/\x01" };

    (void)state;
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++)
        if (parse(BAD[i]) != TARGET_MALFORMED)
            fail_msg("taken: %s", BAD[i]);
}

static void ceilings_hold_exactly(void **state)
{
    char text[TARGET_BYTES_MAX + 2];

    (void)state;
    memset(text, 'a', sizeof text);
    text[0] = '/';
    text[TARGET_BYTES_MAX] = '\0';
    assert_int_equal(parse(text), TARGET_FINE);
    assert_string_equal(T.path, ""); /* too long to be a file of ours */
    text[TARGET_BYTES_MAX] = 'a';
    text[TARGET_BYTES_MAX + 1] = '\0';
    assert_int_equal(parse(text), TARGET_TOO_LONG);
    assert_int_equal(parse("/1/2/3/4/5/6/7/8"), TARGET_FINE);
    assert_int_equal(parse("/1/2/3/4/5/6/7/8/9"), TARGET_TOO_DEEP);
    assert_int_equal(parse("/?a&b&c&d&e&f&g&h&i&j&k&l"), TARGET_FINE);
    assert_int_equal(parse("/?a&b&c&d&e&f&g&h&i&j&k&l&m"), TARGET_TOO_MANY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(path_and_query_are_split_and_decoded),
        cmocka_unit_test(a_blank_word_of_a_person_is_none),
        cmocka_unit_test(an_encoded_slash_stays_inside_its_segment),
        cmocka_unit_test(a_plus_in_the_path_is_a_plus),
        cmocka_unit_test(empty_pieces_are_kept_in_the_path_and_dropped_in_the_query),
        cmocka_unit_test(what_could_cut_or_forge_a_text_is_refused),
        cmocka_unit_test(ceilings_hold_exactly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
