/* Questions about the past: answered at once, late, with an error, or never. */
#include "serve/check.h"

#include <pthread.h>

#include "question.h"
#include "world.h"

#define VOLUMES "/api/v1/points/lc.dma.p0006/volumes"
#define SERIES  "/api/v1/points/lc.nmn.flow_out/series"

static struct world W;

static int set_up(void **state)
{
    (void)state;
    world_init(&W, 10);
    world_start(&W);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_clear(&W);
    return 0;
}

static struct http ask(const char *query)
{
    struct http h = http_open(W.port);

    http_send(&h, "GET " SERIES "%s HTTP/1.1\r\nHost: localhost\r\n" BEARER ENGLISH "\r\n", query);
    return h;
}

static void raw_samples_and_buckets_have_their_shapes(void **state)
{
    struct answer a = http_get(W.port, SERIES, BEARER);

    (void)state;
    assert_int_equal(a.status, 200);
    assert_has(
        a.body,
        "\"kind\":\"raw\",\"resolution\":\"raw\",\"samples\":[{\"at\":\"2026-11-23T19:10:38.123+07:00\","
        "\"value\":1.25,\"quality\":"
        "\"good\",\"reason\":\"none\"},{\"at\":\"2026-11-23T19:10:39.123+07:00\",\"value\":null,\"quality\":"
        "\"bad\",\"reason\":\"no_answer\"}]}");
    answer_clear(&a);
    W.history_raw = false;
    a = http_get(W.port, SERIES, BEARER);
    assert_has(a.body, "\"kind\":\"buckets\",\"resolution\":\"raw\",\"width_ms\":60000,\"buckets\":[{\"at\":"
                       "\"2026-11-23T19:10:00."
                       "000+07:00\",\"min\":-1,"
                       "\"max\":2,\"mean\":0.5,\"good_share\":0.75,\"n\":9},{\"at\":\"2026-11-23T19:11:00."
                       "000+07:00\",\"min\":null,"
                       "\"max\":null,\"mean\":null,\"good_share\":0,\"n\":0}]}");
    answer_clear(&a);
    a = http_get(W.port, SERIES, BEARER "Accept: text/csv\r\n");
    assert_string_equal(
        a.body, "at,min,max,mean,unit,good_share,n\r\n2026-11-23T19:10:00.000+07:00,-1,2,0.5,m3/h,0.75,9\r\n"
                "2026-11-23T19:11:00.000+07:00,,,,m3/h,0,0\r\n");
    assert_has(answer_field(&a, "Content-Disposition"), "filename=\"lc.nmn.flow_out.csv\"");
    answer_clear(&a);
    W.history_raw = true;
}

#define ALL "?rows=all&format=csv&from=2026-11-23T00:00:00Z&to=2026-11-24T00:30:00Z"

/* 25 pages of two readings, each asked for when the last was taken. */
static void every_reading_comes_page_after_page(void **state)
{
    struct http h = ask(ALL);
    struct answer a = http_head(&h);
    unsigned rows = 0;
    char *line = http_line(&h);

    (void)state;
    assert_int_equal(a.status, 200);
    assert_has(answer_field(&a, "Transfer-Encoding"), "chunked");
    assert_has(answer_field(&a, "Content-Type"), "text/csv");
    assert_has(answer_field(&a, "Content-Disposition"), "filename=\"lc.nmn.flow_out.csv\"");
    answer_clear(&a);
    assert_string_equal(line, "at,value,unit,quality,reason\r");
    for (free(line); (line = http_line(&h)) != NULL; free(line)) {
        char wanted[80];
        (void)snprintf(wanted, sizeof wanted, "2026-11-2%dT%02u:00:00.00%u+07:00,%s\r",
                       rows / 2 + 7 < 24 ? 3 : 4, (rows / 2 + 7) % 24, rows % 2,
                       rows % 2 ? ",m3/h,bad,no_answer" : "1.25,m3/h,good,none");
        assert_string_equal(line, wanted);
        rows++;
    }
    assert_true(h.last_chunk);
    assert_int_equal(rows, 50);
    http_close(&h);
}

