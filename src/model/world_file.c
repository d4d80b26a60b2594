#include "model/world_file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/seen.h"
#include "model/known.h"
#include "world_rows.h"

enum { VERSIONS_MAX = 200, LIST_MAX = 200 };

/* A zone waits until its points are known. */
struct pending {
    const struct conf_node *node;
    uint32_t system; /* of its file, NO_INDEX when every zone says its own */
};

struct world_reader {
    struct catalogue *c;
    struct conf_seen suppliers, areas, systems, sites, mains,
        zones; /* numbers are indices in the catalogue */
    struct pending *zones_pending;
    size_t pending_count, pending_cap;
};

/* One file being read. */
struct file {
    struct world_reader *w;
    struct conf_mistakes *m;
    uint32_t system;    /* of all its sites and zones, NO_INDEX: each says its own */
    bool supplier_said; /* one for the whole file, right or wrong */
};

enum err world_reader_new(struct world_reader **out, struct catalogue *c)
{
    struct world_reader *w = calloc(1, sizeof *w);

    if (w == NULL)
        return ERR_MEMORY;
    w->c = c;
    *out = w;
    return ERR_NONE;
}

void world_reader_free(struct world_reader *w)
{
    if (w == NULL)
        return;
    conf_seen_clear(&w->suppliers);
    conf_seen_clear(&w->areas);
    conf_seen_clear(&w->systems);
    conf_seen_clear(&w->sites);
    conf_seen_clear(&w->mains);
    conf_seen_clear(&w->zones);
    free(w->zones_pending);
    free(w);
}

/* ---- little readers ---- */

static int choice_of(const char *word, const char *const *words)
{
    for (int i = 0; words[i] != NULL; i++)
        if (strcmp(words[i], word) == 0)
            return i;
    return -1;
}

static size_t count_words(const char *const *words)
{
    size_t n = 0;

    while (words[n] != NULL)
        n++;
    return n;
}

static void read_chain(const struct conf_node *list, struct chain *out, struct conf_mistakes *m)
{
    out->count = 0;
    for (size_t i = 0; list != NULL && i < conf_count(list); i++) {
        const struct conf_node *n = conf_item(list, i);
        const char *word = conf_text(n);
        int step = choice_of(word, CHAIN_STEPS);
        const char *near = step >= 0 ? NULL : conf_nearest(word, CHAIN_STEPS, count_words(CHAIN_STEPS));
        if (step < 0)
            conf_mistake(m, conf_mark(n),
                         near == NULL ? "\"%s\" is no step of treatment"
                                      : "\"%s\" is no step of treatment; \"%s\"?",
                         word, near);
        else if (out->count == CHAIN_MAX)
            conf_mistake(m, conf_mark(n), "a chain has at most %d steps", CHAIN_MAX);
        else
            out->steps[out->count++] = (uint8_t)step;
    }
}

/* what: "location" or a bend. */
static void read_whereabouts(const struct conf_node *n, const char *what, double *latitude, double *longitude,
                             struct conf_mistakes *m)
{
    if (conf_count(n) != 2) {
        conf_mistake(m, conf_mark(n), "%s is [latitude, longitude]", what);
        return;
    }
    if (!conf_read_number(conf_item(n, 0), "latitude", latitude, m) ||
        !conf_read_number(conf_item(n, 1), "longitude", longitude, m))
        return;
    if (fabs(*latitude) > 90 || fabs(*longitude) > 180)
        conf_mistake(m, conf_mark(n),
                     "there is no such place on earth: latitude -90..90, longitude -180..180");
}

static void read_location(const struct conf_node *n, struct site *s, struct conf_mistakes *m)
{
    s->latitude = s->longitude = NAN;
    if (n != NULL)
        read_whereabouts(n, "location", &s->latitude, &s->longitude, m);
}

/* Index of what `key` names; NO_INDEX after a complaint, or when it is not given. */
static uint32_t index_of(const struct file *f, const struct conf_seen *seen, const struct conf_node *n,
                         const char *key, const char *id)
{
    struct conf_seen_first first;

    if (id[0] == '\0')
        return NO_INDEX;
    if (conf_seen_find(seen, id, &first))
        return (uint32_t)first.number;
    conf_mistake(f->m, conf_mark_at(n, key), "there is no %s \"%s\"", key, id);
    return NO_INDEX;
}

