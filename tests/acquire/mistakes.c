/* A plant with a wrong line for every kind of slip there is: one run names each at its line, in its words,
 * and nothing else. */
#include <stdbool.h>

#include "acquire/field.h"
#include "base/file.h"
#include "seal/seal.h"
#include "unit.h"

enum { LINES_MAX = 300, MISTAKES_LEAST = 50 };

static const char PLANT_NAME[] = "fifty-mistakes.yaml";

struct expected {
    const char *words; /* NULL: nothing */
    unsigned said;
};

static struct expected lines[LINES_MAX];

static char *read_file(const char *path)
{
    struct fault why;
    char *text;
    size_t len;

    if (file_read(path, 1 << 20, &text, &len, &why) != ERR_NONE)
        fail_msg("%s", why.text);
    return text;
}

/* Cuts `marked` into lines and notes what each says behind its mark. */
static size_t note_expected(char *marked)
{
    static const char MARK[] = "# expect: ";
    size_t count = 0;
    unsigned number = 1;

    memset(lines, 0, sizeof lines);
    for (char *line = marked, *end; *line != '\0'; line = end + 1, number++) {
        char *mark;
        end = strchr(line, '\n');
        assert_non_null(end);
        *end = '\0';
        assert_true(number < LINES_MAX);
        mark = strstr(line, MARK);
        if (mark == NULL)
            continue;
        lines[number].words = mark + sizeof MARK - 1;
        count++;
    }
    return count;
}

/* One complaint, "file:line:column: sentence". */
static void meet(const char *complaint)
{
    char *end;
    unsigned long number;

    if (strncmp(complaint, PLANT_NAME, sizeof PLANT_NAME - 1) != 0)
        fail_msg("of another file: %s", complaint);
    number = strtoul(complaint + sizeof PLANT_NAME, &end, 10);
    if (number == 0 || number >= LINES_MAX || *end != ':' || strtoul(end + 1, &end, 10) == 0)
        fail_msg("without its place: %s", complaint);
    if (lines[number].words == NULL)
        fail_msg("not expected: %s", complaint);
    if (strstr(end, lines[number].words) == NULL)
        fail_msg("should say \"%s\": %s", lines[number].words, complaint);
    lines[number].said++;
}

static void load(struct strbuf *said, const char *plant)
{
    struct conf_file *meter = NULL, *file = NULL;
    struct conf_mistakes m;
    struct profiles profiles;
    struct catalogue c;
    struct field f;

    conf_mistakes_init(&m, 0);
    profiles_init(&profiles);
    catalogue_init(&c);
    field_init(&f);
    assert_int_equal(conf_load(DATA "/meter.yaml", &meter, &m), ERR_NONE);
    assert_int_equal(profiles_load(&profiles, conf_root(meter), &m), ERR_NONE);
    assert_int_equal(m.mistakes + m.warnings, 0);
    assert_int_equal(conf_load_text(PLANT_NAME, plant, strlen(plant), &file, &m), ERR_NONE);
    assert_int_equal(field_load(conf_root(file), &profiles, &c, &f, &m), ERR_NONE);
    assert_int_equal(field_check(&f, (struct conf_mark){ PLANT_NAME, 0, 0 }, &m), ERR_NONE);
    conf_mistakes_write(&m, said);
    conf_file_free(meter);
    conf_file_free(file);
    conf_mistakes_clear(&m);
    profiles_clear(&profiles);
    catalogue_clear(&c);
    field_clear(&f);
}

static void fifty_mistakes_are_each_named_at_their_line_and_no_other(void **state)
{
    char *plant = read_file(DATA "/fifty-mistakes.yaml"), *marked = read_file(DATA "/fifty-mistakes.yaml");
    size_t expected = note_expected(marked), kinds = 0;
    struct strbuf said;

    (void)state;
    assert_true(expected >= MISTAKES_LEAST);
    strbuf_init(&said, 1 << 20);
    load(&said, plant);
    for (char *line = said.text, *end; *line != '\0'; line = end + 1) {
        end = strchr(line, '\n');
        *end = '\0';
        meet(line);
    }
    for (unsigned i = 0; i < LINES_MAX; i++) {
        if (lines[i].words != NULL && lines[i].said != 1)
            fail_msg("line %u: \"%s\" was said %u times", i, lines[i].words, lines[i].said);
        for (unsigned k = 0; lines[i].words != NULL; k++)
            if (k == i) {
                kinds++;
                break;
            } else if (lines[k].words != NULL && strcmp(lines[k].words, lines[i].words) == 0) {
                break;
            }
    }
    print_message("%zu mistakes of %zu kinds\n", expected, kinds);
    assert_true(kinds >= MISTAKES_LEAST / 2);
    strbuf_clear(&said);
    free(plant);
    free(marked);
}

static uint64_t same_key(const char *id)
{
    return id[0] == 'r' ? 7 : 8 + (uint64_t)(unsigned char)id[0];
}

static void two_points_of_one_key_are_told_at_the_second(void **state)
{
    static const char PLANT[] = "supplier: { id: s, name: S }\n"
                                "system: { id: t, name: T }\n"
                                "sites: [ { id: a, name: A, kind: dma } ]\n"
                                "wires:\n"
                                "  - id: w\n"
                                "    tcp: h:1\n"
                                "    devices:\n"
                                "      - id: d\n"
                                "        site: a\n"
                                "        points:\n"
                                "          - { id: r1, name: Một, unit: m, holding: 0, type: u16 }\n"
                                "          - { id: p1, name: Hai, unit: m, holding: 1, type: u16 }\n"
                                "          - { id: r2, name: Ba, unit: m, holding: 2, type: u16 }\n";
    struct conf_file *file = NULL;
    struct conf_mistakes m;
    struct catalogue c;
    struct field f;
    struct strbuf said;

    (void)state;
    conf_mistakes_init(&m, 0);
    catalogue_init(&c);
    field_init(&f);
    f.key_of = same_key;
    strbuf_init(&said, 1 << 16);
    assert_int_equal(conf_load_text("p.yaml", PLANT, sizeof PLANT - 1, &file, &m), ERR_NONE);
    assert_int_equal(field_load(conf_root(file), NULL, &c, &f, &m), ERR_NONE);
    assert_int_equal(field_check(&f, (struct conf_mark){ "p.yaml", 0, 0 }, &m), ERR_NONE);
    conf_mistakes_write(&m, &said);
    assert_string_equal(said.text,
                        "p.yaml:13:19: point \"r2\" has the same key in the database as the one at "
                        "p.yaml:11:19: rename one of them\n");
    strbuf_clear(&said);
    conf_file_free(file);
    conf_mistakes_clear(&m);
    catalogue_clear(&c);
    field_clear(&f);
}

static int start(void **state)
{
    struct fault why;

    (void)state;
    return seal_start(&why) != ERR_NONE;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fifty_mistakes_are_each_named_at_their_line_and_no_other),
        cmocka_unit_test(two_points_of_one_key_are_told_at_the_second),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
