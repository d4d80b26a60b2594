/* What is done at the doors is recorded: once, with who and from where, and with no secret in it. */
#include "desk.h"

enum { ACTS_MAX = 100 };

static struct desk k;
static struct audit_entry acts[ACTS_MAX];
static size_t act_count;

static void record(void *self, const struct audit_entry *e)
{
    (void)self;
    assert_true(act_count < ACTS_MAX);
    acts[act_count++] = *e;
}

static int open_desk(void **state)
{
    (void)state;
    act_count = 0;
    desk_init(&k);
    doors_record(k.d, (struct audit_port){ NULL, record });
    return 0;
}

static int close_desk(void **state)
{
    (void)state;
    desk_clear(&k);
    return 0;
}

static const struct audit_entry *last(const char *action)
{
    assert_true(act_count > 0);
    assert_string_equal(acts[act_count - 1].action, action);
    return &acts[act_count - 1];
}

static void every_change_is_recorded_with_what_was_and_is(void **state)
{
    const struct audit_entry *e;

    (void)state;
    assert_int_equal(desk_add(&k, "lan", ROLE_OPERATOR, "cn-lai-chau"), ERR_NONE);
    e = last("account.add");
    assert_string_equal(e->subject, "account:lan");
    assert_string_equal(e->by.name, "admin");
    assert_int_equal(e->by.kind, ACTOR_ACCOUNT);
    assert_string_equal(e->before, "");
    assert_string_equal(e->after, "{\"role\":\"operator\",\"supplier\":\"cn-lai-chau\",\"language\":\"vi\","
                                  "\"must_change\":true}");
    assert_int_equal(desk_disable(&k, "lan", true), ERR_NONE);
    e = last("account.change");
    assert_null(strstr(e->before, "disabled"));
    assert_non_null(strstr(e->after, "\"disabled\":true"));
    assert_int_equal(desk_do(&k, DOOR_ACCOUNT_RESET, "lan"), ERR_NONE);
    (void)last("account.reset");
    assert_int_equal(desk_do(&k, DOOR_ACCOUNT_REMOVE, "lan"), ERR_NONE);
    (void)last("account.remove");
    assert_int_equal(act_count, 4);
    assert_int_equal(desk_do(&k, DOOR_ACCOUNT_REMOVE, "nobody-here"), ERR_MISSING);
    assert_int_equal(act_count, 4); /* what was not done is not recorded */
}

static void signing_in_and_out_is_recorded(void **state)
{
    char session[DOORS_SECRET_TEXT];
    const struct audit_entry *e;

    (void)state;
    assert_int_equal(desk_add(&k, "lan", ROLE_OPERATOR, ""), ERR_NONE);
    assert_int_equal(desk_sign_in(&k, "lan", k.answer.secret, "203.0.113.9"), ERR_NONE);
    (void)snprintf(session, sizeof session, "%s", k.answer.secret);
    e = last("session.open");
    assert_string_equal(e->by.name, "lan");
    assert_string_equal(e->by.address, "203.0.113.9");
    k.p.sign_out(k.p.self, session);
    assert_string_equal(last("session.close")->by.name, "lan");
    k.p.sign_out(k.p.self, session);
    assert_int_equal(act_count, 3);
}

/* A storm of wrong passwords is one entry a minute, and none of what was typed is in it. */
static void wrong_tries_are_counted_not_listed(void **state)
{
    const struct audit_entry *e;
    size_t tries = 0;

    (void)state;
    for (int i = 0; i < 40; i++) {
        (void)desk_sign_in(&k, "secret-typed-as-name", "wrong", "198.51.100.7");
        desk_pass(&k, 30000);
    }
    assert_in_range(act_count, 5, 25);
    for (size_t i = 0; i < act_count; i++) {
        unsigned n = 0;
        e = &acts[i];
        assert_string_equal(e->action, "session.refused");
        assert_string_equal(e->subject, "address:198.51.100.7");
        assert_string_equal(e->by.name, "");
        assert_int_equal(sscanf(e->after, "{\"tries\":%u}", &n), 1);
        tries += n;
    }
    assert_in_range(tries, 5, 40);
}

static void no_secret_is_recorded(void **state)
{
    char first[DOORS_SECRET_TEXT], token[DOORS_SECRET_TEXT];
    struct door_ask ask = { .verb = DOOR_TOKEN_ADD,
                            .by = desk_person("admin"),
                            .token = { .role = ROLE_AGENCY, .purpose = "Sở Xây dựng" } };

    (void)state;
    assert_int_equal(desk_add(&k, "lan", ROLE_OPERATOR, ""), ERR_NONE);
    (void)snprintf(first, sizeof first, "%s", k.answer.secret);
    assert_int_equal(desk_sign_in(&k, "lan", first, "10.0.0.1"), ERR_NONE);
    assert_int_equal(desk_change_password(&k, "lan", first, "nước sạch mỗi ngày", k.answer.secret), ERR_NONE);
    assert_int_equal(desk_ask(&k, ask), ERR_NONE);
    (void)snprintf(token, sizeof token, "%s", k.answer.secret);
    assert_string_equal(last("token.add")->after, "{\"role\":\"agency\",\"purpose\":\"Sở Xây dựng\"}");
    for (size_t i = 0; i < act_count; i++) {
        char all[sizeof acts[i]];
        memcpy(all, &acts[i], sizeof all);
        for (size_t at = 0; at < sizeof all; at++) { /* texts among NULs */
            assert_int_not_equal(strncmp(all + at, first, strlen(first)), 0);
            assert_int_not_equal(strncmp(all + at, token, strlen(token)), 0);
            assert_int_not_equal(strncmp(all + at, "nước sạch", strlen("nước sạch")), 0);
        }
    }
}

#define WITH_DESK(test) cmocka_unit_test_setup_teardown(test, open_desk, close_desk)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DESK(every_change_is_recorded_with_what_was_and_is),
        WITH_DESK(signing_in_and_out_is_recorded),
        WITH_DESK(wrong_tries_are_counted_not_listed),
        WITH_DESK(no_secret_is_recorded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
