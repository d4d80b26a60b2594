/* Measures and black spots over HTTP: who sees them, who may write what, and what is answered. */
#include "answers.h"
#include "world.h"

#define JSON     "Content-Type: application/json\r\n" ENGLISH
#define OPERATOR "Authorization: Bearer " OPERATOR_TOKEN "\r\n" JSON
#define RURAL    "Authorization: Bearer " RURAL_TOKEN "\r\n" JSON
#define MEASURE  "/api/v1/measures/0000000000000abd"
#define SPOT     "/api/v1/black-spots/0000000000000abe"

static struct world W;

/* A measure of the spot, the spot, and two rounds there, the newest first; the day is long over. */
static int up(void **state)
{
    struct prevention p = { .id = 0xabd,
                            .kind = PREVENTION_MEASURE,
                            .spot = 0xabe,
                            .entered = { 1777000000000 },
                            .on = 20500,
                            .due = 20510,
                            .ended_on = DAY_NONE,
                            .site = "nmn-lai-chau",
                            .key = "measure-1",
                            .who = "lan",
                            .responsible = "Đội mạng lưới",
                            .what = "thay van" };

    (void)state;
    world_init(&W, 3);
    world_start(&W);
    W.preventions[2] = W.preventions[3] = p;
    W.preventions[3].id = 0xabe;
    W.preventions[3].kind = PREVENTION_SPOT;
    W.preventions[3].spot = 0;
    W.preventions[2].spot = 0xabe;
    for (unsigned i = 0; i < 2; i++) {
        W.preventions[i] = p;
        W.preventions[i].id = 0xac1 - i;
        W.preventions[i].kind = PREVENTION_ROUND;
        W.preventions[i].state = PREVENTION_DONE;
        W.preventions[i].closed = p.entered;
        W.preventions[i].ended_on = p.on;
        W.preventions[i].due = 20590 + (int32_t)i; /* of one day, the newest counts */
    }
    W.prevention_count = 4;
    return 0;
}

static int down(void **state)
{
    (void)state;
    world_clear(&W);
    return 0;
}

static void what_is_not_done_on_time_is_listed(void **state)
{
    (void)state;
    assert_gets(
        W.port, "/api/v1/measures", BEARER, 200,
        "\"counts\":{\"open\":1,\"overdue\":1,\"late\":1,\"done\":0,\"dropped\":0},\"items\":[{\"id\":"
        "\"0000000000000abd\"");
    assert_gets(W.port, "/api/v1/measures?state=late", BEARER, 200,
                "\"due\":\"2026-02-26\",\"state\":\"open\"");
    assert_gets(W.port, "/api/v1/measures?state=done", BEARER, 200, "\"items\":[]");
    W.preventions[2].state = PREVENTION_DONE;
    W.preventions[2].ended_on = 20511;
    assert_gets(W.port, "/api/v1/measures?state=late", BEARER, 200, "\"overdue\":false,\"late\":true");
    W.preventions[2].ended_on = 20510;
    assert_gets(W.port, "/api/v1/measures?state=late", BEARER, 200, "\"items\":[]");
    assert_gets(W.port, "/api/v1/measures?state=all&site=nmn-lai-chau", BEARER, 200, "\"state\":\"done\"");
    assert_gets(W.port, "/api/v1/measures?state=all&site=tram-bom", BEARER, 200, "\"items\":[]");
    assert_gets(W.port, "/api/v1/measures?state=closed", BEARER, 400, "\"field\":\"state\"");
    assert_gets(W.port, "/api/v1/measures?site=nowhere", BEARER, 400, "\"field\":\"site\"");
}

static void a_spot_has_its_rounds_and_measures(void **state)
{
    (void)state;
    assert_gets(
        W.port, "/api/v1/black-spots", BEARER, 200,
        "\"next_on\":\"2026-05-17\",\"round_overdue\":true,\"inspections\":[{\"id\":\"0000000000000ac1\"");
    assert_gets(W.port, "/api/v1/black-spots?state=overdue", BEARER, 200,
                "\"measures\":[{\"id\":\"0000000000000abd\"");
    assert_gets(W.port, "/api/v1/black-spots?state=closed", BEARER, 200, "\"items\":[]");
    assert_gets(W.port, "/api/v1/black-spots?state=late", BEARER, 400, "\"field\":\"state\"");
}

