/* The open alarms at one moment: immutable, counted, beside the snapshot of points. */
#ifndef MODEL_ALARM_LIST_H
#define MODEL_ALARM_LIST_H

#include <stdatomic.h>
#include <stddef.h>

#include "model/alarm.h"
#include "model/catalogue.h"

/* Who shelved one, and why; as far as it is remembered. */
struct alarm_shelf {
    uint64_t alarm;
    char who[HAND_WHO_MAX], why[HAND_NOTE_MAX];
};

struct alarm_list {
    atomic_uint holders;
    uint64_t generation; /* another one is another list */
    struct wall at;
    struct catalogue *catalogue; /* held: what points and rules are */
    struct alarm_shelf *shelves; /* owned; of those that are shelved now */
    size_t shelf_count;
    size_t count;
    struct alarm items[]; /* the newest change first */
};

/* One holder, no alarms yet; holds the catalogue.  NULL without memory. */
struct alarm_list *alarm_list_new(size_t count, struct catalogue *c);
/* NULL: it is not shelved, or nobody remembers. */
const struct alarm_shelf *alarm_list_shelf(const struct alarm_list *l, uint64_t alarm);
/* Puts them in order, when all are there. */
void alarm_list_sort(struct alarm_list *l);
/* Any thread. */
struct alarm_list *alarm_list_hold(struct alarm_list *l); /* NULL is fine, likewise the next */
void alarm_list_drop(struct alarm_list *l);

#endif
