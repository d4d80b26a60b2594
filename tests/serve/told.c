/* What people tell over HTTP: who may, what must be said, and what is answered. */
#include <math.h>

#include "answers.h"
#include "world.h"

#define JSON     "Content-Type: application/json\r\n" ENGLISH
#define OPERATOR "Authorization: Bearer " OPERATOR_TOKEN "\r\n" JSON

static struct world W;

static const char READING[] =
    "{\"key\":\"2026-11-25-well\",\"point\":\"lc.nmn.flow_out\",\"at\":\"2026-11-25T07:00:00+07:00\","
    "\"value\":4.25,\"who\":\"Lò Thị Hoa\",\"note\":\"thước mới\"}";
static const char EXCHANGE[] =
    "{\"key\":\"2026-11-25-meter\",\"point\":\"lc.nmn.flow_out\",\"at\":\"2026-11-25T07:00:00+07:00\","
    "\"old_end\":5000.5,\"new_start\":0,\"who\":\"Vàng A Páo\"}";

static const char FORCE[] = "{\"key\":\"force-flow\",\"value\":7.5,\"until\":\"2026-11-26T07:00:00+07:00\","
                            "\"who\":\"Lò Thị Hoa\",\"note\":\"cảm biến hỏng\"}";

#define FORCED "/api/v1/points/lc.nmn.flow_out/force"

static int up(void **state)
{
    (void)state;
    world_init(&W, 3);
    world_start(&W);
    return 0;
}

static int down(void **state)
{
    (void)state;
    world_clear(&W);
    return 0;
}

static void assert_get(const char *target, const char *has)
{
    struct answer a = http_get(W.port, target, BEARER);

    assert_int_equal(a.status, 200);
    assert_has(a.body, has);
    answer_clear(&a);
}

static void an_operator_tells_a_reading_and_a_viewer_sees_it(void **state)
{
    (void)state;
    assert_get("/api/v1/readings", "{\"items\":[]}");
    assert_answers(W.port, "POST", "/api/v1/readings", OPERATOR, READING, 201,
                   "\"value\":4.25,\"quality\":\"good\"");
    assert_answers(W.port, "POST", "/api/v1/readings", OPERATOR, READING, 200,
                   "\"source\":\"manual\",\"who\":\"Lò Thị Hoa\"");
    assert_get("/api/v1/readings?point=lc.nmn.flow_out",
               "{\"items\":[{\"key\":\"2026-11-25-well\",\"point\":\"lc.nmn.flow_out\",");
    assert_get("/api/v1/meter-exchanges", "{\"items\":[]}");
}

static void an_exchange_says_where_both_meters_stood(void **state)
{
    (void)state;
    assert_answers(W.port, "POST", "/api/v1/meter-exchanges", OPERATOR, EXCHANGE, 201,
                   "\"old_end\":5000.5,\"new_start\":0,\"who\"");
    assert_get("/api/v1/meter-exchanges?limit=5", "\"note\":\"\"");
    assert_answers(W.port, "POST", "/api/v1/meter-exchanges", OPERATOR, READING, 400, "no field “value”");
}

static void who_only_looks_is_told_who_may(void **state)
{
    (void)state;
    assert_answers(W.port, "POST", "/api/v1/readings", BEARER JSON, READING, 403, "not-your-role");
    assert_answers(W.port, "POST", "/api/v1/meter-exchanges", BEARER JSON, EXCHANGE, 403,
                   "The role of this account");
    assert_answers(W.port, "POST", "/api/v1/readings", JSON, READING, 401, "credential-needed");
    assert_false(W.has_told);
}

