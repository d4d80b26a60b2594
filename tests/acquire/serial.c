/* Modbus RTU over a real pseudo-terminal, against a device that misbehaves on purpose. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include "acquire/field.h"
#include "acquire/line.h"
#include "acquire/wire.h"
#include "answer.h"
#include "halt.h"
#include "rtu.h"
#include "unit.h"

enum manner {
    MANNER_RIGHT,
    MANNER_NEVER,
    MANNER_BAD_SUM,
    MANNER_NOISE_BEFORE,
    MANNER_NOISE_BEHIND,
    MANNER_GAP, /* longer than any adapter makes, in the middle */
    MANNER_CUT,
    MANNER_OTHER_BAUD,
    MANNER_OTHER_UNIT,
    MANNER_OTHER_FUNCTION,
    MANNER_OTHER_LENGTH,
    MANNER_TWICE, /* two devices with one number, one after the other */
    MANNER_COLLISION,
    MANNER_ECHO,
    MANNER_ECHO_WRONG,
    MANNER_ECHO_ONLY,
    MANNER_EXCEPTION,
    MANNER_HANG_UP /* answers, and the adapter is pulled out */
};

enum { THINK_MS = 3 }; /* more than the silence behind a frame */

/* A device: speaks RTU over any descriptor. */
struct slave {
    int fd, keep, stop[2]; /* keep: the other end held open, so that reading does not end before we come */
    char path[64];
    _Atomic(enum manner) manner;
    atomic_int delay_ms;   /* before a late answer, THINK_MS before others */
    atomic_int late_every; /* each n-th is late; 1: all */
    atomic_int most_ms;    /* later than this it had better not answer; 0: never mind */
    atomic_uint asked, overslept;
    int64_t answered_us;      /* read and written by the device alone */
    atomic_llong shortest_us; /* from an answer to the next question */
    pthread_t thread;
};

/* What a register holds tells whose and which it is. */
static uint16_t word_of(unsigned unit, unsigned address)
{
    return (uint16_t)(unit * 10007u + address * 13u + 1);
}

static bool stop_comes(const struct slave *s, int ms)
{
    struct pollfd p = { .fd = s->stop[0], .events = POLLIN };

    return poll(&p, 1, ms) > 0;
}

static void put(const struct slave *s, const uint8_t *bytes, size_t n)
{
    assert_int_equal(write(s->fd, bytes, n), (ssize_t)n);
}

static size_t seal_frame(uint8_t *frame, size_t n)
{
    uint16_t crc = rtu_crc(frame, n);

    frame[n] = (uint8_t)crc;
    frame[n + 1] = (uint8_t)(crc >> 8);
    return n + 2;
}

static size_t right_answer(const uint8_t q[RTU_REQUEST_BYTES], uint8_t *frame)
{
    unsigned address = (unsigned)(q[2] << 8 | q[3]), quantity = (unsigned)(q[4] << 8 | q[5]);

    frame[0] = q[0];
    frame[1] = q[1];
    frame[2] = (uint8_t)(2 * quantity);
    for (unsigned i = 0; i < quantity; i++) {
        frame[3 + 2 * i] = (uint8_t)(word_of(q[0], address + i) >> 8);
        frame[4 + 2 * i] = (uint8_t)word_of(q[0], address + i);
    }
    return seal_frame(frame, 3 + 2 * quantity);
}

