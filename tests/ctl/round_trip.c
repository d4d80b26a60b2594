/* Plant to sheet to plant loses nothing, in both formats: seeded random plants, and values made to be lost.
 */
#include <unistd.h>

#include "acquire/field.h"
#include "base/attr.h"
#include "base/file.h"
#include "conf/write.h"
#include "io_list.h"
#include "unit.h"

static const char *const FORMATS[] = { "csv", "xlsx" };
static char folder[] = "/tmp/ctl-round-trip-XXXXXX";

static const char *path_of(const char *name, char out[128])
{
    (void)snprintf(out, 128, "%s/%s", folder, name);
    return out;
}

static void must_be_right(enum err rc, struct conf_mistakes *m, const struct fault *why)
{
    struct strbuf said;

    strbuf_init(&said, 1 << 20);
    conf_mistakes_write(m, &said);
    if (rc != ERR_NONE || m->mistakes > 0)
        fail_msg("%s\n%s", rc == ERR_NONE ? "" : why->text, said.text == NULL ? "" : said.text);
    strbuf_clear(&said);
}

static void to_sheet(const char *yaml, const char *sheet)
{
    struct conf_mistakes m;
    struct fault why;
    char a[128], b[128];

    conf_mistakes_init(&m, 0);
    must_be_right(io_list_write(path_of(yaml, a), path_of(sheet, b), &m, &why), &m, &why);
    conf_mistakes_clear(&m);
}

static void to_plant(const char *sheet, const char *yaml, bool checked)
{
    struct conf_mistakes m;
    struct fault why;
    char a[128], b[128];

    conf_mistakes_init(&m, 0);
    must_be_right(io_list_read(path_of(sheet, a), path_of(yaml, b), checked, &m, &why), &m, &why);
    conf_mistakes_clear(&m);
}

static void put_file(const char *name, const char *text, size_t len)
{
    struct fault why;
    char path[128];

    assert_int_equal(file_write(path_of(name, path), text, len, 0600, &why), ERR_NONE);
}

static char *get_file(const char *name, size_t *len)
{
    struct fault why;
    char path[128], *bytes;

    assert_int_equal(file_read(path_of(name, path), 64 << 20, &bytes, len, &why), ERR_NONE);
    return bytes;
}

static void must_be_same_bytes(const char *one, const char *other)
{
    size_t n, k;
    char *a = get_file(one, &n), *b = get_file(other, &k);

    for (size_t i = 0; i < n && i < k; i++)
        if (a[i] != b[i]) {
            size_t from = i < 60 ? 0 : i - 60;
            fail_msg("%s and %s differ at byte %zu:\n%.160s\n%.160s", one, other, i, a + from, b + from);
        }
    assert_int_equal(n, k);
    free(a);
    free(b);
}

static struct conf_file *load(const char *name)
{
    struct conf_mistakes m;
    struct conf_file *f = NULL;
    char path[128];

    conf_mistakes_init(&m, 0);
    must_be_right(conf_load(path_of(name, path), &f, &m), &m, &(struct fault){ 0 });
    conf_mistakes_clear(&m);
    return f;
}

/* Quotes may come and go only around what is text either way. */
static bool reads_as_number_or_word(const char *s)
{
    static const char *const WORDS[] = { "true", "false", "yes", "no", "null", "~", "" };

    for (size_t i = 0; i < COUNT_OF(WORDS); i++)
        if (strcmp(s, WORDS[i]) == 0)
            return true;
    return strchr("0123456789.+-", s[0]) != NULL && conf_write_plain(s);
}

static void must_be_same_tree(const struct conf_node *a, const struct conf_node *b)
{
    assert_int_equal(conf_kind(a), conf_kind(b));
    if (conf_kind(a) == CONF_SCALAR) {
        assert_string_equal(conf_text(a), conf_text(b));
        if (reads_as_number_or_word(conf_text(a)))
            assert_int_equal(conf_quoted(a), conf_quoted(b));
        return;
    }
    assert_int_equal(conf_count(a), conf_count(b));
    for (size_t i = 0; i < conf_count(a); i++) {
        const struct conf_node *other;
        if (conf_kind(a) == CONF_SEQUENCE) {
            must_be_same_tree(conf_item(a, i), conf_item(b, i));
            continue;
        }
        other = conf_get(b, conf_entry(a, i)->key);
        if (other == NULL)
            fail_msg("key %s is lost", conf_entry(a, i)->key);
        must_be_same_tree(&conf_entry(a, i)->value, other);
    }
}

