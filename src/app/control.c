#include "control.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "alarm_words.h"
#include "base/file.h"
#include "base/log.h"
#include "base/still.h"
#include "channel_words.h"
#include "duty.h"
#include "incident_words.h"
#include "mode_words.h"
#include "people.h"
#include "probe.h"
#include "quarantine.h"
#include "reload.h"
#include "report_words.h"
#include "shift_words.h"

enum { LINE_MAX_BYTES = 1024, WITHIN_MS = 5000, BACKLOG = 4 };

struct control {
    struct parts *parts;
    int folder, listener, stop;
    pthread_t thread;
};

static const char NAME[] = "control";

/* ---- one visitor ---- */

/* File modes guard the door; this holds where a file system does not know them. */
static bool is_ours(int fd)
{
    struct ucred who;
    socklen_t len = sizeof who;

    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &len) == 0 && (who.uid == 0 || who.uid == geteuid());
}

static bool is_ready(int fd, short events, int64_t within_ms)
{
    struct pollfd p = { .fd = fd, .events = events };

    return poll(&p, 1, (int)within_ms) > 0;
}

/* The line without its end; false when none came whole, in time. */
static bool read_line(int fd, char line[LINE_MAX_BYTES])
{
    size_t n = 0;
    struct mono until = { mono_read().ms + WITHIN_MS };

    while (n + 1 < LINE_MAX_BYTES) {
        int64_t left = until.ms - mono_read().ms;
        ssize_t got =
            left <= 0 || !is_ready(fd, POLLIN, left) ? -1 : recv(fd, line + n, LINE_MAX_BYTES - 1 - n, 0);
        char *end;
        if (got <= 0)
            return false;
        n += (size_t)got;
        line[n] = '\0';
        end = memchr(line, '\n', n);
        if (end != NULL) {
            *end = '\0';
            return true;
        }
    }
    return false;
}

static void write_all(int fd, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t n = is_ready(fd, POLLOUT, WITHIN_MS) ? send(fd, text, len, MSG_NOSIGNAL | MSG_DONTWAIT) : -1;
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            continue;
        if (n <= 0)
            return;
        text += n;
        len -= (size_t)n;
    }
}

/* Who did it is shown to people and written to logs. */
static bool is_name(const char *text)
{
    size_t n = strlen(text);

    return n > 0 && n < VERSIONS_AUTHOR_MAX && strchr(text, '"') == NULL;
}

/* Between the tabs, which part its words. */
static bool is_still(const char *line)
{
    char words[LINE_MAX_BYTES];

    (void)snprintf(words, sizeof words, "%s", line);
    for (char *tab = words; (tab = strchr(tab, '\t')) != NULL;)
        *tab = ' ';
    return still_is(words);
}

/* "WIRE" or "WIRE DEVICE": their devices are asked as the settings say, from the next turn on. */
static enum err forget(struct parts *d, const char *what, struct fault *why)
{
    char wire[LINE_MAX_BYTES], *device;
    struct wire *w;
    enum err rc = ERR_NONE;

    (void)snprintf(wire, sizeof wire, "%s", what);
    device = strchr(wire, ' ');
    if (device != NULL)
        *device++ = '\0';
    (void)pthread_mutex_lock(&d->lock); /* while it is held no wire ends */
    w = parts_wire(d, wire);
    if (w == NULL)
        rc = fault_set(why, ERR_MISSING, "there is no wire \"%s\"", wire);
    else if (!wire_forget(w, device))
        rc = fault_set(why, ERR_MISSING, "wire %s has no device \"%s\"", wire, device);
    (void)pthread_mutex_unlock(&d->lock);
    if (rc != ERR_NONE)
        return rc;
    log_info("wire=%s device=%s told to forget what was learned", wire, device == NULL ? "*" : device);
    return fault_set(why, ERR_NONE, "forgotten");
}

