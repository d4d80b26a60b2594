#include "model/lane.h"

#include <math.h>

#include "unit.h"

static void lanes_keep_their_numbers_and_words(void **state)
{
    (void)state;
    assert_int_equal(LANE_EVENTS, 1);
    assert_int_equal(LANE_LIVE, 2);
    assert_string_equal(lane_name(LANE_EVENTS), "events");
    assert_string_equal(lane_name(LANE_LIVE), "live");
    assert_string_equal(lane_name(LANE_END), "unknown");
}

/* Journals hold these bytes: little-endian, packed with Python's struct. */
static void a_body_is_these_bytes_for_ever(void **state)
{
    static const unsigned char WANTED[] = {
        1,    0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11,    /* key */
        0xab, 0xba, 0x50, 0x08, 0xa2, 0x01, 0,    0,             /* 1795435838123 */
        0,    0,    0,    0,    0,    0,    0x29, 0x40,          /* 12.5 */
        1,    8,                                                 /* uncertain, implausible */
        2,    7,    0xab, 0xba, 0x50, 0x08, 0xa2, 0x01, 0,    0, /* event: gap, when */
        0,    0,    0,    0,    0,    0,    0x29, 0x40,          /* 12.5 */
        1,    'n',  2,    'h',  'i',
    };
    struct stored_reading r = {
        0x1122334455667788, { 1795435838123 }, 12.5, QUALITY_UNCERTAIN, REASON_IMPLAUSIBLE
    };
    struct event e = event_make(EVENT_GAP, (struct wall){ 1795435838123 }, "n", 12.5, "hi");
    struct strbuf body;

    (void)state;
    strbuf_init(&body, 1000);
    body_add_reading(&body, &r);
    body_add_event(&body, &e);
    assert_int_equal(body.len, sizeof WANTED);
    assert_memory_equal(body.text, WANTED, sizeof WANTED);
    strbuf_clear(&body);
}

static void what_was_told_comes_back_and_nonsense_does_not(void **state)
{
    struct hand h = { HAND_EXCHANGE, 0, 0, 9, { 5 }, { 6 }, 12, 5000.5, "k-2", "Vàng A Páo", "" };
    struct body_reader r;
    struct stored_reading reading;
    struct event event;
    enum body_item item;
    struct strbuf body;

    (void)state;
    strbuf_init(&body, 1000);
    body_add_hand(&body, &h);
    body_read(&r, body.text, body.len);
    assert_int_equal(body_next(&r, &item, &reading, &event), ERR_NONE);
    assert_int_equal(item, BODY_HAND);
    assert_true(hand_same(&h, &r.hand) && r.hand.entered.ms == 6);
    for (size_t cut = 1; cut < body.len; cut++) {
        body_read(&r, body.text, cut);
        assert_int_not_equal(body_next(&r, &item, &reading, &event), ERR_NONE);
    }
    for (int wrong = 0; wrong < 5; wrong++) {
        struct hand lie = h;
        lie.kind = wrong == 0 ? HAND_END : lie.kind;
        lie.point = wrong == 1 ? 0 : lie.point;
        lie.value = wrong == 2 ? NAN : lie.value;
        lie.old_end = wrong == 3 ? INFINITY : lie.old_end;
        lie.key[0] = wrong == 4 ? '\0' : lie.key[0];
        strbuf_reset(&body);
        body_add_hand(&body, &lie);
        body_read(&r, body.text, body.len);
        assert_int_equal(body_next(&r, &item, &reading, &event), ERR_RANGE);
    }
    strbuf_clear(&body);
}

static void a_minute_comes_back_and_nonsense_does_not(void **state)
{
    const struct minute m = { 9,   { 1795435200000 }, 900000, 10, 20, 20, 10, 4, 50000, 10000, 30000, 20000,
                              5000 };
    const struct recount again = { 9, { 5 }, { 1000 } };
    struct body_reader r;
    struct stored_reading reading;
    struct event event;
    enum body_item item;
    struct strbuf body;

    (void)state;
    strbuf_init(&body, 1000);
    body_add_minute(&body, &m);
    body_add_recount(&body, &again);
    body_read(&r, body.text, body.len);
    assert_int_equal(body_next(&r, &item, &reading, &event), ERR_NONE);
    assert_int_equal(item, BODY_MINUTE);
    assert_memory_equal(&r.minute, &m, offsetof(struct minute, unjudged_ms) + sizeof m.unjudged_ms);
    assert_int_equal(body_next(&r, &item, &reading, &event), ERR_NONE);
    assert_int_equal(item, BODY_RECOUNT);
    assert_memory_equal(&r.recount, &again, sizeof again);
    for (int wrong = 0; wrong < 7; wrong++) {
        struct minute lie = m;
        lie.key = wrong == 0 ? 0 : lie.key;
        lie.at.ms += wrong == 1;
        lie.good_ms += wrong == 2;
        lie.min = wrong == 3 ? NAN : wrong == 4 ? 11 : lie.min;
        lie.sum = wrong == 5 ? INFINITY : lie.sum;
        lie.within_ms += wrong == 6 ? 5001 : 0; /* longer than a number was held */
        strbuf_reset(&body);
        body_add_minute(&body, &lie);
        body_read(&r, body.text, body.len);
        assert_int_equal(body_next(&r, &item, &reading, &event), ERR_RANGE);
    }
    strbuf_clear(&body);
}

