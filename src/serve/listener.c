#include "listener.h"

#include <microhttpd.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "export.h"
#include "forwarded.h"
#include "problem.h"
#include "routes.h"

enum {
    SILENCE_S = 15,     /* no byte either way */
    POOL_BYTES = 16384, /* request line and header fields */
    BACKLOG = 1024,
    SEND_BUFFER = 131072,      /* bounds what the kernel hoards for those who ask and do not read */
    UNACKNOWLEDGED_MS = 30000, /* a peer that vanished */
    STREAM_UNSENT = 4096,      /* a slow stream reader gets the newest, not a kernel's buffer of old events */
    STREAM_BLOCK = 8192,
    EXPORT_BLOCK = 32768
};

/* As written in the requirements; the page's own files are all it may load. */
static const char POLICY[] = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                             "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; "
                             "frame-ancestors 'none'";

struct listener {
    struct face *face;
    struct MHD_Daemon *daemon;
    struct wake *drained;
    int socket;
    enum entrance entrance;
    struct certificates *certificates;
    pthread_mutex_t grumble_lock;
    struct damper grumble;
};

/* One request on its way, from its first line to its last byte. */
struct exchange {
    struct listener *home;
    struct request q;
    bool seen;                 /* its header is complete; counted as open */
    const struct route *route; /* NULL: `refusal` is the answer */
    struct reply refusal;
    struct question *question;
    struct link *link;
};

/* ------------------------------------------------------------------ answering */

static void add(struct MHD_Response *m, const char *name, const char *value)
{
    if (value != NULL && *value != '\0')
        (void)MHD_add_response_header(m, name, value);
}

static const char *cache_control(const struct reply *r)
{
    switch (r->caching) {
    case CACHE_REVALIDATE: return "no-cache";
    case CACHE_FOR_EVER: return "public, max-age=31536000, immutable";
    case CACHE_NO_STORE: break;
    }
    return "no-store";
}

/* policy: NULL: as all have.  A page with its own has a form: without any referrer its origin would be "null"
 * (Fetch, "append a request Origin header"), and be refused. */
/* NULL: of no reply but a stream. */
static void add_security(struct MHD_Response *m, bool secure, const struct reply *r)
{
    add(m, "Strict-Transport-Security", secure ? "max-age=31536000" : NULL);
    add(m, "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
    /* a browser does not show a page that asks for both, this and a sandbox */
    add(m, "Cross-Origin-Opener-Policy", r != NULL && r->sandboxed ? NULL : "same-origin");
    add(m, "Cross-Origin-Resource-Policy", "same-origin");
    add(m, "Content-Security-Policy", r != NULL && r->policy != NULL ? r->policy : POLICY);
    add(m, "X-Content-Type-Options", "nosniff");
    add(m, "Referrer-Policy", r != NULL && r->posts_to_itself ? "same-origin" : "no-referrer");
}

static void add_headers(struct MHD_Response *m, const struct reply *r, bool secure)
{
    char seconds[16];

    add_security(m, secure, r);
    add(m, "Cache-Control", cache_control(r));
    add(m, "Content-Type", r->type);
    add(m, "Content-Encoding", r->gzip != NULL ? "gzip" : NULL);
    add(m, "Content-Language", r->content_language);
    add(m, "Content-Disposition", r->disposition);
    add(m, "Capnuoc-Seal", r->seal);
    add(m, "ETag", r->tag);
    add(m, "Vary", r->vary);
    add(m, "Allow", r->allow);
    add(m, "Set-Cookie", r->cookie);
    add(m, "WWW-Authenticate", r->challenge ? "Bearer realm=\"capnuoc\"" : NULL);
    add(m, "Connection", r->close ? "close" : NULL);
    (void)snprintf(seconds, sizeof seconds, "%u", r->retry_after_s);
    add(m, "Retry-After", r->retry_after_s == 0 ? NULL : seconds);
}

static struct MHD_Response *response_of(const struct reply *r)
{
    struct blob *body = r->gzip != NULL ? r->gzip : r->plain;
    struct MHD_Response *m;

    if (body == NULL)
        return MHD_create_response_from_buffer(0, "", MHD_RESPMEM_PERSISTENT);
    m = MHD_create_response_from_buffer_with_free_callback_cls(body->size, body->bytes, blob_drop,
                                                               blob_hold(body));
    if (m == NULL)
        blob_drop(body);
    return m;
}

static void count(struct tally *t, unsigned status)
{
    atomic_fetch_add(&t->answers[status / 100 % 6], 1);
    if (status == 304)
        atomic_fetch_add(&t->not_modified, 1);
}

static enum MHD_Result queue(struct exchange *ex, struct MHD_Connection *c, unsigned status,
                             struct MHD_Response *m)
{
    enum MHD_Result ok = MHD_queue_response(c, status, m);

    MHD_destroy_response(m);
    if (ok == MHD_YES)
        count(&ex->home->face->tally, status);
    return ok;
}

/* Takes what the reply holds. */
static enum MHD_Result send_reply(struct exchange *ex, struct MHD_Connection *c, struct reply *r)
{
    struct MHD_Response *m = response_of(r);
    enum MHD_Result ok = MHD_NO;

    link_phase(ex->link, LINK_REPLY);
    if (m != NULL) {
        add_headers(m, r, ex->q.secure);
        ok = queue(ex, c, r->status, m);
    }
    reply_clear(r);
    return ok;
}

static ssize_t read_stream(void *stream, uint64_t pos, char *buf, size_t max)
{
    ssize_t n = stream_read(stream, buf, max);

    (void)pos;
    return n == HUB_END ? MHD_CONTENT_READER_END_OF_STREAM : n;
}

static enum MHD_Result send_stream(struct exchange *ex, struct MHD_Connection *c, struct stream *stream)
{
    struct MHD_Response *m =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK, read_stream, stream, stream_free);
    int unsent = STREAM_UNSENT;

    if (m == NULL) {
        stream_free(stream);
        return MHD_NO;
    }
    (void)setsockopt(ex->q.socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof unsent);
    link_phase(ex->link, LINK_FREE);
    add_security(m, ex->q.secure, NULL);
    add(m, "Content-Type", "text/event-stream; charset=utf-8");
    add(m, "Cache-Control", "no-store");
    add(m, "X-Accel-Buffering", "no"); /* a proxy must not save events up */
    return queue(ex, c, 200, m);
}

