/* Who is told of which incident: by supplier, site, class and weight. */
#include "model/contact.h"

#include "unit.h"

static struct catalogue C;

static int up(void **state)
{
    const struct supplier suppliers[] = { { .id = "city" }, { .id = "rural" } };
    const struct system systems[] = { { .id = "a", .supplier = 0 }, { .id = "b", .supplier = 1 } };
    struct site sites[] = { { .id = "nmn", .system = 0 }, { .id = "ban", .system = 1 } };

    (void)state;
    catalogue_init(&C);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(catalogue_add_supplier(&C, &suppliers[i], NULL), ERR_NONE);
        assert_int_equal(catalogue_add_system(&C, &systems[i], NULL), ERR_NONE);
        assert_int_equal(catalogue_add_site(&C, &sites[i], NULL), ERR_NONE);
    }
    return 0;
}

static int down(void **state)
{
    (void)state;
    catalogue_clear(&C);
    return 0;
}

static struct incident at(const char *site, enum incident_class class)
{
    struct incident i = { .id = 1, .member_count = 1 };

    i.members[0].class = (uint8_t) class;
    (void)snprintf(i.members[0].site, ID_MAX, "%s", site);
    return i;
}

static void a_contact_of_a_supplier_is_told_of_its_places_only(void **state)
{
    const struct told_of c = { .supplier = "city" }, any = { .supplier = "" };
    const struct outgoing o = { .kind = OUT_OPENED };
    struct incident own = at("nmn", CLASS_PLANT_EQUIPMENT), other = at("ban", CLASS_PLANT_EQUIPMENT);
    struct incident nowhere = at("", CLASS_TELEMETRY);

    (void)state;
    assert_true(is_told_of(&c, &C, &own, &o));
    assert_false(is_told_of(&c, &C, &other, &o));
    assert_false(is_told_of(&c, &C, &nowhere, &o));
    assert_true(is_told_of(&any, &C, &nowhere, &o));
}

static void sites_and_classes_narrow_it(void **state)
{
    const struct told_of c = { .sites = "x  ban nm", .classes = 1 << CLASS_TELEMETRY };
    const struct outgoing o = { .kind = OUT_OPENED };
    struct incident i = at("ban", CLASS_TELEMETRY);

    (void)state;
    assert_true(is_told_of(&c, &C, &i, &o));
    i.members[0].class = CLASS_SECURITY;
    assert_false(is_told_of(&c, &C, &i, &o));
    i = at("nmn", CLASS_TELEMETRY);
    assert_false(is_told_of(&c, &C, &i, &o));
    i.members[1] = at("ban", CLASS_TELEMETRY).members[0];
    i.member_count = 2;
    assert_true(is_told_of(&c, &C, &i, &o)); /* one member is enough */
}

static void weight_tells_the_law_and_what_is_grave_apart(void **state)
{
    const struct told_of legal = { .weight = WEIGHT_LEGAL }, grave = { .weight = WEIGHT_GRAVE };
    const struct outgoing target = { .kind = OUT_OPENED }, law = { .kind = OUT_OPENED, .legal = true };
    struct incident i = at("nmn", CLASS_PLANT_EQUIPMENT), bad = at("nmn", CLASS_SAFETY);

    (void)state;
    assert_false(is_told_of(&legal, &C, &i, &target));
    assert_true(is_told_of(&legal, &C, &i, &law));
    assert_false(is_told_of(&grave, &C, &i, &law));
    assert_true(is_told_of(&grave, &C, &bad, &target));
    assert_true(is_told_of(&legal, &C, &bad, &target));
    i.large_since.ms = 1;
    assert_true(is_told_of(&grave, &C, &i, &law));
}

/* Power of the grid, a landslide: of no legal limit and not grave, and nobody of the supplier ends it. */
static void what_is_beyond_control_reaches_an_authority_that_is_told_little(void **state)
{
    static const uint8_t WEIGHTS[] = { WEIGHT_LEGAL, WEIGHT_GRAVE };
    const struct outgoing beyond = { .kind = OUT_BEYOND_CONTROL },
                          report = { .kind = OUT_DUTY_LATE, .count = DUTY_REPORT_BEYOND_CONTROL },
                          other = { .kind = OUT_DUTY_LATE, .count = DUTY_PEOPLE },
                          opened = { .kind = OUT_OPENED, .count = DUTY_REPORT_BEYOND_CONTROL };
    const struct incident i = at("nmn", CLASS_POWER_SUPPLY);
    const struct told_of none = { .weight = WEIGHT_DUTY };

    (void)state;
    for (size_t k = 0; k < COUNT_OF(WEIGHTS); k++) {
        const struct told_of g = { .weight = WEIGHTS[k] };
        assert_true(is_told_of(&g, &C, &i, &beyond));
        assert_true(is_told_of(&g, &C, &i, &report));
        assert_false(is_told_of(&g, &C, &i, &other));
        assert_false(is_told_of(&g, &C, &i, &opened));
    }
    assert_false(is_told_of(&none, &C, &i, &beyond));
}

static void what_is_of_no_incident_goes_to_those_who_are_told_all(void **state)
{
    const struct told_of all = { .supplier = "" }, some = { .sites = "nmn" },
                         grave = { .weight = WEIGHT_GRAVE };
    const struct outgoing o = { .kind = OUT_DIGEST };

    (void)state;
    assert_true(is_told_of(&all, &C, NULL, &o));
    assert_false(is_told_of(&some, &C, NULL, &o));
    assert_false(is_told_of(&grave, &C, NULL, &o));
}

