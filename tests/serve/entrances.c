/* By which address somebody comes in: what is open where, names, roles, TLS and its certificates. */
#include "serve/check.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <time.h>
#include <unistd.h>

#include "routes.h"
#include "serve/serve.h"
#include "world.h"

static struct world W;

static int set_up(void **state)
{
    (void)state;
    world_init(&W, 10);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_clear(&W);
    return 0;
}

static int status_of(unsigned port, const char *target, const char *fields)
{
    struct answer a = http_get(port, target, fields);
    int status = a.status;

    answer_clear(&a);
    return status;
}

/* ---- what is open where ---- */

static void health_is_open_where_only_this_machine_comes_in(void **state)
{
    (void)state;
    world_start(&W);
    assert_int_equal(status_of(W.port, "/healthz", NULL), 200);
    assert_int_equal(status_of(W.port, "/readyz", NULL), 200);
    assert_int_equal(status_of(W.port, "/metrics", NULL), 200);
}

static void behind_a_proxy_figures_need_a_credential(void **state)
{
    (void)state;
    (void)snprintf(W.settings.proxies, sizeof W.settings.proxies, "127.0.0.1");
    world_start(&W);
    assert_int_equal(status_of(W.port, "/healthz", NULL), 200);
    assert_int_equal(status_of(W.port, "/readyz", NULL), 401);
    assert_int_equal(status_of(W.port, "/metrics", NULL), 401);
    assert_int_equal(status_of(W.port, "/metrics", BEARER), 200);
}

static void operations_have_health_and_nothing_else(void **state)
{
    unsigned port;

    (void)state;
    (void)snprintf(W.settings.operations, sizeof W.settings.operations, "127.0.0.1:0");
    world_start(&W);
    port = serve_operations_port(W.serve);
    assert_int_equal(status_of(W.port, "/metrics", NULL), 401);
    assert_int_equal(status_of(port, "/metrics", NULL), 200);
    assert_int_equal(status_of(port, "/readyz", NULL), 200);
    assert_int_equal(status_of(port, "/healthz", NULL), 200);
    assert_int_equal(status_of(port, "/api/v1/points", BEARER), 404);
    assert_int_equal(status_of(port, "/api/v1/session", BEARER), 404);
    assert_int_equal(status_of(port, "/", NULL), 404);
}

static void a_proxy_names_the_visitor(void **state)
{
    char text[PEER_TEXT_MAX];

    (void)state;
    (void)snprintf(W.settings.proxies, sizeof W.settings.proxies, "127.0.0.0/8");
    world_start(&W);
    assert_int_equal(status_of(W.port, "/api/v1/session",
                               BEARER "X-Forwarded-For: 198.51.100.7\r\nX-Forwarded-For: 203.0.113.9\r\n"),
                     200);
    peer_text(&W.peer, text);
    assert_string_equal(text, "203.0.113.9");
}

static void without_proxies_nobody_speaks_for_others(void **state)
{
    char text[PEER_TEXT_MAX];

    (void)state;
    world_start(&W);
    assert_int_equal(status_of(W.port, "/api/v1/session", BEARER "X-Forwarded-For: 203.0.113.9\r\n"), 200);
    peer_text(&W.peer, text);
    assert_string_equal(text, "127.0.0.1");
}

static int status_as(const char *host)
{
    struct http h = http_open(W.port);
    struct answer a;
    int status;

    http_send(&h, "GET /healthz HTTP/1.1\r\nHost: %s\r\n\r\n", host);
    a = http_answer(&h, false);
    status = a.status;
    answer_clear(&a);
    http_close(&h);
    return status;
}

static void only_listed_names_are_answered(void **state)
{
    (void)state;
    (void)snprintf(W.settings.hosts, sizeof W.settings.hosts, "nuoc.laichau.gov.vn 10.1.2.3");
    world_start(&W);
    assert_int_equal(status_as("nuoc.laichau.gov.vn"), 200);
    assert_int_equal(status_as("10.1.2.3:8443"), 200);
    assert_int_equal(status_as("localhost"), 200);
    assert_int_equal(status_as("10.1.2.4"), 421);
    assert_int_equal(status_as("evil.org"), 421);
}

