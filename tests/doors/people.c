/* Accounts, their sessions, tokens of programs, and what stays of them. */
#include "base/log.h"
#include "desk.h"

static struct desk k;
static char once[DOORS_SECRET_TEXT];

static int open_desk(void **state)
{
    (void)state;
    desk_init(&k);
    return 0;
}

static int close_desk(void **state)
{
    (void)state;
    desk_clear(&k);
    return 0;
}

static void first_password(char out[64])
{
    struct fault why;
    struct stat is;

    assert_int_equal(stat(desk_path(&k, "first-password"), &is), 0);
    assert_int_equal(is.st_mode & 0777, 0600);
    assert_int_equal(file_read_secret(desk_path(&k, "first-password"), out, 64, &why), ERR_NONE);
}

static void add(const char *name, enum role role, const char *supplier)
{
    assert_int_equal(desk_add(&k, name, role, supplier), ERR_NONE);
    memcpy(once, k.answer.secret, sizeof once);
}

static void sign_in(const char *name, const char *password, char session[DOORS_SECRET_TEXT])
{
    assert_int_equal(desk_sign_in(&k, name, password, "10.0.0.1"), ERR_NONE);
    memcpy(session, k.answer.secret, DOORS_SECRET_TEXT);
}

static bool is_there(const char *name)
{
    return access(desk_path(&k, name), F_OK) == 0;
}

static void the_first_start_makes_one_administrator_who_must_change(void **state)
{
    char password[64], session[DOORS_SECRET_TEXT];
    struct visitor who;

    (void)state;
    first_password(password);
    sign_in("admin", password, session);
    assert_true(desk_admits(&k, NULL, session, "10.0.0.1", &who));
    assert_int_equal(who.role, ROLE_ADMINISTRATOR);
    assert_true(who.must_change);
    assert_int_equal(desk_change_password(&k, "admin", password, "admin-of-water", session), ERR_RANGE);
    assert_int_equal(desk_change_password(&k, "admin", password, "nước sạch mỗi ngày", session), ERR_NONE);
    assert_true(desk_admits(&k, NULL, session, "10.0.0.1", &who));
    assert_false(who.must_change);
    desk_restart(&k);
    assert_false(is_there("first-password"));
    assert_int_equal(desk_sign_in(&k, "admin", password, "10.0.0.1"), ERR_DENIED);
    assert_int_equal(desk_sign_in(&k, "admin", "nước sạch mỗi ngày", "10.0.0.1"), ERR_NONE);
}

static void a_second_start_makes_no_second_password(void **state)
{
    char password[64], again[64];

    (void)state;
    first_password(password);
    desk_restart(&k);
    first_password(again);
    assert_string_equal(password, again);
    assert_int_equal(desk_sign_in(&k, "admin", password, "10.0.0.1"), ERR_NONE);
}

static void wrong_and_unknown_are_answered_alike(void **state)
{
    char unknown[256];

    (void)state;
    add("lan", ROLE_OPERATOR, "");
    assert_int_equal(desk_sign_in(&k, "nobody-here", "whatever it is", "10.0.0.1"), ERR_DENIED);
    (void)snprintf(unknown, sizeof unknown, "%s", k.answer.why.text);
    assert_int_equal(desk_sign_in(&k, "lan", "whatever it is", "10.0.0.1"), ERR_DENIED);
    assert_string_equal(unknown, k.answer.why.text);
    assert_int_equal(desk_disable(&k, "lan", true), ERR_NONE);
    assert_int_equal(desk_sign_in(&k, "lan", once, "10.0.0.1"), ERR_DENIED);
    assert_string_equal(unknown, k.answer.why.text);
}

