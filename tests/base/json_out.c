#include "base/json.h"

#include <math.h>

#include "unit.h"
#include "utf8_check.h"

static void string_is(const char *text, const char *wanted)
{
    struct strbuf b;
    struct json_out j;

    strbuf_init(&b, 1000);
    json_out_init(&j, &b);
    json_string(&j, text);
    assert_string_equal(b.text, wanted);
    strbuf_clear(&b);
}

static void what_json_forbids_in_a_text_is_escaped(void **state)
{
    (void)state;
    string_is("", "\"\"");
    string_is(NULL, "null");
    string_is("Nhà máy nước Lai Châu", "\"Nhà máy nước Lai Châu\"");
    string_is("a\"b\\c/d", "\"a\\\"b\\\\c/d\"");
    string_is("\b\t\n\f\r", "\"\\b\\t\\n\\f\\r\"");
    string_is("\x01\x1F\x7F", "\"\\u0001\\u001f\\u007f\"");
    string_is("</script>", "\"</script>\"");
}

static void invalid_utf8_becomes_the_replacement_character(void **state)
{
    static const struct {
        const char *bytes, *wanted;
    } CASES[] = {
        { "a\xFF", "a\xEF\xBF\xBD" },
        { "\x80z", "\xEF\xBF\xBDz" },
        { "\xC3", "\xEF\xBF\xBD" },                                                 /* half of é */
        { "\xE1\xBB", "\xEF\xBF\xBD\xEF\xBF\xBD" },                                 /* two thirds of ệ */
        { "\xC3\"", "\xEF\xBF\xBD\\\"" },                                           /* the quote survives */
        { "\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD" },                                 /* overlong / */
        { "\xE0\x80\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD" },                 /* overlong / */
        { "\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD" },                 /* surrogate */
        { "\xF4\x90\x80\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD" }, /* above 10FFFF */
        { "\xF0\x9D\x84\x9E", "\xF0\x9D\x84\x9E" },                                 /* 𝄞 is right */
    };
    char quoted[64];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        (void)snprintf(quoted, sizeof quoted, "\"%s\"", CASES[i].wanted);
        string_is(CASES[i].bytes, quoted);
    }
}

static void every_character_of_unicode_passes_as_it_is(void **state)
{
    struct strbuf b;
    struct json_out j;

    (void)state;
    strbuf_init(&b, 100);
    for (unsigned code = 0x80; code <= 0x10FFFF; code = code == 0xD7FF ? 0xE000 : code + 1) {
        char text[5];
        size_t n = utf8_put(text, code);
        strbuf_reset(&b);
        json_out_init(&j, &b);
        json_string(&j, text);
        if (b.len != n + 2 || memcmp(b.text + 1, text, n) != 0)
            fail_msg("U+%04X became %s", code, b.text);
    }
    strbuf_clear(&b);
}

static void any_bytes_give_valid_utf8_without_controls(void **state)
{
    uint64_t seed = test_seed(__func__);
    struct strbuf b;
    struct json_out j;

    (void)state;
    strbuf_init(&b, 1000);
    for (int i = 0; i < 50000; i++) {
        char text[24];
        size_t n = test_below(&seed, sizeof text);
        for (size_t k = 0; k < n; k++)
            text[k] = (char)(1 + test_below(&seed, 255));
        text[n] = '\0';
        strbuf_reset(&b);
        json_out_init(&j, &b);
        json_string(&j, text);
        assert_true(utf8_valid(b.text));
        for (size_t k = 0; k < b.len; k++)
            assert_true((unsigned char)b.text[k] >= 0x20);
    }
    strbuf_clear(&b);
}

static void numbers_are_written_as_people_write_them(void **state)
{
    static const struct {
        double value;
        const char *text;
    } CASES[] = {
        { 0.0, "0" },
        { -0.0, "0" },
        { 1.0, "1" },
        { -1.0, "-1" },
        { 0.1, "0.1" },
        { 12.34, "12.34" },
        { -0.05, "-0.05" },
        { 22.3964, "22.3964" },
        { 0.00005, "5e-05" },
        { 123456789.5, "123456789.5" },
        { 999999999999999.0, "999999999999999" },
        { 1e15, "1e+15" },
        { 1e300, "1e+300" },
        { 0.1 + 0.2, "0.30000000000000004" },
        { 1.0 / 3.0, "0.3333333333333333" },
        { 2.2250738585072014e-308, "2.2250738585072014e-308" },
        { 5e-324, "5e-324" },
        { 1.7976931348623157e308, "1.7976931348623157e+308" },
        { NAN, "null" },
        { INFINITY, "null" },
        { -INFINITY, "null" },
    };
    char text[JSON_NUMBER_MAX];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        size_t n = json_number_text(CASES[i].value, text);
        assert_string_equal(text, CASES[i].text);
        assert_int_equal(n, strlen(text));
    }
}

static int digits_of(const char *text)
{
    int all = 0, zeros = 0;
    bool begun = false;

    for (; *text != '\0' && *text != 'e'; text++)
        if (*text >= '0' && *text <= '9') {
            begun = begun || *text != '0';
            all += begun;
            zeros = *text == '0' ? zeros + 1 : 0;
        }
    return all - (begun ? zeros : 0);
}

