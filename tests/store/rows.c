/* The pure parts of delivery: the rule of the cursor, local days, the COPY encoding, batches. */
#include "store/lanes_double.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "batch.h"
#include "copy.h"
#include "cursor.h"
#include "days.h"

static const struct wall NOON = { 1795428000000 };

static void cursor_rule(void **state)
{
    static const struct {
        struct cursor row;
        int64_t epoch;
        uint64_t last;
        enum cursor_verdict verdict;
    } CASES[] = {
        { { 5, 0 }, 5, 0, CURSOR_HERE },     { { 5, 7 }, 5, 7, CURSOR_HERE },
        { { 5, 7 }, 5, 100, CURSOR_HERE },   { { 5, 8 }, 5, 7, CURSOR_BEYOND },
        { { 5, 1 }, 5, 0, CURSOR_BEYOND },   { { 4, 900 }, 5, 0, CURSOR_NEW_BOOK },
        { { 6, 0 }, 5, 100, CURSOR_FENCED }, { { 6, 900 }, 5, 0, CURSOR_FENCED },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++)
        assert_int_equal(cursor_judge(CASES[i].row, CASES[i].epoch, CASES[i].last), CASES[i].verdict);
}

static void local_day_begins_at_17_utc(void **state)
{
    struct wall before, midnight;
    char text[DAY_TEXT_MAX];

    (void)state;
    assert_int_equal(wall_parse("2026-11-23T16:59:59.999Z", &before), ERR_NONE);
    assert_int_equal(wall_parse("2026-11-24T00:00:00+07:00", &midnight), ERR_NONE);
    assert_int_equal(midnight.ms, before.ms + 1);
    day_text(day_of(before), text);
    assert_string_equal(text, "2026-11-23");
    day_text(day_of(midnight), text);
    assert_string_equal(text, "2026-11-24");
}

static void days_outside_the_century_are_not_storable(void **state)
{
    struct wall first, end;

    (void)state;
    assert_int_equal(wall_parse("2000-01-01T00:00:00+07:00", &first), ERR_NONE);
    assert_int_equal(wall_parse("2100-01-01T00:00:00+07:00", &end), ERR_NONE);
    assert_true(day_is_storable(day_of(first)));
    assert_false(day_is_storable(day_of((struct wall){ first.ms - 1 })));
    assert_true(day_is_storable(day_of((struct wall){ end.ms - 1 })));
    assert_false(day_is_storable(day_of(end)));
    assert_false(day_is_storable(day_of((struct wall){ INT64_MAX })));
    assert_false(day_is_storable(day_of((struct wall){ INT64_MIN })));
}

static void set_of_days_forgets_the_oldest_when_full(void **state)
{
    struct days d = { 0 };

    (void)state;
    for (int64_t i = 0; i < DAYS_MAX; i++)
        days_add(&d, i);
    assert_true(days_has(&d, 0));
    days_add(&d, 1000);
    assert_false(days_has(&d, 0));
    assert_true(days_has(&d, 1000));
    assert_true(days_has(&d, 1));
}

static void nan_is_null_in_copy_and_zero_is_zero(void **state)
{
    struct strbuf b;
    struct stored_reading none = { 1, NOON, NAN, QUALITY_BAD, REASON_NO_ANSWER };
    struct stored_reading zero = { 1, NOON, 0.0, QUALITY_GOOD, REASON_NONE };

    (void)state;
    strbuf_init(&b, 4096);
    copy_add_reading(&b, &none);
    assert_int_equal(b.len, 2 + 12 + 12 + 4 + 6 + 6);
    assert_memory_equal(b.text + 26, "\377\377\377\377", 4);
    strbuf_reset(&b);
    copy_add_reading(&b, &zero);
    assert_int_equal(b.len, 2 + 12 + 12 + 12 + 6 + 6);
    assert_memory_equal(b.text + 26, "\0\0\0\10\0\0\0\0\0\0\0\0", 12);
    strbuf_clear(&b);
}

/* ---- batches ---- */

struct bench {
    struct lanes_double journal;
    struct lanes_port port;
    struct batch batch;
};

static int bench_up(void **state)
{
    static struct bench b;

    lanes_double_init(&b.journal, 1);
    b.port = lanes_double_port(&b.journal);
    assert_int_equal(batch_init(&b.batch, NULL), ERR_NONE);
    *state = &b;
    return 0;
}

static int bench_down(void **state)
{
    struct bench *b = *state;

    batch_clear(&b->batch);
    lanes_double_clear(&b->journal);
    return 0;
}

