#include "model/rule_file.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/known.h"
#include "model/mode.h"
#include "rule_rows.h"
#include "seal/seal.h"

enum { RULES_OF_ONE_MAX = 32, RULES_SAID_MAX = 1000000 };

/* One rule where it is said. */
struct said {
    const struct conf_node *node;
    struct rule_row row; /* as said there alone, the rest as when nothing is said */
    bool complained;     /* what it leads to has been reported */
};

/* The lists of sites, devices and points: what is said in one place. */
struct list {
    char device[ID_MAX]; /* of a device; "" else */
    uint32_t index;      /* of the site or point */
    uint8_t level;       /* SITE, DEVICE, POINT */
    size_t first, count; /* in `said` */
};

enum { SITE, DEVICE, POINT, LEVELS };

/* One rule after inheritance. */
struct merged_rule {
    struct rule_row row;
    struct said *last; /* where it was said last: the place of its mistakes */
    bool here;         /* said at the point itself */
    uint32_t text;     /* NO_INDEX: not yet in the catalogue */
};

struct cause {
    uint32_t rule;
    struct said *said;
    char text[CAUSED_BY_MAX];
};

struct rules_reader {
    struct catalogue *c;
    struct conf_mistakes *m;
    struct said *said;
    size_t said_count, said_room;
    struct list *lists;
    size_t list_count, list_room;
    struct cause *causes;
    size_t cause_count, cause_room;
    /* of the point at hand */
    const struct list *of[LEVELS];
    struct merged_rule *merged; /* RULES_OF_ONE_MAX of them */
    size_t merged_count;
    uint32_t limit_text; /* of the rule that nobody wrote */
};

enum err rules_reader_new(struct rules_reader **out, struct catalogue *c)
{
    struct rules_reader *r = calloc(1, sizeof *r);

    if (r == NULL)
        return ERR_MEMORY;
    r->c = c;
    r->limit_text = NO_INDEX;
    *out = r;
    return ERR_NONE;
}

void rules_reader_free(struct rules_reader *r)
{
    if (r == NULL)
        return;
    free(r->said);
    free(r->lists);
    free(r->causes);
    free(r->merged);
    free(r);
}

/* ---- keeping what is said ---- */

static bool more(void **items, size_t count, size_t *room, size_t size)
{
    size_t next = *room == 0 ? 16 : 2 * *room;
    void *grown;

    if (count < *room)
        return true;
    grown = realloc(*items, next * size);
    if (grown == NULL)
        return false;
    *items = grown;
    *room = next;
    return true;
}

static enum err keep_one(struct rules_reader *r, const struct conf_node *node)
{
    if (!more((void **)&r->said, r->said_count, &r->said_room, sizeof *r->said))
        return ERR_MEMORY;
    r->said[r->said_count++] = (struct said){ .node = node };
    return ERR_NONE;
}

static enum err keep(struct rules_reader *r, struct list at, const struct conf_node *list)
{
    enum err rc = ERR_NONE;

    if (list == NULL || conf_count(list) == 0)
        return ERR_NONE;
    if (!more((void **)&r->lists, r->list_count, &r->list_room, sizeof *r->lists))
        return ERR_MEMORY;
    at.first = r->said_count;
    at.count = conf_count(list);
    r->lists[r->list_count++] = at;
    for (size_t i = 0; i < at.count && rc == ERR_NONE; i++)
        rc = keep_one(r, conf_item(list, i));
    return rc;
}

enum err rules_of_site(struct rules_reader *r, uint32_t site, const struct conf_node *list)
{
    return keep(r, (struct list){ .level = SITE, .index = site }, list);
}

enum err rules_of_device(struct rules_reader *r, const char *device, const struct conf_node *list)
{
    struct list at = { .level = DEVICE, .index = NO_INDEX };

    (void)snprintf(at.device, sizeof at.device, "%s", device);
    return keep(r, at, list);
}

enum err rules_of_point(struct rules_reader *r, uint32_t point, const struct conf_node *list)
{
    return keep(r, (struct list){ .level = POINT, .index = point }, list);
}

/* ---- each alone ---- */

static void check_twice(struct rules_reader *r, const struct list *l, size_t i)
{
    const struct said *s = &r->said[l->first + i];
    char place[CONF_PLACE_MAX];

    for (size_t k = 0; k < i; k++) {
        const struct said *o = &r->said[l->first + k];
        if (s->row.id[0] != '\0' && strcmp(o->row.id, s->row.id) == 0) {
            conf_mistake(r->m, conf_mark_at(s->node, "id"), "rule \"%s\" is said here already, at %s",
                         s->row.id, conf_place(conf_mark(o->node), place));
            return;
        }
    }
}

