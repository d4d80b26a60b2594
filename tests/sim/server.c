/* The program on loopback: what a client sees. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cm.h"

enum { WIRES = 8, PORTS = 2 * WIRES }; /* TCP, then RTU over TCP */

static unsigned PORT;
static char FOLDER[64];

static int64_t now_ms(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int bound(unsigned port)
{
    struct sockaddr_in at = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;

    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(fd, (struct sockaddr *)&at, sizeof at) == 0)
        return fd;
    (void)close(fd);
    return -1;
}

/* Free ports in a row, one for each wire, below the range the kernel gives to clients. */
static unsigned free_ports(void)
{
    unsigned start = 20000 + (unsigned)getpid() % 10000;

    for (unsigned base = start; base < start + 2000; base += PORTS) {
        bool all = true;
        for (unsigned i = 0; i < PORTS; i++) {
            int fd = bound(base + i);
            all = all && fd >= 0;
            if (fd >= 0)
                (void)close(fd);
        }
        if (all)
            return base;
    }
    return 0;
}

static pid_t start(const char *fault)
{
    char port[16], rtu[16], control[96], terminals[96];
    pid_t pid;

    (void)snprintf(port, sizeof port, "%u", PORT);
    (void)snprintf(rtu, sizeof rtu, "%u", PORT + WIRES);
    (void)snprintf(terminals, sizeof terminals, "%s/tty", FOLDER);
    (void)snprintf(control, sizeof control, "%s/control", FOLDER);
    pid = fork();
    if (pid == 0) {
        int null = open("/dev/null", O_WRONLY);
        (void)dup2(null, STDERR_FILENO);
        (void)execl(SIM_PROGRAM, SIM_PROGRAM, "--port-base", port, "--state", FOLDER, "--control", control,
                    "--fault", fault, "--rtu-port-base", rtu, "--terminals", terminals, (char *)NULL);
        _exit(127);
    }
    return pid;
}

static int dial_once(unsigned wire)
{
    struct sockaddr_in at = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)(PORT + wire)),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (connect(fd, (struct sockaddr *)&at, sizeof at) == 0)
        return fd;
    (void)close(fd);
    return -1;
}

/* Until the program listens. */
static int dial(unsigned wire)
{
    int64_t until = now_ms() + 10000;

    while (now_ms() < until) {
        int fd = dial_once(wire);
        if (fd >= 0)
            return fd;
        (void)poll(NULL, 0, 5);
    }
    fail_msg("nobody listens");
    return -1;
}

/* Exactly `want` bytes, or fewer when the other side closes or wait_ms pass; -1 when it closed at once. */
static int gather(int fd, uint8_t *out, size_t want, int wait_ms)
{
    int64_t until = now_ms() + wait_ms;
    size_t got = 0;

    while (got < want && now_ms() < until) {
        struct pollfd p = { .fd = fd, .events = POLLIN };
        ssize_t n;
        if (poll(&p, 1, (int)(until - now_ms())) <= 0)
            continue;
        n = recv(fd, out + got, want - got, 0);
        if (n <= 0)
            return got > 0 ? (int)got : -1;
        got += (size_t)n;
    }
    return (int)got;
}

static void ask(int fd, uint8_t tid, uint8_t unit, uint8_t function, uint16_t address, uint8_t count)
{
    const uint8_t bytes[12] = {
        0, tid, 0, 0, 0, 6, unit, function, (uint8_t)(address >> 8), (uint8_t)address, 0, count
    };

    assert_int_equal(send(fd, bytes, sizeof bytes, MSG_NOSIGNAL), sizeof bytes);
}

