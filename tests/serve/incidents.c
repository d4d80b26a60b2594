/* Incidents over HTTP: who sees them, who may do what, which fields a step takes, and what is answered. */
#include <math.h>

#include "answers.h"
#include "world.h"

#define JSON     "Content-Type: application/json\r\n" ENGLISH
#define OPERATOR "Authorization: Bearer " OPERATOR_TOKEN "\r\n" JSON
#define RURAL    "Authorization: Bearer " RURAL_TOKEN "\r\n" JSON
#define LIST     "/api/v1/incidents"
#define PATH     LIST "/1024"
#define KEY      "\"key\":\"12345678\""
#define M        "{\"what\":\"thay ống\",\"responsible\":\"Đội\"}"

static struct world W;

static const char *site(void)
{
    return W.catalogue.sites[W.catalogue.points[0].site].id;
}

static int up(void **state)
{
    struct incident *i = &W.incident;

    (void)state;
    world_init(&W, 3);
    world_start(&W);
    i->id = 1024;
    i->opened.ms = 1795435838123;
    i->unacknowledged = true;
    i->members[0] = (struct member){ .id = 1025,
                                     .alarm = 7,
                                     .point = W.catalogue.points[0].key,
                                     .class = CLASS_SERVICE_NETWORK,
                                     .evidence = EVIDENCE_PRESSURE,
                                     .start = { 1795435838123 },
                                     .evident = { 1795435838123 },
                                     .size = NAN };
    (void)snprintf(i->members[0].site, ID_MAX, "%s", site());
    i->members[1] = (struct member){ .id = 1026,
                                     .alarm = 8,
                                     .class = CLASS_SERVICE_NETWORK,
                                     .evidence = EVIDENCE_CALL,
                                     .start = { 1795435838123 },
                                     .evident = { 1795435838123 },
                                     .size = NAN };
    (void)snprintf(i->members[1].site, ID_MAX, "%s", site());
    i->member_count = 2;
    i->facts[0] = (struct fact){ .kind = FACT_CALLED,
                                 .source = CLOCK_PHONE,
                                 .about = 1026,
                                 .claimed = { 1795435838123 },
                                 .recorded = { 1795435838123 },
                                 .who = "lan",
                                 .note = "mất nước" };
    i->fact_count = 1;
    i->duties[DUTY_PEOPLE] = (struct duty){ .since = { 1795435838123 }, .due = { 1795437638123 } };
    return 0;
}

static int down(void **state)
{
    (void)state;
    world_clear(&W);
    W = (struct world){ .incident.id = 0 };
    return 0;
}

static void the_written_record_is_made_from_the_facts(void **state)
{
    struct answer a;

    (void)state;
    (void)snprintf(W.incident.facts[0].note, INCIDENT_NOTE_MAX, "mất nước <b>&");
    assert_gets(W.port, PATH "/record", "", 401, "");
    assert_gets(W.port, LIST "/1/record", BEARER ENGLISH, 404, "no incident of this id");
    a = http_get(W.port, PATH "/record", BEARER);
    assert_int_equal(a.status, 200);
    assert_has(a.head, "text/html; charset=utf-8");
    assert_has(a.head, "inline; filename=\"bien-ban-su-co-1024.html\"");
    assert_has(a.body, "BIÊN BẢN SỰ CỐ<br>Sự cố số 1024");
    assert_has(a.body, "Loại: mạng dịch vụ (chưa xác nhận). Thời hạn: 12 giờ (Kế hoạch");
    assert_has(a.body, "Bắt đầu: 19:10 ngày 23/11/2026. Đến hạn: 07:10 ngày 24/11/2026");
    assert_has(a.body, "<td>khách hàng gọi</td><td>mất nước &lt;b&gt;&amp;</td>"
                       "<td>Lò Thị &lt;Lan&gt;, trực vận hành</td>");
    assert_has(a.body, "nhân dân khu vực chịu ảnh hưởng</td><td>19:40 ngày 23/11/2026</td><td>-</td>");
    assert_has(a.body, "Ảnh hưởng: chưa có số liệu");
    answer_clear(&a);
}

/* They stand apart from what is owed, in the record and in the API. */
static void targets_of_bad_water_are_told_apart_from_duties(void **state)
{
    struct answer a;

    (void)state;
    W.incident.duties[DUTY_ASSESS] = W.incident.duties[DUTY_PEOPLE];
    W.incident.members[0].class = W.incident.members[1].class = CLASS_WATER_QUALITY;
    a = http_get(W.port, PATH "/record", BEARER);
    assert_has(a.body, "Thời hạn: 24 giờ (chỉ tiêu nội bộ)");
    assert_has(a.body, "<h2>6. Ứng phó chất lượng nước (chỉ tiêu nội bộ)</h2>");
    assert_has(a.body, "<td>đánh giá chất lượng nước (đánh giá trong thời hạn nội bộ kể từ khi biết)</td>"
                       "<td>19:40 ngày 23/11/2026</td>");
    answer_clear(&a);
    a = http_get(W.port, PATH, BEARER);
    assert_has(a.body, "{\"duty\":{\"word\":\"assess\",\"vi\":\"đánh giá chất lượng nước\"},"
                       "\"source\":\"internal target\",\"target\":true,"
                       "\"words\":\"đánh giá trong thời hạn nội bộ kể từ khi biết\",\"owed_since\":");
    assert_has(a.body, "Art. 58(2)\",\"target\":false,\"owed_since\":");
    answer_clear(&a);
}

