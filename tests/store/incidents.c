/* Incidents in PostgreSQL: the latest picture of each, every fact and message once, whatever is delivered
 * again. */
#include "store/pgtest.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "delivery_scene.h"
#include "model/lane.h"
#include "report_rows.h"

static struct pgtest T;
static struct delivery_scene scene;
static struct incident one, two;

static struct wall at(int64_t ms)
{
    return (struct wall){ PGTEST_NOW.ms + ms };
}

static void put(const struct incident *i, uint64_t revision)
{
    const struct stored_incident s = stored_incident_of(i, NULL, revision, at((int64_t)revision));
    struct strbuf body;

    strbuf_init(&body, 1 << 18);
    body_add_incident(&body, &s, i);
    delivery_scene_put(&scene, &body);
}

static void put_message_and_caller(void)
{
    const struct outgoing o = { .incident = 100,
                                .n = 50,
                                .kind = OUT_WARNING,
                                .mask = WARN_50,
                                .legal = true,
                                .size = NAN,
                                .at = at(7),
                                .due = at(8) };
    const struct stored_caller c = { 77, 100, at(9), "Sùng A Chu", "0912 345 678" };
    struct letter sent = {
        .about = o, .to = "truong-ca", .state = LETTER_SENT, .tries = 2, .settled = at(12)
    };
    struct letter given_up = {
        .about = o, .to = "truong-ca", .state = LETTER_EXPIRED, .tries = 1, .settled = at(11)
    };
    struct letter waits = { .about = o, .to = "truong-ca", .tries = 1, .next = at(11), .why = "451" };
    struct strbuf body;

    strbuf_init(&body, 1 << 12);
    body_add_outgoing(&body, &o);
    body_add_caller(&body, &c);
    body_add_letter(&body, &waits);
    body_add_letter(&body, &given_up);
    body_add_letter(&body, &sent); /* taken after all */
    body_add_letter(&body, &given_up);
    body_add_letter(&body, &waits); /* delivered late: what is settled stays */
    delivery_scene_put(&scene, &body);
}

static void add_fact(struct incident *i, enum fact_kind kind, int64_t ms, const char *who)
{
    struct fact *f = &i->facts[i->fact_count++];

    *f = (struct fact){ .kind = (uint8_t)kind, .claimed = at(ms), .recorded = at(ms + 1) };
    (void)snprintf(f->who, sizeof f->who, "%s", who);
    (void)snprintf(f->note, sizeof f->note, "vì \"thế\"");
}

static void make(struct incident *i, uint64_t id)
{
    memset(i, 0, sizeof *i);
    i->id = id;
    i->opened = at(1);
    i->members[0] = (struct member){ .id = id + 1,
                                     .alarm = 5,
                                     .point = INT64_MAX,
                                     .class = CLASS_SERVICE_NETWORK,
                                     .evidence = EVIDENCE_PRESSURE,
                                     .start = at(0),
                                     .evident = at(0),
                                     .size = NAN,
                                     .site = "s",
                                     .unsure = id == 200 };
    i->member_count = 1;
    add_fact(i, FACT_DETECTED, 0, "");
    i->impact = (struct incident_impact){ .people = 1200, .schools = 3, .high_rises = 1, .wide = true };
    i->duties[DUTY_PEOPLE] = (struct duty){ .since = at(1), .due = at(2) };
}

/* Two that become one; the picture before that comes last, as from quarantine. */
static void put_history(void)
{
    struct incident first;

    make(&one, 100);
    first = one;
    put(&one, 10);
    make(&two, 200);
    put(&two, 20);
    add_fact(&one, FACT_ASSIGNED, 30, "Lò Thị Hoa");
    add_fact(&one, FACT_DUTY_WAIVED, 31, "An"); /* by its name, with a reason */
    one.facts[2].detail = DUTY_ISOLATE;
    one.duties[DUTY_SAMPLE] = (struct duty){
        .since = at(1), .due = at(2), .done = at(20), .recorded = at(20), .waived = true, .voided = true
    };
    one.duties[DUTY_ISOLATE] = one.duties[DUTY_SAMPLE];
    one.duties[DUTY_ISOLATE].voided = false;
    one.members[one.member_count++] = two.members[0];
    two.member_count = 0;
    two.merged_into = 100;
    one.ties[one.tie_count++] = (struct tie){ 200, TIE_MERGED };
    put(&one, 30);
    put(&two, 30);
    put_message_and_caller();
    put(&first, 10);
}