/* What the daemon makes of it: the part of --print that speaks of plants. */
static char *effective(const struct conf_file *f)
{
    struct conf_mistakes m;
    struct catalogue c;
    struct field field;
    struct strbuf text;
    char *out;

    conf_mistakes_init(&m, 0);
    catalogue_init(&c);
    field_init(&field);
    strbuf_init(&text, 64 << 20);
    assert_int_equal(field_load(conf_root(f), NULL, &c, &field, &m), ERR_NONE);
    assert_int_equal(field_check(&field, conf_mark(conf_root(f)), &m), ERR_NONE);
    must_be_right(ERR_NONE, &m, NULL);
    field_print(&c, &field, &text);
    out = strbuf_give(&text);
    assert_non_null(out);
    field_clear(&field);
    catalogue_clear(&c);
    conf_mistakes_clear(&m);
    return out;
}

/* a.yaml there and back in every format. */
static void there_and_back(bool checked)
{
    struct conf_file *first = load("a.yaml");

    for (size_t i = 0; i < COUNT_OF(FORMATS); i++) {
        char one[16], other[16];
        struct conf_file *second;
        (void)snprintf(one, sizeof one, "a.%s", FORMATS[i]);
        (void)snprintf(other, sizeof other, "b.%s", FORMATS[i]);
        to_sheet("a.yaml", one);
        to_plant(one, "b.yaml", checked);
        second = load("b.yaml");
        must_be_same_tree(conf_root(first), conf_root(second));
        to_sheet("b.yaml", other);
        must_be_same_bytes(one, other);
        if (checked) {
            char *was = effective(first), *is = effective(second);
            assert_string_equal(was, is);
            free(was);
            free(is);
        }
        conf_file_free(second);
    }
    conf_file_free(first);
}

/* ---- random plants ---- */

static const char *const NAMES[] = {
    "Trạm bơm số 1",
    "=1+1",
    "+84 912 000 111",
    "-12",
    "@SUM(A1)",
    "007",
    "1,5",
    "a \"b\" c",
    "'apostrophe",
    "true",
    "~",
    "[x",
    "{ y }",
    "# z",
    "Bơm: số 1",
    "a # b",
    "_x0041_",
    "_x005F_x0041_",
    "đập; tràn",
    "back\\slash",
    "0x7F",
    "2s",
    "-",
    "null",
    "nước 💧",
    "=HYPERLINK(1)",
    "- a",
    "\"",
    "''",
    "1e5",
    "Cấp nước, \"Lai Châu\"",
    "%",
    "NO",
    "|cmd' /C calc'!A0",
    "x:",
    ".5",
    "-.5",
    "+1",
};
/* texts that no plant may have, but that a tree may */
static const char *const NASTY[] = { "",     " ",    " lead", "trail ",   "dòng 1\ndòng 2", "\ttab",
                                     "a\tb", "\r\n", "\x01",  "\xc2\x85", "\xef\xbb\xbf",   "\n=1",
                                     "'",    "\n" };

static void put_text(struct strbuf *b, uint64_t *seed, bool nasty)
{
    if (nasty && test_below(seed, 3) == 0)
        conf_write_quoted(NASTY[test_below(seed, COUNT_OF(NASTY))], b);
    else
        conf_write_quoted(NAMES[test_below(seed, COUNT_OF(NAMES))], b);
}

/* Keys nobody knows, with values of any shape. */
static void put_unknown(struct strbuf *b, uint64_t *seed, unsigned depth)
{
    static const char *const PLAIN[] = { "12", "-1.50",   "0x7FC00000", "2s", "true",
                                         "~",  "abc def", "1e-3",       "a:b" };
    unsigned n = test_below(seed, 4);

    switch (test_below(seed, depth > 3 ? 2 : 4)) {
    case 0: put_text(b, seed, true); return;
    case 1: strbuf_puts(b, PLAIN[test_below(seed, COUNT_OF(PLAIN))]); return;
    case 2:
        strbuf_putc(b, '[');
        for (unsigned i = 0; i < n; i++) {
            strbuf_puts(b, i > 0 ? ", " : "");
            put_unknown(b, seed, depth + 1);
        }
        strbuf_putc(b, ']');
        return;
    default:
        strbuf_putc(b, '{');
        for (unsigned i = 0; i < n; i++) {
            strbuf_printf(b, "%s\"k%u%s\": ", i > 0 ? ", " : "", i, test_below(seed, 9) == 0 ? ": =," : "");
            put_unknown(b, seed, depth + 1);
        }
        strbuf_putc(b, '}');
        return;
    }
}

