/* The world as the catalogue knows it: suppliers, areas, systems, sites, zones, and the limits its water is
 * held to.  Six sorts of things, one way to list, to search, to page and to show them. */
#include "model/world.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fold.h"
#include "base/json.h"
#include "choose.h"
#include "limits.h"
#include "problem.h"
#include "routes.h"
#include "seal/seal.h"
#include "sees.h"

/* The array of one sort in a catalogue.  Every item begins with its id, its name follows. */
struct places {
    const char *first;
    size_t stride, count;
};

#define BEGINS_WITH_ID(type)                                                                                 \
    _Static_assert(offsetof(struct type, id) == 0 && offsetof(struct type, name) == ID_MAX, #type)
BEGINS_WITH_ID(supplier);
BEGINS_WITH_ID(area);
BEGINS_WITH_ID(system);
BEGINS_WITH_ID(site);
BEGINS_WITH_ID(zone);
BEGINS_WITH_ID(standard);

/* Which of them are asked for. */
struct wish {
    int32_t day;                     /* areas that exist then */
    uint32_t supplier, system, area; /* index, NO_INDEX: any */
    char words[CHOOSE_TEXT_MAX + 1]; /* folded; "": any */
    size_t first;                    /* where the page starts */
    unsigned limit;
};

struct teller {
    const struct visitor *visitor;
    struct json_out j;
    const struct catalogue *c;
    int32_t today;
    bool whole; /* one by its id, not a list */
};

struct sort {
    const char *path; /* of the address, and the name of the list */
    struct places (*places)(const struct catalogue *c);
    bool (*wanted)(const struct wish *w, const void *item);
    bool (*seen)(const struct visitor *v, const struct catalogue *c, const void *item);
    const char *(*names)(const void *item); /* further names that are searched, NULL: none */
    void (*write)(struct teller *t, const void *item);
};

static const char *id_of(const struct places *p, size_t i)
{
    return p->first + i * p->stride;
}

static const char *name_of(const struct places *p, size_t i)
{
    return id_of(p, i) + ID_MAX;
}

static uint32_t find(const struct places *p, const char *id)
{
    for (size_t i = 0; i < p->count; i++)
        if (strcmp(id_of(p, i), id) == 0)
            return (uint32_t)i;
    return NO_INDEX;
}

/* ------------------------------------------------------------------ members */

/* "" is what nobody told. */
static void text(struct teller *t, const char *key, const char *value)
{
    json_key(&t->j, key);
    json_string(&t->j, *value == '\0' ? NULL : value);
}

static void number(struct teller *t, const char *key, double value)
{
    json_key(&t->j, key);
    json_number(&t->j, value);
}

static void count(struct teller *t, const char *key, int64_t value)
{
    json_key(&t->j, key);
    if (value < 0)
        json_null(&t->j);
    else
        json_int(&t->j, value);
}

static void day(struct teller *t, const char *key, int32_t value)
{
    char iso[DAY_ISO_MAX];

    text(t, key, day_iso(value, iso));
}

static void open_list(struct teller *t, const char *key)
{
    json_key(&t->j, key);
    json_open_array(&t->j);
}

static void identity(struct teller *t, const void *item)
{
    text(t, "id", (const char *)item);
    text(t, "name", (const char *)item + ID_MAX);
}

/* The id and the name of what an item belongs to. */
static void owner(struct teller *t, const char *key, const struct places *p, uint32_t index)
{
    char name[32];

    (void)snprintf(name, sizeof name, "%s_name", key);
    text(t, key, index < p->count ? id_of(p, index) : "");
    text(t, name, index < p->count ? name_of(p, index) : "");
}

static void chain(struct teller *t, const struct chain *chain)
{
    open_list(t, "chain");
    for (size_t i = 0; i < chain->count; i++)
        json_string(&t->j, CHAIN_STEPS[chain->steps[i]]);
    json_close_array(&t->j);
}

/* ------------------------------------------------------------------ suppliers */

static struct places suppliers(const struct catalogue *c)
{
    return (struct places){ (const char *)c->suppliers, sizeof *c->suppliers, c->supplier_count };
}

static bool any(const struct wish *w, const void *item)
{
    (void)w;
    (void)item;
    return true;
}

static void write_supplier(struct teller *t, const void *item)
{
    const struct supplier *s = item;

    identity(t, s);
    text(t, "hotline", s->hotline);
}

/* ------------------------------------------------------------------ areas */

static struct places areas(const struct catalogue *c)
{
    return (struct places){ (const char *)c->areas, sizeof *c->areas, c->area_count };
}

static bool area_wanted(const struct wish *w, const void *item)
{
    return area_on(item, w->day);
}

static const char *area_names(const void *item)
{
    return ((const struct area *)item)->aliases;
}

static void write_aliases(struct teller *t, const char *lines)
{
    open_list(t, "aliases");
    while (*lines != '\0') {
        size_t n = strcspn(lines, "\n");
        char line[ALIASES_MAX];
        (void)snprintf(line, sizeof line, "%.*s", (int)n, lines);
        if (n > 0)
            json_string(&t->j, line);
        lines += n + (lines[n] == '\n');
    }
    json_close_array(&t->j);
}

static void write_area(struct teller *t, const void *item)
{
    const struct area *a = item;

    identity(t, a);
    text(t, "kind", AREA_KINDS[a->kind]);
    text(t, "parent", a->parent);
    day(t, "from", a->from);
    day(t, "until", a->until);
    write_aliases(t, a->aliases);
}

/* ------------------------------------------------------------------ systems */

static struct places systems(const struct catalogue *c)
{
    return (struct places){ (const char *)c->systems, sizeof *c->systems, c->system_count };
}

static bool system_wanted(const struct wish *w, const void *item)
{
    return w->supplier == NO_INDEX || ((const struct system *)item)->supplier == w->supplier;
}

static void write_plan(struct teller *t, const struct safety_plan *plan)
{
    json_key(&t->j, "safety_plan");
    json_open_object(&t->j);
    text(t, "status", PLAN_STATES[plan->status]);
    day(t, "approved_on", plan->approved_on);
    day(t, "valid_until", plan->valid_until);
    day(t, "next_review", plan->next_review);
    json_close_object(&t->j);
}

static void write_system(struct teller *t, const void *item)
{
    const struct system *s = item;
    const struct places owners = suppliers(t->c);

    identity(t, s);
    owner(t, "supplier", &owners, s->supplier);
    text(t, "kind", SYSTEM_KINDS[s->kind]);
    number(t, "capacity_m3_per_day", s->capacity);
    count(t, "people", s->people);
    chain(t, &s->chain);
    write_plan(t, &s->plan);
}

/* ------------------------------------------------------------------ sites */

static struct places sites(const struct catalogue *c)
{
    return (struct places){ (const char *)c->sites, sizeof *c->sites, c->site_count };
}

static bool site_wanted(const struct wish *w, const void *item)
{
    const struct site *s = item;

    return (w->system == NO_INDEX || s->system == w->system) && (w->area == NO_INDEX || s->area == w->area);
}

static void write_whereabouts(struct teller *t, uint32_t system, uint32_t area)
{
    const struct places in_system = systems(t->c), in_area = areas(t->c);

    owner(t, "system", &in_system, system);
    owner(t, "area", &in_area, area);
}

static void write_site(struct teller *t, const void *item)
{
    const struct site *s = item;

    identity(t, s);
    text(t, "kind", s->kind);
    write_whereabouts(t, s->system, s->area);
    json_key(&t->j, "location");
    if (isnan(s->latitude) || isnan(s->longitude)) {
        json_null(&t->j);
    } else {
        json_open_object(&t->j);
        number(t, "latitude", s->latitude);
        number(t, "longitude", s->longitude);
        json_close_object(&t->j);
    }
    number(t, "elevation_m", s->elevation);
    chain(t, &s->chain);
}

/* ------------------------------------------------------------------ mains */

static struct places mains(const struct catalogue *c)
{
    return (struct places){ (const char *)c->mains, sizeof *c->mains, c->main_count };
}

static bool main_wanted(const struct wish *w, const void *item)
{
    return w->system == NO_INDEX || ((const struct water_main *)item)->system == w->system;
}

static void write_main(struct teller *t, const void *item)
{
    const struct water_main *m = item;
    const struct places in_system = systems(t->c);

    identity(t, m);
    owner(t, "system", &in_system, m->system);
    number(t, "diameter_mm", m->diameter_mm);
    open_list(t, "path");
    for (size_t i = 0; i < m->bend_count; i++) {
        json_open_array(&t->j);
        json_number(&t->j, m->bends[i].latitude);
        json_number(&t->j, m->bends[i].longitude);
        json_close_array(&t->j);
    }
    json_close_array(&t->j);
}

/* ------------------------------------------------------------------ zones */

static struct places zones(const struct catalogue *c)
{
    return (struct places){ (const char *)c->zones, sizeof *c->zones, c->zone_count };
}

static bool zone_wanted(const struct wish *w, const void *item)
{
    return w->system == NO_INDEX || ((const struct zone *)item)->system == w->system;
}

static void write_flows(struct teller *t, const struct zone_version *v)
{
    open_list(t, "flows");
    for (size_t i = 0; i < v->flow_count; i++) {
        if (!visitor_sees(t->visitor, t->c, &t->c->points[v->flows[i].point]))
            continue; /* a meter of a neighbour */
        json_open_object(&t->j);
        text(t, "point", t->c->points[v->flows[i].point].id);
        text(t, "direction", v->flows[i].sign > 0 ? "in" : "out");
        json_close_object(&t->j);
    }
    json_close_array(&t->j);
}

static void write_guarded(struct teller *t, const struct zone_version *v)
{
    open_list(t, "critical");
    for (size_t i = 0; i < v->critical_count; i++)
        if (visitor_sees(t->visitor, t->c, &t->c->points[v->critical[i]]))
            json_string(&t->j, t->c->points[v->critical[i]].id);
    json_close_array(&t->j);
    open_list(t, "priority");
    for (size_t i = 0; i < v->priority_count; i++) {
        json_open_object(&t->j);
        text(t, "kind", PRIORITY_KINDS[v->priority[i].kind]);
        text(t, "name", v->priority[i].name);
        json_close_object(&t->j);
    }
    json_close_array(&t->j);
}

static void write_version(struct teller *t, const struct zone_version *v, int32_t until, bool current)
{
    json_open_object(&t->j);
    day(t, "from", v->from);
    day(t, "until", until);
    json_key(&t->j, "current");
    json_bool(&t->j, current);
    count(t, "connections", v->connections);
    count(t, "people", v->people);
    json_key(&t->j, "elevation");
    json_open_object(&t->j);
    number(t, "low", v->lowest);
    number(t, "high", v->highest);
    json_close_object(&t->j);
    text(t, "supply", SUPPLY_MODES[v->supply]);
    write_flows(t, v);
    write_guarded(t, v);
    json_close_object(&t->j);
}

static void write_zone(struct teller *t, const void *item)
{
    const struct zone *z = item;
    const struct zone_version *now = zone_on(z, t->today);

    identity(t, z);
    write_whereabouts(t, z->system, z->area);
    open_list(t, "versions");
    for (size_t i = 0; i < z->version_count; i++)
        write_version(t, &z->versions[i], i + 1 < z->version_count ? z->versions[i + 1].from : DAY_NONE,
                      &z->versions[i] == now);
    json_close_array(&t->j);
}

/* ------------------------------------------------------------------ limit sets */

static struct places limit_sets(const struct catalogue *c)
{
    return (struct places){ (const char *)c->standards, sizeof *c->standards, c->standard_count };
}

static void write_limit_set(struct teller *t, const void *item)
{
    limits_write(&t->j, item, t->today, t->whole);
}

/* ------------------------------------------------------------------ what is asked */

static bool seen_supplier(const struct visitor *v, const struct catalogue *c, const void *item)
{
    (void)c;
    return visitor_sees_supplier(v, item);
}

static bool seen_system(const struct visitor *v, const struct catalogue *c, const void *item)
{
    return visitor_sees_system(v, c, item);
}

static bool seen_site(const struct visitor *v, const struct catalogue *c, const void *item)
{
    return visitor_sees_site(v, c, item);
}

static bool seen_main(const struct visitor *v, const struct catalogue *c, const void *item)
{
    return visitor_sees_system(v, c, &c->systems[((const struct water_main *)item)->system]);
}

static bool seen_zone(const struct visitor *v, const struct catalogue *c, const void *item)
{
    return visitor_sees_zone(v, c, item);
}

/* The map and the law are everybody's. */
static bool seen_by_all(const struct visitor *v, const struct catalogue *c, const void *item)
{
    (void)v;
    (void)c;
    (void)item;
    return true;
}

enum { SORT_SUPPLIERS, SORT_AREAS, SORT_SYSTEMS };

static const struct sort SORTS[] = {
    { "suppliers", suppliers, any, seen_supplier, NULL, write_supplier },
    { "areas", areas, area_wanted, seen_by_all, area_names, write_area },
    { "systems", systems, system_wanted, seen_system, NULL, write_system },
    { "sites", sites, site_wanted, seen_site, NULL, write_site },
    { "mains", mains, main_wanted, seen_main, NULL, write_main },
    { "zones", zones, zone_wanted, seen_zone, NULL, write_zone },
    { "limits", limit_sets, any, seen_by_all, NULL, write_limit_set },
};

/* The routes name no other. */
static const struct sort *sort_of(const struct request *q)
{
    size_t i = 0;

    while (i + 1 < sizeof SORTS / sizeof SORTS[0] && strcmp(SORTS[i].path, q->target.segments[2]) != 0)
        i++;
    return &SORTS[i];
}

/* NO_INDEX, too, when the visitor does not see it. */
static uint32_t find_seen(const struct sort *s, const struct catalogue *c, const struct visitor *v,
                          const char *id)
{
    const struct places p = s->places(c);
    uint32_t i = find(&p, id);

    return i != NO_INDEX && s->seen(v, c, id_of(&p, i)) ? i : NO_INDEX;
}

struct filter {
    const char *name; /* of the parameter */
    const struct sort *sort;
    enum problem_kind wrong;
};

static bool choose_place(uint32_t *out, const struct filter *by, const struct catalogue *c,
                         const struct request *q, struct reply *r)
{
    const char *id = target_value(&q->target, by->name);

    *out = id == NULL ? NO_INDEX : find_seen(by->sort, c, &q->visitor, id);
    if (id == NULL || *out != NO_INDEX)
        return true;
    problem(r, q->lang, by->wrong, by->name, id);
    return false;
}

static bool choose_day(int32_t *out, const struct request *q, struct reply *r)
{
    const char *at = target_value(&q->target, "at");

    if (at == NULL) {
        *out = day_local(q->now.wall);
        return true;
    }
    if (day_parse(at, out))
        return true;
    problem(r, q->lang, PROBLEM_VALUE_DAY, "at", NULL);
    return false;
}

static bool choose_page(struct wish *w, const struct catalogue *c, const struct request *q, struct reply *r)
{
    const char *next = target_value(&q->target, "next");
    char id[ID_MAX];
    uint32_t last;

    w->first = 0;
    w->limit = CHOOSE_LIMIT_DEFAULT;
    if (!choose_number(q, "limit", CHOOSE_LIMIT_MAX, PROBLEM_VALUE_LIMIT, &w->limit, r))
        return false;
    if (next == NULL)
        return true;
    last = cursor_parse(next, id) ? find_seen(sort_of(q), c, &q->visitor, id) : NO_INDEX;
    w->first = (size_t)last + 1;
    if (last != NO_INDEX)
        return true;
    problem(r, q->lang, PROBLEM_VALUE_CURSOR, "next", NULL);
    return false;
}

static bool wish(struct wish *w, const struct catalogue *c, const struct request *q, struct reply *r)
{
    static const struct filter SUPPLIER = { "supplier", &SORTS[SORT_SUPPLIERS], PROBLEM_VALUE_SUPPLIER };
    static const struct filter SYSTEM = { "system", &SORTS[SORT_SYSTEMS], PROBLEM_VALUE_SYSTEM };
    static const struct filter AREA = { "area", &SORTS[SORT_AREAS], PROBLEM_VALUE_AREA };

    return choose_place(&w->supplier, &SUPPLIER, c, q, r) && choose_place(&w->system, &SYSTEM, c, q, r) &&
           choose_place(&w->area, &AREA, c, q, r) && choose_day(&w->day, q, r) &&
           choose_words(w->words, q, r) && choose_page(w, c, q, r);
}

static bool has_words(const struct sort *s, const struct places *p, size_t i, const char *words)
{
    enum { SEARCHED_MAX = ID_MAX + NAME_MAX_BYTES + ALIASES_MAX + 4 };
    char all[SEARCHED_MAX], folded[SEARCHED_MAX];

    if (*words == '\0')
        return true;
    (void)snprintf(all, sizeof all, "%s\n%s\n%s", id_of(p, i), name_of(p, i),
                   s->names == NULL ? "" : s->names(id_of(p, i)));
    (void)fold_text(all, folded, sizeof folded);
    return strstr(folded, words) != NULL;
}

/* ------------------------------------------------------------------ answers */

static void write_one(struct teller *t, const struct sort *s, const void *item)
{
    json_open_object(&t->j);
    s->write(t, item);
    json_close_object(&t->j);
}

/* Writes the page; gives the id of its last item when others follow, else NULL. */
static const char *write_some(struct teller *t, const struct sort *s, const struct places *p,
                              const struct wish *w)
{
    const char *last = NULL;
    unsigned given = 0;

    for (size_t i = w->first; i < p->count; i++) {
        if (!s->wanted(w, id_of(p, i)) || !s->seen(t->visitor, t->c, id_of(p, i)) ||
            !has_words(s, p, i, w->words))
            continue;
        if (given++ == w->limit)
            return last;
        last = id_of(p, i);
        write_one(t, s, last);
    }
    return NULL;
}

static void write_list(struct teller *t, const struct sort *s, const struct places *p, const struct wish *w)
{
    char cursor[CURSOR_MAX] = "";
    const char *more;

    json_open_object(&t->j);
    open_list(t, s->path);
    more = write_some(t, s, p, w);
    json_close_array(&t->j);
    if (more != NULL)
        cursor_text(more, cursor);
    text(t, "next", cursor);
    json_close_object(&t->j);
}

/* What is told changes with the configuration and, where it is dated, at midnight: the text itself is what
 * tells one state from another. */
static void give(const struct request *q, struct strbuf *b, struct reply *r)
{
    struct seal_hash h;
    char tag[17];

    reply_take(r, 200, TYPE_JSON, b, q->lang);
    if (r->status != 200)
        return;
    h = seal_hash(r->plain->bytes, r->plain->size);
    seal_short_text(&h, tag);
    if (header_wants_gzip(q->fields.accept_encoding))
        r->gzip = blob_gzip(r->plain);
    r->vary = "Accept-Encoding";
    reply_tag(r, q, CACHE_REVALIDATE, tag);
}

static struct catalogue *hold(const struct face *f, const struct request *q, struct reply *r)
{
    struct catalogue *c = f->ports.present.catalogue(f->ports.present.self);

    if (c == NULL) {
        problem(r, q->lang, PROBLEM_NOT_READY, NULL, NULL);
        r->retry_after_s = 1;
    }
    return c;
}

static void begin(struct teller *t, struct strbuf *b, const struct catalogue *c, const struct request *q)
{
    strbuf_init(b, REPLY_BODY_MAX);
    json_out_init(&t->j, b);
    t->visitor = &q->visitor;
    t->c = c;
    t->today = day_local(q->now.wall);
    t->whole = false;
}

void answer_places(struct face *f, struct request *q, struct reply *r)
{
    const struct sort *s = sort_of(q);
    struct catalogue *c = hold(f, q, r);
    struct places p;
    struct wish w;
    struct teller t;
    struct strbuf b;

    if (c == NULL)
        return;
    p = s->places(c);
    if (wish(&w, c, q, r)) {
        begin(&t, &b, c, q);
        write_list(&t, s, &p, &w);
        give(q, &b, r);
    }
    catalogue_drop(c);
}

void answer_place(struct face *f, struct request *q, struct reply *r)
{
    const char *id = q->target.segments[3];
    const struct sort *s = sort_of(q);
    struct catalogue *c = hold(f, q, r);
    struct places p;
    struct teller t;
    struct strbuf b;
    uint32_t i;

    if (c == NULL)
        return;
    p = s->places(c);
    i = find_seen(s, c, &q->visitor, id);
    if (i == NO_INDEX) {
        problem(r, q->lang, PROBLEM_NO_SUCH_PLACE, NULL, id);
    } else {
        begin(&t, &b, c, q);
        t.whole = true;
        write_one(&t, s, id_of(&p, i));
        give(q, &b, r);
    }
    catalogue_drop(c);
}
