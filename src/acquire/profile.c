#include "acquire/profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "field_identity.h"
#include "loading.h"
#include "profile_lookup.h"
#include "watches.h"

enum { POINTS_MAX = 1000 };

void profiles_init(struct profiles *p)
{
    *p = (struct profiles){ 0 };
}

static void profile_free(struct profile *p)
{
    conf_seen_clear(&p->uses);
    free(p->points);
    free(p);
}

void profiles_clear(struct profiles *p)
{
    for (size_t i = 0; i < p->count; i++)
        profile_free(p->list[i]);
    free(p->list);
    conf_seen_clear(&p->ids);
    profiles_init(p);
}

/* ---- loading ---- */

static void load_point(struct profile *p, const struct conf_node *n, struct conf_mistakes *m)
{
    struct profile_point *to = &p->points[p->point_count];
    bool right = conf_apply(PROFILE_POINT, COUNT_OF(PROFILE_POINT), n, &to->row, m);

    right = load_states(&to->row, m) && right;
    to->broken = !right || !check_point(n, &to->row, p->max_registers, m);
    if (to->row.use[0] != '\0' &&
        conf_seen_once(&p->uses, "point to use", to->row.use, conf_mark_at(n, "use"), m))
        p->point_count++;
}

static enum err load_points(struct profile *p, const struct conf_node *list, struct conf_mistakes *m)
{
    size_t points = list == NULL ? 0 : conf_count(list);

    if (list == NULL)
        return ERR_NONE; /* that it is missing has been said */
    if (points == 0 || points > POINTS_MAX) {
        conf_mistake(m, conf_mark(list), "a profile has 1 to %d points, here are %zu", POINTS_MAX, points);
        return ERR_NONE;
    }
    p->points = calloc(points, sizeof *p->points);
    if (p->points == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < points; i++)
        load_point(p, conf_item(list, i), m);
    return ERR_NONE;
}

static enum err load_profile(struct profile *p, const struct conf_node *root, struct conf_mistakes *m)
{
    struct profile_file_row file;
    struct profile_row row;

    (void)conf_apply(PROFILE_FILE, COUNT_OF(PROFILE_FILE), root, &file, m);
    (void)conf_apply(PROFILE, COUNT_OF(PROFILE), file.profile, &row, m);
    memcpy(p->id, row.id, sizeof p->id);
    p->order = row.order;
    p->max_registers = row.max_registers;
    p->holes = row.holes;
    p->watches = load_watch_rows(&row.habits, m);
    load_identity(row.habits.identity, &p->identity, m);
    p->habits = row.habits;
    p->habits.gate = p->habits.alive = p->habits.identity = NULL; /* the file may go */
    if (file.profile != NULL)
        (void)conf_place(conf_mark_at(file.profile, "id"), p->place);
    load_forbidden(row.forbidden, p->forbidden, &p->forbidden_count, m);
    return load_points(p, file.points, m);
}

static bool make_room(struct profiles *p)
{
    size_t cap = p->cap == 0 ? 16 : 2 * p->cap;
    struct profile **grown;

    if (p->count < p->cap)
        return true;
    grown = realloc(p->list, cap * sizeof(struct profile *));
    if (grown == NULL)
        return false;
    p->list = grown;
    p->cap = cap;
    return true;
}

/* Takes *one, or returns why not. */
static enum err keep(struct profiles *p, struct profile *one, const struct conf_node *root,
                     struct conf_mistakes *m)
{
    struct conf_seen_first first;
    const struct conf_node *section = conf_get(root, "profile");
    enum err rc;

    if (one->id[0] == '\0')
        return ERR_RANGE; /* nobody can name it; the mistake has been reported */
    if (!make_room(p))
        return ERR_MEMORY;
    rc = conf_seen_note(&p->ids, one->id, (struct conf_mark){ 0 }, &first);
    if (rc == ERR_RANGE)
        conf_mistake(m, conf_mark_at(section, "id"), "profile \"%s\" stands twice, first at %s", one->id,
                     p->list[first.number]->place);
    if (rc == ERR_NONE)
        p->list[p->count++] = one;
    return rc;
}

enum err profiles_load(struct profiles *p, const struct conf_node *root, struct conf_mistakes *m)
{
    struct profile *one = calloc(1, sizeof *one);
    enum err rc;

    if (one == NULL)
        return ERR_MEMORY;
    conf_seen_init(&one->uses);
    rc = load_profile(one, root, m);
    if (rc == ERR_NONE)
        rc = keep(p, one, root, m);
    if (rc != ERR_NONE)
        profile_free(one);
    return rc == ERR_MEMORY ? rc : ERR_NONE;
}

/* ---- looking up ---- */

static void complain(const struct conf_node *n, const char *what, const char *near, struct conf_mistakes *m)
{
    if (near == NULL)
        conf_mistake(m, conf_mark(n), "there is no %s \"%s\"", what, conf_text(n));
    else
        conf_mistake(m, conf_mark(n), "there is no %s \"%s\"; did you mean \"%s\"?", what, conf_text(n),
                     near);
}

static void complain_of_profile(const struct profiles *p, const struct conf_node *n, struct conf_mistakes *m)
{
    const char **known =
        p == NULL || p->count == 0 || !conf_mistakes_room(m) ? NULL : calloc(p->count, sizeof(const char *));
    const char *near = NULL;

    for (size_t i = 0; known != NULL && i < p->count; i++)
        known[i] = p->list[i]->id;
    if (known != NULL)
        near = conf_nearest(conf_text(n), known, p->count);
    complain(n, "profile", near, m);
    free(known);
}

const struct profile *profile_find(const struct profiles *p, const struct conf_node *n,
                                   struct conf_mistakes *m)
{
    struct conf_seen_first found;

    if (p != NULL && conf_seen_find(&p->ids, conf_text(n), &found))
        return p->list[found.number];
    complain_of_profile(p, n, m);
    return NULL;
}

const struct profile_point *profile_point_find(const struct profile *p, const struct conf_node *n,
                                               struct conf_mistakes *m)
{
    const char *known[POINTS_MAX], *near = NULL;
    struct conf_seen_first found;
    char what[ID_MAX + 32];

    if (conf_seen_find(&p->uses, conf_text(n), &found))
        return &p->points[found.number];
    for (size_t i = 0; i < p->point_count; i++)
        known[i] = p->points[i].row.use;
    if (conf_mistakes_room(m))
        near = conf_nearest(conf_text(n), known, p->point_count);
    (void)snprintf(what, sizeof what, "point in profile %s called", p->id);
    complain(n, what, near, m);
    return NULL;
}
