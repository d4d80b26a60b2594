/* The record of acts, for administrators: as it is stored, so that its chain can be followed from here, too.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "choose.h"
#include "problem.h"
#include "routes.h"

enum { LIMIT_DEFAULT = 100, PLACE_TEXT_MAX = 3 * 21 + ID_MAX };

/* Years 1 and 9999: what an RFC 3339 time can say. */
static const struct wall BEGINNING = { -62135596800000 }, END = { 253402300800000 };

/* ------------------------------------------------------------------ out */

/* The cursor: numbers and the node's name behind them.  Whoever may ask at all sees all, so one that was made
 * up shows nothing more. */
static void place_text(const struct trail_place *p, char out[PLACE_TEXT_MAX])
{
    (void)snprintf(out, PLACE_TEXT_MAX, "%" PRId64 ".%" PRId64 ".%" PRId64 ".%s", p->at_us, p->epoch, p->seq,
                   p->node);
}

static void member_hash(struct json_out *j, const char *key, const struct seal_hash *hash)
{
    char text[2 * SEAL_HASH_BYTES + 1];

    seal_hash_text(hash, text);
    json_member_text(j, key, text);
}

static void write_act(struct json_out *j, const struct audit_stored *s)
{
    static const struct seal_hash NONE = { { 0 } };
    const struct audit_entry *e = &s->row.entry;
    char number[24];

    json_open_object(j);
    json_member_text(j, "node", s->node);
    (void)snprintf(number, sizeof number, "%" PRId64, s->epoch);
    json_member_text(j, "journal", number);
    json_member_int(j, "seq", (int64_t)s->row.seq);
    json_key(j, "at");
    json_time(j, e->at);
    json_member_text(j, "kind", actor_kind_name((enum actor_kind)e->by.kind));
    json_member_text(j, "actor", e->by.name);
    json_member_text(j, "address", e->by.address);
    json_member_text(j, "action", e->action);
    json_member_text(j, "subject", e->subject);
    json_member_text(j, "before", e->before);
    json_member_text(j, "after", e->after);
    if (seal_hash_equal(&s->row.person, &NONE)) {
        json_key(j, "person_hash");
        json_null(j);
    } else {
        member_hash(j, "person_hash", &s->row.person);
    }
    member_hash(j, "hash", &s->row.hash);
    json_close_object(j);
}

static void write_page(struct strbuf *b, const struct trail_page *page)
{
    char next[PLACE_TEXT_MAX];
    struct json_out j;

    json_out_init(&j, b);
    json_open_object(&j);
    json_key(&j, "acts");
    json_open_array(&j);
    for (size_t i = 0; i < page->count; i++)
        write_act(&j, &page->rows[i]);
    json_close_array(&j);
    place_text(&page->last, next);
    json_member_text(&j, "next", page->more ? next : NULL);
    json_close_object(&j);
}

/* ------------------------------------------------------------------ in */

static bool take_number(const char **text, int64_t *out)
{
    const char *digits = **text == '-' ? *text + 1 : *text;
    size_t n = strspn(digits, "0123456789");

    if (n == 0 || n > 19 || digits[n] != '.')
        return false;
    *out = strtoll(*text, NULL, 10);
    *text = digits + n + 1;
    return true;
}

/* Microseconds beyond END would be no time of PostgreSQL's. */
static bool place_parse(const char *text, struct trail_place *out)
{
    if (!take_number(&text, &out->at_us) || !take_number(&text, &out->epoch) ||
        !take_number(&text, &out->seq) || strlen(text) >= sizeof out->node)
        return false;
    (void)snprintf(out->node, sizeof out->node, "%s", text);
    return out->at_us >= BEGINNING.ms * 1000 && out->at_us < END.ms * 1000;
}

static bool place_of(const struct request *q, struct trail_place *out, struct reply *r)
{
    const char *text = target_value(&q->target, "next");

    *out = (struct trail_place){ .at_us = INT64_MAX };
    if (text == NULL || place_parse(text, out))
        return true;
    problem(r, q->lang, PROBLEM_VALUE_CURSOR, "next", NULL);
    return false;
}

static bool word_of(const struct request *q, const char *name, char out[TRAIL_WORD_MAX], struct reply *r)
{
    const char *text = target_value(&q->target, name);

    out[0] = '\0';
    if (text == NULL)
        return true;
    if (text[0] == '\0' || strlen(text) >= TRAIL_WORD_MAX) {
        problem(r, q->lang, PROBLEM_VALUE_TEXT, name, NULL);
        return false;
    }
    (void)snprintf(out, TRAIL_WORD_MAX, "%s", text);
    return true;
}

static bool kind_of(const struct request *q, enum actor_kind *out, struct reply *r)
{
    const char *word = target_value(&q->target, "kind");

    *out = ACTOR_COUNT;
    if (word == NULL || actor_kind_parse(word, out))
        return true;
    problem(r, q->lang, PROBLEM_VALUE_KIND, "kind", NULL);
    return false;
}

static bool span_of(const struct request *q, struct trail_ask *ask, struct reply *r)
{
    if (!choose_time(q, "from", BEGINNING, &ask->from, r) || !choose_time(q, "to", END, &ask->to, r))
        return false;
    if (ask->from.ms < ask->to.ms)
        return true;
    problem(r, q->lang, PROBLEM_VALUE_ORDER, "from", NULL);
    return false;
}

void answer_audit(struct face *f, struct request *q, struct reply *r)
{
    const struct point none = { .id = "" };
    const struct question_ask about = { .point = &none,
                                        .lang = q->lang,
                                        .gzip = header_wants_gzip(q->fields.accept_encoding) };
    struct trail_ask ask = { .limit = LIMIT_DEFAULT };

    if (!span_of(q, &ask, r) || !word_of(q, "actor", ask.actor, r) ||
        !word_of(q, "subject", ask.subject, r) || !kind_of(q, &ask.kind, r) || !place_of(q, &ask.before, r) ||
        !choose_number(q, "limit", TRAIL_PAGE_MAX, PROBLEM_VALUE_LIMIT, &ask.limit, r))
        return;
    if (f->ports.trail.ask == NULL) {
        problem(r, q->lang, PROBLEM_NO_HISTORY, NULL, NULL);
        return;
    }
    r->question = question_trail(f->questions, &f->ports.trail, &ask, &about, write_page);
    if (r->question == NULL)
        problem(r, q->lang, PROBLEM_NO_MEMORY, NULL, NULL);
    else
        r->kind = REPLY_LATER;
}