static void disabling_ends_what_is_open_at_once(void **state)
{
    char session[DOORS_SECRET_TEXT];
    struct visitor who;
    unsigned turn;

    (void)state;
    add("lan", ROLE_OPERATOR, "cty-a");
    sign_in("lan", once, session);
    assert_true(desk_admits(&k, NULL, session, "10.0.0.1", &who));
    assert_string_equal(who.supplier, "cty-a");
    turn = k.p.turn(k.p.self);
    assert_int_equal(desk_disable(&k, "lan", true), ERR_NONE);
    assert_int_not_equal(turn, k.p.turn(k.p.self));
    assert_false(desk_admits(&k, NULL, session, "10.0.0.1", &who));
    assert_int_equal(desk_disable(&k, "lan", false), ERR_NONE);
    assert_false(desk_admits(&k, NULL, session, "10.0.0.1", &who)); /* it does not come back */
    assert_int_equal(desk_sign_in(&k, "lan", once, "10.0.0.1"), ERR_NONE);
}

static void a_changed_password_ends_the_other_sessions(void **state)
{
    char one[DOORS_SECRET_TEXT], two[DOORS_SECRET_TEXT];
    struct visitor who;

    (void)state;
    add("lan", ROLE_OPERATOR, "");
    sign_in("lan", once, one);
    sign_in("lan", once, two);
    assert_int_equal(desk_change_password(&k, "lan", "not this one", "một mật khẩu mới", two), ERR_DENIED);
    assert_int_equal(desk_change_password(&k, "lan", once, "ngắn", two), ERR_RANGE);
    assert_int_equal(desk_change_password(&k, "lan", once, "aaaaaaaaaaaaaaa", two), ERR_RANGE);
    assert_int_equal(desk_change_password(&k, "lan", once, once, two), ERR_RANGE);
    assert_true(desk_admits(&k, NULL, one, "10.0.0.1", &who));
    assert_int_equal(desk_change_password(&k, "lan", once, "một mật khẩu mới", two), ERR_NONE);
    assert_false(desk_admits(&k, NULL, one, "10.0.0.1", &who));
    assert_true(desk_admits(&k, NULL, two, "10.0.0.1", &who));
    assert_int_equal(desk_do(&k, DOOR_ACCOUNT_RESET, "lan"), ERR_NONE);
    assert_false(desk_admits(&k, NULL, two, "10.0.0.1", &who));
    assert_int_equal(desk_sign_in(&k, "lan", "một mật khẩu mới", "10.0.0.1"), ERR_DENIED);
}

static void sessions_are_listed_and_ended(void **state)
{
    struct session_info list[4];
    char one[DOORS_SECRET_TEXT], two[DOORS_SECRET_TEXT];
    struct visitor who;

    (void)state;
    add("lan", ROLE_OPERATOR, "");
    sign_in("lan", once, one);
    desk_pass(&k, 1000);
    sign_in("lan", once, two);
    assert_int_equal(k.p.sessions(k.p.self, "lan", k.now, list, 4), 2);
    assert_int_equal(k.p.sessions(k.p.self, "admin", k.now, list + 2, 2), 0);
    assert_null(strstr(one, list[0].id));
    assert_int_equal(
        k.p.end_sessions(k.p.self, "admin", list[0].id, &(struct actor){ ACTOR_ACCOUNT, "root", "" }),
        0); /* not theirs */
    assert_int_equal(
        k.p.end_sessions(k.p.self, "lan", list[0].id, &(struct actor){ ACTOR_ACCOUNT, "root", "" }), 1);
    assert_int_equal(
        desk_admits(&k, NULL, one, "10.0.0.1", &who) + desk_admits(&k, NULL, two, "10.0.0.1", &who), 1);
    assert_int_equal(k.p.end_sessions(k.p.self, "lan", NULL, &(struct actor){ ACTOR_ACCOUNT, "root", "" }),
                     1);
    assert_int_equal(k.p.sessions(k.p.self, NULL, k.now, list, 4), 0);
}

static void one_account_does_not_push_others_out(void **state)
{
    char own[DOORS_SECRET_TEXT], session[DOORS_SECRET_TEXT];
    char password[64];
    struct visitor who;

    (void)state;
    first_password(password);
    sign_in("admin", password, own);
    add("lan", ROLE_OPERATOR, "");
    for (int i = 0; i < 3 * DOORS_SESSIONS_EACH; i++) {
        desk_pass(&k, 1);
        sign_in("lan", once, session);
    }
    assert_true(desk_admits(&k, NULL, own, "10.0.0.1", &who));
    assert_true(desk_admits(&k, NULL, session, "10.0.0.1", &who));
    assert_int_equal(k.p.sessions(k.p.self, "lan", k.now, NULL, 0), DOORS_SESSIONS_EACH);
}

