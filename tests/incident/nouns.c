/* What is derived from members and facts, and incidents as bytes. */
#include <math.h>
#include <stdlib.h>

#include "model/incident.h"
#include "unit.h"

static const int64_t T0 = 1795604400000; /* 2026-11-25T11:00:00Z */

static struct wall at(double hours)
{
    return (struct wall){ T0 + (int64_t)(hours * CLOCK_HOUR_MS) };
}

static struct member *add(struct incident *i, enum incident_class class, double hours)
{
    struct member *m = &i->members[i->member_count++];

    *m = (struct member){ .id = i->member_count, .class = (uint8_t) class, .start = at(hours), .size = NAN };
    return m;
}

static void tell(struct incident *i, enum fact_kind kind, double hours)
{
    i->facts[i->fact_count++] =
        (struct fact){ .kind = (uint8_t)kind, .claimed = at(hours), .recorded = at(hours) };
}

static struct incident *make(void **state)
{
    struct incident *i = *state;

    memset(i, 0, sizeof *i);
    i->id = 7;
    i->opened = at(0);
    return i;
}

static int set_up(void **state)
{
    *state = calloc(1, sizeof(struct incident));
    return *state == NULL;
}

static int tear_down(void **state)
{
    free(*state);
    return 0;
}

static void legal_limits_are_those_of_the_plan(void **state)
{
    (void)state;
    for (enum incident_class c = 0; c < CLASS_COUNT; c++) {
        const struct incident_limit *l = incident_limit(c);
        assert_non_null(l->name);
        assert_non_null(l->name_vi);
        assert_int_equal(l->legal, l->source[0] != '\0');
        assert_int_equal(l->legal, l->words[0] != '\0');
        assert_int_equal(l->legal, c <= CLASS_PLANT_EQUIPMENT);
        assert_int_equal(l->limit_ms, (c == CLASS_SERVICE_NETWORK ? 12 : 24) * CLOCK_HOUR_MS);
    }
}

static void a_target_of_the_supplier_changes_no_legal_limit(void **state)
{
    struct incident *i = make(state);
    struct incident_targets t = { { 0 } };

    for (size_t c = 0; c < CLASS_COUNT; c++)
        t.ms[c] = CLOCK_HOUR_MS;
    add(i, CLASS_PLANT_EQUIPMENT, 0);
    assert_int_equal(incident_clock(i, &t).due.ms, at(24).ms);
    assert_true(incident_clock(i, &t).legal);
    make(state);
    add(i, CLASS_POWER_SUPPLY, 0);
    assert_int_equal(incident_clock(i, &t).due.ms, at(1).ms);
    assert_false(incident_clock(i, &t).legal);
    assert_int_equal(incident_clock(i, NULL).due.ms, at(24).ms);
}

static void it_shows_the_strictest_law_of_what_is_not_restored_from_where_the_first_law_starts(void **state)
{
    struct incident *i = make(state);
    struct member *power = add(i, CLASS_POWER_SUPPLY, 0);
    struct member *pump = add(i, CLASS_PLANT_EQUIPMENT, 1);
    struct member *flow = add(i, CLASS_SERVICE_NETWORK, 2);

    assert_int_equal(incident_clock(i, NULL).start.ms, at(1).ms);
    assert_int_equal(incident_clock(i, NULL).due.ms, at(13).ms);
    assert_int_equal(incident_began(i).ms, at(0).ms);
    flow->restored = at(3);
    assert_int_equal(incident_clock(i, NULL).due.ms, at(25).ms);
    assert_int_equal(incident_clock(i, NULL).class, CLASS_PLANT_EQUIPMENT);
    pump->restored = at(4);
    assert_false(incident_clock(i, NULL).legal); /* the mains alone are away: their own target */
    assert_int_equal(incident_clock(i, NULL).start.ms, at(0).ms);
    power->restored = at(4);
    assert_int_equal(incident_clock(i, NULL).due.ms, at(13).ms);
    assert_int_equal(member_clock(flow, NULL).due.ms, at(14).ms); /* its own goes on from its own evidence */
}

