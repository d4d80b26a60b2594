/* Who is on, the log of the shift, hand-overs and their sheets. */
#include "shifts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "choose.h"
#include "incidents.h"
#include "problem.h"
#include "routes.h"
#include "sees.h"
#include "shift_sheet.h"

enum { LIMIT_DEFAULT = 20, PEOPLE_MAX = 200, ID_TEXT = 17, NEXT_TEXT = 48 };

/* ------------------------------------------------------------------ who sees which */

/* Whom single sites were named to sees no shift: its log and its sheet speak of others. */
bool sees_shift(const struct visitor *v, const char *supplier)
{
    return v->sites[0] == '\0' && (v->supplier[0] == '\0' || strcmp(v->supplier, supplier) == 0);
}

/* ------------------------------------------------------------------ out */

static void member_id(struct json_out *j, const char *key, uint64_t id, const char *format)
{
    char text[24];

    (void)snprintf(text, sizeof text, format, id);
    json_member_text(j, key, id == 0 ? NULL : text);
}

static void member_when(struct json_out *j, const char *key, struct wall at)
{
    json_key(j, key);
    json_time(j, at);
}

static void shift_members(struct json_out *j, const struct shift *s, bool sheet)
{
    member_id(j, "id", s->id, "%016" PRIx64);
    json_member_text(j, "state", SHIFT_STATES[s->state]);
    json_member_words(j, "supplier", s->supplier);
    json_member_text(j, "who", s->who);
    json_member_bool(j, "leads", s->leads);
    member_when(j, "from", s->from);
    member_when(j, "taken_at", s->taken);
    json_member_words(j, "to", s->to);
    member_when(j, "offered_at", s->offered);
    member_when(j, "ended_at", s->ended);
    member_id(j, "follows", s->before, "%016" PRIx64);
    json_member_int(j, "entries", s->entries);
    json_member_bool(j, "sheet", sheet);
}

static void shift_json(struct json_out *j, const struct shift *s)
{
    json_open_object(j);
    shift_members(j, s, s->offered.ms != 0);
    json_close_object(j);
}

void shift_entry_json(struct json_out *j, const struct shift_entry *e)
{
    json_open_object(j);
    member_id(j, "id", e->id, "%016" PRIx64);
    member_id(j, "shift", e->shift, "%016" PRIx64);
    json_member_int(j, "n", e->n);
    json_member_text(j, "kind", SHIFT_KINDS[e->kind]);
    member_when(j, "at", e->claimed);
    member_when(j, "recorded_at", e->recorded);
    json_member_text(j, "key", e->key);
    json_member_text(j, "who", e->who);
    json_member_words(j, "to", e->to);
    json_member_words(j, "text", e->text);
    json_member_words(j, "site", e->site);
    json_member_words(j, "point", e->point);
    member_id(j, "incident", e->incident, "%" PRIu64);
    member_id(j, "corrects", e->corrects, "%016" PRIx64);
    json_close_object(j);
}

void shift_reply(struct reply *r, enum lang lang, enum err code, bool known, const struct shift_told *is,
                 const struct fault *why)
{
    struct json_out j;
    struct strbuf b;

    if (code != ERR_NONE) {
        problem_of_act(r, lang, code, why, PROBLEM_NO_SUCH_SHIFT, PROBLEM_NOT_YOUR_SHIFT);
        return;
    }
    strbuf_init(&b, REPLY_BODY_MAX);
    json_out_init(&j, &b);
    json_open_object(&j);
    json_key(&j, "shift");
    shift_json(&j, &is->is);
    json_key(&j, "entry");
    shift_entry_json(&j, &is->entry);
    json_close_object(&j);
    reply_take(r, known ? 200 : 201, TYPE_JSON, &b, lang);
}

/* The cursor behind what has that time and id; id 0: there is no more. */
void shift_end_page(struct json_out *j, struct strbuf *b, struct wall at, uint64_t id, struct reply *r,
                    enum lang lang)
{
    char next[NEXT_TEXT];

    (void)snprintf(next, sizeof next, "%" PRId64 ".%016" PRIx64, at.ms, id);
    json_close_array(j);
    json_member_text(j, "next", id == 0 ? NULL : next);
    json_close_object(j);
    reply_take(r, 200, TYPE_JSON, b, lang);
}

