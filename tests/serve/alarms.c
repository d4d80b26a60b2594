/* Alarms over HTTP: who sees them, who may do what, and what is answered. */
#include <math.h>

#include "answers.h"
#include "world.h"

#define JSON     "Content-Type: application/json\r\n" ENGLISH
#define OPERATOR "Authorization: Bearer " OPERATOR_TOKEN "\r\n" JSON
#define PATH     "/api/v1/alarms/0000000000000abc"

static struct world W;

static int up(void **state)
{
    (void)state;
    world_init(&W, 3);
    world_start(&W);
    W.alarm = (struct alarm){ .id = 0xabc,
                              .point = W.catalogue.points[0].key,
                              .rule = 9,
                              .name = "high",
                              .core = ALARM_UNACKNOWLEDGED,
                              .severity = SEVERITY_HIGH,
                              .stake = STAKE_HEALTH,
                              .steps = 1,
                              .times = 2,
                              .opened = { 1795435838123 },
                              .changed = { 1795435838123 },
                              .value = NAN,
                              .limit = 4,
                              .seen = NAN };
    return 0;
}

static int down(void **state)
{
    (void)state;
    world_clear(&W);
    return 0;
}

static void open_alarms_are_seen_with_or_without_a_number(void **state)
{
    (void)state;
    assert_gets(
        W.port, "/api/v1/alarms", BEARER, 200,
        "\"rule\":\"high\",\"state\":\"unacknowledged\",\"below\":\"unacknowledged\",\"severity\":\"high\","
        "\"stake\":\"health\",\"value\":null,\"limit\":4,");
    assert_gets(W.port, PATH, BEARER, 200, "\"acknowledged_at\":null,\"shelved_until\":null,\"times\":2");
    assert_gets(W.port, "/api/v1/alarms/0000000000000abd", BEARER ENGLISH, 404, "No alarm of this id");
    assert_gets(W.port, "/api/v1/alarms/x", BEARER ENGLISH, 404, "No alarm of this id");
    assert_gets(W.port, "/api/v1/alarm-rules.csv", BEARER, 200, "\xEF\xBB\xBFpoint,rule,");
    assert_gets(W.port, "/api/v1/alarm-rules.csv", BEARER, 200, "first_response");
}

static void what_belongs_to_another_supplier_is_not_there(void **state)
{
    const char *other = "Authorization: Bearer " RURAL_TOKEN "\r\n" JSON;

    (void)state;
    W.alarm.point = W.catalogue.points[0].key;
    assert_gets(W.port, "/api/v1/alarms", other, 200, "\"items\":[]");
    assert_gets(W.port, PATH, other, 404, "not-found");
    assert_answers(W.port, "POST", PATH "/acknowledge", other, "{\"key\":\"12345678\"}", 404, "not-found");
    assert_int_equal(W.act.event, 0);
}

static void an_operator_acknowledges_in_their_own_name(void **state)
{
    (void)state;
    assert_answers(W.port, "POST", PATH "/acknowledge", BEARER JSON, "{\"key\":\"12345678\"}", 403,
                   "not-your-role");
    assert_answers(W.port, "POST", PATH "/acknowledge", OPERATOR, "{\"key\":\"12345678\",\"who\":\"x\"}", 400,
                   "no field “who”");
    assert_answers(W.port, "POST", PATH "/acknowledge", OPERATOR, "{\"key\":\"1\"}", 400,
                   "\"field\":\"key\"");
    assert_answers(W.port, "POST", PATH "/acknowledge", OPERATOR, "{\"key\":\"12345678\"}", 200,
                   "\"state\":\"acknowledged\"");
    assert_int_equal(W.act.alarm, 0xabc);
    assert_string_equal(W.act.who, W.by.name);
    assert_false(W.act.leads);
}

static void a_shelf_needs_an_end_and_a_reason(void **state)
{
    (void)state;
    assert_answers(W.port, "POST", PATH "/shelve", OPERATOR, "{\"key\":\"12345678\",\"why\":\"x\"}", 400,
                   "\"field\":\"until\"");
    assert_answers(W.port, "POST", PATH "/shelve", OPERATOR,
                   "{\"key\":\"12345678\",\"until\":\"2026-11-26T07:00:00+07:00\"}", 400,
                   "\"field\":\"why\"");
    assert_answers(W.port, "POST", PATH "/shelve", OPERATOR,
                   "{\"key\":\"12345678\",\"why\":\"x\",\"until\":\"2026-11-26T07:00:00+07:00\"}", 200,
                   "\"id\"");
    assert_int_equal(W.act.event, ALARM_SHELVE);
    assert_true(W.act.until.ms > 1795000000000);
}