static int stop(pid_t pid)
{
    int status = 0;

    assert_int_equal(kill(pid, SIGTERM), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int prepare(void **state)
{
    (void)state;
    (void)snprintf(FOLDER, sizeof FOLDER, "/tmp/capnuoc-sim-XXXXXX");
    PORT = free_ports();
    return PORT == 0 || mkdtemp(FOLDER) == NULL ? -1 : 0;
}

static int tidy(void **state)
{
    char path[96];

    (void)state;
    (void)snprintf(path, sizeof path, "%s/field.state", FOLDER);
    (void)unlink(path);
    (void)snprintf(path, sizeof path, "%s/tty", FOLDER);
    (void)rmdir(path);
    return rmdir(FOLDER); /* the control socket went with the program */
}

static void requests_are_answered_split_joined_and_in_order(void **state)
{
    const uint8_t two[24] = { 0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 1, 0, 2, 0, 0, 0, 6, 1, 3, 0, 100, 0, 2 };
    uint8_t in[32];
    pid_t pid = start("bom-1:none");
    int fd = dial(0);

    (void)state;
    for (size_t i = 0; i < sizeof two; i++)
        assert_int_equal(send(fd, two + i, 1, MSG_NOSIGNAL), 1);
    assert_int_equal(gather(fd, in, 24, 5000), 24);
    assert_int_equal(in[1], 1);
    assert_int_equal(in[8], 2);
    assert_int_equal(in[12], 2);
    assert_int_equal(in[19], 4);
    assert_int_equal(send(fd, two, sizeof two, MSG_NOSIGNAL), sizeof two);
    assert_int_equal(gather(fd, in, 24, 5000), 24);
    /* a stranger's unit is met with silence, and the next request is answered */
    ask(fd, 8, 77, 3, 0, 1);
    ask(fd, 9, 1, 3, 0, 1);
    assert_int_equal(gather(fd, in, 11, 5000), 11);
    assert_int_equal(in[1], 9);
    /* what is not Modbus ends the connection, and only that one */
    assert_int_equal(send(fd, "GET / HTTP/1.1\r\n", 16, MSG_NOSIGNAL), 16);
    assert_int_equal(gather(fd, in, 1, 5000), -1);
    (void)close(fd);
    fd = dial(0);
    ask(fd, 3, 2, 3, 0, 4);
    assert_int_equal(gather(fd, in, 17, 5000), 17);
    (void)close(fd);
    assert_int_equal(stop(pid), 0);
}

static void a_late_reply_does_not_hold_up_another_device(void **state)
{
    uint8_t in[32];
    pid_t pid = start("plc-nmn:late:400:1");
    int fd = dial(0);
    int64_t asked = now_ms();

    (void)state;
    ask(fd, 1, 1, 3, 0, 1);
    ask(fd, 2, 2, 3, 200, 1);
    assert_int_equal(gather(fd, in, 22, 5000), 22);
    assert_int_equal(in[1], 2);
    assert_int_equal(in[12], 1);
    assert_true(now_ms() - asked >= 400);
    (void)close(fd);
    assert_int_equal(stop(pid), 0);
}

/* The modem's wire answers late, the others at once. */
static void the_villages_answer_late(void **state)
{
    pid_t pid = start("dd-nuoc-tho:none");
    int fast = dial(0), slow = dial(7);
    uint8_t got[11];

    (void)state;
    for (uint8_t unit = 1; unit <= 2; unit++) {
        int64_t began = now_ms();

        ask(slow, unit, unit, 3, 0, 1);
        ask(fast, unit, unit, 3, 0, 1);
        assert_int_equal(gather(fast, got, 11, 300), 11);
        assert_int_equal(gather(slow, got, 11, 5000), 11);
        assert_int_equal(got[6], unit);
        assert_true(now_ms() - began >= 400);
    }
    (void)close(fast);
    (void)close(slow);
    assert_int_equal(stop(pid), 0);
}

static void faults_come_and_go_by_command(void **state)
{
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    uint8_t in[64];
    pid_t pid = start("bom-1:pieces:1");
    int fd = dial(1), control = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    (void)state;
    ask(fd, 1, 1, 4, 301, 1);
    assert_int_equal(gather(fd, in, 11, 5000), 11);
    (void)snprintf(at.sun_path, sizeof at.sun_path, "%s/control", FOLDER);
    assert_int_equal(connect(control, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(send(control, "fault bom-2 exception:6\nraw bom-1 input 301 4711\n", 49, MSG_NOSIGNAL),
                     49);
    assert_int_equal(gather(control, in, 6, 5000), 6);
    assert_memory_equal(in, "ok\nok\n", 6);
    ask(fd, 2, 2, 4, 301, 1);
    assert_int_equal(gather(fd, in, 9, 5000), 9);
    assert_int_equal(in[8], 6);
    ask(fd, 3, 1, 4, 301, 1);
    assert_int_equal(gather(fd, in, 11, 5000), 11);
    assert_int_equal(in[9] << 8 | in[10], 4711);
    (void)close(control);
    (void)close(fd);
    assert_int_equal(stop(pid), 0);
}

static int dial_control(void)
{
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    int control = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    (void)snprintf(at.sun_path, sizeof at.sun_path, "%s/control", FOLDER);
    assert_int_equal(connect(control, (struct sockaddr *)&at, sizeof at), 0);
    return control;
}

/* One command over a connection of its own; "ok" is awaited. */
static void command(const char *line)
{
    int control = dial_control();
    uint8_t in[4] = { 0 };

    assert_true(send(control, line, strlen(line), MSG_NOSIGNAL) > 0);
    assert_int_equal(gather(control, in, 3, 5000), 3);
    assert_memory_equal(in, "ok\n", 3);
    (void)close(control);
}

/* Asks bom-2, then bom-1, until the first answer is of `unit`: the field goes on by seconds. */
static void first_to_answer(int fd, uint8_t unit)
{
    int64_t end = now_ms() + 5000;
    uint8_t in[11] = { 0 };

    while (in[6] != unit && now_ms() < end) {
        ask(fd, 2, 2, 4, 900, 1);
        ask(fd, 1, 1, 4, 900, 1);
        assert_int_equal(gather(fd, in, 11, 5000), 11);
        if (in[6] == 2) {
            uint8_t next[11];
            assert_int_equal(gather(fd, next, 11, 5000), 11);
        }
    }
    assert_int_equal(in[6], unit);
}

static void a_scenario_is_told_and_ended_over_the_socket(void **state)
{
    static const char TOLD[] = "dead-device bom-2 for 1h\n", NAME[] = "ok dead-device-1\n";
    pid_t pid = start("bom-1:none");
    int fd = dial(1), control = dial_control();
    uint8_t in[64];

    (void)state;
    first_to_answer(fd, 2);
    assert_true(send(control, TOLD, strlen(TOLD), MSG_NOSIGNAL) > 0);
    assert_int_equal(gather(control, in, strlen(NAME), 5000), strlen(NAME));
    assert_memory_equal(in, NAME, strlen(NAME));
    first_to_answer(fd, 1);
    command("end dead-device\n");
    first_to_answer(fd, 2);
    (void)close(control);
    (void)close(fd);
    assert_int_equal(stop(pid), 0);
}

/* Unit 1, holding register 0: the PLC's alive counter. */
static const uint8_t RTU_READ[8] = { 1, 3, 0, 0, 0, 1, 0x84, 0x0A };

static int read_some(int fd, uint8_t *out, size_t want, int wait_ms)
{
    int64_t until = now_ms() + wait_ms;
    size_t got = 0;

    while (got < want && now_ms() < until) {
        struct pollfd p = { .fd = fd, .events = POLLIN };
        ssize_t n = poll(&p, 1, (int)(until - now_ms())) > 0 ? read(fd, out + got, want - got) : 0;
        if (n < 0)
            return -1;
        got += (size_t)n;
    }
    return (int)got;
}

static void a_wire_speaks_rtu_over_tcp_and_on_a_terminal(void **state)
{
    uint8_t in[16];
    char path[96];
    pid_t pid = start("bom-1:none");
    int tcp = dial(WIRES), tty;

    (void)state;
    (void)snprintf(path, sizeof path, "%s/tty/plant", FOLDER);
    tty = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(tty >= 0);
    assert_int_equal(send(tcp, RTU_READ, 8, MSG_NOSIGNAL), 8);
    assert_int_equal(gather(tcp, in, 7, 5000), 7);
    assert_memory_equal(in, "\x01\x03\x02", 3);
    assert_int_equal(write(tty, RTU_READ, 8), 8);
    assert_int_equal(read_some(tty, in, 7, 5000), 7);
    assert_memory_equal(in, "\x01\x03\x02", 3);
    /* the adapter is pulled: the open terminal is dead, and the name is gone until it is plugged in again */
    command("fault plc-nmn unplug\n");
    assert_int_equal(write(tty, RTU_READ, 8), -1);
    (void)close(tty);
    assert_int_equal(open(path, O_RDWR | O_NOCTTY | O_CLOEXEC), -1);
    assert_int_equal(send(tcp, RTU_READ, 8, MSG_NOSIGNAL), 8);
    assert_int_equal(gather(tcp, in, 7, 5000), 7);
    command("clear\n");
    tty = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_int_equal(write(tty, RTU_READ, 8), 8);
    assert_int_equal(read_some(tty, in, 7, 5000), 7);
    (void)close(tty);
    (void)close(tcp);
    assert_int_equal(stop(pid), 0);
    assert_int_equal(access(path, F_OK), -1);
}

static void a_wire_falls_ill_as_a_whole(void **state)
{
    uint8_t in[16];
    pid_t pid = start("bom-1:none");
    int fd = dial(0), other;

    (void)state;
    command("fault plc-nmn refuse\n");
    assert_int_equal(gather(fd, in, 1, 5000), -1);
    (void)close(fd);
    assert_int_equal(dial_once(0), -1);
    command("clear\n");
    fd = dial_once(0);
    assert_true(fd >= 0);
    command("fault plc-nmn deaf\n");
    ask(fd, 1, 2, 3, 200, 1); /* a neighbour's question too */
    command("clear\n");
    ask(fd, 2, 2, 3, 200, 1);
    assert_int_equal(gather(fd, in, 11, 5000), 11);
    assert_int_equal(in[1], 2);
    command("fault plc-nmn half-open\n");
    other = dial_once(0);
    ask(fd, 3, 2, 3, 200, 1);
    ask(other, 4, 2, 3, 200, 1);
    assert_int_equal(gather(other, in, 11, 5000), 11);
    command("clear\n");
    ask(fd, 5, 2, 3, 200, 1);
    assert_int_equal(gather(fd, in, 1, 100), 0);
    (void)close(fd);
    (void)close(other);
    fd = dial_once(0);
    command("fault plc-nmn drop-after:2\n");
    ask(fd, 1, 2, 3, 200, 1);
    ask(fd, 2, 2, 3, 200, 1);
    ask(fd, 3, 2, 3, 200, 1);
    assert_int_equal(gather(fd, in, 16, 5000), 16);
    assert_int_equal(gather(fd, in, 16, 5000), 6);
    assert_int_equal(gather(fd, in, 1, 5000), -1);
    (void)close(fd);
    command("fault plc-nmn connections:1\n");
    fd = dial(0);
    ask(fd, 1, 2, 3, 200, 1);
    assert_int_equal(gather(fd, in, 11, 5000), 11);
    other = dial(0);
    assert_int_equal(gather(other, in, 1, 5000), -1);
    (void)close(other);
    command("fault plc-nmn reset:3\n");
    ask(fd, 1, 1, 3, 0, 1);
    assert_int_equal(gather(fd, in, 11, 5000), 3);
    (void)close(fd);
    assert_int_equal(stop(pid), 0);
}

/* Neither connected nor refused within wait_ms. */
static bool hangs(unsigned wire, int wait_ms)
{
    struct sockaddr_in at = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)(PORT + wire)),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct pollfd p = { .fd = fd, .events = POLLOUT };
    bool so;

    assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), -1);
    so = errno == EINPROGRESS && poll(&p, 1, wait_ms) == 0;
    (void)close(fd);
    return so;
}

