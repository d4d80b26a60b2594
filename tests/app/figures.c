/* The portal's figures of a simulated month, recomputed by another hand: readings, silences, faults and modes
 * go through the pipeline on a virtual clock, bodies of the portal are taken at times of a draw, everything
 * is delivered into a real PostgreSQL, and figures.sql says of raw readings what the bodies should have said.
 * They agree to the last digit: numbers here are multiples of 1/64, so a sum is the same in any order. */
#include <cjson/cJSON.h>
#include <libpq-fe.h>
#include <math.h>

#include "portal.h"
#include "seal/seal.h"
#include "slice.h"
#include "store/pgtest.h"
#include "store/store.h"

enum { DAYS = 30, A_DAY = 2, CHECKS = DAYS * A_DAY, MINUTES_OF_DAY = 1440, ANSWER_MAX = 16 };
enum { FIRST_CHECK = 40 /* minutes after midnight */, SETTLE_MS = 30000 };
/* 2026-10-20T00:00:00+07:00; new limits hold from 06/11 on. */
static const struct wall BEGIN = { 1792429200000 };
#define NEW_LIMITS "2026-11-06"

enum kind { FLOW, PRESSURE, CHLORINE, TURBIDITY, PH, OTHER };

static const struct source {
    const char *id, *device, *unit, *parameter;
    uint32_t site;
    uint8_t at;
    enum kind kind;
    int every_min; /* 0: nobody ever answers */
    double base, spread;
} SOURCES[] = {
    { "in.main", "m1", "L/s", "flow", 0, AT_NETWORK, FLOW, 1, 30, 10 },
    { "in.second", "m1", "m3/h", "flow", 0, AT_NETWORK, FLOW, 1, 40, 20 },
    { "out.next", "m2", "m3/h", "flow", 1, AT_NETWORK, FLOW, 1, 15, 10 },
    { "press.low", "p1", "bar", "pressure", 0, AT_NETWORK, PRESSURE, 1, 2, 2 },
    { "press.high", "p2", "kPa", "pressure", 1, AT_NETWORK, PRESSURE, 1, 150, 100 },
    { "b.in", "m3", "m3/h", "flow", 1, AT_NETWORK, FLOW, 1, 10, 10 },
    { "b.press", "p3", "bar", "pressure", 1, AT_NETWORK, PRESSURE, 5, 1, 2 },
    { "treated.chlorine", "probe", "mg/L", "free_chlorine", 0, AT_TREATED, CHLORINE, 1, 0.125, 1 },
    { "tap.chlorine", "probe2", "mg/L", "free_chlorine", 1, AT_TAP, CHLORINE, 15, 0.25, 0.75 },
    { "net.turbidity", "probe", "NTU", "turbidity", 0, AT_NETWORK, TURBIDITY, 1, 0.25, 2 },
    { "tap.ph", "probe2", "", "ph", 1, AT_TAP, PH, 5, 5.75, 3 },
    { "b.never", "gone", "", "", 2, AT_PROCESS, OTHER, 0, 0, 0 },
    { "b.hand", "", "m3", "", 3, AT_PROCESS, OTHER, 0, 0, 0 },
};
enum { POINTS = (int)COUNT_OF(SOURCES), BY_HAND = POINTS - 1 };

/* Of a point: what goes wrong now, for how many minutes more. */
enum trouble { NONE, SILENT, NO_VALUE, DOUBTED, EMPTY };
struct course {
    enum trouble is;
    unsigned left;
};

struct taken {
    struct wall at;
    cJSON *water, *supply, *systems, *summary;
};

static struct scene {
    uint64_t seed;
    struct pgtest database;
    struct ground ground;
    struct slice slice;
    struct portal *portal;
    struct course course[POINTS];
    struct taken taken[CHECKS];
    size_t taken_count;
    unsigned acts, answered, compared, nulls, wrong;
    PGconn *sql;
} S;

/* ---- the world ---- */

