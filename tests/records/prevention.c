#include "records/prevention.h"

#include "unit.h"

static struct catalogue world;
static struct prevention_book *book;
static const struct prevention_rules RULES = { 4, 30, 90 };
static struct wall now = { 1795604400000 }; /* 25/11/2026, 18:00 */

static int up(void **state)
{
    struct site s = { .id = "plant" };
    struct zone z = { .id = "hill" };
    struct fault why;

    (void)state;
    catalogue_init(&world);
    assert_int_equal(catalogue_add_site(&world, &s, NULL), ERR_NONE);
    z.versions = calloc(1, sizeof *z.versions);
    z.version_count = 1;
    assert_int_equal(catalogue_add_zone(&world, &z, NULL), ERR_NONE);
    book = prevention_book_new();
    return catalogue_seal(&world, &why) == ERR_NONE && book != NULL ? 0 : -1;
}

static int down(void **state)
{
    (void)state;
    free(book);
    catalogue_clear(&world);
    return 0;
}

static int32_t day(const char *text)
{
    int32_t d;

    assert_true(day_parse(text, &d));
    return d;
}

static struct prevention_act writes(enum prevention_kind kind, const char *key)
{
    struct prevention_act a = { .after = DAY_NONE,
                                .is = { .kind = (uint8_t)kind,
                                        .on = DAY_NONE,
                                        .due = DAY_NONE,
                                        .ended_on = DAY_NONE,
                                        .zone = "hill",
                                        .who = "lan",
                                        .responsible = "Đội mạng lưới",
                                        .what = "thay van" } };

    (void)snprintf(a.is.key, sizeof a.is.key, "%s", key);
    return a;
}

static struct prevention_act ends(const struct prevention *p, enum prevention_state how, const char *why)
{
    struct prevention_act a = { .ends = true,
                                .is = { .id = p->id,
                                        .kind = p->kind,
                                        .state = (uint8_t)how,
                                        .ended_on = DAY_NONE,
                                        .end_key = "end-0001",
                                        .ended_by = "hùng" } };

    (void)snprintf(a.is.end_why, sizeof a.is.end_why, "%s", why);
    return a;
}

static struct prevention done(const struct prevention_act *a)
{
    struct prevention_news news;
    struct fault why = { .text = "" };
    bool known;

    if (prevention_act(book, &RULES, &world, a, now, &known, &news, &why) != ERR_NONE)
        fail_msg("%s: %s", a->is.key, why.text);
    assert_false(known);
    return news.is;
}

static void refused(const struct prevention_act *a, enum err code, const char *has)
{
    struct prevention_news news;
    struct fault why = { .text = "" };
    size_t before = book->count;
    bool known;

    assert_int_equal(prevention_act(book, &RULES, &world, a, now, &known, &news, &why), code);
    if (strstr(why.text, has) == NULL)
        fail_msg("“%s” is not in “%s”", has, why.text);
    assert_int_equal(book->count, before);
}

static void measures_are_due_on_the_next_thirtieth_of_april(void **state)
{
    static const struct {
        const char *after, *due;
    } ROWS[] = {
        { "2026-11-25", "2027-04-30" }, { "2027-04-29", "2027-04-30" }, { "2027-04-30", "2028-04-30" },
        { "2027-05-01", "2028-04-30" }, { "2026-12-31", "2027-04-30" }, { "2027-01-01", "2027-04-30" },
        { "2024-02-29", "2024-04-30" }, { "1970-01-01", "1970-04-30" }, { "1969-05-01", "1970-04-30" },
    };
    char text[DAY_ISO_MAX];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(ROWS); i++)
        assert_string_equal(day_iso(prevention_due(day(ROWS[i].after), 4, 30), text), ROWS[i].due);
    assert_string_equal(day_iso(prevention_due(day("2027-03-01"), 2, 29), text), "2028-02-29");
    assert_string_equal(day_iso(prevention_due(day("2026-01-01"), 2, 29), text), "2026-02-28");
    assert_int_equal(prevention_due(day("2199-12-31"), 4, 30), DAY_NONE);
}

