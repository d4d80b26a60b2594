#include "doors/doors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "inner.h"

enum { PRIVATE = 0600 };

/* ------------------------------------------------------------------ file tokens */

static enum came came_with(const struct doors *d, const char *token)
{
    struct seal_hash h = seal_hash(token, strlen(token));
    bool viewer = seal_hash_equal(&d->viewer, &h) && d->has_viewer; /* both are compared, whichever it is */
    bool operates = seal_hash_equal(&d->operates, &h) && d->has_operator;

    return operates ? CAME_AS_OPERATOR : viewer ? CAME_AS_VIEWER : CAME_NOT;
}

static void be(struct visitor *out, enum came came, struct wall expires)
{
    *out = (struct visitor){ .role = came == CAME_AS_OPERATOR ? ROLE_OPERATOR : ROLE_VIEWER,
                             .expires = expires };
    (void)snprintf(out->name, sizeof out->name, "%s", role_name(out->role));
}

/* ------------------------------------------------------------------ admit, locked */

static bool admit_api_token(struct doors *d, const struct knock *k, struct now now, struct visitor *out)
{
    struct api_token *t = book_token_of(d, k->token);

    if (t == NULL || t->revoked || t->role == ROLE_NOBODY || !ranges_hold(t->addresses, &k->peer) ||
        (t->expires.ms != 0 && t->expires.ms <= now.wall.ms))
        return false;
    if (now.wall.ms - t->used.ms >= DOORS_USED_EVERY_MS) {
        t->used = now.wall;
        d->used = true;
    }
    *out = (struct visitor){ .role = t->role, .expires = t->expires };
    (void)snprintf(out->name, sizeof out->name, "%s", t->prefix);
    memcpy(out->supplier, t->supplier, sizeof out->supplier);
    memcpy(out->sites, t->sites, sizeof out->sites);
    return true;
}

static bool admit_token(struct doors *d, const struct knock *k, struct now now, struct visitor *out)
{
    enum came came = came_with(d, k->token);

    if (came == CAME_NOT)
        return admit_api_token(d, k, now, out);
    be(out, came, (struct wall){ 0 });
    return true;
}

static bool admit_session(struct doors *d, const char *text, struct now now, struct visitor *out)
{
    struct session *s = sessions_find(&d->sessions, text, now.mono);
    const struct account *a;

    if (s == NULL)
        return false;
    s->seen = now.wall;
    if (s->came != CAME_WITH_PASSWORD) {
        be(out, s->came, s->expires);
        return true;
    }
    a = book_account(d, s->name);
    if (a == NULL || !account_may_enter(a))
        return false;
    visitor_of(a, s->expires, out);
    return true;
}

static bool admit(void *self, const struct knock *k, struct now now, struct visitor *out)
{
    struct doors *d = self;
    bool in = false;

    *out = (struct visitor){ .role = ROLE_NOBODY };
    (void)pthread_mutex_lock(&d->lock);
    if (k->token != NULL)
        in = admit_token(d, k, now, out);
    if (!in && k->session != NULL && *k->session != '\0')
        in = admit_session(d, k->session, now, out);
    (void)pthread_mutex_unlock(&d->lock);
    return in;
}

/* ------------------------------------------------------------------ in with a file token, out */

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
    d->stats.wrong_tokens++;
    answered = within_budget(d, now.mono);
    (void)pthread_mutex_unlock(&d->lock);
    return answered ? fault_set(why, ERR_DENIED, "this access token is not right")
                    : fault_set(why, ERR_FULL, "too many wrong access tokens in a short time");
}

static enum err sign_in(void *self, const char *token, struct now now, char session[DOORS_SECRET_TEXT],
                        struct visitor *out, struct fault *why)
{
    struct doors *d = self;
    enum came came = token == NULL ? CAME_NOT : came_with(d, token);
    char text[SEAL_TOKEN_TEXT];
    struct session *s;