static void add_points(struct catalogue *c)
{
    for (uint32_t i = 0; i < POINTS; i++) {
        const struct source *s = &SOURCES[i];
        struct point p = { .site = s->site,
                           .at = s->at,
                           .revision = i + 1,
                           .manual = i == BY_HAND,
                           .every_ms = (s->every_min > 0 ? s->every_min : 1) * (int64_t)CLOCK_MINUTE_MS,
                           .heartbeat_ms = 10 * (int64_t)CLOCK_MINUTE_MS,
                           .low = NAN,
                           .high = NAN,
                           .accepted = DAY_NONE };
        (void)snprintf(p.id, sizeof p.id, "%s", s->id);
        (void)snprintf(p.name, sizeof p.name, "%s", s->id);
        (void)snprintf(p.wire, sizeof p.wire, "%s", i == BY_HAND ? "" : "w");
        (void)snprintf(p.device, sizeof p.device, "%s", s->device);
        (void)snprintf(p.unit, sizeof p.unit, "%s", s->unit);
        (void)snprintf(p.parameter, sizeof p.parameter, "%s", s->parameter);
        assert_int_equal(catalogue_add_point(c, &p, NULL), ERR_NONE);
    }
}

static void add_limits(struct catalogue *c, const char *id, const char *from, double chlorine)
{
    const struct limit rows[] = {
        { .row = "1", .parameter = "free_chlorine", .unit = "mg/L", .low = chlorine, .high = 1 },
        { .row = "2", .parameter = "turbidity", .unit = "NTU", .low = NAN, .high = 2 },
        { .row = "3", .parameter = "ph", .unit = "", .low = 6, .high = 8.5 },
    };
    struct standard s = { .series = "test", .until = DAY_NONE, .limit_count = COUNT_OF(rows) };

    (void)snprintf(s.id, sizeof s.id, "%s", id);
    (void)snprintf(s.name, sizeof s.name, "Quy chuẩn %s", id);
    assert_true(day_parse(from, &s.from));
    s.limits = calloc(COUNT_OF(rows), sizeof *s.limits);
    assert_non_null(s.limits);
    memcpy(s.limits, rows, sizeof rows);
    assert_int_equal(catalogue_add_standard(c, &s, NULL), ERR_NONE);
}

static void add_zone(struct catalogue *c, const char *id, const struct zone_flow *flows, size_t flow_count,
                     const uint32_t *critical, size_t critical_count)
{
    struct zone z = { .area = NO_INDEX, .version_count = 1 };
    struct zone_version *v = calloc(1, sizeof *v);

    assert_non_null(v);
    *v = (struct zone_version){ .connections = -1,
                                .people = -1,
                                .lowest = NAN,
                                .highest = NAN,
                                .flows = calloc(flow_count + 1, sizeof *v->flows),
                                .flow_count = flow_count,
                                .critical = calloc(critical_count + 1, sizeof *v->critical),
                                .critical_count = critical_count };
    assert_true(day_parse("2026-01-01", &v->from));
    assert_true(v->flows != NULL && v->critical != NULL);
    memcpy(v->flows, flows, flow_count * sizeof *flows);
    memcpy(v->critical, critical, critical_count * sizeof *critical);
    (void)snprintf(z.id, sizeof z.id, "%s", id);
    (void)snprintf(z.name, sizeof z.name, "%s", id);
    z.versions = v;
    assert_int_equal(catalogue_add_zone(c, &z, NULL), ERR_NONE);
}

static void add_world(struct catalogue *c)
{
    static const struct zone_flow TOWN[] = { { 0, 1 }, { 1, 1 }, { 2, -1 } }, VILLAGE[] = { { 5, 1 } };
    static const uint32_t TOWN_CRITICAL[] = { 3, 4 }, VILLAGE_CRITICAL[] = { 6 };
    static const char *const IDS[] = { "town", "village", "dark", "by-hand" };
    const struct supplier supplier = { .id = "s", .name = "Đơn vị" };

    assert_int_equal(catalogue_add_supplier(c, &supplier, NULL), ERR_NONE);
    for (uint32_t i = 0; i < COUNT_OF(IDS); i++) {
        struct system s = { .capacity = NAN, .people = -1, .plan = { 0, DAY_NONE, DAY_NONE, DAY_NONE } };
        struct site at = {
            .system = i, .area = NO_INDEX, .latitude = NAN, .longitude = NAN, .elevation = NAN
        };
        (void)snprintf(s.id, sizeof s.id, "%s", IDS[i]);
        (void)snprintf(s.name, sizeof s.name, "%s", IDS[i]);
        (void)snprintf(at.id, sizeof at.id, "site-%s", IDS[i]);
        (void)snprintf(at.name, sizeof at.name, "%s", IDS[i]);
        (void)snprintf(at.kind, sizeof at.kind, "dma");
        assert_int_equal(catalogue_add_system(c, &s, NULL), ERR_NONE);
        assert_int_equal(catalogue_add_site(c, &at, NULL), ERR_NONE);
    }
    add_limits(c, "old", "2000-01-01", 0.25);
    add_limits(c, "new", NEW_LIMITS, 0.5);
    add_points(c);
    add_zone(c, "z-town", TOWN, COUNT_OF(TOWN), TOWN_CRITICAL, COUNT_OF(TOWN_CRITICAL));
    add_zone(c, "z-village", VILLAGE, COUNT_OF(VILLAGE), VILLAGE_CRITICAL, COUNT_OF(VILLAGE_CRITICAL));
    add_zone(c, "z-blind", TOWN, 0, TOWN_CRITICAL, 0);
    assert_int_equal(catalogue_seal(c, NULL), ERR_NONE);
}

