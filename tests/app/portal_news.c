/* A mode changes what the portal says of a point, and that is news to who pulls with `since`, though nobody
 * reads the point meanwhile. */
#include <cjson/cJSON.h>
#include <math.h>

#include "judge/verdict.h"
#include "pipeline.h"
#include "portal.h"
#include "seal/seal.h"
#include "slice.h"
#include "unit.h"

enum { CHLORINE, OTHER };

static struct {
    struct ground ground;
    struct slice slice;
    struct portal *portal;
    unsigned answers;
    uint64_t mode;
    char cursor[128], word[32], why[32];
} S;

static void add_point(const char *id, const char *device, uint64_t revision)
{
    struct point p = { .revision = revision,
                       .every_ms = 1000,
                       .heartbeat_ms = 300000,
                       .low = NAN,
                       .high = NAN,
                       .at = AT_TREATED,
                       .accepted = DAY_NONE,
                       .parameter = "free_chlorine",
                       .unit = "mg/L" };

    (void)snprintf(p.id, sizeof p.id, "%s", id);
    (void)snprintf(p.device, sizeof p.device, "%s", device);
    assert_int_equal(catalogue_add_point(&S.ground.catalogue, &p, NULL), ERR_NONE);
}

static void add_world(struct catalogue *c)
{
    static const struct supplier SUPPLIER = { .id = "s" };
    static const struct system SYSTEM = { .id = "y", .plan = { 0, DAY_NONE, DAY_NONE, DAY_NONE } };
    struct standard limits = {
        .id = "qc", .name = "Quy chuẩn", .from = 0, .until = DAY_NONE, .limit_count = 1
    };
    struct site site = { .id = "plant", .area = NO_INDEX };

    limits.limits = calloc(1, sizeof *limits.limits);
    assert_non_null(limits.limits);
    limits.limits[0] = (struct limit){
        .row = "1", .parameter = "free_chlorine", .unit = "mg/L", .low = 0.2, .high = 1.0, .name = "Clo"
    };
    assert_int_equal(catalogue_add_supplier(c, &SUPPLIER, NULL), ERR_NONE);
    assert_int_equal(catalogue_add_system(c, &SYSTEM, NULL), ERR_NONE);
    assert_int_equal(catalogue_add_site(c, &site, NULL), ERR_NONE);
    assert_int_equal(catalogue_add_standard(c, &limits, NULL), ERR_NONE);
    add_point("chlorine", "probe", 1);
    add_point("other", "another", 2);
    assert_int_equal(catalogue_seal(c, NULL), ERR_NONE);
}

static struct catalogue *catalogue_of(void *self)
{
    (void)self;
    return catalogue_hold(&S.ground.catalogue);
}

static struct snapshot *picture(void *self)
{
    (void)self;
    return pipeline_snapshot(S.slice.pipeline);
}

static void steps(unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        fake_clock_advance(&S.ground.clock, 50);
        (void)pipeline_step(S.slice.pipeline, 1);
    }
}

static int up(void **state)
{
    struct portal_settings p = { .node = "n", .supplied_bar = 0.1 };
    struct message m = { .kind = MESSAGE_READINGS, .count = 2, .revisions = { 1, 2 } };
    struct fault why = { .text = "" };

    (void)state;
    assert_int_equal(seal_start(&why), ERR_NONE);
    assert_true(ground_make(&S.ground));
    add_world(&S.ground.catalogue);
    S.slice = slice_on(&S.ground);
    p.folder = S.ground.folder;
    p.clock = fake_clock(&S.ground.clock);
    p.pipeline = S.slice.pipeline;
    p.present = (struct present_port){ .catalogue = catalogue_of, .take = picture };
    assert_int_equal(portal_new(&S.portal, &p, &why), ERR_NONE);
    m.readings[0] = reading_good(CHLORINE, S.ground.clock.now.wall, 0.5);
    m.readings[1] = reading_good(OTHER, S.ground.clock.now.wall, 0.5);
    pipeline_put(S.slice.pipeline, &m);
    steps(40);
    return 0;
}

static int down(void **state)
{
    (void)state;
    portal_free(S.portal);
    slice_end(S.slice, true);
    return ground_clear(&S.ground);
}

