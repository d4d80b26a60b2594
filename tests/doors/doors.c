#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "doors/doors.h"
#include "seal/seal.h"

#define TOKEN "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL01-_9"

static char folder[] = "/tmp/capnuoc-doors-XXXXXX";
static char path[64];

static const char *token_file(const char *text, unsigned mode)
{
    struct fault why;

    assert_int_equal(file_write(path, text, strlen(text), mode, &why), ERR_NONE);
    return path;
}

static int set_up(void **state)
{
    struct fault why;

    (void)state;
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/token", folder);
    return seal_start(&why) == ERR_NONE ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    (void)unlink(path);
    return rmdir(folder);
}

static enum err try_open(struct doors **d, const char *viewer, const char *operates, struct fault *why)
{
    const struct doors_settings s = { .viewer_token_file = viewer,
                                      .operator_token_file = operates,
                                      .cost = { 1, 8192 } };

    return doors_open(d, &s, why);
}

static struct doors *open_doors(void)
{
    struct doors *d;
    struct fault why;

    assert_int_equal(try_open(&d, token_file(TOKEN "\n", 0600), NULL, &why), ERR_NONE);
    return d;
}

static bool admit(const struct doors_port *p, const char *token, const char *session, struct now now,
                  struct visitor *who)
{
    const struct knock k = { .token = token, .session = session };

    return p->admit(p->self, &k, now, who);
}

static struct now at(int64_t ms)
{
    return (struct now){ { ms }, { 1795435838000 + ms } };
}

static void only_a_whole_token_in_a_private_file_opens_the_doors(void **state)
{
    static const struct {
        const char *text;
        unsigned mode;
        enum err code;
    } CASES[] = {
        { TOKEN, 0644, ERR_DENIED },
        { TOKEN, 0640, ERR_DENIED },
        { "", 0600, ERR_RANGE },
        { "short", 0600, ERR_RANGE },
        { "abcdefghijklmnopqrstuvwxyz01234", 0600, ERR_RANGE },
        { TOKEN "012345678901234567890", 0600, ERR_RANGE },
        { TOKEN " ", 0600, ERR_RANGE },
        { " " TOKEN, 0600, ERR_RANGE },
        { TOKEN "\n" TOKEN, 0600, ERR_RANGE },
        { "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL01+/9", 0600, ERR_RANGE },
    };
    struct doors *d;
    struct fault why;

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        enum err rc = try_open(&d, token_file(CASES[i].text, CASES[i].mode), NULL, &why);
        if (rc != CASES[i].code)
            fail_msg("case %zu <%s>: %d", i, CASES[i].text, (int)rc);
        assert_null(strstr(why.text, "abcdef")); /* the secret is not in the sentence */
    }
    (void)unlink(path);
    assert_int_equal(try_open(&d, path, NULL, &why), ERR_MISSING);
    d = open_doors();
    doors_close(d);
    doors_close(NULL);
}

static void the_token_and_nothing_else_admits(void **state)
{
    struct doors *d = open_doors();
    struct doors_port p = doors_port(d);
    struct visitor who;
    static const char *const WRONG[] = { "", "a", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL01-_8",
                                         TOKEN TOKEN };

    (void)state;
    assert_true(admit(&p, TOKEN, NULL, at(0), &who));
    assert_int_equal(who.role, ROLE_VIEWER);
    assert_string_equal(who.name, "viewer");
    assert_int_equal(who.expires.ms, 0);
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        assert_false(admit(&p, WRONG[i], NULL, at(0), &who));
        assert_int_equal(who.role, ROLE_NOBODY);
        assert_false(admit(&p, NULL, WRONG[i], at(0), &who));
    }
    assert_false(admit(&p, NULL, NULL, at(0), &who));
    assert_false(admit(&p, NULL, TOKEN, at(0), &who)); /* a token is not a session */
    doors_close(d);
}

static void another_token_makes_an_operator(void **state)
{
    static const char OPERATOR[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_abcde";
    static const struct {
        const char *text;
        unsigned mode;
        enum err code;
    } CASES[] = {
        { TOKEN, 0600, ERR_RANGE }, /* the viewer's */
        { "short", 0600, ERR_RANGE },
        { OPERATOR, 0644, ERR_DENIED },
        { OPERATOR, 0600, ERR_NONE },
    };
    char second[80], session[DOORS_SECRET_TEXT];
    struct doors *d = NULL;
    struct doors_port p;
    struct visitor who;
    struct fault why;

    (void)state;
    (void)snprintf(second, sizeof second, "%s/second", folder);
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        assert_int_equal(file_write(second, CASES[i].text, strlen(CASES[i].text), CASES[i].mode, &why),
                         ERR_NONE);
        assert_int_equal(try_open(&d, token_file(TOKEN, 0600), second, &why), CASES[i].code);
    }
    (void)unlink(second);
    p = doors_port(d);
    assert_true(admit(&p, OPERATOR, NULL, at(0), &who));
    assert_int_equal(who.role, ROLE_OPERATOR);
    assert_true(admit(&p, TOKEN, NULL, at(0), &who));
    assert_int_equal(who.role, ROLE_VIEWER);
    assert_int_equal(p.sign_in(p.self, OPERATOR, at(0), session, &who, &why), ERR_NONE);
    assert_true(admit(&p, NULL, session, at(1), &who));
    assert_int_equal(who.role, ROLE_OPERATOR);
    assert_string_equal(who.name, "operator");
    assert_int_equal(p.sign_in(p.self, TOKEN, at(0), session, &who, &why), ERR_NONE);
    assert_true(admit(&p, NULL, session, at(1), &who));
    assert_int_equal(who.role, ROLE_VIEWER);
    doors_close(d);
}