static void what_has_only_a_target_takes_no_time_from_the_law(void **state)
{
    struct incident *i = make(state);
    struct member *burst;

    add(i, CLASS_POWER_SUPPLY, 0);
    assert_int_equal(incident_clock(i, NULL).start.ms, at(0).ms);
    burst = add(i, CLASS_SERVICE_NETWORK, 30);
    assert_int_equal(incident_clock(i, NULL).start.ms, at(30).ms);
    assert_int_equal(incident_clock(i, NULL).due.ms, at(42).ms);
    assert_int_equal(incident_on_time(i, at(31)), ON_TIME_RUNNING);
    burst->restored = at(42);
    assert_int_equal(incident_on_time(i, at(50)), ON_TIME_YES);
}

static void a_claim_stands_half_an_hour_unless_somebody_or_something_agrees(void **state)
{
    struct incident *i = make(state);
    struct member *m = add(i, CLASS_SERVICE_NETWORK, 0);

    m->repaired = m->claim_recorded = at(11);
    assert_int_equal(incident_state(i, at(11.2)), INCIDENT_REPAIRED);
    assert_int_equal(incident_on_time(i, at(11.2)), ON_TIME_YES);
    assert_int_equal(incident_state(i, at(11.5)), INCIDENT_REPAIR_UNCONFIRMED);
    assert_int_equal(incident_on_time(i, at(11.5)), ON_TIME_RUNNING);
    assert_int_equal(incident_on_time(i, at(12.1)), ON_TIME_NO);
    m->restored = at(13); /* readings say when it was */
    assert_int_equal(member_end(m, at(14)).ms, at(13).ms);
    assert_int_equal(incident_on_time(i, at(14)), ON_TIME_NO);
    m->repair_confirmed = at(11.4); /* a second person, in time: it was repaired at 11 */
    assert_int_equal(member_end(m, at(14)).ms, at(11).ms);
    assert_int_equal(incident_on_time(i, at(14)), ON_TIME_YES);
    m->repair_confirmed.ms = 0;
    m->restored = at(11.4);
    assert_int_equal(member_repair(m, at(99)), REPAIR_CONFIRMED);
    assert_int_equal(incident_on_time(i, at(99)), ON_TIME_YES);
}

/* Late does not become on time by what somebody says afterwards. */
static void a_second_person_who_is_late_confirms_how_it_is_then(void **state)
{
    struct incident *i = make(state);
    struct member *m = add(i, CLASS_SERVICE_NETWORK, 0);

    m->repaired = m->claim_recorded = at(11);
    assert_int_equal(incident_on_time(i, at(13)), ON_TIME_NO);
    m->repair_confirmed = at(13.5);
    assert_int_equal(member_repair(m, at(14)), REPAIR_CONFIRMED);
    assert_int_equal(member_end(m, at(14)).ms, at(13.5).ms);
    assert_int_equal(incident_on_time(i, at(14)), ON_TIME_NO);
    m->restored = at(13); /* readings say when it was */
    assert_int_equal(member_end(m, at(14)).ms, at(13).ms);
    m->restored = at(11.4); /* and that the claim was right */
    assert_int_equal(member_end(m, at(14)).ms, at(11).ms);
    m->restored.ms = 0;
    m->repair_confirmed = at(11.9); /* late, and still within the limit */
    assert_int_equal(member_end(m, at(14)).ms, at(11.9).ms);
    assert_int_equal(incident_on_time(i, at(14)), ON_TIME_YES);
}

static void on_time_is_against_the_law_only(void **state)
{
    struct incident *i = make(state);
    struct member *power = add(i, CLASS_POWER_SUPPLY, 0);
    struct member *pump;

    power->restored = at(40);
    assert_int_equal(incident_on_time(i, at(50)), ON_TIME_NO_LIMIT);
    pump = add(i, CLASS_PLANT_EQUIPMENT, 6);
    pump->restored = at(30); /* the mains start no clock of the law */
    assert_int_equal(incident_on_time(i, at(50)), ON_TIME_YES);
    add(i, CLASS_DISTRIBUTION_MAIN, 5)->restored = at(20);
    assert_int_equal(incident_on_time(i, at(50)), ON_TIME_NO); /* from the first of them, not from its own */
    assert_int_equal(member_on_time(pump, at(50)), ON_TIME_YES);
}