/* What a later version adds to the end of an item is no reason to set it aside. */
static void a_longer_minute_is_read_as_far_as_it_is_known(void **state)
{
    const struct minute m = { 9, { 1795435200000 }, 0, NAN, NAN, NAN, NAN, 1, 0, 0, 0, 0, 0 };
    struct body_reader r;
    struct stored_reading reading;
    struct event event;
    enum body_item item;
    struct strbuf body;

    (void)state;
    strbuf_init(&body, 1000);
    body_add_minute(&body, &m);
    strbuf_add(&body, "more", 4);
    body.text[1] = (char)(body.text[1] + 4);
    body_read(&r, body.text, body.len);
    assert_int_equal(body_next(&r, &item, &reading, &event), ERR_NONE);
    assert_int_equal(item, BODY_MINUTE);
    assert_int_equal(body_next(&r, &item, &reading, &event), ERR_NONE);
    assert_int_equal(item, BODY_END);
    body_read(&r, body.text, body.len - 1);
    assert_int_equal(body_next(&r, &item, &reading, &event), ERR_SHORT);
    strbuf_clear(&body);
}

static void a_force_and_its_release_come_back(void **state)
{
    struct hand told[] = { { HAND_FORCE, 0, 0, 9, { 50 }, { 6 }, 12, NAN, "k-3", "Vàng A Páo", "" },
                           { HAND_RELEASE, 0, 0, 9, { 7 }, { 7 }, NAN, NAN, "k-4", "Vàng A Páo", "" } };
    struct body_reader r;
    struct stored_reading reading;
    struct event event;
    enum body_item item;
    struct strbuf body;

    (void)state;
    strbuf_init(&body, 1000);
    for (size_t i = 0; i < COUNT_OF(told); i++) {
        strbuf_reset(&body);
        body_add_hand(&body, &told[i]);
        body_read(&r, body.text, body.len);
        assert_int_equal(body_next(&r, &item, &reading, &event), ERR_NONE);
        assert_true(hand_same(&told[i], &r.hand) && r.hand.at.ms == told[i].at.ms);
        told[i].value = i == 0 ? NAN : 1;
        strbuf_reset(&body);
        body_add_hand(&body, &told[i]);
        body_read(&r, body.text, body.len);
        assert_int_equal(body_next(&r, &item, &reading, &event), ERR_RANGE);
    }
    strbuf_clear(&body);
}

/* ---- round trip ---- */

struct one {
    enum body_item item;
    struct stored_reading reading;
    struct event event;
};

static struct stored_reading any_reading(uint64_t *seed)
{
    struct stored_reading r = { .key = 1 + test_random(seed) % INT64_MAX,
                                .at = { (int64_t)test_random(seed) },
                                .quality = (uint8_t)test_below(seed, QUALITY_COUNT) };
    uint64_t bits = test_random(seed);

    r.reason = (uint8_t)(r.quality == QUALITY_GOOD ? REASON_NONE : 1 + test_below(seed, REASON_COUNT - 1));
    memcpy(&r.value, &bits, sizeof r.value);
    if (r.quality == QUALITY_BAD)
        r.value = NAN;
    else if (!isfinite(r.value))
        r.value = -0.0;
    return r;
}

static void any_text(uint64_t *seed, char *out, size_t size)
{
    size_t n = test_below(seed, 4) == 0 ? size - 1 : test_below(seed, (uint32_t)size);

    for (size_t i = 0; i < n; i++)
        out[i] = (char)(1 + test_below(seed, 255));
    out[n] = '\0';
}

static struct event any_event(uint64_t *seed)
{
    struct event e = { .kind = (uint8_t)test_below(seed, EVENT_COUNT),
                       .at = { (int64_t)test_random(seed) },
                       .number = test_below(seed, 3) == 0 ? NAN : (double)test_below(seed, 100000) };

