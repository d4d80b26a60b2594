#include "report.h"

#include <stdlib.h>

static void a_tree_keeps_order_text_and_places(void **state)
{
    struct report r;
    const struct conf_node *root, *list;
    (void)state;
    report_text(&r, "# lời đầu\nten: Nhà máy nước\nlist:\n  - 1\n  - \"2\"\n  - { a: b }\n");
    root = report_root(&r);
    assert_int_equal(conf_count(root), 2);
    assert_string_equal(conf_entry(root, 0)->key, "ten");
    assert_string_equal(conf_text(conf_get(root, "ten")), "Nhà máy nước");
    list = conf_get(root, "list");
    assert_int_equal(conf_kind(list), CONF_SEQUENCE);
    assert_false(conf_quoted(conf_item(list, 0)));
    assert_true(conf_quoted(conf_item(list, 1)));
    assert_int_equal(conf_mark(conf_item(list, 1)).line, 5);
    assert_int_equal(conf_mark(conf_item(list, 1)).column, 5);
    assert_int_equal(conf_key_mark(conf_item(list, 2), conf_entry(conf_item(list, 2), 0)).column, 7);
    assert_string_equal(conf_mark(list).file, "a/b.yaml");
    assert_null(conf_get(root, "none"));
    assert_int_equal(conf_mark_at(conf_item(list, 2), "none").line, 6);
    report_says(&r, "");
    report_clear(&r);
}

static void nothing_is_an_empty_mapping(void **state)
{
    static const char *const TEXTS[] = {
        "", "# only a remark\n", "---\n", "\xef\xbb\xbf", "{}", "---\n...\n"
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(TEXTS); i++) {
        struct report r;
        report_text(&r, TEXTS[i]);
        assert_int_equal(conf_kind(report_root(&r)), CONF_MAPPING);
        assert_int_equal(conf_count(report_root(&r)), 0);
        report_says(&r, "");
        report_clear(&r);
    }
}

static void columns_count_characters_not_bytes(void **state)
{
    struct report r;
    (void)state;
    report_text(&r, "{ đường: &x 1 }\r\n");
    report_says(&r, "a/b.yaml:1:10: anchors (&x) are not allowed: write the value out\n");
    report_clear(&r);
}

/* What leaves the rest readable is reported together with the rest. */
static void mistakes_that_leave_a_tree_are_reported_together(void **state)
{
    struct report r;
    (void)state;
    report_text(&r, "a: &one 1\n"
                    "b: *one\n"
                    "c: !!str x\n"
                    "a: 2\n"
                    "d: { k: 1, k: 2, k: 3 }\n");
    assert_int_equal(conf_count(report_root(&r)), 4);
    assert_string_equal(conf_text(conf_get(report_root(&r), "a")), "1");
    assert_int_equal(conf_kind(conf_get(report_root(&r), "b")), CONF_BROKEN);
    assert_int_equal(conf_count(conf_get(report_root(&r), "d")), 1);
    report_says(&r, "a/b.yaml:1:4: anchors (&one) are not allowed: write the value out\n"
                    "a/b.yaml:2:4: aliases (*one) are not allowed: write the value out\n"
                    "a/b.yaml:3:4: tags (tag:yaml.org,2002:str) are not allowed\n"
                    "a/b.yaml:4:1: key \"a\" stands twice, first at a/b.yaml:1:1\n"
                    "a/b.yaml:5:12: key \"k\" stands twice, first at a/b.yaml:5:6\n"
                    "a/b.yaml:5:18: key \"k\" stands twice, first at a/b.yaml:5:6\n");
    report_clear(&r);
}

static void a_key_twice_is_found_among_many(void **state)
{
    struct report r;
    struct strbuf text;
    (void)state;
    strbuf_init(&text, 1 << 20);
    for (int i = 0; i < 1000; i++)
        strbuf_printf(&text, "k%d: 1\n", i == 700 ? 300 : i);
    report_text(&r, text.text);
    assert_int_equal(conf_count(report_root(&r)), 999);
    assert_string_equal(conf_entry(report_root(&r), 998)->key, "k999");
    report_says(&r, "a/b.yaml:701:1: key \"k300\" stands twice, first at a/b.yaml:301:1\n");
    report_clear(&r);
    strbuf_clear(&text);
}

