#include "report.h"

#include <math.h>
#include <stdlib.h>

#include "conf/table.h"

static const char *const ORDERS[] = { "abcd", "cdab", "badc", "dcba", NULL };

struct thing {
    char id[64], name[24], file[40], key[16];
    bool on;
    int64_t unit, every_ms, size, free;
    double scale, free_number;
    int order, free_order;
    struct conf_range plausible, free_range;
    struct conf_words no_value;
    const struct conf_node *section, *list, *any;
};

static const struct conf_setting THING[] = {
    { CONF_ID("id", struct thing, id), .help = "a" },
    { CONF_TEXT("name", struct thing, name), .fallback = "không tên", .low = 2, .high = 12, .help = "a | b" },
    { CONF_PATH("file", struct thing, file), .help = "a" },
    { CONF_TEXT("key", struct thing, key), .secret = true, .help = "a" },
    { CONF_BOOL("on", struct thing, on), .fallback = "true", .help = "a" },
    { CONF_COUNT("unit", struct thing, unit), .fallback = "1", .low = 0, .high = 255, .help = "a" },
    { CONF_DURATION("every", struct thing, every_ms), .fallback = "2s", .low = 100, .high = 86400000,
      .help = "a" },
    { CONF_SIZE("size", struct thing, size), .fallback = "256MiB", .low = 1 << 20, .high = INFINITY,
      .help = "a" },
    { CONF_COUNT("free", struct thing, free), .help = "a" },
    { CONF_NUMBER("scale", struct thing, scale), .fallback = "1", .low = -10, .high = 10, .unit = "m",
      .help = "a" },
    { CONF_NUMBER("free_number", struct thing, free_number), .help = "a" },
    { CONF_CHOICE("order", struct thing, order), .fallback = "cdab", .choices = ORDERS, .help = "a" },
    { CONF_CHOICE("free_order", struct thing, free_order), .choices = ORDERS, .help = "a" },
    { CONF_RANGE("plausible", struct thing, plausible), .fallback = "[0, 100]", .help = "a" },
    { CONF_RANGE("free_range", struct thing, free_range), .low = -50, .high = 50, .help = "a" },
    { CONF_WORDS("no_value", struct thing, no_value), .high = 65535, .help = "a" },
    { CONF_SECTION("section", struct thing, section), .help = "a" },
    { CONF_LIST("list", struct thing, list), .help = "a" },
    { CONF_NODE("any", struct thing, any), .help = "a" },
};

struct needy {
    char id[64], name[32];
    int64_t unit;
    const struct conf_node *points;
};

static const struct conf_setting NEEDY[] = {
    { CONF_ID("id", struct needy, id), .required = true, .help = "a" },
    { CONF_TEXT("name", struct needy, name), .required = true, .help = "a" },
    { CONF_COUNT("unit", struct needy, unit), .fallback = "7", .help = "a" },
    { CONF_LIST("points", struct needy, points), .required = true, .help = "a" },
};

static void the_tables_of_these_tests_are_right(void **state)
{
    (void)state;
    assert_null(conf_table_wrong(THING, COUNT_OF(THING)));
    assert_null(conf_table_wrong(NEEDY, COUNT_OF(NEEDY)));
}

static void what_is_not_given_is_the_default_or_none_never_zero(void **state)
{
    struct thing t;
    struct report r;
    (void)state;
    memset(&t, 0x55, sizeof t);
    report_text(&r, "");
    assert_true(conf_apply(THING, COUNT_OF(THING), report_root(&r), &t, &r.m));
    assert_string_equal(t.id, "");
    assert_string_equal(t.name, "không tên");
    assert_true(t.on);
    assert_int_equal(t.unit, 1);
    assert_int_equal(t.every_ms, 2000);
    assert_int_equal(t.size, 256 << 20);
    assert_true(t.free == CONF_NONE);
    assert_true(t.scale == 1.0);
    assert_true(isnan(t.free_number));
    assert_int_equal(t.order, 1);
    assert_int_equal(t.free_order, -1);
    assert_true(t.plausible.low == 0 && t.plausible.high == 100);
    assert_true(isnan(t.free_range.low) && isnan(t.free_range.high));
    assert_int_equal(t.no_value.count, 0);
    assert_null(t.section);
    assert_null(t.list);
    report_says(&r, "");
    report_clear(&r);
}

