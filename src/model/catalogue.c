#include "model/catalogue.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/pages.h"
#include "seal/seal.h"

const char *const SAMPLED_AT[] = { "process", "raw", "treated", "network", "tap", NULL };

void catalogue_init(struct catalogue *c)
{
    *c = (struct catalogue){ 0 };
    atomic_init(&c->holders, 0);
}

void catalogue_clear(struct catalogue *c)
{
    for (size_t i = 0; i < c->zone_count; i++)
        zone_clear(&c->zones[i]);
    for (size_t i = 0; i < c->standard_count; i++)
        standard_clear(&c->standards[i]);
    free(c->standards);
    for (size_t i = 0; i < c->state_count; i++)
        free(c->states[i]);
    free((void *)c->states);
    free(c->suppliers);
    free(c->areas);
    free(c->systems);
    free(c->zones);
    free(c->mains);
    free(c->sites);
    free(c->points);
    free(c->conditions);
    free(c->rules);
    free(c->rule_texts);
    free(c->nodes);
    free(c->by_id);
    free(c->by_key);
    free(c->by_revision);
    catalogue_init(c);
}

/* Room for one more item of an array that grows by powers of two: its capacity follows from its count. */
static void *one_more(void *items, size_t count, size_t item_size)
{
    size_t size = (count == 0 ? 1 : count * 2) * item_size;

    if (count != 0 && (count & (count - 1)) != 0)
        return items;
    items = realloc(items, size);
    pages_large(items, size);
    return items;
}

/* Appends one item to an array of the catalogue. */
static enum err append(void *items, size_t *count, const void *item, size_t size, uint32_t *index, void **out)
{
    void *grown;

    *out = items;
    if (*count == CATALOGUE_POINTS_MAX)
        return ERR_FULL;
    grown = one_more(items, *count, size);
    if (grown == NULL)
        return ERR_MEMORY;
    *out = grown;
    memcpy((char *)grown + *count * size, item, size);
    if (index != NULL)
        *index = (uint32_t)*count;
    ++*count;
    return ERR_NONE;
}

enum err catalogue_add_standard(struct catalogue *c, const struct standard *s, uint32_t *index)
{
    void *items;
    enum err rc = append(c->standards, &c->standard_count, s, sizeof *s, index, &items);

    c->standards = items;
    return rc;
}

enum err catalogue_add_supplier(struct catalogue *c, const struct supplier *s, uint32_t *index)
{
    void *items;
    enum err rc = append(c->suppliers, &c->supplier_count, s, sizeof *s, index, &items);

    c->suppliers = items;
    return rc;
}

enum err catalogue_add_area(struct catalogue *c, const struct area *a, uint32_t *index)
{
    void *items;
    enum err rc = append(c->areas, &c->area_count, a, sizeof *a, index, &items);

    c->areas = items;
    return rc;
}

enum err catalogue_add_system(struct catalogue *c, const struct system *s, uint32_t *index)
{
    void *items;
    enum err rc = append(c->systems, &c->system_count, s, sizeof *s, index, &items);

    c->systems = items;
    return rc;
}

enum err catalogue_add_site(struct catalogue *c, const struct site *s, uint32_t *index)
{
    void *items;
    enum err rc = append(c->sites, &c->site_count, s, sizeof *s, index, &items);

    c->sites = items;
    return rc;
}

enum err catalogue_add_zone(struct catalogue *c, const struct zone *z, uint32_t *index)
{
    void *items;
    enum err rc = append(c->zones, &c->zone_count, z, sizeof *z, index, &items);

    c->zones = items;
    return rc;
}

enum err catalogue_add_main(struct catalogue *c, const struct water_main *m)
{
    void *items;
    enum err rc = append(c->mains, &c->main_count, m, sizeof *m, NULL, &items);

    c->mains = items;
    return rc;
}

enum err catalogue_add_node(struct catalogue *c, const char *id, uint16_t *index)
{
    char text[ID_MAX];
    void *items;
    uint32_t at = 0;
    enum err rc;

    while (at < c->node_count && strcmp(c->nodes[at], id) != 0)
        at++;
    *index = (uint16_t)at;
    if (at < c->node_count)
        return ERR_NONE;
    if (at == UINT16_MAX)
        return ERR_FULL;
    (void)snprintf(text, sizeof text, "%s", id);
    rc = append(c->nodes, &c->node_count, text, sizeof text, NULL, &items);
    c->nodes = items;
    return rc;
}

const char *point_counts(const struct point *p)
{
    static const char *const WORD[] = {
        [COUNTED_NOTHING] = "", [COUNTED_HOURS] = "hours", [COUNTED_STARTS] = "starts"
    };

    return WORD[p->counts];
}

const char *catalogue_node(const struct catalogue *c, const struct point *p)
{
    return p->node < c->node_count ? c->nodes[p->node] : NULL;
}

enum err catalogue_add_unless(struct catalogue *c, uint32_t point, const struct condition *k)
{
    struct point *p = &c->points[point];
    void *items;
    uint32_t index;
    enum err rc;

