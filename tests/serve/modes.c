/* Modes over HTTP: who sees them, who may begin and end them, and what is answered. */
#include "answers.h"
#include "world.h"

#define JSON     "Content-Type: application/json\r\n" ENGLISH
#define OPERATOR "Authorization: Bearer " OPERATOR_TOKEN "\r\n" JSON
#define RURAL    "Authorization: Bearer " RURAL_TOKEN "\r\n" JSON
#define PATH     "/api/v1/modes/0000000000000def"

static struct world W;

static int up(void **state)
{
    (void)state;
    world_init(&W, 3);
    world_start(&W);
    W.modes[0] = (struct mode){ .id = 0xdef,
                                .kind = MODE_CALIBRATION,
                                .place = MODE_AT_POINT,
                                .from = { 1795435838123 },
                                .until = { 1795439438123 },
                                .key = "ca-1",
                                .who = "lan",
                                .why = "hiệu chuẩn" };
    (void)snprintf(W.modes[0].subject, sizeof W.modes[0].subject, "%s", W.catalogue.points[0].id);
    W.modes[1] = W.modes[0];
    W.modes[1].id = 0xdee;
    W.modes[1].end = MODE_RAN_OUT;
    W.modes[1].ended = W.modes[1].until;
    W.mode_count = 2;
    return 0;
}

static int down(void **state)
{
    (void)state;
    world_clear(&W);
    return 0;
}

static void open_ones_are_listed_and_on_request_those_that_ended(void **state)
{
    struct answer a = http_get(W.port, "/api/v1/modes", BEARER);

    (void)state;
    assert_int_equal(a.status, 200);
    assert_has(a.body, "{\"items\":[{\"id\":\"0000000000000def\",\"kind\":\"calibration\",\"point\":");
    assert_has(a.body, "\"ended\":\"open\",\"ended_at\":null,");
    assert_null(strstr(a.body, "ran_out"));
    answer_clear(&a);
    assert_gets(W.port, "/api/v1/modes?state=all", BEARER, 200, "\"ended\":\"ran_out\",\"ended_at\":\"20");
    assert_gets(W.port, "/api/v1/modes?state=some", BEARER, 400, "\"field\":\"state\"");
    assert_gets(W.port, "/api/v1/modes?site=nowhere", BEARER, 400, "\"field\":\"site\"");
}

static void a_mode_is_begun_in_ones_own_name(void **state)
{
    static const char GOOD[] = "{\"key\":\"ca-1-0001\",\"kind\":\"maintenance\",\"site\":\"tram-bom\","
                               "\"until\":\"2026-11-26T07:00:00+07:00\",\"why\":\"thay bơm\"}";

    (void)state;
    assert_answers(W.port, "POST", "/api/v1/modes", BEARER JSON, GOOD, 403, "not-your-role");
    assert_answers(W.port, "POST", "/api/v1/modes", OPERATOR, GOOD, 201,
                   "\"kind\":\"maintenance\",\"site\":\"tram-bom\"");
    assert_int_equal(W.mode_act.mode.kind, MODE_MAINTENANCE);
    assert_int_equal(W.mode_act.mode.place, MODE_AT_SITE);
    assert_string_equal(W.mode_act.mode.who, W.by.name);
    assert_false(W.mode_act.leads);
}

static void what_is_wrong_is_named(void **state)
{
    static const struct {
        const char *body, *has;
    } CASES[] = {
        { "{\"kind\":\"drill\"}", "\"field\":\"key\"" },
        { "{\"key\":\"ca-1-0001\",\"kind\":\"holiday\"}", "\"field\":\"kind\"" },
        { "{\"key\":\"ca-1-0001\",\"kind\":\"drill\"}", "exactly one of site" },
        { "{\"key\":\"ca-1-0001\",\"kind\":\"drill\",\"site\":\"a\",\"point\":\"b\"}",
          "exactly one of site" },
        { "{\"key\":\"ca-1-0001\",\"kind\":\"drill\",\"site\":\"a\",\"who\":\"b\"}", "no field “who”" },
        { "{\"key\":\"ca-1-0001\",\"kind\":\"drill\",\"site\":\"a\"}", "\"field\":\"until\"" },
        { "{\"key\":\"ca-1-0001\",\"kind\":\"drill\",\"site\":\"a\",\"until\":\"2026-11-26T07:00:00+07:00\"}",
          "\"field\":\"why\"" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++)
        assert_answers(W.port, "POST", "/api/v1/modes", OPERATOR, CASES[i].body, 400, CASES[i].has);
    assert_int_equal(W.mode_act.mode.place, 0);
}

static void what_belongs_to_another_supplier_is_not_there(void **state)
{
    (void)state;
    assert_gets(W.port, "/api/v1/modes", RURAL, 200, "{\"items\":[]}");
    assert_answers(W.port, "DELETE", PATH "?key=ca-1-0002", RURAL, NULL, 404, "not-found");
    assert_answers(W.port, "POST", "/api/v1/modes", RURAL,
                   "{\"key\":\"ca-1-0001\",\"kind\":\"drill\",\"point\":\"lc.nmn.flow_out\",\"why\":\"x\","
                   "\"until\":\"2026-11-26T07:00:00+07:00\"}",
                   404, "not-found");
    assert_int_equal(W.mode_act.mode.place, 0);
    assert_false(W.mode_act.ends);
}

static void a_mode_is_ended(void **state)
{
    (void)state;
    assert_answers(W.port, "DELETE", PATH, OPERATOR, NULL, 400, "\"field\":\"key\"");
    assert_answers(W.port, "DELETE", "/api/v1/modes/0000000000000de0?key=ca-1-0002", OPERATOR, NULL, 404,
                   "no such place or");
    assert_answers(W.port, "DELETE", PATH "?key=ca-1-0002&why=xong", OPERATOR, NULL, 200,
                   "\"ended\":\"ended\"");
    assert_true(W.mode_act.ends);
    assert_int_equal(W.mode_act.mode.id, 0xdef);
    assert_string_equal(W.mode_act.mode.end_why, "xong");
    assert_string_equal(W.mode_act.mode.ended_by, W.by.name);
    assert_answers(W.port, "DELETE", PATH "?key=ca-1-0002&why=%20%C2%A0", OPERATOR, NULL, 200, "ended");
    assert_string_equal(W.mode_act.mode.end_why, "");
}

static void refusals_are_passed_on(void **state)
{
    static const struct {
        enum err code;
        int status;
        const char *has;
    } CASES[] = { { ERR_STATE, 409, "ended already" },
                  { ERR_DENIED, 403, "longer than 8 hours" },
                  { ERR_RANGE, 422, "cannot-be" },
                  { ERR_MISSING, 404, "not-found" },
                  { ERR_FULL, 503, "busy" } };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        W.act_code = CASES[i].code;
        assert_answers(W.port, "DELETE", PATH "?key=ca-1-0002", OPERATOR, NULL, CASES[i].status,
                       CASES[i].has);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(open_ones_are_listed_and_on_request_those_that_ended, up, down),
        cmocka_unit_test_setup_teardown(a_mode_is_begun_in_ones_own_name, up, down),
        cmocka_unit_test_setup_teardown(what_is_wrong_is_named, up, down),
        cmocka_unit_test_setup_teardown(what_belongs_to_another_supplier_is_not_there, up, down),
        cmocka_unit_test_setup_teardown(a_mode_is_ended, up, down),
        cmocka_unit_test_setup_teardown(refusals_are_passed_on, up, down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