static void read_list(struct rules_reader *r, const struct list *l)
{
    for (size_t i = 0; i < l->count; i++) {
        struct said *s = &r->said[l->first + i];
        (void)conf_apply(RULE, COUNT_OF(RULE), s->node, &s->row, r->m);
        if (s->row.parameter[0] != '\0')
            (void)known_parameter(s->node, "parameter", s->row.parameter, r->m);
        check_twice(r, l, i);
    }
    if (l->count > RULES_OF_ONE_MAX)
        conf_mistake(r->m, conf_mark(r->said[l->first].node), "more than %d rules in one place",
                     RULES_OF_ONE_MAX);
}

/* ---- inheritance ---- */

static struct merged_rule *merged_of(struct rules_reader *r, const char *id)
{
    struct merged_rule *m;

    for (size_t i = 0; i < r->merged_count; i++)
        if (strcmp(r->merged[i].row.id, id) == 0)
            return &r->merged[i];
    if (r->merged_count == RULES_OF_ONE_MAX)
        return NULL;
    m = &r->merged[r->merged_count++];
    (void)conf_apply(RULE, COUNT_OF(RULE), NULL, &m->row, r->m);
    m->text = NO_INDEX;
    m->here = false;
    return m;
}

/* What is wrong in it has been said: the same again goes nowhere. */
static void lay_over(struct rules_reader *r, const struct list *l)
{
    struct conf_mistakes unheard;

    conf_mistakes_init(&unheard, 1);
    for (size_t i = 0; l != NULL && i < l->count; i++) {
        struct said *s = &r->said[l->first + i];
        struct merged_rule *m = s->row.id[0] == '\0' ? NULL : merged_of(r, s->row.id);
        if (m == NULL)
            continue;
        (void)conf_apply_over(RULE, COUNT_OF(RULE), s->node, &m->row, &unheard);
        m->last = s;
        m->here = l->level == POINT;
    }
    conf_mistakes_clear(&unheard);
}

static const struct list *list_of_site(const struct rules_reader *r, uint32_t site)
{
    for (size_t i = 0; i < r->list_count; i++)
        if (r->lists[i].level == SITE && r->lists[i].index == site)
            return &r->lists[i];
    return NULL;
}

static const struct list *list_of_device(const struct rules_reader *r, const char *device)
{
    for (size_t i = 0; i < r->list_count && device[0] != '\0'; i++)
        if (r->lists[i].level == DEVICE && strcmp(r->lists[i].device, device) == 0)
            return &r->lists[i];
    return NULL;
}

/* Points stand in the order of their lists. */
static const struct list *list_of_point(const struct rules_reader *r, uint32_t point, size_t *from)
{
    while (*from < r->list_count && (r->lists[*from].level != POINT || r->lists[*from].index < point))
        ++*from;
    return *from < r->list_count && r->lists[*from].index == point ? &r->lists[*from] : NULL;
}

/* Points of one device that say nothing themselves all have the same. */
static void merge(struct rules_reader *r, uint32_t point, size_t *from)
{
    const struct point *p = &r->c->points[point];
    bool same = point > 0 && p[-1].site == p->site && strcmp(p[-1].device, p->device) == 0;
    const struct list *own = list_of_point(r, point, from);

    if (!same) {
        r->of[SITE] = list_of_site(r, p->site);
        r->of[DEVICE] = list_of_device(r, p->device);
    } else if (own == NULL && r->of[POINT] == NULL) {
        return;
    }
    r->of[POINT] = own;
    r->merged_count = 0;
    for (int l = SITE; l < LEVELS; l++)
        lay_over(r, r->of[l]);
}

/* ---- one rule on one point ---- */

struct making {
    struct rules_reader *r;
    struct merged_rule *from;
    uint32_t point;
    struct rule rule;
    bool right;
};

static PRINTF_LIKE(3, 4) void wrong(struct making *k, const char *key, const char *fmt, ...)
{
    struct said *s = k->from->last;
    char text[CONF_SENTENCE_MAX];
    va_list args;

    k->right = false;
    if (s->complained)
        return;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    conf_mistake(k->r->m, conf_get(s->node, key) == NULL ? conf_mark(s->node) : conf_mark_at(s->node, key),
                 "rule \"%s\" on point \"%s\": %s", k->from->row.id, k->r->c->points[k->point].id, text);
}

/* A rule on limits that somebody wrote, to say when it may speak, needs no words: it has those of the one
 * that nobody has to write. */
