/* What a condition says, and when it holds. */
#include "model/condition.h"

#include <math.h>

#include "model/mode.h"
#include "unit.h"

/* 25/11/2026 22:00 +07:00 */
static const struct wall TEN_AT_NIGHT = { 1795618800000 };

static struct condition only(const char *text, const char *id)
{
    struct condition c;
    struct fault why = { .text = "" };
    char got[CONDITION_ID_MAX];

    if (condition_parse(&text, &c, got, &why) != ERR_NONE)
        fail_msg("%s", why.text);
    assert_string_equal(got, id);
    return c;
}

static void each_comparison_holds_on_its_side_of_the_number(void **state)
{
    static const struct {
        const char *text;
        bool below, at, above;
    } CASES[] = {
        { "p == 3.9", false, true, false }, { "p != 3.9", true, false, true },
        { "p<3.9", true, false, false },    { "p <= 3.9", true, true, false },
        { "p > 3.9", false, false, true },  { "p>=3.9", false, true, true },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct condition c = only(CASES[i].text, "p");
        assert_int_equal(condition_holds(&c, 3.8, TEN_AT_NIGHT), CASES[i].below);
        assert_int_equal(condition_holds(&c, 3.9, TEN_AT_NIGHT), CASES[i].at);
        assert_int_equal(condition_holds(&c, 4.0, TEN_AT_NIGHT), CASES[i].above);
        assert_false(condition_holds(&c, NAN, TEN_AT_NIGHT));
    }
}

static void mode_stands_in_the_place_of_a_point(void **state)
{
    static const struct {
        const char *text;
        bool is, fine;
        unsigned modes;
        bool holds;
    } CASES[] = {
        { "mode != backwash", true, true, 0, true },
        { "mode != backwash", true, true, 1U << MODE_BACKWASH, false },
        { "mode==rota ", true, true, 1U << MODE_ROTA | 1U << MODE_DRILL, true },
        { "mode == rota", true, true, 0, false },
        { "mode != bath", true, false, 0, false },
        { "mode == rota at 22:00-05:00", true, false, 0, false },
        { "mode == 3", false, true, 0, false },
        { "mode < rota", false, true, 0, false },
        { "model == rota", false, true, 0, false },
        { "lc.mode == 1", false, true, 0, false },
        { "", false, true, 0, false },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct condition c;
        struct fault why;
        struct strbuf text;
        bool is;
        print_message("%s\n", CASES[i].text);
        assert_int_equal(condition_parse_mode(CASES[i].text, &c, &is, &why),
                         CASES[i].fine ? ERR_NONE : ERR_RANGE);
        assert_int_equal(is, CASES[i].is);
        if (!is || !CASES[i].fine)
            continue;
        assert_int_equal(condition_mode_holds(&c, CASES[i].modes), CASES[i].holds);
        strbuf_init(&text, 100);
        condition_print(&c, NULL, &text);
        assert_string_equal(text.text, c.how == COMPARE_EQ ? "mode == rota" : "mode != backwash");
        strbuf_clear(&text);
    }
}

static void hours_may_go_over_midnight(void **state)
{
    struct condition night = only("value == 0 at 22:00-05:00", "value");
    struct condition day = only("value == 0 at 05:00-22:00", "value");

    (void)state;
    for (int minute = -60; minute < 23 * 60; minute++) {
        struct wall at = { TEN_AT_NIGHT.ms + minute * (int64_t)CLOCK_MINUTE_MS };
        assert_int_equal(condition_holds(&night, 0, at), minute >= 0 && minute < 7 * 60);
        assert_int_equal(condition_holds(&day, 0, at), minute < 0 || minute >= 7 * 60);
    }
}

static void several_follow_each_other_and_print_as_they_were(void **state)
{
    static const char *const TEXT = "lc.tank.level >= 3.9 or lc.valve == 0 at 22:00-05:00 or x < -1.5";
    const char *at = TEXT;
    struct strbuf out;

    (void)state;
    strbuf_init(&out, 1000);
    for (int i = 0; *at != '\0'; i++) {
        struct condition c;
        char id[CONDITION_ID_MAX];
        assert_int_equal(condition_parse(&at, &c, id, NULL), ERR_NONE);
        if (i > 0)
            strbuf_puts(&out, " or ");
        condition_print(&c, id, &out);
    }
    assert_string_equal(out.text, TEXT);
    strbuf_clear(&out);
}

static void what_is_no_condition_is_refused_with_its_text(void **state)
{
    static const char *const NONE[] = { "",
                                        "p",
                                        "p =",
                                        "p = 3",
                                        "p >= full",
                                        "p >= 1e999",
                                        "== 3",
                                        "p == 3 at night",
                                        "p == 3 at 22:00",
                                        "p == 3 at 22:00-25:00",
                                        "p == 3 at 22:00-22:00",
                                        "p == 3 and q == 4" };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(NONE); i++) {
        const char *text = NONE[i];
        struct condition c;
        char id[CONDITION_ID_MAX];
        struct fault why;
        assert_int_equal(condition_parse(&text, &c, id, &why), ERR_RANGE);
        assert_non_null(strstr(why.text, NONE[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_comparison_holds_on_its_side_of_the_number),
        cmocka_unit_test(mode_stands_in_the_place_of_a_point),
        cmocka_unit_test(hours_may_go_over_midnight),
        cmocka_unit_test(several_follow_each_other_and_print_as_they_were),
        cmocka_unit_test(what_is_no_condition_is_refused_with_its_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