static void refusals_are_passed_on(void **state)
{
    static const struct {
        enum err code;
        int status;
        const char *has;
    } CASES[] = { { ERR_STATE, 409, "acknowledged already" },
                  { ERR_DENIED, 403, "leads the shift" },
                  { ERR_RANGE, 422, "cannot-be" },
                  { ERR_MISSING, 404, "No alarm of this id" },
                  { ERR_TIMEOUT, 503, "busy" },
                  { ERR_FULL, 503, "busy" } };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        W.act_code = CASES[i].code;
        assert_answers(W.port, "POST", PATH "/reset", OPERATOR, "{\"key\":\"12345678\"}", CASES[i].status,
                       CASES[i].has);
    }
}

static void many_are_acknowledged_at_once_but_not_of_health(void **state)
{
    static const char PATHS[] = "/api/v1/alarms/acknowledge";

    (void)state;
    assert_answers(W.port, "POST", PATHS, BEARER JSON,
                   "{\"key\":\"12345678\",\"alarms\":[\"0000000000000abc\"]}", 403, "your-role");
    assert_answers(W.port, "POST", PATHS, OPERATOR,
                   "{\"key\":\"12345678\",\"alarms\":[\"0000000000000abc\"]}", 200,
                   "{\"items\":[{\"id\":\"0000000000000abc\",\"result\":\"one_by_one\",\"alarm\":null}]}");
    W.alarm.stake = STAKE_SUPPLY;
    assert_answers(W.port, "POST", PATHS, OPERATOR,
                   "{\"key\":\"12345678\",\"alarms\":[\"0000000000000abc\"]}", 200,
                   "\"result\":\"acknowledged\",\"alarm\":{\"id\":\"0000000000000abc\"");
    assert_string_equal(W.act.key, "12345678-0000000000000abc");
    assert_answers(W.port, "POST", PATHS, OPERATOR, "{\"key\":\"12345678\",\"alarms\":[]}", 400,
                   "\"field\":\"alarms\"");
    assert_answers(W.port, "POST", PATHS, OPERATOR, "{\"key\":\"12345678\",\"alarms\":[\"x\"]}", 400,
                   "\"field\":\"alarms\"");
    assert_answers(W.port, "POST", PATHS, OPERATOR,
                   "{\"key\":\"12345678\",\"alarms\":[\"0000000000000abc\",\"0000000000000abc\"]}", 400,
                   "\"field\":\"alarms\"");
    assert_answers(W.port, "POST", PATHS, OPERATOR, "{\"key\":\"1234\",\"alarms\":[\"0000000000000abc\"]}",
                   400, "\"field\":\"key\"");
    W.act_code = ERR_STATE;
    assert_answers(W.port, "POST", PATHS, OPERATOR,
                   "{\"key\":\"12345678\",\"alarms\":[\"0000000000000abc\"]}", 200, "conflict");
    W.act_code = ERR_FULL;
    assert_answers(W.port, "POST", PATHS, OPERATOR,
                   "{\"key\":\"12345678\",\"alarms\":[\"0000000000000abc\"]}", 200, "busy");
}

static void those_that_are_over_come_page_by_page(void **state)
{
    static const char CLOSED[] =
        "/api/v1/alarms?state=closed&from=2026-11-23T00:00:00%2B07:00&to=2026-11-24T00:00:00%2B07:00";
    char target[300];

    (void)state;
    assert_gets(W.port, CLOSED, BEARER, 200, "\"changed_at\":\"2026-11-23T19:10:39.123+07:00\"");
    assert_gets(W.port, CLOSED, BEARER, 200, "\"next\":\"1795435839123-0000000000000abc\"}");
    assert_gets(W.port, CLOSED, BEARER, 200, "\"acknowledged_by\":null,\"shelved\":null}]");
    W.saw = (struct alarm_did){ .at = { 1795435838123 }, .who = "Lò Thị \"Lan\"" };
    W.put_away = (struct alarm_did){
        .at = { 1795435838123 }, .until = { 1795435839123 }, .who = "hung", .why = "thay đầu đo"
    };
    assert_gets(
        W.port, CLOSED, BEARER, 200,
        "\"acknowledged_by\":\"Lò Thị \\\"Lan\\\"\",\"shelved\":{\"at\":\"2026-11-23T19:10:38.123+07:00\","
        "\"until\":\"2026-11-23T19:10:39.123+07:00\",\"by\":\"hung\",\"why\":\"thay đầu đo\"}}]");
    assert_int_equal(W.past.limit, 100);
    assert_int_equal(W.past.to.ms - W.past.from.ms, CLOCK_DAY_MS);
    (void)snprintf(target, sizeof target, "%s&limit=5&next=1795435839123-0000000000000abc", CLOSED);
    assert_gets(W.port, target, BEARER, 200, "\"ended\":\"ended\"");
    assert_int_equal(W.past.before.ms, 1795435839123);
    assert_int_equal(W.past.before_id, 0xabc);
    assert_int_equal(W.past.limit, 5);
    (void)snprintf(target, sizeof target, "%s&next=1795435839123", CLOSED);
    assert_gets(W.port, target, BEARER, 400, "\"field\":\"next\"");
    assert_gets(W.port, "/api/v1/alarms?state=old", BEARER, 400, "\"field\":\"state\"");
    assert_gets(W.port, "/api/v1/alarms?limit=5", BEARER, 400, "\"field\":\"limit\"");
    W.act_code = ERR_PEER;
    assert_gets(W.port, CLOSED, BEARER, 503, "history-away");
}