/* What stands in several files must be the same in all: the first counts. */
static enum err note(const struct file *f, struct conf_seen *seen, const struct conf_node *n,
                     struct conf_seen_first *first, bool *is_new)
{
    const struct conf_node *id = conf_get(n, "id");
    enum err rc = conf_seen_note(seen, conf_text(id), conf_mark(id), first);

    (void)f;
    *is_new = rc == ERR_NONE;
    return rc == ERR_MEMORY ? rc : ERR_NONE;
}

static void complain_twice(const struct file *f, const struct conf_node *n, const char *what, const char *id,
                           struct conf_mark first)
{
    char place[CONF_PLACE_MAX];

    conf_mistake(f->m, conf_mark_at(n, "id"), "%s \"%s\" stands twice, first at %s", what, id,
                 conf_place(first, place));
}

/* ---- suppliers and systems ---- */

static enum err read_supplier(const struct file *f, const struct conf_node *n, uint32_t *index)
{
    struct supplier_row row;
    struct supplier s = { 0 };
    struct conf_seen_first first;
    bool is_new;
    char place[CONF_PLACE_MAX];

    *index = NO_INDEX;
    (void)conf_apply(SUPPLIER, COUNT_OF(SUPPLIER), n, &row, f->m);
    if (row.id[0] == '\0')
        return ERR_NONE;
    if (note(f, &f->w->suppliers, n, &first, &is_new) != ERR_NONE)
        return ERR_MEMORY;
    *index = (uint32_t)first.number;
    if (!is_new) {
        if (strcmp(f->w->c->suppliers[*index].name, row.name) != 0)
            conf_mistake(f->m, conf_mark_at(n, "name"), "supplier \"%s\" is called \"%s\" at %s", row.id,
                         f->w->c->suppliers[*index].name, conf_place(first.at, place));
        return ERR_NONE;
    }
    memcpy(s.id, row.id, sizeof s.id);
    memcpy(s.name, row.name, sizeof s.name);
    memcpy(s.hotline, row.hotline, sizeof s.hotline);
    return catalogue_add_supplier(f->w->c, &s, NULL);
}

static void read_plan(const struct file *f, const struct conf_node *n, struct safety_plan *out)
{
    struct plan_row row;

    *out = (struct safety_plan){ 0, DAY_NONE, DAY_NONE, DAY_NONE };
    if (n == NULL)
        return;
    (void)conf_apply(PLAN, COUNT_OF(PLAN), n, &row, f->m);
    out->status = row.status < 0 ? 0 : row.status;
    out->approved_on = known_day(n, "approved_on", row.approved_on, f->m);
    out->valid_until = known_day(n, "valid_until", row.valid_until, f->m);
    out->next_review = known_day(n, "next_review", row.next_review, f->m);
    if (out->approved_on != DAY_NONE && out->valid_until != DAY_NONE && out->valid_until < out->approved_on)
        conf_mistake(f->m, conf_mark_at(n, "valid_until"), "the plan would end before it is approved");
}

static void fill_system(const struct file *f, const struct system_row *row, uint32_t supplier,
                        struct system *s)
{
    *s = (struct system){ .supplier = supplier,
                          .kind = row->kind < 0 ? 0 : row->kind,
                          .capacity = row->capacity,
                          .people = row->people == CONF_NONE ? -1 : row->people,
                          .source = row->source < 0 ? 0 : row->source,
                          .disinfection = row->disinfection < 0 ? 0 : row->disinfection,
                          .terrain = row->terrain < 0 ? 0 : row->terrain };
    memcpy(s->id, row->id, sizeof s->id);
    memcpy(s->name, row->name, sizeof s->name);
    read_chain(row->chain, &s->chain, f->m);
    read_plan(f, row->plan, &s->plan);
}

