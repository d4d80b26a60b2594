/* Who is on duty: shifts over midnight, holidays, who stands in, weeks that come round, gaps. */
#include "incident/roster.h"
#include "unit.h"

enum { LAN, MINH, HUNG, CHIEF, OTHER_CHIEF };

static struct rosters ALL;

static struct wall local(const char *text)
{
    char whole[40];
    struct wall at;

    (void)snprintf(whole, sizeof whole, "%s:00+07:00", text);
    assert_int_equal(wall_parse(whole, &at), ERR_NONE);
    return at;
}

static int32_t day(const char *date)
{
    char text[24];

    (void)snprintf(text, sizeof text, "%sT00:00", date);
    return (int32_t)((local(text).ms + CLOCK_LOCAL_OFFSET_MS) / CLOCK_DAY_MS);
}

static struct roster *fresh(void)
{
    memset(&ALL, 0, sizeof ALL);
    ALL.count = 1;
    ALL.list[0] = (struct roster){ .id = "r", .leader = CHIEF, .authority = NO_CONTACT, .weeks = 1 };
    return &ALL.list[0];
}

static struct roster_shift *add(struct roster *r, unsigned days, unsigned from_h, unsigned to_h, uint8_t who)
{
    struct roster_shift *s = &r->shifts[r->shift_count++];

    *s = (struct roster_shift){ .days = (uint8_t)days,
                                .from_min = (uint16_t)(from_h * 60),
                                .to_min = (uint16_t)(to_h * 60),
                                .people = { who },
                                .count = 1,
                                .leader = NO_CONTACT };
    return s;
}

static uint8_t first(const char *at)
{
    const struct on_duty d = roster_on_duty(&ALL.list[0], &ALL, local(at));

    return d.gap ? NO_CONTACT : d.people[0];
}

static void a_shift_over_midnight_belongs_to_the_day_on_which_it_begins(void **state)
{
    struct roster *r = fresh();

    (void)state;
    (void)add(r, 1, 22, 6, LAN); /* Monday */
    assert_int_equal(first("2026-11-30T21:59"), NO_CONTACT);
    assert_int_equal(first("2026-11-30T22:00"), LAN);
    assert_int_equal(first("2026-12-01T00:00"), LAN);
    assert_int_equal(first("2026-12-01T05:59"), LAN);
    assert_int_equal(first("2026-12-01T06:00"), NO_CONTACT);
    assert_int_equal(first("2026-11-30T05:00"), NO_CONTACT); /* Sunday has none */
}

static void a_shift_of_a_whole_day_ends_at_midnight(void **state)
{
    struct roster *r = fresh();

    (void)state;
    (void)add(r, 1, 0, 24, LAN);
    assert_int_equal(first("2026-11-29T23:59"), NO_CONTACT);
    assert_int_equal(first("2026-11-30T00:00"), LAN);
    assert_int_equal(first("2026-11-30T23:59"), LAN);
    assert_int_equal(first("2026-12-01T00:00"), NO_CONTACT);
}

static void on_holidays_the_shifts_of_holidays_begin_and_no_others(void **state)
{
    struct roster *r = fresh();

    (void)state;
    (void)add(r, 0x7F, 6, 22, LAN);
    (void)add(r, 0x7F, 22, 6, MINH);
    ALL.holidays[ALL.holiday_count++] = (struct holiday){ day("2027-01-01"), day("2027-01-01"), "" };
    assert_int_equal(first("2027-01-01T10:00"), LAN); /* the roster has none for them */
    (void)add(r, 1 << SHIFT_HOLIDAY, 8, 20, HUNG);
    assert_int_equal(first("2027-01-01T05:00"), MINH); /* began on the day before */
    assert_int_equal(first("2027-01-01T07:00"), NO_CONTACT);
    assert_int_equal(first("2027-01-01T10:00"), HUNG);
    assert_int_equal(first("2027-01-01T23:00"), NO_CONTACT);
    assert_int_equal(first("2027-01-02T05:00"), NO_CONTACT);
    assert_int_equal(first("2027-01-02T07:00"), LAN);
}

