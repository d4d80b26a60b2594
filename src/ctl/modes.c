/* The modes of the running daemon: seen, begun, ended. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "ask.h"
#include "command.h"

struct given {
    const char *config, *by, *until, *why;
    char **words;
    int count;
};

static int read_options(int argc, char **argv, struct given *g)
{
    static const struct option OPTIONS[] = { { "config", required_argument, NULL, 'c' },
                                             { "by", required_argument, NULL, 'b' },
                                             { "until", required_argument, NULL, 'u' },
                                             { "why", required_argument, NULL, 'w' },
                                             { NULL, 0, NULL, 0 } };
    int option;

    *g = (struct given){ NULL, "", "", "", NULL, 0 };
    while ((option = getopt_long(argc, argv, "c:b:u:w:", OPTIONS, NULL)) != -1)
        switch (option) {
        case 'c': g->config = optarg; break;
        case 'b': g->by = optarg; break;
        case 'u': g->until = optarg; break;
        case 'w': g->why = optarg; break;
        default: return CTL_USAGE;
        }
    g->words = argv + optind;
    g->count = argc - optind;
    return g->config == NULL || g->count < 1 ? CTL_USAGE : CTL_RIGHT;
}

int daemon_mode(int argc, char **argv)
{
    struct given g;

    if (read_options(argc, argv, &g) != CTL_RIGHT)
        return CTL_USAGE;
    if (g.count == 1 && strcmp(g.words[0], "list") == 0)
        return ask_tabbed(g.config, (const char *[]){ "mode", "list" }, 2);
    if (g.by[0] == '\0')
        return CTL_USAGE;
    if (g.count == 4 && strcmp(g.words[0], "begin") == 0 && g.until[0] != '\0' && g.why[0] != '\0')
        return ask_tabbed(
            g.config,
            (const char *[]){ "mode", "begin", g.words[1], g.words[2], g.words[3], g.until, g.by, g.why }, 8);
    if (g.count == 2 && strcmp(g.words[0], "end") == 0)
        return ask_tabbed(g.config, (const char *[]){ "mode", "end", g.words[1], g.by, g.why }, 5);
    return CTL_USAGE;
}
