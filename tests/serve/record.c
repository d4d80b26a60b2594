/* The record of acts: who may read it, how it is asked for, what it looks like. */
#include "serve/check.h"

#include "world.h"

#define ACTS "/api/v1/audit"

static struct world W;

static int set_up(void **state)
{
    (void)state;
    world_init(&W, 3);
    W.role = ROLE_ADMINISTRATOR;
    world_start(&W);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_clear(&W);
    return 0;
}

static struct answer get(const char *query)
{
    char target[400];

    (void)snprintf(target, sizeof target, ACTS "%s", query);
    return http_get(W.port, target, BEARER ENGLISH);
}

static void only_administrators_read_it(void **state)
{
    (void)state;
    for (int role = ROLE_VIEWER; role < ROLE_COUNT; role++) {
        struct answer a;
        W.role = (enum role)role;
        a = get("");
        assert_int_equal(a.status, role == ROLE_ADMINISTRATOR ? 200 : 403);
        answer_clear(&a);
    }
}

static void an_act_is_given_as_it_is_stored(void **state)
{
    struct answer a = get("");

    (void)state;
    assert_string_equal(answer_field(&a, "Cache-Control"), "no-store");
    assert_has(a.body,
               "{\"acts\":[{\"node\":\"lai-chau\",\"journal\":\"1795435838123\",\"seq\":8,\"at\":"
               "\"2026-11-23T19:10:38.123+07:00\",\"kind\":\"account\",\"actor\":\"lan\",\"address\":"
               "\"2001:db8::7\",\"action\":\"value.force\",\"subject\":\"point:lc.q1\",\"before\":\"\","
               "\"after\":\"{\\\"value\\\":3}\",\"person_hash\":\"07");
    assert_has(a.body, "\"hash\":\"a500");
    assert_has(a.body, "],\"next\":null}");
    answer_clear(&a);
}

/* What somebody wrote into the database is text here and nothing else. */
static void a_row_that_cannot_be_is_given_too(void **state)
{
    struct answer a = get("");

    (void)state;
    assert_has(a.body,
               "{\"node\":\"x\xEF\xBF\xBD\",\"journal\":\"-4\",\"seq\":1,\"at\":null,\"kind\":\"unknown\",");
    assert_has(a.body, "\"actor\":\"\xEF\xBF\xBD\"");
    assert_has(a.body, "\"before\":\"{\\\"\",");
    assert_has(a.body, "\"person_hash\":null,");
    answer_clear(&a);
}

static void what_is_asked_for_is_handed_on(void **state)
{
    struct answer a = get("?from=2026-11-23T00:00:00%2B07:00&to=2026-11-24T00:00:00Z&actor=lan&kind=token&"
                          "subject=point:lc.q1&limit=7&next=1795435838123000.-2.7.lai-chau");

    (void)state;
    assert_int_equal(a.status, 200);
    assert_int_equal(W.trail.from.ms, 1795366800000);
    assert_int_equal(W.trail.to.ms, 1795478400000);
    assert_string_equal(W.trail.actor, "lan");
    assert_int_equal(W.trail.kind, ACTOR_TOKEN);
    assert_string_equal(W.trail.subject, "point:lc.q1");
    assert_int_equal(W.trail.limit, 7);
    assert_int_equal(W.trail.before.at_us, 1795435838123000);
    assert_int_equal(W.trail.before.epoch, -2);
    assert_int_equal(W.trail.before.seq, 7);
    assert_string_equal(W.trail.before.node, "lai-chau");
    answer_clear(&a);
    a = get("");
    assert_int_equal(W.trail.kind, ACTOR_COUNT);
    assert_int_equal(W.trail.before.at_us, INT64_MAX);
    assert_int_equal(W.trail.limit, 100);
    assert_string_equal(W.trail.actor, "");
    answer_clear(&a);
}

