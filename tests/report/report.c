/* Reports of a period: what is told of rows at the edges of their rules, in all three forms. */
#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/report.h"
#include "unit.h"

/* 2026-11-01T00:00:00+07:00 */
static const struct wall BEGIN = { 1793466000000 };
static const int32_t FIRST = 20758;

static struct {
    struct report_rows rows;
    struct report_incident incidents[16];
    struct report_member members[16];
    struct report_fact facts[8];
    struct report_place places[2];
    struct report_item item;
    struct catalogue catalogue;
    struct report_words words;
    struct report_from from;
    struct strbuf text;
    cJSON *json;
} W;

static struct wall after(int64_t hours)
{
    return (struct wall){ BEGIN.ms + hours * CLOCK_HOUR_MS };
}

static size_t no_limits(void *self, uint32_t point, int32_t day, struct report_limit out[REPORT_LIMITS_MAX],
                        const char **why)
{
    (void)self;
    (void)point;
    (void)day;
    (void)out;
    *why = "no_set";
    return 0;
}

static int begin(void **state)
{
    (void)state;
    memset(&W, 0, sizeof W);
    catalogue_init(&W.catalogue);
    W.rows.incidents = W.incidents;
    W.rows.members = W.members;
    W.rows.facts = W.facts;
    W.rows.places = W.places;
    (void)snprintf(W.places[0].id, sizeof W.places[0].id, "s");
    (void)snprintf(W.places[0].name, sizeof W.places[0].name, "Cấp nước <A> & B");
    W.rows.place_count = 1;
    W.item = (struct report_item){ .kind = REPORT_INCIDENTS, .from = FIRST, .to = FIRST + 29 };
    (void)snprintf(W.item.node, sizeof W.item.node, "n");
    W.from = (struct report_from){ .is = &W.item,
                                   .rows = &W.rows,
                                   .now = after(31 * 24),
                                   .catalogue = &W.catalogue,
                                   .words = &W.words,
                                   .limits = no_limits };
    strbuf_init(&W.text, REPORT_BYTES_MAX);
    return 0;
}

static int end(void **state)
{
    (void)state;
    cJSON_Delete(W.json);
    strbuf_clear(&W.text);
    catalogue_clear(&W.catalogue);
    return 0;
}

/* An incident of a plant's equipment with one member, repaired and restored after so many hours; 0: not. */
static void add(int64_t repaired_h)
{
    const struct wall done = repaired_h == 0 ? (struct wall){ 0 } : after(repaired_h);
    const uint32_t i = (uint32_t)W.rows.incident_count++;

    W.incidents[i] = (struct report_incident){
        .id = i + 1, .start = BEGIN, .due = after(24), .legal = true, .class = CLASS_PLANT_EQUIPMENT
    };
    W.members[W.rows.member_count++] = (struct report_member){ .incident = i,
                                                               .is = { .class = CLASS_PLANT_EQUIPMENT,
                                                                       .start = BEGIN,
                                                                       .repaired = done,
                                                                       .claim_recorded = done,
                                                                       .restored = done },
                                                               .supplier = 0,
                                                               .area = NO_INDEX };
}

static const char *written(enum report_format format)
{
    strbuf_reset(&W.text);
    report_write(&W.text, format, &W.from);
    assert_false(W.text.failed);
    return W.text.text;
}

static const cJSON *at(const cJSON *of, const char *name)
{
    const cJSON *is = cJSON_GetObjectItemCaseSensitive(of, name);

    if (is == NULL)
        fail_msg("no %s", name);
    return is;
}

static const cJSON *row(const char *section, int n)
{
    cJSON_Delete(W.json);
    W.json = cJSON_Parse(written(REPORT_JSON));
    assert_non_null(W.json);
    return cJSON_GetArrayItem(at(at(W.json, section), "rows"), n);
}

static double number(const cJSON *of, const char *name)
{
    assert_true(cJSON_IsNumber(at(of, name)));
    return at(of, name)->valuedouble;
}

static void a_mean_of_too_few_is_left_out(void **state)
{
    (void)state;
    for (int64_t h = 1; h <= 9; h++)
        add(h);
    add(0);
    assert_true(number(at(row("total", 0), "mean_repair"), "coverage") == 0.9);
    assert_true(number(at(row("total", 0), "mean_repair"), "value") == 5);
    assert_true(number(at(row("total", 0), "p90_repair"), "value") == 9); /* ceil(8.1) = the ninth */
    add(0);
    assert_true(cJSON_IsNull(at(at(row("total", 0), "mean_repair"), "value")));
    assert_non_null(strstr(written(REPORT_HTML), "không đủ số liệu (81,8&nbsp;%)"));
}

static void nothing_happened_is_told_as_that(void **state)
{
    (void)state;
    assert_true(number(row("total", 0), "incidents") == 0);
    assert_true(cJSON_IsNull(at(at(row("total", 0), "share_on_time"), "value")));
    assert_true(cJSON_IsNull(at(at(row("total", 0), "share_on_time"), "coverage")));
    assert_null(row("by_class", 0));
    assert_non_null(strstr(written(REPORT_HTML), "Không có trong kỳ."));
}

