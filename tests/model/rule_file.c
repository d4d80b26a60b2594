/* Rules in files: what is inherited, what is refused and where, that what is printed reads back the same. */
#include "model/rule_file.h"

#include <math.h>

#include "model/mode.h"
#include "seal/seal.h"
#include "unit.h"

enum { SITES = 2, POINTS = 6 };

struct scene {
    struct catalogue c;
    struct conf_mistakes m;
    struct conf_file *file;
    struct strbuf said;
};

static const struct {
    const char *id, *device, *parameter;
    uint32_t site;
    uint8_t at;
} PLACES[POINTS] = {
    { "a.chlorine", "dev1", "free_chlorine", 0, AT_TREATED },
    { "a.flow", "dev1", "flow", 0, AT_PROCESS },
    { "a.pump", "dev1", "", 0, AT_PROCESS },
    { "a.turbidity", "dev2", "turbidity", 0, AT_RAW },
    { "b.chlorine", "dev3", "free_chlorine", 1, AT_PROCESS },
    { "b.volt", "dev3", "voltage", 1, AT_PROCESS },
};

static void begin(struct scene *s)
{
    *s = (struct scene){ .file = NULL };
    catalogue_init(&s->c);
    conf_mistakes_init(&s->m, 0);
    strbuf_init(&s->said, 1 << 20);
    strbuf_puts(&s->said, "");
    for (uint32_t i = 0; i < POINTS; i++) {
        struct point p = { .site = PLACES[i].site, .at = PLACES[i].at, .low = NAN, .high = NAN };
        (void)snprintf(p.id, sizeof p.id, "%s", PLACES[i].id);
        (void)snprintf(p.device, sizeof p.device, "%s", PLACES[i].device);
        (void)snprintf(p.parameter, sizeof p.parameter, "%s", PLACES[i].parameter);
        assert_int_equal(catalogue_add_point(&s->c, &p, NULL), ERR_NONE);
    }
}

static void end(struct scene *s)
{
    catalogue_clear(&s->c);
    conf_mistakes_clear(&s->m);
    conf_file_free(s->file);
    strbuf_clear(&s->said);
}

/* Keys of the text are ids of points, devices, or "site0", "site1". */
static void read_rules(struct scene *s, const char *text)
{
    struct rules_reader *r;
    const struct conf_node *root;
    char key[16];

    assert_int_equal(conf_load_text("plant.yaml", text, strlen(text), &s->file, &s->m), ERR_NONE);
    root = conf_root(s->file);
    assert_int_equal(rules_reader_new(&r, &s->c), ERR_NONE);
    for (uint32_t i = 0; i < SITES; i++) {
        (void)snprintf(key, sizeof key, "site%u", i);
        assert_int_equal(rules_of_site(r, i, conf_get(root, key)), ERR_NONE);
    }
    for (uint32_t i = 0; i < POINTS; i++) {
        if (i == 0 || strcmp(PLACES[i].device, PLACES[i - 1].device) != 0)
            assert_int_equal(rules_of_device(r, PLACES[i].device, conf_get(root, PLACES[i].device)),
                             ERR_NONE);
        assert_int_equal(rules_of_point(r, i, conf_get(root, PLACES[i].id)), ERR_NONE);
    }
    assert_int_equal(rules_finish(r, &s->m), ERR_NONE);
    rules_reader_free(r);
    conf_mistakes_write(&s->m, &s->said);
}

static const struct rule *rule_on(const struct scene *s, const char *point, const char *id)
{
    const struct point *p = catalogue_point(&s->c, point);

    assert_non_null(p);
    return catalogue_rule(&s->c, (uint32_t)(p - s->c.points), seal_key63(id));
}

static const char INHERITED[] =
    "site0:\n"
    "  - { id: low, kind: low, parameter: free_chlorine, limit: 0.3, impact: severe, respond_within: 10min, "
    "stake: health, first_response: Kiểm tra bơm clo, first_response_en: Check the dosing pump }\n"
    "  - { id: stale, kind: stale, first_response: Kiểm tra đường truyền }\n"
    "  - { id: words, cause: Bơm hỏng, first_response: Đến xem }\n"
    "dev1:\n"
    "  - { id: stale, within: 5min }\n"
    "a.chlorine:\n"
    "  - { id: low, limit: 0.25, deadband: 0.05, judge_when: a.flow > 5 and value >= 0 and mode != "
    "backwash, settle: 2min }\n"
    "a.flow:\n"
    "  - { id: words, kind: pump_without_flow, other: a.pump, limit: 2, caused_by: b.volt/mains }\n"
    "  - { id: stale, off: true }\n"
    "b.volt:\n"
    "  - { id: mains, kind: mains, limit: 150, latched: true, first_response: Gọi điện lực }\n";

