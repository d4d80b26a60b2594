#include "store/pgtest.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <libpq-fe.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "seal/seal.h"

const struct wall PGTEST_NOW = { 1795428000000 };

static const char *const ROLES[PGTEST_ROLES] = { "OWNER", "MAINTENANCE", "WRITER", "READER", "SUPERUSER" };

/* ---- where it is ---- */

static void keep(char *to, size_t size, const char *value)
{
    (void)snprintf(to, size, "%s", value);
}

static void take_role(struct pgtest *t, const char *key, const char *value)
{
    for (size_t i = 0; i < PGTEST_ROLES; i++) {
        size_t n = strlen(ROLES[i]);
        if (strncmp(key, ROLES[i], n) != 0)
            continue;
        if (strcmp(key + n, "_USER") == 0)
            keep(t->logins[i].user, sizeof t->logins[i].user, value);
        if (strcmp(key + n, "_PASSWORD") == 0)
            keep(t->logins[i].password, sizeof t->logins[i].password, value);
    }
}

static void take_line(struct pgtest *t, char *line)
{
    char *value = strchr(line, '=');

    line[strcspn(line, "\n")] = '\0';
    if (value == NULL)
        return;
    *value++ = '\0';
    if (strcmp(line, "PGHOST") == 0)
        keep(t->host, sizeof t->host, value);
    else if (strcmp(line, "PGPORT") == 0)
        keep(t->port, sizeof t->port, value);
    else if (strcmp(line, "PGDATABASE") == 0)
        keep(t->base, sizeof t->base, value);
    else if (strcmp(line, "PGPID") == 0)
        t->postmaster = (int)strtol(value, NULL, 10);
    else
        take_role(t, line, value);
}

bool pgtest_find(struct pgtest *t, const char *env_path)
{
    char line[1024];
    FILE *f = fopen(env_path, "r");

    *t = (struct pgtest){ 0 };
    if (f == NULL) {
        (void)fprintf(stderr, "skipped: no PostgreSQL for tests (%s is not there)\n", env_path);
        return false;
    }
    while (fgets(line, sizeof line, f) != NULL)
        take_line(t, line);
    (void)fclose(f);
    return t->host[0] != '\0';
}

/* ---- asking ---- */

static const char *ask_in(const struct pgtest *t, const char *database, enum pgtest_role role,
                          const char *sql)
{
    static _Thread_local char text[PGTEST_TEXT];
    const char *keys[] = { "host", "port", "dbname", "user", "password", "connect_timeout", NULL };
    const char *values[] = { t->host, t->port, database, t->logins[role].user, t->logins[role].password,
                             "5",     NULL };
    PGconn *c = PQconnectdbParams(keys, values, 0);
    PGresult *r = PQexec(c, sql);

    if (PQresultStatus(r) == PGRES_TUPLES_OK)
        keep(text, sizeof text, PQntuples(r) > 0 && PQnfields(r) > 0 ? PQgetvalue(r, 0, 0) : "");
    else if (PQresultStatus(r) == PGRES_COMMAND_OK)
        text[0] = '\0';
    else {
        const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
        (void)snprintf(text, sizeof text, "!%s", state != NULL ? state : PQerrorMessage(c));
    }
    PQclear(r);
    PQfinish(c);
    return text;
}

const char *pgtest_ask(const struct pgtest *t, enum pgtest_role role, const char *sql)
{
    return ask_in(t, t->database, role, sql);
}

int64_t pgtest_count(const struct pgtest *t, const char *sql)
{
    const char *text = pgtest_ask(t, PGTEST_OWNER, sql);

    return text[0] == '!' || text[0] == '\0' ? -1 : strtoll(text, NULL, 10);
}

/* ---- databases ---- */

