/* What a rule on a point is evidence of: the table of docs/incidents.md, row by row. */
#include "signs.h"
#include "unit.h"

enum { PLANT, NETWORK, INTAKE, SITES };

static const struct site SITE[SITES] = {
    [PLANT] = { .id = "plant", .kind = "treatment_plant" },
    [NETWORK] = { .id = "dma", .kind = "dma" },
    [INTAKE] = { .id = "spring", .kind = "intake" },
};

static const struct row {
    const char *parameter;
    uint32_t site;
    enum rule_kind kind;
    enum stake stake;
    enum evidence evidence;
    enum incident_class class;
    bool certain;
} ROWS[] = {
    { "voltage", PLANT, RULE_MAINS, STAKE_SUPPLY, EVIDENCE_POWER, CLASS_POWER_SUPPLY, true },
    { "turbidity", PLANT, RULE_LIMIT, STAKE_HEALTH, EVIDENCE_QUALITY, CLASS_WATER_QUALITY, true },
    { "flow", PLANT, RULE_PUMP_WITHOUT_FLOW, STAKE_SUPPLY, EVIDENCE_PUMP, CLASS_PLANT_EQUIPMENT, true },
    { "pumps_running", PLANT, RULE_LOW, STAKE_SUPPLY, EVIDENCE_PUMP, CLASS_PLANT_EQUIPMENT, true },
    { "pump_status", PLANT, RULE_CONTACT, STAKE_OPERATION, EVIDENCE_PUMP, CLASS_PLANT_EQUIPMENT, true },
    { "chlorine_dose", PLANT, RULE_LOW, STAKE_HEALTH, EVIDENCE_EQUIPMENT, CLASS_PLANT_EQUIPMENT, true },
    { "flow", NETWORK, RULE_HIGH, STAKE_SUPPLY, EVIDENCE_FLOW, CLASS_SERVICE_NETWORK, false },
    { "pressure", PLANT, RULE_LOW, STAKE_SUPPLY, EVIDENCE_PRESSURE, CLASS_PLANT_EQUIPMENT, false },
    { "level", PLANT, RULE_LEVEL, STAKE_SUPPLY, EVIDENCE_LEVEL, CLASS_PLANT_EQUIPMENT, false },
    { "level", INTAKE, RULE_LOW, STAKE_SUPPLY, EVIDENCE_SOURCE, CLASS_SOURCE_LOSS, false },
    { "pressure", NETWORK, RULE_STALE, STAKE_SUPPLY, EVIDENCE_SILENCE, CLASS_TELEMETRY, true },
    { "ph", PLANT, RULE_FROZEN, STAKE_HEALTH, EVIDENCE_SILENCE, CLASS_TELEMETRY, true },
    { "instrument_status", PLANT, RULE_HIGH, STAKE_OPERATION, EVIDENCE_SILENCE, CLASS_TELEMETRY, true },
    { "signal_strength", NETWORK, RULE_LOW, STAKE_OPERATION, EVIDENCE_LINK, CLASS_TELEMETRY, true },
    { "status", PLANT, RULE_CONTACT, STAKE_SECURITY, EVIDENCE_INTRUSION, CLASS_SECURITY, true },
    { "chlorine_gas", PLANT, RULE_HIGH, STAKE_SAFETY, EVIDENCE_LEAK, CLASS_SAFETY, true },
};

static void a_rule_on_a_point_is_evidence_of_something(void **state)
{
    struct catalogue c;

    (void)state;
    catalogue_init(&c);
    for (size_t s = 0; s < SITES; s++)
        assert_int_equal(catalogue_add_site(&c, &SITE[s], NULL), ERR_NONE);
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        const struct row *row = &ROWS[i];
        struct point p = { .id = "p", .site = row->site };
        struct rule r = { .kind = (uint8_t)row->kind, .stake = (uint8_t)row->stake };
        struct sense is;

        (void)snprintf(p.parameter, sizeof p.parameter, "%s", row->parameter);
        assert_true(sense_of(&c, &p, &r, &is));
        if (is.evidence != row->evidence || is.class != row->class || is.certain != row->certain)
            fail_msg("row %zu, %s: evidence %d, class %d, certain %d", i, row->parameter, is.evidence,
                     is.class, is.certain);
    }
    catalogue_clear(&c);
}

static void run_hours_are_nobodys_incident(void **state)
{
    struct point p = { .id = "p", .site = PLANT, .parameter = "run_time" };
    struct rule r = { .kind = RULE_RUN_HOURS };
    struct catalogue c;
    struct sense is;

    (void)state;
    catalogue_init(&c);
    assert_int_equal(catalogue_add_site(&c, &SITE[PLANT], NULL), ERR_NONE);
    assert_false(sense_of(&c, &p, &r, &is));
    catalogue_clear(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rule_on_a_point_is_evidence_of_something),
        cmocka_unit_test(run_hours_are_nobodys_incident),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
