#include "serve/check.h"

#include "headers.h"

static void vietnamese_unless_english_weighs_more(void **state)
{
    (void)state;
    assert_int_equal(header_language(NULL), LANG_VI);
    assert_int_equal(header_language(""), LANG_VI);
    assert_int_equal(header_language("fr, de;q=0.5"), LANG_VI);
    assert_int_equal(header_language("en"), LANG_EN);
    assert_int_equal(header_language("en-GB,en;q=0.9"), LANG_EN);
    assert_int_equal(header_language("vi;q=0.4, en;q=0.5"), LANG_EN);
    assert_int_equal(header_language("vi-VN,vi;q=0.9,en;q=0.8"), LANG_VI);
    assert_int_equal(header_language("en;q=0"), LANG_VI);
    assert_int_equal(header_language("english"), LANG_VI);
    assert_int_equal(header_language("en;q=0.001, vi;q=0"), LANG_EN);
    assert_int_equal(header_language(",,,;;q=,en"), LANG_EN);
}

static void gzip_only_when_asked_for(void **state)
{
    (void)state;
    assert_false(header_wants_gzip(NULL));
    assert_false(header_wants_gzip("identity"));
    assert_false(header_wants_gzip("gzip;q=0"));
    assert_false(header_wants_gzip("*;q=1, gzip;q=0.000"));
    assert_true(header_wants_gzip("br, GZip"));
    assert_true(header_wants_gzip("*"));
    assert_true(header_wants_gzip("deflate;q=1.0, gzip;q=0.5"));
    assert_false(header_wants_gzip("gzippy"));
}

static void csv_only_by_name_and_before_json(void **state)
{
    (void)state;
    assert_false(header_wants_csv(NULL));
    assert_false(header_wants_csv("*/*"));
    assert_true(header_wants_csv("text/csv"));
    assert_true(header_wants_csv("text/csv;q=0.9, */*;q=0.1"));
    assert_true(header_wants_csv("application/json;q=0.1, text/csv"));
    assert_false(header_wants_csv("text/csv, application/json"));
    assert_false(header_wants_csv("text/csv;q=0"));
}

static void a_tag_is_found_whole_and_weakly(void **state)
{
    (void)state;
    assert_true(header_lists_tag("\"a\"", "\"a\""));
    assert_true(header_lists_tag("W/\"a\"", "\"a\""));
    assert_true(header_lists_tag("\"b\", \"a\"", "\"a\""));
    assert_true(header_lists_tag("\"x,y\",\"a\"", "\"a\""));
    assert_true(header_lists_tag("*", "\"a\""));
    assert_false(header_lists_tag(NULL, "\"a\""));
    assert_false(header_lists_tag("\"ab\"", "\"a\""));
    assert_false(header_lists_tag("\"a\"b", "\"a\""));
    assert_false(header_lists_tag("\"x,\"a\"", "\"b\""));
    assert_false(header_lists_tag("\"", "\"a\""));
}

static void bearer_is_one_word_that_fits(void **state)
{
    char out[8];

    (void)state;
    assert_true(header_bearer("Bearer abc", out, sizeof out));
    assert_string_equal(out, "abc");
    assert_true(header_bearer("bearer   abcdefg ", out, sizeof out));
    assert_false(header_bearer("Bearer abcdefgh", out, sizeof out));
    assert_false(header_bearer("Bearer a b", out, sizeof out));
    assert_false(header_bearer("Bearer ", out, sizeof out));
    assert_false(header_bearer("Basic abc", out, sizeof out));
    assert_false(header_bearer(NULL, out, sizeof out));
}

static void the_cookie_is_found_by_its_whole_name(void **state)
{
    char out[8];

    (void)state;
    assert_true(header_cookie("a=1; sid=xyz; b=2", "sid", out, sizeof out));
    assert_string_equal(out, "xyz");
    assert_true(header_cookie("sid=xyz", "sid", out, sizeof out));
    assert_false(header_cookie("xsid=xyz", "sid", out, sizeof out));
    assert_false(header_cookie("sidx=xyz", "sid", out, sizeof out));
    assert_false(header_cookie("a=sid=1", "sid", out, sizeof out));
    assert_false(header_cookie("sid=", "sid", out, sizeof out));
    assert_false(header_cookie("sid=123456789", "sid", out, sizeof out));
    assert_false(header_cookie(NULL, "sid", out, sizeof out));
}

