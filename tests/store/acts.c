/* The record of acts in PostgreSQL: delivered, never changed, read back as it was. */
#include "store/pgtest.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "lanes_double.h"
#include "store/audit.h"

enum { ACTS = 5 };

static struct pgtest T;
static struct lanes_double journal;
static struct catalogue catalogue;
static struct audit_row rows[ACTS];

static void put_acts(void)
{
    const struct seal_hash key = { { 5 } };
    struct audit_head head = { 0 };
    struct strbuf body;

    strbuf_init(&body, 1 << 16);
    for (int i = 0; i < ACTS; i++) {
        struct audit_entry e = { .at = { PGTEST_NOW.ms + i }, .by = { ACTOR_ACCOUNT, "lan", "2001:db8::7" } };
        (void)snprintf(e.action, sizeof e.action, "value.force");
        (void)snprintf(e.subject, sizeof e.subject, "point:q\"%d", i);
        if (i == 3) /* as long as there may be */
            memset(e.subject + strlen(e.subject), 'x', sizeof e.subject - 1 - strlen(e.subject));
        (void)snprintf(e.after, sizeof e.after, "{\"note\":\"nước \\\\ sạch\"}");
        (void)snprintf(e.person, sizeof e.person, i % 2 == 0 ? "Vàng A Páo" : "%s", "");
        audit_chain(&head, "test-node", &e, &key, &rows[i]);
        strbuf_reset(&body);
        body_add_audit(&body, &rows[i]);
        (void)lanes_double_put(&journal, LANE_EVENTS, body.text, body.len);
    }
    strbuf_clear(&body);
}

static bool delivered(void *ctx)
{
    (void)ctx;
    return lanes_double_delivered(&journal, LANE_EVENTS) >= ACTS;
}

static int set_up(void **state)
{
    struct deliverer *d;
    struct fault why;

    (void)state;
    pgtest_make(&T, true);
    pgtest_catalogue(&catalogue, 1);
    lanes_double_init(&journal, 1);
    put_acts();
    if (deliverer_start(&d, &T.settings, &catalogue, lanes_double_port(&journal), pgtest_clock(), &why) !=
        ERR_NONE)
        return -1;
    assert_true(pgtest_until(delivered, NULL, 20000));
    deliverer_stop(d, 1000);
    deliverer_free(d);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    lanes_double_clear(&journal);
    catalogue_clear(&catalogue);
    pgtest_drop(&T);
    return 0;
}

static enum err compare(void *self, const struct audit_stored *a)
{
    size_t *n = self;
    struct audit_row is = rows[*n];

    assert_string_equal(a->node, "test-node");
    memset(is.entry.person, 0, sizeof is.entry.person); /* lies apart */
    assert_memory_equal(&a->row, &is, sizeof is);
    ++*n;
    return ERR_NONE;
}

static void it_is_read_back_as_it_was(void **state)
{
    struct fault why;
    size_t n = 0;

    (void)state;
    assert_int_equal(store_audit_read(&T.settings, compare, &n, &why), ERR_NONE);
    assert_int_equal(n, ACTS);
    assert_int_equal(pgtest_count(&T, "SELECT count(*) FROM capnuoc.audit_person WHERE words = 'Vàng A Páo'"),
                     3);
}

/* 42501: no right; P0001: the table itself refuses. */
static void nobody_changes_it(void **state)
{
    static const char *const CHANGES[] = { "UPDATE capnuoc.audit SET actor = 'x' RETURNING 'done'",
                                           "DELETE FROM capnuoc.audit RETURNING 'done'",
                                           "TRUNCATE capnuoc.audit" };

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(pgtest_ask(&T, PGTEST_WRITER, CHANGES[i]), "!42501");
        assert_string_equal(pgtest_ask(&T, PGTEST_READER, CHANGES[i]), "!42501");
        assert_string_equal(pgtest_ask(&T, PGTEST_MAINTENANCE, CHANGES[i]), "!42501");
        assert_string_equal(pgtest_ask(&T, PGTEST_OWNER, CHANGES[i]), "!P0001");
    }
    assert_int_equal(pgtest_count(&T, "SELECT count(*) FROM capnuoc.audit"), ACTS);
}

static void words_that_name_people_can_be_erased(void **state)
{
    struct fault why;
    size_t n = 0;

    (void)state;
    assert_string_equal(pgtest_ask(&T, PGTEST_READER, "SELECT words FROM capnuoc.audit_person"), "!42501");
    assert_string_equal(pgtest_ask(&T, PGTEST_MAINTENANCE,
                                   "DELETE FROM capnuoc.audit_person WHERE seq = 1 RETURNING seq::text"),
                        "1");
    assert_int_equal(store_audit_read(&T.settings, compare, &n, &why),
                     ERR_NONE); /* the chain does not care */
    assert_int_equal(n, ACTS);
}

struct followed {
    struct audit_head at;
    int wrong;
};

