#include "server.h"

#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "answer.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "chronicle.h"
#include "connection.h"
#include "door.h"
#include "frame.h"
#include "keep.h"
#include "modem.h"

enum { SAVE_EVERY_MS = 10000, SECOND_MS = 1000, CATCH_UP_MAX_S = 7200 };

struct entrance {
    int fd; /* -1: closed */
    enum connection_kind kind;
    unsigned wire; /* control: the number of wires */
    uint16_t port;
    bool hole; /* nobody comes in, nobody is refused */
    int plugs[DOOR_PLUGS];
};

struct server {
    const struct server_setup *setup;
    struct stand *stand;
    struct chronicle *chronicle;
    struct modem modem;     /* of the slow wires */
    struct noise chance;    /* of faults */
    struct sent *before;    /* by device */
    struct mischief *wires; /* by wire: what ails it */
    struct entrance *entrances;
    unsigned entrance_count;
    struct door_terminal *terminals; /* by wire, NULL: none */
    struct connection *connections;  /* the first ones are the terminals' */
    unsigned connection_count, terminal_count;
    struct pollfd *fds;
    int signals;
    struct now started;
    struct mono next_save;
    int64_t field_ms; /* simulated since start */
    bool stop, save_failed;
    struct damper crowded, flooded, closed;
};

static struct now now_of(const struct server *s)
{
    struct mono mono = mono_read();

    return (struct now){ mono, { s->started.wall.ms + mono.ms - s->started.mono.ms } };
}

/* ---- opening ---- */

static enum err open_entrance(struct server *s, struct entrance *e, struct fault *why)
{
    enum err rc = e->kind == CONNECTION_CONTROL ? door_unix(&e->fd, s->setup->control, why)
                                                : door_tcp(&e->fd, e->port, why);

    if (rc == ERR_NONE && e->kind != CONNECTION_CONTROL)
        log_info("wire=%s listening on 127.0.0.1:%u%s", s->stand->from.wires[e->wire].name, e->port,
                 e->kind == CONNECTION_RTU ? " framing=rtu" : "");
    return rc;
}

static struct entrance entrance_of(enum connection_kind kind, unsigned wire, unsigned port)
{
    return (struct entrance){ .fd = -1, .kind = kind, .wire = wire, .port = (uint16_t)port };
}

/* The wires last: when they listen, all the rest is there. */
static void plan_entrances(struct server *s)
{
    unsigned wires = s->stand->from.wire_count;
    struct entrance *e = s->entrances;

    assert(e != NULL);
    if (s->setup->control != NULL)
        *e++ = entrance_of(CONNECTION_CONTROL, wires, 0);
    for (unsigned w = 0; w < wires; w++)
        *e++ = entrance_of(CONNECTION_TCP, w, s->setup->port_base + w);
    for (unsigned w = 0; w < wires && s->setup->rtu_port_base != 0; w++)
        *e++ = entrance_of(CONNECTION_RTU, w, s->setup->rtu_port_base + w);
    s->entrance_count = (unsigned)(e - s->entrances);
}

static enum err plug(struct server *s, unsigned wire, struct fault *why)
{
    struct door_terminal *t = &s->terminals[wire];
    enum err rc;

    assert(s->terminals != NULL);
    rc = door_plug(t, why);

    s->connections[wire] = connection_new(rc == ERR_NONE ? t->near : -1, CONNECTION_TERMINAL, wire);
    return rc;
}

static void unplug(struct server *s, unsigned wire)
{
    door_unplug(&s->terminals[wire]);
    s->connections[wire].fd = -1;
}

static enum err open_terminals(struct server *s, struct fault *why)
{
    enum err rc = s->terminals == NULL ? ERR_NONE : file_make_folder(s->setup->terminals, why);

    for (unsigned w = 0; w < s->terminal_count && rc == ERR_NONE; w++) {
        struct door_terminal *t = &s->terminals[w];
        int len =
            snprintf(t->path, sizeof t->path, "%s/%s", s->setup->terminals, s->stand->from.wires[w].name);
        rc = len < (int)sizeof t->path ? plug(s, w, why)
                                       : fault_set(why, ERR_RANGE, "the terminals' folder: path too long");
        if (rc == ERR_NONE)
            log_info("wire=%s terminal %s", s->stand->from.wires[w].name, t->path);
    }
    return rc;
}

