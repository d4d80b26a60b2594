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
static int tell_answer(FILE *from, FILE *to)
{
    char first[FIRST_MAX], block[4096];
    size_t n;
    bool right;

    if (fgets(first, sizeof first, from) == NULL) {
        (void)fputs("capnuocctl: the daemon gave no answer: is this its account, or root?\n", stderr);
        return CTL_WRONG;
    }
    right = strncmp(first, "ok", 2) == 0;
    while ((n = fread(block, 1, sizeof block, from)) > 0)
        (void)fwrite(block, 1, n, right ? to : stderr);
    if (!right)
        (void)fprintf(stderr, "capnuocctl: %s", strlen(first) > 3 ? first + 3 : "refused\n");
    return right && fflush(to) == 0 ? CTL_RIGHT : CTL_WRONG;
}

int ask_daemon(const char *config, const char *line, FILE *to)
{
    struct journal_row row = { .folder = "" };
    struct fault why;
    FILE *answer;
    int fd = -1, code;

    if (find_folder(config, &row, &why) != ERR_NONE || connect_to(row.folder, &fd, &why) != ERR_NONE) {
        (void)fprintf(stderr, "capnuocctl: %s\n", why.text);
        return CTL_WRONG;
    }
    if (send(fd, line, strlen(line), MSG_NOSIGNAL) != (ssize_t)strlen(line) ||
        (answer = fdopen(fd, "r")) == NULL) {
        (void)fprintf(stderr, "capnuocctl: %s/control: %s\n", row.folder, strerror(errno));
        (void)close(fd);
        return CTL_WRONG;
    }
    code = tell_answer(answer, to);
    (void)fclose(answer);
    return code;
}
