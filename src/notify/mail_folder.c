/* E-mail without a server: files in a folder. */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "mail_inner.h"

static const char ENDING[] = ".eml";

/* The letter's name, the same for the same. */
static bool path_of(const struct mail_settings *s, const char *id, char out[PATH_MAX])
{
    int head = snprintf(out, PATH_MAX, "%s/", s->folder);
    int len = head < 0 || head >= PATH_MAX
                  ? PATH_MAX
                  : snprintf(out + head, (size_t)(PATH_MAX - head), "%s%s", id, ENDING);

    if (len >= PATH_MAX - head)
        return false;
    for (char *c = out + head; *c != '\0'; c++)
        if (*c == '/')
            *c = '.';
    return true;
}

static bool is_mail(const char *name)
{
    size_t n = strlen(name);

    return name[0] != '.' && n > strlen(ENDING) && strcmp(name + n - strlen(ENDING), ENDING) == 0;
}

/* The one that was written first, when there are too many.  False: there are not. */
static bool oldest(const char *folder, char out[PATH_MAX])
{
    DIR *d = opendir(folder);
    const struct dirent *e;
    struct timespec first = { 0 };
    struct stat st;
    size_t n = 0;

    while (d != NULL && (e = readdir(d)) != NULL) {
        if (!is_mail(e->d_name) || fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
            !S_ISREG(st.st_mode))
            continue;
        if (n++ > 0 && (st.st_mtim.tv_sec > first.tv_sec ||
                        (st.st_mtim.tv_sec == first.tv_sec && st.st_mtim.tv_nsec >= first.tv_nsec)))
            continue;
        first = st.st_mtim;
        (void)snprintf(out, PATH_MAX, "%s/%s", folder, e->d_name);
    }
    if (d != NULL)
        (void)closedir(d);
    return n > MAIL_FILES_MAX;
}

enum carried mail_to_folder(void *self, const struct parcel *p, const atomic_bool *stop,
                            char why[LETTER_WHY_MAX], int64_t *wait_ms)
{
    const struct mail_settings *s = self;
    const struct mail m = mail_of(s, p);
    enum carried answer = CARRIED_DOWN;
    char path[PATH_MAX];
    struct fault fault = { .text = "" };
    struct strbuf bytes;

    *wait_ms = 0; /* it says none */
    strbuf_init(&bytes, (size_t)4 * MAIL_BODY_MAX);
    mail_write(&bytes, &m);
    if (bytes.failed || !path_of(s, p->id, path)) {
        (void)snprintf(why, LETTER_WHY_MAX, "no memory for the text, or its path is too long");
    } else if (file_make_folder(s->folder, &fault) != ERR_NONE ||
               file_write(path, bytes.text, bytes.len, 0640, &fault) != ERR_NONE) {
        (void)snprintf(why, LETTER_WHY_MAX, "%s", fault.text);
    } else {
        (void)snprintf(why, LETTER_WHY_MAX, "put into the folder");
        answer = CARRIED_TAKEN;
    }
    strbuf_clear(&bytes);
    while (!atomic_load(stop) && oldest(s->folder, path) && unlink(path) == 0)
        ;
    return answer;
}
