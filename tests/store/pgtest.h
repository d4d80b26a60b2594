/* A real PostgreSQL for the tests of this room: a fresh, migrated database in the cluster that an env file
 * describes (tests/fixture/pg.sh says what is in it). */
#ifndef TESTS_STORE_PGTEST_H
#define TESTS_STORE_PGTEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/catalogue.h"
#include "store/store.h"

enum pgtest_role {
    PGTEST_OWNER,
    PGTEST_MAINTENANCE,
    PGTEST_WRITER,
    PGTEST_READER,
    PGTEST_SUPERUSER,
    PGTEST_ROLES
};

struct pgtest {
    char host[256], port[16], base[64], database[96];
    int postmaster;
    struct store_login logins[PGTEST_ROLES];
    struct store_settings settings; /* answer_ms 2000, node "test-node" */
};

enum { PGTEST_SKIP = 77 };

/* False when there is no such file: the caller leaves with PGTEST_SKIP. */
bool pgtest_find(struct pgtest *t, const char *env_path);
/* A new database, migrated or empty; cmocka-asserts. */
void pgtest_make(struct pgtest *t, bool migrate);
void pgtest_drop(struct pgtest *t);

/* The first cell as text, "" for none or null, "!SQLSTATE" for an error.  One connection a call. */
enum { PGTEST_TEXT = 512 };
const char *pgtest_ask(const struct pgtest *t, enum pgtest_role role, const char *sql);
/* pgtest_ask as owner, as a number. */
int64_t pgtest_count(const struct pgtest *t, const char *sql);

/* True as soon as `done` is; false after wait_ms. */
bool pgtest_until(bool (*done)(void *ctx), void *ctx, int64_t wait_ms);

/* A clock that stands at 2026-11-23T10:00:00Z. */
extern const struct wall PGTEST_NOW;
struct clock pgtest_clock(void);

/* One supplier, system and site, n points test.p0 ...; key_of(i) is that of test.pi. */
void pgtest_catalogue(struct catalogue *c, size_t n);
uint64_t pgtest_key(const struct catalogue *c, size_t i);

#endif
