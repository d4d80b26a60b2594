/* The bodies of the portal: whole, scoped, with null where too little is known, and with `since` only news.
 */
#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/portal.h"
#include "seal/seal.h"
#include "unit.h"

/* 2026-11-23T10:00:00+07:00 */
static const struct wall NOON = { 1795402800000 };

enum { CHLORINE, PRESSURE, FLOW, OTHERS, POINTS };

static struct {
    struct catalogue catalogue;
    struct board *board;
    struct snapshot *present;
    struct incident_list *incidents;
    struct day_figure days[POINTS];
    bool known[POINTS], off;
    uint64_t modes[POINTS]; /* the turn in which those of the point changed */
    struct portal_from from;
    struct strbuf body;
    cJSON *json;
} W;

/* ---- the world ---- */

static void add_point(const char *id, uint32_t site, const char *parameter, const char *unit, uint8_t at)
{
    struct point p = {
        .site = site, .at = at, .every_ms = 1000, .low = NAN, .high = NAN, .accepted = DAY_NONE
    };

    (void)snprintf(p.id, sizeof p.id, "%s", id);
    (void)snprintf(p.name, sizeof p.name, "%s", id);
    (void)snprintf(p.parameter, sizeof p.parameter, "%s", parameter);
    (void)snprintf(p.unit, sizeof p.unit, "%s", unit);
    assert_int_equal(catalogue_add_point(&W.catalogue, &p, NULL), ERR_NONE);
}

static void add_limits(void)
{
    struct standard s = { .id = "qc", .name = "Quy chuẩn", .from = 0, .until = 20269, .limit_count = 1 };

    s.limits = calloc(1, sizeof *s.limits);
    s.limits[0] = (struct limit){
        .row = "1", .parameter = "free_chlorine", .unit = "mg/L", .low = 0.2, .high = 1.0, .name = "Clo"
    };
    assert_int_equal(catalogue_add_standard(&W.catalogue, &s, NULL), ERR_NONE);
}

static void add_zone(void)
{
    struct zone z = { .id = "kv", .name = "Khu vực", .area = NO_INDEX, .version_count = 1 };
    struct zone_version *v = calloc(1, sizeof *v);

    *v = (struct zone_version){
        .from = DAY_NONE, .people = 1200, .connections = -1, .lowest = NAN, .highest = NAN
    };
    v->flows = calloc(1, sizeof *v->flows);
    v->flows[0] = (struct zone_flow){ FLOW, 1 };
    v->critical = calloc(1, sizeof *v->critical);
    v->critical[0] = PRESSURE;
    v->flow_count = v->critical_count = 1;
    z.versions = v;
    assert_int_equal(catalogue_add_zone(&W.catalogue, &z, NULL), ERR_NONE);
}

static void add_world(void)
{
    static const struct supplier SUPPLIERS[] = { { .id = "a", .name = "Đơn vị A" },
                                                 { .id = "b", .name = "B" } };
    static const struct safety_plan NO_PLAN = { 0, DAY_NONE, DAY_NONE, DAY_NONE };
    const struct system systems[] = {
        { .id = "sa", .name = "A", .capacity = NAN, .people = -1, .plan = NO_PLAN },
        { .id = "sb", .name = "B", .supplier = 1, .capacity = 10, .people = 5, .plan = NO_PLAN },
        { .id = "sc", .name = "C", .supplier = 1, .capacity = NAN, .people = -1, .plan = NO_PLAN },
    };
    struct site sites[] = { { .id = "ta", .area = NO_INDEX }, { .id = "tb", .area = NO_INDEX, .system = 1 } };
    struct fault why;

    for (size_t i = 0; i < 2; i++)
        assert_int_equal(catalogue_add_supplier(&W.catalogue, &SUPPLIERS[i], NULL), ERR_NONE);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(catalogue_add_system(&W.catalogue, &systems[i], NULL), ERR_NONE);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(catalogue_add_site(&W.catalogue, &sites[i], NULL), ERR_NONE);
    add_limits();
    add_point("a.chlorine", 0, "free_chlorine", "mg/L", AT_TREATED);
    add_point("a.pressure", 0, "pressure", "bar", AT_NETWORK);
    add_point("a.flow", 0, "flow", "L/s", AT_NETWORK);
    add_point("b.chlorine", 1, "free_chlorine", "mg/L", AT_TAP);
    add_zone();
    assert_int_equal(catalogue_seal(&W.catalogue, &why), ERR_NONE);
}

