/* Carries accounts and tokens between this node and the database, both ways: whoever has something newer
 * tells it. One thread, one connection; nobody waits for it.  While the database is away nothing is lost:
 * each side keeps what it knows, and they compare when they meet again. */
#ifndef STORE_GRANTS_H
#define STORE_GRANTS_H

#include "ports/grants.h"
#include "store/store.h"

struct grants;

/* Meets once, in the caller's time: for a first start.  The errors of a connection. */
MUST_USE enum err grants_once(const struct store_settings *s, const struct grants_port *port,
                              struct clock clock, struct fault *why);
MUST_USE enum err grants_start(struct grants **out, const struct store_settings *s,
                               const struct grants_port *port, struct clock clock, struct fault *why);
/* Something changed here: meet now.  Any thread. */
void grants_poke(struct grants *g);
/* What is wrong between us and the database, "" when nothing. */
enum { GRANTS_TEXT_MAX = 256 };
void grants_text(struct grants *g, char out[GRANTS_TEXT_MAX]);
/* Its thread ends; poke and text still work.  NULL is fine. */
void grants_stop(struct grants *g);
void grants_free(struct grants *g); /* after that; NULL is fine */

#endif