static void only_this_machine_is_a_host(void **state)
{
    static const char *const GOOD[] = { "localhost",       "LOCALHOST:8480", "127.0.0.1", "127.0.0.1:1",
                                        "127.9.8.7:65535", "[::1]",          "[::1]:8480" };
    static const char *const BAD[] = { "",
                                       "example.org",
                                       "localhost.evil.org",
                                       "127.0.0.1.evil.org",
                                       "evil.org:80",
                                       "127.0.0.1:",
                                       "127.0.0.1:x",
                                       "127.0.0.256",
                                       "127.0.0",
                                       "127.0.0.1.2",
                                       "128.0.0.1",
                                       "0.0.0.0",
                                       "[::2]",
                                       "[::1",
                                       "[::1]x",
                                       "::1",
                                       "127.0.0.1@evil",
                                       "localhost:80:80",
                                       "127.0.0.1:123456",
                                       "127..0.1",
                                       "127.0.0.0001",
                                       "[" };

    (void)state;
    for (size_t i = 0; i < sizeof GOOD / sizeof GOOD[0]; i++)
        if (!header_host_is_local(GOOD[i]))
            fail_msg("refused: %s", GOOD[i]);
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++)
        if (header_host_is_local(BAD[i]))
            fail_msg("taken: %s", BAD[i]);
    assert_false(header_host_is_local(NULL));
}

static void a_host_may_be_one_of_a_list(void **state)
{
    static const struct {
        const char *host, *names;
        bool is;
    } CASES[] = {
        { "nuoc.laichau.gov.vn", "nuoc.laichau.gov.vn", true },
        { "NUOC.laichau.gov.vn:8443", "a.vn nuoc.laichau.gov.vn  b.vn", true },
        { "10.1.2.3:8443", " 10.1.2.3 ", true },
        { "[2001:db8::1]:443", "[2001:db8::1]", true },
        { "nuoc.laichau.gov.vn", "", false },
        { "nuoc.laichau.gov.v", "nuoc.laichau.gov.vn", false },
        { "nuoc.laichau.gov.vn.evil.org", "nuoc.laichau.gov.vn", false },
        { "nuoc.laichau.gov.vn:x", "nuoc.laichau.gov.vn", false },
        { "nuoc.laichau.gov.vn@evil", "nuoc.laichau.gov.vn", false },
        { "a b", "a b", false },
        { "", "a.vn", false },
        { ":80", "a.vn", false },
        { "[", "[", false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        if (header_host_is_one(CASES[i].host, CASES[i].names) != CASES[i].is)
            fail_msg("%s in \"%s\"", CASES[i].host, CASES[i].names);
    assert_false(header_host_is_one(NULL, "a.vn"));
}

static void the_origin_must_be_this_host(void **state)
{
    (void)state;
    assert_true(header_origin_is("http://localhost:1", "localhost:1", false));
    assert_true(header_origin_is("https://localhost:1", "LOCALHOST:1", false));
    assert_false(header_origin_is("http://localhost:2", "localhost:1", false));
    assert_false(header_origin_is("http://localhost:1.evil.org", "localhost:1", false));
    assert_false(header_origin_is("null", "localhost:1", false));
    assert_true(header_origin_is("https://localhost:1", "localhost:1", true));
    assert_false(header_origin_is("http://localhost:1", "localhost:1", true)); /* whoever sits on the way */
    assert_false(header_origin_is("localhost:1", "localhost:1", false));
}

static void a_length_is_digits_only(void **state)
{
    uint64_t n = 0;

    (void)state;
    assert_true(header_length("0", &n));
    assert_int_equal(n, 0);
    assert_true(header_length("4096", &n));
    assert_int_equal(n, 4096);
    assert_false(header_length("+1", &n));
    assert_false(header_length("-1", &n));
    assert_false(header_length("1 ", &n));
    assert_false(header_length("0x10", &n));
    assert_false(header_length("1,1", &n));
    assert_false(header_length("", &n));
    assert_false(header_length("9999999999999999999", &n));
}

static void json_is_named_exactly(void **state)
{
    (void)state;
    assert_true(header_is_json("application/json"));
    assert_true(header_is_json("Application/JSON; charset=UTF-8"));
    assert_false(header_is_json("application/json; charset=latin1"));
    assert_false(header_is_json("application/jsonp"));
    assert_false(header_is_json("text/plain"));
    assert_false(header_is_json(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vietnamese_unless_english_weighs_more),
        cmocka_unit_test(gzip_only_when_asked_for),
        cmocka_unit_test(csv_only_by_name_and_before_json),
        cmocka_unit_test(a_tag_is_found_whole_and_weakly),
        cmocka_unit_test(bearer_is_one_word_that_fits),
        cmocka_unit_test(the_cookie_is_found_by_its_whole_name),
        cmocka_unit_test(only_this_machine_is_a_host),
        cmocka_unit_test(a_host_may_be_one_of_a_list),
        cmocka_unit_test(the_origin_must_be_this_host),
        cmocka_unit_test(a_length_is_digits_only),
        cmocka_unit_test(json_is_named_exactly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
