/* What the tools that dump and restore a database need of it beside themselves. */
#ifndef STORE_DUMP_H
#define STORE_DUMP_H

#include "store/store.h"

struct dump_snapshot; /* a transaction that holds what the database was when it began */

enum { DUMP_NAME_MAX = 64 };

/* As the owner.  name: for pg_dump --snapshot, while it is open.  version: of the schema. */
MUST_USE enum err dump_hold(struct dump_snapshot **out, const struct store_settings *s,
                            char name[DUMP_NAME_MAX], int *version, struct fault *why);
void dump_release(struct dump_snapshot *h); /* NULL is fine */

/* ERR_STATE with a sentence unless the database has no table at all. */
MUST_USE enum err dump_check_empty(const struct store_settings *s, struct fault *why);
/* What belongs to the database itself and is in no dump: who may connect.  ERR_STATE when this program cannot
 * follow what was restored. */
MUST_USE enum err dump_finish(const struct store_settings *s, int *version, struct fault *why);

#endif