static void the_head_alone_is_followed_by_nothing(void **state)
{
    struct http h = http_open(W.port);
    struct answer a;

    (void)state;
    http_send(&h, "HEAD " SERIES ALL " HTTP/1.1\r\nHost: localhost\r\n" BEARER "\r\n");
    a = http_answer(&h, true);
    assert_int_equal(a.status, 200);
    assert_has(answer_field(&a, "Content-Type"), "text/csv");
    answer_clear(&a);
    http_send(&h, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    a = http_answer(&h, false); /* on the same connection, or none on a closed one: nothing in between */
    if (a.status != 0 && a.status != 200)
        fail_msg("after the head came %s", a.head);
    if (a.status == 0)
        assert_true(h.ended && h.len == 0);
    answer_clear(&a);
    http_close(&h);
}

static void every_reading_of_a_short_span_is_an_answer_like_others(void **state)
{
    struct answer a = http_get(W.port, SERIES "?rows=all&from=2026-11-23T00:00:00Z&to=2026-11-23T00:30:00Z",
                               BEARER "Accept: text/csv\r\n");

    (void)state;
    assert_int_equal(a.status, 200);
    assert_string_equal(answer_field(&a, "Transfer-Encoding"), "");
    assert_has(a.body, "reason\r\n2026-11-23T07:00:00.000+07:00,1.25,m3/h,good,none\r\n");
    answer_clear(&a);
    a = http_get(W.port, SERIES "?rows=all", BEARER);
    assert_int_equal(a.status, 400);
    assert_has(a.body, "\"field\":\"rows\"");
    answer_clear(&a);
    a = http_get(W.port, SERIES "?rows=some&format=csv", BEARER);
    assert_int_equal(a.status, 400);
    answer_clear(&a);
}

/* A failure after the first page can only be seen by what is missing: the last chunk. */
static void a_page_that_fails_breaks_the_body_off(void **state)
{
    struct http h;
    struct answer a;
    char *line;

    (void)state;
    W.history_mode = HISTORY_HOLD;
    h = ask(ALL);
    assert_true(world_pending(&W, 1));
    world_answer(&W, ERR_NONE);
    a = http_head(&h);
    assert_int_equal(a.status, 200);
    answer_clear(&a);
    assert_true(world_pending(&W, 1));
    assert_int_equal(W.pending[0].ask.from.ms, 1795366800000 + 8 * CLOCK_HOUR_MS);
    world_answer(&W, ERR_PEER);
    while ((line = http_line(&h)) != NULL)
        free(line);
    assert_true(h.ended);
    assert_false(h.last_chunk);
    http_close(&h);
    h = ask(ALL); /* the first page has a status to say it with */
    assert_true(world_pending(&W, 1));
    world_answer(&W, ERR_PEER);
    a = http_answer(&h, false);
    assert_int_equal(a.status, 503);
    answer_clear(&a);
    http_close(&h);
    W.history_mode = HISTORY_NOW;
}

static void an_export_under_way_does_not_hinder_the_end(void **state)
{
    struct http h, left;
    struct answer a;
    char *line;

    (void)state;
    W.history_mode = HISTORY_HOLD;
    left = ask(ALL);
    assert_true(world_pending(&W, 1));
    world_answer(&W, ERR_NONE);
    assert_true(world_pending(&W, 1));
    http_close(&left); /* goes while its second page is under way */
    world_answer(&W, ERR_NONE);
    h = ask(ALL);
    assert_true(world_pending(&W, 1));
    world_answer(&W, ERR_NONE);
    a = http_head(&h);
    answer_clear(&a);
    assert_true(world_pending(&W, 1));
    world_stop(&W);
    while ((line = http_line(&h)) != NULL)
        free(line);
    assert_false(h.last_chunk);
    http_close(&h);
    world_answer(&W, ERR_NONE); /* too late: nobody is there */
    W.history_mode = HISTORY_NOW;
    world_start(&W);
}

#define MANY "/api/v1/series?points="

static void many_points_come_in_one_answer(void **state)
{
    struct answer a = http_get(W.port, MANY "lc.nmn.flow_out,lc.dma.p0005", BEARER);
    size_t asked = 0;

    (void)state;
    assert_int_equal(a.status, 200);
    for (const char *at = a.body; (at = strstr(at, "{\"id\":")) != NULL; at++)
        asked++;
    assert_int_equal(asked, 2);
    assert_has(a.body,
               "\"series\":[{\"id\":\"lc.nmn.flow_out\",\"unit\":\"m3/h\",\"kind\":\"raw\",\"resolution\":"
               "\"raw\",\"samples\":[{");
    assert_has(a.body, "]},{\"id\":\"lc.dma.p0005\",");
    assert_int_equal(a.body[strlen(a.body) - 1], '}');
    answer_clear(&a);
    W.history_raw = false;
    a = http_get(W.port, MANY "lc.nmn.flow_out,lc.dma.p0005&format=csv", BEARER);
    assert_has(a.body, "id,unit,resolution,at,value,quality,reason,min,max,mean,good_share,n\r\n"
                       "lc.nmn.flow_out,m3/h,raw,2026-11-23T19:10:00.000+07:00,,,,-1,2,0.5,0.75,9\r\n");
    assert_has(a.body, "\r\nlc.dma.p0005,");
    assert_has(answer_field(&a, "Content-Type"), "text/csv");
    assert_has(answer_field(&a, "Content-Disposition"), "filename=\"series.csv\"");
    answer_clear(&a);
    W.history_raw = true;
}

static void many_points_are_refused_as_a_whole(void **state)
{
    static const struct {
        const char *query, *type;
    } CASES[] = {
        { "", "\"field\":\"points\"" },
        { "lc.nmn.flow_out,nowhere", "\"field\":\"points\"" },
        { "lc.nmn.flow_out,lc.nmn.flow_out", "\"field\":\"points\"" },
        { "lc.nmn.flow_out,", "\"field\":\"points\"" },
        { "lc.nmn.flow_out&format=xlsx", "\"field\":\"format\"" },
        { "lc.nmn.flow_out&buckets=2001", "\"field\":\"buckets\"" },
        { "lc.nmn.flow_out&bucket=3", "unknown-parameter" },
    };
    struct answer a;

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        char path[200];
        (void)snprintf(path, sizeof path, MANY "%s", CASES[i].query);
        a = http_get(W.port, path, BEARER);
        assert_int_equal(a.status, 400);
        assert_has(a.body, CASES[i].type);
        answer_clear(&a);
    }
    W.history_code = ERR_TIMEOUT;
    a = http_get(W.port, MANY "lc.nmn.flow_out,lc.dma.p0005", BEARER);
    assert_int_equal(a.status, 504);
    answer_clear(&a);
    W.history_code = ERR_NONE;
}