static enum err follow(void *self, const struct audit_stored *a)
{
    struct followed *f = self;
    const struct seal_hash is = audit_hash(&f->at.hash, a->node, &a->row);

    f->wrong += a->row.seq != f->at.seq + 1 || !seal_hash_equal(&is, &a->row.hash);
    f->at = (struct audit_head){ a->row.seq, a->row.hash };
    return ERR_NONE;
}

static bool holds(void)
{
    struct followed f = { 0 };
    struct fault why;

    return store_audit_read(&T.settings, follow, &f, &why) == ERR_NONE && f.wrong == 0;
}

/* Every column, also by changes so small or so long that a careless reader would round or cut them away. */
static void what_a_superuser_alters_is_found(void **state)
{
    static const char *const CHANGES[] = { "node = 'other'",
                                           "node = node || repeat('x', 200)",
                                           "epoch = epoch + 1",
                                           "seq = 40",
                                           "seq = -4",
                                           "at = at + interval '1 ms'",
                                           "at = at + interval '1 us'",
                                           "at = at - interval '1 us'",
                                           "at = 'infinity'",
                                           "kind = 2",
                                           "kind = kind + 256",
                                           "kind = kind - 256",
                                           "actor = 'hoa'",
                                           "address = ''",
                                           "action = 'value.release'",
                                           "subject = subject || 'x'",
                                           "before = '{}'",
                                           "after = ''",
                                           "after = after || repeat('x', 600)",
                                           "person_hash = decode(repeat('07', 32), 'hex')",
                                           "person_hash = ''",
                                           "hash = decode(repeat('07', 32), 'hex')",
                                           "hash = hash || '\\x00'" };
    char sql[400];

    (void)state;
    assert_true(holds());
    for (size_t i = 0; i < sizeof CHANGES / sizeof CHANGES[0]; i++) {
        (void)pgtest_ask(&T, PGTEST_SUPERUSER, "CREATE TABLE capnuoc.kept AS TABLE capnuoc.audit");
        (void)pgtest_ask(&T, PGTEST_SUPERUSER, "ALTER TABLE capnuoc.audit DISABLE TRIGGER ALL");
        (void)snprintf(sql, sizeof sql, "UPDATE capnuoc.audit SET %s WHERE seq = 4 RETURNING 'done'",
                       CHANGES[i]);
        assert_string_equal(pgtest_ask(&T, PGTEST_SUPERUSER, sql), "done");
        if (holds())
            fail_msg("not found: %s", CHANGES[i]);
        (void)pgtest_ask(&T, PGTEST_SUPERUSER, "TRUNCATE capnuoc.audit");
        (void)pgtest_ask(&T, PGTEST_SUPERUSER, "INSERT INTO capnuoc.audit TABLE capnuoc.kept");
        (void)pgtest_ask(&T, PGTEST_SUPERUSER, "DROP TABLE capnuoc.kept");
        assert_true(holds());
    }
}

/* ---- pages ---- */

struct seen {
    pthread_mutex_t lock;
    bool told, more;
    enum err code;
    size_t count;
    uint64_t seqs[ACTS];
    struct audit_stored newest;
    struct trail_place last;
};

static void page_came(void *ticket, enum err code, const struct trail_page *page, const struct fault *why)
{
    struct seen *s = ticket;

    (void)why;
    (void)pthread_mutex_lock(&s->lock);
    s->code = code;
    s->count = code == ERR_NONE ? page->count : 0;
    s->more = code == ERR_NONE && page->more;
    for (size_t i = 0; i < s->count && i < ACTS; i++)
        s->seqs[i] = page->rows[i].row.seq;
    if (s->count > 0) {
        s->newest = page->rows[0];
        s->last = page->last;
    }
    s->told = true;
    (void)pthread_mutex_unlock(&s->lock);
}

static bool has_come(void *ctx)
{
    struct seen *s = ctx;
    bool told;

    (void)pthread_mutex_lock(&s->lock);
    told = s->told;
    (void)pthread_mutex_unlock(&s->lock);
    return told;
}

static struct trail_ask everything(unsigned limit)
{
    return (struct trail_ask){ .from = { -62135596800000 },
                               .to = { 253402300800000 },
                               .kind = ACTOR_COUNT,
                               .before.at_us = INT64_MAX,
                               .limit = limit };
}

static void ask_page(struct historian *h, const struct trail_ask *ask, struct seen *out)
{
    struct trail_port port = historian_trail(h);
    struct fault why;

    memset(out, 0, sizeof *out);
    (void)pthread_mutex_init(&out->lock, NULL);
    assert_int_equal(port.ask(port.self, ask, -1, page_came, out, &why), ERR_NONE);
    assert_true(pgtest_until(has_come, out, 20000));
}