static void put_more(struct strbuf *b, uint64_t *seed, bool strange)
{
    static const char *const KEYS[] = { "profile", "was", "wire", "device",     "kind",
                                        "./x",     "=f",  "#n",   "\"ghi chú\"" };

    for (size_t i = 0; strange && i < COUNT_OF(KEYS); i++)
        if (test_below(seed, 4) == 0) {
            strbuf_puts(b, ", ");
            if (KEYS[i][0] == '"')
                strbuf_puts(b, KEYS[i]);
            else
                conf_write_quoted(KEYS[i], b);
            strbuf_puts(b, ": ");
            put_unknown(b, seed, 0);
        }
}

/* Where it lies and what its numbers mean. */
static void put_meaning(struct strbuf *b, uint64_t *seed, unsigned i)
{
    static const char *const STATES[] = {
        "coil: %u, type: bool, states: [ closed, \"Mở, \\\"hết\\\"\" ]",
        "holding: %u, type: i16, states: { 0: stopped, \"1\": running, -1: \"- lỗi: {x}\", 0x10: \"007\" }",
        "input: %u, type: bool, bit: 15, states: { 1: fault, 0: \"\u00a0\" }",
    };
    static const char *const NUMBERS[] = { "holding: %u, type: f32", "holding: %u, type: u16" };

    strbuf_puts(b, ", ");
    if (test_below(seed, 3) == 0) {
        strbuf_printf(b, STATES[test_below(seed, COUNT_OF(STATES))], 2 * i);
        return;
    }
    strbuf_printf(b, NUMBERS[test_below(seed, COUNT_OF(NUMBERS))], 2 * i);
    if (test_below(seed, 2) == 0)
        strbuf_printf(b, ", scale: 0.%02u0", 1 + test_below(seed, 98));
    if (test_below(seed, 2) == 0)
        strbuf_puts(b, ", offset: -1.50");
}

static void put_point(struct strbuf *b, uint64_t *seed, unsigned device, unsigned i, bool strange)
{
    strbuf_printf(b, "          - { id: p%u.%u, name: ", device, i);
    put_text(b, seed, strange);
    strbuf_puts(b, ", unit: ");
    conf_write_quoted(test_below(seed, 2) == 0 ? "-" : "m3/h", b);
    put_meaning(b, seed, i);
    if (test_below(seed, 2) == 0)
        strbuf_printf(b, ", plausible: [-%u, %u.5]", test_below(seed, 10), 10 + test_below(seed, 90));
    put_more(b, seed, strange);
    strbuf_puts(b, " }\n");
}

static void put_way(struct strbuf *b, unsigned way, unsigned w)
{
    switch (way) {
    case 0: strbuf_printf(b, "    tcp: 10.0.0.%u:502\n", w + 1); return;
    case 1:
        strbuf_printf(b, "    rtu_over_tcp: \"[fe80::%u]:502\"\n    late_window: 1500ms\n", w + 1);
        return;
    case 2:
        strbuf_printf(b,
                      "    serial:\n      device: /dev/serial/by-id/usb-%u\n      baud: 9600\n"
                      "      parity: none\n      echo: true\n",
                      w);
        return;
    default: strbuf_printf(b, "    listen: { on: \"[::]:502%u\", from: 10.7.0.1, protocol: rtu }\n", w);
    }
}

