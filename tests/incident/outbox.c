/* Letters: once each, tried again ever later, given up in time, and never lost without a count. */
#include "incident/outbox.h"
#include "model/contact.h"
#include "unit.h"

static const struct outbox_rules RULES = {
    .again_ms = 1000, .again_most_ms = 5000, .give_up_ms = 60000, .keep_ms = 100000
};

static struct outgoing overdue(uint64_t incident)
{
    return (struct outgoing){ .incident = incident, .kind = OUT_OVERDUE, .n = 100, .legal = true };
}

static struct outbox *fresh(void)
{
    struct outbox *b;

    assert_int_equal(outbox_new(&b, &RULES), ERR_NONE);
    return b;
}

static struct letter_report said(const struct letter *l, enum sending s)
{
    struct letter_report r = {
        .about = l->about, .channel = l->channel, .tries = l->tries, .sending = (uint8_t)s, .why = "451 later"
    };

    memcpy(r.to, l->to, sizeof r.to);
    return r;
}

static void record(struct outbox *b)
{
    outbox_begin(b);
    outbox_recorded(b);
}

static void the_same_letter_is_taken_once(void **state)
{
    struct outbox *b = fresh();
    struct outgoing o = overdue(7);

    (void)state;
    assert_int_equal(outbox_put(b, &o, "lan", CHANNEL_EMAIL, (struct wall){ 0 }), ERR_NONE);
    assert_int_equal(outbox_put(b, &o, "lan", CHANNEL_EMAIL, (struct wall){ 9 }), ERR_STATE);
    assert_int_equal(outbox_put(b, &o, "minh", CHANNEL_EMAIL, (struct wall){ 9 }), ERR_NONE);
    assert_int_equal(outbox_count(b), 2);
    outbox_free(b);
}

static void a_failure_is_tried_again_ever_later_up_to_the_most(void **state)
{
    static const int64_t WAITS[] = { 1000, 2000, 4000, 5000, 5000 };
    struct outbox *b = fresh();
    struct outgoing o = overdue(7);

    (void)state;
    assert_int_equal(outbox_put(b, &o, "lan", CHANNEL_EMAIL, (struct wall){ 0 }), ERR_NONE);
    for (size_t k = 0; k < COUNT_OF(WAITS); k++) {
        struct letter_report r = said(outbox_at(b, 0), SENDING_LATER);
        assert_int_equal(outbox_report(b, &r, (struct wall){ 100 }), ERR_NONE);
        assert_int_equal(outbox_at(b, 0)->next.ms, 100 + WAITS[k]);
        assert_string_equal(outbox_at(b, 0)->why, "451 later");
    }
    outbox_free(b);
}

static void a_letter_waits_as_long_as_the_channel_asks_but_not_longer_than_the_longest(void **state)
{
    static const int64_t ASKED[] = { 500, 4500, 900000 }, WAITS[] = { 1000, 4500, 5000 };
    struct outbox *b = fresh();
    struct outgoing o = overdue(7);

    (void)state;
    assert_int_equal(outbox_put(b, &o, "lan", CHANNEL_WEBHOOK, (struct wall){ 0 }), ERR_NONE);
    for (size_t k = 0; k < COUNT_OF(WAITS); k++) {
        struct letter_report r = said(outbox_at(b, 0), SENDING_LATER);
        r.wait_ms = ASKED[k];
        assert_int_equal(outbox_report(b, &r, (struct wall){ 100 }), ERR_NONE);
        assert_int_equal(outbox_at(b, 0)->next.ms, 100 + WAITS[k]);
    }
    outbox_free(b);
}

static void what_is_told_twice_counts_once(void **state)
{
    struct outbox *b = fresh();
    struct outgoing o = overdue(7);
    struct letter_report r;

    (void)state;
    assert_int_equal(outbox_put(b, &o, "lan", CHANNEL_EMAIL, (struct wall){ 0 }), ERR_NONE);
    r = said(outbox_at(b, 0), SENDING_LATER);
    assert_int_equal(outbox_report(b, &r, (struct wall){ 1 }), ERR_NONE);
    assert_int_equal(outbox_report(b, &r, (struct wall){ 2 }), ERR_STATE);
    assert_int_equal(outbox_at(b, 0)->tries, 1);
    r.tries = 1;
    r.sending = SENDING_TAKEN;
    assert_int_equal(outbox_report(b, &r, (struct wall){ 3 }), ERR_NONE);
    assert_int_equal(outbox_at(b, 0)->state, LETTER_SENT);
    assert_int_equal(outbox_at(b, 0)->settled.ms, 3);
    r.tries = 2;
    assert_int_equal(outbox_report(b, &r, (struct wall){ 4 }), ERR_STATE);
    r.about.incident = 8;
    assert_int_equal(outbox_report(b, &r, (struct wall){ 4 }), ERR_MISSING);
    outbox_free(b);
}

