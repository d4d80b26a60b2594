#include "plan.h"

#include "unit.h"

enum { TAGS = 60 };

static struct device device_of(struct tag *tags, size_t n, int64_t max_registers, int64_t holes)
{
    return (struct device){ .id = "d",
                            .every_ms = 1000,
                            .max_registers = max_registers,
                            .holes = holes,
                            .tags = tags,
                            .tag_count = n };
}

static struct tag at(uint8_t function, uint16_t address, enum register_kind kind)
{
    return (struct tag){ .function = function, .address = address, .kind = (uint8_t)kind };
}

static unsigned end_of(const struct tag *t)
{
    return t->address + kind_registers((enum register_kind)t->kind);
}

static void neighbours_share_a_request(void **state)
{
    struct tag tags[] = { at(3, 12, KIND_F32), at(3, 10, KIND_F32), at(3, 14, KIND_U16) };
    struct device d = device_of(tags, COUNT_OF(tags), 125, 0);
    struct plan p;

    (void)state;
    assert_int_equal(plan_make(&p, &d, NULL), ERR_NONE);
    assert_int_equal(p.block_count, 1);
    assert_int_equal(p.blocks[0].address, 10);
    assert_int_equal(p.blocks[0].quantity, 5);
    plan_clear(&p);
}

static void a_hole_is_spanned_only_within_the_budget(void **state)
{
    struct tag tags[] = { at(3, 0, KIND_U16), at(3, 3, KIND_U16), at(3, 6, KIND_U16) };
    static const struct {
        int64_t holes;
        size_t blocks;
    } CASES[] = { { 0, 3 }, { 1, 3 }, { 2, 2 }, { 3, 2 }, { 4, 1 } };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct device d = device_of(tags, COUNT_OF(tags), 125, CASES[i].holes);
        struct plan p;
        assert_int_equal(plan_make(&p, &d, NULL), ERR_NONE);
        assert_int_equal(p.block_count, CASES[i].blocks);
        plan_clear(&p);
    }
}

static void a_hole_never_spans_a_forbidden_register(void **state)
{
    struct tag tags[] = { at(3, 0, KIND_U16), at(3, 3, KIND_U16) };
    static const struct {
        struct forbidden range;
        size_t blocks;
    } CASES[] = { { { 3, 1, 1 }, 2 }, { { 3, 2, 1 }, 2 }, { { 3, 2, 5 }, 2 },    { { 4, 1, 2 }, 1 },
                  { { 3, 4, 9 }, 1 }, { { 3, 0, 1 }, 1 }, { { 3, 0, 65536 }, 2 } };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct device d = device_of(tags, COUNT_OF(tags), 125, 10);
        struct plan p;
        d.forbidden[0] = (struct forbidden){ 4, 0, 1 };
        d.forbidden[1] = CASES[i].range;
        d.forbidden_count = 2;
        assert_int_equal(plan_make(&p, &d, NULL), ERR_NONE);
        assert_int_equal(p.block_count, CASES[i].blocks);
        plan_clear(&p);
    }
}

static void tables_are_never_mixed(void **state)
{
    struct tag tags[] = { at(3, 0, KIND_U16), at(4, 1, KIND_U16) };
    struct device d = device_of(tags, COUNT_OF(tags), 125, 10);
    struct plan p;

    (void)state;
    assert_int_equal(plan_make(&p, &d, NULL), ERR_NONE);
    assert_int_equal(p.block_count, 2);
    plan_clear(&p);
}

static void bits_and_registers_never_share_a_request(void **state)
{
    struct tag tags[] = { at(3, 0, KIND_BOOL), at(1, 0, KIND_BOOL), at(2, 1, KIND_BOOL),
                          at(1, 1, KIND_BOOL) };
    struct device d = device_of(tags, COUNT_OF(tags), 125, 10);
    struct plan p;

    (void)state;
    assert_int_equal(plan_make(&p, &d, NULL), ERR_NONE);
    assert_int_equal(p.block_count, 3);
    assert_int_equal(p.blocks[0].function, FUNCTION_READ_COILS);
    assert_int_equal(p.blocks[0].quantity, 2);
    assert_int_equal(p.blocks[1].function, FUNCTION_READ_DISCRETE);
    assert_int_equal(p.blocks[2].function, FUNCTION_READ_HOLDING);
    plan_clear(&p);
}

/* Modbus application protocol 1.1b3, 6.1: at most 2000 bits, however few registers the device gives. */
static void two_thousand_bits_are_one_request_and_one_more_is_two(void **state)
{
    struct tag tags[2001];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(tags); i++)
        tags[i] = at(1, (uint16_t)(63000 + i), KIND_BOOL);
    for (size_t n = 2000; n <= 2001; n++) {
        struct device d = device_of(tags, n, 10, 0);
        struct plan p;
        assert_int_equal(plan_make(&p, &d, NULL), ERR_NONE);
        assert_int_equal(p.block_count, n - 1999);
        assert_int_equal(p.blocks[0].quantity, 2000);
        plan_clear(&p);
    }
}

static void a_value_beyond_the_last_register_is_refused(void **state)
{
    struct tag tags[] = { at(3, 65535, KIND_F32) };
    struct device d = device_of(tags, 1, 125, 0);
    struct plan p;
    struct fault why;

    (void)state;
    assert_int_equal(plan_make(&p, &d, &why), ERR_RANGE);
}

