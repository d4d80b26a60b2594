/* What somebody with all rights on the database can do to the record of acts, and what is found of it. */
#include "trail.h"
#include "unit.h"

enum { ROWS = 12 };

static struct audit_row rows[ROWS + 1];

static void make(const char *first_subject)
{
    const struct seal_hash key = { { 1 } };
    struct audit_head head = { 0 };

    for (int i = 0; i < ROWS; i++) {
        struct audit_entry e = { .at = { 1000 + i },
                                 .by = { ACTOR_ACCOUNT, "lan", "10.0.0.1" },
                                 .action = "value.force" };
        (void)snprintf(e.subject, sizeof e.subject, "%s", i == 0 ? first_subject : "point:q");
        audit_chain(&head, "n1", &e, &key, &rows[i]);
    }
}

/* Follows n rows; heads: those of the rows as `make` left them for "point:q". */
static bool is_whole(const struct audit_row *r, size_t n, bool with_heads, const char *says)
{
    static char text[8192];
    struct trail *c = trail_new();
    FILE *f = fmemopen(text, sizeof text, "w");
    struct fault why;
    bool whole;

    assert_non_null(c);
    assert_non_null(f);
    if (with_heads) {
        struct audit_row kept[ROWS + 1];
        memcpy(kept, rows, sizeof kept);
        make("point:q");
        for (size_t i = 3; i < ROWS; i += 4) {
            struct trail_head h = { "n1", rows[i].seq, rows[i].hash };
            assert_int_equal(trail_expect(c, &h, &why), ERR_NONE);
        }
        memcpy(rows, kept, sizeof kept);
    }
    for (size_t i = 0; i < n; i++)
        trail_follow(c, "n1", 1, &r[i]);
    whole = trail_tell(c, f);
    assert_int_equal(fclose(f), 0);
    if (says != NULL && strstr(text, says) == NULL)
        fail_msg("\"%s\" is not in: %s", says, text);
    trail_free(c);
    return whole;
}

static void what_was_recorded_holds(void **state)
{
    (void)state;
    make("point:q");
    assert_true(is_whole(rows, ROWS, false, "12 acts, 0 signed heads, 0 findings"));
    assert_true(is_whole(rows, ROWS, true, "12 acts, 3 signed heads, 0 findings"));
}

static void an_altered_row_is_found(void **state)
{
    (void)state;
    make("point:q");
    rows[5].entry.subject[6] = 'z';
    assert_false(is_whole(rows, ROWS, false, "n1: 6 is not what was recorded"));
}

static void a_missing_row_is_found(void **state)
{
    (void)state;
    make("point:q");
    memmove(&rows[5], &rows[6], (ROWS - 6) * sizeof rows[0]);
    assert_false(is_whole(rows, ROWS - 1, false, "n1: 6 to 6 are missing"));
}

static void a_row_put_in_is_found(void **state)
{
    (void)state;
    make("point:q");
    memmove(&rows[6], &rows[5], (ROWS - 5) * sizeof rows[0]);
    rows[5].entry.by.name[0] = 'x';
    assert_false(is_whole(rows, ROWS + 1, false, "n1: 6 is not what was recorded"));
}

static void rows_that_changed_places_are_found(void **state)
{
    struct audit_row one;

    (void)state;
    make("point:q");
    one = rows[4];
    rows[4] = rows[5];
    rows[5] = one;
    assert_false(is_whole(rows, ROWS, false, NULL));
}

/* Only the signed heads know of these two. */
static void a_chain_made_anew_is_found_by_its_heads(void **state)
{
    (void)state;
    make("point:other");
    assert_true(is_whole(rows, ROWS, false, NULL));
    assert_false(is_whole(rows, ROWS, true, "n1: the row 4 that was signed is not there as it was signed"));
}

static void a_chain_cut_short_is_found_by_its_heads(void **state)
{
    (void)state;
    make("point:q");
    assert_true(is_whole(rows, 7, false, NULL));
    assert_false(is_whole(rows, 7, true, "n1: the row 8 that was signed is not there"));
    assert_false(is_whole(rows, 0, true, "n1: the row 4 that was signed is not there"));
}

/* Another journal of the same node begins a chain of its own. */
static void a_new_journal_begins_anew(void **state)
{
    struct trail *c = trail_new();
    char text[4096];
    FILE *f = fmemopen(text, sizeof text, "w");

    (void)state;
    make("point:q");
    for (int64_t epoch = 1; epoch < 3; epoch++)
        for (int i = 0; i < ROWS; i++)
            trail_follow(c, "n1", epoch, &rows[i]);
    assert_true(trail_tell(c, f));
    assert_int_equal(fclose(f), 0);
    trail_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_recorded_holds),
        cmocka_unit_test(an_altered_row_is_found),
        cmocka_unit_test(a_missing_row_is_found),
        cmocka_unit_test(a_row_put_in_is_found),
        cmocka_unit_test(rows_that_changed_places_are_found),
        cmocka_unit_test(a_chain_made_anew_is_found_by_its_heads),
        cmocka_unit_test(a_chain_cut_short_is_found_by_its_heads),
        cmocka_unit_test(a_new_journal_begins_anew),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