static void what_is_void_is_said_so_and_is_not_waived(void **state)
{
    struct duty *d = &W.incident.duties[DUTY_SAMPLE];
    struct answer a;

    (void)state;
    *d = W.incident.duties[DUTY_PEOPLE];
    d->done = d->recorded = d->due;
    d->waived = d->voided = true;
    a = http_get(W.port, PATH "/record", BEARER);
    assert_has(a.body, "<td>không còn phải làm, 19:40 ngày 23/11/2026</td>");
    answer_clear(&a);
    a = http_get(W.port, PATH, BEARER);
    assert_has(a.body, "\"waived\":false,\"voided\":true,\"overdue\":false");
    answer_clear(&a);
    d->voided = false;
    a = http_get(W.port, PATH "/record", BEARER);
    assert_has(a.body, "<td>không cần, 19:40 ngày 23/11/2026</td>");
    answer_clear(&a);
}

static void without_bad_water_the_record_has_no_such_table(void **state)
{
    struct answer a;

    (void)state;
    a = http_get(W.port, PATH "/record", BEARER);
    assert_null(strstr(a.body, "chỉ tiêu nội bộ)</h2>"));
    answer_clear(&a);
}

static void add_fact(enum fact_kind kind, unsigned detail, unsigned code, const char *note)
{
    struct fact *f = &W.incident.facts[W.incident.fact_count++];

    *f = (struct fact){ .kind = (uint8_t)kind, .detail = (uint8_t)detail, .code = (uint8_t)code };
    (void)snprintf(f->note, sizeof f->note, "%s", note);
}

static void the_record_says_who_found_it_and_that_its_effect_is_not_large(void **state)
{
    struct answer a;

    (void)state;
    add_fact(FACT_DETECTED, 0, FINDER_METER_READER, "ướt đường");
    add_fact(FACT_DETECTED, 0, FINDER_NOT_SAID, "");
    add_fact(FACT_LARGE_EFFECT, LARGE_SAID_NO, 0, "ít hộ");
    add_fact(FACT_LARGE_EFFECT, LARGE_SAID_YES, 0, "chợ");
    add_fact(FACT_LARGE_EFFECT, LARGE_BY_RULE, 0, "nhầm");
    a = http_get(W.port, PATH "/record", BEARER);
    assert_has(a.body, "<td>phát hiện</td><td>người ghi đồng hồ: ướt đường</td>");
    assert_has(a.body, "<td>phát hiện</td><td></td>");
    assert_has(a.body, "<td>ảnh hưởng lớn</td><td>khẳng định là không: ít hộ</td>");
    assert_has(a.body, "<td>ảnh hưởng lớn</td><td>khẳng định là có: chợ</td>");
    assert_has(a.body, "<td>ảnh hưởng lớn</td><td>để theo quy tắc: nhầm</td>");
    answer_clear(&a);
}

static void incidents_are_listed_and_shown_whole(void **state)
{
    (void)state;
    assert_gets(W.port, LIST, BEARER, 200,
                "{\"id\":\"1024\",\"node\":null,\"state\":\"detected\",\"class\":{\"word\":\"service_"
                "network\",\"vi\":"
                "\"mạng dịch vụ\"},"
                "\"class_confirmed\":false,\"legal\":true,\"limit_h\":12,\"start_at\":\"2026-11-23T19:10:38."
                "123+07:00\","
                "\"due_at\":\"2026-11-24T07:10:38.123+07:00\"");
    assert_gets(W.port, LIST "?state=open&limit=1", BEARER, 200, "\"next\":null");
    assert_gets(W.port, LIST "?state=detected", BEARER, 200, "\"1024\"");
    assert_gets(W.port, LIST "?state=closed", BEARER, 200, "\"items\":[]");
    assert_gets(W.port, LIST "?state=soon", BEARER ENGLISH, 400,
                "must be one of: open, detected, reported, assigned, on_site, verified, cause_found, ");
    assert_gets(W.port, LIST "?state=soon", BEARER ENGLISH, 400, "closed, merged.\",\"field\":\"state\"");
    assert_gets(W.port, LIST "?site=nowhere", BEARER ENGLISH, 400, "\"field\":\"site\"");
    assert_gets(W.port, LIST "?next=x", BEARER ENGLISH, 400, "\"field\":\"next\"");
    assert_gets(W.port, PATH, BEARER, 200, "\"evidence\":\"pressure\",\"point\":\"lc.nmn.flow_out\"");
    assert_gets(W.port, PATH, BEARER, 200,
                "\"duty\":{\"word\":\"people\",\"vi\":\"nhân dân khu vực chịu ảnh hưởng\"}");
    assert_gets(W.port, PATH, BEARER, 200, "\"fact\":\"called\"");
    assert_gets(W.port, LIST "/1", BEARER ENGLISH, 404, "no incident of this id");
    assert_gets(W.port, LIST "/x", BEARER ENGLISH, 404, "no incident of this id");
}

#define SPAN LIST "?from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z"

