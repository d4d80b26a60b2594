/* All cryptography of the house: hashes, comparison in constant time, random tokens (libsodium). */
#ifndef SEAL_SEAL_H
#define SEAL_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { SEAL_HASH_BYTES = 32, SEAL_TOKEN_TEXT = 44 }; /* 32 random bytes as URL-safe base64, and the NUL */

struct seal_hash {
    unsigned char bytes[SEAL_HASH_BYTES];
};

/* Once, before anything else here. */
MUST_USE enum err seal_start(struct fault *why);

/* BLAKE2b-256. */
struct seal_hash seal_hash(const void *bytes, size_t len);
/* SHA-256 of what can still be read from a descriptor, as hex digits; for what other tools check too
 * (sha256sum).  ERR_IO. */
enum { SEAL_SHA256_TEXT = 65 };
MUST_USE enum err seal_sha256(int fd, char out[SEAL_SHA256_TEXT]);
/* The top 63 bits of BLAKE2b of the text, never 0: keys of points, the same on every node. */
uint64_t seal_key63(const char *text);
/* In constant time. */
bool seal_hash_equal(const struct seal_hash *a, const struct seal_hash *b);
/* A fresh secret of 256 bits. */
void seal_token(char out[SEAL_TOKEN_TEXT]);
/* First 16 hex digits of a hash: ETags, names of versions. */
void seal_short_text(const struct seal_hash *h, char out[17]);

#endif
