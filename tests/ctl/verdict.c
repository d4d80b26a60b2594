/* What registers can be, and what else: each expected number was worked out elsewhere (Python's struct). */
#include "verdict.h"

#include <math.h>
#include <string.h>

#include "base/attr.h"
#include "sheet.h"
#include "unit.h"

static struct point point(double span_low, double span_high)
{
    return (struct point){ .id = "p.a",
                           .name = "Điểm",
                           .unit = "m3/h",
                           .decimals = 1,
                           .span_low = span_low,
                           .span_high = span_high };
}

static struct tag tag(enum register_kind kind, enum word_order order, double scale, double low, double high)
{
    return (struct tag){ .function = FUNCTION_READ_HOLDING,
                         .address = 100,
                         .kind = (uint8_t)kind,
                         .order = (uint8_t)order,
                         .bit = BIT_NONE,
                         .scale = scale,
                         .low = low,
                         .high = high };
}

/* ---- one number ---- */

static const struct row {
    const char *what;
    enum register_kind kind;
    enum word_order order;
    double scale, low, high, span_low, span_high;
    uint16_t words[4];
    enum verdict verdict;
    double value;
} TABLE[] = {
    { "a flow", KIND_F32, ORDER_CDAB, 1, -500, 500, 0, 0, { 0x999A, 0x42FA }, VERDICT_RIGHT, 125.3 },
    { "nothing flows", KIND_F32, ORDER_ABCD, 1, -500, 500, 0, 0, { 0, 0 }, VERDICT_RIGHT, 0 },
    { "nothing to compare with",
      KIND_U32,
      ORDER_CDAB,
      0.1,
      NAN,
      NAN,
      0,
      0,
      { 0xD687, 0x0012 },
      VERDICT_NO_RANGE,
      123456.7 },
    { "a pressure", KIND_U16, ORDER_ABCD, 0.01, 0, 16, 0, 0, { 0x0160 }, VERDICT_RIGHT, 3.52 },
    { "too high", KIND_U16, ORDER_ABCD, 1, 0, 16, 0, 0, { 0x0160 }, VERDICT_IMPLAUSIBLE, 352 },
    { "too high for its span", KIND_U16, ORDER_ABCD, 1, NAN, NAN, 0, 100, { 0x0160 }, VERDICT_CLIPPED, 352 },
    { "at rest", KIND_U16, ORDER_ABCD, 1, NAN, NAN, 0, 100, { 0 }, VERDICT_RIGHT, 0 },
    { "NaN", KIND_F32, ORDER_ABCD, 1, -500, 500, 0, 0, { 0x7FC0, 0 }, VERDICT_NOT_FINITE, NAN },
    { "no digits", KIND_BCD16, ORDER_ABCD, 1, 0, 9999, 0, 0, { 0x12A4 }, VERDICT_BAD_DIGIT, NAN },
    { "too many digits",
      KIND_U64,
      ORDER_ABCD,
      1,
      NAN,
      NAN,
      0,
      0,
      { 0x0020, 0, 0, 1 },
      VERDICT_INEXACT,
      0x1p53 },
};

static void each_number_has_its_verdict(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(TABLE); i++) {
        const struct row *r = &TABLE[i];
        struct point p = point(r->span_low, r->span_high);
        struct tag t = tag(r->kind, r->order, r->scale, r->low, r->high);
        double value;
        enum verdict v = verdict_of(&p, &t, r->words, &value);
        if (v != r->verdict || (isnan(r->value) ? !isnan(value) : fabs(value - r->value) > 1e-9))
            fail_msg("%s: verdict %d, value %.17g", r->what, (int)v, value);
    }
}

/* 0x999A42FA is -1.6e-23, which every range round 0 would let pass. */
static void a_float_that_no_meter_means_is_not_plausible(void **state)
{
    static const uint16_t WORDS[] = { 0x999A, 0x42FA };
    struct point p = point(0, 0);
    struct tag t = tag(KIND_F32, ORDER_ABCD, 1, -500, 500);
    double value;

    (void)state;
    assert_int_equal(verdict_of(&p, &t, WORDS, &value), VERDICT_NOT_MEANT);
    t.scale = 1e23; /* asked of the register, not of what a scale makes of it */
    assert_int_equal(verdict_of(&p, &t, WORDS, &value), VERDICT_NOT_MEANT);
}

