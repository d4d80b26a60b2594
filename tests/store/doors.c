/* Accounts and tokens between two nodes and a real PostgreSQL, under the real roles. */
#include "store/pgtest.h"

#include "../doors/desk.h"
#include "store/grants.h"

#define DENIED "!42501"

static struct pgtest T;
static struct desk a, b;

static int set_up(void **state)
{
    (void)state;
    pgtest_make(&T, true);
    desk_init(&a);
    desk_init(&b);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    desk_clear(&a);
    desk_clear(&b);
    pgtest_drop(&T);
    return 0;
}

static void meet(struct desk *k)
{
    const struct clock clock = { desk_read, k };
    struct grants_port port = doors_grants(k->d);
    struct fault why = { .text = "" };

    if (grants_once(&T.settings, &port, clock, &why) != ERR_NONE)
        fail_msg("%s", why.text);
}

static void first_password(const struct desk *k, char out[64])
{
    struct fault why;

    assert_int_equal(file_read_secret(desk_path(k, "first-password"), out, 64, &why), ERR_NONE);
}

static void what_one_node_makes_the_other_knows(void **state)
{
    char once[DOORS_SECRET_TEXT], secret[DOORS_SECRET_TEXT], session[DOORS_SECRET_TEXT];
    char id[API_TOKEN_PREFIX_MAX];
    struct door_ask token = { .verb = DOOR_TOKEN_ADD,
                              .by = desk_person("admin"),
                              .token = {
                                  .role = ROLE_AGENCY, .purpose = "cổng", .addresses = "10.0.0.0/8" } };
    struct visitor who;

    (void)state;
    assert_int_equal(desk_add(&a, "lan", ROLE_OPERATOR, "cty-a"), ERR_NONE);
    memcpy(once, a.answer.secret, sizeof once);
    assert_int_equal(desk_ask(&a, token), ERR_NONE);
    memcpy(secret, a.answer.secret, sizeof secret);
    memcpy(id, a.answer.token.prefix, sizeof id);
    meet(&a);
    assert_false(a.p.freshness(a.p.self, a.now).stale);
    meet(&b);
    assert_int_equal(desk_sign_in(&b, "lan", once, "10.0.0.1"), ERR_NONE);
    assert_string_equal(b.answer.who.supplier, "cty-a");
    memcpy(session, b.answer.secret, sizeof session);
    assert_true(desk_admits(&b, secret, NULL, "10.0.0.1", &who));
    assert_false(desk_admits(&b, secret, NULL, "11.0.0.1", &who));
    /* taken away on one, gone on the other as soon as they met */
    desk_pass(&a, 1000);
    assert_int_equal(desk_disable(&a, "lan", true), ERR_NONE);
    assert_int_equal(desk_do(&a, DOOR_TOKEN_REVOKE, id), ERR_NONE);
    meet(&a);
    assert_true(desk_admits(&b, NULL, session, "10.0.0.1", &who));
    meet(&b);
    assert_false(desk_admits(&b, NULL, session, "10.0.0.1", &who));
    assert_false(desk_admits(&b, secret, NULL, "10.0.0.1", &who));
    desk_restart(&b);
    assert_false(desk_admits(&b, secret, NULL, "10.0.0.1", &who));
}

static void meeting_again_writes_nothing(void **state)
{
    char before[PGTEST_TEXT];

    (void)state;
    assert_int_equal(desk_add(&a, "lan", ROLE_OPERATOR, ""), ERR_NONE);
    meet(&a);
    meet(&b);
    (void)snprintf(before, sizeof before, "%s",
                   pgtest_ask(&T, PGTEST_WRITER, "SELECT string_agg(xmin::text, ' ') FROM doors.account"));
    meet(&a);
    meet(&b);
    meet(&a);
    assert_string_equal(
        before, pgtest_ask(&T, PGTEST_WRITER, "SELECT string_agg(xmin::text, ' ') FROM doors.account"));
}

static void a_node_without_its_disk_does_not_take_over(void **state)
{
    char password[64];

    (void)state;
    first_password(&a, password);
    assert_int_equal(desk_change_password(&a, "admin", password, "nước sạch mỗi ngày", ""), ERR_NONE);
    meet(&a);
    first_password(&b, password); /* b made an administrator of its own: the database's wins */
    meet(&b);
    assert_int_equal(desk_sign_in(&b, "admin", password, "10.0.0.1"), ERR_DENIED);
    assert_int_equal(desk_sign_in(&b, "admin", "nước sạch mỗi ngày", "10.0.0.1"), ERR_NONE);
    meet(&a);
    assert_int_equal(desk_sign_in(&a, "admin", "nước sạch mỗi ngày", "10.0.0.1"), ERR_NONE);
}

