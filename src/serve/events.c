#include <string.h>

#include "choose.h"
#include "problem.h"
#include "routes.h"
#include "shifts.h"

/* Words between commas, each once; 0: not understood. */
static unsigned topics_of(const char *text)
{
    static const struct {
        const char *word;
        unsigned topic;
    } TOPICS[] = { { "points", HUB_POINTS },
                   { "alarms", HUB_ALARMS },
                   { "incidents", HUB_INCIDENTS },
                   { "shifts", HUB_SHIFTS } };
    unsigned all = 0;

    while (text != NULL) {
        size_t n = strcspn(text, ","), i = 0;
        while (i < COUNT_OF(TOPICS) && (strlen(TOPICS[i].word) != n || memcmp(TOPICS[i].word, text, n) != 0))
            i++;
        if (i == COUNT_OF(TOPICS) || (all & TOPICS[i].topic) != 0)
            return 0;
        all |= TOPICS[i].topic;
        text = text[n] == ',' ? text + n + 1 : NULL;
    }
    return all;
}

void answer_stream(struct face *f, struct request *q, struct reply *r)
{
    const char *topics = target_value(&q->target, "topics");
    struct stream_ask ask = { .last_event_id = q->fields.last_event_id,
                              .token = q->token,
                              .session = q->session,
                              .peer = q->peer,
                              .visitor = &q->visitor,
                              .site = "",
                              .connection = q->connection,
                              .socket = q->socket };
    const char *site = target_value(&q->target, "site");
    struct catalogue *c;
    uint32_t unused;
    bool right;
    enum err rc;

    ask.topics = topics == NULL ? HUB_POINTS : topics_of(topics);
    if (ask.topics == 0) {
        problem(r, q->lang, PROBLEM_VALUE_TOPICS, "topics", NULL);
        return;
    }
    if ((ask.topics & HUB_SHIFTS) != 0 && !shifts_are_for(&q->visitor)) {
        problem(r, q->lang, PROBLEM_NOT_YOUR_ROLE, NULL, NULL);
        return;
    }
    c = face_catalogue(f, NULL, site);
    right = choose_site(&unused, c, q, r);
    catalogue_drop(c);
    if (!right)
        return;
    if (site != NULL)
        ask.site = site;
    rc = stream_new(&r->stream, f->hub, &ask);
    if (rc == ERR_NONE) {
        r->kind = REPLY_STREAM;
        return;
    }
    problem(r, q->lang,
            rc == ERR_FULL    ? PROBLEM_BUSY
            : rc == ERR_STATE ? PROBLEM_STOPPING
                              : PROBLEM_NO_MEMORY,
            NULL, NULL);
    r->retry_after_s = 5;
}
