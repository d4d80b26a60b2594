/* Asks the running daemon: by the socket in its journal's folder, which the daemon file names. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/file.h"
#include "command.h"
#include "conf/table.h"

enum { ASK_MAX = 160, FIRST_MAX = 512, NAME_LONGEST = 63 };

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
static int tell_answer(FILE *from)
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
        (void)fwrite(block, 1, n, right ? stdout : stderr);
    if (!right)
        (void)fprintf(stderr, "capnuocctl: %s", strlen(first) > 3 ? first + 3 : "refused\n");
    return right && fflush(stdout) == 0 ? CTL_RIGHT : CTL_WRONG;
}

static int ask(const char *config, const char *line)
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
    code = tell_answer(answer);
    (void)fclose(answer);
    return code;
}

/* ---- the commands ---- */

int daemon_reload(int argc, char **argv)
{
    static const struct option OPTIONS[] = { { "config", required_argument, NULL, 'c' },
                                             { "by", required_argument, NULL, 'b' },
                                             { NULL, 0, NULL, 0 } };
    const char *config = NULL, *by = NULL;
    char line[ASK_MAX];
    int option;

    while ((option = getopt_long(argc, argv, "c:b:", OPTIONS, NULL)) != -1)
        switch (option) {
        case 'c': config = optarg; break;
        case 'b': by = optarg; break;
        default: return CTL_USAGE;
        }
    if (config == NULL || by == NULL || optind != argc)
        return CTL_USAGE;
    if (by[0] == '\0' || strlen(by) > NAME_LONGEST || strchr(by, '\n') != NULL) {
        (void)fprintf(stderr, "capnuocctl: a name has 1 to %d bytes on one line\n", NAME_LONGEST);
        return CTL_USAGE;
    }
    (void)snprintf(line, sizeof line, "reload %s\n", by);
    return ask(config, line);
}

int daemon_diff(int argc, char **argv)
{
    static const struct option OPTIONS[] = { { "config", required_argument, NULL, 'c' },
                                             { NULL, 0, NULL, 0 } };
    const char *config = NULL;
    int option;

    while ((option = getopt_long(argc, argv, "c:", OPTIONS, NULL)) != -1) {
        if (option != 'c')
            return CTL_USAGE;
        config = optarg;
    }
    return config == NULL || optind != argc ? CTL_USAGE : ask(config, "diff\n");
}

int daemon_forget(int argc, char **argv)
{
    static const struct option OPTIONS[] = { { "config", required_argument, NULL, 'c' },
                                             { NULL, 0, NULL, 0 } };
    const char *config = NULL;
    char line[ASK_MAX];
    int option;

    while ((option = getopt_long(argc, argv, "c:", OPTIONS, NULL)) != -1) {
        if (option != 'c')
            return CTL_USAGE;
        config = optarg;
    }
    if (config == NULL || optind == argc || argc - optind > 2)
        return CTL_USAGE;
    for (int i = optind; i < argc; i++)
        if (argv[i][0] == '\0' || strlen(argv[i]) > NAME_LONGEST || strpbrk(argv[i], " \n") != NULL) {
            (void)fprintf(stderr, "capnuocctl: \"%s\" is no id of a wire or device\n", argv[i]);
            return CTL_USAGE;
        }
    (void)snprintf(line, sizeof line, "forget %s%s%s\n", argv[optind], argc - optind == 2 ? " " : "",
                   argc - optind == 2 ? argv[optind + 1] : "");
    return ask(config, line);
}