static void what_nobody_takes_expires_in_time_and_not_before(void **state)
{
    struct outbox *b = fresh();
    struct outgoing o = overdue(7);

    (void)state;
    assert_int_equal(outbox_put(b, &o, "lan", CHANNEL_EMAIL, (struct wall){ 0 }), ERR_NONE);
    outbox_tick(b, NULL, (struct wall){ 59999 });
    assert_int_equal(outbox_at(b, 0)->state, LETTER_WAITS);
    outbox_tick(b, NULL, (struct wall){ 60000 });
    assert_int_equal(outbox_at(b, 0)->state, LETTER_EXPIRED);
    assert_true(outbox_has_news(b));
    outbox_free(b);
}

static void a_settled_letter_goes_after_a_while_and_the_journal_is_told(void **state)
{
    struct outbox *b = fresh();
    struct outgoing o = overdue(7);
    struct letter_report r;

    (void)state;
    assert_int_equal(outbox_put(b, &o, "lan", CHANNEL_EMAIL, (struct wall){ 0 }), ERR_NONE);
    r = said(outbox_at(b, 0), SENDING_REFUSED);
    assert_int_equal(outbox_report(b, &r, (struct wall){ 5 }), ERR_NONE);
    outbox_tick(b, NULL, (struct wall){ 200000 });
    assert_int_equal(outbox_count(b), 1); /* no record has it yet */
    record(b);
    assert_false(outbox_has_news(b));
    outbox_tick(b, NULL, (struct wall){ 100004 });
    assert_int_equal(outbox_count(b), 1);
    outbox_tick(b, NULL, (struct wall){ 100005 });
    assert_int_equal(outbox_count(b), 0);
    assert_string_equal(outbox_gone(b, 0)->to, "lan");
    record(b);
    assert_null(outbox_gone(b, 0));
    outbox_free(b);
}

static void without_room_the_oldest_settled_goes_and_else_the_loss_is_counted(void **state)
{
    struct outbox *b = fresh();
    struct letter_report r;
    struct outgoing o;

    (void)state;
    for (uint64_t k = 1; k <= OUTBOX_LETTERS_MAX; k++) {
        o = overdue(k);
        assert_int_equal(outbox_put(b, &o, "lan", CHANNEL_EMAIL, (struct wall){ 0 }), ERR_NONE);
    }
    record(b);
    assert_false(outbox_has_news(b));
    o = overdue(5000);
    assert_int_equal(outbox_put(b, &o, "lan", CHANNEL_EMAIL, (struct wall){ 0 }), ERR_FULL);
    assert_int_equal(outbox_lost(b), 1);
    r = said(outbox_at(b, 3), SENDING_TAKEN);
    assert_int_equal(outbox_report(b, &r, (struct wall){ 1 }), ERR_NONE);
    record(b);
    assert_int_equal(outbox_put(b, &o, "lan", CHANNEL_EMAIL, (struct wall){ 2 }), ERR_NONE);
    assert_int_equal(outbox_gone(b, 0)->about.incident, 4);
    assert_int_equal(outbox_lost(b), 1);
    outbox_free(b);
}

/* A full outbox; `settled` of its letters are, and the journal knows all of it when it is recorded. */
static struct outbox *full(size_t settled, bool recorded)
{
    struct outbox *b = fresh();

    for (uint64_t k = 1; k <= OUTBOX_LETTERS_MAX; k++) {
        struct outgoing o = overdue(k);
        assert_int_equal(outbox_put(b, &o, "lan", CHANNEL_EMAIL, (struct wall){ 0 }), ERR_NONE);
    }
    while (outbox_has_news(b))
        record(b);
    for (size_t k = 0; k < settled; k++) {
        struct letter_report r = said(outbox_at(b, k), SENDING_TAKEN);
        assert_int_equal(outbox_report(b, &r, (struct wall){ 1 }), ERR_NONE);
    }
    while (recorded && outbox_has_news(b))
        record(b);
    return b;
}

static size_t find_room(struct outbox *b, size_t count)
{
    size_t found = 0;

    for (uint64_t k = 0; k < count; k++) {
        struct outgoing o = overdue(5000 + k);
        found += outbox_put(b, &o, "lan", CHANNEL_EMAIL, (struct wall){ 2 }) == ERR_NONE;
    }
    return found;
}

static void all_that_are_settled_make_room_before_the_next_record_and_the_rest_is_counted(void **state)
{
    struct outbox *b = full(700, true);

    (void)state;
    assert_int_equal(find_room(b, 703), 700);
    assert_int_equal(outbox_lost(b), 3);
    for (size_t k = 0; k < 700; k++) {
        assert_int_equal(outbox_gone(b, k)->about.incident, k + 1);
        assert_false(outbox_gone_is_news(b, k));
    }
    assert_null(outbox_gone(b, 700));
    outbox_free(b);
}

enum { KNOWN = 256 };