static void the_state_follows_the_facts_in_whatever_order_they_come(void **state)
{
    static const uint8_t KINDS[] = { FACT_REPORTED,        FACT_ASSIGNED,    FACT_ON_SITE,
                                     FACT_VERIFIED,        FACT_CAUSE_FOUND, FACT_REMEDY_PROPOSED,
                                     FACT_REMEDY_APPROVED, FACT_REPAIR_BEGUN };
    uint64_t seed = test_seed("the_state_follows_the_facts");
    struct incident *i = *state;

    for (unsigned round = 0; round < 500; round++) {
        enum incident_state highest = INCIDENT_DETECTED;
        make(state);
        add(i, CLASS_SERVICE_NETWORK, 0);
        for (unsigned n = 0; n < 10; n++) {
            unsigned k = test_below(&seed, COUNT_OF(KINDS));
            tell(i, KINDS[k], n);
            if (k + INCIDENT_REPORTED > highest)
                highest = (enum incident_state)(k + INCIDENT_REPORTED);
            assert_int_equal(incident_state(i, at(n)), highest);
        }
        i->members[0].restored = at(11);
        assert_int_equal(incident_state(i, at(12)), INCIDENT_RESTORED);
        tell(i, FACT_EVALUATED, 12);
        assert_int_equal(incident_state(i, at(12)), INCIDENT_EVALUATED);
        tell(i, FACT_REOPENED, 13);
        assert_int_equal(incident_state(i, at(13)), INCIDENT_RESTORED);
        i->closed = true;
        assert_int_equal(incident_state(i, at(13)), INCIDENT_CLOSED);
        i->merged_into = 9;
        assert_int_equal(incident_state(i, at(13)), INCIDENT_MERGED);
    }
}

static void waiting_ends_when_it_is_said_to_end(void **state)
{
    struct incident *i = make(state);

    assert_null(incident_waiting(i));
    tell(i, FACT_WAITING, 1);
    assert_ptr_equal(incident_waiting(i), &i->facts[0]);
    tell(i, FACT_WAITING_OVER, 2);
    assert_null(incident_waiting(i));
    tell(i, FACT_WAITING, 3);
    assert_ptr_equal(incident_waiting(i), &i->facts[2]);
}

static void every_number_has_a_name(void **state)
{
    (void)state;
    for (enum fact_kind k = 0; k < FACT_COUNT; k++)
        assert_string_not_equal(fact_name(k), "unknown");
    for (enum incident_state s = 0; s < INCIDENT_STATE_COUNT; s++)
        assert_string_not_equal(incident_state_name(s), "unknown");
    for (enum evidence e = 0; e < EVIDENCE_COUNT; e++)
        assert_string_not_equal(evidence_name(e), "unknown");
    for (enum cause_kind k = 0; k < CAUSE_KIND_COUNT; k++)
        assert_true(cause_word(k).name != NULL && cause_word(k).name_vi != NULL);
    for (enum measure_kind k = 0; k < MEASURE_COUNT; k++)
        assert_true(measure_word(k).name != NULL && measure_word(k).name_vi != NULL);
    for (enum finder_kind k = 0; k < FINDER_COUNT; k++)
        assert_true(finder_word(k).name != NULL && finder_word(k).name_vi != NULL);
    assert_string_equal(clock_source_name(CLOCK_PAPER), "paper");
    assert_string_equal(on_time_name(ON_TIME_NO), "no");
    assert_string_equal(fact_name(FACT_COUNT), "unknown");
}

/* ---------------------------------------------------------------- bytes */

static void fill(struct incident *i)
{
    for (size_t n = 0; n < INCIDENT_MEMBERS_MAX; n++) {
        struct member *m = add(i, (enum incident_class)(n % CLASS_COUNT), (double)n);
        m->cause = n == 0 ? 0 : 1;
        m->alarm = UINT64_MAX - n;
        m->size = (double)n / 3;
        memset(m->site, 'x', sizeof m->site - 1);
        (void)snprintf(m->zone, sizeof m->zone, "vùng-%zu", n);
    }
    for (size_t n = 0; n < INCIDENT_FACTS_MAX; n++) {
        tell(i, (enum fact_kind)(n % FACT_COUNT), (double)n);
        memset(i->facts[n].who, 'w', INCIDENT_WHO_MAX - 1);
        memset(i->facts[n].note, 'n', INCIDENT_NOTE_MAX - 1);
    }
    for (size_t n = 0; n < INCIDENT_TIES_MAX; n++)
        i->ties[i->tie_count++] = (struct tie){ n + 100, (uint8_t)(n % TIE_COUNT) };
    i->duties[DUTY_CDC] = (struct duty){ .since = at(1), .due = at(1.5), .who = "An" };
    i->impact = (struct incident_impact){ .people = 70000, .hospitals = 2, .rural = true };
    i->warned = WARN_50 | WARN_75;
    i->owes_step = i->drill = i->told_end = true;
    i->escalated = 7;
    i->asked = at(3);
    i->members[63].unsure = true;
    i->members[62].side = SIDE_ABOVE;
    i->members[61].residence_ms = 5400000;
    i->facts[94].told = UINT64_MAX;
    i->told_beyond = true;
    i->duty_kinds = DUTY_COUNT;
    i->duties[DUTY_SAMPLE].voided = true;
}

