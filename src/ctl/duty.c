/* Who is on duty by the running daemon's rosters. */
#include <getopt.h>
#include <stdio.h>

#include "ask.h"
#include "command.h"

int daemon_duty(int argc, char **argv)
{
    static const struct option OPTIONS[] = { { "config", required_argument, NULL, 'c' },
                                             { "at", required_argument, NULL, 'a' },
                                             { NULL, 0, NULL, 0 } };
    const char *config = NULL, *at = NULL;
    int option;

    while ((option = getopt_long(argc, argv, "c:a:", OPTIONS, NULL)) != -1)
        switch (option) {
        case 'c': config = optarg; break;
        case 'a': at = optarg; break;
        default: return CTL_USAGE;
        }
    if (config == NULL || optind != argc)
        return CTL_USAGE;
    return ask_tabbed(config, (const char *[]){ "duty", at == NULL ? "" : at }, at == NULL ? 1 : 2);
}
