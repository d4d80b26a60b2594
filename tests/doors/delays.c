/* How wrong tries are slowed down, and who is never kept out by them. */
#include "../../src/doors/tries.h"
#include "base/peer.h"
#include "desk.h"

#include <sched.h>
#include <stdatomic.h>

static struct tries t;

static int64_t wait_of(const char *account, const char *from, int64_t at)
{
    struct peer p = desk_peer(from);

    return tries_wait_ms(&t, account, &p, (struct mono){ at });
}

static void wrong(const char *account, const char *from, int64_t at)
{
    struct peer p = desk_peer(from);

    tries_wrong(&t, account, &p, (struct mono){ at });
}

static void the_delay_doubles_and_has_an_end(void **state)
{
    int64_t at = 0;

    (void)state;
    t = (struct tries){ 0 };
    for (unsigned i = 0; i < TRIES_FREE; i++) {
        assert_int_equal(wait_of("lan", "10.0.0.1", at), 0);
        wrong("lan", "10.0.0.1", at);
    }
    assert_int_equal(wait_of("lan", "10.0.0.1", at), TRIES_FIRST_MS);
    for (int64_t delay = TRIES_FIRST_MS; delay < TRIES_LONGEST_MS; delay *= 2) {
        assert_int_equal(wait_of("lan", "10.0.0.1", at), delay);
        assert_int_equal(wait_of("lan", "10.0.0.1", at + delay - 1), 1);
        at += delay;
        assert_int_equal(wait_of("lan", "10.0.0.1", at), 0);
        wrong("lan", "10.0.0.1", at);
    }
    for (int i = 0; i < 100; i++)
        wrong("lan", "10.0.0.1", at);
    assert_int_equal(wait_of("lan", "10.0.0.1", at), TRIES_LONGEST_MS);
    assert_int_equal(wait_of("lan", "10.0.0.1", at + TRIES_FORGET_MS), 0);
}

static void another_address_does_not_wait_for_a_strangers_tries(void **state)
{
    (void)state;
    t = (struct tries){ 0 };
    for (int i = 0; i < 1000; i++)
        wrong("lan", "203.0.113.9", i);
    assert_true(wait_of("lan", "203.0.113.9", 1000) > 0);
    assert_true(wait_of("hoa", "203.0.113.9", 1000) > 0); /* the address is slow for every account */
    assert_int_equal(wait_of("lan", "10.0.0.1", 1000), 0);
    assert_int_equal(wait_of("lan", "2001:db8::1", 1000), 0);
}

static void one_customers_addresses_count_as_one(void **state)
{
    (void)state;
    t = (struct tries){ 0 };
    for (int i = 0; i < 50; i++) {
        char from[40];
        (void)snprintf(from, sizeof from, "2001:db8:1:2::%x", i + 1);
        wrong("lan", from, i);
    }
    assert_true(wait_of("lan", "2001:db8:1:2::ffff", 60) > 0);
    assert_int_equal(wait_of("lan", "2001:db8:1:3::1", 60), 0);
}

static void many_strangers_do_not_make_a_stubborn_one_forgotten(void **state)
{
    (void)state;
    t = (struct tries){ 0 };
    for (int i = 0; i < 40; i++)
        wrong("lan", "203.0.113.9", 0);
    for (int i = 0; i < 5000; i++) {
        char from[40];
        (void)snprintf(from, sizeof from, "198.%d.%d.7", i / 250, i % 250);
        wrong("lan", from, 1);
    }
    assert_int_equal(wait_of("lan", "203.0.113.9", 0), TRIES_LONGEST_MS);
}

static void ranges_hold_what_they_say(void **state)
{
    static const struct {
        const char *list, *address;
        bool held;
    } CASES[] = {
        { "", "10.0.0.1", true },
        { "  ", "::1", true },
        { "10.0.0.1", "10.0.0.1", true },
        { "10.0.0.1", "10.0.0.2", false },
        { "10.0.0.0/8", "10.255.255.255", true },
        { "10.0.0.0/8", "11.0.0.0", false },
        { "192.168.4.0/22", "192.168.7.255", true },
        { "192.168.4.0/22", "192.168.8.0", false },
        { "0.0.0.0/0", "203.0.113.9", true },
        { "0.0.0.0/0", "2001:db8::1", false }, /* every IPv4 address is not every address */
        { "::/0", "2001:db8::1", true },
        { "::/0", "203.0.113.9", false },
        { "2001:db8::/33", "2001:db8:7fff::1", true },
        { "2001:db8::/33", "2001:db8:8000::1", false },
        { "10.0.0.0/8 2001:db8::/32", "2001:db8::5", true },
        { "10.0.0.0/8 2001:db8::/32", "192.0.2.1", false },
    };
    struct fault why;

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct peer p = desk_peer(CASES[i].address);
        assert_int_equal(ranges_check(CASES[i].list, &why), ERR_NONE);
        if (ranges_hold(CASES[i].list, &p) != CASES[i].held)
            fail_msg("%s in %s", CASES[i].address, CASES[i].list);
    }
}