/* The second is asked when the first was answered; who gave up is asked for no more. */
static void many_points_are_asked_one_after_the_other(void **state)
{
    struct http h = http_open(W.port);
    struct answer a;

    (void)state;
    W.history_mode = HISTORY_HOLD;
    http_send(&h, "GET " MANY
                  "lc.nmn.flow_out,lc.dma.p0005,lc.dma.p0006 HTTP/1.1\r\nHost: localhost\r\n" BEARER "\r\n");
    for (uint32_t i = 0; i < 3; i++) {
        static const uint32_t POINTS[] = { 0, 5, 6 };
        assert_true(world_pending(&W, 1));
        assert_true(W.pending[0].ask.key == W.catalogue.points[POINTS[i]].key);
        world_answer(&W, ERR_NONE);
    }
    a = http_answer(&h, false);
    assert_int_equal(a.status, 200);
    answer_clear(&a);
    http_close(&h);
    W.history_mode = HISTORY_NOW;
}

static void the_question_is_passed_on_as_it_was_asked(void **state)
{
    struct http h;
    struct answer a;
    struct series_ask seen;

    (void)state;
    W.history_mode = HISTORY_HOLD;
    /* a '+' that nobody escaped is a space in a query, and understood */
    h = ask("?from=2026-11-23T00:00:00+07:00&to=2026-11-23T01:00:00.500Z&buckets=17");
    assert_true(world_pending(&W, 1));
    seen = W.pending[0].ask;
    assert_int_equal(seen.from.ms, 1795366800000);
    assert_int_equal(seen.to.ms, 1795395600500);
    assert_int_equal(seen.buckets, 17);
    assert_true(seen.key == W.catalogue.points[0].key);
    assert_true(W.last_client >= 0);
    world_answer(&W, ERR_NONE);
    a = http_answer(&h, false);
    assert_int_equal(a.status, 200);
    assert_has(a.body, "\"from\":\"2026-11-23T00:00:00.000+07:00\",\"to\":\"2026-11-23T08:00:00.500+07:00\"");
    answer_clear(&a);
    http_close(&h);
    W.history_mode = HISTORY_NOW;
}