static void fill_words(struct rule_row *row)
{
    if (row->kind == RULE_LIMIT && row->text.response[0] == '\0')
        row->text = RULE_LIMIT_TEXT;
}

static void check_needs(struct making *k)
{
    const struct rule_row *row = &k->from->row;
    const struct rule_needs *needs = &RULE_NEEDS[row->kind];

    if (row->text.response[0] == '\0')
        wrong(k, "first_response", "nobody would know what to do: it needs a first_response");
    if (needs->limit && isnan(row->limit))
        wrong(k, "limit", "%s needs a limit", RULE_KINDS[row->kind]);
    if (needs->low_or_limit && isnan(row->limit) && isnan(row->low))
        wrong(k, "low", "%s needs low, limit or both", RULE_KINDS[row->kind]);
    if (row->low >= row->limit)
        wrong(k, "low", "low %g is not below limit %g", row->low, row->limit);
    if (needs->within && row->within_ms == CONF_NONE)
        wrong(k, "within", "%s needs the time it is about: within", RULE_KINDS[row->kind]);
    if (needs->other && row->other[0] == '\0')
        wrong(k, "other", "%s needs a second point: other", RULE_KINDS[row->kind]);
    if (row->n > 1 && row->window_ms == CONF_NONE)
        wrong(k, "n", "%lld readings in which time? it needs a window", (long long)row->n);
}

static uint32_t point_named(struct making *k, const char *key, const char *id)
{
    const struct point *p =
        strcmp(id, "value") == 0 ? &k->r->c->points[k->point] : catalogue_point(k->r->c, id);

    if (p != NULL)
        return (uint32_t)(p - k->r->c->points);
    wrong(k, key, "there is no point \"%s\"", id);
    return NO_INDEX;
}

/* A mode keeps no rule silent that speaks in all of them, and an exercise changes nothing that is judged. */
static bool may_look_at_mode(struct making *k, const struct condition *c)
{
    if (k->rule.stake >= STAKE_SAFETY)
        wrong(k, "judge_when", "what is of safety or security speaks in every mode");
    else if ((enum mode_kind)c->value == MODE_DRILL)
        wrong(k, "judge_when", "an exercise changes nothing that is judged: mode drill");
    else
        return true;
    return false;
}

/* Whether it is of a mode, or of a point, which is found.  False: it is none, which was said. */
static bool read_condition(struct making *k, const char *part, struct condition *c)
{
    char id[CONDITION_ID_MAX];
    const char *at = part;
    struct fault why;
    bool of_mode;

    if (condition_parse_mode(part, c, &of_mode, &why) != ERR_NONE) {
        wrong(k, "judge_when", "%s", why.text);
        return false;
    }
    if (of_mode)
        return may_look_at_mode(k, c);
    if (condition_parse(&at, c, id, &why) != ERR_NONE || *at != '\0') {
        wrong(k, "judge_when", "%s", *at != '\0' ? "conditions are joined by \"and\"" : why.text);
        return false;
    }
    c->point = point_named(k, "judge_when", id);
    return c->point != NO_INDEX;
}

/* The condition up to " and " or the end, where *text stands afterwards. */
static enum err add_condition(struct making *k, const char **text)
{
    const char *and = strstr(*text, " and ");
    char part[JUDGE_WHEN_MAX];
    struct condition c;
    enum err rc;

    (void)snprintf(part, sizeof part, "%.*s", (int)(and == NULL ? strlen(*text) : (size_t)(and-*text)),
                   *text);
    *text = and == NULL ? *text + strlen(*text) : and+5;
    if (!read_condition(k, part, &c))
        return ERR_NONE;
    rc = catalogue_add_when(k->r->c, &k->rule, &c);
    if (rc == ERR_FULL)
        wrong(k, "judge_when", "more than %d conditions", RULE_WHEN_MAX);
    return rc == ERR_FULL ? ERR_NONE : rc;
}

static enum err add_conditions(struct making *k)
{
    const char *text = k->from->row.judge_when;
    enum err rc = ERR_NONE;

    while (rc == ERR_NONE && *text != '\0')
        rc = add_condition(k, &text);
    return rc;
}

static int64_t said_ms(int64_t ms)
{
    return ms == CONF_NONE ? 0 : ms;
}

