/* Shifts in PostgreSQL: one row each, their log, their sheets; what is there stays as it was. */
#include "store/pgtest.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "delivery_scene.h"

static struct pgtest T;
static struct delivery_scene scene;

static struct shift shift_of(uint64_t id, enum shift_state state, unsigned entry_count)
{
    struct shift s = { .id = id,
                       .before = id - 1,
                       .state = (uint8_t)state,
                       .entries = (uint16_t)entry_count,
                       .from = PGTEST_NOW,
                       .taken = { PGTEST_NOW.ms + (int64_t)id * 1000 },
                       .supplier = "city",
                       .who = "Vàng A Páo" };

    if (state != SHIFT_ON) {
        s.offered.ms = s.taken.ms + 100;
        (void)snprintf(s.to, sizeof s.to, "lan");
    }
    if (state == SHIFT_HANDED)
        s.ended.ms = s.taken.ms + 200;
    return s;
}

static void put_shift(uint64_t id, enum shift_state state, unsigned entry_count)
{
    struct shift s = shift_of(id, state, entry_count);
    struct strbuf body;

    strbuf_init(&body, 1 << 16);
    body_add_shift(&body, &s);
    delivery_scene_put(&scene, &body);
}

static void put_entry_at(uint64_t id, uint64_t shift, unsigned n, const char *text, int64_t after_ms)
{
    struct shift_entry e = { .id = id,
                             .shift = shift,
                             .n = (uint16_t)n,
                             .kind = SHIFT_NOTE,
                             .claimed = PGTEST_NOW,
                             .recorded = { PGTEST_NOW.ms + after_ms },
                             .who = "lan",
                             .key = "k",
                             .corrects = n > 1 ? id - 1 : 0 };
    struct strbuf body;

    (void)snprintf(e.text, sizeof e.text, "%s", text);
    strbuf_init(&body, 1 << 16);
    body_add_shift_entry(&body, &e);
    delivery_scene_put(&scene, &body);
}

static void put_entry(uint64_t id, uint64_t shift, unsigned n, const char *text)
{
    put_entry_at(id, shift, n, text, 5);
}

static void put_sheet(uint64_t shift, int64_t after_ms, const char *text)
{
    struct shift_sheet *s = shift_sheet_new(text, strlen(text));
    struct strbuf body;

    s->shift = shift;
    s->made.ms = PGTEST_NOW.ms + after_ms;
    strbuf_init(&body, 1 << 16);
    body_add_shift_sheet(&body, s);
    delivery_scene_put(&scene, &body);
    shift_sheet_drop(s);
}

static int set_up(void **state)
{
    (void)state;
    delivery_scene_make(&scene, &T);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    delivery_scene_end(&scene);
    return 0;
}

static void each_has_one_row_with_its_end(void **state)
{
    (void)state;
    put_shift(1, SHIFT_ON, 1);
    put_shift(1, SHIFT_OFFERED, 2);
    delivery_scene_deliver(&scene);
    assert_int_equal(pgtest_count(&T, "SELECT state FROM capnuoc.shift"), SHIFT_OFFERED);
    put_shift(1, SHIFT_ON, 1); /* late */
    put_shift(1, SHIFT_HANDED, 2);
    put_shift(2, SHIFT_ON, 1);
    delivery_scene_deliver(&scene);
    put_shift(1, SHIFT_OFFERED, 9); /* it is over */
    delivery_scene_deliver(&scene);
    assert_string_equal(pgtest_ask(&T, PGTEST_READER,
                                   "SELECT string_agg(concat_ws(' ', shift, follows, state, supplier, who, "
                                   "entries, offered_to), ',' ORDER BY shift) FROM capnuoc.shift"),
                        "1 2 city Vàng A Páo 2 lan,2 1 0 city Vàng A Páo 1 ");
}