static void a_slow_question_holds_up_nobody_else(void **state)
{
    static struct http held[40];
    struct answer a;
    int64_t begun;

    (void)state;
    W.history_mode = HISTORY_HOLD;
    for (size_t i = 0; i < 40; i++)
        held[i] = ask("");
    assert_true(world_pending(&W, 40));
    begun = mono_read().ms;
    a = http_get(W.port, "/api/v1/points", BEARER);
    assert_int_equal(a.status, 200);
    assert_true(mono_read().ms - begun < 1000);
    answer_clear(&a);
    for (size_t i = 0; i < 40; i++)
        world_answer(&W, i % 4 == 3 ? ERR_TIMEOUT : ERR_NONE);
    for (size_t i = 0; i < 40; i++) {
        a = http_answer(&held[i], false);
        assert_true(a.status == 200 || a.status == 504);
        answer_clear(&a);
        http_close(&held[i]);
    }
    W.history_mode = HISTORY_NOW;
}

static void each_failure_has_its_problem(void **state)
{
    static const struct {
        enum history_mode mode;
        enum err code;
        int status;
        const char *type;
    } CASES[] = {
        { HISTORY_NOW, ERR_PEER, 503, "/problems/history-away" },
        { HISTORY_NOW, ERR_TIMEOUT, 504, "/problems/took-too-long" },
        { HISTORY_NOW, ERR_MEMORY, 500, "/problems/internal" },
        { HISTORY_REFUSE, ERR_FULL, 503, "/problems/busy" },
        { HISTORY_REFUSE, ERR_STATE, 503, "/problems/stopping" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct answer a;
        W.history_mode = CASES[i].mode;
        W.history_code = CASES[i].code;
        a = http_get(W.port, SERIES, BEARER);
        assert_int_equal(a.status, CASES[i].status);
        assert_has(a.body, CASES[i].type);
        assert_lacks(a.body, "double"); /* the database's own words stay inside */
        if (a.status == 503)
            assert_string_equal(answer_field(&a, "Retry-After"), "5");
        answer_clear(&a);
    }
    W.history_mode = HISTORY_NOW;
    W.history_code = ERR_NONE;
}

static void days_of_a_meter_have_their_shape(void **state)
{
    struct answer a = http_get(W.port, VOLUMES "?from=2026-11-23&to=2026-11-24", BEARER);

    (void)state;
    assert_int_equal(a.status, 200);
    assert_string_equal(
        a.body,
        "{\"point\":\"lc.dma.p0006\",\"unit\":\"m3\",\"days\":[{\"day\":\"2026-11-23\",\"volume\":12.5,"
        "\"divided\":0.5,\"reason\":null,\"coverage\":1,\"corrections\":[{\"at\":\"2026-11-23T08:00:00.000+"
        "07:00\",\"kind\":\"exchanged\","
        "\"before\":81234.5,\"after\":0,\"volume\":2}]},{\"day\":\"2026-11-24\",\"volume\":null,"
        "\"divided\":null,\"reason\":\"coverage\",\"coverage\":0.25,\"corrections\":[]}],\"corrections_left_"
        "out\":3}");
    answer_clear(&a);
    assert_int_equal(W.counted.days, 2);
    assert_true(W.counted.key == W.catalogue.points[WORLD_METER].key);
    assert_true(W.counted.max_flow == 60 && W.counted.wraps_at == 10000 && W.counted.step == 0.5);
    assert_true(W.last_client >= 0);
    W.nothing_stored = true;
    a = http_get(W.port, VOLUMES "?from=2026-11-23&to=2026-11-23", BEARER);
    assert_int_equal(a.status, 200);
    assert_has(a.body, "\"days\":[{\"day\":\"2026-11-23\",\"volume\":null,\"divided\":null,\"reason\":"
                       "\"coverage\",\"coverage\":0,\"corrections\":[]}]");
    answer_clear(&a);
    W.nothing_stored = false;
}

static void a_day_before_the_acceptance_has_no_volume(void **state)
{
    struct point *meter = &W.catalogue.points[WORLD_METER];
    const int32_t was = meter->accepted;
    struct answer a;

    (void)state;
    assert_true(day_parse("2026-11-24", &meter->accepted));
    a = http_get(W.port, VOLUMES "?from=2026-11-23&to=2026-11-24", BEARER);
    assert_has(a.body, "\"volume\":null,\"divided\":null,\"reason\":\"commissioning\",\"coverage\":1,");
    assert_has(a.body, "\"volume\":null,\"divided\":null,\"reason\":\"coverage\",\"coverage\":0.25,");
    answer_clear(&a);
    meter->accepted = NOT_ACCEPTED;
    a = http_get(W.port, VOLUMES "?from=2026-11-23&to=2026-11-24", BEARER);
    assert_has(a.body, "\"reason\":\"commissioning\",\"coverage\":0.25,");
    answer_clear(&a);
    a = http_get(W.port, "/api/v1/points/lc.dma.p0006", BEARER);
    assert_has(a.body, "\"commissioning\":true");
    answer_clear(&a);
    meter->accepted = was;
    a = http_get(W.port, "/api/v1/points/lc.dma.p0006", BEARER);
    assert_has(a.body, "\"commissioning\":false");
    answer_clear(&a);
}

static void days_are_thirty_to_today_unless_asked_and_four_hundred_at_most(void **state)
{
    struct answer a = http_get(W.port, VOLUMES, BEARER);

    (void)state;
    assert_int_equal(a.status, 200);
    answer_clear(&a);
    assert_int_equal(W.counted.days, 30);
    assert_in_range(day_local(wall_read()) - W.counted.first, 29, 30); /* it may have become midnight */
    a = http_get(W.port, VOLUMES "?from=2025-01-01&to=2026-02-04", BEARER);
    assert_int_equal(a.status, 200);
    answer_clear(&a);
    assert_int_equal(W.counted.days, 400);
    a = http_get(W.port, VOLUMES "?from=2025-01-01&to=2026-02-05", BEARER ENGLISH);
    assert_int_equal(a.status, 400);
    assert_has(a.body, "400 days are the most");
    answer_clear(&a);
}

static void each_failure_of_counting_has_its_problem(void **state)
{
    static const struct {
        enum history_mode mode;
        enum err code;
        int status;
        const char *part;
    } CASES[] = {
        { HISTORY_NOW, ERR_PEER, 503, "/problems/history-away" },
        { HISTORY_NOW, ERR_TIMEOUT, 504, "/problems/took-too-long" },
        { HISTORY_NOW, ERR_RANGE, 400, "more than 2,000,000 readings in this span; ask for a shorter one" },
        { HISTORY_REFUSE, ERR_FULL, 503, "/problems/busy" },
        { HISTORY_REFUSE, ERR_STATE, 503, "/problems/stopping" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct answer a;
        W.history_mode = CASES[i].mode;
        W.history_code = CASES[i].code;
        a = http_get(W.port, VOLUMES, BEARER ENGLISH);
        assert_int_equal(a.status, CASES[i].status);
        assert_has(a.body, CASES[i].part);
        assert_lacks(a.body, "double");
        answer_clear(&a);
    }
    W.history_mode = HISTORY_NOW;
    W.history_code = ERR_NONE;
}

static void a_client_that_went_away_does_no_harm(void **state)
{
    (void)state;
    W.history_mode = HISTORY_HOLD;
    for (int i = 0; i < 20; i++) {
        struct http h = ask("");
        assert_true(world_pending(&W, 1));
        http_close(&h);
        world_answer(&W, ERR_NONE);
    }
    W.history_mode = HISTORY_NOW;
    struct answer a = http_get(W.port, SERIES, BEARER);
    assert_int_equal(a.status, 200);
    answer_clear(&a);
}

static void requests_behind_a_question_wait_for_their_turn(void **state)
{
    struct http h = http_open(W.port);
    struct answer a;

    (void)state;
    W.history_mode = HISTORY_HOLD;
    http_send(&h, "GET " SERIES " HTTP/1.1\r\nHost: localhost\r\n" BEARER
                  "\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_true(world_pending(&W, 1));
    world_answer(&W, ERR_NONE);
    a = http_answer(&h, false);
    assert_has(a.body, "\"kind\":\"raw\"");
    answer_clear(&a);
    a = http_answer(&h, false);
    assert_has(a.body, "alive");
    answer_clear(&a);
    http_close(&h);
    W.history_mode = HISTORY_NOW;
}

static void *answer_soon(void *arg)
{
    struct world *w = arg;

    assert_true(world_pending(w, 10));
    for (int i = 0; i < 10; i++)
        world_answer(w, ERR_NONE);
    return NULL;
}

static void stopping_waits_for_questions_under_way(void **state)
{
    static struct http held[10];
    struct world w;
    pthread_t worker;

    (void)state;
    world_init(&w, 10);
    world_start(&w);
    w.history_mode = HISTORY_HOLD;
    for (size_t i = 0; i < 10; i++) {
        held[i] = http_open(w.port);
        http_send(&held[i], "GET " SERIES " HTTP/1.1\r\nHost: localhost\r\n" BEARER "\r\n");
    }
    assert_true(world_pending(&w, 9)); /* the last answers race the stop */
    assert_int_equal(pthread_create(&worker, NULL, answer_soon, &w), 0);
    assert_true(world_pending(&w, 0));
    (void)pthread_join(worker, NULL);
    world_stop(&w);
    for (size_t i = 0; i < 10; i++) {
        struct answer a = http_answer(&held[i], false);
        assert_int_equal(a.status, 200);
        answer_clear(&a);
        http_close(&held[i]);
    }
    world_clear(&w);
}

static void stopping_gives_up_questions_that_are_never_answered(void **state)
{
    struct http held[5];
    struct world w;
    int64_t begun;

    (void)state;
    world_init(&w, 10);
    world_start(&w);
    w.history_mode = HISTORY_HOLD;
    for (size_t i = 0; i < 5; i++) {
        held[i] = http_open(w.port);
        http_send(&held[i], "GET " SERIES " HTTP/1.1\r\nHost: localhost\r\n" BEARER "\r\n");
    }
    assert_true(world_pending(&w, 5));
    begun = mono_read().ms;
    world_stop(&w);
    assert_true(mono_read().ms - begun < 8000);
    for (size_t i = 0; i < 5; i++) {
        struct answer a = http_answer(&held[i], false);
        assert_int_equal(a.status, 504);
        answer_clear(&a);
        http_close(&held[i]);
    }
    world_clear(&w); /* and now the history calls back, long after */
}

/* The rule behind it, without waiting for it: who closes a question first resumes it, once. */
static unsigned resumed;

static void resume(void *connection)
{
    (void)connection;
    resumed++;
}

static void a_question_is_given_up_after_its_time_and_answered_only_once(void **state)
{
    const struct history_port never = { &W, NULL };
    struct history_port port = never;
    struct questions *all;
    struct tally tally = { 0 };
    struct question_ask a = { .point = &W.catalogue.points[0], .lang = LANG_EN };
    struct question *q;
    struct reply r = { .kind = REPLY_NOW };
    struct fault why;
    struct mono now = mono_read();

    (void)state;
    W.history_mode = HISTORY_HOLD;
    port.ask = world_ask;
    assert_int_equal(questions_new(&all, &port, &tally, &why), ERR_NONE);
    q = question_new(all, &a);
    assert_non_null(q);
    question_put(q, &W, -1, resume);
    (void)questions_sweep(all, now, false);
    assert_int_equal(resumed, 0);
    (void)questions_sweep(all, (struct mono){ now.ms + QUESTION_WITHIN_MS + 1000 }, false);
    assert_int_equal(resumed, 1);
    world_answer(&W, ERR_NONE);
    assert_int_equal(resumed, 1);
    question_answer(q, &r);
    assert_int_equal(r.status, 504);
    reply_clear(&r);
    question_drop(q);
    questions_free(all);
    W.history_mode = HISTORY_NOW;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(raw_samples_and_buckets_have_their_shapes),
        cmocka_unit_test(every_reading_comes_page_after_page),
        cmocka_unit_test(the_head_alone_is_followed_by_nothing),
        cmocka_unit_test(every_reading_of_a_short_span_is_an_answer_like_others),
        cmocka_unit_test(a_page_that_fails_breaks_the_body_off),
        cmocka_unit_test(an_export_under_way_does_not_hinder_the_end),
        cmocka_unit_test(many_points_come_in_one_answer),
        cmocka_unit_test(many_points_are_refused_as_a_whole),
        cmocka_unit_test(many_points_are_asked_one_after_the_other),
        cmocka_unit_test(the_question_is_passed_on_as_it_was_asked),
        cmocka_unit_test(a_slow_question_holds_up_nobody_else),
        cmocka_unit_test(each_failure_has_its_problem),
        cmocka_unit_test(days_of_a_meter_have_their_shape),
        cmocka_unit_test(a_day_before_the_acceptance_has_no_volume),
        cmocka_unit_test(days_are_thirty_to_today_unless_asked_and_four_hundred_at_most),
        cmocka_unit_test(each_failure_of_counting_has_its_problem),
        cmocka_unit_test(a_client_that_went_away_does_no_harm),
        cmocka_unit_test(requests_behind_a_question_wait_for_their_turn),
        cmocka_unit_test(stopping_waits_for_questions_under_way),
        cmocka_unit_test(stopping_gives_up_questions_that_are_never_answered),
        cmocka_unit_test(a_question_is_given_up_after_its_time_and_answered_only_once),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
