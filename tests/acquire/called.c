/* RTU through a converter, and devices that dial in with either kind of frames. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "acquire/field.h"
#include "acquire/line.h"
#include "answer.h"
#include "base/log.h"
#include "rtu.h"
#include "unit.h"

/* A device behind a socket: answers each request with one register, its mark. */
struct meter {
    int fd, stop[2];
    bool rtu;
    uint16_t mark;
    atomic_bool silent;
    pthread_t thread;
};

static bool read_bytes(const struct meter *d, uint8_t *to, size_t want)
{
    size_t n = 0;

    while (n < want) {
        struct pollfd p[2] = { { .fd = d->fd, .events = POLLIN }, { .fd = d->stop[0], .events = POLLIN } };
        ssize_t got;
        if (poll(p, 2, -1) < 0 || p[1].revents != 0)
            return false;
        got = recv(d->fd, to + n, want - n, 0);
        if (got <= 0)
            return false;
        n += (size_t)got;
    }
    return true;
}

static size_t answer_of(const struct meter *d, const uint8_t *q, uint8_t *out)
{
    const uint8_t head[] = { q[0], q[1], 0, 0, 0, 5, q[6] };
    uint8_t *pdu = d->rtu ? out : out + sizeof head - 1;
    uint16_t crc;

    if (!d->rtu)
        memcpy(out, head, sizeof head);
    pdu[0] = d->rtu ? q[0] : q[6];
    pdu[1] = FUNCTION_READ_HOLDING;
    pdu[2] = 2;
    pdu[3] = (uint8_t)(d->mark >> 8);
    pdu[4] = (uint8_t)d->mark;
    if (!d->rtu)
        return sizeof head + 4;
    crc = rtu_crc(out, 5);
    out[5] = (uint8_t)crc;
    out[6] = (uint8_t)(crc >> 8);
    return 7;
}

static void *serve(void *self)
{
    struct meter *d = self;
    uint8_t q[12], a[16];

    while (read_bytes(d, q, d->rtu ? 8 : 12))
        if (!atomic_load(&d->silent)) {
            size_t n = answer_of(d, q, a);
            if (send(d->fd, a, n, MSG_NOSIGNAL) != (ssize_t)n)
                break;
        }
    return NULL;
}

static void meter_start(struct meter *d, int fd)
{
    d->fd = fd;
    assert_int_equal(pipe(d->stop), 0);
    assert_int_equal(pthread_create(&d->thread, NULL, serve, d), 0);
}

static void meter_end(struct meter *d)
{
    assert_int_equal(write(d->stop[1], "x", 1), 1);
    (void)pthread_join(d->thread, NULL);
    (void)close(d->stop[0]);
    (void)close(d->stop[1]);
    (void)close(d->fd);
}

static int bound(char port[8], bool listening)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
    if (listening)
        assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
    (void)snprintf(port, 8, "%u", ntohs(a.sin_port));
    return fd;
}

/* A modem: calls from `from`. */
static int call(const char *port, const char *from)
{
    struct sockaddr_in a = { .sin_family = AF_INET,
                             .sin_port = htons((uint16_t)strtoul(port, NULL, 10)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    struct sockaddr_in own = { .sin_family = AF_INET };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

    /* what it says between two answers is there before the next question */
    assert_int_equal(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), 0);
    assert_int_equal(inet_pton(AF_INET, from, &own.sin_addr), 1);
    assert_int_equal(bind(fd, (struct sockaddr *)&own, sizeof own), 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof a), 0);
    return fd;
}

struct bench {
    struct low_descriptors *pool;
    struct wire_settings settings;
    struct line *line;
    struct fault why;
};

static int set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);

    if (b == NULL || low_descriptors_reserve(&b->pool, 1, &b->why) != ERR_NONE)
        return -1;
    b->settings = (struct wire_settings){
        .id = "w", .host = "127.0.0.1", .connect_ms = 50, .answer_ms = 500, .late_ms = 30
    };
    memcpy(b->settings.listen.host, "127.0.0.1", sizeof "127.0.0.1");
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *b = *state;

    if (b->line != NULL)
        b->line->ops->free(b->line);
    low_descriptors_release(b->pool);
    free(b);
    return 0;
}

static void make_line(struct bench *b)
{
    if (line_new(&b->line, &b->settings, b->pool, &b->why) != ERR_NONE)
        fail_msg("%s", b->why.text);
}

/* Listens on a free port; nobody has called yet. */
static const char *listen_on(struct bench *b, bool rtu)
{
    b->settings.kind = WIRE_LISTEN;
    b->settings.listen.rtu = rtu;
    (void)close(bound(b->settings.listen.port, false));
    make_line(b);
    assert_int_equal(b->line->ops->connect(b->line, &b->why), ERR_PEER);
    assert_non_null(strstr(b->why.text, "nobody calls on 127.0.0.1:"));
    return b->settings.listen.port;
}