/* supplier: of the file, NO_INDEX when the system says its own. */
static enum err read_system(const struct file *f, const struct conf_node *n, uint32_t supplier,
                            uint32_t *index)
{
    struct system_row row;
    struct system s;
    struct conf_seen_first first;
    bool is_new;

    *index = NO_INDEX;
    (void)conf_apply(SYSTEM, COUNT_OF(SYSTEM), n, &row, f->m);
    if (!f->supplier_said && row.supplier[0] == '\0')
        conf_mistake(f->m, conf_mark(n), "say whose it is: \"supplier\"");
    else if (row.supplier[0] != '\0')
        supplier = index_of(f, &f->w->suppliers, n, "supplier", row.supplier);
    if (row.id[0] == '\0')
        return ERR_NONE;
    if (note(f, &f->w->systems, n, &first, &is_new) != ERR_NONE)
        return ERR_MEMORY;
    *index = (uint32_t)first.number;
    fill_system(f, &row, supplier == NO_INDEX ? 0 : supplier, &s);
    if (is_new)
        return catalogue_add_system(f->w->c, &s, NULL);
    if (strcmp(f->w->c->systems[*index].name, s.name) != 0 ||
        (supplier != NO_INDEX && f->w->c->systems[*index].supplier != supplier))
        complain_twice(f, n, "system", row.id, first.at);
    return ERR_NONE;
}

/* ---- areas and sites ---- */

static void read_aliases(const struct file *f, const struct conf_node *list, char out[ALIASES_MAX])
{
    size_t len = 0;

    out[0] = '\0';
    for (size_t i = 0; list != NULL && i < conf_count(list); i++) {
        const char *text = conf_text(conf_item(list, i));
        size_t n = strlen(text);
        if (n == 0 || len + n + 2 > ALIASES_MAX) {
            conf_mistake(f->m, conf_mark(conf_item(list, i)), "old names are texts, %d bytes in all",
                         ALIASES_MAX);
            return;
        }
        if (len > 0)
            out[len++] = '\n';
        memcpy(out + len, text, n + 1);
        len += n;
    }
}

static enum err read_area(const struct file *f, const struct conf_node *n)
{
    struct area_row row;
    struct area a = { 0 };
    struct conf_seen_first first;
    bool is_new;

    (void)conf_apply(AREA, COUNT_OF(AREA), n, &row, f->m);
    a.from = known_day(n, "from", row.from, f->m);
    a.until = known_day(n, "until", row.until, f->m);
    if (a.from != DAY_NONE && a.until != DAY_NONE && a.until <= a.from)
        conf_mistake(f->m, conf_mark_at(n, "until"), "it would end before it begins");
    read_aliases(f, row.aliases, a.aliases);
    if (row.id[0] == '\0')
        return ERR_NONE;
    if (note(f, &f->w->areas, n, &first, &is_new) != ERR_NONE)
        return ERR_MEMORY;
    if (!is_new) {
        complain_twice(f, n, "area", row.id, first.at);
        return ERR_NONE;
    }
    memcpy(a.id, row.id, sizeof a.id);
    memcpy(a.name, row.name, sizeof a.name);
    memcpy(a.parent, row.parent, sizeof a.parent);
    a.kind = row.kind < 0 ? 0 : row.kind;
    return catalogue_add_area(f->w->c, &a, NULL);
}

/* The system a site or zone belongs to: its own word, else its file's. */
static uint32_t system_of(const struct file *f, const struct conf_node *n, const char *said)
{
    if (said[0] != '\0')
        return index_of(f, &f->w->systems, n, "system", said);
    if (f->system == NO_INDEX && f->w->c->system_count > 0)
        conf_mistake(f->m, conf_mark(n), "say which system it belongs to: \"system\"");
    return f->system;
}

static enum err read_site(const struct file *f, const struct conf_node *n)
{
    struct site_row row;
    struct site s = { 0 };
    struct conf_seen_first first;
    bool is_new;

    (void)conf_apply(SITE, COUNT_OF(SITE), n, &row, f->m);
    read_location(row.location, &s, f->m);
    read_chain(row.chain, &s.chain, f->m);
    s.system = system_of(f, n, row.system);
    s.area = index_of(f, &f->w->areas, n, "area", row.area);
    if (row.id[0] == '\0')
        return ERR_NONE;
    if (note(f, &f->w->sites, n, &first, &is_new) != ERR_NONE)
        return ERR_MEMORY;
    if (!is_new) {
        complain_twice(f, n, "site", row.id, first.at);
        return ERR_NONE;
    }
    memcpy(s.id, row.id, sizeof s.id);
    memcpy(s.name, row.name, sizeof s.name);
    s.elevation = row.elevation;
    s.residence_ms = row.residence_ms == CONF_NONE ? 0 : (uint32_t)row.residence_ms;
    (void)snprintf(s.kind, sizeof s.kind, "%s", SITE_KINDS[row.kind < 0 ? 0 : row.kind]);
    if (s.system == NO_INDEX)
        s.system = 0;
    return catalogue_add_site(f->w->c, &s, NULL);
}

