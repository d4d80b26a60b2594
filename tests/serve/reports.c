/* Reports at the face: what is asked for is what was meant, of whom it may be, and refusals that say why. */
#include "check.h"
#include "world.h"

static struct world W;

static int start(void **state)
{
    (void)state;
    world_init(&W, 4);
    world_start(&W);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    world_clear(&W);
    return 0;
}

static struct answer get(const char *target, const char *fields, int status)
{
    struct answer a = http_get(W.port, target, fields);

    if (a.status != status)
        fail_msg("%s: %d, not %d: %s", target, a.status, status, a.body);
    return a;
}

static struct answer issue(const char *body, const char *token, int status)
{
    char fields[200];
    struct answer a;

    (void)snprintf(fields, sizeof fields, "Authorization: Bearer %s\r\nContent-Type: application/json\r\n",
                   token);
    a = http_ask(W.port, "POST", "/api/v1/reports", fields, body);
    if (a.status != status)
        fail_msg("%s: %d, not %d: %s", body, a.status, status, a.body);
    return a;
}

static void a_period_is_two_days_that_exist_both_included(void **state)
{
    static const struct {
        const char *query, *field;
    } WRONG[] = {
        { "from=2026-09-01&to=2026-09-30", "\"kind\"" },
        { "kind=supply&from=2026-09-01&to=2026-09-30", "\"kind\"" },
        { "kind=incidents&to=2026-09-30", "\"from\"" },
        { "kind=incidents&from=2026-09-31&to=2026-10-30", "\"from\"" },
        { "kind=incidents&from=2026-09-01", "\"to\"" },
        { "kind=incidents&from=2026-09-02&to=2026-09-01", "\"from\"" },
        { "kind=incidents&from=2025-01-01&to=2026-02-05", "\"from\"" },
        { "kind=incidents&from=2026-09-01&to=2026-09-30&format=xlsx", "\"format\"" },
        { "kind=incidents&from=2026-09-01&to=2026-09-30&supplier=nobody", "\"supplier\"" },
    };
    struct answer a =
        get("/api/v1/reports/preview?kind=water-quality&from=2025-01-01&to=2026-02-04", BEARER, 200);

    (void)state;
    answer_clear(&a);
    assert_int_equal(W.report.verb, REPORT_PREVIEW);
    assert_int_equal(W.report.kind, REPORT_WATER_QUALITY);
    assert_int_equal(W.report.to - W.report.from, 399);
    assert_string_equal(W.report.supplier, "");
    for (size_t i = 0; i < COUNT_OF(WRONG); i++) {
        char target[300];
        (void)snprintf(target, sizeof target, "/api/v1/reports/preview?%s", WRONG[i].query);
        a = get(target, BEARER, 400);
        assert_has(a.body, WRONG[i].field);
        answer_clear(&a);
    }
}

static void who_has_a_supplier_gets_that_ones(void **state)
{
    static const char CITY[] = "Authorization: Bearer " CITY_TOKEN "\r\n";
    struct answer a = get("/api/v1/reports", CITY, 200);
    char own[ID_MAX], target[300];

    (void)state;
    answer_clear(&a);
    memcpy(own, W.report.supplier, sizeof own);
    assert_string_not_equal(own, "");
    a = get("/api/v1/reports/preview?kind=incidents&from=2026-09-01&to=2026-09-30", CITY, 200);
    answer_clear(&a);
    assert_string_equal(W.report.supplier, own);
    a = get("/api/v1/reports/anything.json", CITY, 404);
    answer_clear(&a);
    assert_string_equal(W.report.supplier, own);
    a = issue("{\"kind\":\"incidents\",\"from\":\"2026-09-01\",\"to\":\"2026-09-30\"}", CITY_TOKEN, 201);
    answer_clear(&a);
    assert_string_equal(W.report.supplier, own);
    for (size_t i = 0; i < W.catalogue.supplier_count; i++) {
        const bool is_own = strcmp(W.catalogue.suppliers[i].id, own) == 0;
        (void)snprintf(target, sizeof target, "/api/v1/reports?supplier=%s", W.catalogue.suppliers[i].id);
        a = get(target, CITY, is_own ? 200 : 400);
        answer_clear(&a);
        a = get(target, BEARER, 200);
        answer_clear(&a);
    }
}

