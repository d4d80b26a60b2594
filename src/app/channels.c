#include "channels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers.h"
#include "base/json.h"

/* ---- what the sender stands on ---- */

static size_t due(void *self, enum channel c, struct wall now, struct letter *out, size_t max)
{
    return pipeline_letters_due(((struct parts *)self)->pipeline, c, now, out, max);
}

static size_t summed(void *self, const struct letter *summary, struct letter *out, size_t max)
{
    return pipeline_letters_summed(((struct parts *)self)->pipeline, summary, out, max);
}

static enum err report(void *self, const struct letter_report *r)
{
    return pipeline_letter(((struct parts *)self)->pipeline, r);
}

static bool is_as_it_was(void *self, const struct letter *l)
{
    const struct letter_report *r = self;
    struct letter like = { .about = r->about, .channel = r->channel };

    memcpy(like.to, r->to, sizeof like.to);
    return l->state == LETTER_WAITS && l->tries == r->tries && letter_is(l, &like);
}

static bool waits(void *self, const struct letter_report *r)
{
    struct letter_report of = *r;
    struct letter unused;

    return pipeline_letter_find(((struct parts *)self)->pipeline, is_as_it_was, &of, &unused);
}

static bool contact(void *self, const char *id, struct contact *out)
{
    return pipeline_contact(((struct parts *)self)->pipeline, id, out);
}

static void pass(void *self, const struct letter *l, char out[LETTER_PASS_MAX])
{
    passes_address(((struct parts *)self)->passes, l, out);
}

static struct incident_list *incidents(void *self)
{
    return pipeline_incidents(((struct parts *)self)->pipeline);
}

static struct alarm_list *alarms(void *self)
{
    return pipeline_alarms(((struct parts *)self)->pipeline);
}

static enum err start_one(struct parts *d, enum channel by, const struct carrier *carrier, struct fault *why)
{
    const struct notify_settings *n = &d->config->notify;
    const struct outbox_port outbox = { d, due, summed, report, waits, contact, pass, incidents, alarms };
    struct sender_settings s = { .channel = by,
                                 .carrier = *carrier,
                                 .again_ms = n->letters.again_ms,
                                 .again_most_ms = n->letters.again_most_ms,
                                 .a_minute = n->carriers.a_minute[by],
                                 .parts = n->carriers.parts,
                                 .marks = n->carriers.marks,
                                 .answers = n->carriers.spool.incoming[0] != '\0',
                                 .clock = d->clock };
    struct sender *sender;
    enum err rc;

    memcpy(s.node, d->config->node, sizeof s.node);
    memcpy(s.link, n->link, sizeof s.link);
    rc = sender_start(&sender, &s, &outbox, why);
    if (rc == ERR_NONE)
        atomic_store(&d->senders[by], sender);
    return rc;
}

static enum err start_spool(struct parts *d, struct fault *why)
{
    struct carrier carrier;
    enum err rc = answers_new(&d->answers, d, why);

    if (rc == ERR_NONE)
        rc = spool_open(&d->spool, &d->config->notify.carriers.spool, answers_ear(d->answers), why);
    if (rc != ERR_NONE)
        return rc;
    if (!d->clock_unsure)
        spool_clock_is_true(d->spool);
    carrier = spool_carrier(d->spool);
    return start_one(d, CHANNEL_SMS, &carrier, why);
}

/* ---- trials by hand ---- */

/* The channels' settings, but that nobody is waited for longer than whoever tries them does. */
struct trial_sets {
    struct mail_settings mail;
    struct post_settings gateway, webhook;
};

static void in_time(int64_t *answer_ms)
{
    if (*answer_ms > TRIAL_ANSWER_MS)
        *answer_ms = TRIAL_ANSWER_MS;
}

static void was_reached(void *self, enum channel c)
{
    struct sender *s = atomic_load(&((struct parts *)self)->senders[c]);

    if (s != NULL)
        sender_retry(s);
}

