/* Limit sets: what is read, what is refused and where, what prints, and the sets that ship. */
#include <math.h>

#include "model/parameter.h"
#include "model/standard_file.h"
#include "model/unit.h"
#include "unit.h"

enum { FILES_MAX = 3 };

struct scene {
    struct catalogue c;
    struct conf_mistakes m;
    struct conf_file *files[FILES_MAX];
    size_t count;
    struct strbuf said;
};

static void begin(struct scene *s)
{
    *s = (struct scene){ .count = 0 };
    catalogue_init(&s->c);
    conf_mistakes_init(&s->m, 0);
    strbuf_init(&s->said, 1 << 20);
    strbuf_puts(&s->said, "");
}

static void read_all(struct scene *s)
{
    struct standards_reader *r;

    assert_int_equal(standards_reader_new(&r, &s->c), ERR_NONE);
    for (size_t i = 0; i < s->count; i++)
        assert_int_equal(standards_read(r, conf_root(s->files[i]), &s->m), ERR_NONE);
    standards_finish(r, &s->m);
    standards_reader_free(r);
    conf_mistakes_write(&s->m, &s->said);
}

static void add_text(struct scene *s, const char *name, const char *text)
{
    assert_int_equal(conf_load_text(name, text, strlen(text), &s->files[s->count++], &s->m), ERR_NONE);
}

static void add_file(struct scene *s, const char *name)
{
    char path[512];

    (void)snprintf(path, sizeof path, "%s/%s", STANDARDS_FOLDER, name);
    assert_int_equal(conf_load(path, &s->files[s->count++], &s->m), ERR_NONE);
}

static void end(struct scene *s)
{
    catalogue_clear(&s->c);
    conf_mistakes_clear(&s->m);
    for (size_t i = 0; i < s->count; i++)
        conf_file_free(s->files[i]);
    strbuf_clear(&s->said);
}

#define HEAD(rest) "standard: { id: s, name: S, in_force_from: 2020-01-01" rest " }\n"
#define ROW(rest)  HEAD("") "limits: [ { row: \"1\", parameter: turbidity, name: T, " rest " } ]\n"

