#include "conf/diff.h"

#include "report.h"

static void differs(const char *was, const char *is, const char *lines, size_t added, size_t removed,
                    size_t changed)
{
    struct report a, b;
    struct strbuf to;
    struct conf_changes c;

    report_text(&a, was);
    report_text(&b, is);
    strbuf_init(&to, 10000);
    c = conf_diff(report_root(&a), report_root(&b), &to);
    assert_string_equal(to.text == NULL ? "" : to.text, lines);
    assert_int_equal(c.added, added);
    assert_int_equal(c.removed, removed);
    assert_int_equal(c.changed, changed);
    strbuf_clear(&to);
    report_clear(&a);
    report_clear(&b);
}

static void things_are_known_by_their_ids(void **state)
{
    (void)state;
    differs("", "", "", 0, 0, 0);
    differs("a: 1\n", "a: 1 # the same\n", "", 0, 0, 0);
    differs("a: 1\n", "b: 2\n", "+ b: 2\n- a: 1\n", 1, 1, 0);
    differs("a: 1\n", "a: \"2\"\n", "~ a: 1 -> 2\n", 0, 0, 1);
    differs("w: [ { id: x, v: 1 }, { id: y, v: 1 } ]\n", "w: [ { id: y, v: 1 }, { id: x, v: 2 } ]\n",
            "~ w x v: 1 -> 2\n", 0, 0, 1);
    differs("w: [ { id: x }, { id: y } ]\n", "w: [ { id: z }, { id: y } ]\n", "+ w z\n- w x\n", 1, 1, 0);
    differs("p: [1, 2]\n", "p: [1, 3]\n", "~ p: [2] -> [2]\n", 0, 0, 1);
    differs("p: [1, 2]\n", "p: [1]\n", "~ p: [2] -> [1]\n", 0, 0, 1);
    differs("p: [1]\n", "p: { a: 1 }\n", "~ p: [1] -> {1}\n", 0, 0, 1);
    differs("w: [ { id: d, points: [ { id: p, unit: bar } ] } ]\n",
            "w: [ { id: d, points: [ { id: p, unit: kPa } ] } ]\n", "~ w d points p unit: bar -> kPa\n", 0, 0,
            1);
}

static void what_does_not_fit_is_counted(void **state)
{
    struct report a, b;
    struct strbuf to;
    struct conf_changes c;

    (void)state;
    report_text(&a, "");
    report_text(&b, "a: 1\nb: 2\nc: 3\n");
    strbuf_init(&to, 8);
    c = conf_diff(report_root(&a), report_root(&b), &to);
    assert_string_equal(to.text, "+ a: 1\n");
    assert_int_equal(c.added, 3);
    strbuf_clear(&to);
    c = conf_diff(report_root(&a), report_root(&b), NULL);
    assert_int_equal(c.added, 3);
    report_clear(&a);
    report_clear(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(things_are_known_by_their_ids),
        cmocka_unit_test(what_does_not_fit_is_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