static void a_black_hole_neither_takes_nor_refuses(void **state)
{
    uint8_t in[16];
    pid_t pid = start("bom-1:none");
    int fd = dial(0);

    (void)state;
    for (int i = 0; i < 2; i++) {
        command("fault plc-nmn black-hole\n");
        assert_int_equal(gather(fd, in, 1, 5000), -1);
        (void)close(fd);
        for (int j = 0; j < 4; j++)
            assert_true(hangs(0, 50));
        assert_true(hangs(WIRES, 50)); /* RTU over TCP too */
        (void)close(dial(1));          /* the neighbours live */
        command("clear\n");
        fd = dial_once(0);
        ask(fd, 1, 2, 3, 200, 1);
        assert_int_equal(gather(fd, in, 11, 5000), 11);
    }
    (void)close(fd);
    command("fault plc-nmn black-hole\n");
    assert_int_equal(stop(pid), 0);
}

static void connections_beyond_the_ceiling_are_refused(void **state)
{
    int fds[16];
    uint8_t in[16];
    pid_t pid = start("bom-1:none");
    int extra;

    (void)state;
    for (size_t i = 0; i < 16; i++) {
        fds[i] = dial(2);
        ask(fds[i], 1, 1, 3, 200, 1);
        assert_int_equal(gather(fds[i], in, 11, 5000), 11);
    }
    extra = dial(2);
    assert_int_equal(gather(extra, in, 1, 5000), -1);
    (void)close(extra);
    ask(fds[0], 1, 1, 3, 200, 1);
    assert_int_equal(gather(fds[0], in, 11, 5000), 11);
    for (size_t i = 0; i < 16; i++)
        (void)close(fds[i]);
    assert_int_equal(stop(pid), 0);
}