/* ---- mains ---- */

static void read_path(const struct conf_node *list, struct water_main *out, struct conf_mistakes *m)
{
    size_t n = list == NULL ? 0 : conf_count(list);

    if (list != NULL && (n < 2 || n > MAIN_BENDS_MAX))
        conf_mistake(m, conf_mark(list), "a main has 2 to %d ends and bends, here are %zu", MAIN_BENDS_MAX,
                     n);
    out->bend_count = n > MAIN_BENDS_MAX ? 0 : n;
    for (size_t i = 0; i < out->bend_count; i++)
        read_whereabouts(conf_item(list, i), "an end or a bend", &out->bends[i].latitude,
                         &out->bends[i].longitude, m);
}

static enum err read_main(const struct file *f, const struct conf_node *n)
{
    struct main_row row;
    struct water_main main = { 0 };
    struct conf_seen_first first;
    bool is_new;

    (void)conf_apply(MAIN, COUNT_OF(MAIN), n, &row, f->m);
    read_path(row.path, &main, f->m);
    main.system = system_of(f, n, row.system);
    main.diameter_mm = row.diameter_mm;
    if (row.id[0] == '\0')
        return ERR_NONE;
    if (note(f, &f->w->mains, n, &first, &is_new) != ERR_NONE)
        return ERR_MEMORY;
    if (!is_new) {
        complain_twice(f, n, "main", row.id, first.at);
        return ERR_NONE;
    }
    memcpy(main.id, row.id, sizeof main.id);
    memcpy(main.name, row.name, sizeof main.name);
    if (main.system == NO_INDEX)
        main.system = 0;
    return catalogue_add_main(f->w->c, &main);
}

/* ---- zones ---- */

static enum err keep_zone(const struct file *f, const struct conf_node *n)
{
    struct world_reader *w = f->w;

    if (w->pending_count == w->pending_cap) {
        size_t cap = w->pending_cap == 0 ? 16 : 2 * w->pending_cap;
        struct pending *grown = realloc(w->zones_pending, cap * sizeof *grown);
        if (grown == NULL)
            return ERR_MEMORY;
        w->zones_pending = grown;
        w->pending_cap = cap;
    }
    w->zones_pending[w->pending_count++] = (struct pending){ n, f->system };
    return ERR_NONE;
}

/* Index of a point of this node, with one of these parameters (the second may be NULL). */
static uint32_t point_of(const struct file *f, const struct conf_node *n, const char *id, const char *wanted,
                         const char * or)
{
    const struct point *p = catalogue_point(f->w->c, id);

    if (p == NULL) {
        conf_mistake(f->m, conf_mark(n),
                     "there is no point \"%s\" in this node's plants: a zone is one node's", id);
        return NO_INDEX;
    }
    if (strcmp(p->parameter, wanted) != 0 && (or == NULL || strcmp(p->parameter, or) != 0))
        conf_mistake(f->m, conf_mark(n), "point \"%s\" measures %s, not %s", id,
                     p->parameter[0] == '\0' ? "nothing that is named" : p->parameter, wanted);
    return (uint32_t)(p - f->w->c->points);
}

static size_t list_count(const struct file *f, const struct conf_node *list)
{
    size_t n = list == NULL ? 0 : conf_count(list);

    if (n > LIST_MAX)
        conf_mistake(f->m, conf_mark(list), "at most %d, here are %zu", LIST_MAX, n);
    return n > LIST_MAX ? LIST_MAX : n;
}

static enum err read_flows(const struct file *f, const struct conf_node *n, const struct version_row *row,
                           struct zone_version *v)
{
    size_t count = list_count(f, row->flows), in = 0;

