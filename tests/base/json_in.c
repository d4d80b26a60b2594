#include "base/json.h"
#include <math.h>

#include "unit.h"

/* Its own storage without a NUL behind it: one byte too far is seen. */
static enum err parse(const char *text, size_t len, struct json_in **doc, struct fault *why)
{
    char *copy = malloc(len + 1);
    enum err rc;

    assert_non_null(copy);
    memcpy(copy + 1, text, len);
    rc = json_parse(copy + 1, len, doc, why);
    free(copy);
    return rc;
}

static void what_is_json_is_taken(void **state)
{
    static const char *const CASES[] = {
        "{}",
        "[]",
        "null",
        "true",
        "\"\"",
        "0",
        "-0",
        "10",
        "-1.5e+10",
        "0.25",
        "1E5",
        " {} ",
        "\t\r\n1\n",
        "[1,2,[3,{\"a\":[]}]]",
        "\"ệ\"",
        "\"\\u1EC7\"",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
        "\"\\ud834\\udd1e\"",
        "\"[[[[[[[[[[[[[[[[[[[[\"",
        "{\"a\":1,\"A\":2}",
        "[{\"a\":1},{\"a\":1}]",
        "\"\\\\u0000\"",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct json_in *doc;
        struct fault why = { 0 };
        if (parse(CASES[i], strlen(CASES[i]), &doc, &why) != ERR_NONE)
            fail_msg("%s: %s", CASES[i], why.text);
        json_in_free(doc);
    }
}