static void what_is_there_stays_so(void **state)
{
    static const char *const FORBIDDEN[] = { "UPDATE capnuoc.shift SET who = 'x' RETURNING 'done'",
                                             "DELETE FROM capnuoc.shift RETURNING 'done'",
                                             "TRUNCATE capnuoc.shift",
                                             "UPDATE capnuoc.shift_entry SET said = 'x' RETURNING 'done'",
                                             "DELETE FROM capnuoc.shift_entry RETURNING 'done'",
                                             "TRUNCATE capnuoc.shift_entry",
                                             "UPDATE capnuoc.shift_sheet SET sheet = 'x' RETURNING 'done'",
                                             "DELETE FROM capnuoc.shift_sheet RETURNING 'done'",
                                             "TRUNCATE capnuoc.shift_sheet" };

    (void)state;
    put_shift(1, SHIFT_HANDED, 2);
    put_entry(7, 1, 1, "xả cặn");
    put_entry(7, 1, 1, "khác"); /* delivered again, or another: the first stays */
    put_sheet(1, 0, "H\tx\n");
    delivery_scene_deliver(&scene);
    for (size_t i = 0; i < COUNT_OF(FORBIDDEN); i++)
        assert_string_equal(pgtest_ask(&T, PGTEST_OWNER, FORBIDDEN[i]), "!P0001");
    assert_string_equal(pgtest_ask(&T, PGTEST_READER, "SELECT said FROM capnuoc.shift_entry"), "xả cặn");
}

/* Memory keeps the newest keys only; the database has them all. */
static void a_key_that_an_older_act_has_is_counted_and_said(void **state)
{
    (void)state;
    put_shift(1, SHIFT_ON, 2);
    put_entry(7, 1, 1, "xả cặn");
    delivery_scene_deliver(&scene);
    put_entry(7, 1, 1, "xả cặn"); /* delivered again */
    delivery_scene_deliver(&scene);
    assert_int_equal(scene.used_keys, 0);
    put_entry_at(7, 1, 2, "mở van", CLOCK_DAY_MS);
    delivery_scene_deliver(&scene);
    assert_int_equal(scene.used_keys, 1);
    put_entry_at(8, 1, 3, "một", 0);
    put_entry_at(8, 1, 4, "hai", CLOCK_DAY_MS); /* both in one */
    delivery_scene_deliver(&scene);
    assert_int_equal(scene.used_keys, 2);
    assert_string_equal(
        pgtest_ask(&T, PGTEST_READER, "SELECT string_agg(said, ',' ORDER BY entry) FROM capnuoc.shift_entry"),
        "xả cặn,một");
}

/* ---- back ---- */

struct answer {
    pthread_mutex_t lock;
    pthread_cond_t cond;
    bool is_here;
    enum err code;
    size_t shifts, entries;
    uint64_t ids[4], shift; /* of entries when there are no shifts; whose the first is */
    char sheet[64], text[64];
};

static void got(void *ticket, enum err code, const struct shift_list *l, const struct fault *why)
{
    struct answer *a = ticket;

    (void)why;
    (void)pthread_mutex_lock(&a->lock);
    a->code = code;
    if (code == ERR_NONE) {
        a->shifts = l->shift_count;
        a->entries = l->entry_count;
        for (size_t i = 0; i < l->shift_count && i < 4; i++)
            a->ids[i] = l->shifts[i].id;
        for (size_t i = 0; l->shift_count == 0 && i < l->entry_count && i < 4; i++)
            a->ids[i] = l->entries[i].id;
        if (l->entry_count > 0)
            a->shift = l->entries[0].shift;
        if (l->shift_count > 0 && l->sheets[0] != NULL)
            (void)snprintf(a->sheet, sizeof a->sheet, "%s", l->sheets[0]->text);
        if (l->entry_count > 1)
            (void)snprintf(a->text, sizeof a->text, "%s", l->entries[1].text);
    }
    a->is_here = true;
    (void)pthread_cond_signal(&a->cond);
    (void)pthread_mutex_unlock(&a->lock);
}

static struct answer ask(struct historian *h, const struct shift_past_ask *what)
{
    struct answer a = { .lock = PTHREAD_MUTEX_INITIALIZER, .cond = PTHREAD_COND_INITIALIZER };
    const struct shift_past_port port = historian_shifts(h);
    struct fault why;

    assert_int_equal(port.ask(port.self, what, -1, got, &a, &why), ERR_NONE);
    (void)pthread_mutex_lock(&a.lock);
    while (!a.is_here)
        (void)pthread_cond_wait(&a.cond, &a.lock);
    (void)pthread_mutex_unlock(&a.lock);
    assert_int_equal(a.code, ERR_NONE);
    return a;
}