    v->flows = calloc(count + 1, sizeof *v->flows);
    if (v->flows == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < count; i++) {
        const struct conf_node *item = conf_item(row->flows, i);
        struct flow_row flow;
        uint32_t point;
        if (!conf_apply(ZONE_FLOW, COUNT_OF(ZONE_FLOW), item, &flow, f->m))
            continue;
        in += flow.sign == 0;
        point = point_of(f, conf_get(item, "point"), flow.point, "flow", "volume");
        if (point != NO_INDEX)
            v->flows[v->flow_count++] = (struct zone_flow){ point, flow.sign == 0 ? 1 : -1 };
    }
    if (in == 0)
        conf_mistake(f->m, conf_mark_at(n, "flows"),
                     "no meter lets water into this zone: one needs the sign \"in\"");
    return ERR_NONE;
}

static enum err read_critical(const struct file *f, const struct conf_node *list, struct zone_version *v)
{
    size_t count = list_count(f, list);

    v->critical = calloc(count + 1, sizeof *v->critical);
    if (v->critical == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < count; i++) {
        const struct conf_node *item = conf_item(list, i);
        uint32_t point = point_of(f, item, conf_text(item), "pressure", NULL);
        if (point != NO_INDEX)
            v->critical[v->critical_count++] = point;
    }
    return ERR_NONE;
}

static enum err read_priority(const struct file *f, const struct conf_node *list, struct zone_version *v)
{
    size_t count = list_count(f, list);

    v->priority = calloc(count + 1, sizeof *v->priority);
    if (v->priority == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < count; i++) {
        struct priority_row row;
        struct zone_priority *p = &v->priority[v->priority_count];
        if (!conf_apply(ZONE_PRIORITY, COUNT_OF(ZONE_PRIORITY), conf_item(list, i), &row, f->m))
            continue;
        p->kind = row.kind;
        memcpy(p->name, row.name, sizeof p->name);
        v->priority_count++;
    }
    return ERR_NONE;
}

static enum err read_version(const struct file *f, const struct conf_node *n, struct zone *z)
{
    struct version_row row;
    struct zone_version *v = &z->versions[z->version_count];
    int32_t before = z->version_count == 0 ? DAY_NONE : v[-1].from;
    enum err rc;

    (void)conf_apply(ZONE_VERSION, COUNT_OF(ZONE_VERSION), n, &row, f->m);
    v->from = known_day(n, "from", row.from, f->m);
    if (v->from != DAY_NONE && before != DAY_NONE && v->from <= before)
        conf_mistake(f->m, conf_mark_at(n, "from"),
                     "versions follow each other: this one begins before the last");
    v->connections = row.connections == CONF_NONE ? -1 : row.connections;
    v->people = row.people == CONF_NONE ? -1 : row.people;
    v->lowest = row.elevation.low;
    v->highest = row.elevation.high;
    v->supply = row.supply < 0 ? 0 : row.supply;
    z->version_count++;
    rc = row.flows == NULL ? ERR_NONE : read_flows(f, n, &row, v);
    if (rc == ERR_NONE)
        rc = read_critical(f, row.critical, v);
    return rc != ERR_NONE ? rc : read_priority(f, row.priority, v);
}

static enum err read_versions(const struct file *f, const struct conf_node *n, const struct conf_node *list,
                              struct zone *z)
{
    size_t count = list == NULL ? 0 : conf_count(list);
    enum err rc = ERR_NONE;

    if (count == 0 || count > VERSIONS_MAX) {
        if (list != NULL)
            conf_mistake(f->m, conf_mark_at(n, "versions"), "a zone has 1 to %d versions, here are %zu",
                         VERSIONS_MAX, count);
        count = 0;
    }
    z->versions = calloc(count + 1, sizeof *z->versions);
    if (z->versions == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < count && rc == ERR_NONE; i++)
        rc = read_version(f, conf_item(list, i), z);
    return rc;
}

static enum err read_zone(const struct file *f, const struct conf_node *n)
{
    struct zone_row row;
    struct zone z = { 0 };
    struct conf_seen_first first;
    bool is_new = true;
    enum err rc;

