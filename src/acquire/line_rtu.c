/* Modbus RTU: over a serial port, over a converter that passes one on, over a modem that calls.
 *
 * The framing is our own.  libmodbus' RTU answers to nothing but its function code: it cannot cancel an
 * echo, keep the silence between frames or tell noise from an answer; and as a frame carries no number, the
 * answer that came too late is to it the answer to the next question.  Here nothing is asked after trouble
 * before the line was silent for the late window. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "line_kinds.h"
#include "rtu.h"

enum {
    GAP_US = 60000,            /* USB adapters hand on what they have every 16 ms, on a busy machine later */
    GAP_CONVERTER_US = 500000, /* a lost segment comes again after 200 ms and more */
    WRITE_GRACE_US = 500000,
    ECHO_GRACE_US = 100000,
    BABBLE_US = 3000000, /* beyond the late window; then it is no late answer that is heard */
    WINDOW_GROWN_MAX_US = 10000000,
    DROP_READS_MAX = 64,
    BURST_MAX = 512,
    UNITS = 256
};

struct line_rtu {
    struct line line; /* first: a struct line * is a struct line_rtu * */
    struct way *way;
    struct halt halt;
    int64_t char_us, silence_us, gap_us; /* 0, 0 and its own where a converter minds the pace */
    int64_t window_us;
    bool echo;
    int fd;             /* -1: not open */
    bool owed;          /* an answer may still be under way */
    int64_t asked_us;   /* when the last request began to go out; 0: none did */
    int64_t trouble_us; /* when the last one was given up */
    int64_t sent_us;    /* when its last byte left, by the baud rate */
    int64_t heard_us;   /* when the last byte was heard, or we began to listen */
    uint8_t sent[RTU_REQUEST_BYTES];
    uint8_t heard[BURST_MAX]; /* since the last silence */
    size_t heard_count;
    int64_t
        late_us[UNITS]; /* how long after its question a unit's last answer came, if it came too late; 0 */
    struct damper strays;
};

static void give_up(struct line_rtu *l)
{
    if (l->fd >= 0)
        (void)close(l->fd);
    l->fd = -1;
    l->owed = true;
}

/* Adds what has come to `heard`; what does not fit is counted as there, so that it is no frame. */
static enum err hear(struct line_rtu *l, size_t *got, struct fault *why)
{
    uint8_t rest[64];
    size_t room = sizeof l->heard - l->heard_count;
    ssize_t n = read(l->fd, room > 0 ? l->heard + l->heard_count : rest, room > 0 ? room : sizeof rest);

    *got = 0;
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return ERR_NONE;
    if (n <= 0) {
        enum err rc = fault_set(why, ERR_PEER, "%s is gone: %s", l->way->name,
                                n == 0 ? "closed at the other end" : strerror(errno));
        give_up(l);
        return rc;
    }
    *got = (size_t)n;
    if (room > 0)
        l->heard_count += *got;
    l->heard_us = halt_clock_us();
    return ERR_NONE;
}

/* Until something is heard.  ERR_TIMEOUT without words. */
static enum err listen_until(struct line_rtu *l, int64_t until_us, struct fault *why)
{
    size_t got = 0;
    enum err rc = ERR_NONE;

    while (rc == ERR_NONE && got == 0) {
        rc = halt_wait(&l->halt, l->fd, POLLIN, until_us, why);
        if (rc == ERR_NONE)
            rc = hear(l, &got, why);
    }
    return rc;
}

/* ---- the late window ---- */

static void tell_late(struct line_rtu *l, size_t bytes)
{
    unsigned swallowed;
    const struct mono now = { halt_clock_us() / 1000 };

    if (l->asked_us != 0 && damper_complain(&l->strays, now, &swallowed))
        log_warn("line=%s late_bytes=%zu times=%u window=%lldms: an answer_within is too short, or there is "
                 "noise",
                 l->way->name, bytes, swallowed + 1, (long long)(l->window_us / 1000));
}