static int set_up(void **state)
{
    (void)state;
    delivery_scene_make(&scene, &T);
    put_history();
    delivery_scene_deliver(&scene);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    delivery_scene_end(&scene);
    return 0;
}

static void assert_reads(const char *sql, const char *is)
{
    assert_string_equal(pgtest_ask(&T, PGTEST_READER, sql), is);
}

static void check_rows(void)
{
    assert_reads(
        "SELECT string_agg(concat_ws(' ', incident, revision, state, class, legal, merged_into), ', ' ORDER "
        "BY incident) FROM capnuoc.incident",
        "100 30 2 0 t, 200 30 14 7 f 100");
    assert_reads("SELECT due_at - start_at = interval '12 hours' FROM capnuoc.incident WHERE incident = 100",
                 "t");
    assert_reads(
        "SELECT string_agg(concat_ws(' ', member, incident, point_key, site), ', ' ORDER BY member) FROM "
        "capnuoc.incident_member",
        "101 100 9223372036854775807 s, 201 100 9223372036854775807 s");
    assert_reads("SELECT count(*) || ' ' || max(who) FROM capnuoc.incident_fact", "4 Lò Thị Hoa");
    assert_reads(
        "SELECT string_agg(concat_ws(' ', incident, duty, revision), ', ' ORDER BY incident, duty) FROM "
        "capnuoc.incident_duty",
        "100 2 30, 100 14 30, 100 15 30, 200 2 30");
    assert_reads("SELECT concat_ws(' ', incident, other, kind) FROM capnuoc.incident_tie", "100 200 2");
    assert_reads("SELECT concat_ws(' ', incident, kind, n, warnings, legal) FROM capnuoc.incident_message",
                 "100 1 50 1 t");
    assert_reads(
        "SELECT concat_ws(' ', incident, kind, n, recipient, channel, state, tries, settled_at > made_at) "
        "FROM capnuoc.incident_letter",
        "100 1 50 truong-ca 0 1 2 t");
}

static void each_has_its_latest_picture_and_all_its_history(void **state)
{
    (void)state;
    check_rows();
}

static void what_is_delivered_again_changes_nothing(void **state)
{
    (void)state;
    assert_string_equal(
        pgtest_ask(&T, PGTEST_OWNER,
                   "UPDATE capnuoc.delivery_cursor SET seq = 0 WHERE lane = 1 RETURNING 'done'"),
        "done");
    lanes_double_clear(&scene.journal);
    lanes_double_init(&scene.journal, 1);
    put_history();
    delivery_scene_deliver(&scene);
    check_rows();
}

static void who_called_is_erasable_and_not_for_readers(void **state)
{
    (void)state;
    assert_string_equal(pgtest_ask(&T, PGTEST_READER, "SELECT name FROM capnuoc.call_person"), "!42501");
    assert_string_equal(pgtest_ask(&T, PGTEST_WRITER, "SELECT name FROM capnuoc.call_person"), "!42501");
    assert_string_equal(pgtest_ask(&T, PGTEST_MAINTENANCE, "DELETE FROM capnuoc.call_person RETURNING phone"),
                        "0912 345 678");
}

static void nobody_changes_the_history(void **state)
{
    static const char *const CHANGES[] = { "UPDATE capnuoc.incident_fact SET who = 'x' RETURNING 'done'",
                                           "DELETE FROM capnuoc.incident_fact RETURNING 'done'",
                                           "TRUNCATE capnuoc.incident_fact",
                                           "DELETE FROM capnuoc.incident_message RETURNING 'done'",
                                           "TRUNCATE capnuoc.incident_message" };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CHANGES); i++)
        assert_string_equal(pgtest_ask(&T, PGTEST_OWNER, CHANGES[i]), "!P0001");
    assert_string_equal(pgtest_ask(&T, PGTEST_WRITER, "DELETE FROM capnuoc.incident RETURNING 'done'"),
                        "!42501");
    check_rows();
}

/* ---- read back ---- */

struct answer {
    pthread_mutex_t lock;
    pthread_cond_t cond;
    bool is_here;
    enum err code;
    struct incident_past past;
};

static void got(void *self, enum err code, struct incident_past *result, const struct fault *why)
{
    struct answer *a = self;

    (void)why;
    (void)pthread_mutex_lock(&a->lock);
    a->code = code;
    a->past = *result;
    a->is_here = true;
    (void)pthread_cond_signal(&a->cond);
    (void)pthread_mutex_unlock(&a->lock);
}

