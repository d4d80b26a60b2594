/* The demo's plant files and the field tell the same story: each point's wire, unit, address, type, order and
 * scale is what the field serves, and a whole day of values is plausible.  Reads the files with its own few
 * lines: points are one line each. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cm.h"
#include "field.h"

enum { POINTS_MAX = 400, LINE_MAX_BYTES = 1024, FIRST_PORT = 8490, LOOK_EVERY_S = 7 };

static const char *const FILES[] = { "lai-chau.yaml", "binh-lu.yaml", "nam-nhun.yaml", "tan-uyen.yaml",
                                     "sin-ho.yaml" };

struct point {
    char id[64], type[8], order[8], parameter[32];
    unsigned device;
    enum field_bank bank;
    uint16_t address;
    double scale, offset, low, high;
};

static struct point POINTS[POINTS_MAX];
static size_t COUNT;

/* The text after "key: " up to a comma or brace; false when the key is not there. */
static bool value_of(const char *line, const char *key, char *out, size_t size)
{
    char pattern[32];
    const char *at;
    size_t n;

    (void)snprintf(pattern, sizeof pattern, " %s: ", key);
    at = strstr(line, pattern);
    if (at == NULL)
        return false;
    at += strlen(pattern);
    n = strcspn(at, ",}\n");
    while (n > 0 && at[n - 1] == ' ')
        n--;
    if (n >= size)
        n = size - 1;
    memcpy(out, at, n);
    out[n] = '\0';
    return true;
}

static double number_or(const char *line, const char *key, double otherwise)
{
    char text[32];

    return value_of(line, key, text, sizeof text) ? strtod(text, NULL) : otherwise;
}

static void read_point(const char *line, unsigned device, const char *device_order)
{
    struct point *p = &POINTS[COUNT++];
    const char *range = strstr(line, " plausible: [");
    double holding = number_or(line, "holding", -1), input = number_or(line, "input", -1);

    assert_true(COUNT < POINTS_MAX);
    assert_true(value_of(line, "id", p->id, sizeof p->id));
    assert_true(value_of(line, "type", p->type, sizeof p->type));
    if (!value_of(line, "order", p->order, sizeof p->order))
        (void)snprintf(p->order, sizeof p->order, "%s", device_order);
    assert_true((holding >= 0) != (input >= 0));
    if (!value_of(line, "parameter", p->parameter, sizeof p->parameter))
        p->parameter[0] = '\0';
    p->device = device;
    p->bank = holding >= 0 ? FIELD_HOLDING : FIELD_INPUT;
    p->address = (uint16_t)(holding >= 0 ? holding : input);
    p->scale = number_or(line, "scale", 1);
    p->offset = number_or(line, "offset", 0);
    p->low = -INFINITY;
    p->high = INFINITY;
    if (range != NULL)
        assert_int_equal(sscanf(range, " plausible: [%lf, %lf]", &p->low, &p->high), 2);
}

static bool device_begins(const char *line, char *id, size_t size)
{
    return strncmp(line, "      - id: ", 12) == 0 && value_of(line, "id", id, size);
}

static void read_lines(FILE *in)
{
    char line[LINE_MAX_BYTES], text[64], order[8] = "abcd", device_id[64] = "";
    unsigned port = 0;
    int device = -1;

    while (fgets(line, sizeof line, in) != NULL) {
        if (sscanf(line, " tcp: 127.0.0.1:%u", &port) == 1)
            assert_in_range(port, FIRST_PORT, FIRST_PORT + FIELD_WIRES - 1);
        else if (strncmp(line, "          - { id: ", 18) == 0)
            read_point(line, (unsigned)device, order);
        else if (device_begins(line, device_id, sizeof device_id))
            (void)snprintf(order, sizeof order, "abcd");
        else if (value_of(line, "unit", text, sizeof text)) {
            device = field_find(port - FIRST_PORT, (uint8_t)strtoul(text, NULL, 10));
            assert_true(device >= 0);
            assert_string_equal(field_device((unsigned)device)->name, device_id);
        } else if (value_of(line, "order", text, sizeof text))
            (void)snprintf(order, sizeof order, "%.7s", text);
    }
}

static int read_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(FILES); i++) {
        char path[512];
        FILE *in;

        (void)snprintf(path, sizeof path, "%s/%s", PLANT_FOLDER, FILES[i]);
        in = fopen(path, "r");
        if (in == NULL)
            return -1;
        read_lines(in);
        (void)fclose(in);
    }
    return 0;
}

static const struct field_slot *slot_of(const struct point *p)
{
    const struct field_device *d = field_device(p->device);

    for (size_t i = 0; i < d->slot_count; i++)
        if (d->slots[i].bank == p->bank && d->slots[i].address == p->address)
            return &d->slots[i];
    return NULL;
}

