/* The shift that is on at the running daemon: seen, its hand-over sheet, a line for its log. */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "ask.h"
#include "command.h"

struct given {
    const char *config, *by, *supplier, *site, *point, *incident;
    char **words;
    int count;
};

static int read_options(int argc, char **argv, struct given *g)
{
    static const struct option OPTIONS[] = { { "config", required_argument, NULL, 'c' },
                                             { "by", required_argument, NULL, 'b' },
                                             { "supplier", required_argument, NULL, 's' },
                                             { "site", required_argument, NULL, 't' },
                                             { "point", required_argument, NULL, 'p' },
                                             { "incident", required_argument, NULL, 'i' },
                                             { NULL, 0, NULL, 0 } };
    int option;

    *g = (struct given){ NULL, "", "", "", "", "", NULL, 0 };
    while ((option = getopt_long(argc, argv, "c:b:s:t:p:i:", OPTIONS, NULL)) != -1)
        switch (option) {
        case 'c': g->config = optarg; break;
        case 'b': g->by = optarg; break;
        case 's': g->supplier = optarg; break;
        case 't': g->site = optarg; break;
        case 'p': g->point = optarg; break;
        case 'i': g->incident = optarg; break;
        default: return CTL_USAGE;
        }
    g->words = argv + optind;
    g->count = argc - optind;
    return g->config == NULL || g->count < 1 ? CTL_USAGE : CTL_RIGHT;
}

static bool says_nothing_about(const struct given *g)
{
    return g->by[0] == '\0' && g->site[0] == '\0' && g->point[0] == '\0' && g->incident[0] == '\0';
}

int daemon_shift(int argc, char **argv)
{
    struct given g;

    if (read_options(argc, argv, &g) != CTL_RIGHT)
        return CTL_USAGE;
    if (g.count == 1 && strcmp(g.words[0], "show") == 0 && says_nothing_about(&g))
        return ask_tabbed(g.config, (const char *[]){ "shift", "show", g.supplier }, 3);
    if (g.count == 2 && strcmp(g.words[0], "sheet") == 0 && says_nothing_about(&g))
        return ask_tabbed(g.config, (const char *[]){ "shift", "sheet", g.words[1], g.supplier }, 4);
    if (g.count == 2 && strcmp(g.words[0], "note") == 0 && g.by[0] != '\0' && g.words[1][0] != '\0')
        return ask_tabbed(
            g.config,
            (const char *[]){ "shift", "note", g.by, g.supplier, g.site, g.point, g.incident, g.words[1] },
            8);
    return CTL_USAGE;
}