static void who_asks_too_often_waits(void **state)
{
    struct answer a;

    (void)state;
    W.settings.rate_known = 5;
    world_start(&W);
    for (int i = 0; i < 5; i++)
        assert_int_equal(status_of(W.port, "/api/v1/session", BEARER), 200);
    a = http_get(W.port, "/api/v1/session", BEARER ENGLISH);
    assert_int_equal(a.status, 429);
    assert_has(a.body, "/problems/too-often");
    assert_in_range(atoi(answer_field(&a, "Retry-After")), 1, 12);
    answer_clear(&a);
    assert_int_equal(status_of(W.port, "/healthz", NULL), 200); /* others are not kept out */
}

static void what_does_not_go_together_is_refused(void **state)
{
    static const struct {
        const char *listen, *tls, *operations, *proxies, *says;
        bool plain;
    } CASES[] = {
        { "0.0.0.0:0", "", "", "", "plain_on_network", false },
        { "192.0.2.1:80", "", "", "", "plain text", false },
        { "127.0.0.1", "", "", "", "must look like", false },
        { "127.0.0.1:0", "0.0.0.0:0", "", "", "needs certificate and key", false },
        { "127.0.0.1:0", "", "0.0.0.0:0", "", "loopback", false },
        { "127.0.0.1:0", "", "", "10.0.0.0/99", "must be an address or a range", false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct fault why = { 0 };
        (void)snprintf(W.settings.listen, sizeof W.settings.listen, "%s", CASES[i].listen);
        (void)snprintf(W.settings.tls_listen, sizeof W.settings.tls_listen, "%s", CASES[i].tls);
        (void)snprintf(W.settings.operations, sizeof W.settings.operations, "%s", CASES[i].operations);
        (void)snprintf(W.settings.proxies, sizeof W.settings.proxies, "%s", CASES[i].proxies);
        assert_int_equal(serve_check(&W.settings, &why), ERR_CONFIG);
        assert_has(why.text, CASES[i].says);
    }
    W.settings.plain_on_network = true;
    (void)snprintf(W.settings.listen, sizeof W.settings.listen, "0.0.0.0:0");
    W.settings.tls_listen[0] = W.settings.operations[0] = W.settings.proxies[0] = '\0';
    assert_int_equal(serve_check(&W.settings, &(struct fault){ 0 }), ERR_NONE);
}

/* ---- every path, method and role: the table is the expectation ---- */

static void expect_by_table(const struct route *route, enum role role, const char *target)
{
    static const char *const METHODS[] = { "GET", "HEAD", "POST", "DELETE", "PATCH" };
    const bool may = (route->roles & (ROLES_OPEN | AT_OPERATIONS | ROLE_BIT(role))) != 0;
    const bool posts = method_has_body(route->method);
    struct answer a =
        http_ask(W.port, METHODS[route->method], target,
                 posts ? BEARER "Content-Type: application/json\r\n" : BEARER, posts ? "{\"no\":1}" : NULL);

    if (may ? a.status == 401 || a.status == 403 || a.status >= 500 || a.status == 0 : a.status != 403)
        fail_msg("%s %s as %s: %d", METHODS[route->method], target, role_name(role), a.status);
    answer_clear(&a);
}

static void every_role_may_what_the_table_says(void **state)
{
    (void)state;
    world_start(&W);
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        char target[200];
        const char *open = strchr(ROUTES[i].pattern, '{'), *close = strchr(ROUTES[i].pattern, '}');
        if (strcmp(ROUTES[i].pattern, "/api/v1/stream") == 0 ||
            strcmp(ROUTES[i].pattern, "/api/v1/session") == 0)
            continue; /* one never ends, the other is not asked for with a bearer */
        (void)snprintf(target, sizeof target, "%s", ROUTES[i].pattern);
        if (open != NULL)
            (void)snprintf(target, sizeof target, "%.*sx%s", (int)(open - ROUTES[i].pattern),
                           ROUTES[i].pattern, close + 1);
        for (int role = ROLE_VIEWER; role < ROLE_COUNT; role++) {
            W.role = (enum role)role;
            expect_by_table(&ROUTES[i], W.role, target);
        }
    }
}