static void what_no_record_knows_of_yet_makes_room_last_and_is_told(void **state)
{
    struct outbox *b = full(KNOWN, true);
    size_t at = 0;

    (void)state;
    for (size_t k = KNOWN; k < 300; k++) {
        struct letter_report r = said(outbox_at(b, k), SENDING_TAKEN);
        assert_int_equal(outbox_report(b, &r, (struct wall){ 1 }), ERR_NONE);
    }
    assert_int_equal(find_room(b, 300), 300);
    assert_int_equal(outbox_lost(b), 0);
    for (size_t k = 0; k < 300; k++)
        assert_int_equal(outbox_gone_is_news(b, k), k >= KNOWN);
    assert_int_equal(outbox_gone(b, 299)->state, LETTER_SENT);
    outbox_begin(b);
    assert_int_equal(outbox_chosen(b, &at)->about.incident, 5000);
    outbox_free(b);
}

static void a_settled_letter_of_the_journal_makes_room_for_one_that_waits(void **state)
{
    struct outbox *b = full(1, true);
    struct letter l = { .about = overdue(5000), .to = "lan", .state = LETTER_WAITS };

    (void)state;
    assert_int_equal(outbox_restore(b, &l), ERR_NONE);
    assert_int_equal(outbox_gone(b, 0)->about.incident, 1);
    assert_int_equal(outbox_lost(b), 0);
    for (size_t k = 0; k < OUTBOX_DANGERS_MAX; k++) {
        l.about.incident++;
        assert_int_equal(outbox_restore(b, &l), ERR_NONE);
    }
    l.about.incident++;
    assert_int_equal(outbox_restore(b, &l), ERR_FULL);
    assert_int_equal(outbox_lost(b), 1);
    outbox_free(b);
}

static void a_message_that_was_not_made_leaves_no_letter_but_those_recorded(void **state)
{
    struct outbox *b = fresh();
    struct outgoing o = overdue(7), other = overdue(8);

    (void)state;
    assert_int_equal(outbox_put(b, &o, "lan", CHANNEL_EMAIL, (struct wall){ 0 }), ERR_NONE);
    record(b);
    assert_int_equal(outbox_put(b, &other, "lan", CHANNEL_EMAIL, (struct wall){ 0 }), ERR_NONE);
    outbox_take_back(b, &other);
    outbox_take_back(b, &o);
    assert_int_equal(outbox_count(b), 1);
    assert_int_equal(outbox_at(b, 0)->about.incident, 7);
    outbox_free(b);
}

/* Whoever opens hundreds at once, after a break: the record that says that they were told has all letters. */
static void a_record_has_all_that_are_new_however_many(void **state)
{
    struct outbox *b = fresh();
    size_t at = 0, chosen = 0;

    (void)state;
    (void)find_room(b, OUTBOX_LETTERS_MAX);
    outbox_begin(b);
    while (outbox_chosen(b, &at) != NULL)
        chosen++;
    assert_int_equal(chosen, OUTBOX_LETTERS_MAX);
    outbox_recorded(b);
    assert_false(outbox_has_news(b));
    outbox_free(b);
}

/* What changes between the choice and the word that it is recorded stays news. */
static void a_record_takes_what_was_chosen_and_no_more(void **state)
{
    struct outbox *b = fresh();
    struct outgoing o = overdue(7), other = overdue(8);
    size_t at = 0;

    (void)state;
    assert_int_equal(outbox_put(b, &o, "lan", CHANNEL_EMAIL, (struct wall){ 0 }), ERR_NONE);
    outbox_begin(b);
    assert_int_equal(outbox_put(b, &other, "lan", CHANNEL_EMAIL, (struct wall){ 0 }), ERR_NONE);
    assert_int_equal(outbox_chosen(b, &at)->about.incident, 7);
    assert_null(outbox_chosen(b, &at));
    outbox_recorded(b);
    assert_true(outbox_has_news(b));
    outbox_free(b);
}

static void bytes_read_back_and_damage_is_refused(void **state)
{
    struct letter l = { .about = overdue(7),
                        .to = "lan",
                        .channel = CHANNEL_EMAIL,
                        .state = LETTER_SENT,
                        .tries = 3,
                        .settled = { 77 },
                        .why = "250 ok" };
    struct strbuf b;
    struct letter back;
    const unsigned char *at;

    (void)state;
    strbuf_init(&b, 4096);
    letter_write(&b, &l);
    at = (const unsigned char *)b.text;
    assert_int_equal(letter_read(&at, (const unsigned char *)b.text + b.len, &back), ERR_NONE);
    assert_ptr_equal(at, b.text + b.len);
    assert_true(letter_is(&l, &back));
    assert_string_equal(back.why, "250 ok");
    assert_int_equal(back.tries, 3);
    for (size_t n = 0; n < b.len; n++) {
        at = (const unsigned char *)b.text;
        assert_int_not_equal(letter_read(&at, (const unsigned char *)b.text + n, &back), ERR_NONE);
    }
    strbuf_clear(&b);
}

