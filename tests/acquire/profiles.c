/* Every profile of config/profiles against golden register images: loaded as a plant loads it, planned, read
 * out of the image, decoded, and compared with values that were made without our decoder
 * (tests/data/profiles). */
#include "acquire/profile.h"

#include <dirent.h>
#include <math.h>
#include <stdbool.h>

#include "acquire/field.h"
#include "decode.h"
#include "plan.h"
#include "profile_lookup.h"
#include "seal/seal.h"
#include "unit.h"

enum { WORDS = 65536, NOT_THERE = -1, REFUSED = -2, TEXT_MAX = 512, PROFILES_MAX = 200 };

/* Words of the four tables, by function, as the device gives them (of a bit 0 or 1), or why it does not. */
struct image {
    int32_t table[FUNCTION_COUNT][WORDS];
};

struct world {
    struct profiles profiles;
    struct conf_mistakes mistakes;
    struct catalogue catalogue;
    struct field field;
    struct strbuf text, said;
};

static void world_init(struct world *w)
{
    profiles_init(&w->profiles);
    conf_mistakes_init(&w->mistakes, 0);
    catalogue_init(&w->catalogue);
    field_init(&w->field);
    strbuf_init(&w->text, 1 << 20);
    strbuf_init(&w->said, 1 << 20);
}

static void world_clear(struct world *w)
{
    profiles_clear(&w->profiles);
    conf_mistakes_clear(&w->mistakes);
    catalogue_clear(&w->catalogue);
    field_clear(&w->field);
    strbuf_clear(&w->text);
    strbuf_clear(&w->said);
}

static void must_be_right(struct world *w)
{
    if (w->mistakes.mistakes + w->mistakes.warnings == 0)
        return;
    conf_mistakes_write(&w->mistakes, &w->said);
    fail_msg("%s", w->said.text);
}

/* ---- files ---- */

/* NULL when there is none. */
static FILE *golden(const char *id, const char *ending)
{
    char path[TEXT_MAX];

    assert_true(snprintf(path, sizeof path, "%s/%s%s", GOLDEN_FOLDER, id, ending) < (int)sizeof path);
    return fopen(path, "r");
}

static void read_whole(const char *path, struct strbuf *to)
{
    char piece[4096];
    FILE *f = fopen(path, "r");
    size_t n;

    assert_non_null(f);
    while ((n = fread(piece, 1, sizeof piece, f)) > 0)
        strbuf_printf(to, "%.*s", (int)n, piece);
    assert_int_equal(ferror(f), 0);
    (void)fclose(f);
}

static void load_profile(struct world *w, const char *id)
{
    char path[TEXT_MAX];
    struct conf_file *file;

    assert_true(snprintf(path, sizeof path, "%s/%s.yaml", PROFILE_FOLDER, id) < (int)sizeof path);
    read_whole(path, &w->text);
    assert_int_equal(conf_load_text(path, w->text.text, strlen(w->text.text), &file, &w->mistakes), ERR_NONE);
    assert_int_equal(profiles_load(&w->profiles, conf_root(file), &w->mistakes), ERR_NONE);
    conf_file_free(file);
    must_be_right(w);
    assert_int_equal(w->profiles.count, 1);
    if (strcmp(w->profiles.list[0]->id, id) != 0)
        fail_msg("%s: its profile is called %s", path, w->profiles.list[0]->id);
}

