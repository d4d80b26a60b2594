/* Who is on duty and how contacts are reached, changed for a while by people. */
#include "stopgaps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "problem.h"
#include "routes.h"
#include "sees.h"
#include "told.h"

/* ------------------------------------------------------------------ out */

static void write_channels(struct json_out *j, const char *key, unsigned channels)
{
    json_key(j, key);
    json_open_array(j);
    for (unsigned c = 0; c < CHANNEL_COUNT; c++)
        if ((channels >> c & 1) != 0)
            json_string(j, channel_name((enum channel)c));
    json_close_array(j);
}

void stopgap_json(struct json_out *j, const struct stopgap_shown *shown, bool acts)
{
    const struct stopgap *s = &shown->is;
    char id[24];

    (void)snprintf(id, sizeof id, "%016llx", (unsigned long long)s->id);
    json_open_object(j);
    json_member_text(j, "id", id);
    json_member_text(j, "kind", STOPGAP_KINDS[s->kind]);
    json_member_text(j, "state", STOPGAP_ENDS[s->end]);
    json_member_text(
        j, "void",
        shown->lacks == STOPGAP_LACKS_NOTHING ? NULL : STOPGAP_LACKS[shown->lacks - STOPGAP_LACKS_ROSTER]);
    json_member_words(j, "supplier", s->supplier);
    json_member_words(j, "roster", s->roster);
    json_member_words(j, "who", s->who);
    json_member_words(j, "who_name", shown->who_name);
    json_member_words(j, "by", s->by);
    json_member_words(j, "by_name", shown->by_name);
    write_channels(j, "channels", stopgap_channels(s)); /* which there are, not the addresses */
    write_channels(j, "without", s->without);
    json_member_time(j, "from", s->from);
    json_member_time(j, "until", s->until);
    json_member_time(j, "entered_at", s->entered);
    json_member_time(j, "ended_at", s->ended);
    json_member_text(j, "told_by", s->told_by);
    json_member_words(j, "why", acts ? s->why : "");
    json_member_words(j, "ended_by", s->ended_by);
    json_member_words(j, "end_why", acts ? s->end_why : "");
    json_close_object(j);
}

void stopgaps_json(struct json_out *j, struct face *f, const struct request *q,
                   bool (*wants)(const struct stopgap *s, const void *how), const void *how)
{
    const struct stopgaps_port *port = &f->ports.stopgaps;
    struct stopgap_shown *known = port->known == NULL ? NULL : calloc(STOPGAPS_MAX, sizeof *known);
    size_t n = known == NULL ? 0 : port->known(port->self, known, STOPGAPS_MAX);

    json_key(j, "changes");
    json_open_array(j);
    for (size_t i = 0; i < n; i++)
        if (wants(&known[i].is, how) && visitor_sees_group(&q->visitor, known[i].is.supplier))
            stopgap_json(j, &known[i], (ROLES_OPERATE & ROLE_BIT(q->visitor.role)) != 0);
    json_close_array(j);
    free(known);
}

void stopgap_reply(struct reply *r, enum lang lang, enum err code, const char *field, bool known,
                   const struct stopgap_shown *is, const struct fault *why)
{
    struct strbuf b;
    struct json_out j;

    if (code == ERR_RANGE || code == ERR_STATE) {
        problem(r, lang, code == ERR_RANGE ? PROBLEM_CANNOT_BE : PROBLEM_CONFLICT, field,
                problem_words(lang, why));
        return;
    }
    if (code != ERR_NONE) {
        problem_of_act(r, lang, code, why, PROBLEM_NO_SUCH_CHANGE, PROBLEM_NOT_YOUR_ROLE);
        return;
    }
    strbuf_init(&b, REPLY_BODY_MAX);
    json_out_init(&j, &b);
    stopgap_json(&j, is, true);
    reply_take(r, known || is->is.end != STOPGAP_OPEN ? 200 : 201, TYPE_JSON, &b, lang);
}

/* ------------------------------------------------------------------ in */

struct form {
    struct face *face;
    const struct request *q;
    const struct json_in *doc;
    struct reply *r;
};

static bool bad(const struct form *f, const char *field, enum problem_kind kind)
{
    problem(f->r, f->q->lang, kind, field, NULL);
    return false;
}

static bool only(const struct form *f, const char *const *fields, size_t n)
{
    const char *unknown = json_in_unknown(f->doc, fields, n);

    return unknown == NULL || bad(f, unknown, PROBLEM_UNKNOWN_FIELD);
}

/* least 0: it may be left out. */
static bool take(const struct form *f, const char *field, size_t least, char *out, size_t size)
{
    if ((json_in_may_be(f->doc, field, JSON_TEXT) &&
         told_text(json_in_string(f->doc, field), least, out, size)))
        return true;
    return bad(f, field, PROBLEM_VALUE_STOPGAP);
}

