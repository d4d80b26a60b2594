#include "chronicle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cm.h"
#include "grid.h"
#include "script.h"

static char FOLDER[64], PATH[96], OLD[96];
static struct grid *G;
static struct stand S;
static struct fault WHY;

static int prepare(void **state)
{
    (void)state;
    (void)snprintf(FOLDER, sizeof FOLDER, "/tmp/capnuoc-chronicle-XXXXXX");
    if (mkdtemp(FOLDER) == NULL || grid_new(&G, 2, 2, 1, &WHY) != ERR_NONE)
        return -1;
    (void)snprintf(PATH, sizeof PATH, "%s/c", FOLDER);
    (void)snprintf(OLD, sizeof OLD, "%s/c.1", FOLDER);
    return stand_init(&S, grid_source(G), &WHY) == ERR_NONE ? 0 : -1;
}

static int tidy(void **state)
{
    (void)state;
    (void)unlink(PATH);
    (void)unlink(OLD);
    stand_clear(&S);
    grid_free(G);
    return rmdir(FOLDER);
}

static size_t lines_of(const char *path, const char *want)
{
    char *text, *found;
    size_t len, n = 0;

    assert_int_equal(file_read(path, 1 << 24, &text, &len, &WHY), ERR_NONE);
    for (found = strstr(text, want); found != NULL; found = strstr(found + 1, want))
        n++;
    free(text);
    return n;
}

static struct now at(int64_t ms)
{
    return (struct now){ { ms }, { 1000000 + ms } };
}

static void only_changes_follow_the_first_picture(void **state)
{
    struct chronicle *c;
    char line[64];

    (void)state;
    assert_int_equal(chronicle_open(&c, PATH, 1 << 20, &S, at(5), &WHY), ERR_NONE);
    assert_int_equal(lines_of(PATH, "H 5 1000005 "), 2 * 40);
    chronicle_see(c, &S, at(6));
    assert_int_equal(lines_of(PATH, "H 6 "), 0);
    stand_second(&S);
    chronicle_see(c, &S, at(1005));
    assert_in_range(lines_of(PATH, "H 1005 1001005 "), 2 * 9, 2 * 18); /* 9 counters each */
    (void)snprintf(line, sizeof line, "H 1005 1001005 g-002 i 2 %u\n", S.shown[1][32]);
    assert_int_equal(lines_of(PATH, line), 1);
    chronicle_note(c, at(1006), "fault g-001 silence");
    assert_int_equal(lines_of(PATH, "E 1006 1001006 fault g-001 silence\n"), 1);
    chronicle_close(c);
}

static void a_full_file_is_turned_and_begins_with_a_picture(void **state)
{
    struct chronicle *c;

    (void)state;
    (void)unlink(PATH);
    assert_int_equal(chronicle_open(&c, PATH, CHRONICLE_LEAST_BYTES, &S, at(0), &WHY), ERR_NONE);
    for (int s = 1; access(OLD, F_OK) != 0; s++) {
        assert_true(s < 1000);
        stand_second(&S);
        chronicle_see(c, &S, at(s * 1000));
    }
    assert_int_equal(lines_of(PATH, "H "), 2 * 40);
    assert_true(lines_of(OLD, "H 0 ") == 2 * 40);
    chronicle_close(c);
    /* a restart appends a picture */
    assert_int_equal(chronicle_open(&c, PATH, CHRONICLE_LEAST_BYTES, &S, at(0), &WHY), ERR_NONE);
    assert_int_equal(lines_of(PATH, "H "), 4 * 40);
    chronicle_close(c);
}

static void a_folder_that_is_not_there_is_said(void **state)
{
    struct chronicle *c;

    (void)state;
    assert_int_equal(chronicle_open(&c, "/nowhere/c", 1 << 20, &S, at(0), &WHY), ERR_IO);
}

static void a_script_is_carried_out_in_its_order(void **state)
{
    struct script s;

    (void)state;
    assert_int_equal(
        script_parse(&s, strdup("# head\n0.5 clear all # end\n\n2\tdevices\r\n2 raw a 1 2"), &WHY), ERR_NONE);
    assert_null(script_due(&s, 499));
    assert_string_equal(script_due(&s, 500), "clear all ");
    assert_null(script_due(&s, 1999));
    assert_string_equal(script_due(&s, 9999), "devices");
    assert_string_equal(script_due(&s, 9999), "raw a 1 2");
    assert_null(script_due(&s, 9999));
    script_clear(&s);
    assert_int_equal(script_parse(&s, strdup("2 clear\n1 clear"), &WHY), ERR_RANGE);
    assert_int_equal(script_parse(&s, strdup("clear all"), &WHY), ERR_RANGE);
    assert_int_equal(script_parse(&s, strdup("-1 clear"), &WHY), ERR_RANGE);
    assert_int_equal(script_parse(&s, strdup("nan clear"), &WHY), ERR_RANGE);
    assert_int_equal(script_read(&s, "/nowhere/s", &WHY), ERR_MISSING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_changes_follow_the_first_picture),
        cmocka_unit_test(a_full_file_is_turned_and_begins_with_a_picture),
        cmocka_unit_test(a_folder_that_is_not_there_is_said),
        cmocka_unit_test(a_script_is_carried_out_in_its_order),
    };

    return cmocka_run_group_tests(tests, prepare, tidy);
}
