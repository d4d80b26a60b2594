/* The door for the people of this machine: a socket in the journal's folder, for the daemon's own account and
 * root only.  One line in, a text out. */
#ifndef CONTROL_H
#define CONTROL_H

#include "base/err.h"

struct parts;
struct control;

enum { CONTROL_TEXT_MAX = 64 << 20 };

/* "reload NAME", "diff", "show", "forget WIRE [DEVICE]", "quarantine ..." (quarantine.h), "user ...", "token
 * ..." (people.h) and "probe WIRE DEVICE|unit:N TABLE ADDRESS COUNT" are understood, one after the other; the
 * answer's first line is "ok" or "no", then a blank and a sentence; the rest of the text follows. */
MUST_USE enum err control_start(struct control **out, struct parts *d, struct fault *why);
void control_stop(struct control *c); /* after what it is doing; NULL is fine */

#endif