static void mistakes_are_told_with_their_place(void **state)
{
    static const struct {
        const char *text, *said;
    } CASES[] = {
        { ROW("high: 2"), "" },
        { ROW("high: 2, hihg: 3"), "f:2:63: unknown key \"hihg\"; did you mean \"high\"?\n" },
        { ROW("low: 3, high: 2"), "f:2:59: low 3 is above high 2: nothing would be within\n" },
        { ROW("low: 2, high: 2, strict: true"), "f:2:79: strictly between 2 and 2 there is nothing\n" },
        { ROW("pass: clear, strict: true"), "f:2:75: without bounds there is nothing to be strict about\n" },
        { ROW("seen_in: 1"), "f:2:11: a limit has either bounds, \"low\", \"high\" or both, or \"pass\"\n" },
        { ROW("high: 2, pass: clear"),
          "f:2:11: a limit has either bounds, \"low\", \"high\" or both, or \"pass\"\n" },
        { ROW("high: 2, unit: NTI"), "f:2:69: there is no unit \"NTI\"; did you mean \"NTU\"?\n" },
        { ROW("high: 2, unit: mg/L"),
          "f:2:69: turbidity is counted in NTU, and mg/L does not convert to that\n" },
        { ROW("high: 2, cas: 7440-38-3"), "f:2:68: 7440-38-3 is no CAS number: its check digit is wrong\n" },
        { ROW("high: 2, only_if: rain"),
          "f:2:72: only_if: must be one of always groundwater chlorine coastal inland, not \"rain\"\n" },
        { HEAD("") "limits: [ { row: \"1\", parameter: turbidty, name: T, high: 2 } ]\n",
          "f:2:34: there is no parameter \"turbidty\" (one of your own begins with x-); did you mean "
          "\"turbidity\"?\n" },
        { HEAD("") "limits: [ { row: \"1\", parameter: x-own, name: T, high: 2 } ]\n",
          "f:2:34: \"x-own\" is a parameter of your own: say the unit of its limit\n" },
        { HEAD("") "limits: [ { row: \"1\", parameter: x-own, name: T, high: 2, unit: mg/L } ]\n", "" },
        { HEAD("") "limits: [ { row: \"1\", parameter: ph, name: T, high: 2 },\n"
                   "  { row: \"1\", parameter: ph, name: T, high: 3 } ]\n",
          "f:3:10: row \"1. always\" stands twice, first at f:2:18\n"
          "f:3:26: limit on \"ph, always\" stands twice, first at f:2:34\n" },
        { HEAD("") "limits: [ { row: \"1\", parameter: ph, name: T, high: 2, only_if: inland },\n"
                   "  { row: \"1\", parameter: ph, name: T, high: 3, only_if: coastal } ]\n",
          "" },
        { HEAD("") "limits: []\n", "f:2:9: a set has 1 to 1000 limits, here are 0\n" },
        { HEAD("") "limits: [ { row: \"1\", parameter: ph, name: T, high: 9 } ]\n"
                   "sums: [ { row: \"2\", terms: [ { parameter: ph, limit: 0 }, { parameter: iron, limit: 1 "
                   "} ] } ]\n",
          "f:3:54: a value cannot be divided by 0\nf:3:72: \"iron\" has no row in this set\n" },
        { HEAD("") "limits: [ { row: \"1\", parameter: ph, name: T, high: 9 } ]\n"
                   "sums: [ { row: \"2\", terms: [ { parameter: ph, limit: 1 } ] } ]\n",
          "f:3:28: a sum has 2 to 8 terms, here are 1\n" },
        { HEAD(
              ", in_force_until: 2019-12-31") "limits: [ { row: \"1\", parameter: ph, name: T, high: 9 } ]\n",
          "f:1:72: the set would end before it begins\n" },
        { HEAD(
              ", in_force_until: 2021-02-29") "limits: [ { row: \"1\", parameter: ph, name: T, high: 9 } ]\n",
          "f:1:72: \"2021-02-29\" is no day: write it as 2025-07-01\n" },
        { "limits: [ { row: \"1\", parameter: ph, name: T, high: 9 } ]\n",
          "f:1:1: \"standard\" is missing here\n" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct scene s;
        begin(&s);
        add_text(&s, "f", CASES[i].text);
        read_all(&s);
        assert_string_equal(s.said.text, CASES[i].said);
        end(&s);
    }
}

#define SET(id, from, rest)                                                                                  \
    "standard: { id: " id ", series: q, name: S, in_force_from: " from rest " }\n"                           \
    "limits: [ { row: \"1\", parameter: turbidity, name: T, high: 2 } ]\n"

static void sets_of_a_series_follow_day_upon_day(void **state)
{
    static const struct {
        const char *first, *second, *said;
    } CASES[] = {
        { SET("a", "2019-06-15", ", in_force_until: 2025-06-30"), SET("b", "2025-07-01", ""), "" },
        { SET("a", "2019-06-15", ""), SET("b", "2025-07-01", ""), "" }, /* the next ends the one before */
        { SET("b", "2025-07-01", ""), SET("a", "2019-06-15", ", in_force_until: 2025-06-30"), "" },
        { SET("a", "2019-06-15", ", in_force_until: 2025-06-30"), SET("b", "2025-07-02", ""),
          "2:1:55: series \"q\": set \"a\" ends on 2025-06-30, see 1:1:17; between the two no set is in "
          "force\n" },
        { SET("a", "2019-06-15", ", in_force_until: 2025-07-01"), SET("b", "2025-07-01", ""),
          "2:1:55: series \"q\": on this day set \"a\" is still in force, see 1:1:17\n" },
        { SET("a", "2025-07-01", ""), SET("b", "2025-07-01", ""),
          "2:1:55: series \"q\": on this day set \"a\" is still in force, see 1:1:17\n" },
        { SET("a", "2025-07-01", ""), SET("a", "2026-07-01", ""),
          "2:1:17: limit set \"a\" stands twice, first at 1:1:17\n" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct scene s;
        begin(&s);
        add_text(&s, "1", CASES[i].first);
        add_text(&s, "2", CASES[i].second);
        read_all(&s);
        assert_string_equal(s.said.text, CASES[i].said);
        end(&s);
    }
}

static const struct limit *row_of(const struct standard *s, const char *parameter)
{
    for (size_t i = 0; i < s->limit_count; i++)
        if (strcmp(s->limits[i].parameter, parameter) == 0)
            return &s->limits[i];
    fail_msg("%s has no row on %s", s->id, parameter);
    return NULL;
}

static void the_regulation_of_2018_has_all_its_rows(void **state)
{
    const struct standard *s;
    bool has[100] = { false };
    size_t in_a = 0, strict = 0;
    struct scene scene;
    int32_t day;

    (void)state;
    begin(&scene);
    add_file(&scene, "qcvn-01-1-2018.yaml");
    read_all(&scene);
    assert_string_equal(scene.said.text, "");
    s = &scene.c.standards[0];
    for (size_t i = 0; i < s->limit_count; i++) {
        const struct limit *l = &s->limits[i];
        long n = strtol(l->row, NULL, 10);
        assert_in_range(n, 1, 99);
        assert_true(l->name[0] != '\0' && l->name_en[0] != '\0' && l->subgroup[0] != '\0');
        assert_non_null(parameter_find(l->parameter));
        assert_non_null(unit_find(l->unit));
        assert_true(l->seen_in > 0);
        assert_int_equal(l->group, n <= 8 ? LIMIT_GROUP_A : LIMIT_GROUP_B);
        in_a += l->group == LIMIT_GROUP_A;
        strict += l->strict;
        has[n] = true;
    }
    for (size_t i = 1; i < COUNT_OF(has); i++)
        assert_true(has[i]);
    assert_int_equal(s->limit_count, 100); /* chloride inland and at the coast */
    assert_int_equal(in_a, 8);
    assert_int_equal(strict, 4);
    assert_true(row_of(s, "coliform")->strict && row_of(s, "coliform")->high == 3);
    assert_string_equal(row_of(s, "e_coli")->instead, "thermotolerant_coliform");
    assert_int_equal(row_of(s, "arsenic")->only_if, LIMIT_IF_GROUNDWATER);
    assert_int_equal(row_of(s, "free_chlorine")->only_if, LIMIT_IF_CHLORINE);
    assert_true(row_of(s, "free_chlorine")->low == 0.2 && row_of(s, "free_chlorine")->high == 1);
    assert_true(row_of(s, "chloride")->high == 250 && row_of(s, "chloride")->unverified[0] != '\0');
    assert_string_equal(row_of(s, "benzene")->unit, "µg/L");
    assert_string_equal(row_of(s, "monochloramine")->unit, "mg/L");
    assert_true(isnan(row_of(s, "taste_odour")->high) && row_of(s, "taste_odour")->pass[0] != '\0');
    assert_int_equal(s->sum_count, 1);
    assert_true(s->sums[0].limit[0] == 2 && s->sums[0].limit[1] == 0.05);
    assert_true(day_parse("2025-06-30", &day));
    assert_true(standard_in_force(s, day));
    assert_false(standard_in_force(s, day + 1));
    end(&scene);
}

static void what_ships_stands_together_and_prints_back_the_same(void **state)
{
    struct strbuf first;
    struct conf_file *printed;
    struct scene s;

    (void)state;
    begin(&s);
    add_file(&s, "qcvn-01-1-2018.yaml");
    add_file(&s, "qcvn-01-1-2024-seen.yaml");
    read_all(&s);
    assert_string_equal(s.said.text, "");
    assert_true(s.c.standards[1].advisory && s.c.standards[1].partial);
    assert_true(row_of(&s.c.standards[1], "barium")->high == 1.3);
    assert_true(row_of(&s.c.standards[1], "coliform")->high == 1);
    strbuf_init(&first, 1 << 20);
    standards_print(&s.c, &first);
    assert_int_equal(conf_load_text("p", first.text, first.len, &printed, &s.m), ERR_NONE);
    assert_int_equal(conf_count(conf_get(conf_root(printed), "standards")), 2);
    conf_file_free(printed);
    strbuf_clear(&first);
    end(&s);
}

static void cas_numbers_carry_a_check_digit(void **state)
{
    static const char *const RIGHT[] = { "7732-18-5", "58-08-2", "7440-38-2", "1024-57-3" };
    static const char *const WRONG[] = { "",       "7732-18-6", "7732185",       "7732-1-85", "a732-18-5",
                                         "1-18-5", "7732-18-",  "12345678-18-5", "7732--18-5" };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(RIGHT); i++)
        assert_true(cas_is_sound(RIGHT[i]));
    for (size_t i = 0; i < COUNT_OF(WRONG); i++)
        assert_false(cas_is_sound(WRONG[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mistakes_are_told_with_their_place),
        cmocka_unit_test(sets_of_a_series_follow_day_upon_day),
        cmocka_unit_test(the_regulation_of_2018_has_all_its_rows),
        cmocka_unit_test(what_ships_stands_together_and_prints_back_the_same),
        cmocka_unit_test(cas_numbers_carry_a_check_digit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
