#include "deliverer.h"

#include <string.h>

#include "base/log.h"
#include "projection.h"
#include "versions.h"

static void drop_oldest(struct deliverer *d)
{
    catalogue_drop(d->catalogues[0]);
    d->catalogue_count--;
    memmove(d->catalogues, d->catalogues + 1, d->catalogue_count * sizeof(struct catalogue *));
}

/* The present one has room whatever its size. */
static bool has_no_room(const struct deliverer *d, const struct catalogue *fresh)
{
    size_t points = fresh->point_count;

    for (size_t i = 0; i < d->catalogue_count; i++)
        points += d->catalogues[i]->point_count;
    return d->catalogue_count == SHOWN_WAITING_MAX || (d->catalogue_count > 0 && points > SHOWN_POINTS_MAX);
}

void shown_add(struct deliverer *d, struct catalogue *c)
{
    uint32_t unseen = 0;
    unsigned lost = 0;

    (void)pthread_mutex_lock(&d->lock);
    if (!d->catalogue_new && d->catalogue_count > 0)
        drop_oldest(d);
    for (; has_no_room(d, c); lost++) {
        unseen = d->catalogues[0]->version;
        drop_oldest(d);
    }
    d->catalogues[d->catalogue_count++] = catalogue_hold(c);
    d->catalogue_new = true;
    (void)pthread_mutex_unlock(&d->lock);
    if (lost > 0)
        log_warn(
            "delivery: configuration=%u was replaced too often before the database was there, lost=%u: what "
            "points meant under it is only in config_version",
            unseen, lost);
}

void shown_drop(struct deliverer *d)
{
    while (d->catalogue_count > 0)
        drop_oldest(d);
}

/* The oldest that waits, held. */
static struct catalogue *next(struct deliverer *d, struct versions_port *versions)
{
    struct catalogue *c;

    (void)pthread_mutex_lock(&d->lock);
    c = catalogue_hold(d->catalogues[0]);
    *versions = d->versions;
    (void)pthread_mutex_unlock(&d->lock);
    return c;
}

static enum err write_one(struct deliverer *d, const struct catalogue *c,
                          const struct versions_port *versions, struct fault *why)
{
    enum err rc = pg_begin(d->writer, why);

    if (rc == ERR_NONE)
        rc = projection_write(d->writer, c, d->settings.node, d->epoch, why);
    if (rc == ERR_NONE)
        rc = versions_write(d->writer, d->settings.node, versions, why);
    if (rc == ERR_NONE)
        rc = pg_commit(d->writer, why);
    if (rc != ERR_NONE)
        pg_rollback(d->writer);
    return rc;
}

/* Another may have come while this one was written, and this one may have been pushed out. */
static bool more_after(struct deliverer *d, const struct catalogue *shown)
{
    bool more;

    (void)pthread_mutex_lock(&d->lock);
    if (d->catalogues[0] == shown && d->catalogue_count > 1)
        drop_oldest(d);
    else if (d->catalogues[0] == shown)
        d->catalogue_new = false;
    more = d->catalogue_new;
    (void)pthread_mutex_unlock(&d->lock);
    return more;
}

void shown_write(struct deliverer *d)
{
    struct fault why = { 0 };
    struct versions_port versions;
    bool more = true;
    enum err rc = ERR_NONE;

    while (more && rc == ERR_NONE) {
        struct catalogue *c = next(d, &versions);
        rc = write_one(d, c, &versions, &why);
        more = rc == ERR_NONE && more_after(d, c);
        catalogue_drop(c);
    }
    if (rc == ERR_NONE)
        trouble_relieve(&d->catalogue_trouble, "of the catalogue");
    else if (pg_alive(d->writer))
        trouble_complain(&d->catalogue_trouble, "of the catalogue", &why);
}

/* After a failure it is new still, but waits for its turn. */
bool shown_waits(struct deliverer *d)
{
    bool is_new;

    if (d->catalogue_trouble.gap_ms != 0)
        return trouble_is_due(&d->catalogue_trouble);
    (void)pthread_mutex_lock(&d->lock);
    is_new = d->catalogue_new;
    (void)pthread_mutex_unlock(&d->lock);
    return is_new;
}
