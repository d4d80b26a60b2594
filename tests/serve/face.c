/* The face over real sockets: what well-behaved clients see. */
#include "serve/check.h"

#include <math.h>
#include <zlib.h>

#include "base/json.h"
#include "routes.h"
#include "world.h"

static struct world W;

static int set_up(void **state)
{
    (void)state;
    world_init(&W, 40);
    world_start(&W);
    W.incident = (struct incident){ .id = 1024, .opened = { 1795435838123 } };
    W.alarm = (struct alarm){ .id = 0xabc,
                              .point = W.catalogue.points[0].key,
                              .name = "high",
                              .core = ALARM_UNACKNOWLEDGED,
                              .value = NAN,
                              .limit = NAN,
                              .seen = NAN };
    world_set(&W, 0, 12.5);
    world_set(&W, 1, NAN);
    world_publish(&W);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_clear(&W);
    return 0;
}

/* GET with the token; checks the status, gives the body (valid until the next call). */
static const char *get(const char *target, int status)
{
    static struct answer a;

    answer_clear(&a);
    a = http_get(W.port, target, BEARER ENGLISH);
    if (a.status != status)
        fail_msg("%s: %d instead of %d: %s", target, a.status, status, a.body == NULL ? "" : a.body);
    return a.body;
}

static void a_point_carries_value_quality_reason_and_time(void **state)
{
    const char *body = get("/api/v1/points/lc.nmn.flow_out", 200);

    (void)state;
    assert_has(body, "\"name\":\"Lưu lượng phát ra mạng\",\"site\":\"nmn-lai-chau\",\"site_name\":\"Nhà máy "
                     "nước Lai Châu\"");
    assert_has(body, "\"value\":12.5,\"quality\":\"good\",\"reason\":\"none\",\"at\":\"20");
    assert_has(body, "+07:00\"");
    assert_has(body, "\"manual\":false,\"counts\":null,\"forced\":null,\"plausible\":{\"low\":0,\"high\":"
                     "null},\"deadband\":"
                     "0,\"heartbeat_ms\":600000}");
}

static void no_value_is_null_and_never_zero(void **state)
{
    (void)state;
    assert_has(get("/api/v1/points/lc.nmn.pressure", 200),
               "\"value\":null,\"quality\":\"bad\",\"reason\":\"no_answer\"");
    assert_has(get("/api/v1/points/lc.tb.chlorine", 200),
               "\"value\":null,\"quality\":\"bad\",\"reason\":\"never_read\",\"at\":null");
}

static void a_point_with_states_says_its_state_in_both_languages(void **state)
{
    static const char *const NULLS[] = { "\"reason\":\"none\"", "\"quality\":\"bad\"" };

    (void)state;
    assert_null(strstr(get("/api/v1/points/lc.nmn.flow_out", 200), "\"state"));
    world_set(&W, WORLD_VALVE, 1);
    world_publish(&W);
    assert_has(get("/api/v1/points/lc.dma.p0005", 200), "\"value\":1,\"quality\":\"good\"");
    assert_has(get("/api/v1/points/lc.dma.p0005", 200),
               "\"state\":{\"word\":\"open\",\"vi\":\"Mở\",\"en\":\"Open\"}");
    assert_has(get("/api/v1/points/lc.dma.p0005", 200),
               "\"states\":[{\"raw\":0,\"state\":{\"word\":\"closed\",\"vi\":\"Đóng\",\"en\":\"Closed\"}},");
    assert_has(get("/api/v1/points?wire=plc-2&quality=good", 200),
               "\"state\":{\"word\":\"open\",\"vi\":\"Mở\",\"en\":\"Open\"}}");
    world_set(&W, WORLD_VALVE, 9);
    world_publish(&W);
    assert_has(get("/api/v1/points/lc.dma.p0005", 200),
               "{\"word\":\"Kẹt \\\"cánh\\\"\",\"vi\":\"Kẹt \\\"cánh\\\"\",\"en\":\"Kẹt \\\"cánh\\\"\"}");
    for (size_t i = 0; i < COUNT_OF(NULLS); i++) { /* none of its states, then no number at all */
        world_set(&W, WORLD_VALVE, i == 0 ? 7 : NAN);
        world_publish(&W);
        assert_has(get("/api/v1/points/lc.dma.p0005", 200), NULLS[i]);
        assert_has(get("/api/v1/points/lc.dma.p0005", 200), "\"state\":null");
    }
}

static size_t count_of(const char *body, const char *part)
{
    size_t n = 0;

    for (const char *s = body; (s = strstr(s, part)) != NULL; s++)
        n++;
    return n;
}

static void lists_are_filtered(void **state)
{
    (void)state;
    assert_int_equal(count_of(get("/api/v1/points", 200), "\"id\":"), 40);
    assert_int_equal(count_of(get("/api/v1/points?site=nmn-lai-chau", 200), "\"id\":"), 2);
    assert_int_equal(count_of(get("/api/v1/points?quality=good", 200), "\"id\":"), 1);
    assert_int_equal(count_of(get("/api/v1/points?parameter=pressure", 200), "\"id\":"), 1);
    assert_int_equal(count_of(get("/api/v1/points?wire=plc-1&quality=bad", 200), "\"id\":"), 1);
    assert_int_equal(count_of(get("/api/v1/points?q=AP%20LUC", 200), "\"id\":"), 1);
    assert_int_equal(count_of(get("/api/v1/points?q=%C3%A1p+l%E1%BB%B1c", 200), "\"id\":"), 1);
    assert_int_equal(count_of(get("/api/v1/points?q=diem+so", 200), "\"id\":"), 37);
    assert_int_equal(count_of(get("/api/v1/points?parameter=nothing", 200), "\"id\":"), 0);
    assert_has(get("/api/v1/points?parameter=nothing", 200), "\"points\":[],\"next\":null}");
}