/* False also where it is not given and must be. */
static bool take_time(const struct form *f, const char *field, bool required, struct wall *out)
{
    const char *text = json_in_string(f->doc, field);

    if (text == NULL ? !required && json_in_kind(f->doc, field) == JSON_ABSENT
                     : wall_parse(text, out) == ERR_NONE)
        return true;
    return bad(f, field, PROBLEM_VALUE_TIME);
}

/* What they all have. */
static bool take_frame(const struct form *f, struct stopgap *is)
{
    if (!told_key(json_in_string(f->doc, "key"), is->key, sizeof is->key))
        return bad(f, "key", PROBLEM_VALUE_TOLD_TEXT);
    (void)snprintf(is->told_by, sizeof is->told_by, "%s", f->q->visitor.name);
    return take_time(f, "until", true, &is->until) && take(f, "why", 1, is->why, sizeof is->why);
}

static bool substitute_of(const struct form *f, struct stopgap *is)
{
    static const char *const FIELDS[] = { "key", "roster", "who", "by", "from", "until", "why" };

    is->kind = STOPGAP_SUBSTITUTE;
    return only(f, FIELDS, COUNT_OF(FIELDS)) && take(f, "roster", 1, is->roster, sizeof is->roster) &&
           take(f, "who", 0, is->who, sizeof is->who) && take(f, "by", 0, is->by, sizeof is->by) &&
           take_time(f, "from", false, &is->from) && take_frame(f, is);
}

/* ---- addresses ---- */

static bool there_is(const struct form *f, enum channel c)
{
    const struct letters_port *port = &f->face->ports.letters;
    struct channel_status s[CHANNEL_COUNT];
    size_t n = port->channels == NULL ? 0 : port->channels(port->self, s);

    for (size_t i = 0; i < n; i++)
        if (s[i].channel == c)
            return true;
    problem(f->r, f->q->lang, PROBLEM_VALUE_NO_CHANNEL, channel_name(c), NULL);
    return false;
}

static bool take_sms(const struct form *f, struct stopgap *is)
{
    const char *text = json_in_string(f->doc, "sms");

    if (json_in_kind(f->doc, "sms") == JSON_ABSENT)
        return true;
    if (text == NULL || !contact_number(text, is->sms))
        return bad(f, "sms", PROBLEM_VALUE_PHONE);
    return there_is(f, CHANNEL_SMS);
}

static bool take_email(const struct form *f, struct stopgap *is)
{
    const char *text = json_in_string(f->doc, "email");

    if (json_in_kind(f->doc, "email") == JSON_ABSENT)
        return true;
    if (text == NULL || !contact_email(text) || !told_text(text, 1, is->email, sizeof is->email))
        return bad(f, "email", PROBLEM_VALUE_EMAIL);
    return there_is(f, CHANNEL_EMAIL);
}

static bool take_without(const struct form *f, struct stopgap *is)
{
    static const char *const WORDS[] = { "email", "sms", "webhook", NULL };
    const char *words[CHANNEL_COUNT];
    size_t n = json_in_strings(f->doc, "without", words, CHANNEL_COUNT);
    bool right = n > 0 || json_in_kind(f->doc, "without") == JSON_ABSENT;

    for (size_t i = 0; i < n && right; i++) {
        enum channel c;
        right = channel_parse(words[i], &c);
        if (right)
            is->without |= (uint8_t)(1U << c);
    }
    if (!right)
        problem_word(f->r, f->q->lang, "without", WORDS);
    return right;
}

static bool take_language(const struct form *f, struct stopgap *is)
{
    static const char *const LANGUAGES[] = { "vi", "en", NULL };
    const char *word = json_in_string(f->doc, "language");

    if (json_in_kind(f->doc, "language") == JSON_ABSENT || (word != NULL && strcmp(word, "vi") == 0))
        return true;
    is->language = CONTACT_EN;
    if (word != NULL && strcmp(word, "en") == 0)
        return true;
    problem_word(f->r, f->q->lang, "language", LANGUAGES);
    return false;
}

/* Theirs, unless they see all: then whichever there is, or of all. */
static bool take_supplier(const struct form *f, const char *scope, struct stopgap *is)
{
    struct catalogue *c;
    bool known;

    if (!take(f, "supplier", 0, is->supplier, sizeof is->supplier))
        return false;
    if (is->supplier[0] == '\0')
        (void)snprintf(is->supplier, sizeof is->supplier, "%s", scope);
    if (is->supplier[0] == '\0')
        return true;
    c = f->face->ports.present.catalogue(f->face->ports.present.self);
    known = catalogue_supplier(c, is->supplier) != NULL && visitor_sees_group(&f->q->visitor, is->supplier);
    catalogue_drop(c);
    if (!known)
        problem(f->r, f->q->lang, PROBLEM_VALUE_SUPPLIER, "supplier", is->supplier);
    return known;
}

