#include "forwarded.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* An empty list of ranges holds everybody elsewhere; here it trusts nobody. */
static bool is_ours(const char *proxies, const struct peer *p)
{
    return proxies[strspn(proxies, " ")] != '\0' && ranges_hold(proxies, p);
}

/* The last word before *end in a list with commas; moves *end before it.  False at the beginning. */
static bool last_word(const char *list, size_t *end, char out[PEER_TEXT_MAX])
{
    size_t to = *end, from;

    if (to == 0)
        return false;
    for (from = to; from > 0 && list[from - 1] != ','; from--)
        continue;
    *end = from == 0 ? 0 : from - 1;
    while (from < to && (list[from] == ' ' || list[from] == '\t'))
        from++;
    while (to > from && (list[to - 1] == ' ' || list[to - 1] == '\t'))
        to--;
    return (size_t)snprintf(out, PEER_TEXT_MAX, "%.*s", (int)(to - from), list + from) < PEER_TEXT_MAX;
}

void forwarded_for(const char *list, const char *proxies, struct peer *peer)
{
    char word[PEER_TEXT_MAX];
    size_t end = list == NULL ? 0 : strlen(list);
    struct peer before;

    while (is_ours(proxies, peer) && last_word(list, &end, word) && peer_parse(word, &before))
        *peer = before;
}

bool forwarded_secure(const char *proto, const char *proxies, const struct peer *direct)
{
    const char *last = proto == NULL ? "" : strrchr(proto, ',');

    last = last == NULL ? proto : last + (*last == ',');
    return is_ours(proxies, direct) && strcasecmp(last + strspn(last, " \t"), "https") == 0;
}
