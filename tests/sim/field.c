#include "field.h"

#include <math.h>
#include <string.h>

#include "cm.h"

static struct field F, G;

static uint16_t word_of(const struct field *f, const char *device, enum field_bank bank, uint16_t address)
{
    uint16_t word = 0;

    assert_int_equal(field_read(f, (unsigned)field_named(device), bank, address, 1, &word), 0);
    return word;
}

static void every_alive_counter_rises_by_one_a_second(void **state)
{
    (void)state;
    field_begin(&F, 1, 0);
    for (unsigned d = 0; d < FIELD_DEVICES; d++) {
        uint64_t was = F.alive_s[d];
        for (int s = 0; s < 5; s++)
            field_second(&F);
        assert_int_equal(F.alive_s[d], was + 5);
    }
    F.alive_s[0] = 65534;
    field_second(&F);
    assert_int_equal(word_of(&F, "plc-nmn", FIELD_HOLDING, 0), 65535);
    field_second(&F);
    assert_int_equal(word_of(&F, "plc-nmn", FIELD_HOLDING, 0), 0);
}

/* Ten seconds at once count what ten single ones count. */
static void a_coarse_day_is_as_a_fine_one(void **state)
{
    enum { DAY_S = 86400 };
    double was[METERS_COUNT];

    (void)state;
    field_begin(&F, 7, 0);
    field_begin(&G, 7, 0);
    memcpy(was, F.meters, sizeof was);
    for (int s = 0; s < DAY_S; s++)
        field_unseen(&F, 1);
    for (int s = 0; s < DAY_S; s += FIELD_COARSEST_S)
        field_unseen(&G, FIELD_COARSEST_S);
    assert_memory_equal(F.alive_s, G.alive_s, sizeof F.alive_s);
    for (unsigned m = 0; m < METERS_COUNT; m++) {
        double fine_m3 = F.meters[m] - was[m], coarse_m3 = G.meters[m] - was[m];
        if (fabs(coarse_m3 - fine_m3) > 0.03 * fine_m3 + 1.0)
            fail_msg("meter %u: %.1f m3 in single seconds, %.1f m3 in tens", m, fine_m3, coarse_m3);
    }
}

static void the_same_seed_fills_the_same_registers(void **state)
{
    (void)state;
    field_begin(&F, 5, 3600);
    field_begin(&G, 5, 3600);
    for (int s = 0; s < 3600; s++) {
        field_second(&F);
        field_second(&G);
    }
    assert_memory_equal(F.words, G.words, sizeof F.words);
    field_begin(&G, 6, 3600);
    for (int s = 0; s < 3600; s++)
        field_second(&G);
    assert_memory_not_equal(F.words, G.words, sizeof F.words);
}

static void slots_lie_in_ranges_and_never_overlap(void **state)
{
    (void)state;
    for (unsigned d = 0; d < FIELD_DEVICES; d++) {
        const struct field_device *dev = field_device(d);
        unsigned words = 0;
        uint8_t used[2][65536 / 8] = { { 0 } };

        for (size_t i = 0; i < dev->range_count; i++)
            words += dev->ranges[i].count;
        assert_in_range(words, 1, FIELD_WORDS_MAX);
        for (size_t i = 0; i < dev->slot_count; i++) {
            const struct field_slot *s = &dev->slots[i];
            uint16_t out[2];
            assert_int_equal(field_read(&F, d, s->bank, s->address, (uint16_t)encode_words(s->type), out), 0);
            for (unsigned a = s->address; a < s->address + encode_words(s->type); a++) {
                assert_false(used[s->bank][a / 8] >> (a % 8) & 1);
                used[s->bank][a / 8] |= (uint8_t)(1u << (a % 8));
            }
        }
        assert_int_equal(field_find(dev->wire, dev->unit), d);
        assert_int_equal(field_named(dev->name), d);
    }
}

static void a_trend_moves_within_a_minute(void **state)
{
    double low = 1e9, high = -1e9;

    (void)state;
    field_begin(&F, 1, 10 * 3600);
    for (int s = 0; s < 60; s++) {
        field_second(&F);
        low = F.signals[SIGNAL_OUT_FLOW] < low ? F.signals[SIGNAL_OUT_FLOW] : low;
        high = F.signals[SIGNAL_OUT_FLOW] > high ? F.signals[SIGNAL_OUT_FLOW] : high;
    }
    assert_true(high - low > 3.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_alive_counter_rises_by_one_a_second),
        cmocka_unit_test(a_coarse_day_is_as_a_fine_one),
        cmocka_unit_test(the_same_seed_fills_the_same_registers),
        cmocka_unit_test(slots_lie_in_ranges_and_never_overlap),
        cmocka_unit_test(a_trend_moves_within_a_minute),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
