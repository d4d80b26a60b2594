#include "prevention.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "choose.h"
#include "incidents.h"
#include "problem.h"
#include "routes.h"
#include "sees.h"

/* ------------------------------------------------------------------ out */

const char *prevention_id_text(uint64_t id, char out[PREVENTION_ID_TEXT])
{
    (void)snprintf(out, PREVENTION_ID_TEXT, "%016llx", (unsigned long long)id);
    return out;
}

static void id_member(struct json_out *j, const char *key, uint64_t id)
{
    char text[PREVENTION_ID_TEXT];

    json_member_text(j, key, id == 0 ? NULL : prevention_id_text(id, text));
}

static void incident_id_member(struct json_out *j, uint64_t id)
{
    char text[24];

    (void)snprintf(text, sizeof text, "%" PRIu64, id);
    json_member_text(j, "incident", id == 0 ? NULL : text);
}

static void day_member(struct json_out *j, const char *key, int32_t day)
{
    char text[DAY_ISO_MAX];

    json_member_words(j, key, day_iso(day, text));
}

static void write_head(struct json_out *j, const struct prevention *p)
{
    id_member(j, "id", p->id);
    json_member_text(j, "key", p->key);
    json_member_words(j, "site", p->site);
    json_member_words(j, "zone", p->zone);
    json_member_time(j, "entered_at", p->entered);
    json_member_text(j, "who", p->who);
}

static void write_end(struct json_out *j, const struct prevention *p)
{
    day_member(j, "ended_on", p->ended_on);
    json_member_time(j, "closed_at", p->closed);
    json_member_words(j, "ended_by", p->ended_by);
    json_member_words(j, "end_why", p->end_why);
}

static void write_measure(struct json_out *j, const struct prevention *p, int32_t today)
{
    static const char *const STATES[PREVENTION_STATE_COUNT] = { "open", "done", "dropped" };

    json_open_object(j);
    write_head(j, p);
    json_member_text(j, "what", p->what);
    json_member_text(j, "responsible", p->responsible);
    day_member(j, "due", p->due);
    json_member_text(j, "state", STATES[p->state]);
    json_member_bool(j, "overdue", prevention_overdue(p, today));
    json_member_bool(j, "late", prevention_late(p, today));
    incident_id_member(j, p->incident);
    id_member(j, "black_spot", p->spot);
    write_end(j, p);
    json_close_object(j);
}

static void write_round(struct json_out *j, const struct prevention *p)
{
    json_open_object(j);
    write_head(j, p);
    id_member(j, "black_spot", p->spot);
    day_member(j, "on", p->on);
    json_member_text(j, "looked_by", p->responsible);
    json_member_text(j, "found", p->what);
    day_member(j, "next_on", p->due);
    json_close_object(j);
}

/* Those that were read together: what there is besides the one that is written. */
struct known {
    struct prevention *list; /* whoever has it frees it */
    size_t count;
    int32_t today;
};

static void write_parts(struct json_out *j, const struct known *k, uint64_t spot, uint8_t kind)
{
    json_open_array(j);
    for (size_t i = 0; i < k->count; i++) {
        const struct prevention *p = &k->list[i];
        if (p->spot != spot || p->kind != kind)
            continue;
        if (kind == PREVENTION_ROUND)
            write_round(j, p);
        else
            write_measure(j, p, k->today);
    }
    json_close_array(j);
}

static const struct prevention *last_round(const struct known *k, uint64_t spot)
{
    const struct prevention *last = NULL;

    for (size_t i = 0; i < k->count; i++) {
        const struct prevention *p = &k->list[i];
        if (p->kind == PREVENTION_ROUND && p->spot == spot && (last == NULL || p->on > last->on))
            last = p; /* of one day the newest comes first */
    }
    return last;
}