static void rules_are_inherited_down(void **state)
{
    struct scene s;
    const struct rule *r;

    (void)state;
    begin(&s);
    read_rules(&s, INHERITED);
    assert_string_equal(s.said.text, "");
    r = rule_on(&s, "a.chlorine", "low");
    assert_non_null(r);
    assert_true(r->limit == 0.25 && r->deadband == 0.05);
    assert_int_equal(r->severity, SEVERITY_CRITICAL);
    assert_int_equal(r->stake, STAKE_HEALTH);
    assert_string_equal(s.c.rule_texts[r->text].response, "Kiểm tra bơm clo");
    assert_string_equal(s.c.rule_texts[r->text].response_en, "Check the dosing pump");
    assert_int_equal(r->when_count, 3);
    assert_int_equal(s.c.conditions[r->when_first + 2].point, CONDITION_MODE);
    assert_int_equal(s.c.conditions[r->when_first + 2].value, MODE_BACKWASH);
    assert_int_equal(s.c.conditions[r->when_first].point, 1);
    assert_int_equal(s.c.conditions[r->when_first + 1].point, 0);
    assert_int_equal(r->settle_ms, 2 * CLOCK_MINUTE_MS);
    assert_null(rule_on(&s, "b.chlorine", "low"));  /* another site */
    assert_null(rule_on(&s, "a.turbidity", "low")); /* another parameter */
    assert_int_equal(rule_on(&s, "a.chlorine", "stale")->within_ms, 5 * CLOCK_MINUTE_MS);
    assert_int_equal(rule_on(&s, "a.turbidity", "stale")->within_ms, 0);
    assert_null(rule_on(&s, "a.flow", "stale"));
    assert_null(rule_on(&s, "a.pump", "words")); /* words alone are no rule */
    r = rule_on(&s, "a.flow", "words");
    assert_non_null(r);
    assert_int_equal(r->kind, RULE_PUMP_WITHOUT_FLOW);
    assert_true(r->other == 2 && r->other_is == 1);
    assert_string_equal(s.c.rule_texts[r->text].cause, "Bơm hỏng");
    assert_ptr_equal(&s.c.rules[r->cause], rule_on(&s, "b.volt", "mains"));
    assert_int_equal(rule_on(&s, "b.volt", "mains")->latched, 1);
    end(&s);
}

static void what_is_printed_reads_back(void **state)
{
    struct scene a, b;
    struct strbuf text;

    (void)state;
    begin(&a);
    read_rules(&a, INHERITED);
    strbuf_init(&text, 1 << 20);
    for (uint32_t i = 0; i < POINTS; i++) {
        struct strbuf one;
        strbuf_init(&one, 1 << 20);
        rules_print(&a.c, i, 0, &one);
        if (one.len > 0) /* "rules:" becomes the key of the point */
            strbuf_printf(&text, "%s:%s", PLACES[i].id, one.text + strlen("rules:"));
        strbuf_clear(&one);
    }
    begin(&b);
    read_rules(&b, text.text);
    assert_string_equal(b.said.text, "");
    assert_int_equal(a.c.rule_count, b.c.rule_count);
    for (size_t i = 0; i < a.c.rule_count; i++) {
        const struct rule *x = &a.c.rules[i], *y = &b.c.rules[i];
        assert_string_equal(x->id, y->id);
        assert_true(x->point == y->point && x->kind == y->kind && x->severity == y->severity &&
                    x->stake == y->stake && x->other == y->other && x->cause == y->cause &&
                    x->when_count == y->when_count && x->settle_ms == y->settle_ms &&
                    x->within_ms == y->within_ms && x->latched == y->latched && x->n == y->n);
        assert_true(x->limit == y->limit || (isnan(x->limit) && isnan(y->limit)));
        assert_memory_equal(&a.c.rule_texts[x->text], &b.c.rule_texts[y->text], sizeof(struct rule_text));
    }
    strbuf_clear(&text);
    end(&a);
    end(&b);
}

static void refuses(const char *text, const char *sentence)
{
    struct scene s;

    begin(&s);
    read_rules(&s, text);
    if (strstr(s.said.text, sentence) == NULL)
        fail_msg("not said: %s\nbut: %s", sentence, s.said.text);
    end(&s);
}

