/* What became of the messages about an incident. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "incidents.h"
#include "problem.h"
#include "routes.h"
#include "sees.h"

enum { LETTERS_MAX = INCIDENT_LETTERS_MAX };

/* It has a time at which it is tried. */
static bool waits(const struct letter *l)
{
    return l->state == LETTER_WAITS || l->state == LETTER_HELD;
}

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
    json_member_time(j, "next_at", waits(l) ? l->next : (struct wall){ 0 });
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