static void set_ways(struct parts *d, struct trial_settings *s)
{
    const struct notify_settings *n = &d->config->notify;
    struct trial_sets *t = d->trial_sets;

    t->mail = n->mail;
    t->gateway = n->carriers.gateway;
    t->webhook = n->carriers.webhook;
    in_time(&t->mail.answer_ms);
    in_time(&t->gateway.answer_ms);
    in_time(&t->webhook.answer_ms);
    if (d->senders[CHANNEL_EMAIL] != NULL)
        s->ways[CHANNEL_EMAIL].carrier = mail_carrier(&t->mail);
    if (d->senders[CHANNEL_SMS] != NULL)
        s->ways[CHANNEL_SMS] =
            (struct trial_way){ d->spool != NULL ? spool_carrier(d->spool) : post_carrier(&t->gateway),
                                n->carriers.parts, n->carriers.marks };
    if (d->senders[CHANNEL_WEBHOOK] != NULL)
        s->ways[CHANNEL_WEBHOOK].carrier = post_carrier(&t->webhook);
}

static enum err start_trials(struct parts *d, struct fault *why)
{
    struct trial_settings s = { .clock = d->clock, .reached = was_reached, .self = d };
    struct trials *t;
    enum err rc;

    d->trial_sets = calloc(1, sizeof *d->trial_sets);
    if (d->trial_sets == NULL)
        return fault_set(why, ERR_MEMORY, "trials: no memory");
    memcpy(s.node, d->config->node, sizeof s.node);
    set_ways(d, &s);
    rc = trials_start(&t, &s, why);
    if (rc == ERR_NONE)
        atomic_store(&d->trials, t);
    return rc;
}

enum err channels_start(struct parts *d, struct fault *why)
{
    const struct notify_settings *n = &d->config->notify;
    const struct carrier mail = mail_carrier(&n->mail), gateway = post_carrier(&n->carriers.gateway);
    const struct carrier webhook = post_carrier(&n->carriers.webhook);
    enum err rc = mail_start(why);

    if (rc == ERR_NONE)
        rc = post_start(why);
    if (rc == ERR_NONE && mail_is_set(&n->mail))
        rc = start_one(d, CHANNEL_EMAIL, &mail, why);
    if (rc == ERR_NONE && n->carriers.spool.outgoing[0] != '\0')
        rc = start_spool(d, why);
    if (rc == ERR_NONE && n->carriers.gateway.url[0] != '\0')
        rc = start_one(d, CHANNEL_SMS, &gateway, why);
    if (rc == ERR_NONE && n->carriers.webhook.url[0] != '\0')
        rc = start_one(d, CHANNEL_WEBHOOK, &webhook, why);
    return rc == ERR_NONE ? start_trials(d, why) : rc;
}

void channels_poke(struct parts *d)
{
    for (size_t i = 0; i < CHANNEL_COUNT; i++) {
        struct sender *s = atomic_load(&d->senders[i]);
        if (s != NULL)
            sender_poke(s);
    }
}

void channels_stop(struct parts *d)
{
    for (size_t i = 0; i < CHANNEL_COUNT; i++)
        sender_stop(atomic_load(&d->senders[i]));
}

void channels_free(struct parts *d)
{
    trials_free(atomic_load(&d->trials));
    if (d->trial_sets != NULL)
        explicit_bzero(d->trial_sets, sizeof *d->trial_sets);
    free(d->trial_sets);
    for (size_t i = 0; i < CHANNEL_COUNT; i++)
        sender_free(atomic_load(&d->senders[i]));
    spool_close(d->spool);
    answers_free(d->answers);
}

/* ---- what is told of it ---- */

static size_t letters_of(void *self, uint64_t incident, struct letter *out, size_t max)
{
    return pipeline_letters_of(((struct parts *)self)->pipeline, incident, out, max);
}

