#include "deliverer.h"

#include "projection.h"
#include "versions.h"

void shown_write(struct deliverer *d)
{
    struct fault why = { 0 };
    struct versions_port versions;
    struct catalogue *c;
    enum err rc;

    (void)pthread_mutex_lock(&d->lock);
    c = catalogue_hold(d->catalogue);
    versions = d->versions;
    d->catalogue_new = false;
    (void)pthread_mutex_unlock(&d->lock);
    rc = pg_begin(d->writer, &why);
    if (rc == ERR_NONE)
        rc = projection_write(d->writer, c, d->settings.node, d->epoch, &why);
    if (rc == ERR_NONE)
        rc = versions_write(d->writer, d->settings.node, &versions, &why);
    if (rc == ERR_NONE)
        rc = pg_commit(d->writer, &why);
    if (rc != ERR_NONE)
        pg_rollback(d->writer);
    catalogue_drop(c);
    if (rc == ERR_NONE)
        trouble_relieve(&d->catalogue_trouble, "of the catalogue");
    else if (pg_alive(d->writer))
        trouble_complain(&d->catalogue_trouble, "of the catalogue", &why);
}

bool shown_waits(struct deliverer *d)
{
    bool is_new;

    (void)pthread_mutex_lock(&d->lock);
    is_new = d->catalogue_new;
    (void)pthread_mutex_unlock(&d->lock);
    return is_new || (d->catalogue_trouble.gap_ms != 0 && trouble_is_due(&d->catalogue_trouble));
}
