#include "base/queue.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "unit.h"

static struct queue *new_queue(size_t capacity)
{
    struct queue *q;
    struct fault why;

    assert_int_equal(queue_new(&q, sizeof(int), capacity, &why), ERR_NONE);
    return q;
}

static void full_is_an_answer_and_is_counted(void **state)
{
    struct queue *q = new_queue(3);
    int item;

    (void)state;
    for (int i = 0; i < 3; i++)
        assert_int_equal(queue_put(q, &i), ERR_NONE);
    for (int i = 10; i < 15; i++)
        assert_int_equal(queue_put(q, &i), ERR_FULL);
    assert_int_equal(queue_refused(q), 5);
    assert_int_equal(queue_length(q), 3);
    assert_int_equal(queue_take(q, &item, 0), ERR_NONE);
    assert_int_equal(item, 0);
    item = 20;
    assert_int_equal(queue_put(q, &item), ERR_NONE);
    assert_int_equal(queue_refused(q), 5);
    queue_free(q);
}

/* Against counters, so that the ring wraps in every way. */
static void the_oldest_comes_first_and_none_is_lost(void **state)
{
    uint64_t seed = test_seed(__func__);
    struct queue *q = new_queue(7);
    int put = 0, taken = 0, item;

    (void)state;
    for (int i = 0; i < 100000; i++) {
        if (test_below(&seed, 2) == 0) {
            enum err rc = queue_put(q, &put);
            assert_int_equal(rc, put - taken == 7 ? ERR_FULL : ERR_NONE);
            put += rc == ERR_NONE;
        } else {
            enum err rc = queue_take(q, &item, 0);
            assert_int_equal(rc, put == taken ? ERR_TIMEOUT : ERR_NONE);
            if (rc == ERR_NONE)
                assert_int_equal(item, taken++);
        }
        assert_int_equal(queue_length(q), put - taken);
    }
    queue_free(q);
}

static void an_empty_queue_is_waited_for_no_longer_than_allowed(void **state)
{
    struct queue *q = new_queue(1);
    int64_t start = mono_read().ms;
    int item;

    (void)state;
    assert_int_equal(queue_take(q, &item, 30), ERR_TIMEOUT);
    assert_true(mono_read().ms - start >= 30);
    queue_free(q);
}

static void a_closed_queue_takes_no_more_and_is_drained(void **state)
{
    struct queue *q = new_queue(3);
    int item;

    (void)state;
    for (int i = 0; i < 2; i++)
        assert_int_equal(queue_put(q, &i), ERR_NONE);
    queue_close(q);
    item = 5;
    assert_int_equal(queue_put(q, &item), ERR_STATE);
    assert_int_equal(queue_refused(q), 0); /* not full: closed */
    for (int i = 0; i < 2; i++) {
        assert_int_equal(queue_take(q, &item, -1), ERR_NONE);
        assert_int_equal(item, i);
    }
    assert_int_equal(queue_take(q, &item, -1), ERR_STATE); /* does not wait for ever */
    queue_free(q);
    queue_free(NULL);
}

struct taker {
    struct queue *q;
    enum err rc;
};

static void *take_for_ever(void *arg)
{
    struct taker *t = arg;
    int item;

    t->rc = queue_take(t->q, &item, -1);
    return NULL;
}

static void closing_wakes_every_taker(void **state)
{
    struct queue *q = new_queue(1);
    struct taker takers[4];
    pthread_t threads[4];

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        takers[i] = (struct taker){ q, ERR_NONE };
        assert_int_equal(pthread_create(&threads[i], NULL, take_for_ever, &takers[i]), 0);
    }
    queue_close(q);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(takers[i].rc, ERR_STATE);
    }
    queue_free(q);
}

/* ---- many threads ---- */

enum { PRODUCERS = 4, CONSUMERS = 3, EACH = 5000 };

struct crowd {
    struct queue *q;
    atomic_uint next_producer;
    atomic_ullong refused;
    atomic_uint wrong;
    atomic_uchar seen[PRODUCERS][EACH];
};

static void *produce(void *arg)
{
    struct crowd *c = arg;
    int mine = (int)atomic_fetch_add(&c->next_producer, 1) * EACH;

    for (int i = 0; i < EACH;) {
        int item = mine + i;
        enum err rc = queue_put(c->q, &item);
        if (rc == ERR_NONE) {
            i++;
        } else {
            atomic_fetch_add(&c->refused, 1);
            (void)sched_yield();
        }
    }
    return NULL;
}

static void *consume(void *arg)
{
    struct crowd *c = arg;
    int last[PRODUCERS] = { -1, -1, -1, -1 }, item;

    while (queue_take(c->q, &item, -1) == ERR_NONE) {
        int producer = item / EACH, n = item % EACH;
        if (n <= last[producer]) /* one producer's items keep their order */
            atomic_fetch_add(&c->wrong, 1);
        last[producer] = n;
        atomic_fetch_add(&c->seen[producer][n], 1);
    }
    return NULL;
}

static void many_producers_and_consumers_pass_each_item_once(void **state)
{
    static struct crowd c;
    pthread_t producers[PRODUCERS], consumers[CONSUMERS];

    (void)state;
    c.q = new_queue(16);
    for (size_t i = 0; i < CONSUMERS; i++)
        assert_int_equal(pthread_create(&consumers[i], NULL, consume, &c), 0);
    for (size_t i = 0; i < PRODUCERS; i++)
        assert_int_equal(pthread_create(&producers[i], NULL, produce, &c), 0);
    for (size_t i = 0; i < PRODUCERS; i++)
        assert_int_equal(pthread_join(producers[i], NULL), 0);
    queue_close(c.q);
    for (size_t i = 0; i < CONSUMERS; i++)
        assert_int_equal(pthread_join(consumers[i], NULL), 0);
    for (size_t p = 0; p < PRODUCERS; p++)
        for (size_t n = 0; n < EACH; n++)
            assert_int_equal(atomic_load(&c.seen[p][n]), 1);
    assert_int_equal(atomic_load(&c.wrong), 0);
    assert_int_equal(queue_refused(c.q), atomic_load(&c.refused));
    assert_int_equal(queue_length(c.q), 0);
    queue_free(c.q);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(full_is_an_answer_and_is_counted),
        cmocka_unit_test(the_oldest_comes_first_and_none_is_lost),
        cmocka_unit_test(an_empty_queue_is_waited_for_no_longer_than_allowed),
        cmocka_unit_test(a_closed_queue_takes_no_more_and_is_drained),
        cmocka_unit_test(closing_wakes_every_taker),
        cmocka_unit_test(many_producers_and_consumers_pass_each_item_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