/* What must hold of any plan, whatever the tags. */
static void check_plan(const struct plan *p, const struct device *d)
{
    size_t covered = 0;

    for (size_t i = 0; i < p->block_count; i++) {
        const struct block *b = &p->blocks[i];
        unsigned used[BITS_MAX] = { 0 }, holes = 0;
        assert_true(b->quantity >= 1 &&
                    b->quantity <= (function_reads_bits(b->function) ? BITS_MAX : d->max_registers));
        assert_int_equal(b->first, covered);
        for (size_t k = b->first; k < b->first + b->count; k++) {
            const struct tag *t = &d->tags[p->order[k]];
            assert_int_equal(t->function, b->function);
            assert_true(t->address >= b->address && end_of(t) <= (unsigned)b->address + b->quantity);
            for (unsigned r = t->address; r < end_of(t); r++)
                used[r - b->address]++;
        }
        for (unsigned r = 0; r < b->quantity; r++) {
            holes += used[r] == 0;
            assert_true(used[r] > 0 ||
                        device_forbids(d, b->function, b->address + r, b->address + r + 1) == NULL);
        }
        assert_true(holes <= d->holes);
        covered += b->count;
    }
    assert_int_equal(covered, d->tag_count);
}

static void make_tags(struct tag *tags, size_t n, uint64_t *seed)
{
    for (size_t i = 0; i < n; i++) {
        uint8_t function = (uint8_t)(1 + test_below(seed, 4));
        unsigned kind = function_reads_bits(function) ? KIND_BOOL : test_below(seed, KIND_COUNT);
        tags[i] = at(function, (uint16_t)test_below(seed, 300), (enum register_kind)kind);
    }
}

static void every_tag_lies_whole_in_exactly_one_request(void **state)
{
    uint64_t seed = test_seed(__func__);

    (void)state;
    for (int round = 0; round < 3000; round++) {
        struct tag tags[TAGS];
        struct device d =
            device_of(tags, 1 + test_below(&seed, TAGS), 4 + test_below(&seed, 122), test_below(&seed, 20));
        struct plan p;
        make_tags(tags, d.tag_count, &seed);
        for (; d.forbidden_count < test_below(&seed, 6); d.forbidden_count++)
            d.forbidden[d.forbidden_count] =
                (struct forbidden){ (uint8_t)(1 + test_below(&seed, 4)), (uint16_t)test_below(&seed, 300),
                                    1 + test_below(&seed, 4) };
        assert_int_equal(plan_make(&p, &d, NULL), ERR_NONE);
        check_plan(&p, &d);
        assert_true(p.block_count <= d.tag_count);
        plan_clear(&p);
    }
}

static size_t places_of(const struct plan *p, const struct device *d)
{
    size_t places = 0;

    for (size_t i = 0; i < p->tag_count; i++) {
        const struct tag *t = &d->tags[p->order[i]], *before = i == 0 ? NULL : &d->tags[p->order[i - 1]];
        places += before == NULL || t->function != before->function || t->address != before->address;
    }
    return places;
}

static void cutting_ends_with_one_place_a_request_and_loses_no_tag(void **state)
{
    uint64_t seed = test_seed(__func__);

    (void)state;
    for (int round = 0; round < 300; round++) {
        struct tag tags[TAGS];
        struct device d = device_of(tags, 1 + test_below(&seed, TAGS), 125, 20);
        struct learned l = { 0 };
        struct plan p;
        make_tags(tags, d.tag_count, &seed);
        assert_int_equal(plan_make(&p, &d, NULL), ERR_NONE);
        for (size_t i = 0; i < p.block_count;) {
            struct lesson cut = { .kind = LESSON_CUT, .function = p.blocks[i].function };
            size_t before = p.block_count;
            if (!plan_half(&p, &d, i, &cut.address)) {
                i++;
                continue;
            }
            assert_true(learned_add(&l, cut));
            plan_cut(&p, &d, &l);
            check_plan(&p, &d);
            assert_true(p.block_count >= before); /* the second half may reach further */
        }
        assert_int_equal(p.block_count, places_of(&p, &d));
        plan_clear(&p);
    }
}

static void a_learned_limit_and_missing_registers_are_kept_to(void **state)
{
    uint64_t seed = test_seed(__func__);

    (void)state;
    for (int round = 0; round < 300; round++) {
        struct tag tags[TAGS];
        struct device d = device_of(tags, 1 + test_below(&seed, TAGS), 125, 20);
        struct learned l = { .most = (uint16_t)(4 + test_below(&seed, 30)) };
        struct lesson missing = { .kind = LESSON_MISSING };
        struct plan p;
        make_tags(tags, d.tag_count, &seed);
        missing.function = tags[0].function;
        missing.address = tags[0].address;
        assert_true(learned_add(&l, missing));
        assert_int_equal(plan_make(&p, &d, NULL), ERR_NONE);
        plan_cut(&p, &d, &l);
        check_plan(&p, &d);
        for (size_t i = 0; i < p.block_count; i++) {
            const struct block *b = &p.blocks[i];
            bool there = b->function == missing.function && b->address == missing.address;
            assert_true(function_reads_bits(b->function) || b->quantity <= l.most);
            assert_int_equal(b->missing, there);
        }
        plan_clear(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(neighbours_share_a_request),
        cmocka_unit_test(a_hole_is_spanned_only_within_the_budget),
        cmocka_unit_test(a_hole_never_spans_a_forbidden_register),
        cmocka_unit_test(tables_are_never_mixed),
        cmocka_unit_test(bits_and_registers_never_share_a_request),
        cmocka_unit_test(two_thousand_bits_are_one_request_and_one_more_is_two),
        cmocka_unit_test(a_value_beyond_the_last_register_is_refused),
        cmocka_unit_test(every_tag_lies_whole_in_exactly_one_request),
        cmocka_unit_test(cutting_ends_with_one_place_a_request_and_loses_no_tag),
        cmocka_unit_test(a_learned_limit_and_missing_registers_are_kept_to),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