static bool id_parse(const char *text, uint64_t *out)
{
    char *end;

    if (text == NULL || strlen(text) != ID_TEXT - 1 || strspn(text, "0123456789abcdef") != ID_TEXT - 1)
        return false;
    *out = strtoull(text, &end, 16);
    return *out != 0 && *out <= INT64_MAX;
}

/* Years 1970 to 9999. */
bool shift_next_parse(const char *text, struct shift_past_ask *out)
{
    size_t digits = strspn(text, "0123456789");

    if (digits == 0 || digits > 15 || text[digits] != '.' || !id_parse(text + digits + 1, &out->before_id))
        return false;
    out->before.ms = strtoll(text, NULL, 10);
    return out->before.ms <= 253402300799999;
}

static size_t write_current(struct json_out *j, const struct shift_list *l, const struct visitor *v)
{
    size_t given = 0;

    json_key(j, "current");
    json_open_array(j);
    for (size_t i = 0; i < l->shift_count; i++)
        if (l->shifts[i].state <= SHIFT_OFFERED && sees_shift(v, l->shifts[i].supplier)) {
            shift_json(j, &l->shifts[i]);
            given++;
        }
    json_close_array(j);
    return given;
}

/* Of the database: the older ones. */
static void write_page(struct reply *r, enum lang lang, const struct shift_past_ask *ask,
                       const struct shift_list *l, const struct doors_port *doors)
{
    size_t n = l->shift_count < ask->limit ? l->shift_count : ask->limit;
    const struct shift *last = NULL;
    struct json_out j;
    struct strbuf b;

    (void)doors;
    strbuf_init(&b, REPLY_BODY_MAX);
    json_out_init(&j, &b);
    json_open_object(&j);
    json_key(&j, "items");
    json_open_array(&j);
    for (size_t i = 0; i < n; i++)
        shift_json(&j, &l->shifts[i]);
    if (l->shift_count > ask->limit)
        last = &l->shifts[n - 1];
    shift_end_page(&j, &b, last == NULL ? (struct wall){ 0 } : last->taken, last == NULL ? 0 : last->id, r,
                   lang);
}

static void write_one(struct reply *r, enum lang lang, const struct shift *s, const struct shift_list *l)
{
    struct json_out j;
    struct strbuf b;

    strbuf_init(&b, REPLY_BODY_MAX);
    json_out_init(&j, &b);
    json_open_object(&j);
    shift_members(&j, s, s->offered.ms != 0);
    json_key(&j, "log");
    json_open_array(&j);
    for (size_t i = 0; i < l->entry_count; i++)
        if (l->entries[i].shift == s->id)
            shift_entry_json(&j, &l->entries[i]);
    json_close_array(&j);
    json_close_object(&j);
    reply_take(r, 200, TYPE_JSON, &b, lang);
}

static void write_past_one(struct reply *r, enum lang lang, const struct shift_past_ask *ask,
                           const struct shift_list *l, const struct doors_port *doors)
{
    (void)ask;
    (void)doors;
    if (l->shift_count == 0)
        problem(r, lang, PROBLEM_NO_SUCH_SHIFT, NULL, NULL);
    else
        write_one(r, lang, &l->shifts[0], l);
}

/* ---- sheets ---- */

static void write_sheet_json(struct reply *r, enum lang lang, const struct shift *s, const char *text,
                             bool kept)
{
    struct json_out j;
    struct strbuf b;

    strbuf_init(&b, REPLY_BODY_MAX);
    json_out_init(&j, &b);
    json_open_object(&j);
    member_id(&j, "shift", s->id, "%016" PRIx64);
    json_member_bool(&j, "kept", kept);
    shift_sheet_json(&j, text);
    json_close_object(&j);
    reply_take(r, 200, TYPE_JSON, &b, lang);
}

static void write_sheet_html(struct reply *r, enum lang lang, const struct shift *s, const char *text,
                             const struct doors_port *doors)
{
    struct strbuf b;

    strbuf_init(&b, REPLY_BODY_MAX);
    shift_sheet_html(&b, text, doors);
    reply_take(r, 200, TYPE_HTML, &b, lang);
    if (r->status == 200)
        reply_to_print(r, "so-giao-ca-%016" PRIx64 ".html", s->id);
}