static void connect_line(struct bench *b)
{
    if (b->line->ops->connect(b->line, &b->why) != ERR_NONE)
        fail_msg("%s", b->why.text);
}

static uint16_t transaction;

static enum err ask(struct bench *b, int64_t within_ms, uint16_t *mark)
{
    const struct request r = {
        .transaction = ++transaction, .unit = 7, .function = FUNCTION_READ_HOLDING, .quantity = 1
    };
    uint16_t words[REGISTERS_MAX];
    uint8_t exception;
    struct answer a;
    enum err rc = b->line->ops->send(b->line, &r, &b->why);

    if (rc == ERR_NONE)
        rc = b->line->ops->receive(b->line, &a, within_ms, &b->why);
    if (rc == ERR_NONE && answer_check(&r, &a, words, &exception, &b->why) != ANSWER_GOOD)
        rc = ERR_RANGE;
    *mark = rc == ERR_NONE ? words[0] : 0;
    return rc;
}

static void assert_mark(struct bench *b, uint16_t right)
{
    uint16_t mark;

    if (ask(b, 2000, &mark) != ERR_NONE)
        fail_msg("%s", b->why.text);
    assert_int_equal(mark, right);
}

static void a_converter_passes_rtu_on(void **state)
{
    struct bench *b = *state;
    struct meter d = { .rtu = true, .mark = 11 };
    int listener = bound(b->settings.port, true);
    uint16_t mark;

    b->settings.kind = WIRE_RTU_OVER_TCP;
    make_line(b);
    connect_line(b);
    meter_start(&d, accept(listener, NULL, NULL));
    assert_mark(b, 11);
    assert_mark(b, 11);
    atomic_store(&d.silent, true);
    assert_int_equal(ask(b, 20, &mark), ERR_TIMEOUT);
    b->line->ops->close(b->line);
    meter_end(&d);
    (void)close(listener);
}

static void *accept_with_a_late_answer(void *self)
{
    struct meter *d = self;
    uint8_t late[] = { 7, 3, 2, 0, 99, 0, 0 };
    uint16_t crc = rtu_crc(late, 5);
    int fd = accept(d->stop[0], NULL, NULL);

    late[5] = (uint8_t)crc;
    late[6] = (uint8_t)(crc >> 8);
    assert_int_equal(send(fd, late, sizeof late, MSG_NOSIGNAL), (ssize_t)sizeof late);
    return (void *)(intptr_t)fd; /* NOLINT(performance-no-int-to-ptr) */
}

/* A converter keeps a late answer for whoever connects next. */
static void a_late_answer_on_the_next_connection_is_thrown_away(void **state)
{
    struct bench *b = *state;
    struct meter d = { .rtu = true, .mark = 12 }, opener = { 0 };
    pthread_t thread;
    void *fd;

    b->settings.kind = WIRE_RTU_OVER_TCP;
    b->settings.late_ms = 200;
    opener.stop[0] = bound(b->settings.port, true);
    make_line(b);
    assert_int_equal(pthread_create(&thread, NULL, accept_with_a_late_answer, &opener), 0);
    connect_line(b);
    (void)pthread_join(thread, &fd);
    meter_start(&d, (int)(intptr_t)fd);
    assert_mark(b, 12);
    meter_end(&d);
    (void)close(opener.stop[0]);
}

static void who_calls_is_asked(struct bench *b, bool rtu)
{
    const char *port = listen_on(b, rtu);
    struct meter d = { .rtu = rtu, .mark = 21 };
    uint16_t mark;

    assert_true(b->line->called);
    meter_start(&d, call(port, "127.0.0.1"));
    connect_line(b);
    assert_mark(b, 21);
    /* one silent device behind a modem is no reason to hang up on it */
    atomic_store(&d.silent, true);
    assert_int_equal(ask(b, 20, &mark), ERR_TIMEOUT);
    b->line->ops->close(b->line);
    atomic_store(&d.silent, false);
    connect_line(b);
    assert_mark(b, 21);
    meter_end(&d);
    assert_int_equal(ask(b, 1000, &mark), ERR_PEER);
    b->line->ops->close(b->line);
    assert_int_equal(b->line->ops->connect(b->line, &b->why), ERR_PEER);
}

static void who_calls_is_asked_with_tcp_frames(void **state)
{
    who_calls_is_asked(*state, false);
}

static void who_calls_is_asked_with_rtu_frames(void **state)
{
    who_calls_is_asked(*state, true);
}

static bool is_closed(int fd)
{
    struct pollfd p = { .fd = fd, .events = POLLIN };
    char c;

    return poll(&p, 1, 2000) > 0 && recv(fd, &c, 1, 0) <= 0;
}