    *out = (struct visitor){ .role = ROLE_NOBODY };
    if (came == CAME_NOT)
        return refuse(d, now, why);
    be(out, came, (struct wall){ now.wall.ms + DOORS_SESSION_MS });
    seal_token(text);
    (void)pthread_mutex_lock(&d->lock);
    s = sessions_place(&d->sessions, out->name, now.mono);
    *s = (struct session){ .id = seal_hash(text, strlen(text)),
                           .came = came,
                           .made = now.mono,
                           .made_at = now.wall,
                           .seen = now.wall,
                           .expires = out->expires };
    (void)pthread_mutex_unlock(&d->lock);
    (void)snprintf(session, DOORS_SECRET_TEXT, "%s", text);
    explicit_bzero(text, sizeof text);
    note_sign_in_by_token(d, out, ERR_NONE);
    return ERR_NONE;
}

static void sign_out(void *self, const char *session)
{
    struct doors *d = self;
    struct seal_hash h = seal_hash(session, strlen(session));
    char name[ACCOUNT_NAME_MAX] = "";

    (void)pthread_mutex_lock(&d->lock);
    for (size_t i = 0; i < DOORS_SESSIONS_MAX; i++) {
        struct session *s = &d->sessions.items[i];
        if (s->came == CAME_NOT || !seal_hash_equal(&s->id, &h))
            continue;
        (void)snprintf(name, sizeof name, "%s", s->name);
        *s = (struct session){ .came = CAME_NOT };
    }
    (void)pthread_mutex_unlock(&d->lock);
    atomic_fetch_add(&d->turn, 1);
    if (name[0] != '\0')
        note_signed_out(d, name);
}

/* ------------------------------------------------------------------ lists */

static size_t accounts(void *self, struct account *out, size_t max)
{
    struct doors *d = self;
    size_t n = 0;

    (void)pthread_mutex_lock(&d->lock);
    for (size_t i = 0; i < d->account_count; i++) {
        if (d->accounts[i].removed)
            continue;
        if (n < max) {
            out[n] = d->accounts[i];
            memset(out[n].hash, 0, sizeof out[n].hash);
        }
        n++;
    }
    (void)pthread_mutex_unlock(&d->lock);
    return n;
}

static bool person(void *self, const char *name, struct account *out)
{
    struct doors *d = self;
    const struct account *is;

    (void)pthread_mutex_lock(&d->lock);
    is = book_any_account(d, name);
    if (is != NULL) {
        *out = *is;
        memset(out->hash, 0, sizeof out->hash);
    }
    (void)pthread_mutex_unlock(&d->lock);
    return is != NULL;
}

static size_t tokens(void *self, struct api_token *out, size_t max)
{
    struct doors *d = self;
    size_t n;

    (void)pthread_mutex_lock(&d->lock);
    n = d->token_count;
    for (size_t i = 0; i < n && i < max; i++) {
        out[i] = d->tokens[i];
        memset(out[i].hash, 0, sizeof out[i].hash);
    }
    (void)pthread_mutex_unlock(&d->lock);
    return n;
}

static void describe(const struct session *s, struct session_info *out)
{
    *out =
        (struct session_info){ .peer = s->peer, .made = s->made_at, .seen = s->seen, .expires = s->expires };
    session_id(s, out->id);
    memcpy(out->name, s->name, sizeof out->name);
}

static size_t list_sessions(void *self, const char *account, struct now now, struct session_info *out,
                            size_t max)
{
    struct doors *d = self;
    size_t n = 0;

    (void)pthread_mutex_lock(&d->lock);
    for (size_t i = 0; i < DOORS_SESSIONS_MAX; i++) {
        const struct session *s = &d->sessions.items[i];
        if (!session_is_live(s, now.mono) || s->came != CAME_WITH_PASSWORD ||
            (account != NULL && strcmp(s->name, account) != 0))
            continue;
        if (n < max)
            describe(s, &out[n]);
        n++;
    }
    (void)pthread_mutex_unlock(&d->lock);
    return n;
}