/* What the book has not, the database may have. */
static void those_of_the_past_come_from_the_database(void **state)
{
    (void)state;
    W.kept = W.incident;
    W.kept.id = 77;
    W.kept.closed = true;
    W.kept.facts[0].kind = FACT_CLOSED;
    assert_gets(W.port, LIST "/77", BEARER, 200, "{\"id\":\"77\",\"node\":null,\"state\":\"closed\"");
    assert_string_equal(W.incident_past.node, "");
    assert_gets(W.port, LIST "/77/record", BEARER, 200, "Sự cố số 77");
    assert_gets(W.port, LIST "/77/letters", BEARER, 200, "\"message\":\"overdue\",\"n\":0,\"to\":\"lan\"");
    assert_gets(W.port, SPAN "&state=closed&class=telemetry&site=", BEARER ENGLISH, 400,
                "\"field\":\"site\"");
    assert_gets(W.port, SPAN "&state=closed&class=telemetry&limit=7", BEARER, 200,
                "\"next\":\"1795435838123-77-\"");
    assert_int_equal(W.incident_past.state, PAST_CLOSED);
    assert_int_equal(W.incident_past.class, CLASS_TELEMETRY);
    assert_int_equal(W.incident_past.limit, 7);
    assert_int_equal(W.incident_past.from.ms, 1793491200000);
    assert_gets(W.port, SPAN "&next=1795435838123-77-", BEARER, 200, "\"77\"");
    assert_int_equal(W.incident_past.before_id, 77);
    assert_int_equal(W.incident_past.before.ms, 1795435838123);
    W.act_code = ERR_PEER;
    assert_gets(W.port, LIST "/77", BEARER ENGLISH, 503, "/problems/history-away");
    assert_gets(W.port, SPAN, BEARER ENGLISH, 503, "/problems/history-away");
    assert_gets(W.port, PATH, BEARER, 200, "\"1024\""); /* what is in memory is there */
    W.act_code = ERR_NONE;
}

static void those_of_another_node_have_its_name_in_front(void **state)
{
    (void)state;
    W.kept = W.incident;
    (void)snprintf(W.kept_node, sizeof W.kept_node, "far");
    W.kept.merged_into = 5;
    W.kept.ties[W.kept.tie_count++] = (struct tie){ 5, TIE_MERGED };
    assert_gets(W.port, LIST "/far:1024", BEARER, 200, "{\"id\":\"far:1024\",\"node\":\"far\"");
    assert_string_equal(W.incident_past.node, "far");
    assert_gets(W.port, LIST "/far:1024", BEARER, 200, "\"merged_into\":\"far:5\"");
    assert_gets(W.port, LIST "/far:1024", BEARER, 200, "\"ties\":[{\"incident\":\"far:5\"");
    assert_gets(W.port, SPAN, BEARER, 200, "\"next\":\"1795435838123-1024-far\"");
    assert_gets(W.port, SPAN "&next=1795435838123-1024-far", BEARER, 200, "far:1024");
    assert_string_equal(W.incident_past.before_node, "far");
    W.kept_node[0] = '\0';
}

/* It is the same incident: as another node writes it, it may be asked for at home. */
static void the_name_of_our_own_node_may_stand_in_front(void **state)
{
    static const char BODY[] = "{\"key\":\"ca-1-0014\",\"step\":\"progress\",\"note\":\"đã đóng van\"}";
    static const char MEASURE[] = "{\"key\":\"measure-1\",\"incident\":\"here:1024\",\"what\":\"x\","
                                  "\"responsible\":\"y\"}";
    uint16_t index;

    (void)state;
    assert_int_equal(catalogue_add_node(&W.catalogue, "here", &index), ERR_NONE);
    assert_gets(W.port, LIST "/here:1024", BEARER, 200, "{\"id\":\"1024\",\"node\":\"here\"");
    assert_gets(W.port, LIST "/here:1024/record", BEARER, 200, "Sự cố số 1024");
    assert_gets(W.port, LIST "/here:1024/letters", BEARER, 200, "\"items\":[");
    assert_answers(W.port, "POST", LIST "/here:1024/steps", OPERATOR, BODY, 200, "\"id\":\"1024\"");
    assert_int_equal(W.incident_act.incident, 1024);
    assert_answers(W.port, "POST", PATH "/merge", OPERATOR,
                   "{\"key\":\"ca-1-0015\",\"incident\":\"here:1024\"}", 200, "1024");
    assert_int_equal(W.incident_act.other, 1024);
    assert_answers(W.port, "POST", "/api/v1/measures", OPERATOR, MEASURE, 201, "\"incident\":\"1024\"");
    assert_gets(W.port, LIST "/here:1", BEARER ENGLISH, 404, "no incident of this id");
    assert_gets(W.port, LIST "/here:here:1024", BEARER ENGLISH, 404, "no incident of this id");
    assert_gets(W.port, LIST "/ere:1024", BEARER ENGLISH, 404, "no incident of this id");
}

