/* What people do about incidents over HTTP: one form, of which each step takes its own fields. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "choose.h"
#include "handed.h"
#include "incidents.h"
#include "model/incident_form.h"
#include "model/incident_reach.h"
#include "model/incident_words.h"
#include "problem.h"
#include "routes.h"
#include "sees.h"

/* ------------------------------------------------------------------ which step */

/* Who takes it, and where. */
enum {
    BY_TECHNICIAN = 1,
    OWN_ADDRESS = 2 /* not as `step` */
};

static const unsigned HOW[STEP_COUNT] = {
    [STEP_OPEN] = OWN_ADDRESS,
    [STEP_CALL] = OWN_ADDRESS,
    [STEP_ON_SITE] = BY_TECHNICIAN,
    [STEP_VERIFY] = BY_TECHNICIAN,
    [STEP_RECLASSIFY] = OWN_ADDRESS,
    [STEP_CAUSE] = BY_TECHNICIAN,
    [STEP_PROPOSE] = BY_TECHNICIAN,
    [STEP_APPROVE] = OWN_ADDRESS,
    [STEP_BEGIN_REPAIR] = BY_TECHNICIAN,
    [STEP_REPAIRED] = BY_TECHNICIAN,
    [STEP_CONFIRM_REPAIR] = BY_TECHNICIAN,
    [STEP_EVALUATE] = OWN_ADDRESS,
    [STEP_WAIT] = BY_TECHNICIAN,
    [STEP_WAIT_OVER] = BY_TECHNICIAN,
    [STEP_UNLINK] = OWN_ADDRESS,
    [STEP_SPLIT] = OWN_ADDRESS,
    [STEP_MERGE] = OWN_ADDRESS,
    [STEP_DUTY_DONE] = OWN_ADDRESS,
    [STEP_DUTY_WAIVE] = OWN_ADDRESS,
    [STEP_ACKNOWLEDGE] = BY_TECHNICIAN,
    [STEP_MEASURE] = OWN_ADDRESS,
    [STEP_PROGRESS] = BY_TECHNICIAN,
};

struct form {
    struct face *face;
    const struct request *q;
    const struct json_in *doc;
    const struct incident_list *list;
    const struct catalogue *places;        /* what places are */
    const struct incident_past_ask *other; /* not NULL: it is for this one, of another node */
    struct reply *r;
};

static bool bad(const struct form *f, const char *field, enum problem_kind kind)
{
    problem(f->r, f->q->lang, kind, field, NULL);
    return false;
}

static bool named_step(const struct form *f, enum step_kind *out)
{
    const char *given = json_in_string(f->doc, "step"), *words[STEP_COUNT + 1] = { NULL };

    if (given != NULL && step_parse(given, out) && (HOW[*out] & OWN_ADDRESS) == 0)
        return true;
    for (unsigned k = 0, n = 0; k < STEP_COUNT; k++)
        if ((HOW[k] & OWN_ADDRESS) == 0)
            words[n++] = step_name((enum step_kind)k);
    problem_word(f->r, f->q->lang, "step", words);
    return false;
}

/* By its address; the table of routes knows no other. */
static bool kind_of(const struct form *f, enum step_kind *out)
{
    static const struct {
        const char *segment;
        enum step_kind kind;
    } AT[] = {
        { "link", STEP_OPEN },        { "unlink", STEP_UNLINK },         { "merge", STEP_MERGE },
        { "split", STEP_SPLIT },      { "reclassify", STEP_RECLASSIFY }, { "approval", STEP_APPROVE },
        { "duties", STEP_DUTY_DONE }, { "measures", STEP_MEASURE },      { "evaluation", STEP_EVALUATE }
    };
    const struct target *t = &f->q->target;
    bool waive = false;

    *out = strcmp(t->segments[2], "calls") == 0 ? STEP_CALL : STEP_OPEN;
    if (t->segment_count < 5)
        return true;
    for (size_t i = 0; i < COUNT_OF(AT); i++)
        if (strcmp(t->segments[4], AT[i].segment) == 0) {
            *out = AT[i].kind;
            if (*out == STEP_DUTY_DONE && json_in_bool(f->doc, "waive", &waive) && waive)
                *out = STEP_DUTY_WAIVE;
            return true;
        }
    return named_step(f, out);
}

