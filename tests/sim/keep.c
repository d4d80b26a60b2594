#include "keep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cm.h"

static struct field F, G;

static void run(struct field *f, int seconds)
{
    for (int s = 0; s < seconds; s++)
        field_second(f);
}

static void a_restart_goes_on_where_it_stopped(void **state)
{
    struct strbuf text;
    struct fault why;

    (void)state;
    strbuf_init(&text, KEEP_TEXT_MAX);
    field_begin(&F, 4, 0);
    run(&F, 5000);
    keep_print(&F, &text);
    field_begin(&G, 9, 7000);
    assert_int_equal(keep_scan(&G, text.text, &why), ERR_NONE);
    strbuf_clear(&text);
    assert_true(G.water.clear_m3 == F.water.clear_m3 && G.water.tower_m3 == F.water.tower_m3);
    assert_true(G.water.out_total_m3 == F.water.out_total_m3 &&
                G.water.zone_total_m3[1] == F.water.zone_total_m3[1]);
    assert_true(G.water.boosters[1].energy_kwh == F.water.boosters[1].energy_kwh);
    assert_int_equal(G.water.raw_pumps_on, F.water.raw_pumps_on);
    for (unsigned i = 0; i < CITY_FILTERS; i++)
        assert_true(G.city.filters[i].run_h == F.city.filters[i].run_h);
    assert_true(G.city.energy_kwh == F.city.energy_kwh);
    assert_memory_equal(G.meters, F.meters, sizeof F.meters);
    for (unsigned i = 0; i < WORKS_COUNT; i++)
        assert_true(G.works[i].tank_m3 == F.works[i].tank_m3 &&
                    G.works[i].out_total_m3 == F.works[i].out_total_m3 &&
                    G.works[i].pumps[0].energy_kwh == F.works[i].pumps[0].energy_kwh);
    assert_memory_equal(G.alive_s, F.alive_s, sizeof F.alive_s);
}

/* Every cut of the file, and numbers that cannot be: refused whole, the field as before. */
static void a_damaged_state_is_refused_and_changes_nothing(void **state)
{
    static const char *const BAD[] = { "",
                                       "hello\n",
                                       "capnuoc-sim field 1\nclear_m3 -1\nend 0\n",
                                       "capnuoc-sim field 1\nclear_m3 nan\nend 0\n",
                                       "capnuoc-sim field 1\nclear_m3 1e9\nend 0\n",
                                       "capnuoc-sim field 1\nraw_pumps_on 4\nend 0\n",
                                       "capnuoc-sim field 1\nduty 0.5\nend 0\n",
                                       "capnuoc-sim field 1\nalive.plc-nmn -4\nend 0\n",
                                       "capnuoc-sim field 1\nwhatever 4\nend 0\n",
                                       "capnuoc-sim field 1\ncylinder 2\nend 0\n",
                                       "capnuoc-sim field 1\ncity.pac_level_m -1\nend 0\n",
                                       "capnuoc-sim field 1\nfilter5.run_h 1\nend 0\n",
                                       "capnuoc-sim field 1\nfilter1.tank_m3 1\nend 0\n",
                                       "capnuoc-sim field 1\nworks0.tank_m3 1\nend 0\n",
                                       "capnuoc-sim field 1\nworks1tank_m3 1\nend 0\n",
                                       "capnuoc-sim field 1\nworks6.tank_m3 500\nend 0\n",
                                       "capnuoc-sim field 2\nend 0\n" };
    struct strbuf text;
    struct fault why;

    (void)state;
    field_begin(&F, 4, 0);
    field_begin(&G, 9, 7000);
    F = G;
    for (size_t i = 0; i < COUNT_OF(BAD); i++) {
        if (keep_scan(&G, BAD[i], &why) != ERR_STATE)
            fail_msg("taken: %s", BAD[i]);
        assert_memory_equal(&F, &G, sizeof F);
    }
    strbuf_init(&text, KEEP_TEXT_MAX);
    keep_print(&F, &text);
    for (size_t n = 0; n + strlen("end 0\n") <= text.len; n++) {
        char cut[KEEP_TEXT_MAX];
        memcpy(cut, text.text, n);
        cut[n] = '\0';
        assert_int_equal(keep_scan(&G, cut, &why), ERR_STATE);
    }
    strbuf_clear(&text);
    assert_memory_equal(&F, &G, sizeof F);
}

static void a_folder_is_made_and_a_missing_file_is_said(void **state)
{
    char base[] = "/tmp/capnuoc-keep-XXXXXX", folder[64], file[96];
    struct fault why;

    (void)state;
    assert_non_null(mkdtemp(base));
    (void)snprintf(folder, sizeof folder, "%s/trạm", base);
    (void)snprintf(file, sizeof file, "%s/field.state", folder);
    field_begin(&F, 4, 0);
    run(&F, 100);
    field_begin(&G, 9, 7000);
    assert_int_equal(keep_load(&G, folder, &why), ERR_MISSING);
    assert_int_equal(keep_save(&F, folder, &why), ERR_NONE);
    assert_int_equal(keep_save(&F, folder, &why), ERR_NONE);
    assert_int_equal(keep_load(&G, folder, &why), ERR_NONE);
    assert_true(G.water.out_total_m3 == F.water.out_total_m3);
    assert_int_equal(unlink(file), 0);
    assert_int_equal(rmdir(folder), 0); /* nothing else was left behind */
    assert_int_equal(rmdir(base), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_restart_goes_on_where_it_stopped),
        cmocka_unit_test(a_damaged_state_is_refused_and_changes_nothing),
        cmocka_unit_test(a_folder_is_made_and_a_missing_file_is_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