/* ---- what is given ---- */

static void judge(void *self, uint32_t point, const struct reading *r, struct portal_verdict *out)
{
    const bool bad = r->quality == QUALITY_BAD;

    (void)self;
    (void)point;
    *out = (struct portal_verdict){ .word = bad              ? "unknown"
                                            : r->value < 0.2 ? "outside"
                                                             : "within",
                                    .why = "",
                                    .set = &W.catalogue.standards[0],
                                    .row = "1",
                                    .unit = "mg/L",
                                    .note = "quy chuẩn đã hết hiệu lực",
                                    .value = bad ? NAN : r->value,
                                    .limit = NAN };
}

static bool today(void *self, uint64_t key, int32_t day, struct day_figure *out)
{
    uint32_t i = catalogue_by_key(&W.catalogue, key);

    (void)self;
    assert_int_equal(day, day_local(W.from.now));
    *out = W.days[i];
    return W.known[i] && W.days[i].day == day;
}

static uint64_t modes_changed(void *self, uint32_t point)
{
    (void)self;
    return W.modes[point];
}

static bool planned_off(void *self, uint32_t point)
{
    (void)self;
    return W.off && point == PRESSURE;
}

static void show(uint32_t point, double value)
{
    const struct reading r = reading_good(point, NOON, value);

    assert_int_equal(board_set(W.board, &r), ERR_NONE);
}

static void freeze(void)
{
    struct snapshot *s = board_freeze(W.board, NOON);

    if (s == NULL)
        return;
    snapshot_drop(W.present);
    W.present = s;
    W.from.present = s;
}

/* Ten hours of the day have passed; so many of them are told of the point. */
static void count(uint32_t point, int64_t told_h)
{
    W.known[point] = true;
    W.days[point] = (struct day_figure){ .day = day_local(NOON),
                                         .until = NOON,
                                         .least = 0.1,
                                         .most = 0.9,
                                         .sum = 0.5 * (double)(told_h * CLOCK_HOUR_MS),
                                         .good_ms = told_h * CLOCK_HOUR_MS,
                                         .within_ms = (told_h - 2) * CLOCK_HOUR_MS,
                                         .outside_ms = CLOCK_HOUR_MS,
                                         .unjudged_ms = CLOCK_HOUR_MS,
                                         .supplied_ms = (told_h - 3) * CLOCK_HOUR_MS,
                                         .planned_ms = 2 * CLOCK_HOUR_MS,
                                         .off_ms = CLOCK_HOUR_MS };
}

static int up(void **state)
{
    struct fault why;

    (void)state;
    memset(&W, 0, sizeof W);
    assert_int_equal(seal_start(&why), ERR_NONE);
    catalogue_init(&W.catalogue);
    add_world();
    assert_int_equal(board_new(&W.board, &W.catalogue, &why), ERR_NONE);
    strbuf_init(&W.body, PORTAL_BODY_MAX);
    W.from = (struct portal_from){ .supplied_bar = 0.25,
                                   .catalogue = &W.catalogue,
                                   .now = NOON,
                                   .node = "n",
                                   .epoch = 0x17,
                                   .scope = { "", "" },
                                   .judge = judge,
                                   .today = today,
                                   .modes_changed = modes_changed,
                                   .planned_off = planned_off };
    show(CHLORINE, 0.5);
    show(PRESSURE, 2.5);
    show(FLOW, 10);
    freeze();
    return 0;
}

static int down(void **state)
{
    (void)state;
    cJSON_Delete(W.json);
    strbuf_clear(&W.body);
    incident_list_drop(W.incidents);
    snapshot_drop(W.present);
    board_free(W.board);
    catalogue_clear(&W.catalogue);
    return 0;
}