static void fill_settings(struct pgtest *t)
{
    struct store_settings *s = &t->settings;

    *s = (struct store_settings){ .answer_ms = 2000, .batch_bytes = 1 << 20, .readers = 2, .questions = 16 };
    (void)snprintf(s->connect, sizeof s->connect, "host=%s port=%s dbname=%s", t->host, t->port, t->database);
    keep(s->node, sizeof s->node, "test-node");
    s->owner = t->logins[PGTEST_OWNER];
    s->maintenance = t->logins[PGTEST_MAINTENANCE];
    s->writer = t->logins[PGTEST_WRITER];
    s->reader = t->logins[PGTEST_READER];
}

void pgtest_make(struct pgtest *t, bool migrate)
{
    static unsigned made;
    char sql[160];
    struct fault why = { 0 };
    int from, to;

    (void)snprintf(t->database, sizeof t->database, "%s_%d_%u", t->base, (int)getpid(), made++);
    (void)snprintf(sql, sizeof sql, "CREATE DATABASE %s", t->database);
    assert_string_equal(ask_in(t, t->base, PGTEST_OWNER, sql), "");
    fill_settings(t);
    if (!migrate)
        return;
    if (store_migrate(&t->settings, &from, &to, &why) != ERR_NONE)
        fail_msg("%s", why.text);
    assert_int_equal(to, store_schema_version());
}

void pgtest_drop(struct pgtest *t)
{
    char sql[160];

    (void)snprintf(sql, sizeof sql, "DROP DATABASE IF EXISTS %s WITH (FORCE)", t->database);
    (void)ask_in(t, t->base, PGTEST_OWNER, sql);
}

/* ---- time ---- */

bool pgtest_until(bool (*done)(void *ctx), void *ctx, int64_t wait_ms)
{
    struct mono until = { mono_read().ms + wait_ms };

    while (!done(ctx)) {
        if (mono_read().ms > until.ms)
            return false;
        (void)poll(NULL, 0, 2);
    }
    return true;
}

static struct now stand(void *self)
{
    (void)self;
    return (struct now){ mono_read(), PGTEST_NOW };
}

struct clock pgtest_clock(void)
{
    return (struct clock){ .read = stand };
}

/* ---- what there is ---- */

void pgtest_catalogue(struct catalogue *c, size_t n)
{
    struct site site = { .id = "test-site",
                         .name = "Nhà máy thử",
                         .kind = "treatment_plant",
                         .latitude = NAN,
                         .longitude = NAN,
                         .area = NO_INDEX,
                         .elevation = NAN };
    const struct supplier supplier = { .id = "test-supplier", .name = "Công ty \"thử\"" };
    const struct system system = { .id = "test-system",
                                   .name = "Hệ thống thử",
                                   .capacity = NAN,
                                   .people = -1,
                                   .plan = { 0, DAY_NONE, DAY_NONE, DAY_NONE } };
    struct fault why = { 0 };
    uint32_t at;

    assert_int_equal(seal_start(&why), ERR_NONE);
    catalogue_init(c);
    assert_int_equal(catalogue_add_supplier(c, &supplier, NULL), ERR_NONE);
    assert_int_equal(catalogue_add_system(c, &system, NULL), ERR_NONE);
    assert_int_equal(catalogue_add_site(c, &site, &at), ERR_NONE);
    for (size_t i = 0; i < n; i++) {
        struct point p = { .site = at,
                           .unit = "m3/h",
                           .decimals = 1,
                           .every_ms = 1000,
                           .heartbeat_ms = CLOCK_HOUR_MS,
                           .low = NAN,
                           .high = 1000,
                           .wire = "w",
                           .device = "d",
                           .name = "Điểm thử" };
        (void)snprintf(p.id, sizeof p.id, "test.p%zu", i);
        assert_int_equal(catalogue_add_point(c, &p, NULL), ERR_NONE);
    }
    if (catalogue_seal(c, &why) != ERR_NONE)
        fail_msg("%s", why.text);
}

uint64_t pgtest_key(const struct catalogue *c, size_t i)
{
    return c->points[i].key;
}
