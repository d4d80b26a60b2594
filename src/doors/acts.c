/* What the clerk does: the only place that changes accounts and tokens on behalf of somebody here.
 *
 * What is granted holds once it is on the disk; what is taken away holds at once, whatever the disk says. */
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/utf8.h"
#include "inner.h"

static enum err refuse(struct door_answer *a, enum err code, const char *text)
{
    return fault_set(&a->why, code, "%s", text);
}

static bool find_account(struct doors *d, const char *name, struct account *out)
{
    const struct account *is;

    (void)pthread_mutex_lock(&d->lock);
    is = book_account(d, name);
    if (is != NULL)
        *out = *is;
    (void)pthread_mutex_unlock(&d->lock);
    return is != NULL;
}

/* ------------------------------------------------------------------ writing down */

static void stamp(struct wall *changed, struct wall now)
{
    changed->ms = now.ms > changed->ms ? now.ms : changed->ms + 1;
}

static void account_stamp(struct account *a, const struct door_ask *ask)
{
    stamp(&a->changed, ask->now.wall);
    (void)snprintf(a->changed_by, sizeof a->changed_by, "%.40s", ask->by.name);
}

static void token_stamp(struct api_token *t, const struct door_ask *ask)
{
    stamp(&t->changed, ask->now.wall);
    (void)snprintf(t->changed_by, sizeof t->changed_by, "%.40s", ask->by.name);
}

static void may_less(struct doors *d)
{
    atomic_fetch_add(&d->turn, 1);
}

static void tell(struct doors *d)
{
    if (d->changed != NULL)
        d->changed(d->changed_self);
}

/* `was`: what is to be there again when it cannot be written; NULL: what was taken away stays so. */
static enum err keep_account(struct doors *d, const struct account *is, const struct account *was,
                             struct door_answer *a)
{
    enum err rc;

    (void)pthread_mutex_lock(&d->lock);
    rc = book_put_account(d, is);
    (void)pthread_mutex_unlock(&d->lock);
    if (rc != ERR_NONE)
        return refuse(a, rc, "there are as many accounts as there can be");
    rc = keep_write(d, &a->why);
    if (rc != ERR_NONE && was != NULL) {
        (void)pthread_mutex_lock(&d->lock);
        if (was->name[0] == '\0')
            book_drop_account(d, is->name);
        else
            (void)!book_put_account(d, was);
        (void)pthread_mutex_unlock(&d->lock);
        return ERR_IO;
    }
    tell(d);
    a->account = *is;
    explicit_bzero(a->account.hash, sizeof a->account.hash);
    return rc == ERR_NONE ? rc : ERR_IO;
}

static void end_all_but(struct doors *d, const char *name, const struct door_ask *own)
{
    (void)pthread_mutex_lock(&d->lock);
    (void)sessions_end(&d->sessions, name, NULL,
                       own == NULL || own->session[0] == '\0'
                           ? NULL
                           : sessions_find(&d->sessions, own->session, own->now.mono));
    (void)pthread_mutex_unlock(&d->lock);
    may_less(d);
}

/* ------------------------------------------------------------------ passwords */

static size_t characters_of(const char *text)
{
    size_t count = 0, left = strlen(text);

    while (left > 0) {
        size_t n = utf8_length((const unsigned char *)text, left);
        n = n == 0 ? 1 : n;
        text += n;
        left -= n;
        count++;
    }
    return count;
}

static size_t kinds_of(const char *text)
{
    bool seen[256] = { false };
    size_t kinds = 0;

    for (; *text != '\0'; text++) {
        kinds += !seen[(unsigned char)*text];
        seen[(unsigned char)*text] = true;
    }
    return kinds;
}

/* NIST SP 800-63B, 5.1.1.2: length counts; no rules of composition; not what everybody would guess. */
enum err password_is_fine(const char *password, const char *name, struct fault *why)
{
    if (characters_of(password) < DOORS_PASSWORD_LEAST || strlen(password) >= DOORS_PASSWORD_MAX)
        return fault_set(why, ERR_RANGE, "a password has %d characters or more, and at most %d bytes",
                         DOORS_PASSWORD_LEAST, DOORS_PASSWORD_MAX - 1);
    if (kinds_of(password) < 5)
        return fault_set(why, ERR_RANGE, "a password has five different characters or more");
    if (strlen(name) >= 4 && strstr(password, name) != NULL)
        return fault_set(why, ERR_RANGE, "a password must not hold the name of its account");
    return ERR_NONE;
}

