#include "model/catalogue.h"

#include "seal/seal.h"
#include "unit.h"

static int start(void **state)
{
    struct fault why;

    (void)state;
    return seal_start(&why) != ERR_NONE;
}

static void add(struct catalogue *c, const char *id)
{
    struct point p = { .decimals = 2 };
    uint32_t index = UINT32_MAX;

    (void)snprintf(p.id, sizeof p.id, "%s", id);
    assert_int_equal(catalogue_add_point(c, &p, &index), ERR_NONE);
    assert_int_equal(index, c->point_count - 1);
}

static void an_empty_catalogue_is_a_catalogue(void **state)
{
    struct catalogue c;
    struct fault why;

    (void)state;
    catalogue_init(&c);
    assert_null(catalogue_point(&c, "a")); /* not sealed yet */
    assert_int_equal(catalogue_by_key(&c, 1), UINT32_MAX);
    assert_int_equal(catalogue_seal(&c, &why), ERR_NONE);
    assert_null(catalogue_point(&c, "a"));
    assert_null(catalogue_site(&c, "a"));
    assert_int_equal(catalogue_by_key(&c, 1), UINT32_MAX);
    catalogue_clear(&c);
}

static void points_are_found_by_their_whole_id(void **state)
{
    static const char *const IDS[] = { "b", "a.b", "a", "a.b.c", "a-b", "z" };
    static const char *const OTHERS[] = { "", "a.", "a.b.", "A", "zz", "0", "a.b.c.d" };
    struct catalogue c;
    struct fault why;

    (void)state;
    catalogue_init(&c);
    for (size_t i = 0; i < COUNT_OF(IDS); i++)
        add(&c, IDS[i]);
    assert_int_equal(catalogue_seal(&c, &why), ERR_NONE);
    for (size_t i = 0; i < COUNT_OF(IDS); i++) {
        assert_ptr_equal(catalogue_point(&c, IDS[i]), &c.points[i]);
        assert_int_equal(c.points[i].key, seal_key63(IDS[i]));
        assert_int_equal(catalogue_by_key(&c, c.points[i].key), i);
    }
    for (size_t i = 0; i < COUNT_OF(OTHERS); i++) {
        assert_null(catalogue_point(&c, OTHERS[i]));
        assert_int_equal(catalogue_by_key(&c, seal_key63(OTHERS[i])), UINT32_MAX);
    }
    catalogue_clear(&c);
    assert_int_equal(c.point_count, 0);
}

static void ten_thousand_points_are_each_found(void **state)
{
    uint64_t seed = test_seed(__func__);
    uint32_t shuffled[10000];
    struct catalogue c;
    struct fault why;
    char id[ID_MAX];

    (void)state;
    catalogue_init(&c);
    for (uint32_t i = 0; i < COUNT_OF(shuffled); i++) {
        uint32_t other = test_below(&seed, i + 1);
        shuffled[i] = shuffled[other];
        shuffled[other] = i;
    }
    for (size_t i = 0; i < COUNT_OF(shuffled); i++) {
        (void)snprintf(id, sizeof id, "site-%u.p%u", shuffled[i] % 37, shuffled[i]);
        add(&c, id);
    }
    assert_int_equal(catalogue_seal(&c, &why), ERR_NONE);
    for (uint32_t i = 0; i < COUNT_OF(shuffled); i++) {
        assert_ptr_equal(catalogue_point(&c, c.points[i].id), &c.points[i]);
        assert_int_equal(catalogue_by_key(&c, c.points[i].key), i);
        (void)snprintf(id, sizeof id, "site-%u.q%u", i % 37, i);
        assert_null(catalogue_point(&c, id));
        assert_int_equal(catalogue_by_key(&c, seal_key63(id)), UINT32_MAX);
    }
    assert_int_equal(catalogue_by_key(&c, 0), UINT32_MAX);
    assert_int_equal(catalogue_by_key(&c, UINT64_MAX), UINT32_MAX);
    catalogue_clear(&c);
}

static void an_id_that_stands_twice_is_named(void **state)
{
    struct catalogue c;
    struct fault why;

    (void)state;
    catalogue_init(&c);
    add(&c, "lc.x");
    add(&c, "lc.twice");
    add(&c, "lc.y");
    add(&c, "lc.twice");
    assert_int_equal(catalogue_seal(&c, &why), ERR_CONFIG);
    assert_non_null(strstr(why.text, "lc.twice"));
    assert_non_null(strstr(why.text, "id"));
    assert_null(strstr(why.text, "lc.x"));
    catalogue_clear(&c);
}

static void sealing_again_takes_in_what_was_added(void **state)
{
    struct catalogue c;
    struct fault why;

    (void)state;
    catalogue_init(&c);
    add(&c, "b");
    assert_int_equal(catalogue_seal(&c, &why), ERR_NONE);
    add(&c, "a");
    assert_int_equal(catalogue_seal(&c, &why), ERR_NONE);
    assert_ptr_equal(catalogue_point(&c, "a"), &c.points[1]);
    assert_ptr_equal(catalogue_point(&c, "b"), &c.points[0]);
    catalogue_clear(&c);
}

static void sites_are_found_by_id(void **state)
{
    struct catalogue c;
    uint32_t index;

    (void)state;
    catalogue_init(&c);
    for (uint32_t i = 0; i < 40; i++) {
        struct site s = { .latitude = i };
        (void)snprintf(s.id, sizeof s.id, "site-%u", i);
        assert_int_equal(catalogue_add_site(&c, &s, &index), ERR_NONE);
        assert_int_equal(index, i);
    }
    assert_ptr_equal(catalogue_site(&c, "site-39"), &c.sites[39]);
    assert_true(catalogue_site(&c, "site-17")->latitude == 17);
    assert_null(catalogue_site(&c, "site-40"));
    catalogue_clear(&c);
}

static void the_ceiling_is_an_answer(void **state)
{
    static const struct point P = { .id = "p" };
    struct catalogue c;

    (void)state;
    catalogue_init(&c);
    c.point_count = CATALOGUE_POINTS_MAX; /* as if they were there: nothing may be touched */
    assert_int_equal(catalogue_add_point(&c, &P, NULL), ERR_FULL);
    c.point_count = 0;
    catalogue_clear(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_catalogue_is_a_catalogue),
        cmocka_unit_test(points_are_found_by_their_whole_id),
        cmocka_unit_test(ten_thousand_points_are_each_found),
        cmocka_unit_test(an_id_that_stands_twice_is_named),
        cmocka_unit_test(sealing_again_takes_in_what_was_added),
        cmocka_unit_test(sites_are_found_by_id),
        cmocka_unit_test(the_ceiling_is_an_answer),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