/* Follows the cursors to the end; every point must come exactly once. */
static void pages_cover_everything_once(void **state)
{
    char target[400] = "/api/v1/points?limit=7";
    size_t seen = 0, pages = 0;

    (void)state;
    for (;;) {
        const char *body = get(target, 200);
        const char *next = strstr(body, "\"next\":\"");
        seen += count_of(body, "\"id\":");
        pages++;
        if (next == NULL)
            break;
        (void)snprintf(target, sizeof target, "/api/v1/points?limit=7&next=%.*s",
                       (int)strcspn(next + 8, "\""), next + 8);
    }
    assert_int_equal(seen, 40);
    assert_int_equal(pages, 6);
    assert_has(get("/api/v1/points?limit=40", 200), "\"next\":null");
}

static void what_is_wrong_is_named(void **state)
{
    static const struct {
        const char *target;
        int status;
        const char *type, *field;
    } CASES[] = {
        { "/api/v1/points?limt=3", 400, "unknown-parameter", "limt" },
        { "/api/v1/points?a=1&b=1&c=1&d=1&e=1&f=1&g=1&h=1&i=1&j=1&k=1&l=1&m=1", 400, "unknown-parameter",
          NULL },
        { "/api/v1/points?limit=3&limit=3", 400, "repeated-parameter", "limit" },
        { "/api/v1/points?limit=0", 400, "bad-value", "limit" },
        { "/api/v1/points?limit=1001", 400, "bad-value", "limit" },
        { "/api/v1/points?limit=-1", 400, "bad-value", "limit" },
        { "/api/v1/points?limit=1e3", 400, "bad-value", "limit" },
        { "/api/v1/points?limit=", 400, "bad-value", "limit" },
        { "/api/v1/points?quality=GOOD", 400, "bad-value", "quality" },
        { "/api/v1/points?site=nowhere", 400, "bad-value", "site" },
        { "/api/v1/points?wire=nowhere", 400, "bad-value", "wire" },
        { "/api/v1/points?q=", 400, "bad-value", "q" },
        { "/api/v1/points?next=zz", 400, "bad-value", "next" },
        { "/api/v1/points?next=6e6f", 400, "bad-value", "next" },
        { "/api/v1/points/lc.nmn.flow_out?x=1", 400, "unknown-parameter", "x" },
        { "/api/v1/points/lc.nmn.flow_out/series?from=yesterday", 400, "bad-value", "from" },
        { "/api/v1/points/lc.nmn.flow_out/series?to=2026-13-01T00:00:00Z", 400, "bad-value", "to" },
        { "/api/v1/points/lc.nmn.flow_out/series?from=2026-11-23T00:00:00Z&to=2026-11-23T00:00:00Z", 400,
          "bad-value", "from" },
        { "/api/v1/points/lc.nmn.flow_out/series?from=2006-11-23T00:00:00Z", 400, "bad-value", "from" },
        { "/api/v1/points/lc.nmn.flow_out/series?buckets=2001", 400, "bad-value", "buckets" },
        { "/api/v1/points/lc.dma.p0006/volumes?from=2025-02-29", 400, "bad-value", "from" },
        { "/api/v1/points/lc.dma.p0006/volumes?to=", 400, "bad-value", "to" },
        { "/api/v1/points/lc.dma.p0006/volumes?from=2025-02-02&to=2025-02-01", 400, "bad-value", "from" },
        { "/api/v1/points/lc.dma.p0006/volumes?buckets=1", 400, "unknown-parameter", "buckets" },
        { "/api/v1/points/lc.nmn.flow_out/volumes", 400, "no-counter", NULL },
        { "/api/v1/points/none/volumes", 404, "not-found", NULL },
        { "/api/v1/stream?topics=everything", 400, "bad-value", "topics" },
        { "/api/v1/stream?site=nowhere", 400, "bad-value", "site" },
        { "/api/v1/areas?at=2025-02-29", 400, "bad-value", "at" },
        { "/api/v1/areas?at=", 400, "bad-value", "at" },
        { "/api/v1/areas?at=01/07/2025", 400, "bad-value", "at" },
        { "/api/v1/areas?limit=0", 400, "bad-value", "limit" },
        { "/api/v1/areas?next=zz", 400, "bad-value", "next" },
        { "/api/v1/areas?next=6e6f", 400, "bad-value", "next" },
        { "/api/v1/areas?q=", 400, "bad-value", "q" },
        { "/api/v1/areas?supplier=cn-lai-chau", 400, "unknown-parameter", "supplier" },
        { "/api/v1/systems?supplier=nobody", 400, "bad-value", "supplier" },
        { "/api/v1/sites?system=nowhere", 400, "bad-value", "system" },
        { "/api/v1/sites?area=nowhere", 400, "bad-value", "area" },
        { "/api/v1/zones?system=nowhere", 400, "bad-value", "system" },
        { "/api/v1/zones?area=03408", 400, "unknown-parameter", "area" },
        { "/api/v1/zones/vung-1?at=2025-01-01", 400, "unknown-parameter", "at" },
        { "/api/v1/suppliers/none", 404, "not-found", NULL },
        { "/api/v1/areas/none", 404, "not-found", NULL },
        { "/api/v1/systems/none", 404, "not-found", NULL },
        { "/api/v1/sites/none", 404, "not-found", NULL },
        { "/api/v1/zones/none", 404, "not-found", NULL },
        { "/api/v1/zones/sin-ho", 404, "not-found", NULL },
        { "/api/v1/zones/vung-1/versions", 404, "not-found", NULL },
        { "/healthz?verbose", 400, "unknown-parameter", "verbose" },
        { "/api/v1/points/none", 404, "not-found", NULL },
        { "/api/v1/points/none/series", 404, "not-found", NULL },
        { "/api/v1/points/", 404, "not-found", NULL },
        { "/api/v1/Points", 404, "not-found", NULL },
        { "/api/v2/points", 404, "not-found", NULL },
        { "/api/v1/points/a/b/c/d/e/f/g/h", 404, "not-found", NULL },
        { "/app.js", 404, "not-found", NULL },
        { "/../etc/passwd", 404, "not-found", NULL },
        { "/%2e%2e/etc/passwd", 404, "not-found", NULL },
        { "/healthz%00.js", 400, "malformed-request", NULL },
        { "/api/v1/points?q=%00", 400, "malformed-request", NULL },
        { "/api/v1/points?q=%ff", 400, "malformed-request", NULL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        const char *body = get(CASES[i].target, CASES[i].status);
        char part[100];
        (void)snprintf(part, sizeof part, "{\"type\":\"/problems/%s\",\"title\":\"", CASES[i].type);
        assert_has(body, part);
        if (CASES[i].field != NULL) {
            (void)snprintf(part, sizeof part, "\"field\":\"%s\"}", CASES[i].field);
            assert_has(body, part);
        } else {
            assert_lacks(body, "\"field\"");
        }
    }
}

static void problems_are_vietnamese_unless_english_is_asked_for(void **state)
{
    struct answer vi = http_get(W.port, "/nothing", NULL);
    struct answer en = http_get(W.port, "/nothing", ENGLISH);

    (void)state;
    assert_has(vi.body, "Không tìm thấy");
    assert_string_equal(answer_field(&vi, "Content-Language"), "vi");
    assert_string_equal(answer_field(&vi, "Content-Type"), "application/problem+json; charset=utf-8");
    assert_has(en.body, "Not found");
    assert_string_equal(answer_field(&en, "Content-Language"), "en");
    answer_clear(&vi);
    answer_clear(&en);
}

/* Something that exists, for the {id} of a pattern. */
static const char *existing(const char *pattern)
{
    static const struct {
        const char *path, *id;
    } IDS[] = {
        { "/volumes", "lc.dma.p0006" }, /* one that counts */
        { "/alarms/", "0000000000000abc" },
        { "/modes/", "0000000000000def" },
        { "/roster/", "0000000000000def" },
        { "/contacts/", "0000000000000def" },
        { "/shifts/", "0000000000000077" },
        { "/measures/", "0000000000000abd" },
        { "/black-spots/", "0000000000000abe" },
        { "/incidents/", "1024" },
        { "/config-versions/", "1" },
        { "/suppliers/", "cn-lai-chau" },
        { "/areas/", "03408" },
        { "/systems/", "sin-ho" },
        { "/sites/", "tram-bom" },
        { "/zones/", "vung-1" },
        { "/mains/", "ong-1" },
        { "/sessions/", "0" },
        { "/accounts/", "lan" },
        { "/tokens/", "cn_0" },
        { "/limits/", "qc-1" },
        { "/p/", "00000000000000000000000000000000" },
        { "/points/", "lc.nmn.flow_out" },
        { "/reports/", "incidents-20241004-20241102-v1.json" },
    };

    for (size_t i = 0; i < sizeof IDS / sizeof IDS[0]; i++)
        if (strstr(pattern, IDS[i].path) != NULL)
            return IDS[i].id;
    fail_msg("nothing is known for %s", pattern);
    return "";
}

static void concrete(const char *pattern, char out[200])
{
    const char *open = strchr(pattern, '{'), *close = strchr(pattern, '}');

    if (open == NULL)
        (void)snprintf(out, 200, "%s%s", pattern,
                       strcmp(pattern, "/api/v1/series") == 0           ? "?points=lc.nmn.flow_out"
                       : strcmp(pattern, "/api/v1/operation-book") == 0 ? "?site=tram-bom"
                       : strcmp(pattern, "/api/v1/reports/preview") == 0
                           ? "?kind=incidents&from=2026-09-01&to=2026-09-30"
                           : "");
    else
        (void)snprintf(out, 200, "%.*s%s%s", (int)(open - pattern), pattern, existing(pattern), close + 1);
}

/* The viewer here is a token: it has no sessions to look at. */
static int viewer_gets(const struct route *r)
{
    return (r->roles & ROLE_BIT(ROLE_VIEWER)) == 0 && (r->roles & ROLES_OPEN) == 0 ? 403
           : r->answer == answer_sessions                                          ? 403
           : r->answer == answer_pass                                              ? 404
                                                                                   : 200;
}

static void every_path_asks_for_its_credential(void **state)
{
    static const char *const WRONG[] = { NULL, "Authorization: Bearer wrong\r\n",
                                         "Authorization: Basic abc\r\n", "Cookie: capnuoc_session=wrong\r\n",
                                         "Authorization: Bearer \r\n" };

    (void)state;
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        char target[200];
        if (method_has_body(ROUTES[i].method))
            continue;
        concrete(ROUTES[i].pattern, target);
        for (size_t k = 0; k < sizeof WRONG / sizeof WRONG[0]; k++) {
            struct answer a = http_ask(W.port, ROUTES[i].method == METHOD_DELETE ? "DELETE" : "GET", target,
                                       WRONG[k], NULL);
            int open = strncmp(target, "/p/", 3) == 0 ? 404 : 200; /* its path is the credential */
            if ((ROUTES[i].roles & (ROLES_OPEN | AT_OPERATIONS)) != 0 ? a.status != open : a.status != 401)
                fail_msg("%s with %s: %d", target, WRONG[k] == NULL ? "nothing" : WRONG[k], a.status);
            if (a.status == 401)
                assert_has(answer_field(&a, "WWW-Authenticate"), "Bearer");
            answer_clear(&a);
        }
        if (ROUTES[i].method == METHOD_GET && strstr(target, "stream") == NULL)
            (void)get(target, viewer_gets(&ROUTES[i]));
    }
}

