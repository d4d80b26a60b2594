/* Shifts over HTTP: who sees them, who may do what, and the hand-over sheet. */
#include "answers.h"
#include "world.h"

#define JSON     "Content-Type: application/json\r\n" ENGLISH
#define OPERATOR "Authorization: Bearer " OPERATOR_TOKEN "\r\n" JSON
#define RURAL    "Authorization: Bearer " RURAL_TOKEN "\r\n" JSON
#define SHIFTS   "/api/v1/shifts"
#define ONE      SHIFTS "/0000000000000abc"

static const char SHEET[] = "H\t\tlan\t0\t\tviewer\t2026-11-23T12:00:00+07:00\nS\tincidents\t3\n"
                            "R\t7\ttelemetry\tdetected\t<b>\t\t\t0\t1\t\t0\n";
static struct world W;

static int up(void **state)
{
    struct shift_list *l;

    (void)state;
    world_init(&W, 3);
    l = W.shifts = shift_list_new(2, 2);
    l->shifts[0] = (struct shift){ .id = 0xabc,
                                   .state = SHIFT_ON,
                                   .who = "viewer",
                                   .entries = 2,
                                   .from = { 1795435838123 },
                                   .taken = { 1795435838123 } };
    l->shifts[1] = (struct shift){ .id = 0xabb,
                                   .state = SHIFT_HANDED,
                                   .who = "lan",
                                   .to = "viewer",
                                   .from = { 1795400000000 },
                                   .taken = { 1795400000000 },
                                   .offered = { 1795435800000 },
                                   .ended = { 1795435838123 } };
    l->sheets[1] = shift_sheet_new(SHEET, strlen(SHEET));
    l->entries[0] = (struct shift_entry){ .id = 0xe1,
                                          .shift = 0xabc,
                                          .n = 1,
                                          .kind = SHIFT_ACCEPTED,
                                          .key = "a-1",
                                          .who = "viewer",
                                          .claimed = { 1795435838123 },
                                          .recorded = { 1795435838123 } };
    l->entries[1] = (struct shift_entry){ .id = 0xe2,
                                          .shift = 0xabc,
                                          .n = 2,
                                          .kind = SHIFT_NOTE,
                                          .key = "n-1",
                                          .who = "viewer",
                                          .claimed = { 1795435838123 },
                                          .recorded = { 1795435839123 },
                                          .text = "van\t12\n\"mở\"",
                                          .corrects = 0xe1 };
    W.is_person = true;
    world_start(&W);
    return 0;
}

static int down(void **state)
{
    (void)state;
    world_clear(&W);
    shift_list_drop(W.shifts);
    return 0;
}

static void who_is_on_is_listed_then_the_older_ones(void **state)
{
    struct answer a = http_get(W.port, SHIFTS, OPERATOR);

    (void)state;
    assert_int_equal(a.status, 200);
    assert_has(a.body, "\"current\":[{\"id\":\"0000000000000abc\",\"state\":\"on\"");
    assert_has(a.body, "\"people\":[{\"name\":\"lan\",\"full_name\":\"Lò Thị Lan\"}]");
    assert_has(a.body, "\"state\":\"handed_over\"");
    assert_has(a.body, "\"next\":\"1795400000000.0000000000000abb\"");
    answer_clear(&a);
    assert_gets(W.port, SHIFTS "?limit=1", OPERATOR, 200, "\"next\":\"1795435838123.0000000000000abc\"");
    a = http_get(W.port, SHIFTS "?next=1795435838123.0000000000000abc", OPERATOR); /* in memory yet */
    assert_has(a.body, "{\"items\":[{\"id\":\"0000000000000abb\"");
    answer_clear(&a);
    assert_gets(W.port, SHIFTS "?next=1795400000000.0000000000000abb&limit=1", OPERATOR, 200,
                "{\"items\":[{\"id\":\"0000000000000077\"");
    assert_int_equal(W.shift_past.before.ms, 1795400000000);
    assert_true(W.shift_past.any);
    assert_gets(W.port, SHIFTS "?next=x", OPERATOR, 400, "\"field\":\"next\"");
    assert_gets(W.port, SHIFTS "?limit=201", OPERATOR, 400, "\"field\":\"limit\"");
    assert_gets(W.port, SHIFTS, BEARER JSON, 403, "not-your-role");
}

