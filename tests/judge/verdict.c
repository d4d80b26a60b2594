/* Every row of the national set, just inside, at and just outside each bound; water it does not hold for;
 * sums; layers; sets that follow each other. */
#include "judge/verdict.h"

#include <math.h>

#include "model/parameter.h"
#include "model/standard_file.h"
#include "model/unit.h"
#include "unit.h"

enum { POINTS_MAX = 8, FILES_MAX = 4 };

static const char NATIONAL[] = "qcvn-01-1-2018";

struct scene {
    struct catalogue c;
    struct conf_mistakes m;
    struct conf_file *files[FILES_MAX];
    size_t file_count;
    struct reading seen[POINTS_MAX];
    struct holding h;
};

static void begin(struct scene *s)
{
    struct supplier supplier = { .id = "s" };
    struct system system = { .id = "sys", .source = SOURCE_SURFACE };
    struct site site = { .id = "site", .area = NO_INDEX };

    *s = (struct scene){ .file_count = 0 };
    catalogue_init(&s->c);
    conf_mistakes_init(&s->m, 0);
    assert_int_equal(catalogue_add_supplier(&s->c, &supplier, NULL), ERR_NONE);
    assert_int_equal(catalogue_add_system(&s->c, &system, NULL), ERR_NONE);
    assert_int_equal(catalogue_add_site(&s->c, &site, NULL), ERR_NONE);
}

static void end(struct scene *s)
{
    catalogue_clear(&s->c);
    conf_mistakes_clear(&s->m);
    for (size_t i = 0; i < s->file_count; i++)
        conf_file_free(s->files[i]);
}

static void add_shipped(struct scene *s, const char *name)
{
    char path[512];

    (void)snprintf(path, sizeof path, "%s/%s.yaml", STANDARDS_FOLDER, name);
    assert_int_equal(conf_load(path, &s->files[s->file_count++], &s->m), ERR_NONE);
}

static void add_text(struct scene *s, const char *name, const char *text)
{
    assert_int_equal(conf_load_text(name, text, strlen(text), &s->files[s->file_count++], &s->m), ERR_NONE);
}

static void read_sets(struct scene *s)
{
    struct standards_reader *r;

    assert_int_equal(standards_reader_new(&r, &s->c), ERR_NONE);
    for (size_t i = 0; i < s->file_count; i++)
        assert_int_equal(standards_read(r, conf_root(s->files[i]), &s->m), ERR_NONE);
    standards_finish(r, &s->m);
    standards_reader_free(r);
    assert_int_equal(s->m.mistakes, 0);
}

static uint32_t add_point(struct scene *s, const char *parameter, const char *unit, enum sampled_at at)
{
    struct point p = { .at = (uint8_t)at, .accepted = DAY_NONE, .low = NAN, .high = NAN };
    uint32_t index;

    (void)snprintf(p.id, sizeof p.id, "p%zu", s->c.point_count);
    (void)snprintf(p.parameter, sizeof p.parameter, "%s", parameter);
    (void)snprintf(p.unit, sizeof p.unit, "%s", strcmp(unit, "-") == 0 ? "" : unit);
    assert_int_equal(catalogue_add_point(&s->c, &p, &index), ERR_NONE);
    s->seen[index] = reading_bad(index, (struct wall){ 0 }, REASON_NEVER_READ);
    return index;
}

static int32_t day_of(const char *iso)
{
    int32_t day;

    assert_true(day_parse(iso, &day));
    return day;
}

static const struct reading *seen_of(void *self, uint32_t point)
{
    return &((struct scene *)self)->seen[point];
}

static struct verdict judge_reading(struct scene *s, struct reading r, const char *day)
{
    struct verdict_seen others = { seen_of, s };

    s->seen[r.point] = r;
    verdict_holding(&s->c, r.point, day_of(day), &s->h);
    return verdict_of(&s->c, &s->h, &r, &others);
}