static size_t end_sessions(void *self, const char *account, const char *id, const struct actor *by)
{
    struct doors *d = self;
    size_t ended;

    (void)pthread_mutex_lock(&d->lock);
    ended = sessions_end(&d->sessions, account, id, NULL);
    (void)pthread_mutex_unlock(&d->lock);
    atomic_fetch_add(&d->turn, 1);
    note_sessions_ended(d, account, id, by, ended);
    return ended;
}

static unsigned turn(void *self)
{
    return atomic_load(&((struct doors *)self)->turn);
}

static struct door_freshness freshness(void *self, struct now now)
{
    struct doors *d = self;
    struct door_freshness f = { .alone = d->set.alone };

    (void)pthread_mutex_lock(&d->lock);
    f.as_of = d->agreed;
    f.unwritten = d->unwritten;
    (void)pthread_mutex_unlock(&d->lock);
    f.stale = !f.alone && now.wall.ms - f.as_of.ms > DOORS_STALE_MS;
    return f;
}

/* ------------------------------------------------------------------ with other nodes */

static enum err copy(const void *from, size_t count, size_t size, void **out, size_t *n)
{
    *out = malloc(count == 0 ? 1 : count * size);
    *n = count;
    if (*out == NULL)
        return ERR_MEMORY;
    memcpy(*out, from, count * size);
    return ERR_NONE;
}

static enum err give_accounts(void *self, struct account **out, size_t *count)
{
    struct doors *d = self;
    void *all;
    enum err rc;

    (void)pthread_mutex_lock(&d->lock);
    rc = copy(d->accounts, d->account_count, sizeof *d->accounts, &all, count);
    (void)pthread_mutex_unlock(&d->lock);
    *out = all;
    return rc;
}

static enum err give_tokens(void *self, struct api_token **out, size_t *count)
{
    struct doors *d = self;
    void *all;
    enum err rc;

    (void)pthread_mutex_lock(&d->lock);
    rc = copy(d->tokens, d->token_count, sizeof *d->tokens, &all, count);
    (void)pthread_mutex_unlock(&d->lock);
    *out = all;
    return rc;
}

/* All that a merge can move. */
static bool account_moved(const struct account *was, const struct account *is)
{
    return was->changed.ms != is->changed.ms || was->disabled_set.ms != is->disabled_set.ms ||
           was->disabled != is->disabled || was->removed != is->removed;
}

static bool token_moved(const struct api_token *was, const struct api_token *is)
{
    return was->changed.ms != is->changed.ms || was->used.ms != is->used.ms || was->revoked != is->revoked;
}

static enum err hear_account(void *self, const struct account *theirs)
{
    struct doors *d = self;
    struct account *mine, was;
    enum err rc = ERR_NONE;

    (void)pthread_mutex_lock(&d->lock);
    mine = book_any_account(d, theirs->name);
    if (mine == NULL) {
        rc = book_put_account(d, theirs);
        d->unwritten = rc == ERR_NONE || d->unwritten;
    } else {
        was = *mine;
        (void)account_merge(mine, theirs);
        if (account_moved(&was, mine)) {
            d->unwritten = true;
            atomic_fetch_add(&d->turn, 1);
        }
        if (was.password_set.ms != mine->password_set.ms || !account_may_enter(mine))
            (void)sessions_end(&d->sessions, mine->name, NULL, NULL);
    }
    (void)pthread_mutex_unlock(&d->lock);
    return rc;
}

static enum err hear_token(void *self, const struct api_token *theirs)
{
    struct doors *d = self;
    struct api_token *mine, was;
    enum err rc = ERR_NONE;