static void what_the_law_limits_comes_before_warnings_and_drills_last(void **state)
{
    struct letter open = { .about = { .kind = OUT_OPENED, .legal = true } };
    struct letter warning = { .about = { .kind = OUT_WARNING, .legal = true } };
    struct letter target = { .about = { .kind = OUT_OPENED } };
    struct letter drill = { .about = { .kind = OUT_OPENED, .legal = true, .drill = true } };

    (void)state;
    assert_true(letter_compare(&open, &warning) < 0);
    assert_true(letter_compare(&warning, &target) < 0);
    assert_true(letter_compare(&target, &drill) < 0);
    assert_true(letter_compare(&drill, &open) > 0);
}

static struct letter danger(enum outgoing_kind kind, int64_t at_ms)
{
    return (struct letter){ .about = {
                                .kind = (uint8_t)kind, .grave = true, .at = { at_ms }, .due = { at_ms } } };
}

static void a_danger_comes_before_all_else_and_the_oldest_first(void **state)
{
    struct letter old = danger(OUT_ESCALATED, 10), young = danger(OUT_LARGE_EFFECT, 20);
    struct letter late = { .about = { .kind = OUT_LARGE_EFFECT, .legal = true, .at = { 1 } } };
    struct letter practice = danger(OUT_OPENED, 1), over = danger(OUT_OPENED, 1),
                  ended = danger(OUT_ENDED, 1);

    (void)state;
    practice.about.drill = over.about.over = true;
    assert_true(letter_compare(&old, &young) < 0);
    assert_true(letter_compare(&young, &late) < 0);
    assert_true(letter_compare(&late, &practice) < 0);
    assert_true(letter_compare(&late, &over) < 0);
    assert_true(letter_compare(&late, &ended) < 0);
    assert_true(letter_compare_weight(&young, &old) < 0); /* what a summary names */
    assert_true(letter_compare_weight(&old, &late) < 0);
}

static int by_urgency(const void *a, const void *b)
{
    return letter_compare(a, b);
}

static void a_danger_finds_a_place_in_a_full_outbox_and_stands_first(void **state)
{
    struct letter *sorted = calloc(OUTBOX_PLACES, sizeof *sorted);
    struct outbox *b = fresh();
    struct outgoing o;

    (void)state;
    for (uint64_t k = 1; k <= OUTBOX_LETTERS_MAX; k++) {
        o = overdue(k);
        o.at.ms = (int64_t)k;
        assert_int_equal(outbox_put(b, &o, "lan", CHANNEL_EMAIL, (struct wall){ 0 }), ERR_NONE);
    }
    for (uint64_t k = 0; k < OUTBOX_DANGERS_MAX; k++) { /* the later they are put, the older they are */
        o = (struct outgoing){
            .incident = 9000 + k, .kind = OUT_OPENED, .grave = true, .at = { 5000 - (int64_t)k }
        };
        assert_int_equal(outbox_put(b, &o, "lan", CHANNEL_EMAIL, (struct wall){ 0 }), ERR_NONE);
    }
    o = overdue(8000);
    assert_int_equal(outbox_put(b, &o, "lan", CHANNEL_EMAIL, (struct wall){ 0 }), ERR_FULL);
    o.grave = true;
    assert_int_equal(outbox_put(b, &o, "lan", CHANNEL_EMAIL, (struct wall){ 0 }), ERR_FULL);
    assert_int_equal(outbox_lost(b), 2);
    assert_int_equal(outbox_count(b), OUTBOX_PLACES);
    for (size_t k = 0; k < OUTBOX_PLACES; k++)
        sorted[k] = *outbox_at(b, k);
    qsort(sorted, OUTBOX_PLACES, sizeof *sorted, by_urgency);
    for (uint64_t k = 0; k < OUTBOX_DANGERS_MAX; k++)
        assert_int_equal(sorted[k].about.incident, 9000 + OUTBOX_DANGERS_MAX - 1 - k);
    assert_false(sorted[OUTBOX_DANGERS_MAX].about.grave);
    outbox_free(b);
    free(sorted);
}

static void that_it_is_a_danger_outlives_the_journal_and_is_not_in_older_records(void **state)
{
    struct letter l = danger(OUT_OPENED, 20), back;
    const unsigned char *at;
    struct strbuf b;

    (void)state;
    (void)snprintf(l.to, sizeof l.to, "lan");
    strbuf_init(&b, 4096);
    letter_write(&b, &l);
    at = (const unsigned char *)b.text;
    assert_int_equal(letter_read(&at, at + b.len, &back), ERR_NONE);
    assert_true(back.about.grave);
    b.text[0]--; /* as an earlier version wrote it: one byte less of what is to be told */
    memmove(b.text + b.text[0] + 1, b.text + b.text[0] + 2, b.len - (size_t)b.text[0] - 2);
    at = (const unsigned char *)b.text;
    assert_int_equal(letter_read(&at, at + b.len - 1, &back), ERR_NONE);
    assert_false(back.about.grave);
    assert_string_equal(back.to, "lan");
    strbuf_clear(&b);
}