static void what_is_no_range_is_refused(void **state)
{
    static const char *const WRONG[] = {
        "10.0.0.1/8",           "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1",     "10.0.0",
        "2001:db8::1/32",       "::/129",      "any",       "10.0.0.0/8,::/0", "10.0.0.0/8 x",
        "010.0.0.1/99999999999"
    };
    struct fault why;

    (void)state;
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++)
        if (ranges_check(WRONG[i], &why) != ERR_RANGE)
            fail_msg("taken: %s", WRONG[i]);
}

/* An address that is not known is in no range, but where every address is. */
static void an_unknown_address_is_in_no_range(void **state)
{
    struct peer none = { { 0 } };

    (void)state;
    assert_true(ranges_hold("", &none));
    assert_false(ranges_hold("10.0.0.0/8", &none));
}

static void a_known_address_is_never_kept_out(void **state)
{
    struct desk k;
    char once[DOORS_SECRET_TEXT];

    (void)state;
    desk_init(&k);
    assert_int_equal(desk_add(&k, "lan", ROLE_OPERATOR, ""), ERR_NONE);
    memcpy(once, k.answer.secret, sizeof once);
    assert_int_equal(desk_sign_in(&k, "lan", once, "10.0.0.1"), ERR_NONE);
    for (int i = 0; i < 30; i++) /* from elsewhere, and even from beside them behind the same address */
        (void)desk_sign_in(&k, "lan", "wrong", i % 2 == 0 ? "203.0.113.9" : "10.0.0.1");
    assert_int_equal(desk_sign_in(&k, "lan", once, "203.0.113.9"), ERR_TIMEOUT);
    assert_true(k.answer.retry_after_s > 0);
    assert_int_equal(desk_sign_in(&k, "lan", once, "10.0.0.1"), ERR_NONE);
    desk_restart(&k); /* what is known stays known */
    for (int i = 0; i < 30; i++)
        (void)desk_sign_in(&k, "lan", "wrong", "10.0.0.1");
    assert_int_equal(desk_sign_in(&k, "lan", once, "10.0.0.1"), ERR_NONE);
    desk_clear(&k);
}

/* ---- places ---- */

struct gate {
    struct desk *desk;
    pthread_mutex_t shut; /* held: the clerk stands in the first answer */
    atomic_uint answered;
};

static void held_up(void *ticket, const struct door_answer *a)
{
    struct gate *g = ticket;

    (void)a;
    (void)pthread_mutex_lock(&g->shut);
    (void)pthread_mutex_unlock(&g->shut);
    atomic_fetch_add(&g->answered, 1);
}

static enum err put_beside(struct gate *g, struct door_ask ask)
{
    struct fault why;

    ask.now = g->desk->now;
    return g->desk->p.act(g->desk->p.self, &ask, held_up, g, &why);
}

static void nobody_puts_off_being_locked_out(void **state)
{
    struct desk k;
    struct gate g = { .desk = &k };
    struct door_ask change = { .verb = DOOR_CHANGE_PASSWORD, .by = { .name = "lan", .person = true } };
    struct door_ask disable = { .verb = DOOR_ACCOUNT_CHANGE,
                                .by = { .name = "admin", .person = true, .role = ROLE_ADMINISTRATOR },
                                .set = DOOR_SET_DISABLED,
                                .account = { .disabled = true },
                                .name = "lan" };
    unsigned asked = 0;

    (void)state;
    desk_init(&k);
    assert_int_equal(desk_add(&k, "lan", ROLE_OPERATOR, ""), ERR_NONE);
    desk_restart(&k); /* nothing is under way */
    (void)pthread_mutex_init(&g.shut, NULL);
    (void)pthread_mutex_lock(&g.shut);
    while (put_beside(&g, change) == ERR_NONE)
        asked++;
    assert_int_equal(asked, DOORS_PLACES - 2);
    assert_int_equal(put_beside(&g, disable), ERR_NONE);
    (void)pthread_mutex_unlock(&g.shut);
    while (atomic_load(&g.answered) < asked + 1)
        (void)sched_yield();
    (void)desk_sign_in(&k, "lan", "any", "10.0.0.1"); /* the clerk is through with them */
    assert_int_equal(atomic_load(&g.answered), asked + 1);
    (void)pthread_mutex_destroy(&g.shut);
    desk_clear(&k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_delay_doubles_and_has_an_end),
        cmocka_unit_test(another_address_does_not_wait_for_a_strangers_tries),
        cmocka_unit_test(one_customers_addresses_count_as_one),
        cmocka_unit_test(many_strangers_do_not_make_a_stubborn_one_forgotten),
        cmocka_unit_test(ranges_hold_what_they_say),
        cmocka_unit_test(what_is_no_range_is_refused),
        cmocka_unit_test(nobody_puts_off_being_locked_out),
        cmocka_unit_test(an_unknown_address_is_in_no_range),
        cmocka_unit_test(a_known_address_is_never_kept_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
