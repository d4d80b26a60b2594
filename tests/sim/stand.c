#include "stand.h"

#include <string.h>

#include "cm.h"
#include "grid.h"

static struct field F;
static struct stand S;
static struct fault WHY;

static void on_the_province(void)
{
    field_begin(&F, 1, 0);
    assert_int_equal(stand_init(&S, stand_province(&F), &WHY), ERR_NONE);
}

static uint16_t word(unsigned device, enum field_bank bank, uint16_t address)
{
    uint16_t out = 0;

    assert_int_equal(stand_read(&S, device, bank, address, 1, &out), 0);
    return out;
}

static enum err hold(unsigned device, enum field_bank bank, uint16_t address, uint32_t bits)
{
    return stand_hold(
        &S, (struct stand_held){ .device = device, .bank = bank, .address = address, .bits = bits });
}

static void a_held_register_stays_and_is_let_go(void **state)
{
    unsigned plc;

    (void)state;
    on_the_province();
    plc = (unsigned)stand_named(&S, "plc-nmn");
    assert_int_equal(hold(plc, FIELD_HOLDING, 0, 7), ERR_NONE);
    assert_int_equal(hold(plc, FIELD_HOLDING, 0, 8), ERR_NONE);
    assert_int_equal(S.held_count, 1);
    stand_second(&S);
    assert_int_equal(word(plc, FIELD_HOLDING, 0), 8);
    assert_int_equal(hold(plc, FIELD_INPUT, 0, 7), ERR_RANGE);
    assert_int_equal(hold(plc, FIELD_HOLDING, 160, 7), ERR_RANGE);
    for (uint16_t a = 1; a < 160; a++)
        assert_int_equal(hold(plc, FIELD_HOLDING, a, 7), ERR_NONE);
    for (uint16_t a = 0; S.held_count < STAND_HELD_MAX; a++) {
        unsigned meter = (unsigned)stand_named(&S, "dh-doan-ket");
        assert_int_equal(hold(meter, FIELD_HOLDING, a, 7), ERR_NONE);
    }
    assert_int_equal(hold((unsigned)stand_named(&S, "dd-nuoc-tho"), FIELD_HOLDING, 0x2700, 7), ERR_FULL);
    stand_release(&S, plc);
    assert_int_equal(word(plc, FIELD_HOLDING, 0), F.alive_s[plc]);
    stand_clear(&S);
}

static void a_counter_rolls_over_and_starts_anew(void **state)
{
    struct stand_held held = { .address = 10, .type = ENCODE_U32, .bits = 0xFFFFFFFE, .counts = true };
    struct grid *g;
    uint16_t was = 0;

    (void)state;
    assert_int_equal(grid_new(&g, 1, 1, 1, &WHY), ERR_NONE);
    assert_int_equal(stand_init(&S, grid_source(g), &WHY), ERR_NONE);
    assert_int_equal(stand_hold(&S, held), ERR_NONE);
    assert_int_equal(word(0, FIELD_HOLDING, 10), 0xFFFF);
    assert_int_equal(word(0, FIELD_HOLDING, 11), 0xFFFE);
    for (int i = 0; i < 3; i++)
        stand_second(&S);
    assert_int_equal(word(0, FIELD_HOLDING, 10), 0);
    assert_int_equal(word(0, FIELD_HOLDING, 11), 1);
    held.bits = 0; /* a meter that was exchanged */
    assert_int_equal(stand_hold(&S, held), ERR_NONE);
    stand_second(&S);
    assert_int_equal(word(0, FIELD_HOLDING, 11), 1);
    stand_release(&S, 0);
    stand_warp(&S, 0, STAND_FROZEN, 0);
    was = word(0, FIELD_HOLDING, 11);
    stand_second(&S);
    assert_int_equal(word(0, FIELD_HOLDING, 11), was);
    stand_warp(&S, 0, STAND_FILLED, 0x7FC0);
    assert_int_equal(word(0, FIELD_INPUT, 9), 0x7FC0);
    stand_release(&S, 0);
    assert_int_not_equal(word(0, FIELD_HOLDING, 11), was);
    stand_clear(&S);
    grid_free(g);
}

/* Any two registers of any two devices differ, and differ from what they were. */
static void every_register_of_a_grid_says_whose_it_is(void **state)
{
    static const uint16_t AT[] = { 10, 12, 14, 40, 42 };
    static const enum encode_order ORDERS[] = { ENCODE_ABCD, ENCODE_CDAB, ENCODE_BADC, ENCODE_ABCD,
                                                ENCODE_DCBA };
    struct grid *g;
    uint16_t words[2];

    (void)state;
    assert_int_equal(grid_new(&g, 0, 5, 1, &WHY), ERR_RANGE);
    assert_int_equal(grid_new(&g, 1001, 5, 1, &WHY), ERR_RANGE);
    assert_int_equal(grid_new(&g, 300, 1, 1, &WHY), ERR_RANGE);
    assert_int_equal(grid_new(&g, 203, 5, 1, &WHY), ERR_NONE);
    assert_int_equal(stand_init(&S, grid_source(g), &WHY), ERR_NONE);
    assert_int_equal(S.from.wire_count, 41);
    assert_int_equal(stand_find(&S, 40, 3), 202);
    assert_int_equal(stand_find(&S, 40, 4), -1);
    assert_int_equal(stand_named(&S, "g-203"), 202);
    for (unsigned d = 0; d < 203; d++)
        for (size_t i = 0; i < COUNT_OF(AT); i++) {
            uint32_t bits, place = (uint32_t)(i < 3 ? i + 1 : i + 2);
            assert_int_equal(stand_read(&S, d, FIELD_HOLDING, AT[i], 2, words), 0);
            bits = encode_back(ENCODE_U32, ORDERS[i], words);
            assert_int_equal(bits >> 20, d + 1);
            assert_int_equal(bits >> 16 & 15, place);
        }
    assert_int_equal(stand_read(&S, 0, FIELD_HOLDING, 19, 2, words), 2);
    stand_clear(&S);
    grid_free(g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_held_register_stays_and_is_let_go),
        cmocka_unit_test(a_counter_rolls_over_and_starts_anew),
        cmocka_unit_test(every_register_of_a_grid_says_whose_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