static ssize_t read_export(void *export, uint64_t pos, char *buf, size_t max)
{
    ssize_t n = export_read(export, buf, max);

    (void)pos;
    if (n == EXPORT_FAILED) /* the client sees that it is not whole: the last chunk is missing */
        return MHD_CONTENT_READER_END_WITH_ERROR;
    return n == EXPORT_END ? MHD_CONTENT_READER_END_OF_STREAM : n;
}

/* Takes what the reply holds, and the question that gave it. */
static enum MHD_Result send_export(struct exchange *ex, struct MHD_Connection *c, struct reply *r)
{
    struct export_ask ask = { .connection = c,
                              .socket = ex->q.socket,
                              .stopping = &ex->home->face->stopping,
                              .park = listener_park,
                              .resume = listener_resume };
    struct export *export = export_new(&ask, ex->question, r);
    struct MHD_Response *m;
    enum MHD_Result ok = MHD_NO;

    ex->question = NULL;
    if (export == NULL) {
        reply_clear(r);
        return MHD_NO;
    }
    m = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, EXPORT_BLOCK, read_export, export, export_free);
    if (m == NULL) {
        export_free(export);
    } else {
        link_phase(ex->link, LINK_FREE);
        /* asked for the head alone, libmicrohttpd 0.9.75 sends the end of a body in chunks all the same, and
         * the client takes it for the beginning of its next answer */
        if (ex->q.method == METHOD_HEAD)
            (void)MHD_set_response_options(m, MHD_RF_HTTP_VERSION_1_0_ONLY, MHD_RO_END);
        add_headers(m, r, ex->q.secure);
        ok = queue(ex, c, r->status, m);
    }
    reply_clear(r);
    return ok;
}

/* ------------------------------------------------------------------ asking */

static const struct {
    const char *name;
    size_t value, times; /* offsets in struct fields; times: SIZE_MAX when not counted */
} FIELDS[] = {
    { "Host", offsetof(struct fields, host), offsetof(struct fields, hosts) },
    { "Authorization", offsetof(struct fields, authorization), offsetof(struct fields, authorizations) },
    { "Content-Length", offsetof(struct fields, content_length), offsetof(struct fields, lengths) },
    { "Cookie", offsetof(struct fields, cookie), SIZE_MAX },
    { "Origin", offsetof(struct fields, origin), SIZE_MAX },
    { "Sec-Fetch-Site", offsetof(struct fields, fetch_site), SIZE_MAX },
    { "Accept", offsetof(struct fields, accept), SIZE_MAX },
    { "Accept-Encoding", offsetof(struct fields, accept_encoding), SIZE_MAX },
    { "Accept-Language", offsetof(struct fields, accept_language), SIZE_MAX },
    { "If-None-Match", offsetof(struct fields, if_none_match), SIZE_MAX },
    { "Content-Type", offsetof(struct fields, content_type), SIZE_MAX },
    { "Last-Event-ID", offsetof(struct fields, last_event_id), SIZE_MAX },
};

