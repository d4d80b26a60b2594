/* The doors with a clock of the test's own, and a way to ask the clerk and wait for the answer. */
#ifndef TESTS_DOORS_DESK_H
#define TESTS_DOORS_DESK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "doors/doors.h"
#include "seal/seal.h"

enum { DESK_START = 1 };

struct desk {
    struct doors *d;
    struct doors_port p;
    struct now now;
    char folder[64];
    struct door_answer answer; /* the last */
    pthread_mutex_t lock;
    pthread_cond_t cond;
    unsigned answered;
    unsigned changes;
};

static inline struct now desk_read(void *self)
{
    return ((struct desk *)self)->now;
}

static inline void desk_changed(void *self)
{
    ((struct desk *)self)->changes++;
}

static inline void desk_pass(struct desk *k, int64_t ms)
{
    k->now.mono.ms += ms;
    k->now.wall.ms += ms;
}

static inline void desk_open(struct desk *k)
{
    const struct doors_settings s = { .folder = k->folder, .cost = { 1, 8192 }, .clock = { desk_read, k } };
    struct fault why = { .text = "" };

    if (doors_open(&k->d, &s, &why) != ERR_NONE || doors_first_start(k->d, &why) != ERR_NONE)
        fail_msg("%s", why.text);
    doors_on_change(k->d, desk_changed, k);
    assert_int_equal(doors_start(k->d, &why), ERR_NONE);
    k->p = doors_port(k->d);
}

static inline void desk_init(struct desk *k)
{
    struct fault why;

    *k = (struct desk){ .now = { { 1000 }, { 1795435838000 } } };
    (void)snprintf(k->folder, sizeof k->folder, "/tmp/capnuoc-desk-XXXXXX");
    assert_non_null(mkdtemp(k->folder));
    (void)pthread_mutex_init(&k->lock, NULL);
    (void)pthread_cond_init(&k->cond, NULL);
    assert_int_equal(seal_start(&why), ERR_NONE);
    desk_open(k);
}

static inline void desk_restart(struct desk *k)
{
    doors_close(k->d);
    desk_open(k);
}

static inline const char *desk_path(const struct desk *k, const char *name)
{
    static char path[128];

    (void)snprintf(path, sizeof path, "%s/%s", k->folder, name);
    return path;
}

static inline void desk_clear(struct desk *k)
{
    static const char *const FILES[] = { "doors.jsonl", "first-password", "doors.jsonl.unreadable" };

    doors_close(k->d);
    for (size_t i = 0; i < sizeof FILES / sizeof FILES[0]; i++)
        (void)unlink(desk_path(k, FILES[i]));
    assert_int_equal(rmdir(k->folder), 0);
    (void)pthread_cond_destroy(&k->cond);
    (void)pthread_mutex_destroy(&k->lock);
}

static inline void desk_done(void *ticket, const struct door_answer *a)
{
    struct desk *k = ticket;

    (void)pthread_mutex_lock(&k->lock);
    k->answer = *a;
    k->answered++;
    (void)pthread_cond_signal(&k->cond);
    (void)pthread_mutex_unlock(&k->lock);
}

static inline enum err desk_ask(struct desk *k, struct door_ask ask)
{
    struct fault why;
    unsigned before = k->answered;
    enum err rc;

    ask.now = k->now;
    rc = k->p.act(k->p.self, &ask, desk_done, k, &why);
    if (rc != ERR_NONE)
        return rc;
    (void)pthread_mutex_lock(&k->lock);
    while (k->answered == before)
        (void)pthread_cond_wait(&k->cond, &k->lock);
    (void)pthread_mutex_unlock(&k->lock);
    return k->answer.code;
}

static inline struct peer desk_peer(const char *text)
{
    struct peer p;

    assert_true(peer_parse(text, &p));
    return p;
}

static inline enum err desk_sign_in(struct desk *k, const char *name, const char *password, const char *from)
{
    struct door_ask ask = { .verb = DOOR_SIGN_IN, .peer = desk_peer(from) };

    (void)snprintf(ask.name, sizeof ask.name, "%s", name);
    (void)snprintf(ask.secret, sizeof ask.secret, "%s", password);
    return desk_ask(k, ask);
}

static inline bool desk_admits(struct desk *k, const char *token, const char *session, const char *from,
                               struct visitor *who)
{
    const struct knock knock = { token, session, desk_peer(from) };

    return k->p.admit(k->p.self, &knock, k->now, who);
}

static inline struct visitor desk_person(const char *name)
{
    struct visitor v = { .role = ROLE_ADMINISTRATOR, .person = true };

    (void)snprintf(v.name, sizeof v.name, "%s", name);
    return v;
}

static inline enum err desk_change_password(struct desk *k, const char *name, const char *was,
                                            const char *fresh, const char *session)
{
    struct door_ask ask = { .verb = DOOR_CHANGE_PASSWORD,
                            .by = desk_person(name),
                            .peer = desk_peer("10.0.0.1") };

    (void)snprintf(ask.secret, sizeof ask.secret, "%s", was);
    (void)snprintf(ask.fresh, sizeof ask.fresh, "%s", fresh);
    (void)snprintf(ask.session, sizeof ask.session, "%s", session);
    return desk_ask(k, ask);
}

static inline enum err desk_add(struct desk *k, const char *name, enum role role, const char *supplier)
{
    struct door_ask ask = { .verb = DOOR_ACCOUNT_ADD,
                            .by = desk_person("admin"),
                            .account = { .role = role, .language = "vi", .full_name = "Nguyễn Văn A" } };

    (void)snprintf(ask.account.name, sizeof ask.account.name, "%s", name);
    (void)snprintf(ask.account.supplier, sizeof ask.account.supplier, "%s", supplier);
    return desk_ask(k, ask);
}

static inline enum err desk_do(struct desk *k, enum door_verb verb, const char *name)
{
    struct door_ask ask = { .verb = verb, .by = desk_person("admin") };

    (void)snprintf(ask.name, sizeof ask.name, "%s", name);
    return desk_ask(k, ask);
}

static inline enum err desk_disable(struct desk *k, const char *name, bool disabled)
{
    struct door_ask ask = { .verb = DOOR_ACCOUNT_CHANGE,
                            .by = desk_person("admin"),
                            .set = DOOR_SET_DISABLED,
                            .account = { .disabled = disabled } };

    (void)snprintf(ask.name, sizeof ask.name, "%s", name);
    return desk_ask(k, ask);
}

#endif
