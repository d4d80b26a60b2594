/* What agencies pull: bodies made and sealed for the face, of what is in memory. */
#ifndef PORTS_PORTAL_H
#define PORTS_PORTAL_H

#include "base/strbuf.h"
#include "model/scope.h"

enum portal_kind {
    PORTAL_SUMMARY,
    PORTAL_WATER_QUALITY,
    PORTAL_SUPPLY,
    PORTAL_INCIDENTS,
    PORTAL_SYSTEMS,
    PORTAL_KIND_COUNT
};

/* A seal: "key=ID; ed25519=SIGNATURE", both in hex digits. */
enum { PORTAL_BODY_MAX = 32 * 1024 * 1024, PORTAL_SEAL_MAX = 192 };
enum { PORTAL_SINCE_MAX = 101 }; /* six numbers of 16 digits and what stands between */

struct portal_port {
    void *self; /* make == NULL: there is none */
    /* The whole body, as JSON, or with `since` (the `cursor` of an earlier one, NULL: none) what changed.
     * Any thread; waits for nothing.  ERR_STATE: not yet.  ERR_RANGE: `since` is no cursor.  ERR_MEMORY. */
    enum err (*make)(void *self, enum portal_kind kind, const struct scope *scope, const char *since,
                     struct strbuf *body, struct fault *why);
    /* Of the exact bytes.  Any thread. */
    void (*seal)(void *self, const void *bytes, size_t len, char out[PORTAL_SEAL_MAX]);
    /* The public keys, those of before too, as JSON. */
    void (*keys)(void *self, struct strbuf *body);
};

#endif