static void older_ones_come_page_by_page_and_one_comes_whole(void **state)
{
    struct shift_past_ask page = { .any = true, .before = { PGTEST_NOW.ms + 999000 }, .limit = 2 };
    struct shift_past_ask one = { .id = 2, .supplier = "city", .limit = 1 };
    struct historian *h;
    struct answer a;
    struct fault why;

    (void)state;
    for (uint64_t i = 1; i <= 4; i++)
        put_shift(i, i < 4 ? SHIFT_HANDED : SHIFT_ON, 2);
    put_entry(71, 2, 1, "mở van 12");
    put_entry(72, 2, 2, "mở van 21");
    put_sheet(2, 0, "H\tfirst\n");
    put_sheet(2, 10, "H\tlast\n");
    delivery_scene_deliver(&scene);
    assert_int_equal(historian_start(&h, &T.settings, pgtest_clock(), &why), ERR_NONE);
    a = ask(h, &page);
    assert_int_equal(a.shifts, 3); /* one more than asked for: there are more */
    assert_int_equal(a.ids[0], 4);
    page.before.ms = PGTEST_NOW.ms + 3000;
    page.before_id = 3;
    a = ask(h, &page);
    assert_int_equal(a.shifts, 2);
    assert_int_equal(a.ids[0], 2);
    a = ask(h, &one);
    assert_int_equal(a.shifts, 1);
    assert_int_equal(a.entries, 2);
    assert_string_equal(a.text, "mở van 21");
    assert_string_equal(a.sheet, "H\tlast\n");
    (void)snprintf(one.supplier, sizeof one.supplier, "rural"); /* not theirs */
    assert_int_equal(ask(h, &one).shifts, 0);
    historian_stop(h);
}

static void put_note(uint64_t id, uint64_t shift, const char *site, int64_t after_ms)
{
    struct shift_entry e = { .id = id,
                             .shift = shift,
                             .n = 2,
                             .kind = SHIFT_NOTE,
                             .claimed = PGTEST_NOW,
                             .recorded = { PGTEST_NOW.ms + after_ms },
                             .who = "lan",
                             .key = "k",
                             .text = "xả cặn" };
    struct strbuf body;

    (void)snprintf(e.site, sizeof e.site, "%s", site);
    strbuf_init(&body, 1 << 16);
    body_add_shift_entry(&body, &e);
    delivery_scene_put(&scene, &body);
}

static void what_names_a_site_comes_newest_first_of_whose_shift_it_is(void **state)
{
    struct shift_past_ask page = { .any = true, .before = { PGTEST_NOW.ms + 999000 }, .limit = 2 };
    struct historian *h;
    struct answer a;
    struct fault why;

    (void)state;
    put_shift(1, SHIFT_HANDED, 2);
    put_shift(2, SHIFT_ON, 2);
    put_note(72, 2, "plant", 7);
    put_note(71, 1, "plant", 5);
    put_note(73, 2, "plant", 7);
    put_note(74, 2, "pump", 8);
    put_note(75, 2, "", 9);
    delivery_scene_deliver(&scene);
    assert_int_equal(historian_start(&h, &T.settings, pgtest_clock(), &why), ERR_NONE);
    (void)snprintf(page.site, sizeof page.site, "plant");
    a = ask(h, &page);
    assert_int_equal(a.shifts, 0);
    assert_int_equal(a.entries, 3); /* one more than asked for: there are more */
    assert_int_equal(a.ids[0], 73);
    assert_int_equal(a.ids[1], 72);
    assert_int_equal(a.ids[2], 71);
    assert_int_equal(a.shift, 2);
    page.before.ms = PGTEST_NOW.ms + 7;
    page.before_id = 73;
    a = ask(h, &page);
    assert_int_equal(a.entries, 2);
    assert_int_equal(a.ids[0], 72);
    page.any = false;
    (void)snprintf(page.supplier, sizeof page.supplier, "city");
    assert_int_equal(ask(h, &page).entries, 2);
    (void)snprintf(page.supplier, sizeof page.supplier, "rural"); /* not theirs */
    assert_int_equal(ask(h, &page).entries, 0);
    page.id = 2;
    assert_int_equal(historian_shifts(h).ask(historian_shifts(h).self, &page, -1, got, &a, &why), ERR_RANGE);
    historian_stop(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_key_that_an_older_act_has_is_counted_and_said, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_has_one_row_with_its_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_there_stays_so, set_up, tear_down),
        cmocka_unit_test_setup_teardown(older_ones_come_page_by_page_and_one_comes_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_names_a_site_comes_newest_first_of_whose_shift_it_is, set_up,
                                        tear_down),
    };

    if (!pgtest_find(&T, PG_ENV)) {
        (void)fprintf(stderr, "no PostgreSQL here: skipped\n");
        return PGTEST_SKIP;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
