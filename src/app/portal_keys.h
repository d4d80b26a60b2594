/* The key that seals what agencies are given, and every key it had before: an Ed25519 seal of the bytes, by
 * which anybody who has the public key finds a changed one.  It names no person and is no signature in the
 * sense of a law. */
#ifndef PORTAL_KEYS_H
#define PORTAL_KEYS_H

#include <stddef.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/strbuf.h"
#include "ports/portal.h"

struct portal_keys;

/* folder: has portal.key, made when missing, mode 0600; and portal-keys.jsonl, a line for every key that was
 * ever used here.  Whoever moves portal.key away gets another key with the next start.  ERR_IO; ERR_RANGE: a
 * file that is none. */
MUST_USE enum err portal_keys_open(struct portal_keys **out, const char *folder, struct wall now,
                                   struct fault *why);
void portal_keys_close(struct portal_keys *k); /* NULL is fine */
/* Any thread. */
void portal_keys_seal(const struct portal_keys *k, const void *bytes, size_t len, char out[PORTAL_SEAL_MAX]);
/* All of them as JSON, the first first. */
void portal_keys_write(const struct portal_keys *k, const char *node, struct strbuf *to);

#endif