static void what_is_not_strictly_json_is_refused_with_a_sentence(void **state)
{
    static const struct {
        const char *text, *word;
    } CASES[] = {
        { "", "not valid" },
        { "  ", "not valid" },
        { "nul", "not valid" },
        { "True", "not valid" },
        { "{", "not valid" },
        { "[1,]", "not valid" },
        { "{\"a\":1,}", "not valid" },
        { "{a:1}", "not valid" },
        { "{'a':1}", "not valid" },
        { "\"open", "not valid" },
        { "\"\\", "not valid" },
        { "\"\\x\"", "not valid" },
        { "\"\\ud800\"", "not valid" },
        { "[1 2]", "not valid" },
        { "NaN", "not valid" },
        { "// x\n1", "not valid" },
        { "1 2", "follows" },
        { "{} {}", "follows" },
        { "{}x", "follows" },
        { "{\"a\":1,\"a\":2}", "twice" },
        { "{\"a\":1,\"\\u0061\":2}", "twice" },
        { "[{\"b\":{\"x\":1,\"y\":2,\"x\":3}}]", "twice" },
        { "01", "number" },
        { "-01", "number" },
        { "1.", "number" },
        { "1e", "number" },
        { "-", "number" },
        { "[1.e5]", "number" },
        { "1-2", "number" },
        { "+1", "not valid" },
        { ".5", "not valid" },
        { "\"a\tb\"", "control character" },
        { "\"a\nb\"", "control character" },
        { "\"a\\u0000b\"", "NUL" },
        { "{\"a\\u0000\":1}", "NUL" },
        { "\"\xFF\"", "UTF-8" },
        { "\"\xC3\"", "UTF-8" },
        { "\"\xC3", "UTF-8" },
        { "\"\xED\xA0\x80\"", "UTF-8" },
        { "\xEF\xBB\xBF{}", "outside a text" },
        { "\x01 1", "outside a text" },
        { "\v1", "outside a text" },
        { "[1,\xC2\xA0 2]", "outside a text" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct json_in *doc = NULL;
        struct fault why = { 0 };
        if (parse(CASES[i].text, strlen(CASES[i].text), &doc, &why) != ERR_RANGE)
            fail_msg("%s was taken", CASES[i].text);
        if (strstr(why.text, CASES[i].word) == NULL)
            fail_msg("%s: \"%s\" does not say \"%s\"", CASES[i].text, why.text, CASES[i].word);
    }
}

static void a_nul_byte_is_refused_wherever_it_stands(void **state)
{
    static const char WHOLE[] = "{\"token\":\"abc\"}";
    char text[sizeof WHOLE];

    (void)state;
    for (size_t i = 0; i <= sizeof WHOLE - 1; i++) {
        struct json_in *doc;
        struct fault why;
        memcpy(text, WHOLE, sizeof WHOLE);
        text[i] = '\0';
        assert_int_equal(parse(text, sizeof text, &doc, &why), ERR_RANGE);
        assert_non_null(strstr(why.text, "NUL"));
    }
}

static void depth_is_bounded_before_anything_recurses(void **state)
{
    static const char *const OPEN[] = { "[", "{\"a\":" };
    static const char *const CLOSE[] = { "]", "}" };
    struct strbuf b;

    (void)state;
    strbuf_init(&b, 4 << 20);
    for (int kind = 0; kind < 2; kind++)
        for (int levels = 15; levels <= 1 << 18; levels = levels < 18 ? levels + 1 : levels * 2) {
            struct json_in *doc;
            struct fault why;
            enum err rc;
            strbuf_reset(&b);
            for (int i = 0; i < levels; i++)
                strbuf_puts(&b, OPEN[kind]);
            strbuf_puts(&b, "1");
            for (int i = 0; i < levels; i++)
                strbuf_puts(&b, CLOSE[kind]);
            rc = parse(b.text, b.len, &doc, &why);
            assert_int_equal(rc, levels <= 16 ? ERR_NONE : ERR_RANGE);
            if (rc == ERR_NONE)
                json_in_free(doc);
            else
                assert_non_null(strstr(why.text, "deeper"));
        }
    strbuf_clear(&b);
}

static void members_are_found_by_their_exact_name(void **state)
{
    static const char TEXT[] = "{\"token\":\"b\\u1EC7\",\"n\":1,\"in\":{\"deep\":\"x\"},\"nil\":null}";
    struct json_in *doc;
    struct fault why;

    (void)state;
    assert_int_equal(parse(TEXT, sizeof TEXT - 1, &doc, &why), ERR_NONE);
    assert_string_equal(json_in_string(doc, "token"), "bệ");
    assert_null(json_in_string(doc, "Token"));
    assert_null(json_in_string(doc, "toke"));
    assert_null(json_in_string(doc, "n"));
    assert_null(json_in_string(doc, "nil"));
    assert_null(json_in_string(doc, "deep"));
    json_in_free(doc);
    json_in_free(NULL);
}

static void a_list_of_strings_is_that_and_not_longer_than_asked(void **state)
{
    static const char TEXT[] = "{\"two\":[\"a\",\"b\"],\"none\":[],\"mixed\":[\"a\",1],\"text\":\"a\"}";
    const char *out[2] = { NULL, NULL };
    struct json_in *doc;
    struct fault why;

    (void)state;
    assert_int_equal(parse(TEXT, sizeof TEXT - 1, &doc, &why), ERR_NONE);
    assert_int_equal(json_in_strings(doc, "two", out, 2), 2);
    assert_string_equal(out[1], "b");
    assert_int_equal(json_in_strings(doc, "two", out, 1), 0);
    assert_int_equal(json_in_strings(doc, "none", out, 2), 0);
    assert_int_equal(json_in_strings(doc, "mixed", out, 2), 0);
    assert_int_equal(json_in_strings(doc, "text", out, 2), 0);
    assert_int_equal(json_in_strings(doc, "nothing", out, 2), 0);
    json_in_free(doc);
}

static void a_number_is_a_number_that_a_double_holds(void **state)
{
    static const char TEXT[] = "{\"a\":-2.5e3,\"b\":1e400,\"c\":\"7\"}";
    struct json_in *doc;
    struct fault why;

    (void)state;
    assert_int_equal(parse(TEXT, sizeof TEXT - 1, &doc, &why), ERR_NONE);
    assert_true(json_in_number(doc, "a") == -2500);
    assert_true(isnan(json_in_number(doc, "b")));
    assert_true(isnan(json_in_number(doc, "c")));
    assert_true(isnan(json_in_number(doc, "d")));
    json_in_free(doc);
}

static void a_member_of_another_kind_is_not_absent(void **state)
{
    static const char TEXT[] = "{\"t\":\"\",\"n\":0,\"b\":false,\"l\":[],\"o\":{},\"z\":null}";
    static const struct {
        const char *name;
        enum json_kind kind;
    } CASES[] = { { "t", JSON_TEXT },  { "n", JSON_NUMBER }, { "b", JSON_BOOL },  { "l", JSON_OTHER },
                  { "o", JSON_OTHER }, { "z", JSON_ABSENT }, { "T", JSON_ABSENT } };
    struct json_in *doc;
    struct fault why;

    (void)state;
    assert_int_equal(parse(TEXT, sizeof TEXT - 1, &doc, &why), ERR_NONE);
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        assert_int_equal(json_in_kind(doc, CASES[i].name), CASES[i].kind);
        assert_int_equal(json_in_may_be(doc, CASES[i].name, JSON_TEXT),
                         CASES[i].kind == JSON_TEXT || CASES[i].kind == JSON_ABSENT);
    }
    json_in_free(doc);
}

