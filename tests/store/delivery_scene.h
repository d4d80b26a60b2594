/* What is put into the lane of events of a journal in memory, and delivered into a fresh database: the scene
 * of the tests of one kind of row. */
#ifndef TESTS_STORE_DELIVERY_SCENE_H
#define TESTS_STORE_DELIVERY_SCENE_H

#include "base/strbuf.h"
#include "lanes_double.h"
#include "pgtest.h"

struct delivery_scene {
    struct pgtest *database;
    struct catalogue catalogue; /* of one point */
    struct lanes_double journal;
    uint64_t used_keys; /* of all deliveries */
};

/* Borrows the database, which was found before; cmocka-asserts, as all of these. */
void delivery_scene_make(struct delivery_scene *s, struct pgtest *database);
void delivery_scene_end(struct delivery_scene *s);
/* One entry; takes what is in the body. */
void delivery_scene_put(struct delivery_scene *s, struct strbuf *body);
/* Waits until all that was put is there. */
void delivery_scene_deliver(struct delivery_scene *s);

#endif