static struct incident_past past_of(const struct incident_past_ask *ask)
{
    struct answer a = { .lock = PTHREAD_MUTEX_INITIALIZER, .cond = PTHREAD_COND_INITIALIZER };
    struct incident_past_port port;
    struct historian *h;
    struct fault why;

    assert_int_equal(historian_start(&h, &T.settings, pgtest_clock(), &why), ERR_NONE);
    port = historian_incidents(h);
    assert_int_equal(port.ask(port.self, ask, -1, got, &a, &why), ERR_NONE);
    (void)pthread_mutex_lock(&a.lock);
    while (!a.is_here)
        (void)pthread_cond_wait(&a.cond, &a.lock);
    (void)pthread_mutex_unlock(&a.lock);
    historian_stop(h);
    assert_int_equal(a.code, ERR_NONE);
    return a.past;
}

static size_t count_of(const struct incident_past_ask *ask)
{
    struct incident_past past = past_of(ask);
    size_t n = past.count;

    incident_past_clear(&past);
    return n;
}

static struct incident_past_ask day(unsigned limit)
{
    return (struct incident_past_ask){
        .from = { PGTEST_NOW.ms }, .to = { PGTEST_NOW.ms + CLOCK_DAY_MS }, .class = -1, .limit = limit
    };
}

/* What ended with no word on it is no duty of the period: nothing was owed, so nothing was waived. */
static void a_report_counts_what_is_waived_and_not_what_is_void(void **state)
{
    const struct report_ask ask = { .kind = REPORT_INCIDENTS,
                                    .from = day_local(PGTEST_NOW),
                                    .to = day_local(PGTEST_NOW),
                                    .now = PGTEST_NOW };
    const struct pg_options options = { .connect = T.settings.connect,
                                        .login = &T.settings.reader,
                                        .name = "test",
                                        .answer_ms = T.settings.answer_ms };
    const struct report_wish wish = { .node = "test-node", .keys = "[]", .parameters = "[]" };
    struct report_rows rows;
    struct fault why;
    struct pg *p;

    (void)state;
    assert_int_equal(pg_open(&p, &options, &why), ERR_NONE);
    assert_int_equal(report_rows_read(p, &ask, &wish, &rows, &why), ERR_NONE);
    assert_int_equal(rows.duty_count, 2);
    assert_int_equal(rows.duties[0].duty, DUTY_PEOPLE);
    assert_int_equal(rows.duties[1].duty, DUTY_ISOLATE);
    assert_true(rows.duties[1].waived);
    report_rows_clear(&rows);
    pg_close(p);
}

/* What the API says of an incident it says of the one read back: they are the same but for what only the
 * node's own fold needs. */
static void one_that_is_read_back_is_the_one_that_was_told(void **state)
{
    const struct incident_past_ask ask = { .id = 100, .class = -1, .letters = true };
    struct incident_past past = past_of(&ask);
    const struct incident *is;

    (void)state;
    assert_int_equal(past.count, 1);
    is = past.items[0].is;
    assert_string_equal(past.items[0].node, "");
    assert_int_equal(past.items[0].target_ms, 0);
    assert_int_equal(is->opened.ms, one.opened.ms);
    assert_memory_equal(&is->impact, &one.impact, sizeof one.impact);
    assert_int_equal(is->member_count, 2);
    for (size_t k = 0; k < 2; k++) {
        struct member m = one.members[k];
        m.alarm = 0;
        assert_true(isnan(is->members[k].size));
        m.size = is->members[k].size;
        assert_memory_equal(&is->members[k], &m, sizeof m);
    }
    assert_true(incident_unsure(is));
    assert_int_equal(is->fact_count, one.fact_count);
    for (size_t k = 0; k < one.fact_count; k++)
        assert_memory_equal(&is->facts[k], &one.facts[k], sizeof one.facts[k]);
    assert_int_equal(is->duties[DUTY_PEOPLE].due.ms, one.duties[DUTY_PEOPLE].due.ms);
    for (enum duty_kind k = 0; k < DUTY_COUNT; k++) {
        assert_int_equal(is->duties[k].waived, one.duties[k].waived);
        assert_int_equal(is->duties[k].voided, one.duties[k].voided);
    }
    assert_int_equal(is->tie_count, 1);
    assert_int_equal(is->ties[0].incident, 200);
    assert_int_equal(incident_state(is, at(100)), incident_state(&one, at(100)));
    assert_int_equal(past.letter_count, 1);
    assert_string_equal(past.letters[0].to, "truong-ca");
    assert_int_equal(past.letters[0].state, LETTER_SENT);
    incident_past_clear(&past);
}

