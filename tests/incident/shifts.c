#include "incident/shifts.h"

#include "unit.h"

static const struct wall NOW = { 1795604400000 };

struct scene {
    struct shifts *shifts;
    struct wall now;
    bool known;
    struct shift_told told;
    struct fault why;
    unsigned keys;
};

static int begin(void **state)
{
    static struct scene s;

    s = (struct scene){ .shifts = shifts_new(), .now = NOW };
    *state = &s;
    return s.shifts == NULL ? -1 : 0;
}

static int end(void **state)
{
    struct scene *s = *state;

    shifts_free(s->shifts);
    return 0;
}

static struct shift_act act_of(enum shift_kind kind, const char *who, const char *key)
{
    struct shift_act a = { .kind = (uint8_t)kind };

    (void)snprintf(a.entry.who, sizeof a.entry.who, "%s", who);
    (void)snprintf(a.entry.key, sizeof a.entry.key, "%s", key);
    return a;
}

/* As a record that the journal took. */
static enum err does(struct scene *s, const struct shift_act *a)
{
    enum err rc = shifts_act(s->shifts, a, s->now, &s->known, &s->told, &s->why);

    s->now.ms += 1000;
    shifts_recorded(s->shifts);
    return rc;
}

static enum err takes(struct scene *s, const char *who, const char *key)
{
    struct shift_act a = act_of(SHIFT_TAKEN, who, key);

    return does(s, &a);
}

static enum err writes(struct scene *s, const char *who, const char *key, const char *text)
{
    struct shift_act a = act_of(SHIFT_NOTE, who, key);

    (void)snprintf(a.entry.text, sizeof a.entry.text, "%s", text);
    return does(s, &a);
}

static enum err offers(struct scene *s, const char *who, const char *to, const char *key)
{
    struct shift_act a = act_of(SHIFT_OFFER, who, key);
    enum err rc;

    (void)snprintf(a.entry.to, sizeof a.entry.to, "%s", to);
    a.sheet = shift_sheet_new("H\tas\tit was\n", 12);
    a.sheet->made = s->now;
    rc = does(s, &a);
    shift_sheet_drop(a.sheet);
    return rc;
}

static enum err accepts(struct scene *s, const char *who, uint64_t shift, const char *key)
{
    struct shift_act a = act_of(SHIFT_ACCEPTED, who, key);

    a.entry.shift = shift;
    return does(s, &a);
}

static void a_shift_goes_from_hand_to_hand(void **state)
{
    struct scene *s = *state;
    struct shift_sheet *sheet = NULL;
    struct shift_list *l;
    uint64_t first;

    assert_int_equal(takes(s, "lan", "t-1"), ERR_NONE);
    first = s->told.is.id;
    assert_int_equal(s->told.entry.n, 1);
    assert_int_equal(writes(s, "lan", "n-1", "xả cặn DMA 3"), ERR_NONE);
    assert_int_equal(offers(s, "lan", "hùng", "o-1"), ERR_NONE);
    assert_int_equal(s->told.is.state, SHIFT_OFFERED);
    assert_int_equal(writes(s, "lan", "n-2", "thêm một việc"), ERR_NONE); /* still on */
    assert_int_equal(accepts(s, "hùng", first, "a-1"), ERR_NONE);
    assert_int_equal(s->told.is.before, first);
    assert_string_equal(s->told.is.who, "hùng");

    l = shifts_freeze(s->shifts);
    assert_int_equal(l->shift_count, 2);
    assert_ptr_equal(shift_list_current(l, ""), &l->shifts[0]);
    assert_int_equal(shift_list_find(l, first, &sheet)->state, SHIFT_HANDED);
    assert_int_equal(l->shifts[1].ended.ms, l->shifts[0].taken.ms);
    assert_string_equal(sheet->text, "H\tas\tit was\n");
    assert_int_equal(l->entry_count, 5);
    shift_list_drop(l);
}