static void write_sheet(struct reply *r, enum lang lang, const struct shift *s, const char *text, bool kept,
                        bool json, const struct doors_port *doors)
{
    if (json)
        write_sheet_json(r, lang, s, text, kept);
    else
        write_sheet_html(r, lang, s, text, doors);
}

static void write_past_sheet(struct reply *r, enum lang lang, const struct shift_list *l, bool json,
                             const struct doors_port *doors)
{
    if (l->shift_count == 0)
        problem(r, lang, PROBLEM_NO_SUCH_SHIFT, NULL, NULL);
    else if (l->sheets[0] == NULL)
        problem(r, lang, PROBLEM_NO_SHEET, NULL, NULL);
    else
        write_sheet(r, lang, &l->shifts[0], l->sheets[0]->text, true, json, doors);
}

static void write_past_page(struct reply *r, enum lang lang, const struct shift_past_ask *ask,
                            const struct shift_list *l, const struct doors_port *doors)
{
    (void)ask;
    write_past_sheet(r, lang, l, false, doors);
}

static void write_past_data(struct reply *r, enum lang lang, const struct shift_past_ask *ask,
                            const struct shift_list *l, const struct doors_port *doors)
{
    (void)ask;
    write_past_sheet(r, lang, l, true, doors);
}

/* ------------------------------------------------------------------ asking */

struct shift_list *shifts_take(struct face *f, const struct request *q, struct reply *r)
{
    const struct shifts_port *port = &f->ports.shifts;
    struct shift_list *l = port->known == NULL ? NULL : port->known(port->self);

    if (port->known == NULL)
        problem(r, q->lang, PROBLEM_NOT_FOUND, NULL, NULL);
    else if (l == NULL) {
        problem(r, q->lang, PROBLEM_NOT_READY, NULL, NULL);
        r->retry_after_s = 1;
    }
    return l;
}

void shifts_ask_past(struct face *f, const struct request *q, struct shift_past_ask *ask, shifts_write *write,
                     struct reply *r)
{
    if (f->ports.shift_past.ask == NULL || q->visitor.sites[0] != '\0') {
        problem(r, q->lang, f->ports.shift_past.ask == NULL ? PROBLEM_NO_HISTORY : PROBLEM_NO_SUCH_SHIFT,
                NULL, NULL);
        return;
    }
    ask->any = q->visitor.supplier[0] == '\0';
    (void)snprintf(ask->supplier, sizeof ask->supplier, "%s", q->visitor.supplier);
    r->question =
        question_shifts_past(f->questions, &f->ports.shift_past, ask, q->lang, write, &f->ports.doors);
    if (r->question == NULL)
        problem(r, q->lang, PROBLEM_NO_MEMORY, NULL, NULL);
    else
        r->kind = REPLY_LATER;
}

/* Whom a shift of theirs can be handed to. */
static bool may_take(const struct account *a, const struct visitor *v)
{
    return (ROLES_OPERATE & ROLE_BIT(a->role)) != 0 && !a->disabled && !a->removed &&
           (a->supplier[0] == '\0' || strcmp(a->supplier, v->supplier) == 0);
}

static struct account *take_accounts(struct face *f, size_t *count)
{
    const struct doors_port *doors = &f->ports.doors;
    struct account *all = doors->accounts == NULL ? NULL : calloc(ACCOUNTS_MAX, sizeof *all);
    size_t n = all == NULL ? 0 : doors->accounts(doors->self, all, ACCOUNTS_MAX);

    *count = n < ACCOUNTS_MAX ? n : ACCOUNTS_MAX;
    return all;
}

static void write_people(struct face *f, const struct request *q, struct json_out *j)
{
    size_t count, n = 0;
    struct account *all = take_accounts(f, &count);

    json_key(j, "people");
    json_open_array(j);
    for (size_t i = 0; i < count && n < PEOPLE_MAX; i++) {
        if (!may_take(&all[i], &q->visitor))
            continue;
        n++;
        json_open_object(j);
        json_member_text(j, "name", all[i].name);
        json_member_words(j, "full_name", all[i].full_name);
        json_close_object(j);
    }
    json_close_array(j);
    free(all);
}

static bool is_older(const struct shift *s, const struct shift_past_ask *than)
{
    return s->taken.ms < than->before.ms || (s->taken.ms == than->before.ms && s->id < than->before_id);
}

