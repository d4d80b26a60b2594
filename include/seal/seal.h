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
/* BLAKE2b-256 with a key: who has not the key can neither make it nor try words. */
struct seal_hash seal_keyed_hash(const struct seal_hash *key, const void *bytes, size_t len);
void seal_hash_text(const struct seal_hash *h, char out[2 * SEAL_HASH_BYTES + 1]); /* hex digits */
bool seal_hash_parse(const char *text, struct seal_hash *out);                     /* from them, exactly */
/* ---- signatures: Ed25519 (RFC 8032); the secret is 32 random bytes ---- */
enum { SEAL_SIGNATURE_BYTES = 64, SEAL_SIGNATURE_TEXT = 2 * SEAL_SIGNATURE_BYTES + 1 };
void seal_random(struct seal_hash *out);
struct seal_hash seal_public(const struct seal_hash *secret);
void seal_sign(const struct seal_hash *secret, const void *bytes, size_t len, char out[SEAL_SIGNATURE_TEXT]);
bool seal_signature_fits(const struct seal_hash *public_key, const void *bytes, size_t len,
                         const char *signature);
/* SHA-256 of what can still be read from a descriptor, as hex digits; for what other tools check too
 * (sha256sum).  ERR_IO. */
enum { SEAL_SHA256_TEXT = 65 };
MUST_USE enum err seal_sha256(int fd, char out[SEAL_SHA256_TEXT]);
/* HMAC-SHA256 (RFC 2104) as hex digits, for what others check. */
void seal_hmac_sha256(const void *key, size_t key_len, const void *bytes, size_t len,
                      char out[SEAL_SHA256_TEXT]);
/* The top 63 bits of BLAKE2b of the text, never 0: keys of points, the same on every node. */
uint64_t seal_key63(const char *text);
/* In constant time. */
bool seal_hash_equal(const struct seal_hash *a, const struct seal_hash *b);
/* A fresh secret of 256 bits. */
void seal_token(char out[SEAL_TOKEN_TEXT]);
/* ---- passwords: argon2id, its parameters in the text of the hash, so that they can be raised ---- */
enum { SEAL_PASSWORD_TEXT = 128, SEAL_ONE_TIME_TEXT = 24 };
struct seal_cost {
    unsigned long long passes; /* over the memory */
    size_t memory_bytes;       /* taken while it hashes */
};

/* RFC 9106, 4: the second recommended choice, t=3 and m=64 MiB (libsodium knows one lane only). */
#define SEAL_COST ((struct seal_cost){ 3, (size_t)64 << 20 })

/* Takes long, and the memory of the cost.  ERR_MEMORY. */
MUST_USE enum err seal_password(const char *password, const struct seal_cost *cost,
                                char out[SEAL_PASSWORD_TEXT]);
/* Takes as long as the hash was made to take. */
bool seal_password_fits(const char hash[SEAL_PASSWORD_TEXT], const char *password);
/* Was it made at another cost? */
bool seal_password_is_old(const char hash[SEAL_PASSWORD_TEXT], const struct seal_cost *cost);
/* A password to be typed once: 99 random bits as four groups of five letters and digits that look like no
 * other. */
void seal_one_time(char out[SEAL_ONE_TIME_TEXT]);

/* First 16 hex digits of a hash: ETags, names of versions. */
void seal_short_text(const struct seal_hash *h, char out[17]);

#endif
