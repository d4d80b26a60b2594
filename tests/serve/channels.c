/* Channels over HTTP: how they are, who can be told, one tried by hand; who is on duty. */
#include "answers.h"
#include "world.h"

#define JSON     "Content-Type: application/json\r\n" ENGLISH
#define OPERATOR "Authorization: Bearer " OPERATOR_TOKEN "\r\n" JSON
#define CITY     "Authorization: Bearer " CITY_TOKEN "\r\n" JSON
#define ADMIN    BEARER JSON
#define CHANNELS "/api/v1/channels"
#define TEST     CHANNELS "/email/test"
#define GOOD     "{\"key\":\"thu-kenh-1\",\"to\":\"truong-ca\"}"

static struct world W;

static int up(void **state)
{
    (void)state;
    world_init(&W, 3);
    world_start(&W);
    W.trial_is = TRIAL_TAKEN;
    return 0;
}

static int down(void **state)
{
    (void)state;
    world_clear(&W);
    return 0;
}

static void contacts_are_shown_without_their_addresses(void **state)
{
    struct answer a = http_get(W.port, "/api/v1/contacts", OPERATOR);

    (void)state;
    assert_int_equal(a.status, 200);
    assert_has(a.body, "{\"id\":\"truong-ca\",\"name\":\"Trưởng ca\",\"language\":\"vi\",\"account\":null,"
                       "\"supplier\":null,\"channels\":[\"sms\",\"email\"]}");
    assert_has(a.body, "\"id\":\"lan\"");
    assert_null(strstr(a.body, "example.vn"));
    assert_null(strstr(a.body, "84912"));
    answer_clear(&a);
    a = http_get(W.port, "/api/v1/contacts", CITY);
    assert_null(strstr(a.body, "truong-ca"));
    assert_has(a.body, "\"id\":\"lan\"");
    answer_clear(&a);
    assert_gets(W.port, "/api/v1/contacts", BEARER, 403, "not-your-role");
}

static void the_last_test_is_shown_to_who_may_try(void **state)
{
    (void)state;
    assert_gets(W.port, CHANNELS, OPERATOR, 200,
                "\"last_test\":{\"state\":\"down\",\"to\":\"truong-ca\",\"by\":\"lan\",");
    assert_gets(W.port, CHANNELS, BEARER, 200, "\"last_test\":null");
    assert_gets(W.port, CHANNELS, CITY, 200, "\"last_test\":null");
}

static void a_channel_is_tried_by_who_leads_or_administers(void **state)
{
    (void)state;
    assert_answers(W.port, "POST", TEST, ADMIN, GOOD, 403, "not-your-role");
    assert_answers(W.port, "POST", TEST, OPERATOR, GOOD, 403, "leaders-only");
    W.leads = true;
    assert_answers(W.port, "POST", TEST, OPERATOR, GOOD, 200,
                   "{\"channel\":\"email\",\"state\":\"taken\",\"to\":\"truong-ca\",\"by\":\"viewer\",");
    assert_int_equal(W.trial.channel, CHANNEL_EMAIL);
    assert_string_equal(W.trial.key, "thu-kenh-1");
    assert_int_equal(W.by.kind, ACTOR_TOKEN);
    W.leads = false;
    W.role = ROLE_ADMINISTRATOR;
    assert_answers(W.port, "POST", TEST, ADMIN, GOOD, 200, "\"said\":\"250 OK\"");
    assert_answers(W.port, "POST", TEST, CITY, GOOD, 403, "leaders-only");
    W.leads = true;
    assert_answers(W.port, "POST", TEST, CITY, GOOD, 400, "\"field\":\"to\"");
}

static void one_that_is_only_handed_over_is_said_to_be(void **state)
{
    (void)state;
    W.leads = true;
    W.trial_is = TRIAL_UNDER_WAY;
    assert_answers(W.port, "POST", TEST, OPERATOR, GOOD, 202, "\"state\":\"under_way\"");
}

static void what_cannot_be_tried_is_refused(void **state)
{
    (void)state;
    W.leads = true;
    assert_answers(W.port, "POST", CHANNELS "/sms/test", OPERATOR, GOOD, 404, "There is no such channel");
    assert_answers(W.port, "POST", CHANNELS "/pigeon/test", OPERATOR, GOOD, 404, "There is no such channel");
    assert_answers(W.port, "POST", TEST, OPERATOR, "{\"to\":\"truong-ca\"}", 400, "\"field\":\"key\"");
    assert_answers(W.port, "POST", TEST, OPERATOR, "{\"key\":\"thu-kenh-1\",\"to\":\"nobody\"}", 400,
                   "\"field\":\"to\"");
    assert_answers(W.port, "POST", TEST, OPERATOR, "{\"key\":\"thu-kenh-1\",\"to\":\"lan\",\"by\":\"x\"}",
                   400, "\"field\":\"by\"");
    W.trial_code = ERR_FULL;
    assert_answers(W.port, "POST", TEST, OPERATOR, GOOD, 429, "tried 5 times within 10 minutes");
    W.trial_code = ERR_MISSING;
    assert_answers(W.port, "POST", TEST, OPERATOR, GOOD, 400, "\"field\":\"to\"");
}

static void who_is_on_duty_is_told_with_who_stands_in_and_gaps(void **state)
{
    struct answer a = http_get(W.port, "/api/v1/duty?at=2026-11-26T07:00:00%2B07:00", OPERATOR);

    (void)state;
    assert_int_equal(a.status, 200);
    assert_int_equal(W.duty_at.ms, 1795651200000);
    assert_has(a.body, "\"rosters\":[{\"id\":\"nha-may\",\"name\":\"Trực nhà máy\",\"supplier\":null,"
                       "\"classes\":[\"water_quality\"],\"until\":\"20");
    assert_has(a.body, "\"gap\":false,\"people\":[{\"id\":\"lan\",\"name\":\"Lan\",\"account\":null,"
                       "\"instead_of\":\"Minh\",\"change\":null}],\"leader\":{\"id\":\"ca\",");
    assert_has(a.body, "\"authority\":null,\"next_gap\":{\"from\":\"20");
    assert_has(a.body, "\"id\":\"nong-thon\"");
    answer_clear(&a);
    a = http_get(W.port, "/api/v1/duty", "Authorization: Bearer " RURAL_TOKEN "\r\n");
    assert_has(a.body, "\"id\":\"nong-thon\"");
    assert_null(strstr(a.body, "nha-may"));
    answer_clear(&a);
    assert_gets(W.port, "/api/v1/duty", BEARER, 403, "not-your-role");
    assert_gets(W.port, "/api/v1/duty?at=soon", OPERATOR, 400, "\"field\":\"at\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(contacts_are_shown_without_their_addresses, up, down),
        cmocka_unit_test_setup_teardown(the_last_test_is_shown_to_who_may_try, up, down),
        cmocka_unit_test_setup_teardown(a_channel_is_tried_by_who_leads_or_administers, up, down),
        cmocka_unit_test_setup_teardown(one_that_is_only_handed_over_is_said_to_be, up, down),
        cmocka_unit_test_setup_teardown(what_cannot_be_tried_is_refused, up, down),
        cmocka_unit_test_setup_teardown(who_is_on_duty_is_told_with_who_stands_in_and_gaps, up, down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