static void a_wrong_token_is_not_forgiven_by_a_right_cookie(void **state)
{
    struct answer a = http_ask(W.port, "POST", "/api/v1/session", "Content-Type: application/json\r\n",
                               "{\"token\":\"" TOKEN "\"}");
    char fields[300];

    (void)state;
    assert_int_equal(a.status, 204);
    (void)snprintf(fields, sizeof fields, "Cookie: capnuoc_session=%s\r\nAuthorization: Bearer wrong\r\n",
                   W.session);
    answer_clear(&a);
    a = http_get(W.port, "/api/v1/session", fields);
    assert_int_equal(a.status, 401);
    answer_clear(&a);
}

static void other_methods_are_told_what_is_allowed(void **state)
{
    static const struct {
        const char *method, *target, *allow;
    } CASES[] = {
        { "POST", "/api/v1/points", "GET, HEAD" },
        { "PUT", "/api/v1/points/lc.nmn.flow_out", "GET, HEAD" },
        { "DELETE", "/healthz", "GET, HEAD" },
        { "OPTIONS", "/api/v1/points", "GET, HEAD" },
        { "TRACE", "/healthz", "GET, HEAD" },
        { "PATCH", "/api/v1/session", "GET, HEAD, POST, DELETE" },
        { "GET", "/api/v1/black-spots/0000000000000abe", "PATCH" },
        { "DELETE", "/api/v1/black-spots/candidates", "GET, HEAD" },
        { "DELETE", "/api/v1/alarms/acknowledge", "POST" },
        { "DELETE", "/api/v1/readings", "GET, HEAD, POST" },
        { "GET", "/api/v1/points/lc.nmn.flow_out/force", "POST, DELETE" },
        { "HEAD", "/api/v1/stream", "GET" },
        { "get", "/healthz", "GET, HEAD" },
        { "BREW", "/", "GET, HEAD" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct answer a = http_ask(W.port, CASES[i].method, CASES[i].target, BEARER, NULL);
        if (a.status != 405 || strcmp(answer_field(&a, "Allow"), CASES[i].allow) != 0)
            fail_msg("%s %s: %d, Allow: %s", CASES[i].method, CASES[i].target, a.status,
                     answer_field(&a, "Allow"));
        answer_clear(&a);
    }
}

static void everything_carries_the_security_headers(void **state)
{
    static const char *const TARGETS[] = {
        "/",        "/app.1f2e3d4c.js",     "/healthz", "/metrics", "/api/v1/points",
        "/nothing", "/api/v1/openapi.json", "/%00"
    };

    (void)state;
    for (size_t i = 0; i < sizeof TARGETS / sizeof TARGETS[0]; i++) {
        struct answer a = http_get(W.port, TARGETS[i], NULL);
        assert_string_equal(
            answer_field(&a, "Content-Security-Policy"),
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src "
            "'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        assert_string_equal(answer_field(&a, "X-Content-Type-Options"), "nosniff");
        assert_string_equal(answer_field(&a, "Referrer-Policy"), "no-referrer");
        assert_true(answer_field(&a, "Cache-Control")[0] != '\0');
        answer_clear(&a);
    }
}

static struct answer get_with_tag(const char *target, const char *encoding, const char *tag)
{
    char fields[400];

    (void)snprintf(fields, sizeof fields, BEARER "%s%s%s%s", encoding,
                   *tag == '\0' ? "" : "If-None-Match: ", tag, *tag == '\0' ? "" : "\r\n");
    return http_get(W.port, target, fields);
}

static void what_did_not_change_is_not_sent_again(void **state)
{
    static const char *const TARGETS[] = { "/api/v1/points",
                                           "/api/v1/points?q=ap",
                                           "/api/v1/points/lc.nmn.flow_out",
                                           "/api/v1/suppliers",
                                           "/api/v1/areas?at=2025-06-30",
                                           "/api/v1/zones/vung-1",
                                           "/api/v1/openapi.json",
                                           "/",
                                           "/app.1f2e3d4c.js" };
    static const char *const ENCODINGS[] = { "", "Accept-Encoding: gzip\r\n" };

    (void)state;
    for (size_t i = 0; i < sizeof TARGETS / sizeof TARGETS[0]; i++)
        for (size_t k = 0; k < 2; k++) {
            struct answer first = get_with_tag(TARGETS[i], ENCODINGS[k], "");
            struct answer again;
            char tag[100];
            (void)snprintf(tag, sizeof tag, "%s", answer_field(&first, "ETag"));
            assert_int_equal(first.status, 200);
            assert_int_equal(tag[0], '"');
            again = get_with_tag(TARGETS[i], ENCODINGS[1 - k], tag); /* also in the other encoding */
            assert_int_equal(again.status, 304);
            answer_clear(&again);
            again = get_with_tag(TARGETS[i], ENCODINGS[k], "\"other\"");
            assert_int_equal(again.status, 200);
            answer_clear(&again);
            answer_clear(&first);
        }
}

static void a_change_makes_a_new_tag(void **state)
{
    struct answer before = get_with_tag("/api/v1/points", "", ""), after;
    char tag[100];

    (void)state;
    (void)snprintf(tag, sizeof tag, "%s", answer_field(&before, "ETag"));
    world_set(&W, 0, 99);
    world_publish(&W);
    after = get_with_tag("/api/v1/points", "", tag);
    assert_int_equal(after.status, 200);
    assert_has(after.body, "\"value\":99,");
    answer_clear(&before);
    answer_clear(&after);
}

static void gzip_holds_the_same_text(void **state)
{
    struct answer plain = get_with_tag("/api/v1/points", "", ""),
                  packed = get_with_tag("/api/v1/points", "Accept-Encoding: gzip\r\n", "");
    static char text[65536];
    z_stream z = { .next_in = (unsigned char *)packed.body,
                   .avail_in = (unsigned)packed.body_len,
                   .next_out = (unsigned char *)text,
                   .avail_out = sizeof text };

    (void)state;
    assert_string_equal(answer_field(&plain, "Content-Encoding"), "");
    assert_string_equal(answer_field(&packed, "Content-Encoding"), "gzip");
    assert_has(answer_field(&packed, "Vary"), "Accept-Encoding");
    assert_true(packed.body_len < plain.body_len / 3);
    assert_int_equal(inflateInit2(&z, 31), Z_OK);
    assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
    assert_int_equal(z.total_out, plain.body_len);
    assert_memory_equal(text, plain.body, plain.body_len);
    (void)inflateEnd(&z);
    answer_clear(&plain);
    answer_clear(&packed);
}

static void head_is_get_without_its_body(void **state)
{
    struct answer get_it = http_get(W.port, "/api/v1/points", BEARER);
    struct answer head = http_ask(W.port, "HEAD", "/api/v1/points", BEARER, NULL);

    (void)state;
    assert_int_equal(head.status, 200);
    assert_int_equal(strtoul(answer_field(&head, "Content-Length"), NULL, 10), get_it.body_len);
    answer_clear(&get_it);
    answer_clear(&head);
}

static void hashed_files_are_kept_for_ever_and_the_page_is_not(void **state)
{
    struct answer page = http_get(W.port, "/?from=a-link", NULL),
                  script = http_get(W.port, "/app.1f2e3d4c.js", NULL);

    (void)state;
    assert_int_equal(page.status, 200);
    assert_string_equal(answer_field(&page, "Cache-Control"), "no-cache");
    assert_string_equal(answer_field(&page, "Content-Type"), "text/html; charset=utf-8");
    assert_has(answer_field(&script, "Cache-Control"), "immutable");
    assert_string_equal(script.body, "console.log(1)");
    answer_clear(&page);
    answer_clear(&script);
}

static void ready_says_503_when_a_part_is_down(void **state)
{
    (void)state;
    assert_has(get("/readyz", 200), "{\"ready\":true,\"parts\":[{\"name\":\"journal\",\"state\":\"ok\"");
    W.database = PART_DEGRADED;
    assert_has(get("/readyz", 200), "\"state\":\"degraded\"");
    W.database = PART_DOWN;
    assert_has(get("/readyz", 503), "{\"ready\":false");
    W.database = PART_OK;
    assert_has(get("/healthz", 200), "{\"alive\":true,\"version\":\"");
}

static void metrics_cannot_be_forged_and_name_their_help_once(void **state)
{
    const char *body = get("/metrics", 200);

    (void)state;
    assert_has(body, "# HELP capnuoc_wire_up Line\\none \\\\ two\n# TYPE capnuoc_wire_up gauge\n"
                     "capnuoc_wire_up{wire=\"a\\\"b\"} 1\ncapnuoc_wire_up{wire=\"c\"} NaN\n");
    assert_lacks(body, "forged");
    assert_int_equal(count_of(body, "# TYPE capnuoc_http_answers_total"), 1);
}

static void wires_show_unknown_times_as_null(void **state)
{
    const char *body = get("/api/v1/wires", 200);

    (void)state;
    assert_has(body, "\"since\":\"2026-11-23T19:10:38.123+07:00\"");
    assert_has(body, "\"response_ms\":{\"p50\":null,\"p99\":null}");
    assert_has(body, "\"last_error\":\"no answer \\\"in\\\" 800ms\"");
}

static void wires_show_their_load_and_what_devices_taught(void **state)
{
    const char *body = get("/api/v1/wires", 200), *second;

    (void)state;
    assert_has(body, "\"load\":{\"planned\":0.125,\"measured\":0.3333}");
    assert_has(body, "\"busy_answers\":3,\"other_units\":2");
    assert_has(body, "\"trust\":10,\"stands_still\":true,\"overruns\":4");
    assert_has(body, "\"learned\":{\"max_registers\":60,\"cuts\":1,\"missing\":2,\"missing_registers\":"
                     "[{\"table\":\"holding\",\"register\":107},{\"table\":\"input\",\"register\":9}]}");
    assert_has(body, "\"identity\":\"SN\\\"7\"");
    second = strstr(body, "plc-2");
    assert_non_null(second);
    assert_has(second, "\"identity\":null");
    assert_has(second, "\"learned\":{\"max_registers\":null,\"cuts\":1,\"missing\":40,");
}

/* The ids in the order of the list, each followed by a blank. */
static const char *ids_of(const char *target)
{
    static char ids[400];
    size_t n = 0;

    ids[0] = '\0';
    for (const char *s = get(target, 200); (s = strstr(s, "\"id\":\"")) != NULL && n < sizeof ids;) {
        s += 6;
        n += (size_t)snprintf(ids + n, sizeof ids - n, "%.*s ", (int)strcspn(s, "\""), s);
    }
    return ids;
}

static void the_world_is_listed_and_filtered(void **state)
{
    static const struct {
        const char *target, *ids;
    } CASES[] = {
        { "/api/v1/suppliers", "cn-lai-chau htx-sin-ho " },
        { "/api/v1/suppliers?q=nuoc+sach", "cn-lai-chau " },
        { "/api/v1/systems", "tp-lai-chau sin-ho " },
        { "/api/v1/systems?supplier=htx-sin-ho", "sin-ho " },
        { "/api/v1/systems?supplier=htx-sin-ho&q=do+thi", "" },
        { "/api/v1/sites", "nmn-lai-chau tram-bom " },
        { "/api/v1/sites?system=sin-ho", "tram-bom " },
        { "/api/v1/sites?area=03408", "nmn-lai-chau " },
        { "/api/v1/sites?area=03408&system=sin-ho", "" },
        { "/api/v1/mains", "ong-1 ong-2 " },
        { "/api/v1/mains?system=sin-ho", "ong-2 " },
        { "/api/v1/zones", "vung-1 vung-2 " },
        { "/api/v1/zones?system=tp-lai-chau", "vung-1 " },
        { "/api/v1/limits", "qc-1 " },
        { "/api/v1/limits?q=quy+chuan", "qc-1 " },
        { "/api/v1/limits?q=tieu+chuan", "" },
        { "/api/v1/zones?q=S%C3%8CN+h%E1%BB%93", "vung-2 " },
        /* areas: of today, of another day, by old names and without tone marks */
        { "/api/v1/areas", "12 03388 03408 03434 " },
        { "/api/v1/areas?at=2025-07-01", "12 03388 03408 03434 " },
        { "/api/v1/areas?at=2025-06-30", "12 108 " },
        { "/api/v1/areas?q=sin+ho", "" },
        { "/api/v1/areas?q=sin+ho&at=2025-06-30", "108 " },
        { "/api/v1/areas?q=doan+ket", "03388 " },
        { "/api/v1/areas?q=%C4%90O%C3%80N", "03388 " },
        { "/api/v1/areas?q=quyet+t", "03388 03408 " },
        { "/api/v1/areas?q=san+thang", "03408 " },
        { "/api/v1/areas?q=0343", "03434 " },
    };

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        const char *ids = ids_of(CASES[i].target);
        if (strcmp(ids, CASES[i].ids) != 0)
            fail_msg("%s: <%s> instead of <%s>", CASES[i].target, ids, CASES[i].ids);
    }
    assert_string_equal(get("/api/v1/areas?q=sin+ho", 200), "{\"areas\":[],\"next\":null}");
}

/* Follows the cursors, with a filter in force, to the end. */
static void pages_of_the_world_cover_it_once(void **state)
{
    char target[400] = "/api/v1/areas?at=2026-01-01&limit=1", seen[200] = "";
    size_t pages = 0;

    (void)state;
    for (; pages < 9; pages++) {
        const char *body, *next;
        (void)snprintf(seen + strlen(seen), sizeof seen - strlen(seen), "%s", ids_of(target));
        body = get(target, 200);
        next = strstr(body, "\"next\":\"");
        if (next == NULL)
            break;
        (void)snprintf(target, sizeof target, "/api/v1/areas?at=2026-01-01&limit=1&next=%.*s",
                       (int)strcspn(next + 8, "\""), next + 8);
    }
    assert_string_equal(seen, "12 03388 03408 03434 ");
    assert_int_equal(pages, 3);
}

static void what_nobody_told_of_the_world_is_null(void **state)
{
    (void)state;
    assert_string_equal(get("/api/v1/suppliers/htx-sin-ho", 200),
                        "{\"id\":\"htx-sin-ho\",\"name\":\"Hợp tác xã Sìn Hồ\",\"hotline\":null}");
    assert_string_equal(
        get("/api/v1/systems/sin-ho", 200),
        "{\"id\":\"sin-ho\",\"name\":\"Hệ thống nông thôn Sìn Hồ\",\"supplier\":\"htx-sin-ho\","
        "\"supplier_name\":\"Hợp tác xã Sìn Hồ\",\"kind\":\"rural\",\"capacity_m3_per_day\":null,"
        "\"people\":null,\"chain\":[],\"safety_plan\":{\"status\":\"none\",\"approved_on\":null,"
        "\"valid_until\":null,\"next_review\":null}}");
    assert_has(get("/api/v1/sites/tram-bom", 200),
               "\"system\":\"sin-ho\",\"system_name\":\"Hệ thống nông thôn Sìn Hồ\",\"area\":null,"
               "\"area_name\":null,\"location\":null,\"elevation_m\":null,\"chain\":[]}");
    assert_has(
        get("/api/v1/zones/vung-2", 200),
        "\"area\":null,\"area_name\":null,\"versions\":[{\"from\":\"2024-01-01\",\"until\":null,"
        "\"current\":true,\"connections\":null,\"people\":null,\"elevation\":{\"low\":null,\"high\":null},"
        "\"supply\":\"rota\",\"flows\":[],\"critical\":[],\"priority\":[]}]}");
}

static void the_world_is_shown_whole(void **state)
{
    (void)state;
    assert_has(
        get("/api/v1/systems/tp-lai-chau", 200),
        "\"kind\":\"urban\",\"capacity_m3_per_day\":12000,\"people\":42000,\"chain\":[\"mixing\","
        "\"sedimentation\",\"rapid_filtration\",\"disinfection\"],\"safety_plan\":{\"status\":\"approved\","
        "\"approved_on\":\"2024-05-10\",\"valid_until\":\"2029-05-10\",\"next_review\":null}}");
    assert_has(
        get("/api/v1/sites/nmn-lai-chau", 200),
        "\"kind\":\"treatment_plant\",\"system\":\"tp-lai-chau\",\"system_name\":\"Hệ thống đô thị Lai "
        "Châu\",\"area\":\"03408\",\"area_name\":\"Phường Tân Phong\",\"location\":{\"latitude\":22.4,"
        "\"longitude\":103.45},\"elevation_m\":951.5,\"chain\":[\"flocculation\",");
    assert_string_equal(get("/api/v1/areas/108", 200),
                        "{\"id\":\"108\",\"name\":\"Huyện Sìn Hồ\",\"kind\":\"district\",\"parent\":\"12\","
                        "\"from\":null,\"until\":\"2025-07-01\",\"aliases\":[]}");
    assert_has(
        get("/api/v1/areas/03388", 200),
        "\"from\":\"2025-07-01\",\"until\":null,\"aliases\":[\"Phường Quyết Tiến\",\"Xã Lản Nhì Thàng\"]}");
    assert_string_equal(
        get("/api/v1/mains/ong-1", 200),
        "{\"id\":\"ong-1\",\"name\":\"Tuyến DN200\",\"system\":\"tp-lai-chau\",\"system_name\":"
        "\"Hệ thống đô thị Lai Châu\",\"diameter_mm\":200,\"path\":[[22.39,103.46],[22.4,103.4625]]}");
    assert_has(get("/api/v1/mains/ong-2", 200), "\"diameter_mm\":null");
    assert_has(get("/api/v1/zones/vung-1", 200),
               "\"versions\":[{\"from\":\"2024-01-01\",\"until\":\"2025-07-01\",\"current\":false,");
    assert_has(
        get("/api/v1/zones/vung-1", 200),
        "{\"from\":\"2025-07-01\",\"until\":null,\"current\":true,\"connections\":1520,\"people\":6100,"
        "\"elevation\":{\"low\":905.5,\"high\":960},\"supply\":\"continuous\",\"flows\":[{\"point\":"
        "\"lc.nmn.flow_out\",\"direction\":\"in\"},{\"point\":\"lc.nmn.pressure\",\"direction\":\"out\"}],"
        "\"critical\":[\"lc.nmn.pressure\"],\"priority\":[{\"kind\":\"hospital\",\"name\":\"Bệnh viện đa "
        "khoa tỉnh\"}]}]}");
}

static void a_limit_set_says_what_it_is_and_by_its_id_all_its_rows(void **state)
{
    const char *set;

    (void)state;
    assert_has(
        get("/api/v1/limits", 200),
        "{\"limits\":[{\"id\":\"qc-1\",\"name\":\"Quy chuẩn thử\",\"name_en\":null,\"series\":\"qc\","
        "\"issued_by\":null,\"layer\":\"local\",\"advisory\":false,\"partial\":true,\"in_force_from\":"
        "\"2019-06-15\",\"in_force_until\":\"2025-06-30\",\"in_force\":false,\"rows\":2}],\"next\":null}");
    set = get("/api/v1/limits/qc-1", 200);
    assert_has(set,
               "\"limits\":[{\"row\":\"1\",\"parameter\":\"coliform\",\"instead\":null,\"name\":\"Coliform\","
               "\"name_en\":\"Coliform\",\"cas\":null,\"group\":\"a\",\"subgroup\":null,\"unit\":"
               "\"CFU/100 mL\",\"low\":null,\"high\":3,\"strict\":true,\"pass\":null,\"basis\":null,"
               "\"only_if\":\"always\",\"seen_in\":2,\"verified\":true,\"unverified\":null}");
    assert_has(set,
               "\"only_if\":\"coastal\",\"seen_in\":1,\"verified\":false,\"unverified\":\"the number\"}]");
    assert_has(set, "\"sums\":[{\"row\":\"3\",\"terms\":[{\"parameter\":\"coliform\",\"limit\":3},"
                    "{\"parameter\":\"chloride\",\"limit\":300}],\"verified\":true,\"unverified\":null}]}");
    assert_has(get("/api/v1/limits/qc-2", 404), "There is no “qc-2” in this list.");
}

static void what_the_world_has_not_is_named_in_both_languages(void **state)
{
    struct answer vi = http_get(W.port, "/api/v1/systems?supplier=ai-do", BEARER);

    (void)state;
    assert_has(vi.body, "Không có đơn vị cấp nước “ai-do”.");
    answer_clear(&vi);
    assert_has(get("/api/v1/zones/vung-9", 404), "There is no “vung-9” in this list.");
    assert_has(get("/api/v1/areas?at=2025-13-01", 400), "“at” must be a day that exists");
}

static void configurations_are_told_newest_first_and_one_by_one(void **state)
{
    const char *body;

    (void)state;
    W.versions = 6; /* the fourth is a hole */
    body = get("/api/v1/config-versions?limit=3", 200);
    assert_has(body, "{\"versions\":[{\"id\":\"6\",\"at\":\"20");
    assert_has(body, "\"author\":\"Nguyễn \\\"An\\\"\"");
    assert_int_equal(count_of(body, "\"digest\":"), 2);
    body = get("/api/v1/config-versions", 200);
    assert_int_equal(count_of(body, "\"digest\":"), 5);
    assert_has(body, "\"next\":null");
    body = get("/api/v1/config-versions?limit=2", 200);
    assert_has(body, "\"next\":\"5\"");
    body = get("/api/v1/config-versions?limit=2&next=3", 200);
    assert_has(body, "{\"versions\":[{\"id\":\"2\"");
    assert_has(body, "{\"id\":\"1\"");
    assert_has(body, "\"next\":null");
    body = get("/api/v1/config-versions/2", 200);
    assert_has(body, "\"difference\":\"~ wires w every: 5s -> 2s\\n\"");
    (void)get("/api/v1/config-versions/4", 404);
    (void)get("/api/v1/config-versions/0", 404);
    (void)get("/api/v1/config-versions/2x", 404);
    (void)get("/api/v1/config-versions?limit=0", 400);
    (void)get("/api/v1/config-versions?next=x", 400);
    (void)get("/api/v1/config-versions?before=2", 400);
    W.versions = 1;
    assert_has(get("/api/v1/config-versions", 200), "\"next\":null}");
}

/* The table of routes and the description must name the same paths and methods. */
static void the_description_and_the_table_agree(void **state)
{
    static const char *const NAMES[] = { "\"get\":", "\"head\":", "\"post\":", "\"delete\":", "\"patch\":" };
    const char *body = get("/api/v1/openapi.json", 200);
    struct json_in *doc;
    struct fault why;
    size_t operations = count_of(body, "\"operationId\":");

    (void)state;
    assert_int_equal(json_parse(body, strlen(body), &doc, &why), ERR_NONE);
    json_in_free(doc);
    assert_int_equal(operations, ROUTE_COUNT);
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        char path[120];
        const char *at, *end;
        (void)snprintf(path, sizeof path, "\"%s\":{", ROUTES[i].pattern);
        at = strstr(body, path);
        assert_non_null(at);
        end = strstr(at + 1, "},\"/");
        at = strstr(at, NAMES[ROUTES[i].method]);
        assert_non_null(at);
        assert_true(end == NULL || at < end);
    }
}