    if (p->unless_count == UNLESS_MAX)
        return ERR_FULL;
    rc = append(c->conditions, &c->condition_count, k, sizeof *k, &index, &items);
    c->conditions = items;
    if (rc != ERR_NONE)
        return rc;
    if (p->unless_count++ == 0)
        p->unless_first = index;
    return ERR_NONE;
}

enum err catalogue_add_rule(struct catalogue *c, const struct rule *r, uint32_t *index)
{
    if (c->rule_count == CATALOGUE_RULES_MAX)
        return ERR_FULL;
    if (c->rule_count == c->rule_room) {
        size_t room = c->rule_room == 0 ? 16 : 2 * c->rule_room;
        struct rule *grown = realloc(c->rules, room * sizeof *grown);
        if (grown == NULL)
            return ERR_MEMORY;
        c->rules = grown;
        c->rule_room = room;
    }
    if (index != NULL)
        *index = (uint32_t)c->rule_count;
    c->rules[c->rule_count++] = *r;
    return ERR_NONE;
}

enum err catalogue_add_rule_text(struct catalogue *c, const struct rule_text *t, uint32_t *index)
{
    void *items;
    enum err rc = append(c->rule_texts, &c->rule_text_count, t, sizeof *t, index, &items);

    c->rule_texts = items;
    return rc;
}

enum err catalogue_add_when(struct catalogue *c, struct rule *r, const struct condition *k)
{
    void *items;
    uint32_t index;
    enum err rc;

    if (r->when_count == RULE_WHEN_MAX)
        return ERR_FULL;
    rc = append(c->conditions, &c->condition_count, k, sizeof *k, &index, &items);
    c->conditions = items;
    if (rc == ERR_NONE && r->when_count++ == 0)
        r->when_first = index;
    return rc;
}

static const struct limit *limit_in(const struct standard *s, const char *parameter)
{
    for (size_t i = 0; i < s->limit_count; i++)
        if (strcmp(s->limits[i].parameter, parameter) == 0 || strcmp(s->limits[i].instead, parameter) == 0)
            return &s->limits[i];
    return NULL;
}

const struct limit *catalogue_limit(const struct catalogue *c, const char *parameter)
{
    const struct limit *found = NULL;

    for (size_t i = 0; i < c->standard_count && found == NULL && parameter[0] != '\0'; i++)
        if (!c->standards[i].advisory)
            found = limit_in(&c->standards[i], parameter);
    return found;
}

const struct rule *catalogue_rule(const struct catalogue *c, uint32_t point, uint64_t key)
{
    size_t low = 0, high = c->rule_count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (c->rules[mid].point < point)
            low = mid + 1;
        else
            high = mid;
    }
    for (; low < c->rule_count && c->rules[low].point == point; low++)
        if (c->rules[low].key == key)
            return &c->rules[low];
    return NULL;
}

enum err catalogue_add_states(struct catalogue *c, const struct point_states *s,
                              const struct point_states **out)
{
    enum { LOOK_BACK = 64 }; /* a plant of a thousand pumps has a few tables */
    struct point_states *copy;
    void *items;
    enum err rc;

    for (size_t i = c->state_count; i > 0 && i + LOOK_BACK > c->state_count; i--)
        if (states_same(c->states[i - 1], s)) {
            *out = c->states[i - 1];
            return ERR_NONE;
        }
    copy = states_new(s->list, s->count);
    if (copy == NULL)
        return ERR_MEMORY;
    rc = append((void *)c->states, &c->state_count, &copy, sizeof(struct point_states *), NULL, &items);
    c->states = items;
    if (rc == ERR_NONE)
        *out = copy;
    else
        free(copy);
    return rc;
}

enum err catalogue_expect(struct catalogue *c, size_t more)
{
    size_t room = more > CATALOGUE_POINTS_MAX - c->point_count ? CATALOGUE_POINTS_MAX : c->point_count + more;
    struct point *grown;

    if (room <= c->point_room)
        return ERR_NONE;
    grown = realloc(c->points, room * sizeof *grown);
    if (grown == NULL)
        return ERR_MEMORY;
    c->points = grown;
    c->point_room = room;
    pages_large(grown + c->point_count, (room - c->point_count) * sizeof *grown);
    return ERR_NONE;
}

enum err catalogue_add_point(struct catalogue *c, const struct point *p, uint32_t *index)
{
    if (c->point_count == CATALOGUE_POINTS_MAX)
        return ERR_FULL;
    if (c->point_count == c->point_room &&
        catalogue_expect(c, c->point_count == 0 ? 1 : c->point_count) != ERR_NONE)
        return ERR_MEMORY;
    c->points[c->point_count] = *p;
    if (index != NULL)
        *index = (uint32_t)c->point_count;
    c->point_count++;
    return ERR_NONE;
}

static int compare_ids(const void *a, const void *b, void *points)
{
    const struct point *p = points;

    return strcmp(p[*(const uint32_t *)a].id, p[*(const uint32_t *)b].id);
}

static int compare_keys(const void *a, const void *b, void *points)
{
    const struct point *p = points;
    uint64_t x = p[*(const uint32_t *)a].key, y = p[*(const uint32_t *)b].key;

    return (x > y) - (x < y);
}

