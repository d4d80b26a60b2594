/* The chain of acts: what is altered anywhere is seen, and what travels comes back. */
#include "model/audit.h"
#include "model/lane.h"
#include "unit.h"

enum { ROWS = 20 };

static const struct seal_hash KEY = { { 7 } };

static struct audit_entry entry(int i)
{
    struct audit_entry e = { .at = { 1795435838123 + i }, .by = { .kind = ACTOR_ACCOUNT } };

    (void)snprintf(e.by.name, sizeof e.by.name, "lan-%d", i);
    (void)snprintf(e.by.address, sizeof e.by.address, "10.0.0.%d", i);
    (void)snprintf(e.action, sizeof e.action, "value.force");
    (void)snprintf(e.subject, sizeof e.subject, "point:lc.q%d", i);
    (void)snprintf(e.before, sizeof e.before, "{\"value\":%d}", i);
    (void)snprintf(e.after, sizeof e.after, "{\"value\":%d}", i + 1);
    if (i % 3 == 0)
        (void)snprintf(e.person, sizeof e.person, "Lò Thị Hoa %d", i);
    return e;
}

static void make(struct audit_row rows[ROWS], struct audit_head *head)
{
    *head = (struct audit_head){ 0 };
    for (int i = 0; i < ROWS; i++) {
        struct audit_entry e = entry(i);
        audit_chain(head, "node-1", &e, &KEY, &rows[i]);
    }
}

/* The first row that does not follow, ROWS when all do. */
static int first_wrong(const struct audit_row *rows, int n)
{
    struct seal_hash before = { { 0 } };

    for (int i = 0; i < n; i++) {
        struct seal_hash is = audit_hash(&before, "node-1", &rows[i]);
        if (!seal_hash_equal(&is, &rows[i].hash) || rows[i].seq != (uint64_t)i + 1)
            return i;
        before = rows[i].hash;
    }
    return n;
}

static void an_untouched_chain_holds(void **state)
{
    struct audit_row rows[ROWS];
    struct audit_head head;

    (void)state;
    make(rows, &head);
    assert_int_equal(head.seq, ROWS);
    assert_true(seal_hash_equal(&head.hash, &rows[ROWS - 1].hash));
    assert_int_equal(first_wrong(rows, ROWS), ROWS);
    for (int i = 0; i < ROWS; i++)
        assert_true(audit_person_fits(&rows[i], rows[i].entry.person, &KEY));
    assert_false(audit_person_fits(&rows[0], "somebody else", &KEY));
    assert_false(audit_person_fits(&rows[0], rows[0].entry.person, &(struct seal_hash){ { 8 } }));
}

/* So that a stranger can check: these are the bytes of docs/audit.md, hashed by another program. */
static void the_first_hash_is_the_documented_one(void **state)
{
    struct audit_entry e = { .at = { 1000 },
                             .by = { ACTOR_LOCAL, "root", "" },
                             .action = "config.apply",
                             .subject = "config:1",
                             .after = "{}" };
    struct audit_head head = { 0 };
    struct audit_row row;
    char text[2 * SEAL_HASH_BYTES + 1];

    (void)state;
    audit_chain(&head, "n1", &e, &KEY, &row);
    seal_hash_text(&row.hash, text);
    assert_string_equal(text, "7feaece644b3ac5471a49c16a43075edc5b582a01efcc16db0cf5dd01db4ab61");
}

static void every_alteration_is_seen(void **state)
{
    struct audit_row rows[ROWS], was;
    struct audit_head head;
    unsigned char *bytes;

    (void)state;
    make(rows, &head);
    for (int i = 0; i < ROWS; i++) {
        char *const texts[] = { rows[i].entry.by.name, rows[i].entry.by.address, rows[i].entry.action,
                                rows[i].entry.subject, rows[i].entry.before,     rows[i].entry.after };
        was = rows[i];
        for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++) {
            texts[k][0] ^= 1;
            assert_int_equal(first_wrong(rows, ROWS), i);
            rows[i] = was;
        }
        rows[i].entry.at.ms++;
        assert_int_equal(first_wrong(rows, ROWS), i);
        rows[i] = was;
        rows[i].entry.by.kind = ACTOR_SYSTEM;
        assert_int_equal(first_wrong(rows, ROWS), i);
        rows[i] = was;
        rows[i].person.bytes[3] ^= 1;
        assert_int_equal(first_wrong(rows, ROWS), i);
        rows[i] = was;
        bytes = rows[i].hash.bytes;
        bytes[31] ^= 1;
        assert_int_equal(first_wrong(rows, ROWS), i);
        rows[i] = was;
    }
}

/* A letter that moves from one text into the next leaves other bytes. */
static void texts_do_not_flow_into_each_other(void **state)
{
    struct audit_row a = { .seq = 1 }, b = { .seq = 1 };
    const struct seal_hash none = { { 0 } };
    struct seal_hash x, y;

    (void)state;
    memcpy(a.entry.action, "ab", 3);
    memcpy(a.entry.subject, "c", 2);
    memcpy(b.entry.action, "a", 2);
    memcpy(b.entry.subject, "bc", 3);
    x = audit_hash(&none, "n", &a);
    y = audit_hash(&none, "n", &b);
    assert_false(seal_hash_equal(&x, &y));
}

static void a_row_comes_back_and_nonsense_does_not(void **state)
{
    struct audit_row rows[ROWS];
    struct audit_head head;
    struct body_reader r;
    struct stored_reading reading;
    struct event event;
    enum body_item item;
    struct strbuf body;

    (void)state;
    make(rows, &head);
    strbuf_init(&body, 100000);
    for (int i = 0; i < ROWS; i++)
        body_add_audit(&body, &rows[i]);
    body_read(&r, body.text, body.len);
    for (int i = 0; i < ROWS; i++) {
        assert_int_equal(body_next(&r, &item, &reading, &event), ERR_NONE);
        assert_int_equal(item, BODY_AUDIT);
        assert_memory_equal(&r.audit, &rows[i], sizeof rows[i]);
    }
    strbuf_reset(&body);
    body_add_audit(&body, &rows[0]);
    for (size_t cut = 1; cut < body.len; cut++) {
        body_read(&r, body.text, cut);
        assert_int_not_equal(body_next(&r, &item, &reading, &event), ERR_NONE);
    }
    rows[0].entry.action[0] = '\0';
    strbuf_reset(&body);
    body_add_audit(&body, &rows[0]);
    body_read(&r, body.text, body.len);
    assert_int_equal(body_next(&r, &item, &reading, &event), ERR_RANGE);
    strbuf_clear(&body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_untouched_chain_holds),
        cmocka_unit_test(the_first_hash_is_the_documented_one),
        cmocka_unit_test(every_alteration_is_seen),
        cmocka_unit_test(texts_do_not_flow_into_each_other),
        cmocka_unit_test(a_row_comes_back_and_nonsense_does_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
