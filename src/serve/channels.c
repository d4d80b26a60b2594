/* The channels through which people are told of incidents: how they are, who can be told, and one tried by
 * hand. */
#include "channels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "problem.h"
#include "routes.h"
#include "sees.h"
#include "stopgaps.h"

enum { AGAIN_AFTER_S = 60 };

/* ------------------------------------------------------------------ out */

static void trial_members(struct json_out *j, const struct channel_trial *t)
{
    json_member_text(j, "state", trial_state_name((enum trial_state)t->state));
    json_member_text(j, "to", t->to);
    json_member_text(j, "by", t->by);
    json_member_time(j, "at", t->at);
    json_member_time(j, "answered_at", t->answered);
    json_member_words(j, "said", t->said);
}

/* Whom it names is shown to whoever may try one. */
static bool shows_trial(const struct visitor *v, const struct channel_trial *t)
{
    return t->state != TRIAL_NONE && (ROLES_OPERATE & ROLE_BIT(v->role)) != 0 && visitor_sees_all(v);
}

static void write_channel(struct json_out *j, const struct channel_status *s, const struct visitor *v)
{
    json_open_object(j);
    json_member_text(j, "channel", channel_name((enum channel)s->channel));
    json_member_bool(j, "up", s->up);
    json_member_words(j, "said", s->text);
    json_member_count(j, "waiting", s->waiting);
    json_member_count(j, "taken", s->taken);
    json_member_count(j, "later", s->later);
    json_member_count(j, "refused", s->refused);
    json_member_count(j, "down", s->down);
    json_member_count(j, "heard", s->heard);
    json_member_count(j, "aside", s->aside);
    json_member_count(j, "forgotten", s->forgotten);
    json_member_time(j, "last_taken_at", s->last_taken);
    json_member_time(j, "next_try_at", s->next);
    json_key(j, "last_test");
    if (shows_trial(v, &s->trial)) {
        json_open_object(j);
        trial_members(j, &s->trial);
        json_close_object(j);
    } else {
        json_null(j);
    }
    json_close_object(j);
}

void answer_channels(struct face *f, struct request *q, struct reply *r)
{
    const struct letters_port *port = &f->ports.letters;
    struct channel_status s[CHANNEL_COUNT];
    size_t n = port->channels == NULL ? 0 : port->channels(port->self, s);
    struct strbuf b;
    struct json_out j;

    strbuf_init(&b, REPLY_BODY_MAX);
    json_out_init(&j, &b);
    json_open_object(&j);
    json_key(&j, "items");
    json_open_array(&j);
    for (size_t i = 0; i < n; i++)
        write_channel(&j, &s[i], &q->visitor);
    json_close_array(&j);
    json_close_object(&j);
    reply_take(r, 200, TYPE_JSON, &b, q->lang);
}

/* ------------------------------------------------------------------ contacts */

/* With guests; NULL: no memory, or there are none and *count is 0. */
static struct contact *take_contacts(struct face *f, size_t *count)
{
    const struct letters_port *port = &f->ports.letters;
    struct contact *all = calloc(CONTACTS_HELD_MAX, sizeof *all);

    *count = all == NULL || port->contacts == NULL ? 0 : port->contacts(port->self, all, CONTACTS_HELD_MAX);
    return all;
}

/* Addresses are people's: they stand in the configuration and are not shown. */
static void write_contact(struct json_out *j, const struct contact *c)
{
    json_open_object(j);
    json_member_text(j, "id", c->id);
    json_member_text(j, "name", c->name);
    json_member_text(j, "language", c->language == CONTACT_EN ? "en" : "vi");
    json_member_words(j, "account", c->account);
    json_member_words(j, "supplier", c->of.supplier);
    json_key(j, "channels");
    json_open_array(j);
    for (size_t i = 0; i < c->channel_count; i++)
        json_string(j, channel_name((enum channel)c->channels[i]));
    json_close_array(j);
    json_close_object(j);
}

static bool is_of_contacts(const struct stopgap *s, const void *how)
{
    (void)how;
    return s->end == STOPGAP_OPEN && s->kind != STOPGAP_SUBSTITUTE;
}

void answer_contacts(struct face *f, struct request *q, struct reply *r)
{
    size_t count;
    struct contact *all = take_contacts(f, &count);
    struct strbuf b;
    struct json_out j;

    if (all == NULL) {
        problem(r, q->lang, PROBLEM_NO_MEMORY, NULL, NULL);
        return;
    }
    strbuf_init(&b, REPLY_BODY_MAX);
    json_out_init(&j, &b);
    json_open_object(&j);
    json_key(&j, "items");
    json_open_array(&j);
    for (size_t i = 0; i < count; i++)
        if (visitor_sees_group(&q->visitor, all[i].of.supplier))
            write_contact(&j, &all[i]);
    json_close_array(&j);
    stopgaps_json(&j, f, q, is_of_contacts, NULL);
    json_close_object(&j);
    free(all);
    reply_take(r, 200, TYPE_JSON, &b, q->lang);
}