/* A hash that nobody waits for otherwise: the one of an older cost is replaced while the password is here. */
static void renew_hash(struct doors *d, struct account *a, const char *password)
{
    struct fault why;
    struct account *is;

    if (!seal_password_is_old(a->hash, &d->set.cost) ||
        seal_password(password, &d->set.cost, a->hash) != ERR_NONE)
        return;
    (void)pthread_mutex_lock(&d->lock);
    is = book_account(d, a->name);
    if (is != NULL && is->changed.ms == a->changed.ms) {
        memcpy(is->hash, a->hash, sizeof is->hash);
        is->changed.ms++;
    }
    (void)pthread_mutex_unlock(&d->lock);
    if (keep_write(d, &why) != ERR_NONE)
        log_warn("doors accounts are not on the disk yet: %s", why.text);
}

static enum err wrong(struct doors *d, const struct door_ask *ask, const char *name, struct door_answer *a)
{
    int64_t wait;

    (void)pthread_mutex_lock(&d->lock);
    tries_wrong(&d->tries, name, &ask->peer, ask->now.mono);
    wait = tries_wait_ms(&d->tries, name, &ask->peer, ask->now.mono);
    d->stats.wrong_passwords++;
    (void)pthread_mutex_unlock(&d->lock);
    a->retry_after_s = (unsigned)((wait + 999) / 1000);
    return refuse(a, ERR_DENIED, "the name or the password is not right");
}

static void open_session(struct doors *d, const struct door_ask *ask, const struct account *is,
                         struct door_answer *a)
{
    const struct wall expires = { ask->now.wall.ms + DOORS_SESSION_MS };
    struct session *s = sessions_place(&d->sessions, is->name, ask->now.mono);
    char text[SEAL_TOKEN_TEXT];

    seal_token(text);
    *s = (struct session){ .id = seal_hash(text, strlen(text)),
                           .came = CAME_WITH_PASSWORD,
                           .peer = ask->peer,
                           .made = ask->now.mono,
                           .made_at = ask->now.wall,
                           .seen = ask->now.wall,
                           .expires = expires };
    memcpy(s->name, is->name, sizeof s->name);
    visitor_of(is, expires, &a->who);
    (void)snprintf(a->secret, sizeof a->secret, "%s", text);
    explicit_bzero(text, sizeof text);
}

/* A name that is not there costs what a wrong password costs, and is answered the same. */
static enum err sign_in(struct doors *d, const struct door_ask *ask, struct door_answer *a)
{
    struct account is = { .name = "" };
    bool there = find_account(d, ask->name, &is) && account_may_enter(&is);
    bool fits = seal_password_fits(there ? is.hash : d->nobody, ask->secret), learned = false;
    struct fault why;

    if (!fits || !there)
        return wrong(d, ask, ask->name, a);
    renew_hash(d, &is, ask->secret);
    (void)pthread_mutex_lock(&d->lock);
    there = book_account(d, is.name) != NULL && account_may_enter(book_account(d, is.name));
    if (there) { /* it was not taken away meanwhile */
        tries_right(&d->tries, ask->name, &ask->peer);
        learned = book_learn(d, ask->name, &ask->peer);
        open_session(d, ask, &is, a);
    }
    (void)pthread_mutex_unlock(&d->lock);
    explicit_bzero(&is, sizeof is);
    if (learned && keep_write(d, &why) != ERR_NONE)
        log_warn("doors accounts are not on the disk yet: %s", why.text);
    return there ? ERR_NONE : refuse(a, ERR_DENIED, "the name or the password is not right");
}

static bool waits(struct doors *d, const struct door_ask *ask, struct door_answer *a)
{
    int64_t wait;

    (void)pthread_mutex_lock(&d->lock);
    wait = tries_wait_ms(&d->tries, ask->by.name, &ask->peer, ask->now.mono);
    (void)pthread_mutex_unlock(&d->lock);
    a->retry_after_s = (unsigned)((wait + 999) / 1000);
    return wait > 0;
}