    any_text(seed, e.subject, sizeof e.subject);
    any_text(seed, e.text, sizeof e.text);
    return e;
}

static struct one any_item(uint64_t *seed, struct strbuf *body)
{
    struct one o = { .item = test_below(seed, 3) == 0 ? BODY_EVENT : BODY_READING };

    if (o.item == BODY_EVENT) {
        o.event = any_event(seed);
        body_add_event(body, &o.event);
    } else {
        o.reading = any_reading(seed);
        body_add_reading(body, &o.reading);
    }
    return o;
}

static void assert_same_double(double a, double b)
{
    assert_true((isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0);
}

static void assert_same_item(const struct one *a, const struct one *b)
{
    assert_int_equal(a->item, b->item);
    if (a->item == BODY_READING) {
        assert_int_equal(a->reading.key, b->reading.key);
        assert_int_equal(a->reading.at.ms, b->reading.at.ms);
        assert_same_double(a->reading.value, b->reading.value);
        assert_int_equal(a->reading.quality, b->reading.quality);
        assert_int_equal(a->reading.reason, b->reading.reason);
    } else {
        assert_int_equal(a->event.kind, b->event.kind);
        assert_int_equal(a->event.at.ms, b->event.at.ms);
        assert_same_double(a->event.number, b->event.number);
        assert_string_equal(a->event.subject, b->event.subject);
        assert_string_equal(a->event.text, b->event.text);
    }
}

static enum err next(struct body_reader *r, struct one *o)
{
    return body_next(r, &o->item, &o->reading, &o->event);
}

static void what_was_put_in_comes_out(void **state)
{
    uint64_t seed = test_seed(__func__);
    struct strbuf body;

    (void)state;
    strbuf_init(&body, 100000);
    for (int round = 0; round < 3000; round++) {
        struct one in[20], out;
        size_t n = test_below(&seed, COUNT_OF(in) + 1);
        struct body_reader r;
        strbuf_reset(&body);
        for (size_t i = 0; i < n; i++)
            in[i] = any_item(&seed, &body);
        assert_false(body.failed);
        body_read(&r, body.text != NULL ? body.text : "", body.len);
        for (size_t i = 0; i < n; i++) {
            assert_int_equal(next(&r, &out), ERR_NONE);
            assert_same_item(&in[i], &out);
        }
        assert_int_equal(next(&r, &out), ERR_NONE);
        assert_int_equal(out.item, BODY_END);
    }
    strbuf_clear(&body);
}

/* Reads to the end; the bytes have their own storage, so that one too far is seen. */
static enum err read_all(const void *bytes, size_t len, size_t *items)
{
    unsigned char *copy = malloc(len + 1);
    struct body_reader r;
    struct one o;
    enum err rc;

    assert_non_null(copy);
    memcpy(copy + 1, bytes, len);
    body_read(&r, copy + 1, len);
    *items = 0;
    while ((rc = next(&r, &o)) == ERR_NONE && o.item != BODY_END)
        ++*items;
    free(copy);
    return rc;
}

static void a_body_cut_anywhere_inside_an_item_is_short(void **state)
{
    uint64_t seed = test_seed(__func__);
    struct strbuf body;

    (void)state;
    strbuf_init(&body, 100000);
    for (int round = 0; round < 50; round++) {
        size_t ends[6] = { 0 }, items, whole = 0;
        strbuf_reset(&body);
        for (size_t i = 1; i < COUNT_OF(ends); i++) {
            (void)any_item(&seed, &body);
            ends[i] = body.len;
        }
        for (size_t n = 0; n <= body.len; n++) {
            enum err rc = read_all(body.text, n, &items);
            whole += whole + 1 < COUNT_OF(ends) && n == ends[whole + 1];
            assert_int_equal(rc, n == ends[whole] ? ERR_NONE : ERR_SHORT);
            assert_int_equal(items, whole);
        }
    }
    strbuf_clear(&body);
}

static void random_bytes_are_read_or_refused(void **state)
{
    uint64_t seed = test_seed(__func__);

    (void)state;
    for (int i = 0; i < 200000; i++) {
        unsigned char bytes[120];
        size_t n = test_below(&seed, sizeof bytes), items;
        enum err rc;
        for (size_t k = 0; k < n; k++)
            bytes[k] = (unsigned char)test_random(&seed);
        if (n > 0)
            bytes[0] = (unsigned char)test_below(&seed, 4); /* mostly a type that exists */
        rc = read_all(bytes, n, &items);
        assert_true(rc == ERR_NONE || rc == ERR_SHORT || rc == ERR_RANGE);
    }
}

static void spoilt_bodies_are_read_or_refused(void **state)
{
    uint64_t seed = test_seed(__func__);
    struct strbuf body;

    (void)state;
    strbuf_init(&body, 100000);
    for (int i = 0; i < 20000; i++) {
        size_t items;
        enum err rc;
        strbuf_reset(&body);
        for (int k = 0; k < 3; k++)
            (void)any_item(&seed, &body);
        for (uint32_t n = 1 + test_below(&seed, 4); n > 0; n--)
            body.text[test_below(&seed, (uint32_t)body.len)] = (char)test_random(&seed);
        rc = read_all(body.text, body.len, &items);
        assert_true(rc == ERR_NONE || rc == ERR_SHORT || rc == ERR_RANGE);
    }
    strbuf_clear(&body);
}

static void a_reading_that_contradicts_itself_is_refused(void **state)
{
    static const struct {
        struct stored_reading r;
        enum err rc;
    } CASES[] = {
        { { 1, { 5 }, 0.0, QUALITY_GOOD, REASON_NONE }, ERR_NONE },
        { { INT64_MAX, { 5 }, 1.0, QUALITY_GOOD, REASON_NONE }, ERR_NONE },
        { { 1, { 5 }, NAN, QUALITY_BAD, REASON_NO_ANSWER }, ERR_NONE },
        { { 1, { 5 }, 1.0, QUALITY_UNCERTAIN, REASON_STALE }, ERR_NONE },
        { { 1, { 5 }, 1.0, QUALITY_UNCERTAIN, REASON_COUNT }, ERR_NONE }, /* of a later version */
        { { 0, { 5 }, 1.0, QUALITY_GOOD, REASON_NONE }, ERR_RANGE },
        { { (uint64_t)INT64_MAX + 1, { 5 }, 1.0, QUALITY_GOOD, REASON_NONE }, ERR_RANGE },
        { { 1, { 5 }, NAN, QUALITY_GOOD, REASON_NONE }, ERR_RANGE },
        { { 1, { 5 }, INFINITY, QUALITY_GOOD, REASON_NONE }, ERR_RANGE },
        { { 1, { 5 }, -INFINITY, QUALITY_UNCERTAIN, REASON_STALE }, ERR_RANGE },
        { { 1, { 5 }, NAN, QUALITY_UNCERTAIN, REASON_STALE }, ERR_RANGE },
        { { 1, { 5 }, 0.0, QUALITY_BAD, REASON_NO_ANSWER }, ERR_RANGE }, /* no value is not zero */
        { { 1, { 5 }, INFINITY, QUALITY_BAD, REASON_NOT_FINITE }, ERR_RANGE },
        { { 1, { 5 }, 1.0, QUALITY_GOOD, REASON_STALE }, ERR_RANGE },
        { { 1, { 5 }, 1.0, QUALITY_UNCERTAIN, REASON_NONE }, ERR_RANGE },
        { { 1, { 5 }, NAN, QUALITY_BAD, REASON_NONE }, ERR_RANGE },
        { { 1, { 5 }, 1.0, QUALITY_COUNT, REASON_NONE }, ERR_RANGE },
        { { 1, { 5 }, NAN, 255, REASON_NO_ANSWER }, ERR_RANGE },
    };
    struct strbuf body;

    (void)state;
    strbuf_init(&body, 1000);
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        size_t items;
        enum err rc;
        strbuf_reset(&body);
        body_add_reading(&body, &CASES[i].r);
        rc = read_all(body.text, body.len, &items);
        if (rc != CASES[i].rc)
            fail_msg("case %zu: %s", i, err_name(rc));
    }
    strbuf_clear(&body);
}