/* A proxy that adds a line of its own adds it behind those of others. */
static void note_forwarded(struct fields *f, const char *name, const char *value)
{
    if (strcasecmp(name, "X-Forwarded-For") == 0)
        f->forwarded_for = value;
    else if (strcasecmp(name, "X-Forwarded-Proto") == 0)
        f->forwarded_proto = value;
}

/* The first of each name; how often is counted where it matters. */
static enum MHD_Result note_field(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct fields *f = cls;

    (void)kind;
    if (strcasecmp(name, "Transfer-Encoding") == 0)
        f->encodings++;
    note_forwarded(f, name, value);
    for (size_t i = 0; i < COUNT_OF(FIELDS); i++) {
        const char **at = (const char **)((char *)f + FIELDS[i].value);
        if (strcasecmp(name, FIELDS[i].name) != 0)
            continue;
        if (*at == NULL)
            *at = value == NULL ? "" : value;
        if (FIELDS[i].times != SIZE_MAX)
            ++*(unsigned *)((char *)f + FIELDS[i].times);
    }
    return MHD_YES;
}

static enum method method_of(const char *name)
{
    static const char *const NAMES[] = { "GET", "HEAD", "POST", "DELETE", "PATCH" };

    for (int m = METHOD_GET; m < METHOD_OTHER; m++)
        if (strcmp(NAMES[m], name) == 0)
            return (enum method)m;
    return METHOD_OTHER;
}

static int socket_of(struct MHD_Connection *c)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);

    return info == NULL ? -1 : info->connect_fd;
}

static struct peer peer_of(struct MHD_Connection *c)
{
    static const unsigned char IPV4[12] = { [10] = 0xFF, [11] = 0xFF };
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *a = info == NULL ? NULL : info->client_addr;
    struct peer p = { { 0 } };

    if (a != NULL && a->sa_family == AF_INET6) {
        memcpy(p.ip, &((const struct sockaddr_in6 *)(const void *)a)->sin6_addr, sizeof p.ip);
    } else if (a != NULL && a->sa_family == AF_INET) {
        memcpy(p.ip, IPV4, sizeof IPV4);
        memcpy(p.ip + sizeof IPV4, &((const struct sockaddr_in *)(const void *)a)->sin_addr, 4);
    }
    return p;
}

static struct link *link_of(struct MHD_Connection *c)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    return info == NULL ? NULL : info->socket_context;
}

/* An answer before the body is read ends the connection.  Where no body can follow it waits for the last call
 * instead, and the connection goes on. */
static enum MHD_Result refuse(struct exchange *ex, struct MHD_Connection *c, struct reply *r)
{
    if (r->close || ex->q.fields.lengths > 0 || method_has_body(ex->q.method) || ex->q.method == METHOD_OTHER)
        return send_reply(ex, c, r);
    ex->refusal = *r;
    return MHD_YES;
}

/* From whom and how it came. */
static void note_way(struct exchange *ex, struct MHD_Connection *c)
{
    const char *proxies = ex->home->face->proxies;
    struct request *q = &ex->q;

    q->entrance = ex->home->entrance;
    q->peer = peer_of(c);
    q->secure =
        ex->home->certificates != NULL || forwarded_secure(q->fields.forwarded_proto, proxies, &q->peer);
    forwarded_for(q->fields.forwarded_for, proxies, &q->peer);
}

/* The header is complete: refuse now, or go on to the body. */
static enum MHD_Result begin(struct exchange *ex, struct MHD_Connection *c, const char *method)
{
    struct face *f = ex->home->face;
    struct reply r = { .kind = REPLY_NOW };

