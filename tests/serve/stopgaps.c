/* Turns of rosters, and what is changed for a while in them and in contacts, over HTTP: who sees it, who may
 * do it, and what is answered. */
#include "answers.h"
#include "world.h"

#define JSON     "Content-Type: application/json\r\n" ENGLISH
#define OPERATOR "Authorization: Bearer " OPERATOR_TOKEN "\r\n" JSON
#define CITY     "Authorization: Bearer " CITY_TOKEN "\r\n" JSON
#define RURAL    "Authorization: Bearer " RURAL_TOKEN "\r\n" JSON
#define ROSTER   "/api/v1/roster"
#define CONTACTS "/api/v1/contacts"
#define UNTIL    "\"until\":\"2026-11-26T07:00:00+07:00\",\"why\":\"ốm\"}"

static struct world W;

static struct stopgap_shown change(uint64_t id, enum stopgap_kind kind, const char *supplier)
{
    struct stopgap_shown s = { .is = { .id = id,
                                       .kind = (uint8_t)kind,
                                       .who = "lan",
                                       .email = "rieng@example.vn",
                                       .sms = "84912345678",
                                       .from = { 1795435838123 },
                                       .until = { 1795439438123 },
                                       .entered = { 1795435838123 },
                                       .key = "k-000001",
                                       .told_by = "ca",
                                       .why = "bị ốm" },
                               .who_name = "Lan" };

    (void)snprintf(s.is.supplier, sizeof s.is.supplier, "%s", supplier);
    if (kind == STOPGAP_SUBSTITUTE) {
        (void)snprintf(s.is.roster, sizeof s.is.roster, "nha-may");
        (void)snprintf(s.is.by, sizeof s.is.by, "minh");
        s.is.email[0] = s.is.sms[0] = '\0';
        s.lacks = STOPGAP_LACKS_BY;
    }
    return s;
}

static int up(void **state)
{
    (void)state;
    world_init(&W, 3);
    world_start(&W);
    W.stopgaps[0] = change(0xdef, STOPGAP_SUBSTITUTE, "");
    W.stopgaps[1] = change(0xdee, STOPGAP_GUEST, "cn-lai-chau");
    W.stopgaps[2] = change(0xded, STOPGAP_SUBSTITUTE, "htx-sin-ho");
    W.stopgaps[3] = change(0xdec, STOPGAP_ADDRESSES, "cn-lai-chau");
    W.stopgaps[3].is.end = STOPGAP_RAN_OUT;
    W.stopgaps[3].is.ended = W.stopgaps[3].is.until;
    W.stopgap_count = 4;
    return 0;
}

static int down(void **state)
{
    (void)state;
    world_clear(&W);
    return 0;
}

#define SPAN "?from=2026-11-23T00:00:00%2B07:00&to=2026-12-24T00:00:00%2B07:00"

static void turns_gaps_and_changes_of_a_stretch_are_told(void **state)
{
    struct answer a = http_get(W.port, ROSTER SPAN, OPERATOR);

    (void)state;
    assert_int_equal(a.status, 200);
    assert_has(a.body, "\"rosters\":[{\"id\":\"nha-may\",\"name\":\"Trực nhà máy\",\"supplier\":null,");
    assert_has(a.body,
               "\"members\":[{\"id\":\"lan\",\"name\":\"Lan\"}],\"turns\":[{\"from\":\"2026-11-23T00:00:00"
               ".000+07:00\",\"to\":");
    assert_has(a.body, "\"gap\":false,\"people\":[{\"id\":\"lan\",\"name\":\"Lan\",\"account\":null,"
                       "\"instead_of\":\"Minh\",\"change\":\"0000000000000def\"}],");
    assert_has(a.body, "\"gap\":true,\"people\":[],");
    assert_has(a.body,
               "\"gaps\":[{\"from\":\"2026-12-03T08:00:00.000+07:00\",\"to\":\"2026-12-24T00:00:00"
               ".000+07:00\"}],\"until\":\"2026-12-24T00:00:00.000+07:00\"}"); /* two parts, one gap */
    assert_has(a.body, "\"members\":[],\"turns\":[],\"gaps\":[],");
    assert_has(a.body,
               "\"changes\":[{\"id\":\"0000000000000def\",\"kind\":\"substitute\",\"state\":\"open\","
               "\"void\":\"by\",\"supplier\":null,\"roster\":\"nha-may\",\"who\":\"lan\",\"who_name\":"
               "\"Lan\",\"by\":\"minh\",\"by_name\":null,\"channels\":[],\"without\":[],");
    assert_has(a.body, "\"why\":\"bị ốm\"");
    assert_has(a.body, "0000000000000ded");
    assert_null(strstr(a.body, "0000000000000dee")); /* of contacts */
    answer_clear(&a);
    a = http_get(W.port, ROSTER "?from=2026-12-24T00:00:00%2B07:00", OPERATOR);
    assert_has(a.body, "\"changes\":[]");
    assert_int_equal(W.roster_to.ms - W.roster_from.ms, 7LL * CLOCK_DAY_MS);
    answer_clear(&a);
}