static void every_type_reads_its_values(void **state)
{
    struct thing t;
    struct report r;
    (void)state;
    report_text(&r,
                "id: lc.nmn.flow_out-1\nname: 12345\nfile: ../x.yaml\non: false\nunit: 255\nevery: 5min\n"
                "size: 2GiB\nfree: -9223372036854775807\nscale: -2.5e-3\nfree_number: +0.1\norder: dcba\n"
                "plausible: [-1.5, 3]\nno_value: [0x7FFF, 65535, 0]\nsection: {a: 1}\nlist: []\nany: ~\n");
    assert_true(conf_apply(THING, COUNT_OF(THING), report_root(&r), &t, &r.m));
    report_says(&r, "");
    assert_string_equal(t.id, "lc.nmn.flow_out-1");
    assert_string_equal(t.name, "12345");
    assert_string_equal(t.file, "a/../x.yaml");
    assert_false(t.on);
    assert_int_equal(t.unit, 255);
    assert_int_equal(t.every_ms, 300000);
    assert_true(t.size == (int64_t)2 << 30);
    assert_true(t.free == -INT64_MAX);
    assert_true(t.scale == -2.5e-3);
    assert_true(t.free_number == 0.1);
    assert_int_equal(t.order, 3);
    assert_true(t.plausible.low == -1.5 && t.plausible.high == 3);
    assert_int_equal(t.no_value.count, 3);
    assert_int_equal(t.no_value.word[0], 0x7fff);
    assert_int_equal(conf_kind(t.section), CONF_MAPPING);
    assert_int_equal(conf_count(t.list), 0);
    assert_int_equal(conf_kind(t.any), CONF_SCALAR);
    report_clear(&r);
}