static void a_day_of_every_year_is_a_month_and_a_day(void **state)
{
    static const char *const BAD[] = { "",      "4-30",  "04-31",  "13-01", "00-01", "04-00",
                                       "04/30", "04-3 ", "04-301", "04-",   "ab-cd", "02-30" };
    int month, d;

    (void)state;
    assert_true(prevention_yearly("04-30", &month, &d));
    assert_int_equal(month, 4);
    assert_int_equal(d, 30);
    assert_true(prevention_yearly("02-29", &month, &d));
    for (size_t i = 0; i < COUNT_OF(BAD); i++)
        if (prevention_yearly(BAD[i], &month, &d))
            fail_msg("%s is a day", BAD[i]);
}

static void a_measure_follows_the_evaluation_of_its_incident(void **state)
{
    struct prevention_act a = writes(PREVENTION_MEASURE, "measure-1");

    (void)state;
    assert_int_equal(done(&a).due, day("2027-04-30"));
    a = writes(PREVENTION_MEASURE, "measure-2");
    a.after = day("2026-03-10");
    assert_int_equal(done(&a).due, day("2026-04-30"));
    assert_true(prevention_overdue(&book->list[1], day_local(now)));
    a = writes(PREVENTION_MEASURE, "measure-3");
    a.is.due = day("2026-12-24");
    assert_int_equal(done(&a).due, day("2026-12-24"));
}

static void late_is_what_was_not_done_by_its_day(void **state)
{
    struct prevention m = { .kind = PREVENTION_MEASURE, .due = 100, .ended_on = DAY_NONE };

    (void)state;
    assert_false(prevention_overdue(&m, 100));
    assert_true(prevention_overdue(&m, 101));
    assert_true(prevention_late(&m, 101));
    m.state = PREVENTION_DONE;
    m.ended_on = 100;
    assert_false(prevention_late(&m, 200));
    assert_false(prevention_overdue(&m, 200));
    m.ended_on = 101;
    assert_true(prevention_late(&m, 200));
    m.state = PREVENTION_DROPPED;
    assert_false(prevention_late(&m, 200));
    m = (struct prevention){ .kind = PREVENTION_SPOT, .due = 100 };
    assert_false(prevention_late(&m, 200));
}

static void what_cannot_be_is_refused(void **state)
{
    struct prevention_act a = writes(PREVENTION_MEASURE, "measure-1");

    (void)state;
    a.is.zone[0] = '\0';
    refused(&a, ERR_RANGE, "a site or a zone");
    (void)snprintf(a.is.zone, sizeof a.is.zone, "moon");
    refused(&a, ERR_RANGE, "no such site or zone");
    a = writes(PREVENTION_MEASURE, "measure-1");
    a.is.responsible[0] = '\0';
    refused(&a, ERR_RANGE, "who is responsible");
    a = writes(PREVENTION_MEASURE, "measure-1");
    a.is.what[0] = '\0';
    refused(&a, ERR_RANGE, "what it is");
    a = writes(PREVENTION_MEASURE, "measure-1");
    a.is.due = day("2025-11-01");
    refused(&a, ERR_RANGE, "more than a year ago");
    a.is.due = day("2037-11-25");
    refused(&a, ERR_RANGE, "10 years");
    a.is.due = INT32_MAX;
    refused(&a, ERR_RANGE, "10 years");
    a = writes(PREVENTION_MEASURE, "measure-1");
    a.is.spot = 7;
    refused(&a, ERR_MISSING, "no such black spot");
    a = writes(PREVENTION_ROUND, "round-01");
    a.is.spot = 7;
    refused(&a, ERR_MISSING, "no such black spot");
}

static void told_twice_is_told_once(void **state)
{
    struct prevention_act a = writes(PREVENTION_MEASURE, "measure-1");
    struct prevention first = done(&a);
    struct prevention_news news;
    struct fault why;
    bool known;

    (void)state;
    now.ms += CLOCK_DAY_MS;
    assert_int_equal(prevention_act(book, &RULES, &world, &a, now, &known, &news, &why), ERR_NONE);
    assert_true(known);
    assert_int_equal(news.is.entered.ms, first.entered.ms);
    assert_int_equal(book->count, 1);
    (void)snprintf(a.is.what, sizeof a.is.what, "thay ống");
    refused(&a, ERR_STATE, "told before");
    a = writes(PREVENTION_SPOT, "measure-1");
    refused(&a, ERR_STATE, "told before");
    now.ms -= CLOCK_DAY_MS;
}