static const cJSON *at(const cJSON *of, const char *name)
{
    const cJSON *is = cJSON_GetObjectItemCaseSensitive(of, name);

    if (is == NULL)
        fail_msg("no %s", name);
    return is;
}

static const cJSON *make(enum portal_kind kind)
{
    struct fault why;

    strbuf_reset(&W.body);
    assert_int_equal(portal_write(&W.body, kind, &W.from, &why), ERR_NONE);
    assert_false(W.body.failed);
    cJSON_Delete(W.json);
    W.json = cJSON_Parse(W.body.text);
    assert_non_null(W.json);
    return W.json;
}

static double number(const cJSON *of, const char *name)
{
    const cJSON *is = at(of, name);

    return cJSON_IsNull(is) ? NAN : is->valuedouble;
}

static const char *text(const cJSON *of, const char *name)
{
    return at(of, name)->valuestring;
}

/* ---- rules ---- */

static void every_body_says_what_it_is(void **state)
{
    static const char *const KINDS[] = { "summary", "water-quality", "supply", "incidents", "systems" };

    (void)state;
    for (unsigned k = 0; k < PORTAL_KIND_COUNT; k++) {
        const cJSON *body = make((enum portal_kind)k);
        assert_string_equal(text(body, "schema"), PORTAL_SCHEMA);
        assert_string_equal(text(body, "kind"), KINDS[k]);
        assert_string_equal(text(body, "generated_at"), "2026-11-23T10:00:00.000+07:00");
        assert_true(cJSON_IsTrue(at(body, "complete")));
    }
}

static void a_compliance_point_has_its_verdict_and_the_shares_of_its_day(void **state)
{
    const cJSON *points, *p;

    (void)state;
    count(CHLORINE, 9); /* 9 of 10 h: as much as is asked for */
    points = at(make(PORTAL_WATER_QUALITY), "points");
    assert_int_equal(cJSON_GetArraySize(points), 2); /* pressure and flow have no limit */
    p = cJSON_GetArrayItem(points, CHLORINE);
    assert_string_equal(text(p, "id"), "a.chlorine");
    assert_string_equal(text(p, "supplier"), "a");
    assert_true(number(p, "value") == 0.5);
    assert_string_equal(text(at(p, "verdict"), "word"), "within");
    assert_string_equal(text(at(p, "verdict"), "set"), "qc");
    assert_string_equal(text(at(p, "verdict"), "row"), "1");
    assert_true(cJSON_IsFalse(at(at(p, "verdict"), "in_force")));
    p = at(p, "today");
    assert_true(number(p, "within") == 0.7 && number(p, "outside") == 0.1 && number(p, "not_judged") == 0.1);
    assert_true(number(p, "coverage") == 0.9);
    assert_true(number(p, "mean") == 0.5 && number(p, "min") == 0.1);
}

static void below_nine_tenths_a_figure_is_null_with_its_coverage(void **state)
{
    const cJSON *p;

    (void)state;
    count(CHLORINE, 8);
    p = at(cJSON_GetArrayItem(at(make(PORTAL_WATER_QUALITY), "points"), CHLORINE), "today");
    assert_true(isnan(number(p, "within")) && isnan(number(p, "outside")) && isnan(number(p, "not_judged")));
    assert_true(isnan(number(p, "mean")) && isnan(number(p, "max")));
    assert_true(number(p, "coverage") == 0.8 && number(p, "number_coverage") == 0.8);
}

static void what_was_never_read_is_null_and_never_zero(void **state)
{
    const cJSON *p;

    (void)state;
    p = cJSON_GetArrayItem(at(make(PORTAL_WATER_QUALITY), "points"), 1);
    assert_string_equal(text(p, "id"), "b.chlorine");
    assert_true(isnan(number(p, "value")));
    assert_string_equal(text(p, "quality"), "bad");
    assert_string_equal(text(p, "reason"), "never_read");
    assert_string_equal(text(at(p, "verdict"), "word"), "unknown");
    assert_true(number(at(p, "today"), "coverage") == 0 && number(at(p, "today"), "unknown") == 1);
}

