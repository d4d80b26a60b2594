/* What became of the messages about an incident, and how the channels are. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "incidents.h"
#include "problem.h"
#include "routes.h"
#include "sees.h"

enum { LETTERS_MAX = INCIDENT_LETTERS_MAX };

static void write_letter(struct json_out *j, const struct letter *l)
{
    const struct outgoing *o = &l->about;

    json_open_object(j);
    json_member_text(j, "message", outgoing_kind_name((enum outgoing_kind)o->kind));
    json_member_count(j, "n", o->n);
    json_member_text(j, "to", l->to);
    json_member_text(j, "channel", channel_name((enum channel)l->channel));
    json_member_text(j, "state", letter_state_name((enum letter_state)l->state));
    json_member_int(j, "tries", l->tries);
    json_member_time(j, "made_at", o->at);
    json_member_time(j, "next_at", l->state == LETTER_WAITS ? l->next : (struct wall){ 0 });
    json_member_time(j, "settled_at", l->settled);
    json_member_words(j, "said", l->why);
    json_close_object(j);
}

static void write_letters(struct strbuf *b, const struct letter *list, size_t n)
{
    struct json_out j;

    json_out_init(&j, b);
    json_open_object(&j);
    json_key(&j, "items");
    json_open_array(&j);
    for (size_t i = 0; i < n; i++)
        write_letter(&j, &list[i]);
    json_close_array(&j);
    json_close_object(&j);
}

void letters_reply(struct reply *r, enum lang lang, const struct letter *list, size_t n)
{
    struct strbuf b;

    strbuf_init(&b, REPLY_BODY_MAX);
    write_letters(&b, list, n);
    reply_take(r, 200, TYPE_JSON, &b, lang);
}

static void list_letters(struct face *f, const struct request *q, const struct incident *i, struct reply *r)
{
    const struct letters_port *port = &f->ports.letters;
    struct letter *list = calloc(LETTERS_MAX, sizeof *list);

    if (list == NULL) {
        problem(r, q->lang, PROBLEM_BUSY, NULL, NULL);
        return;
    }
    letters_reply(r, q->lang, list, port->of == NULL ? 0 : port->of(port->self, i->id, list, LETTERS_MAX));
    free(list);
}

void answer_letters(struct face *f, struct request *q, struct reply *r)
{
    struct incident_list *l = incidents_take(f, q, r);
    const struct incident *i = l == NULL ? NULL : incident_asked_for(q, l);

    if (i != NULL)
        list_letters(f, q, i, r);
    else if (l != NULL)
        answer_past_incident(f, q, l, PAST_LETTERS, r);
    incident_list_drop(l);
}

/* ---- channels ---- */

static void write_channel(struct json_out *j, const struct channel_status *s)
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
        write_channel(&j, &s[i]);
    json_close_array(&j);
    json_close_object(&j);
    reply_take(r, 200, TYPE_JSON, &b, q->lang);
}