static void they_come_page_by_page_the_last_first(void **state)
{
    struct incident_past_ask ask = day(1);
    struct incident_past past = past_of(&ask);

    (void)state;
    assert_int_equal(past.count, 1);
    assert_true(past.more);
    assert_int_equal(past.items[0].is->id, 200); /* both start at the same instant */
    ask.before = past.items[0].start;
    ask.before_id = 200;
    incident_past_clear(&past);
    past = past_of(&ask);
    assert_int_equal(past.count, 1);
    assert_false(past.more);
    assert_int_equal(past.items[0].is->id, 100);
    incident_past_clear(&past);
}

static void filters_take_what_they_say(void **state)
{
    struct incident_past_ask ask = day(10);

    (void)state;
    assert_int_equal(count_of(&ask), 2);
    ask.state = PAST_OPEN;
    assert_int_equal(count_of(&ask), 1);
    ask.state = PAST_MERGED;
    assert_int_equal(count_of(&ask), 1);
    ask.state = PAST_CLOSED;
    assert_int_equal(count_of(&ask), 0);
    ask = day(10);
    ask.class = CLASS_SERVICE_NETWORK;
    assert_int_equal(count_of(&ask), 1);
    ask.class = CLASS_SAFETY;
    assert_int_equal(count_of(&ask), 0);
    ask = day(10);
    (void)snprintf(ask.site, sizeof ask.site, "s");
    assert_int_equal(count_of(&ask), 1);
    ask = day(10);
    ask.from.ms = PGTEST_NOW.ms + CLOCK_HOUR_MS;
    assert_int_equal(count_of(&ask), 0);
}

/* Of somebody else's, nothing; what became part of another is seen with that. */
static void a_supplier_is_shown_its_own(void **state)
{
    struct incident_past_ask ask = day(10), by_id = { .id = 100, .class = -1 };

    (void)state;
    assert_string_equal(
        pgtest_ask(&T, PGTEST_OWNER,
                   "WITH a AS (INSERT INTO capnuoc.supplier (id, name) VALUES ('ours', 'Ours'), ('theirs', "
                   "'Theirs') ON CONFLICT DO NOTHING), "
                   "b AS (INSERT INTO capnuoc.system (id, supplier, name) VALUES ('y', 'ours', 'Y')) "
                   "INSERT INTO capnuoc.site (id, system, name, kind) VALUES ('s', 'y', 'S', 'x') ON "
                   "CONFLICT (id) DO UPDATE SET system = 'y' RETURNING 'done'"),
        "done");
    (void)snprintf(ask.supplier, sizeof ask.supplier, "ours");
    (void)snprintf(by_id.supplier, sizeof by_id.supplier, "ours");
    assert_int_equal(count_of(&ask), 2);
    assert_int_equal(count_of(&by_id), 1);
    (void)snprintf(ask.supplier, sizeof ask.supplier, "theirs");
    (void)snprintf(by_id.supplier, sizeof by_id.supplier, "theirs");
    assert_int_equal(count_of(&ask), 0);
    assert_int_equal(count_of(&by_id), 0);
    ask = day(10);
    (void)snprintf(ask.sites, sizeof ask.sites, "t s");
    assert_int_equal(count_of(&ask), 2);
    (void)snprintf(ask.sites, sizeof ask.sites, "t");
    assert_int_equal(count_of(&ask), 0);
}