static void what_is_told_twice_is_done_once(void **state)
{
    struct scene *s = *state;
    uint64_t first;

    assert_int_equal(takes(s, "lan", "t-1"), ERR_NONE);
    assert_int_equal(takes(s, "lan", "t-1"), ERR_NONE);
    assert_true(s->known);
    first = s->told.is.id;
    assert_int_equal(writes(s, "lan", "n-1", "x"), ERR_NONE);
    assert_int_equal(writes(s, "lan", "n-1", "x"), ERR_NONE);
    assert_true(s->known);
    assert_int_equal(s->told.is.entries, 2);
    assert_int_equal(writes(s, "lan", "n-1", "y"), ERR_STATE);
    assert_int_equal(writes(s, "hùng", "n-1", "x"), ERR_STATE);
    assert_int_equal(offers(s, "lan", "hùng", "o-1"), ERR_NONE);
    assert_int_equal(offers(s, "lan", "hùng", "o-1"), ERR_NONE);
    assert_true(s->known);
    assert_int_equal(accepts(s, "hùng", first, "a-1"), ERR_NONE);
    assert_int_equal(accepts(s, "hùng", first, "a-1"), ERR_NONE);
    assert_true(s->known);
    assert_int_equal(accepts(s, "hùng", 12345, "a-1"), ERR_STATE);
}

static void steps_out_of_turn_are_refused(void **state)
{
    struct scene *s = *state;
    struct shift_act relief = act_of(SHIFT_TAKEN, "minh", "r-1");
    uint64_t first;

    assert_int_equal(writes(s, "lan", "n-0", "x"), ERR_STATE); /* nobody is on */
    assert_int_equal(offers(s, "lan", "hùng", "o-0"), ERR_STATE);
    assert_int_equal(accepts(s, "lan", 1, "a-0"), ERR_MISSING);
    assert_int_equal(takes(s, "lan", "t-1"), ERR_NONE);
    first = s->told.is.id;
    assert_int_equal(takes(s, "lan", "t-2"), ERR_STATE);
    assert_int_equal(takes(s, "hùng", "t-3"), ERR_STATE);
    assert_int_equal(accepts(s, "hùng", first, "a-1"), ERR_STATE);
    assert_int_equal(writes(s, "lan", "n-1", ""), ERR_RANGE);
    assert_int_equal(offers(s, "hùng", "minh", "o-1"), ERR_DENIED);
    assert_int_equal(offers(s, "lan", "lan", "o-2"), ERR_RANGE);
    assert_int_equal(offers(s, "lan", "", "o-3"), ERR_RANGE);
    assert_int_equal(offers(s, "lan", "hùng", "o-4"), ERR_NONE);
    assert_int_equal(accepts(s, "minh", first, "a-2"), ERR_DENIED);
    assert_int_equal(offers(s, "lan", "minh", "o-5"), ERR_NONE); /* to somebody else after all */
    assert_int_equal(accepts(s, "hùng", first, "a-3"), ERR_DENIED);
    relief.leads = true;
    assert_int_equal(does(s, &relief), ERR_RANGE); /* why? */
    (void)snprintf(relief.entry.text, sizeof relief.entry.text, "người trực ốm");
    assert_int_equal(does(s, &relief), ERR_NONE);
    assert_int_equal(s->told.entry.kind, SHIFT_RELIEF);
    assert_int_equal(s->told.is.before, first);
    assert_int_equal(accepts(s, "minh", first, "a-4"), ERR_STATE);
    assert_int_equal(shifts_news(s->shifts)->changed_count, 0);
}

static void a_correction_is_a_new_entry(void **state)
{
    struct scene *s = *state;
    struct shift_act a = act_of(SHIFT_NOTE, "hùng", "c-1"), other = act_of(SHIFT_TAKEN, "páo", "t-9");
    uint64_t was;

    (void)snprintf(other.supplier, sizeof other.supplier, "rural");
    assert_int_equal(does(s, &other), ERR_NONE);
    assert_int_equal(takes(s, "lan", "t-1"), ERR_NONE);
    assert_int_equal(writes(s, "lan", "n-1", "mở van 12"), ERR_NONE);
    was = s->told.entry.id;
    (void)snprintf(a.entry.text, sizeof a.entry.text, "mở van 21");
    a.entry.corrects = 999;
    assert_int_equal(does(s, &a), ERR_MISSING);
    a.entry.corrects = shift_entry_id("t-9"); /* of another supplier's log */
    assert_int_equal(does(s, &a), ERR_MISSING);
    a.entry.corrects = was;
    assert_int_equal(does(s, &a), ERR_NONE);
    assert_int_equal(s->told.entry.corrects, was);
    assert_int_equal(s->told.entry.n, 3);
}