static void the_last_administrator_stays(void **state)
{
    struct door_ask demote = { .verb = DOOR_ACCOUNT_CHANGE,
                               .by = desk_person("admin"),
                               .name = "admin",
                               .set = DOOR_SET_ROLE,
                               .account = { .role = ROLE_OPERATOR } };

    (void)state;
    assert_int_equal(desk_do(&k, DOOR_ACCOUNT_REMOVE, "admin"), ERR_STATE);
    assert_int_equal(desk_disable(&k, "admin", true), ERR_STATE);
    assert_int_equal(desk_ask(&k, demote), ERR_STATE);
    add("chi", ROLE_ADMINISTRATOR, "");
    assert_int_equal(desk_ask(&k, demote), ERR_NONE);
    assert_int_equal(desk_do(&k, DOOR_ACCOUNT_REMOVE, "chi"), ERR_STATE);
}

static void what_an_account_must_be(void **state)
{
    struct account gone;

    (void)state;
    assert_int_equal(desk_add(&k, "Lan", ROLE_OPERATOR, ""), ERR_RANGE);
    assert_int_equal(desk_add(&k, "l", ROLE_OPERATOR, ""), ERR_RANGE);
    assert_int_equal(desk_add(&k, "../lan", ROLE_OPERATOR, ""), ERR_RANGE);
    assert_int_equal(desk_add(&k, "lan", ROLE_NOBODY, ""), ERR_RANGE);
    assert_int_equal(desk_add(&k, "lan", ROLE_AGENCY, ""), ERR_RANGE); /* programs, by token only */
    assert_int_equal(desk_add(&k, "lan", ROLE_ADMINISTRATOR, "cty-a"), ERR_RANGE);
    assert_int_equal(desk_add(&k, "lan", ROLE_OPERATOR, "cty-a"), ERR_NONE);
    assert_int_equal(desk_add(&k, "lan", ROLE_OPERATOR, "cty-a"), ERR_STATE);
    assert_int_equal(desk_do(&k, DOOR_ACCOUNT_REMOVE, "lan"), ERR_NONE);
    assert_int_equal(desk_do(&k, DOOR_ACCOUNT_RESET, "lan"), ERR_MISSING);
    assert_true(k.p.person(k.p.self, "lan", &gone)); /* what they did still bears their name */
    assert_true(gone.removed && gone.full_name[0] != '\0' && gone.hash[0] == '\0');
    assert_false(k.p.person(k.p.self, "nobody-here", &gone));
    assert_int_equal(desk_add(&k, "lan", ROLE_OPERATOR, "cty-a"), ERR_STATE); /* never given twice */
}

/* ------------------------------------------------------------------ tokens */

static struct door_ask token_for(const char *addresses, const char *sites, int64_t expires)
{
    struct door_ask ask = { .verb = DOOR_TOKEN_ADD,
                            .by = desk_person("admin"),
                            .token = { .role = ROLE_AGENCY, .purpose = "cổng của Sở", .supplier = "cty-a" } };

    (void)snprintf(ask.token.addresses, sizeof ask.token.addresses, "%s", addresses);
    (void)snprintf(ask.token.sites, sizeof ask.token.sites, "%s", sites);
    ask.token.expires.ms = expires;
    return ask;
}