/* ---- the month ---- */

static uint32_t below(uint32_t n)
{
    return test_below(&S.seed, n);
}

/* Every seventh day is a bad one: what goes wrong then lasts for hours. */
static void take_course(uint32_t i, unsigned day)
{
    struct course *k = &S.course[i];
    const bool bad_day = day % 7 == 3;

    if (k->left > 0) {
        k->left--;
        return;
    }
    *k = (struct course){ NONE, 0 };
    if (below(bad_day ? 300 : 900) != 0)
        return;
    k->is = (enum trouble)(SILENT + below(SOURCES[i].kind == PRESSURE ? 4 : 3));
    k->left = bad_day ? 60 + below(400) : 1 + below(90);
}

static struct reading read_point(uint32_t i, struct wall at, bool rota)
{
    const struct source *s = &SOURCES[i];
    const double value = s->base + below((uint32_t)(s->spread * 64) + 1) / 64.0;

    if (S.course[i].is == NO_VALUE)
        return reading_bad(i, at, REASON_NO_ANSWER);
    if (S.course[i].is == DOUBTED)
        return reading_uncertain(i, at, value, REASON_CLIPPED);
    if (S.course[i].is == EMPTY || (rota && s->kind == PRESSURE))
        return reading_good(i, at, below(2) / 64.0);
    return reading_good(i, at, value);
}

static void heard(void *self, enum err code, bool known, const struct mode *is, const struct fault *why)
{
    (void)self;
    (void)is;
    if (code != ERR_NONE || known)
        fail_msg("a mode: %s", why->text);
    S.answered++;
}

static void begins(enum mode_kind kind, enum mode_place place, const char *subject, int64_t minutes)
{
    struct message_mode m = {
        .act = { .mode = { .kind = (uint8_t)kind,
                           .place = (uint8_t)place,
                           .until = { S.ground.clock.now.wall.ms + minutes * CLOCK_MINUTE_MS },
                           .who = "lan",
                           .why = "theo lịch" } },
        .by = { .kind = ACTOR_ACCOUNT, .name = "lan" },
        .answer = heard
    };

    (void)snprintf(m.act.mode.subject, sizeof m.act.mode.subject, "%s", subject);
    (void)snprintf(m.act.mode.key, sizeof m.act.mode.key, "mode-%u", S.acts++);
    assert_int_equal(pipeline_mode(S.slice.pipeline, &m, NULL), ERR_NONE);
}

/* A rota at noon, sensors in a standard solution, people at work. */
static void people(unsigned day, unsigned minute)
{
    if (minute == 780)
        begins(MODE_ROTA, MODE_AT_POINT, "press.low", 120);
    if (minute == 540 && day % 4 == 1)
        begins(MODE_CALIBRATION, MODE_AT_DEVICE, "probe", 20 + below(40));
    if (minute == 600 && day % 9 == 5)
        begins(MODE_MAINTENANCE, MODE_AT_SITE, "site-village", 180);
}

static void step(int64_t ms)
{
    fake_clock_advance(&S.ground.clock, ms);
    (void)pipeline_step(S.slice.pipeline, 0);
}