static void the_fullest_incident_comes_back_as_it_was(void **state)
{
    struct incident *i = make(state), *back = calloc(1, sizeof *back);
    struct strbuf one, two;

    fill(i);
    strbuf_init(&one, INCIDENT_BYTES_MAX);
    strbuf_init(&two, INCIDENT_BYTES_MAX);
    incident_write(&one, i);
    assert_false(one.failed);
    assert_int_equal(incident_read(one.text, one.len, back), ERR_NONE);
    incident_write(&two, back);
    assert_int_equal(one.len, two.len);
    assert_memory_equal(one.text, two.text, one.len);
    assert_string_equal(back->members[5].zone, i->members[5].zone);
    assert_string_equal(back->facts[95].note, i->facts[95].note);
    assert_int_equal(back->duties[DUTY_CDC].due.ms, at(1.5).ms);
    assert_int_equal(back->escalated, 7);
    assert_int_equal(back->asked.ms, at(3).ms);
    assert_true(back->told_end && back->members[63].unsure && !back->members[62].unsure);
    assert_int_equal(back->members[62].side, SIDE_ABOVE);
    assert_int_equal(back->members[61].residence_ms, 5400000);
    assert_int_equal(back->facts[94].told, UINT64_MAX);
    assert_true(back->told_beyond);
    assert_int_equal(back->duty_kinds, DUTY_COUNT);
    for (enum duty_kind k = 0; k < DUTY_COUNT; k++)
        assert_int_equal(back->duties[k].voided, k == DUTY_SAMPLE);
    strbuf_clear(&one);
    strbuf_clear(&two);
    free(back);
}

static void one_of_an_earlier_version_is_read(void **state)
{
    enum {
        SINCE_4 = 1 + 1 + 4 + DUTY_COUNT,
        SINCE_3 = 1 + SINCE_4,
        SINCE_2 = 1 + 1 + 8 + SINCE_3
    }; /* bytes they lack */
    struct incident *i = make(state), *back = calloc(1, sizeof *back);
    struct strbuf b;

    add(i, CLASS_SAFETY, 1);
    strbuf_init(&b, INCIDENT_BYTES_MAX);
    incident_write(&b, i);
    b.text[0] = 1;
    assert_int_equal(incident_read(b.text, b.len - 1 - SINCE_2, back),
                     ERR_NONE); /* it ended before `unsure` */
    assert_false(back->members[0].unsure);
    assert_false(back->told_end);
    b.text[0] = 2;
    i->members[0].restored = at(2);
    assert_int_equal(incident_read(b.text, b.len - SINCE_2, back), ERR_NONE);
    assert_false(back->told_end); /* it is not over */
    strbuf_reset(&b);
    incident_write(&b, i);
    b.text[0] = 2;
    assert_int_equal(incident_read(b.text, b.len - SINCE_2, back), ERR_NONE);
    assert_true(back->told_end); /* an end that was long before is not told now */
    strbuf_reset(&b);
    i->members[0].side = SIDE_BELOW;
    incident_write(&b, i);
    b.text[0] = 3;
    assert_int_equal(incident_read(b.text, b.len - SINCE_3, back), ERR_NONE);
    assert_int_equal(back->members[0].side, SIDE_UNKNOWN);
    strbuf_clear(&b);
    free(back);
}

