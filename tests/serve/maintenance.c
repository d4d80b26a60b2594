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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_soonest_comes_first_and_what_is_not_known_last, up, down),
        cmocka_unit_test_setup_teardown(of_one_site_and_never_of_another_supplier, up, down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
