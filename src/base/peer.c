#include "base/peer.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const unsigned char IPV4[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF };

enum { WORD_MAX = 64 };

struct range {
    struct peer from;
    unsigned bits; /* of the 128 */
};

bool peer_is_four(const struct peer *p)
{
    return memcmp(p->ip, IPV4, sizeof IPV4) == 0;
}

bool peer_is_loopback(const struct peer *p)
{
    static const struct peer SIX = { { [15] = 1 } };

    return peer_is_four(p) ? p->ip[12] == 127 : memcmp(p, &SIX, sizeof SIX) == 0;
}

bool peer_is_known(const struct peer *p)
{
    static const struct peer NONE = { { 0 } };

    return memcmp(p, &NONE, sizeof NONE) != 0;
}

bool peer_parse(const char *text, struct peer *out)
{
    memset(out, 0, sizeof *out);
    if (inet_pton(AF_INET6, text, out->ip) == 1)
        return true;
    memcpy(out->ip, IPV4, sizeof IPV4);
    return inet_pton(AF_INET, text, out->ip + sizeof IPV4) == 1;
}

void peer_text(const struct peer *peer, char out[PEER_TEXT_MAX])
{
    out[0] = '\0';
    if (!peer_is_known(peer))
        return;
    if (peer_is_four(peer))
        (void)inet_ntop(AF_INET, peer->ip + sizeof IPV4, out, PEER_TEXT_MAX);
    else
        (void)inet_ntop(AF_INET6, peer->ip, out, PEER_TEXT_MAX);
}

static bool same_bits(const struct peer *a, const struct peer *b, unsigned bits)
{
    unsigned whole = bits / 8, rest = bits % 8;

    if (memcmp(a->ip, b->ip, whole) != 0)
        return false;
    return rest == 0 || ((a->ip[whole] ^ b->ip[whole]) >> (8 - rest)) == 0;
}

static bool no_bits_behind(const struct peer *p, unsigned bits)
{
    for (unsigned i = bits; i < 128; i++)
        if ((p->ip[i / 8] >> (7 - i % 8) & 1) != 0)
            return false;
    return true;
}

static bool parse_bits(const char *text, unsigned most, unsigned *out)
{
    size_t n = strspn(text, "0123456789");

    if (n == 0 || n > 3 || text[n] != '\0')
        return false;
    *out = (unsigned)strtoul(text, NULL, 10);
    return *out <= most;
}

static bool parse_range(const char *word, struct range *out)
{
    char address[WORD_MAX];
    const char *slash = strchr(word, '/');
    unsigned four;

    (void)snprintf(address, sizeof address, "%.*s", (int)strcspn(word, "/"), word);
    if (!peer_parse(address, &out->from))
        return false;
    four = peer_is_four(&out->from) ? 96 : 0;
    out->bits = 128 - four;
    if (slash != NULL && !parse_bits(slash + 1, 128 - four, &out->bits))
        return false;
    out->bits += four;
    return no_bits_behind(&out->from, out->bits);
}

/* Cuts the next word off; false at the end.  One that is too long is no range. */
static bool next_word(const char **list, char word[WORD_MAX])
{
    size_t n;

    *list += strspn(*list, " ");
    n = strcspn(*list, " ");
    (void)snprintf(word, WORD_MAX, "%.*s", (int)n, *list);
    *list += n;
    return n > 0;
}

enum err ranges_check(const char *list, struct fault *why)
{
    char word[WORD_MAX];
    struct range r;

    while (next_word(&list, word))
        if (!parse_range(word, &r))
            return fault_set(why, ERR_RANGE,
                             "%s: must be an address or a range such as 10.1.0.0/16 or 2001:db8::/32", word);
    return ERR_NONE;
}

bool ranges_hold(const char *list, const struct peer *peer)
{
    char word[WORD_MAX];
    struct range r;

    if (list[strspn(list, " ")] == '\0')
        return true;
    while (next_word(&list, word))
        if (parse_range(word, &r) && peer_is_four(&r.from) == peer_is_four(peer) &&
            same_bits(&r.from, peer, r.bits))
            return true;
    return false;
}