static void a_text_must_fit_and_hold_no_nul(void **state)
{
    static const struct {
        unsigned subject, text;
        enum err rc;
    } CASES[] = {
        { 0, 0, ERR_NONE },    { 63, 199, ERR_NONE },   { 64, 0, ERR_RANGE },
        { 0, 200, ERR_RANGE }, { 255, 255, ERR_RANGE },
    };
    unsigned char bytes[600];
    size_t items;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        size_t n = 18;
        memset(bytes, 'x', sizeof bytes);
        bytes[0] = BODY_EVENT;
        bytes[1] = EVENT_GAP;
        bytes[n++] = (unsigned char)CASES[i].subject;
        n += CASES[i].subject;
        bytes[n++] = (unsigned char)CASES[i].text;
        n += CASES[i].text;
        assert_int_equal(read_all(bytes, n, &items), CASES[i].rc);
        if (CASES[i].subject == 0)
            continue;
        bytes[20] = '\0';
        assert_int_equal(read_all(bytes, n, &items), ERR_RANGE);
    }
}

static void an_unknown_type_is_refused(void **state)
{
    size_t items;

    (void)state;
    for (unsigned type = 0; type < 256; type++)
        if (type != BODY_READING && type != BODY_EVENT && type != BODY_MINUTE && type != BODY_RECOUNT &&
            type != BODY_AUDIT && type != BODY_ALARM && type != BODY_MODE &&
            (type < BODY_INCIDENT || type > BODY_LETTER) && (type < BODY_SHIFT || type > BODY_SHIFT_SHEET) &&
            type != BODY_PREVENTION) {
            unsigned char bytes[300] = { (unsigned char)type };
            assert_int_equal(read_all(bytes, sizeof bytes, &items), ERR_RANGE);
        }
}

