/* Who asks, and how often: addresses behind proxies, requests in a minute. */
#include "../../src/serve/forwarded.h"
#include "../../src/serve/rate.h"
#include "unit.h"

static void a_proxy_says_for_whom_it_asks(void **state)
{
    static const struct {
        const char *direct, *list, *proxies, *is;
    } CASES[] = {
        { "10.0.0.1", "203.0.113.9", "10.0.0.0/8", "203.0.113.9" },
        { "10.0.0.1", "203.0.113.9, 10.0.0.2", "10.0.0.0/8", "203.0.113.9" },
        { "10.0.0.1", "198.51.100.7,203.0.113.9 ,10.0.0.2", "10.0.0.0/8",
          "203.0.113.9" }, /* not what he adds */
        { "10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.0/8", "10.0.0.3" },
        { "10.0.0.1", "2001:db8::7", "10.0.0.1", "2001:db8::7" },
        { "203.0.113.1", "127.0.0.1", "10.0.0.0/8", "203.0.113.1" }, /* no proxy of ours */
        { "203.0.113.1", "127.0.0.1", "", "203.0.113.1" },
        { "10.0.0.1", NULL, "10.0.0.0/8", "10.0.0.1" },
        { "10.0.0.1", "", "10.0.0.0/8", "10.0.0.1" },
        { "10.0.0.1", "unknown", "10.0.0.0/8", "10.0.0.1" },
        { "10.0.0.1", "203.0.113.9, x, 10.0.0.2", "10.0.0.0/8", "10.0.0.2" },
        { "10.0.0.1", ",,,", "10.0.0.0/8", "10.0.0.1" },
        { "10.0.0.1", "111111111111111111111111111111111111111111111111111111.1", "10.0.0.0/8", "10.0.0.1" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct peer p;
        char text[PEER_TEXT_MAX];
        assert_true(peer_parse(CASES[i].direct, &p));
        forwarded_for(CASES[i].list, CASES[i].proxies, &p);
        peer_text(&p, text);
        assert_string_equal(text, CASES[i].is);
    }
}

static void only_a_proxy_says_that_it_was_encrypted(void **state)
{
    struct peer p;

    (void)state;
    assert_true(peer_parse("10.0.0.1", &p));
    assert_true(forwarded_secure("https", "10.0.0.0/8", &p));
    assert_true(forwarded_secure("http, HTTPS", "10.0.0.0/8", &p));
    assert_false(forwarded_secure("https, http", "10.0.0.0/8", &p));
    assert_false(forwarded_secure("https", "", &p));
    assert_false(forwarded_secure("https", "10.1.0.0/16", &p));
    assert_false(forwarded_secure(NULL, "10.0.0.0/8", &p));
    assert_false(forwarded_secure("", "10.0.0.0/8", &p));
}

static struct rates r;

static void a_minute_has_so_many_requests(void **state)
{
    const uint64_t me = rate_of_name("me");
    unsigned wait_s = 0;

    (void)state;
    memset(&r, 0, sizeof r);
    for (int i = 0; i < 60; i++)
        assert_true(rate_take(&r, me, 60, (struct mono){ 1000 }, &wait_s));
    assert_false(rate_take(&r, me, 60, (struct mono){ 1000 }, &wait_s));
    assert_int_equal(wait_s, 1);
    assert_true(rate_take(&r, rate_of_name("you"), 60, (struct mono){ 1000 }, &wait_s));
    assert_false(rate_take(&r, me, 60, (struct mono){ 1999 }, &wait_s));
    assert_true(rate_take(&r, me, 60, (struct mono){ 2000 }, &wait_s));
    assert_false(rate_take(&r, me, 60, (struct mono){ 2000 }, &wait_s));
    for (int i = 0; i < 60; i++)
        assert_true(rate_take(&r, me, 60, (struct mono){ 62000 }, &wait_s));
    for (int i = 0; i < 100000; i++)
        assert_true(rate_take(&r, me, 0, (struct mono){ 62000 }, &wait_s));
}

/* Whatever comes at whatever times: over any span nobody gets more than a burst and the flow behind it, and a
 * crowd of strangers costs one who asks within the measure nothing. */
static void nobody_gets_more_and_nobody_else_less(void **state)
{
    uint64_t seed = test_seed("rate");
    const uint64_t calm = rate_of_name("calm");
    struct peer p;
    uint64_t greedy = 0;
    unsigned wait_s;

    (void)state;
    memset(&r, 0, sizeof r);
    for (int64_t ms = 1000; ms < 301000; ms += 10) {
        assert_true(peer_parse("198.51.100.0", &p));
        for (int i = 0; i < 20; i++) {
            p.ip[13] = (unsigned char)test_below(&seed, 256);
            p.ip[15] = (unsigned char)test_below(&seed, 256);
            (void)rate_take(&r, rate_of_peer(&p), 600, (struct mono){ ms }, &wait_s);
        }
        greedy += rate_take(&r, rate_of_name("greedy"), 600, (struct mono){ ms }, &wait_s);
        if (ms % 1000 == 0)
            assert_true(rate_take(&r, calm, 600, (struct mono){ ms }, &wait_s));
    }
    assert_in_range(greedy, 600, 600 + 3000 + 1);
}

static void a_network_of_ipv6_is_one(void **state)
{
    struct peer a, b, c;

    (void)state;
    assert_true(peer_parse("2001:db8:1:2::7", &a));
    assert_true(peer_parse("2001:db8:1:2:ffff::9", &b));
    assert_true(peer_parse("2001:db8:1:3::7", &c));
    assert_true(rate_of_peer(&a) == rate_of_peer(&b));
    assert_true(rate_of_peer(&a) != rate_of_peer(&c));
    assert_true(peer_parse("192.0.2.1", &a));
    assert_true(peer_parse("192.0.2.2", &b));
    assert_true(rate_of_peer(&a) != rate_of_peer(&b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_proxy_says_for_whom_it_asks),
        cmocka_unit_test(only_a_proxy_says_that_it_was_encrypted),
        cmocka_unit_test(a_minute_has_so_many_requests),
        cmocka_unit_test(nobody_gets_more_and_nobody_else_less),
        cmocka_unit_test(a_network_of_ipv6_is_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