/* How many of the list, from the newest on, no shift is missing between: the first that follows one that is
 * in memory no more is the last of them.  Behind it are those that are on since long ago, or ended late, and
 * what went between is in the database with them. */
static size_t whole(const struct request *q, const struct shift_list *l)
{
    for (size_t i = 0; i < l->shift_count; i++)
        if (sees_shift(&q->visitor, l->shifts[i].supplier) && l->shifts[i].before != 0 &&
            shift_list_find(l, l->shifts[i].before, NULL) == NULL)
            return i + 1;
    return l->shift_count;
}

/* Those in memory that are asked for; there may always be older ones in the database. */
static const struct shift *write_known(struct json_out *j, const struct request *q,
                                       const struct shift_list *l, const struct shift_past_ask *ask)
{
    const struct shift *last = NULL;
    const size_t end = whole(q, l);
    unsigned n = 0;

    for (size_t i = 0; i < end && n < ask->limit; i++) {
        if (!sees_shift(&q->visitor, l->shifts[i].supplier) || !is_older(&l->shifts[i], ask))
            continue;
        shift_json(j, &l->shifts[i]);
        last = &l->shifts[i];
        n++;
    }
    return last;
}

static bool is_in_memory(const struct request *q, const struct shift_list *l,
                         const struct shift_past_ask *ask)
{
    const size_t end = whole(q, l);

    for (size_t i = 0; i < end; i++)
        if (sees_shift(&q->visitor, l->shifts[i].supplier) && is_older(&l->shifts[i], ask))
            return true;
    return false;
}

static void list(struct face *f, const struct request *q, const struct shift_list *l,
                 struct shift_past_ask *ask, bool first, struct reply *r)
{
    const struct shift *last;
    struct json_out j;
    struct strbuf b;

    strbuf_init(&b, REPLY_BODY_MAX);
    json_out_init(&j, &b);
    json_open_object(&j);
    if (first) {
        member_when(&j, "at", q->now.wall);
        (void)write_current(&j, l, &q->visitor);
        write_people(f, q, &j);
    }
    json_key(&j, "items");
    json_open_array(&j);
    last = write_known(&j, q, l, ask);
    shift_end_page(&j, &b, last == NULL ? q->now.wall : last->taken, last == NULL ? 1 : last->id, r, q->lang);
}

bool shifts_are_for(const struct visitor *v)
{
    return (ROLES_OPERATE & ROLE_BIT(v->role)) != 0;
}

size_t shifts_event(struct strbuf *b, const struct shift_list *l, const struct visitor *v, struct wall now)
{
    struct json_out j;
    size_t given;

    strbuf_puts(b, "event: shifts\ndata: ");
    json_out_init(&j, b);
    json_open_object(&j);
    member_when(&j, "at", now);
    given = write_current(&j, l, v);
    json_close_object(&j);
    strbuf_puts(b, "\n\n");
    return given;
}

void answer_shifts(struct face *f, struct request *q, struct reply *r)
{
    struct shift_past_ask ask = { .limit = LIMIT_DEFAULT };
    const char *next = target_value(&q->target, "next");
    struct shift_list *l;

    if (!choose_number(q, "limit", SHIFT_PAST_MAX, PROBLEM_VALUE_LIMIT, &ask.limit, r))
        return;
    ask.before.ms = 253402300799999;
    if (next != NULL && !shift_next_parse(next, &ask)) {
        problem(r, q->lang, PROBLEM_VALUE_CURSOR, "next", NULL);
        return;
    }
    l = shifts_take(f, q, r);
    if (l == NULL)
        return;
    if (next == NULL || is_in_memory(q, l, &ask))
        list(f, q, l, &ask, next == NULL, r);
    else
        shifts_ask_past(f, q, &ask, write_page, r);
    shift_list_drop(l);
}

/* The one in the path that they see, NULL: not in memory. */
static const struct shift *known_one(const struct request *q, const struct shift_list *l, uint64_t id,
                                     struct shift_sheet **sheet)
{
    const struct shift *s = shift_list_find(l, id, sheet);

    return s != NULL && sees_shift(&q->visitor, s->supplier) ? s : NULL;
}