static void live_minute(unsigned day, unsigned minute)
{
    struct message m = { .kind = MESSAGE_READINGS };
    const bool rota = minute >= 780 && minute < 900 && below(10) != 0;

    people(day, minute);
    for (uint32_t i = 0; i < POINTS; i++) {
        if (SOURCES[i].every_min == 0)
            continue;
        take_course(i, day);
        if (S.course[i].is == SILENT || minute % (unsigned)SOURCES[i].every_min != 0)
            continue;
        m.readings[m.count] = read_point(i, (struct wall){ S.ground.clock.now.wall.ms - below(5000) }, rota);
        m.revisions[m.count++] = i + 1;
    }
    if (m.count > 0)
        pipeline_put(S.slice.pipeline, &m);
    (void)pipeline_step(S.slice.pipeline, 0);
    step(SETTLE_MS);
}

/* ---- bodies ---- */

static struct catalogue *catalogue_of(void *self)
{
    (void)self;
    return catalogue_hold(&S.ground.catalogue);
}

static struct snapshot *picture(void *self)
{
    return pipeline_snapshot(self);
}

/* What was folded is durable and shown. */
static void settle(void)
{
    const struct journal_state nothing = { seal_key63("a test's own"), NULL, 0 };
    uint64_t seq;

    assert_int_equal(journal_append(S.slice.journal, NULL, 0, &nothing, 1, true, &seq, NULL), ERR_NONE);
    assert_int_equal(journal_wait(S.slice.journal, seq, 20000), ERR_NONE);
    for (int i = 0; i < 3; i++)
        step(100);
}

static cJSON *body(enum portal_kind kind)
{
    const struct portal_port port = portal_port(S.portal);
    const struct scope all = { "", "" };
    struct strbuf text;
    struct fault why;
    cJSON *out;

    strbuf_init(&text, PORTAL_BODY_MAX);
    if (port.make(port.self, kind, &all, NULL, &text, &why) != ERR_NONE)
        fail_msg("%s", why.text);
    strbuf_putc(&text, '\0');
    out = cJSON_Parse(text.text);
    assert_non_null(out);
    strbuf_clear(&text);
    return out;
}

static void take_bodies(void)
{
    struct taken *t = &S.taken[S.taken_count++];

    settle();
    *t = (struct taken){ S.ground.clock.now.wall, body(PORTAL_WATER_QUALITY), body(PORTAL_SUPPLY),
                         body(PORTAL_SYSTEMS), body(PORTAL_SUMMARY) };
}

static void live_a_month(void)
{
    for (unsigned day = 0; day < DAYS; day++) {
        unsigned at[A_DAY];
        for (size_t i = 0; i < A_DAY; i++)
            at[i] = FIRST_CHECK + below(MINUTES_OF_DAY - FIRST_CHECK);
        for (unsigned minute = 0; minute < MINUTES_OF_DAY; minute++) {
            const int64_t next = BEGIN.ms + (day * (int64_t)MINUTES_OF_DAY + minute + 1) * CLOCK_MINUTE_MS;
            live_minute(day, minute);
            for (size_t i = 0; i < A_DAY; i++)
                if (at[i] == minute && S.taken_count < CHECKS)
                    take_bodies();
            step(next - S.ground.clock.now.wall.ms);
        }
    }
}

/* ---- into the database ---- */

static bool all_there(void *ctx)
{
    struct lanes_port lanes = journal_lanes(S.slice.journal);
    char sql[256];

    (void)ctx;
    for (int lane = LANE_EVENTS; lane < LANE_END; lane++) {
        uint64_t first, last;
        struct fault why;
        assert_int_equal(lanes.span(lanes.self, (enum lane)lane, &first, &last, &why), ERR_NONE);
        (void)snprintf(sql, sizeof sql,
                       "SELECT coalesce(max(seq), 0) - %llu FROM capnuoc.delivery_cursor WHERE lane = %d",
                       (unsigned long long)last, lane);
        if (pgtest_count(&S.database, sql) != 0)
            return false;
    }
    return pgtest_count(&S.database, "SELECT count(*) FROM capnuoc.delivery_backlog") == 0;
}

static void deliver(void)
{
    struct deliverer *d;
    struct fault why;

    assert_int_equal(deliverer_start(&d, &S.database.settings, &S.ground.catalogue,
                                     journal_lanes(S.slice.journal), fake_clock(&S.ground.clock), &why),
                     ERR_NONE);
    assert_true(pgtest_until(all_there, NULL, 300000));
    deliverer_stop(d, 1000);
    deliverer_free(d);
    assert_int_equal(pgtest_count(&S.database, "SELECT count(*) FROM capnuoc.quarantine"), 0);
}

