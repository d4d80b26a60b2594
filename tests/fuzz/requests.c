/* Whole requests against the face with doubles of every port: each row of the table of routes, any query, any
 * body. Whatever comes is answered; never with a fault of ours, and a refusal says what is wrong.
 *
 * Bytes: row of the table, what stands for {id}, fields; then the query up to a line's end, then the body. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "routes.h"
#include "world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

enum { HEAD_BYTES = 3, QUERY_MAX = 500, TEXT_MAX = REQUEST_BODY_MAX + 2000 };

static struct world W;
static struct http CLIENT;

static const char *const IDS[] = {
    "lc.nmn.flow_out", "lc.dma.p0005",   "lc.dma.p0006", "1024", "1025", "abc", "2748", "cn-lai-chau", "1",
    "%C3%A0",          "qcvn-01-1-2018", "lc.nmn",       "z",    "0",    "x"
};

static void fill_incident(struct incident *i)
{
    *i = (struct incident){
        .id = 1024, .opened = { 1795435838123 }, .unacknowledged = true, .member_count = 2
    };
    for (size_t m = 0; m < i->member_count; m++) {
        i->members[m] = (struct member){ .id = 1025 + m,
                                         .alarm = 7 + m,
                                         .point = W.catalogue.points[0].key,
                                         .class = CLASS_SERVICE_NETWORK,
                                         .evidence = EVIDENCE_PRESSURE,
                                         .start = { 1795435838123 },
                                         .evident = { 1795435838123 },
                                         .size = NAN };
        (void)snprintf(i->members[m].site, ID_MAX, "%s", W.catalogue.sites[W.catalogue.points[0].site].id);
    }
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    world_init(&W, 8);
    W.role = ROLE_ADMINISTRATOR;
    world_start(&W);
    fill_incident(&W.incident);
    W.alarm = (struct alarm){ .id = 0xabc,
                              .point = W.catalogue.points[0].key,
                              .name = "high",
                              .core = ALARM_UNACKNOWLEDGED,
                              .value = NAN,
                              .limit = NAN,
                              .seen = NAN };
    world_set(&W, 0, 12.5);
    world_publish(&W);
    CLIENT = http_open(W.port);
    return 0;
}

/* The pattern with something in the place of {id}. */
static void write_path(char *out, size_t size, const char *pattern, const char *id)
{
    const char *hole = strchr(pattern, '{');

    if (hole == NULL)
        (void)snprintf(out, size, "%s", pattern);
    else
        (void)snprintf(out, size, "%.*s%s%s", (int)(hole - pattern), pattern, id, strchr(hole, '}') + 1);
}

/* What HTTP itself cannot carry there is written as it has to be. */
static void write_query(char *out, const uint8_t *data, size_t n)
{
    size_t k = 0;

    for (size_t i = 0; i < n && k + 4 < QUERY_MAX; i++)
        if (data[i] > ' ' && data[i] < 0x7f && data[i] != '#')
            out[k++] = (char)data[i];
        else
            k += (size_t)sprintf(out + k, "%%%02X", data[i]);
    out[k] = '\0';
}

static struct answer try_once(const char *head, const uint8_t *body, size_t n)
{
    struct answer a;

    if (CLIENT.ended) {
        http_close(&CLIENT);
        CLIENT = http_open(W.port);
    }
    http_send_bytes(&CLIENT, head, strlen(head));
    if (n > 0)
        http_send_bytes(&CLIENT, (const char *)body, n);
    a = http_answer(&CLIENT, false);
    if (a.status == 0 || a.status >= 400 || strcasecmp(answer_field(&a, "Connection"), "close") == 0)
        CLIENT.ended = true;
    return a;
}

/* A connection may have been closed after what went before; a new one must be answered. */
static struct answer ask(const char *head, const uint8_t *body, size_t n)
{
    struct answer a = try_once(head, body, n);

    if (a.status != 0)
        return a;
    answer_clear(&a);
    return try_once(head, body, n);
}

/* Programs are told with a problem document, a person behind a one-time link with a paragraph. */
static bool says_why(const struct answer *a)
{
    return a->body != NULL && (strstr(a->body, "\"type\":") != NULL || strstr(a->body, "<p>") != NULL);
}

static void judge(const struct answer *a, const char *head)
{
    bool ours = a->status == 0 || (a->status >= 500 && a->status != 503);
    bool mute = a->status >= 400 && !says_why(a);

    if (!ours && !mute)
        return;
    fprintf(stderr, "%s-> %d %s\n", head, a->status, a->body == NULL ? "" : a->body);
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct route *r;
    const uint8_t *body, *line;
    char path[300], query[QUERY_MAX], head[TEXT_MAX];
    struct answer a;
    size_t n;
    unsigned fields;

    if (size < HEAD_BYTES)
        return 0;
    r = &ROUTES[data[0] % ROUTE_COUNT];
    if (r->answer == answer_stream)
        return 0; /* it has no end */
    write_path(path, sizeof path, r->pattern, IDS[data[1] % COUNT_OF(IDS)]);
    fields = data[2];
    data += HEAD_BYTES;
    size -= HEAD_BYTES;
    line = memchr(data, '\n', size);
    write_query(query, data, line == NULL ? size : (size_t)(line - data));
    body = line == NULL ? data + size : line + 1;
    n = method_has_body(r->method) ? size - (size_t)(body - data) : 0;
    if (n > REQUEST_BODY_MAX + 1)
        n = REQUEST_BODY_MAX + 1;
    (void)snprintf(head, sizeof head,
                   "%s %s%s%s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                   "%s\r\n%s%s%sContent-Length: %zu\r\n\r\n",
                   r->method == METHOD_POST     ? "POST"
                   : r->method == METHOD_PATCH  ? "PATCH"
                   : r->method == METHOD_DELETE ? "DELETE"
                                                : "GET",
                   path, query[0] == '\0' ? "" : "?", query, (fields & 1) != 0 ? OPERATOR_TOKEN : TOKEN,
                   (fields & 2) != 0 ? "Accept-Language: en\r\n" : "",
                   (fields & 4) != 0 ? "Accept: text/csv\r\n" : "",
                   method_has_body(r->method) ? "Content-Type: application/json\r\n" : "", n);
    a = ask(head, body, n);
    judge(&a, head);
    answer_clear(&a);
    return 0;
}