static void the_cursor_of_a_page_leads_on(void **state)
{
    struct answer a;

    (void)state;
    W.older_acts = true;
    a = get("");
    assert_has(a.body, "\"next\":\"1795435838123000.2.7.lai-chau\"}");
    answer_clear(&a);
    a = get("?next=1795435838123000.2.7.lai-chau");
    assert_int_equal(a.status, 200);
    answer_clear(&a);
}

static void what_is_no_question_is_refused(void **state)
{
    static const struct {
        const char *query, *field;
    } CASES[] = {
        { "?from=yesterday", "from" },
        { "?to=2026-13-01T00:00:00Z", "to" },
        { "?from=2026-11-24T00:00:00Z&to=2026-11-24T00:00:00Z", "from" },
        { "?kind=root", "kind" },
        { "?kind=", "kind" },
        { "?actor=", "actor" },
        { "?subject="
          "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
          "xxxxxxxxxxxxxxxxxxxxxxx",
          "subject" },
        { "?limit=0", "limit" },
        { "?limit=1001", "limit" },
        { "?next=", "next" },
        { "?next=1.2.3", "next" },
        { "?next=1.2.x.n", "next" },
        { "?next=-.2.3.n", "next" },
        { "?next=9223372036854775807.2.3.n", "next" },
        { "?next=99999999999999999999.2.3.n", "next" },
        { "?next=1.2.3."
          "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
          "next" },
        { "?action=x", "action" },
    };
    char member[60];

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct answer a = get(CASES[i].query);
        (void)snprintf(member, sizeof member, "\"field\":\"%s\"", CASES[i].field);
        if (a.status != 400)
            fail_msg("%s: %d", CASES[i].query, a.status);
        assert_has(a.body, member);
        answer_clear(&a);
    }
}

static void without_the_database_it_is_said_so(void **state)
{
    static const struct {
        enum history_mode mode;
        enum err code;
        int status;
    } CASES[] = {
        { HISTORY_NOW, ERR_PEER, 503 },    { HISTORY_NOW, ERR_TIMEOUT, 504 },
        { HISTORY_REFUSE, ERR_FULL, 503 }, { HISTORY_REFUSE, ERR_STATE, 503 },
        { HISTORY_NOW, ERR_MEMORY, 500 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct answer a;
        W.history_mode = CASES[i].mode;
        W.history_code = CASES[i].code;
        a = get("");
        assert_int_equal(a.status, CASES[i].status);
        assert_has(answer_field(&a, "Content-Type"), "application/problem+json");
        assert_lacks(a.body, "the double says so");
        answer_clear(&a);
    }
}

/* A list in the place of words would otherwise be a token without bounds. */
static void a_token_is_not_wider_than_it_was_written(void **state)
{
    static const char *const CASES[][2] = {
        { "{\"role\":\"viewer\",\"purpose\":\"p\",\"sites\":[\"x\"]}", "\"field\":\"sites\"" },
        { "{\"role\":\"viewer\",\"purpose\":\"p\",\"addresses\":[\"10.0.0.0/8\"]}",
          "\"field\":\"addresses\"" },
        { "{\"role\":\"viewer\",\"purpose\":\"p\",\"supplier\":1}", "\"field\":\"supplier\"" },
        { "{\"role\":\"viewer\",\"purpose\":\"p\",\"expires\":1800000000}", "\"field\":\"expires\"" },
        { "{\"role\":\"viewer\",\"purpose\":\"p\",\"expires\":\"soon\"}", "\"field\":\"expires\"" },
    };

    (void)state;
    W.role = ROLE_ADMINISTRATOR;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct answer a = http_ask(W.port, "POST", "/api/v1/tokens",
                                   BEARER "Content-Type: application/json\r\n", CASES[i][0]);
        assert_int_equal(a.status, 400);
        assert_has(a.body, CASES[i][1]);
        answer_clear(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(only_administrators_read_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_act_is_given_as_it_is_stored, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_row_that_cannot_be_is_given_too, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_asked_for_is_handed_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_cursor_of_a_page_leads_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_question_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_the_database_it_is_said_so, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_token_is_not_wider_than_it_was_written, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