static void a_step_for_another_nodes_incident_is_handed_over(void **state)
{
    static const struct {
        enum handed_outcome outcome;
        int status;
        const char *has;
    } CASES[] = { { HANDED_NO_INCIDENT, 404, "/problems/not-found" },
                  { HANDED_NOT_ASSIGNED, 403, "/problems/not-assigned" },
                  { HANDED_KEY_TAKEN, 409, "/problems/key-taken" },
                  { HANDED_TOO_MANY, 503, "/problems/busy" } };
    const char *body = "{\"key\":\"ca-1-0014\",\"step\":\"progress\",\"note\":\"đã đóng van\"}";

    (void)state;
    assert_answers(W.port, "POST", LIST "/far:77/steps", OPERATOR, body, 202,
                   "\"state\":\"handed_over\",\"settled_at\":null,\"reason\":null,\"sentence\":null}");
    assert_string_equal(W.handed.of.node, "far");
    assert_true(W.handed.of.id == 77 && W.handed.step.act.incident == 77);
    assert_string_equal(W.handed.step.act.note, "đã đóng van");
    assert_string_equal(W.handed.step.act.who, "viewer"); /* the name of who asks, in this world */
    assert_string_equal(W.handed.assigned_to, "");
    assert_true(W.handed.step.told.ms != 0 && W.handed.step.act.claimed.ms == 0);
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        W.handed_outcome = CASES[i].outcome;
        assert_answers(W.port, "POST", LIST "/far:77/steps", OPERATOR, body, CASES[i].status, CASES[i].has);
    }
    W.handed_outcome = HANDED_IS;
    W.act_code = ERR_PEER;
    assert_answers(W.port, "POST", LIST "/far:77/steps", OPERATOR, body, 503, "/problems/history-away");
    W.act_code = ERR_NONE;
    assert_answers(W.port, "POST", LIST "/far:77/steps", OPERATOR, "{\"key\":\"ca-1-0015\",\"step\":\"x\"}",
                   400, "\"field\":\"step\"");
    assert_answers(W.port, "POST", LIST "/far:77/merge", OPERATOR,
                   "{\"key\":\"ca-1-0016\",\"incident\":\"far:78\",\"note\":\"một chỗ\"}", 202, "");
    assert_true(W.handed.step.act.other == 78);
    assert_answers(W.port, "POST", LIST "/far:77/merge", OPERATOR,
                   "{\"key\":\"ca-1-0016\",\"incident\":\"near:78\",\"note\":\"một chỗ\"}", 400,
                   "\"field\":\"incident\"");
    assert_answers(W.port, "POST", LIST "/far:77/steps", OPERATOR,
                   "{\"key\":\"ca-1-0017\",\"step\":\"impact\",\"wide\":true}", 202, "");
    assert_true(W.handed.step.count_reach);
    assert_answers(W.port, "POST", LIST "/far:77/steps", OPERATOR,
                   "{\"key\":\"ca-1-0017\",\"step\":\"impact\",\"people\":0}", 202, "");
    assert_false(W.handed.step.count_reach);
    W.role = ROLE_TECHNICIAN;
    assert_answers(W.port, "POST", LIST "/far:77/steps", BEARER JSON, body, 202, "");
    assert_string_equal(W.handed.assigned_to, "viewer");
    assert_answers(W.port, "POST", LIST "/far:77/steps", BEARER JSON,
                   "{\"key\":\"ca-1-0018\",\"step\":\"close\"}", 403, "/problems/not-your-role");
}

static void what_became_of_a_step_that_was_handed_over_is_told(void **state)
{
    (void)state;
    assert_gets(W.port, LIST "/far:77/steps?key=ca-1-0014", BEARER ENGLISH, 200,
                "\"reason\":\"no_cause\",\"sentence\":\"the cause is not known\"}");
    assert_gets(W.port, LIST "/far:77/steps", BEARER, 200, "\"incident\":\"far:77\"");
    assert_gets(W.port, LIST "/1024/steps", RURAL, 200, "\"incident\":\"1024\"");
    assert_string_not_equal(W.handed.of.supplier, ""); /* who sees it is decided where it is looked up */
    assert_gets(W.port, LIST "/far:77/steps?key=", BEARER ENGLISH, 400, "\"field\":\"key\"");
    assert_gets(W.port, LIST "/far:/steps", BEARER ENGLISH, 404, "/problems/not-found");
}

#define BOOK "/api/v1/operation-book"