/* ---- TLS ---- */

static char FOLDER[] = "/tmp/entrances-XXXXXX";
static char CERTIFICATE[80], KEY[80];

static void must(int rc)
{
    if (rc < 0)
        fail_msg("%s", gnutls_strerror(rc));
}

static void write_file(const char *path, const gnutls_datum_t *d)
{
    char fresh[100];
    FILE *f;

    (void)snprintf(fresh, sizeof fresh, "%s.new", path);
    f = fopen(fresh, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(d->data, 1, d->size, f), d->size);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(rename(fresh, path), 0);
}

/* A key and its own certificate with that serial number, over `days` from now. */
static void make_pair(unsigned char serial, int days, bool with_key)
{
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t crt;
    gnutls_datum_t pem;
    time_t now = time(NULL);

    must(gnutls_x509_privkey_init(&key));
    must(gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1),
                                      0));
    must(gnutls_x509_crt_init(&crt));
    must(gnutls_x509_crt_set_version(crt, 3));
    must(gnutls_x509_crt_set_serial(crt, &serial, 1));
    must(gnutls_x509_crt_set_dn(crt, "CN=localhost", NULL));
    must(gnutls_x509_crt_set_activation_time(crt, now - 10 * 86400));
    must(gnutls_x509_crt_set_expiration_time(crt, now + (time_t)days * 86400));
    must(gnutls_x509_crt_set_key(crt, key));
    must(gnutls_x509_crt_sign2(crt, crt, key, GNUTLS_DIG_SHA256, 0));
    must(gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, &pem));
    write_file(CERTIFICATE, &pem);
    gnutls_free(pem.data);
    if (with_key) {
        must(gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &pem));
        write_file(KEY, &pem);
        gnutls_free(pem.data);
    }
    gnutls_x509_crt_deinit(crt);
    gnutls_x509_privkey_deinit(key);
}

struct tls {
    struct http wire;
    gnutls_session_t session;
    gnutls_certificate_credentials_t trust;
    int handshake;
    unsigned char serial;
};

static void tls_open(struct tls *t, const char *priority)
{
    const gnutls_datum_t *chain;
    unsigned n = 0;

    *t = (struct tls){ .wire = http_open(serve_tls_port(W.serve)) };
    must(gnutls_certificate_allocate_credentials(&t->trust));
    must(gnutls_init(&t->session, GNUTLS_CLIENT));
    must(gnutls_priority_set_direct(t->session, priority, NULL));
    must(gnutls_credentials_set(t->session, GNUTLS_CRD_CERTIFICATE, t->trust));
    gnutls_transport_set_int(t->session, t->wire.fd);
    gnutls_handshake_set_timeout(t->session, 8000);
    do
        t->handshake = gnutls_handshake(t->session);
    while (t->handshake == GNUTLS_E_AGAIN || t->handshake == GNUTLS_E_INTERRUPTED);
    chain = t->handshake < 0 ? NULL : gnutls_certificate_get_peers(t->session, &n);
    if (chain != NULL && n > 0) {
        gnutls_x509_crt_t crt;
        size_t one = 1;
        must(gnutls_x509_crt_init(&crt));
        must(gnutls_x509_crt_import(crt, chain, GNUTLS_X509_FMT_DER));
        must(gnutls_x509_crt_get_serial(crt, &t->serial, &one));
        gnutls_x509_crt_deinit(crt);
    }
}