/* NULL: it stands alone, as it was just written. */
static void write_spot(struct json_out *j, const struct prevention *p, const struct known *k)
{
    json_open_object(j);
    write_head(j, p);
    json_member_text(j, "reason", SPOT_REASONS[p->reason]);
    json_member_text(j, "what", p->what);
    json_member_words(j, "evidence", p->evidence);
    json_member_text(j, "state", p->state == PREVENTION_OPEN ? "open" : "closed");
    json_member_int(j, "revision", p->revision);
    json_member_words(j, "amended_by", p->amended_by);
    write_end(j, p);
    if (k != NULL) {
        int32_t next = prevention_next_round(p, last_round(k, p->id));
        day_member(j, "next_on", next);
        json_member_bool(j, "round_overdue", next != DAY_NONE && k->today > next);
        json_key(j, "inspections");
        write_parts(j, k, p->id, PREVENTION_ROUND);
        json_key(j, "measures");
        write_parts(j, k, p->id, PREVENTION_MEASURE);
    }
    json_close_object(j);
}

void prevention_reply(struct reply *r, enum lang lang, enum err code, bool known, const struct prevention *is,
                      const struct fault *why)
{
    struct strbuf b;
    struct json_out j;
    bool ended;

    if (code != ERR_NONE) {
        problem_of_act(r, lang, code, why, PROBLEM_NO_SUCH_MEASURE, PROBLEM_NO_SUCH_MEASURE);
        return;
    }
    strbuf_init(&b, REPLY_BODY_MAX);
    json_out_init(&j, &b);
    if (is->kind == PREVENTION_MEASURE)
        write_measure(&j, is, day_local(wall_read()));
    else if (is->kind == PREVENTION_SPOT)
        write_spot(&j, is, NULL);
    else
        write_round(&j, is);
    ended = is->kind != PREVENTION_ROUND && is->state != PREVENTION_OPEN;
    reply_take(r, known || ended || is->revision > 0 ? 200 : 201, TYPE_JSON, &b, lang);
}

/* ------------------------------------------------------------------ who sees which */

bool sees_place(const struct visitor *v, const struct catalogue *c, const char *site, const char *zone)
{
    const struct site *s = site[0] == '\0' ? NULL : catalogue_site(c, site);
    const struct zone *z = zone[0] == '\0' ? NULL : catalogue_zone(c, zone);

    return (site[0] == '\0' || (s != NULL && visitor_sees_site(v, c, s))) &&
           (zone[0] == '\0' || (z != NULL && visitor_sees_zone(v, c, z)));
}

bool sees_prevention(const struct visitor *v, const struct catalogue *c, const struct prevention *p)
{
    return visitor_sees_all(v) || sees_place(v, c, p->site, p->zone);
}

/* ------------------------------------------------------------------ lists */

/* What they see of the register, the newest first.  False: no memory, refused. */
static bool take_known(struct face *f, const struct request *q, const struct catalogue *c, struct known *k,
                       struct reply *r)
{
    const struct prevention_port *port = &f->ports.prevention;
    size_t n = 0;

    *k = (struct known){ calloc(PREVENTION_MAX, sizeof *k->list), 0, day_local(q->now.wall) };
    if (k->list == NULL) {
        problem(r, q->lang, PROBLEM_NO_MEMORY, NULL, NULL);
        return false;
    }
    n = port->known(port->self, k->list, PREVENTION_MAX);
    for (size_t i = 0; i < n; i++)
        if (sees_prevention(&q->visitor, c, &k->list[i]))
            k->list[k->count++] = k->list[i];
    return true;
}

enum wanted {
    WANT_OPEN,
    WANT_OVERDUE,
    WANT_LATE,
    WANT_DONE,
    WANT_DROPPED,
    WANT_CLOSED,
    WANT_ALL,
    WANTED_COUNT
};

static const char *const WANTED[WANTED_COUNT] = { "open",    "overdue", "late", "done",
                                                  "dropped", "closed",  "all" };