static void the_operation_book_is_made_from_the_facts(void **state)
{
    char target[200];
    struct answer a;

    (void)state;
    (void)snprintf(target, sizeof target, BOOK "?site=%s&from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z",
                   site());
    assert_gets(W.port, target, "", 401, "");
    assert_gets(W.port, target, BEARER, 200,
                "\"complete\":false,\"items\":[{\"at\":\"2026-11-23T19:10:38.123+07:00\"");
    assert_gets(W.port, target, BEARER, 200,
                "\"kind\":\"incident\",\"word\":\"cause_found\",\"node\":\"field\",\"subject\":\"77\"");
    assert_gets(W.port, target, BEARER, 200, "\"kind\":\"service\",\"word\":null");
    assert_gets(W.port, target, BEARER, 200, "\"value\":1200.5,\"new_value\":null");
    assert_gets(W.port, target, BEARER, 200, "\"note\":\"<b>\",\"detail\":\"burst\"}");
    assert_gets(W.port, target, BEARER, 200, "\"who\":\"lan\",\"note\":null,\"detail\":\"no\"}");
    assert_true(W.incident_past.book);
    assert_string_equal(W.incident_past.site, site());
    (void)snprintf(target, sizeof target, BOOK "?format=html&site=%s", site());
    a = http_get(W.port, target, BEARER);
    assert_has(a.head, "text/html; charset=utf-8");
    assert_has(a.head, ".html\"");
    assert_has(a.body, "<title>Sổ vận hành</title>");
    assert_has(a.body, "Trạm &lt;1&gt;</td><td>Sự cố số 77: rõ nguyên nhân - ");
    assert_has(a.body, "<td>&lt;b&gt;</td><td>=lan</td>"); /* no account of that name */
    assert_has(a.body, "Sự cố số 77: ảnh hưởng lớn - khẳng định là không</td>");
    assert_has(a.body, "Bảo dưỡng, số đếm 1200.5: Bơm 1");
    assert_has(a.body, "Chỉ có 2000 dòng đầu");
    answer_clear(&a);
    (void)snprintf(target, sizeof target, BOOK "?format=csv&site=%s", site());
    a = http_get(W.port, target, BEARER);
    assert_has(a.head, "text/csv");
    assert_has(a.body,
               "at,recorded_at,kind,word,node,subject,place,drill,value,new_value,who,note,detail\r\n");
    assert_has(a.body, ",incident,cause_found,field,77,Trạm <1>,false,,,'=lan,<b>,burst\r\n");
    assert_has(a.body, ",incident,large_effect,field,77,,false,,,lan,,no\r\n");
    assert_has(a.body, "\r\n,,cut,");
    answer_clear(&a);
    assert_gets(W.port, BOOK, BEARER ENGLISH, 400, "\"field\":\"site\"");
    assert_gets(W.port, BOOK "?system=nowhere", BEARER ENGLISH, 400, "\"field\":\"system\"");
    (void)snprintf(target, sizeof target, BOOK "?site=%s&system=tp-lai-chau", site());
    assert_gets(W.port, target, BEARER ENGLISH, 400, "\"field\":\"system\"");
    assert_gets(W.port, BOOK "?system=tp-lai-chau&format=pdf", BEARER ENGLISH, 400, "\"field\":\"format\"");
    assert_gets(W.port, BOOK "?system=tp-lai-chau&from=2025-01-01T00:00:00Z", BEARER ENGLISH, 400,
                "\"field\":\"from\"");
    assert_gets(W.port, BOOK "?system=tp-lai-chau", BEARER, 200, "\"system\":\"tp-lai-chau\"");
    assert_gets(W.port, BOOK "?system=tp-lai-chau", RURAL, 400, "\"field\":\"system\"");
    W.act_code = ERR_PEER;
    assert_gets(W.port, BOOK "?system=tp-lai-chau", BEARER, 503, "/problems/history-away");
    W.act_code = ERR_NONE;
}

static void what_is_asked_of_the_past_is_checked(void **state)
{
    static const char *const WRONG[][2] = {
        { "&state=detected", "state" },
        { "&class=soon", "class" },
        { "&limit=101", "limit" },
        { "&next=x", "next" },
        { "&next=5", "next" },
        { "&next=5-", "next" },
        { "&next=5-6", "next" },
        { "&next=-5-6-far", "next" },
        { "&next=5-6x-far", "next" },
        { "&site=nowhere", "site" },
        { "&next=5-11111111111111111111111111-far", "next" },
    };
    char field[40], target[200];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(WRONG); i++) {
        (void)snprintf(target, sizeof target, SPAN "%s", WRONG[i][0]);
        (void)snprintf(field, sizeof field, "\"field\":\"%s\"", WRONG[i][1]);
        assert_gets(W.port, target, BEARER ENGLISH, 400, field);
    }
    assert_gets(W.port, LIST "?class=telemetry", BEARER ENGLISH, 400, "\"field\":\"class\"");
    assert_gets(W.port, LIST "?to=2026-01-01T00:00:00Z&from=2026-01-01T00:00:00Z", BEARER ENGLISH, 400,
                "\"field\":\"from\"");
    assert_gets(W.port, LIST "?from=1999-01-01T00:00:00Z", BEARER ENGLISH, 400, "\"field\":\"from\"");
    assert_gets(W.port, LIST "/:77", BEARER ENGLISH, 404, "no incident of this id");
    assert_gets(W.port, LIST "/far:", BEARER ENGLISH, 404, "no incident of this id");
    assert_gets(W.port, LIST "/far:0", BEARER ENGLISH, 404, "no incident of this id");
}

/* The book has it, and the reader may not see it: nobody asks the database instead.  What is asked of it says
 * who asks. */
static void the_past_is_asked_as_who_asks(void **state)
{
    (void)state;
    W.kept = W.incident;
    W.incident_past.id = 0;
    assert_gets(W.port, PATH, RURAL, 404, "not-found");
    assert_int_equal(W.incident_past.id, 0);
    assert_gets(W.port, LIST "?from=2026-11-01T00:00:00Z", RURAL, 200, "");
    assert_string_not_equal(W.incident_past.supplier, "");
    assert_gets(W.port, LIST "/9", RURAL, 404, "");
    assert_string_not_equal(W.incident_past.supplier, "");
}

static void what_belongs_to_another_supplier_is_not_there(void **state)
{
    char body[200];

    (void)state;
    assert_gets(W.port, LIST, RURAL, 200, "\"items\":[]");
    assert_gets(W.port, PATH, RURAL, 404, "not-found");
    assert_gets(W.port, "/api/v1/calls", RURAL, 200, "{\"incidents\":[],\"calls\":[]}");
    assert_answers(W.port, "POST", PATH "/steps", RURAL, "{" KEY ",\"step\":\"known\"}", 404, "not-found");
    (void)snprintf(body, sizeof body, "{" KEY ",\"site\":\"%s\"}", site());
    assert_answers(W.port, "POST", LIST, RURAL, body, 400, "\"field\":\"site\"");
    assert_answers(W.port, "POST", "/api/v1/calls", RURAL,
                   "{" KEY ",\"zone\":\"vung-2\",\"incident\":\"1024\"}", 404, "not-found");
    assert_string_equal(W.incident_act.key, "");
    (void)snprintf(W.incident.members[1].site, ID_MAX, "%s", "gone"); /* one that nobody knows any more */
    assert_gets(W.port, PATH, "Authorization: Bearer " CITY_TOKEN "\r\n", 404, "not-found");
}

