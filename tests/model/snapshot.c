#include "model/snapshot.h"

#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "unit.h"

enum { POINTS = 3 * SNAPSHOT_PAGE + 5 }; /* the last page is not full */

static struct board *new_board(size_t points)
{
    static struct catalogue catalogue; /* only its count matters here */
    struct board *b;
    struct fault why;

    catalogue.point_count = points;
    assert_int_equal(board_new(&b, &catalogue, &why), ERR_NONE);
    return b;
}

static void set(struct board *b, uint32_t point, int64_t at, double value)
{
    struct reading r = reading_good(point, (struct wall){ at }, value);

    assert_int_equal(board_set(b, &r), ERR_NONE);
}

static void all_points_start_as_never_read(void **state)
{
    struct board *b = new_board(POINTS);
    struct snapshot *s = board_freeze(b, (struct wall){ 7 });

    (void)state;
    assert_non_null(s);
    assert_int_equal(snapshot_generation(s), 1);
    assert_int_equal(snapshot_at(s).ms, 7);
    assert_int_equal(snapshot_points(s), POINTS);
    for (uint32_t i = 0; i < POINTS; i++) {
        const struct present *p = snapshot_point(s, i);
        assert_int_equal(p->reading.point, i);
        assert_true(reading_is_sound(&p->reading));
        assert_int_equal(p->reading.reason, REASON_NEVER_READ);
        assert_int_equal(p->generation, 1);
        assert_int_equal(snapshot_page_generation(s, i), 1);
    }
    snapshot_drop(s);
    snapshot_drop(NULL);
    board_free(b);
    board_free(NULL);
}

static void nothing_new_gives_no_snapshot(void **state)
{
    struct board *b = new_board(POINTS);
    struct reading r = reading_good(4, (struct wall){ 10 }, 1.5);

    (void)state;
    snapshot_drop(board_freeze(b, (struct wall){ 1 }));
    assert_null(board_freeze(b, (struct wall){ 2 }));
    assert_int_equal(board_generation(b), 2);
    assert_int_equal(board_set(b, &r), ERR_NONE);
    snapshot_drop(board_freeze(b, (struct wall){ 3 }));
    assert_int_equal(board_generation(b), 3);
    assert_int_equal(board_set(b, &r), ERR_NONE); /* the same again */
    assert_null(board_freeze(b, (struct wall){ 4 }));
    r.at.ms++; /* the same value at another time is news */
    assert_int_equal(board_set(b, &r), ERR_NONE);
    assert_int_equal(board_get(b, 4)->at.ms, 11);
    snapshot_drop(board_freeze(b, (struct wall){ 5 }));
    assert_int_equal(board_generation(b), 4);
    board_free(b);
}

static void asking_in_vain_again_is_no_news(void **state)
{
    struct board *b = new_board(2);
    struct snapshot *s;
    struct reading r = reading_bad(0, (struct wall){ 1000 }, REASON_NO_ANSWER);

    (void)state;
    snapshot_drop(board_freeze(b, (struct wall){ 1 }));
    assert_int_equal(board_set(b, &r), ERR_NONE);
    s = board_freeze(b, (struct wall){ 2 });
    assert_non_null(s);
    r.at.ms = 2000;
    assert_int_equal(board_set(b, &r), ERR_NONE);
    assert_null(board_freeze(b, (struct wall){ 3 }));
    assert_int_equal(snapshot_point(s, 0)->reading.at.ms, 1000); /* what was given away stays */
    snapshot_drop(s);
    set(b, 1, 3000, 5);
    s = board_freeze(b, (struct wall){ 4 });
    assert_int_equal(snapshot_point(s, 0)->reading.at.ms, 2000);
    assert_true(snapshot_point(s, 0)->generation < snapshot_generation(s));
    snapshot_drop(s);
    r.reason = REASON_EXCEPTION;
    assert_int_equal(board_set(b, &r), ERR_NONE);
    s = board_freeze(b, (struct wall){ 5 });
    assert_non_null(s);
    snapshot_drop(s);
    board_free(b);
}

static void a_point_outside_is_refused(void **state)
{
    static const uint32_t OUTSIDE[] = { POINTS, POINTS + 1, 4 * SNAPSHOT_PAGE, UINT32_MAX };
    struct board *b = new_board(POINTS);

    (void)state;
    snapshot_drop(board_freeze(b, (struct wall){ 1 }));
    for (size_t i = 0; i < COUNT_OF(OUTSIDE); i++) {
        struct reading r = reading_good(OUTSIDE[i], (struct wall){ 1 }, 1);
        assert_int_equal(board_set(b, &r), ERR_RANGE);
    }
    assert_null(board_freeze(b, (struct wall){ 2 }));
    board_free(b);
}