    (void)pthread_mutex_lock(&d->lock);
    mine = book_token(d, theirs->prefix);
    if (mine == NULL) {
        rc = book_put_token(d, theirs);
        d->unwritten = rc == ERR_NONE || d->unwritten;
    } else {
        was = *mine;
        (void)api_token_merge(mine, theirs);
        if (token_moved(&was, mine)) {
            d->unwritten = true;
            atomic_fetch_add(&d->turn, 1);
        }
    }
    (void)pthread_mutex_unlock(&d->lock);
    return rc;
}

static void agreed(void *self, struct wall at)
{
    struct doors *d = self;

    (void)pthread_mutex_lock(&d->lock);
    d->agreed = at;
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

static enum err read_token(const char *path, struct seal_hash *out, bool *has, struct fault *why)
{
    char token[128];
    enum err rc;

    if (path == NULL || *path == '\0')
        return ERR_NONE;
    rc = file_read_secret(path, token, sizeof token, why);
    if (rc == ERR_NONE)
        rc = check_token(token, path, why);
    if (rc == ERR_NONE) {
        *out = seal_hash(token, strlen(token));
        *has = true;
    }
    explicit_bzero(token, sizeof token);
    return rc;
}

static enum err read_tokens(struct doors *d, struct fault *why)
{
    enum err rc = read_token(d->set.viewer_token_file, &d->viewer, &d->has_viewer, why);

    if (rc == ERR_NONE)
        rc = read_token(d->set.operator_token_file, &d->operates, &d->has_operator, why);
    if (rc == ERR_NONE && d->has_viewer && d->has_operator && seal_hash_equal(&d->viewer, &d->operates))
        rc = fault_set(why, ERR_RANGE, "%s: the operator's token must not be the viewer's",
                       d->set.operator_token_file);
    return rc;
}

static enum err make_room(struct doors *d, struct fault *why)
{
    char never[SEAL_ONE_TIME_TEXT];

    d->accounts = calloc(ACCOUNTS_MAX, sizeof *d->accounts);
    d->known = calloc(ACCOUNTS_MAX, sizeof *d->known);
    d->tokens = calloc(API_TOKENS_MAX, sizeof *d->tokens);
    seal_one_time(never);
    if (d->accounts == NULL || d->known == NULL || d->tokens == NULL ||
        seal_password(never, &d->set.cost, d->nobody) != ERR_NONE)
        return fault_set(why, ERR_MEMORY, "doors: no memory");
    return ERR_NONE;
}

static enum err find_files(struct doors *d, struct fault *why)
{
    const char *folder = d->set.folder;

    if (folder == NULL)
        return ERR_NONE;
    if (snprintf(d->path, sizeof d->path - 16, "%s/doors.jsonl", folder) >= (int)sizeof d->path - 16)
        return fault_set(why, ERR_RANGE, "doors: the path of the folder is too long");
    (void)snprintf(d->first_path, sizeof d->first_path, "%.4000s/first-password", folder);
    return file_make_folder(folder, why);
}

enum err doors_open(struct doors **out, const struct doors_settings *s, struct fault *why)
{
    struct doors *d = calloc(1, sizeof *d);
    enum err rc;

    if (d == NULL)
        return fault_set(why, ERR_MEMORY, "doors: no memory");
    (void)pthread_mutex_init(&d->lock, NULL);
    d->set = *s;
    rc = read_tokens(d, why);
    if (rc == ERR_NONE)
        rc = make_room(d, why);
    if (rc == ERR_NONE)
        rc = find_files(d, why);
    if (rc == ERR_NONE) {
        rc = keep_read(d, why);
        rc = rc == ERR_MISSING ? ERR_NONE : rc; /* the first start */
    }
    if (rc != ERR_NONE) {
        doors_close(d);
        return rc;
    }
    *out = d;
    return ERR_NONE;
}

/* The oldest there can be: whatever the database knows of that name wins over it. */
static enum err make_first(struct doors *d, const char *password, struct fault *why)
{
    struct account a = { .name = "admin",
                         .full_name = "Administrator",
                         .role = ROLE_ADMINISTRATOR,
                         .language = "vi",
                         .must_change = true,
                         .changed_by = "first-start" };
    enum err rc;

    a.made = a.password_set = clock_read(&d->set.clock).wall;
    a.disabled_set = a.changed = (struct wall){ 1 };
    if (seal_password(password, &d->set.cost, a.hash) != ERR_NONE)
        return fault_set(why, ERR_MEMORY, "doors: no memory");
    (void)pthread_mutex_lock(&d->lock);
    rc = book_any_account(d, a.name) != NULL ? ERR_STATE : book_put_account(d, &a);
    (void)pthread_mutex_unlock(&d->lock);
    explicit_bzero(&a, sizeof a);
    if (rc != ERR_NONE)
        return fault_set(why, rc,
                         "doors: no administrator may enter, and the account admin cannot be made: "
                         "capnuocctl user makes or enables one");
    return keep_write(d, why);
}

enum err doors_first_start(struct doors *d, struct fault *why)
{
    char once[SEAL_ONE_TIME_TEXT + 1];
    bool has;
    enum err rc;

    (void)pthread_mutex_lock(&d->lock);
    has = book_has_administrator(d, NULL) || book_any_account(d, "admin") != NULL;
    (void)pthread_mutex_unlock(&d->lock);
    if (has || d->path[0] == '\0')
        return ERR_NONE;
    seal_one_time(once);
    (void)snprintf(once + strlen(once), 2, "\n");
    rc = file_write(d->first_path, once, strlen(once), PRIVATE, why);
    once[strcspn(once, "\n")] = '\0';
    if (rc == ERR_NONE)
        rc = make_first(d, once, why);
    explicit_bzero(once, sizeof once);
    if (rc == ERR_NONE)
        note_first(d);
    if (rc == ERR_NONE)
        log_info("doors first start: account=admin password_file=%s", d->first_path);
    return rc;
}

enum err doors_start(struct doors *d, struct fault *why)
{
    return clerk_start(d, why);
}

void doors_stop(struct doors *d)
{
    if (d != NULL)
        clerk_stop(d);
}

void doors_on_change(struct doors *d, void (*changed)(void *self), void *self)
{
    d->changed = changed;
    d->changed_self = self;
}

void doors_record(struct doors *d, struct audit_port audit)
{
    d->audit = audit;
}

static void wipe(void *bytes, size_t count, size_t size)
{
    if (bytes != NULL)
        explicit_bzero(bytes, count * size);
    free(bytes);
}

void doors_close(struct doors *d)
{
    if (d == NULL)
        return;
    clerk_stop(d);
    queue_free(d->asks);
    (void)pthread_mutex_destroy(&d->lock);
    wipe(d->accounts, ACCOUNTS_MAX, sizeof *d->accounts);
    wipe(d->tokens, API_TOKENS_MAX, sizeof *d->tokens);
    free(d->known);
    explicit_bzero(d, sizeof *d);
    free(d);
}

struct doors_port doors_port(struct doors *d)
{
    return (struct doors_port){
        d,      admit,  sign_in,       sign_out,     clerk_act, accounts,
        person, tokens, list_sessions, end_sessions, turn,      freshness,
    };
}

struct grants_port doors_grants(struct doors *d)
{
    return (struct grants_port){ d, give_accounts, give_tokens, hear_account, hear_token, agreed };
}

void doors_stats(struct doors *d, struct doors_stats *out)
{
    (void)pthread_mutex_lock(&d->lock);
    *out = d->stats;
    out->accounts = d->account_count;
    out->tokens = d->token_count;
    out->sessions = 0;
    for (size_t i = 0; i < DOORS_SESSIONS_MAX; i++)
        out->sessions += d->sessions.items[i].came != CAME_NOT;
    (void)pthread_mutex_unlock(&d->lock);
}