/* One that is on since weeks ago stays in memory when those that came after it do not. */
static int up_with_an_old_one(void **state)
{
    struct shift_list *l;

    (void)state;
    world_init(&W, 3);
    l = W.shifts = shift_list_new(3, 6);
    l->entry_count = 0;
    l->shifts[0] = (struct shift){
        .id = 0xf03, .before = 0xf02, .state = SHIFT_ON, .who = "viewer", .taken = { 1795435838123 }
    };
    l->shifts[1] = (struct shift){ .id = 0xf02,
                                   .before = 0xf01, /* went */
                                   .state = SHIFT_HANDED,
                                   .who = "lan",
                                   .taken = { 1795400000000 },
                                   .ended = { 1795435838123 } };
    l->shifts[2] = (struct shift){
        .id = 0xd01, .state = SHIFT_ON, .who = "minh", .supplier = "htx-sin-ho", .taken = { 1793000000000 }
    };
    world_start(&W);
    return 0;
}

static void no_page_passes_over_what_went_from_between(void **state)
{
    struct answer a = http_get(W.port, SHIFTS, OPERATOR);
    const char *items;

    (void)state;
    assert_int_equal(a.status, 200);
    items = strstr(a.body, "\"items\":");
    assert_non_null(items);
    assert_has(items, "0000000000000f02");
    assert_null(strstr(items, "0000000000000d01")); /* who is on is told beside */
    assert_has(a.body, "0000000000000d01");
    assert_has(items, "\"next\":\"1795400000000.0000000000000f02\"");
    answer_clear(&a);
    assert_gets(W.port, SHIFTS "?next=1795400000000.0000000000000f02&limit=1", OPERATOR, 200,
                "{\"items\":[{\"id\":\"0000000000000077\"");
    assert_int_equal(W.shift_past.before.ms, 1795400000000);
    assert_int_equal(W.shift_past.before_id, 0xf02);
    assert_gets(W.port, SHIFTS, RURAL, 200,
                "\"items\":[{\"id\":\"0000000000000d01\""); /* of theirs none went */
}

static void one_comes_with_its_log(void **state)
{
    (void)state;
    assert_gets(
        W.port, ONE, OPERATOR, 200,
        "\"log\":[{\"id\":\"00000000000000e1\",\"shift\":\"0000000000000abc\",\"n\":1,\"kind\":\"accepted\"");
    assert_gets(W.port, ONE, OPERATOR, 200, "\"text\":\"van\\t12\\n\\\"mở\\\"\"");
    assert_gets(W.port, SHIFTS "/0000000000000077", OPERATOR, 200, "\"who\":\"minh\"");
    assert_gets(W.port, SHIFTS "/0000000000000078", OPERATOR, 404, "not-found");
    assert_gets(W.port, SHIFTS "/xyz", OPERATOR, 404, "not-found");
}

static void what_is_anothers_is_not_there(void **state)
{
    (void)state;
    assert_gets(W.port, SHIFTS, RURAL, 200, "\"current\":[]");
    assert_gets(W.port, ONE, RURAL, 404, "not-found");
    assert_gets(W.port, ONE "/sheet", RURAL, 404, "not-found");
    assert_answers(W.port, "POST", SHIFTS, RURAL,
                   "{\"act\":\"accept\",\"key\":\"key-00001\",\"shift\":\"0000000000000abc\"}", 404,
                   "not-found");
    assert_answers(W.port, "POST", SHIFTS, RURAL, "{\"act\":\"note\",\"key\":\"key-00001\",\"text\":\"x\"}",
                   409, "Nobody is on");
    assert_gets(W.port, SHIFTS "/0000000000000077", RURAL, 200, "minh");
    assert_false(W.shift_past.any); /* the database is asked for theirs only */
    assert_string_equal(W.shift_past.supplier, "htx-sin-ho");
    assert_answers(W.port, "POST", SHIFTS, RURAL,
                   "{\"act\":\"take\",\"key\":\"key-00001\",\"supplier\":\"cn-lai-chau\"}", 400,
                   "\"field\":\"supplier\"");
    assert_answers(W.port, "POST", SHIFTS, RURAL, "{\"act\":\"take\",\"key\":\"key-00001\"}", 201,
                   "\"entry\"");
    assert_string_equal(W.shift_act.supplier, "htx-sin-ho");
}

