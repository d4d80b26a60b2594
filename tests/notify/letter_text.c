/* What a letter says: place, what, value and limit, since, due, link, in two languages. */
#include "notify/letter_text.h"

#include <math.h>

#include "model/incident_duty.h"
#include "notify/sms_text.h"
#include "unit.h"

struct scene {
    struct catalogue catalogue;
    struct incident_list *incidents;
    struct alarm_list *alarms;
    struct letter letter;
    struct letter parts[16];
    size_t part_count;
    bool of_all;
};

static struct scene S;

static int up(void **state)
{
    const struct supplier supplier = { .id = "s", .name = "Cấp nước" };
    const struct system system = { .id = "t", .name = "Hệ thống" };
    struct site site = { .id = "nmn", .name = "Nhà máy nước Lai Châu" };
    struct point point = { .id = "p", .name = "Clo dư tự do", .unit = "mg/L" };
    struct incident i = { .id = 1024 };
    struct zone zone = { .id = "kv", .name = "Khu vực Đoàn Kết", .area = NO_INDEX, .version_count = 1 };

    (void)state;
    zone.versions = calloc(1, sizeof *zone.versions);
    zone.versions[0] =
        (struct zone_version){ .connections = 1300, .people = 5200, .lowest = NAN, .highest = NAN };
    S = (struct scene){ .letter = { .about = { .incident = 1024, .legal = true, .size = NAN } } };
    catalogue_init(&S.catalogue);
    assert_int_equal(catalogue_add_supplier(&S.catalogue, &supplier, NULL), ERR_NONE);
    assert_int_equal(catalogue_add_system(&S.catalogue, &system, NULL), ERR_NONE);
    assert_int_equal(catalogue_add_site(&S.catalogue, &site, NULL), ERR_NONE);
    assert_int_equal(catalogue_add_point(&S.catalogue, &point, NULL), ERR_NONE);
    assert_int_equal(catalogue_add_zone(&S.catalogue, &zone, NULL), ERR_NONE);
    assert_int_equal(catalogue_seal(&S.catalogue, NULL), ERR_NONE);
    i.members[0] = (struct member){ .id = 1,
                                    .point = S.catalogue.points[0].key,
                                    .class = CLASS_PLANT_EQUIPMENT,
                                    .evidence = EVIDENCE_QUALITY,
                                    .start = { 1795673438000 },
                                    .size = NAN,
                                    .site = "nmn" };
    i.member_count = 1;
    S.incidents = incident_list_new(1, &S.catalogue);
    S.incidents->items[0] = incident_copy_new(&i, 1);
    S.alarms = alarm_list_new(1, &S.catalogue);
    S.alarms->items[0] = (struct alarm){
        .id = 5, .point = S.catalogue.points[0].key, .core = ALARM_UNACKNOWLEDGED, .value = 0.15, .limit = 0.2
    };
    return 0;
}

static int down(void **state)
{
    (void)state;
    incident_list_drop(S.incidents);
    alarm_list_drop(S.alarms);
    catalogue_clear(&S.catalogue);
    return 0;
}

static char *told(int language, bool subject)
{
    const struct letter_text t = { &S.letter,         S.incidents,           S.alarms, language,
                                   "https://nuoc.vn", "https://nuoc.vn/p/1", { 0 },    true,
                                   S.parts,           S.part_count,          S.of_all };
    struct strbuf b;

    strbuf_init(&b, 65536);
    if (subject)
        letter_subject(&b, &t);
    else
        letter_body(&b, &t);
    return strbuf_give(&b);
}