static void what_the_settings_call_none_has_no_value(void **state)
{
    static const uint16_t NONE[] = { 0xFFFF }, BROKEN[] = { 1000 };
    struct point p = point(0, 0);
    struct tag t = tag(KIND_I16, ORDER_ABCD, 0.1, NAN, NAN);
    double value;

    (void)state;
    t.no_value = (struct conf_words){ { 0xFFFF }, 1 };
    assert_int_equal(verdict_of(&p, &t, NONE, &value), VERDICT_SENTINEL);
    assert_true(isnan(value));
    t.current = (struct current){ true, 3600, 21000 };
    assert_int_equal(verdict_of(&p, &t, BROKEN, &value), VERDICT_WIRE_FAULT);
}

static void a_state_is_one_of_its_list(void **state)
{
    static const struct point_state LIST[] = { { 0, "stopped" }, { 1, "running" } };
    static const uint16_t ONE[] = { 1 }, SEVEN[] = { 7 };
    struct point p = point(0, 0);
    struct tag t = tag(KIND_U16, ORDER_ABCD, 1, NAN, NAN);
    double value;

    (void)state;
    t.states = states_new(LIST, 2);
    assert_non_null(t.states);
    assert_int_equal(verdict_of(&p, &t, ONE, &value), VERDICT_RIGHT);
    assert_int_equal(verdict_of(&p, &t, SEVEN, &value), VERDICT_UNKNOWN_STATE);
    free(t.states);
}

/* ---- other ways to read ---- */

static size_t others(struct tag t, const uint16_t *words, struct other out[OTHERS_MAX])
{
    struct point p = point(0, 0);

    return verdict_others(&p, &t, words, out);
}

static bool has(const struct other *list, size_t n, enum register_kind kind, enum word_order order,
                double value)
{
    for (size_t i = 0; i < n; i++)
        if (list[i].kind == kind && list[i].order == order && fabs(list[i].value - value) < 1e-9)
            return true;
    return false;
}

static void a_wrong_order_shows_the_right_one(void **state)
{
    static const uint16_t WORDS[] = { 0x999A, 0x42FA };
    struct other list[OTHERS_MAX];
    size_t n = others(tag(KIND_F32, ORDER_ABCD, 1, -500, 500), WORDS, list);

    (void)state;
    assert_int_equal(n, 1);
    assert_true(has(list, n, KIND_F32, ORDER_CDAB, 125.3));
}

static void a_wrong_type_shows_the_right_one(void **state)
{
    static const uint16_t TOTAL[] = { 0xD687, 0x0012 }, COLD[] = { 0xFF9C }, PACKED[] = { 0x1234 };
    struct other list[OTHERS_MAX];
    size_t n = others(tag(KIND_F32, ORDER_CDAB, 0.1, 100000, 200000), TOTAL, list);

    (void)state;
    assert_int_equal(n, 1); /* u32; as i32 it is the same number */
    assert_true(has(list, n, KIND_U32, ORDER_CDAB, 123456.7));
    n = others(tag(KIND_U16, ORDER_ABCD, 0.1, -20, 60), COLD, list);
    assert_true(has(list, n, KIND_I16, ORDER_ABCD, -10));
    n = others(tag(KIND_U16, ORDER_ABCD, 1, 1000, 2000), PACKED, list);
    assert_int_equal(n, 1);
    assert_true(has(list, n, KIND_BCD16, ORDER_ABCD, 1234));
}

static void a_value_in_the_first_register_alone_is_found(void **state)
{
    static const uint16_t WORDS[] = { 352, 0xFFFF };
    struct other list[OTHERS_MAX];
    size_t n = others(tag(KIND_U32, ORDER_ABCD, 0.01, 0, 16), WORDS, list);

    (void)state;
    assert_true(has(list, n, KIND_U16, ORDER_ABCD, 3.52));
}