static void take_and_make(struct bench *b, enum lane lane, uint64_t after, size_t bytes, size_t entries)
{
    const struct batch_wish wish = { lane, after, UINT64_MAX, bytes, entries };
    struct fault why = { 0 };

    assert_int_equal(batch_take(&b->batch, &b->port, &wish, &why), ERR_NONE);
    assert_int_equal(batch_make(&b->batch, after, (struct batch_times){ NOON, { 0 } }, &why), ERR_NONE);
}

static void batch_ends_where_it_was_told_to(void **state)
{
    struct bench *b = *state;
    const struct batch_wish some = { LANE_LIVE, 2, 5, 1 << 20, 1000 },
                            none = { LANE_LIVE, 10, 12, 1 << 20, 1000 };

    for (int i = 0; i < 10; i++)
        (void)lanes_double_reading(&b->journal, 7, NOON, i);
    assert_int_equal(batch_take(&b->batch, &b->port, &some, NULL), ERR_NONE);
    assert_int_equal(batch_make(&b->batch, 2, (struct batch_times){ NOON, { 0 } }, NULL), ERR_NONE);
    assert_int_equal(b->batch.row_count, 3);
    assert_int_equal(b->batch.entries[b->batch.used - 1].seq, 5);
    /* of a stretch of which nothing is left, all is a hole */
    assert_int_equal(batch_take(&b->batch, &b->port, &none, NULL), ERR_NONE);
    assert_int_equal(b->batch.count, 0);
    assert_int_equal(batch_make(&b->batch, 10, (struct batch_times){ NOON, { NOON.ms - 5000 } }, NULL),
                     ERR_NONE);
    assert_int_equal(b->batch.row_count, 0);
    assert_int_equal(b->batch.event_count, 1);
    assert_non_null(strstr(b->batch.events.text, "entries 11 to 12 of lane live"));
    assert_non_null(strstr(b->batch.events.text, "recorded from 2026-11-23T16:59:55"));
}

static void batch_holds_what_was_asked_and_at_least_one(void **state)
{
    struct bench *b = *state;

    for (int i = 0; i < 10; i++)
        (void)lanes_double_reading(&b->journal, 7, NOON, i);
    take_and_make(b, LANE_LIVE, 0, 1, BATCH_ENTRIES_MAX);
    assert_int_equal(b->batch.used, 1);
    take_and_make(b, LANE_LIVE, 3, 1 << 20, 4);
    assert_int_equal(b->batch.used, 4);
    assert_int_equal(b->batch.entries[0].seq, 4);
    take_and_make(b, LANE_LIVE, 0, 1 << 20, BATCH_ENTRIES_MAX);
    assert_int_equal(b->batch.row_count, 10);
    assert_int_equal(b->batch.day_count, 1);
    take_and_make(b, LANE_LIVE, 10, 1 << 20, BATCH_ENTRIES_MAX);
    assert_int_equal(b->batch.count, 0);
}

static void batch_ends_before_what_does_not_decode(void **state)
{
    struct bench *b = *state;

    (void)lanes_double_reading(&b->journal, 7, NOON, 1);
    (void)lanes_double_put(&b->journal, LANE_LIVE, "\1nonsense", 9);
    (void)lanes_double_reading(&b->journal, 7, NOON, 3);
    take_and_make(b, LANE_LIVE, 0, 1 << 20, BATCH_ENTRIES_MAX);
    assert_int_equal(b->batch.used, 1);
    assert_string_not_equal(b->batch.unusable, "");
    take_and_make(b, LANE_LIVE, 1, 1 << 20, BATCH_ENTRIES_MAX);
    assert_int_equal(b->batch.used, 0);
    take_and_make(b, LANE_LIVE, 2, 1 << 20, BATCH_ENTRIES_MAX);
    assert_int_equal(b->batch.used, 1);
    assert_string_equal(b->batch.unusable, "");
}

static void unusable_entry_leaves_no_day_behind(void **state)
{
    struct bench *b = *state;
    struct stored_reading r = { 7, { NOON.ms + 40LL * CLOCK_DAY_MS }, 1, QUALITY_GOOD, REASON_NONE };
    struct strbuf body;

    strbuf_init(&body, 4096);
    body_add_reading(&body, &r);
    strbuf_putc(&body, '\77');
    (void)lanes_double_reading(&b->journal, 7, NOON, 1);
    (void)lanes_double_put(&b->journal, LANE_LIVE, body.text, body.len);
    strbuf_clear(&body);
    take_and_make(b, LANE_LIVE, 0, 1 << 20, BATCH_ENTRIES_MAX);
    assert_int_equal(b->batch.used, 1);
    assert_int_equal(b->batch.day_count, 1);
}