static enum err open_all(struct server *s, struct fault *why)
{
    enum err rc = door_signals(&s->signals, why);

    if (rc == ERR_NONE)
        rc = open_terminals(s, why);
    if (rc == ERR_NONE && s->setup->chronicle != NULL)
        rc = chronicle_open(&s->chronicle, s->setup->chronicle, s->setup->chronicle_max, s->stand, now_of(s),
                            why);
    for (unsigned i = 0; i < s->entrance_count && rc == ERR_NONE; i++)
        rc = open_entrance(s, &s->entrances[i], why);
    return rc;
}

/* ---- what ails a wire ---- */

static struct mischief ailment_of(const struct server *s, unsigned wire)
{
    for (unsigned i = 0; i < s->stand->from.device_count; i++)
        if (s->stand->from.devices[i].wire == wire &&
            mischief_stage(s->setup->orders->mischief[i].kind) == MISCHIEF_ON_WIRE)
            return s->setup->orders->mischief[i];
    return (struct mischief){ 0 };
}

static void each_connection(struct server *s, unsigned wire, bool reset)
{
    for (unsigned i = s->terminal_count; i < s->connection_count; i++) {
        struct connection *c = &s->connections[i];
        if (c->fd < 0 || c->wire != wire)
            continue;
        if (reset)
            connection_end(c, true);
        else
            c->forgotten = true;
    }
}

static void shut_entrances(struct server *s, unsigned wire)
{
    for (unsigned i = 0; i < s->entrance_count; i++)
        if (s->entrances[i].wire == wire && s->entrances[i].fd >= 0) {
            (void)close(s->entrances[i].fd);
            s->entrances[i].fd = -1;
        }
    each_connection(s, wire, true);
}

/* Neither in nor refused, by every entrance; what was connected breaks. */
static void dig_hole(struct server *s, unsigned wire)
{
    for (unsigned i = 0; i < s->entrance_count; i++) {
        struct entrance *e = &s->entrances[i];
        if (e->wire != wire || e->fd < 0)
            continue;
        door_block(e->fd, e->port, e->plugs);
        e->hole = true;
    }
    each_connection(s, wire, true);
}

static void fill_hole(struct server *s, unsigned wire)
{
    for (unsigned i = 0; i < s->entrance_count; i++) {
        struct entrance *e = &s->entrances[i];
        if (e->wire != wire || !e->hole)
            continue;
        door_unblock(e->fd, e->plugs);
        e->hole = false;
    }
}

/* A port may be taken in the meantime: tried again at every turn. */
static void open_again(struct server *s, struct mono now)
{
    unsigned swallowed;
    struct fault why;

    for (unsigned i = 0; i < s->entrance_count; i++) {
        struct entrance *e = &s->entrances[i];
        if (e->fd >= 0 || s->wires[e->wire].kind == MISCHIEF_REFUSE)
            continue;
        if (open_entrance(s, e, &why) != ERR_NONE && damper_complain(&s->closed, now, &swallowed))
            log_warn("%s (%u more before)", why.text, swallowed);
    }
    for (unsigned w = 0; w < s->terminal_count; w++)
        if (s->terminals[w].near < 0 && s->wires[w].kind != MISCHIEF_UNPLUG && plug(s, w, &why) != ERR_NONE &&
            damper_complain(&s->closed, now, &swallowed))
            log_warn("%s (%u more before)", why.text, swallowed);
}

/* After every command: a wire falls ill or is well again. */
static void examine_wires(struct server *s, struct mono now)
{
    for (unsigned w = 0; w < s->stand->from.wire_count; w++) {
        struct mischief is = ailment_of(s, w);
        if (is.kind == s->wires[w].kind && is.arg == s->wires[w].arg)
            continue;
        s->wires[w] = is;
        fill_hole(s, w);
        if (is.kind == MISCHIEF_BLACK_HOLE)
            dig_hole(s, w);
        if (is.kind == MISCHIEF_REFUSE)
            shut_entrances(s, w);
        if (is.kind == MISCHIEF_HALF_OPEN)
            each_connection(s, w, false);
        if (is.kind == MISCHIEF_UNPLUG && s->terminals != NULL)
            unplug(s, w);
    }
    open_again(s, now);
}

/* ---- connections ---- */

