#include "field_context.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char SELF[] = "value";

struct said {
    struct said *next;
    uint32_t point;
    const char *key; /* where it is written */
    struct conf_mark at;
    char text[];
};

struct context {
    struct catalogue *catalogue;
    struct said *first, **last;
};

enum err context_keep(struct context **x, struct catalogue *c, uint32_t point, const char *key,
                      const char *text, struct conf_mark at)
{
    size_t size = strlen(text) + 1;
    struct said *s = malloc(sizeof *s + size);

    if (s != NULL && *x == NULL && (*x = calloc(1, sizeof **x)) != NULL)
        (*x)->last = &(*x)->first;
    if (s == NULL || *x == NULL) {
        free(s);
        return ERR_MEMORY;
    }
    *s = (struct said){ .point = point, .key = key, .at = at };
    memcpy(s->text, text, size);
    (*x)->catalogue = c;
    *(*x)->last = s;
    (*x)->last = &s->next;
    return ERR_NONE;
}

/* A point that is counted has one condition, at all hours, of a point that a device or a person tells. */
static bool may_count(const struct context *x, const struct said *s, const struct condition *k,
                      struct conf_mistakes *m)
{
    const struct point *counter = &x->catalogue->points[s->point], *of = &x->catalogue->points[k->point];
    const char *wrong = counter->counts == COUNTED_NOTHING ? NULL
                        : counter->unless_count > 0        ? "one condition alone says when it counts"
                        : of->counts != COUNTED_NOTHING    ? "what is counted itself is not counted again"
                        : of->manual                       ? "what people read now and then cannot be counted"
                        : k->from != CONDITION_ANY_TIME    ? "it counts at all hours"
                                                           : NULL;

    if (wrong != NULL)
        conf_mistake(m, s->at, "%s: %s", s->key, wrong);
    return wrong == NULL;
}

/* What is counted stands where its machine does, and is looked at as often. */
static void stand_with(struct point *counter, const struct point *of)
{
    if (counter->counts == COUNTED_NOTHING)
        return;
    memcpy(counter->wire, of->wire, sizeof counter->wire);
    memcpy(counter->device, of->device, sizeof counter->device);
    counter->site = of->site;
    counter->every_ms = of->every_ms;
    counter->accepted = of->accepted;
}

static enum err add(const struct context *x, const struct said *s, struct condition *k, const char *id,
                    struct conf_mistakes *m)
{
    const struct point *p =
        strcmp(id, SELF) == 0 ? &x->catalogue->points[s->point] : catalogue_point(x->catalogue, id);
    enum err rc;

    if (p == NULL) {
        conf_mistake(m, s->at, "%s: there is no point \"%s\"", s->key, id);
        return ERR_NONE;
    }
    k->point = (uint32_t)(p - x->catalogue->points);
    if (!may_count(x, s, k, m))
        return ERR_NONE;
    rc = catalogue_add_unless(x->catalogue, s->point, k);
    if (rc == ERR_FULL)
        conf_mistake(m, s->at, "%s: at most %d conditions", s->key, UNLESS_MAX);
    if (rc == ERR_NONE)
        stand_with(&x->catalogue->points[s->point], p);
    return rc == ERR_FULL ? ERR_NONE : rc;
}

static enum err resolve(const struct context *x, const struct said *s, struct conf_mistakes *m)
{
    const char *text = s->text;
    enum err rc = ERR_NONE;

    while (rc == ERR_NONE && *text != '\0') {
        struct condition k;
        char id[CONDITION_ID_MAX];
        struct fault why;
        if (condition_parse(&text, &k, id, &why) != ERR_NONE)
            conf_mistake(m, s->at, "%s: %s", s->key, why.text);
        else
            rc = add(x, s, &k, id, m);
    }
    return rc;
}

enum err context_resolve(struct context *x, struct conf_mistakes *m)
{
    struct fault unused; /* equal ids and keys have been reported with their places */
    enum err rc = x == NULL ? ERR_NONE : catalogue_seal(x->catalogue, &unused);

    if (rc == ERR_CONFIG)
        rc = ERR_NONE;
    for (const struct said *s = x == NULL ? NULL : x->first; s != NULL && rc == ERR_NONE; s = s->next)
        rc = resolve(x, s, m);
    return rc;
}

void context_free(struct context *x)
{
    while (x != NULL && x->first != NULL) {
        struct said *s = x->first;
        x->first = s->next;
        free(s);
    }
    free(x);
}

void context_text(const struct catalogue *c, const struct point *p, char *out, size_t size)
{
    struct strbuf text;

    out[0] = '\0';
    strbuf_init(&text, size - 1);
    for (size_t i = 0; i < p->unless_count; i++) {
        const struct condition *k = &c->conditions[p->unless_first + i];
        strbuf_puts(&text, i == 0 ? "" : " or ");
        condition_print(k, &c->points[k->point] == p ? SELF : c->points[k->point].id, &text);
    }
    if (text.len > 0)
        (void)snprintf(out, size, "%s", text.text);
    strbuf_clear(&text);
}