void answer_shift(struct face *f, struct request *q, struct reply *r)
{
    struct shift_past_ask ask = { .limit = 1 };
    const struct shift *s;
    struct shift_list *l;

    if (!id_parse(q->target.segments[3], &ask.id)) {
        problem(r, q->lang, PROBLEM_NO_SUCH_SHIFT, NULL, NULL);
        return;
    }
    l = shifts_take(f, q, r);
    if (l == NULL)
        return;
    s = known_one(q, l, ask.id, NULL);
    if (s != NULL)
        write_one(r, q->lang, s, l);
    else if (shift_list_find(l, ask.id, NULL) != NULL)
        problem(r, q->lang, PROBLEM_NO_SUCH_SHIFT, NULL, NULL);
    else
        shifts_ask_past(f, q, &ask, write_past_one, r);
    shift_list_drop(l);
}

/* ------------------------------------------------------------------ the sheet */

static bool make_sheet(struct face *f, const struct shift *s, const char *to, const struct shift_list *l,
                       struct wall now, struct strbuf *out)
{
    const struct serve_ports *p = &f->ports;
    struct incident_list *incidents = p->incidents.open == NULL ? NULL : p->incidents.open(p->incidents.self);
    struct alarm_list *alarms = p->alarms.open == NULL ? NULL : p->alarms.open(p->alarms.self);
    struct snapshot *snapshot = p->present.take(p->present.self);
    struct catalogue *catalogue = p->present.catalogue(p->present.self);
    const struct sheet_from from = { s, to, l, incidents, alarms, snapshot, catalogue, now };
    bool made = shift_sheet_make(f, &from, out);

    catalogue_drop(catalogue);
    snapshot_drop(snapshot);
    alarm_list_drop(alarms);
    incident_list_drop(incidents);
    return made;
}

static void write_sheet_now(struct face *f, const struct request *q, const struct shift *s,
                            const struct shift_list *l, bool json, struct reply *r)
{
    struct strbuf text;

    if (make_sheet(f, s, "", l, q->now.wall, &text))
        write_sheet(r, q->lang, s, text.text, false, json, &f->ports.doors);
    else
        problem(r, q->lang, PROBLEM_NO_MEMORY, NULL, NULL);
    strbuf_clear(&text);
}

static void write_text(struct face *f, const char *text, bool page, struct strbuf *out)
{
    struct json_out j;

    if (page) {
        shift_sheet_html(out, text, &f->ports.doors);
        return;
    }
    json_out_init(&j, out);
    json_open_object(&j);
    shift_sheet_json(&j, text);
    json_close_object(&j);
    strbuf_putc(out, '\n');
}

bool shift_sheet_of(struct face *f, uint64_t id, bool page, struct strbuf *out)
{
    const struct shifts_port *port = &f->ports.shifts;
    struct shift_list *l = port->known == NULL ? NULL : port->known(port->self);
    struct shift_sheet *kept = NULL;
    const struct shift *s = l == NULL ? NULL : shift_list_find(l, id, &kept);
    struct strbuf text;
    bool made = false;

    if (s != NULL && kept != NULL) {
        write_text(f, kept->text, page, out);
        made = true;
    } else if (s != NULL && s->state == SHIFT_ON) {
        made = make_sheet(f, s, "", l, wall_read(), &text);
        if (made)
            write_text(f, text.text, page, out);
        strbuf_clear(&text);
    }
    shift_list_drop(l);
    return made && !out->failed;
}

static bool wants_json(const struct request *q, bool *json, struct reply *r)
{
    const char *format = target_value(&q->target, "format");

    *json = format != NULL && strcmp(format, "json") == 0;
    if (format == NULL || *json || strcmp(format, "html") == 0)
        return true;
    problem(r, q->lang, PROBLEM_VALUE_SHEET, "format", NULL);
    return false;
}

