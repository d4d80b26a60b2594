#include "address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

union address {
    struct sockaddr any;
    struct sockaddr_in four;
    struct sockaddr_in6 six;
};

/* Splits "host:port" at the last colon; brackets go. */
static bool split(const char *text, char host[64], unsigned *port)
{
    const char *colon = strrchr(text, ':');
    size_t n = colon == NULL ? 0 : (size_t)(colon - text);
    size_t digits = colon == NULL ? 0 : strspn(colon + 1, "0123456789");

    if (n == 0 || digits == 0 || digits > 5 || colon[1 + digits] != '\0')
        return false;
    if (text[0] == '[' && n >= 2 && text[n - 1] == ']') {
        text++;
        n -= 2;
    }
    if (n >= 64)
        return false;
    memcpy(host, text, n);
    host[n] = '\0';
    *port = (unsigned)strtoul(colon + 1, NULL, 10);
    return *port <= 65535;
}

static enum err parse(const char *text, union address *out, socklen_t *len, bool *local, struct fault *why)
{
    char host[64];
    unsigned port;

    memset(out, 0, sizeof *out);
    if (!split(text, host, &port))
        return fault_set(why, ERR_CONFIG, "\"%s\": must look like 127.0.0.1:8480 or [::1]:8480", text);
    if (inet_pton(AF_INET, host, &out->four.sin_addr) == 1) {
        out->four.sin_family = AF_INET;
        out->four.sin_port = htons((uint16_t)port);
        *len = sizeof out->four;
        *local = (ntohl(out->four.sin_addr.s_addr) >> 24) == 127;
    } else if (inet_pton(AF_INET6, host, &out->six.sin6_addr) == 1) {
        out->six.sin6_family = AF_INET6;
        out->six.sin6_port = htons((uint16_t)port);
        *len = sizeof out->six;
        *local = IN6_IS_ADDR_LOOPBACK(&out->six.sin6_addr);
    } else {
        return fault_set(why, ERR_CONFIG, "\"%s\": %s is not an IP address", text, host);
    }
    return ERR_NONE;
}

enum err address_check(const char *text, bool local_only, struct fault *why)
{
    union address a;
    socklen_t len;
    bool local = false;
    enum err rc = parse(text, &a, &len, &local, why);

    if (rc == ERR_NONE && local_only && !local)
        return fault_set(why, ERR_CONFIG, "\"%s\": must be a loopback address (127.0.0.0/8, ::1)", text);
    return rc;
}

static unsigned bound_port(int fd)
{
    union address a = { .any = { 0 } };
    socklen_t len = sizeof a;

    if (getsockname(fd, &a.any, &len) != 0)
        return 0;
    return ntohs(a.any.sa_family == AF_INET6 ? a.six.sin6_port : a.four.sin_port);
}

enum err address_listen(const char *text, int backlog, int *socket_out, unsigned *port, struct fault *why)
{
    union address a;
    socklen_t len = 0;
    int yes = 1, fd;
    bool local;
    enum err rc = parse(text, &a, &len, &local, why);

    if (rc != ERR_NONE)
        return rc;
    fd = socket(a.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return fault_set(why, ERR_IO, "listen %s: %s", text, strerror(errno));
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(fd, &a.any, len) != 0 || listen(fd, backlog) != 0) {
        rc = fault_set(why, ERR_IO, "listen %s: %s", text, strerror(errno));
        (void)close(fd);
        return rc;
    }
    *socket_out = fd;
    *port = bound_port(fd);
    return ERR_NONE;
}