/* A device that was late by more than half the window may be later yet. */
static void learn(struct line_rtu *l)
{
    int64_t twice_us = 2 * (l->heard_us - l->trouble_us);

    if (l->asked_us == 0)
        return;
    l->late_us[l->sent[0]] = l->heard_us - l->asked_us;
    if (twice_us > WINDOW_GROWN_MAX_US)
        twice_us = WINDOW_GROWN_MAX_US;
    if (l->window_us > 0 && twice_us > l->window_us)
        l->window_us = twice_us;
}

/* What has come already; nobody knows when. */
static enum err drop_waiting(struct line_rtu *l, size_t *thrown, struct fault *why)
{
    size_t got = 1;
    enum err rc = ERR_NONE;

    for (int i = 0; i < DROP_READS_MAX && rc == ERR_NONE && got > 0; i++) {
        l->heard_count = 0;
        rc = hear(l, &got, why);
        *thrown += got;
    }
    return rc;
}

/* Throws away what comes until the line was silent for the window. */
static enum err wait_out(struct line_rtu *l, struct fault *why)
{
    int64_t began_us = halt_clock_us(), most_us = began_us + l->window_us + BABBLE_US;
    size_t thrown = 0;
    enum err rc = drop_waiting(l, &thrown, why);

    while (rc == ERR_NONE) {
        l->heard_count = 0;
        rc = listen_until(l, l->heard_us + l->window_us, why);
        if (rc == ERR_NONE && thrown < RTU_ANSWER_MIN && thrown + l->heard_count >= RTU_ANSWER_MIN)
            learn(l); /* less is noise */
        thrown += rc == ERR_NONE ? l->heard_count : 0;
        if (rc == ERR_NONE && l->heard_us > most_us)
            return fault_set(
                why, ERR_PEER,
                "%s is never silent: %zu bytes in %lld ms that nobody asked for (another master, "
                "noise, wrong wiring)",
                l->way->name, thrown, (long long)((l->heard_us - began_us) / 1000));
    }
    l->heard_count = 0;
    if (rc != ERR_TIMEOUT)
        return rc;
    if (thrown > 0)
        tell_late(l, thrown);
    l->owed = false;
    return ERR_NONE;
}

static enum err rtu_connect(struct line *line, struct fault *why)
{
    struct line_rtu *l = (struct line_rtu *)line;
    enum err rc;

    if (l->fd >= 0 && l->way->ops->still != NULL && !l->way->ops->still(l->way, l->fd))
        give_up(l);
    if (l->fd < 0) {
        rc = l->way->ops->open(l->way, &l->halt, &l->fd, why);
        if (rc != ERR_NONE) {
            l->fd = -1;
            return rc;
        }
        l->heard_us = halt_clock_us(); /* what came before, nobody heard */
        l->owed = true;                /* a converter keeps a late answer for whoever comes next */
    }
    return l->owed ? wait_out(l, why) : ERR_NONE;
}

static void rtu_close(struct line *line)
{
    struct line_rtu *l = (struct line_rtu *)line;

    l->owed = true;
    l->trouble_us = l->heard_us = halt_clock_us(); /* silence before the trouble says nothing */
    if (!l->way->keep)
        give_up(l);
}

/* ---- asking ---- */

/* Silence before the request.  A few stray bytes are noise; what could be an answer is a late one. */
static enum err keep_silence(struct line_rtu *l, struct fault *why)
{
    enum err rc = ERR_NONE;
    size_t got;

    l->heard_count = 0;
    rc = hear(l, &got, why);
    while (rc == ERR_NONE && l->heard_count < RTU_ANSWER_MIN)
        rc = listen_until(l, l->heard_us + (l->heard_count > 0 ? l->gap_us : l->silence_us), why);
    if (rc == ERR_NONE) {
        l->trouble_us = l->heard_us;
        return wait_out(l, why);
    }
    l->heard_count = 0;
    return rc == ERR_TIMEOUT ? ERR_NONE : rc;
}