void answer_shift_sheet(struct face *f, struct request *q, struct reply *r)
{
    struct shift_past_ask ask = { .limit = 1 };
    struct shift_sheet *sheet = NULL;
    const struct shift *s;
    struct shift_list *l;
    bool json;

    if (!wants_json(q, &json, r))
        return;
    if (!id_parse(q->target.segments[3], &ask.id)) {
        problem(r, q->lang, PROBLEM_NO_SUCH_SHIFT, NULL, NULL);
        return;
    }
    l = shifts_take(f, q, r);
    if (l == NULL)
        return;
    s = known_one(q, l, ask.id, &sheet);
    if (s == NULL && shift_list_find(l, ask.id, NULL) != NULL)
        problem(r, q->lang, PROBLEM_NO_SUCH_SHIFT, NULL, NULL);
    else if (s != NULL && sheet != NULL)
        write_sheet(r, q->lang, s, sheet->text, true, json, &f->ports.doors);
    else if (s != NULL && s->state == SHIFT_ON)
        write_sheet_now(f, q, s, l, json, r);
    else if (s != NULL && s->offered.ms == 0)
        problem(r, q->lang, PROBLEM_NO_SHEET, NULL, NULL);
    else
        shifts_ask_past(f, q, &ask, json ? write_past_data : write_past_page, r);
    shift_list_drop(l);
}

/* ------------------------------------------------------------------ acting */

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

/* The sentence names what was given, not where. */
static bool unknown_id(const struct form *f, const char *field, enum problem_kind kind)
{
    problem(f->r, f->q->lang, kind, field, json_in_string(f->doc, field));
    return false;
}

/* False when it is there and no text that fits. */
static bool take_text(const struct form *f, const char *name, size_t least, char *out, size_t size)
{
    const char *given = json_in_string(f->doc, name);
    size_t n = given == NULL ? 0 : strlen(given);

    out[0] = '\0';
    if (!json_in_may_be(f->doc, name, JSON_TEXT) || n < least || n >= size)
        return false;
    if (given != NULL)
        memcpy(out, given, n + 1);
    return true;
}