static void open_figures(void)
{
    const struct pgtest *t = &S.database;
    const char *keys[] = { "host", "port", "dbname", "user", "password", NULL };
    const char *values[] = {
        t->host, t->port, t->database, t->logins[PGTEST_OWNER].user, t->logins[PGTEST_OWNER].password, NULL
    };
    FILE *f = fopen(FIGURES_SQL, "r");
    static char text[32768];
    PGresult *r;

    assert_non_null(f);
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    (void)fclose(f);
    S.sql = PQconnectdbParams(keys, values, 0);
    r = PQexec(S.sql, text);
    if (PQresultStatus(r) != PGRES_COMMAND_OK)
        fail_msg("%s", PQerrorMessage(S.sql));
    PQclear(r);
}

/* ---- the second opinion ---- */

static PGresult *ask(const char *sql)
{
    PGresult *r = PQexec(S.sql, sql);

    if (PQresultStatus(r) != PGRES_TUPLES_OK || PQntuples(r) != 1)
        fail_msg("%s: %s", sql, PQerrorMessage(S.sql));
    return r;
}

/* Of one object of a body, fields and columns in the same order; a figure that is not told is null in both.
 */
static void compare(const struct taken *t, const char *of, const cJSON *said, const char *const *fields,
                    size_t count, const char *sql)
{
    PGresult *r = ask(sql);

    for (size_t i = 0; i < count; i++) {
        const cJSON *figure = cJSON_GetObjectItemCaseSensitive(said, fields[i]);
        const char *mine = PQgetvalue(r, 0, (int)i);
        const bool null = PQgetisnull(r, 0, (int)i) != 0;
        bool same;

        assert_non_null(figure);
        if (cJSON_IsNumber(figure))
            same = !null && figure->valuedouble == strtod(mine, NULL);
        else if (cJSON_IsString(figure))
            same = !null && strcmp(figure->valuestring, mine) == 0;
        else if (cJSON_IsBool(figure))
            same = !null && (cJSON_IsTrue(figure) != 0) == (mine[0] == 't');
        else
            same = null;
        S.compared++;
        S.nulls += null;
        if (same)
            continue;
        S.wrong++;
        if (S.wrong < 40)
            print_error("%s at +%.3f h, %s: the portal says %s %.17g, the readings %s\n", of,
                        (double)(t->at.ms - BEGIN.ms) / CLOCK_HOUR_MS, fields[i],
                        cJSON_IsString(figure) ? figure->valuestring : "", figure->valuedouble,
                        null ? "null" : mine);
    }
    PQclear(r);
}

#define COMPARE(t, of, said, sql, ...)                                                                       \
    do {                                                                                                     \
        static const char *const FIELDS[] = { __VA_ARGS__ };                                                 \
        compare(t, of, said, FIELDS, COUNT_OF(FIELDS), sql);                                                 \
    } while (0)

static const char *text_of(const cJSON *o, const char *name)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(o, name));

    assert_non_null(text);
    return text;
}

/* "until" of a figure, which is no older than minutes may be that are still to be told. */
static int64_t until_of(const struct taken *t, const cJSON *o)
{
    struct wall at;

    assert_int_equal(wall_parse(text_of(o, "until"), &at), ERR_NONE);
    assert_true(at.ms <= t->at.ms && at.ms >= t->at.ms - 11 * CLOCK_MINUTE_MS);
    return at.ms;
}

static uint64_t key_of(const char *id)
{
    const struct point *p = catalogue_point(&S.ground.catalogue, id);

    assert_non_null(p);
    return p->key;
}

/* {"id": ms, ...} of a list of objects that have both. */
static void untils(const struct taken *t, const cJSON *list, char *out, size_t size)
{
    const cJSON *o;
    size_t n = (size_t)snprintf(out, size, "{");

    cJSON_ArrayForEach(o, list)
    {
        n += (size_t)snprintf(out + n, size - n, "%s\"%s\": %lld", n > 1 ? ", " : "", text_of(o, "id"),
                              (long long)until_of(t, o));
        assert_true(n < size);
    }
    (void)snprintf(out + n, size - n, "}");
}

