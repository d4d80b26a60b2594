/* What no honest client sends: raw bytes on a socket.  After each, the face must still answer others. */
#include "serve/check.h"

#include <poll.h>
#include <sys/resource.h>

#include "world.h"

static struct world W;

static int set_up(void **state)
{
    (void)state;
    world_init(&W, 10);
    W.settings.header_within_ms = 400;
    W.settings.body_within_ms = 400;
    world_start(&W);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_clear(&W);
    return 0;
}

static void others_are_answered(void)
{
    struct answer a = http_get(W.port, "/healthz", NULL);

    assert_int_equal(a.status, 200);
    answer_clear(&a);
}

/* Waits until the connection count is back at zero: nothing is kept open. */
static void ends(struct http *h)
{
    if (!http_ends(h, 5000))
        fail_msg("the connection stays open");
}

static void a_request_that_could_be_cut_in_two_ways_is_refused_and_its_connection_closed(void **state)
{
    static const char *const REQUESTS[] = {
        /* Content-Length with Transfer-Encoding */
        "POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\nTransfer-Encoding: "
        "chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\nTransfer-Encoding: "
        "chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Length: "
        "5\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n",
        /* two lengths */
        "POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nContent-Length: "
        "44\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\nGET "
        "/smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n",
        /* a body where none belongs */
        "GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 44\r\n\r\nGET /smuggled "
        "HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "DELETE /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 44\r\n\r\nGET /smuggled "
        "HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET "
        "/smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: identity\r\n\r\nGET /smuggled "
        "HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\nGET "
        "/smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip, "
        "chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n",
        /* lengths that are none */
        "GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: +0\r\n\r\nGET /smuggled "
        "HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0x0\r\n\r\nGET /smuggled "
        "HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999\r\n\r\nGET "
        "/smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\nGET /smuggled "
        "HTTP/1.1\r\nHost: localhost\r\n\r\n",
        /* who is asked? */
        "GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: evil.org\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: "
        "localhost\r\n\r\n",
        "GET /healthz HTTP/1.1\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /api/v1/session HTTP/1.1\r\nHost: localhost\r\n" BEARER BEARER
        "\r\nGET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof REQUESTS / sizeof REQUESTS[0]; i++) {
        struct http h = http_open(W.port);
        struct answer a, second;
        h.within_ms = 3000;
        http_send(&h, "%s", REQUESTS[i]);
        a = http_answer(&h, false);
        if (a.status != 0 && (a.status < 400 || a.status >= 500))
            fail_msg("case %zu: %d", i, a.status);
        second = http_answer(&h, false);
        if (second.status != 0)
            fail_msg("case %zu: the rest was answered as a request: %d", i, second.status);
        if (!http_ends(&h, 3000))
            fail_msg("case %zu: the connection stays open", i);
        answer_clear(&a);
        http_close(&h);
    }
    others_are_answered();
}