    ex->seen = true;
    atomic_fetch_add(&f->tally.open_requests, 1);
    ex->q.method = method_of(method);
    ex->q.socket = socket_of(c);
    ex->q.connection = c;
    ex->q.now = clock_read(&f->ports.clock);
    ex->link = link_of(c);
    (void)MHD_get_connection_values(c, MHD_HEADER_KIND, note_field, &ex->q.fields);
    note_way(ex, c);
    if (atomic_load(&f->stopping)) {
        problem(&r, header_language(ex->q.fields.accept_language), PROBLEM_STOPPING, NULL, NULL);
        r.close = true;
        return send_reply(ex, c, &r);
    }
    link_phase(ex->link, LINK_BODY);
    (void)pthread_mutex_lock(&f->turn);
    ex->route = routes_admit(f, &ex->q, &r);
    (void)pthread_mutex_unlock(&f->turn);
    if (ex->route == NULL)
        return refuse(ex, c, &r);
    if (method_has_body(ex->q.method) && (ex->q.body = calloc(1, REQUEST_BODY_MAX + 1)) == NULL)
        return MHD_NO;
    return MHD_YES;
}

/* The announced length was bounded before the first byte; this only makes sure. */
static enum MHD_Result take_body(struct exchange *ex, const char *bytes, size_t n)
{
    if (ex->q.body == NULL || n > REQUEST_BODY_MAX - ex->q.body_len)
        return MHD_NO;
    memcpy(ex->q.body + ex->q.body_len, bytes, n);
    ex->q.body_len += n;
    return MHD_YES;
}

static enum MHD_Result answer(struct exchange *ex, struct MHD_Connection *c)
{
    struct reply r = { .kind = REPLY_NOW };

    if (ex->question != NULL) { /* called again after its worker answered */
        question_answer(ex->question, &r);
        return r.more ? send_export(ex, c, &r) : send_reply(ex, c, &r);
    }
    if (ex->route == NULL)
        return send_reply(ex, c, &ex->refusal);
    (void)pthread_mutex_lock(&ex->home->face->turn);
    ex->route->answer(ex->home->face, &ex->q, &r);
    (void)pthread_mutex_unlock(&ex->home->face->turn);
    switch (r.kind) {
    case REPLY_STREAM: return send_stream(ex, c, r.stream);
    case REPLY_LATER:
        ex->question = r.question;
        link_phase(ex->link, LINK_FREE);
        MHD_suspend_connection(c); /* before the worker can know of it */
        question_put(ex->question, c, ex->q.socket, listener_resume);
        return MHD_YES;
    case REPLY_NOW: break;
    }
    return send_reply(ex, c, &r);
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *c, const char *url, const char *method,
                                  const char *version, const char *upload, size_t *upload_size, void **ctx)
{
    struct exchange *ex = *ctx;
    size_t n = *upload_size;

    (void)cls;
    (void)url; /* cut at the first %00: ours is the raw target */
    (void)version;
    if (ex == NULL)
        return MHD_NO; /* there was no memory for it */
    if (!ex->seen)
        return begin(ex, c, method);
    if (n > 0) {
        *upload_size = 0;
        return take_body(ex, upload, n);
    }
    return answer(ex, c);
}

/* ------------------------------------------------------------------ life of requests and connections */

/* The request line, before the library decodes it. */
/* The library would keep each parameter, 64 bytes for an empty one, until a connection's pool is full and
 * nothing is left for an answer.  It asks here before it cuts its own line up; parameters are ours. */
static void spare_the_library(const char *target)
{
    char *query = strchr(target, '?');

    if (query != NULL)
        query[1] = '\0';
}

static void *on_target(void *cls, const char *target, struct MHD_Connection *c)
{
    struct exchange *ex = calloc(1, sizeof *ex);

    (void)c;
    if (ex != NULL) {
        ex->home = cls;
        (void)target_parse(&ex->q.target, target);
    }
    spare_the_library(target);
    return ex;
}

static void on_completed(void *cls, struct MHD_Connection *c, void **ctx, enum MHD_RequestTerminationCode why)
{
    struct listener *l = cls;
    struct exchange *ex = *ctx;

    (void)c;
    (void)why;
    if (ex == NULL)
        return;
    *ctx = NULL;
    if (ex->question != NULL)
        question_drop(ex->question);
    reply_clear(&ex->refusal);
    link_phase(ex->link, LINK_HEADER);
    if (ex->seen) {
        atomic_fetch_sub(&l->face->tally.open_requests, 1);
        wake_poke(l->drained);
    }
    if (ex->q.body != NULL)
        explicit_bzero(ex->q.body, REQUEST_BODY_MAX);
    free(ex->q.body);
    explicit_bzero(ex, sizeof *ex);
    free(ex);
}

static void tune(int socket)
{
    int send_buffer = SEND_BUFFER;
    unsigned unacknowledged = UNACKNOWLEDGED_MS;

    (void)setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer);
    (void)setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledged, sizeof unacknowledged);
}