static void answer_oddly(const struct slave *s, const uint8_t q[RTU_REQUEST_BYTES], enum manner manner)
{
    uint8_t f[2 * RTU_FRAME_MAX + 8], echo[RTU_REQUEST_BYTES];
    size_t n = right_answer(q, f + 1);

    f[0] = 0x00;
    memcpy(echo, q, sizeof echo);
    switch (manner) {
    case MANNER_RIGHT:
    case MANNER_HANG_UP: break;
    case MANNER_NEVER: return;
    case MANNER_BAD_SUM: f[4] ^= 0x10; break;
    case MANNER_NOISE_BEFORE: put(s, f, n + 1); return;
    case MANNER_NOISE_BEHIND: f[++n] = 0xff; break;
    case MANNER_GAP:
        put(s, f + 1, 4);
        if (!stop_comes(s, 100))
            put(s, f + 5, n - 4);
        return;
    case MANNER_CUT: n -= 3; break;
    case MANNER_OTHER_BAUD:
        memcpy(f + 1, "\xe6\x1e\x98\x00\xfe", 5);
        n = 5;
        break;
    case MANNER_OTHER_UNIT:
        f[1]++;
        n = seal_frame(f + 1, n - 2);
        break;
    case MANNER_OTHER_FUNCTION:
        f[2] ^= 7;
        n = seal_frame(f + 1, n - 2);
        break;
    case MANNER_OTHER_LENGTH:
        f[3] -= 2;
        n = seal_frame(f + 1, n - 4);
        break;
    case MANNER_TWICE:
        memcpy(f + 1 + n, f + 1, n);
        n *= 2;
        break;
    case MANNER_COLLISION:
        for (size_t i = 3; i < n; i++) /* both pull the line low at times */
            f[1 + i] &= (uint8_t)(0x5a + i);
        break;
    case MANNER_ECHO_WRONG: echo[2] ^= 1; /* fall through */
    case MANNER_ECHO: put(s, echo, sizeof echo); break;
    case MANNER_ECHO_ONLY: put(s, echo, sizeof echo); return;
    case MANNER_EXCEPTION:
        f[2] |= 0x80;
        f[3] = 2;
        n = seal_frame(f + 1, 3);
        break;
    }
    put(s, f + 1, n);
}

static bool read_request(const struct slave *s, uint8_t q[RTU_REQUEST_BYTES])
{
    size_t n = 0;

    while (n < RTU_REQUEST_BYTES) {
        struct pollfd p[2] = { { .fd = s->fd, .events = POLLIN }, { .fd = s->stop[0], .events = POLLIN } };
        ssize_t got;
        if (poll(p, 2, -1) < 0 || p[1].revents != 0)
            return false;
        got = read(s->fd, q + n, RTU_REQUEST_BYTES - n);
        if (got <= 0)
            return false;
        n += (size_t)got;
    }
    return true;
}

static void *serve(void *self)
{
    struct slave *s = self;
    uint8_t q[RTU_REQUEST_BYTES];

    while (read_request(s, q)) {
        unsigned asked = atomic_fetch_add(&s->asked, 1) + 1;
        if (s->answered_us > 0 && halt_clock_us() - s->answered_us < s->shortest_us)
            s->shortest_us = halt_clock_us() - s->answered_us;
        int every = atomic_load(&s->late_every);
        int64_t began_us = halt_clock_us(), most_us = atomic_load(&s->most_ms) * 1000LL;
        if (stop_comes(s, every > 0 && asked % (unsigned)every == 0 ? s->delay_ms : THINK_MS))
            break;
        if (most_us > 0 && halt_clock_us() - began_us > most_us) { /* the machine is busy: no test of ours */
            atomic_fetch_add(&s->overslept, 1);
            continue;
        }
        s->answered_us = halt_clock_us();
        answer_oddly(s, q, s->manner);
        if (s->manner == MANNER_HANG_UP)
            break;
    }
    return NULL;
}

static void slave_start(struct slave *s, int fd)
{
    s->fd = fd;
    assert_int_equal(pipe(s->stop), 0);
    assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

static void slave_on_terminal(struct slave *s)
{
    int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    struct termios t;

    assert_true(fd >= 0);
    assert_int_equal(grantpt(fd), 0);
    assert_int_equal(unlockpt(fd), 0);
    assert_int_equal(ptsname_r(fd, s->path, sizeof s->path), 0);
    s->keep = open(s->path, O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(s->keep >= 0);
    assert_int_equal(tcgetattr(s->keep, &t), 0);
    cfmakeraw(&t); /* what it says before we come is not sent back to it */
    assert_int_equal(tcsetattr(s->keep, TCSANOW, &t), 0);
    slave_start(s, fd);
}

static void slave_end(struct slave *s)
{
    assert_int_equal(write(s->stop[1], "x", 1), 1);
    (void)pthread_join(s->thread, NULL);
    (void)close(s->stop[0]);
    (void)close(s->stop[1]);
    (void)close(s->fd);
    if (s->keep > 0)
        (void)close(s->keep);
}

struct bench {
    struct slave slave;
    struct wire_settings settings;
    struct line *line;
    int late_by_ms; /* beyond answer_within */
    struct fault why;
};

enum { LATE_MS = 60 };

static int set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);

    if (b == NULL)
        return -1;
    slave_on_terminal(&b->slave);
    b->settings = (struct wire_settings){ .id = "bus",
                                          .kind = WIRE_SERIAL,
                                          .serial = { .baud = 115200, .parity = PARITY_EVEN, .stop_bits = 1 },
                                          .answer_ms = 1000,
                                          .late_ms = LATE_MS };
    memcpy(b->settings.serial.device, b->slave.path, sizeof b->slave.path);
    b->late_by_ms = 6;
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *b = *state;

    if (b->line != NULL)
        b->line->ops->free(b->line);
    slave_end(&b->slave);
    free(b);
    return 0;
}