static void a_token_opens_from_where_and_until_it_says(void **state)
{
    char secret[DOORS_SECRET_TEXT];
    struct visitor who;

    (void)state;
    assert_int_equal(desk_ask(&k, token_for("10.1.0.0/16", "nmn", k.now.wall.ms + 5000)), ERR_NONE);
    memcpy(secret, k.answer.secret, sizeof secret);
    assert_int_equal(strncmp(secret, k.answer.token.prefix, 11), 0);
    assert_true(desk_admits(&k, secret, NULL, "10.1.2.3", &who));
    assert_int_equal(who.role, ROLE_AGENCY);
    assert_string_equal(who.supplier, "cty-a");
    assert_string_equal(who.sites, "nmn");
    assert_false(who.person);
    assert_false(desk_admits(&k, secret, NULL, "10.2.0.1", &who));
    assert_false(desk_admits(&k, NULL, secret, "10.1.2.3", &who)); /* a token is no session */
    desk_pass(&k, 5000);
    assert_false(desk_admits(&k, secret, NULL, "10.1.2.3", &who));
    assert_int_equal(desk_ask(&k, token_for("10.1.0.1/16", "", 0)), ERR_RANGE);
    assert_int_equal(desk_ask(&k, token_for("", "", k.now.wall.ms - 1)), ERR_RANGE);
}

static void a_revoked_token_is_refused_at_once_and_for_ever(void **state)
{
    char secret[DOORS_SECRET_TEXT];
    struct visitor who;

    (void)state;
    assert_int_equal(desk_ask(&k, token_for("", "", 0)), ERR_NONE);
    memcpy(secret, k.answer.secret, sizeof secret);
    desk_restart(&k);
    assert_true(desk_admits(&k, secret, NULL, "10.1.2.3", &who));
    assert_int_equal(desk_do(&k, DOOR_TOKEN_REVOKE, "cn_unknown1"), ERR_MISSING);
    assert_int_equal(desk_do(&k, DOOR_TOKEN_REVOKE, who.name), ERR_NONE);
    assert_false(desk_admits(&k, secret, NULL, "10.1.2.3", &who));
    desk_restart(&k);
    assert_false(desk_admits(&k, secret, NULL, "10.1.2.3", &who));
}

static void the_last_use_is_noted_by_the_hour(void **state)
{
    char secret[DOORS_SECRET_TEXT];
    struct api_token list[1];
    struct visitor who;
    struct wall first = k.now.wall;

    (void)state;
    assert_int_equal(desk_ask(&k, token_for("", "", 0)), ERR_NONE);
    memcpy(secret, k.answer.secret, sizeof secret);
    for (int i = 0; i < 59; i++) {
        assert_true(desk_admits(&k, secret, NULL, "10.1.2.3", &who));
        desk_pass(&k, CLOCK_MINUTE_MS);
    }
    assert_int_equal(k.p.tokens(k.p.self, list, 1), 1);
    assert_int_equal(list[0].used.ms, first.ms);
    desk_pass(&k, CLOCK_MINUTE_MS);
    assert_true(desk_admits(&k, secret, NULL, "10.1.2.3", &who));
    (void)k.p.tokens(k.p.self, list, 1);
    assert_int_equal(list[0].used.ms, first.ms + CLOCK_HOUR_MS);
}

/* ------------------------------------------------------------------ what is kept */

static void what_cannot_be_read_is_put_aside(void **state)
{
    struct fault why;

    (void)state;
    add("lan", ROLE_OPERATOR, "");
    doors_close(k.d);
    assert_int_equal(file_write(desk_path(&k, "doors.jsonl"), "{\"account\":1}\n", 14, 0600, &why), ERR_NONE);
    desk_open(&k);
    assert_true(is_there("doors.jsonl.unreadable"));
    assert_int_equal(k.p.accounts(k.p.self, NULL, 0), 1); /* a first administrator again */
}

