/* Configurations of the running daemon, and what it learned beside them. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "ask.h"
#include "command.h"

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
    return ask_daemon(config, line, stdout);
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
    return config == NULL || optind != argc ? CTL_USAGE : ask_daemon(config, "diff\n", stdout);
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
    return ask_daemon(config, line, stdout);
}