static void open_line(struct bench *b)
{
    if (line_new(&b->line, &b->settings, NULL, &b->why) != ERR_NONE ||
        b->line->ops->connect(b->line, &b->why) != ERR_NONE)
        fail_msg("%s", b->why.text);
}

static const struct request FIRST = {
    .unit = 1, .function = FUNCTION_READ_HOLDING, .address = 100, .quantity = 4
};

static enum err ask(struct bench *b, const struct request *r, struct answer *a, int64_t within_ms)
{
    enum err rc = b->line->ops->send(b->line, r, &b->why);

    return rc != ERR_NONE ? rc : b->line->ops->receive(b->line, a, within_ms, &b->why);
}

/* The answer to r, with what r's registers hold. */
static void assert_read(struct bench *b, const struct request *r)
{
    uint16_t words[REGISTERS_MAX];
    uint8_t exception;
    struct answer a;

    if (ask(b, r, &a, 2000) != ERR_NONE || answer_check(r, &a, words, &exception, &b->why) != ANSWER_GOOD)
        fail_msg("%s", b->why.text);
    for (unsigned i = 0; i < r->quantity; i++)
        assert_int_equal(words[i], word_of(r->unit, r->address + i));
}

/* After trouble, as a wire does it. */
static void start_over(struct bench *b)
{
    b->line->ops->close(b->line);
    if (b->line->ops->connect(b->line, &b->why) != ERR_NONE)
        fail_msg("%s", b->why.text);
}

/* ---- answers right and wrong ---- */

static void answers_of_all_lengths_are_read(void **state)
{
    struct bench *b = *state;
    struct request r = FIRST;

    open_line(b);
    for (r.quantity = 1; r.quantity <= REGISTERS_MAX; r.quantity += 31)
        assert_read(b, &r);
    r.quantity = REGISTERS_MAX;
    assert_read(b, &r);
}

static void between_an_answer_and_a_question_is_silence(void **state)
{
    struct bench *b = *state;

    b->settings.serial.baud = 9600;
    b->slave.shortest_us = INT64_MAX;
    open_line(b);
    for (int i = 0; i < 20; i++)
        assert_read(b, &FIRST);
    print_message("shortest silence at 9600 baud: %lld us\n", (long long)b->slave.shortest_us);
    assert_true(b->slave.shortest_us >= rtu_silence_us(9600));
}

static void whatever_is_no_answer_is_told_and_never_a_value(void **state)
{
    static const struct {
        enum manner manner;
        enum err line; /* ERR_NONE: a frame, that answer_check refuses */
        const char *words;
    } CASES[] = {
        { MANNER_BAD_SUM, ERR_RANGE, "check sum" },
        { MANNER_NOISE_BEFORE, ERR_RANGE, "1 bytes of noise before the answer" },
        { MANNER_NOISE_BEHIND, ERR_RANGE, "1 bytes behind the answer" },
        { MANNER_GAP, ERR_RANGE, "breaks off after 4 of 13 bytes" },
        { MANNER_CUT, ERR_RANGE, "breaks off after 10 of 13 bytes" },
        { MANNER_OTHER_BAUD, ERR_RANGE, "wrong baud rate" },
        { MANNER_TWICE, ERR_RANGE, "13 bytes of noise before" },
        { MANNER_COLLISION, ERR_RANGE, "collision" },
        { MANNER_ECHO, ERR_RANGE, "the adapter echoes, set echo: true" },
        { MANNER_OTHER_FUNCTION, ERR_NONE, "function" },
        { MANNER_OTHER_UNIT, ERR_NONE, "unit" },
        { MANNER_OTHER_LENGTH, ERR_NONE, "byte count" },
        { MANNER_NEVER, ERR_TIMEOUT, "no answer in 40 ms" },
    };
    struct bench *b = *state;
    uint16_t words[REGISTERS_MAX];
    uint8_t exception;

    b->settings.late_ms = 200; /* the end behind the gap must fall in it */
    open_line(b);
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct answer a;
        enum err rc;
        b->slave.manner = CASES[i].manner;
        rc = ask(b, &FIRST, &a, CASES[i].manner == MANNER_NEVER ? 40 : 2000);
        if (rc == ERR_NONE)
            assert_int_equal(answer_check(&FIRST, &a, words, &exception, &b->why), ANSWER_WRONG);
        if (rc != CASES[i].line || strstr(b->why.text, CASES[i].words) == NULL)
            fail_msg("manner %d: %s \"%s\", not \"%s\"", CASES[i].manner, err_name(rc), b->why.text,
                     CASES[i].words);
        start_over(b);
        b->slave.manner = MANNER_RIGHT;
        assert_read(b, &FIRST);
    }
    b->slave.manner = MANNER_EXCEPTION;
    {
        struct answer a;
        assert_int_equal(ask(b, &FIRST, &a, 2000), ERR_NONE);
        assert_int_equal(answer_check(&FIRST, &a, words, &exception, NULL), ANSWER_EXCEPTION);
        assert_int_equal(exception, EXCEPTION_ADDRESS);
    }
}

