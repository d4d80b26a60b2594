#include "seal/seal.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

enum err seal_start(struct fault *why)
{
    return sodium_init() < 0 ? fault_set(why, ERR_STATE, "libsodium could not be started") : ERR_NONE;
}

struct seal_hash seal_hash(const void *bytes, size_t len)
{
    struct seal_hash h;

    (void)crypto_generichash(h.bytes, sizeof h.bytes, bytes, len, NULL, 0);
    return h;
}

struct seal_hash seal_keyed_hash(const struct seal_hash *key, const void *bytes, size_t len)
{
    struct seal_hash h;

    (void)crypto_generichash(h.bytes, sizeof h.bytes, bytes, len, key->bytes, sizeof key->bytes);
    return h;
}

void seal_hash_text(const struct seal_hash *h, char out[2 * SEAL_HASH_BYTES + 1])
{
    (void)sodium_bin2hex(out, 2 * SEAL_HASH_BYTES + 1, h->bytes, sizeof h->bytes);
}

bool seal_hash_parse(const char *text, struct seal_hash *out)
{
    size_t n = 0;

    return strlen(text) == 2 * (size_t)SEAL_HASH_BYTES &&
           sodium_hex2bin(out->bytes, sizeof out->bytes, text, strlen(text), NULL, &n, NULL) == 0 &&
           n == sizeof out->bytes;
}

void seal_random(struct seal_hash *out)
{
    randombytes_buf(out->bytes, sizeof out->bytes);
}

static void key_pair(const struct seal_hash *secret, struct seal_hash *public_key,
                     unsigned char whole[crypto_sign_SECRETKEYBYTES])
{
    _Static_assert(crypto_sign_SEEDBYTES == SEAL_HASH_BYTES &&
                       crypto_sign_PUBLICKEYBYTES == SEAL_HASH_BYTES &&
                       crypto_sign_BYTES == SEAL_SIGNATURE_BYTES,
                   "sizes of Ed25519");
    (void)crypto_sign_seed_keypair(public_key->bytes, whole, secret->bytes);
}

struct seal_hash seal_public(const struct seal_hash *secret)
{
    unsigned char whole[crypto_sign_SECRETKEYBYTES];
    struct seal_hash p;

    key_pair(secret, &p, whole);
    sodium_memzero(whole, sizeof whole);
    return p;
}

void seal_sign(const struct seal_hash *secret, const void *bytes, size_t len, char out[SEAL_SIGNATURE_TEXT])
{
    unsigned char whole[crypto_sign_SECRETKEYBYTES], signature[crypto_sign_BYTES];
    struct seal_hash p;

    key_pair(secret, &p, whole);
    (void)crypto_sign_detached(signature, NULL, bytes, len, whole);
    sodium_memzero(whole, sizeof whole);
    (void)sodium_bin2hex(out, SEAL_SIGNATURE_TEXT, signature, sizeof signature);
}

bool seal_signature_fits(const struct seal_hash *public_key, const void *bytes, size_t len,
                         const char *signature)
{
    unsigned char is[crypto_sign_BYTES];
    size_t n = 0;

    return strlen(signature) == SEAL_SIGNATURE_TEXT - 1 &&
           sodium_hex2bin(is, sizeof is, signature, strlen(signature), NULL, &n, NULL) == 0 &&
           n == sizeof is && crypto_sign_verify_detached(is, bytes, len, public_key->bytes) == 0;
}

enum err seal_sha256(int fd, char out[SEAL_SHA256_TEXT])
{
    unsigned char block[65536], hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_state state;
    ssize_t n;

    (void)crypto_hash_sha256_init(&state);
    while ((n = read(fd, block, sizeof block)) != 0) {
        if (n < 0 && errno != EINTR)
            return ERR_IO;
        if (n > 0)
            (void)crypto_hash_sha256_update(&state, block, (unsigned long long)n);
    }
    (void)crypto_hash_sha256_final(&state, hash);
    (void)sodium_bin2hex(out, SEAL_SHA256_TEXT, hash, sizeof hash);
    return ERR_NONE;
}

void seal_hmac_sha256(const void *key, size_t key_len, const void *bytes, size_t len,
                      char out[SEAL_SHA256_TEXT])
{
    unsigned char mac[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256_state state;

    (void)crypto_auth_hmacsha256_init(&state, key, key_len);
    (void)crypto_auth_hmacsha256_update(&state, bytes, len);
    (void)crypto_auth_hmacsha256_final(&state, mac);
    (void)sodium_bin2hex(out, SEAL_SHA256_TEXT, mac, sizeof mac);
    sodium_memzero(&state, sizeof state);
}

uint64_t seal_key63(const char *text)
{
    struct seal_hash h = seal_hash(text, strlen(text));
    uint64_t key = 0;

    for (size_t i = 0; i < 8; i++)
        key = key << 8 | h.bytes[i];
    key >>= 1;
    return key == 0 ? 1 : key;
}

bool seal_hash_equal(const struct seal_hash *a, const struct seal_hash *b)
{
    return sodium_memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

void seal_token(char out[SEAL_TOKEN_TEXT])
{
    unsigned char bytes[32];

    randombytes_buf(bytes, sizeof bytes);
    (void)sodium_bin2base64(out, SEAL_TOKEN_TEXT, bytes, sizeof bytes,
                            sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(bytes, sizeof bytes);
}

enum err seal_password(const char *password, const struct seal_cost *cost, char out[SEAL_PASSWORD_TEXT])
{
    _Static_assert(SEAL_PASSWORD_TEXT == crypto_pwhash_STRBYTES, "the hash of a password");
    return crypto_pwhash_str(out, password, strlen(password), cost->passes, cost->memory_bytes) == 0
               ? ERR_NONE
               : ERR_MEMORY;
}

bool seal_password_fits(const char hash[SEAL_PASSWORD_TEXT], const char *password)
{
    return crypto_pwhash_str_verify(hash, password, strlen(password)) == 0;
}

bool seal_password_is_old(const char hash[SEAL_PASSWORD_TEXT], const struct seal_cost *cost)
{
    return crypto_pwhash_str_needs_rehash(hash, cost->passes, cost->memory_bytes) != 0;
}

void seal_one_time(char out[SEAL_ONE_TIME_TEXT])
{
    static const char LETTERS[] = "abcdefghjkmnpqrstuvwxyz23456789";
    size_t n = 0;

    for (unsigned i = 0; i < 20; i++) {
        if (i > 0 && i % 5 == 0)
            out[n++] = '-';
        out[n++] = LETTERS[randombytes_uniform(sizeof LETTERS - 1)];
    }
    out[n] = '\0';
}

void seal_short_text(const struct seal_hash *h, char out[17])
{
    (void)sodium_bin2hex(out, 17, h->bytes, 8);
}
