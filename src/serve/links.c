#include "links.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

struct link {
    struct links *home;
    struct link *next, **at;
    int socket;
    struct peer peer;
    enum link_phase phase;
    bool cut;
    struct mono since;
};

struct links {
    struct links_settings set;
    pthread_mutex_t lock;
    struct link *first;
    size_t count;
};

enum err links_new(struct links **out, const struct links_settings *s, struct fault *why)
{
    struct links *l = calloc(1, sizeof *l);

    if (l == NULL)
        return fault_set(why, ERR_MEMORY, "connections: no memory");
    l->set = *s;
    (void)pthread_mutex_init(&l->lock, NULL);
    *out = l;
    return ERR_NONE;
}

void links_free(struct links *l)
{
    if (l == NULL)
        return;
    (void)pthread_mutex_destroy(&l->lock);
    free(l);
}

static void counted(struct links *l)
{
    atomic_store(&l->set.tally->connections, (unsigned)l->count);
}

static void cut(struct links *l, struct link *k)
{
    k->cut = true;
    atomic_fetch_add(&l->set.tally->cut, 1);
    (void)shutdown(k->socket, SHUT_RDWR); /* the library sees the end and closes; its socket is not ours to */
}

/* Locked.  Loopback is not limited: a proxy, a tunnel or a bench stands there. */
static bool is_one_too_many(const struct links *l, const struct peer *peer)
{
    size_t n = 0;

    if (l->set.each == 0 || !peer_is_known(peer) || peer_is_loopback(peer) ||
        (l->set.exempt[0] != '\0' && ranges_hold(l->set.exempt, peer)))
        return false;
    for (const struct link *k = l->first; k != NULL; k = k->next)
        n += !k->cut && memcmp(&k->peer, peer, sizeof *peer) == 0;
    return n >= l->set.each;
}

struct link *link_new(struct links *l, int socket, const struct peer *peer)
{
    struct link *k = calloc(1, sizeof *k);

    if (k == NULL)
        return NULL;
    k->home = l;
    k->socket = socket;
    k->peer = *peer;
    k->since = mono_read();
    (void)pthread_mutex_lock(&l->lock);
    if (is_one_too_many(l, peer))
        cut(l, k);
    k->at = &l->first;
    k->next = l->first;
    if (k->next != NULL)
        k->next->at = &k->next;
    l->first = k;
    l->count++;
    counted(l);
    (void)pthread_mutex_unlock(&l->lock);
    return k;
}

void link_free(struct link *k)
{
    struct links *l;

    if (k == NULL)
        return;
    l = k->home;
    (void)pthread_mutex_lock(&l->lock);
    *k->at = k->next;
    if (k->next != NULL)
        k->next->at = k->at;
    l->count--;
    counted(l);
    (void)pthread_mutex_unlock(&l->lock);
    free(k);
}

void link_phase(struct link *k, enum link_phase phase)
{
    if (k == NULL)
        return;
    (void)pthread_mutex_lock(&k->home->lock);
    k->phase = phase;
    k->since = mono_read();
    (void)pthread_mutex_unlock(&k->home->lock);
}

/* How long this phase may last; near the ceiling those who say nothing make room for those who ask. */
static int64_t allowed_ms(const struct links *l, enum link_phase phase)
{
    bool full = l->count >= l->set.ceiling - l->set.ceiling / 8;

    switch (phase) {
    case LINK_HEADER:
        return full && LINKS_IDLE_WHEN_FULL_MS < l->set.header_within_ms ? LINKS_IDLE_WHEN_FULL_MS
                                                                         : (int64_t)l->set.header_within_ms;
    case LINK_BODY: return l->set.body_within_ms;
    case LINK_REPLY: return LINKS_REPLY_WITHIN_MS;
    case LINK_FREE: break;
    }
    return INT64_MAX;
}

static void check(struct links *l, struct link *k, struct mono now)
{
    int64_t allowed = allowed_ms(l, k->phase);

    if (k->cut || allowed == INT64_MAX || now.ms - k->since.ms < allowed)
        return;
    cut(l, k);
}

struct mono links_sweep(struct links *l, struct mono now)
{
    int64_t half = l->set.header_within_ms / 2 + 1;

    (void)pthread_mutex_lock(&l->lock);
    for (struct link *k = l->first; k != NULL; k = k->next)
        check(l, k, now);
    (void)pthread_mutex_unlock(&l->lock);
    return (struct mono){ now.ms + (half < LINKS_CHECK_MS ? half : LINKS_CHECK_MS) };
}
