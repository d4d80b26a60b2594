#include "http_client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"

static int narrow; /* bytes of receive buffer, 0: the system's */

void http_narrow(int bytes)
{
    narrow = bytes;
}

struct http http_open(unsigned port)
{
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    struct http h = { .fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), .within_ms = 8000 };

    if (h.fd >= 0 && narrow > 0) /* before the connection: shrinking a window later loses packets */
        (void)setsockopt(h.fd, SOL_SOCKET, SO_RCVBUF, &narrow, sizeof narrow);
    if (h.fd < 0 || connect(h.fd, (struct sockaddr *)&to, sizeof to) != 0) {
        perror("http_open");
        abort();
    }
    return h;
}

void http_close(struct http *h)
{
    if (h->fd >= 0)
        (void)close(h->fd);
    free(h->buf);
    *h = (struct http){ .fd = -1 };
}

void http_send_bytes(struct http *h, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t done = send(h->fd, bytes, n, MSG_NOSIGNAL);
        if (done <= 0)
            return; /* the server closed: the answer will say */
        bytes += done;
        n -= (size_t)done;
    }
}

void http_send(struct http *h, const char *fmt, ...)
{
    static char text[65536];
    va_list args;
    int n;

    va_start(args, fmt);
    n = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (n < 0 || (size_t)n >= sizeof text)
        abort();
    http_send_bytes(h, text, (size_t)n);
}

/* More bytes; false at the end or when `until` is reached. */
static bool more(struct http *h, int64_t until_ms)
{
    struct pollfd p = { .fd = h->fd, .events = POLLIN };
    int64_t left = until_ms - mono_read().ms;
    ssize_t n;

    if (h->ended || left <= 0 || poll(&p, 1, (int)left) <= 0)
        return false;
    if (h->cap - h->len < 65536) {
        h->cap = h->len + 131072;
        h->buf = realloc(h->buf, h->cap + 1);
    }
    n = recv(h->fd, h->buf + h->len, h->cap - h->len, 0);
    if (n <= 0) {
        h->ended = true;
        return false;
    }
    h->len += (size_t)n;
    h->buf[h->len] = '\0';
    return true;
}

static void drop(struct http *h, size_t n)
{
    h->len -= n;
    memmove(h->buf, h->buf + n, h->len + 1);
}

const char *answer_field(const struct answer *a, const char *name)
{
    static char value[4096];
    size_t n = strlen(name);

    value[0] = '\0';
    for (const char *line = a->head == NULL ? NULL : strchr(a->head, '\n'); line != NULL;
         line = strchr(line, '\n')) {
        line++;
        if (strncasecmp(line, name, n) == 0 && line[n] == ':') {
            const char *s = line + n + 1 + strspn(line + n + 1, " ");
            (void)snprintf(value, sizeof value, "%.*s", (int)strcspn(s, "\r\n"), s);
            break;
        }
    }
    return value;
}

static bool read_head(struct http *h, struct answer *a, int64_t until)
{
    char *end;

    while (h->buf == NULL || (end = memmem(h->buf, h->len, "\r\n\r\n", 4)) == NULL)
        if (!more(h, until))
            return false;
    a->head = strndup(h->buf, (size_t)(end - h->buf) + 2);
    drop(h, (size_t)(end - h->buf) + 4);
    return sscanf(a->head, "HTTP/1.%*d %d", &a->status) == 1;
}

static bool take(struct http *h, struct answer *a, size_t n, int64_t until)
{
    while (h->len < n)
        if (!more(h, until))
            return false;
    a->body = realloc(a->body, a->body_len + n + 1);
    memcpy(a->body + a->body_len, h->buf, n);
    a->body_len += n;
    a->body[a->body_len] = '\0';
    drop(h, n);
    return true;
}

/* Length of the chunk that begins here, its size line dropped; false at the end of patience. */
static bool chunk_head(struct http *h, size_t *n, int64_t until)
{
    char *end;

    while ((end = h->len == 0 ? NULL : memmem(h->buf, h->len, "\r\n", 2)) == NULL)
        if (!more(h, until))
            return false;
    *n = strtoul(h->buf, NULL, 16);
    drop(h, (size_t)(end - h->buf) + 2);
    return true;
}

