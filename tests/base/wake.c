#include "base/wake.h"

#include "unit.h"

static struct mono in(int64_t ms)
{
    return (struct mono){ mono_read().ms + ms };
}

enum { FAR_MS = 60000, SOON_MS = 30000 }; /* a wait that should end at once, and what is "at once" at most */

static void without_a_poke_the_deadline_is_waited_for(void **state)
{
    struct wake w;
    struct mono until = in(30);

    (void)state;
    wake_init(&w);
    assert_false(wake_wait_until(&w, until));
    assert_true(mono_read().ms >= until.ms);
    wake_clear(&w);
}

static void a_deadline_that_has_passed_is_not_waited_for(void **state)
{
    struct wake w;
    int64_t start = mono_read().ms;

    (void)state;
    wake_init(&w);
    assert_false(wake_wait_until(&w, in(-1000)));
    assert_false(wake_wait_until(&w, (struct mono){ 0 }));
    assert_true(mono_read().ms - start < SOON_MS);
    wake_clear(&w);
}

static void a_poke_ends_one_wait_even_when_it_came_before(void **state)
{
    struct wake w;
    struct mono start = mono_read(), until;

    (void)state;
    wake_init(&w);
    wake_poke(&w);
    wake_poke(&w); /* two are as good as one */
    assert_false(wake_wait_until(&w, in(FAR_MS)));
    assert_true(mono_read().ms - start.ms < SOON_MS);
    until = in(30);
    assert_false(wake_wait_until(&w, until)); /* forgotten: the deadline counts again */
    assert_true(mono_read().ms >= until.ms);
    wake_clear(&w);
}

static void a_stop_ends_every_wait_from_then_on(void **state)
{
    struct wake w;
    int64_t start = mono_read().ms;

    (void)state;
    wake_init(&w);
    assert_false(wake_stopped(&w));
    wake_stop(&w);
    assert_true(wake_stopped(&w));
    for (int i = 0; i < 3; i++)
        assert_true(wake_wait_until(&w, in(FAR_MS)));
    assert_true(wake_wait_until(&w, in(-1)));
    wake_poke(&w);
    assert_true(wake_wait_until(&w, in(FAR_MS)));
    assert_true(mono_read().ms - start < SOON_MS);
    wake_clear(&w);
}

struct sleeper {
    struct wake wake;
    struct wake woke; /* tells that a wait ended without the stop */
    bool stopped;
};

static void *sleep_until_stopped(void *arg)
{
    struct sleeper *s = arg;

    while (!wake_wait_until(&s->wake, in(FAR_MS)))
        wake_poke(&s->woke);
    s->stopped = true;
    return NULL;
}

static void another_thread_pokes_and_stops_a_sleeper(void **state)
{
    struct sleeper s = { .stopped = false };
    int64_t start = mono_read().ms;
    pthread_t thread;

    (void)state;
    wake_init(&s.wake);
    wake_init(&s.woke);
    assert_int_equal(pthread_create(&thread, NULL, sleep_until_stopped, &s), 0);
    for (int i = 0; i < 1000; i++) { /* each poke is answered by one waking */
        wake_poke(&s.wake);
        assert_false(wake_wait_until(&s.woke, in(FAR_MS)));
    }
    wake_stop(&s.wake);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_true(s.stopped);
    assert_true(mono_read().ms - start < SOON_MS);
    wake_clear(&s.wake);
    wake_clear(&s.woke);
}

static void a_monotonic_instant_becomes_a_timespec(void **state)
{
    struct timespec t = wake_timespec((struct mono){ 12345678 });

    (void)state;
    assert_int_equal(t.tv_sec, 12345);
    assert_int_equal(t.tv_nsec, 678000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_poke_the_deadline_is_waited_for),
        cmocka_unit_test(a_deadline_that_has_passed_is_not_waited_for),
        cmocka_unit_test(a_poke_ends_one_wait_even_when_it_came_before),
        cmocka_unit_test(a_stop_ends_every_wait_from_then_on),
        cmocka_unit_test(another_thread_pokes_and_stops_a_sleeper),
        cmocka_unit_test(a_monotonic_instant_becomes_a_timespec),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