/* With `contact` other addresses of that one, else a guest. */
static bool contact_of(const struct form *f, const char *scope, struct stopgap *is)
{
    static const char *const GUEST[] = {
        "key", "name", "language", "sms", "email", "supplier", "until", "why"
    };
    static const char *const OTHER[] = { "key", "contact", "sms", "email", "without", "until", "why" };
    bool fine;

    if (json_in_kind(f->doc, "contact") == JSON_ABSENT) {
        is->kind = STOPGAP_GUEST;
        fine = only(f, GUEST, COUNT_OF(GUEST)) && take(f, "name", 1, is->name, sizeof is->name) &&
               take_language(f, is) && take_supplier(f, scope, is);
    } else {
        is->kind = STOPGAP_ADDRESSES;
        fine = only(f, OTHER, COUNT_OF(OTHER)) && take(f, "contact", 1, is->who, sizeof is->who) &&
               take_without(f, is);
    }
    return fine && take_sms(f, is) && take_email(f, is) && take_frame(f, is);
}

/* ------------------------------------------------------------------ acting */

/* Whom single sites were named to has no roster and no contact: no supplier is called so. */
static void scope_of(const struct visitor *v, char scope[ID_MAX])
{
    if (visitor_sees_all(v))
        scope[0] = '\0';
    else
        (void)snprintf(scope, ID_MAX, "%s",
                       v->sites[0] != '\0' || v->supplier[0] == '\0' ? " " : v->supplier);
}

static void put(struct face *f, const struct request *q, const struct stopgap_act *act, struct reply *r)
{
    struct actor by;

    request_actor(q, &by);
    r->question = question_stopgap(f->questions, &f->ports.stopgaps, act, &by, q->lang);
    if (r->question == NULL)
        problem(r, q->lang, PROBLEM_NO_MEMORY, NULL, NULL);
    else
        r->kind = REPLY_LATER;
}

static bool is_of_rosters(const struct request *q)
{
    return strcmp(q->target.segments[2], "roster") == 0;
}

static void begin(struct face *f, const struct request *q, struct reply *r)
{
    struct form form = { .face = f, .q = q, .r = r };
    struct stopgap_act act = { .ends = false };
    struct json_in *doc = NULL;
    struct fault why;

    scope_of(&q->visitor, act.scope);
    if (json_parse_told(q->body, q->body_len, &doc, &why) != ERR_NONE) {
        problem(r, q->lang, PROBLEM_BODY_JSON, NULL, NULL);
        return;
    }
    form.doc = doc;
    if (is_of_rosters(q) ? substitute_of(&form, &act.is) : contact_of(&form, act.scope, &act.is))
        put(f, q, &act, r);
    json_in_free(doc);
}

/* The one in the path; false: there is none that they see there. */
static bool asked_for(struct face *f, const struct request *q, uint64_t *id)
{
    const struct stopgaps_port *port = &f->ports.stopgaps;
    struct stopgap_shown *known = calloc(STOPGAPS_MAX, sizeof *known);
    size_t n = known == NULL ? 0 : port->known(port->self, known, STOPGAPS_MAX);
    const char *text = q->target.segments[3];
    bool found = false;
    char *end;

    *id = strtoull(text, &end, 16);
    for (size_t i = 0; i < n && *end == '\0' && strlen(text) == 16 && !found; i++)
        found = known[i].is.id == *id && (known[i].is.kind == STOPGAP_SUBSTITUTE) == is_of_rosters(q) &&
                visitor_sees_group(&q->visitor, known[i].is.supplier);
    free(known);
    return found;
}

static void withdraw(struct face *f, const struct request *q, struct reply *r)
{
    struct stopgap_act act = { .ends = true };
    struct stopgap *is = &act.is;

    scope_of(&q->visitor, act.scope);
    (void)snprintf(is->ended_by, sizeof is->ended_by, "%s", q->visitor.name);
    if (!told_key(target_value(&q->target, "key"), is->end_key, sizeof is->end_key))
        problem(r, q->lang, PROBLEM_VALUE_TOLD_TEXT, "key", NULL);
    else if (!told_text(target_told(&q->target, "why"), 0, is->end_why, sizeof is->end_why))
        problem(r, q->lang, PROBLEM_VALUE_STOPGAP, "why", NULL);
    else if (!asked_for(f, q, &is->id))
        problem(r, q->lang, PROBLEM_NO_SUCH_CHANGE, NULL, NULL);
    else
        put(f, q, &act, r);
}

void answer_stopgap_act(struct face *f, struct request *q, struct reply *r)
{
    if (f->ports.stopgaps.act == NULL)
        problem(r, q->lang, PROBLEM_NOT_FOUND, NULL, NULL);
    else if (q->method == METHOD_DELETE)
        withdraw(f, q, r);
    else
        begin(f, q, r);
}