static void a_zone_tells_off_on_purpose_from_off(void **state)
{
    const cJSON *z, *c;

    (void)state;
    count(PRESSURE, 10);
    count(FLOW, 10);
    W.off = true;
    z = cJSON_GetArrayItem(at(make(PORTAL_SUPPLY), "zones"), 0);
    assert_true(cJSON_IsTrue(at(z, "planned_off_now")));
    assert_true(number(at(z, "flow"), "value") == 36);         /* 10 L/s */
    assert_true(number(at(z, "volume_today"), "value") == 18); /* 0.5 L/s for 10 h */
    c = at(z, "continuity_today");
    assert_string_equal(text(c, "point"), "a.pressure");
    assert_float_equal(number(c, "supplied_above_bar"), 0.25, 0);
    assert_true(number(c, "supplied_h") == 7 && number(c, "planned_off_h") == 2 &&
                number(c, "unplanned_off_h") == 1);
    assert_true(number(c, "coverage") == 1);
    count(FLOW, 8);
    z = cJSON_GetArrayItem(at(make(PORTAL_SUPPLY), "zones"), 0);
    assert_true(isnan(number(at(z, "volume_today"), "value")));
    assert_true(number(at(z, "volume_today"), "coverage") == 0.8);
}

static void one_meter_without_a_number_leaves_the_zone_without_one(void **state)
{
    const struct reading r = reading_bad(FLOW, NOON, REASON_NO_ANSWER);
    const cJSON *flow;

    (void)state;
    assert_int_equal(board_set(W.board, &r), ERR_NONE);
    freeze();
    flow = at(cJSON_GetArrayItem(at(make(PORTAL_SUPPLY), "zones"), 0), "flow");
    assert_true(isnan(number(flow, "value")));
    assert_string_equal(text(flow, "quality"), "bad");
}

static void connected_is_what_devices_read_of_what_exists(void **state)
{
    const cJSON *body;

    (void)state;
    body = make(PORTAL_SYSTEMS);
    assert_true(number(body, "existing") == 3 && number(body, "connected") == 2 &&
                number(body, "reporting") == 1);
    assert_true(number(body, "connected_share") == 2.0 / 3);
    W.from.scope = (struct scope){ "b", "" };
    body = make(PORTAL_SYSTEMS);
    assert_true(number(body, "existing") == 2 && number(body, "connected") == 1);
}

static void of_another_supplier_nothing_is_told(void **state)
{
    (void)state;
    W.from.scope = (struct scope){ "b", "" };
    for (unsigned k = 0; k < PORTAL_KIND_COUNT; k++) {
        (void)make((enum portal_kind)k);
        assert_null(strstr(W.body.text, "a.chlorine"));
        assert_null(strstr(W.body.text, "\"sa\""));
        assert_null(strstr(W.body.text, "\"kv\""));
    }
    assert_int_equal(cJSON_GetArraySize(at(make(PORTAL_WATER_QUALITY), "points")), 1);
}

static void since_gives_what_changed_and_another_run_everything(void **state)
{
    char cursor[100];
    const cJSON *body;

    (void)state;
    (void)snprintf(cursor, sizeof cursor, "%s", text(make(PORTAL_WATER_QUALITY), "cursor"));
    W.from.since = cursor;
    body = make(PORTAL_WATER_QUALITY);
    assert_true(cJSON_IsFalse(at(body, "complete")));
    assert_int_equal(cJSON_GetArraySize(at(body, "points")), 0);
    show(CHLORINE, 0.6);
    freeze();
    body = make(PORTAL_WATER_QUALITY);
    assert_int_equal(cJSON_GetArraySize(at(body, "points")), 1);
    assert_string_equal(text(cJSON_GetArrayItem(at(body, "points"), 0), "id"), "a.chlorine");
    W.from.epoch++;
    body = make(PORTAL_WATER_QUALITY);
    assert_true(cJSON_IsTrue(at(body, "complete")));
    assert_int_equal(cJSON_GetArraySize(at(body, "points")), 2);
}