/* A plant of one device that uses every point of the profile. */
static void load_plant(struct world *w)
{
    const struct profile *p = w->profiles.list[0];
    struct conf_file *file;

    strbuf_clear(&w->text);
    strbuf_init(&w->text, 1 << 20);
    strbuf_printf(&w->text,
                  "supplier: { id: s, name: S }\nsystem: { id: t, name: T }\n"
                  "sites: [ { id: site, name: Trạm, kind: treatment_plant } ]\nwires:\n  - id: w\n"
                  "    tcp: 127.0.0.1:502\n    devices:\n      - id: d\n        site: site\n"
                  "        profile: %s\n        points:\n",
                  p->id);
    for (size_t i = 0; i < p->point_count; i++)
        strbuf_printf(&w->text, "          - { id: d.%s, use: %s }\n", p->points[i].row.use,
                      p->points[i].row.use);
    assert_int_equal(conf_load_text("plant.yaml", w->text.text, strlen(w->text.text), &file, &w->mistakes),
                     ERR_NONE);
    assert_int_equal(field_load(conf_root(file), &w->profiles, &w->catalogue, &w->field, &w->mistakes),
                     ERR_NONE);
    assert_int_equal(field_check(&w->field, (struct conf_mark){ "plant.yaml", 0, 0 }, &w->mistakes),
                     ERR_NONE);
    conf_file_free(file);
    must_be_right(w);
}

/* ---- the image ---- */

static void image_line(struct image *image, const char *id, const char *line)
{
    unsigned function, address, word;
    char text[8];
    int32_t *table;

    if (sscanf(line, "%u,%u,%4[0-9A-F-]", &function, &address, text) != 3 || address >= WORDS ||
        function == 0 || function >= FUNCTION_COUNT)
        fail_msg("%s: not a line of an image: %s", id, line);
    table = image->table[function];
    if (table[address] != NOT_THERE)
        fail_msg("%s: register %u stands twice", id, address);
    if (strcmp(text, "----") == 0)
        table[address] = REFUSED;
    else if (strlen(text) == 4 && sscanf(text, "%4X", &word) == 1)
        table[address] = (int32_t)word;
    else
        fail_msg("%s: not a word: %s", id, line);
}

static struct image *load_image(FILE *f, const char *id)
{
    struct image *image = malloc(sizeof *image);
    char line[TEXT_MAX];

    assert_non_null(image);
    for (size_t t = 0; t < FUNCTION_COUNT; t++)
        for (size_t i = 0; i < WORDS; i++)
            image->table[t][i] = NOT_THERE;
    assert_non_null(fgets(line, sizeof line, f));
    assert_string_equal(line, "function,address,word\n");
    while (fgets(line, sizeof line, f) != NULL)
        image_line(image, id, line);
    return image;
}

/* ---- reading ---- */

static void answer(const struct image *image, const char *id, const struct block *b, uint16_t *words)
{
    const int32_t *table = image->table[b->function];

    memset(words, 0, REGISTERS_MAX * sizeof words[0]);
    for (unsigned i = 0; i < b->quantity; i++) {
        int32_t word = table[b->address + i];
        if (word < 0)
            fail_msg("%s: a request for %u registers from %u touches %u, which %s", id, b->quantity,
                     b->address, b->address + i, word == REFUSED ? "must not be read" : "is not there");
        if (function_reads_bits(b->function))
            words[i / 16] = (uint16_t)(words[i / 16] | (word & 1) << i % 16);
        else
            words[i] = (uint16_t)word;
    }
}

/* The reading of each tag, by its number. */
static struct reading *read_all(const struct device *d, const struct image *image, const char *id)
{
    struct reading *got = calloc(d->tag_count, sizeof *got);
    struct plan plan;

    assert_non_null(got);
    assert_int_equal(plan_make(&plan, d, NULL), ERR_NONE);
    for (size_t i = 0; i < plan.block_count; i++) {
        const struct block *b = &plan.blocks[i];
        uint16_t words[REGISTERS_MAX];
        assert_true(function_reads_bits(b->function) || b->quantity <= d->max_registers);
        assert_null(device_forbids(d, b->function, b->address, (unsigned)b->address + b->quantity));
        answer(image, id, b, words);
        for (size_t k = b->first; k < b->first + b->count; k++) {
            const struct tag *t = &d->tags[plan.order[k]];
            got[plan.order[k]] = decode_in_block(b, t, words, (struct wall){ 1 });
        }
    }
    plan_clear(&plan);
    return got;
}

/* ---- comparing ---- */