static size_t channels(void *self, struct channel_status out[CHANNEL_COUNT])
{
    struct parts *d = self;
    struct trials *trials = atomic_load(&d->trials);
    size_t n = 0;

    for (size_t i = 0; i < CHANNEL_COUNT; i++) {
        struct sender *s = atomic_load(&d->senders[i]);
        struct spool_count c = { 0 };
        struct letters_count count;
        if (s == NULL)
            continue;
        sender_status(s, &out[n]);
        if (trials != NULL)
            trials_last(trials, (enum channel)i, &out[n].trial);
        pipeline_letters_count(d->pipeline, (enum channel)i, &count);
        out[n].waiting = count.waiting;
        if (i == CHANNEL_SMS && d->spool != NULL)
            spool_count(d->spool, &c);
        out[n].heard = c.heard;
        out[n].forgotten = c.forgotten;
        out[n++].aside = c.aside;
    }
    return n;
}

static size_t contacts(void *self, struct contact *out, size_t max)
{
    struct contacts *c = malloc(sizeof *c);
    size_t n = 0;

    if (c == NULL)
        return 0;
    pipeline_people(((struct parts *)self)->pipeline, c, NULL);
    n = c->count < max ? c->count : max;
    memcpy(out, c->list, n * sizeof *out);
    free(c);
    return n;
}

static void note_trial(struct parts *d, enum channel c, const char *to, const struct actor *by)
{
    struct audit_entry e = { .at = clock_read(&d->clock).wall, .by = *by };
    struct strbuf b;
    struct json_out j;

    (void)snprintf(e.action, sizeof e.action, "channel.test");
    (void)snprintf(e.subject, sizeof e.subject, "channel:%s", channel_name(c));
    strbuf_init(&b, AUDIT_STATE_MAX - 1);
    json_out_init(&j, &b);
    json_open_object(&j);
    json_member_text(&j, "to", to);
    json_close_object(&j);
    (void)snprintf(e.after, sizeof e.after, "%s", b.failed || b.text == NULL ? "" : b.text);
    strbuf_clear(&b);
    pipeline_note(d->pipeline, &e);
}

static enum err try_out(void *self, const struct trial_ask *ask, const struct actor *by, trial_answer *answer,
                        void *ticket, struct fault *why)
{
    struct parts *d = self;
    struct trials *t = atomic_load(&d->trials);
    struct contact c;
    bool known = false;
    enum err rc;

    if (t == NULL)
        return fault_set(why, ERR_STATE, "it is only starting");
    rc = !contact(d, ask->to, &c) ? ERR_MISSING : trials_ask(t, ask, &c, by->name, answer, ticket, &known);
    if (rc == ERR_STATE)
        return fault_set(why, ERR_STATE, "it is stopping");
    if (rc != ERR_NONE)
        answer(ticket, rc, NULL);
    else if (!known)
        note_trial(d, ask->channel, ask->to, by);
    return ERR_NONE;
}

struct letters_port channels_port(struct parts *d)
{
    return (struct letters_port){ d, letters_of, channels, contacts, try_out };
}

/* Messages wait; nothing else hangs on them. */
struct part channels_part(struct parts *d)
{
    struct part p = { .name = "channels", .state = PART_OK };
    struct channel_status s[CHANNEL_COUNT];
    size_t n = channels(d, s), used = 0;
    struct letters_count count;

    pipeline_letters_count(d->pipeline, CHANNEL_EMAIL, &count);
    if (n == 0)
        (void)snprintf(p.text, sizeof p.text, "none: nobody is told of incidents");
    if (count.lost > 0) {
        used = (size_t)snprintf(p.text, sizeof p.text, "%llu letters lost; ", (unsigned long long)count.lost);
        p.state = PART_DEGRADED;
    }
    for (size_t i = 0; i < n && used < sizeof p.text; i++) {
        const char *name = channel_name((enum channel)s[i].channel), *between = i == 0 ? "" : "; ";
        if (!s[i].up)
            p.state = PART_DEGRADED;
        used += (size_t)(s[i].up ? snprintf(p.text + used, sizeof p.text - used,
                                            "%s%s: %llu letters taken, %zu wait, %llu refused", between, name,
                                            (unsigned long long)s[i].taken, s[i].waiting,
                                            (unsigned long long)s[i].refused)
                                 : snprintf(p.text + used, sizeof p.text - used,
                                            "%s%s down, %zu letters wait: %s", between, name, s[i].waiting,
                                            s[i].text));
    }
    return p;
}