static void on_connection(void *cls, struct MHD_Connection *c, void **context,
                          enum MHD_ConnectionNotificationCode what)
{
    struct listener *l = cls;

    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        int fd = socket_of(c);
        struct peer peer = peer_of(c);
        tune(fd);
        *context = link_new(l->face->links, fd, &peer);
    } else {
        link_free(*context);
        *context = NULL;
    }
}

/* Clients can make the library complain as often as they like; the log hears of it now and then. */
static void on_grumble(void *cls, const char *fmt, va_list args)
{
    struct listener *l = cls;
    char text[200];
    unsigned silent = 0;
    bool speak;

    (void)vsnprintf(text, sizeof text, fmt, args);
    text[strcspn(text, "\n")] = '\0';
    (void)pthread_mutex_lock(&l->grumble_lock);
    speak = damper_complain(&l->grumble, mono_read(), &silent);
    (void)pthread_mutex_unlock(&l->grumble_lock);
    if (speak)
        log_warn("http library says=\"%s\" unsaid=%u", text, silent);
}

void listener_park(void *connection)
{
    MHD_suspend_connection(connection);
}

void listener_resume(void *connection)
{
    MHD_resume_connection(connection);
}

/* ------------------------------------------------------------------ start, stop */

enum {
    FLAGS = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_ITC | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG,
    /* With epoll one client that stops in its handshake holds a whole core. */
    FLAGS_TLS = FLAGS | MHD_USE_POLL | MHD_USE_TLS,
    FLAGS_PLAIN = FLAGS | MHD_USE_EPOLL
};

static struct MHD_Daemon *start(struct listener *l, const struct listener_settings *s)
{
    static char priority[] = CERTIFICATE_PRIORITY; /* an item holds no const */
    struct MHD_OptionItem tls[] = {
        { MHD_OPTION_HTTPS_PRIORITIES, 0, priority },
        { MHD_OPTION_HTTPS_CERT_CALLBACK2, 0, NULL },
        { MHD_OPTION_END, 0, NULL },
    };
    struct MHD_OptionItem plain[] = { { MHD_OPTION_END, 0, NULL } };
    const bool secure = s->certificates != NULL;

    if (secure)
        tls[1].ptr_value = certificates_callback(s->certificates);
    return MHD_start_daemon(secure ? (unsigned)FLAGS_TLS : (unsigned)FLAGS_PLAIN, 0, NULL, NULL, on_request,
                            l,                                                      /* */
                            MHD_OPTION_EXTERNAL_LOGGER, on_grumble, l,              /* first */
                            MHD_OPTION_LISTEN_SOCKET, s->socket,                    /* */
                            MHD_OPTION_ARRAY, secure ? tls : plain,                 /* */
                            MHD_OPTION_CONNECTION_LIMIT, s->connections_max,        /* */
                            MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SILENCE_S,     /* */
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)POOL_BYTES, /* */
                            MHD_OPTION_STRICT_FOR_CLIENT, 1,                        /* */
                            MHD_OPTION_URI_LOG_CALLBACK, on_target, l,              /* */
                            MHD_OPTION_NOTIFY_CONNECTION, on_connection, l,         /* */
                            MHD_OPTION_NOTIFY_COMPLETED, on_completed, l, MHD_OPTION_END);
}

enum err listener_start(struct listener **out, const struct listener_settings *s, struct fault *why)
{
    struct listener *l = calloc(1, sizeof *l);

    if (l == NULL) {
        (void)close(s->socket);
        return fault_set(why, ERR_MEMORY, "listener: no memory");
    }
    l->face = s->face;
    l->drained = s->drained;
    l->socket = s->socket;
    l->entrance = s->entrance;
    l->certificates = s->certificates;
    (void)pthread_mutex_init(&l->grumble_lock, NULL);
    l->daemon = start(l, s);
    if (l->daemon == NULL) {
        listener_stop(l);
        return fault_set(why, ERR_STATE, "listener: libmicrohttpd did not start");
    }
    *out = l;
    return ERR_NONE;
}

void listener_quiesce(struct listener *l)
{
    (void)MHD_quiesce_daemon(l->daemon);
}

void listener_stop(struct listener *l)
{
    if (l == NULL)
        return;
    if (l->daemon != NULL)
        MHD_stop_daemon(l->daemon);
    (void)close(l->socket);
    (void)pthread_mutex_destroy(&l->grumble_lock);
    free(l);
}