static void what_is_missing_is_named(void **state)
{
    static const struct {
        const char *body;
        int status;
        const char *has;
    } CASES[] = {
        { "{}", 400, "\"field\":\"key\"" },
        { "[]", 400, "malformed-json" },
        { "{", 400, "malformed-json" },
        { "{\"key\":\"12345678\",\"who\":\"\\u001b[31m\"}", 400, "malformed-json" },
        { "{\"key\":\"12345678\",\"who\":\" \\u00a0\"}", 400, "\"field\":\"who\"" },
        { "{\"key\":\"short\"}", 400, "\"field\":\"key\"" },
        { "{\"key\":\"with a blank\"}", 400, "\"field\":\"key\"" },
        { "{\"key\":\"12345678\"}", 400, "\"field\":\"who\"" },
        { "{\"key\":\"12345678\",\"who\":\"A\"}", 400, "\"field\":\"at\"" },
        { "{\"key\":\"12345678\",\"who\":\"A\",\"at\":\"today\"}", 400, "\"field\":\"at\"" },
        { "{\"key\":\"12345678\",\"who\":\"A\",\"at\":\"2026-11-25T07:00:00Z\"}", 400,
          "\"field\":\"value\"" },
        { "{\"key\":\"12345678\",\"who\":\"A\",\"at\":\"2026-11-25T07:00:00Z\",\"value\":\"4\"}", 400,
          "\"field\":\"value\"" },
        { "{\"key\":\"12345678\",\"who\":\"A\",\"at\":\"2026-11-25T07:00:00Z\",\"value\":4}", 404,
          "\"field\":\"point\"" },
        { "{\"key\":\"12345678\",\"who\":\"A\",\"at\":\"2026-11-25T07:00:00Z\",\"value\":4,\"point\":\"no\"}",
          404, "“no”" },
        { "{\"wert\":4}", 400, "unknown-field" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        assert_answers(W.port, "POST", "/api/v1/readings", OPERATOR, CASES[i].body, CASES[i].status,
                       CASES[i].has);
    assert_false(W.has_told);
}

static void a_refusal_of_the_pipeline_is_passed_on(void **state)
{
    (void)state;
    W.told_code = ERR_RANGE;
    assert_answers(W.port, "POST", "/api/v1/readings", OPERATOR, READING, 422, "its time has not come yet");
    assert_answers(W.port, "POST", "/api/v1/readings",
                   "Authorization: Bearer " OPERATOR_TOKEN "\r\nContent-Type: application/json\r\n", READING,
                   422, "thời điểm đó chưa đến");
    W.told_code = ERR_STATE;
    assert_answers(W.port, "POST", "/api/v1/readings", OPERATOR, READING, 409, "key-taken");
    W.told_code = ERR_MISSING;
    assert_answers(W.port, "POST", "/api/v1/readings", OPERATOR, READING, 404, "lc.nmn.flow_out");
    W.told_code = ERR_TIMEOUT;
    assert_answers(W.port, "POST", "/api/v1/readings", OPERATOR, READING, 503, "busy");
    W.told_code = ERR_FULL;
    assert_answers(W.port, "POST", "/api/v1/readings", OPERATOR, READING, 503, "busy");
}

static void assert_delete(const char *target, const char *fields, int status, const char *has)
{
    struct answer a = http_ask(W.port, "DELETE", target, fields, NULL);

    if (a.status != status)
        fail_msg("%s: %d instead of %d: %s", target, a.status, status, a.body);
    assert_has(a.body, has);
    answer_clear(&a);
}

static void an_operator_forces_a_value_and_a_viewer_sees_it(void **state)
{
    struct reading r = reading_uncertain(0, wall_read(), 7.5, REASON_FORCED);

    (void)state;
    assert_get("/api/v1/points/lc.nmn.flow_out", "\"forced\":null");
    assert_answers(W.port, "POST", FORCED, OPERATOR, FORCE, 201,
                   "\"point\":\"lc.nmn.flow_out\",\"unit\":\"m3/h\",\"value\":7.5,"
                   "\"until\":\"2026-11-26T07:00:00.000+07:00\",\"who\":\"Lò Thị Hoa\"");
    assert_int_equal(W.told.kind, HAND_FORCE);
    assert_answers(W.port, "POST", FORCED, OPERATOR, FORCE, 200, "cảm biến hỏng");
    assert_int_equal(board_set(W.board, &r), ERR_NONE);
    world_publish(&W);
    assert_get(
        "/api/v1/points/lc.nmn.flow_out",
        "\"forced\":{\"value\":7.5,\"until\":\"2026-11-26T07:00:00.000+07:00\",\"who\":\"Lò Thị Hoa\"}");
    assert_get("/api/v1/points/lc.nmn.flow_out", "\"quality\":\"uncertain\",\"reason\":\"forced\"");
    assert_delete(FORCED "?key=release-1&who=V%C3%A0ng%20A%20P%C3%A1o&note=xong", OPERATOR, 200,
                  "\"who\":\"Vàng A Páo\",\"note\":\"xong\",\"entered_at\"");
    assert_int_equal(W.told.kind, HAND_RELEASE);
    assert_true(isnan(W.told.value) && isnan(W.told.old_end));
    assert_get("/api/v1/points/lc.nmn.flow_out", "\"until\":null,\"who\":null"); /* told too long ago */
}

static void a_force_says_who_what_and_until_when(void **state)
{
    (void)state;
    assert_answers(W.port, "POST", FORCED, BEARER JSON, FORCE, 403, "The role of this account");
    assert_delete(FORCED "?key=release-1&who=A", BEARER JSON, 403, "The role of this account");
    assert_answers(W.port, "POST", FORCED, OPERATOR, "{\"key\":\"force-flow\",\"value\":1,\"who\":\"A\"}",
                   400, "\"field\":\"until\"");
    assert_answers(W.port, "POST", FORCED, OPERATOR,
                   "{\"key\":\"force-flow\",\"until\":\"2026-11-26T07:00:00Z\",\"who\":\"A\"}", 400,
                   "\"field\":\"value\"");
    assert_answers(W.port, "POST", FORCED, OPERATOR, READING, 400, "unknown-field");
    assert_answers(W.port, "POST", "/api/v1/points/nowhere/force", OPERATOR, FORCE, 404, "“nowhere”");
    assert_delete(FORCED "?key=release-1", OPERATOR, 400, "\"field\":\"who\"");
    assert_delete(FORCED "?key=release-1&who=%20", OPERATOR, 400, "\"field\":\"who\"");
    assert_delete(FORCED "?who=A", OPERATOR, 400, "\"field\":\"key\"");
    assert_delete(FORCED "?key=release-1&who=A&until=now", OPERATOR, 400, "until");
    assert_false(W.has_told);
    W.told_code = ERR_RANGE;
    assert_delete(FORCED "?key=release-1&who=A", OPERATOR, 422, "cannot-be");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_operator_tells_a_reading_and_a_viewer_sees_it, up, down),
        cmocka_unit_test_setup_teardown(an_exchange_says_where_both_meters_stood, up, down),
        cmocka_unit_test_setup_teardown(who_only_looks_is_told_who_may, up, down),
        cmocka_unit_test_setup_teardown(what_is_missing_is_named, up, down),
        cmocka_unit_test_setup_teardown(a_refusal_of_the_pipeline_is_passed_on, up, down),
        cmocka_unit_test_setup_teardown(an_operator_forces_a_value_and_a_viewer_sees_it, up, down),
        cmocka_unit_test_setup_teardown(a_force_says_who_what_and_until_when, up, down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
