#include "report.h"

#include "conf/seen.h"

static void complaints_are_sorted_by_file_line_and_column(void **state)
{
    struct report r;
    (void)state;
    report_text(&r, "");
    conf_mistake(&r.m, (struct conf_mark){ "z.yaml", 9, 1 }, "late");
    conf_mistake(&r.m, (struct conf_mark){ NULL, 0, 0 }, "of no file");
    conf_warning(&r.m, (struct conf_mark){ "z.yaml", 2, 7 }, "load is %d %%", 63);
    conf_mistake(&r.m, (struct conf_mark){ "a.yaml", 1, 1 }, "another file");
    conf_mistake(&r.m, (struct conf_mark){ "z.yaml", 2, 3 }, "first");
    conf_mistake(&r.m, (struct conf_mark){ "z.yaml", 2, 3 }, "second");
    conf_mistake(&r.m, (struct conf_mark){ "z.yaml", 0, 0 }, "as a whole");
    report_says(&r, "z.yaml: as a whole\n"
                    "z.yaml:2:3: first\n"
                    "z.yaml:2:3: second\n"
                    "z.yaml:2:7: warning: load is 63 %\n"
                    "z.yaml:9:1: late\n"
                    "a.yaml:1:1: another file\n"
                    "of no file\n");
    assert_int_equal(r.m.mistakes, 6);
    assert_int_equal(r.m.warnings, 1);
    report_clear(&r);
}

static void above_the_ceiling_they_are_only_counted(void **state)
{
    struct conf_mistakes m;
    struct strbuf said;
    (void)state;
    conf_mistakes_init(&m, 2);
    strbuf_init(&said, 1000);
    for (unsigned i = 1; i <= 5; i++)
        conf_mistake(&m, (struct conf_mark){ "a", i, 1 }, "no");
    assert_false(conf_mistakes_room(&m));
    conf_mistakes_write(&m, &said);
    assert_string_equal(said.text, "a:1:1: no\na:2:1: no\n... and 3 more\n");
    conf_mistakes_clear(&m);
    assert_int_equal(m.mistakes, 0);
    strbuf_clear(&said);
}

static void nothing_in_a_file_can_forge_a_line(void **state)
{
    struct report r;
    (void)state;
    report_text(&r, "");
    conf_mistake(&r.m, (struct conf_mark){ "a", 1, 1 }, "%s", "x\nb:2:2: y\033[1m\xc2\x85");
    conf_mistake(&r.m, (struct conf_mark){ "a\nb", 1, 1 }, "x");
    strbuf_reset(&r.said);
    conf_mistakes_write(&r.m, &r.said);
    assert_null(strstr(r.said.text, "\nb:2:2"));
    assert_null(strstr(r.said.text, "a\nb"));
    assert_null(strchr(r.said.text, '\033'));
    report_clear(&r);
}

static void a_long_sentence_ends_between_two_characters(void **state)
{
    char text[3 * CONF_SENTENCE_MAX + 1];
    (void)state;
    for (size_t shift = 0; shift < 3; shift++) {
        struct report r;
        memset(text, 'x', shift);
        for (size_t i = shift; i + 3 < sizeof text; i += 3)
            memcpy(text + i, "ế", 4);
        report_text(&r, "");
        conf_mistake(&r.m, (struct conf_mark){ "a", 1, 1 }, "%s", text);
        strbuf_reset(&r.said);
        conf_mistakes_write(&r.m, &r.said);
        assert_string_equal(r.said.text + r.said.len - 7, "ế...\n");
        report_clear(&r);
    }
}

static void a_place_too_long_keeps_its_end(void **state)
{
    char long_name[400], out[CONF_PLACE_MAX];
    (void)state;
    memset(long_name, 'd', sizeof long_name);
    memcpy(long_name + sizeof long_name - 8, "/b.yaml", 8);
    assert_string_equal(conf_place((struct conf_mark){ "b.yaml", 3, 4 }, out), "b.yaml:3:4");
    assert_string_equal(conf_place((struct conf_mark){ "b.yaml", 0, 0 }, out), "b.yaml");
    (void)conf_place((struct conf_mark){ long_name, 3, 4 }, out);
    assert_int_equal(strlen(out), CONF_PLACE_MAX - 1);
    assert_memory_equal(out, "...d", 4);
    assert_string_equal(out + strlen(out) - 11, "/b.yaml:3:4");
}