static void an_echo_is_cancelled_when_it_is_what_was_sent(void **state)
{
    struct bench *b = *state;
    struct answer a;

    b->settings.serial.echo = true;
    open_line(b);
    b->slave.manner = MANNER_ECHO;
    assert_read(b, &FIRST);
    assert_read(b, &FIRST);
    b->slave.manner = MANNER_ECHO_WRONG;
    assert_int_equal(ask(b, &FIRST, &a, 1000), ERR_RANGE);
    assert_non_null(strstr(b->why.text, "the echo is not what was sent"));
    start_over(b);
    b->slave.manner = MANNER_ECHO_ONLY;
    assert_int_equal(ask(b, &FIRST, &a, 40), ERR_TIMEOUT);
    start_over(b);
    b->slave.manner = MANNER_NEVER;
    assert_int_equal(ask(b, &FIRST, &a, 40), ERR_RANGE);
    assert_non_null(strstr(b->why.text, "0 of 8 bytes came back as echo"));
    start_over(b);
    b->slave.manner = MANNER_ECHO;
    assert_read(b, &FIRST);
}

/* ---- the port ---- */

static void a_port_that_goes_and_comes_back_is_found_by_its_path(void **state)
{
    struct bench *b = *state;
    char folder[] = "/tmp/capnuoc-serial-XXXXXX", path[sizeof folder + 8];
    struct answer a;

    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/port", folder);
    assert_int_equal(symlink(b->slave.path, path), 0);
    memcpy(b->settings.serial.device, path, sizeof path);
    open_line(b);
    assert_read(b, &FIRST);
    assert_int_equal(unlink(path), 0);
    (void)close(b->slave.keep);
    b->slave.keep = 0;
    slave_end(&b->slave); /* pulled out */
    assert_int_equal(ask(b, &FIRST, &a, 1000), ERR_PEER);
    assert_non_null(strstr(b->why.text, "is gone"));
    b->line->ops->close(b->line);
    assert_int_equal(b->line->ops->connect(b->line, &b->why), ERR_PEER);
    assert_non_null(strstr(b->why.text, "is the adapter plugged in?"));
    b->slave = (struct slave){ 0 };
    slave_on_terminal(&b->slave);
    assert_int_equal(symlink(b->slave.path, path), 0);
    start_over(b);
    assert_read(b, &FIRST);
    (void)unlink(path);
    (void)rmdir(folder);
}

/* An adapter may come back under another number while we still hold the old one open. */
static void a_path_that_leads_elsewhere_is_followed(void **state)
{
    struct bench *b = *state;
    struct slave other = { 0 };
    char folder[] = "/tmp/capnuoc-serial-XXXXXX", path[sizeof folder + 8];
    struct answer a;

    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/port", folder);
    assert_int_equal(symlink(b->slave.path, path), 0);
    memcpy(b->settings.serial.device, path, sizeof path);
    open_line(b);
    b->slave.manner = MANNER_NEVER;
    assert_int_equal(ask(b, &FIRST, &a, 10), ERR_TIMEOUT);
    slave_on_terminal(&other);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink(other.path, path), 0);
    start_over(b);
    assert_read(b, &FIRST);
    b->line->ops->free(b->line);
    b->line = NULL;
    slave_end(&other);
    (void)unlink(path);
    (void)rmdir(folder);
}

