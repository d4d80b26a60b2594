#include "certificate.h"

#include <errno.h>
#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/log.h"

enum { CERTIFICATES_MAX = 8, OLD_PAIRS = 4 };
enum { OLD_PAIR_MS = 60000 }; /* a handshake that began with a pair is long over by then */

struct pair {
    gnutls_pcert_st chain[CERTIFICATES_MAX];
    unsigned chain_count;
    gnutls_privkey_t key;
    struct mono retired;
};

/* What a file was when it was read: another one has another of these. */
struct seen {
    struct timespec changed;
    ino_t inode;
    off_t size;
};

struct certificates {
    char path[2][CERTIFICATE_PATH_MAX]; /* certificate, key */
    struct seen seen[2];
    pthread_mutex_t lock; /* guards pair, taken */
    struct pair *pair;
    uint64_t taken;
    unsigned look_ms;
    struct pair *old[OLD_PAIRS];
};

/* libmicrohttpd gives the callback no argument of ours. */
static struct certificates *IN_USE;

static void pair_free(struct pair *p)
{
    if (p == NULL)
        return;
    for (unsigned i = 0; i < p->chain_count; i++)
        gnutls_pcert_deinit(&p->chain[i]);
    if (p->key != NULL)
        gnutls_privkey_deinit(p->key);
    free(p);
}

/* ---- reading ---- */

static enum err wrong(struct fault *why, const char *path, const char *what, int rc)
{
    return fault_set(why, ERR_CONFIG, "%s: %s: %s", path, what, gnutls_strerror(rc));
}

static enum err load_chain(struct pair *p, const char *path, const gnutls_datum_t *pem, struct fault *why)
{
    gnutls_x509_crt_t crts[CERTIFICATES_MAX];
    unsigned n = CERTIFICATES_MAX;
    time_t until;
    int rc = gnutls_x509_crt_list_import(crts, &n, pem, GNUTLS_X509_FMT_PEM, 0);

    if (rc < 0)
        return wrong(why, path, "not a certificate in PEM", rc);
    until = gnutls_x509_crt_get_expiration_time(crts[0]);
    n = (unsigned)rc;
    p->chain_count = n;
    rc = gnutls_pcert_import_x509_list(p->chain, crts, &p->chain_count, 0);
    for (unsigned i = 0; i < n; i++)
        gnutls_x509_crt_deinit(crts[i]);
    if (rc < 0) {
        p->chain_count = 0;
        return wrong(why, path, "certificate chain", rc);
    }
    if (wall_read().ms / 1000 > until)
        return fault_set(why, ERR_CONFIG, "%s: the certificate is over", path);
    return ERR_NONE;
}

static enum err load_key(struct pair *p, const char *path, const gnutls_datum_t *pem, struct fault *why)
{
    int rc = gnutls_privkey_init(&p->key);

    if (rc >= 0)
        rc = gnutls_privkey_import_x509_raw(p->key, pem, GNUTLS_X509_FMT_PEM, NULL, 0);
    return rc < 0 ? wrong(why, path, "not a private key in PEM", rc) : ERR_NONE;
}

/* The key's public half is the certificate's. */
static enum err match(const struct pair *p, const struct certificates *c, struct fault *why)
{
    unsigned char mine[64], theirs[64];
    size_t n = sizeof mine, m = sizeof theirs;
    gnutls_pubkey_t pub;
    bool same = false;

    if (gnutls_pubkey_init(&pub) < 0)
        return fault_set(why, ERR_MEMORY, "certificate: no memory");
    if (gnutls_pubkey_import_privkey(pub, p->key, 0, 0) >= 0 &&
        gnutls_pubkey_get_key_id(pub, GNUTLS_KEYID_USE_SHA256, mine, &n) >= 0 &&
        gnutls_pubkey_get_key_id(p->chain[0].pubkey, GNUTLS_KEYID_USE_SHA256, theirs, &m) >= 0)
        same = n == m && memcmp(mine, theirs, n) == 0;
    gnutls_pubkey_deinit(pub);
    return same ? ERR_NONE
                : fault_set(why, ERR_CONFIG, "%s: not the key of the certificate in %s", c->path[1],
                            c->path[0]);
}

static enum err read_file(const char *path, gnutls_datum_t *out, struct fault *why)
{
    int rc = gnutls_load_file(path, out);

    return rc < 0 ? fault_set(why, ERR_CONFIG, "%s: cannot be read: %s", path, strerror(errno)) : ERR_NONE;
}

static void wipe(gnutls_datum_t *d)
{
    if (d->data != NULL)
        explicit_bzero(d->data, d->size);
    gnutls_free(d->data);
}

static enum err load(const struct certificates *c, struct pair **out, struct fault *why)
{
    gnutls_datum_t certificate = { 0 }, key = { 0 };
    struct pair *p = calloc(1, sizeof *p);
    enum err rc;

