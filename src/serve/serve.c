#include "serve/serve.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "address.h"
#include "base/log.h"
#include "face.h"
#include "listener.h"
#include "seal/seal.h"
#include "shifts.h"

enum { BACKLOG = 1024, STOP_WITHIN_MS = 5000, GIVE_UP_WITHIN_MS = 1000, OTHER_FILES = 128 };

/* docs/openapi.yaml as JSON, embedded when the program is built. */
extern const unsigned char serve_description[];
extern const size_t serve_description_size;

/* One thread each. */
enum { LISTEN_PLAIN, LISTEN_TLS, LISTEN_OPERATIONS, LISTENERS };

struct serve {
    struct face face;
    struct listener *listeners[LISTENERS];
    unsigned ports[LISTENERS];
    struct certificates *certificates;
    struct wake drained;
    pthread_t pulse;
    bool pulse_runs;
};

/* ------------------------------------------------------------------ pulse: events, deadlines */

static struct mono earlier(struct mono a, struct mono b)
{
    return a.ms < b.ms ? a : b;
}

static void *pulse(void *arg)
{
    struct serve *s = arg;
    struct face *f = &s->face;
    struct mono swept = { 0 }, asked = { 0 }, looked = { 0 }, next;

    do {
        struct mono now = mono_read();
        next = hub_turn(f->hub, now);
        if (now.ms >= swept.ms)
            swept = links_sweep(f->links, now);
        if (now.ms >= asked.ms)
            asked = questions_sweep(f->questions, now, false);
        next = earlier(next, earlier(swept, asked));
        if (s->certificates != NULL && now.ms >= looked.ms)
            looked = certificates_look(s->certificates, now);
        if (s->certificates != NULL)
            next = earlier(next, looked);
    } while (!wake_wait_until(&f->pulse, next));
    return NULL;
}

struct catalogue *face_catalogue(struct face *f, const char *point, const char *site)
{
    struct catalogue *c = f->ports.present.catalogue(f->ports.present.self);
    struct snapshot *s;

    if ((point == NULL || catalogue_point(c, point) != NULL) &&
        (site == NULL || catalogue_site(c, site) != NULL))
        return c;
    s = f->ports.present.take(f->ports.present.self);
    if (s == NULL)
        return c;
    catalogue_drop(c);
    c = catalogue_hold(snapshot_catalogue(s));
    snapshot_drop(s);
    return c;
}

/* ------------------------------------------------------------------ made once */

static enum err make_description(struct face *f, struct fault *why)
{
    struct seal_hash h = seal_hash(serve_description, serve_description_size);
    char shorter[17];

    f->description = blob_borrow(serve_description, serve_description_size);
    if (f->description == NULL)
        return fault_set(why, ERR_MEMORY, "description: no memory");
    f->description_gzip = blob_gzip(f->description);
    seal_short_text(&h, shorter);
    (void)snprintf(f->description_tag, sizeof f->description_tag, "%s", shorter);
    return ERR_NONE;
}

static enum err make_parts(struct serve *s, const struct serve_settings *set, struct fault *why)
{
    struct face *f = &s->face;
    struct hub_settings hub = { .epoch = f->epoch,
                                .streams_max = set->connections_max - set->connections_max / 10,
                                .pulse = &f->pulse,
                                .tally = &f->tally,
                                .doors = f->ports.doors,
                                .clock = f->ports.clock,
                                .park = listener_park,
                                .resume = listener_resume };
    struct links_settings links = { .header_within_ms = set->header_within_ms,
                                    .body_within_ms = set->body_within_ms,
                                    .ceiling = set->connections_max,
                                    .each = set->connections_each,
                                    .exempt = f->proxies,
                                    .tally = &f->tally };
    enum err rc = make_description(f, why);

    if (rc == ERR_NONE)
        rc = hub_new(&f->hub, &hub, why);
    if (rc == ERR_NONE)
        rc = links_new(&f->links, &links, why);
    if (rc == ERR_NONE)
        rc = questions_new(&f->questions, &f->ports.history, &f->tally, why);
    return rc;
}

/* A connection is a descriptor; without enough of them clients would be refused below the ceiling. */
static void want_descriptors(unsigned connections)
{
    struct rlimit have;

    if (getrlimit(RLIMIT_NOFILE, &have) != 0 || have.rlim_cur >= connections + OTHER_FILES)
        return;
    have.rlim_cur = have.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &have) != 0 || have.rlim_cur < connections + OTHER_FILES)
        log_warn("http descriptors=%llu connections_max=%u: fewer clients than allowed can connect",
                 (unsigned long long)have.rlim_cur, connections);
}