static void a_port_is_for_one_wire_and_must_be_one(void **state)
{
    struct bench *b = *state;
    struct wire_settings second = b->settings;
    struct line *line;
    struct fault why;

    open_line(b);
    assert_int_equal(line_new(&line, &second, NULL, &why), ERR_NONE);
    assert_int_equal(line->ops->connect(line, &why), ERR_PEER);
    assert_true(strstr(why.text, "in use") != NULL || strstr(why.text, "another program has it") != NULL);
    line->ops->free(line);
    memcpy(second.serial.device, "/dev/null", sizeof "/dev/null");
    assert_int_equal(line_new(&line, &second, NULL, &why), ERR_NONE);
    assert_int_equal(line->ops->connect(line, &why), ERR_PEER);
    assert_non_null(strstr(why.text, "/dev/null is no serial port"));
    line->ops->free(line);
}

static void *babble(void *self)
{
    struct slave *s = self;
    static const uint8_t NOISE[16];

    while (!stop_comes(s, 5))
        put(s, NOISE, sizeof NOISE);
    return NULL;
}

static void a_line_that_is_never_silent_is_told(void **state)
{
    struct bench *b = *state;
    struct slave babbler = { 0 };

    assert_int_equal(pipe(babbler.stop), 0);
    babbler.fd = b->slave.fd;
    assert_int_equal(pthread_create(&babbler.thread, NULL, babble, &babbler), 0);
    assert_int_equal(line_new(&b->line, &b->settings, NULL, &b->why), ERR_NONE);
    assert_int_equal(b->line->ops->connect(b->line, &b->why), ERR_PEER);
    assert_non_null(strstr(b->why.text, "is never silent"));
    assert_int_equal(write(babbler.stop[1], "x", 1), 1);
    (void)pthread_join(babbler.thread, NULL);
    (void)close(babbler.stop[0]);
    (void)close(babbler.stop[1]);
    start_over(b);
    assert_read(b, &FIRST);
}

struct waiting {
    struct bench *bench;
    enum err rc;
};

static void *wait_long(void *self)
{
    struct waiting *w = self;
    struct answer a;

    w->rc = ask(w->bench, &FIRST, &a, 3600000);
    return NULL;
}

static void an_interrupt_ends_a_wait_of_an_hour(void **state)
{
    struct bench *b = *state;
    struct waiting w = { b, ERR_NONE };
    pthread_t thread;

    b->slave.manner = MANNER_NEVER;
    open_line(b);
    assert_int_equal(pthread_create(&thread, NULL, wait_long, &w), 0);
    b->line->ops->interrupt(b->line);
    (void)pthread_join(thread, NULL);
    assert_int_equal(w.rc, ERR_STATE);
}

/* ---- late answers ---- */

enum { UNITS = 2, BLOCKS = 2, BLOCK_REGISTERS = 4, ANSWER_MS = 20 };

struct tally {
    unsigned asked, good, wrong, missing;
};

/* Asks two blocks of one length of two units in turns, as a wire does. */
static struct tally ask_in_turns(struct bench *b, unsigned times)
{
    struct tally t = { 0 };
    uint16_t words[REGISTERS_MAX];
    uint8_t exception;

    for (; t.asked < times; t.asked++) {
        const struct request r = { .unit = (uint8_t)(1 + t.asked / BLOCKS % UNITS),
                                   .function = FUNCTION_READ_HOLDING,
                                   .address = (uint16_t)(100 * (t.asked % BLOCKS)),
                                   .quantity = BLOCK_REGISTERS };
        struct answer a;
        enum err rc = ask(b, &r, &a, ANSWER_MS);
        if (rc != ERR_NONE || answer_check(&r, &a, words, &exception, &b->why) != ANSWER_GOOD) {
            t.missing++;
            start_over(b);
        } else if (words[0] == word_of(r.unit, r.address) && words[3] == word_of(r.unit, r.address + 3u)) {
            t.good++;
        } else {
            t.wrong++;
        }
    }
    return t;
}

static struct tally late_campaign(struct bench *b, int64_t window_ms, int every, unsigned times)
{
    struct tally t;

