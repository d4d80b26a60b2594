/* Modbus TCP over real sockets and real libmodbus, against a server that misbehaves on purpose. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "acquire/line.h"
#include "answer.h"
#include "unit.h"

enum manner {
    MANNER_RIGHT,
    MANNER_SPLIT,      /* one byte a segment */
    MANNER_TWICE,      /* the answer and once more, in one segment */
    MANNER_NEVER,      /* accepts, reads, says nothing */
    MANNER_DRIP,       /* one byte, then nothing */
    MANNER_LENGTH_LIE, /* the frame's length field is one too large */
    MANNER_PROTOCOL,   /* protocol 7 */
    MANNER_OVERLONG,   /* byte count 252, frame of 261 bytes */
    MANNER_CLOSE       /* right, then closes */
};

struct server {
    int listener, stop[2];
    char port[8];
    _Atomic(enum manner) manner; /* the test sets it while the server runs */
    pthread_t thread;
};

static bool read_request(int fd, int stop, unsigned char request[12])
{
    size_t n = 0;

    while (n < 12) {
        struct pollfd p[2] = { { .fd = fd, .events = POLLIN }, { .fd = stop, .events = POLLIN } };
        ssize_t got;
        if (poll(p, 2, -1) < 0 || p[1].revents != 0)
            return false;
        got = recv(fd, request + n, 12 - n, 0);
        if (got <= 0)
            return false;
        n += (size_t)got;
    }
    return true;
}

static void send_all(int fd, const unsigned char *bytes, size_t n)
{
    assert_int_equal(send(fd, bytes, n, MSG_NOSIGNAL), (ssize_t)n);
}

/* Registers hold their own number. */
static size_t right_frame(const unsigned char q[12], unsigned char frame[300])
{
    unsigned address = (unsigned)(q[8] << 8 | q[9]), quantity = (unsigned)(q[10] << 8 | q[11]);

    memcpy(frame, q, 8);
    if (function_reads_bits(q[7])) { /* the first and every third bit */
        memset(frame + 9, 0, quantity / 8 + 1);
        for (unsigned i = 0; i < quantity; i += 3)
            frame[9 + i / 8] = (unsigned char)(frame[9 + i / 8] | 1 << i % 8);
        frame[4] = 0;
        frame[5] = (unsigned char)(3 + (quantity + 7) / 8);
        frame[8] = (unsigned char)((quantity + 7) / 8);
        return 9 + (quantity + 7) / 8;
    }
    frame[4] = 0;
    frame[5] = (unsigned char)(3 + 2 * quantity);
    frame[8] = (unsigned char)(2 * quantity);
    for (unsigned i = 0; i < quantity; i++) {
        frame[9 + 2 * i] = (unsigned char)((address + i) >> 8);
        frame[10 + 2 * i] = (unsigned char)(address + i);
    }
    return 9 + 2 * quantity;
}

static void answer(const struct server *s, int fd, const unsigned char q[12])
{
    unsigned char frame[600];
    size_t n = right_frame(q, frame);
    enum manner manner = s->manner;

    switch (manner) {
    case MANNER_NEVER: return;
    case MANNER_DRIP: send_all(fd, frame, 1); return;
    case MANNER_SPLIT:
        for (size_t i = 0; i < n; i++)
            send_all(fd, frame + i, 1);
        return;
    case MANNER_TWICE:
        memcpy(frame + n, frame, n);
        n *= 2;
        break;
    case MANNER_LENGTH_LIE: frame[5]++; break;
    case MANNER_PROTOCOL: frame[3] = 7; break;
    case MANNER_OVERLONG:
        memset(frame + 8, 0, sizeof frame - 8);
        frame[5] = 255;
        frame[8] = 252;
        n = 261;
        break;
    case MANNER_RIGHT:
    case MANNER_CLOSE: break;
    }
    send_all(fd, frame, n);
}

static void *serve(void *self)
{
    struct server *s = self;
    unsigned char q[12];

    for (;;) {
        struct pollfd p[2] = { { .fd = s->listener, .events = POLLIN },
                               { .fd = s->stop[0], .events = POLLIN } };
        int fd;
        if (poll(p, 2, -1) < 0 || p[1].revents != 0)
            return NULL;
        fd = accept(s->listener, NULL, NULL);
        while (fd >= 0 && read_request(fd, s->stop[0], q)) {
            answer(s, fd, q);
            if (s->manner == MANNER_CLOSE)
                break;
        }
        if (fd >= 0)
            (void)close(fd);
    }
}

struct bench {
    struct server server;
    struct low_descriptors *pool;
    struct line *line;
    struct fault why;
};

static void server_start(struct server *s)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof a;

    s->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(s->listener, (struct sockaddr *)&a, sizeof a), 0);
    assert_int_equal(listen(s->listener, 8), 0);
    assert_int_equal(getsockname(s->listener, (struct sockaddr *)&a, &len), 0);
    (void)snprintf(s->port, sizeof s->port, "%u", ntohs(a.sin_port));
    assert_int_equal(pipe(s->stop), 0);
    assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

