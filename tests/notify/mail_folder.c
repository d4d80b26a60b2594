/* E-mail into a folder: each letter one file, once, and no more of them than stay. */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "notify/mail.h"
#include "unit.h"

static char FOLDER[] = "/tmp/mail-folder-XXXXXX";
static struct mail_settings S;

static int up(void **state)
{
    (void)state;
    (void)snprintf(FOLDER, sizeof FOLDER, "/tmp/mail-folder-XXXXXX");
    assert_non_null(mkdtemp(FOLDER));
    S = (struct mail_settings){ .from = "canhbao@example.vn" };
    (void)snprintf(S.folder, sizeof S.folder, "%s/thu", FOLDER);
    return 0;
}

static size_t each(void (*with)(const char *path))
{
    DIR *d = opendir(S.folder);
    const struct dirent *e;
    char path[PATH_MAX];
    size_t n = 0;

    while (d != NULL && (e = readdir(d)) != NULL) {
        if (e->d_name[0] == '.')
            continue;
        n++;
        (void)snprintf(path, sizeof path, "%s/%s", S.folder, e->d_name);
        if (with != NULL)
            with(path);
    }
    if (d != NULL)
        (void)closedir(d);
    return n;
}

static void drop(const char *path)
{
    (void)unlink(path);
}

static int down(void **state)
{
    (void)state;
    (void)each(drop);
    (void)rmdir(S.folder);
    (void)rmdir(FOLDER);
    return 0;
}

static enum carried put(const char *id, char why[LETTER_WHY_MAX])
{
    const atomic_bool stop = false;
    const struct carrier c = mail_carrier(&S);
    int64_t wait_ms = 0;
    const struct parcel p = { .to = "lan@example.vn",
                              .to_name = "Lan",
                              .subject = "Sự cố",
                              .text = "Nơi\n",
                              .brief = "",
                              .id = id,
                              .language = "vi" };

    return c.send(c.self, &p, &stop, why, &wait_ms);
}

static void a_letter_is_one_file_however_often_it_is_sent(void **state)
{
    char why[LETTER_WHY_MAX], path[PATH_MAX], *text;
    size_t len;

    (void)state;
    assert_int_equal(put("demo/1024/opened/0/lan/email", why), CARRIED_TAKEN);
    assert_int_equal(put("demo/1024/opened/0/lan/email", why), CARRIED_TAKEN);
    assert_string_equal(why, "put into the folder");
    assert_int_equal(each(NULL), 1);
    (void)snprintf(path, sizeof path, "%s/demo.1024.opened.0.lan.email.eml", S.folder);
    assert_int_equal(file_read(path, 65536, &text, &len, NULL), ERR_NONE);
    assert_non_null(strstr(text, "From: <canhbao@example.vn>\r\n"));
    assert_non_null(strstr(text, "<lan@example.vn>\r\n"));
    assert_non_null(strstr(text, "Message-ID: <capnuoc.demo.1024.opened.0.lan.email@example.vn>\r\n"));
    free(text);
}

static void a_folder_that_cannot_be_written_is_a_channel_that_is_down(void **state)
{
    char why[LETTER_WHY_MAX];

    (void)state;
    (void)snprintf(S.folder, sizeof S.folder, "/proc/nothing/here");
    assert_int_equal(put("demo/1/opened/0/lan/email", why), CARRIED_DOWN);
    assert_int_not_equal(why[0], '\0');
    (void)snprintf(S.folder, sizeof S.folder, "%s/thu", FOLDER);
}

static void the_oldest_go_when_there_are_too_many(void **state)
{
    const struct timespec long_ago[2] = { { 1000, 0 }, { 1000, 0 } };
    char path[PATH_MAX], why[LETTER_WHY_MAX];

    (void)state;
    assert_int_equal(file_make_folder(S.folder, NULL), ERR_NONE);
    for (int k = 0; k < MAIL_FILES_MAX; k++) {
        FILE *f;
        (void)snprintf(path, sizeof path, "%s/%04d.eml", S.folder, k);
        f = fopen(path, "w");
        assert_non_null(f);
        (void)fclose(f);
    }
    (void)snprintf(path, sizeof path, "%s/0500.eml", S.folder);
    assert_int_equal(utimensat(AT_FDCWD, path, long_ago, 0), 0);
    assert_int_equal(put("demo/1/opened/0/lan/email", why), CARRIED_TAKEN);
    assert_int_equal(each(NULL), MAIL_FILES_MAX);
    assert_int_not_equal(access(path, F_OK), 0);
}

static void one_of_server_and_folder(void **state)
{
    struct fault why;

    (void)state;
    assert_int_equal(mail_check(&S, &why), ERR_NONE);
    (void)snprintf(S.server, sizeof S.server, "smtps://mail.example.vn");
    assert_int_equal(mail_check(&S, &why), ERR_CONFIG);
    S.folder[0] = S.server[0] = '\0';
    assert_int_equal(mail_check(&S, &why), ERR_CONFIG);
    (void)snprintf(S.folder, sizeof S.folder, "%s/thu", FOLDER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_letter_is_one_file_however_often_it_is_sent, up, down),
        cmocka_unit_test_setup_teardown(a_folder_that_cannot_be_written_is_a_channel_that_is_down, up, down),
        cmocka_unit_test_setup_teardown(the_oldest_go_when_there_are_too_many, up, down),
        cmocka_unit_test_setup_teardown(one_of_server_and_folder, up, down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
