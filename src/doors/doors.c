#include "doors/doors.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "seal/seal.h"

struct session {
    struct seal_hash id; /* of its text: a copy of memory signs nobody in */
    struct mono made;    /* .ms == INT64_MIN: free */
    struct wall expires; /* to show; elapsed time decides */
    enum role role;
};

struct doors {
    pthread_mutex_t lock;
    struct seal_hash token, operator_token;
    bool has_operator;
    struct session sessions[DOORS_SESSIONS_MAX];
    struct mono wrong_since; /* the bucket of wrong tries fills from here */
    int64_t wrong_used_ms;   /* what recent tries have used of it */
    uint64_t wrong_tries;
};

static const struct mono NEVER = { INT64_MIN };

static struct seal_hash hash_text(const char *text)
{
    return seal_hash(text, strlen(text));
}

/* ------------------------------------------------------------------ sessions, locked */

static bool is_live(const struct session *s, struct mono now)
{
    return s->made.ms != NEVER.ms && now.ms - s->made.ms < DOORS_SESSION_MS;
}

static struct session *find(struct doors *d, const char *text, struct mono now)
{
    struct seal_hash h = hash_text(text);

    for (size_t i = 0; i < DOORS_SESSIONS_MAX; i++) {
        struct session *s = &d->sessions[i];
        if (is_live(s, now) && seal_hash_equal(&s->id, &h))
            return s;
    }
    return NULL;
}

/* A free place, else the oldest. */
static struct session *place(struct doors *d)
{
    struct session *oldest = &d->sessions[0];

    for (size_t i = 1; i < DOORS_SESSIONS_MAX; i++)
        if (d->sessions[i].made.ms < oldest->made.ms)
            oldest = &d->sessions[i];
    return oldest;
}

/* Both are compared, whichever it is. */
static enum role role_of(const struct doors *d, const char *token)
{
    struct seal_hash h = hash_text(token);
    bool viewer = seal_hash_equal(&d->token, &h);
    bool operates = seal_hash_equal(&d->operator_token, &h) && d->has_operator;

    return operates ? ROLE_OPERATOR : viewer ? ROLE_VIEWER : ROLE_NOBODY;
}

/* ------------------------------------------------------------------ port */

static void be(struct visitor *out, enum role role, struct wall expires)
{
    *out = (struct visitor){ .role = role, .expires = expires };
    (void)snprintf(out->name, sizeof out->name, "%s", role == ROLE_OPERATOR ? "operator" : "viewer");
}

static bool admit(void *self, const char *token, const char *session, struct now now, struct visitor *out)
{
    struct doors *d = self;
    const struct session *s;
    bool in = false;

    *out = (struct visitor){ .role = ROLE_NOBODY };
    if (token != NULL && role_of(d, token) != ROLE_NOBODY) {
        be(out, role_of(d, token), (struct wall){ 0 });
        return true;
    }
    if (session == NULL || *session == '\0')
        return false;
    (void)pthread_mutex_lock(&d->lock);
    s = find(d, session, now.mono);
    if (s != NULL) {
        be(out, s->role, s->expires);
        in = true;
    }
    (void)pthread_mutex_unlock(&d->lock);
    return in;
}

/* Each wrong try uses some of a budget that comes back with time; beyond it the answer is "too many", which
 * costs nothing and tells nothing.  One budget for everybody: a stranger can use it up, and a right token
 * passes all the same. */
static bool within_budget(struct doors *d, struct mono now)
{
    int64_t passed = now.ms - d->wrong_since.ms;

    d->wrong_since = now;
    d->wrong_used_ms = passed < 0 || passed > d->wrong_used_ms ? 0 : d->wrong_used_ms - passed;
    if (d->wrong_used_ms > (int64_t)(DOORS_WRONG_BURST - 1) * DOORS_WRONG_EVERY_MS)
        return false;
    d->wrong_used_ms += DOORS_WRONG_EVERY_MS;
    return true;
}

static enum err refuse(struct doors *d, struct now now, struct fault *why)
{
    bool answered;

    (void)pthread_mutex_lock(&d->lock);
    d->wrong_tries++;
    answered = within_budget(d, now.mono);
    (void)pthread_mutex_unlock(&d->lock);
    return answered ? fault_set(why, ERR_DENIED, "this access token is not right")
                    : fault_set(why, ERR_FULL, "too many wrong access tokens in a short time");
}