struct answer http_answer(struct http *h, bool head_only)
{
    int64_t until = mono_read().ms + h->within_ms;
    struct answer a = { 0 };
    bool fine;

    if (!read_head(h, &a, until)) {
        answer_clear(&a);
        return a;
    }
    if (head_only || a.status == 204 || a.status == 304 || a.status == 100)
        return a;
    fine = take(h, &a, strtoul(answer_field(&a, "Content-Length"), NULL, 10), until);
    if (!fine)
        answer_clear(&a);
    return a;
}

void answer_clear(struct answer *a)
{
    free(a->head);
    free(a->body);
    *a = (struct answer){ 0 };
}

struct answer http_ask(unsigned port, const char *method, const char *target, const char *fields,
                       const char *body)
{
    struct http h = http_open(port);
    struct answer a;

    http_send(&h, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n%s", method, target, port,
              fields == NULL ? "" : fields);
    if (body != NULL)
        http_send(&h, "Content-Length: %zu\r\n\r\n%s", strlen(body), body);
    else
        http_send(&h, "\r\n");
    a = http_answer(&h, strcmp(method, "HEAD") == 0);
    http_close(&h);
    return a;
}

struct answer http_get(unsigned port, const char *target, const char *fields)
{
    return http_ask(port, "GET", target, fields, NULL);
}

struct http http_stream(unsigned port, const char *query, const char *fields, int *status)
{
    struct http h = http_open(port);
    struct answer a = { 0 };

    http_send(&h, "GET /api/v1/stream%s HTTP/1.1\r\nHost: localhost:%u\r\n%s\r\n", query, port,
              fields == NULL ? "" : fields);
    (void)read_head(&h, &a, mono_read().ms + h.within_ms);
    *status = a.status;
    answer_clear(&a);
    return h;
}

/* One line of the chunked body, without its end, malloc'd; NULL: patience or stream ended. */
static char *line(struct http *h, int64_t until)
{
    struct answer text = { 0 };

    for (;;) {
        if (h->chunk == 0 && !h->last_chunk) {
            if (!chunk_head(h, &h->chunk, until))
                break;
            h->last_chunk = h->chunk == 0;
        }
        if (h->last_chunk || !take(h, &text, 1, until))
            break;
        if (--h->chunk == 0) {
            struct answer crlf = { 0 };
            bool fine = take(h, &crlf, 2, until);
            answer_clear(&crlf);
            if (!fine)
                break;
        }
        if (text.body[text.body_len - 1] == '\n') {
            text.body[text.body_len - 1] = '\0';
            return text.body;
        }
    }
    free(text.body);
    return NULL;
}

struct answer http_head(struct http *h)
{
    struct answer a = { 0 };

    (void)read_head(h, &a, mono_read().ms + h->within_ms);
    return a;
}

char *http_line(struct http *h)
{
    return line(h, mono_read().ms + h->within_ms);
}

bool http_event(struct http *h, struct event_seen *e)
{
    int64_t until = mono_read().ms + h->within_ms;
    char *l;

    *e = (struct event_seen){ 0 };
    while ((l = line(h, until)) != NULL) {
        bool done = *l == '\0';
        if (*l == ':')
            e->comment = true;
        else if (strncmp(l, "event: ", 7) == 0)
            (void)snprintf(e->kind, sizeof e->kind, "%.23s", l + 7);
        else if (strncmp(l, "id: ", 4) == 0)
            (void)snprintf(e->id, sizeof e->id, "%.47s", l + 4);
        else if (strncmp(l, "data: ", 6) == 0)
            e->data = strdup(l + 6);
        free(l);
        if (done)
            return true;
    }
    e->ended = h->ended || h->last_chunk;
    return e->ended;
}

void event_clear(struct event_seen *e)
{
    free(e->data);
    *e = (struct event_seen){ 0 };
}

bool http_ends(struct http *h, int within_ms)
{
    int64_t until = mono_read().ms + within_ms;

    while (more(h, until))
        h->len = 0;
    return h->ended;
}