static void a_stretch_is_bounded(void **state)
{
    (void)state;
    assert_gets(W.port, ROSTER "?from=2026-11-23T00:00:00%2B07:00&to=2026-12-24T00:00:01%2B07:00", OPERATOR,
                400, "\"field\":\"from\"");
    assert_gets(W.port, ROSTER "?from=2026-11-23T00:00:00%2B07:00&to=2026-11-23T00:00:00%2B07:00", OPERATOR,
                400, "\"field\":\"from\"");
    assert_gets(W.port, ROSTER "?from=soon", OPERATOR, 400, "\"field\":\"from\"");
    assert_gets(W.port, ROSTER "?to=soon", OPERATOR, 400, "\"field\":\"to\"");
    assert_gets(W.port, ROSTER "?roster=x", OPERATOR, 400, "\"field\":\"roster\"");
}

/* Why somebody is away is told to who may put a substitute. */
static void who_may_look_and_at_what(void **state)
{
    static const struct {
        enum role role;
        int status;
    } LOOK[] = { { ROLE_VIEWER, 403 },       { ROLE_LABORATORY, 403 }, { ROLE_AGENCY, 403 },
                 { ROLE_TECHNICIAN, 200 },   { ROLE_AUTHORITY, 200 },  { ROLE_OPERATOR, 200 },
                 { ROLE_ADMINISTRATOR, 200 } };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(LOOK); i++) {
        struct answer a;
        const bool acts = LOOK[i].role == ROLE_OPERATOR || LOOK[i].role == ROLE_ADMINISTRATOR;
        W.role = LOOK[i].role;
        a = http_get(W.port, ROSTER SPAN, BEARER JSON);
        assert_int_equal(a.status, LOOK[i].status);
        if (a.status == 200)
            assert_int_equal(strstr(a.body, "bị ốm") != NULL, acts);
        answer_clear(&a);
        assert_answers(W.port, "POST", ROSTER, BEARER JSON,
                       "{\"key\":\"thay-0001\",\"roster\":\"nha-may\",\"who\":\"lan\",\"by\":\"minh\"," UNTIL,
                       acts ? 201 : 403, acts ? "0000000000000abc" : "not-your-role");
        assert_answers(W.port, "POST", CONTACTS, BEARER JSON,
                       "{\"key\":\"khach-001\",\"name\":\"Khách\",\"email\":\"a@b.vn\"," UNTIL,
                       acts ? 201 : 403, acts ? "guest" : "not-your-role");
        assert_answers(W.port, "DELETE", ROSTER "/0000000000000def?key=thoi-0001", BEARER JSON, NULL,
                       acts ? 200 : 403, acts ? "withdrawn" : "not-your-role");
        assert_answers(W.port, "DELETE", CONTACTS "/0000000000000dee?key=thoi-0001", BEARER JSON, NULL,
                       acts ? 200 : 403, acts ? "withdrawn" : "not-your-role");
    }
}

static void each_supplier_sees_and_changes_its_own(void **state)
{
    struct answer a = http_get(W.port, ROSTER SPAN, RURAL);

    (void)state;
    assert_has(a.body, "\"id\":\"nong-thon\"");
    assert_null(strstr(a.body, "\"id\":\"nha-may\""));
    assert_has(a.body, "0000000000000ded");
    assert_null(strstr(a.body, "0000000000000def"));
    answer_clear(&a);
    assert_gets(W.port, CONTACTS, CITY, 200, "\"changes\":[{\"id\":\"0000000000000dee\",\"kind\":\"guest\"");
    assert_gets(W.port, CONTACTS, RURAL, 200, "\"changes\":[]");
    assert_answers(W.port, "DELETE", ROSTER "/0000000000000def?key=thoi-0001", RURAL, NULL, 404, "not-found");
    assert_answers(W.port, "DELETE", CONTACTS "/0000000000000dee?key=thoi-0001", RURAL, NULL, 404,
                   "not-found");
    assert_answers(W.port, "DELETE", ROSTER "/0000000000000ded?key=thoi-0001", RURAL, NULL, 200, "withdrawn");
    assert_string_equal(W.stopgap_act.scope, "htx-sin-ho");
    assert_answers(W.port, "POST", ROSTER, RURAL,
                   "{\"key\":\"thay-0001\",\"roster\":\"nong-thon\",\"who\":\"a\",\"by\":\"b\"," UNTIL, 201,
                   "");
    assert_string_equal(W.stopgap_act.scope, "htx-sin-ho");
    assert_answers(W.port, "POST", CONTACTS, RURAL,
                   "{\"key\":\"khach-001\",\"name\":\"Khách\",\"email\":\"a@b.vn\"," UNTIL, 201,
                   "\"supplier\":\"htx-sin-ho\"");
    assert_answers(
        W.port, "POST", CONTACTS, RURAL,
        "{\"key\":\"khach-001\",\"name\":\"Khách\",\"email\":\"a@b.vn\",\"supplier\":\"cn-lai-chau\"," UNTIL,
        400, "\"field\":\"supplier\"");
    assert_answers(
        W.port, "POST", CONTACTS, OPERATOR,
        "{\"key\":\"khach-001\",\"name\":\"Khách\",\"email\":\"a@b.vn\",\"supplier\":\"cn-lai-chau\"," UNTIL,
        201, "\"supplier\":\"cn-lai-chau\"");
    assert_string_equal(W.stopgap_act.scope, "");
}