static void who_may_do_what_is_told_by_role(void **state)
{
    (void)state;
    assert_answers(W.port, "POST", LIST, BEARER JSON, "{" KEY "}", 403, "not-your-role");
    assert_answers(W.port, "POST", PATH "/approval", OPERATOR, "{" KEY "}", 403, "not-your-role");
    assert_gets(W.port, "/api/v1/calls", BEARER, 403, "not-your-role");
    W.role = ROLE_AUTHORITY;
    assert_answers(W.port, "POST", PATH "/approval", BEARER JSON, "{" KEY ",\"note\":\"được\"}", 200,
                   "\"id\":\"1024\"");
    assert_int_equal(W.incident_act.kind, STEP_APPROVE);
    assert_answers(W.port, "POST", PATH "/steps", BEARER JSON, "{" KEY ",\"step\":\"known\"}", 403,
                   "not-your-role");
}

static void a_technician_works_on_what_was_assigned_to_them(void **state)
{
    (void)state;
    W.role = ROLE_TECHNICIAN;
    assert_answers(W.port, "POST", PATH "/steps", BEARER JSON, "{" KEY ",\"step\":\"on_site\"}", 403,
                   "not-assigned");
    W.incident.facts[1] = (struct fact){ .kind = FACT_ASSIGNED, .who = "lan", .note = "viewer" };
    W.incident.fact_count = 2;
    assert_answers(W.port, "POST", PATH "/steps", BEARER JSON, "{" KEY ",\"step\":\"on_site\"}", 200,
                   "\"id\":\"1024\"");
    assert_string_equal(W.incident_act.who, "viewer");
    assert_answers(W.port, "POST", PATH "/steps", BEARER JSON, "{" KEY ",\"step\":\"close\"}", 403,
                   "not-your-role");
}