/* ---- the next channel ---- */

static struct outbox *with_next_channel(void)
{
    struct outbox_rules rules = RULES;
    struct outgoing o = overdue(7);
    struct outbox *b;

    rules.next_after_ms = 10000;
    rules.next_tries = 2;
    assert_int_equal(outbox_new(&b, &rules), ERR_NONE);
    assert_int_equal(outbox_put(b, &o, "lan", CHANNEL_SMS, (struct wall){ 0 }), ERR_NONE);
    return b;
}

static void what_is_refused_goes_by_the_next_channel_once(void **state)
{
    struct outbox *b = with_next_channel();
    struct letter_report r = said(outbox_at(b, 0), SENDING_REFUSED);

    (void)state;
    assert_false(outbox_is_stuck(b, outbox_at(b, 0), (struct wall){ 9999 }));
    assert_int_equal(outbox_report(b, &r, (struct wall){ 1 }), ERR_NONE);
    assert_true(outbox_is_stuck(b, outbox_at(b, 0), (struct wall){ 1 }));
    assert_int_equal(outbox_pass_on(b, outbox_at(b, 0), CHANNEL_EMAIL, (struct wall){ 1 }), ERR_NONE);
    assert_int_equal(outbox_pass_on(b, outbox_at(b, 0), CHANNEL_EMAIL, (struct wall){ 2 }), ERR_STATE);
    assert_int_equal(outbox_count(b), 2);
    assert_int_equal(outbox_at(b, 0)->state, LETTER_REFUSED);
    assert_string_equal(outbox_at(b, 0)->why, "451 later");
    assert_int_equal(outbox_at(b, 1)->channel, CHANNEL_EMAIL);
    assert_int_equal(outbox_at(b, 1)->state, LETTER_WAITS);
    assert_int_equal(outbox_at(b, 1)->about.n, 100);
    outbox_free(b);
}

static void what_is_not_taken_or_put_off_often_goes_on_and_waits_no_more(void **state)
{
    struct outbox *b = with_next_channel();
    struct letter_report r = said(outbox_at(b, 0), SENDING_LATER);

    (void)state;
    assert_true(outbox_is_stuck(b, outbox_at(b, 0), (struct wall){ 10000 }));
    assert_int_equal(outbox_report(b, &r, (struct wall){ 1 }), ERR_NONE);
    assert_false(
        outbox_is_stuck(b, outbox_at(b, 0), (struct wall){ 11000 })); /* since it may be tried again */
    r = said(outbox_at(b, 0), SENDING_LATER);
    assert_int_equal(outbox_report(b, &r, (struct wall){ 2 }), ERR_NONE);
    assert_true(outbox_is_stuck(b, outbox_at(b, 0), (struct wall){ 2 }));
    assert_int_equal(outbox_pass_on(b, outbox_at(b, 0), CHANNEL_EMAIL, (struct wall){ 3 }), ERR_NONE);
    assert_int_equal(outbox_at(b, 0)->state, LETTER_EXPIRED);
    assert_int_equal(outbox_at(b, 1)->state, LETTER_WAITS);
    outbox_free(b);
}

static void a_late_yes_of_the_first_calls_back_what_was_not_tried(void **state)
{
    struct outbox *b = with_next_channel();
    struct letter_report r = said(outbox_at(b, 0), SENDING_TAKEN), late;

    (void)state;
    assert_int_equal(outbox_pass_on(b, outbox_at(b, 0), CHANNEL_EMAIL, (struct wall){ 10000 }), ERR_NONE);
    assert_string_equal(outbox_at(b, 0)->why, "not taken in time, it went on by email");
    assert_int_equal(outbox_report(b, &r, (struct wall){ 10001 }), ERR_NONE);
    assert_int_equal(outbox_at(b, 0)->state, LETTER_SENT);
    assert_int_equal(outbox_at(b, 1)->state, LETTER_EXPIRED);
    assert_string_equal(outbox_at(b, 1)->why, "sms took it after all");
    late = said(outbox_at(b, 1), SENDING_REFUSED);
    assert_int_equal(outbox_report(b, &late, (struct wall){ 10002 }), ERR_STATE);
    outbox_free(b);
}

static void a_contact_says_which_channel_is_next(void **state)
{
    const struct contact c = { .channel_count = 2, .channels = { CHANNEL_SMS, CHANNEL_EMAIL } };
    const struct contact none = { .channel_count = 0 };

    (void)state;
    assert_int_equal(contact_next_channel(&c, CHANNEL_SMS), CHANNEL_EMAIL);
    assert_int_equal(contact_next_channel(&c, CHANNEL_EMAIL), CHANNEL_COUNT);
    assert_int_equal(contact_next_channel(&c, CHANNEL_WEBHOOK), CHANNEL_SMS); /* it has that no more */
    assert_int_equal(contact_next_channel(&none, CHANNEL_SMS), CHANNEL_COUNT);
}