static void serve_line(struct control *c, const char *line, int fd)
{
    struct parts *d = c->parts;
    struct strbuf told;
    struct fault why = { .text = "" };
    enum err rc;
    char first[sizeof why.text + 8];

    strbuf_init(&told, CONTROL_TEXT_MAX);
    if (!is_still(line))
        rc = fault_set(&why, ERR_RANGE, "a control character is in it");
    else if (strncmp(line, "reload ", 7) == 0 && is_name(line + 7))
        rc = reload_now(d, line + 7, false, &told, &why);
    else if (strcmp(line, "diff") == 0)
        rc = reload_now(d, "diff", true, &told, &why);
    else if (strcmp(line, "show") == 0)
        rc = reload_show(d, &told, &why);
    else if (strncmp(line, "forget ", 7) == 0)
        rc = forget(d, line + 7, &why);
    else if (strncmp(line, "probe ", 6) == 0)
        rc = probe(d, line + 6, c->stop, &told, &why);
    else if (strcmp(line, "alarms") == 0)
        rc = alarm_words_list(d, &told, &why);
    else if (strncmp(line, "ack ", 4) == 0)
        rc = alarm_words_ack(d, line + 4, &why);
    else if (strncmp(line, "mode\t", 5) == 0)
        rc = mode_words(d, line, &told, &why);
    else if (strcmp(line, "incidents") == 0 || strncmp(line, "incidents ", 10) == 0)
        rc = incident_words_list(d, line[9] == '\0' ? "" : line + 10, &told, &why);
    else if (strncmp(line, "step\t", 5) == 0)
        rc = incident_words_step(d, line + 4, &told, &why);
    else if (strncmp(line, "call\t", 5) == 0)
        rc = incident_words_call(d, line + 4, &told, &why);
    else if (strncmp(line, "report\t", 7) == 0)
        rc = report_words(d, line, &told, &why);
    else if (strncmp(line, "shift\t", 6) == 0)
        rc = shift_words(d, line, &told, &why);
    else if (strcmp(line, "duty") == 0 || strncmp(line, "duty\t", 5) == 0)
        rc = duty_words(d, line, &told, &why);
    else if (strncmp(line, "channel\t", 8) == 0)
        rc = channel_words(d, line, &told, &why);
    else if (strncmp(line, "quarantine ", 11) == 0)
        rc = quarantine(d, line + 11, &told, &why);
    else if (strncmp(line, "user\t", 5) == 0)
        rc = people_user(d, line, &told, &why);
    else if (strncmp(line, "token\t", 6) == 0)
        rc = people_token(d, line, &told, &why);
    else
        rc = fault_set(
            &why, ERR_RANGE,
            "not understood: \"reload NAME\", \"diff\", \"show\", \"quarantine ...\", \"forget WIRE "
            "[DEVICE]\" or \"probe WIRE DEVICE|unit:N TABLE ADDRESS COUNT\"");
    (void)snprintf(first, sizeof first, "%s %s\n", rc == ERR_NONE ? "ok" : "no", why.text);
    write_all(fd, first, strlen(first));
    if (told.len > 0) {
        write_all(fd, told.text, told.len);
        explicit_bzero(told.text, told.len); /* it may hold a new password */
    }
    strbuf_clear(&told);
}

static void receive_visitor(struct control *c)
{
    char line[LINE_MAX_BYTES];
    int fd = accept4(c->listener, NULL, NULL, SOCK_CLOEXEC);

    if (fd < 0)
        return;
    if (is_ours(fd) && read_line(fd, line))
        serve_line(c, line, fd);
    (void)close(fd);
}

static void *run(void *self)
{
    struct control *c = self;
    struct pollfd p[2] = { { .fd = c->listener, .events = POLLIN }, { .fd = c->stop, .events = POLLIN } };

    for (;;) {
        if (poll(p, 2, -1) < 0 && errno != EINTR)
            break;
        if (p[1].revents != 0)
            break;
        if (p[0].revents != 0)
            receive_visitor(c);
    }
    return NULL;
}

/* ---- life ---- */

static enum err open_door(struct control *c, const char *folder, struct fault *why)
{
    struct sockaddr_un address;

    c->folder = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    c->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    c->stop = eventfd(0, EFD_CLOEXEC);
    if (c->folder < 0 || c->listener < 0 || c->stop < 0)
        return fault_set(why, ERR_IO, "control: %s: %s", folder, strerror(errno));
    (void)unlinkat(c->folder, NAME, 0); /* the journal is locked: a door that is there is a dead one's */
    file_socket_in(c->folder, NAME, &address);
    if (fchmod(c->listener, 0600) != 0 || /* what bind() makes has this mode */
        bind(c->listener, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(c->listener, BACKLOG) != 0)
        return fault_set(why, ERR_IO, "control: %s/%s: %s", folder, NAME, strerror(errno));
    return ERR_NONE;
}

static void shut(struct control *c)
{
    if (c->folder >= 0)
        (void)close(c->folder);
    if (c->listener >= 0)
        (void)close(c->listener);
    if (c->stop >= 0)
        (void)close(c->stop);
    free(c);
}

enum err control_start(struct control **out, struct parts *d, struct fault *why)
{
    struct control *c = calloc(1, sizeof *c);
    enum err rc;

    if (c == NULL)
        return fault_set(why, ERR_MEMORY, "control: no memory");
    c->parts = d;
    c->folder = c->listener = c->stop = -1;
    rc = open_door(c, d->config->journal.folder, why);
    if (rc == ERR_NONE && pthread_create(&c->thread, NULL, run, c) != 0)
        rc = fault_set(why, ERR_FULL, "control: no thread");
    if (rc != ERR_NONE) {
        shut(c);
        return rc;
    }
    *out = c;
    return ERR_NONE;
}

void control_stop(struct control *c)
{
    if (c == NULL)
        return;
    (void)eventfd_write(c->stop, 1);
    (void)pthread_join(c->thread, NULL);
    (void)unlinkat(c->folder, NAME, 0);
    shut(c);
}