static void check_water(const struct taken *t)
{
    const long long midnight = wall_local_midnight(t->at).ms;
    const cJSON *p;
    unsigned seen = 0;

    cJSON_ArrayForEach(p, cJSON_GetObjectItemCaseSensitive(t->water, "points"))
    {
        const cJSON *today = cJSON_GetObjectItemCaseSensitive(p, "today");
        const unsigned long long key = key_of(text_of(p, "id"));
        char sql[256];

        (void)snprintf(sql, sizeof sql, "SELECT * FROM figures.water(%llu, %lld, %lld)", key, midnight,
                       (long long)until_of(t, today));
        COMPARE(t, text_of(p, "id"), today, sql, "within", "outside", "not_judged", "unknown", "coverage",
                "mean", "min", "max", "number_coverage");
        (void)snprintf(sql, sizeof sql, "SELECT (figures.now(%llu, %lld)).value", key, (long long)t->at.ms);
        COMPARE(t, text_of(p, "id"), p, sql, "value");
        (void)snprintf(sql, sizeof sql, "SELECT figures.word(%llu, %lld)", key, (long long)t->at.ms);
        COMPARE(t, text_of(p, "id"), cJSON_GetObjectItemCaseSensitive(p, "verdict"), sql, "word");
        seen++;
    }
    assert_int_equal(seen, 4);
}

static void check_zone(const struct taken *t, const cJSON *z)
{
    const long long midnight = wall_local_midnight(t->at).ms, at = t->at.ms;
    const cJSON *volume = cJSON_GetObjectItemCaseSensitive(z, "volume_today"),
                *pressure = cJSON_GetObjectItemCaseSensitive(z, "pressure"), *p;
    const char *id = text_of(z, "id");
    char sql[512], until[256];

    untils(t, cJSON_GetObjectItemCaseSensitive(volume, "meters"), until, sizeof until);
    (void)snprintf(sql, sizeof sql, "SELECT flow FROM figures.flow('%s', %lld, %lld, '%s')", id, at, midnight,
                   until);
    COMPARE(t, id, cJSON_GetObjectItemCaseSensitive(z, "flow"), sql, "value");
    (void)snprintf(sql, sizeof sql, "SELECT volume, coverage FROM figures.flow('%s', %lld, %lld, '%s')", id,
                   at, midnight, until);
    COMPARE(t, id, volume, sql, "value", "coverage");
    untils(t, pressure, until, sizeof until);
    cJSON_ArrayForEach(p, pressure)
    {
        (void)snprintf(sql, sizeof sql,
                       "SELECT value, mean, min, coverage FROM figures.pressure(%llu, %lld, %lld, %lld)",
                       (unsigned long long)key_of(text_of(p, "id")), at, midnight, (long long)until_of(t, p));
        COMPARE(t, text_of(p, "id"), p, sql, "value", "mean_today", "min_today", "coverage");
    }
    if (cJSON_GetArraySize(pressure) == 0) {
        assert_true(cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(
            cJSON_GetObjectItemCaseSensitive(z, "continuity_today"), "supplied_h")));
        return;
    }
    (void)snprintf(sql, sizeof sql, "SELECT * FROM figures.continuity('%s', %lld, %lld, '%s')", id, at,
                   midnight, until);
    COMPARE(t, id, cJSON_GetObjectItemCaseSensitive(z, "continuity_today"), sql, "point", "elapsed_h",
            "supplied_h", "planned_off_h", "unplanned_off_h", "coverage");
    (void)snprintf(sql, sizeof sql, "SELECT figures.is_off_on_purpose('%s', %lld)", id, at);
    COMPARE(t, id, z, sql, "planned_off_now");
}