/* Asked again at that time, with the cursor of what was told before: so many points are news. */
static const cJSON *ask_again(int64_t ms, int news)
{
    static char cursor[100];
    const cJSON *points;

    (void)snprintf(cursor, sizeof cursor, "%s", text(W.json, "cursor"));
    W.from.since = cursor;
    W.from.now.ms = ms;
    points = at(make(PORTAL_WATER_QUALITY), "points");
    assert_int_equal(cJSON_GetArraySize(points), news);
    return cJSON_GetArrayItem(points, 0);
}

static void a_silent_sensor_is_news_while_less_of_its_day_is_known(void **state)
{
    const cJSON *p;

    (void)state;
    count(CHLORINE, 10);
    (void)make(PORTAL_WATER_QUALITY);
    (void)ask_again(NOON.ms + 5 * CLOCK_MINUTE_MS, 0); /* its minutes may still come */
    p = ask_again(NOON.ms + 5 * CLOCK_HOUR_MS + PORTAL_TOLD_WITHIN_MS, 1);
    assert_string_equal(text(p, "id"), "a.chlorine");
    assert_true(number(at(p, "today"), "coverage") == 10.0 / 15);
    (void)ask_again(NOON.ms + 5 * CLOCK_HOUR_MS + PORTAL_TOLD_WITHIN_MS, 0);
}

/* A mode changes what is said of a point while nobody reads it. */
static void a_mode_that_begins_or_ends_is_news_of_its_points_once(void **state)
{
    (void)state;
    (void)make(PORTAL_WATER_QUALITY);
    W.modes[CHLORINE] = W.from.modes_turn = 7;
    assert_string_equal(text(ask_again(NOON.ms, 1), "id"), "a.chlorine");
    (void)ask_again(NOON.ms, 0);
    W.modes[OTHERS] = W.from.modes_turn = 8;
    assert_string_equal(text(ask_again(NOON.ms, 1), "id"), "b.chlorine");
    (void)ask_again(NOON.ms, 0);
    W.from.modes_turn = 0; /* a cursor of something that never was */
    assert_int_equal(cJSON_GetArraySize(at(make(PORTAL_WATER_QUALITY), "points")), 2);
}

static void with_the_day_yesterday_is_over_for_who_asks_for_news(void **state)
{
    const int64_t midnight = wall_local_midnight(NOON).ms + CLOCK_DAY_MS;
    const cJSON *p;

    (void)state;
    count(CHLORINE, 10);
    W.from.now.ms = midnight - 1000;
    (void)make(PORTAL_WATER_QUALITY);
    p = ask_again(midnight + 1000, 2);
    assert_string_equal(text(at(p, "today"), "day"), "2026-11-24");
    (void)ask_again(midnight + PORTAL_TOLD_WITHIN_MS, 0);
    p = ask_again(midnight + CLOCK_HOUR_MS, 2); /* of which nothing is known */
    assert_true(number(at(p, "today"), "unknown") == 1);
    (void)ask_again(midnight + 2 * CLOCK_HOUR_MS, 0);
}

static void a_cursor_of_an_earlier_version_gives_everything(void **state)
{
    const cJSON *body;

    (void)state;
    W.from.since = "1-2-3-4";
    body = make(PORTAL_WATER_QUALITY);
    assert_true(cJSON_IsTrue(at(body, "complete")));
    assert_int_equal(cJSON_GetArraySize(at(body, "points")), 2);
}

static void a_cursor_that_is_none_is_refused(void **state)
{
    static const char *const WRONG[] = { "",         "x",
                                         "1-2-3",    "1-2",
                                         "1-2-3-",   "-1-2-3-4",
                                         "1-2-3-4 ", "11111111111111111-1-1-1",
                                         "1-2-3-4-", "1-2-3-4-5-6-7" };
    struct fault why;

    (void)state;
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        W.from.since = WRONG[i];
        assert_int_equal(portal_write(&W.body, PORTAL_SUMMARY, &W.from, &why), ERR_RANGE);
    }
}