static void put_plant(struct strbuf *b, uint64_t *seed, bool strange)
{
    unsigned wires = 1 + test_below(seed, 4), device = 0;

    strbuf_puts(b, "supplier: { id: s, name: ");
    put_text(b, seed, strange);
    strbuf_puts(b, " }\nsystem: { name: ");
    put_text(b, seed, strange);
    strbuf_puts(b, ", id: sys");
    put_more(b, seed, strange);
    strbuf_puts(b, " }\nsites:\n  - { id: site, name: ");
    put_text(b, seed, strange);
    strbuf_puts(b, strange ? "" : ", kind: dma");
    put_more(b, seed, strange);
    strbuf_puts(b, " }\n");
    for (unsigned i = 0; strange && i < 5; i++) {
        static const char *const TOPS[] = { "zones", "Zones", "plant", "devices", "\"[x]\"" };
        strbuf_printf(b, "%s: ", TOPS[i]);
        if (test_below(seed, 2) == 0)
            put_unknown(b, seed, 0);
        else
            strbuf_puts(b, "[{ a: 1, \"b\": \"=2\" }, { c: [x], a: ~ }]");
        strbuf_putc(b, '\n');
    }
    strbuf_puts(b, "wires:\n");
    for (unsigned w = 0; w < wires; w++) {
        unsigned devices = 1 + test_below(seed, 3);
        strbuf_printf(b, "  - id: w%u\n", w);
        put_way(b, test_below(seed, 4), w);
        strbuf_puts(b, "    devices:\n");
        for (unsigned d = 0; d < devices; d++, device++) {
            unsigned points = 1 + test_below(seed, 6);
            strbuf_printf(b, "      - id: d%u\n        site: site\n        unit: %u\n        points:\n",
                          device, d + 1);
            for (unsigned i = 0; i < points; i++)
                put_point(b, seed, device, i, strange);
        }
    }
}

static void random_plants(uint64_t seed, bool strange, unsigned rounds)
{
    struct strbuf text;

    strbuf_init(&text, 1 << 20);
    for (unsigned i = 0; i < rounds; i++) {
        strbuf_reset(&text);
        put_plant(&text, &seed, strange);
        assert_false(text.failed);
        put_file("a.yaml", text.text, text.len);
        there_and_back(!strange);
    }
    strbuf_clear(&text);
}

static void plants_keep_their_effective_configuration(void **state)
{
    (void)state;
    random_plants(test_seed("plants"), false, 60);
}

static void keys_and_values_nobody_knows_survive(void **state)
{
    (void)state;
    random_plants(test_seed("strange"), true, 120);
}

static void the_demo_plant_survives(void **state)
{
    struct fault why;
    char *text;
    size_t len;

    (void)state;
    assert_int_equal(file_read(DEMO_PLANT, 1 << 20, &text, &len, &why), ERR_NONE);
    put_file("a.yaml", text, len);
    free(text);
    there_and_back(true);
}

/* No cell begins with what a spreadsheet takes for a formula, negative numbers aside. */
static void no_cell_begins_like_a_formula(void **state)
{
    uint64_t seed = test_seed("formula");
    struct strbuf text;
    size_t len, cells = 0;
    char *csv;

    (void)state;
    strbuf_init(&text, 1 << 20);
    put_plant(&text, &seed, true);
    strbuf_puts(&text, "evil: =1+1\nworse: \"=cmd|' /C calc'!A0\"\n");
    put_file("a.yaml", text.text, text.len);
    to_sheet("a.yaml", "a.csv");
    csv = get_file("a.csv", &len);
    for (size_t i = 1; i < len; i++) {
        bool begins =
            strchr(",\n", csv[i - 1]) != NULL || (csv[i - 1] == '"' && strchr(",\n", csv[i - 2]) != NULL);
        if (!begins)
            continue;
        cells++;
        if (csv[i] == '-' && strchr("0123456789.", csv[i + 1]) != NULL)
            continue;
        if (strchr("=+@", csv[i]) != NULL || (csv[i] == '-' && csv[i - 1] != ' '))
            fail_msg("a formula: %.40s", csv + i);
    }
    assert_true(cells > 100);
    assert_non_null(strstr(csv, "'=1+1"));
    free(csv);
    strbuf_clear(&text);
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL;
}

static int remove_folder(void **state)
{
    static const char *const FILES[] = { "a.yaml", "b.yaml", "a.csv", "b.csv", "a.xlsx", "b.xlsx" };
    char path[128];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(FILES); i++)
        (void)unlink(path_of(FILES[i], path));
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plants_keep_their_effective_configuration),
        cmocka_unit_test(keys_and_values_nobody_knows_survive),
        cmocka_unit_test(the_demo_plant_survives),
        cmocka_unit_test(no_cell_begins_like_a_formula),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