static void a_board_without_points_freezes_too(void **state)
{
    struct board *b = new_board(0);
    struct snapshot *s = board_freeze(b, (struct wall){ 1 });

    (void)state;
    assert_int_equal(snapshot_points(s), 0);
    board_free(b);
    snapshot_drop(s);
}

static void a_change_copies_its_page_and_shares_the_others(void **state)
{
    struct board *b = new_board(POINTS);
    struct snapshot *old = board_freeze(b, (struct wall){ 1 }), *new;

    (void)state;
    set(b, SNAPSHOT_PAGE + 1, 10, 2.5);
    new = board_freeze(b, (struct wall){ 2 });
    assert_int_equal(snapshot_generation(new), 2);
    assert_int_equal(snapshot_point(old, SNAPSHOT_PAGE + 1)->reading.quality, QUALITY_BAD);
    assert_true(snapshot_point(new, SNAPSHOT_PAGE + 1)->reading.value == 2.5);
    for (uint32_t i = 0; i < POINTS; i++) {
        bool touched_page = i / SNAPSHOT_PAGE == 1;
        assert_int_equal(snapshot_point(new, i) != snapshot_point(old, i), touched_page);
        assert_int_equal(snapshot_page_generation(new, i), touched_page ? 2 : 1);
        assert_int_equal(snapshot_page_generation(old, i), 1);
        assert_int_equal(snapshot_point(new, i)->generation, i == SNAPSHOT_PAGE + 1 ? 2 : 1);
    }
    snapshot_drop(old);
    snapshot_drop(new);
    board_free(b);
}

static void a_page_nobody_holds_is_not_copied(void **state)
{
    struct board *b = new_board(POINTS);
    const struct reading *place = board_get(b, 0);
    struct snapshot *s;

    (void)state;
    set(b, 0, 1, 1);
    assert_ptr_equal(board_get(b, 0), place);
    s = board_freeze(b, (struct wall){ 1 });
    snapshot_drop(s);
    set(b, 0, 2, 2);
    assert_ptr_equal(board_get(b, 0), place);
    board_free(b);
}

static void a_snapshot_outlives_its_board_and_its_other_holders(void **state)
{
    struct board *b = new_board(POINTS);
    struct snapshot *s;

    (void)state;
    set(b, 3, 1, 42);
    s = board_freeze(b, (struct wall){ 1 });
    assert_ptr_equal(snapshot_hold(s), s);
    assert_null(snapshot_hold(NULL));
    board_free(b);
    snapshot_drop(s);
    assert_true(snapshot_point(s, 3)->reading.value == 42);
    snapshot_drop(s);
}

/* Against plain copies: whatever is set, frozen and dropped, every snapshot still held says what it said. */
static void an_old_snapshot_never_changes(void **state)
{
    enum { HELD = 8 };
    static struct present model[POINTS], copies[HELD][POINTS];
    uint64_t seed = test_seed(__func__);
    struct board *b = new_board(POINTS);
    struct snapshot *held[HELD] = { NULL };

    (void)state;
    for (uint32_t i = 0; i < POINTS; i++)
        model[i] = (struct present){ reading_bad(i, (struct wall){ 0 }, REASON_NEVER_READ), 1 };
    for (int round = 0; round < 500; round++) {
        size_t slot = test_below(&seed, HELD);
        struct snapshot *s;
        for (uint32_t n = test_below(&seed, 6); n > 0; n--) {
            uint32_t i = test_below(&seed, POINTS);
            struct reading r = reading_good(i, (struct wall){ round + 1 }, (double)test_below(&seed, 100));
            if (r.at.ms == model[i].reading.at.ms && r.value == model[i].reading.value)
                continue;
            model[i] = (struct present){ r, board_generation(b) };
            assert_int_equal(board_set(b, &r), ERR_NONE);
        }
        s = board_freeze(b, (struct wall){ round });
        if (s != NULL) {
            snapshot_drop(held[slot]);
            held[slot] = s;
            memcpy(copies[slot], model, sizeof model);
        }
        for (size_t h = 0; h < HELD; h++) {
            uint64_t newest[POINTS / SNAPSHOT_PAGE + 1] = { 0 };
            for (uint32_t i = 0; held[h] != NULL && i < POINTS; i++) {
                const struct present *p = snapshot_point(held[h], i), *c = &copies[h][i];
                if (p->generation != c->generation || p->reading.at.ms != c->reading.at.ms ||
                    !reading_same_value(&p->reading, &c->reading))
                    fail_msg("round %d: point %u of snapshot %llu changed", round, i,
                             (unsigned long long)snapshot_generation(held[h]));
                if (p->generation > newest[i / SNAPSHOT_PAGE])
                    newest[i / SNAPSHOT_PAGE] = p->generation;
            }
            /* the newest of a page may have been overwritten, so a page may claim more, never less */
            for (uint32_t i = 0; held[h] != NULL && i < POINTS; i += SNAPSHOT_PAGE) {
                assert_true(snapshot_page_generation(held[h], i) >= newest[i / SNAPSHOT_PAGE]);
                assert_true(snapshot_page_generation(held[h], i) <= snapshot_generation(held[h]));
            }
        }
    }
    for (size_t h = 0; h < HELD; h++)
        snapshot_drop(held[h]);
    board_free(b);
}

