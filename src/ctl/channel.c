/* The channels of the running daemon: how they are, who can be told, one tried with a test message. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "ask.h"
#include "command.h"

int daemon_channel(int argc, char **argv)
{
    static const struct option OPTIONS[] = { { "config", required_argument, NULL, 'c' },
                                             { "by", required_argument, NULL, 'b' },
                                             { NULL, 0, NULL, 0 } };
    const char *config = NULL, *by = NULL, *what;
    char **words;
    int option, count;

    while ((option = getopt_long(argc, argv, "c:b:", OPTIONS, NULL)) != -1)
        switch (option) {
        case 'c': config = optarg; break;
        case 'b': by = optarg; break;
        default: return CTL_USAGE;
        }
    words = argv + optind;
    count = argc - optind;
    what = count > 0 ? words[0] : "";
    if (config == NULL)
        return CTL_USAGE;
    if (count == 1 && by == NULL && (strcmp(what, "list") == 0 || strcmp(what, "contacts") == 0))
        return ask_tabbed(config, (const char *[]){ "channel", what }, 2);
    if (count == 3 && by != NULL && by[0] != '\0' && strcmp(what, "test") == 0)
        return ask_tabbed(config, (const char *[]){ "channel", "test", words[1], words[2], by }, 5);
    return CTL_USAGE;
}