/* ---- incidents ---- */

static void give_incident(const struct incident *i)
{
    incident_list_drop(W.incidents);
    W.incidents = incident_list_new(1, &W.catalogue);
    W.incidents->items[0] = incident_copy_new(i, 3);
    W.from.incidents = W.incidents;
}

static void add_incident(bool drill)
{
    struct incident *i = calloc(1, sizeof *i);

    i->id = 41;
    i->drill = drill;
    i->opened.ms = i->members[0].start.ms = i->members[0].evident.ms = NOON.ms - 13 * CLOCK_HOUR_MS;
    i->members[0].id = 42;
    i->members[0].class = CLASS_SERVICE_NETWORK;
    (void)snprintf(i->members[0].site, sizeof i->members[0].site, "ta");
    i->member_count = 1;
    i->duties[DUTY_PEOPLE] = (struct duty){ .since = i->opened, .due = { i->opened.ms + 1800000 } };
    i->facts[0] =
        (struct fact){ .kind = FACT_MEASURE, .code = MEASURE_TANKERS, .claimed = NOON, .recorded = NOON };
    i->fact_count = 1;
    i->large_since = i->opened;
    give_incident(i);
    free(i);
}

static void an_incident_has_its_clock_duties_and_measures(void **state)
{
    const cJSON *i, *n;

    (void)state;
    add_incident(false);
    i = cJSON_GetArrayItem(at(make(PORTAL_INCIDENTS), "incidents"), 0);
    assert_string_equal(text(i, "id"), "41");
    assert_string_equal(text(i, "class"), "service_network");
    assert_true(number(i, "limit_h") == 12);
    assert_true(cJSON_IsTrue(at(i, "overdue")));
    assert_string_equal(text(i, "due_at"), "2026-11-23T09:00:00.000+07:00");
    assert_string_equal(cJSON_GetArrayItem(at(i, "suppliers"), 0)->valuestring, "a");
    assert_true(cJSON_IsTrue(at(cJSON_GetArrayItem(at(i, "duties"), 0), "late")));
    assert_string_equal(text(cJSON_GetArrayItem(at(i, "measures"), 0), "measure"), "tankers");
    n = at(make(PORTAL_SUMMARY), "incidents");
    assert_true(number(n, "open") == 1 && number(n, "overdue") == 1 && number(n, "large_effect") == 1 &&
                number(n, "duties_overdue") == 1);
}

/* Ten hours of today have passed. */
static const char *hour(int h)
{
    static char text[40];

    (void)snprintf(text, sizeof text, "2026-11-23T%02d:00:00.000+07:00", h);
    return text;
}

static struct wall hours_before_noon(int h)
{
    return (struct wall){ NOON.ms - h * CLOCK_HOUR_MS };
}

static void tell(struct incident *i, enum fact_kind kind, int hours_before)
{
    i->facts[i->fact_count++] = (struct fact){ .kind = (uint8_t)kind,
                                               .claimed = hours_before_noon(hours_before),
                                               .recorded = hours_before_noon(hours_before) };
}

static const cJSON *incident_told(const struct incident *i)
{
    give_incident(i);
    return cJSON_GetArrayItem(at(make(PORTAL_INCIDENTS), "incidents"), 0);
}

static bool is_untold(const cJSON *of, const char *name)
{
    return cJSON_IsNull(at(of, name));
}

static void it_is_over_when_its_members_are_whoever_saw_it(void **state)
{
    struct incident *i = calloc(1, sizeof *i);
    const cJSON *is;

    (void)state;
    add_incident(false);
    *i = W.incidents->items[0]->is;
    i->members[1] = i->members[0];
    i->members[1].id = 43;
    i->member_count = 2;
    i->members[0].restored = hours_before_noon(4); /* by what is measured */
    is = incident_told(i);
    assert_true(is_untold(is, "restored_at") && is_untold(is, "repaired_at"));
    i->members[1].repaired = hours_before_noon(3);
    is = incident_told(i);
    assert_true(is_untold(is, "restored_at"));
    assert_string_equal(text(is, "repaired_at"), hour(7));
    i->members[1].restored = hours_before_noon(2);
    is = incident_told(i);
    assert_string_equal(text(is, "restored_at"), hour(8));
    assert_string_equal(text(is, "repaired_at"), hour(7));
    free(i);
}

