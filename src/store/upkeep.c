#include "store/upkeep.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "chores.h"
#include "days.h"
#include "leash.h"
#include "pg.h"
#include "schema.h"
#include "sql.h"
#include "turns.h"

/* A step may take longer than what delivery waits for; nobody waits for it. */
enum { STEP_MS = 60000, LOCK_EVERY_MS = 30000, REST_MAX_MS = 60000 };

struct upkeep {
    struct store_settings settings;
    struct upkeep_settings keep;
    struct clock clock;
    struct leash leash;
    pthread_t thread;

    /* the thread's own */
    struct pg *db;
    bool ours; /* this connection has the lock of who does it */
    struct turn link, turns[CHORES_MAX];
    struct damper dampers[CHORES_MAX], link_damper;
    char link_text[256], texts[CHORES_MAX][256];
    struct pack_place place;

    struct upkeep_stats counts; /* the thread's own; a copy is published */
    pthread_mutex_t lock;
    struct upkeep_stats stats; /* under lock */
};

/* ---- what is said ---- */

/* 55P03: a lock was not to be had; that is no fault of anybody's. */
static bool is_in_use(const struct upkeep *u)
{
    return strcmp(pg_sqlstate(u->db), "55P03") == 0;
}

static void complain(struct damper *damper, char text[256], const char *what, const struct fault *why)
{
    unsigned swallowed;

    (void)snprintf(text, 256, "%s: %s", what, why->text);
    if (damper_complain(damper, mono_read(), &swallowed))
        log_warn("maintenance waits: job=\"%s\" last=\"%s\" swallowed=%u", what, why->text, swallowed);
}

static void relieve(struct damper *damper, char text[256], const char *what)
{
    int64_t lasted_ms;

    text[0] = '\0';
    if (damper_end(damper, mono_read(), &lasted_ms))
        log_info("maintenance goes on: job=\"%s\" after_ms=%" PRId64, what, lasted_ms);
}

static void publish(struct upkeep *u)
{
    const char *text = u->link_text;

    for (size_t i = 0; i < CHORE_COUNT && text[0] == '\0'; i++)
        text = u->texts[i];
    u->counts.connected = pg_alive(u->db);
    u->counts.elsewhere = u->counts.connected && !u->ours && u->link_text[0] == '\0';
    (void)snprintf(u->counts.text, sizeof u->counts.text, "%s", text);
    (void)pthread_mutex_lock(&u->lock);
    u->stats = u->counts;
    (void)pthread_mutex_unlock(&u->lock);
}

/* ---- the connection, and whose turn it is among the nodes ---- */

static void hang_up(struct upkeep *u)
{
    pg_close(u->db);
    u->db = NULL;
    u->ours = false;
}

static enum err dial(struct upkeep *u, struct fault *why)
{
    const struct pg_options o = { .connect = u->settings.connect,
                                  .login = &u->settings.maintenance,
                                  .name = "capnuoc upkeep",
                                  .answer_ms =
                                      u->settings.answer_ms > STEP_MS ? u->settings.answer_ms : STEP_MS,
                                  .leash = &u->leash };
    enum err rc = pg_open(&u->db, &o, why);

    return rc == ERR_NONE ? schema_check(u->db, why) : rc;
}

static enum err ask_for_lock(struct upkeep *u, struct fault *why)
{
    struct pg_result *r = NULL;
    enum err rc = pg_ask(u->db, sql_upkeep_lock, NULL, 0, &r, why);

    u->ours = rc == ERR_NONE && pg_get_int(r, 0, 0) != 0;
    pg_free(r);
    return rc;
}

/* Connected, and the one that does it, as far as that can be had now. */
static void link_up(struct upkeep *u)
{
    struct fault why = { 0 };
    enum err rc = ERR_NONE;

    if (u->ours && pg_alive(u->db))
        return;
    if (mono_read().ms < u->link.due.ms)
        return;
    if (!pg_alive(u->db)) {
        hang_up(u);
        rc = dial(u, &why);
    }
    if (rc == ERR_NONE)
        rc = ask_for_lock(u, &why);
    if (rc == ERR_NONE) {
        turn_idle(&u->link, mono_read(), LOCK_EVERY_MS);
        relieve(&u->link_damper, u->link_text, "connection");
        return;
    }
    hang_up(u);
    turn_failed(&u->link, mono_read());
    if (!leash_pulled(&u->leash))
        complain(&u->link_damper, u->link_text, "connection", &why);
}

/* ---- turns ---- */