/* Writes the number into the line of the first meter, over the digits that stand there. */
static void set_total(FILE *file, const char *number)
{
    char line[128];
    long at = ftell(file);

    while (fgets(line, sizeof line, file) != NULL && strncmp(line, "meter.0 ", 8) != 0)
        at = ftell(file);
    assert_int_equal(strncmp(line, "meter.0 ", 8), 0);
    assert_int_equal(fseek(file, at + 8, SEEK_SET), 0);
    assert_true(fputs(number, file) >= 0);
}

static void it_stops_within_a_second_and_goes_on_after_a_restart(void **state)
{
    uint8_t in[16];
    char path[96];
    FILE *state_file;
    pid_t pid = start("bom-1:none");
    int fd = dial(0);
    int64_t asked;
    unsigned was;

    (void)state;
    ask(fd, 1, 1, 3, 0, 1);
    assert_int_equal(gather(fd, in, 11, 5000), 11);
    was = (unsigned)in[9] << 8 | in[10];
    asked = now_ms();
    assert_int_equal(stop(pid), 0);
    assert_true(now_ms() - asked < 1000);
    (void)close(fd);
    /* years later: the first answer already knows the total */
    (void)snprintf(path, sizeof path, "%s/field.state", FOLDER);
    state_file = fopen(path, "r+");
    assert_non_null(state_file);
    set_total(state_file, "9000000");
    (void)fclose(state_file);
    pid = start("bom-1:none");
    fd = dial(0);
    ask(fd, 1, 1, 3, 0, 1);
    assert_int_equal(gather(fd, in, 11, 5000), 11);
    assert_in_range((unsigned)in[9] << 8 | in[10], was, was + 30);
    ask(fd, 2, 1, 3, 110, 2); /* u32, low word first, tenths */
    assert_int_equal(gather(fd, in, 13, 5000), 13);
    assert_in_range((unsigned)in[11] << 24 | (unsigned)in[12] << 16 | (unsigned)in[9] << 8 | in[10], 90000000,
                    90000100);
    (void)close(fd);
    assert_int_equal(stop(pid), 0);
}

