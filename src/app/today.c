#include "today.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "model/unit.h"

/* Off on purpose: nobody promised water in these. */
static const mode_set PLANNED =
    (mode_set)(1U << MODE_ROTA | 1U << MODE_MAINTENANCE | 1U << MODE_OUT_OF_SERVICE);

struct today {
    pthread_mutex_t lock; /* guards all */
    struct catalogue *catalogue;
    struct day_figure *figures; /* one a point */
    double *supplied_above;     /* in the point's unit; NaN: it shows no pressure */
    uint64_t turn;
};

/* ---- life ---- */

static double least_pressure(const struct point *p)
{
    const struct unit *bar = unit_find("bar"), *its = unit_find(p->unit);

    return strcmp(p->parameter, "pressure") == 0 && its != NULL ? unit_convert(bar, its, TODAY_SUPPLIED_BAR)
                                                                : NAN;
}

static bool make_room(const struct catalogue *c, struct day_figure **figures, double **above)
{
    *figures = calloc(c->point_count + 1, sizeof **figures);
    *above = calloc(c->point_count + 1, sizeof **above);
    if (*figures == NULL || *above == NULL) {
        free(*figures);
        free(*above);
        return false;
    }
    for (size_t i = 0; i < c->point_count; i++) {
        (*figures)[i].day = DAY_NONE;
        (*above)[i] = least_pressure(&c->points[i]);
    }
    return true;
}

enum err today_new(struct today **out, struct catalogue *c, struct fault *why)
{
    struct today *t = calloc(1, sizeof *t);

    if (t == NULL || !make_room(c, &t->figures, &t->supplied_above)) {
        free(t);
        return fault_set(why, ERR_MEMORY, "today: no memory for %zu points", c->point_count);
    }
    (void)pthread_mutex_init(&t->lock, NULL);
    t->catalogue = catalogue_hold(c);
    *out = t;
    return ERR_NONE;
}

void today_free(struct today *t)
{
    if (t == NULL)
        return;
    catalogue_drop(t->catalogue);
    free(t->figures);
    free(t->supplied_above);
    (void)pthread_mutex_destroy(&t->lock);
    free(t);
}

enum err today_succeed(struct today *t, struct catalogue *c)
{
    struct day_figure *figures;
    double *above;

    if (!make_room(c, &figures, &above))
        return ERR_MEMORY;
    (void)pthread_mutex_lock(&t->lock);
    for (size_t i = 0; i < c->point_count; i++) {
        uint32_t was = catalogue_by_key(t->catalogue, c->points[i].key);
        if (was != UINT32_MAX)
            figures[i] = t->figures[was];
    }
    free(t->figures);
    free(t->supplied_above);
    catalogue_drop(t->catalogue);
    t->figures = figures;
    t->supplied_above = above;
    t->catalogue = catalogue_hold(c);
    (void)pthread_mutex_unlock(&t->lock);
    return ERR_NONE;
}

/* ---- minutes ---- */

/* A minute in which the pressure is not known whole says nothing about supply. */
static void add_supply(struct day_figure *d, const struct minute *m, double above, mode_set modes)
{
    double mean = m->good_ms == CLOCK_MINUTE_MS ? m->sum / CLOCK_MINUTE_MS : NAN;

    if (isnan(above) || isnan(mean))
        return;
    if (mean > above)
        d->supplied_ms += CLOCK_MINUTE_MS;
    else if ((modes & PLANNED) != 0)
        d->planned_ms += CLOCK_MINUTE_MS;
    else
        d->off_ms += CLOCK_MINUTE_MS;
}

static void add(struct today *t, const struct told_minute *told)
{
    const struct minute *m = &told->minute;
    struct day_figure *d = &t->figures[told->point];
    int32_t day = day_local(m->at);

    if (day < d->day)
        return; /* of a day that is over here */
    if (day > d->day)
        *d = (struct day_figure){ .day = day, .least = NAN, .most = NAN };
    if (m->at.ms + CLOCK_MINUTE_MS > d->until.ms)
        d->until.ms = m->at.ms + CLOCK_MINUTE_MS;
    d->turn = t->turn;
    if (m->good_ms + m->uncertain_ms > 0)
        d->sum += m->sum;
    d->least = fmin(d->least, m->min);
    d->most = fmax(d->most, m->max);
    d->good_ms += m->good_ms;
    d->uncertain_ms += m->uncertain_ms;
    d->within_ms += m->within_ms;
    d->outside_ms += m->outside_ms;
    d->unjudged_ms += m->unjudged_ms;
    add_supply(d, m, t->supplied_above[told->point], told->modes);
}

void today_take(struct today *t, const struct told_minute *list, size_t count)
{
    if (count == 0)
        return;
    (void)pthread_mutex_lock(&t->lock);
    t->turn++;
    for (size_t i = 0; i < count; i++)
        add(t, &list[i]);
    (void)pthread_mutex_unlock(&t->lock);
}

/* ---- asked ---- */

bool today_read(struct today *t, uint64_t key, int32_t day, struct day_figure *out)
{
    uint32_t i;

    (void)pthread_mutex_lock(&t->lock);
    i = catalogue_by_key(t->catalogue, key);
    if (i != UINT32_MAX)
        *out = t->figures[i];
    (void)pthread_mutex_unlock(&t->lock);
    return i != UINT32_MAX && out->day == day;
}

uint64_t today_turn(struct today *t)
{
    uint64_t turn;

    (void)pthread_mutex_lock(&t->lock);
    turn = t->turn;
    (void)pthread_mutex_unlock(&t->lock);
    return turn;
}