static void fill(struct making *k)
{
    const struct rule_row *row = &k->from->row;
    const struct rule_needs *needs = &RULE_NEEDS[row->kind];
    struct rule *r = &k->rule;

    *r = (struct rule){ .key = seal_key63(row->id),
                        .point = k->point,
                        .other = NO_INDEX,
                        .cause = NO_INDEX,
                        .kind = (uint8_t)row->kind,
                        .severity = (uint8_t)severity_of((enum impact)row->impact, row->respond_ms),
                        .stake = (uint8_t)row->stake,
                        .latched = row->latched,
                        .n = (uint8_t)row->n,
                        .limit = isnan(row->limit) ? needs->fallback : row->limit,
                        .low = row->low,
                        .deadband = row->deadband,
                        .step = row->step,
                        .other_is = isnan(row->other_is) ? needs->other_is : row->other_is,
                        .since = row->since,
                        .within_ms = said_ms(row->within_ms),
                        .on_delay_ms = row->on_delay_ms,
                        .off_delay_ms = row->off_delay_ms,
                        .window_ms = said_ms(row->window_ms),
                        .settle_ms = row->settle_ms,
                        .respond_ms = row->respond_ms };
    memcpy(r->id, row->id, sizeof r->id);
    if (needs->other && row->other[0] != '\0')
        r->other = point_named(k, "other", row->other);
}

static enum err text_once(struct rules_reader *r, const struct rule_text *t, uint32_t *index)
{
    return *index != NO_INDEX ? ERR_NONE : catalogue_add_rule_text(r->c, t, index);
}

static enum err add_text(struct making *k)
{
    enum err rc = text_once(k->r, &k->from->row.text, &k->from->text);

    k->rule.text = k->from->text;
    return rc;
}

static enum err add_cause(struct making *k, uint32_t index)
{
    struct rules_reader *r = k->r;
    struct cause *at;

    if (k->from->row.caused_by[0] == '\0')
        return ERR_NONE;
    if (!more((void **)&r->causes, r->cause_count, &r->cause_room, sizeof *r->causes))
        return ERR_MEMORY;
    at = &r->causes[r->cause_count++];
    *at = (struct cause){ .rule = index, .said = k->from->last };
    memcpy(at->text, k->from->row.caused_by, sizeof at->text);
    return ERR_NONE;
}

static enum err add_rule(struct making *k)
{
    uint32_t index;
    enum err rc = add_text(k);

    if (rc == ERR_NONE)
        rc = catalogue_add_rule(k->r->c, &k->rule, &index);
    if (rc == ERR_FULL) {
        wrong(k, "id", "more than %d rules", CATALOGUE_RULES_MAX);
        return ERR_NONE;
    }
    return rc == ERR_NONE ? add_cause(k, index) : rc;
}

static enum err make(struct rules_reader *r, struct merged_rule *from, uint32_t point)
{
    struct making k = { .r = r, .from = from, .point = point, .right = true };
    enum err rc;

    fill_words(&from->row);
    check_needs(&k);
    fill(&k);
    rc = add_conditions(&k);
    if (rc == ERR_NONE && k.right)
        rc = add_rule(&k);
    if (!k.right)
        from->last->complained = true;
    return rc;
}

static bool is_held_to_limits(const struct catalogue *c, const struct point *p)
{
    return point_is_compliance(p) && catalogue_limit(c, p->parameter) != NULL;
}

/* Limits said at a site are those of the points that are held to some. */
static bool is_meant(const struct catalogue *c, const struct merged_rule *m, const struct point *p)
{
    if (m->row.off || m->row.kind < 0 || m->row.impact < 0 || m->row.stake < 0)
        return false;
    if (m->here)
        return true;
    if (m->row.kind == RULE_LIMIT && !is_held_to_limits(c, p))
        return false;
    return m->row.parameter[0] == '\0' || strcmp(m->row.parameter, p->parameter) == 0;
}

/* ---- the rule that nobody has to write ---- */

static const char LIMIT_ID[] = "limit";

/* Words of its id that somebody wrote, else ours. */
static enum err limit_words(struct rules_reader *r, uint32_t *text)
{
    const struct rule_text *words = &RULE_LIMIT_TEXT;
    uint32_t *index = &r->limit_text;
    enum err rc;

    for (size_t i = 0; i < r->merged_count; i++)
        if (strcmp(r->merged[i].row.id, LIMIT_ID) == 0 && r->merged[i].row.text.response[0] != '\0') {
            words = &r->merged[i].row.text;
            index = &r->merged[i].text;
        }
    rc = text_once(r, words, index);
    *text = *index;
    return rc;
}