static enum err set_password(struct doors *d, const struct door_ask *ask, struct account *is,
                             const char *password, struct door_answer *a)
{
    const struct account was = *is;
    enum err rc;

    if (seal_password(password, &d->set.cost, is->hash) != ERR_NONE)
        return refuse(a, ERR_MEMORY, "no memory for a password");
    account_stamp(is, ask);
    is->password_set = is->changed;
    rc = keep_account(d, is, &was, a);
    explicit_bzero(is->hash, sizeof is->hash);
    return rc;
}

static enum err change_password(struct doors *d, const struct door_ask *ask, struct door_answer *a)
{
    struct account is;
    enum err rc;

    if (!ask->by.person || !find_account(d, ask->by.name, &is))
        return refuse(a, ERR_MISSING, "only the account of a person has a password");
    if (waits(d, ask, a))
        return ERR_TIMEOUT; /* who found an open page does not guess on */
    if (!seal_password_fits(is.hash, ask->secret))
        return wrong(d, ask, is.name, a);
    rc = password_is_fine(ask->fresh, is.name, &a->why);
    if (rc != ERR_NONE)
        return rc;
    if (strcmp(ask->fresh, ask->secret) == 0)
        return refuse(a, ERR_RANGE, "the new password must be another one");
    is.must_change = false;
    rc = set_password(d, ask, &is, ask->fresh, a);
    if (rc == ERR_NONE)
        end_all_but(d, is.name, ask);
    return rc;
}

static enum err give_one_time(struct doors *d, const struct door_ask *ask, struct account *is,
                              struct door_answer *a)
{
    char once[SEAL_ONE_TIME_TEXT];
    enum err rc;

    seal_one_time(once);
    is->must_change = true;
    rc = set_password(d, ask, is, once, a);
    if (rc == ERR_NONE)
        (void)snprintf(a->secret, sizeof a->secret, "%s", once);
    explicit_bzero(once, sizeof once);
    return rc;
}

/* ------------------------------------------------------------------ accounts */

/* Something to show to people: no control characters, whole UTF-8. */
static bool is_text(const char *text, size_t least)
{
    size_t left = strlen(text), n;

    if (left < least)
        return false;
    for (; left > 0; text += n, left -= n) {
        n = utf8_length((const unsigned char *)text, left);
        if (n == 0 || (unsigned char)*text < ' ' || *text == 0x7F)
            return false;
    }
    return true;
}

static enum err check_scope(enum role role, const char *supplier, struct door_answer *a)
{
    if (supplier[0] != '\0' && (role == ROLE_AUTHORITY || role == ROLE_ADMINISTRATOR))
        return refuse(a, ERR_RANGE, "authority and administrator see every supplier: give them none");
    return ERR_NONE;
}

static enum err check_account(const struct account *is, struct door_answer *a)
{
    if (!account_name_is_fine(is->name))
        return refuse(a, ERR_RANGE, "a name has 2 to 40 of a-z 0-9 . _ - and begins with a letter");
    if (!is_text(is->full_name, 1))
        return refuse(a, ERR_RANGE, "a full name has 1 to 128 bytes of text");
    if (is->role == ROLE_NOBODY || is->role == ROLE_AGENCY)
        return refuse(a, ERR_RANGE,
                      "a person is viewer, laboratory, technician, operator, authority or "
                      "administrator");
    if (strcmp(is->language, "vi") != 0 && strcmp(is->language, "en") != 0)
        return refuse(a, ERR_RANGE, "a language is vi or en");
    return check_scope(is->role, is->supplier, a);
}

static enum err add_account(struct doors *d, const struct door_ask *ask, struct door_answer *a)
{
    struct account is = { .name = "" }, none = { .name = "" };
    const struct account *there;
    enum err rc = check_account(&ask->account, a);
    char once[SEAL_ONE_TIME_TEXT];

