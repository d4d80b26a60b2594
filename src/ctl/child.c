#include "child.h"

#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

enum err child_run(const char *const argv[], const struct store_login *login, struct fault *why)
{
    pid_t pid;
    int status, problem;

    if (setenv("PGUSER", login->user, 1) != 0 || setenv("PGPASSWORD", login->password, 1) != 0)
        return fault_set(why, ERR_MEMORY, "no memory");
    problem = posix_spawnp(&pid, argv[0], NULL, NULL, (char *const *)argv, environ);
    (void)unsetenv("PGPASSWORD");
    if (problem != 0)
        return fault_set(why, ERR_MISSING, "%s: %s: is postgresql-client installed?", argv[0],
                         strerror(problem));
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return fault_set(why, ERR_IO, "%s: %s", argv[0], strerror(errno));
    return WIFEXITED(status) && WEXITSTATUS(status) == 0
               ? ERR_NONE
               : fault_set(why, ERR_STATE, "%s failed: its own words are above", argv[0]);
}