static const struct {
    const char *text;
    size_t len; /* 0: strlen */
    const char *said;
} REFUSED[] = {
    { "a: \xff\n", 0, "a/b.yaml:1:4: byte 0xFF is not valid UTF-8\n" },
    { "ă: \xc0\xaf\n", 0, "a/b.yaml:1:4: byte 0xC0 is not valid UTF-8\n" },
    { "a: \xed\xa0\x80\n", 0, "a/b.yaml:1:4: byte 0xED is not valid UTF-8\n" },
    { "a: \xe1\xba", 0, "a/b.yaml:1:4: byte 0xE1 is not valid UTF-8\n" },
    { "a: \xf4\x90\x80\x80", 0, "a/b.yaml:1:4: byte 0xF4 is not valid UTF-8\n" },
    { "a: 1\nb: x\0y\n", 12, "a/b.yaml:2:5: the character U+0000 is not allowed here\n" },
    { "a: 1\nb: \"x\\0y\"\n", 0, "a/b.yaml:2:4: the text holds a NUL character\n" },
    { "a: \x07\n", 0, "a/b.yaml:1:4: the character U+0007 is not allowed here\n" },
    { "a: 1\rb: 2\n", 0, "a/b.yaml:1:5: the character U+000D is not allowed here\n" },
    { "a: x\xe2\x80\xa8y\n", 0, "a/b.yaml:1:5: the character U+2028 is not allowed here\n" },
    { "a: x\xc2\x85y\n", 0, "a/b.yaml:1:5: the character U+0085 is not allowed here\n" },
    { "a: 1\n---\nb: 2\n", 0, "a/b.yaml:2:1: a second document begins: one file, one document\n" },
    { "? [a]\n: 1\n", 0, "a/b.yaml:1:3: a key must be a plain word\n" },
    { "? {a: 1}\n: 1\n", 0, "a/b.yaml:1:3: a key must be a plain word\n" },
    { "a: &x 1\n*x : 1\n", 0,
      "a/b.yaml:1:4: anchors (&x) are not allowed: write the value out\n"
      "a/b.yaml:2:1: aliases (*x) are not allowed: write the value out\n" },
    { "a:\n  b: 1\n\tc: 2\n", 0,
      "a/b.yaml:3:1: not valid YAML: a tab cannot indent or begin a value; use blanks\n" },
    { "a: {b: 1\nc: 2\n", 0, NULL },
    { "a: \"never closed\n", 0, NULL },
    { "a: b: c\n", 0, "a/b.yaml:1:5: not valid YAML: mapping values are not allowed in this context\n" },
    { "[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]", 0, "a/b.yaml:1:17: nested deeper than 16 levels\n" },
};

static void what_is_no_plain_yaml_is_refused_with_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(REFUSED); i++) {
        struct report r;
        report_bytes(&r, REFUSED[i].text, REFUSED[i].len > 0 ? REFUSED[i].len : strlen(REFUSED[i].text));
        assert_int_equal(r.rc, ERR_CONFIG);
        assert_null(r.file);
        assert_true(r.m.mistakes >= 1);
        if (REFUSED[i].said != NULL)
            report_says(&r, REFUSED[i].said);
        report_clear(&r);
    }
}

static void directives_are_refused(void **state)
{
    struct report r;
    (void)state;
    report_text(&r, "%YAML 1.1\n---\na: 1\n");
    report_says(&r, "a/b.yaml:1:1: directives (%) are not allowed\n");
    report_clear(&r);
}

static void sixteen_levels_are_allowed(void **state)
{
    struct report r;
    (void)state;
    report_text(&r, "[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]");
    assert_int_equal(r.rc, ERR_NONE);
    report_clear(&r);
}

static void more_values_than_the_ceiling_are_refused(void **state)
{
    const size_t items = CONF_NODES_MAX + 10;
    char *text = malloc(2 * items + 2);
    struct report r;
    (void)state;
    assert_non_null(text);
    for (size_t i = 0; i < items; i++)
        memcpy(text + 2 * i, i % 1000 == 0 ? "\n," : "1,", 2);
    text[0] = '[';
    text[1] = '1';
    report_bytes(&r, text, 2 * items);
    assert_int_equal(r.rc, ERR_CONFIG);
    assert_null(r.file);
    report_clear(&r);
    free(text);
}

static void a_file_longer_than_the_ceiling_is_refused(void **state)
{
    struct report r;
    (void)state;
    report_bytes(&r, "a: 1", (size_t)CONF_FILE_MAX + 1); /* the length alone decides */
    assert_int_equal(r.rc, ERR_RANGE);
    report_says(&r, "a/b.yaml: longer than 67108864 bytes\n");
    report_clear(&r);
}

static void a_file_that_is_not_there_is_named(void **state)
{
    struct conf_mistakes m;
    struct conf_file *f = NULL;
    struct strbuf said;
    (void)state;
    conf_mistakes_init(&m, 0);
    strbuf_init(&said, 1000);
    assert_int_equal(conf_load("/nowhere/at/all.yaml", &f, &m), ERR_MISSING);
    conf_mistakes_write(&m, &said);
    assert_string_equal(said.text, "/nowhere/at/all.yaml: No such file or directory\n");
    strbuf_clear(&said);
    conf_mistakes_clear(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tree_keeps_order_text_and_places),
        cmocka_unit_test(nothing_is_an_empty_mapping),
        cmocka_unit_test(columns_count_characters_not_bytes),
        cmocka_unit_test(mistakes_that_leave_a_tree_are_reported_together),
        cmocka_unit_test(a_key_twice_is_found_among_many),
        cmocka_unit_test(what_is_no_plain_yaml_is_refused_with_its_place),
        cmocka_unit_test(directives_are_refused),
        cmocka_unit_test(sixteen_levels_are_allowed),
        cmocka_unit_test(more_values_than_the_ceiling_are_refused),
        cmocka_unit_test(a_file_longer_than_the_ceiling_is_refused),
        cmocka_unit_test(a_file_that_is_not_there_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
