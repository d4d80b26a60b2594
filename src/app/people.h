/* The doors in the daemon: opened, compared with the database, and what the people of this machine may
 * change. */
#ifndef APP_PEOPLE_H
#define APP_PEOPLE_H

#include "base/err.h"
#include "base/strbuf.h"
#include "ports/health.h"

struct parts;

/* After the journal is locked: its folder is theirs, too.  Where nobody administers yet, what the database
 * knows comes first. */
MUST_USE enum err people_open(struct parts *d, struct fault *why);
/* Comparing with the database, and the clerk. */
MUST_USE enum err people_start(struct parts *d, struct fault *why);
struct part people_part(struct parts *d);

/* "user ..." and "token ..." of the control door, words between tabs:
 *   user  list | add NAME ROLE LANGUAGE SUPPLIER LEADS FULL_NAME | role NAME ROLE
 *         | disable|enable|reset|remove NAME
 *   token list | add ROLE SUPPLIER SITES ADDRESSES EXPIRES PURPOSE | revoke ID */
MUST_USE enum err people_user(struct parts *d, const char *words, struct strbuf *told, struct fault *why);
MUST_USE enum err people_token(struct parts *d, const char *words, struct strbuf *told, struct fault *why);

#endif