static void mistakes_are_named_with_their_place(void **state)
{
    (void)state;
    refuses("a.flow:\n  - { id: high, kind: high, limit: 3 }\n",
            "plant.yaml:2:5: rule \"high\" on point \"a.flow\": nobody would know");
    refuses("a.flow:\n  - { id: h, kind: high, first_response: x }\n", "high needs a limit");
    refuses("a.flow:\n  - { id: h, kind: rate, limit: 1, first_response: x }\n", "within");
    refuses("a.flow:\n  - { id: h, kind: level, low: 3, limit: 2, first_response: x }\n",
            "low 3 is not below limit 2");
    refuses("a.flow:\n  - { id: h, kind: level, first_response: x }\n", "level needs low, limit or both");
    refuses("a.flow:\n  - { id: h, kind: deviation, limit: 1, first_response: x }\n", "second point");
    refuses("a.flow:\n  - { id: h, kind: mismatch, other: a.flaw, first_response: x }\n",
            "plant.yaml:2:37: rule \"h\" on point \"a.flow\": there is no point \"a.flaw\"");
    refuses("a.flow:\n  - { id: h, kind: high, limit: 1, n: 3, first_response: x }\n", "window");
    refuses("a.flow:\n  - { id: h, kind: high, limit: 1, n: 9, window: 1min, first_response: x }\n", "n");
    refuses("a.flow:\n  - { id: h, kind: hihg, limit: 1, first_response: x }\n", "hihg");
    refuses("a.flow:\n  - { id: h, kind: high, limit: 1, judge_when: x > 3, first_response: x }\n",
            "there is no point \"x\"");
    refuses("a.flow:\n  - { id: h, kind: high, limit: 1, judge_when: a.pump = 3, first_response: x }\n",
            "is not like");
    refuses("a.flow:\n  - { id: h, kind: high, limit: 1, judge_when: mode != washing, first_response: x }\n",
            "no such mode");
    refuses("a.flow:\n  - { id: h, kind: high, limit: 1, judge_when: mode != rota x, first_response: x }\n",
            "no such mode");
    refuses("a.flow:\n  - { id: h, kind: high, limit: 1, judge_when: mode > rota, first_response: x }\n",
            "is not like");
    refuses("a.flow:\n  - { id: h, kind: high, limit: 1, judge_when: mode == 3, first_response: x }\n",
            "there is no point \"mode\"");
    refuses("a.flow:\n  - { id: h, kind: high, limit: 1, judge_when: mode != drill, first_response: x }\n",
            "exercise");
    refuses("a.flow:\n  - { id: h, kind: high, limit: 1, stake: safety, judge_when: mode != rota, "
            "first_response: x }\n",
            "speaks in every mode");
    refuses("a.flow:\n  - { id: h, kind: high, limit: 1, judge_when: a.pump == 3 or a.flow > 1, "
            "first_response: x }\n",
            "joined by \"and\"");
    refuses("a.flow:\n  - { id: h, kind: high, limit: 1, first_response: x }\n"
            "  - { id: h, kind: low, limit: 1, first_response: x }\n",
            "rule \"h\" is said here already, at plant.yaml:2:5");
    refuses("a.flow:\n  - { id: h, kind: high, limit: 1, first_response: x, caused_by: b.volt/no }\n",
            "there is no rule \"b.volt/no\"");
    refuses("a.flow:\n  - { id: h, kind: high, limit: 1, first_response: x, caused_by: b.volt/m }\n"
            "b.volt:\n  - { id: m, kind: mains, first_response: x, caused_by: a.flow/h }\n",
            "would be its own cause");
    refuses("site0:\n  - { id: h, kind: high, parameter: flaw, limit: 1, first_response: x }\n", "flaw");
}

/* One mistake at a site is one, however many points it is about; two in one file are both said. */
static void each_mistake_is_said_once_and_all_at_once(void **state)
{
    struct scene s;

    (void)state;
    begin(&s);
    read_rules(&s,
               "site0:\n  - { id: h, kind: high, limit: 1 }\nsite1:\n  - { id: l, kind: low, limit: 1 }\n");
    assert_int_equal(s.m.mistakes, 2);
    end(&s);
}

static void points_under_the_regulation_have_a_rule_without_words(void **state)
{
    struct limit rows[2] = { { .row = "4", .parameter = "free_chlorine", .group = LIMIT_GROUP_A, .high = 1 },
                             { .row = "5", .parameter = "turbidity", .group = LIMIT_GROUP_A, .high = 2 } };
    struct standard set = { .id = "set", .limit_count = COUNT_OF(rows) };
    struct scene s;
    const struct rule *r;

    (void)state;
    begin(&s);
    set.limits = malloc(sizeof rows);
    assert_non_null(set.limits);
    memcpy(set.limits, rows, sizeof rows);
    assert_int_equal(catalogue_add_standard(&s.c, &set, NULL), ERR_NONE);
    read_rules(&s,
               "site0:\n  - { id: limit, first_response: Gọi phòng thí nghiệm, first_response_en: Call }\n");
    r = rule_on(&s, "a.chlorine", "limit");
    assert_non_null(r);
    assert_int_equal(r->kind, RULE_LIMIT);
    assert_int_equal(r->severity, SEVERITY_CRITICAL);
    assert_true(s.c.rule_texts[r->text].response[0] != '\0' &&
                s.c.rule_texts[r->text].response_en[0] != '\0');
    assert_string_equal(s.c.rule_texts[r->text].response, "Gọi phòng thí nghiệm"); /* words of the site */
    assert_null(rule_on(&s, "a.flow", "limit"));
    assert_null(rule_on(&s, "a.turbidity", "limit")); /* raw water */
    assert_null(rule_on(&s, "b.chlorine", "limit"));  /* in treatment */
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_are_inherited_down),
        cmocka_unit_test(what_is_printed_reads_back),
        cmocka_unit_test(mistakes_are_named_with_their_place),
        cmocka_unit_test(each_mistake_is_said_once_and_all_at_once),
        cmocka_unit_test(points_under_the_regulation_have_a_rule_without_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