static void free_all(struct serve *s)
{
    struct face *f = &s->face;

    search_clear(&f->search);
    pages_clear(&f->pages);
    pages_clear(&f->portal);
    blob_drop(f->description);
    blob_drop(f->description_gzip);
    hub_free(f->hub);
    links_free(f->links);
    questions_free(f->questions);
    wake_clear(&f->pulse);
    wake_clear(&s->drained);
    certificates_close(s->certificates);
    (void)pthread_mutex_destroy(&f->turn);
    free(s);
}

/* ------------------------------------------------------------------ start, stop */

static enum err check_numbers(const struct serve_settings *s, struct fault *why)
{
    if (s->connections_max < 10 || s->connections_max > 100000)
        return fault_set(why, ERR_CONFIG, "connections_max %u: must be 10 to 100000", s->connections_max);
    if (s->header_within_ms < 10 || s->body_within_ms < 10)
        return fault_set(why, ERR_CONFIG, "header_within and body_within: must be 10 ms or more");
    return ERR_NONE;
}

static enum err check_address(const char *key, const char *text, bool local_only, struct fault *why)
{
    struct fault plain;

    if (address_check(text, local_only, &plain) == ERR_NONE)
        return ERR_NONE;
    return fault_set(why, ERR_CONFIG, "%s %s", key, plain.text);
}

static enum err check_tls(const struct serve_settings *s, struct fault *why)
{
    if (s->tls_listen[0] == '\0')
        return ERR_NONE;
    if (s->certificate[0] == '\0' || s->key[0] == '\0')
        return fault_set(why, ERR_CONFIG, "tls_listen: needs certificate and key");
    return check_address("tls_listen", s->tls_listen, false, why);
}

static enum err check_plain(const struct serve_settings *s, struct fault *why)
{
    struct fault other;

    if (address_check(s->listen, !s->plain_on_network, why) == ERR_NONE)
        return ERR_NONE;
    if (address_check(s->listen, false, &other) != ERR_NONE)
        return check_address("listen", s->listen, false, why); /* no address at all */
    return fault_set(
        why, ERR_CONFIG,
        "listen \"%s\": passwords would cross the network in plain text; use tls_listen, or a proxy on "
        "this machine, or say plain_on_network: true",
        s->listen);
}

enum err serve_check(const struct serve_settings *s, struct fault *why)
{
    enum err rc = check_numbers(s, why);

    if (rc == ERR_NONE)
        rc = check_plain(s, why);
    if (rc == ERR_NONE)
        rc = check_tls(s, why);
    if (rc == ERR_NONE && s->operations[0] != '\0')
        rc = check_address("operations", s->operations, true, why);
    if (rc == ERR_NONE && ranges_check(s->proxies, why) != ERR_NONE)
        return ERR_CONFIG;
    return rc;
}

static enum err start_listener(struct serve *s, size_t which, const char *address, enum entrance entrance,
                               const struct serve_settings *set, struct fault *why)
{
    struct listener_settings l = { .face = &s->face,
                                   .connections_max = set->connections_max,
                                   .drained = &s->drained,
                                   .entrance = entrance,
                                   .certificates = which == LISTEN_TLS ? s->certificates : NULL };
    enum err rc;

    if (address[0] == '\0')
        return ERR_NONE;
    rc = address_listen(address, BACKLOG, &l.socket, &s->ports[which], why);
    return rc == ERR_NONE ? listener_start(&s->listeners[which], &l, why) : rc;
}

/* Does nobody but this machine reach the plain listener, and does nothing else offer health? */
static enum entrance entrance_of_plain(const struct serve_settings *set)
{
    struct fault why;

    return set->operations[0] == '\0' && set->proxies[0] == '\0' &&
                   address_check(set->listen, true, &why) == ERR_NONE
               ? ENTRANCE_LOCAL
               : ENTRANCE_FRONT;
}

static enum err start_threads(struct serve *s, const struct serve_settings *set, struct fault *why)
{
    enum err rc = ERR_NONE;