/* Facts, a service, an exchange and a mode, of one system, in order of time; nobody else's. */
static void the_operation_book_has_what_was_done(void **state)
{
    struct incident_past_ask ask = { .book = true,
                                     .class = -1,
                                     .from = { PGTEST_NOW.ms - 1000 },
                                     .to = { PGTEST_NOW.ms + CLOCK_DAY_MS },
                                     .system = "y" };
    struct incident_past past;

    (void)state;
    assert_string_equal(
        pgtest_ask(&T, PGTEST_OWNER,
                   "WITH a AS (INSERT INTO capnuoc.supplier (id, name) VALUES ('ours', 'Ours')), "
                   "b AS (INSERT INTO capnuoc.system (id, supplier, name) VALUES ('y', 'ours', 'Y'), ('z', "
                   "'ours', 'Z')), "
                   "c AS (INSERT INTO capnuoc.site (id, system, name, kind) VALUES ('s', 'y', 'S', 'x'), "
                   "('t', 'z', 'T', 'x') ON "
                   "CONFLICT (id) DO UPDATE SET system = excluded.system, name = excluded.name), "
                   "k AS (SELECT min(point_key) AS key FROM capnuoc.point), "
                   "d AS (UPDATE capnuoc.point SET site = 's' FROM k WHERE point_key = k.key), "
                   "e AS (INSERT INTO capnuoc.service SELECT 'n', 'k', key, i.opened_at, 1200.5, 'Lan', "
                   "'thay dầu', i.opened_at "
                   "FROM k, capnuoc.incident i WHERE incident = 100), "
                   "f AS (INSERT INTO capnuoc.meter_exchange SELECT 'n', 'k', key, i.opened_at + interval '1 "
                   "s', 9, 0, 'Lan', '', "
                   "i.opened_at FROM k, capnuoc.incident i WHERE incident = 100) "
                   "INSERT INTO capnuoc.mode SELECT o, 'n', 'k', 1, 1, CASE o WHEN 1 THEN 's' ELSE 't' END, "
                   "i.opened_at + interval "
                   "'2 s', i.opened_at + interval '9 s', i.opened_at + interval '3 s', 1, 'Lan', 'vì', "
                   "'Hoa', 'xong' FROM "
                   "capnuoc.incident i, generate_series(1, 2) o WHERE incident = 100 RETURNING 'done'"),
        "done");
    past = past_of(&ask);
    assert_int_equal(past.line_count, 3 + 1 + 1 + 2);
    assert_false(past.more);
    assert_int_equal(past.lines[0].kind, BOOK_FACT);
    assert_string_equal(past.lines[0].subject, "100");
    assert_string_equal(past.lines[0].place, "S");
    assert_int_equal(past.lines[1].kind, BOOK_SERVICE);
    assert_true(past.lines[1].value == 1200.5);
    assert_true(isnan(past.lines[1].other));
    assert_int_equal(past.lines[2].kind, BOOK_FACT);
    assert_string_equal(past.lines[2].who, "Lò Thị Hoa");
    assert_string_equal(past.lines[3].who, "An");
    assert_int_equal(past.lines[4].kind, BOOK_EXCHANGE);
    assert_true(past.lines[4].value == 9 && past.lines[4].other == 0);
    assert_int_equal(past.lines[5].kind, BOOK_MODE);
    assert_string_equal(past.lines[5].note, "vì");
    assert_int_equal(past.lines[6].kind, BOOK_MODE_END);
    assert_string_equal(past.lines[6].who, "Hoa");
    incident_past_clear(&past);
    (void)snprintf(ask.supplier, sizeof ask.supplier, "theirs");
    past = past_of(&ask);
    assert_int_equal(past.line_count, 0);
    incident_past_clear(&past);
    ask.supplier[0] = ask.system[0] = '\0';
    (void)snprintf(ask.site, sizeof ask.site, "t");
    past = past_of(&ask);
    assert_int_equal(past.line_count, 2); /* its own mode */
    incident_past_clear(&past);
}

static void those_of_another_node_are_marked(void **state)
{
    struct incident_past_ask ask = { .id = 100, .class = -1 };
    struct incident_past past;

    (void)state;
    assert_string_equal(
        pgtest_ask(&T, PGTEST_OWNER,
                   "UPDATE capnuoc.incident SET node = 'far', legal = false, limit_ms = 7200000 "
                   "WHERE incident = 100 RETURNING 'done'"),
        "done");
    assert_int_equal(count_of(&ask), 0);
    (void)snprintf(ask.node, sizeof ask.node, "far");
    past = past_of(&ask);
    assert_int_equal(past.count, 1);
    assert_string_equal(past.items[0].node, "far");
    assert_int_equal(past.items[0].target_ms, 7200000);
    incident_past_clear(&past);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_has_its_latest_picture_and_all_its_history, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_delivered_again_changes_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_called_is_erasable_and_not_for_readers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nobody_changes_the_history, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_that_is_read_back_is_the_one_that_was_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_report_counts_what_is_waived_and_not_what_is_void, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(they_come_page_by_page_the_last_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(filters_take_what_they_say, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_supplier_is_shown_its_own, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_operation_book_has_what_was_done, set_up, tear_down),
        cmocka_unit_test_setup_teardown(those_of_another_node_are_marked, set_up, tear_down),
    };

    if (!pgtest_find(&T, PG_ENV)) {
        (void)fprintf(stderr, "no PostgreSQL here: skipped\n");
        return PGTEST_SKIP;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