/* ------------------------------------------------------------------ a trial */

void trial_reply(struct reply *r, enum lang lang, enum err code, const struct channel_trial *is)
{
    struct strbuf b;
    struct json_out j;

    if (code != ERR_NONE) {
        problem(r, lang,
                code == ERR_FULL      ? PROBLEM_TRIED_OFTEN
                : code == ERR_MISSING ? PROBLEM_VALUE_CONTACT
                                      : PROBLEM_STOPPING,
                code == ERR_MISSING ? "to" : NULL, NULL);
        r->retry_after_s = code == ERR_MISSING ? 0 : AGAIN_AFTER_S;
        return;
    }
    strbuf_init(&b, REPLY_BODY_MAX);
    json_out_init(&j, &b);
    json_open_object(&j);
    json_member_text(&j, "channel", channel_name((enum channel)is->channel));
    trial_members(&j, is);
    json_close_object(&j);
    reply_take(r, is->state == TRIAL_UNDER_WAY ? 202 : 200, TYPE_JSON, &b, lang);
}

static bool is_theirs(struct face *f, const struct request *q, const char *id)
{
    size_t count;
    struct contact *all = take_contacts(f, &count);
    bool theirs = false;

    for (size_t i = 0; i < count && !theirs; i++)
        theirs = strcmp(all[i].id, id) == 0 && visitor_sees_group(&q->visitor, all[i].of.supplier);
    free(all);
    return theirs;
}

static bool there_is(struct face *f, enum channel channel)
{
    const struct letters_port *port = &f->ports.letters;
    struct channel_status s[CHANNEL_COUNT];
    size_t n = port->channels == NULL ? 0 : port->channels(port->self, s);

    for (size_t i = 0; i < n; i++)
        if (s[i].channel == channel)
            return true;
    return false;
}

static void put(struct face *f, const struct request *q, const struct trial_ask *ask, struct reply *r)
{
    struct actor by;

    request_actor(q, &by);
    r->question = question_trial(f->questions, &f->ports.letters, ask, &by, q->lang);
    if (r->question == NULL)
        problem(r, q->lang, PROBLEM_NO_MEMORY, NULL, NULL);
    else
        r->kind = REPLY_LATER;
}

static bool is_key(const char *text)
{
    static const char KEY_CHARS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
    size_t n = strlen(text);

    return n >= 8 && n < TRIAL_KEY_MAX && strspn(text, KEY_CHARS) == n;
}

static void try_to(struct face *f, const struct request *q, enum channel channel, const struct json_in *doc,
                   struct reply *r)
{
    static const char *const FIELDS[] = { "to", "key" };
    const char *unknown = json_in_unknown(doc, FIELDS, COUNT_OF(FIELDS));
    const char *to = json_in_string(doc, "to"), *key = json_in_string(doc, "key");
    struct trial_ask ask = { .channel = channel };

    if (unknown != NULL)
        problem(r, q->lang, PROBLEM_UNKNOWN_FIELD, unknown, NULL);
    else if (key == NULL || !is_key(key))
        problem(r, q->lang, PROBLEM_VALUE_TOLD_TEXT, "key", NULL);
    else if (to == NULL || strlen(to) >= ID_MAX || !is_theirs(f, q, to))
        problem(r, q->lang, PROBLEM_VALUE_CONTACT, "to", NULL);
    else {
        (void)snprintf(ask.to, sizeof ask.to, "%s", to);
        (void)snprintf(ask.key, sizeof ask.key, "%s", key);
        put(f, q, &ask, r);
    }
}

void answer_channel_test(struct face *f, struct request *q, struct reply *r)
{
    struct json_in *doc = NULL;
    enum channel channel;
    struct fault why;

    if (!channel_parse(q->target.segments[3], &channel) || !there_is(f, channel))
        problem(r, q->lang, PROBLEM_NO_SUCH_CHANNEL, NULL, NULL);
    else if (q->visitor.role != ROLE_ADMINISTRATOR && !q->visitor.leads)
        problem(r, q->lang, PROBLEM_LEADERS_TEST, NULL, NULL);
    else if (json_parse(q->body, q->body_len, &doc, &why) != ERR_NONE)
        problem(r, q->lang, PROBLEM_BODY_JSON, NULL, NULL);
    else
        try_to(f, q, channel, doc, r);
    json_in_free(doc);
}