static void shifts_come_back_and_cut_ones_do_not(void **state)
{
    struct shift s = { .id = 7,
                       .before = 6,
                       .state = SHIFT_OFFERED,
                       .leads = true,
                       .entries = 3,
                       .from = { 10 },
                       .taken = { 11 },
                       .offered = { 12 },
                       .supplier = "city",
                       .who = "lan",
                       .to = "hùng" };
    struct shift_entry e = { .id = 9,
                             .shift = 7,
                             .corrects = 8,
                             .incident = 5,
                             .n = 3,
                             .kind = SHIFT_NOTE,
                             .claimed = { 20 },
                             .recorded = { 21 },
                             .key = "k-1",
                             .who = "lan",
                             .site = "s",
                             .point = "p" };
    struct shift_sheet *sheet = shift_sheet_new("H\tx\n", 4);
    struct body_reader r;
    struct stored_reading reading;
    struct event event;
    enum body_item item;
    struct strbuf body;
    size_t items;

    (void)state;
    memset(e.text, 'a', SHIFT_TEXT_MAX - 1);
    sheet->shift = 7;
    sheet->made = (struct wall){ 30 };
    strbuf_init(&body, 4000);
    body_add_shift(&body, &s);
    body_add_shift_entry(&body, &e);
    body_add_shift_sheet(&body, sheet);
    body_read(&r, body.text, body.len);
    assert_int_equal(body_next(&r, &item, &reading, &event), ERR_NONE);
    assert_memory_equal(&r.shift, &s, sizeof s);
    assert_int_equal(body_next(&r, &item, &reading, &event), ERR_NONE);
    assert_memory_equal(&r.shift_entry, &e, sizeof e);
    assert_int_equal(body_next(&r, &item, &reading, &event), ERR_NONE);
    assert_int_equal(item, BODY_SHIFT_SHEET);
    assert_int_equal(r.shift_sheet.len, 4);
    assert_memory_equal(r.shift_sheet.text, "H\tx\n", 4);
    assert_int_equal(body_next(&r, &item, &reading, &event), ERR_NONE);
    assert_int_equal(item, BODY_END);
    for (size_t cut = 1; cut < body.len; cut++) {
        char *part = malloc(cut); /* so that a reader beyond it is seen */
        enum err rc;
        memcpy(part, body.text, cut);
        rc = read_all(part, cut, &items);
        assert_true(rc == ERR_SHORT || (rc == ERR_NONE && items < 3));
        free(part);
    }
    body.text[3] = 0; /* no id */
    assert_int_equal(read_all(body.text, body.len, &items), ERR_RANGE);
    strbuf_clear(&body);
    shift_sheet_drop(sheet);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lanes_keep_their_numbers_and_words),
        cmocka_unit_test(a_body_is_these_bytes_for_ever),
        cmocka_unit_test(what_was_told_comes_back_and_nonsense_does_not),
        cmocka_unit_test(a_force_and_its_release_come_back),
        cmocka_unit_test(a_minute_comes_back_and_nonsense_does_not),
        cmocka_unit_test(a_longer_minute_is_read_as_far_as_it_is_known),
        cmocka_unit_test(what_was_put_in_comes_out),
        cmocka_unit_test(a_body_cut_anywhere_inside_an_item_is_short),
        cmocka_unit_test(random_bytes_are_read_or_refused),
        cmocka_unit_test(spoilt_bodies_are_read_or_refused),
        cmocka_unit_test(a_reading_that_contradicts_itself_is_refused),
        cmocka_unit_test(a_text_must_fit_and_hold_no_nul),
        cmocka_unit_test(an_unknown_type_is_refused),
        cmocka_unit_test(shifts_come_back_and_cut_ones_do_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