/* ------------------------------------------------------------------ fields */

struct field {
    unsigned takes; /* 0: always */
    const char *name;
    enum json_kind kind;
};

static const struct field FIELDS[] = {
    { 0, "key", JSON_TEXT },
    { 0, "claimed_at", JSON_TEXT },
    { 0, "source", JSON_TEXT },
    { TAKES_CLASS, "class", JSON_TEXT },
    { TAKES_MEMBER, "member", JSON_TEXT },
    { TAKES_OTHER, "incident", JSON_TEXT },
    { TAKES_MEMBERS, "members", JSON_TEXT },
    { TAKES_CAUSE, "cause", JSON_TEXT },
    { TAKES_CAUSE, "controllability", JSON_TEXT },
    { TAKES_MEASURE, "measure", JSON_TEXT },
    { TAKES_DUTY, "duty", JSON_TEXT },
    { TAKES_DUTY, "waive", JSON_BOOL },
    { TAKES_LARGE, "large", JSON_TEXT },
    { TAKES_IMPACT, "people", JSON_NUMBER },
    { TAKES_IMPACT, "connections", JSON_NUMBER },
    { TAKES_IMPACT, "hospitals", JSON_NUMBER },
    { TAKES_IMPACT, "schools", JSON_NUMBER },
    { TAKES_IMPACT, "high_rises", JSON_NUMBER },
    { TAKES_IMPACT, "expected_min", JSON_NUMBER },
    { TAKES_IMPACT, "health_hazard", JSON_BOOL },
    { TAKES_IMPACT, "wide", JSON_BOOL },
    { TAKES_IMPACT, "source_threatened", JSON_BOOL },
    { TAKES_IMPACT, "road_opened", JSON_BOOL },
    { TAKES_IMPACT, "rural", JSON_BOOL },
    { TAKES_IMPACT, "partner", JSON_BOOL },
    { TAKES_PLACE, "site", JSON_TEXT },
    { TAKES_PLACE, "zone", JSON_TEXT },
    { TAKES_FINDER, "finder", JSON_TEXT },
    { TAKES_DRILL, "drill", JSON_BOOL },
    { TAKES_TO, "to", JSON_TEXT },
    { TAKES_CALLER, "caller", JSON_TEXT },
    { TAKES_CALLER, "phone", JSON_TEXT },
    { TAKES_CALLER, "incident", JSON_TEXT },
    { TAKES_PLANNED, "measures", JSON_OTHER },
};

static enum problem_kind must_be(enum json_kind kind)
{
    return kind == JSON_TEXT     ? PROBLEM_VALUE_STEP_TEXT
           : kind == JSON_NUMBER ? PROBLEM_VALUE_NUMBER
           : kind == JSON_BOOL   ? PROBLEM_VALUE_BOOL
                                 : PROBLEM_VALUE_PLANNED;
}

/* Those that this step takes, each of its kind.  To whom it is assigned stands in the place of the note. */
static bool fields_are_known(const struct form *f, enum step_kind kind)
{
    const unsigned takes = step_takes(kind);
    const char *known[COUNT_OF(FIELDS) + 2], *unknown;
    size_t n = 0;

    if ((takes & TAKES_TO) == 0)
        known[n++] = "note";
    if ((HOW[kind] & OWN_ADDRESS) == 0)
        known[n++] = "step";
    for (size_t i = 0; i < COUNT_OF(FIELDS); i++)
        if (FIELDS[i].takes == 0 || (FIELDS[i].takes & takes) != 0)
            known[n++] = FIELDS[i].name;
    unknown = json_in_unknown(f->doc, known, n);
    if (unknown != NULL)
        return bad(f, unknown, PROBLEM_UNKNOWN_FIELD);
    for (size_t i = 0; i < COUNT_OF(FIELDS); i++)
        if (!json_in_may_be(f->doc, FIELDS[i].name, FIELDS[i].kind))
            return bad(f, FIELDS[i].name, must_be(FIELDS[i].kind));
    return json_in_may_be(f->doc, "note", JSON_TEXT) || bad(f, "note", PROBLEM_VALUE_STEP_TEXT);
}