    if (set->tls_listen[0] != '\0')
        rc = certificates_open(&s->certificates, set->certificate, set->key, set->certificate_look_ms, why);
    if (rc == ERR_NONE)
        rc = start_listener(s, LISTEN_PLAIN, set->listen, entrance_of_plain(set), set, why);
    if (rc == ERR_NONE)
        rc = start_listener(s, LISTEN_TLS, set->tls_listen, ENTRANCE_FRONT, set, why);
    if (rc == ERR_NONE)
        rc = start_listener(s, LISTEN_OPERATIONS, set->operations, ENTRANCE_OPERATIONS, set, why);
    if (rc != ERR_NONE)
        return rc;
    if (pthread_create(&s->pulse, NULL, pulse, s) != 0)
        return fault_set(why, ERR_MEMORY, "http: no thread for streams and deadlines");
    s->pulse_runs = true;
    return ERR_NONE;
}

enum err serve_start(struct serve **out, const struct serve_settings *set, const struct serve_ports *ports,
                     struct fault *why)
{
    struct serve *s;
    enum err rc = serve_check(set, why);

    if (rc != ERR_NONE)
        return rc;
    s = calloc(1, sizeof *s);
    if (s == NULL)
        return fault_set(why, ERR_MEMORY, "http: no memory");
    s->face.ports = *ports;
    s->face.epoch = clock_read(&ports->clock).wall.ms;
    s->face.started = mono_read();
    s->face.rate_known = set->rate_known;
    s->face.rate_address = set->rate_address;
    memcpy(s->face.hosts, set->hosts, sizeof s->face.hosts);
    memcpy(s->face.proxies, set->proxies, sizeof s->face.proxies);
    (void)pthread_mutex_init(&s->face.turn, NULL);
    wake_init(&s->face.pulse);
    wake_init(&s->drained);
    want_descriptors(set->connections_max);
    rc = make_parts(s, set, why);
    if (rc == ERR_NONE)
        rc = start_threads(s, set, why);
    if (rc != ERR_NONE) {
        serve_stop(s);
        return rc;
    }
    *out = s;
    return ERR_NONE;
}

void serve_publish_alarms(struct serve *s, struct alarm_list *alarms)
{
    hub_publish_alarms(s->face.hub, alarms);
}

void serve_publish_incidents(struct serve *s, struct incident_list *incidents)
{
    hub_publish_incidents(s->face.hub, incidents);
}

void serve_publish_shifts(struct serve *s, struct shift_list *shifts)
{
    hub_publish_shifts(s->face.hub, shifts);
}

bool serve_shift_sheet(struct serve *s, uint64_t shift, bool page, struct strbuf *out)
{
    return shift_sheet_of(&s->face, shift, page, out);
}

void serve_publish(struct serve *s, struct snapshot *snapshot)
{
    hub_publish(s->face.hub, snapshot);
}

/* Until no request is open, at most `within`. */
static void drain(struct serve *s, int64_t within_ms)
{
    struct mono until = { mono_read().ms + within_ms };

    while (atomic_load(&s->face.tally.open_requests) > 0 && mono_read().ms < until.ms)
        (void)wake_wait_until(&s->drained, until);
}

/* The library aborts when it is stopped with a suspended connection, and loses answers that were only just
 * resumed: so streams and questions are ended first, and open requests are waited for. */
static void quiet_down(struct serve *s)
{
    struct face *f = &s->face;

    atomic_store(&f->stopping, true);
    for (size_t i = 0; i < LISTENERS; i++)
        if (s->listeners[i] != NULL)
            listener_quiesce(s->listeners[i]);
    hub_stop(f->hub);
    drain(s, STOP_WITHIN_MS);
    (void)questions_sweep(f->questions, mono_read(), true);
    drain(s, GIVE_UP_WITHIN_MS);
}

void serve_stop(struct serve *s)
{
    if (s == NULL)
        return;
    if (s->pulse_runs) {
        quiet_down(s);
        wake_stop(&s->face.pulse);
        (void)pthread_join(s->pulse, NULL);
    }
    for (size_t i = 0; i < LISTENERS; i++)
        listener_stop(s->listeners[i]);
    free_all(s);
}

unsigned serve_port(const struct serve *s)
{
    return s->ports[LISTEN_PLAIN];
}

unsigned serve_tls_port(const struct serve *s)
{
    return s->ports[LISTEN_TLS];
}

unsigned serve_operations_port(const struct serve *s)
{
    return s->ports[LISTEN_OPERATIONS];
}

void serve_metrics(struct serve *s, void (*sample)(void *ctx, const struct metric *m), void *ctx)
{
    tally_metrics(&s->face.tally, sample, ctx);
}