static void in_vietnamese_with_clock_times_and_a_comma(void **state)
{
    char *subject, *body;

    (void)state;
    S.letter.about.kind = OUT_OVERDUE;
    S.letter.about.at.ms = 1795673438000;
    subject = told(CONTACT_VI, true);
    body = told(CONTACT_VI, false);
    assert_string_equal(subject, "[QUÁ HẠN] chất lượng nước – Nhà máy nước Lai Châu");
    assert_string_equal(body,
                        "Sự cố số 1024\nNơi: Nhà máy nước Lai Châu\nViệc: chất lượng nước\n"
                        "Loại: thiết bị nhà máy (chưa xác nhận)\nTrị số:\n"
                        "  - Clo dư tự do: 0,15 mg/L (giới hạn 0,2 mg/L)\nTừ: 13:10 26/11/2026\n"
                        "Hạn khắc phục: 13:10 27/11/2026 (thời hạn theo quy định)\n"
                        "Xem: https://nuoc.vn/#/incidents/1024\n"
                        "Nhận việc, không cần đăng nhập: https://nuoc.vn/p/1\nLập lúc: 13:10 26/11/2026\n");
    free(subject);
    free(body);
}

static void in_english(void **state)
{
    char *subject, *body;

    (void)state;
    S.letter.about.kind = OUT_WARNING;
    S.letter.about.n = OUT_OF_TARGET + 75;
    S.letter.about.drill = true;
    subject = told(CONTACT_EN, true);
    body = told(CONTACT_EN, false);
    assert_string_equal(subject, "[DRILL] [75% OF THE TIME PASSED] water quality – Nhà máy nước Lai Châu");
    assert_non_null(strstr(body, "This is a drill.\n"));
    assert_non_null(strstr(body, "  - Clo dư tự do: 0.15 mg/L (limit 0.2 mg/L)\n"));
    assert_non_null(strstr(body, "Due: 13:10 27/11/2026 (legal limit)\n"));
    free(subject);
    free(body);
}

/* The incident may be over and forgotten when the channel is back. */
static void without_the_incident_the_letter_says_what_it_knows(void **state)
{
    char *subject, *body;

    (void)state;
    S.letter.about.incident = 99;
    S.letter.about.due.ms = 1795673438000;
    subject = told(CONTACT_VI, true);
    body = told(CONTACT_VI, false);
    assert_non_null(strstr(subject, "sự cố số 99"));
    assert_non_null(strstr(body, "Hạn khắc phục: 13:10 26/11/2026 (thời hạn theo quy định)\n"));
    free(subject);
    free(body);
}

static void every_kind_has_its_words_in_both_languages(void **state)
{
    (void)state;
    for (unsigned k = 0; k < OUT_COUNT; k++)
        for (int language = CONTACT_VI; language <= CONTACT_EN; language++) {
            char *subject;
            S.letter.about.kind = (uint8_t)k;
            subject = told(language, true);
            assert_int_equal(subject[0], '[');
            assert_int_not_equal(subject[1], ']');
            free(subject);
        }
}

static const char *PASS = "";

static char *brief(int language, unsigned parts, bool marks)
{
    const struct letter_text t = { &S.letter, S.incidents, S.alarms, language,     "",      PASS,
                                   { 0 },     true,        S.parts,  S.part_count, S.of_all };
    struct strbuf b;

    strbuf_init(&b, 4096);
    letter_brief(&b, &t, &(struct sms_room){ parts, marks });
    assert_false(b.failed);
    return strbuf_give(&b);
}

static void in_few_words_it_is_one_part_without_marks(void **state)
{
    char *sms;

    (void)state;
    S.letter.about.kind = OUT_OPENED;
    sms = brief(CONTACT_VI, 2, false);
    assert_string_equal(sms,
                        "SU CO MOI SC1024: chat luong nuoc, Nha may nuoc Lai Chau. Clo du tu do: 0,15 mg/L "
                        "(gioi han 0,2). Tu 13:10 26/11. Han 13:10 27/11. Tra loi: NHAN 1024");
    assert_int_equal(sms_parts(sms, false), 1);
    free(sms);
    sms = brief(CONTACT_EN, 2, false);
    assert_string_equal(sms,
                        "NEW INCIDENT #1024: water quality, Nha may nuoc Lai Chau. Clo du tu do: 0.15 mg/L "
                        "(limit 0.2). Since 13:10 26/11. Due 13:10 27/11. Answer: NHAN 1024");
    free(sms);
    sms = brief(CONTACT_VI, 4, true);
    assert_string_equal(sms,
                        "SỰ CỐ MỚI SC1024: chất lượng nước, Nhà máy nước Lai Châu. Clo dư tự do: 0,15 mg/L "
                        "(giới hạn 0,2). Từ 13:10 26/11. Hạn 13:10 27/11. Trả lời: NHAN 1024");
    free(sms);
}