static enum err sign_in(void *self, const char *token, struct now now, char session[DOORS_SECRET_TEXT],
                        struct visitor *out, struct fault *why)
{
    struct doors *d = self;
    char text[SEAL_TOKEN_TEXT];
    struct session *s;

    *out = (struct visitor){ .role = ROLE_NOBODY };
    if (token == NULL || role_of(d, token) == ROLE_NOBODY)
        return refuse(d, now, why);
    seal_token(text);
    (void)pthread_mutex_lock(&d->lock);
    s = place(d);
    s->id = hash_text(text);
    s->made = now.mono;
    s->role = role_of(d, token);
    s->expires = (struct wall){ now.wall.ms + DOORS_SESSION_MS };
    be(out, s->role, s->expires);
    (void)pthread_mutex_unlock(&d->lock);
    (void)snprintf(session, DOORS_SECRET_TEXT, "%s", text);
    explicit_bzero(text, sizeof text);
    return ERR_NONE;
}

static void sign_out(void *self, const char *session)
{
    struct doors *d = self;
    struct seal_hash h = hash_text(session);

    (void)pthread_mutex_lock(&d->lock);
    for (size_t i = 0; i < DOORS_SESSIONS_MAX; i++)
        if (seal_hash_equal(&d->sessions[i].id, &h))
            d->sessions[i].made = NEVER;
    (void)pthread_mutex_unlock(&d->lock);
}

/* ------------------------------------------------------------------ open, close */

static enum err check_token(const char *token, const char *path, struct fault *why)
{
    static const char ALPHABET[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    size_t n = strlen(token);

    if (n < DOORS_TOKEN_LEAST || n >= DOORS_SECRET_TEXT || strspn(token, ALPHABET) != n)
        return fault_set(why, ERR_RANGE,
                         "%s: must hold a random token of %d to %d characters A-Z a-z 0-9 - _", path,
                         DOORS_TOKEN_LEAST, DOORS_SECRET_TEXT - 1);
    return ERR_NONE;
}

enum err doors_open(struct doors **out, const char *token_file, struct fault *why)
{
    char token[128];
    struct doors *d;
    enum err rc = file_read_secret(token_file, token, sizeof token, why);

    if (rc == ERR_NONE)
        rc = check_token(token, token_file, why);
    if (rc != ERR_NONE)
        goto wipe;
    d = calloc(1, sizeof *d);
    if (d == NULL) {
        rc = fault_set(why, ERR_MEMORY, "doors: no memory");
        goto wipe;
    }
    (void)pthread_mutex_init(&d->lock, NULL);
    d->token = hash_text(token);
    for (size_t i = 0; i < DOORS_SESSIONS_MAX; i++)
        d->sessions[i].made = NEVER;
    *out = d;

wipe:
    explicit_bzero(token, sizeof token);
    return rc;
}

enum err doors_operator(struct doors *d, const char *token_file, struct fault *why)
{
    char token[128];
    enum err rc = file_read_secret(token_file, token, sizeof token, why);

    if (rc == ERR_NONE)
        rc = check_token(token, token_file, why);
    if (rc == ERR_NONE && role_of(d, token) == ROLE_VIEWER)
        rc = fault_set(why, ERR_RANGE, "%s: the operator's token must not be the viewer's", token_file);
    if (rc == ERR_NONE) {
        d->operator_token = hash_text(token);
        d->has_operator = true;
    }
    explicit_bzero(token, sizeof token);
    return rc;
}

void doors_close(struct doors *d)
{
    if (d == NULL)
        return;
    (void)pthread_mutex_destroy(&d->lock);
    explicit_bzero(d, sizeof *d);
    free(d);
}

struct doors_port doors_port(struct doors *d)
{
    return (struct doors_port){ .self = d, .admit = admit, .sign_in = sign_in, .sign_out = sign_out };
}

uint64_t doors_wrong_tries(struct doors *d)
{
    uint64_t n;

    (void)pthread_mutex_lock(&d->lock);
    n = d->wrong_tries;
    (void)pthread_mutex_unlock(&d->lock);
    return n;
}
