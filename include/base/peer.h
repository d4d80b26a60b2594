/* Addresses of those who ask, and lists of ranges of them: "10.1.0.0/16 2001:db8::/32 192.0.2.7".  Pure. */
#ifndef BASE_PEER_H
#define BASE_PEER_H

#include <stdbool.h>

#include "base/err.h"

/* IPv6, or IPv4 as ::ffff:a.b.c.d.  All 0: not known. */
struct peer {
    unsigned char ip[16];
};

enum { PEER_TEXT_MAX = 48 };

/* False: the text is no address. */
bool peer_parse(const char *text, struct peer *out);
void peer_text(const struct peer *peer, char out[PEER_TEXT_MAX]); /* "" when not known */
bool peer_is_known(const struct peer *p);
bool peer_is_four(const struct peer *p);
bool peer_is_loopback(const struct peer *p);

/* A whole list, blanks between; "" is fine.  ERR_RANGE names the one that is not a range: not an address,
 * bits behind its length, or a length that is none. */
MUST_USE enum err ranges_check(const char *list, struct fault *why);
/* Is the address in one of them?  "" holds every address. */
bool ranges_hold(const char *list, const struct peer *peer);

#endif
