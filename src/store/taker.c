#include "store/taker.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "leash.h"
#include "pg.h"
#include "schema.h"
#include "sql.h"

enum { LOOK_MS = 1000, RETRY_MS = 3000, TURN_MAX = 16 };

struct taker {
    struct store_settings store;
    struct clock clock;
    struct taker_hands hands;
    struct leash leash;
    pthread_t thread;
    struct pg *pg; /* the thread's own, likewise the next */
    struct damper damper;
};

static enum err meet(struct taker *t, struct fault *why)
{
    const struct pg_options o = { .connect = t->store.connect,
                                  .login = &t->store.writer,
                                  .name = "capnuoc taker",
                                  .answer_ms = t->store.answer_ms,
                                  .leash = &t->leash };
    enum err rc;

    pg_close(t->pg);
    t->pg = NULL;
    rc = pg_open(&t->pg, &o, why);
    return rc != ERR_NONE ? rc : schema_check(t->pg, why);
}

/* False: it is not one that this program understands. */
static bool read_step(const struct taker *t, const struct pg_result *r, size_t row, struct handed_step *h)
{
    size_t len;
    const void *body = pg_get_bytes(r, row, 7, &len);

    *h = (struct handed_step){ .told = pg_get_time(r, row, 3), .by.kind = (uint8_t)pg_get_int(r, row, 4) };
    (void)snprintf(h->node, sizeof h->node, "%s", t->store.node);
    (void)pg_copy_text(r, row, 2, h->from, sizeof h->from);
    (void)pg_copy_text(r, row, 5, h->by.name, sizeof h->by.name);
    (void)pg_copy_text(r, row, 6, h->by.address, sizeof h->by.address);
    return handed_read(body, len, h) == ERR_NONE && h->act.incident == (uint64_t)pg_get_int(r, row, 0) &&
           strcmp(h->act.key, pg_get_text(r, row, 1, NULL)) == 0;
}

static enum err settle(struct taker *t, const struct pg_result *r, size_t row, enum taken how,
                       const char *reason, struct fault *why)
{
    struct pg_value v[] = { pg_text(t->store.node),
                            pg_int(pg_get_int(r, row, 0)),
                            pg_text(pg_get_text(r, row, 1, NULL)),
                            pg_int(how == TAKEN_DONE ? HANDED_DONE : HANDED_REFUSED),
                            pg_text(reason),
                            pg_time(clock_read(&t->clock).wall) };

    return pg_ask(t->pg, sql_handed_settle, v, COUNT_OF(v), NULL, why);
}

/* The next waits for it: they are done in the order they were told. */
static enum err take_one(struct taker *t, const struct pg_result *r, size_t row, struct fault *why)
{
    char reason[HANDED_REASON_MAX] = "";
    struct handed_step h;
    enum taken how = TAKEN_REFUSED;
    enum err rc;

    if (read_step(t, r, row, &h))
        how = t->hands.take(t->hands.self, &h, reason);
    else
        (void)snprintf(reason, sizeof reason, "%s", handed_unreadable);
    if (how == TAKEN_LATER)
        return fault_set(why, ERR_FULL, "a step that was handed over is not taken yet");
    rc = settle(t, r, row, how, reason, why);
    if (rc == ERR_NONE)
        log_info("step handed over incident=%lld from=%s %s%s%s", (long long)pg_get_int(r, row, 0),
                 pg_get_text(r, row, 2, NULL), how == TAKEN_DONE ? "done" : "refused",
                 reason[0] == '\0' ? "" : ": ", reason);
    return rc;
}

static enum err turn(struct taker *t, struct fault *why)
{
    struct pg_value v[] = { pg_text(t->store.node), pg_int(TURN_MAX) };
    struct pg_result *r;
    enum err rc = pg_alive(t->pg) ? ERR_NONE : meet(t, why);

    if (rc != ERR_NONE)
        return rc;
    rc = pg_ask(t->pg, sql_handed_waiting, v, COUNT_OF(v), &r, why);
    if (rc != ERR_NONE)
        return rc;
    for (size_t i = 0; i < pg_rows(r) && rc == ERR_NONE && !leash_pulled(&t->leash); i++)
        rc = take_one(t, r, i, why);
    pg_free(r);
    return rc;
}

static void note(struct taker *t, enum err rc, const struct fault *why)
{
    struct mono now = mono_read();
    unsigned unsaid;
    int64_t lasted_ms;

    if (rc == ERR_NONE && damper_end(&t->damper, now, &lasted_ms))
        log_info("steps of other nodes are taken again: after_ms=%lld", (long long)lasted_ms);
    else if (rc != ERR_NONE && damper_complain(&t->damper, now, &unsaid))
        log_warn("steps of other nodes wait: %s unsaid=%u", why->text, unsaid);
}

static void *run(void *self)
{
    struct taker *t = self;

    while (!leash_pulled(&t->leash)) {
        struct fault why = { .text = "" };
        enum err rc = turn(t, &why);
        struct mono until = { mono_read().ms + (rc == ERR_NONE ? LOOK_MS : RETRY_MS) };

        if (!leash_pulled(&t->leash))
            note(t, rc, &why);
        if (pg_rest(t->pg, &t->leash, -1, until, &why) != ERR_NONE)
            log_debug("steps of other nodes: %s", why.text);
    }
    pg_close(t->pg);
    return NULL;
}

enum err taker_start(struct taker **out, const struct store_settings *s, struct clock clock,
                     const struct taker_hands *hands, struct fault *why)
{
    struct taker *t = calloc(1, sizeof *t);
    enum err rc;

    *out = NULL;
    if (t == NULL)
        return fault_set(why, ERR_MEMORY, "steps of other nodes: no memory");
    t->store = *s;
    t->clock = clock;
    t->hands = *hands;
    rc = leash_init(&t->leash, why);
    if (rc != ERR_NONE)
        goto free_self;
    if (pthread_create(&t->thread, NULL, run, t) != 0) {
        rc = fault_set(why, ERR_IO, "steps of other nodes: no thread could be had");
        goto clear_leash;
    }
    *out = t;
    return ERR_NONE;

clear_leash:
    leash_clear(&t->leash);
free_self:
    free(t);
    return rc;
}

void taker_stop(struct taker *t)
{
    if (t == NULL)
        return;
    leash_pull(&t->leash, mono_read());
    (void)pthread_join(t->thread, NULL);
    leash_clear(&t->leash);
    free(t);
}