static void when_others_come_is_known_and_whose_place_somebody_takes(void **state)
{
    struct roster *r = fresh();
    struct on_duty d;

    (void)state;
    (void)add(r, 0x7F, 6, 22, LAN);
    (void)add(r, 0x7F, 22, 6, MINH);
    assert_int_equal(roster_changes(r, &ALL, local("2026-12-01T10:00"), local("2026-12-08T10:00")).ms,
                     local("2026-12-01T22:00").ms);
    assert_int_equal(roster_changes(r, &ALL, local("2026-12-01T22:00"), local("2026-12-08T10:00")).ms,
                     local("2026-12-02T06:00").ms);
    assert_int_equal(roster_changes(r, &ALL, local("2026-12-01T10:00"), local("2026-12-01T22:00")).ms, 0);
    r->stand_ins[r->stand_in_count++] = (struct stand_in){ LAN, HUNG, day("2026-12-02"), day("2026-12-02") };
    d = roster_on_duty(r, &ALL, local("2026-12-02T07:00"));
    assert_int_equal(d.people[0], HUNG);
    assert_int_equal(d.planned[0], LAN);
    d = roster_on_duty(r, &ALL, local("2026-12-01T07:00"));
    assert_int_equal(d.planned[0], LAN);
}

static void who_stands_in_may_be_away_and_two_for_each_other_leave_nobody(void **state)
{
    struct roster *r = fresh();
    int32_t on = day("2026-12-01");

    (void)state;
    (void)add(r, 0x7F, 22, 6, LAN);
    r->stand_ins[r->stand_in_count++] = (struct stand_in){ LAN, MINH, on, on };
    assert_int_equal(first("2026-12-01T05:00"), LAN); /* of the day before */
    assert_int_equal(first("2026-12-01T23:00"), MINH);
    assert_int_equal(first("2026-12-02T05:00"), MINH); /* the same shift */
    assert_int_equal(first("2026-12-02T23:00"), LAN);
    r->stand_ins[r->stand_in_count++] = (struct stand_in){ MINH, HUNG, on, on };
    assert_int_equal(first("2026-12-01T23:00"), HUNG);
    r->stand_ins[1].by = LAN;
    assert_int_equal(first("2026-12-01T23:00"), NO_CONTACT);
    r->stand_ins[1].by = NO_CONTACT;
    assert_int_equal(first("2026-12-01T23:00"), NO_CONTACT);
}

static void weeks_come_round_from_the_monday_of_the_first(void **state)
{
    struct roster *r = fresh();

    (void)state;
    r->weeks = 2;
    r->since_day = day("2026-12-02"); /* a Wednesday */
    add(r, 0x7F, 0, 24, LAN)->week = 1;
    add(r, 0x7F, 0, 24, MINH)->week = 2;
    assert_int_equal(first("2026-11-30T12:00"), LAN);
    assert_int_equal(first("2026-12-06T12:00"), LAN);
    assert_int_equal(first("2026-12-07T12:00"), MINH);
    assert_int_equal(first("2026-12-14T12:00"), LAN);
    assert_int_equal(first("2026-11-29T12:00"), MINH); /* before it, too */
    assert_int_equal(first("2026-11-22T12:00"), LAN);
}

static void the_shift_has_its_leader_and_else_the_roster(void **state)
{
    struct roster *r = fresh();
    struct on_duty d;
    int32_t on = day("2026-12-01");

    (void)state;
    add(r, 0x7F, 6, 18, LAN)->leader = OTHER_CHIEF;
    d = roster_on_duty(r, &ALL, local("2026-12-01T12:00"));
    assert_int_equal(d.leader, OTHER_CHIEF);
    d = roster_on_duty(r, &ALL, local("2026-12-01T19:00"));
    assert_true(d.gap && d.count == 1 && d.people[0] == CHIEF && d.leader == CHIEF);
    r->stand_ins[r->stand_in_count++] = (struct stand_in){ OTHER_CHIEF, NO_CONTACT, on, on };
    d = roster_on_duty(r, &ALL, local("2026-12-01T12:00"));
    assert_int_equal(d.leader, CHIEF);
    r->stand_ins[r->stand_in_count++] = (struct stand_in){ CHIEF, NO_CONTACT, on, on };
    d = roster_on_duty(r, &ALL, local("2026-12-01T19:00"));
    assert_true(d.gap && d.people[0] == CHIEF); /* away, but somebody is told */
}

static void a_gap_is_found_with_its_ends(void **state)
{
    struct roster *r = fresh();
    struct wall until = local("2026-12-31T00:00");
    struct roster_gap gap;

    (void)state;
    (void)add(r, 0x7F, 6, 22, LAN);
    (void)add(r, 0x3F, 22, 6, MINH); /* not in the night to Monday */
    assert_true(roster_gap(r, &ALL, local("2026-12-01T12:00"), until, &gap));
    assert_int_equal(gap.from.ms, local("2026-12-06T22:00").ms);
    assert_int_equal(gap.to.ms, local("2026-12-07T06:00").ms);
    assert_true(roster_gap(r, &ALL, local("2026-12-07T01:00"), until, &gap));
    assert_int_equal(gap.from.ms, local("2026-12-07T01:00").ms);
    assert_true(roster_gap(r, &ALL, gap.to, local("2026-12-13T23:00"), &gap));
    assert_int_equal(gap.from.ms, local("2026-12-13T22:00").ms);
    assert_int_equal(gap.to.ms, local("2026-12-13T23:00").ms); /* it lasts longer */
    (void)add(r, 0x40, 22, 6, HUNG);
    assert_false(roster_gap(r, &ALL, local("2026-12-01T12:00"), until, &gap));
}