/* Likewise, and what they say of sites. */
static int up_with_notes(void **state)
{
    static const struct {
        uint64_t id, shift;
        int64_t at;
        const char *site;
    } SAID[] = { { 0xe1, 0xf02, 1795400000000, "tram-bom" }, /* older than what is surely whole */
                 { 0xe2, 0xf02, 1795400000100, "tram-bom" }, { 0xe3, 0xf02, 1795400000200, "nmn-lai-chau" },
                 { 0xe5, 0xf03, 1795435838123, "tram-bom" }, { 0xe6, 0xf03, 1795435838123, "tram-bom" },
                 { 0xe4, 0xd01, 1795400000300, "tram-bom" } };
    int rc = up_with_an_old_one(state);

    for (size_t i = 0; i < COUNT_OF(SAID); i++) {
        struct shift_entry *e = &W.shifts->entries[W.shifts->entry_count++];
        *e = (struct shift_entry){ .id = SAID[i].id,
                                   .shift = SAID[i].shift,
                                   .n = (uint16_t)(i + 1),
                                   .kind = SHIFT_NOTE,
                                   .key = "n-1",
                                   .who = "viewer",
                                   .text = "xả cặn",
                                   .claimed = { SAID[i].at },
                                   .recorded = { SAID[i].at } };
        (void)snprintf(e->site, sizeof e->site, "%s", SAID[i].site);
    }
    return rc;
}

#define NOTES SHIFTS "/notes?site=tram-bom"

/* The ids of a page in their order, and its cursor. */
static void assert_page(const char *target, const char *who, const char *const ids[], const char *next)
{
    struct answer a = http_get(W.port, target, who);
    char id[40], cursor[64];
    const char *at = a.body;

    assert_int_equal(a.status, 200);
    for (size_t i = 0; ids[i] != NULL; i++) {
        (void)snprintf(id, sizeof id, "{\"id\":\"%s\"", ids[i]);
        at = strstr(at, id);
        assert_non_null(at);
        at++;
    }
    assert_null(strstr(at, "{\"id\":"));
    (void)snprintf(cursor, sizeof cursor, next == NULL ? "\"next\":null" : "\"next\":\"%s\"", next);
    assert_has(a.body, cursor);
    answer_clear(&a);
}

static void notes_of_a_site_come_newest_first_then_those_of_the_database(void **state)
{
    static const char *const FIRST[] = { "00000000000000e6", "00000000000000e5", NULL };
    static const char *const THEN[] = { "00000000000000e4", "00000000000000e2", NULL };
    static const char *const OLD[] = { "0000000000000055", "0000000000000054", NULL };

    (void)state;
    assert_page(NOTES "&limit=2", OPERATOR, FIRST, "1795435838123.00000000000000e5");
    assert_page(NOTES "&next=1795435838123.00000000000000e5", OPERATOR, THEN,
                "1795400000100.00000000000000e2");
    assert_string_equal(W.shift_past.site, ""); /* nobody was asked yet */
    assert_page(NOTES "&next=1795400000100.00000000000000e2", OPERATOR, OLD, NULL);
    assert_string_equal(W.shift_past.site, "tram-bom");
    assert_true(W.shift_past.any);
    assert_int_equal(W.shift_past.before.ms, 1795400000100);
    assert_int_equal(W.shift_past.before_id, 0xe2);
    assert_page(NOTES "&limit=1&next=1795400000100.00000000000000e2", OPERATOR,
                (const char *[]){ OLD[0], NULL }, "1795000000000.0000000000000055");
    W.history_mode = HISTORY_REFUSE;
    W.history_code = ERR_PEER;
    assert_page(NOTES "&limit=2", OPERATOR, FIRST, "1795435838123.00000000000000e5");
    assert_gets(W.port, NOTES "&next=1795400000100.00000000000000e2", OPERATOR, 503, "history");
}