static void a_measure_is_done_once_and_dropped_with_a_reason(void **state)
{
    struct prevention_act a = writes(PREVENTION_MEASURE, "measure-1"), e;
    struct prevention m = done(&a);
    struct prevention_news news;
    struct fault why;
    bool known;

    (void)state;
    e = ends(&m, PREVENTION_DROPPED, "");
    refused(&e, ERR_RANGE, "a reason");
    e = ends(&m, PREVENTION_DONE, "");
    e.is.ended_on = day("2026-11-26");
    refused(&e, ERR_RANGE, "not come yet");
    e.is.kind = PREVENTION_SPOT;
    refused(&e, ERR_MISSING, "no such");
    e = ends(&m, PREVENTION_DONE, "");
    e.is.ended_on = day("2026-11-20");
    m = done(&e);
    assert_int_equal(m.state, PREVENTION_DONE);
    assert_int_equal(m.ended_on, day("2026-11-20"));
    assert_int_equal(prevention_act(book, &RULES, &world, &e, now, &known, &news, &why), ERR_NONE);
    assert_true(known);
    e = ends(&m, PREVENTION_DROPPED, "nhầm");
    refused(&e, ERR_STATE, "ended already");
}

static void a_spot_has_rounds_until_it_is_closed(void **state)
{
    struct prevention_act a = writes(PREVENTION_SPOT, "spot-0001"), e;
    struct prevention spot = done(&a), round;

    (void)state;
    assert_int_equal(spot.due, day_local(now) + 90);
    a = writes(PREVENTION_ROUND, "round-01");
    a.is.spot = spot.id;
    a.is.zone[0] = '\0';
    a.is.on = day("2026-11-20");
    round = done(&a);
    assert_string_equal(round.zone, "hill");
    assert_int_equal(round.due, day("2026-11-20") + 90);
    assert_int_equal(prevention_next_round(&spot, &round), round.due);
    a = writes(PREVENTION_ROUND, "round-02");
    a.is.spot = spot.id;
    a.is.on = day("2026-11-01");
    a.is.due = day("2026-11-01");
    refused(&a, ERR_RANGE, "after this one");
    a.is.due = day("2026-11-26");
    (void)done(&a); /* written later, but of an earlier day */
    assert_int_equal(prevention_last_round(book->list, book->count, spot.id)->id, round.id);
    e = ends(&spot, PREVENTION_DONE, "");
    refused(&e, ERR_RANGE, "a reason");
    e = ends(&spot, PREVENTION_DONE, "đã thay ống");
    spot = done(&e);
    assert_int_equal(prevention_next_round(&spot, &round), DAY_NONE);
    a = writes(PREVENTION_ROUND, "round-03");
    a.is.spot = spot.id;
    refused(&a, ERR_STATE, "is closed");
    a = writes(PREVENTION_MEASURE, "measure-1");
    a.is.spot = spot.id;
    refused(&a, ERR_STATE, "is closed");
}

static void an_act_is_taken_back_whole(void **state)
{
    struct prevention_act a = writes(PREVENTION_MEASURE, "measure-1"), e;
    struct prevention m = done(&a);
    struct prevention_news news;
    struct fault why;
    bool known;

    (void)state;
    e = ends(&m, PREVENTION_DONE, "");
    assert_int_equal(prevention_act(book, &RULES, &world, &e, now, &known, &news, &why), ERR_NONE);
    prevention_undo(book, &e, &news);
    assert_memory_equal(&book->list[0], &m, sizeof m);
    a = writes(PREVENTION_MEASURE, "measure-2");
    assert_int_equal(prevention_act(book, &RULES, &world, &a, now, &known, &news, &why), ERR_NONE);
    prevention_undo(book, &a, &news);
    assert_int_equal(book->count, 1);
}

/* Fills the book: open measures, but for those that are done. */
static void fill(size_t n, size_t of_them_done)
{
    for (size_t i = 0; i < n; i++) {
        char key[HAND_KEY_MAX];
        struct prevention_act a;
        struct prevention m;
        (void)snprintf(key, sizeof key, "measure-%zu", i);
        a = writes(PREVENTION_MEASURE, key);
        now.ms += 1000;
        m = done(&a);
        if (i >= of_them_done)
            continue;
        a = ends(&m, PREVENTION_DONE, "");
        (void)done(&a);
    }
}