static enum err add_limit(struct rules_reader *r, uint32_t point)
{
    const struct limit *row = catalogue_limit(r->c, r->c->points[point].parameter);
    struct rule rule = { .key = seal_key63(LIMIT_ID),
                         .id = "limit",
                         .point = point,
                         .other = NO_INDEX,
                         .cause = NO_INDEX,
                         .kind = RULE_LIMIT,
                         .stake = STAKE_HEALTH,
                         .n = 1,
                         .limit = NAN,
                         .low = NAN,
                         .other_is = NAN,
                         .on_delay_ms = CLOCK_MINUTE_MS,
                         .off_delay_ms = CLOCK_MINUTE_MS,
                         .respond_ms = 30LL * CLOCK_MINUTE_MS };
    enum err rc;

    if (row == NULL || !is_held_to_limits(r->c, &r->c->points[point]))
        return ERR_NONE;
    rule.severity =
        (uint8_t)severity_of(row->group == LIMIT_GROUP_A ? IMPACT_SEVERE : IMPACT_MAJOR, rule.respond_ms);
    rc = limit_words(r, &rule.text);
    return rc == ERR_NONE ? catalogue_add_rule(r->c, &rule, NULL) : rc;
}

static enum err make_point(struct rules_reader *r, uint32_t point)
{
    bool limited = false;
    enum err rc = ERR_NONE;

    for (size_t i = 0; i < r->merged_count && rc == ERR_NONE; i++) {
        struct merged_rule *m = &r->merged[i];
        if (m->row.kind == RULE_LIMIT && (m->row.off || is_meant(r->c, m, &r->c->points[point])))
            limited = true;
        if (is_meant(r->c, m, &r->c->points[point]))
            rc = make(r, m, point);
    }
    if (rc == ERR_NONE && !limited)
        rc = add_limit(r, point);
    return rc == ERR_FULL ? ERR_NONE : rc;
}

/* ---- causes ---- */

static void find_cause(struct rules_reader *r, const struct cause *k)
{
    char point[CAUSED_BY_MAX];
    char *slash;
    const struct point *p;
    const struct rule *cause;

    memcpy(point, k->text, sizeof point);
    slash = strchr(point, '/');
    if (slash != NULL)
        *slash = '\0';
    p = slash == NULL ? NULL : catalogue_point(r->c, point);
    cause = p == NULL ? NULL : catalogue_rule(r->c, (uint32_t)(p - r->c->points), seal_key63(slash + 1));
    if (cause != NULL)
        r->c->rules[k->rule].cause = (uint32_t)(cause - r->c->rules);
    else if (!k->said->complained)
        conf_mistake(r->m, conf_mark_at(k->said->node, "caused_by"),
                     "there is no rule \"%s\": a cause is written as point/rule", k->text);
    k->said->complained = k->said->complained || cause == NULL;
}

/* The causes of a rule end within as many steps as there are rules, or they go in a circle; the first of the
 * circle that is met is named, once. */
static bool is_in_circle(const struct catalogue *c, uint32_t rule)
{
    uint32_t at = c->rules[rule].cause;

    for (size_t steps = 0; at != NO_INDEX && steps < c->rule_count; steps++, at = c->rules[at].cause)
        if (at == rule)
            return true;
    return false;
}

static void check_circles(struct rules_reader *r)
{
    for (size_t i = 0; i < r->cause_count; i++) {
        struct cause *k = &r->causes[i];
        struct rule *rule = &r->c->rules[k->rule];
        if (!is_in_circle(r->c, k->rule))
            continue;
        conf_mistake(r->m, conf_mark_at(k->said->node, "caused_by"),
                     "rule \"%s\" on point \"%s\" would be its own cause", rule->id,
                     r->c->points[rule->point].id);
        rule->cause = NO_INDEX;
    }
}

/* ---- all ---- */

static enum err make_all(struct rules_reader *r)
{
    size_t from = 0;
    enum err rc = ERR_NONE;

    for (uint32_t i = 0; i < r->c->point_count && rc == ERR_NONE; i++) {
        merge(r, i, &from);
        rc = make_point(r, i);
    }
    return rc;
}

enum err rules_finish(struct rules_reader *r, struct conf_mistakes *m)
{
    struct fault unused; /* equal ids and keys have been reported with their places */
    enum err rc = catalogue_seal(r->c, &unused);

    if (rc == ERR_MEMORY || (r->merged = calloc(RULES_OF_ONE_MAX, sizeof *r->merged)) == NULL)
        return ERR_MEMORY;
    r->m = m;
    for (size_t i = 0; i < r->list_count; i++)
        read_list(r, &r->lists[i]);
    rc = make_all(r);
    for (size_t i = 0; i < r->cause_count; i++)
        find_cause(r, &r->causes[i]);
    check_circles(r);
    return rc;
}