static void notes_are_of_shifts_and_sites_that_they_see(void **state)
{
    static const char *const THEIRS[] = { "00000000000000e4", NULL };
    static const char *const OLD[] = { "0000000000000055", "0000000000000054", NULL };

    (void)state;
    assert_page(NOTES, RURAL, THEIRS, "1795400000300.00000000000000e4");
    assert_page(NOTES "&next=1795400000300.00000000000000e4", RURAL, OLD, NULL);
    assert_false(W.shift_past.any);
    assert_string_equal(W.shift_past.supplier, "htx-sin-ho");
    assert_gets(W.port, SHIFTS "/notes?site=nmn-lai-chau", RURAL, 400, "\"field\":\"site\"");
    assert_gets(W.port, SHIFTS "/notes?site=nowhere", OPERATOR, 400, "\"field\":\"site\"");
    assert_gets(W.port, SHIFTS "/notes", OPERATOR, 400, "\"field\":\"site\"");
    assert_gets(W.port, NOTES "&next=x", OPERATOR, 400, "\"field\":\"next\"");
    assert_gets(W.port, NOTES "&limit=0", OPERATOR, 400, "\"field\":\"limit\"");
    assert_gets(W.port, NOTES "&point=x", OPERATOR, 400, "point");
    assert_gets(W.port, NOTES, BEARER JSON, 403, "not-your-role");
    assert_gets(W.port, NOTES, JSON, 401, "credential");
}

static void a_sheet_is_what_was_kept_or_what_is_now(void **state)
{
    struct answer a;

    (void)state;
    assert_gets(
        W.port, SHIFTS "/0000000000000abb/sheet?format=json", OPERATOR, 200,
        "\"kept\":true,\"supplier\":null,\"who\":\"lan\",\"leads\":false,\"from\":null,\"to\":\"viewer\"");
    a = http_get(W.port, SHIFTS "/0000000000000abb/sheet", OPERATOR);
    assert_int_equal(a.status, 200);
    assert_has(a.head, "text/html");
    assert_has(a.head, "so-giao-ca-0000000000000abb.html");
    assert_has(a.body, "<td>&lt;b&gt;</td>");
    assert_has(a.body, "Còn 2 dòng không ghi hết ở đây."); /* three there were, one found room */
    assert_has(a.body, "12:00 23/11/2026");
    assert_has(a.body, "Người trực: <b>Lò Thị &lt;Lan&gt;, trực vận hành</b>");
    assert_has(a.body, "Giao cho: <b>viewer</b>"); /* no account: a token of the daemon file */
    answer_clear(&a);
    a = http_get(W.port, ONE "/sheet?format=json", OPERATOR);
    assert_has(a.body, "\"kept\":false");
    assert_has(a.body, "\"entries\":{\"total\":2,\"items\":[");
    assert_has(a.body, "\"text\":\"van 12 \\\"mở\\\"\""); /* a tab and an end of line are no cells */
    assert_has(a.body, "\"corrects\":1}");
    assert_has(a.body, "\"points\":{\"total\":0,\"items\":[]}");
    answer_clear(&a);
    assert_gets(W.port, SHIFTS "/0000000000000077/sheet", OPERATOR, 200, "SỔ GIAO CA");
    assert_gets(W.port, ONE "/sheet?format=pdf", OPERATOR, 400, "\"field\":\"format\"");
}

