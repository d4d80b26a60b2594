#include "base/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

static char FOLDER[256];

static const char *in_folder(const char *name)
{
    static char path[2][PATH_MAX];
    static unsigned turn;
    char *p = path[turn++ % 2];

    (void)snprintf(p, PATH_MAX, "%s/%s", FOLDER, name);
    return p;
}

/* Every test has its own folder; it holds plain files only when the test is over, or one level of folders. */
static int make_folder(void **state)
{
    const char *tmp = getenv("TMPDIR");

    (void)state;
    (void)snprintf(FOLDER, sizeof FOLDER, "%s/capnuoc-file.XXXXXX", tmp != NULL ? tmp : "/tmp");
    return mkdtemp(FOLDER) == NULL;
}

static int remove_all(const char *path)
{
    DIR *d = opendir(path);
    struct dirent *e;
    int rc = 0;

    while (d != NULL && (e = readdir(d)) != NULL) {
        char inner[PATH_MAX];
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        if (snprintf(inner, sizeof inner, "%s/%s", path, e->d_name) < (int)sizeof inner)
            rc |= unlink(inner) == 0 ? 0 : remove_all(inner);
    }
    if (d != NULL)
        (void)closedir(d);
    return rc | rmdir(path);
}

static int remove_folder(void **state)
{
    (void)state;
    return remove_all(FOLDER);
}

static void put(const char *path, const void *bytes, size_t len, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, len), (ssize_t)len);
    assert_int_equal(fchmod(fd, mode), 0);
    assert_int_equal(close(fd), 0);
}

static size_t files_in_folder(void)
{
    DIR *d = opendir(FOLDER);
    size_t n = 0;

    assert_non_null(d);
    while (readdir(d) != NULL)
        n++;
    (void)closedir(d);
    return n - 2;
}

static void a_file_is_read_whole_up_to_its_ceiling(void **state)
{
    static const char BYTES[] = "ab\0cd\n";
    struct fault why;
    char *text;
    size_t len;

    (void)state;
    put(in_folder("f"), BYTES, 6, 0644);
    assert_int_equal(file_read(in_folder("f"), 6, &text, &len, &why), ERR_NONE);
    assert_int_equal(len, 6);
    assert_memory_equal(text, BYTES, 7); /* and the NUL */
    free(text);
    assert_int_equal(file_read(in_folder("f"), 5, &text, &len, &why), ERR_RANGE);
    assert_non_null(strstr(why.text, "longer than 5 bytes"));
    put(in_folder("f"), "", 0, 0644);
    assert_int_equal(file_read(in_folder("f"), 0, &text, &len, &why), ERR_NONE);
    assert_string_equal(text, "");
    free(text);
}

static void what_is_no_file_is_refused_by_name(void **state)
{
    struct fault why;
    char *text;
    size_t len;

    (void)state;
    assert_int_equal(file_read(in_folder("none"), 10, &text, &len, &why), ERR_MISSING);
    assert_non_null(strstr(why.text, "none"));
    assert_int_equal(file_read(FOLDER, 10, &text, &len, &why), ERR_IO);
    assert_non_null(strstr(why.text, FOLDER));
}

static void a_secret_is_one_line_without_its_end(void **state)
{
    static const struct {
        const char *text, *secret; /* NULL: refused */
    } CASES[] = {
        { "abc", "abc" },         { "abc\n", "abc" },         { "abc\r\n", "abc" }, { " a b ", " a b " },
        { "1234567", "1234567" }, { "1234567\n", "1234567" }, { "12345678", NULL }, /* with its NUL it does
                                                                                       not fit into 8 */
        { "12345678\n", NULL },   { "123456789", NULL },      { "", NULL },         { "\n", NULL },
        { "ab\ncd\n", NULL },     { "\nab", NULL },
    };
    struct fault why;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        char secret[8];
        enum err rc;
        put(in_folder("s"), CASES[i].text, strlen(CASES[i].text), 0600);
        rc = file_read_secret(in_folder("s"), secret, sizeof secret, &why);
        if ((rc == ERR_NONE) != (CASES[i].secret != NULL))
            fail_msg("case %zu: %s", i, err_name(rc));
        if (rc == ERR_NONE)
            assert_string_equal(secret, CASES[i].secret);
    }
    put(in_folder("s"), "a\0b", 3, 0600);
    assert_int_equal(file_read_secret(in_folder("s"), (char[8]){ 0 }, 8, &why), ERR_RANGE);
}