static void addresses_are_taken_and_never_shown(void **state)
{
    struct answer a = http_ask(W.port, "POST", CONTACTS, OPERATOR,
                               "{\"key\":\"khach-001\",\"name\":\"Khách\",\"email\":\"moi@example.vn\","
                               "\"language\":\"en\"," UNTIL);

    (void)state;
    assert_int_equal(a.status, 201);
    assert_has(a.body, "\"channels\":[\"email\"]");
    assert_null(strstr(a.body, "moi@"));
    answer_clear(&a);
    assert_string_equal(W.stopgap_act.is.email, "moi@example.vn");
    assert_int_equal(W.stopgap_act.is.language, CONTACT_EN);
    assert_string_equal(W.stopgap_act.is.told_by, "viewer");
    assert_int_equal(W.by.kind, ACTOR_TOKEN);
    a = http_get(W.port, CONTACTS, OPERATOR);
    assert_has(a.body, "\"channels\":[\"email\",\"sms\"],\"without\":[]");
    assert_null(strstr(a.body, "rieng@"));
    assert_null(strstr(a.body, "8491"));
    assert_null(strstr(a.body, "0000000000000dec")); /* it is over */
    answer_clear(&a);
    assert_answers(W.port, "POST", CONTACTS, OPERATOR,
                   "{\"key\":\"dia-chi-1\",\"contact\":\"lan\",\"without\":[\"sms\",\"webhook\"]," UNTIL, 201,
                   "\"without\":[\"sms\",\"webhook\"]");
    assert_int_equal(W.stopgap_act.is.kind, STOPGAP_ADDRESSES);
}