static struct verdict judge_value(struct scene *s, uint32_t point, double value, const char *day)
{
    return judge_reading(s, reading_good(point, (struct wall){ 0 }, value), day);
}

/* ---- all rows ---- */

/* A unit in which the same is counted otherwise; the row's own when the table has no other. */
static const struct unit *other_unit(const struct unit *own)
{
    static const char *const TRY[] = { "µg/L", "g/L", "mg/L", "mS/cm", "cm" };

    for (size_t i = 0; i < COUNT_OF(TRY); i++) {
        const struct unit *u = unit_find(TRY[i]);
        if (u != NULL && u != own && unit_converts(own, u))
            return u;
    }
    return own;
}

static void expect(struct scene *s, const struct limit *row, uint32_t point, double value, bool within)
{
    const struct unit *own = unit_find(row->unit[0] == '\0' ? "-" : row->unit);
    const char *text = s->c.points[point].unit;
    double there = unit_convert(own, unit_find(text[0] == '\0' ? "-" : text), value);
    struct verdict v = judge_value(s, point, there, "2024-01-01");

    if (v.word != (within ? VERDICT_WITHIN : VERDICT_OUTSIDE))
        fail_msg("row %s: %.10g %s is %s", row->row, there, s->c.points[point].unit, VERDICTS[v.word]);
    assert_string_equal(v.by->set->id, NATIONAL);
    assert_string_equal(v.by->row->row, row->row);
    assert_false(v.by->expired);
}

static void around(struct scene *s, const struct limit *row, uint32_t point)
{
    static const double HAIR = 1e-6;

    if (!isnan(row->high)) {
        expect(s, row, point, row->high * (1 - HAIR), true);
        expect(s, row, point, row->high, !row->strict);
        expect(s, row, point, (double)(float)row->high, !row->strict); /* as a device sends it */
        expect(s, row, point, row->high * (1 + HAIR), false);
    }
    if (!isnan(row->low)) {
        expect(s, row, point, row->low * (1 + HAIR), true);
        expect(s, row, point, row->low, !row->strict);
        expect(s, row, point, row->low * (1 - HAIR), false);
        expect(s, row, point, 0, false);
    }
}

/* The water that this row is for. */
static void let_it_hold(struct scene *s, const struct limit *row)
{
    s->c.systems[0].source = row->only_if == LIMIT_IF_GROUNDWATER ? SOURCE_GROUNDWATER : SOURCE_SURFACE;
    s->c.systems[0].disinfection = DISINFECTION_CHLORINE;
    s->c.systems[0].terrain = row->only_if == LIMIT_IF_COASTAL ? TERRAIN_COASTAL : TERRAIN_INLAND;
}

static size_t try_row(struct scene *s, const struct limit *row)
{
    const struct unit *own = unit_find(row->unit[0] == '\0' ? "-" : row->unit);

    assert_non_null(own);
    let_it_hold(s, row);
    s->c.point_count = 0;
    if (row->pass[0] != '\0') {
        struct verdict v = judge_value(s, add_point(s, row->parameter, "-", AT_TAP), 1, "2024-01-01");
        assert_int_equal(v.word, VERDICT_NOT_JUDGED);
        assert_int_equal(v.why, UNJUDGED_NO_NUMBER);
        return 0;
    }
    around(s, row, add_point(s, row->parameter, own->symbol, AT_TREATED));
    s->c.point_count = 0;
    around(s, row, add_point(s, row->parameter, other_unit(own)->symbol, AT_NETWORK));
    if (row->instead[0] != '\0') {
        s->c.point_count = 0;
        around(s, row, add_point(s, row->instead, own->symbol, AT_TAP));
    }
    return other_unit(own) != own;
}

