#include "ask.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/file.h"
#include "command.h"
#include "conf/table.h"

enum { FIRST_MAX = 512 };

/* ---- which daemon ---- */

struct journal_row {
    char folder[PATH_MAX];
};

static const struct conf_setting JOURNAL[] = {
    { CONF_PATH("folder", struct journal_row, folder), .required = true, .help = "made when missing" },
};

/* Only the folder is of interest here: the daemon itself says what else is wrong with the file. */
static enum err find_folder(const char *path, struct journal_row *out, struct fault *why)
{
    struct conf_mistakes m;
    struct conf_file *file;
    const struct conf_node *journal;
    enum err rc;

    conf_mistakes_init(&m, 0);
    rc = conf_load(path, &file, &m);
    if (rc != ERR_NONE) {
        conf_mistakes_clear(&m);
        return fault_set(why, rc, "%s: cannot be read", path);
    }
    journal = conf_get(conf_root(file), "journal");
    if (journal != NULL)
        (void)conf_apply(JOURNAL, COUNT_OF(JOURNAL), journal, out, &m);
    rc = journal != NULL && out->folder[0] != '\0'
             ? ERR_NONE
             : fault_set(why, ERR_CONFIG, "%s: names no folder of a journal", path);
    conf_file_free(file);
    conf_mistakes_clear(&m);
    return rc;
}

/* ---- asking ---- */

static enum err connect_to(const char *folder, int *out, struct fault *why)
{
    struct sockaddr_un address;
    int dir = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC), problem;

    if (dir < 0)
        return fault_set(why, ERR_MISSING, "%s: %s", folder, strerror(errno));
    *out = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    file_socket_in(dir, "control", &address);
    problem = *out < 0 || connect(*out, (struct sockaddr *)&address, sizeof address) != 0 ? errno : 0;
    (void)close(dir);
    if (problem == 0)
        return ERR_NONE;
    if (*out >= 0)
        (void)close(*out);
    return fault_set(why, ERR_PEER, "%s/control: %s%s", folder, strerror(problem),
                     problem == ECONNREFUSED || problem == ENOENT ? ": no daemon runs with this journal"
                                                                  : "");
}

/* The first line says ok or no and why; the rest is for the reader. */
static enum err tell_answer(FILE *from, FILE *right, FILE *wrong, struct fault *why)
{
    char first[FIRST_MAX], block[4096];
    size_t n;
    bool is_right;
    FILE *to;

    if (fgets(first, sizeof first, from) == NULL)
        return fault_set(why, ERR_PEER, "the daemon gave no answer: is this its account, or root?");
    is_right = strncmp(first, "ok", 2) == 0;
    to = is_right ? right : wrong;
    while ((n = fread(block, 1, sizeof block, from)) > 0)
        if (to != NULL)
            (void)fwrite(block, 1, n, to);
    first[strcspn(first, "\n")] = '\0';
    if (!is_right)
        return fault_set(why, ERR_STATE, "%s", strlen(first) > 3 ? first + 3 : "refused");
    if (strlen(first) > 3) /* how many, or what was done: beside the answer, which a program may read */
        (void)fprintf(stderr, "%s\n", first + 3);
    return fflush(right) == 0 ? ERR_NONE : fault_set(why, ERR_IO, "the answer cannot be written");
}

enum err ask(const char *config, const char *line, FILE *right, FILE *wrong, struct fault *why)
{
    struct journal_row row = { .folder = "" };
    FILE *answer;
    int fd = -1;
    enum err rc = find_folder(config, &row, why);

    if (rc == ERR_NONE)
        rc = connect_to(row.folder, &fd, why);
    if (rc != ERR_NONE)
        return rc;
    if (send(fd, line, strlen(line), MSG_NOSIGNAL) != (ssize_t)strlen(line) ||
        (answer = fdopen(fd, "r")) == NULL) {
        rc = fault_set(why, ERR_PEER, "%s/control: %s", row.folder, strerror(errno));
        (void)close(fd);
        return rc;
    }
    rc = tell_answer(answer, right, wrong, why);
    (void)fclose(answer);
    return rc;
}

int ask_daemon(const char *config, const char *line, FILE *to)
{
    struct fault why;

    if (ask(config, line, to, stderr, &why) == ERR_NONE)
        return CTL_RIGHT;
    (void)fprintf(stderr, "capnuocctl: %s\n", why.text);
    return CTL_WRONG;
}

int ask_tabbed(const char *config, const char *const *words, size_t n)
{
    struct strbuf line;
    int code = CTL_USAGE;

    strbuf_init(&line, ASK_MAX - 1);
    for (size_t i = 0; i < n; i++) {
        if (strpbrk(words[i], "\t\n") != NULL)
            line.failed = true;
        strbuf_puts(&line, words[i]);
        strbuf_putc(&line, i + 1 < n ? '\t' : '\n');
    }
    if (line.failed)
        (void)fprintf(stderr, "capnuocctl: too long, or a tab in it\n");
    else
        code = ask_daemon(config, line.text, stdout);
    strbuf_clear(&line);
    return code;
}