/* ---- quiet hours and floods ---- */

static const int64_t T0 = 1795604400000; /* summaries are named by the second, from 2026 on */

static void pass(struct outbox *b, int64_t until)
{
    outbox_tick(b, NULL, (struct wall){ T0 + until });
}

static enum err post(struct outbox *b, uint64_t incident, const char *to, int64_t quiet_until, int64_t now)
{
    struct outgoing o = overdue(incident);

    o.at.ms = T0 + now;
    return outbox_post(b, &o, to, CHANNEL_EMAIL, (struct posting){ .quiet_until = { T0 + quiet_until } },
                       (struct wall){ T0 + now });
}

static size_t in_state(const struct outbox *b, enum letter_state s, enum outgoing_kind kind)
{
    size_t n = 0;

    for (size_t k = 0; k < outbox_count(b); k++)
        n += outbox_at(b, k)->state == s && outbox_at(b, k)->about.kind == kind;
    return n;
}

static const struct letter *summary_of(const struct outbox *b)
{
    for (size_t k = outbox_count(b); k > 0; k--)
        if (outbox_at(b, k - 1)->about.kind == OUT_SUMMARY)
            return outbox_at(b, k - 1);
    return NULL;
}

static void what_waited_for_the_end_of_quiet_hours_comes_in_one(void **state)
{
    struct outbox *b = fresh();
    const struct letter *sum;

    (void)state;
    assert_int_equal(post(b, 1, "lan", 50000, 1000), ERR_NONE);
    assert_int_equal(post(b, 2, "lan", 50000, 2000), ERR_NONE);
    assert_int_equal(post(b, 3, "minh", 50000, 2000), ERR_NONE);
    pass(b, 49999);
    assert_int_equal(in_state(b, LETTER_HELD, OUT_OVERDUE), 3);
    pass(b, 50000);
    assert_int_equal(in_state(b, LETTER_SUMMED, OUT_OVERDUE), 2);
    assert_int_equal(in_state(b, LETTER_WAITS, OUT_OVERDUE), 1); /* one alone is itself */
    sum = summary_of(b);
    assert_non_null(sum);
    assert_string_equal(sum->to, "lan");
    assert_int_equal(sum->about.count, 2);
    assert_true(sum->about.legal);
    assert_true(letter_in_summary(outbox_at(b, 0), sum) && !letter_in_summary(outbox_at(b, 2), sum));
    pass(b, 51000);
    assert_int_equal(in_state(b, LETTER_WAITS, OUT_SUMMARY), 1); /* once */
    outbox_free(b);
}

static void beyond_the_bound_letters_become_one_that_says_how_many(void **state)
{
    struct outbox_rules rules = RULES;
    struct outbox *b;

    (void)state;
    rules.flood = 3;
    rules.flood_ms = 10000;
    rules.flood_wait_ms = 1000;
    rules.give_up_ms = CLOCK_DAY_MS;
    assert_int_equal(outbox_new(&b, &rules), ERR_NONE);
    for (uint64_t k = 1; k <= 8; k++)
        assert_int_equal(post(b, k, "lan", 0, 100 * (int64_t)k), ERR_NONE);
    assert_int_equal(post(b, 9, "minh", 0, 900), ERR_NONE); /* others have their own */
    assert_int_equal(in_state(b, LETTER_WAITS, OUT_OVERDUE), 4);
    assert_int_equal(in_state(b, LETTER_HELD, OUT_OVERDUE), 5);
    pass(b, 1399);
    assert_null(summary_of(b));
    pass(b, 1400); /* after the first that was too many */
    assert_int_equal(summary_of(b)->about.count, 5);
    assert_int_equal(post(b, 10, "lan", 0, 1500), ERR_NONE);
    pass(b, 9999);
    assert_int_equal(in_state(b, LETTER_HELD, OUT_OVERDUE), 1); /* until a window after the last sum */
    assert_int_equal(post(b, 11, "lan", 0, 10150), ERR_NONE);   /* the window has two of the first three */
    assert_int_equal(in_state(b, LETTER_WAITS, OUT_OVERDUE), 5);
    assert_int_equal(post(b, 12, "lan", 0, 10160), ERR_NONE);
    pass(b, 11400);
    assert_int_equal(summary_of(b)->about.count, 2);
    assert_int_equal(post(b, 13, "lan", 0, 30000), ERR_NONE); /* it is over */
    assert_int_equal(outbox_at(b, outbox_count(b) - 1)->state, LETTER_WAITS);
    outbox_free(b);
}