/* The id on that page of one, and the address of the page behind it; "": there is none. */
static void one_page(const char *at, const char *id, char next[200])
{
    struct answer a = http_get(W.port, at, BEARER);
    const char *cursor = strstr(a.body, "\"next\":"), *first = strstr(a.body, "\"items\":[{\"id\":\"");

    assert_int_equal(a.status, 200);
    assert_non_null(first);
    assert_memory_equal(first + 16, id, 16);
    assert_null(strstr(first + 20, "{\"id\":\"0000000000000ab"));
    assert_non_null(cursor);
    next[0] = '\0';
    if (strncmp(cursor, "\"next\":null", 11) != 0)
        (void)snprintf(next, 200, "%.*s", (int)strcspn(cursor + 8, "\""), cursor + 8);
    answer_clear(&a);
}

/* Two that are open, by their day, then one that was done: each once, also when the first ends meanwhile. */
static void pages_of_measures_cover_them_once(void **state)
{
    static const char ALL[] = "/api/v1/measures?state=all&limit=1";
    char next[200], at[300];

    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        W.preventions[i] = W.preventions[2];
        W.preventions[i].id = 0xab1 + i;
        W.preventions[i].due += i == 0 ? 5 : 0;
    }
    W.preventions[3] = W.preventions[2]; /* abd, of the same day as ab2 */
    W.preventions[2].id = 0xab0;
    W.preventions[2].state = PREVENTION_DONE;
    W.preventions[2].ended_on = 20505;
    one_page(ALL, "0000000000000ab2", next);
    (void)snprintf(at, sizeof at, "%s&next=%s", ALL, next);
    one_page(at, "0000000000000abd", next);
    W.preventions[3].state = PREVENTION_DONE; /* what stood there ended: behind it, all the same */
    W.preventions[3].ended_on = 20506;
    (void)snprintf(at, sizeof at, "%s&next=%s", ALL, next);
    one_page(at, "0000000000000ab1", next);
    (void)snprintf(at, sizeof at, "/api/v1/measures?state=all&next=%s", next);
    assert_gets(W.port, at, BEARER, 200, "\"items\":[{\"id\":\"0000000000000abd\"");
    assert_gets(W.port, at, BEARER, 200, "\"next\":null}");
}

static void a_page_that_cannot_be_is_refused(void **state)
{
    static const char *const WRONG[] = { "limit=0",         "limit=1001",
                                         "limit=x",         "next=zz",
                                         "next=00",         "next=31",
                                         "next=313a313a31", "next=323a313a30303030303030303030303030303161" };
    char at[200];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(WRONG); i++) {
        (void)snprintf(at, sizeof at, "/api/v1/measures?%s", WRONG[i]);
        assert_gets(W.port, at, BEARER ENGLISH, 400,
                    WRONG[i][0] == 'l' ? "\"field\":\"limit\"" : "\"field\":\"next\"");
    }
    assert_gets(W.port, "/api/v1/black-spots?limit=1", BEARER, 200, "\"next\":null}");
}

static void a_measure_is_written_in_ones_own_name(void **state)
{
    static const char GOOD[] =
        "{\"key\":\"measure-2\",\"what\":\"thay bơm\",\"responsible\":\"Hùng\",\"site\":\"tram-bom\"}";

    (void)state;
    assert_answers(W.port, "POST", "/api/v1/measures", BEARER JSON, GOOD, 403, "not-your-role");
    assert_answers(W.port, "POST", "/api/v1/measures", OPERATOR, GOOD, 201, "\"what\":\"thay bơm\"");
    assert_int_equal(W.prevention_act.is.kind, PREVENTION_MEASURE);
    assert_int_equal(W.prevention_act.is.due, DAY_NONE);
    assert_int_equal(W.prevention_act.after, DAY_NONE);
    assert_string_equal(W.prevention_act.is.who, W.by.name);
    assert_answers(W.port, "POST", SPOT "/measures", OPERATOR,
                   "{\"key\":\"measure-3\",\"what\":\"x\",\"responsible\":\"Hùng\",\"due\":\"2027-04-30\"}",
                   201, "\"black_spot\":\"0000000000000abe\"");
    assert_answers(
        W.port, "POST", "/api/v1/measures", OPERATOR,
        "{\"key\":\"measure-3\",\"what\":\"x\",\"responsible\":\"Hùng\",\"black_spot\":\"0000000000000abe\"}",
        201, "\"black_spot\":\"0000000000000abe\"");
}