    if (rc != ERR_NONE)
        return rc;
    (void)pthread_mutex_lock(&d->lock);
    there = book_any_account(d, ask->account.name);
    (void)pthread_mutex_unlock(&d->lock);
    if (there != NULL)
        return refuse(a, ERR_STATE, "there is, or was, an account of that name");
    is = ask->account;
    is.disabled = is.removed = false;
    is.must_change = true;
    is.made = ask->now.wall;
    seal_one_time(once);
    if (seal_password(once, &d->set.cost, is.hash) != ERR_NONE)
        return refuse(a, ERR_MEMORY, "no memory for a password");
    account_stamp(&is, ask);
    is.password_set = is.disabled_set = is.changed;
    rc = keep_account(d, &is, &none, a);
    if (rc == ERR_NONE)
        (void)snprintf(a->secret, sizeof a->secret, "%s", once);
    explicit_bzero(once, sizeof once);
    explicit_bzero(is.hash, sizeof is.hash);
    return rc;
}

static enum err reset_account(struct doors *d, const struct door_ask *ask, struct door_answer *a)
{
    struct account is;
    enum err rc;

    if (!find_account(d, ask->name, &is))
        return refuse(a, ERR_MISSING, "there is no account of that name");
    rc = give_one_time(d, ask, &is, a);
    if (rc == ERR_NONE)
        end_all_but(d, ask->name, NULL);
    return rc;
}

static bool is_last_administrator(struct doors *d, const char *name)
{
    bool others, is;

    (void)pthread_mutex_lock(&d->lock);
    others = book_has_administrator(d, name);
    is = book_has_administrator(d, NULL);
    (void)pthread_mutex_unlock(&d->lock);
    return is && !others;
}

static enum err take_away(struct doors *d, const struct door_ask *ask, struct account *is,
                          struct door_answer *a)
{
    enum err rc;

    account_stamp(is, ask);
    rc = keep_account(d, is, NULL, a);
    if (is->removed || is->disabled)
        end_all_but(d, is->name, NULL);
    may_less(d);
    return rc;
}

static enum err remove_account(struct doors *d, const struct door_ask *ask, struct door_answer *a)
{
    struct account is;

    if (!find_account(d, ask->name, &is))
        return refuse(a, ERR_MISSING, "there is no account of that name");
    if (is_last_administrator(d, ask->name))
        return refuse(a, ERR_STATE, "the last administrator stays");
    is.removed = true;
    memset(is.hash, 0, sizeof is.hash);
    return take_away(d, ask, &is, a);
}

static void apply(struct account *is, const struct door_ask *ask)
{
    const struct account *wish = &ask->account;

    if (ask->set & DOOR_SET_ROLE)
        is->role = wish->role;
    if (ask->set & DOOR_SET_FULL_NAME)
        memcpy(is->full_name, wish->full_name, sizeof is->full_name);
    if (ask->set & DOOR_SET_SUPPLIER)
        memcpy(is->supplier, wish->supplier, sizeof is->supplier);
    if (ask->set & DOOR_SET_LANGUAGE)
        memcpy(is->language, wish->language, sizeof is->language);
    if (ask->set & DOOR_SET_LEADS)
        is->leads = wish->leads;
    if ((ask->set & DOOR_SET_DISABLED) && is->disabled != wish->disabled) {
        is->disabled = wish->disabled;
        stamp(&is->disabled_set, ask->now.wall);
    }
}

static enum err change_account(struct doors *d, const struct door_ask *ask, struct door_answer *a)
{
    struct account is, was;
    enum err rc;

    if (!find_account(d, ask->name, &is))
        return refuse(a, ERR_MISSING, "there is no account of that name");
    was = is;
    apply(&is, ask);
    rc = check_account(&is, a);
    if (rc != ERR_NONE)
        return rc;
    if ((is.role != ROLE_ADMINISTRATOR || is.disabled) && is_last_administrator(d, is.name))
        return refuse(a, ERR_STATE, "the last administrator stays");
    if (is.disabled && !was.disabled)
        return take_away(d, ask, &is, a);
    account_stamp(&is, ask);
    rc = keep_account(d, &is, &was, a);
    may_less(d);
    return rc;
}

/* ------------------------------------------------------------------ tokens */

static enum err keep_token(struct doors *d, const struct api_token *is, bool fresh, struct door_answer *a)
{
    enum err rc;

