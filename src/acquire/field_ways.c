#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loading.h"

/* The key under which each kind of wire says where it goes, in the order of enum wire_kind. */
static const char *const KEYS[WIRE_KIND_COUNT] = { "tcp", "rtu_over_tcp", "serial", "listen" };

/* ---- for people ---- */

const char *host_and_port(const char *host, const char *port, char *out, size_t size)
{
    (void)snprintf(out, size, strchr(host, ':') != NULL ? "[%s]:%s" : "%s:%s", host, port);
    return out;
}

void wire_endpoint(const struct wire_settings *s, char *out, size_t size)
{
    static const char PARITIES[PARITY_COUNT] = { 'N', 'E', 'O' };
    char where[sizeof s->host + 16];

    switch (s->kind) {
    case WIRE_SERIAL:
        (void)snprintf(out, size, "%s %lld 8%c%lld%s", s->serial.device, (long long)s->serial.baud,
                       PARITIES[s->serial.parity], (long long)s->serial.stop_bits,
                       s->serial.echo ? " echo" : "");
        return;
    case WIRE_LISTEN:
        (void)snprintf(
            out, size, "listen %s%s%s%s", host_and_port(s->listen.host, s->listen.port, where, sizeof where),
            s->listen.from[0] == '\0' ? "" : " from ", s->listen.from, s->listen.rtu ? " rtu" : "");
        return;
    case WIRE_RTU_OVER_TCP:
        (void)snprintf(out, size, "rtu %s", host_and_port(s->host, s->port, where, sizeof where));
        return;
    case WIRE_TCP:
    case WIRE_KIND_COUNT: break;
    }
    (void)host_and_port(s->host, s->port, out, size);
}

void print_way(const struct wire_settings *w, struct strbuf *to)
{
    struct serial_row serial = { .parity = (int)w->serial.parity,
                                 .stop_bits = w->serial.stop_bits,
                                 .echo = w->serial.echo };
    struct listen_row listen = { .protocol = w->listen.rtu };

    if (w->kind == WIRE_SERIAL) {
        memcpy(serial.device, w->serial.device, sizeof serial.device);
        while (serial.baud < BAUD_COUNT - 1 && strtoll(FIELD_BAUDS[serial.baud], NULL, 10) != w->serial.baud)
            serial.baud++;
        strbuf_puts(to, "    serial:\n");
        conf_print(SERIAL, COUNT_OF(SERIAL), &serial, 6, to);
    }
    if (w->kind == WIRE_LISTEN) {
        (void)host_and_port(w->listen.host, w->listen.port, listen.on, sizeof listen.on);
        memcpy(listen.from, w->listen.from, sizeof listen.from);
        strbuf_puts(to, "    listen:\n");
        conf_print(LISTEN, COUNT_OF(LISTEN), &listen, 6, to);
    }
}

/* ---- reading ---- */

enum { PORT_MAX = 8, HOST_MAX = sizeof((struct wire_settings *)0)->host };

/* "host:port", "[v6]:port".  False, and host stays empty, when it is neither. */
static bool split(const char *text, char host[HOST_MAX], char port[PORT_MAX])
{
    const char *colon = strrchr(text, ':');
    size_t len = colon == NULL ? 0 : (size_t)(colon - text);
    char *end;
    long number;

    if (len >= 2 && text[0] == '[' && text[len - 1] == ']') {
        text++;
        len -= 2;
    }
    number = colon == NULL ? 0 : strtol(colon + 1, &end, 10);
    if (len == 0 || len >= HOST_MAX || number < 1 || number > 65535 || *end != '\0')
        return false;
    memcpy(host, text, len);
    host[len] = '\0';
    (void)snprintf(port, PORT_MAX, "%ld", number);
    return true;
}

static void load_host(const struct conf_node *n, const char *key, const char *text, struct wire_settings *w,
                      struct conf_mistakes *m)
{
    if (text[0] != '\0' && !split(text, w->host, w->port))
        conf_mistake(m, conf_mark_at(n, key), "\"%s\" is not host:port with a port of 1..65535", text);
}

static void load_serial(const struct conf_node *n, struct serial_settings *s, struct conf_mistakes *m)
{
    struct serial_row row;

    (void)conf_apply(SERIAL, COUNT_OF(SERIAL), n, &row, m);
    s->baud = row.baud < 0 ? 0 : strtoll(FIELD_BAUDS[row.baud], NULL, 10);
    s->parity = row.parity < 0 ? PARITY_NONE : (enum parity)row.parity;
    s->stop_bits = row.stop_bits;
    s->echo = row.echo;
    if (row.device[0] != '\0' && row.device[0] != '/')
        conf_mistake(m, conf_mark_at(n, "device"),
                     "\"%s\" is no path of a port; one begins with /dev/, best with /dev/serial/by-id/",
                     row.device);
    else
        memcpy(s->device, row.device, sizeof s->device);
}

static bool is_literal(const char *address)
{
    unsigned char bytes[sizeof(struct in6_addr)];

    return inet_pton(AF_INET, address, bytes) == 1 || inet_pton(AF_INET6, address, bytes) == 1;
}

static bool is_loopback(const char *address)
{
    return strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0;
}