static void lengths_and_kinds_of_bodies_are_bounded(void **state)
{
    static const struct {
        const char *fields;
        int status;
    } CASES[] = {
        { "Content-Type: application/json\r\nContent-Length: 4097\r\n", 413 },
        { "Content-Type: application/json\r\nContent-Length: 104857600\r\nExpect: 100-continue\r\n", 413 },
        { "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n", 411 },
        { "Content-Type: application/json\r\n", 411 },
        { "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\n", 415 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct http h = http_open(W.port);
        struct answer a;
        http_send(&h, "POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\n%s\r\n", CASES[i].fields);
        a = http_answer(&h, false);
        if (a.status != CASES[i].status)
            fail_msg("%s: %d", CASES[i].fields, a.status);
        answer_clear(&a);
        http_close(&h);
    }
    others_are_answered();
}

static void a_body_of_exactly_the_ceiling_is_read(void **state)
{
    static char body[4097];
    struct answer a;

    (void)state;
    memset(body, ' ', sizeof body - 1);
    memcpy(body, "{\"token\":\"wrong\"}", 17);
    a = http_ask(W.port, "POST", "/api/v1/session", "Content-Type: application/json\r\n", body);
    assert_int_equal(a.status, 401);
    answer_clear(&a);
}

static void a_request_may_come_byte_by_byte(void **state)
{
    static const char REQUEST[] =
        "GET /api/v1/points/lc.nmn.flow_out HTTP/1.1\r\nHost: localhost\r\n" BEARER "\r\n";
    struct http h = http_open(W.port);
    struct answer a;

    (void)state;
    for (size_t i = 0; i + 1 < sizeof REQUEST; i++)
        http_send_bytes(&h, REQUEST + i, 1);
    a = http_answer(&h, false);
    assert_int_equal(a.status, 200);
    answer_clear(&a);
    http_close(&h);
}

static void pipelined_requests_are_answered_in_order(void **state)
{
    struct http h = http_open(W.port);

    (void)state;
    for (int i = 0; i < 50; i++)
        http_send(&h, "GET /api/v1/points?limit=%d HTTP/1.1\r\nHost: localhost\r\n" BEARER "\r\n",
                  i % 10 + 1);
    for (int i = 0; i < 50; i++) {
        struct answer a = http_answer(&h, false);
        int n = 0;
        assert_int_equal(a.status, 200);
        for (const char *s = a.body; (s = strstr(s, "\"id\":")) != NULL; s++)
            n++;
        assert_int_equal(n, i % 10 + 1);
        answer_clear(&a);
    }
    http_close(&h);
}

static void a_refusal_in_a_pipeline_keeps_the_connection(void **state)
{
    static const int STATUS[] = { 200, 404, 405, 401, 400, 200 };
    struct http h = http_open(W.port);

    (void)state;
    http_send(
        &h,
        "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGET /none HTTP/1.1\r\nHost: localhost\r\n\r\n"
        "DELETE /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGET /api/v1/wires HTTP/1.1\r\nHost: "
        "localhost\r\n\r\n"
        "GET /healthz?a HTTP/1.1\r\nHost: localhost\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    for (size_t i = 0; i < 6; i++) {
        struct answer a = http_answer(&h, false);
        assert_int_equal(a.status, STATUS[i]);
        answer_clear(&a);
    }
    http_close(&h);
}

static void huge_headers_and_targets_are_refused(void **state)
{
    static char filler[60001];
    static const size_t SIZES[] = { 3000, 14000, 20000, 60000 };

    (void)state;
    for (size_t i = 0; i < 4; i++)
        for (int where = 0; where < 2; where++) {
            struct http h = http_open(W.port);
            struct answer a;
            memset(filler, 'a', SIZES[i]);
            filler[SIZES[i]] = '\0';
            if (where == 0)
                http_send(&h, "GET /%s HTTP/1.1\r\nHost: localhost\r\n\r\n", filler);
            else
                http_send(&h, "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: %s\r\n\r\n", filler);
            a = http_answer(&h, false);
            if (where == 0 || SIZES[i] > 16384)
                assert_true(a.status == 0 || a.status == 414 || a.status == 431 || a.status == 413);
            else
                assert_int_equal(a.status, 200);
            answer_clear(&a);
            http_close(&h);
        }
    others_are_answered();
}

/* As many as an address can hold: empty ones are passed over, others are too many. */
static void hundreds_of_parameters_are_answered(void **state)
{
    enum { MANY = 2000 };
    char query[MANY + 1];

    (void)state;
    for (int named = 0; named < 2; named++) {
        struct http h = http_open(W.port);
        struct answer a;
        for (size_t i = 0; i < MANY; i++)
            query[i] = named != 0 && i % 2 == 0 ? 'a' : '&';
        query[MANY] = '\0';
        http_send(&h, "GET /healthz?%s HTTP/1.1\r\nHost: localhost\r\n\r\n", query);
        a = http_answer(&h, false);
        assert_int_equal(a.status, named != 0 ? 400 : 200);
        answer_clear(&a);
        http_close(&h);
    }
    others_are_answered();
}

/* The library's own refusals, which docs/security.md lists: the connection ends, nothing of it comes back. */
static void what_the_library_refuses_reflects_nothing(void **state)
{
    static char big[20001];
    static const struct {
        const char *first, *then;
        bool filled;
        int status;
    } CASES[] = {
        { "GET /planted", " HTTP/1.1\r\nHost: localhost\r\n\r\n", true, 414 },
        { "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: planted", "\r\n\r\n", true, 431 },
        { "GET /planted HTTP/1.1\r\nX: planted\r\n\r\n", "", false, 400 },
        { "POST /planted HTTP/1.1\r\nHost: localhost\r\nContent-Length: planted\r\n\r\n", "", false, 400 },
        { "POST /planted HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999999\r\n\r\n", "",
          false, 413 },
        { "GET /planted\r\n\r\n", "", false, 400 },
        { "GET /planted HTTP/2.0\r\nHost: localhost\r\n\r\n", "", false, 505 },
    };

    (void)state;
    memset(big, 'a', sizeof big - 1);
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct http h = http_open(W.port);
        struct answer a;
        http_send(&h, "%s%s%s", CASES[i].first, CASES[i].filled ? big : "", CASES[i].then);
        a = http_answer(&h, false);
        assert_int_equal(a.status, CASES[i].status);
        assert_lacks(a.head, "planted");
        assert_lacks(a.body, "planted");
        assert_true(http_ends(&h, 5000));
        answer_clear(&a);
        http_close(&h);
    }
    others_are_answered();
}

