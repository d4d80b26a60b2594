#include "door.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

enum { WAITING_MAX = 16 };

enum err door_tcp(int *out, uint16_t port, struct fault *why)
{
    struct sockaddr_in at = { .sin_family = AF_INET,
                              .sin_port = htons(port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int yes = 1;

    if (fd < 0)
        return fault_set(why, ERR_PEER, "socket: %s", strerror(errno));
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(fd, (const struct sockaddr *)&at, sizeof at) != 0 || listen(fd, WAITING_MAX) != 0) {
        enum err rc = errno == EADDRINUSE
                          ? fault_set(why, ERR_PEER, "port %u on 127.0.0.1 is taken by another program", port)
                          : fault_set(why, ERR_PEER, "port %u on 127.0.0.1: %s", port, strerror(errno));
        (void)close(fd);
        return rc;
    }
    *out = fd;
    return ERR_NONE;
}

void door_block(int listener, uint16_t port, int plugs[DOOR_PLUGS])
{
    struct sockaddr_in at = { .sin_family = AF_INET,
                              .sin_port = htons(port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

    (void)listen(listener, 0);
    for (size_t i = 0; i < DOOR_PLUGS; i++) {
        plugs[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (plugs[i] >= 0)
            (void)connect(plugs[i], (const struct sockaddr *)&at, sizeof at);
    }
}

void door_unblock(int listener, int plugs[DOOR_PLUGS])
{
    for (size_t i = 0; i < DOOR_PLUGS; i++)
        if (plugs[i] >= 0)
            (void)close(plugs[i]);
    (void)listen(listener, WAITING_MAX);
}

enum err door_unix(int *out, const char *path, struct fault *why)
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

enum err door_signals(int *out, struct fault *why)
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

/* Bytes as they are: without this the line would speak to itself. */
static bool make_raw(int fd)
{
    struct termios t;

    if (tcgetattr(fd, &t) != 0)
        return false;
    cfmakeraw(&t);
    return tcsetattr(fd, TCSANOW, &t) == 0;
}

static bool open_pair(struct door_terminal *t, char name[64])
{
    t->near = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (t->near < 0 || grantpt(t->near) != 0 || unlockpt(t->near) != 0 || ptsname_r(t->near, name, 64) != 0)
        return false;
    t->far = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    return t->far >= 0 && make_raw(t->far);
}

enum err door_plug(struct door_terminal *t, struct fault *why)
{
    char name[64];
    int problem;

    t->far = -1;
    if (open_pair(t, name)) {
        (void)unlink(t->path);
        if (symlink(name, t->path) == 0)
            return ERR_NONE;
    }
    problem = errno;
    door_unplug(t);
    return fault_set(why, ERR_PEER, "terminal %s: %s", t->path, strerror(problem));
}

void door_unplug(struct door_terminal *t)
{
    if (t->near < 0)
        return;
    (void)unlink(t->path);
    if (t->far >= 0)
        (void)close(t->far);
    (void)close(t->near);
    t->near = t->far = -1;
}
