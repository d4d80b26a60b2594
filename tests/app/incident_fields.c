/* "step" and "call" of the control door: a field that lacks, or that the step does not take, is refused as
 * over HTTP and never taken as its first word. */
#include "incident_fields.h"
#include "unit.h"

static void assert_step(const char *words, const char *says)
{
    struct incident_act a;
    struct fault why = { .text = "" };
    char line[256];
    enum err rc;

    (void)snprintf(line, sizeof line, "\tLò Thị Hoa\t1024\t%s", words);
    rc = incident_fields_step(&a, line, &why);
    if (rc != (says == NULL ? ERR_NONE : ERR_RANGE) || (says != NULL && strstr(why.text, says) == NULL))
        fail_msg("%s: %s", words, why.text);
}

static void what_a_step_cannot_be_without_is_asked_for(void **state)
{
    (void)state;
    assert_step("confirm_class", "confirm_class needs class=");
    assert_step("confirm_class\tclass=distribution_main", NULL);
    assert_step("reclassify\tnote=x", "needs class=");
    assert_step("duty_done", "needs duty=");
    assert_step("duty_waive\tnote=x", "needs duty=");
    assert_step("duty_done\tduty=people", NULL);
    assert_step("large\tnote=x", "needs large=");
    assert_step("large\tlarge=no\tnote=x", NULL);
    assert_step("measure", "needs measure=");
    assert_step("measure\tmeasure=tankers", NULL);
    assert_step("unlink\tnote=x", "needs member=");
    assert_step("unlink\tmember=1025\tnote=x", NULL);
    assert_step("merge", "needs incident=");
    assert_step("merge\tincident=1030", NULL);
    assert_step("assign", "needs to=");
    assert_step("assign\tto= ", "needs to=");
    assert_step("assign\tto=thợ", NULL);
    assert_step("evaluate\tnote=x\tdue=2027-04-30", "needs what=... and responsible=");
    assert_step("evaluate\tnote=x\twhat=thay ống\tresponsible=tổ mạng", NULL);
    assert_step("on_site", NULL);
}

static void a_step_takes_its_own_fields_and_no_other(void **state)
{
    (void)state;
    assert_step("progress\tnote=x\tduty=people", "duty: the step progress takes no such field");
    assert_step("on_site\tincident=1030", "incident: the step on_site takes no such field");
    assert_step("call\tsite=a\tincident=1030", "takes no such field");
    assert_step("assign\tnote=x", "note: the step assign takes no such field");
    assert_step("repaired\tmember=1025\tat=2026-11-26T05:00:00+07:00\tsource=phone\tkey=mot-hai-ba", NULL);
    assert_step("progress\tfoo=1", "there is no field");
    assert_step("split", "is no step that is taken here");
}

static void a_place_is_one_that_there_is(void **state)
{
    static struct catalogue c;
    static const struct site SITE = { .id = "works", .area = NO_INDEX };
    struct incident_act a;
    struct fault why;

    (void)state;
    catalogue_init(&c);
    assert_int_equal(catalogue_add_system(&c, &(struct system){ .id = "town" }, NULL), ERR_NONE);
    assert_int_equal(catalogue_add_site(&c, &SITE, NULL), ERR_NONE);
    assert_int_equal(catalogue_seal(&c, &why), ERR_NONE);
    assert_int_equal(incident_fields_step(&a, "\tHoa\t1024\topen\tnote=x", &why), ERR_NONE);
    assert_int_equal(incident_fields_place(&a, &c, &why), ERR_RANGE);
    assert_int_equal(incident_fields_step(&a, "\tHoa\t1024\topen\tsite=nowhere", &why), ERR_NONE);
    assert_int_equal(incident_fields_place(&a, &c, &why), ERR_RANGE);
    assert_int_equal(incident_fields_step(&a, "\tHoa\t1024\tcall\tsite=works\tphone=0912", &why), ERR_NONE);
    assert_int_equal(a.source, CLOCK_PHONE);
    assert_int_equal(incident_fields_place(&a, &c, &why), ERR_NONE);
    assert_int_equal(incident_fields_call(&a, "\tHoa\tzone=kv\tincident=1030", &why), ERR_NONE);
    assert_int_equal(a.incident, 1030);
    assert_int_equal(incident_fields_place(&a, &c, &why), ERR_RANGE);
    assert_int_equal(incident_fields_step(&a, "\tHoa\t1024\ton_site", &why), ERR_NONE);
    assert_int_equal(incident_fields_place(&a, &c, &why), ERR_NONE);
    catalogue_clear(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_step_cannot_be_without_is_asked_for),
        cmocka_unit_test(a_step_takes_its_own_fields_and_no_other),
        cmocka_unit_test(a_place_is_one_that_there_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