static void a_secret_that_others_may_touch_is_refused(void **state)
{
    struct fault why;
    char secret[64];

    (void)state;
    for (unsigned mode = 0; mode < 0100; mode++) { /* every mode of group and others */
        put(in_folder("s"), "abc", 3, 0600 | mode);
        assert_int_equal(file_read_secret(in_folder("s"), secret, sizeof secret, &why),
                         mode == 0 ? ERR_NONE : ERR_DENIED);
    }
    assert_non_null(strstr(why.text, "chmod 600"));
    assert_null(strstr(why.text, "abc"));
    put(in_folder("s"), "abc", 3, 0400);
    assert_int_equal(file_read_secret(in_folder("s"), secret, sizeof secret, &why), ERR_NONE);
    assert_int_equal(file_read_secret(in_folder("none"), secret, sizeof secret, &why), ERR_MISSING);
}

static void a_written_file_is_there_whole_with_its_mode(void **state)
{
    struct fault why;
    struct stat st;
    char *text;
    size_t len;

    (void)state;
    (void)umask(022);
    assert_int_equal(file_write(in_folder("f"), "first\0bytes", 11, 0600, &why), ERR_NONE);
    assert_int_equal(stat(in_folder("f"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(file_read(in_folder("f"), 100, &text, &len, &why), ERR_NONE);
    assert_int_equal(len, 11);
    assert_memory_equal(text, "first\0bytes", 11);
    free(text);
    assert_int_equal(files_in_folder(), 1);
}

/* Who had the old file open keeps the old bytes: it was replaced, not written over. */
static void a_file_is_replaced_not_written_over(void **state)
{
    struct fault why;
    char old[8] = "";
    int fd;

    (void)state;
    assert_int_equal(file_write(in_folder("f"), "old", 3, 0644, &why), ERR_NONE);
    fd = open(in_folder("f"), O_RDONLY);
    assert_true(fd >= 0);
    put(in_folder("f.new"), "left by a crash", 15, 0666);
    assert_int_equal(file_write(in_folder("f"), "newer", 5, 0600, &why), ERR_NONE);
    assert_int_equal(read(fd, old, sizeof old), 3);
    assert_memory_equal(old, "old", 3);
    (void)close(fd);
    assert_int_equal(files_in_folder(), 1);
}

static void a_write_that_fails_leaves_the_old_file_and_nothing_beside(void **state)
{
    struct fault why;
    char longer[PATH_MAX + 10];

    (void)state;
    assert_int_equal(mkdir(in_folder("d"), 0700), 0); /* a folder cannot be replaced by a file */
    put(in_folder("d/f"), "x", 1, 0600);
    assert_int_equal(file_write(in_folder("d"), "new", 3, 0600, &why), ERR_IO);
    assert_int_equal(files_in_folder(), 1);
    assert_int_equal(file_write(in_folder("none/f"), "new", 3, 0600, &why), ERR_IO);
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    assert_int_equal(file_write(longer, "new", 3, 0600, &why), ERR_RANGE);
}

static void a_folder_is_made_with_its_parents_for_its_owner_only(void **state)
{
    struct fault why;
    struct stat st;

    (void)state;
    assert_int_equal(file_make_folder(in_folder("a/b//c/"), &why), ERR_NONE);
    assert_int_equal(stat(in_folder("a/b/c"), &st), 0);
    assert_true(S_ISDIR(st.st_mode));
    assert_int_equal(st.st_mode & 0777, 0700);
    assert_int_equal(file_make_folder(in_folder("a/b/c"), &why), ERR_NONE); /* again */
}

static void a_folder_cannot_be_where_a_file_is(void **state)
{
    struct fault why;
    char longer[PATH_MAX + 10];

    (void)state;
    put(in_folder("f"), "x", 1, 0600);
    assert_int_equal(file_make_folder(in_folder("f"), &why), ERR_IO);
    assert_int_equal(file_make_folder(in_folder("f/g"), &why), ERR_IO);
    assert_int_equal(file_make_folder("", &why), ERR_RANGE);
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    assert_int_equal(file_make_folder(longer, &why), ERR_RANGE);
}

#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(a_file_is_read_whole_up_to_its_ceiling),
        IN_A_FOLDER(what_is_no_file_is_refused_by_name),
        IN_A_FOLDER(a_secret_is_one_line_without_its_end),
        IN_A_FOLDER(a_secret_that_others_may_touch_is_refused),
        IN_A_FOLDER(a_written_file_is_there_whole_with_its_mode),
        IN_A_FOLDER(a_file_is_replaced_not_written_over),
        IN_A_FOLDER(a_write_that_fails_leaves_the_old_file_and_nothing_beside),
        IN_A_FOLDER(a_folder_is_made_with_its_parents_for_its_owner_only),
        IN_A_FOLDER(a_folder_cannot_be_where_a_file_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