static void a_database_that_was_set_back_learns_again(void **state)
{
    (void)state;
    assert_int_equal(desk_add(&a, "lan", ROLE_OPERATOR, ""), ERR_NONE);
    meet(&a);
    assert_string_equal(pgtest_ask(&T, PGTEST_OWNER, "TRUNCATE doors.account, doors.token"), "");
    meet(&a);
    assert_int_equal(pgtest_count(&T, "SELECT count(*) FROM doors.account"), 2);
}

static void without_a_database_the_doors_open_all_the_same(void **state)
{
    const struct clock clock = { desk_read, &a };
    struct store_settings away = T.settings;
    struct grants_port port = doors_grants(a.d);
    char once[DOORS_SECRET_TEXT];
    struct fault why;

    (void)state;
    (void)snprintf(away.connect, sizeof away.connect, "host=/nowhere dbname=nothing");
    assert_int_not_equal(grants_once(&away, &port, clock, &why), ERR_NONE);
    assert_int_equal(desk_add(&a, "lan", ROLE_OPERATOR, ""), ERR_NONE);
    memcpy(once, a.answer.secret, sizeof once);
    assert_int_equal(desk_sign_in(&a, "lan", once, "10.0.0.1"), ERR_NONE);
    assert_true(a.p.freshness(a.p.self, a.now).stale);
    meet(&a); /* nothing was lost meanwhile */
    assert_int_equal(pgtest_count(&T, "SELECT count(*) FROM doors.account WHERE name = 'lan'"), 1);
}

static void the_reader_cannot_even_look_and_nobody_deletes(void **state)
{
    static const enum pgtest_role OTHERS[] = { PGTEST_READER, PGTEST_MAINTENANCE };

    (void)state;
    meet(&a);
    for (size_t i = 0; i < COUNT_OF(OTHERS); i++) {
        assert_string_equal(pgtest_ask(&T, OTHERS[i], "SELECT count(*) FROM doors.account"), DENIED);
        assert_string_equal(pgtest_ask(&T, OTHERS[i], "SELECT count(*) FROM doors.token"), DENIED);
        assert_string_equal(pgtest_ask(&T, OTHERS[i], "UPDATE doors.account SET role = 'administrator'"),
                            DENIED);
    }
    assert_string_equal(pgtest_ask(&T, PGTEST_WRITER, "DELETE FROM doors.account"), DENIED);
    assert_string_equal(pgtest_ask(&T, PGTEST_WRITER, "TRUNCATE doors.token"), DENIED);
    assert_string_equal(pgtest_ask(&T, PGTEST_WRITER, "DROP TABLE doors.token"), DENIED);
}

static void no_secret_is_in_a_table(void **state)
{
    static const char QUERY[] = "SELECT count(*) FROM (SELECT a::text AS line FROM doors.account a UNION ALL "
                                "SELECT t::text FROM doors.token t) AS rows WHERE position('%s' in line) > 0";
    struct door_ask token = { .verb = DOOR_TOKEN_ADD,
                              .by = desk_person("admin"),
                              .token = { .role = ROLE_VIEWER, .purpose = "x" } };
    char secrets[4][DOORS_PASSWORD_MAX], sql[512];

    (void)state;
    first_password(&a, secrets[0]);
    assert_int_equal(desk_change_password(&a, "admin", secrets[0], "planted-password-one", ""), ERR_NONE);
    (void)snprintf(secrets[1], sizeof secrets[1], "planted-password-one");
    assert_int_equal(desk_ask(&a, token), ERR_NONE);
    memcpy(secrets[2], a.answer.secret + strlen(a.answer.token.prefix), 30); /* past its name to people */
    secrets[2][30] = '\0';
    assert_int_equal(desk_add(&a, "lan", ROLE_OPERATOR, ""), ERR_NONE);
    (void)snprintf(secrets[3], sizeof secrets[3], "%s", a.answer.secret);
    meet(&a);
    for (size_t i = 0; i < COUNT_OF(secrets); i++) {
        (void)snprintf(sql, sizeof sql, QUERY, secrets[i]);
        assert_int_equal(pgtest_count(&T, sql), 0);
    }
    assert_int_equal(
        pgtest_count(&T, "SELECT count(*) FROM doors.account WHERE hash LIKE '$argon2id$v=19$%'"), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define WITH_DATABASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
        WITH_DATABASE(what_one_node_makes_the_other_knows),
        WITH_DATABASE(meeting_again_writes_nothing),
        WITH_DATABASE(a_node_without_its_disk_does_not_take_over),
        WITH_DATABASE(a_database_that_was_set_back_learns_again),
        WITH_DATABASE(without_a_database_the_doors_open_all_the_same),
        WITH_DATABASE(the_reader_cannot_even_look_and_nobody_deletes),
        WITH_DATABASE(no_secret_is_in_a_table),
    };

    if (!pgtest_find(&T, PG_ENV))
        return PGTEST_SKIP;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