static void all_rows_of_the_national_set(void **state)
{
    struct scene s;
    size_t numbers = 0, converted = 0;
    char last[LIMIT_ROW_MAX] = "";

    (void)state;
    begin(&s);
    add_shipped(&s, NATIONAL);
    read_sets(&s);
    for (size_t i = 0; i < s.c.standards[0].limit_count; i++) {
        const struct limit *row = &s.c.standards[0].limits[i];
        converted += try_row(&s, row);
        numbers += strcmp(row->row, last) != 0;
        memcpy(last, row->row, sizeof last);
    }
    print_message("%zu numbers, %zu lines in a second unit\n", numbers, converted);
    assert_int_equal(numbers, 99);
    assert_true(converted > 70);
    end(&s);
}

/* ---- which water ---- */

static uint8_t word_for(struct scene *s, const char *parameter, double value)
{
    s->c.point_count = 0;
    return judge_value(s, add_point(s, parameter, "mg/L", AT_TAP), value, "2024-01-01").word;
}

static void rows_hold_for_their_water_only(void **state)
{
    struct scene s;

    (void)state;
    begin(&s);
    add_shipped(&s, NATIONAL);
    read_sets(&s);
    assert_int_equal(word_for(&s, "arsenic", 0.02), VERDICT_NOT_JUDGED);
    assert_int_equal(s.h.why, UNJUDGED_OTHER_WATER);
    s.c.systems[0].source = SOURCE_MIXED;
    assert_int_equal(word_for(&s, "arsenic", 0.02), VERDICT_OUTSIDE);
    assert_int_equal(word_for(&s, "free_chlorine", 0), VERDICT_OUTSIDE);
    s.c.systems[0].disinfection = DISINFECTION_OTHER;
    assert_int_equal(word_for(&s, "free_chlorine", 0), VERDICT_NOT_JUDGED);
    assert_int_equal(word_for(&s, "chloride", 280), VERDICT_OUTSIDE);
    s.c.systems[0].terrain = TERRAIN_COASTAL;
    assert_int_equal(word_for(&s, "chloride", 280), VERDICT_WITHIN);
    end(&s);
}

static void who_is_not_judged_is_told_why(void **state)
{
    struct scene s;
    uint32_t p;

    (void)state;
    begin(&s);
    add_shipped(&s, NATIONAL);
    read_sets(&s);
    p = add_point(&s, "turbidity", "NTU", AT_RAW);
    assert_int_equal(judge_value(&s, p, 900, "2024-01-01").why, UNJUDGED_NOT_SUPPLIED);
    s.c.points[p].at = AT_TREATED;
    assert_int_equal(judge_value(&s, p, 900, "2024-01-01").word, VERDICT_OUTSIDE);
    assert_int_equal(judge_value(&s, p, 900, "2019-06-14").why, UNJUDGED_NO_SET);
    s.c.points[p].accepted = NOT_ACCEPTED;
    assert_int_equal(judge_value(&s, p, 900, "2024-01-01").why, UNJUDGED_COMMISSIONING);
    s.c.points[p].accepted = day_of("2024-01-01");
    assert_int_equal(judge_value(&s, p, 900, "2024-01-01").word, VERDICT_OUTSIDE);
    p = add_point(&s, "turbidity", "FNU", AT_TREATED); /* not the same thing */
    assert_int_equal(judge_value(&s, p, 900, "2024-01-01").why, UNJUDGED_UNIT);
    (void)snprintf(s.c.points[p].unit_as, UNIT_MAX, "NTU"); /* unless a works says that it is */
    assert_int_equal(judge_value(&s, p, 900, "2024-01-01").word, VERDICT_OUTSIDE);
    p = add_point(&s, "flow", "m3/h", AT_TREATED);
    assert_int_equal(judge_value(&s, p, 900, "2024-01-01").why, UNJUDGED_NO_PARAMETER);
    end(&s);
}

/* ---- quality ---- */

