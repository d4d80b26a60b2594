#include "quarantine.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "parts.h"
#include "store/store.h"

static bool is_entry(const char *text, struct quarantine_ask *ask)
{
    char lane[16];
    int end = 0;

    /* NOLINTNEXTLINE(cert-err34-c) */
    if (sscanf(text, "%15[a-z]/%" SCNd64 "/%" SCNu64 "%n", lane, &ask->epoch, &ask->seq, &end) != 3 ||
        text[end] != '\0')
        return false;
    for (int l = LANE_EVENTS; l < LANE_END; l++)
        if (strcmp(lane, lane_name((enum lane)l)) == 0) {
            ask->lane = (enum lane)l;
            return true;
        }
    return false;
}

/* "VERB WHICH NAME"; `which` holds the second word. */
static bool is_decision(const char *words, struct quarantine_ask *ask)
{
    char verb[16], which[96];
    int name = 0;

    if (sscanf(words, "%15[a-z] %95s %n", verb, which, &name) != 2 || name == 0 || words[name] == '\0')
        return false;
    ask->by = words + name;
    ask->all = strcmp(which, "all") == 0;
    ask->verb = strcmp(verb, "retry") == 0 ? QUARANTINE_RETRY : QUARANTINE_DISCARD;
    return (strcmp(verb, "retry") == 0 || strcmp(verb, "discard") == 0) && (ask->all || is_entry(which, ask));
}

enum err quarantine(struct parts *d, const char *words, struct strbuf *told, struct fault *why)
{
    struct quarantine_ask ask = { .verb = QUARANTINE_LIST, .all = true, .by = "" };
    enum err rc;

    ask.now = clock_read(&d->clock).wall;
    if (strcmp(words, "list") != 0 && !is_decision(words, &ask))
        return fault_set(why, ERR_RANGE,
                         "not understood: \"quarantine list\" or \"quarantine retry|discard "
                         "all|LANE/EPOCH/SEQ NAME\"");
    rc = store_quarantine(&d->config->store, &ask, told, why);
    if (ask.verb != QUARANTINE_LIST)
        log_info("quarantine by=\"%s\" \"%s\": %s", ask.by, words, why->text);
    return rc;
}
