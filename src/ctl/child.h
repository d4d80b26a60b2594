/* Another program, waited for. */
#ifndef CTL_CHILD_H
#define CTL_CHILD_H

#include "base/err.h"
#include "store/store.h"

/* Runs argv[0] from the PATH; its words go to ours.  The login goes by its environment, which only its own
 * account can read.  ERR_MISSING: it cannot be started; ERR_STATE: it failed. */
MUST_USE enum err child_run(const char *const argv[], const struct store_login *login, struct fault *why);

#endif