static void the_last_instant_of_the_limit_is_on_time(void **state)
{
    (void)state;
    add(24);
    assert_true(number(row("total", 0), "on_time") == 1);
    W.members[0].is.repaired.ms++;
    W.members[0].is.restored.ms++;
    assert_true(number(row("total", 0), "late") == 1);
    assert_string_equal(at(row("list", 0), "on_time")->valuestring, "no");
}

static void what_is_not_repaired_is_late_once_its_limit_has_passed(void **state)
{
    (void)state;
    add(0);
    W.from.now = after(24);
    assert_true(number(row("total", 0), "running") == 1);
    W.from.now.ms++;
    assert_true(number(row("total", 0), "late") == 1);
    assert_true(number(row("total", 0), "repaired") == 0);
}

static void give_class(enum fact_kind kind, enum incident_class class, int64_t hours, char *note)
{
    W.facts[W.rows.fact_count++] = (struct report_fact){
        .kind = (uint8_t)kind, .detail = (uint8_t) class, .claimed = after(hours), .note = note
    };
}

/* The usual 12 -> 24 h comes with the confirmation of the class, and is no reclassification. */
static void a_longer_limit_is_listed_with_its_reason(void **state)
{
    char reason[] = "vỡ ống DN300 <cấp I>", other[] = "không phải";
    const cJSON *is;

    (void)state;
    add(20);
    add(5);
    assert_null(row("loosened", 0));
    W.incidents[0].limit_ms = 24 * CLOCK_HOUR_MS;
    W.members[0].is.loosened = true;
    give_class(FACT_CLASS_CONFIRMED, CLASS_SERVICE_NETWORK, 1, other);
    give_class(FACT_CLASS_CONFIRMED, CLASS_DISTRIBUTION_MAIN, 2, reason);
    is = row("loosened", 0);
    assert_string_equal(at(is, "key")->valuestring, "/1");
    assert_string_equal(at(is, "reason")->valuestring, reason);
    assert_string_equal(at(is, "given_at")->valuestring, "2026-11-01T02:00:00.000+07:00");
    assert_true(number(is, "limit") == 24 && cJSON_IsTrue(at(is, "legal")));
    assert_null(row("loosened", 1));
    assert_true(cJSON_IsTrue(at(row("list", 0), "loosened")));
    assert_true(cJSON_IsFalse(at(row("list", 0), "reclassified")));
    assert_true(cJSON_IsFalse(at(row("list", 1), "loosened")));
    assert_non_null(strstr(written(REPORT_HTML), "<td>vỡ ống DN300 &lt;cấp I&gt;</td>"));
    assert_non_null(strstr(written(REPORT_CSV), ",reason,Lý do,vỡ ống DN300 <cấp I>,"));
    assert_non_null(strstr(written(REPORT_CSV), ",loosened,Đổi sang hạn dài hơn,true,"));
}

static void every_reason_of_a_longer_limit_is_told(void **state)
{
    char first[] = "ống chuyển tải", second[] = "do điện";

    (void)state;
    add(20);
    W.members[0].is.loosened = true;
    assert_true(cJSON_IsNull(at(row("loosened", 0), "reason"))); /* it stayed with what it was split from */
    give_class(FACT_RECLASSIFIED, CLASS_TRANSMISSION_MAIN, 1, first);
    give_class(FACT_RECLASSIFIED, CLASS_POWER_SUPPLY, 2, second);
    assert_string_equal(at(row("loosened", 0), "reason")->valuestring, "ống chuyển tải; do điện");
}

static void names_are_text_in_every_form(void **state)
{
    (void)state;
    add(5);
    W.places[0].name[0] = '=';
    (void)snprintf(W.words.to, sizeof W.words.to, "Sở <b>; UBND");
    assert_non_null(strstr(written(REPORT_HTML), "=ấp nước &lt;A&gt; &amp; B"));
    assert_non_null(strstr(written(REPORT_HTML), "- Sở &lt;b&gt;;"));
    assert_non_null(strstr(written(REPORT_HTML), "- UBND."));
    assert_non_null(strstr(written(REPORT_CSV), "by_supplier,s,'=ấp nước <A> & B,incidents"));
}

/* What is signed comes first, with one place to sign; what lists stands in the annex behind it. */
static void the_list_of_incidents_is_an_annex(void **state)
{
    const char *page, *sign, *annex;

    (void)state;
    add(5);
    page = written(REPORT_HTML);
    sign = strstr(page, "Nơi nhận:");
    annex = strstr(page, "<b>Phụ lục</b><b class=\"up\">Danh sách sự cố</b>");
    assert_true(sign != NULL && annex > sign && strstr(sign + 1, "Nơi nhận:") == NULL);
    assert_true(strstr(page, "mỗi bảng./.</p>") < sign);
    assert_non_null(strstr(annex, "<td>1: "));
    assert_null(strstr(sign, "Art. "));
}