static void doubted_numbers_are_judged_and_missing_ones_unknown(void **state)
{
    static const enum reason DOUBTS[] = { REASON_IMPLAUSIBLE, REASON_CLIPPED, REASON_FROZEN,
                                          REASON_TIME_UNCERTAIN };
    struct wall no = { 0 };
    struct scene s;
    struct verdict v;
    uint32_t p;

    (void)state;
    begin(&s);
    add_shipped(&s, NATIONAL);
    read_sets(&s);
    p = add_point(&s, "turbidity", "NTU", AT_TREATED);
    for (size_t i = 0; i < COUNT_OF(DOUBTS); i++) {
        v = judge_reading(&s, reading_uncertain(p, no, 100, DOUBTS[i]), "2024-01-01");
        assert_int_equal(v.word, VERDICT_OUTSIDE);
        assert_true(v.value == 100 && v.limit == 2);
        assert_int_equal(v.at_least, DOUBTS[i] == REASON_CLIPPED);
    }
    v = judge_reading(&s, reading_bad(p, no, REASON_NO_ANSWER), "2024-01-01");
    assert_int_equal(v.word, VERDICT_UNKNOWN);
    v = judge_reading(&s, reading_uncertain(p, no, 1, REASON_STALE), "2024-01-01");
    assert_int_equal(v.word, VERDICT_UNKNOWN);
    v = judge_reading(&s, reading_uncertain(p, no, 1, REASON_FORCED), "2024-01-01");
    assert_int_equal(v.word, VERDICT_NOT_JUDGED);
    assert_int_equal(v.why, UNJUDGED_FORCED);
    end(&s);
}

/* ---- sums ---- */

static const char SUMMED[] =
    "standard: { id: summed, name: Tổng, in_force_from: 2020-01-01 }\n"
    "limits:\n"
    "  - { row: \"1\", parameter: nitrate, name: N, unit: mg/L, high: 2 }\n"
    "  - { row: \"2\", parameter: nitrite, name: N, unit: mg/L, high: 0.05 }\n"
    "sums:\n"
    "  - { row: \"1+2\", terms: [ { parameter: nitrate, limit: 2 },\n"
    "      { parameter: nitrite, limit: 0.05 } ], unverified: \"the whole rule\" }\n";

static void nitrate_and_nitrite_share_one_limit(void **state)
{
    struct scene s;
    struct verdict v;
    uint32_t nitrate, nitrite;

    (void)state;
    begin(&s);
    add_text(&s, "summed.yaml", SUMMED);
    read_sets(&s);
    nitrate = add_point(&s, "nitrate", "mg/L", AT_TREATED);
    nitrite = add_point(&s, "nitrite", "µg/L", AT_TREATED);
    (void)judge_value(&s, nitrite, 20, "2024-01-01");
    assert_int_equal(judge_value(&s, nitrate, 1.2, "2024-01-01").word, VERDICT_WITHIN); /* 0.6 + 0.4 = 1 */
    v = judge_value(&s, nitrate, 1.3, "2024-01-01");
    assert_int_equal(v.word, VERDICT_OUTSIDE); /* neither alone is */
    assert_string_equal(v.by->sum->row, "1+2");
    assert_string_equal(v.by->sum->unverified, "the whole rule");
    s.seen[nitrite] = reading_bad(nitrite, (struct wall){ 0 }, REASON_NO_ANSWER);
    assert_int_equal(judge_value(&s, nitrate, 1.3, "2024-01-01").word, VERDICT_UNKNOWN);
    assert_int_equal(judge_value(&s, nitrate, 2.1, "2024-01-01").word, VERDICT_OUTSIDE);
    s.c.points[nitrite].at = AT_NETWORK; /* other water: no sum */
    assert_int_equal(judge_value(&s, nitrate, 1.3, "2024-01-01").word, VERDICT_WITHIN);
    end(&s);
}

/* ---- sets ---- */