static double double_of(uint64_t bits)
{
    double d;

    memcpy(&d, &bits, sizeof d);
    return d;
}

static void shortest_and_reads_back(double value)
{
    char text[JSON_NUMBER_MAX], fewer[JSON_NUMBER_MAX];
    int digits;

    assert_true(json_number_text(value, text) < JSON_NUMBER_MAX);
    if (strtod(text, NULL) != value)
        fail_msg("%.17g became %s", value, text);
    digits = digits_of(text);
    assert_in_range(digits, 1, 17);
    if (digits == 1)
        return;
    (void)snprintf(fewer, sizeof fewer, "%.*g", digits - 1, value);
    if (strtod(fewer, NULL) == value)
        fail_msg("%s would do for %s", fewer, text);
}

static void any_number_reads_back_and_no_shorter_text_would(void **state)
{
    uint64_t seed = test_seed(__func__);

    (void)state;
    for (int i = 0; i < 100000; i++) {
        double any = double_of(test_random(&seed));
        double small = double_of(test_random(&seed) >> (12 + test_below(&seed, 50))); /* subnormal */
        if (isfinite(any) && any != 0)
            shortest_and_reads_back(any);
        if (small != 0)
            shortest_and_reads_back(small);
    }
}

/* The decimal that went in comes out: what a person configured or a device meant. */
static void a_decimal_comes_out_as_it_went_in(void **state)
{
    uint64_t seed = test_seed(__func__);
    char in[64], out[JSON_NUMBER_MAX];

    (void)state;
    for (int i = 0; i < 200000; i++) {
        unsigned places = test_below(&seed, 5);
        int64_t whole = (int64_t)(test_random(&seed) % 10000000000);
        size_t n;
        (void)snprintf(in, sizeof in, "%s%lld.%0*u", whole % 2 != 0 ? "-" : "", (long long)whole, (int)places,
                       test_below(&seed, (uint32_t)pow(10, places)));
        for (n = strlen(in); in[n - 1] == '0' && strchr(in, '.') != NULL && n > 1; n--)
            in[n - 1] = '\0';
        if (in[strlen(in) - 1] == '.')
            in[strlen(in) - 1] = '\0';
        if (strtod(in, NULL) == 0)
            continue;
        (void)json_number_text(strtod(in, NULL), out);
        assert_string_equal(out, in);
        shortest_and_reads_back(strtod(in, NULL));
    }
}

static void a_document_has_its_commas_and_colons(void **state)
{
    struct strbuf b;
    struct json_out j;

    (void)state;
    strbuf_init(&b, 1000);
    json_out_init(&j, &b);
    json_open_object(&j);
    json_key(&j, "a");
    json_int(&j, INT64_MIN);
    json_key(&j, "b\n");
    json_open_array(&j);
    json_open_array(&j);
    json_close_array(&j);
    json_open_object(&j);
    json_close_object(&j);
    json_bool(&j, true);
    json_bool(&j, false);
    json_null(&j);
    json_number(&j, 0.5);
    json_number(&j, NAN);
    json_string(&j, "x");
    json_time(&j, (struct wall){ 0 });
    json_time(&j, (struct wall){ 1795435838123 });
    json_close_array(&j);
    json_key(&j, "c");
    json_int(&j, INT64_MAX);
    json_close_object(&j);
    assert_string_equal(b.text, "{\"a\":-9223372036854775808,\"b\\n\":[[],{},true,false,null,0.5,null,\"x\","
                                "null,\"2026-11-23T19:10:38.123+07:00\"],\"c\":9223372036854775807}");
    strbuf_clear(&b);
}

static void too_many_levels_give_no_document(void **state)
{
    struct strbuf b;
    struct json_out j;

    (void)state;
    for (int levels = JSON_DEPTH_MAX; levels <= JSON_DEPTH_MAX + 1; levels++) {
        strbuf_init(&b, 1000);
        json_out_init(&j, &b);
        for (int i = 0; i < levels; i++)
            json_open_array(&j);
        for (int i = 0; i < levels; i++)
            json_close_array(&j);
        assert_int_equal(b.failed, levels > JSON_DEPTH_MAX);
        strbuf_clear(&b);
    }
}

static void a_document_above_the_ceiling_fails_as_a_whole(void **state)
{
    struct strbuf b;
    struct json_out j;

    (void)state;
    strbuf_init(&b, 20);
    json_out_init(&j, &b);
    json_open_array(&j);
    json_string(&j, "longer than twenty bytes");
    json_close_array(&j);
    assert_null(strbuf_give(&b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_json_forbids_in_a_text_is_escaped),
        cmocka_unit_test(invalid_utf8_becomes_the_replacement_character),
        cmocka_unit_test(every_character_of_unicode_passes_as_it_is),
        cmocka_unit_test(any_bytes_give_valid_utf8_without_controls),
        cmocka_unit_test(numbers_are_written_as_people_write_them),
        cmocka_unit_test(any_number_reads_back_and_no_shorter_text_would),
        cmocka_unit_test(a_decimal_comes_out_as_it_went_in),
        cmocka_unit_test(a_document_has_its_commas_and_colons),
        cmocka_unit_test(too_many_levels_give_no_document),
        cmocka_unit_test(a_document_above_the_ceiling_fails_as_a_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