static enum err write_all(struct line_rtu *l, struct fault *why)
{
    int64_t until_us = l->asked_us + (int64_t)sizeof l->sent * l->char_us + WRITE_GRACE_US;
    size_t done = 0;
    enum err rc = ERR_NONE;

    while (done < sizeof l->sent && rc == ERR_NONE) {
        ssize_t n = write(l->fd, l->sent + done, sizeof l->sent - done);
        if (n >= 0)
            done += (size_t)n;
        else if (errno == EAGAIN)
            rc = halt_wait(&l->halt, l->fd, POLLOUT, until_us, why);
        else if (errno != EINTR)
            rc = fault_set(why, ERR_PEER, "send to %s: %s", l->way->name, strerror(errno));
    }
    if (rc == ERR_TIMEOUT)
        rc = fault_set(why, ERR_PEER, "send to %s: not taken", l->way->name);
    if (rc != ERR_NONE && rc != ERR_STATE)
        give_up(l);
    return rc;
}

static enum err rtu_send(struct line *line, const struct request *r, struct fault *why)
{
    struct line_rtu *l = (struct line_rtu *)line;
    enum err rc;

    if (halt_set(&l->halt))
        return fault_set(why, ERR_STATE, "stopping");
    if (l->fd < 0)
        return fault_set(why, ERR_PEER, "%s is not open", l->way->name);
    rc = keep_silence(l, why);
    if (rc != ERR_NONE)
        return rc;
    rtu_request(r, l->sent);
    l->asked_us = halt_clock_us();
    rc = write_all(l, why);
    l->sent_us = l->asked_us + (int64_t)sizeof l->sent * l->char_us;
    return rc;
}

/* ---- answers ---- */

/* Our own frame, before any answer. */
static enum err cancel_echo(struct line_rtu *l, struct fault *why)
{
    int64_t until_us = l->sent_us + ECHO_GRACE_US;
    enum err rc = ERR_NONE;

    while (rc == ERR_NONE && l->heard_count < sizeof l->sent)
        rc = listen_until(l, until_us, why);
    if (rc == ERR_TIMEOUT)
        return fault_set(
            why, ERR_RANGE,
            "%zu of %zu bytes came back as echo: this adapter has none (set echo: false), or the "
            "line is cut",
            l->heard_count, sizeof l->sent);
    if (rc != ERR_NONE)
        return rc;
    if (memcmp(l->heard, l->sent, sizeof l->sent) != 0)
        return fault_set(why, ERR_RANGE, "the echo is not what was sent: a collision, or noise");
    l->heard_count -= sizeof l->sent;
    memmove(l->heard, l->heard + sizeof l->sent, l->heard_count);
    return ERR_NONE;
}

/* How long the line may be silent before what was heard is taken for all. */
static int64_t patience_us(const struct line_rtu *l)
{
    size_t length = rtu_length(l->heard, l->heard_count);

    return length != 0 && length != RTU_NO_ANSWER && l->heard_count >= length ? l->silence_us : l->gap_us;
}

static bool is_own_request(const struct line_rtu *l)
{
    return l->heard_count >= sizeof l->sent && memcmp(l->heard, l->sent, sizeof l->sent) == 0;
}

/* Everything until the silence behind it. */
static enum err hear_burst(struct line_rtu *l, int64_t until_us, struct fault *why)
{
    enum err rc = ERR_NONE;

    while (rc == ERR_NONE) {
        int64_t end_us = l->heard_count == 0 ? until_us : l->heard_us + patience_us(l);
        if (l->heard_count > 0 && patience_us(l) == l->gap_us && end_us > until_us)
            end_us = until_us; /* the answer's time is over, whole or not */
        if (l->heard_count == sizeof l->heard)
            return fault_set(why, ERR_RANGE, "more than %zu bytes without a silence", sizeof l->heard);
        rc = listen_until(l, end_us, why);
    }
    return rc == ERR_TIMEOUT && l->heard_count > 0 ? ERR_NONE : rc;
}

