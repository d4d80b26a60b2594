#include "channels.h"

#include <stdio.h>
#include <string.h>

/* ---- what the sender stands on ---- */

static size_t due(void *self, enum channel c, struct wall now, struct letter *out, size_t max)
{
    return pipeline_letters_due(((struct parts *)self)->pipeline, c, now, out, max);
}

static enum err report(void *self, const struct letter_report *r)
{
    return pipeline_letter(((struct parts *)self)->pipeline, r);
}

static struct incident_list *incidents(void *self)
{
    return pipeline_incidents(((struct parts *)self)->pipeline);
}

static struct alarm_list *alarms(void *self)
{
    return pipeline_alarms(((struct parts *)self)->pipeline);
}

enum err channels_start(struct parts *d, struct fault *why)
{
    const struct notify_settings *n = &d->config->notify;
    const struct outbox_port outbox = { d, due, report, incidents, alarms };
    struct sender_settings s = { .mail = n->mail,
                                 .contacts = &n->contacts,
                                 .again_ms = n->letters.again_ms,
                                 .again_most_ms = n->letters.again_most_ms,
                                 .clock = d->clock };
    struct sender *sender;
    enum err rc;

    if (n->mail.server[0] == '\0')
        return ERR_NONE;
    memcpy(s.node, d->config->node, sizeof s.node);
    memcpy(s.link, n->link, sizeof s.link);
    rc = mail_start(why);
    if (rc == ERR_NONE)
        rc = sender_start(&sender, &s, &outbox, why);
    if (rc == ERR_NONE)
        atomic_store(&d->sender, sender);
    return rc;
}

void channels_poke(struct parts *d)
{
    struct sender *s = atomic_load(&d->sender);

    if (s != NULL)
        sender_poke(s);
}

/* ---- what is told of it ---- */

static size_t letters_of(void *self, uint64_t incident, struct letter *out, size_t max)
{
    return pipeline_letters_of(((struct parts *)self)->pipeline, incident, out, max);
}

static size_t channels(void *self, struct channel_status out[CHANNEL_COUNT])
{
    struct parts *d = self;
    struct sender *s = atomic_load(&d->sender);
    struct letters_count n;

    if (s == NULL)
        return 0;
    sender_status(s, &out[0]);
    pipeline_letters_count(d->pipeline, CHANNEL_EMAIL, &n);
    out[0].waiting = n.waiting;
    return 1;
}

struct letters_port channels_port(struct parts *d)
{
    return (struct letters_port){ d, letters_of, channels };
}

/* Messages wait; nothing else hangs on them. */
struct part channels_part(struct parts *d)
{
    struct part p = { .name = "channels", .state = PART_OK };
    struct channel_status s[CHANNEL_COUNT];
    struct letters_count n;

    pipeline_letters_count(d->pipeline, CHANNEL_EMAIL, &n);
    if (channels(d, s) == 0) {
        (void)snprintf(p.text, sizeof p.text, "none: nobody is told of incidents");
        return p;
    }
    if (!s[0].up)
        (void)snprintf(p.text, sizeof p.text, "email down, %zu letters wait: %s", s[0].waiting, s[0].text);
    else
        (void)snprintf(p.text, sizeof p.text, "email: %llu letters taken, %zu wait, %llu refused, %llu lost",
                       (unsigned long long)s[0].taken, s[0].waiting, (unsigned long long)s[0].refused,
                       (unsigned long long)n.lost);
    if (!s[0].up || n.lost > 0)
        p.state = PART_DEGRADED;
    return p;
}