/* How many points the answer has; of the first its verdict.  NULL: everything. */
static int pull(const char *since)
{
    const struct portal_port port = portal_port(S.portal);
    const struct scope all = { "", "" };
    const cJSON *points, *verdict;
    struct strbuf text;
    struct fault why;
    cJSON *body;
    int n;

    strbuf_init(&text, 1 << 20);
    assert_int_equal(port.make(port.self, PORTAL_WATER_QUALITY, &all, since, &text, &why), ERR_NONE);
    body = cJSON_ParseWithLength(text.text, text.len);
    assert_non_null(body);
    assert_int_equal(cJSON_IsTrue(cJSON_GetObjectItem(body, "complete")), since == NULL);
    points = cJSON_GetObjectItem(body, "points");
    n = cJSON_GetArraySize(points);
    if (n > 0) {
        verdict = cJSON_GetObjectItem(cJSON_GetArrayItem(points, 0), "verdict");
        (void)snprintf(S.word, sizeof S.word, "%s", cJSON_GetObjectItem(verdict, "word")->valuestring);
        (void)snprintf(S.why, sizeof S.why, "%s",
                       cJSON_IsString(cJSON_GetObjectItem(verdict, "why"))
                           ? cJSON_GetObjectItem(verdict, "why")->valuestring
                           : "");
    }
    (void)snprintf(S.cursor, sizeof S.cursor, "%s", cJSON_GetObjectItem(body, "cursor")->valuestring);
    cJSON_Delete(body);
    strbuf_clear(&text);
    return n;
}

static int news(void)
{
    char since[sizeof S.cursor];

    memcpy(since, S.cursor, sizeof since);
    return pull(since);
}

static void answered(void *self, enum err code, bool known, const struct mode *is, const struct fault *why)
{
    (void)self;
    (void)known;
    (void)why;
    assert_int_equal(code, ERR_NONE);
    S.answers++;
    S.mode = is->id;
}

static void act(const struct mode_act *a)
{
    const struct message_mode m = { .act = *a,
                                    .by = { .kind = ACTOR_ACCOUNT, .name = "lan" },
                                    .answer = answered };
    const unsigned before = S.answers;

    assert_int_equal(pipeline_mode(S.slice.pipeline, &m, NULL), ERR_NONE);
    for (int i = 0; i < 2000 && S.answers == before; i++)
        (void)pipeline_step(S.slice.pipeline, 1);
    assert_int_equal(S.answers, before + 1);
}

static void begin_at(const char *device, const char *key, int64_t lasts_ms)
{
    struct mode_act a = { .mode = { .kind = MODE_CALIBRATION,
                                    .place = MODE_AT_DEVICE,
                                    .until = { S.ground.clock.now.wall.ms + lasts_ms },
                                    .who = "lan",
                                    .why = "hiệu chuẩn" } };

    (void)snprintf(a.mode.subject, sizeof a.mode.subject, "%s", device);
    (void)snprintf(a.mode.key, sizeof a.mode.key, "%s", key);
    act(&a);
}

static void begin(const char *key, int64_t lasts_ms)
{
    begin_at("probe", key, lasts_ms);
}

static void end(const char *key)
{
    struct mode_act a = { .ends = true, .mode = { .id = S.mode, .ended_by = "lan" } };

    (void)snprintf(a.mode.end_key, sizeof a.mode.end_key, "%s", key);
    act(&a);
}

/* Of its points only, once each. */
static void expect_one(const char *word, const char *why)
{
    assert_int_equal(news(), 1);
    assert_string_equal(S.word, word);
    assert_string_equal(S.why, why);
    assert_int_equal(news(), 0);
}

static void a_modes_beginning_change_and_end_are_news(void **state)
{
    (void)state;
    assert_int_equal(pull(NULL), 2);
    assert_string_equal(S.word, "within");
    assert_int_equal(news(), 0);
    begin("ca-00001", CLOCK_HOUR_MS);
    expect_one("not_judged", "calibration");
    begin("ca-00002", 2 * (int64_t)CLOCK_HOUR_MS); /* another end */
    expect_one("not_judged", "calibration");
    end("ca-00003");
    expect_one("within", "");
}

/* Ends that nobody says, too. */
static void one_that_runs_out_is_news_then(void **state)
{
    (void)state;
    begin("ca-00001", 5 * (int64_t)CLOCK_SECOND_MS);
    assert_int_equal(pull(NULL), 2);
    assert_string_equal(S.word, "not_judged");
    assert_int_equal(news(), 0);
    steps(200);
    expect_one("within", "");
}

/* Who pulls seldom hears of it though so many were told since that it is known no more. */
static void an_end_that_is_forgotten_meanwhile_is_news_yet(void **state)
{
    char key[HAND_KEY_MAX];

    (void)state;
    begin("ca-00001", CLOCK_HOUR_MS);
    assert_int_equal(pull(NULL), 2);
    assert_string_equal(S.word, "not_judged");
    end("ca-00002");
    for (unsigned n = 0; n < MODES_MAX; n++) {
        (void)snprintf(key, sizeof key, "khac-%05u", n);
        begin_at("another", key, CLOCK_HOUR_MS);
        (void)snprintf(key, sizeof key, "thoi-%05u", n);
        end(key);
    }
    assert_int_equal(news(), 2);
    assert_string_equal(S.word, "within");
    assert_int_equal(news(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_modes_beginning_change_and_end_are_news, up, down),
        cmocka_unit_test_setup_teardown(one_that_runs_out_is_news_then, up, down),
        cmocka_unit_test_setup_teardown(an_end_that_is_forgotten_meanwhile_is_news_yet, up, down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