static void server_stop(struct server *s)
{
    assert_int_equal(write(s->stop[1], "x", 1), 1);
    (void)pthread_join(s->thread, NULL);
    (void)close(s->stop[0]);
    (void)close(s->stop[1]);
    (void)close(s->listener);
}

static int set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);

    if (b == NULL)
        return -1;
    server_start(&b->server);
    assert_int_equal(low_descriptors_reserve(&b->pool, 1, &b->why), ERR_NONE);
    assert_int_equal(line_tcp_new(&b->line, "127.0.0.1", b->server.port, 2000, b->pool, &b->why), ERR_NONE);
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *b = *state;

    b->line->ops->free(b->line);
    low_descriptors_release(b->pool);
    server_stop(&b->server);
    free(b);
    return 0;
}

static const struct request ASK = {
    .transaction = 77, .unit = 1, .function = 3, .address = 300, .quantity = 4
};

/* Sends one request and gives what was received. */
static enum err ask(struct bench *b, struct answer *a, int64_t within_ms)
{
    enum err rc = b->line->ops->send(b->line, &ASK, &b->why);

    return rc != ERR_NONE ? rc : b->line->ops->receive(b->line, a, within_ms, &b->why);
}

static enum answer_verdict verdict(const struct answer *a)
{
    uint16_t words[REGISTERS_MAX] = { 0 };
    uint8_t exception;
    struct fault why;
    enum answer_verdict v = answer_check(&ASK, a, words, &exception, &why);

    if (v == ANSWER_GOOD)
        for (unsigned i = 0; i < 4; i++)
            assert_int_equal(words[i], 300 + i);
    return v;
}

static void connect_to(struct bench *b, enum manner manner)
{
    b->server.manner = manner;
    if (b->line->ops->connect(b->line, &b->why) != ERR_NONE)
        fail_msg("%s", b->why.text);
}

static void whole_and_split_answers_are_the_same(void **state)
{
    struct bench *b = *state;
    struct answer a;

    for (int m = MANNER_RIGHT; m <= MANNER_SPLIT; m++) {
        connect_to(b, (enum manner)m);
        assert_int_equal(ask(b, &a, 2000), ERR_NONE);
        assert_int_equal(verdict(&a), ANSWER_GOOD);
        assert_true(a.took_us >= 0);
        b->line->ops->close(b->line);
    }
}

static void bits_come_through_whole_and_split(void **state)
{
    static const uint16_t QUANTITIES[] = { 1, 8, 9, 16, 17, BITS_MAX };
    struct bench *b = *state;

    for (int m = MANNER_RIGHT; m <= MANNER_SPLIT; m++)
        for (size_t i = 0; i < COUNT_OF(QUANTITIES); i++) {
            struct request ask_bits = { .transaction = 78, .unit = 1, .address = 60000 };
            uint16_t words[REGISTERS_MAX];
            uint8_t exception;
            struct answer a;
            ask_bits.function = (uint8_t)(i % 2 == 0 ? FUNCTION_READ_COILS : FUNCTION_READ_DISCRETE);
            ask_bits.quantity = QUANTITIES[i];
            connect_to(b, (enum manner)m);
            assert_int_equal(b->line->ops->send(b->line, &ask_bits, &b->why), ERR_NONE);
            assert_int_equal(b->line->ops->receive(b->line, &a, 2000, &b->why), ERR_NONE);
            assert_int_equal(answer_check(&ask_bits, &a, words, &exception, &b->why), ANSWER_GOOD);
            for (unsigned k = 0; k < ask_bits.quantity; k++)
                assert_int_equal(words[k / 16] >> k % 16 & 1, k % 3 == 0);
            b->line->ops->close(b->line);
        }
}

static void what_was_sent_twice_is_told_by_its_transaction(void **state)
{
    struct bench *b = *state;
    struct request next = ASK;
    struct answer a;

    connect_to(b, MANNER_TWICE);
    assert_int_equal(ask(b, &a, 2000), ERR_NONE);
    assert_int_equal(verdict(&a), ANSWER_GOOD);
    next.transaction++;
    assert_int_equal(b->line->ops->send(b->line, &next, &b->why), ERR_NONE);
    assert_int_equal(b->line->ops->receive(b->line, &a, 2000, &b->why), ERR_NONE);
    assert_int_equal(a.transaction, ASK.transaction); /* the second copy of the first answer */
    assert_int_equal(b->line->ops->receive(b->line, &a, 2000, &b->why), ERR_NONE);
    assert_int_equal(a.transaction, next.transaction);
}

static void silence_and_drip_end_at_the_deadline(void **state)
{
    struct bench *b = *state;
    struct answer a;

    connect_to(b, MANNER_NEVER);
    assert_int_equal(ask(b, &a, 50), ERR_TIMEOUT);
    b->line->ops->close(b->line);
    connect_to(b, MANNER_DRIP);
    assert_int_equal(ask(b, &a, 50), ERR_TIMEOUT);
}