/* ---- many readers ---- */

enum { READERS = 4, GENERATIONS = 400 };

struct stage {
    pthread_mutex_t lock;
    struct snapshot *newest;
    atomic_bool over;
    atomic_uint wrong, seen;
};

static struct snapshot *look(struct stage *s)
{
    struct snapshot *now;

    (void)pthread_mutex_lock(&s->lock);
    now = snapshot_hold(s->newest);
    (void)pthread_mutex_unlock(&s->lock);
    return now;
}

static void show(struct stage *s, struct snapshot *next)
{
    struct snapshot *last;

    (void)pthread_mutex_lock(&s->lock);
    last = s->newest;
    s->newest = next;
    (void)pthread_mutex_unlock(&s->lock);
    snapshot_drop(last);
}

/* The owner gives every point the number of the generation: a picture that is not of one moment shows. */
static void check(struct stage *stage, const struct snapshot *s)
{
    for (uint32_t i = 0; i < POINTS; i++)
        if (snapshot_point(s, i)->reading.value != (double)snapshot_generation(s) ||
            snapshot_point(s, i)->generation != snapshot_generation(s))
            atomic_fetch_add(&stage->wrong, 1);
}

static void *read_on(void *arg)
{
    struct stage *stage = arg;
    uint64_t last = 0;

    while (!atomic_load(&stage->over)) {
        struct snapshot *s = look(stage);
        check(stage, s);
        (void)sched_yield(); /* the owner moves on while the picture is held */
        check(stage, s);
        if (snapshot_generation(s) < last)
            atomic_fetch_add(&stage->wrong, 1);
        last = snapshot_generation(s);
        snapshot_drop(s);
        atomic_fetch_add(&stage->seen, 1);
    }
    return NULL;
}

static struct snapshot *next_picture(struct board *b)
{
    uint64_t generation = board_generation(b);

    for (uint32_t i = 0; i < POINTS; i++)
        set(b, i, (int64_t)generation, (double)generation);
    return board_freeze(b, (struct wall){ (int64_t)generation });
}

static void many_readers_each_see_pictures_of_one_moment(void **state)
{
    struct stage stage = { .lock = PTHREAD_MUTEX_INITIALIZER };
    struct board *b = new_board(POINTS);
    pthread_t readers[READERS];

    (void)state;
    show(&stage, next_picture(b));
    for (size_t i = 0; i < READERS; i++)
        assert_int_equal(pthread_create(&readers[i], NULL, read_on, &stage), 0);
    while (board_generation(b) <= GENERATIONS || atomic_load(&stage.seen) < 50)
        show(&stage, next_picture(b));
    atomic_store(&stage.over, true);
    for (size_t i = 0; i < READERS; i++)
        assert_int_equal(pthread_join(readers[i], NULL), 0);
    assert_int_equal(atomic_load(&stage.wrong), 0);
    show(&stage, NULL);
    board_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_points_start_as_never_read),
        cmocka_unit_test(nothing_new_gives_no_snapshot),
        cmocka_unit_test(asking_in_vain_again_is_no_news),
        cmocka_unit_test(a_point_outside_is_refused),
        cmocka_unit_test(a_board_without_points_freezes_too),
        cmocka_unit_test(a_change_copies_its_page_and_shares_the_others),
        cmocka_unit_test(a_page_nobody_holds_is_not_copied),
        cmocka_unit_test(a_snapshot_outlives_its_board_and_its_other_holders),
        cmocka_unit_test(an_old_snapshot_never_changes),
        cmocka_unit_test(many_readers_each_see_pictures_of_one_moment),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