static void an_issued_one_comes_with_the_hash_of_its_bytes(void **state)
{
    struct answer a = get("/api/v1/reports/incidents-20241004-20241102-v1.html", BEARER, 200);
    const struct seal_hash hash = seal_hash("the report", 10);
    char text[2 * SEAL_HASH_BYTES + 1], tag[2 * SEAL_HASH_BYTES + 3];

    (void)state;
    seal_hash_text(&hash, text);
    (void)snprintf(tag, sizeof tag, "\"%s\"", text);
    assert_string_equal(a.body, "the report");
    assert_has(answer_field(&a, "ETag"), tag);
    assert_has(answer_field(&a, "Content-Disposition"),
               "inline; filename=\"incidents-20241004-20241102-v1.html\"");
    assert_has(answer_field(&a, "Content-Security-Policy"),
               "default-src 'none'; style-src 'unsafe-inline'; ");
    assert_has(answer_field(&a, "Content-Security-Policy"), "; sandbox; frame-ancestors 'none'");
    assert_string_equal(answer_field(&a, "Referrer-Policy"), "no-referrer");
    answer_clear(&a);
    a = get("/api/v1/reports/incidents-20241004-20241102-v1.csv", BEARER, 200);
    assert_has(answer_field(&a, "Content-Disposition"),
               "attachment; filename=\"incidents-20241004-20241102-v1.csv\"");
    assert_has(answer_field(&a, "Content-Security-Policy"), "script-src 'self'");
    answer_clear(&a);
    for (size_t i = 0; i < 3; i++) {
        static const char *const NONE[] = { "/api/v1/reports/incidents-20241004-20241102-v1.pdf",
                                            "/api/v1/reports/incidents-20241004-20241102-v1",
                                            "/api/v1/reports/.json" };
        a = get(NONE[i], BEARER, 404);
        answer_clear(&a);
    }
}

static void what_was_issued_is_told_and_by_whom(void **state)
{
    struct answer a =
        issue("{\"kind\":\"incidents\",\"from\":\"2026-09-01\",\"to\":\"2026-09-30\"}", OPERATOR_TOKEN, 201);

    (void)state;
    assert_int_equal(W.report.verb, REPORT_ISSUE);
    assert_string_not_equal(W.report.by.name, "");
    assert_has(a.body, "\"id\":\"incidents-");
    answer_clear(&a);
    a = issue("{\"kind\":\"incidents\",\"from\":\"2026-09-01\",\"to\":\"2026-09-30\"}", TOKEN, 403);
    answer_clear(&a);
    a = issue("{\"kind\":\"incidents\",\"from\":1,\"to\":\"2026-09-30\"}", OPERATOR_TOKEN, 400);
    answer_clear(&a);
    a = issue("{\"kind\":\"incidents\",\"from\":\"2026-09-01\",\"to\":\"2026-09-30\",\"supplier\":[]}",
              OPERATOR_TOKEN, 400);
    answer_clear(&a);
    a = issue("{", OPERATOR_TOKEN, 400);
    answer_clear(&a);
}

static void a_list_goes_on_where_it_ended(void **state)
{
    struct answer a = get("/api/v1/reports?limit=1", BEARER, 200);
    static const char *const WRONG[] = { "x", "1", "1.", ".x", "-5.x", "12345678901234567890.x" };

    (void)state;
    assert_has(a.body, "\"next\":\"1795435838123.incidents-20241004-20241102-v1\"");
    answer_clear(&a);
    a = get("/api/v1/reports?next=1795435838123.incidents-20241004-20241102-v1", BEARER, 200);
    assert_has(a.body, "\"next\":null");
    answer_clear(&a);
    assert_int_equal(W.report.before.ms, 1795435838123);
    for (size_t i = 0; i < COUNT_OF(WRONG); i++) {
        char target[120];
        if (i == 2)
            continue; /* an empty id is before all of that instant */
        (void)snprintf(target, sizeof target, "/api/v1/reports?next=%s", WRONG[i]);
        a = get(target, BEARER, 400);
        answer_clear(&a);
    }
}

static void what_went_wrong_behind_has_its_own_answer(void **state)
{
    static const struct {
        enum err code;
        int status;
    } WAYS[] = { { ERR_PEER, 503 },   { ERR_IO, 503 },    { ERR_TIMEOUT, 504 }, { ERR_RANGE, 400 },
                 { ERR_MEMORY, 500 }, { ERR_STATE, 503 }, { ERR_FULL, 503 } };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(WAYS); i++) {
        struct answer a;
        W.report_code = WAYS[i].code;
        a = get("/api/v1/reports/preview?kind=incidents&from=2026-09-01&to=2026-09-30", BEARER,
                WAYS[i].status);
        answer_clear(&a);
    }
    W.report_code = ERR_NONE;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_period_is_two_days_that_exist_both_included),
        cmocka_unit_test(who_has_a_supplier_gets_that_ones),
        cmocka_unit_test(an_issued_one_comes_with_the_hash_of_its_bytes),
        cmocka_unit_test(what_was_issued_is_told_and_by_whom),
        cmocka_unit_test(a_list_goes_on_where_it_ended),
        cmocka_unit_test(what_went_wrong_behind_has_its_own_answer),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