static void a_duty_stays_on_the_sheet_when_its_incident_is_closed(void **state)
{
    struct incident *i = &W.incident;

    (void)state;
    i->id = 1024;
    i->opened.ms = 1795400000000;
    i->closed = true;
    i->members[0] = (struct member){ .id = 1025, .start = i->opened, .evident = i->opened };
    (void)snprintf(i->members[0].site, ID_MAX, "%s", W.catalogue.sites[0].id);
    i->member_count = 1;
    i->duties[DUTY_PEOPLE] = (struct duty){ .since = i->opened, .due = { 1795401800000 } };
    i->duties[DUTY_CDC] = (struct duty){ .since = i->opened, .due = i->opened, .done = i->opened };
    assert_gets(W.port, ONE "/sheet?format=json", OPERATOR, 200,
                "\"duties\":{\"total\":1,\"items\":[{\"incident\":\"1024\",\"duty\":\"people\",\"due\":"
                "\"2026-11-23T09:43:20.000+07:00\",\"target\":false}]}");
    assert_gets(W.port, ONE "/sheet?format=json", OPERATOR, 200, "\"incidents\":{\"total\":0,\"items\":[]}");
    i->duties[DUTY_SAMPLE] = i->duties[DUTY_PEOPLE];
    assert_gets(W.port, ONE "/sheet?format=json", OPERATOR, 200, "\"duties\":{\"total\":1,");
    i->closed = false; /* a target is of one that is open */
    assert_gets(W.port, ONE "/sheet?format=json", OPERATOR, 200, "\"duties\":{\"total\":2,");
    assert_gets(W.port, ONE "/sheet?format=json", OPERATOR, 200, "\"target\":true}]}");
    assert_gets(W.port, ONE "/sheet", OPERATOR, 200, "lấy mẫu nước (chỉ tiêu nội bộ)");
    i->merged_into = 2048;
    assert_gets(W.port, ONE "/sheet?format=json", OPERATOR, 200, "\"duties\":{\"total\":0,\"items\":[]}");
    *i = (struct incident){ .id = 0 };
}

static void acts_carry_what_was_said(void **state)
{
    (void)state;
    assert_answers(W.port, "POST", SHIFTS, OPERATOR,
                   "{\"act\":\"note\",\"key\":\"key-00001\",\"text\":\"xả cặn\",\"site\":\"tram-bom\","
                   "\"at\":\"2026-11-23T12:00:00+07:00\",\"corrects\":\"00000000000000e1\"}",
                   201, "\"shift\":{\"id\":\"0000000000000abc\"");
    assert_int_equal(W.shift_act.kind, SHIFT_NOTE);
    assert_string_equal(W.shift_act.entry.site, "tram-bom");
    assert_int_equal(W.shift_act.entry.corrects, 0xe1);
    assert_int_equal(W.shift_act.entry.claimed.ms, 1795410000000);
    assert_string_equal(W.shift_act.entry.who, W.by.name);
    assert_answers(W.port, "POST", SHIFTS, OPERATOR,
                   "{\"act\":\"hand_over\",\"key\":\"key-00002\",\"to\":\"lan\"}", 201, "entry");
    assert_int_equal(W.shift_act.kind, SHIFT_OFFER);
    assert_has(W.shift_sheet, "H\t\tviewer\t0\t");
    assert_has(W.shift_sheet, "\tlan\t");
    assert_has(W.shift_sheet, "S\tentries\t2\nR\t");
    W.is_person = false;
    assert_answers(W.port, "POST", SHIFTS, OPERATOR, "{\"act\":\"take\",\"key\":\"key-00003\"}", 403,
                   "people-only");
    assert_answers(W.port, "POST", SHIFTS, OPERATOR,
                   "{\"act\":\"note\",\"key\":\"key-00004\",\"text\":\"x\"}", 201, "entry");
}

