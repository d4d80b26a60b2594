#include "model/states.h"

#include <math.h>

#include "model/catalogue.h"
#include "unit.h"

static const struct point_state PUMP[] = {
    { 2, "fault" }, { 0, "stopped" }, { -1, "Đang rửa lọc" }, { 1, "running" }
};

static void a_number_has_its_word_and_others_have_none(void **state)
{
    struct point_states *s = states_new(PUMP, COUNT_OF(PUMP));

    (void)state;
    assert_string_equal(states_find(s, 0)->word, "stopped");
    assert_string_equal(states_find(s, -1)->word, "Đang rửa lọc");
    assert_null(states_find(s, 3));
    assert_null(states_find(s, 0.5));
    assert_null(states_find(s, NAN));
    assert_null(states_find(NULL, 0));
    for (unsigned i = 1; i < s->count; i++)
        assert_true(s->list[i - 1].raw < s->list[i].raw);
    free(s);
}

static void a_standard_word_is_said_in_both_languages_and_another_as_it_is(void **state)
{
    (void)state;
    assert_string_equal(state_text("running").vi, "Đang chạy");
    assert_string_equal(state_text("travelling").vi, "Đang di chuyển");
    assert_string_equal(state_text("closed").en, "Closed");
    assert_string_equal(state_text("Đang rửa lọc").vi, "Đang rửa lọc");
    assert_string_equal(state_text("Đang rửa lọc").en, "Đang rửa lọc");
    for (unsigned i = 0, k; state_standard(i) != NULL; i++) {
        assert_true(strlen(state_standard(i)) < STATE_WORD_MAX);
        for (k = 0; k < i; k++)
            assert_string_not_equal(state_standard(k), state_standard(i));
    }
}

static void points_of_one_table_share_it(void **state)
{
    struct catalogue c;
    struct point_states *s = states_new(PUMP, COUNT_OF(PUMP)), *other = states_new(PUMP, 2);
    const struct point_states *first, *second, *third;

    (void)state;
    catalogue_init(&c);
    assert_int_equal(catalogue_add_states(&c, s, &first), ERR_NONE);
    assert_int_equal(catalogue_add_states(&c, other, &second), ERR_NONE);
    assert_int_equal(catalogue_add_states(&c, s, &third), ERR_NONE);
    assert_ptr_equal(first, third);
    assert_ptr_not_equal(first, second);
    assert_ptr_not_equal(first, s);
    assert_true(states_same(first, s) && !states_same(first, second) && !states_same(first, NULL));
    assert_int_equal(c.state_count, 2);
    free(s);
    free(other);
    catalogue_clear(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_has_its_word_and_others_have_none),
        cmocka_unit_test(a_standard_word_is_said_in_both_languages_and_another_as_it_is),
        cmocka_unit_test(points_of_one_table_share_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