/* ------------------------------------------------------------------ session */

static struct answer sign_in(const char *fields, const char *body)
{
    return http_ask(W.port, "POST", "/api/v1/session", fields, body);
}

static void signing_in_gives_a_strict_cookie_that_works_until_signing_out(void **state)
{
    struct answer a = sign_in("Content-Type: application/json\r\n", "{\"token\":\"" TOKEN "\"}");
    char cookie[200], fields[300];

    (void)state;
    assert_int_equal(a.status, 204);
    (void)snprintf(cookie, sizeof cookie, "%s", answer_field(&a, "Set-Cookie"));
    assert_has(cookie, "capnuoc_session=");
    assert_has(cookie, "; HttpOnly; SameSite=Strict; Path=/; Max-Age=3600");
    answer_clear(&a);
    (void)snprintf(fields, sizeof fields, "Cookie: theme=dark; %.*s\r\n", (int)strcspn(cookie, ";"), cookie);
    a = http_get(W.port, "/api/v1/session", fields);
    assert_int_equal(a.status, 200);
    assert_has(a.body, "{\"role\":\"viewer\",\"name\":\"viewer\",\"person\":false");
    answer_clear(&a);
    a = http_ask(W.port, "DELETE", "/api/v1/session", fields, NULL);
    assert_int_equal(a.status, 204);
    assert_has(answer_field(&a, "Set-Cookie"),
               "capnuoc_session=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0");
    answer_clear(&a);
    a = http_get(W.port, "/api/v1/session", fields);
    assert_int_equal(a.status, 401);
    answer_clear(&a);
    assert_has(get("/api/v1/session", 200), "\"expires\":null");
}