static void nonsense_is_survived(void **state)
{
    static const char *const LINES[] = { "\r\n\r\n\r\n",
                                         "GET\r\n\r\n",
                                         "GET /\r\n\r\n",
                                         "GET / HTTP/9.9\r\nHost: a\r\n\r\n",
                                         "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
                                         "GET  /  HTTP/1.1\r\n\r\n",
                                         "GET / HTTP/1.1\r\nHost : localhost\r\n\r\n",
                                         "GET / HTTP/1.1\nHost: localhost\n\n",
                                         "GET / HTTP/1.1\r\nno colon\r\n\r\n",
                                         "GET http://localhost/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
                                         "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                                         "GET / HTTP/1.1\r\n folded: x\r\nHost: localhost\r\n\r\n" };
    unsigned seed = 20261123;

    (void)state;
    for (size_t i = 0; i < sizeof LINES / sizeof LINES[0]; i++) {
        struct http h = http_open(W.port);
        http_send(&h, "%s", LINES[i]);
        http_close(&h);
    }
    for (int i = 0; i < 200; i++) {
        struct http h = http_open(W.port);
        char bytes[300];
        for (size_t k = 0; k < sizeof bytes; k++) {
            seed = seed * 1103515245 + 12345;
            bytes[k] = (char)(seed >> 16);
        }
        memcpy(bytes, "GET /", 5);
        http_send_bytes(&h, bytes, sizeof bytes);
        http_close(&h);
    }
    others_are_answered();
}

static void a_dripped_header_is_cut(void **state)
{
    struct http h = http_open(W.port);
    int64_t begun = mono_read().ms;

    (void)state;
    /* The library's own time-out is 15 s of silence and never comes: something is always sent. */
    http_send(&h, "GET / HTTP/1.1\r\n");
    while (!http_ends(&h, 50) && mono_read().ms - begun < 8000)
        http_send(&h, "X: y\r\n");
    assert_true(mono_read().ms - begun < 3000);
    http_close(&h);
    others_are_answered();
}

static void a_dripped_body_is_cut(void **state)
{
    struct http h = http_open(W.port);
    int64_t begun = mono_read().ms;

    (void)state;
    http_send(&h, "POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                  "application/json\r\nContent-Length: 4000\r\n\r\n");
    while (!http_ends(&h, 50) && mono_read().ms - begun < 8000)
        http_send(&h, " ");
    assert_true(mono_read().ms - begun < 3000);
    http_close(&h);
    others_are_answered();
}

static void a_silent_connection_is_cut(void **state)
{
    struct http h = http_open(W.port);

    (void)state;
    ends(&h);
    http_close(&h);
}

/* A ceiling full of silent clients: they make room, others are answered. */
static void silent_clients_at_the_ceiling_do_not_shut_others_out(void **state)
{
    enum { SILENT = 1000 };
    static struct http all[SILENT];
    struct world w;
    struct rlimit files;
    int64_t begun;
    struct answer a;

    (void)state;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < 2 * SILENT + 200) {
        files.rlim_cur = files.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &files);
        if (files.rlim_cur < 2 * SILENT + 200)
            skip();
    }
    world_init(&w, 10);
    w.settings.connections_max = SILENT;
    world_start(&w);
    for (size_t i = 0; i < SILENT; i++)
        all[i] = http_open(w.port);
    begun = mono_read().ms;
    a = http_get(w.port, "/healthz", NULL);
    assert_int_equal(a.status, 200);
    print_message("answered after %lld ms behind %d silent clients\n", (long long)(mono_read().ms - begun),
                  SILENT);
    assert_true(mono_read().ms - begun < 5000);
    answer_clear(&a);
    for (size_t i = 0; i < SILENT; i++)
        http_close(&all[i]);
    world_clear(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_that_could_be_cut_in_two_ways_is_refused_and_its_connection_closed),
        cmocka_unit_test(lengths_and_kinds_of_bodies_are_bounded),
        cmocka_unit_test(a_body_of_exactly_the_ceiling_is_read),
        cmocka_unit_test(a_request_may_come_byte_by_byte),
        cmocka_unit_test(pipelined_requests_are_answered_in_order),
        cmocka_unit_test(a_refusal_in_a_pipeline_keeps_the_connection),
        cmocka_unit_test(huge_headers_and_targets_are_refused),
        cmocka_unit_test(hundreds_of_parameters_are_answered),
        cmocka_unit_test(what_the_library_refuses_reflects_nothing),
        cmocka_unit_test(nonsense_is_survived),
        cmocka_unit_test(a_dripped_header_is_cut),
        cmocka_unit_test(a_dripped_body_is_cut),
        cmocka_unit_test(a_silent_connection_is_cut),
        cmocka_unit_test(silent_clients_at_the_ceiling_do_not_shut_others_out),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