static void pages_go_from_the_newest_to_the_oldest(void **state)
{
    struct trail_ask ask = everything(2);
    struct historian *h;
    struct seen s = { .more = true };
    struct fault why;
    uint64_t seq = ACTS;

    (void)state;
    assert_int_equal(historian_start(&h, &T.settings, pgtest_clock(), &why), ERR_NONE);
    ask_page(h, &ask, &s);
    assert_string_equal(s.newest.node, "test-node");
    assert_memory_equal(&s.newest.row.hash, &rows[ACTS - 1].hash, sizeof s.newest.row.hash);
    assert_string_equal(s.newest.row.entry.after, rows[ACTS - 1].entry.after);
    assert_string_equal(s.newest.row.entry.person, "");
    for (;;) {
        for (size_t i = 0; i < s.count; i++)
            assert_int_equal(s.seqs[i], seq--);
        if (!s.more)
            break;
        assert_int_equal(s.count, 2);
        ask.before = s.last;
        ask_page(h, &ask, &s);
    }
    assert_int_equal(seq, 0);
    historian_stop(h);
}

static void pages_hold_what_was_asked_for(void **state)
{
    struct trail_ask ask = everything(10);
    struct historian *h;
    struct seen s;
    struct fault why;

    (void)state;
    assert_int_equal(historian_start(&h, &T.settings, pgtest_clock(), &why), ERR_NONE);
    ask.from.ms = PGTEST_NOW.ms + 1; /* itself in, */
    ask.to.ms = PGTEST_NOW.ms + 3;   /* this one not */
    ask_page(h, &ask, &s);
    assert_int_equal(s.count, 2);
    assert_int_equal(s.seqs[0], 3);
    ask = everything(10);
    (void)snprintf(ask.subject, sizeof ask.subject, "point:q\"1");
    ask_page(h, &ask, &s);
    assert_int_equal(s.count, 1);
    ask = everything(10);
    (void)snprintf(ask.actor, sizeof ask.actor, "' OR true --");
    ask_page(h, &ask, &s);
    assert_int_equal(s.code, ERR_NONE);
    assert_int_equal(s.count, 0);
    ask = everything(10);
    ask.kind = ACTOR_TOKEN;
    ask_page(h, &ask, &s);
    assert_int_equal(s.count, 0);
    ask.kind = ACTOR_ACCOUNT;
    (void)snprintf(ask.actor, sizeof ask.actor, "lan");
    ask_page(h, &ask, &s);
    assert_int_equal(s.count, ACTS);
    historian_stop(h);
}

/* Rows that only somebody with all rights can have made neither end the list nor turn it in a circle. */
static void altered_rows_are_passed(void **state)
{
    static const char *const CHANGES[] = { "at = 'infinity'",
                                           "at = '-infinity'",
                                           "at = at + interval '1 us'",
                                           "node = repeat('x', 200)",
                                           "seq = -4",
                                           "epoch = epoch * 1000003",
                                           "kind = 300",
                                           "after = repeat('x', 6000)",
                                           "hash = ''" };
    char sql[200];
    struct historian *h;
    struct fault why;

    (void)state;
    assert_int_equal(historian_start(&h, &T.settings, pgtest_clock(), &why), ERR_NONE);
    (void)pgtest_ask(&T, PGTEST_SUPERUSER, "CREATE TABLE capnuoc.kept AS TABLE capnuoc.audit");
    (void)pgtest_ask(&T, PGTEST_SUPERUSER, "ALTER TABLE capnuoc.audit DISABLE TRIGGER ALL");
    for (size_t i = 0; i < sizeof CHANGES / sizeof CHANGES[0]; i++) {
        struct trail_ask ask = everything(1);
        struct seen s = { .more = true };
        size_t count = 0;
        (void)snprintf(sql, sizeof sql, "UPDATE capnuoc.audit SET %s WHERE seq = 3 RETURNING 'done'",
                       CHANGES[i]);
        assert_string_equal(pgtest_ask(&T, PGTEST_SUPERUSER, sql), "done");
        for (; s.more && count <= ACTS; count += s.count) {
            ask_page(h, &ask, &s);
            assert_int_equal(s.code, ERR_NONE);
            ask.before = s.last;
        }
        assert_in_range(count, ACTS - 1, ACTS);
        (void)pgtest_ask(&T, PGTEST_SUPERUSER, "TRUNCATE capnuoc.audit");
        (void)pgtest_ask(&T, PGTEST_SUPERUSER, "INSERT INTO capnuoc.audit TABLE capnuoc.kept");
    }
    historian_stop(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_is_read_back_as_it_was, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nobody_changes_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_a_superuser_alters_is_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(pages_go_from_the_newest_to_the_oldest, set_up, tear_down),
        cmocka_unit_test_setup_teardown(pages_hold_what_was_asked_for, set_up, tear_down),
        cmocka_unit_test_setup_teardown(altered_rows_are_passed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(words_that_name_people_can_be_erased, set_up, tear_down),
    };

    if (!pgtest_find(&T, PG_ENV)) {
        (void)fprintf(stderr, "no PostgreSQL here: skipped\n");
        return PGTEST_SKIP;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
