/* One present made of several nodes' presents. */
#include "model/merged.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "seal/seal.h"

enum { MANY = 300 }; /* more than a page */

struct node {
    const char *id;
    struct catalogue catalogue;
    struct board *board;
    struct snapshot *now;
};

struct scene {
    struct node a, b;
    struct merged *merged;
    struct snapshot *shown;
};

static const struct wall AT = { 1795428000000 };

static void add_point(struct catalogue *c, const char *id, uint32_t site)
{
    struct point p = { .site = site, .unit = "bar", .low = NAN, .high = NAN };

    (void)snprintf(p.id, sizeof p.id, "%s", id);
    assert_int_equal(catalogue_add_point(c, &p, NULL), ERR_NONE);
}

/* The node's points are ID.0 ... and "shared". */
static void make(struct node *n, const char *id, size_t points)
{
    struct site site = { .area = NO_INDEX };
    struct fault why;
    char text[ID_MAX];
    uint32_t at;

    *n = (struct node){ .id = id };
    catalogue_init(&n->catalogue);
    (void)snprintf(site.id, sizeof site.id, "site-%s", id);
    assert_int_equal(catalogue_add_site(&n->catalogue, &site, &at), ERR_NONE);
    for (size_t i = 0; i < points; i++) {
        (void)snprintf(text, sizeof text, "%s.%zu", id, i);
        add_point(&n->catalogue, text, at);
    }
    add_point(&n->catalogue, "shared", at);
    assert_int_equal(catalogue_seal(&n->catalogue, &why), ERR_NONE);
    (void)catalogue_hold(&n->catalogue); /* ours until unmake */
    assert_int_equal(board_new(&n->board, &n->catalogue, &why), ERR_NONE);
    n->now = board_freeze(n->board, AT);
}

static void unmake(struct node *n)
{
    snapshot_drop(n->now);
    board_free(n->board);
    assert_int_equal(n->catalogue.holders, 1); /* nobody kept it */
    catalogue_clear(&n->catalogue);
}

static void reads(struct node *n, uint32_t point, double value)
{
    const struct reading r =
        isnan(value) ? reading_bad(point, AT, REASON_NO_ANSWER) : reading_good(point, AT, value);

    assert_int_equal(board_set(n->board, &r), ERR_NONE);
    snapshot_drop(n->now);
    n->now = board_freeze(n->board, AT);
    assert_non_null(n->now);
}

static int up(void **state)
{
    struct scene *s = calloc(1, sizeof *s);
    struct fault why;

    assert_int_equal(seal_start(&why), ERR_NONE);
    make(&s->a, "a", 3);
    make(&s->b, "b", MANY);
    assert_int_equal(merged_new(&s->merged, 7, &why), ERR_NONE);
    *state = s;
    return 0;
}

static int down(void **state)
{
    struct scene *s = *state;

    snapshot_drop(s->shown);
    merged_free(s->merged);
    unmake(&s->a);
    unmake(&s->b);
    free(s);
    return 0;
}

/* True when there is a new picture. */
static bool next(struct scene *s, size_t n, bool silent)
{
    const struct merged_part parts[] = { { "a", s->a.now, false }, { "b", s->b.now, silent } };
    struct snapshot *made;
    struct fault why;

    assert_int_equal(merged_next(s->merged, parts, n, &made, &why), ERR_NONE);
    if (made == NULL)
        return false;
    snapshot_drop(s->shown);
    s->shown = made;
    return true;
}

static const struct present *shown(const struct scene *s, const char *id)
{
    const struct catalogue *c = snapshot_catalogue(s->shown);
    const struct point *p = catalogue_point(c, id);

    assert_non_null(p);
    return snapshot_point(s->shown, (uint32_t)(p - c->points));
}

static const char *whose(const struct scene *s, const char *id)
{
    const struct catalogue *c = snapshot_catalogue(s->shown);

    return catalogue_node(c, catalogue_point(c, id));
}

static void all_points_of_all_nodes_once(void **state)
{
    struct scene *s = *state;

    reads(&s->b, MANY - 1, 2.5);
    assert_true(next(s, 2, false));
    assert_int_equal(snapshot_generation(s->shown), 7);
    assert_int_equal(snapshot_points(s->shown), 4 + MANY); /* "shared" is ours */
    assert_string_equal(whose(s, "a.0"), "a");
    assert_string_equal(whose(s, "shared"), "a");
    assert_string_equal(whose(s, "b.299"), "b");
    assert_true(shown(s, "b.299")->reading.value == 2.5);
    assert_int_equal(shown(s, "b.0")->reading.reason, REASON_NEVER_READ);
    assert_string_equal(snapshot_catalogue(s->shown)->sites[1].id, "site-b");
}

static void only_what_changed_is_new(void **state)
{
    struct scene *s = *state;

    assert_true(next(s, 2, false));
    assert_false(next(s, 2, false));
    reads(&s->b, 280, 1.5);
    assert_true(next(s, 2, false));
    assert_int_equal(shown(s, "b.280")->generation, 8);
    assert_int_equal(shown(s, "b.281")->generation, 7);
    reads(&s->a, 0, 4);
    assert_true(next(s, 2, false));
    assert_int_equal(shown(s, "a.0")->generation, 9);
    assert_int_equal(shown(s, "b.280")->generation, 8);
    assert_int_equal(snapshot_first(s->shown), 7);
}

static void points_of_a_silent_node_are_uncertain_until_it_is_heard(void **state)
{
    struct scene *s = *state;

    reads(&s->b, 0, 1.5);
    reads(&s->b, 1, NAN);
    reads(&s->a, 0, 4);
    assert_true(next(s, 2, true));
    assert_int_equal(shown(s, "b.0")->reading.quality, QUALITY_UNCERTAIN);
    assert_int_equal(shown(s, "b.0")->reading.reason, REASON_STALE);
    assert_true(shown(s, "b.0")->reading.value == 1.5);
    assert_int_equal(shown(s, "b.1")->reading.reason, REASON_NO_ANSWER);
    assert_int_equal(shown(s, "a.0")->reading.quality, QUALITY_GOOD);
    assert_true(next(s, 2, false));
    assert_int_equal(shown(s, "b.0")->reading.quality, QUALITY_GOOD);
    assert_false(next(s, 2, false));
}

/* A difference from before would leave points out: `first` moves on. */
static void another_list_of_nodes_is_another_picture(void **state)
{
    struct scene *s = *state;

    assert_true(next(s, 1, false));
    assert_int_equal(snapshot_points(s->shown), 4);
    assert_true(next(s, 2, false));
    assert_int_equal(snapshot_points(s->shown), 4 + MANY);
    assert_int_equal(snapshot_first(s->shown), snapshot_generation(s->shown));
    assert_int_equal(snapshot_generation(s->shown), 8);
    assert_true(next(s, 1, false));
    assert_int_equal(snapshot_points(s->shown), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(all_points_of_all_nodes_once, up, down),
        cmocka_unit_test_setup_teardown(only_what_changed_is_new, up, down),
        cmocka_unit_test_setup_teardown(points_of_a_silent_node_are_uncertain_until_it_is_heard, up, down),
        cmocka_unit_test_setup_teardown(another_list_of_nodes_is_another_picture, up, down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