static void opened_again_it_is_not_over(void **state)
{
    struct incident *i = calloc(1, sizeof *i);
    const cJSON *is;

    (void)state;
    add_incident(false);
    *i = W.incidents->items[0]->is;
    tell(i, FACT_REPAIRED, 5);
    tell(i, FACT_RESTORED, 4);
    tell(i, FACT_CLOSED, 3);
    tell(i, FACT_REOPENED, 2);
    is = incident_told(i);
    assert_true(is_untold(is, "repaired_at") && is_untold(is, "restored_at") && is_untold(is, "closed_at"));
    i->members[0].restored = hours_before_noon(1);
    i->closed = true;
    assert_string_equal(text(incident_told(i), "closed_at"), hour(7));
    free(i);
}

/* No law owes them: they are counted apart. */
static void targets_are_told_and_counted_apart_from_duties(void **state)
{
    struct incident *i = calloc(1, sizeof *i);
    const cJSON *n, *duties;

    (void)state;
    add_incident(false);
    *i = W.incidents->items[0]->is;
    i->duties[DUTY_SAMPLE] = i->duties[DUTY_ISOLATE] = i->duties[DUTY_PEOPLE];
    give_incident(i);
    duties = at(cJSON_GetArrayItem(at(make(PORTAL_INCIDENTS), "incidents"), 0), "duties");
    assert_int_equal(cJSON_GetArraySize(duties), 3);
    assert_true(cJSON_IsFalse(at(cJSON_GetArrayItem(duties, 0), "target")));
    assert_true(cJSON_IsTrue(at(cJSON_GetArrayItem(duties, 1), "target")));
    assert_string_equal(text(cJSON_GetArrayItem(duties, 2), "duty"), "isolate");
    assert_string_equal(text(cJSON_GetArrayItem(duties, 2), "name_vi"), "cô lập nước không đạt");
    n = at(make(PORTAL_SUMMARY), "incidents");
    assert_true(number(n, "duties_overdue") == 1 && number(n, "targets_overdue") == 2);
    i->closed = true;
    give_incident(i);
    n = at(make(PORTAL_SUMMARY), "incidents");
    assert_true(number(n, "duties_overdue") == 1 && number(n, "targets_overdue") == 0);
    free(i);
}

static void what_is_void_is_not_waived(void **state)
{
    struct incident *i = calloc(1, sizeof *i);
    const cJSON *duties;

    (void)state;
    add_incident(false);
    *i = W.incidents->items[0]->is;
    i->duties[DUTY_PEOPLE].waived = true;
    i->duties[DUTY_PEOPLE].done = i->opened;
    i->duties[DUTY_SAMPLE] = i->duties[DUTY_PEOPLE];
    i->duties[DUTY_SAMPLE].voided = true;
    give_incident(i);
    duties = at(cJSON_GetArrayItem(at(make(PORTAL_INCIDENTS), "incidents"), 0), "duties");
    assert_true(cJSON_IsTrue(at(cJSON_GetArrayItem(duties, 0), "waived")));
    assert_true(cJSON_IsFalse(at(cJSON_GetArrayItem(duties, 0), "voided")));
    assert_true(cJSON_IsFalse(at(cJSON_GetArrayItem(duties, 1), "waived")));
    assert_true(cJSON_IsTrue(at(cJSON_GetArrayItem(duties, 1), "voided")));
    assert_true(cJSON_IsNull(at(cJSON_GetArrayItem(duties, 1), "done_at")));
    free(i);
}