static void the_link_of_who_acts_stands_in_an_sms_where_it_fits(void **state)
{
    static const char LINK[] = "https://nuoc.example.vn/p/0123456789abcdef0123456789abcdef";
    char *sms;

    (void)state;
    S.letter.about.kind = OUT_OPENED;
    PASS = LINK;
    sms = brief(CONTACT_VI, 2, false);
    assert_string_equal(
        sms,
        "SU CO MOI SC1024: chat luong nuoc, Nha may nuoc Lai Chau. Clo du tu do: 0,15 mg/L (gioi han 0,2). "
        "Tu 13:10 26/11. Han 13:10 27/11. Tra loi: NHAN 1024 "
        "https://nuoc.example.vn/p/0123456789abcdef0123456789abcdef");
    assert_int_equal(sms_parts(sms, false), 2);
    free(sms);
    sms = brief(CONTACT_VI, 1, false); /* the words give way to it */
    assert_string_equal(
        sms, "SU CO MOI SC1024: chat luong nuoc, Nha may nuoc Lai Chau. Han 13:10 27/11. Tra loi: NHAN 1024 "
             "https://nuoc.example.vn/p/0123456789abcdef0123456789abcdef");
    assert_int_equal(sms_parts(sms, false), 1);
    free(sms);
    sms = brief(CONTACT_VI, 1, true); /* 70 characters: there is no room for it */
    assert_null(strstr(sms, "https"));
    free(sms);
    PASS = "";
}

static void a_large_effect_says_how_many_people(void **state)
{
    struct incident *i = &S.incidents->items[0]->is;
    char *text;

    (void)state;
    S.letter.about.kind = OUT_LARGE_EFFECT;
    text = told(CONTACT_VI, false);
    assert_non_null(strstr(text, "Ảnh hưởng: chưa rõ số người\n"));
    free(text);
    i->impact =
        (struct incident_impact){ .people = 12500, .connections = 3100, .hospitals = 2, .schools = 1 };
    text = told(CONTACT_VI, false);
    assert_non_null(strstr(text, "Ảnh hưởng: 12.500 người, 3.100 đấu nối, 2 cơ sở y tế, 1 trường học\n"));
    free(text);
    text = told(CONTACT_EN, false);
    assert_non_null(
        strstr(text, "Affected: 12,500 people, 3,100 connections, 2 hospitals and clinics, 1 schools\n"));
    free(text);
    text = brief(CONTACT_VI, 2, false);
    assert_string_equal(
        text, "ANH HUONG LON SC1024: chat luong nuoc, Nha may nuoc Lai Chau. 12.500 nguoi. Clo du tu do: "
              "0,15 mg/L (gioi han 0,2). Han 13:10 27/11. Tra loi: NHAN 1024");
    free(text);
    S.letter.about.kind = OUT_OPENED;
    text = told(CONTACT_VI, false);
    assert_null(strstr(text, "Ảnh hưởng"));
    free(text);
    i->large_since.ms = 1;
    text = told(CONTACT_VI, false);
    assert_non_null(strstr(text, "Ảnh hưởng: 12.500 người"));
    free(text);
}

/* What zones' figures allow is more than people may have said. */
static void how_many_at_most_is_said_to_be_so_in_an_sms_too(void **state)
{
    struct incident *i = &S.incidents->items[0]->is;
    char *text;

    (void)state;
    S.letter.about.kind = OUT_LARGE_EFFECT;
    S.letter.about.at.ms = 1795673438000;
    (void)snprintf(i->members[0].zone, sizeof i->members[0].zone, "kv");
    text = told(CONTACT_VI, false);
    assert_non_null(
        strstr(text, "Ảnh hưởng: 5.200 người, 1.300 đấu nối (nhiều nhất, theo số liệu khu vực)\n"));
    free(text);
    text = brief(CONTACT_VI, 2, false);
    assert_non_null(strstr(text, ". den 5.200 nguoi. "));
    free(text);
    text = brief(CONTACT_EN, 2, false);
    assert_non_null(strstr(text, ". up to 5,200 people. "));
    free(text);
    i->impact.people = 300;
    text = brief(CONTACT_VI, 2, false);
    assert_non_null(strstr(text, ". 300 nguoi. "));
    free(text);
}