/* One line of one key, and what must be said about it; NULL: it is right. */
static const struct {
    const char *text, *said;
} LINES[] = {
    { "id: Abc",
      "1:5: id: must be 1 to 63 of a-z 0-9 . _ -, beginning with a letter or digit, not \"Abc\"\n" },
    { "id: -a", "1:5: id: must be 1 to 63 of a-z 0-9 . _ -, beginning with a letter or digit, not \"-a\"\n" },
    { "id: đập",
      "1:5: id: must be 1 to 63 of a-z 0-9 . _ -, beginning with a letter or digit, not \"đập\"\n" },
    { "id: [a]",
      "1:5: id: must be 1 to 63 of a-z 0-9 . _ -, beginning with a letter or digit, not a list\n" },
    { "id: 012345678901234567890123456789012345678901234567890123456789012", NULL },
    { "id: 0123456789012345678901234567890123456789012345678901234567890123",
      "1:5: id: must be 1 to 63 of a-z 0-9 . _ -, beginning with a letter or digit, not "
      "\"012345678901234567890123456789012345678901234567890123456789...\"\n" },
    { "id:", "1:4: id: has no value; leave the key out, or put quotes around a text\n" },
    { "name: ~", "1:7: name: has no value; leave the key out, or put quotes around a text\n" },
    { "name: \"null\"", NULL },
    { "name: x", "1:7: name: has 1 characters, allowed is 2 to 12\n" },
    { "name: ướưướưướưướưx", "1:7: name: has 13 characters, allowed is 2 to 12\n" },
    { "name: ướưướưướưướ", "1:7: name: is 26 bytes long, at most 23 fit\n" },
    { "name: \"a\\tb\"", "1:7: name: holds a line end, tab or other control character\n" },
    { "name: \"a\\Lb\"", "1:7: name: holds a line end, tab or other control character\n" },
    { "name: |\n  a\n  b\n", "1:7: name: holds a line end, tab or other control character\n" },
    { "name: {a: 1}", "1:7: name: must be a text, not a section\n" },
    { "file: \"\"", "1:7: file: must be the path of a file or folder, not \"\"\n" },
    { "file: /etc/x", NULL },
    { "file: 0123456789012345678901234567890123456789",
      "1:7: file: the path is 42 bytes long, at most 39 fit\n" },
    { "on: yes", "1:5: on: must be true or false, not \"yes\"\n" },
    { "on: \"true\"", "1:5: on: must be true or false, not \"true\"\n" },
    { "unit: 256", "1:7: unit: 256 is out of bounds, allowed is 0 to 255\n" },
    { "unit: -1", "1:7: unit: -1 is out of bounds, allowed is 0 to 255\n" },
    { "unit: 010", "1:7: unit: must be a whole number, not \"010\"\n" },
    { "unit: 0x10", "1:7: unit: must be a whole number, not \"0x10\"\n" },
    { "unit: 1.0", "1:7: unit: must be a whole number, not \"1.0\"\n" },
    { "unit: \"1\"", "1:7: unit: must be a whole number, not \"1\"\n" },
    { "unit: 1_0", "1:7: unit: must be a whole number, not \"1_0\"\n" },
    { "free: 9223372036854775807", NULL },
    { "free: 9223372036854775808", "1:7: free: must be a whole number, not \"9223372036854775808\"\n" },
    { "free: -9223372036854775808", "1:7: free: must be a whole number, not \"-9223372036854775808\"\n" },
    { "scale: 10.0", NULL },
    { "scale: 10.0000001", "1:8: scale: 10.0000001 is out of bounds, allowed is -10 to 10\n" },
    { "scale: .nan", "1:8: scale: must be a finite number, not \".nan\"\n" },
    { "scale: -.inf", "1:8: scale: must be a finite number, not \"-.inf\"\n" },
    { "scale: nan", "1:8: scale: must be a finite number, not \"nan\"\n" },
    { "scale: 0x1p3", "1:8: scale: must be a finite number, not \"0x1p3\"\n" },
    { "scale: 1e999", "1:8: scale: must be a finite number, not \"1e999\"\n" },
    { "scale: 1.", "1:8: scale: must be a finite number, not \"1.\"\n" },
    { "scale: 1e", "1:8: scale: must be a finite number, not \"1e\"\n" },
    { "scale: 0,5", "1:8: scale: must be a number with a point, without separators, not \"0,5\"\n" },
    { "scale: \"2\"", "1:8: scale: must be a number without quotes, not \"2\"\n" },
    { "scale: 1e-999", NULL },
    { "every: 100ms", NULL },
    { "every: 1d", NULL },
    { "every: 99ms", "1:8: every: 99ms is out of bounds, allowed is 100ms to 1d\n" },
    { "every: 25h", "1:8: every: 25h is out of bounds, allowed is 100ms to 1d\n" },
    { "every: 5",
      "1:8: every: must be a whole number with its unit (ms s min h d), as 500ms or 5min, not \"5\"\n" },
    { "every: 1.5s",
      "1:8: every: must be a whole number with its unit (ms s min h d), as 500ms or 5min, not \"1.5s\"\n" },
    { "every: -5s",
      "1:8: every: must be a whole number with its unit (ms s min h d), as 500ms or 5min, not \"-5s\"\n" },
    { "every: 5m",
      "1:8: every: must be a whole number with its unit (ms s min h d), as 500ms or 5min, not \"5m\"\n" },
    { "every: 9223372036854775807d",
      "1:8: every: must be a whole number with its unit (ms s min h d), as 500ms or "
      "5min, not \"9223372036854775807d\"\n" },
    { "size: 1MiB", NULL },
    { "size: 1 MiB", NULL },
    { "size: 1023KiB", "1:7: size: 1023KiB is out of bounds, allowed is at least 1MiB\n" },
    { "size: 1MB",
      "1:7: size: must be a whole number with its unit (B KiB MiB GiB), as 256MiB, not \"1MB\"\n" },
    { "order: acbd",
      "1:8: order: must be one of abcd cdab badc dcba, not \"acbd\"; did you mean \"abcd\"?\n" },
    { "order: little", "1:8: order: must be one of abcd cdab badc dcba, not \"little\"\n" },
    { "order: [abcd]", "1:8: order: must be one of abcd cdab badc dcba, not a list\n" },
    { "plausible: [5, 5]", "1:12: plausible: the low end must be less than the high end\n" },
    { "plausible: [5, 1]", "1:12: plausible: the low end must be less than the high end\n" },
    { "plausible: 5", "1:12: plausible: must be two numbers, [low, high], not \"5\"\n" },
    { "plausible: [1, 2, 3]", "1:12: plausible: must be two numbers, [low, high], not a list\n" },
    { "plausible: [a, .inf]", "1:13: plausible: must be a finite number, not \"a\"\n"
                              "1:16: plausible: must be a finite number, not \".inf\"\n" },
    { "free_range: [-51, 51]", "1:14: free_range: -51 is out of bounds, allowed is -50 to 50\n"
                               "1:19: free_range: 51 is out of bounds, allowed is -50 to 50\n" },
    { "no_value: 0x7FFF", NULL },
    { "no_value: [0x10000, -1, x]",
      "1:12: no_value: 0x10000 is out of bounds, allowed is 0 to 65535\n"
      "1:21: no_value: must be raw register values, 0 to 0xFFFFFFFFFFFFFFFF, not \"-1\"\n"
      "1:25: no_value: must be raw register values, 0 to 0xFFFFFFFFFFFFFFFF, not \"x\"\n" },
    { "no_value: 0x", "1:11: no_value: must be raw register values, 0 to 0xFFFFFFFFFFFFFFFF, not \"0x\"\n" },
    { "no_value: 0x10000000000000000",
      "1:11: no_value: must be raw register values, 0 to 0xFFFFFFFFFFFFFFFF, not \"0x10000000000000000\"\n" },
    { "no_value: [1,2,3,4,5,6,7,8]", NULL },
    { "no_value: [1,2,3,4,5,6,7,8,9]", "1:11: no_value: at most 8 values\n" },
    { "no_value: {a: 1}",
      "1:11: no_value: must be raw register values, 0 to 0xFFFFFFFFFFFFFFFF, not a section\n" },
    { "section: 1", "1:10: section: must be a section, not \"1\"\n" },
    { "list: {}", "1:7: list: must be a list, not a section\n" },
    { "list:", "1:6: list: has no value; leave the key out, or put quotes around a text\n" },
    { "pluasible: [0, 1]", "1:1: unknown key \"pluasible\"; did you mean \"plausible\"?\n" },
    { "{ on: true, colour: red }", "1:13: unknown key \"colour\"\n" },
    { "[]", "1:1: must be a section of \"key: value\" lines\n" },
    { "just words", "1:1: must be a section of \"key: value\" lines\n" },
};