static int compare_revisions(const void *a, const void *b, void *points)
{
    const struct point *p = points;
    uint64_t x = p[*(const uint32_t *)a].revision, y = p[*(const uint32_t *)b].revision;

    return (x > y) - (x < y);
}

typedef int compare(const void *, const void *, void *);

static enum err sorted_by(struct catalogue *c, compare *by, uint32_t **out, struct fault *why)
{
    uint32_t *order = malloc((c->point_count + 1) * sizeof *order);

    if (order == NULL)
        return fault_set(why, ERR_MEMORY, "catalogue: no memory for %zu points", c->point_count);
    for (size_t i = 0; i < c->point_count; i++)
        order[i] = (uint32_t)i;
    qsort_r(order, c->point_count, sizeof *order, by, c->points);
    *out = order;
    return ERR_NONE;
}

static enum err refuse_equal_neighbours(const struct catalogue *c, const uint32_t *order, compare *by,
                                        const char *what, struct fault *why)
{
    assert(order != NULL);
    for (size_t i = 1; i < c->point_count; i++)
        if (by(&order[i - 1], &order[i], c->points) == 0)
            return fault_set(why, ERR_CONFIG, "points %s and %s have the same %s", c->points[order[i - 1]].id,
                             c->points[order[i]].id, what);
    return ERR_NONE;
}

enum err catalogue_seal(struct catalogue *c, struct fault *why)
{
    enum err rc;

    for (size_t i = 0; i < c->point_count; i++)
        if (c->points[i].key == 0)
            c->points[i].key =
                seal_key63(c->points[i].first_id[0] != '\0' ? c->points[i].first_id : c->points[i].id);
    free(c->by_id);
    free(c->by_key);
    free(c->by_revision);
    c->by_id = c->by_key = c->by_revision = NULL;
    if (c->points == NULL) /* nothing to find */
        return ERR_NONE;
    rc = sorted_by(c, compare_ids, &c->by_id, why);
    if (rc == ERR_NONE)
        rc = sorted_by(c, compare_keys, &c->by_key, why);
    if (rc == ERR_NONE)
        rc = sorted_by(c, compare_revisions, &c->by_revision, why);
    if (rc == ERR_NONE)
        rc = refuse_equal_neighbours(c, c->by_id, compare_ids, "id", why);
    if (rc == ERR_NONE)
        rc = refuse_equal_neighbours(c, c->by_key, compare_keys, "key; rename one of them", why);
    return rc;
}

const struct point *catalogue_point(const struct catalogue *c, const char *id)
{
    size_t low = 0, high = c->by_id == NULL ? 0 : c->point_count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        const struct point *p = &c->points[c->by_id[mid]];
        int order = strcmp(id, p->id);
        if (order == 0)
            return p;
        if (order < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return NULL;
}

const struct site *catalogue_site(const struct catalogue *c, const char *id)
{
    for (size_t i = 0; i < c->site_count; i++)
        if (strcmp(c->sites[i].id, id) == 0)
            return &c->sites[i];
    return NULL;
}

const struct zone *catalogue_zone(const struct catalogue *c, const char *id)
{
    for (size_t i = 0; i < c->zone_count; i++)
        if (strcmp(c->zones[i].id, id) == 0)
            return &c->zones[i];
    return NULL;
}

const struct system *catalogue_system(const struct catalogue *c, const char *id)
{
    for (size_t i = 0; i < c->system_count; i++)
        if (strcmp(c->systems[i].id, id) == 0)
            return &c->systems[i];
    return NULL;
}

const struct supplier *catalogue_supplier(const struct catalogue *c, const char *id)
{
    for (size_t i = 0; i < c->supplier_count; i++)
        if (strcmp(c->suppliers[i].id, id) == 0)
            return &c->suppliers[i];
    return NULL;
}

uint32_t catalogue_by_key(const struct catalogue *c, uint64_t key)
{
    size_t low = 0, high = c->by_key == NULL ? 0 : c->point_count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        uint64_t there = c->points[c->by_key[mid]].key;
        if (there == key)
            return c->by_key[mid];
        if (key < there)
            high = mid;
        else
            low = mid + 1;
    }
    return UINT32_MAX;
}

uint32_t catalogue_by_revision(const struct catalogue *c, uint64_t revision, uint32_t guess)
{
    size_t low = 0, high = c->by_revision == NULL || revision == 0 ? 0 : c->point_count;

    if (guess < c->point_count && c->points[guess].revision == revision)
        return guess;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        uint64_t there = c->points[c->by_revision[mid]].revision;
        if (there == revision)
            return c->by_revision[mid];
        if (revision < there)
            high = mid;
        else
            low = mid + 1;
    }
    return UINT32_MAX;
}

struct catalogue *catalogue_hold(struct catalogue *c)
{
    if (c != NULL)
        atomic_fetch_add(&c->holders, 1);
    return c;
}

void catalogue_drop(struct catalogue *c)
{
    if (c != NULL && atomic_fetch_sub(&c->holders, 1) == 1 && c->release != NULL)
        c->release(c);
}
