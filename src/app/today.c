#include "today.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "model/unit.h"

/* Off on purpose: nobody promised water in these. */
static const mode_set PLANNED =
    (mode_set)(1U << MODE_ROTA | 1U << MODE_MAINTENANCE | 1U << MODE_OUT_OF_SERVICE);

/* As in the journal: in the machine's own order, the length tells the version. */
struct kept_figure {
    uint64_t key;
    struct day_figure is;
};

/* The first behind the key of the record of acts: points' have 63 bits, what was told has more of them. */
static const uint64_t FIRST_KEY = MEMORY_AUDIT_KEY + 1;
enum { PAGES_MAX = (CATALOGUE_POINTS_MAX + TODAY_PAGE - 1) / TODAY_PAGE };

struct today {
    pthread_mutex_t lock; /* guards all */
    struct catalogue *catalogue;
    double supplied_bar;        /* does not change */
    struct day_figure *figures; /* one a point */
    double *supplied_above;     /* in the point's unit; NaN: it shows no pressure */
    uint64_t turn;
    size_t page; /* the one that is looked at next */
    struct put_down {
        struct wall at;
        uint64_t turn; /* of the figures that are there */
    } put_down[PAGES_MAX];
};

/* ---- life ---- */

static double least_pressure(const struct point *p, double supplied_bar)
{
    const struct unit *bar = unit_find("bar"), *its = unit_find(p->unit);

    return strcmp(p->parameter, "pressure") == 0 && its != NULL ? unit_convert(bar, its, supplied_bar) : NAN;
}

static bool make_room(const struct catalogue *c, double supplied_bar, struct day_figure **figures,
                      double **above)
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
        (*above)[i] = least_pressure(&c->points[i], supplied_bar);
    }
    return true;
}

enum err today_new(struct today **out, struct catalogue *c, double supplied_bar, struct fault *why)
{
    struct today *t = calloc(1, sizeof *t);

    if (t == NULL || !make_room(c, supplied_bar, &t->figures, &t->supplied_above)) {
        free(t);
        return fault_set(why, ERR_MEMORY, "today: no memory for %zu points", c->point_count);
    }
    (void)pthread_mutex_init(&t->lock, NULL);
    t->catalogue = catalogue_hold(c);
    t->supplied_bar = supplied_bar;
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

    if (!make_room(c, t->supplied_bar, &figures, &above))
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

/* ---- in the journal ---- */

static uint64_t newest(const struct today *t, size_t first, size_t last)
{
    uint64_t turn = 0;

    for (size_t i = first; i < last; i++)
        turn = t->figures[i].turn > turn ? t->figures[i].turn : turn;
    return turn;
}

static bool put_page(struct today *t, size_t page, struct wall now, struct strbuf *to)
{
    size_t first = page * TODAY_PAGE, last = first + TODAY_PAGE;
    struct put_down *was = &t->put_down[page];

    if (last > t->catalogue->point_count)
        last = t->catalogue->point_count;
    if (now.ms - was->at.ms < TODAY_WAITS_MS || newest(t, first, last) <= was->turn)
        return false;
    for (size_t i = first; i < last; i++) {
        const struct kept_figure f = { t->catalogue->points[i].key, t->figures[i] };
        if (f.is.day != DAY_NONE)
            strbuf_add(to, &f, sizeof f);
    }
    *was = (struct put_down){ now, newest(t, first, last) };
    return true;
}

bool today_put_down(struct today *t, struct wall now, struct strbuf *to, uint64_t *key)
{
    size_t pages;
    bool put = false;

    (void)pthread_mutex_lock(&t->lock);
    pages = (t->catalogue->point_count + TODAY_PAGE - 1) / TODAY_PAGE;
    for (size_t tried = 0; tried < pages && !put; tried++) {
        t->page = (t->page + 1) % pages;
        *key = FIRST_KEY + t->page;
        put = put_page(t, t->page, now, to);
    }
    (void)pthread_mutex_unlock(&t->lock);
    return put;
}

bool today_restore(struct today *t, uint64_t key, const void *body, size_t len)
{
    struct kept_figure f;

    if (key < FIRST_KEY || key >= FIRST_KEY + PAGES_MAX)
        return false;
    (void)pthread_mutex_lock(&t->lock);
    for (size_t at = 0; len % sizeof f == 0 && at < len; at += sizeof f) {
        uint32_t i;
        memcpy(&f, (const unsigned char *)body + at, sizeof f);
        i = catalogue_by_key(t->catalogue, f.key);
        f.is.turn = 1;
        if (i != UINT32_MAX &&
            f.is.until.ms > t->figures[i].until.ms) /* a page of an earlier order may have it, too */
            t->figures[i] = f.is;
    }
    t->turn = 1;
    (void)pthread_mutex_unlock(&t->lock);
    return true;
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