static bool wish_of(const struct request *q, bool spots, enum wanted *out, struct reply *r)
{
    const char *given = target_value(&q->target, "state");

    *out = WANT_OPEN;
    for (int w = 0; given != NULL && w < WANTED_COUNT; w++)
        if (strcmp(given, WANTED[w]) == 0 &&
            (w == WANT_OPEN || w == WANT_OVERDUE || w == WANT_ALL || (w == WANT_CLOSED) == spots)) {
            *out = (enum wanted)w;
            return true;
        }
    if (given == NULL)
        return true;
    problem(r, q->lang, PROBLEM_VALUE_STATE, "state",
            spots ? "open, overdue, closed, all" : "open, overdue, late, done, dropped, all");
    return false;
}

static bool is_wanted(enum wanted w, const struct prevention *p, int32_t today)
{
    switch (w) {
    case WANT_OPEN: return p->state == PREVENTION_OPEN;
    case WANT_OVERDUE: return prevention_overdue(p, today);
    case WANT_LATE: return prevention_late(p, today);
    case WANT_DONE: return p->state == PREVENTION_DONE;
    case WANT_DROPPED: return p->state == PREVENTION_DROPPED;
    case WANT_CLOSED: return p->state != PREVENTION_OPEN;
    default: return true;
    }
}

static bool parse_id(const char *text, uint64_t *out)
{
    char *end;

    if (strlen(text) != 16 || strspn(text, "0123456789abcdef") != 16)
        return false;
    *out = strtoull(text, &end, 16);
    return *out != 0;
}

/* Where an item stands in its list: a page goes on behind it, whatever came or ended meanwhile. */
struct place {
    int64_t first, second;
    uint64_t id;
};

/* The open ones by their day, then the others, the last that ended first. */
static struct place place_of_measure(const struct prevention *p)
{
    const bool open = p->state == PREVENTION_OPEN;

    return (struct place){ !open, open ? p->due : -(int64_t)p->ended_on, p->id };
}

/* The newest first. */
static struct place place_of_spot(const struct prevention *p)
{
    return (struct place){ 0, -p->entered.ms, p->id };
}