static void a_measure_of_an_incident_is_due_after_its_evaluation(void **state)
{
    (void)state;
    W.incident = (struct incident){ .id = 1024, .member_count = 1, .fact_count = 1 };
    W.incident.members[0] = (struct member){ .id = 1025, .site = "tram-bom" };
    W.incident.facts[0] =
        (struct fact){ .kind = FACT_EVALUATED, .claimed = { 1767200400000 } }; /* 01/01/2026 */
    assert_answers(W.port, "POST", "/api/v1/measures", OPERATOR,
                   "{\"key\":\"measure-4\",\"what\":\"x\",\"responsible\":\"Hùng\",\"incident\":\"1024\"}",
                   201, "\"incident\":\"1024\"");
    assert_int_equal(W.prevention_act.after, 20454);
    assert_string_equal(W.prevention_act.is.site, "tram-bom");
    assert_answers(W.port, "POST", "/api/v1/measures", OPERATOR,
                   "{\"key\":\"measure-4\",\"what\":\"x\",\"responsible\":\"Hùng\",\"incident\":\"77\"}", 404,
                   "not-found");
}

static void what_is_wrong_is_named(void **state)
{
    static const struct {
        const char *path, *body, *has;
        int status;
    } CASES[] = {
        { "/api/v1/measures", "{\"what\":\"x\"}", "\"field\":\"key\"", 400 },
        { "/api/v1/measures", "{\"key\":\"short\"}", "\"field\":\"key\"", 400 },
        { "/api/v1/measures", "{\"key\":\"measure-1\"}", "\"field\":\"what\"", 400 },
        { "/api/v1/measures", "{\"key\":\"measure-1\",\"what\":\"x\"}", "\"field\":\"responsible\"", 400 },
        { "/api/v1/measures", "{\"key\":\"measure-1\",\"what\":\"x\",\"responsible\":\"y\"}",
          "\"field\":\"site\"", 400 },
        { "/api/v1/measures",
          "{\"key\":\"measure-1\",\"what\":\"x\",\"responsible\":\"y\",\"site\":\"moon\"}",
          "\"field\":\"site\"", 400 },
        { "/api/v1/measures",
          "{\"key\":\"measure-1\",\"what\":\"x\",\"responsible\":\"y\",\"site\":\"tram-bom\",\"due\":"
          "\"soon\"}",
          "\"field\":\"due\"", 400 },
        { "/api/v1/measures", "{\"key\":\"measure-1\",\"who\":\"y\"}", "no field “who”", 400 },
        { "/api/v1/measures",
          "{\"key\":\"measure-1\",\"what\":\"x\",\"responsible\":\"y\",\"black_spot\":\"0000000000000abd\"}",
          "not-found", 404 },
        { MEASURE, "{\"key\":\"end-0001\",\"state\":\"open\"}", "\"field\":\"state\"", 400 },
        { "/api/v1/measures/0000000000000abe", "{\"key\":\"end-0001\",\"state\":\"done\"}", "not-found",
          404 },
        { "/api/v1/measures/ABD", "{\"key\":\"end-0001\",\"state\":\"done\"}", "not-found", 404 },
        { "/api/v1/black-spots", "{\"key\":\"spot-0001\",\"reason\":\"ghosts\"}", "\"field\":\"reason\"",
          400 },
        { SPOT "/inspections", "{\"key\":\"round-01\",\"looked_by\":\"y\"}", "\"field\":\"found\"", 400 },
        { SPOT "/closure", "{\"key\":\"round-01\",\"state\":\"done\"}", "no field “state”", 400 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++)
        assert_answers(W.port, "POST", CASES[i].path, OPERATOR, CASES[i].body, CASES[i].status, CASES[i].has);
    assert_int_equal(W.prevention_act.is.kind, 0);
}

static void a_spot_is_written_looked_at_and_closed(void **state)
{
    (void)state;
    assert_answers(
        W.port, "POST", "/api/v1/black-spots", OPERATOR,
        "{\"key\":\"spot-0001\",\"reason\":\"high_place\",\"what\":\"đồi cao\",\"zone\":\"vung-1\"}", 201,
        "\"reason\":\"high_place\",\"what\":\"đồi cao\",\"evidence\":null,\"state\":\"open\"");
    assert_answers(W.port, "POST", SPOT "/inspections", OPERATOR,
                   "{\"key\":\"round-01\",\"on\":\"2026-11-20\",\"looked_by\":\"Páo\",\"found\":\"rò\"}", 201,
                   "\"on\":\"2026-11-20\",\"looked_by\":\"Páo\",\"found\":\"rò\"");
    assert_int_equal(W.prevention_act.is.spot, 0xabe);
    assert_answers(W.port, "POST", SPOT "/closure", OPERATOR,
                   "{\"key\":\"close-01\",\"why\":\"đã thay ống\"}", 200, "\"state\":\"closed\"");
    assert_true(W.prevention_act.ends);
    assert_int_equal(W.prevention_act.is.id, 0xabe);
    assert_answers(W.port, "POST", MEASURE, OPERATOR,
                   "{\"key\":\"done-0001\",\"state\":\"done\",\"on\":\"2026-11-20\"}", 200,
                   "\"state\":\"done\"");
    assert_string_equal(W.prevention_act.is.ended_by, W.by.name);
}

static void a_spot_is_amended_or_closed_as_it_was_read(void **state)
{
    static const struct {
        const char *body, *has;
        int status;
    } CASES[] = {
        { "{\"key\":\"amend-01\",\"what\":\"x\"}", "\"field\":\"revision\"", 400 },
        { "{\"key\":\"amend-01\",\"revision\":-1}", "\"field\":\"revision\"", 400 },
        { "{\"key\":\"amend-01\",\"revision\":0.5}", "\"field\":\"revision\"", 400 },
        { "{\"key\":\"amend-01\",\"revision\":0,\"state\":\"open\"}", "\"field\":\"state\"", 400 },
        { "{\"key\":\"amend-01\",\"revision\":0,\"state\":\"closed\",\"what\":\"x\"}", "no field", 400 },
        { "{\"key\":\"amend-01\",\"revision\":0,\"reason\":\"ghosts\"}", "\"field\":\"reason\"", 400 },
        { "{\"key\":\"amend-01\",\"revision\":0,\"reason\":7}", "\"field\":\"reason\"", 400 },
    };

    (void)state;
    assert_answers(W.port, "PATCH", SPOT, OPERATOR,
                   "{\"key\":\"amend-01\",\"revision\":3,\"what\":\"cao\",\"next_on\":\"2027-01-15\"}", 201,
                   "");
    assert_true(W.prevention_act.amends && W.prevention_act.of_revision && W.prevention_act.keeps_reason);
    assert_int_equal(W.prevention_act.revision, 3);
    assert_true(W.prevention_act.is.id == 0xabe);
    assert_string_equal(W.prevention_act.is.amend_key, "amend-01");
    assert_string_equal(W.prevention_act.is.what, "cao");
    assert_answers(W.port, "PATCH", SPOT, OPERATOR,
                   "{\"key\":\"close-01\",\"revision\":3,\"state\":\"closed\",\"why\":\"xong\"}", 200, "");
    assert_true(W.prevention_act.ends && W.prevention_act.of_revision && W.prevention_act.revision == 3);
    for (size_t i = 0; i < COUNT_OF(CASES); i++)
        assert_answers(W.port, "PATCH", SPOT, OPERATOR, CASES[i].body, CASES[i].status, CASES[i].has);
    assert_answers(W.port, "PATCH", SPOT, BEARER JSON, CASES[0].body, 403, "not-your-role");
    assert_answers(W.port, "PATCH", MEASURE, OPERATOR, CASES[0].body, 405, "");
}

static void what_belongs_to_another_supplier_is_not_there(void **state)
{
    (void)state;
    assert_gets(W.port, "/api/v1/measures?state=all", RURAL, 200, "\"items\":[]");
    assert_gets(W.port, "/api/v1/black-spots?state=all", RURAL, 200, "\"items\":[]");
    assert_answers(W.port, "POST", MEASURE, RURAL, "{\"key\":\"done-0001\",\"state\":\"done\"}", 404,
                   "not-found");
    assert_answers(W.port, "POST", SPOT "/closure", RURAL, "{\"key\":\"close-01\",\"why\":\"x\"}", 404,
                   "not-found");
    assert_answers(W.port, "POST", SPOT "/measures", RURAL,
                   "{\"key\":\"measure-3\",\"what\":\"x\",\"responsible\":\"y\"}", 404, "not-found");
    assert_answers(W.port, "POST", "/api/v1/measures", RURAL,
                   "{\"key\":\"measure-1\",\"what\":\"x\",\"responsible\":\"y\",\"site\":\"nmn-lai-chau\"}",
                   400, "\"field\":\"site\"");
    assert_int_equal(W.prevention_act.is.kind, 0);
}

static void refusals_are_passed_on(void **state)
{
    static const struct {
        enum err code;
        int status;
        const char *has;
    } CASES[] = { { ERR_STATE, 409, "ended already" },
                  { ERR_RANGE, 422, "cannot-be" },
                  { ERR_MISSING, 404, "not-found" },
                  { ERR_FULL, 503, "busy" } };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        W.act_code = CASES[i].code;
        assert_answers(W.port, "POST", MEASURE, OPERATOR, "{\"key\":\"done-0001\",\"state\":\"done\"}",
                       CASES[i].status, CASES[i].has);
    }
}