/* As LINES has it, with the file before each place. */
static void with_file(const char *said, struct strbuf *to)
{
    for (const char *line = said; line != NULL && *line != '\0';) {
        const char *end = strchr(line, '\n');
        strbuf_puts(to, "a/b.yaml:");
        strbuf_add(to, line, (size_t)(end - line) + 1);
        line = end + 1;
    }
}

static void every_kind_of_mistake_is_said_with_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(LINES); i++) {
        struct thing t;
        struct report r;
        struct strbuf wanted;
        strbuf_init(&wanted, 10000);
        strbuf_puts(&wanted, "");
        with_file(LINES[i].said, &wanted);
        report_text(&r, LINES[i].text);
        assert_true(conf_apply(THING, COUNT_OF(THING), report_root(&r), &t, &r.m) == (LINES[i].said == NULL));
        report_says(&r, wanted.text);
        strbuf_clear(&wanted);
        report_clear(&r);
    }
}

static void a_wrong_value_leaves_the_default(void **state)
{
    struct thing t;
    struct report r;
    (void)state;
    report_text(&r, "unit: 999\nevery: soon\nplausible: [9, x]\nfree: many\nid: Ú\n");
    assert_false(conf_apply(THING, COUNT_OF(THING), report_root(&r), &t, &r.m));
    assert_int_equal(r.m.mistakes, 5);
    assert_int_equal(t.unit, 1);
    assert_int_equal(t.every_ms, 2000);
    assert_true(t.plausible.low == 0 && t.plausible.high == 100);
    assert_true(t.free == CONF_NONE);
    assert_string_equal(t.id, "");
    report_clear(&r);
}

