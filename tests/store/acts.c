/* The record of acts in PostgreSQL: delivered, never changed, read back as it was. */
#include "store/pgtest.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_is_read_back_as_it_was, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nobody_changes_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_a_superuser_alters_is_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(words_that_name_people_can_be_erased, set_up, tear_down),
    };

    if (!pgtest_find(&T, PG_ENV)) {
        (void)fprintf(stderr, "no PostgreSQL here: skipped\n");
        return PGTEST_SKIP;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
