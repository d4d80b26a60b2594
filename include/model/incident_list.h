/* The incidents of a node at one moment: immutable, counted, beside the list of open alarms.  Those that did
 * not change since are shared from one list to the next. */
#ifndef MODEL_INCIDENT_LIST_H
#define MODEL_INCIDENT_LIST_H

#include <stdatomic.h>

#include "model/catalogue.h"
#include "model/incident.h"

struct incident_copy {
    atomic_uint holders;
    uint64_t revision; /* rises with each change of any incident of the node */
    struct incident is;
};

struct incident_copy *incident_copy_new(const struct incident *i, uint64_t revision); /* NULL: no memory */
struct incident_copy *incident_copy_hold(struct incident_copy *c); /* NULL is fine, likewise the next */
void incident_copy_drop(struct incident_copy *c);

struct incident_list {
    atomic_uint holders;
    uint64_t generation; /* another one is another list */
    struct wall at;
    char node[ID_MAX]; /* whose: "" this node's */
    struct incident_targets targets;
    struct catalogue *catalogue; /* held: what places are */
    size_t count;
    struct incident_copy *items[]; /* by id, rising; held */
};

/* One holder, `count` places that are NULL; holds the catalogue.  NULL without memory. */
struct incident_list *incident_list_new(size_t count, struct catalogue *c);
struct incident_copy *incident_list_find(const struct incident_list *l, uint64_t id); /* NULL: none */
/* Likewise, but where it was merged the one that it is part of now. */
struct incident_copy *incident_list_living(const struct incident_list *l, uint64_t id);
/* Any thread. */
struct incident_list *incident_list_hold(struct incident_list *l); /* NULL is fine, likewise the next */
void incident_list_drop(struct incident_list *l);

#endif