static void without_a_range_nothing_is_proposed(void **state)
{
    static const uint16_t NAN_WORDS[] = { 0x7FC0, 0x7F80 };
    struct other list[OTHERS_MAX];

    (void)state;
    assert_int_equal(others(tag(KIND_F32, ORDER_ABCD, 1, NAN, NAN), NAN_WORDS, list), 0);
}

/* ---- the sheet ---- */

static void found_make(struct found list[2], const struct wire_settings *w, const struct device *d,
                       const struct tag *t, const struct point *p)
{
    list[0] = (struct found){ .wire = w,
                              .device = d,
                              .tag = t,
                              .point = p,
                              .raw = "999A 42FA",
                              .verdict = VERDICT_NOT_MEANT,
                              .value = -1.59e-23,
                              .others = { { KIND_F32, ORDER_CDAB, 125.3 } },
                              .other_count = 1 };
    list[1] = (struct found){ .wire = w,
                              .device = d,
                              .tag = t,
                              .point = p,
                              .verdict = VERDICT_NOT_READ,
                              .value = NAN,
                              .why = "no answer in 300 ms" };
}

static void the_sheet_has_all_and_room_to_sign(void **state)
{
    static const struct wire_settings WIRE = { .id = "w" };
    static const struct device DEVICE = { .id = "meter", .unit = 7 };
    struct site site = { .id = "site" };
    struct catalogue c = { .sites = &site, .site_count = 1 };
    struct point p = point(0, 0);
    struct tag t = tag(KIND_F32, ORDER_ABCD, 1, -500, 500);
    struct found list[2];
    struct strbuf to;

    (void)state;
    (void)snprintf(p.name, sizeof p.name, "=1+1, \"vào\"");
    found_make(list, &WIRE, &DEVICE, &t, &p);
    strbuf_init(&to, 1 << 16);
    sheet_print(&c, list, 2, SHEET_VI, &to);
    assert_non_null(strstr(to.text, "PHIẾU NGHIỆM THU"));
    assert_non_null(strstr(to.text, "holding 100-101 f32 abcd  999A 42FA  -1.59e-23 m3/h"));
    assert_non_null(strstr(to.text, "đọc cách này thì hợp lý: f32 cdab = 125.3 m3/h\n"));
    assert_non_null(strstr(to.text, "-> no answer in 300 ms\n"));
    assert_non_null(strstr(to.text, "Số điểm: 2. Hợp lý: 0. Chưa đạt: 2."));
    assert_non_null(strstr(to.text, "Ký tên: "));
    strbuf_reset(&to);
    sheet_print(&c, list, 2, SHEET_EN, &to);
    assert_non_null(strstr(to.text, "NO METER MEANS THIS NUMBER"));
    assert_non_null(strstr(to.text, "Signature: "));
    strbuf_reset(&to);
    sheet_csv(&c, list, 2, &to);
    assert_non_null(
        strstr(to.text,
               "\np.a,\"'=1+1, \"\"vào\"\"\",site,w,meter,7,holding,100,2,f32,abcd,999A 42FA,-1.59e-23,m3/h,"
               "no,not_meant,f32 cdab = 125.3 m3/h,"));
    assert_non_null(strstr(to.text, ",no,not_read,no answer in 300 ms,"));
    strbuf_clear(&to);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_number_has_its_verdict),
        cmocka_unit_test(a_float_that_no_meter_means_is_not_plausible),
        cmocka_unit_test(what_the_settings_call_none_has_no_value),
        cmocka_unit_test(a_state_is_one_of_its_list),
        cmocka_unit_test(a_wrong_order_shows_the_right_one),
        cmocka_unit_test(a_wrong_type_shows_the_right_one),
        cmocka_unit_test(a_value_in_the_first_register_alone_is_found),
        cmocka_unit_test(without_a_range_nothing_is_proposed),
        cmocka_unit_test(the_sheet_has_all_and_room_to_sign),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