static void its_duties_stay_owed_when_it_is_closed(void **state)
{
    struct incident *i = calloc(1, sizeof *i);
    const cJSON *n;

    (void)state;
    add_incident(false);
    *i = W.incidents->items[0]->is;
    i->closed = true;
    give_incident(i);
    n = at(make(PORTAL_SUMMARY), "incidents");
    assert_true(number(n, "open") == 0 && number(n, "large_effect") == 0 && number(n, "duties_overdue") == 1);
    i->duties[DUTY_PEOPLE].done = NOON;
    give_incident(i);
    assert_true(number(at(make(PORTAL_SUMMARY), "incidents"), "duties_overdue") == 0);
    free(i);
}

/* As two that were merged have them. */
static void of_what_was_told_twice_the_first_counts(void **state)
{
    struct incident *i = calloc(1, sizeof *i);
    const cJSON *is;

    (void)state;
    add_incident(false);
    *i = W.incidents->items[0]->is;
    for (int told = 0; told < 2; told++) {
        tell(i, FACT_DETECTED, 9 - told);
        tell(i, FACT_KNOWN, 9 - told);
        tell(i, FACT_ON_SITE, 7 - told);
        tell(i, FACT_REMEDY_APPROVED, 5 - 5 * told);
    }
    is = incident_told(i);
    assert_string_equal(text(is, "detected_at"), hour(1));
    assert_string_equal(text(is, "known_at"), hour(1));
    assert_string_equal(text(is, "on_site_at"), hour(3));
    assert_string_equal(text(is, "remedy_approved_at"), hour(5));
    assert_true(cJSON_IsFalse(at(is, "approved_late"))); /* due at 9 */
    free(i);
}

static void a_drill_is_marked_and_in_no_number(void **state)
{
    (void)state;
    add_incident(true);
    assert_true(cJSON_IsTrue(at(cJSON_GetArrayItem(at(make(PORTAL_INCIDENTS), "incidents"), 0), "drill")));
    assert_true(number(at(make(PORTAL_SUMMARY), "incidents"), "open") == 0);
}

static void an_incident_whose_clock_runs_is_always_news(void **state)
{
    char cursor[100];

    (void)state;
    add_incident(false);
    (void)snprintf(cursor, sizeof cursor, "%s", text(make(PORTAL_INCIDENTS), "cursor"));
    W.from.since = cursor;
    assert_int_equal(cJSON_GetArraySize(at(make(PORTAL_INCIDENTS), "incidents")), 1);
    W.from.scope = (struct scope){ "b", "" };
    assert_int_equal(cJSON_GetArraySize(at(make(PORTAL_INCIDENTS), "incidents")), 0);
}

#define RULE(f) cmocka_unit_test_setup_teardown(f, up, down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RULE(every_body_says_what_it_is),
        RULE(a_compliance_point_has_its_verdict_and_the_shares_of_its_day),
        RULE(below_nine_tenths_a_figure_is_null_with_its_coverage),
        RULE(what_was_never_read_is_null_and_never_zero),
        RULE(a_zone_tells_off_on_purpose_from_off),
        RULE(one_meter_without_a_number_leaves_the_zone_without_one),
        RULE(connected_is_what_devices_read_of_what_exists),
        RULE(of_another_supplier_nothing_is_told),
        RULE(since_gives_what_changed_and_another_run_everything),
        RULE(a_mode_that_begins_or_ends_is_news_of_its_points_once),
        RULE(a_silent_sensor_is_news_while_less_of_its_day_is_known),
        RULE(with_the_day_yesterday_is_over_for_who_asks_for_news),
        RULE(a_cursor_of_an_earlier_version_gives_everything),
        RULE(a_cursor_that_is_none_is_refused),
        RULE(an_incident_has_its_clock_duties_and_measures),
        RULE(it_is_over_when_its_members_are_whoever_saw_it),
        RULE(opened_again_it_is_not_over),
        RULE(targets_are_told_and_counted_apart_from_duties),
        RULE(what_is_void_is_not_waived),
        RULE(its_duties_stay_owed_when_it_is_closed),
        RULE(of_what_was_told_twice_the_first_counts),
        RULE(a_drill_is_marked_and_in_no_number),
        RULE(an_incident_whose_clock_runs_is_always_news),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
