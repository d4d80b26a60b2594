#include "hosts.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>

static const char *value_of(const PQconninfoOption *all, const char *keyword)
{
    for (; all->keyword != NULL; all++)
        if (strcmp(all->keyword, keyword) == 0)
            return all->val != NULL ? all->val : "";
    return "";
}

/* The i-th of a list with commas, "" beyond its end; a list of one holds for all, as with libpq's ports. */
static void pick(const char *list, size_t i, char *to, size_t size)
{
    const char *from = list;

    if (strchr(list, ',') == NULL)
        i = 0;
    for (; i > 0 && from != NULL; i--) {
        from = strchr(from, ',');
        from = from != NULL ? from + 1 : NULL;
    }
    (void)snprintf(to, size, "%.*s", from != NULL ? (int)strcspn(from, ",") : 0, from != NULL ? from : "");
}

static size_t length_of(const char *list)
{
    size_t n = 1;

    for (; *list != '\0'; list++)
        n += *list == ',';
    return n < HOSTS_MAX ? n : HOSTS_MAX;
}

void hosts_of(const char *connect, struct hosts *out)
{
    PQconninfoOption *all = PQconninfoParse(connect, NULL);
    const char *host, *hostaddr, *port;

    *out = (struct hosts){ 0 };
    if (all == NULL)
        return;
    host = value_of(all, "host");
    hostaddr = value_of(all, "hostaddr");
    port = value_of(all, "port");
    if (length_of(host) > 1 || length_of(hostaddr) > 1)
        out->count = length_of(host) > length_of(hostaddr) ? length_of(host) : length_of(hostaddr);
    for (size_t i = 0; i < out->count; i++) {
        pick(host, i, out->of[i].host, sizeof out->of[i].host);
        pick(hostaddr, i, out->of[i].hostaddr, sizeof out->of[i].hostaddr);
        pick(port, i, out->of[i].port, sizeof out->of[i].port);
    }
    PQconninfoFree(all);
}