static int compare_places(const struct place *x, const struct place *y)
{
    if (x->first != y->first)
        return x->first < y->first ? -1 : 1;
    if (x->second != y->second)
        return x->second < y->second ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

static struct place place_of(const struct prevention *p)
{
    return p->kind == PREVENTION_SPOT ? place_of_spot(p) : place_of_measure(p);
}

static int compare_items(const void *a, const void *b)
{
    const struct place x = place_of(*(const struct prevention *const *)a);
    const struct place y = place_of(*(const struct prevention *const *)b);

    return compare_places(&x, &y);
}

struct page {
    unsigned limit;
    bool goes_on;
    struct place after; /* when goes_on */
};

/* "first:second:id", as hexadecimal digits. */
static bool parse_place(const char *text, struct place *out)
{
    char inner[ID_MAX], *end;
    const char *rest;

    if (!cursor_parse(text, inner))
        return false;
    out->first = strtoll(inner, &end, 10);
    if (end == inner || *end != ':' || out->first < 0 || out->first > 1)
        return false;
    rest = end + 1;
    out->second = strtoll(rest, &end, 10);
    if (end == rest || *end != ':')
        return false;
    return parse_id(end + 1, &out->id);
}

static bool page_of(const struct request *q, struct page *out, struct reply *r)
{
    const char *next = target_value(&q->target, "next");

    *out = (struct page){ .limit = PREVENTION_MAX, .goes_on = next != NULL };
    if (next != NULL && !parse_place(next, &out->after)) {
        problem(r, q->lang, PROBLEM_VALUE_CURSOR, "next", NULL);
        return false;
    }
    return target_value(&q->target, "limit") == NULL ||
           choose_number(q, "limit", CHOOSE_LIMIT_MAX, PROBLEM_VALUE_LIMIT, &out->limit, r);
}

static void next_member(struct json_out *j, const struct prevention *last)
{
    char text[ID_MAX], cursor[CURSOR_MAX], id[PREVENTION_ID_TEXT];
    struct place at;

    if (last == NULL) {
        json_member_text(j, "next", NULL);
        return;
    }
    at = place_of(last);
    (void)snprintf(text, sizeof text, "%" PRId64 ":%" PRId64 ":%s", at.first, at.second,
                   prevention_id_text(at.id, id));
    cursor_text(text, cursor);
    json_member_text(j, "next", cursor);
}

struct tallied {
    size_t open, overdue, late, done, dropped;
};

static void count(struct tallied *n, const struct prevention *p, int32_t today)
{
    n->open += p->state == PREVENTION_OPEN;
    n->overdue += prevention_overdue(p, today);
    n->late += prevention_late(p, today);
    n->done += p->state == PREVENTION_DONE;
    n->dropped += p->state == PREVENTION_DROPPED;
}

static void write_counts(struct json_out *j, const struct tallied *n)
{
    json_key(j, "counts");
    json_open_object(j);
    json_member_count(j, "open", n->open);
    json_member_count(j, "overdue", n->overdue);
    json_member_count(j, "late", n->late);
    json_member_count(j, "done", n->done);
    json_member_count(j, "dropped", n->dropped);
    json_close_object(j);
}

static bool spot_is_wanted(const struct known *k, enum wanted w, const struct prevention *p)
{
    int32_t next = prevention_next_round(p, last_round(k, p->id));

    return w == WANT_OVERDUE ? next != DAY_NONE && k->today > next : is_wanted(w, p, k->today);
}

static bool item_is_wanted(const struct known *k, enum wanted w, const struct prevention *p)
{
    return p->kind == PREVENTION_SPOT ? spot_is_wanted(k, w, p) : is_wanted(w, p, k->today);
}

/* Those of that kind and site that are wanted, in their order.  How many. */
static size_t ordered(const struct known *k, uint8_t kind, const char *site, enum wanted w,
                      const struct prevention *out[PREVENTION_MAX])
{
    size_t n = 0;

    for (size_t i = 0; i < k->count; i++) {
        const struct prevention *p = &k->list[i];
        if (p->kind == kind && (site == NULL || strcmp(p->site, site) == 0) && item_is_wanted(k, w, p))
            out[n++] = p;
    }
    if (n > 1)
        qsort(out, n, sizeof out[0], compare_items);
    return n;
}

static void count_measures(const struct known *k, const char *site, struct json_out *j)
{
    struct tallied all = { 0 };

    for (size_t i = 0; i < k->count; i++) {
        const struct prevention *p = &k->list[i];
        if (p->kind == PREVENTION_MEASURE && (site == NULL || strcmp(p->site, site) == 0))
            count(&all, p, k->today);
    }
    write_counts(j, &all);
}

static bool is_before(const struct page *page, const struct prevention *p)
{
    const struct place at = place_of(p);

    return page->goes_on && compare_places(&at, &page->after) <= 0;
}

static void write_items(const struct known *k, bool spots, const char *site, enum wanted w,
                        const struct page *page, struct json_out *j)
{
    const struct prevention *order[PREVENTION_MAX] = { NULL };
    size_t n = ordered(k, spots ? PREVENTION_SPOT : PREVENTION_MEASURE, site, w, order), i = 0, end;

    while (i < n && is_before(page, order[i]))
        i++;
    end = n - i > page->limit ? i + page->limit : n;
    json_key(j, "items");
    json_open_array(j);
    for (; i < end; i++) {
        if (spots)
            write_spot(j, order[i], k);
        else
            write_measure(j, order[i], k->today);
    }
    json_close_array(j);
    next_member(j, end < n ? order[end - 1] : NULL);
}

static void list(struct face *f, const struct request *q, const struct catalogue *c, bool spots,
                 struct reply *r)
{
    struct json_out j;
    struct strbuf b;
    struct page page;
    struct known k;
    const char *at;
    enum wanted w;
    uint32_t site;

    if (!choose_site(&site, c, q, r) || !wish_of(q, spots, &w, r) || !page_of(q, &page, r) ||
        !take_known(f, q, c, &k, r))
        return;
    at = site == UINT32_MAX ? NULL : c->sites[site].id;
    strbuf_init(&b, REPLY_BODY_MAX);
    json_out_init(&j, &b);
    json_open_object(&j);
    json_member_time(&j, "at", q->now.wall);
    if (!spots)
        count_measures(&k, at, &j);
    write_items(&k, spots, at, w, &page, &j);
    json_close_object(&j);
    free(k.list);
    reply_take(r, 200, TYPE_JSON, &b, q->lang);
}

void answer_preventions(struct face *f, struct request *q, struct reply *r)
{
    struct catalogue *c;

    if (f->ports.prevention.known == NULL) {
        problem(r, q->lang, PROBLEM_NOT_FOUND, NULL, NULL);
        return;
    }
    c = f->ports.present.catalogue(f->ports.present.self);
    list(f, q, c, strcmp(q->target.segments[2], "black-spots") == 0, r);
    catalogue_drop(c);
}

/* ------------------------------------------------------------------ what is written */

struct form {
    struct face *face;
    const struct request *q;
    const struct catalogue *c;
    const struct json_in *doc;
    struct known known;
    struct reply *r;
};

static bool bad(const struct form *f, const char *field, enum problem_kind kind)
{
    problem(f->r, f->q->lang, kind, field, NULL);
    return false;
}

/* May be left out when `least` is 0. */
static bool take_text(const struct form *f, const char *field, size_t least, char *out, size_t size)
{
    const char *given = json_in_string(f->doc, field);
    size_t n = given == NULL ? 0 : strlen(given);

    out[0] = '\0';
    if (given == NULL && least == 0 && json_in_may_be(f->doc, field, JSON_TEXT))
        return true;
    if (given == NULL || n < least || n >= size)
        return bad(f, field, PROBLEM_VALUE_PREVENTION_TEXT);
    memcpy(out, given, n + 1);
    return true;
}

static bool take_key(const struct form *f, char *out, size_t size)
{
    static const char ALPHABET[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";

    if (!take_text(f, "key", 8, out, size))
        return false;
    return strspn(out, ALPHABET) == strlen(out) ? true : bad(f, "key", PROBLEM_VALUE_PREVENTION_TEXT);
}

static bool take_day(const struct form *f, const char *field, int32_t *out)
{
    const char *given = json_in_string(f->doc, field);

    *out = DAY_NONE;
    if (given == NULL && json_in_may_be(f->doc, field, JSON_TEXT))
        return true;
    return given != NULL && day_parse(given, out) ? true : bad(f, field, PROBLEM_VALUE_DAY);
}

static const struct prevention *known_of(const struct form *f, uint64_t id, uint8_t kind)
{
    for (size_t i = 0; i < f->known.count; i++)
        if (f->known.list[i].id == id && f->known.list[i].kind == kind)
            return &f->known.list[i];
    return NULL;
}

/* One of that kind that they see; false: refused. */
static bool take_known_id(const struct form *f, const char *text, uint8_t kind, uint64_t *out)
{
    if (text != NULL && parse_id(text, out) && known_of(f, *out, kind) != NULL)
        return true;
    problem(f->r, f->q->lang, PROBLEM_NO_SUCH_MEASURE, NULL, NULL);
    return false;
}

static bool fields_are(const struct form *f, const char *const *fields, size_t n)
{
    const char *unknown = json_in_unknown(f->doc, fields, n);

    return unknown == NULL ? true : bad(f, unknown, PROBLEM_UNKNOWN_FIELD);
}

static bool take_place(const struct form *f, struct prevention *p)
{
    if (!take_text(f, "site", 0, p->site, sizeof p->site) ||
        !take_text(f, "zone", 0, p->zone, sizeof p->zone))
        return false;
    if (sees_place(&f->q->visitor, f->c, p->site, p->zone))
        return true;
    return bad(f, p->site[0] != '\0' ? "site" : "zone", PROBLEM_VALUE_PLACE);
}

/* Its first place, and the day on which it was evaluated. */
static void follow_incident(const struct incident *i, struct prevention_act *a)
{
    const struct fact *evaluated = incident_last_fact(i, FACT_EVALUATED);

    if (evaluated != NULL)
        a->after = day_local(evaluated->claimed);
    for (size_t k = 0; k < i->member_count && a->is.site[0] == '\0' && a->is.zone[0] == '\0'; k++) {
        memcpy(a->is.site, i->members[k].site, sizeof a->is.site);
        memcpy(a->is.zone, i->members[k].zone, sizeof a->is.zone);
    }
}

static bool take_incident(const struct form *f, struct prevention_act *a)
{
    const char *given = json_in_string(f->doc, "incident");
    struct incident_list *l;
    const struct incident_copy *one;
    bool found;

    if (given == NULL && json_in_may_be(f->doc, "incident", JSON_TEXT))
        return true;
    if (given == NULL || !incident_own_parse(given, f->c, &a->is.incident))
        return bad(f, "incident", PROBLEM_VALUE_INCIDENT);
    l = incidents_take(f->face, f->q, f->r);
    if (l == NULL)
        return false;
    one = incident_list_find(l, a->is.incident);
    found = one != NULL && sees_incident(&f->q->visitor, l, &one->is);
    if (found)
        follow_incident(&one->is, a);
    else
        problem(f->r, f->q->lang, PROBLEM_NO_SUCH_INCIDENT, NULL, NULL);
    incident_list_drop(l);
    return found;
}

/* Of a black spot, when its address says so. */
static bool take_spot(const struct form *f, struct prevention *p)
{
    const struct target *t = &f->q->target;
    const char *given = t->segment_count == 5 ? t->segments[3] : json_in_string(f->doc, "black_spot");

    if (given == NULL && json_in_may_be(f->doc, "black_spot", JSON_TEXT))
        return true;
    return take_known_id(f, given, PREVENTION_SPOT, &p->spot);
}

static bool has_place(const struct form *f, const struct prevention *p)
{
    return p->spot != 0 || p->site[0] != '\0' || p->zone[0] != '\0' ? true
                                                                    : bad(f, "site", PROBLEM_VALUE_PLACE);
}

static bool measure_of(const struct form *f, struct prevention_act *a)
{
    static const char *const FIELDS[] = { "key",  "what", "responsible", "due",
                                          "site", "zone", "incident",    "black_spot" };
    static const char *const OF_SPOT[] = { "key", "what", "responsible", "due" };
    const bool of_spot = f->q->target.segment_count == 5;
    struct prevention *p = &a->is;

    p->kind = PREVENTION_MEASURE;
    return fields_are(f, of_spot ? OF_SPOT : FIELDS, of_spot ? COUNT_OF(OF_SPOT) : COUNT_OF(FIELDS)) &&
           take_key(f, p->key, sizeof p->key) && take_text(f, "what", 1, p->what, sizeof p->what) &&
           take_text(f, "responsible", 1, p->responsible, sizeof p->responsible) &&
           take_day(f, "due", &p->due) && take_place(f, p) && take_spot(f, p) && take_incident(f, a) &&
           has_place(f, p);
}

static bool not_a_word(const struct form *f, const char *field, const char *const *words)
{
    problem_word(f->r, f->q->lang, field, words);
    return false;
}

static bool take_reason(const struct form *f, struct prevention *p)
{
    const char *given = json_in_string(f->doc, "reason");

    for (uint8_t i = 0; given != NULL && i < SPOT_REASON_COUNT; i++)
        if (strcmp(given, SPOT_REASONS[i]) == 0) {
            p->reason = i;
            return true;
        }
    return not_a_word(f, "reason", SPOT_REASONS);
}

static bool spot_of(const struct form *f, struct prevention_act *a)
{
    static const char *const FIELDS[] = { "key", "reason", "what", "evidence", "site", "zone", "next_on" };
    struct prevention *p = &a->is;

    p->kind = PREVENTION_SPOT;
    return fields_are(f, FIELDS, COUNT_OF(FIELDS)) && take_key(f, p->key, sizeof p->key) &&
           take_reason(f, p) && take_text(f, "what", 1, p->what, sizeof p->what) &&
           take_text(f, "evidence", 0, p->evidence, sizeof p->evidence) && take_day(f, "next_on", &p->due) &&
           take_place(f, p) && has_place(f, p);
}

static bool round_of(const struct form *f, struct prevention_act *a)
{
    static const char *const FIELDS[] = { "key", "on", "looked_by", "found", "next_on" };
    struct prevention *p = &a->is;

    p->kind = PREVENTION_ROUND;
    return fields_are(f, FIELDS, COUNT_OF(FIELDS)) && take_key(f, p->key, sizeof p->key) &&
           take_day(f, "on", &p->on) && take_text(f, "looked_by", 1, p->responsible, sizeof p->responsible) &&
           take_text(f, "found", 1, p->what, sizeof p->what) && take_day(f, "next_on", &p->due) &&
           take_spot(f, p);
}

static bool take_state(const struct form *f, struct prevention *p)
{
    static const char *const ENDS[] = { "done", "dropped", NULL };
    const char *given = json_in_string(f->doc, "state");

    p->state = PREVENTION_DONE;
    if (given != NULL && strcmp(given, "done") == 0)
        return true;
    p->state = PREVENTION_DROPPED;
    return given != NULL && strcmp(given, "dropped") == 0 ? true : not_a_word(f, "state", ENDS);
}

/* A measure is done or dropped, a spot is closed. */
static bool end_of(const struct form *f, struct prevention_act *a)
{
    static const char *const FIELDS[] = { "key", "on", "why", "state" };
    const bool spot = f->q->target.segment_count == 5;
    struct prevention *p = &a->is;

    a->ends = true;
    p->kind = spot ? PREVENTION_SPOT : PREVENTION_MEASURE;
    p->state = PREVENTION_DONE;
    return fields_are(f, FIELDS, spot ? COUNT_OF(FIELDS) - 1 : COUNT_OF(FIELDS)) &&
           take_key(f, p->end_key, sizeof p->end_key) && (spot || take_state(f, p)) &&
           take_day(f, "on", &p->ended_on) && take_text(f, "why", 0, p->end_why, sizeof p->end_why) &&
           take_known_id(f, f->q->target.segments[3], p->kind, &p->id);
}

static bool take_revision(const struct form *f, struct prevention_act *a)
{
    double n = json_in_number(f->doc, "revision");

    if (!(n >= 0 && n <= UINT32_MAX && floor(n) == n))
        return bad(f, "revision", PROBLEM_VALUE_NUMBER);
    a->of_revision = true;
    a->revision = (uint32_t)n;
    return true;
}

/* What is given of it is otherwise since; or it is closed, which is all then. */
static bool amend_of(const struct form *f, struct prevention_act *a)
{
    static const char *const FIELDS[] = { "key", "revision", "reason", "what", "evidence", "next_on" };
    static const char *const CLOSED[] = { "closed", NULL };
    static const char *const CLOSES[] = { "key", "revision", "state", "why", "on" };
    const char *state = json_in_string(f->doc, "state");
    struct prevention *p = &a->is;

    p->kind = PREVENTION_SPOT;
    if (!json_in_may_be(f->doc, "state", JSON_TEXT) || (state != NULL && strcmp(state, "closed") != 0))
        return not_a_word(f, "state", CLOSED);
    if (state != NULL) {
        a->ends = true;
        p->state = PREVENTION_DONE;
        return fields_are(f, CLOSES, COUNT_OF(CLOSES)) && take_key(f, p->end_key, sizeof p->end_key) &&
               take_revision(f, a) && take_day(f, "on", &p->ended_on) &&
               take_text(f, "why", 0, p->end_why, sizeof p->end_why) &&
               take_known_id(f, f->q->target.segments[3], p->kind, &p->id);
    }
    a->amends = true;
    a->keeps_reason = json_in_string(f->doc, "reason") == NULL;
    memcpy(p->amended_by, p->who, sizeof p->amended_by);
    return fields_are(f, FIELDS, COUNT_OF(FIELDS)) && take_key(f, p->amend_key, sizeof p->amend_key) &&
           take_revision(f, a) &&
           (json_in_may_be(f->doc, "reason", JSON_TEXT) || not_a_word(f, "reason", SPOT_REASONS)) &&
           (a->keeps_reason || take_reason(f, p)) && take_text(f, "what", 0, p->what, sizeof p->what) &&
           take_text(f, "evidence", 0, p->evidence, sizeof p->evidence) && take_day(f, "next_on", &p->due) &&
           take_known_id(f, f->q->target.segments[3], p->kind, &p->id);
}

/* By its address; the table of routes knows no other. */
static bool act_of(const struct form *f, struct prevention_act *a)
{
    const struct target *t = &f->q->target;
    const bool spots = strcmp(t->segments[2], "black-spots") == 0;

    *a = (struct prevention_act){ .after = DAY_NONE, .is = { .on = DAY_NONE, .due = DAY_NONE } };
    a->is.ended_on = DAY_NONE;
    (void)snprintf(a->is.who, sizeof a->is.who, "%s", f->q->visitor.name);
    (void)snprintf(a->is.ended_by, sizeof a->is.ended_by, "%s", f->q->visitor.name);
    if (t->segment_count == 3)
        return spots ? spot_of(f, a) : measure_of(f, a);
    if (f->q->method == METHOD_PATCH)
        return amend_of(f, a);
    if (!spots || strcmp(t->segments[4], "closure") == 0)
        return end_of(f, a);
    return strcmp(t->segments[4], "inspections") == 0 ? round_of(f, a) : measure_of(f, a);
}

static void put(const struct form *f, struct prevention_act *a)
{
    struct actor by;

    if (!a->ends)
        a->is.ended_by[0] = '\0';
    request_actor(f->q, &by);
    f->r->question = question_prevention(f->face->questions, &f->face->ports.prevention, a, &by, f->q->lang);
    if (f->r->question == NULL)
        problem(f->r, f->q->lang, PROBLEM_NO_MEMORY, NULL, NULL);
    else
        f->r->kind = REPLY_LATER;
}

void answer_prevention_act(struct face *face, struct request *q, struct reply *r)
{
    struct form f = { .face = face, .q = q, .r = r };
    struct prevention_act act;
    struct json_in *doc = NULL;
    struct catalogue *c;
    struct fault why;

    if (face->ports.prevention.act == NULL) {
        problem(r, q->lang, PROBLEM_NOT_FOUND, NULL, NULL);
        return;
    }
    c = face->ports.present.catalogue(face->ports.present.self);
    f.c = c;
    if (json_parse_told(q->body, q->body_len, &doc, &why) != ERR_NONE) {
        problem(r, q->lang, PROBLEM_BODY_JSON, NULL, NULL);
    } else if (take_known(face, q, c, &f.known, r)) {
        f.doc = doc;
        if (act_of(&f, &act))
            put(&f, &act);
        free(f.known.list);
    }
    json_in_free(doc);
    catalogue_drop(c);
}
