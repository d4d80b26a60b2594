/* The portal's doors: who may pull, what is handed on, what is made once. */
#include "check.h"
#include "world.h"

static struct world W;

static int up_as(enum role role)
{
    world_init(&W, 4);
    W.role = role;
    world_start(&W);
    return 0;
}

static int up(void **state)
{
    (void)state;
    return up_as(ROLE_AGENCY);
}

static int down(void **state)
{
    (void)state;
    world_clear(&W);
    return 0;
}

static void every_path_asks_for_its_kind(void **state)
{
    static const char *const PATHS[PORTAL_KIND_COUNT] = { "/api/v1/portal/summary",
                                                          "/api/v1/portal/water-quality",
                                                          "/api/v1/portal/supply", "/api/v1/portal/incidents",
                                                          "/api/v1/portal/systems" };

    (void)state;
    for (unsigned k = 0; k < PORTAL_KIND_COUNT; k++) {
        struct answer a = http_get(W.port, PATHS[k], BEARER);
        assert_int_equal(a.status, 200);
        assert_int_equal(W.portal_kind, k);
        assert_string_equal(W.portal_since, "-");
        answer_clear(&a);
    }
}

static void what_was_seen_is_handed_on(void **state)
{
    struct answer a = http_get(W.port, "/api/v1/portal/supply?since=1-2-3-4", BEARER);

    (void)state;
    assert_int_equal(a.status, 200);
    assert_string_equal(W.portal_since, "1-2-3-4");
    answer_clear(&a);
    W.portal_code = ERR_RANGE;
    a = http_get(W.port, "/api/v1/portal/supply?since=1-2-3-5", BEARER);
    assert_int_equal(a.status, 400);
    assert_non_null(strstr(a.body, "since"));
    answer_clear(&a);
}

static void before_the_first_picture_it_is_to_be_asked_again(void **state)
{
    struct answer a;

    (void)state;
    W.portal_code = ERR_STATE;
    a = http_get(W.port, "/api/v1/portal/summary", BEARER);
    assert_int_equal(a.status, 503);
    answer_clear(&a);
}

/* A viewer looks at the page; the portal is for agencies, and for who answers for it. */
static void others_are_refused(void **state)
{
    struct answer a;

    (void)state;
    (void)up_as(ROLE_VIEWER);
    a = http_get(W.port, "/api/v1/portal/summary", BEARER);
    assert_int_equal(a.status, 403);
    answer_clear(&a);
    a = http_get(W.port, "/api/v1/portal/summary", "");
    assert_int_equal(a.status, 401);
    assert_int_equal(W.portal_bodies, 0);
    answer_clear(&a);
}

static void what_is_sealed_is_the_text_that_is_sent(void **state)
{
    struct answer a = http_get(W.port, "/api/v1/portal/summary", BEARER);
    char seal[64];

    (void)state;
    (void)snprintf(seal, sizeof seal, "Capnuoc-Seal: key=0; ed25519=%s\r\n", a.body);
    assert_non_null(strstr(a.head, seal));
    answer_clear(&a);
    a = http_get(W.port, "/api/v1/portal/keys", ""); /* for everybody */
    assert_int_equal(a.status, 200);
    assert_non_null(strstr(a.head, "Capnuoc-Seal: key=0; ed25519={\"keys\":[]}\r\n"));
    answer_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_path_asks_for_its_kind, up, down),
        cmocka_unit_test_setup_teardown(what_was_seen_is_handed_on, up, down),
        cmocka_unit_test_setup_teardown(before_the_first_picture_it_is_to_be_asked_again, up, down),
        cmocka_unit_test_setup_teardown(what_is_sealed_is_the_text_that_is_sent, up, down),
        cmocka_unit_test_teardown(others_are_refused, down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