static void figures_are_of_what_the_visitor_sees(void **state)
{
    static const char FIGURES[] = "/api/v1/alarms/performance";

    (void)state;
    assert_gets(W.port, FIGURES, BEARER, 200,
                "\"alarms\":3,\"by_severity\":{\"low\":0,\"medium\":0,\"high\":3,\"critical\":0}");
    assert_gets(W.port, FIGURES, BEARER, 200, "\"chattering\":1,");
    assert_gets(W.port, FIGURES, BEARER, 200,
                "\"rule\":\"high\",\"alarms\":3}],\"stale\":7,\"oldest\":[{\"id\":");
    assert_true(W.past.rings);
    assert_string_equal(W.past.supplier, "");
    assert_gets(W.port, "/api/v1/alarms/performance?operators=3", BEARER, 200, "\"operators\":3,");
    assert_gets(W.port, "/api/v1/alarms/performance?operators=0", BEARER, 400, "\"field\":\"operators\"");
    assert_gets(W.port, "/api/v1/alarms/performance?from=2026-01-01T00:00:00Z", BEARER, 400, "31");
    assert_gets(W.port, FIGURES, "Authorization: Bearer " RURAL_TOKEN "\r\n", 200, "\"worst\"");
    assert_string_not_equal(W.past.supplier, "");
    W.act_code = ERR_RANGE;
    assert_gets(W.port, FIGURES, BEARER ENGLISH, 400, "shorter");
}

/* The pumping station of another supplier explains it: its point is named to who sees both. */
static void cause_is_named_to_who_sees_its_point(void **state)
{
    const struct rule cause = {
        .key = 10, .id = "mains", .point = 2, .other = NO_INDEX, .cause = NO_INDEX, .text = NO_INDEX
    };
    const struct rule high = {
        .key = 9, .id = "high", .point = 0, .other = NO_INDEX, .cause = 1, .text = NO_INDEX
    };

    (void)state;
    assert_int_equal(catalogue_add_rule(&W.catalogue, &high, NULL), ERR_NONE);
    assert_int_equal(catalogue_add_rule(&W.catalogue, &cause, NULL), ERR_NONE);
    assert_gets(W.port, PATH, BEARER, 200, "\"caused_by\":{\"point\":\"lc.tb.chlorine\",\"rule\":\"mains\"}");
    assert_gets(W.port, PATH, "Authorization: Bearer " CITY_TOKEN "\r\n", 200, "\"caused_by\":null");
    assert_gets(W.port, "/api/v1/alarms", "Authorization: Bearer " CITY_TOKEN "\r\n", 200,
                "\"caused_by\":null");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(open_alarms_are_seen_with_or_without_a_number, up, down),
        cmocka_unit_test_setup_teardown(what_belongs_to_another_supplier_is_not_there, up, down),
        cmocka_unit_test_setup_teardown(cause_is_named_to_who_sees_its_point, up, down),
        cmocka_unit_test_setup_teardown(an_operator_acknowledges_in_their_own_name, up, down),
        cmocka_unit_test_setup_teardown(a_shelf_needs_an_end_and_a_reason, up, down),
        cmocka_unit_test_setup_teardown(many_are_acknowledged_at_once_but_not_of_health, up, down),
        cmocka_unit_test_setup_teardown(those_that_are_over_come_page_by_page, up, down),
        cmocka_unit_test_setup_teardown(figures_are_of_what_the_visitor_sees, up, down),
        cmocka_unit_test_setup_teardown(refusals_are_passed_on, up, down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