static void only_an_object_has_members(void **state)
{
    static const char *const TEXTS[] = { "[\"token\"]", "\"token\"", "1", "null" };
    static const char *const KNOWN[] = { "a" };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(TEXTS); i++) {
        struct json_in *doc;
        struct fault why;
        assert_int_equal(parse(TEXTS[i], strlen(TEXTS[i]), &doc, &why), ERR_NONE);
        assert_null(json_in_string(doc, "token"));
        assert_null(json_in_unknown(doc, KNOWN, 1));
        json_in_free(doc);
    }
}

static void the_first_unknown_member_is_named(void **state)
{
    static const char *const KNOWN[] = { "token", "name" };
    static const struct {
        const char *text, *unknown;
    } CASES[] = {
        { "{}", NULL },
        { "{\"token\":1}", NULL },
        { "{\"name\":1,\"token\":{\"x\":1}}", NULL }, /* of the top level only */
        { "{\"token\":1,\"tokens\":2,\"x\":3}", "tokens" },
        { "{\"Token\":1}", "Token" },
        { "{\"\":1}", "" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct json_in *doc;
        struct fault why;
        const char *unknown;
        assert_int_equal(parse(CASES[i].text, strlen(CASES[i].text), &doc, &why), ERR_NONE);
        unknown = json_in_unknown(doc, KNOWN, 2);
        if (CASES[i].unknown == NULL)
            assert_null(unknown);
        else
            assert_string_equal(unknown, CASES[i].unknown);
        json_in_free(doc);
    }
}

static void what_the_writer_writes_the_reader_reads(void **state)
{
    uint64_t seed = test_seed(__func__);
    struct strbuf b;
    struct json_out j;

    (void)state;
    strbuf_init(&b, 2000);
    for (int i = 0; i < 20000; i++) {
        char text[200];
        size_t n = 0;
        struct json_in *doc;
        struct fault why;
        for (uint32_t left = test_below(&seed, 40); left > 0; left--) {
            unsigned code = 1 + test_below(&seed, test_below(&seed, 2) == 0 ? 0x7F : 0xD7FE);
            unsigned char *to = (unsigned char *)text + n;
            n += code < 0x80 ? 1 : code < 0x800 ? 2 : 3;
            if (code < 0x80) {
                to[0] = (unsigned char)code;
            } else if (code < 0x800) {
                to[0] = (unsigned char)(0xC0 | code >> 6);
                to[1] = (unsigned char)(0x80 | (code & 0x3F));
            } else {
                to[0] = (unsigned char)(0xE0 | code >> 12);
                to[1] = (unsigned char)(0x80 | (code >> 6 & 0x3F));
                to[2] = (unsigned char)(0x80 | (code & 0x3F));
            }
        }
        text[n] = '\0';
        strbuf_reset(&b);
        json_out_init(&j, &b);
        json_open_object(&j);
        json_key(&j, "x");
        json_string(&j, text);
        json_close_object(&j);
        assert_int_equal(parse(b.text, b.len, &doc, &why), ERR_NONE);
        assert_string_equal(json_in_string(doc, "x"), text);
        json_in_free(doc);
    }
    strbuf_clear(&b);
}

static void a_spoilt_document_is_taken_or_refused_and_nothing_else(void **state)
{
    static const char WHOLE[] =
        "{\"token\":\"a\\u1EC7\\\"b\",\"list\":[1,-2.5e3,true,null,{\"x\":[]}],\"y\":\"\\\\\"}";
    static const char LIKELY[] = "{}[]\",:\\u0019-.eE+ \n";
    uint64_t seed = test_seed(__func__);
    unsigned taken = 0;

    (void)state;
    for (int i = 0; i < 100000; i++) {
        char text[sizeof WHOLE];
        size_t len = sizeof WHOLE - 1 - (test_below(&seed, 4) == 0 ? test_below(&seed, sizeof WHOLE - 1) : 0);
        struct json_in *doc;
        struct fault why = { 0 };
        enum err rc;
        memcpy(text, WHOLE, sizeof WHOLE);
        for (uint32_t n = test_below(&seed, 3); n > 0; n--)
            text[test_below(&seed, sizeof WHOLE - 1)] = test_below(&seed, 2) == 0
                                                            ? (char)test_random(&seed)
                                                            : LIKELY[test_below(&seed, sizeof LIKELY - 1)];
        rc = parse(text, len, &doc, &why);
        assert_true(rc == ERR_NONE || (rc == ERR_RANGE && why.text[0] != '\0'));
        if (rc == ERR_NONE) {
            taken++;
            json_in_free(doc);
        }
    }
    assert_in_range(taken, 1000, 99000);
}

static enum err told(const char *text, struct json_in **out, struct fault *why)
{
    return json_parse_told(text, strlen(text), out, why);
}

static void what_is_told_is_an_object_and_moves_no_terminal(void **state)
{
    static const struct {
        const char *text, *says;
    } CASES[] = { { "[]", "not an object" },
                  { "null", "not an object" },
                  { "\"x\"", "not an object" },
                  { "{", "not valid" },
                  { "{\"note\":\"\\u001b[31m\"}", "control character" },
                  { "{\"note\":\"a\\u0007\"}", "control character" },
                  { "{\"note\":\"\\u007f\"}", "control character" },
                  { "{\"note\":\"\\u009b31m\"}", "control character" },
                  { "{\"list\":[\"a\",\"\\u0001\"]}", "control character" } };
    struct json_in *doc = NULL;
    struct fault why;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        assert_int_equal(told(CASES[i].text, &doc, &why), ERR_RANGE);
        assert_non_null(strstr(why.text, CASES[i].says));
    }
    assert_int_equal(told("{\"note\":\"một\\n\\thai\\r\\n\"}", &doc, &why), ERR_NONE);
    assert_string_equal(json_in_string(doc, "note"), "một\n\thai\r\n");
    json_in_free(doc);
}

