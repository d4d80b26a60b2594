/* The open alarms of the running daemon, and that somebody has seen one. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "ask.h"
#include "command.h"

struct given {
    const char *config, *by, *id;
};

static int read_options(int argc, char **argv, struct given *g)
{
    static const struct option OPTIONS[] = { { "config", required_argument, NULL, 'c' },
                                             { "by", required_argument, NULL, 'b' },
                                             { NULL, 0, NULL, 0 } };
    int option;

    *g = (struct given){ NULL, NULL, NULL };
    while ((option = getopt_long(argc, argv, "c:b:", OPTIONS, NULL)) != -1)
        switch (option) {
        case 'c': g->config = optarg; break;
        case 'b': g->by = optarg; break;
        default: return CTL_USAGE;
        }
    if (argc - optind == 1)
        g->id = argv[optind];
    return g->config == NULL || argc - optind > 1 ? CTL_USAGE : CTL_RIGHT;
}

int daemon_alarms(int argc, char **argv)
{
    struct given g;

    if (read_options(argc, argv, &g) != CTL_RIGHT || g.id != NULL || g.by != NULL)
        return CTL_USAGE;
    return ask_daemon(g.config, "alarms\n", stdout);
}

int daemon_ack(int argc, char **argv)
{
    struct given g;
    char line[ASK_MAX];

    if (read_options(argc, argv, &g) != CTL_RIGHT || g.id == NULL || g.by == NULL || g.by[0] == '\0' ||
        strlen(g.by) > NAME_LONGEST || strpbrk(g.id, " \n") != NULL || strchr(g.by, '\n') != NULL)
        return CTL_USAGE;
    (void)snprintf(line, sizeof line, "ack %.40s %s\n", g.id, g.by);
    return ask_daemon(g.config, line, stdout);
}