/* A line under a table says what figures beside each other have in common once. */
static void what_figures_have_in_common_is_said_once(void **state)
{
    (void)state;
    assert_non_null(strstr(written(REPORT_HTML),
                           "chưa báo, chưa đến hạn.</p>\n<p class=\"note\">Nguồn: bảng incident_duty.</p>"));
    assert_null(strstr(written(REPORT_HTML), "Nguồn: bảng incident_duty.</p>\n<p class=\"note\">"));
}

static void periods_have_the_names_that_offices_use(void **state)
{
    static const struct {
        const char *from, *to, *name;
    } PERIODS[] = {
        { "2026-11-01", "2026-11-30", "tháng 11 năm 2026" },
        { "2026-02-01", "2026-02-28", "tháng 2 năm 2026" },
        { "2026-02-01", "2026-02-27", "từ ngày 01/02/2026 đến ngày 27/02/2026" },
        { "2026-07-01", "2026-09-30", "quý III năm 2026" },
        { "2026-08-01", "2026-10-31", "từ tháng 8 đến tháng 10 năm 2026" },
        { "2026-01-01", "2026-06-30", "6 tháng đầu năm 2026" },
        { "2026-07-01", "2026-12-31", "6 tháng cuối năm 2026" },
        { "2026-01-01", "2026-12-31", "năm 2026" },
        { "2025-12-01", "2026-01-31", "từ ngày 01/12/2025 đến ngày 31/01/2026" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(PERIODS); i++) {
        char end_of_title[128];
        assert_true(day_parse(PERIODS[i].from, &W.item.from) && day_parse(PERIODS[i].to, &W.item.to));
        (void)snprintf(end_of_title, sizeof end_of_title, "khắc phục %s</title>", PERIODS[i].name);
        if (strstr(written(REPORT_HTML), end_of_title) == NULL)
            fail_msg("%s", PERIODS[i].name);
    }
}

/* Art. 9 of the Annex: 0 before days under 10 and months 1 and 2. */
static void dates_are_written_as_the_decree_wants(void **state)
{
    static const struct {
        int64_t ms;
        const char *text;
    } DAYS[] = { { 1793466000000, "……………, ngày 01 tháng 11 năm 2026" },
                 { 1770224400000, "……………, ngày 05 tháng 02 năm 2026" },
                 { 1773334800000, "……………, ngày 13 tháng 3 năm 2026" } };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(DAYS); i++) {
        W.from.now.ms = DAYS[i].ms;
        if (strstr(written(REPORT_HTML), DAYS[i].text) == NULL)
            fail_msg("%s", DAYS[i].text);
    }
}

static void one_that_is_issued_names_itself_and_the_record_of_acts(void **state)
{
    (void)state;
    assert_non_null(strstr(written(REPORT_HTML), "BẢN XEM TRƯỚC"));
    W.item.version = 3;
    W.item.head.seq = 17;
    memset(W.item.head.hash.bytes, 0xAB, sizeof W.item.head.hash.bytes);
    report_id(&W.item);
    assert_string_equal(W.item.id, "incidents-20261101-20261130-v3");
    assert_null(strstr(written(REPORT_HTML), "BẢN XEM TRƯỚC"));
    assert_non_null(strstr(written(REPORT_HTML), "incidents-20261101-20261130-v3"));
    assert_non_null(strstr(written(REPORT_HTML), "mục 17, mã băm abab"));
    assert_non_null(strstr(written(REPORT_JSON), "\"record_of_acts\":{\"seq\":\"17\",\"hash\":\"abab"));
    assert_non_null(strstr(written(REPORT_CSV), "report,,,record_of_acts_seq,,17,"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_mean_of_too_few_is_left_out, begin, end),
        cmocka_unit_test_setup_teardown(nothing_happened_is_told_as_that, begin, end),
        cmocka_unit_test_setup_teardown(the_last_instant_of_the_limit_is_on_time, begin, end),
        cmocka_unit_test_setup_teardown(what_is_not_repaired_is_late_once_its_limit_has_passed, begin, end),
        cmocka_unit_test_setup_teardown(a_longer_limit_is_listed_with_its_reason, begin, end),
        cmocka_unit_test_setup_teardown(every_reason_of_a_longer_limit_is_told, begin, end),
        cmocka_unit_test_setup_teardown(names_are_text_in_every_form, begin, end),
        cmocka_unit_test_setup_teardown(the_list_of_incidents_is_an_annex, begin, end),
        cmocka_unit_test_setup_teardown(what_figures_have_in_common_is_said_once, begin, end),
        cmocka_unit_test_setup_teardown(periods_have_the_names_that_offices_use, begin, end),
        cmocka_unit_test_setup_teardown(dates_are_written_as_the_decree_wants, begin, end),
        cmocka_unit_test_setup_teardown(one_that_is_issued_names_itself_and_the_record_of_acts, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
