/* Who is on duty by the running daemon's rosters, and what is changed of it for a while. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "ask.h"
#include "command.h"

struct given {
    const char *config, *at, *from, *until, *by, *why;
    char **words;
    int count;
};

static int read_options(int argc, char **argv, struct given *g)
{
    static const struct option OPTIONS[] = { { "config", required_argument, NULL, 'c' },
                                             { "at", required_argument, NULL, 'a' },
                                             { "from", required_argument, NULL, 'f' },
                                             { "until", required_argument, NULL, 'u' },
                                             { "by", required_argument, NULL, 'b' },
                                             { "why", required_argument, NULL, 'w' },
                                             { NULL, 0, NULL, 0 } };
    int option;

    *g = (struct given){ NULL, NULL, "-", "", "", "", NULL, 0 };
    while ((option = getopt_long(argc, argv, "c:a:f:u:b:w:", OPTIONS, NULL)) != -1)
        switch (option) {
        case 'c': g->config = optarg; break;
        case 'a': g->at = optarg; break;
        case 'f': g->from = optarg; break;
        case 'u': g->until = optarg; break;
        case 'b': g->by = optarg; break;
        case 'w': g->why = optarg; break;
        default: return CTL_USAGE;
        }
    g->words = argv + optind;
    g->count = argc - optind;
    return g->config == NULL ? CTL_USAGE : CTL_RIGHT;
}

static int change(const struct given *g)
{
    const char *verb = g->words[0];

    if (g->by[0] == '\0' || g->count < 2)
        return CTL_USAGE;
    if (g->count == 2 && strcmp(verb, "withdraw") == 0)
        return ask_tabbed(g->config, (const char *[]){ "duty", verb, g->words[1], g->by, g->why }, 5);
    if (g->until[0] == '\0' || g->why[0] == '\0')
        return CTL_USAGE;
    if (g->count == 4 && strcmp(verb, "substitute") == 0)
        return ask_tabbed(g->config,
                          (const char *[]){ "duty", verb, g->words[1], g->words[2], g->words[3], g->from,
                                            g->until, g->by, g->why },
                          9);
    if (g->count == 3 && (strcmp(verb, "guest") == 0 || strcmp(verb, "reach") == 0))
        return ask_tabbed(g->config,
                          (const char *[]){ "duty", verb, g->words[1], g->words[2], g->until, g->by, g->why },
                          7);
    return CTL_USAGE;
}

int daemon_duty(int argc, char **argv)
{
    struct given g;

    if (read_options(argc, argv, &g) != CTL_RIGHT)
        return CTL_USAGE;
    if (g.count == 0)
        return ask_tabbed(g.config, (const char *[]){ "duty", g.at == NULL ? "" : g.at },
                          g.at == NULL ? 1 : 2);
    if (g.count == 1 && strcmp(g.words[0], "changes") == 0)
        return ask_tabbed(g.config, (const char *[]){ "duty", "changes" }, 2);
    return change(&g);
}
