/* People as an office's page names them: full name and post, where the doors know the account; what stands in
 * the fact itself where they do not. */
#ifndef SERVE_PERSON_H
#define SERVE_PERSON_H

#include "base/strbuf.h"
#include "ports/doors.h"

/* who: as facts name them, by account, contact or token.  "" writes nothing. */
void person_html(struct strbuf *b, const struct doors_port *doors, const char *who);

#endif
