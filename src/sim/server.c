#include "server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "answer.h"
#include "base/clock.h"
#include "base/log.h"
#include "control.h"
#include "frame.h"
#include "keep.h"
#include "modem.h"

enum { SAVE_EVERY_MS = 10000, SECOND_MS = 1000, CATCH_UP_MAX_S = 7200, IN_MAX = 2 * FRAME_MAX };
enum { CONTROL_WIRE = FIELD_WIRES, LISTENERS = FIELD_WIRES + 1, SLOT_SIGNAL = LISTENERS, SLOT_FIRST };

struct pending {
    struct reply reply;
    size_t sent;
    struct mono due;
};

struct connection {
    int fd; /* -1: free */
    unsigned wire;
    uint8_t in[IN_MAX];
    size_t in_len;
    struct pending out[SERVER_PENDING];
    size_t out_count;
    bool blocked; /* the peer does not read: wait for POLLOUT */
};

struct server {
    struct field *field;
    const struct server_setup *setup;
    struct mischief mischief[FIELD_DEVICES];
    struct modem modem; /* of the slow wires */
    int listeners[LISTENERS];
    int signals;
    struct connection *connections; /* SERVER_CONNECTIONS */
    struct mono started, next_save;
    int64_t field_ms; /* simulated since start */
    bool stop, save_failed;
    struct damper crowded, flooded;
};

/* ---- opening ---- */

static enum err listen_tcp(int *out, uint16_t port, struct fault *why)
{
    struct sockaddr_in at = { .sin_family = AF_INET,
                              .sin_port = htons(port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int yes = 1;

    if (fd < 0)
        return fault_set(why, ERR_PEER, "socket: %s", strerror(errno));
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(fd, (const struct sockaddr *)&at, sizeof at) != 0 || listen(fd, SERVER_PER_WIRE) != 0) {
        enum err rc = errno == EADDRINUSE
                          ? fault_set(why, ERR_PEER, "port %u on 127.0.0.1 is taken by another program", port)
                          : fault_set(why, ERR_PEER, "port %u on 127.0.0.1: %s", port, strerror(errno));
        (void)close(fd);
        return rc;
    }
    *out = fd;
    return ERR_NONE;
}

static enum err listen_control(int *out, const char *path, struct fault *why)
{
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    mode_t was;
    int fd, bound;

    if (strlen(path) >= sizeof at.sun_path)
        return fault_set(why, ERR_RANGE, "%s: a socket path has at most %zu bytes", path,
                         sizeof at.sun_path - 1);
    memcpy(at.sun_path, path, strlen(path));
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return fault_set(why, ERR_PEER, "socket: %s", strerror(errno));
    (void)unlink(path);
    was = umask(0077);
    bound = bind(fd, (const struct sockaddr *)&at, sizeof at);
    (void)umask(was);
    if (bound != 0 || listen(fd, 4) != 0) {
        enum err rc = fault_set(why, ERR_PEER, "%s: %s", path, strerror(errno));
        (void)close(fd);
        return rc;
    }
    *out = fd;
    return ERR_NONE;
}

static enum err open_listeners(struct server *s, struct fault *why)
{
    enum err rc = ERR_NONE;

    for (unsigned w = 0; w < FIELD_WIRES && rc == ERR_NONE; w++) {
        uint16_t port = (uint16_t)(s->setup->port_base + w);
        rc = listen_tcp(&s->listeners[w], port, why);
        if (rc == ERR_NONE)
            log_info("wire=%s listening on 127.0.0.1:%u", field_wire(w)->name, port);
    }
    if (rc == ERR_NONE && s->setup->control != NULL)
        rc = listen_control(&s->listeners[CONTROL_WIRE], s->setup->control, why);
    return rc;
}

static enum err open_signals(int *out, struct fault *why)
{
    sigset_t set;

    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGINT);
    (void)sigprocmask(SIG_BLOCK, &set, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    *out = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    return *out >= 0 ? ERR_NONE : fault_set(why, ERR_IO, "signalfd: %s", strerror(errno));
}

/* ---- connections ---- */

static void hang_up(struct connection *c)
{
    (void)close(c->fd);
    c->fd = -1;
}

static struct connection *free_place(struct server *s, unsigned wire)
{
    struct connection *found = NULL;
    unsigned on_wire = 0;