static void a_second_call_replaces_only_who_is_silent(void **state)
{
    struct bench *b = *state;
    const char *port = listen_on(b, true);
    struct meter first = { .rtu = true, .mark = 31 }, again = { .rtu = true, .mark = 32 };
    uint16_t mark;
    int stranger;

    meter_start(&first, call(port, "127.0.0.1"));
    connect_line(b);
    assert_mark(b, 31);
    stranger = call(port, "127.0.0.1");
    assert_mark(b, 31); /* it answers: the second is sent away */
    assert_true(is_closed(stranger));
    (void)close(stranger);
    atomic_store(&first.silent, true); /* its connection is dead, and it calls again */
    meter_start(&again, call(port, "127.0.0.1"));
    assert_int_equal(ask(b, 20, &mark), ERR_TIMEOUT);
    b->line->ops->close(b->line);
    connect_line(b);
    assert_mark(b, 32);
    meter_end(&first);
    meter_end(&again);
}

static char told[512];

static void listen_to_log(void *self, enum log_level level, const char *line)
{
    (void)self;
    (void)level;
    if (strstr(line, "refused=") != NULL)
        (void)snprintf(told, sizeof told, "%s", line);
}

static void who_calls_from_elsewhere_is_refused_and_counted(void **state)
{
    struct bench *b = *state;
    struct meter d = { .rtu = true, .mark = 41 };
    const char *port;
    int strangers[3];

    memcpy(b->settings.listen.from, "127.0.0.9", sizeof "127.0.0.9");
    port = listen_on(b, true);
    log_set_tee(listen_to_log, NULL);
    for (size_t i = 0; i < COUNT_OF(strangers); i++)
        strangers[i] = call(port, "127.0.0.1");
    assert_int_equal(b->line->ops->connect(b->line, &b->why), ERR_PEER);
    log_set_tee(NULL, NULL);
    assert_non_null(strstr(b->why.text, "(refused so far: 3)"));
    assert_non_null(strstr(told, "refused=1 last=127.0.0.1")); /* the others are only counted */
    for (size_t i = 0; i < COUNT_OF(strangers); i++) {
        assert_true(is_closed(strangers[i]));
        (void)close(strangers[i]);
    }
    meter_start(&d, call(port, "127.0.0.9"));
    connect_line(b);
    assert_mark(b, 41);
    meter_end(&d);
}

/* Modems say who they are, when they call and every minute. */
static void what_a_modem_says_of_itself_is_not_an_answer(void **state)
{
    struct bench *b = *state;
    const char *port = listen_on(b, false);
    struct meter d = { .mark = 51 };

    meter_start(&d, call(port, "127.0.0.1"));
    assert_int_equal(send(d.fd, "IMEI861234567890123", 19, 0), 19);
    connect_line(b);
    assert_mark(b, 51);
    assert_int_equal(send(d.fd, "PING", 4, 0), 4);
    assert_mark(b, 51);
    meter_end(&d);
}

static void a_taken_port_is_told(void **state)
{
    struct bench *b = *state;
    int other = bound(b->settings.listen.port, true);

    b->settings.kind = WIRE_LISTEN;
    make_line(b);
    assert_int_equal(b->line->ops->connect(b->line, &b->why), ERR_PEER);
    assert_non_null(strstr(b->why.text, "Address already in use"));
    (void)close(other);
}

static void *wait_for_a_call(void *self)
{
    struct bench *b = self;

    return b->line->ops->connect(b->line, &b->why) == ERR_STATE ? b : NULL;
}

static void an_interrupt_ends_the_wait_for_a_call(void **state)
{
    struct bench *b = *state;
    pthread_t thread;
    void *stopped;

    b->settings.kind = WIRE_LISTEN;
    b->settings.connect_ms = 3600000;
    (void)close(bound(b->settings.listen.port, false));
    make_line(b);
    assert_int_equal(pthread_create(&thread, NULL, wait_for_a_call, b), 0);
    b->line->ops->interrupt(b->line);
    (void)pthread_join(thread, &stopped);
    assert_non_null(stopped);
}

int main(void)
{
#define CALLED_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CALLED_TEST(a_converter_passes_rtu_on),
        CALLED_TEST(a_late_answer_on_the_next_connection_is_thrown_away),
        CALLED_TEST(who_calls_is_asked_with_tcp_frames),
        CALLED_TEST(who_calls_is_asked_with_rtu_frames),
        CALLED_TEST(a_second_call_replaces_only_who_is_silent),
        CALLED_TEST(who_calls_from_elsewhere_is_refused_and_counted),
        CALLED_TEST(what_a_modem_says_of_itself_is_not_an_answer),
        CALLED_TEST(a_taken_port_is_told),
        CALLED_TEST(an_interrupt_ends_the_wait_for_a_call),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
