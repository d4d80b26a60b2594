/* The n-th allocation fails, for every n, while profiles and a plant are read: nothing is lost, nothing is
 * used that is not there, and what was refused is told. */
#include <math.h>
#include <stdbool.h>
#include <unistd.h>

#include "acquire/field.h"
#include "acquire/line.h"
#include "acquire/wire.h"
#include "double/fake_line.h"
#include "seal/seal.h"
#include "unit.h"

static size_t calls, fail_at; /* fail_at 0: never */

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);

static bool fails(void)
{
    return ++calls == fail_at;
}

void *__wrap_malloc(size_t n)
{
    return fails() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
    return fails() ? NULL : __real_realloc(p, n);
}

struct outcome {
    bool refused; /* an allocation was */
    bool told;    /* ERR_MEMORY, or a mistake */
};

static struct outcome run_once(struct conf_file *meter, struct conf_file *plant, size_t fail)
{
    struct conf_mistakes m;
    struct profiles profiles;
    struct catalogue c;
    struct field f;
    struct outcome o;
    enum err rc;

    conf_mistakes_init(&m, 0);
    profiles_init(&profiles);
    catalogue_init(&c);
    field_init(&f);
    calls = 0;
    fail_at = fail;
    rc = profiles_load(&profiles, conf_root(meter), &m);
    if (rc == ERR_NONE)
        rc = field_load(conf_root(plant), &profiles, &c, &f, &m);
    o.refused = calls >= fail_at;
    fail_at = 0;
    if (rc == ERR_NONE)
        rc = field_check(&f, (struct conf_mark){ "all", 0, 0 }, &m);
    o.told = rc == ERR_MEMORY || m.mistakes > 0;
    conf_mistakes_clear(&m);
    profiles_clear(&profiles);
    catalogue_clear(&c);
    field_clear(&f);
    return o;
}

/* Every allocation that the reading makes is refused once. */
static void every_lack_of_memory_is_told(const char *name, bool right)
{
    struct conf_file *meter = NULL, *plant = NULL;
    struct conf_mistakes m;
    struct outcome o = { .refused = true };
    size_t n = 0;

    conf_mistakes_init(&m, 0);
    assert_int_equal(conf_load(DATA "/meter.yaml", &meter, &m), ERR_NONE);
    assert_int_equal(conf_load(name, &plant, &m), ERR_NONE);
    while (o.refused) {
        o = run_once(meter, plant, ++n);
        if (o.refused && !o.told)
            fail_msg("%s: allocation %zu was refused, and nobody told", name, n);
    }
    assert_true(n > 20);
    assert_int_equal(o.told, !right);
    conf_file_free(meter);
    conf_file_free(plant);
    conf_mistakes_clear(&m);
}

static void a_right_plant_tells_every_lack_of_memory(void **state)
{
    (void)state;
    every_lack_of_memory_is_told(DEMO_PLANT, true);
}

static void a_wrong_plant_survives_every_lack_of_memory(void **state)
{
    (void)state;
    every_lack_of_memory_is_told(DATA "/fifty-mistakes.yaml", false);
}

static void a_line_that_lacks_memory_is_told(void **state)
{
    static struct wire_settings s = { .host = "h",
                                      .port = "1",
                                      .serial = { .device = "/dev/a", .baud = 9600 } };
    struct low_descriptors *pool;
    struct fault why;

    (void)state;
    assert_int_equal(low_descriptors_reserve(&pool, 1, &why), ERR_NONE);
    for (s.kind = WIRE_TCP; s.kind < WIRE_KIND_COUNT; s.kind++)
        for (size_t n = 1;; n++) {
            struct line *line;
            enum err rc;
            calls = 0;
            fail_at = n;
            rc = line_new(&line, &s, pool, &why);
            fail_at = 0;
            if (rc == ERR_NONE) {
                line->ops->free(line);
                assert_true(n > 2);
                break;
            }
            assert_int_equal(rc, ERR_MEMORY);
        }
    low_descriptors_release(pool);
}

static void a_plant_of_states_tells_every_lack_of_memory(void **state)
{
    (void)state;
    every_lack_of_memory_is_told(DATA "/states.yaml", true);
}

static void ignore(void *self, const struct message *m)
{
    (void)self;
    (void)m;
}

/* A wire that cannot be made is told, and its line stays the caller's; lessons that cannot be written are
 * kept in mind, and the wire goes on. */
static void a_wire_survives_every_lack_of_memory(void **state)
{
    struct tag tags[2] = { { .function = 3, .scale = 1, .low = NAN, .high = NAN },
                           { .point = 1, .function = 3, .address = 1, .scale = 1, .low = NAN, .high = NAN } };
    struct device device = { .id = "d",
                             .every_ms = 1000,
                             .max_registers = 125,
                             .tags = tags,
                             .tag_count = 2,
                             .gate = { .on = true, .mask = 1, .equals = 1 } };
    struct wire_settings settings = {
        .id = "w", .host = "h", .port = "502", .answer_ms = 100, .devices = &device, .device_count = 1
    };
    struct fake_clock clock = { .now = { { 1000000 }, { 1700000000000 } } };
    struct fake_line line;
    char folder[] = "/tmp/capnuoc-memory-XXXXXX", file[64];
    struct fault why;
    enum err rc = ERR_MEMORY;
    size_t n = 0;

    (void)state;
    assert_non_null(mkdtemp(folder));
    (void)snprintf(file, sizeof file, "%s/w", folder);
    for (bool refused = true; refused;) {
        struct wire *wire = NULL;
        fake_line_init(&line, &clock);
        line.missing_from = line.missing_to = 1;
        calls = 0;
        fail_at = ++n;
        rc = wire_new(&wire, &settings, &line.line, (struct wire_sink){ NULL, ignore }, fake_clock(&clock),
                      &why);
        assert_true(rc == ERR_NONE || rc == ERR_MEMORY);
        if (rc == ERR_NONE) {
            wire_keep_lessons_in(wire, folder);
            for (int i = 0; i < 20; i++) {
                (void)wire_turn(wire);
                fake_clock_advance(&clock, 1000);
            }
            assert_true(line.requests >= 20);
        }
        refused = calls >= fail_at;
        fail_at = 0;
        wire_free(wire);
    }
    assert_int_equal(rc, ERR_NONE);
    assert_true(n > 8);
    (void)unlink(file);
    (void)rmdir(folder);
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
        cmocka_unit_test(a_line_that_lacks_memory_is_told),
        cmocka_unit_test(a_right_plant_tells_every_lack_of_memory),
        cmocka_unit_test(a_plant_of_states_tells_every_lack_of_memory),
        cmocka_unit_test(a_wrong_plant_survives_every_lack_of_memory),
        cmocka_unit_test(a_wire_survives_every_lack_of_memory),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