static unsigned allowed_on(const struct server *s, unsigned wire)
{
    bool fewer = wire < s->stand->from.wire_count && s->wires[wire].kind == MISCHIEF_CONNECTIONS;

    return fewer ? s->wires[wire].arg : SERVER_PER_WIRE;
}

static struct connection *free_place(struct server *s, const struct entrance *e)
{
    struct connection *found = NULL;
    unsigned on_wire = 0;

    for (unsigned i = s->terminal_count; i < s->connection_count; i++) {
        const struct connection *c = &s->connections[i];
        if (c->fd < 0)
            found = &s->connections[i];
        else
            on_wire += c->wire == e->wire && c->kind == e->kind;
    }
    return on_wire < allowed_on(s, e->wire) ? found : NULL;
}

static void accept_all(struct server *s, const struct entrance *e, struct mono now)
{
    for (;;) {
        int fd = accept4(e->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        struct connection *c;
        unsigned swallowed;
        int yes = 1;

        if (fd < 0)
            return;
        c = free_place(s, e);
        if (c == NULL) {
            if (damper_complain(&s->crowded, now, &swallowed))
                log_warn("more than %u connections on a wire: refused (%u more before)",
                         allowed_on(s, e->wire), swallowed);
            (void)close(fd);
            continue;
        }
        if (e->kind != CONNECTION_CONTROL)
            (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        *c = connection_new(fd, e->kind, e->wire);
    }
}

/* ---- requests ---- */

static void answer_one(struct server *s, struct connection *c, const struct frame_request *ask,
                       struct mono now)
{
    struct reply reply;
    int device = answer_request(s->stand, c->wire, ask, &reply);
    struct exchange x = {
        .reply = &reply, .ask = ask, .rtu = c->kind != CONNECTION_TCP, .chance = &s->chance
    };
    enum mischief_kind ails = s->wires[c->wire].kind;
    unsigned swallowed;

    if (device < 0 || ails == MISCHIEF_DEAF)
        return;
    if (s->stand->from.wires[c->wire].slow && !modem_carries(&s->modem, now.ms, &reply.delay_ms))
        return;
    x.before = &s->before[device];
    mischief_apply(&s->setup->orders->mischief[device], &x);
    c->answered++;
    if (ails == MISCHIEF_DROP_AFTER && c->answered >= s->wires[c->wire].arg)
        reply.close = true;
    if (!connection_queue(c, &reply, now) && damper_complain(&s->flooded, now, &swallowed))
        log_warn("more than %d replies waiting on a connection: one lost (%u more before)",
                 CONNECTION_PENDING, swallowed);
}

static void answer_modbus(struct server *s, struct connection *c, struct mono now)
{
    bool tcp = c->kind == CONNECTION_TCP;
    struct frame_request ask;
    size_t used;

    for (;;) {
        switch (tcp ? frame_parse(c->in, c->in_len, &ask, &used)
                    : frame_parse_rtu(c->in, c->in_len, &ask, &used)) {
        case FRAME_MORE: return;
        case FRAME_GARBAGE:
            if (tcp) {
                connection_end(c, false);
                return;
            }
            connection_consume(c, used);
            break;
        case FRAME_WHOLE: answer_one(s, c, &ask, now); connection_consume(c, used);
        }
    }
}

/* A command by hand or by script: carried out, logged and chronicled.  Gives the answer's length. */
static size_t command(struct server *s, const char *line, const char *from, char answer[CONTROL_ANSWER_MAX])
{
    struct now now = now_of(s);
    size_t len = control_line(s->setup->orders, line, now.mono, answer);

    log_info("%s \"%s\"", from, line);
    chronicle_see(s->chronicle, s->stand, now);
    if (strncmp(answer, "ok", 2) == 0)
        chronicle_note(s->chronicle, now, line);
    examine_wires(s, now.mono);
    return len;
}

static void answer_control(struct server *s, struct connection *c)
{
    uint8_t *end;

    while ((end = memchr(c->in, '\n', c->in_len)) != NULL) {
        char answer[CONTROL_ANSWER_MAX];
        size_t len;

        *end = '\0';
        len = command(s, (const char *)c->in, "control", answer);
        if (send(c->fd, answer, len, MSG_NOSIGNAL) < 0) {
            connection_end(c, false);
            return;
        }
        connection_consume(c, (size_t)(end + 1 - c->in));
    }
    if (c->in_len >= CONTROL_LINE_MAX)
        connection_end(c, false);
}

static void read_in(struct server *s, struct connection *c, struct mono now)
{
    connection_read(c, now);
    if (c->fd < 0)
        return;
    if (c->kind == CONNECTION_CONTROL)
        answer_control(s, c);
    else
        answer_modbus(s, c, now);
}

/* ---- time ---- */

/* Simulated seconds that are due; after a long pause (a suspended machine) the rest is skipped. */
static void advance(struct server *s, struct now now)
{
    int64_t due_ms = (int64_t)((double)(now.mono.ms - s->started.mono.ms) * s->setup->speed);
    int64_t behind_s = (due_ms - s->field_ms) / SECOND_MS;

    if (behind_s > CATCH_UP_MAX_S) {
        log_warn("field clock skips %lld s", (long long)(behind_s - CATCH_UP_MAX_S));
        s->field_ms += (behind_s - CATCH_UP_MAX_S) * SECOND_MS;
        if (s->setup->field != NULL)
            s->setup->field->water.local_s += (double)((behind_s - CATCH_UP_MAX_S) % 86400);
    }
    while (s->field_ms + SECOND_MS <= due_ms) {
        stand_second(s->stand);
        chronicle_see(s->chronicle, s->stand, now);
        s->field_ms += SECOND_MS;
    }
}

/* What the script orders, and faults whose time is up. */
static void keep_times(struct server *s, struct now now)
{
    char answer[CONTROL_ANSWER_MAX];
    const char *line;
    int device;

    while ((line = script_due(s->setup->script, now.mono.ms - s->started.mono.ms)) != NULL) {
        (void)command(s, line, "script", answer);
        if (strcmp(answer, "ok\n") != 0)
            log_error("script: %s", answer);
    }
    while ((device = control_expired(s->setup->orders, now.mono)) >= 0) {
        (void)snprintf(answer, sizeof answer, "end %s", s->stand->from.devices[device].name);
        chronicle_see(s->chronicle, s->stand, now);
        chronicle_note(s->chronicle, now, answer);
        examine_wires(s, now.mono);
    }
}

/* A disk that fails is said once, and so is its end. */
static void save(struct server *s, struct mono now)
{
    struct fault why;

    s->next_save.ms = now.ms + SAVE_EVERY_MS;
    if (s->setup->folder == NULL || s->setup->field == NULL)
        return;
    if (keep_save(s->setup->field, s->setup->folder, &why) != ERR_NONE) {
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
    int64_t at = earlier(s->started.mono.ms + (int64_t)until_second + 1, s->next_save.ms);
    const struct script *script = s->setup->script;

    if (script->next < script->count)
        at = earlier(at, s->started.mono.ms + script->steps[script->next].at_ms);
    at = earlier(at, control_next(s->setup->orders).ms);
    for (unsigned i = 0; i < s->connection_count; i++)
        at = earlier(at, connection_due(&s->connections[i]).ms);
    at -= now.ms;
    return at < 1 ? 1 : at > SECOND_MS ? SECOND_MS : (int)at;
}

/* ---- the loop ---- */

/* Entrances, connections, then the signals. */
static nfds_t watch(struct server *s)
{
    nfds_t n = 0;

    for (unsigned i = 0; i < s->entrance_count; i++) {
        const struct entrance *e = &s->entrances[i];
        s->fds[n++] = (struct pollfd){ .fd = e->hole ? -1 : e->fd, .events = POLLIN };
    }
    for (unsigned i = 0; i < s->connection_count; i++) {
        const struct connection *c = &s->connections[i];
        short events = c->blocked ? POLLIN | POLLOUT : POLLIN;
        s->fds[n++] = (struct pollfd){ .fd = c->fd, .events = events };
    }
    s->fds[n++] = (struct pollfd){ .fd = s->signals, .events = POLLIN };
    return n;
}

static void serve(struct server *s, struct connection *c, short happened, struct mono now)
{
    if (c->fd >= 0 && (happened & (POLLIN | POLLHUP | POLLERR)) != 0)
        read_in(s, c, now);
    if (c->fd >= 0)
        connection_send_due(c, now);
}

static void turn(struct server *s, nfds_t watched)
{
    const struct pollfd *entrance = s->fds, *connection = s->fds + s->entrance_count;
    struct now now = now_of(s);

    s->stop = s->fds[watched - 1].revents != 0;
    advance(s, now);
    keep_times(s, now);
    for (unsigned i = 0; i < s->connection_count; i++)
        if (connection[i].fd == s->connections[i].fd) /* a command may have changed it */
            serve(s, &s->connections[i], connection[i].revents, now.mono);
    for (unsigned i = 0; i < s->entrance_count; i++)
        if (entrance[i].revents != 0 && s->entrances[i].fd >= 0 && !s->entrances[i].hole)
            accept_all(s, &s->entrances[i], now.mono);
    if (now.mono.ms >= s->next_save.ms) {
        save(s, now.mono);
        open_again(s, now.mono);
    }
}

static void loop(struct server *s)
{
    examine_wires(s, mono_read());
    while (!s->stop) {
        nfds_t n = watch(s);
        int ready = poll(s->fds, n, wait_ms(s, mono_read()));

        if (ready < 0)
            for (nfds_t i = 0; i < n; i++)
                s->fds[i].revents = 0;
        turn(s, n);
    }
}

static void close_all(struct server *s)
{
    for (unsigned i = s->terminal_count; i < s->connection_count; i++)
        if (s->connections[i].fd >= 0)
            connection_end(&s->connections[i], false);
    for (unsigned w = 0; w < s->terminal_count; w++)
        door_unplug(&s->terminals[w]);
    for (unsigned i = 0; i < s->entrance_count; i++) {
        struct entrance *e = &s->entrances[i];
        if (e->fd >= 0 && e->kind == CONNECTION_CONTROL)
            (void)unlink(s->setup->control);
        if (e->hole)
            door_unblock(e->fd, e->plugs);
        if (e->fd >= 0)
            (void)close(e->fd);
    }
    if (s->signals >= 0)
        (void)close(s->signals);
    chronicle_close(s->chronicle);
}

static unsigned at_most(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static enum err allocate(struct server *s, struct fault *why)
{
    unsigned wires = s->stand->from.wire_count, entrances = 2 * wires + 1;
    unsigned places = at_most(entrances * SERVER_PER_WIRE, SERVER_CONNECTIONS_MAX);

    s->terminal_count = s->setup->terminals != NULL ? wires : 0;
    s->connection_count = s->terminal_count + places;
    s->before = calloc(s->stand->from.device_count, sizeof *s->before);
    s->wires = calloc(wires + 1, sizeof *s->wires);
    s->entrances = calloc(entrances, sizeof *s->entrances);
    s->connections = calloc(s->connection_count, sizeof *s->connections);
    s->fds = calloc(entrances + s->connection_count + 1, sizeof *s->fds);
    if (s->terminal_count > 0)
        s->terminals = calloc(wires, sizeof *s->terminals);
    if (s->before == NULL || s->wires == NULL || s->entrances == NULL || s->connections == NULL ||
        s->fds == NULL || (s->terminal_count > 0 && s->terminals == NULL)) {
        s->connection_count = s->terminal_count = 0;
        return fault_set(why, ERR_MEMORY, "no memory for connections");
    }
    for (unsigned i = 0; i < s->connection_count; i++)
        s->connections[i].fd = -1;
    for (unsigned w = 0; w < s->terminal_count; w++)
        s->terminals[w].near = s->terminals[w].far = -1;
    return ERR_NONE;
}

static void release(struct server *s)
{
    free(s->before);
    free(s->wires);
    free(s->entrances);
    free(s->connections);
    free(s->fds);
    free(s->terminals);
}

enum err server_run(const struct server_setup *setup, struct fault *why)
{
    struct server s = { .setup = setup,
                        .stand = setup->stand,
                        .signals = -1,
                        .chance = noise_seeded(setup->seed ^ 0xFA017u),
                        .started = { mono_read(), wall_read() } };
    enum err rc = allocate(&s, why);

    s.modem = modem_dialled(setup->seed, s.started.mono.ms);
    s.next_save.ms = s.started.mono.ms + SAVE_EVERY_MS;
    if (rc == ERR_NONE) {
        plan_entrances(&s);
        rc = open_all(&s, why);
    }
    if (rc == ERR_NONE) {
        loop(&s);
        save(&s, mono_read());
        log_info("field stopped");
    }
    close_all(&s);
    release(&s);
    return rc;
}