static void candidates_come_with_what_speaks_for_them(void **state)
{
    static const char PATH[] = "/api/v1/black-spots/candidates";

    (void)state;
    assert_gets(W.port, PATH, BEARER, 200,
                "\"reason\":\"repeated_incidents\",\"site\":\"nmn-lai-chau\",\"zone\":null,\"point\":null,"
                "\"count\":3,");
    assert_gets(W.port, PATH, BEARER, 200,
                "\"incidents\":[{\"incident\":\"1024\",\"node\":\"n\",\"start_at\":");
    assert_gets(W.port, PATH, RURAL, 200, "\"items\":[{\"reason\":\"low_pressure\",\"site\":\"tram-bom\"");
    assert_gets(W.port, "/api/v1/black-spots/candidates?site=tram-bom", BEARER, 200,
                "\"items\":[{\"reason\":\"low_pressure\"");
    assert_gets(W.port, "/api/v1/black-spots/candidates?site=moon", BEARER, 400, "\"field\":\"site\"");
    W.spots_code = ERR_PEER;
    assert_gets(W.port, PATH, BEARER, 503, "/problems/");
    W.spots_code = ERR_NONE;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_not_done_on_time_is_listed, up, down),
        cmocka_unit_test_setup_teardown(a_spot_is_amended_or_closed_as_it_was_read, up, down),
        cmocka_unit_test_setup_teardown(pages_of_measures_cover_them_once, up, down),
        cmocka_unit_test_setup_teardown(a_page_that_cannot_be_is_refused, up, down),
        cmocka_unit_test_setup_teardown(a_spot_has_its_rounds_and_measures, up, down),
        cmocka_unit_test_setup_teardown(a_measure_is_written_in_ones_own_name, up, down),
        cmocka_unit_test_setup_teardown(a_measure_of_an_incident_is_due_after_its_evaluation, up, down),
        cmocka_unit_test_setup_teardown(what_is_wrong_is_named, up, down),
        cmocka_unit_test_setup_teardown(a_spot_is_written_looked_at_and_closed, up, down),
        cmocka_unit_test_setup_teardown(what_belongs_to_another_supplier_is_not_there, up, down),
        cmocka_unit_test_setup_teardown(candidates_come_with_what_speaks_for_them, up, down),
        cmocka_unit_test_setup_teardown(refusals_are_passed_on, up, down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
