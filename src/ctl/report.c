/* Reports of the running daemon: shown, issued, given again byte by byte. */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "ask.h"
#include "command.h"

/* Their words after a tab each; false: they do not fit into one line. */
static bool write_line(char line[ASK_MAX], const char *const *words, size_t count)
{
    size_t n = (size_t)snprintf(line, ASK_MAX, "report");

    for (size_t i = 0; i < count; i++) {
        size_t len = strlen(words[i]);
        if (n + len + 3 > ASK_MAX || strpbrk(words[i], "\t\n") != NULL)
            return false;
        line[n++] = '\t';
        memcpy(line + n, words[i], len);
        n += len;
    }
    line[n++] = '\n';
    line[n] = '\0';
    return true;
}

/* What the daemon is asked, of what was given; 0: not understood. */
static size_t words_of(char **given, int count, const char *by, const char *words[8])
{
    if (count == 1 && by == NULL && strcmp(given[0], "list") == 0) {
        words[0] = given[0];
        return 1;
    }
    if (count == 3 && by == NULL && strcmp(given[0], "print") == 0) {
        memcpy(words, given, 3 * sizeof *words);
        return 3;
    }
    if ((count == 5 || count == 6) && by == NULL && strcmp(given[0], "preview") == 0) {
        memcpy(words, given, 5 * sizeof *words);
        words[5] = count == 6 ? given[5] : "";
        return 6;
    }
    if ((count == 4 || count == 5) && by != NULL && strcmp(given[0], "issue") == 0) {
        words[0] = given[0];
        words[1] = by;
        memcpy(words + 2, given + 1, 3 * sizeof *words);
        words[5] = count == 5 ? given[4] : "";
        return 6;
    }
    return 0;
}

int daemon_report(int argc, char **argv)
{
    static const struct option OPTIONS[] = { { "config", required_argument, NULL, 'c' },
                                             { "by", required_argument, NULL, 'b' },
                                             { NULL, 0, NULL, 0 } };
    const char *config = NULL, *by = NULL, *words[8];
    char line[ASK_MAX];
    size_t n;
    int option;

    while ((option = getopt_long(argc, argv, "c:b:", OPTIONS, NULL)) != -1)
        switch (option) {
        case 'c': config = optarg; break;
        case 'b': by = optarg; break;
        default: return CTL_USAGE;
        }
    n = words_of(argv + optind, argc - optind, by, words);
    if (config == NULL || n == 0 || !write_line(line, words, n))
        return CTL_USAGE;
    return ask_daemon(config, line, stdout);
}