static void what_is_missing_names_the_place_of_its_section(void **state)
{
    struct needy n;
    struct report r;
    (void)state;
    report_text(&r, "x:\n  - unit: 3\n    name: \"\"\n");
    assert_false(conf_apply(NEEDY, COUNT_OF(NEEDY), conf_item(conf_get(report_root(&r), "x"), 0), &n, &r.m));
    assert_int_equal(n.unit, 3);
    assert_null(n.points);
    report_says(&r, "a/b.yaml:2:5: \"id\" is missing here\n"
                    "a/b.yaml:2:5: \"points\" is missing here\n"
                    "a/b.yaml:3:11: name: must not be empty\n");
    report_clear(&r);
}

static void a_refused_alias_is_complained_about_once(void **state)
{
    struct needy n;
    struct report r;
    (void)state;
    report_text(&r, "{ id: a, name: &n b, points: *n, unit: 4 }");
    assert_false(conf_apply(NEEDY, COUNT_OF(NEEDY), report_root(&r), &n, &r.m));
    assert_null(n.points);
    assert_int_equal(n.unit, 4);
    assert_int_equal(r.m.mistakes, 2);
    report_clear(&r);
}

static void no_section_at_all_gives_the_defaults_silently(void **state)
{
    struct needy n;
    struct report r;
    (void)state;
    report_text(&r, "");
    assert_true(conf_apply(NEEDY, COUNT_OF(NEEDY), NULL, &n, &r.m));
    assert_int_equal(n.unit, 7);
    report_says(&r, "");
    report_clear(&r);
}

static void what_is_printed_reads_back_the_same(void **state)
{
    static const char *const NAMES[] = { "Lai Châu", "no",    "12",     "a: b",      "\"\\\"", "# x",
                                         "- a",      " lead", "trail ", "two  gaps", "a#b",    "'q'",
                                         "[x]",      "{x}",   "&a b",   "*ab",       "?x",     "%x",
                                         "@ab",      "`ab",   "a, b",   "~~",        "null",   "=x" };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(NAMES); i++) {
        struct thing was, is;
        struct report r;
        struct strbuf text;
        report_text(&r, "");
        assert_true(conf_apply(THING, COUNT_OF(THING), NULL, &was, &r.m));
        report_clear(&r);
        (void)snprintf(was.name, sizeof was.name, "%s", NAMES[i]);
        (void)snprintf(was.file, sizeof was.file, "/x y/%s", NAMES[i]);
        was.scale = 1.0 / 3.0;
        was.every_ms = 90000;
        was.no_value = (struct conf_words){ { 0, 0x7fff }, 2 };
        was.free = -3;
        strbuf_init(&text, 10000);
        conf_print(THING, COUNT_OF(THING), &was, 4, &text);
        report_text(&r, text.text);
        assert_true(conf_apply(THING, COUNT_OF(THING), report_root(&r), &is, &r.m));
        report_says(&r, "");
        assert_string_equal(is.name, was.name);
        assert_string_equal(is.file, was.file);
        assert_true(is.scale == was.scale && is.every_ms == was.every_ms && is.free == was.free);
        assert_true(is.size == was.size && is.order == was.order && is.plausible.high == was.plausible.high);
        assert_memory_equal(&is.no_value, &was.no_value, sizeof is.no_value);
        report_clear(&r);
        strbuf_clear(&text);
    }
}