static void a_bad_sign_in_is_refused_with_its_reason(void **state)
{
    static const struct {
        const char *fields, *body;
        int status;
        const char *part;
    } CASES[] = {
        { "Content-Type: application/json\r\n", "{\"token\":\"wrong\"}", 401, "/problems/wrong-token" },
        { "Content-Type: application/json\r\n", "{\"token\":1}", 400, "\"field\":\"token\"" },
        { "Content-Type: application/json\r\n", "{}", 400, "\"field\":\"token\"" },
        { "Content-Type: application/json\r\n", "{\"token\":\"a\",\"user\":\"b\"}", 400,
          "/problems/unknown-field" },
        { "Content-Type: application/json\r\n", "{\"token\":\"a\",\"token\":\"a\"}", 400,
          "/problems/malformed-json" },
        { "Content-Type: application/json\r\n", "{\"token\":\"a\"} x", 400, "/problems/malformed-json" },
        { "Content-Type: application/json\r\n", "", 400, "/problems/malformed-json" },
        { "Content-Type: text/plain\r\n", "{\"token\":\"" TOKEN "\"}", 415, "/problems/media-type" },
        { "", "{\"token\":\"" TOKEN "\"}", 415, "/problems/media-type" },
        { "Content-Type: application/json\r\nOrigin: http://evil.org\r\n", "{\"token\":\"" TOKEN "\"}", 403,
          "\"field\":\"Origin\"" },
        { "Content-Type: application/json\r\nOrigin: null\r\n", "{\"token\":\"" TOKEN "\"}", 403,
          "/problems/cross-site" },
        { "Content-Type: application/json\r\nSec-Fetch-Site: cross-site\r\n", "{\"token\":\"" TOKEN "\"}",
          403, "Sec-Fetch-Site" },
        { "Content-Type: application/json\r\nSec-Fetch-Site: same-site\r\n", "{\"token\":\"" TOKEN "\"}", 403,
          "Sec-Fetch-Site" },
        { "Content-Type: application/json\r\nSec-Fetch-Site: same-origin\r\n", "{\"token\":\"" TOKEN "\"}",
          204, NULL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct answer a = sign_in(CASES[i].fields, CASES[i].body);
        if (a.status != CASES[i].status)
            fail_msg("%s%s: %d", CASES[i].fields, CASES[i].body, a.status);
        if (CASES[i].part != NULL)
            assert_has(a.body, CASES[i].part);
        answer_clear(&a);
    }
    W.sign_in_as = ERR_FULL;
    struct answer a = sign_in("Content-Type: application/json\r\n", "{\"token\":\"wrong\"}");
    assert_int_equal(a.status, 429);
    assert_string_equal(answer_field(&a, "Retry-After"), "10");
    answer_clear(&a);
    W.sign_in_as = ERR_NONE;
}

static void signing_out_from_another_site_is_refused(void **state)
{
    struct answer a =
        http_ask(W.port, "DELETE", "/api/v1/session", BEARER "Origin: http://evil.org\r\n", NULL);

    (void)state;
    assert_int_equal(a.status, 403);
    answer_clear(&a);
}

static void another_host_name_is_refused(void **state)
{
    static const char *const HOSTS[] = { "evil.org", "127.0.0.1.evil.org", "localhost.evil.org:80" };

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct http h = http_open(W.port);
        struct answer a;
        http_send(&h, "GET /healthz HTTP/1.1\r\nHost: %s\r\n\r\n", HOSTS[i]);
        a = http_answer(&h, false);
        assert_int_equal(a.status, 421);
        answer_clear(&a);
        http_close(&h);
    }
}

