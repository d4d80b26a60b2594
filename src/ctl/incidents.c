/* The incidents of the running daemon, and what people tell of them. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "ask.h"
#include "command.h"

struct given {
    const char *config, *by;
    char **words;
    int count;
};

static int read_options(int argc, char **argv, struct given *g)
{
    static const struct option OPTIONS[] = { { "config", required_argument, NULL, 'c' },
                                             { "by", required_argument, NULL, 'b' },
                                             { NULL, 0, NULL, 0 } };
    int option;

    *g = (struct given){ NULL, NULL, NULL, 0 };
    while ((option = getopt_long(argc, argv, "c:b:", OPTIONS, NULL)) != -1)
        switch (option) {
        case 'c': g->config = optarg; break;
        case 'b': g->by = optarg; break;
        default: return CTL_USAGE;
        }
    g->words = argv + optind;
    g->count = argc - optind;
    return g->config == NULL ? CTL_USAGE : CTL_RIGHT;
}

int daemon_incidents(int argc, char **argv)
{
    struct given g;
    char line[ASK_MAX];

    if (read_options(argc, argv, &g) != CTL_RIGHT || g.by != NULL || g.count > 1 ||
        (g.count == 1 && strspn(g.words[0], "0123456789") != strlen(g.words[0])))
        return CTL_USAGE;
    (void)snprintf(line, sizeof line, "incidents%s%.20s\n", g.count == 1 ? " " : "",
                   g.count == 1 ? g.words[0] : "");
    return ask_daemon(g.config, line, stdout);
}

/* The word, who, and what else was given, with tabs between. */
static int ask_words(const char *word, const struct given *g)
{
    char line[ASK_MAX];
    size_t n = (size_t)snprintf(line, sizeof line, "%s\t%s", word, g->by);

    for (int i = 0; i < g->count; i++) {
        size_t len = strlen(g->words[i]);
        if (n + len + 3 > sizeof line || strpbrk(g->words[i], "\t\n") != NULL)
            return CTL_USAGE;
        line[n++] = '\t';
        memcpy(line + n, g->words[i], len);
        n += len;
    }
    line[n++] = '\n';
    line[n] = '\0';
    return ask_daemon(g->config, line, stdout);
}

static int take(int argc, char **argv, int least)
{
    struct given g;

    if (read_options(argc, argv, &g) != CTL_RIGHT || g.by == NULL || g.by[0] == '\0' ||
        strlen(g.by) > NAME_LONGEST || strpbrk(g.by, "\t\n") != NULL || g.count < least)
        return CTL_USAGE;
    return ask_words(argv[0], &g);
}

int daemon_step(int argc, char **argv)
{
    return take(argc, argv, 2);
}

int daemon_call(int argc, char **argv)
{
    return take(argc, argv, 1);
}