static void a_danger_in_a_flood_waits_only_for_those_that_come_with_it(void **state)
{
    struct outbox_rules rules = RULES;
    struct outgoing o = overdue(50);
    struct outbox *b;

    (void)state;
    rules.flood = 1;
    rules.flood_ms = 10000;
    rules.flood_wait_ms = 1000;
    rules.give_up_ms = CLOCK_DAY_MS;
    assert_int_equal(outbox_new(&b, &rules), ERR_NONE);
    for (uint64_t k = 1; k <= 3; k++)
        assert_int_equal(post(b, k, "lan", 0, 0), ERR_NONE);
    pass(b, 1000);
    assert_int_equal(summary_of(b)->about.count, 2);
    assert_false(summary_of(b)->about.grave);
    assert_int_equal(post(b, 4, "lan", 0, 1500), ERR_NONE); /* waits until 11000 */
    o.grave = true;
    o.at.ms = T0 + 2000;
    assert_int_equal(outbox_post(b, &o, "lan", CHANNEL_EMAIL, (struct posting){ .always = false }, o.at),
                     ERR_NONE);
    o.incident++;
    o.at.ms = T0 + 2500;
    assert_int_equal(outbox_post(b, &o, "lan", CHANNEL_EMAIL, (struct posting){ .always = false }, o.at),
                     ERR_NONE);
    pass(b, 2999);
    assert_int_equal(in_state(b, LETTER_HELD, OUT_OVERDUE), 3);
    pass(b, 3000);
    assert_int_equal(summary_of(b)->about.count, 2);
    assert_true(summary_of(b)->about.grave);
    assert_int_equal(in_state(b, LETTER_HELD, OUT_OVERDUE), 1);
    outbox_free(b);
}

static void what_went_on_by_another_channel_is_one_of_a_flood_not_two(void **state)
{
    struct outbox_rules rules = RULES;
    struct outbox *b;

    (void)state;
    rules.flood = 4;
    rules.flood_ms = 10000;
    rules.flood_wait_ms = 1000;
    assert_int_equal(outbox_new(&b, &rules), ERR_NONE);
    for (uint64_t k = 1; k <= 3; k++) {
        struct letter_report r;
        struct letter was;
        assert_int_equal(post(b, k, "lan", 0, 0), ERR_NONE);
        was = *outbox_at(b, outbox_count(b) - 1);
        r = said(&was, SENDING_REFUSED);
        assert_int_equal(outbox_report(b, &r, (struct wall){ T0 }), ERR_NONE);
        assert_int_equal(outbox_pass_on(b, &was, CHANNEL_SMS, (struct wall){ T0 }), ERR_NONE);
    }
    assert_int_equal(post(b, 4, "lan", 0, 100), ERR_NONE);
    assert_int_equal(in_state(b, LETTER_HELD, OUT_OVERDUE), 0);
    assert_int_equal(post(b, 5, "lan", 0, 100), ERR_NONE);
    assert_int_equal(in_state(b, LETTER_HELD, OUT_OVERDUE), 1);
    outbox_free(b);
}

static void what_must_not_wait_is_not_held_by_a_flood(void **state)
{
    struct outbox_rules rules = RULES;
    struct outgoing o = overdue(7);
    struct outbox *b;

    (void)state;
    rules.flood = 1;
    rules.flood_ms = 10000;
    assert_int_equal(outbox_new(&b, &rules), ERR_NONE);
    assert_int_equal(post(b, 1, "lan", 0, 0), ERR_NONE);
    assert_int_equal(
        outbox_post(b, &o, "lan", CHANNEL_EMAIL, (struct posting){ .always = true }, (struct wall){ T0 + 1 }),
        ERR_NONE);
    assert_int_equal(outbox_at(b, 1)->state, LETTER_WAITS);
    outbox_free(b);
}

static void what_is_held_is_not_let_go_for_want_of_room_and_without_room_each_comes_alone(void **state)
{
    struct outbox *b = fresh();

    (void)state;
    for (uint64_t k = 1; k <= OUTBOX_LETTERS_MAX; k++)
        assert_int_equal(post(b, k, "lan", 50000, 1000), ERR_NONE);
    record(b);
    assert_int_equal(post(b, 5000, "lan", 50000, 1000), ERR_FULL);
    assert_int_equal(outbox_lost(b), 1);
    pass(b, 50000);
    assert_null(summary_of(b));
    assert_int_equal(in_state(b, LETTER_WAITS, OUT_OVERDUE), OUTBOX_LETTERS_MAX);
    assert_int_equal(outbox_lost(b), 1);
    outbox_free(b);
}