enum { PLC_BYTES = 240, PLC_SECONDS = 200, PLC_ALIVE = 1000 };

/* What the town's PLC showed in each second of its life, as far as it was seen. */
struct life {
    bool seen[PLC_SECONDS];
    uint8_t words[PLC_SECONDS][PLC_BYTES];
};

/* Watches a new field of one seed at a speed, until its last second or for some seconds of ours. */
static void watch_life(const char *speed, struct life *l)
{
    int64_t end = now_ms() + 20000;
    unsigned second = 0;
    char port[16];
    pid_t pid;
    int fd;

    (void)snprintf(port, sizeof port, "%u", PORT);
    pid = fork();
    if (pid == 0) {
        int null = open("/dev/null", O_WRONLY);
        (void)dup2(null, STDERR_FILENO);
        (void)execl(SIM_PROGRAM, SIM_PROGRAM, "--port-base", port, "--seed", "7", "--start", "02:00",
                    "--speed", speed, (char *)NULL);
        _exit(127);
    }
    fd = dial(0);
    while (second < PLC_SECONDS - 1 && now_ms() < end) {
        uint8_t in[9 + PLC_BYTES];

        ask(fd, 1, 1, 3, 0, PLC_BYTES / 2);
        assert_int_equal(gather(fd, in, sizeof in, 5000), sizeof in);
        second = ((unsigned)in[9] << 8 | in[10]) - PLC_ALIVE;
        if (second < PLC_SECONDS) {
            l->seen[second] = true;
            memcpy(l->words[second], in + 9, PLC_BYTES);
        }
    }
    (void)close(fd);
    assert_int_equal(stop(pid), 0);
}

