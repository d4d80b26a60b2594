#include "connection.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Longer than any pause inside a request on a busy machine, shorter than from one request to the next. */
enum { RTU_PAUSE_MS = 200 };

struct connection connection_new(int fd, enum connection_kind kind, unsigned wire)
{
    return (struct connection){ .fd = fd, .kind = kind, .wire = wire };
}

void connection_end(struct connection *c, bool reset)
{
    const struct linger at_once = { .l_onoff = 1 };

    c->in_len = c->out_count = 0;
    if (c->kind == CONNECTION_TERMINAL)
        return;
    if (reset)
        (void)setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    (void)close(c->fd);
    c->fd = -1;
}

void connection_read(struct connection *c, struct mono now)
{
    bool rtu = c->kind == CONNECTION_RTU || c->kind == CONNECTION_TERMINAL;
    ssize_t got;

    if ((rtu && now.ms - c->last_in.ms > RTU_PAUSE_MS) || c->in_len == sizeof c->in)
        c->in_len = 0;
    got = read(c->fd, c->in + c->in_len, sizeof c->in - c->in_len);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0) {
        connection_end(c, false);
        return;
    }
    c->last_in = now;
    c->in_len = c->forgotten ? 0 : c->in_len + (size_t)got;
}

void connection_consume(struct connection *c, size_t n)
{
    memmove(c->in, c->in + n, c->in_len - n);
    c->in_len -= n;
}

bool connection_queue(struct connection *c, const struct reply *reply, struct mono now)
{
    if (reply->len == 0 && !reply->close)
        return true;
    if (c->out_count == CONNECTION_PENDING)
        return false;
    c->out[c->out_count++] = (struct pending){ *reply, 0, { now.ms + reply->delay_ms } };
    return true;
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

/* The whole reply was sent.  False: and the connection is gone. */
static bool sent_whole(struct connection *c, size_t i)
{
    bool ends = c->out[i].reply.close;
    bool reset = c->out[i].reply.reset;

    drop_out(c, i);
    if (ends)
        connection_end(c, reset);
    return !ends;
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
    done = left > 0 ? write(c->fd, p->reply.bytes + p->sent, left) : 0;
    if (done < 0) {
        c->blocked = errno == EAGAIN || errno == EINTR;
        if (!c->blocked)
            connection_end(c, false);
        return false;
    }
    p->sent += (size_t)done;
    if (p->reply.piece > 0)
        p->due.ms = now.ms + p->reply.piece_ms;
    return p->sent < p->reply.len || sent_whole(c, i);
}

void connection_send_due(struct connection *c, struct mono now)
{
    c->blocked = false;
    while (c->fd >= 0 && send_piece(c, now))
        ;
}

struct mono connection_due(const struct connection *c)
{
    if (c->fd < 0 || c->out_count == 0 || c->blocked)
        return (struct mono){ INT64_MAX };
    return c->out[next_out(c)].due;
}
