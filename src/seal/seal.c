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

void seal_short_text(const struct seal_hash *h, char out[17])
{
    (void)sodium_bin2hex(out, 17, h->bytes, 8);
}
