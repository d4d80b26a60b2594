#include "deliverer.h"

#include "schema.h"
#include "sql.h"

static enum err open_as(struct deliverer *d, const struct store_login *login, const char *name,
                        struct pg **out, struct fault *why)
{
    const struct pg_options o = { .connect = d->settings.connect,
                                  .login = login,
                                  .name = name,
                                  .answer_ms = d->settings.answer_ms,
                                  .leash = &d->leash };

    return pg_open(out, &o, why);
}

void link_hang_up(struct deliverer *d)
{
    pg_close(d->writer);
    d->writer = NULL;
    for (int lane = LANE_EVENTS; lane < LANE_END; lane++)
        d->state[lane].known = false;
}

static enum err make_day(struct deliverer *d, int64_t day, struct fault *why)
{
    char text[DAY_TEXT_MAX];
    enum err rc = ERR_NONE;

    if (days_has(&d->days, day))
        return ERR_NONE;
    if (!pg_alive(d->maintenance)) {
        pg_close(d->maintenance);
        d->maintenance = NULL;
        rc = open_as(d, &d->settings.maintenance, "capnuoc maintenance", &d->maintenance, why);
    }
    day_text(day, text);
    struct pg_value v = pg_text(text);
    if (rc == ERR_NONE)
        rc = pg_ask(d->maintenance, sql_reading_day, &v, 1, NULL, why);
    if (rc == ERR_NONE)
        days_add(&d->days, day);
    return rc;
}

enum err link_make_days(struct deliverer *d, const int64_t *days, size_t n, struct fault *why)
{
    enum err rc = ERR_NONE;

    if (d->settings.maintenance.user[0] == '\0')
        return ERR_NONE;
    for (size_t i = 0; i < n && rc == ERR_NONE; i++)
        rc = make_day(d, days[i], why);
    return rc;
}
enum err link_connect(struct deliverer *d, struct fault *why)
{
    enum err rc;

    link_hang_up(d);
    pg_close(d->maintenance); /* most likely lost with the other */
    d->maintenance = NULL;
    rc = open_as(d, &d->settings.writer, "capnuoc delivery", &d->writer, why);
    if (rc == ERR_NONE)
        rc = schema_check(d->writer, why);
    if (rc == ERR_NONE)
        rc = pg_ask(d->writer, sql_in_order, NULL, 0, NULL, why);
    if (rc != ERR_NONE) {
        link_hang_up(d);
        return rc;
    }
    if (d->was_connected) {
        (void)pthread_mutex_lock(&d->lock);
        d->stats.reconnects++;
        (void)pthread_mutex_unlock(&d->lock);
    }
    d->was_connected = true;
    days_forget(&d->days);
    shown_write(d);
    return pg_alive(d->writer) ? ERR_NONE : fault_set(why, ERR_PEER, "database: lost again at once");
}

void link_make_days_ahead(struct deliverer *d)
{
    int64_t today = day_of(clock_read(&d->clock).wall);
    int64_t days[] = { today, today + 1 };
    struct fault why;

    if (link_make_days(d, days, COUNT_OF(days), &why) != ERR_NONE)
        log_debug("delivery partitions ahead: %s", why.text);
}
