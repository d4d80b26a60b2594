/* Who asks, when a proxy asks for them.  Pure. */
#ifndef SERVE_FORWARDED_H
#define SERVE_FORWARDED_H

#include "base/peer.h"

/* X-Forwarded-For, from its end: each address that one of our proxies (a list of ranges; "" none) wrote down
 * takes the place of that proxy's, until one is not ours or is no address. */
void forwarded_for(const char *list, const char *proxies, struct peer *peer);
/* X-Forwarded-Proto of one of our proxies says https.  `direct` is who is connected to us. */
bool forwarded_secure(const char *proto, const char *proxies, const struct peer *direct);

#endif