static void the_same_seed_shows_the_same_at_any_speed(void **state)
{
    static struct life slow, fast;
    unsigned common = 0;

    (void)state;
    watch_life("60", &slow);
    watch_life("300", &fast);
    for (unsigned i = 0; i < PLC_SECONDS; i++) {
        if (!slow.seen[i] || !fast.seen[i])
            continue;
        common++;
        assert_memory_equal(slow.words[i], fast.words[i], PLC_BYTES);
    }
    assert_true(common >= 5);
}

static void a_taken_port_is_exit_1(void **state)
{
    int taken = bound(PORT + 1), status = 0;
    pid_t pid;

    (void)state;
    assert_true(taken >= 0);
    assert_int_equal(listen(taken, 1), 0);
    pid = start("bom-1:none");
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 1);
    (void)close(taken);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_answered_split_joined_and_in_order),
        cmocka_unit_test(a_late_reply_does_not_hold_up_another_device),
        cmocka_unit_test(the_villages_answer_late),
        cmocka_unit_test(faults_come_and_go_by_command),
        cmocka_unit_test(a_scenario_is_told_and_ended_over_the_socket),
        cmocka_unit_test(a_wire_speaks_rtu_over_tcp_and_on_a_terminal),
        cmocka_unit_test(a_wire_falls_ill_as_a_whole),
        cmocka_unit_test(a_black_hole_neither_takes_nor_refuses),
        cmocka_unit_test(connections_beyond_the_ceiling_are_refused),
        cmocka_unit_test(it_stops_within_a_second_and_goes_on_after_a_restart),
        cmocka_unit_test(the_same_seed_shows_the_same_at_any_speed),
        cmocka_unit_test(a_taken_port_is_exit_1),
    };

    return cmocka_run_group_tests(tests, prepare, tidy);
}