static void what_is_over_asks_for_no_answer_and_what_is_forgotten_says_its_number(void **state)
{
    char *sms;

    (void)state;
    S.letter.about.kind = OUT_OVERDUE;
    S.letter.about.over = true;
    S.letter.about.incident = 99;
    S.letter.about.due.ms = 1795673438000;
    sms = brief(CONTACT_VI, 1, false);
    assert_string_equal(sms, "QUA HAN SC99: han 13:10 26/11.");
    free(sms);
}

static void a_summary_says_how_many_and_the_worst_first_each_incident_once(void **state)
{
    char *subject, *body;

    (void)state;
    S.letter.about = (struct outgoing){ .kind = OUT_SUMMARY, .count = 23, .legal = true };
    S.parts[0].about = (struct outgoing){ .incident = 1024, .kind = OUT_OVERDUE, .legal = true };
    S.parts[1].about = (struct outgoing){ .incident = 1024, .kind = OUT_OPENED, .legal = true };
    S.part_count = 16;
    for (unsigned k = 2; k < S.part_count; k++)
        S.parts[k].about = (struct outgoing){ .incident = 2000 + k, .kind = OUT_OPENED };
    subject = told(CONTACT_VI, true);
    body = told(CONTACT_VI, false);
    assert_string_equal(
        subject, "[TỔNG HỢP] 23 thông báo; nặng nhất: [QUÁ HẠN] chất lượng nước – Nhà máy nước Lai Châu");
    assert_non_null(strstr(body, "23 thông báo về 15 sự cố:\n"
                                 "  - [QUÁ HẠN] chất lượng nước – Nhà máy nước Lai Châu (số 1024)\n"
                                 "  - [SỰ CỐ MỚI] sự cố số 2002 (số 2002)\n"));
    free(subject);
    subject = brief(CONTACT_VI, 2, false);
    assert_string_equal(
        subject, "TONG HOP: 23 thong bao. Nang nhat: QUA HAN SC1024: chat luong nuoc, Nha may nuoc Lai "
                 "Chau. Han 13:10 27/11. Tra loi: NHAN 1024");
    assert_non_null(strstr(body, "(số 2012)\n  … và 3 sự cố nữa\nXem: https://nuoc.vn/#/incidents\n"));
    free(subject);
    free(body);
}

static void what_a_summary_tells_of_that_is_over_by_now_says_so_and_stands_last(void **state)
{
    char *said;

    (void)state;
    S.letter.about = (struct outgoing){ .kind = OUT_SUMMARY, .count = 3 };
    S.parts[0].about = (struct outgoing){ .incident = 1024, .kind = OUT_OPENED };
    S.parts[1].about = (struct outgoing){ .incident = 2000, .kind = OUT_WARNING, .n = 75 };
    S.parts[2].about = (struct outgoing){ .incident = 1024, .kind = OUT_ENDED, .over = true };
    S.part_count = 3;
    letter_parts_now(S.parts, S.part_count, S.incidents);
    assert_int_equal(S.parts[0].about.incident, 1024); /* it lasts */
    S.incidents->items[0]->is.members[0].restored.ms = 1795673439000;
    letter_parts_now(S.parts, S.part_count, S.incidents);
    assert_int_equal(S.parts[0].about.incident, 2000);
    said = told(CONTACT_VI, false);
    assert_non_null(strstr(said, "  - [ĐÃ QUA 75% THỜI HẠN] sự cố số 2000 (số 2000)\n"
                                 "  - [SỰ CỐ MỚI] chất lượng nước – Nhà máy nước Lai Châu (đã khôi phục) "
                                 "(số 1024)\n"));
    free(said);
    S.parts[0] = S.parts[1];
    S.part_count = 1;
    said = brief(CONTACT_EN, 2, false);
    assert_non_null(strstr(said, "The worst: NEW INCIDENT #1024: "));
    assert_non_null(strstr(said, " (restored)"));
    assert_null(strstr(said, "Answer"));
    free(said);
}