struct expected {
    char use[ID_MAX];
    double value; /* NaN: none */
    char quality[32], reason[32];
};

static struct expected expected_line(const char *id, char *line)
{
    struct expected e = { .value = NAN };
    char *value = strchr(line, ','), *rest = value == NULL ? NULL : strchr(value + 1, ','), *end;

    if (rest == NULL || sscanf(rest, ",%31[a-z_],%31[a-z_]", e.quality, e.reason) != 2 ||
        (size_t)(value - line) >= sizeof e.use)
        fail_msg("%s: not an expectation: %s", id, line);
    *value++ = '\0';
    *rest = '\0';
    (void)snprintf(e.use, sizeof e.use, "%s", line);
    if (*value != '\0') {
        e.value = strtod(value, &end);
        assert_true(*end == '\0' && isfinite(e.value));
    }
    return e;
}

/* A float has about seven digits, so two ways to write one number differ by less than 1e-6 of it. */
static bool near(double a, double b)
{
    return isnan(a) ? isnan(b) : fabs(a - b) <= 1e-6 * fabs(b) + 1e-9;
}

static size_t tag_of(const struct world *w, const char *id, const char *use)
{
    const struct device *d = &w->field.wires[0].devices[0];

    for (size_t i = 0; i < d->tag_count; i++)
        if (strcmp(w->catalogue.points[d->tags[i].point].id + strlen("d."), use) == 0)
            return i;
    fail_msg("%s: the golden file has %s, the profile has it not", id, use);
    return 0;
}

static void compare(const char *id, const struct expected *e, const struct reading *r)
{
    assert_true(reading_is_sound(r));
    if (!near(r->value, e->value) || strcmp(quality_name(r->quality), e->quality) != 0 ||
        strcmp(reason_name(r->reason), e->reason) != 0)
        fail_msg("%s.%s: read %.9g %s %s, must be %.9g %s %s", id, e->use, r->value, quality_name(r->quality),
                 reason_name(r->reason), e->value, e->quality, e->reason);
}

static void compare_all(const struct world *w, const char *id, FILE *f, const struct reading *got)
{
    size_t count = w->field.wires[0].devices[0].tag_count;
    bool *seen = calloc(count, sizeof *seen);
    char line[TEXT_MAX];

    assert_non_null(seen);
    assert_non_null(fgets(line, sizeof line, f));
    assert_string_equal(line, "use,value,quality,reason\n");
    while (fgets(line, sizeof line, f) != NULL) {
        struct expected e = expected_line(id, line);
        size_t i = tag_of(w, id, e.use);
        if (seen[i])
            fail_msg("%s: %s is expected twice", id, e.use);
        seen[i] = true;
        compare(id, &e, &got[i]);
    }
    for (size_t i = 0; i < count; i++)
        if (!seen[i])
            fail_msg("%s: %s has no golden value", id,
                     w->catalogue.points[w->field.wires[0].devices[0].tags[i].point].id);
    free(seen);
}

/* kind: "" or ".fault". */
static void against(const struct world *w, const char *id, const char *kind)
{
    char image_file[64], expect_file[64];
    FILE *f, *expected;
    struct image *image;
    struct reading *got;

    (void)snprintf(image_file, sizeof image_file, "%s.csv", kind);
    (void)snprintf(expect_file, sizeof expect_file, "%s.expect.csv", kind);
    f = golden(id, image_file);
    expected = golden(id, expect_file);
    if (f == NULL || expected == NULL) {
        fail_msg("%s: tests/data/profiles must have %s%s and %s%s", id, id, image_file, id, expect_file);
        return;
    }
    image = load_image(f, id);
    got = read_all(&w->field.wires[0].devices[0], image, id);
    compare_all(w, id, expected, got);
    free(got);
    free(image);
    (void)fclose(f);
    (void)fclose(expected);
}

/* ---- all of them ---- */

static int is_profile(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');

    return dot != NULL && strcmp(dot, ".yaml") == 0;
}