static void only_loopback_can_be_listened_on(void **state)
{
    static const char *const BAD[] = {
        "0.0.0.0:0",          "192.168.1.1:0",  "[::]:0", "example.org:80", "127.0.0.1",
        "127.0.0.1:65536",    "127.0.0.1:http", "",       "[::1:80",        "10.127.0.1:0",
        "[::ffff:10.0.0.1]:0"
    };
    struct fault why;

    (void)state;
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        struct world w;
        world_init(&w, 1);
        (void)snprintf(w.settings.listen, sizeof w.settings.listen, "%s", BAD[i]);
        assert_int_equal(world_try(&w, &why), ERR_CONFIG);
        assert_has(why.text, "listen \"");
        world_clear(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_point_carries_value_quality_reason_and_time),
        cmocka_unit_test(no_value_is_null_and_never_zero),
        cmocka_unit_test(a_point_with_states_says_its_state_in_both_languages),
        cmocka_unit_test(lists_are_filtered),
        cmocka_unit_test(pages_cover_everything_once),
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(problems_are_vietnamese_unless_english_is_asked_for),
        cmocka_unit_test(every_path_asks_for_its_credential),
        cmocka_unit_test(a_wrong_token_is_not_forgiven_by_a_right_cookie),
        cmocka_unit_test(other_methods_are_told_what_is_allowed),
        cmocka_unit_test(everything_carries_the_security_headers),
        cmocka_unit_test(what_did_not_change_is_not_sent_again),
        cmocka_unit_test(a_change_makes_a_new_tag),
        cmocka_unit_test(gzip_holds_the_same_text),
        cmocka_unit_test(head_is_get_without_its_body),
        cmocka_unit_test(hashed_files_are_kept_for_ever_and_the_page_is_not),
        cmocka_unit_test(ready_says_503_when_a_part_is_down),
        cmocka_unit_test(metrics_cannot_be_forged_and_name_their_help_once),
        cmocka_unit_test(wires_show_unknown_times_as_null),
        cmocka_unit_test(wires_show_their_load_and_what_devices_taught),
        cmocka_unit_test(the_world_is_listed_and_filtered),
        cmocka_unit_test(pages_of_the_world_cover_it_once),
        cmocka_unit_test(what_nobody_told_of_the_world_is_null),
        cmocka_unit_test(the_world_is_shown_whole),
        cmocka_unit_test(a_limit_set_says_what_it_is_and_by_its_id_all_its_rows),
        cmocka_unit_test(what_the_world_has_not_is_named_in_both_languages),
        cmocka_unit_test(configurations_are_told_newest_first_and_one_by_one),
        cmocka_unit_test(the_description_and_the_table_agree),
        cmocka_unit_test(signing_in_gives_a_strict_cookie_that_works_until_signing_out),
        cmocka_unit_test(a_bad_sign_in_is_refused_with_its_reason),
        cmocka_unit_test(signing_out_from_another_site_is_refused),
        cmocka_unit_test(another_host_name_is_refused),
        cmocka_unit_test(only_loopback_can_be_listened_on),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