static void tls_close(struct tls *t)
{
    gnutls_deinit(t->session);
    gnutls_certificate_free_credentials(t->trust);
    http_close(&t->wire);
}

/* Asks, and reads until `end` was seen or the connection ended. */
static const char *tls_ask(struct tls *t, const char *request, const char *end)
{
    static char text[16384];
    size_t n = 0;

    must((int)gnutls_record_send(t->session, request, strlen(request)));
    text[0] = '\0';
    while (n < sizeof text - 1 && strstr(text, end) == NULL) {
        ssize_t got = gnutls_record_recv(t->session, text + n, sizeof text - 1 - n);
        if (got == GNUTLS_E_AGAIN || got == GNUTLS_E_INTERRUPTED)
            continue;
        if (got <= 0)
            break;
        n += (size_t)got;
        text[n] = '\0';
    }
    return text;
}

static void start_tls(unsigned char serial)
{
    make_pair(serial, 10, true);
    (void)snprintf(W.settings.tls_listen, sizeof W.settings.tls_listen, "127.0.0.1:0");
    (void)snprintf(W.settings.certificate, sizeof W.settings.certificate, "%s", CERTIFICATE);
    (void)snprintf(W.settings.key, sizeof W.settings.key, "%s", KEY);
    W.settings.certificate_look_ms = 5;
    world_start(&W);
}

static void over_tls_the_cookie_stays_there(void **state)
{
    static const char SIGN_IN[] = "{\"token\":\"" TOKEN "\"}";
    struct tls t;
    char request[300], cookie[200];
    const char *text;

    (void)state;
    start_tls(7);
    tls_open(&t, "NORMAL");
    must(t.handshake);
    assert_int_equal(t.serial, 7);
    assert_int_equal(gnutls_protocol_get_version(t.session), GNUTLS_TLS1_3);
    (void)snprintf(request, sizeof request,
                   "POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                   "Content-Length: %zu\r\n\r\n%s",
                   sizeof SIGN_IN - 1, SIGN_IN);
    text = tls_ask(&t, request, "\r\n\r\n");
    assert_has(text, "HTTP/1.1 204");
    assert_has(text, "; Secure; HttpOnly; SameSite=Strict; Path=/");
    assert_has(text, "Strict-Transport-Security: max-age=31536000");
    text = strstr(text, "Set-Cookie: __Host-capnuoc_session=");
    assert_non_null(text);
    (void)snprintf(cookie, sizeof cookie, "%.*s", (int)strcspn(text + 12, ";"), text + 12);
    for (size_t i = 0; i < 2; i++) { /* as it was given, then under the name that a neighbour could set */
        (void)snprintf(request, sizeof request,
                       "GET /api/v1/session HTTP/1.1\r\nHost: localhost\r\nCookie: %s\r\n\r\n",
                       i == 0 ? cookie : cookie + strlen("__Host-"));
        assert_has(tls_ask(&t, request, "}"), i == 0 ? "HTTP/1.1 200" : "HTTP/1.1 401");
    }
    assert_has(tls_ask(&t, "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n", "}"), "HTTP/1.1 401");
    tls_close(&t);
}

static void old_and_weak_ways_are_not_spoken(void **state)
{
    static const char *const WEAK[] = {
        "NORMAL:-VERS-ALL:+VERS-TLS1.0:%UNSAFE_RENEGOTIATION",
        "NORMAL:-VERS-ALL:+VERS-TLS1.1",
        "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-CBC:+AES-256-CBC",
        "NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+RSA",
        "NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+DHE-RSA",
    };
    struct tls t;

    (void)state;
    start_tls(7);
    for (size_t i = 0; i < sizeof WEAK / sizeof WEAK[0]; i++) {
        tls_open(&t, WEAK[i]);
        if (t.handshake >= 0)
            fail_msg("spoken: %s", WEAK[i]);
        tls_close(&t);
    }
    tls_open(&t, "NORMAL:-VERS-ALL:+VERS-TLS1.2");
    must(t.handshake);
    tls_close(&t);
}