static void went_wrong(struct upkeep *u, size_t i, struct fault *why)
{
    u->counts.failures++;
    if (is_in_use(u))
        (void)snprintf(why->text, sizeof why->text, "waits for whoever uses the table");
    if (!leash_pulled(&u->leash))
        complain(&u->dampers[i], u->texts[i], CHORES[i].name, why);
    turn_failed(&u->turns[i], mono_read());
}

static void went_well(struct upkeep *u, size_t i, size_t done, struct mono began)
{
    struct mono now = mono_read();

    relieve(&u->dampers[i], u->texts[i], CHORES[i].name);
    if (done == 0) {
        turn_idle(&u->turns[i], now, CHORES[i].every_ms);
        return;
    }
    u->counts.steps++;
    u->counts.last_step = clock_read(&u->clock).wall;
    turn_worked(&u->turns[i], now, now.ms - began.ms);
    if (CHORES[i].wakes_next && u->turns[i + 1].gap_ms == 0)
        u->turns[i + 1].due = now;
}

static void take_turn(struct upkeep *u, size_t i)
{
    struct mono began = mono_read();
    struct chore_turn t = { .db = u->db,
                            .keep = &u->keep,
                            .today = day_of(clock_read(&u->clock).wall),
                            .budget = turn_budget(&u->turns[i]),
                            .place = &u->place,
                            .stats = &u->counts };
    struct fault why = { 0 };
    size_t done = 0;

    if (CHORES[i].step(&t, &done, &why) == ERR_NONE)
        went_well(u, i, done, began);
    else
        went_wrong(u, i, &why);
}

static void work(struct upkeep *u)
{
    int i;

    while (u->ours && pg_alive(u->db) && !leash_pulled(&u->leash)) {
        i = turns_next(u->turns, CHORE_COUNT, mono_read());
        if (i < 0)
            return;
        take_turn(u, (size_t)i);
        publish(u);
    }
}

/* The next connection is tried at once: it says what is wrong. */
static void lose(struct upkeep *u)
{
    hang_up(u);
    u->link.due = mono_read();
}

static void rest(struct upkeep *u)
{
    struct mono until = { mono_read().ms + REST_MAX_MS };
    struct mono due = u->ours && pg_alive(u->db) ? turns_until(u->turns, CHORE_COUNT) : u->link.due;
    struct fault why = { 0 };

    if (due.ms < until.ms)
        until = due;
    if (pg_rest(u->db, &u->leash, -1, until, &why) != ERR_NONE)
        lose(u);
}

static void *run(void *self)
{
    struct upkeep *u = self;

    while (!leash_pulled(&u->leash)) {
        link_up(u);
        work(u);
        publish(u);
        if (!leash_pulled(&u->leash))
            rest(u);
    }
    hang_up(u);
    publish(u);
    return NULL;
}

/* ---- birth and end ---- */

enum err upkeep_start(struct upkeep **out, const struct store_settings *s, const struct upkeep_settings *keep,
                      struct clock clock, struct fault *why)
{
    struct upkeep *u;
    enum err rc;

    *out = NULL;
    if (s->maintenance.user[0] == '\0')
        return fault_set(why, ERR_CONFIG, "maintenance: its login is missing");
    u = calloc(1, sizeof *u);
    if (u == NULL)
        return fault_set(why, ERR_MEMORY, "maintenance: no memory");
    u->settings = *s;
    u->keep = *keep;
    u->clock = clock;
    rc = leash_init(&u->leash, why);
    if (rc != ERR_NONE)
        goto free_self;
    (void)pthread_mutex_init(&u->lock, NULL);
    if (pthread_create(&u->thread, NULL, run, u) != 0) {
        rc = fault_set(why, ERR_IO, "maintenance: no thread could be had");
        goto clear_leash;
    }
    *out = u;
    return ERR_NONE;

clear_leash:
    (void)pthread_mutex_destroy(&u->lock);
    leash_clear(&u->leash);
free_self:
    free(u);
    return rc;
}

void upkeep_stats(struct upkeep *u, struct upkeep_stats *out)
{
    (void)pthread_mutex_lock(&u->lock);
    *out = u->stats;
    (void)pthread_mutex_unlock(&u->lock);
}

void upkeep_stop(struct upkeep *u)
{
    if (u == NULL)
        return;
    leash_pull(&u->leash, mono_read());
    (void)pthread_join(u->thread, NULL);
}

void upkeep_free(struct upkeep *u)
{
    if (u == NULL)
        return;
    (void)pthread_mutex_destroy(&u->lock);
    leash_clear(&u->leash);
    free(u);
}