static void what_cannot_be_understood_names_its_field(void **state)
{
    static const struct {
        const char *path, *body, *field;
    } CASES[] = {
        { ROSTER, "{\"roster\":\"r\",\"who\":\"a\",\"by\":\"b\"," UNTIL, "key" },
        { ROSTER, "{\"key\":\"short\",\"roster\":\"r\",\"who\":\"a\"," UNTIL, "key" },
        { ROSTER, "{\"key\":\"thay-0001\",\"who\":\"a\"," UNTIL, "roster" },
        { ROSTER, "{\"key\":\"thay-0001\",\"roster\":5," UNTIL, "roster" },
        { ROSTER, "{\"key\":\"thay-0001\",\"roster\":\"r\",\"who\":7," UNTIL, "who" },
        { ROSTER, "{\"key\":\"thay-0001\",\"roster\":\"r\",\"by\":[]," UNTIL, "by" },
        { ROSTER, "{\"key\":\"thay-0001\",\"roster\":\"r\",\"from\":\"now\"," UNTIL, "from" },
        { ROSTER, "{\"key\":\"thay-0001\",\"roster\":\"r\",\"from\":1," UNTIL, "from" },
        { ROSTER, "{\"key\":\"thay-0001\",\"roster\":\"r\",\"why\":\"x\"}", "until" },
        { ROSTER, "{\"key\":\"thay-0001\",\"roster\":\"r\",\"until\":\"2026-11-26T07:00:00+07:00\"}", "why" },
        { ROSTER, "{\"key\":\"thay-0001\",\"roster\":\"r\",\"sms\":\"1\"," UNTIL, "sms" },
        { CONTACTS, "{\"key\":\"khach-001\",\"email\":\"a@b.vn\"," UNTIL, "name" },
        { CONTACTS, "{\"key\":\"khach-001\",\"name\":\"K\",\"email\":\"a b\"," UNTIL, "email" },
        { CONTACTS, "{\"key\":\"khach-001\",\"name\":\"K\",\"email\":1," UNTIL, "email" },
        { CONTACTS, "{\"key\":\"khach-001\",\"name\":\"K\",\"sms\":\"12\"," UNTIL, "sms" },
        { CONTACTS, "{\"key\":\"khach-001\",\"name\":\"K\",\"sms\":\"0912345678\"," UNTIL,
          "sms" }, /* no channel */
        { CONTACTS, "{\"key\":\"khach-001\",\"name\":\"K\",\"language\":\"fr\"," UNTIL, "language" },
        { CONTACTS, "{\"key\":\"khach-001\",\"name\":\"K\",\"supplier\":\"none\"," UNTIL, "supplier" },
        { CONTACTS, "{\"key\":\"khach-001\",\"name\":\"K\",\"without\":[\"sms\"]," UNTIL, "without" },
        { CONTACTS, "{\"key\":\"dia-chi-1\",\"contact\":\"lan\",\"without\":[\"fax\"]," UNTIL, "without" },
        { CONTACTS, "{\"key\":\"dia-chi-1\",\"contact\":\"lan\",\"without\":\"sms\"," UNTIL, "without" },
        { CONTACTS, "{\"key\":\"dia-chi-1\",\"contact\":\"lan\",\"name\":\"K\"," UNTIL, "name" },
        { CONTACTS, "{\"key\":\"dia-chi-1\",\"contact\":5," UNTIL, "contact" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        char has[64];
        (void)snprintf(has, sizeof has, "\"field\":\"%s\"", CASES[i].field);
        assert_answers(W.port, "POST", CASES[i].path, OPERATOR, CASES[i].body, 400, has);
    }
    assert_answers(W.port, "POST", ROSTER, OPERATOR, "no", 400, "/problems/");
    assert_answers(W.port, "DELETE", ROSTER "/0000000000000def", OPERATOR, NULL, 400, "\"field\":\"key\"");
    assert_answers(W.port, "DELETE", ROSTER "/0000000000000def?key=thoi-0001&who=x", OPERATOR, NULL, 400,
                   "\"field\":\"who\"");
    assert_answers(W.port, "DELETE", ROSTER "/0000000000000dee?key=thoi-0001", OPERATOR, NULL, 404,
                   "not-found"); /* it is not of rosters */
    assert_answers(W.port, "DELETE", CONTACTS "/0000000000000def?key=thoi-0001", OPERATOR, NULL, 404,
                   "not-found");
    assert_answers(W.port, "DELETE", ROSTER "/def?key=thoi-0001", OPERATOR, NULL, 404, "not-found");
}

#define GOOD "{\"key\":\"thay-0001\",\"roster\":\"nha-may\",\"who\":\"lan\",\"by\":\"minh\"," UNTIL

static void what_the_roster_refuses_is_said_with_its_field(void **state)
{
    (void)state;
    W.act_code = ERR_RANGE;
    W.stopgap_field = "until";
    assert_answers(W.port, "POST", ROSTER, OPERATOR, GOOD, 422, "its end has passed");
    assert_answers(W.port, "POST", ROSTER, OPERATOR, GOOD, 422, "\"field\":\"until\"");
    W.act_code = ERR_STATE;
    W.stopgap_field = "key";
    assert_answers(W.port, "POST", ROSTER, OPERATOR, GOOD, 409, "\"field\":\"key\"");
    W.stopgap_field = NULL;
    assert_answers(W.port, "POST", ROSTER, OPERATOR, GOOD, 409, "/problems/conflict");
    W.act_code = ERR_MISSING;
    assert_answers(W.port, "DELETE", ROSTER "/0000000000000def?key=thoi-0001", OPERATOR, NULL, 404,
                   "not-found");
    W.act_code = ERR_FULL;
    assert_answers(W.port, "POST", ROSTER, OPERATOR, GOOD, 503, "/problems/");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(turns_gaps_and_changes_of_a_stretch_are_told, up, down),
        cmocka_unit_test_setup_teardown(a_stretch_is_bounded, up, down),
        cmocka_unit_test_setup_teardown(who_may_look_and_at_what, up, down),
        cmocka_unit_test_setup_teardown(each_supplier_sees_and_changes_its_own, up, down),
        cmocka_unit_test_setup_teardown(addresses_are_taken_and_never_shown, up, down),
        cmocka_unit_test_setup_teardown(what_cannot_be_understood_names_its_field, up, down),
        cmocka_unit_test_setup_teardown(what_the_roster_refuses_is_said_with_its_field, up, down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