    if (p == NULL)
        return fault_set(why, ERR_MEMORY, "certificate: no memory");
    rc = read_file(c->path[0], &certificate, why);
    if (rc == ERR_NONE)
        rc = read_file(c->path[1], &key, why);
    if (rc == ERR_NONE)
        rc = load_chain(p, c->path[0], &certificate, why);
    if (rc == ERR_NONE)
        rc = load_key(p, c->path[1], &key, why);
    if (rc == ERR_NONE)
        rc = match(p, c, why);
    gnutls_free(certificate.data);
    wipe(&key);
    if (rc != ERR_NONE) {
        pair_free(p);
        return rc;
    }
    *out = p;
    return ERR_NONE;
}

static bool look_at(const char *path, struct seen *out)
{
    struct stat st;

    if (stat(path, &st) != 0)
        return false;
    memset(out, 0, sizeof *out);
    out->changed = st.st_mtim;
    out->inode = st.st_ino;
    out->size = st.st_size;
    return true;
}

static bool same(const struct seen *a, const struct seen *b)
{
    return a->changed.tv_sec == b->changed.tv_sec && a->changed.tv_nsec == b->changed.tv_nsec &&
           a->inode == b->inode && a->size == b->size;
}

/* ---- life ---- */

enum err certificates_open(struct certificates **out, const char *certificate, const char *key,
                           unsigned look_ms, struct fault *why)
{
    struct certificates *c = calloc(1, sizeof *c);
    enum err rc;

    if (c == NULL)
        return fault_set(why, ERR_MEMORY, "certificate: no memory");
    (void)snprintf(c->path[0], sizeof c->path[0], "%s", certificate);
    (void)snprintf(c->path[1], sizeof c->path[1], "%s", key);
    c->look_ms = look_ms;
    (void)pthread_mutex_init(&c->lock, NULL);
    for (size_t i = 0; i < 2; i++)
        (void)look_at(c->path[i], &c->seen[i]);
    rc = load(c, &c->pair, why);
    if (rc != ERR_NONE) {
        certificates_close(c);
        return rc;
    }
    c->taken = 1;
    *out = c;
    return ERR_NONE;
}

void certificates_close(struct certificates *c)
{
    if (c == NULL)
        return;
    if (IN_USE == c)
        IN_USE = NULL;
    pair_free(c->pair);
    for (size_t i = 0; i < OLD_PAIRS; i++)
        pair_free(c->old[i]);
    (void)pthread_mutex_destroy(&c->lock);
    free(c);
}

/* A place for the pair that goes; without one the new pair waits until an old one may be freed. */
static struct pair **place(struct certificates *c, struct mono now)
{
    struct pair **free_one = NULL;

    for (size_t i = 0; i < OLD_PAIRS; i++) {
        if (c->old[i] != NULL && now.ms - c->old[i]->retired.ms >= OLD_PAIR_MS) {
            pair_free(c->old[i]);
            c->old[i] = NULL;
        }
        if (c->old[i] == NULL)
            free_one = &c->old[i];
    }
    return free_one;
}

static void exchange(struct certificates *c, struct pair *fresh, struct pair **place, struct mono now)
{
    struct pair *gone;

    (void)pthread_mutex_lock(&c->lock);
    gone = c->pair;
    c->pair = fresh;
    c->taken++;
    (void)pthread_mutex_unlock(&c->lock);
    gone->retired = now;
    *place = gone;
    log_info("http certificate exchanged file=%s", c->path[0]);
}

struct mono certificates_look(struct certificates *c, struct mono now)
{
    const struct mono next = { now.ms + c->look_ms };
    struct seen is[2];
    struct pair **old = place(c, now), *fresh = NULL;
    struct fault why;

    if (old == NULL || !look_at(c->path[0], &is[0]) || !look_at(c->path[1], &is[1]) ||
        (same(&is[0], &c->seen[0]) && same(&is[1], &c->seen[1])))
        return next;
    memcpy(c->seen, is, sizeof is); /* a wrong pair is said once */
    if (load(c, &fresh, &why) == ERR_NONE)
        exchange(c, fresh, old, now);
    else
        log_warn("http certificate stays as it was: %s", why.text);
    return next;
}

uint64_t certificates_taken(struct certificates *c)
{
    uint64_t n;

    (void)pthread_mutex_lock(&c->lock);
    n = c->taken;
    (void)pthread_mutex_unlock(&c->lock);
    return n;
}

static int retrieve(gnutls_session_t session, const struct gnutls_cert_retr_st *info, gnutls_pcert_st **chain,
                    unsigned int *chain_count, gnutls_ocsp_data_st **ocsp, unsigned int *ocsp_count,
                    gnutls_privkey_t *key, unsigned int *flags)
{
    struct certificates *c = IN_USE;

    (void)session;
    (void)info;
    if (c == NULL)
        return -1;
    (void)pthread_mutex_lock(&c->lock);
    *chain = c->pair->chain;
    *chain_count = c->pair->chain_count;
    *key = c->pair->key;
    (void)pthread_mutex_unlock(&c->lock);
    *ocsp = NULL;
    *ocsp_count = 0;
    *flags = 0; /* all stays ours */
    return 0;
}

void *certificates_callback(struct certificates *c)
{
    gnutls_certificate_retrieve_function3 *const f = retrieve;
    void *p;

    IN_USE = c;
    memcpy(&p, &f, sizeof p);
    return p;
}
