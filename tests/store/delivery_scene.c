#include "delivery_scene.h"

#include "store/store.h"
#include "unit.h"

void delivery_scene_make(struct delivery_scene *s, struct pgtest *database)
{
    s->database = database;
    s->used_keys = 0;
    pgtest_make(database, true);
    pgtest_catalogue(&s->catalogue, 1);
    lanes_double_init(&s->journal, 1);
}

void delivery_scene_end(struct delivery_scene *s)
{
    lanes_double_clear(&s->journal);
    catalogue_clear(&s->catalogue);
    pgtest_drop(s->database);
}

void delivery_scene_put(struct delivery_scene *s, struct strbuf *body)
{
    (void)lanes_double_put(&s->journal, LANE_EVENTS, body->text, body->len);
    strbuf_clear(body);
}

static bool delivered(void *ctx)
{
    struct lanes_double *journal = ctx;

    return lanes_double_delivered(journal, LANE_EVENTS) >= journal->count[LANE_EVENTS];
}

void delivery_scene_deliver(struct delivery_scene *s)
{
    struct deliverer_stats stats;
    struct deliverer *d;
    struct fault why;

    assert_int_equal(deliverer_start(&d, &s->database->settings, &s->catalogue,
                                     lanes_double_port(&s->journal), pgtest_clock(), &why),
                     ERR_NONE);
    assert_true(pgtest_until(delivered, &s->journal, 20000));
    deliverer_stop(d, 1000);
    deliverer_stats(d, &stats);
    s->used_keys += stats.used_keys;
    deliverer_free(d);
}