static void load_listen(const struct conf_node *n, struct listen_settings *s, struct conf_mistakes *m)
{
    struct listen_row row;

    (void)conf_apply(LISTEN, COUNT_OF(LISTEN), n, &row, m);
    s->rtu = row.protocol == 1;
    if (row.on[0] == '\0')
        return;
    if (!split(row.on, s->host, s->port) || !is_literal(s->host)) {
        s->host[0] = '\0';
        conf_mistake(m, conf_mark_at(n, "on"),
                     "\"%s\" is not address:port of this machine, as 0.0.0.0:5020 is", row.on);
        return;
    }
    if (row.from[0] != '\0' && !is_literal(row.from))
        conf_mistake(m, conf_mark_at(n, "from"), "\"%s\" is no address; names are not looked up here",
                     row.from);
    else if (row.from[0] == '\0' && !is_loopback(s->host))
        conf_warning(m, conf_mark_at(n, "on"),
                     "whoever calls here is believed: say \"from\", or let only the modems' network in");
    memcpy(s->from, row.from, sizeof s->from);
}

/* The one way that is said; WIRE_KIND_COUNT, and reported, when there is none or more. */
static enum wire_kind kind_of(const struct conf_node *n, struct conf_mistakes *m)
{
    enum wire_kind kind = WIRE_KIND_COUNT;

    for (unsigned k = 0; k < WIRE_KIND_COUNT; k++) {
        if (conf_get(n, KEYS[k]) == NULL)
            continue;
        if (kind != WIRE_KIND_COUNT) {
            conf_mistake(m, conf_mark_at(n, KEYS[k]), "a wire goes one way: \"%s\" or \"%s\"", KEYS[kind],
                         KEYS[k]);
            return WIRE_KIND_COUNT;
        }
        kind = (enum wire_kind)k;
    }
    if (kind == WIRE_KIND_COUNT && conf_kind(n) == CONF_MAPPING)
        conf_mistake(m, conf_mark(n),
                     "say where the wire goes: \"tcp\", \"serial\", \"rtu_over_tcp\" or \"listen\"");
    return kind;
}

static void load_late(const struct conf_node *n, const struct wire_row *row, struct wire_settings *w,
                      struct conf_mistakes *m)
{
    w->late_ms = row->late_ms != CONF_NONE ? row->late_ms : row->answer_ms;
    if (wire_is_rtu(w))
        return;
    w->late_ms = 0;
    if (row->late_ms != CONF_NONE)
        conf_mistake(m, conf_mark_at(n, "late_window"),
                     "frames of Modbus TCP carry a number, so a late answer is known as one: leave this out");
}

void load_way(const struct conf_node *n, const struct wire_row *row, struct wire_settings *w,
              struct conf_mistakes *m)
{
    enum wire_kind kind = kind_of(n, m);

    if (kind == WIRE_KIND_COUNT)
        return;
    w->kind = kind;
    switch (kind) {
    case WIRE_SERIAL:
        if (row->serial != NULL)
            load_serial(row->serial, &w->serial, m);
        break;
    case WIRE_LISTEN:
        if (row->listen != NULL)
            load_listen(row->listen, &w->listen, m);
        break;
    case WIRE_RTU_OVER_TCP: load_host(n, KEYS[kind], row->rtu_over_tcp, w, m); break;
    case WIRE_TCP:
    case WIRE_KIND_COUNT: load_host(n, KEYS[kind], row->tcp, w, m); break;
    }
    load_late(n, row, w, m);
}

/* ---- checks ---- */

/* What no two wires may have in common; "": nothing can be said. */
static void name_place(const struct wire_settings *w, char text[ENDPOINT_MAX])
{
    text[0] = '\0';
    if (w->kind == WIRE_SERIAL && w->serial.device[0] != '\0') {
        (void)snprintf(text, ENDPOINT_MAX, "%s", w->serial.device);
    } else if (w->kind == WIRE_LISTEN && w->listen.host[0] != '\0') {
        (void)snprintf(text, ENDPOINT_MAX, "listen %s",
                       w->listen.port); /* 0.0.0.0 takes it on all addresses */
    } else if (w->host[0] != '\0') {
        (void)snprintf(text, ENDPOINT_MAX, "%s %s", w->host, w->port);
        for (char *c = text; *c != '\0'; c++)
            *c = (char)(*c >= 'A' && *c <= 'Z' ? *c - 'A' + 'a' : *c); /* names know no capitals */
    }
}

/* Two wires on one endpoint would ask its devices in turns without knowing of each other, and most gateways
 * serve one connection only. */
enum err check_endpoint(struct endpoints_seen *e, const struct conf_node *n, const struct wire_settings *w,
                        struct conf_mistakes *m)
{
    char *text = e->text[e->seen.count], place[CONF_PLACE_MAX];
    struct conf_mark at = conf_mark_at(n, KEYS[w->kind]);
    struct conf_seen_first first;
    enum err rc;

    name_place(w, text);
    if (text[0] == '\0')
        return ERR_NONE; /* reported */
    rc = conf_seen_note(&e->seen, text, at, &first);
    if (rc == ERR_RANGE && w->kind == WIRE_LISTEN)
        conf_mistake(m, at, "wire \"%s\" listens on the port of the wire at %s: give each its own", w->id,
                     conf_place(first.at, place));
    else if (rc == ERR_RANGE)
        conf_mistake(m, at,
                     "wire \"%s\" goes to the endpoint of the wire at %s: hang their devices on one wire",
                     w->id, conf_place(first.at, place));
    return rc == ERR_MEMORY ? rc : ERR_NONE;
}

/* Modbus over serial line 1.02, 2.2: 0 is for all, and nobody answers; above 247 is reserved. */
void check_unit(const struct conf_node *n, const struct wire_settings *w, int64_t unit,
                struct conf_mistakes *m)
{
    if (!wire_is_rtu(w))
        return;
    if (unit == 0)
        conf_mistake(m, conf_mark_at(n, "unit"),
                     "unit 0 speaks to all devices of a serial line at once, and none answers");
    else if (unit > 247)
        conf_warning(m, conf_mark_at(n, "unit"), "units of a serial line are 1 to 247; above is reserved");
}