static void about_three_hundred_points_of_every_kind(void **state)
{
    bool type[ENCODE_TYPE_COUNT] = { false }, order[ENCODE_ORDER_COUNT] = { false };
    unsigned alive[FIELD_DEVICES] = { 0 };

    (void)state;
    assert_in_range(COUNT, 280, 360);
    for (size_t i = 0; i < COUNT; i++) {
        const struct field_slot *s = slot_of(&POINTS[i]);
        if (s == NULL)
            fail_msg("%s: nothing is served there", POINTS[i].id);
        type[s->type] = true;
        if (s->type == ENCODE_F32)
            order[s->order] = true;
        alive[POINTS[i].device] += s->from == SIGNAL_ALIVE;
    }
    for (unsigned i = 0; i < ENCODE_TYPE_COUNT; i++)
        assert_true(type[i]);
    for (unsigned i = 0; i < ENCODE_ORDER_COUNT; i++)
        assert_true(order[i]);
    for (unsigned i = 0; i < FIELD_DEVICES; i++)
        assert_int_equal(alive[i], 1);
}

static void every_point_is_served_as_it_is_described(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT; i++) {
        const struct point *p = &POINTS[i];
        const struct field_slot *s = slot_of(p);

        if (s == NULL)
            fail_msg("%s: nothing is served there", p->id);
        if (strcmp(p->type, "bool") == 0 && s->type == ENCODE_U16) /* a bit of that word */
            continue;
        if (strcmp(p->type, encode_type_name(s->type)) != 0 || p->scale != s->scale || p->offset != s->offset)
            fail_msg("%s: type or scale differs", p->id);
        if (encode_words(s->type) == 2 && strcmp(p->order, encode_order_name(s->order)) != 0)
            fail_msg("%s: order differs", p->id);
    }
}

static void ids_are_unique(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT; i++)
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(POINTS[i].id, POINTS[k].id);
}

/* From the letters of the order alone, byte by byte: not the encoder run backwards. */
static double decoded(const struct point *p, const uint16_t *w)
{
    const uint8_t byte[4] = { (uint8_t)(w[0] >> 8), (uint8_t)w[0], (uint8_t)(w[1] >> 8), (uint8_t)w[1] };
    uint32_t bits = 0;
    float f;

    if (p->type[1] == '1') { /* badc and dcba turn the bytes of a single register too */
        bool turned = p->order[0] > p->order[1];
        uint16_t word = (uint16_t)(byte[turned] << 8 | byte[!turned]);
        return strcmp(p->type, "i16") == 0 ? (double)(int16_t)word : (double)word;
    }
    for (int i = 0; i < 4; i++)
        bits |= (uint32_t)byte[i] << (8 * ('d' - p->order[i]));
    if (strcmp(p->type, "u32") == 0)
        return bits;
    if (strcmp(p->type, "i32") == 0)
        return (int32_t)bits;
    memcpy(&f, &bits, sizeof f);
    return f;
}

/* States and rare counters may stand still for a day. */
static bool may_rest(const struct point *p)
{
    static const char *const STILL[] = { "instrument_status", "x-number", "counter", "x-running" };

    for (size_t i = 0; i < COUNT_OF(STILL); i++)
        if (strcmp(p->parameter, STILL[i]) == 0)
            return true;
    return false;
}

static bool is_total(const struct point *p)
{
    return strcmp(p->parameter, "volume") == 0 && strstr(p->id, "total") != NULL;
}

static double value_now(const struct field *f, const struct point *p)
{
    uint16_t w[2] = { 0, 0 };

    assert_int_equal(field_read(f, p->device, p->bank, p->address, p->type[1] == '1' ? 1 : 2, w), 0);
    return decoded(p, w) * p->scale + p->offset;
}

static void every_alive_counter_is_read_as_it_counts(void **state)
{
    static struct field f;

    (void)state;
    field_begin(&f, 1, 0);
    for (size_t i = 0; i < COUNT; i++)
        if (slot_of(&POINTS[i])->from == SIGNAL_ALIVE)
            assert_true(value_now(&f, &POINTS[i]) == (double)(f.alive_s[POINTS[i].device] & 0xFFFF));
}

static void a_day_of_values_is_plausible_and_totals_only_rise(void **state)
{
    static struct field f;
    static bool moved[POINTS_MAX];
    static double first[POINTS_MAX], last[POINTS_MAX];

    (void)state;
    field_begin(&f, 1, 0);
    for (int s = 0; s < 86400; s++) {
        field_second(&f);
        for (size_t i = 0; s % LOOK_EVERY_S == 0 && i < COUNT; i++) {
            const struct point *p = &POINTS[i];
            double v = value_now(&f, p);

            if (!(v >= p->low && v <= p->high))
                fail_msg("%s: %g at second %d", p->id, v, s);
            if (s == 0)
                first[i] = last[i] = v;
            if (is_total(p) && v < last[i])
                fail_msg("%s fell from %g to %g at second %d", p->id, last[i], v, s);
            moved[i] = moved[i] || v != first[i];
            last[i] = v;
        }
    }
    for (size_t i = 0; i < COUNT; i++)
        if (!moved[i] && !may_rest(&POINTS[i]))
            fail_msg("%s never moved", POINTS[i].id);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(about_three_hundred_points_of_every_kind),
        cmocka_unit_test(every_point_is_served_as_it_is_described),
        cmocka_unit_test(ids_are_unique),
        cmocka_unit_test(every_alive_counter_is_read_as_it_counts),
        cmocka_unit_test(a_day_of_values_is_plausible_and_totals_only_rise),
    };

    return cmocka_run_group_tests(tests, read_files, NULL);
}