static void for_each_profile(void (*check)(const char *id))
{
    struct dirent **list;
    int count = scandir(PROFILE_FOLDER, &list, is_profile, alphasort);

    assert_true(count >= 14 && count <= PROFILES_MAX);
    for (int i = 0; i < count; i++) {
        *strrchr(list[i]->d_name, '.') = '\0';
        check(list[i]->d_name);
        free(list[i]);
    }
    free(list);
}

static void check_against(const char *id, const char *kind)
{
    struct world w;

    world_init(&w);
    load_profile(&w, id);
    load_plant(&w);
    against(&w, id, kind);
    world_clear(&w);
}

static void check_working(const char *id)
{
    check_against(id, "");
}

static void check_faulty(const char *id)
{
    check_against(id, ".fault");
}

static void each_profile_reads_a_working_device(void **state)
{
    (void)state;
    for_each_profile(check_working);
}

static void each_profile_knows_the_faults_of_its_device(void **state)
{
    (void)state;
    for_each_profile(check_faulty);
}

/* A golden file whose profile is gone would test nothing. */
static void each_golden_file_has_its_profile(void **state)
{
    struct dirent *entry;
    DIR *dir = opendir(GOLDEN_FOLDER);
    char path[TEXT_MAX];

    (void)state;
    assert_non_null(dir);
    while ((entry = readdir(dir)) != NULL) {
        size_t id = strcspn(entry->d_name, ".");
        if (strstr(entry->d_name, ".csv") == NULL)
            continue;
        assert_true(snprintf(path, sizeof path, "%s/%.*s.yaml", PROFILE_FOLDER, (int)id, entry->d_name) <
                    (int)sizeof path);
        FILE *f = fopen(path, "r");
        if (f == NULL) {
            fail_msg("%s stands for no profile", entry->d_name);
            break;
        }
        (void)fclose(f);
    }
    (void)closedir(dir);
}

/* No two profiles of one folder may have one name: a daemon reads all of them at once. */
static void all_profiles_live_in_one_folder(void **state)
{
    struct world w;
    struct dirent **list;
    int count = scandir(PROFILE_FOLDER, &list, is_profile, alphasort);

    (void)state;
    world_init(&w);
    for (int i = 0; i < count; i++) {
        char path[TEXT_MAX];
        struct conf_file *file;
        assert_true(snprintf(path, sizeof path, "%s/%s", PROFILE_FOLDER, list[i]->d_name) < (int)sizeof path);
        strbuf_clear(&w.text);
        strbuf_init(&w.text, 1 << 20);
        read_whole(path, &w.text);
        assert_int_equal(conf_load_text(path, w.text.text, strlen(w.text.text), &file, &w.mistakes),
                         ERR_NONE);
        assert_int_equal(profiles_load(&w.profiles, conf_root(file), &w.mistakes), ERR_NONE);
        conf_file_free(file);
        free(list[i]);
    }
    free(list);
    must_be_right(&w);
    assert_int_equal(w.profiles.count, count);
    world_clear(&w);
}

/* Each in the table of the page, so that nobody looks for a make in vain. */
static void docs_have(const char *id)
{
    struct strbuf page;
    char row[ID_MAX + 8];

    strbuf_init(&page, 1 << 20);
    read_whole(PROFILE_PAGE, &page);
    (void)snprintf(row, sizeof row, "\n| `%s` |", id);
    if (strstr(page.text, row) == NULL)
        fail_msg("docs/profiles.md does not know %s", id);
    strbuf_clear(&page);
}

static void each_profile_is_in_the_documents(void **state)
{
    (void)state;
    for_each_profile(docs_have);
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
        cmocka_unit_test(each_profile_reads_a_working_device),
        cmocka_unit_test(each_profile_knows_the_faults_of_its_device),
        cmocka_unit_test(each_golden_file_has_its_profile),
        cmocka_unit_test(all_profiles_live_in_one_folder),
        cmocka_unit_test(each_profile_is_in_the_documents),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