static void after_a_restart_held_letters_come_in_one_as_they_would_have(void **state)
{
    struct outbox *b = fresh(), *again = fresh();
    struct strbuf bytes;
    const unsigned char *at;
    struct letter l;

    (void)state;
    for (uint64_t k = 1; k <= 3; k++)
        assert_int_equal(post(b, k, "lan", 50000, 1000), ERR_NONE);
    strbuf_init(&bytes, 4096);
    for (size_t k = 0; k < outbox_count(b); k++)
        letter_write(&bytes, outbox_at(b, k));
    at = (const unsigned char *)bytes.text;
    for (size_t k = 0; k < 3; k++) {
        assert_int_equal(letter_read(&at, (const unsigned char *)bytes.text + bytes.len, &l), ERR_NONE);
        assert_int_equal(l.state, LETTER_HELD);
        assert_int_equal(outbox_restore(again, &l), ERR_NONE);
    }
    pass(again, 55000);
    assert_int_equal(summary_of(again)->about.count, 3);
    strbuf_clear(&bytes);
    outbox_free(b);
    outbox_free(again);
}

static void what_is_held_for_long_is_given_up_from_then_on_not_before(void **state)
{
    struct outbox *b = fresh(), *again = fresh();
    struct letter_report r;

    (void)state;
    assert_int_equal(post(b, 1, "lan", 100000, 1000), ERR_NONE);
    pass(b, 99999); /* longer than letters wait */
    assert_int_equal(outbox_at(b, 0)->state, LETTER_HELD);
    pass(b, 100000);
    assert_int_equal(outbox_at(b, 0)->state, LETTER_WAITS);
    assert_int_equal(outbox_restore(again, outbox_at(b, 0)), ERR_NONE);
    r = said(outbox_at(b, 0), SENDING_LATER);
    assert_int_equal(outbox_report(b, &r, (struct wall){ T0 + 100500 }), ERR_NONE);
    pass(b, 159999);
    assert_int_equal(outbox_at(b, 0)->state, LETTER_WAITS);
    pass(b, 160000);
    assert_int_equal(outbox_at(b, 0)->state, LETTER_EXPIRED);
    pass(again, 159999);
    assert_int_equal(outbox_at(again, 0)->state, LETTER_WAITS);
    pass(again, 160000);
    assert_int_equal(outbox_at(again, 0)->state, LETTER_EXPIRED);
    outbox_free(b);
    outbox_free(again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_letter_is_taken_once),
        cmocka_unit_test(a_failure_is_tried_again_ever_later_up_to_the_most),
        cmocka_unit_test(a_letter_waits_as_long_as_the_channel_asks_but_not_longer_than_the_longest),
        cmocka_unit_test(what_is_told_twice_counts_once),
        cmocka_unit_test(what_nobody_takes_expires_in_time_and_not_before),
        cmocka_unit_test(a_settled_letter_goes_after_a_while_and_the_journal_is_told),
        cmocka_unit_test(without_room_the_oldest_settled_goes_and_else_the_loss_is_counted),
        cmocka_unit_test(all_that_are_settled_make_room_before_the_next_record_and_the_rest_is_counted),
        cmocka_unit_test(what_no_record_knows_of_yet_makes_room_last_and_is_told),
        cmocka_unit_test(a_settled_letter_of_the_journal_makes_room_for_one_that_waits),
        cmocka_unit_test(a_message_that_was_not_made_leaves_no_letter_but_those_recorded),
        cmocka_unit_test(a_record_has_all_that_are_new_however_many),
        cmocka_unit_test(a_record_takes_what_was_chosen_and_no_more),
        cmocka_unit_test(what_waited_for_the_end_of_quiet_hours_comes_in_one),
        cmocka_unit_test(beyond_the_bound_letters_become_one_that_says_how_many),
        cmocka_unit_test(a_danger_comes_before_all_else_and_the_oldest_first),
        cmocka_unit_test(a_danger_finds_a_place_in_a_full_outbox_and_stands_first),
        cmocka_unit_test(that_it_is_a_danger_outlives_the_journal_and_is_not_in_older_records),
        cmocka_unit_test(a_danger_in_a_flood_waits_only_for_those_that_come_with_it),
        cmocka_unit_test(what_is_refused_goes_by_the_next_channel_once),
        cmocka_unit_test(what_is_not_taken_or_put_off_often_goes_on_and_waits_no_more),
        cmocka_unit_test(a_late_yes_of_the_first_calls_back_what_was_not_tried),
        cmocka_unit_test(a_contact_says_which_channel_is_next),
        cmocka_unit_test(what_went_on_by_another_channel_is_one_of_a_flood_not_two),
        cmocka_unit_test(what_must_not_wait_is_not_held_by_a_flood),
        cmocka_unit_test(what_is_held_is_not_let_go_for_want_of_room_and_without_room_each_comes_alone),
        cmocka_unit_test(what_is_held_for_long_is_given_up_from_then_on_not_before),
        cmocka_unit_test(after_a_restart_held_letters_come_in_one_as_they_would_have),
        cmocka_unit_test(bytes_read_back_and_damage_is_refused),
        cmocka_unit_test(what_the_law_limits_comes_before_warnings_and_drills_last),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