static void time_outside_the_century_is_unusable(void **state)
{
    struct bench *b = *state;

    (void)lanes_double_reading(&b->journal, 7, (struct wall){ 0 }, 1);
    take_and_make(b, LANE_LIVE, 0, 1 << 20, BATCH_ENTRIES_MAX);
    assert_int_equal(b->batch.used, 0);
    assert_non_null(strstr(b->batch.unusable, "2000"));
}

/* Events are never set aside. */
static void event_of_no_time_has_the_time_it_was_recorded(void **state)
{
    struct bench *b = *state;

    b->journal.recorded = NOON;
    (void)lanes_double_event(&b->journal, EVENT_NODE_START, (struct wall){ 1 }, "n");
    b->journal.recorded.ms = 0;
    (void)lanes_double_event(&b->journal, EVENT_NODE_START, (struct wall){ INT64_MAX }, "n");
    take_and_make(b, LANE_EVENTS, 0, 1 << 20, BATCH_ENTRIES_MAX);
    assert_int_equal(b->batch.used, 2);
    assert_non_null(strstr(b->batch.events.text, "\"at_ms\":1795428000000"));
    assert_non_null(strstr(b->batch.events.text, "\"at_ms\":946684800000"));
}

static void more_days_than_one_transaction_takes_are_split(void **state)
{
    struct bench *b = *state;

    for (int i = 0; i < DAYS_MAX + 3; i++)
        (void)lanes_double_reading(&b->journal, 7, (struct wall){ NOON.ms + (int64_t)i * CLOCK_DAY_MS }, i);
    take_and_make(b, LANE_LIVE, 0, 1 << 20, BATCH_ENTRIES_MAX);
    assert_int_equal(b->batch.used, DAYS_MAX);
    assert_string_equal(b->batch.unusable, "");
    take_and_make(b, LANE_LIVE, DAYS_MAX, 1 << 20, BATCH_ENTRIES_MAX);
    assert_int_equal(b->batch.used, 3);
}

static void event_in_a_lane_of_readings_is_unusable(void **state)
{
    struct bench *b = *state;
    struct event e = event_make(EVENT_WIRE_UP, NOON, "w", NAN, "x");
    struct strbuf body;

    strbuf_init(&body, 4096);
    body_add_event(&body, &e);
    (void)lanes_double_put(&b->journal, LANE_LIVE, body.text, body.len);
    strbuf_clear(&body);
    take_and_make(b, LANE_LIVE, 0, 1 << 20, BATCH_ENTRIES_MAX);
    assert_int_equal(b->batch.used, 0);
    assert_string_not_equal(b->batch.unusable, "");
}

static void hole_before_the_first_entry_is_stated_once(void **state)
{
    struct bench *b = *state;

    for (int i = 0; i < 10; i++)
        (void)lanes_double_reading(&b->journal, 7, NOON, i);
    lanes_double_keep_from(&b->journal, LANE_LIVE, 6);
    take_and_make(b, LANE_LIVE, 2, 1 << 20, BATCH_ENTRIES_MAX);
    assert_int_equal(b->batch.row_count, 5);
    assert_int_equal(b->batch.event_count, 1);
    assert_non_null(strstr(b->batch.events.text, "entries 3 to 5 of lane live"));
    take_and_make(b, LANE_LIVE, 5, 1 << 20, BATCH_ENTRIES_MAX);
    assert_int_equal(b->batch.event_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cursor_rule),
        cmocka_unit_test(local_day_begins_at_17_utc),
        cmocka_unit_test(days_outside_the_century_are_not_storable),
        cmocka_unit_test(set_of_days_forgets_the_oldest_when_full),
        cmocka_unit_test(nan_is_null_in_copy_and_zero_is_zero),
        cmocka_unit_test_setup_teardown(batch_ends_where_it_was_told_to, bench_up, bench_down),
        cmocka_unit_test_setup_teardown(batch_holds_what_was_asked_and_at_least_one, bench_up, bench_down),
        cmocka_unit_test_setup_teardown(batch_ends_before_what_does_not_decode, bench_up, bench_down),
        cmocka_unit_test_setup_teardown(unusable_entry_leaves_no_day_behind, bench_up, bench_down),
        cmocka_unit_test_setup_teardown(event_of_no_time_has_the_time_it_was_recorded, bench_up, bench_down),
        cmocka_unit_test_setup_teardown(time_outside_the_century_is_unusable, bench_up, bench_down),
        cmocka_unit_test_setup_teardown(more_days_than_one_transaction_takes_are_split, bench_up, bench_down),
        cmocka_unit_test_setup_teardown(event_in_a_lane_of_readings_is_unusable, bench_up, bench_down),
        cmocka_unit_test_setup_teardown(hole_before_the_first_entry_is_stated_once, bench_up, bench_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