static void what_is_open_stays_and_what_is_over_makes_room(void **state)
{
    struct prevention_act a = writes(PREVENTION_MEASURE, "one-more");
    struct prevention_news news;
    struct fault why;
    bool known;

    (void)state;
    fill(PREVENTION_MAX, 2);
    assert_int_equal(prevention_act(book, &RULES, &world, &a, now, &known, &news, &why), ERR_NONE);
    assert_string_equal(news.forgotten.key, "measure-0");
    assert_int_equal(book->count, PREVENTION_MAX);
    prevention_undo(book, &a, &news);
    assert_int_equal(book->count, PREVENTION_MAX);
    assert_non_null(prevention_find(book->list, book->count, PREVENTION_MEASURE, prevention_id("measure-0")));
    (void)done(&a);
    a = writes(PREVENTION_MEASURE, "and-one");
    (void)done(&a);
    a = writes(PREVENTION_MEASURE, "too-many");
    refused(&a, ERR_STATE, "the register is full");
}

static void the_last_round_of_an_open_spot_stays(void **state)
{
    struct prevention_act a = writes(PREVENTION_SPOT, "spot-0001");
    uint64_t spot = done(&a).id;
    char key[HAND_KEY_MAX];

    (void)state;
    for (int i = 0; i < PREVENTION_MAX + 5; i++) {
        (void)snprintf(key, sizeof key, "round-%d", i);
        a = writes(PREVENTION_ROUND, key);
        a.is.spot = spot;
        now.ms += 1000;
        (void)done(&a);
    }
    assert_int_equal(book->count, PREVENTION_MAX);
    assert_non_null(prevention_find(book->list, book->count, PREVENTION_SPOT, spot));
    assert_string_equal(prevention_last_round(book->list, book->count, spot)->key, key);
    assert_null(prevention_find(book->list, book->count, PREVENTION_ROUND, prevention_id("round-0")));
}

static void bytes_say_the_same_and_nonsense_is_none(void **state)
{
    struct prevention_act a = writes(PREVENTION_SPOT, "spot-0001");
    struct prevention spot = done(&a), back;
    struct strbuf b;
    const unsigned char *at;
    size_t read = 0;

    (void)state;
    strbuf_init(&b, 1 << 16);
    prevention_write(&b, &spot);
    at = (const unsigned char *)b.text;
    assert_int_equal(prevention_read(&at, at + b.len, &back), ERR_NONE);
    assert_memory_equal(&back, &spot, sizeof spot);
    for (size_t n = 0; n < b.len; n++) {
        at = (const unsigned char *)b.text;
        assert_int_equal(prevention_read(&at, at + n, &back), ERR_SHORT);
    }
    for (size_t i = 2; i < b.len; i++) { /* whatever it says then, it is read within its bytes */
        for (int bit = 0; bit < 8; bit++) {
            b.text[i] = (char)(b.text[i] ^ 1 << bit);
            at = (const unsigned char *)b.text;
            read += prevention_read(&at, at + b.len, &back) == ERR_NONE;
            b.text[i] = (char)(b.text[i] ^ 1 << bit);
        }
    }
    assert_true(read > 0); /* letters of a text may be others */
    strbuf_clear(&b);
}

static enum err amended(uint64_t id, const char *key, uint32_t revision, const char *what, bool *known,
                        struct prevention_news *news)
{
    struct prevention_act a = { .amends = true,
                                .keeps_reason = true,
                                .of_revision = true,
                                .revision = revision,
                                .is = { .id = id, .due = DAY_NONE } };
    struct fault why;

    (void)snprintf(a.is.what, sizeof a.is.what, "%s", what);
    (void)snprintf(a.is.amend_key, sizeof a.is.amend_key, "%s", key);
    (void)snprintf(a.is.amended_by, sizeof a.is.amended_by, "lan");
    return prevention_act(book, &RULES, &world, &a, now, known, news, &why);
}