static void what_is_wrong_is_named(void **state)
{
    static const struct {
        const char *body, *has;
    } CASES[] = {
        { "{}", "\"field\":\"act\"" },
        { "{\"act\":\"leave\"}", "\"field\":\"act\"" },
        { "{\"act\":\"take\"}", "\"field\":\"key\"" },
        { "{\"act\":\"take\",\"key\":\"key-00001\",\"to\":\"lan\"}", "no field “to”" },
        { "{\"act\":\"take\",\"key\":\"key-00001\",\"from\":\"soon\"}", "\"field\":\"from\"" },
        { "{\"act\":\"note\",\"key\":\"key-00001\"}", "\"field\":\"text\"" },
        { "{\"act\":\"note\",\"key\":\"key-00001\",\"text\":\"x\",\"site\":\"nowhere\"}",
          "\"field\":\"site\"" },
        { "{\"act\":\"note\",\"key\":\"key-00001\",\"text\":\"x\",\"point\":\"none\"}",
          "\"field\":\"point\"" },
        { "{\"act\":\"note\",\"key\":\"key-00001\",\"text\":\"x\",\"incident\":\"99\"}",
          "\"field\":\"incident\"" },
        { "{\"act\":\"note\",\"key\":\"key-00001\",\"text\":\"x\",\"corrects\":\"7\"}",
          "\"field\":\"corrects\"" },
        { "{\"act\":\"accept\",\"key\":\"key-00001\"}", "\"field\":\"shift\"" },
        { "{\"act\":\"hand_over\",\"key\":\"key-00001\"}", "\"field\":\"to\"" },
        { "{\"act\":\"hand_over\",\"key\":\"key-00001\",\"to\":\"gone\"}", "\"field\":\"to\"" },
        { "{\"act\":\"hand_over\",\"key\":\"key-00001\",\"to\":\"watcher\"}", "\"field\":\"to\"" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++)
        assert_answers(W.port, "POST", SHIFTS, OPERATOR, CASES[i].body, 400, CASES[i].has);
    assert_int_equal(W.shift_act.entry.key[0], '\0');
}

static void refusals_are_passed_on(void **state)
{
    static const struct {
        enum err code;
        int status;
        const char *has;
    } CASES[] = { { ERR_STATE, 409, "it is over already" },
                  { ERR_DENIED, 403, "not-your-shift" },
                  { ERR_RANGE, 422, "cannot-be" },
                  { ERR_MISSING, 404, "not-found" },
                  { ERR_FULL, 503, "busy" } };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        W.act_code = CASES[i].code;
        assert_answers(W.port, "POST", SHIFTS, OPERATOR,
                       "{\"act\":\"note\",\"key\":\"key-00001\",\"text\":\"x\"}", CASES[i].status,
                       CASES[i].has);
    }
    W.history_mode = HISTORY_REFUSE;
    W.history_code = ERR_PEER;
    assert_gets(W.port, SHIFTS "/0000000000000077", OPERATOR, 503, "history");
    assert_gets(W.port, ONE, OPERATOR, 200, "\"log\""); /* what is in memory needs no database */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(who_is_on_is_listed_then_the_older_ones, up, down),
        cmocka_unit_test_setup_teardown(no_page_passes_over_what_went_from_between, up_with_an_old_one, down),
        cmocka_unit_test_setup_teardown(notes_of_a_site_come_newest_first_then_those_of_the_database,
                                        up_with_notes, down),
        cmocka_unit_test_setup_teardown(notes_are_of_shifts_and_sites_that_they_see, up_with_notes, down),
        cmocka_unit_test_setup_teardown(one_comes_with_its_log, up, down),
        cmocka_unit_test_setup_teardown(what_is_anothers_is_not_there, up, down),
        cmocka_unit_test_setup_teardown(a_sheet_is_what_was_kept_or_what_is_now, up, down),
        cmocka_unit_test_setup_teardown(a_duty_stays_on_the_sheet_when_its_incident_is_closed, up, down),
        cmocka_unit_test_setup_teardown(acts_carry_what_was_said, up, down),
        cmocka_unit_test_setup_teardown(what_is_wrong_is_named, up, down),
        cmocka_unit_test_setup_teardown(refusals_are_passed_on, up, down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
