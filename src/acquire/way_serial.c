/* A serial port of this machine. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>

#include "base/attr.h"
#include "way.h"

struct way_serial {
    struct way way; /* first: a struct way * is a struct way_serial * */
    const struct serial_settings *settings;
};

static speed_t speed_of(int64_t baud)
{
    static const struct {
        int64_t baud;
        speed_t speed;
    } SPEEDS[] = {
        { 1200, B1200 },     { 2400, B2400 },     { 4800, B4800 },     { 9600, B9600 },
        { 19200, B19200 },   { 38400, B38400 },   { 57600, B57600 },   { 115200, B115200 },
        { 230400, B230400 }, { 460800, B460800 }, { 921600, B921600 },
    };

    for (size_t i = 0; i < COUNT_OF(SPEEDS); i++)
        if (SPEEDS[i].baud == baud)
            return SPEEDS[i].speed;
    return B0;
}

static void flags_of(const struct serial_settings *s, struct termios *t)
{
    cfmakeraw(t);
    t->c_iflag |= INPCK; /* a byte with a wrong parity comes as 0, and the check sum tells */
    t->c_cflag &= ~(tcflag_t)(CSTOPB | PARENB | PARODD | CRTSCTS | HUPCL);
    t->c_cflag |= CLOCAL | CREAD;
    if (s->stop_bits == 2)
        t->c_cflag |= CSTOPB;
    if (s->parity != PARITY_NONE)
        t->c_cflag |= PARENB;
    if (s->parity == PARITY_ODD)
        t->c_cflag |= PARODD;
    t->c_cc[VMIN] = 1;
    t->c_cc[VTIME] = 0;
    (void)cfsetspeed(t, speed_of(s->baud));
}

static bool is_pseudo_terminal(int fd)
{
    enum { PTS_FIRST = 136, PTS_LAST = 143 }; /* Linux, admin-guide/devices.txt */
    struct stat is;

    return fstat(fd, &is) == 0 && major(is.st_rdev) >= PTS_FIRST && major(is.st_rdev) <= PTS_LAST;
}

/* Keeps other programs out.  A pseudo-terminal would stay taken when we are killed: its side outlives us. */
static enum err hold(const struct serial_settings *s, int fd, struct fault *why)
{
    if (flock(fd, LOCK_EX | LOCK_NB) != 0)
        return fault_set(why, ERR_PEER, "%s is in use by another wire or program", s->device);
    if (!is_pseudo_terminal(fd))
        (void)ioctl(fd, TIOCEXCL);
    return ERR_NONE;
}

/* tcsetattr() is content when it could do any of it, so it is read back; a pseudo-terminal knows no parity.
 */
static enum err set_up(const struct serial_settings *s, int fd, struct fault *why)
{
    tcflag_t wanted = is_pseudo_terminal(fd) ? CSTOPB : CSTOPB | PARENB | PARODD;
    struct termios t, is;

    if (tcgetattr(fd, &t) != 0)
        return fault_set(why, ERR_PEER, "%s is no serial port: %s", s->device, strerror(errno));
    if (hold(s, fd, why) != ERR_NONE) /* another wire may have come here by another path */
        return ERR_PEER;
    flags_of(s, &t);
    if (tcsetattr(fd, TCSANOW, &t) != 0 || tcgetattr(fd, &is) != 0)
        return fault_set(why, ERR_PEER, "%s cannot be set up: %s", s->device, strerror(errno));
    if (cfgetospeed(&is) != cfgetospeed(&t) || ((is.c_cflag ^ t.c_cflag) & wanted) != 0)
        return fault_set(why, ERR_PEER, "%s does not take this speed, parity and number of stop bits",
                         s->device);
    (void)tcflush(fd, TCIOFLUSH);
    return ERR_NONE;
}

static const char *hint(int problem)
{
    switch (problem) {
    case EACCES: return " (is the daemon's account in the group dialout?)";
    case ENOENT: return " (is the adapter plugged in?)";
    case EBUSY: return " (another program has it)";
    default: return "";
    }
}

/* By its path each time: an adapter that was plugged out comes back as another device. */
static enum err serial_open(struct way *way, const struct halt *h, int *out, struct fault *why)
{
    const struct serial_settings *s = ((const struct way_serial *)way)->settings;
    int fd = open(s->device, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    enum err rc;

    (void)h;
    if (fd < 0)
        return fault_set(why, ERR_PEER, "open %s: %s%s", s->device, strerror(errno), hint(errno));
    rc = set_up(s, fd, why);
    if (rc != ERR_NONE) {
        (void)close(fd);
        return rc;
    }
    *out = fd;
    return ERR_NONE;
}

static bool serial_still(struct way *way, int fd)
{
    const struct serial_settings *s = ((const struct way_serial *)way)->settings;
    struct stat there, ours;

    return stat(s->device, &there) == 0 && fstat(fd, &ours) == 0 && there.st_rdev == ours.st_rdev &&
           there.st_ino == ours.st_ino;
}

static void serial_free(struct way *way)
{
    free(way);
}

static const struct way_ops OPS = { serial_open, NULL, serial_still, serial_free };

enum err way_serial_new(struct way **out, const struct serial_settings *s, struct fault *why)
{
    struct way_serial *w = calloc(1, sizeof *w);

    if (w == NULL)
        return fault_set(why, ERR_MEMORY, "line %s: no memory", s->device);
    *w = (struct way_serial){ .way = { &OPS, .keep = true, .name = s->device }, .settings = s };
    *out = &w->way;
    return ERR_NONE;
}