static bool take_key(const struct form *f, struct shift_entry *e)
{
    static const char ALPHABET[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";

    if (take_text(f, "key", 8, e->key, sizeof e->key) && strspn(e->key, ALPHABET) == strlen(e->key))
        return true;
    return bad(f, "key", PROBLEM_VALUE_TOLD_TEXT);
}

static bool take_time(const struct form *f, const char *name, struct wall *out)
{
    const char *given = json_in_string(f->doc, name);

    *out = (struct wall){ 0 };
    if (json_in_kind(f->doc, name) == JSON_ABSENT)
        return true;
    return (given != NULL && wall_parse(given, out) == ERR_NONE) || bad(f, name, PROBLEM_VALUE_TIME);
}

static bool take_id(const struct form *f, const char *name, bool needed, uint64_t *out)
{
    *out = 0;
    if (json_in_kind(f->doc, name) == JSON_ABSENT && !needed)
        return true;
    return id_parse(json_in_string(f->doc, name), out) || bad(f, name, PROBLEM_VALUE_SHIFT_ID);
}

static bool take_place(const struct form *f, const struct catalogue *c, struct shift_entry *e)
{
    const struct visitor *v = &f->q->visitor;
    const struct site *site;

    if (!take_text(f, "site", 0, e->site, sizeof e->site))
        return unknown_id(f, "site", PROBLEM_VALUE_SITE);
    if (!take_text(f, "point", 0, e->point, sizeof e->point))
        return unknown_id(f, "point", PROBLEM_VALUE_LOG_POINT);
    site = e->site[0] == '\0' ? NULL : catalogue_site(c, e->site);
    if (e->site[0] != '\0' && (site == NULL || !visitor_sees_site(v, c, site)))
        return unknown_id(f, "site", PROBLEM_VALUE_SITE);
    return e->point[0] == '\0' || seen_point(v, c, e->point) != NULL ||
           unknown_id(f, "point", PROBLEM_VALUE_LOG_POINT);
}

static bool take_incident(const struct form *f, const struct catalogue *of, struct shift_entry *e)
{
    const struct incidents_port *port = &f->face->ports.incidents;
    const char *given = json_in_string(f->doc, "incident");
    struct incident_list *l;
    struct incident_copy *c;
    bool is;

    if (json_in_kind(f->doc, "incident") == JSON_ABSENT)
        return true;
    if (given == NULL || !incident_own_parse(given, of, &e->incident))
        return bad(f, "incident", PROBLEM_VALUE_INCIDENT);
    l = port->open == NULL ? NULL : port->open(port->self);
    c = l == NULL ? NULL : incident_list_find(l, e->incident);
    is = c != NULL && sees_incident(&f->q->visitor, l, &c->is);
    incident_list_drop(l);
    return is || bad(f, "incident", PROBLEM_VALUE_INCIDENT);
}

static bool take_supplier(const struct form *f, const struct catalogue *c, struct shift_act *a)
{
    const struct visitor *v = &f->q->visitor;

    if (json_in_kind(f->doc, "supplier") == JSON_ABSENT) {
        (void)snprintf(a->supplier, sizeof a->supplier, "%s", v->supplier);
        return true;
    }
    if (!take_text(f, "supplier", 1, a->supplier, sizeof a->supplier) || !sees_shift(v, a->supplier))
        return unknown_id(f, "supplier", PROBLEM_VALUE_SUPPLIER);
    return catalogue_supplier(c, a->supplier) != NULL || unknown_id(f, "supplier", PROBLEM_VALUE_SUPPLIER);
}

/* Somebody who could accept it. */
static bool take_to(const struct form *f, const struct shift *s, struct shift_entry *e)
{
    struct visitor of = { .role = ROLE_OPERATOR };
    struct account *all;
    bool found = false;
    size_t count;

    if (!take_text(f, "to", 1, e->to, sizeof e->to))
        return bad(f, "to", PROBLEM_VALUE_TO);
    (void)snprintf(of.supplier, sizeof of.supplier, "%s", s->supplier);
    all = take_accounts(f->face, &count);
    for (size_t i = 0; i < count && !found; i++)
        found = strcmp(all[i].name, e->to) == 0 && may_take(&all[i], &of);
    free(all);
    return found || bad(f, "to", PROBLEM_VALUE_TO);
}

/* Who takes, hands over and accepts is a person; a program may write into the log. */
static bool is_a_person(const struct form *f)
{
    if (f->q->visitor.person)
        return true;
    problem(f->r, f->q->lang, PROBLEM_SHIFT_PEOPLE, NULL, NULL);
    return false;
}

/* The shift that is named, or theirs; they see it, NULL: *r is the refusal. */
static const struct shift *shift_meant(const struct form *f, const struct shift_list *l,
                                       const struct shift_act *a)
{
    const struct shift *s =
        a->entry.shift == 0 ? shift_list_current(l, a->supplier) : shift_list_find(l, a->entry.shift, NULL);

    if (s != NULL && sees_shift(&f->q->visitor, s->supplier))
        return s;
    problem(f->r, f->q->lang, a->entry.shift == 0 ? PROBLEM_NOBODY_ON : PROBLEM_NO_SUCH_SHIFT, NULL, NULL);
    return NULL;
}

static bool only(const struct form *f, const char *const *fields, size_t n)
{
    const char *unknown = json_in_unknown(f->doc, fields, n);

    return unknown == NULL || bad(f, unknown, PROBLEM_UNKNOWN_FIELD);
}

static bool take_words(const struct form *f, size_t least, struct shift_entry *e)
{
    return take_text(f, "text", least, e->text, sizeof e->text) || bad(f, "text", PROBLEM_VALUE_LOG_TEXT);
}

static bool form_take(const struct form *f, const struct catalogue *c, struct shift_act *a)
{
    static const char *const FIELDS[] = { "act", "key", "from", "supplier", "text" };

    a->kind = SHIFT_TAKEN;
    return only(f, FIELDS, COUNT_OF(FIELDS)) && is_a_person(f) && take_key(f, &a->entry) &&
           take_time(f, "from", &a->entry.claimed) && take_supplier(f, c, a) && take_words(f, 0, &a->entry);
}

static bool form_note(const struct form *f, const struct catalogue *c, const struct shift_list *l,
                      struct shift_act *a)
{
    static const char *const FIELDS[] = { "act",  "key",   "shift",    "at",      "text",
                                          "site", "point", "incident", "corrects" };

    a->kind = SHIFT_NOTE;
    return only(f, FIELDS, COUNT_OF(FIELDS)) && take_key(f, &a->entry) &&
           take_id(f, "shift", false, &a->entry.shift) && shift_meant(f, l, a) != NULL &&
           take_time(f, "at", &a->entry.claimed) && take_words(f, 1, &a->entry) &&
           take_place(f, c, &a->entry) && take_incident(f, c, &a->entry) &&
           take_id(f, "corrects", false, &a->entry.corrects);
}

static bool freeze(const struct form *f, const struct shift *s, const struct shift_list *l,
                   struct shift_act *a)
{
    struct strbuf text;

    if (make_sheet(f->face, s, a->entry.to, l, f->q->now.wall, &text))
        a->sheet = shift_sheet_new(text.text, text.len);
    strbuf_clear(&text);
    if (a->sheet == NULL) {
        problem(f->r, f->q->lang, PROBLEM_NO_MEMORY, NULL, NULL);
        return false;
    }
    a->sheet->made = f->q->now.wall;
    return true;
}

static bool form_hand_over(const struct form *f, const struct shift_list *l, struct shift_act *a)
{
    static const char *const FIELDS[] = { "act", "key", "shift", "to", "text" };
    const struct shift *s;

    a->kind = SHIFT_OFFER;
    if (!only(f, FIELDS, COUNT_OF(FIELDS)) || !is_a_person(f) || !take_key(f, &a->entry) ||
        !take_id(f, "shift", false, &a->entry.shift))
        return false;
    s = shift_meant(f, l, a);
    return s != NULL && take_to(f, s, &a->entry) && take_words(f, 0, &a->entry) && freeze(f, s, l, a);
}

static bool form_accept(const struct form *f, const struct shift_list *l, struct shift_act *a)
{
    static const char *const FIELDS[] = { "act", "key", "shift", "text" };

    a->kind = SHIFT_ACCEPTED;
    return only(f, FIELDS, COUNT_OF(FIELDS)) && is_a_person(f) && take_key(f, &a->entry) &&
           take_id(f, "shift", true, &a->entry.shift) && shift_meant(f, l, a) != NULL &&
           take_words(f, 0, &a->entry);
}

static bool form_of(const struct form *f, const struct catalogue *c, const struct shift_list *l,
                    struct shift_act *a)
{
    const char *act = json_in_string(f->doc, "act");

    if (act != NULL && strcmp(act, "take") == 0)
        return form_take(f, c, a);
    if (act != NULL && strcmp(act, "note") == 0)
        return form_note(f, c, l, a);
    if (act != NULL && strcmp(act, "hand_over") == 0)
        return form_hand_over(f, l, a);
    if (act != NULL && strcmp(act, "accept") == 0)
        return form_accept(f, l, a);
    return bad(f, "act", PROBLEM_VALUE_SHIFT_ACT);
}

static void put(const struct form *f, const struct shift_act *act)
{
    struct actor by;

    request_actor(f->q, &by);
    f->r->question = question_shift(f->face->questions, &f->face->ports.shifts, act, &by, f->q->lang);
    if (f->r->question == NULL)
        problem(f->r, f->q->lang, PROBLEM_NO_MEMORY, NULL, NULL);
    else
        f->r->kind = REPLY_LATER;
}

static void act_on(const struct form *f, const struct shift_list *l)
{
    const struct visitor *v = &f->q->visitor;
    struct catalogue *c = f->face->ports.present.catalogue(f->face->ports.present.self);
    struct shift_act *act = calloc(1, sizeof *act);

    if (act == NULL) {
        problem(f->r, f->q->lang, PROBLEM_NO_MEMORY, NULL, NULL);
    } else if (v->sites[0] != '\0') {
        problem(f->r, f->q->lang, PROBLEM_NOT_WHOLE, NULL, NULL);
    } else {
        act->leads = v->leads;
        (void)snprintf(act->supplier, sizeof act->supplier, "%s", v->supplier);
        (void)snprintf(act->entry.who, sizeof act->entry.who, "%s", v->name);
        if (form_of(f, c, l, act))
            put(f, act);
        shift_sheet_drop(act->sheet);
    }
    free(act);
    catalogue_drop(c);
}

void answer_shift_act(struct face *f, struct request *q, struct reply *r)
{
    struct shift_list *l = shifts_take(f, q, r);
    struct json_in *doc = NULL;
    struct fault why;

    if (l == NULL)
        return;
    if (json_parse_told(q->body, q->body_len, &doc, &why) != ERR_NONE)
        problem(r, q->lang, PROBLEM_BODY_JSON, NULL, NULL);
    else
        act_on(&(struct form){ f, q, doc, r }, l);
    json_in_free(doc);
    shift_list_drop(l);
}