    b->settings.late_ms = window_ms;
    open_line(b);
    b->slave.delay_ms = ANSWER_MS + b->late_by_ms;
    b->slave.late_every = every;
    b->slave.most_ms = window_ms == 0 ? 0 : (int)(ANSWER_MS + window_ms / 2);
    t = ask_in_turns(b, times);
    print_message("late by %d ms, one in %d, window %lld ms: %u asked, %u good, %u missing, %u wrong%s\n",
                  b->late_by_ms, every, (long long)window_ms, t.asked, t.good, t.missing, t.wrong,
                  b->slave.overslept > 0 ? " (and the device overslept)" : "");
    return t;
}

static void one_late_answer_is_never_another_blocks_value(void **state)
{
    struct tally t = late_campaign(*state, 2 * LATE_MS, 9, 300);

    assert_int_equal(t.wrong, 0);
    assert_true(t.good >= 200);
}

static void a_device_that_is_always_late_is_waited_for_and_never_wrong(void **state)
{
    struct tally t = late_campaign(*state, 2 * LATE_MS, 1, 300);

    assert_int_equal(t.wrong, 0);
    assert_true(t.good >= 200);
}

/* Later than it is ever waited for. */
static void a_device_that_is_much_too_late_is_told_and_never_wrong(void **state)
{
    struct bench *b = *state;
    struct tally t;
    struct answer a;

    b->late_by_ms = 2 * ANSWER_MS;
    t = late_campaign(b, 3 * LATE_MS, 1, 20);
    assert_int_equal(t.wrong, 0);
    assert_int_equal(t.good, 0);
    assert_int_equal(ask(b, &FIRST, &a, ANSWER_MS), ERR_TIMEOUT);
    start_over(b);
    assert_int_equal(ask(b, &FIRST, &a, ANSWER_MS), ERR_TIMEOUT);
    assert_non_null(strstr(b->why.text, "too late: raise answer_within"));
}

/* Why the window is there: without it the same device gives wrong values that look right. */
static void without_the_window_there_would_be_wrong_values(void **state)
{
    struct tally t = late_campaign(*state, 0, 9, 150);

    assert_true(t.wrong > 0);
}

static void without_the_window_an_always_late_device_is_one_behind(void **state)
{
    struct tally t = late_campaign(*state, 0, 1, 100);

    assert_true(t.wrong > 0);
}

/* What comes unasked, long after the window, stops the next question too. */
static void what_comes_unasked_is_waited_out_before_the_next_question(void **state)
{
    struct bench *b = *state;
    uint8_t late[RTU_FRAME_MAX], q[RTU_REQUEST_BYTES];
    const struct request second = {
        .unit = 1, .function = FUNCTION_READ_HOLDING, .address = 200, .quantity = 4
    };

    open_line(b);
    for (int i = 0; i < 5; i++) {
        rtu_request(&second, q);
        put(&b->slave, late, right_answer(q, late));
        assert_read(b, &FIRST);
    }
    put(&b->slave, (const uint8_t *)"", 1); /* a stray byte alone is no answer */
    assert_read(b, &FIRST);
}

int main(void)
{
#define SERIAL_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        SERIAL_TEST(answers_of_all_lengths_are_read),
        SERIAL_TEST(between_an_answer_and_a_question_is_silence),
        SERIAL_TEST(whatever_is_no_answer_is_told_and_never_a_value),
        SERIAL_TEST(an_echo_is_cancelled_when_it_is_what_was_sent),
        SERIAL_TEST(a_port_that_goes_and_comes_back_is_found_by_its_path),
        SERIAL_TEST(a_path_that_leads_elsewhere_is_followed),
        SERIAL_TEST(a_port_is_for_one_wire_and_must_be_one),
        SERIAL_TEST(a_line_that_is_never_silent_is_told),
        SERIAL_TEST(an_interrupt_ends_a_wait_of_an_hour),
        SERIAL_TEST(one_late_answer_is_never_another_blocks_value),
        SERIAL_TEST(a_device_that_is_always_late_is_waited_for_and_never_wrong),
        SERIAL_TEST(a_device_that_is_much_too_late_is_told_and_never_wrong),
        SERIAL_TEST(without_the_window_there_would_be_wrong_values),
        SERIAL_TEST(without_the_window_an_always_late_device_is_one_behind),
        SERIAL_TEST(what_comes_unasked_is_waited_out_before_the_next_question),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
