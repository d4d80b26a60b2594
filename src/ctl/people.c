/* Accounts and tokens, as the daemon on this machine knows them: a way in when nobody can sign in. */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "ask.h"
#include "command.h"

struct given {
    const char *config, *role, *lang, *supplier, *sites, *from, *until, *full_name;
    bool leads;
    char **words;
    int count;
};

static bool read_options(int argc, char **argv, struct given *g)
{
    static const struct option OPTIONS[] = {
        { "config", required_argument, NULL, 'c' }, { "role", required_argument, NULL, 'r' },
        { "lang", required_argument, NULL, 'l' },   { "supplier", required_argument, NULL, 's' },
        { "sites", required_argument, NULL, 'i' },  { "from", required_argument, NULL, 'f' },
        { "until", required_argument, NULL, 'u' },  { "full-name", required_argument, NULL, 'n' },
        { "leads", no_argument, NULL, 'h' },        { NULL, 0, NULL, 0 },
    };
    int option;

    *g = (struct given){ NULL, "", "vi", "", "", "", "", "", false, NULL, 0 };
    while ((option = getopt_long(argc, argv, "c:", OPTIONS, NULL)) != -1)
        switch (option) {
        case 'c': g->config = optarg; break;
        case 'r': g->role = optarg; break;
        case 'l': g->lang = optarg; break;
        case 's': g->supplier = optarg; break;
        case 'i': g->sites = optarg; break;
        case 'f': g->from = optarg; break;
        case 'u': g->until = optarg; break;
        case 'n': g->full_name = optarg; break;
        case 'h': g->leads = true; break;
        default: return false;
        }
    g->words = argv + optind;
    g->count = argc - optind;
    return g->config != NULL && g->count >= 1;
}

/* Words stand between tabs, so none of them may hold one. */
static int ask_with(const struct given *g, const char *const *words, size_t n)
{
    char line[ASK_MAX];
    size_t used = 0;

    for (size_t i = 0; i < n; i++) {
        size_t len = strlen(words[i]);
        if (used + len + 2 > sizeof line || strpbrk(words[i], "\t\n") != NULL) {
            (void)fprintf(stderr, "capnuocctl: too long, or a tab in it: \"%.60s\"\n", words[i]);
            return CTL_USAGE;
        }
        memcpy(line + used, words[i], len);
        used += len;
        line[used++] = i + 1 < n ? '\t' : '\n';
    }
    line[used] = '\0';
    return ask_daemon(g->config, line, stdout);
}

int daemon_user(int argc, char **argv)
{
    struct given g;

    if (!read_options(argc, argv, &g))
        return CTL_USAGE;
    if (g.count == 1 && strcmp(g.words[0], "list") == 0)
        return ask_with(&g, (const char *[]){ "user", "list" }, 2);
    if (g.count == 2 && strcmp(g.words[0], "add") == 0)
        return ask_with(&g,
                        (const char *[]){ "user", "add", g.words[1], g.role, g.lang, g.supplier,
                                          g.leads ? "1" : "0",
                                          g.full_name[0] == '\0' ? g.words[1] : g.full_name },
                        8);
    if (g.count == 3 && strcmp(g.words[0], "role") == 0)
        return ask_with(&g, (const char *[]){ "user", "role", g.words[1], g.words[2] }, 4);
    return g.count == 2 ? ask_with(&g, (const char *[]){ "user", g.words[0], g.words[1] }, 3) : CTL_USAGE;
}

int daemon_token(int argc, char **argv)
{
    struct given g;

    if (!read_options(argc, argv, &g))
        return CTL_USAGE;
    if (g.count == 1 && strcmp(g.words[0], "list") == 0)
        return ask_with(&g, (const char *[]){ "token", "list" }, 2);
    if (g.count == 2 && strcmp(g.words[0], "add") == 0)
        return ask_with(
            &g, (const char *[]){ "token", "add", g.role, g.supplier, g.sites, g.from, g.until, g.words[1] },
            8);
    if (g.count == 2 && strcmp(g.words[0], "revoke") == 0)
        return ask_with(&g, (const char *[]){ "token", "revoke", g.words[1] }, 3);
    return CTL_USAGE;
}