static void a_number_is_the_same_however_it_is_written(void **state)
{
    static const char *const SAME[] = { "0912345678", "+84 912 345 678", "84912345678", "0912.345.678" };
    static const char *const NONE[] = { "",
                                        "0",
                                        "091234",
                                        "00841234567",
                                        "+0912345678",
                                        "0912x45678",
                                        "+849123456789012345",
                                        "0912345678\nTo: 1",
                                        "+84+912345678" };
    char number[CONTACT_NUMBER_MAX];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(SAME); i++) {
        assert_true(contact_number(SAME[i], number));
        assert_string_equal(number, "84912345678");
    }
    for (size_t i = 0; i < COUNT_OF(NONE); i++)
        assert_false(contact_number(NONE[i], number));
}

static void addresses_are_told_from_what_could_end_a_command(void **state)
{
    static const char *const GOOD[] = { "a@b", "truong.ca+dem@nuoc-lc.example.vn" };
    static const char *const BAD[] = { "",      "a",     "@b",    "a@",          "a@b@c",
                                       "a b@c", "a@b c", "a@b>",  "a\r\nRCPT@b", "<a@b>",
                                       "a@.b",  "a@-b",  "a,b@c", "\"a\"@b",     "trưởng@b" };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(GOOD); i++)
        assert_true(contact_email(GOOD[i]));
    for (size_t i = 0; i < COUNT_OF(BAD); i++)
        assert_false(contact_email(BAD[i]));
}

static struct wall quiet_until(unsigned from, unsigned to, const char *at)
{
    const struct contact c = { .quiet_from = (uint16_t)from, .quiet_to = (uint16_t)to };
    struct wall now;

    assert_int_equal(wall_parse(at, &now), ERR_NONE);
    return contact_quiet_until(&c, now);
}

static void quiet_hours_end_on_this_day_or_the_next(void **state)
{
    struct wall six, five_past;

    (void)state;
    assert_int_equal(wall_parse("2026-11-27T06:00:00+07:00", &six), ERR_NONE);
    assert_int_equal(wall_parse("2026-11-27T12:05:00+07:00", &five_past), ERR_NONE);
    assert_int_equal(quiet_until(1320, 360, "2026-11-26T22:00:00+07:00").ms, six.ms);
    assert_int_equal(quiet_until(1320, 360, "2026-11-27T05:59:59+07:00").ms, six.ms);
    assert_int_equal(quiet_until(1320, 360, "2026-11-27T06:00:00+07:00").ms, 0);
    assert_int_equal(quiet_until(1320, 360, "2026-11-26T21:59:59+07:00").ms, 0);
    assert_int_equal(quiet_until(720, 725, "2026-11-27T12:00:00+07:00").ms, five_past.ms);
    assert_int_equal(quiet_until(720, 725, "2026-11-27T12:05:00+07:00").ms, 0);
    assert_int_equal(quiet_until(0, 0, "2026-11-27T00:00:00+07:00").ms, 0);
}

static void the_law_and_danger_are_urgent_until_they_are_over(void **state)
{
    struct incident pump = at("nmn", CLASS_TELEMETRY), bad = at("nmn", CLASS_WATER_QUALITY);
    struct outgoing o = { .kind = OUT_OPENED };

    (void)state;
    assert_false(outgoing_is_urgent(&o, &pump));
    assert_true(outgoing_is_urgent(&o, &bad));
    o.legal = true;
    assert_true(outgoing_is_urgent(&o, &pump));
    o.over = true;
    assert_false(outgoing_is_urgent(&o, &bad));
    o = (struct outgoing){ .kind = OUT_ENDED, .legal = true };
    assert_false(outgoing_is_urgent(&o, &bad));
    o = (struct outgoing){ .kind = OUT_LARGE_EFFECT };
    assert_true(outgoing_is_urgent(&o, NULL));
    o = (struct outgoing){ .kind = OUT_BEYOND_CONTROL };
    assert_true(outgoing_is_urgent(&o, &pump));
    o.over = true;
    assert_false(outgoing_is_urgent(&o, &pump));
}

static void a_telephone_may_be_several_peoples(void **state)
{
    static const struct contacts all = { .count = 3,
                                         .list = { { .id = "lan", .sms = "84912345678" },
                                                   { .id = "minh", .sms = "84900000000" },
                                                   { .id = "shift", .sms = "84912345678" } } };

    (void)state;
    assert_string_equal(contact_of_number(&all, "84912345678", 0)->id, "lan");
    assert_string_equal(contact_of_number(&all, "84912345678", 1)->id, "shift");
    assert_null(contact_of_number(&all, "84912345678", 2));
    assert_null(contact_of_number(&all, "84999999999", 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_is_the_same_however_it_is_written),
        cmocka_unit_test(addresses_are_told_from_what_could_end_a_command),
        cmocka_unit_test(a_telephone_may_be_several_peoples),
        cmocka_unit_test(a_contact_of_a_supplier_is_told_of_its_places_only),
        cmocka_unit_test(sites_and_classes_narrow_it),
        cmocka_unit_test(quiet_hours_end_on_this_day_or_the_next),
        cmocka_unit_test(the_law_and_danger_are_urgent_until_they_are_over),
        cmocka_unit_test(weight_tells_the_law_and_what_is_grave_apart),
        cmocka_unit_test(what_is_beyond_control_reaches_an_authority_that_is_told_little),
        cmocka_unit_test(what_is_of_no_incident_goes_to_those_who_are_told_all),
    };

    return cmocka_run_group_tests(tests, up, down);
}
