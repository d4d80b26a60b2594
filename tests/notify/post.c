/* Templates of what goes over HTTPS, what may be called, and what is made of an answer. */
#include "notify/post.h"

#include "seal/seal.h"
#include "unit.h"

static char *filled(const char *template, const char *text, enum fill_sink sink)
{
    const struct filling with = { .of = { [FILL_TEXT] = text, [FILL_TO] = "84912345678" } };
    struct strbuf b;

    strbuf_init(&b, 4096);
    fill_template(&b, template, &with, sink);
    assert_false(b.failed);
    return strbuf_give(&b);
}

static void each_sink_has_its_own_escapes_and_what_is_filled_in_is_not_looked_at_again(void **state)
{
    static const char WILD[] = "a\"b\\\n<&>'{secret} \xC4\x91\r";
    static const char *const WANT[FILL_SINK_COUNT] = {
        [FILL_JSON] = "{\"t\":\"a\\\"b\\\\\\n<&>'{secret} đ\\r\"}",
        [FILL_FORM] = "{\"t\":\"a%22b%5C%0A%3C%26%3E%27%7Bsecret%7D%20%C4%91%0D\"}",
        [FILL_XML] = "{\"t\":\"a&quot;b\\\n&lt;&amp;&gt;&#39;{secret} đ\"}",
        [FILL_PLAIN] = "{\"t\":\"a\"b\\\n<&>'{secret} đ\r\"}",
        [FILL_HEADER] = "{\"t\":\"a\"b\\?<&>'{secret} ???\"}",
    };

    (void)state;
    for (unsigned s = 0; s < FILL_SINK_COUNT; s++) {
        char *text = filled("{\"t\":\"{text}\"}", WILD, (enum fill_sink)s);
        assert_string_equal(text, WANT[s]);
        free(text);
    }
}

static struct post_settings of(const char *url)
{
    struct post_settings s = { .content = FILL_JSON };

    (void)snprintf(s.url, sizeof s.url, "%s", url);
    return s;
}

static void only_https_to_a_host_that_stands_there_is_called(void **state)
{
    static const char *const GOOD[] = { "https://sms.vn/send?to={to}&text={brief}", "https://[::1]:8443/x",
                                        "https://a" };
    static const char *const BAD[] = { "",
                                       "http://sms.vn/",
                                       "https://",
                                       "https://u:p@a/",
                                       "https://{to}.vn/",
                                       "https://a/ b",
                                       "https://a/#x",
                                       "file:///etc/passwd",
                                       "https://a/{nobody}" };
    struct post_settings s;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(GOOD); i++) {
        s = of(GOOD[i]);
        assert_int_equal(post_check(&s, NULL), ERR_NONE);
    }
    for (size_t i = 0; i < COUNT_OF(BAD); i++) {
        s = of(BAD[i]);
        assert_int_equal(post_check(&s, NULL), ERR_CONFIG);
    }
    s = of("https://a");
    s.sign = true;
    assert_int_equal(post_check(&s, NULL), ERR_CONFIG); /* with what? */
    s = of("https://a");
    s.header_count = 1;
    (void)snprintf(s.headers[0], sizeof s.headers[0], "no header");
    assert_int_equal(post_check(&s, NULL), ERR_CONFIG);
}

static void a_status_says_whose_fault_it_is(void **state)
{
    struct post_settings s = of("https://a");

    (void)state;
    assert_int_equal(post_judge(&s, 204, ""), CARRIED_TAKEN);
    assert_int_equal(post_judge(&s, 422, ""), CARRIED_REFUSED);
    assert_int_equal(post_judge(&s, 500, ""), CARRIED_LATER);
    assert_int_equal(post_judge(&s, 302, ""), CARRIED_DOWN);
    assert_int_equal(post_judge(&s, 401, ""), CARRIED_DOWN);
    assert_int_equal(post_judge(&s, 403, ""), CARRIED_DOWN);
    assert_int_equal(post_judge(&s, 404, ""), CARRIED_REFUSED);
    assert_int_equal(post_judge(&s, 429, ""), CARRIED_WAIT);
    assert_int_equal(post_judge(&s, 503, ""), CARRIED_DOWN);
    (void)snprintf(s.taken_when, sizeof s.taken_when, "\"error\":0");
    assert_int_equal(post_judge(&s, 200, "{ \"error\" : 0 }"), CARRIED_TAKEN);
    assert_int_equal(post_judge(&s, 200, "{\"error\":-213}"), CARRIED_LATER);
}

static void a_signature_is_what_others_compute(void **state)
{
    char mac[SEAL_SHA256_TEXT];

    (void)state;
    seal_hmac_sha256("Jefe", 4, "what do ya want for nothing?", 28, mac); /* RFC 4231, 4.3 */
    assert_string_equal(mac, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_sink_has_its_own_escapes_and_what_is_filled_in_is_not_looked_at_again),
        cmocka_unit_test(only_https_to_a_host_that_stands_there_is_called),
        cmocka_unit_test(a_status_says_whose_fault_it_is),
        cmocka_unit_test(a_signature_is_what_others_compute),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