    for (unsigned i = 0; i < SERVER_CONNECTIONS; i++) {
        if (s->connections[i].fd < 0)
            found = &s->connections[i];
        else
            on_wire += s->connections[i].wire == wire;
    }
    return on_wire < SERVER_PER_WIRE ? found : NULL;
}

static void accept_all(struct server *s, unsigned wire, struct mono now)
{
    for (;;) {
        int fd = accept4(s->listeners[wire], NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        struct connection *c;
        unsigned swallowed;
        int yes = 1;

        if (fd < 0)
            return;
        c = free_place(s, wire);
        if (c == NULL) {
            if (damper_complain(&s->crowded, now, &swallowed))
                log_warn("more than %d connections on a wire: refused (%u more before)", SERVER_PER_WIRE,
                         swallowed);
            (void)close(fd);
            continue;
        }
        if (wire < FIELD_WIRES)
            (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        memset(c, 0, sizeof *c);
        c->fd = fd;
        c->wire = wire;
    }
}

/* ---- replies ---- */

static void queue_reply(struct server *s, struct connection *c, const struct reply *reply, struct mono now)
{
    unsigned swallowed;

    if (reply->len == 0 && !reply->close)
        return;
    if (c->out_count == SERVER_PENDING) {
        if (damper_complain(&s->flooded, now, &swallowed))
            log_warn("more than %d replies waiting on a connection: one lost (%u more before)",
                     SERVER_PENDING, swallowed);
        return;
    }
    c->out[c->out_count++] = (struct pending){ *reply, 0, { now.ms + reply->delay_ms } };
}

/* A reply once begun goes first; else the earliest due. */
static size_t next_out(const struct connection *c)
{
    size_t first = 0;

    for (size_t i = 0; i < c->out_count; i++) {
        if (c->out[i].sent > 0)
            return i;
        if (c->out[i].due.ms < c->out[first].due.ms)
            first = i;
    }
    return first;
}

static void drop_out(struct connection *c, size_t i)
{
    memmove(&c->out[i], &c->out[i + 1], (--c->out_count - i) * sizeof c->out[0]);
}

/* One piece of one reply.  False: no more now. */
static bool send_piece(struct connection *c, struct mono now)
{
    size_t i = next_out(c);
    struct pending *p = &c->out[i];
    size_t left;
    ssize_t done;

    if (c->out_count == 0 || p->due.ms > now.ms)
        return false;
    left = p->reply.len - p->sent;
    if (p->reply.piece > 0 && left > p->reply.piece)
        left = p->reply.piece;
    done = left > 0 ? send(c->fd, p->reply.bytes + p->sent, left, MSG_NOSIGNAL) : 0;
    if (done < 0) {
        c->blocked = errno == EAGAIN || errno == EINTR;
        if (!c->blocked)
            hang_up(c);
        return false;
    }
    p->sent += (size_t)done;
    if (p->reply.piece > 0)
        p->due.ms = now.ms + MISCHIEF_PIECE_MS;
    if (p->sent < p->reply.len)
        return true;
    if (p->reply.close) {
        hang_up(c);
        return false;
    }
    drop_out(c, i);
    return true;
}

static void send_due(struct connection *c, struct mono now)
{
    c->blocked = false;
    while (c->fd >= 0 && send_piece(c, now))
        ;
}

/* ---- requests ---- */

static void answer_one(struct server *s, struct connection *c, const struct frame_request *ask,
                       struct mono now)
{
    struct reply reply;
    int device = answer_request(s->field, c->wire, ask, &reply);

    if (device < 0)
        return;
    if (field_wire(c->wire)->slow && !modem_carries(&s->modem, now.ms, &reply.delay_ms))
        return;
    mischief_apply(&s->mischief[device], &reply);
    queue_reply(s, c, &reply, now);
}

static void consume(struct connection *c, size_t n)
{
    memmove(c->in, c->in + n, c->in_len - n);
    c->in_len -= n;
}

static void answer_modbus(struct server *s, struct connection *c, struct mono now)
{
    struct frame_request ask;
    size_t used;

    for (;;) {
        switch (frame_parse(c->in, c->in_len, &ask, &used)) {
        case FRAME_MORE: return;
        case FRAME_GARBAGE: hang_up(c); return;
        case FRAME_WHOLE: answer_one(s, c, &ask, now); consume(c, used);
        }
    }
}

static void answer_control(struct server *s, struct connection *c)
{
    uint8_t *end;

    while ((end = memchr(c->in, '\n', c->in_len)) != NULL) {
        char answer[CONTROL_ANSWER_MAX];
        size_t len;

        *end = '\0';
        len = control_line(s->field, s->mischief, (const char *)c->in, answer);
        log_info("control \"%s\"", (const char *)c->in);
        if (send(c->fd, answer, len, MSG_NOSIGNAL) < 0) {
            hang_up(c);
            return;
        }
        consume(c, (size_t)(end + 1 - c->in));
    }
    if (c->in_len >= CONTROL_LINE_MAX)
        hang_up(c);
}

static void read_in(struct server *s, struct connection *c, struct mono now)
{
    ssize_t got = recv(c->fd, c->in + c->in_len, IN_MAX - c->in_len, 0);

    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0) {
        hang_up(c);
        return;
    }
    c->in_len += (size_t)got;
    if (c->wire == CONTROL_WIRE)
        answer_control(s, c);
    else
        answer_modbus(s, c, now);
}

/* ---- time ---- */

/* Lets the water catch up with the clock; after a long sleep of the machine the gap is skipped. */
static void advance(struct server *s, struct mono now)
{
    int64_t due_ms = (int64_t)((double)(now.ms - s->started.ms) * s->setup->speed);
    int64_t behind_s = (due_ms - s->field_ms) / SECOND_MS;

    if (behind_s > CATCH_UP_MAX_S) {
        log_warn("field clock skips %lld s", (long long)(behind_s - CATCH_UP_MAX_S));
        s->field_ms += (behind_s - CATCH_UP_MAX_S) * SECOND_MS;
        s->field->water.local_s += (double)((behind_s - CATCH_UP_MAX_S) % 86400);
    }
    while (s->field_ms + SECOND_MS <= due_ms) {
        field_second(s->field);
        s->field_ms += SECOND_MS;
    }
}

/* A disk that fails is said once, and so is its end. */
static void save(struct server *s, struct mono now)
{
    struct fault why;

    s->next_save.ms = now.ms + SAVE_EVERY_MS;
    if (s->setup->folder == NULL)
        return;
    if (keep_save(s->field, s->setup->folder, &why) != ERR_NONE) {
        if (!s->save_failed)
            log_error("state is not kept: %s", why.text);
        s->save_failed = true;
    } else if (s->save_failed) {
        log_info("state is kept again");
        s->save_failed = false;
    }
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int wait_ms(const struct server *s, struct mono now)
{
    double until_second = (double)(s->field_ms + SECOND_MS) / s->setup->speed;
    int64_t at = earlier(s->started.ms + (int64_t)until_second + 1, s->next_save.ms);

    for (unsigned i = 0; i < SERVER_CONNECTIONS; i++) {
        const struct connection *c = &s->connections[i];
        if (c->fd >= 0 && c->out_count > 0 && !c->blocked)
            at = earlier(at, c->out[next_out(c)].due.ms);
    }
    at -= now.ms;
    return at < 1 ? 1 : at > SECOND_MS ? SECOND_MS : (int)at;
}

/* ---- the loop ---- */

static nfds_t watch(const struct server *s, struct pollfd fds[SLOT_FIRST + SERVER_CONNECTIONS])
{
    for (unsigned w = 0; w < LISTENERS; w++)
        fds[w] = (struct pollfd){ .fd = s->listeners[w], .events = POLLIN };
    fds[SLOT_SIGNAL] = (struct pollfd){ .fd = s->signals, .events = POLLIN };
    for (unsigned i = 0; i < SERVER_CONNECTIONS; i++) {
        const struct connection *c = &s->connections[i];
        short events = c->blocked ? POLLIN | POLLOUT : POLLIN;
        fds[SLOT_FIRST + i] = (struct pollfd){ .fd = c->fd, .events = events };
    }
    return SLOT_FIRST + SERVER_CONNECTIONS;
}

static void turn(struct server *s, const struct pollfd *fds, struct mono now)
{
    s->stop = fds[SLOT_SIGNAL].revents != 0;
    advance(s, now);
    for (unsigned i = 0; i < SERVER_CONNECTIONS; i++) {
        struct connection *c = &s->connections[i];
        if (c->fd >= 0 && (fds[SLOT_FIRST + i].revents & (POLLIN | POLLHUP | POLLERR)) != 0)
            read_in(s, c, now);
        if (c->fd >= 0)
            send_due(c, now);
    }
    for (unsigned w = 0; w < LISTENERS; w++)
        if (fds[w].revents != 0)
            accept_all(s, w, now);
    if (now.ms >= s->next_save.ms)
        save(s, now);
}

static void loop(struct server *s)
{
    struct pollfd fds[SLOT_FIRST + SERVER_CONNECTIONS];

    while (!s->stop) {
        nfds_t n = watch(s, fds);
        int ready = poll(fds, n, wait_ms(s, mono_read()));

        if (ready < 0)
            for (nfds_t i = 0; i < n; i++)
                fds[i].revents = 0;
        turn(s, fds, mono_read());
    }
}

static void close_all(struct server *s)
{
    for (unsigned i = 0; i < SERVER_CONNECTIONS; i++)
        if (s->connections[i].fd >= 0)
            hang_up(&s->connections[i]);
    for (unsigned w = 0; w < LISTENERS; w++)
        if (s->listeners[w] >= 0)
            (void)close(s->listeners[w]);
    if (s->listeners[CONTROL_WIRE] >= 0)
        (void)unlink(s->setup->control);
    if (s->signals >= 0)
        (void)close(s->signals);
}

enum err server_run(struct field *f, const struct server_setup *setup, struct fault *why)
{
    struct server s = { .field = f, .setup = setup, .signals = -1, .started = mono_read() };
    enum err rc;

    s.connections = calloc(SERVER_CONNECTIONS, sizeof *s.connections);
    if (s.connections == NULL)
        return fault_set(why, ERR_MEMORY, "no memory for connections");
    for (unsigned i = 0; i < SERVER_CONNECTIONS; i++)
        s.connections[i].fd = -1;
    for (unsigned w = 0; w < LISTENERS; w++)
        s.listeners[w] = -1;
    memcpy(s.mischief, setup->mischief, sizeof s.mischief);
    s.modem = modem_dialled(setup->seed, s.started.ms);
    s.next_save.ms = s.started.ms + SAVE_EVERY_MS;
    rc = open_signals(&s.signals, why);
    if (rc == ERR_NONE)
        rc = open_listeners(&s, why);
    if (rc == ERR_NONE) {
        loop(&s);
        save(&s, mono_read());
        log_info("field stopped");
    }
    close_all(&s);
    free(s.connections);
    return rc;
}