/* Opens connections until one shows that serial number. */
static bool is_shown(unsigned char serial)
{
    for (int tries = 0; tries < 1000; tries++) {
        struct tls t;
        bool is;
        tls_open(&t, "NORMAL");
        is = t.handshake >= 0 && t.serial == serial;
        tls_close(&t);
        if (is)
            return true;
    }
    return false;
}

static void a_new_certificate_is_taken_while_connections_live(void **state)
{
    struct tls before;

    (void)state;
    start_tls(7);
    tls_open(&before, "NORMAL");
    must(before.handshake);
    assert_has(tls_ask(&before, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", "}"), "200 OK");
    make_pair(8, 10, true);
    assert_true(is_shown(8));
    assert_has(tls_ask(&before, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", "}"), "200 OK");
    make_pair(9, 10, false); /* a key that is not its own */
    for (int i = 0; i < 20; i++)
        assert_true(is_shown(8));
    make_pair(10, -1, true); /* over */
    for (int i = 0; i < 20; i++)
        assert_true(is_shown(8));
    make_pair(11, 10, true);
    assert_true(is_shown(11));
    tls_close(&before);
}

static void a_certificate_that_cannot_be_used_says_why(void **state)
{
    struct fault why = { 0 };

    (void)state;
    make_pair(3, 10, true);
    make_pair(4, 10, false);
    (void)snprintf(W.settings.tls_listen, sizeof W.settings.tls_listen, "127.0.0.1:0");
    (void)snprintf(W.settings.certificate, sizeof W.settings.certificate, "%s", CERTIFICATE);
    (void)snprintf(W.settings.key, sizeof W.settings.key, "%s", KEY);
    assert_int_equal(world_try(&W, &why), ERR_CONFIG);
    assert_has(why.text, "not the key of the certificate");
    make_pair(3, -1, true);
    assert_int_equal(world_try(&W, &why), ERR_CONFIG);
    assert_has(why.text, "is over");
    (void)snprintf(W.settings.certificate, sizeof W.settings.certificate, "%s", KEY);
    assert_int_equal(world_try(&W, &why), ERR_CONFIG);
    assert_has(why.text, "not a certificate in PEM");
    (void)snprintf(W.settings.certificate, sizeof W.settings.certificate, "%s/none", FOLDER);
    assert_int_equal(world_try(&W, &why), ERR_CONFIG);
    assert_has(why.text, "cannot be read");
}

static int make_folder(void **state)
{
    (void)state;
    if (mkdtemp(FOLDER) == NULL)
        return -1;
    (void)snprintf(CERTIFICATE, sizeof CERTIFICATE, "%s/certificate.pem", FOLDER);
    (void)snprintf(KEY, sizeof KEY, "%s/key.pem", FOLDER);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    (void)unlink(CERTIFICATE);
    (void)unlink(KEY);
    return rmdir(FOLDER);
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(health_is_open_where_only_this_machine_comes_in),
        IN_WORLD(behind_a_proxy_figures_need_a_credential),
        IN_WORLD(operations_have_health_and_nothing_else),
        IN_WORLD(a_proxy_names_the_visitor),
        IN_WORLD(without_proxies_nobody_speaks_for_others),
        IN_WORLD(only_listed_names_are_answered),
        IN_WORLD(who_asks_too_often_waits),
        IN_WORLD(what_does_not_go_together_is_refused),
        IN_WORLD(every_role_may_what_the_table_says),
        IN_WORLD(over_tls_the_cookie_stays_there),
        IN_WORLD(old_and_weak_ways_are_not_spoken),
        IN_WORLD(a_new_certificate_is_taken_while_connections_live),
        IN_WORLD(a_certificate_that_cannot_be_used_says_why),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