static void a_text_of_blanks_says_nothing(void **state)
{
    struct json_in *doc = NULL;
    struct fault why;

    (void)state;
    assert_int_equal(told("{\"a\":\" \\t\\u00a0\\u200b\\u3000\",\"b\":\" x \"}", &doc, &why), ERR_NONE);
    assert_string_equal(json_in_string(doc, "a"), "");
    assert_int_equal(json_in_kind(doc, "a"), JSON_TEXT); /* and is not left out */
    assert_string_equal(json_in_string(doc, "b"), " x ");
    json_in_free(doc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_json_is_taken),
        cmocka_unit_test(what_is_not_strictly_json_is_refused_with_a_sentence),
        cmocka_unit_test(a_nul_byte_is_refused_wherever_it_stands),
        cmocka_unit_test(depth_is_bounded_before_anything_recurses),
        cmocka_unit_test(members_are_found_by_their_exact_name),
        cmocka_unit_test(a_list_of_strings_is_that_and_not_longer_than_asked),
        cmocka_unit_test(a_number_is_a_number_that_a_double_holds),
        cmocka_unit_test(a_member_of_another_kind_is_not_absent),
        cmocka_unit_test(only_an_object_has_members),
        cmocka_unit_test(the_first_unknown_member_is_named),
        cmocka_unit_test(what_is_told_is_an_object_and_moves_no_terminal),
        cmocka_unit_test(a_text_of_blanks_says_nothing),
        cmocka_unit_test(what_the_writer_writes_the_reader_reads),
        cmocka_unit_test(a_spoilt_document_is_taken_or_refused_and_nothing_else),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