static void check_systems(const struct taken *t)
{
    const cJSON *s;
    char sql[512];

    cJSON_ArrayForEach(s, cJSON_GetObjectItemCaseSensitive(t->systems, "systems"))
    {
        (void)snprintf(
            sql, sizeof sql,
            "SELECT points > 0, with_number > 0, points, with_number FROM figures.connected('%s', %lld)",
            text_of(s, "id"), (long long)t->at.ms);
        COMPARE(t, text_of(s, "id"), s, sql, "connected", "reporting", "telemetry_points",
                "points_with_number");
    }
    (void)snprintf(
        sql, sizeof sql,
        "SELECT count(*), count(*) FILTER (WHERE points > 0), count(*) FILTER (WHERE with_number > 0),"
        " count(*) FILTER (WHERE points > 0)::double precision / count(*)"
        " FROM capnuoc.system s, LATERAL figures.connected(s.id, %lld)",
        (long long)t->at.ms);
    COMPARE(t, "systems", t->systems, sql, "existing", "connected", "reporting", "connected_share");
    COMPARE(t, "summary", cJSON_GetObjectItemCaseSensitive(t->summary, "systems"), sql, "existing",
            "connected", "reporting", "connected_share");
    (void)snprintf(
        sql, sizeof sql,
        "SELECT count(*), count(*) FILTER (WHERE w = 'within'), count(*) FILTER (WHERE w = 'outside'),"
        " count(*) FILTER (WHERE w = 'not_judged'), count(*) FILTER (WHERE w = 'unknown')"
        " FROM capnuoc.point p JOIN (SELECT DISTINCT parameter FROM figures.bound) b USING (parameter),"
        " LATERAL figures.word(p.point_key, %lld) w",
        (long long)t->at.ms);
    COMPARE(t, "summary", cJSON_GetObjectItemCaseSensitive(t->summary, "water_quality"), sql, "points",
            "within", "outside", "not_judged", "unknown");
}

static void check_all(void)
{
    for (size_t i = 0; i < S.taken_count; i++) {
        const struct taken *t = &S.taken[i];
        const cJSON *z;
        check_water(t);
        check_systems(t);
        cJSON_ArrayForEach(z, cJSON_GetObjectItemCaseSensitive(t->supply, "zones")) check_zone(t, z);
    }
}

/* ---- whole ---- */

static int up(void **state)
{
    struct portal_settings p = { .node = "n", .supplied_bar = 0.1 };
    struct fault why = { 0 };

    (void)state;
    assert_int_equal(seal_start(&why), ERR_NONE);
    pgtest_make(&S.database, true);
    (void)snprintf(S.database.settings.node, sizeof S.database.settings.node, "n");
    S.database.settings.answer_ms = 20000;
    assert_true(ground_make(&S.ground));
    S.ground.clock.now.wall = BEGIN;
    add_world(&S.ground.catalogue);
    S.slice = slice_on(&S.ground);
    p.folder = S.ground.folder;
    p.clock = fake_clock(&S.ground.clock);
    p.pipeline = S.slice.pipeline;
    p.present = (struct present_port){ .self = S.slice.pipeline, .catalogue = catalogue_of, .take = picture };
    assert_int_equal(portal_new(&S.portal, &p, &why), ERR_NONE);
    return 0;
}

static int down(void **state)
{
    (void)state;
    PQfinish(S.sql);
    for (size_t i = 0; i < S.taken_count; i++) {
        cJSON_Delete(S.taken[i].water);
        cJSON_Delete(S.taken[i].supply);
        cJSON_Delete(S.taken[i].systems);
        cJSON_Delete(S.taken[i].summary);
    }
    portal_free(S.portal);
    slice_end(S.slice, false);
    pgtest_drop(&S.database);
    return ground_clear(&S.ground);
}

static double seconds_now(void)
{
    return (double)mono_read().ms / 1000;
}

static void figures_of_a_month_are_those_of_the_readings(void **state)
{
    double begin = seconds_now(), lived, delivered;

    (void)state;
    S.seed = test_seed(__func__);
    live_a_month();
    settle();
    lived = seconds_now();
    deliver();
    delivered = seconds_now();
    open_figures();
    check_all();
    print_message(
        "%zu times, %u figures compared, %u of them null; %lld readings of %u modes; lived in %.0f s,"
        " delivered in %.0f s, asked in %.0f s\n",
        S.taken_count, S.compared, S.nulls,
        (long long)pgtest_count(&S.database, "SELECT count(*) FROM capnuoc.reading"), S.answered,
        lived - begin, delivered - lived, seconds_now() - delivered);
    assert_int_equal(S.wrong, 0);
    assert_true(S.compared > 4000 && S.nulls > S.compared / 50 && S.nulls < S.compared / 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(figures_of_a_month_are_those_of_the_readings, up, down),
    };

    if (!pgtest_find(&S.database, PG_ENV))
        return PGTEST_SKIP;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
