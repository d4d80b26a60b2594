/* Readings that the database refused: seen, delivered after all, or given up. */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "ask.h"
#include "command.h"

static bool is_word(const char *text)
{
    return text[0] != '\0' && strlen(text) <= NAME_LONGEST && strpbrk(text, " \n") == NULL;
}

static int settle_or_list(const char *config, const char *verb, const char *which, const char *by)
{
    char line[ASK_MAX];

    if (strcmp(verb, "list") == 0 && which == NULL)
        return ask_daemon(config, "quarantine list\n", stdout);
    if ((strcmp(verb, "retry") != 0 && strcmp(verb, "discard") != 0) || which == NULL || by == NULL)
        return CTL_USAGE;
    if (!is_word(which) || by[0] == '\0' || strlen(by) > NAME_LONGEST || strchr(by, '\n') != NULL) {
        (void)fprintf(stderr, "capnuocctl: an entry is named as the list does; a name has 1 to %d bytes\n",
                      NAME_LONGEST);
        return CTL_USAGE;
    }
    (void)snprintf(line, sizeof line, "quarantine %s %s %s\n", verb, which, by);
    return ask_daemon(config, line, stdout);
}

int daemon_quarantine(int argc, char **argv)
{
    static const struct option OPTIONS[] = { { "config", required_argument, NULL, 'c' },
                                             { "by", required_argument, NULL, 'b' },
                                             { NULL, 0, NULL, 0 } };
    const char *config = NULL, *by = NULL;
    int option;

    while ((option = getopt_long(argc, argv, "c:b:", OPTIONS, NULL)) != -1)
        switch (option) {
        case 'c': config = optarg; break;
        case 'b': by = optarg; break;
        default: return CTL_USAGE;
        }
    if (config == NULL || optind == argc || argc - optind > 2)
        return CTL_USAGE;
    return settle_or_list(config, argv[optind], argc - optind == 2 ? argv[optind + 1] : NULL, by);
}
