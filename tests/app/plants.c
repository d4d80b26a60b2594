#include "plants.h"

#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

#include "seal/seal.h"
#include "unit.h"

/* A folder with the files of one test, and what came of reading them. */
struct scene {
    char folder[64];
    struct conf_file *file;
    struct conf_mistakes mistakes;
    struct catalogue catalogue;
    struct field field;
    struct strbuf said;
};

static void scene_init(struct scene *s)
{
    *s = (struct scene){ .folder = "/tmp/capnuoc-plants-XXXXXX" };
    assert_non_null(mkdtemp(s->folder));
    conf_mistakes_init(&s->mistakes, 0);
    strbuf_init(&s->said, 1 << 16);
}

static void put(const struct scene *s, const char *name, const char *text)
{
    char path[256];
    FILE *f;

    (void)snprintf(path, sizeof path, "%s/%s", s->folder, name);
    f = fopen(path, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static void put_folder(const struct scene *s, const char *name)
{
    char path[256];

    (void)snprintf(path, sizeof path, "%s/%s", s->folder, name);
    assert_int_equal(mkdir(path, 0700), 0);
}

/* Reads the two lists; what is said is without the name of the folder. */
static void load(struct scene *s, const char *daemon)
{
    struct plants_lists lists;
    struct strbuf all;
    char path[256];

    put(s, "daemon.yaml", daemon);
    (void)snprintf(path, sizeof path, "%s/daemon.yaml", s->folder);
    assert_int_equal(conf_load(path, &s->file, &s->mistakes), ERR_NONE);
    lists = (struct plants_lists){ conf_get(conf_root(s->file), "profiles"),
                                   conf_get(conf_root(s->file), "standards"),
                                   conf_get(conf_root(s->file), "areas"),
                                   conf_get(conf_root(s->file), "plants") };
    assert_int_equal(plants_load(&lists, &s->catalogue, &s->field, &s->mistakes), ERR_NONE);
    strbuf_init(&all, 1 << 16);
    strbuf_puts(&all, "");
    conf_mistakes_write(&s->mistakes, &all);
    strbuf_puts(&s->said, "");
    for (const char *at = all.text; *at != '\0';) {
        size_t len = strlen(s->folder);
        bool here = strncmp(at, s->folder, len) == 0 && at[len] == '/';
        if (here)
            at += len + 1;
        else
            strbuf_putc(&s->said, *at++);
    }
    strbuf_clear(&all);
}

static void scene_clear(struct scene *s)
{
    char command[128];

    field_clear(&s->field);
    catalogue_clear(&s->catalogue);
    conf_mistakes_clear(&s->mistakes);
    conf_file_free(s->file);
    strbuf_clear(&s->said);
    (void)snprintf(command, sizeof command, "rm -r '%s'", s->folder);
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c): a name of our own */
}

static void put_profile(const struct scene *s, const char *name, const char *id)
{
    char text[512];

    (void)snprintf(text, sizeof text,
                   "profile: { id: %s, name: M, source: none }\n"
                   "points: [ { use: flow, name: Lưu lượng, unit: m3/h, holding: 0, type: u16 } ]\n",
                   id);
    put(s, name, text);
}

static void put_plant(const struct scene *s, const char *name, const char *wire, const char *profile)
{
    char text[1024];

    (void)snprintf(text, sizeof text,
                   "supplier: { id: s, name: S }\nsystem: { id: t, name: T }\n"
                   "sites: [ { id: site-%s, name: A, kind: dma, rules: [ { id: silent, kind: stale, stake: "
                   "operation, impact: minor, respond_within: 4h, first_response: x } ] } ]\n"
                   "wires: [ { id: %s, tcp: \"%s:502\", devices: [ { id: d-%s, site: site-%s, profile: %s,\n"
                   "  points: [ { id: p, use: flow } ] } ] } ]\n",
                   name, wire, wire, wire, name, profile);
    put(s, name, text);
}

static void profiles_come_from_files_and_folders_beside_the_daemon_file(void **state)
{
    struct scene s;

    (void)state;
    scene_init(&s);
    put_folder(&s, "makes");
    put_profile(&s, "makes/b.yaml", "b");
    put_profile(&s, "makes/a.yaml", "a");
    put(&s, "makes/README", "not: [ a profile");
    put(&s, "makes/.hidden.yaml", "not: [ a profile");
    put_profile(&s, "one.yaml", "one");
    put_plant(&s, "plant.yaml", "w", "b");
    load(&s, "profiles: [ makes, one.yaml ]\nplants: [ plant.yaml ]\n");
    assert_string_equal(s.said.text, "");
    assert_string_equal(s.catalogue.points[0].name, "Lưu lượng");
    scene_clear(&s);
}

static void devices_whose_silence_is_no_alarm_are_named(void **state)
{
    struct scene s;

    (void)state;
    scene_init(&s);
    put(&s, "plant.yaml",
        "supplier: { id: s, name: S }\nsystem: { id: t, name: T }\n"
        "sites: [ { id: site, name: A, kind: dma } ]\n"
        "wires:\n"
        "  - id: w\n"
        "    tcp: \"localhost:502\"\n"
        "    devices:\n"
        "      - { id: heard, unit: 1, site: site, points: [ { id: h.p, name: p, unit: bar, holding: 0, "
        "type: u16 },\n"
        "          { id: h.q, name: q, unit: m3/h, holding: 1, type: u16, rules: [ { id: silent, kind: "
        "stale, stake: "
        "operation, impact: minor, respond_within: 4h, first_response: x } ] } ] }\n"
        "      - { id: mute, unit: 2, site: site, points: [ { id: m.p, name: p, unit: bar, holding: 0, type: "
        "u16 } ] }\n"
        "manual: [ { id: tape, site: site, name: T, unit: m } ]\n");
    load(&s, "plants: [ plant.yaml ]\n");
    assert_string_equal(s.said.text, "daemon.yaml:1:9: warning: 1 of 2 devices raise no alarm when they fall "
                                     "silent: no point of theirs has a rule of kind stale (mute)\n");
    assert_int_equal(s.mistakes.mistakes, 0);
    scene_clear(&s);
}

static void limit_sets_come_from_files_and_folders_too(void **state)
{
    struct scene s;

    (void)state;
    scene_init(&s);
    put_folder(&s, "sets");
    put(&s, "sets/b.yaml",
        "standard: { id: b, series: q, name: B, in_force_from: 2026-01-01 }\n"
        "limits: [ { row: \"1\", parameter: ph, name: pH, low: 6, high: 8 } ]\n");
    put(&s, "a.yaml",
        "standard: { id: a, series: q, name: A, in_force_from: 2025-01-01, in_force_until: "
        "2025-12-30 }\n"
        "limits: [ { row: \"1\", parameter: ph, name: pH, low: 6, high: 8.5 } ]\n");
    put_profile(&s, "one.yaml", "one");
    put_plant(&s, "plant.yaml", "w", "one");
    load(&s, "profiles: [ one.yaml ]\nstandards: [ a.yaml, sets, none.yaml ]\nplants: [ plant.yaml ]\n");
    assert_string_equal(s.said.text, "sets/b.yaml:1:55: series \"q\": set \"a\" ends on 2025-12-30, see "
                                     "a.yaml:1:17; between the two no set is in force\n"
                                     "none.yaml: No such file or directory\n");
    assert_int_equal(s.catalogue.standard_count, 2);
    assert_string_equal(s.catalogue.standards[1].id, "b");
    scene_clear(&s);
}

static void a_folder_is_read_in_the_order_of_its_names(void **state)
{
    struct scene s;

    (void)state;
    scene_init(&s);
    put_folder(&s, "makes");
    put_profile(&s, "makes/z.yaml", "same");
    put_profile(&s, "makes/a.yaml", "same");
    put_plant(&s, "plant.yaml", "w", "same");
    load(&s, "profiles: [ makes ]\nplants: [ plant.yaml ]\n");
    assert_string_equal(s.said.text,
                        "makes/z.yaml:1:16: profile \"same\" stands twice, first at makes/a.yaml:1:16\n");
    scene_clear(&s);
}

static void what_is_not_there_is_told_at_the_list(void **state)
{
    struct scene s;

    (void)state;
    scene_init(&s);
    put_folder(&s, "empty");
    put_plant(&s, "plant.yaml", "w", "a");
    load(&s, "profiles: [ empty, \"\" ]\nplants: [ plant.yaml ]\n");
    assert_non_null(strstr(s.said.text,
                           "daemon.yaml:1:13: a folder of profiles holds 1 to 1000 files *.yaml, here "
                           "are 0\n"));
    assert_non_null(strstr(s.said.text, "daemon.yaml:1:20: this is not the path of a profile file"));
    assert_non_null(strstr(s.said.text, "there is no profile \"a\"\n"));
    scene_clear(&s);
    scene_init(&s);
    load(&s, "profiles: [ gone.yaml ]\nplants: [ away.yaml ]\n");
    assert_non_null(strstr(s.said.text, "gone.yaml: "));
    assert_non_null(strstr(s.said.text, "away.yaml: "));
    assert_non_null(strstr(s.said.text, "nothing to read"));
    scene_clear(&s);
}

static void names_of_two_plants_are_told_with_the_place_in_the_first(void **state)
{
    struct scene s;

    (void)state;
    scene_init(&s);
    put_profile(&s, "a.yaml", "a");
    put_plant(&s, "east.yaml", "w1", "a");
    put_plant(&s, "west.yaml", "w2", "a");
    load(&s, "profiles: [ a.yaml ]\nplants: [ east.yaml, west.yaml ]\n");
    assert_string_equal(s.said.text, "west.yaml:5:19: point \"p\" stands twice, first at east.yaml:5:19\n");
    scene_clear(&s);
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
        cmocka_unit_test(profiles_come_from_files_and_folders_beside_the_daemon_file),
        cmocka_unit_test(devices_whose_silence_is_no_alarm_are_named),
        cmocka_unit_test(limit_sets_come_from_files_and_folders_too),
        cmocka_unit_test(a_folder_is_read_in_the_order_of_its_names),
        cmocka_unit_test(what_is_not_there_is_told_at_the_list),
        cmocka_unit_test(names_of_two_plants_are_told_with_the_place_in_the_first),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