static void a_secret_is_never_printed(void **state)
{
    struct thing t;
    struct report r;
    struct strbuf text;
    (void)state;
    report_text(&r, "key: hunter2");
    assert_true(conf_apply(THING, COUNT_OF(THING), report_root(&r), &t, &r.m));
    assert_string_equal(t.key, "hunter2");
    strbuf_init(&text, 10000);
    conf_print(THING, COUNT_OF(THING), &t, 2, &text);
    assert_null(strstr(text.text, "hunter2"));
    assert_non_null(strstr(text.text, "  key: \"********\"\n"));
    strbuf_clear(&text);
    report_clear(&r);
}

static void the_manual_names_bounds_defaults_and_choices(void **state)
{
    struct strbuf text;
    (void)state;
    strbuf_init(&text, 10000);
    conf_document(THING, COUNT_OF(THING), "Thing", &text);
    assert_non_null(strstr(text.text, "## Thing\n\n| key | value | default | meaning |\n"));
    assert_non_null(strstr(text.text, "| `name` | text, 2 to 12 characters | `không tên` | a \\| b |\n"));
    assert_non_null(strstr(text.text, "| `every` | duration, 100ms to 1d | `2s` | a |\n"));
    assert_non_null(strstr(text.text, "| `scale` | number in m, -10 to 10 | `1` | a |\n"));
    assert_non_null(strstr(text.text, "| `order` | one of `abcd` `cdab` `badc` `dcba` | `cdab` | a |\n"));
    strbuf_clear(&text);
    strbuf_init(&text, 10000);
    conf_document(NEEDY, COUNT_OF(NEEDY), "Needy", &text);
    assert_non_null(strstr(text.text, "| `id` | id | required | a |\n"));
    strbuf_clear(&text);
}