static void frames_that_lie_are_not_answers(void **state)
{
    static const enum manner LIES[] = { MANNER_LENGTH_LIE, MANNER_PROTOCOL, MANNER_OVERLONG };
    struct bench *b = *state;

    for (size_t i = 0; i < COUNT_OF(LIES); i++) {
        struct answer a;
        enum err rc;
        connect_to(b, LIES[i]);
        rc = ask(b, &a, 300);
        assert_true(rc != ERR_NONE || verdict(&a) == ANSWER_WRONG);
        b->line->ops->close(b->line);
    }
}

static void a_peer_that_left_is_noticed(void **state)
{
    struct bench *b = *state;
    struct answer a;
    enum err rc = ERR_NONE;

    connect_to(b, MANNER_CLOSE);
    assert_int_equal(ask(b, &a, 2000), ERR_NONE);
    /* a request may still be taken; its answer never comes, and the next is refused */
    for (int i = 0; i < 1000 && rc == ERR_NONE; i++) {
        rc = b->line->ops->send(b->line, &ASK, &b->why);
        if (rc == ERR_NONE)
            rc = b->line->ops->receive(b->line, &a, 10, &b->why);
    }
    assert_int_equal(rc, ERR_PEER);
}

static void a_refused_connection_says_where(void **state)
{
    struct bench *b = *state;
    struct line *nowhere;
    struct low_descriptors *pool;

    (void)b;
    assert_int_equal(low_descriptors_reserve(&pool, 1, &b->why), ERR_NONE);
    assert_int_equal(line_tcp_new(&nowhere, "127.0.0.1", "1", 2000, pool, &b->why), ERR_NONE);
    assert_int_equal(nowhere->ops->connect(nowhere, &b->why), ERR_PEER);
    assert_non_null(strstr(b->why.text, "127.0.0.1:1"));
    nowhere->ops->free(nowhere);
    low_descriptors_release(pool);
}

struct waiting {
    struct bench *bench;
    enum err rc;
};

static void *wait_long(void *self)
{
    struct waiting *w = self;
    struct answer a;

    w->rc = ask(w->bench, &a, 3600000);
    return NULL;
}

static void an_interrupt_ends_a_wait_of_an_hour(void **state)
{
    struct bench *b = *state;
    struct waiting w = { b, ERR_NONE };
    pthread_t thread;

    connect_to(b, MANNER_NEVER);
    assert_int_equal(pthread_create(&thread, NULL, wait_long, &w), 0);
    b->line->ops->interrupt(b->line);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(w.rc, ERR_STATE);
}

/* libmodbus 3.1.6 would end the process here: select() on a descriptor above 1023. */
static void with_1100_descriptors_open_a_wire_still_reads(void **state)
{
    enum { OPEN = 1100 };
    static int fds[OPEN];
    struct bench *b = *state;
    struct rlimit limit = { 0 };
    struct answer a;

    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    if (limit.rlim_max < OPEN + 100)
        skip();
    limit.rlim_cur = limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    for (size_t i = 0; i < OPEN; i++)
        assert_true((fds[i] = open("/dev/null", O_RDONLY)) >= 0);
    assert_true(fds[OPEN - 1] > 1024);
    connect_to(b, MANNER_RIGHT);
    assert_int_equal(ask(b, &a, 2000), ERR_NONE);
    assert_int_equal(verdict(&a), ANSWER_GOOD);
    b->line->ops->close(b->line);
    connect_to(b, MANNER_RIGHT);
    assert_int_equal(ask(b, &a, 2000), ERR_NONE);
    for (size_t i = 0; i < OPEN; i++)
        (void)close(fds[i]);
}

static void more_wires_than_low_descriptors_are_refused_in_words(void **state)
{
    struct low_descriptors *pool;
    struct fault why;
    struct line *line;
    struct bench *b = *state;

    assert_int_equal(low_descriptors_reserve(&pool, 2000, &why), ERR_FULL);
    assert_non_null(strstr(why.text, "use several nodes"));
    assert_int_equal(line_tcp_new(&line, "127.0.0.1", "1", 1, b->pool, &why), ERR_FULL);
}

int main(void)
{
#define LINE_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        LINE_TEST(whole_and_split_answers_are_the_same),
        LINE_TEST(bits_come_through_whole_and_split),
        LINE_TEST(what_was_sent_twice_is_told_by_its_transaction),
        LINE_TEST(silence_and_drip_end_at_the_deadline),
        LINE_TEST(frames_that_lie_are_not_answers),
        LINE_TEST(a_peer_that_left_is_noticed),
        LINE_TEST(a_refused_connection_says_where),
        LINE_TEST(an_interrupt_ends_a_wait_of_an_hour),
        LINE_TEST(with_1100_descriptors_open_a_wire_still_reads),
        LINE_TEST(more_wires_than_low_descriptors_are_refused_in_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
