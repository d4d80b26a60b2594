/* A client written by hand, so that it can also send what no client should. */
#ifndef TESTS_HTTP_CLIENT_H
#define TESTS_HTTP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

struct http {
    int fd;
    char *buf; /* received and not yet taken */
    size_t len, cap;
    bool ended;    /* the other side closed */
    int within_ms; /* patience for one answer */
    size_t chunk;  /* left of the chunk being read, of an answer in chunks */
    bool last_chunk;
};

struct answer {
    int status; /* 0: none came */
    char *head; /* status line and fields */
    char *body;
    size_t body_len;
};

struct http http_open(unsigned port);
/* Connections opened from now on can hold only so much unread; 0: as usual. */
void http_narrow(int bytes);
void http_close(struct http *h);
void http_send_bytes(struct http *h, const char *bytes, size_t n);
void http_send(struct http *h, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The next answer; status 0 when the connection ended or patience did. */
struct answer http_answer(struct http *h, bool head_only);
/* GET with the usual headers and `more` ("Name: value\r\n..."), on its own connection. */
struct answer http_get(unsigned port, const char *target, const char *more);
struct answer http_ask(unsigned port, const char *method, const char *target, const char *more,
                       const char *body);
void answer_clear(struct answer *a);
/* The field's value, "" when it is not there; valid until the next call. */
const char *answer_field(const struct answer *a, const char *name);

/* ---- bodies in chunks ---- */
/* The head of the answer alone. */
struct answer http_head(struct http *h);
/* The next line of its body, without its '\n', malloc'd; NULL: no more of it, and h->last_chunk says whether
 * it is whole. */
char *http_line(struct http *h);

/* ---- server-sent events ---- */
struct event_seen {
    bool ended;   /* the stream is over */
    bool comment; /* a keep-alive */
    char kind[24];
    char id[48];
    char *data;
};
/* Opens a stream and reads its header. */
struct http http_stream(unsigned port, const char *query, const char *more, int *status);
/* The next event, comment or end; false when patience ended. */
bool http_event(struct http *h, struct event_seen *e);
void event_clear(struct event_seen *e);
/* True when the other side has closed, waiting at most so long. */
bool http_ends(struct http *h, int within_ms);

#endif