/* A turn ends where somebody else comes, and where the same one comes by another right. */
static void turns_follow_one_another_without_a_hole(void **state)
{
    struct roster *r = fresh();
    struct wall at = local("2026-12-01T00:00"), end = local("2026-12-03T00:00");
    static const struct {
        const char *from;
        uint8_t who, planned;
        uint64_t cover;
    } TURNS[] = {
        { "2026-12-01T00:00", MINH, MINH, 0 }, { "2026-12-01T06:00", LAN, LAN, 0 },
        { "2026-12-01T10:30", HUNG, LAN, 7 },  { "2026-12-01T22:00", HUNG, MINH, 7 },
        { "2026-12-01T23:15", MINH, MINH, 0 }, { "2026-12-02T06:00", LAN, LAN, 0 },
        { "2026-12-02T22:00", MINH, MINH, 0 },
    };
    size_t n = 0;

    (void)state;
    (void)add(r, 0x7F, 6, 22, LAN);
    (void)add(r, 0x7F, 22, 6, MINH);
    r->covers[r->cover_count++] =
        (struct cover){ 7, NO_CONTACT, HUNG, local("2026-12-01T10:30"), local("2026-12-01T23:15"), false };
    for (; at.ms < end.ms; n++) {
        const struct roster_turn t = roster_turn(r, &ALL, at, end);
        assert_true(n < COUNT_OF(TURNS));
        assert_int_equal(t.from.ms, local(TURNS[n].from).ms);
        assert_int_equal(t.on.people[0], TURNS[n].who);
        assert_int_equal(t.on.planned[0], TURNS[n].planned);
        assert_int_equal(t.on.covers[0], TURNS[n].cover);
        assert_true(t.to.ms > at.ms);
        at = t.to;
    }
    assert_int_equal(n, COUNT_OF(TURNS));
    assert_int_equal(at.ms, end.ms);
}

static void who_stands_in_for_a_while_may_be_away_and_goes_before_the_configuration(void **state)
{
    struct roster *r = fresh();
    int32_t on = day("2026-12-01");
    const struct wall from = local("2026-12-01T23:00"), until = local("2026-12-02T05:00");

    (void)state;
    (void)add(r, 0x7F, 22, 6, LAN);
    r->stand_ins[r->stand_in_count++] = (struct stand_in){ LAN, MINH, on, on };
    r->covers[r->cover_count++] = (struct cover){ 1, LAN, HUNG, from, until, false };
    assert_int_equal(first("2026-12-01T22:30"), MINH);
    assert_int_equal(first("2026-12-01T23:00"), HUNG);
    r->covers[r->cover_count++] = (struct cover){ 2, HUNG, OTHER_CHIEF, from, until, false };
    assert_int_equal(first("2026-12-01T23:00"), OTHER_CHIEF);
    r->covers[1].by = LAN; /* for each other: nobody */
    assert_int_equal(first("2026-12-01T23:00"), NO_CONTACT);
    r->covers[1] = (struct cover){ 2, CHIEF, OTHER_CHIEF, from, until, false };
    assert_int_equal(roster_on_duty(r, &ALL, from).leader, OTHER_CHIEF);
    assert_int_equal(roster_on_duty(r, &ALL, from).leader_cover, 2);
    assert_int_equal(roster_on_duty(r, &ALL, until).leader, CHIEF);
    assert_true(roster_has(r, LAN));
    assert_true(roster_has(r, MINH));
    assert_false(roster_has(r, HUNG));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_shift_over_midnight_belongs_to_the_day_on_which_it_begins),
        cmocka_unit_test(a_shift_of_a_whole_day_ends_at_midnight),
        cmocka_unit_test(on_holidays_the_shifts_of_holidays_begin_and_no_others),
        cmocka_unit_test(when_others_come_is_known_and_whose_place_somebody_takes),
        cmocka_unit_test(who_stands_in_may_be_away_and_two_for_each_other_leave_nobody),
        cmocka_unit_test(turns_follow_one_another_without_a_hole),
        cmocka_unit_test(who_stands_in_for_a_while_may_be_away_and_goes_before_the_configuration),
        cmocka_unit_test(weeks_come_round_from_the_monday_of_the_first),
        cmocka_unit_test(the_shift_has_its_leader_and_else_the_roster),
        cmocka_unit_test(a_gap_is_found_with_its_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