static void a_session_lives_twelve_hours_by_elapsed_time(void **state)
{
    struct doors *d = open_doors();
    struct doors_port p = doors_port(d);
    char session[DOORS_SECRET_TEXT];
    struct visitor who;
    struct fault why;
    struct now stepped;

    (void)state;
    assert_int_equal(p.sign_in(p.self, TOKEN, at(1000), session, &who, &why), ERR_NONE);
    assert_int_equal(strlen(session), 43);
    assert_int_equal(who.expires.ms, 1795435838000 + 1000 + DOORS_SESSION_MS);
    assert_true(admit(&p, NULL, session, at(1000 + DOORS_SESSION_MS - 1), &who));
    assert_false(admit(&p, NULL, session, at(1000 + DOORS_SESSION_MS), &who));
    stepped = at(2000);
    stepped.wall.ms += 365LL * CLOCK_DAY_MS; /* the wall clock jumps: nobody is thrown out */
    assert_true(admit(&p, NULL, session, stepped, &who));
    doors_close(d);
}

static void signing_out_ends_that_session_only(void **state)
{
    struct doors *d = open_doors();
    struct doors_port p = doors_port(d);
    char one[DOORS_SECRET_TEXT], two[DOORS_SECRET_TEXT];
    struct visitor who;
    struct fault why;

    (void)state;
    assert_int_equal(p.sign_in(p.self, TOKEN, at(0), one, &who, &why), ERR_NONE);
    assert_int_equal(p.sign_in(p.self, TOKEN, at(0), two, &who, &why), ERR_NONE);
    assert_string_not_equal(one, two);
    p.sign_out(p.self, "unknown");
    p.sign_out(p.self, one);
    assert_false(admit(&p, NULL, one, at(1), &who));
    assert_true(admit(&p, NULL, two, at(1), &who));
    doors_close(d);
}

static void beyond_the_ceiling_the_oldest_session_goes(void **state)
{
    static char all[DOORS_SESSIONS_MAX + 2][DOORS_SECRET_TEXT];
    struct doors *d = open_doors();
    struct doors_port p = doors_port(d);
    struct visitor who;
    struct fault why;

    (void)state;
    for (int i = 0; i < DOORS_SESSIONS_MAX + 2; i++)
        assert_int_equal(p.sign_in(p.self, TOKEN, at(i), all[i], &who, &why), ERR_NONE);
    assert_false(admit(&p, NULL, all[0], at(1000), &who));
    assert_false(admit(&p, NULL, all[1], at(1000), &who));
    for (int i = 2; i < DOORS_SESSIONS_MAX + 2; i++)
        assert_true(admit(&p, NULL, all[i], at(1000), &who));
    doors_close(d);
}

static void wrong_tries_are_bounded_and_never_stop_a_right_token(void **state)
{
    struct doors *d = open_doors();
    struct doors_port p = doors_port(d);
    char session[DOORS_SECRET_TEXT];
    struct visitor who;
    struct fault why;
    struct doors_stats stats;
    unsigned answered = 0;

    (void)state;
    for (int i = 0; i < 1000; i++) /* ten seconds, a hundred tries each */
        answered += p.sign_in(p.self, "wrong", at(i * 10), session, &who, &why) == ERR_DENIED;
    assert_in_range(answered, DOORS_WRONG_BURST, DOORS_WRONG_BURST + 10);
    assert_int_equal(p.sign_in(p.self, "wrong", at(9995), session, &who, &why), ERR_FULL);
    assert_int_equal(p.sign_in(p.self, TOKEN, at(10000), session, &who, &why), ERR_NONE);
    assert_true(admit(&p, TOKEN, NULL, at(10000), &who));
    assert_int_equal(p.sign_in(p.self, "wrong", at(60000), session, &who, &why), ERR_DENIED);
    doors_stats(d, &stats);
    assert_int_equal(stats.wrong_tokens, 1002);
    doors_close(d);
}

struct shared {
    struct doors_port p;
    int failures;
};

static void *come_and_go(void *arg)
{
    struct shared *s = arg;
    struct visitor who;
    struct fault why;
    char session[DOORS_SECRET_TEXT];

    for (int i = 0; i < 300; i++) {
        if (s->p.sign_in(s->p.self, TOKEN, at(i), session, &who, &why) != ERR_NONE ||
            !admit(&s->p, NULL, session, at(i), &who))
            s->failures++;
        s->p.sign_out(s->p.self, session);
        if (admit(&s->p, NULL, session, at(i), &who))
            s->failures++;
    }
    return NULL;
}

static void any_thread_may_ask(void **state)
{
    struct doors *d = open_doors();
    struct shared s[4];
    pthread_t threads[4];

    (void)state;
    for (int i = 0; i < 4; i++) {
        s[i] = (struct shared){ doors_port(d), 0 };
        assert_int_equal(pthread_create(&threads[i], NULL, come_and_go, &s[i]), 0);
    }
    for (int i = 0; i < 4; i++) {
        (void)pthread_join(threads[i], NULL);
        assert_int_equal(s[i].failures, 0);
    }
    doors_close(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_a_whole_token_in_a_private_file_opens_the_doors),
        cmocka_unit_test(the_token_and_nothing_else_admits),
        cmocka_unit_test(another_token_makes_an_operator),
        cmocka_unit_test(a_session_lives_twelve_hours_by_elapsed_time),
        cmocka_unit_test(signing_out_ends_that_session_only),
        cmocka_unit_test(beyond_the_ceiling_the_oldest_session_goes),
        cmocka_unit_test(wrong_tries_are_bounded_and_never_stop_a_right_token),
        cmocka_unit_test(any_thread_may_ask),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