/* As the journal of version 4 has it: bad water and a low pressure, beyond control, reported by "binh". */
static const char VERSION_4[] =
    "040004000000000000000000000000000080c75c12a201000000000001010000000200e0b15d12a20100002800000000"
    "000000000000000000000000000100000001001000030080238317a2010000020001040000000000004d000000000000"
    "004e00000000000000000000000000000006080100000080c75c12a201000080c75c12a2010000000000000000000000"
    "00000000000000000000000000000000000000000000000000000000000000000000000000f83f036e6d6e0002040000"
    "000000004f000000000000000000000000000000000000000000000000060000000085c75c12a201000085c75c12a201"
    "000089c75c12a201000000000000000000000000000000000000000000000000000089c75c12a2010000000000000000"
    "004000027a310200020000000000000000000000000000000000000080c75c12a201000080c75c12a201000000000901"
    "020763000000000000000000000000000000e0b15d12a2010000c8b55d12a201000002616e036cc5a90100e803000000"
    "000000030d00000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "0000c8b55d12a2010000082d7912a2010000f0d85d12a2010000d8dc5d12a201000000000462696e6800000000000000"
    "0000000000000000000000000000000000000000000000000000000080c75c12a2010000c03e7812a201000000000000"
    "000000000000000000000000000100000000000000000000000000000000000000000000000000000000000000000000"
    "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "0000000000000000000000000000000000000000000000000000000000000000000001000180c75c12a20100000001";

static size_t from_hex(const char *hex, unsigned char *out)
{
    size_t n = 0;

    for (; hex[2 * n] != '\0'; n++) {
        char two[3] = { hex[2 * n], hex[2 * n + 1], '\0' };
        out[n] = (unsigned char)strtoul(two, NULL, 16);
    }
    return n;
}

static void what_version_4_wrote_is_read(void **state)
{
    struct incident *i = make(state);
    unsigned char bytes[sizeof VERSION_4 / 2];
    size_t len = from_hex(VERSION_4, bytes);

    assert_int_equal(bytes[0], 4);
    assert_int_equal(incident_read(bytes, len, i), ERR_NONE);
    assert_int_equal(i->id, 1024);
    assert_int_equal(i->member_count, 2);
    assert_int_equal(i->members[0].class, CLASS_WATER_QUALITY);
    assert_int_equal(i->members[0].residence_ms, 0);
    assert_int_equal(i->members[1].side, SIDE_BELOW);
    assert_true(i->members[1].unsure && i->told_large && i->impact.rural);
    assert_string_equal(i->facts[1].note, "lũ");
    assert_int_equal(i->facts[1].told, 0);
    assert_string_equal(i->duties[DUTY_REPORT_BEYOND_CONTROL].who, "binh");
    assert_true(i->duties[DUTY_CDC].told_late);
    assert_true(i->told_beyond); /* not now, of what was long before */
    assert_int_equal(i->duty_kinds, DUTY_ASSESS);
    for (size_t k = DUTY_ASSESS; k < DUTY_COUNT; k++)
        assert_int_equal(i->duties[k].since.ms, 0);
    assert_int_equal(incident_read(bytes, len - 1, i), ERR_SHORT);
}

static void a_shorter_longer_or_later_one_is_refused(void **state)
{
    struct incident *i = make(state), *back = calloc(1, sizeof *back);
    struct strbuf b;

    strbuf_init(&b, INCIDENT_BYTES_MAX);
    add(i, CLASS_SAFETY, 1);
    tell(i, FACT_DETECTED, 1);
    incident_write(&b, i);
    for (size_t n = 0; n < b.len; n++)
        assert_int_equal(incident_read(b.text, n, back), ERR_SHORT);
    strbuf_putc(&b, 0);
    assert_int_equal(incident_read(b.text, b.len, back), ERR_RANGE);
    b.text[0] = INCIDENT_BYTES_VERSION + 1;
    assert_int_equal(incident_read(b.text, b.len, back), ERR_STATE);
    strbuf_clear(&b);
    free(back);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(legal_limits_are_those_of_the_plan),
        cmocka_unit_test(a_target_of_the_supplier_changes_no_legal_limit),
        cmocka_unit_test(it_shows_the_strictest_law_of_what_is_not_restored_from_where_the_first_law_starts),
        cmocka_unit_test(what_has_only_a_target_takes_no_time_from_the_law),
        cmocka_unit_test(a_claim_stands_half_an_hour_unless_somebody_or_something_agrees),
        cmocka_unit_test(a_second_person_who_is_late_confirms_how_it_is_then),
        cmocka_unit_test(on_time_is_against_the_law_only),
        cmocka_unit_test(the_state_follows_the_facts_in_whatever_order_they_come),
        cmocka_unit_test(waiting_ends_when_it_is_said_to_end),
        cmocka_unit_test(every_number_has_a_name),
        cmocka_unit_test(the_fullest_incident_comes_back_as_it_was),
        cmocka_unit_test(one_of_an_earlier_version_is_read),
        cmocka_unit_test(what_version_4_wrote_is_read),
        cmocka_unit_test(a_shorter_longer_or_later_one_is_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