/* May be left out when `least` is 0. */
static bool take_text(const struct form *f, const char *field, size_t least, char *out, size_t size)
{
    const char *given = json_in_string(f->doc, field);
    size_t n = given == NULL ? 0 : strlen(given);

    out[0] = '\0';
    if (given == NULL && least == 0)
        return true;
    if (n < least || n >= size)
        return bad(f, field, PROBLEM_VALUE_STEP_TEXT);
    memcpy(out, given, n + 1);
    return true;
}

static bool take_key(const struct form *f, struct incident_act *a)
{
    static const char ALPHABET[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";

    if (!take_text(f, "key", 8, a->key, sizeof a->key))
        return false;
    return strspn(a->key, ALPHABET) == strlen(a->key) ? true : bad(f, "key", PROBLEM_VALUE_STEP_TEXT);
}

static bool take_time(const struct form *f, struct incident_act *a)
{
    const char *given = json_in_string(f->doc, "claimed_at");

    return given == NULL || wall_parse(given, &a->claimed) == ERR_NONE
               ? true
               : bad(f, "claimed_at", PROBLEM_VALUE_TIME);
}

/* Without it *out stays as it is, unless it is needed. */
static bool take_word(const struct form *f, const char *field, enum incident_words of, bool needed,
                      unsigned *out)
{
    const char *given = json_in_string(f->doc, field);

    if (given == NULL && !needed)
        return true;
    if (given != NULL && incident_word_parse(of, given, out))
        return true;
    problem_incident_word(f->r, f->q->lang, field, of);
    return false;
}

static bool take_words(const struct form *f, unsigned takes, unsigned needs, struct incident_act *a)
{
    unsigned class = a->class, source = a->source, code = 0, control = 0, large = 0, duty = 0;

    if (!take_word(f, "source", WORDS_OF_SOURCE, false, &source) ||
        ((takes & TAKES_CLASS) != 0 &&
         !take_word(f, "class", WORDS_OF_CLASS, (needs & TAKES_CLASS) != 0, &class)) ||
        ((takes & TAKES_CAUSE) != 0 &&
         (!take_word(f, "cause", WORDS_OF_CAUSE, false, &code) ||
          !take_word(f, "controllability", WORDS_OF_CONTROL, false, &control))) ||
        ((takes & TAKES_MEASURE) != 0 &&
         !take_word(f, "measure", WORDS_OF_MEASURE, (needs & TAKES_MEASURE) != 0, &code)) ||
        ((takes & TAKES_FINDER) != 0 && !take_word(f, "finder", WORDS_OF_FINDER, false, &code)) ||
        ((takes & TAKES_LARGE) != 0 &&
         !take_word(f, "large", WORDS_OF_LARGE, (needs & TAKES_LARGE) != 0, &large)) ||
        ((takes & TAKES_DUTY) != 0 && !take_word(f, "duty", WORDS_OF_DUTY, (needs & TAKES_DUTY) != 0, &duty)))
        return false;
    a->class = (uint8_t) class;
    a->source = (uint8_t)source;
    a->code = (uint16_t)code;
    a->controllability = (uint8_t)control;
    a->large = (uint8_t)large;
    a->duty = (uint8_t)duty;
    return true;
}

static bool take_id(const struct form *f, const char *field, bool needed, uint64_t *out)
{
    const char *given = json_in_string(f->doc, field);

    if (given == NULL && !needed)
        return true;
    return given != NULL && incident_id_parse(given, out) ? true : bad(f, field, PROBLEM_VALUE_INCIDENT);
}

/* "12,15": commas between. */
static bool take_members(const struct form *f, struct incident_act *a)
{
    const char *given = json_in_string(f->doc, "members");
    char one[24];

    while (given != NULL && a->member_count < INCIDENT_MEMBERS_MAX) {
        size_t n = strcspn(given, ",");
        if (n >= sizeof one)
            break;
        memcpy(one, given, n);
        one[n] = '\0';
        if (!incident_id_parse(one, &a->members[a->member_count++]))
            break;
        if (given[n] == '\0')
            return true;
        given += n + 1;
    }
    return bad(f, "members", PROBLEM_VALUE_INCIDENT);
}

/* The other of another node's incident is of that node, too, with or without its name; whoever hands it over
 * looks whether it is theirs to see. */
static bool take_neighbour(const struct form *f, uint64_t *out)
{
    const char *given = json_in_string(f->doc, "incident"), *node = f->other->node;
    size_t n = strlen(node);

    if (given != NULL && strncmp(given, node, n) == 0 && given[n] == ':')
        given += n + 1;
    return given != NULL && incident_id_parse(given, out) ? true : bad(f, "incident", PROBLEM_VALUE_INCIDENT);
}

/* Another incident, that must be theirs to see, too. */
static bool take_other(const struct form *f, bool needed, uint64_t *out)
{
    const char *given = json_in_string(f->doc, "incident");
    const struct incident_copy *c;

    if (f->other != NULL)
        return take_neighbour(f, out);
    if (given == NULL && !needed)
        return true;
    if (given == NULL || !incident_own_parse(given, f->list->catalogue, out))
        return bad(f, "incident", PROBLEM_VALUE_INCIDENT);
    c = incident_list_find(f->list, *out);
    if (c != NULL && sees_incident(&f->q->visitor, f->list, &c->is))
        return true;
    problem(f->r, f->q->lang, PROBLEM_NO_SUCH_INCIDENT, NULL, NULL);
    return false;
}

static bool take_count(const struct form *f, const char *field, double most, double *out)
{
    *out = json_in_number(f->doc, field);
    if (isnan(*out))
        *out = 0;
    return *out >= 0 && *out <= most && floor(*out) == *out ? true : bad(f, field, PROBLEM_VALUE_NUMBER);
}

static bool take_impact(const struct form *f, struct incident_impact *p)
{
    double n[6] = { 0 };

    if (!take_count(f, "people", UINT32_MAX, &n[0]) || !take_count(f, "connections", UINT32_MAX, &n[1]) ||
        !take_count(f, "hospitals", UINT16_MAX, &n[2]) || !take_count(f, "schools", UINT16_MAX, &n[3]) ||
        !take_count(f, "high_rises", UINT16_MAX, &n[4]) || !take_count(f, "expected_min", UINT32_MAX, &n[5]))
        return false;
    *p = (struct incident_impact){ .people = (uint32_t)n[0],
                                   .connections = (uint32_t)n[1],
                                   .hospitals = (uint16_t)n[2],
                                   .schools = (uint16_t)n[3],
                                   .high_rises = (uint16_t)n[4],
                                   .expected_min = (uint32_t)n[5] };
    (void)json_in_bool(f->doc, "health_hazard", &p->health_hazard);
    (void)json_in_bool(f->doc, "wide", &p->wide);
    (void)json_in_bool(f->doc, "source_threatened", &p->source_threatened);
    (void)json_in_bool(f->doc, "road_opened", &p->road_opened);
    (void)json_in_bool(f->doc, "rural", &p->rural);
    (void)json_in_bool(f->doc, "partner", &p->partner);
    return true;
}

static bool nobody_is_counted(const struct form *f)
{
    static const char *const COUNTS[] = { "people", "connections", "hospitals", "schools", "high_rises" };

    for (size_t k = 0; k < COUNT_OF(COUNTS); k++)
        if (!isnan(json_in_number(f->doc, COUNTS[k])))
            return false;
    return true;
}

/* Nobody said how many: what the zones' data say. */
static bool count_by_zones(const struct form *f, const struct incident *i, struct incident_impact *p)
{
    struct incident_reach r = incident_reach(i, f->list->catalogue, incident_began(i));

    if (!nobody_is_counted(f))
        return false;
    incident_reach_count(&r, p);
    return true;
}

/* ------------------------------------------------------------------ places */

static bool sees_site_named(const struct form *f, const struct catalogue *c, const char *id)
{
    const struct site *s = catalogue_site(c, id);

    return s != NULL && visitor_sees_site(&f->q->visitor, c, s);
}

static bool sees_zone_named(const struct form *f, const struct catalogue *c, const char *id)
{
    const struct zone *z = catalogue_zone(c, id);

    return z != NULL && visitor_sees_zone(&f->q->visitor, c, z);
}

static bool take_place(const struct form *f, struct incident_act *a)
{
    const struct catalogue *c = f->places;

    if (!take_text(f, "site", 0, a->site, sizeof a->site) ||
        !take_text(f, "zone", 0, a->zone, sizeof a->zone))
        return false;
    if (a->site[0] == '\0' && a->zone[0] == '\0')
        return bad(f, "site", PROBLEM_VALUE_PLACE);
    if (a->site[0] != '\0' && !sees_site_named(f, c, a->site))
        return problem(f->r, f->q->lang, PROBLEM_VALUE_SITE, "site", a->site), false;
    return a->zone[0] == '\0' || sees_zone_named(f, c, a->zone) ? true : bad(f, "zone", PROBLEM_VALUE_PLACE);
}

/* ------------------------------------------------------------------ what is planned */

struct planning {
    const struct form *form;
    struct incident_act *act;
    bool told; /* what is wrong */
};

static bool take_planned(void *self, const struct json_in *item)
{
    static const char *const KNOWN[] = { "what", "responsible", "due" };
    struct planning *p = self;
    struct form one = *p->form;
    const char *unknown = json_in_unknown(item, KNOWN, COUNT_OF(KNOWN)), *due = json_in_string(item, "due");
    struct planned_measure *m = &p->act->planned[p->act->planned_count];

    if (p->act->planned_count == PLANNED_MAX)
        return false;
    one.doc = item;
    p->told = true;
    if (unknown != NULL)
        return bad(&one, unknown, PROBLEM_UNKNOWN_FIELD);
    m->due = DAY_NONE;
    if (!take_text(&one, "what", 1, m->what, sizeof m->what) ||
        !take_text(&one, "responsible", 1, m->responsible, sizeof m->responsible))
        return false;
    if (json_in_kind(item, "due") != JSON_ABSENT && (due == NULL || !day_parse(due, &m->due)))
        return bad(&one, "due", PROBLEM_VALUE_DAY);
    p->told = false;
    p->act->planned_count++;
    return true;
}

/* They stand in the register of this node. */
static bool take_measures(const struct form *f, struct incident_act *a)
{
    struct planning p = { f, a, false };

    if (json_in_kind(f->doc, "measures") == JSON_ABSENT)
        return true;
    if (f->other == NULL && json_in_each(f->doc, "measures", take_planned, &p))
        return true;
    return p.told ? false : bad(f, "measures", PROBLEM_VALUE_PLANNED);
}

/* ------------------------------------------------------------------ the whole form */

static bool take_more(const struct form *f, unsigned takes, unsigned needs, struct incident_act *a)
{
    if ((takes & TAKES_MEMBER) != 0 && !take_id(f, "member", (needs & TAKES_MEMBER) != 0, &a->member))
        return false;
    if ((takes & TAKES_MEMBERS) != 0 && !take_members(f, a))
        return false;
    if ((takes & TAKES_OTHER) != 0 && !take_other(f, (needs & TAKES_OTHER) != 0, &a->other))
        return false;
    if ((takes & TAKES_IMPACT) != 0 && !take_impact(f, &a->impact))
        return false;
    if ((takes & TAKES_PLACE) != 0 && !take_place(f, a))
        return false;
    if ((takes & TAKES_PLANNED) != 0 && !take_measures(f, a))
        return false;
    if ((takes & TAKES_DRILL) != 0)
        (void)json_in_bool(f->doc, "drill", &a->drill);
    if ((takes & TAKES_CALLER) != 0)
        return take_text(f, "caller", 0, a->caller, sizeof a->caller) &&
               take_text(f, "phone", 0, a->phone, sizeof a->phone) && take_other(f, false, &a->incident);
    return true;
}

static bool act_of(const struct form *f, struct incident_act *a)
{
    enum step_kind kind;
    unsigned takes, needs;

    if (!kind_of(f, &kind))
        return false;
    takes = step_takes(kind);
    needs = step_needs(kind);
    a->kind = (uint8_t)kind;
    a->source = kind == STEP_CALL ? CLOCK_PHONE : CLOCK_OPERATOR;
    a->class = CLASS_SERVICE_NETWORK; /* the strictest, until it is known better */
    (void)snprintf(a->who, sizeof a->who, "%s", f->q->visitor.name);
    return fields_are_known(f, kind) && take_key(f, a) && take_time(f, a) &&
           take_text(f, (takes & TAKES_TO) != 0 ? "to" : "note", (needs & TAKES_TO) != 0, a->note,
                     sizeof a->note) &&
           take_words(f, takes, needs, a) && take_more(f, takes, needs, a);
}

/* ------------------------------------------------------------------ may they */

static bool is_assigned(const struct incident *i, const char *name)
{
    for (size_t n = 0; n < i->fact_count; n++)
        if (i->facts[n].kind == FACT_ASSIGNED && strcmp(i->facts[n].note, name) == 0)
            return true;
    return false;
}

/* Whether it was assigned to them is looked up by whoever hands it over. */
static bool may(const struct form *f, const struct incident *i, const struct incident_act *a)
{
    const struct visitor *v = &f->q->visitor;

    if (v->role != ROLE_TECHNICIAN)
        return true;
    if ((HOW[a->kind] & BY_TECHNICIAN) == 0) {
        problem(f->r, f->q->lang, PROBLEM_NOT_YOUR_ROLE, NULL, NULL);
        return false;
    }
    if (f->other != NULL || (i != NULL && is_assigned(i, v->name)))
        return true;
    problem(f->r, f->q->lang, PROBLEM_NOT_ASSIGNED, NULL, NULL);
    return false;
}

static bool take(const struct form *f, struct incident_act *a)
{
    const struct incident *i = NULL;

    if (f->other == NULL && f->q->target.segment_count >= 5 &&
        (i = incident_asked_for(f->q, f->list)) == NULL) {
        problem(f->r, f->q->lang, PROBLEM_NO_SUCH_INCIDENT, NULL, NULL);
        return false;
    }
    if (!act_of(f, a))
        return false;
    if (i != NULL)
        a->incident = i->id;
    if (i != NULL && a->kind == STEP_IMPACT)
        a->counted = count_by_zones(f, i, &a->impact);
    return may(f, i, a);
}

/* Takes the list. */
static void do_here(struct form *f, const struct incident_act *a, struct incident_list *l)
{
    struct actor by;

    request_actor(f->q, &by);
    f->r->question = question_incident(f->face->questions, &f->face->ports.incidents, a, &by, l, f->q->lang);
    if (f->r->question == NULL)
        problem(f->r, f->q->lang, PROBLEM_NO_MEMORY, NULL, NULL);
    else
        f->r->kind = REPLY_LATER;
}

/* A step for another node's incident: as it would be done there. */
static void hand_over(struct form *f, struct incident_act *a)
{
    const struct visitor *v = &f->q->visitor;
    struct handed_ask ask = { .verb = HANDED_PUT, .of = *f->other, .step.told = f->q->now.wall };

    a->incident = ask.of.id;
    ask.step.act = *a;
    ask.step.count_reach = a->kind == STEP_IMPACT && nobody_is_counted(f);
    request_actor(f->q, &ask.step.by);
    if (v->role == ROLE_TECHNICIAN)
        (void)snprintf(ask.assigned_to, sizeof ask.assigned_to, "%s", v->name);
    put_handed(f->face, f->q, &ask, f->r);
}

void answer_incident_act(struct face *f, struct request *q, struct reply *r)
{
    struct incident_list *l = incidents_take(f, q, r);
    struct form form = { .face = f, .q = q, .list = l, .r = r };
    struct incident_past_ask other = { .class = -1 };
    struct incident_act a = { .kind = STEP_OPEN };
    struct catalogue *places;
    struct json_in *doc = NULL;
    struct fault why;

    if (l == NULL)
        return;
    if (json_parse_told(q->body, q->body_len, &doc, &why) != ERR_NONE) {
        problem(r, q->lang, PROBLEM_BODY_JSON, NULL, NULL);
        incident_list_drop(l);
        return;
    }
    form.doc = doc;
    if (q->target.segment_count >= 5 && incident_ref_of(q, l->catalogue, &other) && other.node[0] != '\0')
        form.other = &other;
    form.places = places = incident_places(f, &other, l);
    if (take(&form, &a)) {
        if (form.other != NULL)
            hand_over(&form, &a);
        else
            do_here(&form, &a, incident_list_hold(l));
    }
    explicit_bzero(&a, sizeof a); /* it may name a caller */
    catalogue_drop(places);
    json_in_free(doc);
    incident_list_drop(l);
}

/* ------------------------------------------------------------------ calls */

static bool is_near(const struct incident *i, const char *site, const char *zone)
{
    if (site == NULL && zone == NULL)
        return true;
    for (size_t k = 0; k < i->member_count; k++)
        if ((site != NULL && strcmp(i->members[k].site, site) == 0) ||
            (zone != NULL && strcmp(i->members[k].zone, zone) == 0))
            return true;
    return false;
}

static const char *what_was_said(const struct incident *i, const struct member *m)
{
    for (size_t n = 0; n < i->fact_count; n++)
        if (i->facts[n].kind == FACT_CALLED && i->facts[n].about == m->id)
            return i->facts[n].note;
    return "";
}

static void write_calls_of(struct json_out *j, const struct incident *i)
{
    for (size_t k = 0; k < i->member_count; k++) {
        const struct member *m = &i->members[k];
        char id[24];
        if (m->evidence != EVIDENCE_CALL)
            continue;
        (void)snprintf(id, sizeof id, "%llu", (unsigned long long)i->id);
        json_open_object(j);
        json_member_text(j, "incident", id);
        json_member_words(j, "site", m->site);
        json_member_words(j, "zone", m->zone);
        json_member_time(j, "since", m->evident);
        json_member_words(j, "note", what_was_said(i, m));
        json_member_time(j, "restored_at", m->restored);
        json_close_object(j);
    }
}

static bool is_offered(const struct request *q, const struct incident_list *l, const struct incident *i)
{
    return !i->closed && i->merged_into == 0 && sees_incident(&q->visitor, l, i) &&
           is_near(i, target_value(&q->target, "site"), target_value(&q->target, "zone"));
}

/* Open incidents near the place, the newest first, and what customers said of them: never who they are. */
static void write_near(struct json_out *j, const struct request *q, const struct incident_list *l)
{
    json_open_object(j);
    json_key(j, "incidents");
    json_open_array(j);
    for (size_t k = l->count; k > 0; k--)
        if (is_offered(q, l, &l->items[k - 1]->is))
            incident_json(j, &l->items[k - 1]->is, l, INCIDENT_BRIEF, q->now.wall);
    json_close_array(j);
    json_key(j, "calls");
    json_open_array(j);
    for (size_t k = l->count; k > 0; k--)
        if (is_offered(q, l, &l->items[k - 1]->is))
            write_calls_of(j, &l->items[k - 1]->is);
    json_close_array(j);
    json_close_object(j);
}

/* A place that nobody knows has no calls, which would be taken for news. */
static bool is_near_something(const struct request *q, const struct catalogue *c, struct reply *r)
{
    const char *zone = target_value(&q->target, "zone");
    const struct zone *z = zone == NULL ? NULL : catalogue_zone(c, zone);
    uint32_t site;

    if (zone != NULL && (z == NULL || !visitor_sees_zone(&q->visitor, c, z))) {
        problem(r, q->lang, PROBLEM_VALUE_ZONE, "zone", zone);
        return false;
    }
    return choose_site(&site, c, q, r);
}

void answer_calls(struct face *f, struct request *q, struct reply *r)
{
    struct incident_list *l = incidents_take(f, q, r);
    struct strbuf b;
    struct json_out j;

    if (l == NULL)
        return;
    if (!is_near_something(q, l->catalogue, r)) {
        incident_list_drop(l);
        return;
    }
    strbuf_init(&b, REPLY_BODY_MAX);
    json_out_init(&j, &b);
    write_near(&j, q, l);
    reply_take(r, 200, TYPE_JSON, &b, q->lang);
    incident_list_drop(l);
}