static void the_digest_names_what_presses_most_and_where_all_stand(void **state)
{
    char *body;

    (void)state;
    S.letter.about = (struct outgoing){ .kind = OUT_DIGEST, .count = 3, .at = { 1795673438000 } };
    body = told(CONTACT_VI, false);
    assert_null(strstr(body, "  - ")); /* no warning of it has passed */
    assert_non_null(strstr(body, "3 sự cố đã qua"));
    assert_non_null(strstr(body, "\nXem: https://nuoc.vn/#/incidents\n"));
    free(body);
    S.incidents->items[0]->is.passed = 1;
    body = told(CONTACT_VI, false);
    assert_non_null(strstr(body, "\nChưa khôi phục, đã qua mốc nhắc, hạn sớm nhất trước:\n"
                                 "  - chất lượng nước – Nhà máy nước Lai Châu (số 1024), hạn 13:10 "
                                 "27/11/2026\nXem: https://nuoc.vn/#/incidents\n"));
    free(body);
}

static void is_in(char *text, const char *words)
{
    if (strstr(text, words) == NULL)
        print_error("\"%s\" is not in: %s\n", words, text);
    assert_non_null(strstr(text, words));
    free(text);
}

static void the_marks_that_passed_are_said(void **state)
{
    (void)state;
    S.letter.about.kind = OUT_PASSED;
    S.letter.about.mask = WARN_50 | WARN_90;
    is_in(told(CONTACT_VI, true), "[ĐÃ QUA CÁC MỐC 50%, 90%] ");
    S.letter.about.mask = WARN_75 | WARN_100;
    is_in(told(CONTACT_EN, true), "[WARNINGS PASSED 75%, OVERDUE] ");
    is_in(brief(CONTACT_VI, 1, false), "DA QUA CAC MOC 75%, QUA HAN SC1024: ");
    S.letter.about = (struct outgoing){ .kind = OUT_DIGEST, .count = 2, .mask = WARN_50 | WARN_100 };
    is_in(told(CONTACT_VI, false), "\nCác mốc: 50%, QUÁ HẠN.\n");
}

static void a_further_burst_says_its_size(void **state)
{
    struct member *m = &S.incidents->items[0]->is.members[0];

    (void)state;
    S.letter.about.kind = OUT_STEP;
    S.letter.about.size = m->size = 1.5;
    m->step = 1;
    is_in(told(CONTACT_VI, false), "\nMức thay đổi thêm: 1,5 mg/L\n");
    is_in(brief(CONTACT_EN, 2, false), " Further 1.5 mg/L.");
}

static void a_late_duty_has_its_name_in_words(void **state)
{
    (void)state;
    S.letter.about.kind = OUT_DUTY_LATE;
    S.letter.about.count = DUTY_HEALTH_DEPARTMENT;
    is_in(told(CONTACT_VI, true), "[CHẬM NGHĨA VỤ: Sở Y tế] ");
    is_in(told(CONTACT_EN, false), "Duty overdue: Department of Health\n");
    is_in(brief(CONTACT_VI, 1, false), "CHAM NGHIA VU: So Y te SC1024: ");
    for (unsigned k = 0; k < DUTY_COUNT; k++)
        assert_null(strchr(duty_row((enum duty_kind)k)->name_en, '_'));
}

static void a_late_target_is_told_apart_from_a_duty(void **state)
{
    (void)state;
    S.letter.about.kind = OUT_DUTY_LATE;
    S.letter.about.count = DUTY_ISOLATE;
    is_in(told(CONTACT_VI, true), "[CHẬM CHỈ TIÊU: cô lập nước không đạt] ");
    is_in(told(CONTACT_EN, true), "[TARGET MISSED: isolate the bad water] ");
    is_in(told(CONTACT_VI, false), "Chỉ tiêu nội bộ đã quá giờ: cô lập nước không đạt\n");
    is_in(told(CONTACT_EN, false), "Internal target missed: isolate the bad water\n");
}

