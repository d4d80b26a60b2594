/* What is done at the doors is recorded: once, with who and from where, and with no secret in it. */
#include "desk.h"
#include "inner.h"

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

static size_t acts_of(const char *action)
{
    size_t n = 0;

    for (size_t i = 0; i < act_count; i++)
        n += strcmp(acts[i].action, action) == 0;
    return n;
}

static void an_act_that_is_sent_again_under_its_key_is_done_once(void **state)
{
    char first[DOORS_SECRET_TEXT];
    struct door_ask token = { .verb = DOOR_TOKEN_ADD,
                              .by = desk_person("admin"),
                              .key = "page-0001",
                              .token = { .role = ROLE_AGENCY, .purpose = "Sở Xây dựng" } },
                    account = { .verb = DOOR_ACCOUNT_ADD,
                                .by = desk_person("admin"),
                                .key = "page-0002",
                                .account = { .name = "lan",
                                             .role = ROLE_OPERATOR,
                                             .language = "vi",
                                             .full_name = "Lò Thị Lan" } },
                    other;

    (void)state;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(desk_ask(&k, token), ERR_NONE);
        if (i == 0)
            memcpy(first, k.answer.secret, sizeof first);
        assert_string_equal(k.answer.secret, first);
        assert_int_equal(k.p.tokens(k.p.self, NULL, 0), 1);
    }
    for (int i = 0; i < 2; i++) {
        assert_int_equal(desk_ask(&k, account), ERR_NONE); /* not "there is an account of that name" */
        if (i == 0)
            memcpy(first, k.answer.secret, sizeof first);
        assert_string_equal(k.answer.secret, first);
    }
    assert_int_equal(acts_of("token.add"), 1);
    assert_int_equal(acts_of("account.add"), 1);

    other = token;
    other.token.role = ROLE_VIEWER;
    assert_int_equal(desk_ask(&k, other), ERR_CONFIG); /* the key stands for something else */
    other = token;
    other.by = desk_person("chief");
    assert_int_equal(desk_ask(&k, other), ERR_NONE); /* keys are of whoever sends them */
    other = token;
    other.key[0] = '\0';
    assert_int_equal(desk_ask(&k, other), ERR_NONE);
    assert_int_equal(k.p.tokens(k.p.self, NULL, 0), 3);
    account.key[8] = '9';
    assert_int_equal(desk_ask(&k, account), ERR_STATE);
    assert_int_equal(desk_ask(&k, account), ERR_STATE); /* a refusal is not kept: it is found out anew */
}

static void what_was_answered_under_a_key_is_forgotten_after_ten_minutes(void **state)
{
    static struct doors d;
    const struct door_ask ask = { .verb = DOOR_ACCOUNT_RESET, .key = "page-0001", .name = "lan" };
    const struct door_answer told = { .code = ERR_NONE, .secret = "abcde-fghjk" };
    const struct mono then = { 5000 }, soon = { 5000 + 10 * CLOCK_MINUTE_MS - 1 },
                      late = { 5000 + 10 * CLOCK_MINUTE_MS };
    struct door_ask more = ask;
    struct door_answer a;

    (void)state;
    again_keep(&d, &ask, then, &told);
    assert_true(again_answers(&d, &ask, soon, &a));
    assert_string_equal(a.secret, "abcde-fghjk");
    assert_false(again_answers(&d, &ask, late, &a));
    assert_string_equal(d.again[0].answer.secret, ""); /* and its secret is wiped */
    again_keep(&d, &ask, then, &told);
    for (int i = 0; i < AGAIN_MAX; i++) { /* the newest push out the oldest */
        (void)snprintf(more.key, sizeof more.key, "page-1%03d", i);
        again_keep(&d, &more, then, &told);
    }
    assert_false(again_answers(&d, &ask, soon, &a));
    assert_true(again_answers(&d, &more, soon, &a));
}

#define WITH_DESK(test) cmocka_unit_test_setup_teardown(test, open_desk, close_desk)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DESK(every_change_is_recorded_with_what_was_and_is),
        WITH_DESK(an_act_that_is_sent_again_under_its_key_is_done_once),
        cmocka_unit_test(what_was_answered_under_a_key_is_forgotten_after_ten_minutes),
        WITH_DESK(signing_in_and_out_is_recorded),
        WITH_DESK(wrong_tries_are_counted_not_listed),
        WITH_DESK(no_secret_is_recorded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