/* Two nodes that heard of each other in whatever order say the same. */
static void two_nodes_agree(void **state)
{
    struct grants_port g = doors_grants(k.d);
    struct account *mine, theirs;
    size_t count;

    (void)state;
    add("lan", ROLE_OPERATOR, "");
    assert_int_equal(g.accounts(g.self, &mine, &count), ERR_NONE);
    theirs = mine[1];
    free(mine);
    theirs.disabled = true; /* there, at the same time as here: */
    theirs.disabled_set.ms += 10;
    assert_int_equal(desk_do(&k, DOOR_ACCOUNT_RESET, "lan"), ERR_NONE);
    memcpy(once, k.answer.secret, sizeof once);
    assert_int_equal(g.hear_account(g.self, &theirs), ERR_NONE);
    assert_int_equal(desk_sign_in(&k, "lan", once, "10.0.0.1"), ERR_DENIED); /* disabled stays */
    assert_int_equal(desk_disable(&k, "lan", false), ERR_NONE);
    assert_int_equal(desk_sign_in(&k, "lan", once, "10.0.0.1"), ERR_NONE); /* and the newer password */
    theirs.removed = true;
    theirs.changed.ms = 5;
    assert_int_equal(g.hear_account(g.self, &theirs), ERR_NONE);
    assert_int_equal(desk_sign_in(&k, "lan", once, "10.0.0.1"), ERR_DENIED); /* removed is for ever */
}

static void a_first_administrator_never_wins_over_the_databases(void **state)
{
    struct grants_port g = doors_grants(k.d);
    struct account theirs = { .name = "admin",
                              .full_name = "Chị Hoa",
                              .role = ROLE_ADMINISTRATOR,
                              .language = "vi",
                              .changed = { 1795000000000 } };
    struct fault why;
    char password[64];

    (void)state;
    assert_int_equal(seal_password("của chị Hoa", &(struct seal_cost){ 1, 8192 }, theirs.hash), ERR_NONE);
    first_password(password);
    assert_int_equal(g.hear_account(g.self, &theirs), ERR_NONE);
    assert_int_equal(desk_sign_in(&k, "admin", password, "10.0.0.1"), ERR_DENIED);
    assert_int_equal(desk_sign_in(&k, "admin", "của chị Hoa", "10.0.0.1"), ERR_NONE);
    (void)why;
}

static void freshness_is_told(void **state)
{
    struct grants_port g = doors_grants(k.d);

    (void)state;
    assert_true(k.p.freshness(k.p.self, k.now).stale);
    g.agreed(g.self, k.now.wall);
    assert_false(k.p.freshness(k.p.self, k.now).stale);
    desk_pass(&k, DOORS_STALE_MS + 1);
    assert_true(k.p.freshness(k.p.self, k.now).stale);
}

static void a_hash_of_an_older_cost_is_renewed(void **state)
{
    const struct doors_settings dearer = { .folder = k.folder,
                                           .cost = { 2, 16384 },
                                           .clock = { desk_read, &k } };
    struct grants_port g;
    struct account *all;
    struct fault why;
    size_t n;

    (void)state;
    add("lan", ROLE_OPERATOR, "");
    doors_close(k.d);
    assert_int_equal(doors_open(&k.d, &dearer, &why), ERR_NONE);
    assert_int_equal(doors_start(k.d, &why), ERR_NONE);
    k.p = doors_port(k.d);
    assert_int_equal(desk_sign_in(&k, "lan", once, "10.0.0.1"), ERR_NONE);
    g = doors_grants(k.d);
    assert_int_equal(g.accounts(g.self, &all, &n), ERR_NONE);
    assert_non_null(strstr(all[1].hash, "$argon2id$v=19$m=16,t=2,p=1$"));
    free(all);
    assert_int_equal(desk_sign_in(&k, "lan", once, "10.0.0.1"), ERR_NONE);
}

/* ------------------------------------------------------------------ secrets */

static char logged[1 << 16];

static void keep_log(void *self, enum log_level level, const char *line)
{
    (void)self;
    (void)level;
    (void)snprintf(logged + strlen(logged), sizeof logged - strlen(logged), "%s\n", line);
}