static void each_step_takes_its_own_fields(void **state)
{
    static const struct {
        const char *at, *body, *has;
        int status;
    } CASES[] = {
        { PATH "/steps", "{" KEY "}", "\"field\":\"step\"", 400 },
        { PATH "/steps", "{" KEY ",\"step\":\"approve\"}", "acknowledge, progress.\",\"field\":\"step\"",
          400 },
        { PATH "/steps", "{" KEY ",\"step\":\"merge\"}", "\"field\":\"step\"", 400 },
        { PATH "/steps", "{" KEY ",\"step\":\"known\",\"who\":\"x\"}", "no field “who”", 400 },
        { PATH "/steps", "{" KEY ",\"step\":\"known\",\"class\":\"safety\"}", "no field “class”", 400 },
        { PATH "/steps", "{\"key\":\"1\",\"step\":\"known\"}", "\"field\":\"key\"", 400 },
        { PATH "/steps", "{" KEY ",\"step\":\"known\",\"claimed_at\":\"now\"}", "\"field\":\"claimed_at\"",
          400 },
        { PATH "/steps", "{" KEY ",\"step\":\"known\",\"source\":\"x\"}", "\"field\":\"source\"", 400 },
        { PATH "/steps", "{" KEY ",\"step\":\"confirm_class\"}", "security, safety.\",\"field\":\"class\"",
          400 },
        { PATH "/steps", "{" KEY ",\"step\":\"assign\"}", "\"field\":\"to\"", 400 },
        { PATH "/steps", "{" KEY ",\"step\":\"large\",\"large\":\"x\"}", "\"field\":\"large\"", 400 },
        { PATH "/steps", "{" KEY ",\"step\":\"impact\",\"people\":1.5}", "\"field\":\"people\"", 400 },
        { PATH "/steps", "{" KEY ",\"step\":\"repaired\",\"member\":\"x\"}", "\"field\":\"member\"", 400 },
        /* there, and something else: not as if it had been left out */
        { PATH "/steps", "{" KEY ",\"step\":\"restored\",\"member\":473812}", "\"field\":\"member\"", 400 },
        { PATH "/steps", "{" KEY ",\"step\":\"known\",\"claimed_at\":1}", "\"field\":\"claimed_at\"", 400 },
        { PATH "/steps", "{" KEY ",\"step\":\"impact\",\"people\":\"600\"}", "\"field\":\"people\"", 400 },
        { PATH "/steps", "{" KEY ",\"step\":\"impact\",\"wide\":\"true\"}", "\"field\":\"wide\"", 400 },
        { PATH "/steps", "{" KEY ",\"step\":\"assign\",\"to\":\"x\",\"note\":\"y\"}", "no field “note”",
          400 },
        { PATH "/duties", "{" KEY ",\"duty\":\"cdc\",\"waive\":\"true\"}", "\"field\":\"waive\"", 400 },
        { PATH "/unlink", "{" KEY "}", "\"field\":\"member\"", 400 },
        { PATH "/split", "{" KEY ",\"members\":\"1,\"}", "\"field\":\"members\"", 400 },
        { PATH "/merge", "{" KEY ",\"incident\":\"77\"}", "not-found", 404 },
        { PATH "/duties", "{" KEY ",\"duty\":\"x\"}", "\"field\":\"duty\"", 400 },
        { PATH "/measures", "{" KEY "}", "\"field\":\"measure\"", 400 },
        { PATH "/evaluation", "{" KEY ",\"note\":\"x\",\"measures\":\"y\"}", "\"field\":\"measures\"", 400 },
        { PATH "/evaluation", "{" KEY ",\"note\":\"x\",\"measures\":[\"y\"]}", "\"field\":\"measures\"",
          400 },
        { PATH "/evaluation", "{" KEY ",\"note\":\"x\",\"measures\":[" M "," M "," M "," M "," M "]}",
          "\"field\":\"measures\"", 400 },
        { PATH "/evaluation", "{" KEY ",\"note\":\"x\",\"measures\":[{\"what\":\"y\"}]}",
          "\"field\":\"responsible\"", 400 },
        { PATH "/evaluation", "{" KEY ",\"note\":\"x\",\"measures\":[" M ",{\"who\":\"y\"}]}",
          "no field “who”", 400 },
        { PATH "/evaluation",
          "{" KEY ",\"note\":\"x\",\"measures\":[{\"what\":\"y\",\"responsible\":\"z\",\"due\":\"soon\"}]}",
          "\"field\":\"due\"", 400 },
        { PATH "/steps", "{" KEY ",\"step\":\"known\",\"measures\":[]}", "no field “measures”", 400 },
        { LIST, "{" KEY "}", "\"field\":\"site\"", 400 },
        { LIST, "{" KEY ",\"zone\":\"x\"}", "\"field\":\"zone\"", 400 },
        { LIST, "x", "malformed-json", 400 },
        { LIST, "{" KEY ",\"zone\":\"vung-1\",\"finder\":\"meter_reader\"}", "\"id\":\"1024\"", 201 },
        { PATH "/link", "{" KEY ",\"zone\":\"vung-1\"}", "\"id\":\"1024\"", 201 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++)
        assert_answers(W.port, "POST", CASES[i].at, OPERATOR, CASES[i].body, CASES[i].status, CASES[i].has);
}

static void fields_become_the_step(void **state)
{
    const struct incident_act *a = &W.incident_act;

    (void)state;
    assert_answers(W.port, "POST", PATH "/steps", OPERATOR,
                   "{" KEY
                   ",\"step\":\"cause\",\"cause\":\"landslide\",\"controllability\":\"beyond_control\","
                   "\"note\":\"sạt lở\",\"claimed_at\":\"2026-11-23T19:00:00+07:00\",\"source\":\"paper\"}",
                   200, "\"id\":\"1024\"");
    assert_int_equal(a->kind, STEP_CAUSE);
    assert_int_equal(a->incident, 1024);
    assert_int_equal(a->code, CAUSE_LANDSLIDE);
    assert_int_equal(a->controllability, BEYOND_CONTROL);
    assert_int_equal(a->source, CLOCK_PAPER);
    assert_int_equal(a->claimed.ms, 1795435200000);
    assert_answers(W.port, "POST", PATH "/split", OPERATOR,
                   "{" KEY ",\"members\":\"1025,1026\",\"note\":\"x\"}", 200, "1024");
    assert_int_equal(a->member_count, 2);
    assert_int_equal(a->members[1], 1026);
    assert_answers(W.port, "POST", PATH "/duties", OPERATOR,
                   "{" KEY ",\"duty\":\"cdc\",\"waive\":true,\"note\":\"x\"}", 200, "1024");
    assert_int_equal(a->kind, STEP_DUTY_WAIVE);
    assert_int_equal(a->duty, DUTY_CDC);
    assert_answers(W.port, "POST", PATH "/steps", OPERATOR,
                   "{" KEY ",\"step\":\"impact\",\"people\":510,\"hospitals\":1,\"rural\":true}", 200,
                   "1024");
    assert_int_equal(a->impact.people, 510);
    assert_true(a->impact.rural);
    assert_answers(W.port, "POST", PATH "/evaluation", OPERATOR,
                   "{" KEY ",\"note\":\"ống cũ\",\"measures\":[" M
                   ",{\"what\":\"van\",\"responsible\":\"Tổ 3\",\"due\":\"2027-03-01\"}]}",
                   200, "1024");
    assert_int_equal(a->kind, STEP_EVALUATE);
    assert_int_equal(a->planned_count, 2);
    assert_string_equal(a->planned[0].what, "thay ống");
    assert_int_equal(a->planned[0].due, DAY_NONE);
    assert_string_equal(a->planned[1].responsible, "Tổ 3");
    assert_int_not_equal(a->planned[1].due, DAY_NONE);
    assert_answers(W.port, "POST", "/api/v1/calls", OPERATOR,
                   "{" KEY
                   ",\"zone\":\"vung-1\",\"note\":\"mất nước\",\"caller\":\"Sùng A Chu\",\"phone\":\"0912\"}",
                   201, "1024");
    assert_int_equal(a->kind, STEP_CALL);
    assert_int_equal(a->planned_count, 0);
    assert_int_equal(a->incident, 0);
    assert_int_equal(a->source, CLOCK_PHONE);
    assert_string_equal(a->phone, "0912");
}

static void calls_are_told_without_who_called(void **state)
{
    char target[120];

    (void)state;
    (void)snprintf(target, sizeof target, "/api/v1/calls?site=%s", site());
    assert_gets(W.port, target, OPERATOR, 200, "\"calls\":[{\"incident\":\"1024\"");
    assert_gets(W.port, target, OPERATOR, 200, "\"note\":\"mất nước\"");
    assert_gets(W.port, "/api/v1/calls?zone=vung-2", OPERATOR, 200, "{\"incidents\":[],\"calls\":[]}");
    assert_gets(W.port, "/api/v1/calls?zone=vung-9", OPERATOR, 400, "“vung-9”");
    assert_gets(W.port, "/api/v1/calls?site=nowhere", OPERATOR, 400, "“nowhere”");
    W.incident.closed = true;
    assert_gets(W.port, target, OPERATOR, 200, "{\"incidents\":[],\"calls\":[]}");
}

static void refusals_have_a_name_that_stays(void **state)
{
    static const struct {
        enum err code;
        enum refusal refusal;
        int status;
        const char *has;
    } CASES[] = {
        { ERR_STATE, REFUSED_NOT_RESTORED, 409, "\"reason\":\"member_not_restored\"" },
        { ERR_STATE, REFUSED_NOT_RESTORED, 409, "\"detail\":\"A member is not restored.\"" },
        { ERR_STATE, REFUSED_NOTHING, 409, "key-taken" },
        { ERR_MISSING, REFUSED_MISSING, 404, "not-found" },
        { ERR_TIMEOUT, REFUSED_NOTHING, 503, "busy" },
        { ERR_FULL, REFUSED_NOTHING, 503, "busy" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        W.incident_code = CASES[i].code;
        W.incident_refusal = CASES[i].refusal;
        assert_answers(W.port, "POST", PATH "/steps", OPERATOR, "{" KEY ",\"step\":\"close\"}",
                       CASES[i].status, CASES[i].has);
    }
}

static void letters_are_shown_to_those_who_see_the_incident(void **state)
{
    (void)state;
    assert_gets(W.port, PATH "/letters", OPERATOR, 200,
                "\"message\":\"overdue\",\"n\":100,\"to\":\"truong-ca\"");
    assert_gets(W.port, PATH "/letters", OPERATOR, 200, "\"state\":\"waits\",\"tries\":2");
    assert_gets(W.port, PATH "/letters", OPERATOR, 200,
                "\"settled_at\":null,\"said\":\"451 4.7.1 <*> later\"");
    assert_gets(W.port, PATH "/letters", OPERATOR, 200,
                "\"next_at\":\"2026-11-23T20:00:00.000+07:00\",\"settled_at\":null,\"said\":null");
    assert_gets(W.port, PATH "/letters", RURAL, 404, "There is no incident of this id");
    assert_gets(W.port, LIST "/1/letters", OPERATOR, 404, "There is no incident of this id");
}

static void channels_say_how_they_are(void **state)
{
    (void)state;
    assert_gets(W.port, "/api/v1/channels", OPERATOR, 200,
                "\"channel\":\"email\",\"up\":false,\"said\":\"no route\"");
    assert_gets(W.port, "/api/v1/channels", OPERATOR, 200,
                "\"waiting\":1,\"taken\":0,\"later\":2,\"refused\":0,\"down\":3");
    assert_gets(W.port, "/api/v1/channels", "", 401, "problem");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(incidents_are_listed_and_shown_whole, up, down),
        cmocka_unit_test_setup_teardown(the_written_record_is_made_from_the_facts, up, down),
        cmocka_unit_test_setup_teardown(targets_of_bad_water_are_told_apart_from_duties, up, down),
        cmocka_unit_test_setup_teardown(what_is_void_is_said_so_and_is_not_waived, up, down),
        cmocka_unit_test_setup_teardown(without_bad_water_the_record_has_no_such_table, up, down),
        cmocka_unit_test_setup_teardown(those_of_the_past_come_from_the_database, up, down),
        cmocka_unit_test_setup_teardown(those_of_another_node_have_its_name_in_front, up, down),
        cmocka_unit_test_setup_teardown(the_record_says_who_found_it_and_that_its_effect_is_not_large, up,
                                        down),
        cmocka_unit_test_setup_teardown(the_operation_book_is_made_from_the_facts, up, down),
        cmocka_unit_test_setup_teardown(what_is_asked_of_the_past_is_checked, up, down),
        cmocka_unit_test_setup_teardown(the_past_is_asked_as_who_asks, up, down),
        cmocka_unit_test_setup_teardown(what_belongs_to_another_supplier_is_not_there, up, down),
        cmocka_unit_test_setup_teardown(who_may_do_what_is_told_by_role, up, down),
        cmocka_unit_test_setup_teardown(a_technician_works_on_what_was_assigned_to_them, up, down),
        cmocka_unit_test_setup_teardown(each_step_takes_its_own_fields, up, down),
        cmocka_unit_test_setup_teardown(fields_become_the_step, up, down),
        cmocka_unit_test_setup_teardown(calls_are_told_without_who_called, up, down),
        cmocka_unit_test_setup_teardown(refusals_have_a_name_that_stays, up, down),
        cmocka_unit_test_setup_teardown(letters_are_shown_to_those_who_see_the_incident, up, down),
        cmocka_unit_test_setup_teardown(the_name_of_our_own_node_may_stand_in_front, up, down),
        cmocka_unit_test_setup_teardown(a_step_for_another_nodes_incident_is_handed_over, up, down),
        cmocka_unit_test_setup_teardown(what_became_of_a_step_that_was_handed_over_is_told, up, down),
        cmocka_unit_test_setup_teardown(channels_say_how_they_are, up, down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