static void our_own_mistakes_in_a_table_are_found(void **state)
{
    static const struct conf_setting WRONG[] = {
        { CONF_COUNT("a", struct thing, unit), .fallback = "9", .low = 1, .high = 5, .help = "a" },
        { CONF_COUNT("a", struct thing, unit) },
        { CONF_ID("a", struct thing, key), .help = "a" },
        { CONF_CHOICE("a", struct thing, order), .help = "a" },
        { CONF_COUNT("a", struct thing, unit), .fallback = "1", .required = true, .help = "a" },
    };
    static const struct conf_setting TWICE[] = {
        { CONF_BOOL("a", struct thing, on), .help = "a" },
        { CONF_BOOL("a", struct thing, on), .help = "a" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(WRONG); i++)
        assert_non_null(conf_table_wrong(&WRONG[i], 1));
    assert_string_equal(conf_table_wrong(TWICE, 2), "row 1 (a): the key stands twice");
}

/* The short way through a number must round as the long way does. */
static void numbers_round_as_strtod_does(void **state)
{
    uint64_t x = 88172645463325252ULL;
    (void)state;
    for (int i = 0; i < 20000; i++) {
        char text[64];
        double value;
        struct report r;
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        (void)snprintf(text, sizeof text, "[%s%llu.%0*llu]", x & 1 ? "-" : "", (unsigned long long)(x >> 40),
                       (int)(x % 9 + 1), (unsigned long long)(x >> 44));
        report_text(&r, text);
        assert_true(conf_read_number(conf_item(report_root(&r), 0), "x", &value, &r.m));
        assert_true(value == strtod(text + 1, NULL));
        report_clear(&r);
    }
}

static void an_id_alone_is_read_like_a_row(void **state)
{
    char id[64];
    struct report r;
    (void)state;
    report_text(&r, "[plc-1, PLC]");
    assert_true(conf_read_id(conf_item(report_root(&r), 0), "device", id, sizeof id, &r.m));
    assert_string_equal(id, "plc-1");
    assert_false(conf_read_id(conf_item(report_root(&r), 1), "device", id, sizeof id, &r.m));
    assert_string_equal(id, "");
    report_says(&r,
                "a/b.yaml:1:9: device: must be 1 to 63 of a-z 0-9 . _ -, beginning with a letter or digit, "
                "not \"PLC\"\n");
    report_clear(&r);
}

struct laid {
    int64_t count;
    char name[16];
    double number;
};

static const struct conf_setting LAID[] = {
    { CONF_COUNT("count", struct laid, count), .fallback = "5", .low = 1, .high = 9, .help = "a" },
    { CONF_TEXT("name", struct laid, name), .required = true, .help = "a" },
    { CONF_NUMBER("number", struct laid, number), .help = "a" },
};

static void what_is_laid_over_changes_only_what_it_says(void **state)
{
    struct laid l = { .count = 7, .name = "base", .number = 0.5 };
    struct report r;

    (void)state;
    report_text(&r, "- { number: 2 }\n- { count: 99, nmae: x }\n- one\n");
    assert_true(conf_apply_over(LAID, COUNT_OF(LAID), conf_item(report_root(&r), 0), &l, &r.m));
    assert_int_equal(l.count, 7);
    assert_string_equal(l.name, "base"); /* required, and there already */
    assert_true(l.number == 2);
    assert_false(conf_apply_over(LAID, COUNT_OF(LAID), conf_item(report_root(&r), 1), &l, &r.m));
    assert_int_equal(l.count, 5); /* wrong: the default */
    assert_string_equal(l.name, "base");
    assert_false(conf_apply_over(LAID, COUNT_OF(LAID), conf_item(report_root(&r), 2), &l, &r.m));
    assert_true(conf_require(conf_item(report_root(&r), 0), "number", &r.m));
    assert_false(conf_require(conf_item(report_root(&r), 0), "name", &r.m));
    assert_true(conf_require(conf_item(report_root(&r), 2), "name", &r.m)); /* said already: no section */
    report_says(&r, "a/b.yaml:1:3: \"name\" is missing here\n"
                    "a/b.yaml:2:12: count: 99 is out of bounds, allowed is 1 to 9\n"
                    "a/b.yaml:2:16: unknown key \"nmae\"; did you mean \"name\"?\n"
                    "a/b.yaml:3:3: must be a section of \"key: value\" lines\n");
    report_clear(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tables_of_these_tests_are_right),
        cmocka_unit_test(what_is_not_given_is_the_default_or_none_never_zero),
        cmocka_unit_test(every_type_reads_its_values),
        cmocka_unit_test(every_kind_of_mistake_is_said_with_its_place),
        cmocka_unit_test(a_wrong_value_leaves_the_default),
        cmocka_unit_test(what_is_missing_names_the_place_of_its_section),
        cmocka_unit_test(a_refused_alias_is_complained_about_once),
        cmocka_unit_test(no_section_at_all_gives_the_defaults_silently),
        cmocka_unit_test(what_is_printed_reads_back_the_same),
        cmocka_unit_test(a_secret_is_never_printed),
        cmocka_unit_test(the_manual_names_bounds_defaults_and_choices),
        cmocka_unit_test(our_own_mistakes_in_a_table_are_found),
        cmocka_unit_test(numbers_round_as_strtod_does),
        cmocka_unit_test(an_id_alone_is_read_like_a_row),
        cmocka_unit_test(what_is_laid_over_changes_only_what_it_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