static void a_spot_of_years_ago_is_amended_and_a_new_day_is_still_looked_at(void **state)
{
    struct prevention_act spot = { .after = DAY_NONE,
                                   .is = { .kind = PREVENTION_SPOT,
                                           .reason = SPOT_HIGH_PLACE,
                                           .on = DAY_NONE,
                                           .due = DAY_NONE,
                                           .site = "plant",
                                           .key = "spot-0001",
                                           .who = "lan",
                                           .what = "cao" } };
    struct prevention_act a = { .amends = true, .keeps_reason = true, .is = { .amend_key = "amend-09" } };
    const struct wall then = now;
    struct prevention_news news;
    struct fault why;
    int32_t was;
    bool known;

    (void)state;
    assert_int_equal(prevention_act(book, &RULES, &world, &spot, now, &known, &news, &why), ERR_NONE);
    was = news.is.due;
    now.ms += 3 * 366 * (int64_t)CLOCK_DAY_MS;
    assert_int_equal(amended(news.is.id, "amend-01", 0, "vẫn cao", &known, &news), ERR_NONE);
    assert_string_equal(news.is.what, "vẫn cao");
    assert_int_equal(news.is.due, was);
    a.is.id = news.is.id;
    a.is.due = was + 1; /* also years ago */
    assert_int_equal(prevention_act(book, &RULES, &world, &a, now, &known, &news, &why), ERR_RANGE);
    a.is.due = day_local(now) + 30;
    assert_int_equal(prevention_act(book, &RULES, &world, &a, now, &known, &news, &why), ERR_NONE);
    assert_int_equal(news.is.due, a.is.due);
    now = then;
}

static void a_spot_is_amended_once_by_who_read_it_as_it_is(void **state)
{
    struct prevention_act spot = { .after = DAY_NONE,
                                   .is = { .kind = PREVENTION_SPOT,
                                           .reason = SPOT_HIGH_PLACE,
                                           .on = DAY_NONE,
                                           .due = DAY_NONE,
                                           .site = "plant",
                                           .key = "spot-0001",
                                           .who = "lan",
                                           .what = "cao" } };
    struct prevention_news news;
    struct prevention before;
    struct fault why;
    bool known;
    uint64_t id;

    (void)state;
    assert_int_equal(prevention_act(book, &RULES, &world, &spot, now, &known, &news, &why), ERR_NONE);
    id = news.is.id;
    assert_int_equal(amended(id, "amend-01", 0, "cao lắm", &known, &news), ERR_NONE);
    assert_true(!known && news.is.revision == 1 && news.is.reason == SPOT_HIGH_PLACE);
    assert_string_equal(news.is.what, "cao lắm");
    assert_int_equal(amended(id, "amend-01", 0, "cao lắm", &known, &news), ERR_NONE);
    assert_true(known && news.is.revision == 1);
    assert_int_equal(amended(id, "amend-01", 1, "khác", &known, &news), ERR_STATE);
    assert_int_equal(amended(id, "amend-02", 0, "khác", &known, &news), ERR_STATE);
    assert_int_equal(amended(id, "amend-02", 1, "cao lắm", &known, &news), ERR_RANGE);
    assert_int_equal(amended(id + 1, "amend-02", 1, "khác", &known, &news), ERR_MISSING);
    before = *prevention_find(book->list, book->count, PREVENTION_SPOT, id);
    assert_int_equal(amended(id, "amend-02", 1, "khác", &known, &news), ERR_NONE);
    prevention_undo(book, &(struct prevention_act){ .amends = true }, &news);
    assert_memory_equal(prevention_find(book->list, book->count, PREVENTION_SPOT, id), &before,
                        sizeof before);
}

int main(void)
{
#define EACH(test) cmocka_unit_test_setup_teardown(test, up, down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(measures_are_due_on_the_next_thirtieth_of_april),
        EACH(a_spot_is_amended_once_by_who_read_it_as_it_is),
        EACH(a_spot_of_years_ago_is_amended_and_a_new_day_is_still_looked_at),
        cmocka_unit_test(a_day_of_every_year_is_a_month_and_a_day),
        EACH(a_measure_follows_the_evaluation_of_its_incident),
        cmocka_unit_test(late_is_what_was_not_done_by_its_day),
        EACH(what_cannot_be_is_refused),
        EACH(told_twice_is_told_once),
        EACH(a_measure_is_done_once_and_dropped_with_a_reason),
        EACH(a_spot_has_rounds_until_it_is_closed),
        EACH(an_act_is_taken_back_whole),
        EACH(what_is_open_stays_and_what_is_over_makes_room),
        EACH(the_last_round_of_an_open_spot_stays),
        EACH(bytes_say_the_same_and_nonsense_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
