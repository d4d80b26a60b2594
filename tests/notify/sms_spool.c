/* The folders of a modem's program: what comes is read whatever else lies there, and what was read is kept
 * for a while. */
#include "notify/sms_spool.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

enum { STRANGE = 300, MESSAGES = 20 };
static const int64_t T0 = 1795604400000;

struct scene {
    char root[64];
    struct spool_settings set;
    struct spool_ear ear;
    struct spool *spool;
    unsigned heard;
    struct now now;
};

static enum heard hear(void *self, const struct sms_in *in, const char *key, char said[SPOOL_SAID_MAX])
{
    (void)in;
    (void)key;
    said[0] = '\0';
    ((struct scene *)self)->heard++;
    return HEARD_DONE;
}

static void make(char out[SPOOL_PATH_MAX], const struct scene *s, const char *name)
{
    (void)snprintf(out, SPOOL_PATH_MAX, "%s/%s", s->root, name);
    assert_int_equal(mkdir(out, 0700), 0);
}

static int up(void **state)
{
    struct scene *s = calloc(1, sizeof *s);
    struct fault why;

    *state = s;
    assert_non_null(s);
    (void)snprintf(s->root, sizeof s->root, "/tmp/capnuoc-spool-XXXXXX");
    assert_non_null(mkdtemp(s->root));
    make(s->set.outgoing, s, "outgoing");
    make(s->set.checked, s, "checked");
    make(s->set.sent, s, "sent");
    make(s->set.failed, s, "failed");
    make(s->set.incoming, s, "incoming");
    (void)snprintf(s->set.own, sizeof s->set.own, "%s/capnuoc", s->root);
    s->set.give_up_ms = CLOCK_DAY_MS;
    s->ear = (struct spool_ear){ s, hear };
    s->now = (struct now){ { 1000 }, { T0 } };
    assert_int_equal(spool_open(&s->spool, &s->set, &s->ear, &why), ERR_NONE);
    spool_clock_is_true(s->spool);
    return 0;
}

static int down(void **state)
{
    struct scene *s = *state;
    char command[128];
    int rc;

    spool_close(s->spool);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", s->root);
    rc = system(command);
    free(s);
    return rc;
}

static void put_file(const char *folder, const char *name, const char *text, int64_t at_ms)
{
    const struct timespec times[2] = { { at_ms / 1000, 0 }, { at_ms / 1000, 0 } };
    char path[SPOOL_PATH_MAX + 64];
    FILE *f;

    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    f = fopen(path, "w");
    assert_non_null(f);
    (void)fputs(text, f);
    (void)fclose(f);
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static size_t files_in(const char *folder)
{
    DIR *d = opendir(folder);
    const struct dirent *e;
    size_t n = 0;

    assert_non_null(d);
    while ((e = readdir(d)) != NULL)
        n += e->d_name[0] != '.';
    (void)closedir(d);
    return n;
}

/* So many looks, one a second. */
static void look(struct scene *s, int times)
{
    const struct carrier c = spool_carrier(s->spool);
    atomic_bool stop = false;

    for (int i = 0; i < times; i++) {
        c.idle(c.self, s->now, &stop);
        s->now.mono.ms += 1000;
        s->now.wall.ms += 1000;
    }
}

static void what_is_no_file_takes_nobodys_place(void **state)
{
    struct scene *s = *state;
    char path[SPOOL_PATH_MAX + 64];

    for (int i = 0; i < STRANGE; i++) {
        (void)snprintf(path, sizeof path, "%s/strange-%d", s->set.incoming, i);
        assert_int_equal(i % 3 == 0   ? mkdir(path, 0700)
                         : i % 3 == 1 ? symlink("/dev/null", path)
                                      : mkfifo(path, 0600),
                         0);
    }
    for (int i = 0; i < MESSAGES; i++) {
        char name[32], text[128];
        (void)snprintf(name, sizeof name, "GSM1.%04d", i);
        (void)snprintf(text, sizeof text, "From: 84912345678\n\nNHAN %d", 1000 + i);
        put_file(s->set.incoming, name, text, T0);
    }
    look(s, 3);
    assert_int_equal(s->heard, MESSAGES);
    assert_int_equal(files_in(s->set.incoming), STRANGE); /* they are not ours */
}

static void fill(const char *folder, size_t count, int64_t first_ms, int64_t apart_ms)
{
    for (size_t i = 0; i < count; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "GSM1.%05zu", i);
        put_file(folder, name, "x", first_ms + (int64_t)i * apart_ms);
    }
}

static void what_was_read_goes_by_age_and_number_the_oldest_first(void **state)
{
    struct scene *s = *state;
    char read[SPOOL_PATH_MAX + 8], aside[SPOOL_PATH_MAX + 8], path[SPOOL_PATH_MAX + 64];
    const int64_t kept_ms = SPOOL_KEPT_DAYS * (int64_t)CLOCK_DAY_MS;
    struct spool_count count;

    (void)snprintf(read, sizeof read, "%s/read", s->set.own);
    (void)snprintf(aside, sizeof aside, "%s/aside", s->set.own);
    fill(read, SPOOL_KEPT_MAX + 300, T0 - CLOCK_DAY_MS, 1000);
    fill(aside, 10, T0 - kept_ms - 4500, 1000); /* five are older, even now */
    look(s, 10);
    assert_int_equal(files_in(read), SPOOL_KEPT_MAX);
    (void)snprintf(path, sizeof path, "%s/GSM1.00299", read);
    assert_int_not_equal(access(path, F_OK), 0);
    (void)snprintf(path, sizeof path, "%s/GSM1.00300", read);
    assert_int_equal(access(path, F_OK), 0);
    assert_in_range(files_in(aside), 1, 5);
    (void)snprintf(path, sizeof path, "%s/GSM1.00009", aside);
    assert_int_equal(access(path, F_OK), 0);
    spool_count(s->spool, &count);
    assert_int_equal(count.forgotten, 300 + 10 - files_in(aside));
}

static void nothing_goes_for_its_age_while_the_clock_may_be_wrong(void **state)
{
    struct scene *s = *state;
    char read[SPOOL_PATH_MAX + 8];
    struct fault why;

    spool_close(s->spool);
    assert_int_equal(spool_open(&s->spool, &s->set, &s->ear, &why), ERR_NONE);
    (void)snprintf(read, sizeof read, "%s/read", s->set.own);
    fill(read, 3, T0 - 2000 * (int64_t)CLOCK_DAY_MS, 1000);
    look(s, 3);
    assert_int_equal(files_in(read), 3);
    spool_clock_is_true(s->spool);
    look(s, 61);
    assert_int_equal(files_in(read), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_no_file_takes_nobodys_place, up, down),
        cmocka_unit_test_setup_teardown(what_was_read_goes_by_age_and_number_the_oldest_first, up, down),
        cmocka_unit_test_setup_teardown(nothing_goes_for_its_age_while_the_clock_may_be_wrong, up, down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