static void times_that_cannot_be_are_refused(void **state)
{
    struct scene *s = *state;
    struct shift_act a = act_of(SHIFT_TAKEN, "lan", "t-1");

    a.entry.claimed.ms = NOW.ms + SHIFT_AHEAD_MS + 1;
    assert_int_equal(does(s, &a), ERR_RANGE);
    a.entry.claimed.ms = NOW.ms - SHIFT_BACK_MS - 1;
    assert_int_equal(does(s, &a), ERR_RANGE);
    a.entry.claimed.ms = NOW.ms - CLOCK_HOUR_MS;
    assert_int_equal(does(s, &a), ERR_NONE);
    assert_int_equal(s->told.is.from.ms, NOW.ms - CLOCK_HOUR_MS);
    assert_true(s->told.is.taken.ms > s->told.is.from.ms);
}

static void a_full_log_can_still_be_handed_over(void **state)
{
    struct scene *s = *state;
    char key[16];
    unsigned written = 0;
    uint64_t first;

    assert_int_equal(takes(s, "lan", "t-1"), ERR_NONE);
    first = s->told.is.id;
    do {
        (void)snprintf(key, sizeof key, "n-%u", written);
    } while (writes(s, "lan", key, "x") == ERR_NONE && ++written < 1000);
    assert_in_range(written, 100, SHIFT_LOG_MAX);
    assert_int_equal(offers(s, "lan", "hùng", "o-1"), ERR_NONE);
    assert_int_equal(accepts(s, "hùng", first, "a-1"), ERR_NONE);
    assert_int_equal(writes(s, "hùng", "n-last", "x"), ERR_NONE);
}

/* Keys of all that is in memory, as the journal would have them. */
static size_t keys_of(const struct shifts *s)
{
    struct shift_list *l = shifts_freeze(s);
    size_t n = l->shift_count + l->entry_count;

    for (size_t i = 0; i < l->shift_count; i++)
        n += l->sheets[i] != NULL;
    shift_list_drop(l);
    return n;
}

/* For years; of each act the journal forgets what memory forgets. */
static void memory_stays_within_its_bounds(void **state)
{
    struct scene *s = *state;
    size_t journal = 0;
    char key[32];

    for (unsigned i = 0; i < 200; i++) {
        struct shift_act a = act_of(i == 0 ? SHIFT_TAKEN : SHIFT_ACCEPTED, i % 2 == 0 ? "lan" : "hùng", "");
        for (unsigned step = 0; step < 2 + i % 40; step++) {
            const struct shifts_news *n = shifts_news(s->shifts);
            (void)snprintf(key, sizeof key, "k-%u-%u", i, step);
            if (step > 0)
                a = act_of(step == 1 + i % 40 ? SHIFT_OFFER : SHIFT_NOTE, i % 2 == 0 ? "lan" : "hùng", "");
            (void)snprintf(a.entry.key, sizeof a.entry.key, "%s", key);
            if (a.kind == SHIFT_ACCEPTED)
                a.entry.shift = s->told.is.id;
            if (a.kind == SHIFT_NOTE)
                (void)snprintf(a.entry.text, sizeof a.entry.text, "x");
            if (a.kind == SHIFT_OFFER) {
                (void)snprintf(a.entry.to, sizeof a.entry.to, "%s", i % 2 == 0 ? "hùng" : "lan");
                a.sheet = shift_sheet_new("x", 1);
                a.sheet->made = s->now;
            }
            assert_int_equal(shifts_act(s->shifts, &a, s->now, &s->known, &s->told, &s->why), ERR_NONE);
            shift_sheet_drop(a.sheet);
            a.sheet = NULL;
            journal += 1 + (a.kind == SHIFT_ACCEPTED || a.kind == SHIFT_TAKEN) + (n->sheet != NULL);
            journal -= n->gone_count;
            shifts_recorded(s->shifts);
            s->now.ms += 1000;
        }
        assert_int_equal(keys_of(s->shifts), journal);
    }
    assert_true(journal <= SHIFTS_MAX + SHIFTS_ENTRIES_MAX + SHIFTS_SHEETS_MAX);
    assert_true(journal > SHIFTS_ENTRIES_MAX / 2);
}

