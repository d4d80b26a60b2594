/* Letters: once each, tried again ever later, given up in time, and never lost without a count. */
#include "incident/outbox.h"
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
    for (int k = 0; k < OUTBOX_LETTERS_MAX / OUTBOX_RECORD_MAX; k++)
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_letter_is_taken_once),
        cmocka_unit_test(a_failure_is_tried_again_ever_later_up_to_the_most),
        cmocka_unit_test(what_is_told_twice_counts_once),
        cmocka_unit_test(what_nobody_takes_expires_in_time_and_not_before),
        cmocka_unit_test(a_settled_letter_goes_after_a_while_and_the_journal_is_told),
        cmocka_unit_test(without_room_the_oldest_settled_goes_and_else_the_loss_is_counted),
        cmocka_unit_test(a_message_that_was_not_made_leaves_no_letter_but_those_recorded),
        cmocka_unit_test(a_record_takes_what_was_chosen_and_no_more),
        cmocka_unit_test(bytes_read_back_and_damage_is_refused),
        cmocka_unit_test(what_the_law_limits_comes_before_warnings_and_drills_last),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