    (void)conf_apply(ZONE, COUNT_OF(ZONE), n, &row, f->m);
    z.system = system_of(f, n, row.system);
    z.area = index_of(f, &f->w->areas, n, "area", row.area);
    if (row.id[0] != '\0' && note(f, &f->w->zones, n, &first, &is_new) != ERR_NONE)
        return ERR_MEMORY;
    if (!is_new)
        complain_twice(f, n, "zone", row.id, first.at);
    memcpy(z.id, row.id, sizeof z.id);
    memcpy(z.name, row.name, sizeof z.name);
    if (z.system == NO_INDEX)
        z.system = 0;
    rc = read_versions(f, n, row.versions, &z);
    if (rc == ERR_NONE && is_new && row.id[0] != '\0')
        rc = catalogue_add_zone(f->w->c, &z, NULL);
    else
        is_new = false;
    if (rc != ERR_NONE || !is_new)
        zone_clear(&z);
    return rc;
}

/* ---- files ---- */

/* One supplier and one system for the whole file, or lists of both. */
static enum err read_owners(struct file *f, const struct world_sections *s)
{
    uint32_t supplier = NO_INDEX, unused;
    enum err rc = ERR_NONE;

    if ((s->supplier == NULL && s->suppliers == NULL) || (s->system == NULL && s->systems == NULL))
        conf_mistake(f->m, conf_mark(s->root),
                     "say whose it is: \"supplier\" and \"system\", or \"suppliers\" and \"systems\"");
    f->supplier_said = s->supplier != NULL;
    if (s->supplier != NULL)
        rc = read_supplier(f, s->supplier, &supplier);
    for (size_t i = 0; s->suppliers != NULL && i < conf_count(s->suppliers) && rc == ERR_NONE; i++)
        rc = read_supplier(f, conf_item(s->suppliers, i), &unused);
    if (s->system != NULL && rc == ERR_NONE)
        rc = read_system(f, s->system, supplier, &f->system);
    for (size_t i = 0; s->systems != NULL && i < conf_count(s->systems) && rc == ERR_NONE; i++)
        rc = read_system(f, conf_item(s->systems, i), supplier, &unused);
    return rc;
}

static enum err read_list(const struct file *f, const struct conf_node *list,
                          enum err (*one)(const struct file *f, const struct conf_node *n))
{
    enum err rc = ERR_NONE;

    for (size_t i = 0; list != NULL && i < conf_count(list) && rc == ERR_NONE; i++)
        rc = one(f, conf_item(list, i));
    if (rc == ERR_FULL)
        conf_mistake(f->m, conf_mark(list), "more than %d: use several nodes", CATALOGUE_POINTS_MAX);
    return rc == ERR_FULL ? ERR_NONE : rc;
}

enum err world_read(struct world_reader *w, const struct world_sections *s, struct conf_mistakes *m)
{
    struct file f = { w, m, NO_INDEX, false };
    enum err rc = read_owners(&f, s);

    if (rc == ERR_NONE)
        rc = read_list(&f, s->areas, read_area);
    if (rc == ERR_NONE)
        rc = read_list(&f, s->sites, read_site);
    if (rc == ERR_NONE)
        rc = read_list(&f, s->mains, read_main);
    return rc != ERR_NONE ? rc : read_list(&f, s->zones, keep_zone);
}

enum err world_read_areas(struct world_reader *w, const struct conf_node *list, struct conf_mistakes *m)
{
    const struct file f = { w, m, NO_INDEX, false };

    return read_list(&f, list, read_area);
}

enum err world_finish(struct world_reader *w, struct conf_mistakes *m)
{
    struct fault unused; /* equal ids and keys have been reported with their places */
    enum err rc = w->pending_count == 0 ? ERR_NONE : catalogue_seal(w->c, &unused);

    if (rc == ERR_CONFIG)
        rc = ERR_NONE;
    for (size_t i = 0; i < w->pending_count && rc == ERR_NONE; i++) {
        const struct file f = { w, m, w->zones_pending[i].system, false };
        rc = read_zone(&f, w->zones_pending[i].node);
    }
    w->pending_count = 0;
    return rc == ERR_FULL ? ERR_NONE : rc;
}

uint32_t world_site(const struct world_reader *w, const char *id)
{
    struct conf_seen_first first;

    return conf_seen_find(&w->sites, id, &first) ? (uint32_t)first.number : NO_INDEX;
}