    (void)pthread_mutex_lock(&d->lock);
    rc = book_put_token(d, is);
    (void)pthread_mutex_unlock(&d->lock);
    if (rc != ERR_NONE)
        return refuse(a, rc, "there are as many tokens as there can be");
    rc = keep_write(d, &a->why);
    if (rc != ERR_NONE && fresh) {
        (void)pthread_mutex_lock(&d->lock);
        book_drop_token(d, is->prefix);
        (void)pthread_mutex_unlock(&d->lock);
        return ERR_IO;
    }
    tell(d);
    a->token = *is;
    memset(a->token.hash, 0, sizeof a->token.hash);
    return rc == ERR_NONE ? rc : ERR_IO;
}

static enum err check_token(const struct door_ask *ask, struct door_answer *a)
{
    const struct api_token *t = &ask->token;

    if (!is_text(t->purpose, 1))
        return refuse(a, ERR_RANGE, "a purpose has 1 to 128 bytes of text");
    if (t->role == ROLE_NOBODY)
        return refuse(a, ERR_RANGE, "a token has a role");
    if (t->expires.ms != 0 && t->expires.ms <= ask->now.wall.ms)
        return refuse(a, ERR_RANGE, "a token ends in the future");
    if (ranges_check(t->addresses, &a->why) != ERR_NONE)
        return ERR_RANGE;
    return check_scope(t->role, t->supplier[0] == '\0' ? t->sites : t->supplier, a);
}

static void make_secret(char out[DOORS_SECRET_TEXT], struct api_token *t)
{
    char random[SEAL_TOKEN_TEXT];
    struct seal_hash h;

    seal_token(random);
    (void)snprintf(out, DOORS_SECRET_TEXT, "cn_%s", random);
    explicit_bzero(random, sizeof random);
    h = seal_hash(out, strlen(out));
    memcpy(t->hash, h.bytes, sizeof t->hash);
    (void)snprintf(t->prefix, sizeof t->prefix, "%s", out);
}

static enum err add_token(struct doors *d, const struct door_ask *ask, struct door_answer *a)
{
    struct api_token t = ask->token;
    char secret[DOORS_SECRET_TEXT];
    bool taken = true;
    enum err rc = check_token(ask, a);

    if (rc != ERR_NONE)
        return rc;
    while (taken) { /* 48 bits tell them apart */
        make_secret(secret, &t);
        (void)pthread_mutex_lock(&d->lock);
        taken = book_token(d, t.prefix) != NULL;
        (void)pthread_mutex_unlock(&d->lock);
    }
    t.revoked = false;
    t.used = (struct wall){ 0 };
    t.made = ask->now.wall;
    token_stamp(&t, ask);
    rc = keep_token(d, &t, true, a);
    if (rc == ERR_NONE)
        memcpy(a->secret, secret, sizeof a->secret);
    explicit_bzero(secret, sizeof secret);
    return rc;
}

static enum err revoke_token(struct doors *d, const struct door_ask *ask, struct door_answer *a)
{
    const struct api_token *there;
    struct api_token t;
    enum err rc;

    (void)pthread_mutex_lock(&d->lock);
    there = book_token(d, ask->name);
    if (there != NULL)
        t = *there;
    (void)pthread_mutex_unlock(&d->lock);
    if (there == NULL)
        return refuse(a, ERR_MISSING, "there is no token of that name");
    t.revoked = true;
    token_stamp(&t, ask);
    rc = keep_token(d, &t, false, a);
    may_less(d);
    return rc;
}

/* ------------------------------------------------------------------ all of them */

void act_do(struct doors *d, const struct door_ask *ask, struct door_answer *a)
{
    static enum err (*const ACTS[DOOR_VERB_COUNT])(struct doors * d, const struct door_ask *ask,
                                                   struct door_answer *a) = {
        [DOOR_SIGN_IN] = sign_in,
        [DOOR_CHANGE_PASSWORD] = change_password,
        [DOOR_ACCOUNT_ADD] = add_account,
        [DOOR_ACCOUNT_CHANGE] = change_account,
        [DOOR_ACCOUNT_RESET] = reset_account,
        [DOOR_ACCOUNT_REMOVE] = remove_account,
        [DOOR_TOKEN_ADD] = add_token,
        [DOOR_TOKEN_REVOKE] = revoke_token,
    };

    a->code = ACTS[ask->verb](d, ask, a);
}