/* A device that was late is waited for a little longer than it took, at most twice as long as is asked for:
 * the line must be left alone that long anyway. */
static int64_t time_for(const struct line_rtu *l, int64_t within_us)
{
    int64_t longer_us = l->late_us[l->sent[0]] * 5 / 4;

    return longer_us <= within_us ? within_us : longer_us < 2 * within_us ? longer_us : 2 * within_us;
}

static enum err no_answer(const struct line_rtu *l, int64_t within_ms, struct fault *why)
{
    int64_t late_us = l->late_us[l->sent[0]];

    if (late_us == 0)
        return fault_set(why, ERR_TIMEOUT, "no answer in %lld ms", (long long)within_ms);
    return fault_set(why, ERR_TIMEOUT,
                     "no answer in %lld ms; an earlier one came after %lld ms, too late: raise answer_within",
                     (long long)(time_for(l, within_ms * 1000) / 1000), (long long)(late_us / 1000));
}

static void answered(struct line_rtu *l, const struct answer *a, int64_t within_ms)
{
    if (a->unit == l->sent[0])
        l->late_us[a->unit] = a->took_us > within_ms * 1000 ? l->heard_us - l->asked_us : 0;
    if (l->way->ops->proven != NULL)
        l->way->ops->proven(l->way);
}

static enum err rtu_receive(struct line *line, struct answer *a, int64_t within_ms, struct fault *why)
{
    struct line_rtu *l = (struct line_rtu *)line;
    int64_t until_us =
        (l->sent_us > halt_clock_us() ? l->sent_us : halt_clock_us()) + time_for(l, within_ms * 1000);
    enum err rc;

    if (l->fd < 0)
        return fault_set(why, ERR_PEER, "%s is not open", l->way->name);
    rc = l->echo ? cancel_echo(l, why) : ERR_NONE;
    if (rc == ERR_NONE)
        rc = hear_burst(l, until_us, why);
    if (rc == ERR_TIMEOUT)
        return no_answer(l, within_ms, why);
    if (rc != ERR_NONE)
        return rc;
    rc = rtu_parse(l->heard, l->heard_count, a, why);
    if (rc != ERR_NONE && is_own_request(l))
        rc = fault_set(why, ERR_RANGE, "what was sent came back: the adapter echoes, set echo: true");
    a->took_us = l->heard_us > l->sent_us ? l->heard_us - l->sent_us : 0;
    l->heard_count = 0;
    if (rc == ERR_NONE)
        answered(l, a, within_ms);
    return rc;
}

/* ---- life ---- */

static void rtu_interrupt(struct line *line)
{
    halt_now(&((struct line_rtu *)line)->halt);
}

static void rtu_free(struct line *line)
{
    struct line_rtu *l = (struct line_rtu *)line;

    give_up(l);
    halt_close(&l->halt);
    way_free(l->way);
    free(l);
}

static const struct line_ops OPS = { rtu_connect, rtu_send, rtu_receive, rtu_close, rtu_interrupt, rtu_free };

enum err line_rtu_new(struct line **out, struct way *way, struct rtu_pace pace, struct fault *why)
{
    struct line_rtu *l = calloc(1, sizeof *l);
    enum err rc;

    if (l == NULL)
        return fault_set(why, ERR_MEMORY, "line %s: no memory", way->name);
    *l = (struct line_rtu){ .line = { &OPS, way->called },
                            .window_us = pace.late_ms * 1000,
                            .echo = pace.echo,
                            .fd = -1,
                            .gap_us = GAP_CONVERTER_US };
    if (pace.baud > 0) {
        l->char_us = rtu_character_us(pace.baud);
        l->silence_us = rtu_silence_us(pace.baud);
        l->gap_us = GAP_US + l->silence_us;
    }
    rc = halt_open(&l->halt, why);
    if (rc != ERR_NONE) {
        free(l);
        return rc;
    }
    l->way = way;
    *out = &l->line;
    return ERR_NONE;
}
