/* capnuocctl's commands: one row each in main.c's table. */
#ifndef CTL_COMMAND_H
#define CTL_COMMAND_H

enum { CTL_RIGHT = 0, CTL_WRONG = 1, CTL_USAGE = 2 }; /* exit codes */
/* Exit code 2 as well, of a command that was called rightly and could do nothing. */
enum { CTL_UNABLE = -1 };

struct ctl_command {
    const char *name;
    const char *arguments;
    const char *help; /* one line */
    /* argv[0] is the command's name; returns the exit code.  CTL_USAGE: main shows how it is called. */
    int (*run)(int argc, char **argv);
};

int io_list_export(int argc, char **argv);
int io_list_import(int argc, char **argv);
int audit_record(int argc, char **argv);
int backup_make(int argc, char **argv);
int backup_restore(int argc, char **argv);
int daemon_ack(int argc, char **argv);
int daemon_alarms(int argc, char **argv);
int daemon_channel(int argc, char **argv);
int daemon_call(int argc, char **argv);
int daemon_report(int argc, char **argv);
int daemon_commission(int argc, char **argv);
int daemon_diff(int argc, char **argv);
int daemon_duty(int argc, char **argv);
int daemon_forget(int argc, char **argv);
int daemon_mode(int argc, char **argv);
int daemon_incidents(int argc, char **argv);
int daemon_quarantine(int argc, char **argv);
int daemon_probe(int argc, char **argv);
int daemon_reload(int argc, char **argv);
int daemon_shift(int argc, char **argv);
int daemon_step(int argc, char **argv);
int daemon_token(int argc, char **argv);
int daemon_user(int argc, char **argv);

#endif