static void the_nearest_word_is_the_one_that_was_meant(void **state)
{
    static const char *const KNOWN[] = { "id", "name", "period", "plausible", "no_value", "unit", "holding" };
    static const struct {
        const char *word, *near;
    } CASES[] = {
        { "perod", "period" },
        { "peroid", "period" },
        { "Period", "period" },
        { "no-value", "no_value" },
        { "nmae", "name" },
        { "plausibel", "plausible" },
        { "uint", "unit" },
        { "holdings", "holding" },
        { "ID", "id" },
        { "colour", NULL },
        { "", NULL },
        { "x", NULL },
        { "totally_unlike", NULL },
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        const char *near = conf_nearest(CASES[i].word, KNOWN, COUNT_OF(KNOWN));
        if (CASES[i].near == NULL)
            assert_null(near);
        else
            assert_string_equal(near == NULL ? "(none)" : near, CASES[i].near);
    }
}

static void a_second_name_is_told_where_the_first_stands(void **state)
{
    static char names[5000][16];
    struct report r;
    struct conf_seen s;
    (void)state;
    report_text(&r, "");
    conf_seen_init(&s);
    for (unsigned i = 0; i < COUNT_OF(names); i++) {
        (void)snprintf(names[i], sizeof names[i], "p%u", i);
        assert_true(conf_seen_once(&s, "point", names[i], (struct conf_mark){ "a", i + 1, 3 }, &r.m));
    }
    for (unsigned i = 0; i < COUNT_OF(names); i++)
        assert_false(conf_seen_once(&s, "point", names[i], (struct conf_mark){ "b", i + 1, 3 }, &r.m));
    assert_int_equal(r.m.mistakes, COUNT_OF(names));
    conf_seen_clear(&s);
    report_clear(&r);

    report_text(&r, "");
    assert_true(conf_seen_once(&s, "site", "x", (struct conf_mark){ "a", 1, 2 }, &r.m));
    assert_false(conf_seen_once(&s, "site", "x", (struct conf_mark){ "b", 3, 4 }, &r.m));
    report_says(&r, "b:3:4: site \"x\" stands twice, first at a:1:2\n");
    conf_seen_clear(&s);
    report_clear(&r);
}

static void a_name_is_noted_with_its_number_and_place(void **state)
{
    struct conf_seen s;
    struct conf_seen_first first;

    (void)state;
    conf_seen_init(&s);
    assert_false(conf_seen_find(&s, "a", &first));
    assert_int_equal(conf_seen_note(&s, "a", (struct conf_mark){ "f", 1, 2 }, &first), ERR_NONE);
    assert_int_equal(conf_seen_note(&s, "b", (struct conf_mark){ "f", 3, 4 }, &first), ERR_NONE);
    assert_int_equal(first.number, 1);
    assert_int_equal(conf_seen_note(&s, "a", (struct conf_mark){ "g", 9, 9 }, &first), ERR_RANGE);
    assert_int_equal(first.number, 0);
    assert_string_equal(first.at.file, "f");
    assert_true(conf_seen_find(&s, "b", &first));
    assert_int_equal(first.number, 1);
    assert_int_equal(first.at.line, 3);
    assert_false(conf_seen_find(&s, "c", &first));
    conf_seen_clear(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(complaints_are_sorted_by_file_line_and_column),
        cmocka_unit_test(above_the_ceiling_they_are_only_counted),
        cmocka_unit_test(nothing_in_a_file_can_forge_a_line),
        cmocka_unit_test(a_long_sentence_ends_between_two_characters),
        cmocka_unit_test(a_place_too_long_keeps_its_end),
        cmocka_unit_test(the_nearest_word_is_the_one_that_was_meant),
        cmocka_unit_test(a_second_name_is_told_where_the_first_stands),
        cmocka_unit_test(a_name_is_noted_with_its_number_and_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
