/* capnuocctl: what an engineer does with plant files beside the running daemon. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "command.h"

static const struct ctl_command COMMANDS[] = {
    { "export", "--plant FILE.yaml --to FILE.xlsx|FILE.csv", "a plant file as an I/O list in a spreadsheet",
      io_list_export },
    { "import", "--from FILE.xlsx|FILE.csv --to FILE.yaml [--unchecked]",
      "an I/O list from a spreadsheet as a plant file", io_list_import },
    { "audit",
      "--config FILE verify [--heads FILE] [--key PUBLIC] | show [--from TIME] [--to TIME] [--subject S] "
      "[--who NAME]",
      "the record of acts: whether it is whole and unaltered, or what is in it", audit_record },
    { "backup", "--config FILE FOLDER", "database, journal and configuration of this node, while it runs",
      backup_make },
    { "restore", "--config FILE [--only database|journal] FOLDER",
      "a backup into an empty database and an empty journal", backup_restore },
    { "diff", "--config FILE", "what a reload of the running daemon would change", daemon_diff },
    { "reload", "--config FILE --by NAME",
      "the running daemon takes its files again, as a whole or not at all", daemon_reload },
    { "alarms", "--config FILE", "the open alarms of the running daemon", daemon_alarms },
    { "ack", "--config FILE --by NAME ID", "somebody has seen that alarm", daemon_ack },
    { "mode",
      "--config FILE list | begin KIND site|device|point ID --until TIME --by NAME --why TEXT "
      "| end ID --by NAME [--why TEXT]",
      "calibration, maintenance, out_of_service, rota, drill or backwash of a place, until an end",
      daemon_mode },
    { "incidents", "--config FILE [ID]",
      "the open incidents of the running daemon, or one with all that was told", daemon_incidents },
    { "step", "--config FILE --by NAME ID STEP [FIELD=VALUE ...]",
      "what somebody tells of that incident: note, to, class, cause, control, measure, duty, large, member, "
      "incident, at, source, key",
      daemon_step },
    { "call", "--config FILE --by NAME site=ID|zone=ID [FIELD=VALUE ...]",
      "a customer called: note, at, class, caller, phone, incident (one that is known), key", daemon_call },
    { "shift",
      "--config FILE show [--supplier ID] | sheet html|json [--supplier ID] | note TEXT --by NAME "
      "[--supplier ID] "
      "[--site ID] [--point ID] [--incident ID]",
      "who is on at the running daemon with the log, the hand-over sheet as it is now, a line for the log",
      daemon_shift },
    { "duty",
      "--config FILE [--at TIME] | changes | substitute ROSTER WHO|- BY|- [--from TIME] --until TIME --by "
      "NAME "
      "--why TEXT | guest NAME ADDRESS --until TIME --by NAME --why TEXT | reach CONTACT ADDRESS --until "
      "TIME "
      "--by NAME --why TEXT | withdraw ID --by NAME [--why TEXT]",
      "who is on duty by the running daemon's rosters, who stands in for whom, and gaps; a substitute, a "
      "guest "
      "or another address for a while",
      daemon_duty },
    { "channel", "--config FILE list | contacts | test email|sms|webhook CONTACT --by NAME",
      "the channels of the running daemon, who can be told through them, a test message to one of them",
      daemon_channel },
    { "report",
      "--config FILE list | print ID json|csv|html | preview KIND FROM TO json|csv|html [SUPPLIER] | issue "
      "KIND FROM TO "
      "[SUPPLIER] --by NAME",
      "reports of a period, incidents or water-quality: shown, issued, given as they were issued",
      daemon_report },
    { "probe", "--config FILE WIRE DEVICE|unit:N coil|discrete|holding|input ADDRESS [COUNT]",
      "the running daemon asks one device, and all that its registers may mean", daemon_probe },
    { "commission", "--config FILE [--lang vi|en] [--csv] [--only SITE|DEVICE|POINT] ...",
      "asks for every point once, judges it, and prints a sheet to sign", daemon_commission },
    { "quarantine", "--config FILE list | retry|discard all|LANE/EPOCH/SEQ --by NAME",
      "readings that the database refused: seen, delivered after all, or given up", daemon_quarantine },
    { "user",
      "--config FILE list | add NAME --role ROLE [--full-name TEXT] [--supplier ID] [--lang vi|en] [--leads] "
      "| "
      "role NAME ROLE | disable|enable|reset|remove NAME",
      "accounts of people; a new or reset one gets a password for one use, which is printed", daemon_user },
    { "token",
      "--config FILE list | add PURPOSE --role ROLE [--supplier ID] [--sites \"ID ...\"] "
      "[--from \"RANGE ...\"] [--until TIME] | revoke ID",
      "access tokens of programs; a new one is printed, once", daemon_token },
    { "forget", "--config FILE WIRE [DEVICE]",
      "the running daemon forgets what devices taught about their maps", daemon_forget },
};

static void usage(FILE *to)
{
    (void)fputs("capnuocctl COMMAND ...\n", to);
    for (size_t i = 0; i < COUNT_OF(COMMANDS); i++)
        (void)fprintf(to, "  %s %s\n      %s\n", COMMANDS[i].name, COMMANDS[i].arguments, COMMANDS[i].help);
    (void)fputs("  --version, --help\n", to);
}

static bool is_given(const char *option, int argc, char **argv)
{
    const size_t n = strlen(option);

    for (int i = 1; i < argc; i++)
        if (strncmp(argv[i], option, n) == 0 && (argv[i][n] == '\0' || argv[i][n] == '='))
            return true;
    return false;
}

/* What every call of it needs stands first in its arguments. */
static const char *missing(const struct ctl_command *c, int argc, char **argv)
{
    if (strncmp(c->arguments, "--config FILE", 13) != 0)
        return NULL;
    if (!is_given("--config", argc, argv))
        return "--config FILE";
    return strncmp(c->arguments + 13, " --by NAME", 10) == 0 && !is_given("--by", argc, argv) ? "--by NAME"
                                                                                              : NULL;
}

static void say_how(const struct ctl_command *c, int argc, char **argv)
{
    const char *what = missing(c, argc, argv);

    if (what != NULL)
        (void)fprintf(stderr, "capnuocctl: %s: %s is missing\n", c->name, what);
    else
        (void)fprintf(stderr, "capnuocctl: %s is called otherwise:\n", c->name);
    (void)fprintf(stderr, "capnuocctl %s %s\n", c->name, c->arguments);
}

static int run(const struct ctl_command *c, int argc, char **argv)
{
    int code;

    if (argc == 2 && strcmp(argv[1], "--help") == 0)
        return printf("capnuocctl %s %s\n    %s\n", c->name, c->arguments, c->help) < 0;
    code = c->run(argc, argv);
    if (code == CTL_USAGE)
        say_how(c, argc, argv);
    return code == CTL_UNABLE ? 2 : code;
}

int main(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : "";

    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
        usage(stdout);
        return CTL_RIGHT;
    }
    if (strcmp(word, "--version") == 0)
        return printf("capnuocctl %s\n", CAPNUOC_VERSION) < 0;
    for (size_t i = 0; i < COUNT_OF(COMMANDS); i++)
        if (strcmp(word, COMMANDS[i].name) == 0)
            return run(&COMMANDS[i], argc - 1, argv + 1);
    if (word[0] != '\0')
        (void)fprintf(stderr, "capnuocctl: there is no command \"%s\"\n", word);
    usage(stderr);
    return CTL_USAGE;
}
