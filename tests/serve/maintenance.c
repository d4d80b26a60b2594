/* What is due for service: the soonest first, of what the visitor sees. */
#include <math.h>

#include "check.h"
#include "world.h"

#define RURAL "Authorization: Bearer " RURAL_TOKEN "\r\n"

static struct world W;

/* Counters of three points: `since` the last service, `interval` to the next. */
static void add_rule(uint32_t point, double since, double interval)
{
    const struct rule r = { .key = 7,
                            .id = "service",
                            .point = point,
                            .other = NO_INDEX,
                            .cause = NO_INDEX,
                            .text = NO_INDEX,
                            .kind = RULE_RUN_HOURS,
                            .limit = interval,
                            .low = NAN,
                            .since = since };

    assert_int_equal(catalogue_add_rule(&W.catalogue, &r, NULL), ERR_NONE);
}

static int up(void **state)
{
    (void)state;
    world_init(&W, 4);
    add_rule(0, 1000, 500);
    add_rule(1, 0, 2000);
    add_rule(3, 0, 100);
    world_set(&W, 0, 1400);
    world_set(&W, 1, 2100);
    world_start(&W);
    return 0;
}

static int down(void **state)
{
    (void)state;
    world_clear(&W);
    return 0;
}

static void the_soonest_comes_first_and_what_is_not_known_last(void **state)
{
    struct answer a = http_get(W.port, "/api/v1/maintenance", BEARER);
    const char *overdue =
        strstr(a.body, "\"run_hours\":2100,\"since\":0,\"interval\":2000,\"left\":-100,\"due\":true");
    const char *soon =
        strstr(a.body, "\"run_hours\":1400,\"since\":1000,\"interval\":500,\"left\":100,\"due\":false");
    const char *unknown =
        strstr(a.body, "\"run_hours\":null,\"since\":0,\"interval\":100,\"left\":null,\"due\":null");

    (void)state;
    assert_int_equal(a.status, 200);
    if (overdue == NULL || soon == NULL || unknown == NULL)
        fail_msg("%s", a.body);
    assert_true(overdue < soon && soon < unknown);
    answer_clear(&a);
}

static void of_one_site_and_never_of_another_supplier(void **state)
{
    struct answer a = http_get(W.port, "/api/v1/maintenance?site=nowhere", BEARER);

    (void)state;
    assert_int_equal(a.status, 400);
    answer_clear(&a);
    a = http_get(W.port, "/api/v1/maintenance", RURAL);
    assert_int_equal(a.status, 200);
    assert_null(strstr(a.body, W.catalogue.points[0].id));
    answer_clear(&a);
}

#define OPERATOR "Authorization: Bearer " OPERATOR_TOKEN "\r\nContent-Type: application/json\r\n" ENGLISH

static int told(const char *fields, const char *point, const char *more)
{
    char body[400];
    struct answer a;
    int status;

    (void)snprintf(
        body, sizeof body,
        "{\"key\":\"2026-11-26-pump\",\"point\":\"%s\",\"at\":\"2026-11-25T07:00:00+07:00\",\"who\":\"Lò Thị "
        "Hoa\"%s}",
        point, more);
    a = http_ask(W.port, "POST", "/api/v1/maintenance", fields, body);
    status = a.status;
    answer_clear(&a);
    return status;
}

static void a_service_is_told_and_the_counter_goes_on_from_it(void **state)
{
    static const char SERVICE[] = ",\"counter\":1390.5,\"note\":\"thay phớt\"";
    struct answer a;

    (void)state;
    assert_int_equal(told(BEARER "Content-Type: application/json\r\n", W.catalogue.points[0].id, SERVICE),
                     403);
    assert_int_equal(told(OPERATOR, W.catalogue.points[0].id, ",\"counter\":1390.5"), 400);
    assert_int_equal(told(OPERATOR, W.catalogue.points[0].id, ",\"note\":\"thay phớt\""), 400);
    assert_int_equal(told(OPERATOR, W.catalogue.points[0].id, ",\"counter\":1,\"note\":7"), 400);
    assert_int_equal(told(OPERATOR, "nowhere", SERVICE), 404);
    assert_false(W.has_told);
    assert_int_equal(told(OPERATOR, W.catalogue.points[0].id, SERVICE), 201);
    assert_int_equal(W.told.kind, HAND_SERVICE);
    assert_string_equal(W.told.note, "thay phớt");
    assert_int_equal(told(OPERATOR, W.catalogue.points[0].id, SERVICE), 200);
    a = http_get(W.port, "/api/v1/maintenance", BEARER);
    assert_has(a.body, "\"run_hours\":1400,\"since\":1390.5,\"interval\":500,\"left\":490.5,\"due\":false");
    assert_has(a.body, "\"counter\":1390.5,\"who\":\"Lò Thị Hoa\",\"note\":\"thay phớt\"");
    assert_has(a.body, "\"service\":null");
    answer_clear(&a);
}

static void of_another_supplier_nothing_is_told(void **state)
{
    static const char SERVICE[] = ",\"counter\":1390.5,\"note\":\"thay phớt\"";

    (void)state;
    assert_int_equal(told(RURAL "Content-Type: application/json\r\n", W.catalogue.points[0].id, SERVICE),
                     404);
    assert_false(W.has_told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_soonest_comes_first_and_what_is_not_known_last, up, down),
        cmocka_unit_test_setup_teardown(of_one_site_and_never_of_another_supplier, up, down),
        cmocka_unit_test_setup_teardown(a_service_is_told_and_the_counter_goes_on_from_it, up, down),
        cmocka_unit_test_setup_teardown(of_another_supplier_nothing_is_told, up, down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