static void when_all_are_on_there_is_no_room(void **state)
{
    struct scene *s = *state;
    enum err rc = ERR_NONE;
    unsigned n = 0;

    for (; rc == ERR_NONE && n < 200; n++) {
        struct shift_act a = act_of(SHIFT_TAKEN, "lan", "");
        (void)snprintf(a.entry.key, sizeof a.entry.key, "t-%u", n);
        (void)snprintf(a.supplier, sizeof a.supplier, "s%u", n);
        rc = does(s, &a);
    }
    assert_int_equal(rc, ERR_FULL);
    assert_int_equal(n, SHIFTS_MAX + 1);
}

static void what_could_not_be_kept_leaves_nothing(void **state)
{
    struct scene *s = *state;
    struct shift_act take = act_of(SHIFT_TAKEN, "lan", "t-1"), offer = act_of(SHIFT_OFFER, "lan", "o-2");
    struct shift_sheet *sheet = NULL;
    struct shift_list *l;
    uint64_t first;

    assert_int_equal(shifts_act(s->shifts, &take, s->now, &s->known, &s->told, &s->why), ERR_NONE);
    shifts_undo(s->shifts);
    assert_int_equal(keys_of(s->shifts), 0);
    assert_int_equal(takes(s, "lan", "t-1"), ERR_NONE);
    assert_false(s->known);
    first = s->told.is.id;
    assert_int_equal(offers(s, "lan", "hùng", "o-1"), ERR_NONE);
    (void)snprintf(offer.entry.to, sizeof offer.entry.to, "minh");
    offer.sheet = shift_sheet_new("another", 7);
    assert_int_equal(shifts_act(s->shifts, &offer, s->now, &s->known, &s->told, &s->why), ERR_NONE);
    shift_sheet_drop(offer.sheet);
    shifts_undo(s->shifts);
    l = shifts_freeze(s->shifts);
    assert_string_equal(shift_list_find(l, first, &sheet)->to, "hùng");
    assert_string_equal(sheet->text, "H\tas\tit was\n");
    shift_list_drop(l);
    {
        struct shift_act accept = act_of(SHIFT_ACCEPTED, "hùng", "a-1");
        accept.entry.shift = first;
        assert_int_equal(shifts_act(s->shifts, &accept, s->now, &s->known, &s->told, &s->why), ERR_NONE);
        shifts_undo(s->shifts);
    }
    l = shifts_freeze(s->shifts);
    assert_int_equal(l->shift_count, 1);
    assert_int_equal(l->shifts[0].state, SHIFT_OFFERED);
    assert_int_equal(l->entry_count, 2);
    shift_list_drop(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_shift_goes_from_hand_to_hand, begin, end),
        cmocka_unit_test_setup_teardown(what_is_told_twice_is_done_once, begin, end),
        cmocka_unit_test_setup_teardown(steps_out_of_turn_are_refused, begin, end),
        cmocka_unit_test_setup_teardown(a_correction_is_a_new_entry, begin, end),
        cmocka_unit_test_setup_teardown(times_that_cannot_be_are_refused, begin, end),
        cmocka_unit_test_setup_teardown(a_full_log_can_still_be_handed_over, begin, end),
        cmocka_unit_test_setup_teardown(memory_stays_within_its_bounds, begin, end),
        cmocka_unit_test_setup_teardown(when_all_are_on_there_is_no_room, begin, end),
        cmocka_unit_test_setup_teardown(what_could_not_be_kept_leaves_nothing, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
