/* Incidents, messages and callers in a body of the lane of events. */
#include <math.h>

#include "model/lane.h"
#include "unit.h"

static void make(struct strbuf *body)
{
    struct incident i = { .id = 100, .opened = { 1795604400000 }, .member_count = 1, .fact_count = 1 };
    const struct outgoing o = { .incident = 100,
                                .n = 750000,
                                .kind = OUT_WARNING,
                                .mask = WARN_75,
                                .legal = true,
                                .size = NAN,
                                .at = { 1795604400001 },
                                .due = { 1795604400002 } };
    const struct stored_caller c = { 7, 100, { 1795604400003 }, "Sùng A Chu", "0912" };
    struct stored_incident s;

    i.members[0] = (struct member){ .id = 101,
                                    .class = CLASS_SERVICE_NETWORK,
                                    .start = { 1795604400000 },
                                    .evident = { 1795604400000 },
                                    .size = NAN,
                                    .zone = "z" };
    i.facts[0] = (struct fact){ .kind = FACT_CALLED, .note = "mất nước" };
    s = stored_incident_of(&i, NULL, 9, (struct wall){ 1795604400009 });
    strbuf_init(body, 1 << 20);
    body_add_incident(body, &s, &i);
    body_add_outgoing(body, &o);
    body_add_caller(body, &c);
    assert_false(body->failed);
}

static void what_was_put_in_comes_out(void **state)
{
    struct incident *i = malloc(sizeof *i);
    struct body_reader r;
    struct stored_reading reading;
    struct event event;
    enum body_item item;
    struct strbuf body;

    (void)state;
    make(&body);
    body_read(&r, body.text, body.len);
    assert_int_equal(body_next(&r, &item, &reading, &event), ERR_NONE);
    assert_int_equal(item, BODY_INCIDENT);
    assert_int_equal(r.incident.revision, 9);
    assert_int_equal(r.incident.at.ms, 1795604400009);
    assert_int_equal(r.incident.clock.due.ms, 1795604400000 + 12 * CLOCK_HOUR_MS);
    assert_true(r.incident.clock.legal);
    assert_int_equal(r.incident.on_time, ON_TIME_RUNNING);
    assert_int_equal(incident_read(r.incident.bytes, r.incident.len, i), ERR_NONE);
    assert_string_equal(i->facts[0].note, "mất nước");
    assert_int_equal(body_next(&r, &item, &reading, &event), ERR_NONE);
    assert_int_equal(item, BODY_OUTGOING);
    assert_int_equal(r.outgoing.n, 750000);
    assert_int_equal(r.outgoing.due.ms, 1795604400002);
    assert_true(isnan(r.outgoing.size) && r.outgoing.legal && !r.outgoing.drill);
    assert_int_equal(body_next(&r, &item, &reading, &event), ERR_NONE);
    assert_int_equal(item, BODY_CALLER);
    assert_string_equal(r.caller.name, "Sùng A Chu");
    assert_string_equal(r.caller.phone, "0912");
    assert_int_equal(body_next(&r, &item, &reading, &event), ERR_NONE);
    assert_int_equal(item, BODY_END);
    strbuf_clear(&body);
    free(i);
}

/* Each length in memory of its own: a byte too far is seen. */
static void a_body_cut_anywhere_is_refused_or_ends_between_items(void **state)
{
    struct strbuf body;
    unsigned ends = 0;

    (void)state;
    make(&body);
    for (size_t n = 0; n < body.len; n++) {
        unsigned char *cut = malloc(n + 1);
        struct body_reader r;
        struct stored_reading reading;
        struct event event;
        enum body_item item = BODY_READING;
        enum err rc = ERR_NONE;
        memcpy(cut, body.text, n);
        body_read(&r, cut, n);
        while (rc == ERR_NONE && item != BODY_END)
            rc = body_next(&r, &item, &reading, &event);
        ends += rc == ERR_NONE;
        free(cut);
    }
    assert_int_equal(ends, 3); /* nothing, one, two */
    strbuf_clear(&body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_put_in_comes_out),
        cmocka_unit_test(a_body_cut_anywhere_is_refused_or_ends_between_items),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