/* Of the longest name a place may have, too: the words give way, what it is about does not. */
static void that_it_is_beyond_control_fits_one_part_without_diacritics(void **state)
{
    char *sms;

    (void)state;
    S.letter.about.kind = OUT_BEYOND_CONTROL;
    is_in(told(CONTACT_VI, true), "[NGOÀI TẦM KIỂM SOÁT] ");
    is_in(told(CONTACT_EN, true), "[BEYOND CONTROL] ");
    is_in(told(CONTACT_VI, false), "báo cáo ngay và trình duyệt phương án khắc phục.\n");
    is_in(told(CONTACT_EN, false), "to be reported at once, the remedy to be approved.\n");
    for (int language = CONTACT_VI; language <= CONTACT_EN; language++) {
        sms = brief(language, 1, false);
        assert_int_equal(sms_parts(sms, false), 1);
        assert_non_null(
            strstr(sms, language == CONTACT_EN ? "BEYOND CONTROL #1024: " : "NGOAI TAM KIEM SOAT SC1024: "));
        assert_non_null(strstr(sms, "13:10 27/11"));
        free(sms);
    }
}

static void what_was_merged_into_it_is_named(void **state)
{
    struct incident *i = &S.incidents->items[0]->is;
    char *body;

    (void)state;
    i->ties[i->tie_count++] = (struct tie){ 1000, TIE_MERGED };
    i->ties[i->tie_count++] = (struct tie){ 1001, TIE_SPLIT };
    i->ties[i->tie_count++] = (struct tie){ 1002, TIE_MERGED };
    body = told(CONTACT_VI, false);
    assert_non_null(strstr(body, "\nGồm cả sự cố số: 1000, 1002\n"));
    free(body);
    body = told(CONTACT_EN, false);
    assert_non_null(strstr(body, "\nWith incident: 1000, 1002\n"));
    free(body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(in_vietnamese_with_clock_times_and_a_comma, up, down),
        cmocka_unit_test_setup_teardown(in_english, up, down),
        cmocka_unit_test_setup_teardown(what_a_summary_tells_of_that_is_over_by_now_says_so_and_stands_last,
                                        up, down),
        cmocka_unit_test_setup_teardown(the_digest_names_what_presses_most_and_where_all_stand, up, down),
        cmocka_unit_test_setup_teardown(the_marks_that_passed_are_said, up, down),
        cmocka_unit_test_setup_teardown(a_further_burst_says_its_size, up, down),
        cmocka_unit_test_setup_teardown(a_late_duty_has_its_name_in_words, up, down),
        cmocka_unit_test_setup_teardown(a_late_target_is_told_apart_from_a_duty, up, down),
        cmocka_unit_test_setup_teardown(that_it_is_beyond_control_fits_one_part_without_diacritics, up, down),
        cmocka_unit_test_setup_teardown(what_was_merged_into_it_is_named, up, down),
        cmocka_unit_test_setup_teardown(without_the_incident_the_letter_says_what_it_knows, up, down),
        cmocka_unit_test_setup_teardown(every_kind_has_its_words_in_both_languages, up, down),
        cmocka_unit_test_setup_teardown(in_few_words_it_is_one_part_without_marks, up, down),
        cmocka_unit_test_setup_teardown(the_link_of_who_acts_stands_in_an_sms_where_it_fits, up, down),
        cmocka_unit_test_setup_teardown(a_large_effect_says_how_many_people, up, down),
        cmocka_unit_test_setup_teardown(how_many_at_most_is_said_to_be_so_in_an_sms_too, up, down),
        cmocka_unit_test_setup_teardown(what_is_over_asks_for_no_answer_and_what_is_forgotten_says_its_number,
                                        up, down),
        cmocka_unit_test_setup_teardown(a_summary_says_how_many_and_the_worst_first_each_incident_once, up,
                                        down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