static void an_expired_set_is_applied_and_says_so(void **state)
{
    char note[VERDICT_NOTE_MAX];
    struct scene s;
    struct verdict v, beside;
    struct reading r;
    uint32_t p;

    (void)state;
    begin(&s);
    add_shipped(&s, NATIONAL);
    add_shipped(&s, "qcvn-01-1-2024-seen");
    read_sets(&s);
    p = add_point(&s, "turbidity", "NTU", AT_TREATED);
    v = judge_value(&s, p, 3, "2025-06-30");
    assert_false(v.by->expired);
    assert_string_equal(verdict_expired(v.by, note), "");
    v = judge_value(&s, p, 3, "2025-07-01");
    assert_int_equal(v.word, VERDICT_OUTSIDE);
    assert_true(v.by->expired);
    assert_string_equal(verdict_expired(v.by, note), "quy chuẩn đã hết hiệu lực 01/07/2025");
    for (size_t i = 0; i < s.h.count; i++) { /* advisory rows stand behind and decide nothing */
        r = reading_good(p, (struct wall){ 0 }, 1);
        beside = verdict_by(&s.c, &s.h, i, &r, NULL);
        assert_true(!beside.by->set->advisory || i > 0);
    }
    end(&s);
}

static const char NEXT[] =
    "standard: { id: qcvn-01-1-2031, series: qcvn-01-1, name: Bộ mới, in_force_from: 2025-07-01 }\n"
    "limits:\n  - { row: \"7\", parameter: turbidity, name: Độ đục, unit: NTU, high: 1 }\n";
static const char OURS[] =
    "standard: { id: ours, name: Của ta, layer: operator, in_force_from: 2020-01-01 }\n"
    "limits:\n  - { row: \"1\", parameter: turbidity, name: Độ đục, unit: NTU, high: 0.5 }\n";

/* A file and no code. */
static void a_new_set_takes_effect_at_local_midnight(void **state)
{
    struct scene s;
    struct verdict v;
    struct wall before, after;
    uint32_t p;

    (void)state;
    begin(&s);
    add_shipped(&s, NATIONAL);
    add_text(&s, "next.yaml", NEXT);
    read_sets(&s);
    p = add_point(&s, "turbidity", "NTU", AT_TREATED);
    assert_int_equal(wall_parse("2025-06-30T23:59:59.999+07:00", &before), ERR_NONE);
    after.ms = before.ms + 1;
    verdict_holding(&s.c, p, day_local(before), &s.h);
    assert_int_equal(s.h.count, 1);
    assert_string_equal(s.h.list[0].set->id, NATIONAL);
    verdict_holding(&s.c, p, day_local(after), &s.h);
    assert_int_equal(s.h.count, 1);
    assert_string_equal(s.h.list[0].set->id, "qcvn-01-1-2031");
    v = judge_value(&s, p, 1.5, "2025-06-30");
    assert_int_equal(v.word, VERDICT_WITHIN);
    v = judge_value(&s, p, 1.5, "2025-07-01");
    assert_int_equal(v.word, VERDICT_OUTSIDE);
    assert_string_equal(v.by->row->row, "7");
    assert_false(v.by->expired);
    end(&s);
}

static void the_layer_that_is_broken_is_named(void **state)
{
    struct scene s;
    uint32_t p;

    (void)state;
    begin(&s);
    add_text(&s, "ours.yaml", OURS);
    add_shipped(&s, NATIONAL);
    read_sets(&s);
    p = add_point(&s, "turbidity", "NTU", AT_TREATED);
    assert_string_equal(judge_value(&s, p, 0.3, "2024-01-01").by->set->id, NATIONAL);
    assert_string_equal(judge_value(&s, p, 0.7, "2024-01-01").by->set->id, "ours");
    assert_string_equal(judge_value(&s, p, 2.1, "2024-01-01").by->set->id, NATIONAL);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_rows_of_the_national_set),
        cmocka_unit_test(rows_hold_for_their_water_only),
        cmocka_unit_test(who_is_not_judged_is_told_why),
        cmocka_unit_test(doubted_numbers_are_judged_and_missing_ones_unknown),
        cmocka_unit_test(nitrate_and_nitrite_share_one_limit),
        cmocka_unit_test(an_expired_set_is_applied_and_says_so),
        cmocka_unit_test(a_new_set_takes_effect_at_local_midnight),
        cmocka_unit_test(the_layer_that_is_broken_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