static void no_secret_is_in_a_file_or_a_log(void **state)
{
    static char secrets[8][DOORS_PASSWORD_MAX];
    char session[DOORS_SECRET_TEXT], *file;
    struct fault why;
    size_t n = 0, len;

    (void)state;
    log_set_level(LOG_LEVEL_DEBUG);
    log_set_tee(keep_log, NULL);
    add("lan", ROLE_OPERATOR, "");
    (void)snprintf(secrets[n++], DOORS_PASSWORD_MAX, "%s", once);
    sign_in("lan", once, session);
    (void)snprintf(secrets[n++], DOORS_PASSWORD_MAX, "%s", session);
    (void)snprintf(secrets[n++], DOORS_PASSWORD_MAX, "planted-password-one");
    assert_int_equal(desk_change_password(&k, "lan", once, secrets[2], session), ERR_NONE);
    (void)snprintf(secrets[n++], DOORS_PASSWORD_MAX, "planted-password-two");
    assert_int_equal(desk_sign_in(&k, "lan", secrets[3], "10.0.0.1"), ERR_DENIED);
    (void)snprintf(secrets[n++], DOORS_PASSWORD_MAX, "planted-in-the-name");
    assert_int_equal(desk_sign_in(&k, secrets[4], "x", "10.0.0.1"), ERR_DENIED);
    assert_int_equal(desk_ask(&k, token_for("", "", 0)), ERR_NONE);
    (void)snprintf(secrets[n++], DOORS_PASSWORD_MAX, "%s", k.answer.secret);
    assert_int_equal(desk_do(&k, DOOR_ACCOUNT_RESET, "lan"), ERR_NONE);
    (void)snprintf(secrets[n++], DOORS_PASSWORD_MAX, "%s", k.answer.secret);
    desk_restart(&k);
    log_set_tee(NULL, NULL);
    log_set_level(LOG_LEVEL_INFO);
    assert_non_null(strstr(logged, "act=account.add on=lan by=admin"));
    assert_int_equal(file_read(desk_path(&k, "doors.jsonl"), 1 << 20, &file, &len, &why), ERR_NONE);
    for (size_t i = 0; i < n; i++)
        if (strstr(logged, secrets[i]) != NULL || strstr(file, secrets[i]) != NULL)
            fail_msg("secret %zu is to be read", i);
    free(file);
}

/* A name is made up by whoever asks: it must not pass for other fields of the line, nor move a terminal. */
static void a_made_up_name_stays_one_word_of_the_log(void **state)
{
    struct actor by = { ACTOR_ACCOUNT, "lan", "10.0.0.1" };

    (void)state;
    logged[0] = '\0';
    log_set_tee(keep_log, NULL);
    assert_int_equal(desk_do(&k, DOOR_ACCOUNT_REMOVE, "x by=root\n\"\x1B[2J"), ERR_MISSING);
    (void)k.p.end_sessions(k.p.self, "lan",
                           "0 ended=9 act=account.add on=\xC2\x9B"
                           "2J",
                           &by);
    log_set_tee(NULL, NULL);
    assert_non_null(strstr(logged, "act=account.remove on=x?by?root???[2J by=admin "));
    assert_non_null(
        strstr(logged, "act=end_sessions of=lan session=0?ended?9?act?account.add?on???2J ended=0"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define WITH_DESK(test) cmocka_unit_test_setup_teardown(test, open_desk, close_desk)
        WITH_DESK(a_made_up_name_stays_one_word_of_the_log),
        WITH_DESK(the_first_start_makes_one_administrator_who_must_change),
        WITH_DESK(a_second_start_makes_no_second_password),
        WITH_DESK(wrong_and_unknown_are_answered_alike),
        WITH_DESK(disabling_ends_what_is_open_at_once),
        WITH_DESK(a_changed_password_ends_the_other_sessions),
        WITH_DESK(sessions_are_listed_and_ended),
        WITH_DESK(one_account_does_not_push_others_out),
        WITH_DESK(the_last_administrator_stays),
        WITH_DESK(what_an_account_must_be),
        WITH_DESK(a_token_opens_from_where_and_until_it_says),
        WITH_DESK(a_revoked_token_is_refused_at_once_and_for_ever),
        WITH_DESK(the_last_use_is_noted_by_the_hour),
        WITH_DESK(what_cannot_be_read_is_put_aside),
        WITH_DESK(two_nodes_agree),
        WITH_DESK(a_first_administrator_never_wins_over_the_databases),
        WITH_DESK(freshness_is_told),
        WITH_DESK(a_hash_of_an_older_cost_is_renewed),
        WITH_DESK(no_secret_is_in_a_file_or_a_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
