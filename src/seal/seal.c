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
